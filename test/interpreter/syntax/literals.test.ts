import { describe, expect, it } from "vitest";
import { DiagnosticSink } from "../../../interpreter/source/diagnostic.js";
import { OriginTable } from "../../../interpreter/source/origin.js";
import { NO_SPAN } from "../../../interpreter/source/span.js";
import { decodeChar, decodeNumber, decodeStrings } from "../../../interpreter/syntax/literals.js";

function withMessages<T>(decode: (sink: DiagnosticSink) => T): { value: T; messages: string[] } {
  const sink = new DiagnosticSink(new OriginTable());
  const value = decode(sink);
  return { value, messages: sink.all.map((one) => `${one.severity}: ${one.text}`) };
}

const number = (text: string) => withMessages((sink) => decodeNumber(text, 0, NO_SPAN, sink));
const char = (text: string) => withMessages((sink) => decodeChar(text, 0, NO_SPAN, sink));
const strings = (...texts: string[]) => withMessages((sink) => decodeStrings(texts, 0, () => NO_SPAN, sink));

describe("integers", () => {
  it.each([
    ["0", 0n, false, false, 0],
    ["7", 7n, true, false, 0],
    ["18446744073709551615ULL", 18446744073709551615n, true, true, 2],
    ["9223372036854775807", 9223372036854775807n, true, false, 0],
    ["0xFFFFFFFFul", 0xffffffffn, false, true, 1],
    ["0XdeadBEEF", 0xdeadbeefn, false, false, 0],
    ["0755", 0o755n, false, false, 0],
    ["0b1011u", 11n, false, true, 0],
    ["10lu", 10n, true, true, 1],
    ["10LLU", 10n, true, true, 2],
    ["10L", 10n, true, false, 1],
  ])("%s", (text, value, decimal, unsigned, longs) => {
    expect(number(text)).toEqual({
      value: { kind: "IntegerLiteral", first: 0, last: 0, value, decimal, unsigned, longs },
      messages: [],
    });
  });

  it.each([
    ["089", 'error: invalid digit "9" in octal constant'],
    ["0x", 'error: invalid suffix "x" on integer constant'],
    ["0xg", 'error: invalid suffix "xg" on integer constant'],
    ["0b2", 'error: invalid suffix "b2" on integer constant'],
    ["12abc", 'error: invalid suffix "abc" on integer constant'],
    ["1lL", 'error: invalid suffix "lL" on integer constant'],
    ["1lll", 'error: invalid suffix "lll" on integer constant'],
    ["1uu", 'error: invalid suffix "uu" on integer constant'],
    ["0x1e+1", 'error: invalid suffix "+1" on integer constant'],
    ["1f", 'error: invalid suffix "f" on integer constant'],
    ["1i", "error: imaginary constants are not supported"],
    ["18446744073709551616", "warning: integer constant is too large for its type"],
  ])("%s: %s", (text, message) => expect(number(text).messages).toEqual([message]));
});

describe("floats", () => {
  it.each([
    ["1.0", 1, ""],
    [".5", 0.5, ""],
    ["5.", 5, ""],
    ["1e3", 1000, ""],
    ["1.5e-3f", Math.fround(0.0015), "f"],
    ["3.14L", 3.14, "l"],
    ["0x1p4", 16, ""],
    ["0x.8p0", 0.5, ""],
    ["0x1.8p-1f", 0.75, "f"],
    ["0x1.fffffffffffff8p0", 2, ""],
    ["0x1.fffffffffffff7p0", 2 - 2 ** -52, ""],
    ["0x1p-1074", 5e-324, ""],
    ["0x1p-1075", 0, ""],
    ["0x1.8p-1075", 5e-324, ""],
    ["0x1p1024", Number.POSITIVE_INFINITY, ""],
    ["0x1p-149f", 2 ** -149, "f"],
    ["0x1p-150f", 0, "f"],
    ["0x1.ffffffp127f", Number.POSITIVE_INFINITY, "f"],
    ["1e999", Number.POSITIVE_INFINITY, ""],
    ["1e99999999999f", Number.POSITIVE_INFINITY, "f"],
    ["089.5", 89.5, ""],
    ["1.0e+10", 1e10, ""],
  ])("%s", (text, value, suffix) => {
    const decoded = number(text);
    expect(decoded.messages).toEqual([]);
    expect(decoded.value).toMatchObject({ kind: "FloatLiteral", value, suffix, imaginary: false });
  });

  it("rounds a decimal float once, not first to double", () => {
    // Half-way between 1 and the next float, plus a little that a double cannot hold.
    expect(number("1.000000059604644775390625f").value).toMatchObject({ value: 1 });
    expect(number("1.0000000596046447753906250000000000000001f").value).toMatchObject({
      value: 1 + 2 ** -23,
    });
    expect(number("1.00000017881393432617187499999999999999999999f").value).toMatchObject({
      value: 1 + 2 ** -23,
    });
    // The tie itself goes to the even neighbour, here upwards.
    expect(number("1.000000178813934326171875f").value).toMatchObject({ value: 1 + 2 ** -22 });
  });

  it("reads imaginary constants as such", () => {
    expect(number("2.0i").value).toMatchObject({ value: 2, imaginary: true });
    expect(number("2.5fj").value).toMatchObject({ value: 2.5, suffix: "f", imaginary: true });
  });

  it.each([
    ["1.2.3", "error: too many decimal points in number"],
    ["1e", "error: exponent has no digits"],
    ["1.0e+", "error: exponent has no digits"],
    ["0x1.8", "error: hexadecimal floating constants require an exponent"],
    ["0x.p1", "error: no digits in hexadecimal floating constant"],
    ["1.0x", 'error: invalid suffix "x" on floating constant'],
    ["0x1p+e", "error: exponent has no digits"],
  ])("%s: %s", (text, message) => expect(number(text).messages).toEqual([message]));
});

describe("characters", () => {
  it.each([
    ["'a'", 97],
    ["'\\n'", 10],
    ["'\\0'", 0],
    ["'\\377'", -1],
    ["'\\xff'", -1],
    ["'\\e'", 27],
    ["'\\''", 39],
    ["'\"'", 34],
    ["L'\\xffffffff'", -1],
    ["L'\u20ac'", 0x20ac],
    ["u'\u20ac'", 0x20ac],
    ["U'\u{1f600}'", 0x1f600],
    ["u'\\u00e9'", 0xe9],
    ["'\\?'", 63],
  ])("%s", (text, value) => {
    expect(char(text)).toMatchObject({ value: { kind: "CharLiteral", value }, messages: [] });
  });

  it.each([
    ["'ab'", (97 << 8) | 98, "warning: multi-character character constant"],
    ["'\u00e9'", (0xc3 << 8) | 0xa9, "warning: multi-character character constant"],
    ["'abcde'", 0x62636465, "warning: character constant too long for its type"],
    ["''", 0, "error: empty character constant"],
    ["'\\x'", 0, "error: \\x used with no following hex digits"],
    ["'\\400'", 0, "warning: octal escape sequence out of range"],
    ["'\\x1ff'", -1, "warning: hex escape sequence out of range"],
    ["'\\q'", 113, "warning: unknown escape sequence: '\\q'"],
    ["L'ab'", 98, "warning: character constant too long for its type"],
  ])("%s: %s", (text, value, message) => {
    expect(char(text)).toMatchObject({ value: { value }, messages: [message] });
  });
});

describe("strings", () => {
  const units = (...texts: string[]) => Array.from(strings(...texts).value.units);

  it("joins adjacent literals after reading their escapes", () => {
    expect(units('"a\\x1"', '"2b"')).toEqual([97, 1, 50, 98]);
    expect(units('"\\1234"')).toEqual([0o123, 52]);
    expect(units('""')).toEqual([]);
  });

  it("encodes as UTF-8, UTF-16 and UTF-32", () => {
    expect(units('"\u00e9\u20ac\u{1f600}"')).toEqual([0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80]);
    expect(units('u"\u{1f600}a"')).toEqual([0xd83d, 0xde00, 97]);
    expect(units('L"\u{1f600}a"')).toEqual([0x1f600, 97]);
    expect(units('U"\\U0001F600"')).toEqual([0x1f600]);
    expect(units('"\\u00e9"')).toEqual([0xc3, 0xa9]);
  });

  it("takes the prefix of any of its parts, and refuses two different ones", () => {
    expect(strings('"a"', 'L"b"').value.encoding).toBe("L");
    expect(strings('u8"a"', '"b"').value).toMatchObject({ encoding: "u8" });
    expect(strings('L"a"', 'u"b"').messages).toEqual([
      "error: unsupported non-standard concatenation of string literals",
    ]);
  });

  it("reports bad universal names", () => {
    expect(strings('"\\u12"').messages).toEqual(["error: incomplete universal character name \\u12"]);
    expect(strings('"\\ud800"').messages).toEqual(["error: \\ud800 is not a valid universal character"]);
  });
});
