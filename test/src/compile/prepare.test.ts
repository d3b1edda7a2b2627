import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { memoryTree } from "../../../patches/api.js";
import { runCase, runVerdict } from "../../../src/compare/run-case.js";
import { type Compiler, compiler, programHash } from "../../../src/compile/compile.js";
import { SourceFiles, virtualName } from "../../../src/compile/files.js";
import { shippedKernel } from "../../../src/compile/kernel.js";
import { type MachineWish, type PreparedFile, prepareFile } from "../../../src/compile/prepare.js";
import { packageRoot } from "../../../src/front/shipped.js";
import { localExplorer } from "../../../src/jobs/explorer.js";
import { loadParser } from "../../../src/parser/load.js";
import type { CaseRun } from "../../../src/report/model.js";

const folder = mkdtempSync(join(tmpdir(), "smplab-prepare-"));
afterAll(() => rmSync(folder, { recursive: true }));

let compile: Compiler;
beforeAll(async () => {
  compile = compiler((await loadParser()).port);
});

function prepare(text: string, wish: MachineWish = {}): PreparedFile {
  writeFileSync(join(folder, "demo.c"), text);
  const files = new SourceFiles(memoryTree({}), packageRoot(), folder);
  return prepareFile(virtualName(join(folder, "demo.c"), packageRoot()), files, compile, wish);
}

function cases(text: string, wish?: MachineWish) {
  const prepared = prepare(text, wish);
  if (!prepared.ok) throw new Error(prepared.text);
  return prepared.cases;
}

async function run(text: string, wish?: MachineWish): Promise<CaseRun[]> {
  const kernel = shippedKernel();
  const tools = { kernel, explorer: localExplorer(kernel), seconds: 20, tokenOf: () => "" };
  return Promise.all(cases(text, wish).map((one) => runCase(one, tools)));
}

/** The outcomes of a file with one case. */
async function outcomes(text: string): Promise<string[]> {
  const [only] = await run(text);
  return only!.exploration.outcomes.map((o) => o.key);
}

describe("snippets", () => {
  test("globals of every integer type are the outcome, members and elements one by one", async () => {
    const text = `#include <linux/types.h>
#include <linux/atomic.h>
#include <linux/spinlock.h>
struct pair { int a; struct { u8 b; } in; int *p; };
enum state { IDLE, BUSY };
struct pair pair;
short row[3];
static bool flag;
enum state state;
atomic_t count = ATOMIC_INIT(3);
DEFINE_SPINLOCK(lock);
const int fixed = 7;
unsigned long long large = 0xffffffffffffffffULL;
double unsteady;
void cpu0(void) { pair.a = -1; pair.in.b = 200; row[2] = 5; flag = true; state = BUSY; atomic_inc(&count); }
`;
    const [key] = await outcomes(text);
    expect(key).toBe(
      "count=4; flag=1; large=-1; pair.a=-1; pair.in.b=200; row[0]=0; row[1]=0; row[2]=5; state=1;",
    );
  });

  test("headers bring globals of their own, which are nobody's outcome", async () => {
    writeFileSync(join(folder, "other.h"), "static int hidden = 1;\n");
    expect(await outcomes('#include "other.h"\nint mine;\nvoid cpu0(void) { mine = hidden; }\n')).toEqual([
      "mine=1;",
    ]);
  });

  test("the CPUs that the functions name are there", () => {
    const [only] = cases("void cpu0(void) {}\nvoid cpu3(void) {}\n");
    expect(only!.config).toEqual({ cpus: 4, preempt: "full", rcu: "preempt" });
    expect(cases("void cpu0(void) {}\n", { cpus: 8, preempt: "none" })[0]!.config).toMatchObject({
      cpus: 8,
      preempt: "none",
    });
  });

  test("the comment asks for a machine, the command line goes before it", () => {
    const text = "/* smplab: cpus=3 preempt=none rcu=sched */\nvoid cpu0(void) {}\n";
    expect(cases(text)[0]!.config).toEqual({ cpus: 3, preempt: "none", rcu: "sched" });
    expect(cases(text, { preempt: "full" })[0]!.config).toEqual({ cpus: 3, preempt: "full", rcu: "sched" });
  });

  test("main() may take arguments or return nothing; what it returns is told when it is not 0", async () => {
    // Its name is all that it is given.
    expect(await outcomes("int g;\nint main(int argc, char **argv) { g = argc; return 0; }\n")).toEqual([
      "g=1;",
    ]);
    expect(await outcomes("int g;\nvoid main(void) { g = 2; }\n")).toEqual(["g=2;"]);
    expect(await outcomes("int main(void) { return 3; }\n")).toEqual(["main=3;"]);
  });

  test("a program prints in the order of its tasks", async () => {
    const [only] = await run(`#include <linux/printk.h>
void setup(void) { printk("setup\\n"); }
void cpu0(void) { printk("one\\n"); }
void cpu1(void) { printk("two\\n"); }
`);
    expect(only!.printed).toBe("setup\none\ntwo\n");
  });
});

const SUITES = `#include <kunit/test.h>
#include <smplab.h>
static void passes(struct kunit *test) { KUNIT_EXPECT_EQ(test, 1 + 1, 2); }
static void fails(struct kunit *test) { int two = 2; KUNIT_EXPECT_EQ(test, two, 3); smplab_observe("two", two); }
static void skips(struct kunit *test) { kunit_skip(test, "not here"); }
static struct kunit_case a_cases[] = { KUNIT_CASE(passes), KUNIT_CASE(fails), {} };
static struct kunit_case b_cases[] = { KUNIT_CASE(skips), {} };
static struct kunit_suite a = { .name = "first", .test_cases = a_cases };
static struct kunit_suite b = { .name = "second", .test_cases = b_cases };
kunit_test_suites(&a, &b);
`;

describe("KUnit files", () => {
  test("each case of each registered suite is a case", () => {
    expect(cases(SUITES).map((c) => c.name)).toEqual(["first.passes", "first.fails", "second.skips"]);
  });

  test("a failed expectation fails, a skipped case does not", async () => {
    const [passes, fails, skips] = await run(SUITES);
    expect([passes!, fails!, skips!].map((c) => c.verdict)).toEqual(["passed", "failed", "skipped"]);
    expect(runVerdict([passes!, skips!])).toBe("passed");
    expect(runVerdict([passes!, fails!])).toBe("failed");
    expect(fails!.exploration.outcomes.map((o) => o.key)).toEqual(["two=2;"]);
    expect(fails!.findings[0]!.found.title).toContain("EXPECTATION FAILED: two == 3 in fails");
    expect(skips!.findings[0]!.found.title).toContain("SKIPPED");
  });
});

describe("the hash of a program", () => {
  const hash = (text: string): number => {
    const [only] = cases(text);
    return programHash(only!.program);
  };
  const base = "int x = 1;\nvoid cpu0(void) { x = 2; }\n";

  test("stays when lines move, changes with code and with data", () => {
    expect(hash(`/* a comment */\n\n${base}`)).toBe(hash(base));
    expect(hash(base.replace("x = 2", "x = 3"))).not.toBe(hash(base));
    expect(hash(base.replace("x = 1", "x = 4"))).not.toBe(hash(base));
  });
});
