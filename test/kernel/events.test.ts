// Random small programs with timers, work, callbacks, interrupts and cross calls: the search by states, the search by
// traces and naive enumeration see the same ends.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Machine } from "../../interpreter/api.js";
import { shippedKernel } from "../../src/compile/kernel.js";
import { explore } from "../../src/explore/explore.js";
import { naive, viewOf } from "../support/naive.js";
import { prepareText } from "./support/c-program.js";

const HEAD = `
#include <linux/kernel.h>
#include <linux/interrupt.h>
#include <linux/workqueue.h>
#include <linux/timer.h>
#include <linux/rcupdate.h>
#include <linux/kthread.h>
#include <linux/spinlock.h>
#include <linux/smp.h>
#include <smplab.h>
int x, y, r0, r1;
static DEFINE_SPINLOCK(lock);
static struct timer_list timer;
static struct tasklet_struct tasklet;
static struct rcu_head head;
static struct work_struct work;
static struct delayed_work later;
`;

/** What a handler or callback does. */
const bodies = fc.constantFrom(
  "WRITE_ONCE(x, 2);",
  "WRITE_ONCE(y, READ_ONCE(x) + 1);",
  "if (spin_trylock(&lock)) { WRITE_ONCE(x, READ_ONCE(x) + 4); spin_unlock(&lock); }",
  "WRITE_ONCE(x, READ_ONCE(x) + 1);",
);

/** What a task does; `$` is the number of its register. */
const steps = fc.constantFrom(
  "mod_timer(&timer, 1);",
  "r$ += del_timer(&timer);",
  "r$ += del_timer_sync(&timer);",
  "tasklet_schedule(&tasklet);",
  "r$ += schedule_work(&work);",
  "r$ += cancel_work(&work);",
  "r$ += cancel_work_sync(&work);",
  "flush_work(&work);",
  "schedule_delayed_work(&later, 1);",
  "r$ += cancel_delayed_work(&later);",
  "call_rcu(&head, callback);",
  "rcu_read_lock(); r$ += READ_ONCE(x); rcu_read_unlock();",
  "synchronize_rcu();",
  "local_irq_disable(); WRITE_ONCE(y, READ_ONCE(y) + 1); local_irq_enable();",
  "local_bh_disable(); r$ += READ_ONCE(y); local_bh_enable();",
  "spin_lock(&lock); WRITE_ONCE(x, READ_ONCE(x) + 2); spin_unlock(&lock);",
  "spin_lock_irq(&lock); r$ += READ_ONCE(x); spin_unlock_irq(&lock);",
  "smp_call_function_single(!raw_smp_processor_id(), function, NULL, 1);",
  "smp_call_function_single(!raw_smp_processor_id(), function, NULL, 0);",
  "disable_irq_nosync(1); r$ += 10 * READ_ONCE(x); enable_irq(1);",
  "WRITE_ONCE(x, 7);",
  "r$ += READ_ONCE(y);",
);

const program = fc.record({
  bodies: fc.tuple(bodies, bodies, bodies),
  irq: fc.constantFrom(-1, -1, 0, 1),
  tasks: fc.tuple(
    fc.array(steps, { minLength: 1, maxLength: 3 }),
    fc.array(steps, { minLength: 0, maxLength: 2 }),
  ),
  preempt: fc.constantFrom("full" as const, "none" as const),
});

const textOf = (p: typeof program extends fc.Arbitrary<infer T> ? T : never): string => `${HEAD}
static void first(void) { ${p.bodies[0]} }
static void second(void) { ${p.bodies[1]} }
static void third(void) { ${p.bodies[2]} }
static void on_timer(struct timer_list *t) { first(); }
static void on_tasklet(struct tasklet_struct *t) { second(); }
static void on_work(struct work_struct *w) { third(); }
static void callback(struct rcu_head *h) { second(); }
static void function(void *info) { first(); }
static irqreturn_t handler(int irq, void *dev) { third(); return IRQ_HANDLED; }
void setup(void)
{
	timer_setup(&timer, on_timer, 0);
	tasklet_setup(&tasklet, on_tasklet);
	INIT_WORK(&work, on_work);
	INIT_DELAYED_WORK(&later, on_work);
	request_irq(1, handler, 0, "random", &x);
	${p.irq >= 0 ? `smplab_irq_arrivals(1, ${p.irq}, 1);` : ""}
	(void)callback; (void)function;
}
void cpu0(void) { ${p.tasks[0].join(" ").replaceAll("$", "0")} }
void cpu1(void) { ${p.tasks[1].join(" ").replaceAll("$", "1")} }`;

/** More programs: EVENTS_RUNS=300 EVENTS_SEED=7 npx vitest run test/kernel/events.test.ts */
const RUNS = Number(process.env.EVENTS_RUNS ?? 25);
const SEED = Number(process.env.EVENTS_SEED ?? 1);

const kernel = { ...shippedKernel(), rules: [] };

describe("programs with events", () => {
  test("have the same ends in all searches", () => {
    let compared = 0;
    let runs = 0;
    fc.assert(
      fc.property(program, (p) => {
        const { program: compiled, entry, config } = prepareText(textOf(p), { preempt: p.preempt });
        const sizes = { mainStack: 8192, stack: 4096, mainHeap: 4096, heap: 1024, percpuDynamic: 256 };
        const machine = new Machine(compiled, kernel.objects, kernel.rules, { ...config, sizes });
        machine.begin(entry);
        const title = (f: { kind: string }): string => kernel.title(f as never, machine);
        const oracle = naive(machine, title, 15_000);
        fc.pre(oracle.complete);
        const search = (mode: "states" | "traces") => {
          const result = explore(compiled, entry, kernel, { machine: { ...config, sizes }, search: mode });
          expect(result.cut).toBeNull();
          return viewOf(result).outcomes;
        };
        expect(search("states")).toEqual(oracle.outcomes);
        expect(search("traces")).toEqual(oracle.outcomes);
        compared++;
        runs += oracle.runs;
      }),
      { numRuns: RUNS, seed: SEED, maxSkipsPerRun: 2000 },
    );
    console.log(`${compared} programs, ${runs} interleavings`);
    expect(compared).toBeGreaterThanOrEqual(RUNS);
  }, 180_000);
});
