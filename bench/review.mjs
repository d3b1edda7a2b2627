// How long a whole review takes as its user waits for it: the founding case, with the files that users run, as a process
// of its own. "fresh" makes every search; "again" takes what the one before has found out. The peer is the first smplab
// that reviewed the case, measured on a machine of this kind (two cores, idle, Node 20).
//
//   npm run bench:review [-- ROUNDS]

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const rounds = Number(process.argv[2] ?? 5);
/** Commit 07e525c: seconds on the wall and of CPU, the median of three. */
const FIRST = { wall: 8.57, cpu: 15.2 };

const program = join(root, "dist", "bundle", "smplab.js");
const mail = "patches/samples/2010-09-13-memcg-file-mapped.txt";
const folder = mkdtempSync(join(tmpdir(), "smplab-bench-"));

/** Node tells only its own CPU time; bash tells that of what it ran. */
function review(...more) {
  const started = performance.now();
  const command = [process.execPath, program, "review", mail, "--exit-zero", ...more];
  const done = spawnSync("bash", ["-c", '"$@" 2>/dev/null && times >&2', "-", ...command], {
    cwd: root,
    encoding: "utf8",
    env: { ...process.env, SMPLAB_CACHE: folder },
  });
  if (done.status !== 0) throw new Error(`the review ended with ${done.status}`);
  const wall = (performance.now() - started) / 1000;
  const [, children] = done.stderr.trim().split("\n");
  const cpu = [...children.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
    (all, [, m, s]) => all + m * 60 + Number(s),
    0,
  );
  return { wall, cpu, out: done.stdout };
}

function row(name, { wall, cpu }) {
  const ratio = (of, to) => `${(of / to).toFixed(1)} x`.padStart(7);
  console.log(
    `${name.padEnd(8)}${wall.toFixed(2).padStart(7)} s ${ratio(FIRST.wall, wall)}   ${cpu.toFixed(2).padStart(6)} CPU s ${ratio(FIRST.cpu, cpu)}`,
  );
}

const median = (runs) => {
  const middle = (key) => runs.map((run) => run[key]).sort((a, b) => a - b)[runs.length >> 1];
  return { wall: middle("wall"), cpu: middle("cpu") };
};

try {
  // Both take turns, so that what else the machine does hits both.
  const fresh = [];
  const again = [];
  for (let i = 0; i < rounds; i++) {
    fresh.push(review("--fresh"));
    if (i === 0) review();
    again.push(review());
  }
  const outputs = new Set([...fresh, ...again].map(({ out }) => out));
  if (outputs.size !== 1) throw new Error("the reviews do not say the same");
  console.log(`the founding review, median of ${rounds}; times as fast as the first smplab`);
  row("first", FIRST);
  row("fresh", median(fresh));
  row("again", median(again));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
