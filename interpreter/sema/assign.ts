// Values on their way into objects: assignment, initialisation, arguments and return values obey one rule
// (6.5.16.1) and differ only in how a message names what happened. Also what may be assigned to at all.

import {
  compareDecimals,
  convertDecimal,
  decimalArithmetic,
  decimalText,
  decimalToInteger,
  integerToDecimal,
  negateDecimal,
} from "../decimal/bid.js";
import { compatible, compatibleUnqualified } from "./compatible.js";
import { fits, floatToInteger, integerOf, wrap } from "./constant.js";
import type { At, Context, NoteAt, Operand } from "./context.js";
import {
  convert,
  invalid,
  isArithmetic,
  isInteger,
  isNullConstant,
  isPlace,
  withFoldedConstants,
} from "./convert.js";
import { isComplete } from "./layout.js";
import type { Expr, FunctionSymbol, Place } from "./tree.js";
import { qualifierText, quoteType, typeName } from "./type-names.js";
import type { BitField, CType, DecimalType, EnumType, PointerType, RecordType } from "./types.js";
import { Qual } from "./types.js";

/** What a value is converted for. */
export type Purpose =
  /** `valueAt`: the value itself; `at` of the conversion is the operator. */
  | { readonly kind: "assign"; readonly valueAt: number }
  /** `near`: gcc's note that says which subobject of a braced list is meant. */
  | { readonly kind: "init"; readonly near: NoteAt | null }
  | { readonly kind: "return" }
  | {
      readonly kind: "argument";
      /** From 1. */
      readonly index: number;
      /** What was called, as written: a function's name, or null for an expression. */
      readonly callee: string | null;
      readonly fn: FunctionSymbol | null;
      /** The parameter's declaration, or -1. */
      readonly paramAt: At;
    };

/** Convert a value for an object of a type, or say why not. `field` is set where the object is a bit-field. */
export function convertFor(
  cx: Context,
  at: At,
  value: Expr,
  target: CType,
  purpose: Purpose,
  field: BitField | null = null,
): Expr {
  const from = value.type;
  if (value.kind === "invalid" || target.kind === "poison" || from.kind === "poison")
    return invalid(cx, value);
  if (from.kind === "void") {
    cx.error(at, "void value not ignored as it ought to be");
    return invalid(cx, value);
  }
  if (isArithmetic(target) && isArithmetic(from)) {
    if (target.kind === "enum" && field === null && cx.wants("enum-conversion"))
      warnEnum(cx, at, value, target);
    warnValueChange(cx, purpose.kind === "assign" ? purpose.valueAt : at, value, target, field);
    return convert(cx, withFoldedConstants(value), target, true);
  }
  if (target.kind === "record" && from.kind === "record" && target.decl === from.decl) return value;
  if (target.kind === "record" && target.decl.transparent) {
    const member = transparentMember(cx, at, value, target, purpose);
    if (member !== null) return member;
  }
  if (target.kind === "pointer") {
    if (from.kind === "pointer") {
      checkPointers(cx, at, value, target, from, purpose);
      return convert(cx, value, target, true);
    }
    if (isInteger(from)) {
      if (!isNullConstant(value)) {
        warnConversion(cx, at, target, from, purpose, "makes pointer from integer without a cast");
      }
      return convert(cx, value, target, true);
    }
  }
  if (isInteger(target) && from.kind === "pointer") {
    if (integerOf(target)!.name !== "_Bool") {
      warnConversion(cx, at, target, from, purpose, "makes integer from pointer without a cast");
    }
    return convert(cx, value, target, true);
  }
  incompatible(cx, at, target, from, purpose);
  return invalid(cx, value);
}

/** -Wenum-conversion: a value of one enumeration for an object of another. */
function warnEnum(cx: Context, at: At, value: Expr, target: EnumType): void {
  let from = value.type;
  // An enumerator is an int by now.
  if (value.kind === "int" && value.first === value.last && value.first >= 0) {
    const binding = cx.find(cx.tokens.text[value.first]!);
    if (binding?.kind === "enumerator") from = binding.owner;
  }
  if (from.kind !== "enum" || from.decl === target.decl || cx.unevaluated > 0) return;
  const [f, t] = [quoteType(cx.types.unqualified(from)), quoteType(cx.types.unqualified(target))];
  cx.warning("-Wenum-conversion", at, `implicit conversion from ${f} to ${t}`);
}

function warnConversion(
  cx: Context,
  at: At,
  target: CType,
  from: CType,
  purpose: Purpose,
  what: string,
): void {
  warn(cx, "-Wint-conversion", at, target, from, purpose, {
    assign: `assignment to ${quoteType(target)} from ${quoteType(from)} ${what}`,
    init: `initialization of ${quoteType(target)} from ${quoteType(from)} ${what}`,
    return: `returning ${quoteType(from)} from a function with return type ${quoteType(target)} ${what}`,
    argument: what,
  });
}

/** One warning in its four wordings; that for arguments is put behind "passing argument n of 'f'". */
function warn(
  cx: Context,
  code: string,
  at: At,
  target: CType,
  from: CType,
  purpose: Purpose,
  texts: Record<Purpose["kind"], string>,
): void {
  if (purpose.kind !== "argument") {
    cx.warning(code, at, texts[purpose.kind], ...nearNote(purpose));
    return;
  }
  const text = `${passing(purpose)} ${texts.argument}`;
  cx.warning(code, labelled(at, from), text, expected(target, from, purpose));
}

/** With the type below the caret. */
function labelled(at: At, type: CType): At {
  const where = typeof at === "number" ? { at, first: at, last: at } : at;
  return { ...where, label: quoteType(type).replaceAll("'", "") };
}

function nearNote(purpose: Purpose): NoteAt[] {
  return purpose.kind === "init" && purpose.near !== null ? [purpose.near] : [];
}

function passing(purpose: Purpose & { kind: "argument" }): string {
  const callee = purpose.callee === null ? "" : ` of '${purpose.callee}'`;
  return `passing argument ${purpose.index}${callee}`;
}

function expected(target: CType, from: CType, purpose: Purpose & { kind: "argument" }) {
  return {
    text: `expected ${quoteType(target)} but argument is of type ${quoteType(from)}`,
    at: purpose.paramAt,
  };
}

function checkPointers(
  cx: Context,
  at: At,
  value: Expr,
  target: PointerType,
  from: PointerType,
  purpose: Purpose,
): void {
  const to = target.target;
  const source = from.target;
  if (isNullConstant(value)) return;
  const anyVoid = to.kind === "void" || source.kind === "void";
  const sameAtomic = ((to.quals ^ source.quals) & Qual.Atomic) === 0;
  const isSame = sameAtomic && compatibleUnqualified(to, source);
  const sign = sameAtomic && !isSame && !anyVoid && differOnlyInSign(cx, to, source);
  if (anyVoid || isSame || sign) {
    const lost = source.quals & ~to.quals & (Qual.Const | Qual.Volatile | Qual.Restrict);
    if (lost !== 0 && source.kind !== "function") {
      const what = `discards '${qualifierText(lost)}' qualifier from pointer target type`;
      warn(cx, "-Wdiscarded-qualifiers", at, target, from, purpose, {
        assign: `assignment ${what}`,
        init: `initialization ${what}`,
        return: `return ${what}`,
        argument: what,
      });
    } else if (sign && cx.wants("pointer-sign")) warnSign(cx, at, target, from, purpose);
    return;
  }
  if (discardsInArray(cx, to, source)) {
    // Qualifiers of an array's elements count with the array's (C2X, and gcc in all modes).
    return;
  }
  warn(cx, "-Wincompatible-pointer-types", at, target, from, purpose, {
    assign: `assignment to ${quoteType(target)} from incompatible pointer type ${quoteType(from)}`,
    init: `initialization of ${quoteType(target)} from incompatible pointer type ${quoteType(from)}`,
    return: `returning ${quoteType(from)} from a function with incompatible return type ${quoteType(target)}`,
    argument: "from incompatible pointer type",
  });
}

/** `const int (*)[3]` from `int (*)[3]`. */
function discardsInArray(cx: Context, to: CType, source: CType): boolean {
  if (to.kind !== "array" || source.kind !== "array") return false;
  return (
    compatible(cx.types.withQuals(to, 0), cx.types.withQuals(source, 0)) && (source.quals & ~to.quals) === 0
  );
}

function warnSign(cx: Context, at: At, target: CType, from: CType, purpose: Purpose): void {
  const [t, f] = [quoteType(target), quoteType(from)];
  const said =
    purpose.kind === "argument"
      ? passing(purpose)
      : purpose.kind === "assign"
        ? `assignment from ${f} to ${t}`
        : purpose.kind === "init"
          ? `initialization of ${t} from ${f}`
          : `returning ${f} from a function with return type ${t}`;
  const text = `pointer targets in ${said} differ in signedness`;
  if (purpose.kind === "argument")
    cx.warning("-Wpointer-sign", labelled(at, from), text, expected(target, from, purpose));
  else cx.warning("-Wpointer-sign", at, text, ...nearNote(purpose));
}

/** Only -Wpointer-sign, which the kernel switches off, objects. */
function differOnlyInSign(cx: Context, a: CType, b: CType): boolean {
  const x = integerOf(a);
  const y = integerOf(b);
  if (x === null || y === null || x.name === "_Bool" || y.name === "_Bool") {
    if (a.kind !== "pointer" || b.kind !== "pointer" || a.quals !== b.quals) return false;
    return a.target.quals === b.target.quals && differOnlyInSign(cx, a.target, b.target);
  }
  const plain = (type: typeof x) => cx.types.unsignedOf(type);
  return plain(x.plain as typeof x) === plain(y.plain as typeof y);
}

/** The member of a transparent union that takes the value; converted to the union. */
function transparentMember(
  cx: Context,
  at: At,
  value: Expr,
  target: RecordType,
  purpose: Purpose,
): Expr | null {
  const fields = target.decl.fields;
  const from = value.type;
  const exact = fields.find((field) => compatibleUnqualified(field.type, from));
  const loose = fields.find((field) => {
    if (field.type.kind !== "pointer") return false;
    if (from.kind !== "pointer") return isNullConstant(value);
    const to = field.type.target;
    return to.kind === "void" || from.target.kind === "void" || compatibleUnqualified(to, from.target);
  });
  const field = exact ?? loose;
  if (field === undefined) return null;
  const converted = convertFor(cx, at, value, field.type, purpose);
  const { at: place, first, last } = value;
  return { kind: "to-union", at: place, first, last, type: target, field, value: converted };
}

function incompatible(cx: Context, at: At, target: CType, from: CType, purpose: Purpose): void {
  switch (purpose.kind) {
    case "assign":
      cx.error(
        purpose.valueAt,
        `incompatible types when assigning to type ${quoteType(target)} from type ${quoteType(from)}`,
      );
      return;
    case "init":
      if (target.kind === "record" || target.kind === "array") {
        cx.error(at, "invalid initializer", ...nearNote(purpose));
      } else {
        const text = `incompatible types when initializing type ${quoteType(target)} using type ${quoteType(from)}`;
        cx.error(at, text, ...nearNote(purpose));
      }
      return;
    case "return":
      cx.error(
        at,
        `incompatible types when returning type ${quoteType(from)} but ${quoteType(target)} was expected`,
      );
      return;
    case "argument": {
      const callee = purpose.callee === null ? "" : ` of '${purpose.callee}'`;
      cx.error(
        labelled(at, from),
        `incompatible type for argument ${purpose.index}${callee}`,
        expected(target, from, purpose),
      );
    }
  }
}

/** -Woverflow: a constant that the type of the object does not hold. */
function warnValueChange(cx: Context, at: At, value: Expr, target: CType, field: BitField | null): void {
  if (cx.unevaluated > 0) return;
  const declared = integerOf(target);
  if (value.kind === "float") {
    warnFloatChange(cx, at, value.value, value.type, target);
    return;
  }
  if (value.kind === "decimal") {
    warnDecimalChange(cx, at, value.bits, value.type, target);
    return;
  }
  // What only folding made constant is nothing that a person wrote.
  if (value.kind !== "int" || !value.strict) return;
  if (declared === null || declared.name === "_Bool") return;
  const type = field === null ? declared : { ...declared, bits: field.width };
  if (fits(value.value, type)) return;
  // -1 for an unsigned type and 0x80000000 for int are what people write on purpose.
  if (fits(value.value, { ...type, signed: !type.signed })) return;
  const changed = wrap(value.value, type);
  const name = field === null ? quoteType(target) : fieldTypeName(cx, field);
  const what = type.signed ? "overflow in conversion" : "unsigned conversion";
  const text = `${what} from ${quoteType(value.type)} to ${name} changes value from '${value.value}' to '${changed}'`;
  cx.warning("-Woverflow", at, text);
}

/** gcc's name for the type of a bit-field: the smallest integer that holds it, and the width. */
export function fieldTypeName(cx: Context, field: BitField): string {
  const size = [1, 2, 4, 8].find((bytes) => field.width <= bytes * 8)!;
  return `'${typeName(cx.types.integerOfSize(size, field.signed))}:${field.width}'`;
}

function warnFloatChange(cx: Context, at: At, value: number, from: CType, target: CType): void {
  const type = integerOf(target);
  if (type === null || type.name === "_Bool") return;
  const changed = floatToInteger(value, type);
  // Losing the fraction is what people want; only a value out of range is reported.
  if (
    !Number.isNaN(value) &&
    BigInt(Number.isFinite(value) ? Math.trunc(value) : 0) === changed &&
    Number.isFinite(value)
  )
    return;
  const shown = Number.isFinite(value) ? value.toExponential().replace(/^(-?\d)e/, "$1.0e") : String(value);
  const text = `overflow in conversion from ${quoteType(from)} to ${quoteType(target)} changes value from '${shown}' to '${changed}'`;
  cx.warning("-Woverflow", at, text);
}

function warnDecimalChange(cx: Context, at: At, bits: bigint, from: DecimalType, target: CType): void {
  const type = integerOf(target);
  if (type === null || type.name === "_Bool") return;
  const changed = decimalToInteger(bits, from.size, type.bits, type.signed, "nearest");
  const exact = convertDecimal(bits, from.size, 16);
  const kept = integerToDecimal(changed, 16);
  // Within one of what is left, it lost its fraction at most.
  const apart = decimalArithmetic("sub", exact, kept, 16);
  const one = integerToDecimal(1n, 16);
  if (compareDecimals("lt", apart, one, 16) && compareDecimals("gt", apart, negateDecimal(one, 16), 16))
    return;
  const shown = `${decimalText(bits, from.size)}${DECIMAL_SUFFIX[from.size]}`;
  const text = `overflow in conversion from ${quoteType(from)} to ${quoteType(target)} changes value from '${shown}' to '${changed}'`;
  cx.warning("-Woverflow", at, text);
}

const DECIMAL_SUFFIX = { 4: "df", 8: "dd", 16: "dl" } as const;

export type Mutation = "assignment" | "increment" | "decrement";

/** The place that an operand is, if it may be changed; else null and an error. */
export function modifiable(cx: Context, at: At, operand: Operand, what: Mutation): Place | null {
  if (operand.kind === "invalid") return null;
  if (!isPlace(operand) || operand.kind === "temporary" || isMemberOfTemporary(operand)) {
    const text = what === "assignment" ? "left operand of assignment" : `${what} operand`;
    cx.error(at, `lvalue required as ${text}`);
    return null;
  }
  const type = operand.type;
  if (type.kind === "poison") return null;
  if (type.kind === "function") {
    cx.error(
      at,
      `lvalue required as ${what === "assignment" ? "left operand of assignment" : `${what} operand`}`,
    );
    return null;
  }
  if (type.kind === "array") {
    cx.error(
      at,
      what === "assignment"
        ? "assignment to expression with array type"
        : `lvalue required as ${what} operand`,
    );
    return null;
  }
  if (!isComplete(type) && type.kind !== "void") {
    cx.error(at, `invalid use of undefined type ${quoteType(type)}`);
    return null;
  }
  if (type.kind === "void") {
    cx.error(
      at,
      what === "assignment" ? "void value not ignored as it ought to be" : `wrong type argument to ${what}`,
    );
    return null;
  }
  const hasConst = type.kind === "record" && type.decl.hasConst;
  if (type.quals & Qual.Const || hasConst) {
    cx.error(at, readOnlyText(cx, operand, what, (type.quals & Qual.Const) === 0));
    return null;
  }
  return operand;
}

function isMemberOfTemporary(place: Place): boolean {
  let at: Place = place;
  while (at.kind === "member") at = at.base;
  return at.kind === "temporary";
}

function readOnlyText(cx: Context, place: Place, what: Mutation, byMember: boolean): string {
  if (place.kind === "object") {
    if (byMember) return `${what} of read-only variable '${place.object.name}'`;
    return place.object.parameter
      ? `${what} of read-only parameter '${place.object.name}'`
      : `${what} of read-only variable '${place.object.name}'`;
  }
  if (place.kind === "member") {
    return place.base.type.quals & Qual.Const
      ? `${what} of member '${place.field.name}' in read-only object`
      : `${what} of read-only member '${place.field.name}'`;
  }
  return `${what} of read-only location '${spelling(cx, place)}'`;
}

/** The text of a place as written, tokens joined as gcc prints an expression. */
export function spelling(cx: Context, node: { readonly first: number; readonly last: number }): string {
  let text = "";
  for (let i = node.first; i >= 0 && i <= node.last; i++) {
    const token = cx.tokens.text[i]!;
    if (/[\w"']$/.test(text) && /^[\w"']/.test(token)) text += " ";
    text += token;
  }
  return text;
}
