// Constant expressions: sizes, arithmetic, conversions and address constants have the values that gcc gives them,
// recorded in constants.txt (how: record-constants.mjs).
import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { computeInteger, floatToInteger, integerToFloat, wrap } from "../../../interpreter/sema/constant.js";
import { TypeTable } from "../../../interpreter/sema/type-table.js";
import { accept, globalValue } from "./support.js";

const [head, list] = readFileSync(new URL("constants.txt", import.meta.url), "utf8").split("\n---\n");

describe("constant expressions have gcc's values", () => {
  for (const line of list!.trimEnd().split("\n")) {
    const [text, expected] = line.split(" => ");
    test(text!, () => {
      expect(`${globalValue(accept(`${head}\nlong v = ${text};`), "v")}`).toBe(expected);
    });
  }
});

describe("constant arithmetic", () => {
  const types = new TypeTable();
  const kinds = [types.schar, types.ushort, types.int, types.uint, types.long, types.ulong];

  test("agrees with 64-bit machine arithmetic at every width", () => {
    const kind = fc.constantFrom(...kinds);
    const any = fc.bigInt(-(1n << 63n), (1n << 64n) - 1n);
    fc.assert(
      fc.property(kind, any, any, (type, x, y) => {
        const a = wrap(x, type);
        const b = wrap(y, type);
        const words = new BigInt64Array(1);
        for (const op of ["add", "sub", "mul", "and", "or", "xor"] as const) {
          words[0] = { add: a + b, sub: a - b, mul: a * b, and: a & b, or: a | b, xor: a ^ b }[op];
          expect(computeInteger(op, a, b, type)?.value).toBe(wrap(words[0], type));
        }
        const quotient = computeInteger("div", a, b, type);
        const remainder = computeInteger("rem", a, b, type);
        if (b === 0n) expect([quotient, remainder]).toEqual([null, null]);
        else expect(wrap(quotient!.value * b + remainder!.value, type)).toBe(a);
      }),
    );
  });

  test("shifts outside of the width have no value", () => {
    expect(computeInteger("shl", 1n, 32n, types.int)).toBeNull();
    expect(computeInteger("shr", 1n, -1n, types.int)).toBeNull();
    expect(computeInteger("shl", 1n, 31n, types.int)).toEqual({ value: -(1n << 31n), overflow: false });
  });

  test("a 64-bit integer becomes a float in one rounding", () => {
    fc.assert(
      fc.property(fc.bigInt(-(1n << 63n), (1n << 63n) - 1n), (value) => {
        const got = integerToFloat(value, types.float);
        // Below 2^24 every integer is a float; above, the neighbours of a float are integers too.
        if (Math.abs(got) <= 2 ** 24) {
          expect(BigInt(got)).toBe(value);
          return;
        }
        // No float lies strictly between the value and the result.
        const bits = new Int32Array(new Float32Array([got]).buffer);
        const neighbours = [-1, 1].map(
          (step) => new Float32Array(new Int32Array([bits[0]! + step]).buffer)[0]!,
        );
        const distance = (float: number) => {
          const difference = BigInt(float) - value;
          return difference < 0n ? -difference : difference;
        };
        for (const other of neighbours) {
          if (Number.isFinite(other)) expect(distance(got) <= distance(other)).toBe(true);
        }
      }),
    );
  });

  test("a float out of range goes to the nearest end", () => {
    expect(floatToInteger(1e20, types.int)).toBe(2147483647n);
    expect(floatToInteger(-1e20, types.long)).toBe(-(1n << 63n));
    expect(floatToInteger(-1, types.uint)).toBe(0n);
    expect(floatToInteger(Number.NaN, types.int)).toBe(0n);
    expect(floatToInteger(-3.99, types.schar)).toBe(-3n);
  });
});
