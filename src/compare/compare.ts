// Before against after: which outcomes and which findings are gone, new or the same.
//
// In: two explorations of one scenario. Out: a row for each outcome and each finding title of either side.
// A difference is proven only where the side on which something is missing was explored completely: what an
// unfinished search has not met may still be there.

import type { Exploration, FoundFinding, Outcome } from "../explore/result.js";
import { compareOutcomes } from "../outcome/states.js";

export type Change = "gone" | "new" | "same";

export interface Row<T> {
  /** Outcome key or finding title: what makes the two sides' entries one row. */
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

export function compare(before: Exploration, after: Exploration): Comparison {
  const outcomes = rows(before.outcomes, after.outcomes, (o) => o.key, before.complete, after.complete);
  const findings = rows(before.findings, after.findings, (f) => f.title, before.complete, after.complete);
  outcomes.sort((a, b) => compareOutcomes((a.before ?? a.after)!, (b.before ?? b.after)!));
  findings.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return { outcomes, findings };
}

function rows<T>(
  before: readonly T[],
  after: readonly T[],
  keyOf: (entry: T) => string,
  beforeComplete: boolean,
  afterComplete: boolean,
): Row<T>[] {
  const byKey = new Map<string, Row<T>>();
  for (const entry of before) {
    const key = keyOf(entry);
    if (!byKey.has(key))
      byKey.set(key, { key, change: "gone", proven: afterComplete, before: entry, after: null });
  }
  for (const entry of after) {
    const key = keyOf(entry);
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
