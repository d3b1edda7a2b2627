// Which lock is taken while which is held: one fact a pair, with both places. The search merges the facts of all steps
// and looks for circles. https://docs.kernel.org/locking/lockdep-design.html
// A lock is its address here, where lockdep has classes: two instances of one class in opposite order are found
// only if the same two instances meet in both orders.

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { isLockOp, type LockUse } from "../objects/locks.js";

function note(h: Host, use: LockUse): void {
  if (!use.attempts(h)) return;
  const address = use.type.address(h);
  for (const held of heldLocks(h, h.task)) {
    if (held.address !== address) h.fact("lock-order", held.address, address, held.site, h.site);
  }
}

export const lockOrder: Rule = {
  name: "lock-order",
  before: Object.fromEntries(
    ALL_OBJECTS.filter(isLockOp)
      .filter((op) => op.lock.role === "lock")
      .map((op) => [op.name, (h: Host) => note(h, op.lock)]),
  ),
};
