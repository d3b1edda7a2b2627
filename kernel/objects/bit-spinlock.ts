// A spinlock in one bit of an unsigned long that belongs to others: (bitnr, addr). The byte with the bit is all that a
// step touches; the owner is known from the list of held locks only.
// https://docs.kernel.org/core-api/wrappers/atomic_bitops.html. The bit is really set, as with SMP or DEBUG_SPINLOCK.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { findHeld, LockKind } from "./held.js";
import { isLockedOp, lockOp, type SpinLockType, tryLockOp, unlockOp } from "./spinning.js";

const bit = (h: Host) => h.arg(0) & 7;

const bitLock: SpinLockType = {
  kind: LockKind.Bit,
  size: 1,
  reading: false,
  anonymous: true,
  unlockAtomics: 1,
  address(h) {
    const word = h.pointer(1);
    return word === 0 ? 0 : word + (h.arg(0) >> 3);
  },
  bit,
  free: (h, address) => (h.load8(address) & (1 << bit(h))) === 0,
  own: (h, address) => findHeld(h, h.task, address, LockKind.Bit, bit(h)) >= 0,
  take: (h, address) => h.store8(address, h.load8(address) | (1 << bit(h))),
  release: (h, address) => h.store8(address, h.load8(address) & ~(1 << bit(h))),
};

export const bitSpinlockOps: ObjectOp[] = [
  lockOp("bit_spin_lock", "plain", bitLock),
  tryLockOp("bit_spin_trylock", "plain", bitLock),
  unlockOp("bit_spin_unlock", "plain", bitLock),
  unlockOp("__bit_spin_unlock", "plain", bitLock),
  isLockedOp("bit_spin_is_locked", bitLock),
];
