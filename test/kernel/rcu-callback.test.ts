// call_rcu(), rcu_barrier(), kfree_rcu() in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/mutex.h>
#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <smplab.h>
struct box { int value; struct rcu_head rcu; };
static struct box *shared;
int seen, freed;
static void give_back(struct rcu_head *head)
{
	kfree(container_of(head, struct box, rcu));
	WRITE_ONCE(freed, 1);
}
void setup(void)
{
	shared = kmalloc(sizeof(*shared), GFP_KERNEL);
	shared->value = 1;
}
`;

/** A reader and an updater that gives the old object away; `give` is how. */
const updater = (give: string): string => `${HEAD}
void cpu0(void)
{
	struct box *p;

	rcu_read_lock();
	p = rcu_dereference(shared);
	if (p)
		seen = READ_ONCE(p->value);
	rcu_read_unlock();
}
void cpu1(void)
{
	struct box *old = shared;

	rcu_assign_pointer(shared, NULL);
	${give}
}`;

/** One task and one callback. */
const single = (callback: string, task: string): string => `${HEAD}
static DEFINE_MUTEX(mutex);
static int state;
static void callback(struct rcu_head *head)
{
	${callback}
}
void cpu0(void)
{
	${task}
}`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

describe("call_rcu()", () => {
  test("runs the callback when the readers of its beginning are gone: no use after free", () => {
    expect(runAllWays(updater("call_rcu(&old->rcu, give_back);"))).toEqual(
      clean("freed=1; seen=0;", "freed=1; seen=1;"),
    );
  });

  test("its twin that frees at once is a use after free", () => {
    expect(runAllWays(updater("give_back(&old->rcu);")).findings).toEqual([
      "KASAN: slab-use-after-free Read in cpu0",
    ]);
  });

  test("kfree_rcu() finds the object from its member", () => {
    expect(runAllWays(updater("kfree_rcu(old, rcu); WRITE_ONCE(freed, 2);"))).toEqual(
      clean("freed=2; seen=0;", "freed=2; seen=1;"),
    );
  });

  test("waits for its own flavour of readers only", () => {
    expect(runAllWays(updater("call_rcu_bh(&old->rcu, give_back);")).findings).toEqual([
      "KASAN: slab-use-after-free Read in cpu0",
    ]);
  });

  test("does not wait: the caller goes on before the callback", () => {
    const text = single(
      "WRITE_ONCE(state, 1);",
      "call_rcu(&shared->rcu, callback); seen = READ_ONCE(state);",
    );
    expect(runAllWays(text)).toEqual(clean("freed=0; seen=0; state=1;", "freed=0; seen=1; state=1;"));
  });

  test("the callback is kept out by bottom halves off, not by preemption off", () => {
    const asks = (off: string, on: string) =>
      single(
        "WRITE_ONCE(state, 1);",
        `${off}; call_rcu(&shared->rcu, callback); seen = READ_ONCE(state); ${on};`,
      );
    expect(runAllWays(asks("preempt_disable()", "preempt_enable()")).outcomes).toEqual([
      "freed=0; seen=0; state=1;",
      "freed=0; seen=1; state=1;",
    ]);
    for (const [off, on] of [
      ["local_bh_disable()", "local_bh_enable()"],
      ["local_irq_disable()", "local_irq_enable()"],
      ["preempt_disable(); local_bh_disable()", "local_bh_enable(); preempt_enable()"],
    ]) {
      expect(runAllWays(asks(off!, on!)).outcomes).toEqual(["freed=0; seen=0; state=1;"]);
    }
  });

  test("the callback is in softirq context", () => {
    const text = single(
      "state = !!in_softirq() + 2 * !!in_serving_softirq() + 4 * !!in_irq() + 8 * !!in_task();",
      "call_rcu(&shared->rcu, callback); rcu_barrier();",
    );
    expect(runAllWays(text)).toEqual(clean("freed=0; seen=0; state=3;"));
  });

  test.each(["full", "none"] as const)("sleeping in a callback is a mistake (preempt=%s)", (preempt) => {
    const text = (body: string) => single(body, "call_rcu(&shared->rcu, callback); rcu_barrier();");
    expect(runAllWays(text("mutex_lock(&mutex); mutex_unlock(&mutex);"), { preempt }).findings).toEqual([
      "BUG: sleeping function called from invalid context in callback",
    ]);
    expect(runAllWays(text("mutex_trylock(&mutex); mutex_unlock(&mutex);"), { preempt }).findings).toEqual(
      [],
    );
  });

  test("twice on one head while the first waits is reported; after a barrier it is fine", () => {
    const text = (between: string) =>
      single("seen++;", `call_rcu(&shared->rcu, callback); ${between} call_rcu(&shared->rcu, callback);`);
    const double = runAllWays(text(""));
    expect(double.findings).toContain("WARNING: ODEBUG bug in call_rcu");
    expect(runAllWays(text("rcu_barrier();"))).toEqual(clean("freed=0; seen=2;"));
  });

  test("a callback may queue its own head again", () => {
    const text = single(
      "if (++state < 3) call_rcu(head, callback);",
      "call_rcu(&shared->rcu, callback); rcu_barrier(); seen = READ_ONCE(state);",
    );
    expect(runAllWays(text).outcomes).toEqual([
      "freed=0; seen=1; state=3;",
      "freed=0; seen=2; state=3;",
      "freed=0; seen=3; state=3;",
    ]);
  });

  test("a reader that never leaves keeps the callback for ever: the run hangs", () => {
    const text = (leave: string) =>
      single("state = 1;", `rcu_read_lock(); call_rcu(&shared->rcu, callback); ${leave}`);
    const stuck = runAllWays(text(""));
    expect(stuck.outcomes).toEqual(["[deadlock]"]);
    expect(stuck.findings).toContain("INFO: rcu detected stall in rcu_do_batch");
    expect(runAllWays(text("rcu_read_unlock();"))).toEqual(clean("freed=0; seen=0; state=1;"));
  });
});

describe("rcu_barrier()", () => {
  const unload = (wait: string) =>
    single("if (state) seen = 1;", `call_rcu(&shared->rcu, callback); ${wait} WRITE_ONCE(state, 1);`);

  test("waits for callbacks, as synchronize_rcu() does not", () => {
    expect(runAllWays(unload("rcu_barrier();"))).toEqual(clean("freed=0; seen=0; state=1;"));
    expect(runAllWays(unload("synchronize_rcu();")).outcomes).toEqual([
      "freed=0; seen=0; state=1;",
      "freed=0; seen=1; state=1;",
    ]);
  });

  test("in a reader it is a mistake: the callbacks wait for the reader", () => {
    const seen = runAllWays(
      single(
        "state = 1;",
        "rcu_read_lock(); call_rcu(&shared->rcu, callback); rcu_barrier(); rcu_read_unlock();",
      ),
    );
    expect(seen.outcomes).toEqual(["[deadlock]"]);
    expect(seen.findings).toContain("BUG: sleeping function called from invalid context in rcu_barrier");
  });
});

test("callbacks of several tasks: every order, whoever asked first", () => {
  const text = `${HEAD}
static struct box one, two;
int order;
static void first(struct rcu_head *head) { xchg(&order, READ_ONCE(order) * 10 + 1); }
static void second(struct rcu_head *head) { xchg(&order, READ_ONCE(order) * 10 + 2); }
void cpu0(void) { call_rcu(&one.rcu, first); }
void cpu1(void) { call_rcu(&two.rcu, second); }`;
  const { outcomes } = runAllWays(text);
  expect(outcomes.map((o) => /order=(\d+)/.exec(o)![1]).sort()).toEqual(["1", "12", "2", "21"]);
});
