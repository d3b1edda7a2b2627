// The search on the programs that model checkers measure themselves with: bench/search/*.c, twins of public ones.
//
//   npm run bench:search [-- NAME] [--engine vm|wasm]
//
// For each program the search by states and the search by traces run to the end, and the table puts states, executions
// and CPU seconds beside GenMC 0.10.3's (SC; its figures were measured on another machine of this kind, start-up and
// compilation included in its 0.06 s). Counts are checked: executions are GenMC's, outcomes are the same in both
// searches and, where known, number of states and final values are those of plain enumeration. CPU seconds are this
// process's, for one whole search, without the compilation of the C and after a warm-up: small relatives of the programs
// are searched first, so that the platform has made code of our own functions. What that took is printed; it is the
// start-up of a process, as GenMC's 0.06 s are. The engine is that of the command line, wasm, unless another is asked for.
//
// Behind the table, for both engines: how many visible operations a second the searches execute on racy 2x5, whose 1,277
// states are a matter of milliseconds: whole searches, each with a machine of its own, again and again for at least a
// second, the best of three times. Counted are the steps of each search's last round; what a guess that turned out wrong cost is in the time alone. The
// same measure for GenMC is executions times 20 accesses by time: 1.5 million a second (it replays, and does not undo).
// The same of a program that computes for long between its accesses: that is what compiled code is for in a search.
//
// Exit status 1: a count is wrong, or the speed on racy 2x5 is below its bar.
import { parseArgs } from "node:util";
import { objects, rules, title } from "../dist/kernel/api.js";
import { explore } from "../dist/src/explore/explore.js";
import { compile } from "./search-program.mjs";

/** name, file, definitions, GenMC's executions and CPU seconds, states at most, final values; null: not known. */
const ROWS = [
  ["ring 3", "ring", { N: 3 }, 7, 0.07, null, null],
  ["ring 9", "ring", { N: 9 }, 511, 0.1, 140451, null],
  ["ring 13", "ring", { N: 13 }, 8191, 0.51, null, null],
  ["racy 2x2", "racy", { N: 2, M: 2 }, 34, 0.08, 57, 3],
  ["racy 2x5", "racy", { N: 2, M: 5 }, 34904, 0.47, 1277, 9],
  ["racy 3x2", "racy", { N: 3, M: 2 }, 7134, 0.14, 904, 5],
  ["racy 5x1", "racy", { N: 5, M: 1 }, 14400, 0.2, null, 5],
  ["racy 6x1", "racy", { N: 6, M: 1 }, 518400, 5.5, 13494, 6],
  ["racy 2x6", "racy", { N: 2, M: 6 }, 372436, 4.6, null, 11],
  ["racy 3x3", "racy", { N: 3, M: 3 }, 1824912, 19.0, 7646, 8],
  ["racy 4x2", "racy", { N: 4, M: 2 }, 5189880, 54.5, 17231, 7],
  ["racy 4x3", "racy", { N: 4, M: 3 }, null, null, 361775, 11],
  ["ainc 7", "ainc", { N: 7 }, 5040, 0.31, null, 1],
  ["ainc 8", "ainc", { N: 8 }, 40320, 2.4, null, 1],
  ["ticket 3", "ticket", { N: 3 }, 6, 0.1, null, 1],
  ["ticket 6", "ticket", { N: 6 }, 720, 0.12, 20992, 1],
  ["ticket 8", "ticket", { N: 8 }, 40320, 5.8, null, 1],
  ["mutex 3x2", "mutex", { N: 3, M: 2 }, 90, 0.07, null, 1],
  ["mutex 8x1", "mutex", { N: 8, M: 1 }, 40320, 3.6, 3328, 1],
  ["readers 13", "readers", { N: 13 }, 8192, 0.27, null, null],
  ["lastzero 10", "lastzero", { N: 10 }, 3328, 0.2, null, null],
  ["lastzero 15", "lastzero", { N: 15 }, 147456, 9.3, null, null],
  ["fib 4", "fib", { N: 4 }, 19605, 0.53, null, null],
  ["fib 5", "fib", { N: 5 }, 218243, 5.2, null, null],
  ["fib0 5", "fib", { N: 5, ONLY_TASKS: 1 }, 218243, 1.26, null, null],
  ["indexer 14", "indexer", { N: 14 }, 512, 1.8, null, null],
  ["indexer 15", "indexer", { N: 15 }, 4096, 11.2, null, null],
  ["casrot 8", "casrot", { N: 8 }, 2048, 0.07, null, null],
  // GenMC's own test of this queue is written otherwise, so its 50 executions are not these.
  ["msqueue 2", "msqueue", { N: 2 }, null, null, null, 2],
];
/** Programs whose traces are too many for a table: their states are few. Searched by states only. */
const TOO_MANY_TRACES = new Set(["racy 4x3"]);
/** Programs whose states are too many: the search by traces is theirs. */
const TOO_MANY_STATES = new Set(["ring 13", "lastzero 15", "readers 13", "indexer 14", "indexer 15"]);
/** GenMC counts every order of increments whose results nobody uses; here they are one. */
const COMMUTES = new Set(["ainc 7", "ainc 8"]);

/** At least so many visible operations a second in the search by states, executions a second in that by traces. */
const BARS = { vm: { states: 300_000, traces: 0 }, wasm: { states: 1_000_000, traces: 100_000 } };

const kernel = {
  objects: objects(),
  rules: rules(),
  title: (finding, machine) => title(finding, (site) => machine.functionName(site)),
};

/** Relatives of the programs that are searched for warming up, a few times each. */
const WARM_UP = [
  ["racy", { N: 3, M: 2 }],
  ["lastzero", { N: 6 }],
  ["ticket", { N: 4 }],
  ["readers", { N: 7 }],
];
const TIMES = 3;

function cpuSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function search(program, kind, engine, symmetry = true) {
  return explore(program, { function: "main", args: [] }, kernel, {
    machine: { cpus: 20, preempt: "full", rcu: "preempt", engine, wasm: WebAssembly },
    search: kind,
    symmetry,
  });
}

function measure(program, kind, engine) {
  const before = cpuSeconds();
  const result = search(program, kind, engine);
  return { result, seconds: cpuSeconds() - before };
}

/**
 * Steps and executions a second of whole searches, again and again for a second of CPU time. Tasks are told apart here: the
 * table says what it brings not to, and there are fewer steps and fewer of them a second then.
 */
function speed(program, kind, engine) {
  let best = { steps: 0, runs: 0 };
  for (let round = 0; round < 3; round++) {
    let steps = 0;
    let runs = 0;
    let seconds = 0;
    const before = cpuSeconds();
    while (seconds < 1) {
      const end = performance.now() + 50;
      while (performance.now() < end) {
        const { stats } = search(program, kind, engine, false);
        steps += stats.transitions;
        runs += stats.states;
      }
      seconds = cpuSeconds() - before;
    }
    if (steps / seconds > best.steps) best = { steps: steps / seconds, runs: runs / seconds };
  }
  return best;
}

const { values: wish, positionals } = parseArgs({
  options: { engine: { type: "string", default: "wasm" } },
  allowPositionals: true,
});
const only = positionals[0];
const { engine } = wish;
const cold = cpuSeconds();
for (const [file, defines] of WARM_UP) {
  const program = compile(file, defines);
  for (let i = 0; i < TIMES; i++) for (const kind of ["states", "traces"]) search(program, kind, engine);
}
console.log(
  `start-up, warm-up included: ${cpuSeconds().toFixed(2)} CPU s, of them ${(cpuSeconds() - cold).toFixed(2)} in searches`,
);

let wrong = 0;
const cell = (value, width) => String(value ?? "-").padStart(width);
const seconds = (value) => (value === undefined || value === null ? null : value.toFixed(2));
console.log(
  `${"program".padEnd(12)}${cell("states", 9)}${cell("CPU s", 8)}${cell("steps/s", 9)} |${cell("traces", 9)}${cell("CPU s", 8)}${cell("runs/s", 9)} |${cell("GenMC", 9)}${cell("CPU s", 8)} |${cell("ratio", 7)}`,
);
for (const [name, file, defines, executions, peer, mostStates, values] of ROWS) {
  if (only !== undefined && !name.startsWith(only)) continue;
  const program = compile(file, defines);
  // First the search that leaves nothing behind: a million states are garbage that the next one would have to wait for.
  const traces = TOO_MANY_TRACES.has(name) ? null : measure(program, "traces", engine);
  const states = TOO_MANY_STATES.has(name) ? null : measure(program, "states", engine);
  const problems = [];
  const expect = (what, is, should) => {
    if (is !== should) problems.push(`${what}: ${is}, not ${should}`);
  };
  for (const one of [states, traces]) {
    if (one === null) continue;
    if (!one.result.complete) problems.push(`cut: ${one.result.cut}`);
    if (values !== null) expect("final values", one.result.outcomes.length, values);
  }
  if (states && traces) {
    const keys = ({ result }) => result.outcomes.map((outcome) => outcome.key).join("\n");
    if (keys(states) !== keys(traces)) problems.push("the two searches differ in outcomes");
  }
  if (traces && executions !== null)
    expect("executions", traces.result.stats.states, COMMUTES.has(name) ? 1 : executions);
  if (states && mostStates !== null && states.result.stats.states > mostStates)
    problems.push(`states: ${states.result.stats.states}, at most ${mostStates}`);
  const best = Math.min(states?.seconds ?? Infinity, traces?.seconds ?? Infinity);
  const perSecond = (one) => one && Math.round(one.result.stats.transitions / Math.max(one.seconds, 0.001));
  const runs = (one) => one && Math.round(one.result.stats.states / Math.max(one.seconds, 0.001));
  console.log(
    `${name.padEnd(12)}${cell(states?.result.stats.states, 9)}${cell(seconds(states?.seconds), 8)}${cell(perSecond(states), 9)} |` +
      `${cell(traces?.result.stats.states, 9)}${cell(seconds(traces?.seconds), 8)}${cell(runs(traces), 9)} |` +
      `${cell(executions, 9)}${cell(seconds(peer), 8)} |${cell(peer === null ? null : (best / peer).toFixed(2), 7)}` +
      (problems.length > 0 ? `   WRONG: ${problems.join("; ")}` : ""),
  );
  if (problems.length > 0) wrong++;
}
console.log("ratio: CPU seconds of the faster of the two searches, by GenMC's");

if (only === undefined || only === "racy 2x5") {
  const racy = compile("racy", { N: 2, M: 5 });
  const busy = compile("busy", { N: 2, M: 6, K: 2000 });
  console.log("\nvisible operations a second, and executions a second");
  for (const [name, bars] of Object.entries(BARS)) {
    const states = speed(racy, "states", name);
    const traces = speed(racy, "traces", name);
    const slow = states.steps < bars.states || traces.runs < bars.traces;
    console.log(
      `racy 2x5 ${name.padEnd(6)}${cell(Math.round(states.steps), 9)} by states |` +
        `${cell(Math.round(traces.steps), 9)} by traces,${cell(Math.round(traces.runs), 8)} executions` +
        (slow ? `   BELOW ${bars.states}, ${bars.traces}` : ""),
    );
    if (slow) wrong++;
  }
  for (const name of Object.keys(BARS))
    console.log(
      `busy 2x6 ${name.padEnd(6)}${cell(Math.round(speed(busy, "states", name).steps), 9)} by states`,
    );
}
process.exitCode = wrong > 0 ? 1 : 0;
