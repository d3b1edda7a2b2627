// What has been searched is not searched again: an explorer that asks a store first, and tells it what has been found.
//
// Whoever changes a patch, a scenario or an option reviews again, and most of what a review searches is what it searched
// before: the side before the patch, the cases that the change does not reach. A result depends on the program, on what
// was asked and on this build of smplab, and on nothing else, so these name it.
//
// The one hard thing is what must not be kept: whatever the clock, the memory or a signal had a say in. Kept are complete
// explorations and proved schedules, and what is bounded by steps alone.

import { createHash } from "node:crypto";
import type { Explorer, Job, JobResult } from "./explorer.js";

/** Results by the name of what they answer. Values are plain data: what structured clone takes. */
export interface ResultStore {
  find(name: string): unknown;
  keep(name: string, value: unknown): void;
}

/** Jobs that were answered, and how many of them by the store. */
export interface KeptTally {
  asked: number;
  known: number;
}

/** `inner` does what the store does not know, and all jobs whose source is not told. */
export function keptExplorer(inner: Explorer, store: ResultStore): { explorer: Explorer; tally: KeptTally } {
  const tally: KeptTally = { asked: 0, known: 0 };
  const through = async <T extends JobResult>(
    kind: string,
    job: Job,
    search: () => Promise<T>,
    lasts: (result: T) => boolean,
  ): Promise<T> => {
    if (job.source === undefined) return search();
    tally.asked++;
    const name = nameOf(kind, job, job.source);
    const known = store.find(name) as T | undefined;
    if (known !== undefined) {
      tally.known++;
      return known;
    }
    const result = await search();
    if (lasts(result)) store.keep(name, result);
    return result;
  };
  const explorer: Explorer = {
    explore: (job) =>
      through(
        "explore",
        job,
        () => inner.explore(job),
        ({ complete }) => complete,
      ),
    shorten: (job) =>
      through(
        "shorten",
        job,
        () => inner.shorten(job),
        (runs) => {
          const { outcomes, findings } = job.shorten.wanted;
          return (
            runs.size === outcomes.length + findings.length &&
            [...runs.values()].every(({ proved }) => proved)
          );
        },
      ),
    explain: (job) =>
      through(
        "explain",
        job,
        () => inner.explain(job),
        () => true,
      ),
    costs: (job) =>
      through(
        "costs",
        job,
        () => inner.costs(job),
        () => true,
      ),
    interrupt: () => inner.interrupt(),
    get interrupted() {
      return inner.interrupted;
    },
    close: () => inner.close(),
  };
  return { explorer, tally };
}

/** All that a job's result depends on. How long it may take is not among it: what the clock cut is not kept. */
function nameOf(
  kind: string,
  { entry, config, search, shortestLater, shorten, explain }: Job,
  source: string,
): string {
  const asked = [
    kind,
    source,
    entry,
    config,
    search,
    shortestLater,
    shorten?.sharing,
    shorten?.wanted,
    explain,
  ];
  return createHash("sha256").update(JSON.stringify(asked, plain)).digest("hex");
}

/** What JSON has no form for. */
function plain(_: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Map || value instanceof Set) return [...value];
  return value;
}
