// The register machine's inner loop: what runs often and needs nobody's help.
//
// Comes in: flat code (see code.ts), where the running context stands, how many jumps and calls it may make. Goes out:
// why it stopped. Registers are the 8-byte slots of the frame itself, so a context that stops is at rest at once:
// nothing has to be written back. Every instruction is eight words:
//   0 operation  1 dst  2 a  3 b  4 c or imm  5 immHi or flags  6 site  7 side-table index
// where registers are given as word offsets from the frame's base (0: none). 64-bit values are two int32 halves. Word 6
// of a test that stands for a jump to it is where it was taken from: when the budget is used up, this is where every
// engine can go on.
//
// The hard thing is what V8 makes of it. Nothing in the loop calls a function: one call that might do anything, on
// however rare a path, and every typed array's map, length and address is loaded anew for every instruction. So what is
// slow, rare or another room's business leaves the loop (`break ask`), is done by step.ts and comes back. All variables
// are int32 from the start (`| 0`), so that none of them is boxed. That is also why this file is long: a second loop for
// some of the operations would cost its entry at each change from one to the other.

import { AddressSpace, Flag } from "../ir/program.js";
import { PAGE_SHIFT } from "./layout.js";
import type { Memory } from "./memory.js";

/** Why the loop stopped: the instruction at nextPc is for step.ts. */
export const ASK = 5;
/** The budget is used up; nextPc is where it would have gone on. */
export const SPENT = 6;
/** A frame was pushed or popped and the caller wanted to know: go on at nextPc with the frame runningFp. */
export const SWITCHED = 4;

/** Flat code and its side tables. */
export interface Code {
  readonly code: Int32Array;
  /** First pc of each function. */
  readonly entries: Int32Array;
  readonly frameBytes: Int32Array;
  readonly pcOfSite: Int32Array;
  /** Word offsets of registers to zero at a site: dead[deadStart[s] .. deadStart[s + 1]). */
  readonly dead: Int32Array;
  readonly deadStart: Int32Array;
  /** Argument registers of calls, flattened; an instruction names start (word 3) and count (word 5). */
  readonly callArgs: Int32Array;
  /** Byte offset of the local area in the frame. */
  readonly localStart: Int32Array;
  /**
   * For each byte of a function's local area how many bytes of an object begin there, at most 8: from localsAt, as many
   * as localsEnd says. Of very large areas nothing is known.
   */
  readonly locals: Uint8Array;
  readonly localsAt: Int32Array;
  readonly localsEnd: Int32Array;
  /** Size in bytes and sign of loads and stores, by operation number. */
  readonly accessSize: Uint8Array;
  readonly accessSigned: Uint8Array;
  readonly accessStore: Uint8Array;
  /** Targets of dense switches; an instruction names the first value (word 3), start (4) and count (5). */
  readonly tables: Int32Array;
}

/** Where the running context stands, and what it may touch without asking. */
export interface Running {
  readonly memory: Memory;
  readonly shadow: Uint8Array;
  readonly memoryEnd: number;
  readonly rodataEnd: number;
  readonly solo: boolean;
  nextPc: number;
  /** Frame base. */
  runningFp: number;
  /** Jumps and calls left. */
  fuelLeft: number;
  /** Begin and end of the running context's stack. */
  stackBottom(): number;
  stackTop(): number;
}

const FIRST = AddressSpace.First;
const STACK = 0xf0;
const PAGE_WORDS = PAGE_SHIFT - 2;
/** Frames with more words are cleared by somebody who is faster at it. */
const MOST_CLEARED = 64;

function leave(m: Running, pc: number, fpw: number, fuel: number, reason: number): number {
  m.nextPc = pc;
  m.runningFp = fpw << 2;
  m.fuelLeft = fuel;
  return reason;
}

/**
 * Runs from (nextPc, runningFp) on. `budget` bounds jumps and calls; `counts` counts executions per instruction
 * (pc / 8) when it is not null.
 */
export function loop(
  m: Running,
  image: Code,
  budget: number,
  counts: Float64Array | null,
  switching: boolean,
): number {
  const { code, entries, frameBytes, pcOfSite, dead, deadStart, callArgs, tables } = image;
  const { locals, localsAt, localsEnd, localStart, accessSize, accessSigned, accessStore } = image;
  const { i32: H, u8: U, u16: W, f32: F, f64: G, stamp } = m.memory;
  const S = m.shadow;
  const epoch = m.memory.epoch | 0;
  const observed = m.memory.observer !== null;
  const rodataEnd = m.rodataEnd | 0;
  // While others could notice, only what nobody writes may be touched without asking.
  const loads = ((m.solo ? m.memoryEnd : rodataEnd) - FIRST) | 0;
  const stores = ((m.solo ? m.memoryEnd : rodataEnd) - rodataEnd) | 0;
  // Counted are the operations of the C: accesses by themselves.
  const indexedLoads = counts === null ? loads : 0;
  const indexedStores = counts === null ? stores : 0;
  const alone = m.solo;
  const stackBase = m.stackBottom() >> 2;
  const stackEnd = m.stackTop() >> 2;
  let pc = m.nextPc | 0;
  let fpw = m.runningFp >> 2;
  let fuel = budget | 0;
  ask: for (;;) {
    own: for (;;) {
      if (counts !== null) counts[pc >> 3]++;
      switch (code[pc]) {
        case 0: // const.i32
          H[fpw + code[pc + 1]] = code[pc + 4];
          break;
        case 1: // const.i64
          H[fpw + code[pc + 1]] = code[pc + 4];
          H[fpw + code[pc + 1] + 1] = code[pc + 5];
          break;
        case 2: // mov32
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          break;
        case 3: // mov64
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1];
          break;
        case 4: // select32
          H[fpw + code[pc + 1]] = H[fpw + code[pc + (H[fpw + code[pc + 2]] !== 0 ? 3 : 4)]];
          break;
        case 5: {
          // select64
          const from = fpw + code[pc + (H[fpw + code[pc + 2]] !== 0 ? 3 : 4)];
          H[fpw + code[pc + 1]] = H[from];
          H[fpw + code[pc + 1] + 1] = H[from + 1];
          break;
        }
        case 6: // addr.local
          H[fpw + code[pc + 1]] = (fpw << 2) + code[pc + 4];
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 7: // i32.add
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] + H[fpw + code[pc + 3]]) | 0;
          break;
        case 8: // i32.sub
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] - H[fpw + code[pc + 3]]) | 0;
          break;
        case 9: // i32.mul
          H[fpw + code[pc + 1]] = Math.imul(H[fpw + code[pc + 2]], H[fpw + code[pc + 3]]);
          break;
        case 10: // i32.and
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & H[fpw + code[pc + 3]];
          break;
        case 11: // i32.or
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | H[fpw + code[pc + 3]];
          break;
        case 12: // i32.xor
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]];
          break;
        case 13: // i32.eq
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 14: // i32.ne
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 15: // i32.lt_s
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 16: // i32.lt_u
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
          break;
        case 17: // i32.le_s
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] <= H[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 18: // i32.le_u
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
          break;
        case 19: // i32.eqz
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] === 0 ? 1 : 0;
          break;
        case 20: // i32.div_s
          if (H[fpw + code[pc + 3]] === 0) break ask;
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] / H[fpw + code[pc + 3]]) | 0;
          break;
        case 21: // i32.div_u
          if (H[fpw + code[pc + 3]] === 0) break ask;
          H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          break;
        case 22: // i32.rem_s
          if (H[fpw + code[pc + 3]] === 0) break ask;
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] % H[fpw + code[pc + 3]]) | 0;
          break;
        case 23: // i32.rem_u
          if (H[fpw + code[pc + 3]] === 0) break ask;
          H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          break;
        case 24: // i32.shl
          if (H[fpw + code[pc + 3]] >>> 0 > 31) break ask;
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] << H[fpw + code[pc + 3]];
          break;
        case 25: // i32.shr_s
          if (H[fpw + code[pc + 3]] >>> 0 > 31) break ask;
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >> H[fpw + code[pc + 3]];
          break;
        case 26: // i32.shr_u
          if (H[fpw + code[pc + 3]] >>> 0 > 31) break ask;
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> H[fpw + code[pc + 3]];
          break;
        case 27: // i32.clz
          H[fpw + code[pc + 1]] = Math.clz32(H[fpw + code[pc + 2]]);
          break;
        case 28: {
          // i32.ctz
          const value = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1]] = value === 0 ? 32 : 31 - Math.clz32(value & -value);
          break;
        }
        case 29: // i32.ext8_s
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 24) >> 24;
          break;
        case 30: // i32.ext16_s
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 16) >> 16;
          break;
        case 31: // i32.add.c
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] + code[pc + 4]) | 0;
          break;
        case 32: // i32.mul.c
          H[fpw + code[pc + 1]] = Math.imul(H[fpw + code[pc + 2]], code[pc + 4]);
          break;
        case 33: // i32.and.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & code[pc + 4];
          break;
        case 34: // i32.or.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | code[pc + 4];
          break;
        case 35: // i32.xor.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ code[pc + 4];
          break;
        case 36: // i32.shl.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] << code[pc + 4];
          break;
        case 37: // i32.shr_s.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >> code[pc + 4];
          break;
        case 38: // i32.shr_u.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> code[pc + 4];
          break;
        case 39: // i32.mul.add
          H[fpw + code[pc + 1]] =
            (H[fpw + code[pc + 4]] + Math.imul(H[fpw + code[pc + 2]], H[fpw + code[pc + 3]])) | 0;
          break;
        case 40: {
          // i64.add
          const low = (H[fpw + code[pc + 2]] + H[fpw + code[pc + 3]]) | 0;
          H[fpw + code[pc + 1] + 1] =
            (H[fpw + code[pc + 2] + 1] +
              H[fpw + code[pc + 3] + 1] +
              (low >>> 0 < H[fpw + code[pc + 2]] >>> 0 ? 1 : 0)) |
            0;
          H[fpw + code[pc + 1]] = low;
          break;
        }
        case 41: // i64.sub
          H[fpw + code[pc + 1] + 1] =
            (H[fpw + code[pc + 2] + 1] -
              H[fpw + code[pc + 3] + 1] -
              (H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? 1 : 0)) |
            0;
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] - H[fpw + code[pc + 3]]) | 0;
          break;
        case 42: // i64.mul
        case 67: {
          // i64.mul.c
          const constant = code[pc] === 67;
          const a = H[fpw + code[pc + 2]];
          const b = constant ? code[pc + 4] : H[fpw + code[pc + 3]];
          const highB = constant ? code[pc + 5] : H[fpw + code[pc + 3] + 1];
          const a0 = a & 0xffff;
          const a1 = a >>> 16;
          const b0 = b & 0xffff;
          const b1 = b >>> 16;
          // Upper half of the lower halves' product (Warren, Hacker's Delight, 8-2).
          const low = Math.imul(a0, b0);
          const t = (Math.imul(a1, b0) + (low >>> 16)) >>> 0;
          const w = (Math.imul(a0, b1) + (t & 0xffff)) >>> 0;
          const high = Math.imul(a1, b1) + (t >>> 16) + (w >>> 16);
          const cross = Math.imul(a, highB) + Math.imul(H[fpw + code[pc + 2] + 1], b);
          H[fpw + code[pc + 1]] = Math.imul(a, b);
          H[fpw + code[pc + 1] + 1] = (high + cross) | 0;
          break;
        }
        case 43: // i64.and
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & H[fpw + code[pc + 3]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] & H[fpw + code[pc + 3] + 1];
          break;
        case 44: // i64.or
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | H[fpw + code[pc + 3]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1];
          break;
        case 45: // i64.xor
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] ^ H[fpw + code[pc + 3] + 1];
          break;
        case 46: // i64.eq
          H[fpw + code[pc + 1]] =
            ((H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]]) |
              (H[fpw + code[pc + 2] + 1] ^ H[fpw + code[pc + 3] + 1])) ===
            0
              ? 1
              : 0;
          break;
        case 47: // i64.ne
          H[fpw + code[pc + 1]] =
            ((H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]]) |
              (H[fpw + code[pc + 2] + 1] ^ H[fpw + code[pc + 3] + 1])) !==
            0
              ? 1
              : 0;
          break;
        case 48: {
          // i64.lt_s
          const high = H[fpw + code[pc + 2] + 1];
          const other = H[fpw + code[pc + 3] + 1];
          H[fpw + code[pc + 1]] = (
            high === other
              ? H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0
              : high < other
          )
            ? 1
            : 0;
          break;
        }
        case 49: {
          // i64.lt_u
          const high = H[fpw + code[pc + 2] + 1];
          const other = H[fpw + code[pc + 3] + 1];
          H[fpw + code[pc + 1]] = (
            high === other
              ? H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0
              : high >>> 0 < other >>> 0
          )
            ? 1
            : 0;
          break;
        }
        case 50: {
          // i64.le_s
          const high = H[fpw + code[pc + 2] + 1];
          const other = H[fpw + code[pc + 3] + 1];
          H[fpw + code[pc + 1]] = (
            high === other
              ? H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0
              : high < other
          )
            ? 1
            : 0;
          break;
        }
        case 51: {
          // i64.le_u
          const high = H[fpw + code[pc + 2] + 1];
          const other = H[fpw + code[pc + 3] + 1];
          H[fpw + code[pc + 1]] = (
            high === other
              ? H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0
              : high >>> 0 < other >>> 0
          )
            ? 1
            : 0;
          break;
        }
        case 52: // i64.eqz
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] | H[fpw + code[pc + 2] + 1]) === 0 ? 1 : 0;
          break;
        case 53: // i64.div_s
          if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) !== 0 || H[fpw + code[pc + 3]] === 0)
            break ask;
          H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 54: // i64.div_u
          if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) !== 0 || H[fpw + code[pc + 3]] === 0)
            break ask;
          H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 55: // i64.rem_s
          if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) !== 0 || H[fpw + code[pc + 3]] === 0)
            break ask;
          H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 56: // i64.rem_u
          if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) !== 0 || H[fpw + code[pc + 3]] === 0)
            break ask;
          H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 57: {
          // i64.shl
          if (H[fpw + code[pc + 3]] >>> 0 > 63) break ask;
          const by = H[fpw + code[pc + 3]];
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          if (by >= 32) {
            H[fpw + code[pc + 1]] = 0;
            H[fpw + code[pc + 1] + 1] = low << by;
          } else {
            H[fpw + code[pc + 1]] = low << by;
            H[fpw + code[pc + 1] + 1] = by === 0 ? high : (high << by) | (low >>> -by);
          }
          break;
        }
        case 58: {
          // i64.shr_s
          if (H[fpw + code[pc + 3]] >>> 0 > 63) break ask;
          const by = H[fpw + code[pc + 3]];
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          if (by >= 32) {
            H[fpw + code[pc + 1]] = high >> by;
            H[fpw + code[pc + 1] + 1] = high >> 31;
          } else {
            H[fpw + code[pc + 1]] = by === 0 ? low : (low >>> by) | (high << -by);
            H[fpw + code[pc + 1] + 1] = high >> by;
          }
          break;
        }
        case 59: {
          // i64.shr_u
          if (H[fpw + code[pc + 3]] >>> 0 > 63) break ask;
          const by = H[fpw + code[pc + 3]];
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          if (by >= 32) {
            H[fpw + code[pc + 1]] = high >>> by;
            H[fpw + code[pc + 1] + 1] = 0;
          } else {
            H[fpw + code[pc + 1]] = by === 0 ? low : (low >>> by) | (high << -by);
            H[fpw + code[pc + 1] + 1] = high >>> by;
          }
          break;
        }
        case 60: {
          // i64.clz
          const high = H[fpw + code[pc + 2] + 1];
          H[fpw + code[pc + 1]] = high !== 0 ? Math.clz32(high) : 32 + Math.clz32(H[fpw + code[pc + 2]]);
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        }
        case 61: {
          // i64.ctz
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          H[fpw + code[pc + 1]] =
            low !== 0 ? 31 - Math.clz32(low & -low) : high !== 0 ? 63 - Math.clz32(high & -high) : 64;
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        }
        case 62: // i64.ext8_s
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 24) >> 24;
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 1]] >> 31;
          break;
        case 63: // i64.ext16_s
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 16) >> 16;
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 1]] >> 31;
          break;
        case 64: // i64.ext32_s
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 1]] >> 31;
          break;
        case 65: // i64.extend_u
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 66: {
          // i64.add.c
          const low = (H[fpw + code[pc + 2]] + code[pc + 4]) | 0;
          H[fpw + code[pc + 1] + 1] =
            (H[fpw + code[pc + 2] + 1] + code[pc + 5] + (low >>> 0 < H[fpw + code[pc + 2]] >>> 0 ? 1 : 0)) |
            0;
          H[fpw + code[pc + 1]] = low;
          break;
        }
        case 68: // i64.and.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & code[pc + 4];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] & code[pc + 5];
          break;
        case 69: // i64.or.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | code[pc + 4];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] | code[pc + 5];
          break;
        case 70: // i64.xor.c
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ code[pc + 4];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] ^ code[pc + 5];
          break;
        case 71: {
          // i64.shl.c
          const by = code[pc + 4];
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          if (by >= 32) {
            H[fpw + code[pc + 1]] = 0;
            H[fpw + code[pc + 1] + 1] = low << by;
          } else {
            H[fpw + code[pc + 1]] = low << by;
            H[fpw + code[pc + 1] + 1] = by === 0 ? high : (high << by) | (low >>> -by);
          }
          break;
        }
        case 72: {
          // i64.shr_s.c
          const by = code[pc + 4];
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          if (by >= 32) {
            H[fpw + code[pc + 1]] = high >> by;
            H[fpw + code[pc + 1] + 1] = high >> 31;
          } else {
            H[fpw + code[pc + 1]] = by === 0 ? low : (low >>> by) | (high << -by);
            H[fpw + code[pc + 1] + 1] = high >> by;
          }
          break;
        }
        case 73: {
          // i64.shr_u.c
          const by = code[pc + 4];
          const low = H[fpw + code[pc + 2]];
          const high = H[fpw + code[pc + 2] + 1];
          if (by >= 32) {
            H[fpw + code[pc + 1]] = high >>> by;
            H[fpw + code[pc + 1] + 1] = 0;
          } else {
            H[fpw + code[pc + 1]] = by === 0 ? low : (low >>> by) | (high << -by);
            H[fpw + code[pc + 1] + 1] = high >>> by;
          }
          break;
        }
        case 74: // i64.index
        case 75: {
          // i64.index.u
          const index = H[fpw + code[pc + 3]];
          if (index >>> 0 > code[pc + 7]) break ask;
          const base = code[pc + 2];
          const offset = (code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          const low = base === 0 ? offset : (H[fpw + base] + offset) | 0;
          const high = base === 0 ? 0 : (H[fpw + base + 1] + (low >>> 0 < offset >>> 0 ? 1 : 0)) | 0;
          H[fpw + code[pc + 1]] = low;
          H[fpw + code[pc + 1] + 1] = high;
          break;
        }
        case 76: // f32.add
          F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] + F[fpw + code[pc + 3]];
          break;
        case 77: // f32.sub
          F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] - F[fpw + code[pc + 3]];
          break;
        case 78: // f32.mul
          F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] * F[fpw + code[pc + 3]];
          break;
        case 79: // f32.div
          F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] / F[fpw + code[pc + 3]];
          break;
        case 80: // f32.eq
          H[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] === F[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 81: // f32.ne
          H[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] !== F[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 82: // f32.lt
          H[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] < F[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 83: // f32.le
          H[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] <= F[fpw + code[pc + 3]] ? 1 : 0;
          break;
        case 84: // f32.neg
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ 0x80000000;
          break;
        case 85: // f32.abs
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & 0x7fffffff;
          break;
        case 86: // f32.copysign
          H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] & 0x7fffffff) | (H[fpw + code[pc + 3]] & 0x80000000);
          break;
        case 87: // f32.sqrt
          F[fpw + code[pc + 1]] = Math.sqrt(F[fpw + code[pc + 2]]);
          break;
        case 88: // f32.floor
          F[fpw + code[pc + 1]] = Math.floor(F[fpw + code[pc + 2]]);
          break;
        case 89: // f32.ceil
          F[fpw + code[pc + 1]] = Math.ceil(F[fpw + code[pc + 2]]);
          break;
        case 90: // f32.trunc
          F[fpw + code[pc + 1]] = Math.trunc(F[fpw + code[pc + 2]]);
          break;
        case 91: // f32.convert_i32_s
          F[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          break;
        case 92: // f32.convert_i32_u
          F[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0;
          break;
        case 93: {
          // i32.trunc_f32_s
          const value = F[fpw + code[pc + 2]];
          if (!(value >= -2147483648 && value <= 2147483647)) break ask;
          H[fpw + code[pc + 1]] = value | 0;
          break;
        }
        case 94: // f64.add
          G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] + G[(fpw + code[pc + 3]) >> 1];
          break;
        case 95: // f64.sub
          G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] - G[(fpw + code[pc + 3]) >> 1];
          break;
        case 96: // f64.mul
          G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] * G[(fpw + code[pc + 3]) >> 1];
          break;
        case 97: // f64.div
          G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] / G[(fpw + code[pc + 3]) >> 1];
          break;
        case 98: // f64.eq
          H[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1] === G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
          break;
        case 99: // f64.ne
          H[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1] !== G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
          break;
        case 100: // f64.lt
          H[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1] < G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
          break;
        case 101: // f64.le
          H[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1] <= G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
          break;
        case 102: // f64.neg
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] ^ 0x80000000;
          break;
        case 103: // f64.abs
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1] & 0x7fffffff;
          break;
        case 104: // f64.copysign
          H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
          H[fpw + code[pc + 1] + 1] =
            (H[fpw + code[pc + 2] + 1] & 0x7fffffff) | (H[fpw + code[pc + 3] + 1] & 0x80000000);
          break;
        case 105: // f64.sqrt
          G[(fpw + code[pc + 1]) >> 1] = Math.sqrt(G[(fpw + code[pc + 2]) >> 1]);
          break;
        case 106: // f64.floor
          G[(fpw + code[pc + 1]) >> 1] = Math.floor(G[(fpw + code[pc + 2]) >> 1]);
          break;
        case 107: // f64.ceil
          G[(fpw + code[pc + 1]) >> 1] = Math.ceil(G[(fpw + code[pc + 2]) >> 1]);
          break;
        case 108: // f64.trunc
          G[(fpw + code[pc + 1]) >> 1] = Math.trunc(G[(fpw + code[pc + 2]) >> 1]);
          break;
        case 109: // f64.convert_i32_s
          G[(fpw + code[pc + 1]) >> 1] = H[fpw + code[pc + 2]];
          break;
        case 110: // f64.convert_i32_u
          G[(fpw + code[pc + 1]) >> 1] = H[fpw + code[pc + 2]] >>> 0;
          break;
        case 111: {
          // i32.trunc_f64_s
          const value = G[(fpw + code[pc + 2]) >> 1];
          if (!(value >= -2147483648 && value <= 2147483647)) break ask;
          H[fpw + code[pc + 1]] = value | 0;
          break;
        }
        case 112: // f64.convert_i64_s
          G[(fpw + code[pc + 1]) >> 1] =
            H[fpw + code[pc + 2] + 1] * 4294967296 + (H[fpw + code[pc + 2]] >>> 0);
          break;
        case 113: // f64.convert_i64_u
          G[(fpw + code[pc + 1]) >> 1] =
            (H[fpw + code[pc + 2] + 1] >>> 0) * 4294967296 + (H[fpw + code[pc + 2]] >>> 0);
          break;
        case 114: // f32.demote
          F[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1];
          H[fpw + code[pc + 1] + 1] = 0;
          break;
        case 115: // f64.promote
          G[(fpw + code[pc + 1]) >> 1] = F[fpw + code[pc + 2]];
          break;
        case 116: {
          // load.i8_s
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - FIRST) >>> 0 >= loads || (H[at + 1] | (H[at] >> 31) | S[x >>> 3]) !== 0) break own;
          H[fpw + code[pc + 1]] = (U[x] << 24) >> 24;
          break;
        }
        case 117: {
          // load.i8_u
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - FIRST) >>> 0 >= loads || (H[at + 1] | (H[at] >> 31) | S[x >>> 3]) !== 0) break own;
          H[fpw + code[pc + 1]] = U[x];
          break;
        }
        case 118: {
          // load.i16_s
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - FIRST) >>> 0 >= loads || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 1)) !== 0)
            break own;
          H[fpw + code[pc + 1]] = (W[x >>> 1] << 16) >> 16;
          break;
        }
        case 119: {
          // load.i16_u
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - FIRST) >>> 0 >= loads || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 1)) !== 0)
            break own;
          H[fpw + code[pc + 1]] = W[x >>> 1];
          break;
        }
        case 120: {
          // load.i32
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - FIRST) >>> 0 >= loads || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 3)) !== 0)
            break own;
          H[fpw + code[pc + 1]] = H[x >>> 2];
          break;
        }
        case 121: {
          // load.i64
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - FIRST) >>> 0 >= loads || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 7)) !== 0)
            break own;
          H[fpw + code[pc + 1]] = H[x >>> 2];
          H[fpw + code[pc + 1] + 1] = H[(x >>> 2) + 1];
          break;
        }
        case 122: {
          // store.i8
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - rodataEnd) >>> 0 >= stores || (H[at + 1] | (H[at] >> 31) | S[x >>> 3]) !== 0) break own;
          if (stamp[x >>> PAGE_SHIFT] !== epoch) break ask;
          U[x] = H[fpw + code[pc + 3]];
          break;
        }
        case 123: {
          // store.i16
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - rodataEnd) >>> 0 >= stores || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 1)) !== 0)
            break own;
          if (stamp[x >>> PAGE_SHIFT] !== epoch) break ask;
          W[x >>> 1] = H[fpw + code[pc + 3]];
          break;
        }
        case 124: {
          // store.i32
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - rodataEnd) >>> 0 >= stores || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 3)) !== 0)
            break own;
          if (stamp[x >>> PAGE_SHIFT] !== epoch) break ask;
          H[x >>> 2] = H[fpw + code[pc + 3]];
          break;
        }
        case 125: {
          // store.i64
          const at = fpw + code[pc + 2];
          const x = (H[at] + code[pc + 4]) | 0;
          if ((x - rodataEnd) >>> 0 >= stores || (H[at + 1] | (H[at] >> 31) | S[x >>> 3] | (x & 7)) !== 0)
            break own;
          if (stamp[x >>> PAGE_SHIFT] !== epoch) break ask;
          H[x >>> 2] = H[fpw + code[pc + 3]];
          H[(x >>> 2) + 1] = H[fpw + code[pc + 3] + 1];
          break;
        }
        case 126: {
          // load.i8_s.index
          const index = H[fpw + code[pc + 3]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - FIRST) >>> 0 >= indexedLoads) break;
          if ((above | S[x >>> 3]) !== 0) break;
          H[fpw + code[pc + 1]] = (U[x] << 24) >> 24;
          pc = (pc + 24) | 0;
          continue;
        }
        case 127: {
          // load.i8_u.index
          const index = H[fpw + code[pc + 3]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - FIRST) >>> 0 >= indexedLoads) break;
          if ((above | S[x >>> 3]) !== 0) break;
          H[fpw + code[pc + 1]] = U[x];
          pc = (pc + 24) | 0;
          continue;
        }
        case 128: {
          // load.i32.index
          const index = H[fpw + code[pc + 3]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - FIRST) >>> 0 >= indexedLoads) break;
          if ((above | S[x >>> 3] | (x & 3)) !== 0) break;
          H[fpw + code[pc + 1]] = H[x >>> 2];
          pc = (pc + 24) | 0;
          continue;
        }
        case 129: {
          // load.i64.index
          const index = H[fpw + code[pc + 3]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - FIRST) >>> 0 >= indexedLoads) break;
          if ((above | S[x >>> 3] | (x & 7)) !== 0) break;
          H[fpw + code[pc + 1]] = H[x >>> 2];
          H[fpw + code[pc + 1] + 1] = H[(x >>> 2) + 1];
          pc = (pc + 24) | 0;
          continue;
        }
        case 130: {
          // store.i8.index
          const index = H[fpw + code[pc + 1]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - rodataEnd) >>> 0 >= indexedStores) break;
          if ((above | S[x >>> 3]) !== 0 || stamp[x >>> PAGE_SHIFT] !== epoch) break;
          const value = code[pc + 3];
          U[x] = value === 0 ? code[pc + 20] : H[fpw + value];
          pc = (pc + (value === 0 ? 32 : 24)) | 0;
          continue;
        }
        case 131: {
          // store.i32.index
          const index = H[fpw + code[pc + 1]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - rodataEnd) >>> 0 >= indexedStores) break;
          if ((above | S[x >>> 3] | (x & 3)) !== 0 || stamp[x >>> PAGE_SHIFT] !== epoch) break;
          const value = code[pc + 3];
          H[x >>> 2] = value === 0 ? code[pc + 20] : H[fpw + value];
          pc = (pc + (value === 0 ? 32 : 24)) | 0;
          continue;
        }
        case 132: {
          // store.i64.index
          const index = H[fpw + code[pc + 1]];
          const base = code[pc + 2];
          const from = base === 0 ? 0 : H[fpw + base];
          const above = base === 0 ? 0 : H[fpw + base + 1] | (from >> 31);
          const x = (from + code[pc + 4] + Math.imul(index, code[pc + 5])) | 0;
          if (index >>> 0 > code[pc + 7] || (x - rodataEnd) >>> 0 >= indexedStores) break;
          if ((above | S[x >>> 3] | (x & 7)) !== 0 || stamp[x >>> PAGE_SHIFT] !== epoch) break;
          const value = code[pc + 3];
          H[x >>> 2] = value === 0 ? code[pc + 20] : H[fpw + value];
          H[(x >>> 2) + 1] = value === 0 ? code[pc + 21] : H[fpw + value + 1];
          pc = (pc + (value === 0 ? 32 : 24)) | 0;
          continue;
        }
        case 133: {
          // call
          const fn = code[pc + 4];
          const top = fpw + ((frameBytes[H[fpw + 1]] + H[fpw + 3]) >> 2);
          const end = top + (frameBytes[fn] >> 2);
          if (end > stackEnd) break ask;
          for (let page = top >> PAGE_WORDS; page <= (end - 1) >> PAGE_WORDS; page++)
            if (stamp[page] !== epoch) break ask;
          H[top] = ((fpw - stackBase) << 2) + 1;
          H[top + 1] = fn;
          let to = top + 4;
          const last = code[pc + 3] + code[pc + 5];
          for (let i = code[pc + 3]; i < last; i++) {
            const from = fpw + callArgs[i];
            H[to] = H[from];
            H[to + 1] = H[from + 1];
            to += 2;
          }
          const site = code[pc + 6];
          H[fpw + 2] = site + 1;
          const deadEnd = deadStart[site + 1];
          for (let i = deadStart[site]; i < deadEnd; i++) {
            const at = fpw + dead[i];
            H[at] = 0;
            H[at + 1] = 0;
          }
          fpw = top;
          pc = entries[fn];
          fuel = (fuel - 1) | 0;
          if (switching) return leave(m, pc, fpw, fuel, fuel <= 0 ? SPENT : SWITCHED);
          if (fuel <= 0) return leave(m, pc, fpw, fuel, SPENT);
          continue;
        }
        case 134: {
          // ret
          const end = fpw + (frameBytes[H[fpw + 1]] >> 2);
          if (observed || H[fpw] === 0 || H[fpw + 3] !== 0 || end - fpw > MOST_CLEARED) break ask;
          const caller = stackBase + ((H[fpw] - 1) >> 2);
          const callerEnd = caller + (frameBytes[H[caller + 1]] >> 2);
          for (let page = caller >> PAGE_WORDS; page <= (callerEnd - 1) >> PAGE_WORDS; page++)
            if (stamp[page] !== epoch) break ask;
          const from = code[pc + 2];
          const low = from === 0 ? 0 : H[fpw + from];
          const high = from === 0 ? 0 : H[fpw + from + 1];
          for (let i = fpw; i < end; i++) H[i] = 0;
          const call = pcOfSite[H[caller + 2] - 1];
          const to = code[call + 1];
          if (to !== 0) {
            H[caller + to] = low;
            H[caller + to + 1] = high;
          }
          fpw = caller;
          pc = (call + 8) | 0;
          if (switching) return leave(m, pc, fpw, fuel, SWITCHED);
          continue;
        }
        case 135: // jmp
          pc = code[pc + 4];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, pc, fpw, fuel, SPENT);
          continue;
        case 136: {
          // br
          const to = H[fpw + code[pc + 2]] !== 0 ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 137: {
          // br.eq
          const to = H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 138: {
          // br.lt_s
          const to = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 139: {
          // br.lt_u
          const to = H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 140: {
          // br.eq.c
          const to = H[fpw + code[pc + 2]] === code[pc + 3] ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 141: {
          // br.lt_s.c
          const to = H[fpw + code[pc + 2]] < code[pc + 3] ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 142: {
          // br.lt_u.c
          const to = H[fpw + code[pc + 2]] >>> 0 < code[pc + 3] >>> 0 ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 143: {
          // br.eq64
          const to =
            ((H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]]) |
              (H[fpw + code[pc + 2] + 1] ^ H[fpw + code[pc + 3] + 1])) ===
            0
              ? code[pc + 4]
              : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 144: {
          // br.lt_s64
          const high = H[fpw + code[pc + 2] + 1];
          const other = H[fpw + code[pc + 3] + 1];
          const to = (
            high === other
              ? H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0
              : high < other
          )
            ? code[pc + 4]
            : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 145: {
          // br.lt_u64
          const high = H[fpw + code[pc + 2] + 1];
          const other = H[fpw + code[pc + 3] + 1];
          const to = (
            high === other
              ? H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0
              : high >>> 0 < other >>> 0
          )
            ? code[pc + 4]
            : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 146: {
          // br.eqz64
          const to = (H[fpw + code[pc + 2]] | H[fpw + code[pc + 2] + 1]) === 0 ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 147: {
          // add.br.lt_s
          const counter = fpw + code[pc + 1];
          H[counter] = (H[counter] + code[pc + 7]) | 0;
          const to = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 148: {
          // add.br.lt_s.c
          const counter = fpw + code[pc + 1];
          H[counter] = (H[counter] + code[pc + 7]) | 0;
          const to = H[counter] < code[pc + 3] ? code[pc + 4] : code[pc + 5];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, code[pc + 6] < 0 ? to : code[pc + 6], fpw, fuel, SPENT);
          pc = to;
          continue;
        }
        case 149: {
          // switch.dense
          const i = (H[fpw + code[pc + 2]] - code[pc + 3]) | 0;
          pc = tables[i >>> 0 < code[pc + 5] ? code[pc + 4] + i : code[pc + 4] + code[pc + 5]];
          fuel = (fuel - 1) | 0;
          if (fuel <= 0) return leave(m, pc, fpw, fuel, SPENT);
          continue;
        }
        case 150: // check.i32
          if (H[fpw + code[pc + 2]] >>> 0 >= code[pc + 4]) break ask;
          break;
        case 151: // check.i64
        case 152: // check.index
          if (H[fpw + code[pc + 2] + 1] !== 0 || H[fpw + code[pc + 2]] >>> 0 >= code[pc + 4]) break ask;
          break;
        default:
          break ask;
      }
      pc = (pc + 8) | 0;
    }
    // Not plainly fine, but perhaps to an object of the running function: the shadow says nothing of stacks.
    const at = fpw + code[pc + 2];
    const x = (H[at] + code[pc + 4]) | 0;
    const fn = H[fpw + 1];
    const offset = x - (fpw << 2) - localStart[fn];
    const size = accessSize[code[pc]];
    if (!alone && (code[pc + 5] & Flag.Private) === 0) break;
    if ((H[at + 1] | (H[at] >> 31) | (x & (size - 1))) !== 0) break;
    if (offset < 0 || offset >= localsEnd[fn] || locals[localsAt[fn] + offset] < size) break;
    // Of watched ones the shadow has something to say.
    if (S[x >>> 3] !== STACK) break;
    const register = fpw + code[pc + (accessStore[code[pc]] !== 0 ? 3 : 1)];
    if (accessStore[code[pc]] !== 0) {
      if (stamp[x >>> PAGE_SHIFT] !== epoch) break;
      if (size === 1) U[x] = H[register];
      else if (size === 2) W[x >>> 1] = H[register];
      else H[x >>> 2] = H[register];
      if (size === 8) H[(x >>> 2) + 1] = H[register + 1];
    } else {
      if (size === 1) H[register] = accessSigned[code[pc]] !== 0 ? (U[x] << 24) >> 24 : U[x];
      else if (size === 2) H[register] = accessSigned[code[pc]] !== 0 ? (W[x >>> 1] << 16) >> 16 : W[x >>> 1];
      else H[register] = H[x >>> 2];
      if (size === 8) H[register + 1] = H[(x >>> 2) + 1];
    }
    pc = (pc + 8) | 0;
  }
  return leave(m, pc, fpw, fuel, ASK);
}
