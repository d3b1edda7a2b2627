// Three-way merge of whole files where the base is at hand; else of one hunk that does not fit: base is the hunk's old side, theirs its new side, ours the lines
// of the file where most of the old side stands. Only on request; conflicts are marked as diff3 -m marks them.
//
// The hard thing is to find "ours". The place with the most votes is where the hunk nearly fits; around it the
// old side is aligned with the file (longest common subsequence), and ours reaches from the first aligned line to
// the last, with as many lines more at each end as the old side has there. Khanna, Kunal, Pierce: A Formal
// Investigation of Diff3; the merge itself is node-diff3's.
import { diff3Merge, diffIndices } from "node-diff3";
import { nearlyFits, type OldLine } from "./explain.js";
import type { HunkLine } from "./patch.js";
import { overlaps, type Range } from "./place.js";
import { assembly, hashOf, type SourceFile } from "./source.js";

/** Lines of the file looked at beyond the hunk's own length, at each end. */
const SLACK = 40;

export interface Merged {
  readonly at: number;
  readonly lines: readonly HunkLine[];
  readonly conflicts: number;
}

export function mergeHunk(
  lines: readonly HunkLine[],
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
): Merged | null {
  const old: OldLine[] = lines
    .filter((line) => line.kind !== "+")
    .map((line) => ({
      text: line.text,
      mailLine: line.mailLine,
      hash: hashOf(line.text),
    }));
  const place = nearlyFits(old, source, expected);
  if (place === null) return null;
  const base = old.map((line) => line.text);
  const theirs = lines.filter((line) => line.kind !== "-").map((line) => line.text);
  const from = Math.max(0, place - SLACK);
  const window = linesOf(source, from, place + base.length + SLACK);
  const aligned = alignment(base, window);
  if (!aligned) return null;
  const start = Math.max(0, from + aligned.from);
  const end = Math.min(source.count, from + aligned.to);
  if (overlaps(start, end, taken) || end <= start) return null;
  const ours = linesOf(source, start, end);
  const { lines: merged, conflicts } = mergeLines(ours, base, theirs);
  const atEnd = end === source.count && !source.finalNewline;
  const line = (kind: HunkLine["kind"], text: string, last: boolean): HunkLine => ({
    kind,
    text,
    noNewline: last && atEnd,
    mailLine: 0,
  });
  return {
    at: start,
    lines: [
      ...ours.map((text, i) => line("-", text, i === ours.length - 1)),
      ...merged.map((text, i) => line("+", text, i === merged.length - 1)),
    ],
    conflicts,
  };
}

function linesOf(source: SourceFile, from: number, to: number): string[] {
  const out: string[] = [];
  for (let i = from; i < Math.min(to, source.count); i++) out.push(source.line(i));
  return out;
}

function mergeLines(
  ours: readonly string[],
  base: readonly string[],
  theirs: readonly string[],
): { lines: string[]; conflicts: number } {
  const lines: string[] = [];
  let conflicts = 0;
  for (const region of diff3Merge([...ours], [...base], [...theirs], { excludeFalseConflicts: true })) {
    if (region.ok) lines.push(...region.ok);
    else if (region.conflict) {
      conflicts++;
      lines.push("<<<<<<< the tree", ...region.conflict.a, "||||||| before the patch", ...region.conflict.o);
      lines.push("=======", ...region.conflict.b, ">>>>>>> after the patch");
    }
  }
  return { lines, conflicts };
}

/** Merge of whole files, for when the very file is at hand that the patch was made from. */
export function mergeFiles(
  ours: SourceFile,
  base: SourceFile,
  theirs: SourceFile,
): { content: Uint8Array; conflicts: number } {
  const all = (source: SourceFile) => linesOf(source, 0, source.count);
  const { lines, conflicts } = mergeLines(all(ours), all(base), all(theirs));
  const out = assembly();
  // The end of the file is as theirs has it if they changed it.
  const newline = theirs.finalNewline === base.finalNewline ? ours.finalNewline : theirs.finalNewline;
  for (const [i, line] of lines.entries()) out.line(line, newline || i < lines.length - 1);
  return { content: out.done(), conflicts };
}

/** The part of the window that the base aligns with, or null when less than a third of it does. */
function alignment(base: readonly string[], window: readonly string[]): { from: number; to: number } | null {
  let common = base.length;
  let first: { base: number; window: number } | null = null;
  let last = { base: 0, window: 0 };
  let inBase = 0;
  let inWindow = 0;
  const equalRun = (length: number) => {
    if (length > 0) {
      first ??= { base: inBase, window: inWindow };
      last = { base: inBase + length, window: inWindow + length };
    }
    inBase += length;
    inWindow += length;
  };
  for (const piece of diffIndices([...base], [...window])) {
    equalRun(piece.buffer1[0] - inBase);
    common -= piece.buffer1[1];
    inBase += piece.buffer1[1];
    inWindow += piece.buffer2[1];
  }
  equalRun(base.length - inBase);
  const start = first as { base: number; window: number } | null;
  if (!start || common * 3 < base.length) return null;
  return { from: start.window - start.base, to: last.window + (base.length - last.base) };
}
