// Ways to place a hunk whose lines are known: as it came, with other line endings, with its counts corrected, with
// fuzz. Each gives the place, or why it may not be taken, or nothing when the hunk fits nowhere.
//
// The hard thing is never to guess. A place that is not the stated one is taken only when it is clearly the nearest
// or the heading names it and no other; otherwise all that fit are handed back.
import type { Pair } from "./blanks.js";
import type { Damage } from "./damage.js";
import { checkHeading } from "./heading.js";
import type { Budget } from "./heal.js";
import type { Hunk, HunkLine, Problem, Repair } from "./patch.js";
import { allPlaces, fitsAt, overlaps, type Pattern, patternOf, type Range } from "./place.js";
import { restyle } from "./restyle.js";
import type { SourceFile } from "./source.js";
import { marksInPlace } from "./split.js";

export interface PlaceContext {
  readonly path: string;
  /** Found when it is asked for first. */
  readonly damage: () => Damage;
  /** The mail has certainly lost nothing that its added lines had. */
  readonly sound: boolean;
  readonly fuzz: number;
  readonly threeWay: boolean;
  readonly reverse: boolean;
  readonly budget: Budget;
  readonly file: string | undefined;
  /** Context lines as they came, with their truth: filled while hunks are healed. */
  readonly pairs: Pair[];
  /** By how much the new line number of this hunk points elsewhere than the old one; 0 unless hunks were left out. */
  readonly shift?: number;
}

export interface Attempt {
  readonly at: number;
  readonly lines: readonly HunkLine[];
  readonly fuzz: number;
  readonly repairs: readonly Repair[];
  /** Context lines at the start that fuzz left out. */
  readonly skipped?: number;
  /** Conflicts of a three-way merge, when it was one. */
  readonly conflicts?: number;
}

export type Refusal = Omit<Problem, "severity" | "hunk">;

/** The hunk as it came. */
export function placeIntact(
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  if (!hunk.lines) return null;
  const found = placeLines(hunk, hunk.lines, source, expected, taken, context);
  if (!found) return placeOtherEndings(hunk, hunk.lines, source, expected, taken, context);
  if ("code" in found) return found;
  // Counts that are too low leave part of the hunk behind; if that part fits as well, there are two readings.
  const longer = readOn(hunk);
  if (longer && fitsAt(patternOf(longer, hunk.oldStart), source, found.at, taken)) {
    return {
      code: "counts-short",
      message:
        `${context.path}:${found.at + 1}: the counts of @@ -${hunk.oldStart},${hunk.oldCount} +${hunk.newStart},${hunk.newCount} @@ end the hunk` +
        ` before line ${longer[hunk.lines.length]!.mailLine} of the mail, but what follows fits the file as well`,
      help: "Correct the counts (recountdiff does), or take the lines behind the hunk out.",
    };
  }
  if (context.sound) return { at: found.at, lines: hunk.lines, fuzz: 0, repairs: [] };
  return { at: found.at, fuzz: 0, ...restyle(hunk.lines, source, found.at, context.path, context.damage()) };
}

/** The hunk with CR LF for LF, or the other way round, when all its lines agree: mail transport changes them. */
function placeOtherEndings(
  hunk: Hunk,
  lines: readonly HunkLine[],
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  const withCr = lines.filter((line) => line.text.endsWith("\r")).length;
  if (withCr > 0 ? withCr < lines.length : !source.hasCr()) return null;
  const other = lines.map((line) => ({
    ...line,
    text: withCr > 0 ? line.text.slice(0, -1) : `${line.text}\r`,
  }));
  const found = placeLines(hunk, other, source, expected, taken, context);
  if (!found || "code" in found) return found;
  return { at: found.at, lines: other, fuzz: 0, repairs: endingRepairs(other) };
}

function endingRepairs(lines: readonly HunkLine[]): Repair[] {
  return lines.map((line) => ({ kind: "line-ending", mailLine: line.mailLine, text: line.text.trimEnd() }));
}

/** The hunk with the prefixed lines behind it, when there are changes among these. */
function readOn(hunk: Hunk): readonly HunkLine[] | null {
  const used = hunk.lines!.length + hunk.lines!.filter((line) => line.noNewline).length;
  const next = hunk.raw[used]?.text ?? "";
  if (!/^[-+ ]/.test(next) || FOOTER.test(next)) return null;
  const longer = readPrefixed(hunk.raw);
  if (!longer || longer.length <= hunk.lines!.length) return null;
  return longer.slice(hunk.lines!.length).some((line) => line.kind !== " ") ? longer : null;
}

/** Numbers edited by hand: the body is whole, but `@@` counts it wrong. */
export function placeRecounted(
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  if (hunk.lines) return null;
  const lines = readPrefixed(hunk.raw);
  if (!lines?.some((line) => line.kind !== " ") || isCutOff(hunk, lines)) return null;
  const found = placeLines(hunk, lines, source, expected, taken, context);
  if (!found || "code" in found) return found;
  const old = lines.filter((line) => line.kind !== "+").length;
  const fresh = lines.filter((line) => line.kind !== "-").length;
  const text = `the body has ${old} old and ${fresh} new lines, the header says ${hunk.oldCount} and ${hunk.newCount}`;
  return { at: found.at, lines, fuzz: 0, repairs: [{ kind: "counts", mailLine: hunk.mailLine, text }] };
}

/** The text ends where lines of the hunk are still to come: a mail that was cut off, and not counts that are wrong. */
export function isCutOff(hunk: Hunk, lines: readonly HunkLine[]): boolean {
  if (!hunk.open) return false;
  const rest = hunk.raw.slice(lines.length).every((line) => line.text.trim() === "" || line.text[0] === "\\");
  const old = hunk.oldCount - lines.filter((line) => line.kind !== "+").length;
  const fresh = hunk.newCount - lines.filter((line) => line.kind !== "-").length;
  // One or two context lines too few are more often a wrong number than a lost end; GNU patch has the same rule.
  if (old === fresh && old <= 2 && lines.at(-1)?.kind === " ") return false;
  return rest && (old > 0 || fresh > 0);
}

const FOOTER = /^(?:-- ?|-{3,}.*|_{3,}.*)\r?$/;

/** A body read by its prefixes alone; null when it does not end where a mail's text ends. */
function readPrefixed(raw: Hunk["raw"]): HunkLine[] | null {
  const lines: HunkLine[] = [];
  let at = 0;
  for (; at < raw.length; at++) {
    const { text, mailLine } = raw[at]!;
    const kind = text[0] ?? "";
    if (kind === "\\" && lines.length > 0) lines[lines.length - 1] = { ...lines.at(-1)!, noNewline: true };
    else if (kind === "" && /^[-+ ]/.test(raw[at + 1]?.text ?? "") && !FOOTER.test(raw[at + 1]!.text)) {
      lines.push({ kind: " ", text: "", noNewline: false, mailLine });
    } else if ((kind === "+" || kind === "-" || kind === " ") && !FOOTER.test(text)) {
      lines.push({ kind, text: text.slice(1), noNewline: false, mailLine });
    } else break;
  }
  const rest = raw[at]?.text.trim() ?? "";
  return marksInPlace(lines) && (rest === "" || FOOTER.test(raw[at]!.text)) ? lines : null;
}

/** The place of lines that are sure: exact, else the nearest. */
function placeLines(
  hunk: Hunk,
  lines: readonly HunkLine[],
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): { readonly at: number } | Refusal | null {
  const pattern = patternOf(lines, hunk.oldStart);
  if (!lines.some((line) => line.kind === " ")) return placeBare(pattern, source, expected, taken);
  const shift = context.shift ?? 0;
  const exact = fitsAt(pattern, source, expected, taken) && anchored(pattern, source, expected);
  if (exact && shift === 0) return { at: expected };
  const from = (line: number) => choose(allPlaces(pattern, source, line, taken), line, hunk, source, context);
  const chosen = from(expected);
  if (shift === 0 || !chosen || "candidates" in chosen) return settle(chosen, hunk, expected, context);
  // GNU patch goes by the old line number, git by the new one: where these disagree, both must mean the same place.
  const other = from(expected + shift) ?? chosen;
  const candidates = "at" in other ? [chosen.at, other.at] : other.candidates;
  return settle(candidates[0] === candidates[1] ? chosen : { candidates }, hunk, expected, context);
}

export function anchored(pattern: Pattern, source: SourceFile, at: number): boolean {
  if (pattern.atStart && at !== 0) return false;
  return !pattern.atEnd || at + pattern.count === source.count;
}

/** No context at all (diff -U0): the stated line is all there is to go by. */
function placeBare(
  pattern: Pattern,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
): { readonly at: number } | null {
  if (pattern.count === 0) {
    return expected <= source.count && !overlaps(expected, expected, taken) ? { at: expected } : null;
  }
  return fitsAt(pattern, source, expected, taken) ? { at: expected } : null;
}

/** Context lines at the ends left out, as many as were allowed; GNU patch's rule (locate_hunk in patch.c). */
export function placeFuzzy(
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  const lines = hunk.lines ?? readPrefixed(hunk.raw);
  if (!lines || (!hunk.lines && isCutOff(hunk, lines))) return null;
  let prefix = 0;
  while (lines[prefix]?.kind === " ") prefix++;
  let suffix = 0;
  while (suffix < lines.length - prefix && lines[lines.length - 1 - suffix]?.kind === " ") suffix++;
  if (prefix === lines.length) return null;
  const most = Math.max(prefix, suffix);
  for (let fuzz = 1; fuzz <= Math.min(context.fuzz, most); fuzz++) {
    // The longer end loses lines first; an end that is shorter still holds to the file's end.
    const head = fuzz + prefix - most;
    const tail = fuzz + suffix - most;
    const left = Math.min(prefix, Math.max(0, head));
    const right = Math.min(suffix, Math.max(0, tail));
    const kept = lines.slice(left, lines.length - right);
    const pattern: Pattern = {
      ...patternOf(kept, hunk.oldStart),
      atStart: head < 0 && hunk.oldStart <= 1,
      atEnd: tail < 0,
    };
    if (pattern.count === 0) return null;
    const places = allPlaces(pattern, source, expected + left, taken);
    const found = settle(
      choose(places, expected + left, hunk, source, context),
      hunk,
      expected + left,
      context,
    );
    if (!found) continue;
    return "code" in found ? found : { at: found.at, lines: kept, fuzz, repairs: [], skipped: left };
  }
  return null;
}

export function settle(
  chosen: { at: number } | { candidates: number[] } | null,
  hunk: Hunk,
  expected: number,
  context: PlaceContext,
): { readonly at: number } | Refusal | null {
  if (!chosen || "at" in chosen) return chosen;
  const lines = chosen.candidates.map((at) => at + 1);
  const heading = hunk.heading === "" ? "" : `, and its heading is "${hunk.heading.trim()}"`;
  return {
    code: "ambiguous-place",
    message: `${context.path}: the hunk fits at lines ${lines.join(" and ")}; it says line ${expected + 1}${heading}`,
    help: "Give it more context (git diff -U10), or the tree in which its line numbers are right.",
    candidates: lines.map((line) => ({ path: context.path, line })),
  };
}

/** Another place is out of the question when it is this many times as far away. */
const CLEARLY = 3;

/** Of lines that fit nearly everywhere only so many places are asked for their headings, and so many are shown. */
const MOST_HEADINGS = 64;

const MOST_SHOWN = 8;

/** Picks the nearest place, if it is clearly the nearest or the heading names it and no other. */
export function choose(
  places: readonly number[],
  expected: number,
  hunk: Hunk,
  source: SourceFile,
  context: PlaceContext,
): { at: number } | { candidates: number[] } | null {
  const nearest = places[0];
  if (nearest === undefined) return null;
  if (places.length === 1) return { at: nearest };
  const verdict = (at: number) => checkHeading(context.path, hunk.heading, source, at).verdict;
  const distance = (at: number) => Math.abs(at - expected);
  const named = places.slice(0, MOST_HEADINGS).filter((at) => verdict(at) === "same");
  if (named.length === 1 && named[0] === nearest) return { at: nearest };
  if (named.length > 0 && verdict(nearest) === "differs") return { candidates: [nearest, ...named] };
  const rivals = places.filter((at) => distance(at) <= Math.max(1, distance(nearest)) * CLEARLY);
  return rivals.length === 1 ? { at: nearest } : { candidates: rivals.slice(0, MOST_SHOWN) };
}
