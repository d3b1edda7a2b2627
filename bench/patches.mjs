// CPU time for a whole corpus of patch cases: ours in one process, once over, against GNU patch in one process a
// case. Both read the files themselves and keep the result; ours compares nothing and writes nothing, GNU patch
// writes into a scratch tree (prepared beforehand, outside the measured time).
//
//   npm run bench:patches -- DIR [rounds]
//
// Prints user+system seconds of both, least and median of the rounds, and the ratio of the least ones. Both are
// measured from outside, by the shell's `times`: ours includes the start and end of Node and the loading of the
// library, in a fresh process every round. The rounds of both take turns, so that a busy machine slows both down.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, rounds = "7", script = fileURLToPath(new URL("patches-ours.cjs", import.meta.url))] =
  process.argv.slice(2);
if (!folder || !existsSync(join(folder, "manifest.json"))) {
  console.error("usage: npm run bench:patches -- DIR [rounds]\nDIR holds manifest.json and cases/.");
  process.exit(2);
}
const cases = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

/** User and system seconds of the commands of a shell script, and what they print. */
function measure(commands, scratch) {
  const done = spawnSync(
    "bash",
    ["-c", `times > '${scratch}/start'\n${commands}\ntimes > '${scratch}/end'`],
    { encoding: "utf8" },
  );
  if (done.error) throw done.error;
  const children = (name) => {
    const line = readFileSync(join(scratch, name), "utf8").split("\n")[1];
    return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
      (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
      0,
    );
  };
  return { seconds: children("end") - children("start"), out: done.stdout, errors: done.stderr };
}

function inScratch(run) {
  const scratch = mkdtempSync(join(tmpdir(), "smplab-bench-"));
  try {
    return run(scratch);
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

/** One round of ours, in a process of its own. */
function ours() {
  return inScratch((scratch) => {
    const done = measure(`'${process.execPath}' '${script}' '${resolve(folder)}'`, scratch);
    if (!/^\d+\n$/.test(done.out)) throw new Error(done.errors);
    return { seconds: done.seconds, applied: Number(done.out) };
  });
}

/** One round of GNU patch, a process a case. */
function gnu() {
  return inScratch((scratch) => {
    const commands = cases.map((entry) => {
      const top = join(resolve(folder), "cases", entry.id);
      const copy = join(scratch, entry.id);
      cpSync(existsSync(join(top, "before")) ? join(top, "before") : top, copy, { recursive: true });
      return `(cd '${copy}' && exec patch -s -f -p${entry.strip} -i '${join(top, "patch")}') >/dev/null 2>&1`;
    });
    return measure(commands.join("\n"), scratch);
  });
}

const { applied } = ours();
const mine = [];
const theirs = [];
for (let round = 0; round < Number(rounds); round++) {
  mine.push(ours().seconds);
  theirs.push(gnu().seconds);
}
const sorted = (values) => values.sort((a, b) => a - b);
const shown = (values) =>
  `${sorted(values)[0].toFixed(3)} s CPU at least, ${values[values.length >> 1].toFixed(3)} in the median`;
const ratio = (i) => sorted(mine)[i] / sorted(theirs)[i];
console.log(`${cases.length} cases, ${applied} applied without fuzz, ${rounds} rounds`);
console.log(`smplab, one process       ${shown(mine)}`);
console.log(`GNU patch, one a case     ${shown(theirs)}`);
console.log(
  `ratio                     ${ratio(0).toFixed(2)} (at most 1.00 is wanted); ${ratio(mine.length >> 1).toFixed(2)} of the medians`,
);
process.exit(mine[0] <= theirs[0] ? 0 : 1);
