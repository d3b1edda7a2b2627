// The C text of places and values, short and in one form, for reports: `pc->mem_cgroup`, `mem->stat->count[...]`.
// Subscripts that are not constant are left out: the text names an object, not an evaluation.

import { decimalText } from "../decimal/bid.js";
import type { Expr, Place } from "../sema/tree.js";

const MAX_LENGTH = 60;
const UNKNOWN = "...";

export function placeText(place: Place): string {
  return clip(describe(place));
}

/** What a pointer points at. */
export function pointedText(pointer: Expr): string {
  return clip(describeTarget(pointer));
}

/** The name of an operation and its first argument. */
export function callText(name: string, args: readonly Expr[]): string {
  return args.length === 0 ? `${name}()` : `${name}(${clip(describeValue(args[0]!))})`;
}

function clip(text: string): string {
  return text.length <= MAX_LENGTH ? text : `${text.slice(0, MAX_LENGTH - 3)}...`;
}

function describe(place: Place): string {
  switch (place.kind) {
    case "object":
    case "compound":
      return place.object.name === "" ? "(literal)" : place.object.name;
    case "string":
      return "(string)";
    case "temporary":
      return describeValue(place.value);
    case "member": {
      // Anonymous members on the way are places of their own without a name.
      const base = place.base;
      if (place.field.name === null) return describe(base);
      const named = outOfAnonymous(base);
      if (named.kind !== "deref") return `${describe(named)}.${place.field.name}`;
      const target = describe(named);
      if (!target.startsWith("*")) return `${target}.${place.field.name}`;
      const pointer = target.slice(1);
      return `${pointer.startsWith("*") ? `(${pointer})` : pointer}->${place.field.name}`;
    }
    case "deref":
      return describeTarget(place.pointer);
  }
}

function describeTarget(expr: Expr): string {
  const pointer = stripCasts(expr);
  if (pointer.kind === "address") return describe(pointer.place);
  if (pointer.kind === "ptradd" && !pointer.subtract) {
    const base = describeValue(pointer.pointer);
    if (isPlain(base)) return `${base}[${indexText(pointer.index)}]`;
  }
  return `*${describeValue(pointer)}`;
}

function indexText(expr: Expr): string {
  const index = stripCasts(expr);
  return index.kind === "int" ? `${index.value}` : UNKNOWN;
}

function outOfAnonymous(place: Place): Place {
  let at = place;
  while (at.kind === "member" && at.field.name === null) at = at.base;
  return at;
}

function stripCasts(expr: Expr): Expr {
  let at = expr;
  while (at.kind === "cast" && at.conversion !== "void") at = at.operand;
  return at;
}

/** Something that a suffix can be put behind. */
function isPlain(text: string): boolean {
  return /^[\w.>\-[\]()]+$/.test(text.replaceAll(UNKNOWN, "_"));
}

function describeValue(expr: Expr): string {
  const value = stripCasts(expr);
  switch (value.kind) {
    case "int":
      return `${value.value}`;
    case "float":
      return `${value.value}`;
    case "decimal":
      return decimalText(value.bits, value.type.size);
    case "function":
      return value.fn.name;
    case "label":
      return `&&${value.label.name}`;
    case "load":
      return describe(value.place);
    case "address": {
      if (value.place.kind === "string") return stringText(value.place.literal.bytes);
      const place = describe(value.place);
      // An array that stands for its first element is written without &; &*p is p.
      if (value.decay) return place;
      return place.startsWith("*") ? place.slice(1) : `&${place}`;
    }
    case "ptradd":
      return `${describeValue(value.pointer)} ${value.subtract ? "-" : "+"} ${indexText(value.index)}`;
    case "call":
      return value.fn === null ? `${UNKNOWN}()` : `${value.fn.name}(${describeArguments(value.args)})`;
    case "assign":
    case "update":
      return describe(value.place);
    case "set-temp":
      return describeValue(value.value);
    case "comma":
      return describeValue(value.right);
    case "statements":
      return value.value === null ? UNKNOWN : describeValue(value.value);
    default:
      return UNKNOWN;
  }
}

/** An object whose address is given is worth naming: `per_cpu_ptr(&mem->stat, ...)`. */
function describeArguments([first, ...rest]: readonly Expr[]): string {
  if (first === undefined) return "";
  const value = stripCasts(first);
  const isObject = value.kind === "ptradd" || (value.kind === "address" && value.place.kind !== "string");
  return `${isObject ? describeValue(value) : UNKNOWN}${rest.length === 0 || !isObject ? "" : `, ${UNKNOWN}`}`;
}

function stringText(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) {
    if (byte === 0) break;
    text += String.fromCharCode(byte);
  }
  return JSON.stringify(text);
}
