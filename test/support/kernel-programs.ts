// Generated kernel programs, and the comparison of all searches on them: loads, stores, read-modify-writes, locks,
// RCU, per-CPU data, preemption, interrupts, loops that spin on memory and on locks.
//
// Tasks may share a CPU, and sections are nested, because the hard cases are contexts that wait for several reasons at
// once: a lock that is taken, a CPU that another context keeps, interrupts that are off, an interrupt that is handled.
// Programs that may go round for ever are compared with a plain search of all states, the others with naive
// enumeration of all interleavings; both know nothing of reductions.

import fc from "fast-check";
import { Machine } from "../../interpreter/api.js";
import { shippedKernel } from "../../src/compile/kernel.js";
import { explore } from "../../src/explore/explore.js";
import { prepareText } from "../kernel/support/prepare-text.js";
import { naive, plain, viewOf } from "./naive.js";

const HEAD = `
#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/rwlock.h>
#include <linux/sched.h>
#include <linux/semaphore.h>
#include <linux/spinlock.h>
#include <asm/processor.h>
#include <smplab.h>
static int x, y, r0, r1, r2, r3;
static atomic_t n;
static DEFINE_SPINLOCK(a);
static DEFINE_SPINLOCK(b);
static DEFINE_RWLOCK(rw);
static DEFINE_MUTEX(m);
static DECLARE_COMPLETION(done);
static DEFINE_SEMAPHORE(sem, 1);
static DEFINE_PER_CPU(int, p);
`;

/** One visible step or two; `$` is the number of the task's own variable. */
const SIMPLE = [
  "WRITE_ONCE(x, 1);",
  "WRITE_ONCE(y, 2);",
  "r$ = 10 * r$ + READ_ONCE(x);",
  "r$ = 10 * r$ + READ_ONCE(y);",
  "WRITE_ONCE(x, READ_ONCE(y) + 1);",
  "WRITE_ONCE(y, READ_ONCE(x) + 1);",
  "x = 3;",
  "r$ += y;",
  "atomic_inc(&n);",
  "r$ += atomic_add_return(1, &n);",
  "r$ += atomic_cmpxchg(&n, 0, 3);",
  "r$ += atomic_xchg(&n, 2);",
  "this_cpu_add(p, 1);",
  "__this_cpu_add(p, 1);",
  "r$ += this_cpu_inc_return(p);",
  "WRITE_ONCE(x, this_cpu_read(p));",
  "r$ += READ_ONCE(per_cpu(p, 0));",
  "WRITE_ONCE(per_cpu(p, 1), 5);",
  "complete(&done);",
  "up(&sem);",
] as const;

/** What may stand in a handler: it must not sleep. */
const SECTIONS: readonly (readonly [weight: number, before: string, after: string])[] = [
  [4, "spin_lock(&a);", "spin_unlock(&a);"],
  [3, "spin_lock(&b);", "spin_unlock(&b);"],
  [2, "spin_lock_irq(&a);", "spin_unlock_irq(&a);"],
  [2, "spin_lock_bh(&b);", "spin_unlock_bh(&b);"],
  [2, "{ unsigned long flags; spin_lock_irqsave(&b, flags);", "spin_unlock_irqrestore(&b, flags); }"],
  [2, "read_lock(&rw);", "read_unlock(&rw);"],
  [1, "write_lock(&rw);", "write_unlock(&rw);"],
  [3, "if (spin_trylock(&a)) {", "spin_unlock(&a); }"],
  [2, "rcu_read_lock();", "rcu_read_unlock();"],
];

const TASK_SECTIONS: typeof SECTIONS = [
  [3, "mutex_lock(&m);", "mutex_unlock(&m);"],
  [1, "if (mutex_trylock(&m)) {", "mutex_unlock(&m); }"],
  [3, "preempt_disable();", "preempt_enable();"],
  [3, "local_irq_disable();", "local_irq_enable();"],
  [1, "local_bh_disable();", "local_bh_enable();"],
];

const simple = fc.constantFrom(...SIMPLE);
const alone = fc.constantFrom(
  "synchronize_rcu();",
  "disable_irq(1); r$ += READ_ONCE(x); enable_irq(1);",
  "disable_irq_nosync(1); r$ += READ_ONCE(y); enable_irq(1);",
  "wait_for_completion(&done);",
  "down(&sem); r$ += READ_ONCE(x);",
);
/** Loops that wait, and loops that take steps in each round. */
const spins = fc.constantFrom(
  "while (!READ_ONCE(x)) cpu_relax();",
  "while (READ_ONCE(y) == 1) cpu_relax();",
  "while (!spin_trylock(&a)) cpu_relax(); atomic_inc(&n); spin_unlock(&a);",
  "while (!spin_trylock(&b)) cpu_relax();",
  "while (!mutex_trylock(&m)) cpu_relax(); WRITE_ONCE(x, 4); mutex_unlock(&m);",
  "while (atomic_cmpxchg(&n, 0, 1) != 0) cpu_relax();",
  "while (atomic_xchg(&n, 1)) ; WRITE_ONCE(y, 3); atomic_set(&n, 0);",
  "while (!READ_ONCE(x) || atomic_fetch_or(2, &n) & 2) cpu_relax();",
);
const tries = fc.constantFrom(
  "while (!spin_trylock(&a)) WRITE_ONCE(y, 2); atomic_inc(&n); spin_unlock(&a);",
  "while (!mutex_trylock(&m)) r$ = !r$; WRITE_ONCE(x, 4); mutex_unlock(&m);",
  "while (atomic_cmpxchg(&n, 0, 1) != 0) atomic_set(&n, 2);",
);

function section(of: typeof SECTIONS, inner: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc.oneof(
    ...of.map(([weight, before, after]) => ({
      weight,
      arbitrary: inner.map((text) => `${before} ${text} ${after}`),
    })),
  );
}

const handlerPiece = fc.oneof(simple, section(SECTIONS, simple));
const anySection = [...SECTIONS, ...TASK_SECTIONS];
const piece = fc.oneof(
  { weight: 4, arbitrary: simple },
  { weight: 6, arbitrary: section(anySection, simple) },
  { weight: 2, arbitrary: section(anySection, section(SECTIONS, simple)) },
  { weight: 1, arbitrary: alone },
  { weight: 2, arbitrary: spins },
);
const goingRound = fc.oneof({ weight: 3, arbitrary: piece }, { weight: 2, arbitrary: tries });

export interface KernelProgram {
  text: string;
  preempt: "none" | "full";
  rcu: "preempt" | "sched";
  /** It has loops whose rounds are steps: enumeration would not end. */
  goesRound: boolean;
}

interface Parts {
  tasks: { cpu: number; pieces: string[] }[];
  handler: string;
  arrivals: { cpu: number; n: number }[];
  /** The handler runs in a thread of the interrupt; masked until it has. */
  threaded: "no" | "yes" | "masked";
  preempt: "none" | "full";
  rcu: "preempt" | "sched";
}

function textOf({ tasks, handler, arrivals, threaded }: Parts): string {
  const numbered = (text: string, i: number): string => text.replaceAll("$", String(i));
  const bodies = tasks.map(
    ({ pieces }, i) => `static void task${i}(void *arg) { ${numbered(pieces.join(" "), i)} }`,
  );
  const request =
    threaded === "no"
      ? 'request_irq(1, handler, 0, "device", &x);'
      : `request_threaded_irq(1, wake, handler, ${threaded === "yes" ? "0" : "IRQF_ONESHOT"}, "device", &x);`;
  return `${HEAD}
static irqreturn_t wake(int irq, void *dev) { return IRQ_WAKE_THREAD; }
static irqreturn_t handler(int irq, void *dev) { ${numbered(handler, 3)} return IRQ_HANDLED; }
${bodies.join("\n")}
static void together(struct kunit *test)
{
	(void)wake;
	${request}
	${arrivals.map(({ cpu, n }) => `smplab_irq_arrivals(1, ${cpu}, ${n});`).join(" ")}
	${tasks.map(({ cpu }, i) => (cpu < 0 ? `smplab_run(task${i}, NULL);` : `smplab_run_on(${cpu}, task${i}, NULL);`)).join(" ")}
	smplab_join_all();
	${["x", "y", "r0", "r1", "r2", "r3"].map((v) => `smplab_observe("${v}", ${v});`).join(" ")}
	smplab_observe("n", atomic_read(&n));
	smplab_observe("p0", per_cpu(p, 0));
	smplab_observe("p1", per_cpu(p, 1));
}
static struct kunit_case cases[] = { KUNIT_CASE(together), {} };
static struct kunit_suite suite = { .name = "generated", .test_cases = cases };
kunit_test_suite(suite);`;
}

function programs(of: fc.Arbitrary<string>, goesRound: boolean): fc.Arbitrary<KernelProgram> {
  return fc
    .record({
      tasks: fc.array(
        fc.record({
          cpu: fc.constantFrom(0, 0, 0, 0, 1, 1, 1, -1),
          pieces: fc.array(of, { minLength: 1, maxLength: 2 }),
        }),
        { minLength: 2, maxLength: 3 },
      ),
      handler: handlerPiece,
      arrivals: fc.array(fc.record({ cpu: fc.constantFrom(0, 1), n: fc.constantFrom(1, 1, 2) }), {
        minLength: 0,
        maxLength: 2,
      }),
      threaded: fc.constantFrom(
        "no" as const,
        "no" as const,
        "no" as const,
        "yes" as const,
        "masked" as const,
      ),
      preempt: fc.constantFrom("full" as const, "full" as const, "none" as const),
      rcu: fc.constantFrom("preempt" as const, "sched" as const),
    })
    .map((parts) => ({ text: textOf(parts), preempt: parts.preempt, rcu: parts.rcu, goesRound }));
}

export const kernelProgram: fc.Arbitrary<KernelProgram> = fc.oneof(
  { weight: 4, arbitrary: programs(piece, false) },
  { weight: 1, arbitrary: programs(goingRound, true) },
);

/** Programs full of loops that only look or try: their rounds are left out, or (awaits: false) steps. */
export const waitingProgram: fc.Arbitrary<KernelProgram> = programs(
  fc.oneof({ weight: 1, arbitrary: piece }, { weight: 2, arbitrary: spins }),
  true,
);

/** Programs in which who has a CPU, spinning or not, decides who hangs: most steps are such. */
export const sharingProgram: fc.Arbitrary<KernelProgram> = programs(
  fc.constantFrom(
    "while (!READ_ONCE(x)) cpu_relax();",
    "WRITE_ONCE(x, 1);",
    "while (READ_ONCE(y) == 2) cpu_relax();",
    "WRITE_ONCE(y, READ_ONCE(y) + 1);",
    "while (!spin_trylock(&a)) cpu_relax(); WRITE_ONCE(x, 1); spin_unlock(&a);",
    "spin_lock(&a); WRITE_ONCE(x, 1); spin_unlock(&a);",
    "spin_lock(&a); cond_resched(); spin_unlock(&a);",
    "cond_resched(); spin_lock(&a); spin_unlock(&a);",
    "WRITE_ONCE(y, 2); cond_resched(); WRITE_ONCE(y, 0);",
    "cond_resched(); while (!READ_ONCE(x)) cpu_relax();",
    "mutex_lock(&m); cond_resched(); mutex_unlock(&m);",
    "complete(&done);",
    "wait_for_completion(&done); WRITE_ONCE(x, 1);",
  ),
  false,
);

const kernel = shippedKernel();
const SIZES = { mainStack: 8192, stack: 4096, mainHeap: 4096, heap: 1024, percpuDynamic: 256 };
/** What follows from the facts of all runs together is no finding of any single run. */
const RACE = /^KCSAN: /;
const SPINS = /^BUG: soft lockup in /;
const OF_RUNS = /^(possible deadlock|inconsistent lock state) in/;

export interface Agreement {
  /** Interleavings (or states, where the program goes round) that the oracle looked at. */
  looked: number;
  /** 1: it has a livelock. */
  livelocks: number;
}

/** Ends of all runs, whether or not rounds of spin loops are steps; null: too many states. */
export function endsOf(source: KernelProgram, awaits: boolean, maxStates: number): string[] | null {
  const { program, entry, config } = prepareText(source.text, { ...source, cpus: 2 });
  const machine = new Machine(program, kernel.objects, kernel.rules, { ...config, sizes: SIZES, awaits });
  machine.begin(entry);
  const { outcomes, complete } = plain(machine, () => "", maxStates);
  // Where rounds are steps somebody can always move: what is stuck there, the search for livelocks finds.
  return complete ? outcomes.filter((key) => !key.includes("[deadlock]")) : null;
}

/**
 * May the program come to where no step leads to an end, whether or not rounds of spin loops are steps? null: too many
 * states.
 */
export function hangs(source: KernelProgram, awaits: boolean, maxStates: number): boolean | null {
  const { program, entry, config } = prepareText(source.text, { ...source, cpus: 2 });
  const machine = new Machine(program, kernel.objects, kernel.rules, { ...config, sizes: SIZES, awaits });
  machine.begin(entry);
  const { outcomes, complete, endless } = plain(machine, () => "", maxStates);
  return complete ? endless || outcomes.some((key) => key.includes("[deadlock]")) : null;
}

/** A text: what differs. Null: the program is too long for the oracle. */
export function compareSearches(source: KernelProgram, maxSteps = 20_000): Agreement | string | null {
  const { program, entry, config } = prepareText(source.text, { ...source, cpus: 2 });
  const machine = new Machine(program, kernel.objects, kernel.rules, { ...config, sizes: SIZES });
  machine.begin(entry);
  const title = (f: { kind: string }): string => kernel.title(f as never, machine);
  const oracle = source.goesRound ? plain(machine, title, maxSteps / 5) : naive(machine, title, maxSteps);
  if (!oracle.complete) return null;
  const options = { machine: { ...config, sizes: SIZES } };
  const states = explore(program, entry, kernel, { ...options, search: "states" });
  if (states.cut !== null) return `states: cut: ${states.cut}`;
  const seen = viewOf(states);
  const differ = (what: string, got: readonly string[], wanted: readonly string[]): string | null => {
    const more = got.filter((one) => !wanted.includes(one));
    const missing = wanted.filter((one) => !got.includes(one));
    if (more.length + missing.length === 0) return null;
    return `${what}: missing ${JSON.stringify(missing)}, too many ${JSON.stringify(more)}`;
  };
  const single = seen.findings.filter((name) => !OF_RUNS.test(name));
  const problem =
    differ("outcomes of states", seen.outcomes, oracle.outcomes) ??
    differ(
      "findings of states",
      single.filter((name) => !source.goesRound || !(RACE.test(name) || SPINS.test(name))),
      oracle.findings.filter((name) => !source.goesRound || !SPINS.test(name)),
    );
  if (problem !== null) return problem;
  const livelocks = states.findings.filter(({ finding }) => finding.kind === "livelock");
  if (!("endless" in oracle)) {
    if (livelocks.some(({ title }) => !oracle.findings.includes(title))) return "a livelock without a round";
  } else {
    // Those that nobody sees but the search, which looks at all ends: not told by the machine in any end state.
    const more = livelocks.some(({ title }) => !oracle.findings.includes(title));
    if (more && !oracle.endless) return "a livelock, and every state leads to an end";
    if (oracle.endless && livelocks.length === 0) return "no livelock, and some states lead to no end";
    return { looked: oracle.runs, livelocks: more ? 1 : 0 };
  }
  const traces = explore(program, entry, kernel, { ...options, search: "traces" });
  if (traces.cut !== null) return `traces: cut: ${traces.cut}`;
  const found = viewOf(traces);
  return (
    differ("outcomes of traces", found.outcomes, oracle.outcomes) ??
    differ("findings of traces", found.findings, seen.findings) ?? { looked: oracle.runs, livelocks: 0 }
  );
}
