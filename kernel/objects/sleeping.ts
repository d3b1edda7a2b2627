// What all sleeping locks have in common. A waiter gives its CPU up; any waiter may be next.
//
// A context that must not sleep, or that waits for itself, takes its step even while the lock is held: so the
// rules see it in every schedule, not only in those where the lock happens to be free. Then it waits, in phase 1.

import type { Host } from "../../interpreter/api.js";
import { popHeld, pushHeld } from "./held.js";
import type { LockOp, LockType } from "./locks.js";
import { DONE } from "./op.js";
import { inAtomic } from "./preempt.js";

/** A kind of sleeping lock: a u32 at its address. */
export interface SleepLockType extends LockType {
  free(h: Host, address: number): boolean;
  /** Does this context keep the lock from becoming free by holding it already? */
  own(h: Host, address: number): boolean;
  take(h: Host, address: number): void;
  release(h: Host, address: number): void;
}

const SIZE = 4;

export function sleepLockOp(name: string, type: SleepLockType): LockOp {
  return {
    name,
    waits: "sleeps",
    anonymous: type.anonymous === true,
    lock: { role: "lock", type, attempts: (h) => h.phase === 0 },
    cost: { atomics: 1, locks: 1 },
    phases: ["", "waited"],
    ready(h) {
      const address = type.address(h);
      if (!h.accessible(address, SIZE, true) || type.free(h, address)) return true;
      return h.phase === 0 && (inAtomic(h) || type.own(h, address));
    },
    commit(h) {
      const address = type.address(h);
      if (!h.access(address, SIZE, true)) return DONE;
      if (!type.free(h, address)) return 1;
      type.take(h, address);
      pushHeld(h, address, type.kind, 0);
      return DONE;
    },
    touches(h, f) {
      f.write(type.address(h), SIZE);
    },
  };
}

/** Result 1 or 0; never waits and may be called in atomic context. */
export function sleepTryLockOp(name: string, type: SleepLockType): LockOp {
  return {
    name,
    waits: "never",
    anonymous: type.anonymous === true,
    lock: { role: "trylock", type, attempts: () => true },
    tries: (h) => ({ address: type.address(h), size: SIZE }),
    cost: { atomics: 1, locks: 1 },
    commit(h) {
      const address = type.address(h);
      if (!h.access(address, SIZE, true)) return DONE;
      const free = type.free(h, address);
      if (free) {
        type.take(h, address);
        pushHeld(h, address, type.kind, 0);
      }
      h.setResult(free ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      const address = type.address(h);
      if (h.accessible(address, SIZE, true) && !type.free(h, address)) f.read(address, SIZE);
      else f.write(address, SIZE);
    },
  };
}

export function sleepUnlockOp(name: string, type: SleepLockType): LockOp {
  return {
    name,
    waits: "never",
    anonymous: type.anonymous === true,
    lock: { role: "unlock", type, attempts: () => false },
    releases: true,
    cost: { atomics: 1 },
    commit(h) {
      const address = type.address(h);
      if (!h.access(address, SIZE, true)) return DONE;
      type.release(h, address);
      popHeld(h, address, type.kind, 0);
      return DONE;
    },
    touches(h, f) {
      f.write(type.address(h), SIZE);
    },
  };
}
