// Atomic operations: __atomic_*, __sync_*, and updates of _Atomic objects.
//
// Each is one indivisible step where the machine has an operation for it; an update that has none (a product, a
// shift, floating arithmetic) is a loop round compare-and-exchange, as gcc makes it. Memory orders do not matter
// under sequential consistency; only fences are kept, because they cost.

import type { Opcode } from "../ir/ops.js";
import { Flag } from "../ir/program.js";
import type { AtomicExpr, CompareExchangeExpr, UpdateExpr } from "../sema/tree.js";
import type { CType } from "../sema/types.js";
import { accessFlags, PlaceLowering, type Target } from "./places.js";
import { pointedText } from "./text.js";
import { constant, intForm, register, regTypeOf, type Value, ZERO32 } from "./values.js";

export abstract class AtomicLowering extends PlaceLowering {
  atomic(expr: AtomicExpr): Value {
    const pointer = this.valueBefore(expr.pointer, expr.value);
    const operand = expr.value === null ? ZERO32 : this.value(expr.value);
    this.mark(expr.at);
    const type = expr.object;
    if (!this.#isAtomicType(type, expr.at)) return constant(regTypeOf(expr.type) ?? "i32", 0n);
    const what = pointedText(expr.pointer);
    switch (expr.op) {
      case "load":
        return this.loadAt(pointer, type, Flag.Marked, what);
      case "store":
        this.storeAt(pointer, type, operand, Flag.Marked, what);
        return ZERO32;
      case "exchange":
        return this.#rmw("xchg", pointer, type, operand, Flag.Marked, what);
      default: {
        const old = this.#rmw(expr.op, pointer, type, operand, Flag.Marked, what);
        return expr.result === "old" ? old : this.#again(expr.op, type, old, operand);
      }
    }
  }

  #isAtomicType(type: CType, at: number): boolean {
    if (regTypeOf(type) !== null) return true;
    this.unsupported(at, "atomic access to a struct or union is not supported");
    return false;
  }

  /** The new value, computed again from the old one. */
  #again(op: "add" | "sub" | "and" | "or" | "xor" | "nand", type: CType, old: Value, operand: Value): Value {
    if (op !== "nand") return this.arithmetic(op, type, old, operand);
    return this.complement(type, this.arithmetic("and", type, old, operand));
  }

  /** One indivisible step; gives the old value. Floating values travel as their bits. */
  #rmw(
    op: "add" | "sub" | "and" | "or" | "xor" | "nand" | "xchg",
    pointer: Value,
    type: CType,
    operand: Value,
    flags: number,
    what: string | null,
  ): Value {
    const size = atomicSize(type);
    const a = this.reg(pointer);
    const b = this.reg(this.#toBits(operand));
    const name = `rmw.${op}${size * 8}` as Opcode;
    const old = this.define(name, size === 8 ? "i64" : "i32", { a, b, flags }, what);
    this.accessed(type);
    return this.#fromBits(old, type);
  }

  #toBits(value: Value): Value {
    if (value.type === "f32") return this.unary("i32.reinterpret_f32", value);
    return value.type === "f64" ? this.unary("i64.reinterpret_f64", value) : value;
  }

  /** What lies in memory, zero-extended, as a value of the type. */
  #fromBits(value: Value, type: CType): Value {
    const t = regTypeOf(type);
    if (t === "f32") return this.unary("f32.reinterpret_i32", value);
    if (t === "f64") return this.unary("f64.reinterpret_i64", value);
    const form = intForm(type);
    if (form === null) return value;
    const known = value.kind === "reg" ? register(value.type, value.reg, true, form.size * 8) : value;
    return this.cut(known, form);
  }

  compareExchange(expr: CompareExchangeExpr): Value {
    const pointer = this.valueBefore(expr.pointer, expr.expected, expr.desired);
    const expected = this.valueBefore(expr.expected, expr.desired);
    const desired = this.value(expr.desired);
    this.mark(expr.at);
    const type = expr.object;
    if (!this.#isAtomicType(type, expr.at)) return constant(regTypeOf(expr.type) ?? "i32", 0n);
    const what = pointedText(expr.pointer);
    if (expr.form !== "expected") {
      const { old, done } = this.#tryExchange(pointer, type, expected, desired, Flag.Marked, what);
      return expr.form === "value" ? this.#fromBits(old, type) : done;
    }
    const wanted = this.loadAt(expected, type, 0, null);
    const { old, done } = this.#tryExchange(pointer, type, wanted, desired, Flag.Marked, what);
    const failed = this.newBlock();
    const after = this.newBlock();
    this.branch(this.pin(done), after, failed);
    this.startBlock(failed);
    this.storeAt(expected, type, this.#fromBits(old, type), 0, null);
    this.startBlock(after);
    return done;
  }

  #tryExchange(
    pointer: Value,
    type: CType,
    expected: Value,
    desired: Value,
    flags: number,
    what: string | null,
  ): { old: Value; done: Value } {
    const size = atomicSize(type);
    const t = size === 8 ? "i64" : "i32";
    const a = this.reg(pointer);
    // The content is compared zero-extended.
    const zeroed = { size: 4, bits: size * 8, signed: false };
    const wanted = size < 4 ? this.cut(this.#toBits(expected), zeroed) : this.#toBits(expected);
    const b = this.reg(wanted);
    const c = this.reg(this.#toBits(desired));
    const old = this.define(`cmpxchg${size * 8}` as Opcode, t, { a, b, c, flags }, what);
    this.accessed(type);
    return { old, done: this.binary(`${t}.eq`, old, wanted) };
  }

  /** `x op= v` on an _Atomic object in memory: one step where the machine has one, else a compare-exchange loop. */
  atomicUpdate(expr: UpdateExpr, target: Target & { kind: "memory" }, operand: Value): Value {
    const { type, what } = target;
    const flags = accessFlags(expr.access);
    const direct = expr.op === "ptradd" ? "add" : expr.op === "ptrsub" ? "sub" : expr.op;
    const isInt = intForm(type) !== null && intForm(expr.compute) !== null && intForm(type)!.bits > 1;
    if (
      isInt &&
      (direct === "add" || direct === "sub" || direct === "and" || direct === "or" || direct === "xor")
    ) {
      const value = this.convert(operand, expr.compute, type);
      const old = this.#rmw(direct, target.address, type, value, flags, what);
      return expr.result === "old" ? old : this.#again(direct, type, old, value);
    }
    const t = regTypeOf(type)!;
    const current = this.newReg(t);
    this.assign(current, this.loadAt(target.address, type, flags, what));
    const again = this.newBlock();
    const failed = this.newBlock();
    const after = this.newBlock();
    this.startBlock(again);
    const old = register(t, current, false);
    const computed = this.arithmetic(
      expr.op as Exclude<UpdateExpr["op"], "ptradd" | "ptrsub">,
      expr.compute,
      this.convert(old, type, expr.compute),
      operand,
    );
    const next = this.pin(this.convert(computed, expr.compute, type));
    const attempt = this.#tryExchange(target.address, type, old, next, flags, what);
    this.branch(attempt.done, after, failed);
    this.startBlock(failed);
    this.assign(current, this.#fromBits(attempt.old, type));
    this.jump(again);
    this.startBlock(after);
    return expr.result === "old" ? old : next;
  }
}

function atomicSize(type: CType): number {
  const form = intForm(type);
  if (form !== null) return form.size;
  return regTypeOf(type) === "f32" || regTypeOf(type) === "i32" ? 4 : 8;
}
