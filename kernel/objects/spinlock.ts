// spinlock_t and raw_spinlock_t: one u32 in the C structure, 0 or the owner's number + 1.
// https://docs.kernel.org/locking/locktypes.html. Any waiter may be next (the kernel's are queued since 4.2; no
// API promises it). The irqsave trylock leaves interrupts alone when it fails, which is what it amounts to.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { LockKind } from "./held.js";
import { isLockedOp, lockOp, type SpinLockType, tryLockOp, unlockOp } from "./spinning.js";

function spinLockType(kind: LockKind): SpinLockType {
  return {
    kind,
    size: 4,
    reading: false,
    anonymous: true,
    unlockAtomics: 0,
    address: (h: Host) => h.pointer(0),
    bit: () => 0,
    free: (h, address) => h.load32(address) === 0,
    own: (h, address) => h.load32(address) === h.task + 1,
    take: (h, address) => h.store32(address, h.task + 1),
    release: (h, address) => h.store32(address, 0),
  };
}

function family(prefix: string, type: SpinLockType): ObjectOp[] {
  return [
    lockOp(`${prefix}_lock`, "plain", type),
    lockOp(`${prefix}_lock_irq`, "irq", type),
    lockOp(`${prefix}_lock_bh`, "bh", type),
    lockOp(`${prefix}_lock_irqsave`, "irqsave", type),
    tryLockOp(`${prefix}_trylock`, "plain", type),
    tryLockOp(`${prefix}_trylock_irq`, "irq", type),
    tryLockOp(`${prefix}_trylock_bh`, "bh", type),
    tryLockOp(`__smplab_${prefix}_trylock_irqsave`, "irqsave", type),
    unlockOp(`${prefix}_unlock`, "plain", type),
    unlockOp(`${prefix}_unlock_irq`, "irq", type),
    unlockOp(`${prefix}_unlock_bh`, "bh", type),
    unlockOp(`${prefix}_unlock_irqrestore`, "irqsave", type),
    isLockedOp(`${prefix}_is_locked`, type),
  ];
}

export const spinlockOps: ObjectOp[] = [
  ...family("spin", spinLockType(LockKind.Spin)),
  ...family("raw_spin", spinLockType(LockKind.RawSpin)),
];
