// Diagnostics as data. Whoever reads C (preprocessor, parser, checker) reports into a DiagnosticSink and goes on;
// nobody throws for what a user wrote. Printing is a separate step (print.ts), so that text, JSON and a page
// show the same message.

import type { ExpansionFrame, OriginTable } from "./origin.js";
import type { Span } from "./span.js";

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
  /** Places that are underlined with the span: what stands there instead, the bracket that is not closed. */
  readonly also?: readonly Span[];
}

/** A note before it is attached. */
export interface Note {
  readonly text: string;
  readonly span: Span;
}

export interface ReportOptions {
  readonly notes?: readonly Note[];
  readonly fix?: string;
  readonly fatal?: true;
  readonly insertion?: string;
  readonly also?: readonly Span[];
}

/** The number of errors after which further ones are counted but not kept. */
export const DEFAULT_MAX_ERRORS = 50;

export class DiagnosticSink {
  readonly all: Diagnostic[] = [];
  /** All errors, also those beyond the limit. */
  errorCount = 0;
  warningCount = 0;
  #kept = 0;

  constructor(
    readonly origins: OriginTable,
    readonly maxErrors: number = DEFAULT_MAX_ERRORS,
  ) {}

  /** The same reports; what is reported to either from here on, the other does not have. */
  fork(): DiagnosticSink {
    const copy = new DiagnosticSink(this.origins, this.maxErrors);
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
    this.warningCount++;
    this.#keep("warning", code, span, text, options);
  }

  #keep(severity: Severity, code: string | null, span: Span, text: string, options?: ReportOptions): void {
    // Errors and warnings have a budget each, so that a flood of one cannot hide the other.
    const budget = severity === "error" ? this.errorCount : this.warningCount;
    if (budget > this.maxErrors) return;
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
    const notes = (options?.notes ?? []).map((note) => this.#make("note", null, note.span, note.text));
    const expansion = this.origins.chain(span.pos, span.origin);
    const made: Diagnostic = { severity, code, text, span, notes, expansion };
    if (options === undefined) return made;
    const { fix, fatal, insertion, also } = options;
    return {
      ...made,
      ...(fix === undefined ? {} : { fix }),
      ...(fatal === undefined ? {} : { fatal }),
      ...(insertion === undefined ? {} : { insertion }),
      ...(also === undefined ? {} : { also }),
    };
  }
}
