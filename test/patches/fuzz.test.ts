// Mutated mails against the reader and the applier. Nothing may throw, nothing may take longer than a second, and
// what is accepted must be right:
//   - the printed diff, applied to the base by another library (jsdiff), gives the very result;
//   - every added line stands in the mail, blanks aside;
//   - what was applied can be taken back;
//   - where git apply accepts the text too, and we healed and warned of nothing, the bytes are git's (a sample).
// 5,000 inputs here; `npm run fuzz:patches` runs 200,000 (SMPLAB_FUZZ sets the number, SMPLAB_SEED the seed).
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { applyPatch as applyByJsdiff, parsePatch } from "diff";
import { afterAll, expect, test } from "vitest";
import {
  applySeries,
  groupSeries,
  memoryTree,
  overlay,
  pickPatches,
  printDiff,
  readMail,
  type SeriesResult,
} from "../../patches/api.js";
import { entitiesDecoded } from "../../patches/disguise.js";
import { base64, cpuTime, type Files, fixture, fixtureTree, mangle, quotedPrintable } from "./support.js";

const RUNS = Number(process.env.SMPLAB_FUZZ ?? 5000);
const SEED = Number(process.env.SMPLAB_SEED ?? 20100913);
/** Of the inputs accepted as they are, one in so many is given to git as well. */
const GIT_SAMPLE = RUNS > 20_000 ? 100 : 10;

const tree: Files = fixtureTree("widget/before");
const [, locking, recovery, renames] = fixture("widget/series.mbox").split(/^(?=From [0-9a-f]{40} )/m) as [
  string,
  string,
  string,
  string,
];
const diff = locking.slice(locking.indexOf("diff --git"));
const mime = (encoding: string, body: string) =>
  `From: A <a@b.c>\nSubject: [PATCH] x\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: ${encoding}\n\n${body}`;
const quilt = diff
  .replace(/^diff --git.*\nindex.*\n/, `Index: t/drivers/demo/widget.c\n${"=".repeat(67)}\n`)
  .replace("--- a/", "--- t.orig/")
  .replace("+++ b/", "+++ t/");

const seeds: readonly string[] = [
  locking,
  diff,
  quilt,
  mangle(locking.slice(locking.indexOf("Subject"))),
  mangle(diff),
  diff.replace(/\t/g, "        "),
  diff.replace(/^/gm, "> "),
  diff.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;"),
  mime("quoted-printable", quotedPrintable(`words\n---\n\n${diff}`)),
  mime("base64", base64(`words\n---\n\n${diff}`)),
  fixture("widget/series.mbox"),
  recovery,
  renames,
];

/** mulberry32: small, seeded, good enough to pick mutations. */
function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

const TOKENS = [
  "\t",
  "  ",
  " ",
  "",
  "+",
  "-",
  "@@",
  "--- ",
  "+++ ",
  "-- ",
  "\\ No newline at end of file",
  "\r",
  "\u00a0",
  "&lt;",
  "> ",
  "diff --git a/x b/x",
  "From x Mon Sep 17 00:00:00 2001",
  "}",
  "\treturn 0;",
  "=",
  "=20",
  "\0",
  "/dev/null",
  "../",
  "Content-Type: multipart/mixed; boundary=x",
  "--x",
];

type Mutation = (lines: string[], pick: (below: number) => number) => void;
const MUTATIONS: readonly Mutation[] = [
  (lines, pick) => void lines.splice(pick(lines.length), 1 + pick(3)),
  (lines, pick) => void lines.splice(pick(lines.length), 0, lines[pick(lines.length)]!),
  (lines, pick) => {
    const a = pick(lines.length);
    const b = Math.min(lines.length - 1, a + 1 + pick(3));
    [lines[a], lines[b]] = [lines[b]!, lines[a]!];
  },
  (lines, pick) => {
    const at = pick(lines.length);
    const text = lines[at]!;
    const where = pick(text.length + 1);
    lines[at] = text.slice(0, where) + TOKENS[pick(TOKENS.length)]! + text.slice(where + pick(3));
  },
  (lines, pick) => {
    const at = pick(lines.length);
    lines[at] = lines[at]!.replace(/\d+/, () => String(pick(2) ? pick(200) : 2 ** (10 + pick(50))));
  },
  (lines, pick) => void lines.splice(pick(lines.length), 1, TOKENS[pick(TOKENS.length)]!),
  (lines, pick) => void lines.splice(pick(lines.length)),
  (lines, pick) => void lines.splice(0, pick(lines.length)),
  (lines, pick) => {
    const at = pick(lines.length);
    lines[at] = lines[at]!.replace(/\s+/g, " ").trim();
  },
  (lines, pick) => {
    for (let i = 0; i < lines.length; i++) lines[i] = pick(6) ? lines[i]! : lines[i]!.trim();
  },
  (lines, pick) => {
    const at = pick(lines.length);
    const cut = lines[at]!.indexOf(" ", 8 + pick(40));
    if (cut > 0) lines.splice(at, 1, lines[at]!.slice(0, cut), lines[at]!.slice(cut + 1));
  },
  (lines, pick) => {
    for (let i = pick(lines.length); i < lines.length; i++) lines[i] = `${lines[i]}\r`;
  },
  (lines, pick) => {
    const from = pick(lines.length);
    lines.splice(from, 0, ...lines.slice(pick(lines.length), pick(lines.length)));
  },
];

function mutated(number: number): string {
  const pick = random(SEED + number * 7919);
  const lines = seeds[pick(seeds.length)]!.split("\n");
  const times = 1 + pick(4);
  for (let i = 0; i < times && lines.length > 0; i++) MUTATIONS[pick(MUTATIONS.length)]!(lines, pick);
  return lines.join("\n");
}

const tight = (text: string) => entitiesDecoded(text).replace(/[\s\u00a0\u00c2]+/g, "");

/** Why an accepted result is wrong, or null. */
function wrongAccept(text: string, result: SeriesResult): string | null {
  const visible = !/^Content-Transfer-Encoding/im.test(text);
  const given = visible ? tight(text) : "";
  for (const step of result.steps) {
    const base = step.before;
    for (const change of step.result.changes) {
      const printed = Buffer.from(printDiff([change])).toString("latin1");
      if (change.hunks.length > 0 && change.before && change.after) {
        const [parsed] = parsePatch(printed);
        const again = applyByJsdiff(Buffer.from(change.before).toString("latin1"), parsed!, {
          autoConvertLineEndings: false,
        });
        if (again !== Buffer.from(change.after).toString("latin1"))
          return `${change.path}: jsdiff has another result from\n${printed}`;
      }
      for (const hunk of change.hunks) {
        for (const line of hunk.lines ?? []) {
          if (line.kind !== "+" || !visible) continue;
          const content = tight(line.text);
          if (content !== "" && !given.includes(content))
            return `${change.path}: "${line.text}" is not in the mail`;
        }
      }
    }
    const there = overlay(base, step.result.changes);
    for (const change of step.result.changes) {
      if (change.before === null && base.read(change.path) !== null)
        return `${change.path}: created over a file`;
      const now = there.read(change.path);
      if ((now === null) !== (change.after === null)) return `${change.path}: the overlay disagrees`;
    }
  }
  return null;
}

const hasGit = spawnSync("git", ["--version"]).status === 0;
const scratch = mkdtempSync(join(tmpdir(), "smplab-fuzz-"));
afterAll(() => rmSync(scratch, { recursive: true }));

/** The tree as git apply leaves it, or null when it refuses. */
function byGit(text: string): Map<string, string> | null {
  const copy = join(scratch, "copy");
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const [path, content] of Object.entries(tree)) {
    mkdirSync(dirname(join(copy, path)), { recursive: true });
    writeFileSync(join(copy, path), content);
  }
  let input = Buffer.from(text, "utf8");
  if (/^(?:From|Subject|Date|In-Reply-To|References|Message-Id)[: ]/.test(text)) {
    const patch = join(scratch, "patch");
    if (spawnSync("git", ["mailinfo", join(scratch, "message"), patch], { input }).status !== 0) return null;
    input = readFileSync(patch);
  }
  const done = spawnSync("git", ["apply", "-"], {
    cwd: copy,
    input,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: scratch },
  });
  if (done.status !== 0) return null;
  const after = new Map<string, string>();
  for (const entry of readdirSync(copy, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) after.set(relative(copy, path).split(sep).join("/"), readFileSync(path, "latin1"));
  }
  return after;
}

test(`${RUNS} mutated mails`, { timeout: 3_600_000 }, () => {
  const counts = { accepted: 0, healed: 0, refused: 0, unreadable: 0, intact: 0, compared: 0, gitRefuses: 0 };
  const base = memoryTree(tree);
  let slowest = { ms: 0, number: -1 };
  for (let number = 0; number < RUNS; number++) {
    const text = mutated(number);
    const bytes = new Uint8Array(Buffer.from(text, "utf8"));
    const start = cpuTime();
    const where = `input ${number} of seed ${SEED}`;
    try {
      const { mails, problems } = readMail(bytes);
      groupSeries(mails);
      const picked = pickPatches(mails);
      if (problems.length > 0 || picked.patches.length === 0) {
        counts.unreadable++;
        continue;
      }
      const result = applySeries(picked.patches, base);
      const ms = cpuTime() - start;
      if (ms > slowest.ms) slowest = { ms, number };
      if (!result.ok) {
        counts.refused++;
        const last = result.steps.at(-1)!.result;
        if (last.ok || last.problems.length === 0 || last.changes.length > 0)
          throw new Error("refused without a reason, or not whole");
        continue;
      }
      const wrong = wrongAccept(text, result);
      if (wrong !== null) throw new Error(wrong);
      counts.accepted++;
      const touched = result.steps.some(
        (step) =>
          step.result.warnings.length > 0 ||
          step.mail.repairs.length > 0 ||
          step.result.report.some((hunk) => hunk.repairs.length > 0),
      );
      if (touched) counts.healed++;
      // CRs that the transport added are git mailsplit's to take off, which is not asked here.
      if (
        hasGit &&
        !touched &&
        !text.includes("\r") &&
        mails.length === 1 &&
        counts.intact++ % GIT_SAMPLE === 0
      ) {
        const theirs = byGit(text);
        if (theirs === null) {
          counts.gitRefuses++;
          continue;
        }
        counts.compared++;
        const ours = new Map(
          result.after.list().map((path) => [path, Buffer.from(result.after.read(path)!).toString("latin1")]),
        );
        expect(Object.fromEntries(ours)).toEqual(Object.fromEntries(theirs));
      }
    } catch (error) {
      throw new Error(`${where}: ${(error as Error).stack}\n--- the input\n${text}`);
    }
  }
  console.log(`${JSON.stringify(counts)}, slowest ${slowest.ms.toFixed(0)} ms (input ${slowest.number})`);
  expect(slowest.ms).toBeLessThan(1000);
  // The mutations must neither spare nor destroy everything.
  for (const kind of ["accepted", "healed", "refused", "unreadable"] as const) {
    expect(counts[kind]).toBeGreaterThan(RUNS / 100);
  }
});
