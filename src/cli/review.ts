// smplab review: what a patch changes in the behaviour of a tree.

import { resolve } from "node:path";
import { type PatchMail, pickPatches } from "../../patches/api.js";
import { overall, type Verdict } from "../compare/compare.js";
import type { CaseTools } from "../compare/review-case.js";
import { displayName, isShippedScenario, virtualName } from "../compile/files.js";
import { diskTree } from "../front/disk-tree.js";
import { readPatchInput, USAGE_CODES } from "../front/patch-input.js";
import { packageRoot, shippedTree } from "../front/shipped.js";
import { type ReviewResult, reviewPatch } from "../pipeline.js";
import { describeProblem } from "../report/apply.js";
import { jsonText, reviewJson } from "../report/json.js";
import type { PatchReview } from "../report/model.js";
import { reviewText } from "../report/review.js";
import type { TextOptions } from "../report/shown.js";
import { plain, streamStyle } from "../report/style.js";
import { encodeToken } from "../report/token.js";
import type { ReviewFlags } from "./commands.js";
import { Exit, type Io, refuse } from "./io.js";
import { searchWish, warningOptions } from "./options.js";
import { isDirectory, tokenPath } from "./paths.js";
import { scenarioFiles } from "./scenario-names.js";
import { openSession } from "./session.js";
import { OWN, type Searches } from "./shard.js";
import { version } from "./version.js";
import { readWish, refuseStrangeNames } from "./wish.js";

export async function review(
  given: string | undefined,
  flags: ReviewFlags,
  io: Io,
  searches: Searches = OWN,
): Promise<void> {
  const input = given ?? "-";
  if (given === undefined && io.stdinIsTty) {
    refuse(
      io,
      Exit.Usage,
      "no patch given.",
      "Give the path of a mail or diff, or pipe one in: git diff | smplab review -",
    );
    return;
  }
  const treeRoot = flags.tree === undefined ? shippedTree() : resolve(io.cwd, flags.tree);
  if (!isDirectory(treeRoot)) {
    refuse(
      io,
      Exit.Usage,
      `${flags.tree ?? treeRoot} is not a directory.`,
      "Give the root of a source tree with --tree.",
    );
    return;
  }
  const root = packageRoot();
  const scenarios = flags.scenario?.map((word) => scenarioFiles(word, root, io)) ?? null;
  if (scenarios?.includes(null)) return;
  const wish = readWish(flags, io);
  if (wish === null) return;
  const patches = await choosePatches(input, flags, io);
  if (patches === null) return;

  let index = 0;
  const tree = diskTree(treeRoot);
  const treePath = tokenPath(treeRoot, root, io.cwd);
  const patchPath = tokenPath(input, root, io.cwd);
  /** The words that show runs of patch number `index` again; they are made when they are printed. */
  const tokenOf =
    (index: number): CaseTools["tokenOf"] =>
    (prepared, side, schedule) =>
      encodeToken({
        kind: "review",
        side,
        patch: patchPath,
        index,
        version: flags.version ?? 0,
        only: flags.only ?? "",
        tree: treePath,
        scenario: tokenPath(
          resolve(isShippedScenario(prepared.file) ? root : io.cwd, prepared.file),
          root,
          io.cwd,
        ),
        case: prepared.name,
        config: prepared.config,
        hash: prepared.hash,
        schedule,
      });
  const session = await openSession(io, {
    seconds: flags.time,
    fresh: flags.fresh === true,
    search: searchWish(flags),
    warnings: warningOptions(flags),
    jobs: flags.jobs,
    early: 1,
    searches,
    tokenOf: tokenOf(0),
  });
  try {
    const reviews: PatchReview[] = [];
    let base = tree;
    for (const mail of patches) {
      const result = await reviewPatch(
        {
          mail,
          input: input === "-" ? "standard input" : input,
          tree: base,
          treeName: displayName(treeRoot, io.cwd),
          scenarios: scenarios?.flatMap((files) => files!.map((file) => virtualName(file, root))) ?? null,
          wish,
        },
        {
          ...session,
          tokenOf: tokenOf(index),
          showsAll: flags.json === true || flags.verbose === true,
        },
      );
      if (!result.ok) return sayRefused(result, io);
      base = result.after;
      index++;
      if (!searches.reports) continue;
      const answers = result.review.cases.flatMap(({ name, before, after }) =>
        [before, after].map(({ judgement, exploration: { outcomes } }) => ({ name, judgement, outcomes })),
      );
      if (refuseStrangeNames(answers, io)) return;
      reviews.push(result.review);
      if (flags.json !== true) io.out(reviewText(result.review, textOptions(io, flags)));
    }
    if (searches.said(io)) return;
    if (flags.json === true) io.out(jsonText(reviewJson(reviews, version(), flags.timing === true)));
    const { known, asked } = session.kept;
    if (known > 0) {
      const again = flags.fresh === true ? "" : "; --fresh finds them anew";
      io.err(`smplab: ${known} of ${asked} results are known from an earlier review of the same C${again}\n`);
    }
    io.exitCode = exitOf(overall(reviews.map((r) => r.verdict)), flags);
  } finally {
    await session.close();
  }
}

/** The patches of the input, in order; null when that is refused, which has been said. */
async function choosePatches(
  input: string,
  flags: ReviewFlags,
  io: Io,
): Promise<readonly PatchMail[] | null> {
  const read = await readPatchInput([input], io);
  const unreadable = read.problems.some(({ severity }) => severity === "error");
  const picked = pickPatches(read.mails, pickOf(flags));
  const problems = unreadable ? read.problems : [...read.problems, ...picked.problems];
  for (const problem of problems) io.err(describeProblem(problem, plain));
  const errors = problems.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return picked.patches;
  io.exitCode = errors.every(({ code }) => USAGE_CODES.has(code)) ? Exit.Usage : Exit.Refused;
  return null;
}

export function pickOf(flags: { only?: string; version?: number }): { only?: string; version?: number } {
  return {
    ...(flags.only === undefined || flags.only === "" ? {} : { only: flags.only }),
    ...(flags.version === undefined || flags.version === 0 ? {} : { version: flags.version }),
  };
}

export function sayRefused(result: Extract<ReviewResult, { ok: false }>, io: Io): void {
  if (result.kind === "patch") {
    for (const problem of result.problems) io.err(describeProblem(problem, plain));
    refuse(io, Exit.Refused, "the patch does not apply; nothing was run.");
  } else refuse(io, Exit.Refused, result.refusal.text, result.refusal.help);
}

export function textOptions(io: Io, flags: { verbose?: boolean; timing?: boolean }): TextOptions {
  return {
    style: streamStyle(process.stdout),
    // Wider than this nobody reads; narrower than this the figure says nothing.
    width: Math.min(Math.max(io.columns || 100, 80), 140),
    version: version(),
    verbose: flags.verbose === true,
    timing: flags.timing === true,
  };
}

function exitOf(verdict: Verdict, flags: ReviewFlags): Exit {
  if (verdict === "undecided") return Exit.Undecided;
  return verdict === "changed" && flags.exitZero !== true ? Exit.Changed : Exit.Same;
}
