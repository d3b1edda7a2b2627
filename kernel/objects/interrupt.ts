// Interrupts of devices. https://docs.kernel.org/core-api/genericirq.html
//
// A scenario says how often an interrupt may arrive on a CPU: smplab_irq_arrivals(irq, cpu, n). Each such line is a
// context that stands in front of its next arrival while the tasks of smplab_join_all() run. It comes in between two
// steps of whatever has the CPU unless interrupts are off there, and holds the CPU until its handlers have returned.
// An interrupt that nobody has requested, or that is disabled, does not arrive; one line is never handled on two CPUs
// at once. Arrivals need not happen: those that are left are forgotten when the tasks have ended.
// Simpler: no nesting of interrupts, no threads (request_threaded_irq), no sharing of one line by more than ACTIONS.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import {
  awaitOp,
  begin,
  begunOf,
  eachOf,
  hasBegun,
  Level,
  markRole,
  Role,
  retireContext,
  subjectOf,
  touchBegin,
  touchRetire,
} from "./contexts.js";
import { onlineMask, touchOnline } from "./hotplug.js";
import { DONE, localOp } from "./op.js";
import { Word } from "./words.js";

/** struct __smplab_irq (linux/interrupt.h): depth of disable_irq(), then actions of handler, device. */
const DEPTH = 0;
const ACTION = 8;
const ACTION_SIZE = 24;
const HANDLER = 0;
const DEVICE = 8;
const FLAGS = 16;
const ACTIONS = 4;
const SIZE = ACTION + ACTIONS * ACTION_SIZE;

/** Global word: 1 while the scenario's interrupts may arrive. (0 is percpu.ts's.) */
const ARRIVALS = 1;

const IRQF_SHARED = 0x80;
const EBUSY = 16;

const handlerOf = (h: Host, line: number, i: number) => h.load32(line + ACTION + i * ACTION_SIZE + HANDLER);

function isRequested(h: Host, line: number): boolean {
  for (let i = 0; i < ACTIONS; i++) if (handlerOf(h, line, i) !== 0) return true;
  return false;
}

/** Of the line of argument 0: is it being handled by somebody else? */
const isBusy = (h: Host, line: number) => (begunOf(h, Role.Irq, line) & ~(1 << h.task)) !== 0;

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
    else if (h.arg(2) > 0) {
      const made = h.spawn(cpu, h.arg(3), h.argHi(3), h.pointer(0), 0, Level.Hardirq);
      if (made < 0) return DONE;
      markRole(h, made, Role.Irq, h.pointer(0));
      h.setWord(made, Word.Queue, h.arg(2));
      h.setGlobal(ARRIVALS, 1);
    }
    return DONE;
  },
  touches(h, f) {
    const made = h.touchSpawn(h.arg(1), f);
    if (made >= 0) f.writeWord(made, Word.Made);
  },
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
      h.word(h.task, Word.Queue) > 0 &&
      (onlineMask(h) & (1 << h.cpu)) !== 0 &&
      h.load32(line + DEPTH) === 0 &&
      isRequested(h, line) &&
      !isBusy(h, line)
    );
  },
  idle: () => true,
  commit(h) {
    h.setWord(h.task, Word.Queue, h.word(h.task, Word.Queue) - 1);
    begin(h, Level.Hardirq);
    return DONE;
  },
  touches(h, f) {
    const line = h.pointer(0);
    f.read(line, SIZE);
    f.readGlobal(ARRIVALS);
    touchOnline(f);
    eachOf(h, Role.Irq, (t) => {
      if (t !== h.task && subjectOf(h, t) === line) f.readWord(t, Word.Made);
    });
    touchBegin(h, f, Level.Hardirq);
  },
};

/** The arrivals of the scenario: started with the tasks, forgotten when these have ended. */
export function startArrivals(h: Host): void {
  eachOf(h, Role.Irq, (t) => h.start(t));
}

export const hasArrivals = (h: Host): boolean => h.global(ARRIVALS) !== 0;

export function isHandling(h: Host): boolean {
  let handling = false;
  eachOf(h, Role.Irq, (t) => {
    if (hasBegun(h, t)) handling = true;
  });
  return handling;
}

export function forgetArrivals(h: Host): void {
  // One that has arrived as often as it may could not have taken another step anyway.
  eachOf(h, Role.Irq, (t) => retireContext(h, t, h.word(t, Word.Queue) > 0));
  h.setGlobal(ARRIVALS, 0);
}

export function touchArrivals(h: Host, f: Footprint): void {
  eachOf(h, Role.Irq, (t) => touchRetire(h, f, t));
  f.writeGlobal(ARRIVALS);
}

/** Line, handler, flags, device: 0 or -EBUSY. */
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

/** Line, device: the handler is gone, and then nobody is in it any more. */
const freeOp: ObjectOp = {
  name: "__smplab_free_irq",
  waits: "sleeps",
  phases: ["takes the handler away", "the handler has returned"],
  waitsFrom: 1,
  ready: (h) => h.phase === 0 || h.word(h.task, Word.AwaitDone) === 0,
  commit(h) {
    if (h.phase !== 0) return DONE;
    const line = h.pointer(0);
    if (!h.access(line, SIZE, true)) return DONE;
    for (let i = 0; i < ACTIONS; i++) {
      const at = line + ACTION + i * ACTION_SIZE;
      if (handlerOf(h, line, i) === 0) continue;
      if (h.load32(at + DEVICE) !== h.arg(1) || h.load32(at + DEVICE + 4) !== h.argHi(1)) continue;
      h.store32(at + HANDLER, 0);
      const busy = begunOf(h, Role.Irq, line);
      if (busy === 0) return DONE;
      h.setWord(h.task, Word.AwaitDone, busy);
      return 1;
    }
    h.report("warning", "Trying to free already-free IRQ");
    return DONE;
  },
  touches(h, f) {
    const line = h.pointer(0);
    f.writeWord(h.task, Word.AwaitDone);
    if (h.phase !== 0) return;
    f.write(line, SIZE);
    eachOf(h, Role.Irq, (t) => f.readWord(t, Word.Made));
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
  awaitOp("__smplab_irq_sync", (h) => begunOf(h, Role.Irq, h.pointer(0))),
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
