// Gives the added lines of a mangled hunk their white space back. What a line had is gone; what remains is the
// style around it: the structure of the code (indent.ts), the columns its neighbours keep (columns.ts), the
// deleted line it replaces. One bit is left in most mails: `+x` was at the margin, `+ x` was not.
//
// The hard thing is which witness to believe. A line that was deleted and added again with other blanks was
// probably moved into or out of a block, so its old indent is no proof: where the structure is followed it decides
// the indent, and the twin only the gaps inside. Outside C there is no structure to follow, and the nearest line
// that begins alike is asked. Measured in docs/applying.md.
import { type BlankModel, retab } from "./blanks.js";
import { align, gapsOfTwin, likeness, type RowKind, rowsOf } from "./columns.js";
import { type Tracker, tracker } from "./indent.js";
import type { ByteString, HunkLine } from "./patch.js";
import { collapse, type SourceFile, trimBlanks } from "./source.js";
import {
  type CodeStyle,
  columnAfter,
  columnsOf,
  indentText,
  KERNEL_STYLE,
  measureStyle,
  styleOfBareText,
  TAB,
} from "./style.js";

export interface Remains {
  /** `+x` against `+ x` still tells the margin from the rest. */
  readonly marginKnown: boolean;
  /** The indents are there, but as blanks. */
  readonly blanks: BlankModel | null;
}

/** How far above a hunk the tracker begins to read. */
const LOOK_BACK = 400;
/** A deleted line is the twin of an added one from this likeness on. */
const TWIN = 0.49;
/** How far a row looks for a neighbour of its kind, in lines. */
const REACH = 12;
/** How far a line outside C looks for one that begins alike. */
const NEAR = 60;

/** The hunk's lines with white space given to the added ones. `start`: index of its first old line. */
export function reindent(
  path: string,
  lines: readonly HunkLine[],
  source: SourceFile,
  start: number,
  remains: Remains,
): HunkLine[] {
  const isC = /\.(?:c|h|cc|cpp|cxx|hpp|hh|S|inc|dts|dtsi|dtso|y|l|bpf)$/i.test(path);
  const style = styleFor(source, lines);
  const follow = isC ? tracker(style) : null;
  for (let i = Math.max(0, start - LOOK_BACK); follow && i < start; i++) feedLine(follow, source.line(i));
  const rowKinds = lines.map((line) =>
    line.kind === "+" ? rowsOf(collapse(line.text)).map((row) => row.kind) : [],
  );
  const below = settledBelow();
  const oldCount = lines.filter((line) => line.kind !== "+").length;
  const out: HunkLine[] = [];
  let table: { from: number; to: number; ends: Map<RowKind, number> } = { from: 0, to: -1, ends: new Map() };
  for (const [i, line] of lines.entries()) {
    if (line.kind !== "+") {
      out.push(line);
      if (line.kind === " " && follow) feedLine(follow, line.text);
      continue;
    }
    const text = collapse(line.text);
    let made = text === "" ? "" : whiteSpace(text, i, out);
    if (remains.blanks !== null && text !== "") made = fromBlanks(line.text, made, remains.blanks);
    out.push({ ...line, text: made });
    follow?.feed(text, columnsOf(made));
  }
  return out;

  /** Blanks turned back into tabs; of one blank for each tab the columns inside are gone, and are as guessed. */
  function fromBlanks(raw: ByteString, guessed: ByteString, model: BlankModel): ByteString {
    const predicted = /^[ \t]*/.exec(guessed)![0];
    const line = retab(raw, model, predicted);
    if (model !== "single" || / {2}|\t/.test(trimBlanks(raw))) return line;
    return /^[ \t]*/.exec(line)![0] + guessed.slice(predicted.length);
  }

  function whiteSpace(text: ByteString, at: number, done: readonly HunkLine[]): ByteString {
    const atMargin = remains.marginKnown && !/^[ \t]/.test(lines[at]!.text);
    const notAtMargin = remains.marginKnown && !atMargin;
    const inComment = follow?.inComment() ?? false;
    let columns = atMargin ? 0 : follow ? follow.predict(text) : likeNeighbours(text, at, done);
    if (notAtMargin && columns === 0) columns = inComment ? 1 : style.unit;
    const indent = indentText(columns, { ...style, tabs: style.tabs && tabsNear(at) });
    const words = inComment && style.wideStops ? text.replace(/\. (?=[A-Z*])/g, ".  ") : text;
    const twin = twinOf(at);
    const gaps = twin === null ? null : gapsOfTwin(indent, words, twin);
    if (gaps !== null) return gaps;
    if (inComment) return indent + words;
    // Lines that were guessed themselves are no witnesses.
    const above: ByteString[] = [];
    for (let i = at - 1; i >= 0 && above.length < REACH; i--)
      if (lines[i]!.kind !== "+") above.push(lines[i]!.text);
    for (let i = start - 1; i >= 0 && above.length < REACH; i--) above.push(source.line(i));
    const under: ByteString[] = [];
    for (
      let i = below.findIndex((one) => one.index > at);
      i >= 0 && i < below.length && under.length < REACH;
      i++
    ) {
      under.push(below[i]!.text);
    }
    return align(indent, words, above, under, tableEnds(at, columns));
  }

  /** In a file with both the nearest line that is deep enough tells whether eight columns are a tab here. */
  function tabsNear(at: number): boolean {
    for (let i = 1; i <= REACH; i++) {
      for (const line of [settledAt(at - i), settledAt(at + i)]) {
        const lead = line === null ? "" : /^[ \t]*/.exec(line)![0];
        if (columnsOf(lead) >= TAB) return lead.includes("\t");
      }
    }
    return true;
  }

  /** A line of the hunk, or of the source around it, unless it was added. */
  function settledAt(i: number): ByteString | null {
    const line = lines[i];
    if (line) return line.kind === "+" ? null : line.text;
    const index = i < 0 ? start + i : start + oldCount + (i - lines.length);
    return index >= 0 && index < source.count ? source.line(index) : null;
  }

  /** The deleted line of the same change that is most like the added one. */
  function twinOf(at: number): ByteString | null {
    let best: ByteString | null = null;
    let most = TWIN;
    for (let i = at - 1; i >= 0 && lines[i]!.kind !== " "; i--) consider(i);
    for (let i = at + 1; i < lines.length && lines[i]!.kind !== " "; i++) consider(i);
    return best;
    function consider(i: number): void {
      const line = lines[i]!;
      if (line.kind !== "-") return;
      const like = likeness(line.text, lines[at]!.text);
      if (like > most) {
        most = like;
        best = line.text;
      }
    }
  }

  /** Lines that are settled, from the hunk's first one to a few behind its end. */
  function settledBelow(): { index: number; text: ByteString }[] {
    const settled: { index: number; text: ByteString }[] = [];
    for (const [index, line] of lines.entries())
      if (line.kind === " ") settled.push({ index, text: line.text });
    const end = start + lines.filter((line) => line.kind !== "+").length;
    for (let i = end; i < Math.min(end + REACH, source.count); i++) {
      settled.push({ index: lines.length + i, text: source.line(i) });
    }
    return settled;
  }

  /** Where the longest left parts end in the table of added rows around this one; found once for all its rows. */
  function tableEnds(at: number, columns: number): ReadonlyMap<RowKind, number> {
    const kinds = rowKinds[at]!;
    if (at >= table.from && at <= table.to) return table.ends;
    const ends = new Map<RowKind, number>();
    const same = (i: number) => rowKinds[i]?.some((kind) => kinds.includes(kind)) ?? false;
    // Blank lines, comments and conditions do not end a table.
    const between = (i: number) =>
      lines[i]?.kind === "+" && /^(?:$|\/?\*|\/\/|#\s*(?:if|el|end))/.test(lines[i]!.text.trim());
    let from = at;
    while (same(from - 1) || between(from - 1)) from--;
    let to = at;
    while (same(to + 1) || between(to + 1)) to++;
    let rows = 0;
    for (let i = from; i <= to; i++) {
      if (!same(i)) continue;
      rows++;
      const text = collapse(lines[i]!.text);
      for (const row of rowsOf(text)) {
        const end = columnAfter(text.slice(0, row.left), columns);
        ends.set(row.kind, Math.max(ends.get(row.kind) ?? 0, end));
      }
    }
    table = { from, to, ends: rows > 1 ? ends : new Map() };
    return table.ends;
  }

  function linesOf(from: number, to: number): ByteString[] {
    const some: ByteString[] = [];
    for (let i = Math.max(0, from); i < Math.min(to, source.count); i++) some.push(source.line(i));
    return some;
  }

  /** The deleted line in the place of this one, where as many lines were deleted as were added. */
  function replacedBy(at: number): ByteString | null {
    let from = at;
    while (from > 0 && lines[from - 1]!.kind !== " ") from--;
    let to = at;
    while (to + 1 < lines.length && lines[to + 1]!.kind !== " ") to++;
    const block = lines.slice(from, to + 1);
    const gone = block.filter((line) => line.kind === "-");
    const born = block.filter((line) => line.kind === "+");
    return gone.length === born.length ? gone[born.indexOf(lines[at]!)]!.text : null;
  }

  /** Outside C: the indent of the nearest line that begins with the same word, else of the line above. */
  function likeNeighbours(text: ByteString, at: number, done: readonly HunkLine[]): number {
    const replaced = replacedBy(at);
    if (replaced !== null) return columnsOf(replaced);
    const helped = helpText(text, done);
    if (helped !== null) return helped;
    const word = /^\S+/.exec(text)![0];
    const above = done.filter((line) => line.kind !== "-").map((line) => line.text);
    const near = [...linesOf(start - NEAR, start), ...above].reverse();
    const below = lines.slice(at + 1).filter((line) => line.kind !== "+");
    near.push(...below.map((line) => line.text), ...linesOf(start, start + NEAR));
    const alike = near.find((line) => line.trimStart().startsWith(word));
    if (alike !== undefined) return columnsOf(alike);
    const last = near.find((line) => line.trim() !== "");
    return last === undefined ? 0 : columnsOf(last);
  }
}

/** Kconfig: the text below `help` is two columns to the right of it. */
function helpText(text: ByteString, done: readonly HunkLine[]): number | null {
  if (/^(?:config|menuconfig|choice|endchoice|menu|endmenu|if|endif|source|comment)\b/.test(text))
    return null;
  for (let i = done.length - 1; i >= 0; i--) {
    if (done[i]!.kind === "-" || done[i]!.text.trim() === "") continue;
    const help = /^([ \t]*)(?:---)?help(?:---)?$/.exec(done[i]!.text);
    return help ? columnsOf(help[1]!) + 2 : null;
  }
  return null;
}

/** So many lines show the style of any file. */
const MOST_MEASURED = 3000;

function firstLines(source: SourceFile): ByteString[] {
  return Array.from({ length: Math.min(source.count, MOST_MEASURED) }, (_, i) => source.line(i));
}

/** A file's style is the same for all of its hunks. */
const styles = new WeakMap<SourceFile, CodeStyle | null>();

function measured(source: SourceFile): CodeStyle | null {
  let style = styles.get(source);
  if (style === undefined) {
    style = measureStyle(firstLines(source));
    styles.set(source, style);
  }
  return style;
}

function styleFor(source: SourceFile, lines: readonly HunkLine[]): CodeStyle {
  const known = measured(source);
  if (known) return known;
  return source.count > 0 ? KERNEL_STYLE : styleOfBareText(lines.map((line) => line.text));
}

function feedLine(follow: Tracker, line: ByteString): void {
  follow.feed(line.trim(), columnsOf(line));
}
