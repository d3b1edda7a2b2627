// Reads the body of a damaged hunk with the help of the source it belongs to. Mailers and archives trim lines,
// turn tabs into blanks, drop the blank in front of context lines and wrap long lines; the source still has all
// of it. Every raw line is read as deleted (`-x`, x being the next source line), as context (the whole line being
// the next source line) or as added (`+x`), compared in normal form, such that both counts of `@@` come out.
//
// The one hard thing is that one line may have two readings: `- const: x` deletes `const: x` or is the context
// line `- const: x`. So this is a search with backtracking; it keeps its own stack (a new file's hunk has
// thousands of lines), remembers failed positions, and counts its steps against a budget. It goes on after the
// first reading until it has found a second one with another result, so that a guess is never made silently.
import { entitiesDecoded } from "./disguise.js";
import type { ByteString, HunkLine, LineKind, RawLine, Repair, RepairKind } from "./patch.js";
import { collapse, hashOf, normal, type SourceFile } from "./source.js";

export interface Reading {
  /** Index of the first old line in the source. */
  readonly start: number;
  /** Context and deleted lines have the source's bytes; added ones are as they came. */
  readonly lines: readonly HunkLine[];
  readonly repairs: readonly Repair[];
  /** Raw lines used up; what follows is not part of the hunk. */
  readonly used: number;
}

export interface Body {
  readonly raw: readonly RawLine[];
  readonly oldCount: number;
  readonly newCount: number;
  /** Applying backwards: `+` lines are in the source and `-` lines are to be added. */
  readonly reverse: boolean;
}

export interface Budget {
  steps: number;
}

/** How a raw line (or several) was taken. */
interface Taken {
  kind: LineKind | "\\";
  raw: number;
  count: number;
  source: number;
  /** Continues the added line before it. */
  joins: boolean;
}

const MOST_JOINED = 3;
/** No mailer wraps lines that are shorter than this with the next word. */
export const WRAP_COLUMN = 64;
const NO_NEWLINE = /^\\ ?No newline/i;

/** Ways to take a raw line, tried in this order. */
const WAYS = ["marker", "delete", "context", "add", "joined", "continue"] as const;
type Way = (typeof WAYS)[number];

/** At most two readings of the body with its first old line at `start`, differing in what they make of the file. */
export function readingsAt(body: Body, source: SourceFile, start: number, budget: Budget): Reading[] {
  const found: Reading[] = [];
  const results = new Set<string>();
  // Positions from which the counts cannot come out. What the line above was matters: only an added one goes on.
  const failed = new Set<string>();
  const path: Taken[] = [];
  // For each depth: the next way to try, and how many readings there were on arrival.
  const ways: number[] = [0];
  const arrivals: number[] = [0];
  let at = 0;
  let old = 0;
  let fresh = 0;
  const normals = normalsOf(body.raw);
  const key = () => `${at},${old},${fresh},${path.at(-1)?.kind === "+"}`;
  // One turn of the loop tries the next way to take raw line `at`, or goes back by one line.
  for (;;) {
    if (--budget.steps < 0) return found;
    const depth = path.length;
    let done = ways[depth]! >= WAYS.length;
    if (old === body.oldCount && fresh === body.newCount) {
      done = true;
      const reading = finish(body, source, start, path, at);
      const result = resultOf(reading);
      if (!results.has(result)) {
        results.add(result);
        found.push(reading);
        if (found.length === 2) return found;
      }
    } else if (ways[depth] === 0 && failed.has(key())) done = true;
    if (done) {
      if (found.length === arrivals[depth]) failed.add(key());
      const last = path.pop();
      if (!last) return found;
      at -= last.count;
      if (last.kind === "-" || last.kind === " ") old--;
      if ((last.kind === "+" && !last.joins) || last.kind === " ") fresh--;
      ways.length = arrivals.length = depth;
      continue;
    }
    const way = WAYS[ways[depth]!]!;
    ways[depth] = ways[depth]! + 1;
    const taken = take(body, source, normals, start, at, old, fresh, way, path.at(-1));
    if (!taken) continue;
    path.push(taken);
    at += taken.count;
    if (taken.kind === "-" || taken.kind === " ") old++;
    if ((taken.kind === "+" && !taken.joins) || taken.kind === " ") fresh++;
    ways.push(0);
    arrivals.push(found.length);
  }
}

/** Steps that one more start costs, beyond those of its readings. */
export const STEPS_PER_START = 20;

/**
 * Where the body can begin, in rising order. The raw line that the source has least often says where: it stands as
 * many lines below the start as there are old lines before it, which is no more than there are lines before it and
 * no less than those among them that cannot be added ones. Null: more than there are steps for.
 */
export function startsOf(body: Body, source: SourceFile, budget: Budget): number[] | null {
  const born = body.reverse ? "-" : "+";
  const last = source.count - body.oldCount;
  if (last < 0) return [];
  const normals = normalsOf(body.raw);
  let rarest: { places: readonly number[]; least: number; most: number } | null = null;
  let least = 0;
  for (let i = 0; i < Math.min(body.raw.length, body.oldCount + body.newCount); i++) {
    const first = body.raw[i]!.text[0];
    if (first !== born && first !== "\\") {
      const whole = source.places(normals.wholeHash[i]!);
      const rest = source.places(normals.restHash[i]!);
      const count = whole.length + rest.length;
      // A line that is nowhere may be half of a wrapped one, and says nothing.
      if (count > 0 && (rarest === null || count < rarest.places.length)) {
        rarest = { places: [...whole, ...rest], least, most: i };
      }
      if (count > 0) least++;
    }
  }
  const most = budget.steps / STEPS_PER_START;
  if (!rarest) return last < most ? Array.from({ length: last + 1 }, (_, i) => i) : null;
  const nearest = Math.floor(rarest.least / MOST_JOINED);
  if (rarest.places.length * (rarest.most - nearest + 1) > most) return null;
  const starts = new Set<number>();
  for (const place of rarest.places) {
    for (let offset = nearest; offset <= rarest.most; offset++) {
      const start = place - offset;
      if (start >= 0 && start <= last) starts.add(start);
    }
  }
  return [...starts].sort((a, b) => a - b);
}

function resultOf(reading: Reading): string {
  let result = "";
  for (const line of reading.lines) if (line.kind !== "-") result += `${line.text}\n`;
  return result;
}

interface Normals {
  /** The whole line. */
  readonly whole: readonly ByteString[];
  /** Behind its first character. */
  readonly rest: readonly ByteString[];
  readonly wholeHash: readonly number[];
  readonly restHash: readonly number[];
}

const cache = new WeakMap<readonly RawLine[], Normals>();

/** The same body is tried at many places; its normal forms are made once. */
function normalsOf(raw: readonly RawLine[]): Normals {
  let normals = cache.get(raw);
  if (!normals) {
    normals = {
      whole: raw.map((line) => normal(line.text)),
      rest: raw.map((line) => normal(line.text.slice(1))),
      wholeHash: raw.map((line) => hashOf(line.text)),
      restHash: raw.map((line) => hashOf(line.text.slice(1))),
    };
    cache.set(raw, normals);
  }
  return normals;
}

/** One way to take the raw line, or null when it cannot be taken that way. */
function take(
  body: Body,
  source: SourceFile,
  normals: Normals,
  start: number,
  at: number,
  old: number,
  fresh: number,
  way: Way,
  last: Taken | undefined,
): Taken | null {
  const line = body.raw[at];
  if (!line) return null;
  const gone = body.reverse ? "+" : "-";
  const born = body.reverse ? "-" : "+";
  const next = start + old;
  const oldLeft = old < body.oldCount && next < source.count;
  const freshLeft = fresh < body.newCount;
  const first = line.text[0] ?? "";
  const one = (kind: Taken["kind"], at2 = -1): Taken => ({
    kind,
    raw: at,
    count: 1,
    source: at2,
    joins: false,
  });
  switch (way) {
    case "marker":
      return last && NO_NEWLINE.test(line.text) ? one("\\") : null;
    case "delete":
      return first === gone &&
        oldLeft &&
        normals.restHash[at] === source.hash(next) &&
        normals.rest[at] === source.normal(next)
        ? one("-", next)
        : null;
    case "context":
      return oldLeft &&
        freshLeft &&
        normals.wholeHash[at] === source.hash(next) &&
        normals.whole[at] === source.normal(next)
        ? one(" ", next)
        : null;
    case "add":
      return first === born && freshLeft ? one("+") : null;
    case "joined":
      return oldLeft ? takeJoined(body, source, normals, at, next, freshLeft, gone) : null;
    case "continue": {
      // A wrapped added line: its tail has no prefix, is nothing the source has here, and would not have fitted.
      const word = last?.kind === "+" ? /^[^-+\\\s]\S*/.exec(line.text) : null;
      if (!word) return null;
      const head = body.raw[at - 1]!.text;
      return head.length + word[0].length >= WRAP_COLUMN ? { ...one("+"), joins: true } : null;
    }
  }
}

function takeJoined(
  body: Body,
  source: SourceFile,
  normals: Normals,
  at: number,
  next: number,
  freshLeft: boolean,
  gone: string,
): Taken | null {
  const wanted = source.normal(next);
  const isGone = body.raw[at]!.text[0] === gone;
  let deleted = isGone ? normals.rest[at]! : null;
  let context: ByteString | null = freshLeft ? normals.whole[at]! : null;
  for (let count = 2; count <= MOST_JOINED && at + count <= body.raw.length; count++) {
    const piece = normals.whole[at + count - 1]!;
    if (piece === "") return null;
    deleted = deleted === null ? null : grow(deleted, piece, wanted);
    if (deleted === wanted) return { kind: "-", raw: at, count, source: next, joins: false };
    context = context === null ? null : grow(context, piece, wanted);
    if (context === wanted) return { kind: " ", raw: at, count, source: next, joins: false };
    if (deleted === null && context === null) return null;
  }
  return null;
}

/** The line grown by the next piece, with or without a blank between, as long as it begins what is wanted. */
function grow(line: ByteString, piece: ByteString, wanted: ByteString): ByteString | null {
  if (wanted.startsWith(`${line} ${piece}`)) return `${line} ${piece}`;
  if (wanted.startsWith(line + piece)) return line + piece;
  return null;
}

function finish(
  body: Body,
  source: SourceFile,
  start: number,
  path: readonly Taken[],
  used: number,
): Reading {
  const lines: HunkLine[] = [];
  const repairs: Repair[] = [];
  for (const taken of path) {
    const raw = body.raw[taken.raw]!;
    if (taken.kind === "\\") {
      lines[lines.length - 1] = { ...lines.at(-1)!, noNewline: true };
      continue;
    }
    if (taken.kind === "+") {
      if (taken.joins) {
        const last = lines.at(-1)!;
        const text = `${last.text.trimEnd()} ${raw.text.trim()}`;
        lines[lines.length - 1] = { ...last, text };
        repairs.push({ kind: "wrapped", mailLine: raw.mailLine, text: text.trim() });
      } else lines.push({ kind: "+", text: raw.text.slice(1), noNewline: false, mailLine: raw.mailLine });
      continue;
    }
    const text = source.line(taken.source);
    const atEnd = taken.source === source.count - 1 && !source.finalNewline;
    lines.push({ kind: taken.kind, text, noNewline: atEnd, mailLine: raw.mailLine });
    const repair = taken.count > 1 ? "wrapped" : difference(raw.text, taken.kind, text);
    if (repair) repairs.push({ kind: repair, mailLine: raw.mailLine, text });
  }
  let end = used;
  const marker = body.raw[used];
  if (marker && lines.length > 0 && NO_NEWLINE.test(marker.text)) {
    lines[lines.length - 1] = { ...lines.at(-1)!, noNewline: true };
    end++;
  }
  return { start, lines, repairs, used: end };
}

/** What had to be repaired in a context or deleted line, or null when it came intact. */
export function difference(raw: ByteString, kind: LineKind, wanted: ByteString): RepairKind | null {
  const intact = raw.slice(1);
  if (kind === " " ? raw[0] === " " && intact === wanted : intact === wanted) return null;
  if (raw === "" && wanted === "") return null;
  const stripped = intact.replace(/\r$/, "");
  if (stripped === wanted.replace(/\r$/, "") && (kind !== " " || raw[0] === " ")) return "line-ending";
  if (kind === " " && raw === wanted && raw.trim() !== "") return "prefix";
  const content = kind === " " ? raw : intact;
  return collapse(content) === collapse(wanted)
    ? "whitespace"
    : entitiesDecoded(content) !== content
      ? "entities"
      : "charset";
}
