// Operations that may sleep, in a context that must not: with preemption, bottom halves or interrupts off, or in an RCU
// reader. https://docs.kernel.org/locking/locktypes.html, https://docs.kernel.org/RCU/checklist.html
// DEBUG_ATOMIC_SLEEP: reported whether or not the operation has to wait this time.

import type { Host, Rule } from "../../interpreter/api.js";
import { atomicNow, inAtomic } from "../objects/preempt.js";
import { Word } from "../objects/words.js";

/** __GFP_DIRECT_RECLAIM of linux/gfp.h: the allocation may sleep. */
const DIRECT_RECLAIM = 0x400;

function check(h: Host, name: string): void {
  if (h.phase !== 0 || !inAtomic(h)) return;
  const irqs = h.irqOff(h.task) ? "off" : "on";
  const nesting = h.word(h.task, Word.RcuNesting);
  h.report(
    "atomic-sleep",
    `${name}() with preempt_count ${h.preemptCount(h.task)}, interrupts ${irqs}, RCU nest depth ${nesting}`,
  );
}

function checkAllocation(h: Host, name: string): void {
  if (h.arg(1) & DIRECT_RECLAIM) check(h, name);
}

/** schedule() itself: a mistake under a spinlock, and one of RCU's in a reader (kernel/rules/rcu.ts). */
function checkSchedule(h: Host): void {
  if (h.phase === 0 && atomicNow(h))
    h.report("scheduling-while-atomic", `schedule() with preempt_count ${h.preemptCount(h.task)}`);
}

const SLEEPING = [
  "might_sleep",
  "cond_resched",
  "mutex_lock",
  "down",
  "down_read",
  "down_write",
  "wait_for_completion",
  "synchronize_rcu",
  "synchronize_rcu_bh",
  "synchronize_srcu",
  "synchronize_sched",
  "__alloc_percpu",
];

export const atomicSleep: Rule = {
  name: "atomic-sleep",
  before: {
    ...Object.fromEntries(SLEEPING.map((name) => [name, (h: Host) => check(h, name)])),
    kmalloc: (h) => checkAllocation(h, "kmalloc"),
    __smplab_cache_alloc: (h) => checkAllocation(h, "kmem_cache_alloc"),
    __smplab_down_timeout: (h) => check(h, "down_timeout"),
    __smplab_wait_for_completion_timeout: (h) => check(h, "wait_for_completion_timeout"),
    schedule: checkSchedule,
    __smplab_schedule_timeout: checkSchedule,
    yield: checkSchedule,
    msleep: checkSchedule,
    usleep_range: checkSchedule,
  },
};
