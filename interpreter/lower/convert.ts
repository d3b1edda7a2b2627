// Arithmetic and conversions of C types in terms of the four register types.
//
// The invariant: a register that holds a value of a C integer type holds it extended to the register's width, as
// the type's sign says. So reading a value costs nothing, and only operations that can leave the type's range
// (conversions to narrower types; arithmetic on wide bit-fields, which gcc does in the field's own width) cut it back.

import type { Opcode } from "../ir/ops.js";
import type { ArithmeticOp, CompareOp } from "../sema/tree.js";
import type { CType } from "../sema/types.js";
import { DecimalEmitter } from "./decimals.js";
import { bitsOf, constant, type IntForm, intForm, isBool, regTypeOf, type Value } from "./values.js";

export class Converter extends DecimalEmitter {
  /** A value of type `from` as one of type `to`; both scalar. */
  convert(value: Value, from: CType, to: CType): Value {
    if (isBool(to)) return this.truthOf(value, from);
    if (from.kind === "decimal" || to.kind === "decimal") return this.convertDecimal(value, from, to);
    const [source, target] = [intForm(from), intForm(to)];
    if (source !== null && target !== null) return this.toInt(value, source.signed, target);
    if (source !== null) return this.#intToFloat(value, source.signed, regTypeOf(to) as "f32" | "f64");
    if (target !== null) return this.#floatToInt(value, target);
    if (value.type === regTypeOf(to)) return value;
    return this.unary(value.type === "f32" ? "f64.promote" : "f32.demote", value);
  }

  /** An integer in either register width, made into one of the form `to`. `signed`: how it is extended if need be. */
  toInt(value: Value, signed: boolean, to: IntForm): Value {
    if (to.size > 4) {
      if (value.type === "i64") return this.cut(value, to);
      // What is known not to be negative may be extended either way.
      const op = signed && bitsOf(value).ubits > 31 ? "i64.extend_s" : "i64.extend_u";
      return this.cut(this.unary(op, value), to);
    }
    return this.cut(value.type === "i64" ? this.unary("i32.wrap", value) : value, to);
  }

  /** Wraps an integer of the right register type to the form's bits. */
  cut(value: Value, form: IntForm): Value {
    const width = value.type === "i32" ? 32 : 64;
    if (form.bits === width) return value;
    const { ubits, sbits } = bitsOf(value);
    if (form.signed ? sbits <= form.bits : ubits <= form.bits) return value;
    return this.cutBits(value, form.bits, form.signed);
  }

  /** The low `bits` bits of a value, extended to its register. */
  cutBits(value: Value, bits: number, signed: boolean): Value {
    const t = value.type as "i32" | "i64";
    const width = t === "i32" ? 32 : 64;
    if (bits === width) return value;
    if (!signed) return this.binary(`${t}.and`, value, constant(t, (1n << BigInt(bits)) - 1n));
    if (bits === 8 || bits === 16) return this.unary(`${t}.ext${bits}_s`, value);
    if (bits === 32) return this.unary("i64.ext32_s", value);
    const amount = constant("i32", BigInt(width - bits));
    return this.binary(`${t}.shr_s`, this.binary(`${t}.shl`, value, amount), amount);
  }

  #intToFloat(value: Value, signed: boolean, to: "f32" | "f64"): Value {
    return this.unary(`${to}.convert_${value.type as "i32" | "i64"}_${signed ? "s" : "u"}`, value);
  }

  #floatToInt(value: Value, to: IntForm): Value {
    const from = value.type as "f32" | "f64";
    if (to.size > 4) return this.cut(this.unary(`i64.trunc_${from}_${to.signed ? "s" : "u"}`, value), to);
    // Types below int are converted through int, as gcc does.
    const signed = to.signed || to.size < 4;
    return this.cut(this.unary(`i32.trunc_${from}_${signed ? "s" : "u"}`, value), to);
  }

  /** Both operands have the type; the right operand of a shift may be of either integer width. */
  arithmetic(op: ArithmeticOp, type: CType, left: Value, right: Value): Value {
    if (type.kind === "decimal") return this.decimalArithmetic(op, type, left, right);
    const form = intForm(type);
    if (form === null) return this.binary(`${left.type}.${op}` as Opcode, left, right);
    const t = left.type as "i32" | "i64";
    const sign = form.signed ? "s" : "u";
    switch (op) {
      case "div":
      case "rem":
        return this.cut(this.binary(`${t}.${op}_${sign}`, left, right), form);
      case "shl":
      case "shr": {
        const amount = right.type === "i64" ? this.unary("i32.wrap", right) : right;
        return this.cut(this.binary(op === "shl" ? `${t}.shl` : `${t}.shr_${sign}`, left, amount), form);
      }
      default:
        return this.cut(this.binary(`${t}.${op}`, left, right), form);
    }
  }

  negate(type: CType, value: Value): Value {
    if (type.kind === "decimal") return this.negateDecimal(type, value);
    const form = intForm(type);
    if (form === null) return this.unary(`${value.type as "f32" | "f64"}.neg`, value);
    const t = value.type as "i32" | "i64";
    return this.cut(this.binary(`${t}.sub`, constant(t, 0n), value), form);
  }

  complement(type: CType, value: Value): Value {
    const t = value.type as "i32" | "i64";
    return this.cut(this.binary(`${t}.xor`, value, constant(t, -1n)), intForm(type)!);
  }

  /** An int: 0 or 1. Pointers compare as unsigned. */
  compare(op: CompareOp, type: CType, left: Value, right: Value): Value {
    if (type.kind === "decimal") return this.decimalCompare(op, type, left, right);
    const form = intForm(type);
    const ordered = op !== "eq" && op !== "ne";
    const suffix = form !== null && ordered ? (form.signed ? "_s" : "_u") : "";
    return this.binary(`${left.type}.${op}${suffix}` as Opcode, left, right);
  }

  /** index * size as a 64-bit number of bytes. */
  scale(index: Value, size: number | Value): Value {
    const factor = typeof size === "number" ? constant("i64", BigInt(size)) : size;
    return this.binary("i64.mul", index, factor);
  }
}
