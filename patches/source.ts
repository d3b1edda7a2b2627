// One file of the tree as lines, made so that a patch pays only for the lines it touches: the bytes stay as they
// are, line starts are found once, a line becomes a string when somebody asks for it.
//
// The one hard thing is to find lines fast that may have been mangled. Every line has a hash over its normal form
// without any blanks (computed for the whole file when a hunk does not fit where it says); equal normal forms have
// equal hashes, so a search compares integers and looks at strings only where these agree. Git's match_fragment
// does the same for --ignore-whitespace.
import { byteString, isAscii, rawBytes, utf8FromByteString, utf8ToByteString } from "./bytes.js";
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
  /** The first byte of the line, or -1 for an empty one. */
  firstByte(index: number): number;
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
  const { starts, count } = findLines(bytes);
  const finalNewline = bytes.length === 0 || bytes[bytes.length - 1] === LF;
  const strings: (ByteString | undefined)[] = [];
  const normals: (ByteString | undefined)[] = [];
  let hashes: Int32Array | null = null;

  const endOf = (i: number) => (i + 1 < count || finalNewline ? starts[i + 1]! - 1 : bytes.length);

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
    for (let i = 0; i < count; i++) {
      const plain = hashPlain(bytes, starts[i]!, endOf(i));
      all[i] = plain === null ? hashOf(line(i)) : plain;
    }
    return all;
  }

  function hash(i: number): number {
    hashes ??= hashAll();
    return hashes[i]!;
  }

  function places(wanted: number): readonly number[] {
    hashes ??= hashAll();
    const found: number[] = [];
    for (let at = hashes.indexOf(wanted); at >= 0; at = hashes.indexOf(wanted, at + 1)) found.push(at);
    return found;
  }

  return {
    count,
    finalNewline,
    line,
    is: (i, text) => {
      const start = starts[i]!;
      const length = endOf(i) - start;
      if (length !== text.length) return false;
      for (let at = 0; at < length; at++) if (bytes[start + at] !== text.charCodeAt(at)) return false;
      return true;
    },
    firstByte: (i) => (endOf(i) > starts[i]! ? bytes[starts[i]!]! : -1),
    normal: normalOf,
    hash,
    places,
    bytes: (from, to) =>
      bytes.subarray(starts[from] ?? bytes.length, to >= count ? bytes.length : starts[to]!),
  };
}

/** Start of every line, and one more entry behind the last. */
function findLines(bytes: Uint8Array): { starts: Int32Array; count: number } {
  let starts = new Int32Array(Math.max(16, bytes.length >> 4));
  let count = 0;
  for (let at = 0; at < bytes.length; ) {
    if (count + 2 > starts.length) {
      const larger = new Int32Array(starts.length * 2);
      larger.set(starts);
      starts = larger;
    }
    starts[count++] = at;
    const end = bytes.indexOf(LF, at);
    at = end < 0 ? bytes.length : end + 1;
    starts[count] = at;
  }
  return { starts, count };
}

/** Hash of an ASCII line without entities, blanks left out; null for any other line, whose normal form is needed. */
function hashPlain(bytes: Uint8Array, from: number, to: number): number | null {
  let hash = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (byte >= 0x80 || byte === 0x26 /* & */) return null;
    if (byte === 0x20 || (byte >= 9 && byte <= CR)) continue;
    hash = (Math.imul(hash, 31) + byte) | 0;
  }
  return hash;
}

/** Hash of a line's normal form without its blanks. */
export function hashOf(text: ByteString): number {
  let hash = 0;
  const plain = normal(text);
  for (let at = 0; at < plain.length; at++) {
    const code = plain.charCodeAt(at);
    if (code !== 0x20) hash = (Math.imul(hash, 31) + code) | 0;
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

/** What is left of a line after the worst mangling: no indent, runs of blanks one blank, ASCII quotes, no entities. */
export function normal(text: ByteString): ByteString {
  let plain = text;
  if (!isAscii(plain)) {
    if (utf8FromByteString(plain).includes("\ufffd")) plain = utf8ToByteString(plain);
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
