// Counting things that contexts wait for: struct semaphore and struct completion, a u32 each.
// https://docs.kernel.org/scheduler/completion.html, https://docs.kernel.org/locking/locktypes.html ("semaphore")
// They have no owner, so nobody is named as their holder.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { mayTimeOut } from "./contexts.js";
import { DONE } from "./op.js";
import { inAtomic } from "./preempt.js";

const SIZE = 4;
/** complete_all(): enough for everybody, for good. */
const ALL = 0x7fffffff;

const count = (h: Host) => h.load32(h.pointer(0));
const unlessAll = (value: number, by: number) => (value === ALL ? ALL : value + by);

/** Waits until the count is above 0 and takes one. */
function waitOp(name: string): ObjectOp {
  return {
    name,
    waits: "sleeps",
    cost: { locks: 1 },
    phases: ["", "waited"],
    ready(h) {
      if (!h.accessible(h.pointer(0), SIZE, true) || count(h) > 0) return true;
      // Sleeping where that is a mistake takes a step first, so that the rules see it.
      return h.phase === 0 && inAtomic(h);
    },
    commit(h) {
      if (!h.access(h.pointer(0), SIZE, true)) return DONE;
      if (count(h) === 0) return 1;
      h.store32(h.pointer(0), unlessAll(count(h), -1));
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
    },
  };
}

/** The same, but the time may be over first: 1 if it took one, else 0. */
function waitTimeoutOp(name: string): ObjectOp {
  return {
    ...waitOp(name),
    phases: ["", "one is there, or the time is over"],
    waitsFrom: 1,
    ready: (h) => h.phase === 0 || mayTimeOut(h) || !h.accessible(h.pointer(0), SIZE, true) || count(h) > 0,
    commit(h) {
      if (!h.access(h.pointer(0), SIZE, true)) return DONE;
      const value = count(h);
      if (value === 0) h.yieldCpu();
      if (value === 0 && h.phase === 0) return 1;
      if (value > 0) h.store32(h.pointer(0), unlessAll(value, -1));
      h.setResult(value > 0 ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
      f.cpu(h.cpu);
    },
  };
}

/** A step that changes the count or leaves it; `result` from the count before. */
function changeOp(
  name: string,
  change: (value: number) => number,
  result?: (value: number) => number,
): ObjectOp {
  return {
    name,
    waits: "never",
    commit(h) {
      if (!h.access(h.pointer(0), SIZE, true)) return DONE;
      const value = count(h);
      if (change(value) !== value) h.store32(h.pointer(0), change(value));
      if (result) h.setResult(result(value));
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
    },
  };
}

const takeOne = (value: number) => (value > 0 ? unlessAll(value, -1) : value);

export const countingOps: ObjectOp[] = [
  waitOp("down"),
  waitTimeoutOp("__smplab_down_timeout"),
  changeOp("down_trylock", takeOne, (value) => (value > 0 ? 0 : 1)),
  { ...changeOp("up", (value) => value + 1), releases: true },
  waitOp("wait_for_completion"),
  waitTimeoutOp("__smplab_wait_for_completion_timeout"),
  changeOp("try_wait_for_completion", takeOne, (value) => (value > 0 ? 1 : 0)),
  changeOp(
    "completion_done",
    (value) => value,
    (value) => (value > 0 ? 1 : 0),
  ),
  { ...changeOp("complete", (value) => unlessAll(value, 1)), releases: true },
  { ...changeOp("complete_all", () => ALL), releases: true },
];
