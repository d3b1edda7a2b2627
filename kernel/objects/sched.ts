// `current`, sleeping by hand and giving the CPU up. https://docs.kernel.org/scheduler/index.html
//
// A context's task_struct is made in its own arena when it first asks. What it sleeps as is a word, not a member of the
// structure: set_current_state() writes one's own, wake_up_process() another's, schedule() waits until it is
// TASK_RUNNING. Under the preemption model "none" the yielding operations let others on the CPU go on.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { DONE, localOp } from "./op.js";
import { inAtomic } from "./preempt.js";
import { Word } from "./words.js";

/** pid of context 0; the others count on. */
export const FIRST_PID = 100;
/** struct task_struct (linux/sched.h): pid, tgid, comm[16]. */
const PID = 0;
const TGID = 4;
const COMM = 8;
const COMM_SIZE = 16;

/** Address of the task_struct of a context, made by the context that asks; 0 when memory has run out. */
export function taskStruct(h: Host, task: number, size: number, name: string): number {
  const known = h.word(task, Word.TaskStruct);
  if (known !== 0) return known;
  const address = h.allocate(size, true);
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
    // Sleeping where that is a mistake takes a step first, so that the rules see it.
    ready: (h) => h.word(h.task, Word.State) === 0 || (h.phase === 0 && inAtomic(h)),
    commit(h) {
      if (h.word(h.task, Word.State) !== 0) return 1;
      h.yieldCpu();
      return DONE;
    },
    touches(h, f) {
      f.readWord(h.task, Word.State);
      if (h.config.preempt === "none") f.cpu(h.cpu);
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

export const schedOps: ObjectOp[] = [
  localOp("get_current", (h) => {
    h.setResult(taskStruct(h, h.task, h.arg(0) >>> 0, h.task === 0 ? "kunit" : `task${h.task}`));
  }),
  localOp("might_sleep", () => {}),
  localOp("cpu_relax", () => {}),
  yieldOp("cond_resched"),
  yieldOp("yield"),
  scheduleOp("schedule"),
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
    commit(h) {
      const task = taskOf(h, h.pointer(0));
      if (task < 0) {
        if (h.access(h.pointer(0), COMM, false)) h.unsupported("wake_up_process() of what is no task_struct");
        return DONE;
      }
      const asleep = h.word(task, Word.State) !== 0;
      if (asleep) h.setWord(task, Word.State, 0);
      h.setResult(asleep ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      const task = taskOf(h, h.pointer(0));
      if (task >= 0) f.writeWord(task, Word.State);
    },
  },
];
