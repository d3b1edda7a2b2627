// Circles of waiting: what is told of them is the same whoever closed them and whoever could still run, so every search
// tells it; and only what can never be resolved is told. Each program is compared with naive enumeration, or, where
// somebody runs for ever, with a walk over all states.

import { expect, test } from "vitest";
import { Machine } from "../../interpreter/api.js";
import { shippedKernel } from "../../src/compile/kernel.js";
import { explore } from "../../src/explore/explore.js";
import { prepareText } from "../kernel/support/prepare-text.js";
import { naive, plain } from "../support/naive.js";

const kernel = shippedKernel();

const HEAD = `
#include <kunit/test.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rwlock.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <smplab.h>
static int x;
static atomic_t looked, left;
static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static DEFINE_MUTEX(m);
static DEFINE_MUTEX(k);
static DECLARE_RWSEM(rw);
static DECLARE_COMPLETION(done);
`;
/** Goes round for ever, with steps in each round, while somebody hangs. */
const POLLER =
  "static void poller(void *p) { while (atomic_read(&left)) atomic_set(&looked, !atomic_read(&looked)); }";

const cased = (functions: string, body: string): string => `${HEAD}
${functions}
static void together(struct kunit *test) { ${body} }
static struct kunit_case cases[] = { KUNIT_CASE(together), {} };
static struct kunit_suite suite = { .name = "waiting", .test_cases = cases };
kunit_test_suite(suite);`;

/** Titles of those that hang, as all searches tell them. */
function hung(text: string, preempt: "none" | "full" = "full", goesRound = false): string[] {
  const { program, entry, config } = prepareText(text, { cpus: 3, preempt });
  const machine = new Machine(program, kernel.objects, kernel.rules, config);
  machine.begin(entry);
  const title = (f: { kind: string }): string => kernel.title(f as never, machine);
  const hangs = (titles: readonly string[]): string[] =>
    titles.flatMap((one) => /^INFO: task hung in (.*)/.exec(one)?.[1] ?? []);
  const oracle = goesRound ? plain(machine, title, 20_000) : naive(machine, title, 300_000);
  expect(oracle.complete).toBe(true);
  const told = hangs(oracle.findings);
  for (const search of ["states", "traces"] as const) {
    // A search by traces has no use for the states in which a run without end is back.
    if (goesRound && search === "traces") continue;
    for (const confine of [true, false]) {
      const found = explore(program, entry, kernel, { machine: config, search, confine });
      expect(found.cut).toBeNull();
      expect(hangs(found.findings.map((one) => one.title)), `${search}, confine: ${confine}`).toEqual(told);
    }
  }
  return told;
}

test("one who waits for itself, and one who waits for somebody who never comes", () => {
  const functions = `
static void never(void *p) { WRITE_ONCE(x, 1); wait_for_completion(&done); }
static void twice(void *p) { spin_lock(&b); spin_lock(&b); }`;
  for (const order of [
    ["never", "twice"],
    ["twice", "never"],
  ]) {
    const runs = order.map((name, cpu) => `smplab_run_on(${cpu}, ${name}, NULL);`).join(" ");
    expect(hung(cased(functions, `${runs} smplab_join_all();`))).toEqual(["never", "twice"]);
  }
});

const CROSSED = `
static void low(void *p) { mutex_lock(&m); mutex_lock(&k); mutex_unlock(&k); mutex_unlock(&m); }
static void high(void *p) { mutex_lock(&k); mutex_lock(&m); mutex_unlock(&m); mutex_unlock(&k); }`;

test("two who wait for each other are one finding, whoever comes first and whoever else runs", () => {
  for (const order of ["low high", "high low", "low high more", "more high low"]) {
    const functions = `${CROSSED} static void more(void *p) { WRITE_ONCE(x, 1); WRITE_ONCE(x, 2); }`;
    const runs = order.split(" ").map((name, i) => `smplab_run_on(${i % 2}, ${name}, NULL);`);
    expect(hung(cased(functions, `${runs.join(" ")} smplab_join_all();`)), order).toEqual(["low"]);
  }
});

test("who waits for one in a circle is no finding of its own", () => {
  const functions = `${CROSSED} static void behind(void *p) { mutex_lock(&m); mutex_unlock(&m); }`;
  const runs = ["behind", "high", "low"].map((name, i) => `smplab_run_on(${i % 2}, ${name}, NULL);`);
  expect(hung(cased(functions, `${runs.join(" ")} smplab_join_all();`))).toEqual(["low"]);
});

test("two circles through one writer are told, whether it comes last or first", () => {
  const functions = `
static void first(void *p) { down_read(&rw); mutex_lock(&m); mutex_unlock(&m); up_read(&rw); }
static void writer(void *p) { mutex_lock(&m); down_write(&rw); up_write(&rw); mutex_unlock(&m); }
static void second(void *p) { down_read(&rw); mutex_lock(&m); mutex_unlock(&m); up_read(&rw); }`;
  const all = ["first", "second", "writer"];
  for (let k = 0; k < 3; k++) {
    const runs = all.map((_, i) => `smplab_run_on(${i % 2}, ${all[(i + k) % 3]}, NULL);`);
    expect(hung(cased(functions, `${runs.join(" ")} smplab_join_all();`))).toEqual(["first", "writer"]);
  }
});

test("a loop that tries a lock may have another way out", () => {
  const holder =
    "static void holder(void *p) { spin_lock(&a); spin_lock(&b); spin_unlock(&b); spin_unlock(&a); }";
  const trier = (out: string): string => `
static void trier(void *p)
{
	int got;
	spin_lock(&b);
	while (!(got = spin_trylock(&a))) ${out}
	if (got) spin_unlock(&a);
	spin_unlock(&b);
}
static void other(void *p) { WRITE_ONCE(x, 1); }`;
  const runs = ["holder", "trier", "other"].map((name, cpu) => `smplab_run_on(${cpu}, ${name}, NULL);`);
  const hangs = (out: string) =>
    hung(cased(holder + trier(out), `${runs.join(" ")} smplab_join_all();`), "full", out !== "cpu_relax();");
  expect(hangs("if (READ_ONCE(x)) break;")).toEqual([]);
  expect(hangs("cpu_relax();")).toEqual(["holder"]);
});

test("a case that joins its tasks with a lock that one of them needs", () => {
  const task = "static void task(void *p) { mutex_lock(&m); mutex_unlock(&m); }";
  const join = "mutex_lock(&m); smplab_join_all(); mutex_unlock(&m);";
  expect(hung(cased(task, `smplab_run_on(0, task, NULL); ${join}`))).toEqual(["task"]);
  const both = `atomic_set(&left, 1); smplab_run_on(0, task, NULL); smplab_run_on(1, poller, NULL); ${join}`;
  expect(hung(cased(task + POLLER, both), "full", true)).toEqual(["task"]);
  // The second round of tasks is started in the last step of the first.
  const later = `smplab_run_on(0, quick, NULL); smplab_join_all(); ${both}`;
  const quick = "static void quick(void *p) { WRITE_ONCE(x, 1); }";
  expect(hung(cased(task + POLLER + quick, later), "full", true)).toEqual(["task"]);
});

test("a thread that needs the lock with which the case joins its tasks only waits", () => {
  const functions = `
static int thread(void *p) { mutex_lock(&m); mutex_unlock(&m); return 0; }
static void task(void *p) { WRITE_ONCE(x, 1); WRITE_ONCE(x, 2); }`;
  const body = `
	kthread_run(thread, NULL, "thread");
	mutex_lock(&m); smplab_run_on(0, task, NULL); smplab_join_all(); mutex_unlock(&m); smplab_settle();`;
  expect(hung(cased(functions, body))).toEqual([]);
});

/** The sleeper holds a lock for which the spinner, on the same CPU, spins. */
const SLEEPER =
  "static void sleeper(void *p) { spin_lock(&a); mutex_lock(&m); mutex_unlock(&m); spin_unlock(&a); }";
const SPINNER =
  "static void spinner(void *p) { preempt_disable(); spin_lock(&a); spin_unlock(&a); preempt_enable(); }";
const OWNER =
  "static void owner(void *p) { mutex_lock(&m); WRITE_ONCE(x, 1); mutex_unlock(&m); atomic_set(&left, 0); }";

test.each(["full", "none"] as const)(
  "one who keeps the CPU of the one that it waits for (preempt=%s)",
  (preempt) => {
    const functions = SLEEPER + SPINNER + OWNER;
    const two = "smplab_run_on(0, sleeper, NULL); smplab_run_on(0, spinner, NULL);";
    // Whether the owner lets the mutex go before or after does not matter.
    expect(
      hung(cased(functions, `${two} smplab_run_on(1, owner, NULL); smplab_join_all();`), preempt),
    ).toEqual(["sleeper"]);
    // On CPUs of their own they only wait.
    const apart = two.replace("run_on(0, spinner", "run_on(2, spinner");
    expect(
      hung(cased(functions, `${apart} smplab_run_on(1, owner, NULL); smplab_join_all();`), preempt),
    ).toEqual([]);
  },
);

test("one who gives the CPU up when it goes to sleep keeps nobody for ever", () => {
  const functions = `
static void keeps(void *p) { preempt_disable(); mutex_lock(&m); mutex_unlock(&m); preempt_enable(); }
static void holds(void *p) { mutex_lock(&m); WRITE_ONCE(x, 1); mutex_unlock(&m); }`;
  const body = "smplab_run_on(0, keeps, NULL); smplab_run_on(0, holds, NULL); smplab_join_all();";
  expect(hung(cased(functions, body))).toEqual([]);
  expect(hung(cased(functions, body), "none")).toEqual([]);
  const sleeps = functions.replace("WRITE_ONCE(x, 1);", "wait_for_completion(&done);");
  const other = "static void other(void *p) { complete(&done); }";
  const three = `smplab_run_on(1, other, NULL); ${body}`;
  expect(hung(cased(sleeps + other, three))).toEqual([]);
  expect(hung(cased(sleeps + other, three), "none")).toEqual([]);
});

test("an interrupt that spins for what it interrupted", () => {
  const functions = `
static irqreturn_t handler(int irq, void *dev) { spin_lock(&a); spin_unlock(&a); return IRQ_HANDLED; }
static void task(void *p) { spin_lock(&a); WRITE_ONCE(x, 1); spin_unlock(&a); }`;
  const start =
    'request_irq(1, handler, 0, "device", &x); smplab_irq_arrivals(1, 0, 1); smplab_run_on(0, task, NULL);';
  expect(hung(cased(functions, `${start} smplab_join_all();`))).toEqual(["handler"]);
  const fixed = functions
    .replace("spin_lock(&a); W", "spin_lock_irq(&a); W")
    .replace("unlock(&a); }", "unlock_irq(&a); }");
  expect(hung(cased(fixed, `${start} smplab_join_all();`))).toEqual([]);
});

test("a task that may be moved away from the one that spins for it", () => {
  const functions =
    SLEEPER.replace("mutex_lock(&m); mutex_unlock(&m);", "wait_for_completion(&done);") + SPINNER;
  const other = "static void other(void *p) { complete(&done); WRITE_ONCE(x, 1); }";
  for (const [place, hangs] of [
    ["smplab_run(sleeper, NULL);", []],
    ["smplab_run_on(0, sleeper, NULL);", ["sleeper"]],
  ] as const) {
    const body = `${place} smplab_run_on(0, spinner, NULL); smplab_run_on(1, other, NULL); smplab_join_all();`;
    expect(hung(cased(functions + other, body))).toEqual(hangs);
  }
});
