// Asking for held locks. https://docs.kernel.org/locking/lockdep-design.html
// Answers come from the context's own list, so they are local.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { FOR_READING, heldLocks, LockKind } from "./held.js";
import { localOp } from "./op.js";

function holds(h: Host, address: number, wanted: (reading: boolean) => boolean): boolean {
  return heldLocks(h, h.task).some(
    (lock) =>
      lock.address === address && lock.kind !== LockKind.Bit && wanted(FOR_READING.includes(lock.kind)),
  );
}

export const lockdepOps: ObjectOp[] = [
  localOp("lock_is_held", (h) => h.setResult(holds(h, h.pointer(0), () => true) ? 1 : 0)),
  localOp("lock_is_held_type", (h) => {
    const exclusive = h.arg(1) !== 0;
    h.setResult(holds(h, h.pointer(0), (reading) => reading !== exclusive) ? 1 : 0);
  }),
];
