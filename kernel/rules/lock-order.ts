// Which lock is taken while which is held: one fact a pair, with both places and kinds. The search merges the facts of
// all steps; what follows from them is in lock-graph.ts. https://docs.kernel.org/locking/lockdep-design.html
// A lock is its address here, where lockdep has classes: two instances of one class in opposite order are found
// only if the same two instances meet in both orders.

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { isLockOp, type LockUse, lockId } from "../objects/locks.js";

export const LOCK_ORDER = "lock-order";

/** The flags of a fact: kind of the held lock, kind of the one that is taken. */
export const packKinds = (held: number, taken: number): number => held | (taken << 4);
export const heldKind = (flags: number): number => flags & 15;
export const takenKind = (flags: number): number => (flags >> 4) & 15;

function note(h: Host, use: LockUse): void {
  if (!use.attempts(h)) return;
  const id = lockId(h, { address: use.type.address(h), bit: use.type.bit(h) });
  for (const held of heldLocks(h, h.task)) {
    if (lockId(h, held) !== id)
      h.fact(LOCK_ORDER, lockId(h, held), id, held.site, h.site, packKinds(held.kind, use.type.kind));
  }
}

export const lockOrder: Rule = {
  name: LOCK_ORDER,
  before: Object.fromEntries(
    ALL_OBJECTS.filter(isLockOp)
      .filter((op) => op.lock.role === "lock")
      .map((op) => [op.name, (h: Host) => note(h, op.lock)]),
  ),
};
