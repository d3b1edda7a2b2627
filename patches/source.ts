// One file of the tree as lines, made so that a patch pays only for the lines it touches: the bytes stay as they
// are, line starts are found once, a line becomes a string when somebody asks for it.
//
// The one hard thing is to find lines fast that may have been mangled. Every line has a hash over its normal form
// without any blanks (computed for the whole file when a hunk does not fit where it says); equal normal forms have
// equal hashes, so a search compares integers and looks at strings only where these agree. Git's match_fragment
// does the same for --ignore-whitespace.
import { byteString, isAscii, isUtf8, rawBytes, utf8ToByteString } from "./bytes.js";
import { blanksMadePlain, entitiesDecoded, quotesMadePlain } from "./disguise.js";
import type { ByteString } from "./patch.js";

export interface SourceFile {
  /** Number of lines; a last line without a newline is one. */
  readonly count: number;
  /** False when the last line ends at the end of the file without a newline. */
  readonly finalNewline: boolean;
  /** Without its newline; a CR before the newline is part of the line. */
  line(index: number): ByteString;
  /** line(index) === text, without making a string of the line. */
  is(index: number, text: ByteString): boolean;
  /** The lines that are this text, in rising order. */
  linesLike(text: ByteString): number[];
  /** The nearest line above that begins with a letter, `_` or `$`; -1 when there is none. */
  letterAbove(index: number): number;
  /** normal(line(index)), kept once made. */
  normal(index: number): ByteString;
  /** hashOf(line(index)). */
  hash(index: number): number;
  /** The lines with this hash, in rising order. */
  places(hash: number): readonly number[];
  /** The bytes of the lines from..to (exclusive), with their newlines. */
  bytes(from: number, to: number): Uint8Array;
}

const LF = 10;
const CR = 13;

export function sourceFile(content: Uint8Array | null): SourceFile {
  const bytes = content ?? new Uint8Array(0);
  const starts = lineStarts(bytes);
  const count = starts.length - 1;
  const finalNewline = bytes.length === 0 || bytes[bytes.length - 1] === LF;
  const strings: (ByteString | undefined)[] = [];
  const normals: (ByteString | undefined)[] = [];
  const found = new Map<number, readonly number[]>();
  let hashes: Int32Array | null = null;

  const endOf = (i: number) => starts[i + 1]! - 1;

  function line(i: number): ByteString {
    const known = strings[i];
    if (known !== undefined) return known;
    const made = byteString(bytes.subarray(starts[i]!, endOf(i)));
    strings[i] = made;
    return made;
  }

  function normalOf(i: number): ByteString {
    const known = normals[i];
    if (known !== undefined) return known;
    const made = normal(line(i));
    normals[i] = made;
    return made;
  }

  function hashAll(): Int32Array {
    const all = new Int32Array(count);
    for (const odd of hashLines(bytes, all)) all[odd] = hashOf(line(odd));
    return all;
  }

  function hash(i: number): number {
    hashes ??= hashAll();
    return hashes[i]!;
  }

  function places(wanted: number): readonly number[] {
    const known = found.get(wanted);
    if (known) return known;
    hashes ??= hashAll();
    const made: number[] = [];
    for (let at = hashes.indexOf(wanted); at >= 0; at = hashes.indexOf(wanted, at + 1)) made.push(at);
    found.set(wanted, made);
    return made;
  }

  return {
    count,
    finalNewline,
    line,
    is: (i, text) => endOf(i) - starts[i]! === text.length && holds(bytes, starts[i]!, text),
    linesLike: (text) => linesOfLength(starts, text.length + 1).filter((i) => holds(bytes, starts[i]!, text)),
    letterAbove: (i) => letterAbove(bytes, starts, i),
    normal: normalOf,
    hash,
    places,
    bytes: (from, to) =>
      from >= count
        ? bytes.subarray(bytes.length)
        : bytes.subarray(starts[from]!, Math.min(starts[Math.min(to, count)]!, bytes.length)),
  };
}

// The loops below see every byte of a file. Each is a function of its own without calls in it: a process that applies
// one patch ends before a larger one would have been compiled.

/** Start of every line, and of the one that would follow the last. */
function lineStarts(bytes: Uint8Array): Int32Array {
  const length = bytes.length;
  let count = 0;
  for (let at = 0; at < length; at++) if (bytes[at] === LF) count++;
  const open = length > 0 && bytes[length - 1] !== LF ? 1 : 0;
  const starts = new Int32Array(count + open + 1);
  for (let at = 0, line = 1; line <= count; at++) if (bytes[at] === LF) starts[line++] = at + 1;
  // As if the last line had its newline, so that a line ends one byte before the next begins.
  if (open === 1) starts[count + 1] = length + 1;
  return starts;
}

/** Hashes every line without its blanks; hands back the lines whose normal form must be made first. */
function hashLines(bytes: Uint8Array, into: Int32Array): number[] {
  const odd: number[] = [];
  let line = 0;
  let hash = 0;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at]!;
    if (byte === LF) {
      into[line++] = hash;
      hash = 0;
    } else if (byte >= 0x80 || (byte === 0x26 /* & */ && opensEntity(bytes, at))) {
      if (odd[odd.length - 1] !== line) odd.push(line);
    } else if (byte !== 0x20 && (byte < 9 || byte > CR)) hash = (Math.imul(hash, 31) + byte) | 0;
  }
  if (line < into.length) into[line] = hash;
  return odd;
}

/** Whether `&lt;` or the like stands here; most ampersands of C take an address. */
function opensEntity(bytes: Uint8Array, at: number): boolean {
  for (let i = at + 1; i < at + 8; i++) {
    const byte = bytes[i]!;
    if (byte === 0x3b /* ; */) return true;
    const letter = byte | 0x20;
    if ((letter < 0x61 || letter > 0x7a) && (byte < 0x30 || byte > 0x39) && byte !== 0x23 /* # */)
      return false;
  }
  return false;
}

/** The lines that take so many bytes, with their newlines. */
function linesOfLength(starts: Int32Array, length: number): number[] {
  const found: number[] = [];
  for (let i = 1; i < starts.length; i++) if (starts[i]! - starts[i - 1]! === length) found.push(i - 1);
  return found;
}

function holds(bytes: Uint8Array, start: number, text: ByteString): boolean {
  for (let at = 0; at < text.length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
  return true;
}

/** The nearest line above `from` that begins with a letter, `_` or `$`; -1 when there is none. */
function letterAbove(bytes: Uint8Array, starts: Int32Array, from: number): number {
  for (let i = from - 1; i >= 0; i--) {
    const byte = bytes[starts[i]!]!;
    const letter = byte | 0x20;
    if ((letter >= 0x61 && letter <= 0x7a) || byte === 0x5f || byte === 0x24) return i;
  }
  return -1;
}

/** Hash of a line's normal form without its blanks; of a plain line, which most are, without making that form. */
export function hashOf(text: ByteString): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code >= 0x80 || code === 0x26 /* & */) return hashOfNormal(text);
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

/** Puts a file together from pieces of bytes and whole lines. */
export function assembly(): {
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
    if (pending !== "") push(rawBytes(pending));
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
