import { describe, expect, it } from "vitest";
import { expectMessages, expectTokens, messages, run } from "./support.js";

describe("files", () => {
  const files = {
    "a.h": "a __FILE__ __LINE__ __INCLUDE_LEVEL__\n",
    "guarded.h": "#ifndef G\n#define G\nguarded\n#endif\n",
    "once.h": "#pragma once\nonce\n",
    "dir/b.h": '#include "c.h"\n#include <c.h>\n',
    "dir/c.h": "beside\n",
    "inc/c.h": "inc\n#include_next <c.h>\n",
    "sys/c.h": "sys\n",
    "inc/d.h": "<d>\n",
    "quote/d.h": "quoted\n",
    "deep.h": '#include "dir/../a.h"\n',
    "it's a.h": "odd\n",
    "tail.h": "#define F(x) [x]\nF",
    "undef.h": "#undef A\n#define A changed\n",
  };
  const options = { quotePaths: ["quote"], includePaths: ["inc"], systemPaths: ["sys"] };

  it.each([
    ["the including file's directory comes first", '#include "a.h"', 'a "a.h" 1 1'],
    ["names may be macros", '#define A "a.h"\n#include A', 'a "a.h" 1 1'],
    ["also in angle brackets", "#define A <d.h>\n#include A", "<d>"],
    ["also put together", "#define S(x) #x\n#define X(x) S(x)\n#define D dir\n#include X(D/c.h)", "beside"],
    ["also put together in angle brackets", "#define d c\n#define P(x) <x.h>\n#include P(d)", "inc sys"],
    ["beside the including file, then along the chain, then next", '#include "dir/b.h"', "beside inc sys"],
    ["quote directories are for quotes only", '#include "d.h"\n#include <d.h>', "quoted <d>"],
    ["a guarded file is read once", '#include "guarded.h"\n#include "guarded.h"', "guarded"],
    [
      "and again when the guard is gone",
      '#include "guarded.h"\n#undef G\n#include "guarded.h"',
      "guarded guarded",
    ],
    ["#pragma once", '#include "once.h"\n#include "dir/../once.h"', "once"],
    ["#import", '#import "a.h"\n#import "a.h"\nx', 'a "a.h" 1 1 x'],
    ["#import after #include", '#include "a.h"\n#import "a.h"\n#include "a.h"\nx', 'a "a.h" 1 1 x'],
    ["__FILE__ is the path as written", '#include "deep.h"', 'a "dir/../a.h" 1 2'],
    ["quotes and blanks in a name", '#include "it\'s a.h"', "odd"],
    ["a comment behind the name", '#include "dir/c.h" /* x */ // y', "beside"],
    ["a call does not go on behind the end of a file", '#include "tail.h"\n(1)', "F(1)"],
    ["macros of a file stay", '#define A first\n#include "undef.h"\nA', "changed"],
    [
      "__has_include",
      '#if __has_include("a.h") && !__has_include("z.h") && __has_include(<d.h>) && !__has_include(<a.h>)\nyes\n#endif',
      "yes",
    ],
    ["__has_include with a macro", "#define D <d.h>\n#if __has_include(D)\nyes\n#endif", "yes"],
    ["#ifdef __has_include", "#if defined __has_include && defined(__has_attribute)\nyes\n#endif", "yes"],
  ])("%s", (_name, text, tokens) => expectTokens(text, tokens, files, options));

  it("force-included files and command line macros come first", () => {
    const { tokens, diagnostics } = run("A F(2) B", files, {
      defines: { A: "1", "F(x)": "[x]", B: "" },
      undefines: ["B"],
      forceIncludes: ["dir/c.h"],
    });
    expect(diagnostics.all).toEqual([]);
    expect(tokens.text.join(" ")).toBe("beside 1 [ 2 ] B");
  });

  it("line markers enter files and go back", () => {
    const text =
      '__FILE__\n# 7 "in.h" 1\n__FILE__ __LINE__\n# 9 "deep.h" 1\n__FILE__\n# 11 "" 2\n__FILE__\n# 3 "" 2\n__FILE__ __LINE__\n';
    expectTokens(text, '"main.c" "in.h" 7 "deep.h" "in.h" "main.c" 3');
    expectTokens('#line 1 ""\n__FILE__', '""');
  });

  it("says through which files a place was reached", () => {
    const result = run('x\n#include "deep.h"\n', files);
    const chain = result.files.includeChain(result.tokens.pos[1]!);
    expect(chain.map(({ path, line }) => `${path}:${line}`)).toEqual(["deep.h:1", "main.c:2"]);
  });

  it.each([
    ['#include "z.h"\nx', "main.c:1:10: error: z.h: No such file or directory"],
    ["#include <dir/b.h>\nx", "main.c:1:10: error: dir/b.h: No such file or directory"],
    ["#include\nx", 'main.c:1:9: error: #include expects "FILENAME" or <FILENAME>'],
    ["#include x\nx", 'main.c:1:10: error: #include expects "FILENAME" or <FILENAME>'],
    ["#include <x\nx", 'main.c:1:10: error: #include expects "FILENAME" or <FILENAME>'],
    ['#include ""\nx', "main.c:1:10: error: empty filename in #include"],
    ['#include "dir/c.h" y\nx', "main.c:1:20: warning: extra tokens at end of #include directive"],
  ])("%j", (text, message) => {
    const result = run(text, files);
    expect(messages(result)).toEqual([message]);
    expect(result.tokens.text.at(-1)).toBe("x");
  });

  it("a file that includes itself is stopped", () => {
    const result = run('#include "self.h"\n', { "self.h": 'x\n#include "self.h"\n#include "self.h"\n' });
    expect(messages(result)).toEqual([
      "self.h:2:10: error: #include nested depth 200 exceeds maximum of 200",
    ]);
    const shallow = run(
      '#include "self.h"\n',
      { "self.h": '#include "self.h"\n' },
      { limits: { maxIncludeDepth: 3 } },
    );
    expect(messages(shallow)).toEqual(["self.h:1:10: error: #include nested depth 3 exceeds maximum of 3"]);
  });

  it("warnings of system headers are not shown, errors are", () => {
    const text = "#include <s.h>\n#define A 1\n#define A 2\n";
    const header = "#define B 1\n#define B 2\n#endif x\n";
    const result = run(text, { "sys/s.h": header }, options);
    expect(messages(result)).toEqual([
      "sys/s.h:3:2: error: #endif without #if",
      'main.c:3:9: warning: "A" redefined',
      "  main.c:2:9: note: this is the location of the previous definition",
    ]);
    const own = run('#include "p.h"\n', { "p.h": "#define B 1\n#pragma GCC system_header\n#define B 2\n" });
    expect(messages(own)).toEqual([]);
  });
});

describe("assertions", () => {
  const holds = (setup: string, condition: string) =>
    run(`${setup}\n#if ${condition}\nyes\n#endif`).tokens.length === 1;

  it.each([
    ["#assert a(b)\n#assert a(c)", "#a(b) && #a(c) && #a && !#a(d)", true],
    ["#assert a(b)\n#unassert a(b)", "#a", false],
    ["#assert a(b)\n#assert a(c)\n#unassert a(b)", "#a && !#a(b)", true],
    ["#assert a(b)\n#assert a(c)\n#unassert a", "#a", false],
    ["#assert a( s p a c e )", "#a (s p  a /**/ c e) && !#a(space)", true],
    ["#define b c\n#define a x\n#assert a(b)", "#a(b) && !#a(c) && !#x", true],
    ["", "#a", false],
  ])("%j: %s is %s", (setup, condition, expected) => expect(holds(setup, condition)).toBe(expected));
});

describe("messages", () => {
  it.each<[text: string, expected: string[], tokens?: string]>([
    ["#foo\nx", ["main.c:1:2: error: invalid preprocessing directive #foo"], "x"],
    [
      "#inclde <x>\nx",
      ["main.c:1:2: error: invalid preprocessing directive #inclde; did you mean #include?"],
      "x",
    ],
    ["#esle", ["main.c:1:2: error: invalid preprocessing directive #esle; did you mean #else?"]],
    ["#define", ["main.c:1:8: error: no macro name given in #define directive"]],
    ["#define 1", ["main.c:1:9: error: macro names must be identifiers"]],
    ["#define defined", ['main.c:1:9: error: "defined" cannot be used as a macro name']],
    ["#define f(\nf", ["main.c:1:10: error: expected parameter name before end of line"], "f"],
    ["#define f(a", ["main.c:1:11: error: expected ')' before end of line"]],
    ["#define f(a,", ["main.c:1:12: error: expected parameter name before end of line"]],
    ["#define f(a b)", ["main.c:1:13: error: expected ',' or ')', found \"b\""]],
    ["#define f(a,a)", ['main.c:1:13: error: duplicate macro parameter "a"']],
    ["#define f(1)", ['main.c:1:11: error: expected parameter name, found "1"']],
    ["#define f(...,a)", ["main.c:1:14: error: expected ')' after \"...\""]],
    ["#define a+b\na", ["main.c:1:10: warning: ISO C99 requires whitespace after the macro name"], "+b"],
    ["#define a ##", ["main.c:1:11: error: '##' cannot appear at either end of a macro expansion"]],
    ["#define a ## b", ["main.c:1:11: error: '##' cannot appear at either end of a macro expansion"]],
    ["#define f(x) #y", ["main.c:1:15: error: '#' is not followed by a macro parameter"]],
    ["#define f(x) #", ["main.c:1:14: error: '#' is not followed by a macro parameter"]],
    [
      "#define a __VA_ARGS__",
      ["main.c:1:11: warning: __VA_ARGS__ can only appear in the expansion of a C99 variadic macro"],
    ],
    ["#define f(...) __VA_OPT__(", ["main.c:1:26: error: unterminated __VA_OPT__"]],
    [
      "#define f(...) __VA_OPT__ x",
      ["main.c:1:27: error: __VA_OPT__ must be followed by an open parenthesis"],
    ],
    [
      "#define f(...) __VA_OPT__(## x)",
      ["main.c:1:27: error: '##' cannot appear at either end of __VA_OPT__"],
    ],
    [
      "#define f(...) __VA_OPT__(x ##)",
      ["main.c:1:31: error: '##' cannot appear at either end of __VA_OPT__"],
    ],
    [
      "#define f(...) __VA_OPT__(__VA_OPT__())",
      ["main.c:1:27: error: __VA_OPT__ may not appear in a __VA_OPT__"],
    ],
    [
      "#define a 1\n#define a 2\na",
      [
        'main.c:2:9: warning: "a" redefined',
        "  main.c:1:9: note: this is the location of the previous definition",
      ],
      "2",
    ],
    [
      "#define f(a) a\n#define f(b) b",
      [
        'main.c:2:9: warning: "f" redefined',
        "  main.c:1:9: note: this is the location of the previous definition",
      ],
    ],
    ["#undef", ["main.c:1:7: error: no macro name given in #undef directive"]],
    ["#undef x y", ["main.c:1:10: warning: extra tokens at end of #undef directive"]],
    ["#undef __FILE__", ['main.c:1:8: warning: undefining "__FILE__" [-Wbuiltin-macro-redefined]']],
    [
      "#define __LINE__ 1\n__LINE__",
      ['main.c:1:9: warning: "__LINE__" redefined [-Wbuiltin-macro-redefined]'],
      "1",
    ],
    ["#ifdef\n#endif", ["main.c:1:7: error: no macro name given in #ifdef directive"]],
    ["#ifdef 1\n#endif", ["main.c:1:8: error: macro names must be identifiers"]],
    ["#ifdef a b\n#endif", ["main.c:1:10: warning: extra tokens at end of #ifdef directive"]],
    ["#else", ["main.c:1:2: error: #else without #if"]],
    ["#elif 1", ["main.c:1:2: error: #elif without #if"]],
    ["#endif\nx", ["main.c:1:2: error: #endif without #if"], "x"],
    [
      "#if 1\n#else x\n#endif y",
      [
        "main.c:2:7: warning: extra tokens at end of #else directive [-Wendif-labels]",
        "main.c:3:8: warning: extra tokens at end of #endif directive [-Wendif-labels]",
      ],
    ],
    [
      "#if 1\n#else\n#else\n#endif",
      ["main.c:3:2: error: #else after #else", "  main.c:1:2: note: the conditional began here"],
    ],
    [
      "#if 1\n#else\n#elif 1\n#endif",
      ["main.c:3:2: error: #elif after #else", "  main.c:1:2: note: the conditional began here"],
    ],
    ["#if 1\nx", ["main.c:1:2: error: unterminated #if"], "x"],
    ["#ifdef A\n#else\nx", ["main.c:1:2: error: unterminated #else"], "x"],
    ["#error foo 'bar  baz\nx", ["main.c:1:2: error: #error foo 'bar  baz"], "x"],
    ["#warning  x   y", ["main.c:1:2: warning: #warning x y [-Wcpp]"]],
    ["#line", ["main.c:1:2: error: unexpected end of line after #line"]],
    ["#line abc", ['main.c:1:7: error: "abc" after #line is not a positive integer']],
    ["#line 5 abc", ['main.c:1:9: error: "abc" is not a valid filename']],
    ['#line 5 "x" y', ["main.c:1:13: warning: extra tokens at end of #line directive"]],
    ["#assert machine(x)", ["main.c:1:2: warning: #assert is a deprecated GCC extension [-Wdeprecated]"]],
    ["#unassert machine", ["main.c:1:2: warning: #unassert is a deprecated GCC extension [-Wdeprecated]"]],
    [
      "#assert\n#assert 1\n#assert a\n#assert a()\n#assert a(b",
      [
        ...["assertion without predicate", "predicate must be an identifier", "missing '(' after predicate"],
        ...["predicate's answer is empty", "missing ')' to complete answer"],
      ].flatMap((text, i) => [
        `main.c:${i + 1}:2: warning: #assert is a deprecated GCC extension [-Wdeprecated]`,
        `main.c:${i + 1}:${[2, 9, 9, 10, 10][i]}: error: ${text}`,
      ]),
    ],
    [
      "#define foo 1\n#pragma GCC poison foo\n#define foo 2\n#ifdef foo\n#endif",
      [
        'main.c:2:20: warning: poisoning existing macro "foo"',
        'main.c:3:9: error: attempt to use poisoned "foo"',
        'main.c:4:8: error: attempt to use poisoned "foo"',
      ],
    ],
    ["#if '\\x'\n#endif", ["main.c:1:5: error: \\x used with no following hex digits"]],
    ["#pragma once\nx", ["main.c:1:9: warning: #pragma once in main file"], "x"],
    ["#pragma GCC poison z\nz", ['main.c:2:1: error: attempt to use poisoned "z"'], "z"],
    [
      '#pragma GCC error "no"\n#pragma GCC warning "oh"',
      ["main.c:1:19: error: no", "main.c:2:21: warning: oh"],
    ],
    ["_Pragma x", ["main.c:1:1: error: _Pragma takes a parenthesized string literal"]],
    [
      "#define f(a,b) a\nf(1)",
      [
        'main.c:2:4: error: macro "f" requires 2 arguments, but only 1 given',
        '  main.c:1:9: note: macro "f" defined here',
      ],
      "f",
    ],
    [
      "#define f(a) a\nf(1,2)",
      [
        'main.c:2:6: error: macro "f" passed 2 arguments, but takes just 1',
        '  main.c:1:9: note: macro "f" defined here',
      ],
      "f",
    ],
    [
      "#define f() a\nf(1)",
      [
        'main.c:2:4: error: macro "f" passed 1 arguments, but takes just 0',
        '  main.c:1:9: note: macro "f" defined here',
      ],
      "f",
    ],
    [
      "#define f(a) a\nf(1",
      [
        'main.c:2:1: error: unterminated argument list invoking macro "f"',
        '  main.c:1:9: note: macro "f" defined here',
      ],
      "f",
    ],
    [
      "#define p(a,b) a##b\np(+,x)",
      ['main.c:2:3: error: pasting "+" and "x" does not give a valid preprocessing token'],
      "+x",
    ],
    [
      "#define p(a,b) a##b\np(/,/)",
      ['main.c:2:3: error: pasting "/" and "/" does not give a valid preprocessing token'],
      "/ /",
    ],
    ["#define S(x) #x\nS(\\)", ["main.c:1:15: warning: invalid string literal, ignoring final '\\'"], '""'],
    ["x 'a\ny", ["main.c:1:3: error: missing terminating ' character"], "x 'a\ny"],
    ['x "a', ['main.c:1:3: error: missing terminating " character'], 'x "a'],
    ["x @ y", ["main.c:1:3: error: stray '@' in program"], "x @ y"],
    ["x # y", ["main.c:1:3: error: stray '#' in program"], "x # y"],
    ["/* x", ["main.c:1:1: error: unterminated comment"], ""],
    ["a \\ \nb", ["main.c:1:3: warning: backslash and newline separated by space"], "a b"],
    ["a\\\n", ["main.c:1:2: warning: backslash-newline at end of file"], "a"],
    [
      "__has_include(<x>)",
      ['main.c:1:1: error: "__has_include" used outside of preprocessing directive'],
      "0",
    ],
  ])("%j", (text, expected, tokens) => expectMessages(text, expected, tokens));

  it("keeps fifty errors and counts the others", () => {
    const { diagnostics } = run("#foo\n".repeat(70));
    expect(diagnostics.all.length).toBe(50);
    expect([diagnostics.errorCount, diagnostics.dropped]).toEqual([70, 20]);
  });
});

describe("what else comes back", () => {
  it("pragmas stand beside the tokens", () => {
    const { pragmas, tokens } = run(
      '#define N 2\n#pragma pack(push,N)\na\n_Pragma("omp x") b\n#pragma weak c\n',
    );
    expect(tokens.text).toEqual(["a", "b"]);
    expect(pragmas.map(({ before, text }) => [before, text])).toEqual([
      [0, "pack(push,2)"],
      [1, "omp x"],
      [2, "weak c"],
    ]);
  });

  it("the macros at the end", () => {
    const { macros } = run(
      "#define A 1 +  2\n#define F(x, ...) #x x ## y __VA_ARGS__\n#define B\n#undef B\n",
    );
    expect(macros.get("A")).toMatchObject({ name: "A", params: null, body: "1 + 2", isVariadic: false });
    expect(macros.get("F")).toMatchObject({
      params: ["x", "__VA_ARGS__"],
      isVariadic: true,
      body: "#x x ## y __VA_ARGS__",
    });
    expect(macros.get("B")).toBeNull();
    expect(macros.names()).toEqual(expect.arrayContaining(["A", "F", "__LINE__", "__GNUC__"]));
  });

  it.each([
    ["// SPDX\n/* a\n * b\n */\nint x; // no", "SPDX\na\nb"],
    ["/* exists (x=1) */ #define A", "exists (x=1)"],
    ["\n\n#include <x> /* no */", ""],
    ["int x; // no", ""],
  ])("the leading comment of %j", (text, comment) => expect(run(text).leadingComment).toBe(comment));

  it("predefined macros can be left out", () => {
    expectTokens("__GNUC__ __LINE__", "__GNUC__ 1", {}, { predefined: "none" });
  });
});
