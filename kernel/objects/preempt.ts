// preempt_disable() and kin, local_bh_disable(), and what every other primitive uses to change preempt_count or the
// interrupt state. https://docs.kernel.org/locking/preempt-locking.html
//
// The one thing to know: a context's CPU is free for others while its count is 0 and its interrupts are on. Only a
// step that changes this is visible; a nested preempt_disable() is local. Code with a count or with interrupts off is
// also what synchronize_sched() waits for, so the step that ends such a section clears the context's bit in the
// masks of those who wait.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { DONE } from "./op.js";
import { Word } from "./words.js";

export const PREEMPT_OFFSET = 1;
export const PREEMPT_MASK = 0xff;
export const SOFTIRQ_MASK = 0xff00;
/** What serving a softirq and a hardirq adds. */
export const SOFTIRQ_OFFSET = 0x100;
export const HARDIRQ_OFFSET = 0x10000;
export const HARDIRQ_MASK = 0xf0000;
/** What local_bh_disable() adds. */
export const SOFTIRQ_DISABLE_OFFSET = 0x200;

/** Is the context of this operation in a section that preemption and synchronize_sched() respect? */
export function atomicNow(h: Host): boolean {
  return h.preemptCount(h.task) !== 0 || h.irqOff(h.task) !== 0;
}

/** Is the context in atomic context, where sleeping is a mistake? */
export function inAtomic(h: Host): boolean {
  return atomicNow(h) || h.word(h.task, Word.RcuNesting) !== 0;
}

/**
 * Whom a context with these values keeps from its CPU: nobody, other tasks, softirqs too, everybody. (The machine's
 * rule, see Level in interpreter/machine/layout.ts.)
 */
function keepsAway(count: number, irqOff: number): number {
  if (irqOff !== 0) return 3;
  return count > PREEMPT_MASK ? 2 : count !== 0 ? 1 : 0;
}

/** Would nobody notice these values in place of those of now? */
export function unnoticed(h: Host, count: number, irqOff: number): boolean {
  return keepsAway(count, irqOff) === keepsAway(h.preemptCount(h.task), h.irqOff(h.task));
}

/** Sets count and interrupt state in one step. */
export function setCounts(h: Host, count: number, irqOff: number): void {
  const was = atomicNow(h);
  if (count !== h.preemptCount(h.task)) h.setPreemptCount(h.task, count);
  if (irqOff !== h.irqOff(h.task)) h.setIrqOff(h.task, irqOff);
  if (!was || count !== 0 || irqOff !== 0) return;
  const bit = 1 << h.task;
  for (let t = 0; t < h.taskCount(); t++) {
    const mask = h.word(t, Word.RcuSchedWait);
    if (mask & bit) h.setWord(t, Word.RcuSchedWait, (mask & ~bit) >>> 0);
  }
}

/** What setCounts() with these values would touch. */
export function touchCounts(h: Host, f: Footprint, count: number, irqOff: number): void {
  if (!unnoticed(h, count, irqOff)) f.cpu(h.cpu);
  if (!atomicNow(h) || count !== 0 || irqOff !== 0) return;
  const bit = 1 << h.task;
  for (let t = 0; t < h.taskCount(); t++) {
    if (h.word(t, Word.RcuSchedWait) & bit) f.writeWord(t, Word.RcuSchedWait);
  }
}

/** The count after preempt_enable(); an underflow (kernel/rules/unbalanced.ts reports it) changes nothing. */
export function countAfterEnable(count: number): number {
  return (count & PREEMPT_MASK) === 0 ? count : count - PREEMPT_OFFSET;
}

export function countAfterBhEnable(count: number): number {
  return (count & SOFTIRQ_MASK) < SOFTIRQ_DISABLE_OFFSET ? count : count - SOFTIRQ_DISABLE_OFFSET;
}

/** An operation that changes preempt_count. */
export function countOp(name: string, after: (count: number) => number): ObjectOp {
  return {
    name,
    waits: "never",
    anonymous: true,
    local: (h) => unnoticed(h, after(h.preemptCount(h.task)), h.irqOff(h.task)),
    commit(h) {
      setCounts(h, after(h.preemptCount(h.task)), h.irqOff(h.task));
      return DONE;
    },
    touches(h, f) {
      touchCounts(h, f, after(h.preemptCount(h.task)), h.irqOff(h.task));
    },
  };
}

export const preemptOps: ObjectOp[] = [
  countOp("preempt_disable", (count) => count + PREEMPT_OFFSET),
  countOp("preempt_enable", countAfterEnable),
  countOp("local_bh_disable", (count) => count + SOFTIRQ_DISABLE_OFFSET),
  countOp("local_bh_enable", countAfterBhEnable),
  {
    name: "preempt_count",
    waits: "never",
    local: true,
    commit(h) {
      h.setResult(h.preemptCount(h.task));
      return DONE;
    },
  },
];
