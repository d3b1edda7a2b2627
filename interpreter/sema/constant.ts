// Exact arithmetic of constants: what C computes, computed by the checker.
//
// Integers are bigints that lie in the range of their type; floating values are numbers already rounded to their
// type. Signed overflow wraps, as the kernel compiles with -fwrapv; whether it happened is told apart, because
// gcc warns about it.

import type { ArithmeticOp, CompareOp } from "./tree.js";
import type { CType, FloatType, IntType } from "./types.js";

/** The integer type that a type computes as: itself, or what represents an enumeration; null for all others. */
export function integerOf(type: CType): IntType | null {
  if (type.kind === "int") return type;
  return type.kind === "enum" ? type.decl.underlying : null;
}

/** The value as the type keeps it: cut to its bits, with its sign. */
export function wrap(value: bigint, type: IntType): bigint {
  return type.signed ? BigInt.asIntN(type.bits, value) : BigInt.asUintN(type.bits, value);
}

export function minOf(type: IntType): bigint {
  return type.signed ? -(1n << BigInt(type.bits - 1)) : 0n;
}

export function maxOf(type: IntType): bigint {
  return (1n << BigInt(type.signed ? type.bits - 1 : type.bits)) - 1n;
}

export function fits(value: bigint, type: IntType): boolean {
  return value >= minOf(type) && value <= maxOf(type);
}

export interface Computed {
  readonly value: bigint;
  /** The exact result did not fit a signed type. */
  readonly overflow: boolean;
}

/** null where C gives no value: division by zero, a shift amount outside 0 .. width-1. */
export function computeInteger(op: ArithmeticOp, a: bigint, b: bigint, type: IntType): Computed | null {
  let exact: bigint;
  switch (op) {
    case "add":
      exact = a + b;
      break;
    case "sub":
      exact = a - b;
      break;
    case "mul":
      exact = a * b;
      break;
    case "div":
      if (b === 0n) return null;
      exact = a / b;
      break;
    case "rem":
      if (b === 0n) return null;
      exact = a % b;
      break;
    case "and":
      exact = a & b;
      break;
    case "or":
      exact = a | b;
      break;
    case "xor":
      exact = a ^ b;
      break;
    case "shl":
      if (b < 0n || b >= BigInt(type.bits)) return null;
      return { value: wrap(a << b, type), overflow: false };
    case "shr":
      if (b < 0n || b >= BigInt(type.bits)) return null;
      exact = a >> b;
      break;
  }
  const value = wrap(exact, type);
  return { value, overflow: type.signed && value !== exact };
}

/** IEEE arithmetic in the precision of the type; null for an operation that floating types do not have. */
export function computeFloat(op: ArithmeticOp, a: number, b: number, type: FloatType): number | null {
  switch (op) {
    case "add":
      return roundTo(a + b, type);
    case "sub":
      return roundTo(a - b, type);
    case "mul":
      return roundTo(a * b, type);
    case "div":
      return roundTo(a / b, type);
    default:
      return null;
  }
}

export function roundTo(value: number, type: FloatType): number {
  return type.size === 4 ? Math.fround(value) : value;
}

export function compareValues<T extends bigint | number>(op: CompareOp, a: T, b: T): boolean {
  switch (op) {
    case "eq":
      return a === b;
    case "ne":
      return a !== b;
    case "lt":
      return a < b;
    case "le":
      return a <= b;
    case "gt":
      return a > b;
    case "ge":
      return a >= b;
  }
}

/** Float to integer as gcc folds it: truncated, and held at the nearest end of the range; a NaN gives 0. */
export function floatToInteger(value: number, type: IntType): bigint {
  if (Number.isNaN(value)) return 0n;
  const low = minOf(type);
  const high = maxOf(type);
  if (value >= Number(high) + 1) return high;
  if (value <= Number(low) - 1) return low;
  const exact = BigInt(Math.trunc(value));
  return exact > high ? high : exact < low ? low : exact;
}

/** Integer to float, rounded once to the nearest, ties to even. */
export function integerToFloat(value: bigint, type: FloatType): number {
  if (type.size !== 4) return Number(value);
  // Rounding to double first and then to float would round twice; odd-rounding the double avoids that.
  const near = Number(value);
  if (BigInt(near) === value) return Math.fround(near);
  const bits = new BigUint64Array(1);
  const view = new Float64Array(bits.buffer);
  view[0] = near;
  const tooFar = near < 0 ? BigInt(near) < value : BigInt(near) > value;
  if (tooFar) bits[0]! -= 1n;
  bits[0]! |= 1n;
  return Math.fround(view[0]!);
}

/** Bytes of an integer, little-endian. */
export function putInteger(bytes: Uint8Array, offset: number, size: number, value: bigint): void {
  let rest = BigInt.asUintN(size * 8, value);
  for (let i = 0; i < size; i++) {
    bytes[offset + i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
}

/** Bytes of a floating value; a long double's upper half stays zero. */
export function putFloat(bytes: Uint8Array, offset: number, type: FloatType, value: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  if (type.size === 4) view.setFloat32(offset, value, true);
  else view.setFloat64(offset, value, true);
}
