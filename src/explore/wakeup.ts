// A node of a wakeup tree: a step that has to be taken, and what has to follow.

import { NOTHING } from "./footprints.js";

export class Wakeup {
  task = -1;
  print = NOTHING;
  /** The first child, and the next one of the same parent. */
  first: Wakeup | null = null;
  next: Wakeup | null = null;
}
