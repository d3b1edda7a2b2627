// #pragma and _Pragma: the few that mean something here are obeyed; the others are noted beside the tokens, with the
// index of the token that they stand before, because `#pragma pack` and its like change what declarations mean.

import type { Span } from "../source/span.js";
import type { Expander } from "./expand.js";
import { Id } from "./intern.js";
import { lexText } from "./lexer.js";
import type { Macro } from "./macro.js";
import type { PragmaNote } from "./options.js";
import { spellToks } from "./print.js";
import type { OpenFile, Reader } from "./reader.js";
import { Tok, TokKind } from "./tok.js";

/** Pragmas whose operands gcc expands. */
const EXPANDED = new Set(["pack", "redefine_extname", "scalar_storage_order", "omp"]);

export class Pragmas {
  readonly notes: PragmaNote[] = [];
  /** Names that must not be used any more. */
  readonly poisoned = new Set<number>();
  /** How many tokens the result has so far; kept by the caller. */
  tokensBefore: () => number = () => 0;
  readonly #saved = new Map<number, (Macro | undefined)[]>();

  constructor(
    readonly expander: Expander,
    readonly reader: Reader,
  ) {}

  /** Goes on from where `other` is. */
  follow(other: Pragmas): void {
    this.notes.push(...other.notes);
    for (const id of other.poisoned) this.poisoned.add(id);
    for (const [id, macros] of other.#saved) this.#saved.set(id, [...macros]);
  }

  /** #pragma: the word is the token `nameAt`, its line ends before `end`. */
  directive(file: OpenFile, nameAt: number, end: number): void {
    const { lexed } = file;
    if (nameAt + 1 >= end) return;
    const { base } = file.source;
    const toks: Tok[] = [];
    for (let i = nameAt + 1; i < end; i++) {
      toks.push(new Tok(lexed.kind[i]!, lexed.flags[i]!, lexed.id[i]!, base + lexed.offset[i]!, 0));
    }
    const word = this.#text(toks[0]);
    if (EXPANDED.has(word)) {
      const rest = [toks[0]!];
      for (
        let tok = this.expander.nextNoPadding();
        tok.kind !== TokKind.EndOfInput;
        tok = this.expander.nextNoPadding()
      ) {
        if (rest.length > 1 || tok.pos !== toks[0]!.pos) rest.push(tok);
      }
      this.#note(rest);
    } else {
      this.#obey(toks);
    }
  }

  /** _Pragma("..."), whose name has been read; false, reported, if it is malformed. */
  operator(name: Tok): boolean {
    const { expander } = this;
    const open = expander.nextNoPadding();
    const literal = expander.nextNoPadding();
    const close = expander.nextNoPadding();
    const isCall = open.id === Id.LParen && close.id === Id.RParen;
    if (!isCall || literal.kind !== TokKind.String) {
      expander.sink.error(expander.spanOf(name), "_Pragma takes a parenthesized string literal");
      return false;
    }
    const text = this.#text(literal);
    const inner = text.slice(text.indexOf('"') + 1, -1).replace(/\\([\\"])/g, "$1");
    const lexed = lexText(inner, expander.interner);
    const toks: Tok[] = [];
    for (let i = 0; i < lexed.count; i++) {
      toks.push(new Tok(lexed.kind[i]!, lexed.flags[i]!, lexed.id[i]!, literal.pos, literal.origin));
    }
    if (toks.length > 0) this.#obey(toks);
    return true;
  }

  #text(token: Tok | undefined): string {
    return token === undefined ? "" : this.expander.interner.texts[token.id]!;
  }

  #note(toks: readonly Tok[]): void {
    const text = spellToks(toks, this.expander.interner.texts);
    const span: Span = this.expander.spanOf(toks[0]!);
    this.notes.push({ before: this.tokensBefore(), text, span });
  }

  #obey(toks: readonly Tok[]): void {
    const word = this.#text(toks[0]);
    if (word === "once") this.#once(toks[0]!);
    else if (word === "push_macro" || word === "pop_macro") this.#saveOrRestore(word, toks);
    else if (word === "GCC") this.#gcc(toks);
    else this.#note(toks);
  }

  #once(token: Tok): void {
    const file = this.reader.file!;
    if (file.below === null) this.reader.warn(null, this.expander.spanOf(token), "#pragma once in main file");
    else this.reader.markOnce(file.key);
  }

  #saveOrRestore(word: string, toks: readonly Tok[]): void {
    const { expander } = this;
    const literal = toks[2];
    if (this.#text(toks[1]) !== "(" || literal?.kind !== TokKind.String || this.#text(toks[3]) !== ")") {
      this.reader.warn(null, expander.spanOf(toks[0]!), `invalid #pragma ${word} directive`);
      return;
    }
    const id = expander.interner.intern(this.#text(literal).slice(1, -1).trim());
    const stack = this.#saved.get(id) ?? [];
    if (word === "push_macro") {
      stack.push(expander.macros[id]);
      this.#saved.set(id, stack);
    } else if (stack.length > 0) {
      expander.macros[id] = stack.pop();
    }
  }

  #gcc(toks: readonly Tok[]): void {
    const { expander, reader } = this;
    const word = this.#text(toks[1]);
    if (word === "system_header") {
      if (reader.file!.below === null) {
        reader.warn(null, expander.spanOf(toks[1]!), "#pragma system_header ignored outside include file");
      } else {
        reader.file!.source.isSystem = true;
      }
    } else if (word === "poison") {
      for (const token of toks.slice(2)) {
        if (token.kind === TokKind.Identifier) this.#poison(token);
        else expander.sink.error(expander.spanOf(token), "invalid #pragma GCC poison directive");
      }
    } else if ((word === "error" || word === "warning") && toks[2]?.kind === TokKind.String) {
      const text = this.#text(toks[2]).slice(1, -1);
      if (word === "error") expander.sink.error(expander.spanOf(toks[2]), text);
      else reader.warn(null, expander.spanOf(toks[2]), text);
    } else if (word === "diagnostic") {
      const said = spellToks(toks.slice(2), expander.interner.texts);
      if (!expander.sink.pragmas.add(this.tokensBefore(), said)) {
        const expected =
          "missing '[error|warning|ignored|push|pop|ignored_attributes]' after '#pragma GCC diagnostic'";
        if (!/^ignored_attributes/.test(said)) reader.warn("-Wpragmas", expander.spanOf(toks[1]!), expected);
      }
    } else {
      this.#note(toks);
    }
  }

  #poison(token: Tok): void {
    const { expander } = this;
    if (expander.macros[token.id] !== undefined) {
      const text = `poisoning existing macro "${this.#text(token)}"`;
      this.reader.warn(null, expander.spanOf(token), text);
    }
    expander.macros[token.id] = undefined;
    this.poisoned.add(token.id);
  }
}
