// The lines of C below a message: carets, underlines, labels below them, and what is to be written instead.
//
// In: ranges and changes by line and display column of one file. A range may go over several lines, and several
// ranges may share one. Lines between two ranges are shown where only one is left out otherwise; a wider gap is a
// line of dots. Labels stand below their carets, the rightmost first, each on a line of its own where they would
// touch (the layout is that of gcc's diagnostic-show-locus).

/** A line and a column, both from 1. */
export interface Point {
  readonly row: number;
  readonly column: number;
}

export interface Range {
  readonly from: Point;
  /** The last character. */
  readonly to: Point;
  /** The character that counts, below which a label stands. */
  readonly caret: Point;
  /** It is marked as such. */
  readonly hasCaret: boolean;
  readonly label: string | null;
}

/** Text to be put in front of a column, or in place of several columns. */
export interface Change {
  readonly at: Point;
  /** How many columns are replaced. */
  readonly width: number;
  readonly text: string;
}

/** What the lines are painted with. */
export interface Paint {
  mark(text: string): string;
  change(text: string): string;
}

/** `text`: a line with its tabs as blanks; `number`: how it is called. The first range is the message's own. */
export function locusLines(
  ranges: readonly Range[],
  changes: readonly Change[],
  text: (row: number) => string,
  number: (row: number) => number,
  paint: Paint,
): string[] {
  const out: string[] = [];
  for (const [i, [first, last]] of spans(ranges, changes).entries()) {
    if (i > 0) out.push("......");
    for (let row = first; row <= last; row++) {
      const line = text(row);
      out.push(`${gutter(String(number(row)))} | ${line}`);
      if (ranges.some(({ from, to }) => from.row <= row && row <= to.row)) {
        out.push(below(marks(ranges, row, line), paint.mark));
      }
      for (const label of labelLines(ranges, row)) out.push(below(label, paint.mark));
      for (const change of changeLines(ranges, changes, row)) out.push(below(change, paint.change));
    }
  }
  return out;
}

/** Line numbers of up to five digits, as in gcc. */
function gutter(text: string): string {
  return text.padStart(5);
}

function below(text: string, paint: (text: string) => string): string {
  const shown = text.trimEnd();
  const indent = shown.length - shown.trimStart().length;
  const marked = shown.slice(indent);
  return `${gutter("")} | ${shown.slice(0, indent)}${marked === "" ? "" : paint(marked)}`;
}

/** First and last row of each stretch of lines that is shown in one piece. */
function spans(ranges: readonly Range[], changes: readonly Change[]): [number, number][] {
  const all = [
    ...ranges.map(({ from, to }): [number, number] => [from.row, to.row]),
    ...changes.map(({ at }): [number, number] => [at.row, at.row]),
  ].sort(([a, c], [b, d]) => a - b || c - d);
  const merged: [number, number][] = [];
  for (const [first, last] of all) {
    const current = merged.at(-1);
    if (current !== undefined && first <= current[1] + 2) current[1] = Math.max(current[1], last);
    else merged.push([first, last]);
  }
  return merged;
}

/** The line of carets and tildes. */
function marks(ranges: readonly Range[], row: number, line: string): string {
  const firstInk = line.length - line.trimStart().length + 1;
  const lastInk = line.trimEnd().length;
  let bound = ranges[0]!.caret.column;
  for (const { from, to } of ranges) {
    if (row < from.row || row > to.row) continue;
    bound = Math.max(bound, to.row === row ? to.column : lastInk);
  }
  let out = "";
  for (let column = 1; column <= bound; column++) {
    const range = ranges.find((one) => contains(one, row, column));
    if (range === undefined) out += " ";
    else if (range.hasCaret && range.caret.row === row && range.caret.column === column) out += "^";
    else out += column < firstInk || column > lastInk ? " " : "~";
  }
  return out;
}

function contains({ from, to }: Range, row: number, column: number): boolean {
  if (row < from.row || row > to.row) return false;
  return (row > from.row || column >= from.column) && (row < to.row || column <= to.column);
}

interface Label {
  readonly column: number;
  readonly text: string;
  line: number;
  bar: boolean;
}

function labelLines(ranges: readonly Range[], row: number): string[] {
  const labels: Label[] = [];
  // Of two at one place the one given first stands lower.
  for (const { caret, label } of [...ranges].reverse()) {
    if (label !== null && caret.row === row)
      labels.push({ column: caret.column, text: label, line: 0, bar: true });
  }
  if (labels.length === 0) return [];
  labels.sort((a, b) => a.column - b.column);
  let lines = 1;
  let next = Number.POSITIVE_INFINITY;
  for (const label of [...labels].reverse()) {
    if (label.column + label.text.length >= next) {
      lines++;
      if (label.column === next) label.bar = false;
    }
    label.line = lines;
    next = label.column;
  }
  const out: string[] = [];
  for (let line = 0; line <= lines; line++) {
    let text = "";
    for (const label of labels) {
      if (line > label.line) break;
      if (line === label.line) text = text.padEnd(label.column - 1) + label.text;
      else if (label.bar) text = `${text.padEnd(label.column - 1)}|`;
    }
    out.push(text);
  }
  return out;
}

function changeLines(ranges: readonly Range[], changes: readonly Change[], row: number): string[] {
  const here = changes.filter(({ at }) => at.row === row).sort((a, b) => a.at.column - b.at.column);
  const out: string[] = [];
  let text = "";
  const moveTo = (column: number): void => {
    if (text.length > column - 1) {
      out.push(text);
      text = "";
    }
    text = text.padEnd(column - 1);
  };
  for (const { at, width, text: written } of here) {
    if (width > 0) {
      const end = at.column + width - 1;
      const isMarked = ranges.some(
        ({ from, to }) =>
          from.row === row && to.row === row && from.column === at.column && to.column === end,
      );
      if (!isMarked || written === "") {
        moveTo(at.column);
        text += "-".repeat(width);
      }
      if (written === "") continue;
    }
    moveTo(at.column);
    text += written;
  }
  if (text !== "") out.push(text);
  return out;
}
