// Small things that many objects need. The door of the interpreter gives types only, so its constants are repeated.

import type { Host, ObjectOp } from "../../interpreter/api.js";

/** Returned by `commit`: the operation is complete (DONE of interpreter/machine/host.ts). */
export const DONE = 0;

/** An operation that only this context can notice: it computes a value or speaks. */
export function localOp(name: string, run: (h: Host) => void, anonymous = false): ObjectOp {
  return {
    name,
    waits: "never",
    local: true,
    anonymous,
    commit(h) {
      run(h);
      return DONE;
    },
  };
}

/**
 * An operation that ends the run. It is a step of its own, although nobody else can notice it: what others do between
 * the step in front of it and the end belongs to the runs, too.
 */
export function endingOp(name: string, run: (h: Host) => void, anonymous = false): ObjectOp {
  const { local: _local, ...op } = localOp(name, run, anonymous);
  return { ...op, touches() {} };
}
