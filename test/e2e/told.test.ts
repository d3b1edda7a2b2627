// Reports of programs that tempt them to say what is not so: who waits for whom, which access was plain, who holds
// a CPU, where a pointer led. Each program is run as a user runs it, and the report is read as a user reads it.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { smplab } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "smplab-told-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** The report, with each sentence on one line. */
function report(text: string, ...args: string[]): string {
  writeFileSync(join(folder, "t.c"), text);
  const said = smplab(["run", "t.c", ...args], { cwd: folder });
  expect(said.err.replace(/^smplab: t\b.*\n/gm, "")).toBe("");
  return said.out.replace(/\n {18,20}(?=[^- ])/g, " ").replaceAll(/ffff888[0-9a-f]{9}/g, "ADDRESS");
}

/** The part of the report that is about one finding. */
function about(title: string, text: string): string {
  const from = text.indexOf(`\n${title} (t)\n`);
  expect(from, title).toBeGreaterThanOrEqual(0);
  return text.slice(from, text.indexOf("replay: ", from));
}

describe("who waits for whom", () => {
  const LOCK_IN_HANDLER = `
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <smplab.h>
static DEFINE_SPINLOCK(lock);
static int n;
static irqreturn_t handler(int irq, void *dev)
{
	spin_lock(&lock);
	n++;
	spin_unlock(&lock);
	return IRQ_HANDLED;
}
static void task(void *arg)
{
	spin_lock(&lock);
	n++;
	spin_unlock(&lock);
}
int main(void)
{
	if (request_irq(3, handler, 0, "dev", &n))
		return 1;
	smplab_irq_arrivals(3, 0, 1);
	smplab_run_on(0, task, NULL);
	smplab_join_all();
	free_irq(3, &n);
	return 0;
}
`;

  test("whose CPU is kept does not wait for memory to change", () => {
    const text = about("INFO: task hung in handler", report(LOCK_IN_HANDLER));
    expect(text).toMatch(
      /task\/102 cannot go on at t\.c:\d+, as its CPU is kept by irq\/101, and holds the lock/,
    );
    expect(text).not.toContain("waits for n to change");
  });

  const LOST_WAKE_UP = `
#include <linux/kthread.h>
#include <linux/sched.h>
#include <smplab.h>
static struct task_struct *sleeper;
static int condition;
static void waiter(void *arg)
{
	WRITE_ONCE(sleeper, current);
	while (!READ_ONCE(condition)) {
		set_current_state(TASK_UNINTERRUPTIBLE);
		schedule();
	}
}
static void waker(void *arg)
{
	WRITE_ONCE(condition, 1);
	if (READ_ONCE(sleeper))
		wake_up_process(sleeper);
}
int main(void)
{
	smplab_run_on(0, waiter, NULL);
	smplab_run_on(1, waker, NULL);
	smplab_join_all();
	return 0;
}
`;

  test("who has ended owns nothing that others wait for", () => {
    const text = about("INFO: task hung in waiter", report(LOST_WAKE_UP));
    expect(text).toContain("INFO: task waiter:101 is blocked in schedule().\n");
    expect(text).toContain("waits in schedule() at t.c:12, and nobody is left to wake it");
    expect(text).not.toMatch(/owned by|held by/);
  });
});

describe("data races", () => {
  test("the report is about the accesses that the schedule shows", () => {
    const text = about(
      "KCSAN: data-race in conf_free / cpu0",
      report(`
#include <linux/slab.h>
#include <linux/rcupdate.h>
struct conf { int a; int b; struct rcu_head rcu; };
static struct conf __rcu *cur;
static void conf_free(struct rcu_head *head)
{
	kfree(container_of(head, struct conf, rcu));
}
void setup(void)
{
	struct conf *c = kzalloc(sizeof(*c), GFP_KERNEL);

	RCU_INIT_POINTER(cur, c);
}
void cpu0(void)
{
	struct conf *c;

	rcu_read_lock();
	c = rcu_dereference(cur);
	rcu_read_unlock();
	if (c)
		c->b = c->a;
}
void cpu1(void)
{
	struct conf *old = rcu_dereference_protected(cur, 1);

	RCU_INIT_POINTER(cur, NULL);
	call_rcu(&old->rcu, conf_free);
}
`),
    );
    expect(text).toMatch(/^read to 0xADDRESS of 4 bytes by task 101 on cpu 0:\n cpu0\+/m);
    expect(text).toContain("CPU0's plain access in 'c->b = c->a'");
  });

  test("a callback that is about to begin is an interrupt, and what call_rcu() writes is plain", () => {
    const text = report(`
#include <linux/slab.h>
#include <linux/rcupdate.h>
static struct rcu_head head;
static void callback(struct rcu_head *unused) { }
void cpu0(void) { call_rcu(&head, callback); }
void cpu1(void) { call_rcu(&head, callback); }
`);
    expect(text).toMatch(/^write to 0xADDRESS of 16 bytes by interrupt on cpu [01]:\n rcu_do_batch/m);
    expect(text).toContain("plain access in 'void cpu1(void) { call_rcu(&head, callback); }'");
    expect(text).not.toContain("marked access");
  });

  test("the values of a thread that goes on are read when it rests", () => {
    const text = report(`
#include <linux/kthread.h>
#include <linux/wait.h>
#include <smplab.h>
static DECLARE_WAIT_QUEUE_HEAD(queue);
int work, done;
static int worker(void *arg)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(queue, READ_ONCE(work) || kthread_should_stop());
		if (xchg(&work, 0))
			done++;
	}
	return 0;
}
static void task(void *arg)
{
	WRITE_ONCE(work, 1);
	wake_up(&queue);
}
int main(void)
{
	kthread_run(worker, NULL, "worker");
	smplab_run_on(0, task, NULL);
	smplab_join_all();
	return 0;
}
`);
    expect(text).toContain("States 1\ndone=1; work=0;\n");
    expect(text).toContain("verdict   no findings");
  });
});

describe("pointers that lead nowhere", () => {
  const FAR = `
#include <linux/err.h>
#include <linux/list.h>
struct dev { int id; struct list_head link; };
static struct dev *find(void) { return ERR_PTR(-ENOENT); }
static struct dev dev;
static LIST_HEAD(devs);
int got;
void cpu0(void) { got = find()->id; }
void cpu1(void)
{
	list_add(&dev.link, &devs);
	list_del(&dev.link);
	got = list_entry(dev.link.next, struct dev, link)->link.next == &devs;
}
`;

  test("an error pointer and the poison of a list, to the last digit", () => {
    const text = report(FAR);
    const error = about("KASAN: wild-memory-access Read in cpu0", text);
    expect(error).toContain("Read of size 4 at addr fffffffffffffffe by task cpu0/101\n");
    expect(error).toContain("ERR_PTR(-ENOENT)");
    const poison = about("KASAN: wild-memory-access Read in cpu1", text);
    expect(poison).toContain("Read of size 8 at addr dead000000000100 by task cpu1/102\n");
    expect(poison).toContain("poison that list_del() leaves behind");
  });
});

test("what a context does on its way to its first step is told in front of it, once", () => {
  const text = report(`
#include <linux/rcupdate.h>
int x;
void cpu0(void) { WRITE_ONCE(x, 1); }
void cpu1(void) { rcu_read_unlock(); }
`);
  const [, figure] = about("WARNING: bad unlock balance in cpu1", text).split("shortest schedule:\n");
  expect(figure).toMatch(
    /-+ +-+\n {8}\*\*\* WARNING: bad unlock balance in cpu1 \*\*\*\n {8}\.\.\. 1 more step/,
  );
});

test("an operation of two steps is told once", () => {
  const text = report(`
#include <linux/mutex.h>
static DEFINE_MUTEX(lock);
void cpu0(void)
{
	mutex_lock(&lock);
	mutex_lock(&lock);
}
`);
  const figure = about("possible deadlock in cpu0", text).split("schedule:\n")[1]!;
  expect(figure.match(/\*\*\* possible deadlock in cpu0 \*\*\*/g)).toHaveLength(1);
});

describe("a search that was cut", () => {
  const LONG = `
#include <linux/compiler.h>
int x, y;
static void work(int k)
{
	for (int i = 0; i < 4; i++) {
		WRITE_ONCE(x, READ_ONCE(x) + k);
		WRITE_ONCE(y, READ_ONCE(x) ^ READ_ONCE(y));
	}
}
void cpu0(void) { work(1); }
void cpu1(void) { work(2); }
void cpu2(void) { work(3); }
`;

  test.each(["states", "traces", "bounded"])("--states is a budget of --search %s, and said", (mode) => {
    const args = ["--search", mode, "--states", "300"];
    const unit = mode === "traces" ? "traces" : "states";
    const text = report(LONG, ...args);
    expect(text).toMatch(/^explored {2}3\d\d (states|traces) {3}not exhaustive$/m);
    expect(text).toContain(`verdict   not decided: the ${unit} allowed (300) are used up`);
    const json = JSON.parse(report(LONG, ...args, "--json"));
    expect(json.verdict).toBe("undecided");
    expect(json.cases[0]).toMatchObject({ complete: false, verdict: "undecided" });
    expect(json.cases[0].cut).toContain(`the ${unit} allowed (300) are used up`);
  });

  test("a run through ever new states is not helped by more time", () => {
    const text = report(`
#include <linux/compiler.h>
int flag;
static unsigned long polls;
void cpu0(void) { WRITE_ONCE(flag, 1); }
void cpu1(void) { while (!READ_ONCE(flag)) polls++; }
`);
    expect(text).toContain("verdict   not decided: a run of 100000 steps");
    expect(text).toMatch(/^way out {3}A run goes on and on/m);
  });
});

describe("in the words of the kernel", () => {
  test("a section of RCU is a held lock, and a pointer outside of one has three cures", () => {
    const text = report(`
#include <linux/rcupdate.h>
#include <linux/mutex.h>
static DEFINE_MUTEX(lock);
static int *pointer;
int got;
void cpu0(void)
{
	mutex_lock(&lock);
	rcu_read_lock();
	synchronize_rcu();
	rcu_read_unlock();
	mutex_unlock(&lock);
}
void cpu1(void) { got = rcu_dereference(pointer) != NULL; }
`);
    const inside = about("WARNING: suspicious RCU usage in cpu0", text);
    expect(inside).toMatch(
      /^2 locks held by cpu0\/101:\n #0: ADDRESS \(lock\)\{\+\.\+\.\}-\{4:4\}, at: cpu0\+.*\n #1: f{8}[0-9a-f]{8} \(rcu_read_lock\)\{\.{4}\}-\{1:3\}, at: cpu0\+.* t\.c:10$/m,
    );
    expect(inside).not.toContain("cures");
    const outside = about("WARNING: suspicious RCU usage in cpu1", text);
    expect(outside).toContain("no locks held by cpu1/102.");
    for (const cure of ["rcu_read_lock()", "rcu_dereference_protected(", "rcu_access_pointer(p)"])
      expect(outside).toMatch(new RegExp(`(cures)? +- ${cure.replace(/[()]/g, "\\$&")}`));
  });

  test("work on freed memory: who queued it, and under which function it ran", () => {
    const text = about(
      "KASAN: slab-use-after-free Write in process_one_work",
      report(`
#include <linux/slab.h>
#include <linux/workqueue.h>
struct dev { struct work_struct work; int n; };
static void fn(struct work_struct *work) { container_of(work, struct dev, work)->n++; }
void cpu0(void)
{
	struct dev *dev = kzalloc(sizeof(*dev), GFP_KERNEL);

	INIT_WORK(&dev->work, fn);
	schedule_work(&dev->work);
	kfree(dev);
}
`),
    );
    expect(text).toContain(" by task kworker/117\n");
    expect(text).toMatch(
      /^Last potentially related work creation:\n queue_work\+.*\n schedule_work\+.*\n cpu0\+/m,
    );
    expect(text).toContain("the delay is over, or the work begins");
  });

  test("an order of locks in a circle: the places that take them, in the figure and in words", () => {
    const text = about(
      "possible deadlock in two",
      report(`
#include <linux/mutex.h>
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
static void one(void)
{
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
}
static void two(void)
{
	mutex_lock(&b);
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
}
void cpu0(void) { one(); two(); }
`),
    );
    expect(text).toMatch(/^ {4}15 {2}mutex_lock\(&a\);\n {8}\*\*\* possible deadlock in two \*\*\*$/m);
    expect(text).toContain("- a is taken in two() at t.c:15 while b is held");
    expect(text).toContain("- b is taken in one() at t.c:8 while a is held");
  });

  test("a lock that an interrupt takes, with the state of interrupts, and who spins runs", () => {
    const text = report(`
#include <linux/timer.h>
#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static void fire(struct timer_list *unused) { spin_lock(&lock); spin_unlock(&lock); }
static DEFINE_TIMER(timer, fire);
void cpu0(void) { mod_timer(&timer, 1); spin_lock(&lock); spin_unlock(&lock); }
`);
    const state = about("inconsistent lock state in fire", text);
    expect(state).toContain("\ntimer/117 [HC0[0]:SC1[1]:HE1:SE0] takes:\n");
    const hung = about("INFO: task hung in fire", text);
    expect(hung).toMatch(/^task:timer +state:R {2}running task/m);
    expect(hung).toContain("the timer fires");
  });
});

test("a task that flushes work under a lock that the work takes: both by their names, and nobody else", () => {
  const text = about(
    "INFO: task hung in flush_work",
    report(`
#include <linux/workqueue.h>
#include <linux/mutex.h>
static DEFINE_MUTEX(lock);
static void fn(struct work_struct *work) { mutex_lock(&lock); mutex_unlock(&lock); }
static DECLARE_WORK(work, fn);
void cpu0(void) { schedule_work(&work); mutex_lock(&lock); flush_work(&work); mutex_unlock(&lock); }
`),
  );
  expect(text).toContain("INFO: task cpu0:101 is blocked in flush_work() likely owned by task kworker:117.");
  expect(text).toContain(
    "INFO: task kworker:117 is blocked in mutex_lock(&lock) likely owned by task cpu0:101.",
  );
  expect(text).toContain("cpu0/101 waits for kworker/117 waits for cpu0/101");
  expect(text).not.toMatch(/__smplab_|kunit/);
  expect(text.match(/\*\*\* INFO: task hung in flush_work \*\*\*/g)).toHaveLength(1);
});
