// -Wuninitialized: reads that are certainly made, of locals that certainly nobody has set before.
//
// In: a finished body, of which flow.ts has said whose address is taken. One walk in the order of execution, with the
// variables that no path up to here can have set (gcc's default definitions). Whatever is set on some path, in a branch
// or a loop, is left out from there on, and behind a way out of the function nothing is certain: so there is no
// "may be used uninitialized" here. A message stands at the operation whose operand the variable is, as the statements
// of gcc's middle end do; what makes up one such statement has one place.

import type { At, Context } from "./context.js";
import { hasEffect } from "./effects.js";
import type { AutoInit, Expr, FunctionDefinition, ObjectSymbol, Place, Stmt } from "./tree.js";
import { Qual } from "./types.js";

const SCALARS: ReadonlySet<string> = new Set(["int", "enum", "float", "decimal", "pointer"]);

export function warnUninitialized(cx: Context, definition: FunctionDefinition): void {
  const unset = new Set<ObjectSymbol>();
  for (const object of definition.locals) {
    const { kind, quals } = object.type;
    const isScalar = SCALARS.has(kind);
    const isPlain = !object.parameter && !object.addressTaken && object.name !== "" && !object.initialized;
    if (isScalar && isPlain && (quals & Qual.Volatile) === 0) unset.add(object);
  }
  if (unset.size > 0) new UnsetWalk(cx, unset).stmt(definition.body);
}

class UnsetWalk {
  readonly #cx: Context;
  /** Nothing can have set these. */
  readonly #unset: Set<ObjectSymbol>;
  /** There was a way out of the function: what follows need not be executed. */
  #mayHaveLeft = false;
  /** There was a way out of the loop or switch around. */
  #mayHaveBroken = false;
  #quiet = 0;
  /** What has been set on any path so far. */
  readonly #setAt = new Set<ObjectSymbol>();
  /** Above 0 where what is walked happens on some paths only. */
  #depth = 0;

  constructor(cx: Context, unset: Set<ObjectSymbol>) {
    this.#cx = cx;
    this.#unset = unset;
  }

  stmt(stmt: Stmt): void {
    if (this.#unset.size === 0) return;
    switch (stmt.kind) {
      case "expr":
        if (hasEffect(stmt.expr)) this.#value(stmt.expr, own(stmt.expr));
        if (neverReturns(stmt.expr)) this.#mayHaveLeft = true;
        return;
      case "declare":
        if (stmt.object.vlaSize !== null) this.#value(stmt.object.vlaSize, stmt.at);
        if (stmt.init !== null) {
          this.#init(stmt.init, stmt.object.at);
          this.#unset.delete(stmt.object);
        }
        return;
      case "block":
        for (const inner of stmt.body) this.stmt(inner);
        return;
      case "if":
        this.#value(stmt.test, stmt.at + 1);
        this.#maybe(() => {
          this.stmt(stmt.consequent);
          if (stmt.alternate !== null) this.stmt(stmt.alternate);
        });
        return;
      case "loop":
        this.#loop(stmt);
        return;
      case "switch":
        this.#value(stmt.value, stmt.at);
        this.#within(() => this.#maybe(() => this.stmt(stmt.body)));
        return;
      case "case":
        this.stmt(stmt.body);
        return;
      case "label":
        // Whoever jumps here may have set anything.
        this.#unset.clear();
        return;
      case "return":
        if (stmt.value !== null) this.#value(stmt.value, own(stmt.value));
        this.#mayHaveLeft = true;
        return;
      case "goto-value":
        this.#value(stmt.value, stmt.at);
        this.#mayHaveLeft = true;
        return;
      case "goto":
        this.#mayHaveLeft = true;
        return;
      case "break":
      case "continue":
        this.#mayHaveBroken = true;
        return;
      case "empty":
        return;
    }
  }

  #loop(stmt: Stmt & { kind: "loop" }): void {
    this.#within(() => {
      const { test, step, body, doWhile } = stmt;
      const turn = (): void => {
        if (test !== null && !doWhile) this.#value(test, own(test));
        if (doWhile) this.stmt(body);
        else this.#maybe(() => this.stmt(body));
        if (step !== null) this.#maybe(() => this.#value(step, own(step)));
        if (test !== null && doWhile) this.#value(test, own(test));
      };
      // What any turn sets may be set in front of the next one.
      const [left, broken, unset] = [this.#mayHaveLeft, this.#mayHaveBroken, new Set(this.#unset)];
      this.#setIn(turn, unset);
      [this.#mayHaveLeft, this.#mayHaveBroken] = [left, broken];
      turn();
    });
  }

  /** Walks quietly, and takes away what is set; reads count for nothing. */
  #setIn(walk: () => void, unset: Set<ObjectSymbol>): void {
    this.#quiet++;
    this.#maybe(walk);
    this.#quiet--;
    for (const object of unset) if (!this.#setAt.has(object)) this.#unset.add(object);
  }

  /** Something that happens on some paths only: what it sets is no longer unset. */
  #maybe(walk: () => void): void {
    this.#depth++;
    walk();
    this.#depth--;
  }

  /** break and continue lead no further than here. */
  #within(walk: () => void): void {
    const before = this.#mayHaveBroken;
    walk();
    this.#mayHaveBroken = before;
  }

  #init(init: AutoInit, at: At): void {
    for (const { value } of init.entries) if (!(value instanceof Uint8Array)) this.#value(value, at);
  }

  /** An operand of the operation at `at`. */
  #operand(expr: Expr, at: At): void {
    const isPart = expr.kind === "load" || (expr.kind === "cast" && expr.implicit);
    this.#value(expr, isPart ? at : own(expr));
  }

  /** `at`: of the statement that the expression's outermost operation is. */
  #value(expr: Expr, at: At): void {
    if (this.#unset.size === 0) return;
    switch (expr.kind) {
      case "load":
        this.#place(expr.place, at, true);
        return;
      case "address":
        this.#place(expr.place, at, false);
        return;
      case "cast":
        this.#value(expr.operand, expr.implicit ? at : own(expr));
        return;
      case "unary":
        this.#operand(expr.operand, at);
        return;
      case "binary":
      case "compare":
      case "ptrdiff":
        this.#operand(expr.left, at);
        this.#operand(expr.right, at);
        return;
      case "comma":
        this.#value(expr.left, own(expr.left));
        this.#value(expr.right, at);
        return;
      case "logical":
        this.#operand(expr.left, at);
        this.#maybe(() => this.#operand(expr.right, at));
        return;
      case "conditional":
        this.#operand(expr.test, at);
        this.#maybe(() => {
          this.#operand(expr.consequent, at);
          this.#operand(expr.alternate, at);
        });
        return;
      case "ptradd":
        this.#operand(expr.pointer, at);
        this.#operand(expr.index, at);
        return;
      case "assign":
        this.#value(expr.value, own(expr));
        this.#place(expr.place, own(expr), false);
        this.#set(expr.place);
        return;
      case "update":
        this.#value(expr.value, own(expr));
        this.#place(expr.place, at, true);
        this.#set(expr.place);
        return;
      case "call":
        if (expr.pointer !== null) this.#operand(expr.pointer, own(expr));
        for (const arg of expr.args) this.#value(arg, own(expr));
        return;
      case "statements":
        this.stmt(expr.block);
        if (expr.value !== null) this.#value(expr.value, own(expr.value));
        return;
      case "set-temp":
        this.#operand(expr.value, at);
        return;
      case "builtin":
        for (const arg of expr.args) this.#value(arg, own(expr));
        return;
      case "overflow":
        this.#operand(expr.left, at);
        this.#operand(expr.right, at);
        return;
      case "atomic":
        this.#operand(expr.pointer, at);
        if (expr.value !== null) this.#operand(expr.value, at);
        return;
      case "cmpxchg":
        this.#operand(expr.pointer, at);
        this.#operand(expr.expected, at);
        this.#operand(expr.desired, at);
        return;
      case "va-arg":
        this.#operand(expr.list, at);
        return;
      case "to-union":
        this.#operand(expr.value, at);
        return;
      default:
    }
  }

  #place(place: Place, at: At, isRead: boolean): void {
    let inner = place;
    while (inner.kind === "member") inner = inner.base;
    if (inner.kind === "deref") {
      const { pointer } = inner;
      // An index is an operand of the access itself.
      if (pointer.kind === "ptradd") {
        this.#operand(pointer.pointer, at);
        this.#operand(pointer.index, at);
      } else this.#operand(pointer, at);
    } else if (inner.kind === "compound") this.#init(inner.init, at);
    else if (inner.kind === "temporary") this.#value(inner.value, at);
    else if (inner.kind === "object" && isRead && this.#unset.has(inner.object)) this.#read(inner.object, at);
  }

  #set(place: Place): void {
    if (place.kind !== "object") return;
    this.#unset.delete(place.object);
    this.#setAt.add(place.object);
  }

  #read(object: ObjectSymbol, at: At): void {
    if (this.#quiet > 0) return;
    this.#unset.delete(object);
    if (this.#mayHaveLeft || this.#mayHaveBroken || this.#depth > 0) return;
    const { name } = object;
    const note = { text: `'${name}' was declared here`, at: object.at };
    this.#cx.warning("-Wuninitialized", at, `'${name}' is used uninitialized`, note);
  }
}

function own({ at, first, last }: Expr): At {
  return { at, first, last };
}

function neverReturns(expr: Expr): boolean {
  if (expr.kind === "cast") return neverReturns(expr.operand);
  return (
    expr.kind === "call" &&
    (expr.fn?.noreturn === true || expr.fn?.name === "exit" || expr.fn?.name === "abort")
  );
}
