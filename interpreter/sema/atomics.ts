// __sync_* and __atomic_*: one indivisible step on an object of 1, 2, 4 or 8 bytes.
//
// The generic __atomic_ forms that pass values by address are rewritten with plain loads and stores of those
// addresses round the atomic step, as gcc describes them.

import type * as ast from "../syntax/ast.js";
import type { Context, Operand, Where } from "./context.js";
import { convert, intExpr, invalid, isInteger, rvalue } from "./convert.js";
import { sizeOf } from "./layout.js";
import { assign } from "./mutate.js";
import { deref, loadThrough } from "./places.js";
import type { AtomicOp, Expr } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, PointerType } from "./types.js";
import { caretOf } from "./where.js";

const SEQ_CST = 5;
const ACQUIRE = 2;
const RELEASE = 3;

const ARITHMETIC = ["add", "sub", "and", "or", "xor", "nand"] as const;

interface Call {
  readonly cx: Context;
  readonly where: Where;
  readonly name: string;
  readonly args: readonly ast.Expr[];
  readonly values: readonly Expr[];
}

type Handler = (call: Call) => Operand;

/** The name without the size that it may end in: the type decides in any case. */
function handlerOf(name: string) {
  return HANDLERS.get(name) ?? HANDLERS.get(name.replace(/_(1|2|4|8)$/, ""));
}

export function isAtomicBuiltin(name: string): boolean {
  return handlerOf(name) !== undefined;
}

export function atomicCall(
  cx: Context,
  where: Where,
  name: string,
  args: readonly ast.Expr[],
): Operand | null {
  const entry = handlerOf(name);
  if (entry === undefined) return null;
  const [min, handler] = entry;
  if (args.length < min) {
    cx.error(where.at, `too few arguments to function '${name}'`);
    return invalid(cx, where);
  }
  const values = args.map((arg) => rvalue(cx, cx.upward.expr(arg)));
  if (values.some((value) => value.kind === "invalid")) return invalid(cx, where);
  for (const { type } of values) {
    if (type.kind === "void") cx.error(where.at, "void value not ignored as it ought to be");
    else if (type.kind === "record") cx.error(where.at, "cannot convert to a pointer type");
    else continue;
    return invalid(cx, where);
  }
  return handler({ cx, where, name, args, values });
}

/** The object type behind argument `index`, or null with an error. */
function objectType(call: Call, index: number): CType | null {
  const { cx, name, args, values } = call;
  const type = values[index]!.type;
  const at = caretOf(cx.tokens, args[index]!);
  if (type.kind !== "pointer") {
    cx.error(at, `argument ${index + 1} of '${name}' must be a pointer type`);
    return null;
  }
  const target = type.target;
  const size = sizeOf(target);
  if (target.kind === "void") {
    cx.error(at, `argument ${index + 1} of '${name}' must be a pointer to a non-void type`);
    return null;
  }
  if (!(isInteger(target) || target.kind === "pointer") || ![1, 2, 4, 8].includes(size)) {
    cx.error(at, `operand type ${quoteType(type)} is incompatible with argument ${index + 1} of '${name}'`);
    return null;
  }
  return cx.types.unqualified(target);
}

function order(value: Expr | undefined, fallback: number): number {
  return value?.kind === "int" ? Number(value.value & 0xffn) : fallback;
}

function step(
  call: Call,
  op: AtomicOp,
  object: CType,
  value: Expr | null,
  result: "old" | "new",
  memoryOrder: number,
): Expr {
  const { at, first, last } = call.where;
  const type = op === "store" ? call.cx.types.void : object;
  const operand = value === null ? null : convert(call.cx, value, object, true);
  const pointer = call.values[0]!;
  return {
    kind: "atomic",
    at,
    first,
    last,
    type,
    op,
    pointer,
    object,
    value: operand,
    result,
    order: memoryOrder,
  };
}

function exchange(
  call: Call,
  object: CType,
  form: "value" | "bool" | "expected",
  expected: Expr,
  desired: Expr,
  memoryOrder: number,
): Expr {
  const { cx } = call;
  const { at, first, last } = call.where;
  return {
    kind: "cmpxchg",
    at,
    first,
    last,
    type: form === "value" ? object : cx.types.bool,
    form,
    pointer: call.values[0]!,
    object,
    expected: form === "expected" ? expected : convert(cx, expected, object, true),
    desired: convert(cx, desired, object, true),
    order: memoryOrder,
  };
}

/** Wrap a handler that needs the object type of the first argument. */
function withObject(handler: (call: Call, object: CType) => Operand): Handler {
  return (call) => {
    const object = objectType(call, 0);
    return object === null ? invalid(call.cx, call.where) : handler(call, object);
  };
}

/** `*pointer = value` for the generic forms. */
function storeThrough(call: Call, pointer: Expr, value: Expr): Expr {
  const { cx, where } = call;
  return convert(cx, assign(cx, where, deref(cx, where, pointer), value), cx.types.void, true);
}

function readThrough(call: Call, index: number): Expr {
  const pointer = call.values[index]!;
  if (pointer.type.kind !== "pointer") {
    call.cx.error(call.where.at, `argument ${index + 1} of '${call.name}' must be a pointer type`);
    return invalid(call.cx, call.where);
  }
  return loadThrough(call.cx, pointer, (pointer.type as PointerType).target);
}

function fence(call: Call, memoryOrder: number): Expr {
  const { cx, where } = call;
  const { at, first, last } = where;
  const operand = intExpr(where, cx.types.int, BigInt(memoryOrder));
  return { kind: "builtin", at, first, last, type: cx.types.void, op: "fence", args: [operand] };
}

const HANDLERS: ReadonlyMap<string, readonly [min: number, handler: Handler]> = buildHandlers();

function buildHandlers() {
  const table = new Map<string, readonly [number, Handler]>();
  for (const op of ARITHMETIC) {
    const both = (result: "old" | "new", orderIndex: number) =>
      withObject((call, object) => {
        const memoryOrder = orderIndex < 0 ? SEQ_CST : order(call.values[orderIndex], SEQ_CST);
        return step(call, op, object, call.values[1]!, result, memoryOrder);
      });
    table.set(`__sync_fetch_and_${op}`, [2, both("old", -1)]);
    table.set(`__sync_${op}_and_fetch`, [2, both("new", -1)]);
    table.set(`__atomic_fetch_${op}`, [3, both("old", 2)]);
    table.set(`__atomic_${op}_fetch`, [3, both("new", 2)]);
  }
  for (const form of ["bool", "value"] as const) {
    const name = form === "bool" ? "bool" : "val";
    table.set(`__sync_${name}_compare_and_swap`, [
      3,
      withObject((call, object) => exchange(call, object, form, call.values[1]!, call.values[2]!, SEQ_CST)),
    ]);
  }
  table.set("__sync_lock_test_and_set", [
    2,
    withObject((call, object) => step(call, "exchange", object, call.values[1]!, "old", ACQUIRE)),
  ]);
  table.set("__sync_lock_release", [
    1,
    withObject((call, object) => {
      const zero = intExpr(call.where, call.cx.types.int, 0n);
      return step(call, "store", object, zero, "old", RELEASE);
    }),
  ]);
  table.set("__sync_synchronize", [0, (call) => fence(call, SEQ_CST)]);
  table.set("__atomic_thread_fence", [1, (call) => fence(call, order(call.values[0], SEQ_CST))]);
  table.set("__atomic_signal_fence", [
    1,
    ({ cx, where }) => {
      const { at, first, last } = where;
      return { kind: "builtin", at, first, last, type: cx.types.void, op: "compiler-barrier", args: [] };
    },
  ]);
  table.set("__atomic_load_n", [
    2,
    withObject((call, object) => step(call, "load", object, null, "old", order(call.values[1], SEQ_CST))),
  ]);
  table.set("__atomic_load", [
    3,
    withObject((call, object) => {
      const loaded = step(call, "load", object, null, "old", order(call.values[2], SEQ_CST));
      return storeThrough(call, call.values[1]!, loaded);
    }),
  ]);
  table.set("__atomic_store_n", [
    3,
    withObject((call, object) =>
      step(call, "store", object, call.values[1]!, "old", order(call.values[2], SEQ_CST)),
    ),
  ]);
  table.set("__atomic_store", [
    3,
    withObject((call, object) =>
      step(call, "store", object, readThrough(call, 1), "old", order(call.values[2], SEQ_CST)),
    ),
  ]);
  table.set("__atomic_exchange_n", [
    3,
    withObject((call, object) =>
      step(call, "exchange", object, call.values[1]!, "old", order(call.values[2], SEQ_CST)),
    ),
  ]);
  table.set("__atomic_exchange", [
    4,
    withObject((call, object) => {
      const old = step(call, "exchange", object, readThrough(call, 1), "old", order(call.values[3], SEQ_CST));
      return storeThrough(call, call.values[2]!, old);
    }),
  ]);
  table.set("__atomic_compare_exchange_n", [
    6,
    withObject((call, object) =>
      exchange(call, object, "expected", call.values[1]!, call.values[2]!, order(call.values[4], SEQ_CST)),
    ),
  ]);
  table.set("__atomic_compare_exchange", [
    6,
    withObject((call, object) =>
      exchange(
        call,
        object,
        "expected",
        call.values[1]!,
        readThrough(call, 2),
        order(call.values[4], SEQ_CST),
      ),
    ),
  ]);
  // The flag forms work on a byte whatever the pointer's type.
  const asByte = (call: Call): Call => {
    const { cx, values } = call;
    const pointer = convert(cx, values[0]!, cx.types.pointerTo(cx.types.uchar), true);
    return { ...call, values: [pointer, ...values.slice(1)] };
  };
  table.set("__atomic_test_and_set", [
    2,
    (call) => {
      const one = intExpr(call.where, call.cx.types.int, 1n);
      const old = step(
        asByte(call),
        "exchange",
        call.cx.types.uchar,
        one,
        "old",
        order(call.values[1], SEQ_CST),
      );
      return convert(call.cx, old, call.cx.types.bool, true);
    },
  ]);
  table.set("__atomic_clear", [
    2,
    (call) => {
      const zero = intExpr(call.where, call.cx.types.int, 0n);
      return step(asByte(call), "store", call.cx.types.uchar, zero, "old", order(call.values[1], SEQ_CST));
    },
  ]);
  const lockFree: Handler = ({ cx, where, values }) => {
    const size = values[0]!;
    const free = size.kind === "int" && [1n, 2n, 4n, 8n].includes(size.value);
    return intExpr(where, cx.types.bool, free ? 1n : 0n);
  };
  table.set("__atomic_always_lock_free", [2, lockFree]);
  table.set("__atomic_is_lock_free", [2, lockFree]);
  return table;
}
