// One way in for the tests of this room: text in, text out. Only these helpers know the API.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import {
  type ApplyOptions,
  type ApplyResult,
  applyPatch,
  applySeries,
  bytesOf,
  memoryTree,
  type PatchMail,
  pickPatches,
  printDiffText,
  readMail,
  type SeriesResult,
  utf8,
} from "../../patches/api.js";

export type Files = Record<string, string>;

/** The mails of a text; problems are a failure. */
export function read(text: string | Uint8Array): readonly PatchMail[] {
  const { mails, problems } = readMail(typeof text === "string" ? bytesOf(text) : text);
  const errors = problems.filter((problem) => problem.severity === "error");
  if (errors.length > 0) throw new Error(errors.map((problem) => problem.message).join("\n"));
  return mails;
}

/** The first mail, applied. */
export function apply(text: string, files: Files, options: ApplyOptions = {}): ApplyResult {
  return applyPatch(read(text)[0]!, memoryTree(files), options);
}

/** Whatever the input holds, applied in order. */
export function applyAll(text: string | Uint8Array, files: Files, options: ApplyOptions = {}): SeriesResult {
  const picked = pickPatches(read(text));
  return applySeries(picked.patches, memoryTree(files), options);
}

/** The tree after applying; a refusal is a failure that says why. */
export function patched(text: string | Uint8Array, files: Files, options: ApplyOptions = {}): Files {
  const result = applyAll(text, files, options);
  if (!result.ok) throw new Error(problemsOf(result).join("\n"));
  const after: Files = {};
  for (const path of result.after.list()) after[path] = utf8(result.after.read(path)!);
  return after;
}

/** The codes of what stands in the way, each once; reading and applying alike. */
export function refusal(text: string | Uint8Array, files: Files, options: ApplyOptions = {}): string[] {
  const { mails, problems } = readMail(typeof text === "string" ? bytesOf(text) : text);
  if (problems.length > 0) return [...new Set(problems.map((problem) => problem.code))];
  const picked = pickPatches(mails);
  if (picked.problems.some((problem) => problem.severity === "error"))
    return picked.problems.map((problem) => problem.code);
  const result = applySeries(picked.patches, memoryTree(files), options);
  if (result.ok) throw new Error(`applied:\n${printDiffText(result.changes)}`);
  return [
    ...new Set(
      result.steps.flatMap((step) => (step.result.ok ? [] : step.result.problems.map((one) => one.code))),
    ),
  ];
}

export function problemsOf(result: SeriesResult): string[] {
  return result.steps.flatMap((step) =>
    step.result.ok ? [] : step.result.problems.map((problem) => problem.message),
  );
}

export function warningsOf(result: SeriesResult | ApplyResult): string[] {
  const steps = "steps" in result ? result.steps.map((step) => step.result) : [result];
  return steps.flatMap((step) => step.warnings.map((warning) => warning.code));
}

/** What a web archive did to the founding mail: tabs to blanks, runs to one blank, both ends of lines trimmed. */
export function mangle(text: string): string {
  return text
    .split("\n")
    .map((line) => line.replace(/\t/g, " ").replace(/ +/g, " ").trim())
    .join("\n");
}

/** Twenty short lines, l1 to l20. */
export const TWENTY = Array.from({ length: 20 }, (_, i) => `l${i + 1}\n`).join("");

/** Changes l10 of TWENTY into L10. */
export const HUNK = "@@ -7,7 +7,7 @@\n l7\n l8\n l9\n-l10\n+L10\n l11\n l12\n l13\n";
export const DIFF = `--- a/f.c\n+++ b/f.c\n${HUNK}`;
export const CHANGED = TWENTY.replace("l10\n", "L10\n");

const fixtures = join(import.meta.dirname, "fixtures");

export function fixture(path: string): string {
  return readFileSync(join(fixtures, path), "utf8");
}

/** All files below a fixture folder. */
export function fixtureTree(folder: string): Files {
  const files: Files = {};
  const top = join(fixtures, folder);
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    files[relative(top, path).split(sep).join("/")] = readFileSync(path, "utf8");
  }
  return files;
}

/** A mail around a diff, as git send-email would send it. */
export function mailOf(
  diff: string,
  headers: readonly string[] = [],
  body = "words\n---\n f.c | 2 +-\n\n",
): string {
  const top = [
    "From: Ada Example <ada@example.org>",
    "Date: Mon, 1 Jan 2024 00:00:00 +0000",
    "Subject: [PATCH] demo: change a line",
    "Message-Id: <one@example.org>",
    ...headers,
  ];
  return `${top.join("\n")}\n\n${body}${diff}-- \n2.39.5\n`;
}

export function quotedPrintable(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      const coded = line.replace(/[=\x80-\uffff]|[ \t]$/g, (char) =>
        [...bytesOf(char)].map((byte) => `=${byte.toString(16).toUpperCase().padStart(2, "0")}`).join(""),
      );
      return coded.replace(/(.{70}(?:=..)?)(?=.)/g, "$1=\n");
    })
    .join("\n");
}

export function base64(text: string): string {
  const coded = Buffer.from(text, "utf8").toString("base64");
  return `${coded.replace(/(.{76})/g, "$1\n")}\n`;
}

/** CPU time of this process in milliseconds: what a busy machine does not change. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
