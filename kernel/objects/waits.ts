// Who waits for what, held by whom: the sentence of a deadlock report. Looks at a context whose operation is not ready,
// through a port that stands at that operation (`task`, `phase` and the arguments are its own).

import type { Host } from "../../interpreter/api.js";
import { heldLocks } from "./held.js";
import { ALL_OBJECTS } from "./index.js";
import { isLockOp, lockName } from "./locks.js";
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

const MASKS: Readonly<Record<string, number>> = {
  synchronize_rcu: Word.RcuWait,
  synchronize_rcu_bh: Word.RcuBhWait,
  synchronize_sched: Word.RcuSchedWait,
};

/** What the context behind `view` waits for in the operation of this name. */
export function describeWait(view: WaitView, opName: string): Wait {
  const op = ALL_OBJECTS.find((candidate) => candidate.name === opName);
  if (op !== undefined && isLockOp(op)) {
    const { type } = op.lock;
    // Naming a lock reads nothing but the arguments.
    const host = view as Host;
    const lock = { address: type.address(host), kind: type.kind, bit: type.bit(host) };
    const holders: number[] = [];
    let holderSite = -1;
    for (let t = 0; t < view.taskCount(); t++) {
      const held = heldLocks(view, t).find((one) => one.address === lock.address && one.bit === lock.bit);
      if (held === undefined) continue;
      if (holders.length === 0) holderSite = held.site;
      holders.push(t);
    }
    return { what: lockName(view, lock), holders, holderSite };
  }
  if (Object.hasOwn(MASKS, opName)) {
    return { what: "a grace period", holders: bits(view.word(view.task, MASKS[opName])), holderSite: -1 };
  }
  if (opName === "smplab_join_all") return { what: "all tasks", holders: unfinished(view), holderSite: -1 };
  if (opName === "wait_for_completion") return { what: "a completion", holders: [], holderSite: -1 };
  if (opName === "down") return { what: "a semaphore", holders: [], holderSite: -1 };
  if (opName === "schedule") return { what: "a wake-up", holders: [], holderSite: -1 };
  return { what: `${opName}()`, holders: [], holderSite: -1 };
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
