// Kernel threads. https://docs.kernel.org/driver-api/basics.html ("Delaying and scheduling routines", kthread)
//
// kthread_create() makes a context that has not started, with its task_struct; waking it starts it. kthread_stop()
// asks, wakes and waits; the thread's last operation leaves its result in the task_struct and lets it go on.
// A thread that returns without having been asked to is gone, and so is its task_struct, unless somebody holds a
// reference: kthread_stop() is then a use after free, as in a kernel.
// A thread without a CPU of its own is placed on one, going round from CPU 1. Simpler: it stays there.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { Level, markRole, Role, release, roleOf, touchLook, touchMake, touchRelease } from "./contexts.js";
import { DONE } from "./op.js";
import { COMM_SIZE, exitCodeAt, newTaskStruct, TASK_STRUCT_HEAD, taskOf, usageAt } from "./sched.js";
import { Word } from "./words.js";

/** Bits of Word.Kthread. */
const SHOULD_STOP = 1;

/** Arguments of __smplab_kthread_create(): the context's C function, threadfn, data, size of task_struct, name, CPU or -1. */
const Create = { Context: 0, Thread: 1, Data: 2, Size: 3, Name: 4, Cpu: 5 } as const;

const NEW = 1;

/** Where a thread without a CPU of its own goes. */
function cpuFor(h: Host): number {
  const wanted = h.arg(Create.Cpu);
  if (wanted >= 0) return wanted;
  let threads = 1;
  for (let t = 1; t < h.taskCount(); t++) if (roleOf(h, t) === Role.Kthread) threads++;
  return threads % h.config.cpus;
}

/** The thread behind a task_struct that argument 0 points to: its context, or -1 when it has ended. */
const threadOf = (h: Host) => taskOf(h, h.pointer(0));

const createOp: ObjectOp = {
  name: "__smplab_kthread_create",
  waits: "never",
  makes: true,
  commit(h) {
    const made = h.spawn(
      cpuFor(h),
      h.arg(Create.Context),
      h.argHi(Create.Context),
      h.arg(Create.Data),
      h.argHi(Create.Data),
      Level.Task,
    );
    if (made < 0) return DONE;
    const name = h.cstring(h.pointer(Create.Name)).slice(0, COMM_SIZE - 1);
    const address = newTaskStruct(h, made, h.arg(Create.Size) >>> 0, name);
    markRole(h, made, Role.Kthread, address);
    h.setWord(made, Word.Function, h.pointer(Create.Thread));
    h.setResult(address);
    return DONE;
  },
  touches(h, f) {
    touchLook(f);
    touchMake(h, f, cpuFor(h));
  },
};

/** In the thread: what it is to run; 0 if it was stopped before it ever ran. */
const beginOp: ObjectOp = {
  name: "__smplab_kthread_begin",
  waits: "never",
  commit(h) {
    const stopped = (h.word(h.task, Word.Kthread) & SHOULD_STOP) !== 0;
    h.setResult(stopped ? 0 : h.word(h.task, Word.Function));
    return DONE;
  },
  touches(h, f) {
    f.readWord(h.task, Word.Kthread);
  },
};

/** Does anybody but the thread itself keep its task_struct? */
function isKept(h: Host, address: number): boolean {
  return (h.word(h.task, Word.Kthread) & SHOULD_STOP) !== 0 || h.load32(usageAt(h, address)) !== 0;
}

const exitOp: ObjectOp = {
  name: "__smplab_kthread_exit",
  waits: "never",
  makes: true,
  commit(h) {
    const address = h.word(h.task, Word.TaskStruct) >>> 0;
    h.store32(exitCodeAt(h, address), h.arg(0));
    release(h);
    h.setWord(h.task, Word.Made, 0);
    if (!isKept(h, address)) h.release(address);
    return DONE;
  },
  touches(h, f) {
    const address = h.word(h.task, Word.TaskStruct) >>> 0;
    f.readWord(h.task, Word.Kthread);
    f.writeWord(h.task, Word.Made);
    f.write(exitCodeAt(h, address), 4);
    f.read(usageAt(h, address), 4);
    if (!isKept(h, address)) f.write(address, h.objectSize(address));
    touchRelease(h, f);
  },
};

/** A last look at the task_struct: result, and it is gone unless somebody holds a reference. */
function collect(h: Host): number {
  const address = h.pointer(0);
  if (!h.access(address, TASK_STRUCT_HEAD, true)) return DONE;
  h.setResult(h.load32(exitCodeAt(h, address)));
  if (h.load32(usageAt(h, address)) === 0) h.release(address);
  return DONE;
}

const stopOp: ObjectOp = {
  name: "__smplab_kthread_stop",
  waits: "sleeps",
  makes: true,
  phases: ["asks it to stop and wakes it", "it has ended"],
  waitsFrom: 1,
  ready: (h) => h.phase === 0 || h.word(h.task, Word.AwaitDone) === 0,
  commit(h) {
    if (h.phase !== 0) return collect(h);
    const address = h.pointer(0);
    if (!h.access(address, TASK_STRUCT_HEAD, true)) return DONE;
    const thread = threadOf(h);
    if (thread < 0) return collect(h);
    if (roleOf(h, thread) !== Role.Kthread) {
      h.unsupported("kthread_stop() of what is no kernel thread");
      return DONE;
    }
    h.setWord(thread, Word.Kthread, h.word(thread, Word.Kthread) | SHOULD_STOP);
    h.setWord(thread, Word.State, 0);
    h.setWord(h.task, Word.AwaitDone, 1 << thread);
    h.start(thread);
    return 1;
  },
  touches(h, f) {
    const address = h.pointer(0);
    const thread = threadOf(h);
    f.writeWord(h.task, Word.AwaitDone);
    f.read(address, TASK_STRUCT_HEAD);
    if (h.phase !== 0 || thread < 0) {
      // The last reference goes, and the structure with it.
      if (h.accessible(address, TASK_STRUCT_HEAD, true) && h.load32(usageAt(h, address)) === 0)
        f.write(address, Math.max(TASK_STRUCT_HEAD, h.objectSize(address)));
      return;
    }
    f.writeWord(thread, Word.Kthread);
    f.writeWord(thread, Word.State);
    f.writeContext(thread);
  },
};

export const kthreadOps: ObjectOp[] = [
  createOp,
  beginOp,
  exitOp,
  stopOp,
  {
    name: "kthread_should_stop",
    waits: "never",
    commit(h) {
      h.setResult(h.word(h.task, Word.Kthread) & SHOULD_STOP ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      f.readWord(h.task, Word.Kthread);
    },
  },
  {
    // Before its first run only, as in a kernel.
    name: "kthread_bind",
    waits: "never",
    makes: true,
    commit(h) {
      if (!h.access(h.pointer(0), TASK_STRUCT_HEAD, false)) return DONE;
      const thread = threadOf(h);
      const cpu = h.arg(1);
      if (thread < 0 || h.taskState(thread) !== NEW)
        h.report("warning", "kthread_bind() of a thread that has run");
      else if (cpu < 0 || cpu >= h.config.cpus) h.unsupported(`kthread_bind(): there is no CPU ${cpu}`);
      else h.setCpu(thread, cpu);
      return DONE;
    },
    touches(h, f) {
      const thread = threadOf(h);
      if (thread >= 0) f.writeContext(thread);
    },
  },
];
