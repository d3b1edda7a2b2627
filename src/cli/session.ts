// What every command that runs C needs: the parser, the kernel, somebody who explores, progress on standard
// error, and an ear for SIGINT. Opened once per command, closed at its end.

import { pathToFileURL } from "node:url";
import { Warnings } from "../../interpreter/api.js";
import type { CaseTools } from "../compare/review-case.js";
import { type Compiler, compiler } from "../compile/compile.js";
import { shippedKernel } from "../compile/kernel.js";
import { KnownCases } from "../compile/known-cases.js";
import type { Prepared } from "../compile/prepare.js";
import type { Schedule } from "../explore/result.js";
import { keptResults, MemoryStore } from "../front/kept-results.js";
import { packageRoot } from "../front/shipped.js";
import { type Explorer, type JobProgress, localExplorer, pooledExplorer } from "../jobs/explorer.js";
import { type KeptTally, keptExplorer } from "../jobs/kept.js";
import type { SearchWish } from "../jobs/search.js";
import { loadParser } from "../parser/load.js";
import type { Side } from "../report/model.js";
import { Progress } from "../report/progress.js";
import { Exit, type Io } from "./io.js";
import type { Searches } from "./shard.js";

export interface Session extends CaseTools {
  compiler: Compiler;
  packageRoot: string;
  cwd: string;
  explorer: Explorer;
  known: KnownCases;
  /** What was asked of the explorer, and how much of it was known. */
  kept: KeptTally;
  close(): Promise<void>;
}

export interface SessionWish {
  seconds: number;
  /** Nothing of what earlier processes found is to be taken. */
  fresh: boolean;
  search: SearchWish;
  jobs: number;
  /** Threads that there is work for, most likely. */
  early: number;
  searches: Searches;
  /** Warning options as gcc spells them. */
  warnings: readonly string[];
  tokenOf: (prepared: Prepared, side: Side, schedule: Schedule) => string;
}

export async function openSession(io: Io, wish: SessionWish): Promise<Session> {
  const kernel = shippedKernel();
  const progress = new Progress(
    (text) => io.err(text),
    io.errIsTty,
    io.columns || 80,
    () => performance.now(),
  );
  const tell = (state: JobProgress): void => progress.update(state);
  // Workers need the built files; run from source (tests), this process searches itself.
  const built = pathToFileURL(import.meta.filename).pathname.endsWith(".js");
  const store = wish.fresh ? new MemoryStore() : keptResults(process.env);
  const kept = keptExplorer(
    built ? pooledExplorer(wish.jobs, tell, { early: wish.early }) : localExplorer(kernel, tell),
    store,
  );
  const explorer = wish.searches.explorer(() => kept.explorer);
  const parser = await loadParser().catch(async (error: unknown) => {
    await explorer.close();
    throw error;
  });
  const onSignal = (): void => {
    // A second one is not for us: the default ends the process.
    explorer.interrupt();
    progress.clear();
    io.err("smplab: interrupted; printing what is known. Press again to quit at once.\n");
    process.once("SIGINT", () => process.exit(Exit.Undecided));
  };
  process.once("SIGINT", onSignal);
  for (const idle of new Warnings(wish.warnings).idle) {
    io.err(`warning: smplab does not look for what ${idle} asks for\n`);
  }
  return {
    compiler: compiler(parser.port, wish.warnings),
    kernel,
    explorer,
    known: new KnownCases(store, wish.warnings),
    kept: kept.tally,
    seconds: wish.seconds,
    search: wish.search,
    tokenOf: wish.tokenOf,
    packageRoot: packageRoot(),
    cwd: io.cwd,
    close: async () => {
      progress.clear();
      process.removeListener("SIGINT", onSignal);
      await explorer.close();
    },
  };
}
