// The files of one translation unit, and the way from a position to path, line and column.
//
// In: texts, in the order in which they are entered. Out: for a position (span.ts) the file, the line, the
// column, and the chain of #includes that led there. The one subtle thing is the column: gcc 12 counts display
// columns from 1, where a tab goes to the next multiple of 8 and a wide character takes two; so do we, because
// the caret line below a message is laid out in the same columns.

import { displayWidth } from "./columns.js";
import type { Pos } from "./span.js";

/** A `#line` directive: from `pos` on, lines count from `line`, and `path` is the name that is shown. */
export interface LineMark {
  readonly pos: Pos;
  readonly line: number;
  readonly path: string;
}

/** A place for people. `line` and `column` count from 1. */
export interface Place {
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

export class SourceFile {
  /** `#line` directives in the order of their positions. Written by the preprocessor. */
  readonly lineMarks: LineMark[] = [];
  #lineStarts: Int32Array | null = null;

  constructor(
    /** Index in FileTable.files. */
    readonly id: number,
    readonly path: string,
    readonly text: string,
    /** The position of the first character. */
    readonly base: Pos,
    /** Where the `#include` stands that entered this file; 0 for the main file and the built-in texts. */
    readonly includedFrom: Pos,
    /** Found in a system directory, or says so itself by a pragma: warnings inside are not for the user. */
    public isSystem: boolean,
  ) {}

  /** Offsets of the first character of each line; the first entry is 0. */
  get lineStarts(): Int32Array {
    this.#lineStarts ??= findLineStarts(this.text);
    return this.#lineStarts;
  }

  /** The physical line (from 1) of an offset in this file, whatever `#line` says. */
  lineOf(offset: number): number {
    const starts = this.lineStarts;
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  }

  /** The text of a physical line (from 1) without its line end. */
  lineText(line: number): string {
    const starts = this.lineStarts;
    if (line < 1 || line > starts.length) return "";
    const start = starts[line - 1]!;
    let end = line < starts.length ? starts[line]! - 1 : this.text.length;
    if (end > start && this.text.charCodeAt(end - 1) === 13) end--;
    return this.text.slice(start, end);
  }
}

export class FileTable {
  readonly files: SourceFile[] = [];
  // Position 0 means "nowhere", so the first file starts at 1.
  #nextBase: Pos = 1;

  add(path: string, text: string, includedFrom: Pos = 0, isSystem = false): SourceFile {
    const file = new SourceFile(this.files.length, path, text, this.#nextBase, includedFrom, isSystem);
    this.files.push(file);
    this.#nextBase += text.length + 1;
    return file;
  }

  /** The same files; what is added to either from here on, the other does not have. */
  fork(): FileTable {
    const copy = new FileTable();
    copy.files.push(...this.files);
    copy.#nextBase = this.#nextBase;
    return copy;
  }

  /** Gives a file that others were included from another name, line by line: `lines[i]` is the number of its line i + 1. */
  rename(id: number, path: string, lines: readonly number[]): void {
    const old = this.files[id]!;
    const file = new SourceFile(id, path, old.text, old.base, old.includedFrom, old.isSystem);
    lines.forEach((line, i) => {
      file.lineMarks.push({ pos: old.base + old.lineStarts[i]!, line, path });
    });
    this.files[id] = file;
  }

  /** The file that owns a position, or null for 0 and for positions past the end. */
  fileAt(pos: Pos): SourceFile | null {
    const files = this.files;
    if (pos <= 0 || pos >= this.#nextBase) return null;
    let low = 0;
    let high = files.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (files[middle]!.base <= pos) low = middle;
      else high = middle - 1;
    }
    return files[low]!;
  }

  /** Path, line and column as gcc prints them, `#line` taken into account. */
  place(pos: Pos): Place {
    const file = this.fileAt(pos);
    if (file === null) return { path: "<built-in>", line: 0, column: 0 };
    const offset = pos - file.base;
    const physical = file.lineOf(offset);
    const start = file.lineStarts[physical - 1]!;
    const column = displayWidth(file.text, start, offset) + 1;
    const mark = lastMarkBefore(file, pos);
    if (mark === null) return { path: file.path, line: physical, column };
    return { path: mark.path, line: mark.line + physical - file.lineOf(mark.pos - file.base), column };
  }

  /** "path:line:col". */
  describe(pos: Pos): string {
    const { path, line, column } = this.place(pos);
    return line === 0 ? path : `${path}:${line}:${column}`;
  }

  /** The places of the `#include`s that lead to a position, innermost first. */
  includeChain(pos: Pos): Place[] {
    const chain: Place[] = [];
    for (let file = this.fileAt(pos); file !== null && file.includedFrom !== 0; ) {
      chain.push(this.place(file.includedFrom));
      file = this.fileAt(file.includedFrom);
    }
    return chain;
  }
}

function lastMarkBefore(file: SourceFile, pos: Pos): LineMark | null {
  const marks = file.lineMarks;
  let low = 0;
  let high = marks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (marks[middle]!.pos <= pos) low = middle + 1;
    else high = middle;
  }
  return low === 0 ? null : marks[low - 1]!;
}

function findLineStarts(text: string): Int32Array {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count++;
  const starts = new Int32Array(count);
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) starts[line++] = at + 1;
  return starts;
}
