// Decimal arithmetic by its bits: what libgcc 12 gives for the same operands, and the rules of IEEE 754-2008 by name.
import { describe, expect, test } from "vitest";
import {
  compareDecimals,
  convertDecimal,
  type DecimalOp,
  type DecimalSize,
  decimalArithmetic,
  decimalConstant,
  decimalText,
  decimalToInteger,
  integerToDecimal,
  negateDecimal,
} from "../../../interpreter/decimal/bid.js";

/** The bits of a number as C spells it, without suffix. */
function bits(text: string, size: DecimalSize): bigint {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d*)\.?(\d*)(?:e(-?\d+))?$/.exec(text)!;
  const value = decimalConstant(whole + fraction, Number(exponent) - fraction.length, size).bits;
  return sign === "-" ? negateDecimal(value, size) : value;
}

const hex = (value: bigint, size: DecimalSize) => value.toString(16).padStart(2 * size, "0");
const OPS: Readonly<Record<string, DecimalOp>> = { "+": "add", "-": "sub", "*": "mul", "/": "div" };

function compute(text: string, size: DecimalSize): string {
  const [left, op, right] = text.split(" ") as [string, string, string];
  return decimalText(decimalArithmetic(OPS[op]!, bits(left, size), bits(right, size), size), size);
}

describe("encoding", () => {
  test.each([
    ["0", 4, "32800000"],
    ["1", 4, "32800001"],
    ["-1.50", 4, "b1800096"],
    ["9999999", 4, "6cb8967f"],
    ["8388608", 4, "6ca00000"],
    ["9.999999e96", 4, "77f8967f"],
    ["1e-101", 4, "00000001"],
    ["1.5", 8, "31a000000000000f"],
    ["9999999999999999", 8, "6c7386f26fc0ffff"],
    ["-0", 8, "b1c0000000000000"],
    ["1e384", 8, "5fe38d7ea4c68000"],
    ["1.25", 16, "303c000000000000000000000000007d"],
    ["9999999999999999999999999999999999", 16, "3041ed09bead87c0378d8e63ffffffff"],
  ] as const)("%s of %i bytes is %s", (text, size, expected) => {
    expect(hex(bits(text, size), size)).toBe(expected);
  });
});

describe("results have the preferred exponent", () => {
  test.each([
    ["1.50 + 2", "3.50"],
    ["1.50 - 1.50", "0.00"],
    ["1.20 * 3.0", "3.600"],
    ["2.40 / 2", "1.20"],
    ["240 / 2", "120"],
    ["1 / 8", "0.125"],
    ["1e3 + 0e-2", "1000.00"],
    ["100 / 1e2", "1.00"],
    ["6e5 / 2e2", "3E+3"],
    ["0.00 / 3", "0.00"],
    ["1 / 3", "0.3333333333333333"],
    ["-1 / 3", "-0.3333333333333333"],
  ])("%s is %s", (text, expected) => {
    expect(compute(text, 8)).toBe(expected);
  });
});

describe("rounding is to the nearest, ties to even", () => {
  test.each([
    ["1000000000000000 + 0.5", "1000000000000000"],
    ["1000000000000001 + 0.5", "1000000000000002"],
    ["1000000000000000 + 0.5000000001", "1000000000000001"],
    ["9999999999999999 + 0.5", "1.000000000000000E+16"],
    ["1000000000000000 - 0.05", "1000000000000000"],
    ["1000000000000000 - 0.06", "999999999999999.9"],
    ["1 - 1e-300", "1.000000000000000"],
    ["1e-390 * 5e-9", "0E-398"],
    ["1e-390 * 15e-9", "2E-398"],
    ["9e384 * 9", "Infinity"],
    ["1e-398 / 2", "0E-398"],
    ["3e-398 / 2", "2E-398"],
  ])("%s is %s", (text, expected) => {
    expect(compute(text, 8)).toBe(expected);
  });
});

test("infinities and what is no number", () => {
  expect(compute("1 / 0", 8)).toBe("Infinity");
  expect(compute("-1 / 0.00", 4)).toBe("-Infinity");
  expect(compute("0 / 0", 16)).toBe("NaN");
  const infinity = 0x7800000000000000n;
  const nan = 0x7c00000000000005n;
  expect(hex(decimalArithmetic("sub", infinity, infinity, 8), 8)).toBe("7c00000000000000");
  expect(hex(decimalArithmetic("mul", bits("0", 8), infinity, 8), 8)).toBe("7c00000000000000");
  expect(hex(decimalArithmetic("div", bits("-3", 8), infinity, 8), 8)).toBe("8000000000000000");
  // The first NaN's payload, quiet; one that is too large is none.
  expect(decimalArithmetic("add", bits("1", 8), nan | (1n << 57n), 8)).toBe(nan);
  expect(decimalArithmetic("add", (0x7cn << 56n) | 0x3ffffffffffffn, nan, 8)).toBe(0x7cn << 56n);
  for (const op of ["eq", "lt", "le", "gt", "ge"] as const)
    expect(compareDecimals(op, nan, nan, 8)).toBe(false);
  expect(compareDecimals("ne", nan, nan, 8)).toBe(true);
  expect(compareDecimals("lt", bits("9e384", 8), infinity, 8)).toBe(true);
});

test("one value in several representations is equal to itself, and zeros have no sign", () => {
  expect(compareDecimals("eq", bits("1.0", 4), bits("1.000", 4), 4)).toBe(true);
  expect(compareDecimals("eq", bits("-0", 8), bits("0e5", 8), 8)).toBe(true);
  expect(compareDecimals("lt", bits("-2e300", 8), bits("1e-300", 8), 8)).toBe(true);
  expect(compareDecimals("gt", bits("1e6111", 16), bits("9e6110", 16), 16)).toBe(true);
});

test("conversions between formats keep the exponent where they can", () => {
  expect(decimalText(convertDecimal(bits("1.2300", 8), 8, 4), 4)).toBe("1.2300");
  expect(decimalText(convertDecimal(bits("1.23456750", 8), 8, 4), 4)).toBe("1.234568");
  expect(decimalText(convertDecimal(bits("1.23456650", 8), 8, 4), 4)).toBe("1.234566");
  expect(decimalText(convertDecimal(bits("1e97", 8), 8, 4), 4)).toBe("Infinity");
  expect(decimalText(convertDecimal(bits("1e96", 8), 8, 4), 4)).toBe("1.000000E+96");
});

test("integers", () => {
  expect(decimalText(integerToDecimal(-123456789012345678n, 8), 8)).toBe("-1.234567890123457E+17");
  // By way of 16 digits: with all of them it is above the tie.
  expect(decimalText(integerToDecimal(1234566500000000001n, 4), 4)).toBe("1.234566E+18");
  expect(decimalToInteger(bits("-2.9", 4), 4, 32, true, "none")).toBe(-2n);
  expect(decimalToInteger(bits("2147483648", 8), 8, 32, true, "none")).toBe(-2147483648n);
  expect(decimalToInteger(bits("2147483648", 8), 8, 32, false, "none")).toBe(2147483648n);
  expect(decimalToInteger(bits("-1", 8), 8, 32, false, "none")).toBe(0n);
  expect(decimalToInteger(bits("1e30", 8), 8, 32, true, "nearest")).toBe(2147483647n);
  expect(decimalToInteger(0x5fc0000000000000n, 8, 64, true, "none")).toBe(0n);
});

test("constants are rounded to 34 digits and then to their type", () => {
  const tie = `1.0000000000000005${"0".repeat(20)}1`;
  expect(decimalText(bits(tie, 8), 8)).toBe("1.000000000000000");
  expect(decimalConstant("1", 400, 8).inexact).toBe("overflow");
  expect(decimalConstant("1", -400, 8).inexact).toBe("underflow");
  expect(decimalConstant("0", -400, 8)).toEqual({ bits: 0n, inexact: null });
});
