// Decimal floating point as x86-64 has it: numbers of IEEE 754-2008 in the binary integer encoding (BID).
//
// In and out: the bits of a value, as a bigint of 32, 64 or 128 bits without sign. Every operation unpacks its operands,
// computes exactly, or as exactly as rounding needs, on integers, and packs the result once, to the nearest, ties to even.
//
// The one hard thing: a value has several representations (1.0 and 1.00 are different bits), and which one an operation
// gives is part of its result. IEEE 754-2008, 5.2 and 5.4.1, names a preferred exponent for each operation; an exact result
// has the exponent nearest to it, an inexact one has all digits of the format. So coefficients are carried with the
// exponent they came with, and zeros are added or taken away only where the format or the preferred exponent asks for it.
//
// NON-SPEC: what the standard leaves open is as in libgcc, which gcc calls: the payload of a NaN is the first operand's, a
// signed integer that does not hold the value is the one with only its highest bit set, an unsigned one is 0, and integers
// become 32 bits by way of 64 (rounded twice beyond 16 digits). Where libgcc 12 is wrong we are not: 2^31 as `unsigned`
// and 2^63 as `unsigned long` are themselves, and a NaN keeps its payload when it becomes shorter.

/** Bytes of a format. */
export type DecimalSize = 4 | 8 | 16;

interface Format {
  readonly bits: number;
  /** Digits of a coefficient. */
  readonly digits: number;
  readonly bias: number;
  /** Exponents of the last digit. */
  readonly lowest: number;
  readonly highest: number;
  readonly exponentBits: number;
  /** The largest coefficient, and the largest payload of a NaN. */
  readonly most: bigint;
  readonly mostPayload: bigint;
}

function format(bits: number, digits: number, bias: number, exponentBits: number): Format {
  // The exponents are those whose two highest bits are not both set.
  const highest = 3 * 2 ** (exponentBits - 2) - 1 - bias;
  const [most, mostPayload] = [10n ** BigInt(digits) - 1n, 10n ** BigInt(digits - 1) - 1n];
  return { bits, digits, bias, lowest: -bias, highest, exponentBits, most, mostPayload };
}

const FORMATS: Readonly<Record<DecimalSize, Format>> = {
  4: format(32, 7, 101, 8),
  8: format(64, 16, 398, 10),
  16: format(128, 34, 6176, 14),
};
const WIDEST = FORMATS[16];

/** A value by its parts: (-1)^negative * coefficient * 10^exponent. */
interface Parts {
  readonly kind: "finite" | "infinite" | "nan";
  readonly negative: boolean;
  /** The payload of a NaN. */
  readonly coefficient: bigint;
  readonly exponent: number;
}

// ------------------------------------------------------------------------------------------------------ encoding

const mask = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

function unpack(bits: bigint, size: DecimalSize): Parts {
  const f = FORMATS[size];
  const negative = bits >> BigInt(f.bits - 1) !== 0n;
  const head = Number((bits >> BigInt(f.bits - 6)) & 31n);
  if (head >= 30) {
    // One bit behind the five tells a signalling NaN; operations quieten it.
    const payload = bits & mask(payloadBits(f));
    const coefficient = head === 30 || payload > f.mostPayload ? 0n : payload;
    return { kind: head === 30 ? "infinite" : "nan", negative, coefficient, exponent: 0 };
  }
  // With both bits set the coefficient begins with binary 100, which is not stored.
  const large = head >= 24;
  const rest = f.bits - 1 - f.exponentBits - (large ? 2 : 0);
  const coefficient = (bits & mask(rest)) | (large ? 1n << BigInt(rest + 2) : 0n);
  const exponent = Number((bits >> BigInt(rest)) & mask(f.exponentBits)) - f.bias;
  // What is no coefficient of the format is a zero.
  return { kind: "finite", negative, coefficient: coefficient > f.most ? 0n : coefficient, exponent };
}

function signBit(negative: boolean, f: Format): bigint {
  return negative ? 1n << BigInt(f.bits - 1) : 0n;
}

function infinity(negative: boolean, f: Format): bigint {
  return signBit(negative, f) | (30n << BigInt(f.bits - 6));
}

function notANumber(negative: boolean, payload: bigint, f: Format): bigint {
  return signBit(negative, f) | (31n << BigInt(f.bits - 6)) | payload;
}

/** A coefficient and an exponent that the format has. */
function encode(negative: boolean, coefficient: bigint, exponent: number, f: Format): bigint {
  const plain = f.bits - 1 - f.exponentBits;
  const biased = BigInt(exponent + f.bias);
  const sign = signBit(negative, f);
  if (coefficient < 1n << BigInt(plain)) return sign | (biased << BigInt(plain)) | coefficient;
  return sign | (3n << BigInt(f.bits - 3)) | (biased << BigInt(plain - 2)) | (coefficient & mask(plain - 2));
}

// ------------------------------------------------------------------------------------------------------ rounding

const power = (n: number): bigint => 10n ** BigInt(n);

function digitsOf(value: bigint): number {
  return value.toString().length;
}

/** The value without its last `count` digits, to the nearest, ties to even. */
function dropDigits(value: bigint, count: number): bigint {
  if (count <= 0) return value;
  if (count > digitsOf(value)) return 0n;
  const unit = power(count);
  const quotient = value / unit;
  const twice = (value % unit) * 2n;
  return twice > unit || (twice === unit && (quotient & 1n) === 1n) ? quotient + 1n : quotient;
}

/** Any number in the format: rounded, and its exponent brought into range with as few changes as possible. */
function round(negative: boolean, coefficient: bigint, exponent: number, f: Format): bigint {
  let digits = digitsOf(coefficient);
  const drop = Math.max(digits - f.digits, f.lowest - exponent, 0);
  let [c, e] = [coefficient, exponent];
  if (drop > 0) {
    c = dropDigits(c, drop);
    e += drop;
    if (c > f.most) {
      c /= 10n;
      e++;
    }
    digits = digitsOf(c);
  }
  if (c === 0n) return encode(negative, 0n, Math.min(e, f.highest), f);
  if (e > f.highest) {
    if (e - f.highest > f.digits - digits) return infinity(negative, f);
    c *= power(e - f.highest);
    e = f.highest;
  }
  return encode(negative, c, e, f);
}

/** A coefficient whose trailing zeros are taken away as long as the exponent is below `preferred`. */
function towards(preferred: number, coefficient: bigint, exponent: number): [bigint, number] {
  let [c, e] = [coefficient, exponent];
  while (e < preferred && c % 10n === 0n) {
    c /= 10n;
    e++;
  }
  return [c, e];
}

// ---------------------------------------------------------------------------------------------------- arithmetic

export type DecimalOp = "add" | "sub" | "mul" | "div";
export type DecimalTest = "eq" | "ne" | "lt" | "le" | "gt" | "ge";

export function negateDecimal(bits: bigint, size: DecimalSize): bigint {
  return bits ^ signBit(true, FORMATS[size]);
}

export function isDecimalZero(bits: bigint, size: DecimalSize): boolean {
  const { kind, coefficient } = unpack(bits, size);
  return kind === "finite" && coefficient === 0n;
}

export function isDecimalFinite(bits: bigint, size: DecimalSize): boolean {
  return unpack(bits, size).kind === "finite";
}

export function isDecimalNegative(bits: bigint, size: DecimalSize): boolean {
  return unpack(bits, size).negative;
}

export function decimalInfinity(size: DecimalSize): bigint {
  return infinity(false, FORMATS[size]);
}

export function decimalNanOf(quiet: boolean, size: DecimalSize): bigint {
  const f = FORMATS[size];
  return notANumber(false, 0n, f) | (quiet ? 0n : 1n << BigInt(f.bits - 7));
}

export function decimalArithmetic(op: DecimalOp, left: bigint, right: bigint, size: DecimalSize): bigint {
  const f = FORMATS[size];
  const x = unpack(left, size);
  const second = unpack(right, size);
  if (x.kind === "nan") return notANumber(x.negative, x.coefficient, f);
  if (second.kind === "nan") return notANumber(second.negative, second.coefficient, f);
  const y = op === "sub" ? { ...second, negative: !second.negative } : second;
  switch (op) {
    case "add":
    case "sub":
      return add(x, y, f);
    case "mul":
      return multiply(x, y, f);
    case "div":
      return divide(x, y, f);
  }
}

function add(x: Parts, y: Parts, f: Format): bigint {
  if (x.kind === "infinite") {
    if (y.kind === "infinite" && x.negative !== y.negative) return notANumber(false, 0n, f);
    return infinity(x.negative, f);
  }
  if (y.kind === "infinite") return infinity(y.negative, f);
  const [high, low] = x.exponent >= y.exponent ? [x, y] : [y, x];
  const exponent = low.exponent;
  // What lies far below the last digit that counts decides only on which side of it the sum is.
  const gap = high.exponent - exponent;
  const far = f.digits + 3 + digitsOf(low.coefficient);
  if (gap > far && high.coefficient !== 0n) {
    const least = low.coefficient === 0n ? 0n : low.negative ? -1n : 1n;
    return rounded(signed(high) * power(far) + least, high.negative, high.exponent - far, f);
  }
  const sum = high.coefficient === 0n ? signed(low) : signed(high) * power(gap) + signed(low);
  // A sum of zero is positive, unless both are negative.
  return rounded(sum, x.negative && y.negative, exponent, f);
}

function signed({ negative, coefficient }: Parts): bigint {
  return negative ? -coefficient : coefficient;
}

function rounded(value: bigint, negativeZero: boolean, exponent: number, f: Format): bigint {
  const negative = value < 0n || (value === 0n && negativeZero);
  return round(negative, value < 0n ? -value : value, exponent, f);
}

function multiply(x: Parts, y: Parts, f: Format): bigint {
  const negative = x.negative !== y.negative;
  if (x.kind === "infinite" || y.kind === "infinite") {
    const isZero = [x, y].some(({ kind, coefficient }) => kind === "finite" && coefficient === 0n);
    return isZero ? notANumber(false, 0n, f) : infinity(negative, f);
  }
  return round(negative, x.coefficient * y.coefficient, x.exponent + y.exponent, f);
}

function divide(x: Parts, y: Parts, f: Format): bigint {
  const negative = x.negative !== y.negative;
  if (x.kind === "infinite") {
    return y.kind === "infinite" ? notANumber(false, 0n, f) : infinity(negative, f);
  }
  if (y.kind === "infinite") return round(negative, 0n, f.lowest, f);
  if (y.coefficient === 0n) {
    return x.coefficient === 0n ? notANumber(false, 0n, f) : infinity(negative, f);
  }
  const preferred = x.exponent - y.exponent;
  if (x.coefficient === 0n) return round(negative, 0n, preferred, f);
  const more = Math.max(0, f.digits + 2 + digitsOf(y.coefficient) - digitsOf(x.coefficient));
  const dividend = x.coefficient * power(more);
  const quotient = dividend / y.coefficient;
  const exponent = preferred - more;
  // One digit more stands for all that follow.
  if (quotient * y.coefficient !== dividend) return round(negative, quotient * 10n + 1n, exponent - 1, f);
  return round(negative, ...towards(preferred, quotient, exponent), f);
}

/** Compares numbers; a NaN is different from everything. */
export function compareDecimals(op: DecimalTest, left: bigint, right: bigint, size: DecimalSize): boolean {
  const [x, y] = [unpack(left, size), unpack(right, size)];
  if (x.kind === "nan" || y.kind === "nan") return op === "ne";
  const order = orderOf(x, y);
  switch (op) {
    case "eq":
      return order === 0;
    case "ne":
      return order !== 0;
    case "lt":
      return order < 0;
    case "le":
      return order <= 0;
    case "gt":
      return order > 0;
    case "ge":
      return order >= 0;
  }
}

/** The sign of x - y. */
function orderOf(x: Parts, y: Parts): number {
  const [a, b] = [signOf(x), signOf(y)];
  if (a !== b || a === 0) return a - b;
  if (x.kind === "infinite" || y.kind === "infinite") {
    return a * (Number(x.kind === "infinite") - Number(y.kind === "infinite"));
  }
  const magnitude = digitsOf(x.coefficient) + x.exponent - digitsOf(y.coefficient) - y.exponent;
  if (magnitude !== 0) return a * magnitude;
  const lowest = Math.min(x.exponent, y.exponent);
  const p = x.coefficient * power(x.exponent - lowest);
  const q = y.coefficient * power(y.exponent - lowest);
  return p === q ? 0 : p > q ? a : -a;
}

function signOf(x: Parts): number {
  if (x.kind === "finite" && x.coefficient === 0n) return 0;
  return x.negative ? -1 : 1;
}

// --------------------------------------------------------------------------------------------------- conversions

/** From one decimal format to another. */
export function convertDecimal(bits: bigint, from: DecimalSize, to: DecimalSize): bigint {
  if (from === to) return bits;
  const x = unpack(bits, from);
  const [f, g] = [FORMATS[from], FORMATS[to]];
  if (x.kind === "infinite") return infinity(x.negative, g);
  if (x.kind === "nan") {
    // A payload keeps its leading digits.
    const more = g.digits - f.digits;
    const payload = more > 0 ? x.coefficient * power(more) : x.coefficient / power(-more);
    return notANumber(x.negative, payload, g);
  }
  return round(x.negative, x.coefficient, x.exponent, g);
}

export function integerToDecimal(value: bigint, size: DecimalSize): bigint {
  const negative = value < 0n;
  const magnitude = negative ? -value : value;
  if (size !== 4) return round(negative, magnitude, 0, FORMATS[size]);
  return convertDecimal(round(negative, magnitude, 0, FORMATS[8]), 8, 4);
}

/**
 * Truncated to an integer type of so many bits. What it does not hold gives "none", the lowest number of the type, when a
 * program runs, and the "nearest", or 0 for a NaN, where gcc computes a constant.
 */
export function decimalToInteger(
  bits: bigint,
  size: DecimalSize,
  width: number,
  isSigned: boolean,
  outside: "none" | "nearest",
): bigint {
  const x = unpack(bits, size);
  const none = (): bigint => {
    const lowest = isSigned ? -1n << BigInt(width - 1) : 0n;
    if (outside === "none") return lowest;
    if (x.kind === "nan") return 0n;
    return x.negative ? lowest : lowest + mask(width);
  };
  if (x.kind === "finite" && x.coefficient === 0n) return 0n;
  if (x.kind !== "finite" || digitsOf(x.coefficient) + x.exponent > width) return none();
  const whole = x.exponent >= 0 ? x.coefficient * power(x.exponent) : x.coefficient / power(-x.exponent);
  const value = x.negative ? -whole : whole;
  const fits = isSigned ? BigInt.asIntN(width, value) === value : BigInt.asUintN(width, value) === value;
  return fits ? value : none();
}

/** Bits of the payload of a double's NaN: all behind the one that tells a quiet one. */
const DOUBLE_PAYLOAD = 51;
const QUIET_DOUBLE = 0x7ff8n << 48n;

/** From the bits of a double: exact where the format has room for it, with the exponent nearest to 0. */
export function doubleToDecimal(bits: bigint, size: DecimalSize): bigint {
  const f = FORMATS[size];
  const value = doubleOf(bits);
  const negative = bits >> 63n !== 0n;
  if (Number.isNaN(value)) {
    const payload = shifted(bits & mask(DOUBLE_PAYLOAD), payloadBits(f) - DOUBLE_PAYLOAD);
    return notANumber(negative, payload > f.mostPayload ? 0n : payload, f);
  }
  if (!Number.isFinite(value)) return infinity(negative, f);
  return round(negative, ...exactParts(Math.abs(value)), f);
}

/** A number without sign as coefficient and exponent, the exponent as near to 0 as can be. */
function exactParts(value: number): [bigint, number] {
  let whole = value;
  let halves = 0;
  // Exact: a double has at most 1074 binary places, and is an integer when they are gone.
  while (!Number.isInteger(whole)) {
    whole *= 2;
    halves++;
  }
  // whole / 2^halves = whole * 5^halves / 10^halves, and no factor of 10 is left over, as whole is odd then.
  return [BigInt(whole) * 5n ** BigInt(halves), -halves];
}

/** A constant. NON-SPEC: gcc computes it by way of its text, of at least two digits: 0.5 is 50E-2. */
export function constantToDecimal(value: number, size: DecimalSize): bigint {
  if (!Number.isFinite(value) || value === 0) return doubleToDecimal(bitsOfDouble(value), size);
  let [c, e] = exactParts(Math.abs(value));
  const drop = Math.max(0, digitsOf(c) - TEXT_DIGITS);
  [c, e] = towards(Number.POSITIVE_INFINITY, dropDigits(c, drop), e + drop);
  if (c < 10n) [c, e] = [c * 10n, e - 1];
  return convertDecimal(round(value < 0, c, e, WIDEST), 16, size);
}

/** Digits that gcc writes of a binary number. */
const TEXT_DIGITS = 48;

/** The bits of the nearest double. */
export function decimalToDouble(bits: bigint, size: DecimalSize): bigint {
  const f = FORMATS[size];
  const x = unpack(bits, size);
  const sign = x.negative ? 1n << 63n : 0n;
  if (x.kind === "nan") return sign | QUIET_DOUBLE | shifted(x.coefficient, DOUBLE_PAYLOAD - payloadBits(f));
  if (x.kind === "infinite") return sign | bitsOfDouble(Number.POSITIVE_INFINITY);
  return sign | bitsOfDouble(Number(`${x.coefficient}e${x.exponent}`));
}

/** The bits of the nearest float: not by way of the nearest double, which would round twice. */
export function decimalToFloat(bits: bigint, size: DecimalSize): bigint {
  const x = unpack(bits, size);
  if (x.kind !== "finite" || x.coefficient === 0n) {
    // The upper bits of a double, with the exponent of a float: zero, infinity, or a NaN and what fits of its payload.
    const double = decimalToDouble(bits, size);
    const special = x.kind === "finite" ? 0n : 0xffn << 23n;
    return ((double >> 63n) << 31n) | special | ((double >> 29n) & mask(23));
  }
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, nearestFloat(x));
  return BigInt(view.getUint32(0));
}

function nearestFloat({ negative, coefficient, exponent }: Parts): number {
  const sign = negative ? -1 : 1;
  const magnitude = digitsOf(coefficient) + exponent;
  if (magnitude > 50) return sign * Number.POSITIVE_INFINITY;
  if (magnitude < -60) return sign * 0;
  let [top, bottom] = [coefficient, 1n];
  if (exponent >= 0) top *= power(exponent);
  else bottom = power(-exponent);
  // About 50 bits, the last of which stands for all that follow, are rounded to 24 as the number itself would be.
  const shift = 50 - (top.toString(2).length - bottom.toString(2).length);
  if (shift >= 0) top <<= BigInt(shift);
  else bottom <<= BigInt(-shift);
  const quotient = top / bottom;
  const odd = quotient * bottom === top ? quotient : quotient | 1n;
  return sign * Math.fround(Number(odd) * 2 ** -shift);
}

function payloadBits(f: Format): number {
  return f.bits - 4 - f.exponentBits;
}

function shifted(value: bigint, by: number): bigint {
  return by >= 0 ? value << BigInt(by) : value >> BigInt(-by);
}

export function bitsOfDouble(value: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

export function floatOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setUint32(0, Number(bits));
  return view.getFloat32(0);
}

export function doubleOf(bits: bigint): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

// ---------------------------------------------------------------------------------------------------------- text

/** What became of a constant that the format does not have. */
export type Inexact = "overflow" | "underflow" | null;

/** The exponent of a constant; what is far beyond any decimal number is only that. */
export function clampExponent(text: string): number {
  return Math.max(-100_000, Math.min(100_000, Number(text)));
}

/**
 * The value of a constant of the text, digits * 10^exponent. NON-SPEC: gcc rounds all constants to the digits of
 * _Decimal128 first, and only then to those of their type.
 */
export function decimalConstant(
  digits: string,
  exponent: number,
  size: DecimalSize,
): { bits: bigint; inexact: Inexact } {
  const coefficient = BigInt(digits === "" ? "0" : digits);
  const bits = convertDecimal(round(false, coefficient, exponent, WIDEST), 16, size);
  const { kind, coefficient: given } = unpack(bits, size);
  if (kind === "infinite") return { bits, inexact: "overflow" };
  return { bits, inexact: coefficient !== 0n && given === 0n ? "underflow" : null };
}

/** As gcc writes a constant in its messages: `1.5`, `1E+30`, `-Inf`. */
export function decimalText(bits: bigint, size: DecimalSize): string {
  const { kind, negative, coefficient, exponent } = unpack(bits, size);
  const sign = negative ? "-" : "";
  if (kind !== "finite") return `${sign}${kind === "nan" ? "NaN" : "Infinity"}`;
  const digits = coefficient.toString();
  const scientific = digits.length - 1 + exponent;
  if (exponent > 0 || scientific < -6) {
    const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
    return `${sign}${digits[0]}${fraction}E${scientific < 0 ? "-" : "+"}${Math.abs(scientific)}`;
  }
  if (exponent === 0) return `${sign}${digits}`;
  const padded = digits.padStart(1 - exponent, "0");
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}
