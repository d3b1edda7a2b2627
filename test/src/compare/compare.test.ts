import { expect, test } from "vitest";
import { type Comparison, compare, overall, verdictOf } from "../../../src/compare/compare.js";
import type { Exploration, FoundFinding } from "../../../src/explore/result.js";
import { exploration, found, outcome } from "../fixtures/exploration.js";

function said(comparison: Comparison): string[] {
  return [...comparison.outcomes, ...comparison.findings].map(
    (row) => `${row.change}${row.proven ? "" : "?"} ${row.key}`,
  );
}

function verdict(before: Exploration, after: Exploration): string {
  return verdictOf(compare(before, after), before, after);
}

test("gone, new, same, in the order of values and titles", () => {
  const before = exploration(
    [outcome({ x: 10 }), outcome({ x: 9 }), outcome({ x: 1 })],
    [found("WARNING in b"), found("KCSAN: data-race in a / b")],
  );
  const after = exploration(
    [outcome({ x: 1 }), outcome({ x: 2 })],
    [found("WARNING in b"), found("possible deadlock in c")],
  );
  expect(said(compare(before, after))).toEqual([
    "same x=1;",
    "new x=2;",
    "gone x=9;",
    "gone x=10;",
    "gone KCSAN: data-race in a / b",
    "same WARNING in b",
    "new possible deadlock in c",
  ]);
});

test("each row keeps the entries of both sides", () => {
  const before = exploration([outcome({ x: 1 }, { states: 3 })]);
  const after = exploration([outcome({ x: 1 }, { states: 7 })]);
  const [row] = compare(before, after).outcomes;
  expect([row?.before?.states, row?.after?.states]).toEqual([3, 7]);
});

test("the same title met twice on one side stays one row", () => {
  const before = exploration([], [found("WARNING in f"), found("WARNING in f")]);
  expect(said(compare(before, exploration([])))).toEqual(["gone WARNING in f"]);
  expect(said(compare(exploration([]), before))).toEqual(["new WARNING in f"]);
});

/** A finding of the title "WARNING in f" at a line. */
const warned = (what: string, line: number): FoundFinding =>
  found("WARNING in f", { place: { what, file: "f.c", line } });

/** What becomes of warnings at these lines, "before -> after" by line, where the sides have these texts. */
function matched(
  before: readonly string[],
  after: readonly string[],
  what: (text: string) => string = (text) => text,
): string[] {
  const side = (lines: readonly string[]) =>
    exploration(
      [],
      lines.flatMap((text, i) => (text.startsWith("WARN") ? [warned(what(text), i + 1)] : [])),
    );
  const { findings } = compare(side(before), side(after), {
    before: (_file, line) => before[line - 1] ?? "",
    after: (_file, line) => after[line - 1] ?? "",
  });
  return findings.map(
    (row) => `${row.change} ${row.before?.place.line ?? "-"} -> ${row.after?.place.line ?? "-"}`,
  );
}

test("a finding that only moved is the same, one that reads like it and came in is new", () => {
  expect(matched(["WARN(a)"], ["x", "y", "WARN(a)"])).toEqual(["same 1 -> 3"]);
  expect(matched(["x", "WARN(a)", "y"], ["WARN(a)", "x", "WARN(a)", "y"])).toEqual([
    "new - -> 1",
    "same 2 -> 3",
  ]);
  expect(matched(["x", "WARN(a)", "y", "WARN(a)"], ["x", "WARN(a)", "y"])).toEqual([
    "same 2 -> 2",
    "gone 4 -> -",
  ]);
});

test("of findings whose lines were rewritten as many are the same as there were", () => {
  const one = () => "p->a";
  expect(matched(["WARN 1"], ["WARN 2"], one)).toEqual(["same 1 -> 1"]);
  expect(matched(["WARN 1"], ["WARN 2", "WARN 3"], one)).toEqual(["same 1 -> 1", "new - -> 2"]);
  expect(matched(["WARN 1", "WARN 2"], ["WARN 2"], one)).toEqual(["gone 1 -> -", "same 2 -> 1"]);
});

test("another expression is another finding, the same element under another number is not", () => {
  expect(matched(["WARN(a)"], ["WARN(b)"])).toEqual(["gone 1 -> -", "new - -> 1"]);
  const race = (what: string) =>
    exploration([], [found("KCSAN: data-race in f / g", { place: { what, file: "", line: 0 } })]);
  expect(said(compare(race("count[3]"), race("count[4]")))).toEqual([
    "same KCSAN: data-race in f / g | count[4]",
  ]);
  expect(said(compare(race("p->a"), race("p->b")))).toEqual([
    "gone KCSAN: data-race in f / g | p->a",
    "new KCSAN: data-race in f / g | p->b",
  ]);
});

test("a difference is proven only where the other side was explored completely", () => {
  const one = outcome({ x: 1 });
  const two = outcome({ x: 2 });
  const cut = { complete: false, cut: "60 s are over" };
  expect(said(compare(exploration([one], [], cut), exploration([two])))).toEqual(["gone x=1;", "new? x=2;"]);
  expect(said(compare(exploration([one]), exploration([two], [], cut)))).toEqual(["gone? x=1;", "new x=2;"]);
});

test("verdicts", () => {
  const one = exploration([outcome({ x: 1 })]);
  const both = exploration([outcome({ x: 1 }), outcome({ x: 2 })]);
  const oneCut = exploration([outcome({ x: 1 })], [], { complete: false, cut: "time" });
  expect(verdict(one, one)).toBe("same");
  expect(verdict(one, both)).toBe("changed");
  expect(verdict(both, one)).toBe("changed");
  expect(verdict(oneCut, one)).toBe("undecided");
  expect(verdict(one, oneCut)).toBe("undecided");
  // Met after, surely absent before: proven although the after side was cut.
  expect(verdict(one, exploration(both.outcomes, [], { complete: false, cut: "time" }))).toBe("changed");
  // Met after, not met in a search that was cut before: proves nothing.
  expect(verdict(oneCut, both)).toBe("undecided");
  expect(verdict(one, exploration(one.outcomes, [found("WARNING in f")]))).toBe("changed");
});

test("a construct that is not modelled leaves the verdict open", () => {
  const open = exploration([outcome({ x: 1 }), outcome({}, { end: "unsupported" })]);
  expect(verdict(open, open)).toBe("undecided");
});

test("over several scenarios", () => {
  expect(overall(["same", "changed", "undecided"])).toBe("changed");
  expect(overall(["same", "undecided"])).toBe("undecided");
  expect(overall(["same", "same"])).toBe("same");
  expect(overall([])).toBe("undecided");
  expect(overall(["same"], true)).toBe("undecided");
  expect(overall(["changed"], true)).toBe("changed");
});
