// The heap: one arena per context, bump allocation, no reuse within a run.
//
// So an object's address depends only on who allocated it and how many it had allocated before, never on what
// other contexts did in between: states that differ only in the order of allocations do not exist. Each object has
// a 16-byte header in poisoned memory in front of it (its red zone): size, state, magic, and the site that allocated
// it, by which a leak is called. Freed memory is zeroed and poisoned, so a stale value cannot make two otherwise equal
// states different.

import { AddressSpace } from "../ir/program.js";
import { MAX_TASKS, type MemoryMap, Run, Shadow, TASK_STRIDE, TASK_TABLE, Task } from "./layout.js";
import type { Memory } from "./memory.js";
import type { Unset } from "./unset.js";

/** An object's header: size, state, magic, site of the allocation + 1. */
export const HEAP_HEADER = 16;
export const HEAP_MAGIC = 0x51ab0b1e;
export const LIVE = 1;
export const FREED = 2;
const HEADER = HEAP_HEADER;
const MAGIC = HEAP_MAGIC;
/** A per-CPU allocation's header: size, magic and state, site of the allocation + 1, context that allocated it. */
const PERCPU_HEADER = 16;
const PERCPU_MAGIC = 0x51ab0c00;
/** Bits of an object's state; the others are its tag, an address divisible by 16. */
const STATE = 15;

export class Heap {
  private readonly H: Int32Array;

  constructor(
    private readonly memory: Memory,
    private readonly map: MemoryMap,
    private readonly unset: Unset,
  ) {
    this.H = memory.i32;
  }

  /** `site` is -1 for what nobody has to free. `tag` says whom it belongs to: an address divisible by 16, or 0. */
  allocate(task: number, size: number, site: number, uninitialised: boolean, tag = 0): number {
    const topAt = TASK_TABLE + task * TASK_STRIDE + Task.ArenaTop;
    const base = this.map.arenaBase(task);
    const header = base + this.H[topAt >> 2];
    const address = header + HEADER;
    const end = address + ((Math.max(size, 1) + 15) & ~15);
    if (size < 0 || end + HEADER > this.map.arenaEnd(task)) return 0;
    this.memory.touch(topAt);
    this.H[topAt >> 2] = end - base;
    this.memory.touch(header);
    this.H[header >> 2] = size;
    this.H[(header >> 2) + 1] = LIVE | tag;
    this.H[(header >> 2) + 2] = MAGIC;
    this.H[(header >> 2) + 3] = site + 1;
    this.poison(header, address, Shadow.HeapRedzone);
    const whole = address + (size & ~7);
    const code = uninitialised ? Shadow.Uninitialised : 0;
    this.poison(address, whole, code);
    if ((size & 7) !== 0) this.poison(whole, address + size, code + (size & 7));
    if (uninitialised) {
      this.unset.fill(address, whole, 0xff);
      if ((size & 7) !== 0) this.unset.fill(whole, whole + 8, (1 << (size & 7)) - 1);
    }
    this.poison(address + ((size + 7) & ~7), end + HEADER, Shadow.HeapRedzone);
    return address;
  }

  /** Size of the live object at address; -1: freed; -2: no object starts here. */
  objectSize(address: number): number {
    if (address < this.map.arenasStart + HEADER || address >= this.map.memoryEnd || (address & 15) !== 0)
      return -2;
    const w = (address - HEADER) >> 2;
    if (this.H[w + 2] !== MAGIC) return -2;
    return (this.H[w + 1] & STATE) === LIVE ? this.H[w] : -1;
  }

  /** The tag of the live object at address. */
  tagOf(address: number): number {
    return this.H[((address - HEADER) >> 2) + 1] & ~STATE;
  }

  /** Site that allocated the object of an arena around `address`, live or freed; -1: there is none, or nobody has to free it. */
  madeAt(address: number): number {
    const { map, H } = this;
    if (address < map.arenasStart || address >= map.memoryEnd) return -1;
    let task = 0;
    while (address >= map.arenaEnd(task)) task++;
    for (let header = map.arenaBase(task); header < address && H[(header >> 2) + 2] === MAGIC; ) {
      const next = header + HEADER + ((Math.max(H[header >> 2], 1) + 15) & ~15);
      if (address < next) return H[(header >> 2) + 3] - 1;
      header = next;
    }
    return -1;
  }

  release(address: number): void {
    const w = (address - HEADER) >> 2;
    const size = this.H[w];
    this.memory.touch(address - HEADER);
    this.H[w + 1] = FREED;
    this.memory.touchRange(address, address + size);
    this.memory.u8.fill(0, address, address + size);
    this.poison(address, address + size, Shadow.HeapFreed);
    this.unset.fill(address, address + size, 0);
  }

  each(visit: (address: number, size: number, site: number, task: number) => void): void {
    // Places of contexts that there have never been are empty.
    const contexts = this.H[Run.TaskCount >> 2];
    for (let t = 0; t < contexts; t++) {
      let header = this.map.arenaBase(t);
      const end = this.map.arenaEnd(t);
      while (header + HEADER < end && this.H[(header >> 2) + 2] === MAGIC) {
        const size = this.H[header >> 2];
        if ((this.H[(header >> 2) + 1] & STATE) === LIVE)
          visit(header + HEADER, size, this.H[(header >> 2) + 3] - 1, t);
        header += HEADER + ((Math.max(size, 1) + 15) & ~15);
      }
    }
  }

  /**
   * What no object has ever been in of each arena, most of memory: begin and end of each such place, ascending. Still
   * all zero, in a run that is over.
   */
  blank(): number[] {
    const { H, map } = this;
    const places: number[] = [];
    for (let t = 0; t < MAX_TASKS; t++) {
      const end = map.arenaEnd(t);
      let header = map.arenaBase(t);
      while (header + HEADER < end && H[(header >> 2) + 2] === MAGIC)
        header += HEADER + ((Math.max(H[header >> 2], 1) + 15) & ~15);
      places.push(Math.min(header, end), end);
    }
    return places;
  }

  /** As for the heap, each object has a header in poisoned bytes in front of it: size and state, in CPU 0's area. */
  allocatePerCpu(size: number, align: number, cpus: number, site: number, task: number): number {
    const top = this.H[Run.PerCpuTop >> 2];
    const a = Math.max(8, align);
    const offset = Math.ceil((top + PERCPU_HEADER) / a) * a;
    const end = offset + ((size + 7) & ~7);
    if (size <= 0 || end + PERCPU_HEADER > this.map.percpuStride) return 0;
    this.memory.touch(Run.PerCpuTop);
    this.H[Run.PerCpuTop >> 2] = end;
    for (let c = 0; c < cpus; c++) {
      const at = this.map.percpuBase + c * this.map.percpuStride + offset;
      this.poison(at, at + (size & ~7), 0);
      if ((size & 7) !== 0) this.poison(at + (size & ~7), at + size, size & 7);
    }
    const header = this.map.percpuBase + offset - PERCPU_HEADER;
    this.memory.touch(header);
    this.H[header >> 2] = size;
    this.H[(header >> 2) + 1] = PERCPU_MAGIC | LIVE;
    this.H[(header >> 2) + 2] = site + 1;
    this.H[(header >> 2) + 3] = task;
    return AddressSpace.PerCpuCookie + offset;
  }

  /** Visits the live per-CPU allocations by their cookies, ascending. */
  eachPerCpu(visit: (cookie: number, size: number, site: number, task: number) => void): void {
    const { H } = this;
    for (let offset = PERCPU_HEADER; offset < H[Run.PerCpuTop >> 2]; offset += 8) {
      const cookie = AddressSpace.PerCpuCookie + offset;
      const size = this.perCpuSize(cookie);
      if (size < 0) continue;
      const w = (this.map.percpuBase + offset - PERCPU_HEADER) >> 2;
      visit(cookie, size, H[w + 2] - 1, H[w + 3]);
    }
  }

  /** Size of the live allocation that starts at this cookie; -1: freed before; -2: never the start of one. */
  perCpuSize(cookie: number): number {
    const offset = cookie - AddressSpace.PerCpuCookie;
    if (offset < PERCPU_HEADER || offset >= this.map.percpuStride || (offset & 7) !== 0) return -2;
    const w = (this.map.percpuBase + offset - PERCPU_HEADER) >> 2;
    // A header lies in poisoned bytes, where no program can have written a likeness of it.
    if (this.memory.u8[this.map.shadowBase + ((w << 2) >>> 3)] !== Shadow.PerCpuRedzone) return -2;
    if (this.H[w + 1] === (PERCPU_MAGIC | FREED)) return -1;
    return this.H[w + 1] === (PERCPU_MAGIC | LIVE) ? this.H[w] : -2;
  }

  releasePerCpu(cookie: number, cpus: number): void {
    const size = this.perCpuSize(cookie);
    if (size < 0) throw new Error("releasePerCpu: not a live allocation");
    const offset = cookie - AddressSpace.PerCpuCookie;
    const header = this.map.percpuBase + offset - PERCPU_HEADER;
    this.memory.touch(header);
    this.H[(header >> 2) + 1] = PERCPU_MAGIC | FREED;
    for (let c = 0; c < cpus; c++) {
      const at = this.map.percpuBase + c * this.map.percpuStride + offset;
      this.memory.touchRange(at, at + size);
      this.memory.u8.fill(0, at, at + size);
      this.poison(at, at + size, Shadow.HeapFreed);
    }
  }

  /** Sets the shadow of the granules in [start, end). */
  private poison(start: number, end: number, code: number): void {
    if (end <= start) return;
    const from = this.map.shadowBase + (start >>> 3);
    const to = this.map.shadowBase + ((end + 7) >>> 3);
    this.memory.touchRange(from, to);
    this.memory.u8.fill(code, from, to);
    this.memory.observer?.shadowChanged(start, end);
  }
}
