// The first screen of a review: what was applied, what ran, the before/after box, then for every difference a
// run that shows it, the cost table, and what the verdict does not cover. The last line is the verdict, for
// those who read the tail of a log.

import type { HunkReport } from "../../patches/api.js";
import type { FoundFinding, Outcome } from "../explore/result.js";
import { stateLine } from "../outcome/states.js";
import { type BoxRow, box } from "./box.js";
import { costTable } from "./cost.js";
import { herd } from "./herd.js";
import { clip, count, field, plural, seconds } from "./layout.js";
import { type CaseReview, limitsOf, type PatchReview, type ShownRow, type Side } from "./model.js";
import { findingLines, scheduleLines, type TextOptions } from "./shown.js";

/** Outcomes that are the same on both sides: this many are listed for one case, the others summed up. */
const SAME_LISTED = 8;

export function reviewText(review: PatchReview, options: TextOptions): string {
  const { style } = options;
  const lines = [...appliedLines(review, options), ...machineLines(review, options), ""];
  if (review.cases.length > 0) lines.push(...box(boxRows(review, options), style, options.width), "");
  for (const part of details(review, options)) lines.push(...part, "");
  const conditions = conditionLines(review, options.verbose);
  if (conditions.length > 0) lines.push(...conditions, "");
  for (const table of review.costs) lines.push(...costTable(table, options.verbose), "");
  lines.push(...notCovered(review, options), verdictLine(review, options));
  return `${lines.join("\n")}\n`;
}

function appliedLines(review: PatchReview, { width, style }: TextOptions): string[] {
  const { patch } = review;
  const lines = [style.bold(field("applied", patch.subject, width))];
  if (patch.author !== "")
    lines.push(field("", [patch.author, patch.date].filter((t) => t !== "").join(", "), width));
  for (const hunk of patch.hunks) lines.push(...hunkLine(hunk, width));
  for (const warning of patch.warnings) lines.push(style.yellow(field("warning", warning.message, width)));
  return lines;
}

/** "          hunk 3/7 mm/memcontrol.c:1502, offset +4, in mem_cgroup_handle_oom, 12 lines healed" */
function hunkLine(hunk: HunkReport, width: number): string[] {
  const { heading } = hunk;
  const notes = [
    `hunk ${hunk.hunk}/${hunk.of} ${hunk.path}:${hunk.line}`,
    hunk.offset === 0 ? "" : `offset ${hunk.offset > 0 ? "+" : ""}${hunk.offset}`,
    hunk.fuzz === 0 ? "" : `fuzz ${hunk.fuzz}`,
    heading.verdict === "same" ? `in ${heading.found}` : "",
    heading.verdict === "differs" ? `heading says "${heading.wanted}", lies in "${heading.found}"` : "",
    hunk.repairs.length > 0 ? `${plural(hunk.repairs.length, "line")} healed` : "",
  ];
  return [clip(field("", notes.filter((note) => note !== "").join(", "), 1000), width)];
}

function machineLines(review: PatchReview, { width }: TextOptions): string[] {
  const { cases } = review;
  const files = [...new Set(cases.map((c) => c.file))];
  const lines = [
    field("scenarios", `${plural(cases.length, "case")} in ${files.join(", ") || "no file"}`, width),
  ];
  if (cases.length === 0) return lines;
  const total = (side: Side): number => cases.reduce((all, c) => all + c[side].exploration.stats.states, 0);
  const spent = cases.reduce(
    (all, c) => all + c.before.exploration.stats.seconds + c.after.exploration.stats.seconds,
    0,
  );
  const states = total("before") + total("after");
  const complete = cases.every(isComplete);
  const rate = spent > 0 ? `   ${count(states / spent)} states/s` : "";
  lines.push(
    field(
      "explored",
      `before ${plural(total("before"), "state")}, after ${plural(total("after"), "state")}   ` +
        `${complete ? "exhaustive" : "not exhaustive"}   ${seconds(review.seconds)}${rate}`,
      width,
    ),
  );
  return lines;
}

/** Totals first, then outcomes case by case, then findings by title; what did not change takes one row a case. */
function boxRows(review: PatchReview, { verbose }: TextOptions): BoxRow[] {
  const complete = review.cases.every(isComplete);
  const total = (side: Side): string =>
    count(review.cases.reduce((all, c) => all + c[side].exploration.stats.states, 0));
  const rows: BoxRow[] = [
    {
      label: `states explored (${complete ? "exhaustive" : "not exhaustive"})`,
      before: total("before"),
      after: total("after"),
    },
  ];
  for (const c of review.cases) rows.push(...outcomeRows(c, verbose));
  for (const { row, before, after } of findingsByTitle(review))
    rows.push(tableRow(row.key, row, before, after));
  return rows;
}

function outcomeRows(c: CaseReview, verbose: boolean): BoxRow[] {
  const changed = c.outcomes.some((row) => row.change !== "same");
  const of = (side: Side): string =>
    count(c[side].exploration.outcomes.length) + (c[side].exploration.complete ? "" : " (cut)");
  const head: BoxRow = { label: `outcomes of ${c.name}`, before: of("before"), after: of("after") };
  if (!changed && !verbose) return [{ ...head, mark: isComplete(c) ? "same" : "open", paint: "dim" }];
  const same = c.outcomes.filter((row) => row.change === "same");
  const listed = new Set(verbose ? same : same.slice(0, SAME_LISTED));
  const rows: BoxRow[] = [{ ...head, paint: "bold" }];
  for (const row of c.outcomes) {
    if (row.change === "same" && !listed.has(row)) continue;
    const state = stateLine((row.before ?? row.after)!);
    rows.push(tableRow(`  ${state}`, row, row.before?.states ?? 0, row.after?.states ?? 0));
  }
  const left = same.length - listed.size;
  if (left > 0) rows.push({ label: `  ${plural(left, "more outcome")}`, mark: "same", paint: "dim" });
  return rows;
}

function isComplete(c: CaseReview): boolean {
  return c.before.exploration.complete && c.after.exploration.complete;
}

interface TitleRow {
  row: ShownRow<FoundFinding>;
  first: CaseReview;
  cases: string[];
  before: number;
  after: number;
}

/** One row for a title and what became of it, however many cases show it: new ones first. */
function findingsByTitle(review: PatchReview): TitleRow[] {
  const titles = new Map<string, TitleRow>();
  for (const c of review.cases) {
    for (const row of c.findings) {
      const key = `${row.change} ${row.key}`;
      const known = titles.get(key) ?? { row, first: c, cases: [], before: 0, after: 0 };
      known.cases.push(c.name);
      known.before += row.before?.seen ?? 0;
      known.after += row.after?.seen ?? 0;
      titles.set(key, known);
    }
  }
  const order = ["new", "gone", "same"];
  return [...titles.values()].sort((a, b) => order.indexOf(a.row.change) - order.indexOf(b.row.change));
}

function tableRow(
  label: string,
  row: ShownRow<Outcome | FoundFinding>,
  before: number,
  after: number,
): BoxRow {
  const paint = row.change === "new" ? "red" : row.change === "gone" ? "green" : null;
  return {
    label,
    before: count(before),
    after: count(after),
    mark: `${row.change}${row.proven ? "" : "?"}`,
    ...(paint === null ? {} : { paint }),
  };
}

/** One part for each difference: a finding is shown once, even if several cases have it. */
function* details(review: PatchReview, options: TextOptions): Generator<string[]> {
  for (const { row, first, cases } of findingsByTitle(review)) {
    yield findingPart(review, row, first, cases, options);
  }
  for (const change of options.verbose ? CHANGES : CHANGES.slice(0, 2)) {
    for (const c of review.cases) {
      for (const row of c.outcomes) if (row.change === change) yield outcomePart(review, row, c, options);
    }
  }
}

const CHANGES = ["new", "gone", "same"] as const;

function heading(row: ShownRow<unknown>, text: string, where: string, { style, width }: TextOptions): string {
  const paint = row.change === "new" ? style.red : row.change === "gone" ? style.green : style.yellow;
  return paint(field(`${row.change}${row.proven ? "" : "?"}`, `${text}   in ${where}`, width));
}

function findingPart(
  review: PatchReview,
  row: ShownRow<FoundFinding>,
  first: CaseReview,
  cases: readonly string[],
  options: TextOptions,
): string[] {
  const where = cases.length <= 3 ? cases.join(", ") : `${cases[0]} and ${cases.length - 1} more cases`;
  const lines = [heading(row, row.key, where, options)];
  if (row.shown === null) return lines;
  const { side } = row.shown;
  const entry = (row.after ?? row.before)!;
  return [
    ...lines,
    ...findingLines(entry, row.shown, `, ${side} the patch`, first.config, review.source[side], options),
  ];
}

function outcomePart(
  review: PatchReview,
  row: ShownRow<Outcome>,
  c: CaseReview,
  options: TextOptions,
): string[] {
  const text = `outcome ${stateLine((row.after ?? row.before)!)}`;
  const lines = [heading(row, text, c.name, options)];
  if (row.shown === null) return lines;
  const { side } = row.shown;
  return [
    ...lines,
    ...scheduleLines(row.shown, `, ${side} the patch`, c.config, review.source[side], options),
  ];
}

/** How each case answers its condition, on both sides; --verbose adds the states. */
function conditionLines(review: PatchReview, verbose: boolean): string[] {
  const lines: string[] = [];
  let text = "";
  for (const c of review.cases) {
    for (const side of ["before", "after"] as const) {
      const { exploration, judgement } = c[side];
      if (judgement === null) continue;
      const name = `${c.name}:${side}`;
      const all = herd(name, exploration.outcomes, judgement, exploration.complete);
      if (verbose) lines.push(...all, "");
      else {
        if (judgement.condition.text !== text) lines.push(`Condition ${judgement.condition.text}`);
        text = judgement.condition.text;
        lines.push(all.at(-1)!);
      }
    }
  }
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function notCovered(review: PatchReview, { width, style }: TextOptions): string[] {
  const limits = limitsOf(
    review.cases.map((c) => c.config),
    review.cases.flatMap((c) => [c.before.exploration, c.after.exploration]),
  );
  return [style.dim(field("limits", `${limits.join("; ")}.`, width))];
}

export function verdictLine(review: PatchReview, { style, width }: TextOptions): string {
  const rows = review.cases.flatMap((c): ShownRow<unknown>[] => [...c.findings, ...c.outcomes]);
  const counted = (change: string) => rows.filter((row) => row.change === change && row.proven).length;
  const stopped = review.interrupted ? "interrupted: " : "";
  switch (review.verdict) {
    case "changed":
      return style.bold(
        field(
          "verdict",
          `${stopped}behaviour changed: ${counted("new")} new, ${counted("gone")} gone, ${counted("same")} the same`,
          width,
        ),
      );
    case "same":
      return style.bold(
        field("verdict", `nothing new: all ${counted("same")} outcomes and findings are the same`, width),
      );
    case "undecided": {
      const why =
        review.cases.length === 0
          ? "no scenario ran"
          : "what was explored is the same, but not everything was explored";
      return style.bold(field("verdict", `${stopped}not decided: ${why}`, width));
    }
  }
}
