// Assignment, compound assignment, increment and decrement: one place, evaluated once, and a value for it.

import { integerToDecimal } from "../decimal/bid.js";
import type { AssignOperator } from "../syntax/ast.js";
import { convertFor, modifiable } from "./assign.js";
import { integerOf } from "./constant.js";
import type { Context, Operand, Where } from "./context.js";
import {
  accessOf,
  commonType,
  convert,
  decimalExpr,
  floatExpr,
  intExpr,
  invalid,
  isArithmetic,
  isInteger,
  mixesFloating,
  promote,
  valueTypeOfField,
} from "./convert.js";
import { ARITHMETIC, elementSize, warnDivision, widenIndex } from "./operators.js";
import type { ArithmeticOp, Expr, Place, UpdateExpr } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { BitField, CType, PointerType } from "./types.js";

function bitsOf(place: Place): BitField | null {
  return place.kind === "member" ? place.bits : null;
}

/** The type of a place's value. */
function valueType(cx: Context, place: Place): CType {
  const type = cx.types.unqualified(place.type);
  const bits = bitsOf(place);
  return bits === null ? type : valueTypeOfField(cx, type, bits);
}

/** `target = value` */
export function assign(cx: Context, where: Where, target: Operand, value: Expr): Expr {
  const place = modifiable(cx, where.at, target, "assignment");
  if (place === null) return invalid(cx, where);
  const type = valueType(cx, place);
  const converted = convertFor(
    cx,
    where.at,
    value,
    type,
    { kind: "assign", valueAt: value.at },
    bitsOf(place),
  );
  if (converted.kind === "invalid") return invalid(cx, where);
  const { at, first, last } = where;
  return { kind: "assign", at, first, last, type, place, value: converted, access: accessOf(cx, place.type) };
}

/** `target op= value` */
export function compoundAssign(
  cx: Context,
  where: Where,
  operator: AssignOperator,
  target: Operand,
  value: Expr,
): Expr {
  const place = modifiable(cx, where.at, target, "assignment");
  if (place === null || value.kind === "invalid") return invalid(cx, where);
  const symbol = operator.slice(0, -1);
  const op = ARITHMETIC[symbol]!;
  const type = valueType(cx, place);
  if (type.kind === "pointer" && (op === "add" || op === "sub") && isInteger(value.type)) {
    return pointerUpdate(cx, where, place, type, op, widenIndex(cx, value), "new");
  }
  const integersOnly = op !== "add" && op !== "sub" && op !== "mul" && op !== "div";
  const allowed = integersOnly
    ? isInteger(type) && isInteger(value.type)
    : isArithmetic(type) && isArithmetic(value.type);
  if (!allowed) {
    cx.error(
      where.at,
      `invalid operands to binary ${symbol} (have ${quoteType(type)} and ${quoteType(value.type)})`,
    );
    return invalid(cx, where);
  }
  return update(cx, where, place, type, op, value, "new");
}

/** `++x`, `x--` and their like. */
export function step(
  cx: Context,
  where: Where,
  operator: "++" | "--",
  target: Operand,
  result: "old" | "new",
): Expr {
  const what = operator === "++" ? "increment" : "decrement";
  const place = modifiable(cx, where.at, target, what);
  if (place === null) return invalid(cx, where);
  const type = valueType(cx, place);
  const op = operator === "++" ? "add" : "sub";
  if (type.kind === "pointer") {
    const text = `${what} of pointer to an incomplete type ${quoteType(type.target)}`;
    return pointerUpdate(cx, where, place, type, op, intExpr(where, cx.types.long, 1n), result, text);
  }
  if (!isArithmetic(type)) {
    cx.error(where.at, `wrong type argument to ${what}`);
    return invalid(cx, where);
  }
  const int = integerOf(type);
  if (int?.name === "_Bool" && cx.wants("bool-operation")) {
    cx.warning("-Wbool-operation", where.at, `${what} of a boolean expression`);
  }
  return update(cx, where, place, type, op, oneOf(cx, where, type), result);
}

/** The 1 that `++` adds. */
function oneOf(cx: Context, where: Where, type: CType): Expr {
  if (type.kind === "decimal") return decimalExpr(where, type, integerToDecimal(1n, type.size));
  return type.kind === "float" ? floatExpr(where, type, 1) : intExpr(where, cx.types.int, 1n);
}

function update(
  cx: Context,
  where: Where,
  place: Place,
  type: CType,
  op: ArithmeticOp,
  value: Expr,
  result: "old" | "new",
): Expr {
  const { at, first, last } = where;
  // A stand-in for the value that will be read: the conversions see its type and width as those of a load.
  const access = accessOf(cx, place.type);
  const current: Expr = { kind: "load", at, first, last, type, place, access };
  const shift = op === "shl" || op === "shr";
  if (mixesFloating(cx, where, current, value)) return invalid(cx, where);
  const compute = shift ? promote(cx, current).type : commonType(cx, current, value);
  const operand = shift ? promote(cx, value) : convert(cx, value, compute, true);
  warnDivision(cx, where, op, compute.kind === "decimal" ? value : operand);
  return node(where, place, type, op, operand, wholeUnit(cx, compute), result, access);
}

/** A place narrower than its unit keeps its width by itself when the result is stored. */
function wholeUnit(cx: Context, type: CType): CType {
  const int = integerOf(type);
  if (int === null || int.bits === int.size * 8) return type;
  return cx.types.integerOfSize(int.size, int.signed);
}

function node(
  where: Where,
  place: Place,
  type: CType,
  op: ArithmeticOp,
  value: Expr,
  compute: CType,
  result: "old" | "new",
  access: number,
): UpdateExpr {
  const { at, first, last } = where;
  return { kind: "update", at, first, last, type, op, place, value, compute, size: 1, result, access };
}

function pointerUpdate(
  cx: Context,
  where: Where,
  place: Place,
  type: PointerType,
  op: "add" | "sub",
  index: Expr,
  result: "old" | "new",
  incomplete: string | null = null,
): Expr {
  const size = elementSize(cx, where.at, type, incomplete);
  if (size === null) return invalid(cx, where);
  const { at, first, last } = where;
  return {
    kind: "update",
    at,
    first,
    last,
    type,
    op: op === "add" ? "ptradd" : "ptrsub",
    place,
    value: index,
    compute: type,
    size,
    result,
    access: accessOf(cx, place.type),
  };
}
