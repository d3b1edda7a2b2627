// What the handlers of builtins have in common: arguments as values, nodes, values that are evaluated once.

import type * as ast from "../syntax/ast.js";
import { warnAbsolute } from "./call-checks.js";
import type { Context, Operand, Where } from "./context.js";
import { convert, invalid, isArithmetic, isConstant, isInteger, rvalue } from "./convert.js";
import type { BuiltinOp, Expr } from "./tree.js";
import type { CType } from "./types.js";
import { caretOf } from "./where.js";

/** Null leaves the call to the library. */
export type Handler = (cx: Context, where: Where, args: readonly ast.Expr[], name: string) => Operand | null;

export function value(cx: Context, node: ast.Expr): Expr {
  return rvalue(cx, cx.upward.expr(node));
}

/** An argument as a prototype would convert it; wrong kinds are reported. */
export function valueAs(cx: Context, node: ast.Expr, type: CType, index: number, name: string): Expr {
  const given = value(cx, node);
  if (given.kind === "invalid") return given;
  if (index === 0 && cx.wants("absolute-value")) warnAbsolute(cx, name, node, given.type);
  const fits =
    type.kind === "pointer"
      ? given.type.kind === "pointer" || isInteger(given.type)
      : isArithmetic(given.type) || (isInteger(type) && given.type.kind === "pointer");
  if (fits) return convert(cx, given, type, true);
  cx.error(caretOf(cx.tokens, node), `incompatible type for argument ${index + 1} of '${name}'`);
  return invalid(cx, given);
}

export function node(where: Where, op: BuiltinOp, type: CType, args: readonly Expr[]): Expr {
  const { at, first, last } = where;
  return { kind: "builtin", at, first, last, type, op, args };
}

export function anyInvalid(...args: readonly Expr[]): boolean {
  return args.some((arg) => arg.kind === "invalid");
}

/** Evaluate a value once and use it several times. */
export function once(cx: Context, where: Where, given: Expr, use: (again: Expr) => Expr): Expr {
  if (isConstant(given)) return use(given);
  const temp = cx.newTemp(given.type);
  const { at, first, last } = where;
  const set: Expr = { kind: "set-temp", at, first, last, type: given.type, temp, value: given };
  const result = use({ kind: "temp", at, first, last, type: given.type, temp });
  return { kind: "comma", at, first, last, type: result.type, left: set, right: result };
}
