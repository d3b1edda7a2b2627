// Tasks that are alike: the search that tells states apart only up to their order finds what the search that tells all of
// them apart finds, and counts the orbits of all states, as brute force does.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Machine } from "../../interpreter/api.js";
import { TASK_STRIDE, TASK_TABLE, Task } from "../../interpreter/machine/layout.js";
import { heldCount, ownerWordOf } from "../../kernel/api.js";
import { shippedKernel } from "../../src/compile/kernel.js";
import { engineConfig } from "../../src/explore/engine.js";
import { type ExploreOptions, explore } from "../../src/explore/explore.js";
import type { Exploration } from "../../src/explore/result.js";
import { Symmetry } from "../../src/explore/symmetry.js";
import { prepareText } from "../kernel/support/prepare-text.js";

const kernel = shippedKernel();
const SIZES = { mainStack: 8192, stack: 4096, mainHeap: 4096, heap: 1024, percpuDynamic: 256 };

const HEAD = `
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/bit_spinlock.h>
#include <linux/cmpxchg.h>
#include <linux/completion.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <smplab.h>
static int x, y, z;
static int log[4];
static atomic_t n, ticket, serving;
static unsigned long bits;
static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static DEFINE_MUTEX(m);
static DEFINE_PER_CPU(int, p);
static int twice(int v) { return 2 * v + READ_ONCE(z); }
`;

/** `tasks` CPUs run `body`, one more runs `other` if there is one. */
function together(body: string, tasks: number, other = ""): string {
  return `${HEAD}
static void task(void *arg) { ${body} }
static void one(void *arg) { ${other} }
static void cases_together(struct kunit *test)
{
	(void)one; (void)twice;
	${Array.from({ length: tasks }, (_, i) => `smplab_run_on(${i}, task, NULL);`).join(" ")}
	${other === "" ? "" : `smplab_run_on(${tasks}, one, NULL);`}
	smplab_join_all();
	smplab_observe("x", x); smplab_observe("y", y); smplab_observe("z", z);
	smplab_observe("n", atomic_read(&n));
	smplab_observe("log", log[0] + 10 * log[1] + 100 * log[2]);
}
static struct kunit_case cases[] = { KUNIT_CASE(cases_together), {} };
static struct kunit_suite suite = { .name = "s", .test_cases = cases };
kunit_test_suite(suite);`;
}

function prepared(text: string) {
  const { program, entry, config } = prepareText(text, { cpus: 4, preempt: "full" });
  const machine = { ...config, sizes: SIZES };
  const search = (options: Partial<ExploreOptions>): Exploration =>
    explore(program, entry, kernel, { machine, search: "states", limits: { states: 100_000 }, ...options });
  const begin = (): Machine => {
    const made = new Machine(program, kernel.objects, kernel.rules, machine);
    made.begin(entry);
    return made;
  };
  return { search, begin };
}

/** All but the schedules and what is counted. */
const found = ({ complete, outcomes, findings }: Exploration) => ({
  complete,
  outcomes: outcomes.map(({ key, failed }) => ({ key, failed })),
  findings: findings.map(({ title, seen }) => ({ title, seen })),
});

const SIMPLE = [
  "WRITE_ONCE(x, READ_ONCE(x) + 1);",
  "WRITE_ONCE(y, READ_ONCE(x));",
  "WRITE_ONCE(x, twice(READ_ONCE(y)));",
  "z = x;",
  "atomic_inc(&n);",
  "log[atomic_add_return(1, &n) & 3] = READ_ONCE(x) + 1;",
  "if (atomic_cmpxchg(&n, 0, 5) == 0) WRITE_ONCE(y, 7);",
  "if (READ_ONCE(x) == 1) WRITE_ONCE(z, 3);",
  "while (READ_ONCE(x) == 2) cpu_relax();",
  "if (atomic_add_unless(&n, 1, 2)) WRITE_ONCE(z, READ_ONCE(z) + 1);",
];
const SECTIONS: [string, string][] = [
  ["spin_lock(&a);", "spin_unlock(&a);"],
  ["spin_lock_irq(&b);", "spin_unlock_irq(&b);"],
  ["mutex_lock(&m);", "mutex_unlock(&m);"],
  ["if (mutex_trylock(&m)) {", "mutex_unlock(&m); }"],
  ["while (!spin_trylock(&a)) cpu_relax();", "spin_unlock(&a);"],
  ["bit_spin_lock(2, &bits);", "bit_spin_unlock(2, &bits);"],
  ["preempt_disable();", "preempt_enable();"],
  // Wrong ones: both may hang, and what is left held says by whom.
  ["spin_lock(&a); mutex_lock(&m);", "mutex_unlock(&m); spin_unlock(&a);"],
  ["mutex_lock(&m); spin_lock(&a);", "spin_unlock(&a);"],
];
const simple = fc.constantFrom(...SIMPLE);
const piece = fc.oneof(
  { weight: 2, arbitrary: simple },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(...SECTIONS), simple)
      .map(([[enter, leave], s]) => `${enter} ${s} ${leave}`),
  },
);
const body = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(" "));
const source = fc.record({ body, tasks: fc.constantFrom(2, 2, 3), other: fc.oneof(fc.constant(""), body) });

/** What a state is up to the order of those who are alike, written by hand: the least of its arrangements. */
function canonical(machine: Machine, classes: readonly (readonly number[])[]): string {
  const { map, memory } = machine;
  const alike = new Set(classes.flat());
  const words = memory.i32;
  const lockWords = new Map<number, number>();
  for (const t of alike) {
    for (let i = 0; i < heldCount(machine, t); i++) {
      const at = ownerWordOf(machine, t, i);
      if (at !== 0 && words[at >> 2] === t + 1) lockWords.set(at >> 2, t);
    }
  }
  const own = (word: number): number =>
    [...alike].find((t) => {
      const record = (TASK_TABLE + t * TASK_STRIDE) >> 2;
      if (word >= record && word < record + TASK_STRIDE / 4) return true;
      return word >= map.stackBase(t) >> 2 && word < map.stackEnd(t) >> 2;
    }) ?? -1;
  const shared: string[] = [];
  const locals = new Map<number, string[]>([...alike].map((t) => [t, []]));
  for (let i = 0; i < map.memoryEnd >> 2; i++) {
    let word = words[i]!;
    if (word === 0) continue;
    const t = own(i);
    if (t < 0) {
      shared.push(`${i}=${lockWords.has(i) ? "held" : word}`);
      continue;
    }
    const record = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    const stack = map.stackBase(t) >> 2;
    if (i === record + Task.Cpu / 4) continue;
    if (i === record + Task.Fp / 4) word -= map.stackBase(t);
    locals.get(t)!.push(i >= stack ? `s${i - stack}=${word}` : `r${i - record}=${word}`);
  }
  const byClass = classes.map((tasks) =>
    tasks
      .map((t) => locals.get(t)!.join(","))
      .sort()
      .join(" | "),
  );
  return [shared.join(","), ...byClass].join(" || ");
}

/** Every state, by every step; how many there are up to the order of those who are alike. Null: too many, or a fault. */
function orbits(machine: Machine, classes: readonly (readonly number[])[], most: number): number | null {
  const seen = new Set<string>();
  const all = new Set<string>();
  let fits = true;
  const visit = (): void => {
    if (machine.end === "fatal") fits = false;
    const raw = canonical(machine, []);
    if (!fits || all.has(raw)) return;
    all.add(raw);
    seen.add(canonical(machine, classes));
    if (all.size > most) fits = false;
    const choices = new Int32Array(64);
    const n = machine.choices(choices);
    machine.memory.mark();
    for (let i = 0; i < n && fits; i++) {
      machine.step(choices[i]!);
      visit();
      machine.memory.rollback();
      machine.end = null;
    }
    machine.memory.dropMark();
    machine.end = null;
  };
  visit();
  return fits ? seen.size : null;
}

test("generated programs: the same is found, and orbits are counted", { timeout: 600_000 }, () => {
  let counted = 0;
  fc.assert(
    fc.property(source, ({ body, tasks, other }) => {
      const text = together(body, tasks, other);
      const { search, begin } = prepared(text);
      const apart = search({ symmetry: false });
      fc.pre(apart.complete);
      const folded = search({});
      expect(found(folded), text).toEqual(found(apart));
      expect(folded.stats.states).toBeLessThanOrEqual(apart.stats.states);
      const machine = begin();
      const classes = Symmetry.of(machine)?.classes ?? [];
      expect(classes, text).toEqual([Array.from({ length: tasks }, (_, i) => i + 1)]);
      // A lock that is left names who had it: where that is one of them nothing is folded.
      if (apart.findings.some(({ finding }) => finding.kind === "lock-held-at-exit")) return;
      if (apart.outcomes.some(({ end }) => end === "fatal")) return;
      const wanted = orbits(machine, classes, 1500);
      if (wanted === null) return;
      counted++;
      expect(search({ confine: false }).stats.states, text).toBe(wanted);
    }),
    { numRuns: Number(process.env.SYMMETRY_RUNS ?? 80), seed: Number(process.env.SYMMETRY_SEED ?? 20261123) },
  );
  expect(counted).toBeGreaterThan(25);
});

test("the order in which steps are tried makes no difference", { timeout: 120_000 }, () => {
  fc.assert(
    fc.property(source, fc.integer({ min: 1, max: 1000 }), ({ body, tasks, other }, seed) => {
      const { search } = prepared(together(body, tasks, other));
      const first = search({});
      fc.pre(first.complete);
      let state = seed;
      const order = (todo: number): number => {
        let last = 0;
        state = (Math.imul(state, 1103515245) + 12345) >>> 0;
        let skip = (state >>> 16) % 4;
        for (let m = todo; m !== 0 && skip >= 0; m &= m - 1, skip--) last = 31 - Math.clz32(m & -m);
        return last;
      };
      const counts = (e: Exploration) => ({
        ...found(e),
        states: e.stats.states,
        ends: e.stats.ends,
        each: e.outcomes.map(({ states }) => states),
      });
      expect(counts(search({ sabotage: { order } }))).toEqual(counts(first));
    }),
    { numRuns: 60, seed: 7 },
  );
});

test("where nobody can move any more, each that could come first is told", () => {
  const more = `
static DECLARE_COMPLETION(done);
static void f(void) { wait_for_completion(&done); }
static void g(void) { wait_for_completion(&done); }
static void task(`;
  const body = "if (atomic_add_return(1, &n) == 1) f(); else g();";
  for (const other of ["", "mutex_lock(&m); wait_for_completion(&done); mutex_unlock(&m);"]) {
    const { search } = prepared(together(body, 2, other).replace("static void task(", more));
    const folded = search({});
    expect(folded.findings.map(({ title }) => title)).toContain("INFO: task hung in g");
    expect(found(folded)).toEqual(found(search({ symmetry: false })));
  }
});

test("circles of waiting are told at the same places, whichever of those who are alike are in them", () => {
  const more = `
static void f(void) { spin_lock(&a); spin_lock(&b); }
static void g(void) { spin_lock(&b); spin_lock(&a); }
static void task(`;
  const body = "if (atomic_add_return(1, &n) == 1) f(); else g(); spin_unlock(&a); spin_unlock(&b);";
  for (const other of ["", "mutex_lock(&m); spin_lock(&a); spin_lock(&b); mutex_unlock(&m);"]) {
    for (const tasks of [2, 3]) {
      const { search } = prepared(together(body, tasks, other).replace("static void task(", more));
      const folded = search({});
      expect(folded.findings.map(({ title }) => title)).toContain("INFO: task hung in f");
      expect(found(folded)).toEqual(found(search({ symmetry: false })));
    }
  }
});

test("compiled to WebAssembly: the same states", () => {
  const { program, entry, config } = prepareText(
    together(
      "mutex_lock(&m); WRITE_ONCE(x, READ_ONCE(x) + 1); mutex_unlock(&m); WRITE_ONCE(y, twice(y));",
      3,
    ),
    { cpus: 4, preempt: "full" },
  );
  const search = (engine: "vm" | "wasm") => {
    const machine = { ...config, sizes: SIZES, ...engineConfig(engine) };
    const result = explore(program, entry, kernel, { machine, search: "states" });
    return { ...found(result), states: result.stats.states, transitions: result.stats.transitions };
  };
  expect(search("wasm")).toEqual(search("vm"));
});

describe("who is alike", () => {
  const classes = (body: string, tasks = 2, other = "", more = ""): number[][] =>
    Symmetry.of(
      prepared(
        together(body, tasks, other).replace("static void task(", `${more}\nstatic void task(`),
      ).begin(),
    )?.classes ?? [];

  test("tasks of one function and one argument, each on its CPU", () => {
    expect(classes("WRITE_ONCE(x, 1);", 3)).toEqual([[1, 2, 3]]);
    expect(classes("WRITE_ONCE(x, 1);", 2, "WRITE_ONCE(y, 1);")).toEqual([[1, 2]]);
  });

  test.each([
    ["who asks for the CPU", "WRITE_ONCE(x, raw_smp_processor_id());"],
    ["who asks for the task", "WRITE_ONCE(x, current->pid);"],
    ["who uses per-CPU data", "this_cpu_inc(p);"],
    ["who allocates", "kfree(kmalloc(8, GFP_KERNEL));"],
    ["who waits for readers", "synchronize_rcu();"],
    ["who has locals in memory", "int v = 1; int *volatile q = &v; WRITE_ONCE(x, *q);"],
    ["who calls through pointers", "f(1);"],
    ["who looks into a lock", "WRITE_ONCE(x, READ_ONCE(a.rlock.owner)); spin_lock(&a); spin_unlock(&a);"],
    ["who copies memory", "spin_lock(&a); memcpy(log, &a, 4); spin_unlock(&a);"],
    ["who calls itself", "again(2);"],
  ])("nobody where it is one %s", (_, text) => {
    const more = `#include <linux/sched.h>
static int (*volatile f)(int) = twice;
static void again(int i) { if (i) again(i - 1); WRITE_ONCE(x, i); }`;
    expect(classes(text, 2, "", `${more}\nstatic void unused_(void) { (void)f; again(0); }`)).toEqual([]);
  });

  test("a stranger that could tell them apart is in the way, too", () => {
    expect(classes("rcu_read_lock(); rcu_read_unlock();", 2, "synchronize_rcu();")).toEqual([]);
  });
});
