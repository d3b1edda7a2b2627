// Values on their way: what an expression has become before anybody needs it in a register.
//
// Constants and addresses stay symbolic until an instruction reads them. So a constant is loaded right in front of
// its use (it never lies in a register while something else happens), and `p->a.b[3]` is one load with an offset.

import type { Constant } from "../ir/fold.js";
import type { RegType } from "../ir/program.js";
import { integerOf } from "../sema/constant.js";
import type { CType } from "../sema/types.js";

export interface ConstValue {
  readonly kind: "const";
  readonly type: RegType;
  /** An integer lies in the signed range of its type. */
  readonly value: Constant;
}

export interface RegValue {
  readonly kind: "reg";
  readonly type: RegType;
  readonly reg: number;
  /** Written once, by the expression itself; else a variable's register, which later code may change. */
  readonly temp: boolean;
  /** Integers: the content is below 2^ubits without sign, and within -2^(sbits-1) .. 2^(sbits-1)-1 with it. */
  readonly ubits: number;
  readonly sbits: number;
}

/** An address: of a global, slot, function or label by number, or the content of a register; plus an offset. */
export interface AddressValue {
  readonly kind: "addr";
  readonly type: "i64";
  readonly base: "global" | "local" | "func" | "label" | "reg";
  readonly index: number;
  /** For base "reg": whether the register is a temporary. */
  readonly temp: boolean;
  readonly offset: number;
}

export type Value = ConstValue | RegValue | AddressValue;

export function constant(type: RegType, value: Constant): ConstValue {
  if (typeof value === "number") return { kind: "const", type, value };
  return { kind: "const", type, value: BigInt.asIntN(type === "i32" ? 32 : 64, value) };
}

export const ZERO32 = constant("i32", 0n);
export const ZERO64 = constant("i64", 0n);

export function zeroOf(type: RegType): ConstValue {
  return constant(type, type === "f32" || type === "f64" ? 0 : 0n);
}

export function register(
  type: RegType,
  reg: number,
  temp: boolean,
  ubits = type === "i32" ? 32 : 64,
  sbits = type === "i32" ? 32 : 64,
): RegValue {
  const signed = Math.min(sbits, ubits + 1, type === "i32" ? 32 : 64);
  return { kind: "reg", type, reg, temp, ubits, sbits: signed };
}

export function address(base: AddressValue["base"], index: number, offset = 0, temp = true): AddressValue {
  return { kind: "addr", type: "i64", base, index, temp, offset };
}

/** Smallest number of bits that hold the value without sign, and with it. */
export function bitsOf(value: Value): { ubits: number; sbits: number } {
  if (value.kind === "reg") return value;
  const width = value.type === "i32" ? 32 : 64;
  if (value.kind === "const" && typeof value.value === "bigint") {
    const v = value.value;
    const sbits = (v < 0n ? -v - 1n : v).toString(2).length + 1;
    return { ubits: v < 0n ? width : v.toString(2).length, sbits };
  }
  return { ubits: width, sbits: width };
}

// ----------------------------------------------------------------------------------------- C types and registers

/** The register type of a scalar; null for void, records and what is too wide. */
export function regTypeOf(type: CType): RegType | null {
  switch (type.kind) {
    case "int":
      return type.size <= 4 ? "i32" : "i64";
    case "enum":
      return type.decl.underlying.size <= 4 ? "i32" : "i64";
    case "pointer":
    case "array":
    case "function":
      return "i64";
    case "float":
      return type.size === 4 ? "f32" : "f64";
    case "decimal":
      return type.size === 4 ? "i32" : type.size === 8 ? "i64" : null;
    default:
      return null;
  }
}

/** A value of the type travels as the address of the memory that holds it. */
export function isInMemory(type: CType): boolean {
  return type.kind === "record" || (type.kind === "decimal" && type.size === 16);
}

/** How an integer, enumeration or pointer is represented. */
export interface IntForm {
  readonly size: number;
  readonly bits: number;
  readonly signed: boolean;
}

const POINTER: IntForm = { size: 8, bits: 64, signed: false };
const BOOL: IntForm = { size: 1, bits: 1, signed: false };

/** null for what is no integer. */
export function intForm(type: CType): IntForm | null {
  const int = integerOf(type);
  if (int !== null) return int.name === "_Bool" ? BOOL : int;
  return type.kind === "pointer" || type.kind === "array" || type.kind === "function" ? POINTER : null;
}

export function isBool(type: CType): boolean {
  return type.kind === "int" && type.name === "_Bool";
}

/** A register of this C type always holds a value of the type: that bounds its bits. */
export function variable(type: CType, reg: number, temp = false): RegValue {
  const form = intForm(type);
  const regType = regTypeOf(type)!;
  if (form === null) return register(regType, reg, temp);
  const width = regType === "i32" ? 32 : 64;
  return form.signed
    ? register(regType, reg, temp, width, form.bits)
    : register(regType, reg, temp, form.bits, width);
}
