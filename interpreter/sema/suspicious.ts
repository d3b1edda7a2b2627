// Those of gcc's -Wall that find an expression or statement odd by itself: comparisons that are always true, subscripts
// that may be negative, a switch that forgets an enumerator, an else that belongs to another if than it seems.
//
// What stands in a macro's text is not judged where gcc does not judge it: a macro cannot know its arguments.

import type * as ast from "../syntax/ast.js";
import { addressOfWhole, isBool, isSame, isTruth, warnTruthOfAddress } from "./comparisons.js";
import { integerOf, maxOf, minOf } from "./constant.js";
import type { At, Context, SwitchState } from "./context.js";
import type { Expr, SwitchStmt } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType } from "./types.js";
import { whereOf } from "./where.js";

/** `!a & b` */
export function warnNegatedMask(cx: Context, node: ast.Binary, value: Expr, right: Expr): void {
  const { left, operator } = node;
  if (operator !== "&" && operator !== "|") return;
  if (left.kind !== "Unary" || left.operator !== "!" || left.first !== node.first) return;
  if (isTruth(node.right) || isBool(right.type)) return;
  const text = `suggest parentheses around operand of '!' or change '${operator}' to '${operator}${operator}' or '!' to '~'`;
  cx.warning("-Wparentheses", value.kind === "int" ? node.operatorToken : whereOf(cx.tokens, left), text);
}

// --------------------------------------------------------------------------------------------------------- conditions

/** An expression of which only the truth is asked, by what stands at `asked`. */
export function warnTruthValue(cx: Context, node: ast.Expr, expr: Expr, asked = node.first): void {
  if (cx.unevaluated > 0) return;
  const at = whereOf(cx.tokens, node);
  if (cx.tokens.origin[at.at] !== 0) return;
  const named = addressOfWhole(expr);
  if (named !== null) {
    const text = `the address of '${named.name}' will always evaluate as 'true'`;
    cx.warning("-Waddress", asked, text);
  } else if (cx.wants("address") && warnTruthOfAddress(cx, asked, expr)) {
    return;
  } else if (node.kind === "Binary" && expr.kind === "binary") {
    const isSigned = expr.type.kind === "int" && expr.type.signed;
    if (node.operator === "<<" && isSigned) {
      cx.warning("-Wint-in-bool-context", at, "'<<' in boolean context, did you mean '<'?");
    } else if (node.operator === "*" && expr.type.kind === "int") {
      cx.warning("-Wint-in-bool-context", at, "'*' in boolean context, suggest '&&' instead");
    }
  } else if (expr.kind === "conditional" && expr.consequent.kind === "int" && expr.alternate.kind === "int") {
    const [yes, no] = [expr.consequent.value, expr.alternate.value];
    const isKnown = yes !== 0n && no !== 0n && (yes !== 1n || no !== 1n);
    if (!isKnown && (yes === 0n || yes === 1n) && (no === 0n || no === 1n)) return;
    const always = isKnown ? ", the expression will always evaluate to 'true'" : "";
    cx.warning("-Wint-in-bool-context", at, `'?:' using integer constants in boolean context${always}`);
  } else if (expr.kind === "int" && expr.value !== 0n && expr.value !== 1n) {
    if (expr.type.kind !== "enum") return;
    cx.warning("-Wint-in-bool-context", at, "enum constant in boolean context");
  }
}

/** `~(a == b)`: `at` is the operator. */
export function warnBoolComplement(cx: Context, at: number, node: ast.Expr, operand: Expr): void {
  if (!cx.wants("bool-operation") || operand.kind === "int" || (!isTruth(node) && !isBool(operand.type)))
    return;
  const where = { at, first: at, last: at };
  const text = "did you mean to use logical not?";
  const instead = { ...where, changes: [{ text: "!", before: at }] };
  cx.warning("-Wbool-operation", at, "'~' on a boolean expression", { text, at: instead });
}

// ---------------------------------------------------------------------------------------------------------- subscripts

/** A plain char may be negative. `bracket`: in front of it. */
export function warnCharIndex(cx: Context, bracket: number, node: ast.Expr, index: Expr): void {
  const { type } = index;
  if (index.kind === "int" || type.kind !== "int" || type.name !== "char") return;
  const at = node.kind === "Name" ? bracket : whereOf(cx.tokens, node);
  cx.warning("-Wchar-subscripts", at, "array subscript has type 'char'");
}

/** `memset(p, 0, sizeof(p))` of a pointer. */
export function warnSizeofPointer(cx: Context, name: string, node: ast.Call, args: readonly Expr[]): void {
  const size = node.args[2];
  if (size?.kind !== "SizeofExpr" || cx.unevaluated > 0) return;
  const kinds = name === "memset" ? ["destination"] : ["destination", "source"];
  for (const [i, kind] of kinds.entries()) {
    const given = node.args[i]!;
    const pointer = stripCasts(args[i]!);
    if (pointer.type.kind !== "pointer" || pointer.kind === "address" || !isSame(given, size.operand))
      continue;
    const { target } = pointer.type;
    const isBytes = target.kind === "int" && target.size === 1;
    const advice = isBytes ? "provide an explicit length" : "dereference it";
    const sameType = i > 0 && stripCasts(args[0]!).type.canonical === pointer.type.canonical;
    const what = sameType
      ? `pointer type ${quoteType(pointer.type)} as the destination; expected ${quoteType(target)} or an explicit length`
      : `expression as the ${kind}; did you mean to ${advice}?`;
    const text = `argument to 'sizeof' in '${name}' call is the same ${what}`;
    cx.warning("-Wsizeof-pointer-memaccess", size.first + 1, text);
    return;
  }
}

function stripCasts(expr: Expr): Expr {
  return expr.kind === "cast" && expr.implicit ? stripCasts(expr.operand) : expr;
}

// ---------------------------------------------------------------------------------------------------------- statements

/** `if (a) if (b) c; else d;` */
export function warnDanglingElse(cx: Context, node: ast.If): void {
  if (node.alternate !== null) return;
  let body = node.consequent;
  while (body.kind === "While" || body.kind === "For" || body.kind === "Labeled") body = body.body;
  if (body.kind !== "If" || body.alternate === null) return;
  const text = "suggest explicit braces to avoid ambiguous 'else'";
  cx.warning("-Wdangling-else", node.first + 1, text);
}

/** Case labels that the value, before it is promoted, never has. */
export function warnCaseRange(cx: Context, type: CType, state: SwitchState): void {
  const int = integerOf(type);
  if (int === null || int.bits >= 32 || int.name === "_Bool" || !cx.wants("switch-outside-range")) return;
  const labels = [...state.single].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [value, at] of labels) {
    if (value < minOf(int)) {
      cx.warning("-Wswitch-outside-range", at, "case label value is less than minimum value for type");
    } else if (value > maxOf(int)) {
      cx.warning("-Wswitch-outside-range", at, "case label value exceeds maximum value for type");
    }
  }
}

/** What stands in a switch in front of all labels. */
export function warnUnreachable(cx: Context, body: ast.Statement): void {
  if (body.kind !== "Compound" || !cx.wants("switch-unreachable")) return;
  const first = body.items[0];
  if (first === undefined) return;
  const say = (at: At) =>
    cx.late.push((cx) => cx.warning("-Wswitch-unreachable", at, "statement will never be executed"));
  if (first.kind === "ExpressionStatement") say(whereOf(cx.tokens, first.expression));
  else if (first.kind === "Declaration" && first.specifiers.storage === null) {
    const initialized = first.declarators.find(({ initializer }) => initializer !== null);
    if (initialized !== undefined) say(initialized.declarator.name?.first ?? initialized.first);
  }
}

/** A switch over an enumeration. `type`: of what is switched by, as written. */
export function warnSwitch(cx: Context, stmt: SwitchStmt, type: CType, state: SwitchState): void {
  if (type.kind !== "enum" || stmt.value.kind === "int") return;
  const { enumerators } = type.decl;
  const isNamed = (value: bigint) => enumerators.some((one) => one.value === value);
  if (stmt.default === null) {
    for (const { name, value } of enumerators) {
      if (stmt.cases.some(({ low, high }) => low <= value && value <= high)) continue;
      cx.warning("-Wswitch", stmt.at, `enumeration value '${name}' not handled in switch`);
    }
  }
  for (const [value, at] of state.single) {
    if (isNamed(value)) continue;
    cx.warning("-Wswitch", at, `case value '${value}' not in enumerated type ${quoteType(type)}`);
  }
}
