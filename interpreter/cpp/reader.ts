// The stack of open files and the directives in them: translation phase 4 without macro expansion.
//
// The reader hands tokens of the innermost file to the expander (BaseSource) and obeys directives where they stand,
// also between the arguments of a macro call. Two things keep it fast: a group that a conditional leaves out is
// skipped from directive to directive without looking at its tokens, and a file whose guard macro is defined is not
// opened again.
//
// Every directive is handled with the expander in "directive" state: there a line's end is the end of input.

import type { DiagnosticSink } from "../source/diagnostic.js";
import type { FileTable, SourceFile } from "../source/file.js";
import type { OriginTable } from "../source/origin.js";
import { makeSpan, type Pos, type Span } from "../source/span.js";
import { closestName } from "../source/suggest.js";
import { Assertions } from "./assertion.js";
import { Builtins } from "./builtins.js";
import type { LexCache } from "./cache.js";
import { Condition, type ConditionHost } from "./condition.js";
import { ArgumentState, type BaseSource, type BuiltinResult, Expander, LimitReached } from "./expand.js";
import { BESIDE, directoryOf, type FileFinder, type FoundFile, normalizePath } from "./files.js";
import { DIRECTIVE_NAMES, Id, isDirectiveId } from "./intern.js";
import type { LexedFile } from "./lexer.js";
import { type DefinitionProblem, type Macro, parseDefinition, sameDefinition } from "./macro.js";
import type { PreprocessOptions } from "./options.js";
import { Pragmas } from "./pragma.js";
import { spellToks } from "./print.js";
import { END_OF_INPUT, Tok, TokFlag, TokKind } from "./tok.js";

interface Conditional {
  /** The directive that opened it, and its latest branch: for messages. */
  readonly openedAt: Span;
  name: string;
  /** A branch was chosen; the others are left out. */
  isTaken: boolean;
  hasElse: boolean;
}

export class OpenFile {
  /** Index of the next token. */
  index = 0;
  /** Index in lexed.directives of the first directive that was not met yet. */
  nextDirective = 0;
  readonly conditionals: Conditional[] = [];
  /** The files that line markers have entered and not left. */
  readonly markedPaths: string[] = [];

  constructor(
    readonly source: SourceFile,
    readonly lexed: LexedFile,
    readonly key: string,
    readonly chainIndex: number,
    readonly directory: string,
    readonly below: OpenFile | null,
  ) {}

  spanOf(index: number, texts: readonly string[]): Span {
    const { lexed } = this;
    return makeSpan(this.source.base + lexed.offset[index]!, texts[lexed.id[index]!]!.length);
  }
}

/** Files opened in one run, again counted each time. */
const MAX_FILES = 100_000;

export class Reader implements BaseSource, ConditionHost {
  readonly expander: Expander;
  readonly pragmas: Pragmas;
  /** The innermost open file; null before the first and after the last. */
  file: OpenFile | null = null;
  depth = 0;
  mainPath = "";
  /** The text asked for the name of the main file. */
  namesMain = false;
  /** Somebody asked with __has_include whether there is some file. */
  asksForFiles = false;
  readonly assertions: Assertions;
  readonly #builtins: Builtins;
  readonly #texts: readonly string[];
  /** Files that must not be read again: #pragma once, #import. */
  readonly #once = new Set<string>();
  readonly #opened = new Set<string>();
  readonly #maxDepth: number;
  #filesOpened = 0;

  constructor(
    readonly cache: LexCache,
    readonly files: FileTable,
    origins: OriginTable,
    readonly sink: DiagnosticSink,
    readonly finder: FileFinder,
    readonly options: PreprocessOptions,
  ) {
    this.expander = new Expander(cache.interner, origins, sink, this);
    this.#builtins = new Builtins(this);
    this.assertions = new Assertions(this.expander);
    this.pragmas = new Pragmas(this.expander, this);
    this.#texts = cache.interner.texts;
    this.#maxDepth = options.limits?.maxIncludeDepth ?? 200;
  }

  /** Open the text that a run starts with; read() ends with its end. */
  openRoot(path: string, text: string): void {
    const source = this.files.add(path, text);
    this.#push(
      new OpenFile(source, this.cache.lex(text), normalizePath(path), BESIDE, directoryOf(path), null),
    );
  }

  /** Goes on from where `other` is, between two root texts; neither changes the other from here on. */
  follow(other: Reader): void {
    this.expander.follow(other.expander);
    this.pragmas.follow(other.pragmas);
    this.assertions.follow(other.assertions);
    this.asksForFiles = other.asksForFiles;
    this.#builtins.follow(other.#builtins);
    for (const key of other.#once) this.#once.add(key);
    for (const key of other.#opened) this.#opened.add(key);
    this.#filesOpened = other.#filesOpened;
  }

  /** Open the text that a run goes on with, at its token number `index`. */
  openBehind(path: string, text: string, index: number): void {
    this.openRoot(path, text);
    this.file!.index = index;
  }

  #push(file: OpenFile): void {
    this.file = file;
    this.depth++;
    this.expander.reserveMacros();
    for (const { offset, length, severity, code, text } of file.lexed.problems) {
      const span = makeSpan(file.source.base + offset, length);
      if (severity === "error") this.sink.error(span, text);
      else if (!file.source.isSystem) this.sink.warning(code, span, text);
    }
  }

  #pop(file: OpenFile): void {
    for (const { openedAt, name } of file.conditionals) this.sink.error(openedAt, `unterminated #${name}`);
    this.file = file.below;
    this.depth--;
  }

  warn(code: string | null, span: Span, text: string): void {
    if (this.file?.source.isSystem !== true) this.sink.warning(code, span, text);
  }

  /** Where reading is at: the next token of the innermost file. */
  get currentPos(): Pos {
    const { file } = this;
    if (file === null) return 0;
    const { lexed, index } = file;
    return file.source.base + (index < lexed.count ? lexed.offset[index]! : lexed.text.length);
  }

  read(): Tok {
    const { expander } = this;
    for (;;) {
      const { file } = this;
      if (file === null) return END_OF_INPUT;
      const { lexed, index } = file;
      if (index < lexed.count) {
        const flags = lexed.flags[index]!;
        if ((flags & TokFlag.LineStart) !== 0) {
          if (expander.inDirective) return END_OF_INPUT;
          const isDirective = lexed.directives[this.#directiveAt(file, index)] === index;
          if (isDirective && expander.argumentState !== ArgumentState.LookingForParen) {
            this.#directive(file, index);
            continue;
          }
        }
        file.index = index + 1;
        const pos = file.source.base + lexed.offset[index]!;
        return new Tok(lexed.kind[index]!, flags, lexed.id[index]!, pos, 0);
      }
      // A macro call must end in the file in which it begins.
      if (expander.inDirective || expander.argumentState !== ArgumentState.None) return END_OF_INPUT;
      this.#pop(file);
    }
  }

  unread(): void {
    this.file!.index--;
  }

  builtin(name: Tok, macro: Macro): BuiltinResult | null {
    return this.#builtins.expand(name, macro);
  }

  /** The index in lexed.directives of the first directive at `index` or behind it. */
  #directiveAt(file: OpenFile, index: number): number {
    const { directives } = file.lexed;
    let next = file.nextDirective;
    while (next < directives.length && directives[next]! < index) next++;
    file.nextDirective = next;
    return next;
  }

  #directive(file: OpenFile, hash: number): void {
    const { expander } = this;
    const { argumentState, preventExpansion } = expander;
    expander.argumentState = ArgumentState.None;
    expander.preventExpansion = 0;
    expander.inDirective = true;
    const end = file.lexed.nextLine(hash);
    file.index = hash + 1;
    if (file.index < end) this.#obey(file, hash + 1, end);
    expander.dropContexts();
    // A conditional may have skipped further, an #include has opened another file on top.
    if (file.index < end) file.index = end;
    expander.inDirective = false;
    expander.directiveWantsPadding = false;
    expander.argumentState = argumentState;
    expander.preventExpansion = preventExpansion;
  }

  #obey(file: OpenFile, nameAt: number, end: number): void {
    const { kind, id } = file.lexed;
    const name = id[nameAt]!;
    file.index = nameAt + 1;
    if (kind[nameAt] === TokKind.Number) {
      this.#lineMarker(file, nameAt, end);
      return;
    }
    switch (name) {
      case Id.Define:
        this.#define(file, nameAt, end);
        break;
      case Id.Undef:
        this.#undef(file, nameAt, end);
        break;
      case Id.Include:
      case Id.IncludeNext:
      case Id.Import:
        this.#include(file, nameAt, end, name);
        break;
      case Id.If:
        this.#openConditional(file, nameAt, this.#condition(file, nameAt, "#if"));
        break;
      case Id.Ifdef:
      case Id.Ifndef:
        this.#openConditional(file, nameAt, this.#isDefined(file, nameAt, end) === (name === Id.Ifdef));
        break;
      case Id.Elif:
      case Id.Elifdef:
      case Id.Elifndef:
      case Id.Else:
      case Id.Endif:
        if (this.#branch(file, nameAt, end)) this.#skip(file);
        break;
      case Id.Line:
        this.#line(file, nameAt, end);
        break;
      case Id.Error:
      case Id.Warning:
        this.#message(file, nameAt, end);
        break;
      case Id.Pragma:
        this.pragmas.directive(file, nameAt, end);
        break;
      case Id.Ident:
      case Id.Sccs:
        break;
      case Id.Assert:
      case Id.Unassert:
        this.assertions.directive(name === Id.Assert, this.#tok(file, nameAt));
        break;
      default:
        this.#unknownDirective(file, nameAt);
    }
  }

  #span(file: OpenFile, index: number): Span {
    return file.spanOf(index, this.#texts);
  }

  /** Behind the last token before `end`: where what a directive lacks would have to stand. */
  #behind(file: OpenFile, end: number): Span {
    const { pos, length } = this.#span(file, end - 1);
    return makeSpan(pos + length, 1);
  }

  #tok(file: OpenFile, index: number): Tok {
    const { lexed, source } = file;
    const pos = source.base + lexed.offset[index]!;
    return new Tok(lexed.kind[index]!, lexed.flags[index]!, lexed.id[index]!, pos, 0);
  }

  #unknownDirective(file: OpenFile, nameAt: number): void {
    const name = this.#texts[file.lexed.id[nameAt]!]!;
    const close = closestName(name, DIRECTIVE_NAMES);
    const hint = close === null ? "" : `; did you mean #${close}?`;
    const options = close === null ? {} : { fix: close };
    this.sink.error(this.#span(file, nameAt), `invalid preprocessing directive #${name}${hint}`, options);
  }

  #extraTokens(file: OpenFile, at: number, end: number, directive: string, code: string | null = null): void {
    if (at < end) this.warn(code, this.#span(file, at), `extra tokens at end of #${directive} directive`);
  }

  /** The id of the macro that a directive names; 0, reported, if it names none. */
  #macroName(file: OpenFile, nameAt: number, end: number): number {
    const { lexed } = file;
    const directive = this.#texts[lexed.id[nameAt]!]!;
    const at = nameAt + 1;
    if (at >= end) {
      this.sink.error(this.#behind(file, end), `no macro name given in #${directive} directive`);
      return 0;
    }
    const id = lexed.id[at]!;
    if (lexed.kind[at] !== TokKind.Identifier) {
      this.sink.error(this.#span(file, at), "macro names must be identifiers");
      return 0;
    }
    if (this.pragmas.poisoned.has(id)) {
      this.sink.error(this.#span(file, at), `attempt to use poisoned "${this.#texts[id]!}"`);
      return 0;
    }
    const isDefining = directive === "define" || directive === "undef";
    const isOperator = id === Id.Defined || id === Id.HasInclude || id === Id.HasIncludeNext;
    if (isDefining && isOperator) {
      this.sink.error(this.#span(file, at), `"${this.#texts[id]!}" cannot be used as a macro name`);
      return 0;
    }
    return id;
  }

  #define(file: OpenFile, nameAt: number, end: number): void {
    const id = this.#macroName(file, nameAt, end);
    if (id === 0) return;
    const problems: DefinitionProblem[] = [];
    const macro = parseDefinition(
      file.lexed,
      file.source.base,
      nameAt + 1,
      end,
      this.cache.interner,
      problems,
    );
    for (const { at, text, isWarning } of problems) {
      const span = this.#span(file, at);
      if (isWarning === true) this.warn(null, span, text);
      else this.sink.error(span, text);
    }
    if (macro === null) return;
    const { macros } = this.expander;
    const old = macros[id];
    if (old !== undefined && !sameDefinition(old, macro)) this.#redefined(file, nameAt + 1, old);
    macros[id] = macro;
  }

  #redefined(file: OpenFile, at: number, old: Macro): void {
    if (file.source.isSystem) return;
    const name = this.#texts[old.id]!;
    const code = old.builtin === null ? null : "-Wbuiltin-macro-redefined";
    const note = {
      text: "this is the location of the previous definition",
      span: makeSpan(old.definedAt, name.length),
    };
    const options = old.builtin === null ? { notes: [note] } : {};
    this.sink.warning(code, this.#span(file, at), `"${name}" redefined`, options);
  }

  #undef(file: OpenFile, nameAt: number, end: number): void {
    const id = this.#macroName(file, nameAt, end);
    if (id === 0) return;
    const old = this.expander.macros[id];
    if (old !== undefined && old.builtin !== null) {
      this.warn(
        "-Wbuiltin-macro-redefined",
        this.#span(file, nameAt + 1),
        `undefining "${this.#texts[id]!}"`,
      );
    }
    this.expander.macros[id] = undefined;
    this.#extraTokens(file, nameAt + 2, end, "undef");
  }

  #isDefined(file: OpenFile, nameAt: number, end: number): boolean {
    const id = this.#macroName(file, nameAt, end);
    // Without a name neither #ifdef nor #ifndef holds.
    if (id === 0) return file.lexed.id[nameAt] === Id.Ifndef || file.lexed.id[nameAt] === Id.Elifndef;
    this.#extraTokens(file, nameAt + 2, end, this.#texts[file.lexed.id[nameAt]!]!);
    return this.expander.macros[id] !== undefined;
  }

  #condition(file: OpenFile, nameAt: number, directive: string): boolean {
    let end = nameAt + 1;
    while (end < file.lexed.count && (file.lexed.flags[end]! & TokFlag.LineStart) === 0) end++;
    return new Condition(this, directive, this.#behind(file, end)).evaluate();
  }

  #openConditional(file: OpenFile, nameAt: number, holds: boolean): void {
    const name = this.#texts[file.lexed.id[nameAt]!]!;
    file.conditionals.push({ openedAt: this.#span(file, nameAt), name, isTaken: holds, hasElse: false });
    if (!holds) this.#skip(file);
  }

  /** #elif, #else and #endif; true if the group that begins here is left out. */
  #branch(file: OpenFile, nameAt: number, end: number): boolean {
    const id = file.lexed.id[nameAt]!;
    const name = this.#texts[id]!;
    const span = this.#span(file, nameAt);
    const conditional = file.conditionals.at(-1);
    if (conditional === undefined) {
      this.sink.error(span, `#${name} without #if`);
      return false;
    }
    if (id === Id.Endif) {
      file.conditionals.pop();
      this.#extraTokens(file, nameAt + 1, end, name, "-Wendif-labels");
      return false;
    }
    if (conditional.hasElse) {
      const notes = [{ text: "the conditional began here", span: conditional.openedAt }];
      this.sink.error(span, `#${name} after #else`, { notes });
    }
    conditional.name = name;
    if (id === Id.Else) {
      conditional.hasElse = true;
      this.#extraTokens(file, nameAt + 1, end, name, "-Wendif-labels");
    }
    if (conditional.isTaken) return true;
    if (id === Id.Else) conditional.isTaken = true;
    else if (id === Id.Elif) conditional.isTaken = this.#condition(file, nameAt, "#elif");
    else conditional.isTaken = this.#isDefined(file, nameAt, end) === (id === Id.Elifdef);
    return !conditional.isTaken;
  }

  /** Go on behind the #elif, #else or #endif that ends the group to be left out. */
  #skip(file: OpenFile): void {
    const { lexed } = file;
    const { directives, id, flags, count } = lexed;
    let depth = 0;
    for (let next = this.#directiveAt(file, file.index); next < directives.length; next++) {
      const nameAt = directives[next]! + 1;
      if (nameAt >= count || (flags[nameAt]! & TokFlag.LineStart) !== 0) continue;
      const name = id[nameAt]!;
      if (!isDirectiveId(name)) continue;
      if (name === Id.If || name === Id.Ifdef || name === Id.Ifndef) {
        depth++;
      } else if (name === Id.Endif && depth > 0) {
        depth--;
      } else if (depth === 0 && isBranch(name)) {
        const end = lexed.nextLine(nameAt);
        file.index = nameAt + 1;
        file.nextDirective = next + 1;
        const leftOut = this.#branch(file, nameAt, end);
        this.expander.dropContexts();
        file.index = end;
        if (!leftOut) return;
      }
    }
    file.nextDirective = directives.length;
    file.index = count;
  }

  #include(file: OpenFile, nameAt: number, end: number, directive: number): void {
    const { expander } = this;
    expander.directiveWantsPadding = true;
    const header = this.#builtins.readHeader();
    expander.directiveWantsPadding = false;
    const at = nameAt + 1 < end ? nameAt + 1 : nameAt;
    const span = this.#span(file, at);
    const name = this.#texts[directive]!;
    if (header === null) {
      const where = nameAt + 1 < end ? span : this.#behind(file, end);
      this.sink.error(where, `#${name} expects "FILENAME" or <FILENAME>`);
      return;
    }
    if (header.name === "") {
      this.sink.error(span, `empty filename in #${name}`);
      return;
    }
    if (expander.nextNoPadding().kind !== TokKind.EndOfInput)
      this.#extraTokens(file, Math.max(at, end - 1), end, name);
    const found = this.find(header.name, header.isAngled, directive === Id.IncludeNext);
    if (found === null) {
      this.sink.error(span, `${header.name}: No such file or directory`, { fatal: true });
      return;
    }
    file.index = end;
    expander.dropContexts();
    this.#enter(found, file, span, directive === Id.Import);
  }

  /** Search as an #include in the innermost file does. */
  find(name: string, isAngled: boolean, isNext: boolean): FoundFile | null {
    const file = this.file!;
    if (isNext && file.below !== null) return this.finder.findNext(name, file.chainIndex);
    return this.finder.find(name, isAngled, file.directory);
  }

  #enter(found: FoundFile, file: OpenFile, span: Span, isImport: boolean): void {
    const { lexed, key, path } = found;
    if (this.#once.has(key)) return;
    const isGuarded = lexed.guard !== 0 && this.expander.macros[lexed.guard] !== undefined;
    if (isGuarded && !isImport) return;
    if (isImport) {
      this.markOnce(key);
      if (this.#opened.has(key)) return;
    }
    this.#opened.add(key);
    if (this.depth >= this.#maxDepth) {
      const text = `#include nested depth ${this.depth} exceeds maximum of ${this.#maxDepth}`;
      this.sink.error(span, text, { fatal: true });
      throw new LimitReached();
    }
    if (++this.#filesOpened > MAX_FILES) {
      this.sink.error(span, `more than ${MAX_FILES} files included`, { fatal: true });
      throw new LimitReached();
    }
    const isSystem = found.isSystem || file.source.isSystem;
    const source = this.files.add(path, lexed.text, span.pos, isSystem);
    this.#push(new OpenFile(source, lexed, key, found.chainIndex, directoryOf(path), file));
  }

  markOnce(key: string): void {
    this.#once.add(key);
  }

  /** All tokens of the directive's line from here on, expanded. */
  #restOfLine(): Tok[] {
    const toks: Tok[] = [];
    for (;;) {
      const token = this.expander.nextNoPadding();
      if (token.kind === TokKind.EndOfInput) return toks;
      toks.push(token);
    }
  }

  /** #line 33 "name" */
  #line(file: OpenFile, nameAt: number, end: number): void {
    const [number, name, extra] = this.#restOfLine();
    const span = this.#span(file, nameAt);
    if (number === undefined) {
      this.sink.error(span, "unexpected end of line after #line");
      return;
    }
    const digits = this.#texts[number.id]!;
    if (number.kind !== TokKind.Number || !/^[0-9]+$/.test(digits)) {
      this.sink.error(this.expander.spanOf(number), `"${digits}" after #line is not a positive integer`);
      return;
    }
    if (name !== undefined && name.kind !== TokKind.String) {
      this.sink.error(this.expander.spanOf(name), `"${this.#texts[name.id]!}" is not a valid filename`);
      return;
    }
    if (extra !== undefined)
      this.warn(null, this.expander.spanOf(extra), "extra tokens at end of #line directive");
    let line = Number(digits);
    if (line === 0 || line > 0x7fffffff) {
      this.warn(null, this.expander.spanOf(number), "line number out of range");
      line = Math.min(line, 0x7fffffff);
    }
    const current = this.files.place(number.pos).path;
    this.#mark(file, nameAt, line, name === undefined ? current : unquote(this.#texts[name.id]!));
    file.index = end;
  }

  /** # 33 "name" 1 3: what gcc -E writes. Flag 3 says that a system header follows. */
  #lineMarker(file: OpenFile, numberAt: number, end: number): void {
    const digits = this.#texts[file.lexed.id[numberAt]!]!;
    if (!/^[0-9]+$/.test(digits)) {
      this.sink.error(this.#span(file, numberAt), `"${digits}" after # is not a positive integer`);
      return;
    }
    const [name, flag] = this.#restOfLine();
    this.#mark(file, numberAt, Number(digits), this.#markedPath(file, numberAt, name, flag));
    file.index = end;
  }

  /** Flag 1 enters a file, flag 2 goes back to the one before, whose name may then be left out as "". */
  #markedPath(file: OpenFile, at: number, name: Tok | undefined, flag: Tok | undefined): string {
    const current = this.files.place(file.source.base + file.lexed.offset[at]!).path;
    const given = name === undefined ? current : unquote(this.#texts[name.id]!);
    const flagText = flag === undefined ? "" : this.#texts[flag.id]!;
    if (flagText === "1") file.markedPaths.push(current);
    const left = flagText === "2" ? file.markedPaths.pop() : undefined;
    return given === "" && left !== undefined ? left : given;
  }

  #mark(file: OpenFile, at: number, line: number, path: string): void {
    const { source } = file;
    const offset = file.lexed.offset[at]!;
    const lineEnd = source.text.indexOf("\n", offset);
    const pos = source.base + (lineEnd < 0 ? source.text.length : lineEnd + 1);
    source.lineMarks.push({ pos, line, path });
  }

  #message(file: OpenFile, nameAt: number, end: number): void {
    const toks: Tok[] = [];
    const { lexed } = file;
    for (let i = nameAt; i < end; i++) toks.push(this.#tok(file, i));
    const text = `#${spellToks(toks, this.#texts)}`;
    const span = this.#span(file, nameAt);
    if (lexed.id[nameAt] === Id.Error) this.sink.error(span, text);
    else this.sink.warning("-Wcpp", span, text);
  }
}

function isBranch(id: number): boolean {
  return id === Id.Else || id === Id.Endif || id === Id.Elif || id === Id.Elifdef || id === Id.Elifndef;
}

/** The contents of a string literal without its escapes. */
function unquote(literal: string): string {
  return literal.slice(literal.indexOf('"') + 1, -1).replace(/\\([\\"])/g, "$1");
}
