// When two types are the same type of C (6.2.7), and what two declarations say together (composite type).
//
// Most questions end at the first comparison, since types are interned; a walk is needed only where an array has
// no length, a function no prototype, or an enumeration stands for its integer type.

import type { TypeTable } from "./type-table.js";
import type { CType, FunctionType } from "./types.js";

/** Compatible, qualifiers included. */
export function compatible(a: CType, b: CType): boolean {
  const x = a.canonical;
  const y = b.canonical;
  if (x === y) return true;
  if (x.kind === "poison" || y.kind === "poison") return true;
  if (x.quals !== y.quals && x.kind !== "array") return false;
  switch (x.kind) {
    case "void":
      return y.kind === "void";
    case "int":
      if (y.kind === "enum") return x.plain === y.decl.underlying;
      return x.plain === y.plain;
    case "enum":
      if (y.kind === "int") return y.plain === x.decl.underlying;
      return y.kind === "enum" && x.decl === y.decl;
    case "float":
    case "decimal":
      return x.plain === y.plain;
    case "pointer":
      return y.kind === "pointer" && compatible(x.target, y.target);
    case "array":
      if (y.kind !== "array" || !compatible(x.element, y.element)) return false;
      return x.length === null || y.length === null || x.length === y.length;
    case "record":
      return y.kind === "record" && x.decl === y.decl;
    case "function":
      return y.kind === "function" && compatibleFunctions(x, y);
  }
}

/** Compatible when the qualifiers of the top level do not count. */
export function compatibleUnqualified(a: CType, b: CType): boolean {
  return a.plain === b.plain || compatible(a.plain, b.plain);
}

function compatibleFunctions(a: FunctionType, b: FunctionType): boolean {
  if (!compatibleUnqualified(a.result, b.result)) return false;
  if (a.prototype && b.prototype) {
    if (a.params.length !== b.params.length || a.variadic !== b.variadic) return false;
    return a.params.every((param, i) => compatibleParameters(param, b.params[i]!));
  }
  const known = a.prototype ? a : b.prototype ? b : null;
  if (known === null) {
    // Two K&R definitions: their declared parameters are no part of the type.
    return true;
  }
  // Against a declaration without prototype, every parameter must be one that default promotion leaves alone.
  return !known.variadic && known.params.every(isSelfPromoting);
}

function compatibleParameters(a: CType, b: CType): boolean {
  if (compatibleUnqualified(a, b)) return true;
  // A transparent union is as good as its first member, both ways.
  const first = (type: CType) =>
    type.kind === "record" && type.decl.transparent ? type.decl.fields[0]?.type : undefined;
  const one = first(a);
  const other = first(b);
  return (
    (one !== undefined && compatibleUnqualified(one, b)) ||
    (other !== undefined && compatibleUnqualified(a, other))
  );
}

export function isSelfPromoting(type: CType): boolean {
  if (type.kind === "int") return type.rank >= 3;
  if (type.kind === "enum") return type.decl.underlying.rank >= 3;
  return type.kind !== "float" || type.size !== 4;
}

/** The type that knows what both know. The types must be compatible; `b` is the newer one and lends its names. */
export function composite(types: TypeTable, a: CType, b: CType): CType {
  if (a.canonical === b.canonical) return b;
  if (a.kind === "array" && b.kind === "array") {
    const element = composite(types, a.element, b.element);
    const length = b.length ?? a.length;
    if (length !== null) return types.arrayOf(element, length);
    if (b.vla !== null) return b;
    if (a.vla !== null) return a;
    return types.incompleteArrayOf(element);
  }
  if (a.kind === "pointer" && b.kind === "pointer") {
    return types.withQuals(types.pointerTo(composite(types, a.target, b.target)), b.quals);
  }
  if (a.kind === "function" && b.kind === "function") {
    const result = composite(types, a.result, b.result);
    if (!b.prototype) return types.functionOf(result, a.params, a.variadic, a.prototype);
    if (!a.prototype) return types.functionOf(result, b.params, b.variadic, true);
    const params = b.params.map((param, i) => compositeParameter(types, a.params[i]!, param));
    return types.functionOf(result, params, b.variadic, true);
  }
  // An enumeration and its integer type: keep the one with names.
  if (a.kind === "enum" && b.kind === "int") return a;
  return b;
}

function compositeParameter(types: TypeTable, a: CType, b: CType): CType {
  if (!compatibleUnqualified(a, b)) return b;
  return types.withQuals(composite(types, types.unqualified(a), types.unqualified(b)), b.quals);
}
