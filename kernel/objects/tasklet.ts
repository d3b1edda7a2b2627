// Tasklets. https://docs.kernel.org/core-api/kernel-api.html ("Softirqs and tasklets")
//
// A scheduled tasklet is a context of softirq level on the CPU that scheduled it, in front of its function. It is
// pending at most once and never runs on two CPUs at once; while its count is not 0 it waits. One that schedules
// itself again does so at most ROUNDS times in a run, as a timer (timer.ts).

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
  roleOf,
  subjectOf,
  touchBegin,
  touchMake,
} from "./contexts.js";
import { DONE } from "./op.js";
import { ROUNDS } from "./timer.js";
import { Word } from "./words.js";

/** struct tasklet_struct (linux/interrupt.h). */
const FUNCTION = 0;
const PENDING = 16;
const ROUND = 20;
const COUNT = 24;
const SIZE = 28;

const usedUp = (h: Host, tasklet: number) => h.load32(tasklet + ROUND) > ROUNDS;
const runsElsewhere = (h: Host, tasklet: number) =>
  (begunOf(h, Role.Tasklet, tasklet) & ~(1 << h.task)) !== 0;

export const taskletOps: ObjectOp[] = [
  {
    name: "__smplab_tasklet_schedule",
    waits: "never",
    makes: true,
    cost: { atomics: 1 },
    commit(h) {
      const tasklet = h.pointer(0);
      if (!h.access(tasklet, SIZE, true)) return DONE;
      if (pendingOf(h, Role.Tasklet, tasklet, PENDING) >= 0 || isOver(h)) return DONE;
      const own = roleOf(h, h.task) === Role.Tasklet && subjectOf(h, h.task) === tasklet;
      h.store32(tasklet + ROUND, own ? h.load32(tasklet + ROUND) + 1 : 0);
      const made = makeContext(h, Role.Tasklet, Level.Softirq, h.cpu, 1, tasklet);
      if (made >= 0) h.store32(tasklet + PENDING, made + 1);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0) + PENDING, COUNT - PENDING);
      f.readContext(0);
      touchMake(h, f, h.cpu);
    },
  },
  {
    // In the context: tasklet. Gives its function.
    name: "__smplab_tasklet_begin",
    waits: "sleeps",
    several: true,
    phases: ["the tasklet runs"],
    ready(h) {
      const tasklet = h.pointer(0);
      if (!h.accessible(tasklet, SIZE, true)) return true;
      return h.load32(tasklet + COUNT) === 0 && !usedUp(h, tasklet) && !runsElsewhere(h, tasklet);
    },
    // Disabled for good it is nobody's hang.
    idle: () => true,
    commit(h) {
      const tasklet = h.pointer(0);
      if (!h.access(tasklet, SIZE, true)) return DONE;
      begin(h, Level.Softirq);
      h.store32(tasklet + PENDING, 0);
      h.setResult(h.load32(tasklet + FUNCTION), h.load32(tasklet + FUNCTION + 4));
      return DONE;
    },
    touches(h, f) {
      const tasklet = h.pointer(0);
      f.read(tasklet, PENDING);
      f.write(tasklet + PENDING, COUNT - PENDING);
      f.read(tasklet + COUNT, SIZE - COUNT);
      eachOf(h, Role.Tasklet, (t) => {
        if (t !== h.task && subjectOf(h, t) === tasklet) f.readWord(t, Word.Made);
      });
      touchBegin(h, f, Level.Softirq);
    },
  },
  awaitOp("__smplab_tasklet_kill", (h) => maskOf(h, Role.Tasklet, h.pointer(0)) & ~(1 << h.task)),
  awaitOp("__smplab_tasklet_unlock_wait", (h) => begunOf(h, Role.Tasklet, h.pointer(0)), { waits: "spins" }),
];
