// Work items in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/workqueue.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/atomic.h>
#include <smplab.h>
static DEFINE_MUTEX(mutex);
static DEFINE_SPINLOCK(lock);
int ran, seen;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });
const COUNT = "WRITE_ONCE(ran, READ_ONCE(ran) + 1);";

const item = (body: string, task: string): string => `${HEAD}
static void func(struct work_struct *work);
static DECLARE_WORK(work, func);
static DECLARE_DELAYED_WORK(later, func);
static void func(struct work_struct *w)
{
	${body}
}
void cpu0(void)
{
	${task}
}`;

describe("a work item", () => {
  test("runs at any time after it was queued, once if queued twice before it begins", () => {
    expect(runAllWays(item(COUNT, "schedule_work(&work); seen = READ_ONCE(ran);"))).toEqual(
      clean("ran=1; seen=0;", "ran=1; seen=1;"),
    );
    expect(
      runAllWays(item(COUNT, "seen = schedule_work(&work); seen = 10 * seen + schedule_work(&work);")),
    ).toEqual(clean("ran=1; seen=10;", "ran=2; seen=11;"));
  });

  test("is a task: it may sleep, and runs where it was queued", () => {
    const text = item(
      "mutex_lock(&mutex); seen = raw_smp_processor_id() + 10 * in_task() + 100 * !!in_interrupt(); mutex_unlock(&mutex);",
      "schedule_work_on(1, &work);",
    );
    expect(run(text)).toEqual(clean("ran=0; seen=11;"));
  });

  test("flush_work() waits for it, cancel_work() takes it back, cancel_work_sync() does both", () => {
    expect(
      runAllWays(item(COUNT, "schedule_work(&work); flush_work(&work); seen = READ_ONCE(ran);")),
    ).toEqual(clean("ran=1; seen=1;"));
    expect(runAllWays(item(COUNT, "schedule_work(&work); seen = cancel_work(&work);"))).toEqual(
      clean("ran=0; seen=1;", "ran=1; seen=0;"),
    );
    const freed = (cancel: string) => `${HEAD}
struct box { struct work_struct work; int value; };
static void func(struct work_struct *w) { WRITE_ONCE(container_of(w, struct box, work)->value, 1); }
void cpu0(void)
{
	struct box *box = kzalloc(sizeof(*box), GFP_KERNEL);
	INIT_WORK(&box->work, func);
	schedule_work_on(1, &box->work);
	${cancel}(&box->work);
	kfree(box);
}`;
    expect(runAllWays(freed("cancel_work_sync"))).toEqual(clean("ran=0; seen=0;"));
    expect(runAllWays(freed("flush_work"))).toEqual(clean("ran=0; seen=0;"));
    expect(runAllWays(freed("cancel_work")).findings).toContain("KASAN: slab-use-after-free Write in func");
  });

  test("may free itself", () => {
    const text = `${HEAD}
static void func(struct work_struct *w) { kfree(w); WRITE_ONCE(ran, 1); }
void cpu0(void)
{
	struct work_struct *w = kzalloc(sizeof(*w), GFP_KERNEL);
	INIT_WORK(w, func);
	schedule_work(w);
	flush_scheduled_work();
	seen = READ_ONCE(ran);
}`;
    expect(runAllWays(text)).toEqual(clean("ran=1; seen=1;"));
  });

  test("never runs beside itself", () => {
    const body = "if (atomic_inc_return(&inside) > 1) WRITE_ONCE(seen, 1); atomic_dec(&inside);";
    const text = item(body, "schedule_work_on(0, &work); schedule_work_on(1, &work);").replace(
      "static void func",
      "static atomic_t inside;\nstatic void func",
    );
    expect(run(text).outcomes).toEqual(["inside=0; ran=0; seen=0;"]);
  });

  test("flushing it under a lock that it takes never ends", () => {
    const text = (lock: string, unlock: string) =>
      item(
        `mutex_lock(&mutex); ${COUNT} mutex_unlock(&mutex);`,
        `schedule_work(&work); ${lock} flush_work(&work); ${unlock}`,
      );
    expect(runAllWays(text("mutex_lock(&mutex);", "mutex_unlock(&mutex);")).outcomes).toContain("[deadlock]");
    expect(runAllWays(text("", ""))).toEqual(clean("ran=1; seen=0;"));
  });

  test("flushing itself never ends", () => {
    expect(runAllWays(item("flush_work(w);", "schedule_work(&work);")).outcomes).toEqual(["[deadlock]"]);
  });

  test("flush_work() under a spinlock is sleeping in atomic context", () => {
    const text = (on: string, off: string) =>
      item(COUNT, `schedule_work(&work); ${on} flush_work(&work); ${off}`);
    expect(run(text("preempt_disable();", "preempt_enable();"), { cpus: 2 }).findings).toContain(
      "BUG: sleeping function called from invalid context in flush_work",
    );
    expect(run(text("", "")).findings).toEqual([]);
  });

  test("with a delay no flush sees it before the delay is over", () => {
    const text = (flush: string) =>
      item(COUNT, `schedule_delayed_work(&later, HZ); ${flush} seen = READ_ONCE(ran);`);
    expect(runAllWays(text("flush_scheduled_work();")).outcomes).toEqual([
      "ran=1; seen=0;",
      "ran=1; seen=1;",
    ]);
    expect(runAllWays(text("flush_delayed_work(&later);")).outcomes).toEqual(["ran=1; seen=1;"]);
    expect(runAllWays(text("cancel_delayed_work_sync(&later);")).outcomes).toEqual([
      "ran=0; seen=0;",
      "ran=1; seen=1;",
    ]);
    expect(
      runAllWays(
        item(COUNT, "schedule_delayed_work(&later, HZ); seen = mod_delayed_work(system_wq, &later, 0);"),
      ).outcomes,
    ).toEqual(["ran=1; seen=1;", "ran=2; seen=0;"]);
  });

  test("that queues itself again does so for a few rounds", () => {
    const text = item(`${COUNT} schedule_work(w);`, "schedule_work(&work); cancel_work_sync(&work);");
    expect(runAllWays(text).outcomes).toEqual([
      "ran=0; seen=0;",
      "ran=1; seen=0;",
      "ran=2; seen=0;",
      "ran=3; seen=0;",
    ]);
  });
});

describe("a queue", () => {
  const two = (make: string): string => `${HEAD}
static struct workqueue_struct *wq;
static void first(struct work_struct *w) { WRITE_ONCE(ran, 10 * READ_ONCE(ran) + 1); }
static void second(struct work_struct *w) { WRITE_ONCE(ran, 10 * READ_ONCE(ran) + 2); }
static DECLARE_WORK(one, first);
static DECLARE_WORK(other, second);
void cpu0(void)
{
	wq = ${make};
	queue_work(wq, &one);
	queue_work(wq, &other);
	flush_workqueue(wq);
	seen = READ_ONCE(ran);
	destroy_workqueue(wq);
}`;

  test("that is ordered runs its items one after the other", () => {
    expect(runAllWays(two('alloc_ordered_workqueue("q", 0)'))).toEqual(clean("ran=12; seen=12;"));
    expect(runAllWays(two('create_singlethread_workqueue("q")'))).toEqual(clean("ran=12; seen=12;"));
  });

  test("that is not promises no order", () => {
    expect(runAllWays(two('alloc_workqueue("q", 0, 0)')).outcomes).toEqual([
      "ran=12; seen=12;",
      "ran=1; seen=1;",
      "ran=21; seen=21;",
      "ran=2; seen=2;",
    ]);
  });
});
