// Why a hunk does not fit: where it would nearly have fitted, which of its lines is the first to differ there,
// what it wanted and what stands in the file. And whether it is there already.
//
// The nearly fitting place is found by votes: every old line of the hunk votes for the start that would put it
// where an equal line stands. Lines that stand everywhere (`}`, blank ones) vote too but weigh little.
import { type Body, type Budget, readingsAt, STEPS_PER_START, startsOf } from "./heal.js";
import type { ByteString, Hunk, HunkLine, Problem } from "./patch.js";
import { allPlaces } from "./place.js";
import { hashOf, LONG_WORD, longestWord, normal, type SourceFile } from "./source.js";

/** Of a longer hunk so many lines are enough to find its place. */
const MOST_VOTERS = 2000;

/** A line that stands so seldom says where a hunk belongs; one that stands more often than that says little. */
const RARE = 8;
const COMMON = 40;

/** An old line of the hunk as far as it can be told without the source. */
export interface OldLine {
  readonly text: ByteString;
  readonly mailLine: number;
  readonly hash: number;
}

function oldLines(hunk: Hunk, reverse: boolean): OldLine[] {
  if (hunk.lines) {
    return hunk.lines
      .filter((line) => line.kind !== "+")
      .map((line) => ({
        text: line.text,
        mailLine: line.mailLine,
        hash: hashOf(line.text),
      }));
  }
  const out: OldLine[] = [];
  for (const line of hunk.raw) {
    if (out.length >= hunk.oldCount) break;
    const first = line.text[0] ?? "";
    if (first === (reverse ? "-" : "+") || first === "\\") continue;
    const text = first === " " || first === (reverse ? "+" : "-") ? line.text.slice(1) : line.text;
    out.push({ text, mailLine: line.mailLine, hash: hashOf(text) });
  }
  return out;
}

/** The problem of a hunk that fits nowhere; without the fields that the caller knows. */
export function explain(
  hunk: Hunk,
  number: number,
  source: SourceFile,
  expected: number,
  context: { readonly path: string; readonly reverse: boolean },
): Omit<Problem, "severity" | "hunk"> {
  const old = oldLines(hunk, context.reverse);
  if (old.length === 0 && !hunk.lines) {
    return {
      ...unreadable(hunk, `${context.path}: hunk ${number} (line ${hunk.oldStart})`),
      source: { path: context.path, line: 1 },
    };
  }
  const place = nearlyFits(old, source, expected);
  if (place === null) {
    return {
      code: "hunk-not-found",
      message: `${context.path}: hunk ${number} (line ${hunk.oldStart}) does not fit: none of its ${old.length} old lines stands in this file`,
      help: "This is probably another file, or another version of the tree.",
      source: { path: context.path, line: Math.min(expected + 1, Math.max(1, source.count)) },
      ...(old[0] ? { wanted: old[0].text } : {}),
    };
  }
  const matching = old.filter((line, i) => stands(line, source, place + i)).length;
  // White space counts in a hunk that came intact.
  const exact = hunk.lines !== null && matching === old.length;
  const differs = old.findIndex((line, i) =>
    exact ? !source.is(place + i, line.text) : !stands(line, source, place + i),
  );
  const line = old[differs];
  if (!line)
    return {
      ...allStand(hunk, number, source, place, expected, context),
      source: { path: context.path, line: place + 1 },
    };
  const at = place + differs;
  const found = at < source.count ? source.line(at) : undefined;
  const where = found === undefined ? "the file ends there" : `the file has "${shownLine(found)}"`;
  const blanks = exact ? ", which differs in white space only" : "";
  return {
    code: "context-differs",
    message:
      `${context.path}:${at + 1}: hunk ${number} does not fit: its line ${line.mailLine} of the mail wants "${shownLine(line.text)}", ${where}${blanks}` +
      ` (${matching} of its ${old.length} old lines fit from line ${place + 1})`,
    help: "Use the tree that the patch was made for, or change that line by hand first.",
    source: { path: context.path, line: at + 1 },
    wanted: line.text,
    ...(found === undefined ? {} : { found }),
    nearest: { line: place + 1, matching, of: old.length },
  };
}

/** Every old line stands in a row, and still the hunk may not go there. */
function allStand(
  hunk: Hunk,
  number: number,
  source: SourceFile,
  place: number,
  expected: number,
  context: { readonly path: string },
): Pick<Problem, "code" | "message" | "help"> {
  const where = `${context.path}:${place + 1}: hunk ${number}`;
  if (!hunk.lines) return unreadable(hunk, where);
  const old = hunk.lines.filter((line) => line.kind !== "+");
  const reachesEnd = place + old.length === source.count;
  if (reachesEnd && source.finalNewline === (old.at(-1)?.noNewline ?? false)) {
    const has = source.finalNewline ? "ends in a newline" : "does not end in a newline";
    return {
      code: "context-differs",
      message: `${where} does not fit: the last line of the file ${has}, and the patch says otherwise`,
      help: "Give the file the end that the patch was made for.",
    };
  }
  if (!hunk.lines.some((line) => line.kind === " ")) {
    return {
      code: "no-context",
      message: `${where} has no context, so it may only go where it says, at line ${expected + 1}; its lines stand here`,
      help: "Make the patch with context (git diff -U3).",
    };
  }
  const edge = hunk.oldStart <= 1 && place > 0 ? "start" : "end";
  if ((edge === "start" && place > 0) || (hunk.lines.at(-1)!.kind !== " " && !reachesEnd)) {
    return {
      code: "not-at-edge",
      message: `${where} has its lines here, but it is a hunk for the ${edge} of the file: it has no context beyond`,
      help: "The file has grown at that end; make the patch again.",
    };
  }
  return {
    code: "overlap",
    message: `${where} fits here only, where another hunk of the patch is already`,
    help: "Two hunks for the same lines cannot both be meant.",
  };
}

/** The body does not have the lines that its header counts. */
function unreadable(hunk: Hunk, where: string): Pick<Problem, "code" | "message" | "help"> {
  const counts = `the ${hunk.oldCount} old and ${hunk.newCount} new lines that its header counts`;
  if (hunk.open) {
    return {
      code: "cut-off",
      message: `${where} cannot be read: the text ends before ${counts}`,
      help: "The mail was cut off; take it from another archive, or copy all of it.",
    };
  }
  return {
    code: "hunk-malformed",
    message: `${where} cannot be read: its body does not have ${counts}`,
    help: "Part of the hunk is missing; take the mail from another archive.",
  };
}

function stands(line: OldLine, source: SourceFile, at: number): boolean {
  if (at < 0 || at >= source.count || source.hash(at) !== line.hash) return false;
  return source.is(at, line.text) || source.normal(at) === normal(line.text);
}

const shownLine = (text: ByteString) =>
  (text.length > 160 ? `${text.slice(0, 157)}...` : text).replace(/\t/g, "  ").trim();

/** A hunk is seldom further away than this; there its lines are looked for first. */
const NEAR = 100;

/**
 * Where the hunk would nearly have fitted; null when not one of its lines stands in the file. Near its line if half of
 * the telling lines stand there, else at the start that the most of them agree on.
 */
export function nearlyFits(old: readonly OldLine[], source: SourceFile, expected: number): number | null {
  const from = expected - NEAR;
  const to = expected + old.length + NEAR;
  const words = old.map((line) => longestWord(line.text));
  const least = leastWord(words);
  const votes = new Map<number, number>();
  let telling = 0;
  for (const [i, { text }] of old.entries()) {
    if (words[i]!.length < least) continue;
    telling++;
    vote(votes, source.alikeWithin(text, words[i]!, from, to), i, 1);
  }
  const place = winner(votes, expected);
  if (place !== null && votes.get(place)! >= Math.max(2, telling / 2)) return place;
  return mostVotes(old, words, source, expected) ?? anyPlace(old, source, expected);
}

/** The lines from..to (exclusive) by their hashes. */
function linesNear(source: SourceFile, from: number, to: number): Map<number, number[]> {
  const lines = new Map<number, number[]>();
  for (let i = Math.max(0, from); i < Math.min(source.count, to); i++) {
    const hash = source.hash(i);
    const known = lines.get(hash);
    if (known) known.push(i);
    else lines.set(hash, [i]);
  }
  return lines;
}

function mostVotes(
  old: readonly OldLine[],
  words: readonly ByteString[],
  source: SourceFile,
  expected: number,
): number | null {
  const votes = new Map<number, number>();
  const voters = old.slice(0, MOST_VOTERS);
  // Where rare lines vote, those that stand everywhere need not; a short line is one of these nearly always.
  const least = leastWord(words.slice(0, MOST_VOTERS));
  const long = voters.map(({ text }, i) => (words[i]!.length < least ? null : source.alike(text, words[i]!)));
  const rare = long.some((places) => places !== null && places.length > 0 && places.length <= RARE);
  let near: ReadonlyMap<number, readonly number[]> | undefined;
  for (let i = 0; i < voters.length; i++) {
    const places = long[i];
    const many = !places || places.length > COMMON;
    if (many && rare) continue;
    if (many) near ??= linesNear(source, expected - NEAR, expected + old.length + NEAR);
    const weight = places ? 1 / Math.max(1, places.length) + 0.05 : 0.01;
    vote(votes, many ? (near!.get(voters[i]!.hash) ?? []) : places, i, weight);
  }
  return winner(votes, expected);
}

/** The nearest place of the first line that stands in the file at all. */
function anyPlace(old: readonly OldLine[], source: SourceFile, expected: number): number | null {
  for (const [i, line] of old.slice(0, MOST_VOTERS).entries()) {
    let nearest: number | null = null;
    for (const place of source.places(line.hash)) {
      const start = place - i;
      if (nearest === null || Math.abs(start - expected) < Math.abs(nearest - expected)) nearest = start;
    }
    if (nearest !== null) return nearest;
  }
  return null;
}

/** So many lines, those with the longest words, are looked for in the whole file. */
const MOST_SOUGHT = 8;

function leastWord(words: readonly ByteString[]): number {
  const lengths = words.map((word) => word.length).sort((a, b) => b - a);
  return Math.max(LONG_WORD, lengths[MOST_SOUGHT - 1] ?? 0);
}

function vote(votes: Map<number, number>, places: readonly number[], line: number, weight: number): void {
  for (let i = 0; i < places.length; i++) {
    const start = places[i]! - line;
    votes.set(start, (votes.get(start) ?? 0) + weight);
  }
}

function winner(votes: ReadonlyMap<number, number>, expected: number): number | null {
  let best: number | null = null;
  let most = 0;
  votes.forEach((count, start) => {
    const closer = best === null || Math.abs(start - expected) < Math.abs(best - expected);
    if (count > most + 1e-9 || (count > most - 1e-9 && closer)) {
      best = start;
      most = count;
    }
  });
  return best;
}

/** Where the new side of the hunk stands in the file, or null. A hunk without a change of its own says nothing. */
export function alreadyThere(
  hunk: Hunk,
  source: SourceFile,
  reverse: boolean,
  budget: Budget,
): number | null {
  const expected = Math.max(0, hunk.newStart - 1);
  if (hunk.lines) {
    const fresh = hunk.lines.filter((line) => line.kind !== "-").map((line) => line.text);
    const pattern = {
      rows: fresh.join("\n"),
      count: fresh.length,
      noNewline: hunk.lines.at(-1)?.noNewline ?? false,
      atStart: false,
      atEnd: false,
    };
    return fresh.length === 0 ? null : (allPlaces(pattern, source, expected, [])[0] ?? null);
  }
  const body: Body = { raw: hunk.raw, oldCount: hunk.newCount, newCount: hunk.oldCount, reverse: !reverse };
  const places = startsOf(body, source, budget) ?? [];
  places.sort((a, b) => Math.abs(a - expected) - Math.abs(b - expected));
  for (const at of places) {
    budget.steps -= STEPS_PER_START;
    if (budget.steps > 0 && readingsAt(body, source, at, budget).length > 0) return at;
  }
  return null;
}

export function changedLines(lines: readonly HunkLine[]): { added: number; removed: number } {
  let added = 0;
  let removed = 0;
  for (const line of lines) {
    if (line.kind === "+") added++;
    else if (line.kind === "-") removed++;
  }
  return { added, removed };
}
