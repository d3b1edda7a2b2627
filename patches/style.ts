// The style of a file, measured: how far a block is indented, with tabs or blanks, where a brace on its own line
// stands. Taken from the file itself, else from the other files of the patch, else the kernel's.
import type { ByteString } from "./patch.js";

export interface CodeStyle {
  /** Columns of one step. */
  readonly unit: number;
  /** A brace on its own line under a control is indented by this (2 in GNU style, else 0). */
  readonly brace: number;
  /** Eight columns are a tab. */
  readonly tabs: boolean;
  /** Columns of `case` beyond its `switch`. */
  readonly caseIndent: number;
  /** Two blanks behind a full stop in comments. */
  readonly wideStops: boolean;
}

export const KERNEL_STYLE: CodeStyle = { unit: 8, brace: 0, tabs: true, caseIndent: 0, wideStops: false };
const GNU_STYLE: CodeStyle = { unit: 2, brace: 2, tabs: true, caseIndent: 2, wideStops: true };

const ENOUGH = 6;

/** What the indented lines of a file have in common; null when there are too few of them. */
export function measureStyle(lines: readonly ByteString[]): CodeStyle | null {
  let tabbed = 0;
  let blanked = 0;
  const steps = new Map<number, number>();
  const braces = new Map<number, number>();
  const cases = new Map<number, number>();
  let previous = { indent: 0, text: "" };
  let switchIndent = -1;
  for (const line of lines) {
    const text = line.trim();
    if (text === "" || /^[*#/]/.test(text)) continue;
    if (line.startsWith("\t")) tabbed++;
    else if (line.startsWith("  ")) blanked++;
    const indent = columnsOf(line);
    const step = indent - previous.indent;
    const opens = /[{)]$|\belse$|\bdo$/.test(previous.text);
    if (opens && step > 0 && step <= 8 && text !== "{") count(steps, step);
    if (text === "{" && /^(?:if|else|for|while|switch|do)\b/.test(previous.text)) count(braces, step);
    if (switchIndent >= 0 && /^case\b/.test(text)) {
      count(cases, indent - switchIndent);
      switchIndent = -1;
    }
    if (/^switch\b/.test(text)) switchIndent = indent;
    previous = { indent, text };
  }
  if (tabbed + blanked < ENOUGH) return null;
  const brace = mostOften(braces) ?? 0;
  if (tabbed > blanked && brace === 0) {
    return { ...KERNEL_STYLE, caseIndent: Math.max(0, mostOften(cases) ?? 0) };
  }
  const unit = mostOften(steps) ?? 4;
  const gnu = brace > 0 || (unit === 2 && (tabbed > 0 || spacesCalls(lines, 1)));
  return {
    unit,
    brace: gnu ? 2 : 0,
    tabs: tabbed > 0,
    caseIndent: Math.max(0, mostOften(cases) ?? (gnu ? 2 : 0)),
    wideStops: gnu,
  };
}

/** The style of code whose indent is lost, by what remains: GNU code has a blank in front of every parenthesis. */
export function styleOfBareText(lines: readonly ByteString[]): CodeStyle {
  return spacesCalls(lines) ? GNU_STYLE : KERNEL_STYLE;
}

function spacesCalls(lines: readonly ByteString[], most = 3): boolean {
  let spaced = 0;
  let tight = 0;
  for (const line of lines) {
    for (const match of line.matchAll(/\b([a-z_]\w+)( ?)\(/g)) {
      if (/^(?:if|for|while|switch|return|sizeof|defined)$/.test(match[1]!)) continue;
      if (match[2] === " ") spaced++;
      else tight++;
    }
  }
  return spaced > most && spaced > tight * 3;
}

function count(table: Map<number, number>, key: number): void {
  table.set(key, (table.get(key) ?? 0) + 1);
}

function mostOften(table: ReadonlyMap<number, number>): number | undefined {
  let best: number | undefined;
  for (const [key, times] of table) if (best === undefined || times > table.get(best)!) best = key;
  return best;
}

export const TAB = 8;

/** Columns of a line's indent. */
export function columnsOf(text: ByteString): number {
  let column = 0;
  for (const char of text) {
    if (char === " ") column++;
    else if (char === "\t") column += TAB - (column % TAB);
    else break;
  }
  return column;
}

/** The column behind a text that begins at column `from`. */
export function columnAfter(text: ByteString, from = 0): number {
  let column = from;
  for (const char of text) column += char === "\t" ? TAB - (column % TAB) : 1;
  return column;
}

export function indentText(columns: number, style: CodeStyle): ByteString {
  if (!style.tabs) return " ".repeat(columns);
  return "\t".repeat(Math.floor(columns / TAB)) + " ".repeat(columns % TAB);
}
