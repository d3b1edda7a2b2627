// What review, run and replay take. What they do is loaded only when one of them runs: parser, checker and
// machine are most of the program, and `smplab --help` needs none of it.

import type { Command } from "commander";
import type { Io } from "./io.js";
import { type MachineFlags, machineOptions, type ShardOf, wholeNumber, wholeNumberTo } from "./options.js";
import type { Searches } from "./shard.js";

export interface ReviewFlags extends MachineFlags {
  tree?: string;
  scenario?: string[];
  only?: string;
  version?: number;
  exitZero?: boolean;
}

export interface RunFlags extends MachineFlags {
  tree?: string;
}

export interface MergeFlags {
  json?: boolean;
  timing?: boolean;
  exitZero?: boolean;
  verbose?: boolean;
}

export interface ReplayFlags {
  step?: boolean;
  until?: number;
  json?: boolean;
  patch?: string;
  file?: string;
}

export function registerReview(program: Command, io: Io): void {
  const command = program
    .command("review")
    .description("say what a patch changes: outcomes, findings and cost, before and after")
    .argument("[patch]", "mail, mbox, maildir or diff; - or nothing for standard input")
    .option("--tree <dir>", "tree that the patch is for (default: the shipped kernel tree)")
    .option(
      "--scenario <file>",
      "KUnit file to run on both sides, or the name of a shipped one (memcg/map_unmap, memcg for all there); may be given again (default: the shipped ones that include what is patched)",
      (file: string, all: string[] = []) => [...all, file],
    )
    .option("--only <list>", "numbers of a series to review: 1-3,5")
    .option("--version <n>", "version of the series (default: the newest)", wholeNumber)
    .option("--exit-zero", "end with 0 also when behaviour changed");
  machineOptions(command).action(async (patch: string | undefined, flags: ReviewFlags) => {
    const { review } = await import("./review.js");
    if (flags.shard === undefined) return review(patch, flags, io);
    const input = patch === undefined && !io.stdinIsTty ? "-" : patch;
    return inShard("review", input, flags, flags.shard, io, (own, part) => review(input, flags, own, part));
  });
}

export function registerRun(program: Command, io: Io): void {
  const command = program
    .command("run")
    .description("explore a file of C: main(), or cpu0(), cpu1() … at the same time, or its KUnit suites")
    .argument("<file.c>", "the file, or the name of a shipped scenario; - for standard input")
    .option("--tree <dir>", "tree whose files it may include (default: the shipped kernel tree)");
  machineOptions(command).action(async (file: string, flags: RunFlags) => {
    const { run } = await import("./run.js");
    if (flags.shard === undefined) return run(file, flags, io);
    return inShard("run", file, flags, flags.shard, io, (own, part) => run(file, flags, own, part));
  });
}

/** Runs a command for one shard; what it reads from standard input goes into the shard. */
async function inShard(
  command: "review" | "run",
  given: string | undefined,
  flags: MachineFlags,
  shard: ShardOf,
  io: Io,
  run: (io: Io, part: Searches) => Promise<void>,
): Promise<void> {
  const { partOf } = await import("./shard.js");
  const stdin = given === "-" ? await io.readStdin() : null;
  const own: Io = Object.create(io, {
    readStdin: { value: async () => stdin ?? new Uint8Array() },
    exitCode: { value: io.exitCode, writable: true },
  });
  await run(own, partOf(command, given ?? "", flags, shard, stdin, io.cwd));
  io.exitCode = own.exitCode;
}

export function registerMerge(program: Command, io: Io): void {
  program
    .command("merge")
    .description("print the report of a review or run whose searches were made with --shard")
    .argument("<shard...>", "the files that all shards were written to, in any order")
    .option("--json", "print one JSON object")
    .option("--timing", "say how long the searches took")
    .option("--exit-zero", "end with 0 also when a review says that behaviour changed")
    .option("-v, --verbose", "show every outcome, schedule and cost")
    .action(async (paths: string[], flags: MergeFlags) => {
      const { merge } = await import("./merge.js");
      await merge(paths, flags, io);
    });
}

export function registerReplay(program: Command, io: Io): void {
  program
    .command("replay")
    .description("show the run of a replay token step by step")
    .argument("<token>", "the word behind 'smplab replay' in a report")
    .option("--step", "one step at a time with the state behind it: n, p and q on a terminal, else all")
    .option("--until <n>", "only the first n steps, and the state behind them", wholeNumberTo(8))
    .option("--patch <file>", "where the patch lies now (the token names where it was)")
    .option("--file <file.c>", "where the file of C lies now")
    .option("--json", "print one JSON object")
    .action(async (token: string, flags: ReplayFlags) => {
      const { replayToken } = await import("./replay.js");
      await replayToken(token, flags, io);
    });
}
