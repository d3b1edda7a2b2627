import { expect, test } from "vitest";
import { costTable } from "../../../src/report/cost.js";
import { herd } from "../../../src/report/herd.js";
import { jsonText, reviewJson } from "../../../src/report/json.js";
import { reviewText } from "../../../src/report/review.js";
import { exploration, outcome } from "../fixtures/exploration.js";
import { sampleReview, textOptions } from "../fixtures/review.js";

const text = reviewText(sampleReview(), textOptions);

test("the head says what was applied and what was explored", () => {
  expect(text.split("\n").slice(0, 5)).toEqual([
    "applied   [PATCH v2 1/1] mm: count with this_cpu_add()",
    "          A. Developer, Mon, 13 Sep 2010",
    "          hunk 1/1 mm/demo.c:41, offset +4, in stat_update, 2 lines healed",
    "scenarios 1 case in demo_test.c",
    "explored  before 340 states, after 212 states   exhaustive",
  ]);
});

test("how long it took is said where it is asked for", () => {
  const timed = reviewText(sampleReview(), { ...textOptions, timing: true });
  expect(timed.split("\n")[4]).toBe(
    "explored  before 340 states, after 212 states   exhaustive   0.4 s   1,380 states/s",
  );
  const [json, timedJson] = [false, true].map((timing) =>
    JSON.parse(jsonText(reviewJson([sampleReview()], "0.1.0", timing))),
  );
  expect(json.reviews[0]).not.toHaveProperty("seconds");
  expect(json.reviews[0].cases[0].before.stats).toEqual({ states: 340, ends: expect.any(Number) });
  expect(timedJson.reviews[0].seconds).toBe(0.4);
  expect(timedJson.reviews[0].cases[0].before.stats.seconds).toBe(0.25);
});

test("the box compares outcomes and findings", () => {
  const from = text.indexOf("+--");
  expect(text.slice(from, text.indexOf("\n\n", from)).split("\n")).toEqual([
    "+---------------------------------------------+--------------+--------------+------+",
    "|                                             |    before    |    after     |      |",
    "+---------------------------------------------+--------------+--------------+------+",
    "| states explored (exhaustive)                | 340          | 212          |      |",
    "| outcomes of percpu_stat.no_race             | 2            | 1            |      |",
    "|   sum=1;                                    | 28           | 0            | gone |",
    "|   sum=2;                                    | 12           | 9            | same |",
    "| KCSAN: data-race in stat_read / stat_update | 12           | 0            | gone |",
    "+---------------------------------------------+--------------+--------------+------+",
  ]);
});

test("a difference comes with its splat, its figure and its token", () => {
  expect(text).toContain("gone      KCSAN: data-race in stat_read / stat_update (percpu_stat.no_race)");
  expect(text).toContain("# emulated by smplab 0.1.0, not a running kernel\n====");
  expect(text).toContain("BUG: KCSAN: data-race in stat_read / stat_update");
  expect(text).toContain("write to 0xffff888100010040 of 8 bytes by task 101 on cpu 0:");
  expect(text).toContain("read to 0xffff888100010040 of 8 bytes by task 102 on cpu 1:");
  expect(text).toContain("gone      outcome sum=1; (percpu_stat.no_race)");
  expect(text).toContain("        short schedule, before the patch:");
  expect(text).toContain("        *** KCSAN: data-race in stat_read / stat_update ***");
  expect(text).toContain("        replay: smplab replay v1:AAAA");
});

test("conditions are answered for both sides, the limits and the verdict come last", () => {
  expect(text).toContain("Observation percpu_stat.no_race:before Sometimes 1 1");
  expect(text).toContain("Observation percpu_stat.no_race:after Never 0 1");
  const lines = text.trimEnd().split("\n");
  expect(lines.at(-1)).toBe("verdict   behaviour changed: 0 new, 2 gone, 1 the same");
  expect(text).toContain("limits    sequential consistency only");
});

test("no line of text is wider than the terminal, and none ends in blanks", () => {
  for (const line of text.split("\n")) {
    expect(line.length, line).toBeLessThanOrEqual(100);
    expect(line).not.toMatch(/ $/);
  }
});

test("an unproven difference carries a question mark", () => {
  const review = sampleReview();
  for (const row of review.cases[0]!.findings) row.proven = false;
  expect(reviewText(review, textOptions)).toContain("| gone? |");
});

test("the cost table has the form of perf diff", () => {
  expect(costTable(sampleReview().costs[0]!)).toEqual([
    "# Straight run of 'percpu_stat.loop': each task to its end, in order; nothing contended",
    "# Event 'operations'",
    "#",
    "# Baseline  Delta Abs    operations  atomic RMWs  lock acqs  barriers  Symbol",
    "# ........  .........  ............  ...........  .........  ........  ...........................",
    "#",
    "    89.11%    -12.19%    900 -> 500      20 -> 0    10 -> 0         0  [k] stat_update",
    "     9.90%     +5.48%           100            0          0         0  [k] stat_read",
    "               +7.69%       - -> 50       - -> 0     - -> 0    - -> 2  [k] stat_fold",
    "     0.99%                  10 -> -       0 -> -     0 -> -    0 -> -  [k] stat_lock",
    "   100.00%             1,010 -> 650      20 -> 0    10 -> 0    0 -> 2  all functions",
  ]);
});

test("outcomes in herd's form", () => {
  const condition = sampleReview().cases[0]!.before.judgement;
  const outcomes = sampleReview().cases[0]!.before.exploration.outcomes;
  expect(herd("t", outcomes, condition, true)).toEqual([
    "Test t Forbidden",
    "States 2",
    "sum=1;",
    "sum=2;",
    "No",
    "Witnesses",
    "Positive: 1 Negative: 1",
    "Condition ~exists (sum=1)",
    "Observation t Sometimes 1 1",
  ]);
  expect(herd("t", outcomes, condition, false)).toContain("Loop No");
  expect(herd("t", exploration([outcome({ x: 1 })]).outcomes, null, true)).toEqual([
    "Test t",
    "States 1",
    "x=1;",
  ]);
});

test("samples are told as klitmus tells its runs, and called samples wherever a number stands", () => {
  const outcomes = [outcome({ x: 1 }, { states: 120 }), outcome({ x: 2 }, { states: 7 })];
  expect(herd("t", outcomes, null, false, true)).toEqual([
    "Test t",
    "Histogram (2 states)",
    "120     :>x=1;",
    "7       :>x=2;",
  ]);
  const review = sampleReview();
  for (const side of ["before", "after"] as const) {
    const { exploration } = review.cases[0]![side];
    exploration.search = "pct";
    exploration.complete = false;
    exploration.cut = "340 PCT runs of depth 3 from seed 1: a sample";
  }
  const sampled = reviewText(review, textOptions);
  expect(sampled).toContain(
    "explored  before 340 runs (a sample), after 212 runs (a sample)   not exhaustive",
  );
  expect(sampled).toContain("| runs explored (a sample) ");
  expect(sampled.replace(/\s+/g, " ")).toContain(
    "search cut: 340 PCT runs of depth 3 from seed 1: a sample.",
  );
  const json = JSON.parse(jsonText(reviewJson([review], "0.1.0", false)));
  expect(json.reviews[0].cases[0].before).toMatchObject({ search: "pct", sampled: true, complete: false });
});

test("JSON carries the same facts, numbers as numbers", () => {
  const json = JSON.parse(jsonText(reviewJson([sampleReview()], "0.1.0", false)));
  expect(json).toMatchObject({ schemaVersion: 1, tool: { name: "smplab", version: "0.1.0" } });
  const [only] = json.reviews;
  expect(only.verdict).toBe("changed");
  expect(only.cases[0].outcomes[0]).toMatchObject({
    key: "sum=1;",
    change: "gone",
    proven: true,
    before: { values: { sum: 1 }, end: "finished", states: 28 },
    after: null,
    shown: { side: "before", replay: "v1:AAAA" },
  });
  expect(only.cases[0].before.condition.observation).toBe("Sometimes");
  expect(jsonText({ big: 2n ** 63n })).toContain('"9223372036854775808"');
});
