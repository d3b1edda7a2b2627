// Who waits for what, held by whom: the sentence of a deadlock report. Looks at a context whose operation is not ready,
// through a port that stands at that operation (`task`, `phase` and the arguments are its own).

import type { Host } from "../../interpreter/api.js";
import { findHeld, heldLocks } from "./held.js";
import { ALL_OBJECTS } from "./index.js";
import { isLockOp, type LockUse, lockName } from "./locks.js";
import { Word } from "./words.js";

/** What is needed to look: `Host` has it all. */
export type WaitView = Pick<
  Host,
  "task" | "phase" | "arg" | "pointer" | "word" | "taskCount" | "taskState" | "nameOf"
>;

export interface Wait {
  /** "mc.lock", "a grace period". */
  readonly what: string;
  /** Contexts that would have to move first, ascending; empty where nobody in particular would. */
  readonly holders: readonly number[];
  /** Where the first holder took it, or -1. */
  readonly holderSite: number;
}

/** Words with a mask of the contexts that one waits for: grace periods, the end of callbacks and threads. */
const MASKS = [Word.RcuWait, Word.RcuBhWait, Word.RcuSchedWait, Word.SrcuWait, Word.AwaitDone];

const LOCKS: ReadonlyMap<string, LockUse> = new Map(
  ALL_OBJECTS.filter(isLockOp).map((op) => [op.name, op.lock]),
);

/** What operations wait for, in words; locks name themselves. */
const OTHERS: Readonly<Record<string, string>> = {
  smplab_join_all: "all tasks",
  wait_for_completion: "a completion",
  down: "a semaphore",
  schedule: "a wake-up",
  __smplab_rcu_invoke: "a grace period",
  __smplab_rcu_barrier: "the callbacks of call_rcu()",
  __smplab_kthread_stop: "the end of a kernel thread",
  timer_delete_sync: "a timer's handler",
  timer_shutdown_sync: "a timer's handler",
  __smplab_tasklet_kill: "a tasklet",
  __smplab_tasklet_unlock_wait: "a tasklet",
  __smplab_flush_work: "a work item",
  __smplab_cancel_work: "a work item",
  __smplab_work_begin: "work that comes first",
  __smplab_flush_workqueue: "the work on a queue",
  __smplab_free_irq: "an interrupt's handler",
  __smplab_irq_sync: "an interrupt's handler",
  __smplab_call_cpus: "the answer of another CPU",
};

/** Contexts that would have to move before the one behind `view` can, ascending; none where nobody in particular would. */
export function holdersOf(view: WaitView, opName: string): number[] {
  const use = LOCKS.get(opName);
  if (use !== undefined) {
    // Naming a lock reads nothing but the arguments.
    const address = use.type.address(view as Host);
    const bit = use.type.bit(view as Host);
    const holders: number[] = [];
    for (let t = 0; t < view.taskCount(); t++) if (findHeld(view, t, address, 0, bit) >= 0) holders.push(t);
    return holders;
  }
  if (opName === "smplab_join_all") return unfinished(view);
  let mask = 0;
  for (const word of MASKS) mask |= view.word(view.task, word);
  return bits(mask);
}

/** What the context behind `view` waits for in the operation of this name. */
export function describeWait(view: WaitView, opName: string): Wait {
  const holders = holdersOf(view, opName);
  const use = LOCKS.get(opName);
  if (use !== undefined) {
    const host = view as Host;
    const lock = { address: use.type.address(host), kind: use.type.kind, bit: use.type.bit(host) };
    const [first] = holders;
    const held = first === undefined ? -1 : findHeld(view, first, lock.address, 0, lock.bit);
    const holderSite = held < 0 ? -1 : heldLocks(view, first!)[held]!.site;
    return { what: lockName(view, lock), holders, holderSite };
  }
  const what =
    OTHERS[opName] ??
    (holders.length > 0 && opName.startsWith("synchronize_") ? "a grace period" : `${opName}()`);
  return { what, holders, holderSite: -1 };
}

function bits(mask: number): number[] {
  const set: number[] = [];
  for (let t = 0; t < 32; t++) if (mask & (1 << t)) set.push(t);
  return set;
}

function unfinished(view: WaitView): number[] {
  const tasks: number[] = [];
  for (let t = 1; t < view.taskCount(); t++) if (view.taskState(t) === 2) tasks.push(t);
  return tasks;
}
