// What the compiler warns about, and which of it a patch brought in.
//
// A patch moves lines, so a warning of the side before is found again by what it says and by the text of its line,
// not by its number. What stays without a partner is matched once more without the text of the line: a line that
// the patch rewrites may go on to deserve the warning it had. Only what is left then is new.

import { type Diagnostic, FileTable, printDiagnostics } from "../../interpreter/api.js";

/** The warnings of one compilation, with the files that their places lie in. */
export interface Warned {
  readonly all: readonly Diagnostic[];
  readonly files: FileTable;
}

/** Nothing is wrong, so no place is asked for. */
export const NO_WARNINGS: Warned = { all: [], files: new FileTable() };

/** A warning as reports show it. */
export interface CompilerWarning {
  file: string;
  line: number;
  column: number;
  /** "-Wunused-variable"; null for those that no option controls. */
  option: string | null;
  message: string;
  /** In gcc's form, with the line of C and the macros it came through. */
  text: string;
}

/** All warnings in gcc's form; "" if there are none. */
export function warningText({ all, files }: Warned): string {
  return printDiagnostics(all, files);
}

/** Those of `after` that `before` has not. */
export function newWarnings(before: Warned, after: Warned): CompilerWarning[] {
  const exact = withoutPartner(after.all, after.files, before.all, before.files, lineKey);
  const left = withoutPartner(before.all, before.files, after.all, after.files, lineKey);
  return withoutPartner(exact, after.files, left, before.files, messageKey).map((one) => {
    const { path, line, column } = after.files.place(one.span.pos);
    const text = printDiagnostics([one], after.files);
    return { file: path, line, column, option: one.code, message: one.text, text };
  });
}

/** Once each, although several scenarios include the file that has it. */
export function withoutRepeats(warnings: readonly CompilerWarning[]): CompilerWarning[] {
  const seen = new Set<string>();
  return warnings.filter(({ file, line, column, message }) => {
    const key = `${file}:${line}:${column}: ${message}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    return isFirst;
  });
}

type Key = (one: Diagnostic, files: FileTable) => string;

/** Each of `others` takes one of `ours` with the same key away. */
function withoutPartner(
  ours: readonly Diagnostic[],
  ourFiles: FileTable,
  others: readonly Diagnostic[],
  otherFiles: FileTable,
  key: Key,
): Diagnostic[] {
  const free = new Map<string, number>();
  for (const other of others) {
    const name = key(other, otherFiles);
    free.set(name, (free.get(name) ?? 0) + 1);
  }
  return ours.filter((one) => {
    const name = key(one, ourFiles);
    const count = free.get(name) ?? 0;
    free.set(name, count - 1);
    return count <= 0;
  });
}

const messageKey: Key = ({ span, code, text }, files) => `${files.place(span.pos).path}\0${code}\0${text}`;

const lineKey: Key = (one, files) => `${messageKey(one, files)}\0${lineOf(one, files).trim()}`;

function lineOf({ span }: Diagnostic, files: FileTable): string {
  const file = files.fileAt(span.pos);
  return file === null ? "" : file.lineText(file.lineOf(span.pos - file.base));
}
