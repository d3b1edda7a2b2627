// One walk over a finished function, for what only the whole tree can tell:
//
// - which locals must lie in memory (`addressTaken`) and whose address may reach others (`escapes`): an address
//   that is used on the spot, for an access or a comparison, goes nowhere;
// - which functions and objects the code that can be reached refers to, so that what nobody needs is left out
//   (the kernel's headers define thousands of inline functions, and BUILD_BUG_ON() relies on dead calls);
// - whether the end of the body can be reached.
//
// Reachability is gcc's without optimisation but with constant conditions: a label is always reachable, code behind
// a jump or a call that does not return is not. It may call too much alive, never too little: what lowering reaches
// must have been walked here (control.ts).

import type { At } from "./context.js";
import { constantTruth, LabelFinder } from "./control.js";
import type {
  AutoInit,
  CallExpr,
  CaseStmt,
  DeclareStmt,
  Expr,
  FunctionDefinition,
  FunctionSymbol,
  LoopStmt,
  ObjectSymbol,
  Place,
  Stmt,
  SwitchStmt,
} from "./tree.js";

export interface Flow {
  /** Functions and static objects that reachable code refers to. */
  readonly references: ReadonlySet<FunctionSymbol | ObjectSymbol>;
  /** Direct calls that no condition stands in front of: made whenever the function runs that far. */
  readonly calls: readonly CallExpr[];
  /** The closing brace can be reached. */
  readonly fallsOff: boolean;
  /** The same where exit() and abort() are known not to come back, as gcc takes for granted. */
  readonly likelyFallsOff: boolean;
  /** There is no return statement, and no call that does not come back. */
  readonly returnsNever: boolean;
  /** Statements behind which a case follows that they may fall into without saying so. */
  readonly likelyFallThrough: readonly { readonly from: At; readonly into: number }[];
}

export function analyse(definition: FunctionDefinition): Flow {
  const walk = new Walk();
  for (const object of definition.locals) {
    const kind = object.type.kind;
    object.addressTaken = kind === "record" || kind === "array";
  }
  const fallsOff = walk.stmt(definition.body, true);
  const { references, calls } = walk;
  const returnsNever = !walk.returns;
  let [likely, likelyFallsOff] = [walk, fallsOff];
  if (walk.leaves && (fallsOff || walk.fallThrough.length > 0)) {
    likely = new Walk(true);
    likelyFallsOff = likely.stmt(definition.body, true);
  }
  return { references, calls, fallsOff, likelyFallsOff, returnsNever, likelyFallThrough: likely.fallThrough };
}

/** Functions of the C library that gcc knows not to return. */
const ENDING: ReadonlySet<string> = new Set(["abort", "exit", "_exit", "_Exit"]);

class Walk {
  readonly references = new Set<FunctionSymbol | ObjectSymbol>();
  readonly calls: CallExpr[] = [];
  readonly fallThrough: { from: At; into: number }[] = [];
  /** It calls a function that ends the program. */
  leaves = false;
  /** It has a return statement, or calls a function that does not come back. */
  returns = false;
  /** Above 0 behind a condition that is not constant. */
  #guards = 0;
  readonly #broken = new Set<LoopStmt | SwitchStmt>();
  readonly #continued = new Set<LoopStmt>();
  readonly #liveCases = new Set<CaseStmt>();
  readonly #labels = new LabelFinder();

  /** `endsThere`: what stands behind exit() and abort() is dead, whatever the program makes of these names. */
  constructor(readonly endsThere = false) {}

  /** Returns whether the end of the statement is reached, given whether its beginning is. */
  stmt(stmt: Stmt, live: boolean): boolean {
    switch (stmt.kind) {
      case "expr":
        if (live) this.value(stmt.expr, false);
        if (neverReturns(stmt.expr)) this.returns = true;
        if (!live || neverReturns(stmt.expr)) return false;
        if (!this.#ends(stmt.expr)) return true;
        this.leaves = true;
        this.returns = true;
        return !this.endsThere;
      case "declare":
        if (live) {
          if (stmt.init !== null) this.init(stmt.init);
          if (stmt.object.vlaSize !== null) this.value(stmt.object.vlaSize, false);
          if (stmt.object.cleanup !== null) this.value(stmt.object.cleanup, false);
        }
        return live;
      case "block": {
        let at = live;
        stmt.body.forEach((inner, i) => {
          if (inner.kind === "case" && at) this.#fallsInto(stmt.body, i);
          if (inner.kind === "declare" && !at) this.#jumpedOver(inner, stmt.body.slice(i + 1));
          at = this.stmt(inner, at);
        });
        return at;
      }
      case "if":
        return this.#if(stmt, live);
      case "loop":
        return this.#loop(stmt, live);
      case "switch":
        return this.#switch(stmt, live);
      case "case":
        return this.stmt(stmt.body, live || this.#liveCases.has(stmt));
      case "label":
        return this.stmt(stmt.body, true);
      case "goto-value":
        if (live) this.value(stmt.value, false);
        return false;
      case "break":
        if (live) this.#broken.add(stmt.target);
        return false;
      case "continue":
        if (live) this.#continued.add(stmt.target);
        return false;
      case "return":
        this.returns = true;
        if (live && stmt.value !== null) this.value(stmt.value, true);
        return false;
      case "goto":
        return false;
      case "empty":
        return live;
    }
  }

  #ends(expr: Expr): boolean {
    if (expr.kind === "cast") return this.#ends(expr.operand);
    if (expr.kind === "comma") return this.#ends(expr.left) || this.#ends(expr.right);
    return (
      expr.kind === "call" && expr.fn !== null && expr.fn.linkage === "external" && ENDING.has(expr.fn.name)
    );
  }

  /** Whoever enters the scope behind a declaration still runs its cleanup on the way out. */
  #jumpedOver({ object }: DeclareStmt, later: readonly Stmt[]): void {
    if (object.cleanup === null || !later.some((stmt) => this.#labels.isIn(stmt))) return;
    this.#guards++;
    this.value(object.cleanup, false);
    this.#guards--;
  }

  /** The case at body[i] is reached from the statement in front of it. One that only jumps on is no surprise. */
  #fallsInto(body: readonly Stmt[], i: number): void {
    const from = i === 0 ? -1 : lastPlace(body[i - 1]!);
    let next = body[i]!;
    const into = next.at;
    while (next.kind === "case") next = next.body;
    const jumps = next.kind === "break" || next.kind === "goto" || next.kind === "continue";
    const ends = next.kind === "empty" && i === body.length - 1;
    if (from !== -1 && !jumps && !ends) this.fallThrough.push({ from, into });
  }

  #if(first: Stmt & { kind: "if" }, live: boolean): boolean {
    const guards = this.#guards;
    let after = false;
    let at: Stmt | null = first;
    let reached = live;
    // Else-if chains may be long.
    while (at?.kind === "if") {
      if (reached) this.value(at.test, false);
      const known = constantTruth(at.test);
      if (known === null) this.#guards++;
      if (this.stmt(at.consequent, reached && known !== false)) after = true;
      reached = reached && known !== true && !neverReturns(at.test);
      at = at.alternate;
    }
    if (at !== null) {
      if (this.stmt(at, reached)) after = true;
    } else if (reached) after = true;
    this.#guards = guards;
    return after;
  }

  #loop(stmt: LoopStmt, live: boolean): boolean {
    const known = stmt.test === null ? true : constantTruth(stmt.test);
    if (live && stmt.test !== null && !stmt.doWhile) this.value(stmt.test, false);
    const guarded = known === null && !stmt.doWhile;
    if (guarded) this.#guards++;
    // Whoever jumps into the body comes to its beginning in the next turn.
    const fromTop = live && (stmt.doWhile || known !== false);
    const nextTurn = known !== false && this.#labels.isIn(stmt.body);
    const bodyEnds = this.stmt(stmt.body, fromTop || nextTurn);
    if (guarded) this.#guards--;
    const again = bodyEnds || this.#continued.has(stmt);
    if (again && stmt.step !== null) this.value(stmt.step, false);
    if (again && stmt.test !== null && (stmt.doWhile || !live)) this.value(stmt.test, false);
    if (this.#broken.has(stmt)) return true;
    if (known === true) return false;
    return again || (live && !stmt.doWhile);
  }

  #switch(stmt: SwitchStmt, live: boolean): boolean {
    let unmatched = live && stmt.default === null;
    if (live) {
      this.value(stmt.value, false);
      if (stmt.value.kind === "int") {
        const value = stmt.value.value;
        const match = stmt.cases.find((entry) => entry.low <= value && value <= entry.high);
        const target = match?.label ?? stmt.default;
        if (target !== null) this.#liveCases.add(target);
        unmatched = target === null;
      } else {
        for (const entry of stmt.cases) this.#liveCases.add(entry.label);
        if (stmt.default !== null) this.#liveCases.add(stmt.default);
      }
    }
    const guarded = stmt.value.kind !== "int";
    if (guarded) this.#guards++;
    const bodyEnds = this.stmt(stmt.body, false);
    if (guarded) this.#guards--;
    return bodyEnds || unmatched || this.#broken.has(stmt);
  }

  init(init: AutoInit): void {
    for (const entry of init.entries) if (!(entry.value instanceof Uint8Array)) this.value(entry.value, true);
  }

  /** `flows`: the value goes where it may be kept, so that an address in it escapes. */
  value(expr: Expr, flows: boolean): void {
    switch (expr.kind) {
      case "int":
      case "float":
      case "decimal":
      case "label":
      case "temp":
      case "invalid":
        return;
      case "function":
        this.references.add(expr.fn);
        return;
      case "load":
        this.place(expr.place);
        return;
      case "address":
        this.#address(expr.place, flows);
        return;
      case "unary":
        this.value(expr.operand, false);
        return;
      case "binary":
      case "compare":
        this.value(expr.left, expr.kind === "binary");
        this.value(expr.right, expr.kind === "binary");
        return;
      case "ptrdiff":
        this.value(expr.left, false);
        this.value(expr.right, false);
        return;
      case "logical":
        this.value(expr.left, false);
        if (constantTruth(expr.left) !== (expr.op === "or")) this.#guarded(expr.left, expr.right, false);
        return;
      case "conditional":
        this.#conditional(expr, flows);
        return;
      case "comma":
        this.value(expr.left, false);
        this.value(expr.right, flows);
        return;
      case "cast":
        // An address turned into a number can turn up anywhere.
        this.value(
          expr.operand,
          expr.conversion === "bits" ? flows || expr.type.kind !== "pointer" : expr.conversion === "int",
        );
        return;
      case "ptradd":
        this.value(expr.pointer, flows);
        this.value(expr.index, false);
        if (typeof expr.size !== "number") this.value(expr.size, false);
        return;
      case "assign":
        this.place(expr.place);
        this.value(expr.value, true);
        return;
      case "update":
        this.place(expr.place);
        this.value(expr.value, true);
        return;
      case "call":
        this.#call(expr);
        return;
      case "statements":
        this.stmt(expr.block, true);
        if (expr.value !== null) this.value(expr.value, flows);
        return;
      case "set-temp":
        this.value(expr.value, true);
        return;
      case "builtin":
        this.#builtin(expr, flows);
        return;
      case "overflow":
        this.value(expr.left, false);
        this.value(expr.right, false);
        if (expr.target !== null) this.value(expr.target, false);
        return;
      case "atomic":
        this.value(expr.pointer, false);
        if (expr.value !== null) this.value(expr.value, true);
        return;
      case "cmpxchg":
        this.value(expr.pointer, false);
        this.value(expr.expected, expr.form !== "expected");
        this.value(expr.desired, true);
        return;
      case "va-arg":
        this.value(expr.list, false);
        return;
      case "to-union":
        this.value(expr.value, true);
        return;
    }
  }

  #conditional(expr: Expr & { kind: "conditional" }, flows: boolean): void {
    this.value(expr.test, false);
    const known = constantTruth(expr.test);
    if (known !== false) this.#guarded(expr.test, expr.consequent, flows);
    if (known !== true) this.#guarded(expr.test, expr.alternate, flows);
  }

  #guarded(test: Expr, expr: Expr, flows: boolean): void {
    const guard = constantTruth(test) === null ? 1 : 0;
    this.#guards += guard;
    this.value(expr, flows);
    this.#guards -= guard;
  }

  #call(expr: CallExpr): void {
    if (expr.fn !== null) {
      this.references.add(expr.fn);
      if (this.#guards === 0) this.calls.push(expr);
    } else if (expr.pointer !== null) this.value(expr.pointer, false);
    for (const arg of expr.args) this.value(arg, true);
  }

  #builtin(expr: Expr & { kind: "builtin" }, flows: boolean): void {
    const keeps = expr.op === "setjmp" || expr.op === "longjmp";
    expr.args.forEach((arg, i) => {
      // The result of the memory functions is their first argument.
      const copied = expr.type.kind === "pointer" && i === 0 && flows;
      this.value(arg, keeps || copied);
    });
  }

  place(place: Place): void {
    let at = place;
    while (at.kind === "member") at = at.base;
    switch (at.kind) {
      case "object":
        if (at.object.storage === "static") this.references.add(at.object);
        return;
      case "deref":
        this.value(at.pointer, false);
        return;
      case "compound":
        this.#compound(at);
        return;
      case "temporary":
        this.value(at.value, false);
        return;
      case "string":
        return;
    }
  }

  #compound(place: Place & { kind: "compound" }): void {
    place.object.addressTaken ||= place.object.type.kind === "record" || place.object.type.kind === "array";
    this.init(place.init);
  }

  #address(place: Place, flows: boolean): void {
    this.place(place);
    let at = place;
    while (at.kind === "member") at = at.base;
    if (at.kind !== "object" && at.kind !== "compound") return;
    if (at.object.storage !== "auto") return;
    at.object.addressTaken = true;
    if (flows) at.object.escapes = true;
  }
}

/** Where the last thing that a statement does stands; -1 for nothing, and for `fallthrough;`. */
function lastPlace(stmt: Stmt): At {
  switch (stmt.kind) {
    case "expr":
      return { at: stmt.expr.at, first: stmt.expr.first, last: stmt.expr.last };
    case "empty":
      return -1;
    case "if":
      // The bracket of its condition.
      return stmt.at + 1;
    case "case":
    case "label":
      return lastPlace(stmt.body);
    case "block":
      return stmt.body.length === 0 ? -1 : lastPlace(stmt.body[stmt.body.length - 1]!);
    default:
      return stmt.at;
  }
}

function neverReturns(expr: Expr): boolean {
  switch (expr.kind) {
    case "call":
      return expr.fn?.noreturn === true;
    case "builtin":
      return expr.op === "unreachable" || expr.op === "trap" || expr.op === "longjmp";
    case "cast":
      return neverReturns(expr.operand);
    case "comma":
      return neverReturns(expr.left) || neverReturns(expr.right);
    default:
      return false;
  }
}
