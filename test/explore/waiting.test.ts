// Waiting for a lock in the search by traces: who had it first must be found however late the other one asks.

import { expect, test } from "vitest";
import { runAllWays } from "../kernel/support/c-program.js";

test.each([
  ["spin_lock", "spin_unlock"],
  ["spin_lock_irq", "spin_unlock_irq"],
  ["spin_lock_bh", "spin_unlock_bh"],
  ["mutex_lock", "mutex_unlock"],
])("both orders of two sections under %s()", (lock, unlock) => {
  const kind = lock.startsWith("mutex") ? "DEFINE_MUTEX" : "DEFINE_SPINLOCK";
  const text = `
#include <linux/kernel.h>
#include <linux/spinlock.h>
#include <linux/mutex.h>
static ${kind}(lock);
int r, x, z;
void cpu0(void) { ${lock}(&lock); WRITE_ONCE(x, 1); WRITE_ONCE(x, 2); ${unlock}(&lock); }
void cpu1(void) { WRITE_ONCE(z, 1); ${lock}(&lock); r = READ_ONCE(x); ${unlock}(&lock); }`;
  expect(runAllWays(text)).toEqual({ outcomes: ["r=0; x=2; z=1;", "r=2; x=2; z=1;"], findings: [] });
});
