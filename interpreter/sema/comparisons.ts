// Comparisons whose result is known before, or that do not mean what they look like: -Wsign-compare, -Wtype-limits,
// -Wtautological-compare, -Wbool-compare, -Wenum-compare, -Waddress, -Warray-compare.
//
// The hard thing is which values a person meant: the promotions and conversions round an operand are taken away as far
// as they only widen, so that an `unsigned char` counts with its 8 bits and its own sign (gcc's get_narrower and
// shorten_compare). What is compared with what is still decided in the common type.

import type * as ast from "../syntax/ast.js";
import { fieldTypeName, spelling } from "./assign.js";
import { fits, integerOf, maxOf, minOf, wrap } from "./constant.js";
import type { At, Context } from "./context.js";
import { commonType, fieldOf } from "./convert.js";
import type { CompareOp, Expr, FunctionSymbol, ObjectSymbol, Place } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, EnumType, Field, IntType } from "./types.js";
import { whereOf } from "./where.js";

const OPS: Readonly<Record<string, CompareOp>> = {
  "==": "eq",
  "!=": "ne",
  "<": "lt",
  ">": "gt",
  "<=": "le",
  ">=": "ge",
};

const TURNED: Readonly<Record<CompareOp, CompareOp>> = {
  eq: "eq",
  ne: "ne",
  lt: "gt",
  gt: "lt",
  le: "ge",
  ge: "le",
};

/** What is truth already, besides comparisons. */
const TRUTHS = new Set<string>(["&&", "||"]);

/** A comparison whose operands are `left` and `right`. */
export function warnComparison(cx: Context, node: ast.Binary, left: Expr, right: Expr): void {
  const op = OPS[node.operator];
  if (op === undefined || left.kind === "invalid" || right.kind === "invalid") return;
  if (cx.unevaluated > 0) return;
  if (cx.wants("logical-not-parentheses")) warnNegated(cx, node, right);
  if (cx.wants("tautological-compare")) {
    warnSame(cx, node, left);
    warnMasked(cx, node, op, left, right);
  }
  if (cx.wants("bool-compare")) {
    if (left.kind !== "int" && (isTruth(node.left) || isBool(left.type)))
      warnTruth(cx, node, op, right, false);
    if (right.kind !== "int" && (isTruth(node.right) || isBool(right.type)))
      warnTruth(cx, node, op, left, true);
  }
  if (cx.wants("enum-compare")) warnEnums(cx, node, left, right);
  if (op === "eq" || op === "ne") warnNullAddress(cx, node, op, left, right);
  if (cx.wants("array-compare")) warnArrays(cx, node, left, right);
  const [l, r] = [integerOf(left.type), integerOf(right.type)];
  if (l === null || r === null) return;
  const isKnown = cx.wants("type-limits") && warnLimits(cx, node, op, left, right);
  if (!isKnown && cx.wants("sign-compare")) warnSigns(cx, node, op, left, right);
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
        at: left.first,
        first: left.first,
        last: left.last,
        changes: [
          { before: left.first, text: "(" },
          { behind: left.last, text: ")" },
        ],
      },
    },
  );
}

/** Is every value equal to itself? A NaN is not. */
function hasSelf(type: CType): boolean {
  return type.kind !== "float" && type.kind !== "decimal";
}

/** `a == a` */
function warnSame(cx: Context, node: ast.Binary, left: Expr): void {
  if (!hasSelf(left.type) || left.kind === "int" || !isSame(node.left, node.right)) return;
  for (let at = node.first; at <= node.last; at++) if (cx.tokens.origin[at] !== 0) return;
  const truth = node.operator === "==" || node.operator === "<=" || node.operator === ">=";
  const text = `self-comparison always evaluates to ${truth}`;
  cx.warning("-Wtautological-compare", node.operatorToken, text);
}

/** `(a & 16) == 10` */
function warnMasked(cx: Context, node: ast.Binary, op: CompareOp, left: Expr, right: Expr): void {
  if (op !== "eq" && op !== "ne") return;
  const [masked, constant] = right.kind === "int" ? [left, right] : [right, left];
  if (constant.kind !== "int" || masked.kind !== "binary" || (masked.op !== "and" && masked.op !== "or"))
    return;
  const mask = masked.right.kind === "int" ? masked.right : masked.left;
  if (mask.kind !== "int") return;
  const { value } = constant;
  const reached = masked.op === "and" ? mask.value & value : mask.value | value;
  if (reached === value) return;
  const text = `bitwise comparison always evaluates to ${op === "ne"}`;
  cx.warning("-Wtautological-compare", node.operatorToken, text);
}

/** `(a < b) == 2`; `turned`: the constant stands on the left. */
function warnTruth(cx: Context, node: ast.Binary, op: CompareOp, other: Expr, turned: boolean): void {
  if (other.kind !== "int") return;
  const { value } = other;
  // As if the constant stood on the right.
  const seen = turned ? TURNED[op] : op;
  const [low, high] = [seen === "lt" || seen === "le", seen === "gt" || seen === "ge"];
  let result: boolean;
  if (value < 0n || value > 1n) result = op === "eq" ? false : op === "ne" ? true : value > 1n ? low : high;
  else if (seen === "ge" && value === 0n) result = true;
  else if (seen === "le" && value === 1n) result = true;
  else if (seen === "lt" && value === 0n) result = false;
  else if (seen === "gt" && value === 1n) result = false;
  else return;
  const text = `comparison of constant '${value}' with boolean expression is always ${result}`;
  cx.warning("-Wbool-compare", node.operatorToken, text);
}

export function isTruth(node: ast.Expr): boolean {
  if (node.kind === "Unary") return node.operator === "!";
  return node.kind === "Binary" && (OPS[node.operator] !== undefined || TRUTHS.has(node.operator));
}

export function isBool(type: CType): boolean {
  return type.kind === "int" && type.name === "_Bool";
}

/** Do both read the same thing, without doing anything? */
export function isSame(a: ast.Expr, b: ast.Expr): boolean {
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

// -------------------------------------------------------------------------------------------------------- numbers

function warnEnums(cx: Context, node: ast.Binary, left: Expr, right: Expr): void {
  const a = enumOf(cx, node.left, left);
  const b = enumOf(cx, node.right, right);
  if (a === null || b === null || a.decl === b.decl) return;
  const text = `comparison between ${quoteType(a.plain)} and ${quoteType(b.plain)}`;
  cx.warning("-Wenum-compare", node.operatorToken, text);
}

/** The enumeration that a value was written as: an enumerator counts, though it is an int. */
function enumOf(cx: Context, node: ast.Expr, expr: Expr): EnumType | null {
  if (expr.type.kind === "enum") return expr.type;
  const binding = node.kind === "Name" ? cx.find(node.name) : null;
  return binding?.kind === "enumerator" && binding.owner.kind === "enum" ? binding.owner : null;
}

/** A value without what only widens it: bits and sign of what a person wrote. */
function narrow(expr: Expr): { bits: number; signed: boolean } {
  let at = expr;
  let int = integerOf(at.type)!;
  let bits = fieldOf(at)?.width ?? int.bits;
  let signed = fieldOf(at)?.signed ?? int.signed;
  let isOutermost = true;
  while (at.kind === "cast" && at.conversion !== "bool") {
    const inner = integerOf(at.operand.type);
    if (inner === null) break;
    const field = fieldOf(at.operand);
    const innerBits = field?.width ?? inner.bits;
    const innerSigned = field?.signed ?? inner.signed;
    if (innerBits > bits) break;
    if (innerBits === bits) {
      if (isOutermost) signed = int.signed;
    } else if (isOutermost) signed = innerSigned;
    else if (signed !== innerSigned) break;
    isOutermost = false;
    bits = innerBits;
    at = at.operand;
    int = inner;
  }
  return { bits, signed };
}

/** -Wtype-limits. True where the result is known, whether it was said or not. */
function warnLimits(cx: Context, node: ast.Binary, op: CompareOp, left: Expr, right: Expr): boolean {
  if (left.kind === "int" && right.kind === "int") return false;
  const [value, constant, seen] = left.kind === "int" ? [right, left, TURNED[op]] : [left, right, op];
  if (constant.kind !== "int") return false;
  const common = integerOf(commonType(cx, left, right))!;
  const { bits, signed } = narrow(value);
  if (bits < common.bits) {
    // gcc does not see through the promotion of small unsigned bit-fields and of _Bool.
    if (!signed && bits < 32 && bits !== 8 && bits !== 16) return false;
    const size = { ...common, bits, signed, name: "int" } as IntType;
    const compared: IntType = !common.signed && signed ? { ...common, signed: true } : common;
    const known = resultOf(seen, wrap(constant.value, compared), minOf(size), maxOf(size));
    if (known === null) return false;
    // An unsigned comparison of a value that was extended by its sign only asks for that sign.
    if (!common.signed && signed && seen !== "eq" && seen !== "ne") return false;
    const text = `comparison is always ${known} due to limited range of data type`;
    cx.warning("-Wtype-limits", node.operatorToken, text);
    return true;
  }
  if (constant.value !== 0n || common.signed || (seen !== "ge" && seen !== "lt")) return false;
  if (value.type.kind === "enum") return true;
  const text =
    seen === "ge"
      ? "comparison of unsigned expression in '>= 0' is always true"
      : "comparison of unsigned expression in '< 0' is always false";
  cx.warning("-Wtype-limits", node.operatorToken, text);
  return true;
}

/** What comparing any value from `low` to `high` with a constant gives, if it is always the same. */
function resultOf(op: CompareOp, constant: bigint, low: bigint, high: bigint): boolean | null {
  const outside = constant < low || constant > high;
  switch (op) {
    case "eq":
      return outside ? false : null;
    case "ne":
      return outside ? true : null;
    case "lt":
      return constant > high ? true : constant <= low ? false : null;
    case "gt":
      return constant < low ? true : constant >= high ? false : null;
    case "le":
      return constant >= high ? true : constant < low ? false : null;
    case "ge":
      return constant <= low ? true : constant > high ? false : null;
  }
}

function warnSigns(cx: Context, node: ast.Binary, op: CompareOp, left: Expr, right: Expr): void {
  const common = integerOf(commonType(cx, left, right))!;
  if (common.signed || isSigned(left) === isSigned(right)) {
    warnComplement(cx, node, left, right, common);
    return;
  }
  const [signed, unsigned] = isSigned(left) ? [left, right] : [right, left];
  const asSigned: IntType = { ...common, signed: true };
  if (isNonnegative(signed)) return;
  if (unsigned.kind === "int") {
    if ((op === "eq" || op === "ne") && fits(unsigned.value, asSigned)) return;
    if (unsigned.type.kind === "enum" && fits(maxOf(integerOf(unsigned.type)!), asSigned)) return;
  }
  const types = `${typeOf(cx, left)} and ${typeOf(cx, right)}`;
  const text = `comparison of integer expressions of different signedness: ${types}`;
  cx.warning("-Wsign-compare", node.operatorToken, text);
}

/** `~c == 0`, where the complement of what was widened is never what it would be without. */
function warnComplement(cx: Context, node: ast.Binary, left: Expr, right: Expr, common: IntType): void {
  const [a, b] = [complemented(left), complemented(right)];
  if ((a === null) === (b === null)) return;
  const operand = narrow((a ?? b)!);
  const other = a === null ? left : right;
  if (operand.signed || operand.bits >= common.bits) return;
  if (other.kind === "int") {
    const mask = -(1n << BigInt(operand.bits));
    if ((mask & other.value) === mask) return;
    const text =
      other.value === 0n
        ? "promoted bitwise complement of an unsigned value is always nonzero"
        : "comparison of promoted bitwise complement of an unsigned value with constant";
    cx.warning("-Wsign-compare", node.operatorToken, text);
    return;
  }
  const second = narrow(other);
  if (second.signed || second.bits >= common.bits) return;
  const text = "comparison of promoted bitwise complement of an unsigned value with unsigned";
  cx.warning("-Wsign-compare", node.operatorToken, text);
}

function complemented(expr: Expr): Expr | null {
  return expr.kind === "unary" && expr.op === "com" ? expr.operand : null;
}

/** The type of a value as messages name it: bit-fields by their width. */
function typeOf(cx: Context, expr: Expr): string {
  const field = fieldOf(expr);
  return field === null || field.width === 32 ? quoteType(expr.type) : fieldTypeName(cx, field);
}

/** `c ? i : u`, where both are values. */
export function warnArms(
  cx: Context,
  yes: Expr,
  no: Expr,
  places: { readonly yes: At; readonly no: At },
): void {
  if (cx.unevaluated > 0 || integerOf(yes.type) === null || integerOf(no.type) === null) return;
  const common = integerOf(commonType(cx, yes, no))!;
  if (common.signed || isSigned(yes) === isSigned(no)) return;
  const [signed, unsigned, at] = isSigned(yes) ? [yes, no, places.yes] : [no, yes, places.no];
  if (isNonnegative(signed)) return;
  const text = `operand of '?:' changes signedness from ${typeOf(cx, signed)} to ${typeOf(cx, unsigned)} due to unsignedness of other operand`;
  cx.warning("-Wsign-compare", at, text);
}

function isSigned(expr: Expr): boolean {
  return fieldOf(expr)?.signed ?? integerOf(expr.type)!.signed;
}

/** Does a value that may be negative by its type never get so by what it is? */
function isNonnegative(expr: Expr): boolean {
  const int = integerOf(expr.type);
  if (expr.kind === "int") return expr.value >= 0n;
  if (int !== null && !(fieldOf(expr)?.signed ?? int.signed)) return true;
  switch (expr.kind) {
    case "cast": {
      const inner = integerOf(expr.operand.type);
      if (inner === null || int === null) return false;
      const bits = fieldOf(expr.operand)?.width ?? inner.bits;
      if (!(fieldOf(expr.operand)?.signed ?? inner.signed)) return bits < int.bits;
      return int.bits >= bits && isNonnegative(expr.operand);
    }
    case "compare":
    case "logical":
      return true;
    case "unary":
      return expr.op === "not";
    case "conditional":
      return isNonnegative(expr.consequent) && isNonnegative(expr.alternate);
    case "comma":
      return isNonnegative(expr.right);
    case "assign":
      return isNonnegative(expr.value);
    case "statements":
      return expr.value !== null && isNonnegative(expr.value);
    case "builtin":
      return expr.op === "ffs" || expr.op === "popcount" || expr.op === "parity" || expr.op === "clz";
    case "binary":
      switch (expr.op) {
        case "and":
          return isNonnegative(expr.left) || isNonnegative(expr.right);
        case "or":
        case "xor":
        case "div":
          return isNonnegative(expr.left) && isNonnegative(expr.right);
        case "rem":
        case "shr":
          return isNonnegative(expr.left);
        case "add":
          return Math.max(unsignedBits(expr.left), unsignedBits(expr.right)) + 1 < (int?.bits ?? 0);
        case "mul":
          return unsignedBits(expr.left) + unsignedBits(expr.right) < (int?.bits ?? 0);
        default:
          return false;
      }
    default:
      return false;
  }
}

/** How many bits a value has that was widened without a sign; more than any type for others. */
function unsignedBits(expr: Expr): number {
  if (expr.kind === "int" && expr.value >= 0n) return expr.value.toString(2).length;
  const inner = expr.kind === "cast" ? integerOf(expr.operand.type) : null;
  if (expr.kind !== "cast" || inner === null) return 1000;
  return (fieldOf(expr.operand)?.signed ?? inner.signed)
    ? 1000
    : (fieldOf(expr.operand)?.width ?? inner.bits);
}

// ------------------------------------------------------------------------------------------------------- addresses

/** `&x == NULL`, and a string literal compared with anything else. */
function warnNullAddress(cx: Context, node: ast.Binary, op: "eq" | "ne", left: Expr, right: Expr): void {
  if (!cx.wants("address")) return;
  const [l, r] = [isNull(left), isNull(right)];
  warnZeroCharacter(cx, node, left, right);
  if (r) sayNullAddress(cx, node.operatorToken, op, left);
  else if (l) sayNullAddress(cx, node.operatorToken, op, right);
  else if (isString(left) || isString(right)) {
    const text = "comparison with string literal results in unspecified behavior";
    cx.warning("-Waddress", node.operatorToken, text);
  }
}

/** `p == '\0'` */
function warnZeroCharacter(cx: Context, node: ast.Binary, left: Expr, right: Expr): void {
  const [character, other, pointer] =
    node.left.kind === "CharLiteral" ? [left, right, node.right] : [right, left, node.left];
  const isCharacter = node.left.kind === "CharLiteral" || node.right.kind === "CharLiteral";
  if (!isCharacter || other.type.kind !== "pointer" || !isNull(character)) return;
  const text = "comparison between pointer and zero character constant";
  const at = whereOf(cx.tokens, pointer);
  cx.warning("-Wpointer-compare", node.operatorToken, text, {
    text: "did you mean to dereference the pointer?",
    at,
  });
}

function isNull(expr: Expr): boolean {
  if (expr.kind === "cast") return isNull(expr.operand);
  return expr.kind === "int" && expr.value === 0n;
}

function isString(expr: Expr): boolean {
  if (expr.kind === "cast") return expr.type.kind === "pointer" && isString(expr.operand);
  return expr.kind === "address" && expr.place.kind === "string";
}

/** `!f`: a comparison with null. `at`: the operator. */
export function warnNegatedAddress(cx: Context, at: number, operand: Expr): boolean {
  if (cx.unevaluated > 0 || !cx.wants("address")) return false;
  return sayNullAddress(cx, at, "ne", operand);
}

/** An address whose truth is asked for: that of a member or an element. */
export function warnTruthOfAddress(cx: Context, at: number, operand: Expr): boolean {
  return (
    addressOfWhole(operand) === null &&
    (operand.kind !== "ptradd" || operand.bound !== null) &&
    sayNullAddress(cx, at, "ne", operand)
  );
}

function sayNullAddress(cx: Context, at: number, op: "eq" | "ne", operand: Expr): boolean {
  if (cx.tokens.origin[at] !== 0) return false;
  let expr = operand;
  if (expr.kind === "cast") {
    if (expr.type.kind === "int" && !expr.implicit) return false;
    expr = expr.operand;
  }
  const truth = op === "ne";
  if (expr.kind === "ptradd" && expr.bound === null) return sayPointerSum(cx, at, truth, expr);
  const named = addressed(expr);
  if (named === null) return false;
  const text = `the comparison will always evaluate as '${truth}' for the address of '${named.name}' will never be NULL`;
  cx.warning("-Waddress", at, text, { text: `'${named.name}' declared here`, at: named.at });
  return true;
}

/** `p + 1 == NULL`; only where it can be spelt as gcc does. */
function sayPointerSum(cx: Context, at: number, truth: boolean, sum: Expr & { kind: "ptradd" }): boolean {
  const { pointer, index, size, subtract, type } = sum;
  if (type.kind !== "pointer" || type.target.kind === "void" || index.kind !== "int" || subtract)
    return false;
  if (typeof size !== "number" || index.value <= 0n || pointer.kind === "address") return false;
  const text = `the comparison will always evaluate as '${truth}' for the pointer operand in '${spelling(cx, pointer)} + ${index.value * BigInt(size)}' must not be NULL`;
  cx.warning("-Waddress", at, text);
  return true;
}

/** What an address is that of, if it is never null: an object, a function, a member. */
function addressed(expr: Expr): ObjectSymbol | FunctionSymbol | Field | null {
  if (expr.kind === "function") return isThere(expr.fn) ? expr.fn : null;
  if (expr.kind === "ptradd" && expr.bound !== null) return addressed(expr.pointer);
  return expr.kind === "address" ? namedPlace(expr.place) : null;
}

function namedPlace(place: Place): ObjectSymbol | Field | null {
  if (place.kind === "object") return isThere(place.object) ? place.object : null;
  if (place.kind === "member") return place.field.name === null ? null : place.field;
  if (place.kind === "deref" && place.pointer.kind === "ptradd" && place.pointer.bound !== null) {
    const { pointer } = place.pointer;
    return pointer.kind === "address" ? namedPlace(pointer.place) : null;
  }
  return null;
}

function isThere(symbol: ObjectSymbol | FunctionSymbol): boolean {
  return !symbol.weak && symbol.name !== "";
}

/** The object or function whose address an expression is, if that is never null. */
export function addressOfWhole(expr: Expr): ObjectSymbol | FunctionSymbol | null {
  const whole = expr.kind === "address" && expr.place.kind === "object" ? expr.place.object : null;
  const named = whole ?? (expr.kind === "function" ? expr.fn : null);
  return named !== null && isThere(named) ? named : null;
}

/** `a == b` of two arrays. */
function warnArrays(cx: Context, node: ast.Binary, left: Expr, right: Expr): void {
  if (!isArray(left) || !isArray(right)) return;
  const element = (expr: ast.Expr): string => `&${spelling(cx, expr)}[0]`;
  const text = `use '${element(node.left)} ${node.operator} ${element(node.right)}' to compare the addresses`;
  const at = node.operatorToken;
  cx.warning("-Warray-compare", at, "comparison between two arrays", { text, at });
}

/** A whole variable: gcc takes a member for a pointer already. */
function isArray(expr: Expr): boolean {
  if (expr.kind === "address" && expr.place.kind !== "object") return false;
  if (expr.kind !== "address" || expr.place.type.kind !== "array" || expr.type.kind !== "pointer")
    return false;
  return expr.place.kind !== "string" && expr.type.target.kind !== "array";
}
