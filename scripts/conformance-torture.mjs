// Runs gcc's own execute tests (gcc.c-torture/execute of Debian's gcc-12-source) as ordinary programs, the way
// `smplab run` does, and counts those that end with exit value 0.
//
//   npm run conformance:torture -- DIR [--only TEXT] [--jobs N] [--seconds S] [--engine vm|wasm|both] [--failures FILE]
//
// DIR holds the .c files. Which are left out, and why, stands in test/interpreter/programs/torture-exclusions.json.
// A program passes when it compiles, ends by itself within the time, and returns 0; abort() or a fault fails. Programs
// for which gcc expects something else than its defaults (dg-options) are compiled with our one dialect, which is
// -fwrapv -fno-strict-aliasing. Exit code 0 only when every program that is not excluded passes.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { forAll } from "./program-pool.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");

const { folder, only, jobs, seconds, engine, failuresFile } = readArguments(process.argv.slice(2));
const excluded = new Map();
const list = JSON.parse(
  readFileSync(join(root, "test/interpreter/programs/torture-exclusions.json"), "utf8"),
);
for (const { reason, programs } of list.exclusions) for (const name of programs) excluded.set(name, reason);

const all = readdirSync(folder)
  .filter((name) => name.endsWith(".c") && name.includes(only))
  .sort();
if (all.length === 0) usage();
const todo = all.filter((name) => !excluded.has(name.slice(0, -2)));
const results = new Map();
const engines = engine === "both" ? ["vm", "wasm"] : [engine];
await forAll(todo, jobs, seconds, async (lane, name) => {
  for (const each of engines) {
    results.set(`${each} ${name}`, await lane.run({ path: join(folder, name), engine: each }));
  }
});
const wrong = engines.flatMap((each) => report(each));
if (failuresFile !== "") writeFileSync(failuresFile, `${wrong.join("\n")}\n`);
process.exitCode = wrong.length === 0 ? 0 : 1;

function readArguments(args) {
  const given = { folder: "", only: "", jobs: 1, seconds: 10, engine: "both", failuresFile: "" };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--only") given.only = args[++i] ?? "";
    else if (args[i] === "--jobs") given.jobs = Number(args[++i]);
    else if (args[i] === "--seconds") given.seconds = Number(args[++i]);
    else if (args[i] === "--engine") given.engine = args[++i] ?? "";
    else if (args[i] === "--failures") given.failuresFile = args[++i] ?? "";
    else given.folder = resolve(args[i]);
  }
  if (given.folder === "" || !(given.jobs > 0) || !(given.seconds > 0)) usage();
  return given;
}

function usage() {
  console.error(
    "usage: npm run conformance:torture -- DIR [--only TEXT] [--jobs N] [--seconds S]\n" +
      "                                    [--engine vm|wasm|both] [--failures FILE]\n" +
      "DIR is gcc/testsuite/gcc.c-torture/execute of the gcc sources (Debian: gcc-12-source).",
  );
  process.exit(2);
}

function report(name) {
  const counts = new Map();
  const failures = [];
  for (const program of all) {
    const result = results.get(`${name} ${program}`);
    const outcome = result === undefined ? "excluded" : result.outcome;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    if (result !== undefined && outcome !== "passed") {
      failures.push(`${program} on ${name}: ${outcome}: ${result.text}`);
    }
  }
  console.log(`${name.padEnd(12)} programs`);
  for (const [outcome, count] of [...counts].sort((a, b) => b[1] - a[1])) {
    console.log(`${outcome.padEnd(12)} ${String(count).padStart(8)}`);
  }
  console.log(`${"all".padEnd(12)} ${String(all.length).padStart(8)}`);
  for (const failure of failures) console.log(`FAIL ${failure.split("\n")[0]}`);
  return failures;
}
