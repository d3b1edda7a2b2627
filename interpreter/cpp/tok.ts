// Tokens on their way through macro expansion. Outside of macros the preprocessor works on arrays (lexer.ts,
// token.ts); inside, tokens are substituted, pasted and rescanned one by one, and objects of one shape serve best.
//
// Beside real tokens there is *padding*, which carries white space and nothing else: where a macro's expansion or an
// argument begins, the blank before the macro's name or the parameter counts, not the one before the first token
// that takes its place. Padding also says where two tokens met that were not neighbours in the source. The rules
// are libcpp's, because # makes white space visible: PaddingState below is the one place that knows them.

import type { OriginId, Pos } from "../source/span.js";
import { InternalKind } from "./lexer.js";
import { TokenFlag, TokenKind } from "./token.js";

export const TokKind = {
  EndOfInput: 0,
  ...TokenKind,
  ...InternalKind,
  /** A parameter in a macro's body. */
  Param: 8,
  /** White space of a macro's name, a parameter or a pasted token: see PaddingState. */
  Padding: 9,
  /** The end of an argument that is being expanded on its own. */
  EndOfArgument: 10,
} as const;

export const TokFlag = {
  ...TokenFlag,
  /** A macro's name that was met inside the macro's own expansion: never expanded again (C17 6.10.3.4). */
  NoExpand: 4,
  /** Followed by ## in a macro's body. */
  PasteLeft: 8,
  /** Preceded by # in a macro's body. */
  Stringify: 16,
} as const;

export class Tok {
  constructor(
    readonly kind: number,
    readonly flags: number,
    readonly id: number,
    readonly pos: Pos,
    readonly origin: OriginId,
  ) {}

  withFlags(flags: number): Tok {
    return new Tok(this.kind, flags, this.id, this.pos, this.origin);
  }
}

export const END_OF_INPUT = new Tok(TokKind.EndOfInput, 0, 0, 0, 0);
export const END_OF_ARGUMENT = new Tok(TokKind.EndOfArgument, 0, 0, 0, 0);

/** Padding without a source: "these two were no neighbours". */
export const PADDING_SEPARATOR = new Tok(TokKind.Padding, 0, 0, 0, 0);

const SOURCE_FLAGS = TokenFlag.SpaceBefore | TokenFlag.LineStart;
const PADDING_WITH = Array.from(
  { length: SOURCE_FLAGS + 1 },
  (_, flags) => new Tok(TokKind.Padding, flags, 0, 0, 0),
);

/** Padding that stands for the white space before a token with these flags. */
export function paddingFor(flags: number): Tok {
  return PADDING_WITH[flags & SOURCE_FLAGS]!;
}

/**
 * Folds the padding before a token into one answer: the first source wins, and a separator makes a source without
 * white space count for nothing. NONE means that the token's own flag counts.
 */
export class PaddingState {
  #source: Tok | null = null;

  take(padding: Tok): void {
    const source = this.#source;
    if (source === null || ((source.flags & TokFlag.SpaceBefore) === 0 && padding === PADDING_SEPARATOR)) {
      this.#source = padding === PADDING_SEPARATOR ? null : padding;
    }
  }

  follow(other: PaddingState): void {
    this.#source = other.#source;
  }

  /** Whether a token with these flags has white space before it; forgets the padding. */
  settle(flags: number): boolean {
    const source = this.#source;
    this.#source = null;
    return ((source === null ? flags : source.flags) & TokFlag.SpaceBefore) !== 0;
  }
}
