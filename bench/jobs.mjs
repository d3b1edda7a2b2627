// One search on one and on two worker threads: bench/search/*.c, searches of five seconds or more.
//
//   npm run bench:jobs [-- NAME]
//
// Wall-clock seconds of the search as the pool of `smplab run --jobs` performs it, the best of three, the runs with one
// and two workers taking turns. What both find must be the same. Exit status 1: it is not, or two workers are less than
// 1.7 times as fast as one on a search that takes one of them five seconds or more.
import { isDeepStrictEqual } from "node:util";
import { pooledExplorer } from "../dist/src/jobs/explorer.js";
import { compile } from "./search-program.mjs";

const ROWS = [
  ["racy 5x4", "racy", { N: 5, M: 4 }, "states"],
  ["racy 6x3", "racy", { N: 6, M: 3 }, "states"],
  ["lastzero 11", "lastzero", { N: 11 }, "states"],
  ["ring 11", "ring", { N: 11 }, "states"],
  ["racy 3x3", "racy", { N: 3, M: 3 }, "traces"],
];
const ROUNDS = 3;
const LEAST = 1.7;

const only = process.argv[2];

async function search(program, jobs, mode) {
  const explorer = pooledExplorer(jobs, () => {});
  try {
    return await explorer.explore({
      program,
      entry: { function: "main", args: [] },
      config: { cpus: 20, preempt: "full", rcu: "preempt" },
      seconds: 600,
      search: { mode, engine: "wasm", memory: 2 ** 31 },
      shortestLater: true,
      label: "bench",
    });
  } finally {
    await explorer.close();
  }
}

/** What a report is made of. */
const facts = ({ complete, outcomes, findings, stats: { states, ends } }) => ({
  complete,
  outcomes,
  findings,
  states,
  ends,
});

let bad = 0;
const cell = (value, width) => String(value ?? "-").padStart(width);
console.log(
  `${"program".padEnd(14)}${"search".padEnd(8)}${cell("states", 10)}${cell("1 worker", 10)}${cell("2 workers", 10)}${cell("times", 7)}`,
);
for (const [name, file, defines, mode] of ROWS) {
  if (only === undefined ? name === "racy 6x3" : !name.startsWith(only)) continue;
  const program = compile(file, defines);
  const best = { 1: Infinity, 2: Infinity };
  const results = {};
  for (let round = 0; round < ROUNDS; round++) {
    for (const jobs of [1, 2]) {
      results[jobs] = await search(program, jobs, mode);
      best[jobs] = Math.min(best[jobs], results[jobs].stats.seconds);
    }
  }
  const problems = [];
  if (!isDeepStrictEqual(facts(results[1]), facts(results[2]))) problems.push("the results differ");
  const ratio = best[1] / best[2];
  if (best[1] >= 5 && ratio < LEAST) problems.push(`less than ${LEAST} times as fast`);
  if (problems.length > 0) bad++;
  console.log(
    `${name.padEnd(14)}${mode.padEnd(8)}${cell(results[1].stats.states, 10)}${cell(best[1].toFixed(2), 10)}${cell(best[2].toFixed(2), 10)}${cell(ratio.toFixed(2), 7)}` +
      (problems.length > 0 ? `   ${problems.join("; ")}` : ""),
  );
}
process.exitCode = bad > 0 ? 1 : 0;
