// KUnit's checks once they have failed: the texts of lib/kunit/assert.c's kind, and what becomes of the case.
// https://docs.kernel.org/dev-tools/kunit/api/test.html
//
// The headers evaluate the condition; these operations are called on failure only. They are local: the flag "an
// expectation failed" is only ever set, so the order of two failures is nothing that anybody can tell.
// An ASSERT ends the case; while other tasks are running that is the end of the run.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { format } from "./format.js";
import { localOp } from "./op.js";

const FATAL = 0;

function fail(h: Host, text: string): void {
  h.setFailed();
  if (h.arg(FATAL) === 0) {
    h.report("expectation", text);
  } else if (h.task === 0 && h.live() === 0) {
    h.report("assertion", text);
    h.abortCase();
  } else {
    h.fatal("assertion", text);
  }
}

const text = (h: Host, i: number) => h.cstring(h.pointer(i));

function signed(h: Host, i: number): bigint {
  return (BigInt(h.argHi(i)) << 32n) | BigInt(h.arg(i) >>> 0);
}

/** `left == 1 (0x1)`, unless the source said the number itself. */
function side(source: string, value: bigint): string {
  if (source === String(value)) return "";
  return `${source} == ${value} (0x${BigInt.asUintN(64, value).toString(16)})`;
}

function pointerSide(source: string, value: bigint): string {
  return source === "NULL" ? "" : `${source} == ${BigInt.asUintN(64, value).toString(16).padStart(16, "0")}`;
}

function comparison(left: string, op: string, right: string, sides: string[]): string {
  const shown = sides.filter((s) => s !== "");
  return [`Expected ${left} ${op} ${right}${shown.length > 0 ? ", but" : ""}`, ...shown].join("\n    ");
}

export const kunitOps: ObjectOp[] = [
  localOp("__smplab_kunit_binary", (h) => {
    const [left, op, right] = [text(h, 1), text(h, 2), text(h, 3)];
    fail(h, comparison(left, op, right, [side(left, signed(h, 4)), side(right, signed(h, 5))]));
  }),
  localOp("__smplab_kunit_pointer", (h) => {
    const [left, op, right] = [text(h, 1), text(h, 2), text(h, 3)];
    fail(h, comparison(left, op, right, [pointerSide(left, signed(h, 4)), pointerSide(right, signed(h, 5))]));
  }),
  localOp("__smplab_kunit_string", (h) => {
    const [left, op, right] = [text(h, 1), text(h, 2), text(h, 3)];
    const sides = [`${left} == "${text(h, 4)}"`, `${right} == "${text(h, 5)}"`];
    fail(h, comparison(left, op, right, sides));
  }),
  localOp("__smplab_kunit_memory", (h) => {
    const [left, op, right] = [text(h, 1), text(h, 2), text(h, 3)];
    const size = h.arg(6) >>> 0;
    const sides = [
      dump(h, left, h.pointer(4), h.pointer(5), size),
      dump(h, right, h.pointer(5), h.pointer(4), size),
    ];
    fail(h, comparison(left, op, right, sides));
  }),
  localOp("__smplab_kunit_boolean", (h) => {
    const wanted = h.arg(2) !== 0;
    fail(h, `Expected ${text(h, 1)} to be ${wanted}, but is ${!wanted}`);
  }),
  localOp("__smplab_kunit_error", (h) => {
    const value = signed(h, 2);
    fail(h, `Expected ${text(h, 1)} is not error, but is: ${value}`.replace(/: 0$/, " NULL"));
  }),
  localOp("__smplab_kunit_fail", (h) => fail(h, format(h, 1).trimEnd())),
  localOp("__smplab_kunit_message", (h) => {
    if (h.recording()) h.print(`${format(h, 0).trimEnd()}\n`);
  }),
  localOp("__smplab_kunit_skip", (h) => {
    h.report("skipped", format(h, 1).trimEnd());
    if (h.arg(0) === 0) return;
    if (h.task === 0 && h.live() === 0) h.abortCase();
    else h.unsupported("kunit_skip() while other tasks are running");
  }),
];

/** Bytes of a block in hexadecimal, those that differ from the other block in <>. At most 64. */
function dump(h: Host, source: string, address: number, other: number, size: number): string {
  const bytes: string[] = [];
  const shown = Math.min(size, 64);
  for (let i = 0; i < shown; i++) {
    if (!h.accessible(address + i, 1, false) || !h.accessible(other + i, 1, false)) break;
    const byte = h
      .load8(address + i)
      .toString(16)
      .padStart(2, "0");
    bytes.push(h.load8(address + i) === h.load8(other + i) ? ` ${byte} ` : `<${byte}>`);
  }
  return `${source} ==\n        ${bytes.join("")}${shown < size ? " ..." : ""}`.trimEnd();
}
