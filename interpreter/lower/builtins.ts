// Operations of the compiler: bit counting, block copies, variable arguments, overflow arithmetic and so on.
//
// The hard one is overflow arithmetic on 64-bit operands: the exact result has up to 128 bits. It is computed as
// two words; the upper one follows from the carry, or from the four partial products and the operands' signs.

import { Check } from "../ir/ops.js";
import type { BuiltinExpr, OverflowExpr } from "../sema/tree.js";
import { AtomicLowering } from "./atomics.js";
import { accessFlags } from "./places.js";
import { address, constant, type IntForm, intForm, register, type Value, ZERO32, ZERO64 } from "./values.js";

const LONG: IntForm = { size: 8, bits: 64, signed: true };

export abstract class BuiltinLowering extends AtomicLowering {
  /** Register with the address of the variable arguments, or -1. */
  protected variableArguments = -1;

  /** How many variable arguments this function was called with. */
  abstract argumentCount(): Value;

  builtin(expr: BuiltinExpr): Value {
    const args = expr.args.map((arg, i) => this.valueBefore(arg, ...expr.args.slice(i + 1)));
    this.mark(expr.at);
    const [a, b, c] = args as [Value, Value, Value];
    switch (expr.op) {
      case "clz":
      case "ctz":
      case "popcount":
      case "ffs":
      case "parity":
      case "clrsb":
        return this.#bits(expr.op, a);
      case "bswap":
        return this.#swapBytes(a, intForm(expr.type)!.size);
      case "unreachable":
        this.trap("Unreachable");
        return ZERO32;
      case "trap":
        this.trap("Abort");
        return ZERO32;
      case "memcpy":
      case "memmove": {
        const to = this.reg(a);
        const from = this.reg(b);
        this.emit(expr.op, { a: to, b: from, c: this.reg(c) }, expr.op);
        return a;
      }
      case "memset": {
        const to = this.reg(a);
        const fill = this.reg(b);
        this.emit("memset", { a: to, b: fill, c: this.reg(c) }, "memset");
        return a;
      }
      case "alloca":
        return this.#alloca(a, b === undefined ? 16 : Number((b as { readonly value: bigint }).value));
      case "frame-address":
        return address("local", this.newSlot("", 8, 8));
      case "va-start":
        this.#storeList(a, register("i64", this.variableArguments, false));
        return ZERO32;
      case "va-count":
        return this.argumentCount();
      case "va-end":
      case "compiler-barrier":
        return ZERO32;
      case "va-copy": {
        const { a: base, imm } = this.base(b);
        this.#storeList(a, this.define("load.i64", "i64", { a: base, imm }, "va_list"));
        return ZERO32;
      }
      case "fence":
        this.emit("fence", { imm: a.kind === "const" ? Number(a.value) : 5 }, "barrier");
        return ZERO32;
      case "setjmp":
        return this.define("setjmp", "i32", { a: this.reg(a) }, "setjmp");
      case "longjmp": {
        const buffer = this.reg(a);
        this.emit("longjmp", { a: buffer, b: this.reg(b) }, "longjmp");
        return ZERO32;
      }
      case "fabs":
        return this.unary(`${a.type as "f32" | "f64"}.abs`, a);
      case "copysign":
        return this.binary(`${a.type as "f32" | "f64"}.copysign`, a, b);
      case "signbit": {
        const { type } = expr.args[0]!;
        if (type.kind === "decimal") return this.decimalSign(type, a);
        if (a.type === "f32") {
          return this.binary("i32.shr_u", this.unary("i32.reinterpret_f32", a), constant("i32", 31n));
        }
        const bits = this.unary("i64.reinterpret_f64", a);
        return this.unary("i32.wrap", this.binary("i64.shr_u", bits, constant("i32", 63n)));
      }
    }
  }

  #alloca(size: Value, align: number): Value {
    if (align <= 16) return this.define("stack.alloc", "i64", { a: this.reg(size) }, "alloca");
    const longer = this.binary("i64.add", size, constant("i64", BigInt(align - 16)));
    const start = this.define("stack.alloc", "i64", { a: this.reg(longer) }, "alloca");
    return this.binary("i64.and", this.offset(start, align - 1), constant("i64", BigInt(-align)));
  }

  #storeList(list: Value, value: Value): void {
    const { a, imm } = this.base(list);
    this.emit("store.i64", { a, b: this.reg(value), imm }, "va_list");
  }

  #bits(op: "clz" | "ctz" | "popcount" | "ffs" | "parity" | "clrsb", a: Value): Value {
    const t = a.type as "i32" | "i64";
    const width = t === "i32" ? 32n : 64n;
    const asInt = (value: Value) => (t === "i64" ? this.unary("i32.wrap", value) : value);
    switch (op) {
      case "clz":
      case "ctz":
        if (a.kind !== "const" || a.value === 0n) {
          const none = this.reg(this.unary(`${t}.eqz`, a));
          this.emit("check.i32", { a: none, imm: 1, immHi: Check.Builtin }, `__builtin_${op}`);
        }
        return asInt(this.unary(`${t}.${op}`, a));
      case "popcount":
        return asInt(this.unary(`${t}.popcnt`, a));
      case "parity":
        return this.binary("i32.and", asInt(this.unary(`${t}.popcnt`, a)), constant("i32", 1n));
      case "ffs": {
        const position = this.binary("i32.add", asInt(this.unary(`${t}.ctz`, a)), constant("i32", 1n));
        return this.select(this.truth(a), position, ZERO32);
      }
      case "clrsb": {
        // Equal sign bits become leading zeros once the sign is folded out.
        const sign = this.binary(`${t}.shr_s`, a, constant("i32", width - 1n));
        const zeros = asInt(this.unary(`${t}.clz`, this.binary(`${t}.xor`, a, sign)));
        return this.binary("i32.sub", zeros, constant("i32", 1n));
      }
    }
  }

  #swapBytes(a: Value, size: number): Value {
    const t = a.type as "i32" | "i64";
    let result: Value | null = null;
    for (let i = 0; i < size; i++) {
      const down = this.binary(`${t}.shr_u`, a, constant("i32", BigInt(8 * i)));
      const byte = this.binary(`${t}.and`, down, constant(t, 0xffn));
      const up = this.binary(`${t}.shl`, byte, constant("i32", BigInt(8 * (size - 1 - i))));
      result = result === null ? up : this.binary(`${t}.or`, result, up);
    }
    return result!;
  }

  // -------------------------------------------------------------------------------------------------- overflow

  overflow(expr: OverflowExpr): Value {
    const l = this.valueBefore(expr.left, expr.right, expr.target);
    const r = this.valueBefore(expr.right, expr.target);
    const target = expr.target === null ? null : this.value(expr.target);
    this.mark(expr.at);
    const [lf, rf] = [intForm(expr.left.type)!, intForm(expr.right.type)!];
    const wrap = intForm(expr.wrap)!;
    const left = this.toInt(l, lf.signed, LONG);
    const right = this.toInt(r, rf.signed, LONG);
    const low = this.binary(`i64.${expr.op}`, left, right);
    const high = this.#highWord(expr.op, left, right, low, lf, rf);
    const wrapped = this.cut(low, { ...wrap, size: 8 });
    const fits = this.#fits(low, high, wrapped, wrap);
    const stored = wrap.size > 4 ? wrapped : this.unary("i32.wrap", wrapped);
    if (target !== null) this.storeAt(target, expr.wrap, stored, accessFlags(expr.access), null);
    return this.unary("i32.eqz", fits);
  }

  /** Bits 64 .. 127 of the exact result; null where it fits the low word with its sign. */
  #highWord(
    op: "add" | "sub" | "mul",
    l: Value,
    r: Value,
    low: Value,
    lf: IntForm,
    rf: IntForm,
  ): Value | null {
    if (lf.size <= 4 && rf.size <= 4) return op === "mul" && !lf.signed && !rf.signed ? ZERO64 : null;
    const sign = (value: Value, signed: boolean): Value =>
      signed ? this.binary("i64.shr_s", value, constant("i32", 63n)) : ZERO64;
    const hl = sign(l, lf.signed);
    const hr = sign(r, rf.signed);
    if (op === "mul") {
      const plain = this.#unsignedHigh(l, r);
      // A negative operand counts 2^64 less than its bits say.
      const left = this.binary("i64.and", hl, r);
      const right = this.binary("i64.and", hr, l);
      return this.binary("i64.sub", this.binary("i64.sub", plain, left), right);
    }
    const carry = op === "add" ? this.binary("i64.lt_u", low, l) : this.binary("i64.lt_u", l, r);
    return this.binary(`i64.${op}`, this.binary(`i64.${op}`, hl, hr), this.unary("i64.extend_u", carry));
  }

  /** Upper word of the product of two words without sign, from products of halves (Knuth, TAOCP 4.3.1 M). */
  #unsignedHigh(l: Value, r: Value): Value {
    const lowHalf = (v: Value) => this.binary("i64.and", v, constant("i64", 0xffff_ffffn));
    const highHalf = (v: Value) => this.binary("i64.shr_u", v, constant("i32", 32n));
    const [l0, l1, r0, r1] = [lowHalf(l), highHalf(l), lowHalf(r), highHalf(r)];
    const p00 = this.binary("i64.mul", l0, r0);
    const middle = this.binary("i64.add", this.binary("i64.mul", l1, r0), highHalf(p00));
    const cross = this.binary("i64.add", this.binary("i64.mul", l0, r1), lowHalf(middle));
    const top = this.binary("i64.add", this.binary("i64.mul", l1, r1), highHalf(middle));
    return this.binary("i64.add", top, highHalf(cross));
  }

  /** Is the exact result the wrapped one? Without a high word the low one is exact, with sign. */
  #fits(low: Value, high: Value | null, wrapped: Value, wrap: IntForm): Value {
    const same = wrap.bits === 64 ? null : this.binary("i64.eq", low, wrapped);
    if (high === null) {
      // 64 signed bits: an unsigned 64-bit target excludes negative results.
      if (same !== null) return same;
      return wrap.signed ? constant("i32", 1n) : this.binary("i64.ge_s", low, ZERO64);
    }
    const upper = wrap.signed
      ? this.binary("i64.eq", high, this.binary("i64.shr_s", low, constant("i32", 63n)))
      : this.unary("i64.eqz", high);
    return same === null ? upper : this.binary("i32.and", same, upper);
  }
}
