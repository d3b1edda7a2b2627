// smplab run: one file of C on the emulated machine: main(), or cpu0(), cpu1() … together, or its KUnit suites.

import { join, resolve } from "node:path";
import { runCase, runVerdict } from "../compare/run-case.js";
import { SourceFiles, virtualName } from "../compile/files.js";
import { prepareFile } from "../compile/prepare.js";
import { scenariosNamed, shippedScenarios } from "../compile/scenarios.js";
import { warningText } from "../compile/warnings.js";
import { diskTree } from "../front/disk-tree.js";
import { packageRoot, shippedTree } from "../front/shipped.js";
import { clock } from "../jobs/explorer.js";
import { jsonText, runJson } from "../report/json.js";
import type { FileRun } from "../report/model.js";
import { runText } from "../report/run.js";
import { encodeToken } from "../report/token.js";
import type { RunFlags } from "./commands.js";
import { Exit, type Io, refuse } from "./io.js";
import { searchWish, warningOptions } from "./options.js";
import { isDirectory, isFile, tokenPath } from "./paths.js";
import { textOptions } from "./review.js";
import { openSession } from "./session.js";
import { OWN, type Searches } from "./shard.js";
import { version } from "./version.js";
import { readWish, refuseStrangeNames } from "./wish.js";

/** What a file from standard input is called, as compilers do. */
export const STDIN = "<stdin>";

/** Standard input as C; null when it is none, which has been said. */
async function readText(io: Io): Promise<string | null> {
  const bytes = await io.readStdin();
  if (bytes.length > 0 && !bytes.includes(0)) return new TextDecoder().decode(bytes);
  const what = bytes.length === 0 ? "is empty" : "holds binary data, not C";
  refuse(io, Exit.Refused, `standard input ${what}.`, "Pipe a file of C in, or give its path.");
  return null;
}

/** The file itself, or the one scenario that comes with smplab under this name. */
function fileNamed(given: string, root: string, io: Io): string {
  const path = resolve(io.cwd, given === "-" ? STDIN : given);
  if (given === "-" || isFile(path)) return path;
  const named = scenariosNamed(shippedScenarios(root), given);
  return named.length === 1 ? join(root, named[0]!) : path;
}

export async function run(given: string, flags: RunFlags, io: Io, searches: Searches = OWN): Promise<void> {
  const root = packageRoot();
  const absolute = fileNamed(given, root, io);
  if (given !== "-" && !isFile(absolute)) {
    const what = isDirectory(absolute) ? "it is a directory" : "there is no such file";
    refuse(
      io,
      Exit.Usage,
      `cannot read ${given}: ${what}.`,
      "Give the path of a file of C, the name of a scenario that comes with smplab, or - for standard input.",
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
  const wish = readWish(flags, io);
  if (wish === null) return;
  const started = clock();
  const files = new SourceFiles(diskTree(treeRoot), root, io.cwd);
  if (given === "-") {
    const text = await readText(io);
    if (text === null) return;
    files.give(absolute, text);
  }
  const session = await openSession(io, {
    seconds: flags.time,
    fresh: flags.fresh === true,
    search: searchWish(flags),
    warnings: warningOptions(flags),
    jobs: flags.jobs,
    early: 1,
    searches,
    tokenOf: (prepared, _side, schedule) =>
      encodeToken({
        kind: "run",
        file: tokenPath(given === "-" ? given : absolute, root, io.cwd),
        tree: tokenPath(treeRoot, root, io.cwd),
        case: prepared.name,
        config: prepared.config,
        hash: prepared.hash,
        schedule,
      }),
  });
  try {
    const prepared = prepareFile(virtualName(absolute, root), files, session.compiler, wish);
    if (!prepared.ok) {
      refuse(io, Exit.Refused, prepared.text, prepared.help);
      return;
    }
    io.err(warningText(prepared.warnings));
    const cases = await Promise.all(prepared.cases.map((one) => runCase(one, session)));
    if (searches.said(io)) return;
    const answers = cases.map(({ name, judgement, exploration }) => ({
      name,
      judgement,
      outcomes: exploration.outcomes,
    }));
    if (refuseStrangeNames(answers, io)) return;
    const result: FileRun = {
      file: files.shownName(virtualName(absolute, root)),
      cases,
      verdict: runVerdict(cases),
      seconds: clock() - started,
      source: (file, line) => files.line(file, line),
      interrupted: session.explorer.interrupted,
    };
    io.out(
      flags.json === true
        ? jsonText(runJson(result, version(), flags.timing === true))
        : runText(result, textOptions(io, flags)),
    );
    io.exitCode = { passed: Exit.Same, failed: Exit.Changed, undecided: Exit.Undecided }[result.verdict];
  } finally {
    await session.close();
  }
}
