// Those of gcc's -Wall that find an expression or statement odd by itself: comparisons that are always true, subscripts
// that may be negative, a switch that forgets an enumerator, an else that belongs to another if than it seems.
//
// What stands in a macro's text is not judged where gcc does not judge it: a macro cannot know its arguments.

import type * as ast from "../syntax/ast.js";
import type { Context, SwitchState } from "./context.js";
import type { Expr, FunctionSymbol, ObjectSymbol, SwitchStmt } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType } from "./types.js";
import { whereOf } from "./where.js";

const COMPARISONS = new Set<string>(["==", "!=", "<", ">", "<=", ">="]);
/** What is truth already, besides comparisons. */
const TRUTHS = new Set<string>(["&&", "||"]);

// --------------------------------------------------------------------------------------------------------- comparisons

/** A comparison whose operands are `left` and `right`. */
export function warnComparison(cx: Context, node: ast.Binary, left: Expr, right: Expr): void {
  if (!COMPARISONS.has(node.operator) || cx.unevaluated > 0) return;
  warnNegated(cx, node, right);
  warnSame(cx, node, left);
  warnTruth(cx, node, node.left, right, false);
  warnTruth(cx, node, node.right, left, true);
}

/** `!a == b` */
function warnNegated(cx: Context, node: ast.Binary, right: Expr): void {
  const { left } = node;
  if (left.kind !== "Unary" || left.operator !== "!" || left.first !== node.first) return;
  if (left.operand.kind === "Unary" && left.operand.operator === "!") return;
  if (isTruth(node.right) || isBool(right.type)) return;
  const isZero = right.kind === "int" && right.value === 0n;
  if (isZero && (node.operator === "==" || node.operator === "!=")) return;
  cx.warning(
    "-Wlogical-not-parentheses",
    node.operatorToken,
    "logical not is only applied to the left hand side of comparison",
    {
      text: "add parentheses around left hand side expression to silence this warning",
      at: {
        ...whereOf(cx.tokens, left),
        changes: [
          { before: left.first, text: "(" },
          { behind: left.last, text: ")" },
        ],
      },
    },
  );
}

/** `a == a` */
function warnSame(cx: Context, node: ast.Binary, left: Expr): void {
  if (left.type.kind === "float" || left.kind === "int" || !isSame(node.left, node.right)) return;
  for (let at = node.first; at <= node.last; at++) if (cx.tokens.origin[at] !== 0) return;
  const truth = node.operator === "==" || node.operator === "<=" || node.operator === ">=";
  const text = `self-comparison always evaluates to ${truth}`;
  cx.warning("-Wtautological-compare", node.operatorToken, text);
}

/** `(a < b) == 2`; `turned`: the constant stands on the left. */
function warnTruth(cx: Context, node: ast.Binary, operand: ast.Expr, other: Expr, turned: boolean): void {
  if (other.kind !== "int" || !isTruth(operand) || (other.value >= 0n && other.value <= 1n)) return;
  const isLarge = other.value > 1n;
  // As if the constant stood on the right.
  const less = node.operator.startsWith("<") !== turned;
  const result = node.operator === "==" ? false : node.operator === "!=" ? true : less ? isLarge : !isLarge;
  const text = `comparison of constant '${other.value}' with boolean expression is always ${result}`;
  cx.warning("-Wbool-compare", node.operatorToken, text);
}

function isTruth(node: ast.Expr): boolean {
  if (node.kind === "Unary") return node.operator === "!";
  return node.kind === "Binary" && (COMPARISONS.has(node.operator) || TRUTHS.has(node.operator));
}

function isBool(type: CType): boolean {
  return type.kind === "int" && type.name === "_Bool";
}

/** Do both read the same thing, without doing anything? */
function isSame(a: ast.Expr, b: ast.Expr): boolean {
  if (a.kind === "Name") return b.kind === "Name" && a.name === b.name;
  if (a.kind === "IntegerLiteral") return b.kind === "IntegerLiteral" && a.value === b.value;
  if (a.kind === "MemberAccess") {
    return (
      b.kind === "MemberAccess" &&
      a.arrow === b.arrow &&
      a.member.name === b.member.name &&
      isSame(a.object, b.object)
    );
  }
  if (a.kind === "Index") return b.kind === "Index" && isSame(a.object, b.object) && isSame(a.index, b.index);
  if (a.kind !== "Unary" || b.kind !== "Unary" || a.operator !== b.operator) return false;
  return a.operator !== "++" && a.operator !== "--" && isSame(a.operand, b.operand);
}

/** `!a & b` */
export function warnNegatedMask(cx: Context, node: ast.Binary, right: Expr): void {
  const { left, operator } = node;
  if (operator !== "&" && operator !== "|") return;
  if (left.kind !== "Unary" || left.operator !== "!" || left.first !== node.first) return;
  if (isTruth(node.right) || isBool(right.type)) return;
  const text = `suggest parentheses around operand of '!' or change '${operator}' to '${operator}${operator}' or '!' to '~'`;
  cx.warning("-Wparentheses", whereOf(cx.tokens, left), text);
}

// --------------------------------------------------------------------------------------------------------- conditions

/** An expression of which only the truth is asked. */
export function warnTruthValue(cx: Context, node: ast.Expr, expr: Expr): void {
  if (cx.unevaluated > 0) return;
  const at = whereOf(cx.tokens, node);
  if (cx.tokens.origin[at.at] !== 0) return;
  const named = addressed(expr);
  if (named !== null) {
    const text = `the address of '${named.name}' will always evaluate as 'true'`;
    cx.warning("-Waddress", node.first, text);
  } else if (node.kind === "Binary" && expr.kind === "binary") {
    const isSigned = expr.type.kind === "int" && expr.type.signed;
    if (node.operator === "<<" && isSigned) {
      cx.warning("-Wint-in-bool-context", at, "'<<' in boolean context, did you mean '<'?");
    } else if (node.operator === "*" && expr.type.kind === "int") {
      cx.warning("-Wint-in-bool-context", at, "'*' in boolean context, suggest '&&' instead");
    }
  } else if (expr.kind === "conditional" && expr.consequent.kind === "int" && expr.alternate.kind === "int") {
    const [yes, no] = [expr.consequent.value, expr.alternate.value];
    if (yes === 0n || no === 0n || (yes === 1n && no === 1n)) return;
    const text =
      "'?:' using integer constants in boolean context, the expression will always evaluate to 'true'";
    cx.warning("-Wint-in-bool-context", at, text);
  }
}

/** `!f`: a comparison with null. `at`: the operator. */
export function warnNegatedAddress(cx: Context, at: number, operand: Expr): boolean {
  const named = addressed(operand);
  if (named === null || cx.unevaluated > 0 || cx.tokens.origin[at] !== 0) return false;
  const text = `the comparison will always evaluate as 'true' for the address of '${named.name}' will never be NULL`;
  cx.warning("-Waddress", at, text, { text: `'${named.name}' declared here`, at: named.at });
  return true;
}

/** The object or function whose address an expression is, if that is never null. */
function addressed(expr: Expr): ObjectSymbol | FunctionSymbol | null {
  const whole = expr.kind === "address" && expr.place.kind === "object" ? expr.place.object : null;
  const named = whole ?? (expr.kind === "function" ? expr.fn : null);
  return named === null || named.weak || named.name === "" ? null : named;
}

// ---------------------------------------------------------------------------------------------------------- subscripts

/** A plain char may be negative. `at`: the bracket. */
export function warnCharIndex(cx: Context, at: number, index: Expr): void {
  const { type } = index;
  if (index.kind === "int" || type.kind !== "int" || type.name !== "char") return;
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
