// ASSERT_EXCLUSIVE_*_SCOPED(): what a context claims for the rest of a scope, wherever it stands in it.
// https://docs.kernel.org/dev-tools/kcsan.html

import type { Rule } from "../../interpreter/api.js";
import { touchClaims } from "../objects/kcsan.js";

export const claims: Rule = {
  name: "claims",
  claims: touchClaims,
  claimsBehind: ["kcsan_begin_scoped_access"],
};
