// The operators of C on values: which types they take, what they compute in, and what folds to a constant.
//
// Folding happens as soon as a node is made and only where every operand that counts is a constant; so `x * 0` is
// never one, which the kernel's __is_constexpr() relies on. A division by zero is left in the tree: it is an
// error of the run, not of the text.

import { compareDecimals, isDecimalNegative, isDecimalZero, negateDecimal } from "../decimal/bid.js";
import { compatibleUnqualified, composite } from "./compatible.js";
import { compareValues, computeFloat, computeInteger, integerOf } from "./constant.js";
import type { Context, Where } from "./context.js";
import {
  castNode,
  commonType,
  convert,
  decimalExpr,
  floatExpr,
  foldDecimal,
  intExpr,
  invalid,
  isArithmetic,
  isConstant,
  isInteger,
  isNullConstant,
  isScalar,
  mixesFloating,
  promote,
} from "./convert.js";
import { isComplete, isVariableLength, sizeOf } from "./layout.js";
import type { ArithmeticOp, BinaryExpr, CompareOp, Expr } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { Amount, CType, IntType, PointerType } from "./types.js";

export const ARITHMETIC: Record<string, ArithmeticOp> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "div",
  "%": "rem",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "shl",
  ">>": "shr",
};

export const COMPARE: Record<string, CompareOp> = {
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  "<=": "le",
  ">": "gt",
  ">=": "ge",
};

/** All binary operators except assignment and comma; operands are values. */
export function binary(cx: Context, where: Where, operator: string, left: Expr, right: Expr): Expr {
  if (left.kind === "invalid" || right.kind === "invalid") return invalid(cx, where);
  if (!checkNotVoid(cx, left) || !checkNotVoid(cx, right)) return invalid(cx, where);
  const compareOp = COMPARE[operator];
  if (compareOp !== undefined) return compare(cx, where, operator, compareOp, left, right);
  if (operator === "&&" || operator === "||") return logical(cx, where, operator, left, right);
  const op = ARITHMETIC[operator]!;
  const l = left.type;
  const r = right.type;
  if (isArithmetic(l) && isArithmetic(r)) {
    if (op === "shl" || op === "shr") {
      if (isInteger(l) && isInteger(r)) return shift(cx, where, op, left, right);
    } else if (
      (op !== "rem" && op !== "and" && op !== "or" && op !== "xor") ||
      (isInteger(l) && isInteger(r))
    ) {
      return arithmetic(cx, where, op, left, right);
    }
  } else if (op === "add") {
    if (l.kind === "pointer" && isInteger(r)) return pointerAdd(cx, where, left, right, false);
    if (r.kind === "pointer" && isInteger(l)) return pointerAdd(cx, where, right, left, false);
  } else if (op === "sub" && l.kind === "pointer") {
    if (isInteger(r)) return pointerAdd(cx, where, left, right, true);
    if (r.kind === "pointer" && compatibleUnqualified(l.target, r.target)) {
      return pointerDifference(cx, where, left, right);
    }
  }
  return badOperands(cx, where, operator, l, r);
}

function checkNotVoid(cx: Context, operand: Expr): boolean {
  if (operand.type.kind !== "void") return true;
  cx.error(operand.at, "void value not ignored as it ought to be");
  return false;
}

function badOperands(cx: Context, where: Where, operator: string, left: CType, right: CType): Expr {
  cx.error(
    where.at,
    `invalid operands to binary ${operator} (have ${quoteType(left)} and ${quoteType(right)})`,
  );
  return invalid(cx, where);
}

/** Arithmetic after the usual conversions. */
export function arithmetic(cx: Context, where: Where, op: ArithmeticOp, left: Expr, right: Expr): Expr {
  if (mixesFloating(cx, where, left, right)) return invalid(cx, where);
  const type = commonType(cx, left, right);
  if (type.kind === "decimal") warnDivision(cx, where, op, right);
  return compute(cx, where, op, convert(cx, left, type, true), convert(cx, right, type, true), type);
}

/** The operation on operands that have the type already. */
function compute(cx: Context, where: Where, op: ArithmeticOp, left: Expr, right: Expr, type: CType): Expr {
  warnDivision(cx, where, op, right);
  if (type.kind === "decimal") return foldDecimal(binaryNode(where, op, left, right, type), type);
  if (isConstant(left) && isConstant(right)) {
    const folded = foldArithmetic(cx, where, op, left, right, type);
    if (folded !== null) return folded;
  }
  const int = integerOf(type);
  if (int !== null && int.bits !== int.size * 8) return computeNarrow(cx, where, op, left, right, int);
  return binaryNode(where, op, left, right, type);
}

export function warnDivision(cx: Context, where: Where, op: ArithmeticOp, divisor: Expr): void {
  if (
    (op === "div" || op === "rem") &&
    divisor.kind === "int" &&
    divisor.value === 0n &&
    cx.unevaluated === 0
  ) {
    cx.warning("-Wdiv-by-zero", where.at, "division by zero");
  }
}

/** On a bit-field wider than int: in the whole unit, cut to the field's width behind it. */
function computeNarrow(
  cx: Context,
  where: Where,
  op: ArithmeticOp,
  left: Expr,
  right: Expr,
  type: IntType,
): Expr {
  const whole = cx.types.integerOfSize(type.size, type.signed);
  const operand = op === "shl" || op === "shr" ? right : convert(cx, right, whole, true);
  return castNode(
    binaryNode(where, op, convert(cx, left, whole, true), operand, whole),
    type,
    "narrow",
    true,
  );
}

function binaryNode(where: Where, op: ArithmeticOp, left: Expr, right: Expr, type: CType): BinaryExpr {
  return { kind: "binary", at: where.at, first: where.first, last: where.last, type, op, left, right };
}

function foldArithmetic(
  cx: Context,
  where: Where,
  op: ArithmeticOp,
  left: Expr,
  right: Expr,
  type: CType,
): Expr | null {
  if (left.kind === "float" && right.kind === "float" && type.kind === "float") {
    const value = computeFloat(op, left.value, right.value, type);
    return value === null ? null : floatExpr(where, type, value);
  }
  const int = integerOf(type);
  if (left.kind !== "int" || right.kind !== "int" || int === null) return null;
  const computed = computeInteger(op, left.value, right.value, int);
  if (computed === null) return null;
  if (computed.overflow) overflowWarning(cx, where, type, computed.value);
  return intExpr(where, type, computed.value, left.strict && right.strict);
}

function overflowWarning(cx: Context, where: Where, type: CType, value: bigint): void {
  if (cx.unevaluated > 0) return;
  const text = `integer overflow in expression of type ${quoteType(type)} results in '${value}'`;
  cx.warning("-Woverflow", where.at, text);
}

function shift(cx: Context, where: Where, op: "shl" | "shr", left: Expr, right: Expr): Expr {
  const value = promote(cx, left);
  const amount = promote(cx, right);
  const type = integerOf(value.type)!;
  warnShift(cx, where, op, amount, type);
  return compute(cx, where, op, value, amount, value.type);
}

function warnShift(cx: Context, where: Where, op: "shl" | "shr", amount: Expr, type: IntType): void {
  if (amount.kind !== "int" || cx.unevaluated > 0) return;
  const side = op === "shl" ? "left" : "right";
  if (amount.value < 0n) {
    cx.warning("-Wshift-count-negative", where.at, `${side} shift count is negative`);
  } else if (amount.value >= BigInt(type.bits)) {
    cx.warning("-Wshift-count-overflow", where.at, `${side} shift count >= width of type`);
  }
}

/** The size of what a pointer points at, as arithmetic needs it; null, with an error, where it is not known. */
export function elementSize(
  cx: Context,
  at: number,
  pointer: PointerType,
  text: string | null = null,
): number | Expr | null {
  const target = pointer.target;
  if (target.kind === "void" || target.kind === "function") return 1;
  if (!isComplete(target)) {
    cx.error(at, text ?? `invalid use of undefined type ${quoteType(cx.types.unqualified(target))}`);
    return null;
  }
  return isVariableLength(target) ? sizeExpr(cx, target) : sizeOf(target);
}

/** The size of a type as a value of type unsigned long; not constant where it is variable. */
export function sizeExpr(cx: Context, type: CType, where: Where = { at: -1, first: -1, last: -1 }): Expr {
  if (type.kind === "record" && type.decl.variableSize !== null) {
    return amountExpr(cx, type.decl.variableSize, where);
  }
  if (type.kind !== "array" || !isVariableLength(type)) {
    return intExpr(where, cx.types.ulong, BigInt(sizeOf(type)));
  }
  const element = sizeExpr(cx, type.element, where);
  const count = amountExpr(cx, type.vla ?? BigInt(type.length ?? 0), where);
  return compute(cx, where, "mul", count, element, cx.types.ulong);
}

/** An amount as a value of type unsigned long. */
export function amountExpr(cx: Context, amount: Amount, where: Where): Expr {
  if (typeof amount === "bigint") return intExpr(where, cx.types.ulong, amount);
  const { at, first, last } = where;
  return { kind: "temp", at, first, last, type: cx.types.ulong, temp: amount };
}

export function pointerAdd(cx: Context, where: Where, pointer: Expr, index: Expr, subtract: boolean): Expr {
  const type = pointer.type as PointerType;
  const size = elementSize(cx, where.at, type);
  if (size === null) return invalid(cx, where);
  const wide = widenIndex(cx, index);
  if (pointer.kind === "int" && wide.kind === "int" && typeof size === "number") {
    const offset = wide.value * BigInt(size);
    const value = BigInt.asUintN(64, subtract ? pointer.value - offset : pointer.value + offset);
    return intExpr(where, type, value, false);
  }
  const { at, first, last } = where;
  return { kind: "ptradd", at, first, last, type, pointer, index: wide, size, subtract, bound: null };
}

/** An index as a 64-bit value of its own sign. */
export function widenIndex(cx: Context, index: Expr): Expr {
  const promoted = promote(cx, index);
  const int = integerOf(promoted.type)!;
  return convert(cx, promoted, int.signed ? cx.types.long : cx.types.ulong, true);
}

function pointerDifference(cx: Context, where: Where, left: Expr, right: Expr): Expr {
  const text = "arithmetic on pointer to an incomplete type";
  const size = elementSize(cx, where.at, left.type as PointerType, text);
  if (size === null) return invalid(cx, where);
  const type = cx.types.long;
  if (left.kind === "int" && right.kind === "int" && typeof size === "number" && size > 0) {
    const bytes = BigInt.asIntN(64, left.value - right.value);
    return intExpr(where, type, bytes / BigInt(size), false);
  }
  const { at, first, last } = where;
  return { kind: "ptrdiff", at, first, last, type, left, right, size };
}

export function compare(
  cx: Context,
  where: Where,
  operator: string,
  op: CompareOp,
  left: Expr,
  right: Expr,
): Expr {
  const l = left.type;
  const r = right.type;
  if (isArithmetic(l) && isArithmetic(r)) {
    if (mixesFloating(cx, where, left, right)) return invalid(cx, where);
    const type = commonType(cx, left, right);
    return compareNode(cx, where, op, convert(cx, left, type, true), convert(cx, right, type, true));
  }
  if (l.kind === "pointer" && r.kind === "pointer") {
    if (!comparablePointers(op, left, right)) {
      cx.warning(null, where.at, "comparison of distinct pointer types lacks a cast");
    }
    return compareNode(cx, where, op, left, convert(cx, right, l, true));
  }
  if (l.kind === "pointer" && isInteger(r)) {
    if (!isNullConstant(right)) cx.warning(null, where.at, "comparison between pointer and integer");
    return compareNode(cx, where, op, left, convert(cx, right, l, true));
  }
  if (r.kind === "pointer" && isInteger(l)) {
    if (!isNullConstant(left)) cx.warning(null, where.at, "comparison between pointer and integer");
    return compareNode(cx, where, op, convert(cx, left, r, true), right);
  }
  return badOperands(cx, where, operator, l, r);
}

function comparablePointers(op: CompareOp, left: Expr, right: Expr): boolean {
  if (isNullConstant(left) || isNullConstant(right)) return true;
  const a = (left.type as PointerType).target;
  const b = (right.type as PointerType).target;
  if (compatibleUnqualified(a, b)) return true;
  return (op === "eq" || op === "ne") && (a.kind === "void" || b.kind === "void");
}

function compareNode(cx: Context, where: Where, op: CompareOp, left: Expr, right: Expr): Expr {
  const type = cx.types.int;
  if (left.kind === "int" && right.kind === "int") {
    const value = compareValues(op, left.value, right.value) ? 1n : 0n;
    return intExpr(where, type, value, left.strict && right.strict);
  }
  if (left.kind === "float" && right.kind === "float") {
    return intExpr(where, type, compareValues(op, left.value, right.value) ? 1n : 0n, false);
  }
  if (left.kind === "decimal" && right.kind === "decimal") {
    return intExpr(where, type, compareDecimals(op, left.bits, right.bits, left.type.size) ? 1n : 0n, false);
  }
  const { at, first, last } = where;
  return { kind: "compare", at, first, last, type, op, left, right };
}

/** Whether a value may be tested; says so if not. */
export function checkScalar(cx: Context, at: number, expr: Expr): boolean {
  if (expr.kind === "invalid") return false;
  if (isScalar(expr.type)) return true;
  if (expr.type.kind === "record") {
    const kind = expr.type.decl.union ? "union" : "struct";
    cx.error(at, `used ${kind} type value where scalar is required`);
  } else cx.error(at, "void value not ignored as it ought to be");
  return false;
}

/** What is known of a test: true, false, or nothing. */
export function truth(expr: Expr): boolean | null {
  if (expr.kind === "int") return expr.value !== 0n;
  if (expr.kind === "float") return expr.value !== 0;
  if (expr.kind === "decimal") return !isDecimalZero(expr.bits, expr.type.size);
  return null;
}

function logical(cx: Context, where: Where, operator: "&&" | "||", left: Expr, right: Expr): Expr {
  if (!checkScalar(cx, left.at, left) || !checkScalar(cx, right.at, right)) return invalid(cx, where);
  const type = cx.types.int;
  const known = truth(left);
  const decides = operator === "||";
  if (known === decides) {
    const strict = left.kind === "int" && left.strict && right.kind === "int" && right.strict;
    return intExpr(where, type, decides ? 1n : 0n, strict);
  }
  const second = truth(right);
  if (known !== null && second !== null) {
    const strict = left.kind === "int" && left.strict && right.kind === "int" && right.strict;
    return intExpr(where, type, second ? 1n : 0n, strict);
  }
  const { at, first, last } = where;
  return { kind: "logical", at, first, last, type, op: decides ? "or" : "and", left, right };
}

export function not(cx: Context, where: Where, operand: Expr): Expr {
  if (operand.kind === "invalid") return invalid(cx, where);
  if (!isScalar(operand.type)) {
    cx.error(where.at, "wrong type argument to unary exclamation mark");
    return invalid(cx, where);
  }
  const known = isConstant(operand) ? truth(operand) : null;
  if (known !== null) {
    return intExpr(where, cx.types.int, known ? 0n : 1n, operand.kind === "int" && operand.strict);
  }
  const { at, first, last } = where;
  return { kind: "unary", at, first, last, type: cx.types.int, op: "not", operand };
}

export function plus(cx: Context, where: Where, operand: Expr): Expr {
  if (operand.kind === "invalid") return operand;
  if (isArithmetic(operand.type)) return promote(cx, operand);
  cx.error(where.at, "wrong type argument to unary plus");
  return invalid(cx, where);
}

export function negate(cx: Context, where: Where, operand: Expr): Expr {
  if (operand.kind === "invalid") return operand;
  if (!isArithmetic(operand.type)) {
    cx.error(where.at, "wrong type argument to unary minus");
    return invalid(cx, where);
  }
  const value = promote(cx, operand);
  const type = value.type;
  if (value.kind === "float") return floatExpr(where, type, -value.value);
  if (value.kind === "decimal") {
    return decimalExpr(where, value.type, negateDecimal(value.bits, value.type.size));
  }
  const without = type.kind === "decimal" ? withoutSign(cx, where, value) : null;
  if (without !== null) return without;
  const int = integerOf(type);
  if (value.kind === "int" && int !== null) {
    const computed = computeInteger("sub", 0n, value.value, int)!;
    if (computed.overflow) overflowWarning(cx, where, type, computed.value);
    return intExpr(where, type, computed.value, value.strict);
  }
  return unaryNode(cx, where, "neg", value, int);
}

/**
 * The opposite of a decimal value that has a minus to take away: to gcc -(-x) is x and -(-2 * x) is 2 * x, also where that
 * is computed in another type then.
 */
function withoutSign(cx: Context, where: Where, value: Expr): Expr | null {
  if (value.kind === "unary" && value.op === "neg") return value.operand;
  if (value.kind !== "binary" || (value.op !== "mul" && value.op !== "div")) return null;
  for (const side of ["right", "left"] as const) {
    const operand = value[side];
    const hasMinus =
      operand.kind === "decimal"
        ? isDecimalNegative(operand.bits, operand.type.size)
        : operand.kind === "unary" && operand.op === "neg";
    if (hasMinus) return { ...value, [side]: negate(cx, where, operand) };
  }
  return null;
}

export function complement(cx: Context, where: Where, operand: Expr): Expr {
  if (operand.kind === "invalid") return operand;
  if (!isInteger(operand.type)) {
    cx.error(where.at, "wrong type argument to bit-complement");
    return invalid(cx, where);
  }
  const value = promote(cx, operand);
  const int = integerOf(value.type)!;
  if (value.kind === "int") {
    const computed = computeInteger("xor", value.value, -1n, int)!;
    return intExpr(where, value.type, computed.value, value.strict);
  }
  return unaryNode(cx, where, "com", value, int);
}

function unaryNode(cx: Context, where: Where, op: "neg" | "com", value: Expr, int: IntType | null): Expr {
  const { at, first, last } = where;
  if (int !== null && int.bits !== int.size * 8) {
    const whole = cx.types.integerOfSize(int.size, int.signed);
    const operand = convert(cx, value, whole, true);
    return castNode({ kind: "unary", at, first, last, type: whole, op, operand }, int, "narrow", true);
  }
  return { kind: "unary", at, first, last, type: value.type, op, operand: value };
}

/** `test ? then : otherwise`, operands being values; `test` is scalar. */
export function conditional(cx: Context, where: Where, test: Expr, then: Expr, otherwise: Expr): Expr {
  if (test.kind === "invalid" || then.kind === "invalid" || otherwise.kind === "invalid")
    return invalid(cx, where);
  const type = conditionalType(cx, where, then, otherwise);
  if (type === null) return invalid(cx, where);
  const a = convert(cx, then, type, true);
  const b = convert(cx, otherwise, type, true);
  const known = isConstant(test) ? truth(test) : null;
  if (known !== null) {
    const chosen = known ? a : b;
    const other = known ? b : a;
    const strict = test.kind === "int" && test.strict && other.kind === "int" && other.strict;
    if (chosen.kind === "int") return { ...chosen, strict: chosen.strict && strict };
    return chosen;
  }
  const { at, first, last } = where;
  return { kind: "conditional", at, first, last, type, test, consequent: a, alternate: b };
}

function conditionalType(cx: Context, where: Where, then: Expr, otherwise: Expr): CType | null {
  const a = then.type;
  const b = otherwise.type;
  if (isArithmetic(a) && isArithmetic(b)) {
    // Two values of one enumeration or small type keep it by name only; the value is promoted.
    return mixesFloating(cx, where, then, otherwise) ? null : commonType(cx, then, otherwise);
  }
  if (a.kind === "void" || b.kind === "void") return cx.types.void;
  if (a.kind === "record" && b.kind === "record" && a.decl === b.decl) return a;
  if (a.kind === "pointer" && b.kind === "pointer") return commonPointer(cx, where, then, otherwise);
  if (a.kind === "pointer" && isInteger(b)) {
    if (!isNullConstant(otherwise)) mixed(cx, where);
    return a;
  }
  if (b.kind === "pointer" && isInteger(a)) {
    if (!isNullConstant(then)) mixed(cx, where);
    return b;
  }
  cx.error(where.at, "type mismatch in conditional expression");
  return null;
}

function mixed(cx: Context, where: Where): void {
  cx.warning(null, where.at, "pointer/integer type mismatch in conditional expression");
}

function commonPointer(cx: Context, where: Where, then: Expr, otherwise: Expr): CType {
  const a = then.type as PointerType;
  const b = otherwise.type as PointerType;
  const quals = a.target.quals | b.target.quals;
  if (compatibleUnqualified(a.target, b.target)) {
    const target = composite(cx.types, cx.types.unqualified(a.target), cx.types.unqualified(b.target));
    if (a.canonical === b.canonical && a.target.quals === quals) return a;
    return cx.types.pointerTo(cx.types.withQuals(target, quals));
  }
  if (isNullConstant(then)) return b;
  if (isNullConstant(otherwise)) return a;
  if (a.target.kind === "void") return cx.types.pointerTo(cx.types.withQuals(a.target, quals));
  if (b.target.kind === "void") return cx.types.pointerTo(cx.types.withQuals(b.target, quals));
  cx.warning(null, where.at, "pointer type mismatch in conditional expression");
  return cx.types.pointerTo(cx.types.withQuals(cx.types.void, quals));
}
