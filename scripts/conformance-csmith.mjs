// Runs programs that csmith generates and compares what they print (a checksum of their globals) with gcc -O0, on both
// engines.
//
//   npm run conformance:csmith -- [--count N] [--from S] [--engine vm|wasm|both] [--record FILE] [--retry]
//                                 [--jobs N] [--seconds S] [--native MS] [--keep DIR]
//
// Needs csmith, its headers and gcc (Debian: csmith libcsmith-dev gcc). Seeds are taken from S upwards until there are N
// cases; a seed is a case if the program that gcc makes of it ends by itself within --native milliseconds (most take 15;
// some never end). The others are counted and printed. Each seed is generated, compiled and run by gcc once, whatever
// the engines. With --record each answer is a line of a file, and a later call with the same file goes on behind it: a
// thousand seeds can be run in pieces (another --from and file for each shard), and the report is always of the whole
// file. --retry takes those again that were not the same. Exit code 0 only when every case is the same on each engine.
import { spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forAll } from "./program-pool.mjs";

const HEADERS = ["/usr/include/csmith", "/usr/include/csmith-2.3.0"];
const GENERATOR_SECONDS = 60;
const options = readOptions(process.argv.slice(2));
const engines = options.engine === "both" ? ["vm", "wasm"] : [options.engine];
const headers = HEADERS.find((path) => existsSync(join(path, "csmith.h")));
if (headers === undefined || !works("csmith", ["--version"]) || !works("gcc", ["--version"])) {
  console.error("csmith, its headers and gcc are needed: apt-get install csmith libcsmith-dev gcc");
  process.exit(2);
}

/** By seed: { seed, native, took, vm, wasm }: what gcc's program printed, or null for no case, and each engine's answer. */
const answers = readRecord(options.record);
const folder = mkdtempSync(join(tmpdir(), "smplab-csmith-"));
cpSync(headers, folder, { recursive: true });
try {
  await forAll(seeds(), options.jobs, options.seconds, runSeed);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
report();

function readOptions(args) {
  const given = {
    count: 100,
    from: 1,
    jobs: 1,
    seconds: 60,
    native: 1000,
    engine: "both",
    record: "",
    keep: "",
    retry: false,
  };
  for (let i = 0; i < args.length; i++) {
    const name = args[i].slice(2);
    if (!args[i].startsWith("--") || !(name in given)) usage();
    if (typeof given[name] === "boolean") given[name] = true;
    else if (args[i + 1] === undefined) usage();
    else given[name] = typeof given[name] === "number" ? Number(args[++i]) : args[++i];
  }
  if (!["vm", "wasm", "both"].includes(given.engine)) usage();
  return given;
}

function usage() {
  console.error(
    "usage: npm run conformance:csmith -- [--count N] [--from S] [--engine vm|wasm|both] [--record FILE] [--retry]\n" +
      "                                     [--jobs N] [--seconds S] [--native MS] [--keep DIR]",
  );
  process.exit(2);
}

function readRecord(path) {
  const found = new Map();
  if (path === "" || !existsSync(path)) return found;
  for (const line of readFileSync(path, "utf8").split("\n")) {
    if (line === "") continue;
    const answer = JSON.parse(line);
    found.set(answer.seed, { ...found.get(answer.seed), ...answer });
  }
  return found;
}

/** The seeds still to be run, from --from upwards, until --count of them are cases. */
function* seeds() {
  let cases = 0;
  for (let seed = options.from; cases < options.count; seed++) {
    const known = answers.get(seed);
    if (known?.native !== null) cases++;
    if (known === undefined || todo(known).length > 0) yield seed;
    // What turned out to be no case makes room for the next seed.
    if (known === undefined && answers.get(seed)?.native === null) cases--;
  }
}

/** The engines that have not answered for a seed yet. */
function todo(answer) {
  if (answer.native === null) return [];
  return engines.filter(
    (engine) => answer[engine] === undefined || (options.retry && answer[engine] !== "same"),
  );
}

async function runSeed(lane, seed) {
  const path = join(folder, `seed-${seed}.c`);
  const binary = join(folder, `seed-${seed}`);
  const before = answers.get(seed);
  const generated = await output("csmith", ["--no-argc", "--seed", String(seed)], GENERATOR_SECONDS * 1000);
  writeFileSync(path, generated.text);
  const answer = { seed, ...before };
  if (before === undefined) {
    await output(
      "gcc",
      ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", `-I${folder}`, "-o", binary, path],
      60_000,
    );
    const native = await output(binary, [], options.native);
    answer.native = native.code === 0 && native.text !== "" ? native.text.trim() : null;
    answer.took = native.took;
  }
  for (const engine of todo(answer)) {
    const start = Date.now();
    const ours = await lane.run({ path, engine });
    answer[`${engine}Took`] = Date.now() - start;
    answer[engine] = verdict(answer.native, ours);
    if (answer[engine] === "same") continue;
    console.log(`FAIL seed ${seed} on ${engine}: ${answer[engine]}`);
    if (options.keep === "") continue;
    mkdirSync(options.keep, { recursive: true });
    cpSync(path, join(options.keep, `seed-${seed}.c`));
  }
  answers.set(seed, answer);
  if (options.record !== "") appendFileSync(options.record, `${JSON.stringify(answer)}\n`);
  rmSync(path, { force: true });
  rmSync(binary, { force: true });
}

function verdict(native, ours) {
  if (ours.outcome === "passed" && ours.printed.trim() === native) return "same";
  const said =
    ours.outcome === "passed" ? ours.printed.trim() : `${ours.outcome}: ${ours.text.split("\n")[0]}`;
  return `gcc ${native}, ours ${said}`;
}

/** What a command prints (csmith leaves a file of its own where it runs); code null where it was ended because of its time or gave more than a program should. */
function output(command, args, limit) {
  return new Promise((done) => {
    const start = Date.now();
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "ignore"], cwd: folder });
    const timer = setTimeout(() => child.kill("SIGKILL"), limit);
    const pieces = [];
    const end = (code) => {
      clearTimeout(timer);
      done({ text: Buffer.concat(pieces).toString(), code, took: Date.now() - start });
    };
    child.stdout.on("data", (piece) => pieces.push(piece));
    child.on("error", () => end(null));
    child.on("close", end);
  });
}

function report() {
  const all = [...answers.values()];
  const none = all.filter(({ native }) => native === null).map(({ seed }) => seed);
  let wrong = 0;
  for (const engine of engines) {
    const mine = all.filter((answer) => answer[engine] !== undefined);
    const same = mine.filter((answer) => answer[engine] === "same").length;
    wrong += mine.length - same;
    console.log(`${engine.padEnd(4)} cases ${mine.length}  same ${same}  not the same ${mine.length - same}`);
    if (mine.length === 0) wrong++;
  }
  const text = none.length === 0 ? "" : `: ${none.sort((a, b) => a - b).join(" ")}`;
  console.log(
    `no case, as gcc's program did not end by itself in ${options.native} ms: ${none.length}${text}`,
  );
  process.exitCode = wrong === 0 ? 0 : 1;
}

function works(command, list) {
  return spawnSync(command, list, { cwd: tmpdir() }).status === 0;
}
