// Assertions of the data race detector. https://docs.kernel.org/dev-tools/kcsan.html
// An assertion does nothing; all that matters is what it would touch, which the search holds against what others are
// about to do.

import type { ObjectOp } from "../../interpreter/api.js";
import { DONE } from "./op.js";

/** Bits of the type (linux/kcsan-checks.h). */
const WRITE = 1;
const ATOMIC = 4;
const ASSERT = 8;

export const kcsanOps: ObjectOp[] = [
  {
    name: "__kcsan_check_access",
    waits: "never",
    commit: () => DONE,
    touches(h, f) {
      const address = h.pointer(0);
      const size = h.arg(1);
      const type = h.arg(2);
      if (type & ASSERT) f.assert(address, size, (type & WRITE) !== 0);
      else if (type & WRITE) f.write(address, size, (type & ATOMIC) === 0);
      else f.read(address, size, (type & ATOMIC) === 0);
    },
  },
];
