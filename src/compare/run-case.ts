// One case of a file on its own: explore it, and show each outcome and each finding.

import type { Prepared } from "../compile/prepare.js";
import { replayConfig } from "../explore/engine.js";
import { replay } from "../explore/replay.js";
import type { Exploration } from "../explore/result.js";
import { isBroken, type Judgement } from "../outcome/judge.js";
import type { CaseRun, CaseVerdict, FileRun } from "../report/model.js";
import { hasOpenEnd } from "./compare.js";
import { type CaseTools, exploreCase, judgementOf, showRun } from "./review-case.js";

export async function runCase(prepared: Prepared, tools: CaseTools): Promise<CaseRun> {
  const { config, name } = prepared;
  const exploration = await exploreCase(prepared, name, tools);
  const judgement = judgementOf(exploration, prepared);
  return {
    name,
    config,
    exploration,
    judgement,
    unbound: prepared.unbound,
    outcomes: exploration.outcomes.map((outcome) => ({
      outcome,
      shown: showRun(prepared, "after", outcome, tools),
    })),
    findings: exploration.findings.map((found) => ({
      found,
      shown: showRun(prepared, "after", found, tools),
    })),
    printed: exploration.complete ? printedBy(prepared, tools) : "",
    verdict: verdictOn(exploration, judgement),
    isTest: prepared.isTest,
    concurrent: exploration.stats.transitions > 0,
  };
}

/** What is printed when each task runs to its end, in order. */
function printedBy({ program, entry, config }: Prepared, tools: CaseTools): string {
  const { printedBefore, steps, printedAfter } = replay(
    program,
    entry,
    tools.kernel,
    replayConfig(config, tools.search?.engine),
    [],
  );
  return [...printedBefore, ...steps.flatMap((step) => step.printed), ...printedAfter].join("");
}

/** A finding, a failed expectation or a broken promise fails; what is open is not decided. */
function verdictOn(exploration: Exploration, judgement: Judgement | null): CaseVerdict {
  const { findings, outcomes, complete } = exploration;
  if (findings.some(({ finding }) => finding.kind !== SKIPPED)) return "failed";
  if (judgement !== null && isBroken(judgement)) return "failed";
  // kunit_skip() ends the case as a failed assertion does, and nothing is wrong with it.
  if (findings.length > 0) return "skipped";
  if (outcomes.some(({ failed, end }) => failed || end === "deadlock" || end === "fatal")) return "failed";
  const open = !complete || hasOpenEnd(exploration) || (judgement !== null && !judgement.decided);
  return open ? "undecided" : "passed";
}

const SKIPPED = "skipped";

export function runVerdict(cases: readonly CaseRun[]): FileRun["verdict"] {
  if (cases.some(({ verdict }) => verdict === "failed")) return "failed";
  return cases.some(({ verdict }) => verdict === "undecided") ? "undecided" : "passed";
}
