// A context that takes a lock which it holds waits for itself. https://docs.kernel.org/locking/lockdep-design.html
// ("recursion"). Reading again what one reads is allowed for a rwlock, not for a rw-semaphore: with a writer waiting in
// between, the kernel's hangs.

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks, LockKind, SPINNING } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { isLockOp, type LockUse, lockName } from "../objects/locks.js";

function check(h: Host, use: LockUse): void {
  if (!use.attempts(h)) return;
  const address = use.type.address(h);
  const bit = use.type.bit(h);
  const again = heldLocks(h, h.task).find(
    (lock) =>
      lock.address === address &&
      lock.bit === bit &&
      !(use.type.kind === LockKind.Read && lock.kind === LockKind.Read),
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
