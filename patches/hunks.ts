// Places the hunks of one file: each as it came if it fits, else healed if the mail shows that it was damaged,
// else with fuzz if that was asked for; or says why it does not fit. Nothing is changed here.
//
// The hard thing is never to guess. Of two places that fit equally well, of two readings that fit, of a place in
// one function and a heading that names another, none is taken; and what a healed line differs in must be what
// the mail can have lost (damage.ts).
import type { Pair } from "./blanks.js";
import type { Damage } from "./damage.js";
import { blanksMadePlain, entitiesDecoded, quotesMadePlain } from "./disguise.js";
import { alreadyThere, explain } from "./explain.js";
import { checkHeading } from "./heading.js";
import {
  type Body,
  type Budget,
  difference,
  type Reading,
  readingsAt,
  STEPS_PER_START,
  startsOf,
} from "./heal.js";
import { mergeHunk } from "./merge.js";
import type { FilePatch, HeadingCheck, Hunk, HunkLine, Problem, Repair } from "./patch.js";
import { allPlaces, fitsAt, overlaps, type Pattern, patternOf, type Range } from "./place.js";
import { reindent } from "./reindent.js";
import { hashOf, type SourceFile } from "./source.js";
import { marksInPlace } from "./split.js";

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

export interface PlaceContext {
  readonly path: string;
  readonly damage: Damage;
  readonly fuzz: number;
  readonly threeWay: boolean;
  readonly reverse: boolean;
  readonly budget: Budget;
  readonly file: string | undefined;
  /** Context lines as they came, with their truth: filled while hunks are healed. */
  readonly pairs: Pair[];
}

export interface PlacedFile {
  readonly placed: readonly Placed[];
  readonly failed: readonly { readonly hunk: Hunk; readonly problem: Problem }[];
  readonly warnings: readonly Problem[];
  /** Every failed hunk's new side stands in the file. */
  readonly alreadyApplied: boolean;
}

interface Attempt {
  readonly at: number;
  readonly lines: readonly HunkLine[];
  readonly fuzz: number;
  readonly repairs: readonly Repair[];
  /** Context lines at the start that fuzz left out. */
  readonly skipped?: number;
  /** Conflicts of a three-way merge, when it was one. */
  readonly conflicts?: number;
}

export function placeHunks(file: FilePatch, source: SourceFile, context: PlaceContext): PlacedFile {
  const placed: Placed[] = [];
  const failed: { hunk: Hunk; problem: Problem }[] = [];
  const warnings: Problem[] = [];
  const taken: Range[] = [];
  let drift = 0;
  for (const [index, hunk] of file.hunks.entries()) {
    const number = index + 1;
    const stated = hunk.oldCount === 0 ? hunk.oldStart : hunk.oldStart - 1;
    const expected = stated + drift;
    const outcome = placeOne(hunk, number, source, expected, taken, context);
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
    warnings.push(...guessedJoins(one, context));
    const problem = crossed(one, placed, context) ?? elsewhere(one, context) ?? mergedNotice(one, context);
    if (problem?.severity === "error") failed.push({ hunk: one.hunk, problem });
    else if (problem) warnings.push(problem);
  }
  const alreadyApplied = failed.length > 0 && failed.every((one) => one.problem.code === "already-applied");
  const refused = new Set(failed.map((one) => one.hunk));
  return { placed: placed.filter((one) => !refused.has(one.hunk)), failed, warnings, alreadyApplied };
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

type Refusal = Omit<Problem, "severity" | "hunk">;

/** The hunk as it came. */
function placeIntact(
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
  if (context.damage.certain)
    return { at: found.at, fuzz: 0, ...restyle(hunk.lines, source, found.at, context) };
  return { at: found.at, lines: hunk.lines, fuzz: 0, repairs: [] };
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
  if (withCr > 0 && withCr < lines.length) return null;
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
function placeRecounted(
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  if (hunk.lines) return null;
  const lines = readPrefixed(hunk.raw);
  if (!lines?.some((line) => line.kind !== " ")) return null;
  const found = placeLines(hunk, lines, source, expected, taken, context);
  if (!found || "code" in found) return found;
  const old = lines.filter((line) => line.kind !== "+").length;
  const fresh = lines.filter((line) => line.kind !== "-").length;
  const text = `the body has ${old} old and ${fresh} new lines, the header says ${hunk.oldCount} and ${hunk.newCount}`;
  return { at: found.at, lines, fuzz: 0, repairs: [{ kind: "counts", mailLine: hunk.mailLine, text }] };
}

const FOOTER = /^(?:--? ?|-{3,}.*|_{3,}.*)\r?$/;

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
  if (fitsAt(pattern, source, expected, taken) && anchored(pattern, source, expected))
    return { at: expected };
  return settle(
    choose(allPlaces(pattern, source, expected, taken), expected, hunk, source, context),
    hunk,
    expected,
    context,
  );
}

function anchored(pattern: Pattern, source: SourceFile, at: number): boolean {
  if (pattern.atStart && at !== 0) return false;
  return !pattern.atEnd || at + pattern.texts.length === source.count;
}

/** No context at all (diff -U0): the stated line is all there is to go by. */
function placeBare(
  pattern: Pattern,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
): { readonly at: number } | null {
  if (pattern.texts.length === 0) {
    return expected <= source.count && !overlaps(expected, expected, taken) ? { at: expected } : null;
  }
  return fitsAt(pattern, source, expected, taken) ? { at: expected } : null;
}

/** Context lines at the ends left out, as many as were allowed; GNU patch's rule (locate_hunk in patch.c). */
function placeFuzzy(
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  const lines = hunk.lines ?? readPrefixed(hunk.raw);
  if (!lines) return null;
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
    if (pattern.texts.length === 0) return null;
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

/** A damaged hunk, read with the help of the source. */
function placeHealed(
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Attempt | Refusal | null {
  const body: Body = {
    raw: hunk.raw,
    oldCount: hunk.oldCount,
    newCount: hunk.newCount,
    reverse: context.reverse,
  };
  const healed = heal(body, hunk, source, expected, taken, context);
  if (healed.length === 0) return null;
  if (healed.length > 1) {
    const places = healed.map((reading) => ({ path: context.path, line: reading.start + 1 }));
    const same = places.every((place) => place.line === places[0]!.line);
    return {
      code: same ? "ambiguous-reading" : "ambiguous-place",
      message: same
        ? `${context.path}:${places[0]!.line}: the hunk is damaged and can be read in two ways that differ in the result:\n${healed.map(shown).join("\n  or\n")}`
        : `${context.path}: the hunk is damaged and fits at lines ${places.map((place) => place.line).join(" and ")}; it says line ${expected + 1}`,
      help: "Take the patch from a place that keeps white space (the list's raw mail).",
      candidates: places,
    };
  }
  const reading = healed[0]!;
  const raws = new Map(hunk.raw.map((line) => [line.mailLine, line.text]));
  for (const line of reading.lines) {
    const raw = line.kind === "+" ? undefined : raws.get(line.mailLine);
    if (raw !== undefined) context.pairs.push({ raw: raw.slice(1), source: line.text });
  }
  const lost = reading.repairs.some((repair) => repair.kind === "whitespace" || repair.kind === "prefix");
  const restyled = restyle(reading.lines, source, reading.start, context, lost && context.damage.leading);
  const lines = sameEndings(restyled.lines);
  const repairs = [...reading.repairs, ...restyled.repairs];
  return { at: reading.start, lines, fuzz: 0, repairs };
}

/** What the mail lost, given back to the added lines; each one that changes is listed. */
function restyle(
  lines: readonly HunkLine[],
  source: SourceFile,
  at: number,
  context: PlaceContext,
  lost = false,
): { lines: readonly HunkLine[]; repairs: Repair[] } {
  const { damage, path } = context;
  const repairs: Repair[] = [];
  const change = (made: readonly HunkLine[], before: readonly HunkLine[], kind: Repair["kind"]) => {
    for (const [i, line] of made.entries()) {
      if (line.text !== before[i]!.text) repairs.push({ kind, mailLine: line.mailLine, text: line.text });
    }
    return made;
  };
  const added = (from: readonly HunkLine[], make: (text: string) => string) =>
    from.map((line) => (line.kind === "+" ? { ...line, text: make(line.text) } : line));
  let made = lines;
  if (damage.decode) made = change(added(made, entitiesDecoded), made, "entities");
  if (damage.plain)
    made = change(
      added(made, (text) => quotesMadePlain(blanksMadePlain(text))),
      made,
      "charset",
    );
  if (damage.certain || lost) {
    const remains = { marginKnown: damage.marginKnown, blanks: null };
    made = change(reindent(path, made, source, at, remains), made, "indent");
  } else if (damage.blanks !== null) {
    const remains = { marginKnown: false, blanks: damage.blanks };
    made = change(reindent(path, made, source, at, remains), made, "indent");
  }
  return { lines: made, repairs };
}

/** Added lines end as the source's lines of the hunk do. */
function sameEndings(lines: readonly HunkLine[]): readonly HunkLine[] {
  const known = lines.filter((line) => line.kind !== "+");
  if (known.length === 0) return lines;
  const withCr = known.filter((line) => line.text.endsWith("\r")).length * 2 > known.length;
  return lines.map((line) => {
    if (line.kind !== "+" || line.text.endsWith("\r") === withCr) return line;
    return { ...line, text: withCr ? `${line.text}\r` : line.text.replace(/\r+$/, "") };
  });
}

function settle(
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

/** Another place is out of the question when it is this much further away: twice as far, and this many lines. */
const CLEARLY = 40;
/** Of lines that fit nearly everywhere only so many places are asked for their headings, and so many are shown. */
const MOST_HEADINGS = 64;
const MOST_SHOWN = 8;

/** Picks the nearest place, if it is clearly the nearest or the heading names it and no other. */
function choose(
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
  const rivals = places.filter(
    (at) => distance(at) <= Math.max(distance(nearest) * 2, distance(nearest) + CLEARLY),
  );
  return rivals.length === 1 ? { at: nearest } : { candidates: rivals.slice(0, MOST_SHOWN) };
}

/** The readings at the place nearest to the expected one; several when they cannot be told apart. */
function heal(
  body: Body,
  hunk: Hunk,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): Reading[] {
  const last = source.count - body.oldCount;
  if (last < 0 || body.raw.length === 0 || !healable(hunk, source, context)) return [];
  const centre = Math.max(0, Math.min(expected, last));
  const byPlace: { at: number; readings: Reading[] }[] = [];
  // Without context there is only the stated line to go by.
  const fixed = hunk.lines?.every((line) => line.kind !== " ") ?? false;
  const possible = fixed ? [expected].filter((at) => at >= 0 && at <= last) : startsOf(body, source);
  const starts = possible.sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre) || a - b);
  for (const at of starts) {
    if (overlaps(at, at + body.oldCount, taken)) continue;
    context.budget.steps -= STEPS_PER_START;
    const readings = readingsAt(body, source, at, context.budget).filter(
      (reading) =>
        anchored(patternOf(reading.lines, hunk.oldStart), source, at) &&
        plausible(reading, hunk, source, body.reverse, context.damage),
    );
    if (context.budget.steps < 0) return [];
    if (readings.length === 0) continue;
    byPlace.push({ at, readings });
    // The stated line itself needs no comparison with others.
    if (at === expected) break;
  }
  const chosen = choose(
    byPlace.map((place) => place.at),
    expected,
    hunk,
    source,
    context,
  );
  if (!chosen) return [];
  if ("candidates" in chosen) {
    return byPlace.filter((place) => chosen.candidates.includes(place.at)).map((place) => place.readings[0]!);
  }
  return byPlace.find((place) => place.at === chosen.at)!.readings;
}

/** A hunk that reads well can only be healed when each of its old lines stands somewhere in the file. */
function healable(hunk: Hunk, source: SourceFile, context: PlaceContext): boolean {
  if (!hunk.lines || context.damage.bare || context.damage.leading) return true;
  return hunk.lines.every((line) => line.kind === "+" || source.places(hashOf(line.text)).length > 0);
}

/** Whether the mail can have lost what this reading puts back. */
function plausible(
  reading: Reading,
  hunk: Hunk,
  source: SourceFile,
  reverse: boolean,
  damage: Damage,
): boolean {
  const lastOld = reading.lines.findLast((line) => line.kind !== "+");
  const lastRead = hunk.lines?.findLast((line) => line.kind !== "+");
  const old = reading.lines.filter((line) => line.kind !== "+").length;
  if (!marksInPlace(reading.lines)) return false;
  if (lastOld?.noNewline && reading.start + old !== source.count) return false;
  // A missing newline at the end of the file is a difference like any other.
  if (lastRead && lastOld?.noNewline !== lastRead.noNewline) return false;
  const raws = new Map(hunk.raw.map((line) => [line.mailLine, line.text]));
  for (const line of reading.lines) {
    if (line.kind === "+") continue;
    const raw = raws.get(line.mailLine);
    if (raw === undefined) continue;
    const kind = reverse && line.kind === "-" ? "-" : line.kind;
    const differs = difference(raw, kind, line.text);
    if (differs === "entities" && !damage.encoded) return false;
    if (differs !== "whitespace") continue;
    const content = (kind === " " && raw[0] !== " " ? raw : raw.slice(1)).replace(/\r$/, "");
    const wanted = line.text.replace(/\r$/, "");
    if (content.trimEnd() === wanted.trimEnd()) {
      if (!damage.trailing) return false;
      continue;
    }
    if (content.trim() === wanted.trim()) {
      if (!damage.leading && !damage.bare && !damage.tabs) return false;
      continue;
    }
    if (!damage.tabs && !damage.runs) return false;
  }
  return true;
}

function shown(reading: Reading): string {
  return reading.lines.map((line) => `    ${line.kind}${line.text}`).join("\n");
}
