// Places the hunks of one file: each as it came if it fits, else healed if the mail shows that it was damaged,
// else with fuzz if that was asked for; or says why it does not fit. Nothing is changed here.
//
// The hard thing is never to guess. Of two places that fit equally well, of two readings that fit, of a place in
// one function and a heading that names another, none is taken; and what a healed line differs in must be what
// the mail can have lost (damage.ts).

import { type Attempt, type PlaceContext, placeFuzzy, placeIntact, placeRecounted } from "./attempts.js";
import { alreadyThere, explain } from "./explain.js";
import { checkHeading } from "./heading.js";
import { WRAP_COLUMN } from "./heal.js";
import { placeHealed } from "./mend.js";
import { mergeHunk } from "./merge.js";
import type { FilePatch, HeadingCheck, Hunk, HunkLine, Problem, Repair } from "./patch.js";
import type { Range } from "./place.js";
import type { SourceFile } from "./source.js";

export interface Placed {
  readonly hunk: Hunk;
  /** Number within the file, from 1. */
  readonly number: number;
  /** Index of the first old line in the source. */
  readonly at: number;
  readonly lines: readonly HunkLine[];
  readonly offset: number;
  readonly fuzz: number;
  readonly heading: HeadingCheck;
  readonly repairs: readonly Repair[];
  /** Present when the hunk was merged: how many conflicts are marked in it. */
  readonly conflicts?: number;
}

export interface PlacedFile {
  readonly placed: readonly Placed[];
  readonly failed: readonly { readonly hunk: Hunk; readonly problem: Problem }[];
  readonly warnings: readonly Problem[];
  /** Every failed hunk's new side stands in the file. */
  readonly alreadyApplied: boolean;
}

export function placeHunks(file: FilePatch, source: SourceFile, context: PlaceContext): PlacedFile {
  const placed: Placed[] = [];
  const failed: { hunk: Hunk; problem: Problem }[] = [];
  const warnings: Problem[] = [];
  const taken: Range[] = [];
  let drift = 0;
  const grown = growth(file.hunks);
  for (const [index, hunk] of file.hunks.entries()) {
    const number = index + 1;
    const stated = hunk.oldCount === 0 ? hunk.oldStart : hunk.oldStart - 1;
    const expected = stated + drift;
    const shift = (hunk.newCount === 0 ? hunk.newStart : hunk.newStart - 1) - stated - grown[index]!;
    const here = shift === 0 ? context : { ...context, shift };
    const outcome = placeOne(hunk, number, source, expected, taken, here);
    if ("problem" in outcome) {
      failed.push({ hunk, problem: outcome.problem });
      continue;
    }
    const attempt = { ...outcome.attempt, lines: endAsItIs(outcome.attempt.lines, source) };
    if (attempt.lines !== outcome.attempt.lines) warnings.push(endDiffers(hunk, number, context));
    const heading = checkHeading(context.path, hunk.heading, source, attempt.at);
    const oldCount = attempt.lines.filter((line) => line.kind !== "+").length;
    taken.push({ from: attempt.at, to: attempt.at + oldCount });
    placed.push({
      hunk,
      number,
      at: attempt.at,
      lines: attempt.lines,
      offset: attempt.at - (attempt.skipped ?? 0) - expected,
      ...(attempt.conflicts === undefined ? {} : { conflicts: attempt.conflicts }),
      fuzz: attempt.fuzz,
      heading,
      repairs: attempt.repairs,
    });
    drift = attempt.at - (attempt.skipped ?? 0) - stated;
  }
  for (const one of placed) {
    warnings.push(...guessedJoins(one, context), ...wrongCounts(one, context), ...leftBehind(one, context));
    const problem = crossed(one, placed, context) ?? mergedNotice(one, context) ?? elsewhere(one, context);
    if (problem?.severity === "error") failed.push({ hunk: one.hunk, problem });
    else if (problem) warnings.push(problem);
  }
  const alreadyApplied = failed.length > 0 && failed.every((one) => one.problem.code === "already-applied");
  const refused = new Set(failed.map((one) => one.hunk));
  return { placed: placed.filter((one) => !refused.has(one.hunk)), failed, warnings, alreadyApplied };
}

/** By how much the hunks above each one lengthen the file. */
function growth(hunks: readonly Hunk[]): number[] {
  const grown: number[] = [];
  let sum = 0;
  const order = hunks.map((_, i) => i).sort((a, b) => hunks[a]!.oldStart - hunks[b]!.oldStart || a - b);
  for (const i of order) {
    grown[i] = sum;
    sum += hunks[i]!.newCount - hunks[i]!.oldCount;
  }
  return grown;
}

/**
 * A patch may say that the last line has no newline where the file has one; git takes such a hunk, and so the newline
 * away. Then the old line has its newline and the new one has not.
 */
function endAsItIs(lines: readonly HunkLine[], source: SourceFile): readonly HunkLine[] {
  const last = lines.findLastIndex((line) => line.kind !== "+");
  if (last < 0 || !lines[last]!.noNewline || !source.finalNewline) return lines;
  const line = lines[last]!;
  const old: HunkLine = { ...line, kind: "-", noNewline: false };
  const made: HunkLine[] = line.kind === " " ? [old, { ...line, kind: "+" }] : [old];
  return [...lines.slice(0, last), ...made, ...lines.slice(last + 1)];
}

function endDiffers(hunk: Hunk, number: number, context: PlaceContext): Problem {
  return {
    severity: "warning",
    code: "no-newline",
    message: `${context.path}: hunk ${number} says that the file ends without a newline, but it has one; the patch's end is taken`,
    help: "Give the file its last newline back if that is not meant.",
    mail: mailPlace(hunk, context),
    hunk: number,
  };
}

/** Two hunks that landed in the other order than their line numbers have: at least one is in the wrong place. */
function crossed(one: Placed, placed: readonly Placed[], context: PlaceContext): Problem | null {
  const other = placed.find((two) => (one.hunk.oldStart - two.hunk.oldStart) * (one.at - two.at) < 0);
  if (!other) return null;
  return {
    severity: "error",
    code: "hunks-crossed",
    message:
      `${context.path}:${one.at + 1}: hunk ${one.number} (line ${one.hunk.oldStart}) fits only here, and hunk ${other.number}` +
      ` (line ${other.hunk.oldStart}) only at line ${other.at + 1}: they would change places`,
    help: "The patch is for another version of the file; both places hold the same lines in another function.",
    mail: mailPlace(one.hunk, context),
    source: { path: context.path, line: one.at + 1 },
    hunk: one.number,
  };
}

/** The context fits, but in another function than the heading names. */
function elsewhere(one: Placed, context: PlaceContext): Problem | null {
  if (one.heading.verdict !== "differs") return null;
  const moved =
    one.offset === 0
      ? ""
      : `, ${Math.abs(one.offset)} lines ${one.offset < 0 ? "above" : "below"} the line it names`;
  return {
    severity: "warning",
    code: "heading-differs",
    message:
      `${context.path}:${one.at + 1}: hunk ${one.number} was made for "${one.heading.wanted}" but fits in` +
      ` "${one.heading.found}"${moved}`,
    help: "Check that this is the right function.",
    mail: mailPlace(one.hunk, context),
    source: { path: context.path, line: one.at + 1 },
    hunk: one.number,
  };
}

/** Context that was wrapped is proven by the source; of an added line only the line lengths tell. */
function guessedJoins(one: Placed, context: PlaceContext): Problem[] {
  if (!one.repairs.some((repair) => repair.kind === "wrapped")) return [];
  const added = new Map(
    one.lines.filter((line) => line.kind === "+").map((line) => [line.text.trim(), line]),
  );
  return one.repairs
    .filter((repair) => repair.kind === "wrapped" && added.has(repair.text))
    .map((repair) => ({
      severity: "warning",
      code: "joined-added",
      message: `${context.path}:${one.at + 1}: hunk ${one.number} has an added line that the mail wrapped; it was joined to "${repair.text}"`,
      help: "Check that the two lines belong together.",
      mail: { ...mailPlace(one.hunk, context), line: repair.mailLine },
      hunk: one.number,
    }));
}

/** Text straight behind a long last line may be its end; the counts do not tell. */
function leftBehind(one: Placed, context: PlaceContext): Problem[] {
  const last = one.hunk.lines?.at(-1);
  if (last?.kind !== "+" || last.noNewline) return [];
  const next = one.hunk.raw[one.hunk.lines!.length + one.hunk.lines!.filter((line) => line.noNewline).length];
  const word = /^(?!Index: |Only in |diff |index |From )[^-+\\\s_=@]\S*/.exec(next?.text ?? "");
  if (!next || !word || last.text.length + word[0].length < WRAP_COLUMN) return [];
  return [
    {
      severity: "warning",
      code: "left-behind",
      message: `${context.path}:${one.at + 1}: "${next.text.slice(0, 80)}" stands straight behind hunk ${one.number} and may be the end of its last line; it was left out`,
      help: "Join the two lines in the mail if they were one.",
      mail: { ...mailPlace(one.hunk, context), line: next.mailLine },
      hunk: one.number,
    },
  ];
}

/** The end of such a hunk is where its lines look like it. */
function wrongCounts(one: Placed, context: PlaceContext): Problem[] {
  return one.repairs
    .filter((repair) => repair.kind === "counts")
    .map((repair) => ({
      severity: "warning",
      code: "counts-wrong",
      message: `${context.path}:${one.at + 1}: hunk ${one.number} was taken with other counts than its header gives: ${repair.text}`,
      help: "Check that the end of the hunk is not missing.",
      mail: mailPlace(one.hunk, context),
      hunk: one.number,
    }));
}

/** A merge is never silent. */
function mergedNotice(one: Placed, context: PlaceContext): Problem | null {
  if (one.conflicts === undefined) return null;
  const place = `${context.path}:${one.at + 1}: hunk ${one.number}`;
  return {
    severity: "warning",
    code: one.conflicts > 0 ? "conflict" : "merged",
    message:
      one.conflicts > 0
        ? `${place} was merged with ${one.conflicts} ${one.conflicts === 1 ? "conflict" : "conflicts"}, marked with <<<<<<< and >>>>>>>`
        : `${place} did not fit and was merged three-way without conflict`,
    help: one.conflicts > 0 ? "Edit the marked places before you use the result." : "Read the result.",
    mail: mailPlace(one.hunk, context),
    source: { path: context.path, line: one.at + 1 },
    hunk: one.number,
  };
}

function mailPlace(hunk: Hunk, context: PlaceContext): { file?: string; line: number; column: number } {
  return { ...(context.file === undefined ? {} : { file: context.file }), line: hunk.mailLine, column: 1 };
}

type Outcome = { readonly attempt: Attempt } | { readonly problem: Problem };

function placeOne(
  hunk: Hunk,
  number: number,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Outcome {
  const base = { severity: "error" as const, mail: mailPlace(hunk, context), hunk: number };
  const refuse = (problem: Omit<Problem, "severity" | "hunk">): Outcome => ({
    problem: { ...base, ...problem },
  });
  const found =
    placeIntact(hunk, source, expected, taken, context) ??
    placeRecounted(hunk, source, expected, taken, context) ??
    placeHealed(hunk, source, expected, taken, context);
  if (found) return "code" in found ? refuse(found) : { attempt: found };
  const already = alreadyThere(hunk, source, context.reverse, context.budget);
  if (already !== null && (already === hunk.newStart - 1 || inSameFunction(hunk, source, already, context))) {
    return refuse({
      code: "already-applied",
      message: `${context.path}:${already + 1}: hunk ${number} is already applied: its result stands there`,
      help: "Nothing is left to do; use -R to take the patch back.",
      source: { path: context.path, line: already + 1 },
    });
  }
  const loose = placeFuzzy(hunk, source, expected, taken, context);
  if (loose) return "code" in loose ? refuse(loose) : { attempt: loose };
  if (context.threeWay && hunk.lines) {
    const merged = mergeHunk(hunk.lines, source, expected, taken);
    if (merged) return { attempt: { ...merged, fuzz: 0, repairs: [] } };
  }
  return refuse(explain(hunk, number, source, expected, context));
}

function inSameFunction(hunk: Hunk, source: SourceFile, at: number, context: PlaceContext): boolean {
  return checkHeading(context.path, hunk.heading, source, at).verdict !== "differs";
}
