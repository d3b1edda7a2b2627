// --shard i/n: every n-th search of a command, and nothing of the others. What it finds is written down instead of being
// reported; smplab merge puts the shards together.
//
// The grain is a search: one case on one side. The searches of a command are numbered as it comes to them, which depends
// on nothing but its input, so all shards and the merge number them alike.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { Program } from "../../interpreter/api.js";
import { programHash } from "../compile/compile.js";
import type { Exploration } from "../explore/result.js";
import type { Explorer, Job } from "../jobs/explorer.js";
import { carriedFlags, type SearchName, type Shard, writeShard } from "../jobs/shard-file.js";
import { Exit, type Io } from "./io.js";
import type { ShardOf } from "./options.js";
import { isFile } from "./paths.js";
import { version } from "./version.js";

/** Where the explorations of a command come from, and whether it reports them. */
export interface Searches {
  explorer(pool: () => Explorer): Explorer;
  /** Everything has been explored. True: that is all there is to say, and it has been said. */
  said(io: Io): boolean;
  readonly reports: boolean;
}

/** The usual: the command searches and reports. */
export const OWN: Searches = { explorer: (pool) => pool(), said: () => false, reports: true };

/** Gives each program its hash once. */
function hashes(): (program: Program) => number {
  const known = new Map<Program, number>();
  return (program) => {
    let hash = known.get(program);
    if (hash === undefined) {
      hash = programHash(program);
      known.set(program, hash);
    }
    return hash;
  };
}

function elsewhere({ config }: Job, cut: string): Exploration {
  return {
    search: "states",
    complete: false,
    cut,
    outcomes: [],
    findings: [],
    stats: { states: 0, transitions: 0, ends: 0, maxDepth: 0, seconds: 0 },
    config,
  };
}

/** One shard of a command. */
export function partOf(
  command: Shard["command"],
  given: string,
  flags: object,
  { index, of }: ShardOf,
  stdin: Uint8Array | null,
  cwd: string,
): Searches {
  const searches: SearchName[] = [];
  const own = new Map<number, Exploration>();
  const hashOf = hashes();
  let inner: Explorer | null = null;
  return {
    reports: false,
    explorer(pool) {
      const explorer = pool();
      inner = explorer;
      return {
        explore: async (job) => {
          const number = searches.length;
          searches.push({ label: job.label, program: hashOf(job.program) });
          if (number % of !== index - 1) return elsewhere(job, "searched by another shard");
          const exploration = await explorer.explore(job);
          own.set(number, exploration);
          return exploration;
        },
        // Which schedules a report shows is known when all shards are there.
        shorten: async () => new Map(),
        explain: async () => [],
        costs: async () => [],
        interrupt: () => explorer.interrupt(),
        get interrupted() {
          return explorer.interrupted;
        },
        close: () => explorer.close(),
      };
    },
    said(io) {
      const interrupted = inner?.interrupted === true;
      io.out(
        writeShard({
          version: version(),
          command,
          given,
          flags: carriedFlags(flags),
          digest: digestOf(given, cwd),
          stdin: stdin === null ? "" : Buffer.from(stdin).toString("base64"),
          index,
          of,
          searches,
          explorations: [...own.keys()].sort((a, b) => a - b).map((number) => own.get(number)!),
          interrupted,
        }),
      );
      io.exitCode = interrupted ? Exit.Undecided : Exit.Same;
      return true;
    },
  };
}

/** Tells whether what a shard was made of is still there; directories are told by the programs that come of them. */
export function digestOf(given: string, cwd: string): string {
  const path = resolve(cwd, given);
  return given === "-" || !isFile(path) ? "" : createHash("sha256").update(readFileSync(path)).digest("hex");
}

/** All shards of a command. `problem()`: why their explorations are not those of this command now. */
export function mergedFrom(shards: readonly Shard[]): Searches & { problem(): string | null } {
  const [first] = shards as [Shard, ...Shard[]];
  const ordered = [...shards].sort((p, q) => p.index - q.index);
  const { searches } = first;
  const hashOf = hashes();
  let next = 0;
  let problem: string | null = null;
  return {
    reports: true,
    said: () => false,
    problem() {
      if (problem === null && next < searches.length)
        problem = `the shards hold ${searches.length} searches, and now there are ${next}`;
      return problem;
    },
    explorer(pool) {
      const explorer = pool();
      return {
        explore: async (job) => {
          const number = next++;
          const known = searches[number];
          if (known === undefined) problem ??= `the shards do not hold the search of ${job.label}`;
          else if (known.label !== job.label)
            problem ??= `search ${number + 1} of the shards is of ${known.label}, and now it is of ${job.label}`;
          else if (known.program !== hashOf(job.program))
            problem ??= `the program of ${job.label} has changed since the shards were made`;
          if (problem !== null) return elsewhere(job, problem);
          return ordered[number % ordered.length]!.explorations[Math.floor(number / ordered.length)]!;
        },
        shorten: (job) => explorer.shorten(job),
        explain: (job) => explorer.explain(job),
        costs: (job) => explorer.costs(job),
        interrupt: () => explorer.interrupt(),
        get interrupted() {
          return explorer.interrupted;
        },
        close: () => explorer.close(),
      };
    },
  };
}
