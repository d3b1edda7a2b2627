// `current`, sleeping by hand and giving the CPU up. https://docs.kernel.org/scheduler/index.html
//
// A context's task_struct is made in its own arena when it first asks. What it sleeps as is a word, not a member of the
// structure: set_current_state() writes one's own, wake_up_process() another's, schedule() waits until it is
// TASK_RUNNING. Under the preemption model "none" the yielding operations let others on the CPU go on.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { mayTimeOut, Role, roleOf } from "./contexts.js";
import { DONE, localOp } from "./op.js";
import { inAtomic } from "./preempt.js";
import { Word } from "./words.js";

/** States of linux/sched.h. */
const TASK_INTERRUPTIBLE = 1;
const TASK_IDLE = 0x402;
const NEW = 1;
/** pid of context 0; the others count on. */
export const FIRST_PID = 100;
/** struct task_struct: pid, tgid, comm[16] come first in every kernel's; behind it, for us, exit code and references. */
const PID = 0;
const TGID = 4;
const COMM = 8;
export const COMM_SIZE = 16;
/** Bytes of it that operations know. */
export const TASK_STRUCT_HEAD = 24;
const TAIL = 8;
/** Where the thread's result is kept, and how many have a reference; 0 if there is no such object any more. */
export const exitCodeAt = (h: Host, address: number): number => tailOf(h, address);
export const usageAt = (h: Host, address: number): number => tailOf(h, address) + 4;

function tailOf(h: Host, address: number): number {
  return address + Math.max(TASK_STRUCT_HEAD, h.objectSize(address) - TAIL);
}

/** Address of the task_struct of a context, made by the context that asks; 0 when memory has run out. */
export function taskStruct(h: Host, task: number, size: number, name: string): number {
  const known = h.word(task, Word.TaskStruct);
  return known !== 0 ? known : newTaskStruct(h, task, size, name);
}

/** A task_struct for a context, in the arena of the one that makes it. */
export function newTaskStruct(h: Host, task: number, size: number, name: string): number {
  const address = h.allocate(size + TAIL, -1);
  if (address === 0) return 0;
  h.store32(address + PID, FIRST_PID + task);
  h.store32(address + TGID, FIRST_PID + task);
  for (let i = 0; i < Math.min(name.length, COMM_SIZE - 1); i++)
    h.store8(address + COMM + i, name.charCodeAt(i));
  h.setWord(task, Word.TaskStruct, address);
  return address;
}

/** The context of a task_struct, or -1. */
export function taskOf(h: Host, address: number): number {
  if (!h.accessible(address, COMM, false)) return -1;
  const task = h.load32(address + PID) - FIRST_PID;
  return task >= 0 && task < h.taskCount() && h.word(task, Word.TaskStruct) === address ? task : -1;
}

/** schedule() and its relatives: a context in another state than running waits for its wake-up. */
function scheduleOp(name: string): ObjectOp {
  return {
    name,
    waits: "sleeps",
    phases: ["", "woken"],
    // Sleeping where that is a mistake takes a step first, so that the rules see it.
    ready: (h) => h.word(h.task, Word.State) === 0 || (h.phase === 0 && inAtomic(h)),
    commit(h) {
      if (h.word(h.task, Word.State) !== 0) return 1;
      h.yieldCpu();
      return DONE;
    },
    // A kernel thread that sleeps so that anything may wake it waits for work.
    idle(h) {
      const state = h.word(h.task, Word.State);
      return (
        roleOf(h, h.task) === Role.Kthread && ((state & TASK_INTERRUPTIBLE) !== 0 || state === TASK_IDLE)
      );
    },
    touches(h, f) {
      f.readWord(h.task, Word.State);
      if (h.config.preempt === "none") f.cpu(h.cpu);
    },
  };
}

/** schedule_timeout(): as schedule(), but the time may be over first. Gives the time that is left: all of it, or 0. */
function scheduleTimeoutOp(name: string): ObjectOp {
  const schedule = scheduleOp(name);
  return {
    ...schedule,
    phases: ["", "woken, or the time is over"],
    waitsFrom: 1,
    ready: (h) => h.phase === 0 || mayTimeOut(h) || h.word(h.task, Word.State) === 0,
    commit(h) {
      const woken = h.word(h.task, Word.State) === 0;
      h.yieldCpu();
      if (h.phase === 0 && !woken) return 1;
      if (!woken) h.setWord(h.task, Word.State, 0);
      if (woken) h.setResult(h.arg(0), h.argHi(0));
      else h.setResult(0, 0);
      return DONE;
    },
    touches(h, f) {
      f.writeWord(h.task, Word.State);
      f.cpu(h.cpu);
    },
  };
}

function yieldOp(name: string): ObjectOp {
  return {
    name,
    waits: "never",
    // Where preemption is possible anyway, offering it changes nothing.
    local: (h) => h.config.preempt !== "none",
    commit(h) {
      h.yieldCpu();
      h.setResult(0);
      return DONE;
    },
    touches(h, f) {
      f.cpu(h.cpu);
    },
  };
}

function referenceOp(name: string, by: number): ObjectOp {
  return {
    name,
    waits: "never",
    cost: { atomics: 1 },
    commit(h) {
      const address = h.pointer(0);
      if (!h.access(address, TASK_STRUCT_HEAD, true)) return DONE;
      const count = h.load32(usageAt(h, address)) + by;
      if (count < 0) h.report("refcount", "put_task_struct() without get_task_struct()", address);
      else if (count === 0 && taskOf(h, address) < 0) h.release(address);
      else h.store32(usageAt(h, address), count);
      h.setResult(address);
      return DONE;
    },
    touches(h, f) {
      const address = h.pointer(0);
      f.read(address, TASK_STRUCT_HEAD);
      const size = h.objectSize(address);
      if (size < 0) return;
      const task = taskOf(h, address);
      if (task >= 0) f.readContext(task);
      f.write(usageAt(h, address), 4);
      if (task < 0 && h.load32(usageAt(h, address)) + by === 0) f.write(address, size);
    },
  };
}

export const schedOps: ObjectOp[] = [
  localOp("get_current", (h) => {
    h.setResult(taskStruct(h, h.task, h.arg(0) >>> 0, h.task === 0 ? "kunit" : `task${h.task}`));
  }),
  referenceOp("get_task_struct", 1),
  referenceOp("put_task_struct", -1),
  localOp("might_sleep", () => {}, true),
  localOp("cpu_relax", () => {}, true),
  yieldOp("cond_resched"),
  yieldOp("yield"),
  yieldOp("msleep"),
  yieldOp("usleep_range"),
  scheduleOp("schedule"),
  scheduleTimeoutOp("__smplab_schedule_timeout"),
  {
    name: "set_current_state",
    waits: "never",
    commit(h) {
      h.setWord(h.task, Word.State, h.arg(0));
      return DONE;
    },
    touches(h, f) {
      f.writeWord(h.task, Word.State);
    },
  },
  {
    name: "wake_up_process",
    waits: "never",
    makes: true,
    commit(h) {
      const task = taskOf(h, h.pointer(0));
      if (task < 0) {
        if (!h.access(h.pointer(0), TASK_STRUCT_HEAD, false)) return DONE;
        const pid = h.load32(h.pointer(0) + PID) - FIRST_PID;
        if (pid < 0 || pid >= h.taskCount()) h.unsupported("wake_up_process() of what is no task_struct");
        // One that has ended sleeps no longer.
        else h.setResult(0);
        return DONE;
      }
      const fresh = h.taskState(task) === NEW;
      const asleep = h.word(task, Word.State) !== 0;
      if (asleep) h.setWord(task, Word.State, 0);
      // A kernel thread that has just been made.
      if (fresh) h.start(task);
      h.setResult(asleep || fresh ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      const task = taskOf(h, h.pointer(0));
      f.read(h.pointer(0), TASK_STRUCT_HEAD);
      if (task < 0) {
        // One that has ended sleeps no more, and would have been woken before that: the same word, whichever came first.
        const ended = h.accessible(h.pointer(0), COMM, false) ? h.load32(h.pointer(0) + PID) - FIRST_PID : -1;
        if (ended >= 0 && ended < h.taskCount()) f.writeWord(ended, Word.State);
        return;
      }
      f.writeWord(task, Word.State);
      if (h.taskState(task) === NEW) f.writeContext(task);
    },
  },
];
