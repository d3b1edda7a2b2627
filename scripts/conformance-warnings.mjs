// What gcc warns about, and what we do: every program of a folder is compiled by gcc with -Wall -Wextra and checked by us,
// and the warnings are compared by line, column and option.
//
//   npm run conformance:warnings -- DIR [--show N] [--limit N]
//
// DIR holds .c files, such as gcc/testsuite/gcc.c-torture/execute of the gcc sources. A warning of ours that gcc has
// neither at -O0 nor at -O2 is false; it is listed, and the exit code is 1. What gcc says and we do not is counted by
// option (--show lists so many of each). Programs that either of us rejects are left out and counted.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { check, LexCache, parse, preprocess, printDiagnostics, Warnings } from "../dist/interpreter/api.js";
import { loadParser } from "../dist/src/parser/load.js";

const OPTIONS = ["-Wall", "-Wextra"];

const { folder, show, limit } = readArguments(process.argv.slice(2));
const { port } = await loadParser();
const directory = mkdtempSync(join(tmpdir(), "smplab-warnings-"));
const systemPaths = systemHeaders();
const cache = new LexCache();
/** By option: how many both say, what only we say, what only gcc says. */
const options = new Map();
let used = 0;
let left = 0;
try {
  for (const name of readdirSync(folder).sort().slice(0, limit)) {
    if (name.endsWith(".c")) compare(name, readFileSync(join(folder, name), "utf8"));
  }
} finally {
  rmSync(directory, { recursive: true });
}
report();

function readArguments(args) {
  const given = { folder: "", show: 0, limit: Number.POSITIVE_INFINITY };
  for (let i = 0; i < args.length; i++) {
    if (args[i] === "--show") given.show = Number(args[++i]);
    else if (args[i] === "--limit") given.limit = Number(args[++i]);
    else given.folder = resolve(args[i]);
  }
  if (given.folder === "" || !(given.show >= 0) || !(given.limit > 0)) {
    console.error("usage: npm run conformance:warnings -- DIR [--show N] [--limit N]");
    process.exit(2);
  }
  return given;
}

function gcc(args) {
  const env = { ...process.env, LC_ALL: "C" };
  const { stderr, error } = spawnSync("gcc", args, {
    cwd: directory,
    encoding: "utf8",
    env,
    timeout: 30_000,
  });
  if (error !== undefined) throw new Error(`gcc: ${error.message}`);
  return stderr;
}

/** Where gcc finds the headers of the C library. */
function systemHeaders() {
  writeFileSync(join(directory, "t.c"), "");
  const [, list] = /search starts here:\n((?: .*\n)+)End/.exec(gcc(["-v", "-E", "t.c"])) ?? [];
  return (list ?? "").split("\n").flatMap((line) => (line === "" ? [] : [line.trim()]));
}

function readHeader(path) {
  try {
    return path.startsWith("/") ? readFileSync(path, "utf8") : null;
  } catch {
    return null;
  }
}

function messagesOf(output) {
  return output.split("\n").flatMap((line) => {
    const said = /^t\.c:(\d+):(\d+): (warning|error|fatal error): (.*?)(?: \[(-W[^\]]*)\])?$/.exec(line);
    if (said === null) return [];
    const [, row, column, severity, , option = "(none)"] = said;
    return [{ key: `${row}:${column}:${option}`, severity, option, line }];
  });
}

function ourMessages(text) {
  const warnings = new Warnings(OPTIONS);
  const source = preprocess(
    { path: "t.c", text },
    { readFile: readHeader },
    { cache, systemPaths, warnings },
  );
  const { tokens, pragmas, diagnostics: sink } = source;
  const { unit } = parse(tokens, port, sink);
  check(unit, { tokens, pragmas, sink, macroNames: source.macros.names() });
  return messagesOf(printDiagnostics(sink.all, source.files));
}

function compare(name, text) {
  writeFileSync(join(directory, "t.c"), text);
  const args = ["-std=gnu11", "-fwrapv", ...OPTIONS, "-fno-diagnostics-show-caret", "-c", "-o", "/dev/null"];
  const theirs = messagesOf(gcc([...args, "t.c"]));
  const ours = ourMessages(text);
  if ([...theirs, ...ours].some(({ severity }) => severity !== "warning")) {
    left++;
    return;
  }
  used++;
  const optimised = new Set(messagesOf(gcc([...args, "-O2", "t.c"])).map(({ key }) => key));
  const missing = [...theirs];
  for (const one of ours) {
    const at = missing.findIndex(({ key }) => key === one.key);
    if (at >= 0) missing.splice(at, 1);
    const entry = entryOf(one.option);
    if (at >= 0 || optimised.has(one.key)) entry.both++;
    else entry.ours.push(`${name} ${one.line}`);
  }
  for (const one of missing) entryOf(one.option).theirs.push(`${name} ${one.line}`);
}

function entryOf(option) {
  let entry = options.get(option);
  if (entry === undefined) {
    entry = { both: 0, ours: [], theirs: [] };
    options.set(option, entry);
  }
  return entry;
}

function report() {
  console.log(`${used} programs compared, ${left} left out`);
  console.log(
    `${"option".padEnd(40)}${["both", "only we", "only gcc"].map((head) => head.padStart(9)).join("")}`,
  );
  let wrong = 0;
  const both = [...options].sort(([, a], [, b]) => b.both - a.both || b.theirs.length - a.theirs.length);
  for (const [option, { both: same, ours, theirs }] of both) {
    const counts = [same, ours.length, theirs.length].map((count) => String(count).padStart(9));
    console.log(option.padEnd(40) + counts.join(""));
    for (const line of ours) console.log(`  only we: ${line}`);
    for (const line of theirs.slice(0, show)) console.log(`  only gcc: ${line}`);
    wrong += ours.length;
  }
  process.exitCode = wrong === 0 ? 0 : 1;
}
