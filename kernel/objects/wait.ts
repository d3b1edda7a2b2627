// Wait queues. https://docs.kernel.org/driver-api/basics.html ("Wait queues and Wake events")
//
// A queue's state is in the C structure (linux/wait.h): after its lock, two masks of contexts (those that a wake-up
// removes, made by DEFINE_WAIT(), and those that stay until they leave, made by add_wait_queue()) and a short list of
// exclusive waiters, oldest first. Queueing and the change of the task's state are one step, as they are one section
// under the queue's lock in the kernel; a wake-up is one step for all that it wakes.
// Simpler: wake functions of one's own are not called. A context stands in a queue once.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { DONE } from "./op.js";
import { Word } from "./words.js";

const WAITERS = 4;
const STICKY = 8;
const EXCLUSIVE = 12;
const EXCLUSIVE_MAX = 12;
const SIZE = EXCLUSIVE + EXCLUSIVE_MAX;

const bitOf = (h: Host) => (1 << h.task) >>> 0;

function setBit(h: Host, at: number, bit: number, on: boolean): void {
  const mask = h.load32(at);
  h.store32(at, on ? mask | bit : mask & ~bit);
}

/** Takes a context out of the list of exclusive waiters. */
function dropExclusive(h: Host, queue: number, task: number): void {
  let to = 0;
  for (let i = 0; i < EXCLUSIVE_MAX; i++) {
    const entry = h.load8(queue + EXCLUSIVE + i);
    if (entry !== task + 1) h.store8(queue + EXCLUSIVE + to++, entry);
  }
  for (; to < EXCLUSIVE_MAX; to++) h.store8(queue + EXCLUSIVE + to, 0);
}

function queueExclusive(h: Host, queue: number): void {
  for (let i = 0; i < EXCLUSIVE_MAX; i++) {
    const entry = h.load8(queue + EXCLUSIVE + i);
    if (entry === h.task + 1) return;
    if (entry !== 0) continue;
    h.store8(queue + EXCLUSIVE + i, h.task + 1);
    return;
  }
  h.unsupported(`more than ${EXCLUSIVE_MAX} exclusive waiters on one wait queue`);
}

function isQueued(h: Host, queue: number): boolean {
  let any = (h.load32(queue + WAITERS) | h.load32(queue + STICKY)) & bitOf(h);
  for (let i = 0; i < EXCLUSIVE_MAX; i++) if (h.load8(queue + EXCLUSIVE + i) === h.task + 1) any = 1;
  return any !== 0;
}

/** A step on the queue of argument 0 that also sets the own state. */
function queueOp(
  name: string,
  change: (h: Host, queue: number) => void,
  state: ((h: Host) => number) | null,
): ObjectOp {
  return {
    name,
    waits: "never",
    commit(h) {
      const queue = h.pointer(0);
      if (!h.access(queue, SIZE, true)) return DONE;
      change(h, queue);
      if (state) h.setWord(h.task, Word.State, state(h));
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
      if (state) f.writeWord(h.task, Word.State);
    },
  };
}

function leave(h: Host, queue: number): void {
  if (!isQueued(h, queue)) return;
  setBit(h, queue + WAITERS, bitOf(h), false);
  setBit(h, queue + STICKY, bitOf(h), false);
  dropExclusive(h, queue, h.task);
}

/** Contexts on the queue: those that are all woken, then the exclusive ones in their order. */
function waiters(h: Host, queue: number): { all: number[]; exclusive: number[] } {
  const mask = h.load32(queue + WAITERS) | h.load32(queue + STICKY);
  const all: number[] = [];
  for (let t = 0; t < 32; t++) if (mask & (1 << t)) all.push(t);
  const exclusive: number[] = [];
  for (let i = 0; i < EXCLUSIVE_MAX; i++) {
    const entry = h.load8(queue + EXCLUSIVE + i);
    if (entry !== 0) exclusive.push(entry - 1);
  }
  return { all, exclusive };
}

/** Arguments: queue, states to wake, number of exclusive waiters to wake (0: all). */
function wake(h: Host): void {
  const queue = h.pointer(0);
  const mode = h.arg(1);
  const { all, exclusive } = waiters(h, queue);
  const wakeOne = (t: number): boolean => {
    if ((h.word(t, Word.State) & mode) === 0) return false;
    h.setWord(t, Word.State, 0);
    return true;
  };
  for (const t of all) {
    if (wakeOne(t)) setBit(h, queue + WAITERS, 1 << t, false);
  }
  let left = h.arg(2) === 0 ? Number.MAX_SAFE_INTEGER : h.arg(2);
  for (const t of exclusive) {
    if (left === 0) break;
    if (!wakeOne(t)) continue;
    dropExclusive(h, queue, t);
    left--;
  }
}

function touchWake(h: Host, f: Footprint): void {
  const queue = h.pointer(0);
  f.write(queue, SIZE);
  if (!h.accessible(queue, SIZE, true)) return;
  const { all, exclusive } = waiters(h, queue);
  for (const t of all) f.writeWord(t, Word.State);
  for (const t of exclusive) f.writeWord(t, Word.State);
}

export const waitOps: ObjectOp[] = [
  queueOp(
    "prepare_to_wait",
    (h, queue) => setBit(h, queue + WAITERS, bitOf(h), true),
    (h) => h.arg(2),
  ),
  queueOp("prepare_to_wait_exclusive", queueExclusive, (h) => h.arg(2)),
  queueOp("finish_wait", leave, () => 0),
  queueOp("add_wait_queue", (h, queue) => setBit(h, queue + STICKY, bitOf(h), true), null),
  queueOp("add_wait_queue_exclusive", queueExclusive, null),
  queueOp("remove_wait_queue", leave, null),
  {
    name: "__wake_up",
    waits: "never",
    cost: { locks: 1 },
    releases: true,
    commit(h) {
      if (h.access(h.pointer(0), SIZE, true)) wake(h);
      return DONE;
    },
    touches: touchWake,
  },
  {
    name: "waitqueue_active",
    waits: "never",
    commit(h) {
      const queue = h.pointer(0);
      if (!h.access(queue, SIZE, false)) return DONE;
      const { all, exclusive } = waiters(h, queue);
      h.setResult(all.length + exclusive.length > 0 ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0), SIZE);
    },
  },
];
