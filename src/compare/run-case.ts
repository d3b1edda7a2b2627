// One case of a file on its own: explore it, and show each outcome and each finding.

import type { Prepared } from "../compile/prepare.js";
import { straight } from "../explore/replay.js";
import { isBroken } from "../outcome/judge.js";
import type { CaseRun } from "../report/model.js";
import { hasOpenEnd } from "./compare.js";
import { type CaseTools, exploreCase, judgementOf, showRun } from "./review-case.js";

export async function runCase(prepared: Prepared, tools: CaseTools): Promise<CaseRun> {
  const { program, entry, config, name } = prepared;
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
    straight: straight(program, entry, tools.kernel, config),
    concurrent,
  };
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
