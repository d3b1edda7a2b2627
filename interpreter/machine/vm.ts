// The register virtual machine's inner loop: runs one context's local code until it must stop.
//
// Comes in: flat code (see code.ts), a context's frame in linear memory, whether anybody else could run.
// Goes out: why it stopped. Registers are the 8-byte slots of the frame itself, so a context that stops is
// at rest at once: nothing has to be written back. Every instruction is eight words:
//   0 operation  1 dst  2 a  3 b  4 c or imm  5 immHi or flags  6 site  7 side-table index
// where registers are given as word offsets from the frame's base. 64-bit values are two int32 halves.
//
// The cases are numbers, since only of literal numbers V8 makes a jump table, and compilers do not put those of an
// enum in their place (isolatedModules): with names the loop takes more than twice as long. OPERATION says which is
// which. Everything slow, rare or shared with other engines is the machine's.

import { AddressSpace, Flag } from "../ir/program.js";
import {
  divS,
  divU,
  mulHigh,
  popcount,
  remS,
  remU,
  roundEven,
  toF32,
  toF64,
  trunc64,
  truncLow,
  truncS32,
} from "./arithmetic.js";
import { PAGE_SHIFT } from "./layout.js";
import type { Memory } from "./memory.js";

/** Operation numbers by name: IR opcodes and the fused forms that code.ts makes. */
export const OPERATION: Readonly<Record<string, number>> = {
  "const.i32": 0,
  "const.i64": 1,
  "i32.add": 7,
  "i32.sub": 8,
  "i32.mul": 9,
  "i32.and": 10,
  "i32.or": 11,
  "i32.xor": 12,
  "i32.eq": 13,
  "i32.ne": 14,
  "i32.lt_s": 15,
  "i32.lt_u": 16,
  "i32.le_s": 17,
  "i32.le_u": 18,
  "i32.gt_s": 19,
  "i32.gt_u": 20,
  "i32.ge_s": 21,
  "i32.ge_u": 22,
  "i32.eqz": 23,
  "i32.div_s": 24,
  "i32.div_u": 25,
  "i32.rem_s": 26,
  "i32.rem_u": 27,
  "i32.shl": 28,
  "i32.shr_s": 29,
  "i32.shr_u": 30,
  "i32.clz": 31,
  "i32.ctz": 32,
  "i32.popcnt": 33,
  "i32.ext8_s": 34,
  "i32.ext16_s": 35,
  "i64.add": 36,
  "i64.sub": 37,
  "i64.mul": 38,
  "i64.and": 39,
  "i64.or": 40,
  "i64.xor": 41,
  "i64.eq": 42,
  "i64.ne": 43,
  "i64.lt_s": 44,
  "i64.lt_u": 45,
  "i64.le_s": 46,
  "i64.le_u": 47,
  "i64.gt_s": 48,
  "i64.gt_u": 49,
  "i64.ge_s": 50,
  "i64.ge_u": 51,
  "i64.eqz": 52,
  "i64.div_s": 53,
  "i64.div_u": 54,
  "i64.rem_s": 55,
  "i64.rem_u": 56,
  "i64.shl": 57,
  "i64.shr_s": 58,
  "i64.shr_u": 59,
  "i64.clz": 60,
  "i64.ctz": 61,
  "i64.popcnt": 62,
  "i64.ext8_s": 63,
  "i64.ext16_s": 64,
  "i64.ext32_s": 65,
  "i32.wrap": 66,
  "i64.extend_s": 67,
  "i64.extend_u": 68,
  "f32.add": 69,
  "f32.sub": 70,
  "f32.mul": 71,
  "f32.div": 72,
  "f32.eq": 73,
  "f32.ne": 74,
  "f32.lt": 75,
  "f32.le": 76,
  "f32.gt": 77,
  "f32.ge": 78,
  "f32.neg": 79,
  "f32.abs": 80,
  "f32.copysign": 81,
  "f32.sqrt": 82,
  "f32.floor": 83,
  "f32.ceil": 84,
  "f32.trunc": 85,
  "f32.nearest": 86,
  "i32.trunc_f32_s": 87,
  "i32.trunc_f32_u": 88,
  "i64.trunc_f32_s": 89,
  "i64.trunc_f32_u": 90,
  "f32.convert_i32_s": 91,
  "f32.convert_i32_u": 92,
  "f32.convert_i64_s": 93,
  "f32.convert_i64_u": 94,
  "f64.add": 95,
  "f64.sub": 96,
  "f64.mul": 97,
  "f64.div": 98,
  "f64.eq": 99,
  "f64.ne": 100,
  "f64.lt": 101,
  "f64.le": 102,
  "f64.gt": 103,
  "f64.ge": 104,
  "f64.neg": 105,
  "f64.abs": 106,
  "f64.copysign": 107,
  "f64.sqrt": 108,
  "f64.floor": 109,
  "f64.ceil": 110,
  "f64.trunc": 111,
  "f64.nearest": 112,
  "i32.trunc_f64_s": 113,
  "i32.trunc_f64_u": 114,
  "i64.trunc_f64_s": 115,
  "i64.trunc_f64_u": 116,
  "f64.convert_i32_s": 117,
  "f64.convert_i32_u": 118,
  "f64.convert_i64_s": 119,
  "f64.convert_i64_u": 120,
  "f32.demote": 121,
  "f64.promote": 122,
  "i32.reinterpret_f32": 123,
  "i64.reinterpret_f64": 124,
  "f32.reinterpret_i32": 125,
  "f64.reinterpret_i64": 126,
  "load.i8_s": 127,
  "load.i8_u": 128,
  "load.i16_s": 129,
  "load.i16_u": 130,
  "load.i32": 131,
  "load.i64": 132,
  "store.i8": 133,
  "store.i16": 134,
  "store.i32": 135,
  "store.i64": 136,
  "stack.alloc": 138,
  "stack.save": 139,
  "stack.restore": 140,
  call: 141,
  calli: 142,
  ret: 143,
  setjmp: 144,
  longjmp: 145,
  jmp: 146,
  br: 147,
  "switch.i64": 155,
  "jmp.label": 156,
  trap: 157,
  mov32: 2,
  mov64: 3,
  select32: 4,
  select64: 5,
  "addr.local": 6,
  park: 137,
  "br.eq": 148,
  "br.ne": 149,
  "br.lt_s": 150,
  "br.lt_u": 151,
  "br.le_s": 152,
  "br.le_u": 153,
  "switch.i32": 154,
  "i32.add.c": 158,
  "i64.add.c": 159,
  "i32.and.c": 160,
  "i32.shl.c": 161,
  "i32.shr_s.c": 162,
  "i32.shr_u.c": 163,
};

/** What run() returns. */
export const PARKED = 0;
export const FINISHED = 1;
export const STOPPED = 2;
/** Only inside: the operation is done, go on. */
export const GO_ON = 3;
/** A frame was pushed or popped and the caller wanted to know: go on at nextPc with the frame runningFp. */
export const SWITCHED = 4;

/** The parts of the machine that the loop calls. Addresses are numbers; negative means stop. */
export interface VmHost {
  readonly memory: Memory;
  readonly shadow: Uint8Array;
  readonly memoryEnd: number;
  readonly rodataEnd: number;
  readonly solo: boolean;
  /** Set by leaveFrame() and longjmp(). */
  nextPc: number;
  runningFp: number;
  /** Jumps and calls left when run() returned SWITCHED. */
  fuelLeft: number;
  /** The access at pc is not plainly fine: its address after full checks, or a negative reason for leave(). */
  slowAddress(pc: number, fpw: number, size: number, write: boolean): number;
  leave(reason: number, pc: number, fpw: number): number;
  parkAccess(pc: number, fpw: number, address: number): number;
  /** The access at pc may be noticed by others, but nobody is known to: goes on without stopping if true. */
  unobserved(pc: number, address: number, size: number, write: boolean): boolean;
  park(pc: number, fpw: number): number;
  /** Pushes a frame for function fn called at pc with the first n arguments: new frame base, or negative. */
  enter(fn: number, pc: number, fpw: number, n: number): number;
  /** Pops the frame: the caller's base, or 0 when this was the bottom one. */
  leaveFrame(pc: number, fpw: number): number;
  resolveFunction(pc: number, fpw: number): number;
  /** Number of parameters of function fn. */
  arity(fn: number): number;
  stackAlloc(pc: number, fpw: number): boolean;
  stackRestore(fpw: number, mark: number): void;
  setjmp(pc: number, fpw: number): boolean;
  longjmp(pc: number, fpw: number): number;
  labelTarget(pc: number, lo: number, hi: number): number;
  divideByZero(pc: number, fpw: number): number;
  badShift(site: number, amount: number): void;
  outOfFuel(pc: number, fpw: number): number;
  trap(pc: number, fpw: number): number;
}

/** Flat code and its side tables. */
export interface Code {
  readonly code: Int32Array;
  /** First pc of each function. */
  readonly entries: Int32Array;
  readonly switches: SwitchTable[];
}

export interface SwitchTable {
  /** Case values and targets; sorted by unsigned (hi, lo). */
  lo: Int32Array;
  hi: Int32Array;
  target: Int32Array;
  /** Dense form for 32-bit switches: target of value `base + i`, or null. */
  dense: Int32Array | null;
  base: number;
}

function switchTarget(code: Int32Array, pc: number, value: number, switches: SwitchTable[]): number {
  const table = switches[code[pc + 7]];
  if (table.dense !== null) {
    const i = (value - table.base) | 0;
    return i >= 0 && i < table.dense.length ? table.dense[i] : code[pc + 4];
  }
  let low = 0;
  let high = table.lo.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    const v = table.lo[mid];
    if (v === value) return table.target[mid];
    if (v >>> 0 < value >>> 0) low = mid + 1;
    else high = mid - 1;
  }
  return code[pc + 4];
}

function switchTarget64(
  code: Int32Array,
  pc: number,
  lo: number,
  hi: number,
  switches: SwitchTable[],
): number {
  const table = switches[code[pc + 7]];
  let low = 0;
  let high = table.lo.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    if (table.lo[mid] === lo && table.hi[mid] === hi) return table.target[mid];
    const below = table.hi[mid] === hi ? table.lo[mid] >>> 0 < lo >>> 0 : table.hi[mid] >>> 0 < hi >>> 0;
    if (below) low = mid + 1;
    else high = mid - 1;
  }
  return code[pc + 4];
}

/**
 * Runs from (pc, frame word fpw) on. `fuel` bounds jumps and calls; `profile` counts executions per
 * instruction (pc / 8) when it is not null.
 */
export function run(
  m: VmHost,
  image: Code,
  startPc: number,
  startFpw: number,
  startFuel: number,
  profile: Float64Array | null,
  switching = false,
): number {
  const { code, entries, switches } = image;
  const memory = m.memory;
  const H = memory.i32;
  const U = memory.u8;
  const W = memory.u16;
  const F = memory.f32;
  const G = memory.f64;
  const view = memory.view;
  const stamp = memory.stamp;
  const S = m.shadow;
  const memoryEnd = m.memoryEnd;
  const rodataEnd = m.rodataEnd;
  const FIRST = AddressSpace.First;
  const PRIVATE = Flag.Private;
  let solo = m.solo;
  let pc = startPc;
  let fpw = startFpw;
  let fuel = startFuel;
  let x = 0;
  let y = 0;
  let z = 0;
  for (;;) {
    if (profile !== null) profile[pc >> 3]++;
    switch (code[pc]) {
      case 0: // Const32
        H[fpw + code[pc + 1]] = code[pc + 4];
        break;
      case 1: // Const64
        H[fpw + code[pc + 1]] = code[pc + 4];
        H[fpw + code[pc + 1] + 1] = code[pc + 5];
        break;
      case 2: // Mov32
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case 3: // Mov64
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1];
        break;
      case 4: // Select32
        H[fpw + code[pc + 1]] = H[fpw + code[pc + (H[fpw + code[pc + 2]] !== 0 ? 3 : 4)]];
        break;
      case 5: // Select64
        x = fpw + code[pc + (H[fpw + code[pc + 2]] !== 0 ? 3 : 4)];
        y = H[x + 1];
        H[fpw + code[pc + 1]] = H[x];
        H[fpw + code[pc + 1] + 1] = y;
        break;
      case 6: // AddrLocal
        H[fpw + code[pc + 1]] = (fpw << 2) + code[pc + 4];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 7: // I32Add
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] + H[fpw + code[pc + 3]]) | 0;
        break;
      case 8: // I32Sub
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] - H[fpw + code[pc + 3]]) | 0;
        break;
      case 9: // I32Mul
        H[fpw + code[pc + 1]] = Math.imul(H[fpw + code[pc + 2]], H[fpw + code[pc + 3]]);
        break;
      case 10: // I32And
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & H[fpw + code[pc + 3]];
        break;
      case 11: // I32Or
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | H[fpw + code[pc + 3]];
        break;
      case 12: // I32Xor
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]];
        break;
      case 13: // I32Eq
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case 14: // I32Ne
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case 15: // I32LtS
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case 16: // I32LtU
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case 17: // I32LeS
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] <= H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case 18: // I32LeU
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case 19: // I32GtS
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] > H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case 20: // I32GtU
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 > H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case 21: // I32GeS
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >= H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case 22: // I32GeU
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 >= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case 23: // I32Eqz
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] === 0 ? 1 : 0;
        break;
      case 24: // I32DivS
        x = H[fpw + code[pc + 3]];
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] / x) | 0;
        break;
      case 25: // I32DivU
        x = H[fpw + code[pc + 3]] >>> 0;
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) / x) | 0;
        break;
      case 26: // I32RemS
        x = H[fpw + code[pc + 3]];
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] % x) | 0;
        break;
      case 27: // I32RemU
        x = H[fpw + code[pc + 3]] >>> 0;
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) % x) | 0;
        break;
      case 28: // I32Shl
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 31) m.badShift(code[pc + 6], x);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] << x;
        break;
      case 29: // I32ShrS
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 31) m.badShift(code[pc + 6], x);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >> x;
        break;
      case 30: // I32ShrU
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 31) m.badShift(code[pc + 6], x);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> x;
        break;
      case 31: // I32Clz
        H[fpw + code[pc + 1]] = Math.clz32(H[fpw + code[pc + 2]]);
        break;
      case 32: // I32Ctz
        x = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1]] = x === 0 ? 32 : 31 - Math.clz32(x & -x);
        break;
      case 33: // I32Popcnt
        H[fpw + code[pc + 1]] = popcount(H[fpw + code[pc + 2]]);
        break;
      case 34: // I32Ext8
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 24) >> 24;
        break;
      case 35: // I32Ext16
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 16) >> 16;
        break;
      case 36: // I64Add
        x = H[fpw + code[pc + 2]];
        y = (x + H[fpw + code[pc + 3]]) | 0;
        z = (H[fpw + code[pc + 2] + 1] + H[fpw + code[pc + 3] + 1] + (y >>> 0 < x >>> 0 ? 1 : 0)) | 0;
        H[fpw + code[pc + 1]] = y;
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 37: // I64Sub
        x = H[fpw + code[pc + 2]];
        y = H[fpw + code[pc + 3]];
        z = (H[fpw + code[pc + 2] + 1] - H[fpw + code[pc + 3] + 1] - (x >>> 0 < y >>> 0 ? 1 : 0)) | 0;
        H[fpw + code[pc + 1]] = (x - y) | 0;
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 38: // I64Mul
        x = H[fpw + code[pc + 2]];
        y = H[fpw + code[pc + 3]];
        z =
          (mulHigh(x, y) +
            Math.imul(x, H[fpw + code[pc + 3] + 1]) +
            Math.imul(H[fpw + code[pc + 2] + 1], y)) |
          0;
        H[fpw + code[pc + 1]] = Math.imul(x, y);
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 39: // I64And
        z = H[fpw + code[pc + 2] + 1] & H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & H[fpw + code[pc + 3]];
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 40: // I64Or
        z = H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | H[fpw + code[pc + 3]];
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 41: // I64Xor
        z = H[fpw + code[pc + 2] + 1] ^ H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]];
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 42: // I64Eq
        x =
          H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] &&
          H[fpw + code[pc + 2] + 1] === H[fpw + code[pc + 3] + 1]
            ? 1
            : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 43: // I64Ne
        x =
          H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ||
          H[fpw + code[pc + 2] + 1] !== H[fpw + code[pc + 3] + 1]
            ? 1
            : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 44: // I64LtS
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x < y ? 1 : 0;
        break;
      case 45: // I64LtU
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y
            ? H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0
              ? 1
              : 0
            : x >>> 0 < y >>> 0
              ? 1
              : 0;
        break;
      case 46: // I64LeS
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x < y ? 1 : 0;
        break;
      case 47: // I64LeU
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y
            ? H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0
              ? 1
              : 0
            : x >>> 0 < y >>> 0
              ? 1
              : 0;
        break;
      case 48: // I64GtS
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 > H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x > y ? 1 : 0;
        break;
      case 49: // I64GtU
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y
            ? H[fpw + code[pc + 2]] >>> 0 > H[fpw + code[pc + 3]] >>> 0
              ? 1
              : 0
            : x >>> 0 > y >>> 0
              ? 1
              : 0;
        break;
      case 50: // I64GeS
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 >= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x > y ? 1 : 0;
        break;
      case 51: // I64GeU
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y
            ? H[fpw + code[pc + 2]] >>> 0 >= H[fpw + code[pc + 3]] >>> 0
              ? 1
              : 0
            : x >>> 0 > y >>> 0
              ? 1
              : 0;
        break;
      case 52: // I64Eqz
        x = (H[fpw + code[pc + 2]] | H[fpw + code[pc + 2] + 1]) === 0 ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 53: // I64DivS
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          divS(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case 54: // I64DivU
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          divU(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case 55: // I64RemS
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          remS(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case 56: // I64RemU
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          remU(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case 57: // I64Shl
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 63) m.badShift(code[pc + 6], x);
        x &= 63;
        y = H[fpw + code[pc + 2]];
        z = H[fpw + code[pc + 2] + 1];
        if (x >= 32) {
          H[fpw + code[pc + 1]] = 0;
          H[fpw + code[pc + 1] + 1] = y << (x - 32);
        } else if (x > 0) {
          H[fpw + code[pc + 1]] = y << x;
          H[fpw + code[pc + 1] + 1] = (z << x) | (y >>> (32 - x));
        } else {
          H[fpw + code[pc + 1]] = y;
          H[fpw + code[pc + 1] + 1] = z;
        }
        break;
      case 58: // I64ShrS
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 63) m.badShift(code[pc + 6], x);
        x &= 63;
        y = H[fpw + code[pc + 2]];
        z = H[fpw + code[pc + 2] + 1];
        if (x >= 32) {
          H[fpw + code[pc + 1]] = z >> (x - 32);
          H[fpw + code[pc + 1] + 1] = z >> 31;
        } else if (x > 0) {
          H[fpw + code[pc + 1]] = (y >>> x) | (z << (32 - x));
          H[fpw + code[pc + 1] + 1] = z >> x;
        } else {
          H[fpw + code[pc + 1]] = y;
          H[fpw + code[pc + 1] + 1] = z;
        }
        break;
      case 59: // I64ShrU
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 63) m.badShift(code[pc + 6], x);
        x &= 63;
        y = H[fpw + code[pc + 2]];
        z = H[fpw + code[pc + 2] + 1];
        if (x >= 32) {
          H[fpw + code[pc + 1]] = z >>> (x - 32);
          H[fpw + code[pc + 1] + 1] = 0;
        } else if (x > 0) {
          H[fpw + code[pc + 1]] = (y >>> x) | (z << (32 - x));
          H[fpw + code[pc + 1] + 1] = z >>> x;
        } else {
          H[fpw + code[pc + 1]] = y;
          H[fpw + code[pc + 1] + 1] = z;
        }
        break;
      case 60: // I64Clz
        x = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = x !== 0 ? Math.clz32(x) : 32 + Math.clz32(H[fpw + code[pc + 2]]);
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 61: // I64Ctz
        x = H[fpw + code[pc + 2]];
        y = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = x !== 0 ? 31 - Math.clz32(x & -x) : y !== 0 ? 63 - Math.clz32(y & -y) : 64;
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 62: // I64Popcnt
        H[fpw + code[pc + 1]] = popcount(H[fpw + code[pc + 2]]) + popcount(H[fpw + code[pc + 2] + 1]);
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 63: // I64Ext8
        x = (H[fpw + code[pc + 2]] << 24) >> 24;
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case 64: // I64Ext16
        x = (H[fpw + code[pc + 2]] << 16) >> 16;
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case 65: // I64Ext32
        x = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case 66: // Wrap
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case 67: // ExtS
        x = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case 68: // ExtU
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 69: // F32Add
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] + F[fpw + code[pc + 3]];
        break;
      case 70: // F32Sub
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] - F[fpw + code[pc + 3]];
        break;
      case 71: // F32Mul
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] * F[fpw + code[pc + 3]];
        break;
      case 72: // F32Div
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] / F[fpw + code[pc + 3]];
        break;
      case 73: // F32Eq
        x = F[fpw + code[pc + 2]] === F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 74: // F32Ne
        x = F[fpw + code[pc + 2]] !== F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 75: // F32Lt
        x = F[fpw + code[pc + 2]] < F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 76: // F32Le
        x = F[fpw + code[pc + 2]] <= F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 77: // F32Gt
        x = F[fpw + code[pc + 2]] > F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 78: // F32Ge
        x = F[fpw + code[pc + 2]] >= F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 79: // F32Neg
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ 0x80000000;
        break;
      case 80: // F32Abs
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & 0x7fffffff;
        break;
      case 81: // F32Copysign
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] & 0x7fffffff) | (H[fpw + code[pc + 3]] & 0x80000000);
        break;
      case 82: // F32Sqrt
        F[fpw + code[pc + 1]] = Math.sqrt(F[fpw + code[pc + 2]]);
        break;
      case 83: // F32Floor
        F[fpw + code[pc + 1]] = Math.floor(F[fpw + code[pc + 2]]);
        break;
      case 84: // F32Ceil
        F[fpw + code[pc + 1]] = Math.ceil(F[fpw + code[pc + 2]]);
        break;
      case 85: // F32Trunc
        F[fpw + code[pc + 1]] = Math.trunc(F[fpw + code[pc + 2]]);
        break;
      case 86: // F32Nearest
        F[fpw + code[pc + 1]] = roundEven(F[fpw + code[pc + 2]]);
        break;
      case 87: // I32TruncF32S
        H[fpw + code[pc + 1]] = truncS32(F[fpw + code[pc + 2]]);
        break;
      case 88: // I32TruncF32U
        H[fpw + code[pc + 1]] = truncLow(F[fpw + code[pc + 2]]);
        break;
      case 89: // I64TruncF32S
        trunc64(H, fpw + code[pc + 1], F[fpw + code[pc + 2]], true);
        break;
      case 90: // I64TruncF32U
        trunc64(H, fpw + code[pc + 1], F[fpw + code[pc + 2]], false);
        break;
      case 91: // F32ConvI32S
        x = H[fpw + code[pc + 2]];
        F[fpw + code[pc + 1]] = x;
        break;
      case 92: // F32ConvI32U
        x = H[fpw + code[pc + 2]];
        F[fpw + code[pc + 1]] = x >>> 0;
        break;
      case 93: // F32ConvI64S
        F[fpw + code[pc + 1]] = toF32(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], true);
        break;
      case 94: // F32ConvI64U
        F[fpw + code[pc + 1]] = toF32(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], false);
        break;
      case 95: // F64Add
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] + G[(fpw + code[pc + 3]) >> 1];
        break;
      case 96: // F64Sub
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] - G[(fpw + code[pc + 3]) >> 1];
        break;
      case 97: // F64Mul
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] * G[(fpw + code[pc + 3]) >> 1];
        break;
      case 98: // F64Div
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] / G[(fpw + code[pc + 3]) >> 1];
        break;
      case 99: // F64Eq
        x = G[(fpw + code[pc + 2]) >> 1] === G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 100: // F64Ne
        x = G[(fpw + code[pc + 2]) >> 1] !== G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 101: // F64Lt
        x = G[(fpw + code[pc + 2]) >> 1] < G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 102: // F64Le
        x = G[(fpw + code[pc + 2]) >> 1] <= G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 103: // F64Gt
        x = G[(fpw + code[pc + 2]) >> 1] > G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 104: // F64Ge
        x = G[(fpw + code[pc + 2]) >> 1] >= G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case 105: // F64Neg
        x = H[fpw + code[pc + 2] + 1] ^ 0x80000000;
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = x;
        break;
      case 106: // F64Abs
        x = H[fpw + code[pc + 2] + 1] & 0x7fffffff;
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = x;
        break;
      case 107: // F64Copysign
        x = (H[fpw + code[pc + 2] + 1] & 0x7fffffff) | (H[fpw + code[pc + 3] + 1] & 0x80000000);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = x;
        break;
      case 108: // F64Sqrt
        G[(fpw + code[pc + 1]) >> 1] = Math.sqrt(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 109: // F64Floor
        G[(fpw + code[pc + 1]) >> 1] = Math.floor(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 110: // F64Ceil
        G[(fpw + code[pc + 1]) >> 1] = Math.ceil(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 111: // F64Trunc
        G[(fpw + code[pc + 1]) >> 1] = Math.trunc(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 112: // F64Nearest
        G[(fpw + code[pc + 1]) >> 1] = roundEven(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 113: // I32TruncF64S
        H[fpw + code[pc + 1]] = truncS32(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 114: // I32TruncF64U
        H[fpw + code[pc + 1]] = truncLow(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case 115: // I64TruncF64S
        trunc64(H, fpw + code[pc + 1], G[(fpw + code[pc + 2]) >> 1], true);
        break;
      case 116: // I64TruncF64U
        trunc64(H, fpw + code[pc + 1], G[(fpw + code[pc + 2]) >> 1], false);
        break;
      case 117: // F64ConvI32S
        x = H[fpw + code[pc + 2]];
        G[(fpw + code[pc + 1]) >> 1] = x;
        break;
      case 118: // F64ConvI32U
        x = H[fpw + code[pc + 2]];
        G[(fpw + code[pc + 1]) >> 1] = x >>> 0;
        break;
      case 119: // F64ConvI64S
        G[(fpw + code[pc + 1]) >> 1] = toF64(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], true);
        break;
      case 120: // F64ConvI64U
        G[(fpw + code[pc + 1]) >> 1] = toF64(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], false);
        break;
      case 121: // Demote
        F[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 122: // Promote
        G[(fpw + code[pc + 1]) >> 1] = F[fpw + code[pc + 2]];
        break;
      case 123: // Reint32F
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case 124: // Reint64F
        y = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = y;
        break;
      case 125: // ReintF32
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case 126: // ReintF64
        y = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = y;
        break;
      case 127: // Load8S
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (H[fpw + code[pc + 2] + 1] !== 0 || x < FIRST || x >= memoryEnd || S[x >>> 3] !== 0) {
          x = m.slowAddress(pc, fpw, 1, false);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (
          !solo &&
          x >= rodataEnd &&
          (code[pc + 5] & PRIVATE) === 0 &&
          !m.unobserved(pc, x, 1, false)
        ) {
          return m.parkAccess(pc, fpw, x);
        }
        H[fpw + code[pc + 1]] = (U[x] << 24) >> 24;
        break;
      case 128: // Load8U
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (H[fpw + code[pc + 2] + 1] !== 0 || x < FIRST || x >= memoryEnd || S[x >>> 3] !== 0) {
          x = m.slowAddress(pc, fpw, 1, false);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (
          !solo &&
          x >= rodataEnd &&
          (code[pc + 5] & PRIVATE) === 0 &&
          !m.unobserved(pc, x, 1, false)
        ) {
          return m.parkAccess(pc, fpw, x);
        }
        H[fpw + code[pc + 1]] = U[x];
        break;
      case 129: // Load16S
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < FIRST ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 1) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 2, false);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (
          !solo &&
          x >= rodataEnd &&
          (code[pc + 5] & PRIVATE) === 0 &&
          !m.unobserved(pc, x, 2, false)
        ) {
          return m.parkAccess(pc, fpw, x);
        }
        if ((x & 1) === 0) {
          H[fpw + code[pc + 1]] = (W[x >> 1] << 16) >> 16;
        } else {
          H[fpw + code[pc + 1]] = view.getInt16(x, true);
        }
        break;
      case 130: // Load16U
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < FIRST ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 1) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 2, false);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (
          !solo &&
          x >= rodataEnd &&
          (code[pc + 5] & PRIVATE) === 0 &&
          !m.unobserved(pc, x, 2, false)
        ) {
          return m.parkAccess(pc, fpw, x);
        }
        if ((x & 1) === 0) {
          H[fpw + code[pc + 1]] = W[x >> 1];
        } else {
          H[fpw + code[pc + 1]] = view.getUint16(x, true);
        }
        break;
      case 131: // Load32
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < FIRST ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 3) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 4, false);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (
          !solo &&
          x >= rodataEnd &&
          (code[pc + 5] & PRIVATE) === 0 &&
          !m.unobserved(pc, x, 4, false)
        ) {
          return m.parkAccess(pc, fpw, x);
        }
        if ((x & 3) === 0) {
          H[fpw + code[pc + 1]] = H[x >> 2];
        } else {
          H[fpw + code[pc + 1]] = view.getInt32(x, true);
        }
        break;
      case 132: // Load64
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < FIRST ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 7) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 8, false);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (
          !solo &&
          x >= rodataEnd &&
          (code[pc + 5] & PRIVATE) === 0 &&
          !m.unobserved(pc, x, 8, false)
        ) {
          return m.parkAccess(pc, fpw, x);
        }
        if ((x & 7) === 0) {
          x >>= 2;
          y = H[x + 1];
          H[fpw + code[pc + 1]] = H[x];
          H[fpw + code[pc + 1] + 1] = y;
        } else {
          H[fpw + code[pc + 1]] = view.getInt32(x, true);
          H[fpw + code[pc + 1] + 1] = view.getInt32(x + 4, true);
        }
        break;
      case 133: // Store8
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (H[fpw + code[pc + 2] + 1] !== 0 || x < rodataEnd || x >= memoryEnd || S[x >>> 3] !== 0) {
          x = m.slowAddress(pc, fpw, 1, true);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (!solo && (code[pc + 5] & PRIVATE) === 0 && !m.unobserved(pc, x, 1, true)) {
          return m.parkAccess(pc, fpw, x);
        }
        if (stamp[x >>> PAGE_SHIFT] !== memory.epoch) memory.save(x >>> PAGE_SHIFT);
        U[x] = H[fpw + code[pc + 3]];
        break;
      case 134: // Store16
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < rodataEnd ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 1) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 2, true);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (!solo && (code[pc + 5] & PRIVATE) === 0 && !m.unobserved(pc, x, 2, true)) {
          return m.parkAccess(pc, fpw, x);
        }
        if (stamp[x >>> PAGE_SHIFT] !== memory.epoch) memory.save(x >>> PAGE_SHIFT);
        if ((x & 1) === 0) {
          W[x >> 1] = H[fpw + code[pc + 3]];
        } else {
          memory.touchRange(x, x + 2);
          view.setInt16(x, H[fpw + code[pc + 3]], true);
        }
        break;
      case 135: // Store32
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < rodataEnd ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 3) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 4, true);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (!solo && (code[pc + 5] & PRIVATE) === 0 && !m.unobserved(pc, x, 4, true)) {
          return m.parkAccess(pc, fpw, x);
        }
        if (stamp[x >>> PAGE_SHIFT] !== memory.epoch) memory.save(x >>> PAGE_SHIFT);
        if ((x & 3) === 0) {
          H[x >> 2] = H[fpw + code[pc + 3]];
        } else {
          memory.touchRange(x, x + 4);
          view.setInt32(x, H[fpw + code[pc + 3]], true);
        }
        break;
      case 136: // Store64
        x = (H[fpw + code[pc + 2]] >>> 0) + code[pc + 4];
        if (
          H[fpw + code[pc + 2] + 1] !== 0 ||
          x < rodataEnd ||
          x >= memoryEnd ||
          S[x >>> 3] !== 0 ||
          (x & 7) !== 0
        ) {
          x = m.slowAddress(pc, fpw, 8, true);
          if (x < 0) return m.leave(x, pc, fpw);
        } else if (!solo && (code[pc + 5] & PRIVATE) === 0 && !m.unobserved(pc, x, 8, true)) {
          return m.parkAccess(pc, fpw, x);
        }
        if (stamp[x >>> PAGE_SHIFT] !== memory.epoch) memory.save(x >>> PAGE_SHIFT);
        if ((x & 7) === 0) {
          x >>= 2;
          H[x] = H[fpw + code[pc + 3]];
          H[x + 1] = H[fpw + code[pc + 3] + 1];
        } else {
          memory.touchRange(x, x + 8);
          view.setInt32(x, H[fpw + code[pc + 3]], true);
          view.setInt32(x + 4, H[fpw + code[pc + 3] + 1], true);
        }
        break;
      case 137: // Park
        // Atomics, block operations and kernel operations: prepared by the machine; done at once when nobody else can run.
        x = m.park(pc, fpw);
        if (x !== GO_ON) return x;
        solo = m.solo;
        break;
      case 138: // StackAlloc
        if (!m.stackAlloc(pc, fpw)) return STOPPED;
        break;
      case 139: // StackSave
        H[fpw + code[pc + 1]] = H[fpw + 3];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case 140: // StackRestore
        m.stackRestore(fpw, H[fpw + code[pc + 2]]);
        break;
      case 141: // Call
        x = m.enter(code[pc + 4], pc, fpw, code[pc + 5]);
        if (x < 0) return STOPPED;
        fpw = x >> 2;
        pc = entries[code[pc + 4]];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        if (switching) {
          m.nextPc = pc;
          m.fuelLeft = fuel;
          return SWITCHED;
        }
        continue;
      case 142: // CallInd
        y = m.resolveFunction(pc, fpw);
        if (y < 0) return STOPPED;
        x = m.enter(y, pc, fpw, m.arity(y));
        if (x < 0) return STOPPED;
        fpw = x >> 2;
        pc = entries[y];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        if (switching) {
          m.nextPc = pc;
          m.fuelLeft = fuel;
          return SWITCHED;
        }
        continue;
      case 143: // Ret
        x = m.leaveFrame(pc, fpw);
        if (x === 0) return FINISHED;
        fpw = x >> 2;
        pc = m.nextPc;
        if (switching) {
          m.fuelLeft = fuel;
          return SWITCHED;
        }
        continue;
      case 144: // Setjmp
        if (!m.setjmp(pc, fpw)) return STOPPED;
        break;
      case 145: // Longjmp
        x = m.longjmp(pc, fpw);
        if (x < 0) return STOPPED;
        fpw = x >> 2;
        pc = m.nextPc;
        if (switching) {
          m.fuelLeft = fuel;
          return SWITCHED;
        }
        continue;
      case 146: // Jmp
        pc = code[pc + 4];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 147: // Br
        pc = H[fpw + code[pc + 2]] !== 0 ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 148: // BrEq
        pc = H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 149: // BrNe
        pc = H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 150: // BrLtS
        pc = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 151: // BrLtU
        pc = H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 152: // BrLeS
        pc = H[fpw + code[pc + 2]] <= H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 153: // BrLeU
        pc = H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 154: // Switch
        pc = switchTarget(code, pc, H[fpw + code[pc + 2]], switches);
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 155: // Switch64
        pc = switchTarget64(code, pc, H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], switches);
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 156: // JmpLabel
        x = m.labelTarget(pc, H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1]);
        if (x < 0) return STOPPED;
        pc = x;
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case 157: // Trap
        return m.trap(pc, fpw);
      case 158: // AddI32C
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] + code[pc + 4]) | 0;
        break;
      case 159: // AddI64C
        x = H[fpw + code[pc + 2]];
        y = (x + code[pc + 4]) | 0;
        z = (H[fpw + code[pc + 2] + 1] + code[pc + 5] + (y >>> 0 < x >>> 0 ? 1 : 0)) | 0;
        H[fpw + code[pc + 1]] = y;
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case 160: // AndI32C
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & code[pc + 4];
        break;
      case 161: // ShlI32C
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] << code[pc + 4];
        break;
      case 162: // ShrSI32C
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >> code[pc + 4];
        break;
      case 163: // ShrUI32C
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> code[pc + 4];
        break;
      default:
        throw new Error(`VM: unknown operation ${code[pc]} at ${pc}`);
    }
    pc += 8;
  }
}
