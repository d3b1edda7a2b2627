// One instruction that the register machine's loop leaves to others: what is rare, may fail, or stops the context.
//
// Comes in: a context in front of an instruction (nextPc, runningFp). Goes out: GO_ON with both moved on, or why it
// stopped. Speed matters little here; every case is written for being read.

import { performDecimal } from "../decimal/operations.js";
import { AddressSpace, Flag } from "../ir/program.js";
import {
  divS,
  divU,
  popcount,
  remS,
  remU,
  roundEven,
  shift64,
  toF32,
  trunc64,
  truncLow,
  truncS32,
} from "./arithmetic.js";
import type { Code, Running } from "./loop.js";
import { OPERATION } from "./opcodes.js";

/** What running local code ends with. */
export const PARKED = 0;
export const FINISHED = 1;
export const STOPPED = 2;
/** Only inside: the operation is done, go on. */
export const GO_ON = 3;
/** As GO_ON, behind a call, a return, a jump. */
export const CALLED = 7;
export const RETURNED = 8;
export const JUMPED = 9;

/** What stands for the address of an access that was not made. */
export const AT_REST = -1;
export const FAULT = -2;

/** The parts of the machine that local code calls. Addresses are numbers; negative means stop. */
export interface VmHost extends Running {
  /** The access at pc is not plainly fine: its address after full checks, or AT_REST or FAULT. */
  slowAddress(pc: number, fpw: number, size: number, write: boolean): number;
  parkAccess(pc: number, fpw: number, address: number): number;
  /** The access at pc may be noticed by others, but nobody is known to: goes on without stopping if true. */
  unobserved(pc: number, address: number, size: number, write: boolean): boolean;
  park(pc: number, fpw: number): number;
  /** Pushes a frame for function fn called at pc with the first n arguments: new frame base, or negative. */
  enter(fn: number, pc: number, fpw: number, n: number): number;
  /** Pops the frame: the caller's base, or 0 when this was the bottom one. Sets nextPc, as longjmp() does. */
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
  /** Performs the check at a site, whose operands are in the frame. */
  check(site: number, fpw: number): void;
  /** The same for an index that was not made wide, and the element's address. */
  checkIndex(site: number, fpw: number, index: number, lo: number, hi: number): void;
  outOfFuel(pc: number, fpw: number): number;
  trap(pc: number, fpw: number): number;
}

/** What only the rare instructions read. */
export interface WholeCode extends Code {
  readonly switches: readonly SwitchTable[];
}

/** Case values and targets; sorted by unsigned (hi, lo). */
export interface SwitchTable {
  lo: Int32Array;
  hi: Int32Array;
  target: Int32Array;
}

const NAME_OF: readonly string[] = Object.keys(OPERATION);

/** Performs the instruction at nextPc of the frame runningFp. */
export function step(m: VmHost, image: WholeCode): number {
  const { code } = image;
  const H = m.memory.i32;
  const pc = m.nextPc;
  const fpw = m.runningFp >> 2;
  const op = code[pc];
  m.nextPc = pc + 8;
  if (image.accessSize[op] !== 0) {
    const address = access(m, image, pc, fpw);
    return address >= 0 ? GO_ON : address === AT_REST ? PARKED : STOPPED;
  }
  const d = fpw + code[pc + 1];
  const a = fpw + code[pc + 2];
  const b = fpw + code[pc + 3];
  switch (NAME_OF[op]) {
    case "park": {
      // Looking ahead runs local code, too.
      const result = m.park(pc, fpw);
      m.nextPc = pc + 8;
      m.runningFp = fpw << 2;
      return result;
    }
    case "call":
      return enter(m, image, code[pc + 4], code[pc + 5]);
    case "calli": {
      const fn = m.resolveFunction(pc, fpw);
      return fn < 0 ? STOPPED : enter(m, image, fn, m.arity(fn));
    }
    case "ret": {
      const caller = m.leaveFrame(pc, fpw);
      if (caller === 0) return FINISHED;
      m.runningFp = caller;
      return RETURNED;
    }
    case "setjmp":
      return m.setjmp(pc, fpw) ? GO_ON : STOPPED;
    case "longjmp": {
      const frame = m.longjmp(pc, fpw);
      if (frame < 0) return STOPPED;
      m.runningFp = frame;
      return RETURNED;
    }
    case "stack.alloc":
      return m.stackAlloc(pc, fpw) ? GO_ON : STOPPED;
    case "stack.save":
      return put(H, d, H[fpw + 3], 0);
    case "stack.restore":
      m.stackRestore(fpw, H[a]);
      return GO_ON;
    case "switch":
      m.nextPc = switchTarget(
        image.switches[code[pc + 7]],
        H[a],
        code[pc + 5] !== 0 ? H[a + 1] : 0,
        code[pc + 4],
      );
      return JUMPED;
    case "jmp.label": {
      const target = m.labelTarget(pc, H[a], H[a + 1]);
      if (target < 0) return STOPPED;
      m.nextPc = target;
      return JUMPED;
    }
    case "trap":
      return m.trap(pc, fpw);
    case "i32.div_s":
    case "i32.div_u":
    case "i32.rem_s":
    case "i32.rem_u":
      // The loop does all others.
      return m.divideByZero(pc, fpw);
    case "i64.div_s":
    case "i64.div_u":
    case "i64.rem_s":
    case "i64.rem_u": {
      if ((H[b] | H[b + 1]) === 0) return m.divideByZero(pc, fpw);
      const divide = DIVISIONS[NAME_OF[op]];
      divide(H, d, a, b);
      return GO_ON;
    }
    case "i32.shl":
    case "i32.shr_s":
    case "i32.shr_u":
    case "i64.shl":
    case "i64.shr_s":
    case "i64.shr_u":
      shift(m, image, pc, fpw);
      return GO_ON;
    case "i64.index":
    case "i64.index.u": {
      // The product has less than 53 bits: exact.
      const index = NAME_OF[op] === "i64.index" ? H[b] : H[b] >>> 0;
      const product = index * code[pc + 5] + code[pc + 4];
      const base = code[pc + 2] === 0 ? 0 : H[a] >>> 0;
      const low = base + (product >>> 0);
      const above = (code[pc + 2] === 0 ? 0 : H[a + 1]) + Math.floor(product / 4294967296);
      put(H, d, low | 0, (above + (low > 0xffffffff ? 1 : 0)) | 0);
      if (code[pc + 6] >= 0) m.checkIndex(code[pc + 6], fpw, index, H[d], H[d + 1]);
      return GO_ON;
    }
    case "decimal":
      return decimal(H, image, pc, fpw);
    case "check.i32":
    case "check.i64":
    case "check.index":
    case "check.stored32":
    case "check.stored64":
      m.check(code[pc + 6], fpw);
      return GO_ON;
    default:
      return convert(m, code, pc, fpw);
  }
}

function put(H: Int32Array, d: number, lo: number, hi: number): number {
  H[d] = lo;
  H[d + 1] = hi;
  return GO_ON;
}

/** Calls function fn with the first n arguments of the instruction in front of nextPc. */
function enter(m: VmHost, image: Code, fn: number, n: number): number {
  const frame = m.enter(fn, m.nextPc - 8, m.runningFp >> 2, n);
  if (frame < 0) return STOPPED;
  m.runningFp = frame;
  m.nextPc = image.entries[fn];
  return CALLED;
}

function decimal(H: Int32Array, { code, callArgs }: Code, pc: number, fpw: number): number {
  const words: bigint[] = [];
  for (let i = 0; i < code[pc + 5]; i++) {
    const at = fpw + callArgs[code[pc + 3] + i];
    words.push((BigInt(H[at + 1] >>> 0) << 32n) | BigInt(H[at] >>> 0));
  }
  const result = performDecimal(code[pc + 4] >> 1, code[pc + 4] & 1, words);
  const d = fpw + code[pc + 1];
  return put(H, d, Number(BigInt.asIntN(32, result)), Number(BigInt.asIntN(32, result >> 32n)));
}

const DIVISIONS: Readonly<Record<string, (H: Int32Array, d: number, a: number, b: number) => void>> = {
  "i64.div_s": divS,
  "i64.div_u": divU,
  "i64.rem_s": remS,
  "i64.rem_u": remU,
};

function convert(m: VmHost, code: Int32Array, pc: number, fpw: number): number {
  const { i32: H, f32: F, f64: G } = m.memory;
  const d = fpw + code[pc + 1];
  const a = fpw + code[pc + 2];
  switch (NAME_OF[code[pc]]) {
    case "i32.popcnt":
      H[d] = popcount(H[a]);
      return GO_ON;
    case "i64.popcnt":
      return put(H, d, popcount(H[a]) + popcount(H[a + 1]), 0);
    case "f32.nearest":
      F[d] = roundEven(F[a]);
      return GO_ON;
    case "f64.nearest":
      G[d >> 1] = roundEven(G[a >> 1]);
      return GO_ON;
    case "i32.trunc_f32_s":
      H[d] = truncS32(F[a]);
      return GO_ON;
    case "i32.trunc_f32_u":
      H[d] = truncLow(F[a]);
      return GO_ON;
    case "i32.trunc_f64_s":
      H[d] = truncS32(G[a >> 1]);
      return GO_ON;
    case "i32.trunc_f64_u":
      H[d] = truncLow(G[a >> 1]);
      return GO_ON;
    case "i64.trunc_f32_s":
      trunc64(H, d, F[a], true);
      return GO_ON;
    case "i64.trunc_f32_u":
      trunc64(H, d, F[a], false);
      return GO_ON;
    case "i64.trunc_f64_s":
      trunc64(H, d, G[a >> 1], true);
      return GO_ON;
    case "i64.trunc_f64_u":
      trunc64(H, d, G[a >> 1], false);
      return GO_ON;
    case "f32.convert_i64_s":
      F[d] = toF32(H[a], H[a + 1], true);
      return GO_ON;
    case "f32.convert_i64_u":
      F[d] = toF32(H[a], H[a + 1], false);
      return GO_ON;
    default:
      throw new Error(`VM: unknown operation ${code[pc]} at ${pc}`);
  }
}

/** Performs the load or store at pc after all checks: its address, or AT_REST or FAULT. */
export function access(m: VmHost, image: WholeCode, pc: number, fpw: number): number {
  const { code } = image;
  const { i32: H, view } = m.memory;
  const op = code[pc];
  const size = image.accessSize[op];
  const store = image.accessStore[op] !== 0;
  const a = fpw + code[pc + 2];
  let x = (H[a] >>> 0) + code[pc + 4];
  const plain =
    H[a + 1] === 0 &&
    x >= (store ? m.rodataEnd : AddressSpace.First) &&
    x < m.memoryEnd &&
    m.shadow[x >>> 3] === 0 &&
    (x & (size - 1)) === 0;
  if (!plain) {
    x = m.slowAddress(pc, fpw, size, store);
    if (x < 0) return x;
  } else if (
    !m.solo &&
    (store || x >= m.rodataEnd) &&
    (code[pc + 5] & Flag.Private) === 0 &&
    !m.unobserved(pc, x, size, store)
  ) {
    m.parkAccess(pc, fpw, x);
    return AT_REST;
  }
  if (store) {
    m.memory.touchRange(x, x + size);
    const value = fpw + code[pc + 3];
    if (size === 1) view.setInt8(x, H[value]);
    else if (size === 2) view.setInt16(x, H[value], true);
    else {
      view.setInt32(x, H[value], true);
      if (size === 8) view.setInt32(x + 4, H[value + 1], true);
    }
    return x;
  }
  const d = fpw + code[pc + 1];
  const signed = image.accessSigned[op] !== 0;
  if (size === 1) H[d] = signed ? view.getInt8(x) : view.getUint8(x);
  else if (size === 2) H[d] = signed ? view.getInt16(x, true) : view.getUint16(x, true);
  else {
    const high = size === 8 ? view.getInt32(x + 4, true) : 0;
    H[d] = view.getInt32(x, true);
    if (size === 8) H[d + 1] = high;
  }
  return x;
}

/** The shift at pc, whose amount may be out of range: reported, and taken as the processor takes it. */
export function shift(m: VmHost, image: WholeCode, pc: number, fpw: number): void {
  const { code } = image;
  const H = m.memory.i32;
  const [type, kind] = NAME_OF[code[pc]].split(".");
  const d = fpw + code[pc + 1];
  const a = fpw + code[pc + 2];
  const amount = H[fpw + code[pc + 3]];
  if (amount >>> 0 >= (type === "i64" ? 64 : 32)) m.badShift(code[pc + 6], amount);
  if (type === "i64") shift64(H, d, a, amount & 63, kind);
  else H[d] = kind === "shl" ? H[a] << amount : kind === "shr_s" ? H[a] >> amount : H[a] >>> amount;
}

function switchTarget(table: SwitchTable, lo: number, hi: number, otherwise: number): number {
  let low = 0;
  let high = table.lo.length - 1;
  while (low <= high) {
    const mid = (low + high) >> 1;
    if (table.lo[mid] === lo && table.hi[mid] === hi) return table.target[mid];
    const below = table.hi[mid] === hi ? table.lo[mid] >>> 0 < lo >>> 0 : table.hi[mid] >>> 0 < hi >>> 0;
    if (below) low = mid + 1;
    else high = mid - 1;
  }
  return otherwise;
}
