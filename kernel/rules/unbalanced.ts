// What a context leaves behind: every section that it opened must be closed when it returns.
// https://docs.kernel.org/locking/preempt-locking.html, https://docs.kernel.org/locking/lockdep-design.html

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks, SPINNING } from "../objects/held.js";
import { lockName } from "../objects/locks.js";
import { PREEMPT_MASK, SOFTIRQ_DISABLE_OFFSET, SOFTIRQ_MASK } from "../objects/preempt.js";
import { Word } from "../objects/words.js";

function leaves(h: Host): void {
  // Asked at the end of every context of every run: nearly always there is nothing.
  const open =
    h.word(h.task, Word.HeldCount) |
    h.word(h.task, Word.RcuNesting) |
    h.word(h.task, Word.RcuBhNesting) |
    h.preemptCount(h.task) |
    h.irqOff(h.task);
  if (open === 0) return;
  const locks = heldLocks(h, h.task);
  for (const lock of locks) {
    h.report("lock-held-at-exit", `${lockName(h, lock)} is still held`, lock.address, 0, h.task, lock.site);
  }
  const count = h.preemptCount(h.task);
  if (h.word(h.task, Word.RcuNesting) !== 0)
    h.report("unbalanced", "rcu_read_lock() without rcu_read_unlock() at exit");
  if (h.word(h.task, Word.RcuBhNesting) !== 0)
    h.report("unbalanced", "rcu_read_lock_bh() without rcu_read_unlock_bh() at exit");
  else if (count & SOFTIRQ_MASK)
    h.report("unbalanced", "local_bh_disable() without local_bh_enable() at exit");
  // A spinlock that is still held, or a reader of the flavour "sched", explains a count of its own.
  const explained =
    locks.filter((lock) => SPINNING.includes(lock.kind)).length +
    (h.config.rcu === "sched" && h.word(h.task, Word.RcuNesting) !== 0 ? 1 : 0);
  if ((count & PREEMPT_MASK) > explained)
    h.report("unbalanced", "preempt_disable() without preempt_enable() at exit");
  if (h.irqOff(h.task) && locks.length === 0) h.report("unbalanced", "interrupts left disabled at exit");
}

export const unbalanced: Rule = {
  name: "unbalanced",
  before: {
    preempt_enable: (h) => {
      if ((h.preemptCount(h.task) & PREEMPT_MASK) === 0)
        h.report("unbalanced", "preempt_enable() without preempt_disable()");
    },
    local_bh_enable: (h) => {
      if ((h.preemptCount(h.task) & SOFTIRQ_MASK) < SOFTIRQ_DISABLE_OFFSET)
        h.report("unbalanced", "local_bh_enable() without local_bh_disable()");
    },
  },
  finish: leaves,
  end: leaves,
};
