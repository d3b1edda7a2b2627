// Assertions: #assert machine (x86), #unassert, and #machine (x86) in #if. An old GNU extension that gcc still
// accepts with a warning; a predicate can have several answers.

import type { Expander } from "./expand.js";
import { Id } from "./intern.js";
import { spellToks } from "./print.js";
import { type Tok, TokKind } from "./tok.js";

interface Assertion {
  readonly predicate: number;
  /** The tokens between the parentheses as text; null if there are none. */
  readonly answer: string | null;
}

export class Assertions {
  readonly #answers = new Map<number, Set<string>>();

  constructor(readonly expander: Expander) {}

  /** Holds what `other` holds. */
  follow(other: Assertions): void {
    for (const [predicate, answers] of other.#answers) this.#answers.set(predicate, new Set(answers));
  }

  /** #assert and #unassert, whose word has been read. */
  directive(isAssert: boolean, word: Tok): void {
    const { expander } = this;
    const text = `#${isAssert ? "" : "un"}assert is a deprecated GCC extension`;
    expander.sink.warning("-Wdeprecated", expander.spanOf(word), text);
    const assertion = this.#read(word, isAssert);
    if (assertion === null) return;
    const { predicate, answer } = assertion;
    const answers = this.#answers.get(predicate) ?? new Set();
    if (!isAssert && answer === null) {
      this.#answers.delete(predicate);
    } else if (!isAssert) {
      answers.delete(answer!);
      if (answers.size === 0) this.#answers.delete(predicate);
    } else {
      answers.add(answer!);
      this.#answers.set(predicate, answers);
    }
  }

  /** #predicate (answer) in a condition, behind its #; null, reported, if it is malformed. */
  holds(hash: Tok): boolean | null {
    const { expander } = this;
    expander.sink.warning("-Wdeprecated", expander.spanOf(hash), "assertions are a deprecated extension");
    const assertion = this.#read(hash, false);
    if (assertion === null) return null;
    const answers = this.#answers.get(assertion.predicate);
    return answers !== undefined && (assertion.answer === null || answers.has(assertion.answer));
  }

  #read(at: Tok, needsAnswer: boolean): Assertion | null {
    const { expander } = this;
    expander.preventExpansion++;
    const assertion = this.#parse(at, needsAnswer);
    expander.preventExpansion--;
    return assertion;
  }

  #parse(at: Tok, needsAnswer: boolean): Assertion | null {
    const { expander } = this;
    const name = expander.nextNoPadding();
    if (name.kind === TokKind.EndOfInput) return this.#fail(at, "assertion without predicate");
    if (name.kind !== TokKind.Identifier) return this.#fail(name, "predicate must be an identifier");
    const open = expander.nextNoPadding();
    if (open.kind !== TokKind.Punct || open.id !== Id.LParen) {
      if (needsAnswer) return this.#fail(name, "missing '(' after predicate");
      if (open.kind !== TokKind.EndOfInput) expander.putBack();
      return { predicate: name.id, answer: null };
    }
    const toks: Tok[] = [];
    for (;;) {
      const token = expander.nextNoPadding();
      if (token.kind === TokKind.EndOfInput) return this.#fail(open, "missing ')' to complete answer");
      if (token.kind === TokKind.Punct && token.id === Id.RParen) break;
      toks.push(token);
    }
    if (toks.length === 0) return this.#fail(open, "predicate's answer is empty");
    return { predicate: name.id, answer: spellToks(toks, expander.interner.texts) };
  }

  #fail(at: Tok, text: string): null {
    this.expander.sink.error(this.expander.spanOf(at), text);
    return null;
  }
}
