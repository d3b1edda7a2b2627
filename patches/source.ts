// One file of the tree as lines, made so that a patch pays only for the lines it touches: the file is one string with
// a char for each byte, and everything is looked up in it by the engine's own string search, which sees a few bytes
// where a loop of ours would see all of them.
//
// The one hard thing is to find lines fast that may have been mangled. Every line has a hash over its normal form
// without any blanks; equal normal forms have equal hashes, so a search compares integers and looks at strings only
// where these agree. The whole file is hashed only for a hunk whose lines cannot be told from their surroundings.
// Git's match_fragment does the same for --ignore-whitespace.
import { byteString, isAscii, isUtf8, rawBytes, utf8ToByteString } from "./bytes.js";
import { blanksMadePlain, entitiesDecoded, quotesMadePlain } from "./disguise.js";
import type { ByteString } from "./patch.js";

export interface SourceFile {
  /** Number of lines; a last line without a newline is one. Counted when it is asked for. */
  readonly count: number;
  /** False when the last line ends at the end of the file without a newline. */
  readonly finalNewline: boolean;
  /** Whether there is a CR anywhere. */
  hasCr(): boolean;
  /** Without its newline; a CR before the newline is part of the line. */
  line(index: number): ByteString;
  /** line(index) === text, without making a string of the line. */
  is(index: number, text: ByteString): boolean;
  /** Whether these lines (with newlines between them) stand here, the first of them at `index`, and end the file. */
  standsAt(index: number, rows: ByteString): "no" | "inside" | "at the end";
  /** Where these lines (with newlines between them) begin, in rising order. */
  rowsLike(rows: ByteString): number[];
  /** The nearest line above that begins with a letter, `_` or `$`; -1 when there is none. */
  letterAbove(index: number): number;
  /** normal(line(index)), kept once made. */
  normal(index: number): ByteString;
  /** hashOf(line(index)). */
  hash(index: number): number;
  /** The lines with this hash, in rising order. */
  places(hash: number): readonly number[];
  /** places(hashOf(text)); `word` is the line's longest: if it is long the file need not be hashed. */
  alike(text: ByteString, word: ByteString): readonly number[];
  /** Those of the lines from..to (exclusive); only of a line with a long word. */
  alikeWithin(text: ByteString, word: ByteString, from: number, to: number): readonly number[];
  /** The bytes of the lines from..to (exclusive), with their newlines. */
  bytes(from: number, to: number): Uint8Array;
  /** The bytes of the lines from `from` on. */
  rest(from: number): Uint8Array;
}

const LF = 10;
const CR = 13;

/** `toText` makes a string with one char for each byte, where the host has a faster way than this room. */
export function sourceFile(
  content: Uint8Array | null,
  toText: (bytes: Uint8Array) => ByteString = byteString,
): SourceFile {
  const bytes = content ?? new Uint8Array(0);
  const text = toText(bytes);
  // The starts of the lines so far looked for, and in the end of the one that would follow the last.
  const starts = [0];
  let counted = text === "";
  const finalNewline = text === "" || text.endsWith("\n");
  const normals: (ByteString | undefined)[] = [];
  const found = new Map<number, readonly number[]>();
  let hashes: Int32Array | null = null;
  let odd: readonly number[] | null = null;

  /** Start of a line; beyond the last one undefined. */
  function startOf(i: number): number | undefined {
    while (starts.length <= i && !counted) {
      const at = text.indexOf("\n", starts[starts.length - 1]);
      // As if the last line had its newline, so that a line ends one byte before the next begins.
      starts.push(at < 0 ? text.length + 1 : at + 1);
      counted = at < 0 || at === text.length - 1;
    }
    return starts[i];
  }

  const countLines = () => {
    startOf(Number.POSITIVE_INFINITY);
    return starts.length - 1;
  };
  const line = (i: number): ByteString => text.slice(startOf(i)!, startOf(i + 1)! - 1);
  const hash = (i: number) => (hashes === null ? hashOf(line(i)) : hashes[i]!);

  function normalOf(i: number): ByteString {
    const known = normals[i];
    if (known !== undefined) return known;
    const made = normal(line(i));
    normals[i] = made;
    return made;
  }

  function standsAt(i: number, rows: ByteString): "no" | "inside" | "at the end" {
    const start = startOf(i);
    if (start === undefined || start >= text.length || !text.startsWith(rows, start)) return "no";
    const end = start + rows.length;
    if (end === text.length ? finalNewline : text.charCodeAt(end) !== LF) return "no";
    return end >= text.length - 1 ? "at the end" : "inside";
  }

  /** The line that holds this byte. */
  function lineAt(at: number): number {
    while (!counted && starts[starts.length - 1]! <= at) startOf(starts.length);
    return lineOf(starts, at);
  }

  function rowsLike(rows: ByteString): number[] {
    const made: number[] = [];
    if (standsAt(0, rows) !== "no") made.push(0);
    const needle = `\n${rows}\n`;
    const find = needle.length * text.length > LONG_SEARCH ? steadySearch(text, needle) : null;
    const next = (from: number) => (find ? find(from) : text.indexOf(needle, from));
    for (let at = next(0); at >= 0; at = next(at + 1)) made.push(lineAt(at + 1));
    if (!finalNewline && text.endsWith(`\n${rows}`)) made.push(lineAt(text.length - rows.length));
    return made;
  }

  function places(wanted: number): readonly number[] {
    const known = found.get(wanted);
    if (known) return known;
    if (hashes === null) {
      hashes = new Int32Array(countLines());
      for (const i of hashLines(text, hashes)) hashes[i] = hashOf(line(i));
    }
    const made: number[] = [];
    for (let at = hashes.indexOf(wanted); at >= 0; at = hashes.indexOf(wanted, at + 1)) made.push(at);
    found.set(wanted, made);
    return made;
  }

  function alike(wanted: ByteString, word: ByteString): readonly number[] {
    const sought = hashOf(wanted);
    if (hashes !== null || word.length < LONG_WORD) return places(sought);
    const known = found.get(sought);
    if (known) return known;
    // The word stands in each of them, but for those whose characters may not be what they look like.
    odd ??= oddLines(text, lineAt);
    const made = new Set<number>();
    for (const i of odd) if (hash(i) === sought) made.add(i);
    for (let at = text.indexOf(word); at >= 0; ) {
      const i = lineAt(at);
      if (hash(i) === sought) made.add(i);
      at = text.indexOf(word, startOf(i + 1)!);
    }
    const rising = [...made].sort((a, b) => a - b);
    found.set(sought, rising);
    return rising;
  }

  function alikeWithin(wanted: ByteString, word: ByteString, from: number, to: number): readonly number[] {
    const start = startOf(Math.max(0, from));
    if (start === undefined) return [];
    const window = text.slice(start, startOf(to));
    const sought = hashOf(wanted);
    const made: number[] = [];
    if (word === "") return made;
    for (let at = window.indexOf(word); at >= 0; ) {
      const i = lineAt(start + at);
      if (hash(i) === sought) made.push(i);
      at = window.indexOf(word, startOf(i + 1)! - start);
    }
    return made;
  }

  return {
    get count() {
      return countLines();
    },
    finalNewline,
    hasCr: () => text.includes("\r"),
    line,
    is: (i, wanted) => {
      const start = startOf(i)!;
      return startOf(i + 1)! - 1 - start === wanted.length && text.startsWith(wanted, start);
    },
    standsAt,
    rowsLike,
    letterAbove: (i) => {
      startOf(i);
      return letterAbove(text, starts, Math.min(i, starts.length - 1));
    },
    normal: normalOf,
    hash,
    places,
    alike,
    alikeWithin,
    bytes: (from, to) => {
      const start = startOf(from);
      if (start === undefined) return bytes.subarray(bytes.length);
      return bytes.subarray(start, Math.min(startOf(to) ?? bytes.length, bytes.length));
    },
    rest: (from) => bytes.subarray(startOf(from) ?? bytes.length),
  };
}

/** The last of the starts that is not behind this byte. */
function lineOf(starts: readonly number[], at: number): number {
  let from = 0;
  let to = starts.length - 1;
  while (to - from > 1) {
    const middle = (from + to) >> 1;
    if (starts[middle]! <= at) from = middle;
    else to = middle;
  }
  return from;
}

/** The engine's search is fast, but may take the product of both lengths: beyond this that could be seconds. */
const LONG_SEARCH = 5e8;

/** Finds a text in one pass over the other, whatever the two are like (Knuth, Morris, Pratt). Ask in rising order. */
function steadySearch(text: string, needle: string): (from: number) => number {
  // For each length of a match: how much of it is the beginning of another one when it goes no further.
  const again = new Int32Array(needle.length + 1);
  for (let at = 1, length = 0; at < needle.length; at++) {
    while (length > 0 && needle.charCodeAt(at) !== needle.charCodeAt(length)) length = again[length]!;
    if (needle.charCodeAt(at) === needle.charCodeAt(length)) length++;
    again[at + 1] = length;
  }
  let at = 0;
  let length = 0;
  return (from) => {
    for (; at < text.length; ) {
      const code = text.charCodeAt(at++);
      while (length > 0 && code !== needle.charCodeAt(length)) length = again[length]!;
      if (code === needle.charCodeAt(length)) length++;
      if (length < needle.length) continue;
      length = again[length]!;
      if (at - needle.length >= from) return at - needle.length;
    }
    return -1;
  };
}

/** Words that are shorter stand on every second line of C. */
export const LONG_WORD = 4;

/** The longest run without blanks of what is left of a line after mangling. */
export function longestWord(text: ByteString): ByteString {
  const plain = /[&\x80-\xff]/.test(text) ? normal(text) : text;
  let longest = "";
  for (const word of plain.split(" ")) {
    if (word.length > longest.length)
      longest = longer(longest, /[\t-\r]/.test(word) ? word.split(/[\t-\r]/) : [word]);
  }
  return longest;
}

function longer(longest: ByteString, words: readonly ByteString[]): ByteString {
  return words.reduce((found, word) => (word.length > found.length ? word : found), longest);
}

/** The lines with bytes beyond ASCII or with entities, whose normal form is not just their words. */
function oddLines(text: ByteString, lineAt: (at: number) => number): number[] {
  const lines: number[] = [];
  for (const { index } of text.matchAll(/[\x80-\xff]|&[#\w]{1,7};/g)) {
    const line = lineAt(index);
    if (lines[lines.length - 1] !== line) lines.push(line);
  }
  return lines;
}

/** Hashes every line without its blanks; hands back the lines whose normal form must be made first. */
function hashLines(text: ByteString, into: Int32Array): number[] {
  const odd: number[] = [];
  let line = 0;
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === LF) {
      into[line++] = hash;
      hash = 0;
    } else if (code >= 0x80 || (code === 0x26 /* & */ && opensEntity(text, at))) {
      if (odd[odd.length - 1] !== line) odd.push(line);
    } else if (code !== 0x20 && (code < 9 || code > CR)) hash = (Math.imul(hash, 31) + code) | 0;
  }
  if (line < into.length) into[line] = hash;
  return odd;
}

/** Whether `&lt;` or the like stands here; most ampersands of C take an address. */
function opensEntity(text: ByteString, at: number): boolean {
  const semicolon = text.indexOf(";", at);
  return semicolon > at && semicolon < at + 9 && /^&[#\w]{1,7};/.test(text.slice(at, semicolon + 1));
}

/** The nearest line above `from` that begins with a letter, `_` or `$`; -1 when there is none. */
function letterAbove(text: ByteString, starts: readonly number[], from: number): number {
  for (let i = from - 1; i >= 0; i--) {
    const code = text.charCodeAt(starts[i]!);
    const letter = code | 0x20;
    if ((letter >= 0x61 && letter <= 0x7a) || code === 0x5f || code === 0x24) return i;
  }
  return -1;
}

/** Hash of a line's normal form without its blanks; of a plain line, which most are, without making that form. */
export function hashOf(text: ByteString): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 || (code === 0x26 /* & */ && opensEntity(text, at))) return hashOfNormal(text);
    if (code !== 0x20 && (code < 9 || code > CR)) hash = (Math.imul(hash, 31) + code) | 0;
  }
  return hash;
}

function hashOfNormal(text: ByteString): number {
  const plain = normal(text);
  let hash = 0;
  for (let at = 0; at < plain.length; at++) {
    const code = plain.charCodeAt(at);
    if (code !== 0x20 && (code < 9 || code > CR)) hash = (Math.imul(hash, 31) + code) | 0;
  }
  return hash;
}

/** Puts a file together from pieces of bytes and whole lines; `toBytes` as `toText` of sourceFile, the other way. */
export function assembly(toBytes: (text: ByteString) => Uint8Array = rawBytes): {
  bytes(piece: Uint8Array): void;
  line(text: ByteString, newline: boolean): void;
  done(): Uint8Array;
} {
  const pieces: Uint8Array[] = [];
  let total = 0;
  let pending = "";
  const push = (piece: Uint8Array) => {
    if (piece.length === 0) return;
    pieces.push(piece);
    total += piece.length;
  };
  const flush = () => {
    if (pending !== "") push(toBytes(pending));
    pending = "";
  };
  return {
    bytes: (piece) => {
      flush();
      push(piece);
    },
    line: (text, newline) => {
      pending += newline ? `${text}\n` : text;
    },
    done: () => {
      flush();
      const out = new Uint8Array(total);
      let at = 0;
      for (const piece of pieces) {
        out.set(piece, at);
        at += piece.length;
      }
      return out;
    },
  };
}

/** Nobody's line of source; such a line is compared as it is. */
const LONGEST = 65536;

/** What is left of a line after the worst mangling: no indent, runs of blanks one blank, ASCII quotes, no entities. */
export function normal(text: ByteString): ByteString {
  let plain = text;
  if (text.length <= LONGEST && !isAscii(plain)) {
    if (!isUtf8(plain)) plain = utf8ToByteString(plain);
    plain = quotesMadePlain(blanksMadePlain(plain));
  }
  return collapse(entitiesDecoded(plain));
}

/** Runs of blanks and tabs to one blank, both ends trimmed. */
export function collapse(text: ByteString): ByteString {
  const trimmed = trimBlanks(text);
  return /[\t\f\v\r]| {2}/.test(trimmed) ? trimmed.replace(/[ \t\f\v\r]+/g, " ") : trimmed;
}

/** Like trim(), but of ASCII blanks only: to trim() the second byte of "\u00e0" in UTF-8 is a no-break space. */
export function trimBlanks(text: ByteString): ByteString {
  let from = 0;
  let to = text.length;
  while (from < to && isBlank(text.charCodeAt(from))) from++;
  while (to > from && isBlank(text.charCodeAt(to - 1))) to--;
  return from === 0 && to === text.length ? text : text.slice(from, to);
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 9 && code <= CR);
}
