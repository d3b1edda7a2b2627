// Integer and character constants as #if sees them: 64-bit intmax_t or uintmax_t (C17 6.10.1p4).

/** A value of a preprocessor expression: `value` always lies in the range of its type. */
export interface IfNumber {
  readonly value: bigint;
  readonly isUnsigned: boolean;
}

export interface ParsedConstant {
  readonly number: IfNumber;
  readonly error?: string;
  readonly warning?: string;
}

export function makeNumber(value: bigint, isUnsigned: boolean): IfNumber {
  return { value: isUnsigned ? BigInt.asUintN(64, value) : BigInt.asIntN(64, value), isUnsigned };
}

export const ZERO: IfNumber = { value: 0n, isUnsigned: false };
export const ONE: IfNumber = { value: 1n, isUnsigned: false };

const INTEGER =
  /^(?:0[xX](?<hex>[0-9a-fA-F]+)|0[bB](?<bin>[01]+)|(?<oct>0[0-7]*)|(?<dec>[1-9][0-9]*))(?<suffix>\w*)$/;
const SUFFIX = /^(?:[uU](?:[lL]|ll|LL)?|(?:[lL]|ll|LL)[uU]?)?$/;
const FLOATING =
  /^(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|0[xX][0-9a-fA-F]*\.?[0-9a-fA-F]*[pP][+-]?[0-9]+)\w*$/;

export function parseInteger(text: string): ParsedConstant {
  if (text === "0") return { number: ZERO };
  if (text === "1") return { number: ONE };
  const groups = INTEGER.exec(text)?.groups;
  if (groups === undefined || (groups.suffix !== "" && !SUFFIX.test(groups.suffix!))) {
    return { number: ZERO, error: whyNoInteger(text, groups?.suffix) };
  }
  const { hex, bin, oct, dec } = groups;
  const digits =
    hex !== undefined ? `0x${hex}` : bin !== undefined ? `0b${bin}` : oct !== undefined ? `0o${oct}` : dec!;
  const value = BigInt(digits);
  const wrapped = BigInt.asUintN(64, value);
  const hasU = /[uU]/.test(groups.suffix!);
  const isUnsigned = hasU || wrapped > 0x7fff_ffff_ffff_ffffn;
  const number = { value: wrapped, isUnsigned };
  if (wrapped !== value) return { number, warning: "integer constant is too large for its type" };
  if (isUnsigned && !hasU && dec !== undefined) {
    return { number, warning: "integer constant is so large that it is unsigned" };
  }
  return { number };
}

function whyNoInteger(text: string, suffix: string | undefined): string {
  if (suffix === undefined && FLOATING.test(text)) return "floating constant in preprocessor expression";
  if (/^0[0-9]*[89]/.test(text)) return `invalid digit "${text.includes("9") ? 9 : 8}" in octal constant`;
  const binary = /^0[bB][01]*([2-9])/.exec(text);
  if (binary !== null) return `invalid digit "${binary[1]!}" in binary constant`;
  const rest = suffix ?? text.replace(/^(?:0[xXbB])?[0-9a-fA-F]*?(?=[g-zG-Z_.]|$)/, "");
  return `invalid suffix "${rest}" on integer constant`;
}

const ESCAPES: Readonly<Record<string, number>> = {
  ...{ n: 10, t: 9, r: 13, a: 7, b: 8, f: 12, v: 11, e: 27, E: 27, "\\": 92, "'": 39, '"': 34, "?": 63 },
};

/** The value of 'x', L'x', u'x', U'x'. Multi-character constants as gcc packs them. */
export function parseCharacter(text: string): ParsedConstant {
  const quote = text.indexOf("'");
  const prefix = text.slice(0, quote);
  const bits = prefix === "" || prefix === "u8" ? 8 : prefix === "u" ? 16 : 32;
  const units: number[] = [];
  const body = text.slice(quote + 1, -1);
  let warning: string | undefined;
  for (let i = 0; i < body.length; ) {
    if (/^\\x(?![0-9a-fA-F])/.test(body.slice(i))) {
      return { number: ZERO, error: "\\x used with no following hex digits" };
    }
    const match = /^\\(?:x([0-9a-fA-F]+)|([0-7]{1,3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([\s\S]))/.exec(
      body.slice(i),
    );
    if (match === null) {
      const point = body.codePointAt(i)!;
      i += point > 0xffff ? 2 : 1;
      units.push(...encode(point, bits));
      continue;
    }
    i += match[0].length;
    const [, hex, octal, short, long, letter] = match;
    if (hex !== undefined) units.push(Number(BigInt.asUintN(bits, BigInt(`0x${hex}`))));
    else if (octal !== undefined) units.push(Number.parseInt(octal, 8));
    else if (letter !== undefined) {
      const value = ESCAPES[letter];
      if (value === undefined) warning = `unknown escape sequence: '\\${letter}'`;
      units.push(value ?? letter.charCodeAt(0));
    } else {
      units.push(...encode(Number.parseInt((short ?? long)!, 16), bits));
    }
  }
  if (units.length === 0) return { number: ZERO, error: "empty character constant" };
  if (bits !== 8) {
    const value = BigInt(units.at(-1)!);
    const number = prefix === "L" ? makeNumber(BigInt.asIntN(32, value), false) : makeNumber(value, true);
    return units.length > 1 ? { number, warning: "character constant too long for its type" } : { number };
  }
  let packed = 0n;
  for (const unit of units) packed = (packed << 8n) | BigInt(unit & 0xff);
  if (units.length > 1) {
    warning =
      units.length > 4 ? "character constant too long for its type" : "multi-character character constant";
  }
  const value = units.length === 1 ? BigInt.asIntN(8, packed) : BigInt.asIntN(32, packed);
  const number = makeNumber(value, false);
  return warning === undefined ? { number } : { number, warning };
}

function encode(point: number, bits: number): number[] {
  if (bits === 32) return [point];
  if (bits === 16) {
    if (point <= 0xffff) return [point];
    return [0xd800 + ((point - 0x10000) >> 10), 0xdc00 + ((point - 0x10000) & 0x3ff)];
  }
  if (point < 0x80) return [point];
  if (point < 0x800) return [0xc0 | (point >> 6), 0x80 | (point & 63)];
  if (point < 0x10000) return [0xe0 | (point >> 12), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
  return [0xf0 | (point >> 18), 0x80 | ((point >> 12) & 63), 0x80 | ((point >> 6) & 63), 0x80 | (point & 63)];
}
