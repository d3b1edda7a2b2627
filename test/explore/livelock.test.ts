// Runs that never end: states from which no end can be reached, however the loop is written and whoever is in it.

import { describe, expect, test } from "vitest";
import { mayGoRound } from "../../interpreter/api.js";
import { shippedKernel } from "../../src/compile/kernel.js";
import { explore } from "../../src/explore/explore.js";
import type { SearchKind } from "../../src/explore/result.js";
import { prepareText } from "../kernel/support/prepare-text.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/sched.h>
#include <asm/processor.h>
static DEFINE_MUTEX(m);
static DEFINE_SPINLOCK(s);
static atomic_t n;
static int flag, turns;
static void *links;
`;

const kernel = shippedKernel();

function look(
  text: string,
  options: { search?: SearchKind; cpus?: number; depth?: number; states?: number } = {},
) {
  const { program, entry, config } = prepareText(HEAD + text, { cpus: options.cpus ?? 2 });
  const { search, depth, states } = options;
  return explore(program, entry, kernel, {
    machine: config,
    ...(search === undefined ? {} : { search }),
    limits: { ...(depth === undefined ? {} : { depth }), ...(states === undefined ? {} : { states }) },
    witnessSteps: 100_000,
  });
}

const titles = (text: string, cpus?: number): string[] =>
  look(text, cpus === undefined ? {} : { cpus }).findings.map(({ title }) => title);

const LOCKUP = "BUG: soft lockup in cpu1";
const LEFT = "WARNING: lock taken in cpu0 is held at exit";

describe("a loop that nobody can leave", () => {
  test.each([
    ["a lock that is tried", "while (!mutex_trylock(&m)) cpu_relax(); mutex_unlock(&m);"],
    ["a lock that is tried, and a count", "while (!mutex_trylock(&m)) turns = !turns; mutex_unlock(&m);"],
    [
      "a word that is swapped",
      "mutex_lock(&m); mutex_unlock(&m); while (atomic_cmpxchg(&n, 1, 2) != 1) cpu_relax();",
    ],
    ["goto", "again: if (atomic_xchg(&n, 0) != 5) goto again;"],
    [
      "a loop around a loop",
      "do { mutex_lock(&m); turns = 1; mutex_unlock(&m); } while (atomic_add_return(0, &n) != 7);",
    ],
  ])("is found: %s", (_, loop) => {
    const wanted = loop.includes("trylock") ? [LOCKUP, LEFT] : [LOCKUP];
    const holds = loop.includes("trylock") ? "mutex_lock(&m);" : "";
    expect(titles(`void cpu0(void) { ${holds} WRITE_ONCE(flag, 1); } void cpu1(void) { ${loop} }`)).toEqual(
      wanted,
    );
  });

  test("is not one that somebody will let go", () => {
    expect(
      titles(`
void cpu0(void) { mutex_lock(&m); WRITE_ONCE(flag, 1); mutex_unlock(&m); }
void cpu1(void) { while (!mutex_trylock(&m)) cpu_relax(); mutex_unlock(&m); }`),
    ).toEqual([]);
  });

  test("is not one that only an unfair scheduler keeps two contexts in", () => {
    // Each can give way to the other for ever, and each can go on when the other stands still.
    const polite = (own: number, other: number) => `
void cpu${own}(void)
{
	atomic_t *want = wants;
	for (;;) {
		atomic_set(&want[${own}], 1);
		if (!atomic_read(&want[${other}])) break;
		atomic_set(&want[${own}], 0);
	}
	atomic_inc(&n);
	atomic_set(&want[${own}], 0);
}`;
    expect(titles(`static atomic_t wants[2];${polite(0, 1)}${polite(1, 0)}`)).toEqual([]);
  });

  test("is told once, with the first context that is in it and the shortest way there", () => {
    const { findings, complete } = look(`
static void wait_for(int value)
{
	while (atomic_cmpxchg(&n, value, value) != value)
		WRITE_ONCE(turns, !READ_ONCE(turns));
}
void cpu0(void) { if (!READ_ONCE(flag)) wait_for(3); }
void cpu1(void) { WRITE_ONCE(flag, 1); if (atomic_read(&n)) wait_for(4); }`);
    expect(complete).toBe(true);
    expect(findings.map(({ title }) => title)).toEqual(["BUG: soft lockup in wait_for"]);
    const [found] = findings;
    expect(found!.finding.task).toBe(1);
    expect(found!.shortest).toBe(true);
    // cpu0 looks at flag before cpu1 has set it.
    expect(found!.witness).toEqual([1]);
  });

  test("is looked for where the search by traces was cut for a run without end", () => {
    const text = `
void cpu0(void) { mutex_lock(&m); }
void cpu1(void) { while (!mutex_trylock(&m)) turns = !turns; mutex_unlock(&m); }`;
    const { findings, cut } = look(text, { search: "traces", depth: 300 });
    expect(cut).toBe("a run of 300 steps");
    expect(findings.map(({ title }) => title)).toEqual([LOCKUP, LEFT]);
  });

  test("is not a daemon that sleeps until there is work", () => {
    const daemon = (sleep: string) => `
#include <linux/wait.h>
static DECLARE_WAIT_QUEUE_HEAD(queue);
static int work;
static int serve(void *arg)
{
	while (!kthread_should_stop()) {
		${sleep}
		atomic_xchg(&n, READ_ONCE(work));
	}
	return 0;
}
void setup(void) { kthread_run(serve, NULL, "daemon"); }
void cpu0(void) { WRITE_ONCE(work, 1); wake_up(&queue); }`;
    const sleeps =
      "wait_event_interruptible(queue, atomic_read(&n) != READ_ONCE(work) || kthread_should_stop());";
    expect(titles(daemon(sleeps))).toEqual([]);
    expect(titles(daemon("cond_resched();"))).toEqual(["BUG: soft lockup in serve"]);
  });

  test("is not spoken of where the search was cut", () => {
    const { findings, complete } = look(
      "void cpu0(void) { mutex_lock(&m); while (!mutex_trylock(&m)) cpu_relax(); }",
      {
        states: 1,
      },
    );
    expect(complete).toBe(false);
    expect(findings).toEqual([]);
  });
});

describe("programs that cannot go round are known beforehand", () => {
  const goesRound = (text: string): boolean => {
    const { program } = prepareText(HEAD + text);
    const objects = new Map(kernel.objects.map((op) => [op.name, op]));
    return mayGoRound(program, (name) => objects.get(name)?.local !== true);
  };

  test.each([
    ["no loop", "WRITE_ONCE(flag, 1);"],
    ["a loop that counts", "int i; for (i = 0; i < 3; i++) atomic_inc(&n);"],
    ["one in another", "int i, j; for (i = 3; i > 0; i--) for (j = 0; j < i; j += 2) atomic_inc(&n);"],
    ["a loop that only looks", "while (!READ_ONCE(flag)) cpu_relax(); atomic_inc(&n);"],
  ])("%s", (_, body) => expect(goesRound(`void cpu0(void) { ${body} }`)).toBe(false));

  test.each([
    ["a lock that is tried", "while (!spin_trylock(&s)) cpu_relax();"],
    [
      "a count that goes both ways",
      "int i = 0; while (i < 9) { if (READ_ONCE(flag)) i++; else i--; atomic_inc(&n); }",
    ],
    ["a count that is set back", "int i; for (i = 0; i < 3; i++) if (atomic_xchg(&n, 1)) i = 0;"],
    [
      "a loop that walks along a list",
      "struct link { struct link *next; } *l = READ_ONCE(links); while (READ_ONCE(l->next)) l = READ_ONCE(l->next);",
    ],
    ["a loop beside one that counts", "int i; for (i = 0; i < 3; i++) while (atomic_xchg(&n, 1)) ;"],
  ])("%s may", (_, body) => expect(goesRound(`void cpu0(void) { ${body} }`)).toBe(true));

  test("a function that calls itself may", () => {
    expect(goesRound("static void f(void) { if (!atomic_xchg(&n, 1)) f(); } void cpu0(void) { f(); }")).toBe(
      true,
    );
  });
});
