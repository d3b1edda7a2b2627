// The preprocessor: text in, the tokens of the translation unit out.
//
// Built-in macros, command line, forced includes and the main file are read one after the other through one
// reader (files and directives) and one expander (macros). Text without macros, which is most of it, is copied
// straight from the lexer's arrays to the result's; only where a macro's name or a directive stands do tokens
// take the long way.

import { DiagnosticSink } from "../source/diagnostic.js";
import { FileTable } from "../source/file.js";
import { OriginTable } from "../source/origin.js";
import { makeSpan } from "../source/span.js";
import { LexCache } from "./cache.js";
import { LimitReached } from "./expand.js";
import { FileFinder } from "./files.js";
import { Id } from "./intern.js";
import { spellBody } from "./macro.js";
import type {
  MacroInfo,
  MacroTable,
  PreprocessHost,
  PreprocessOptions,
  PreprocessResult,
} from "./options.js";
import { PREDEFINED } from "./predefined.js";
import { runTogether } from "./print.js";
import { Reader } from "./reader.js";
import { quote } from "./stringify.js";
import { PaddingState, type Tok, TokKind } from "./tok.js";
import { TokenFlag, TokenList } from "./token.js";

const DEFAULT_MAX_TOKENS = 4_000_000;

export interface MainFile {
  readonly path: string;
  readonly text: string;
}

export function preprocess(
  main: MainFile,
  host: PreprocessHost,
  options: PreprocessOptions = {},
): PreprocessResult {
  const run = Run.begun(host, options, main.text.length);
  run.read(main, 0);
  return run.result(main);
}

/**
 * The #include lines that many files begin with, read once for all of them: what a compiler keeps as a precompiled
 * header. Each file goes on from a copy of where these lines lead.
 */
export class PreprocessedHead {
  readonly result: PreprocessResult;
  readonly #run: Run;
  /** Number of the file that stands for these lines, whichever file they are the beginning of. */
  readonly #file: number;
  /** How many tokens these lines are. */
  readonly #length: number;

  constructor(head: MainFile, host: PreprocessHost, options: PreprocessOptions = {}) {
    this.#run = Run.begun(host, options, head.text.length);
    this.#file = this.#run.files.files.length;
    this.#run.read(head, 0);
    this.result = this.#run.result(head);
    this.#length = this.result.tokens.length;
  }

  /** Every file that begins so goes on in the same way, whatever its name. */
  get isCommon(): boolean {
    return !this.#run.reader.namesMain && !this.result.diagnostics.hasErrors;
  }

  /**
   * Reads the rest of a file that begins with these lines. The tokens are in one list for all such files: those of the
   * latest one, so files are worked on one after the other.
   */
  goOn(main: MainFile, begin: Beginning): PreprocessResult {
    this.result.tokens.truncate(this.#length);
    const run = this.#run.fork();
    run.files.rename(this.#file, main.path, begin.lines);
    run.read(main, begin.next);
    return run.result(main);
  }
}

/** #include lines that a file begins with. */
export interface Beginning {
  readonly text: string;
  /** The number of each of its lines in the file. */
  readonly lines: readonly number[];
  /** The file's first token behind them. */
  readonly next: number;
}

/** The first of these lines, the first two …, all of them: none if the file does not begin so. */
export function beginningsOf(main: MainFile, cache: LexCache): Beginning[] {
  const { text } = main;
  const lexed = cache.lex(text);
  const { directives, id, offset, count } = lexed;
  const found: Beginning[] = [];
  let last: Beginning = { text: "", lines: [], next: 0 };
  for (const hash of directives) {
    if (hash !== last.next || hash + 1 >= count || id[hash + 1] !== Id.Include) break;
    const from = text.lastIndexOf("\n", offset[hash]!) + 1;
    const end = text.indexOf("\n", from);
    const line = text.slice(from, end < 0 ? undefined : end);
    if (/\\\r?$|\/\*/.test(line)) break;
    last = {
      text: `${last.text}${line}\n`,
      lines: [...last.lines, text.slice(0, from).split("\n").length],
      next: lexed.nextLine(hash),
    };
    found.push(last);
  }
  return found;
}

/** One run: files and directives, macros, and where the tokens go. */
class Run {
  /** A limit was reached: nothing behind it is read. */
  #stopped = false;

  private constructor(
    readonly cache: LexCache,
    readonly files: FileTable,
    readonly origins: OriginTable,
    readonly diagnostics: DiagnosticSink,
    readonly finder: FileFinder,
    readonly options: PreprocessOptions,
    readonly tokens: TokenList,
    readonly reader = new Reader(cache, files, origins, diagnostics, finder, options),
    readonly writer = new Writer(reader, tokens, options.limits?.maxTokens ?? DEFAULT_MAX_TOKENS),
  ) {}

  /** `size`: characters of the main file. */
  static begun(host: PreprocessHost, given: PreprocessOptions, size: number): Run {
    const warnUndefined = given.warnUndefined ?? (given.warnings?.level("undef") ?? 0) > 0;
    const options = { ...given, warnUndefined };
    const origins = new OriginTable();
    const files = new FileTable();
    const cache = options.cache ?? new LexCache();
    const run = new Run(
      cache,
      files,
      origins,
      new DiagnosticSink(origins, undefined, options.warnings ?? null, files),
      new FileFinder(host, options, cache),
      options,
      new TokenList(Math.max(1024, size >> 1)),
    );
    run.#within(() => {
      run.reader.openRoot("<built-in>", options.predefined === "none" ? "" : PREDEFINED);
      run.writer.run();
      run.reader.openRoot("<command-line>", commandLine(options));
      run.writer.run();
    });
    return run;
  }

  /** A run that goes on from here. What only grows (origins, spellings, the tokens until now) is common. */
  fork(): Run {
    const { cache, origins, finder, options, tokens } = this;
    const files = this.files.fork();
    const run = new Run(cache, files, origins, this.diagnostics.fork(files), finder, options, tokens);
    run.reader.follow(this.reader);
    run.writer.follow(this.writer);
    return run;
  }

  /** Reads the main file from its token number `index` on. */
  read(main: MainFile, index: number): void {
    if (this.#stopped) return;
    this.reader.mainPath = main.path;
    this.#within(() => {
      this.reader.openBehind(main.path, main.text, index);
      this.writer.run();
    });
  }

  #within(body: () => void): void {
    try {
      body();
    } catch (limit) {
      if (!(limit instanceof LimitReached)) throw limit;
      this.#stopped = true;
    }
  }

  result({ text }: MainFile): PreprocessResult {
    const { tokens, files, origins, diagnostics, reader } = this;
    return {
      tokens,
      files,
      origins,
      diagnostics,
      macros: new DefinedMacros(reader),
      pragmas: reader.pragmas.notes,
      leadingComment: leadingComment(text),
      asksForFiles: reader.asksForFiles,
    };
  }
}

/** The options that gcc takes as -D, -U and -include, as the text that they stand for. */
function commandLine(options: PreprocessOptions): string {
  const lines: string[] = [];
  for (const [name, body] of Object.entries(options.defines ?? {})) lines.push(`#define ${name} ${body}`);
  for (const name of options.undefines ?? []) lines.push(`#undef ${name}`);
  for (const path of options.forceIncludes ?? []) lines.push(`#include ${quote(path)}`);
  return lines.length === 0 ? "" : `${lines.join("\n")}\n`;
}

/** Takes what reader and expander deliver, settles white space, and fills the token list. */
class Writer {
  readonly #texts: readonly string[];
  readonly #padding = new PaddingState();
  #hasPadding = false;
  #lineStart = 0;
  #lastText = "";
  #lastOrigin = 0;

  constructor(
    readonly reader: Reader,
    readonly tokens: TokenList,
    readonly maxTokens: number,
  ) {
    this.#texts = reader.cache.interner.texts;
    reader.pragmas.tokensBefore = () => tokens.length;
  }

  follow(other: Writer): void {
    this.#padding.follow(other.#padding);
    this.#hasPadding = other.#hasPadding;
    this.#lineStart = other.#lineStart;
    this.#lastText = other.#lastText;
    this.#lastOrigin = other.#lastOrigin;
  }

  run(): void {
    const { reader } = this;
    const { expander } = reader;
    for (;;) {
      if (expander.isAtBase) this.#copyPlainText();
      const token = expander.next();
      if (token.kind === TokKind.EndOfInput) return;
      if (token.kind === TokKind.Padding) {
        this.#padding.take(token);
        this.#hasPadding = true;
        this.#lineStart |= token.flags & TokenFlag.LineStart;
      } else {
        this.#write(token);
      }
    }
  }

  /** Copy tokens of the innermost file up to the next directive or macro name. */
  #copyPlainText(): void {
    const { file, expander, pragmas } = this.reader;
    if (file === null) return;
    const { tokens } = this;
    const { macros } = expander;
    const { kind, flags, id, offset, count } = file.lexed;
    const { base } = file.source;
    const texts = this.#texts;
    const hasPoison = pragmas.poisoned.size > 0;
    let index = file.index;
    for (; index < count; index++) {
      const tokenKind = kind[index]!;
      const tokenId = id[index]!;
      if (tokenKind === TokKind.Identifier) {
        if (macros[tokenId] !== undefined || hasPoison) break;
      } else if (tokenKind === TokKind.Other || this.#isHash(tokenId)) {
        break;
      }
      if (this.#hasPadding || this.#lastOrigin !== 0) {
        file.index = index;
        this.#write(this.reader.read());
      } else {
        tokens.push(tokenKind, flags[index]!, texts[tokenId]!, base + offset[index]!, 0);
        this.#lastText = texts[tokenId]!;
      }
    }
    file.index = index;
    if (tokens.length > this.maxTokens) this.#stop();
  }

  #isHash(id: number): boolean {
    return id === Id.Hash || id === Id.HashHash || id === Id.HashDigraph || id === Id.HashHashDigraph;
  }

  #write(token: Tok): void {
    const { tokens } = this;
    const text = this.#texts[token.id]!;
    let hasSpace = this.#padding.settle(token.flags);
    // Neighbours in the source cannot run together; anything else can.
    const mayRunTogether = token.origin !== 0 || this.#lastOrigin !== 0 || this.#hasPadding;
    if (!hasSpace && mayRunTogether && runTogether(this.#lastText, text)) hasSpace = true;
    const ownLineStart = token.origin === 0 ? token.flags & TokenFlag.LineStart : 0;
    const lineStart = ownLineStart | this.#lineStart;
    const { kind } = token;
    if (kind === TokKind.Other || this.#isHash(token.id)) this.#reportStray(token, text);
    if (this.reader.pragmas.poisoned.has(token.id)) {
      this.reader.sink.error(this.reader.expander.spanOf(token), `attempt to use poisoned "${text}"`);
    }
    tokens.push(kind, (hasSpace ? TokenFlag.SpaceBefore : 0) | lineStart, text, token.pos, token.origin);
    this.#hasPadding = false;
    this.#lineStart = 0;
    this.#lastText = text;
    this.#lastOrigin = token.origin;
    if (tokens.length > this.maxTokens) this.#stop();
  }

  #reportStray(token: Tok, text: string): void {
    const { expander, sink } = this.reader;
    const quoted = text.startsWith('"') || text.startsWith("'");
    const message = quoted ? `missing terminating ${text[0]!} character` : `stray '${text}' in program`;
    if (token.kind === TokKind.Other || token.kind === TokKind.Punct)
      sink.error(expander.spanOf(token), message);
  }

  #stop(): never {
    const pos = this.tokens.pos[this.tokens.length - 1]!;
    const text = `translation unit has more than ${this.maxTokens} tokens`;
    const span = makeSpan(pos, 1, this.tokens.origin[this.tokens.length - 1]!);
    this.reader.sink.error(span, text, { fatal: true });
    throw new LimitReached();
  }
}

class DefinedMacros implements MacroTable {
  constructor(readonly reader: Reader) {}

  get(name: string): MacroInfo | null {
    const { interner, macros } = this.reader.expander;
    const macro = macros[interner.intern(name)];
    if (macro === undefined) return null;
    const { texts } = interner;
    return {
      name,
      params: macro.params === null ? null : macro.params.map((id) => texts[id]!),
      isVariadic: macro.isVariadic,
      body: spellBody(macro, texts),
      definedAt: macro.definedAt,
    };
  }

  names(): string[] {
    const { interner, macros } = this.reader.expander;
    return interner.texts.filter((_, id) => macros[id] !== undefined);
  }
}

/** The text of the comments that open a file, line by line without the stars in front. */
function leadingComment(text: string): string {
  const parts: string[] = [];
  const comment = /\s*(?:\/\*([\s\S]*?)\*\/|\/\/([^\n]*))/y;
  for (let match = comment.exec(text); match !== null; match = comment.exec(text)) {
    parts.push(match[1] === undefined ? match[2]! : match[1].replace(/^[ \t]*\*+[ \t]?/gm, ""));
  }
  return parts.map((part) => part.trim()).join("\n");
}
