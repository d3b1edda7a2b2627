// Statements: control flow of one function, and the function as a whole.
//
// Every part of the C that can be jumped to (labels, cases, loop parts) gets a basic block when it is first named;
// leaving scopes is explicit in the checked tree, so a jump is: run what has to happen on the way out, then go.
// A loop has its test at the bottom, with one jump to it at the start: one branch a turn.

import type { Draft } from "../ir/finish.js";
import { Check } from "../ir/ops.js";
import type { RegType } from "../ir/program.js";
import { constantTruth, LabelFinder } from "../sema/control.js";
import { sizeOf } from "../sema/layout.js";
import type {
  CaseStmt,
  DeclareStmt,
  Expr,
  IfStmt,
  Label,
  Leave,
  LoopStmt,
  ObjectSymbol,
  ReturnStmt,
  StatementExpr,
  Stmt,
  SwitchStmt,
} from "../sema/tree.js";
import type { CType } from "../sema/types.js";
import { ExpressionLowering } from "./expressions.js";
import {
  address,
  constant,
  isInMemory,
  register,
  regTypeOf,
  type Value,
  ZERO32,
  ZERO64,
  zeroOf,
} from "./values.js";

/** Case ranges up to so many values become cases of their own; longer ones are compared. */
const MAX_RANGE = 64n;

interface Exits {
  readonly breakTo: number;
  readonly continueTo: number;
}

export interface LoweredFunction extends Draft {
  /** Numbers of the function's labels, for `&&label` in static data. */
  readonly labelNumbers: ReadonlyMap<Label, number>;
}

export class FunctionLowering extends ExpressionLowering {
  readonly #labelNumbers = new Map<Label, number>();
  readonly #caseBlocks = new Map<CaseStmt, number>();
  readonly #exits = new Map<Stmt, Exits>();
  readonly #labels = new LabelFinder();
  /** Registers with the mark of the stack in front of a variable-length array. */
  readonly #marks = new Map<ObjectSymbol, number>();
  /** Register with the address for a record result, or -1. */
  #resultPointer = -1;

  /** The whole function. `symbol` is its unique name. */
  lower(symbol: string): LoweredFunction {
    const { fn, body, labels } = this.definition;
    this.mark(this.definition.at);
    const loc = this.loc;
    // Block 0 is nobody's target: what a frame begins with happens once.
    this.forceBlock(this.newBlock());
    const params = this.#parameters();
    for (const label of labels) this.#labelNumbers.set(label, this.labels.push(this.newBlock()) - 1);
    this.#profile("__cyg_profile_func_enter");
    this.statement(body);
    this.mark(this.definition.end);
    if (this.reachable) this.#fallOff(fn.type.result, fn.noreturn);
    const draft = this.draft({
      name: fn.name,
      symbol,
      params,
      variadic: fn.type.variadic,
      result: regTypeOf(fn.type.result),
      loc,
      isStatic: fn.linkage === "internal",
      isInline: fn.inline,
      noreturn: fn.noreturn,
    });
    const { whats, pointers, labels: blocks, owned, lent, handedOver } = this;
    return {
      fn: draft,
      whats,
      pointers,
      labels: blocks,
      owned,
      lent,
      handedOver,
      labelNumbers: this.#labelNumbers,
    };
  }

  /** Registers 0 .. n-1 arrive filled. Parameters that must lie in memory are stored there first. */
  #parameters(): RegType[] {
    const { fn, params } = this.definition;
    const stores: (() => void)[] = [];
    if (isInMemory(fn.type.result)) {
      this.#resultPointer = this.newReg("i64");
      this.owned.push(this.#resultPointer);
    }
    for (const object of params) {
      const type = regTypeOf(object.type);
      if (type === null) {
        // A copy that the caller made for us.
        const reg = this.newReg("i64");
        this.owned.push(reg);
        this.setHome(object, { kind: "pointer", reg });
        continue;
      }
      const inRegister = this.livesInRegister(object);
      const reg = this.newReg(type, inRegister ? this.nameOf(object) : null);
      if (inRegister) this.setHome(object, { kind: "register", reg });
      else stores.push(() => this.#storeParameter(object, register(type, reg, true)));
    }
    if (fn.type.variadic) this.variableArguments = this.newReg("i64");
    const types = [...this.regs];
    for (const store of stores) store();
    return types;
  }

  #storeParameter(object: ObjectSymbol, value: Value): void {
    this.storeAt(this.objectAddress(object, object.at), object.type, value, 0, object.name);
  }

  #fallOff(result: CType, noreturn: boolean): void {
    if (noreturn) {
      this.trap("Unreachable");
      return;
    }
    const type = regTypeOf(result);
    this.#profile("__cyg_profile_func_exit");
    this.emit("ret", { a: type === null ? -1 : this.reg(zeroOf(type)) });
  }

  /** -finstrument-functions: tells who begins or ends. There is no address of the caller's call to tell. */
  #profile(listener: string): void {
    const { fn, at } = this.definition;
    if (this.linker.options.instrument !== true || fn.noInstrument || this.linker.isLibrary(this.unit))
      return;
    const called = this.linker.helper(listener);
    if (called < 0 || !this.reachable) return;
    const own = address("func", this.linker.functionAddress(this.unit, fn, at));
    this.emit("call", { dst: -1, imm: called, args: [this.reg(own), this.reg(ZERO64)] });
  }

  labelNumber(label: Label): number {
    return this.#labelNumbers.get(label)!;
  }

  #labelBlock(label: Label): number {
    return this.labels[this.labelNumber(label)]!;
  }

  // ------------------------------------------------------------------------------------------------ statements

  statement(stmt: Stmt): void {
    let at = stmt;
    // Labels and cases stand in front of another statement, often many in a row.
    while (at.kind === "label" || at.kind === "case") {
      if (at.kind === "label") this.forceBlock(this.#labelBlock(at.label));
      else this.startBlock(this.#caseBlock(at));
      at = at.body;
    }
    switch (at.kind) {
      case "expr":
        this.#full(at.expr);
        return;
      case "declare":
        this.#declare(at);
        return;
      case "block":
        for (const inner of at.body) this.statement(inner);
        this.#leave(at.leave);
        return;
      case "if":
        this.#if(at);
        return;
      case "loop":
        this.#loop(at);
        return;
      case "switch":
        this.#switch(at);
        return;
      case "goto":
        this.#leave(at.leave);
        this.mark(at.at);
        this.jump(this.#labelBlock(at.label));
        return;
      case "goto-value":
        this.#computedGoto(at.value, at.at);
        return;
      case "break":
        this.#leave(at.leave);
        this.mark(at.at);
        this.jump(this.#exits.get(at.target)!.breakTo);
        return;
      case "continue":
        this.#leave(at.leave);
        this.mark(at.at);
        this.jump(this.#exits.get(at.target)!.continueTo);
        return;
      case "return":
        this.#return(at);
        return;
      case "empty":
    }
  }

  /** A full expression for its effects: temporaries live until its end. */
  #full(expr: Expr): void {
    this.#fully(() => this.effect(expr));
  }

  /** Gives back at the end what temporaries were made in between. */
  #fully(work: () => void): void {
    const mark = this.temporaries;
    if (this.definition.variableTemporaries) this.#givingBackStack(work);
    else work();
    this.releaseTemporaries(mark);
  }

  #givingBackStack(work: () => void): void {
    const outer = this.usedVariableTemporary;
    this.usedVariableTemporary = false;
    const mark = this.newReg("i64");
    this.assign(mark, this.define("stack.save", "i64", {}));
    work();
    if (this.usedVariableTemporary) this.emit("stack.restore", { a: mark });
    this.usedVariableTemporary = outer;
  }

  /** A full expression for its value, which must be a scalar. */
  #fullValue(expr: Expr): Value {
    let value: Value = ZERO32;
    this.#fully(() => {
      value = this.value(expr);
      if (this.usedVariableTemporary) value = this.pin(value);
    });
    return value;
  }

  #fullCondition(expr: Expr, yes: number, no: number): void {
    if (this.definition.variableTemporaries) {
      const known = constantTruth(expr);
      if (known === null) {
        this.branch(this.#fullValue(expr), yes, no);
        return;
      }
      this.#full(expr);
      this.jump(known ? yes : no);
      return;
    }
    const mark = this.temporaries;
    this.condition(expr, yes, no);
    this.releaseTemporaries(mark);
  }

  /** The mark of a scope with cleanups is the place where control leaves it. */
  #leave(leave: readonly Leave[]): void {
    for (const { kind, object } of leave) {
      if (kind === "cleanup") this.#full(object.cleanup!);
      else this.emit("stack.restore", { a: this.#stackMark(object) });
    }
  }

  #stackMark(object: ObjectSymbol): number {
    let reg = this.#marks.get(object);
    if (reg === undefined) {
      reg = this.newReg("i64");
      this.#marks.set(object, reg);
    }
    return reg;
  }

  #declare({ object, init, at }: DeclareStmt): void {
    if (object.storage === "static") return;
    this.mark(at);
    const home = this.homeOf(object);
    if (object.vlaSize !== null && home.kind === "pointer") {
      this.#allocate(object, object.vlaSize, home.reg);
      return;
    }
    if (init === null) {
      if (home.kind === "register") this.emit("undef", { dst: home.reg });
      const size = sizeOf(object.type);
      if (home.kind === "slot" && size > 0) {
        const a = this.reg(this.objectAddress(object, at));
        this.emit("local.begin", { a, immHi: size }, object.name);
      }
      return;
    }
    this.#fully(() => {
      if (home.kind === "register") {
        const entry = init.entries[init.entries.length - 1];
        const type = regTypeOf(object.type)!;
        if (entry === undefined) this.assign(home.reg, zeroOf(type));
        else this.assign(home.reg, this.value(entry.value as Expr));
      } else {
        this.initialise(this.objectAddress(object, at), object.type, init, object.name);
      }
    });
  }

  #allocate(object: ObjectSymbol, sizeExpr: Expr, reg: number): void {
    this.assign(this.#stackMark(object), this.define("stack.save", "i64", {}));
    const size = this.pin(this.#fullValue(sizeExpr));
    const [bad, good] = [this.newBlock(), this.newBlock()];
    // A negative length shows as a huge size. Zero is a gcc extension.
    this.branch(this.binary("i64.gt_u", size, constant("i64", 0x7fff_ffffn)), bad, good);
    this.startBlock(bad);
    if (this.reachable) this.trap("BadVla");
    this.startBlock(good);
    const empty = this.reg(this.unary("i64.eqz", size));
    this.emit("check.i32", { a: empty, imm: 1, immHi: Check.VlaBound }, object.name);
    if (object.align <= 16) {
      this.assign(reg, this.define("stack.alloc", "i64", { a: this.reg(size) }, object.name));
      return;
    }
    const longer = this.binary("i64.add", size, constant("i64", BigInt(object.align - 16)));
    const start = this.define("stack.alloc", "i64", { a: this.reg(longer) }, object.name);
    const above = this.binary("i64.add", start, constant("i64", BigInt(object.align - 1)));
    this.assign(reg, this.binary("i64.and", above, constant("i64", BigInt(-object.align))));
  }

  #if(stmt: IfStmt): void {
    const after = this.newBlock();
    let at: IfStmt = stmt;
    // else if, else if …: as long as the C likes.
    for (;;) {
      const [yes, no] = [this.newBlock(), at.alternate === null ? after : this.newBlock()];
      this.mark(at.at);
      this.#fullCondition(at.test, yes, no);
      this.startBlock(yes);
      this.statement(at.consequent);
      if (at.alternate === null) break;
      this.jumpIfReachable(after);
      this.startBlock(no);
      if (at.alternate.kind === "if") {
        at = at.alternate;
        continue;
      }
      this.statement(at.alternate);
      break;
    }
    this.startBlock(after);
  }

  #loop(stmt: LoopStmt): void {
    const [body, step, test, after] = [this.newBlock(), this.newBlock(), this.newBlock(), this.newBlock()];
    this.#exits.set(stmt, { breakTo: after, continueTo: step });
    // Only the test at the bottom leads back to the body, so that it must be forced; a body without labels in it
    // cannot be entered in another way than from here.
    const returns = stmt.test === null || constantTruth(stmt.test) !== false;
    const entered = returns && (this.reachable || this.#labels.isIn(stmt.body));
    this.mark(stmt.at);
    if (!stmt.doWhile) this.jumpIfReachable(test);
    if (entered) this.forceBlock(body);
    else this.startBlock(body);
    this.statement(stmt.body);
    this.startBlock(step);
    if (stmt.step !== null) this.#full(stmt.step);
    this.startBlock(test);
    this.mark(stmt.at);
    if (stmt.test === null) this.jumpIfReachable(body);
    else if (this.reachable) this.#fullCondition(stmt.test, body, after);
    this.startBlock(after);
  }

  // ---------------------------------------------------------------------------------------------------- switch

  #caseBlock(label: CaseStmt): number {
    let block = this.#caseBlocks.get(label);
    if (block === undefined) {
      block = this.newBlock();
      this.#caseBlocks.set(label, block);
    }
    return block;
  }

  #switch(stmt: SwitchStmt): void {
    const after = this.newBlock();
    // `continue` inside belongs to a loop around: it never asks this entry.
    this.#exits.set(stmt, { breakTo: after, continueTo: after });
    const value = this.#fullValue(stmt.value);
    const otherwise = stmt.default === null ? after : this.#caseBlock(stmt.default);
    this.mark(stmt.at);
    if (value.kind === "const") {
      // The kernel switches over sizeof(x), with calls of undefined functions in the cases that cannot be.
      const found = stmt.cases.find(({ low, high }) => inRange(value.value as bigint, low, high, value.type));
      this.jumpIfReachable(found === undefined ? otherwise : this.#caseBlock(found.label));
    } else {
      this.#dispatch(stmt, this.pin(value), otherwise);
    }
    this.statement(stmt.body);
    this.startBlock(after);
  }

  #dispatch(stmt: SwitchStmt, value: Value, otherwise: number): void {
    const t = value.type as "i32" | "i64";
    const targets = [otherwise];
    const cases: number[] = [];
    for (const { low, high, label } of stmt.cases) {
      const block = this.#caseBlock(label);
      if (high - low >= MAX_RANGE) {
        const next = this.newBlock();
        const fromLow = this.binary(`${t}.sub`, value, constant(t, low));
        this.branch(this.binary(`${t}.le_u`, fromLow, constant(t, high - low)), block, next);
        this.startBlock(next);
        continue;
      }
      for (let v = low; v <= high; v++) {
        const bits = BigInt.asIntN(t === "i32" ? 32 : 64, v);
        targets.push(block);
        cases.push(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
      }
    }
    if (cases.length === 0) this.jumpIfReachable(otherwise);
    else this.emit(`switch.${t}`, { a: this.reg(value), targets, cases });
  }

  #computedGoto(expr: Expr, at: number): void {
    const value = this.#fullValue(expr);
    this.mark(at);
    const targets = this.definition.labels
      .filter((label) => label.addressTaken)
      .map((l) => this.#labelBlock(l));
    if (targets.length === 0) this.trap("Unreachable");
    else this.emit("jmp.label", { a: this.reg(value), targets });
  }

  // --------------------------------------------------------------------------------------------------- returns

  #return(stmt: ReturnStmt): void {
    const { result } = this.definition.fn.type;
    const type = regTypeOf(result);
    const mark = this.temporaries;
    let value: Value | null = null;
    if (stmt.value !== null && this.#resultPointer >= 0) {
      const from = this.value(stmt.value);
      this.mark(stmt.at);
      const to = address("reg", this.#resultPointer);
      this.copy(to, from, Math.max(0, sizeOf(result)), this.recordFlags(stmt.value), null);
    } else if (stmt.value !== null && type !== null) {
      value = this.value(stmt.value);
      if (stmt.leave.length > 0) value = this.pin(value);
    } else if (stmt.value !== null) {
      this.effect(stmt.value);
    }
    this.releaseTemporaries(mark);
    this.#leave(stmt.leave);
    this.mark(stmt.at);
    // `return;` in a function with a result: a caller that uses it gets zero.
    const zero = type === null ? null : zeroOf(type);
    let given = value ?? zero;
    if (given !== null && this.linker.options.instrument === true) given = this.pin(given);
    this.#profile("__cyg_profile_func_exit");
    this.emit("ret", { a: given === null ? -1 : this.reg(given) });
  }

  block(expr: StatementExpr, wanted: boolean): Value {
    // Nobody jumps into a statement expression, so in dead code its labels are dead too.
    if (!this.reachable) return zeroOf(regTypeOf(expr.type) ?? "i64");
    for (const stmt of expr.block.body) this.statement(stmt);
    if (expr.value === null || !wanted) {
      if (expr.value !== null) this.effect(expr.value);
      this.#leave(expr.block.leave);
      return ZERO32;
    }
    let value = this.value(expr.value);
    const { leave } = expr.block;
    if (leave.length > 0) value = this.#beforeLeaving(expr.value, value);
    if (typeof this.recordSize(expr.value.type) === "number") this.#leave(leave);
    else this.#leave(leave.filter(({ kind }) => kind !== "release"));
    return value;
  }

  /** What leaves the scope by value must not change any more when cleanups run. */
  #beforeLeaving(expr: Expr, value: Value): Value {
    if (regTypeOf(expr.type) !== null) return this.pin(value);
    if (!isInMemory(expr.type)) return value;
    const size = this.recordSize(expr.type);
    const slot = this.temporaryFor(size, 16);
    this.copy(slot, value, size, this.recordFlags(expr), null);
    return slot;
  }
}

function inRange(value: bigint, low: bigint, high: bigint, type: RegType): boolean {
  // Case values of an unsigned type are positive, the constant is kept with sign.
  const width = type === "i32" ? 32 : 64;
  const span = BigInt.asUintN(width, high - low);
  return BigInt.asUintN(width, value - low) <= span;
}
