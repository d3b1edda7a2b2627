// Context diffs (`diff -c`), as hunks of the unified kind. Old lists and some RCS tools still send them; git reads
// none, GNU patch does.
//
// The hard thing is that old and new side stand apart: `*** 7,13 ****` lines, then `--- 7,13 ----` lines, changed
// ones marked `!` on both, and a side without changes left out. The two are woven by walking both sides at once:
// unmarked lines are on both and must agree.
import { readSide } from "./names.js";
import type { Hunk, HunkLine, RawLine } from "./patch.js";

export interface ContextDiff {
  readonly old: ReturnType<typeof readSide>;
  readonly fresh: ReturnType<typeof readSide>;
  readonly hunks: readonly Hunk[];
  readonly next: number;
}

const STARS = /^\*{15}(?: (.*?))?\r*$/;
const OLD = /^\*\*\* (\d{1,9})(?:,(\d{1,9}))? \*\*\*\*\r*$/;
const NEW = /^--- (\d{1,9})(?:,(\d{1,9}))? ----\r*$/;

export function isContextHeader(lines: readonly RawLine[], at: number): boolean {
  return (
    (lines[at]?.text.startsWith("*** ") ?? false) &&
    (lines[at + 1]?.text.startsWith("--- ") ?? false) &&
    STARS.test(lines[at + 2]?.text ?? "") &&
    OLD.test(lines[at + 3]?.text ?? "")
  );
}

/** The diff of one file, or null when a hunk of it cannot be woven. */
export function readContextDiff(lines: readonly RawLine[], from: number): ContextDiff | null {
  const old = readSide(lines[from]!.text.slice(4));
  const fresh = readSide(lines[from + 1]!.text.slice(4));
  const hunks: Hunk[] = [];
  let at = from + 2;
  for (let stars = STARS.exec(lines[at]?.text ?? ""); stars; stars = STARS.exec(lines[at]?.text ?? "")) {
    const read = readHunk(lines, at, stars[1] ?? "");
    if (!read) return null;
    hunks.push(read.hunk);
    at = read.next;
  }
  return hunks.length > 0 ? { old, fresh, hunks, next: at } : null;
}

interface Side {
  readonly start: number;
  readonly count: number;
  readonly lines: {
    readonly mark: string;
    readonly text: string;
    readonly mailLine: number;
    noNewline: boolean;
  }[];
  readonly next: number;
}

function readHunk(
  lines: readonly RawLine[],
  at: number,
  heading: string,
): { hunk: Hunk; next: number } | null {
  const old = readSideLines(lines, at + 1, OLD, "-");
  const fresh = old && readSideLines(lines, old.next, NEW, "+");
  if (!old || !fresh) return null;
  // A side without changes is left out; the other side's unmarked lines are its lines.
  const left = old.lines.length > 0 ? old.lines : fresh.lines.filter((line) => line.mark === " ");
  const right = fresh.lines.length > 0 ? fresh.lines : old.lines.filter((line) => line.mark === " ");
  const woven = weave(left, right);
  if (!woven || left.length !== old.count || right.length !== fresh.count) return null;
  return {
    hunk: {
      oldStart: old.start,
      oldCount: old.count,
      newStart: fresh.start,
      newCount: fresh.count,
      heading,
      lines: woven,
      raw: woven.map((line) => ({ text: line.kind + line.text, mailLine: line.mailLine })),
      mailLine: lines[at]!.mailLine,
    },
    next: fresh.next,
  };
}

function readSideLines(lines: readonly RawLine[], at: number, header: RegExp, own: string): Side | null {
  const range = header.exec(lines[at]?.text ?? "");
  if (!range) return null;
  const start = Number(range[1]);
  const end = range[2] === undefined ? start : Number(range[2]);
  const count = start === 0 ? 0 : end - start + 1;
  if (count < 0 || count > lines.length) return null;
  const body: Side["lines"] = [];
  let next = at + 1;
  for (; next < lines.length && body.length < count; next++) {
    const { text, mailLine } = lines[next]!;
    if (text.startsWith("\\ ") && body.length > 0) {
      body[body.length - 1]!.noNewline = true;
      continue;
    }
    const mark = text[0] ?? " ";
    const blank = text[1] === " " || text.length <= 1;
    if (!blank || !(mark === " " || mark === "!" || mark === own)) break;
    body.push({ mark, text: text.slice(2), mailLine, noNewline: false });
  }
  if (lines[next]?.text.startsWith("\\ ") && body.length > 0) {
    body[body.length - 1]!.noNewline = true;
    next++;
  }
  return { start, count, lines: body, next: body.length === 0 ? at + 1 : next };
}

/** Both sides as one list; null when an unmarked line of one is not on the other. */
function weave(left: Side["lines"], right: Side["lines"]): HunkLine[] | null {
  const out: HunkLine[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const a = left[i];
    const b = right[j];
    if (a && a.mark !== " ") {
      out.push({ kind: "-", text: a.text, noNewline: a.noNewline, mailLine: a.mailLine });
      i++;
    } else if (b && b.mark !== " ") {
      out.push({ kind: "+", text: b.text, noNewline: b.noNewline, mailLine: b.mailLine });
      j++;
    } else if (a && b && a.text === b.text) {
      out.push({ kind: " ", text: a.text, noNewline: a.noNewline, mailLine: a.mailLine });
      i++;
      j++;
    } else return null;
  }
  return out;
}
