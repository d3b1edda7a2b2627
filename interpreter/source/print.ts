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
import type { Diagnostic, Severity } from "./diagnostic.js";
import type { FileTable } from "./file.js";
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

class Printer {
  readonly #lines: string[] = [];
  // The include chain is shown only where it differs from that of the message before.
  #lastFile = -1;
  // A place that the message before has just shown is not shown again.
  #lastShown: Span | null = null;

  constructor(
    readonly files: FileTable,
    readonly hasColor: boolean,
  ) {}

  text(): string {
    return this.#lines.map((line) => `${line}\n`).join("");
  }

  diagnostic(diagnostic: Diagnostic): void {
    const { severity, code, text, span, expansion, notes, fix } = diagnostic;
    const option = code === null ? "" : ` [${this.#paint(severity, code)}]`;
    this.#message(severity, text + option, span, fix);
    this.#expansions(span, expansion);
    for (const note of notes) this.diagnostic(note);
  }

  #paint(kind: Severity | "place" | "fix", text: string): string {
    return this.hasColor ? `${COLORS[kind]}${text}${PLAIN}` : text;
  }

  #message(severity: Severity, text: string, span: Span, fix?: string): void {
    this.#includes(span.pos);
    const place = this.#paint("place", `${this.files.describe(span.pos)}:`);
    this.#lines.push(`${place} ${this.#paint(severity, `${severity}:`)} ${text}`);
    this.#source(severity, span, fix);
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

  /** The line with a caret under the first character of the span and tildes under the rest. */
  #source(severity: Severity, span: Span, fixed: string | undefined): void {
    const file = this.files.fileAt(span.pos);
    if (file === null) return;
    // What stands in a macro's definition is right in other expansions: nothing is to be replaced there.
    const fix = span.origin === 0 ? fixed : undefined;
    const last = this.#lastShown;
    if (last?.pos === span.pos && last.length === span.length && fix === undefined) return;
    this.#lastShown = span;
    const offset = span.pos - file.base;
    const physical = file.lineOf(offset);
    const { line, column } = this.files.place(span.pos);
    const text = file.lineText(physical);
    const from = offset - file.lineStarts[physical - 1]!;
    const width = Math.max(
      1,
      expandTabs(text.slice(0, from + span.length)).length - expandTabs(text.slice(0, from)).length,
    );
    const number = String(line).padStart(5);
    const gutter = " ".repeat(number.length);
    const indent = " ".repeat(column - 1);
    this.#lines.push(`${number} | ${expandTabs(text)}`);
    this.#lines.push(`${gutter} | ${indent}${this.#paint(severity, `^${"~".repeat(width - 1)}`)}`);
    if (fix !== undefined) this.#lines.push(`${gutter} | ${indent}${this.#paint("fix", fix)}`);
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
