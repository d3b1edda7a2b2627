import { expect, test } from "vitest";
import type { Finding } from "../../../interpreter/machine/finding.js";
import type { Trace } from "../../../src/explore/result.js";
import { call, splat } from "../../../src/report/splat.js";
import { finding, frame, step, trace } from "../fixtures/exploration.js";
import { lostUpdate, names, raceFinding } from "../fixtures/review.js";

const config = { cpus: 2, preempt: "full", rcu: "preempt" } as const;

function printed(title: string, f: Finding, t: Trace, length = 0): string[] {
  const [first, ...rest] = splat(title, f, t, { version: "0.1.0", config, names, length });
  expect(first).toBe("# emulated by smplab 0.1.0, not a running kernel");
  return rest;
}

/** A run of one step that reports the finding. */
function reported(f: Finding): Trace {
  return trace([
    step(1, 0, [frame("writer", "demo.c", 44, 6, 12), frame("main_loop", "scenario.c", 9, 1, 3)], {
      findings: [f],
    }),
  ]);
}

const IDENTITY = "CPU: 0 UID: 0 PID: 101 Comm: mapper Not tainted smplab-0.1.0 #0 PREEMPT(full)";
const STACK = [
  "Call Trace:",
  " <TASK>",
  " writer+0x6/0xc demo.c:44",
  " main_loop+0x1/0x3 scenario.c:9",
  " </TASK>",
];

test("a data race names both accesses, the other one first", () => {
  expect(printed("KCSAN: data-race in stat_update / stat_update", raceFinding, lostUpdate(), 3)).toEqual([
    "==================================================================",
    "BUG: KCSAN: data-race in stat_update / stat_update",
    "",
    "write to 0xffff888100010040 of 8 bytes by task 101 on cpu 0:",
    " stat_update+0x1/0x9 mm/demo.c:42",
    " writer+0x1/0x9 demo_test.c:12",
    "",
    "read to 0xffff888100010040 of 8 bytes by task 102 on cpu 1:",
    " stat_update+0x1/0x9 mm/demo.c:41",
    " writer+0x1/0x9 demo_test.c:12",
    "",
    "value changed: 0x0000000000000000 -> 0x0000000000000001",
    "",
    "Reported by smplab on:",
    "CPU: 1 UID: 0 PID: 102 Comm: mover Not tainted smplab-0.1.0 #0 PREEMPT(full)",
    "==================================================================",
  ]);
});

test("KASAN", () => {
  const f = finding("kasan:slab-use-after-free", { address: 0x20008, size: 4, fatal: true });
  expect(printed("t", f, reported(f))).toEqual([
    "==================================================================",
    "BUG: KASAN: slab-use-after-free in writer+0x6/0xc demo.c:44",
    "Read of size 4 at addr ffff888100020008 by task mapper/101",
    "",
    IDENTITY,
    ...STACK,
    "==================================================================",
  ]);
});

test("a NULL dereference keeps the address that the C computed", () => {
  const f = finding("kasan:null-ptr-deref", { address: 8, size: 8, fatal: true });
  const lines = printed("t", f, reported(f));
  expect(lines[0]).toBe("BUG: kernel NULL pointer dereference, address: 0000000000000008");
  expect(lines).toContain("RIP: 0010:writer+0x6/0xc demo.c:44");
});

test("WARN has the banner of v6.19, with the condition in front", () => {
  const f = finding("warning", { text: "!list_empty(&q->list)" });
  expect(printed("t", f, reported(f))).toEqual([
    "------------[ cut here ]------------",
    "!list_empty(&q->list)",
    "WARNING: demo.c:44 at writer+0x6/0xc demo.c:44, CPU#0: mapper/101",
    "Modules linked in:",
    IDENTITY,
    ...STACK,
    "---[ end trace 0000000000000000 ]---",
  ]);
});

test("BUG, RCU, sleeping, per-CPU", () => {
  const head = (f: Finding): string | undefined =>
    printed("t", f, reported(f)).find((line) => !/^[-=]/.test(line));
  expect(head(finding("bug"))).toBe("kernel BUG at demo.c:44!");
  expect(
    printed("t", finding("rcu", { text: "suspicious rcu_dereference_check() usage!" }), trace([])),
  ).toContain("mm/demo.c:40 suspicious rcu_dereference_check() usage!");
  expect(head(finding("atomic-sleep"))).toBe(
    "BUG: sleeping function called from invalid context at demo.c:44",
  );
  expect(head(finding("preemptible", { text: "__this_cpu_add()" }))).toBe(
    "BUG: using __this_cpu_add() in preemptible [00000000] code: mapper/101",
  );
});

test("a failed expectation of the checks at the end has a place but no step", () => {
  const f = finding("expectation", { task: 0, site: 3, text: "Expected sum == 2, but\n    sum == 1 (0x1)" });
  expect(printed("t", f, trace([], { findingsAtEnd: [f] })).slice(0, 3)).toEqual([
    "    # EXPECTATION FAILED at mm/demo.c:43",
    "    Expected sum == 2, but",
    "        sum == 1 (0x1)",
  ]);
});

test("a deadlock says of each task what it waits for and who has it", () => {
  const t = trace([], {
    end: "deadlock",
    waiting: [
      {
        task: 1,
        taskName: "mapper",
        cpu: 0,
        op: "mutex_lock",
        what: "&b",
        holder: 2,
        kept: false,
        spins: false,
        held: [],
        section: -1,
        touches: [],
        stack: [frame("one", "a.c", 4)],
      },
      {
        task: 2,
        taskName: "mover",
        cpu: 1,
        op: "mutex_lock",
        what: "&a",
        holder: 1,
        kept: false,
        spins: false,
        held: [],
        section: -1,
        touches: [],
        stack: [],
      },
    ],
  });
  const lines = printed("t", finding("deadlock"), t);
  expect(lines).toContain("INFO: task mapper:101 blocked for more than 120 seconds, in fact for ever.");
  expect(lines).toContain(
    "INFO: task mapper:101 is blocked in mutex_lock(&b) likely owned by task mover:102.",
  );
});

test("a kind without a form of its own gets the general one", () => {
  const f = finding("brand-new-kind", { text: "some words" });
  expect(printed("new thing in writer", f, reported(f))).toEqual([
    "new thing in writer",
    "some words",
    IDENTITY,
    ...STACK,
  ]);
});

test("calls are not wrapped twice", () => {
  expect(call("spin_lock", "&a")).toBe("spin_lock(&a)");
  expect(call("spin_lock", "spin_lock(&a)")).toBe("spin_lock(&a)");
});

test("the title line is what syzkaller's patterns look for", () => {
  // https://github.com/google/syzkaller/blob/master/pkg/report/linux.go, reduced to what these need.
  const race = printed("KCSAN: data-race in a / b", raceFinding, lostUpdate(), 3).join("\n");
  expect(race).toMatch(/BUG: KCSAN: (.*)\n/);
  const f = finding("kasan:slab-use-after-free", { address: 0x20008, size: 4 });
  expect(printed("t", f, reported(f)).join("\n")).toMatch(
    /BUG: KASAN: ([a-z-]+) in ([a-zA-Z0-9_]+)(?:\.|\+)[\s\S]*(Read|Write) of size ([0-9]+)/,
  );
});
