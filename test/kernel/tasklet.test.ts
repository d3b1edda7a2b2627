// Tasklets in C programs, every outcome in every order.

import { expect, test } from "vitest";
import { runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/slab.h>
#include <smplab.h>
static DEFINE_SPINLOCK(lock);
int ran, seen;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });
const tasklet = (body: string, task: string): string => `${HEAD}
static void func(struct tasklet_struct *t)
{
	${body}
}
static DECLARE_TASKLET(tasklet, func);
void cpu0(void)
{
	${task}
}`;
const COUNT = "WRITE_ONCE(ran, READ_ONCE(ran) + 1);";

test("a tasklet runs once for all schedules before it begins, in softirq context", () => {
  expect(
    runAllWays(
      tasklet(COUNT, "tasklet_schedule(&tasklet); tasklet_schedule(&tasklet); seen = READ_ONCE(ran);"),
    ),
  ).toEqual(clean("ran=1; seen=0;", "ran=1; seen=1;", "ran=2; seen=1;", "ran=2; seen=2;"));
  expect(
    runAllWays(tasklet("ran = !!in_serving_softirq() + 2 * !!in_irq();", "tasklet_schedule(&tasklet);")),
  ).toEqual(clean("ran=1; seen=0;"));
});

test("it does not come in while bottom halves are off or it is disabled", () => {
  const text = (off: string, on: string) =>
    tasklet(COUNT, `${off} tasklet_schedule(&tasklet); seen = READ_ONCE(ran); ${on}`);
  expect(runAllWays(text("local_bh_disable();", "local_bh_enable();"))).toEqual(clean("ran=1; seen=0;"));
  expect(runAllWays(text("spin_lock_bh(&lock);", "spin_unlock_bh(&lock);"))).toEqual(clean("ran=1; seen=0;"));
  expect(runAllWays(text("tasklet_disable(&tasklet);", "tasklet_enable(&tasklet);"))).toEqual(
    clean("ran=1; seen=0;"),
  );
  expect(runAllWays(text("preempt_disable();", "preempt_enable();")).outcomes).toContain("ran=1; seen=1;");
});

test("tasklet_kill() waits for it", () => {
  const text = (kill: string) => tasklet(COUNT, `tasklet_schedule(&tasklet); ${kill} seen = READ_ONCE(ran);`);
  expect(runAllWays(text("tasklet_kill(&tasklet);"))).toEqual(clean("ran=1; seen=1;"));
  expect(runAllWays(text("")).outcomes).toContain("ran=1; seen=0;");
});

test("set up the old way it gets its data", () => {
  const text = `${HEAD}
static struct tasklet_struct old;
static void func(unsigned long data) { WRITE_ONCE(ran, data); }
void cpu0(void) { tasklet_init(&old, func, 9); tasklet_schedule(&old); }`;
  expect(runAllWays(text)).toEqual(clean("ran=9; seen=0;"));
});

test("a lock that it takes needs bottom halves off in the task", () => {
  const text = (lock: string, unlock: string) =>
    tasklet(
      "spin_lock(&lock); spin_unlock(&lock);",
      `tasklet_schedule(&tasklet); ${lock}(&lock); ${unlock}(&lock);`,
    );
  expect(runAllWays(text("spin_lock", "spin_unlock")).outcomes).toContain("[deadlock]");
  expect(runAllWays(text("spin_lock_bh", "spin_unlock_bh"))).toEqual(clean("ran=0; seen=0;"));
});
