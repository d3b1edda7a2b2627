// Timers in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/timer.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/slab.h>
#include <smplab.h>
int fired, seen;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

/** One timer, one task. */
const timer = (handler: string, task: string, more = ""): string => `${HEAD}
static struct timer_list t;
static DEFINE_SPINLOCK(lock);
static void handler(struct timer_list *timer)
{
	${handler}
}
${more}
void cpu0(void)
{
	timer_setup(&t, handler, 0);
	${task}
}`;

const COUNT = "WRITE_ONCE(fired, READ_ONCE(fired) + 1);";

describe("a timer", () => {
  test("fires once at any time after it was armed", () => {
    expect(runAllWays(timer(COUNT, "mod_timer(&t, jiffies + HZ); seen = READ_ONCE(fired);"))).toEqual(
      clean("fired=1; seen=0;", "fired=1; seen=1;"),
    );
  });

  test("that is deleted in time does not fire, and timer_delete() says whether it was", () => {
    expect(runAllWays(timer(COUNT, "mod_timer(&t, jiffies); seen = del_timer(&t);"))).toEqual(
      clean("fired=0; seen=1;", "fired=1; seen=0;"),
    );
    expect(
      runAllWays(
        timer(COUNT, "t.expires = 1; add_timer(&t); seen = timer_pending(&t) + 10 * mod_timer(&t, 5);"),
      ),
    ).toEqual(clean("fired=1; seen=11;", "fired=2; seen=0;", "fired=2; seen=1;"));
  });

  test("runs in softirq context on the CPU that armed it", () => {
    const where = "seen = 10 * !!in_serving_softirq() + raw_smp_processor_id();";
    const other = "void cpu1(void) { timer_setup(&u, handler, 0); mod_timer(&u, 1); }";
    const text = `${HEAD} static struct timer_list u; static void handler(struct timer_list *timer) { ${where} }
void cpu0(void) { }
${other}`;
    expect(runAllWays(text)).toEqual(clean("fired=0; seen=11;"));
  });

  test("set up the old way gets its data", () => {
    const text = `${HEAD}
static void handler(unsigned long data) { fired = data; }
static DEFINE_TIMER(one, handler, 0, 40);
static struct timer_list two;
void cpu0(void)
{
	setup_timer(&two, handler, 2);
	mod_timer(&one, jiffies);
	del_timer_sync(&one);
	mod_timer(&two, jiffies);
}`;
    expect(run(text)).toEqual(clean("fired=2; seen=0;"));
  });

  test("timer_delete() does not wait for the handler, timer_delete_sync() does", () => {
    const text = (del: string) => `${HEAD}
struct box { struct timer_list timer; int value; };
static struct box *box;
static void handler(struct timer_list *timer) { from_timer(box, timer, timer)->value++; }
void cpu0(void)
{
	box = kzalloc(sizeof(*box), GFP_KERNEL);
	timer_setup(&box->timer, handler, 0);
	mod_timer(&box->timer, jiffies);
	smp_store_release(&fired, 1);
}
void cpu1(void)
{
	if (!smp_load_acquire(&fired))
		return;
	${del}
	kfree(box);
}`;
    expect(runAllWays(text("del_timer_sync(&box->timer);")).findings).toEqual([]);
    expect(runAllWays(text("del_timer(&box->timer);")).findings).toContain(
      "KASAN: slab-use-after-free Read in handler",
    );
    // Without any of the two the timer itself is gone when it fires.
    expect(runAllWays(text("")).findings).toContain("KASAN: slab-use-after-free Write in call_timer_fn");
  });

  test("timer_delete_sync() under a lock that the handler takes never ends", () => {
    const text = (lock: string, unlock: string) => `${HEAD}
static struct timer_list t;
static DEFINE_SPINLOCK(lock);
static void handler(struct timer_list *timer) { spin_lock(&lock); spin_unlock(&lock); }
void setup(void) { timer_setup(&t, handler, 0); }
void cpu0(void) { mod_timer(&t, jiffies); }
void cpu1(void) { ${lock} del_timer_sync(&t); ${unlock} }`;
    expect(runAllWays(text("spin_lock_bh(&lock);", "spin_unlock_bh(&lock);")).outcomes).toContain(
      "[deadlock]",
    );
    expect(runAllWays(text("", ""))).toEqual(clean("fired=0; seen=0;"));
  });

  test("a lock that a handler takes needs bottom halves off in the task", () => {
    const text = (lock: string, unlock: string) =>
      timer(
        `spin_lock(&lock); ${COUNT} spin_unlock(&lock);`,
        `mod_timer(&t, jiffies); ${lock}(&lock); seen = 1; ${unlock}(&lock);`,
      );
    const plain = runAllWays(text("spin_lock", "spin_unlock"));
    expect(plain.outcomes).toEqual(["[deadlock]", "fired=1; seen=1;"]);
    expect(runAllWays(text("spin_lock_bh", "spin_unlock_bh"))).toEqual(clean("fired=1; seen=1;"));
    expect(runAllWays(text("spin_lock_irq", "spin_unlock_irq"))).toEqual(clean("fired=1; seen=1;"));
  });

  test("that arms itself again does so for a few rounds; waiting for more is cut, not a hang", () => {
    const again = `${COUNT} mod_timer(timer, jiffies + 1);`;
    expect(runAllWays(timer(again, "mod_timer(&t, jiffies); del_timer_sync(&t);"))).toEqual(
      clean("fired=0; seen=0;", "fired=1; seen=0;", "fired=2; seen=0;", "fired=3; seen=0;"),
    );
    const waits = timer(again, "mod_timer(&t, jiffies); while (READ_ONCE(fired) < 9) cpu_relax();");
    expect(() => run(waits)).toThrow(/arms itself again/);
  });

  test("add_timer() of a pending timer is a bug", () => {
    const text = (between: string) => timer(COUNT, `add_timer(&t); ${between} add_timer(&t);`);
    expect(runAllWays(text("")).findings).toEqual(["kernel BUG in add_timer"]);
    expect(runAllWays(text("del_timer(&t);")).findings).toEqual([]);
  });

  test("one that was shut down is not armed again", () => {
    expect(runAllWays(timer(COUNT, "timer_shutdown_sync(&t); mod_timer(&t, jiffies);"))).toEqual(
      clean("fired=0; seen=0;"),
    );
  });
});
