// What all spinning locks have in common: the way in and the way out, with preemption and interrupts. A lock type
// (spinlock.ts, bit-spinlock.ts, rwlock.ts) says only where it is, when it is free and how it is taken.
//
// The way in, one step each:
//   0 enter   the irq and bh forms turn interrupts or bottom halves off; other forms begin with 1
//   1 take    when free: takes the lock and raises preempt_count
//   2 spin    like 1, preempt_count has been raised already
//   3 stuck   the context waits for itself
// The hard thing is 2. A waiter has disabled preemption before it begins to spin. While nobody else is on its CPU
// that cannot be noticed, and the wait is simply a 1 that is not ready. But when others are, and only the full model
// lets them in, beginning to spin is a step of its own: it takes the CPU from them, perhaps from the only one
// that could release the lock.
// The way out is one step: releasing, restoring interrupts and leaving the preempt-off section right behind it only
// enable others; splitting them adds no outcome.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { popHeld, pushHeld } from "./held.js";
import { IRQ_FLAG, irqFlags } from "./irq.js";
import type { LockOp, LockType } from "./locks.js";
import { DONE } from "./op.js";
import {
  countAfterBhEnable,
  countAfterEnable,
  PREEMPT_OFFSET,
  SOFTIRQ_DISABLE_OFFSET,
  setCounts,
  touchCounts,
} from "./preempt.js";

/** A kind of spinning lock. `size` bytes at its address are read and written. */
export interface SpinLockType extends LockType {
  readonly size: number;
  free(h: Host, address: number): boolean;
  /** Does this context keep the lock from becoming free by holding it already? */
  own(h: Host, address: number): boolean;
  take(h: Host, address: number): void;
  release(h: Host, address: number): void;
  /** Cost of taking and of releasing it, see ObjectOp. */
  readonly unlockAtomics: number;
}

export const Phase = { Enter: 0, Take: 1, Spin: 2, Stuck: 3 } as const;

/** What a form of the operation does besides locking. */
export type SpinForm = "plain" | "irq" | "irqsave" | "bh";

function entered(h: Host, form: SpinForm): { count: number; irqOff: number } {
  const count = h.preemptCount(h.task);
  if (form === "bh") return { count: count + SOFTIRQ_DISABLE_OFFSET, irqOff: h.irqOff(h.task) };
  return { count, irqOff: 1 };
}

/** The phase that this step really is: a form without an entry begins with taking. */
function phaseOf(h: Host, form: SpinForm): number {
  return h.phase === Phase.Enter && form === "plain" ? Phase.Take : h.phase;
}

/** Is waiting with preemption off something that others can notice? */
function beginsToSpin(h: Host): boolean {
  return (
    h.config.preempt === "full" &&
    h.preemptCount(h.task) === 0 &&
    h.irqOff(h.task) === 0 &&
    h.cpuShared(h.cpu)
  );
}

export function lockOp(name: string, form: SpinForm, type: SpinLockType): LockOp {
  return {
    name,
    waits: "spins",
    anonymous: type.anonymous === true,
    lock: { role: "lock", type, attempts: (h) => phaseOf(h, form) === Phase.Take },
    cost: { atomics: 1, locks: 1 },
    phases: [form === "plain" ? "" : form === "bh" ? "bottom halves off" : "interrupts off", "", "spins", ""],
    ready(h) {
      const phase = phaseOf(h, form);
      if (phase === Phase.Enter) return true;
      if (phase === Phase.Stuck) return false;
      const address = type.address(h);
      // A lock that cannot be accessed is the step's fault to report.
      if (!h.accessible(address, type.size, true)) return true;
      if (type.free(h, address)) return true;
      return phase === Phase.Take && (type.own(h, address) || beginsToSpin(h));
    },
    commit(h) {
      const phase = phaseOf(h, form);
      if (phase === Phase.Enter) {
        const { count, irqOff } = entered(h, form);
        h.setTemp(0, irqFlags(h));
        setCounts(h, count, irqOff);
        return Phase.Take;
      }
      const address = type.address(h);
      if (!h.access(address, type.size, true)) return DONE;
      const free = type.free(h, address);
      if (phase === Phase.Take) setCounts(h, h.preemptCount(h.task) + PREEMPT_OFFSET, h.irqOff(h.task));
      if (!free) return type.own(h, address) ? Phase.Stuck : Phase.Spin;
      type.take(h, address);
      pushHeld(h, address, type.kind, type.bit(h));
      if (form === "irqsave") h.setResult(h.temp(0));
      return DONE;
    },
    touches(h, f) {
      const phase = phaseOf(h, form);
      if (phase === Phase.Enter) {
        const { count, irqOff } = entered(h, form);
        touchCounts(h, f, count, irqOff);
        return;
      }
      touchTake(h, f, type, phase === Phase.Take);
    },
  };
}

function touchTake(h: Host, f: Footprint, type: SpinLockType, raise: boolean): void {
  const address = type.address(h);
  f.write(address, type.size);
  if (raise) touchCounts(h, f, h.preemptCount(h.task) + PREEMPT_OFFSET, h.irqOff(h.task));
}

/** A try never waits: a failed one is a read that changes nothing. Result 1 or 0. */
export function tryLockOp(name: string, form: SpinForm, type: SpinLockType): LockOp {
  const wanted = (h: Host) => {
    const count = h.preemptCount(h.task) + PREEMPT_OFFSET;
    if (form === "bh") return { count: count + SOFTIRQ_DISABLE_OFFSET, irqOff: h.irqOff(h.task) };
    return { count, irqOff: form === "plain" ? h.irqOff(h.task) : 1 };
  };
  return {
    name,
    waits: "never",
    anonymous: type.anonymous === true,
    lock: { role: "trylock", type, attempts: () => true },
    tries: (h) => ({ address: type.address(h), size: type.size }),
    cost: { atomics: 1, locks: 1 },
    commit(h) {
      const address = type.address(h);
      if (!h.access(address, type.size, true)) return DONE;
      if (!type.free(h, address)) {
        h.setResult(0);
        return DONE;
      }
      const { count, irqOff } = wanted(h);
      setCounts(h, count, irqOff);
      type.take(h, address);
      pushHeld(h, address, type.kind, type.bit(h));
      h.setResult(1);
      return DONE;
    },
    touches(h, f) {
      const address = type.address(h);
      if (!h.accessible(address, type.size, true) || !type.free(h, address)) {
        f.read(address, type.size);
        return;
      }
      f.write(address, type.size);
      const { count, irqOff } = wanted(h);
      touchCounts(h, f, count, irqOff);
    },
  };
}

/** The flags of an irqrestore form are argument 1. */
export function unlockOp(name: string, form: SpinForm, type: SpinLockType): LockOp {
  const wanted = (h: Host) => {
    const count = countAfterEnable(h.preemptCount(h.task));
    if (form === "bh") return { count: countAfterBhEnable(count), irqOff: h.irqOff(h.task) };
    if (form === "irq") return { count, irqOff: 0 };
    if (form === "irqsave") return { count, irqOff: h.arg(1) & IRQ_FLAG ? 0 : 1 };
    return { count, irqOff: h.irqOff(h.task) };
  };
  return {
    name,
    waits: "never",
    anonymous: type.anonymous === true,
    lock: { role: "unlock", type, attempts: () => false },
    releases: true,
    cost: { atomics: type.unlockAtomics },
    commit(h) {
      const address = type.address(h);
      if (!h.access(address, type.size, true)) return DONE;
      type.release(h, address);
      popHeld(h, address, type.kind, type.bit(h));
      const { count, irqOff } = wanted(h);
      setCounts(h, count, irqOff);
      return DONE;
    },
    touches(h, f) {
      f.write(type.address(h), type.size);
      const { count, irqOff } = wanted(h);
      touchCounts(h, f, count, irqOff);
    },
  };
}

/** Reads the lock: 1 if somebody holds it. */
export function isLockedOp(name: string, type: SpinLockType): ObjectOp {
  return {
    name,
    waits: "never",
    anonymous: type.anonymous === true,
    commit(h) {
      const address = type.address(h);
      if (!h.access(address, type.size, false)) return DONE;
      h.setResult(type.free(h, address) ? 0 : 1);
      return DONE;
    },
    touches(h, f) {
      f.read(type.address(h), type.size);
    },
  };
}
