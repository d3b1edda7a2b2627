// Outcomes as herd7 prints them (herd/top_herd.ml of herdtools7): readers of litmus tests and mcompare7 know
// every line. Searches that were cut print "Loop " in front of the verdict, as herd does when a bound was hit. Runs that
// are a sample have klitmus7's form instead, so that readers see at once which it was.

import type { Outcome } from "../explore/result.js";
import type { Judgement } from "../outcome/judge.js";
import { sortOutcomes, stateLine } from "../outcome/states.js";
import { plural } from "./layout.js";

export function herd(
  name: string,
  outcomes: readonly Outcome[],
  judgement: Judgement | null,
  complete: boolean,
  /** Samples are told as klitmus7 tells its runs: how often each state was seen, which proves nothing. */
  sampled = false,
): string[] {
  const kind = judgement === null ? "" : ` ${KIND[judgement.condition.quantifier]}`;
  const lines = [
    `Test ${name}${kind}`,
    ...(sampled ? [`Histogram (${plural(outcomes.length, "state")})`] : [`States ${outcomes.length}`]),
    ...sortOutcomes(outcomes).map((o) =>
      sampled ? `${String(o.states).padEnd(8)}:>${stateLine(o)}` : stateLine(o),
    ),
  ];
  if (judgement === null) return lines;
  const { positive, negative, condition, validated, observation } = judgement;
  // The witnesses of ~exists are the states that do not satisfy it.
  const [good, bad] = condition.quantifier === "not-exists" ? [negative, positive] : [positive, negative];
  lines.push(
    `${complete ? "" : "Loop "}${validated ? "Ok" : "No"}`,
    "Witnesses",
    `Positive: ${good} Negative: ${bad}`,
    `Condition ${condition.text}`,
    `Observation ${name} ${observation} ${positive} ${negative}`,
  );
  return lines;
}

const KIND = { exists: "Allowed", forall: "Required", "not-exists": "Forbidden" } as const;
