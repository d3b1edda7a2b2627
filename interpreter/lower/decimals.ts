// Decimal floating point in terms of registers: a value of 32 or 64 bits is carried as its bits in an integer register, one
// of 128 bits as the address of a temporary, like a record. Every operation is one `decimal` of the engine, or two where
// the result has two words.

import { isDecimalZero } from "../decimal/bid.js";
import { decimalName, decimalOperation } from "../decimal/operations.js";
import type { ArithmeticOp, CompareOp } from "../sema/tree.js";
import type { CType, DecimalType } from "../sema/types.js";
import { Emitter } from "./emit.js";
import { constant, intForm, regTypeOf, type Value } from "./values.js";

export class DecimalEmitter extends Emitter {
  /** A conversion one side of which is decimal, to anything but a truth value. */
  convertDecimal(value: Value, from: CType, to: CType): Value {
    if (from.kind === "decimal" && to.kind === "decimal") {
      if (from.size === to.size) return value;
      return this.#result(to, `convert_${decimalName(from.size)}`, this.#words(value, from));
    }
    if (to.kind === "decimal") return this.#toDecimal(value, from, to);
    const decimal = from as DecimalType;
    const form = intForm(to);
    const words = this.#words(value, decimal);
    if (form === null) {
      const type = regTypeOf(to) as "f32" | "f64";
      const bits = this.#word(type === "f32" ? "i32" : "i64", decimal, `to_${type}`, words);
      return this.unary(type === "f32" ? "f32.reinterpret_i32" : "f64.reinterpret_i64", bits);
    }
    // Types below int are converted through int or unsigned, as gcc does.
    const type = form.size > 4 ? "i64" : "i32";
    return this.#word(type, decimal, `to_${type}_${form.signed ? "s" : "u"}`, words);
  }

  #toDecimal(value: Value, from: CType, to: DecimalType): Value {
    const form = intForm(from);
    if (form === null) {
      const wide = value.type === "f32" ? this.unary("f64.promote", value) : value;
      return this.#result(to, "convert_f64", [this.unary("i64.reinterpret_f64", wide)]);
    }
    const sign = form.signed ? "s" : "u";
    const wide = value.type === "i64" ? value : this.unary(`i64.extend_${sign}`, value);
    return this.#result(to, `convert_i64_${sign}`, [wide]);
  }

  decimalArithmetic(op: ArithmeticOp, type: DecimalType, left: Value, right: Value): Value {
    return this.#result(type, op, [...this.#words(left, type), ...this.#words(right, type)]);
  }

  decimalCompare(op: CompareOp, type: DecimalType, left: Value, right: Value): Value {
    return this.#word("i32", type, op, [...this.#words(left, type), ...this.#words(right, type)]);
  }

  negateDecimal(type: DecimalType, value: Value): Value {
    if (type.size === 4) return this.binary("i32.xor", value, constant("i32", 1n << 31n));
    if (type.size === 8) return this.binary("i64.xor", value, constant("i64", 1n << 63n));
    const [low, high] = this.#words(value, type);
    return this.wideDecimal(low!, this.binary("i64.xor", high!, constant("i64", 1n << 63n)));
  }

  /** An int: 1 where the sign bit is set. */
  decimalSign(type: DecimalType, value: Value): Value {
    if (type.size === 4) return this.binary("i32.shr_u", value, constant("i32", 31n));
    const words = this.#words(value, type);
    return this.unary("i32.wrap", this.binary("i64.shr_u", words[words.length - 1]!, constant("i32", 63n)));
  }

  /** An int: whether a value of any scalar type is not zero. */
  truthOf(value: Value, type: CType): Value {
    if (type.kind !== "decimal") return this.truth(value);
    if (value.kind === "const") {
      return constant(
        "i32",
        isDecimalZero(BigInt.asUintN(type.size * 8, value.value as bigint), type.size) ? 0n : 1n,
      );
    }
    const isZero = this.#word("i32", type, "eqz", this.#words(value, type));
    return this.binary("i32.xor", isZero, constant("i32", 1n));
  }

  /** A value of 128 bits in a temporary. */
  wideDecimal(low: Value, high: Value): Value {
    const slot = this.temporarySlot(16, 16);
    [low, high].forEach((word, i) => {
      const { a, imm } = this.base(this.offset(slot, 8 * i));
      this.emit("store.i64", { a, b: this.reg(word), imm });
    });
    return slot;
  }

  /** The words of a value of 128 bits at an address. */
  wideWords(where: Value, flags: number, what: string | null): [Value, Value] {
    const word = (offset: number): Value => {
      const { a, imm } = this.base(this.offset(where, offset));
      return this.define("load.i64", "i64", { a, imm, flags }, what);
    };
    return [word(0), word(8)];
  }

  #words(value: Value, type: DecimalType): Value[] {
    return type.size === 16 ? this.wideWords(value, 0, null) : [value];
  }

  #result(type: DecimalType, name: string, words: readonly Value[]): Value {
    if (type.size !== 16) return this.#word(type.size === 4 ? "i32" : "i64", type, name, words);
    return this.wideDecimal(this.#word("i64", type, name, words), this.#word("i64", type, name, words, 1));
  }

  #word(result: "i32" | "i64", type: DecimalType, name: string, words: readonly Value[], word = 0): Value {
    const imm = decimalOperation(`${decimalName(type.size)}.${name}`);
    if (imm === undefined) throw new Error(`there is no decimal operation '${name}'`);
    const args = words.map((value) => this.reg(value));
    return this.define("decimal", result, { imm, immHi: word, args }, null);
  }
}
