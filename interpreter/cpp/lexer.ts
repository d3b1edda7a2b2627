// Translation phases 1 to 3: the text of a file to preprocessing tokens.
//
// In: a text. Out: a LexedFile, struct of arrays, with offsets into the text as it was given. A LexedFile knows
// nothing of the run: no macro, no position on the number line of span.ts; so it can be kept and used again.
//
// The hard part of C's phases is that a backslash-newline may stand anywhere, even inside a name. Instead of
// asking at every character, a text that has such splices is copied without them first, and a list of the places
// where something was cut out turns offsets in the copy into offsets in the original. Most files have splices only
// in their macros, so the copy is cheap and the scanner below needs no second, careful version.
//
// Source of the rules: C17 5.1.1.2 and 6.4; GNU departures are marked.

import { fixedId, hashStep, Id, type Interner } from "./intern.js";
import { TokenFlag, TokenKind } from "./token.js";

/** Kinds that never leave the preprocessor. */
export const InternalKind = {
  /** <...> or "..." after #include and __has_include. */
  HeaderName: 7,
} as const;

export interface LexProblem {
  readonly offset: number;
  readonly length: number;
  readonly severity: "error" | "warning";
  readonly code: string | null;
  readonly text: string;
}

export class LexedFile {
  count = 0;
  kind: Uint8Array;
  /** TokenFlag bits. */
  flags: Uint8Array;
  /** Spelling, an id of the interner. */
  id: Int32Array;
  /** Offset of the first character in the original text. */
  offset: Int32Array;
  /** The indices of the # tokens that begin a line: the directives. */
  readonly directives: number[] = [];
  readonly problems: LexProblem[] = [];
  /** The macro that guards the whole file against being read twice, or 0. */
  guard = 0;

  constructor(
    readonly text: string,
    capacity: number,
  ) {
    this.kind = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.id = new Int32Array(capacity);
    this.offset = new Int32Array(capacity);
  }

  push(kind: number, flags: number, id: number, offset: number): void {
    const at = this.count;
    if (at === this.kind.length) this.#grow();
    this.kind[at] = kind;
    this.flags[at] = flags;
    this.id[at] = id;
    this.offset[at] = offset;
    this.count = at + 1;
  }

  /** The index of the first token of the next line after the token `index`. */
  nextLine(index: number): number {
    const { flags, count } = this;
    do index++;
    while (index < count && (flags[index]! & TokenFlag.LineStart) === 0);
    return index;
  }

  #grow(): void {
    const capacity = this.kind.length * 2;
    const kind = new Uint8Array(capacity);
    const flags = new Uint8Array(capacity);
    const id = new Int32Array(capacity);
    const offset = new Int32Array(capacity);
    kind.set(this.kind);
    flags.set(this.flags);
    id.set(this.id);
    offset.set(this.offset);
    this.kind = kind;
    this.flags = flags;
    this.id = id;
    this.offset = offset;
  }
}

const BLANK = 1;
const NEWLINE = 2;
const NAME_START = 4;
const DIGIT = 8;
const NAME_PART = NAME_START | DIGIT;
const QUOTE = 16;

const CLASS = new Uint8Array(128);
for (const c of " \t\v\f\r\0") CLASS[c.charCodeAt(0)] = BLANK;
CLASS[10] = NEWLINE;
for (let c = 0; c < 26; c++) CLASS[65 + c] = CLASS[97 + c] = NAME_START;
// GNU: a dollar sign is a letter.
CLASS[95] = CLASS[36] = NAME_START;
for (let c = 48; c < 58; c++) CLASS[c] = DIGIT;
CLASS[34] = CLASS[39] = QUOTE;

// Punctuators by first character, longest first; the id of each spelling is fixed.
const PUNCTUATORS_BY_FIRST: { text: string; id: number }[][] = Array.from({ length: 128 }, () => []);
for (const text of [
  ...[
    "%:%:",
    "<<=",
    ">>=",
    "...",
    "->",
    "++",
    "--",
    "<<",
    ">>",
    "<=",
    ">=",
    "==",
    "!=",
    "&&",
    "||",
    "+=",
    "-=",
  ],
  ...["*=", "/=", "%=", "&=", "|=", "^=", "##", "<:", ":>", "<%", "%>", "%:", ..."()[]{},;:?.+-*/%&|^~!=<>#"],
]) {
  PUNCTUATORS_BY_FIRST[text.charCodeAt(0)]!.push({ text, id: fixedId(text) });
}

// A stray character that the two-character comment and header checks below need by code.
const SLASH = 47;
const STAR = 42;
const BACKSLASH = 92;
const LESS = 60;
const DOT = 46;

// What the scanner expects within a directive, to know where <...> is a header name.
const IN_TEXT = 0;
const AFTER_HASH = 1;
const EXPECT_HEADER = 2;
const IN_CONDITION = 3;
const AFTER_HAS_INCLUDE = 4;
const EXPECT_HEADER_IN_CONDITION = 5;

export function lexText(original: string, interner: Interner): LexedFile {
  const file = new LexedFile(original, Math.max(16, original.length >> 2));
  const splices = removeSplices(original, file);
  new Scanner(splices.text, splices, interner, file).run();
  file.guard = findGuard(file);
  return file;
}

interface Splices {
  readonly text: string;
  /** Offsets in `text` at which something was cut out, ascending. */
  readonly at: readonly number[];
  /** How much was cut out up to and including that place. */
  readonly removed: readonly number[];
}

function removeSplices(original: string, file: LexedFile): Splices {
  const at: number[] = [];
  const removed: number[] = [];
  if (!original.includes("\\")) return { text: original, at, removed };
  const parts: string[] = [];
  let from = 0;
  let total = 0;
  for (let slash = original.indexOf("\\"); slash !== -1; slash = original.indexOf("\\", slash + 1)) {
    let end = slash + 1;
    while (end < original.length && (CLASS[original.charCodeAt(end)]! & BLANK) !== 0) end++;
    // GNU: blanks between the backslash and the line end are forgiven.
    if (end < original.length && original.charCodeAt(end) !== 10) continue;
    if (end === original.length && end > slash + 1) continue;
    const hasBlanks = original.slice(slash + 1, end).replace("\r", "") !== "";
    if (hasBlanks) warn(file, slash, "backslash and newline separated by space");
    if (end >= original.length - 1 && end > slash) warn(file, slash, "backslash-newline at end of file");
    parts.push(original.slice(from, slash));
    from = Math.min(end + 1, original.length);
    at.push(slash - total);
    total += from - slash;
    removed.push(total);
    // "\\\n\\\n": the next backslash may stand right behind the newline.
    slash = from - 1;
  }
  if (at.length === 0) return { text: original, at, removed };
  parts.push(original.slice(from));
  return { text: parts.join(""), at, removed };
}

function warn(file: LexedFile, offset: number, text: string): void {
  file.problems.push({ offset, length: 1, severity: "warning", code: null, text });
}

class Scanner {
  #at = 0;
  #flags = TokenFlag.LineStart | TokenFlag.SpaceBefore;
  #nextSplice = 0;
  #removed = 0;
  #expect = IN_TEXT;

  constructor(
    readonly text: string,
    readonly splices: Splices,
    readonly interner: Interner,
    readonly file: LexedFile,
  ) {}

  run(): void {
    const { text } = this;
    const end = text.length;
    if (text.charCodeAt(0) === 0xfeff) this.#at = 1;
    while (this.#at < end) {
      const start = this.#at;
      const unit = text.charCodeAt(start);
      const charClass = unit < 128 ? CLASS[unit]! : 0;
      if (charClass === BLANK) {
        this.#at++;
        this.#flags |= TokenFlag.SpaceBefore;
      } else if (charClass === NEWLINE) {
        this.#at++;
        this.#flags = TokenFlag.LineStart | TokenFlag.SpaceBefore;
        this.#expect = IN_TEXT;
      } else if (charClass === NAME_START) {
        this.#name(start);
      } else if (charClass === DIGIT) {
        this.#number(start);
      } else if (this.#expect === EXPECT_HEADER || this.#expect === EXPECT_HEADER_IN_CONDITION) {
        this.#header(start, unit);
      } else if (charClass === QUOTE) {
        this.#quoted(start, start);
      } else if (unit === SLASH && this.#comment(start)) {
        this.#flags |= TokenFlag.SpaceBefore;
      } else if (unit === DOT && CLASS[text.charCodeAt(start + 1)] === DIGIT) {
        this.#number(start);
      } else {
        this.#punctuator(start, unit);
      }
    }
  }

  #push(kind: number, start: number, id: number): void {
    const { at, removed } = this.splices;
    while (this.#nextSplice < at.length && at[this.#nextSplice]! <= start) {
      this.#removed = removed[this.#nextSplice++]!;
    }
    this.file.push(kind, this.#flags, id, start + this.#removed);
    this.#flags = 0;
  }

  #original(offset: number): number {
    const { at, removed } = this.splices;
    let cut = 0;
    for (let i = 0; i < at.length && at[i]! <= offset; i++) cut = removed[i]!;
    return offset + cut;
  }

  #name(start: number): void {
    const { text } = this;
    const length = text.length;
    let hash = 0;
    let end = start;
    let hasUniversalName = false;
    for (;;) {
      const unit = end < length ? text.charCodeAt(end) : 10;
      if (unit < 128 && (CLASS[unit]! & NAME_PART) !== 0) {
        hash = hashStep(hash, unit);
        end++;
      } else if (unit >= 128 || unit === BACKSLASH) {
        const after = this.#extendedNamePart(end);
        if (after === end) break;
        if (unit === BACKSLASH) hasUniversalName = true;
        for (; end < after; end++) hash = hashStep(hash, text.charCodeAt(end));
      } else {
        break;
      }
    }
    if (end - start <= 3 && (text.charCodeAt(end) === 34 || text.charCodeAt(end) === 39)) {
      if (this.#prefixed(start, end)) return;
    }
    const id = this.#spelling(start, end, hash, hasUniversalName);
    this.#push(TokenKind.Identifier, start, id);
    this.#at = end;
    if (this.#expect !== IN_TEXT) this.#expectAfterName(id);
  }

  #spelling(start: number, end: number, hash: number, hasUniversalName: boolean): number {
    if (!hasUniversalName) return this.interner.internRange(this.text, start, end, hash);
    return this.interner.intern(resolveUniversalNames(this.text.slice(start, end)));
  }

  #expectAfterName(id: number): void {
    if (this.#expect === AFTER_HASH) {
      if (id === Id.Include || id === Id.IncludeNext || id === Id.Import) this.#expect = EXPECT_HEADER;
      else if (id === Id.If || id === Id.Elif) this.#expect = IN_CONDITION;
      else this.#expect = IN_TEXT;
    } else if (this.#expect === EXPECT_HEADER) {
      this.#expect = IN_TEXT;
    } else {
      const isQuestion = id === Id.HasInclude || id === Id.HasIncludeNext;
      this.#expect = isQuestion ? AFTER_HAS_INCLUDE : IN_CONDITION;
    }
  }

  /** Past a universal character name or a letter outside ASCII; `at` itself if there is none. */
  #extendedNamePart(at: number): number {
    const { text } = this;
    if (text.charCodeAt(at) === BACKSLASH) {
      const match = /^\\(?:u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})/.exec(text.slice(at, at + 10));
      return match === null ? at : at + match[0].length;
    }
    const point = text.codePointAt(at)!;
    const letter = String.fromCodePoint(point);
    return /\p{XID_Continue}/u.test(letter) ? at + letter.length : at;
  }

  /** A string or character constant with an encoding prefix, if the name [start, end) is one. */
  #prefixed(start: number, end: number): boolean {
    const prefix = this.text.slice(start, end);
    if (prefix === "L" || prefix === "u" || prefix === "U" || (prefix === "u8" && this.text[end] === '"')) {
      this.#quoted(start, end);
      return true;
    }
    if (this.text[end] === '"' && /^(?:R|LR|uR|UR|u8R)$/.test(prefix)) return this.#rawString(start, end);
    return false;
  }

  // GNU: raw strings in C. NON-GNU: splices inside stay cut out.
  #rawString(start: number, quote: number): boolean {
    const match = /^"([^\s()\\]{0,16})\(/.exec(this.text.slice(quote, quote + 19));
    if (match === null) return false;
    const close = this.text.indexOf(`)${match[1]!}"`, quote + match[0].length);
    if (close === -1) return false;
    this.#at = close + match[1]!.length + 2;
    this.#pushRange(TokenKind.String, start, this.#at);
    return true;
  }

  #number(start: number): void {
    const { text } = this;
    const length = text.length;
    let hash = 0;
    let end = start;
    let last = 0;
    let hasUniversalName = false;
    while (end < length) {
      const unit = text.charCodeAt(end);
      let next = end + 1;
      if (unit < 128 && unit !== BACKSLASH) {
        const isSign = unit === 43 || unit === 45;
        // The letters e, E, p, P, with bit 5 set.
        const afterExponent = (last | 32) === 101 || (last | 32) === 112;
        if ((CLASS[unit]! & NAME_PART) === 0 && unit !== DOT && !(isSign && afterExponent)) break;
      } else {
        next = this.#extendedNamePart(end);
        if (next === end) break;
        if (unit === BACKSLASH) hasUniversalName = true;
      }
      for (; end < next; end++) hash = hashStep(hash, text.charCodeAt(end));
      last = unit;
    }
    this.#push(TokenKind.Number, start, this.#spelling(start, end, hash, hasUniversalName));
    this.#at = end;
    if (this.#expect !== IN_TEXT && this.#expect !== IN_CONDITION) this.#expect = IN_TEXT;
  }

  #quoted(start: number, quote: number): void {
    const { text } = this;
    const delimiter = text.charCodeAt(quote);
    let end = quote + 1;
    for (; ; end++) {
      const unit = end < text.length ? text.charCodeAt(end) : 10;
      if (unit === delimiter) break;
      if (unit === BACKSLASH && end + 1 < text.length && text.charCodeAt(end + 1) !== 10) {
        end++;
      } else if (unit === 10) {
        // No closing quote: the rest of the line is one token of no kind, as in gcc.
        this.#at = end;
        this.#pushRange(TokenKind.Other, start, end);
        return;
      }
    }
    this.#at = end + 1;
    this.#pushRange(delimiter === 34 ? TokenKind.String : TokenKind.Char, start, end + 1);
  }

  #pushRange(kind: number, start: number, end: number): void {
    let hash = 0;
    for (let i = start; i < end; i++) hash = hashStep(hash, this.text.charCodeAt(i));
    this.#push(kind, start, this.interner.internRange(this.text, start, end, hash));
  }

  #header(start: number, unit: number): void {
    if (unit === SLASH && this.#comment(start)) {
      this.#flags |= TokenFlag.SpaceBefore;
      return;
    }
    this.#expect = this.#expect === EXPECT_HEADER ? IN_TEXT : IN_CONDITION;
    if (unit === LESS || unit === 34) {
      const close = this.text.indexOf(unit === LESS ? ">" : '"', start + 1);
      const lineEnd = this.text.indexOf("\n", start);
      if (close !== -1 && (lineEnd === -1 || close < lineEnd)) {
        this.#at = close + 1;
        this.#pushRange(InternalKind.HeaderName, start, close + 1);
        return;
      }
    }
    if (unit === 34 || unit === 39) this.#quoted(start, start);
    else this.#punctuator(start, unit);
  }

  /** Skip a comment at `start`; false if it is none. */
  #comment(start: number): boolean {
    const { text } = this;
    const next = text.charCodeAt(start + 1);
    if (next === SLASH) {
      const end = text.indexOf("\n", start);
      this.#at = end === -1 ? text.length : end;
      return true;
    }
    if (next !== STAR) return false;
    const end = text.indexOf("*/", start + 2);
    if (end === -1) {
      const offset = this.#original(start);
      this.file.problems.push({
        offset,
        length: 1,
        severity: "error",
        code: null,
        text: "unterminated comment",
      });
      this.#at = text.length;
    } else {
      this.#at = end + 2;
    }
    return true;
  }

  #punctuator(start: number, unit: number): void {
    const { text } = this;
    const candidates = unit < 128 ? PUNCTUATORS_BY_FIRST[unit]! : [];
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i]!;
      if (candidate.text.length === 1 || text.startsWith(candidate.text, start)) {
        this.#pushPunctuator(start, candidate.id);
        this.#at = start + candidate.text.length;
        return;
      }
    }
    const after = unit >= 128 || unit === BACKSLASH ? this.#extendedNamePart(start) : start;
    if (after > start) {
      this.#name(start);
      return;
    }
    const point = text.codePointAt(start)!;
    this.#at = start + (point > 0xffff ? 2 : 1);
    this.#pushRange(TokenKind.Other, start, this.#at);
  }

  #pushPunctuator(start: number, id: number): void {
    const beginsLine = (this.#flags & TokenFlag.LineStart) !== 0;
    if (beginsLine && (id === Id.Hash || id === Id.HashDigraph)) {
      this.file.directives.push(this.file.count);
      this.#expect = AFTER_HASH;
    } else if (this.#expect !== IN_TEXT) {
      if (this.#expect === AFTER_HAS_INCLUDE && id === Id.LParen) this.#expect = EXPECT_HEADER_IN_CONDITION;
      else if (this.#expect !== IN_CONDITION)
        this.#expect = this.#expect === AFTER_HASH ? IN_TEXT : IN_CONDITION;
    }
    this.#push(TokenKind.Punct, start, id);
  }
}

/** \u00e9 in a name is the letter that it stands for. */
function resolveUniversalNames(name: string): string {
  return name.replace(/\\(?:u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/g, (whole, short, long) => {
    const point = Number.parseInt(short ?? long, 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/**
 * The macro M if the file is `#ifndef M ... #endif` (or `#if !defined M`) and nothing else: then reading it again
 * while M is defined gives nothing, and gcc, like everybody, does not read it again.
 */
function findGuard(file: LexedFile): number {
  const { directives, id, count } = file;
  if (directives.length < 2 || directives[0] !== 0) return 0;
  const guard = guardOfFirstLine(file);
  if (guard === 0) return 0;
  let depth = 0;
  for (let i = 0; i < directives.length; i++) {
    const at = directives[i]!;
    if (at + 1 >= count) return 0;
    const name = id[at + 1]!;
    if (name === Id.If || name === Id.Ifdef || name === Id.Ifndef) depth++;
    else if (name === Id.Endif) depth--;
    else if (depth === 1 && (name === Id.Else || name === Id.Elif)) return 0;
    else if (depth === 1 && (name === Id.Elifdef || name === Id.Elifndef)) return 0;
    if (depth === 0) return i === directives.length - 1 && file.nextLine(at) === count ? guard : 0;
  }
  return 0;
}

function guardOfFirstLine(file: LexedFile): number {
  const { id, kind } = file;
  const end = file.nextLine(0);
  const name = (at: number): number => (kind[at] === TokenKind.Identifier ? id[at]! : 0);
  if (id[1] === Id.Ifndef && end === 3) return name(2);
  if (id[1] !== Id.If || id[2] !== Id.Not || id[3] !== Id.Defined) return 0;
  if (end === 5) return name(4);
  return end === 7 && id[4] === Id.LParen && id[6] === Id.RParen ? name(5) : 0;
}
