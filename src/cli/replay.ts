// smplab replay: the run that a token names, step by step.

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { applySeries, overlay, pickPatches, type SourceTree } from "../../patches/api.js";
import { type Compiler, compiler } from "../compile/compile.js";
import { displayName, SourceFiles, virtualName } from "../compile/files.js";
import { namesIn, shippedKernel } from "../compile/kernel.js";
import { type Prepared, prepareFile } from "../compile/prepare.js";
import { replayConfig } from "../explore/engine.js";
import { replay } from "../explore/replay.js";
import { diskTree } from "../front/disk-tree.js";
import { readPatchInput } from "../front/patch-input.js";
import { packageRoot } from "../front/shipped.js";
import { loadParser } from "../parser/load.js";
import { describeProblem } from "../report/apply.js";
import { jsonText, replayJson } from "../report/json.js";
import type { Replay } from "../report/model.js";
import { endText, headLines, replayText, stepText } from "../report/replay.js";
import { plain } from "../report/style.js";
import { decodeToken, type ReplayToken } from "../report/token.js";
import type { ReplayFlags } from "./commands.js";
import { Exit, type Io, refuse } from "./io.js";
import { isDirectory, isFile, pathOfToken } from "./paths.js";
import { pickOf, textOptions } from "./review.js";
import { STDIN } from "./run.js";
import { version } from "./version.js";

export async function replayToken(text: string, flags: ReplayFlags, io: Io): Promise<void> {
  const parsed = decodeToken(text);
  if (!parsed.ok) {
    refuse(io, Exit.Usage, `${parsed.message}.`, "Copy the whole word behind 'smplab replay' from a report.");
    return;
  }
  const { token } = parsed;
  const root = packageRoot();
  const tree = await treeOf(token, flags, root, io);
  if (tree === null) return;
  const files = new SourceFiles(tree, root, io.cwd);
  const source = sourceOf(token, flags, root, files, io);
  if (source === null) return;
  const prepared = prepareToken(
    token,
    virtualName(source, root),
    files,
    compiler((await loadParser()).port),
    io,
  );
  if (prepared === null) return;

  const { program, entry } = prepared;
  const trace = replay(program, entry, shippedKernel(), replayConfig(token.config, "wasm"), token.schedule);
  const shown: Replay = {
    title: prepared.name,
    side: token.kind === "review" ? token.side : null,
    config: token.config,
    trace,
    source: (file, line) => files.line(file, line),
    names: namesIn(program),
    length: token.schedule.length,
    programChanged: prepared.hash !== token.hash || trace.stray >= 0,
  };
  if (flags.json === true) io.out(jsonText(replayJson(shown, version())));
  else if (flags.step === true) await stepThrough(shown, flags, io);
  else io.out(replayText(shown, textOptions(io, {}), flags.until));
}

/** The file of C that the token's program was compiled from; null when it is not there, which has been said. */
function sourceOf(
  token: ReplayToken,
  flags: ReplayFlags,
  root: string,
  files: SourceFiles,
  io: Io,
): string | null {
  const named = pathOfToken(token.kind === "run" ? token.file : token.scenario, root);
  const now = flags.file === undefined ? named : resolve(io.cwd, flags.file);
  if (now === "-") {
    refuse(
      io,
      Exit.Usage,
      "the C of this token came from standard input.",
      "Save it in a file and name that: smplab replay --file FILE.c TOKEN",
    );
    return null;
  }
  if (!isFile(now)) {
    refuse(
      io,
      flags.file === undefined ? Exit.Refused : Exit.Usage,
      `the token runs ${now}, and there is no such file.`,
      "Say where it lies now with --file, or run the command that made the token again.",
    );
    return null;
  }
  if (now === named) return named;
  // Under its old name: cases of a snippet are called after their file.
  const old = named === "-" ? resolve(io.cwd, STDIN) : named;
  files.give(old, readFileSync(now, "utf8"));
  return old;
}

/** The tree that the token's program was compiled in: with the patch for the side after it. */
async function treeOf(
  token: ReplayToken,
  flags: ReplayFlags,
  root: string,
  io: Io,
): Promise<SourceTree | null> {
  const treeRoot = pathOfToken(token.tree, root);
  if (!isDirectory(treeRoot)) {
    refuse(io, Exit.Refused, `the token belongs to the tree ${treeRoot}, and there is no such directory.`);
    return null;
  }
  const tree = diskTree(treeRoot);
  if (token.kind === "run") return tree;
  const patches = token.index + (token.side === "after" ? 1 : 0);
  if (patches === 0) return tree;
  const patch = flags.patch ?? pathOfToken(token.patch, root);
  if (patch === "-") {
    refuse(
      io,
      Exit.Usage,
      "the patch of this token came from standard input.",
      "Save it in a file and name that: smplab replay --patch FILE TOKEN",
    );
    return null;
  }
  const input = await readPatchInput([patch], io);
  const picked = pickPatches(input.mails, pickOf(token));
  const problems = [...input.problems, ...picked.problems].filter(({ severity }) => severity === "error");
  for (const problem of problems) io.err(describeProblem(problem, plain));
  if (problems.length > 0) {
    refuse(
      io,
      Exit.Refused,
      `the patch of this token cannot be read from ${displayName(patch, io.cwd)}.`,
      "Name it with --patch FILE.",
    );
    return null;
  }
  const applied = applySeries(picked.patches.slice(0, patches), tree, { file: patch });
  if (!applied.ok) {
    for (const step of applied.steps) {
      if (!step.result.ok)
        for (const problem of step.result.problems) io.err(describeProblem(problem, plain));
    }
    refuse(io, Exit.Refused, "the patch of this token does not apply any more.");
    return null;
  }
  return overlay(tree, applied.changes);
}

function prepareToken(
  token: ReplayToken,
  path: string,
  files: SourceFiles,
  compile: Compiler,
  io: Io,
): Prepared | null {
  const prepared = prepareFile(path, files, compile, {});
  if (!prepared.ok) {
    refuse(io, Exit.Refused, prepared.text, prepared.help);
    return null;
  }
  const found = prepared.cases.find(({ name }) => name === token.case);
  if (found !== undefined) return found;
  const names = prepared.cases.map(({ name }) => name).join(", ");
  refuse(
    io,
    Exit.Refused,
    `${files.shownName(path)} has no case ${token.case} any more.`,
    `Its cases are: ${names}.`,
  );
  return null;
}

/** By key on a terminal; else all steps, one after the other. */
async function stepThrough(shown: Replay, { until }: ReplayFlags, io: Io): Promise<void> {
  const options = textOptions(io, {});
  const last = Math.min(until ?? Number.POSITIVE_INFINITY, shown.trace.steps.length) - 1;
  io.out(`${headLines(shown, options).join("\n")}\n`);
  const keys = io.keys?.() ?? null;
  if (keys === null) {
    for (let at = 0; at <= last; at++) io.out(stepText(shown, at, options));
  } else if (last >= 0) {
    let at = 0;
    const show = (): void => {
      io.out(stepText(shown, at, options));
      io.err("n: next, p: previous, g: first, G: last, q: end\n");
    };
    show();
    for await (const key of keys) {
      const to = { n: at + 1, p: at - 1, g: 0, G: last }[key];
      if (key === "q" || (at + 1 === to && at === last)) break;
      if (to === undefined || to < 0) continue;
      at = to;
      show();
    }
  }
  if (last === shown.trace.steps.length - 1) io.out(endText(shown));
}
