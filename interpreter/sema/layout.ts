// Where everything lies: sizes, alignments and the layout of structs and unions, as gcc lays them out for x86-64.
//
// The hard thing is bit-fields. A bit-field of declared type T goes to the next free bit, unless it would then
// touch more units of T's alignment than a T itself does; then it goes to the next such boundary. A width of
// zero moves on to T's boundary. Named bit-fields give the record the alignment of their type, unnamed ones do
// not; `packed` and #pragma pack switch off the first and the third rule, never the one about a width of zero.
// (System V ABI, AMD64 supplement 3.1.2, and gcc's stor-layout.)
//
// How a bit-field is then *accessed* must not touch members beside it that are no bit-fields (C11 3.14): a run of
// adjacent bit-fields is a memory location of its own. So the unit of access is chosen inside that run.

import type { Amount, BitField, BitPart, CType, Field, MemberPath, RecordDecl } from "./types.js";

/** `__attribute__((aligned))` without an argument: the largest alignment that the machine uses. */
export const BIGGEST_ALIGNMENT = 16;

/** A size in bytes; 1 for void and functions (GNU arithmetic), -1 where there is none to know yet. */
export function sizeOf(type: CType): number {
  switch (type.kind) {
    case "int":
    case "float":
    case "decimal":
      return type.size;
    case "pointer":
      return 8;
    case "enum":
      return type.decl.complete ? type.decl.underlying.size : -1;
    case "record":
      return type.decl.complete ? type.decl.size : -1;
    case "array": {
      if (type.length === null) return -1;
      const element = sizeOf(type.element);
      return element < 0 ? -1 : element * type.length;
    }
    case "void":
    case "function":
      return 1;
    case "poison":
      return 4;
  }
}

export function alignOf(type: CType): number {
  if (type.alignAttr !== 0) return type.alignAttr;
  switch (type.kind) {
    case "int":
    case "float":
    case "decimal":
      return type.size;
    case "pointer":
      return 8;
    case "enum":
      return type.decl.underlying.size;
    case "record":
      return type.decl.align;
    case "array":
      return alignOf(type.element);
    default:
      return 1;
  }
}

/** Whether objects of the type can be made. Void and functions are no object types. */
export function isComplete(type: CType): boolean {
  switch (type.kind) {
    case "void":
      return false;
    case "array":
      return (type.length !== null || type.vla !== null) && isComplete(type.element);
    case "record":
    case "enum":
      return type.decl.complete;
    default:
      return true;
  }
}

/** True where the size is no `number`: a variable-length array, a record with a member of that kind, arrays of such. */
export function isVariableLength(type: CType): boolean {
  while (type.kind === "array") {
    if (type.vla !== null) return true;
    type = type.element;
  }
  return type.kind === "record" && type.decl.variableSize !== null;
}

/** A VLA anywhere in the type: pointers to one included. */
export function isVariablyModified(type: CType): boolean {
  for (;;) {
    if (type.kind === "array") {
      if (type.vla !== null) return true;
      type = type.element;
    } else if (type.kind === "pointer") type = type.target;
    else if (type.kind === "function") type = type.result;
    else return isVariableLength(type);
  }
}

/** A member before layout. */
export interface FieldSpec {
  readonly name: string | null;
  readonly type: CType;
  /** Width of a bit-field, -1 otherwise. */
  readonly width: number;
  /** Alignment by attribute or _Alignas, or 0. */
  readonly align: number;
  readonly packed: boolean;
  readonly at: number;
}

export interface RecordAttributes {
  readonly packed: boolean;
  /** scalar_storage_order("big-endian"). */
  readonly reversed: boolean;
  /** `aligned` of the record itself, or 0. */
  readonly align: number;
  /** #pragma pack, in bytes, or 0. */
  readonly pack: number;
}

/** Lay out a record and complete its declaration. */
export function layoutRecord(
  decl: RecordDecl,
  specs: readonly FieldSpec[],
  attributes: RecordAttributes,
): void {
  const { starts, end, align } = placeMembers(specs, attributes, decl.union);
  decl.align = Math.max(align, attributes.align);
  decl.size = roundUp(Math.ceil(end / 8), decl.align);
  decl.packed = attributes.packed;
  completeRecord(decl, [{ specs, starts, size: decl.size, base: null }], attributes.reversed);
}

/** Where members come to lie from a start that has the record's alignment, all in bits but `align`. */
export interface Placed {
  readonly starts: readonly number[];
  readonly end: number;
  readonly align: number;
}

export function placeMembers(
  specs: readonly FieldSpec[],
  attributes: RecordAttributes,
  union: boolean,
): Placed {
  let position = 0; // in bits; stays 0 in a union
  let end = 0; // of the longest member of a union
  let align = 1; // in bytes
  const starts: number[] = [];

  for (const spec of specs) {
    const packed = attributes.packed || spec.packed;
    const bits = spec.width >= 0 ? spec.width : Math.max(sizeOf(spec.type), 0) * 8;
    const own = alignOfField(spec, packed, attributes.pack, position);
    position = roundUp(position, own * 8);
    if (spec.width > 0 && !packed && attributes.pack === 0) {
      const unit = alignOf(spec.type) * 8;
      const touched = Math.ceil(((position % unit) + spec.width) / unit);
      if (touched > (sizeOf(spec.type) * 8) / unit) position = roundUp(position, unit);
    }
    if (spec.width < 0) align = Math.max(align, own);
    else if (spec.name !== null) align = Math.max(align, own, alignOfUnit(spec, packed, attributes.pack));
    starts.push(position);
    if (union) end = Math.max(end, bits);
    else position += bits;
  }
  return { starts, end: union ? end : position, align };
}

/** The boundary in bytes that a member moves on to; `position`: where it would lie in bits. */
export function alignOfField(spec: FieldSpec, packed: boolean, pack: number, position: number): number {
  // A width of zero heeds no packing of either kind.
  if (spec.width === 0) return Math.max(alignOf(spec.type), spec.align);
  if (spec.width < 0) return capped(Math.max(packed ? 1 : alignOf(spec.type), spec.align, 1), pack);
  let align = spec.align;
  // A bit-field that fills an integer of its width, and lies so that it can be one, has that integer's alignment.
  const isInteger = spec.width === 8 || spec.width === 16 || spec.width === 32 || spec.width === 64;
  if (isInteger && (!packed || spec.width === 8) && position % spec.width === 0) {
    align = Math.max(align, spec.width / 8);
  }
  // Otherwise a bit-field starts at any bit; with `packed`, an alignment written is all that counts.
  return align === 0 ? 1 / 8 : capped(align, pack);
}

/** What a named bit-field asks of its record. gcc: #pragma pack counts even where `packed` would have said 1. */
function alignOfUnit(spec: FieldSpec, packed: boolean, pack: number): number {
  if (pack !== 0) return capped(alignOf(spec.type), pack);
  return packed ? 1 : alignOf(spec.type);
}

function capped(align: number, pack: number): number {
  return pack !== 0 ? Math.min(align, pack) : align;
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit;
}

/** Members whose places are known from one point of the record on: all of them, unless some have variable sizes. */
export interface Piece {
  readonly specs: readonly FieldSpec[];
  readonly starts: readonly number[];
  /** In bytes: what accesses to bit-fields may touch. */
  readonly size: number;
  readonly base: Amount | null;
}

export function completeRecord(decl: RecordDecl, pieces: readonly Piece[], reversed: boolean): void {
  const fields: Field[] = [];
  for (const piece of pieces) makeFields(decl.union, piece, reversed, fields);
  decl.fields = fields;
  decl.complete = true;
  const last = fields[fields.length - 1];
  if (last !== undefined && !decl.union) decl.flexible = endsFlexibly(last.type);
  for (const field of fields) {
    if (field.type.quals & 1) decl.hasConst = true;
    let inner: CType = field.type;
    while (inner.kind === "array") inner = inner.element;
    if (inner.kind === "record" && inner.decl.hasConst) decl.hasConst = true;
    addMembers(decl.members, field);
  }
}

function makeFields(
  union: boolean,
  { specs, starts, size, base }: Piece,
  reversed: boolean,
  fields: Field[],
): void {
  const runs = union ? null : bitFieldRuns(specs, starts, size);
  for (let i = 0; i < specs.length; i++) {
    const spec = specs[i]!;
    const start = starts[i]!;
    let bits: BitField | null = null;
    if (reversed && (spec.width > 0 || (spec.width < 0 && isWideInteger(spec.type)))) {
      bits = reversedField(
        start,
        spec.width > 0 ? spec.width : sizeOf(spec.type) * 8,
        isSignedField(spec.type),
      );
    } else if (spec.width > 0) {
      const runEnd = runs === null ? size : runs[i]!.end;
      const runStart = runs === null ? 0 : runs[i]!.start;
      bits = {
        bitOffset: start,
        width: spec.width,
        signed: isSignedField(spec.type),
        reversed: false,
        parts: accessParts(start, spec.width, runStart, runEnd),
      };
    }
    const { name, type, width, at } = spec;
    const index = fields.length;
    const unreadable = reversed && bits === null && isUnreadable(type);
    fields.push({ name, type, offset: Math.floor(start / 8), base, bits, unreadable, width, index, at });
  }
}

function isWideInteger(type: CType): boolean {
  return (type.kind === "int" || type.kind === "enum") && sizeOf(type) > 1;
}

function isUnreadable(type: CType): boolean {
  if (type.kind === "float" || type.kind === "decimal") return true;
  let element: CType = type;
  while (element.kind === "array") element = element.element;
  return type.kind === "array" && (isWideInteger(element) || isUnreadable(element));
}

/** The other byte order: bits are counted from the highest one of each byte on, and the first is the highest. */
function reversedField(bitOffset: number, width: number, signed: boolean): BitField {
  const parts: BitPart[] = [];
  const end = bitOffset + width;
  for (let at = bitOffset; at < end; ) {
    const byte = Math.floor(at / 8);
    const next = Math.min(end, 8 * byte + 8);
    parts.unshift({ offset: byte, size: 1, shift: 8 * byte + 8 - next, width: next - at, at: end - next });
    at = next;
  }
  return { bitOffset, width, signed, reversed: true, parts };
}

function isSignedField(type: CType): boolean {
  if (type.kind === "enum") return type.decl.underlying.signed;
  return type.kind === "int" && type.signed;
}

function endsFlexibly(type: CType): boolean {
  if (type.kind === "array") return type.length === null && type.vla === null;
  return type.kind === "record" && type.decl.flexible;
}

/** The first member of a name wins; a second one is an error that the caller reports. */
function addMembers(members: Map<string, MemberPath>, field: Field): void {
  if (field.name !== null) {
    if (!members.has(field.name)) members.set(field.name, { path: [field], field, offset: field.offset });
    return;
  }
  if (field.type.kind !== "record" || field.width >= 0) return;
  for (const [name, inner] of field.type.decl.members) {
    if (members.has(name)) continue;
    const offset = field.offset + inner.offset;
    members.set(name, { path: [field, ...inner.path], field: inner.field, offset });
  }
}

interface Run {
  start: number;
  end: number;
}

/**
 * For each bit-field the bytes [start, end) that its accesses may touch: from the first to the last bit-field of
 * the run that it belongs to, and the padding behind it. A zero width ends a run, as C says.
 */
function bitFieldRuns(specs: readonly FieldSpec[], starts: readonly number[], size: number): Run[] {
  const runs: Run[] = new Array(specs.length);
  let current: Run | null = null;
  for (let index = 0; index < specs.length; index++) {
    const spec = specs[index]!;
    const start = starts[index]!;
    if (spec.width > 0) {
      current ??= { start: Math.floor(start / 8), end: size };
      runs[index] = current;
      continue;
    }
    // What comes next begins a new memory location, so the run must stay in front of it.
    if (current !== null) current.end = Math.max(Math.floor(start / 8), current.start);
    current = null;
  }
  return runs;
}

/**
 * The units of memory through which a bit-field is read and written: one power of two that lies inside the run
 * if there is one, the smallest that does, as gcc for x86; else several.
 */
function accessParts(bit: number, width: number, runStart: number, runEnd: number): BitPart[] {
  const sizes = [1, 2, 4, 8];
  for (const aligned of [true, false]) {
    for (const size of sizes) {
      const first = Math.floor(bit / 8);
      const offset = aligned ? Math.floor(first / size) * size : Math.min(first, runEnd - size);
      const inside = offset >= runStart && offset + size <= runEnd;
      if (inside && bit >= offset * 8 && bit + width <= (offset + size) * 8) {
        return [{ offset, size: size as BitPart["size"], shift: bit - offset * 8, width, at: 0 }];
      }
    }
  }
  const parts: BitPart[] = [];
  let done = 0;
  while (done < width) {
    const position = bit + done;
    const offset = Math.floor(position / 8);
    const shift = position % 8;
    const left = width - done;
    // The largest unit that is needed and that stays inside the run.
    let size = 8;
    while (size > 1 && (offset + size > runEnd || (size / 2) * 8 - shift >= left)) size /= 2;
    const piece = Math.min(left, size * 8 - shift);
    parts.push({ offset, size: size as BitPart["size"], shift, width: piece, at: done });
    done += piece;
  }
  return parts;
}
