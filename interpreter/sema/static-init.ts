// Initialisers of static objects: from checked expressions to bytes and relocations.
//
// Whatever C calls an address constant has the form "something that has an address, plus a number" (6.6p9):
// &a.b[3].c, "text" + 1, a function. The evaluator walks the tree with two kinds of value, numbers and addresses,
// and also folds what gcc folds beyond C: comparisons of addresses, values of const objects that are themselves
// initialised by constants, differences of labels.

import {
  compareDecimals,
  type DecimalOp,
  decimalArithmetic,
  isDecimalZero,
  negateDecimal,
} from "../decimal/bid.js";
import { compareValues, computeFloat, computeInteger, integerOf, putFloat, putInteger } from "./constant.js";
import type { Context, NoteAt } from "./context.js";
import { convert, decimalExpr, floatExpr, intExpr, isConstant } from "./convert.js";
import type { Initialized } from "./initialize.js";
import { sizeOf } from "./layout.js";
import type {
  AddressConstant,
  Expr,
  InitEntry,
  Label,
  Place,
  Relocation,
  StaticInit,
  StringLiteral,
} from "./tree.js";
import type { BitField, CType, DecimalType } from "./types.js";
import { Qual } from "./types.js";

interface AddressValue {
  readonly kind: "address";
  readonly base: AddressConstant;
  readonly addend: bigint;
}

interface LabelDifference {
  readonly kind: "labels";
  readonly plus: Label;
  readonly minus: Label;
  readonly addend: bigint;
}

interface IntValue {
  readonly kind: "int";
  readonly value: bigint;
}

interface FloatValue {
  readonly kind: "float";
  readonly value: number;
}

interface DecimalValue {
  readonly kind: "decimal";
  readonly type: DecimalType;
  readonly bits: bigint;
}

/** The contents of a const record or array. */
interface BytesValue {
  readonly kind: "bytes";
  readonly init: StaticInit | null;
  readonly offset: number;
  readonly size: number;
}

type Value = IntValue | FloatValue | DecimalValue | AddressValue | LabelDifference | BytesValue;

/** Bytes that grow while entries are stored; trailing zeros are never allocated. */
class Image {
  bytes = new Uint8Array(64);
  end = 0;
  readonly relocations = new Map<number, Relocation>();
  labelDifferences: { offset: number; size: number; plus: Label; minus: Label; addend: bigint }[] = [];

  reserve(end: number): void {
    if (end > this.bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.bytes.length * 2));
      grown.set(this.bytes);
      this.bytes = grown;
    }
    if (end > this.end) this.end = end;
  }

  /** Drop relocations in the way of what is stored now. */
  clear(offset: number, size: number): void {
    if (this.relocations.size > 0) {
      for (let at = offset - 7; at < offset + size; at++) this.relocations.delete(at);
    }
  }
}

/** Reports what is not constant. `unusable` entries count as zero, so that the object is there all the same. */
export function staticInit(cx: Context, initialized: Initialized): StaticInit | null {
  const image = new Image();
  for (const entry of initialized.entries) storeEntry(cx, image, entry);
  let end = image.end;
  while (end > 0 && image.bytes[end - 1] === 0) end--;
  const relocations = [...image.relocations.values()].sort((a, b) => a.offset - b.offset);
  const bigger = initialized.size > sizeOf(initialized.type);
  if (end === 0 && relocations.length === 0 && image.labelDifferences.length === 0 && !bigger) return null;
  return {
    bytes: image.bytes.slice(0, end),
    relocations,
    labelDifferences: image.labelDifferences,
    size: initialized.size,
  };
}

function storeEntry(cx: Context, image: Image, entry: InitEntry): void {
  const { value } = entry;
  if (value instanceof Uint8Array) {
    for (let i = 0; i < entry.count; i++) {
      const offset = entry.offset + i * entry.stride;
      const size = sizeOf(entry.type);
      image.reserve(offset + value.length);
      image.clear(offset, size);
      image.bytes.set(value, offset);
      // A shorter string over a longer one leaves zeros behind it.
      image.bytes.fill(0, offset + value.length, Math.min(offset + size, image.bytes.length));
    }
    return;
  }
  if (value.kind === "invalid") return;
  // A comma is no constant by itself; inside of one gcc lets it pass.
  const known = stripCasts(value).kind === "comma" ? null : evaluate(cx, value);
  const constant = storable(known, entry.type);
  if (constant === null) {
    const text =
      known === null
        ? "initializer element is not constant"
        : "initializer element is not computable at load time";
    const notes: NoteAt[] =
      entry.path === null ? [] : [{ text: `(near initialization for '${entry.path}')`, at: value.at }];
    cx.error(value.at, text, ...notes);
    return;
  }
  for (let i = 0; i < entry.count; i++) {
    store(image, entry.offset + i * entry.stride, entry.type, entry.bits, constant);
  }
}

function stripCasts(expr: Expr): Expr {
  let inner = expr;
  while (inner.kind === "cast") inner = inner.operand;
  return inner;
}

/** Null for an address that does not fit its object. */
function storable(value: Value | null, type: CType): Value | null {
  if (value === null) return null;
  if (value.kind === "address" && sizeOf(type) !== 8) return null;
  if (value.kind === "labels" && sizeOf(type) < 2) return null;
  return value;
}

function store(image: Image, offset: number, type: CType, bits: BitField | null, value: Value): void {
  const size = sizeOf(type);
  if (bits !== null) {
    if (value.kind === "int") storeBits(image, offset, bits, value.value);
    return;
  }
  if (value.kind === "bytes") {
    storeBytes(image, offset, value);
    return;
  }
  // Zeros need no room, except over something that is not zero.
  if (value.kind === "int" && value.value === 0n && offset >= image.end) return;
  image.reserve(offset + size);
  image.clear(offset, size);
  switch (value.kind) {
    case "int":
      putInteger(image.bytes, offset, size, value.value);
      return;
    case "float":
      if (type.kind === "float") putFloat(image.bytes, offset, type, value.value);
      return;
    case "decimal":
      putInteger(image.bytes, offset, size, value.bits);
      return;
    case "address":
      image.bytes.fill(0, offset, offset + 8);
      image.relocations.set(offset, { offset, base: value.base, addend: value.addend });
      return;
    case "labels":
      image.labelDifferences.push({
        offset,
        size,
        plus: value.plus,
        minus: value.minus,
        addend: value.addend,
      });
  }
}

function storeBits(image: Image, offset: number, bits: BitField, value: bigint): void {
  for (const part of bits.parts) {
    const first = offset + part.offset;
    image.reserve(first + part.size);
    const shift = BigInt(part.shift);
    const mask = ((1n << BigInt(part.width)) - 1n) << shift;
    let unit = 0n;
    for (let i = part.size - 1; i >= 0; i--) unit = (unit << 8n) | BigInt(image.bytes[first + i]!);
    unit = (unit & ~mask) | (((value >> BigInt(part.at)) << shift) & mask);
    putInteger(image.bytes, first, part.size, unit);
  }
}

function storeBytes(image: Image, offset: number, value: BytesValue): void {
  image.reserve(offset + value.size);
  image.clear(offset, value.size);
  image.bytes.fill(0, offset, offset + value.size);
  const init = value.init;
  if (init === null) return;
  image.bytes.set(init.bytes.subarray(value.offset, value.offset + value.size), offset);
  for (const relocation of init.relocations) {
    const at = relocation.offset - value.offset;
    if (at >= 0 && at < value.size)
      image.relocations.set(at + offset, { ...relocation, offset: at + offset });
  }
}

// --------------------------------------------------------------------------------------------------- evaluation

const number = (value: bigint): IntValue => ({ kind: "int", value });
const bool = (value: boolean): IntValue => number(value ? 1n : 0n);

function evaluate(cx: Context, expr: Expr): Value | null {
  switch (expr.kind) {
    case "int":
      return number(expr.value);
    case "float":
      return { kind: "float", value: expr.value };
    case "decimal":
      return { kind: "decimal", type: expr.type, bits: expr.bits };
    case "function":
      return { kind: "address", base: { kind: "function", fn: expr.fn }, addend: 0n };
    case "label":
      if (cx.fn === null) return null;
      return { kind: "address", base: { kind: "label", label: expr.label, owner: cx.fn.fn }, addend: 0n };
    case "address":
      return placeAddress(cx, expr.place);
    case "load":
      return constLoad(cx, expr.place);
    case "cast":
      return evaluateCast(cx, expr);
    case "ptradd":
      return pointerAdd(cx, expr);
    case "ptrdiff": {
      const left = evaluate(cx, expr.left);
      const right = evaluate(cx, expr.right);
      const bytes = left === null || right === null ? null : difference(left, right);
      if (bytes === null || typeof expr.size !== "number") return null;
      if (bytes.kind !== "int") return expr.size === 1 ? bytes : null;
      return number(bytes.value / BigInt(expr.size || 1));
    }
    case "unary":
      return evaluateUnary(cx, expr);
    case "binary":
      return evaluateBinary(cx, expr);
    case "compare":
      return evaluateCompare(cx, expr);
    case "logical": {
      const left = truthOf(evaluate(cx, expr.left));
      if (left === null) return null;
      if (left === (expr.op === "or")) return bool(left);
      const right = truthOf(evaluate(cx, expr.right));
      return right === null ? null : bool(right);
    }
    case "conditional": {
      const test = truthOf(evaluate(cx, expr.test));
      return test === null ? null : evaluate(cx, test ? expr.consequent : expr.alternate);
    }
    case "comma":
      return evaluate(cx, expr.left) === null ? null : evaluate(cx, expr.right);
    case "to-union": {
      const value = evaluate(cx, expr.value);
      if (value === null) return null;
      const image = new Image();
      store(image, 0, expr.field.type, expr.field.bits, value);
      const init: StaticInit = {
        bytes: image.bytes.slice(0, image.end),
        relocations: [...image.relocations.values()],
        labelDifferences: [],
        size: sizeOf(expr.type),
      };
      return { kind: "bytes", init, offset: 0, size: sizeOf(expr.type) };
    }
    default:
      return null;
  }
}

function truthOf(value: Value | null): boolean | null {
  if (value === null) return null;
  if (value.kind === "int") return value.value !== 0n;
  if (value.kind === "float") return value.value !== 0;
  if (value.kind === "decimal") return !isDecimalZero(value.bits, value.type.size);
  // A weak function could be absent; everything else has an address.
  if (value.kind === "address") return value.base.kind === "function" && value.base.fn.weak ? null : true;
  return null;
}

function placeAddress(cx: Context, place: Place): AddressValue | IntValue | null {
  switch (place.kind) {
    case "object":
      if (place.object.storage !== "static" || place.object.threadLocal) return null;
      return { kind: "address", base: { kind: "object", object: place.object }, addend: 0n };
    case "string":
      return { kind: "address", base: { kind: "string", literal: place.literal }, addend: 0n };
    case "member": {
      const base = placeAddress(cx, place.base);
      return base === null ? null : plus(base, BigInt(place.offset));
    }
    case "deref": {
      const pointer = evaluate(cx, place.pointer);
      return pointer?.kind === "address" || pointer?.kind === "int" ? pointer : null;
    }
    default:
      return null;
  }
}

function plus<T extends AddressValue | IntValue>(value: T, offset: bigint): AddressValue | IntValue {
  if (value.kind === "int") return number(BigInt.asUintN(64, value.value + offset));
  return { kind: "address", base: value.base, addend: BigInt.asIntN(64, value.addend + offset) };
}

/** The value of a const object whose own initialiser is at hand (as gcc 8 and later), or of a compound literal. */
function constLoad(cx: Context, place: Place): Value | null {
  if (place.kind === "compound") return literalBytes(cx, place);
  const found = constBytes(place);
  if (found === null) return null;
  const { init, offset } = found;
  const type = place.type;
  if (type.kind === "record" || type.kind === "array")
    return { kind: "bytes", init, offset, size: sizeOf(type) };
  const relocation = init?.relocations.find((known) => known.offset === offset);
  if (relocation !== undefined) return { kind: "address", base: relocation.base, addend: relocation.addend };
  return scalarFromBytes(type, init?.bytes.subarray(offset) ?? new Uint8Array());
}

/** Where the bytes of a const object, or of a member of one, are known. */
function constBytes(place: Place): { init: StaticInit | null; offset: number } | null {
  if (place.kind === "member") {
    const base = place.bits === null ? constBytes(place.base) : null;
    return base === null ? null : { init: base.init, offset: base.offset + place.offset };
  }
  if (place.kind !== "object") return null;
  const { object } = place;
  if (object.storage !== "static" || !object.initialized) return null;
  const isConst = (object.type.quals & (Qual.Const | Qual.Volatile)) === Qual.Const;
  return isConst || object.name === "" ? { init: object.init, offset: 0 } : null;
}

/** A compound literal inside of a function, all of whose values are constant. */
function literalBytes(cx: Context, place: Place & { kind: "compound" }): BytesValue | null {
  const image = new Image();
  for (const entry of place.init.entries) {
    if (entry.value instanceof Uint8Array) storeEntry(cx, image, entry);
    else {
      const value = storable(evaluate(cx, entry.value), entry.type);
      if (value === null) return null;
      for (let i = 0; i < entry.count; i++) {
        store(image, entry.offset + i * entry.stride, entry.type, entry.bits, value);
      }
    }
  }
  const size = sizeOf(place.type);
  const relocations = [...image.relocations.values()];
  const init = { bytes: image.bytes.slice(0, image.end), relocations, labelDifferences: [], size };
  return { kind: "bytes", init, offset: 0, size };
}

function scalarFromBytes(type: CType, bytes: Uint8Array): Value | null {
  const whole = new Uint8Array(16);
  whole.set(bytes.subarray(0, 16));
  const view = new DataView(whole.buffer);
  if (type.kind === "float") {
    return { kind: "float", value: type.size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true) };
  }
  if (type.kind === "decimal") {
    const high = type.size === 16 ? view.getBigUint64(8, true) << 64n : 0n;
    const low = type.size === 4 ? BigInt(view.getUint32(0, true)) : view.getBigUint64(0, true);
    return { kind: "decimal", type, bits: high | low };
  }
  const int = integerOf(type);
  const raw = view.getBigUint64(0, true);
  if (int !== null && int.size <= 8) {
    return number(int.signed ? BigInt.asIntN(int.size * 8, raw) : BigInt.asUintN(int.size * 8, raw));
  }
  return type.kind === "pointer" ? number(raw) : null;
}

function evaluateCast(cx: Context, expr: Expr & { kind: "cast" }): Value | null {
  const value = evaluate(cx, expr.operand);
  if (value === null || value.kind === "bytes") return null;
  if (value.kind === "int" || value.kind === "float" || value.kind === "decimal") {
    const folded = convert(cx, asConstant(expr.operand, value), expr.type, true);
    return isConstant(folded) ? evaluate(cx, folded) : null;
  }
  if (expr.conversion === "bool") return bool(true);
  if (value.kind === "labels") return expr.conversion === "int" || expr.conversion === "bits" ? value : null;
  // An address that was cut off without a cast is refused by whoever stores it.
  return (sizeOf(expr.type) === 8 || expr.implicit) &&
    (expr.conversion === "bits" || expr.conversion === "int")
    ? value
    : null;
}

function asConstant(expr: Expr, value: IntValue | FloatValue | DecimalValue): Expr {
  if (value.kind === "int") return intExpr(expr, expr.type, value.value);
  return value.kind === "float"
    ? floatExpr(expr, expr.type, value.value)
    : decimalExpr(expr, value.type, value.bits);
}

function pointerAdd(cx: Context, expr: Expr & { kind: "ptradd" }): Value | null {
  const pointer = evaluate(cx, expr.pointer);
  const index = evaluate(cx, expr.index);
  if (pointer === null || index?.kind !== "int" || typeof expr.size !== "number") return null;
  if (pointer.kind !== "address" && pointer.kind !== "int") return null;
  const offset = index.value * BigInt(expr.size);
  return plus(pointer, expr.subtract ? -offset : offset);
}

function sameBase(a: AddressConstant, b: AddressConstant): boolean {
  if (a.kind === "object" && b.kind === "object") return a.object === b.object;
  if (a.kind === "function" && b.kind === "function") return a.fn === b.fn;
  // Equal literals are one object, as gcc merges them.
  if (a.kind === "string" && b.kind === "string") return sameText(a.literal, b.literal);
  return a.kind === "label" && b.kind === "label" && a.label === b.label;
}

function sameText(a: StringLiteral, b: StringLiteral): boolean {
  if (a === b) return true;
  return a.type === b.type && a.bytes.every((byte, i) => byte === b.bytes[i]);
}

function difference(left: Value, right: Value): IntValue | LabelDifference | null {
  if (left.kind === "int" && right.kind === "int") return number(BigInt.asIntN(64, left.value - right.value));
  if (left.kind !== "address" || right.kind !== "address") return null;
  if (sameBase(left.base, right.base)) return number(BigInt.asIntN(64, left.addend - right.addend));
  if (left.base.kind === "label" && right.base.kind === "label") {
    return {
      kind: "labels",
      plus: left.base.label,
      minus: right.base.label,
      addend: left.addend - right.addend,
    };
  }
  return null;
}

function evaluateUnary(cx: Context, expr: Expr & { kind: "unary" }): Value | null {
  const value = evaluate(cx, expr.operand);
  if (value === null) return null;
  if (expr.op === "not") {
    const known = truthOf(value);
    return known === null ? null : bool(!known);
  }
  const int = integerOf(expr.type);
  if (value.kind === "int" && int !== null) {
    const [op, a, b] =
      expr.op === "neg" ? (["sub", 0n, value.value] as const) : (["xor", value.value, -1n] as const);
    return number(computeInteger(op, a, b, int)!.value);
  }
  if (expr.op !== "neg") return null;
  if (value.kind === "decimal") return { ...value, bits: negateDecimal(value.bits, value.type.size) };
  return value.kind === "float" ? { kind: "float", value: -value.value } : null;
}

function evaluateBinary(cx: Context, expr: Expr & { kind: "binary" }): Value | null {
  const left = evaluate(cx, expr.left);
  const right = evaluate(cx, expr.right);
  if (left === null || right === null) return null;
  const int = integerOf(expr.type);
  if (left.kind === "int" && right.kind === "int") {
    const computed = int === null ? null : computeInteger(expr.op, left.value, right.value, int);
    return computed === null ? null : number(computed.value);
  }
  if (left.kind === "float" && right.kind === "float") {
    const value =
      expr.type.kind === "float" ? computeFloat(expr.op, left.value, right.value, expr.type) : null;
    return value === null ? null : { kind: "float", value };
  }
  if (left.kind === "decimal" && right.kind === "decimal") {
    const bits = decimalArithmetic(expr.op as DecimalOp, left.bits, right.bits, left.type.size);
    return { ...left, bits };
  }
  if (int === null || int.size !== 8) return null;
  if (expr.op === "add") {
    if (left.kind === "address" && right.kind === "int") return plus(left, right.value);
    if (right.kind === "address" && left.kind === "int") return plus(right, left.value);
  } else if (expr.op === "sub") {
    if (left.kind === "address" && right.kind === "int") return plus(left, -right.value);
    return difference(left, right);
  }
  return null;
}

function evaluateCompare(cx: Context, expr: Expr & { kind: "compare" }): Value | null {
  const left = evaluate(cx, expr.left);
  const right = evaluate(cx, expr.right);
  if (left === null || right === null) return null;
  if (left.kind === "int" && right.kind === "int")
    return bool(compareValues(expr.op, left.value, right.value));
  if (left.kind === "float" && right.kind === "float") {
    return bool(compareValues(expr.op, left.value, right.value));
  }
  if (left.kind === "decimal" && right.kind === "decimal") {
    return bool(compareDecimals(expr.op, left.bits, right.bits, left.type.size));
  }
  if (left.kind === "address" && right.kind === "address" && sameBase(left.base, right.base)) {
    return bool(compareValues(expr.op, left.addend, right.addend));
  }
  // An object is never at null, and two different ones are never at the same place.
  if (expr.op !== "eq" && expr.op !== "ne") return null;
  const isNull = (value: Value) => value.kind === "int" && value.value === 0n;
  const one = left.kind === "address" ? left : right;
  const other = left.kind === "address" ? right : left;
  if (one.kind !== "address" || one.addend < 0n) return null;
  if (isNull(other)) return bool(expr.op === "ne");
  return one.addend === 0n && other.kind === "address" && other.addend === 0n ? bool(expr.op === "ne") : null;
}
