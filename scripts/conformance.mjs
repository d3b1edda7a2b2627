// Runs a corpus of patch cases (manifest.json with cases/ID/{patch,mail,before,after}, and edge-cases.json with
// edge-verdicts.json where they are there) and compares with what git apply and GNU patch did.
//
//   npm run conformance -- DIR [--verbose]
//
// A case is as its verdicts demand when
//   a trap is refused or warned about;
//   git (when it is on this machine) counts the same lines added and removed in the same number of files;
//   a patch that git and GNU patch accept gives the bytes that both gave;
//   a patch that only git accepts gives git's bytes, or is refused or warned about;
//   a patch that both refuse is refused;
//   a patch that only GNU patch accepts (with fuzz) is refused without fuzz, and with --fuzz 2 it is refused or
//   gives GNU patch's bytes.
// Both the patch file and the raw mail are tried. Exit code 0 only when every case is so.
import { spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { applySeries, bytesOf, memoryTree, pickPatches, readMail, utf8 } from "../dist/patches/api.js";

const [folder, ...flags] = process.argv.slice(2);
const verbose = flags.includes("--verbose");
if (!folder || !(existsSync(join(folder, "manifest.json")) || existsSync(join(folder, "edge-cases.json")))) {
  console.error(
    "usage: npm run conformance -- DIR [--verbose]\nDIR holds manifest.json and cases/, or edge-cases.json and edge-verdicts.json.",
  );
  process.exit(2);
}

const rows = new Map();
const failures = [];

/** One verdict for the table: class, what was expected, what happened. */
function count(name, expected, outcome, right, detail) {
  const key = `${name}|${expected}`;
  const row = rows.get(key) ?? { name, expected, cases: 0, right: 0 };
  row.cases++;
  if (right) row.right++;
  rows.set(key, row);
  if (!right) failures.push(`${name}: ${detail}: expected ${expected}, got ${outcome}`);
  else if (verbose) console.log(`ok   ${detail}: ${outcome}`);
}

function run(bytes, files, options) {
  const { mails, problems } = readMail(bytes);
  const picked = pickPatches(mails);
  const stopped = [...problems, ...picked.problems].filter((problem) => problem.severity === "error");
  if (stopped.length > 0) return { ok: false, codes: stopped.map((problem) => problem.code), warnings: [] };
  const result = applySeries(picked.patches, memoryTree(files), options);
  const warnings = result.steps.flatMap((step) => step.result.warnings.map((warning) => warning.code));
  if (!result.ok) {
    const codes = result.steps.flatMap((step) =>
      step.result.ok ? [] : step.result.problems.map((one) => one.code),
    );
    return { ok: false, codes, warnings };
  }
  const after = new Map(result.after.list().map((path) => [path, result.after.read(path)]));
  return { ok: true, codes: [], warnings, after };
}

function same(after, wanted) {
  if (after.size !== wanted.size) return false;
  for (const [path, bytes] of wanted) {
    const got = after.get(path);
    if (!got || Buffer.compare(Buffer.from(got), Buffer.from(bytes)) !== 0) return false;
  }
  return true;
}

function filesBelow(top) {
  const files = new Map();
  if (!existsSync(top)) return files;
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath ?? entry.path, entry.name);
    files.set(path.slice(top.length + 1), new Uint8Array(readFileSync(path)));
  }
  return files;
}

const hasGit = spawnSync("git", ["--version"]).status === 0;
const scratch = mkdtempSync(join(tmpdir(), "smplab-conformance-"));
process.on("exit", () => rmSync(scratch, { recursive: true }));
const apart = { ...process.env, GIT_CEILING_DIRECTORIES: scratch, LC_ALL: "C" };

/** What git reads of an input: `added removed` of each file, sorted; null when it cannot read it. */
function readByGit(bytes, form, strip) {
  let input = bytes;
  if (form === "mail") {
    const patch = join(scratch, "patch");
    if (spawnSync("git", ["mailinfo", join(scratch, "message"), patch], { input }).status !== 0) return null;
    input = readFileSync(patch);
  }
  const stat = spawnSync("git", ["apply", "--numstat", `-p${strip}`, "-"], {
    cwd: scratch,
    input,
    env: apart,
  });
  if (stat.status !== 0) return null;
  const rows = stat.stdout.toString("latin1").trim().split("\n");
  return rows.map((row) => row.split("\t", 2).join(" ")).sort();
}

/** The same of ours. */
function readByUs(bytes) {
  const files = readMail(bytes).mails.flatMap((mail) => mail.files);
  return files
    .map((file) => {
      if (file.binary) return "- -";
      const lines = file.hunks.flatMap((hunk) => hunk.lines ?? []);
      if (file.hunks.some((hunk) => !hunk.lines)) return "? ?";
      const count = (kind) => lines.filter((line) => line.kind === kind).length;
      return `${count("+")} ${count("-")}`;
    })
    .sort();
}

/** The files as git apply leaves them, or null when it refuses. */
function appliedByGit(top, files, strip) {
  const copy = join(scratch, "copy");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const [path, bytes] of Object.entries(files)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), bytes);
  }
  const done = spawnSync("git", ["apply", `-p${strip}`, join(top, "patch")], { cwd: copy, env: apart });
  return done.status === 0 ? filesBelow(copy) : null;
}

function said(outcome, wanted) {
  const warned = outcome.warnings.length > 0 ? `, warned ${[...new Set(outcome.warnings)].join(" ")}` : "";
  if (!outcome.ok) return `refused (${[...new Set(outcome.codes)].join(" ")})${warned}`;
  return `${wanted && same(outcome.after, wanted) ? "same bytes" : "other bytes"}${warned}`;
}

function runCase(entry) {
  const top = join(folder, "cases", entry.id);
  const before = Object.fromEntries(filesBelow(join(top, "before")));
  const after = filesBelow(join(top, "after"));
  for (const form of ["patch", "mail"]) {
    const input = join(top, form);
    if (!existsSync(input)) continue;
    const bytes = new Uint8Array(readFileSync(input));
    const strict = run(bytes, before, {});
    const name = `${entry.cls} (${form})`;
    const detail = `${entry.id} ${form}`;
    const git = entry.git.rc === 0;
    const gnu = entry.gnu.rc === 0;
    const theirs = hasGit ? readByGit(bytes, form, entry.strip) : null;
    if (theirs) {
      const ours = readByUs(bytes);
      const alike = ours.length === theirs.length && ours.every((row, i) => row === theirs[i]);
      count(name, "parsed like git", ours.join(", ").slice(0, 200), alike, detail);
    }
    if (entry.trap) {
      const seen = !strict.ok || strict.warnings.length > 0;
      count(name, "trap: refused or warned", said(strict, after), seen, detail);
    } else if (git && !gnu) {
      const alone = hasGit ? appliedByGit(top, before, entry.strip) : null;
      const right = !strict.ok || strict.warnings.length > 0 || alone === null || same(strict.after, alone);
      count(name, "only git: its bytes, or refused or warned", said(strict, alone), right, detail);
    } else if (git) {
      const right = strict.ok && same(strict.after, after);
      count(name, "git's bytes", said(strict, after), right, detail);
    } else if (!gnu) count(name, "refused", said(strict, after), !strict.ok, detail);
    else {
      count(
        name,
        "refused without fuzz",
        said(strict, after),
        !strict.ok || same(strict.after, after),
        detail,
      );
      const loose = run(bytes, before, { fuzz: 2 });
      const right = !loose.ok || same(loose.after, after) || loose.warnings.length > 0;
      count(name, "with fuzz 2: GNU's bytes, or refused", said(loose, after), right, detail);
    }
  }
}

/** Of the tools that took an edge case, the one whose result is meant: mail readers for mails, then git, then GNU. */
function meant(verdicts, input) {
  const isMail = /^(?:From |Subject:|MIME-Version:)/m.test(input);
  const order = isMail ? ["git am", "git apply", "patch"] : ["git apply", "git am", "patch"];
  for (const tool of order)
    if (verdicts[tool]?.rc === 0 && verdicts[tool].changed) return { tool, ...verdicts[tool] };
  return null;
}

function runEdge(title, entry, verdicts) {
  const bytes = bytesOf(entry.patch);
  const strict = run(bytes, entry.files, {});
  const text = (outcome) =>
    outcome.ok ? new Map([...outcome.after].map(([path, one]) => [path, utf8(one)])) : null;
  // The verdicts write "|x" behind the content of an executable file.
  const agrees = (outcome, wanted) => {
    const got = text(outcome);
    if (!got) return false;
    const paths = Object.keys(wanted);
    return (
      paths.length === got.size && paths.every((path) => got.get(path) === wanted[path].replace(/\|x$/, ""))
    );
  };
  const detail = `"${title}"`;
  if (entry.exp === "reject") {
    count("edge", "refused", said(strict), !strict.ok, detail);
    return;
  }
  const wanted = meant(verdicts, entry.patch);
  if (strict.codes.includes("binary")) {
    count(
      "edge",
      "binary refused by name",
      said(strict),
      /GIT binary patch|Binary files/.test(entry.patch),
      detail,
    );
  } else if (
    verdicts["git apply"].rc !== 0 &&
    verdicts.patch.rc === 0 &&
    /fuzz/.test(verdicts.patch.note) &&
    !strict.ok
  ) {
    const loose = run(bytes, entry.files, { fuzz: 2 });
    count("edge", "with fuzz 2: GNU's bytes", said(loose), agrees(loose, verdicts.patch.after), detail);
  } else if (!wanted) {
    count("edge", "applied (no tool does)", said(strict), strict.ok, detail);
  } else {
    // Without context git apply puts lines at the end of the file; GNU patch goes by the line number.
    const right =
      agrees(strict, wanted.after) || (verdicts.patch.rc === 0 && agrees(strict, verdicts.patch.after));
    count("edge", "a tool's bytes", said(strict), right, detail);
  }
}

const manifest = join(folder, "manifest.json");
if (existsSync(manifest)) for (const entry of JSON.parse(readFileSync(manifest, "utf8"))) runCase(entry);
const edges = join(folder, "edge-cases.json");
if (existsSync(edges)) {
  const verdicts = JSON.parse(readFileSync(join(folder, "edge-verdicts.json"), "utf8"));
  for (const [title, entry] of Object.entries(JSON.parse(readFileSync(edges, "utf8")))) {
    runEdge(title, entry, verdicts[title]);
  }
}

const width = Math.max(...[...rows.values()].map((row) => row.name.length));
const middle = Math.max(...[...rows.values()].map((row) => row.expected.length));
console.log(`${"class".padEnd(width)}  ${"expected".padEnd(middle)}  cases  right`);
let cases = 0;
let right = 0;
for (const row of [...rows.values()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
  console.log(
    `${row.name.padEnd(width)}  ${row.expected.padEnd(middle)}  ${String(row.cases).padStart(5)}  ${String(row.right).padStart(5)}`,
  );
  cases += row.cases;
  right += row.right;
}
console.log(
  `${"all".padEnd(width)}  ${"".padEnd(middle)}  ${String(cases).padStart(5)}  ${String(right).padStart(5)}`,
);
for (const failure of failures) console.log(`FAIL ${failure}`);
process.exit(failures.length === 0 && cases > 0 ? 0 : 1);
