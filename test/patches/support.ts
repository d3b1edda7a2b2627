// One way in for the tests of this room: text in, text out. Only these helpers know the API.
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
