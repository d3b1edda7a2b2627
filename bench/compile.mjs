// Compile latency: the two programs of the founding case (mm/memcontrol.c with a scenario, before and after the
// patch), from text to a machine that stands in front of its first operation.
//
//   cold   a process of its own, from its start to both machines: start of Node, loading the code, reading the mail,
//          healing and applying the patch, reading, compiling. What somebody at a prompt waits for.
//   warm   in a process that has done it before, but with empty caches: nothing of an earlier round is kept
//
//   npm run bench:compile -- [rounds] [--wasm-parser]
//
// Prints the median and the best of the rounds, and the median of the CPU time (all threads); exits with 1 if the
// median of the time on the clock misses the bar. On a busy machine only the CPU time says something.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import { fileURLToPath } from "node:url";
import files from "../dist/bundle/load.cjs";

const { load } = files;
const BAR = { cold: 800, warm: 300 };
const PATCH = "patches/samples/2010-09-13-memcg-file-mapped.txt";
const SCENARIO = "kernel/scenarios/memcg/map_task_move.c";

const args = process.argv.slice(2);
const isChild = args.includes("--once");
const wasm = args.includes("--wasm-parser");
const rounds = Number(args.find((arg) => /^\d+$/.test(arg)) ?? 7);
const script = fileURLToPath(import.meta.url);
const packageRoot = join(script, "../..");

/** Everything between text and two machines; returns milliseconds by stage. */
async function prepareStages() {
  // The files that the command line runs.
  load("tiering.js");
  const { applyPatch, overlay, readMail } = load("patches.js");
  const { Machine } = load("interpreter.js");
  const { objects, rules } = load("kernel.js");
  const { compiler, diskTree } = load("index.js");
  const { SourceFiles } = load("files.js");
  const { prepareBoth } = load("prepare.js");
  const { loadParser, loadWasmParser } = load("parser.js");
  const port = wasm ? await loadWasmParser() : (await loadParser()).port;
  return function once() {
    const started = performance.now();
    const tree = diskTree(join(packageRoot, "kernel/tree"));
    const { mails } = readMail(new Uint8Array(readFileSync(join(packageRoot, PATCH))));
    const applied = applyPatch(mails[0], tree);
    if (!applied.ok) throw new Error("the founding patch does not apply");
    const patched = performance.now();
    const sides = [tree, overlay(tree, applied.changes)].map(
      (one) => new SourceFiles(one, packageRoot, packageRoot),
    );
    const prepared = prepareBoth(SCENARIO, sides[0], sides[1], compiler(port), {});
    if (!prepared.ok) throw new Error(prepared.text);
    const compiled = performance.now();
    const [{ before, after }] = prepared.pairs;
    for (const { program, config, entry } of [before, after]) {
      new Machine(program, objects(), rules(), config).start(entry);
    }
    const ended = performance.now();
    return {
      patch: patched - started,
      compile: compiled - patched,
      machine: ended - compiled,
      all: ended - started,
    };
  };
}

/** User and system time of this process in milliseconds. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function medianOf(values) {
  return values.toSorted((a, b) => a - b)[values.length >> 1];
}

function table(name, rounds, bar) {
  const walls = rounds.map(({ wall }) => wall);
  const median = medianOf(walls);
  const verdict = bar === undefined ? "" : median < bar ? `   below ${bar}` : `   ABOVE ${bar}`;
  const cells = [median, Math.min(...walls), medianOf(rounds.map((round) => round.cpu))];
  console.log(name.padEnd(28) + cells.map((cell) => cell.toFixed(0).padStart(9)).join("") + verdict);
  return bar === undefined || median < bar;
}

if (isChild) {
  const once = await prepareStages();
  once();
  console.log(cpu());
  process.exit(0);
}

const cold = [];
for (let i = 0; i < rounds; i++) {
  const started = performance.now();
  const child = spawnSync(process.execPath, [script, "--once", ...(wasm ? ["--wasm-parser"] : [])], {
    encoding: "utf8",
  });
  if (child.status !== 0) throw new Error(child.stderr);
  cold.push({ wall: performance.now() - started, cpu: Number(child.stdout) });
}
const once = await prepareStages();
for (let i = 0; i < 5; i++) once();
const warm = Array.from({ length: rounds }, () => {
  const before = cpu();
  const stages = once();
  return { stages, wall: stages.all, cpu: cpu() - before };
});
const waiting = loadavg()[0];
const busy = waiting > availableParallelism() ? `, machine busy (load ${waiting.toFixed(1)})` : "";
console.log(
  `both programs of the founding case, ${rounds} rounds${wasm ? ", parser in WebAssembly" : ""}${busy}`,
);
console.log("milliseconds".padEnd(28) + ["median", "best", "CPU"].map((head) => head.padStart(9)).join(""));
const results = [table("cold, with process start", cold, BAR.cold), table("warm", warm, BAR.warm)];
for (const stage of ["patch", "compile", "machine"]) {
  const median = medianOf(warm.map(({ stages }) => stages[stage]));
  console.log(`  ${stage}`.padEnd(28) + median.toFixed(0).padStart(9));
}
process.exit(results.every(Boolean) ? 0 : 1);
