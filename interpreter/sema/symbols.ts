// Making symbols: objects with their many fields, string literals, labels.

import type { Context } from "./context.js";
import { alignOf } from "./layout.js";
import type { FunctionSymbol, ObjectSymbol, StringLiteral, StringPlace } from "./tree.js";
import type { CType, FunctionType, IntType } from "./types.js";

function object(
  cx: Context,
  name: string,
  type: CType,
  at: number,
  storage: "static" | "auto",
): ObjectSymbol {
  return {
    kind: "object",
    id: cx.id(),
    name,
    type,
    at,
    storage,
    linkage: "none",
    align: alignOf(type),
    defined: true,
    used: false,
    init: null,
    initialized: false,
    owner: null,
    percpu: false,
    threadLocal: false,
    section: null,
    weak: false,
    asmName: null,
    alias: null,
    parameter: false,
    addressTaken: false,
    escapes: false,
    vlaSize: null,
    cleanup: null,
  };
}

/** A local or parameter. Parameters are listed by whoever defines the function, not here. */
export function autoObject(
  cx: Context,
  name: string,
  type: CType,
  at: number,
  parameter: boolean,
): ObjectSymbol {
  const symbol = object(cx, name, type, at, "auto");
  symbol.parameter = parameter;
  return symbol;
}

/** A global, static local or compound literal of file scope; entered into the unit's list. */
export function staticObject(cx: Context, name: string, type: CType, at: number): ObjectSymbol {
  const symbol = object(cx, name, type, at, "static");
  symbol.owner = cx.fn?.fn ?? null;
  cx.objects.push(symbol);
  return symbol;
}

/** A function; entered into the unit's list. */
export function functionSymbol(
  cx: Context,
  name: string,
  type: FunctionType,
  at: number,
  onlyCalled = false,
): FunctionSymbol {
  const symbol: FunctionSymbol = {
    kind: "function",
    id: cx.id(),
    name,
    type,
    at,
    linkage: "external",
    definition: null,
    inline: false,
    inlineOnly: false,
    noreturn: false,
    alwaysInline: false,
    noinline: false,
    noInstrument: false,
    startPriority: null,
    endPriority: null,
    passesArguments: false,
    weak: false,
    alias: null,
    section: null,
    asmName: null,
    used: false,
    implicit: false,
    onlyCalled,
  };
  if (!onlyCalled) cx.functions.push(symbol);
  return symbol;
}

/** A string literal from its code units, without the terminating null. */
export function stringLiteral(
  cx: Context,
  units: ArrayLike<number>,
  element: IntType,
  at: number,
): StringLiteral {
  const size = element.size;
  const bytes = new Uint8Array((units.length + 1) * size);
  for (let i = 0; i < units.length; i++) {
    let unit = units[i]!;
    for (let b = 0; b < size; b++) {
      bytes[i * size + b] = unit & 0xff;
      unit >>>= 8;
    }
  }
  const literal: StringLiteral = {
    id: cx.strings.length,
    bytes,
    type: cx.types.arrayOf(element, units.length + 1),
    at,
  };
  cx.strings.push(literal);
  return literal;
}

export function stringPlace(literal: StringLiteral, first: number, last: number): StringPlace {
  return { kind: "string", at: first, first, last, type: literal.type, literal };
}
