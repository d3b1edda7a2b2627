// Read-copy update. https://docs.kernel.org/RCU/whatisRCU.html, https://docs.kernel.org/RCU/Design/Requirements/Requirements.html
//
// A grace period is a mask: the readers that are inside when synchronize_rcu() begins. A reader's outermost unlock
// clears its bit in every mask; the wait ends when the mask is empty. New readers are in no mask, so they neither
// wait nor are waited for. The mask is a word of the waiting context. Beginning and end are two steps.
// Locks and unlocks inside another reader section change nothing that others can see, so they are local.
// With the flavour "sched" a reader section also disables preemption.
// The three flavours of 2010 are apart: see linux/rcupdate.h.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { DONE, localOp } from "./op.js";
import {
  atomicNow,
  countAfterBhEnable,
  countAfterEnable,
  countOp,
  PREEMPT_OFFSET,
  SOFTIRQ_DISABLE_OFFSET,
  SOFTIRQ_MASK,
  setCounts,
  touchCounts,
  unnoticed,
} from "./preempt.js";
import { Word } from "./words.js";

/** A flavour with a nesting depth and masks of those who wait for its readers. */
interface Flavour {
  readonly nesting: number;
  readonly wait: number;
  /** preempt_count inside the outermost section and behind it, from what it is now. */
  readonly enter: (h: Host, count: number) => number;
  readonly leave: (h: Host, count: number) => number;
}

const PLAIN: Flavour = {
  nesting: Word.RcuNesting,
  wait: Word.RcuWait,
  enter: (h, count) => (h.config.rcu === "sched" ? count + PREEMPT_OFFSET : count),
  leave: (h, count) => (h.config.rcu === "sched" ? countAfterEnable(count) : count),
};

const BH: Flavour = {
  nesting: Word.RcuBhNesting,
  wait: Word.RcuBhWait,
  enter: (_, count) => count + SOFTIRQ_DISABLE_OFFSET,
  leave: (_, count) => countAfterBhEnable(count),
};

/** Nested in another section of the flavour, and no visible change of the count. */
function nested(h: Host, flavour: Flavour, after: number, count: number): boolean {
  const depth = h.word(h.task, flavour.nesting);
  return depth >= after && unnoticed(h, count, h.irqOff(h.task));
}

function readLock(name: string, flavour: Flavour): ObjectOp {
  const count = (h: Host) => flavour.enter(h, h.preemptCount(h.task));
  return {
    name,
    waits: "never",
    local: (h) => nested(h, flavour, 1, count(h)),
    commit(h) {
      h.setWord(h.task, flavour.nesting, h.word(h.task, flavour.nesting) + 1);
      setCounts(h, count(h), h.irqOff(h.task));
      return DONE;
    },
    touches(h, f) {
      if (h.word(h.task, flavour.nesting) === 0) f.writeWord(h.task, flavour.nesting);
      touchCounts(h, f, count(h), h.irqOff(h.task));
    },
  };
}

/** An unlock without a lock changes nothing; kernel/rules/rcu.ts reports it. */
function readUnlock(name: string, flavour: Flavour): ObjectOp {
  const count = (h: Host) =>
    h.word(h.task, flavour.nesting) === 0 ? h.preemptCount(h.task) : flavour.leave(h, h.preemptCount(h.task));
  return {
    name,
    waits: "never",
    local: (h) => nested(h, flavour, 2, count(h)) || h.word(h.task, flavour.nesting) === 0,
    commit(h) {
      const depth = h.word(h.task, flavour.nesting);
      if (depth === 0) return DONE;
      const after = count(h);
      h.setWord(h.task, flavour.nesting, depth - 1);
      setCounts(h, after, h.irqOff(h.task));
      if (depth === 1) clearBit(h, flavour.wait);
      return DONE;
    },
    touches(h, f) {
      const depth = h.word(h.task, flavour.nesting);
      if (depth === 0) return;
      touchCounts(h, f, count(h), h.irqOff(h.task));
      if (depth !== 1) return;
      f.writeWord(h.task, flavour.nesting);
      for (let t = 0; t < h.taskCount(); t++) {
        if (h.word(t, flavour.wait) & (1 << h.task)) f.writeWord(t, flavour.wait);
      }
    },
  };
}

function clearBit(h: Host, wait: number): void {
  const bit = 1 << h.task;
  for (let t = 0; t < h.taskCount(); t++) {
    const mask = h.word(t, wait);
    if (mask & bit) h.setWord(t, wait, (mask & ~bit) >>> 0);
  }
}

/**
 * Waits for the readers inside. A context that is itself inside waits for ever: that is the deadlock that it is in
 * a kernel, and kernel/rules/rcu.ts says so when it begins.
 */
function synchronize(name: string, period: GracePeriod): ObjectOp {
  const { wait } = period;
  return {
    name,
    waits: "sleeps",
    cost: { barriers: 2 },
    phases: ["grace period begins", "grace period ends"],
    waitsFrom: 1,
    ready: (h) => h.phase === 0 || h.word(h.task, wait) === 0,
    commit(h) {
      if (h.phase !== 0) return DONE;
      h.setWord(h.task, wait, period.mask(h));
      return 1;
    },
    touches(h, f) {
      f.writeWord(h.task, wait);
      if (h.phase === 0) period.look(h, f);
    },
  };
}

/** A grace period of some flavour: whom one that begins now waits for. */
export interface GracePeriod {
  /** The word of who waits that holds the mask. */
  readonly wait: number;
  mask(h: Host): number;
  /** What mask() looks at. */
  look(h: Host, f: Footprint): void;
}

function gracePeriod(
  wait: number,
  inside: (h: Host, task: number) => boolean,
  look: (h: Host, f: Footprint) => void,
): GracePeriod {
  return {
    wait,
    look,
    mask(h) {
      let mask = 0;
      for (let t = 0; t < h.taskCount(); t++) if (inside(h, t)) mask |= 1 << t;
      return mask >>> 0;
    },
  };
}

function nestedPeriod(flavour: Flavour): GracePeriod {
  return gracePeriod(
    flavour.wait,
    (h, t) => h.word(t, flavour.nesting) !== 0,
    (h, f) => {
      for (let t = 0; t < h.taskCount(); t++) f.readWord(t, flavour.nesting);
    },
  );
}

/** Of rcu_read_lock(), of rcu_read_lock_bh(), of code with preemption or interrupts off. */
export const GRACE_PERIODS: readonly [GracePeriod, GracePeriod, GracePeriod] = [
  nestedPeriod(PLAIN),
  nestedPeriod(BH),
  gracePeriod(
    Word.RcuSchedWait,
    (h, t) => h.preemptCount(t) !== 0 || h.irqOff(t) !== 0,
    // Becoming atomic or not is what a step's cpu() says.
    (h, f) => {
      for (let c = 0; c < h.config.cpus; c++) f.cpu(c);
    },
  ),
];

export const rcuOps: ObjectOp[] = [
  readLock("rcu_read_lock", PLAIN),
  readUnlock("rcu_read_unlock", PLAIN),
  readLock("rcu_read_lock_bh", BH),
  readUnlock("rcu_read_unlock_bh", BH),
  synchronize("synchronize_rcu", GRACE_PERIODS[0]),
  synchronize("synchronize_rcu_bh", GRACE_PERIODS[1]),
  synchronize("synchronize_sched", GRACE_PERIODS[2]),
  // What synchronize_sched() waits for is any code with preemption off.
  countOp("rcu_read_lock_sched", (count) => count + PREEMPT_OFFSET),
  countOp("rcu_read_unlock_sched", countAfterEnable),
  localOp("rcu_read_lock_held", (h) => h.setResult(h.word(h.task, Word.RcuNesting) !== 0 ? 1 : 0)),
  localOp("rcu_read_lock_bh_held", (h) =>
    h.setResult((h.preemptCount(h.task) & SOFTIRQ_MASK) !== 0 || h.irqOff(h.task) !== 0 ? 1 : 0),
  ),
  localOp("rcu_read_lock_sched_held", (h) => h.setResult(atomicNow(h) ? 1 : 0)),
  localOp("__smplab_rcu_suspicious", (h) => h.report("rcu", h.cstring(h.pointer(0)))),
];
