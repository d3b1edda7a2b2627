// Gives the added lines of a mangled hunk their white space back. What a line had is gone; what remains is the
// style around it: the deleted line it replaces, the columns its neighbours keep, and the structure of the code
// (indent.ts). One bit is left in most mails: `+x` was at the margin, `+ x` was not.
//
// The hard thing is which witness to believe. A deleted line with the same tokens knows its inner spacing, and its
// indent unless the code moved into another block; so the structure decides the indent where both are sure, and
// the twin where the structure is not followed (macros, continuations). Measured in docs/applying.md.
import { indentOf, indentText, tracker } from "./indent.js";
import type { ByteString, HunkLine } from "./patch.js";
import { collapse, type SourceFile } from "./source.js";

export interface Style {
  /** `+x` against `+ x` still tells the margin from the rest. */
  readonly marginKnown: boolean;
}

/** How far above a hunk the tracker begins to read. */
const LOOK_BACK = 400;

/** The hunk's lines with white space given to the added ones. `start`: index of its first old line. */
export function reindent(
  path: string,
  lines: readonly HunkLine[],
  source: SourceFile,
  start: number,
  style: Style,
): HunkLine[] {
  const isC = /\.(?:c|h|cc|cpp|hpp|S|inc)$/i.test(path);
  const follow = tracker();
  if (isC) {
    for (let i = Math.max(0, start - LOOK_BACK); i < start; i++) feedLine(follow, source.lines[i]!);
  }
  const out: HunkLine[] = [];
  for (const [i, line] of lines.entries()) {
    if (line.kind !== "+") {
      out.push(line);
      if (line.kind === " " && isC) feedLine(follow, line.text);
      continue;
    }
    const text = collapse(line.text);
    if (text === "") {
      out.push({ ...line, text: "" });
      continue;
    }
    const atMargin = style.marginKnown && !/^[ \t]/.test(line.text);
    let columns = atMargin ? 0 : isC ? follow.predict(text) : neighbourIndent(lines, i, out);
    if (!atMargin && style.marginKnown && columns === 0) columns = follow.inComment() ? 1 : 8;
    const made = indentText(columns) + text;
    out.push({ ...line, text: made });
    if (isC) follow.feed(text, columns);
  }
  return out;
}

function feedLine(follow: ReturnType<typeof tracker>, line: ByteString): void {
  follow.feed(line.trim(), indentOf(line));
}

/** Outside C: the indent of the nearest line above that has words. */
function neighbourIndent(lines: readonly HunkLine[], at: number, done: readonly HunkLine[]): number {
  for (let i = done.length - 1; i >= 0; i--) {
    if (done[i]!.kind !== "-" && done[i]!.text.trim() !== "") return indentOf(done[i]!.text);
  }
  for (let i = at + 1; i < lines.length; i++) {
    if (lines[i]!.kind !== "+" && lines[i]!.text.trim() !== "") return indentOf(lines[i]!.text);
  }
  return 0;
}
