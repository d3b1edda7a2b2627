// Preprocessed tokens in, a typed syntax tree (ast.ts) out, with what is wrong with the syntax.
//
// Two passes. The readers (statements.ts and what it is built on) go over the tokens once, with scopes: they
// find every syntax error, build the declarations, and write a skeleton of the expressions and statements.
// tree-sitter parses the skeleton, and the walk (walk.ts) turns its tree into ours.

import { TokenKind, type TokenList } from "../cpp/token.js";
import { DiagnosticSink } from "../source/diagnostic.js";
import { OriginTable } from "../source/origin.js";
import type { ExternalItem, TranslationUnit } from "./ast.js";
import type { ParserPort } from "./port.js";
import type { ReadSoFar } from "./reader.js";
import { StatementReader } from "./statements.js";
import { Walker } from "./walk.js";

export interface ParseResult {
  /** Without the parts that have syntax errors. */
  readonly unit: TranslationUnit;
  readonly diagnostics: DiagnosticSink;
  /** For a parse that goes on behind these tokens. */
  readonly read: ReadSoFar;
}

/**
 * Characters that are no token of C have been reported; as in gcc, the program is read as if they were not there. The
 * list is changed in place, because everything behind refers to it by index.
 */
function dropStrays(tokens: TokenList, from: number): void {
  const { kind } = tokens;
  for (let i = from; i < tokens.length; i++) {
    if (kind[i] !== TokenKind.Other) continue;
    tokens.compact((index) => kind[index] !== TokenKind.Other);
    return;
  }
}

/**
 * Diagnostics go to the sink of the preprocessor, if given, so that they know the macros of its tokens. With `behind`
 * only what stands behind the tokens that were read then.
 */
export function parse(
  tokens: TokenList,
  port: ParserPort,
  diagnostics: DiagnosticSink = new DiagnosticSink(new OriginTable()),
  behind: ReadSoFar | null = null,
): ParseResult {
  dropStrays(tokens, behind?.words.length ?? 0);
  const reader = new StatementReader(tokens, diagnostics, behind);
  let items = reader.translationUnit();
  const skeleton = reader.skeleton.finish();
  const tree = port.parse(skeleton.text);
  const walker = new Walker(skeleton, tree.cursor, tokens, reader.words, diagnostics);
  const failed = walker.walk();
  tree.dispose();
  if (failed.size > 0) items = items.filter((item: ExternalItem) => !failed.has(item));
  const last = Math.max(0, tokens.length - 1);
  const unit: TranslationUnit = { kind: "TranslationUnit", first: 0, last, items };
  return { unit, diagnostics, read: reader.readSoFar() };
}
