// Preprocessing tokens after translation phase 6: what the parser reads.
//
// A translation unit of kernel code has some 300,000 of them, so a list is a struct of arrays: kind and flags
// are bytes, place and origin are 32-bit numbers, and texts are shared strings (every occurrence of a name or a
// punctuator is one and the same string). A token is named by its index.

import type { OriginId, Pos, Span } from "../source/span.js";

export const TokenKind = {
  /** Names and keywords; the preprocessor does not tell them apart. */
  Identifier: 1,
  /** A preprocessing number: also what is no valid C number, such as 0x1p+e. */
  Number: 2,
  /** A character constant with its prefix and quotes. */
  Char: 3,
  /** A string literal with its prefix and quotes; adjacent ones are not joined. */
  String: 4,
  /** Operators and the like; digraphs as they are spelt. */
  Punct: 5,
  /** A character that is no token of C, such as @, or what follows a lone quote. The preprocessor has reported it. */
  Other: 6,
} as const;
export type TokenKind = (typeof TokenKind)[keyof typeof TokenKind];

export const TokenFlag = {
  /** White space or a comment stands before it, or would have to, to keep it apart from the token before. */
  SpaceBefore: 1,
  /** The first token of a line of the source, or the first that a macro call at that place produced. */
  LineStart: 2,
} as const;

export class TokenList {
  length = 0;
  kind: Uint8Array;
  flags: Uint8Array;
  /** Where the text is spelt (span.ts); for a token made by # or ##, where its first part is. */
  pos: Int32Array;
  /** The expansion that it came out of (origin.ts); 0 for code as written. */
  origin: Int32Array;
  text: string[] = [];

  constructor(capacity = 1024) {
    this.kind = new Uint8Array(capacity);
    this.flags = new Uint8Array(capacity);
    this.pos = new Int32Array(capacity);
    this.origin = new Int32Array(capacity);
  }

  push(kind: number, flags: number, text: string, pos: Pos, origin: OriginId): void {
    const at = this.length;
    if (at === this.kind.length) this.#grow();
    this.kind[at] = kind;
    this.flags[at] = flags;
    this.pos[at] = pos;
    this.origin[at] = origin;
    this.text.push(text);
    this.length = at + 1;
  }

  spaceBefore(index: number): boolean {
    return (this.flags[index]! & TokenFlag.SpaceBefore) !== 0;
  }

  lineStart(index: number): boolean {
    return (this.flags[index]! & TokenFlag.LineStart) !== 0;
  }

  span(index: number): Span {
    return { pos: this.pos[index]!, length: this.text[index]!.length, origin: this.origin[index]! };
  }

  /** Forgets all tokens from number `length` on. */
  truncate(length: number): void {
    this.length = length;
    this.text.length = length;
  }

  /** Drop the tokens for which `keep` says no; the others move up. */
  compact(keep: (index: number) => boolean): void {
    const { kind, flags, pos, origin, text } = this;
    let to = 0;
    for (let from = 0; from < this.length; from++) {
      if (!keep(from)) continue;
      kind[to] = kind[from]!;
      flags[to] = flags[from]!;
      pos[to] = pos[from]!;
      origin[to] = origin[from]!;
      text[to] = text[from]!;
      to++;
    }
    text.length = to;
    this.length = to;
  }

  #grow(): void {
    const capacity = this.kind.length * 2;
    const kind = new Uint8Array(capacity);
    const flags = new Uint8Array(capacity);
    const pos = new Int32Array(capacity);
    const origin = new Int32Array(capacity);
    kind.set(this.kind);
    flags.set(this.flags);
    pos.set(this.pos);
    origin.set(this.origin);
    this.kind = kind;
    this.flags = flags;
    this.pos = pos;
    this.origin = origin;
  }
}
