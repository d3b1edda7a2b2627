// Outcomes in herd's order and form: one line a state, `name=value;` in the order of the names.

import type { Outcome } from "../explore/result.js";

/** Sorted as a reader expects: by value, name by name; outcomes of another shape by their text. */
export function sortOutcomes(outcomes: readonly Outcome[]): Outcome[] {
  return [...outcomes].sort(compareOutcomes);
}

export function compareOutcomes(a: Outcome, b: Outcome): number {
  const shared = Math.min(a.values.length, b.values.length);
  for (let i = 0; i < shared; i++) {
    const left = a.values[i]!;
    const right = b.values[i]!;
    if (left.name !== right.name) return left.name < right.name ? -1 : 1;
    if (left.value !== right.value) return left.value < right.value ? -1 : 1;
  }
  return a.key < b.key ? -1 : a.key > b.key ? 1 : 0;
}

/** The line of one outcome; what the scenario did not observe is said rather than left blank. */
export function stateLine(outcome: Outcome): string {
  return outcome.key === "" ? "(nothing observed)" : outcome.key;
}

/** Names whose values are not the same in all outcomes; what never varies tells outcomes apart in no way. */
export function varyingNames(outcomes: readonly Outcome[]): Set<string> {
  const first = new Map<string, bigint>();
  const varying = new Set<string>();
  for (const { values } of outcomes) {
    for (const { name, value } of values) {
      const known = first.get(name);
      if (known === undefined) first.set(name, value);
      else if (known !== value) varying.add(name);
    }
  }
  return varying;
}

/** The line of an outcome with only the values that tell it from the others. */
export function shortStateLine(outcome: Outcome, varying: ReadonlySet<string>): string {
  const told = outcome.values.filter(({ name }) => varying.has(name));
  if (outcome.end !== "finished" || told.length === 0) return stateLine(outcome);
  return told.map(({ name, value }) => `${name}=${value};`).join(" ");
}
