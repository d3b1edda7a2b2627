// A condition held against the outcomes of an exploration, answered as herd answers: Never, Sometimes or Always,
// with the numbers of outcomes that satisfy it and that do not.
//
// Counts are distinct outcomes, as herd's are distinct final states. An outcome of a run that did not come
// to its end (cut, unsupported, our failure) counts on neither side: nothing is known of its values, so it
// makes the answer open instead.

import type { Outcome } from "../explore/result.js";
import { type Condition, holds, namesIn } from "./condition.js";

export interface Judgement {
  condition: Condition;
  observation: "Never" | "Sometimes" | "Always";
  positive: number;
  negative: number;
  /** The condition with its quantifier: validated or not. */
  validated: boolean;
  /** False: what was not explored could still turn `validated` round. */
  decided: boolean;
  /** Names that the condition mentions and no outcome carries. */
  unknown: string[];
  /** An outcome that shows the answer: satisfies an exists, violates a forall or ~exists; else null. */
  shownBy: Outcome | null;
}

export function judge(condition: Condition, outcomes: readonly Outcome[], complete: boolean): Judgement {
  let positive = 0;
  let negative = 0;
  let open = !complete;
  let firstPositive: Outcome | null = null;
  let firstNegative: Outcome | null = null;
  const known = new Set<string>();
  for (const outcome of outcomes) {
    for (const { name } of outcome.values) known.add(name);
    if (outcome.end === "cut" || outcome.end === "unsupported" || outcome.end === "internal") {
      open = true;
      continue;
    }
    if (holds(condition.prop, new Map(outcome.values.map(({ name, value }) => [name, value])))) {
      positive++;
      firstPositive ??= outcome;
    } else {
      negative++;
      firstNegative ??= outcome;
    }
  }
  const { quantifier } = condition;
  const validated =
    quantifier === "exists" ? positive > 0 : quantifier === "forall" ? negative === 0 : positive === 0;
  // A found witness settles exists; a found counterexample settles forall and ~exists.
  const settledByWitness = quantifier === "exists" ? validated : !validated;
  return {
    condition,
    observation: positive === 0 ? "Never" : negative === 0 ? "Always" : "Sometimes",
    positive,
    negative,
    validated,
    decided: settledByWitness || !open,
    unknown: namesIn(condition.prop).filter((name) => !known.has(name)),
    shownBy: quantifier === "forall" ? firstNegative : firstPositive,
  };
}

/** An `exists` asks, so either answer is fine; `forall` and `~exists` promise, so a run that shows otherwise breaks them. */
export function isBroken({ condition, decided, validated }: Judgement): boolean {
  return condition.quantifier !== "exists" && decided && !validated;
}

/** A condition as one case answers it. */
export interface Answer {
  name: string;
  judgement: Judgement | null;
  outcomes: readonly Outcome[];
}

/**
 * The first case whose condition mentions what the case does not observe. A case of which no run came far enough to
 * observe anything is not asked.
 */
export function strangeNames(
  answers: readonly Answer[],
): { name: string; strange: string[]; known: string[] } | null {
  for (const { name, judgement, outcomes } of answers) {
    const known = new Set(outcomes.flatMap((o) => o.values.map((v) => v.name)));
    if (judgement === null || known.size === 0 || judgement.unknown.length === 0) continue;
    return { name, strange: judgement.unknown, known: [...known].sort() };
  }
  return null;
}
