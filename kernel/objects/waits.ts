// Who waits for what, held by whom: the sentence of a deadlock report. Looks at a context whose operation is not ready,
// through a port that stands at that operation (`task`, `phase` and the arguments are its own).

import type { Host } from "../../interpreter/api.js";
import { findHeld, heldLocks } from "./held.js";
import { ALL_OBJECTS } from "./index.js";
import { isLockOp, type LockUse, lockName } from "./locks.js";
import { unjoined, unsettled } from "./smplab.js";
import { Word } from "./words.js";

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
  smplab_settle: "all that has been started",
  wait_for_completion: "a completion",
  down: "a semaphore",
  schedule: "a wake-up",
  __smplab_schedule_timeout: "a wake-up",
  __smplab_wait_for_completion_timeout: "a completion",
  __smplab_down_timeout: "a semaphore",
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

/** Contexts that would have to move before the one behind the port can, ascending; none where nobody in particular would. */
export function holdersOf(h: Host, opName: string): number[] {
  const use = LOCKS.get(opName);
  if (use !== undefined) {
    // Naming a lock reads nothing but the arguments.
    const address = use.type.address(h);
    const bit = use.type.bit(h);
    const holders: number[] = [];
    for (let t = 0; t < h.taskCount(); t++) if (findHeld(h, t, address, 0, bit) >= 0) holders.push(t);
    return holders;
  }
  if (opName === "smplab_join_all") return unjoined(h);
  if (opName === "smplab_settle") return unsettled(h);
  let mask = 0;
  for (const word of MASKS) mask |= h.word(h.task, word);
  return bits(mask);
}

/** What the context behind the port waits for in the operation of this name. */
export function describeWait(h: Host, opName: string): Wait {
  const holders = holdersOf(h, opName);
  const use = LOCKS.get(opName);
  if (use !== undefined) {
    const lock = { address: use.type.address(h), kind: use.type.kind, bit: use.type.bit(h) };
    const [first] = holders;
    const held = first === undefined ? -1 : findHeld(h, first, lock.address, 0, lock.bit);
    const holderSite = held < 0 ? -1 : heldLocks(h, first!)[held]!.site;
    return { what: lockName(h, lock), holders, holderSite };
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
