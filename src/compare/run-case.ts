// One case of a file on its own: explore it, and show each outcome and each finding.

import type { Prepared } from "../compile/prepare.js";
import { replay } from "../explore/replay.js";
import { isBroken } from "../outcome/judge.js";
import type { CaseRun } from "../report/model.js";
import { hasOpenEnd } from "./compare.js";
import { type CaseTools, exploreCase, judgementOf, showRun } from "./review-case.js";

export async function runCase(prepared: Prepared, tools: CaseTools): Promise<CaseRun> {
  const { config, name } = prepared;
  const exploration = await exploreCase(prepared, name, tools);
  const concurrent = exploration.stats.transitions > 0;
  return {
    name,
    config,
    exploration,
    judgement: judgementOf(exploration, prepared),
    outcomes: exploration.outcomes.map((outcome) => ({
      outcome,
      shown: showRun(prepared, "after", outcome, tools),
    })),
    findings: exploration.findings.map((found) => ({
      found,
      shown: showRun(prepared, "after", found, tools),
    })),
    printed: exploration.complete ? printedBy(prepared, tools) : "",
    concurrent,
  };
}

/** What is printed when each task runs to its end, in order. */
function printedBy({ program, entry, config }: Prepared, tools: CaseTools): string {
  const { printedBefore, steps, printedAfter } = replay(program, entry, tools.kernel, config, []);
  return [...printedBefore, ...steps.flatMap((step) => step.printed), ...printedAfter].join("");
}

/** A finding, a failed expectation or a broken promise fails; what is open is not decided. */
export function runVerdict(cases: readonly CaseRun[]): "passed" | "failed" | "undecided" {
  const failed = cases.some(
    ({ findings, judgement, exploration }) =>
      findings.some(({ found }) => found.finding.kind !== "skipped") ||
      exploration.outcomes.some(
        (outcome) => outcome.failed || outcome.end === "deadlock" || outcome.end === "fatal",
      ) ||
      (judgement !== null && isBroken(judgement)),
  );
  if (failed) return "failed";
  const open = cases.some(
    ({ exploration, judgement }) =>
      !exploration.complete || hasOpenEnd(exploration) || (judgement !== null && !judgement.decided),
  );
  return open ? "undecided" : "passed";
}
