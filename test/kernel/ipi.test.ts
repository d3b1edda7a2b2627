// Cross calls in C programs, every outcome in every order.

import { expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/percpu.h>
#include <linux/atomic.h>
#include <smplab.h>
static DEFINE_SPINLOCK(lock);
static DEFINE_PER_CPU(int, mark);
int where = -1, seen;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

test("smp_call_function_single() runs the function over there, in hardirq context", () => {
  const text = (wait: number) => `${HEAD}
static void func(void *info) { WRITE_ONCE(where, raw_smp_processor_id() + 10 * !!in_hardirq() + *(int *)info); }
static int *hundred = &(int){ 100 };
void cpu0(void) { smp_call_function_single(1, func, hundred, ${wait}); seen = READ_ONCE(where); }`;
  expect(runAllWays(text(1)).outcomes).toEqual(["seen=111; where=111;"]);
  expect(runAllWays(text(0)).outcomes).toEqual(["seen=-1; where=111;", "seen=111; where=111;"]);
  // On the own CPU it is a call with interrupts off.
  expect(run(text(0).replace("single(1", "single(0")).outcomes).toEqual(["seen=100; where=100;"]);
});

test("on_each_cpu() reaches all of them before it returns", () => {
  const text = `${HEAD}
static void func(void *info) { this_cpu_write(mark, 1 + raw_smp_processor_id()); }
void cpu0(void) { on_each_cpu(func, NULL, 1); seen = 100 * per_cpu(mark, 0) + 10 * per_cpu(mark, 1) + per_cpu(mark, 2); }`;
  expect(runAllWays(text, { cpus: 3 })).toEqual(clean("seen=123; where=-1;"));
  expect(run(text.replace("NULL, 1", "NULL, 0"), { cpus: 3 }).outcomes.length).toBe(4);
});

test("a call comes in between two steps of the other CPU unless interrupts are off there", () => {
  const text = (off: string, on: string) => `${HEAD}
static void func(void *info) { WRITE_ONCE(where, 5); }
void cpu0(void) { ${off} seen = READ_ONCE(where); seen = seen != READ_ONCE(where); ${on} }
void cpu1(void) { smp_call_function_single(0, func, NULL, 1); }`;
  expect(runAllWays(text("preempt_disable();", "preempt_enable();")).outcomes).toEqual([
    "seen=0; where=5;",
    "seen=1; where=5;",
  ]);
  expect(runAllWays(text("local_irq_disable();", "local_irq_enable();")).outcomes).toEqual([
    "seen=0; where=5;",
  ]);
});

test("waiting for another CPU with interrupts off is reported, and hangs when both do it", () => {
  const text = (on: string, off: string) => `${HEAD}
static void func(void *info) { }
void cpu0(void) { ${on} smp_call_function_single(1, func, NULL, 1); ${off} }
void cpu1(void) { ${on} smp_call_function_single(0, func, NULL, 1); ${off} }`;
  const bad = runAllWays(text("local_irq_disable();", "local_irq_enable();"));
  expect(bad.outcomes).toContain("[deadlock]");
  expect(bad.findings).toContain("WARNING in smp_call_function_single");
  expect(runAllWays(text("", ""))).toEqual(clean("seen=0; where=-1;"));
});

test("a lock held over a call that takes it hangs", () => {
  const text = (lock: string, unlock: string) => `${HEAD}
static void func(void *info) { spin_lock(&lock); WRITE_ONCE(where, 1); spin_unlock(&lock); }
void cpu0(void) { ${lock} smp_call_function_single(1, func, NULL, 1); ${unlock} }`;
  expect(runAllWays(text("spin_lock(&lock);", "spin_unlock(&lock);")).outcomes).toEqual(["[deadlock]"]);
  expect(runAllWays(text("", ""))).toEqual(clean("seen=0; where=1;"));
});
