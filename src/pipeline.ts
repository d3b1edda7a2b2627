// The way through the house. Every stage takes a whole value and gives a whole value; how each works stands in
// its own room, and ARCHITECTURE.md has the map.
//
//   mail ─ read ─▶ patch ─ heal, locate, apply (base tree) ─▶ tree before, tree after
//   each tree + scenario ─ preprocess ─ parse ─ check ─ lower ─▶ program ─ explore ─▶ outcomes, findings, costs
//   compare (before, after) ─▶ verdicts ─▶ report

import { applyPatch, overlay, type PatchMail, type Problem, type SourceTree } from "../patches/api.js";
import { overall } from "./compare/compare.js";
import { compareCost } from "./compare/cost.js";
import { type CaseTools, exploreBefore, FirstShown, reviewCase } from "./compare/review-case.js";
import type { Compiler } from "./compile/compile.js";
import { SourceFiles } from "./compile/files.js";
import type { KnownCases } from "./compile/known-cases.js";
import { type MachineWish, prepareAfter, prepareScenario, type Refusal } from "./compile/prepare.js";
import { scenariosFor, shippedScenarios } from "./compile/scenarios.js";
import { type CompilerWarning, withoutRepeats } from "./compile/warnings.js";
import { clock } from "./jobs/explorer.js";
import { Ahead } from "./report/ahead.js";
import { type CaseReview, type CostTable, type PatchReview, summaryOf } from "./report/model.js";

export interface ReviewRequest {
  mail: PatchMail;
  /** Name of the mail's file, for places in messages. */
  input: string;
  tree: SourceTree;
  treeName: string;
  /** Scenario files by the names that SourceFiles knows; null: those that come with smplab and read what is patched. */
  scenarios: readonly string[] | null;
  wish: MachineWish;
}

export interface ReviewTools extends CaseTools {
  compiler: Compiler;
  /** Cases of scenarios that were compiled before; without it nothing of one review is kept for another. */
  known?: KnownCases;
  packageRoot: string;
  cwd: string;
}

export type ReviewResult =
  | { ok: true; review: PatchReview; after: SourceTree }
  /** The patch does not apply: all that stands in the way. */
  | { ok: false; kind: "patch"; problems: readonly Problem[] }
  /** A scenario is of no use, or does not compile on one side. */
  | { ok: false; kind: "scenario"; refusal: Refusal };

export async function reviewPatch(request: ReviewRequest, tools: ReviewTools): Promise<ReviewResult> {
  const started = clock();
  const { mail, tree, wish } = request;
  const { known = null } = tools;

  const applied = applyPatch(mail, tree, { file: request.input });
  if (!applied.ok) return { ok: false, kind: "patch", problems: applied.problems };
  const patched = overlay(tree, applied.changes);

  const before = new SourceFiles(tree, tools.packageRoot, tools.cwd);
  const after = new SourceFiles(patched, tools.packageRoot, tools.cwd);
  const source = {
    before: (file: string, line: number) => before.line(file, line),
    after: (file: string, line: number) => after.line(file, line),
  };
  const paths = applied.changes.map((change) => change.path);
  const scenarios = request.scenarios ?? scenariosFor(shippedScenarios(tools.packageRoot), paths, before);

  const reviews: Promise<CaseReview>[] = [];
  const firsts = new FirstShown();
  const costs: Promise<CostTable>[] = [];
  const warnings: CompilerWarning[] = [];
  for (const scenario of scenarios) {
    if (tools.explorer.interrupted) break;
    const left = prepareScenario(scenario, before, tools.compiler, wish, known);
    if (!left.ok) return { ok: false, kind: "scenario", refusal: left };
    // Somebody can search already, while the other side is compiled.
    const [first] = left.cases;
    const begun = exploreBefore(first!, tools);
    begun.catch(() => {});
    await turn();
    const prepared = prepareAfter(left, scenario, after, tools.compiler, wish, known);
    if (!prepared.ok) return { ok: false, kind: "scenario", refusal: prepared };
    warnings.push(...prepared.warnings);
    for (const pair of prepared.pairs) {
      const isShown = tools.showsAll === false ? firsts.of(reviews.length) : undefined;
      const own = pair.before === first ? begun : undefined;
      reviews.push(reviewCase(pair.before, pair.after, source, tools, isShown, own));
      if (pair.before.cost) costs.push(compareCost(pair.before, pair.after, tools.explorer, tools.seconds));
    }
    await turn();
  }
  const cases: CaseReview[] = [];
  const ahead = new Ahead();
  for (const reviewed of reviews) {
    cases.push(await reviewed);
    // While the others are searched. A report of everything is made when somebody reads it.
    if (tools.showsAll === false) ahead.take(cases.at(-1)!);
  }

  return {
    ok: true,
    after: patched,
    review: {
      patch: summaryOf(mail, applied),
      tree: request.treeName,
      cases,
      warnings: withoutRepeats(warnings),
      costs: await Promise.all(costs),
      verdict: overall(
        cases.map((c) => c.verdict),
        tools.explorer.interrupted,
      ),
      seconds: clock() - started,
      source,
      interrupted: tools.explorer.interrupted,
    },
  };
}

/** Searches run beside the compiler: lets those that ended take their next job. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
