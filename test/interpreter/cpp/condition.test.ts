import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { expectMessages, expectTokens, run } from "./support.js";

const CONDITIONS: readonly (readonly [expression: string, holds: boolean])[] = [
  ["1", true],
  ["0", false],
  ["2 + 3 * 4 == 14", true],
  ["(2 + 3) * 4 == 20", true],
  ["7 / 2 == 3 && -7 / 2 == -3 && -7 % 2 == -1", true],
  ["1 << 3 >> 1 == 4", true],
  ["10 - 3 - 2 == 5", true],
  ["1 ? 2 : 3 ? 4 : 5", true],
  ["0 ? 1 : 0 ? 1 : 0", false],
  ["1 || 1 / 0", true],
  ["0 && 1 / 0", false],
  ["1 ? 1 : 1 / 0", true],
  ["(0 ? 1 / 0 : 2) == 2", true],
  ["1 | 2 ^ 3 & 1", true],
  ["(6 & 3) == 2 && (6 | 1) == 7 && (6 ^ 3) == 5 && ~0 == -1", true],
  ["!5 == 0 && !!5 == 1 && - -5 == 5 && +5 == 5", true],
  ["0x10 == 16 && 010 == 8 && 0b101 == 5", true],
  ["1u == 1 && 1UL == 1LL && 1ull == 1 && 1lU == 1", true],
  ["-1 < 0", true],
  ["-1 < 0u", false],
  ["-1 > 0u", true],
  ["-1 == 18446744073709551615u", true],
  ["9223372036854775807 + 0u + 1 == 9223372036854775808u", true],
  ["0x7fffffffffffffff > 0", true],
  ["0xffffffffffffffff > 0", true],
  ["0xffffffffffffffff == -1", true],
  ["(-1 / 2u) == 0x7fffffffffffffff", true],
  ["-1 >> 1 == -1", true],
  ["(-1 + 0u) >> 63 == 1", true],
  ["1 << 63 < 0", true],
  ["1u << 63 > 0", true],
  ["(1 << 64) == 0", true],
  ["(-1 >> 100) == -1", true],
  ["(1 << -1) == 0", true],
  ["(2 >> -1) == 4", true],
  ["(1 ? -1 : 0u) > 0", true],
  ["(0 || 0u - 1) == 1", true],
  ["(2 > 1u) - 2 < 0", true],
  ["'a' == 97", true],
  ["'\\n' == 10 && '\\x41' == 65 && '\\101' == 65 && '\\0' == 0", true],
  ["'\\377' < 0", true],
  ["L'\\xffffffff' < 0", true],
  ["u'\\xffff' == 65535", true],
  ["x == 0", true],
  ["int + 0 == 0", true],
  ["defined X || !defined(X)", true],
  ["defined ONE && defined(ONE) && !defined TWO", true],
  ["ONE + ONE == 2", true],
  ["F(1, ONE) == 2", true],
  ["HAS_ONE", true],
  ["EMPTY 1 EMPTY", true],
  ["__LINE__ == 5", true],
  ["__GNUC__ == 12 && __LP64__ && __SIZEOF_POINTER__ == 8", true],
  ["__LONG_MAX__ == 0x7fffffffffffffff && __INT_MAX__ == 2147483647", true],
  ["__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ && __CHAR_BIT__ == 8", true],
  ["__has_attribute(packed) && __has_attribute(__noreturn__) && !__has_attribute(nonsense)", true],
  ["__has_builtin(__builtin_expect) && !__has_builtin(__builtin_nonsense)", true],
  [
    "__has_c_attribute(fallthrough) >= 201904 && !__has_c_attribute(clang::x) && __has_c_attribute(gnu::packed)",
    true,
  ],
  ["__STDC_VERSION__ >= 201710L", true],
  ["1, 2", true],
];

const SETUP = "#define ONE 1\n#define EMPTY\n#define F(a, b) ((a) + (b))\n#define HAS_ONE defined(ONE)\n";

describe("conditions", () => {
  it.each(CONDITIONS)("#if %s: %s", (expression, holds) => {
    expectTokens(`${SETUP}#if ${expression}\nyes\n#else\nno\n#endif`, holds ? "yes" : "no");
  });

  it.runIf(spawnSync("gcc", ["--version"]).status === 0)("gcc gives the same answers", () => {
    const text = CONDITIONS.map(
      ([expression], i) => `#line 5\n#if ${expression}\ny${i}\n#else\nn${i}\n#endif\n`,
    ).join("");
    const gcc = spawnSync("gcc", ["-E", "-P", "-w", "-"], { input: SETUP + text, encoding: "utf8" });
    expect(gcc.stdout.trim().split(/\s+/)).toEqual(
      CONDITIONS.map(([, holds], i) => `${holds ? "y" : "n"}${i}`),
    );
  });

  it.each([
    ["", "main.c:1:4: error: #if with no expression"],
    ["()", "main.c:1:6: error: missing expression between '(' and ')'"],
    ["(1", "main.c:1:5: error: missing ')' in expression"],
    ["1)", "main.c:1:6: error: missing '(' in expression"],
    ["1 +", "main.c:1:8: error: operator '+' has no right operand"],
    ["* 1", "main.c:1:5: error: operator '*' has no left operand"],
    ["1 2", 'main.c:1:7: error: missing binary operator before token "2"'],
    ["1 = 2", 'main.c:1:7: error: token "=" is not valid in preprocessor expressions'],
    ["x(1)", 'main.c:1:6: error: missing binary operator before token "("'],
    ["1 ? 2", "main.c:1:7: error: '?' without following ':'"],
    ["1 : 2", "main.c:1:7: error: ':' without preceding '?'"],
    ["defined", 'main.c:1:5: error: operator "defined" requires an identifier'],
    ["defined(X", "main.c:1:5: error: missing ')' after \"defined\""],
    ['"a"', 'main.c:1:5: error: token ""a"" is not valid in preprocessor expressions'],
    ["1.5", "main.c:1:5: error: floating constant in preprocessor expression"],
    ["089", 'main.c:1:5: error: invalid digit "9" in octal constant'],
    ["1x", 'main.c:1:5: error: invalid suffix "x" on integer constant'],
    ["1 / 0", "main.c:1:7: error: division by zero in #if"],
    ["1 % 0u", "main.c:1:7: error: division by zero in #if"],
    ["''", "main.c:1:5: error: empty character constant"],
    ["__has_include", "main.c:1:5: error: missing '(' before \"__has_include\" operand"],
    ["__has_include(x)", 'main.c:1:5: error: operator "__has_include" requires a header-name'],
  ])("#if %s is refused", (expression, message) => {
    expectMessages(`#if ${expression}\nyes\n#else\nno\n#endif`, [message], "no");
  });

  it.each([
    [
      "0x7fffffffffffffff + 1",
      "main.c:1:24: warning: integer overflow in preprocessor expression [-Woverflow]",
    ],
    ["18446744073709551615", "main.c:1:5: warning: integer constant is so large that it is unsigned"],
    ["99999999999999999999", "main.c:1:5: warning: integer constant is too large for its type"],
    ["'ab'", "main.c:1:5: warning: multi-character character constant"],
    ["'abcde'", "main.c:1:5: warning: character constant too long for its type"],
  ])("#if %s is warned about", (expression, message) => {
    expectMessages(`#if ${expression}\n#endif`, [message]);
  });

  it("an undefined name is mentioned only if asked", () => {
    const { diagnostics } = run("#if X && Y\n#elif defined Z\n#endif", {}, { warnUndefined: true });
    expect(diagnostics.all.map((one) => `${one.text} ${one.code}`)).toEqual([
      '"X" is not defined, evaluates to 0 -Wundef',
    ]);
  });

  it("nesting without end is refused, not followed", () => {
    for (const text of ["(".repeat(50_000), "!".repeat(50_000), "1 ? ".repeat(50_000), "- ".repeat(50_000)]) {
      const { diagnostics } = run(`#if ${text}\n#endif`);
      expect(diagnostics.all.map((one) => one.text)).toEqual(["#if nested more than 500 deep"]);
    }
  });
});

describe("groups", () => {
  it.each([
    ["#if 1\na\n#elif 1\nb\n#else\nc\n#endif", "a"],
    ["#if 0\na\n#elif 1\nb\n#elif 1\nc\n#else\nd\n#endif", "b"],
    ["#if 0\na\n#elif 0\nb\n#else\nc\n#endif", "c"],
    ["#if 0\n#if 1\na\n#else\nb\n#endif\n#elif 1\nc\n#endif\nd", "c d"],
    ["#if 1\n#if 0\na\n#else\nb\n#endif\n#else\nc\n#endif", "b"],
    ["#ifdef A\na\n#endif\n#ifndef A\nb\n#endif", "b"],
    ["#define A\n#ifdef A\na\n#else\nb\n#endif", "a"],
    ["#define B\n#ifdef A\na\n#elifdef B\nb\n#endif", "b"],
    ["#ifdef A\na\n#elifndef B\nb\n#endif", "b"],
    ["#if 1\na\n#elif 1 / 0 +\nb\n#endif", "a"],
    ["#if 0\n#if garbage ( \" '\n#nonsense\n#else garbage\n#endif garbage\n#endif\na", "a"],
    ["#if 0\n'unpaired\n\"also\n#error no\n#include <nothing>\n#define A\n#endif\n#ifdef A\na\n#endif", ""],
    ["#if 0\n#\n# 12\n#else\na\n#endif", "a"],
    ["#if 1 /*\n*/ == 1\na\n#endif", "a"],
    ["#if 1 == \\\n1\na\n#endif", "a"],
  ])("%j gives %j", (text, expected) => expectTokens(text, expected));
});
