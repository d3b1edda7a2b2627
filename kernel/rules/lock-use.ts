// In which contexts a lock is taken: one fact for each lock and use. A lock that an interrupt takes must never be held
// with that interrupt enabled. https://docs.kernel.org/locking/lockdep-design.html ("State", "Single-lock state rules")
// The search merges the facts; what follows from them is in lock-graph.ts. Bit spinlocks are watched too, which
// lockdep does not do.

import type { Host, Rule } from "../../interpreter/api.js";
import { FOR_READING, type HeldLock, heldLocks } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { IRQ_FLAG } from "../objects/irq.js";
import { isLockOp, type LockUse, lockId } from "../objects/locks.js";
import { HARDIRQ_MASK, SOFTIRQ_MASK, SOFTIRQ_OFFSET } from "../objects/preempt.js";

export const LOCK_USE = "lock-use";

/** Uses, as bits: taken inside the interrupt, taken or held with it enabled; for reading four bits higher. */
export const Use = { InHardirq: 1, HardirqOn: 2, InSoftirq: 4, SoftirqOn: 8 } as const;
export const READ_SHIFT = 4;

export const packUse = (kind: number, uses: number): number => kind | (uses << 4);
export const useKind = (flags: number): number => flags & 15;
export const usesOf = (flags: number): number => flags >> 4;

/** The uses that taking or holding a lock in this state is. */
function usesIn(count: number, irqOff: number): number {
  const inHard = (count & HARDIRQ_MASK) !== 0;
  const inSoft = !inHard && (count & SOFTIRQ_OFFSET) !== 0;
  let uses = 0;
  if (inHard) uses |= Use.InHardirq;
  if (inSoft) uses |= Use.InSoftirq;
  if (!inHard && irqOff === 0) {
    uses |= Use.HardirqOn;
    if ((count & SOFTIRQ_MASK) === 0) uses |= Use.SoftirqOn;
  }
  return uses;
}

function tell(h: Host, lock: Pick<HeldLock, "address" | "bit" | "kind">, uses: number): void {
  if (uses === 0) return;
  const shifted = FOR_READING.includes(lock.kind) ? uses << READ_SHIFT : uses;
  h.fact(LOCK_USE, lockId(h, lock), 0, -1, h.site, packUse(lock.kind, shifted));
}

/** Forms of a trylock that turn something off together with taking the lock. */
const TRY_IRQ = /_trylock_irq(save)?$/;
const TRY_BH = /_trylock_bh$/;

function taken(h: Host, use: LockUse, name: string): void {
  if (!use.attempts(h)) return;
  const lock = { address: use.type.address(h), bit: use.type.bit(h), kind: use.type.kind };
  const count = h.preemptCount(h.task) | (TRY_BH.test(name) ? SOFTIRQ_MASK & ~SOFTIRQ_OFFSET : 0);
  tell(h, lock, usesIn(count, TRY_IRQ.test(name) ? 1 : h.irqOff(h.task)));
}

/** What is still held when interrupts or bottom halves come back on is held with them enabled. */
function enabled(h: Host, released: LockUse | null, count: number, irqOff: number): void {
  const id =
    released === null ? -1 : lockId(h, { address: released.type.address(h), bit: released.type.bit(h) });
  const uses = usesIn(count, irqOff) & (Use.HardirqOn | Use.SoftirqOn);
  for (const lock of heldLocks(h, h.task)) if (lockId(h, lock) !== id) tell(h, lock, uses);
}

const restored = (h: Host, arg: number): number => (h.arg(arg) & IRQ_FLAG ? 0 : 1);
const withoutBh = (count: number): number => count & ~SOFTIRQ_MASK;

const LOCKS = ALL_OBJECTS.filter(isLockOp);
const TAKING = LOCKS.filter((op) => op.lock.role !== "unlock");
const RELEASING = LOCKS.filter((op) => op.lock.role === "unlock");
const ending = (suffix: string) => RELEASING.filter((op) => op.name.endsWith(suffix));

export const lockUse: Rule = {
  name: LOCK_USE,
  before: {
    ...Object.fromEntries(TAKING.map((op) => [op.name, (h: Host) => taken(h, op.lock, op.name)])),
    ...Object.fromEntries(
      ending("_unlock_irq").map((op) => [
        op.name,
        (h: Host) => enabled(h, op.lock, h.preemptCount(h.task), 0),
      ]),
    ),
    ...Object.fromEntries(
      ending("_unlock_irqrestore").map((op) => [
        op.name,
        (h: Host) => enabled(h, op.lock, h.preemptCount(h.task), restored(h, 1)),
      ]),
    ),
    ...Object.fromEntries(
      ending("_unlock_bh").map((op) => [
        op.name,
        (h: Host) => enabled(h, op.lock, withoutBh(h.preemptCount(h.task)), h.irqOff(h.task)),
      ]),
    ),
    local_irq_enable: (h) => enabled(h, null, h.preemptCount(h.task), 0),
    local_irq_restore: (h) => enabled(h, null, h.preemptCount(h.task), restored(h, 0)),
    local_bh_enable: (h) => enabled(h, null, withoutBh(h.preemptCount(h.task)), h.irqOff(h.task)),
  },
};
