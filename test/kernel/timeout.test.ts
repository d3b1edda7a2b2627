// Waits that end when their time is over: at any moment, as time is a choice of the scheduler.

import { describe, expect, test } from "vitest";
import { runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/completion.h>
#include <linux/kthread.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
static DECLARE_WAIT_QUEUE_HEAD(queue);
static DECLARE_COMPLETION(done);
static DEFINE_SEMAPHORE(sem, 0);
static DEFINE_SPINLOCK(lock);
int flag, left;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

/** What it gives when the time is over, when it is woken, and when both have happened before it looks. */
const WAITS: readonly (readonly [
  name: string,
  wait: string,
  wake: string,
  over: string,
  woken: string,
  both?: string,
])[] = [
  [
    "wait_event_timeout()",
    "wait_event_timeout(queue, READ_ONCE(flag), 7)",
    "wake_up(&queue);",
    "0",
    "7",
    "1",
  ],
  [
    "wait_event_interruptible_timeout()",
    "wait_event_interruptible_timeout(queue, READ_ONCE(flag), 7)",
    "wake_up(&queue);",
    "0",
    "7",
    "1",
  ],
  ["wait_for_completion_timeout()", "wait_for_completion_timeout(&done, 7)", "complete(&done);", "0", "7"],
  ["down_timeout()", "down_timeout(&sem, 7)", "up(&sem);", "-62", "0"],
];

describe.each(WAITS)("%s", (_, wait, wake, over, woken, both) => {
  const ends = [over, woken, ...(both === undefined ? [] : [both])].sort();
  const waiter = `void cpu0(void) { left = ${wait}; }`;

  test("ends with what it waits for, or before that", () => {
    const { outcomes, findings } = runAllWays(`${HEAD}${waiter}
void cpu1(void) { WRITE_ONCE(flag, 1); ${wake} }`);
    expect(findings).toEqual([]);
    const lefts = new Set(outcomes.map((key) => /left=(-?\d+)/.exec(key)![1]));
    expect([...lefts].sort()).toEqual(ends);
  });

  test("hangs for nobody", () => {
    const { outcomes, findings } = runAllWays(`${HEAD}${waiter}`);
    expect(findings).toEqual([]);
    expect(outcomes).toHaveLength(1);
    expect(outcomes[0]).toContain(`left=${over};`);
  });

  test("is a sleep, also where it need not wait", () => {
    const { findings } = runAllWays(`${HEAD}
void cpu0(void) { spin_lock(&lock); left = ${wait}; spin_unlock(&lock); }`);
    expect(findings).toContain("BUG: sleeping function called from invalid context in cpu0");
  });

  test("gives its CPU to others meanwhile, preempted or not", () => {
    const text = `${HEAD}
#include <smplab.h>
static void waiting(void *arg) { left = ${wait}; }
static void waking(void *arg) { WRITE_ONCE(flag, 1); ${wake} }
int main(void)
{
	smplab_run_on(0, waiting, NULL);
	smplab_run_on(0, waking, NULL);
	smplab_join_all();
	return 0;
}`;
    const lefts = new Set(
      runAllWays(text, { preempt: "none" }).outcomes.map((key) => /left=(-?\d+)/.exec(key)![1]),
    );
    expect([...lefts].sort()).toEqual(ends);
  });
});

test("schedule_timeout() gives back all of the time, or none", () => {
  expect(
    runAllWays(`${HEAD}
static struct task_struct *sleeper;
void cpu0(void)
{
	WRITE_ONCE(sleeper, current);
	set_current_state(TASK_INTERRUPTIBLE);
	left = schedule_timeout(5);
}
void cpu1(void) { if (READ_ONCE(sleeper)) wake_up_process(READ_ONCE(sleeper)); }`),
  ).toEqual(clean("flag=0; left=0;", "flag=0; left=5;"));
});

test("what lies on the stack of one whose time is over is used after its return", () => {
  const { findings } = runAllWays(`${HEAD}
static struct completion *pending;
static void ask(void)
{
	DECLARE_COMPLETION_ONSTACK(answer);

	WRITE_ONCE(pending, &answer);
	wait_for_completion_timeout(&answer, 7);
}
void cpu0(void) { ask(); }
void cpu1(void) { if (READ_ONCE(pending)) complete(READ_ONCE(pending)); }`);
  expect(findings).toEqual(["KASAN: stack-use-after-return Write in cpu1"]);
});

test("a kernel thread that looks for work now and then rests, and keeps no run from ending", () => {
  expect(
    runAllWays(`${HEAD}
#include <smplab.h>
static int look(void *unused)
{
	while (!kthread_should_stop())
		schedule_timeout_interruptible(7);
	return 0;
}
static void task(void *arg) { WRITE_ONCE(flag, 1); }
int main(void)
{
	kthread_run(look, NULL, "look");
	smplab_run_on(0, task, NULL);
	smplab_join_all();
	return 0;
}`),
  ).toEqual(clean("flag=1; left=0;"));
});
