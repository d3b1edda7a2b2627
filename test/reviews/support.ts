// Reviewing the founding patch and its variants as `smplab review` does, one scenario at a time.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { applyPatch, overlay, type PatchMail, readMail, type SourceTree } from "../../patches/api.js";
import {
  compiler,
  diskTree,
  loadParser,
  localExplorer,
  type Outcome,
  type PatchReview,
  packageRoot,
  type ReviewTools,
  reviewPatch,
  shippedKernel,
  shippedTree,
} from "../../src/api.js";

const root = packageRoot();
const FOUNDING = "patches/samples/2010-09-13-memcg-file-mapped.txt";

export function mailOf(path: string): PatchMail {
  const { mails, problems } = readMail(readFileSync(join(root, path)));
  const [mail] = mails;
  if (mail === undefined || mails.length > 1) throw new Error(`${path}: ${JSON.stringify(problems)}`);
  return mail;
}

/** The small kernel with the founding patch applied: what the variants apply to. */
export function foundingTree(): SourceTree {
  const tree = diskTree(shippedTree());
  const applied = applyPatch(mailOf(FOUNDING), tree);
  if (!applied.ok) throw new Error(applied.problems.map((p) => p.message).join("\n"));
  return overlay(tree, applied.changes);
}

let tools: ReviewTools | null = null;

async function reviewTools(): Promise<ReviewTools> {
  const kernel = shippedKernel();
  tools ??= {
    kernel,
    explorer: localExplorer(kernel),
    compiler: compiler((await loadParser()).port),
    seconds: 120,
    tokenOf: () => "",
    packageRoot: root,
    cwd: root,
  };
  return tools;
}

async function review(
  mail: string,
  tree: SourceTree,
  scenarios: readonly string[],
  some: Partial<ReviewTools> = {},
): Promise<PatchReview> {
  const result = await reviewPatch(
    {
      mail: mailOf(mail),
      input: mail,
      tree,
      treeName: "kernel/tree",
      scenarios: scenarios.map((scenario) => `kernel/scenarios/memcg/${scenario}.c`),
      wish: {},
    },
    { ...(await reviewTools()), ...some },
  );
  if (!result.ok) {
    throw new Error(
      result.kind === "patch" ? result.problems.map((p) => p.message).join("\n") : result.refusal.text,
    );
  }
  return result.review;
}

export const reviewFounding = (scenario: string): Promise<PatchReview> =>
  review(FOUNDING, diskTree(shippedTree()), [scenario]);

/** Several scenarios in one review, with all schedules made short or only those that a text shows. */
export const reviewScenarios = (scenarios: readonly string[], showsAll: boolean): Promise<PatchReview> =>
  review(FOUNDING, diskTree(shippedTree()), scenarios, { showsAll });

/** `variant` is held against the tree that has the founding patch. */
export const reviewVariant = (variant: string, scenario: string): Promise<PatchReview> =>
  review(`patches/samples/variants/${variant}.patch`, foundingTree(), [scenario]);

/** An outcome's values by name. */
export function valuesOf({ values }: Outcome): Record<string, number> {
  return Object.fromEntries(values.map(({ name, value }) => [name, Number(value)]));
}

/** Titles of the findings that only one side has, or both. */
export function titlesOf(review: PatchReview, change: "new" | "gone" | "same"): string[] {
  const titles = review.cases.flatMap((c) =>
    c.findings.flatMap((f) => (f.change === change ? [(f.after ?? f.before)!.title] : [])),
  );
  return [...new Set(titles)].sort();
}
