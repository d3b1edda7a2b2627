// Constant arithmetic: what a pure operation gives on known operands.
//
// Integers are bigints in the signed range of their type, floats are numbers. An operation that would report
// something at run time (division by zero, a shift out of range), or whose result is a NaN (engines need not agree
// on its bits with us), is not folded: null.

import type { Opcode } from "./ops.js";
import type { Instr, RegType } from "./program.js";

export type Constant = bigint | number;

/** The constant that an instruction loads, or null for any other instruction. */
export function constantOf(instr: Instr): Constant | null {
  switch (instr.op) {
    case "const.i32":
      return BigInt(instr.imm);
    case "const.i64":
      return (BigInt(instr.immHi) << 32n) | BigInt(instr.imm >>> 0);
    case "const.f32":
    case "const.f64":
      return floatOf(instr);
    default:
      return null;
  }
}

const scratch = new DataView(new ArrayBuffer(8));

function floatOf(instr: Instr): number {
  scratch.setInt32(0, instr.op === "const.f32" ? instr.imm : instr.immHi);
  scratch.setInt32(4, instr.imm);
  return instr.op === "const.f32" ? scratch.getFloat32(0) : scratch.getFloat64(0);
}

/** Operation and immediates that load a constant. */
export function loadConstant(type: RegType, value: Constant): { op: Opcode; imm: number; immHi: number } {
  switch (type) {
    case "i32":
      return { op: "const.i32", imm: Number(BigInt.asIntN(32, value as bigint)), immHi: 0 };
    case "i64": {
      const bits = value as bigint;
      return {
        op: "const.i64",
        imm: Number(BigInt.asIntN(32, bits)),
        immHi: Number(BigInt.asIntN(32, bits >> 32n)),
      };
    }
    case "f32":
      scratch.setFloat32(0, value as number);
      return { op: "const.f32", imm: scratch.getInt32(0), immHi: 0 };
    case "f64":
      scratch.setFloat64(0, value as number);
      return { op: "const.f64", imm: scratch.getInt32(4), immHi: scratch.getInt32(0) };
  }
}

/** The result of `op` on constants, or null if it cannot or must not be folded. Result type: that of the op. */
export function foldOp(op: Opcode, a: Constant, b?: Constant): Constant | null {
  const dot = op.indexOf(".");
  const family = op.slice(0, dot);
  const name = op.slice(dot + 1);
  if (family === "i32" || family === "i64") {
    const width = family === "i32" ? 32 : 64;
    if (typeof a === "number") return foldTruncation(name, width, a);
    return b === undefined ? foldIntUnary(name, width, a) : foldIntBinary(name, width, a, b as bigint);
  }
  if (family === "f32" || family === "f64") {
    const value = b === undefined ? foldFloatUnary(name, a) : foldFloatBinary(name, a as number, b as number);
    if (value === null || typeof value === "bigint") return value;
    const rounded = family === "f32" ? Math.fround(value) : value;
    return Number.isNaN(rounded) ? null : rounded;
  }
  return null;
}

function foldIntBinary(name: string, width: 32 | 64, a: bigint, b: bigint): bigint | null {
  const ua = BigInt.asUintN(width, a);
  const ub = BigInt.asUintN(width, b);
  const wrap = (value: bigint) => BigInt.asIntN(width, value);
  const truth = (value: boolean) => (value ? 1n : 0n);
  switch (name) {
    case "add":
      return wrap(a + b);
    case "sub":
      return wrap(a - b);
    case "mul":
      return wrap(a * b);
    case "div_s":
      return b === 0n ? null : wrap(a / b);
    case "div_u":
      return b === 0n ? null : wrap(ua / ub);
    case "rem_s":
      return b === 0n ? null : wrap(a % b);
    case "rem_u":
      return b === 0n ? null : wrap(ua % ub);
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return b < 0n || b >= width ? null : wrap(a << b);
    case "shr_s":
      return b < 0n || b >= width ? null : a >> b;
    case "shr_u":
      return b < 0n || b >= width ? null : wrap(ua >> b);
    case "eq":
      return truth(a === b);
    case "ne":
      return truth(a !== b);
    case "lt_s":
      return truth(a < b);
    case "lt_u":
      return truth(ua < ub);
    case "le_s":
      return truth(a <= b);
    case "le_u":
      return truth(ua <= ub);
    case "gt_s":
      return truth(a > b);
    case "gt_u":
      return truth(ua > ub);
    case "ge_s":
      return truth(a >= b);
    case "ge_u":
      return truth(ua >= ub);
    default:
      return null;
  }
}

function foldIntUnary(name: string, width: 32 | 64, a: bigint): Constant | null {
  const bits = BigInt.asUintN(width, a).toString(2).padStart(width, "0");
  switch (name) {
    case "eqz":
      return a === 0n ? 1n : 0n;
    case "clz":
      return BigInt(a === 0n ? width : bits.indexOf("1"));
    case "ctz":
      return BigInt(a === 0n ? width : width - 1 - bits.lastIndexOf("1"));
    case "popcnt":
      return BigInt(bits.replaceAll("0", "").length);
    case "ext8_s":
      return BigInt.asIntN(8, a);
    case "ext16_s":
      return BigInt.asIntN(16, a);
    case "ext32_s":
    case "wrap":
      return BigInt.asIntN(32, a);
    case "extend_s":
      return a;
    case "extend_u":
      return BigInt.asUintN(32, a);
    default:
      return null;
  }
}

/** Float to integer, where the value fits; what happens elsewhere is the engine's business. */
function foldTruncation(name: string, width: 32 | 64, a: number): bigint | null {
  const match = /^trunc_f(32|64)_([su])$/.exec(name);
  if (match === null || !Number.isFinite(a)) return null;
  const whole = BigInt(Math.trunc(a));
  const fits = match[2] === "s" ? BigInt.asIntN(width, whole) : BigInt.asUintN(width, whole);
  return fits === whole ? BigInt.asIntN(width, whole) : null;
}

function foldFloatBinary(name: string, a: number, b: number): Constant | null {
  const truth = (value: boolean) => (value ? 1n : 0n);
  switch (name) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "eq":
      return truth(a === b);
    case "ne":
      return truth(a !== b);
    case "lt":
      return truth(a < b);
    case "le":
      return truth(a <= b);
    case "gt":
      return truth(a > b);
    case "ge":
      return truth(a >= b);
    default:
      return null;
  }
}

function foldFloatUnary(name: string, a: Constant): Constant | null {
  if (typeof a === "bigint") {
    switch (name) {
      case "convert_i32_s":
      case "convert_i64_s":
        // Through a double a 64-bit integer would be rounded twice on its way to float.
        return fitsDouble(a) ? Number(a) : null;
      case "convert_i32_u":
        return Number(BigInt.asUintN(32, a));
      case "convert_i64_u":
        return fitsDouble(BigInt.asUintN(64, a)) ? Number(BigInt.asUintN(64, a)) : null;
      default:
        return null;
    }
  }
  switch (name) {
    case "neg":
      return -a;
    case "abs":
      return Math.abs(a);
    case "demote":
    case "promote":
      return a;
    default:
      return null;
  }
}

function fitsDouble(value: bigint): boolean {
  return BigInt(Number(value)) === value;
}
