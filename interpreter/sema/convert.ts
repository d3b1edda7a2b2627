// Places become values, and values change type: reading, decay, promotions, the usual arithmetic conversions.
//
// In: operands as they were checked. Out: nodes of the checked tree in which every change of type is an explicit
// cast, or a constant where the compiler can compute it. The one thing that C programmers rarely know is here
// too: a bit-field wider than int has a type of its own width in gcc, and arithmetic on it wraps at that width.

import {
  constantToDecimal,
  convertDecimal,
  type DecimalOp,
  decimalArithmetic,
  decimalToDouble,
  decimalToFloat,
  decimalToInteger,
  doubleOf,
  floatOf,
  integerToDecimal,
  isDecimalFinite,
  isDecimalZero,
} from "../decimal/bid.js";
import { compatible } from "./compatible.js";
import { floatToInteger, integerOf, integerToFloat, roundTo, wrap } from "./constant.js";
import type { Context, Operand, Where } from "./context.js";
import type {
  BinaryExpr,
  CastExpr,
  Conversion,
  DecimalExpr,
  Expr,
  FloatExpr,
  FunctionExpr,
  IntExpr,
  InvalidExpr,
  Place,
} from "./tree.js";
import { Access } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { BitField, CType, DecimalType, FloatType, IntType } from "./types.js";
import { Qual } from "./types.js";
import { readingPlace } from "./where.js";

export function intExpr(where: Where, type: CType, value: bigint, strict = true): IntExpr {
  return { kind: "int", at: where.at, first: where.first, last: where.last, type, value, strict };
}

export function floatExpr(where: Where, type: CType, value: number): FloatExpr {
  return { kind: "float", at: where.at, first: where.first, last: where.last, type, value };
}

export function decimalExpr(
  where: Where,
  type: DecimalType,
  bits: bigint,
  operation: BinaryExpr | CastExpr | null = null,
): DecimalExpr {
  const { at, first, last } = where;
  return { kind: "decimal", at, first, last, type, bits, operation };
}

export function invalid(cx: Context, where: Where): InvalidExpr {
  return { kind: "invalid", at: where.at, first: where.first, last: where.last, type: cx.types.poison };
}

export function isPlace(operand: Operand): operand is Place {
  switch (operand.kind) {
    case "object":
    case "deref":
    case "member":
    case "string":
    case "compound":
    case "temporary":
      return true;
    default:
      return false;
  }
}

/** The `access` bits of an access through a type. */
export function accessOf(cx: Context, type: CType): number {
  let access: number = Access.Plain;
  if (type.quals & Qual.Volatile) access |= Access.Volatile;
  if (type.quals & Qual.Atomic) access |= Access.Atomic;
  if (cx.dataRace > 0) access |= Access.DataRace;
  return access;
}

/** The value of an operand: arrays and functions turn into pointers, other places are read. */
export function rvalue(cx: Context, operand: Operand): Expr {
  if (!isPlace(operand)) return operand;
  const type = operand.type;
  switch (type.kind) {
    case "array":
      return addressOf(cx, operand, cx.types.pointerTo(type.element), true);
    case "function":
      return designated(cx, operand);
    case "poison":
      return invalid(cx, operand);
    default:
      return load(cx, operand);
  }
}

/** A builtin that is no function with an address; null for all other operands. */
export function onlyCalled(operand: Operand): FunctionExpr | null {
  if (operand.kind !== "deref" || operand.pointer.kind !== "function") return null;
  return operand.pointer.fn.onlyCalled ? operand.pointer : null;
}

/** Whether an operand that has to be a value, or to have an address, is such a builtin: says so. */
export function rejectOnlyCalled(cx: Context, operand: Operand): boolean {
  const builtin = onlyCalled(operand);
  if (builtin === null) return false;
  const at = readingPlace(cx.tokens, 0, Math.min(builtin.last + 1, cx.tokens.length - 1));
  cx.error(at, `built-in function '${builtin.fn.name}' must be directly called`);
  return true;
}

/** A function as an operand is the target of its address. */
function designated(cx: Context, place: Place): Expr {
  if (rejectOnlyCalled(cx, place)) return invalid(cx, place);
  return place.kind === "deref" ? place.pointer : addressOf(cx, place, cx.types.pointerTo(place.type), false);
}

function load(cx: Context, place: Place): Expr {
  if (place.type.kind === "record" && !place.type.decl.complete) {
    cx.error(place.at, `invalid use of undefined type ${quoteType(cx.types.unqualified(place.type))}`);
    return invalid(cx, place);
  }
  // Reading the only member of a value that is at hand would still need a place; a whole one does not.
  if (place.kind === "temporary") return place.value;
  let type: CType = cx.types.unqualified(place.type);
  if (place.kind === "member" && place.bits !== null) type = valueTypeOfField(cx, type, place.bits);
  const { at, first, last } = place;
  return { kind: "load", at, first, last, type, place, access: accessOf(cx, place.type) };
}

/** Fields wider than int keep their own width; others have their declared type. */
export function valueTypeOfField(cx: Context, type: CType, bits: BitField): CType {
  const int = integerOf(type);
  if (int === null || bits.width <= 32 || bits.width === int.size * 8) return type;
  return cx.types.bitType(int, bits.width);
}

export function addressOf(cx: Context, place: Place, type: CType, decay: boolean): Expr {
  // &*p is p itself.
  if (place.kind === "deref") return convert(cx, place.pointer, type, false);
  const { at, first, last } = place;
  return { kind: "address", at, first, last, type, place, decay };
}

/** A place again from a pointer; `*&x` is x, seen through the pointer's type. */
export function dereference(pointer: Expr, type: CType, where: Where): Place {
  let inner = pointer;
  while (inner.kind === "cast" && inner.conversion === "bits" && inner.operand.type.kind === "pointer") {
    inner = inner.operand;
  }
  if (inner.kind === "address" && !inner.decay && inner.place.type.plain === type.plain) {
    const place = inner.place;
    if (place.kind !== "temporary" && place.kind !== "string") {
      return { ...place, type, at: where.at, first: where.first, last: where.last };
    }
  }
  return { kind: "deref", at: where.at, first: where.first, last: where.last, type, pointer };
}

export function isArithmetic(type: CType): boolean {
  return type.kind === "int" || type.kind === "enum" || type.kind === "float" || type.kind === "decimal";
}

export function isInteger(type: CType): boolean {
  return type.kind === "int" || type.kind === "enum";
}

export function isScalar(type: CType): boolean {
  return type.kind === "pointer" || isArithmetic(type);
}

/** An integer constant expression with value 0, or such a one cast to `void *` (6.3.2.3). */
export function isNullConstant(expr: Expr): boolean {
  if (expr.kind !== "int" || expr.value !== 0n || !expr.strict) return false;
  const type = expr.type;
  return (
    isInteger(type) ||
    (type.kind === "pointer" && type.target.canonical.kind === "void" && type.target.quals === 0)
  );
}

export function isConstant(expr: Expr): expr is IntExpr | FloatExpr | DecimalExpr {
  return expr.kind === "int" || expr.kind === "float" || expr.kind === "decimal";
}

/**
 * Convert a value to a type; conversions that C does not have give an invalid node, and whoever calls has said
 * so. Also used for casts (`implicit` false).
 */
export function convert(cx: Context, expr: Expr, target: CType, implicit: boolean): Expr {
  const type = cx.types.unqualified(target);
  const from = expr.type;
  if (from === type) return implicit ? expr : noLongerField(expr);
  if (from.kind === "poison" || type.kind === "poison" || expr.kind === "invalid") return invalid(cx, expr);
  if (type.kind === "void") return castNode(expr, type, "void", implicit);
  if (type.kind === "decimal" && from.kind === "decimal" && from.plain !== type.plain) {
    const operation = expr.kind === "decimal" ? expr.operation : expr;
    if (operation?.kind === "binary") return convertOperation(cx, operation, type, implicit);
  }
  if (isConstant(expr)) {
    const folded = convertConstant(expr, type);
    if (folded !== null) return folded;
  }
  if (from.plain === type.plain) return renamed(expr, type, implicit);
  const conversion = conversionBetween(from, type);
  if (conversion === null) return compatible(from, type) ? renamed(expr, type, implicit) : invalid(cx, expr);
  const to = integerOf(type);
  if (conversion === "int" && to !== null && to.bits !== to.size * 8 && to.name !== "_Bool") {
    const whole = cx.types.integerOfSize(to.size, to.signed);
    return castNode(convert(cx, expr, whole, implicit), type, "narrow", implicit);
  }
  return castNode(expr, type, conversion, implicit);
}

/**
 * gcc computes an operation whose result becomes a decimal type at least as wide as all that take part in that type: the
 * result is not rounded to its own one in between, nor is an operand that a cast made narrower.
 */
function convertOperation(cx: Context, expr: BinaryExpr, type: DecimalType, implicit: boolean): Expr {
  const [left, right] = [withoutCast(expr.left, type), withoutCast(expr.right, type)];
  const isWidest = [left, right].every((operand) => (operand.type as DecimalType).size <= type.size);
  if (!isWidest) {
    const value = foldDecimal(expr, expr.type as DecimalType);
    const cast = castNode(value, type, "decimal", implicit);
    if (value.kind !== "decimal") return cast;
    return { ...constantDecimal(value, type), operation: cast };
  }
  const operands = { left: convert(cx, left, type, true), right: convert(cx, right, type, true) };
  const value = foldDecimal({ ...expr, type, ...operands }, type);
  return value.kind === "decimal" ? { ...value, operation: null } : value;
}

/** The decimal value that a cast made another decimal one, if `type` holds it. */
function withoutCast(expr: Expr, type: DecimalType): Expr {
  const cast = expr.kind === "decimal" ? expr.operation : expr;
  if (cast?.kind !== "cast" || cast.operand.type.kind !== "decimal") return expr;
  // To gcc the operands of a conditional are cast, not the conditional.
  if (cast.operand.kind === "conditional") return expr;
  return cast.type.kind === "decimal" && cast.operand.type.size <= type.size ? cast.operand : expr;
}

/** The operation, or the constant that it computes. What raises an exception is left to the program. */
export function foldDecimal(expr: BinaryExpr, type: DecimalType): Expr {
  const { left, right } = expr;
  if (left.kind !== "decimal" || right.kind !== "decimal") return expr;
  const bits = decimalArithmetic(expr.op as DecimalOp, left.bits, right.bits, type.size);
  return isDecimalFinite(bits, type.size) ? decimalExpr(expr, type, bits, expr) : expr;
}

/** What a statement assigns or passes on: its constants are folded, and rounded, before it is converted. */
export function withFoldedConstants(expr: Expr): Expr {
  if (expr.type.kind !== "decimal") return expr;
  if (expr.kind === "decimal") return expr.operation === null ? expr : { ...expr, operation: null };
  if (expr.kind === "cast") return { ...expr, operand: withFoldedConstants(expr.operand) };
  if (expr.kind !== "binary") return expr;
  return { ...expr, left: withFoldedConstants(expr.left), right: withFoldedConstants(expr.right) };
}

/** The same value under another name of its type: messages show names, so an explicit cast keeps the new one. */
function renamed(expr: Expr, type: CType, implicit: boolean): Expr {
  return implicit ? expr : ({ ...noLongerField(expr), type } as Expr);
}

/** A bit-field promotes by its width; a cast of one to its own type is a value of that type like any other. */
function noLongerField(expr: Expr): Expr {
  const isField = expr.kind === "load" && expr.place.kind === "member" && expr.place.bits !== null;
  return isField ? castNode(expr, expr.type, "bits", false) : expr;
}

export function castNode(operand: Expr, type: CType, conversion: Conversion, implicit: boolean): CastExpr {
  const { at, first, last } = operand;
  return { kind: "cast", at, first, last, type, conversion, operand, implicit };
}

function conversionBetween(from: CType, to: CType): Conversion | null {
  const fromInt = integerOf(from);
  const toInt = integerOf(to);
  if (toInt !== null && toInt.name === "_Bool") return isScalar(from) ? "bool" : null;
  if (from.kind === "decimal" || to.kind === "decimal") {
    return isArithmetic(from) && isArithmetic(to) ? "decimal" : null;
  }
  if (fromInt !== null) {
    if (toInt !== null) return "int";
    if (to.kind === "float") return "int-float";
    if (to.kind === "pointer") return fromInt.size === 8 ? "bits" : "int";
    return null;
  }
  if (from.kind === "float") {
    if (to.kind === "float") return "float";
    return toInt !== null ? "float-int" : null;
  }
  if (from.kind === "pointer") {
    if (to.kind === "pointer") return "bits";
    if (toInt !== null) return toInt.size === 8 ? "bits" : "int";
  }
  return null;
}

function convertConstant(expr: IntExpr | FloatExpr | DecimalExpr, type: CType): Expr | null {
  const int = integerOf(type);
  if (type.kind === "decimal") return constantDecimal(expr, type);
  if (expr.kind === "decimal") return fromDecimal(expr, type);
  if (expr.kind === "int") {
    if (int !== null) {
      const value = int.name === "_Bool" ? (expr.value === 0n ? 0n : 1n) : wrap(expr.value, int);
      // A pointer constant turned into an integer is no integer constant expression.
      return intExpr(expr, type, value, expr.strict && expr.type.kind !== "pointer");
    }
    if (type.kind === "pointer") return intExpr(expr, type, BigInt.asUintN(64, expr.value), expr.strict);
    if (type.kind === "float" && isInteger(expr.type))
      return floatExpr(expr, type, integerToFloat(expr.value, type));
    return null;
  }
  if (type.kind === "float") return floatExpr(expr, type, roundTo(expr.value, type));
  if (int === null) return null;
  const value = int.name === "_Bool" ? (expr.value === 0 ? 0n : 1n) : floatToInteger(expr.value, int);
  return intExpr(expr, type, value);
}

function constantDecimal(expr: DecimalExpr, type: DecimalType): DecimalExpr;
function constantDecimal(expr: IntExpr | FloatExpr | DecimalExpr, type: DecimalType): DecimalExpr | null;
function constantDecimal(expr: IntExpr | FloatExpr | DecimalExpr, type: DecimalType): DecimalExpr | null {
  const { size } = type;
  switch (expr.kind) {
    case "int": {
      if (!isInteger(expr.type)) return null;
      return decimalExpr(expr, type, convertDecimal(integerToDecimal(expr.value, 16), 16, size));
    }
    case "float":
      return decimalExpr(expr, type, constantToDecimal(expr.value, size));
    case "decimal":
      return decimalExpr(expr, type, convertDecimal(expr.bits, expr.type.size, size));
  }
}

function fromDecimal(expr: DecimalExpr, type: CType): Expr | null {
  const { bits } = expr;
  const { size } = expr.type;
  if (type.kind === "float") {
    const value =
      type.size === 4 ? floatOf(decimalToFloat(bits, size)) : doubleOf(decimalToDouble(bits, size));
    return floatExpr(expr, type, value);
  }
  const int = integerOf(type);
  if (int === null) return null;
  if (int.name === "_Bool") return intExpr(expr, type, isDecimalZero(bits, size) ? 0n : 1n);
  return intExpr(expr, type, decimalToInteger(bits, size, int.bits, int.signed, "nearest"));
}

/** The bit-field that a value was just read from or stored to, or null. */
export function fieldOf(expr: Expr): BitField | null {
  if (expr.kind === "load" || expr.kind === "assign" || expr.kind === "update") {
    return expr.place.kind === "member" ? expr.place.bits : null;
  }
  return expr.kind === "comma" ? fieldOf(expr.right) : null;
}

/** What the integer promotions make of a type; null where they do not apply. */
export function promotedType(cx: Context, expr: Expr): IntType | null {
  const int = integerOf(expr.type);
  if (int === null) return null;
  const field = fieldOf(expr);
  if (field !== null && field.width <= 32 && int.name !== "_Bool") {
    return field.width === 32 && !field.signed ? cx.types.uint : cx.types.int;
  }
  return int.rank < 3 ? cx.types.int : int;
}

/** The integer promotions. */
export function promote(cx: Context, expr: Expr): Expr {
  const type = promotedType(cx, expr);
  if (type === null || type === expr.type.plain) return expr;
  return convert(cx, expr, type, true);
}

/** What an argument without a parameter type becomes. */
export function defaultPromote(cx: Context, expr: Expr): Expr {
  if (expr.type.kind === "float") {
    return expr.type.size === 4 ? convert(cx, expr, cx.types.double, true) : expr;
  }
  return promote(cx, expr);
}

/** Decimal and binary floating operands have no common type: says so. */
export function mixesFloating(cx: Context, where: Where, left: Expr, right: Expr): boolean {
  const kinds = [left.type.kind, right.type.kind];
  if (!kinds.includes("decimal") || !kinds.includes("float")) return false;
  // gcc says it where it has read to.
  const at = readingPlace(cx.tokens, 0, Math.min(where.last + 1, cx.tokens.length - 1));
  cx.error(at, "cannot mix operands of decimal floating and other floating types");
  return true;
}

/** The common type of two arithmetic operands (6.3.1.8). Typedef names survive where they are not ambiguous. */
export function commonType(cx: Context, left: Expr, right: Expr): CType {
  const a = left.type;
  const b = right.type;
  if (a.kind === "decimal" || b.kind === "decimal") {
    if (a.kind !== "decimal") return b;
    if (b.kind !== "decimal") return a;
    return a.size >= b.size ? a : b;
  }
  if (a.kind === "float" || b.kind === "float") {
    if (a.kind !== "float") return b;
    if (b.kind !== "float") return a;
    return rankOfFloat(a) >= rankOfFloat(b) ? a : b;
  }
  const x = promotedType(cx, left)!;
  const y = promotedType(cx, right)!;
  if (x === y) return a.plain === x ? a : b.plain === y ? b : x;
  const common = commonInteger(cx, x, y);
  if (a.plain === common) return a;
  return b.plain === common ? b : common;
}

function rankOfFloat(type: FloatType): number {
  return type.size;
}

export function commonInteger(cx: Context, a: IntType, b: IntType): IntType {
  const x = a.plain as IntType;
  const y = b.plain as IntType;
  if (x === y) return x;
  if (x.bits !== y.bits) return x.bits > y.bits ? x : y;
  if (x.signed === y.signed) return x.rank >= y.rank ? x : y;
  const [signed, unsigned] = x.signed ? [x, y] : [y, x];
  return unsigned.rank >= signed.rank ? unsigned : cx.types.unsignedOf(signed);
}
