// What the rules and the reports need to know of a lock operation: which lock, which role. An operation on a lock
// carries it in `lock`, so that a new kind of lock is watched without a line in any rule.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { type HeldLock, kindName, LockKind } from "./held.js";

export interface LockType {
  readonly kind: LockKind;
  /** Shared with other readers. */
  readonly reading: boolean;
  /** Address of the lock named by the operation's arguments, 0 if it is none. */
  address(h: Host): number;
  /** The bit of a bit spinlock, else 0. */
  bit(h: Host): number;
}

export interface LockUse {
  /** A trylock never waits, so it can close no circle of waiting. */
  readonly role: "lock" | "trylock" | "unlock";
  readonly type: LockType;
  /** Is the step of the current phase the first attempt at the lock? */
  attempts(h: Host): boolean;
}

export interface LockOp extends ObjectOp {
  readonly lock: LockUse;
}

export function isLockOp(op: ObjectOp): op is LockOp {
  return "lock" in op;
}

/** The lock in C words if it has a name of its own, else its kind. */
export function lockName(h: Pick<Host, "nameOf">, lock: Pick<HeldLock, "address" | "kind" | "bit">): string {
  const name = h.nameOf(lock.address);
  if (lock.kind === LockKind.Bit)
    return name === "" ? `a bit spinlock (bit ${lock.bit})` : `bit ${lock.bit} of ${name}`;
  return name === "" ? `a ${kindName(lock.kind)}` : name;
}
