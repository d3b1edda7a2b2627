// Positions and spans: where a piece of text stands, in numbers.
//
// All files of one translation unit lie one after the other on a single number line: a file with base b and
// length n owns the positions b .. b+n (b+n is its end of file). So a place is one small integer, fits an
// Int32Array, and compares and copies for nothing; FileTable turns it back into path, line and column when
// somebody wants to read it. The idea is Clang's SourceLocation. A file that is included twice owns two
// stretches, so a position also tells through which #include it was reached.

/** A place in the text of a translation unit. 0 is "nowhere". */
export type Pos = number;

/** The macro expansion that a token came out of: an index into OriginTable. 0 is "written in a file as it is". */
export type OriginId = number;

/** A stretch of one line or more: where its text is spelt, and through which expansions it got where it is. */
export interface Span {
  readonly pos: Pos;
  readonly length: number;
  readonly origin: OriginId;
}

export const NO_SPAN: Span = { pos: 0, length: 0, origin: 0 };

export function makeSpan(pos: Pos, length: number, origin: OriginId = 0): Span {
  return { pos, length, origin };
}

/** From the first character of `from` to the last of `to` where both are spelt in one go; otherwise `from`. */
export function joinSpans(from: Span, to: Span): Span {
  if (from.origin !== to.origin || to.pos < from.pos) return from;
  return { pos: from.pos, length: to.pos + to.length - from.pos, origin: from.origin };
}
