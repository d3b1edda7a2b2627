// RCU used so that a grace period cannot end or a reader is left. https://docs.kernel.org/RCU/lockdep-splat.html
// What a dereference needs is checked where it stands (linux/rcupdate.h).

import type { Host, Rule } from "../../interpreter/api.js";
import { atomicNow } from "../objects/preempt.js";
import { Word } from "../objects/words.js";

function synchronize(h: Host, name: string, flavour: string, inside: boolean): void {
  if (h.phase === 0 && inside) h.report("rcu", `Illegal ${name}() in ${flavour} read-side critical section!`);
}

export const rcu: Rule = {
  name: "rcu",
  before: {
    synchronize_rcu: (h) => synchronize(h, "synchronize_rcu", "RCU", h.word(h.task, Word.RcuNesting) !== 0),
    synchronize_rcu_bh: (h) =>
      synchronize(h, "synchronize_rcu_bh", "RCU-bh", h.word(h.task, Word.RcuBhNesting) !== 0),
    synchronize_sched: (h) => synchronize(h, "synchronize_sched", "RCU-sched", atomicNow(h)),
    schedule: (h) => {
      if (h.phase === 0 && h.word(h.task, Word.RcuNesting) !== 0)
        h.report("rcu", "Illegal context switch in RCU read-side critical section!");
    },
  },
};
