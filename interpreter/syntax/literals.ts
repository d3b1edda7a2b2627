// Constants: from the spelling of numbers, characters and strings to their values.
//
// The hard thing is to be exact: integers are BigInt; a decimal float is rounded once, to the type its suffix
// names (through double first, it would be rounded twice); hexadecimal floats are built from their bits.
// Rules: C17 6.4.4 and 6.4.5, with what gcc adds (binary integers, `i` suffixes, \e, multi-character constants).

import { clampExponent, type DecimalSize, decimalConstant } from "../decimal/bid.js";
import type { DiagnosticSink } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";
import type {
  CharLiteral,
  DecimalLiteral,
  Encoding,
  FloatLiteral,
  IntegerLiteral,
  StringLiteral,
} from "./ast.js";

const INTEGER = /^(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|(0[0-7]*)|([1-9][0-9]*))([a-zA-Z_0-9.]*)$/;
const INTEGER_SUFFIX = /^(?:(u)(l|L|ll|LL)?|(l|L|ll|LL)(u)?)?$/i;
const FLOAT = /^(?:([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]+))?)([a-zA-Z_][a-zA-Z_0-9]*)?$/;
const HEX_FLOAT = /^0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?[0-9]+)([a-zA-Z_][a-zA-Z_0-9]*)?$/;
const FLOAT_SUFFIXES = new Map<string, { suffix: "" | "f" | "l"; imaginary: boolean }>();
for (const [names, suffix] of [
  [" d f64 f32x", ""],
  ["f f32", "f"],
  ["l f64x f128", "l"],
] as const) {
  for (const name of names.split(" ")) {
    FLOAT_SUFFIXES.set(name, { suffix, imaginary: false });
    for (const i of ["i", "j"]) {
      FLOAT_SUFFIXES.set(name + i, { suffix, imaginary: true });
      FLOAT_SUFFIXES.set(i + name, { suffix, imaginary: true });
    }
  }
}
/** Both letters are of one case. */
const DECIMAL_SUFFIXES = new Map<string, DecimalSize>([
  ["df", 4],
  ["DF", 4],
  ["dd", 8],
  ["DD", 8],
  ["dl", 16],
  ["DL", 16],
]);
const TWO_TO_64 = 1n << 64n;

/** The value of a preprocessing number; mistakes are reported and leave 0 or what can be made of it. */
export function decodeNumber(
  text: string,
  token: number,
  span: Span,
  sink: DiagnosticSink,
): IntegerLiteral | FloatLiteral | DecimalLiteral {
  // One digit is the commonest number by far.
  if (text.length === 1) return integer(token, BigInt(text.charCodeAt(0) - 48), text !== "0");
  const isHex = /^0[xX]/.test(text);
  if (isHex ? /[pP.]/.test(text) : !/^0[bB]/.test(text) && /[.eE]/.test(text)) {
    return decodeFloat(text, isHex, token, span, sink);
  }
  const match = INTEGER.exec(text);
  if (match === null) {
    const suffix = text.replace(isHex ? /^0[xX][0-9a-fA-F]*/ : /^(0[bB])?[0-9]*/, "");
    sink.error(span, `invalid suffix "${suffix}" on integer constant`);
    return integer(token, 0n, true);
  }
  const [, hex, binary, octal, decimal, suffix = ""] = match;
  const parts = INTEGER_SUFFIX.exec(suffix);
  if (parts === null || /lL|Ll/.test(suffix)) {
    if (octal !== undefined && /^[89]/.test(suffix)) {
      // The greatest one, as gcc says it.
      sink.error(span, `invalid digit "${suffix.includes("9") ? 9 : 8}" in octal constant`);
    } else if (/^[ij]$/i.test(suffix)) {
      sink.error(span, "imaginary constants are not supported");
    } else {
      sink.error(span, `invalid suffix "${suffix}" on integer constant`);
    }
    return integer(token, 0n, true);
  }
  let value =
    hex !== undefined
      ? BigInt(`0x${hex}`)
      : binary !== undefined
        ? BigInt(`0b${binary}`)
        : octal !== undefined
          ? BigInt(`0o${octal}`)
          : BigInt(decimal!);
  if (value >= TWO_TO_64) {
    sink.warning(null, span, "integer constant is too large for its type");
    value %= TWO_TO_64;
  }
  const unsigned = parts[1] !== undefined || parts[4] !== undefined;
  const longs = (parts[2] ?? parts[3] ?? "").length as 0 | 1 | 2;
  return {
    kind: "IntegerLiteral",
    first: token,
    last: token,
    value,
    decimal: decimal !== undefined,
    unsigned,
    longs,
  };
}

function integer(token: number, value: bigint, decimal: boolean): IntegerLiteral {
  return { kind: "IntegerLiteral", first: token, last: token, value, decimal, unsigned: false, longs: 0 };
}

function decodeFloat(
  text: string,
  isHex: boolean,
  token: number,
  span: Span,
  sink: DiagnosticSink,
): FloatLiteral | DecimalLiteral {
  const fail = (message: string): FloatLiteral => {
    sink.error(span, message);
    return { kind: "FloatLiteral", first: token, last: token, value: 0, suffix: "", imaginary: false };
  };
  if ((text.match(/\./g)?.length ?? 0) > 1) return fail("too many decimal points in number");
  if (isHex && !/[pP]/.test(text)) return fail("hexadecimal floating constants require an exponent");
  const match = (isHex ? HEX_FLOAT : FLOAT).exec(text);
  if (match === null || (isHex ? /[pP][+-]?(?![+-]?[0-9])/ : /[eE][+-]?(?![+-]?[0-9])/).test(text)) {
    return fail("exponent has no digits");
  }
  const [, whole = "", fraction = "", exponentText = "0", suffixText = ""] = match;
  if (whole === "" && fraction === "") return fail("no digits in hexadecimal floating constant");
  const decimal = isHex ? undefined : DECIMAL_SUFFIXES.get(suffixText);
  if (decimal !== undefined) {
    const shift = clampExponent(exponentText) - fraction.length;
    const constant = decimalConstant(whole + fraction, shift, decimal);
    return { kind: "DecimalLiteral", first: token, last: token, size: decimal, ...constant };
  }
  if (isHex && DECIMAL_SUFFIXES.has(suffixText)) {
    return fail(`invalid suffix "${suffixText}" with hexadecimal floating constant`);
  }
  const known = FLOAT_SUFFIXES.get(suffixText.toLowerCase());
  if (known === undefined) return fail(`invalid suffix "${suffixText}" on floating constant`);
  const { suffix, imaginary } = known;
  // Far beyond any double; keeps the exact arithmetic below small.
  const exponent = Math.max(-100_000, Math.min(100_000, Number(exponentText)));
  const value = isHex
    ? fromBits(
        BigInt(`0x${whole}${fraction}`),
        exponent - 4 * fraction.length,
        suffix === "f" ? FLOAT32 : FLOAT64,
      )
    : suffix === "f"
      ? decimalToFloat32(whole + fraction, exponent - fraction.length)
      : Number(`${whole}.${fraction}e${exponent}`);
  return { kind: "FloatLiteral", first: token, last: token, value, suffix, imaginary };
}

interface FloatFormat {
  readonly precision: number;
  /** Exponent of the least significant bit of the smallest number. */
  readonly lowest: number;
  readonly max: number;
}
const FLOAT32: FloatFormat = { precision: 24, lowest: -149, max: (2 - 2 ** -23) * 2 ** 127 };
const FLOAT64: FloatFormat = { precision: 53, lowest: -1074, max: Number.MAX_VALUE };

/** mantissa * 2^exponent, rounded to nearest, ties to even. */
function fromBits(mantissa: bigint, exponent: number, format: FloatFormat): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  const drop = Math.max(bits - format.precision, format.lowest - exponent);
  if (drop > bits + 1) return 0;
  if (drop > 0) {
    const shift = BigInt(drop);
    const rest = mantissa & ((1n << shift) - 1n);
    const half = 1n << (shift - 1n);
    mantissa >>= shift;
    if (rest > half || (rest === half && (mantissa & 1n) === 1n)) mantissa++;
    exponent += drop;
  }
  // In two steps, so that 2^exponent itself neither overflows nor vanishes where the product does not.
  const step = Math.trunc(exponent / 2);
  const value = Number(mantissa) * 2 ** step * 2 ** (exponent - step);
  return value > format.max ? Number.POSITIVE_INFINITY : value;
}

/**
 * Rounding to double and then to float goes wrong only where the double lies exactly half-way between two
 * floats: then the digits say on which side of it the decimal number really is.
 */
function decimalToFloat32(digits: string, exponent: number): number {
  const double = Number(`${digits}e${exponent}`);
  const float = Math.fround(double);
  if (float === double || !Number.isFinite(double)) return float;
  const other = float < double ? nextFloat32(float, 1) : nextFloat32(float, -1);
  if (Math.abs(double - float) !== Math.abs(other - double)) return float;
  const side = compareDecimal(digits, exponent, double);
  if (side === 0) return float;
  return side > 0 === other > float ? other : float;
}

function nextFloat32(value: number, direction: 1 | -1): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, value);
  view.setInt32(0, view.getInt32(0) + direction);
  return view.getFloat32(0);
}

/** Sign of (digits * 10^exponent - value), exactly; value is positive and finite. */
function compareDecimal(digits: string, exponent: number, value: number): number {
  let left = BigInt(digits);
  let twos = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    twos++;
  }
  let right = BigInt(value);
  left <<= BigInt(twos);
  if (exponent >= 0) left *= 10n ** BigInt(exponent);
  else right *= 10n ** BigInt(-exponent);
  return left < right ? -1 : left > right ? 1 : 0;
}

// ---------------------------------------------------------------- characters and strings

/** Bits of a code unit by encoding. wchar_t is int. */
const UNIT_BITS: Readonly<Record<Encoding, 8 | 16 | 32>> = { "": 8, u8: 8, u: 16, U: 32, L: 32 };

export function decodeChar(text: string, token: number, span: Span, sink: DiagnosticSink): CharLiteral {
  const quote = text.indexOf("'");
  const encoding = text.slice(0, quote) as Encoding;
  const units: number[] = [];
  decodeUnits(text.slice(quote + 1, text.endsWith("'") ? -1 : undefined), encoding, span, sink, units);
  let value = 0;
  if (units.length === 0) {
    sink.error(span, "empty character constant");
  } else if (encoding === "") {
    if (units.length > 4) sink.warning(null, span, "character constant too long for its type");
    else if (units.length > 1) sink.warning("-Wmultichar", span, "multi-character character constant");
    for (const unit of units) value = (value << 8) | unit;
    if (units.length === 1) value = (value << 24) >> 24;
  } else {
    if (units.length > 1) sink.warning(null, span, "character constant too long for its type");
    value = units[encoding === "u8" ? 0 : units.length - 1]!;
    if (encoding === "L") value |= 0;
  }
  return { kind: "CharLiteral", first: token, last: token, value, encoding };
}

/** Adjacent literals as one: the encoding is that of the one that has a prefix. */
export function decodeStrings(
  texts: readonly string[],
  first: number,
  spanOf: (token: number) => Span,
  sink: DiagnosticSink,
): StringLiteral {
  let encoding: Encoding = "";
  for (let i = 0; i < texts.length; i++) {
    const prefix = texts[i]!.slice(0, texts[i]!.indexOf('"')) as Encoding;
    if (prefix === "" || prefix === encoding) continue;
    if (encoding !== "") {
      sink.error(spanOf(first + i), "unsupported non-standard concatenation of string literals");
    }
    encoding = prefix;
  }
  const units: number[] = [];
  for (let i = 0; i < texts.length; i++) {
    const text = texts[i]!;
    const body = text.slice(text.indexOf('"') + 1, -1);
    decodeUnits(body, encoding, spanOf(first + i), sink, units);
  }
  const bits = UNIT_BITS[encoding];
  const array =
    bits === 8 ? new Uint8Array(units) : bits === 16 ? new Uint16Array(units) : new Uint32Array(units);
  return {
    kind: "StringLiteral",
    first,
    last: first + texts.length - 1,
    encoding,
    units: array,
  };
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  n: 10,
  t: 9,
  r: 13,
  a: 7,
  b: 8,
  f: 12,
  v: 11,
  e: 27,
  E: 27,
  "\\": 92,
  "'": 39,
  '"': 34,
  "?": 63,
};

function decodeUnits(
  body: string,
  encoding: Encoding,
  span: Span,
  sink: DiagnosticSink,
  out: number[],
): void {
  const bits = UNIT_BITS[encoding];
  for (let i = 0; i < body.length; ) {
    const point = body.codePointAt(i)!;
    i += point > 0xffff ? 2 : 1;
    if (point !== 92) {
      if (point < 0x80) out.push(point);
      else pushPoint(point, bits, out);
      continue;
    }
    const letter = body[i++] ?? "";
    const simple = SIMPLE_ESCAPES[letter];
    if (simple !== undefined) {
      out.push(simple);
    } else if (letter >= "0" && letter <= "7") {
      let value = letter.charCodeAt(0) - 48;
      for (let n = 1; n < 3 && body[i]! >= "0" && body[i]! <= "7"; n++)
        value = value * 8 + Number(body[i++]!);
      out.push(clip(value, bits, "octal escape sequence out of range", span, sink));
    } else if (letter === "x") {
      const digits = /^[0-9a-fA-F]+/.exec(body.slice(i))?.[0] ?? "";
      i += digits.length;
      if (digits === "") {
        sink.error(span, "\\x used with no following hex digits");
        out.push(0);
      } else {
        const value = digits.length > 8 ? Number.POSITIVE_INFINITY : Number.parseInt(digits, 16);
        const low = Number.parseInt(digits.slice(-8), 16);
        out.push(
          clip(
            value > 0xffffffff ? 2 ** 32 + low : value,
            bits,
            "hex escape sequence out of range",
            span,
            sink,
          ),
        );
      }
    } else if (letter === "u" || letter === "U") {
      const size = letter === "u" ? 4 : 8;
      const digits = /^[0-9a-fA-F]*/.exec(body.slice(i, i + size))![0];
      i += digits.length;
      if (digits.length < size) {
        sink.error(span, `incomplete universal character name \\${letter}${digits}`);
      } else {
        const named = Number.parseInt(digits, 16);
        if (named > 0x10ffff || (named >= 0xd800 && named < 0xe000)) {
          sink.error(span, `\\${letter}${digits} is not a valid universal character`);
        } else {
          pushPoint(named, bits, out);
        }
      }
    } else {
      sink.warning(null, span, `unknown escape sequence: '\\${letter}'`);
      if (letter !== "") pushPoint(letter.codePointAt(0)!, bits, out);
    }
  }
}

function clip(value: number, bits: number, message: string, span: Span, sink: DiagnosticSink): number {
  const limit = 2 ** bits;
  if (value < limit) return value;
  sink.warning(null, span, message);
  return value % limit;
}

function pushPoint(point: number, bits: 8 | 16 | 32, out: number[]): void {
  if (bits === 32) {
    out.push(point);
  } else if (bits === 16) {
    if (point > 0xffff) out.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
    else out.push(point);
  } else if (point < 0x80) {
    out.push(point);
  } else if (point < 0x800) {
    out.push(0xc0 | (point >> 6), 0x80 | (point & 63));
  } else if (point >= 0xdc80 && point <= 0xdcff) {
    // A byte of a file that is no UTF-8, as who read the file wrote it: it stays that byte.
    out.push(point & 0xff);
  } else if (point < 0x10000) {
    out.push(0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63));
  } else {
    out.push(
      0xf0 | (point >> 18),
      0x80 | ((point >> 12) & 63),
      0x80 | ((point >> 6) & 63),
      0x80 | (point & 63),
    );
  }
}
