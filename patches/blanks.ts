// Tabs that a mailer turned into blanks, turned back. Unlike in a collapsed mail the indents are still there, only
// written otherwise: each tab became one blank, or as many as reach its tab stop (counted with or without the
// column of the patch's prefix). Which of these it was is read off the context lines, whose truth the source has.
import type { ByteString } from "./patch.js";
import { columnAfter, columnsOf, TAB } from "./style.js";

/** "single": each tab one blank. Else the column at which the text began when its tabs were expanded. */
export type BlankModel = "single" | 0 | 1;

export const EXPANDED: readonly BlankModel[] = ["single", 0, 1];

/** The line with its tabs turned into blanks. */
export function expanded(text: ByteString, model: BlankModel): ByteString {
  if (model === "single") return text.replaceAll("\t", " ");
  let out = "";
  for (const char of text) out += char === "\t" ? " ".repeat(TAB - ((out.length + model) % TAB)) : char;
  return out;
}

export interface Pair {
  /** A line of the mail without its prefix. */
  readonly raw: ByteString;
  readonly source: ByteString;
}

/** The model that the most indented lines agree with; null when the mail shows no expanded tabs. */
export function blankModel(pairs: readonly Pair[]): BlankModel | null {
  const votes = new Map<BlankModel, number>();
  for (const { raw, source } of pairs) {
    if (!source.startsWith("\t") && source.includes("\t") && !raw.includes("\t")) {
      // Without an indent a tab between words may still tell.
      for (const model of EXPANDED) {
        if (expanded(source.trimEnd(), model) === raw.trimEnd())
          votes.set(model, (votes.get(model) ?? 0) + 0.1);
      }
    }
    if (!source.startsWith("\t") || raw.startsWith("\t")) continue;
    const lead = /^ */.exec(raw)![0].length;
    const columns = columnsOf(source);
    const characters = /^[ \t]*/.exec(source)![0].length;
    const model = lead === columns ? 0 : lead === columns - 1 ? 1 : lead === characters ? "single" : null;
    if (model !== null) votes.set(model, (votes.get(model) ?? 0) + 1);
  }
  let best: BlankModel | null = null;
  for (const [model, count] of votes) if (best === null || count > votes.get(best)!) best = model;
  return best;
}

/** The added line with its tabs back. `predicted`: the indent that the structure gives it. */
export function retab(text: ByteString, model: BlankModel, predicted: ByteString): ByteString {
  const lead = /^ */.exec(text)![0].length;
  const rest = text.slice(lead);
  if (rest === "") return "";
  if (model === "single") {
    const indent = predicted.length === lead ? predicted : "\t".repeat(lead);
    return indent + rest.replace(/ {2,}/g, (run) => "\t".repeat(run.length));
  }
  let out = tabsBetween(0, lead + (lead > 0 ? model : 0));
  for (const piece of rest.match(/ {2,}|(?:(?! {2}).)+/g) ?? []) {
    const column = columnAfter(out);
    const end = column + piece.length;
    // Blanks that end at a tab stop were tabs, as far as these fit.
    out += piece.startsWith("  ") && end % TAB === 0 ? tabsBetween(column, end) : piece;
  }
  return out;
}

/** Tabs from one column to another, and blanks for what is left. */
function tabsBetween(from: number, to: number): ByteString {
  let column = from;
  let out = "";
  while (column < to) {
    const stop = column + TAB - (column % TAB);
    if (stop > to) return out + " ".repeat(to - column);
    out += "\t";
    column = stop;
  }
  return out;
}
