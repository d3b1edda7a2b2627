// WARN, BUG and panic(). https://docs.kernel.org/process/deprecated.html
// A WARN is a finding and the run goes on; a BUG ends it. What they say was decided by the loads in front of them, so a
// WARN is local; a BUG is a step, as it ends the run for all.

import type { ObjectOp } from "../../interpreter/api.js";
import { format } from "./format.js";
import { endingOp, localOp } from "./op.js";

export const bugOps: ObjectOp[] = [
  localOp("__smplab_warn", (h) => h.report("warning", h.cstring(h.pointer(0))), true),
  localOp("__smplab_warn_printf", (h) => h.report("warning", format(h, 0).trimEnd())),
  endingOp("__smplab_bug", (h) => h.fatal("bug", h.cstring(h.pointer(0))), true),
  endingOp("panic", (h) => h.fatal("bug", `Kernel panic - not syncing: ${format(h, 0).trimEnd()}`)),
];
