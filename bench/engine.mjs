// Speed of both engines: six small C programs (bench/c), with gcc -O2, gcc -O0 and tcc in the same run as peers.
//
// What counts is the time of one repetition of a program's work: the difference between runs with few and with many
// repetitions, so that starting and compiling cancel out; processor time, the least of several runs each, since other
// work on the machine only ever makes things slower. Prints milliseconds, ratios to gcc -O2 and their geometric means.
//
//   npm run bench:engine -- [program …] [--no-vm] [--rounds N]
//
// Exits with 1 when a geometric mean over all programs misses its bar.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** At most these ratios to gcc -O2, in the geometric mean. */
const BAR = { wasm: 2.0, vm: 60 };
/** Repetitions: few and many, of compiled code; of the register machine. */
const PROGRAMS = {
  fib: { native: [50, 1000], wasm: [20, 220], vm: [1, 2] },
  sieve: { native: [10, 110], wasm: [4, 44], vm: [1, 2] },
  xorshift: { native: [2, 12], wasm: [2, 12], vm: [1, 2] },
  list: { native: [10, 100], wasm: [2, 12], vm: [1, 2] },
  matmul: { native: [50, 1050], wasm: [20, 220], vm: [1, 2] },
  bytesum: { native: [10, 160], wasm: [10, 90], vm: [1, 2] },
};

const args = process.argv.slice(2);
const root = join(fileURLToPath(import.meta.url), "../..");
const names = Object.keys(PROGRAMS).filter(
  (name) => !args.some((arg) => arg in PROGRAMS) || args.includes(name),
);
const rounds = Number(args[args.indexOf("--rounds") + 1]) || 5;
const withVm = !args.includes("--no-vm");

await import("../dist/src/cli/tiering.js");
const [
  { Machine },
  { compiler },
  { SourceFiles },
  { shippedKernel },
  { prepareFile },
  { diskTree },
  { loadParser },
] = await Promise.all([
  import("../dist/interpreter/api.js"),
  import("../dist/src/compile/compile.js"),
  import("../dist/src/compile/files.js"),
  import("../dist/src/compile/kernel.js"),
  import("../dist/src/compile/prepare.js"),
  import("../dist/src/front/disk-tree.js"),
  import("../dist/src/parser/load.js"),
]);
const { port } = await loadParser();
const compile = compiler(port);
const kernel = shippedKernel();
const work = mkdtempSync(join(tmpdir(), "smplab-bench-"));

/** Best time of one repetition in milliseconds, from `time(repetitions, key)`; null where there is no such peer. */
function slope([few, many], time) {
  let less = Infinity;
  let more = Infinity;
  for (let round = 0; round < rounds; round++) {
    less = Math.min(less, time(few));
    more = Math.min(more, time(many));
  }
  return (more - less) / (many - few);
}

const printed = new Map();
function sameOutput(name, repetitions, text) {
  const key = `${name} ${repetitions}`;
  const known = printed.get(key);
  if (known === undefined) printed.set(key, text);
  else if (known !== text)
    throw new Error(`${key}: printed ${JSON.stringify(text)}, not ${JSON.stringify(known)}`);
}

function native(name, command, flags) {
  if (spawnSync(command, ["-v"], { stdio: "ignore" }).error !== undefined) return null;
  const built = new Map();
  return slope(PROGRAMS[name].native, (repetitions) => {
    let program = built.get(repetitions);
    if (program === undefined) {
      program = join(work, `${name}-${command}${flags.join("")}-${repetitions}`);
      execFileSync(command, [
        ...flags,
        `-DREP=${repetitions}`,
        "-o",
        program,
        join(root, "bench/c", `${name}.c`),
      ]);
      built.set(repetitions, program);
    }
    const timed = ["-c", `TIMEFORMAT='%3U %3S'; time "$0"`, program];
    const { stdout, stderr } = spawnSync("bash", timed, { encoding: "utf8" });
    sameOutput(name, repetitions, stdout);
    const [user, system] = stderr.trim().split(" ").map(Number);
    return (user + system) * 1000;
  });
}

function ours(name, engine) {
  const built = new Map();
  return slope(PROGRAMS[name][engine], (repetitions) => {
    if (!built.has(repetitions)) {
      const path = join(work, `${name}-${repetitions}.c`);
      writeFileSync(
        path,
        `#define REP ${repetitions}\n${readFileSync(join(root, "bench/c", `${name}.c`), "utf8")}`,
      );
      const files = new SourceFiles(diskTree(join(root, "kernel/tree")), root, work);
      const prepared = prepareFile(`@${path}`, files, compile, {});
      if (!prepared.ok) throw new Error(prepared.text);
      const [{ program, entry, config }] = prepared.cases;
      const machine = new Machine(program, kernel.objects, kernel.rules, {
        ...config,
        engine,
        wasm: WebAssembly,
        soloSteps: 2_000_000_000,
        // Heap memory is never used twice in a run.
        sizes: { mainHeap: name === "list" ? (6 << 20) << 4 : 64 << 10 },
      });
      built.set(repetitions, { machine, entry });
    }
    const { machine: m, entry } = built.get(repetitions);
    let text = "";
    m.onPrint = (part) => {
      text += part;
    };
    const started = process.cpuUsage();
    m.begin(entry);
    const { user, system } = process.cpuUsage(started);
    const time = (user + system) / 1000;
    if (m.end !== "finished") throw new Error(`${name}: ${m.end}: ${m.endText}`);
    sameOutput(name, repetitions, text);
    return time;
  });
}

const columns = [
  ["gcc -O2", (name) => native(name, "gcc", ["-O2"])],
  ["gcc -O0", (name) => native(name, "gcc", ["-O0"])],
  ["tcc", (name) => native(name, "tcc", [])],
  ["wasm", (name) => ours(name, "wasm")],
  ...(withVm ? [["vm", (name) => ours(name, "vm")]] : []),
];
const ratios = columns.map(() => []);
console.log(["".padEnd(10), ...columns.map(([title]) => title.padStart(18))].join(""));
for (const name of names) {
  const times = columns.map(([, measure]) => measure(name));
  const cells = times.map((time, i) => {
    if (time === null) return "-".padStart(18);
    const ratio = time / times[0];
    ratios[i].push(ratio);
    return `${time.toFixed(time < 10 ? 3 : 1)} (${ratio.toFixed(2)})`.padStart(18);
  });
  console.log([name.padEnd(10), ...cells].join(""));
}
rmSync(work, { recursive: true, force: true });
const means = ratios.map((list) => Math.exp(list.reduce((sum, x) => sum + Math.log(x), 0) / list.length));
console.log(["geom. mean".padEnd(10), ...means.map((x) => `(${x.toFixed(2)})`.padStart(18))].join(""));
console.log("Milliseconds for one repetition, and how many times gcc -O2's.");
let missed = false;
columns.forEach(([title], i) => {
  if (names.length < Object.keys(PROGRAMS).length || !(means[i] > BAR[title])) return;
  console.log(`${title}: ${means[i].toFixed(2)} is above the bar of ${BAR[title]}.`);
  missed = true;
});
process.exitCode = missed ? 1 : 0;
