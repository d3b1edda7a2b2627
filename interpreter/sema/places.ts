// Places from places: members, elements, what a pointer points at, and addresses.

import { spelling } from "./assign.js";
import type { Context, Operand, Where } from "./context.js";
import {
  accessOf,
  addressOf,
  convert,
  dereference,
  invalid,
  isInteger,
  isPlace,
  rejectOnlyCalled,
  rvalue,
} from "./convert.js";
import { isComplete } from "./layout.js";
import { amountExpr, arithmetic, pointerAdd } from "./operators.js";
import { suggest } from "./spelling.js";
import type { Bound, Expr, Place } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, MemberPath, RecordType } from "./types.js";

/** `*pointer` */
export function deref(cx: Context, where: Where, operand: Expr): Operand {
  if (operand.kind === "invalid") return operand;
  const type = operand.type;
  if (type.kind !== "pointer") {
    cx.error(where, `invalid type argument of unary '*' (have ${quoteType(type)})`);
    return invalid(cx, where);
  }
  warnVoid(cx, where.at, type.target);
  return dereference(operand, type.target, where);
}

function warnVoid(cx: Context, at: number, target: CType): void {
  if (target.kind !== "void" || cx.unevaluated > 0) return;
  cx.warning(null, at, `dereferencing ${quoteType(cx.types.pointerTo(target))} pointer`);
}

/** `&operand` */
export function address(cx: Context, where: Where, operand: Operand): Expr {
  if (operand.kind === "invalid") return operand;
  if (rejectOnlyCalled(cx, operand)) return invalid(cx, where);
  if (!isPlace(operand) || isTemporary(operand)) {
    cx.error(where.at, "lvalue required as unary '&' operand");
    return invalid(cx, where);
  }
  if (operand.kind === "member" && operand.bits !== null && operand.field.width < 0) {
    cx.error(where.at, "cannot take address of scalar with reverse storage order");
    return invalid(cx, where);
  }
  if (operand.kind === "member" && operand.bits !== null) {
    cx.error(where.at, `cannot take address of bit-field '${operand.field.name}'`);
    return invalid(cx, where);
  }
  let whole: Place = operand;
  while (whole.kind === "member") whole = whole.base;
  if (whole.kind === "object" && cx.registers.has(whole.object)) {
    cx.error(where.at, `address of register variable '${whole.object.name}' requested`);
    return invalid(cx, where);
  }
  const type = cx.types.pointerTo(operand.type);
  return {
    ...addressOf(cx, onePast(operand), type, false),
    at: where.at,
    first: where.first,
    last: where.last,
  };
}

/** The address of what lies right behind the last element may be taken. */
function onePast(place: Place): Place {
  if (place.kind !== "deref" || place.pointer.kind !== "ptradd" || place.pointer.bound === null) return place;
  const { bound } = place.pointer;
  return {
    ...place,
    pointer: { ...place.pointer, bound: { ...bound, count: bound.count + 1, watched: false } },
  };
}

/** A member of a value that has no object: `f().x`. An array in it decays all the same (C11 6.2.4p8). */
function isTemporary(place: Place): boolean {
  let at = place;
  while (at.kind === "member") at = at.base;
  return at.kind === "temporary";
}

/** `object.name`, or `object->name` when `arrow`. */
export function member(
  cx: Context,
  where: Where,
  object: Operand,
  name: string,
  nameAt: number,
  arrow: boolean,
): Operand {
  if (object.kind === "invalid") return object;
  const base = arrow ? arrowBase(cx, where, rvalue(cx, object)) : dotBase(cx, where, object);
  if (base === null) return invalid(cx, where);
  return memberOf(cx, where, base, name, nameAt) ?? invalid(cx, where);
}

function arrowBase(cx: Context, where: Where, pointer: Expr): Place | null {
  const type = pointer.type;
  if (type.kind === "poison") return null;
  if (type.kind !== "pointer") {
    cx.error(where.at, `invalid type argument of '->' (have ${quoteType(type)})`);
    return null;
  }
  return dereference(pointer, type.target, pointer);
}

function dotBase(cx: Context, where: Where, object: Operand): Place | null {
  const type = object.type;
  if (type.kind === "pointer" && type.target.kind === "record") {
    cx.errorWithFix(where.at, `'${spelling(cx, object)}' is a pointer; did you mean to use '->'?`, "->");
    return null;
  }
  if (isPlace(object)) return object;
  const { at, first, last } = object;
  return { kind: "temporary", at, first, last, type, value: object };
}

/** The member of a record at `base`; null with an error if there is none. */
export function memberOf(cx: Context, where: Where, base: Place, name: string, nameAt: number): Place | null {
  const record = base.type;
  if (record.kind !== "record") {
    if (record.kind !== "poison") {
      cx.error(where.at, `request for member '${name}' in something not a structure or union`);
    }
    return null;
  }
  if (!record.decl.complete) {
    cx.error(where.at, `invalid use of undefined type ${quoteType(cx.types.unqualified(record))}`);
    return null;
  }
  const found = record.decl.members.get(name);
  if (found === undefined) {
    noMember(cx, where.at, record, name, nameAt);
    return null;
  }
  let quals = base.type.quals;
  for (const field of found.path) quals |= field.type.quals;
  const { field, offset } = found;
  if (field.unreadable) unreadable(cx, where.at, name);
  const type = cx.types.withQuals(field.type, quals);
  const bitBase = offset - field.offset;
  const { at, first, last } = where;
  const from = behindBases(cx, where, base, found);
  return { kind: "member", at, first, last, type, base: from, field, offset, bits: field.bits, bitBase };
}

/** A member in an order that we do not read. */
export function unreadable(cx: Context, at: number, name: string): void {
  cx.unsupported(at, `the float or array '${name}' of a record with reverse storage order`);
}

/** What a member's offset counts from: the record itself, unless the member lies behind some of variable size. */
function behindBases(cx: Context, where: Where, record: Place, found: MemberPath): Place {
  const shift = basesOf(cx, where, found);
  if (shift === null) return record;
  const { at, first, last } = where;
  const start = addressOf(cx, record, cx.types.pointerTo(record.type), false);
  const { type } = start;
  const pointer: Expr = {
    kind: "ptradd",
    at,
    first,
    last,
    type,
    pointer: start,
    index: shift,
    size: 1,
    subtract: false,
    bound: null,
  };
  return { kind: "deref", at, first, last, type: record.type, pointer };
}

/** The sum of the bases on the way to a member; null where there are none. */
export function basesOf(cx: Context, where: Where, { path }: MemberPath): Expr | null {
  let sum: Expr | null = null;
  for (const { base } of path) {
    if (base === null) continue;
    const amount = amountExpr(cx, base, where);
    sum = sum === null ? amount : arithmetic(cx, where, "add", sum, amount);
  }
  return sum;
}

export function noMember(cx: Context, at: number, record: RecordType, name: string, nameAt: number): void {
  const near = suggest(name, record.decl.members.keys());
  const type = quoteType(cx.types.unqualified(record));
  const offer = near === null ? "" : `; did you mean '${near}'?`;
  cx.errorWithFix(near === null ? at : nameAt, `${type} has no member named '${name}'${offer}`, near);
}

/** `object[index]`; either operand may be the pointer. */
export function element(cx: Context, where: Where, object: Operand, index: Operand): Operand {
  if (object.kind === "invalid" || index.kind === "invalid") return invalid(cx, where);
  let base = rvalue(cx, object);
  let offset = rvalue(cx, index);
  if (base.type.kind !== "pointer" && offset.type.kind === "pointer") [base, offset] = [offset, base];
  const type = base.type;
  if (type.kind !== "pointer") {
    if (type.kind !== "poison") {
      cx.error(where.at, "subscripted value is neither array nor pointer nor vector");
    }
    return invalid(cx, where);
  }
  if (type.target.kind === "function") {
    cx.error(where.at, "subscripted value is pointer to function");
    return invalid(cx, where);
  }
  if (!isInteger(offset.type)) {
    if (offset.type.kind !== "poison") cx.error(where.at, "array subscript is not an integer");
    return invalid(cx, where);
  }
  if (!isComplete(type.target) && type.target.kind !== "void") {
    cx.error(where.at, `invalid use of undefined type ${quoteType(cx.types.unqualified(type.target))}`);
    return invalid(cx, where);
  }
  const plain = pointerAdd(cx, where, base, offset, false);
  if (plain.kind === "invalid") return plain;
  const array = object.type.kind === "array" ? object : index;
  const bound = isPlace(array) ? boundOf(array) : null;
  const pointer = bound === null || plain.kind !== "ptradd" ? plain : { ...plain, bound };
  warnVoid(cx, where.at, type.target);
  return dereference(pointer, type.target, where);
}

/**
 * What an index of the array must be below, or null where nobody knows. As gcc's -fsanitize=bounds has it: the last
 * array of a record that a pointer points at may be longer than declared, whatever its length.
 */
function boundOf(array: Place): Bound | null {
  const { type } = array;
  if (type.kind !== "array" || type.length === null || type.vla !== null) return null;
  const count = Number(type.length);
  if (count === 0 || count > 0x7fff_fffe) return null;
  let at = array;
  while (at.kind === "member" && isLast(at)) at = at.base;
  if (at.kind === "deref" && array.kind === "member") return null;
  const scalar = type.element.kind !== "array" && type.element.kind !== "record";
  return { count, array: type, watched: array.kind === "object" && scalar };
}

/** Does nothing follow the member in its record? */
function isLast({ base, field }: Place & { kind: "member" }): boolean {
  if (base.type.kind !== "record") return false;
  let record = base.type.decl;
  const path = (field.name === null ? undefined : record.members.get(field.name)?.path) ?? [field];
  for (const step of path) {
    if (!record.union && record.fields[record.fields.length - 1] !== step) return false;
    if (step.type.kind === "record") record = step.type.decl;
  }
  return true;
}

/** A load through a pointer for what the compiler reads by itself, such as an atomic's plain operand. */
export function loadThrough(cx: Context, pointer: Expr, type: CType): Expr {
  const place = dereference(pointer, type, pointer);
  if (!isComplete(type)) return invalid(cx, pointer);
  const { at, first, last } = pointer;
  return {
    kind: "load",
    at,
    first,
    last,
    type: cx.types.unqualified(type),
    place,
    access: accessOf(cx, type),
  };
}

/** A pointer as `void *`. */
export function asVoidPointer(cx: Context, pointer: Expr): Expr {
  return convert(cx, pointer, cx.types.voidPointer, true);
}
