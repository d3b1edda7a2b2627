// Initialisers laid flat: braces, designators and left-out braces become a list of (offset, type, value).
//
// The hard thing is C's rule for left-out braces (6.7.9p17..20): a value goes to the next scalar in depth-first
// order below the braces that are written; a designator goes back to those braces, walks down its path, and the
// following values go on from there. So while one braced list is read, a stack of frames says which subobject
// comes next, as in the description of gcc's constructor stack. Anything later overrides what came earlier for
// the same bytes.

import type * as ast from "../syntax/ast.js";
import { convertFor } from "./assign.js";
import { compatibleUnqualified } from "./compatible.js";
import { integerOf } from "./constant.js";
import type { ChangeAt, Context, Operand } from "./context.js";
import { rvalue } from "./convert.js";
import { hasEffect } from "./effects.js";
import { isVariableLength, sizeOf } from "./layout.js";
import { noMember, unreadable } from "./places.js";
import { sequencePoints } from "./sequence.js";
import type { AutoInit, Expr, InitEntry } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { ArrayType, BitField, CType, Field, RecordType } from "./types.js";
import { readingPlace } from "./where.js";

export interface Initialized {
  /** The type with the length that the initialiser gave it. */
  readonly type: CType;
  readonly entries: InitEntry[];
  /** Size of the object: more than sizeof(type) where a flexible array member was given elements. */
  readonly size: number;
}

type Aggregate = ArrayType | RecordType;

interface Frame {
  readonly type: Aggregate;
  /** Both change when a range of the designators in front has been filled. */
  offset: number;
  /** Index of the next element or member. */
  next: number;
  /** For messages: how the frame's object is called. */
  path: string;
  /** Its braces were left out, or a designator names what lies in it. */
  readonly implicit: boolean;
  designated: boolean;
  /** The last token of the latest value in it, and whether there is just one, a zero. */
  lastAt: number;
  values: number;
  isZero: boolean;
}

function newFrame(
  type: Aggregate,
  offset: number,
  path: string,
  implicit: boolean,
  designated = false,
): Frame {
  return { type, offset, next: 0, path, implicit, designated, lastAt: -1, values: 0, isZero: false };
}

/** State of one whole initialiser. */
interface Builder {
  readonly cx: Context;
  entries: InitEntry[];
  /** Everything from here on is untouched: appending needs no search for what it overrides. */
  end: number;
  /** How far a flexible array member reaches. */
  size: number;
  /** Which member each union (by offset and declaration) was last given. */
  readonly unions: Map<string, number>;
  /** Braces that were left out, as gcc would write them; null: nobody asks. */
  readonly braces: ChangeAt[] | null;
  /** Some of them are no matter of taste: -Wmissing-braces. */
  missesBraces: boolean;
  /** The first token of the declaration, for messages about what is missing. */
  readonly first: number;
}

/** The initialiser of an object called `name`. Null after an error that leaves nothing to use. */
export function initialize(
  cx: Context,
  name: string,
  at: number,
  type: CType,
  node: ast.Initializer,
  first = node.first,
): Initialized | null {
  const b: Builder = {
    cx,
    entries: [],
    end: 0,
    size: 0,
    unions: new Map(),
    braces: cx.wants("missing-braces") ? [] : null,
    missesBraces: false,
    first,
  };
  if (type.kind === "record" && !type.decl.complete) {
    cx.error(at, `variable '${name}' has initializer but incomplete type`);
    return null;
  }
  if (type.kind === "poison") {
    if (node.kind !== "InitializerList") cx.upward.expr(node);
    return null;
  }
  if (isVariableLength(type)) {
    if (node.kind === "InitializerList" && node.items.length === 0) return { type, entries: [], size: 0 };
    cx.error(node.first, "variable-sized object may not be initialized");
    return null;
  }
  let length: number | null;
  if (node.kind === "InitializerList") length = braced(b, type, 0, node, name, true);
  else length = whole(b, type, node, name);
  if (length === null) return null;
  let complete: CType = type;
  if (type.kind === "array" && type.length === null) complete = withLength(cx, type, length);
  return {
    type: complete,
    entries: b.entries,
    size: Math.max(sizeOf(complete), b.size, Math.ceil(b.end / 8)),
  };
}

function withLength(cx: Context, type: ArrayType, length: number): CType {
  return cx.types.arrayOf(type.element, length);
}

/** An expression for the whole object. Returns the array length (0 for others), or null after an error. */
function whole(b: Builder, type: CType, node: ast.Expr, path: string): number | null {
  const cx = b.cx;
  if (type.kind === "array") {
    const text = stringFor(type, node);
    if (text !== null) return storeString(b, type, 0, text, path);
    const operand = cx.upward.expr(node);
    if (operand.kind === "invalid") return null;
    // GNU: an array initialised by a compound literal of its own type.
    if (
      operand.kind === "compound" &&
      operand.type.kind === "array" &&
      compatibleArrays(type, operand.type)
    ) {
      b.entries.push(...operand.init.entries);
      return operand.type.length;
    }
    if (operand.kind === "object" && operand.object.init !== null && operand.object.name === "") {
      if (operand.type.kind === "array" && compatibleArrays(type, operand.type)) {
        pushValue(b, 0, operand.type, null, loadWhole(operand), null);
        return operand.type.length;
      }
    }
    cx.error(node.first, "invalid initializer");
    return null;
  }
  const writes = cx.writes;
  const value = rvalue(cx, cx.upward.expr(node));
  sequencePoints(cx, node, writes);
  if (value.kind === "invalid") return null;
  const converted = convertFor(cx, node.first, value, type, { kind: "init", near: null });
  if (converted.kind === "invalid") return null;
  pushValue(b, 0, type, null, converted, null);
  return 0;
}

function loadWhole(place: Operand & { kind: "object" }): Expr {
  const { at, first, last, type } = place;
  return { kind: "load", at, first, last, type, place, access: 0 };
}

function compatibleArrays(a: ArrayType, b: ArrayType): boolean {
  return compatibleUnqualified(a.element, b.element) && (a.length === null || a.length === b.length);
}

/** `{ ... }` for an object of any type at `offset`. Returns the number of elements given to an array. */
function braced(
  b: Builder,
  type: CType,
  offset: number,
  list: ast.InitializerList,
  path: string,
  isOutermost = false,
): number | null {
  const cx = b.cx;
  if (type.kind !== "array" && type.kind !== "record") return bracedScalar(b, type, offset, list, path);
  if (type.kind === "record" && !type.decl.complete) {
    cx.error(list.first, `invalid use of undefined type ${quoteType(cx.types.unqualified(type))}`);
    return null;
  }
  if (type.kind === "array" && list.items.length === 1) {
    const only = list.items[0]!;
    if (only.designators.length === 0 && only.value.kind !== "InitializerList") {
      const text = stringFor(type, only.value);
      if (text !== null) return storeString(b, type, offset, text, path);
    }
  }
  const frames: Frame[] = [newFrame(type, offset, path, false)];
  let count = 0;
  for (const item of list.items) {
    place(b, frames, item);
    count = Math.max(count, frames[0]!.next + (frames.length > 1 ? 1 : 0));
  }
  leave(b, frames, 1, list.last);
  const whole = frames[0]!;
  if (isOutermost && b.missesBraces && !isLoneZero(whole)) sayMissingBraces(b, list.first);
  if (list.items.length > 0) warnMissingField(b, whole, list.last);
  return count;
}

// -------------------------------------------------------------------------------- what is left out, or given twice

/** Frames behind the first `keep` end; `at`: the token that ends them. */
function leave(b: Builder, frames: Frame[], keep: number, at: number): void {
  while (frames.length > keep) {
    const frame = frames.pop()!;
    endFrame(b, frame, at);
    const outer = frames[frames.length - 1]!;
    noteValue(outer, frame.lastAt, isLoneZero(frame));
    advance(outer);
  }
}

function endFrame(b: Builder, frame: Frame, at: number): void {
  if (!frame.implicit) return;
  if (b.braces !== null && frame.lastAt >= 0) {
    let behind = frame.lastAt + 1;
    while (b.cx.tokens.text[behind] === ")") behind++;
    addBrace(b.braces, "}", behind);
  }
  warnMissingField(b, frame, at);
}

/** Several braces in front of one token are one change. */
function addBrace(braces: ChangeAt[], text: string, before: number): void {
  const last = braces.at(-1);
  if (last?.before === before) braces[braces.length - 1] = { before, text: last.text + text };
  else braces.push({ before, text });
}

function noteValue(frame: Frame, lastAt: number, isZero: boolean): void {
  frame.lastAt = lastAt;
  frame.isZero = isZero && frame.values === 0;
  frame.values++;
}

/** `{ 0 }` is what people write for "all zero". */
function isLoneZero(frame: Frame): boolean {
  return frame.values === 1 && frame.isZero;
}

function sayMissingBraces(b: Builder, at: number): void {
  const changes = b.braces ?? [];
  const where = { at, first: at, last: at, changes };
  b.cx.warning("-Wmissing-braces", where, "missing braces around initializer");
}

/** -Wmissing-field-initializers: of members that nothing names, when others are given by their order. */
function warnMissingField(b: Builder, frame: Frame, end: number): void {
  const { type } = frame;
  if (type.kind !== "record" || type.decl.union || frame.designated || isLoneZero(frame)) return;
  const cx = b.cx;
  if (!cx.wants("missing-field-initializers")) return;
  const field = type.decl.fields
    .slice(frame.next)
    .find((one) => !isUnnamedBits(one) && !(one.type.kind === "array" && (one.type.length ?? 0) === 0));
  if (field === undefined) return;
  const name = field.name ?? "({anonymous})";
  const text = `missing initializer for field '${name}' of ${quoteType(type)}`;
  const place = readingPlace(cx.tokens, b.first, end);
  const at = field.name === null ? field.at + 1 : field.at;
  cx.warning("-Wmissing-field-initializers", place, text, { text: `'${name}' declared here`, at });
}

/** Something is given that was given before. */
function warnOverridden(b: Builder, start: number, end: number, at: number, path: string): void {
  const cx = b.cx;
  if (start >= b.end || cx.unevaluated > 0) return;
  const old = b.entries.filter((one) => firstBit(one) < end && lastBit(one) > start);
  if (old.length === 0) return;
  const doesMore = old.some(({ value }) => !(value instanceof Uint8Array) && hasEffect(value));
  const [code, what] = doesMore
    ? ["-Woverride-init-side-effects", "initialized field with side-effects overwritten"]
    : ["-Woverride-init", "initialized field overwritten"];
  if (cx.wants(code.slice(2))) cx.warning(code, at, what, near(path, at));
}

function bracedScalar(
  b: Builder,
  type: CType,
  offset: number,
  list: ast.InitializerList,
  path: string,
): number | null {
  const cx = b.cx;
  const items = list.items;
  if (items.length === 0) {
    // C2X and gcc: `= {}` is zero.
    cx.error(list.first, "empty scalar initializer", near(path, list.first));
    return 0;
  }
  const first = items[0]!;
  if (first.designators.length > 0) {
    const designator = first.designators[0]!;
    const text =
      designator.kind === "FieldDesignator"
        ? "field name not in record or union initializer"
        : "array index in non-array initializer";
    const at = designator.kind === "FieldDesignator" ? designator.first : designator.first + 1;
    cx.error(at, text, near(path, at));
    return null;
  }
  if (first.value.kind === "InitializerList") {
    cx.warning(null, first.first, "braces around scalar initializer", near(path, first.first));
    bracedScalar(b, type, offset, first.value, path);
  } else {
    const value = rvalue(cx, cx.upward.expr(first.value));
    storeScalar(b, offset, type, null, value, first.value.first, path);
  }
  if (items.length > 1) {
    const extra = items[1]!;
    cx.warning(null, extra.first, "excess elements in scalar initializer", near(path, extra.first));
  }
  return 0;
}

function near(path: string, at: number) {
  return { text: `(near initialization for '${path}')`, at };
}

// ------------------------------------------------------------------------------------------ one item of a list

function place(b: Builder, frames: Frame[], item: ast.InitializerItem): void {
  const cx = b.cx;
  if (item.designators.length === 0) {
    put(b, frames, item.value);
    return;
  }
  leave(b, frames, 1, item.first - 1);
  frames[0]!.designated = true;
  const ranges: Range[] = [];
  for (let i = 0; i < item.designators.length; i++) {
    if (!designate(b, frames, item.designators[i]!, i > 0, ranges)) {
      if (item.value.kind !== "InitializerList") cx.upward.expr(item.value);
      return;
    }
  }
  if (ranges.length === 0) {
    put(b, frames, item.value);
    return;
  }
  const from = b.entries.length;
  put(b, frames, item.value);
  repeat(b, from, ranges);
  for (const range of ranges) moveToLast(frames, range);
}

/** What follows a range goes on in its last element: so do the frames that lie in it. */
function moveToLast(frames: readonly Frame[], { frame, count, stride }: Range): void {
  const before = `${frame.path}[${frame.next}]`;
  frame.next += count - 1;
  const after = `${frame.path}[${frame.next}]`;
  const at = frames.indexOf(frame);
  for (const inner of at < 0 ? [] : frames.slice(at + 1)) {
    inner.offset += (count - 1) * stride;
    if (inner.path.startsWith(before)) inner.path = after + inner.path.slice(before.length);
  }
}

interface Range {
  readonly frame: Frame;
  readonly count: number;
  readonly stride: number;
}

/** Go to the subobject that one designator names. `deeper`: below the one that the designator before named. */
function designate(
  b: Builder,
  frames: Frame[],
  node: ast.Designator,
  deeper: boolean,
  ranges: Range[],
): boolean {
  const cx = b.cx;
  if (deeper) {
    const target = current(frames)!;
    if (target.type.kind !== "array" && target.type.kind !== "record") {
      const text =
        node.kind === "FieldDesignator"
          ? "field name not in record or union initializer"
          : "array index in non-array initializer";
      cx.error(node.first, text, near(target.path, node.first));
      return false;
    }
    frames.push(newFrame(target.type, target.offset, target.path, true, true));
  }
  const frame = frames[frames.length - 1]!;
  if (node.kind === "FieldDesignator") return designateField(b, frames, frame, node);
  if (frame.type.kind !== "array") {
    const at = node.first + 1;
    cx.error(at, "array index in non-array initializer", near(frame.path, at));
    return false;
  }
  const low = designatorIndex(b, frame, frame.type, node.kind === "IndexDesignator" ? node.index : node.low);
  if (low === null) return false;
  frame.next = low;
  if (node.kind === "RangeDesignator") {
    const high = designatorIndex(b, frame, frame.type, node.high, node.low.first);
    if (high === null) return false;
    if (high < low) {
      cx.error(node.first, "empty index range in initializer", near(frame.path, node.first));
      return false;
    }
    if (high > low) ranges.push({ frame, count: high - low + 1, stride: sizeOf(frame.type.element) });
  }
  return true;
}

/** `rangeAt`: where the range begins whose upper end this is, or -1. */
function designatorIndex(
  b: Builder,
  frame: Frame,
  type: ArrayType,
  node: ast.Expr,
  rangeAt = -1,
): number | null {
  const cx = b.cx;
  const value = rvalue(cx, cx.upward.expr(node));
  if (value.kind === "invalid") return null;
  if (integerOf(value.type) === null) {
    cx.error(node.first, "array index in initializer not of integer type", near(frame.path, node.first));
    return null;
  }
  if (value.kind !== "int") {
    cx.error(node.first, "nonconstant array index in initializer", near(frame.path, node.first));
    return null;
  }
  const limit = type.length ?? Number.MAX_SAFE_INTEGER;
  if (value.value < 0n || value.value >= BigInt(limit)) {
    const what = rangeAt < 0 ? "array index" : "array index range";
    const at = rangeAt < 0 ? node.first : rangeAt;
    cx.error(at, `${what} in initializer exceeds array bounds`, near(frame.path, at));
    return null;
  }
  return Number(value.value);
}

function designateField(b: Builder, frames: Frame[], frame: Frame, node: ast.FieldDesignator): boolean {
  const cx = b.cx;
  const name = node.name.name;
  if (frame.type.kind !== "record") {
    cx.error(node.first, "field name not in record or union initializer", near(frame.path, node.first));
    return false;
  }
  const found = frame.type.decl.members.get(name);
  if (found === undefined) {
    noMember(cx, node.name.first, frame.type, name, node.name.first);
    return false;
  }
  let at = frame;
  found.path.forEach((field, i) => {
    at.next = field.index;
    choose(b, at);
    if (i === found.path.length - 1) return;
    const path = `${at.path}.<anonymous>`;
    const inner = newFrame(field.type as RecordType, at.offset + field.offset, path, true, true);
    frames.push(inner);
    at = inner;
  });
  return true;
}

/** A union has one member at a time: giving it another drops what the one before was given. */
function choose(b: Builder, frame: Frame): void {
  if (frame.type.kind !== "record" || !frame.type.decl.union) return;
  const key = `${frame.offset}:${frame.type.decl.id}`;
  const before = b.unions.get(key);
  if (before !== undefined && before !== frame.next) {
    clear(b, { type: frame.type, offset: frame.offset, bits: null, unreadable: false, path: frame.path });
  }
  b.unions.set(key, frame.next);
}

interface Target {
  readonly type: CType;
  readonly offset: number;
  readonly bits: BitField | null;
  readonly unreadable: boolean;
  readonly path: string;
}

/** The subobject that comes next in the innermost frame; null if that frame is full. */
function current(frames: readonly Frame[]): Target | null {
  const frame = frames[frames.length - 1]!;
  const { type, offset, path } = frame;
  if (type.kind === "array") {
    if (type.length !== null && frame.next >= type.length) return null;
    const at = offset + frame.next * sizeOf(type.element);
    return { type: type.element, offset: at, bits: null, unreadable: false, path: `${path}[${frame.next}]` };
  }
  const fields = type.decl.fields;
  while (frame.next < fields.length && isUnnamedBits(fields[frame.next]!)) frame.next++;
  const field = fields[frame.next];
  if (field === undefined) return null;
  // A frame that moved on inside a union is past its one member.
  if (type.decl.union && isPastUnion(frame)) return null;
  const name = field.name ?? "<anonymous>";
  const bits = field.bits;
  const at = bits === null ? offset + field.offset : offset;
  return { type: field.type, offset: at, bits, unreadable: field.unreadable, path: `${path}.${name}` };
}

const UNION_DONE = Number.MAX_SAFE_INTEGER;

function isPastUnion(frame: Frame): boolean {
  return frame.next === UNION_DONE;
}

function isUnnamedBits(field: Field): boolean {
  return field.name === null && field.width >= 0;
}

function advance(frame: Frame): void {
  if (frame.type.kind === "record" && frame.type.decl.union) frame.next = UNION_DONE;
  else frame.next++;
}

/** Put one value where it belongs: into the next subobject, or down into it where its braces were left out. */
function put(b: Builder, frames: Frame[], value: ast.Initializer): void {
  const cx = b.cx;
  let operand: Operand | null = null;
  for (;;) {
    const frame = frames[frames.length - 1]!;
    const target = current(frames);
    if (target === null) {
      if (frames.length > 1) {
        leave(b, frames, frames.length - 1, value.first - 1);
        continue;
      }
      excess(b, frame, value);
      return;
    }
    choose(b, frame);
    if (target.unreadable) unreadable(cx, value.first, target.path);
    if (value.kind === "InitializerList") {
      if (target.bits === null) {
        const start = target.offset * 8;
        warnOverridden(b, start, start + Math.max(sizeOf(target.type), 0) * 8, value.first, target.path);
      }
      clear(b, target);
      noteValue(frame, value.last, false);
      const length = braced(b, target.type, target.offset, value, target.path);
      if (length !== null) flexible(b, target, length);
      advance(frame);
      return;
    }
    const type = target.type;
    if (type.kind === "array") {
      const text = stringFor(type, value);
      if (text !== null) {
        noteValue(frame, value.last, false);
        const length = storeString(b, type, target.offset, text, target.path);
        if (length !== null) flexible(b, target, length);
        advance(frame);
        return;
      }
    }
    operand ??= cx.upward.expr(value);
    if (operand.kind === "invalid") {
      advance(frame);
      return;
    }
    if (type.kind === "array" || type.kind === "record") {
      if (type.kind === "record" && isWholeRecord(operand, type)) {
        noteValue(frame, value.last, false);
        storeScalar(b, target.offset, type, null, rvalue(cx, operand), value.first, target.path);
        advance(frame);
        return;
      }
      if (isEmptyAggregate(type)) {
        // An array of such has no room for anything, however long it is.
        if (frame.type.kind === "array" && frame.type.length === null) {
          excess(b, frame, value, operand);
          return;
        }
        advance(frame);
        continue;
      }
      if (type.kind === "array" && operand.kind === "compound" && operand.type.kind === "array") {
        if (compatibleArrays(type, operand.type)) {
          clear(b, target);
          for (const entry of operand.init.entries)
            b.entries.push({ ...entry, offset: entry.offset + target.offset });
          advance(frame);
          return;
        }
      }
      frames.push(newFrame(type, target.offset, target.path, true));
      if (b.braces !== null) addBrace(b.braces, "{", value.first);
      b.missesBraces = true;
      continue;
    }
    const given = rvalue(cx, operand);
    noteValue(frame, value.last, given.kind === "int" && given.value === 0n);
    storeScalar(b, target.offset, type, target.bits, given, value.first, target.path);
    advance(frame);
    return;
  }
}

function isWholeRecord(operand: Operand, type: RecordType): boolean {
  const from = operand.type;
  return from.kind === "record" && from.decl === type.decl;
}

function isEmptyAggregate(type: Aggregate): boolean {
  if (type.kind === "array") return type.length === 0;
  return type.decl.fields.every(isUnnamedBits);
}

/** `operand`: the value, if it has been checked. */
function excess(b: Builder, frame: Frame, value: ast.Initializer, operand: Operand | null = null): void {
  const cx = b.cx;
  if (value.kind !== "InitializerList" && operand === null) cx.upward.expr(value);
  const what = frame.type.kind === "array" ? "array" : frame.type.decl.union ? "union" : "struct";
  cx.warning(null, value.first, `excess elements in ${what} initializer`, near(frame.path, value.first));
}

/** A flexible array member got elements: the object grows. */
function flexible(b: Builder, target: Target, length: number): void {
  if (target.type.kind !== "array" || target.type.length !== null) return;
  b.size = Math.max(b.size, target.offset + length * sizeOf(target.type.element));
}

// --------------------------------------------------------------------------------------------------- the entries

function storeScalar(
  b: Builder,
  offset: number,
  type: CType,
  bits: BitField | null,
  value: Expr,
  at: number,
  path: string,
): void {
  const cx = b.cx;
  if (value.kind === "invalid") return;
  const converted = convertFor(cx, at, value, type, { kind: "init", near: near(path, at) }, bits);
  const start = offset * 8 + (bits?.bitOffset ?? 0);
  warnOverridden(b, start, start + (bits?.width ?? sizeOf(type) * 8), at, path);
  if (converted.kind !== "invalid") pushValue(b, offset, type, bits, converted, path);
}

function pushValue(
  b: Builder,
  offset: number,
  type: CType,
  bits: BitField | null,
  value: Expr,
  path: string | null,
): void {
  push(b, { offset, type, bits, value, count: 1, stride: 0, path });
}

function push(b: Builder, entry: InitEntry): void {
  const start = firstBit(entry);
  const end = lastBit(entry);
  if (start < b.end) {
    b.entries = b.entries.filter((old) => firstBit(old) < start || lastBit(old) > end);
  }
  b.end = Math.max(b.end, end);
  b.entries.push(entry);
}

function firstBit(entry: InitEntry): number {
  return entry.offset * 8 + (entry.bits?.bitOffset ?? 0);
}

function lastBit(entry: InitEntry): number {
  const start = firstBit(entry) + (entry.count - 1) * entry.stride * 8;
  if (entry.bits !== null) return start + entry.bits.width;
  return start + (entry.value instanceof Uint8Array ? entry.value.length : sizeOf(entry.type)) * 8;
}

/** A braced list for a subobject replaces everything that was said about it before. */
function clear(b: Builder, target: Target): void {
  const start = target.offset * 8;
  if (start >= b.end) return;
  const end = start + Math.max(sizeOf(target.type), 0) * 8;
  b.entries = b.entries.filter((old) => firstBit(old) < start || lastBit(old) > end);
}

/** Multiply the entries from `from` on over the ranges; only the innermost stays a counted entry. */
function repeat(b: Builder, from: number, ranges: readonly Range[]): void {
  for (let i = ranges.length - 1; i >= 0; i--) {
    const { count, stride } = ranges[i]!;
    const made = b.entries.slice(from);
    b.entries.length = from;
    for (const entry of made) {
      if (entry.count === 1) b.entries.push({ ...entry, count, stride });
      else for (let n = 0; n < count; n++) b.entries.push({ ...entry, offset: entry.offset + n * stride });
    }
    for (const entry of b.entries.slice(from)) b.end = Math.max(b.end, lastBit(entry));
  }
}

// ------------------------------------------------------------------------------------------------ string literals

/** The literal, if it may initialise an array of this element type. */
function stringFor(type: ArrayType, node: ast.Initializer): ast.StringLiteral | null {
  if (node.kind !== "StringLiteral") return null;
  const element = integerOf(type.element);
  if (element === null || element.name === "_Bool") return null;
  const size = node.encoding === "" || node.encoding === "u8" ? 1 : node.encoding === "u" ? 2 : 4;
  return element.size === size ? node : null;
}

/** Returns the length that the array has or gets, or null after an error. */
function storeString(
  b: Builder,
  type: ArrayType,
  offset: number,
  node: ast.StringLiteral,
  path: string,
): number | null {
  const cx = b.cx;
  const size = sizeOf(type.element);
  const given = node.units.length;
  const length = type.length ?? given + 1;
  if (given > length) {
    const text = `initializer-string for array of ${quoteType(cx.types.unqualified(type.element))} is too long`;
    cx.warning(
      null,
      node.first,
      text,
      ...(path.includes("[") || path.includes(".") ? [near(path, node.first)] : []),
    );
  }
  const count = Math.min(given, length);
  const bytes = new Uint8Array(count * size);
  for (let i = 0; i < count; i++) {
    let unit = node.units[i]!;
    for (let k = 0; k < size; k++) {
      bytes[i * size + k] = unit & 0xff;
      unit >>>= 8;
    }
  }
  const whole = cx.types.arrayOf(type.element, length);
  clear(b, { type: whole, offset, bits: null, unreadable: false, path });
  if (count > 0) push(b, { offset, type: whole, bits: null, value: bytes, count: 1, stride: 0, path: null });
  return length;
}

// ------------------------------------------------------------------------------------------------------ automatic

/** What an automatic object needs: the entries, and whether anything is left to be zeroed. */
export function automatic(initialized: Initialized): AutoInit {
  let covered = 0;
  let bitFields = false;
  for (const entry of initialized.entries) {
    if (entry.bits !== null) bitFields = true;
    else covered += (lastBit(entry) - firstBit(entry)) / 8;
  }
  return { zero: bitFields || covered < initialized.size, entries: initialized.entries };
}
