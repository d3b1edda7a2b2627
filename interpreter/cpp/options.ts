// What the preprocessor is handed and what it hands back.

import type { DiagnosticSink } from "../source/diagnostic.js";
import type { FileTable } from "../source/file.js";
import type { OriginTable } from "../source/origin.js";
import type { Pos, Span } from "../source/span.js";
import type { Warnings } from "../source/warnings.js";
import type { LexCache } from "./cache.js";
import type { TokenList } from "./token.js";

/** The file system as the preprocessor sees it: the core itself knows none. */
export interface PreprocessHost {
  /** The text of a file, or null if there is none. "." and ".." are resolved in the path. */
  readFile(path: string): string | null;
}

export interface PreprocessLimits {
  /** Tokens that the result may have. Default 4,000,000. */
  readonly maxTokens?: number;
  /** Nesting of #include. Default 200, as in gcc. */
  readonly maxIncludeDepth?: number;
}

export interface PreprocessOptions {
  /** Directories for #include "...", searched after the directory of the including file (-iquote). */
  readonly quotePaths?: readonly string[];
  /** Directories for both forms, searched next (-I). */
  readonly includePaths?: readonly string[];
  /** Directories for both forms, searched last; warnings inside are dropped (-isystem). */
  readonly systemPaths?: readonly string[];
  /** Macros of the command line, name or "name(params)" to body: { CONFIG_SMP: "1" }. */
  readonly defines?: Readonly<Record<string, string>>;
  /** Names whose predefined definition is taken away (-U). */
  readonly undefines?: readonly string[];
  /** Files read before the main file (-include), for example linux/kconfig.h. */
  readonly forceIncludes?: readonly string[];
  /** The set of macros that the compiler itself defines. Default "lp64-gnu-gcc12". */
  readonly predefined?: "lp64-gnu-gcc12" | "none";
  /** -Wundef: warn about undefined names in #if. Default: what `warnings` says, else false. */
  readonly warnUndefined?: boolean;
  /** Which warnings are wanted, here and in the stages that report into the same sink; default: all. */
  readonly warnings?: Warnings;
  readonly limits?: PreprocessLimits;
  /** Lexed files of earlier runs. */
  readonly cache?: LexCache;
}

/** A #pragma that the preprocessor does not obey itself. */
export interface PragmaNote {
  /** It stands before this token of the result. */
  readonly before: number;
  /** Without "#pragma". */
  readonly text: string;
  readonly span: Span;
}

/** A macro that is defined at the end of the translation unit. */
export interface MacroInfo {
  readonly name: string;
  /** null for an object-like macro. */
  readonly params: readonly string[] | null;
  readonly isVariadic: boolean;
  /** The body, spelt with single blanks where white space stood. */
  readonly body: string;
  /** Where its name stands in the #define. */
  readonly definedAt: Pos;
}

/** The macros at the end of the translation unit; descriptions are made when asked for. */
export interface MacroTable {
  get(name: string): MacroInfo | null;
  names(): string[];
}

export interface PreprocessResult {
  readonly tokens: TokenList;
  readonly files: FileTable;
  readonly origins: OriginTable;
  /** The preprocessor's own diagnostics; later stages may report into the same sink. */
  readonly diagnostics: DiagnosticSink;
  readonly macros: MacroTable;
  readonly pragmas: readonly PragmaNote[];
  /** The comments before the first token of the main file, without their delimiters; "" if there is none. */
  readonly leadingComment: string;
  /** Which other files there are may have decided something: __has_include. */
  readonly asksForFiles: boolean;
}
