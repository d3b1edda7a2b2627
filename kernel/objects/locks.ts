// What the rules and the reports need to know of a lock operation: which lock, which role. An operation on a lock
// carries it in `lock`, so that a new kind of lock is watched without a line in any rule.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { type HeldLock, kindName, LockKind } from "./held.js";

export interface LockType {
  readonly kind: LockKind;
  /** Shared with other readers. */
  readonly reading: boolean;
  /** Its memory says who holds it in one u32, as number + 1, or not at all. See ObjectOp. */
  readonly anonymous?: boolean;
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

/** How a waiter for a lock waits, from strict to lax; lockdep's wait types. What is held allows only as much as it is. */
export const WaitType = { None: 0, Free: 1, Spin: 2, Config: 3, Sleep: 4, Any: 5 } as const;

const WAIT_TYPES: Record<LockKind, number> = {
  [LockKind.Spin]: WaitType.Config,
  [LockKind.RawSpin]: WaitType.Spin,
  [LockKind.Bit]: WaitType.None,
  [LockKind.Read]: WaitType.Config,
  [LockKind.Write]: WaitType.Config,
  [LockKind.Mutex]: WaitType.Sleep,
  [LockKind.RwsemRead]: WaitType.Sleep,
  [LockKind.RwsemWrite]: WaitType.Sleep,
  [LockKind.Semaphore]: WaitType.None,
};

export function waitTypeOf(kind: LockKind): number {
  return WAIT_TYPES[kind];
}

const BITS = 64;
const ADDRESSES = 2 ** 32;
const MAKERS = 2 ** 15;

/**
 * One number for a lock that means the same one in all runs: its address, for bit spinlocks the bit, and where its
 * memory was allocated. The n-th allocation of a context has the same address in every run, but need not be the same
 * object.
 */
export function lockId(h: Pick<Host, "madeAt">, lock: Pick<HeldLock, "address" | "bit">): number {
  const maker = (h.madeAt(lock.address) + 1) % MAKERS;
  return (maker * ADDRESSES + lock.address) * BITS + lock.bit;
}

export function addressOfId(id: number): number {
  return Math.floor(id / BITS) % ADDRESSES;
}

export function bitOfId(id: number): number {
  return id % BITS;
}

/** What the C of a lock's type calls its only word: part of the path to its address, no part of its name. */
const INSIDES = /(\.rlock)?\.(owner|state|count)$/;

/** The lock in C words if it has a name of its own, else its kind. */
export function lockName(h: Pick<Host, "nameOf">, lock: Pick<HeldLock, "address" | "kind" | "bit">): string {
  const name = h.nameOf(lock.address).replace(INSIDES, "");
  if (lock.kind === LockKind.Bit)
    return name === "" ? `a bit spinlock (bit ${lock.bit})` : `bit ${lock.bit} of ${name}`;
  return name === "" ? `a ${kindName(lock.kind)}` : name;
}
