// Where everything of a run lies in its one linear memory.
//
// The first 64 KiB are the null page to C, so they hold what C must never reach: the tables of CPUs and
// contexts, the pending operations, the words of the kernel objects and the observed values. Behind them
// follow the program's image, one per-CPU area per CPU, one stack and one heap arena per context, and the
// shadow (one byte per 8 bytes of memory). Nothing of a run lives anywhere else: copying these bytes copies
// the run, hashing them hashes it. So no clock, step counter or log may ever be put here.

import { AddressSpace, type Program } from "../ir/program.js";

/** Unit of saving, restoring and hashing, in bytes (a power of two). */
export const PAGE_SHIFT = 7;
export const PAGE_SIZE = 1 << PAGE_SHIFT;

export const MAX_CPUS = 32;
/** Contexts: task 0 is the one that runs `main` or the test case; the others are its tasks and interrupts. */
export const MAX_TASKS = 32;

/** Run-wide words, u32 each. */
export const Run = {
  TaskCount: 0x40,
  /** Bits: 1 = an expectation failed. */
  Failed: 0x44,
  /** Next free byte of the dynamic part of the per-CPU areas, as offset. */
  PerCpuTop: 0x48,
  ObservedCount: 0x4c,
  /** Children that have been started and are not finished: more than 0 means interleavings exist. */
  Live: 0x50,
  /** Places of the contexts that are made while others run: from the first up to, not including, the second. 0: none yet. */
  FirstMade: 0x54,
  EndMade: 0x58,
  /** Granules of globals and per-CPU areas with bits that nobody has set. */
  UnsetGlobals: 0x5c,
} as const;

/** Words of the kernel objects that belong to no context: 64, u32 each. */
export const GLOBAL_WORDS = 0x100;

/** CPU table. */
export const CPU_TABLE = 0x200;
export const CPU_STRIDE = 16;
export const Cpu = {
  /** Task + 1 that the CPU is running and may not be taken from (preemption model none only), else 0. */
  Current: 0,
  /** Not 0: no context may be moved to it. */
  Closed: 4,
} as const;

/** Observed values in order of their names: name address, 0, value low, value high. */
export const OBSERVED = 0x400;
export const OBSERVED_STRIDE = 16;
export const MAX_OBSERVED = 64;
export const OBSERVED_WORDS = (MAX_OBSERVED * OBSERVED_STRIDE) / 4;

export const TASK_TABLE = 0x1000;
export const TASK_STRIDE = 512;
export const Task = {
  State: 0,
  Cpu: 4,
  /** 1 = bound to its CPU. */
  Bound: 8,
  /** preempt_count: preemption is off while it is not 0. */
  Preempt: 12,
  /** Interrupts are off on its CPU while it is not 0. */
  IrqOff: 16,
  /** Between the load and the store of a this_cpu operation: the CPU belongs to it. */
  Holding: 20,
  /** It went to sleep with preemption or interrupts off: its CPU is not its own until it moves again. */
  OffCpu: 24,
  /** Frame at rest on top, absolute; 0 when none. */
  Fp: 28,
  Entry: 36,
  ArgLo: 40,
  ArgHi: 44,
  ExitLo: 48,
  ExitHi: 52,
  /** Bytes used of the heap arena. */
  ArenaTop: 60,
  Migrations: 64,
  /** What it may interrupt: see Level. */
  Level: 68,
  /** Not 0: its plain accesses count as marked. */
  Marking: 72,
  /** Registers of its frames with bits that nobody has set, and where the latest of them came from; 0 where there are none. */
  Unset: 76,
  Origin: 80,
  Pending: 128,
  Words: 256,
} as const;
export const TASK_WORD_COUNT = 64;

/**
 * A context of a higher level comes in between the steps of a lower one on its CPU, unless that one has forbidden it:
 * interrupts off forbids all, bottom halves off (preempt_count above PREEMPT_BITS) forbids softirqs.
 */
export const Level = { Task: 0, Softirq: 1, Hardirq: 2 } as const;
/** The part of preempt_count that keeps only tasks away. */
export const PREEMPT_BITS = 0xff;

export const TaskState = {
  Unused: 0,
  /** Registered, not started: smplab_join_all() starts it. */
  New: 1,
  /** Parked in front of its next visible operation. */
  Parked: 2,
  Finished: 3,
} as const;

/** The next visible operation of a context, at Task.Pending. All u32. */
export const Pending = {
  Kind: 0,
  /** Index into Program.sites. */
  Site: 4,
  Flags: 8,
  /** Result register, or 0xffffffff. */
  Dst: 12,
  AddrLo: 16,
  AddrHi: 20,
  /** Bytes of this step's access. */
  Size: 24,
  /** Kernel operations: the part they are in; block operations: bytes done. */
  Phase: 28,
  ValLo: 32,
  ValHi: 36,
  Val2Lo: 40,
  Val2Hi: 44,
  /** Four words that belong to the operation while it is pending. */
  Temp: 48,
  /** Eight arguments of kernel operations, 8 bytes each; block operations: destination, source, length. */
  Args: 64,
} as const;
export const PENDING_WORDS = 32;

export const Kind = {
  None: 0,
  Load: 1,
  Store: 2,
  Rmw: 3,
  CmpXchg: 4,
  Copy: 5,
  Fill: 6,
  Kop: 7,
  /** How reports name a load that a spin loop repeats until another value is there; never stored. */
  Await: 8,
  /** Local code is about to fault: which way, ValLo says. It touches nothing, and ends the run for all. */
  Fault: 9,
} as const;

/** Shadow codes; 0 = all 8 bytes may be used, 1..7 = the first n bytes. Values as KASAN prints them where it has them. */
export const Shadow = {
  HeapFreed: 0xfb,
  HeapRedzone: 0xfc,
  GlobalRedzone: 0xf9,
  StackRedzone: 0xf2,
  StackDead: 0xf8,
  PerCpuRedzone: 0xf5,
  /** Of all stack memory: "ask the frames". */
  Stack: 0xf0,
  /** 0xe0 + n: as n, and some of the bytes are still as kmalloc() gave them. Which ones, a second shadow says. */
  Uninitialised: 0xe0,
  /** 0xe8 + n: the same on a stack: as n in the object of a live frame. */
  UnsetStack: 0xe8,
  Unmapped: 0xff,
} as const;

/** Of a shadow byte: some bytes of the granule may not have been set, and then it says whether it lies on a stack. */
export const UNSET_MASK = 0xf0;
export const UNSET_KIND = 0xf8;

export interface MemorySizes {
  /** Bytes of the first context's stack and heap arena, and of the others'. */
  mainStack: number;
  mainHeap: number;
  stack: number;
  heap: number;
  /** Bytes per CPU for alloc_percpu(). */
  percpuDynamic: number;
}

export const DEFAULT_SIZES: MemorySizes = {
  mainStack: 64 << 10,
  mainHeap: 512 << 10,
  stack: 16 << 10,
  heap: 64 << 10,
  percpuDynamic: 8 << 10,
};

export interface MemoryMap extends MemorySizes {
  imageBase: number;
  rodataEnd: number;
  dataEnd: number;
  percpuBase: number;
  percpuStride: number;
  /** Stack of context t. */
  stackBase(t: number): number;
  stackEnd(t: number): number;
  arenaBase(t: number): number;
  arenaEnd(t: number): number;
  stacksStart: number;
  arenasStart: number;
  /** End of what C can address. */
  memoryEnd: number;
  shadowBase: number;
  /** One byte for each 8 bytes from imageBase on: a bit for each byte of which nobody has set some bits. */
  uninitialisedBase: number;
  /** One byte for each byte from imageBase on; see unset.ts. */
  bitsBase: number;
  /** Bytes of linear memory in all, a multiple of 64 KiB. */
  total: number;
}

const up = (n: number, to: number): number => Math.ceil(n / to) * to;

/** An ordinary program (it ends through libc/src/start.c) has room as in a small process. */
function leastSizes(program: Program): Pick<MemorySizes, "mainStack" | "mainHeap"> {
  const isProcess = program.functionIndex.__smplab_finish !== undefined;
  return isProcess ? { mainStack: 2 << 20, mainHeap: 8 << 20 } : { mainStack: 0, mainHeap: 0 };
}

export function mapMemory(program: Program, cpus: number, sizes: MemorySizes): MemoryMap {
  const { image } = program;
  const percpuBase = up(image.dataEnd, PAGE_SIZE);
  const percpuStride = up(image.percpuSize + sizes.percpuDynamic, PAGE_SIZE);
  const stacksStart = up(percpuBase + cpus * percpuStride, PAGE_SIZE);
  const least = leastSizes(program);
  const mainStack = up(Math.max(sizes.mainStack, least.mainStack), PAGE_SIZE);
  const stack = up(sizes.stack, PAGE_SIZE);
  const mainHeap = up(Math.max(sizes.mainHeap, least.mainHeap), PAGE_SIZE);
  const heap = up(sizes.heap, PAGE_SIZE);
  const arenasStart = stacksStart + mainStack + stack * (MAX_TASKS - 1);
  const memoryEnd = up(arenasStart + mainHeap + heap * (MAX_TASKS - 1), 64);
  const shadowBase = up(memoryEnd, PAGE_SIZE);
  const uninitialisedBase = up(shadowBase + memoryEnd / 8, PAGE_SIZE);
  const watched = memoryEnd - AddressSpace.First;
  const bitsBase = up(uninitialisedBase + watched / 8, PAGE_SIZE);
  const stackBase = (t: number) => (t === 0 ? stacksStart : stacksStart + mainStack + (t - 1) * stack);
  const arenaBase = (t: number) => (t === 0 ? arenasStart : arenasStart + mainHeap + (t - 1) * heap);
  return {
    mainStack,
    mainHeap,
    stack,
    heap,
    percpuDynamic: sizes.percpuDynamic,
    imageBase: AddressSpace.First,
    rodataEnd: image.rodataEnd,
    dataEnd: image.dataEnd,
    percpuBase,
    percpuStride,
    stackBase,
    stackEnd: (t) => stackBase(t) + (t === 0 ? mainStack : stack),
    arenaBase,
    arenaEnd: (t) => arenaBase(t) + (t === 0 ? mainHeap : heap),
    stacksStart,
    arenasStart,
    memoryEnd,
    shadowBase,
    uninitialisedBase,
    bitsBase,
    total: up(bitsBase + watched, 1 << 16),
  };
}
