// The decimal operations of the intermediate representation: their names, and what they compute from words of 64 bits.
//
// A value of 128 bits travels as two words, the lower one first; such a result is asked for word by word. So engines need
// to know registers and nothing of decimals: they hand over words and get one back.

import {
  compareDecimals,
  convertDecimal,
  type DecimalSize,
  decimalArithmetic,
  decimalToDouble,
  decimalToFloat,
  decimalToInteger,
  doubleToDecimal,
  integerToDecimal,
  isDecimalZero,
} from "./bid.js";

interface Operation {
  /** `d64.add`: the format and what is done. */
  readonly name: string;
  /** Operands and result as bits without sign. */
  run(a: bigint, b: bigint): bigint;
  /** Bytes of each operand that is no integer or binary number: its words are joined. */
  readonly takes: readonly DecimalSize[];
}

const NAMES: Readonly<Record<DecimalSize, string>> = { 4: "d32", 8: "d64", 16: "d128" };
const SIZES: readonly DecimalSize[] = [4, 8, 16];

function operationsOf(size: DecimalSize): Operation[] {
  const found: Operation[] = [];
  const add = (name: string, takes: readonly DecimalSize[], run: Operation["run"]): void => {
    found.push({ name: `${NAMES[size]}.${name}`, takes, run });
  };
  for (const op of ["add", "sub", "mul", "div"] as const) {
    add(op, [size, size], (a, b) => decimalArithmetic(op, a, b, size));
  }
  for (const op of ["eq", "ne", "lt", "le", "gt", "ge"] as const) {
    add(op, [size, size], (a, b) => (compareDecimals(op, a, b, size) ? 1n : 0n));
  }
  add("eqz", [size], (a) => (isDecimalZero(a, size) ? 1n : 0n));
  for (const from of SIZES) {
    if (from !== size) add(`convert_${NAMES[from]}`, [from], (a) => convertDecimal(a, from, size));
  }
  add("convert_i64_s", [], (a) => integerToDecimal(BigInt.asIntN(64, a), size));
  add("convert_i64_u", [], (a) => integerToDecimal(a, size));
  add("convert_f64", [], (a) => doubleToDecimal(a, size));
  for (const [type, width] of [
    ["i32", 32],
    ["i64", 64],
  ] as const) {
    add(`to_${type}_s`, [size], (a) => BigInt.asUintN(64, decimalToInteger(a, size, width, true, "none")));
    add(`to_${type}_u`, [size], (a) => decimalToInteger(a, size, width, false, "none"));
  }
  add("to_f32", [size], (a) => decimalToFloat(a, size));
  add("to_f64", [size], (a) => decimalToDouble(a, size));
  return found;
}

const OPERATIONS: readonly Operation[] = SIZES.flatMap(operationsOf);
const NUMBERS: ReadonlyMap<string, number> = new Map(OPERATIONS.map(({ name }, i) => [name, i]));

export function decimalName(size: DecimalSize): string {
  return NAMES[size];
}

/** The number of an operation; undefined where there is none of the name. */
export function decimalOperation(name: string): number | undefined {
  return NUMBERS.get(name);
}

/** What the printer writes. */
export function decimalOperationName(operation: number): string {
  return OPERATIONS[operation]?.name ?? `${operation}`;
}

/** One 64-bit word of the result. The operands are 64-bit words; what is above a shorter one does not count. */
export function performDecimal(operation: number, word: number, words: readonly bigint[]): bigint {
  const { takes, run } = OPERATIONS[operation]!;
  let next = 0;
  const take = (size: DecimalSize | undefined): bigint => {
    const low = words[next++] ?? 0n;
    if (size === 4) return BigInt.asUintN(32, low);
    return size === 16 ? low | ((words[next++] ?? 0n) << 64n) : low;
  };
  const a = take(takes[0]);
  const result = run(a, takes.length > 1 ? take(takes[1]) : 0n);
  return BigInt.asUintN(64, result >> BigInt(64 * word));
}
