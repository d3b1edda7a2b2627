// Every report of a detector is read as the public tools read a kernel log. The expressions are ours, made from the
// forms that syzkaller's pkg/report/linux.go looks for (title, then what must follow) and from the way in which
// decode_stacktrace.sh finds a frame.

import { readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findingsOf, PROGRAMS } from "./support.js";

const FUNC = "([a-zA-Z0-9_]+)(?:\\.|\\+)";
const SRC = "([a-zA-Z0-9-_/.]+\\.[a-z]+:[0-9]+)";
const PC = "\\[\\<?(?:0x)?[0-9a-f]+\\>?\\]";
const AT = `at: (?:${PC} +)?${FUNC}`;
const LINES = "(?:.*\\n)+?.*";

/** By the beginning of the title: what the log must say. */
const PATTERNS: readonly (readonly [title: RegExp, log: string])[] = [
  [/^KCSAN: data-race in /, "BUG: KCSAN: (data-race in .*)\\n"],
  [/^KCSAN: assert: race in /, "BUG: KCSAN: (assert: race in .*)\\n"],
  [
    /^KASAN: (double|invalid)-free in /,
    `BUG: KASAN: (?:double|invalid)-free in ${FUNC}${LINES}Free of addr [0-9a-f]{16}`,
  ],
  [/^KASAN: /, `BUG: KASAN: ([a-z\\-]+) in ${FUNC}${LINES}(Read|Write) of size (?:[0-9]+)`],
  [/^UBSAN: /, "UBSAN: (.*?) in (.+:[0-9]+)"],
  [/^KMSAN: /, `BUG: KMSAN: ([a-z\\-]+) in ${FUNC}`],
  [/^BUG: per-CPU /, "BUG: per-CPU .* in [a-z0-9_]+\\n"],
  [/^BUG: unable to handle kernel NULL/, `BUG: kernel NULL pointer dereference${LINES}RIP: 0010:${FUNC}`],
  [/^BUG: spinlock recursion in /, `BUG: spinlock (recursion)${LINES}Call Trace:`],
  [/^BUG: sleeping function called /, `BUG: sleeping function called from invalid context at (.*)\\n`],
  [/^BUG: scheduling while atomic in /, "BUG: scheduling while atomic: [^/]+/[0-9]+/0x[0-9a-f]{8}"],
  [/^BUG: using __this_cpu_/, "BUG: using __this_cpu_([a-z_]+)\\(\\) in preemptible"],
  [
    /^BUG: using smp_processor_id/,
    "BUG: using smp_processor_id\\(\\) in preemptible \\[00000000\\] code: .*/[0-9]+",
  ],
  [
    /^BUG: Invalid wait context in /,
    `\\[ BUG: Invalid wait context \\]${LINES}is trying to lock${LINES}${AT}`,
  ],
  [
    /^memory leak in /,
    `BUG: memory leak\\nunreferenced object 0x[0-9a-f]{16} \\(size [0-9]+\\):${LINES}[^k] backtrace:`,
  ],
  [/^WARNING: refcount bug in /, "WARNING: .*lib/refcount\\.c.* refcount_"],
  [/^WARNING: ODEBUG bug in /, "WARNING: .*lib/debugobjects\\.c.* (?:debug_print|debug_check)"],
  [/^WARNING: suspicious RCU usage in /, `WARNING: suspicious RCU usage(?:.*\\n)+?.*?${SRC}`],
  [
    /^WARNING: bad unlock balance in /,
    `WARNING: bad unlock balance detected!(?:.*\\n){0,15}?.*is trying to release lock(?:.*\\n){0,15}?.*${PC} +${FUNC}`,
  ],
  [/^WARNING: held lock freed in /, `WARNING: held lock freed!(?:.*\\n)+?.*at:(?: ${PC})? +${FUNC}`],
  [/^WARNING: lock taken in .* held at exit/, `WARNING: .*still has locks held!${LINES}${AT}`],
  [/^WARNING: .* at exit$/, "WARNING: .* at exit\\n"],
  [/^WARNING in /, `WARNING: ${SRC} at ${FUNC}`],
  [/^inconsistent lock state in /, `WARNING: inconsistent lock state${LINES}takes${LINES}${AT}`],
  [
    /^possible deadlock in /,
    `WARNING: (?:possible circular locking dependency detected|possible recursive locking detected|(?:HARD|SOFT)IRQ-safe -> (?:HARD|SOFT)IRQ-unsafe lock order detected)${LINES}is trying to acquire${LINES}${AT}`,
  ],
  [/^INFO: rcu detected stall in /, "INFO: rcu_(?:preempt|sched|bh) (?:self-)?detected(?: expedited)? stall"],
  [/^INFO: task hung in /, "INFO: task .* blocked for more than [0-9]+ seconds"],
  [/^BUG: soft lockup in /, "watchdog: BUG: soft lockup - CPU#[0-9]+ stuck for [0-9]+s"],
  [/^kernel BUG in /, "kernel BUG at (.*)!"],
];

/** A stack frame as decode_stacktrace.sh and syzkaller take it. */
const FRAME =
  /^ *(?:\[<?(?:[0-9a-f]+)>?\] ?){0,2}[ \t]+(?:[0-9]+:)?([a-zA-Z0-9_.]+)\+0x([0-9a-f]+)\/0x([0-9a-f]+)/;

const programs = readdirSync(PROGRAMS).filter((name) => !name.endsWith(".fixed.c"));

describe.each(programs)("%s", (name) => {
  const { splats, exploration } = findingsOf(name);

  test.each(exploration.findings.map(({ title }) => title))("%s", (title) => {
    const text = splats.get(title)!;
    const pattern = PATTERNS.find(([beginning]) => beginning.test(title));
    expect(pattern, "no public form is known for this title").toBeDefined();
    expect(text).toMatch(new RegExp(pattern![1]));
    expect(text).not.toMatch(/undefined|NaN|\[object/);
    // Whatever stands between <TASK> and </TASK> is a frame.
    for (const stack of text.matchAll(/^ <TASK>\n([\s\S]*?)^ <\/TASK>$/gm)) {
      for (const line of stack[1]!.trimEnd().split("\n")) expect(line).toMatch(FRAME);
    }
  });
});

/** The whole of a report, with what differs between builds replaced. */
function shown(name: string, title: string): string {
  return findingsOf(name)
    .splats.get(title)!
    .replaceAll("test/detectors/programs/", "")
    .replace(/ffff888[0-9a-f]{9}/g, "ADDRESS")
    .replace(/\+0x[0-9a-f]+\/0x[0-9a-f]+/g, "+0xO/0xS");
}

describe("what the reports say", () => {
  test("both accesses of a race, the writer first, and what it changes", () => {
    expect(shown("kcsan-plain-marked.c", "KCSAN: data-race in cpu0 / cpu1")).toBe(`\
==================================================================
BUG: KCSAN: data-race in cpu0 / cpu1

write to 0xADDRESS of 4 bytes by task 101 on cpu 0:
 cpu0+0xO/0xS kcsan-plain-marked.c:13

read (marked) to 0xADDRESS of 4 bytes by task 102 on cpu 1:
 cpu1+0xO/0xS kcsan-plain-marked.c:18

value changed: 0x0000000000000000 -> 0x0000000000000001

Reported by smplab on:
CPU: 1 UID: 0 PID: 102 Comm: cpu1 Not tainted smplab-0 #0 PREEMPT(full)
==================================================================
`);
  });

  test("an assertion says what it forbids", () => {
    const text = shown("kcsan-assert-writer.c", "KCSAN: assert: race in cpu0 / cpu1");
    expect(text).toMatch(/^assert no writes to 0xADDRESS of 4 bytes by task 101 on cpu 0:\n cpu0\+/m);
    expect(text).toMatch(/^write \(marked\) to 0xADDRESS of 4 bytes by task 102 on cpu 1:\n cpu1\+/m);
    const access = shown("kcsan-assert-access.c", "KCSAN: assert: race in cpu0 / cpu1");
    expect(access).toMatch(/^assert no accesses to 0xADDRESS/m);
    expect(access).toMatch(/^read \(marked\) to 0xADDRESS/m);
  });

  test("who allocated, who freed, and the call_rcu() between them", () => {
    const text = shown("kasan-call-rcu.c", "KASAN: slab-use-after-free Read in cpu1");
    expect(text).toMatch(/^Allocated by task 100:\n setup\+0xO\/0xS kasan-call-rcu\.c:\d+\n\n/m);
    expect(text).toMatch(/^Freed by task \d+:\n reclaim\+0xO\/0xS kasan-call-rcu\.c:\d+\n/m);
    expect(text).toMatch(/^Last potentially related work creation:\n call_rcu\+.*\n cpu0\+/m);
    expect(text).toMatch(/located 0 bytes inside of\n freed 24-byte region \[ADDRESS, ADDRESS\)/);
    expect(text).toMatch(/^>ADDRESS: .*fb fb fb/m);
  });

  test("the line that decides by a value, though no context rests there", () => {
    // Between two steps: neither the call in front of it nor the load that brought the value.
    expect(shown("kmsan-local.c", "KMSAN: uninit-value in start")).toMatch(
      /start\+0xO\/0xS kmsan-local\.c:16$/m,
    );
  });

  test("what was called to get memory and to give it back", () => {
    const made = (name: string) =>
      /^Uninit was created at:\n (.*)\n/m.exec(shown(name, "KMSAN: uninit-value in main"));
    expect(made("kmsan-malloc.c")?.[1]).toBe("malloc+0xO/0xS");
    expect(made("kmsan-heap.c")?.[1]).toBe("kmalloc+0xO/0xS");
    const freed = (name: string, who: string) =>
      /^ <TASK>\n (.*)\n/m.exec(shown(name, `KASAN: double-free in ${who}`));
    expect(freed("kasan-free.c", "main")?.[1]).toBe("free+0xO/0xS");
    expect(freed("kasan-double-free.c", "cpu1")?.[1]).toBe("kfree+0xO/0xS");
  });

  test("how far behind an object an access lies", () => {
    const text = shown("kasan-slab-out-of-bounds.c", "KASAN: slab-out-of-bounds Write in main");
    expect(text).toMatch(/^The buggy address is located 0 bytes to the right of\n allocated 20-byte region/m);
    expect(text).toMatch(/^Allocated by task 100:/m);
    expect(text).not.toMatch(/^Freed by/m);
  });

  test("the global that was left", () => {
    const { splats } = findingsOf("kasan-global-out-of-bounds.c");
    expect(splats.get("KASAN: global-out-of-bounds Read in main")).toContain(
      "The buggy address belongs to the variable:\n table+0x18/0x18\n",
    );
  });

  test("an access and a stack of an interrupt", () => {
    const race = shown("kcsan-interrupt.c", "KCSAN: data-race in cpu1 / handler");
    expect(race).toMatch(
      /^read-write \(marked\) to 0xADDRESS of 4 bytes by interrupt on cpu 0:\n handler\+/m,
    );
    const sleeping = shown(
      "atomic-sleep-handler.c",
      "BUG: sleeping function called from invalid context in handler",
    );
    expect(sleeping).toContain("Call Trace:\n <IRQ>\n");
  });

  test("a chain of three locks, newest dependency first", () => {
    const text = shown("lockdep-chain.c", "possible deadlock in third");
    expect(text).toMatch(
      /^cpu1\/102 is trying to acquire lock:\nADDRESS \(a\)\{\+\.\+\.\}-\{4:4\}, at: third\+/m,
    );
    expect(text).toMatch(
      /^but task is already holding lock:\nADDRESS \(c\)\{\+\.\+\.\}-\{4:4\}, at: cpu1\+/m,
    );
    expect([...text.matchAll(/^-> #(\d) \((\w)\)/gm)].map(([, n, lock]) => `${n}${lock}`)).toEqual([
      "2c",
      "1b",
      "0a",
    ]);
    expect(text).toContain("Chain exists of:\n  a --> b --> c\n");
    expect(text).toContain("  lock(c);\n                               lock(b);\n");
  });

  test("use in softirq context and with softirqs on, as lockdep writes it", () => {
    const text = shown("lockdep-irq-safety.c", "inconsistent lock state in reclaim");
    expect(text).toContain("inconsistent {SOFTIRQ-ON-W} -> {IN-SOFTIRQ-W} usage.\n");
    expect(text).toMatch(/\(lock\)\{\+\.\?\.\}-\{3:3\}, at: reclaim\+/);
    expect(text).toMatch(/^\{SOFTIRQ-ON-W\} state was registered at:\n {2}cpu0\+/m);
  });

  test("a lock without a name of its own is called as the C calls it", () => {
    const text = shown("lockdep-held-lock-freed.c", "WARNING: held lock freed in main");
    expect(text).toMatch(/^main\/100 is freeing memory ADDRESS-ADDRESS, with a lock still held there!$/m);
    expect(text).toMatch(/^ADDRESS \(&p->lock\)\{\+\.\+\.\}-\{4:4\}, at: main\+/m);
  });

  test("what is held where a function must not sleep", () => {
    const text = shown("atomic-sleep-mutex.c", "BUG: sleeping function called from invalid context in main");
    expect(text).toContain("in_atomic(): 1, irqs_disabled(): 0, non_block: 0, pid: 100, name: main\n");
    expect(text).toContain("preempt_count: 1, expected: 0\nRCU nest depth: 0, expected: 0\n");
    expect(text).toMatch(
      /^1 lock held by main\/100:\n #0: ADDRESS \(lock\)\{\+\.\+\.\}-\{3:3\}, at: main\+/m,
    );
    expect(text).toMatch(/^ __might_resched\+0xO\/0xS\n mutex_lock\+0xO\/0xS\n main\+/m);
  });

  test("who waits for whom, also beside a task that still runs", () => {
    for (const name of ["deadlock-order.c", "deadlock-beside-a-spinner.c"]) {
      const text = shown(name, "INFO: task hung in cpu0");
      expect(text).toMatch(
        /^INFO: task cpu0:101 is blocked in mutex_lock\(&b\) likely owned by task cpu1:102\.$/m,
      );
      expect(text).toMatch(
        /^INFO: task cpu1:102 is blocked in mutex_lock\(second\) likely owned by task cpu0:101\.$/m,
      );
      expect(text).not.toContain("cpu2");
    }
  });

  test("the reader that keeps a grace period", () => {
    const text = shown("rcu-endless-reader.c", "INFO: rcu detected stall in cpu1");
    expect(text).toMatch(/^rcu: \tTasks blocked on .*: P102\/1:b\.\.l$/m);
    expect(text).toContain("the grace period that cpu0/101 waits for can never end");
  });

  test("where a lost object was allocated", () => {
    expect(shown("kmemleak.c", "memory leak in replace")).toBe(`\
BUG: memory leak
unreferenced object 0xADDRESS (size 24):
  comm "main", pid 100, jiffies 0
  backtrace:
    replace+0xO/0xS kmemleak.c:12
    main+0xO/0xS kmemleak.c:20
`);
  });
});
