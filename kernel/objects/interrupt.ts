// Interrupts of devices, and their threads. https://docs.kernel.org/core-api/genericirq.html
//
// A scenario says how often an interrupt may arrive on a CPU: smplab_irq_arrivals(irq, cpu, n), see arrivals.ts. It comes in
// between two steps of whatever has the CPU unless interrupts are off there, and holds the CPU until its handlers have
// returned. An interrupt that nobody has requested, or that is disabled or masked, does not arrive; one line is never
// handled on two CPUs at once.
// A handler of request_threaded_irq() that asks for its thread makes a context of task level on its CPU. The thread runs
// once for all that asked before it began, and never twice at once; with IRQF_ONESHOT the line is masked until then.
// Simpler: no nesting of interrupts, no sharing of one line by more than ACTIONS.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { hasLeft, registerArrivals, takeOne, touchMayArrive, touchRegister } from "./arrivals.js";
import {
  awaitOp,
  begin,
  begunOf,
  eachOf,
  hasBegun,
  Level,
  makeContext,
  maskOf,
  Role,
  release,
  subjectOf,
  touchBegin,
  touchLook,
  touchMake,
  touchRelease,
} from "./contexts.js";
import { onlineMask, touchOnline } from "./hotplug.js";
import { DONE, localOp } from "./op.js";
import { Word } from "./words.js";

/** struct __smplab_irq (linux/interrupt.h): depth of disable_irq(), threads that mask it, then its actions. */
const DEPTH = 0;
const MASKED = 4;
const ACTION = 8;
const ACTION_SIZE = 32;
/** struct __smplab_irq_action. */
const HANDLER = 0;
const DEVICE = 8;
const FLAGS = 16;
const THREAD = 24;
const ACTIONS = 4;
const SIZE = ACTION + ACTIONS * ACTION_SIZE;

const IRQF_ONESHOT = 0x2000;
const IRQF_SHARED = 0x80;
const EBUSY = 16;

const handlerOf = (h: Host, line: number, i: number) => h.load32(line + ACTION + i * ACTION_SIZE + HANDLER);

function isRequested(h: Host, line: number): boolean {
  for (let i = 0; i < ACTIONS; i++) if (handlerOf(h, line, i) !== 0) return true;
  return false;
}

/** Of the line of argument 0: is it being handled by somebody else? */
const isBusy = (h: Host, line: number) => (begunOf(h, Role.Irq, line) & ~(1 << h.task)) !== 0;

/** Contexts that handle a line, and threads of its actions that are to run or run, as a mask. */
function busyOn(h: Host, line: number): number {
  let mask = begunOf(h, Role.Irq, line);
  for (let i = 0; i < ACTIONS; i++) mask |= maskOf(h, Role.IrqThread, line + ACTION + i * ACTION_SIZE);
  return mask >>> 0;
}

/** Before the tasks are started: line, CPU, how often, the context's C function. */
const arrivalsOp: ObjectOp = {
  name: "__smplab_irq_arrivals",
  waits: "never",
  makes: true,
  commit(h) {
    const cpu = h.arg(1);
    if (h.task !== 0) h.unsupported("smplab_irq_arrivals() from a task: the test case says what may arrive");
    else if (cpu < 0 || cpu >= h.config.cpus)
      h.unsupported(`smplab_irq_arrivals(): there is no CPU ${cpu} in a run with ${h.config.cpus} CPUs`);
    else
      registerArrivals(h, {
        role: Role.Irq,
        level: Level.Hardirq,
        cpu,
        n: h.arg(2),
        fn: 3,
        subject: h.pointer(0),
      });
    return DONE;
  },
  touches: (h, f) => touchRegister(h, f, h.arg(1)),
};

/** In the context, in front of each arrival: line. */
const arriveOp: ObjectOp = {
  name: "__smplab_irq_arrive",
  waits: "sleeps",
  several: true,
  phases: ["the interrupt arrives"],
  ready(h) {
    const line = h.pointer(0);
    return (
      hasLeft(h) &&
      (onlineMask(h) & (1 << h.cpu)) !== 0 &&
      h.load32(line + DEPTH) === 0 &&
      h.load32(line + MASKED) === 0 &&
      isRequested(h, line) &&
      !isBusy(h, line)
    );
  },
  idle: () => true,
  commit(h) {
    takeOne(h);
    begin(h, Level.Hardirq);
    return DONE;
  },
  touches(h, f) {
    const line = h.pointer(0);
    f.read(line, SIZE);
    touchMayArrive(f);
    touchOnline(f);
    eachOf(h, Role.Irq, (t) => {
      if (t !== h.task && subjectOf(h, t) === line) f.readWord(t, Word.Made);
    });
    touchBegin(h, f, Level.Hardirq);
  },
};

/** Line, handler, flags, device, thread's function: 0 or -EBUSY. */
const requestOp: ObjectOp = {
  name: "__smplab_request_irq",
  waits: "never",
  commit(h) {
    const line = h.pointer(0);
    if (!h.access(line, SIZE, true)) return DONE;
    for (let i = 0; i < ACTIONS; i++) {
      const at = line + ACTION + i * ACTION_SIZE;
      if (handlerOf(h, line, i) !== 0) {
        if (h.load32(at + FLAGS) & h.arg(2) & IRQF_SHARED) continue;
        break;
      }
      h.store32(at + HANDLER, h.pointer(1));
      h.store32(at + FLAGS, h.arg(2));
      h.store32(at + DEVICE, h.arg(3));
      h.store32(at + DEVICE + 4, h.argHi(3));
      h.store32(at + THREAD, h.pointer(4));
      h.setResult(0);
      return DONE;
    }
    h.setResult(-EBUSY, -1);
    return DONE;
  },
  touches(h, f) {
    f.write(h.pointer(0), SIZE);
  },
};

/** Line, device: the handler is gone, and then nobody is in it any more, nor in its thread. */
const freeOp: ObjectOp = {
  name: "__smplab_free_irq",
  waits: "sleeps",
  phases: ["takes the handler away", "the handler has returned"],
  waitsFrom: 1,
  ready: (h) => h.phase === 0 || h.word(h.task, Word.AwaitDone) === 0,
  commit(h) {
    const line = h.pointer(0);
    if (!h.access(line, SIZE, true)) return DONE;
    if (h.phase !== 0) return awaitQuiet(h, line);
    for (let i = 0; i < ACTIONS; i++) {
      const at = line + ACTION + i * ACTION_SIZE;
      if (handlerOf(h, line, i) === 0) continue;
      if (h.load32(at + DEVICE) !== h.arg(1) || h.load32(at + DEVICE + 4) !== h.argHi(1)) continue;
      h.store32(at + HANDLER, 0);
      return awaitQuiet(h, line);
    }
    h.report("warning", "Trying to free already-free IRQ");
    return DONE;
  },
  touches(h, f) {
    const line = h.pointer(0);
    f.writeWord(h.task, Word.AwaitDone);
    touchLook(f);
    if (h.phase === 0) f.write(line, SIZE);
    else f.read(line, SIZE);
  },
};

/** Waits for who is busy now; a handler that was waited for may have asked for its thread, so it is looked at again. */
function awaitQuiet(h: Host, line: number): number {
  const busy = busyOn(h, line);
  if (busy === 0) return DONE;
  h.setWord(h.task, Word.AwaitDone, busy);
  return 1;
}

/** Line: until nobody handles it and no thread of it is to run. */
const syncOp: ObjectOp = {
  name: "__smplab_irq_sync",
  waits: "sleeps",
  phases: ["notes whom it waits for", "they are done"],
  waitsFrom: 1,
  ready: (h) => h.phase === 0 || h.word(h.task, Word.AwaitDone) === 0,
  commit: (h) => awaitQuiet(h, h.pointer(0)),
  touches(h, f) {
    f.writeWord(h.task, Word.AwaitDone);
    touchLook(f);
  },
};

/** In the handler's context: action, the thread's C function. What is to run already runs for this time too. */
const wakeOp: ObjectOp = {
  name: "__smplab_irq_wake_thread",
  waits: "never",
  makes: true,
  commit(h) {
    const action = h.pointer(0);
    if (h.load32(action + THREAD) === 0) {
      h.report("warning", "IRQ_WAKE_THREAD returned but no thread function available");
      return DONE;
    }
    const before = maskOf(h, Role.IrqThread, action);
    let pending = false;
    eachOf(h, Role.IrqThread, (t) => {
      if (subjectOf(h, t) === action && !hasBegun(h, t)) pending = true;
    });
    if (pending) return DONE;
    const made = makeContext(h, Role.IrqThread, Level.Task, h.cpu, 1, action);
    if (made < 0) return DONE;
    h.setWord(made, Word.AwaitDone, before);
    if (h.load32(action + FLAGS) & IRQF_ONESHOT) {
      const line = lineOf(h);
      h.store32(line + MASKED, h.load32(line + MASKED) + 1);
    }
    return DONE;
  },
  touches(h, f) {
    f.read(h.pointer(0), ACTION_SIZE);
    f.write(lineOf(h) + MASKED, 4);
    touchLook(f);
    touchMake(h, f, h.cpu);
  },
};

/** The line that the context of this operation handles. */
const lineOf = (h: Host): number => subjectOf(h, h.task);

/** In the thread: action. Gives its function. */
const threadOp: ObjectOp = {
  name: "__smplab_irq_thread_begin",
  waits: "sleeps",
  several: true,
  phases: ["the interrupt's thread runs"],
  ready: (h) => h.word(h.task, Word.AwaitDone) === 0,
  commit(h) {
    begin(h, Level.Task);
    h.setResult(h.load32(h.pointer(0) + THREAD));
    return DONE;
  },
  touches(h, f) {
    f.read(h.pointer(0), ACTION_SIZE);
    f.readWord(h.task, Word.AwaitDone);
    touchBegin(h, f, Level.Task);
  },
};

/** In the thread, when its function has returned: action, line. The line may arrive again. */
const threadDoneOp: ObjectOp = {
  name: "__smplab_irq_thread_done",
  waits: "never",
  commit(h) {
    const masked = h.pointer(1) + MASKED;
    if (h.load32(h.pointer(0) + FLAGS) & IRQF_ONESHOT) h.store32(masked, h.load32(masked) - 1);
    release(h);
    h.setWord(h.task, Word.Made, 0);
    return DONE;
  },
  touches(h, f) {
    f.read(h.pointer(0), ACTION_SIZE);
    f.write(h.pointer(1) + MASKED, 4);
    touchRelease(h, f);
    f.writeWord(h.task, Word.Made);
  },
};

function depthOp(name: string, by: number): ObjectOp {
  return {
    name,
    waits: "never",
    commit(h) {
      const line = h.pointer(0);
      if (!h.access(line, SIZE, true)) return DONE;
      const depth = h.load32(line + DEPTH);
      if (depth + by < 0) h.report("warning", "Unbalanced enable for IRQ");
      else h.store32(line + DEPTH, depth + by);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0) + DEPTH, 4);
    },
  };
}

export const interruptOps: ObjectOp[] = [
  arrivalsOp,
  arriveOp,
  requestOp,
  freeOp,
  depthOp("__smplab_irq_disable", 1),
  depthOp("__smplab_irq_enable", -1),
  syncOp,
  awaitOp("__smplab_irq_sync_hard", (h) => begunOf(h, Role.Irq, h.pointer(0)), { waits: "spins" }),
  wakeOp,
  threadOp,
  threadDoneOp,
  {
    // In the context: line, number of the action. The handler, or 0.
    name: "__smplab_irq_handler",
    waits: "never",
    commit(h) {
      h.setResult(handlerOf(h, h.pointer(0), h.arg(1)));
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0) + ACTION + h.arg(1) * ACTION_SIZE, 8);
    },
  },
  // As long as the handler runs nobody else gets its place.
  localOp("__smplab_irq_device", (h) => {
    const at = h.pointer(0) + ACTION + h.arg(1) * ACTION_SIZE + DEVICE;
    h.setResult(h.load32(at), h.load32(at + 4));
  }),
];
