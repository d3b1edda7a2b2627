// Kernel threads in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/wait.h>
#include <linux/completion.h>
#include <linux/slab.h>
#include <smplab.h>
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

/** A worker that waits for work and counts it. */
const worker = (body: string): string => `${HEAD}
int done, result;
static int todo;
static DECLARE_WAIT_QUEUE_HEAD(queue);
static struct task_struct *thread;
static int work(void *data)
{
	while (!kthread_should_stop()) {
		wait_event_interruptible(queue, READ_ONCE(todo) || kthread_should_stop());
		if (READ_ONCE(todo)) {
			WRITE_ONCE(todo, 0);
			WRITE_ONCE(done, READ_ONCE(done) + 1);
		}
	}
	return 7;
}
${body}`;

describe("a kernel thread", () => {
  test("runs beside its maker and gives its result to kthread_stop()", () => {
    const text = `${HEAD}
int seen, ran, result;
static int work(void *data)
{
	WRITE_ONCE(ran, *(int *)data);
	while (!kthread_should_stop()) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
	}
	return 42;
}
void cpu0(void)
{
	int five = 5;
	struct task_struct *k = kthread_run(work, &five, "worker/%d", 1);
	seen = READ_ONCE(ran);
	result = kthread_stop(k);
}`;
    // Stopped before it ever ran, it gives -EINTR and runs nothing.
    expect(runAllWays(text)).toEqual(
      clean("ran=0; result=-4; seen=0;", "ran=5; result=42; seen=0;", "ran=5; result=42; seen=5;"),
    );
  });

  test("without work it is no deadlock, and nobody has to stop it", () => {
    const text = worker(`
void setup(void) { thread = kthread_run(work, NULL, "worker"); }
void cpu0(void) { WRITE_ONCE(todo, 1); wake_up(&queue); }`);
    expect(run(text)).toEqual(clean("done=1; result=0; todo=0;"));
  });

  test("a task that waits like that is one", () => {
    const text = worker(`void cpu0(void) { wait_event_interruptible(queue, READ_ONCE(todo)); }`);
    expect(runAllWays(text).outcomes).toEqual(["[deadlock]"]);
  });

  test("a thread that waits for a lock that nobody releases hangs", () => {
    const text = (up: string) => `${HEAD}
static DECLARE_COMPLETION(go);
static int work(void *data) { wait_for_completion(&go); return 0; }
void setup(void) { kthread_run(work, NULL, "waiter"); }
void cpu0(void) { ${up} }`;
    expect(runAllWays(text("")).outcomes).toEqual(["[deadlock]"]);
    expect(runAllWays(text("complete(&go);"))).toEqual(clean("(nothing observed)"));
  });

  test("a wake-up between the test and the sleep is lost where the state is set too late", () => {
    const text = (early: string, late: string) => `${HEAD}
int flag;
static int work(void *data)
{
	${early}
	if (!READ_ONCE(flag)) {
		${late}
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}
static struct task_struct *thread;
void setup(void) { thread = kthread_run(work, NULL, "sleeper"); get_task_struct(thread); }
void cpu0(void) { WRITE_ONCE(flag, 1); wake_up_process(thread); }`;
    const set = "set_current_state(TASK_UNINTERRUPTIBLE);";
    expect(runAllWays(text(set, ""))).toEqual(clean("flag=1;"));
    expect(runAllWays(text("", set)).outcomes).toEqual(["[deadlock]", "flag=1;"]);
  });

  test("kthread_create() starts nothing; kthread_bind() places it", () => {
    const text = (wake: string) => `${HEAD}
int where = -1;
static int work(void *data) { where = raw_smp_processor_id() + 10 * (current->pid > 100); return 0; }
void cpu0(void)
{
	struct task_struct *k = kthread_create(work, NULL, "placed");
	kthread_bind(k, 2);
	get_task_struct(k);
	${wake}
}`;
    expect(run(text(""), { cpus: 3 })).toEqual(clean("where=-1;"));
    expect(run(text("wake_up_process(k); kthread_stop(k);"), { cpus: 3 })).toEqual(
      clean("where=-1;", "where=12;"),
    );
  });

  test("its name is in comm", () => {
    const text = `${HEAD}
int third;
static int work(void *data) { third = current->comm[2]; return 0; }
void cpu0(void) { struct task_struct *k = kthread_run(work, NULL, "kx%c", 'q'); }`;
    expect(run(text).outcomes).toContain(`third=${"q".charCodeAt(0)};`);
  });

  test("kthread_stop() of a thread that returns by itself is a use after free; with a reference it is not", () => {
    const text = (hold: string) => `${HEAD}
static int work(void *data) { return 3; }
int result;
void cpu0(void)
{
	struct task_struct *k = kthread_create(work, NULL, "short");
	${hold}
	wake_up_process(k);
	result = kthread_stop(k);
}`;
    expect(runAllWays(text("")).findings).toEqual(["KASAN: slab-use-after-free Write in kthread_stop"]);
    expect(runAllWays(text("get_task_struct(k);"))).toEqual(clean("result=-4;", "result=3;"));
  });

  test("kthread_stop() of a thread that never looks hangs", () => {
    const text = (test: string) => `${HEAD}
static int work(void *data)
{
	while (${test}) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (!kthread_should_stop())
			schedule();
		__set_current_state(TASK_RUNNING);
		schedule();
	}
	return 0;
}
static struct task_struct *thread;
void setup(void) { thread = kthread_run(work, NULL, "deaf"); }
void cpu0(void) { kthread_stop(thread); }`;
    expect(runAllWays(text("!kthread_should_stop()"), { goesRound: true })).toEqual(
      clean("(nothing observed)"),
    );
    const body = text("1").replace("if (!kthread_should_stop())", "");
    expect(runAllWays(body, { goesRound: true }).outcomes).toContain("[deadlock]");
  });

  test("kthread_stop() under a spinlock is sleeping in atomic context", () => {
    const text = (lock: string, unlock: string) => `${HEAD}
static DEFINE_SPINLOCK(lock);
static int work(void *data) { return 0; }
void cpu0(void)
{
	struct task_struct *k = kthread_create(work, NULL, "k");
	get_task_struct(k);
	${lock}
	kthread_stop(k);
	${unlock}
}`;
    expect(run(text("spin_lock(&lock);", "spin_unlock(&lock);")).findings).toEqual([
      "BUG: sleeping function called from invalid context in kthread_stop",
    ]);
    expect(run(text("", "")).findings).toEqual([]);
  });
});
