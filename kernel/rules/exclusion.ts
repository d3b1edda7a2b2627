// Which locks keep others away from a context: what everybody touches with one of them held, the search need not stop at.

import type { Rule } from "../../interpreter/api.js";
import { tellLocks } from "../objects/held.js";

export const exclusion: Rule = {
  name: "exclusion",
  locks: tellLocks,
};
