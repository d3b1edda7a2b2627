// Damages programs and compares with gcc: whatever gcc's parser rejects we reject too, what gcc accepts we accept, and
// nothing makes us crash, or think for more than two seconds.
//
//   npm run fuzz:c                          20,000 damaged programs
//   npm run fuzz:c -- --count 2000 --seed 7
//   npm run fuzz:c -- --meaning             list also what gcc rejects for its meaning and we do not
//   npm run fuzz:c -- --record              write the verdicts that the test in test/interpreter/fuzz relies on
//
// Programs: those of this repository, and gcc.c-torture where Debian's gcc-12-source is installed. Needs gcc. What
// fails is kept in a folder whose name is printed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { loadParser } from "../dist/src/parser/load.js";
import { damaged, randomFrom } from "../dist/test/interpreter/fuzz/damage.js";
import { askGcc, findGcc } from "../dist/test/interpreter/fuzz/gcc.js";
import { askUs, HANG_MS, isOurLimit } from "../dist/test/interpreter/fuzz/ours.js";
import { repositoryPrograms } from "../dist/test/interpreter/fuzz/programs.js";
import { recordVerdicts } from "../dist/test/interpreter/fuzz/verdicts.js";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "20000" },
    seed: { type: "string", default: "1" },
    meaning: { type: "boolean", default: false },
    record: { type: "boolean", default: false },
  },
});

const cc1 = findGcc();
if (cc1 === null) {
  console.error("fuzz:c needs gcc, to know what it should have said.");
  process.exit(2);
}
const work = join(tmpdir(), "smplab-fuzz-c");
mkdirSync(work, { recursive: true });
// Of its own for each process: two may fuzz at the same time.
const scratch = mkdtempSync(join(tmpdir(), "smplab-fuzz-c-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));
if (options.record) {
  console.log(`recorded ${recordVerdicts(cc1, scratch)} verdicts`);
  process.exit(0);
}

/** The programs of gcc.c-torture, preprocessed; none where they are not installed. */
function torturePrograms() {
  const archive = "/usr/src/gcc-12/gcc-12.2.0-dfsg.tar.xz";
  const inside = "gcc-12.2.0/gcc/testsuite/gcc.c-torture";
  const root = join(work, inside);
  if (!existsSync(root)) {
    if (!existsSync(archive)) return [];
    spawnSync("tar", ["-xJf", archive, "-C", work, inside]);
  }
  return ["execute", "compile"].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith(".c"))
      .map((name) => ({ name: `${folder}/${name}`, path: join(root, folder, name) })),
  );
}

const { port } = await loadParser();
const random = randomFrom(Number(options.seed));
const ours = repositoryPrograms(Number.POSITIVE_INFINITY);
const small = ours.filter(({ ownFrom }) => ownFrom < 1000);
const torture = torturePrograms();
const texts = new Map();

/** Types that we do not have: what is wrong with them we cannot tell from what is right. */
const OUTSIDE = /_Complex|__complex|__real|__imag|vector_size|_Float16|_Sat|_Accum|_Fract/;

/** One program in thirty is a unit of the kernel tree: each takes as long as thirty others. */
function pick() {
  if (random(30) === 0) return ours[random(ours.length)];
  if (torture.length === 0 || random(8) === 0) return small[random(small.length)];
  const { name, path } = torture[random(torture.length)];
  if (!texts.has(name)) {
    const { status, stdout } = spawnSync(cc1, ["-quiet", "-E", "-P", "-w", path], { encoding: "utf8" });
    texts.set(name, status === 0 ? stdout : "");
  }
  const text = texts.get(name);
  const isUseful = text.length > 50 && text.length < 8000 && !OUTSIDE.test(text);
  return isUseful ? { name, text, ownFrom: 0 } : pick();
}

/** gcc 12 lets broken lists of attributes pass, such as `__attribute__((noinline f)` with a bracket missing. */
function isLenient(text, error) {
  const line = text.split("\n")[Number(error.split(":")[0]) - 1] ?? "";
  return /__attribute/.test(line);
}

const counts = { rejected: 0, accepted: 0, sameFirst: 0, meaning: 0, meaningAccepted: 0, limits: 0 };
let failures = 0;
let slowest = 0;
const total = Number(options.count);
for (let i = 1; i <= total; i++) {
  const program = pick();
  const text = damaged(program, random);
  const we = askUs(text, port);
  const { verdict, first } = askGcc(cc1, scratch, text);
  slowest = Math.max(slowest, we.ms);
  const fail = (what) => {
    failures++;
    const path = join(work, `seed-${options.seed}-${i}.c`);
    writeFileSync(path, text);
    console.log(`${path} (from ${program.name}): ${what}`);
  };
  const [error] = we.errors;
  if (we.crash !== null) fail(we.crash.split("\n").slice(0, 3).join(" "));
  else if (we.ms > HANG_MS) fail(`takes ${(we.ms / 1000).toFixed(1)} s`);
  else if (verdict === "syntax") {
    if (error === undefined) fail(`accepted, but gcc says ${first}`);
    else counts.rejected++;
    if (error === first) counts.sameFirst++;
  } else if (verdict === "meaning") {
    if (error !== undefined) counts.meaning++;
    else {
      counts.meaningAccepted++;
      if (options.meaning) console.log(`meaning: ${program.name}: gcc says ${first}`);
    }
  } else if (error === undefined) counts.accepted++;
  else if (we.errors.some(isOurLimit) || isLenient(text, error)) counts.limits++;
  else fail(`gcc accepts it, we say ${error}`);
  if (process.stdout.isTTY && i % 100 === 0) process.stdout.write(`\r${i}/${total}\r`);
}
console.log(
  `${total} damaged programs: ${counts.accepted} accepted by both, ${counts.rejected} rejected by both for their syntax ` +
    `(${counts.sameFirst} with gcc's very message and place), ${counts.meaning} for their meaning ` +
    `(${counts.meaningAccepted} more by gcc alone), ${counts.limits} with what we do not support; slowest ${slowest.toFixed(0)} ms`,
);
console.log(failures === 0 ? "no failures" : `${failures} failures`);
process.exit(failures === 0 ? 0 : 1);
