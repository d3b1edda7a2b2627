// Runs programs that csmith generates and compares what they print (a checksum of their globals) with gcc -O0.
//
//   npm run conformance:csmith -- [--seeds N] [--from S] [--jobs N] [--seconds S] [--engine vm|wasm] [--keep DIR]
//
// Needs csmith, its headers and gcc (Debian: csmith libcsmith-dev gcc). A seed whose program gcc's code does not finish
// in time is left out. Programs that differ are kept in --keep. Exit code 0 only when none differs and some were run.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { forAll } from "./program-pool.mjs";

const HEADERS = ["/usr/include/csmith", "/usr/include/csmith-2.3.0"];
const options = { seeds: 100, from: 1, jobs: 1, seconds: 60, engine: "", keep: "" };
const args = process.argv.slice(2);
for (let i = 0; i < args.length; i += 2) {
  const name = args[i].slice(2);
  if (!(name in options) || args[i + 1] === undefined) usage();
  options[name] = typeof options[name] === "number" ? Number(args[i + 1]) : args[i + 1];
}
const headers = HEADERS.find((path) => existsSync(join(path, "csmith.h")));
if (headers === undefined || !works("csmith", ["--version"]) || !works("gcc", ["--version"])) {
  console.error("csmith, its headers and gcc are needed: apt-get install csmith libcsmith-dev gcc");
  process.exit(2);
}

const folder = mkdtempSync(join(tmpdir(), "smplab-csmith-"));
cpSync(headers, folder, { recursive: true });
const counts = { same: 0, different: 0, skipped: 0 };
const seeds = Array.from({ length: options.seeds }, (_, i) => options.from + i);
try {
  await forAll(seeds, options.jobs, options.seconds, runSeed);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
console.log(`same ${counts.same}  different ${counts.different}  left out ${counts.skipped}`);
process.exit(counts.different === 0 && counts.same > 0 ? 0 : 1);

async function runSeed(lane, seed) {
  const path = join(folder, `seed-${seed}.c`);
  const binary = join(folder, `seed-${seed}`);
  const generated = spawnSync("csmith", ["--no-argc", "--seed", String(seed)], { maxBuffer: 1 << 26 });
  writeFileSync(path, generated.stdout);
  spawnSync("gcc", ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", `-I${folder}`, "-o", binary, path]);
  const native = spawnSync(binary, [], { timeout: 2000, encoding: "utf8" });
  if (native.status !== 0 || native.error !== undefined || native.stdout === "") {
    counts.skipped++;
  } else {
    const ours = await lane.run({ path, engine: options.engine });
    if (ours.outcome === "passed" && ours.printed === native.stdout) counts.same++;
    else differ(seed, path, native.stdout, ours);
  }
  rmSync(path, { force: true });
  rmSync(binary, { force: true });
}

function differ(seed, path, wanted, ours) {
  counts.different++;
  const said =
    ours.outcome === "passed" ? ours.printed.trim() : `${ours.outcome}: ${ours.text.split("\n")[0]}`;
  console.log(`FAIL seed ${seed}: gcc ${wanted.trim()}, ours ${said}`);
  if (options.keep === "") return;
  mkdirSync(options.keep, { recursive: true });
  cpSync(path, join(options.keep, `seed-${seed}.c`));
}

function works(command, list) {
  return spawnSync(command, list).status === 0;
}

function usage() {
  console.error(
    "usage: npm run conformance:csmith -- [--seeds N] [--from S] [--jobs N] [--seconds S] [--engine vm|wasm] [--keep DIR]",
  );
  process.exit(2);
}
