// The steps that decide, on programs small enough to know the answer: who reads before whom, who takes which lock first.

import { describe, expect, it } from "vitest";
import { namesIn, shippedKernel } from "../../src/compile/kernel.js";
import { explore } from "../../src/explore/explore.js";
import { type DecisiveOrder, decisiveOrder, type Goal } from "../../src/explore/order.js";
import { givingUp, relevantSteps } from "../../src/explore/relevance.js";
import { replay } from "../../src/explore/replay.js";
import { findingId } from "../../src/explore/result.js";
import { because } from "../../src/report/because.js";
import { prepareText } from "../support/prepare-text.js";

const kernel = shippedKernel();

interface Explained {
  order: DecisiveOrder | null;
  /** "cpu0:3": task and line of each kept step. */
  steps: string[];
  because: string[];
}

/** The witness of an outcome or a finding of a snippet, explained; of a finding the goal has the title. */
async function explained(text: string, goal: Goal, transitions = 100_000): Promise<Explained> {
  const { program, entry, config, files } = await prepareText(text);
  const found = explore(program, entry, kernel, { machine: config, witnessSteps: 100_000 });
  const shows =
    "finding" in goal
      ? found.findings.find(({ title }) => title === goal.finding)!
      : found.outcomes.find(({ key }) => key === goal.outcome)!;
  expect(
    shows,
    `found: ${[...found.findings.map((f) => f.title), ...found.outcomes.map((o) => o.key)]}`,
  ).toBeDefined();
  const trace = replay(program, entry, kernel, config, shows.witness);
  const candidates = givingUp(
    trace,
    relevantSteps(trace).flatMap((relevant, i) => (relevant ? [i] : [])),
  );
  const wanted: Goal = "title" in shows ? { finding: findingId(shows) } : goal;
  const order = decisiveOrder(program, entry, kernel, config, shows.witness, candidates, wanted, {
    transitions,
  });
  return {
    order,
    steps: (order?.steps ?? []).map(
      (i) => `${trace.steps[i]!.taskName}:${trace.steps[i]!.stack.at(-1)!.line}`,
    ),
    because: because(trace, {
      source: (file, line) => files.line(file, line),
      order,
      found: "title" in shows ? shows : null,
      names: namesIn(program),
      length: shows.witness.length,
    }),
  };
}

const STORE_BUFFER = `#include <linux/compiler.h>
int x, y, r0, r1;
void cpu0(void) {
	WRITE_ONCE(x, 1);
	r0 = READ_ONCE(y);
}
void cpu1(void) {
	WRITE_ONCE(y, 1);
	r1 = READ_ONCE(x);
}
`;

const LOST_UPDATE = `int hits = 10;
void cpu0(void) {
	hits++;
}
void cpu1(void) {
	hits++;
}
`;

const AB_BA = `#include <linux/mutex.h>
static DEFINE_MUTEX(a);
static DEFINE_MUTEX(b);
int unrelated;
void cpu0(void) {
	unrelated++;
	mutex_lock(&a);
	mutex_lock(&b);
	mutex_unlock(&b);
	mutex_unlock(&a);
}
void cpu1(void) {
	mutex_lock(&b);
	mutex_lock(&a);
	mutex_unlock(&a);
	mutex_unlock(&b);
}
`;

const USE_AFTER_FREE = (between: string): string => `#include <linux/slab.h>
#include <linux/rcupdate.h>
struct foo { int a; };
struct foo *gp;
int seen;
void setup(void) {
	gp = kmalloc(sizeof(*gp), GFP_KERNEL);
	gp->a = 1;
}
void cpu0(void) {
	struct foo *p;
	rcu_read_lock();
	p = rcu_dereference(gp);
	if (p)
		seen = READ_ONCE(p->a);
	rcu_read_unlock();
}
void cpu1(void) {
	struct foo *old = gp;
	rcu_assign_pointer(gp, NULL);
	${between}
	kfree(old);
}
`;

describe("the steps that decide", () => {
  it("are one read before one write where that is all", async () => {
    const {
      order,
      steps,
      because: why,
    } = await explained(STORE_BUFFER, { outcome: "r0=0; r1=1; x=1; y=1;" });
    expect(steps).toEqual(["cpu0:5", "cpu1:8"]);
    expect(order).toMatchObject({ minimal: true });
    expect(why).toEqual(["CPU0 read y (= 0) at test.c:5 before CPU1 wrote it (= 1) at :8"]);
  });

  it("are three for a lost update: both read, one writes, the other overwrites", async () => {
    const { steps, order } = await explained(LOST_UPDATE, { outcome: "hits=11;" });
    expect(steps).toHaveLength(3);
    expect(new Set(steps)).toEqual(new Set(["cpu0:3", "cpu1:6"]));
    expect(order!.minimal).toBe(true);
  });

  it("are the first lock of each side in a deadlock, whatever else was done before", async () => {
    const { steps, because: why } = await explained(AB_BA, { finding: "INFO: task hung in cpu0" });
    expect(steps.sort()).toEqual(["cpu0:7", "cpu1:13"]);
    expect(why).toEqual([
      "CPU0 waits in mutex_lock(&b) at test.c:8 for CPU1 and holds the lock of 'mutex_lock(&a)' (:7)",
      "CPU1 waits in mutex_lock(&a) at test.c:14 for CPU0 and holds the lock of 'mutex_lock(&b)' (:13)",
      "CPU0 waits for CPU1 waits for CPU0",
    ]);
  });

  it("prove nothing when the search for the proof is cut", async () => {
    expect((await explained(STORE_BUFFER, { outcome: "r0=0; r1=1; x=1; y=1;" }, 5)).order).toBeNull();
    const cut = (await explained(STORE_BUFFER, { outcome: "r0=0; r1=1; x=1; y=1;" }, 20)).order;
    expect(cut?.minimal).toBe(false);
  });
});

describe("use after free", () => {
  it("names the free, the read of the pointer and the missing grace period", async () => {
    const { because: why, steps } = await explained(USE_AFTER_FREE("barrier();"), {
      finding: "KASAN: slab-use-after-free Read in cpu0",
    });
    expect(why).toContain(
      "CPU1 freed the memory in 'kfree(old)' at test.c:22, after CPU0 read gp at :13 and got the pointer",
    );
    expect(why).toContain(
      "CPU0 was inside rcu_read_lock() (test.c:12) from its read of the pointer to its use of it, so no grace period that began in between can have ended before the free",
    );
    expect(steps).toContain("cpu0:13");
    expect(steps).toContain("cpu1:22");
  });

  it("is not there with synchronize_rcu() in between: the pair differs in that line", async () => {
    const { program, entry, config } = await prepareText(USE_AFTER_FREE("synchronize_rcu();"));
    const { findings, complete } = explore(program, entry, kernel, { machine: config });
    expect(complete).toBe(true);
    expect(findings.filter(({ title }) => title.includes("KASAN"))).toEqual([]);
  });
});

describe("what a fatal end kept from coming", () => {
  it("is told: the write that the reader did not wait for", async () => {
    const { because: why, steps } = await explained(
      `#include <linux/compiler.h>
int one;
int *shared;
int seen;
void cpu0(void) {
	WRITE_ONCE(shared, &one);
}
void cpu1(void) {
	int *p = READ_ONCE(shared);
	seen = READ_ONCE(*p);
}
`,
      { finding: "BUG: unable to handle kernel NULL pointer dereference in cpu1" },
    );
    expect(steps).toEqual(["cpu1:9"]);
    expect(why).toEqual([
      "CPU1 read shared (= 0) at test.c:9 before CPU0 came to 'WRITE_ONCE(shared, &one)' at :6",
    ]);
  });
});

describe("a data race", () => {
  const RACE = (held: string): string => `#include <linux/spinlock.h>
static DEFINE_SPINLOCK(l);
int count;
void cpu0(void) {
	spin_lock(&l);
	count = 1;
	spin_unlock(&l);
}
void cpu1(void) {
	${held ? "spin_lock(&l);" : "barrier();"}
	count = 2;
	${held ? "spin_unlock(&l);" : "barrier();"}
}
`;

  it("says what is held at each access", async () => {
    const { because: why } = await explained(RACE(""), { finding: "KCSAN: data-race in cpu0 / cpu1" });
    expect(why[0]).toMatch(
      /CPU\d's plain write of count \(test\.c:\d+\) and CPU\d's plain write of it \(:\d+\)/,
    );
    expect(why[1]).toBe("no lock is held at both: CPU0 holds that of 'spin_lock(&l)' (test.c:5), CPU1 none");
  });

  it("is none when both hold it", async () => {
    const { program, entry, config } = await prepareText(RACE("both"));
    expect(explore(program, entry, kernel, { machine: config }).findings).toEqual([]);
  });
});
