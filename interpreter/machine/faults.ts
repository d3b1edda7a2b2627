// May these bytes be accessed, and if not, what would KASAN call it? A pure function of the run's memory.
//
// The shadow answers for everything but stacks: what is alive on a stack follows from the frames, so it is
// looked up there instead of being written on every call.

import { Frame, type Program, type Slot } from "../ir/program.js";
import type { CompiledCode } from "./code.js";
import { MAX_TASKS, type MemoryMap, Shadow, TASK_STRIDE, TASK_TABLE, Task, UNSET_KIND } from "./layout.js";
import type { Memory } from "./memory.js";

export interface Fault {
  kind: string;
  text: string;
}

export class FaultFinder {
  constructor(
    private readonly program: Program,
    private readonly code: CompiledCode,
    private readonly memory: Memory,
    private readonly shadow: Uint8Array,
    private readonly map: MemoryMap,
  ) {}

  /**
   * Null when `size` bytes at (hi, lo) may be read (written). `top` is the running context's frame, which is
   * newer than the one in the task table; pass -1 and 0 when nobody runs.
   */
  check(
    lo: number,
    hi: number,
    size: number,
    write: boolean,
    runningTask: number,
    runningFp: number,
  ): Fault | null {
    const address = lo >>> 0;
    if (hi !== 0) return this.wild(lo, hi);
    if (address < 4096) return { kind: "kasan:null-ptr-deref", text: "" };
    if (address < this.map.imageBase || address + size > this.map.memoryEnd) return this.wild(lo, hi);
    if (write && address < this.map.rodataEnd) return { kind: "write-to-rodata", text: "" };
    // Granule by granule: the first bad one names the fault.
    for (let at = address; at < address + size; at = (at | 7) + 1) {
      let code = this.shadow[at >>> 3];
      if ((code & UNSET_KIND) === Shadow.Uninitialised) code &= 7;
      else if ((code & UNSET_KIND) === Shadow.UnsetStack) code = Shadow.Stack;
      if (code === 0) continue;
      const last = Math.min(at | 7, address + size - 1);
      if (code < 8) {
        if ((last & 7) < code) continue;
        return this.describe(this.shadow[(at >>> 3) + 1], at);
      }
      if (code === Shadow.Stack) {
        const bad = this.stack(at, last - at + 1, runningTask, runningFp);
        if (bad) return bad;
        continue;
      }
      return this.describe(code, at);
    }
    return null;
  }

  private describe(code: number, address: number): Fault {
    switch (code) {
      case Shadow.HeapFreed:
        return { kind: "kasan:slab-use-after-free", text: "" };
      case Shadow.HeapRedzone:
        return { kind: "kasan:slab-out-of-bounds", text: "" };
      case Shadow.GlobalRedzone:
        return { kind: "kasan:global-out-of-bounds", text: "" };
      case Shadow.PerCpuRedzone:
        return { kind: "kasan:percpu-out-of-bounds", text: "" };
      case Shadow.Stack:
        return { kind: "kasan:stack-out-of-bounds", text: "" };
      default:
        return this.map.arenasStart <= address
          ? { kind: "kasan:slab-out-of-bounds", text: "" }
          : { kind: "kasan:wild-memory-access", text: "" };
    }
  }

  private wild(lo: number, hi: number): Fault {
    const address = lo >>> 0;
    if (hi === 0 && address >= 0xc0000000 && address < 0xd0000000) {
      return { kind: "percpu-cookie-dereference", text: "a per-CPU pointer was used as an ordinary one" };
    }
    if (hi === 0 && address >= 0xf0000000) {
      return { kind: "function-dereference", text: "a function's address was used as data" };
    }
    return { kind: "kasan:wild-memory-access", text: "" };
  }

  /** Bytes inside one granule of a stack: alive if inside a slot or the dynamic part of a live frame. */
  private stack(address: number, size: number, runningTask: number, runningFp: number): Fault | null {
    const fp = this.frameAt(address, runningTask, runningFp);
    if (fp === 0) return { kind: "kasan:stack-use-after-return", text: "" };
    const w = fp >> 2;
    const f = this.memory.i32[w + Frame.Function / 4];
    const fixedEnd = fp + this.code.frameBytes[f];
    const dynamicEnd = fixedEnd + this.memory.i32[w + Frame.Dynamic / 4];
    if (address >= fixedEnd) {
      if (address + size <= dynamicEnd) return null;
      // Above the top frame lies what earlier calls left behind.
      return {
        kind: fp === this.top ? "kasan:stack-use-after-return" : "kasan:stack-out-of-bounds",
        text: "",
      };
    }
    const offset = address - fp - this.code.localStart[f];
    if (liesInSlot(this.program.functions[f].slots, offset, size)) return null;
    return { kind: "kasan:stack-out-of-bounds", text: this.program.functions[f].name };
  }

  /** The top frame of the stack that was looked at last. */
  private top = 0;

  /** The frame that begins last in front of an address of a stack; 0: there is none. */
  private frameAt(address: number, runningTask: number, runningFp: number): number {
    const { memory, map } = this;
    let task = 0;
    while (task < MAX_TASKS && !(address >= map.stackBase(task) && address < map.stackEnd(task))) task++;
    const base = map.stackBase(task);
    const isNewer = task === runningTask && runningFp !== 0;
    let fp = isNewer ? runningFp : memory.i32[(TASK_TABLE + task * TASK_STRIDE + Task.Fp) >> 2];
    this.top = fp;
    while (fp > address) {
      const link = memory.i32[fp >> 2];
      fp = link === 0 ? 0 : base + link - 1;
    }
    return fp;
  }

  /** The local at an address of a stack, with the place of that address in it; null: none, or not at a fixed place. */
  localAt(address: number, runningTask: number, runningFp: number): { slot: Slot; offset: number } | null {
    const fp = this.frameAt(address, runningTask, runningFp);
    if (fp === 0) return null;
    const f = this.memory.i32[(fp >> 2) + Frame.Function / 4];
    const at = address - fp - this.code.localStart[f];
    const slot = this.program.functions[f].slots.find((s) => at >= s.offset && at < s.offset + s.size);
    return slot === undefined ? null : { slot, offset: at - slot.offset };
  }

  /** How many bytes of a granule of a stack belong to an object that is watched (see Slot), where it may be accessed. */
  watched(granule: number, runningTask: number, runningFp: number): number {
    const fp = this.frameAt(granule, runningTask, runningFp);
    if (fp === 0) return 0;
    const fixedEnd = fp + this.code.frameBytes[this.memory.i32[(fp >> 2) + Frame.Function / 4]];
    if (granule >= fixedEnd) return 8;
    const local = this.localAt(granule, runningTask, runningFp);
    return local?.slot.watched === true ? Math.min(8, local.slot.size - local.offset) : 0;
  }
}

/** Slots lie in ascending order: the one that begins last at or before the offset decides. */
function liesInSlot(slots: readonly Slot[], offset: number, size: number): boolean {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (slots[middle].offset <= offset) low = middle + 1;
    else high = middle;
  }
  return low > 0 && offset + size <= slots[low - 1].offset + slots[low - 1].size;
}
