// What the WebAssembly engine keeps behind a run's memory, in the same linear memory: control words and guards.
// None of it is state of the run: it is neither saved nor hashed, and can be made again from the run at any time.

import type { MemoryMap } from "../machine/layout.js";
import { PAGE_SHIFT } from "../machine/layout.js";

/** Control words, from EngineMap.control. */
export const Control = {
  /** i64: addresses at and above it take the slow way, for loads and for stores that others could see. */
  LoadLimit: 0,
  StoreLimit: 8,
  /** Base of the running context's stack. */
  StackBase: 16,
  /** Frames of the fast form must end below: the stack's end, or less; 0 while the run is not straight. */
  StackLimit: 20,
  /** Jumps back and calls until the machine is asked: what is left of the budget, or a part of it. */
  Fuel: 24,
  /** What the resumable form returns when it is done: Status.Done or Status.NotStraight. */
  Status: 28,
  /** Result of the function that returned last, when its caller is the driver. */
  Result: 32,
  /** i64: size of the largest object that compiled code may allocate or free itself; 0 while it may not. */
  HeapLimit: 40,
  /** The running context's heap arena. */
  ArenaBase: 48,
  ArenaEnd: 52,
  ArenaTopAt: 56,
  /** The same as StackLimit for the plain form; 0 for good once it had to give up. */
  PlainLimit: 60,
  Size: 64,
} as const;

/** What compiled functions return besides their result. */
export const Status = {
  Done: 0,
  /** The context has to stop: frames are spilled one after the other. */
  Unwind: 1,
  /** Done, but the run is no longer straight: the fast form must not go on. */
  NotStraight: 2,
} as const;

export interface EngineMap {
  readonly control: number;
  /** Per function, one u32: which signature it has. */
  readonly signatures: number;
  /** Per page, one byte: 1 when it has been saved in this epoch. */
  readonly saved: number;
  /** Per granule of 8 bytes: how many of its last bytes must not be read; 8 = ask. */
  readonly loadGuard: number;
  /** The same for writing; 8 too where the page has not been saved in this epoch. */
  readonly storeGuard: number;
  /** What interpreter/machine/memory.ts keeps of each page: four words of hash, a byte, three words. */
  readonly pageHash: number;
  readonly isDirty: number;
  readonly dirty: number;
  readonly stamp: number;
  readonly version: number;
  /** The four words of the whole hash. */
  readonly pageTotal: number;
  /** The undo log, as long as there is room for it here. */
  readonly undo: number;
  readonly undoBytes: number;
  /** End of it all, a multiple of 64 KiB. */
  readonly total: number;
}

/** Enough for runs of a few thousand steps; longer ones have their log elsewhere. */
const UNDO_BYTES = 2 << 20;

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

export function mapEngine(map: MemoryMap, functions: number): EngineMap {
  const control = map.total;
  const signatures = control + Control.Size;
  const saved = up(signatures + functions * 4, 16);
  const loadGuard = up(saved + (map.total >>> PAGE_SHIFT), 16);
  const storeGuard = up(loadGuard + (map.memoryEnd >>> 3), 16);
  const pages = map.total >>> PAGE_SHIFT;
  const pageHash = up(storeGuard + (map.memoryEnd >>> 3), 64);
  const isDirty = pageHash + pages * 16;
  const dirty = up(isDirty + pages, 16);
  const stamp = dirty + pages * 4;
  const version = up(stamp + pages * 4, 16);
  const pageTotal = up(version + pages * 4, 16);
  const undo = up(pageTotal + 16, 64);
  return {
    control,
    signatures,
    saved,
    loadGuard,
    storeGuard,
    pageHash,
    isDirty,
    dirty,
    stamp,
    version,
    pageTotal,
    undo,
    undoBytes: UNDO_BYTES,
    total: up(undo + UNDO_BYTES, 1 << 16),
  };
}
