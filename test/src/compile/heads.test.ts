// Files that begin with the same #include lines are compiled from where these lines lead. Nobody must see a difference.

import { beforeAll, describe, expect, test } from "vitest";
import { ProgramReceiver, ProgramSender } from "../../../interpreter/api.js";
import { memoryTree } from "../../../patches/api.js";
import { type Compiled, type Compiler, compiler } from "../../../src/compile/compile.js";
import { SourceFiles } from "../../../src/compile/files.js";
import { shippedScenarios } from "../../../src/compile/scenarios.js";
import { warningText } from "../../../src/compile/warnings.js";
import { diskTree } from "../../../src/front/disk-tree.js";
import { packageRoot, shippedTree } from "../../../src/front/shipped.js";
import { loadParser } from "../../../src/parser/load.js";

let compile: Compiler;
beforeAll(async () => {
  compile = compiler((await loadParser()).port);
});

function told(compiled: Compiled): unknown {
  if (!compiled.ok) return compiled;
  return { program: compiled.program, warnings: warningText(compiled.warnings) };
}

/** Each of the files, as one of many and on its own, and as another thread gets it. */
function expectSame(paths: readonly string[], files: SourceFiles): Compiled[] {
  const sender = new ProgramSender();
  const receiver = new ProgramReceiver();
  return paths.map((path) => {
    const alone = compile.compile({ path }, files);
    const common = compile.compile({ path, isOneOfMany: true }, files);
    // Before anybody has looked at the program.
    const message = common.ok ? structuredClone(sender.message(common.program)) : null;
    expect(told(common), path).toEqual(told(alone));
    if (message !== null && alone.ok) expect(receiver.program(message), path).toEqual(alone.program);
    return common;
  });
}

const BYTES = new TextEncoder();

function treeOf(texts: Record<string, string>): SourceFiles {
  const entries = Object.entries(texts).map(([path, text]) => [path, BYTES.encode(text)] as const);
  return new SourceFiles(memoryTree(Object.fromEntries(entries)), packageRoot(), "/");
}

const HEAD = `
struct later;
struct later *made;
int tentative[];
extern int elsewhere __attribute__((weak));
int defined_later(int x) __attribute__((weak));
static int counter;
typedef int number;
enum { FIRST = 3 };
#define NAMES(x) #x
#define COUNT __COUNTER__
static int count[2] = { COUNT, COUNT };
static const char *text(void) { return "a text of the head"; }
static int sum(number x) { static int calls; calls++; return x + elsewhere + counter + defined_later(x); }
int from_head(void) { made = 0; return sum(FIRST) + text()[0] + count[1] + tentative[0]; }
int (*pointer)(int) = defined_later;
`;

/** What a file may do with what it begins with. */
const RESTS: Record<string, string> = {
  nothing: "",
  completes: "struct later { int a, b; };\nint size = sizeof(struct later);\nint tentative[4];\n",
  defines:
    "int elsewhere = 7;\nint defined_later(int x) { return -x; }\nint call(void) { return from_head(); }\n",
  hides: "static int sum2(number number) { return number; }\nint call(void) { return sum2(1); }\n",
  redefines:
    "#undef NAMES\n#define NAMES(x) x\nint line = __LINE__, next = COUNT;\nconst char *file = __FILE__;\n",
  spells: "const char *spelt = NAMES( a  b );\nint after(void) { return sum(4) + text()[1]; }\n",
  warns: "static int unused_here(void) { int never; return 1; }\n",
  errs: "int call(void) { return undeclared + sum(1); }\n",
  breaks: "int call(void) { return sum(1;\n}\nint good;\n",
  conflicts: "int counter;\nlong from_head(void);\n",
};

describe("files with a common beginning", () => {
  test("the scenarios that come with smplab compile as they do on their own", () => {
    const files = new SourceFiles(diskTree(shippedTree()), packageRoot(), "/");
    const paths = shippedScenarios(packageRoot()).filter((path, i) => i < 5 || path.includes("reader_"));
    expect(expectSame(paths, files).every(({ ok }) => ok)).toBe(true);
  }, 120_000);

  test("whatever a file does with the declarations that it begins with, no other file sees it", () => {
    const names = Object.keys(RESTS);
    const texts = Object.fromEntries(
      names.map((name, i) => [
        `tests/${name}.c`,
        `${"/* a comment of its own */\n".repeat(i)}#include "head.h"\n${RESTS[name]}`,
      ]),
    );
    const files = treeOf({ ...texts, "tests/head.h": HEAD });
    const paths = names.map((name) => `tests/${name}.c`);
    const first = expectSame(paths, files);
    // The other way round, with everything known from before.
    expectSame([...paths].reverse(), files);
    expect(first.map(({ ok }) => ok)).toEqual(
      names.map((name) => !["errs", "breaks", "conflicts"].includes(name)),
    );
  });

  test("a warning inside a common file names the line of each file's own #include", () => {
    const head =
      "static int unused_in_head;\nstatic int f(void) { int never; return 0; }\nint g(void) { return f(); }\n";
    const files = treeOf({
      "tests/a.c": '#include "head.h"\n',
      "tests/b.c": '\n\n/* here */\n#include "head.h"\nint x;\n',
      "tests/head.h": head,
    });
    const [, second] = expectSame(["tests/a.c", "tests/b.c"], files);
    expect(second!.ok && warningText(second!.warnings)).toContain("from tests/b.c:4");
  });

  test("what gcc says of functions when the whole unit is known is said of those of a common file", () => {
    const head = `static int f(int x) { switch (x) { case 1: x++; case 2: x--; } return x; }
      static int g(int x) { if (x) return 1; }
      static int h(void) { int y; return y; }
      int all(void) { return f(1) + g(2) + h(); }`;
    const files = treeOf({
      "tests/a.c": '#include "head.h"\n',
      "tests/b.c":
        '#include "head.h"\nint more(int x) { switch (x) { case 1: x++; case 2: x--; } return x; }\n',
      "tests/head.h": head,
    });
    const compiled = expectSame(["tests/a.c", "tests/b.c"], files);
    const said = compiled.map((one) => (one.ok ? warningText(one.warnings) : ""));
    for (const option of ["implicit-fallthrough=", "return-type", "uninitialized"]) {
      expect(said[0]).toContain(`[-W${option}]`);
    }
    expect(said[1]!.match(/implicit-fallthrough/g)).toHaveLength(2);
  });

  test("a file that goes on with a further #include line begins where the others begin", () => {
    const files = treeOf({
      "tests/a.c": '#include "head.h"\nint call(void) { return from_head(); }\n',
      "tests/b.c":
        '/* more */\n#include "head.h"\n#include "more.h"\nint call(void) { return more() + LINE; }\n',
      "tests/c.c":
        '#include "head.h"\n\n#include "more.h"\n#include "head2.h"\nint other(void) { return two + more(); }\n',
      "tests/head.h": HEAD,
      "tests/head2.h": "static int two = 2;\n",
      "tests/more.h":
        '#pragma once\n#include "guarded.h"\nint more(void) { return sum(1); }\n#define LINE __LINE__\n',
      "tests/guarded.h": "#ifndef G\n#define G\nextern int elsewhere;\n#endif\n",
    });
    const compiled = expectSame(["tests/a.c", "tests/b.c", "tests/c.c", "tests/b.c"], files);
    expect(compiled.map(({ ok }) => ok)).toEqual([true, true, true, true]);
  });

  test("what asks for the name of the main file, or does not end with the lines, is left alone", () => {
    const files = treeOf({
      "tests/a.c": '#include "named.h"\nint x;\n',
      "tests/b.c": '#include "named.h"\nint y;\n',
      "tests/c.c": '#include "open.h"\nint z; };\nstruct s s;\n',
      "tests/d.c": '#include "open.h"\nint other; };\nstruct s s;\n',
      "tests/named.h": "const char *main_file = __BASE_FILE__;\n",
      "tests/open.h": "struct s {\n",
    });
    expectSame(["tests/a.c", "tests/b.c", "tests/c.c", "tests/d.c"], files);
  });
});
