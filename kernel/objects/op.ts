// Small things that many objects need. The door of the interpreter gives types only, so its constants are repeated.

import type { Host, ObjectOp } from "../../interpreter/api.js";

/** Returned by `commit`: the operation is complete (DONE of interpreter/machine/host.ts). */
export const DONE = 0;

/** An operation that only this context can notice: it computes a value or speaks. */
export function localOp(name: string, run: (h: Host) => void): ObjectOp {
  return {
    name,
    waits: "never",
    local: true,
    commit(h) {
      run(h);
      return DONE;
    },
  };
}

/** Is another context on this CPU, so that one that spins here keeps it from going on? Finished ones count: their end
 * is nobody's step, so a state in which they no longer matter must not look different to an operation. */
export function sharesCpu(h: Host): boolean {
  for (let t = 1; t < h.taskCount(); t++) {
    if (t === h.task || h.taskState(t) < 2) continue;
    if (h.cpuOf(t) === h.cpu || h.migratable(t)) return true;
  }
  return false;
}
