// Declarations of objects, functions and typedefs, at file scope and in blocks: linkage, merging with what was
// declared before, initialisers, and the rules about storage.
//
// The hard thing is linkage (6.2.2): the same name may be declared many times, in several scopes, and all
// declarations with linkage mean one symbol. `Context.linked` holds those symbols; scopes only point at them.

import type * as ast from "../syntax/ast.js";
import { convertFor } from "./assign.js";
import type { Attributes } from "./attributes.js";
import { declaratorAttributes, mergeAttributes, stringText } from "./attributes.js";
import { compatible, composite } from "./compatible.js";
import type { Context, FunctionState } from "./context.js";
import { addressOf, rvalue } from "./convert.js";
import type { Parameters } from "./declarators.js";
import { buildType } from "./declarators.js";
import type { Initialized } from "./initialize.js";
import { automatic, initialize } from "./initialize.js";
import { alignOf, isComplete, isVariableLength, isVariablyModified, sizeOf } from "./layout.js";
import { sizeExpr } from "./operators.js";
import type { Binding, TypedefSymbol } from "./scope.js";
import type { Specified } from "./specifiers.js";
import { DECIMAL_MODES, specify } from "./specifiers.js";
import { staticInit } from "./static-init.js";
import { autoObject, functionSymbol, staticObject } from "./symbols.js";
import type { AutoInit, Expr, FunctionSymbol, Linkage, ObjectSymbol, Stmt } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, FunctionType } from "./types.js";
import { warnIgnoredQualifiers } from "./words.js";

/** One declarator with everything known about it. */
export interface Declaration {
  readonly name: string;
  readonly at: number;
  readonly type: CType;
  readonly storage: ast.StorageClass | null;
  readonly attributes: Readonly<Attributes>;
  readonly align: number;
  readonly specifiers: ast.DeclSpecifiers;
  readonly params: Parameters | null;
  readonly asmName: string | null;
  /** The result type was left out. */
  readonly implicitInt: boolean;
  /** `__auto_type`: the initialiser, which had to be checked to know the type. */
  readonly value: Expr | null;
}

// ----------------------------------------------------------------------------------------------------- file scope

export function fileDeclaration(cx: Context, node: ast.Declaration): void {
  const bare = node.declarators.length === 0;
  const specified = specify(cx, node.specifiers, bare);
  if (bare) {
    emptyDeclaration(cx, node, specified);
    return;
  }
  for (const item of node.declarators) {
    const known = describe(cx, node.specifiers, specified, item);
    cx.takeBounds();
    if (known === null) continue;
    if (known.storage === "typedef") declareTypedef(cx, known, item.initializer !== null);
    else if (known.type.kind === "function") declareFunction(cx, known, item.initializer !== null);
    else fileObject(cx, known, item.initializer);
  }
}

function emptyDeclaration(cx: Context, node: ast.Declaration, specified: Specified): void {
  const type = node.specifiers.type;
  if (node.specifiers.inline) {
    cx.error(node.first, "'inline' in empty declaration");
    return;
  }
  if (type.kind === "StructSpecifier" || type.kind === "EnumSpecifier") {
    const { tag, first } = type;
    if (type.kind === "StructSpecifier" && tag === null) {
      cx.warning(null, first + 1, "unnamed struct/union that defines no instances");
    } else if (node.specifiers.qualifiers !== 0) {
      cx.warning(null, tag?.first ?? first, "useless type qualifier in empty declaration");
    }
    return;
  }
  if (specified.type.kind !== "poison")
    cx.warning(null, node.first, "useless type name in empty declaration");
}

/** Read one declarator; null after an error that leaves nothing to declare. */
function describe(
  cx: Context,
  specifiers: ast.DeclSpecifiers,
  specified: Specified,
  item: ast.InitDeclarator,
): Declaration | null {
  const declarator = item.declarator;
  if (declarator.name === null) return null;
  const name = declarator.name.name;
  const at = declarator.name.first;
  let base = specified.type;
  let value: Expr | null = null;
  if (specified.auto) {
    value = autoValue(cx, name, at, item);
    if (value === null) {
      cx.scope.declare(name, { kind: "poison", name, at });
      return null;
    }
    base = cx.types.withQuals(value.type, specifiers.qualifiers);
  }
  if (specified.implicitInt)
    implicitInt(cx, name, at, declarator, specifiers.storage !== null || specifiers.qualifiers !== 0);
  const use = specifiers.storage === "typedef" ? "typedef" : "object";
  const attributes = mergeAttributes(specified.attributes, declaratorAttributes(cx, declarator));
  const built = buildType(cx, declarator, base, use);
  if (built.type.kind === "function" && built.params !== null) {
    warnIgnoredQualifiers(cx, specifiers, declarator, built.type.result);
  }
  const type = attributes.mode === null ? built.type : withMode(cx, built.type, attributes.mode);
  return {
    name,
    at,
    type,
    storage: specifiers.storage,
    attributes,
    align: Math.max(attributes.align, specified.align),
    specifiers,
    params: built.params,
    asmName: declarator.asmLabel === null ? null : stringText(declarator.asmLabel),
    implicitInt: specified.implicitInt,
    value,
  };
}

/** `int x __attribute__((mode(DI)))`: behind the declarator it applies to a plain integer or float. */
function withMode(cx: Context, type: CType, mode: string): CType {
  if (type.kind !== "int" && type.kind !== "float" && type.kind !== "decimal") return type;
  const decimal = type.kind === "int" ? undefined : DECIMAL_MODES[mode];
  if (decimal !== undefined) return cx.types.withQuals(cx.types.decimalOfSize(decimal), type.quals);
  const sizes: Record<string, number> = { QI: 1, byte: 1, HI: 2, SI: 4, DI: 8, word: 8, pointer: 8 };
  const size = sizes[mode];
  if (type.kind === "int" && size !== undefined) {
    return cx.types.withQuals(cx.types.integerOfSize(size, type.signed), type.quals);
  }
  if (type.kind === "float" && (mode === "SF" || mode === "DF")) {
    return cx.types.withQuals(mode === "SF" ? cx.types.float : cx.types.double, type.quals);
  }
  return type;
}

function implicitInt(
  cx: Context,
  name: string,
  at: number,
  declarator: ast.Declarator,
  qualified: boolean,
): void {
  if (cx.scope.kind === "file" && declarator.parts.length === 0 && !qualified) {
    cx.warning(null, at, "data definition has no type or storage class");
  }
  cx.warning("-Wimplicit-int", at, `type defaults to 'int' in declaration of '${name}'`);
}

/** `__auto_type x = value` */
function autoValue(cx: Context, name: string, at: number, item: ast.InitDeclarator): Expr | null {
  const init = item.initializer;
  if (init === null || init.kind === "InitializerList") {
    const text =
      init === null
        ? "'__auto_type' requires an initialized data declaration"
        : "expected expression before '{' token";
    cx.error(at, text);
    return null;
  }
  const value = rvalue(cx, cx.upward.expr(init));
  if (value.kind === "invalid") return null;
  if (value.type.kind === "void") {
    cx.error(at, `variable or field '${name}' declared void`);
    return null;
  }
  return value;
}

function initializerOf(
  cx: Context,
  object: ObjectSymbol,
  known: Declaration,
  init: ast.Initializer,
): Initialized | null {
  if (known.value === null)
    return initialize(cx, object.name, object.at, object.type, init, known.specifiers.first);
  const entry = {
    offset: 0,
    type: object.type,
    bits: null,
    value: known.value,
    count: 1,
    stride: 0,
    path: null,
  };
  return { type: object.type, entries: [entry], size: sizeOf(object.type) };
}

// -------------------------------------------------------------------------------------------------------- typedefs

function declareTypedef(cx: Context, known: Declaration, hasInitializer: boolean): void {
  const { name, at } = known;
  if (hasInitializer) cx.error(at, `typedef '${name}' is initialized (use '__typeof__' instead)`);
  let type = known.type;
  if (known.align > 0 && known.align !== alignOf(type)) type = cx.types.aligned(type, known.align);
  if (type.kind === "record" || type.kind === "enum") {
    if (type.decl.tag === null && type.quals === 0) type.decl.typedefName ??= name;
    if (type.kind === "record" && known.attributes.transparentUnion) type.decl.transparent = true;
  }
  const before = cx.scope.own(name);
  if (before !== null && before.kind !== "poison") {
    if (before.kind !== "typedef") {
      differentKind(cx, name, at, before);
      return;
    }
    if (!compatible(before.type, type) || isVariablyModified(type)) {
      cx.error(at, `conflicting types for '${name}'; have ${quoteType(type)}`, previously(name, before));
    } else cx.scope.declare(name, { ...before, at });
    return;
  }
  // The poison type has no other name: its messages have been given.
  const named = type.kind === "poison" ? type : cx.types.aliased(type, name);
  const symbol: TypedefSymbol = { kind: "typedef", name, type: named, at };
  cx.scope.declare(name, symbol);
  if (!known.attributes.unused) cx.fn?.typedefs.push(symbol);
}

function differentKind(cx: Context, name: string, at: number, before: Binding): void {
  cx.error(at, `'${name}' redeclared as different kind of symbol`, previously(name, before));
}

/** "previous declaration of 'x' with type 'int'" */
function previously(name: string, before: Binding): { text: string; at: number } {
  const defined =
    (before.kind === "object" && (before.initialized || before.parameter)) ||
    (before.kind === "function" && before.definition !== null) ||
    before.kind === "enumerator";
  const what = defined
    ? "definition"
    : before.kind === "function" && before.implicit
      ? "implicit declaration"
      : "declaration";
  const named = before.kind === "enumerator" ? before.owner : before.kind === "poison" ? null : before.type;
  const type = named === null ? "" : ` with type ${quoteType(named)}`;
  return { text: `previous ${what} of '${name}'${type}`, at: before.at };
}

// ------------------------------------------------------------------------------------------------------- functions

/** Declare a function, or find the one that was declared before. Null after an error. */
export function declareFunction(
  cx: Context,
  known: Declaration,
  initialized: boolean,
): FunctionSymbol | null {
  const { name, at, specifiers } = known;
  if (initialized) {
    cx.error(at, `function '${name}' is initialized like a variable`);
    return null;
  }
  if (known.type.kind !== "function") return null;
  const inBlock = cx.scope.kind !== "file";
  if (inBlock && known.storage === "static") cx.error(at, `invalid storage class for function '${name}'`);
  const own = cx.scope.own(name);
  if (own !== null && own.kind !== "function" && own.kind !== "poison") {
    differentKind(cx, name, at, own);
    return null;
  }
  const before = cx.linked.get(name);
  if (before === undefined) return newFunction(cx, known, known.type);
  if (before.kind !== "function") {
    differentKind(cx, name, at, before);
    return null;
  }
  if (!mergeFunction(cx, known, before, known.type)) return null;
  applyFunctionAttributes(cx, before, known, specifiers);
  cx.scope.declare(name, before);
  return before;
}

function newFunction(cx: Context, known: Declaration, type: FunctionType): FunctionSymbol {
  const fn = functionSymbol(cx, known.name, type, known.at);
  fn.linkage = known.storage === "static" ? "internal" : "external";
  applyFunctionAttributes(cx, fn, known, known.specifiers);
  cx.linked.set(known.name, fn);
  cx.scope.declare(known.name, fn);
  noteParameters(cx, fn, known);
  return fn;
}

function noteParameters(cx: Context, fn: FunctionSymbol, known: Declaration): void {
  if (known.params !== null && known.params.symbols.length > 0) {
    cx.parameterPlaces.set(fn, known.params.places);
  }
}

function mergeFunction(cx: Context, known: Declaration, before: FunctionSymbol, type: FunctionType): boolean {
  const { name, at } = known;
  // The parameters of an old definition are compared one by one where they are declared.
  const isOld = known.params?.style === "identifiers" && before.type.prototype;
  if (isOld ? !compatible(before.type.result, type.result) : !compatible(before.type, type)) {
    if (before.at < 0) {
      // The compiler's own idea of a library function yields to the program's.
      const text = `conflicting types for built-in function '${name}'; expected ${quoteType(before.type)}`;
      cx.warning("-Wbuiltin-declaration-mismatch", at, text);
      before.type = type;
      return true;
    }
    const text = `conflicting types for '${name}'; have ${quoteType(type)}`;
    // The type comes too late, or was left out: old code does both with functions that return nothing.
    const lateVoid = before.implicit && type.result.kind === "void";
    const leftOut = known.implicitInt && before.type.result.kind === "void";
    if (lateVoid || leftOut) {
      cx.warning(null, at, text, previously(name, before));
      if (lateVoid) before.type = type;
      return true;
    }
    cx.error(at, text, previously(name, before));
    return false;
  }
  if (known.storage === "static" && before.linkage === "external") {
    if (before.implicit || before.at >= 0) {
      cx.error(
        at,
        `static declaration of '${name}' follows non-static declaration`,
        previously(name, before),
      );
    }
    before.linkage = "internal";
  }
  before.type = composite(cx.types, before.type, type) as FunctionType;
  if (type.prototype || known.params?.style === "identifiers") noteParameters(cx, before, known);
  if (before.at < 0 || before.implicit) (before as { at: number }).at = at;
  before.implicit = false;
  return true;
}

function applyFunctionAttributes(
  cx: Context,
  fn: FunctionSymbol,
  known: Declaration,
  specifiers: ast.DeclSpecifiers,
): void {
  const { attributes } = known;
  const plainBefore = cx.plainDeclarations.has(fn);
  const isExtern = specifiers.storage === "extern";
  if (specifiers.inline) {
    fn.inline = true;
    const gnu = attributes.gnuInline || cx.options.gnu89Inline === true;
    if (fn.linkage === "external" && !plainBefore) fn.inlineOnly = gnu ? isExtern : !isExtern;
    if (!gnu && isExtern) cx.plainDeclarations.add(fn);
  } else if (fn.linkage === "external" && cx.scope.kind === "file") {
    cx.plainDeclarations.add(fn);
    if (!cx.gnuInline.has(fn)) fn.inlineOnly = false;
  }
  if (attributes.gnuInline || (specifiers.inline && cx.options.gnu89Inline === true)) cx.gnuInline.add(fn);
  fn.noreturn ||= specifiers.noreturn || attributes.noreturn;
  fn.alwaysInline ||= attributes.alwaysInline;
  fn.noinline ||= attributes.noinline;
  fn.noInstrument ||= attributes.noInstrument;
  fn.startPriority = attributes.startPriority ?? fn.startPriority;
  fn.endPriority = attributes.endPriority ?? fn.endPriority;
  if (fn.startPriority !== null || fn.endPriority !== null) cx.kept.add(fn);
  fn.weak ||= attributes.weak;
  fn.section ??= attributes.section;
  fn.asmName ??= known.asmName;
  if (attributes.alias !== null) cx.aliases.push({ symbol: fn, name: attributes.alias.name, at: known.at });
  const { error, warning, warnUnusedResult, deprecated, used, unused, format, align, nonnull } = attributes;
  const isSaid = error !== null || warning !== null || format !== null || align > 0 || nonnull !== null;
  if (isSaid || warnUnusedResult || deprecated !== null || used || unused) {
    const merged = mergeAttributes(cx.functionAttributes.get(fn) ?? attributes, attributes);
    cx.functionAttributes.set(fn, merged);
  }
}

// ------------------------------------------------------------------------------------------- objects with linkage

const PERCPU_SECTION = /^\.data\.{1,2}percpu/;

function applyObjectAttributes(cx: Context, object: ObjectSymbol, known: Declaration): void {
  const { attributes } = known;
  object.align = Math.max(alignOf(object.type), object.align, known.align);
  if (attributes.unused || attributes.used) cx.usage?.exempt(object);
  object.section ??= attributes.section;
  object.percpu = object.section !== null && PERCPU_SECTION.test(object.section);
  object.weak ||= attributes.weak;
  object.threadLocal ||= known.specifiers.threadLocal;
  object.asmName ??= known.asmName;
}

/** The symbol of a declaration with linkage, merged with earlier ones. Null after an error. */
function linkedObject(cx: Context, known: Declaration, defines: boolean): ObjectSymbol | null {
  const { name, at } = known;
  const own = cx.scope.own(name);
  const before = cx.linked.get(name);
  if (own !== null && own !== before && own.kind !== "poison") {
    if (own.kind === "object" && own.linkage === "none") {
      cx.error(
        at,
        `extern declaration of '${name}' follows declaration with no linkage`,
        previously(name, own),
      );
    } else differentKind(cx, name, at, own);
    return null;
  }
  if (before === undefined) {
    const object = staticObject(cx, name, known.type, at);
    object.owner = null;
    object.linkage = known.storage === "static" ? "internal" : "external";
    object.defined = defines;
    applyObjectAttributes(cx, object, known);
    cx.linked.set(name, object);
    cx.scope.declare(name, object);
    return object;
  }
  if (before.kind !== "object") {
    if (before.at < 0) {
      // A library function's name that the program uses for something else.
      cx.linked.delete(name);
      return linkedObject(cx, known, defines);
    }
    differentKind(cx, name, at, before);
    return null;
  }
  return mergeObject(cx, known, before, defines) ? before : null;
}

function mergeObject(cx: Context, known: Declaration, before: ObjectSymbol, defines: boolean): boolean {
  const { name, at, type } = known;
  if (!compatible(before.type, type)) {
    cx.error(at, `conflicting types for '${name}'; have ${quoteType(type)}`, previously(name, before));
    return false;
  }
  const linkage: Linkage = known.storage === "static" ? "internal" : "external";
  if (linkage === "internal" && before.linkage === "external") {
    cx.error(at, `static declaration of '${name}' follows non-static declaration`, previously(name, before));
    return false;
  }
  if (linkage === "external" && before.linkage === "internal" && known.storage !== "extern") {
    cx.error(at, `non-static declaration of '${name}' follows static declaration`, previously(name, before));
    return false;
  }
  before.type = composite(cx.types, before.type, type);
  before.defined ||= defines;
  // Of several declarations of a static object the latest one is the one that messages name.
  if (linkage === "internal" && !before.initialized) (before as { at: number }).at = at;
  applyObjectAttributes(cx, before, known);
  cx.scope.declare(name, before);
  return true;
}

function fileObject(cx: Context, known: Declaration, init: ast.Initializer | null): void {
  const { name, at } = known;
  if (!checkObjectType(cx, known)) return;
  if (known.storage === "auto" || known.storage === "register") {
    if (!(known.storage === "register" && known.asmName !== null)) {
      cx.error(at, `file-scope declaration of '${name}' specifies '${known.storage}'`);
    } else cx.unsupported(at, "a global register variable");
  }
  const object = linkedObject(cx, known, known.storage !== "extern" || init !== null);
  if (object === null) {
    if (init !== null) initialize(cx, name, at, known.type, init);
    return;
  }
  if (known.attributes.used) cx.kept.add(object);
  if (known.attributes.alias !== null) {
    cx.aliases.push({ symbol: object, name: known.attributes.alias.name, at });
    return;
  }
  if (init === null) return;
  if (known.storage === "extern") cx.warning(null, at, `'${name}' initialized and declared 'extern'`);
  if (object.initialized) {
    cx.error(at, `redefinition of '${name}'`, previously(name, object));
    return;
  }
  object.initialized = true;
  (object as { at: number }).at = at;
  initializeStatic(cx, object, known, init);
}

function initializeStatic(
  cx: Context,
  object: ObjectSymbol,
  known: Declaration,
  init: ast.Initializer,
): void {
  const initialized = initializerOf(cx, object, known, init);
  if (initialized === null) return;
  object.type = initialized.type;
  object.align = Math.max(object.align, alignOf(object.type));
  object.init = staticInit(cx, initialized);
}

/** Errors about types that no object can have. */
function checkObjectType(cx: Context, known: Declaration): boolean {
  const { name, at, type } = known;
  if (type.kind === "poison") {
    if (cx.scope.own(name) === null) cx.scope.declare(name, { kind: "poison", name, at });
    return false;
  }
  if (type.kind === "void" && known.storage !== "extern" && cx.scope.kind !== "file") {
    cx.error(at, `variable or field '${name}' declared void`);
    cx.scope.declare(name, { kind: "poison", name, at });
    return false;
  }
  return true;
}

/** At the end of the unit: tentative definitions must have become complete (6.9.2). */
export function finishTentative(cx: Context): void {
  for (const object of cx.objects) {
    const { type, name, at } = object;
    if (!object.defined || object.linkage === "none" || name === "" || type.kind === "void") continue;
    if (type.kind === "array" && type.length === null && type.vla === null) {
      cx.warning(null, at, `array '${name}' assumed to have one element`);
      object.type = cx.types.arrayOf(type.element, 1);
    } else if (!isComplete(type) && type.kind !== "poison") {
      cx.error(at, `storage size of '${name}' isn't known`);
    }
    object.align = Math.max(object.align, alignOf(object.type));
  }
}

// -------------------------------------------------------------------------------------------------- block scope

export function localDeclaration(cx: Context, fn: FunctionState, node: ast.Declaration, out: Stmt[]): void {
  const bare = node.declarators.length === 0;
  const specified = specify(cx, node.specifiers, bare);
  emitBounds(cx, out);
  if (bare) {
    emptyDeclaration(cx, node, specified);
    return;
  }
  for (const item of node.declarators) {
    const known = describe(cx, node.specifiers, specified, item);
    emitBounds(cx, out);
    if (known === null) continue;
    if (known.storage === "typedef") declareTypedef(cx, known, item.initializer !== null);
    else if (known.type.kind === "function") declareFunction(cx, known, item.initializer !== null);
    else if (known.storage === "extern") localExtern(cx, known, item.initializer);
    else localObject(cx, fn, known, item.initializer, out);
  }
}

function emitBounds(cx: Context, out: Stmt[]): void {
  for (const bound of cx.takeBounds()) out.push({ kind: "expr", at: bound.at, expr: bound });
}

function localExtern(cx: Context, known: Declaration, init: ast.Initializer | null): void {
  if (init !== null) cx.error(known.at, `'${known.name}' has both 'extern' and initializer`);
  if (checkObjectType(cx, known)) linkedObject(cx, known, false);
}

function localObject(
  cx: Context,
  fn: FunctionState,
  known: Declaration,
  init: ast.Initializer | null,
  out: Stmt[],
): void {
  const { name, at, type } = known;
  if (!checkObjectType(cx, known)) {
    if (init !== null && init.kind !== "InitializerList") cx.upward.expr(init);
    return;
  }
  const before = cx.scope.own(name);
  if (before !== null && before.kind !== "poison") {
    if (before.kind !== "object" || before.parameter) differentKind(cx, name, at, before);
    else if (before.linkage !== "none") {
      cx.error(
        at,
        `declaration of '${name}' with no linkage follows extern declaration`,
        previously(name, before),
      );
    } else {
      const text = compatible(before.type, type)
        ? `redeclaration of '${name}' with no linkage`
        : `conflicting types for '${name}'; have ${quoteType(type)}`;
      cx.error(at, text, previously(name, before));
    }
    return;
  }
  if (known.storage === "static") localStatic(cx, known, init);
  else automaticObject(cx, fn, known, init, out);
}

function localStatic(cx: Context, known: Declaration, init: ast.Initializer | null): void {
  const { name, at, type } = known;
  if (isVariablyModified(type)) {
    const text = isVariableLength(type)
      ? `storage size of '${name}' isn't constant`
      : `'${name}' has a variably modified type`;
    cx.error(at, text);
    return;
  }
  const object = staticObject(cx, name, type, at);
  applyObjectAttributes(cx, object, known);
  cx.scope.declare(name, object);
  if (known.attributes.used) cx.kept.add(object);
  noteLocal(cx, object, known);
  if (init !== null) {
    object.initialized = true;
    initializeStatic(cx, object, known, init);
  }
  checkComplete(cx, object);
}

function noteLocal(cx: Context, object: ObjectSymbol, { attributes }: Declaration): void {
  cx.usage?.declareLocal(object);
  if (attributes.unused || attributes.used || attributes.cleanup !== null) cx.usage?.exempt(object);
}

function checkComplete(cx: Context, object: ObjectSymbol): boolean {
  const { type, name, at } = object;
  if (isComplete(type) || type.kind === "poison") return true;
  if (type.kind === "array") cx.error(at, `array size missing in '${name}'`);
  else cx.error(at, `storage size of '${name}' isn't known`);
  object.type = cx.types.poison;
  return false;
}

function automaticObject(
  cx: Context,
  fn: FunctionState,
  known: Declaration,
  init: ast.Initializer | null,
  out: Stmt[],
): void {
  const { name, at, type } = known;
  const object = autoObject(cx, name, type, at, false);
  object.align = Math.max(alignOf(type), known.align);
  if (known.storage === "register") cx.registers.add(object);
  if (known.specifiers.threadLocal) {
    cx.error(at, `function-scope '${name}' implicitly auto and declared '_Thread_local'`);
  }
  if (known.attributes.section !== null)
    cx.error(at, `section attribute cannot be specified for local variables`);
  if (known.asmName !== null && known.storage === "register") {
    cx.unsupported(at, `the register variable '${name}' in '${known.asmName}'`);
  }
  cx.scope.declare(name, object);
  fn.locals.push(object);
  fn.leave.locals.push(object);
  noteLocal(cx, object, known);
  let auto: AutoInit | null = null;
  if (init !== null) {
    object.initialized = true;
    const initialized = initializerOf(cx, object, known, init);
    emitBounds(cx, out);
    if (initialized !== null) {
      object.type = initialized.type;
      object.align = Math.max(object.align, alignOf(object.type));
      auto = automatic(initialized);
    } else if (!isComplete(type)) object.type = cx.types.poison;
  }
  checkComplete(cx, object);
  const vla = isVariableLength(object.type);
  if (vla) {
    const where = { at, first: at, last: at };
    object.vlaSize = sizeExpr(cx, object.type, where);
    fn.leave.entries.push({ kind: "release", object });
  }
  out.push({ kind: "declare", at, object, init: auto });
  if (known.attributes.cleanup !== null) attachCleanup(cx, fn, object, known.attributes.cleanup);
}

/** __attribute__((cleanup(f))): f(&object) whenever the scope is left. */
function attachCleanup(
  cx: Context,
  fn: FunctionState,
  object: ObjectSymbol,
  cleanup: { readonly name: string; readonly at: number },
): void {
  const binding = cx.find(cleanup.name);
  if (binding?.kind !== "function") {
    cx.error(cleanup.at, "cleanup argument not a function");
    return;
  }
  cx.usage?.mention(binding);
  const { at } = object;
  const where = { at, first: at, last: at };
  const pointer = addressOf(
    cx,
    { kind: "object", ...where, type: object.type, object },
    cx.types.pointerTo(object.type),
    false,
  );
  const param = binding.type.params[0];
  const argument =
    param === undefined
      ? pointer
      : convertFor(cx, at, pointer, param, {
          kind: "argument",
          index: 1,
          callee: binding.name,
          fn: binding,
          paramAt: binding.at,
        });
  const type = cx.types.unqualified(binding.type.result);
  object.cleanup = {
    kind: "call",
    ...where,
    type,
    fn: binding,
    pointer: null,
    signature: binding.type,
    args: [argument],
    pack: false,
  };
  fn.leave.entries.push({ kind: "cleanup", object });
}
