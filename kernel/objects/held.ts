// The locks that a context holds, oldest first, as pairs of words: the lock's address, and kind, bit and site
// packed into one number. Only the context itself writes its list, in the steps that take and release; nobody's
// `ready` looks at it. So the list is in no footprint, though it is part of the state: it decides what reports say.
// Here it replaces what lockdep keeps: https://docs.kernel.org/locking/lockdep-design.html

import type { HeldLocks, Host } from "../../interpreter/api.js";
import { HELD_MAX, Word } from "./words.js";

export const LockKind = {
  Spin: 1,
  RawSpin: 2,
  Bit: 3,
  Read: 4,
  Write: 5,
  Mutex: 6,
  RwsemRead: 7,
  RwsemWrite: 8,
  Semaphore: 9,
} as const;
export type LockKind = (typeof LockKind)[keyof typeof LockKind];

/** Kinds whose waiters spin and whose holders have preemption off. */
export const SPINNING: readonly number[] = [
  LockKind.Spin,
  LockKind.RawSpin,
  LockKind.Bit,
  LockKind.Read,
  LockKind.Write,
];

const KIND_NAMES: Record<number, string> = {
  [LockKind.Spin]: "spinlock",
  [LockKind.RawSpin]: "raw spinlock",
  [LockKind.Bit]: "bit spinlock",
  [LockKind.Read]: "rwlock (for reading)",
  [LockKind.Write]: "rwlock (for writing)",
  [LockKind.Mutex]: "mutex",
  [LockKind.RwsemRead]: "rw-semaphore (for reading)",
  [LockKind.RwsemWrite]: "rw-semaphore (for writing)",
  [LockKind.Semaphore]: "semaphore",
};

export function kindName(kind: number): string {
  return KIND_NAMES[kind] ?? "lock";
}

/** One held lock. `bit` is 0 except for bit spinlocks. */
export interface HeldLock {
  readonly address: number;
  readonly kind: LockKind;
  readonly bit: number;
  /** Where it was taken. */
  readonly site: number;
}

/** What is needed to look at a context's list: `Host` has it, and so has any reader of a stored state. */
export interface WordView {
  word(task: number, index: number): number;
}

// kind 4 bits, bit 6 bits, site 22 bits.
const pack = (kind: LockKind, bit: number, site: number) => (kind | (bit << 4) | (site << 10)) >>> 0;

export function heldLocks(view: WordView, task: number): HeldLock[] {
  const locks: HeldLock[] = [];
  const count = view.word(task, Word.HeldCount);
  for (let i = 0; i < count; i++) {
    const packed = view.word(task, Word.Held + 2 * i + 1) >>> 0;
    locks.push({
      address: view.word(task, Word.Held + 2 * i) >>> 0,
      kind: (packed & 15) as LockKind,
      bit: (packed >>> 4) & 63,
      site: packed >>> 10,
    });
  }
  return locks;
}

/** How many locks a context holds. */
export function heldCount(view: WordView, task: number): number {
  return view.word(task, Word.HeldCount);
}

const SAYS_WHO: readonly number[] = [LockKind.Spin, LockKind.RawSpin, LockKind.Mutex];

/** Address of the u32 that says, as number + 1, who holds the i-th of a context's locks; 0: nothing does. */
export function ownerWordOf(view: WordView, task: number, i: number): number {
  const kind = view.word(task, Word.Held + 2 * i + 1) & 15;
  return SAYS_WHO.includes(kind) ? view.word(task, Word.Held + 2 * i) >>> 0 : 0;
}

/** Index of the youngest entry for this lock (of this kind, or of any kind when 0), or -1. */
export function findHeld(
  view: WordView,
  task: number,
  address: number,
  kind: LockKind | 0,
  bit: number,
): number {
  for (let i = view.word(task, Word.HeldCount) - 1; i >= 0; i--) {
    if (view.word(task, Word.Held + 2 * i) >>> 0 !== address) continue;
    const packed = view.word(task, Word.Held + 2 * i + 1) >>> 0;
    if (((packed >>> 4) & 63) === bit && (kind === 0 || (packed & 15) === kind)) return i;
  }
  return -1;
}

/** Notes that the context of this operation now holds the lock. */
export function pushHeld(h: Host, address: number, kind: LockKind, bit: number): void {
  const count = h.word(h.task, Word.HeldCount);
  if (count >= HELD_MAX) {
    h.unsupported(`a context holds more than ${HELD_MAX} locks at once`);
    return;
  }
  h.setWord(h.task, Word.Held + 2 * count, address);
  h.setWord(h.task, Word.Held + 2 * count + 1, pack(kind, bit, h.site));
  h.setWord(h.task, Word.HeldCount, count + 1);
  if (EXCLUSIVE.includes(kind)) h.tookLock(address, bit);
}

/** Whoever holds a lock of these kinds is alone with it. */
const EXCLUSIVE: readonly number[] = [
  LockKind.Spin,
  LockKind.RawSpin,
  LockKind.Bit,
  LockKind.Write,
  LockKind.Mutex,
  LockKind.RwsemWrite,
];

/** Whoever holds one of these shares it with others that hold it so. */
export const FOR_READING: readonly number[] = [LockKind.Read, LockKind.RwsemRead];

/** Tells the machine which locks keep others away from a context (a semaphore may let several in). */
export function tellLocks(h: Host, task: number, held: HeldLocks): void {
  const count = h.word(task, Word.HeldCount);
  for (let i = 0; i < count; i++) {
    const packed = h.word(task, Word.Held + 2 * i + 1) >>> 0;
    const kind = packed & 15;
    const shared = FOR_READING.includes(kind);
    if (shared || EXCLUSIVE.includes(kind))
      held.holds(h.word(task, Word.Held + 2 * i), (packed >>> 4) & 63, shared);
  }
}

/** Forgets the youngest entry for this lock; without one, nothing happens (kernel/rules/bad-unlock.ts reports). */
export function popHeld(h: Host, address: number, kind: LockKind, bit: number): void {
  const at = findHeld(h, h.task, address, kind, bit);
  if (at < 0) return;
  const last = h.word(h.task, Word.HeldCount) - 1;
  for (let i = at; i < last; i++) {
    h.setWord(h.task, Word.Held + 2 * i, h.word(h.task, Word.Held + 2 * i + 2));
    h.setWord(h.task, Word.Held + 2 * i + 1, h.word(h.task, Word.Held + 2 * i + 3));
  }
  h.setWord(h.task, Word.Held + 2 * last, 0);
  h.setWord(h.task, Word.Held + 2 * last + 1, 0);
  h.setWord(h.task, Word.HeldCount, last);
}
