import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LexCache } from "../../../interpreter/cpp/cache.js";
import type { PreprocessOptions } from "../../../interpreter/cpp/options.js";
import { printTokens } from "../../../interpreter/cpp/print.js";
import { type Files, run, spellings } from "./support.js";

const RUNS = 400;

// gcc's own macros play no part here and cost more than the texts.
function bare(text: string, files: Files = {}, options: PreprocessOptions = {}) {
  return run(text, files, { ...options, predefined: "none" });
}

const PIECES = [
  ..."()[]{},;:?.+-*/%&|^~!=<>#@\\'\"\n\t $ ",
  ...[
    "f",
    "g",
    "h",
    "A",
    "B",
    "x",
    "1",
    "0x2",
    "1.5e",
    "##",
    "...",
    "__VA_ARGS__",
    "__VA_OPT__(",
    "__VA_OPT__",
  ],
  ...[
    "#define ",
    "\n#define f(a) ",
    "\n#define g(a,...) ",
    "\n#define A ",
    "\n#undef f\n",
    "\n#if ",
    "\n#ifdef A\n",
  ],
  ...[
    "\n#else\n",
    "\n#elif 1\n",
    "\n#endif\n",
    "\n#include <x>\n",
    '\n#include "self.h"\n',
    "\n#line 3\n",
    "\n#pragma once\n",
  ],
  ...[
    "defined",
    "__LINE__",
    "__COUNTER__",
    "__FILE__",
    '_Pragma("x")',
    "__has_include(",
    "f(",
    "g(1,",
    "f\n(",
    "a##b",
  ],
  ...["/*", "*/", "//", "\\\n", "'a'", '"s"', 'L"', "u8", 'R"(', "é", "\\u00e9", "\u{1f600}", "\0", "\r\n"],
];

const soup = fc.array(fc.constantFrom(...PIECES), { maxLength: 60 }).map((parts) => parts.join(""));

/** Definitions that make sense, and text that uses them. */
const program = fc
  .tuple(
    fc.array(
      fc.constantFrom(
        "a",
        "b",
        "a##b",
        "#a",
        "f",
        "f(b)",
        "g",
        "g(a,b)",
        "A",
        "B",
        "1",
        "+",
        "-",
        ",",
        "(a)",
        " ",
      ),
      {
        maxLength: 8,
      },
    ),
    fc.array(fc.constantFrom("x", "A", "B", "f", "g(1,2)", "g(A,f)", "+", "-", ".", "2", "L", "'c'", " "), {
      maxLength: 8,
    }),
    fc.array(
      fc.constantFrom("f(", ")", "g(A,", "f", "g", "A", "B", "x", "1", ".", "+", "-", "<", "=", "\n", " "),
      {
        maxLength: 20,
      },
    ),
  )
  .map(
    ([g, a, text]) =>
      `#define f(a) a[a]\n#define g(a,b) ${g.join("")}\n#define A ${a.join("")}\n#define B\n${text.join("")}\n`,
  );

describe("properties of the preprocessor", () => {
  it("no text makes it throw or hang", () => {
    fc.assert(
      fc.property(soup, (text) => {
        const { tokens } = bare(
          text,
          { "self.h": text },
          { limits: { maxTokens: 10_000, maxIncludeDepth: 4 } },
        );
        expect(tokens.length).toBeLessThanOrEqual(20_000);
      }),
      { numRuns: RUNS, seed: 20260 },
    );
  });

  it("what is printed reads as the same tokens", () => {
    fc.assert(
      fc.property(fc.oneof(soup, program), (text) => {
        const { tokens } = bare(text);
        // A lone quote takes the rest of its line with it; what follows it here stood on that line before.
        fc.pre(!tokens.text.some((spelling) => /^['"\\]/.test(spelling) && !/^(['"]).*\1$/s.test(spelling)));
        expect(spellings(printTokens(tokens))).toEqual(tokens.text);
      }),
      { numRuns: RUNS, seed: 20261 },
    );
  });

  it("preprocessing what was printed changes nothing", () => {
    fc.assert(
      fc.property(program, (text) => {
        const once = bare(text);
        fc.pre(!once.diagnostics.hasErrors);
        const printed = printTokens(once.tokens);
        const twice = bare(printed);
        expect(printTokens(twice.tokens)).toBe(printed);
      }),
      { numRuns: RUNS, seed: 20262 },
    );
  });

  it("every token knows a place, and its text stands there unless it was made", () => {
    fc.assert(
      fc.property(fc.oneof(soup, program), (text) => {
        const { tokens, files, origins } = bare(text);
        for (let i = 0; i < tokens.length; i++) {
          const pos = tokens.pos[i]!;
          const origin = tokens.origin[i]!;
          expect(files.place(pos).line).toBeGreaterThan(0);
          expect(files.fileAt(origins.site(pos, origin))?.path).toBe("main.c");
          const file = files.fileAt(pos)!;
          // Built-in macros, whose names begin with an underscore, make texts that stand nowhere.
          const isMade = origin !== 0 || file.text[pos - file.base] === "_" || text.includes("\\");
          if (!isMade) expect(file.text.startsWith(tokens.text[i]!, pos - file.base)).toBe(true);
        }
      }),
      { numRuns: RUNS, seed: 20263 },
    );
  });

  it("a cache changes nothing", () => {
    const cache = new LexCache();
    fc.assert(
      fc.property(fc.oneof(soup, program), (text) => {
        const files = { "self.h": "A f(1)\n" };
        const fresh = bare(text, files);
        const cached = bare(text, files, { cache });
        expect(cached.tokens.text).toEqual(fresh.tokens.text);
        expect(cached.diagnostics.all).toEqual(fresh.diagnostics.all);
      }),
      { numRuns: RUNS, seed: 20264 },
    );
  });
});

describe("bounds", () => {
  const doubling = (levels: number) =>
    Array.from({ length: levels }, (_, i) => `#define A${i + 1} A${i} A${i}\n`).join("");

  it("a macro that grows without end is cut off by the number of tokens", () => {
    const { diagnostics, tokens } = bare(
      `#define A0 x\n${doubling(60)}A60\n`,
      {},
      { limits: { maxTokens: 1000 } },
    );
    expect(diagnostics.all.map((one) => one.text)).toEqual(["translation unit has more than 1000 tokens"]);
    expect(tokens.length).toBe(1001);
  });

  it("also where nothing comes out of it", () => {
    const { diagnostics } = bare(`#define A0\n${doubling(60)}#define N(x)\n#define C(x) N(x)\nC(A60)\n`);
    expect(diagnostics.all.map((one) => one.text)).toEqual([
      'expansion of macro "C" makes more than 4000000 tokens',
    ]);
  });

  it("also in a condition", () => {
    const { diagnostics } = bare(`#define A0 1 +\n${doubling(60)}#if A60 1\n#endif\n`);
    expect(diagnostics.all.map((one) => one.text)).toEqual([
      'expansion of macro "A60" makes more than 4000000 tokens',
    ]);
  });

  it("arguments in arguments need no JavaScript stack without end", () => {
    const shallow = bare(`#define f(x) x\n${"f(".repeat(300)}1${")".repeat(300)}`);
    expect(shallow.tokens.text).toEqual(["1"]);
    const deep = bare(`#define f(x) x\n${"f(".repeat(2000)}1${")".repeat(2000)}`);
    expect(deep.diagnostics.all.map((one) => one.text)).toEqual([
      "macro arguments nested more than 400 deep",
    ]);
  });
});
