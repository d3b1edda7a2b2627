// Statements: control flow with its targets resolved, and what each way out of a scope has to do.

import type * as ast from "../syntax/ast.js";
import { asmStatement } from "./asm.js";
import { convertFor } from "./assign.js";
import { integerOf, wrap } from "./constant.js";
import type { Context, FunctionState, LeaveScope, LoopState, SwitchState } from "./context.js";
import { convert, intExpr, invalid, isInteger, onlyCalled, promote, rvalue } from "./convert.js";
import { localDeclaration } from "./declarations.js";
import { warnNoEffect } from "./effects.js";
import { expression, value, valueInVain } from "./expressions.js";
import { declareLabel, here, labelState, leaving, useLabel, withLastRelease } from "./labels.js";
import { warnEmptyBody, warnLayout } from "./lines.js";
import { checkScalar } from "./operators.js";
import { isPure } from "./pure.js";
import { sequencePoints } from "./sequence.js";
import { staticAssert } from "./static-assert.js";
import {
  warnCaseRange,
  warnDanglingElse,
  warnSwitch,
  warnTruthValue,
  warnUnreachable,
} from "./suspicious.js";
import type { BlockStmt, CaseStmt, Expr, Leave, LoopStmt, StatementExpr, Stmt, SwitchStmt } from "./tree.js";
import type { IntType } from "./types.js";
import { setObject, type Usage, warnAssignedCondition } from "./wall.js";
import { caretOf, whereOf, wholeOf } from "./where.js";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

export function statement(cx: Context, fn: FunctionState, node: ast.Statement): Stmt {
  switch (node.kind) {
    case "Compound":
      return cx.inScope("block", () => block(cx, fn, node));
    case "ExpressionStatement":
      return expressionStatement(cx, node);
    case "EmptyStatement":
      return { kind: "empty", at: node.first };
    case "AttributeStatement": {
      const isMeant = node.attributes.some(({ name }) => /^_*fallthrough_*$/.test(name));
      return isMeant
        ? { kind: "empty", at: node.first, fallsThrough: true }
        : { kind: "empty", at: node.first };
    }
    case "If":
      // Tags declared in a test are the statement's own (6.8.4p3, 6.8.5p5).
      return cx.inScope("block", () => ifStatement(cx, fn, node));
    case "Switch":
      return cx.inScope("block", () => switchStatement(cx, fn, node));
    case "While":
    case "DoWhile":
      return cx.inScope("block", () => whileStatement(cx, fn, node));
    case "For":
      return forStatement(cx, fn, node);
    case "Goto":
      return gotoStatement(cx, fn, node);
    case "ComputedGoto": {
      const target = value(cx, node.target);
      if (target.kind !== "invalid" && target.type.kind !== "pointer" && !isInteger(target.type)) {
        cx.error(node.first, "computed goto must be pointer type");
      }
      return { kind: "goto-value", at: node.first, value: convert(cx, target, cx.types.voidPointer, true) };
    }
    case "Continue":
      return continueStatement(cx, fn, node);
    case "Break":
      return breakStatement(cx, fn, node);
    case "Return":
      return returnStatement(cx, fn, node);
    case "Labeled":
      return labeled(cx, fn, node);
    case "Asm":
      return asmStatement(cx, node);
  }
}

// --------------------------------------------------------------------------------------------------------- blocks

function enter(fn: FunctionState, statementExpr: boolean): LeaveScope {
  const parent = fn.leave;
  const scope: LeaveScope = {
    parent,
    depth: parent.depth + 1,
    aliveInParent: parent.entries.length,
    entries: [],
    locals: [],
    statementExpr,
  };
  fn.leave = scope;
  return scope;
}

function closing(scope: LeaveScope): Leave[] {
  return scope.entries.length === 0 ? [] : withLastRelease([...scope.entries].reverse());
}

function closeLabels(fn: FunctionState, count: number): void {
  while (fn.labelScopes.length > count) fn.closedLabelScopes.push(fn.labelScopes.pop()!);
}

/** The items of a block in a leave scope of their own; the name scope is the caller's. */
export function block(cx: Context, fn: FunctionState, node: ast.Compound): BlockStmt {
  const scope = enter(fn, false);
  const labelScopes = fn.labelScopes.length;
  const body: Stmt[] = [];
  items(cx, fn, node.items, body);
  closeLabels(fn, labelScopes);
  fn.leave = scope.parent!;
  return { kind: "block", at: node.first, body, locals: scope.locals, leave: closing(scope) };
}

function items(cx: Context, fn: FunctionState, list: readonly ast.BlockItem[], out: Stmt[]): void {
  for (const item of list) blockItem(cx, fn, item, out);
}

function blockItem(cx: Context, fn: FunctionState, item: ast.BlockItem, out: Stmt[]): void {
  switch (item.kind) {
    case "Declaration":
      localDeclaration(cx, fn, item, out);
      return;
    case "StaticAssert":
      staticAssert(cx, item);
      return;
    case "FunctionDefinition":
      cx.error(item.declarator.name?.first ?? item.first, "nested functions are not supported");
      return;
    case "LocalLabels": {
      const map = new Map();
      fn.labelScopes.push(map);
      for (const label of item.labels) declareLabel(cx, fn, label, map);
      return;
    }
    default:
      out.push(statement(cx, fn, item));
  }
}

/** `({ ... })`: the last expression statement is the value. */
export function statementExpression(cx: Context, node: ast.StatementExpr): Expr {
  const { first, last } = node;
  const where = { at: first, first, last };
  const fn = cx.fn;
  if (fn === null) {
    cx.error(first, "braced-group within expression allowed only inside a function");
    return invalid(cx, where);
  }
  return cx.inScope("block", () => {
    const scope = enter(fn, true);
    const labelScopes = fn.labelScopes.length;
    const body: Stmt[] = [];
    let list = node.body.items;
    // gcc keeps no empty statements: what stands before them has the value.
    while (list.at(-1)?.kind === "EmptyStatement") list = list.slice(0, -1);
    const final = list[list.length - 1];
    const valued = final === undefined ? null : valueExpression(final);
    const plain = valued === null ? list : list.slice(0, -1);
    items(cx, fn, plain, body);
    let result: Expr | null = null;
    if (valued !== null) {
      // Labels in front of the last expression stay in front of its value.
      if (final!.kind === "Labeled") body.push(labeled(cx, fn, { ...final!, body: emptyAt(final!) }));
      result = valueInVain(cx, valued);
    }
    closeLabels(fn, labelScopes);
    fn.leave = scope.parent!;
    const type = result === null ? cx.types.void : result.type;
    const made: StatementExpr = {
      kind: "statements",
      ...where,
      type,
      block: { kind: "block", at: node.body.first, body, locals: scope.locals, leave: closing(scope) },
      value: result?.type.kind === "void" ? null : result,
    };
    if (result?.type.kind === "void") body.push({ kind: "expr", at: result.at, expr: result });
    if (result?.kind === "invalid") return invalid(cx, where);
    return made;
  });
}

function valueExpression(item: ast.BlockItem): ast.Expr | null {
  if (item.kind === "ExpressionStatement") return item.expression;
  return item.kind === "Labeled" && item.body.kind === "ExpressionStatement" ? item.body.expression : null;
}

function emptyAt(node: ast.Labeled): ast.EmptyStatement {
  return { kind: "EmptyStatement", first: node.body.first, last: node.body.first };
}

// ---------------------------------------------------------------------------------------------------- expressions

function expressionStatement(cx: Context, node: ast.ExpressionStatement): Stmt {
  const writes = cx.writes;
  const operand = expression(cx, node.expression);
  if (cx.usage !== null) noteStatement(cx.usage, cx, node.expression);
  // A plain `*p;` of a void pointer reads nothing; any other place is read, as volatile ones must be.
  const expr =
    operand.type.kind === "void" ? discard(cx, operand) : (onlyCalled(operand) ?? rvalue(cx, operand));
  warnUnusedResult(cx, node.expression, expr);
  if (cx.wants("unused-value")) {
    warnNoEffect(
      cx,
      node.expression,
      expr,
      wholeOf(cx.tokens, node.expression, node.first, node.last - 1),
      node.first,
    );
  }
  sequencePoints(cx, node.expression, writes);
  if (expr.kind === "invalid" || isPure(expr)) return { kind: "empty", at: node.first };
  return { kind: "expr", at: expr.at, expr };
}

function noteStatement(usage: Usage, cx: Context, node: ast.Expr): void {
  const target = node.kind === "Assign" && node.operator === "=" ? setObject(cx, node.target) : null;
  if (target !== null) usage.onlySet(target);
}

function discard(cx: Context, operand: ReturnType<typeof expression>): Expr {
  if (operand.kind === "deref" && operand.type.kind === "void") return operand.pointer;
  return rvalue(cx, operand);
}

function warnUnusedResult(cx: Context, node: ast.Expr, expr: Expr): void {
  if (expr.kind === "cast" && expr.conversion === "void") {
    // gcc does not take (void) for an excuse.
    warnUnusedResult(cx, node.kind === "Cast" ? node.operand : node, expr.operand);
    return;
  }
  if (expr.kind !== "call" || expr.fn === null || expr.type.kind === "void") return;
  if (cx.functionAttributes.get(expr.fn)?.warnUnusedResult !== true) return;
  const text = `ignoring return value of '${expr.fn.name}' declared with attribute 'warn_unused_result'`;
  cx.warning("-Wunused-result", whereOf(cx.tokens, node), text);
}

/** A controlling expression. */
function test(cx: Context, node: ast.Expr, low: number, high: number): Expr {
  const writes = cx.writes;
  const expr = value(cx, node);
  sequencePoints(cx, node, writes);
  if (cx.asksForMore) {
    warnAssignedCondition(cx, node, wholeOf(cx.tokens, node, low, high));
    warnTruthValue(cx, node, expr);
  }
  return checkScalar(cx, caretOf(cx.tokens, node), expr) ? expr : invalid(cx, expr);
}

// ------------------------------------------------------------------------------------------------------- selection

function ifStatement(cx: Context, fn: FunctionState, node: ast.If): Stmt {
  const first: Mutable<Stmt & { kind: "if" }> = branch(cx, fn, node);
  // A long else-if chain is a list in disguise: no recursion for it.
  let tail = first;
  let rest = node.alternate;
  while (rest?.kind === "If") {
    const next = branch(cx, fn, rest);
    tail.alternate = next;
    tail = next;
    rest = rest.alternate;
  }
  if (rest !== null) {
    tail.alternate = cx.inScope("block", () => statement(cx, fn, rest));
    warnEmptyBody(cx, "else", rest);
    warnLayout(cx, "else", elseOf(cx, rest), rest);
  }
  return first;
}

/** The keyword in front of a statement. */
function elseOf(cx: Context, body: ast.Statement): number {
  let at = body.first - 1;
  while (at > 0 && cx.tokens.text[at] !== "else") at--;
  return at;
}

function branch(cx: Context, fn: FunctionState, node: ast.If): Mutable<Stmt & { kind: "if" }> {
  const condition = test(cx, node.condition, node.first + 2, node.consequent.first - 2);
  if (cx.asksForMore) warnDanglingElse(cx, node);
  const consequent = cx.inScope("block", () => statement(cx, fn, node.consequent));
  warnEmptyBody(cx, "if", node.consequent);
  if (node.alternate === null) warnLayout(cx, "if", node.first, node.consequent);
  return { kind: "if", at: node.first, test: condition, consequent, alternate: null };
}

function switchStatement(cx: Context, fn: FunctionState, node: ast.Switch): Stmt {
  const writes = cx.writes;
  const subject = value(cx, node.subject);
  sequencePoints(cx, node.subject, writes);
  let type: IntType | null = null;
  let promoted: Expr = subject;
  if (subject.kind !== "invalid") {
    if (isInteger(subject.type)) {
      promoted = promote(cx, subject);
      type = integerOf(promoted.type);
    } else cx.error(caretOf(cx.tokens, node.subject), "switch quantity not an integer");
  }
  if (type !== null && type.bits !== type.size * 8) {
    type = cx.types.integerOfSize(type.size, type.signed);
    promoted = convert(cx, promoted, type, true);
  }
  const cases: SwitchState["cases"] = [];
  const stmt: Mutable<SwitchStmt> = {
    kind: "switch",
    at: node.first,
    value: promoted,
    cases,
    default: null,
    body: { kind: "empty", at: node.body.first },
  };
  const state: SwitchState = {
    kind: "switch",
    parent: fn.breakable,
    stmt,
    point: here(fn),
    type,
    cases,
    single: new Map(),
    ranges: [],
    defaultAt: -1,
  };
  fn.breakable = state;
  stmt.body = cx.inScope("block", () => statement(cx, fn, node.body));
  fn.breakable = state.parent;
  warnCaseRange(cx, subject.type, state);
  warnUnreachable(cx, node.body);
  if (cx.wants("switch")) warnSwitch(cx, stmt, subject.type, state);
  return stmt;
}

function enclosingSwitch(fn: FunctionState): SwitchState | null {
  let state = fn.breakable;
  while (state !== null && state.kind !== "switch") state = state.parent;
  return state;
}

/** Labels in front of one statement: all cases among them share one place. */
function labeled(cx: Context, fn: FunctionState, node: ast.Labeled): Stmt {
  let place: Mutable<CaseStmt> | null = null;
  const named: ast.NamedLabel[] = [];
  for (const prefix of node.labels) {
    if (prefix.kind === "NamedLabel") {
      named.push(prefix);
      defineLabel(cx, fn, prefix);
      continue;
    }
    const state = enclosingSwitch(fn);
    if (state === null) {
      const what = prefix.kind === "CaseLabel" ? "case label" : "'default' label";
      cx.error(prefix.first, `${what} not within a switch statement`);
      continue;
    }
    place ??= { kind: "case", at: prefix.first, body: { kind: "empty", at: prefix.first } };
    if (prefix.kind === "DefaultLabel") defaultLabel(cx, state, prefix, place);
    else caseLabel(cx, state, prefix, place);
  }
  let result: Stmt = statement(cx, fn, node.body);
  if (place !== null) {
    place.body = result;
    result = place;
  }
  for (let i = named.length - 1; i >= 0; i--) {
    const { label } = labelState(cx, fn, named[i]!.label);
    result = { kind: "label", at: named[i]!.first, label, body: result };
  }
  return result;
}

function defineLabel(cx: Context, fn: FunctionState, node: ast.NamedLabel): void {
  const state = labelState(cx, fn, node.label);
  if (state.target !== null) {
    cx.error(node.first, `duplicate label '${node.label.name}'`, {
      text: `previous definition of '${node.label.name}' with type 'void'`,
      at: state.label.at,
    });
    return;
  }
  (state.label as Mutable<typeof state.label>).at = node.first;
  state.target = here(fn);
  state.unused = node.attributes.some(({ name }) => name === "unused");
}

function defaultLabel(cx: Context, state: SwitchState, node: ast.DefaultLabel, place: CaseStmt): void {
  if (state.defaultAt >= 0) {
    cx.error(node.first, "multiple default labels in one switch", {
      text: "this is the first default label",
      at: state.defaultAt,
    });
    return;
  }
  state.defaultAt = node.first;
  (state.stmt as Mutable<SwitchStmt>).default = place;
}

function caseLabel(cx: Context, state: SwitchState, node: ast.CaseLabel, place: CaseStmt): void {
  const low = caseValue(cx, state, node.low, node.first);
  const high = node.high === null ? low : caseValue(cx, state, node.high, node.first);
  if (low === null || high === null || state.type === null) return;
  if (low > high) {
    cx.warning(null, node.first, "empty range specified");
    return;
  }
  const before = previousCase(state, low, high);
  if (before !== null) {
    const range = low !== high;
    cx.error(node.first, range ? "duplicate (or overlapping) case value" : "duplicate case value", {
      text: range ? "this is the first entry overlapping that value" : "previously used here",
      at: before,
    });
    return;
  }
  if (low === high) state.single.set(low, node.first);
  else state.ranges.push({ low, high, at: node.first });
  state.cases.push({ low, high, label: place });
}

function previousCase(state: SwitchState, low: bigint, high: bigint): number | null {
  const range = state.ranges.find((known) => low <= known.high && high >= known.low);
  if (range !== undefined) return range.at;
  if (low === high) return state.single.get(low) ?? null;
  for (const [known, at] of state.single) if (known >= low && known <= high) return at;
  return null;
}

function caseValue(cx: Context, state: SwitchState, node: ast.Expr, at: number): bigint | null {
  const expr = value(cx, node);
  if (expr.kind === "invalid") return null;
  if (expr.kind !== "int" || integerOf(expr.type) === null) {
    cx.error(at, "case label does not reduce to an integer constant");
    return null;
  }
  return state.type === null ? expr.value : wrap(expr.value, state.type);
}

// ---------------------------------------------------------------------------------------------------------- loops

function loopState(fn: FunctionState, stmt: LoopStmt): LoopState {
  return { kind: "loop", parent: fn.breakable, stmt, point: here(fn) };
}

function loopBody(cx: Context, fn: FunctionState, stmt: Mutable<LoopStmt>, node: ast.Statement): void {
  const state = loopState(fn, stmt);
  fn.breakable = state;
  stmt.body = cx.inScope("block", () => statement(cx, fn, node));
  fn.breakable = state.parent;
}

function newLoop(node: ast.Statement, doWhile: boolean): Mutable<LoopStmt> {
  const at = node.first;
  return { kind: "loop", at, doWhile, test: null, step: null, body: { kind: "empty", at } };
}

function whileStatement(cx: Context, fn: FunctionState, node: ast.While | ast.DoWhile): Stmt {
  const doWhile = node.kind === "DoWhile";
  const stmt = newLoop(node, doWhile);
  if (!doWhile) stmt.test = test(cx, node.condition, node.first + 2, node.body.first - 2);
  loopBody(cx, fn, stmt, node.body);
  if (doWhile) {
    warnEmptyBody(cx, "do", node.body);
    stmt.test = test(cx, node.condition, node.body.last + 3, node.last - 2);
  } else warnLayout(cx, "while", node.first, node.body);
  return stmt;
}

function forStatement(cx: Context, fn: FunctionState, node: ast.For): Stmt {
  return cx.inScope("block", () => {
    const scope = enter(fn, false);
    const body: Stmt[] = [];
    if (node.init?.kind === "Declaration") localDeclaration(cx, fn, node.init, body);
    else if (node.init !== null) {
      const writes = cx.writes;
      const expr = valueInVain(cx, node.init);
      if (cx.wants("unused-value"))
        warnNoEffect(cx, node.init, expr, whereOf(cx.tokens, node.init), node.first);
      forPart(cx, node.init, writes);
      if (expr.kind !== "invalid" && !isPure(expr)) body.push({ kind: "expr", at: expr.at, expr });
    }
    const stmt = newLoop(node, false);
    if (node.condition !== null) stmt.test = test(cx, node.condition, node.first, node.body.first);
    if (node.step !== null) {
      const writes = cx.writes;
      const step = valueInVain(cx, node.step);
      if (cx.wants("unused-value")) {
        warnNoEffect(cx, node.step, step, whereOf(cx.tokens, node.step), node.step.first);
      }
      forPart(cx, node.step, writes);
      stmt.step = isPure(step) ? null : step;
    }
    loopBody(cx, fn, stmt, node.body);
    warnLayout(cx, "for", node.first, node.body);
    fn.leave = scope.parent!;
    if (body.length === 0 && scope.locals.length === 0) return stmt;
    body.push(stmt);
    return { kind: "block", at: node.first, body, locals: scope.locals, leave: closing(scope) };
  });
}

/** What a `for` does before and behind its body is like a statement. */
function forPart(cx: Context, node: ast.Expr, writes: number): void {
  sequencePoints(cx, node, writes);
  if (cx.usage !== null) noteStatement(cx.usage, cx, node);
}

// ---------------------------------------------------------------------------------------------------------- jumps

function gotoStatement(cx: Context, fn: FunctionState, node: ast.Goto): Stmt {
  const label = useLabel(cx, node.label, node.first);
  const leave: Leave[] = [];
  const state = labelState(cx, fn, node.label);
  fn.gotos.push({ state, leave, from: here(fn), at: node.first });
  return { kind: "goto", at: node.first, label, leave };
}

function continueStatement(cx: Context, fn: FunctionState, node: ast.Continue): Stmt {
  let state = fn.breakable;
  while (state !== null && state.kind !== "loop") state = state.parent;
  if (state === null) {
    cx.error(node.first, "continue statement not within a loop");
    return { kind: "empty", at: node.first };
  }
  return { kind: "continue", at: node.first, target: state.stmt, leave: leaving(here(fn), state.point) };
}

function breakStatement(cx: Context, fn: FunctionState, node: ast.Break): Stmt {
  const state = fn.breakable;
  if (state === null) {
    cx.error(node.first, "break statement not within loop or switch");
    return { kind: "empty", at: node.first };
  }
  return { kind: "break", at: node.first, target: state.stmt, leave: leaving(here(fn), state.point) };
}

/** -Wreturn-local-addr: what is returned points at what is gone by then. */
function warnLocalAddress(cx: Context, node: ast.Expr, given: Expr): void {
  let at = given;
  while (at.kind === "cast" || at.kind === "ptradd") at = at.kind === "cast" ? at.operand : at.pointer;
  if (at.kind !== "address") return;
  let place = at.place;
  while (place.kind === "member" || (place.kind === "deref" && place.pointer.kind === "ptradd")) {
    if (place.kind === "member") place = place.base;
    else if (
      place.kind === "deref" &&
      place.pointer.kind === "ptradd" &&
      place.pointer.pointer.kind === "address"
    )
      place = place.pointer.pointer.place;
    else return;
  }
  if (place.kind !== "object" || place.object.storage !== "auto" || place.object.name === "") return;
  const text = "function returns address of local variable";
  cx.warning("-Wreturn-local-addr", whereOf(cx.tokens, node), text);
}

/** Said without being asked for, but by the option's name once that is on. */
function returnType(cx: Context): string | null {
  return cx.wants("return-type") ? "-Wreturn-type" : null;
}

function returnStatement(cx: Context, fn: FunctionState, node: ast.Return): Stmt {
  const result = cx.types.unqualified(fn.fn.type.result);
  let root = fn.leave;
  while (root.parent !== null) root = root.parent;
  const leave = leaving(here(fn), { scope: root, alive: 0 });
  if (fn.fn.noreturn) {
    cx.warning(null, node.first, "function declared 'noreturn' has a 'return' statement");
    cx.warning(null, node.first, "'noreturn' function does return");
  }
  if (node.value === null) {
    if (result.kind !== "void" && result.kind !== "poison") {
      const text = "'return' with no value, in function returning non-void";
      cx.warning(returnType(cx), node.first, text, { text: "declared here", at: fn.fn.at });
    }
    return { kind: "return", at: node.first, value: null, leave };
  }
  const writes = cx.writes;
  const given = result.kind === "void" ? valueInVain(cx, node.value) : value(cx, node.value);
  sequencePoints(cx, node.value, writes);
  const at = caretOf(cx.tokens, node.value);
  if (given.kind !== "invalid" && result.kind === "pointer") warnLocalAddress(cx, node.value, given);
  if (result.kind === "void") {
    if (given.type.kind !== "void" && given.kind !== "invalid") {
      const text = "'return' with a value, in function returning void";
      cx.warning(returnType(cx), at, text, { text: "declared here", at: fn.fn.at });
    }
    // The value is computed for what it does; nothing is returned.
    return {
      kind: "block",
      at: node.first,
      body: [
        ...(isPure(given)
          ? []
          : [{ kind: "expr" as const, at: given.at, expr: convert(cx, given, cx.types.void, true) }]),
        { kind: "return", at: node.first, value: null, leave },
      ],
      locals: [],
      leave: [],
    };
  }
  const converted = convertFor(cx, at, given, result, { kind: "return" });
  const returned = converted.kind === "invalid" ? intExpr(given, cx.types.poison, 0n) : converted;
  return { kind: "return", at: node.first, value: returned, leave };
}
