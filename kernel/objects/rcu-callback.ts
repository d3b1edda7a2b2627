// call_rcu() and rcu_barrier(). https://docs.kernel.org/RCU/whatisRCU.html, https://docs.kernel.org/RCU/rcubarrier.html
//
// call_rcu() makes a context that stands in front of its callback with the mask of a grace period (rcu.ts) that
// begins in this very step: the earliest that the contract allows, so everything later is among the interleavings. The
// callback then runs in softirq context on the CPU that asked. Callbacks are not ordered among each other.
// While it waits, head->next holds the context's number + 1: that is how a second call_rcu() on one head is known.
// Simpler: no callback runs on another CPU (RCU_NOCB_CPU).

import type { Host, ObjectOp } from "../../interpreter/api.js";
import {
  awaitOp,
  begin,
  Level,
  makeContext,
  maskOf,
  pendingOf,
  Role,
  touchBegin,
  touchMake,
} from "./contexts.js";
import { DONE } from "./op.js";
import { GRACE_PERIODS, type GracePeriod } from "./rcu.js";
import { Word } from "./words.js";

/** struct rcu_head (linux/types.h). */
const NEXT = 0;
const FUNC = 8;
const SIZE = 16;
/** Arguments: head, func, the C function of the context. */
const HEAD = 0;
const CALLBACK = 1;
const CONTEXT = 2;

/** The context whose callback waits for this head, or -1. */
const pendingOn = (h: Host, head: number) => pendingOf(h, Role.RcuCallback, head, NEXT);

function callRcuOp(name: string, period: GracePeriod): ObjectOp {
  return {
    name,
    waits: "never",
    makes: true,
    phases: ["grace period begins"],
    commit(h) {
      const head = h.pointer(HEAD);
      if (!h.access(head, SIZE, true)) return DONE;
      const twice = pendingOn(h, head);
      if (twice >= 0) {
        h.report(
          "odebug",
          "ODEBUG: activate active (active state 0) object type: rcu_head\n" +
            "double call_rcu(): the callback of this rcu_head is still waiting",
          head,
          SIZE,
          twice,
        );
        return DONE;
      }
      h.queuedWork(head);
      const mask = period.mask(h);
      const made = makeContext(h, Role.RcuCallback, Level.Softirq, h.cpu, CONTEXT, head);
      if (made < 0) return DONE;
      h.setWord(made, period.wait, mask);
      h.store32(head + NEXT, made + 1);
      h.store32(head + NEXT + 4, 0);
      h.store32(head + FUNC, h.arg(CALLBACK));
      h.store32(head + FUNC + 4, h.argHi(CALLBACK));
      return DONE;
    },
    touches(h, f) {
      const head = h.pointer(HEAD);
      f.write(head, SIZE, true);
      if (!h.accessible(head, SIZE, true)) return;
      const twice = pendingOn(h, head);
      if (twice >= 0) f.readWord(twice, Word.Made);
      period.look(h, f);
      const made = touchMake(h, f, h.cpu);
      if (made >= 0) f.writeWord(made, period.wait);
    },
  };
}

const waiting = (h: Host) => GRACE_PERIODS.some(({ wait }) => h.word(h.task, wait) !== 0);

export const rcuCallbackOps: ObjectOp[] = [
  callRcuOp("__smplab_call_rcu", GRACE_PERIODS[0]),
  callRcuOp("__smplab_call_rcu_bh", GRACE_PERIODS[1]),
  callRcuOp("__smplab_call_rcu_sched", GRACE_PERIODS[2]),
  // In the context: head. Gives the callback.
  {
    name: "__smplab_rcu_invoke",
    waits: "sleeps",
    phases: ["grace period ends, callback begins"],
    ready: (h) => !waiting(h),
    commit(h) {
      const head = h.pointer(HEAD);
      if (!h.access(head, SIZE, true)) return DONE;
      begin(h, Level.Softirq);
      h.setResult(h.load32(head + FUNC), h.load32(head + FUNC + 4));
      h.store32(head + NEXT, 0);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(HEAD), SIZE, true);
      for (const { wait } of GRACE_PERIODS) f.readWord(h.task, wait);
      touchBegin(h, f, Level.Softirq);
    },
  },
  awaitOp("__smplab_rcu_barrier", (h) => maskOf(h, Role.RcuCallback)),
];
