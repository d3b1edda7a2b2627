// What ordinary programs (main() and the C library in libc/) ask of the machine: memory, output, and the elementary
// functions of floating point. All are local or work on one object, as their kernel relatives in slab.ts and printk.ts.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { localOp } from "./op.js";
import { allocate, freeOp, sizeOf } from "./slab.js";

/** Flags of an allocation without __GFP_ZERO (slab.ts): loads of what nothing was stored to are reported. */
const UNINITIALISED = 0;

function double(h: Host, i: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setInt32(0, h.arg(i), true);
  view.setInt32(4, h.argHi(i), true);
  return view.getFloat64(0, true);
}

function giveDouble(h: Host, value: number): void {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value, true);
  h.setResult(view.getInt32(0, true), view.getInt32(4, true));
}

const unary = (name: string, compute: (x: number) => number): ObjectOp =>
  localOp(name, (h) => giveDouble(h, compute(double(h, 0))));

const binary = (name: string, compute: (x: number, y: number) => number): ObjectOp =>
  localOp(name, (h) => giveDouble(h, compute(double(h, 0), double(h, 1))));

/** To the nearest integer, half to even, keeping the sign of zero. */
function rint(x: number): number {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const sign = x < 0 || Object.is(x, -0) ? -1 : 1;
  return sign * (Math.abs(x) + 2 ** 52 - 2 ** 52);
}

/** C's pow() says 1 where ECMAScript says NaN. */
function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

/** Memory as text: `length` bytes of UTF-8, or one character a byte where they are none. */
function text(h: Host, at: number, length: number): string {
  let plain = "";
  let isAscii = true;
  for (let i = 0; i < length; i++) {
    const byte = h.load8(at + i);
    plain += String.fromCharCode(byte);
    isAscii &&= byte < 128;
  }
  if (isAscii) return plain;
  try {
    return decodeURIComponent(
      [...plain].map((c) => `%${c.charCodeAt(0).toString(16).padStart(2, "0")}`).join(""),
    );
  } catch {
    return plain;
  }
}

export const programOps: ObjectOp[] = [
  { ...localOp("malloc", (h) => allocate(h, h.arg(0), h.argHi(0), UNINITIALISED)), heap: "allocates raw" },
  { ...freeOp("free", 0), heap: "frees" },
  localOp("abort", (h) => h.fatal("abort", "")),
  localOp("__smplab_object_size", (h) => {
    const size = sizeOf(h, 0);
    if (size >= 0) h.setResult(size);
    else h.fatal("kasan:invalid-free", "realloc() of what no allocation returned", h.pointer(0));
  }),
  localOp("__smplab_write", (h) => {
    const at = h.pointer(0);
    const length = h.arg(1) >>> 0;
    if (length === 0 || !h.access(at, length, false)) return;
    if (h.recording()) h.print(text(h, at, length));
  }),
  localOp("__smplab_decimal", (h) => {
    const at = h.pointer(0);
    const length = h.arg(1) >>> 0;
    if (h.access(at, length, false)) giveDouble(h, Number(text(h, at, length)));
  }),
  unary("acos", Math.acos),
  unary("acosh", Math.acosh),
  unary("asin", Math.asin),
  unary("asinh", Math.asinh),
  unary("atan", Math.atan),
  unary("atanh", Math.atanh),
  unary("cbrt", Math.cbrt),
  unary("ceil", Math.ceil),
  unary("cos", Math.cos),
  unary("cosh", Math.cosh),
  unary("exp", Math.exp),
  unary("exp2", (x) => 2 ** x),
  unary("expm1", Math.expm1),
  unary("floor", Math.floor),
  unary("log", Math.log),
  unary("log10", Math.log10),
  unary("log1p", Math.log1p),
  unary("log2", Math.log2),
  unary("rint", rint),
  unary("sin", Math.sin),
  unary("sinh", Math.sinh),
  unary("sqrt", Math.sqrt),
  unary("tan", Math.tan),
  unary("tanh", Math.tanh),
  unary("trunc", Math.trunc),
  binary("atan2", Math.atan2),
  binary("fmod", (x, y) => x % y),
  binary("hypot", Math.hypot),
  binary("pow", pow),
];
