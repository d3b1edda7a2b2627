// Timers. https://docs.kernel.org/core-api/kernel-api.html ("Timers"), https://docs.kernel.org/timers/timers-howto.html
//
// Time is a choice: an armed timer fires at any later moment at which its CPU lets a softirq in, on the CPU that armed
// it. Each arming is a context that stands in front of the handler; deleting the timer ends it.
// A handler that arms its own timer again does so at most ROUNDS times in a run: without a clock there would be no end
// of it. A run that waits for more than that is cut, not called a hang; after the test case has returned no timer is
// armed any more.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import {
  begin,
  begunOf,
  isOver,
  Level,
  makeContext,
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

/** How often a timer or a work item may start itself again. */
export const ROUNDS = 2;

/** struct timer_list (linux/timer.h). */
const FUNCTION = 0;
const EXPIRES = 8;
const PENDING = 16;
const ROUND = 20;
const SIZE = 24;

/** Arguments of __smplab_mod_timer(): timer, expires, the context's C function, how. */
const TIMER = 0;
const WHEN = 1;
const CONTEXT = 2;
const HOW = 3;
const How = { Mod: 0, Add: 1, Pending: 2 } as const;
/** Added to it: the timer fires in hardirq context (linux/hrtimer.h). */
const HARD = 4;
const how = (h: Host): number => h.arg(HOW) & ~HARD;

const pendingOn = (h: Host, timer: number) => pendingOf(h, Role.Timer, timer, PENDING);
const inHandlerOf = (h: Host, timer: number) =>
  roleOf(h, h.task) === Role.Timer && subjectOf(h, h.task) === timer;

/** Is another round of this timer one too many? */
const usedUp = (h: Host, timer: number) => h.load32(timer + ROUND) > ROUNDS;

function arm(h: Host, timer: number): void {
  if (isOver(h)) return;
  const level = (h.arg(HOW) & HARD) === 0 ? Level.Softirq : Level.Hardirq;
  const made = makeContext(h, Role.Timer, level, h.cpu, CONTEXT, timer);
  if (made >= 0) h.store32(timer + PENDING, made + 1);
}

const modOp: ObjectOp = {
  name: "__smplab_mod_timer",
  waits: "never",
  makes: true,
  cost: { locks: 1 },
  commit(h) {
    const timer = h.pointer(TIMER);
    if (!h.access(timer, SIZE, true)) return DONE;
    const pending = pendingOn(h, timer);
    h.setResult(pending >= 0 ? 1 : 0);
    // One that was shut down stays so.
    if (h.load32(timer + FUNCTION) === 0 || (how(h) === How.Pending && pending < 0)) return DONE;
    if (how(h) === How.Add && pending >= 0) {
      h.fatal("bug", "add_timer() of a timer that is pending");
      return DONE;
    }
    // add_timer() has it in the structure.
    if (how(h) !== How.Add) {
      h.store32(timer + EXPIRES, h.arg(WHEN));
      h.store32(timer + EXPIRES + 4, h.argHi(WHEN));
    }
    h.store32(timer + ROUND, inHandlerOf(h, timer) ? h.load32(timer + ROUND) + 1 : 0);
    if (pending >= 0 && h.cpuOf(pending) === h.cpu) return DONE;
    if (pending >= 0) retireContext(h, pending);
    arm(h, timer);
    return DONE;
  },
  touches(h, f) {
    const timer = h.pointer(TIMER);
    f.read(timer, EXPIRES);
    f.write(timer + EXPIRES, SIZE - EXPIRES);
    if (!h.accessible(timer, SIZE, true)) return;
    f.readContext(0);
    const pending = pendingOn(h, timer);
    if (pending >= 0) touchRetire(h, f, pending);
    touchMake(h, f, h.cpu);
  },
};

/** In the context: timer. Gives the handler. */
const fireOp = (name: string, level: Level): ObjectOp => ({
  name,
  waits: "sleeps",
  phases: ["the timer fires"],
  ready: (h) => !h.accessible(h.pointer(TIMER), SIZE, true) || !usedUp(h, h.pointer(TIMER)),
  idle: () => true,
  bound: () => `a timer that arms itself again more than ${ROUNDS} times`,
  commit(h) {
    const timer = h.pointer(TIMER);
    if (!h.access(timer, SIZE, true)) return DONE;
    begin(h, level);
    h.store32(timer + PENDING, 0);
    h.setResult(h.load32(timer + FUNCTION), h.load32(timer + FUNCTION + 4));
    return DONE;
  },
  touches(h, f) {
    const timer = h.pointer(TIMER);
    f.read(timer, EXPIRES);
    f.write(timer + PENDING, SIZE - PENDING);
    touchBegin(h, f, level);
  },
});

const TAKEN_BACK = { role: Role.Timer, size: SIZE, pending: PENDING, waits: "spins" } as const;

/** Takes a timer back: 1 if it was pending. With `sync` it also waits until a handler that runs has returned. */
function deleteOp(name: string, sync: boolean, shutdown: boolean): ObjectOp {
  const shut = {
    commit(h: Host, timer: number) {
      h.store32(timer + FUNCTION, 0);
      h.store32(timer + FUNCTION + 4, 0);
    },
    touches: (_: Host, f: Footprint, timer: number) => f.write(timer + FUNCTION, EXPIRES),
  };
  return takeBackOp(name, TAKEN_BACK, () => sync, shutdown ? shut : null);
}

/** Takes it back without waiting: 1 if it was pending, -1 while its handler runs. */
const tryCancelOp: ObjectOp = {
  name: "__smplab_hrtimer_try_to_cancel",
  waits: "never",
  makes: true,
  commit(h) {
    const timer = h.pointer(TIMER);
    if (!h.access(timer, SIZE, true)) return DONE;
    const pending = pendingOn(h, timer);
    if (pending >= 0) {
      retireContext(h, pending);
      h.store32(timer + PENDING, 0);
      h.setResult(1);
    } else h.setResult(begunOf(h, Role.Timer, timer) !== 0 ? -1 : 0);
    return DONE;
  },
  touches(h, f) {
    const timer = h.pointer(TIMER);
    f.write(timer + PENDING, SIZE - PENDING);
    touchLook(f);
    if (!h.accessible(timer, SIZE, true)) return;
    const pending = pendingOn(h, timer);
    if (pending >= 0) touchRetire(h, f, pending);
  },
};

/** 1: it is pending, 2: its handler runs. */
const queryOp: ObjectOp = {
  name: "__smplab_hrtimer_query",
  waits: "never",
  commit(h) {
    const timer = h.pointer(TIMER);
    if (!h.access(timer, SIZE, false)) return DONE;
    const running = begunOf(h, Role.Timer, timer) !== 0;
    h.setResult((pendingOn(h, timer) >= 0 ? 1 : 0) + (running ? 2 : 0));
    return DONE;
  },
  touches(h, f) {
    f.read(h.pointer(TIMER) + PENDING, SIZE - PENDING);
    touchLook(f);
  },
};

export const timerOps: ObjectOp[] = [
  modOp,
  fireOp("__smplab_timer_fire", Level.Softirq),
  fireOp("__smplab_hrtimer_fire", Level.Hardirq),
  tryCancelOp,
  queryOp,
  deleteOp("timer_delete", false, false),
  deleteOp("timer_delete_sync", true, false),
  deleteOp("timer_shutdown", false, true),
  deleteOp("timer_shutdown_sync", true, true),
  {
    name: "timer_pending",
    waits: "never",
    commit(h) {
      const timer = h.pointer(TIMER);
      if (h.access(timer, SIZE, false)) h.setResult(pendingOn(h, timer) >= 0 ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(TIMER) + PENDING, SIZE - PENDING);
    },
  },
];
