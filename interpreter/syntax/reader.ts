// The ground floor of the readers: a place in the token list, messages worded as gcc words them, recovery, and
// the writing of the skeleton (skeleton.ts).
//
// The readers are one class in storeys, each using those below and naming what it needs from above as an
// abstract method: TokenReader, ExpressionReader, SpecifierReader, DeclaratorReader, DeclarationReader,
// StatementReader. C's grammar is one circle (expressions hold types, types hold expressions, both hold
// statements), so it cannot be cut into independent parts.
//
// Recovery: a syntax error throws FAULT, an exception that never leaves this room. Lists that can go on (a
// block, a struct, a translation unit) catch it, take back what they had written of the broken item and skip
// to where gcc would go on, so one run reports several errors.

import type { TokenList } from "../cpp/token.js";
import type { DiagnosticSink, ReportOptions } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";
import type { Expr, Identifier, Node } from "./ast.js";
import { identifier, readLeaf } from "./leaf.js";
import { Scopes } from "./scopes.js";
import { Marker, Skeleton, type SlotValue } from "./skeleton.js";
import { classify, WORD_FLAGS, WORD_TEXT, Word, WordFlag } from "./words.js";

/** Brackets, blocks and struct bodies may be nested this deep, as in clang; it bounds our own recursion. */
const MAX_BRACKETS = 256;

/** Thrown after the message has been reported. */
export const FAULT: unique symbol = Symbol("syntax error");

/** What is stored until tree-sitter has read the real expression. */
export const PENDING: Expr = { kind: "Name", first: 0, last: 0, name: "" };

/** Words behind which an expression of a single operand is complete. */
const ENDS_OPERAND = new Uint8Array(128);
for (const word of [
  Word.CloseParen,
  Word.CloseSquare,
  Word.CloseBrace,
  Word.Comma,
  Word.Semicolon,
  Word.Colon,
  Word.Ellipsis,
]) {
  ENDS_OPERAND[word] = 1;
}

/** Of what is missing, gcc says that it should have come behind the token before; of others, that it should be here. */
const INSERTED_BEHIND = new Set(["';'", "','", "':'", "')'", "']'"]);

/** All that must be put back to forget a broken item. */
interface Savepoint {
  readonly words: number;
  readonly marker: Marker;
  readonly slots: number;
  readonly scopes: number;
  readonly brackets: number;
  readonly functions: number;
}

/** What reading the first tokens has come to know: what each is, and which names are types behind them. */
export interface ReadSoFar {
  readonly words: Uint8Array;
  readonly scopes: Scopes;
}

export abstract class TokenReader {
  /** The next token. */
  protected at: number;
  /** What each token is (words.ts). */
  readonly words: Uint8Array;
  protected readonly scopes: Scopes;
  /** Function bodies that are open: 0 at file scope. */
  protected functionDepth = 0;
  readonly skeleton = new Skeleton();
  #marker = new Marker("");
  #brackets = 0;
  #endReported = false;

  /** `behind`: where to go on. */
  constructor(
    protected readonly tokens: TokenList,
    protected readonly sink: DiagnosticSink,
    behind: ReadSoFar | null,
  ) {
    this.words = classify(tokens, behind?.words);
    this.at = behind?.words.length ?? 0;
    this.scopes = behind?.scopes.fork() ?? new Scopes();
  }

  /** What reading has come to know, at the end of the tokens. */
  readSoFar(): ReadSoFar {
    return { words: this.words.subarray(0, this.tokens.length), scopes: this.scopes };
  }

  // ---------------------------------------------------------------- tokens

  protected get word(): number {
    return this.words[this.at]!;
  }

  protected peek(distance: number): number {
    return this.words[this.at + distance]!;
  }

  protected text(): string {
    return this.tokens.text[this.at]!;
  }

  /** Take the next token if it is this word. */
  protected accept(word: Word): boolean {
    if (this.words[this.at] !== word) return false;
    this.at++;
    return true;
  }

  protected require(word: Word, expected = `'${WORD_TEXT[word]!}'`): void {
    if (this.words[this.at] === word) this.at++;
    else if (INSERTED_BEHIND.has(expected)) this.missing(expected);
    else this.expected(expected);
  }

  protected takeIdentifier(expected = "identifier"): Identifier {
    if (this.word !== Word.Identifier) this.expected(expected);
    return identifier(this.tokens, this.at++);
  }

  protected isTypedefName(at: number): boolean {
    return this.words[at] === Word.Identifier && this.scopes.isType(this.tokens.text[at]!);
  }

  protected startsTypeName(at: number): boolean {
    const word = this.words[at]!;
    if (word === Word.Identifier) return this.scopes.isType(this.tokens.text[at]!);
    return (WORD_FLAGS[word]! & WordFlag.TypeName) !== 0;
  }

  /** The token that closes the parenthesis at `at`, or the end of the tokens. */
  protected closingParen(at: number): number {
    let depth = 0;
    for (let i = at; ; i++) {
      const word = this.words[i]!;
      if (word === Word.OpenParen) depth++;
      else if (word === Word.CloseParen && --depth === 0) return i;
      else if (word === Word.End) return i;
    }
  }

  protected nest(): void {
    if (++this.#brackets <= MAX_BRACKETS) return;
    this.fail(this.tokenSpan(this.at), `brackets are nested too deeply (more than ${MAX_BRACKETS} levels)`);
  }

  protected unnest(): void {
    this.#brackets--;
  }

  // ---------------------------------------------------------------- messages

  protected tokenSpan(at: number): Span {
    const { tokens } = this;
    if (at < tokens.length) return tokens.span(at);
    // The end is, as in gcc, where the last line begins.
    let last = tokens.length - 1;
    while (last > 0 && !tokens.lineStart(last)) last--;
    return last >= 0 ? tokens.span(last) : { pos: 0, length: 0, origin: 0 };
  }

  protected error(at: number, text: string): void {
    this.sink.error(this.tokenSpan(at), text);
  }

  protected fail(span: Span, text: string, options?: ReportOptions): never {
    this.sink.error(span, text, options);
    throw FAULT;
  }

  /** "expected WHAT before NEXT", at the next token. */
  protected expected(what: string): never {
    const insertion = what === "'('" ? { insertion: "(" } : {};
    this.#syntaxError(what, this.tokenSpan(this.at), insertion);
  }

  /** The same, just behind the token before: where the missing thing would have to be inserted. */
  protected missing(what: string): never {
    const before = this.tokenSpan(Math.max(0, this.at - 1));
    if (this.at === 0 || before.origin !== 0) this.expected(what);
    const insertion = what.slice(1, -1);
    const instead = this.word === Word.End ? [] : [this.tokenSpan(this.at)];
    const opener = what === "')'" ? this.#openParen() : null;
    const also = opener === null ? instead : [...instead, opener];
    const span = { pos: before.pos + before.length, length: 1, origin: 0 };
    this.#syntaxError(what, span, { insertion, also });
  }

  /** The parenthesis that is still open here. */
  #openParen(): Span | null {
    let depth = 0;
    for (let i = this.at - 1; i >= 0; i--) {
      const word = this.words[i]!;
      if (word === Word.CloseParen) depth++;
      else if (word === Word.OpenParen && depth-- === 0) return this.tokenSpan(i);
      else if (word === Word.Semicolon || word === Word.OpenBrace) return null;
    }
    return null;
  }

  #syntaxError(what: string, span: Span, options?: ReportOptions): never {
    // The preprocessor has reported it.
    if (this.word === Word.Stray) throw FAULT;
    if (this.word === Word.Hash || this.word === Word.HashHash) {
      this.fail(this.tokenSpan(this.at), `stray '${this.text()}' in program`);
    }
    if (this.word !== Word.End) {
      this.fail(span, `expected ${what} before ${this.#describe(this.at)}`, options);
    }
    // Every open block meets the end; once is enough.
    if (!this.#endReported) this.sink.error(span, `expected ${what} at end of input`, options);
    this.#endReported = true;
    throw FAULT;
  }

  #describe(at: number): string {
    const text = this.tokens.text[at]!;
    switch (this.words[at]) {
      case Word.Number:
        return "numeric constant";
      case Word.String:
        return "string constant";
      case Word.Char:
        return text;
      case Word.Identifier:
        return `'${text}'`;
      default:
        return WORD_FLAGS[this.words[at]!]! & WordFlag.Keyword ? `'${text}'` : `'${text}' token`;
    }
  }

  // ---------------------------------------------------------------- recovery

  protected savepoint(): Savepoint {
    return {
      words: this.skeleton.length,
      marker: this.#marker,
      slots: this.#marker.slots.length,
      scopes: this.scopes.depth,
      brackets: this.#brackets,
      functions: this.functionDepth,
    };
  }

  protected restore(point: Savepoint): void {
    this.skeleton.rollback(point.words);
    this.#marker = point.marker;
    this.#marker.slots.length = point.slots;
    this.scopes.leaveTo(point.scopes);
    this.#brackets = point.brackets;
    this.functionDepth = point.functions;
  }

  /**
   * From a syntax error to the end of the statement or declaration that began at `start`: behind its `;`, or
   * behind a whole block, or before the `}` that closes the block that we are in. Brackets are counted from
   * the start, so that the semicolons of a `for` do not end it.
   */
  protected skipItem(start: number): void {
    const { at: fault, words } = this;
    let braces = 0;
    let parens = 0;
    for (this.at = start; ; this.at++) {
      const beyond = this.at >= fault;
      switch (words[this.at]) {
        case Word.End:
          return;
        case Word.OpenParen:
          parens++;
          break;
        case Word.CloseParen:
          if (parens > 0) parens--;
          break;
        case Word.Semicolon:
          if (!beyond || braces > 0 || parens > 0) break;
          this.at++;
          return;
        case Word.OpenBrace:
          braces++;
          break;
        case Word.CloseBrace:
          if (braces === 0) {
            if (beyond) return;
            break;
          }
          braces--;
          if (!beyond || braces > 0 || (parens > 0 && words[this.at + 1] === Word.CloseParen)) break;
          this.at++;
          return;
      }
    }
  }

  // ---------------------------------------------------------------- skeleton

  /**
   * Begin a node that may have slots. `prefix` is "[" where the marker call has to stand in an array bound.
   * Give the result to `endMarker`.
   */
  protected beginMarker(prefix: "" | "["): Marker {
    const outer = this.#marker;
    this.#marker = new Marker(prefix);
    return outer;
  }

  /** Close the marker call, if one was opened. Returns what stands for the node in the skeleton. */
  protected endMarker(outer: Marker, node: Node): { value: number; isCall: boolean } {
    const marker = this.#marker;
    this.#marker = outer;
    marker.node = node;
    const isCall = marker.slots.length > 0;
    if (!isCall) return { value: this.skeleton.add(node), isCall };
    this.skeleton.emit(")", marker.value);
    if (marker.prefix === "[") this.skeleton.emit("]", marker.value);
    return { value: marker.value, isCall };
  }

  /** Begin an argument of the marker call of the node that is being read. */
  protected openSlot(fill: (value: SlotValue) => void): void {
    const marker = this.#marker;
    const { skeleton } = this;
    if (marker.slots.push(fill) > 1) {
      skeleton.emit(",", this.at);
      return;
    }
    marker.value = skeleton.add(marker);
    if (marker.prefix === "[") skeleton.emit("[", marker.value);
    skeleton.emit("1", marker.value);
    skeleton.emit("(", marker.value);
  }

  /** An expression without commas as part of the node that is being read. */
  protected slot(fill: (value: Expr) => void): void {
    const leaf = this.#singleOperand(false);
    if (leaf !== null) {
      fill(leaf);
      return;
    }
    this.openSlot(fill as (value: SlotValue) => void);
    this.assignment();
  }

  /** An expression that may have commas, as such a part. */
  protected commaSlot(fill: (value: Expr) => void): void {
    const leaf = this.#singleOperand(true);
    if (leaf !== null) {
      fill(leaf);
      return;
    }
    this.openSlot(fill as (value: SlotValue) => void);
    this.skeleton.emit("(", this.at);
    this.expression();
    this.skeleton.emit(")", this.at - 1);
  }

  /** Most array bounds, case labels and initialisers are one operand: those need no parser. */
  #singleOperand(mayGoOn: boolean): Expr | null {
    const { at, words } = this;
    let end = at + 1;
    switch (words[at]) {
      case Word.Identifier:
        if (this.isTypedefName(at)) return null;
        break;
      case Word.Number:
      case Word.Char:
        break;
      case Word.String:
        while (words[end] === Word.String) end++;
        break;
      default:
        return null;
    }
    if (ENDS_OPERAND[words[end]!] === 0 || (mayGoOn && words[end] === Word.Comma)) return null;
    this.at = end;
    return readLeaf(this.tokens, words, at, this.sink);
  }

  /** An operand of the skeleton: 1, or a name where it is assigned to. The next token decides. */
  protected emitOperand(value: number): void {
    const assigned = (WORD_FLAGS[this.words[this.at]!]! & WordFlag.AssignOperator) !== 0;
    this.skeleton.emit(assigned ? "v" : "1", value);
  }

  /** An assignment-expression, written to the skeleton. */
  protected abstract assignment(): void;
  /** The same with commas. */
  protected abstract expression(): void;
}
