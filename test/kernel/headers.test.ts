// Small headers in use: sequence counters, delays and sleeps, lists without a lock, hash tables, guards.

import { describe, expect, test } from "vitest";
import { runAllWays, type Seen, type Wish } from "./support/c-program.js";

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

/** Of the outcomes only the variables that are not static. */
function look(text: string, wish: Wish & { steps?: number; goesRound?: boolean } = {}): Seen {
  const { outcomes, findings } = runAllWays(text, wish);
  const own = new Set(
    [...text.matchAll(/^(?:unsigned )?int ([^;(]*);/gm)].flatMap((m) => m[1]!.split(/, */)),
  );
  const shown = outcomes.map((key) =>
    key
      .split(" ")
      .filter((part) => own.has(part.split("=")[0]!))
      .join(" "),
  );
  return { outcomes: [...new Set(shown)], findings };
}

describe("linux/seqlock.h", () => {
  const text = (data: string) => `
#include <linux/seqlock.h>
static DEFINE_SEQLOCK(lock);
static int a, b;
int torn, tries;
void cpu0(void) { write_seqlock(&lock); a = 1; b = 1; write_sequnlock(&lock); }
void cpu1(void)
{
	unsigned int seq;
	int x, y;

	do {
		seq = read_seqbegin(&lock);
		${data}
		tries++;
	} while (read_seqretry(&lock, seq));
	torn = x != y;
	smp_store_release(&tries, tries - 1);
}`;

  test("readers see all of a write or none of it, and plain accesses are no race", () => {
    expect(look(text("x = a; y = b;"))).toEqual(clean("torn=0; tries=0;", "torn=0; tries=1;"));
  });

  test("what is not inside is a race", () => {
    const late = text("x = a;").replace("torn = x", "y = b; torn = x");
    const { outcomes, findings } = look(late);
    expect(outcomes.some((key) => key.includes("torn=1"))).toBe(true);
    expect(findings).toEqual(["KCSAN: data-race in cpu0 / cpu1"]);
  });

  test("two writers do not count at the same time", () => {
    expect(
      look(`
#include <linux/seqlock.h>
static seqlock_t lock;
unsigned int sequence;
static void write(void) { unsigned long flags; write_seqlock_irqsave(&lock, flags); write_sequnlock_irqrestore(&lock, flags); }
void setup(void) { seqlock_init(&lock); }
void cpu0(void) { write(); }
void cpu1(void) { write(); sequence = read_seqbegin(&lock); (void)read_seqretry(&lock, sequence); }`),
    ).toEqual(clean("sequence=2;", "sequence=4;"));
  });
});

describe("linux/delay.h", () => {
  const text = (wait: string, before = "", after = "") => `
#include <linux/delay.h>
#include <linux/spinlock.h>
#include <linux/rcupdate.h>
static DEFINE_SPINLOCK(lock);
int flag, seen;
void cpu0(void) { ${before} ${wait} seen = READ_ONCE(flag); ${after} }
void cpu1(void) { WRITE_ONCE(flag, 1); }`;
  const both = ["flag=1; seen=0;", "flag=1; seen=1;"];

  test.each(["udelay(10);", "mdelay(1);", "ndelay(5);"])(
    "%s keeps the CPU and may stand anywhere",
    (wait) => {
      expect(look(text(wait, "spin_lock(&lock);", "spin_unlock(&lock);"))).toEqual(clean(...both));
    },
  );

  test.each(["msleep(1);", "usleep_range(10, 20);", "ssleep(1);", "fsleep(10);"])("%s sleeps", (wait) => {
    expect(look(text(wait))).toEqual(clean(...both));
    const held = look(text(wait, "spin_lock(&lock);", "spin_unlock(&lock);"));
    expect(held.findings).toEqual(["BUG: scheduling while atomic in cpu0"]);
    const reader = look(text(wait, "rcu_read_lock();", "rcu_read_unlock();"));
    expect(reader.findings).toEqual(["WARNING: suspicious RCU usage in cpu0"]);
  });

  test("others on the CPU go on while somebody sleeps, without preemption too", () => {
    const shared = (wait: string) => `
#include <kunit/test.h>
#include <smplab.h>
#include <linux/delay.h>
static int flag;
static void waits(void *arg) { while (!READ_ONCE(flag)) ${wait} }
static void sets(void *arg) { WRITE_ONCE(flag, 1); }
static void both(struct kunit *test)
{
	smplab_run_on(0, waits, NULL);
	smplab_run_on(0, sets, NULL);
	smplab_join_all();
	smplab_observe("flag", flag);
}
static struct kunit_case cases[] = { KUNIT_CASE(both), {} };
static struct kunit_suite suite = { .name = "s", .test_cases = cases };
kunit_test_suite(suite);`;
    const wish = { preempt: "none", goesRound: true } as const;
    expect(runAllWays(shared("msleep(1);"), wish)).toEqual(clean("flag=1;"));
  });
});

test("linux/llist.h: one adds, one takes all", () => {
  const { outcomes, findings } = look(`
#include <linux/llist.h>
struct item { int value; struct llist_node node; };
static LLIST_HEAD(list);
static struct item items[2] = { { .value = 1 }, { .value = 2 } };
int first, sum, left;
void cpu0(void)
{
	if (llist_add(&items[0].node, &list))
		WRITE_ONCE(first, 1);
	llist_add(&items[1].node, &list);
}
void cpu1(void)
{
	struct item *item;

	llist_for_each_entry(item, llist_reverse_order(llist_del_all(&list)), node)
		sum = 10 * sum + item->value;
	left = !llist_empty(&list);
}`);
  expect(findings).toEqual([]);
  const sums = new Set(outcomes.map((key) => /sum=(\d+);/.exec(key)?.[1]));
  expect([...sums].sort()).toEqual(["0", "1", "12"]);
});

test("linux/hashtable.h: what was added is found in its bucket", () => {
  expect(
    look(`
#include <linux/hashtable.h>
#include <linux/slab.h>
struct item { int key; struct hlist_node node; };
static DEFINE_HASHTABLE(table, 2);
static struct item items[6];
int found, all, empty;
void cpu0(void)
{
	struct item *item;
	struct hlist_node *next;
	int bucket;

	for (int i = 0; i < 6; i++) {
		items[i].key = 7 * i;
		hash_add(table, &items[i].node, items[i].key);
	}
	hash_for_each_possible(table, item, node, 21)
		if (item->key == 21)
			found++;
	hash_for_each_safe(table, bucket, next, item, node) {
		all++;
		hash_del(&item->node);
	}
	empty = hash_empty(table);
}`),
  ).toEqual(clean("all=6; empty=1; found=1;"));
});

describe("linux/cleanup.h", () => {
  const HEAD = `
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>
static DEFINE_MUTEX(m);
static DEFINE_SPINLOCK(s);
static DECLARE_RWSEM(sem);
static int x;
int a, b;`;

  test.each([
    "guard(mutex)(&m);",
    "guard(spinlock)(&s);",
    "guard(spinlock_irqsave)(&s);",
    "guard(raw_spinlock)(&s.rlock);",
    "guard(rwsem_write)(&sem);",
  ])("%s holds its lock to the end of the scope", (guard) => {
    const text = `${HEAD}
static int next(void) { ${guard} return ++x; }
void cpu0(void) { a = next(); }
void cpu1(void) { b = next(); }`;
    expect(look(text)).toEqual(clean("a=1; b=2;", "a=2; b=1;"));
  });

  test("scoped_guard() is left with its lock released, by break too", () => {
    const text = `${HEAD}
void cpu0(void)
{
	scoped_guard(mutex, &m) {
		if (++x == 1)
			break;
		a = 1;
	}
	b = mutex_is_locked(&m);
	scoped_guard(rcu)
		a += 10 * (rcu_read_lock_held() != 0);
	scoped_cond_guard(mutex_try, return, &m)
		a += 100;
	{
		guard(preempt)();
		a += 1000 * (preempt_count() != 0);
	}
}`;
    expect(look(text)).toEqual(clean("a=1110; b=0;"));
  });

  test("a conditional guard that fails does what it was told", () => {
    const text = `${HEAD}
void cpu0(void)
{
	mutex_lock(&m);
	scoped_cond_guard(mutex_try, a = 7, &m)
		b = 1;
	mutex_unlock(&m);
}`;
    expect(look(text)).toEqual(clean("a=7; b=0;"));
  });

  test("__free() frees what is left", () => {
    const text = `${HEAD}
#include <linux/slab.h>
static int *keep(int kept)
{
	int *p __free(kfree) = kmalloc(4, GFP_KERNEL);

	if (!kept)
		return NULL;
	return_ptr(p);
}
void cpu0(void) { int *p = keep(1); a = keep(0) == NULL; b = p != NULL; kfree(p); }`;
    expect(look(text)).toEqual(clean("a=1; b=1;"));
  });
});

test("linux/ktime.h: time stands still and can be computed with", () => {
  expect(
    look(`
#include <linux/ktime.h>
int ms, later;
void cpu0(void)
{
	ktime_t start = ktime_get(), end = ktime_add_ms(start, 20);

	ms = ktime_ms_delta(end, start);
	later = ktime_after(end, start) && !ktime_after(ktime_get(), start);
}`),
  ).toEqual(clean("later=1; ms=20;"));
});
