// The cases of a file are told again exactly as long as compiling it would give the same program.

import { beforeAll, describe, expect, it } from "vitest";
import { memoryTree } from "../../../patches/api.js";
import { type Compiler, compiler } from "../../../src/compile/compile.js";
import { SourceFiles } from "../../../src/compile/files.js";
import { KnownCases } from "../../../src/compile/known-cases.js";
import { type Prepared, prepareScenario } from "../../../src/compile/prepare.js";
import { MemoryStore } from "../../../src/front/kept-results.js";
import { packageRoot } from "../../../src/front/shipped.js";
import { loadParser } from "../../../src/parser/load.js";

let inner: Compiler;
beforeAll(async () => {
  inner = compiler((await loadParser()).port);
});

const UNIT = `// cpus=2
#include <kunit/test.h>
#include "count.h"
static void one(struct kunit *test) { KUNIT_EXPECT_EQ(test, COUNT, COUNT); }
static void two(struct kunit *test) { smplab_run_on(1, 0, 0); smplab_join_all(); }
static struct kunit_case cases[] = { KUNIT_CASE(one), KUNIT_CASE(two), {} };
static struct kunit_suite suite = { .name = "suite", .test_cases = cases };
kunit_test_suite(suite);
`;
const TREE = { "mm/unit.c": UNIT, "include/count.h": "#include <smplab.h>\n#define COUNT 1\n" };

/** The cases of the unit in a tree, and how often something was compiled until they were there. */
function prepare(store: MemoryStore, texts: Record<string, string>, options: string[] = []) {
  const bytes = Object.entries(texts).map(([path, text]) => [path, new TextEncoder().encode(text)] as const);
  const files = new SourceFiles(memoryTree(Object.fromEntries(bytes)), packageRoot(), "/");
  let compiled = 0;
  const counting: Compiler = {
    compile: (unit, from) => {
      compiled++;
      return inner.compile(unit, from);
    },
  };
  const prepared = prepareScenario("mm/unit.c", files, counting, {}, new KnownCases(store, options));
  if (!prepared.ok) throw new Error(prepared.text);
  return { cases: prepared.cases, compiled: () => compiled };
}

const told = (cases: readonly Prepared[]) =>
  cases.map(({ name, file, entry, config, source, unbound, isTest, cost, hash, program }) => {
    return { name, file, entry, config, source, unbound, isTest, cost, hash, program };
  });

describe("cases that were found before", () => {
  it("are told without compiling, and their program is the same", () => {
    const store = new MemoryStore();
    const first = prepare(store, TREE);
    expect(first.compiled()).toBe(1);
    expect(first.cases.map(({ name }) => name)).toEqual(["suite.one", "suite.two"]);
    const again = prepare(store, TREE);
    expect(again.cases.map(({ name, source }) => [name, source])).toEqual(
      first.cases.map(({ name, source }) => [name, source]),
    );
    const hashes = (cases: readonly Prepared[]) => cases.map(({ hash }) => hash);
    expect(hashes(prepare(store, TREE).cases)).toEqual(hashes(first.cases));
    expect(again.compiled()).toBe(0);
    expect(told(again.cases)).toEqual(told(first.cases));
    expect(again.compiled(), "once for all cases").toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ["the file itself has another text", { ...TREE, "mm/unit.c": `${UNIT}\n` }],
    ["a header has another text", { ...TREE, "include/count.h": "#include <smplab.h>\n#define COUNT 2\n" }],
    ["a header stands in front of the one it read", { ...TREE, "mm/count.h": TREE["include/count.h"] }],
    [
      "a header of ours is hidden by one of the tree",
      {
        ...TREE,
        "include/smplab.h":
          "#include <linux/types.h>\n#define smplab_run_on(a, b, c)\n#define smplab_join_all()\n",
      },
    ],
  ])("are looked for again where %s", (_, changed) => {
    const store = new MemoryStore();
    const before = prepare(store, TREE);
    const after = prepare(store, changed);
    expect(after.compiled()).toBe(1);
    expect(after.cases[0]!.source).not.toBe(before.cases[0]!.source);
    // Both forms are known from now on.
    expect(prepare(store, TREE).compiled()).toBe(0);
    expect(prepare(store, changed).compiled()).toBe(0);
  });

  it("are looked for again where the header that was read is gone", () => {
    const store = new MemoryStore();
    prepare(store, { ...TREE, "mm/count.h": "#include <smplab.h>\n#define COUNT 5\n" });
    const { cases, compiled } = prepare(store, TREE);
    expect(compiled()).toBe(1);
    expect(told(cases)).toEqual(told(prepare(new MemoryStore(), TREE).cases));
  });

  it.each([
    ["the file", (asks: string) => ({ ...TREE, "mm/unit.c": asks + UNIT })],
    ["a header", (asks: string) => ({ ...TREE, "include/count.h": asks + TREE["include/count.h"] })],
  ])("are looked for again where %s asks which files there are", (_, tree) => {
    const asks = "#if __has_include(<linux/extra.h>)\n#define EXTRA\n#endif\n";
    const store = new MemoryStore();
    const { cases } = prepare(store, tree(asks));
    expect(cases.map(({ source }) => source)).toEqual([null, null]);
    expect(prepare(store, tree(asks)).compiled()).toBe(1);
    expect(prepare(store, tree(`#if 0\n${asks}#endif\n`)).cases[0]!.source).not.toBeNull();
  });

  it("are looked for again where there was something to be said, which is said again", () => {
    const store = new MemoryStore();
    const warns = { ...TREE, "mm/unit.c": `${UNIT}static int nobody_uses;\n` };
    prepare(store, warns);
    expect(prepare(store, warns).compiled()).toBe(1);
  });

  it("are looked for again with other warnings", () => {
    const store = new MemoryStore();
    prepare(store, TREE);
    expect(prepare(store, TREE, ["-Wextra"]).compiled()).toBe(1);
  });
});
