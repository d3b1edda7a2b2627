import { expect, test } from "vitest";
import type { Outcome } from "../../../src/explore/result.js";
import { parseCondition } from "../../../src/outcome/condition.js";
import { type Judgement, judge } from "../../../src/outcome/judge.js";
import { sortOutcomes, stateLine } from "../../../src/outcome/states.js";
import { outcome } from "../fixtures/exploration.js";

function judged(text: string, outcomes: Outcome[], complete = true): Judgement {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return judge(parsed.condition, outcomes, complete);
}

const two = [outcome({ x: 0, y: 1 }), outcome({ x: 1, y: 1 })];

function answer(j: Judgement): string {
  return `${j.observation} ${j.positive} ${j.negative} ${j.validated ? "Ok" : "No"} ${j.decided ? "decided" : "open"}`;
}

test("Never, Sometimes, Always with numbers of distinct outcomes", () => {
  expect(answer(judged("exists (x=1)", two))).toBe("Sometimes 1 1 Ok decided");
  expect(answer(judged("exists (x=2)", two))).toBe("Never 0 2 No decided");
  expect(answer(judged("exists (y=1)", two))).toBe("Always 2 0 Ok decided");
  expect(answer(judged("~exists (x=2)", two))).toBe("Never 0 2 Ok decided");
  expect(answer(judged("~exists (x=1)", two))).toBe("Sometimes 1 1 No decided");
  expect(answer(judged("forall (y=1)", two))).toBe("Always 2 0 Ok decided");
  expect(answer(judged("forall (x=1)", two))).toBe("Sometimes 1 1 No decided");
});

test("a search that was cut decides only what a run already shows", () => {
  expect(answer(judged("exists (x=1)", two, false))).toBe("Sometimes 1 1 Ok decided");
  expect(answer(judged("exists (x=2)", two, false))).toBe("Never 0 2 No open");
  expect(answer(judged("~exists (x=1)", two, false))).toBe("Sometimes 1 1 No decided");
  expect(answer(judged("~exists (x=2)", two, false))).toBe("Never 0 2 Ok open");
  expect(answer(judged("forall (y=1)", two, false))).toBe("Always 2 0 Ok open");
  expect(answer(judged("forall (x=1)", two, false))).toBe("Sometimes 1 1 No decided");
});

test("a deadlock counts as an outcome, a run that was cut counts on neither side", () => {
  const stuck = outcome({}, { end: "deadlock" });
  const cut = outcome({ x: 5 }, { end: "cut" });
  expect(answer(judged("forall (y=1)", [...two, stuck]))).toBe("Sometimes 2 1 No decided");
  expect(answer(judged("forall (y=1)", [...two, cut]))).toBe("Always 2 0 Ok open");
});

test("names that nothing observes are named", () => {
  expect(judged("exists (x=1 /\\ zz=1)", two).unknown).toEqual(["zz"]);
});

test("the outcome that shows the answer", () => {
  expect(judged("exists (x=1)", two).shownBy).toBe(two[1]);
  expect(judged("forall (x=1)", two).shownBy).toBe(two[0]);
  expect(judged("exists (x=7)", two).shownBy).toBeNull();
});

test("states are sorted by value, not by text", () => {
  const outcomes = [
    outcome({ x: 10 }),
    outcome({ x: 9 }),
    outcome({ x: -1 }),
    outcome({}, { end: "deadlock" }),
  ];
  expect(sortOutcomes(outcomes).map(stateLine)).toEqual(["deadlock", "x=-1;", "x=9;", "x=10;"]);
  expect(stateLine(outcome({}))).toBe("(nothing observed)");
});
