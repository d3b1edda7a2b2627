// The first screen of a review: what was applied, what ran, the before/after box, then for every difference a
// run that shows it, the cost table, and what the verdict does not cover. The last line is the verdict, for
// those who read the tail of a log.

import type { HunkReport } from "../../patches/api.js";
import { rowId } from "../compare/compare.js";
import { type FoundFinding, findingId, type Outcome } from "../explore/result.js";
import { isBroken } from "../outcome/judge.js";
import { shortStateLine, stateLine, varyingNames } from "../outcome/states.js";
import { type BoxRow, box } from "./box.js";
import { costTable } from "./cost.js";
import { herd } from "./herd.js";
import { clip, count, field, plural } from "./layout.js";
import { counted, coveredBy, isSampled, limitsOf, searchLines, timeOf, upTo, wayOut } from "./limits.js";
import type { CaseReview, PatchReview, ShownRow, Side } from "./model.js";
import { findingLines, replayLine, scheduleLines, type TextOptions } from "./shown.js";

/** Outcomes that are the same on both sides: this many are listed for one case, the others summed up. */
const SAME_LISTED = 8;

export function reviewText(review: PatchReview, options: TextOptions): string {
  const { style } = options;
  const lines = [...appliedLines(review, options), ...machineLines(review, options), ""];
  if (review.cases.length > 0) lines.push(...box(boxRows(review, options), style, options.width), "");
  if (review.warnings.length > 0) lines.push(...warningLines(review, options), "");
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

/** As gcc prints them, so that editors find the place. */
function warningLines({ warnings }: PatchReview, { width, style }: TextOptions): string[] {
  const head = field("compiler", `${plural(warnings.length, "new warning")} with the patch`, width);
  return [style.yellow(head), ...warnings.flatMap(({ text }) => text.trimEnd().split("\n"))];
}

/** "          hunk 3/7 mm/memcontrol.c:1502, offset +4, in mem_cgroup_handle_oom, 12 lines healed" */
function hunkLine(hunk: HunkReport, width: number): string[] {
  const { heading } = hunk;
  const notes = [
    `hunk ${hunk.hunk}/${hunk.of} ${hunk.path}:${hunk.line}`,
    hunk.offset === 0 ? "" : `offset ${hunk.offset > 0 ? "+" : ""}${hunk.offset}`,
    hunk.fuzz === 0 ? "" : `fuzz ${hunk.fuzz}`,
    heading.verdict === "same" ? `in ${functionName(heading.found)}` : "",
    heading.verdict === "differs" ? `heading says "${heading.wanted}", lies in "${heading.found}"` : "",
    hunk.repairs.length > 0 ? `${plural(hunk.repairs.length, "line")} healed` : "",
  ];
  return [clip(field("", notes.filter((note) => note !== "").join(", "), 1000), width)];
}

/** "static void f(struct x *p)" -> "f()"; what is no function stays as it is. */
function functionName(heading: string): string {
  const name = /(\w+)\s*\(/.exec(heading)?.[1];
  return name === undefined ? heading.replace(/\s*\{$/, "") : `${name}()`;
}

function machineLines(review: PatchReview, { width, timing }: TextOptions): string[] {
  const { cases } = review;
  const files = [...new Set(cases.map((c) => c.file))];
  const folder = files.length > 1 ? commonFolder(files) : "";
  const where =
    files.length <= 3 ? files.join(", ") : `${files.length} files${folder === "" ? "" : ` of ${folder}`}`;
  const lines = [
    field("scenarios", `${plural(cases.length, "case")} in ${where === "" ? "no file" : where}`, width),
  ];
  if (cases.length === 0) return lines;
  const total = (side: Side): number => cases.reduce((all, c) => all + c[side].exploration.stats.states, 0);
  const spent = cases.reduce(
    (all, c) => all + c.before.exploration.stats.seconds + c.after.exploration.stats.seconds,
    0,
  );
  const explorations = coveredBy(cases).map(({ exploration }) => exploration);
  const states = total("before") + total("after");
  const complete = cases.every(isComplete);
  const time = timing ? timeOf(review.seconds, states, spent, explorations) : "";
  lines.push(
    field(
      "explored",
      `before ${counted(explorations, total("before"))}, after ${counted(explorations, total("after"))}   ` +
        `${complete ? "exhaustive" : "not exhaustive"}${upTo(explorations)}${time}`,
      width,
    ),
  );
  const searched = cases.flatMap(({ name, before, after }) => [
    { name: `${name}, before`, exploration: before.exploration },
    { name: `${name}, after`, exploration: after.exploration },
  ]);
  lines.push(...searchLines(searched).map((line, i) => field(i === 0 ? "searched" : "", line, width)));
  return lines;
}

/** The folder that all files lie in, "" if there is none. */
function commonFolder(files: readonly string[]): string {
  let folder = files[0]!.split("/").slice(0, -1);
  for (const file of files) {
    const parts = file.split("/");
    const differs = folder.findIndex((part, i) => part !== parts[i]);
    if (differs >= 0) folder = folder.slice(0, differs);
  }
  return folder.join("/");
}

/** Totals first, then outcomes case by case, then findings. */
function boxRows(review: PatchReview, { verbose }: TextOptions): BoxRow[] {
  const complete = review.cases.every(isComplete);
  const sampled = coveredBy(review.cases).some(({ exploration }) => isSampled(exploration));
  const total = (side: Side): string =>
    count(review.cases.reduce((all, c) => all + c[side].exploration.stats.states, 0));
  const rows: BoxRow[] = [
    {
      label: `${sampled ? "runs" : "states"} explored (${complete ? "exhaustive" : sampled ? "a sample" : "not exhaustive"})`,
      before: total("before"),
      after: total("after"),
    },
  ];
  for (const suite of bySuite(review.cases)) rows.push(...suiteRows(suite, verbose));
  for (const { row, label, cases, before, after } of differentFindings(review)) {
    rows.push(tableRow(`${label}${cases.length > 1 ? `, ${cases.length} cases` : ""}`, row, before, after));
  }
  return rows;
}

/** Cases of one suite, in their order. */
function bySuite(cases: readonly CaseReview[]): CaseReview[][] {
  const suites = new Map<string, CaseReview[]>();
  for (const c of cases) {
    const suite = c.name.split(".")[0]!;
    const known = suites.get(suite);
    if (known === undefined) suites.set(suite, [c]);
    else known.push(c);
  }
  return [...suites.values()];
}

/** A suite without a difference takes one row; else each of its cases has its own. */
function suiteRows(cases: readonly CaseReview[], verbose: boolean): BoxRow[] {
  const quiet = cases.every((c) => c.outcomes.every((row) => row.change === "same"));
  if (verbose || !quiet || cases.length === 1) return cases.flatMap((c) => caseRows(c, verbose));
  const [suite] = cases[0]!.name.split(".");
  const of = (side: Side): string =>
    count(cases.reduce((all, c) => all + c[side].exploration.outcomes.length, 0));
  const mark = cases.every(isComplete) ? "same" : "open";
  return [
    {
      label: `outcomes of ${suite}, ${cases.length} cases`,
      before: of("before"),
      after: of("after"),
      mark,
      paint: "dim",
    },
  ];
}

function caseRows(c: CaseReview, verbose: boolean): BoxRow[] {
  const changed = c.outcomes.some((row) => row.change !== "same");
  const of = (side: Side): string =>
    count(c[side].exploration.outcomes.length) + (c[side].exploration.complete ? "" : " (cut)");
  const head: BoxRow = { label: `outcomes of ${c.name}`, before: of("before"), after: of("after") };
  if (!changed && !verbose) return [{ ...head, mark: isComplete(c) ? "same" : "open", paint: "dim" }];
  const same = c.outcomes.filter((row) => row.change === "same");
  const listed = new Set(verbose ? same : same.slice(0, SAME_LISTED));
  const varying = varyingNames([...c.before.exploration.outcomes, ...c.after.exploration.outcomes]);
  const rows: BoxRow[] = [{ ...head, paint: "bold" }];
  for (const row of c.outcomes) {
    if (row.change === "same" && !listed.has(row)) continue;
    const state = shortStateLine((row.before ?? row.after)!, varying);
    rows.push(tableRow(`  ${state}`, row, row.before?.states ?? 0, row.after?.states ?? 0));
  }
  const left = same.length - listed.size;
  if (left > 0) rows.push({ label: `  ${plural(left, "more outcome")}`, mark: "same", paint: "dim" });
  return rows;
}

function isComplete(c: CaseReview): boolean {
  return c.before.exploration.complete && c.after.exploration.complete;
}

interface FindingRow {
  row: ShownRow<FoundFinding>;
  /** Its title, and what tells it from others of the report that have the same. */
  label: string;
  first: CaseReview;
  cases: string[];
  before: number;
  after: number;
}

/** One row for a finding and what became of it, however many cases show it: new ones first. */
function differentFindings(review: PatchReview): FindingRow[] {
  const rows = new Map<string, FindingRow>();
  for (const c of review.cases) {
    for (const row of c.findings) {
      const id = rowId(row);
      const known = rows.get(id) ?? { row, label: "", first: c, cases: [], before: 0, after: 0 };
      known.cases.push(c.name);
      known.before += row.before?.seen ?? 0;
      known.after += row.after?.seen ?? 0;
      rows.set(id, known);
    }
  }
  const all = [...rows.values()];
  const found = all.map(({ row }) => (row.after ?? row.before)!);
  all.forEach((one, i) => {
    one.label = labelOf(found[i]!, found);
  });
  const order = ["new", "gone", "same"];
  return all.sort((a, b) => order.indexOf(a.row.change) - order.indexOf(b.row.change));
}

/** The title as the kernel has it; where others have it too, with what is touched or called, and with its line if need be. */
function labelOf(one: FoundFinding, all: readonly FoundFinding[]): string {
  const { what, file, line } = one.place;
  const others = all.filter(({ title }) => title === one.title);
  const differ = (key: (place: FoundFinding["place"]) => string): boolean =>
    others.some(({ place }) => key(place) !== key(one.place));
  const parts = [
    differ((place) => place.what) && what !== "" ? what : "",
    others.some(({ place }) => place.what === what && findingId({ ...one, place }) !== findingId(one))
      ? `${file}:${line}`
      : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? one.title : `${one.title} (${parts.join(", ")})`;
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
  for (const row of differentFindings(review)) yield findingPart(review, row, options);
  for (const change of options.verbose ? CHANGES : CHANGES.slice(0, 2)) {
    for (const c of review.cases) {
      for (const row of c.outcomes) if (row.change === change) yield outcomePart(review, row, c, options);
    }
  }
}

const CHANGES = ["new", "gone", "same"] as const;

function heading(row: ShownRow<unknown>, text: string, where: string, { style, width }: TextOptions): string {
  const paint = row.change === "new" ? style.red : row.change === "gone" ? style.green : style.yellow;
  return paint(field(`${row.change}${row.proven ? "" : "?"}`, `${text} (${where})`, width));
}

function findingPart(
  review: PatchReview,
  { row, label, first, cases }: FindingRow,
  options: TextOptions,
): string[] {
  const where = cases.length <= 3 ? cases.join(", ") : `${cases[0]} and ${cases.length - 1} more cases`;
  const lines = [heading(row, label, where, options)];
  if (row.shown === null) return lines;
  if (row.change === "same" && !options.verbose) return [...lines, replayLine(row.shown)];
  const { side } = row.shown;
  const entry = (row.after ?? row.before)!;
  return [
    ...lines,
    ...findingLines(entry, row.shown, `, ${side} the patch`, first.config, review.source[side], options),
  ];
}

/** The figure of an outcome, unless a finding of the same case and side has one that tells the same story. */
function outcomePart(
  review: PatchReview,
  row: ShownRow<Outcome>,
  c: CaseReview,
  options: TextOptions,
): string[] {
  const text = `outcome ${stateLine((row.after ?? row.before)!)}`;
  const lines = [heading(row, text, c.name, options)];
  const { shown } = row;
  if (shown === null) return lines;
  const told = c.findings.some((f) => f.change === row.change && f.shown?.side === shown.side);
  if (told && !options.verbose) return [...lines, replayLine(shown)];
  const { side } = shown;
  return [...lines, ...scheduleLines(shown, `, ${side} the patch`, c.config, review.source[side], options)];
}

/** How the cases answer their conditions: those that answer differently on the two sides, or break a promise. */
function conditionLines(review: PatchReview, verbose: boolean): string[] {
  const lines: string[] = [];
  let text = "";
  let quiet = 0;
  for (const c of review.cases) {
    const { before, after } = c;
    if (before.judgement === null || after.judgement === null) continue;
    const same = before.judgement.observation === after.judgement.observation;
    const broken = isBroken(before.judgement) || isBroken(after.judgement);
    if (same && !broken && !verbose) {
      quiet++;
      continue;
    }
    const condition = before.judgement.condition.text;
    if (condition !== text && !verbose) lines.push(`Condition ${condition}`);
    text = condition;
    for (const side of ["before", "after"] as const) {
      const { exploration, judgement } = c[side];
      const all = herd(
        `${c.name}:${side}`,
        exploration.outcomes,
        judgement,
        exploration.complete,
        isSampled(exploration),
      );
      if (verbose) lines.push(...all, "");
      else lines.push(all.at(-1)!);
    }
  }
  if (quiet > 0)
    lines.push(
      `Conditions of ${plural(quiet, lines.length > 0 ? "other case" : "case")}: the same answer before and after`,
    );
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}

function notCovered(review: PatchReview, { width, style }: TextOptions): string[] {
  const limits = limitsOf(coveredBy(review.cases));
  const lines = [style.dim(field("limits", `${limits.join("; ")}.`, width))];
  const way = wayOut(coveredBy(review.cases).map((c) => c.exploration));
  if (review.verdict === "undecided" && way !== null && !review.interrupted)
    lines.push(field("way out", way, width));
  return lines;
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
