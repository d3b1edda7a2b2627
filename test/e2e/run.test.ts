import { describe, expect, test } from "vitest";
import { expectRefused, smplab } from "./program.js";

const program = (name: string): string => `test/e2e/programs/${name}.c`;

/** The lines of herd's form in a report. */
function herdLines(out: string): string[] {
  const lines = out.split("\n");
  const from = lines.findIndex((line) => line.startsWith("Test "));
  const to = lines.findIndex((line) => line.startsWith("Observation "));
  return lines.slice(from, to < 0 ? from + 6 : to + 1);
}

/** "exists ..." of the report's own replay line. */
function token(out: string): string {
  return /smplab replay (v1:[\w-]+)/.exec(out)?.[1] ?? "";
}

describe("smplab run", () => {
  test("cpu0() and cpu1() together: the outcomes of a store buffer test under sequential consistency", () => {
    const said = smplab(["run", program("store-buffer")]);
    expect(herdLines(said.out)).toEqual([
      "Test store-buffer Allowed",
      "States 3",
      "r0=0; r1=1; x=1; y=1;",
      "r0=1; r1=0; x=1; y=1;",
      "r0=1; r1=1; x=1; y=1;",
      "No",
      "Witnesses",
      "Positive: 0 Negative: 3",
      "Condition exists (r0=0 /\\ r1=0)",
      "Observation store-buffer Never 0 3",
    ]);
    expect(said.out).toContain("exhaustive");
    expect(said.out).toContain("sequential consistency only");
    // An exists asks; whatever the answer, nothing went wrong.
    expect(said.code).toBe(0);
  });

  test("a search by traces that goes round a loop is cut soon and names the search that does not", () => {
    const traces = smplab(["run", program("polls-under-lock"), "--search", "traces"]);
    expect(traces.code).toBe(4);
    expect(traces.out).toContain("verdict   not decided: a run of 100000 steps");
    expect(traces.out.replace(/\s+/g, " ")).toContain("way out A run goes round in a loop");
    const states = smplab(["run", program("polls-under-lock"), "--search", "states"]);
    expect(states).toMatchObject({ code: 0, out: expect.stringContaining("verdict   no findings") });
  });

  test("a number is no address, however great it is", () => {
    const said = smplab(["run", program("numbers-and-pointers")]);
    expect(said.out).toMatch(/WRITE_ONCE\(place, .*\(= 0xffff8881[0-9a-f]{8}\)/);
    const steps = smplab(["replay", token(said.out)]).out;
    expect(steps).toMatch(/WRITE_ONCE\(bytes, 100000\);.*\(= 100000\)/);
    expect(steps).toMatch(/long \*at = xchg\(.*\(0xffff8881[0-9a-f]{8} -> 0\)/);
    expect(steps).not.toContain("0xffff8881000186a0");
  });

  test("--condition goes before the file's own", () => {
    const said = smplab(["run", program("store-buffer"), "--condition", "forall (r0=1 \\/ r1=1)"]);
    expect(said.out).toContain("Observation store-buffer Always 3 0");
    expect(said.code).toBe(0);
  });

  test("a condition over what is not observed is refused", () => {
    expectRefused(
      smplab(["run", program("store-buffer"), "--condition", "exists (q=1)"]),
      2,
      "q",
      "r0, r1, x, y",
    );
  });

  test("a lost update is found: data race and both outcomes, after setup()", () => {
    const said = smplab(["run", program("lost-update")]);
    expect(herdLines(said.out).slice(0, 4)).toEqual(["Test lost-update", "States 2", "hits=11;", "hits=12;"]);
    expect(said.out).toContain("BUG: KCSAN: data-race in cpu0 / cpu1");
    expect(said.out).toContain("# emulated by smplab");
    expect(said.out).toMatch(/^ +11 {2}hits\+\+;/m);
    expect(said.code).toBe(1);
  });

  test("the token of a finding replays the same run", () => {
    const said = smplab(["run", program("lost-update")]);
    const replayed = smplab(["replay", token(said.out)]);
    expect(replayed.code).toBe(0);
    expect(replayed.out).toContain("replay    lost-update");
    expect(replayed.out).toContain("hits++;");
    expect(replayed.out).not.toContain("warning");
  });

  test("a deadlock names who waits for what", () => {
    const said = smplab(["run", program("ab-ba")]);
    expect(said.out).toContain("*** DEADLOCK ***");
    expect(said.out).toMatch(
      /CPU0 cpu0 waits in mutex_lock\(.*b\).* at test\/e2e\/programs\/ab-ba\.c:11, held by cpu1/,
    );
    expect(said.out).toContain("done=2;");
    expect(said.code).toBe(1);
  });

  test("a finding says why it comes, what proves it, and what would have prevented it", () => {
    const { out } = smplab(["run", "test/detectors/programs/kasan-double-free.c"]);
    const text = out.replace(/\s+/g, " ");
    expect(text).toContain(
      "because - CPU1 changed users.counter (1 -> 0) at kasan-double-free.c:20 after CPU0 changed it (2 -> 1) at :20",
    );
    expect(text).toMatch(
      /proof every run that keeps these 4 steps in this order shows the same, .* \(\d+ states searched\)/,
    );
    // Two steps where atomic_dec_and_test() is one.
    expect(text).toMatch(
      /prevented .*no run in which CPU0 does 'atomic_dec\(&users\); return atomic_read\(&users\) == 0' \(:20\) in one go and CPU1 does .* in one go shows it/,
    );
  });

  test("a step behind the finding may be part of what would have prevented it", () => {
    const { out, code } = smplab(["run", program("late-reference")]);
    expect(code).toBe(1);
    expect(out).toContain("WARNING: refcount bug in cpu1");
    // By the line of C, not by the variables of the macro.
    expect(out.replace(/\s+/g, " ")).toContain(
      "CPU1 changed 0 -> 1 in 'refcount_inc(&o->refs)' at late-reference.c:38 after CPU0 changed 1 -> 0",
    );
    expect(out).not.toContain("__smplab");
  });

  test("a broken assertion stands in the shortest schedule, with the access that breaks it", () => {
    const { out } = smplab(["run", program("second-writer")]);
    expect(out).toMatch(
      /shortest schedule:[\s\S]* if \(READ_ONCE\(go\)\) .*\n +\*\*\* KCSAN: assert: race in cpu0 \/ cpu1 \*\*\*\n/,
    );
    expect(out.replace(/\s+/g, " ")).toContain(
      "because - CPU1's marked write of x (second-writer.c:18) can come while CPU0 is at 'ASSERT_EXCLUSIVE_WRITER(x)' (:11), where an assertion forbids it",
    );
  });

  test("a move to another CPU stands in the schedule, and two tasks of one name are told apart", () => {
    const { out } = smplab(["run", program("moved-counter")]);
    const text = out.slice(out.indexOf("EXPECTATION FAILED"));
    expect(text).toMatch(/CPU0 \(count\/101, count\/102\) +CPU1 \(count\)\n/);
    expect(text).toMatch(/moves to CPU 0\n +-- count\/102 --\n/);
    expect(text.replace(/\s+/g, " ")).toContain("moved-counter.c:11 before count/102 moved to CPU 0");
    // Both wrote 1: neither left what the other had written "as it was".
    expect(text).toContain("before count/101 wrote 1");
  });

  test("an exchange that failed changed nothing", () => {
    const { out } = smplab(["run", program("late-exchange")]);
    expect(out).toMatch(/cmpxchg\(&shared.* {2}\(stays 0xffff[0-9a-f]+\)\n/);
    expect(out).toContain(
      "because   - CPU0 left shared as it was at late-exchange.c:12 after CPU1 changed it at :19",
    );
  });

  test("main() alone runs once and prints", () => {
    const said = smplab(["run", program("hello")]);
    expect(said.out).toBe("hello 1\nhello 2\nhello 3\n");
    expect(said.code).toBe(0);
  });

  test("--json is one object", () => {
    const said = smplab(["run", program("lost-update"), "--json"]);
    const json = JSON.parse(said.out);
    expect(json).toMatchObject({
      schemaVersion: 1,
      verdict: "failed",
      cases: [{ name: "lost-update", complete: true }],
    });
    expect(json.cases[0].outcomes.map((o: { values: unknown }) => o.values)).toEqual([
      { hits: 11 },
      { hits: 12 },
    ]);
    expect(json.cases[0].findings[0].shown.replay).toMatch(/^v1:/);
  });

  test("--json spells out the runs behind some thousand steps, the others have their tokens", () => {
    const said = smplab(["run", program("many-ends"), "--json"]);
    const { outcomes } = JSON.parse(said.out).cases[0];
    expect(outcomes.length).toBe(861);
    const spelt = outcomes.filter((o: { shown: { trace: unknown } }) => o.shown.trace !== null);
    expect(spelt.length).toBeGreaterThan(300);
    expect(spelt.length).toBeLessThan(600);
    expect(outcomes.at(-1).shown.trace).toBeNull();
    expect(outcomes.at(-1).shown.replay).toMatch(/^v1:/);
  });

  test("colour only where it is wanted", () => {
    const args = ["run", program("lost-update")];
    const sequence = "\x1b[";
    expect(smplab(args).out).not.toContain(sequence);
    expect(smplab(args, { env: { FORCE_COLOR: "1" } }).out).toContain(sequence);
    expect(smplab([...args, "--no-color"], { env: { FORCE_COLOR: "1" } }).out).not.toContain(sequence);
    expect(smplab(args, { env: { NO_COLOR: "1" } }).out).not.toContain(sequence);
  });
});

describe("bad programs are refused or cut in one paragraph", () => {
  test("C outside of what smplab compiles", () => {
    expectRefused(smplab(["run", program("assembly")]), 3, "assembly.c:6:", "asm", "does not compile");
  });

  test("syntax errors and undeclared names, several in one go", () => {
    const said = smplab(["run", program("syntax")]);
    expectRefused(said, 3, "syntax.c:5:9: error: expected ',' or ';' before 'return'", "does not compile");
  });

  test("what each stage of the compiler finds, in one run", () => {
    const said = smplab(["run", program("several")]);
    expectRefused(
      said,
      3,
      "several.c:3:11: error: stray '@' in program",
      "several.c:7:17: error: expected ')' before 'a'",
      "several.c:11:16: error: 'undeclared' undeclared (first use in this function)",
    );
  });

  test("a file with nothing to run", () => {
    expectRefused(
      smplab(["run", program("nothing")]),
      3,
      "holds nothing to run",
      "cpu0()",
      "docs/scenarios.md",
    );
  });

  test("a suite that is not registered", () => {
    expectRefused(smplab(["run", program("unregistered")]), 3, "lonely", "kunit_test_suite(lonely);");
  });

  test("a comment that asks for what there is not", () => {
    expectRefused(
      smplab(["run", program("bad-header")]),
      3,
      "bad-header.c:3:12:",
      "cpus=99",
      "cpus=1 to cpus=8",
    );
  });

  test("an endless loop is cut, in main() and in a task", () => {
    for (const name of ["endless", "endless-task"]) {
      const said = smplab(["run", program(name), "--time", "2"]);
      expect(said.out).toMatch(
        /^verdict {3}not decided: \w+\(\) at test\/e2e\/programs\/endless.*\.c:\d+:\d+/m,
      );
      expect(said.out).toContain(
        "way out   A loop that waits for another task must read what that task writes;",
      );
      expect(said.out.trim().split(/\n\s*\n/)).toHaveLength(1);
      expect(said.code).toBe(4);
    }
  });

  test("allocation without end comes to an end", () => {
    const said = smplab(["run", program("allocates")]);
    expect(said.out.replace(/\s+/g, " ")).toContain(
      "not decided: not supported: main() has used up the memory that a task may allocate in one run",
    );
    expect(said.out).toContain("way out   This says nothing about the C");
    expect(said.code).toBe(4);
  });
});
