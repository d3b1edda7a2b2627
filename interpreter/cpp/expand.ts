// Macro expansion: a stream of tokens in, the stream with all macros replaced out.
//
// The hard idea is why `#define f f(f)` ends. A macro's replacement is put on a stack and read from there as if it
// stood in the source; while it is on the stack, its macro is disabled, and its name met meanwhile is marked so that
// it never expands again, wherever it may travel as an argument. When the replacement is used up it leaves the
// stack, and the macro works again: also for a "(" that is found only behind it, so that `f(2)(9)` goes on. That
// last point is where the standard leaves a choice; the choice here is libcpp's, so that results are gcc's. The
// algorithm is Dave Prosser's of 1984 in the form that libcpp (macro.cc) gave it: stack and marks instead of hide
// sets.
//
// next() is called for every token outside of plain text, also by itself while it collects and expands arguments,
// so its state (expansion allowed, inside arguments, inside a directive) is kept in fields that callers set and
// reset.

import type { DiagnosticSink } from "../source/diagnostic.js";
import type { OriginTable } from "../source/origin.js";
import type { OriginId, Pos, Span } from "../source/span.js";
import { Id, type Interner } from "./intern.js";
import { lexText } from "./lexer.js";
import { instantiate, type Macro } from "./macro.js";
import { stringifyToks } from "./stringify.js";
import { substitute } from "./substitute.js";
import {
  END_OF_ARGUMENT,
  END_OF_INPUT,
  PADDING_SEPARATOR,
  paddingFor,
  Tok,
  TokFlag,
  TokKind,
} from "./tok.js";

/** Where tokens come from when no expansion is under way. */
export interface BaseSource {
  /** The next token of the file; directives are obeyed on the way. */
  read(): Tok;
  /** Undo the last read(), which did not return the end of input. */
  unread(): void;
  /** A macro that has no body: __LINE__ and its like. Null: it stays as it is. */
  builtin(name: Tok, macro: Macro): BuiltinResult | null;
}

/** The token that a built-in macro stands for; null when it stands for nothing. */
export interface BuiltinResult {
  readonly token: Tok | null;
}

/** Thrown, and caught in preprocess(), when a limit is reached: nothing after it would be of use. */
export class LimitReached extends Error {}

/** Whether a "(" is being looked for or arguments are being read. */
export const ArgumentState = { None: 0, LookingForParen: 1, Collecting: 2 } as const;

class Context {
  index = 0;
  constructor(
    readonly toks: readonly Tok[],
    /** The macro whose replacement this is; null for an argument outside of all macros. */
    readonly macro: Macro | null,
    readonly below: Context | null,
  ) {}
}

export class Argument {
  expanded: readonly Tok[] | null = null;
  stringified: string | null = null;
  /** A variadic argument that was not given at all: `, ## args` loses its comma. */
  isMissing = false;
  constructor(readonly toks: readonly Tok[]) {}
}

/** Tokens that one macro call in the source may make, and all calls together. */
const MAX_TOKENS_PER_CALL = 4_000_000;
const MAX_TOKENS_EXPANDED = 64_000_000;
/** Arguments within arguments: each level needs the JavaScript stack. */
const MAX_DEPTH = 400;

export class Expander {
  /** Macro by id of its name; holes are undefined names. */
  readonly macros: (Macro | undefined)[] = [];
  #context: Context | null = null;
  #depth = 0;
  #madeInCall = 0;
  #madeInAll = 0;
  /** The name that began the call under way in the source. */
  #call: Tok = END_OF_INPUT;

  /** While above 0, names are delivered as they are. */
  preventExpansion = 0;
  argumentState: number = ArgumentState.None;
  /** Directives end with their line, and need no padding. */
  inDirective = false;
  /** #include "x" STR(y): the white space of arguments matters. */
  directiveWantsPadding = false;
  /** _Pragma in an argument waits until the argument is in its place. */
  ignorePragma = 0;

  constructor(
    readonly interner: Interner,
    readonly origins: OriginTable,
    readonly sink: DiagnosticSink,
    readonly source: BaseSource,
  ) {}

  /** Whether tokens come from the file itself. */
  get isAtBase(): boolean {
    return this.#context === null;
  }

  /**
   * Make room for the macros of all names known so far. Assigning far behind an array's end would turn it into a
   * hash table, and a cache's interner knows the names of all files ever read.
   */
  reserveMacros(): void {
    const { macros } = this;
    for (let missing = this.interner.texts.length - macros.length; missing > 0; missing--)
      macros.push(undefined);
  }

  /** Knows the macros that `other` knows, and has made as many tokens. */
  follow(other: Expander): void {
    this.macros.length = 0;
    for (const macro of other.macros) this.macros.push(macro);
    this.#madeInAll = other.#madeInAll;
  }

  nameOf(macro: Macro): string {
    return this.interner.texts[macro.id]!;
  }

  spanOf(token: Tok): Span {
    return { pos: token.pos, length: this.interner.texts[token.id]!.length, origin: token.origin };
  }

  /** The next token, macros expanded; padding included. */
  next(): Tok {
    for (;;) {
      const context = this.#context;
      let token: Tok;
      if (context === null) {
        token = this.source.read();
      } else if (context.index < context.toks.length) {
        token = context.toks[context.index++]!;
        if ((token.flags & TokFlag.PasteLeft) !== 0) {
          this.#pasteAll(token, context);
          if (this.inDirective) continue;
          return paddingFor(token.flags);
        }
      } else {
        this.#popContext(context);
        if (this.inDirective) continue;
        return PADDING_SEPARATOR;
      }
      if (token.kind !== TokKind.Identifier || (token.flags & TokFlag.NoExpand) !== 0) return token;
      const macro = this.macros[token.id];
      if (macro === undefined) return token;
      if (macro.disabled) return token.withFlags(token.flags | TokFlag.NoExpand);
      if (this.preventExpansion > 0 || !this.#enter(token, macro)) return token;
      if (!this.inDirective) return paddingFor(token.flags);
    }
  }

  nextNoPadding(): Tok {
    for (;;) {
      const token = this.next();
      if (token.kind !== TokKind.Padding) return token;
    }
  }

  /** Put a token back that next() has just delivered and that was not the end of input. */
  putBack(): void {
    if (this.#context === null) this.source.unread();
    else this.#context.index--;
  }

  /** Leave all expansions: what a directive has not read of its line is dropped. */
  dropContexts(): void {
    while (this.#context !== null) this.#popContext(this.#context);
  }

  #push(toks: readonly Tok[], macro: Macro | null): void {
    this.#context = new Context(toks, macro, this.#context);
    this.#madeInCall += toks.length;
    if (this.#madeInCall > MAX_TOKENS_PER_CALL) {
      const name = this.interner.texts[this.#call.id]!;
      this.#stopRunaway(`expansion of macro "${name}" makes more than ${MAX_TOKENS_PER_CALL} tokens`);
    }
  }

  #stopRunaway(text: string): never {
    this.sink.error(this.spanOf(this.#call), text, { fatal: true });
    throw new LimitReached();
  }

  #popContext(context: Context): void {
    // A macro's replacement may lie on the stack in several pieces; it works again when the last one is gone.
    const { macro, below } = context;
    if (macro !== null && below?.macro !== macro) macro.disabled = false;
    this.#context = below;
    if (below === null) {
      this.#madeInAll += this.#madeInCall;
      this.#madeInCall = 0;
      if (this.#madeInAll > MAX_TOKENS_EXPANDED) {
        this.#stopRunaway(`macro expansion makes more than ${MAX_TOKENS_EXPANDED} tokens`);
      }
    }
  }

  /** Replace the macro call that begins with `name`; false if it is no call after all. */
  #enter(name: Tok, macro: Macro): boolean {
    if (macro.builtin !== null) {
      const result = this.source.builtin(name, macro);
      if (result === null) return false;
      this.#push(result.token === null ? [] : [result.token], macro);
      return true;
    }
    if (this.#context === null) this.#call = name;
    let toks: readonly Tok[];
    if (macro.params === null) {
      toks = this.#instantiateBody(name, macro);
    } else {
      const args = this.#readCall(name, macro);
      if (args === null) return false;
      if (macro.params.length === 0) {
        toks = this.#instantiateBody(name, macro);
      } else {
        const origin = this.#addExpansion(name, macro);
        toks = substitute(this, macro, args, origin);
      }
    }
    macro.disabled = true;
    this.#push(toks, macro);
    return true;
  }

  #addExpansion(name: Tok, macro: Macro): OriginId {
    if (macro.origin < 0) macro.origin = this.origins.addMacro(this.nameOf(macro), macro.definedAt);
    return this.origins.addExpansion(macro.origin, name.pos, name.origin);
  }

  #instantiateBody(name: Tok, macro: Macro): readonly Tok[] {
    const { body } = macro;
    if (body.length === 0) return body;
    const origin = this.#addExpansion(name, macro);
    const toks = new Array<Tok>(body.length);
    for (let i = 0; i < body.length; i++) toks[i] = instantiate(body[i]!, origin);
    return toks;
  }

  /** Look for "(" behind a macro's name and read the arguments. Null if there is no "(", or no sense in them. */
  #readCall(name: Tok, macro: Macro): Argument[] | null {
    this.preventExpansion++;
    this.argumentState = ArgumentState.LookingForParen;
    const args = this.#findParen() ? this.#collect(name, macro) : null;
    this.argumentState = ArgumentState.None;
    this.preventExpansion--;
    return args;
  }

  #findParen(): boolean {
    let padding: Tok | null = null;
    let token: Tok;
    for (;;) {
      token = this.next();
      if (token.kind !== TokKind.Padding) break;
      const replaces =
        padding === null ||
        padding === PADDING_SEPARATOR ||
        ((padding.flags & TokFlag.SpaceBefore) === 0 && token === PADDING_SEPARATOR);
      if (replaces) padding = token;
    }
    if (token.id === Id.LParen && token.kind === TokKind.Punct) return true;
    if (token.kind !== TokKind.EndOfInput) {
      this.putBack();
      if (padding !== null) this.#push([padding], this.#context?.macro ?? null);
    }
    return false;
  }

  #collect(name: Tok, macro: Macro): Argument[] | null {
    this.argumentState = ArgumentState.Collecting;
    const expected = macro.params!.length;
    const args: Argument[] = [];
    let count = 0;
    let token: Tok;
    do {
      count++;
      const toks: Tok[] = [];
      let depth = 0;
      for (;;) {
        token = this.next();
        const { kind, id } = token;
        if (kind === TokKind.Padding) {
          if (toks.length === 0) continue;
        } else if (kind === TokKind.Punct) {
          if (id === Id.LParen) depth++;
          else if (id === Id.RParen) {
            if (depth-- === 0) break;
          } else if (id === Id.Comma && depth === 0 && !(macro.isVariadic && count === expected)) break;
        } else if (kind === TokKind.EndOfInput || kind === TokKind.EndOfArgument) {
          break;
        }
        toks.push(token);
        if (toks.length > MAX_TOKENS_PER_CALL) {
          this.#stopRunaway(
            `argument of macro "${this.nameOf(macro)}" has more than ${MAX_TOKENS_PER_CALL} tokens`,
          );
        }
      }
      while (toks.length > 0 && toks[toks.length - 1]!.kind === TokKind.Padding) toks.pop();
      if (count <= Math.max(expected, 1)) args.push(new Argument(toks));
    } while (token.kind === TokKind.Punct && token.id === Id.Comma);
    if (token.kind === TokKind.EndOfInput || token.kind === TokKind.EndOfArgument) {
      if (token.kind === TokKind.EndOfArgument) this.putBack();
      const text = `unterminated argument list invoking macro "${this.nameOf(macro)}"`;
      this.sink.error(this.spanOf(name), text, this.#definedHere(macro));
      return null;
    }
    if (count === 1 && expected === 0 && args[0]!.toks.length === 0) count = 0;
    if (!this.#countIsRight(token, macro, count)) return null;
    if (macro.isVariadic) {
      const last = expected - 1;
      const isMissing = count < expected || (count === 1 && args[0]!.toks.length === 0);
      if (count < expected) args.push(new Argument([]));
      args[last]!.isMissing = isMissing;
    }
    return args;
  }

  /** Reported where the call ends, as in gcc. */
  #countIsRight(end: Tok, macro: Macro, count: number): boolean {
    const expected = macro.params!.length;
    if (count === expected || (count + 1 === expected && macro.isVariadic)) return true;
    const text =
      count < expected
        ? `macro "${this.nameOf(macro)}" requires ${expected} arguments, but only ${count} given`
        : `macro "${this.nameOf(macro)}" passed ${count} arguments, but takes just ${expected}`;
    this.sink.error(this.spanOf(end), text, this.#definedHere(macro));
    return false;
  }

  #definedHere(macro: Macro): { notes: { text: string; span: Span }[] } {
    const name = this.nameOf(macro);
    const span = { pos: macro.definedAt, length: name.length, origin: 0 };
    return { notes: [{ text: `macro "${name}" defined here`, span }] };
  }

  /** An argument with its own macros expanded, as if it were the whole rest of the file (C17 6.10.3.1). */
  expandArgument(argument: Argument): readonly Tok[] {
    if (argument.expanded !== null) return argument.expanded;
    const { toks } = argument;
    if (!this.#mayExpand(toks)) {
      argument.expanded = toks;
      return toks;
    }
    if (++this.#depth > MAX_DEPTH) {
      const span = this.spanOf(toks[0]!);
      this.sink.error(span, `macro arguments nested more than ${MAX_DEPTH} deep`, { fatal: true });
      throw new LimitReached();
    }
    this.#push([...toks, END_OF_ARGUMENT], this.#context?.macro ?? null);
    this.ignorePragma++;
    const expanded: Tok[] = [];
    for (;;) {
      const token = this.next();
      if (token.kind === TokKind.EndOfArgument) break;
      expanded.push(token);
    }
    this.ignorePragma--;
    this.#popContext(this.#context!);
    this.#depth--;
    argument.expanded = expanded;
    return expanded;
  }

  // Most arguments name no macro; they need no scan of their own.
  #mayExpand(toks: readonly Tok[]): boolean {
    for (let i = 0; i < toks.length; i++) {
      const token = toks[i]!;
      if (token.kind === TokKind.Identifier && this.macros[token.id] !== undefined) return true;
    }
    return false;
  }

  stringify(argument: Argument, at: Tok): string {
    argument.stringified ??= this.stringifyAt(argument.toks, at);
    return argument.stringified;
  }

  stringifyAt(toks: readonly Tok[], at: Tok): string {
    const { text, droppedBackslash } = stringifyToks(toks, this.interner.texts);
    if (droppedBackslash) {
      this.sink.warning(null, this.spanOf(at), "invalid string literal, ignoring final '\\'");
    }
    return text;
  }

  /** ## after `first`, as often as it follows, within the replacement that `first` came from. */
  #pasteAll(first: Tok, context: Context): void {
    let left = first;
    for (;;) {
      const right = context.toks[context.index++]!;
      const pasted = this.paste(left, right);
      if (pasted === null) {
        context.index--;
        left = left.withFlags(left.flags & ~TokFlag.PasteLeft);
        break;
      }
      left = pasted;
      if ((right.flags & TokFlag.PasteLeft) === 0) break;
    }
    this.#push([left], context.macro);
  }

  /** One token made of two, without PasteLeft; null, reported, if that is no token. */
  paste(left: Tok, right: Tok): Tok | null {
    const { texts } = this.interner;
    const leftText = texts[left.id]!;
    const rightText = right.kind === TokKind.Padding ? "" : texts[right.id]!;
    const flags = left.flags & (TokFlag.SpaceBefore | TokFlag.LineStart);
    // Never make a comment.
    const apart = left.id === Id.Slash && left.kind === TokKind.Punct && rightText !== "=" ? " " : "";
    const lexed = lexText(leftText + apart + rightText, this.interner);
    if (lexed.count !== 1 || lexed.problems.length > 0) {
      const text = `pasting "${leftText}" and "${rightText}" does not give a valid preprocessing token`;
      this.sink.error(this.spanOf(left), text);
      return null;
    }
    return new Tok(lexed.kind[0]!, flags, lexed.id[0]!, left.pos, left.origin);
  }

  makeToken(kind: number, flags: number, text: string, pos: Pos, origin: OriginId): Tok {
    return new Tok(kind, flags, this.interner.intern(text), pos, origin);
  }
}
