import { describe, expect, test } from "vitest";
import { expectRefused, smplab } from "./program.js";

const DEMO = ["--tree", "test/e2e/tree", "--scenario", "test/e2e/demo_test.c"];
const review = (patch: string, ...more: string[]) =>
  smplab(["review", `test/e2e/${patch}`, ...DEMO, ...more]);

describe("smplab review", () => {
  test("a fix: outcome and data race are gone, each with a schedule and a token", () => {
    const said = review("fix.diff");
    expect(said.out).toMatch(/\| +sum=1; +\| 1 +\| 0 +\| gone \|/);
    expect(said.out).toMatch(/\| +sum=2; +\| \d+ +\| \d+ +\| same \|/);
    expect(said.out).toMatch(/\| KCSAN: data-race in stat_update \/ stat_update +\| \d+ +\| 0 +\| gone \|/);
    expect(said.out).toContain("schedule, before the patch:");
    expect(said.out).toMatch(/^ +10 {2}stat\+\+;/m);
    expect(said.out).toContain("Observation demo.two_writers:before Sometimes 1 1");
    expect(said.out).toContain("Observation demo.two_writers:after Never 0 1");
    expect(said.out).toContain("[k] stat_update");
    expect(said.out.trimEnd().split("\n").at(-1)).toBe(
      "verdict   behaviour changed: 0 new, 2 gone, 1 the same",
    );
    expect(said.code).toBe(1);
  });

  test("taken the other way round the same differences are new", () => {
    const reversed = smplab(["apply", "test/e2e/fix.diff", "--tree", "test/e2e/tree"]).out;
    expect(reversed).toContain("+\tatomic_long_inc(&stat);");
  });

  test("a comment changes nothing: exit code 0", () => {
    const said = review("comment.diff");
    expect(said.out.trimEnd().split("\n").at(-1)).toMatch(
      /^verdict {3}nothing new: all 3 outcomes and findings are the same$/,
    );
    expect(said.code).toBe(0);
  });

  test("what a patch adds beside a finding of the same title is new", () => {
    const options = ["--tree", "test/e2e/tree", "--scenario", "test/e2e/alike_test.c"];
    const said = smplab(["review", "test/e2e/alike.diff", ...options]);
    const rows = [...said.out.matchAll(/^\| ((?:WARNING|KCSAN).*?) +\| (\d) +\| (\d) +\| (\w+) +\|$/gm)];
    // The second WARN_ON(left < 10) reads like the one that was there; its neighbours tell which is which.
    expect(rows.map(([, label, before, after, change]) => `${change} ${label} ${before} ${after}`)).toEqual([
      "new WARNING in pair_check (left < 10, mm/alike.c:15) 0 1",
      "new WARNING in pair_check (right < 10) 0 1",
      "new WARNING: refcount bug in pair_check (mm/alike.c:17) 0 1",
      "new KCSAN: data-race in pair_read / pair_write (pair.right) 0 1",
      "same WARNING in pair_check (left < 10, mm/alike.c:13) 1 1",
      "same WARNING: refcount bug in pair_check (mm/alike.c:16) 1 1",
      "same KCSAN: data-race in pair_read / pair_write (pair.left) 1 1",
    ]);
    expect(said.out).toContain("\nWARNING: mm/alike.c:15 at pair_check+");
    expect(said.out).toContain("behaviour changed: 4 new, 0 gone, 5 the same");
    const json = JSON.parse(smplab(["review", "test/e2e/alike.diff", ...options, "--json"]).out);
    const keys = json.reviews[0].cases[0].findings.map(
      (row: { key: string; change: string }) => `${row.change} ${row.key}`,
    );
    expect(keys).toEqual([
      "same WARNING in pair_check | left < 10",
      "new WARNING in pair_check | left < 10 #2",
      "new WARNING in pair_check | right < 10",
      "same WARNING: refcount bug in pair_check | decrement hit 0; leaking memory.",
      "new WARNING: refcount bug in pair_check | decrement hit 0; leaking memory. #2",
    ]);
  });

  test("--exit-zero ends with 0 although behaviour changed", () => {
    expect(review("fix.diff", "--exit-zero").code).toBe(0);
  });

  test("a patch from standard input, and its token with the patch saved", () => {
    const { out: diff } = smplab(["apply", "test/e2e/fix.diff", "--tree", "test/e2e/tree"]);
    const said = smplab(["review", ...DEMO], { stdin: diff });
    expect(said.code).toBe(1);
    const word = /smplab replay (v1:[\w-]+)/.exec(said.out)![1]!;
    // What happened before the patch needs no patch.
    expect(smplab(["replay", word]).out).toContain("before the patch");
  });

  test("each token shows its run again, step by step, on its side", () => {
    const json = JSON.parse(review("fix.diff", "--json").out);
    const rows = [...json.reviews[0].cases[0].outcomes, ...json.reviews[0].cases[0].findings];
    expect(rows.map((row) => row.shown.side).sort()).toEqual(["after", "before", "before"]);
    for (const row of rows) {
      const again = JSON.parse(smplab(["replay", row.shown.replay, "--json"]).out);
      expect(again).toMatchObject({ side: row.shown.side, programChanged: false });
      expect(again.trace).toEqual(row.shown.trace);
    }
  });

  test("what the compiler warns about only with the patch is said, in text and in JSON", () => {
    const said = review("warns.diff");
    expect(said.out).toContain("compiler  2 new warnings with the patch\n");
    const first =
      "mm/demo.c:7:21: warning: initialization of 'long int *' from 'int' makes pointer from integer without a cast [-Wint-conversion]\n" +
      "    7 | static long *last = 1;\n" +
      "      |                     ^\n";
    expect(said.out).toContain(first);
    expect(said.out).toContain("mm/demo.c:12:22: warning: assignment to 'long int *'");
    const { warnings } = JSON.parse(review("warns.diff", "--json").out).reviews[0];
    expect(warnings).toHaveLength(2);
    expect(warnings[0]).toMatchObject({ file: "mm/demo.c", line: 7, column: 21, option: "-Wint-conversion" });
    expect(review("comment.diff").out).not.toContain("compiler  ");
  });

  test("the C of the patch does not compile: refused with the place", () => {
    expectRefused(review("broken.diff"), 3, "with the patch applied", "mm/demo.c:10:", "expected ';'");
  });

  test("the same patch twice, and one that does not fit", () => {
    expectRefused(smplab(["review", "test/e2e/fix.diff"]), 3, "mm/demo.c", "the patch does not apply");
  });

  test("a scenario without a suite", () => {
    expectRefused(
      smplab([
        "review",
        "test/e2e/fix.diff",
        "--tree",
        "test/e2e/tree",
        "--scenario",
        "test/e2e/programs/nothing.c",
      ]),
      3,
      "nothing.c",
      "docs/scenarios.md",
    );
  });

  test("a patch that no scenario covers is not decided, and says so", () => {
    const said = smplab(["review", "test/e2e/fix.diff", "--tree", "test/e2e/tree"]);
    expect(said.out).toContain("no scenario");
    expect(said.code).toBe(4);
  });

  test("a budget that is over leaves the verdict open", () => {
    const said = review("comment.diff", "--time", "0.000001");
    expect([0, 4]).toContain(said.code);
  });
});
