// smplab apply: a patch in any form, applied to a tree. Prints the resulting diff on standard output and what was
// done to each hunk on standard error; writes to the tree only when told to.

import { existsSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, InvalidArgumentError } from "commander";
import {
  type ApplyOptions,
  type ApplyResult,
  applySeries,
  type Problem,
  pickPatches,
  printDiff,
  type Reject,
  type SeriesResult,
} from "../../patches/api.js";
import { diskTree } from "../front/disk-tree.js";
import { gitBlob } from "../front/git-blob.js";
import { byteString, rawBytes, sha1 } from "../front/host.js";
import { readPatchInput, USAGE_CODES } from "../front/patch-input.js";
import { shippedTree } from "../front/shipped.js";
import { isInterrupted, recoverTree, writeTree } from "../front/write-tree.js";
import {
  describeHunks,
  describeMail,
  describeProblem,
  describeProofs,
  listRepairs,
} from "../report/apply.js";
import { plain, type Style } from "../report/style.js";
import { Exit, type Io, refuse } from "./io.js";

interface ApplyFlags {
  readonly tree?: string;
  readonly write?: boolean;
  readonly check?: boolean;
  readonly reject?: boolean;
  readonly fuzz?: number;
  readonly reverse?: boolean;
  readonly strip?: number;
  readonly "3way"?: boolean;
  readonly version?: number;
  readonly only?: string;
  readonly verbose?: boolean;
}

/** Adds the command to the program; `style` colours what goes to standard error. */
export function registerApply(program: Command, io: Io, style: Style = plain): void {
  // `--version N` of this command is not the program's own --version.
  program.enablePositionalOptions();
  program
    .command("apply")
    .description("apply a patch as it was mailed; print the resulting diff")
    .argument("<patch...>", "mail, mbox, maildir, directory of patches or diff; - for standard input")
    .option("--tree <dir>", "tree to apply to (default: the shipped kernel tree)")
    .option("--write", "write the result into the tree")
    .option("--check", "only say whether it applies")
    .option("--reject", "write what fits, and .rej files for the rest (with --write)")
    .option("--fuzz <n>", "context lines at a hunk's ends that may differ", wholeNumber)
    .option("-R, --reverse", "take the patch back")
    .option("-p, --strip <n>", "leading parts to take off file names (default: found)", wholeNumber)
    .option("--3way", "merge hunks that do not fit, with conflict markers")
    .option("--version <n>", "version of the series (default: the newest)", wholeNumber)
    .option("--only <list>", "numbers of the series to apply: 1-3,5")
    .option("-v, --verbose", "list every repaired line")
    .action((paths: string[], flags: ApplyFlags) => apply(paths, flags, io, style));
}

export function wholeNumber(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}

async function apply(paths: readonly string[], flags: ApplyFlags, io: Io, style: Style): Promise<void> {
  const root = flags.tree === undefined ? shippedTree() : resolve(io.cwd, flags.tree);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    refuse(
      io,
      Exit.Usage,
      `${flags.tree ?? root} is not a directory`,
      "Give the root of a source tree with --tree.",
    );
    return;
  }
  if (flags.reject && !flags.write) {
    refuse(io, Exit.Usage, "--reject writes files, so it needs --write");
    return;
  }
  if (isInterrupted(root)) {
    try {
      recoverTree(root);
    } catch (error) {
      refuse(io, Exit.Refused, `an interrupted write cannot be finished: ${(error as Error).message}`);
      return;
    }
    io.err(`An interrupted write to ${flags.tree ?? root} was brought to its end.\n`);
  }
  const input = await readPatchInput(paths, io);
  const picked = pickPatches(input.mails, {
    ...(flags.version === undefined ? {} : { version: flags.version }),
    ...(flags.only === undefined ? {} : { only: flags.only }),
  });
  const unreadable = input.problems.filter((problem) => problem.severity === "error");
  const problems = unreadable.length > 0 ? input.problems : [...input.problems, ...picked.problems];
  for (const problem of problems) io.err(describeProblem(problem, style));
  if (problems.some((problem) => problem.severity === "error")) {
    const errors = problems.filter((problem) => problem.severity === "error");
    const usage = errors.every((problem) => USAGE_CODES.has(problem.code));
    io.exitCode = usage ? Exit.Usage : Exit.Refused;
    return;
  }
  const options: ApplyOptions = {
    sha1,
    byteString,
    rawBytes,
    ...(flags.strip === undefined ? {} : { strip: flags.strip }),
    ...(flags.fuzz === undefined ? {} : { fuzz: flags.fuzz }),
    ...(flags.reverse ? { reverse: true } : {}),
    ...(flags["3way"] ? { threeWay: true, blob: gitBlob(root) } : {}),
    ...(flags.reject ? { reject: true } : {}),
  };
  const result = applySeries(picked.patches, diskTree(root), options);
  for (const step of result.steps) {
    io.err(describeMail(step.mail, style));
    io.err(describeHunks(step.result.report, style));
    if (flags.verbose) io.err(listRepairs(step.result.report));
    io.err(describeProofs(step.result));
    for (const problem of notices(step.result)) io.err(describeProblem(problem, style));
  }
  if (!result.ok) io.exitCode = Exit.Refused;
  else if (result.changes.some((change) => change.conflicts > 0)) io.exitCode = Exit.Changed;
  deliver(root, flags, result, io);
}

function notices(result: ApplyResult): readonly Problem[] {
  return result.ok ? result.warnings : [...result.warnings, ...result.problems];
}

function deliver(root: string, flags: ApplyFlags, result: SeriesResult, io: Io): void {
  const rejects: Reject[] = result.steps.flatMap((step) => (step.result.ok ? [] : [...step.result.rejects]));
  if (!result.ok && rejects.length === 0) {
    io.err("Nothing was changed.\n");
    return;
  }
  if (flags.check) {
    const conflicts = result.changes.some((change) => change.conflicts > 0);
    io.out(!result.ok ? "does not apply\n" : conflicts ? "applies with conflicts\n" : "applies\n");
    return;
  }
  if (!flags.write) {
    // Of a series the whole: one change a file, which git apply and patch take at once.
    io.out(printDiff(result.changes));
    return;
  }
  try {
    writeTree(root, result.changes, rejects);
    const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
    const rest = rejects.length > 0 ? `, ${count(rejects.length, "reject")}` : "";
    io.err(`${count(result.changes.length, "file")} written${rest}.\n`);
  } catch (error) {
    refuse(io, Exit.Refused, `cannot write to ${root}: ${(error as Error).message}`, "Nothing was changed.");
  }
}
