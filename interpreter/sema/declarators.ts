// Declarators become types: pointers, arrays and functions round a base type, read from the name outwards.
//
// A function declarator also makes its parameters: symbols in a scope of their own, because a later parameter's
// array size may name an earlier one, and because a definition goes on to use them. Sizes that are no constants
// make variable-length arrays; their evaluation is queued in `cx.bounds` for whoever knows when it has to happen.

import type * as ast from "../syntax/ast.js";
import { mergeAttributes, readAttributes } from "./attributes.js";
import { integerOf } from "./constant.js";
import type { Context, Where } from "./context.js";
import { convert, rvalue } from "./convert.js";
import { isComplete, sizeOf } from "./layout.js";
import type { Scope } from "./scope.js";
import { autoObject } from "./symbols.js";
import type { ObjectSymbol } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { ArrayType, CType, FunctionType } from "./types.js";
import { Qual } from "./types.js";
import { warnDuplicates } from "./words.js";

/** What a declarator is for: decides what an array without a constant size means. */
export type DeclaratorUse = "object" | "field" | "parameter" | "typename" | "typedef" | "definition";

export interface Declared {
  readonly type: CType;
  /** For a function declarator nearest to the name: its parameters and the scope they were declared in. */
  readonly params: Parameters | null;
}

export interface Parameters {
  readonly symbols: readonly ObjectSymbol[];
  /** Where each of them is declared, if they are more than names. */
  readonly places: readonly Where[];
  readonly scope: Scope | null;
  readonly style: ast.FunctionPart["style"];
}

export function buildType(cx: Context, node: ast.Declarator, base: CType, use: DeclaratorUse): Declared {
  let type = base;
  let params: Parameters | null = null;
  const parts = node.parts;
  for (let i = parts.length - 1; i >= 0; i--) {
    const part = parts[i]!;
    params = null;
    if (part.kind === "PointerPart") {
      type = cx.types.addQuals(cx.types.pointerTo(type), part.qualifiers);
      if (part.last > part.first + 1 && cx.wants("duplicate-decl-specifier")) {
        warnDuplicates(cx, part.first, part.last);
      }
    } else if (part.kind === "ArrayPart") {
      type = arrayType(cx, node, part, type, i === 0 && use === "parameter", use);
    } else {
      const built = functionType(cx, node, part, type, i === 0 ? use : "typename");
      type = built.type;
      params = built.params;
    }
  }
  return { type, params };
}

function nameOf(node: ast.Declarator): string | null {
  return node.name?.name ?? null;
}

/** Where a note about a parameter points. */
function parameterPlace(node: ast.Parameter): number {
  return node.declarator.name?.first ?? node.first;
}

function placeOf(node: ast.Declarator): number {
  return node.name?.first ?? node.first;
}

// ------------------------------------------------------------------------------------------------------ arrays

function arrayType(
  cx: Context,
  node: ast.Declarator,
  part: ast.ArrayPart,
  element: CType,
  outermostParameter: boolean,
  use: DeclaratorUse,
): CType {
  if (element.kind === "poison") return element;
  const name = nameOf(node);
  const at = placeOf(node);
  const quoted = name === null ? "type name" : `'${name}'`;
  if (element.kind === "void" || element.kind === "function") {
    cx.error(at, `declaration of ${quoted} as array of ${element.kind === "void" ? "voids" : "functions"}`);
    return cx.types.poison;
  }
  if (!isComplete(element)) {
    const text = `declaration of ${quoted} as multidimensional array must have bounds for all dimensions except the first`;
    const bounds = element.kind === "array" ? [{ text, at }] : [];
    cx.error(at, `array type has incomplete element type ${quoteType(element)}`, ...bounds);
    return cx.types.poison;
  }
  if (part.size === null) {
    if (!part.star || outermostParameter) return cx.types.incompleteArrayOf(element);
    return cx.types.vlaOf(element, cx.newTemp(cx.types.ulong));
  }
  const size = rvalue(cx, cx.upward.expr(part.size));
  if (size.kind === "invalid")
    return outermostParameter ? cx.types.incompleteArrayOf(element) : cx.types.poison;
  if (integerOf(size.type) === null) {
    const what = name === null ? "unnamed array" : `array '${name}'`;
    cx.error(at, `size of ${what} has non-integer type`);
    return cx.types.poison;
  }
  if (size.kind === "int") return constantArray(cx, name, at, element, size.value);
  if (outermostParameter) {
    // The parameter is a pointer whatever comes out, but gcc evaluates the size where the function begins.
    const isOfDefinition = cx.fn !== null && cx.fn.fn === null && cx.scope.parent === cx.fileScope;
    if (isOfDefinition) cx.bounds.push(size);
    return cx.types.incompleteArrayOf(element);
  }
  if (use !== "parameter" && cx.scope.kind === "file") {
    cx.error(
      at,
      name === null
        ? "variably modified type name at file scope"
        : `variably modified '${name}' at file scope`,
    );
    return cx.types.poison;
  }
  const temp = cx.newTemp(cx.types.ulong);
  const { at: place, first, last } = size;
  cx.bounds.push({
    kind: "set-temp",
    at: place,
    first,
    last,
    type: cx.types.ulong,
    temp,
    value: convert(cx, size, cx.types.ulong, true),
  });
  return cx.types.vlaOf(element, temp);
}

function constantArray(cx: Context, name: string | null, at: number, element: CType, size: bigint): CType {
  const what = name === null ? "unnamed array" : `array '${name}'`;
  if (size < 0n) {
    cx.error(at, `size of ${what} is negative`);
    return cx.types.poison;
  }
  if (size * BigInt(Math.max(sizeOf(element), 1)) > 0x7fff_ffff_ffff_ffffn) {
    cx.error(at, `size of ${what} is too large`);
    return cx.types.poison;
  }
  const bytes = size * BigInt(Math.max(sizeOf(element), 1));
  // Beyond that a size is no exact `number`; the type can be measured all the same, though no object be made of it.
  return bytes > 1n << 53n ? cx.types.vlaOf(element, size) : cx.types.arrayOf(element, Number(size));
}

// --------------------------------------------------------------------------------------------------- functions

function functionType(
  cx: Context,
  node: ast.Declarator,
  part: ast.FunctionPart,
  result: CType,
  use: DeclaratorUse,
): { type: CType; params: Parameters } {
  const name = nameOf(node);
  const at = placeOf(node);
  if (result.kind === "function" || result.kind === "array") {
    const what = result.kind === "function" ? "a function" : "an array";
    cx.error(at, `${name === null ? "type name" : `'${name}'`} declared as function returning ${what}`);
    result = cx.types.poison;
  }
  if (part.style !== "prototype") {
    const type = cx.types.functionOf(result, [], false, false);
    return { type, params: { symbols: [], places: [], scope: null, style: part.style } };
  }
  return cx.inScope("prototype", () => {
    const symbols = readParameters(cx, part, use);
    const type = cx.types.functionOf(
      result,
      symbols.map((symbol) => symbol.type),
      part.variadic,
      true,
    );
    const places = symbols.length === 0 ? [] : part.parameters.map(drawnParameter);
    return { type, params: { symbols, places, scope: cx.scope, style: part.style } };
  });
}

function readParameters(cx: Context, part: ast.FunctionPart, use: DeclaratorUse): ObjectSymbol[] {
  const list = part.parameters;
  if (list.length === 1 && !part.variadic && isLoneVoid(cx, list[0]!)) return [];
  const announced = new Map<string, ObjectSymbol>();
  for (const parameter of part.forward) {
    const symbol = readParameter(cx, [parameter], 0, use, NOBODY);
    if (symbol !== null) announced.set(symbol.name, symbol);
  }
  const symbols: ObjectSymbol[] = [];
  let ended = false;
  for (const index of list.keys()) {
    const symbol = readParameter(cx, list, index, use, announced);
    // As in gcc, a parameter of type void ends the list whatever stands behind it.
    ended ||= symbol === null;
    if (symbol !== null && !ended) symbols.push(symbol);
  }
  for (const { name, at } of announced.values()) {
    cx.error(at, `parameter '${name}' has just a forward declaration`);
  }
  return symbols;
}

const NOBODY: Map<string, ObjectSymbol> = new Map();

function drawnParameter(node: ast.Parameter): Where {
  return { at: parameterPlace(node), first: node.first, last: node.last };
}

/** `(void)`, also through a typedef. */
function isLoneVoid(cx: Context, parameter: ast.Parameter): boolean {
  const { specifiers, declarator } = parameter;
  if (declarator.name !== null || declarator.parts.length > 0) return false;
  if (specifiers.type.kind === "BasicType") return specifiers.type.name === "void";
  if (specifiers.type.kind !== "TypedefName") return false;
  const binding = cx.find(specifiers.type.name);
  return binding?.kind === "typedef" && binding.type.kind === "void";
}

/**
 * Null: a name of type void, which a declaration may have. `announced`: those that only a forward declaration has named
 * so far; the parameter itself is the same object.
 */
function readParameter(
  cx: Context,
  list: readonly ast.Parameter[],
  index: number,
  use: DeclaratorUse,
  announced: Map<string, ObjectSymbol>,
): ObjectSymbol | null {
  const node = list[index]!;
  const specified = cx.upward.specify(node.specifiers);
  const declarator = node.declarator;
  const at = parameterPlace(node);
  const name = nameOf(declarator);
  const { storage } = node.specifiers;
  if (storage !== null && storage !== "register") {
    const whose = name === null ? "unnamed parameter" : `parameter '${name}'`;
    cx.error(at, `storage class specified for ${whose}`);
  }
  if (specified.implicitInt && name !== null) {
    cx.warning("-Wimplicit-int", at, `type of '${name}' defaults to 'int'`);
  }
  const built = buildType(cx, declarator, specified.type, "parameter").type;
  const part = declarator.parts[0];
  let type = adjustParameter(cx, built, part?.kind === "ArrayPart" ? part.qualifiers : 0);
  if (type.kind === "void") {
    if (name === null) cx.error(at, "'void' must be the only parameter");
    else if (use === "definition") cx.error(at, `parameter ${index + 1} ('${name}') has incomplete type`);
    else {
      cx.warning(null, at, `parameter ${index + 1} ('${name}') has void type`);
      return null;
    }
    type = cx.types.poison;
  }
  const attributes = mergeAttributes(specified.attributes, readAttributes(cx, declarator.attributes));
  const before = name === null ? undefined : announced.get(name);
  if (before !== undefined && before.type.canonical === type.canonical) {
    announced.delete(before.name);
    return before;
  }
  const symbol = autoObject(cx, name ?? "", type, at, true);
  symbol.align = Math.max(symbol.align, attributes.align);
  if (part?.kind === "ArrayPart" && use === "definition") cx.arrayParameters.add(symbol);
  if (attributes.unused || attributes.used) cx.usage?.exempt(symbol);
  if (name !== null) {
    const known = cx.scope.own(name);
    if (known !== null) {
      const first = list.find((one) => one.declarator.name?.first === known.at);
      cx.error(drawnParameter(node), `redefinition of parameter '${name}'`, {
        text: `previous definition of '${name}' with type ${quoteType(known.kind === "poison" ? cx.types.poison : known.type)}`,
        at: first === undefined ? known.at : drawnParameter(first),
      });
    } else cx.scope.declare(name, symbol);
  }
  return symbol;
}

/** Arrays and functions as parameters are pointers (6.7.6.3p7). */
export function adjustParameter(cx: Context, type: CType, quals: number): CType {
  if (type.kind === "array") {
    return cx.types.withQuals(cx.types.pointerTo((type as ArrayType).element), quals & ~Qual.Atomic);
  }
  if (type.kind === "function") return cx.types.pointerTo(type as FunctionType);
  return type;
}
