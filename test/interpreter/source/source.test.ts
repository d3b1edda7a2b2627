import { spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DiagnosticSink } from "../../../interpreter/source/diagnostic.js";
import { FileTable } from "../../../interpreter/source/file.js";
import { OriginTable } from "../../../interpreter/source/origin.js";
import { printDiagnostics } from "../../../interpreter/source/print.js";
import { joinSpans, makeSpan } from "../../../interpreter/source/span.js";
import { closestName } from "../../../interpreter/source/suggest.js";
import { report, run } from "../cpp/support.js";

describe("places", () => {
  it("lines and columns count from 1; a tab goes to the next multiple of 8; a wide letter takes two", () => {
    const files = new FileTable();
    const text = "ab\n\tx\ty\nä漢z\n";
    const { base } = files.add("a.c", text);
    const place = (needle: string) => files.describe(base + text.indexOf(needle));
    expect(["ab", "x", "y", "ä", "漢", "z"].map(place)).toEqual([
      "a.c:1:1",
      "a.c:2:9",
      "a.c:2:17",
      "a.c:3:1",
      "a.c:3:2",
      "a.c:3:4",
    ]);
    expect(files.describe(base + text.length)).toBe("a.c:4:1");
  });

  it("position 0 and positions behind the end are nowhere", () => {
    const files = new FileTable();
    files.add("a.c", "x");
    expect([0, 3, 99].map((pos) => files.fileAt(pos))).toEqual([null, null, null]);
    expect(files.describe(0)).toBe("<built-in>");
  });

  it("each inclusion has places of its own", () => {
    const files = new FileTable();
    const main = files.add("main.c", "a\nb\n");
    const first = files.add("x.h", "h", main.base);
    const second = files.add("x.h", "h", main.base + 2);
    expect(files.includeChain(first.base).map(({ line }) => line)).toEqual([1]);
    expect(files.includeChain(second.base).map(({ line }) => line)).toEqual([2]);
    expect(files.fileAt(second.base)).toBe(second);
  });

  it("spans join only within one spelling", () => {
    expect(joinSpans(makeSpan(5, 2), makeSpan(9, 3))).toEqual(makeSpan(5, 7));
    expect(joinSpans(makeSpan(5, 2, 1), makeSpan(9, 3))).toEqual(makeSpan(5, 2, 1));
    expect(joinSpans(makeSpan(9, 3), makeSpan(5, 2))).toEqual(makeSpan(9, 3));
  });
});

// Undeclared names in macros of all kinds: bodies, arguments, arguments of arguments, macros passed as arguments.
const EXPANSIONS = `#define ADD(a,b) (a + b)
#define TWICE(x) ADD(x, undeclared1)
#define CALL(f) f(1)
#define USE(z) \\
\t(z + \\
\t undeclared9)
#define ONE(x) undeclared6 + x
int f(void){ int q; \treturn TWICE(3); }
int g(void){ return ADD(1,
\tundeclared2); }
int h(void){ return CALL(ONE); }
int i(void){ return USE(undeclared3); }
int j(void){ return ADD(ADD(undeclared4, 1), ADD(1, TWICE(undeclared5))); }
int k(void){ return TWICE(
   USE(undeclared7)); }
`;

/** What the checker would say: each undeclared name once in a function. */
function undeclared(): string {
  const result = run(EXPANSIONS);
  const seen = new Set<string>();
  for (let i = 0; i < result.tokens.length; i++) {
    const name = result.tokens.text[i]!;
    // A line in column 1 begins a new function.
    if (name === "int" && result.files.place(result.tokens.pos[i]!).column === 1) seen.clear();
    if (!name.startsWith("undeclared") || seen.has(name)) continue;
    seen.add(name);
    result.diagnostics.error(result.tokens.span(i), `'${name}' undeclared (first use in this function)`);
  }
  return report(result);
}

describe("printed diagnostics", () => {
  it("show line, caret and the way through the macros", () => {
    const text = undeclared();
    expect(text.split("\n").slice(0, 9).join("\n")).toBe(
      [
        "main.c:2:25: error: 'undeclared1' undeclared (first use in this function)",
        "    2 | #define TWICE(x) ADD(x, undeclared1)",
        "      |                         ^~~~~~~~~~~",
        "main.c:1:23: note: in definition of macro 'ADD'",
        "    1 | #define ADD(a,b) (a + b)",
        "      |                       ^",
        "main.c:8:32: note: in expansion of macro 'TWICE'",
        "    8 | int f(void){ int q;     return TWICE(3); }",
        "      |                                ^~~~~",
      ].join("\n"),
    );
  });

  it.runIf(spawnSync("gcc", ["--version"]).status === 0)("as gcc 12 prints them", () => {
    const directory = mkdtempSync(join(tmpdir(), "smplab-print-"));
    writeFileSync(join(directory, "main.c"), EXPANSIONS);
    const env = { ...process.env, LC_ALL: "C" };
    const gcc = spawnSync("gcc", ["-w", "-fsyntax-only", "main.c"], {
      cwd: directory,
      encoding: "utf8",
      env,
    });
    const lines = gcc.stderr.split("\n").filter((line) => !/: In function '/.test(line));
    // "each undeclared identifier is reported only once": the note, its line and caret, and its expansions, which
    // are those of the error before.
    const kept: string[] = [];
    let isKept = true;
    for (const line of lines) {
      if (/^main\.c:/.test(line)) isKept = /: error:/.test(line) || (isKept && !/each undeclared/.test(line));
      if (isKept) kept.push(line);
    }
    expect(undeclared()).toBe(kept.join("\n"));
  });

  it("name the including files, once for each change of file", () => {
    const files = { "a.h": '\n#include "b.h"\n', "b.h": "#foo\n#bar\n" };
    expect(report(run('#include "a.h"\n#baz\n', files))).toBe(
      [
        "In file included from a.h:2,",
        "                 from main.c:1:",
        "b.h:1:2: error: invalid preprocessing directive #foo",
        "    1 | #foo",
        "      |  ^~~",
        "b.h:2:2: error: invalid preprocessing directive #bar",
        "    2 | #bar",
        "      |  ^~~",
        "main.c:2:2: error: invalid preprocessing directive #baz",
        "    2 | #baz",
        "      |  ^~~",
        "",
      ].join("\n"),
    );
  });

  it("show options, notes, and what would be right", () => {
    const text = "#define A 1\n#define A 2\n#inclde <x>\n#warning w\n";
    expect(report(run(text))).toBe(
      [
        'main.c:2:9: warning: "A" redefined',
        "    2 | #define A 2",
        "      |         ^",
        "main.c:1:9: note: this is the location of the previous definition",
        "    1 | #define A 1",
        "      |         ^",
        "main.c:3:2: error: invalid preprocessing directive #inclde; did you mean #include?",
        "    3 | #inclde <x>",
        "      |  ^~~~~~",
        "      |  include",
        "main.c:4:2: warning: #warning w [-Wcpp]",
        "    4 | #warning w",
        "      |  ^~~~~~~",
        "",
      ].join("\n"),
    );
  });

  it("follow #line, but show the line that stands there", () => {
    expect(report(run('#line 100 "x.y"\n\t#foo\n'))).toBe(
      [
        "x.y:100:10: error: invalid preprocessing directive #foo",
        "  100 |         #foo",
        "      |          ^~~",
        "",
      ].join("\n"),
    );
  });

  it("can be coloured", () => {
    const files = new FileTable();
    const { base } = files.add("a.c", "x y\n");
    const sink = new DiagnosticSink(new OriginTable());
    sink.error(makeSpan(base + 2, 1), "no");
    const bold = "\u001b[01ma.c:1:3:\u001b[m \u001b[01;31m\u001b";
    expect(printDiagnostics(sink.all, files, { color: true }).startsWith(bold.slice(0, -1))).toBe(true);
  });
});

describe("where a token counts as written", () => {
  it("an argument in its place, anything else at the outermost call", () => {
    const { tokens, files, origins } = run("#define B(y) (y + z)\n#define A(x) B(x) w\nA(\n  v)\n");
    const sites = tokens.text.map(
      (text, i) => `${text} ${files.describe(origins.site(tokens.pos[i]!, tokens.origin[i]!))}`,
    );
    expect(sites).toEqual([
      "( main.c:3:1",
      "v main.c:4:3",
      "+ main.c:3:1",
      "z main.c:3:1",
      ") main.c:3:1",
      "w main.c:3:1",
    ]);
    const call = files.describe(origins.outermostCall(tokens.pos[1]!, tokens.origin[1]!));
    expect(call).toBe("main.c:3:1");
  });

  it("the chain names definition and call of every macro on the way", () => {
    const { tokens, files, origins } = run("#define B(y) (y)\n#define A(x) B(x)\nA(v)\n");
    const chain = origins.chain(tokens.pos[1]!, tokens.origin[1]!);
    const shown = chain.map(
      ({ macro, definedAt, inDefinition, calledAt }) =>
        `${macro} ${[definedAt, inDefinition, calledAt].map((pos) => files.describe(pos)).join(" ")}`,
    );
    expect(shown).toEqual(["B main.c:1:9 main.c:1:15 main.c:2:14", "A main.c:2:9 main.c:2:16 main.c:3:1"]);
  });
});

describe("suggestions", () => {
  it.each([
    ["inclde", "include"],
    ["esle", "else"],
    ["edif", "endif"],
    ["xyz", null],
    ["i", "if"],
  ])("%s: %s", (name, expected) => {
    expect(closestName(name, ["include", "else", "endif", "if", "define"])).toBe(expected);
  });
});
