// What a step touches: a short list of address ranges, each read or written, plain or marked, and of CPUs.
//
// The search asks two things of it: may two steps be swapped (nothing in common, or only reads), and is a
// pair of parked accesses a data race (overlapping, one a write, one plain). Arrays are reused: no allocation.

import { AddressSpace } from "../ir/program.js";
import type { Footprint } from "./host.js";
import { CPU_STRIDE, CPU_TABLE, GLOBAL_WORDS, TASK_STRIDE, TASK_TABLE, Task } from "./layout.js";

const MAX = 128;
export const FOOTPRINT_MAX = MAX;

/** Bits of an entry. */
export const READ = 0;
export const WRITE = 1;
/** A plain access of the C program that takes part in data races. */
export const PLAIN = 2;
/** An access of the C program (not a word of an object): marked unless PLAIN. */
export const ACCESS = 4;
/** Claims that nobody else accesses this (WRITE) or writes it: with what the claim forbids it races though marked. */
export const ASSERT = 8;
/** Such a claim that holds wherever its context stands in a scope. */
export const SCOPED = 16;
/** Such a claim of some bits only (StepFootprint.maskLo): whether a write breaks it depends on what it writes. */
export const MASKED = 32;
/** The stack of the context, whose functions it may leave: not entered as touched. */
export const OWN_STACK = 64;
/** A read-modify-write whose result nobody uses; with one of the same kind and place it commutes. */
export const COMMUTES = 0xf00;
const KINDS_THAT_COMMUTE: Readonly<Record<string, number>> = {
  add: 0x100,
  sub: 0x100,
  or: 0x200,
  and: 0x400,
  xor: 0x800,
};

/** The bit of COMMUTES for a read-modify-write, 0 for one that commutes with nothing. */
export function commutingBit(rmw: string): number {
  return KINDS_THAT_COMMUTE[rmw] ?? 0;
}

/** Entries that a footprint has room for at first: most steps touch one place and need one CPU. */
const USUAL = 4;
/** An entry longer than so many granules of 8 bytes is taken to be everywhere. */
const MAX_GRANULES = 8;

export class StepFootprint implements Footprint {
  start = new Int32Array(USUAL);
  end = new Int32Array(USUAL);
  bits = new Uint16Array(USUAL);
  count = 0;
  /** A bit for each granule touched, by a hash: footprints that have none in common do not meet. */
  where = 0;
  /** What it was made from, if that alone decides: the site and address of an access, and by whom. -1: more does. */
  site = -1;
  address = 0;
  by = 0;
  /** What it means for the guess of confined memory depends on the locks held. */
  dependsOnLocks = false;
  /** Of the entry that is MASKED: the bits that are claimed, low and high half. There is one at most. */
  maskLo = 0;
  maskHi = 0;

  clear(): void {
    this.count = 0;
    this.where = 0;
    this.site = -1;
  }

  copy(from: StepFootprint): void {
    while (this.start.length < from.count) this.grow();
    this.count = from.count;
    this.where = from.where;
    this.site = -1;
    this.maskLo = from.maskLo;
    this.maskHi = from.maskHi;
    for (let i = 0; i < from.count; i++) {
      this.start[i] = from.start[i];
      this.end[i] = from.end[i];
      this.bits[i] = from.bits[i];
    }
  }

  add(address: number, size: number, bits: number): void {
    if (this.count === this.start.length) this.grow();
    this.start[this.count] = address;
    this.end[this.count] = address + size;
    this.bits[this.count++] = bits;
    const last = (address + Math.max(size, 1) - 1) >>> 3;
    let granule = address >>> 3;
    if (last - granule > MAX_GRANULES) this.where = -1;
    else for (; granule <= last; granule++) this.where |= 1 << (Math.imul(granule, 0x9e3779b1) >>> 27);
  }

  private grow(): void {
    if (this.count === MAX) throw new Error("footprint: too many entries");
    const { start, end, bits } = this;
    this.start = new Int32Array(start.length * 2);
    this.end = new Int32Array(start.length * 2);
    this.bits = new Uint16Array(start.length * 2);
    this.start.set(start);
    this.end.set(end);
    this.bits.set(bits);
  }

  read(address: number, size: number, plain = false): void {
    this.add(address, size, READ | (address >= AddressSpace.First ? ACCESS : 0) | (plain ? PLAIN : 0));
  }

  write(address: number, size: number, plain = false): void {
    this.add(address, size, WRITE | (address >= AddressSpace.First ? ACCESS : 0) | (plain ? PLAIN : 0));
  }

  assert(address: number, size: number, write: boolean, scoped = false): void {
    this.add(address, size, (write ? WRITE : READ) | ACCESS | ASSERT | (scoped ? SCOPED : 0));
  }

  assertBits(address: number, size: number, lo: number, hi: number): void {
    this.maskLo = lo;
    this.maskHi = hi;
    this.add(address, size, READ | ACCESS | ASSERT | MASKED);
  }

  /** An access that takes part in no data race: its order against others still matters. */
  quiet(address: number, size: number, write: boolean): void {
    this.add(address, size, write ? WRITE : READ);
  }

  access(address: number, size: number, write: boolean, marked: boolean): void {
    this.add(address, size, ACCESS | (write ? WRITE : 0) | (marked ? 0 : PLAIN));
  }

  readWord(task: number, index: number): void {
    this.add(TASK_TABLE + task * TASK_STRIDE + Task.Words + index * 4, 4, READ);
  }

  writeWord(task: number, index: number): void {
    this.add(TASK_TABLE + task * TASK_STRIDE + Task.Words + index * 4, 4, WRITE);
  }

  readGlobal(index: number): void {
    this.add(GLOBAL_WORDS + index * 4, 4, READ);
  }

  writeGlobal(index: number): void {
    this.add(GLOBAL_WORDS + index * 4, 4, WRITE);
  }

  readContext(task: number): void {
    this.add(TASK_TABLE + task * TASK_STRIDE + Task.State, 4, READ);
  }

  writeContext(task: number): void {
    this.add(TASK_TABLE + task * TASK_STRIDE + Task.State, 4, WRITE);
  }

  cpu(c: number): void {
    this.add(CPU_TABLE + c * CPU_STRIDE, 4, WRITE);
  }

  /** The step can only be taken while its context may have CPU c. */
  needsCpu(c: number): void {
    this.add(CPU_TABLE + c * CPU_STRIDE, 4, READ);
  }
}

/**
 * May the two steps not be swapped? Two read-modify-writes of the same place and the same commuting kind, of which
 * nobody uses the results, may ("Rodriguez, Sousa, Sharma and Kroening, Unfolding-based partial order reduction",
 * CONCUR 2015, call this commutativity of statements; Nidhugg does the same for fetch_add).
 */
export function conflict(a: StepFootprint, b: StepFootprint): boolean {
  if ((a.where & b.where) === 0) return false;
  for (let i = 0; i < a.count; i++) {
    const s = a.start[i];
    const e = a.end[i];
    const w = a.bits[i] & WRITE;
    for (let j = 0; j < b.count; j++) {
      if ((w | (b.bits[j] & WRITE)) !== 0 && s < b.end[j] && b.start[j] < e) {
        if ((a.bits[i] & b.bits[j] & COMMUTES) !== 0 && s === b.start[j] && e === b.end[j]) continue;
        return true;
      }
    }
  }
  return false;
}

/**
 * Index pair of the first racing accesses as i * 64 + j, or -1: both of the C program, overlapping, one a write, and
 * one of them plain or a claim that the other one breaks. Two claims break nothing. A write that meets a claim of some
 * bits may break it. Entries with a bit of `without` are left out.
 */
export function race(a: StepFootprint, b: StepFootprint, without = 0): number {
  if ((a.where & b.where) === 0) return -1;
  for (let i = 0; i < a.count; i++) {
    if ((a.bits[i] & ACCESS) === 0) continue;
    for (let j = 0; j < b.count; j++) {
      const bits = a.bits[i] | b.bits[j];
      if ((b.bits[j] & ACCESS) === 0 || (bits & WRITE) === 0 || (bits & (PLAIN | ASSERT)) === 0) continue;
      if ((a.bits[i] & b.bits[j] & ASSERT) !== 0 || (bits & without) !== 0) continue;
      if (a.start[i] < b.end[j] && b.start[j] < a.end[i]) return i * MAX + j;
    }
  }
  return -1;
}
