// Compares our reading of C with gcc's, on code that is not ours.
//
//   kernel   translation units of Debian's linux-source-6.1, preprocessed by the kernel's own build: no syntax
//            error, none of the checker's that gcc does not have, the layout of every struct and every enumerator
//            as gcc has them, and text to checked tree at 1 MB/s or more
//   torture  the programs of gcc.c-torture from Debian's gcc-12-source
//   DIR      all preprocessed files (*.i) below a folder, as for the kernel
//
// "The right tree" is shown by a round trip: the tree is printed as C with every operand in parentheses, and gcc
// must make the same assembly of it as of the original (always for torture, with --round-trip for the others).
//
//   npm run conformance:syntax                     both: 8 units, every 8th program
//   npm run conformance:syntax -- --all            26 units, all programs
//   npm run conformance:syntax -- kernel --round-trip
//   npm run conformance:syntax -- DIR
//
// Needs a build (npm run build), gcc, and for the kernel also: make flex bison bc libelf-dev. What is not
// installed is left out, and said so.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { check, parse, preprocess } from "../dist/interpreter/api.js";
import { loadParser } from "../dist/src/parser/load.js";
import { unitToC } from "../dist/test/interpreter/syntax/print-c.js";
import { compareLayouts } from "./layouts.mjs";

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    all: { type: "boolean", default: false },
    "round-trip": { type: "boolean", default: false },
  },
});
const parts = positionals.length > 0 ? positionals : ["kernel", "torture"];
const work = join(tmpdir(), "smplab-conformance-syntax");
mkdirSync(work, { recursive: true });
const { port } = await loadParser();
let failures = 0;

const FEW_UNITS = [
  "lib/rbtree",
  "lib/list_sort",
  "lib/llist",
  "lib/xarray",
  "lib/rhashtable",
  "kernel/locking/mutex",
  "kernel/locking/rwsem",
  "kernel/workqueue",
];
const MORE_UNITS = [
  ..."lib/test_xarray lib/test_rhashtable lib/kfifo lib/maple_tree lib/vsprintf".split(" "),
  ..."kernel/locking/qspinlock kernel/futex/core kernel/rcu/srcutree kernel/rcu/tree kernel/fork".split(" "),
  ..."kernel/printk/printk kernel/bpf/core kernel/sched/core kernel/sched/build_policy".split(" "),
  ..."kernel/trace/ring_buffer mm/slub mm/memcontrol mm/rmap".split(" "),
];

/** What the checker refuses because we do not have it, not because it is wrong. */
const NOT_OURS = /is not supported$/;

/**
 * Programs that the round trip cannot show to be equal, with the reason: constants beyond a double, and the
 * vector and complex types that we do not have.
 */
const EXPECTED = new Map([
  ["20040208-1.c", "long double constants"],
  ["20080502-1.c", "long double constants"],
  ["990413-2.c", "long double constants"],
  ["pr39228.c", "long double constants"],
  ["20041124-1.c", "imaginary integers"],
  ["20041201-1.c", "imaginary integers"],
  ["pr38151.c", "imaginary integers"],
  ["pr96426.c", "__builtin_convertvector"],
]);

// ---------------------------------------------------------------- reading

function read(path, text) {
  const source = preprocess({ path, text }, { readFile: () => null }, { predefined: "none" });
  const { unit, diagnostics } = parse(source.tokens, port, source.diagnostics);
  return { unit, errors: errorsIn(source, diagnostics) };
}

function errorsIn(source, diagnostics) {
  return diagnostics.all
    .filter((one) => one.severity === "error")
    .map((one) => ({ ...source.files.place(one.span.pos), text: one.text }));
}

/** Milliseconds of CPU time, all threads: other programs on the machine do not count, our own compiler threads do. */
function cpu() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** From text to checked tree, with the CPU time of each stage. */
function readAndCheck(path, text) {
  const started = cpu();
  const source = preprocess({ path, text }, { readFile: () => null }, { predefined: "none" });
  const { tokens, pragmas, diagnostics: sink } = source;
  const lexed = cpu();
  const { unit } = parse(tokens, port, sink);
  const syntaxErrors = sink.errorCount;
  const parsed = cpu();
  check(unit, { tokens, pragmas, sink, macroNames: [] });
  const checked = cpu();
  const errors = errorsIn(source, sink);
  const ms = { lex: lexed - started, parse: parsed - lexed, check: checked - parsed, all: checked - started };
  return { tokens: tokens.length, syntaxErrors, errors, ms };
}

function run(command, argv, settings = {}) {
  return spawnSync(command, argv, { encoding: "utf8", maxBuffer: 1 << 30, ...settings });
}

function fail(message) {
  failures++;
  console.log(message);
}

/** Assembly of a text, without the line numbers that gcc writes round asm statements; null if it is refused. */
function assemble(text, flags) {
  writeFileSync(join(work, "unit.c"), text);
  const result = run("gcc", ["-w", "-fno-ident", ...flags, "-S", "-o", "-", "unit.c"], {
    cwd: work,
    timeout: 300_000,
  });
  if (result.status !== 0) return null;
  return result.stdout.replace(/^\s*# \d+ "unit\.c".*$/gm, "");
}

/** "same", "refused" by gcc, or what is wrong. */
function roundTrip(name, text, flags) {
  const { unit, errors } = read(name, text);
  const original = assemble(text, flags);
  if (original === null) return "refused";
  if (errors.length > 0) return `line ${errors[0].line}: ${errors[0].text}`;
  const pragmas = text.split("\n").filter((line) => line.startsWith("#pragma"));
  const again = assemble(`${pragmas.join("\n")}\n${unitToC(unit)}`, flags);
  if (again === null) return "gcc refuses what we print";
  return again === original ? "same" : "gcc makes other code of what we print";
}

// ---------------------------------------------------------------- kernel

function kernel() {
  const archive = "/usr/src/linux-source-6.1.tar.xz";
  const tree = join(work, "linux-source-6.1");
  if (!existsSync(tree)) {
    if (!existsSync(archive)) return void console.log("kernel: left out, linux-source-6.1 is not installed");
    console.log("kernel: unpacking and configuring (once) ...");
    const steps = [
      ["tar", ["-xJf", archive, "-C", work]],
      ["make", ["-C", tree, "defconfig"]],
      [
        join(tree, "scripts/config"),
        ["--file", join(tree, ".config"), "-e", "PROVE_LOCKING", "-e", "MEMCG", "-e", "KUNIT"],
      ],
      ["make", ["-C", tree, "olddefconfig"]],
      ["make", ["-C", tree, "prepare"]],
    ];
    for (const [command, argv] of steps) {
      const result = run(command, argv);
      if (result.status !== 0)
        return void fail(`kernel: ${command} ${argv.join(" ")} failed\n${result.stderr}`);
    }
  }
  const names = options.all ? [...FEW_UNITS, ...MORE_UNITS] : FEW_UNITS;
  const units = names.flatMap((name) => {
    const path = join(tree, `${name}.i`);
    if (existsSync(path) || run("make", ["-C", tree, `${name}.i`]).status === 0) {
      return [{ name, path, flags: kernelFlags(tree, name) }];
    }
    fail(`${name}: the kernel's build does not preprocess it`);
    return [];
  });
  compareUnits("kernel", units);
}

function folder(top) {
  const names = readdirSync(top, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".i"));
  if (names.length === 0)
    return void fail(`${top}: no preprocessed files (*.i); gcc -E FILE.c -o FILE.i makes one`);
  const flags = ["-std=gnu11"];
  compareUnits(
    top,
    names.sort().map((name) => ({ name: name.slice(0, -2), path: join(top, name), flags })),
  );
}

/** One line a unit. The first is read in a process that has read nothing before, and is counted like the others. */
function compareUnits(title, units) {
  const width = Math.max(...units.map(({ name }) => name.length)) + 2;
  const head = [
    "MB",
    "tokens",
    "lex",
    "parse",
    "check ms",
    "MB/s",
    "syntax",
    "other",
    "refused",
    "types",
    "enums",
    "wrong",
  ];
  const line = (name, cells) =>
    console.log(name.padEnd(width) + cells.map((cell) => String(cell).padStart(9)).join(""));
  line(title, head);
  const sum = {
    bytes: 0,
    ms: 0,
    tokens: 0,
    syntax: 0,
    other: 0,
    refused: 0,
    records: 0,
    enumerators: 0,
    wrong: 0,
  };
  let same = 0;
  for (const { name, path, flags } of units) {
    // gcc's own line markers say nothing here; pragmas decide about layout.
    const text = readFileSync(path, "utf8").replace(/^#(?!pragma).*$/gm, "");
    const { tokens, syntaxErrors, errors, ms } = readAndCheck(`${name}.c`, text);
    const refused = errors.filter((error) => NOT_OURS.test(error.text)).length;
    const wrong = errors.filter((error) => !NOT_OURS.test(error.text));
    for (const error of wrong.slice(0, 3)) fail(`${path}:${error.line}:${error.column}: ${error.text}`);
    const layouts = compareLayouts(`${name}.c`, text, port, flags, work);
    if (layouts === null) fail(`${name}: gcc refuses the tables of the layouts`);
    for (const table of layouts?.wrong.slice(0, 3) ?? []) fail(`${name}: gcc lays out differently: ${table}`);
    const { records = 0, enumerators = 0 } = layouts ?? {};
    const differ = layouts?.wrong.length ?? 0;
    const other = wrong.length - syntaxErrors;
    line(name, [
      (text.length / 1e6).toFixed(2),
      tokens,
      ...[ms.lex, ms.parse, ms.check].map((value) => value.toFixed(0)),
      (text.length / 1000 / ms.all).toFixed(2),
      ...[syntaxErrors, other, refused, records, enumerators, differ],
    ]);
    sum.bytes += text.length;
    sum.ms += ms.all;
    sum.tokens += tokens;
    sum.syntax += syntaxErrors;
    sum.other += other;
    sum.refused += refused;
    sum.records += records;
    sum.enumerators += enumerators;
    sum.wrong += differ;
    if (!options["round-trip"]) continue;
    const verdict = roundTrip(`${name}.c`, text, flags);
    if (verdict === "same") same++;
    else fail(`${name}: ${verdict}`);
  }
  const speed = sum.bytes / 1000 / sum.ms;
  line(`${units.length} units`, [
    (sum.bytes / 1e6).toFixed(2),
    ...[sum.tokens, "", "", "", speed.toFixed(2), sum.syntax, sum.other, sum.refused],
    ...[sum.records, sum.enumerators, sum.wrong],
  ]);
  if (options["round-trip"])
    console.log(`${same} of ${units.length} with gcc's very code after a round trip`);
  if (speed < 1) fail(`only ${speed.toFixed(2)} MB/s from text to checked tree`);
}

/** The flags that decide about code, from the command line that the kernel's build keeps beside each product. */
function kernelFlags(tree, unit) {
  const line = readFileSync(join(tree, dirname(unit), `.${basename(unit)}.i.cmd`), "utf8").split("\n")[0];
  return line.split(/\s+/).filter((flag) => /^-(f(?!macro-prefix)|m|std=|O)/.test(flag));
}

// ---------------------------------------------------------------- gcc's own programs

/** Directories of gcc.c-torture, or null. */
function unpackTorture() {
  const archive = "/usr/src/gcc-12/gcc-12.2.0-dfsg.tar.xz";
  const root = join(work, "gcc-12.2.0/gcc/testsuite/gcc.c-torture");
  if (!existsSync(root)) {
    if (!existsSync(archive)) return null;
    run("tar", ["-xJf", archive, "-C", work, "gcc-12.2.0/gcc/testsuite/gcc.c-torture"]);
  }
  return ["execute", "compile"].map((name) => join(root, name));
}

function torture() {
  const directories = unpackTorture();
  if (directories === null) return void console.log("torture: left out, gcc-12-source is not installed");
  const counts = { same: 0, refused: 0, expected: 0, wrong: 0 };
  for (const directory of directories) {
    const names = readdirSync(directory).filter((name) => name.endsWith(".c"));
    names.forEach((name, index) => {
      // Those that take gcc minutes say nothing about syntax.
      if ((!options.all && index % 8 !== 0) || /^limits-|^20001226-1/.test(name)) return;
      const path = join(directory, name);
      const { status, stdout } = run("gcc", ["-E", "-P", "-w", path]);
      if (status !== 0) return;
      const wanted = /dg-options "([^"]*)"/.exec(readFileSync(path, "utf8"))?.[1] ?? "";
      const flags = wanted.split(" ").filter((flag) => /^-(std|fgnu|fwrapv|m)/.test(flag));
      const verdict = roundTrip(name, stdout, ["-O0", ...flags]);
      if (verdict === "same" || verdict === "refused") counts[verdict]++;
      else if (EXPECTED.has(name)) counts.expected++;
      else {
        counts.wrong++;
        fail(`${basename(directory)}/${name}: ${verdict}`);
      }
    });
  }
  console.log(
    `torture: ${counts.same} with gcc's very code after a round trip, ${counts.wrong} wrong, ` +
      `${counts.expected} excluded with a reason, ${counts.refused} that gcc refuses too`,
  );
}

// ---------------------------------------------------------------- what was asked for

for (const part of parts) {
  if (part === "kernel") kernel();
  else if (part === "torture") torture();
  else if (existsSync(part)) folder(part);
  else fail(`${part}: neither kernel nor torture nor a folder`);
}
process.exit(failures === 0 ? 0 : 1);
