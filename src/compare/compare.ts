// Before against after: which outcomes and which findings are gone, new or the same.
//
// In: two explorations of one scenario. Out: a row for each outcome and each finding of either side.
//
// The hard thing is which finding before the patch is which after it: their lines have moved. A finding has a partner of
// the same title that touches or calls the same, in C words. Of several such, those go together whose lines read the
// same and stand between lines that do, then those whose lines do, then the rest in their order. So a second WARN_ON()
// in a function is new even if it says what the first one says.
//
// A difference is proven only where the side on which something is missing was explored completely: what an
// unfinished search has not met may still be there.

import {
  compareFound,
  type Exploration,
  type FoundFinding,
  findingId,
  type Outcome,
} from "../explore/result.js";
import { compareOutcomes } from "../outcome/states.js";

export type Change = "gone" | "new" | "same";

export interface Row<T> {
  /** The outcome's key; the finding's title and what it touches, with a number where that is there several times. */
  key: string;
  change: Change;
  /** Always true for "same". */
  proven: boolean;
  before: T | null;
  after: T | null;
}

export interface Comparison {
  outcomes: Row<Outcome>[];
  findings: Row<FoundFinding>[];
}

/**
 * "changed": a proven difference. "undecided": no proven difference, but a search was cut or a run met
 * something that smplab does not model. "same": everything was explored and nothing differs.
 */
export type Verdict = "same" | "changed" | "undecided";

/** The text of a line of C on either side, "" if it is not known. */
export type Sources = Readonly<Record<"before" | "after", (file: string, line: number) => string>>;

const UNKNOWN: Sources = { before: () => "", after: () => "" };

export function compare(before: Exploration, after: Exploration, sources = UNKNOWN): Comparison {
  const outcomes = outcomeRows(before.outcomes, after.outcomes, before.complete, after.complete);
  const findings = findingRows(before, after, sources);
  outcomes.sort((a, b) => compareOutcomes((a.before ?? a.after)!, (b.before ?? b.after)!));
  return { outcomes, findings };
}

/** What a row says, whichever case says it: the same finding with the same fate. */
export function rowId({ change, before, after }: Row<FoundFinding>): string {
  return `${change} ${findingId((after ?? before)!)}`;
}

/** By what two findings of one title are taken for the same, the best first: partners have the same text. */
const LIKENESS: readonly ((found: FoundFinding, line: Sources["before"]) => string)[] = [
  (found, text) => `${alike(found)}\n${linesAround(found, 1, text)}`,
  (found, text) => `${alike(found)}\n${linesAround(found, 0, text)}`,
  alike,
  // Elements have other numbers where the patch adds an enumerator.
  (found, text) => `${withoutNumbers(alike(found))}\n${linesAround(found, 0, text)}`,
  (found) => withoutNumbers(alike(found)),
];

function linesAround({ place: { file, line } }: FoundFinding, by: number, text: Sources["before"]): string {
  const lines: string[] = [];
  for (let at = line - by; at <= line + by; at++) lines.push(text(file, at).trim());
  return lines.join("\n");
}

function withoutNumbers(words: string): string {
  return words.replace(/(\[|[+-] )\d+/g, "$1");
}

function findingRows(before: Exploration, after: Exploration, sources: Sources): Row<FoundFinding>[] {
  const ours = inOrder(before.findings);
  const theirs = inOrder(after.findings);
  const partner = new Map<FoundFinding, FoundFinding>();
  let free = ours;
  for (const likeness of LIKENESS) {
    const waiting = new Map<string, FoundFinding[]>();
    for (const one of free) {
      const text = likeness(one, sources.before);
      waiting.set(text, [...(waiting.get(text) ?? []), one]);
    }
    for (const one of theirs) {
      if (partner.has(one)) continue;
      const first = waiting.get(likeness(one, sources.after))?.shift();
      if (first !== undefined) partner.set(one, first);
    }
    const taken = new Set(partner.values());
    free = free.filter((one) => !taken.has(one));
  }
  const rows: Omit<Row<FoundFinding>, "key">[] = [
    ...free.map((one) => ({ change: "gone" as const, proven: after.complete, before: one, after: null })),
    ...theirs.map((one) => {
      const first = partner.get(one);
      return first === undefined
        ? { change: "new" as const, proven: before.complete, before: null, after: one }
        : { change: "same" as const, proven: true, before: first, after: one };
    }),
  ];
  rows.sort((p, q) => compareFound((p.after ?? p.before)!, (q.after ?? q.before)!));
  const times = new Map<string, number>();
  return rows.map((row) => {
    const key = alike((row.after ?? row.before)!);
    const time = (times.get(key) ?? 0) + 1;
    times.set(key, time);
    return { key: time === 1 ? key : `${key} #${time}`, ...row };
  });
}

/** Each once, by its place. */
function inOrder(findings: readonly FoundFinding[]): FoundFinding[] {
  const byId = new Map<string, FoundFinding>();
  for (const one of findings) if (!byId.has(findingId(one))) byId.set(findingId(one), one);
  return [...byId.values()].sort(compareFound);
}

/** All of a finding that does not move with its line. */
function alike({ title, place: { what } }: FoundFinding): string {
  return what === "" ? title : `${title} | ${what}`;
}

function outcomeRows(
  before: readonly Outcome[],
  after: readonly Outcome[],
  beforeComplete: boolean,
  afterComplete: boolean,
): Row<Outcome>[] {
  const byKey = new Map<string, Row<Outcome>>();
  for (const entry of before) {
    const { key } = entry;
    if (!byKey.has(key))
      byKey.set(key, { key, change: "gone", proven: afterComplete, before: entry, after: null });
  }
  for (const entry of after) {
    const { key } = entry;
    const row = byKey.get(key);
    if (row === undefined) {
      byKey.set(key, { key, change: "new", proven: beforeComplete, before: null, after: entry });
    } else if (row.after === null) {
      row.change = "same";
      row.proven = true;
      row.after = entry;
    }
  }
  return [...byKey.values()];
}

export function verdictOf(comparison: Comparison, before: Exploration, after: Exploration): Verdict {
  const all = [...comparison.outcomes, ...comparison.findings];
  if (all.some((row) => row.change !== "same" && row.proven)) return "changed";
  return before.complete && after.complete && !hasOpenEnd(before) && !hasOpenEnd(after)
    ? "same"
    : "undecided";
}

/** A run ended for a reason that says nothing about the C: a bound, an unmodelled construct, our failure. */
export function hasOpenEnd(exploration: Exploration): boolean {
  return exploration.outcomes.some(({ end }) => end === "cut" || end === "unsupported" || end === "internal");
}

/** The verdict over several scenarios: one that changed decides; else one that is open, or missing, keeps all open. */
export function overall(verdicts: readonly Verdict[], missing = false): Verdict {
  if (verdicts.includes("changed")) return "changed";
  return missing || verdicts.includes("undecided") || verdicts.length === 0 ? "undecided" : "same";
}
