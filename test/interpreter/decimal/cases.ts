// Random decimal values, and a C program that computes with them: what gcc and libgcc make of them is the oracle.

import type { DecimalSize } from "../../../interpreter/decimal/bid.js";
import { decimalName, decimalOperation, performDecimal } from "../../../interpreter/decimal/operations.js";

/** A small generator of numbers below 2^32, the same for the same seed (xorshift). */
export function randomFrom(seed: number): () => number {
  let state = seed * 2654435761 + 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

const FORMATS = {
  4: { bits: 32, digits: 7, exponents: 192, plain: 23 },
  8: { bits: 64, digits: 16, exponents: 768, plain: 53 },
  16: { bits: 128, digits: 34, exponents: 12288, plain: 113 },
} as const;

function randomBits(random: () => number, bits: number): bigint {
  let value = 0n;
  for (let i = 0; i < bits; i += 32) value = (value << 32n) | BigInt(random());
  return BigInt.asUintN(bits, value);
}

/** Digits as people and rounding meet them: few, many, nines, trailing zeros, a five in the middle. */
function randomCoefficient(random: () => number, digits: number): bigint {
  const count = random() % 3 === 0 ? digits : 1 + (random() % digits);
  let text = "";
  const kind = random() % 6;
  for (let i = 0; i < count; i++) text += kind === 0 ? "9" : `${random() % 10}`;
  if (kind === 1) text = text.slice(0, 1 + (random() % count)).padEnd(count, "0");
  if (kind === 2) text = `${text.slice(0, count >> 1)}5`.padEnd(count, "0");
  if (kind === 3) text = `1${"0".repeat(count - 1)}`;
  return BigInt(text);
}

/** The bits of some value; `near` is one that its exponent may lie near to. */
export function randomDecimal(
  random: () => number,
  size: DecimalSize,
  near: bigint | null,
  isCanonical = false,
): bigint {
  const f = FORMATS[size];
  const sign = BigInt(random() & 1) << BigInt(f.bits - 1);
  const kind = isCanonical ? 2 + (random() % 14) : random() % 16;
  // Any bits at all: what is not canonical, infinities, both kinds of NaN.
  if (kind === 0) return randomBits(random, f.bits);
  if (kind === 1)
    return sign | ((24n + BigInt(random() % 8)) << BigInt(f.bits - 6)) | randomBits(random, f.bits - 9);
  let coefficient = kind === 2 ? 0n : randomCoefficient(random, f.digits);
  let exponent = random() % f.exponents;
  const where = random() % 8;
  if (where === 0) exponent = random() % (f.digits + 2);
  if (where === 1) exponent = f.exponents - 1 - (random() % (f.digits + 2));
  if (where === 2) exponent = (f.exponents >> 1) + (random() % 40) - 20;
  if (where > 3 && near !== null) {
    const other = Number((near >> BigInt(f.plain)) & BigInt(f.exponents - 1 + (f.exponents >> 1)));
    exponent = other + (random() % (2 * f.digits + 5)) - f.digits - 2;
  }
  exponent = Math.max(0, Math.min(f.exponents - 1, exponent));
  if (coefficient >= 10n ** BigInt(f.digits)) coefficient = 0n;
  if (coefficient < 1n << BigInt(f.plain)) return sign | (BigInt(exponent) << BigInt(f.plain)) | coefficient;
  const low = coefficient & ((1n << BigInt(f.plain - 2)) - 1n);
  return sign | (3n << BigInt(f.bits - 3)) | (BigInt(exponent) << BigInt(f.plain - 2)) | low;
}

/** One computation: an operation's name, and its operands as 64-bit words. */
export interface Case {
  readonly name: string;
  readonly words: readonly bigint[];
}

function wordsOf(bits: bigint, size: DecimalSize): bigint[] {
  return size === 16 ? [BigInt.asUintN(64, bits), bits >> 64n] : [bits];
}

const SIZES: readonly DecimalSize[] = [4, 8, 16];
const BINARY = ["add", "sub", "mul", "div", "eq", "ne", "lt", "le", "gt", "ge"];
const TO = ["to_i32_s", "to_i32_u", "to_i64_s", "to_i64_u", "to_f32", "to_f64"];

/** Cases of every operation, `count` of each and more of arithmetic. */
export function randomCases(seed: number, count: number): Case[] {
  const random = randomFrom(seed);
  const cases: Case[] = [];
  for (const size of SIZES) {
    const name = decimalName(size);
    for (const op of BINARY) {
      for (let i = 0; i < (op.length > 2 ? 4 * count : count); i++) {
        const left = randomDecimal(random, size, null);
        const same = op.length === 2 && random() % 4 === 0;
        const right = same ? left : randomDecimal(random, size, left);
        cases.push({ name: `${name}.${op}`, words: [...wordsOf(left, size), ...wordsOf(right, size)] });
      }
    }
    for (let i = 0; i < count; i++) {
      const value = wordsOf(randomDecimal(random, size, null), size);
      cases.push({ name: `${name}.eqz`, words: value });
      for (const from of SIZES) {
        const given = wordsOf(randomDecimal(random, from, null), from);
        if (from !== size) cases.push({ name: `${name}.convert_${decimalName(from)}`, words: given });
      }
      const integer = randomBits(random, 64) >> BigInt(random() % 64);
      cases.push({ name: `${name}.convert_i64_u`, words: [integer] });
      cases.push({
        name: `${name}.convert_i64_s`,
        words: [random() % 2 === 0 ? integer : BigInt.asUintN(64, -integer)],
      });
      cases.push({ name: `${name}.convert_f64`, words: [randomDouble(random)] });
      for (const to of TO) cases.push({ name: `${name}.${to}`, words: convertible(random, size, to) });
    }
  }
  return cases;
}

/** Doubles with few digits, of ordinary sizes, and any bits. */
function randomDouble(random: () => number): bigint {
  const kind = random() % 4;
  if (kind === 0) return randomBits(random, 64);
  const value = kind === 1 ? (random() % 100000) / 64 : Number(`${random()}e${(random() % 40) - 20}`);
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, random() % 2 === 0 ? value : -value);
  return view.getBigUint64(0);
}

/** Mostly values that the other type has. */
function convertible(random: () => number, size: DecimalSize, to: string): bigint[] {
  const f = FORMATS[size];
  // libgcc takes coefficients that are none for numbers when it converts to binary.
  const bits = randomDecimal(random, size, null, to.includes("_f"));
  if (random() % 4 === 0 || (to.includes("_f") && size !== 16)) return wordsOf(bits, size);
  const coefficient = randomCoefficient(random, Math.min(f.digits, 15));
  const exponent = BigInt((f.exponents >> 1) + { 4: 5, 8: 14, 16: 32 }[size] + (random() % 24) - 16);
  const top = BigInt(random() & 1) << BigInt(f.bits - 1);
  const value = top | (exponent << BigInt(f.plain)) | (coefficient & ((1n << BigInt(f.plain)) - 1n));
  return wordsOf(value, size);
}

/** Our result as the program prints it. */
export function resultOf({ name, words }: Case): string {
  const operation = decimalOperation(name)!;
  const isWide = /^d128\.(add|sub|mul|div|convert)/.test(name);
  const low = performDecimal(operation, 0, words);
  const high = isWide ? performDecimal(operation, 1, words) : 0n;
  const shown = /\.to_(i32|f32)/.test(name) ? BigInt.asUintN(32, low) : low;
  return `${shown.toString(16)} ${high.toString(16)}`;
}

/**
 * Where libgcc 12 is wrong its result does not count: it mixes up the payload of a NaN that becomes one of 32 bits, and
 * 2^31 and 2^63 become 0 as integers without sign.
 */
export function isForgiven({ name }: Case, ours: string, gcc: string): boolean {
  const isNan = (text: string) => /^(7c|fc)[0-9a-f]{6} 0$/.test(text);
  if (name.startsWith("d32.") && isNan(ours) && isNan(gcc)) return ours[0] === gcc[0];
  return /_u$/.test(name) && gcc === "0 0" && /^80*( 0)$/.test(ours);
}

const C_TYPES: Readonly<Record<string, string>> = {
  d32: "_Decimal32",
  d64: "_Decimal64",
  d128: "_Decimal128",
  i32_s: "int",
  i32_u: "unsigned",
  i64_s: "long",
  i64_u: "unsigned long",
  f32: "float",
  f64: "double",
};
const C_OPERATORS: Readonly<Record<string, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  eq: "==",
  ne: "!=",
  lt: "<",
  le: "<=",
  gt: ">",
  ge: ">=",
};

/** A C program that prints the result of each case, one a line, as its words in hexadecimal. */
export function programOf(cases: readonly Case[]): string {
  const functions = new Map<string, string>();
  const table: string[] = [];
  for (const { name, words } of cases) {
    const symbol = name.replace(".", "_");
    if (!functions.has(symbol)) functions.set(symbol, functionOf(name, symbol));
    const given = [0, 1, 2, 3].map((i) => `0x${(words[i] ?? 0n).toString(16)}UL`);
    table.push(`{ ${symbol}, { ${given.join(", ")} } },`);
  }
  return [
    "#include <stdio.h>",
    "#include <string.h>",
    ...functions.values(),
    "static const struct { void (*run)(const unsigned long *, unsigned long *); unsigned long words[4]; } cases[] = {",
    ...table,
    "};",
    "int main(void)",
    "{",
    "\tfor (unsigned long i = 0; i < sizeof cases / sizeof *cases; i++) {",
    "\t\tunsigned long result[2] = { 0, 0 };",
    "\t\tcases[i].run(cases[i].words, result);",
    '\t\tprintf("%lx %lx\\n", result[0], result[1]);',
    "\t}",
    "\treturn 0;",
    "}",
    "",
  ].join("\n");
}

function functionOf(name: string, symbol: string): string {
  const [format, op] = name.split(".") as [string, string];
  const own = C_TYPES[format]!;
  const operator = C_OPERATORS[op];
  const lines = [`static void ${symbol}(const unsigned long *words, unsigned long *result)`, "{"];
  const words = format === "d128" ? 2 : 1;
  if (operator !== undefined) {
    const type = op.length === 2 ? "int" : own;
    lines.push(`\t${own} a, b; ${type} r;`, "\tmemcpy(&a, words, sizeof a);");
    lines.push(`\tmemcpy(&b, words + ${words}, sizeof b);`, `\tr = a ${operator} b;`);
  } else if (op === "eqz") {
    lines.push(`\t${own} a; int r;`, "\tmemcpy(&a, words, sizeof a);", "\tr = !a;");
  } else {
    const other = C_TYPES[op.replace(/^(convert|to)_/, "")]!;
    const [from, to] = op.startsWith("to_") ? [own, other] : [other, own];
    lines.push(`\t${from} a; ${to} r;`, "\tmemcpy(&a, words, sizeof a);", "\tr = a;");
  }
  return [...lines, "\tmemcpy(result, &r, sizeof r);", "}"].join("\n");
}

// ------------------------------------------------------------------------------------------------ C expressions

const SUFFIXES: Readonly<Record<DecimalSize, string>> = { 4: "df", 8: "dd", 16: "dl" };

function literal(random: () => number, size: DecimalSize): string {
  const { digits } = FORMATS[size];
  const text = randomCoefficient(random, random() % 5 === 0 ? digits + 30 : digits).toString();
  const point = random() % (text.length + 1);
  const exponent = random() % 3 === 0 ? `e${(random() % (4 * digits)) - 2 * digits}` : "";
  return `${text.slice(0, point)}.${text.slice(point)}${exponent}${SUFFIXES[size]}`;
}

const TARGETS = ["a32", "b32", "a64", "b64", "a128", "b128"];
const VARIABLES = ["i", "u", "l", "ul", "c", ...TARGETS];

/** An expression of C of constants and variables; `constant`: without variables. */
function expressionOf(random: () => number, depth: number, constant: boolean): string {
  const kind = random() % 12;
  if (depth === 0 || kind < 2) {
    if (!constant && random() % 2 === 0) return VARIABLES[random() % VARIABLES.length]!;
    if (random() % 4 === 0) return `${random() % 100}`;
    return literal(random, SIZES[random() % 3]!);
  }
  const inner = () => expressionOf(random, depth - 1, constant);
  // Binary numbers stand only under a cast: they cannot be mixed with decimal ones.
  if (kind === 2) return `(_Decimal${[32, 64, 128][random() % 3]!})${inner()}`;
  if (kind === 3) return `(_Decimal${[32, 64, 128][random() % 3]!})${(random() % 4096) / 64 + 0.25}`;
  if (kind === 4) return `(-${inner()})`;
  if (kind === 5) return `(${inner()} ${["<", "<=", "==", "!=", ">", ">="][random() % 6]!} ${inner()})`;
  // gcc may compute the operands of a conditional in the type that its result becomes; we do not.
  const leaf = () => expressionOf(random, 0, constant);
  if (kind === 6) return `(${inner()} ? ${leaf()} : ${leaf()})`;
  // Of a comparison alone, the quotient would be one of integers, and perhaps by zero.
  if (kind === 7) return `(${inner()} / (_Decimal64)${inner()})`;
  return `(${inner()} ${["+", "-", "*"][random() % 3]!} ${inner()})`;
}

const LINES_OF_A_FUNCTION = 50;

/** A program that prints the bits of random expressions, as initialisers of static objects and when it runs. */
export function expressionProgram(seed: number, count: number): string {
  const random = randomFrom(seed);
  const names: Readonly<Record<DecimalSize, string>> = {
    4: "_Decimal32",
    8: "_Decimal64",
    16: "_Decimal128",
  };
  const statics: string[] = [];
  const lines: string[] = [];
  for (let i = 0; i < count; i++) {
    const size = SIZES[random() % 3]!;
    statics.push(`static ${names[size]} s${i} = ${expressionOf(random, 3, true)};`);
    lines.push(`\tshow(&s${i}, sizeof s${i});`);
    lines.push(`\t{ ${names[size]} r = ${expressionOf(random, 3, false)}; show(&r, sizeof r); }`);
    const target = TARGETS[random() % TARGETS.length]!;
    const assign = ["=", "+=", "-=", "*="][random() % 4]!;
    lines.push(
      `\t${target} ${assign} ${expressionOf(random, 1, false)}; show(&${target}, sizeof ${target});`,
    );
  }
  const functions: string[] = [];
  for (let i = 0; i < lines.length; i += LINES_OF_A_FUNCTION) {
    functions.push(
      `static void run${functions.length}(void)\n{\n${lines.slice(i, i + LINES_OF_A_FUNCTION).join("\n")}\n}`,
    );
  }
  return [
    "#include <stdio.h>",
    "static int i = 7; static unsigned u = 3000000000u; static long l = -123456789012345; static unsigned char c = 200;",
    "static unsigned long ul = 12345678901234567890u;",
    "static _Decimal32 a32 = 1.5df, b32 = -3e5df; static _Decimal64 a64 = 0.1dd, b64 = 9999999999999999.dd;",
    "static _Decimal128 a128 = 1.dl / 3, b128 = -12345678901234567890.125dl;",
    ...statics,
    "static void show(const void *p, unsigned size)",
    "{",
    "\tconst unsigned char *b = p;",
    '\twhile (size-- > 0) printf("%02x", b[size]);',
    '\tprintf("\\n");',
    "}",
    ...functions,
    "int main(void)",
    "{",
    ...functions.map((_, i) => `\trun${i}();`),
    "\treturn 0;",
    "}",
    "",
  ].join("\n");
}
