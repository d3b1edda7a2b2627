// Expressions: from checked nodes to values, strictly from left to right.
//
// Nodes are lowered by what is wanted of them: `value` for the value, `effect` where only the effects count,
// `condition` where a branch follows. Long chains of operators of one kind are walked in loops, because generated C
// has chains that are longer than our stack is deep.

import { Check } from "../ir/ops.js";
import { Flag } from "../ir/program.js";
import { putInteger } from "../sema/constant.js";
import { constantTruth, keepsTruth } from "../sema/control.js";
import { sizeOf } from "../sema/layout.js";
import {
  Access,
  type ArithmeticOp,
  type AssignExpr,
  type AutoInit,
  type BinaryExpr,
  type Bound,
  type CastExpr,
  type ConditionalExpr,
  type DecimalExpr,
  type Expr,
  type InitEntry,
  type Label,
  type LogicalExpr,
  type StatementExpr,
  type UpdateExpr,
} from "../sema/tree.js";
import { typeName } from "../sema/type-names.js";
import type { CType, Temp } from "../sema/types.js";
import { CallLowering } from "./calls.js";
import { accessFlags, type BitTarget, isBitField, type Target } from "./places.js";
import {
  address,
  bitsOf,
  constant,
  intForm,
  isInMemory,
  type RegValue,
  register,
  regTypeOf,
  type Value,
  variable,
  ZERO32,
  ZERO64,
} from "./values.js";

const SIGFPE = 8n;
/** The library's function that delivers the signal of an operation that faults (libc/src/signal.c). */
const FAULT = "__smplab_fault";

/** Up to so many equal elements an initialiser writes one by one. */
const MAX_UNROLLED = 8;
/** Up to so many bytes of a string initialiser are written as constants. */
const MAX_INLINE_BYTES = 32;

export abstract class ExpressionLowering extends CallLowering {
  readonly #temps = new Map<Temp, number>();

  tempValue(temp: Temp): Value {
    return variable(temp.type, this.#tempRegister(temp));
  }

  /** A statement expression; `wanted` says whether its value is. */
  abstract block(expr: StatementExpr, wanted: boolean): Value;

  // --------------------------------------------------------------------------------------------------- values

  value(expr: Expr): Value {
    if (expr.type.kind === "int" && expr.type.size === 16)
      this.unsupported(expr.at, "'__int128' is not supported");
    switch (expr.kind) {
      case "int":
        return constant(regTypeOf(expr.type)!, expr.value);
      case "float":
        return constant(regTypeOf(expr.type)!, expr.value);
      case "decimal":
        return this.#decimal(expr);
      case "function": {
        if (!this.reachable) return ZERO64;
        const index = this.linker.functionAddress(this.unit, expr.fn, expr.at);
        return index < 0 ? ZERO64 : address("func", index);
      }
      case "label":
        return address("label", this.labelNumber(expr.label));
      case "load": {
        const target = this.resolve(expr.place);
        this.mark(expr.at);
        return this.load(target, expr.access);
      }
      case "address":
        return this.placeAddress(expr.place);
      case "unary": {
        if (expr.op === "not") return this.#not(expr.operand, expr.at);
        const operand = this.value(expr.operand);
        this.mark(expr.at);
        return expr.op === "neg" ? this.negate(expr.type, operand) : this.complement(expr.type, operand);
      }
      case "binary":
        return this.#binary(expr);
      case "compare": {
        const left = this.valueBefore(expr.left, expr.right);
        const right = this.value(expr.right);
        this.mark(expr.at);
        return this.compare(expr.op, expr.left.type, left, right);
      }
      case "logical":
        return this.#choose(
          expr,
          register("i32", 0, true, 1),
          () => constant("i32", 1n),
          () => ZERO32,
        );
      case "conditional":
        return this.#conditional(expr);
      case "comma":
        return this.value(this.#leftOfCommas(expr));
      case "cast":
        return this.#cast(expr);
      case "ptradd": {
        const pointer = this.valueBefore(expr.pointer, expr.index);
        const index = this.valueBefore(expr.index, typeof expr.size === "number" ? null : expr.size);
        const size = typeof expr.size === "number" ? expr.size : this.value(expr.size);
        this.mark(expr.at);
        if (expr.bound === null || typeof size !== "number" || isBelow(index, expr.bound.count))
          return this.#movePointer(pointer, index, size, expr.subtract);
        return this.#element(pointer, index, size, expr.bound);
      }
      case "ptrdiff": {
        const left = this.valueBefore(expr.left, expr.right);
        const right = this.value(expr.right);
        const size =
          typeof expr.size === "number" ? constant("i64", BigInt(expr.size)) : this.value(expr.size);
        this.mark(expr.at);
        return this.binary("i64.div_s", this.binary("i64.sub", left, right), size);
      }
      case "assign":
        return this.#assign(expr, true);
      case "update":
        return this.#update(expr, true);
      case "call":
        return this.call(expr);
      case "statements":
        return this.block(expr, true);
      case "temp":
        return this.tempValue(expr.temp);
      case "set-temp": {
        const value = this.value(expr.value);
        this.assign(this.#tempRegister(expr.temp), value);
        return this.tempValue(expr.temp);
      }
      case "builtin":
        return this.builtin(expr);
      case "overflow":
        return this.overflow(expr);
      case "atomic":
        return this.atomic(expr);
      case "cmpxchg":
        return this.compareExchange(expr);
      case "va-arg":
        return this.vaArg(expr);
      case "to-union": {
        const value = this.value(expr.value);
        const where = this.temporaryFor(this.recordSize(expr.type), 16);
        this.mark(expr.at);
        this.#put(this.offset(where, expr.field.offset), expr.value, value, null);
        return where;
      }
      case "invalid":
        throw new Error("an expression with an error reached lowering");
    }
  }

  #decimal(expr: DecimalExpr): Value {
    const regType = regTypeOf(expr.type);
    if (regType !== null) return constant(regType, expr.bits);
    const bytes = new Uint8Array(16);
    putInteger(bytes, 0, 16, expr.bits);
    return address("global", this.linker.bytes(this.unit, bytes));
  }

  /** Number of a label in the function's list. */
  abstract labelNumber(label: Label): number;

  /** Evaluates for the effects alone. */
  effect(expr: Expr): void {
    switch (expr.kind) {
      case "load":
        // Only a volatile read is an effect; the place may still have some.
        if ((expr.access & Access.Volatile) !== 0) this.value(expr);
        else this.resolve(expr.place);
        return;
      case "function":
        return;
      case "cast":
        this.effect(expr.operand);
        return;
      case "comma":
        this.effect(this.#leftOfCommas(expr));
        return;
      case "conditional":
      case "logical":
        this.#effectOfChoice(expr);
        return;
      case "statements":
        this.block(expr, false);
        return;
      case "assign":
        this.#assign(expr, false);
        return;
      case "update":
        this.#update(expr, false);
        return;
      default:
        this.value(expr);
    }
  }

  #leftOfCommas(expr: Expr): Expr {
    const stack: Expr[] = [];
    let at: Expr = expr;
    // Left to right: the innermost left operand comes first.
    while (at.kind === "comma") {
      stack.push(at.right);
      at = at.left;
    }
    if (stack.length === 0) return at;
    this.effect(at);
    for (let i = stack.length - 1; i > 0; i--) this.effect(stack[i]!);
    return stack[0]!;
  }

  #effectOfChoice(expr: ConditionalExpr | LogicalExpr): void {
    const [yes, no, after] = [this.newBlock(), this.newBlock(), this.newBlock()];
    if (expr.kind === "conditional") {
      this.condition(expr.test, yes, no);
      this.startBlock(yes);
      this.effect(expr.consequent);
      this.jumpIfReachable(after);
      this.startBlock(no);
      this.effect(expr.alternate);
    } else {
      this.condition(expr.left, expr.op === "and" ? yes : after, expr.op === "and" ? after : yes);
      this.startBlock(yes);
      this.effect(expr.right);
      this.jumpIfReachable(after);
      this.startBlock(no);
    }
    this.startBlock(after);
  }

  jumpIfReachable(block: number): void {
    if (this.reachable) this.jump(block);
  }

  #tempRegister(temp: Temp): number {
    let reg = this.#temps.get(temp);
    if (reg === undefined) {
      reg = this.newReg(regTypeOf(temp.type) ?? "i64");
      this.#temps.set(temp, reg);
    }
    return reg;
  }

  #not(operand: Expr, at: number): Value {
    const value = this.value(operand);
    this.mark(at);
    return this.binary("i32.xor", this.truthOf(value, operand.type), constant("i32", 1n));
  }

  #binary(expr: BinaryExpr): Value {
    const spine: BinaryExpr[] = [];
    let at: Expr = expr;
    while (at.kind === "binary") {
      spine.push(at);
      at = at.left;
    }
    let left = this.value(at);
    for (let i = spine.length - 1; i >= 0; i--) {
      const node = spine[i]!;
      if (this.assignments.mayAssign(node.right)) left = this.pin(left);
      const right = this.value(node.right);
      this.mark(node.at);
      left = this.arithmetic(node.op, node.type, left, right);
    }
    return left;
  }

  /** The address of an element whose index may be out of bounds. */
  #element(pointer: Value, index: Value, size: number, { count, array, watched }: Bound): Value {
    const a = this.reg(index);
    // 'int [4]', as the sanitizer writes it, not 'int[4]'.
    const text = typeName(array).replace("[", " [");
    if (!watched) {
      this.emit("check.i64", { a, imm: count, immHi: Check.Bounds }, text);
      return this.#movePointer(pointer, index, size, false);
    }
    const element = this.#movePointer(pointer, index, size, false);
    this.emit("check.index", { a, b: this.reg(element), imm: count, immHi: size }, text);
    return element;
  }

  #movePointer(pointer: Value, index: Value, size: number | Value, subtract: boolean): Value {
    if (index.kind === "const" && typeof size === "number") {
      const by = Number(index.value) * size * (subtract ? -1 : 1);
      if (Math.abs(by) < 2 ** 31) return this.offset(pointer, by);
    }
    const bytes = this.scale(index, size);
    // The constant part of an address stays in front: it becomes the offset of the access.
    if (pointer.kind === "addr" && pointer.base === "reg" && pointer.offset !== 0) {
      const base = register("i64", pointer.index, pointer.temp);
      return this.offset(this.binary(subtract ? "i64.sub" : "i64.add", base, bytes), pointer.offset);
    }
    return this.binary(subtract ? "i64.sub" : "i64.add", pointer, bytes);
  }

  #cast(expr: CastExpr): Value {
    if (expr.conversion === "void") {
      this.effect(expr.operand);
      return ZERO32;
    }
    const value = this.value(expr.operand);
    if (expr.conversion === "bits") return value;
    this.mark(expr.at);
    return this.convert(value, expr.operand.type, expr.type);
  }

  #conditional(expr: ConditionalExpr): Value {
    const type = regTypeOf(expr.type);
    if (type !== null && isCheap(expr.consequent) && isCheap(expr.alternate)) {
      const test = this.value(expr.test);
      this.mark(expr.at);
      return this.select(
        this.truthOf(test, expr.test.type),
        this.value(expr.consequent),
        this.value(expr.alternate),
      );
    }
    if (type === null && !isInMemory(expr.type)) {
      this.#effectOfChoice(expr);
      return ZERO32;
    }
    return this.#choose(
      expr.test,
      type === null ? register("i64", 0, true) : variable(expr.type, 0, true),
      () => this.value(expr.consequent),
      () => this.value(expr.alternate),
    );
  }

  /** One of two values, by a test, in a register of the form `like`. It is written twice, but nowhere else. */
  #choose(test: Expr, like: RegValue, yes: () => Value, no: () => Value): Value {
    const [first, second, after] = [this.newBlock(), this.newBlock(), this.newBlock()];
    const result = this.newReg(like.type);
    this.condition(test, first, second);
    this.startBlock(first);
    this.assign(result, yes());
    this.jumpIfReachable(after);
    this.startBlock(second);
    this.assign(result, no());
    this.startBlock(after);
    return { ...like, reg: result };
  }

  // ----------------------------------------------------------------------------------------------- conditions

  /** Goes to `yes` if the expression is not zero, else to `no`; never to where constantTruth() says it does not. */
  condition(expr: Expr, yes: number, no: number): void {
    let at = expr;
    let [t, f] = [yes, no];
    for (;;) {
      if (at.kind === "unary" && at.op === "not") {
        at = at.operand;
        [t, f] = [f, t];
      } else if (at.kind === "cast" && keepsTruth(at)) {
        at = at.operand;
      } else if (at.kind === "comma") {
        at = this.#leftOfCommas(at);
      } else {
        break;
      }
    }
    if (at.kind === "logical") {
      this.#shortCircuit(at, t, f);
      return;
    }
    const value = at.kind === "decimal" ? constant("i32", constantTruth(at) ? 1n : 0n) : this.value(at);
    this.mark(at.at);
    this.branch(
      at.type.kind === "decimal" && at.kind !== "decimal" ? this.truthOf(value, at.type) : value,
      t,
      f,
    );
  }

  /** a && b && c …: all operands of one operator in a row. */
  #shortCircuit(expr: LogicalExpr, yes: number, no: number): void {
    const operands: Expr[] = [];
    let at: Expr = expr;
    while (at.kind === "logical" && at.op === expr.op) {
      operands.push(at.right);
      at = at.left;
    }
    operands.push(at);
    for (let i = operands.length - 1; i > 0; i--) {
      const next = this.newBlock();
      if (expr.op === "and") this.condition(operands[i]!, next, no);
      else this.condition(operands[i]!, yes, next);
      this.startBlock(next);
    }
    this.condition(operands[0]!, yes, no);
  }

  // ---------------------------------------------------------------------------------------------- assignments

  /** Where the program may handle SIGFPE, divisions ask first: the signal comes in front of the division. */
  override arithmetic(op: ArithmeticOp, type: CType, left: Value, right: Value): Value {
    if (
      (op === "div" || op === "rem") &&
      right.kind !== "const" &&
      this.#raisesFaults() &&
      intForm(type) !== null
    ) {
      const [bad, good] = [this.newBlock(), this.newBlock()];
      const [l, r] = [this.pin(left), this.pin(right)];
      this.branch(this.unary(r.type === "i64" ? "i64.eqz" : "i32.eqz", r), bad, good);
      this.startBlock(bad);
      const args = [this.reg(constant("i32", SIGFPE))];
      this.emit("call", { dst: -1, imm: this.linker.helper(FAULT), args });
      this.startBlock(good);
      return super.arithmetic(op, type, l, r);
    }
    return super.arithmetic(op, type, left, right);
  }

  #raisesFaults(): boolean {
    const { linker, unit } = this;
    return linker.handlesFaults && !linker.isLibrary(unit) && linker.helper(FAULT) >= 0;
  }

  #assign(expr: AssignExpr, wanted: boolean): Value {
    let target = this.resolve(expr.place);
    if (this.assignments.mayAssign(expr.value)) target = this.pinTarget(target);
    const value = this.value(expr.value);
    this.mark(expr.at);
    if (isInMemory(expr.type) && target.kind === "memory") {
      const flags = accessFlags(expr.access) | this.recordFlags(expr.value);
      this.copy(target.address, value, this.recordSize(expr.type), flags, target.what);
      return target.address;
    }
    this.store(target, value, expr.access);
    return wanted ? this.#stored(target, value) : value;
  }

  /** The value that an assignment leaves in its target. */
  #stored(target: Target, value: Value): Value {
    if (target.kind === "register") return variable(target.type, target.reg);
    return target.bits === null ? value : this.cutBits(value, target.bits.width, target.bits.signed);
  }

  /**
   * The right side is evaluated before the old value is read: a call in it happens before or after the whole update,
   * never in between (C11 6.5.16.2).
   */
  #update(expr: UpdateExpr, wanted: boolean): Value {
    let target = this.resolve(expr.place);
    if (this.assignments.mayAssign(expr.value)) target = this.pinTarget(target);
    const operand = this.#updateOperand(expr);
    this.mark(expr.at);
    if ((expr.access & Access.Atomic) !== 0 && target.kind === "memory" && target.bits === null) {
      return this.atomicUpdate(expr, target, operand);
    }
    const units = isBitField(target) ? this.loadUnits(target, expr.access) : null;
    let old = units === null ? this.load(target, expr.access) : this.extractBits(target as BitTarget, units);
    if (wanted && expr.result === "old") old = this.pin(old);
    const result = this.#updated(expr, target.type, old, operand);
    if (isBitField(target)) this.storeBits(target, result, expr.access, units);
    else this.store(target, result, expr.access);
    if (!wanted) return ZERO32;
    return expr.result === "old" ? old : this.#stored(target, result);
  }

  /** The right operand; for pointers in bytes. */
  #updateOperand(expr: UpdateExpr): Value {
    const value = this.value(expr.value);
    if (expr.op !== "ptradd" && expr.op !== "ptrsub") return value;
    return this.scale(value, typeof expr.size === "number" ? expr.size : this.value(expr.size));
  }

  #updated(expr: UpdateExpr, type: CType, old: Value, operand: Value): Value {
    switch (expr.op) {
      case "ptradd":
        return this.binary("i64.add", old, operand);
      case "ptrsub":
        return this.binary("i64.sub", old, operand);
      default: {
        const left = this.convert(old, type, expr.compute);
        return this.convert(this.arithmetic(expr.op, expr.compute, left, operand), expr.compute, type);
      }
    }
  }

  recordFlags(expr: Expr): number {
    return expr.kind === "load" && expr.type.kind === "record" ? accessFlags(expr.access) : 0;
  }

  // ---------------------------------------------------------------------------------------------- initialisers

  initialise(where: Value, type: CType, init: AutoInit, what: string): void {
    if (init.zero) this.#clear(where, sizeOf(type), what);
    for (const entry of init.entries) this.#initialiseEntry(where, entry, what);
  }

  #clear(where: Value, size: number, what: string): void {
    if (size !== 1 && size !== 2 && size !== 4 && size !== 8) {
      this.zero(where, size, 0, what);
      return;
    }
    const { a, imm } = this.base(where);
    const op = size === 8 ? "store.i64" : (`store.i${size * 8}` as "store.i32");
    this.emit(op, { a, imm, b: this.reg(size === 8 ? ZERO64 : ZERO32) }, what);
  }

  #initialiseEntry(where: Value, entry: InitEntry, name: string): void {
    const { value } = entry;
    const what = entry.path ?? name;
    const at = this.offset(where, entry.offset);
    if (value instanceof Uint8Array) {
      this.#repeat(at, entry, (to) => this.#putBytes(to, value, what));
      return;
    }
    const mark = this.temporaries;
    const computed = this.value(value);
    this.mark(value.at);
    if (entry.bits !== null) {
      const { type, bits } = entry;
      const target: Target = { kind: "memory", address: at, type, bits, what, unaligned: true };
      this.store(target, computed, Access.Plain);
    } else {
      const kept = entry.count > MAX_UNROLLED ? this.pin(computed) : computed;
      this.#repeat(at, entry, (to) => this.#put(to, value, kept, what));
    }
    this.releaseTemporaries(mark);
  }

  /** Stores a value of any type at an address. */
  #put(to: Value, expr: Expr, value: Value, what: string | null): void {
    // An initialiser fills its object, packed or not.
    if (regTypeOf(expr.type) !== null) this.storeAt(to, expr.type, value, Flag.Unaligned, what);
    else this.copy(to, value, this.recordSize(expr.type), this.recordFlags(expr), what);
  }

  /** `[a ... b] = v`: once for each element, in a loop where they are many. */
  #repeat(at: Value, { count, stride }: InitEntry, put: (to: Value) => void): void {
    if (count <= MAX_UNROLLED) {
      for (let i = 0; i < count; i++) put(this.offset(at, i * stride));
      return;
    }
    const end = constant("i64", BigInt(count * stride));
    const i = this.newReg("i64");
    const start = this.pin(register("i64", this.reg(at), true));
    this.assign(i, ZERO64);
    const [body, after] = [this.newBlock(), this.newBlock()];
    this.startBlock(body);
    put(this.binary("i64.add", start, register("i64", i, false)));
    this.assign(i, this.binary("i64.add", register("i64", i, false), constant("i64", BigInt(stride))));
    this.branch(this.binary("i64.lt_u", register("i64", i, false), end), body, after);
    this.startBlock(after);
  }

  #putBytes(to: Value, bytes: Uint8Array, what: string): void {
    if (bytes.length > MAX_INLINE_BYTES) {
      const from = address("global", this.linker.bytes(this.unit, bytes));
      this.copy(to, from, bytes.length, 0, what);
      return;
    }
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let i = 0; i < bytes.length; ) {
      const left = bytes.length - i;
      const size = left >= 8 ? 8 : left >= 4 ? 4 : left >= 2 ? 2 : 1;
      let value = 0n;
      for (let k = size - 1; k >= 0; k--) value = (value << 8n) | BigInt(view.getUint8(i + k));
      const { a, imm } = this.base(this.offset(to, i));
      const b = this.reg(constant(size === 8 ? "i64" : "i32", value));
      const op = size === 8 ? "store.i64" : (`store.i${size * 8}` as "store.i32");
      this.emit(op, { a, imm, b, flags: Flag.Unaligned }, what);
      i += size;
    }
  }
}

function isBelow(index: Value, count: number): boolean {
  if (index.kind === "const") return index.value >= 0n && index.value < count;
  return 2 ** bitsOf(index).ubits <= count;
}

/** Constants and variables in registers: both arms of a conditional may be evaluated. */
function isCheap(expr: Expr): boolean {
  if (expr.kind === "int" || expr.kind === "float" || expr.kind === "decimal") return true;
  if (expr.kind === "cast" && expr.conversion === "bits") return isCheap(expr.operand);
  if (expr.kind !== "load" || expr.place.kind !== "object") return false;
  const { object } = expr.place;
  return object.storage === "auto" && !object.addressTaken && object.vlaSize === null && expr.access === 0;
}
