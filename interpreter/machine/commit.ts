// Performing pending operations that are more than one load or store: atomics and block operations.

import type { ParkInfo } from "./code.js";
import { Pending } from "./layout.js";
import type { Memory } from "./memory.js";
import type { Unset } from "./unset.js";

/** What these functions need of the machine. */
interface Committer {
  readonly memory: Memory;
  readonly unset: Unset;
  isGlobal(address: number): boolean;
  mayAccess(lo: number, hi: number, size: number, write: boolean): boolean;
  storeSized(address: number, size: number, lo: number, hi: number): void;
}

/** A pending operation: the machine, its record (word index), its frame (word index) and its static part. */
export interface Prepared {
  machine: Committer;
  p: number;
  fpw: number;
  info: ParkInfo;
}

/** An atomic read-modify-write or compare-exchange; the access has been checked. */
export function commitRmw(o: Prepared): void {
  const { memory } = o.machine;
  const H = memory.i32;
  const view = memory.view;
  const { p, info } = o;
  const address = H[p + Pending.AddrLo / 4] >>> 0;
  const lo = H[p + Pending.ValLo / 4];
  const hi = H[p + Pending.ValHi / 4];
  const { size } = info;
  const mask = size === 1 ? 0xff : size === 2 ? 0xffff : -1;
  const oldLo =
    size >= 4
      ? view.getInt32(address, true)
      : size === 2
        ? view.getUint16(address, true)
        : view.getUint8(address);
  const oldHi = size === 8 ? view.getInt32(address + 4, true) : 0;
  let newLo = lo;
  let newHi = hi;
  let write = true;
  switch (info.rmw) {
    case "add":
      newLo = (oldLo + lo) | 0;
      newHi = (oldHi + hi + (newLo >>> 0 < oldLo >>> 0 ? 1 : 0)) | 0;
      break;
    case "sub":
      newLo = (oldLo - lo) | 0;
      newHi = (oldHi - hi - (oldLo >>> 0 < lo >>> 0 ? 1 : 0)) | 0;
      break;
    case "and":
      newLo = oldLo & lo;
      newHi = oldHi & hi;
      break;
    case "or":
      newLo = oldLo | lo;
      newHi = oldHi | hi;
      break;
    case "xor":
      newLo = oldLo ^ lo;
      newHi = oldHi ^ hi;
      break;
    case "nand":
      newLo = ~(oldLo & lo);
      newHi = ~(oldHi & hi);
      break;
    case "xchg":
      break;
    default:
      write = oldLo === (lo & mask) && (size < 8 || oldHi === hi);
      newLo = H[p + Pending.Val2Lo / 4];
      newHi = H[p + Pending.Val2Hi / 4];
  }
  if (write) o.machine.storeSized(address, size, newLo, newHi);
  const dst = H[p + Pending.Dst / 4];
  if (dst !== 0) {
    H[o.fpw + dst] = oldLo;
    H[o.fpw + dst + 1] = oldHi;
  }
}

export interface Chunk {
  offset: number;
  size: number;
  last: boolean;
}

const chunk: Chunk = { offset: 0, size: 0, last: false };

/**
 * The next chunk of a block operation: `phase` is twice the bytes done, plus 1 between load and store.
 * At most 8 bytes, aligned as both sides allow; a move whose destination lies inside the source runs downwards.
 * The result is reused by the next call.
 */
export function chunkOf(dst: number, src: number, total: number, phase: number, block: string): Chunk {
  const done = phase >> 1;
  const left = total - done;
  const down = block === "move" && dst >>> 0 > src >>> 0 && dst >>> 0 < (src >>> 0) + total;
  const fill = block === "fill";
  const alignTo = down ? (dst + left) | (src + left) : (dst + done) | (fill ? 0 : src + done);
  let size = 8;
  while (size > left || (alignTo & (size - 1)) !== 0) size >>= 1;
  chunk.offset = down ? left - size : done;
  chunk.size = size;
  chunk.last = size === left;
  return chunk;
}

/** One step of memcpy, memmove or memset: true when the operation is complete or a fault ended the run. */
export function commitBlock(o: Prepared): boolean {
  const { machine, p, info } = o;
  const { memory, unset } = machine;
  const H = memory.i32;
  const view = memory.view;
  const a = H[p + Pending.Args / 4];
  const b = H[p + Pending.Args / 4 + 2];
  const total = H[p + Pending.Args / 4 + 4];
  const phase = H[p + Pending.Phase / 4];
  if (H[p + Pending.Args / 4 + 5] !== 0) {
    // More than 4 GiB can only run off the end: let the check name it.
    machine.mayAccess(0, H[p + Pending.Args / 4 + 5], 1, true);
    return true;
  }
  const { offset, size, last } = chunkOf(a, b, total, phase, info.block);
  if (info.block === "fill") {
    if (!machine.mayAccess(a + offset, H[p + Pending.Args / 4 + 1], size, true)) return true;
    const byte = (b & 0xff) * 0x01010101;
    machine.storeSized((a + offset) >>> 0, size, byte | 0, byte | 0);
    H[p + Pending.Phase / 4] = phase + size * 2;
    return last;
  }
  if ((phase & 1) === 0) {
    if (!machine.mayAccess(b + offset, H[p + Pending.Args / 4 + 3], size, false)) return true;
    const from = (b + offset) >>> 0;
    H[p + Pending.Temp / 4] =
      size >= 4 ? view.getInt32(from, true) : size === 2 ? view.getUint16(from, true) : view.getUint8(from);
    H[p + Pending.Temp / 4 + 1] = size === 8 ? view.getInt32(from + 4, true) : 0;
    // What nobody has set stays so where it is copied to.
    if (unset.look(from, size)) {
      H[p + Pending.Temp / 4 + 2] = unset.lo;
      H[p + Pending.Temp / 4 + 3] = unset.hi;
    }
    H[p + Pending.Phase / 4] = phase + 1;
    return false;
  }
  if (!machine.mayAccess(a + offset, H[p + Pending.Args / 4 + 1], size, true)) return true;
  machine.storeSized((a + offset) >>> 0, size, H[p + Pending.Temp / 4], H[p + Pending.Temp / 4 + 1]);
  H[p + Pending.Temp / 4] = 0;
  H[p + Pending.Temp / 4 + 1] = 0;
  const lo = H[p + Pending.Temp / 4 + 2];
  const hi = H[p + Pending.Temp / 4 + 3];
  if ((lo | hi) !== 0) {
    // In globals such bits cost a lot, and where much is copied most of them are padding: there they count as set.
    if (!machine.isGlobal((a + offset) >>> 0)) unset.store((a + offset) >>> 0, size, lo, hi);
    H[p + Pending.Temp / 4 + 2] = 0;
    H[p + Pending.Temp / 4 + 3] = 0;
  }
  H[p + Pending.Phase / 4] = phase - 1 + size * 2;
  return last;
}
