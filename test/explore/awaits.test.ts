// Loops that only look, or only try: their rounds are no steps, and that loses nothing. A loop that tries a lock is the
// lock's own waiting, to the last outcome.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { runAllWays } from "../kernel/support/c-program.js";
import { endsOf, waitingProgram } from "../support/kernel-programs.js";

test("the ends are those of all rounds, on generated programs", { timeout: 300_000 }, () => {
  let compared = 0;
  fc.assert(
    fc.property(waitingProgram, (source) => {
      const every = endsOf(source, false, 3000);
      fc.pre(every !== null);
      expect(endsOf(source, true, 3000), source.text).toEqual(every);
      compared++;
    }),
    { numRuns: 60, seed: 20261123, maxSkipsPerRun: 1000 },
  );
  expect(compared).toBe(60);
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
