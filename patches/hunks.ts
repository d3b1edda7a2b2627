// Places the hunks of one file: each as it came if it fits, else healed if the mail shows that it was damaged,
// else with fuzz if that was asked for; or says why it does not fit. Nothing is changed here.
//
// The hard thing is never to guess. Of two places that fit equally well, of two readings that fit, of a place in
// one function and a heading that names another, none is taken; and what a healed line differs in must be what
// the mail can have lost (damage.ts).
import type { Damage } from "./damage.js";
import { alreadyThere, explain } from "./explain.js";
import { checkHeading } from "./heading.js";
import { type Body, type Budget, difference, type Reading, readingsAt } from "./heal.js";
import type { FilePatch, HeadingCheck, Hunk, HunkLine, Problem, Repair } from "./patch.js";
import { allPlaces, fitsAt, overlaps, type Pattern, patternOf, type Range } from "./place.js";
import { reindent, type Style } from "./reindent.js";
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
}

export interface PlaceContext {
  readonly path: string;
  readonly damage: Damage;
  readonly fuzz: number;
  readonly reverse: boolean;
  readonly budget: Budget;
  readonly file: string | undefined;
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
    const { attempt } = outcome;
    const heading = checkHeading(context.path, hunk.heading, source, attempt.at);
    const oldCount = attempt.lines.filter((line) => line.kind !== "+").length;
    taken.push({ from: attempt.at, to: attempt.at + oldCount });
    placed.push({
      hunk,
      number,
      at: attempt.at,
      lines: attempt.lines,
      offset: attempt.at - expected,
      fuzz: attempt.fuzz,
      heading,
      repairs: attempt.repairs,
    });
    drift = attempt.at - stated;
  }
  return {
    placed,
    failed,
    warnings,
    alreadyApplied: failed.length > 0 && failed.every((one) => one.problem.code === "already-applied"),
  };
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
  const problem = (found: Problem): Outcome => ({ problem: found });
  const mail = {
    ...(context.file === undefined ? {} : { file: context.file }),
    line: hunk.mailLine,
    column: 1,
  };
  const base = { severity: "error" as const, mail, hunk: number };
  if (hunk.lines) {
    const exact = placeExact(hunk, hunk.lines, source, expected, taken, context);
    if (exact && "candidates" in exact) {
      return problem({
        ...base,
        code: "ambiguous-place",
        message: `${context.path}: hunk ${number} fits equally well at lines ${exact.candidates.map((at) => at + 1).join(" and ")}; it says line ${expected + 1}`,
        help: "Give it more context (git diff -U10), or a tree in which the line numbers are right.",
        candidates: exact.candidates.map((at) => ({ path: context.path, line: at + 1 })),
      });
    }
    if (exact) return { attempt: { at: exact.at, lines: hunk.lines, fuzz: 0, repairs: [] } };
  }
  const body: Body = {
    raw: hunk.raw,
    oldCount: hunk.oldCount,
    newCount: hunk.newCount,
    reverse: context.reverse,
  };
  const healed = heal(body, hunk, source, expected, taken, context);
  if (healed.length === 1) {
    const reading = healed[0]!;
    const style: Style = { marginKnown: context.damage.marginKnown };
    const lines = context.damage.leading
      ? reindent(context.path, reading.lines, source, reading.start, style)
      : reading.lines;
    const repairs = [...reading.repairs];
    for (const [i, line] of lines.entries()) {
      if (line.text !== reading.lines[i]!.text) {
        repairs.push({ kind: "indent", mailLine: line.mailLine, text: line.text });
      }
    }
    return { attempt: { at: reading.start, lines, fuzz: 0, repairs } };
  }
  if (healed.length > 1) {
    const places = healed.map((reading) => ({ path: context.path, line: reading.start + 1 }));
    const same = places.every((place) => place.line === places[0]!.line);
    return problem({
      ...base,
      code: "ambiguous-reading",
      message: same
        ? `${context.path}:${places[0]!.line}: hunk ${number} is damaged and can be read in two ways that differ in the result:\n${healed.map((reading) => shown(reading)).join("\n  or\n")}`
        : `${context.path}: hunk ${number} is damaged and fits equally well at lines ${places.map((place) => place.line).join(" and ")}`,
      help: "Take the patch from a place that keeps white space (the list's raw mail).",
      candidates: places,
    });
  }
  const already = alreadyThere(hunk, source, context.reverse, context.budget);
  if (already !== null) {
    return problem({
      ...base,
      code: "already-applied",
      message: `${context.path}:${already + 1}: hunk ${number} is already applied: its result stands there`,
      help: "Nothing is left to do; use -R to take the patch back.",
      source: { path: context.path, line: already + 1 },
    });
  }
  return problem({ ...base, ...explain(hunk, number, source, expected, context) });
}

/** The one place for an intact hunk, several that nothing tells apart, or null. */
function placeExact(
  hunk: Hunk,
  lines: readonly HunkLine[],
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
  context: PlaceContext,
): { at: number } | { candidates: number[] } | null {
  const pattern = patternOf(lines, hunk.oldStart);
  if (!lines.some((line) => line.kind === " ")) return placeBare(hunk, pattern, source, expected, taken);
  if (fitsAt(pattern, source, expected, taken) && anchored(pattern, source, expected))
    return { at: expected };
  const places = allPlaces(pattern, source, expected, taken);
  return choose(places, expected, hunk, source, context);
}

function anchored(pattern: Pattern, source: SourceFile, at: number): boolean {
  if (pattern.atStart && at !== 0) return false;
  return !pattern.atEnd || at + pattern.texts.length === source.lines.length;
}

/** No context at all (diff -U0): the stated line is all there is to go by. */
function placeBare(
  hunk: Hunk,
  pattern: Pattern,
  source: SourceFile,
  expected: number,
  taken: readonly Range[],
): { at: number } | null {
  if (hunk.oldCount === 0) {
    return expected <= source.lines.length && !overlaps(expected, expected, taken) ? { at: expected } : null;
  }
  return fitsAt(pattern, source, expected, taken) ? { at: expected } : null;
}

/** Picks the nearest place, unless something speaks for another. */
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
  const fits = (at: number) => checkHeading(context.path, hunk.heading, source, at).verdict;
  const verdict = fits(nearest);
  if (verdict === "differs" && places.some((at) => fits(at) === "same")) return { candidates: [...places] };
  const second = places[1]!;
  if (Math.abs(second - expected) === Math.abs(nearest - expected)) {
    if (verdict === "same" && fits(second) === "differs") return { at: nearest };
    if (verdict === "differs" || fits(second) !== "differs") return { candidates: [nearest, second] };
  }
  return { at: nearest };
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
  const last = source.lines.length - body.oldCount;
  if (last < 0 || body.raw.length === 0) return [];
  const centre = Math.max(0, Math.min(expected, last));
  const byPlace: { at: number; readings: Reading[] }[] = [];
  for (let distance = 0; centre - distance >= 0 || centre + distance <= last; distance++) {
    for (const at of distance === 0 ? [centre] : [centre - distance, centre + distance]) {
      if (at < 0 || at > last || overlaps(at, at + body.oldCount, taken)) continue;
      const readings = readingsAt(body, source, at, context.budget).filter((reading) =>
        plausible(reading, hunk, body.reverse, context.damage),
      );
      if (readings.length > 0) byPlace.push({ at, readings });
      if (context.budget.steps < 0) return [];
    }
    // The stated line itself needs no comparison with others.
    if (byPlace.length > 0 && distance === 0 && centre === expected) break;
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

/** Whether the mail can have lost what this reading puts back. */
function plausible(reading: Reading, hunk: Hunk, reverse: boolean, damage: Damage): boolean {
  const raws = new Map(hunk.raw.map((line) => [line.mailLine, line.text]));
  for (const line of reading.lines) {
    if (line.kind === "+") continue;
    const raw = raws.get(line.mailLine);
    if (raw === undefined) continue;
    const kind = reverse && line.kind === "-" ? "-" : line.kind;
    if (difference(raw, kind, line.text) !== "whitespace") continue;
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
