// What refcount_t says of misuse. https://docs.kernel.org/core-api/refcount-vs-atomic.html
// The counting itself is C (linux/refcount.h); the report is local: the atomic operation in front of it decided it.

import type { ObjectOp } from "../../interpreter/api.js";
import { localOp } from "./op.js";

export const refcountOps: ObjectOp[] = [
  localOp("__smplab_refcount_warn", (h) => h.report("refcount", `refcount_t: ${h.cstring(h.pointer(0))}`)),
];
