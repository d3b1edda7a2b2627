// Operands of one token (or one run of string literals): names and constants.

import type { TokenList } from "../cpp/token.js";
import type { DiagnosticSink } from "../source/diagnostic.js";
import type { Expr, Identifier, StringLiteral } from "./ast.js";
import { decodeChar, decodeNumber, decodeStrings } from "./literals.js";
import { Word } from "./words.js";

export function readLeaf(tokens: TokenList, words: Uint8Array, at: number, sink: DiagnosticSink): Expr {
  const text = tokens.text[at]!;
  switch (words[at]) {
    case Word.Number:
      return decodeNumber(text, at, tokens.span(at), sink);
    case Word.Char:
      return decodeChar(text, at, tokens.span(at), sink);
    case Word.String:
      return readString(tokens, words, at, sink);
    default:
      return { kind: "Name", first: at, last: at, name: text };
  }
}

/** The string literal that begins at a token, with those that follow it directly. */
export function readString(
  tokens: TokenList,
  words: Uint8Array,
  at: number,
  sink: DiagnosticSink,
): StringLiteral {
  let end = at + 1;
  while (words[end] === Word.String) end++;
  return decodeStrings(tokens.text.slice(at, end), at, (token) => tokens.span(token), sink);
}

export function identifier(tokens: TokenList, at: number): Identifier {
  return { kind: "Identifier", first: at, last: at, name: tokens.text[at]! };
}
