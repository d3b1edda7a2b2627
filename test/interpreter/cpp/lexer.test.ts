import { describe, expect, it } from "vitest";
import { Interner } from "../../../interpreter/cpp/intern.js";
import { lexText } from "../../../interpreter/cpp/lexer.js";
import { TokenFlag, TokenKind } from "../../../interpreter/cpp/token.js";
import { expectTokens, spellings } from "./support.js";

const KIND_NAMES = Object.fromEntries(Object.entries(TokenKind).map(([name, kind]) => [kind, name]));

function kinds(text: string): string {
  const file = lexText(text, new Interner());
  return Array.from(file.kind.subarray(0, file.count), (kind) => KIND_NAMES[kind] ?? "HeaderName").join(" ");
}

describe("lexer", () => {
  it.each([
    ["x _1 $ é", "Identifier Identifier Identifier Identifier"],
    ["1 .5 0x1f 1e+3 1.2.3", "Number Number Number Number Number"],
    ["'a' L'a' u'a' U'a' '\\''", "Char Char Char Char Char"],
    ['"a" L"a" u8"a" u"a" U"a" "\\""', "String String String String String String"],
    ["u8'a'", "Identifier Char"],
    ['R"x(a"b)x" LR"(c)"', "String String"],
    ["+ >>= ... %:%: ##", "Punct Punct Punct Punct Punct"],
    ["@ ` \\ x", "Other Other Other Identifier"],
    ["'abc\n\"def\nx", "Other Other Identifier"],
    ["#include <a/b.h>", "Punct Identifier HeaderName"],
    ['# include_next /* */ "a\\b.h"', "Punct Identifier HeaderName"],
    [
      '#if __has_include(<a.h>) && __has_include("b.h")',
      "Punct Identifier Identifier Punct HeaderName Punct Punct Identifier Punct HeaderName Punct",
    ],
    ["#define A <a.h>", "Punct Identifier Identifier Punct Identifier Punct Identifier Punct"],
    ["include <a.h>", "Identifier Punct Identifier Punct Identifier Punct"],
    ["#include <a.h", "Punct Identifier Punct Identifier Punct Identifier"],
  ])("%s is %s", (text, expected) => expect(kinds(text)).toBe(expected));

  it("gives offsets in the text as it was written, splices or not", () => {
    const text = 'a\\\nb c\\\n\\\n d /*\\\n*/ e\\\r\n"x\\\ny" f';
    const file = lexText(text, new Interner());
    const starts = Array.from(file.offset.subarray(0, file.count));
    expect(starts.map((offset) => text[offset])).toEqual(["a", "c", "d", "e", '"', "f"]);
    expect(spellings(text)).toEqual(["ab", "c", "d", "e", '"xy"', "f"]);
  });

  it("marks the first token of a line and white space", () => {
    const file = lexText("a b(c\n  d/**/e\n/*\n*/f", new Interner());
    const flags = Array.from(file.flags.subarray(0, file.count));
    const both = TokenFlag.LineStart | TokenFlag.SpaceBefore;
    expect(flags).toEqual([both, TokenFlag.SpaceBefore, 0, 0, both, TokenFlag.SpaceBefore, both]);
  });

  it("takes a byte order mark, nothing at all, and a last line without an end", () => {
    expect(spellings("\ufeffa")).toEqual(["a"]);
    expect(spellings("")).toEqual([]);
    expect(spellings("a\\")).toEqual(["a"]);
    expect(spellings("// a")).toEqual([]);
  });

  it("reads \\u00e9 in a name as the letter", () => {
    expectTokens("#define é 1\né \\u00e9 éa \\U000000e9a", "1 1 éa éa");
  });

  it.each([
    ["#ifndef A\n#define A\nx\n#endif\n", "A"],
    ["/* c */\n#if !defined(A)\n#if 1\n#else\n#endif\n#endif /* c */", "A"],
    ["#if !defined A\n#endif", "A"],
    ["#ifndef A\n#else\n#endif", null],
    ["#ifndef A\n#endif\nx", null],
    ["x\n#ifndef A\n#endif", null],
    ["#ifndef A\n#endif\n#ifndef A\n#endif", null],
    ["#ifndef A\nx", null],
    ["#ifdef A\n#endif", null],
    ["#if !defined(A) && 1\n#endif", null],
  ])("the guard of %j is %s", (text, guard) => {
    const interner = new Interner();
    const file = lexText(text, interner);
    expect(file.guard === 0 ? null : interner.texts[file.guard]).toBe(guard);
  });

  it("keeps every spelling once, whatever their number", () => {
    const interner = new Interner();
    const words = Array.from({ length: 20_000 }, (_, i) => `w${i}`);
    const ids = words.map((word) => interner.intern(word));
    expect(new Set(ids).size).toBe(words.length);
    expect(words.map((word) => interner.intern(word))).toEqual(ids);
    expect(ids.map((id) => interner.texts[id])).toEqual(words);
  });
});
