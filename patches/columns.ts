// Columns inside a line: `#define NAME<tab>VALUE`, `.name<tab>= value`, members and comments that stand under each
// other. Collapsed to one blank they are lost, but the neighbours of a line still show where its columns were.
//
// A line of such a table is a row: a left part, a gap, a right part. A row takes the column of the nearest row of
// the same kind in the file; where the added rows are the whole table, they get a column of their own if tables
// of that kind in the file (or, without any, in kernel code) have one.
import type { ByteString } from "./patch.js";
import { collapse } from "./source.js";
import { columnAfter, TAB } from "./style.js";

export type RowKind = "define" | "field" | "member" | "value" | "assign" | "comment";

export interface Row {
  readonly kind: RowKind;
  /** Length of the left part in the trimmed line. */
  readonly left: number;
  /** Index of the right part in the trimmed line. */
  readonly right: number;
}

const ROWS: readonly { readonly kind: RowKind; readonly pattern: RegExp }[] = [
  { kind: "define", pattern: /^(#\s*define\s+\w+(?:\([^()]*\))?)(\s+)\S/ },
  { kind: "field", pattern: /^(\.[\w.[\]]+)(\s+)=/ },
  {
    kind: "member",
    pattern:
      /^((?:(?:const|volatile|unsigned|signed|struct|union|enum|long|short)\s+)*\w+(?:\s+(?:int|long|char|short|__\w+|const))*)(\s+)\**\w+(?:\[[^\]]*\])*(?:\s*:\s*\w+)?(?:\s*,\s*\**\w+)*;/,
  },
  { kind: "value", pattern: /^([A-Z_][A-Z0-9_]+)(\s+)=\s/ },
  { kind: "assign", pattern: /^([\w$()./-]+)(\s+)[:+?]?=(?:\s|$)/ },
];
const COMMENT = /^(.*?[;,{}()\w\]"'\\])(\s+)(?:\/\*.*\*\/|\/\*[^*]*|\/\/.*)$/;

/** The gaps of a trimmed line that may belong to a table. */
export function rowsOf(text: ByteString): Row[] {
  const rows: Row[] = [];
  if (text.length > 400 || text.startsWith("*") || text.startsWith("/")) return rows;
  for (const { kind, pattern } of ROWS) {
    const match = pattern.exec(text);
    if (!match || /^(?:return|goto|else|case)\b/.test(text)) continue;
    rows.push({ kind, left: match[1]!.length, right: match[1]!.length + match[2]!.length });
    break;
  }
  const comment = COMMENT.exec(text);
  if (comment)
    rows.push({ kind: "comment", left: comment[1]!.length, right: comment[1]!.length + comment[2]!.length });
  return rows;
}

/** A row of the file as it stands there. */
interface Known {
  /** Column of the right part, and whether the gap is more than one blank. */
  readonly column: number;
  readonly wide: boolean;
  readonly tabs: boolean;
  readonly leftEnd: number;
}

function known(line: ByteString, kind: RowKind): Known | null {
  const text = line.trim();
  const row = rowsOf(text).find((one) => one.kind === kind);
  if (!row) return null;
  const indent = line.length - line.trimStart().length;
  const gap = text.slice(row.left, row.right);
  return {
    column: columnAfter(line.slice(0, indent + row.right)),
    wide: gap !== " ",
    tabs: gap.includes("\t"),
    leftEnd: columnAfter(line.slice(0, indent + row.left)),
  };
}

/**
 * The line with its columns set. `above` and `below` hold the lines around it that are settled, nearest first;
 * `ends` the columns where the longest left parts of its own table end, for a table of added lines only.
 */
export function align(
  indent: ByteString,
  text: ByteString,
  above: readonly ByteString[],
  below: readonly ByteString[],
  ends: ReadonlyMap<RowKind, number>,
): ByteString {
  let line = indent + text;
  for (const row of rowsOf(text)) {
    const right = text.slice(row.right);
    const head = line.slice(0, line.length - (text.length - row.left));
    const neighbour = nearest(above, below, row.kind);
    const gap = neighbour ? gapLike(head, neighbour) : gapOfTable(head, row.kind, ends);
    line = head + gap + right;
  }
  return line;
}

/** How far a row looks for a neighbour of its kind, in lines. */
const REACH = 12;

function nearest(above: readonly ByteString[], below: readonly ByteString[], kind: RowKind): Known | null {
  for (let i = 0; i < REACH; i++) {
    for (const side of [above, below]) {
      const line = side[i];
      const found = line === undefined ? null : known(line, kind);
      if (found) return found;
    }
  }
  return null;
}

/** The gap that puts the right part in the neighbour's column. */
function gapLike(head: ByteString, neighbour: Known): ByteString {
  if (!neighbour.wide) return " ";
  const end = columnAfter(head);
  if (end >= neighbour.column) return neighbour.tabs ? "\t" : " ";
  return neighbour.tabs ? tabsTo(end, neighbour.column) : " ".repeat(neighbour.column - end);
}

function tabsTo(from: number, to: number): ByteString {
  let out = "";
  let column = from;
  while (column < to) {
    column += TAB - (column % TAB);
    out += "\t";
  }
  return out;
}

/** A table of added lines only: its own column, the first tab stop behind its longest left part. */
function gapOfTable(head: ByteString, kind: RowKind, ends: ReadonlyMap<RowKind, number>): ByteString {
  const longest = ends.get(kind);
  if (kind !== "define" || longest === undefined) return " ";
  return tabsTo(columnAfter(head), Math.floor(longest / TAB) * TAB + TAB);
}

/**
 * White space taken over from the line that this one replaces: between words that both have, a wide gap of the
 * old line keeps the column of the word behind it.
 */
export function gapsOfTwin(indent: ByteString, text: ByteString, twin: ByteString): ByteString | null {
  const oldWords = words(twin.trim());
  const newWords = words(collapse(text));
  if (oldWords.every((word) => word.gap.length === 0 || word.gap === " ")) return null;
  const pairs = pairUp(
    oldWords.map((word) => word.text),
    newWords.map((word) => word.text),
  );
  const kept = new Set(pairs.values());
  const lead = twin.length - twin.trimStart().length;
  let line = indent;
  for (const [i, word] of newWords.entries()) {
    if (i > 0) {
      // A word that was replaced takes the place of the one that stood behind the same word.
      const before = pairs.get(i - 1);
      const j = pairs.get(i) ?? (before !== undefined && !kept.has(before + 1) ? before + 1 : undefined);
      const old = j === undefined || j === 0 ? null : (oldWords[j] ?? null);
      if (!old || old.gap === " " || old.gap === "") line += " ";
      else {
        const column = columnAfter(twin.slice(0, lead + old.at));
        const end = columnAfter(line);
        if (end >= column) line += old.gap.includes("\t") ? "\t" : " ";
        else line += old.gap.includes("\t") ? tabsTo(end, column) : " ".repeat(column - end);
      }
    }
    line += word.text;
  }
  return line;
}

interface Word {
  readonly text: ByteString;
  readonly gap: ByteString;
  readonly at: number;
}

function words(text: ByteString): Word[] {
  const out: Word[] = [];
  const pattern = /(\s*)(\S+)/g;
  for (const match of text.matchAll(pattern)) {
    out.push({ gap: match[1]!, text: match[2]!, at: match.index + match[1]!.length });
    if (out.length > 200) break;
  }
  return out;
}

/** Longest common subsequence of words: index in the new line to index in the old one. */
function pairUp(old: readonly string[], fresh: readonly string[]): Map<number, number> {
  const width = fresh.length + 1;
  const table = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = fresh.length - 1; j >= 0; j--) {
      table[i * width + j] =
        old[i] === fresh[j]
          ? table[(i + 1) * width + j + 1]! + 1
          : Math.max(table[(i + 1) * width + j]!, table[i * width + j + 1]!);
    }
  }
  const pairs = new Map<number, number>();
  for (let i = 0, j = 0; i < old.length && j < fresh.length; ) {
    if (old[i] === fresh[j]) pairs.set(j++, i++);
    else if (table[(i + 1) * width + j]! >= table[i * width + j + 1]!) i++;
    else j++;
  }
  return pairs;
}

/** How much of two lines is the same, 0..1, by words. */
export function likeness(a: ByteString, b: ByteString): number {
  const left = words(collapse(a)).map((word) => word.text);
  const right = words(collapse(b)).map((word) => word.text);
  if (left.length === 0 || right.length === 0) return 0;
  return (2 * pairUp(left, right).size) / (left.length + right.length);
}
