// Locks and structures that are plain C over tested primitives, in use by two CPUs: each with the mistake that it is there
// to prevent, or with the order that it promises.

import { describe, expect, test } from "vitest";
import { run } from "./support/c-program.js";

/** Outcomes with only the variables that are not static, and titles. */
function look(text: string) {
  const { outcomes, findings } = run(text);
  const own = new Set([...text.matchAll(/^int ([^;(]*);/gm)].flatMap((m) => m[1]!.split(/, */)));
  const shown = outcomes.map((key) =>
    key.startsWith("[")
      ? key
      : key
          .split(" ")
          .filter((part) => own.has(part.split("=")[0]!))
          .join(" "),
  );
  // Races of several variables have one title.
  return { outcomes: [...new Set(shown)].sort(), findings: [...new Set(findings)] };
}

const clean = (...outcomes: string[]) => ({ outcomes: outcomes.sort(), findings: [] });

describe("linux/percpu-rwsem.h", () => {
  const text = (take: string, give: string) => `
#include <linux/percpu-rwsem.h>
DEFINE_STATIC_PERCPU_RWSEM(sem);
static int a, b;
int torn;
void cpu0(void) { percpu_down_write(&sem); a = 1; b = 1; percpu_up_write(&sem); }
void cpu1(void) { ${take}; torn = a != b; ${give}; }`;

  test("readers see no half of what a writer does", () => {
    expect(look(text("percpu_down_read(&sem)", "percpu_up_read(&sem)"))).toEqual(clean("torn=0;"));
    expect(look(text("(void)0", "(void)0")).findings).toEqual(["KCSAN: data-race in cpu0 / cpu1"]);
  });

  test("a reader that takes it again may wait for a writer that waits for it", () => {
    const { findings } = look(
      text("percpu_down_read(&sem); percpu_down_write(&sem)", "percpu_up_write(&sem)"),
    );
    expect(findings).toContain("possible deadlock in cpu1");
  });
});

describe("linux/local_lock.h", () => {
  const text = (take: string, give: string) => `
#include <linux/local_lock.h>
#include <linux/percpu.h>
struct cache { local_lock_t lock; int n; };
static DEFINE_PER_CPU(struct cache, caches) = { .lock = INIT_LOCAL_LOCK(lock) };
void cpu0(void) { unsigned long flags = 0; (void)flags; ${take}; __this_cpu_inc(caches.n); ${give}; }
void cpu1(void) { }`;

  test("keeps a task on its CPU", () => {
    expect(look(text("local_lock(&caches.lock)", "local_unlock(&caches.lock)")).findings).toEqual([]);
    expect(
      look(text("local_lock_irqsave(&caches.lock, flags)", "local_unlock_irqrestore(&caches.lock, flags)"))
        .findings,
    ).toEqual([]);
    expect(look(text("(void)0", "(void)0")).findings).toEqual([
      "BUG: using __this_cpu_add() in preemptible code in cpu0",
    ]);
  });
});

describe("linux/list_bl.h and linux/rculist_bl.h", () => {
  const text = (walk: string) => `
#include <linux/rculist_bl.h>
struct item { int value; struct hlist_bl_node node; };
static struct hlist_bl_head head;
static struct item first = { .value = 1 }, second = { .value = 2 };
int seen, left;
void cpu0(void)
{
	hlist_bl_lock(&head);
	hlist_bl_add_head_rcu(&first.node, &head);
	hlist_bl_add_head_rcu(&second.node, &head);
	hlist_bl_del_init_rcu(&first.node);
	left = hlist_bl_first(&head) == &second.node && !second.node.next && hlist_bl_is_locked(&head);
	hlist_bl_unlock(&head);
}
void cpu1(void)
{
	struct hlist_bl_node *pos;
	struct item *item;
	int sum = 0;

	${walk}
	seen = sum;
}`;

  test("a reader meets what was there when it came by", () => {
    const walk =
      "rcu_read_lock(); hlist_bl_for_each_entry_rcu(item, pos, &head, node) sum += item->value; rcu_read_unlock();";
    expect(look(text(walk))).toEqual(
      clean("left=1; seen=0;", "left=1; seen=1;", "left=1; seen=2;", "left=1; seen=3;"),
    );
  });

  test("whoever holds the lock meets all or nothing", () => {
    const walk =
      "hlist_bl_lock(&head); hlist_bl_for_each_entry(item, pos, &head, node) sum += item->value; hlist_bl_unlock(&head);";
    expect(look(text(walk))).toEqual(clean("left=1; seen=0;", "left=1; seen=2;"));
  });
});

describe("linux/lockref.h", () => {
  test("the last one that goes holds the lock, and nobody comes after it is dead", () => {
    const text = `
#include <linux/lockref.h>
static struct lockref ref;
int last, got;
void setup(void) { lockref_init(&ref); }
static void put(void)
{
	if (lockref_put_or_lock(&ref))
		return;
	last++;
	lockref_mark_dead(&ref);
	spin_unlock(&ref.lock);
}
void cpu0(void) { put(); }
void cpu1(void) { if (lockref_get_not_dead(&ref)) { got = 1; put(); } }`;
    expect(look(text)).toEqual(clean("got=0; last=1;", "got=1; last=1;"));
  });
});

describe("linux/percpu_counter.h", () => {
  test("what is read lags behind by the parts of the CPUs, the sum does not", () => {
    const text = `
#include <linux/percpu_counter.h>
static struct percpu_counter counter;
int approximate, exact;
void setup(void) { percpu_counter_init(&counter, 5, GFP_KERNEL); }
void cpu0(void) { percpu_counter_add(&counter, 40); percpu_counter_inc(&counter); }
void cpu1(void)
{
	percpu_counter_dec(&counter);
	approximate = percpu_counter_read(&counter);
	exact = percpu_counter_sum(&counter);
}`;
    expect(look(text)).toEqual(
      clean(
        "approximate=45; exact=44;",
        "approximate=45; exact=45;",
        "approximate=5; exact=4;",
        "approximate=5; exact=44;",
        "approximate=5; exact=45;",
      ),
    );
  });
});

describe("linux/swait.h and linux/rcuwait.h", () => {
  const text = (queue: string, wait: string, wake: string) => `
#include <linux/rcuwait.h>
#include <linux/swait.h>
${queue}
static int ready;
int done;
void cpu0(void) { ${wait} done = 1; }
void cpu1(void) { WRITE_ONCE(ready, 1); ${wake} }`;

  test("whoever waits is woken", () => {
    const simple = "static DECLARE_SWAIT_QUEUE_HEAD(queue);";
    const wait = "swait_event_exclusive(queue, READ_ONCE(ready));";
    expect(look(text(simple, wait, "swake_up_one(&queue);"))).toEqual(clean("done=1;"));
    expect(look(text(simple, wait, "")).findings).toEqual(["INFO: task hung in cpu0"]);
    const alone = "static struct rcuwait waiter = __RCUWAIT_INITIALIZER(waiter);";
    const waits = "rcuwait_wait_event(&waiter, READ_ONCE(ready), TASK_UNINTERRUPTIBLE);";
    expect(look(text(alone, waits, "rcuwait_wake_up(&waiter);"))).toEqual(clean("done=1;"));
    expect(look(text(alone, waits, "")).findings).toEqual(["INFO: task hung in cpu0"]);
  });
});

describe("linux/rtmutex.h", () => {
  test("keeps others out, and its order counts", () => {
    const text = `
#include <linux/rtmutex.h>
static DEFINE_RT_MUTEX(a);
static DEFINE_RT_MUTEX(b);
int n;
void cpu0(void) { rt_mutex_lock(&a); rt_mutex_lock(&b); n++; rt_mutex_unlock(&b); rt_mutex_unlock(&a); }
void cpu1(void) { rt_mutex_lock(&a); rt_mutex_lock(&b); n++; rt_mutex_unlock(&b); rt_mutex_unlock(&a); }`;
    expect(look(text)).toEqual(clean("n=2;"));
    const crossed = text.replace(/(.*cpu1.*)_lock\(&a\)(.*)_lock\(&b\)/, "$1_lock(&b)$2_lock(&a)");
    expect(look(crossed).findings).toContain("possible deadlock in cpu1");
  });
});

describe("linux/circ_buf.h", () => {
  test("a writer and a reader need no lock", () => {
    const text = `
#include <linux/circ_buf.h>
#include <asm/barrier.h>
#include <linux/compiler.h>
static int ring[4];
static int head, tail;
int got, room, wrapped;
void cpu0(void)
{
	for (int i = 1; i <= 2; i++) {
		ring[head] = i;
		smp_store_release(&head, (head + 1) & 3);
	}
}
void cpu1(void)
{
	int end = smp_load_acquire(&head);

	while (CIRC_CNT(end, tail, 4) > 0) {
		got = 10 * got + ring[tail];
		smp_store_release(&tail, (tail + 1) & 3);
	}
	room = CIRC_SPACE(end, tail, 4);
	wrapped = 10 * CIRC_CNT_TO_END(1, 3, 4) + CIRC_SPACE_TO_END(3, 2, 4);
}`;
    expect(look(text)).toEqual(
      clean("got=0; room=3; wrapped=11;", "got=1; room=3; wrapped=11;", "got=12; room=3; wrapped=11;"),
    );
  });
});

describe("linux/seqlock.h, latches", () => {
  test("a reader always finds a copy that nobody is changing", () => {
    const text = (latch: string) => `
#include <linux/seqlock.h>
static seqcount_latch_t latch = SEQCNT_LATCH_ZERO(latch);
static struct { int a, b; } data[2];
int torn;
void cpu0(void)
{
	write_seqcount_latch_begin(&latch);
	data[0].a = data[0].b = 1;
	${latch}
	data[1].a = data[1].b = 1;
	write_seqcount_latch_end(&latch);
}
void cpu1(void)
{
	unsigned int seq;
	int a, b;

	do {
		seq = read_seqcount_latch(&latch);
		a = data[seq & 1].a;
		b = data[seq & 1].b;
	} while (read_seqcount_latch_retry(&latch, seq));
	torn = a != b;
}`;
    expect(look(text("write_seqcount_latch(&latch);"))).toEqual(clean("torn=0;"));
    expect(look(text("")).outcomes).toContain("torn=1;");
  });
});

describe("linux/rbtree.h", () => {
  test("keeps the order of its nodes whatever comes and goes", () => {
    const text = `
#include <linux/rbtree.h>
struct item { int key; struct rb_node node; };
static struct rb_root root = RB_ROOT;
static struct item items[7] = { { 4 }, { 2 }, { 6 }, { 1 }, { 3 }, { 5 }, { 7 } };
int all, back, post, left, replaced, found, empty;
static bool less(struct rb_node *a, const struct rb_node *b)
{
	return rb_entry(a, struct item, node)->key < rb_entry(b, struct item, node)->key;
}
static int with_key(const void *key, const struct rb_node *node)
{
	return *(const int *)key - rb_entry(node, struct item, node)->key;
}
static int keys(void)
{
	int text = 0;

	for (struct rb_node *node = rb_first(&root); node; node = rb_next(node))
		text = 10 * text + rb_entry(node, struct item, node)->key;
	return text;
}
int main(void)
{
	struct item other = { 2 }, *pos, *n;
	int key = 5;

	for (int i = 0; i < 7; i++)
		rb_add(&items[i].node, &root, less);
	all = keys();
	for (struct rb_node *node = rb_last(&root); node; node = rb_prev(node))
		back = 10 * back + rb_entry(node, struct item, node)->key;
	rbtree_postorder_for_each_entry_safe(pos, n, &root, node)
		post = 10 * post + pos->key;
	found = rb_find(&key, &root, with_key) == &items[5].node;
	rb_replace_node(&items[1].node, &other.node, &root);
	replaced = keys() == all && rb_next(&items[3].node) == &other.node;
	rb_erase(&items[0].node, &root);
	rb_erase(&other.node, &root);
	rb_erase(&items[6].node, &root);
	left = keys();
	for (int i = 2; i < 6; i++)
		rb_erase(&items[i].node, &root);
	empty = RB_EMPTY_ROOT(&root);
	return 0;
}`;
    expect(look(text)).toEqual(
      clean("all=1234567; back=7654321; empty=1; found=1; left=1356; post=1325764; replaced=1;"),
    );
  });
});

describe("linux/smp.h, on some CPUs", () => {
  test("on one of a mask, and on those for which a condition holds", () => {
    const text = `
#include <linux/smp.h>
static atomic_t here, there;
int first, second;
static void count(void *info) { atomic_t *counter = info; atomic_inc(counter); }
static bool is_other(int cpu, void *info) { return cpu == 1; }
void cpu0(void)
{
	smp_call_function_any(cpu_online_mask, count, &here, 1);
	first = atomic_read(&here);
	on_each_cpu_cond(is_other, count, &there, true);
	second = atomic_read(&there);
}
void cpu1(void) { }`;
    expect(look(text)).toEqual(clean("first=1; second=1;"));
  });
});

describe("linux/atomic.h", () => {
  test("takes the void pointer of a callback", () => {
    const text = `
#include <linux/atomic.h>
#include <linux/smp.h>
static atomic_t n;
static atomic_long_t wide;
int seen;
static void count(void *info) { atomic_inc(info); }
static void count_wide(void *const info) { atomic_long_add(1L << 33, info); }
void cpu0(void)
{
	on_each_cpu(count, &n, 1);
	on_each_cpu(count_wide, &wide, 1);
	seen = atomic_read(&n) + (int)(atomic_long_read(&wide) >> 30);
}
void cpu1(void) { }`;
    expect(look(text)).toEqual(clean("seen=18;"));
  });
});
