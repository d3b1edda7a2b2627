// Finds where a hunk fits. First where it says (earlier hunks' offset added), then outwards, the nearest place
// first, as git's find_pos does. A hunk at the very start or end of its file must land there.
//
// The hard thing is the second match. A place that is not the stated one is only taken when nothing speaks
// against it: two places equally near, or a heading that belongs to the other one, and the choice goes back to
// the caller. Hunks may come in any order, but no two may claim the same lines.
import type { ByteString, HunkLine } from "./patch.js";
import type { SourceFile } from "./source.js";

/** The old side of a hunk, as it must stand in the file. */
export interface Pattern {
  /** Its lines, with newlines between them. */
  readonly rows: ByteString;
  readonly count: number;
  /** The last line ends the file without a newline. */
  readonly noNewline: boolean;
  /** Must match at the first line of the file, or end at its last. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
}

export interface Range {
  readonly from: number;
  readonly to: number;
}

export function patternOf(lines: readonly HunkLine[], oldStart: number): Pattern {
  let rows = "";
  let count = 0;
  let noNewline = false;
  let trailing = 0;
  for (const line of lines) {
    trailing = line.kind === " " ? trailing + 1 : 0;
    if (line.kind === "+") continue;
    rows = count === 0 ? line.text : `${rows}\n${line.text}`;
    count++;
    noNewline = line.noNewline;
  }
  return { rows, count, noNewline, atStart: oldStart <= 1 && count > 0, atEnd: trailing === 0 && count > 0 };
}

export function fitsAt(pattern: Pattern, source: SourceFile, at: number, taken: readonly Range[]): boolean {
  if (at < 0) return false;
  if (pattern.count === 0) return at <= source.count && !overlaps(at, at, taken);
  const stands = source.standsAt(at, pattern.rows);
  if (stands === "no") return false;
  if (stands === "at the end" && !source.finalNewline && !pattern.noNewline) return false;
  if (stands === "inside" && pattern.noNewline) return false;
  return !overlaps(at, at + pattern.count, taken);
}

export function overlaps(from: number, to: number, taken: readonly Range[]): boolean {
  for (const range of taken) if (from < range.to && range.from < to) return true;
  return false;
}

/** Every place the pattern fits, the one nearest to `expected` first; of two equally near the earlier first. */
export function allPlaces(
  pattern: Pattern,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
): number[] {
  const last = source.count - pattern.count;
  if (last < 0) return [];
  const fits = (at: number) => fitsAt(pattern, source, at, taken);
  const centre = Math.max(0, Math.min(expected, last));
  if (pattern.atStart && pattern.atEnd) return last === 0 && fits(0) ? [0] : [];
  if (pattern.atStart) return fits(0) ? [0] : [];
  if (pattern.atEnd) return fits(last) ? [last] : [];
  const near = (at: number) => Math.abs(at - centre) * 2 + (at > centre ? 1 : 0);
  return source
    .rowsLike(pattern.rows)
    .filter((at) => at >= 0 && at <= last && fits(at))
    .sort((a, b) => near(a) - near(b));
}
