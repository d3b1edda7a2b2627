// The register virtual machine's inner loop: runs one context's local code until it must stop.
//
// Comes in: flat code (see code.ts), a context's frame in linear memory, whether anybody else could run.
// Goes out: why it stopped. Registers are the 8-byte slots of the frame itself, so a context that stops is
// at rest at once: nothing has to be written back. Every instruction is eight words:
//   0 operation  1 dst  2 a  3 b  4 c or imm  5 immHi or flags  6 site  7 side-table index
// where registers are given as word offsets from the frame's base. 64-bit values are two int32 halves.
//
// The enum and the loop share a file because only then do compilers put the numbers into the cases, and only
// numbers make a jump table. Everything slow, rare or shared with other engines is the machine's.

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

const enum B {
  Const32,
  Const64,
  Mov32,
  Mov64,
  Select32,
  Select64,
  AddrLocal,
  I32Add,
  I32Sub,
  I32Mul,
  I32And,
  I32Or,
  I32Xor,
  I32Eq,
  I32Ne,
  I32LtS,
  I32LtU,
  I32LeS,
  I32LeU,
  I32GtS,
  I32GtU,
  I32GeS,
  I32GeU,
  I32Eqz,
  I32DivS,
  I32DivU,
  I32RemS,
  I32RemU,
  I32Shl,
  I32ShrS,
  I32ShrU,
  I32Clz,
  I32Ctz,
  I32Popcnt,
  I32Ext8,
  I32Ext16,
  I64Add,
  I64Sub,
  I64Mul,
  I64And,
  I64Or,
  I64Xor,
  I64Eq,
  I64Ne,
  I64LtS,
  I64LtU,
  I64LeS,
  I64LeU,
  I64GtS,
  I64GtU,
  I64GeS,
  I64GeU,
  I64Eqz,
  I64DivS,
  I64DivU,
  I64RemS,
  I64RemU,
  I64Shl,
  I64ShrS,
  I64ShrU,
  I64Clz,
  I64Ctz,
  I64Popcnt,
  I64Ext8,
  I64Ext16,
  I64Ext32,
  Wrap,
  ExtS,
  ExtU,
  F32Add,
  F32Sub,
  F32Mul,
  F32Div,
  F32Eq,
  F32Ne,
  F32Lt,
  F32Le,
  F32Gt,
  F32Ge,
  F32Neg,
  F32Abs,
  F32Copysign,
  F32Sqrt,
  F32Floor,
  F32Ceil,
  F32Trunc,
  F32Nearest,
  I32TruncF32S,
  I32TruncF32U,
  I64TruncF32S,
  I64TruncF32U,
  F32ConvI32S,
  F32ConvI32U,
  F32ConvI64S,
  F32ConvI64U,
  F64Add,
  F64Sub,
  F64Mul,
  F64Div,
  F64Eq,
  F64Ne,
  F64Lt,
  F64Le,
  F64Gt,
  F64Ge,
  F64Neg,
  F64Abs,
  F64Copysign,
  F64Sqrt,
  F64Floor,
  F64Ceil,
  F64Trunc,
  F64Nearest,
  I32TruncF64S,
  I32TruncF64U,
  I64TruncF64S,
  I64TruncF64U,
  F64ConvI32S,
  F64ConvI32U,
  F64ConvI64S,
  F64ConvI64U,
  Demote,
  Promote,
  Reint32F,
  Reint64F,
  ReintF32,
  ReintF64,
  Load8S,
  Load8U,
  Load16S,
  Load16U,
  Load32,
  Load64,
  Store8,
  Store16,
  Store32,
  Store64,
  Park,
  StackAlloc,
  StackSave,
  StackRestore,
  Call,
  CallInd,
  Ret,
  Setjmp,
  Longjmp,
  Jmp,
  Br,
  BrEq,
  BrNe,
  BrLtS,
  BrLtU,
  BrLeS,
  BrLeU,
  Switch,
  Switch64,
  JmpLabel,
  Trap,
  AddI32C,
  AddI64C,
  AndI32C,
  ShlI32C,
  ShrSI32C,
  ShrUI32C,
}

/** Operation numbers by name: IR opcodes and the fused forms that code.ts makes. */
export const OPERATION: Readonly<Record<string, number>> = {
  "const.i32": B.Const32,
  "const.i64": B.Const64,
  "i32.add": B.I32Add,
  "i32.sub": B.I32Sub,
  "i32.mul": B.I32Mul,
  "i32.and": B.I32And,
  "i32.or": B.I32Or,
  "i32.xor": B.I32Xor,
  "i32.eq": B.I32Eq,
  "i32.ne": B.I32Ne,
  "i32.lt_s": B.I32LtS,
  "i32.lt_u": B.I32LtU,
  "i32.le_s": B.I32LeS,
  "i32.le_u": B.I32LeU,
  "i32.gt_s": B.I32GtS,
  "i32.gt_u": B.I32GtU,
  "i32.ge_s": B.I32GeS,
  "i32.ge_u": B.I32GeU,
  "i32.eqz": B.I32Eqz,
  "i32.div_s": B.I32DivS,
  "i32.div_u": B.I32DivU,
  "i32.rem_s": B.I32RemS,
  "i32.rem_u": B.I32RemU,
  "i32.shl": B.I32Shl,
  "i32.shr_s": B.I32ShrS,
  "i32.shr_u": B.I32ShrU,
  "i32.clz": B.I32Clz,
  "i32.ctz": B.I32Ctz,
  "i32.popcnt": B.I32Popcnt,
  "i32.ext8_s": B.I32Ext8,
  "i32.ext16_s": B.I32Ext16,
  "i64.add": B.I64Add,
  "i64.sub": B.I64Sub,
  "i64.mul": B.I64Mul,
  "i64.and": B.I64And,
  "i64.or": B.I64Or,
  "i64.xor": B.I64Xor,
  "i64.eq": B.I64Eq,
  "i64.ne": B.I64Ne,
  "i64.lt_s": B.I64LtS,
  "i64.lt_u": B.I64LtU,
  "i64.le_s": B.I64LeS,
  "i64.le_u": B.I64LeU,
  "i64.gt_s": B.I64GtS,
  "i64.gt_u": B.I64GtU,
  "i64.ge_s": B.I64GeS,
  "i64.ge_u": B.I64GeU,
  "i64.eqz": B.I64Eqz,
  "i64.div_s": B.I64DivS,
  "i64.div_u": B.I64DivU,
  "i64.rem_s": B.I64RemS,
  "i64.rem_u": B.I64RemU,
  "i64.shl": B.I64Shl,
  "i64.shr_s": B.I64ShrS,
  "i64.shr_u": B.I64ShrU,
  "i64.clz": B.I64Clz,
  "i64.ctz": B.I64Ctz,
  "i64.popcnt": B.I64Popcnt,
  "i64.ext8_s": B.I64Ext8,
  "i64.ext16_s": B.I64Ext16,
  "i64.ext32_s": B.I64Ext32,
  "i32.wrap": B.Wrap,
  "i64.extend_s": B.ExtS,
  "i64.extend_u": B.ExtU,
  "f32.add": B.F32Add,
  "f32.sub": B.F32Sub,
  "f32.mul": B.F32Mul,
  "f32.div": B.F32Div,
  "f32.eq": B.F32Eq,
  "f32.ne": B.F32Ne,
  "f32.lt": B.F32Lt,
  "f32.le": B.F32Le,
  "f32.gt": B.F32Gt,
  "f32.ge": B.F32Ge,
  "f32.neg": B.F32Neg,
  "f32.abs": B.F32Abs,
  "f32.copysign": B.F32Copysign,
  "f32.sqrt": B.F32Sqrt,
  "f32.floor": B.F32Floor,
  "f32.ceil": B.F32Ceil,
  "f32.trunc": B.F32Trunc,
  "f32.nearest": B.F32Nearest,
  "i32.trunc_f32_s": B.I32TruncF32S,
  "i32.trunc_f32_u": B.I32TruncF32U,
  "i64.trunc_f32_s": B.I64TruncF32S,
  "i64.trunc_f32_u": B.I64TruncF32U,
  "f32.convert_i32_s": B.F32ConvI32S,
  "f32.convert_i32_u": B.F32ConvI32U,
  "f32.convert_i64_s": B.F32ConvI64S,
  "f32.convert_i64_u": B.F32ConvI64U,
  "f64.add": B.F64Add,
  "f64.sub": B.F64Sub,
  "f64.mul": B.F64Mul,
  "f64.div": B.F64Div,
  "f64.eq": B.F64Eq,
  "f64.ne": B.F64Ne,
  "f64.lt": B.F64Lt,
  "f64.le": B.F64Le,
  "f64.gt": B.F64Gt,
  "f64.ge": B.F64Ge,
  "f64.neg": B.F64Neg,
  "f64.abs": B.F64Abs,
  "f64.copysign": B.F64Copysign,
  "f64.sqrt": B.F64Sqrt,
  "f64.floor": B.F64Floor,
  "f64.ceil": B.F64Ceil,
  "f64.trunc": B.F64Trunc,
  "f64.nearest": B.F64Nearest,
  "i32.trunc_f64_s": B.I32TruncF64S,
  "i32.trunc_f64_u": B.I32TruncF64U,
  "i64.trunc_f64_s": B.I64TruncF64S,
  "i64.trunc_f64_u": B.I64TruncF64U,
  "f64.convert_i32_s": B.F64ConvI32S,
  "f64.convert_i32_u": B.F64ConvI32U,
  "f64.convert_i64_s": B.F64ConvI64S,
  "f64.convert_i64_u": B.F64ConvI64U,
  "f32.demote": B.Demote,
  "f64.promote": B.Promote,
  "i32.reinterpret_f32": B.Reint32F,
  "i64.reinterpret_f64": B.Reint64F,
  "f32.reinterpret_i32": B.ReintF32,
  "f64.reinterpret_i64": B.ReintF64,
  "load.i8_s": B.Load8S,
  "load.i8_u": B.Load8U,
  "load.i16_s": B.Load16S,
  "load.i16_u": B.Load16U,
  "load.i32": B.Load32,
  "load.i64": B.Load64,
  "store.i8": B.Store8,
  "store.i16": B.Store16,
  "store.i32": B.Store32,
  "store.i64": B.Store64,
  "stack.alloc": B.StackAlloc,
  "stack.save": B.StackSave,
  "stack.restore": B.StackRestore,
  call: B.Call,
  calli: B.CallInd,
  ret: B.Ret,
  setjmp: B.Setjmp,
  longjmp: B.Longjmp,
  jmp: B.Jmp,
  br: B.Br,
  "switch.i64": B.Switch64,
  "jmp.label": B.JmpLabel,
  trap: B.Trap,
  mov32: B.Mov32,
  mov64: B.Mov64,
  select32: B.Select32,
  select64: B.Select64,
  "addr.local": B.AddrLocal,
  park: B.Park,
  "br.eq": B.BrEq,
  "br.ne": B.BrNe,
  "br.lt_s": B.BrLtS,
  "br.lt_u": B.BrLtU,
  "br.le_s": B.BrLeS,
  "br.le_u": B.BrLeU,
  "switch.i32": B.Switch,
  "i32.add.c": B.AddI32C,
  "i64.add.c": B.AddI64C,
  "i32.and.c": B.AndI32C,
  "i32.shl.c": B.ShlI32C,
  "i32.shr_s.c": B.ShrSI32C,
  "i32.shr_u.c": B.ShrUI32C,
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
  /** Pushes a frame for function fn called at pc: new frame base, or negative. */
  enter(fn: number, pc: number, fpw: number): number;
  /** Pops the frame: the caller's base, or 0 when this was the bottom one. */
  leaveFrame(pc: number, fpw: number): number;
  resolveFunction(pc: number, fpw: number): number;
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
      case B.Const32:
        H[fpw + code[pc + 1]] = code[pc + 4];
        break;
      case B.Const64:
        H[fpw + code[pc + 1]] = code[pc + 4];
        H[fpw + code[pc + 1] + 1] = code[pc + 5];
        break;
      case B.Mov32:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case B.Mov64:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = H[fpw + code[pc + 2] + 1];
        break;
      case B.Select32:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + (H[fpw + code[pc + 2]] !== 0 ? 3 : 4)]];
        break;
      case B.Select64:
        x = fpw + code[pc + (H[fpw + code[pc + 2]] !== 0 ? 3 : 4)];
        y = H[x + 1];
        H[fpw + code[pc + 1]] = H[x];
        H[fpw + code[pc + 1] + 1] = y;
        break;
      case B.AddrLocal:
        H[fpw + code[pc + 1]] = (fpw << 2) + code[pc + 4];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.I32Add:
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] + H[fpw + code[pc + 3]]) | 0;
        break;
      case B.I32Sub:
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] - H[fpw + code[pc + 3]]) | 0;
        break;
      case B.I32Mul:
        H[fpw + code[pc + 1]] = Math.imul(H[fpw + code[pc + 2]], H[fpw + code[pc + 3]]);
        break;
      case B.I32And:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & H[fpw + code[pc + 3]];
        break;
      case B.I32Or:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | H[fpw + code[pc + 3]];
        break;
      case B.I32Xor:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]];
        break;
      case B.I32Eq:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case B.I32Ne:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case B.I32LtS:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case B.I32LtU:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case B.I32LeS:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] <= H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case B.I32LeU:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case B.I32GtS:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] > H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case B.I32GtU:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 > H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case B.I32GeS:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >= H[fpw + code[pc + 3]] ? 1 : 0;
        break;
      case B.I32GeU:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> 0 >= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0;
        break;
      case B.I32Eqz:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] === 0 ? 1 : 0;
        break;
      case B.I32DivS:
        x = H[fpw + code[pc + 3]];
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] / x) | 0;
        break;
      case B.I32DivU:
        x = H[fpw + code[pc + 3]] >>> 0;
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) / x) | 0;
        break;
      case B.I32RemS:
        x = H[fpw + code[pc + 3]];
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] % x) | 0;
        break;
      case B.I32RemU:
        x = H[fpw + code[pc + 3]] >>> 0;
        if (x === 0) return m.divideByZero(pc, fpw);
        H[fpw + code[pc + 1]] = ((H[fpw + code[pc + 2]] >>> 0) % x) | 0;
        break;
      case B.I32Shl:
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 31) m.badShift(code[pc + 6], x);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] << x;
        break;
      case B.I32ShrS:
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 31) m.badShift(code[pc + 6], x);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >> x;
        break;
      case B.I32ShrU:
        x = H[fpw + code[pc + 3]];
        if (x >>> 0 > 31) m.badShift(code[pc + 6], x);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> x;
        break;
      case B.I32Clz:
        H[fpw + code[pc + 1]] = Math.clz32(H[fpw + code[pc + 2]]);
        break;
      case B.I32Ctz:
        x = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1]] = x === 0 ? 32 : 31 - Math.clz32(x & -x);
        break;
      case B.I32Popcnt:
        H[fpw + code[pc + 1]] = popcount(H[fpw + code[pc + 2]]);
        break;
      case B.I32Ext8:
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 24) >> 24;
        break;
      case B.I32Ext16:
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] << 16) >> 16;
        break;
      case B.I64Add:
        x = H[fpw + code[pc + 2]];
        y = (x + H[fpw + code[pc + 3]]) | 0;
        z = (H[fpw + code[pc + 2] + 1] + H[fpw + code[pc + 3] + 1] + (y >>> 0 < x >>> 0 ? 1 : 0)) | 0;
        H[fpw + code[pc + 1]] = y;
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case B.I64Sub:
        x = H[fpw + code[pc + 2]];
        y = H[fpw + code[pc + 3]];
        z = (H[fpw + code[pc + 2] + 1] - H[fpw + code[pc + 3] + 1] - (x >>> 0 < y >>> 0 ? 1 : 0)) | 0;
        H[fpw + code[pc + 1]] = (x - y) | 0;
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case B.I64Mul:
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
      case B.I64And:
        z = H[fpw + code[pc + 2] + 1] & H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & H[fpw + code[pc + 3]];
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case B.I64Or:
        z = H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] | H[fpw + code[pc + 3]];
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case B.I64Xor:
        z = H[fpw + code[pc + 2] + 1] ^ H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ H[fpw + code[pc + 3]];
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case B.I64Eq:
        x =
          H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] &&
          H[fpw + code[pc + 2] + 1] === H[fpw + code[pc + 3] + 1]
            ? 1
            : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.I64Ne:
        x =
          H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ||
          H[fpw + code[pc + 2] + 1] !== H[fpw + code[pc + 3] + 1]
            ? 1
            : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.I64LtS:
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x < y ? 1 : 0;
        break;
      case B.I64LtU:
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
      case B.I64LeS:
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x < y ? 1 : 0;
        break;
      case B.I64LeU:
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
      case B.I64GtS:
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 > H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x > y ? 1 : 0;
        break;
      case B.I64GtU:
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
      case B.I64GeS:
        x = H[fpw + code[pc + 2] + 1];
        y = H[fpw + code[pc + 3] + 1];
        H[fpw + code[pc + 1]] =
          x === y ? (H[fpw + code[pc + 2]] >>> 0 >= H[fpw + code[pc + 3]] >>> 0 ? 1 : 0) : x > y ? 1 : 0;
        break;
      case B.I64GeU:
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
      case B.I64Eqz:
        x = (H[fpw + code[pc + 2]] | H[fpw + code[pc + 2] + 1]) === 0 ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.I64DivS:
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          divS(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case B.I64DivU:
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x / (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          divU(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case B.I64RemS:
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          remS(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case B.I64RemU:
        if ((H[fpw + code[pc + 3]] | H[fpw + code[pc + 3] + 1]) === 0) return m.divideByZero(pc, fpw);
        if ((H[fpw + code[pc + 2] + 1] | H[fpw + code[pc + 3] + 1]) === 0) {
          x = H[fpw + code[pc + 2]] >>> 0;
          H[fpw + code[pc + 1]] = (x % (H[fpw + code[pc + 3]] >>> 0)) | 0;
          H[fpw + code[pc + 1] + 1] = 0;
        } else {
          remU(H, fpw + code[pc + 1], fpw + code[pc + 2], fpw + code[pc + 3]);
        }
        break;
      case B.I64Shl:
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
      case B.I64ShrS:
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
      case B.I64ShrU:
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
      case B.I64Clz:
        x = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = x !== 0 ? Math.clz32(x) : 32 + Math.clz32(H[fpw + code[pc + 2]]);
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.I64Ctz:
        x = H[fpw + code[pc + 2]];
        y = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = x !== 0 ? 31 - Math.clz32(x & -x) : y !== 0 ? 63 - Math.clz32(y & -y) : 64;
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.I64Popcnt:
        H[fpw + code[pc + 1]] = popcount(H[fpw + code[pc + 2]]) + popcount(H[fpw + code[pc + 2] + 1]);
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.I64Ext8:
        x = (H[fpw + code[pc + 2]] << 24) >> 24;
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case B.I64Ext16:
        x = (H[fpw + code[pc + 2]] << 16) >> 16;
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case B.I64Ext32:
        x = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case B.Wrap:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case B.ExtS:
        x = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1]] = x;
        H[fpw + code[pc + 1] + 1] = x >> 31;
        break;
      case B.ExtU:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.F32Add:
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] + F[fpw + code[pc + 3]];
        break;
      case B.F32Sub:
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] - F[fpw + code[pc + 3]];
        break;
      case B.F32Mul:
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] * F[fpw + code[pc + 3]];
        break;
      case B.F32Div:
        F[fpw + code[pc + 1]] = F[fpw + code[pc + 2]] / F[fpw + code[pc + 3]];
        break;
      case B.F32Eq:
        x = F[fpw + code[pc + 2]] === F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F32Ne:
        x = F[fpw + code[pc + 2]] !== F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F32Lt:
        x = F[fpw + code[pc + 2]] < F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F32Le:
        x = F[fpw + code[pc + 2]] <= F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F32Gt:
        x = F[fpw + code[pc + 2]] > F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F32Ge:
        x = F[fpw + code[pc + 2]] >= F[fpw + code[pc + 3]] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F32Neg:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] ^ 0x80000000;
        break;
      case B.F32Abs:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & 0x7fffffff;
        break;
      case B.F32Copysign:
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] & 0x7fffffff) | (H[fpw + code[pc + 3]] & 0x80000000);
        break;
      case B.F32Sqrt:
        F[fpw + code[pc + 1]] = Math.sqrt(F[fpw + code[pc + 2]]);
        break;
      case B.F32Floor:
        F[fpw + code[pc + 1]] = Math.floor(F[fpw + code[pc + 2]]);
        break;
      case B.F32Ceil:
        F[fpw + code[pc + 1]] = Math.ceil(F[fpw + code[pc + 2]]);
        break;
      case B.F32Trunc:
        F[fpw + code[pc + 1]] = Math.trunc(F[fpw + code[pc + 2]]);
        break;
      case B.F32Nearest:
        F[fpw + code[pc + 1]] = roundEven(F[fpw + code[pc + 2]]);
        break;
      case B.I32TruncF32S:
        H[fpw + code[pc + 1]] = truncS32(F[fpw + code[pc + 2]]);
        break;
      case B.I32TruncF32U:
        H[fpw + code[pc + 1]] = truncLow(F[fpw + code[pc + 2]]);
        break;
      case B.I64TruncF32S:
        trunc64(H, fpw + code[pc + 1], F[fpw + code[pc + 2]], true);
        break;
      case B.I64TruncF32U:
        trunc64(H, fpw + code[pc + 1], F[fpw + code[pc + 2]], false);
        break;
      case B.F32ConvI32S:
        x = H[fpw + code[pc + 2]];
        F[fpw + code[pc + 1]] = x;
        break;
      case B.F32ConvI32U:
        x = H[fpw + code[pc + 2]];
        F[fpw + code[pc + 1]] = x >>> 0;
        break;
      case B.F32ConvI64S:
        F[fpw + code[pc + 1]] = toF32(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], true);
        break;
      case B.F32ConvI64U:
        F[fpw + code[pc + 1]] = toF32(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], false);
        break;
      case B.F64Add:
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] + G[(fpw + code[pc + 3]) >> 1];
        break;
      case B.F64Sub:
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] - G[(fpw + code[pc + 3]) >> 1];
        break;
      case B.F64Mul:
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] * G[(fpw + code[pc + 3]) >> 1];
        break;
      case B.F64Div:
        G[(fpw + code[pc + 1]) >> 1] = G[(fpw + code[pc + 2]) >> 1] / G[(fpw + code[pc + 3]) >> 1];
        break;
      case B.F64Eq:
        x = G[(fpw + code[pc + 2]) >> 1] === G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F64Ne:
        x = G[(fpw + code[pc + 2]) >> 1] !== G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F64Lt:
        x = G[(fpw + code[pc + 2]) >> 1] < G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F64Le:
        x = G[(fpw + code[pc + 2]) >> 1] <= G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F64Gt:
        x = G[(fpw + code[pc + 2]) >> 1] > G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F64Ge:
        x = G[(fpw + code[pc + 2]) >> 1] >= G[(fpw + code[pc + 3]) >> 1] ? 1 : 0;
        H[fpw + code[pc + 1]] = x;
        break;
      case B.F64Neg:
        x = H[fpw + code[pc + 2] + 1] ^ 0x80000000;
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = x;
        break;
      case B.F64Abs:
        x = H[fpw + code[pc + 2] + 1] & 0x7fffffff;
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = x;
        break;
      case B.F64Copysign:
        x = (H[fpw + code[pc + 2] + 1] & 0x7fffffff) | (H[fpw + code[pc + 3] + 1] & 0x80000000);
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = x;
        break;
      case B.F64Sqrt:
        G[(fpw + code[pc + 1]) >> 1] = Math.sqrt(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.F64Floor:
        G[(fpw + code[pc + 1]) >> 1] = Math.floor(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.F64Ceil:
        G[(fpw + code[pc + 1]) >> 1] = Math.ceil(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.F64Trunc:
        G[(fpw + code[pc + 1]) >> 1] = Math.trunc(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.F64Nearest:
        G[(fpw + code[pc + 1]) >> 1] = roundEven(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.I32TruncF64S:
        H[fpw + code[pc + 1]] = truncS32(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.I32TruncF64U:
        H[fpw + code[pc + 1]] = truncLow(G[(fpw + code[pc + 2]) >> 1]);
        break;
      case B.I64TruncF64S:
        trunc64(H, fpw + code[pc + 1], G[(fpw + code[pc + 2]) >> 1], true);
        break;
      case B.I64TruncF64U:
        trunc64(H, fpw + code[pc + 1], G[(fpw + code[pc + 2]) >> 1], false);
        break;
      case B.F64ConvI32S:
        x = H[fpw + code[pc + 2]];
        G[(fpw + code[pc + 1]) >> 1] = x;
        break;
      case B.F64ConvI32U:
        x = H[fpw + code[pc + 2]];
        G[(fpw + code[pc + 1]) >> 1] = x >>> 0;
        break;
      case B.F64ConvI64S:
        G[(fpw + code[pc + 1]) >> 1] = toF64(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], true);
        break;
      case B.F64ConvI64U:
        G[(fpw + code[pc + 1]) >> 1] = toF64(H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], false);
        break;
      case B.Demote:
        F[fpw + code[pc + 1]] = G[(fpw + code[pc + 2]) >> 1];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.Promote:
        G[(fpw + code[pc + 1]) >> 1] = F[fpw + code[pc + 2]];
        break;
      case B.Reint32F:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case B.Reint64F:
        y = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = y;
        break;
      case B.ReintF32:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        break;
      case B.ReintF64:
        y = H[fpw + code[pc + 2] + 1];
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]];
        H[fpw + code[pc + 1] + 1] = y;
        break;
      case B.Load8S:
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
      case B.Load8U:
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
      case B.Load16S:
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
      case B.Load16U:
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
      case B.Load32:
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
      case B.Load64:
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
      case B.Store8:
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
      case B.Store16:
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
      case B.Store32:
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
      case B.Store64:
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
      case B.Park:
        // Atomics, block operations and kernel operations: prepared by the machine; done at once when nobody else can run.
        x = m.park(pc, fpw);
        if (x !== GO_ON) return x;
        solo = m.solo;
        break;
      case B.StackAlloc:
        if (!m.stackAlloc(pc, fpw)) return STOPPED;
        break;
      case B.StackSave:
        H[fpw + code[pc + 1]] = H[fpw + 3];
        H[fpw + code[pc + 1] + 1] = 0;
        break;
      case B.StackRestore:
        m.stackRestore(fpw, H[fpw + code[pc + 2]]);
        break;
      case B.Call:
        x = m.enter(code[pc + 4], pc, fpw);
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
      case B.CallInd:
        y = m.resolveFunction(pc, fpw);
        if (y < 0) return STOPPED;
        x = m.enter(y, pc, fpw);
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
      case B.Ret:
        x = m.leaveFrame(pc, fpw);
        if (x === 0) return FINISHED;
        fpw = x >> 2;
        pc = m.nextPc;
        if (switching) {
          m.fuelLeft = fuel;
          return SWITCHED;
        }
        continue;
      case B.Setjmp:
        if (!m.setjmp(pc, fpw)) return STOPPED;
        break;
      case B.Longjmp:
        x = m.longjmp(pc, fpw);
        if (x < 0) return STOPPED;
        fpw = x >> 2;
        pc = m.nextPc;
        if (switching) {
          m.fuelLeft = fuel;
          return SWITCHED;
        }
        continue;
      case B.Jmp:
        pc = code[pc + 4];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.Br:
        pc = H[fpw + code[pc + 2]] !== 0 ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.BrEq:
        pc = H[fpw + code[pc + 2]] === H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.BrNe:
        pc = H[fpw + code[pc + 2]] !== H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.BrLtS:
        pc = H[fpw + code[pc + 2]] < H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.BrLtU:
        pc = H[fpw + code[pc + 2]] >>> 0 < H[fpw + code[pc + 3]] >>> 0 ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.BrLeS:
        pc = H[fpw + code[pc + 2]] <= H[fpw + code[pc + 3]] ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.BrLeU:
        pc = H[fpw + code[pc + 2]] >>> 0 <= H[fpw + code[pc + 3]] >>> 0 ? code[pc + 4] : code[pc + 5];
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.Switch:
        pc = switchTarget(code, pc, H[fpw + code[pc + 2]], switches);
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.Switch64:
        pc = switchTarget64(code, pc, H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1], switches);
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.JmpLabel:
        x = m.labelTarget(pc, H[fpw + code[pc + 2]], H[fpw + code[pc + 2] + 1]);
        if (x < 0) return STOPPED;
        pc = x;
        if (--fuel <= 0) return m.outOfFuel(pc, fpw);
        continue;
      case B.Trap:
        return m.trap(pc, fpw);
      case B.AddI32C:
        H[fpw + code[pc + 1]] = (H[fpw + code[pc + 2]] + code[pc + 4]) | 0;
        break;
      case B.AddI64C:
        x = H[fpw + code[pc + 2]];
        y = (x + code[pc + 4]) | 0;
        z = (H[fpw + code[pc + 2] + 1] + code[pc + 5] + (y >>> 0 < x >>> 0 ? 1 : 0)) | 0;
        H[fpw + code[pc + 1]] = y;
        H[fpw + code[pc + 1] + 1] = z;
        break;
      case B.AndI32C:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] & code[pc + 4];
        break;
      case B.ShlI32C:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] << code[pc + 4];
        break;
      case B.ShrSI32C:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >> code[pc + 4];
        break;
      case B.ShrUI32C:
        H[fpw + code[pc + 1]] = H[fpw + code[pc + 2]] >>> code[pc + 4];
        break;
      default:
        throw new Error(`VM: unknown operation ${code[pc]} at ${pc}`);
    }
    pc += 8;
  }
}
