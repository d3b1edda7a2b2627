import { beforeAll, describe, expect, test } from "vitest";
import { memoryTree } from "../../../patches/api.js";
import { type Compiler, compiler } from "../../../src/compile/compile.js";
import { SourceFiles } from "../../../src/compile/files.js";
import { newWarnings, type Warned, warningText, withoutRepeats } from "../../../src/compile/warnings.js";
import { packageRoot } from "../../../src/front/shipped.js";
import { loadParser } from "../../../src/parser/load.js";

let compile: Compiler;
beforeAll(async () => {
  compile = compiler((await loadParser()).port);
});

function warned(text: string, headers: Record<string, string> = {}): Warned {
  const files = new SourceFiles(memoryTree({ "mm/a.c": text, ...headers }), packageRoot(), "/");
  const compiled = compile.compile({ path: "mm/a.c" }, files);
  if (!compiled.ok) throw new Error(compiled.errors);
  return compiled.warnings;
}

const fresh = (before: string, after: string): string[] =>
  newWarnings(warned(before), warned(after)).map(({ line, option }) => `${line} ${option}`);

const HEAD = "long n; int *p, *q;\n";

describe("a warning is new only with the patch", () => {
  test("in a line that was added", () => {
    expect(fresh(HEAD, `${HEAD}void f(void) { p = n; }\n`)).toEqual(["2 -Wint-conversion"]);
  });

  test("not where the line only moved", () => {
    const body = "void f(void) { p = n; }\n";
    expect(fresh(HEAD + body, `${HEAD}\n\n${body}`)).toEqual([]);
  });

  test("not where the line was rewritten and deserves it as before", () => {
    expect(fresh(`${HEAD}void f(void) { p = n; }\n`, `${HEAD}void f(void) { if (n) p = n; }\n`)).toEqual([]);
  });

  test("but where the same is done once more", () => {
    const one = "void f(void) {\n p = n;\n}\n";
    const two = "void f(void) {\n if (n) p = n;\n p = n;\n}\n";
    expect(fresh(HEAD + one, HEAD + two)).toEqual(["3 -Wint-conversion"]);
  });

  test("where the patch takes the last use of a variable away", () => {
    const before = "int g;\nint f(void)\n{\n\tint a = g;\n\treturn a;\n}\n";
    expect(fresh(before, before.replace("return a", "return 0"))).toEqual(["4 -Wunused-variable"]);
  });

  test("not where it went away", () => {
    expect(fresh(`${HEAD}void f(void) { p = n; }\n`, `${HEAD}void f(void) { p = q; }\n`)).toEqual([]);
  });
});

test("as reports show it: place, option, gcc's text with the line and the macros", () => {
  const before = warned(HEAD);
  const after = warned(`${HEAD}#define SET(x) (p = (x))\nvoid f(void) { SET(n); }\n`);
  const [only] = newWarnings(before, after);
  expect(only).toMatchObject({ file: "mm/a.c", line: 2, column: 19, option: "-Wint-conversion" });
  expect(only!.text.split("\n").slice(0, 4)).toEqual([
    "mm/a.c:2:19: warning: assignment to 'int *' from 'long int' makes pointer from integer without a cast [-Wint-conversion]",
    "    2 | #define SET(x) (p = (x))",
    "      |                   ^",
    "mm/a.c:3:16: note: in expansion of macro 'SET'",
  ]);
  expect(warningText(after)).toBe(only!.text);
  expect(withoutRepeats([only!, only!])).toEqual([only]);
});
