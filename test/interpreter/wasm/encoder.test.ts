// Numbers of the binary format, against the platform's own reading of them.

import fc from "fast-check";
import { expect, it } from "vitest";
import { Body, ValType, Writer } from "../../../interpreter/wasm/encoder.js";
import type { WasmPort } from "../../../interpreter/wasm/port.js";

const { Module, Instance } = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;

/** A module with one function without parameters, that returns what the body leaves. */
function evaluate(type: ValType, write: (body: Body) => void): unknown {
  const body = new Body(1);
  body.u32(0);
  write(body);
  body.end();
  const out = new Writer(1);
  for (const byte of [0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.u8(byte);
  const section = (id: number, ...bytes: (number | Writer)[]) => {
    const content = new Writer();
    for (const part of bytes) typeof part === "number" ? content.u8(part) : content.append(part);
    out.section(id, content);
  };
  section(1, 1, 0x60, 0, 1, type);
  section(3, 1, 0);
  section(7, 1, 1, "f".charCodeAt(0), 0, 0);
  const size = new Writer();
  size.u32(body.length);
  section(10, 1, size, body);
  const { exports } = new Instance(new Module(out.finish()), {});
  return (exports.f as () => unknown)();
}

it("writes every i32", () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), (value) => {
      expect(evaluate(ValType.I32, (body) => body.i32(value))).toBe(value);
    }),
    { numRuns: 300 },
  );
});

it("writes every i64 from its halves", () => {
  const half = fc.oneof(
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
    fc.constantFrom(0, -1, 1, 63, 64, -64, -65, 2 ** 31 - 1, -(2 ** 31)),
  );
  fc.assert(
    fc.property(half, half, (lo, hi) => {
      const wanted = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
      expect(evaluate(ValType.I64, (body) => body.i64(lo, hi))).toBe(wanted);
    }),
    { numRuns: 300 },
  );
});

it("writes addresses beyond 32 bits", () => {
  for (const value of [0, 1, 0xffffffff, 2 ** 32, 2 ** 40 + 5]) {
    expect(evaluate(ValType.I64, (body) => body.i64Number(value))).toBe(BigInt(value));
  }
});
