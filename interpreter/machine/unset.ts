// Which bits of stacks and heap has nobody set? KMSAN's shadow, kept where the run's other bytes are.
//
// Three tables, from coarse to fine, so that what is set costs no look at the finer ones. The shadow byte of a granule
// (layout.ts) says that some of its bytes may be unset. The mask then has a one for each byte of which some bit is.
// For such a byte the bits table has a one for each bit that is set all the same: neighbours of bit-fields. Bytes
// without a one in the mask have no meaning there. Of the slots in which frames keep registers the bits table alone
// speaks, the other way round: a one is a bit that nobody has set (see track.ts); all of them are zero most of the time.
//
// Globals and per-CPU areas begin with a content, and compiled code looks at no shadow of theirs. So granules of theirs
// that hold such bits are counted: while there are any, the register machine runs everything.

import { type MemoryMap, Run, Shadow, UNSET_KIND, UNSET_MASK } from "./layout.js";
import type { Memory } from "./memory.js";

/** Memories in whose bits table something has been written. Most runs write nothing there, and need not clear it. */
const withBits = new WeakSet<ArrayBufferLike>();

export class Unset {
  /** The bits asked for last: of 8 bytes at most, a one where nobody has set it. */
  lo = 0;
  hi = 0;
  private readonly u8: Uint8Array;

  constructor(
    private readonly memory: Memory,
    private readonly map: MemoryMap,
    /** How many bytes of a granule of a stack belong to an object that is watched. */
    private readonly watched: (granule: number) => number,
  ) {
    this.u8 = memory.u8;
  }

  /** Where the tables are zero, whatever runs there were in this memory with this map: for Memory.clear(). */
  blank(): readonly number[] {
    if (!withBits.delete(this.u8.buffer)) return [this.map.bitsBase, this.map.total];
    return [];
  }

  /** Something is going to be written to the bits table. */
  writesBits(): void {
    withBits.add(this.u8.buffer);
  }

  /** Is some bit of these bytes unset? */
  some(address: number, size: number): boolean {
    const { u8, map } = this;
    for (let at = address; at < address + size; at++) {
      if ((u8[map.shadowBase + (at >>> 3)] & UNSET_MASK) !== Shadow.Uninitialised) at |= 7;
      else if ((u8[this.maskAt(at)] & (1 << (at & 7))) !== 0) return true;
    }
    return false;
  }

  /** Looks up the bits of up to 8 bytes that may be accessed: are some of them unset? */
  look(address: number, size: number): boolean {
    this.lo = 0;
    this.hi = 0;
    if (!this.some(address, size)) return false;
    const { u8, map } = this;
    for (let i = 0; i < size; i++) {
      const at = address + i;
      if ((u8[map.shadowBase + (at >>> 3)] & UNSET_MASK) !== Shadow.Uninitialised) continue;
      if ((u8[this.maskAt(at)] & (1 << (at & 7))) === 0) continue;
      const bits = ~u8[this.bitsAt(at)] & 0xff;
      if (i < 4) this.lo |= bits << (8 * i);
      else this.hi |= bits << (8 * (i - 4));
    }
    return true;
  }

  /** A value is stored to these bytes; (lo, hi): its bits that nobody has set. In locals that are not watched they count as set. */
  store(address: number, size: number, lo: number, hi: number): void {
    this.settle(address, size);
    if ((lo | hi) === 0) return;
    this.writesBits();
    const { u8, map, memory } = this;
    for (let i = 0; i < size; i++) {
      const bits = ((i < 4 ? lo >>> (8 * i) : hi >>> (8 * (i - 4))) & 0xff) >>> 0;
      if (bits === 0) continue;
      const at = address + i;
      const shadow = map.shadowBase + (at >>> 3);
      const mask = this.maskAt(at);
      if ((u8[shadow] & UNSET_MASK) !== Shadow.Uninitialised) {
        let code = Shadow.Uninitialised | u8[shadow];
        if (u8[shadow] === Shadow.Stack) {
          const bytes = this.watched(at & ~7);
          // Nobody would look, and nobody would clear this away when the frame is gone.
          if (bytes === 0) continue;
          code = Shadow.UnsetStack | (bytes & 7);
        }
        memory.touch(shadow);
        u8[shadow] = code;
        if (at < map.stacksStart) this.countGlobals(1);
        memory.touch(mask);
        u8[mask] = 0;
        memory.observer?.shadowChanged(at & ~7, (at | 7) + 1);
      }
      memory.touch(mask);
      u8[mask] |= 1 << (at & 7);
      memory.touch(this.bitsAt(at));
      u8[this.bitsAt(at)] = ~bits & 0xff;
    }
  }

  /** Something is stored to these bytes. */
  settle(address: number, size: number): void {
    const { u8, map, memory } = this;
    for (let at = address; at < address + size; at++) {
      const shadow = map.shadowBase + (at >>> 3);
      if ((u8[shadow] & UNSET_MASK) !== Shadow.Uninitialised) {
        at |= 7;
        continue;
      }
      const mask = this.maskAt(at);
      memory.touch(mask);
      u8[mask] &= ~(1 << (at & 7));
      if (u8[mask] !== 0) continue;
      memory.touch(shadow);
      const onStack = (u8[shadow] & UNSET_KIND) === Shadow.UnsetStack;
      const valid = u8[shadow] & 7;
      u8[shadow] = onStack ? Shadow.Stack : valid;
      if (at < map.stacksStart) this.countGlobals(-1);
      if (onStack) memory.observer?.stackSet(at & ~7, valid === 0 ? 8 : valid);
      else memory.observer?.shadowChanged(at & ~7, (at | 7) + 1);
    }
  }

  /** An object on a stack begins its life. */
  begin(address: number, size: number): void {
    const { map, memory, u8 } = this;
    const whole = address + (size & ~7);
    const end = address + ((size + 7) & ~7);
    memory.touchRange(map.shadowBase + (address >>> 3), map.shadowBase + (end >>> 3));
    u8.fill(Shadow.UnsetStack, map.shadowBase + (address >>> 3), map.shadowBase + (whole >>> 3));
    this.fill(address, whole, 0xff);
    if (end !== whole) {
      u8[map.shadowBase + (whole >>> 3)] = Shadow.UnsetStack | (size & 7);
      this.fill(whole, end, (1 << (size & 7)) - 1);
    }
    this.clearBits(address, end);
    memory.observer?.shadowChanged(address, end);
  }

  /** Nothing on a stack from `start` to `end`, multiples of 8, is alive any more. */
  end(start: number, end: number): void {
    if (end <= start) return;
    const { shadowBase } = this.map;
    this.put(shadowBase + (start >>> 3), shadowBase + (end >>> 3), Shadow.Stack);
    this.fill(start, end, 0);
    this.clearBits(start, end);
  }

  /** Sets the masks of the granules in [start, end). */
  fill(start: number, end: number, mask: number): void {
    if (end <= start) return;
    this.put(this.maskAt(start), this.maskAt(end + 7), mask);
  }

  private clearBits(start: number, end: number): void {
    this.put(this.bitsAt(start), this.bitsAt(end), 0);
  }

  /** Where saving pages costs something, writes only if something changes: what was never used stays so. */
  private put(from: number, to: number, value: number): void {
    const { u8, memory } = this;
    if (to <= from) return;
    if (!memory.isTouched(from, to)) {
      let at = from;
      while (at < to && u8[at] === value) at++;
      if (at === to) return;
      memory.touchRange(from, to);
    }
    u8.fill(value, from, to);
  }

  private countGlobals(by: number): void {
    this.memory.touch(Run.UnsetGlobals);
    this.memory.i32[Run.UnsetGlobals >> 2] += by;
  }

  private maskAt(address: number): number {
    return this.map.uninitialisedBase + ((address - this.map.imageBase) >>> 3);
  }

  private bitsAt(address: number): number {
    return this.map.bitsBase + address - this.map.imageBase;
  }
}
