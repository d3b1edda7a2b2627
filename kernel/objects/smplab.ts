// The words of a scenario: smplab_run_on(), smplab_join_all(), smplab_observe(). Registration starts nothing; the join
// starts all at once and waits until all are gone, so that the creation of tasks adds no interleavings.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import {
  arriving,
  forgetArrivals,
  hasArrivals,
  isArriving,
  startArrivals,
  touchArrivals,
} from "./arrivals.js";
import { Role, roleOf } from "./contexts.js";
import { DONE } from "./op.js";
import { Word } from "./words.js";

/** TaskState of a context that has been started and has not ended. */
const PARKED = 2;
/** Global word: the tasks that smplab_join_all() waits for, as a mask. An ended context does not say what it was. */
const TASKS = 2;

function runOp(name: string, cpu: (h: Host) => number, fn: number): ObjectOp {
  return {
    name,
    waits: "never",
    // While others run, the place that the new task gets is one that they do not.
    local: (h) => h.live() === 0,
    commit(h) {
      if (h.task !== 0) h.unsupported(`${name}() from a task: only the test case itself may register tasks`);
      else if (cpu(h) >= h.config.cpus)
        h.unsupported(`${name}(): there is no CPU ${cpu(h)} in a run with ${h.config.cpus} CPUs`);
      else {
        const made = h.spawn(cpu(h), h.arg(fn), h.argHi(fn), h.arg(fn + 1), h.argHi(fn + 1));
        if (made >= 0) h.setGlobal(TASKS, h.global(TASKS) | (1 << made));
      }
      return DONE;
    },
    touches(h, f) {
      h.touchSpawn(Math.max(0, cpu(h)), f);
      f.writeGlobal(TASKS);
    },
  };
}

function eachTask(h: Host, visit: (task: number) => void): void {
  for (let mask = h.global(TASKS); mask !== 0; mask &= mask - 1) visit(31 - Math.clz32(mask & -mask));
}

/** Is some task of the scenario not finished? What else there is (callbacks, threads) is not waited for. */
function tasksLeft(h: Host): boolean {
  // Asked in every state: the first one decides.
  for (let mask = h.global(TASKS); mask !== 0; mask &= mask - 1)
    if (isTask(h, 31 - Math.clz32(mask & -mask))) return true;
  return false;
}

const isTask = (h: Host, t: number): boolean => h.taskState(t) === PARKED && roleOf(h, t) === Role.Task;

/** Those that smplab_join_all(), in front of which the port stands, waits for. */
export function unjoined(h: Host): number[] {
  if (h.phase === 2) return arriving(h);
  const left: number[] = [];
  eachTask(h, (t) => {
    if (isTask(h, t)) left.push(t);
  });
  return left;
}

/** Those that smplab_settle() waits for. */
export function unsettled(h: Host): number[] {
  const left: number[] = [];
  for (let t = 1; t < h.taskCount(); t++) if (h.taskState(t) === PARKED && !h.isIdle(t)) left.push(t);
  return left;
}

/** Callbacks, work and timers are done, and threads wait for more to do. */
const isSettled = (h: Host): boolean => unsettled(h).length === 0;

export const smplabOps: ObjectOp[] = [
  runOp("smplab_run_on", (h) => Math.max(0, h.arg(0)), 1),
  runOp("smplab_run", () => -1, 0),
  {
    name: "smplab_join_all",
    waits: "sleeps",
    waitsFrom: 1,
    phases: ["starts the tasks", "all tasks have ended", "no interrupt is being handled, no CPU is changing"],
    ready: (h) => h.phase === 0 || (h.phase === 1 ? !tasksLeft(h) : !isArriving(h)),
    commit(h) {
      if (h.task !== 0) {
        h.unsupported("smplab_join_all() from a task: only the test case itself may wait for all");
        return DONE;
      }
      if (h.phase !== 0) {
        h.setGlobal(TASKS, 0);
        if (h.phase === 1 && hasArrivals(h)) return 2;
        if (h.phase === 2) forgetArrivals(h);
        return DONE;
      }
      eachTask(h, (t) => h.start(t));
      startArrivals(h);
      return 1;
    },
    // The last task's last step enables it; where nothing else runs, nobody is left to be swapped with.
    touches(h, f) {
      if (h.phase !== 1) touchArrivals(h, f);
      eachTask(h, (t) => {
        if (h.phase === 0) f.writeContext(t);
        else f.readContext(t);
      });
    },
  },
  {
    name: "smplab_settle",
    waits: "sleeps",
    ready: (h) => h.task !== 0 || isSettled(h),
    commit(h) {
      if (h.task !== 0)
        h.unsupported("smplab_settle() from a task: only the test case itself may wait for all");
      return DONE;
    },
    touches(h, f) {
      for (let t = 1; t < h.taskCount(); t++) {
        f.readContext(t);
        if (roleOf(h, t) === Role.Kthread) f.readWord(t, Word.State);
      }
    },
  },
  {
    name: "smplab_observe",
    waits: "never",
    looksOn: true,
    // While tasks run, the last value under a name counts: the order of two observers of one name matters.
    local: (h) => h.task === 0 && h.live() === 0,
    commit(h) {
      h.observe(h.pointer(0), h.arg(1), h.argHi(1));
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), 1);
    },
  },
];
