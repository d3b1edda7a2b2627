// Diagnostics as text, in gcc's form:
//
//     In file included from a.c:1:
//     b.h:5:25: error: 'y' undeclared
//         5 | #define TWICE(x) ADD(x, y)
//           |                         ^
//     a.c:6:32: note: in expansion of macro 'TWICE'
//
// The place of a message is where its token is spelt, also when that is in a macro's definition. Below stand the
// expansions, innermost first, with gcc's one subtlety (maybe_unwind_expanded_macro_loc): only the first of them may
// say "in definition of macro", namely when the token was passed to that macro and the definition's line is not
// the one just shown. Definitions in system headers are not shown.

import { expandTabs } from "./columns.js";
import type { Change, Diagnostic, Severity, TokenRange } from "./diagnostic.js";
import type { FileTable, SourceFile } from "./file.js";
import { locusLines, type Point, type Range } from "./locus.js";
import type { ExpansionFrame } from "./origin.js";
import type { Pos, Span } from "./span.js";

export interface PrintOptions {
  /** Colour severities and carets as gcc does on a terminal. Default false. */
  readonly color?: boolean;
}

const COLORS: Readonly<Record<Severity | "place" | "fix", string>> = {
  error: "\u001b[01;31m",
  warning: "\u001b[01;35m",
  note: "\u001b[01;36m",
  place: "\u001b[01m",
  fix: "\u001b[32m",
};
const PLAIN = "\u001b[m";

/** All messages, one below the other, each line ended. */
export function printDiagnostics(
  diagnostics: readonly Diagnostic[],
  files: FileTable,
  options: PrintOptions = {},
): string {
  const printer = new Printer(files, options.color === true);
  for (const diagnostic of diagnostics) printer.diagnostic(diagnostic);
  return printer.text();
}

/** What goes below a message besides its caret. */
type Hints = Pick<Diagnostic, "fix" | "fatal" | "insertion" | "also" | "changes" | "range" | "label">;

class Printer {
  readonly #lines: string[] = [];
  // The include chain is shown only where it differs from that of the message before.
  #lastFile = -1;
  // A place that the message before has just shown is not shown again.
  #lastShown = "";

  constructor(
    readonly files: FileTable,
    readonly hasColor: boolean,
  ) {}

  text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  diagnostic(diagnostic: Diagnostic): void {
    const { severity, code, text, span, expansion, notes } = diagnostic;
    const option = code === null ? "" : ` [${this.#paint(severity, code)}]`;
    this.#message(severity, text + option, span, diagnostic);
    this.#expansions(span, expansion);
    for (const note of notes) this.diagnostic(note);
  }

  #paint(kind: Severity | "place" | "fix", text: string): string {
    return this.hasColor ? `${COLORS[kind]}${text}${PLAIN}` : text;
  }

  #message(severity: Severity, text: string, span: Span, hints: Hints = {}): void {
    this.#includes(span.pos);
    const place = this.#paint("place", `${this.files.describe(span.pos)}:`);
    this.#lines.push(
      `${place} ${this.#paint(severity, `${hints.fatal === true ? "fatal " : ""}${severity}:`)} ${text}`,
    );
    this.#source(severity, span, hints);
  }

  #includes(pos: Pos): void {
    const file = this.files.fileAt(pos);
    if (file === null || file.id === this.#lastFile) return;
    this.#lastFile = file.id;
    const chain = this.files.includeChain(pos);
    chain.forEach(({ path, line }, i) => {
      const lead = i === 0 ? "In file included from" : "                 from";
      this.#lines.push(
        `${lead} ${this.#paint("place", `${path}:${line}`)}${i + 1 < chain.length ? "," : ":"}`,
      );
    });
  }

  /** The lines that are meant, with carets and what is to be written there. */
  #source(severity: Severity, span: Span, hints: Hints): void {
    const file = this.files.fileAt(span.pos);
    if (file === null) return;
    // What stands in a macro's definition is right in other expansions: nothing is to be changed there.
    const changes = span.origin === 0 ? changesOf(span, hints) : [];
    const isPlain = changes.length === 0 && hints.also === undefined && hints.label === undefined;
    const shown = `${span.pos} ${span.origin} ${hints.range?.first.pos ?? span.pos} ${hints.range?.last.pos ?? span.pos}`;
    if (isPlain && this.#lastShown === shown) return;
    this.#lastShown = shown;
    const range = (
      one: Span,
      whole: TokenRange | undefined,
      isOwn: boolean,
      label?: string,
    ): Range | null => {
      if (this.files.fileAt(one.pos) !== file) return null;
      const caret = this.#point(file, one.pos);
      const { first, last } = whole ?? { first: one, last: one };
      if (this.files.fileAt(first.pos) !== file || this.files.fileAt(last.pos) !== file) return null;
      const from = this.#point(file, first.pos);
      const to = this.#point(file, last.pos + Math.max(1, last.length) - 1);
      const isSane = from.row <= to.row;
      if (!isSane && !isOwn) return null;
      return {
        from: isSane ? from : caret,
        to: isSane ? to : caret,
        caret,
        hasCaret: isOwn,
        label: label ?? null,
      };
    };
    const own = range(span, hints.range, true, hints.label) ?? range(span, undefined, true, hints.label)!;
    const others = (hints.also ?? []).flatMap((one) => range(one, one.range, false, one.label) ?? []);
    const lines = locusLines(
      [own, ...others],
      changes.map(({ pos, length, text }) => {
        const at = this.#point(file, pos);
        return { at, text, width: length === 0 ? 0 : this.#point(file, pos + length).column - at.column };
      }),
      (row) => expandTabs(file.lineText(row)),
      (row) => this.files.place(file.base + file.lineStarts[row - 1]!).line,
      { mark: (text) => this.#paint(severity, text), change: (text) => this.#paint("fix", text) },
    );
    this.#lines.push(...lines);
  }

  #point(file: SourceFile, pos: Pos): Point {
    const offset = pos - file.base;
    const row = file.lineOf(offset);
    const from = offset - file.lineStarts[row - 1]!;
    return { row, column: expandTabs(file.lineText(row).slice(0, from)).length + 1 };
  }

  #expansions(span: Span, frames: readonly ExpansionFrame[]): void {
    const shownLine = this.#lineOf(span.pos);
    frames.forEach((frame, i) => {
      const definition = this.files.fileAt(frame.inDefinition);
      if (definition === null || definition.isSystem) return;
      const wasPassed = i === 0 && this.#lineOf(frame.inDefinition) !== shownLine;
      const pos = wasPassed ? frame.inDefinition : frame.calledAt;
      const length = wasPassed ? frame.paramLength : frame.calledLength;
      const text = `in ${wasPassed ? "definition" : "expansion"} of macro '${frame.macro}'`;
      this.#message("note", text, { pos, length, origin: 0 });
    });
  }

  #lineOf(pos: Pos): string {
    const { path, line } = this.files.place(pos);
    return `${path}:${line}`;
  }
}

function changesOf(span: Span, { fix, insertion, changes = [] }: Hints): readonly Change[] {
  if (fix !== undefined) return [{ ...span, text: fix }, ...changes];
  return insertion === undefined ? changes : [{ ...span, length: 0, text: insertion }, ...changes];
}
