// Interrupts in C programs, every outcome in every order.

import { describe, expect, test } from "vitest";
import { run, runAllWays } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/interrupt.h>
#include <linux/spinlock.h>
#include <linux/percpu.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/completion.h>
#include <smplab.h>
static DEFINE_SPINLOCK(lock);
static DEFINE_MUTEX(mutex);
static DEFINE_PER_CPU(int, hits);
int count, seen;
`;

const clean = (...outcomes: string[]) => ({ outcomes, findings: [] });

/** Interrupt 3 on CPU 0 and a task there. */
const device = (
  handler: string,
  task: string,
  more: { arrivals?: number; cpu?: number } = {},
): string => `${HEAD}
static irqreturn_t handler(int irq, void *dev)
{
	${handler}
	return IRQ_HANDLED;
}
void setup(void)
{
	BUG_ON(request_irq(3, handler, 0, "device", &count));
	smplab_irq_arrivals(3, ${more.cpu ?? 0}, ${more.arrivals ?? 1});
}
void cpu0(void)
{
	${task}
}`;

const COUNT = "WRITE_ONCE(count, READ_ONCE(count) + 1);";

describe("an interrupt", () => {
  test("may arrive between any two steps of a task, or not at all", () => {
    const text = device(COUNT, "seen = READ_ONCE(count); seen = 10 * seen + READ_ONCE(count);", {
      arrivals: 2,
    });
    expect(runAllWays(text).outcomes.sort()).toEqual(
      [
        ...[
          "count=0; seen=0;",
          "count=1; seen=0;",
          "count=1; seen=1;",
          "count=1; seen=11;",
          "count=2; seen=0;",
        ],
        ...[
          "count=2; seen=1;",
          "count=2; seen=11;",
          "count=2; seen=12;",
          "count=2; seen=2;",
          "count=2; seen=22;",
        ],
      ].sort(),
    );
  });

  test.each([
    ["local_irq_disable();", "local_irq_enable();"],
    ["spin_lock_irq(&lock);", "spin_unlock_irq(&lock);"],
  ])("does not arrive while interrupts are off: %s", (off, on) => {
    const task = (a: string, b: string) =>
      device(COUNT, `${a} seen = READ_ONCE(count); seen = 10 * seen + READ_ONCE(count); ${b}`);
    expect(run(task(off, on)).outcomes).toEqual([
      "count=0; seen=0;",
      "count=1; seen=0;",
      "count=1; seen=11;",
    ]);
    expect(run(task("", "")).outcomes).toContain("count=1; seen=1;");
    expect(
      run(task("preempt_disable(); local_bh_disable();", "local_bh_enable(); preempt_enable();")).outcomes,
    ).toContain("count=1; seen=1;");
  });

  test.each(["full", "none"] as const)(
    "its handler is one piece for the tasks of its CPU, not for others (preempt=%s)",
    (preempt) => {
      const handler = "WRITE_ONCE(count, 1); WRITE_ONCE(count, 2);";
      expect(runAllWays(device(handler, "seen = READ_ONCE(count);"), { preempt }).outcomes).toEqual([
        "count=0; seen=0;",
        "count=2; seen=0;",
        "count=2; seen=2;",
      ]);
      expect(
        runAllWays(device(handler, "seen = READ_ONCE(count);", { cpu: 1 }), { preempt, cpus: 2 }).outcomes,
      ).toContain("count=2; seen=1;");
    },
  );

  test("runs in hardirq context with interrupts off", () => {
    const handler =
      "count = in_irq() + 2 * in_hardirq() + 4 * in_interrupt() + 8 * irqs_disabled() + 16 * in_task();";
    expect(runAllWays(device(handler, "")).outcomes).toEqual(["count=0; seen=0;", "count=15; seen=0;"]);
  });

  test("sleeping in a handler is a mistake", () => {
    expect(run(device("mutex_lock(&mutex); mutex_unlock(&mutex);", "")).findings).toContain(
      "BUG: sleeping function called from invalid context in handler",
    );
    expect(run(device("spin_lock(&lock); spin_unlock(&lock);", "")).findings).toEqual([]);
  });

  test("a lock that the handler takes must be taken with interrupts off", () => {
    const text = (lock: string, unlock: string) =>
      device(
        `spin_lock(&lock); ${COUNT} spin_unlock(&lock);`,
        `unsigned long flags __maybe_unused; ${lock}; seen = 1; ${unlock};`,
      );
    const plain = runAllWays(text("spin_lock(&lock)", "spin_unlock(&lock)"));
    expect(plain.outcomes).toContain("[deadlock]");
    expect(plain.findings).toContain("inconsistent lock state in handler");
    expect(runAllWays(text("spin_lock_bh(&lock)", "spin_unlock_bh(&lock)")).outcomes).toContain("[deadlock]");
    expect(
      runAllWays(text("spin_lock_irqsave(&lock, flags)", "spin_unlock_irqrestore(&lock, flags)")),
    ).toEqual(clean("count=0; seen=1;", "count=1; seen=1;"));
  });

  test("on another CPU it waits for the lock and hangs nobody", () => {
    const text = device(
      `spin_lock(&lock); ${COUNT} spin_unlock(&lock);`,
      "spin_lock_irq(&lock); seen = 1; spin_unlock_irq(&lock);",
      { cpu: 1 },
    );
    expect(runAllWays(text, { cpus: 2 })).toEqual(clean("count=0; seen=1;", "count=1; seen=1;"));
  });

  test("this_cpu operations are safe against it, __this_cpu ones lose its update", () => {
    const text = (add: string) =>
      device("this_cpu_inc(hits);", `preempt_disable(); ${add}; preempt_enable(); seen = 1;`).replace(
        "int count, seen;",
        "int count, seen;",
      );
    const observed = (add: string) =>
      run(text(add).replace("seen = 1;", "local_irq_disable(); seen = per_cpu(hits, 0); local_irq_enable();"))
        .outcomes;
    expect(observed("this_cpu_inc(hits)")).toEqual(["count=0; seen=1;", "count=0; seen=2;"]);
    // Arrived, and yet one: its update was overwritten.
    const lost = device(
      `this_cpu_inc(hits); ${COUNT}`,
      "preempt_disable(); __this_cpu_inc(hits); preempt_enable(); local_irq_disable(); seen = per_cpu(hits, 0) - count; local_irq_enable();",
    );
    expect(run(lost).outcomes).toEqual(["count=0; seen=1;", "count=1; seen=0;", "count=1; seen=1;"]);
    expect(run(lost.replace("__this_cpu_inc", "this_cpu_inc")).outcomes).toEqual([
      "count=0; seen=1;",
      "count=1; seen=1;",
    ]);
  });

  test("races with the task that it interrupts", () => {
    const text = (task: string) => device("count += 1;", task);
    expect(runAllWays(text("count++;")).findings).toEqual(["KCSAN: data-race in cpu0 / handler"]);
    expect(runAllWays(text("local_irq_disable(); count++; local_irq_enable();")).findings).toEqual([]);
  });

  test("that is disabled or not requested does not arrive", () => {
    expect(
      runAllWays(
        device(COUNT, "disable_irq(3); seen = READ_ONCE(count); seen -= READ_ONCE(count); enable_irq(3);"),
      ).outcomes,
    ).toEqual(["count=0; seen=0;", "count=1; seen=0;"]);
    expect(run(device(COUNT, "enable_irq(3);")).findings).toEqual(["WARNING in enable_irq"]);
    const freed = device(COUNT, "free_irq(3, &count); seen = READ_ONCE(count); seen -= READ_ONCE(count);");
    expect(runAllWays(freed).outcomes).toEqual(["count=0; seen=0;", "count=1; seen=0;"]);
    expect(
      run(freed.replace("free_irq(3, &count);", "free_irq(3, &count); free_irq(3, &count);")).findings,
    ).toEqual(["WARNING in free_irq"]);
  });

  test("free_irq() waits for the handler, disable_irq_nosync() does not", () => {
    const text = (stop: string) => `${HEAD}
static int *box;
static irqreturn_t handler(int irq, void *dev) { *(int *)dev = 1; return IRQ_HANDLED; }
void setup(void)
{
	box = kzalloc(sizeof(*box), GFP_KERNEL);
	BUG_ON(request_irq(5, handler, IRQF_SHARED, "device", box));
	smplab_irq_arrivals(5, 1, 1);
}
void cpu0(void) { ${stop} kfree(box); }`;
    expect(runAllWays(text("free_irq(5, box);"), { cpus: 2 })).toEqual(clean("count=0; seen=0;"));
    expect(runAllWays(text("disable_irq_nosync(5);"), { cpus: 2 }).findings).toContain(
      "KASAN: slab-use-after-free Write in handler",
    );
    expect(runAllWays(text("disable_irq(5);"), { cpus: 2 }).findings).toEqual([]);
  });

  test("a line has one handler unless all of them share it", () => {
    const text = (a: string, b: string) => `${HEAD}
static int one, two;
static irqreturn_t handler(int irq, void *dev) { WRITE_ONCE(*(int *)dev, 10 + irq); return IRQ_HANDLED; }
void setup(void)
{
	count = request_irq(2, handler, ${a}, "a", &one) + request_irq(2, handler, ${b}, "b", &two);
	smplab_irq_arrivals(2, 0, 1);
}
void cpu0(void) { seen = READ_ONCE(one) + READ_ONCE(two); }`;
    expect(run(text("IRQF_SHARED", "IRQF_SHARED")).outcomes).toContain("count=0; one=12; seen=24; two=12;");
    expect(run(text("IRQF_SHARED", "0")).outcomes.some((o) => o.startsWith("count=-16;"))).toBe(true);
  });

  test("arrivals end with the tasks: what the test case does afterwards costs no states", () => {
    const text = device(COUNT, "", { arrivals: 3 });
    expect(run(text).outcomes).toEqual([
      "count=0; seen=0;",
      "count=1; seen=0;",
      "count=2; seen=0;",
      "count=3; seen=0;",
    ]);
  });

  test("a task may wait for it", () => {
    const text = (n: number) =>
      device("complete(&done);", "wait_for_completion(&done); seen = 1;", { arrivals: n }).replace(
        "static irqreturn_t",
        "static DECLARE_COMPLETION(done);\nstatic irqreturn_t",
      );
    expect(runAllWays(text(1))).toEqual(clean("count=0; seen=1;"));
    expect(runAllWays(text(0)).outcomes).toEqual(["[deadlock]"]);
  });
});

describe("a threaded interrupt", () => {
  const threaded = (
    thread: string,
    task: string,
    more: { handler?: string; flags?: string; n?: number } = {},
  ) =>
    `${HEAD}
static irqreturn_t primary(int irq, void *dev) { ${more.handler ?? ""} return IRQ_WAKE_THREAD; }
static irqreturn_t thread(int irq, void *dev) { ${thread} return IRQ_HANDLED; }
void setup(void)
{
	BUG_ON(request_threaded_irq(3, ${more.handler === undefined ? "NULL" : "primary"}, thread, ${more.flags ?? "IRQF_ONESHOT"}, "device", &count));
	smplab_irq_arrivals(3, 0, ${more.n ?? 1});
	(void)primary;
}
void cpu0(void) { ${task} }`;

  test("runs its thread as a task, which may sleep", () => {
    const text = threaded(
      "mutex_lock(&mutex); count = 1 + in_task() + 2 * irqs_disabled(); mutex_unlock(&mutex);",
      "",
    );
    expect(runAllWays(text)).toEqual(clean("count=0; seen=0;", "count=2; seen=0;"));
  });

  test("may arrive again before its thread has run, unless it is masked until then", () => {
    const text = (flags: string) =>
      threaded("WRITE_ONCE(seen, 10 * READ_ONCE(seen) + READ_ONCE(count));", "", {
        handler: COUNT,
        flags,
        n: 2,
      });
    // Once for both, or once for each.
    expect(runAllWays(text("0")).outcomes).toContain("count=2; seen=2;");
    const masked = runAllWays(text("IRQF_ONESHOT")).outcomes;
    expect(masked).toContain("count=2; seen=12;");
    expect(masked).not.toContain("count=2; seen=2;");
  });

  test("never runs its thread twice at once", () => {
    const text = threaded(
      "WRITE_ONCE(seen, READ_ONCE(seen) + 1); WRITE_ONCE(seen, READ_ONCE(seen) - 1);",
      "",
      {
        handler: COUNT,
        flags: "0",
        n: 2,
      },
    );
    expect(runAllWays(text).outcomes.every((outcome) => outcome.includes("seen=0;"))).toBe(true);
  });

  test("needs a handler or to be masked", () => {
    const text = `${HEAD}
static irqreturn_t thread(int irq, void *dev) { return IRQ_HANDLED; }
void cpu0(void)
{
	seen = request_threaded_irq(3, NULL, thread, 0, "device", &count);
	count = request_threaded_irq(3, NULL, NULL, IRQF_ONESHOT, "device", &count);
}`;
    expect(run(text).outcomes).toEqual(["count=-22; seen=-22;"]);
  });

  test.each([
    ["free_irq(5, box);", true],
    ["disable_irq(5);", true],
    ["disable_hardirq(5);", false],
    ["disable_irq_nosync(5);", false],
  ])("is waited for, thread and all, by %s: %s", (stop, waits) => {
    const text = `${HEAD}
static int *box;
static irqreturn_t handler(int irq, void *dev) { return IRQ_WAKE_THREAD; }
static irqreturn_t thread(int irq, void *dev) { *(int *)dev = 1; return IRQ_HANDLED; }
void setup(void)
{
	box = kzalloc(sizeof(*box), GFP_KERNEL);
	BUG_ON(request_threaded_irq(5, handler, thread, 0, "device", box));
	smplab_irq_arrivals(5, 1, 1);
}
void cpu0(void) { ${stop} kfree(box); }`;
    const found = runAllWays(text, { cpus: 2 }).findings;
    expect(found).toEqual(
      waits ? [] : ["KASAN: slab-use-after-free Write in thread", "KCSAN: data-race in cpu0 / thread"],
    );
  });
});

describe("a softirq", () => {
  const raised = (action: string, task: string) => `${HEAD}
static void act(struct softirq_action *a) { ${action} }
void setup(void) { open_softirq(NET_RX_SOFTIRQ, act); }
void cpu0(void) { ${task} }`;

  test("runs in softirq context, at any time after it was raised", () => {
    const text = raised(
      "count = in_softirq() && !in_irq() && !in_task();",
      "raise_softirq(NET_RX_SOFTIRQ); seen = READ_ONCE(count);",
    );
    expect(runAllWays(text).outcomes).toEqual(["count=1; seen=0;", "count=1; seen=1;"]);
  });

  test("waits while bottom halves are off, and runs once for all that raised it before", () => {
    const text = raised(
      COUNT,
      "local_bh_disable(); raise_softirq(NET_RX_SOFTIRQ); raise_softirq(NET_RX_SOFTIRQ); seen = READ_ONCE(count); local_bh_enable();",
    );
    expect(runAllWays(text).outcomes).toEqual(["count=1; seen=0;"]);
  });

  test("may run on two CPUs at once", () => {
    const both = `${raised("seen += 1;", "raise_softirq(NET_RX_SOFTIRQ);")}
void cpu1(void) { raise_softirq(NET_RX_SOFTIRQ); }`;
    expect(run(both, { cpus: 2 }).findings).toEqual(["KCSAN: data-race in act / act"]);
  });
});
