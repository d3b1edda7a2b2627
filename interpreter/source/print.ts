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
import type { FileTable, SourceFile } from "./file.js";
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
type Hints = Pick<Diagnostic, "fix" | "fatal" | "insertion" | "also">;

/** A place with the line that shows it. */
interface Shown {
  readonly file: SourceFile;
  readonly physical: number;
  readonly line: number;
  readonly column: number;
  readonly width: number;
  readonly text: string;
}

/** Line numbers of up to five digits, as in gcc. */
function gutter(text: string): string {
  return text.padStart(5);
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

  /**
   * The line with a caret under the first character of the span and tildes under the rest, then what is to be written
   * there. Further places are underlined on the same line or on their own, behind it.
   */
  #source(severity: Severity, span: Span, hints: Hints): void {
    const at = this.#shown(span);
    if (at === null) return;
    // What stands in a macro's definition is right in other expansions: nothing is to be changed there.
    const inCode = span.origin === 0;
    const fix = inCode ? (hints.fix ?? hints.insertion) : undefined;
    const last = this.#lastShown;
    if (last?.pos === span.pos && last.length === span.length && fix === undefined) return;
    this.#lastShown = span;
    const also = inCode ? (hints.also ?? []).flatMap((one) => this.#shown(one) ?? []) : [];
    const below = also.filter(({ file, physical }) => file === at.file && physical > at.physical);
    const beside = also.filter(({ file, physical }) => file === at.file && physical === at.physical);
    this.#line(at);
    let marks = `${" ".repeat(at.column - 1)}^${"~".repeat(at.width - 1)}`;
    for (const { column, width } of beside) {
      const from = column - 1;
      const all = marks.padEnd(from + width);
      // The caret is the message's own; nothing is drawn over it.
      if (all.slice(from, from + width).trim() === "") {
        marks = all.slice(0, from) + "~".repeat(width) + all.slice(from + width);
      }
    }
    this.#under(severity, marks);
    if (fix !== undefined) this.#under("fix", " ".repeat(at.column - 1) + fix);
    for (const one of below) {
      if (one.physical > at.physical + 1) this.#lines.push("......");
      this.#line(one);
      this.#under(severity, " ".repeat(one.column - 1) + "~".repeat(one.width));
    }
  }

  #shown(span: Span): Shown | null {
    const file = this.files.fileAt(span.pos);
    if (file === null) return null;
    const offset = span.pos - file.base;
    const physical = file.lineOf(offset);
    const { line, column } = this.files.place(span.pos);
    const text = file.lineText(physical);
    const from = offset - file.lineStarts[physical - 1]!;
    const width =
      expandTabs(text.slice(0, from + span.length)).length - expandTabs(text.slice(0, from)).length;
    return { file, physical, line, column, width: Math.max(1, width), text };
  }

  #line({ line, text }: Shown): void {
    this.#lines.push(`${gutter(String(line))} | ${expandTabs(text)}`);
  }

  /** What stands below a line, from its first column on. */
  #under(kind: Severity | "fix", text: string): void {
    const indent = text.length - text.trimStart().length;
    this.#lines.push(`${gutter("")} | ${text.slice(0, indent)}${this.#paint(kind, text.slice(indent))}`);
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
