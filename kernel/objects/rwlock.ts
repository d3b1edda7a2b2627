// rwlock_t, see shared-state.ts. https://docs.kernel.org/locking/spinlocks.html (lesson 2)
// Simpler: no fairness; a waiting writer keeps no reader out.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { findHeld, LockKind } from "./held.js";
import { free, ownedForWriting, release, take } from "./shared-state.js";
import { lockOp, type SpinLockType, tryLockOp, unlockOp } from "./spinning.js";

const common = { size: 4, address: (h: Host) => h.pointer(0), bit: () => 0, unlockAtomics: 1 };

const reading: SpinLockType = {
  ...common,
  kind: LockKind.Read,
  reading: true,
  free: free.forReading,
  own: ownedForWriting,
  take: take.forReading,
  release: release.forReading,
};

const writing: SpinLockType = {
  ...common,
  kind: LockKind.Write,
  reading: false,
  free: free.forWriting,
  own: (h, address) => findHeld(h, h.task, address, 0, 0) >= 0,
  take: take.forWriting,
  release: release.forWriting,
};

function family(prefix: string, type: SpinLockType): ObjectOp[] {
  return [
    lockOp(`${prefix}_lock`, "plain", type),
    lockOp(`${prefix}_lock_irq`, "irq", type),
    lockOp(`${prefix}_lock_bh`, "bh", type),
    lockOp(`${prefix}_lock_irqsave`, "irqsave", type),
    tryLockOp(`${prefix}_trylock`, "plain", type),
    unlockOp(`${prefix}_unlock`, "plain", type),
    unlockOp(`${prefix}_unlock_irq`, "irq", type),
    unlockOp(`${prefix}_unlock_bh`, "bh", type),
    unlockOp(`${prefix}_unlock_irqrestore`, "irqsave", type),
  ];
}

export const rwlockOps: ObjectOp[] = [...family("read", reading), ...family("write", writing)];
