// Gives the added lines of a mangled hunk their white space back. What a line had is gone; what remains is the
// style around it: the structure of the code (indent.ts), the columns its neighbours keep (columns.ts), the
// deleted line it replaces. One bit is left in most mails: `+x` was at the margin, `+ x` was not.
//
// The hard thing is which witness to believe. A line that was deleted and added again with other blanks was
// probably moved into or out of a block, so its old indent is no proof: where the structure is followed it decides
// the indent, and the twin only the gaps inside. Outside C there is no structure to follow, and the nearest line
// that begins alike is asked. Measured in docs/applying.md.
import { align, gapsOfTwin, likeness, rowsOf } from "./columns.js";
import { type Tracker, tracker } from "./indent.js";
import type { ByteString, HunkLine } from "./patch.js";
import { collapse, type SourceFile } from "./source.js";
import { type CodeStyle, columnsOf, indentText, KERNEL_STYLE, measureStyle, styleOfBareText } from "./style.js";

export interface Remains {
  /** `+x` against `+ x` still tells the margin from the rest. */
  readonly marginKnown: boolean;
}

/** How far above a hunk the tracker begins to read. */
const LOOK_BACK = 400;
/** A deleted line is the twin of an added one from this likeness on. */
const TWIN = 0.5;

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
  for (let i = Math.max(0, start - LOOK_BACK); follow && i < start; i++) feedLine(follow, source.lines[i]!);
  const out: HunkLine[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.kind !== "+") {
      out.push(line);
      if (line.kind === " " && follow) feedLine(follow, line.text);
      continue;
    }
    const text = collapse(line.text);
    const made = text === "" ? "" : whiteSpace(text, i, out);
    out.push({ ...line, text: made });
    follow?.feed(text, columnsOf(made));
  }
  return out;

  function whiteSpace(text: ByteString, at: number, done: readonly HunkLine[]): ByteString {
    const atMargin = remains.marginKnown && !/^[ \t]/.test(lines[at]!.text);
    const notAtMargin = remains.marginKnown && !atMargin;
    const inComment = follow?.inComment() ?? false;
    let columns = atMargin ? 0 : follow ? follow.predict(text) : likeNeighbours(text, at, done);
    if (notAtMargin && columns === 0) columns = inComment ? 1 : style.unit;
    const indent = indentText(columns, style);
    const words = inComment && style.wideStops ? text.replace(/\. (?=[A-Z*])/g, ".  ") : text;
    const twin = twinOf(at);
    const gaps = twin === null ? null : gapsOfTwin(indent, words, twin);
    if (gaps !== null) return gaps;
    if (inComment) return indent + words;
    const above = done
      .filter((line) => line.kind !== "-")
      .map((line) => line.text)
      .reverse();
    for (let i = start - 1; i >= 0 && above.length < 12; i--) above.push(source.lines[i]!);
    return align(indent, words, above, settledBelow(at), run(at, indent));
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

  function settledBelow(at: number): ByteString[] {
    const below = lines
      .slice(at + 1)
      .filter((line) => line.kind === " ")
      .map((line) => line.text);
    const end = start + lines.filter((line) => line.kind !== "+").length;
    for (let i = end; i < source.lines.length && below.length < 12; i++) below.push(source.lines[i]!);
    return below;
  }

  /** The added lines around this one that are rows of the same kind. */
  function run(at: number, indent: ByteString): { indent: ByteString; text: ByteString }[] {
    const kinds = rowsOf(collapse(lines[at]!.text)).map((row) => row.kind);
    if (kinds.length === 0) return [];
    const same = (i: number) =>
      lines[i]?.kind === "+" && rowsOf(collapse(lines[i]!.text)).some((row) => kinds.includes(row.kind));
    let from = at;
    while (same(from - 1)) from--;
    let to = at;
    while (same(to + 1)) to++;
    return lines.slice(from, to + 1).map((line) => ({ indent, text: collapse(line.text) }));
  }

  /** Outside C: the indent of the nearest line that begins with the same word, else of the line above. */
  function likeNeighbours(text: ByteString, at: number, done: readonly HunkLine[]): number {
    const word = /^\S+/.exec(text)![0];
    const above = done.filter((line) => line.kind !== "-").map((line) => line.text);
    const near = [...source.lines.slice(Math.max(0, start - 60), start), ...above].reverse();
    const below = lines.slice(at + 1).filter((line) => line.kind !== "+");
    near.push(...below.map((line) => line.text), ...source.lines.slice(start, start + 60));
    const alike = near.find((line) => line.trimStart().startsWith(word));
    if (alike !== undefined) return columnsOf(alike);
    const last = near.find((line) => line.trim() !== "");
    return last === undefined ? 0 : columnsOf(last);
  }
}

function styleFor(source: SourceFile, lines: readonly HunkLine[]): CodeStyle {
  const measured = measureStyle(source.lines);
  if (measured) return measured;
  return source.lines.length > 0 ? KERNEL_STYLE : styleOfBareText(lines.map((line) => line.text));
}

function feedLine(follow: Tracker, line: ByteString): void {
  follow.feed(line.trim(), columnsOf(line));
}
