// A context that takes a lock which it holds waits for itself. https://docs.kernel.org/locking/lockdep-design.html
// ("recursion"). Two readers of one rwlock or rw-semaphore by one context do not exclude each other here.

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks, LockKind, SPINNING } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { isLockOp, type LockUse, lockName } from "../objects/locks.js";

const READING: readonly number[] = [LockKind.Read, LockKind.RwsemRead];

function check(h: Host, use: LockUse): void {
  if (!use.attempts(h)) return;
  const address = use.type.address(h);
  const bit = use.type.bit(h);
  const again = heldLocks(h, h.task).find(
    (lock) =>
      lock.address === address && lock.bit === bit && !(use.type.reading && READING.includes(lock.kind)),
  );
  if (again === undefined) return;
  const kind = SPINNING.includes(use.type.kind) ? "spinlock-recursion" : "recursive-locking";
  h.report(
    kind,
    `${lockName(h, again)} is held by the context that takes it`,
    address,
    0,
    h.task,
    again.site,
  );
}

export const recursion: Rule = {
  name: "recursion",
  before: Object.fromEntries(
    ALL_OBJECTS.filter(isLockOp)
      .filter((op) => op.lock.role === "lock")
      .map((op) => [op.name, (h: Host) => check(h, op.lock)]),
  ),
};
