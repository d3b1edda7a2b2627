// The first screen of a review: what was applied, what ran, the before/after box, then for every difference a
// run that shows it, the cost table, and what the verdict does not cover. The last line is the verdict, for
// those who read the tail of a log.

import type { FoundFinding, Outcome } from "../explore/result.js";
import { stateLine } from "../outcome/states.js";
import { type BoxRow, box } from "./box.js";
import { costTable } from "./cost.js";
import { figure } from "./figure.js";
import { herd } from "./herd.js";
import { count, field, plural, seconds } from "./layout.js";
import { type CaseReview, limitsOf, type PatchReview, type Shown, type ShownRow } from "./model.js";
import { splat } from "./splat.js";
import type { Style } from "./style.js";

export interface TextOptions {
  style: Style;
  width: number;
  /** Version of smplab, for the first line of splats. */
  version: string;
  /** Title of a finding that a step reports. */
  titleOf: (side: "before" | "after", finding: FoundFinding["finding"]) => string;
  /** Show every outcome, every function's cost and a figure also for what is the same on both sides. */
  verbose: boolean;
}

/** Outcomes that are the same on both sides: this many are listed for one case, the others summed up. */
const SAME_LISTED = 8;

export function reviewText(review: PatchReview, options: TextOptions): string {
  const { style } = options;
  const lines = [...appliedLines(review, options), ...machineLines(review, options), ""];
  if (review.cases.length > 0) lines.push(...box(boxRows(review, options), style, options.width), "");
  for (const part of details(review, options)) lines.push(...part, "");
  for (const judged of review.cases.filter((c) => c.after.judgement !== null)) {
    lines.push(...conditionLines(judged), "");
  }
  for (const table of review.costs) lines.push(...costTable(table, options.verbose), "");
  lines.push(...notCovered(review, options), verdictLine(review, options));
  return `${lines.join("\n")}\n`;
}

function appliedLines(review: PatchReview, { width, verbose, style }: TextOptions): string[] {
  const { patch } = review;
  const lines = [style.bold(field("applied", patch.subject, width))];
  if (patch.author !== "")
    lines.push(field("", [patch.author, patch.date].filter((t) => t !== "").join(", "), width));
  const healed = patch.hunks.reduce((all, hunk) => all + hunk.repairs.length, 0);
  lines.push(
    field(
      "",
      `${plural(patch.hunks.length, "hunk")} in ${patch.paths.join(", ")}, ${healed === 0 ? "nothing to heal" : `${plural(healed, "line")} healed`}`,
      width,
    ),
  );
  for (const hunk of patch.hunks) {
    const odd = hunk.offset !== 0 || hunk.fuzz !== 0 || hunk.heading.verdict === "differs";
    if (!odd && !verbose) continue;
    const notes = [
      `hunk ${hunk.hunk}/${hunk.of} at ${hunk.path}:${hunk.line}`,
      hunk.offset === 0 ? "" : `offset ${hunk.offset > 0 ? "+" : ""}${hunk.offset}`,
      hunk.fuzz === 0 ? "" : `fuzz ${hunk.fuzz}`,
      hunk.heading.verdict === "differs"
        ? `heading says "${hunk.heading.wanted}", lies in "${hunk.heading.found}"`
        : "",
      verbose && hunk.repairs.length > 0 ? `${hunk.repairs.length} healed` : "",
    ];
    lines.push(field("", notes.filter((note) => note !== "").join(", "), width));
  }
  for (const warning of patch.warnings) lines.push(style.yellow(field("warning", warning.message, width)));
  return lines;
}

function machineLines(review: PatchReview, { width }: TextOptions): string[] {
  const { cases } = review;
  const files = [...new Set(cases.map((c) => c.file))];
  const lines = [
    field("scenarios", `${plural(cases.length, "case")} in ${files.join(", ") || "no file"}`, width),
  ];
  if (cases.length === 0) return lines;
  const total = (side: "before" | "after") =>
    cases.reduce((all, c) => all + c[side].exploration.stats.states, 0);
  const spent = cases.reduce(
    (all, c) => all + c.before.exploration.stats.seconds + c.after.exploration.stats.seconds,
    0,
  );
  const states = total("before") + total("after");
  const complete = cases.every((c) => c.before.exploration.complete && c.after.exploration.complete);
  const rate = spent > 0 ? `  ${count(states / spent)} states/s` : "";
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

function boxRows(review: PatchReview, options: TextOptions): BoxRow[] {
  const rows: BoxRow[] = [];
  for (const c of review.cases) {
    const { before, after } = c;
    rows.push({ label: c.name, paint: "bold" });
    rows.push({
      label: `  states explored, ${c.config.cpus} CPUs, preempt=${c.config.preempt}`,
      before: exploredCell(before.exploration.stats.states, before.exploration.complete),
      after: exploredCell(after.exploration.stats.states, after.exploration.complete),
      paint: "dim",
    });
    for (const row of c.findings) {
      rows.push(tableRow(row.key, row, row.before?.seen ?? 0, row.after?.seen ?? 0));
    }
    const same = c.outcomes.filter((row) => row.change === "same");
    const listed = options.verbose ? same : same.slice(0, SAME_LISTED);
    for (const row of c.outcomes) {
      if (row.change === "same" && !listed.includes(row)) continue;
      const state = stateLine((row.before ?? row.after)!);
      rows.push(tableRow(`outcome ${state}`, row, row.before?.states ?? 0, row.after?.states ?? 0));
    }
    if (same.length > listed.length) {
      rows.push({
        label: `  ${plural(same.length - listed.length, "more outcome")}`,
        mark: "same",
        paint: "dim",
      });
    }
  }
  return rows;
}

function exploredCell(states: number, complete: boolean): string {
  return `${count(states)}${complete ? "" : " (cut)"}`;
}

function tableRow(
  label: string,
  row: ShownRow<Outcome | FoundFinding>,
  before: number,
  after: number,
): BoxRow {
  const paint = row.change === "new" ? "red" : row.change === "gone" ? "green" : null;
  return {
    label: `  ${label}`,
    before: count(before),
    after: count(after),
    mark: `${row.change}${row.proven ? "" : "?"}`,
    ...(paint === null ? {} : { paint }),
  };
}

/** One part for each difference: a finding is shown once, even if several cases have it. */
function* details(review: PatchReview, options: TextOptions): Generator<string[]> {
  const findings = new Map<string, { row: ShownRow<FoundFinding>; first: CaseReview; cases: string[] }>();
  for (const c of review.cases) {
    for (const row of c.findings) {
      const key = `${row.change} ${row.key}`;
      const known = findings.get(key);
      if (known === undefined) findings.set(key, { row, first: c, cases: [c.name] });
      else known.cases.push(c.name);
    }
  }
  const order = ["new", "gone", "same"];
  const sorted = [...findings.values()].sort(
    (a, b) => order.indexOf(a.row.change) - order.indexOf(b.row.change),
  );
  for (const { row, first, cases } of sorted) {
    yield findingPart(review, row, first, cases, options);
  }
  for (const change of ["new", "gone"] as const) {
    for (const c of review.cases) {
      for (const row of c.outcomes) if (row.change === change) yield outcomePart(review, row, c, options);
    }
  }
  if (!options.verbose) return;
  for (const c of review.cases) {
    for (const row of c.outcomes) if (row.change === "same") yield outcomePart(review, row, c, options);
  }
}

const WORD = { new: "new", gone: "gone", same: "same" } as const;

function heading(row: ShownRow<unknown>, text: string, where: string, { style, width }: TextOptions): string {
  const paint = row.change === "new" ? style.red : row.change === "gone" ? style.green : style.yellow;
  return paint(field(`${WORD[row.change]}${row.proven ? "" : "?"}`, `${text}   in ${where}`, width));
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
  const { shown } = row;
  if (shown === null) return lines;
  const entry = (row.after ?? row.before)!;
  if (row.change === "same" && !options.verbose) {
    lines.push(`          replay: smplab replay ${shown.replay}`);
    return lines;
  }
  lines.push(
    "",
    ...splat(entry.title, entry.finding, shown.trace, { version: options.version, config: first.config }),
    "",
    ...shownLines(review, shown, first, options),
  );
  return lines;
}

function outcomePart(
  review: PatchReview,
  row: ShownRow<Outcome>,
  c: CaseReview,
  options: TextOptions,
): string[] {
  const text = `outcome ${stateLine((row.after ?? row.before)!)}`;
  const lines = [heading(row, text, c.name, options)];
  if (row.shown !== null) lines.push(...shownLines(review, row.shown, c, options));
  return lines;
}

function shownLines(review: PatchReview, shown: Shown, c: CaseReview, options: TextOptions): string[] {
  return [
    options.style.dim(`        ${shown.shortest ? "shortest" : "short"} schedule, ${shown.side} the patch:`),
    ...figure(shown.trace, {
      cpus: c.config.cpus,
      width: options.width,
      source: review.source[shown.side],
      style: options.style,
      detail: "short",
      titleOf: (finding) => options.titleOf(shown.side, finding),
    }),
    `        replay: smplab replay ${shown.replay}`,
  ];
}

function conditionLines(c: CaseReview): string[] {
  const lines: string[] = [];
  for (const side of ["before", "after"] as const) {
    const { exploration, judgement } = c[side];
    lines.push(...herd(`${c.name}:${side}`, exploration.outcomes, judgement, exploration.complete), "");
  }
  lines.pop();
  return lines;
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
