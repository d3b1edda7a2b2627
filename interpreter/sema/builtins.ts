// __builtin_ functions: dedicated nodes, constants, or a few plain nodes that say the same.
//
// Each handler gets the arguments as they were written; most want values. Whatever is left to the C library
// (__builtin_printf) is not here: calls.ts finds it under its library name.

import type * as ast from "../syntax/ast.js";
import { anyInvalid, type Handler, node, once, value, valueAs } from "./builtin-parts.js";
import { integerOf, maxOf, wrap } from "./constant.js";
import type { Context, Operand, Where } from "./context.js";
import { accessOf, convert, intExpr, invalid, isConstant, isInteger, promote, rvalue } from "./convert.js";
import { addFloating } from "./float-builtins.js";
import { binary, conditional, negate } from "./operators.js";
import { asVoidPointer } from "./places.js";
import type { BuiltinOp, Expr } from "./tree.js";
import type { IntType } from "./types.js";
import { caretOf } from "./where.js";

export function isBuiltin(name: string): boolean {
  return HANDLERS.has(name);
}

/** Null where the name is no builtin of this list. */
export function builtinCall(
  cx: Context,
  where: Where,
  name: string,
  args: readonly ast.Expr[],
): Operand | null {
  const entry = HANDLERS.get(name);
  if (entry === undefined) return null;
  const [min, max, handler] = entry;
  if (args.length < min || args.length > max) {
    cx.error(where.at, `too ${args.length < min ? "few" : "many"} arguments to function '${name}'`);
    return invalid(cx, where);
  }
  return handler(cx, where, args, name);
}

// ------------------------------------------------------------------------------------------------ hints, queries

const expect: Handler = (cx, where, args, name) => {
  const result = valueAs(cx, args[0]!, cx.types.long, 0, name);
  const expected = value(cx, args[1]!);
  if (isConstant(expected) || expected.kind === "invalid" || result.kind === "invalid") return result;
  // It is evaluated, for what it does besides.
  return once(cx, where, result, (known) => {
    const { at, first, last } = where;
    const left = convert(cx, expected, cx.types.void, true);
    return { kind: "comma", at, first, last, type: known.type, left, right: known };
  });
};

/** What gcc would know after folding: numbers, string literals, addresses of functions do not count. */
const constantP: Handler = (cx, where, args) => {
  const known = cx.inUnevaluated(() => value(cx, args[0]!));
  const text = known.kind === "address" && known.place.kind === "string";
  return intExpr(where, cx.types.int, isConstant(known) || text ? 1n : 0n);
};

const classifyType: Handler = (cx, where, args) => {
  const type = cx.inUnevaluated(() => value(cx, args[0]!)).type;
  const classes: Record<string, bigint> = {
    void: 0n,
    int: 1n,
    enum: 1n,
    pointer: 5n,
    float: 8n,
    decimal: 8n,
    record: 12n,
  };
  const union = type.kind === "record" && type.decl.union;
  return intExpr(where, cx.types.int, union ? 13n : (classes[type.kind] ?? -1n));
};

const objectSize: Handler = (cx, where, args) => {
  cx.inUnevaluated(() => value(cx, args[0]!));
  const kind = value(cx, args[1]!);
  const least = kind.kind === "int" && (kind.value & 2n) !== 0n;
  return intExpr(where, cx.types.ulong, least ? 0n : maxOf(cx.types.ulong), false);
};

/** The first argument, as `void *` or as it is; further ones are advice. */
const passThrough: Handler = (cx, _where, args) => value(cx, args[0]!);
const assumeAligned: Handler = (cx, _where, args, name) =>
  valueAs(cx, args[0]!, cx.types.voidPointer, 0, name);

const prefetch: Handler = (cx, where, args) => {
  const address = value(cx, args[0]!);
  return address.kind === "invalid" ? invalid(cx, where) : convert(cx, address, cx.types.void, true);
};

// -------------------------------------------------------------------------------------------------- bit counting

function bits(op: BuiltinOp, suffix: "" | "l" | "ll"): Handler {
  return (cx, where, args, name) => {
    const type = suffix === "" ? cx.types.uint : suffix === "l" ? cx.types.ulong : cx.types.ullong;
    const operand = valueAs(cx, args[0]!, type, 0, name);
    if (operand.kind === "invalid") return operand;
    if (operand.kind === "int") {
      const known = countBits(op, operand.value, type.bits);
      if (known !== null) return intExpr(where, cx.types.int, BigInt(known), operand.strict);
    }
    return node(where, op, cx.types.int, [operand]);
  };
}

function countBits(op: BuiltinOp, operand: bigint, width: number): number | null {
  const text = operand.toString(2).padStart(width, "0");
  const ones = text.replaceAll("0", "").length;
  switch (op) {
    case "clz":
      return operand === 0n ? null : text.indexOf("1");
    case "ctz":
      return operand === 0n ? null : width - 1 - text.lastIndexOf("1");
    case "ffs":
      return operand === 0n ? 0 : width - text.lastIndexOf("1");
    case "popcount":
      return ones;
    case "parity":
      return ones & 1;
    case "clrsb": {
      const sign = text[0]!;
      const first = text.indexOf(sign === "0" ? "1" : "0");
      return (first < 0 ? width : first) - 1;
    }
    default:
      return null;
  }
}

function byteSwap(size: 2 | 4 | 8): Handler {
  return (cx, where, args, name) => {
    const type = cx.types.integerOfSize(size, false);
    const operand = valueAs(cx, args[0]!, type, 0, name);
    if (operand.kind === "invalid") return operand;
    if (operand.kind === "int") {
      let swapped = 0n;
      for (let i = 0n; i < size; i++) swapped = (swapped << 8n) | ((operand.value >> (i * 8n)) & 0xffn);
      return intExpr(where, type, swapped, operand.strict);
    }
    return node(where, "bswap", type, [operand]);
  };
}

// -------------------------------------------------------------------------------------------- overflow arithmetic

/** Generic, typed (`s`, `ul` ...) and predicate (`_p`) forms. */
function overflow(op: "add" | "sub" | "mul", form: "generic" | "p" | IntForm): Handler {
  return (cx, where, args, name) => {
    const typed = form === "generic" || form === "p" ? null : typeOfForm(cx, form);
    let left = value(cx, args[0]!);
    let right = value(cx, args[1]!);
    const third = value(cx, args[2]!);
    if (anyInvalid(left, right, third)) return invalid(cx, where);
    for (const [i, operand] of [left, right].entries()) {
      if (!isInteger(operand.type)) {
        cx.error(
          caretOf(cx.tokens, args[i]!),
          `argument ${i + 1} in call to function '${name}' does not have integral type`,
        );
        return invalid(cx, where);
      }
    }
    if (typed !== null) {
      left = convert(cx, left, typed, true);
      right = convert(cx, right, typed, true);
    }
    const wrapType = form === "p" ? third.type : third.type.kind === "pointer" ? third.type.target : null;
    const int = wrapType === null ? null : integerOf(wrapType);
    if (wrapType === null || int === null) {
      const what = form === "p" ? "does not have integral type" : "does not have pointer to integral type";
      cx.error(caretOf(cx.tokens, args[2]!), `argument 3 in call to function '${name}' ${what}`);
      return invalid(cx, where);
    }
    if (form === "p" && left.kind === "int" && right.kind === "int") {
      const a = left.value;
      const b = right.value;
      const exact = op === "add" ? a + b : op === "sub" ? a - b : a * b;
      return intExpr(where, cx.types.bool, wrap(exact, int) === exact ? 0n : 1n);
    }
    const { at, first, last } = where;
    const target = form === "p" ? null : third;
    const wrapped = cx.types.unqualified(wrapType);
    const access = accessOf(cx, wrapType);
    return {
      kind: "overflow",
      at,
      first,
      last,
      type: cx.types.bool,
      op,
      left,
      right,
      target,
      wrap: wrapped,
      access,
    };
  };
}

type IntForm = "s" | "sl" | "sll" | "u" | "ul" | "ull";

function typeOfForm(cx: Context, form: IntForm): IntType {
  const { int, long, llong, uint, ulong, ullong } = cx.types;
  return { s: int, sl: long, sll: llong, u: uint, ul: ulong, ull: ullong }[form];
}

// ------------------------------------------------------------------------------------------------------- memory

const memoryCopy =
  (op: "memcpy" | "memmove"): Handler =>
  (cx, where, args, name) => {
    const to = valueAs(cx, args[0]!, cx.types.voidPointer, 0, name);
    const from = valueAs(cx, args[1]!, cx.types.constVoidPointer, 1, name);
    const size = valueAs(cx, args[2]!, cx.types.ulong, 2, name);
    if (anyInvalid(to, from, size)) return invalid(cx, where);
    return node(where, op, cx.types.voidPointer, [to, from, size]);
  };

const memorySet: Handler = (cx, where, args, name) => {
  const to = valueAs(cx, args[0]!, cx.types.voidPointer, 0, name);
  const byte = valueAs(cx, args[1]!, cx.types.int, 1, name);
  const size = valueAs(cx, args[2]!, cx.types.ulong, 2, name);
  if (anyInvalid(to, byte, size)) return invalid(cx, where);
  return node(where, "memset", cx.types.voidPointer, [to, byte, size]);
};

/** The second argument of alloca_with_align is in bits. */
const alloca: Handler = (cx, where, args, name) => {
  const size = valueAs(cx, args[0]!, cx.types.ulong, 0, name);
  if (size.kind === "invalid" || args.length < 2) {
    return size.kind === "invalid" ? size : node(where, "alloca", cx.types.voidPointer, [size]);
  }
  const align = valueAs(cx, args[1]!, cx.types.ulong, 1, name);
  if (align.kind !== "int" || align.value < 8n || (align.value & (align.value - 1n)) !== 0n) {
    if (align.kind !== "invalid") {
      cx.error(
        where.at,
        `second argument to function '${name}' must be a constant integer power of 2 of at least 8 bits`,
      );
    }
    return invalid(cx, where);
  }
  const bytes = intExpr(where, cx.types.ulong, align.value / 8n);
  return node(where, "alloca", cx.types.voidPointer, [size, bytes]);
};

/** The length of a literal is known; of anything else the library says. */
const stringLength: Handler = (cx, where, args) => {
  const text = args[0]!;
  if (text.kind !== "StringLiteral" || text.encoding !== "") return null;
  const end = text.units.indexOf(0);
  return intExpr(where, cx.types.ulong, BigInt(end < 0 ? text.units.length : end), false);
};

// -------------------------------------------------------------------------------------------- variable arguments

function vaList(cx: Context, node: ast.Expr, index: number, name: string): Expr {
  const list = value(cx, node);
  if (list.kind === "invalid") return list;
  if (list.type.kind === "pointer" && list.type.target.plain === cx.types.vaListTag) return list;
  cx.error(caretOf(cx.tokens, node), `incompatible type for argument ${index + 1} of '${name}'`);
  return invalid(cx, list);
}

const vaStart: Handler = (cx, where, args, name) => {
  const list = vaList(cx, args[0]!, 0, name);
  // The last parameter is named for tradition; naming it does not read it.
  if (args.length > 1) cx.inUnevaluated(() => cx.upward.expr(args[1]!));
  if (cx.fn?.fn.type.variadic !== true) {
    cx.error(where, "'va_start' used in function with fixed arguments");
    return invalid(cx, where);
  }
  return list.kind === "invalid" ? list : node(where, "va-start", cx.types.void, [list]);
};

const vaEnd: Handler = (cx, where, args, name) => {
  const list = vaList(cx, args[0]!, 0, name);
  return list.kind === "invalid" ? list : node(where, "va-end", cx.types.void, [list]);
};

const vaCopy: Handler = (cx, where, args, name) => {
  const to = vaList(cx, args[0]!, 0, name);
  const from = vaList(cx, args[1]!, 1, name);
  if (anyInvalid(to, from)) return invalid(cx, where);
  return node(where, "va-copy", cx.types.void, [to, from]);
};

/** In a function that takes variable arguments; its callers learn that they have to say how many. */
export function mayPassArguments(cx: Context): boolean {
  if (cx.fn?.fn?.type.variadic !== true) return false;
  cx.fn.fn.passesArguments = true;
  cx.fn.variableRecords = true;
  return true;
}

/** Where a call takes it as its last argument it does not come here. */
const argumentPack: Handler = (cx, where) => {
  cx.error(where.at, "invalid use of '__builtin_va_arg_pack ()'");
  return invalid(cx, where);
};

const argumentCount: Handler = (cx, where) => {
  if (mayPassArguments(cx)) return node(where, "va-count", cx.types.int, []);
  cx.error(where.at, "invalid use of '__builtin_va_arg_pack_len ()'");
  return invalid(cx, where);
};

// ------------------------------------------------------------------------------------------------------- control

const plainNode =
  (op: BuiltinOp): Handler =>
  (cx, where) =>
    node(where, op, cx.types.void, []);

const setjmp: Handler = (cx, where, args, name) => {
  const buffer = valueAs(cx, args[0]!, cx.types.voidPointer, 0, name);
  // sigsetjmp's second argument is about signals, which do not exist here.
  for (const extra of args.slice(1)) value(cx, extra);
  if (cx.fn !== null) cx.fn.callsSetjmp = true;
  return buffer.kind === "invalid" ? buffer : node(where, "setjmp", cx.types.int, [buffer]);
};

const longjmp: Handler = (cx, where, args, name) => {
  const buffer = valueAs(cx, args[0]!, cx.types.voidPointer, 0, name);
  const result = valueAs(cx, args[1]!, cx.types.int, 1, name);
  if (anyInvalid(buffer, result)) return invalid(cx, where);
  return node(where, "longjmp", cx.types.void, [asVoidPointer(cx, buffer), result]);
};

/** How many frames up; a constant. */
function frameLevel(cx: Context, where: Where, level: ast.Expr, name: string): bigint | null {
  const known = value(cx, level);
  if (known.kind === "int" && known.value >= 0n) return known.value;
  if (known.kind !== "invalid") cx.error(where.at, `invalid argument to '${name}'`);
  return null;
}

/** Of the function's own frame; of others, and of where it was called from, nothing is known: that is null, as in gcc. */
const frameAddress: Handler = (cx, where, args, name) => {
  const level = frameLevel(cx, where, args[0]!, name);
  if (level === null) return invalid(cx, where);
  const type = cx.types.voidPointer;
  return level === 0n ? node(where, "frame-address", type, []) : intExpr(where, type, 0n, false);
};

const returnAddress: Handler = (cx, where, args, name) => {
  const level = frameLevel(cx, where, args[0]!, name);
  return level === null ? invalid(cx, where) : intExpr(where, cx.types.voidPointer, 0n, false);
};

/** Valid C that the machine cannot run: an error where it is needed. */
const refused: Handler = (cx, where, args, name) => {
  for (const argument of args) value(cx, argument);
  cx.unsupported(where.at, `'${name}'`);
  return intExpr(where, cx.types.voidPointer, 0n, false);
};

const absolute =
  (kind: "" | "l" | "ll"): Handler =>
  (cx, where, args, name) => {
    const type = kind === "" ? cx.types.int : kind === "l" ? cx.types.long : cx.types.llong;
    const given = valueAs(cx, args[0]!, type, 0, name);
    if (given.kind === "invalid") return given;
    return once(cx, where, given, (x) => {
      const negative = binary(cx, where, "<", x, intExpr(where, type, 0n));
      return conditional(cx, where, negative, negate(cx, where, x), x);
    });
  };

// ------------------------------------------------------------------------------------------------- of this project

/** smplab_enum("NAME", otherwise): the enumerator, if this program has one of that name. */
const smplabEnum: Handler = (cx, where, args) => {
  const [name, otherwise] = args;
  if (name?.kind !== "StringLiteral") {
    cx.error(where.at, "argument 1 of 'smplab_enum' must be a string literal that names an enumerator");
    return invalid(cx, where);
  }
  const text = String.fromCharCode(...name.units);
  const known = cx.find(text);
  const fallback = promote(cx, value(cx, otherwise!));
  if (known?.kind === "enumerator") return intExpr(where, known.type, known.value);
  if (known?.kind === "object" && integerOf(known.type) !== null) {
    const { at, first, last } = where;
    return rvalue(cx, { kind: "object", at, first, last, type: known.type, object: known });
  }
  return fallback;
};

/** __builtin_smplab_data_race(expr): the plain accesses inside are meant to race. */
const dataRace: Handler = (cx, _where, args) => {
  cx.dataRace++;
  const result = value(cx, args[0]!);
  cx.dataRace--;
  return result;
};

const HANDLERS: ReadonlyMap<string, readonly [min: number, max: number, handler: Handler]> = buildHandlers();

function buildHandlers() {
  const table = new Map<string, readonly [number, number, Handler]>();
  const add = (name: string, min: number, max: number, handler: Handler) =>
    table.set(name === "smplab_enum" ? name : `__builtin_${name}`, [min, max, handler]);
  add("expect", 2, 2, expect);
  add("expect_with_probability", 3, 3, expect);
  add("constant_p", 1, 1, constantP);
  add("classify_type", 1, 1, classifyType);
  add("object_size", 2, 2, objectSize);
  add("dynamic_object_size", 2, 2, objectSize);
  add("assume_aligned", 2, 3, assumeAligned);
  add("speculation_safe_value", 1, 2, passThrough);
  add("assoc_barrier", 1, 1, passThrough);
  add("prefetch", 1, 3, prefetch);
  for (const op of ["clz", "ctz", "popcount", "ffs", "parity", "clrsb"] as const) {
    for (const suffix of ["", "l", "ll"] as const) add(op + suffix, 1, 1, bits(op, suffix));
  }
  add("bswap16", 1, 1, byteSwap(2));
  add("bswap32", 1, 1, byteSwap(4));
  add("bswap64", 1, 1, byteSwap(8));
  for (const op of ["add", "sub", "mul"] as const) {
    add(`${op}_overflow`, 3, 3, overflow(op, "generic"));
    add(`${op}_overflow_p`, 3, 3, overflow(op, "p"));
    for (const form of ["s", "sl", "sll", "u", "ul", "ull"] as const) {
      const [sign, size] = [form[0]!, form.slice(1)];
      add(`${sign}${op}${size}_overflow`, 3, 3, overflow(op, form));
    }
  }
  add("memcpy", 3, 3, memoryCopy("memcpy"));
  add("memmove", 3, 3, memoryCopy("memmove"));
  add("memset", 3, 3, memorySet);
  add("alloca", 1, 1, alloca);
  add("alloca_with_align", 2, 2, alloca);
  add("alloca_with_align_and_max", 3, 3, alloca);
  add("strlen", 1, 1, stringLength);
  add("va_start", 1, 2, vaStart);
  add("stdarg_start", 1, 2, vaStart);
  add("va_end", 1, 1, vaEnd);
  add("va_copy", 2, 2, vaCopy);
  add("unreachable", 0, 0, plainNode("unreachable"));
  add("trap", 0, 0, plainNode("trap"));
  add("setjmp", 1, 2, setjmp);
  add("longjmp", 2, 2, longjmp);
  add("frame_address", 1, 1, frameAddress);
  add("return_address", 1, 1, returnAddress);
  add("extract_return_addr", 1, 1, passThrough);
  add("apply_args", 0, 0, refused);
  add("va_arg_pack", 0, 0, argumentPack);
  add("va_arg_pack_len", 0, 0, argumentCount);
  for (const name of ["apply", "return", "next_arg", "eh_return"]) {
    add(name, 0, 3, refused);
  }
  addFloating(add);
  for (const [name, kind] of [
    ["abs", ""],
    ["labs", "l"],
    ["llabs", "ll"],
    ["imaxabs", "l"],
  ] as const) {
    add(name, 1, 1, absolute(kind));
  }
  add("smplab_enum", 2, 2, smplabEnum);
  add("smplab_data_race", 1, 1, dataRace);
  return table;
}
