// Work items. https://docs.kernel.org/core-api/workqueue.html
//
// A queued work item is a context of task level in front of its function, on the CPU where it was queued. An item
// is pending at most once and never runs twice at the same time: queued again while it runs, it waits for that. Items of
// an ordered queue run one after the other; those of other queues in any order and beside each other, which is all
// that a queue promises. A delayed item first waits for its timer, a moment of the scheduler's choice; until then no
// flush sees it.
// Whom an item has to wait for is a mask of contexts in its AwaitDone, as for somebody who flushes.
// Simpler: max_active, priorities and CPU-intensive items make no difference; one that queues itself again does so at
// most ROUNDS times in a run (timer.ts).

import type { Host, ObjectOp } from "../../interpreter/api.js";
import {
  awaitOp,
  begin,
  begunOf,
  eachOf,
  isOver,
  Level,
  makeContext,
  maskOf,
  pendingOf,
  Role,
  retireContext,
  roleOf,
  subjectOf,
  takeBackOp,
  touchBegin,
  touchLook,
  touchMake,
  touchRetire,
} from "./contexts.js";
import { DONE } from "./op.js";
import { ROUNDS } from "./timer.js";
import { Word } from "./words.js";

/** struct work_struct (linux/workqueue.h). */
const FUNCTION = 0;
const PENDING = 8;
const ROUND = 12;
const SIZE = 16;
/** struct workqueue_struct: first the flags. */
const WQ_ORDERED = 1;

/** In Word.Function of an item's context: its timer has not run out. */
const TIMED = 1;

/** Arguments of __smplab_queue_work(): work, queue, CPU or -1, the context's C function, delayed?, replace a pending one? */
const WORK = 0;
const QUEUE = 1;
const CPU = 2;
const CONTEXT = 3;
const DELAYED = 4;
const REPLACE = 5;

const pendingOn = (h: Host, work: number) => pendingOf(h, Role.Work, work, PENDING);
const isTimed = (h: Host, t: number) => h.word(t, Word.Function) === TIMED;
const cpuFor = (h: Host) => (h.arg(CPU) < 0 ? h.cpu : h.arg(CPU));
const usedUp = (h: Host, work: number) => h.load32(work + ROUND) > ROUNDS;

/** Items on a queue, without those whose timer has not run out. */
function queuedOn(h: Host, queue: number): number {
  let mask = 0;
  eachOf(h, Role.Work, (t) => {
    if (h.word(t, Word.Queue) >>> 0 === queue && !isTimed(h, t)) mask |= 1 << t;
  });
  return mask >>> 0;
}

/** Whom an item that is put on its queue now has to wait for. */
function ahead(h: Host, work: number, queue: number, self: number): number {
  const ordered = h.accessible(queue, 4, false) && (h.load32(queue) & WQ_ORDERED) !== 0;
  const others = begunOf(h, Role.Work, work) | (ordered ? queuedOn(h, queue) : 0);
  return (others & ~(1 << self)) >>> 0;
}

const queueOp: ObjectOp = {
  name: "__smplab_queue_work",
  waits: "never",
  makes: true,
  cost: { atomics: 1, locks: 1 },
  commit(h) {
    const work = h.pointer(WORK);
    if (!h.access(work, SIZE, true)) return DONE;
    const pending = pendingOn(h, work);
    const replace = h.arg(REPLACE) !== 0;
    // mod_delayed_work() says whether it was pending, the others whether it was not.
    h.setResult(replace === pending >= 0 ? 1 : 0);
    if (pending >= 0 && !replace) return DONE;
    if (cpuFor(h) >= h.config.cpus) {
      h.unsupported(`work for CPU ${cpuFor(h)} in a run with ${h.config.cpus} CPUs`);
      return DONE;
    }
    if (pending >= 0) retireContext(h, pending);
    h.store32(work + PENDING, 0);
    const own = roleOf(h, h.task) === Role.Work && subjectOf(h, h.task) === work;
    if (isOver(h)) return DONE;
    h.store32(work + ROUND, own ? h.load32(work + ROUND) + 1 : 0);
    h.queuedWork(work);
    const made = makeContext(h, Role.Work, Level.Task, cpuFor(h), CONTEXT, work);
    if (made < 0) return DONE;
    h.store32(work + PENDING, made + 1);
    h.setWord(made, Word.Queue, h.pointer(QUEUE));
    if (h.arg(DELAYED) !== 0) h.setWord(made, Word.Function, TIMED);
    else h.setWord(made, Word.AwaitDone, ahead(h, work, h.pointer(QUEUE), made));
    return DONE;
  },
  touches(h, f) {
    const work = h.pointer(WORK);
    f.write(work + PENDING, SIZE - PENDING);
    f.readContext(0);
    touchLook(f);
    if (!h.accessible(work, SIZE, true)) return;
    const pending = pendingOn(h, work);
    if (pending >= 0 && h.arg(REPLACE) !== 0) touchRetire(h, f, pending);
    if (cpuFor(h) < h.config.cpus) touchMake(h, f, cpuFor(h));
  },
};

/** In the context: work. The timer of a delayed one runs out; then it begins: gives the function. */
const beginOp: ObjectOp = {
  name: "__smplab_work_begin",
  waits: "sleeps",
  several: true,
  phases: ["the delay is over, or the work begins", "the work begins"],
  ready(h) {
    const work = h.pointer(WORK);
    if (isTimed(h, h.task)) return !h.accessible(work, SIZE, true) || !usedUp(h, work);
    return h.word(h.task, Word.AwaitDone) === 0 && (!h.accessible(work, SIZE, true) || !usedUp(h, work));
  },
  idle: (h) => h.accessible(h.pointer(WORK), SIZE, true) && usedUp(h, h.pointer(WORK)),
  bound: (h) =>
    h.accessible(h.pointer(WORK), SIZE, true) && usedUp(h, h.pointer(WORK))
      ? `a work item that queues itself again more than ${ROUNDS} times`
      : "",
  commit(h) {
    const work = h.pointer(WORK);
    if (!h.access(work, SIZE, true)) return DONE;
    if (isTimed(h, h.task)) {
      h.setWord(h.task, Word.Function, 0);
      h.setWord(h.task, Word.AwaitDone, ahead(h, work, h.word(h.task, Word.Queue) >>> 0, h.task));
      return 1;
    }
    begin(h, Level.Task);
    h.store32(work + PENDING, 0);
    h.setResult(h.load32(work + FUNCTION), h.load32(work + FUNCTION + 4));
    return DONE;
  },
  touches(h, f) {
    const work = h.pointer(WORK);
    f.read(work, PENDING);
    f.write(work + PENDING, SIZE - PENDING);
    f.writeWord(h.task, Word.AwaitDone);
    // Whoever flushes looks at whether the timer has run out.
    touchBegin(h, f, Level.Task);
    if (isTimed(h, h.task)) touchLook(f);
  },
};

/** Work, wait until it has returned?: takes a pending item back; 1 if there was one. */
const cancelOp = takeBackOp(
  "__smplab_cancel_work",
  { role: Role.Work, size: SIZE, pending: PENDING, waits: "sleeps" },
  (h) => h.arg(1) !== 0,
  null,
);

/** Instances of a work item that a flush waits for. */
function flushed(h: Host): number {
  let mask = 0;
  eachOf(h, Role.Work, (t) => {
    if (subjectOf(h, t) === h.pointer(WORK) && !isTimed(h, t)) mask |= 1 << t;
  });
  return mask >>> 0;
}

/** Waits until a queue is empty, delayed items aside; what items queue meanwhile is waited for too. */
const drainOp: ObjectOp = {
  name: "__smplab_drain_workqueue",
  waits: "sleeps",
  phases: ["waits until the queue is empty"],
  ready: (h) => queuedOn(h, h.pointer(0)) === 0,
  commit: () => DONE,
  touches: (_, f) => touchLook(f),
};

export const workqueueOps: ObjectOp[] = [
  queueOp,
  beginOp,
  cancelOp,
  drainOp,
  awaitOp("__smplab_flush_work", flushed, { result: (h) => (flushed(h) !== 0 ? 1 : 0) }),
  awaitOp("__smplab_flush_workqueue", (h) => queuedOn(h, h.pointer(0))),
  {
    name: "work_pending",
    waits: "never",
    commit(h) {
      const work = h.pointer(WORK);
      if (h.access(work, SIZE, false)) h.setResult(pendingOn(h, work) >= 0 ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(WORK) + PENDING, SIZE - PENDING);
    },
  },
  {
    name: "__smplab_work_busy",
    waits: "never",
    commit(h) {
      h.setResult(maskOf(h, Role.Work, h.pointer(WORK)) !== 0 ? 1 : 0);
      return DONE;
    },
    touches: (_, f) => touchLook(f),
  },
];
