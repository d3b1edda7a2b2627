// Calls: how arguments and results travel.
//
// Scalars travel in registers. A record argument is copied by the caller into a temporary slot and its address is
// passed; the copy then is the callee's own. A record result is written by the callee through a hidden first
// argument, the address of such a slot. Further arguments of a variadic function are stored one behind the other,
// 8 bytes each (records rounded up to 8), and a hidden last argument is their address; a va_list is a pointer to
// the next one.

import { CALL_UNPROTOTYPED } from "../ir/ops.js";
import { Flag, type Instr } from "../ir/program.js";
import { alignOf, sizeOf } from "../sema/layout.js";
import type { CallExpr, Expr, VaArgExpr } from "../sema/tree.js";
import type { CType } from "../sema/types.js";
import { BuiltinLowering } from "./builtins.js";
import { type Callee, type Signature, signatureOfType } from "./link.js";
import { callText } from "./text.js";
import {
  constant,
  intForm,
  isInMemory,
  register,
  regTypeOf,
  type Value,
  variable,
  ZERO32,
  ZERO64,
  zeroOf,
} from "./values.js";

export abstract class CallLowering extends BuiltinLowering {
  /** A call's value; for a record the address of the temporary that holds it. */
  call(expr: CallExpr): Value {
    // A function called only where nothing leads need not exist.
    if (!this.reachable) return nothing(expr.type);
    const callee = expr.fn === null ? null : this.linker.callee(this.unit, expr.fn, expr.at);
    const pointer = this.#calledPointer(expr, callee);
    if (expr.fn !== null && callee === null) {
      // Reported as undefined: the program will not run, the rest is still looked at.
      for (const arg of expr.args) this.value(arg);
      return nothing(expr.type);
    }
    const signature = callee?.kind === "function" ? callee.signature : asCalled(expr);
    const args: Value[] = [];
    const lent: number[] = [];
    const result = signature.returnsRecord ? this.#resultSlot(expr) : null;
    if (result !== null) lent.push(args.push(result) - 1);
    this.#namedArguments(expr, signature, args, lent);
    if (signature.variadic) {
      const counted = callee?.kind === "function" && callee.countsArguments;
      lent.push(args.push(this.#variableArguments(expr, signature, counted)) - 1);
    }

    this.mark(expr.at);
    const regs = args.map((arg) => this.reg(arg));
    const instr = this.#emitCall(expr, callee, pointer, signature, regs);
    if (lent.length > 0) this.lent.set(instr, lent);
    if (instr.dst >= 0) this.own(instr);
    if (expr.fn?.noreturn === true) {
      this.trap("Unreachable");
      return nothing(expr.type);
    }
    if (result !== null) return result;
    if (signature.result === null) return nothing(expr.type);
    const type = regTypeOf(expr.type);
    if (type === signature.result) return variable(expr.type, instr.dst, true);
    return type === null ? ZERO32 : adapt(this, register(signature.result, instr.dst, true), type);
  }

  #calledPointer(expr: CallExpr, callee: Callee | null): Value {
    if (expr.pointer === null) return callee?.kind === "null" ? ZERO64 : ZERO32;
    return this.valueBefore(expr.pointer, ...expr.args);
  }

  #resultSlot(expr: CallExpr): Value {
    const { result } = expr.signature;
    return this.temporarySlot(Math.max(0, sizeOf(result)), alignOf(result));
  }

  #namedArguments(expr: CallExpr, signature: Signature, args: Value[], lent: number[]): void {
    const hidden = args.length;
    const values: Value[] = [];
    expr.args.forEach((arg, i) => {
      if (i >= signature.named && signature.variadic) return;
      if (isInMemory(arg.type)) {
        const where = this.#copyOf(arg);
        if (i < signature.named) lent.push(hidden + i);
        values.push(where);
      } else {
        values.push(this.valueBefore(arg, ...expr.args.slice(i + 1)));
      }
    });
    // Old C may pass too few or too many, or of another type.
    for (let i = 0; i < signature.named; i++) {
      const type = signature.params[hidden + i]!;
      const value = values[i];
      args.push(value === undefined ? zeroOf(type) : adapt(this, value, type));
    }
  }

  /** A record argument's own copy. */
  #copyOf(arg: Expr): Value {
    const size = this.recordSize(arg.type);
    const slot = this.temporaryFor(size, alignOf(arg.type));
    const from = this.value(arg);
    this.mark(arg.at);
    this.copy(slot, from, size, this.recordFlags(arg), null);
    return slot;
  }

  /** How reading a record value accesses memory. */
  abstract recordFlags(expr: Expr): number;

  /**
   * The variable arguments in a row. `counted`: the callee passes them on or asks how many there are, so that their
   * number and size stand in front of them.
   */
  #variableArguments(expr: CallExpr, signature: Signature, counted: boolean): Value {
    const extra = expr.args.slice(signature.named);
    if (extra.length === 0 && !counted && !expr.pack) return ZERO64;
    const head = counted ? COUNTED : 0;
    const sizes = extra.map((arg) => (isInMemory(arg.type) ? this.#inWords(arg.type) : 8));
    const ends: (number | Value)[] = [];
    for (const size of sizes) ends.push(this.#plus(ends[ends.length - 1] ?? 0, size));
    const own = ends[ends.length - 1] ?? 0;
    const given = expr.pack ? this.pin(this.#given("size")) : 0;
    const all = this.#plus(own, given);
    const block = this.temporaryFor(this.#plus(all, head), 8);
    const area = this.offset(block, head);
    extra.forEach((arg, i) => {
      const value = this.value(arg);
      const start = i === 0 ? 0 : ends[i - 1]!;
      const where =
        typeof start === "number" ? this.offset(area, start) : this.binary("i64.add", area, start);
      this.mark(arg.at);
      if (!isInMemory(arg.type)) this.#storeArgument(where, value, arg.type);
      else this.copy(where, value, this.recordSize(arg.type), this.recordFlags(arg), null);
    });
    if (expr.pack) {
      const behind = typeof own === "number" ? this.offset(area, own) : this.binary("i64.add", area, own);
      this.copy(behind, register("i64", this.variableArguments, false), given, 0, null);
    }
    if (counted) {
      const count = this.#plus(extra.length, expr.pack ? this.#given("count") : 0);
      this.#storeWord(block, COUNT, count);
      this.#storeWord(block, SIZE, all);
    }
    return area;
  }

  /** What stands in front of the variable arguments that this function was called with. */
  #given(what: "count" | "size"): Value {
    const start = register("i64", this.variableArguments, false);
    const { a, imm } = this.base(this.offset(start, (what === "count" ? COUNT : SIZE) - COUNTED));
    return register("i64", this.define("load.i64", "i64", { a, imm, flags: Flag.Private }).reg, true);
  }

  argumentCount(): Value {
    return this.unary("i32.wrap", this.#given("count"));
  }

  #storeWord(block: Value, offset: number, word: number | Value): void {
    const { a, imm } = this.base(this.offset(block, offset));
    const value = typeof word === "number" ? constant("i64", BigInt(word)) : word;
    this.emit("store.i64", { a, b: this.reg(value), imm });
  }

  /** The bytes that a record takes among variable arguments. */
  #inWords(type: CType): number | Value {
    const size = this.recordSize(type);
    if (typeof size === "number") return Math.ceil(size / 8) * 8;
    return this.binary("i64.and", this.binary("i64.add", size, constant("i64", 7n)), constant("i64", -8n));
  }

  #plus(a: number | Value, b: number | Value): number | Value {
    if (typeof a === "number" && typeof b === "number") return a + b;
    const value = (x: number | Value) => (typeof x === "number" ? constant("i64", BigInt(x)) : x);
    return this.pin(this.binary("i64.add", value(a), value(b)));
  }

  /** All 8 bytes are written: what is above a narrower value must not depend on the past. */
  #storeArgument(where: Value, value: Value, type: CType): void {
    const { a, imm } = this.base(where);
    if (value.type === "f64") {
      this.handedOver.add(this.emit("store.f64", { a, b: this.reg(value), imm }));
      return;
    }
    const form = intForm(type);
    const long = { size: 8, bits: 64, signed: true };
    // Other than integers and pointers, only decimals lie in integer registers.
    const wide =
      form === null && value.type === "i64" ? value : this.toInt(value, form?.signed === true, long);
    this.handedOver.add(this.emit("store.i64", { a, b: this.reg(wide), imm }));
  }

  #emitCall(
    expr: CallExpr,
    callee: Callee | null,
    pointer: Value,
    signature: Signature,
    args: number[],
  ): Instr {
    const dst = signature.result === null ? -1 : this.newReg(signature.result);
    switch (callee?.kind) {
      case "function":
        return this.emit("call", { dst, imm: callee.index, args });
      case "kop":
        return this.emit("kop", { dst, imm: callee.index, args }, callText(expr.fn!.name, expr.args));
      default:
        return this.emit("calli", {
          dst,
          a: this.reg(pointer),
          args,
          imm: isOpen(expr) ? CALL_UNPROTOTYPED : 0,
        });
    }
  }

  /** va_arg: the value at the list's pointer, which then moves on. A record's value is its address. */
  vaArg(expr: VaArgExpr): Value {
    const list = this.base(this.value(expr.list));
    this.mark(expr.at);
    const at = this.define("load.i64", "i64", list, "va_list");
    const isRecord = regTypeOf(expr.type) === null;
    // Nobody but the callee can reach the caller's argument area.
    const value = isRecord ? at : this.loadAt(at, expr.type, Flag.Private, null);
    const size = isRecord ? this.#inWords(expr.type) : 8;
    const next = typeof size === "number" ? this.offset(at, size) : this.binary("i64.add", at, size);
    this.emit("store.i64", { ...list, b: this.reg(next) }, "va_list");
    return value;
  }
}

/** What stands in front of counted arguments: their number and their size. */
const COUNT = 0;
const SIZE = 8;
const COUNTED = 16;

/** Nothing is known of the parameters: `f()`. */
function isOpen({ signature }: CallExpr): boolean {
  return !signature.prototype && !signature.variadic;
}

/** How a call through a pointer, or to an operation of the machine, passes its arguments. */
function asCalled(expr: CallExpr): Signature {
  const plain = signatureOfType(expr.signature);
  if (!isOpen(expr)) return plain;
  const params = expr.args.map((arg) => regTypeOf(arg.type) ?? "i64");
  if (plain.returnsRecord) params.unshift("i64");
  return { ...plain, params, named: expr.args.length };
}

/** A value of a register type for a use as another one: only where a call does not match its callee. */
function adapt(emitter: CallLowering, value: Value, type: "i32" | "i64" | "f32" | "f64"): Value {
  if (value.type === type) return value;
  if (value.type === "i32" && type === "i64") return emitter.unary("i64.extend_s", value);
  if (value.type === "i64" && type === "i32") return emitter.unary("i32.wrap", value);
  if (value.type === "f32" && type === "f64") return emitter.unary("f64.promote", value);
  if (value.type === "f64" && type === "f32") return emitter.unary("f32.demote", value);
  return zeroOf(type);
}

/** Stands for the value of what gives none. */
function nothing(type: CType): Value {
  const regType = regTypeOf(type);
  if (regType === null) return isInMemory(type) ? ZERO64 : ZERO32;
  return zeroOf(regType);
}
