// Places a damaged hunk: reads it with the help of the source (heal.ts), keeps to what the mail can have lost
// (damage.ts), and gives the added lines back what they lost, too.
//
// The hard thing is to tell damage from difference. A context line that differs in white space is healed only in
// a mail that shows that its white space was lost; in any other mail it is another line, and the hunk is refused
// as git refuses it.

import { type Attempt, anchored, choose, type PlaceContext, type Refusal } from "./attempts.js";
import { EXPANDED, expanded } from "./blanks.js";
import type { Damage } from "./damage.js";
import { blanksMadePlain } from "./disguise.js";
import {
  type Body,
  difference,
  type Reading,
  readingsAt,
  STEPS_PER_START,
  startsOf,
  WRAP_COLUMN,
} from "./heal.js";
import type { ByteString, Hunk, HunkLine, Repair } from "./patch.js";
import { overlaps, patternOf, type Range } from "./place.js";
import { restyle } from "./restyle.js";
import { collapse, hashOf, longestWord, type SourceFile } from "./source.js";
import { marksInPlace } from "./split.js";

/** A damaged hunk, read with the help of the source. */
export function placeHealed(
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
  let healed = heal(body, hunk, source, expected, taken, context);
  const heading = healed.length === 0 ? wrappedHeading(hunk) : null;
  if (heading) healed = heal({ ...body, raw: hunk.raw.slice(1) }, hunk, source, expected, taken, context);
  if (healed.length === 0 && context.budget.steps < 0) {
    return {
      code: "too-many-readings",
      message: `${context.path}: the hunk at line ${hunk.oldStart} is damaged and could be read in too many ways to try them all`,
      help: "Take the patch from a place that keeps white space (the list's raw mail).",
      source: { path: context.path, line: Math.max(1, Math.min(expected + 1, source.count)) },
    };
  }
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
  const damage = context.damage();
  const raws = new Map(hunk.raw.map((line) => [line.mailLine, line.text]));
  for (const line of reading.lines) {
    const raw = line.kind === "+" ? undefined : raws.get(line.mailLine);
    if (raw !== undefined) context.pairs.push({ raw: blanksMadePlain(raw.slice(1)), source: line.text });
  }
  const lost = reading.repairs.some((repair) => repair.kind === "whitespace" || repair.kind === "prefix");
  const restyled = restyle(
    reading.lines,
    source,
    reading.start,
    context.path,
    damage,
    lost && damage.leading && damage.tabs && damage.runs,
  );
  const lines = sameEndings(restyled.lines);
  const repairs = [...(heading ? [heading] : []), ...reading.repairs, ...restyled.repairs];
  return { at: reading.start, lines, fuzz: 0, repairs };
}

/** The heading behind `@@` may have been wrapped: then the first line of the body is its end. */
function wrappedHeading(hunk: Hunk): Repair | null {
  const next = hunk.raw[0]?.text.trim() ?? "";
  const word = /^[^-+\\\s]\S*/.exec(next);
  const header = `@@ -${hunk.oldStart},${hunk.oldCount} +${hunk.newStart},${hunk.newCount} @@ ${hunk.heading}`;
  if (hunk.lines || !word || header.length + word[0].length < WRAP_COLUMN) return null;
  return { kind: "wrapped", mailLine: hunk.mailLine, text: `${header} ${next}` };
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
  if (last < 0 || body.raw.length === 0 || context.budget.steps < 0) return [];
  const damage = context.damage();
  const known = readOldLines(hunk, context);
  const centre = Math.max(0, Math.min(expected, last));
  const byPlace: { at: number; readings: Reading[] }[] = [];
  // Without context there is only the stated line to go by.
  const fixed = hunk.lines?.every((line) => line.kind !== " ") ?? false;
  const possible = fixed
    ? [expected].filter((at) => at >= 0 && at <= last)
    : known && known.length > 0
      ? startsOfRow(known, source)
      : startsOf(body, source, context.budget);
  if (!possible || possible.length * STEPS_PER_START > context.budget.steps) {
    context.budget.steps = -1;
    return [];
  }
  const starts = possible.sort((a, b) => Math.abs(a - centre) - Math.abs(b - centre) || a - b);
  for (const at of starts) {
    if (overlaps(at, at + body.oldCount, taken)) continue;
    context.budget.steps -= STEPS_PER_START;
    const readings = readingsAt(body, source, at, context.budget).filter(
      (reading) =>
        (!hunk.full || body.raw.slice(reading.used).every((line) => line.text.trim() === "")) &&
        anchored(patternOf(reading.lines, hunk.oldStart), source, at) &&
        plausible(reading, hunk, source, damage),
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

/** Of a hunk that reads well the old lines as they are wanted in the file, up to white space; null for any other. */
function readOldLines(hunk: Hunk, context: PlaceContext): readonly ByteString[] | null {
  const damage = context.damage();
  if (!hunk.lines || damage.bare || damage.leading) return null;
  return hunk.lines.filter((line) => line.kind !== "+").map((line) => line.text);
}

/** Where these lines, up to white space, stand one behind the other, in rising order. */
function startsOfRow(texts: readonly ByteString[], source: SourceFile): number[] {
  // The line with the longest word is a rare one, and quickly found.
  let longest = 0;
  const words = texts.map(longestWord);
  for (let i = 1; i < words.length; i++) if (words[i]!.length > words[longest]!.length) longest = i;
  const starts = source
    .alike(texts[longest]!, words[longest]!)
    .map((place) => place - longest)
    .filter((at) => at >= 0 && at + texts.length <= source.count);
  if (starts.length === 0) return starts;
  const hashes = texts.map(hashOf);
  return starts.filter((at) => hashes.every((hash, i) => source.hash(at + i) === hash));
}

/** Whether the mail can have lost what this reading puts back. */
function plausible(reading: Reading, hunk: Hunk, source: SourceFile, damage: Damage): boolean {
  const lastOld = reading.lines.findLast((line) => line.kind !== "+");
  const lastRead = hunk.lines?.findLast((line) => line.kind !== "+");
  const old = reading.lines.filter((line) => line.kind !== "+").length;
  if (!marksInPlace(reading.lines)) return false;
  if (lastOld?.noNewline && reading.start + old !== source.count) return false;
  // A missing newline at the end of the file is a difference like any other.
  if (lastRead && lastOld?.noNewline !== lastRead.noNewline) return false;
  const raws = new Map(hunk.raw.map((line) => [line.mailLine, line.text]));
  return reading.lines.every((line, i) => {
    const raw = line.kind === "+" ? undefined : raws.get(line.mailLine);
    if (raw === undefined) return true;
    const differs = difference(raw, line.kind, line.text);
    if (differs === "entities") return damage.encoded;
    if (differs !== "whitespace") return true;
    const content = (line.kind === " " && raw[0] !== " " ? raw : raw.slice(1)).replace(/\r$/, "");
    return canHaveLost(content, line.text.replace(/\r$/, ""), damage, isOuter(reading.lines, i));
  });
}

/** In the first or last two lines of a hunk, where GNU patch's usual fuzz does not look. */
function isOuter(lines: readonly HunkLine[], at: number): boolean {
  const from = lines.findIndex((line) => line.kind !== " ");
  const to = lines.findLastIndex((line) => line.kind !== " ");
  return (at < from && at < 2) || (at > to && at >= lines.length - 2);
}

/** Whether a line can have been `wanted` before the mail lost white space in the way that it did everywhere. */
function canHaveLost(content: ByteString, wanted: ByteString, damage: Damage, outer: boolean): boolean {
  const raw = content.trimEnd();
  const source = wanted.trimEnd();
  if (source !== wanted && raw === content) {
    // Where nothing tells whether ends were trimmed, only a line that hardly matters may differ.
    if (damage.trailing === "kept" || (damage.trailing === "unknown" && !outer && !damage.bare)) return false;
  } else if (raw !== content) return false;
  if (raw === source) return true;
  const text = raw.trimStart();
  const body = source.trimStart();
  if (damage.tabs && EXPANDED.some((model) => expanded(source, model) === raw)) return true;
  const indent = raw.length - text.length;
  const indentLost =
    damage.bare ||
    (damage.leading && indent <= 1) ||
    raw.slice(0, indent) === source.slice(0, source.length - body.length);
  const insideLost = text === body || (damage.runs && collapse(body) === text);
  return indentLost && insideLost;
}

function shown(reading: Reading): string {
  return reading.lines.map((line) => `    ${line.kind}${line.text}`).join("\n");
}
