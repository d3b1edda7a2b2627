// Declaration specifiers become a type: basic types, typedef names, struct, union and enum, typeof, _Atomic.
//
// A struct's tag is known from the moment it is read, so that its members can point at it; the type is completed
// in place when the closing brace comes, and everybody who had the incomplete type has the complete one.

import type * as ast from "../syntax/ast.js";
import type { Attributes } from "./attributes.js";
import { alignment, mergeAttributes, readAttributes } from "./attributes.js";
import { fits, integerOf } from "./constant.js";
import type { Context } from "./context.js";
import { fieldOf, isPlace, rvalue } from "./convert.js";
import { buildType } from "./declarators.js";
import type { FieldSpec } from "./layout.js";
import { alignOf, isComplete, isVariableLength, layoutRecord, sizeOf } from "./layout.js";
import type { EnumeratorSymbol } from "./scope.js";
import { suggest } from "./spelling.js";
import { staticAssert } from "./static-assert.js";
import { quoteType } from "./type-names.js";
import type { CType, EnumType, IntType, RecordType } from "./types.js";
import { Qual } from "./types.js";
import { layoutVariable } from "./variable-layout.js";
import { warnSpecifiers } from "./words.js";

export interface Specified {
  readonly type: CType;
  readonly attributes: Readonly<Attributes>;
  /** _Alignas, or 0. */
  readonly align: number;
  /** `__auto_type`: the type comes from the initialiser. */
  readonly auto: boolean;
  /** No type was written. */
  readonly implicitInt: boolean;
}

/** `bare`: nothing is declared but a tag (`struct s;`), which then is a new one of this scope. */
export function specify(cx: Context, node: ast.DeclSpecifiers, bare = false): Specified {
  warnSpecifiers(cx, node);
  const attributes = readAttributes(cx, node.attributes);
  let type = typeOf(cx, node.type, bare);
  if (attributes.mode !== null) type = modeType(cx, type, attributes.mode, node.first);
  if (node.qualifiers !== 0) type = qualify(cx, type, node.qualifiers, node.first);
  let align = 0;
  for (const operand of node.alignas) {
    align = Math.max(
      align,
      operand.kind === "TypeName" ? alignOf(cx.upward.typeName(operand)) : alignment(cx, operand),
    );
  }
  return {
    type,
    attributes,
    align,
    auto: node.type.kind === "AutoType",
    implicitInt: node.type.kind === "BasicType" && node.type.implicit,
  };
}

export function qualify(cx: Context, type: CType, quals: number, at: number): CType {
  if (quals & Qual.Restrict && type.kind !== "pointer" && type.kind !== "poison") {
    if (type.kind !== "array") cx.error(at, "invalid use of 'restrict'");
    quals &= ~Qual.Restrict;
  }
  if (quals & Qual.Atomic && (type.kind === "array" || type.kind === "function")) {
    cx.error(at, `'_Atomic'-qualified ${type.kind} type`);
    quals &= ~Qual.Atomic;
  }
  return cx.types.addQuals(type, quals);
}

/** A type name: specifiers and a declarator without a name. */
export function typeName(cx: Context, node: ast.TypeName): CType {
  const specified = specify(cx, node.specifiers);
  const { type } = buildType(cx, node.declarator, specified.type, "typename");
  // An attribute behind the type belongs to the whole name: int __attribute__((aligned(16))).
  const align = specified.attributes.align;
  return align > 0 && type.kind !== "poison" ? cx.types.aligned(type, align) : type;
}

function typeOf(cx: Context, node: ast.TypeSpecifier, bare: boolean): CType {
  switch (node.kind) {
    case "BasicType":
      return basicType(cx, node);
    case "TypedefName":
      return typedefType(cx, node);
    case "StructSpecifier":
      return structType(cx, node, bare);
    case "EnumSpecifier":
      return enumType(cx, node);
    case "TypeofSpecifier":
      return typeofType(cx, node);
    case "AtomicSpecifier":
      return qualify(cx, cx.upward.typeName(node.type), Qual.Atomic, node.first);
    case "AutoType":
      return cx.types.poison;
  }
}

function basicType(cx: Context, node: ast.BasicType): CType {
  const types = cx.types;
  if (node.complex) {
    cx.error(node.first, "complex types are not supported");
    return types.poison;
  }
  switch (node.name) {
    case "void":
      return types.void;
    case "float":
    case "_Float32":
      return types.float;
    case "double":
    case "_Float64":
    case "_Float32x":
      return types.double;
    case "long double":
    case "_Float64x":
      return types.longDouble;
    case "_Float16":
    case "_Float128":
      cx.error(node.first, `type '${node.name}' is not supported`);
      return types.poison;
    case "_Decimal32":
      return types.decimal32;
    case "_Decimal64":
      return types.decimal64;
    case "_Decimal128":
      return types.decimal128;
    case "__builtin_va_list":
      return types.aliased(types.vaList, "va_list");
    default:
      return types.integer(node.name);
  }
}

function typedefType(cx: Context, node: ast.TypedefName): CType {
  const binding = cx.find(node.name);
  if (binding?.kind === "typedef") {
    if (cx.fn !== null && cx.fn.typedefs.length > 0) cx.usage?.useTypedef(binding);
    return binding.type;
  }
  if (binding?.kind === "poison") return cx.types.poison;
  const names: string[] = [];
  for (const known of cx.scope.visible()) if (known.kind === "typedef") names.push(known.name);
  const near = suggest(node.name, names);
  const offer = near === null ? "" : `; did you mean '${near}'?`;
  cx.errorWithFix(node.first, `unknown type name '${node.name}'${offer}`, near);
  return cx.types.poison;
}

function typeofType(cx: Context, node: ast.TypeofSpecifier): CType {
  const operand = node.operand;
  let type: CType;
  if (operand.kind === "TypeName") type = cx.upward.typeName(operand);
  else {
    const result = cx.inUnevaluated(() => cx.upward.expr(operand));
    if (isPlace(result) ? result.kind === "member" && result.field.width >= 0 : fieldOf(result) !== null) {
      if (isPlace(result)) cx.error(operand.first, "'typeof' applied to a bit-field");
    }
    // A function's address stands for the function as it was named.
    type = result.type;
  }
  // Macros of <stdatomic.h> rely on typeof to name the type without _Atomic.
  if (type.quals & Qual.Atomic || node.unqualified) return cx.types.withQuals(type, 0);
  return type;
}

/** Bytes of a decimal type by its mode. */
export const DECIMAL_MODES: Readonly<Record<string, 4 | 8 | 16>> = { SD: 4, DD: 8, TD: 16 };

function modeType(cx: Context, type: CType, mode: string, at: number): CType {
  const sizes: Record<string, number> = { QI: 1, byte: 1, HI: 2, SI: 4, DI: 8, word: 8, pointer: 8, TI: 16 };
  const size = sizes[mode];
  const int = integerOf(type);
  if (size !== undefined && int !== null) return cx.types.integerOfSize(size, int.signed);
  const decimal = DECIMAL_MODES[mode];
  if (decimal !== undefined && (type.kind === "float" || type.kind === "decimal")) {
    return cx.types.decimalOfSize(decimal);
  }
  if (type.kind === "float") {
    if (mode === "SF") return cx.types.float;
    if (mode === "DF") return cx.types.double;
    if (mode === "XF" || mode === "TF") return cx.types.longDouble;
  }
  cx.error(at, `mode '${mode}' is not supported`);
  return type;
}

// ------------------------------------------------------------------------------------------- struct and union

function structType(cx: Context, node: ast.StructSpecifier, bare: boolean): CType {
  const members = node.members;
  if (members === null) return recordReference(cx, node, bare);
  const record = recordForDefinition(cx, node);
  const attributes = readAttributes(cx, node.attributes);
  const fields: FieldSpec[] = [];
  const names = new Set<string>();
  members.forEach((memberNode, index) => {
    if (memberNode.kind === "StaticAssert") staticAssert(cx, memberNode);
    else readFields(cx, memberNode, fields, names, index === members.length - 1, node.isUnion);
  });
  record.decl.transparent = attributes.transparentUnion;
  const pack = cx.pack.at(node.last);
  const { packed, align, reversed } = attributes;
  const wanted = { packed, align, reversed, pack };
  if (fields.some((field) => isVariableLength(field.type))) layoutVariable(cx, record.decl, fields, wanted);
  else layoutRecord(record.decl, fields, wanted);
  return record;
}

function tagWords(union: boolean): string {
  return union ? "union" : "struct";
}

function recordReference(cx: Context, node: ast.StructSpecifier, bare: boolean): CType {
  const tag = node.tag!;
  const known = bare ? cx.scope.ownTag(tag.name) : cx.scope.findTag(tag.name);
  if (known !== null) {
    if (known.kind === "record" && known.decl.union === node.isUnion) return known;
    wrongTag(cx, tag);
    return cx.types.newRecord(node.isUnion, tag.name, tag.first);
  }
  const record = cx.types.newRecord(node.isUnion, tag.name, tag.first);
  if (cx.scope.kind === "prototype") {
    const text = `'${tagWords(node.isUnion)} ${tag.name}' declared inside parameter list will not be visible outside of this definition or declaration`;
    cx.warning(null, tag.first, text);
  }
  cx.scope.declareTag(tag.name, record);
  return record;
}

function wrongTag(cx: Context, tag: ast.Identifier): void {
  cx.error(tag.first, `'${tag.name}' defined as wrong kind of tag`);
}

function recordForDefinition(cx: Context, node: ast.StructSpecifier): RecordType {
  const tag = node.tag;
  if (tag === null) return cx.types.newRecord(node.isUnion, null, node.first);
  const known = cx.scope.ownTag(tag.name);
  if (known !== null) {
    if (known.kind !== "record" || known.decl.union !== node.isUnion) wrongTag(cx, tag);
    else if (known.decl.complete) {
      cx.error(tag.first, `redefinition of '${tagWords(node.isUnion)} ${tag.name}'`, {
        text: "originally defined here",
        at: known.decl.at,
      });
    } else {
      known.decl.at = tag.first;
      return known;
    }
  }
  const record = cx.types.newRecord(node.isUnion, tag.name, tag.first);
  cx.scope.declareTag(tag.name, record);
  return record;
}

function readFields(
  cx: Context,
  node: ast.FieldDeclaration,
  fields: FieldSpec[],
  names: Set<string>,
  lastDeclaration: boolean,
  union: boolean,
): void {
  const specified = specify(cx, node.specifiers);
  if (node.declarators.length === 0) {
    anonymousMember(cx, node, specified, fields, names);
    return;
  }
  node.declarators.forEach((declarator, index) => {
    const inner = declarator.declarator;
    const name = inner.name?.name ?? null;
    const at = inner.name?.first ?? declarator.first;
    const attributes = mergeAttributes(specified.attributes, readAttributes(cx, inner.attributes));
    let type = buildType(cx, inner, specified.type, "field").type;
    if (attributes.mode !== null && specified.attributes.mode === null) {
      type = modeType(cx, type, attributes.mode, at);
    }
    const width = declarator.width === null ? -1 : bitFieldWidth(cx, declarator.width, type, name, at);
    if (width === null) return;
    const last = lastDeclaration && index === node.declarators.length - 1;
    if (width < 0)
      type = checkFieldType(
        cx,
        type,
        name,
        at,
        last && fields.some((field) => field.name !== null || field.width < 0),
        last && !union,
        union,
      );
    if (name !== null) declareFieldName(cx, name, at, names);
    const align = Math.max(attributes.align, specified.align);
    fields.push({ name, type, width, align, packed: attributes.packed, at });
  });
}

function declareFieldName(cx: Context, name: string, at: number, names: Set<string>): void {
  if (names.has(name)) cx.error(at, `duplicate member '${name}'`);
  names.add(name);
}

function anonymousMember(
  cx: Context,
  node: ast.FieldDeclaration,
  specified: Specified,
  fields: FieldSpec[],
  names: Set<string>,
): void {
  const type = specified.type;
  if (type.kind !== "record" || (type.decl.tag !== null && type.alias === null)) {
    if (type.kind !== "poison") cx.warning(null, node.first, "declaration does not declare anything");
    return;
  }
  if (!type.decl.complete || type.decl.tag !== null) {
    cx.warning(null, node.first, "declaration does not declare anything");
    return;
  }
  for (const [name, path] of type.decl.members) declareFieldName(cx, name, path.field.at, names);
  const { attributes, align } = specified;
  const own = Math.max(attributes.align, align);
  fields.push({ name: null, type, width: -1, align: own, packed: attributes.packed, at: node.first });
}

function checkFieldType(
  cx: Context,
  type: CType,
  name: string | null,
  at: number,
  mayBeFlexible: boolean,
  lonely: boolean,
  union: boolean,
): CType {
  const quoted = name === null ? "'<anonymous>'" : `'${name}'`;
  if (type.kind === "function") {
    cx.error(at, `field ${quoted} declared as a function`);
    return cx.types.poison;
  }
  if (type.kind === "void") {
    cx.error(at, `variable or field ${quoted} declared void`);
    return cx.types.poison;
  }
  if (type.kind === "array" && type.length === null && type.vla === null && isComplete(type.element)) {
    if (union) cx.error(at, "flexible array member in union");
    else if (mayBeFlexible) return type;
    else if (lonely) cx.error(at, "flexible array member in a struct with no named members");
    else cx.error(at, "flexible array member not at end of struct");
    return cx.types.poison;
  }
  if (!isComplete(type)) {
    cx.error(at, `field ${quoted} has incomplete type`);
    return cx.types.poison;
  }
  return type;
}

/** Null after an error that leaves no member. */
function bitFieldWidth(
  cx: Context,
  node: ast.Expr,
  type: CType,
  name: string | null,
  at: number,
): number | null {
  const quoted = name === null ? "'<anonymous>'" : `'${name}'`;
  const value = rvalue(cx, cx.upward.expr(node));
  if (type.kind === "poison" || value.kind === "invalid") return null;
  const int = integerOf(type);
  if (int === null) {
    cx.error(at, `bit-field ${quoted} has invalid type`);
    return null;
  }
  if (value.kind !== "int" || integerOf(value.type) === null) {
    cx.error(at, `bit-field ${quoted} width not an integer constant`);
    return null;
  }
  const width = value.value;
  if (width < 0n) {
    cx.error(at, `negative width in bit-field ${quoted}`);
    return null;
  }
  if (width > BigInt(int.name === "_Bool" ? 1 : sizeOf(type) * 8)) {
    cx.error(at, `width of ${quoted} exceeds its type`);
    return null;
  }
  if (width === 0n && name !== null) {
    cx.error(at, `zero width for bit-field ${quoted}`);
    return null;
  }
  return Number(width);
}

// -------------------------------------------------------------------------------------------------------- enum

function enumType(cx: Context, node: ast.EnumSpecifier): CType {
  const tag = node.tag;
  if (node.enumerators === null) {
    const known = cx.scope.findTag(tag!.name);
    if (known?.kind === "enum") return known;
    if (known !== null) {
      wrongTag(cx, tag!);
      return cx.types.newEnum(tag!.name, tag!.first);
    }
    const forward = cx.types.newEnum(tag!.name, tag!.first);
    applyUnderlying(cx, node, forward);
    cx.scope.declareTag(tag!.name, forward);
    return forward;
  }
  const type = enumForDefinition(cx, node);
  const fixed = applyUnderlying(cx, node, type);
  readEnumerators(cx, node, node.enumerators, type, fixed);
  return type;
}

/** `enum e : T`: complete at once, and every enumerator has type T. */
function applyUnderlying(cx: Context, node: ast.EnumSpecifier, type: EnumType): IntType | null {
  if (node.underlying === null) return null;
  const underlying = integerOf(cx.upward.typeName(node.underlying));
  if (underlying === null) {
    cx.error(node.first, "invalid 'enum' underlying type");
    return null;
  }
  type.decl.underlying = underlying.plain as IntType;
  type.decl.complete = true;
  return type.decl.underlying;
}

function enumForDefinition(cx: Context, node: ast.EnumSpecifier): EnumType {
  const tag = node.tag;
  if (tag === null) return cx.types.newEnum(null, node.first);
  const known = cx.scope.ownTag(tag.name);
  if (known !== null) {
    if (known.kind !== "enum") wrongTag(cx, tag);
    else if (known.decl.enumerators.length > 0) {
      cx.error(tag.first, `redeclaration of 'enum ${tag.name}'`, {
        text: "originally defined here",
        at: known.decl.at,
      });
    } else return known;
  }
  const type = cx.types.newEnum(tag.name, tag.first);
  cx.scope.declareTag(tag.name, type);
  return type;
}

function readEnumerators(
  cx: Context,
  node: ast.EnumSpecifier,
  list: readonly ast.Enumerator[],
  type: EnumType,
  fixed: IntType | null,
): void {
  let next = 0n;
  let low = 0n;
  let high = 0n;
  const symbols: { -readonly [K in keyof EnumeratorSymbol]: EnumeratorSymbol[K] }[] = [];
  for (const item of list) {
    const value = item.value === null ? next : enumeratorValue(cx, item, next);
    if (value < low) low = value;
    if (value > high) high = value;
    next = value + 1n;
    const { name, first } = item.name;
    const symbol = {
      kind: "enumerator" as const,
      name,
      value,
      type: fixed ?? constantType(cx, value),
      owner: type,
      at: first,
    };
    symbols.push(symbol);
    type.decl.enumerators.push({ name, value, at: first });
    const known = cx.scope.own(name);
    if (known === null || known.kind === "poison") cx.scope.declare(name, symbol);
    else {
      const what =
        known.kind === "enumerator"
          ? `redeclaration of enumerator '${name}'`
          : `'${name}' redeclared as different kind of symbol`;
      cx.error(first, what, {
        text: `previous definition of '${name}' with type ${quoteType(known.kind === "enumerator" ? known.owner : known.type)}`,
        at: known.at,
      });
    }
  }
  if (fixed === null) {
    type.decl.underlying = representation(cx, node, low, high);
    // Values that fit int have type int; the others that of the enumeration.
    for (const symbol of symbols) {
      if (!fits(symbol.value, cx.types.int)) symbol.type = type.decl.underlying;
    }
  }
  type.decl.complete = true;
}

function constantType(cx: Context, value: bigint): IntType {
  const { int, uint, long, ulong } = cx.types;
  return [int, uint, long].find((type) => fits(value, type)) ?? ulong;
}

function representation(cx: Context, node: ast.EnumSpecifier, low: bigint, high: bigint): IntType {
  const signed = low < 0n;
  const packed = readAttributes(cx, node.attributes).packed;
  for (const size of packed ? [1, 2, 4, 8] : [4, 8]) {
    const type = cx.types.integerOfSize(size, signed);
    if (fits(low, type) && fits(high, type)) return type;
  }
  cx.error(node.first, "enumeration values exceed range of largest integer");
  return signed ? cx.types.long : cx.types.ulong;
}

function enumeratorValue(cx: Context, item: ast.Enumerator, fallback: bigint): bigint {
  const value = rvalue(cx, cx.upward.expr(item.value!));
  if (value.kind === "int" && integerOf(value.type) !== null) return value.value;
  if (value.kind !== "invalid") {
    cx.error(item.name.first, `enumerator value for '${item.name.name}' is not an integer constant`);
  }
  return fallback;
}
