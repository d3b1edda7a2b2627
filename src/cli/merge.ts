// smplab merge: the report of a command whose searches were made in shards. The command runs again with the shards'
// explorations in place of its own, so it prints what it would have printed: parsing, comparing and showing are the same.

import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readShard, type Shard } from "../jobs/shard-file.js";
import type { MergeFlags, ReviewFlags, RunFlags } from "./commands.js";
import { Exit, type Io, refuse } from "./io.js";
import { digestOf, mergedFrom } from "./shard.js";
import { version } from "./version.js";

const AGAIN = "Make all shards again with this smplab, from the same files.";

/** Those of the command line whose results do not depend on how they are printed. */
const FORM = ["json", "verbose", "timing", "exitZero"] as const;

export async function merge(paths: readonly string[], flags: MergeFlags, io: Io): Promise<void> {
  const shards = readAll(paths, io);
  if (shards === null) return;
  const [first] = shards as [Shard, ...Shard[]];
  const problem = disagreement(shards, paths) ?? staleness(first, io);
  if (problem !== null) {
    refuse(io, Exit.Refused, `${problem}.`, AGAIN);
    return;
  }
  const searches = mergedFrom(shards);
  const said: (string | Uint8Array)[] = [];
  const errors: string[] = [];
  const held: Io = Object.create(io, {
    out: { value: (data: string | Uint8Array) => void said.push(data) },
    err: { value: (text: string) => void errors.push(text) },
    readStdin: { value: async () => new Uint8Array(Buffer.from(first.stdin, "base64")) },
    stdinIsTty: { value: false },
    exitCode: { value: Exit.Same, writable: true },
  });
  const form = Object.fromEntries(FORM.flatMap((name) => (flags[name] === true ? [[name, true]] : [])));
  const all = { ...first.flags, ...form, jobs: availableParallelism() };
  if (first.command === "run") {
    const { run } = await import("./run.js");
    await run(first.given, all as unknown as RunFlags, held, searches);
  } else {
    const { review } = await import("./review.js");
    await review(first.given, all as unknown as ReviewFlags, held, searches);
  }
  // What the command refuses by now is said as it says it.
  const refused = said.length === 0 && held.exitCode !== Exit.Same;
  const changed = refused ? null : searches.problem();
  if (changed !== null) {
    refuse(io, Exit.Refused, `${changed}.`, AGAIN);
    return;
  }
  for (const text of errors) io.err(text);
  for (const data of said) io.out(data);
  io.exitCode = held.exitCode;
}

function readAll(paths: readonly string[], io: Io): Shard[] | null {
  const shards: Shard[] = [];
  for (const path of paths) {
    let text: string;
    try {
      text = readFileSync(resolve(io.cwd, path), "utf8");
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const why =
        code === "ENOENT" ? "there is no such file" : code === "EISDIR" ? "it is a directory" : message;
      refuse(
        io,
        Exit.Usage,
        `cannot read ${path}: ${why}.`,
        "Give the files that the shards were written to.",
      );
      return null;
    }
    const read = readShard(text);
    if (!read.ok) {
      refuse(io, Exit.Refused, `${path} is not a shard of smplab: ${read.problem}.`, HOW);
      return null;
    }
    shards.push(read.shard);
  }
  return shards;
}

const HOW = "Shards are what smplab run and smplab review print with --shard 1/2, --shard 2/2 …";

/** Why these are not all shards of one command; null: they are. */
function disagreement(shards: readonly Shard[], paths: readonly string[]): string | null {
  const [first] = shards as [Shard, ...Shard[]];
  const byIndex = new Map<number, string>();
  for (const [i, shard] of shards.entries()) {
    const path = paths[i]!;
    const same = `${paths[0]} and ${path}`;
    if (shard.version !== version())
      return `${path} was made by smplab ${shard.version}, and this is ${version()}`;
    if (shard.of !== first.of) return `${same} are parts of ${first.of} and of ${shard.of}`;
    if (shard.interrupted) return `${path} was interrupted before all of its searches were made`;
    const other = byIndex.get(shard.index);
    if (other !== undefined) return `${other} and ${path} are both shard ${shard.index}/${shard.of}`;
    byIndex.set(shard.index, path);
    if (shard.command !== first.command || shard.given !== first.given)
      return `${same} are of different commands: ${first.command} ${first.given}, ${shard.command} ${shard.given}`;
    const differs = differingFlag(first, shard);
    if (differs !== null) return `${same} were made with different options: ${differs}`;
    if (shard.digest !== first.digest || shard.stdin !== first.stdin)
      return `${same} were made from different contents of ${first.given}`;
    if (!isDeepStrictEqual(shard.searches, first.searches))
      return `${same} were made from different programs`;
    const own = first.searches.filter((_, number) => number % shard.of === shard.index - 1).length;
    if (shard.explorations.length !== own)
      return `${path} holds ${shard.explorations.length} of its ${own} searches`;
  }
  const missing = Array.from({ length: first.of }, (_, i) => i + 1).filter((index) => !byIndex.has(index));
  if (missing.length === 0) return null;
  const list = missing.slice(0, 5).map((index) => `${index}/${first.of}`);
  return `missing: shard ${list.join(", ")}${missing.length > 5 ? " …" : ""}`;
}

function differingFlag(a: Shard, b: Shard): string | null {
  const names = new Set([...Object.keys(a.flags), ...Object.keys(b.flags)]);
  for (const name of names) if (!isDeepStrictEqual(a.flags[name], b.flags[name])) return `--${dashed(name)}`;
  return null;
}

function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function staleness({ given, digest }: Shard, io: Io): string | null {
  if (given === "-" || digestOf(given, io.cwd) === digest) return null;
  return `${given} has changed since the shards were made, or is not here`;
}
