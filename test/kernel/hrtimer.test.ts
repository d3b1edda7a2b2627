// Timers of high resolution in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

const text = (handler: string, task: string, mode = "HRTIMER_MODE_REL", more = "") => `
#include <linux/hrtimer.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
static DEFINE_SPINLOCK(lock);
static struct hrtimer timer;
int fired, seen;
static enum hrtimer_restart handler(struct hrtimer *t)
{
	${handler}
}
void cpu0(void)
{
	hrtimer_setup(&timer, handler, CLOCK_MONOTONIC, ${mode});
	hrtimer_start(&timer, ms_to_ktime(5), ${mode});
	${task}
}
${more}`;

const COUNT = "WRITE_ONCE(fired, READ_ONCE(fired) + 1); return HRTIMER_NORESTART;";

describe("an hrtimer", () => {
  test("fires once at any time after it was started, or was cancelled in time", () => {
    expect(runAllWays(text(COUNT, "seen = READ_ONCE(fired);"))).toEqual(
      clean("fired=1; seen=0;", "fired=1; seen=1;"),
    );
    expect(runAllWays(text(COUNT, "seen = hrtimer_cancel(&timer);"))).toEqual(
      clean("fired=0; seen=1;", "fired=1; seen=0;"),
    );
  });

  test.each([
    ["HRTIMER_MODE_REL", "fired=1; seen=1;"],
    ["HRTIMER_MODE_REL_SOFT", "fired=2; seen=1;"],
  ])("runs in the context of its mode: %s", (mode, outcome) => {
    const where = "fired = !!in_hardirq() + 2 * !!in_serving_softirq(); return HRTIMER_NORESTART;";
    expect(runAllWays(text(where, "seen = 1;", mode))).toEqual(clean(outcome));
  });

  test("goes on where its handler says so, a few times", () => {
    const again = `WRITE_ONCE(fired, READ_ONCE(fired) + 1);
	hrtimer_forward_now(t, ms_to_ktime(5));
	return READ_ONCE(fired) < 3 ? HRTIMER_RESTART : HRTIMER_NORESTART;`;
    expect(run(text(again, ""))).toEqual(clean("fired=3; seen=0;"));
  });

  test("hrtimer_try_to_cancel() waits for nobody and says so", () => {
    const { outcomes } = runAllWays(
      text(COUNT, "", "HRTIMER_MODE_REL", "void cpu1(void) { seen = hrtimer_try_to_cancel(&timer); }"),
    );
    expect(new Set(outcomes.map((key) => /seen=(-?\d)/.exec(key)![1]))).toEqual(new Set(["0", "1", "-1"]));
  });

  test("takes a lock in hardirq context: others have to keep interrupts off", () => {
    const locked = "spin_lock(&lock); fired++; spin_unlock(&lock); return HRTIMER_NORESTART;";
    const task = (take: string, give: string) => text(locked, `${take} seen++; ${give}`);
    expect(run(task("spin_lock_irq(&lock);", "spin_unlock_irq(&lock);"))).toEqual(clean("fired=1; seen=1;"));
    const { findings } = run(task("spin_lock_bh(&lock);", "spin_unlock_bh(&lock);"));
    expect(findings).toEqual(["INFO: task hung in handler", "inconsistent lock state in handler"]);
  });

  test("hrtimer_cancel() under a lock that the handler takes is a deadlock", () => {
    const locked = "spin_lock(&lock); fired = 1; spin_unlock(&lock); return HRTIMER_NORESTART;";
    const more = `void cpu1(void)
{
	unsigned long flags;

	spin_lock_irqsave(&lock, flags);
	hrtimer_cancel(&timer);
	spin_unlock_irqrestore(&lock, flags);
}`;
    expect(run(text(locked, "", "HRTIMER_MODE_REL", more)).outcomes).toContain("[deadlock]");
  });
});
