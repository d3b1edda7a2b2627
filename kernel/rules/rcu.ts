// RCU used so that a grace period cannot end or a reader is left. https://docs.kernel.org/RCU/lockdep-splat.html
// What a dereference needs is checked where it stands (linux/rcupdate.h).

import type { Host, Rule } from "../../interpreter/api.js";
import { atomicNow } from "../objects/preempt.js";
import { srcuNesting } from "../objects/srcu.js";
import { describeWait } from "../objects/waits.js";
import { Word } from "../objects/words.js";

function synchronize(h: Host, name: string, flavour: string, inside: boolean): void {
  if (h.phase === 0 && inside) h.report("rcu", `Illegal ${name}() in ${flavour} read-side critical section!`);
}

function switches(h: Host): void {
  if (h.phase === 0 && h.word(h.task, Word.RcuNesting) !== 0)
    h.report("rcu", "Illegal context switch in RCU read-side critical section!");
}

/** TaskState of a context that has not returned. */
const PARKED = 2;

/** A grace period that cannot end: told at the reader that keeps it, with the waiter as the other party. */
function stalls(h: Host): number {
  for (let t = 0; t < h.taskCount(); t++) {
    const op = h.waitingIn(t);
    const callback = op === "__smplab_rcu_invoke";
    // Of SRCU no kernel says that it stalls.
    if (!callback && !/^synchronize_(rcu|sched)/.test(op)) continue;
    h.focus(t);
    const [reader] = describeWait(h, op).holders;
    if (reader === undefined) continue;
    const waiter = h.siteOf(t);
    const text = `${callback ? "the callback of call_rcu()" : `${op}()`} waits for a reader that never leaves`;
    if (h.taskState(reader) === PARKED) {
      h.focus(reader);
      h.report("rcu-stall", text, 0, 0, t, waiter);
    } else {
      // The reader has returned inside its section: only the waiter stands somewhere.
      h.report("rcu-stall", text, 0, 0, reader, -1);
    }
  }
  // That is said besides.
  return 0;
}

export const rcu: Rule = {
  name: "rcu",
  stuck: stalls,
  before: {
    synchronize_rcu: (h) => synchronize(h, "synchronize_rcu", "RCU", h.word(h.task, Word.RcuNesting) !== 0),
    synchronize_rcu_bh: (h) =>
      synchronize(h, "synchronize_rcu_bh", "RCU-bh", h.word(h.task, Word.RcuBhNesting) !== 0),
    synchronize_sched: (h) => synchronize(h, "synchronize_sched", "RCU-sched", atomicNow(h)),
    synchronize_srcu: (h) =>
      synchronize(h, "synchronize_srcu", "same-type SRCU", srcuNesting(h, h.pointer(0)) !== 0),
    schedule: switches,
    __smplab_schedule_timeout: switches,
    msleep: switches,
    usleep_range: switches,
  },
};
