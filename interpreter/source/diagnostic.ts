// Diagnostics as data. Whoever reads C (preprocessor, parser, checker) reports into a DiagnosticSink and goes on;
// nobody throws for what a user wrote. Printing is a separate step (print.ts), so that text, JSON and a page
// show the same message.

import type { FileTable } from "./file.js";
import type { ExpansionFrame, OriginTable } from "./origin.js";
import type { Span } from "./span.js";
import { errorCode, WarningPragmas, Warnings } from "./warnings.js";

export type Severity = "error" | "warning" | "note";

export interface Diagnostic {
  readonly severity: Severity;
  /** The gcc option that controls it ("-Wunused-variable"), or null. */
  readonly code: string | null;
  /** Without trailing period, quoting C names as 'name'. */
  readonly text: string;
  readonly span: Span;
  /** Further places that belong to it: severity "note". */
  readonly notes: readonly Diagnostic[];
  /** The macros that the place came out of, innermost first; empty where it stands in plain code. */
  readonly expansion: readonly ExpansionFrame[];
  /** A replacement for the text of the span, as in "did you mean". */
  readonly fix?: string;
  /** Nothing behind it makes sense any more: gcc's "fatal error". */
  readonly fatal?: true;
  /** What is missing at the span, to be inserted there. */
  readonly insertion?: string;
  /** Other changes that the message asks for. */
  readonly changes?: readonly Change[];
  /** The expression that is meant, where the span is only its operator: first and last token. */
  readonly range?: TokenRange;
  /** What is written below the caret: a type. */
  readonly label?: string;
  /** Places that are underlined with the span: what stands there instead, the bracket that is not closed. */
  readonly also?: readonly Underlined[];
}

/** First and last token of something. */
export interface TokenRange {
  readonly first: Span;
  readonly last: Span;
}

/** A place that is underlined besides the message's own. */
export interface Underlined extends Span {
  readonly range?: TokenRange;
  readonly label?: string;
}

/** `text` in place of what stands there; a span of length 0: in front of it. */
export interface Change extends Span {
  readonly text: string;
}

/** A note before it is attached. */
export interface Note extends ReportOptions {
  readonly text: string;
  readonly span: Span;
}

export interface ReportOptions {
  readonly notes?: readonly Note[];
  readonly fix?: string;
  readonly fatal?: true;
  readonly insertion?: string;
  readonly changes?: readonly Change[];
  readonly range?: TokenRange;
  readonly label?: string;
  readonly also?: readonly Underlined[];
  /** The token that it is about, for `#pragma GCC diagnostic`; default: the latest one. */
  readonly token?: number;
}

/** The number of errors after which further ones are counted but not kept. */
export const DEFAULT_MAX_ERRORS = 50;

/** The same for warnings: they keep nobody from going on, and some code has many. */
const MAX_WARNINGS = 1000;

const DEFAULT_WARNINGS = new Warnings([]);

export class DiagnosticSink {
  readonly all: Diagnostic[] = [];
  /** All errors, also those beyond the limit. */
  errorCount = 0;
  warningCount = 0;
  #kept = 0;

  constructor(
    readonly origins: OriginTable,
    readonly maxErrors: number = DEFAULT_MAX_ERRORS,
    /** Which warnings are wanted; null: all that anybody has. */
    readonly warnings: Warnings | null = null,
    /** What is warned about in system headers is not reported. */
    readonly files: FileTable | null = null,
    readonly pragmas: WarningPragmas = new WarningPragmas(),
  ) {}

  /** The same reports; what is reported to either from here on, the other does not have. */
  fork(files: FileTable | null): DiagnosticSink {
    const copy = new DiagnosticSink(this.origins, this.maxErrors, this.warnings, files, this.pragmas.fork());
    copy.all.push(...this.all);
    copy.errorCount = this.errorCount;
    copy.warningCount = this.warningCount;
    copy.#kept = this.#kept;
    return copy;
  }

  get hasErrors(): boolean {
    return this.errorCount > 0;
  }

  /** What was read is not what was meant, so that looking further would only repeat that. */
  get hasFatal(): boolean {
    return this.all.some(({ fatal }) => fatal === true);
  }

  /** True once so many errors were found that going on is of no use to the reader. */
  get isFull(): boolean {
    return this.errorCount >= this.maxErrors;
  }

  error(span: Span, text: string, options?: ReportOptions): void {
    this.errorCount++;
    this.#keep("error", null, span, text, options);
  }

  /** `code` is the gcc option that would silence it, or null. */
  warning(code: string | null, span: Span, text: string, options?: ReportOptions): void {
    const level = this.#levelOf(code, options?.token ?? Number.POSITIVE_INFINITY);
    if (level === "off" || (span.pos > 0 && this.files?.fileAt(span.pos)?.isSystem === true)) return;
    if (level === "error") {
      this.errorCount++;
      this.#keep("error", errorCode(code), span, text, options);
      return;
    }
    this.warningCount++;
    this.#keep("warning", code, span, text, options);
  }

  #levelOf(code: string | null, token: number) {
    const { warnings } = this;
    if (warnings?.isQuiet === true) return "off";
    return this.pragmas.at(token, code) ?? warnings?.severity(code) ?? "warning";
  }

  /** Is more wanted than what is on without being asked for? */
  get asksForMore(): boolean {
    return this.pragmas.wanted.size > 0 || this.warnings?.asksForMore === true;
  }

  /** Is anything to be said of an option, given by its name without "-W"? */
  wants(name: string): boolean {
    if (this.pragmas.wanted.has(name)) return true;
    return (this.warnings ?? DEFAULT_WARNINGS).level(name) > 0;
  }

  #keep(severity: Severity, code: string | null, span: Span, text: string, options?: ReportOptions): void {
    // Errors and warnings have a budget each, so that a flood of one cannot hide the other.
    const isError = severity === "error";
    if ((isError ? this.errorCount : this.warningCount) > (isError ? this.maxErrors : MAX_WARNINGS)) return;
    this.#kept++;
    this.all.push(this.#make(severity, code, span, text, options));
  }

  /** How many reports were dropped because of the limit. */
  get dropped(): number {
    return this.errorCount + this.warningCount - this.#kept;
  }

  #make(
    severity: Severity,
    code: string | null,
    span: Span,
    text: string,
    options?: ReportOptions,
  ): Diagnostic {
    const notes = (options?.notes ?? []).map((note) => this.#make("note", null, note.span, note.text, note));
    const expansion = this.origins.chain(span.pos, span.origin);
    const made: Diagnostic = { severity, code, text, span, notes, expansion };
    if (options === undefined) return made;
    const { fix, fatal, insertion, changes, range, label, also } = options;
    return {
      ...made,
      ...(fix === undefined ? {} : { fix }),
      ...(fatal === undefined ? {} : { fatal }),
      ...(insertion === undefined ? {} : { insertion }),
      ...(changes === undefined ? {} : { changes }),
      ...(range === undefined ? {} : { range: this.#areTogether(span, range) ? range : caretOnly(span) }),
      ...(label === undefined ? {} : { label }),
      ...(also === undefined
        ? {}
        : { also: also.filter((one) => this.#areTogether(span, one.range ?? one)) }),
    };
  }

  /** What came out of different expansions is not drawn together. */
  #areTogether(span: Span, other: TokenRange | Span): boolean {
    const { origins } = this;
    if ("pos" in other) return origins.areTogether(span.origin, other.origin);
    return (
      origins.areTogether(span.origin, other.first.origin) &&
      origins.areTogether(span.origin, other.last.origin)
    );
  }
}

/** Where the ends of an expression came out of other expansions than its operator, one character is marked. */
function caretOnly(span: Span): TokenRange {
  const caret = { ...span, length: 1 };
  return { first: caret, last: caret };
}
