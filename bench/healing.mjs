// How well mails are healed: the damage of a web archive (tabs to blanks, runs of blanks to one, both ends of every
// line trimmed) is put on every case of a corpus that git apply accepts, and the result is compared with the truth.
//
//   npm run bench:healing -- DIR
//
// A file is healed when its result differs from the truth in white space at most. Of the added lines that are not
// blank it counts how many are exact, and how many have the right indent. Lines that are not exact must have been
// warned about. Exit code 0 when 99.5 % of the files are healed, added lines of C files that were there before are
// 85 % exact and 93 % rightly indented, and nothing is silently wrong.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { applyPatch, memoryTree, readMail } from "../dist/patches/api.js";

const [folder] = process.argv.slice(2);
if (!folder || !existsSync(join(folder, "manifest.json"))) {
  console.error("usage: npm run bench:healing -- DIR\nDIR holds manifest.json and cases/.");
  process.exit(2);
}

const mangle = (text) =>
  text
    .split("\n")
    .map((line) => line.replace(/\t/g, " ").replace(/ +/g, " ").trim())
    .join("\n");
const bare = (line) => line.replace(/\s+/g, " ").trim();
const latin1 = (bytes) => Buffer.from(bytes).toString("latin1");

const files = { all: 0, healed: 0, refused: 0, wrong: 0, silent: 0 };
const kinds = new Map();

function kindOf(file) {
  const end = /\.(\w+)$/.exec(file.path)?.[1] ?? file.path.split("/").at(-1);
  const language = /^[ch]$/.test(end)
    ? "C"
    : /^dtsi?$/.test(end)
      ? "device tree"
      : /^ya?ml$/.test(end)
        ? "YAML"
        : "other";
  return `${language}, ${file.before_sha1 ? "changed" : "new"} files`;
}

/** Counts the added lines of one file; true when all are exact. */
function countLines(kind, change, truth) {
  const got = latin1(change.after).split("\n");
  const row = kinds.get(kind) ?? { lines: 0, exact: 0, indent: 0 };
  kinds.set(kind, row);
  let exact = true;
  for (const hunk of change.hunks) {
    let at = hunk.newStart - 1;
    for (const line of hunk.lines) {
      if (line.kind === "+" && line.text.trim() !== "") {
        row.lines++;
        if (got[at] === truth[at]) row.exact++;
        else exact = false;
        if (/^\s*/.exec(got[at])[0] === /^\s*/.exec(truth[at])[0]) row.indent++;
      }
      if (line.kind !== "-") at++;
    }
  }
  return exact;
}

for (const entry of JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"))) {
  if (entry.git.rc !== 0 || entry.trap) continue;
  const top = join(folder, "cases", entry.id);
  const before = {};
  for (const file of entry.files) {
    if (file.before_sha1) before[file.path] = new Uint8Array(readFileSync(join(top, "before", file.path)));
  }
  const damaged = mangle(readFileSync(join(top, "patch"), "latin1"));
  const mail = readMail(new Uint8Array(Buffer.from(damaged, "latin1"))).mails[0];
  const result = mail
    ? applyPatch(mail, memoryTree(before))
    : { ok: false, problems: [{ message: "not read" }] };
  files.all += entry.files.length;
  if (!result.ok) {
    files.refused += entry.files.length;
    console.log(`refused: ${entry.id}: ${result.problems[0].message}`);
    continue;
  }
  const warned = result.warnings.length > 0;
  for (const file of entry.files) {
    const change = result.changes.find((one) => one.path === file.path);
    if (!change || (change.after === null) !== !file.after_sha1) {
      files.wrong++;
      console.log(`wrong: ${entry.id}: ${file.path} was not made or not deleted`);
      continue;
    }
    if (change.after === null) {
      files.healed++;
      continue;
    }
    const truth = readFileSync(join(top, "after", file.path), "latin1").split("\n");
    const got = latin1(change.after).split("\n");
    if (got.length !== truth.length || got.some((line, i) => bare(line) !== bare(truth[i]))) {
      files.wrong++;
      console.log(`wrong: ${entry.id}: ${file.path}${warned ? "" : ", not warned about"}`);
      if (!warned) files.silent++;
      continue;
    }
    files.healed++;
    if (!countLines(kindOf(file), change, truth) && !warned) {
      files.silent++;
      console.log(`silent: ${entry.id}: ${file.path} has other white space than the truth, not warned about`);
    }
  }
}

const percent = (part, whole) => (whole === 0 ? "-" : `${((100 * part) / whole).toFixed(1)} %`);
console.log(
  `files    ${files.all}: healed ${percent(files.healed, files.all)}, refused ${files.refused}, wrong ${files.wrong}, silently other than the truth ${files.silent}`,
);
for (const [kind, row] of [...kinds].sort((a, b) => b[1].lines - a[1].lines)) {
  console.log(
    `${kind.padEnd(26)} ${String(row.lines).padStart(6)} added lines: exact ${percent(row.exact, row.lines)}, indent ${percent(row.indent, row.lines)}`,
  );
}
const c = kinds.get("C, changed files") ?? { lines: 1, exact: 0, indent: 0 };
const good =
  files.healed >= 0.995 * files.all &&
  c.exact >= 0.85 * c.lines &&
  c.indent >= 0.93 * c.lines &&
  files.silent === 0;
process.exit(good ? 0 : 1);
