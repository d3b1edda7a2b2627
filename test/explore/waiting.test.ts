// Waiting for a lock in the search by traces: who had it first must be found however late the other one asks.

import { expect, test } from "vitest";
import { objects, rules } from "../../kernel/api.js";
import { explore } from "../../src/explore/explore.js";
import { replay } from "../../src/explore/replay.js";
import { runAllWays } from "../kernel/support/c-program.js";
import { compareSearches } from "../support/kernel-programs.js";
import { prepareText } from "../support/prepare-text.js";

test.each([
  ["spin_lock", "spin_unlock"],
  ["spin_lock_irq", "spin_unlock_irq"],
  ["spin_lock_bh", "spin_unlock_bh"],
  ["mutex_lock", "mutex_unlock"],
])("both orders of two sections under %s()", (lock, unlock) => {
  const kind = lock.startsWith("mutex") ? "DEFINE_MUTEX" : "DEFINE_SPINLOCK";
  const text = `
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
static ${kind}(lock);
int r, x, z;
void cpu0(void) { ${lock}(&lock); WRITE_ONCE(x, 1); WRITE_ONCE(x, 2); ${unlock}(&lock); }
void cpu1(void) { WRITE_ONCE(z, 1); ${lock}(&lock); r = READ_ONCE(x); ${unlock}(&lock); }`;
  expect(runAllWays(text)).toEqual({ outcomes: ["r=0; x=2; z=1;", "r=2; x=2; z=1;"], findings: [] });
});

test("a data race with a loop that waits, which no run of the search by traces comes upon", async () => {
  const { program, entry } = await prepareText(`
#include <linux/kernel.h>
#include <asm/processor.h>
#include <smplab.h>
static int x, y;
static void writer(void *unused) { x = 1; }
static void waiter(void *unused)
{
	WRITE_ONCE(y, READ_ONCE(y) + 1);
	while (!READ_ONCE(x))
		cpu_relax();
}
int main(void)
{
	smplab_run_on(0, writer, NULL);
	smplab_run_on(1, waiter, NULL);
	smplab_join_all();
	return 0;
}`);
  const kernel = { objects: objects(), rules: rules(), title: (finding: { kind: string }) => finding.kind };
  const config = { cpus: 2, preempt: "full", rcu: "preempt" } as const;
  for (const search of ["states", "traces"] as const) {
    const { findings } = explore(program, entry, kernel, { machine: config, search });
    expect(findings.map(({ title }) => title)).toEqual(["kcsan:data-race"]);
    const { finding, witness } = findings[0]!;
    const { racing, stray } = replay(program, entry, kernel, config, witness);
    expect(stray).toBe(-1);
    expect(racing).toEqual([finding]);
  }
});

test("a try that an interrupt and another task make vain, and that could have come first", () => {
  const text = `
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <asm/processor.h>
#include <smplab.h>
static atomic_t n;
static int device;
static irqreturn_t handler(int irq, void *dev) { atomic_inc(&n); return IRQ_HANDLED; }
static void first(void *unused)
{
	while (atomic_cmpxchg(&n, 0, 1) != 0)
		cpu_relax();
}
static void second(void *unused) { atomic_inc(&n); }
static void together(struct kunit *test)
{
	request_irq(1, handler, 0, "device", &device);
	smplab_irq_arrivals(1, 0, 1);
	smplab_run_on(0, first, NULL);
	smplab_run_on(1, second, NULL);
	smplab_join_all();
	smplab_observe("n", atomic_read(&n));
}
static struct kunit_case cases[] = { KUNIT_CASE(together), {} };
static struct kunit_suite suite = { .name = "tries", .test_cases = cases };
kunit_test_suite(suite);
`;
  expect(compareSearches({ text, preempt: "full", rcu: "preempt", goesRound: false })).toMatchObject({
    livelocks: 0,
  });
});

test("a try that another task keeps from its CPU for ever, behind what takes the lock away meanwhile", async () => {
  const { program, entry } = await prepareText(`
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <smplab.h>
static int x, r;
static DEFINE_SPINLOCK(b);
static void tries(void *unused) { while (!spin_trylock(&b)) cpu_relax(); }
static void waits(void *unused) { while (!READ_ONCE(x)) cpu_relax(); }
static void locks(void *unused) { spin_lock(&b); r++; spin_unlock(&b); }
int main(void)
{
	smplab_run_on(1, tries, NULL);
	smplab_run_on(1, waits, NULL);
	smplab_run_on(0, locks, NULL);
	smplab_join_all();
	return 0;
}`);
  const title = ({ kind, task }: { kind: string; task: number }) => `${kind} of ${task}`;
  const kernel = { objects: objects(), rules: rules(), title };
  const config = { cpus: 2, preempt: "none", rcu: "preempt" } as const;
  const shown = (["states", "traces"] as const).map((search) =>
    explore(program, entry, kernel, { machine: config, search }).findings.map((found) => found.title),
  );
  expect(shown[1]).toEqual(shown[0]);
  expect(shown[0]).toContain("livelock of 2");
});
