// Loops that only look, or only try: their rounds are no steps, and that loses nothing. A loop that tries a lock is the
// lock's own waiting, to the last outcome.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runAllWays } from "../kernel/support/c-program.js";
import {
  compareSearches,
  endsOf,
  hangs,
  type KernelProgram,
  sharingProgram,
  waitingProgram,
} from "../support/kernel-programs.js";

/** More programs: AWAITS_RUNS=600 AWAITS_SEED=7 npx vitest run test/explore/awaits.test.ts */
const RUNS = Number(process.env.AWAITS_RUNS ?? 60);
const SEED = Number(process.env.AWAITS_SEED ?? 20261123);

test("the ends are those of all rounds, on generated programs", { timeout: 300_000 }, () => {
  let compared = 0;
  fc.assert(
    fc.property(waitingProgram, (source) => {
      const every = endsOf(source, false, 3000);
      fc.pre(every !== null);
      expect(endsOf(source, true, 3000), source.text).toEqual(every);
      compared++;
    }),
    { numRuns: RUNS, seed: SEED, maxSkipsPerRun: 1000 },
  );
  expect(compared).toBe(RUNS);
});

describe("who has a CPU while it spins", () => {
  const compare = (law: (source: KernelProgram) => boolean | null): { compared: number; hanging: number } => {
    let [compared, hanging] = [0, 0];
    const preempts = fc.constantFrom("none" as const, "none" as const, "full" as const);
    fc.assert(
      fc.property(sharingProgram, preempts, (program, preempt) => {
        const found = law({ ...program, preempt });
        fc.pre(found !== null);
        compared++;
        if (found) hanging++;
      }),
      { numRuns: RUNS, seed: SEED, maxSkipsPerRun: 1000 },
    );
    return { compared, hanging };
  };

  test("whether a program can hang is the same where rounds are steps", { timeout: 300_000 }, () => {
    const { compared, hanging } = compare((source) => {
      const every = hangs(source, false, 3000);
      if (every !== null) expect(hangs(source, true, 3000), source.text).toBe(every);
      return every;
    });
    expect(compared).toBe(RUNS);
    expect(hanging).toBeGreaterThan(RUNS / 4);
    expect(hanging).toBeLessThan(RUNS);
  });

  test("all searches agree about it", { timeout: 300_000 }, () => {
    const { compared } = compare((source) => {
      const agreement = compareSearches(source, 5000);
      if (agreement !== null) expect(agreement, source.text).not.toBeTypeOf("string");
      return agreement === null ? null : false;
    });
    expect(compared).toBe(RUNS);
  });

  const cased = (functions: string, body: string): string => `
#include <kunit/test.h>
#include <linux/sched.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <smplab.h>
static int x;
static DEFINE_SPINLOCK(a);
static void writer(void *p) { WRITE_ONCE(x, 1); }
${functions}
static void together(struct kunit *test) { ${body} smplab_join_all(); smplab_observe("x", x); }
static struct kunit_case cases[] = { KUNIT_CASE(together), {} };
static struct kunit_suite suite = { .name = "spins", .test_cases = cases };
kunit_test_suite(suite);`;
  const bothWays = { outcomes: ["[deadlock]", "x=1;"] };
  const fine = { outcomes: ["x=1;"], findings: [] };

  test("one that comes first and spins keeps its CPU from the one that it waits for", () => {
    const spinner = "static void spinner(void *p) { while (!READ_ONCE(x)) cpu_relax(); }";
    const body = "smplab_run_on(0, writer, NULL); smplab_run_on(0, spinner, NULL);";
    const seen = runAllWays(cased(spinner, body), { cpus: 2, preempt: "none" });
    expect(seen).toEqual({ ...bothWays, findings: ["INFO: task hung in spinner"] });
    expect(runAllWays(cased(spinner, body), { cpus: 2, preempt: "full" })).toEqual(fine);
    const polite = spinner.replace("cpu_relax()", "cond_resched()");
    expect(runAllWays(cased(polite, body), { cpus: 2, preempt: "none", goesRound: true }).outcomes).toEqual([
      "x=1;",
    ]);
    const again = spinner.replace("{", "{ cond_resched();");
    expect(runAllWays(cased(again, body), { cpus: 2, preempt: "none" })).toEqual(seen);
  });

  test("one that spins for a lock keeps its CPU from the one that the holder waits for", () => {
    const functions = `
static void holder(void *p) { spin_lock(&a); while (!READ_ONCE(x)) cpu_relax(); spin_unlock(&a); }
static void waiter(void *p) { spin_lock(&a); spin_unlock(&a); }`;
    const body =
      "smplab_run_on(1, holder, NULL); smplab_run_on(0, waiter, NULL); smplab_run_on(0, writer, NULL);";
    for (const preempt of ["none", "full"] as const)
      expect(runAllWays(cased(functions, body), { cpus: 2, preempt })).toEqual({
        ...bothWays,
        findings: ["INFO: task hung in holder"],
      });
    const apart = body.replace("run_on(0, writer", "run_on(2, writer");
    expect(runAllWays(cased(functions, apart), { cpus: 3, preempt: "none" })).toEqual(fine);
  });

  test("one that polls with a function that changes something only when it finds something", () => {
    const functions = `
static int done;
static int get(int *value)
{
	int seen = READ_ONCE(x);

	if (seen == done)
		return 0;
	*value = seen;
	done++;
	return 1;
}
static void reader(void *p) { int value = 0, sum = 0; while (!sum) { if (get(&value)) sum += value; } }`;
    const body = "smplab_run_on(0, writer, NULL); smplab_run_on(1, reader, NULL);";
    const seen = runAllWays(cased(functions, body), { cpus: 2, preempt: "full" });
    expect(seen).toEqual({ ...fine, findings: [] });
  });

  test("a task that may be moved to a free CPU hangs on none", () => {
    const spinner =
      "static void spinner(void *p) { preempt_disable(); while (!READ_ONCE(x)) cpu_relax(); preempt_enable(); }";
    for (const preempt of ["none", "full"] as const) {
      for (const c of [0, 1]) {
        const runs = (place: string): string =>
          cased(spinner, `${place} smplab_run_on(${c}, spinner, NULL);`);
        const bound = runAllWays(runs(`smplab_run_on(${c}, writer, NULL);`), { cpus: 2, preempt });
        expect(bound).toEqual({ ...bothWays, findings: ["INFO: task hung in spinner"] });
      }
      // Where it begins it may be moved away, once; only one of these CPUs is the one where it does.
      const outcomes = [0, 1].map((c) => {
        const text = cased(spinner, `smplab_run(writer, NULL); smplab_run_on(${c}, spinner, NULL);`);
        return runAllWays(text, { cpus: 2, preempt }).outcomes.length;
      });
      expect(outcomes.sort()).toEqual([1, 2]);
    }
  });
});

const HEAD = `
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/bit_spinlock.h>
#include <linux/bitops.h>
#include <linux/cmpxchg.h>
#include <linux/mutex.h>
#include <linux/rwlock.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
static DEFINE_SPINLOCK(s);
static DEFINE_RWLOCK(rw);
static DEFINE_MUTEX(m);
static unsigned long bits, word;
static int own(void) { return xchg(&word, 1) == 0; }
int x, y;
`;

const TRIES: [string, string, string, string][] = [
  ["spin_trylock()", "while (!spin_trylock(&s)) cpu_relax();", "spin_lock(&s);", "spin_unlock(&s);"],
  ["another spelling", "for (;;) { if (spin_trylock(&s)) break; }", "spin_lock(&s);", "spin_unlock(&s);"],
  ["write_trylock()", "while (!write_trylock(&rw)) ;", "write_lock(&rw);", "write_unlock(&rw);"],
  ["mutex_trylock()", "while (!mutex_trylock(&m)) cpu_relax();", "mutex_lock(&m);", "mutex_unlock(&m);"],
  [
    "bit_spin_trylock()",
    "while (!bit_spin_trylock(3, &bits)) ;",
    "bit_spin_lock(3, &bits);",
    "bit_spin_unlock(3, &bits);",
  ],
  ["cmpxchg()", "while (cmpxchg(&word, 0, 1) != 0) cpu_relax();", "spin_lock(&s);", "WRITE_ONCE(word, 0);"],
  [
    "a counter of the rounds that nobody reads",
    "int rounds = 0; while (!spin_trylock(&s)) { rounds++; cpu_relax(); }",
    "spin_lock(&s);",
    "spin_unlock(&s);",
  ],
  ["xchg() in a function", "while (!own()) cpu_relax();", "spin_lock(&s);", "WRITE_ONCE(word, 0);"],
  [
    "test_and_set_bit_lock()",
    "again: if (test_and_set_bit_lock(5, &word)) goto again;",
    "spin_lock(&s);",
    "clear_bit_unlock(5, &word);",
  ],
];

describe("a loop that tries is the lock itself", () => {
  test.each(TRIES)("%s", (_, loop, lock, unlock) => {
    const text = (enter: string, leave: string) => `${HEAD}
static void work(void) { ${enter} WRITE_ONCE(x, 2 * READ_ONCE(x) + 1); ${leave} }
void cpu0(void) { work(); }
void cpu1(void) { WRITE_ONCE(y, 1); work(); }
void cpu2(void) { ${enter} x *= 3; ${leave} }`;
    const wanted = runAllWays(text(lock, lock === "spin_lock(&s);" ? "spin_unlock(&s);" : unlock));
    const found = runAllWays(text(loop, unlock));
    expect(found.outcomes.map((key) => key.replace("word=0; ", ""))).toEqual(wanted.outcomes);
    expect(found.findings).toEqual(wanted.findings);
  });
});
