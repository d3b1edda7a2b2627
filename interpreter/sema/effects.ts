// -Wunused-value: values that nobody takes. What has no effect at all is told from what does something besides computing
// a value (gcc's emit_side_effect_warnings and warn_if_unused_value).

import type * as ast from "../syntax/ast.js";
import type { At, Context, Where } from "./context.js";
import type { Expr, Place } from "./tree.js";
import { Access } from "./tree.js";
import { whereOf } from "./where.js";

/** An expression statement: `at` is all of it, parentheses included; `first`: the statement's first token. */
export function warnNoEffect(cx: Context, node: ast.Expr, expr: Expr, at: Where, first: number): void {
  if (expr.kind === "invalid") return;
  if (node.kind === "Call" && expr.kind !== "builtin") return;
  if (!hasEffect(expr)) {
    if (expr.type.kind !== "void" && node.kind !== "StatementExpr") {
      cx.warning("-Wunused-value", hasPlace(node, expr) ? at : first, "statement with no effect");
    }
  } else if (node.kind === "Comma") warnRightOfComma(cx, node, expr, at.first < node.first ? at : null);
  else warnUnused(cx, node, expr, at);
}

/** Does gcc keep a place for an expression? Not for what it replaces by something else at once. */
function hasPlace(node: ast.Expr, expr: Expr): boolean {
  switch (node.kind) {
    case "Name":
    case "Comma":
    case "SizeofExpr":
    case "SizeofType":
      return false;
    case "Cast":
      return expr.kind === "cast";
    default:
      return !node.kind.endsWith("Literal");
  }
}

/** `a, b`: a is like a statement. `comma`: the operator. */
export function warnLeftOfComma(cx: Context, node: ast.Expr, left: Expr, comma: number): void {
  if (left.kind === "invalid" || cx.unevaluated > 0) return;
  if (!hasEffect(left)) {
    const isMeant = left.type.kind === "void";
    if (!isMeant) cx.warning("-Wunused-value", comma, "left-hand operand of comma expression has no effect");
  } else if (node.kind === "Comma") warnRightOfComma(cx, node, left, null);
  else warnUnused(cx, node, left, whereOf(cx.tokens, node));
}

function warnRightOfComma(cx: Context, node: ast.Comma, expr: Expr, whole: Where | null): void {
  let right: Expr = expr;
  let place: At = whole ?? commaOf(cx, node);
  let inner: ast.Expr = node;
  while (right.kind === "comma" && inner.kind === "Comma") {
    const at = commaOf(cx, inner);
    place = whole !== null && inner === node ? { ...whole, at } : at;
    right = right.right;
    inner = inner.right;
  }
  if (hasEffect(right) || right.type.kind === "void" || inner.kind === "Cast") return;
  cx.warning("-Wunused-value", place, "right-hand operand of comma expression has no effect");
}

/** The comma between two operands: what stands there besides are parentheses. */
export function commaOf(cx: Context, { left, right }: ast.Comma): number {
  let at = left.last + 1;
  while (at < right.first && cx.tokens.text[at] !== ",") at++;
  return at;
}

/** True if something was said. */
function warnUnused(cx: Context, node: ast.Expr, expr: Expr, at: Where): boolean {
  if (expr.type.kind === "void" || !isUnused(cx, node, expr, at)) return false;
  const isLogical = node.kind === "Binary" && (node.operator === "&&" || node.operator === "||");
  cx.warning("-Wunused-value", isLogical ? at.at : at, "value computed is not used");
  return true;
}

function isUnused(cx: Context, node: ast.Expr, expr: Expr, at: Where): boolean {
  switch (node.kind) {
    case "Assign":
    case "Postfix":
    case "Call":
    case "StatementExpr":
    case "VaArg":
    case "Generic":
    case "ChooseExpr":
    case "CompoundLiteral":
      return false;
    case "Unary":
      if (node.operator === "++" || node.operator === "--") return false;
      return node.operator !== "*" || !isVolatile(expr);
    case "Cast":
      return expr.kind === "cast" || isUnused(cx, node.operand, expr, at);
    case "Binary":
      // Of an assignment gcc asks for the truth without another operation.
      return (node.operator !== "&&" && node.operator !== "||") || !isPlainAssign(node.right);
    case "Comma":
      if (expr.kind !== "comma" || warnUnused(cx, node.left, expr.left, at)) return false;
      return expr.right.kind !== "int" && isUnused(cx, node.right, expr.right, at);
    case "Conditional":
      return false;
    default:
      return !isVolatile(expr);
  }
}

function isPlainAssign(node: ast.Expr): boolean {
  return node.kind === "Assign" && node.operator === "=";
}

function isVolatile(expr: Expr): boolean {
  return expr.kind === "load" && (expr.access & Access.Volatile) !== 0;
}

/** Does computing a value do anything that can be noticed? Reading what is not volatile does not. */
export function hasEffect(expr: Expr): boolean {
  switch (expr.kind) {
    case "int":
    case "float":
    case "decimal":
    case "function":
    case "label":
    case "temp":
    case "invalid":
      return false;
    case "load":
      return isVolatile(expr) || placeHasEffect(expr.place);
    case "address":
      return placeHasEffect(expr.place);
    case "unary":
    case "cast":
      return hasEffect(expr.operand);
    case "binary":
    case "compare":
    case "logical":
    case "comma":
    case "ptrdiff":
      return hasEffect(expr.left) || hasEffect(expr.right);
    case "ptradd":
      return hasEffect(expr.pointer) || hasEffect(expr.index);
    case "conditional":
      return hasEffect(expr.test) || hasEffect(expr.consequent) || hasEffect(expr.alternate);
    case "set-temp":
      return hasEffect(expr.value);
    case "builtin":
      return !PURE.has(expr.op) || expr.args.some(hasEffect);
    default:
      return true;
  }
}

const PURE: ReadonlySet<string> = new Set([
  "clz",
  "ctz",
  "popcount",
  "ffs",
  "parity",
  "clrsb",
  "bswap",
  "fabs",
  "copysign",
  "signbit",
]);

function placeHasEffect(place: Place): boolean {
  switch (place.kind) {
    case "object":
    case "string":
      return false;
    case "member":
      return placeHasEffect(place.base);
    case "deref":
      return hasEffect(place.pointer);
    default:
      return true;
  }
}
