// What everybody touches with a lock held is no place to stop at: the search that relies on that finds what the search
// finds that stops at every access, and gives up relying on it where a lock keeps nobody away.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { shippedKernel } from "../../src/compile/kernel.js";
import { type ExploreOptions, explore } from "../../src/explore/explore.js";
import { prepareText } from "../kernel/support/prepare-text.js";

const kernel = shippedKernel();
const SIZES = { mainStack: 8192, stack: 4096, mainHeap: 4096, heap: 1024, percpuDynamic: 256 };

const HEAD = `
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/rwlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <smplab.h>
static int x, y, z;
struct item { int value; struct item *next; };
static struct item *list;
struct request { struct completion done; int result; };
static struct request *mailbox;
static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static DEFINE_MUTEX(m);
static DEFINE_RWLOCK(rw);
`;

function program(bodies: readonly string[]): string {
  return `${HEAD}
${bodies.map((body, i) => `static void task${i}(void *arg) { int v = 0; (void)v; ${body} }`).join("\n")}
static void cases_case(struct kunit *test)
{
	${bodies.map((_, i) => `smplab_run_on(${i}, task${i}, NULL);`).join(" ")}
	smplab_join_all();
	smplab_observe("x", x); smplab_observe("y", y); smplab_observe("z", z);
}
static struct kunit_case cases[] = { KUNIT_CASE(cases_case), {} };
static struct kunit_suite suite = { .name = "s", .test_cases = cases };
kunit_test_suite(suite);`;
}

async function search(bodies: readonly string[], options: Partial<ExploreOptions> = {}) {
  const { program: made, entry } = await prepareText(program(bodies));
  const result = explore(made, entry, kernel, {
    machine: { cpus: bodies.length, preempt: "full", rcu: "preempt", sizes: SIZES },
    limits: { states: 60_000 },
    symmetry: false,
    ...options,
  });
  return {
    complete: result.complete,
    states: result.stats.states,
    shown: {
      outcomes: result.outcomes.map(({ key }) => key).sort(),
      findings: result.findings.map(({ title }) => title).sort(),
    },
  };
}

/** What all three searches show, and the states with and without relying on locks. */
async function agreed(bodies: readonly string[]) {
  const relying = await search(bodies);
  const stopping = await search(bodies, { confine: false });
  const traces = await search(bodies, { search: "traces" });
  expect(relying.complete && stopping.complete && traces.complete).toBe(true);
  expect(relying.shown).toEqual(stopping.shown);
  expect(traces.shown).toEqual(stopping.shown);
  return { ...relying.shown, states: relying.states, all: stopping.states };
}

describe("memory that a lock protects", () => {
  const section = (lock: string, unlock: string) => `${lock} x++; y += x; x++; ${unlock}`;

  test.each([
    ["spin_lock(&a);", "spin_unlock(&a);"],
    ["mutex_lock(&m);", "mutex_unlock(&m);"],
    ["write_lock(&rw);", "write_unlock(&rw);"],
  ])("is no place to stop at: %s", async (lock, unlock) => {
    const both = [section(lock, unlock), section(lock, unlock), section(lock, unlock)];
    const { states, all, findings, outcomes } = await agreed(both);
    expect(findings).toEqual([]);
    expect(outcomes).toEqual(["x=6; y=9; z=0;"]);
    expect(states * 5).toBeLessThan(all);
  });

  test("is read by readers of the lock", async () => {
    const read = "read_lock(&rw); v = x; v += y; WRITE_ONCE(z, v); read_unlock(&rw);";
    const write = "write_lock(&rw); x++; y++; write_unlock(&rw);";
    const { outcomes, states, all } = await agreed([write, read, read]);
    expect(outcomes).toEqual(["x=1; y=1; z=0;", "x=1; y=1; z=2;"]);
    expect(states).toBeLessThan(all);
  });

  test("is written by a reader of the lock: that protects nothing", async () => {
    const { findings } = await agreed([
      "read_lock(&rw); x++; read_unlock(&rw);",
      "read_lock(&rw); x++; read_unlock(&rw);",
    ]);
    expect(findings).toEqual(["KCSAN: data-race in task0 / task1"]);
  });

  test("is read without the lock once", async () => {
    const { findings } = await agreed([
      section("spin_lock(&a);", "spin_unlock(&a);"),
      "WRITE_ONCE(z, 1); v = x;",
    ]);
    expect(findings).toEqual(["KCSAN: data-race in task0 / task1"]);
  });

  test("is touched with another lock by another task", async () => {
    const { findings } = await agreed([
      section("spin_lock(&a);", "spin_unlock(&a);"),
      section("spin_lock(&a); spin_lock(&b);", "spin_unlock(&b); spin_unlock(&a);"),
      "spin_lock(&b); x++; spin_unlock(&b);",
    ]);
    expect(findings).toContain("KCSAN: data-race in task0 / task2");
  });

  test("is touched by two who hold the lock, since one of them has made it new", async () => {
    const { findings } = await agreed([
      "spin_lock(&a); x++; WRITE_ONCE(z, 1); spin_unlock(&a);",
      "spin_lock_init(&a); spin_lock(&a); x++; spin_unlock(&a);",
    ]);
    expect(findings).toContain("KCSAN: data-race in task0 / task1");
  });

  test("is freed without the lock", async () => {
    const { findings } = await agreed([
      `struct item *it = kzalloc(sizeof(*it), GFP_KERNEL); if (!it) return; spin_lock(&a); list = it; it->value = 1; spin_unlock(&a);
       WRITE_ONCE(z, 1); spin_lock(&a); list = NULL; spin_unlock(&a); kfree(it);`,
      "struct item *it; spin_lock(&a); it = list; spin_unlock(&a); if (it) it->value++;",
    ]);
    expect(findings.some((title) => title.startsWith("KASAN: slab-use-after-free"))).toBe(true);
  });

  test("lies on the stack of a task that leaves it: whatever the task does may be that", async () => {
    const bodies = [
      `struct item mine = { 1, NULL }; spin_lock(&a); list = &mine; spin_unlock(&a); WRITE_ONCE(z, 1);
       spin_lock(&a); list = NULL; spin_unlock(&a);`,
      "struct item *it; spin_lock(&a); it = list; spin_unlock(&a); if (it) { WRITE_ONCE(z, 2); it->value++; }",
    ];
    const { shown } = await search(bodies);
    expect(shown.findings).toEqual([
      "KASAN: stack-use-after-return Read in task1",
      "KASAN: stack-use-after-return Write in task1",
    ]);
    expect((await search(bodies, { search: "traces" })).shown).toEqual(shown);
  });

  test("lies on the stack of who waits for its completion", async () => {
    const { shown } = await search([
      "struct request r; init_completion(&r.done); WRITE_ONCE(mailbox, &r); wait_for_completion(&r.done);",
      "struct request *r = READ_ONCE(mailbox); if (r) { complete(&r->done); r->result = 1; }",
    ]);
    expect(shown.findings).toContain("KASAN: stack-use-after-return Write in task1");
  });
});

describe("a lock that is given back", () => {
  test("lets both orders of its holders be seen, and where they hang", async () => {
    const { findings } = await agreed([
      "spin_lock(&a); x = 1; spin_lock(&b); y = 1; spin_unlock(&b); spin_unlock(&a);",
      "spin_lock(&b); y = 2; spin_lock(&a); x = 2; spin_unlock(&a); spin_unlock(&b);",
    ]);
    expect(findings.length).toBeGreaterThan(0);
  });

  test("is seen by who tries it", async () => {
    const { outcomes } = await agreed([
      "spin_lock(&a); WRITE_ONCE(x, 1); spin_unlock(&a);",
      "if (spin_trylock(&a)) { WRITE_ONCE(y, 1); spin_unlock(&a); } else WRITE_ONCE(z, 1);",
    ]);
    expect(outcomes).toEqual(["x=1; y=0; z=1;", "x=1; y=1; z=0;"]);
  });

  test("under another lock is given back behind it, so that others wait for it alone", async () => {
    await agreed([
      "spin_lock(&a); spin_lock(&b); x++; spin_unlock(&a); WRITE_ONCE(z, 1); y++; spin_unlock(&b);",
      "spin_lock(&a); spin_lock(&b); x++; y++; spin_unlock(&b); spin_unlock(&a);",
      "WRITE_ONCE(z, 2);",
    ]);
  });
});

/** The outcomes and findings of both searches of a whole file. */
async function ofFile(text: string, preempt: "none" | "full") {
  const { program: made, entry } = await prepareText(text);
  return (["states", "traces"] as const).map((kind) => {
    const result = explore(made, entry, kernel, {
      machine: { cpus: 2, preempt, rcu: "preempt", sizes: SIZES },
      search: kind,
    });
    expect(result.complete).toBe(true);
    return {
      outcomes: result.outcomes.map(({ key }) => key).sort(),
      findings: result.findings.map(({ title }) => title).sort(),
    };
  });
}

const suite = (declarations: string, runs: string) => `${HEAD}
#include <linux/interrupt.h>
#include <asm/processor.h>
${declarations}
static void cases_case(struct kunit *test)
{
	${runs}
	smplab_join_all();
	smplab_observe("x", x);
}
static struct kunit_case cases[] = { KUNIT_CASE(cases_case), {} };
static struct kunit_suite suite = { .name = "s", .test_cases = cases };
kunit_test_suite(suite);`;

describe("whoever may lose its CPU", () => {
  test("stops in front of giving a lock back, which an interrupt may wait for", async () => {
    const [states, traces] = await ofFile(
      suite(
        `static irqreturn_t handler(int irq, void *dev) { spin_lock(&a); WRITE_ONCE(x, 1); spin_unlock(&a); return IRQ_HANDLED; }
static void task(void *arg) { spin_lock_bh(&b); spin_lock(&a); WRITE_ONCE(x, 2); spin_unlock(&a); spin_unlock_bh(&b); }`,
        'request_irq(1, handler, 0, "device", &x); smplab_irq_arrivals(1, 0, 1); smplab_run_on(0, task, NULL);',
      ),
      "full",
    );
    expect(states!.outcomes).toContain("[deadlock]");
    expect(traces).toEqual(states);
  });

  test("stops where it may be spinning, as somebody may keep it from its CPU there", async () => {
    const [states, traces] = await ofFile(
      suite(
        `static void tries(void *arg) { while (!spin_trylock(&b)) cpu_relax(); }
static void waits(void *arg) { while (!mutex_trylock(&m)) y = !y; WRITE_ONCE(x, 4); mutex_unlock(&m); while (!READ_ONCE(x)) cpu_relax(); }
static void spins(void *arg) { spin_lock(&b); spin_unlock(&b); }`,
        "smplab_run_on(0, tries, NULL); smplab_run_on(0, waits, NULL); smplab_run_on(0, spins, NULL);",
      ),
      "full",
    );
    expect(states!.findings).toContain("INFO: task hung in waits");
    expect(traces).toEqual(states);
  });
});

const statement = fc.constantFrom(
  "x++;",
  "y = x;",
  "v = y;",
  "z++;",
  "WRITE_ONCE(z, v);",
  "v = READ_ONCE(x);",
  "x = v;",
);
const pair = fc.constantFrom(
  ["spin_lock(&a);", "spin_unlock(&a);"],
  ["spin_lock(&b);", "spin_unlock(&b);"],
  ["mutex_lock(&m);", "mutex_unlock(&m);"],
  ["read_lock(&rw);", "read_unlock(&rw);"],
  ["write_lock(&rw);", "write_unlock(&rw);"],
  ["spin_lock(&a); spin_lock(&b);", "spin_unlock(&a); spin_unlock(&b);"],
  ["if (spin_trylock(&a)) {", "spin_unlock(&a); }"],
  ["spin_lock_irq(&a);", "spin_unlock_irq(&a);"],
);
const sectioned = fc
  .tuple(pair, fc.array(statement, { minLength: 1, maxLength: 3 }))
  .map(([[lock, unlock], body]) => `${lock} ${body.join(" ")} ${unlock}`);
const body = fc
  .array(fc.oneof({ weight: 4, arbitrary: sectioned }, { weight: 1, arbitrary: statement }), {
    minLength: 1,
    maxLength: 2,
  })
  .map((parts) => parts.join(" "));

test("programs full of locks show the same to all searches", { timeout: 300_000 }, async () => {
  let fewer = 0;
  let programs = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(body, { minLength: 2, maxLength: 3 }), async (bodies) => {
      const { states, all } = await agreed(bodies);
      expect(states).toBeLessThanOrEqual(all);
      programs++;
      if (states < all) fewer++;
    }),
    { numRuns: 60, seed: 20261123 },
  );
  expect(fewer * 2).toBeGreaterThan(programs);
});
