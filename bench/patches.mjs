// CPU time for a whole corpus of patch cases: ours in one process, once over, against GNU patch in one process a
// case. Both read the files themselves and keep the result; ours compares nothing and writes nothing, GNU patch
// writes into a scratch tree (prepared beforehand, outside the measured time). Ours is handed the platform's SHA-1, as
// smplab apply hands it.
//
//   npm run bench:patches -- DIR [rounds]
//
// Prints user+system seconds of both and the ratio, the best of the rounds each. Ours includes the start of Node
// and the loading of the library: it is a fresh process every round.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const [folder, rounds = "3", mode] = process.argv.slice(2);
if (!folder || !existsSync(join(folder, "manifest.json"))) {
  console.error("usage: npm run bench:patches -- DIR [rounds]\nDIR holds manifest.json and cases/.");
  process.exit(2);
}
const cases = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));

if (mode === "--ours") {
  const { applyPatch, readMail } = await import("../dist/patches/api.js");
  const sha1 = (bytes) => createHash("sha1").update(bytes).digest("hex");
  let applied = 0;
  for (const entry of cases) {
    const top = join(folder, "cases", entry.id);
    const tree = new Map();
    for (const file of entry.files) {
      if (file.before_sha1) tree.set(file.path, readFileSync(join(top, "before", file.path)));
    }
    const { mails } = readMail(readFileSync(join(top, "patch")));
    const source = { read: (path) => tree.get(path) ?? null, list: () => [...tree.keys()] };
    if (mails[0] && applyPatch(mails[0], source, { sha1 }).ok) applied++;
  }
  const { user, system } = process.resourceUsage
    ? { user: process.resourceUsage().userCPUTime, system: process.resourceUsage().systemCPUTime }
    : process.cpuUsage();
  console.log(JSON.stringify({ applied, seconds: (user + system) / 1e6 }));
  process.exit(0);
}

/** One round of ours, in a process of its own. */
function ours() {
  const done = spawnSync(process.execPath, [fileURLToPath(import.meta.url), resolve(folder), "1", "--ours"], {
    encoding: "utf8",
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout);
}

/** One round of GNU patch; the shell's `times` gives the CPU time of its children. */
function gnu() {
  const scratch = mkdtempSync(join(tmpdir(), "smplab-bench-"));
  try {
    const script = [];
    for (const entry of cases) {
      const top = join(resolve(folder), "cases", entry.id);
      const copy = join(scratch, entry.id);
      cpSync(existsSync(join(top, "before")) ? join(top, "before") : top, copy, { recursive: true });
      script.push(
        `(cd '${copy}' && exec patch -s -f -p${entry.strip} -i '${join(top, "patch")}') >/dev/null 2>&1`,
      );
    }
    const done = spawnSync("bash", [
      "-c",
      `times > '${scratch}/start'\n${script.join("\n")}\ntimes > '${scratch}/end'`,
    ]);
    if (done.error) throw done.error;
    const children = (name) => {
      const line = readFileSync(join(scratch, name), "utf8").split("\n")[1];
      return [...line.matchAll(/(\d+)m([\d.]+)s/g)].reduce(
        (sum, [, m, s]) => sum + Number(m) * 60 + Number(s),
        0,
      );
    };
    return { seconds: children("end") - children("start"), rejects: readdirSync(scratch).length };
  } finally {
    rmSync(scratch, { recursive: true });
  }
}

const best = (run) => Math.min(...Array.from({ length: Number(rounds) }, () => run().seconds));
const { applied } = ours();
const mine = best(ours);
const theirs = best(gnu);
console.log(`${cases.length} cases, ${applied} applied without fuzz, best of ${rounds} rounds`);
console.log(`smplab, one process       ${mine.toFixed(3)} s CPU`);
console.log(`GNU patch, one a case     ${theirs.toFixed(3)} s CPU`);
console.log(`ratio                     ${(mine / theirs).toFixed(2)} (at most 1.00 is wanted)`);
process.exit(mine <= theirs ? 0 : 1);
