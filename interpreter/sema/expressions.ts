// Expressions: one case for each form of the syntax tree, dispatching to the parts that know the rules.

import { clampExponent, decimalConstant } from "../decimal/bid.js";
import type * as ast from "../syntax/ast.js";
import { warnSizeofDivision, warnSizeofParameter } from "./call-checks.js";
import { builtinFunction, call } from "./calls.js";
import { isBool, isTruth, warnArms, warnComparison, warnNegatedAddress } from "./comparisons.js";
import { compatible } from "./compatible.js";
import type { Context, Operand, Where } from "./context.js";
import {
  convert,
  decimalExpr,
  fieldOf,
  floatExpr,
  intExpr,
  invalid,
  isArithmetic,
  isConstant,
  isInteger,
  isPlace,
  isScalar,
  onlyCalled,
  rvalue,
} from "./convert.js";
import { commaOf, warnLeftOfComma } from "./effects.js";
import { automatic, initialize } from "./initialize.js";
import { useLabel } from "./labels.js";
import { alignOf, isComplete, isVariableLength, sizeOf } from "./layout.js";
import { assign, compoundAssign, step } from "./mutate.js";
import {
  binary,
  checkScalar,
  complement,
  conditional,
  negate,
  not,
  plus,
  sizeExpr,
  truth,
} from "./operators.js";
import { address, basesOf, deref, element, member, noMember } from "./places.js";
import { suggest } from "./spelling.js";
import { staticInit } from "./static-init.js";
import { warnBoolComplement, warnCharIndex, warnNegatedMask, warnTruthValue } from "./suspicious.js";
import { autoObject, staticObject, stringLiteral, stringPlace } from "./symbols.js";
import type { Expr, FunctionSymbol } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, FunctionType, IntType } from "./types.js";
import { Qual } from "./types.js";
import { setObject, warnParentheses } from "./wall.js";
import { readingPlace, whereOf, wholeOf } from "./where.js";

export function expression(cx: Context, node: ast.Expr): Operand {
  const where = whereOf(cx.tokens, node);
  switch (node.kind) {
    case "Name":
      return name(cx, where, node);
    case "IntegerLiteral":
      return integerLiteral(cx, where, node);
    case "FloatLiteral":
      return floatLiteral(cx, where, node);
    case "DecimalLiteral":
      return decimalLiteral(cx, where, node);
    case "CharLiteral":
      return intExpr(where, charType(cx, node.encoding), BigInt(node.value));
    case "StringLiteral": {
      const literal = stringLiteral(cx, node.units, elementType(cx, node.encoding), node.first);
      return stringPlace(literal, node.first, node.last);
    }
    case "Unary":
      return unary(cx, where, node);
    case "Postfix":
      cx.writes++;
      return step(cx, where, node.operator, expression(cx, node.operand), "old");
    case "Binary": {
      const left = value(cx, node.left);
      const right = value(cx, node.right);
      if (cx.asksForMore) {
        warnComparison(cx, node, left, right);
        warnSizeofDivision(cx, node);
        if (cx.wants("parentheses")) {
          warnParentheses(cx, node, { left, right });
          warnNegatedMask(cx, node, left, right);
        }
        if (node.operator === "&&" || node.operator === "||") {
          warnTruthValue(cx, node.left, left, where.at);
          warnTruthValue(cx, node.right, right, where.at);
        }
      }
      return binary(cx, where, node.operator, left, right);
    }
    case "Assign": {
      cx.writes++;
      const target = expression(cx, node.target);
      const right = value(cx, node.value);
      return node.operator === "="
        ? assign(cx, where, target, right)
        : compoundAssign(cx, where, node.operator, target, right);
    }
    case "Conditional":
      return conditionalExpr(cx, where, node);
    case "Comma": {
      const left = valueInVain(cx, node.left);
      const { left: first } = node;
      const target = first.kind === "Assign" && first.operator === "=" ? setObject(cx, first.target) : null;
      if (target !== null) cx.usage?.onlySet(target);
      const right = valueInVain(cx, node.right);
      if (cx.wants("unused-value")) warnLeftOfComma(cx, node.left, left, commaOf(cx, node));
      return comma(cx, where, left, right);
    }
    case "Call":
      return call(cx, where, node);
    case "MemberAccess": {
      const object = expression(cx, node.object);
      return member(cx, where, object, node.member.name, node.member.first, node.arrow);
    }
    case "Index": {
      const object = expression(cx, node.object);
      const index = expression(cx, node.index);
      if (cx.asksForMore && object.type.kind !== "int")
        warnCharIndex(cx, where.at, node.index, rvalue(cx, index));
      return element(cx, where, object, index);
    }
    case "Cast":
      return cast(cx, where, node);
    case "CompoundLiteral":
      return compoundLiteral(cx, where, node);
    case "SizeofExpr":
      return sizeofExpr(cx, where, node);
    case "SizeofType": {
      const type = cx.upward.typeName(node.type);
      cx.sizeofOperands.set(node, type);
      return withBounds(cx, sizeofType(cx, { ...where, at: node.type.first }, type));
    }
    case "AlignofExpr":
      return alignofExpr(cx, where, node);
    case "AlignofType": {
      const type = cx.upward.typeName(node.type);
      cx.takeBounds();
      if (type.kind === "poison") return invalid(cx, where);
      if (!isComplete(type) && type.kind !== "void") return incompleteOperand(cx, where, "__alignof__", type);
      return intExpr(where, cx.types.ulong, BigInt(alignOf(type)));
    }
    case "LabelAddress":
      return labelAddress(cx, where, node);
    case "StatementExpr":
      return cx.upward.statementExpr(node);
    case "Generic":
      return generic(cx, where, node);
    case "Offsetof":
      return offsetof(cx, where, node);
    case "VaArg":
      return vaArg(cx, where, node);
    case "TypesCompatible": {
      const left = cx.upward.typeName(node.left);
      const right = cx.upward.typeName(node.right);
      cx.takeBounds();
      // Qualifiers of the top level do not count.
      return intExpr(where, cx.types.int, compatible(left.plain, right.plain) ? 1n : 0n);
    }
    case "ChooseExpr":
      return chooseExpr(cx, where, node);
  }
}

export function value(cx: Context, node: ast.Expr): Expr {
  return rvalue(cx, expression(cx, node));
}

/** A value that need not be one: nobody asks for it, so a builtin may stand there by name. */
export function valueInVain(cx: Context, node: ast.Expr): Expr {
  const operand = expression(cx, node);
  return onlyCalled(operand) ?? rvalue(cx, operand);
}

// --------------------------------------------------------------------------------------------- names and literals

function name(cx: Context, where: Where, node: ast.Name): Operand {
  const binding = cx.find(node.name);
  if (binding === null) {
    const builtin = builtinFunction(cx, node.name);
    return builtin === null ? unknownName(cx, where, node) : functionPlace(cx, where, builtin);
  }
  const { at, first, last } = where;
  if (binding.kind === "object" || binding.kind === "function") cx.usage?.mention(binding);
  switch (binding.kind) {
    case "object":
      return { kind: "object", at, first, last, type: binding.type, object: binding };
    case "function":
      return functionPlace(cx, where, binding);
    case "enumerator":
      return intExpr(where, binding.type, binding.value);
    case "typedef":
      cx.error(at, `expected expression before '${node.name}'`);
      return invalid(cx, where);
    case "poison":
      return invalid(cx, where);
  }
}

function functionPlace(cx: Context, where: Where, fn: FunctionSymbol): Operand {
  const { at, first, last } = where;
  const pointer: Expr = { kind: "function", at, first, last, type: cx.types.pointerTo(fn.type), fn };
  return { kind: "deref", at, first, last, type: fn.type, pointer };
}

function unknownName(cx: Context, where: Where, node: ast.Name): Operand {
  const text = node.name;
  if (text === "__func__" || text === "__FUNCTION__" || text === "__PRETTY_FUNCTION__") {
    return functionName(cx, node);
  }
  const undeclared = cx.fn?.undeclared;
  if (undeclared?.has(text)) return invalid(cx, where);
  undeclared?.add(text);
  const names: string[] = [];
  for (const known of cx.scope.visible()) names.push(known.name);
  if (cx.options.macroNames !== undefined) names.push(...cx.options.macroNames);
  const near = suggest(text, names);
  const offer = near === null ? "" : `; did you mean '${near}'?`;
  if (cx.fn === null) {
    cx.errorWithFix(where.at, `'${text}' undeclared here (not in a function)${offer}`, near);
    cx.fileScope.declare(text, { kind: "poison", name: text, at: where.at });
  } else {
    // With an offer gcc drops "first use" from the same sentence, and says once what it means.
    const message = `'${text}' undeclared (first use in this function)${offer}`;
    const note = "each undeclared identifier is reported only once for each function it appears in";
    const notes = cx.undeclaredNoted ? [] : [{ text: note, at: where.at }];
    cx.undeclaredNoted = true;
    cx.errorWithFix(where.at, message, near, ...notes);
  }
  return invalid(cx, where);
}

function functionName(cx: Context, node: ast.Name): Operand {
  const text = cx.fn === null ? "" : cx.fn.fn.name;
  if (cx.fn === null) cx.warning(null, node.first, `'${node.name}' is not defined outside of function scope`);
  const known = cx.fn === null ? undefined : cx.functionNames.get(cx.fn.fn);
  const units = [...text].map((c) => c.charCodeAt(0));
  const element = cx.types.withQuals(cx.types.char, Qual.Const) as IntType;
  const literal = known ?? stringLiteral(cx, units, element, node.first);
  if (cx.fn !== null) cx.functionNames.set(cx.fn.fn, literal);
  return stringPlace(literal, node.first, node.last);
}

function integerLiteral(cx: Context, where: Where, node: ast.IntegerLiteral): Expr {
  const { int, uint, long, ulong, llong, ullong } = cx.types;
  const signed = [int, long, llong];
  const unsigned = [uint, ulong, ullong];
  for (let size = node.longs; size < 3; size++) {
    const s = signed[size]!;
    if (!node.unsigned && node.value < 1n << BigInt(s.bits - 1)) return intExpr(where, s, node.value);
    const u = unsigned[size]!;
    const mayBeUnsigned = node.unsigned || !node.decimal;
    if (mayBeUnsigned && node.value < 1n << BigInt(u.bits)) return intExpr(where, u, node.value);
  }
  cx.warning(null, where.at, "integer constant is so large that it is unsigned");
  return intExpr(where, ulong, BigInt.asUintN(64, node.value));
}

function floatLiteral(cx: Context, where: Where, node: ast.FloatLiteral): Expr {
  if (node.imaginary) {
    cx.error(where.at, "imaginary constants are not supported");
    return invalid(cx, where);
  }
  const { float, double, longDouble } = cx.types;
  const type = node.suffix === "f" ? float : node.suffix === "l" ? longDouble : double;
  if (type === double && cx.decimalPragma.at(where.at)) {
    const digits = /^([0-9]*)\.?([0-9]*)(?:[eE]([+-]?[0-9]+))?$/.exec(cx.tokens.text[where.at]!);
    // Hexadecimal constants, and those with a suffix, are binary all the same.
    if (digits !== null) {
      const [, whole = "", fraction = "", exponent = "0"] = digits;
      const constant = decimalConstant(whole + fraction, clampExponent(exponent) - fraction.length, 8);
      const { first, last } = node;
      return decimalLiteral(cx, where, { kind: "DecimalLiteral", first, last, size: 8, ...constant });
    }
  }
  return floatExpr(where, type, node.value);
}

function decimalLiteral(cx: Context, where: Where, node: ast.DecimalLiteral): Expr {
  const type = cx.types.decimalOfSize(node.size);
  if (node.inexact !== null) {
    const text =
      node.inexact === "overflow"
        ? `floating constant exceeds range of ${quoteType(type)}`
        : "floating constant truncated to zero";
    cx.warning("-Woverflow", readingPlace(cx.tokens, 0, where.at), text);
  }
  return decimalExpr(where, type, node.bits);
}

function charType(cx: Context, encoding: ast.Encoding): IntType {
  switch (encoding) {
    case "u8":
      return cx.types.uchar;
    case "u":
      return cx.types.ushort;
    case "U":
      return cx.types.uint;
    default:
      return cx.types.int;
  }
}

function elementType(cx: Context, encoding: ast.Encoding): IntType {
  switch (encoding) {
    case "u":
      return cx.types.ushort;
    case "U":
      return cx.types.uint;
    case "L":
      return cx.types.int;
    default:
      return cx.types.char;
  }
}

// ------------------------------------------------------------------------------------------------------ operators

function unary(cx: Context, where: Where, node: ast.Unary): Operand {
  const operand = expression(cx, node.operand);
  switch (node.operator) {
    case "&":
      return address(cx, where, operand);
    case "*":
      return deref(cx, where, onlyCalled(operand) ?? rvalue(cx, operand));
    case "+":
      return plus(cx, where, rvalue(cx, operand));
    case "-":
      return negate(cx, where, rvalue(cx, operand));
    case "~": {
      const bits = rvalue(cx, operand);
      warnBoolComplement(cx, where.at, node.operand, bits);
      return complement(cx, where, bits);
    }
    case "!": {
      const truth = rvalue(cx, operand);
      if (cx.asksForMore && !warnNegatedAddress(cx, where.at, truth)) warnTruthValue(cx, node.operand, truth);
      return not(cx, where, truth);
    }
    case "++":
    case "--":
      cx.writes++;
      return step(cx, where, node.operator, operand, "new");
    case "__real__":
    case "__imag__": {
      const real = rvalue(cx, operand);
      if (real.kind === "invalid") return real;
      if (!isArithmetic(real.type)) {
        cx.error(where.at, `wrong type argument to ${node.operator}`);
        return invalid(cx, where);
      }
      if (node.operator === "__real__") return operand;
      const zero = convert(cx, intExpr(where, cx.types.int, 0n), real.type, true);
      return comma(cx, where, real, zero);
    }
  }
}

function comma(cx: Context, where: Where, left: Expr, right: Expr): Expr {
  if (left.kind === "invalid" || right.kind === "invalid") return invalid(cx, where);
  const { at, first, last } = where;
  return { kind: "comma", at, first, last, type: right.type, left, right };
}

function conditionalExpr(cx: Context, where: Where, node: ast.Conditional): Expr {
  const test = value(cx, node.condition);
  if (cx.asksForMore) warnTruthValue(cx, node.condition, test);
  if (!checkScalar(cx, where.at, test)) {
    if (node.consequent !== null) value(cx, node.consequent);
    value(cx, node.alternate);
    return invalid(cx, where);
  }
  // The arm that a constant rules out is still checked, but nothing in it happens: no "division by zero" there.
  const known = isConstant(test) ? truth(test) : null;
  if (node.consequent === null && (isTruth(node.condition) || isBool(test.type)) && cx.unevaluated === 0) {
    const text = "the omitted middle operand in '?:' will always be 'true', suggest explicit middle operand";
    cx.warning("-Wparentheses", where.at, text);
  }
  if (node.consequent === null) {
    const otherwise =
      known === true ? cx.inUnevaluated(() => value(cx, node.alternate)) : value(cx, node.alternate);
    if (known !== null) return conditional(cx, where, test, test, otherwise);
    const temp = cx.newTemp(test.type);
    const { at, first, last } = where;
    const set: Expr = { kind: "set-temp", at, first, last, type: test.type, temp, value: test };
    const again: Expr = { kind: "temp", at, first, last, type: test.type, temp };
    const chosen = conditional(cx, where, again, again, otherwise);
    return comma(cx, where, set, chosen);
  }
  const thenNode = node.consequent;
  const then = known === false ? cx.inUnevaluated(() => value(cx, thenNode)) : value(cx, thenNode);
  const otherwise =
    known === true ? cx.inUnevaluated(() => value(cx, node.alternate)) : value(cx, node.alternate);
  if (known === null && cx.wants("sign-compare")) {
    const { tokens } = cx;
    const question = node.consequent.first - 1;
    warnArms(cx, then, otherwise, {
      yes: wholeOf(tokens, node.consequent, node.condition.last + 1, node.alternate.first - 1),
      no: wholeOf(tokens, node.alternate, question, node.last),
    });
  }
  return conditional(cx, where, test, then, otherwise);
}

// ----------------------------------------------------------------------------------------------------------- casts

function cast(cx: Context, where: Where, node: ast.Cast): Operand {
  const type = cx.upward.typeName(node.type);
  const bounds = cx.takeBounds();
  const operand = type.kind === "void" ? valueInVain(cx, node.operand) : value(cx, node.operand);
  const result = castTo(cx, where, operand, type);
  return bounds.length === 0 ? result : before(cx, bounds, result);
}

function isFloating(type: CType): boolean {
  return type.kind === "float" || type.kind === "decimal";
}

function castTo(cx: Context, where: Where, operand: Expr, type: CType): Expr {
  if (operand.kind === "invalid" || type.kind === "poison") return invalid(cx, where);
  const from = operand.type;
  if (type.kind === "void") return { ...convert(cx, operand, type, false), ...where };
  if (type.kind === "array" || type.kind === "function") {
    cx.error(where.at, `cast specifies ${type.kind} type`);
    return invalid(cx, where);
  }
  if (type.kind === "record") return castToRecord(cx, where, operand, type);
  if (from.kind === "void") {
    cx.error(where.at, "void value not ignored as it ought to be");
    return invalid(cx, where);
  }
  if (from.kind === "record") {
    const what =
      type.kind === "pointer"
        ? "cannot convert to a pointer type"
        : `aggregate value used where ${isFloating(type) ? "a floating-point" : "an integer"} was expected`;
    cx.error(where.at, what);
    return invalid(cx, where);
  }
  if (type.kind === "pointer" && isFloating(from)) {
    cx.error(where.at, "cannot convert to a pointer type");
    return invalid(cx, where);
  }
  if (isFloating(type) && from.kind === "pointer") {
    cx.error(where.at, "pointer value used where a floating-point was expected");
    return invalid(cx, where);
  }
  warnCastSize(cx, where, operand, type);
  if (type.kind === "pointer" && from.kind === "pointer" && cx.wants("cast-function-type")) {
    warnCastOfFunction(
      cx,
      where.at,
      from.target,
      type.target,
      `from ${quoteType(from)} to ${quoteType(type)}`,
    );
  }
  // The cast carries its own place; the operand keeps the one it has.
  return { ...convert(cx, operand, type, false), at: where.at, first: where.first, last: where.last };
}

function castToRecord(cx: Context, where: Where, operand: Expr, type: CType & { kind: "record" }): Expr {
  const from = operand.type;
  if (from.kind === "record" && from.decl === type.decl) return operand;
  if (type.decl.union && type.decl.complete) {
    const field = type.decl.fields.find(
      (known) => known.name !== null && compatible(known.type.plain, from.plain),
    );
    if (field !== undefined) {
      const { at, first, last } = where;
      const whole = cx.types.unqualified(type);
      return { kind: "to-union", at, first, last, type: whole, field, value: operand };
    }
    cx.error(where.at, "cast to union type from type not present in union");
    return invalid(cx, where);
  }
  cx.error(where.at, "conversion to non-scalar type requested");
  return invalid(cx, where);
}

function warnCastSize(cx: Context, where: Where, operand: Expr, type: CType): void {
  if (cx.unevaluated > 0) return;
  const from = operand.type;
  // gcc leaves enumerations alone.
  if (from.kind === "pointer" && type.kind === "int" && type.name !== "_Bool" && type.size !== 8) {
    cx.warning("-Wpointer-to-int-cast", where.at, "cast from pointer to integer of different size");
  } else if (from.kind === "int" && type.kind === "pointer" && from.size !== 8 && !isConstant(operand)) {
    cx.warning("-Wint-to-pointer-cast", where.at, "cast to pointer from integer of different size");
  }
}

/** -Wcast-function-type: `void (*)(void)` is what any function may be cast to. */
function warnCastOfFunction(cx: Context, at: number, from: CType, to: CType, types: string): void {
  if (from.kind !== "function" || to.kind !== "function") return;
  const isAny = (fn: FunctionType) => fn.result.kind === "void" && fn.prototype && fn.params.length === 0;
  if (isAny(from) || isAny(to)) return;
  const fits = (a: CType, b: CType) =>
    (a.kind === "pointer" && b.kind === "pointer") || compatible(a.plain, b.plain);
  const isKnown = from.prototype && to.prototype;
  const [a, b] = [from.params, to.params];
  const isLonger = (fn: FunctionType, count: number) => fn.params.length > count || !fn.variadic;
  const sameCount =
    a.length === b.length
      ? from.variadic === to.variadic || a.length === 0
      : !isLonger(a.length < b.length ? from : to, Math.min(a.length, b.length));
  const params = !isKnown || (sameCount && a.every((one, i) => b[i] === undefined || fits(one, b[i])));
  if (fits(from.result, to.result) && params) return;
  cx.warning("-Wcast-function-type", at, `cast between incompatible function types ${types}`);
}

/** Evaluate bounds of variable-length arrays, then the expression. */
function before(cx: Context, bounds: readonly Expr[], result: Expr): Expr {
  let whole = result;
  for (let i = bounds.length - 1; i >= 0; i--) whole = comma(cx, result, bounds[i]!, whole);
  return whole;
}

function withBounds(cx: Context, result: Expr): Expr {
  const bounds = cx.takeBounds();
  return bounds.length === 0 ? result : before(cx, bounds, result);
}

function compoundLiteral(cx: Context, where: Where, node: ast.CompoundLiteral): Operand {
  const type = cx.upward.typeName(node.type);
  for (const bound of cx.takeBounds()) if (bound.kind !== "invalid") cx.bounds.push(bound);
  const initialized = initialize(cx, "<anonymous>", where.at, type, node.initializer, 0);
  if (initialized === null) return invalid(cx, where);
  const { at, first, last } = where;
  if (type.kind === "function" || (!isComplete(initialized.type) && type.kind !== "poison")) {
    cx.error(
      at,
      type.kind === "function"
        ? "compound literal has function type"
        : "compound literal has incomplete type",
    );
    return invalid(cx, where);
  }
  if (cx.fn === null) {
    const object = staticObject(cx, "", initialized.type, at);
    object.linkage = "internal";
    object.init = staticInit(cx, initialized);
    object.initialized = true;
    return { kind: "object", at, first, last, type: object.type, object };
  }
  const object = autoObject(cx, "", initialized.type, at, false);
  cx.fn.locals.push(object);
  cx.fn.leave.locals.push(object);
  return { kind: "compound", at, first, last, type: object.type, object, init: automatic(initialized) };
}

// --------------------------------------------------------------------------------------- sizeof, _Alignof, offsetof

function incompleteOperand(cx: Context, where: Where, operator: string, type: CType): Expr {
  const text = `invalid application of '${operator}' to incomplete type ${quoteType(cx.types.unqualified(type))}`;
  cx.error(where.at, text);
  return invalid(cx, where);
}

function sizeofType(cx: Context, where: Where, type: CType): Expr {
  if (type.kind === "poison") return invalid(cx, where);
  if (type.kind !== "void" && type.kind !== "function" && !isComplete(type)) {
    return incompleteOperand(cx, where, "sizeof", type);
  }
  return sizeExpr(cx, type, where);
}

function sizeofExpr(cx: Context, where: Where, node: ast.SizeofExpr): Expr {
  const operand = cx.inUnevaluated(() => expression(cx, node.operand));
  const type = operand.type;
  warnSizeofParameter(cx, node);
  cx.sizeofOperands.set(node, type);
  if (isPlace(operand) ? operand.kind === "member" && operand.field.width >= 0 : fieldOf(operand) !== null) {
    if (isPlace(operand)) {
      cx.error(where.at + 1, "'sizeof' applied to a bit-field");
      return invalid(cx, where);
    }
  }
  const size = sizeofType(cx, where, type);
  // Only the size of a variable-length array depends on what its operand does when it is evaluated.
  return isVariableLength(type) && !isPlace(operand) ? comma(cx, where, operand, size) : withBounds(cx, size);
}

function alignofExpr(cx: Context, where: Where, node: ast.AlignofExpr): Expr {
  const operand = cx.inUnevaluated(() => expression(cx, node.operand));
  if (operand.kind === "invalid") return operand;
  if (operand.kind === "member" && operand.field.width >= 0) {
    cx.error(where.at, "'_Alignof' applied to a bit-field");
    return invalid(cx, where);
  }
  if (operand.kind === "object")
    return intExpr(where, cx.types.ulong, BigInt(Math.max(operand.object.align, alignOf(operand.type))));
  const named = operand.kind === "deref" ? operand.pointer : operand;
  if (named.kind === "function") {
    const align = cx.functionAttributes.get(named.fn)?.align ?? 0;
    return intExpr(where, cx.types.ulong, BigInt(Math.max(align, 1)));
  }
  if (!isComplete(operand.type) && operand.type.kind !== "function" && operand.type.kind !== "void") {
    return incompleteOperand(cx, where, "__alignof__", operand.type);
  }
  return intExpr(where, cx.types.ulong, BigInt(alignOf(operand.type)));
}

function offsetof(cx: Context, where: Where, node: ast.Offsetof): Expr {
  let type = cx.upward.typeName(node.type);
  cx.takeBounds();
  let offset: Expr = intExpr(where, cx.types.ulong, 0n);
  for (const designator of node.path) {
    if (type.kind === "poison") return invalid(cx, where);
    if (designator.kind === "FieldDesignator") {
      const name = designator.name.name;
      if (type.kind !== "record") {
        cx.error(designator.first, `request for member '${name}' in something not a structure or union`);
        return invalid(cx, where);
      }
      if (!type.decl.complete) {
        cx.error(designator.first, `invalid use of undefined type ${quoteType(type)}`);
        return invalid(cx, where);
      }
      const found = type.decl.members.get(name);
      if (found === undefined) {
        noMember(cx, where.at, type, name, designator.name.first);
        return invalid(cx, where);
      }
      if (found.field.width >= 0) {
        cx.error(where.at, `attempt to take address of bit-field structure member '${name}'`);
        return invalid(cx, where);
      }
      offset = binary(cx, where, "+", offset, intExpr(where, cx.types.ulong, BigInt(found.offset)));
      const bases = basesOf(cx, where, found);
      if (bases !== null) offset = binary(cx, where, "+", offset, bases);
      type = found.field.type;
    } else {
      if (type.kind !== "array") {
        cx.error(designator.first, "subscripted value is neither array nor pointer nor vector");
        return invalid(cx, where);
      }
      const index = convert(cx, value(cx, designator.index), cx.types.ulong, true);
      offset = binary(
        cx,
        where,
        "+",
        offset,
        binary(cx, where, "*", index, sizeExpr(cx, type.element, where)),
      );
      type = type.element;
    }
  }
  return offset;
}

// ---------------------------------------------------------------------------------------------------------- others

function labelAddress(cx: Context, where: Where, node: ast.LabelAddress): Expr {
  if (cx.fn === null) {
    cx.error(where.at, "taking the address of a label outside of any function");
    return invalid(cx, where);
  }
  const label = useLabel(cx, node.label);
  label.addressTaken = true;
  const { at, first, last } = where;
  return { kind: "label", at, first, last, type: cx.types.voidPointer, label };
}

function generic(cx: Context, where: Where, node: ast.Generic): Operand {
  const control = cx.inUnevaluated(() => value(cx, node.control));
  if (control.kind === "invalid") return invalid(cx, where);
  let chosen: ast.GenericAssociation | null = null;
  let fallback: ast.GenericAssociation | null = null;
  const seen: { type: CType; at: number }[] = [];
  for (const association of node.associations) {
    if (association.type === null) {
      if (fallback !== null) {
        const note = { text: "original 'default' is here", at: fallback.first };
        cx.error(association.first, "duplicate 'default' case in '_Generic'", note);
      }
      fallback ??= association;
      continue;
    }
    const type = cx.upward.typeName(association.type);
    cx.takeBounds();
    if (type.kind === "poison") return invalid(cx, where);
    if (type.kind === "function") cx.error(association.first, "'_Generic' association has function type");
    else if (!isComplete(type) && type.kind !== "void") {
      cx.error(association.first, "'_Generic' association has incomplete type");
    }
    const same = seen.find((known) => compatible(known.type, type));
    if (same !== undefined) {
      cx.error(association.first, "'_Generic' specifies two compatible types", {
        text: "compatible type is here",
        at: same.at,
      });
    }
    seen.push({ type, at: association.first });
    if (!compatible(control.type, type)) continue;
    if (chosen === null) chosen = association;
    else {
      const note = { text: "other match is here", at: chosen.first };
      cx.error(association.first, "'_Generic' selector matches multiple associations", note);
    }
  }
  const picked = chosen ?? fallback;
  if (picked === null) {
    const text = `'_Generic' selector of type ${quoteType(control.type)} is not compatible with any association`;
    cx.error(node.control.first, text);
    return invalid(cx, where);
  }
  // What was not chosen is parsed but has no meaning: gcc checks it only for its syntax and declarations.
  for (const association of node.associations) {
    if (association !== picked) cx.inUnevaluated(() => expression(cx, association.value));
  }
  return expression(cx, picked.value);
}

function vaArg(cx: Context, where: Where, node: ast.VaArg): Expr {
  const list = value(cx, node.list);
  const type = cx.types.unqualified(cx.upward.typeName(node.type));
  cx.takeBounds();
  if (list.kind === "invalid" || type.kind === "poison") return invalid(cx, where);
  if (list.type.kind !== "pointer" || list.type.target.plain !== cx.types.vaListTag) {
    cx.error(where.at, "first argument to 'va_arg' not of type 'va_list'");
    return invalid(cx, where);
  }
  if (!isComplete(type)) {
    cx.error(where.at, `second argument to 'va_arg' is of incomplete type ${quoteType(type)}`);
    return invalid(cx, where);
  }
  const promoted =
    type.kind === "float" && type.size === 4
      ? cx.types.double
      : isInteger(type) && sizeOf(type) < 4
        ? cx.types.int
        : null;
  const { at, first, last } = where;
  if (promoted !== null) {
    const text = `${quoteType(type)} is promoted to ${quoteType(promoted)} when passed through '...'`;
    const typeAt = node.type.first;
    cx.warning(
      null,
      typeAt,
      text,
      { text: `(so you should pass ${quoteType(promoted)} not ${quoteType(type)} to 'va_arg')`, at: typeAt },
      { text: "if this code is reached, the program will abort", at: typeAt },
    );
    const left = convert(cx, list, cx.types.void, true);
    const right: Expr = { kind: "builtin", at, first, last, type, op: "trap", args: [] };
    return { kind: "comma", at, first, last, type, left, right };
  }
  return { kind: "va-arg", at, first, last, type, list };
}

function chooseExpr(cx: Context, where: Where, node: ast.ChooseExpr): Operand {
  const condition = value(cx, node.condition);
  if (condition.kind === "invalid") return condition;
  if (condition.kind !== "int" || !isScalar(condition.type)) {
    cx.error(where.at, "first argument to '__builtin_choose_expr' not a constant");
    return invalid(cx, where);
  }
  const [chosen, other] =
    condition.value !== 0n ? [node.consequent, node.alternate] : [node.alternate, node.consequent];
  cx.inUnevaluated(() => expression(cx, other));
  return expression(cx, chosen);
}
