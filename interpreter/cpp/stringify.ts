// The # operator: tokens to one string literal (C17 6.10.3.2).

import { PaddingState, type Tok, TokKind } from "./tok.js";

export interface Stringified {
  readonly text: string;
  /** An odd backslash at the end, which would have escaped the closing quote, was left out. */
  readonly droppedBackslash: boolean;
}

export function stringifyToks(toks: readonly Tok[], texts: readonly string[]): Stringified {
  const padding = new PaddingState();
  let out = '"';
  let backslashes = 0;
  for (let i = 0; i < toks.length; i++) {
    const token = toks[i]!;
    if (token.kind === TokKind.Padding) {
      padding.take(token);
      continue;
    }
    const hasSpace = padding.settle(token.flags);
    if (out.length > 1 && hasSpace) out += " ";
    const text = texts[token.id]!;
    const isLiteral = token.kind === TokKind.String || token.kind === TokKind.Char;
    out += isLiteral ? escapeText(text) : text;
    backslashes = token.kind === TokKind.Other && text.startsWith("\\") ? backslashes + 1 : 0;
  }
  const droppedBackslash = (backslashes & 1) !== 0;
  return { text: `${droppedBackslash ? out.slice(0, -1) : out}"`, droppedBackslash };
}

/** A text as it is written inside of a string literal. */
function escapeText(text: string): string {
  return text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n");
}

export function quote(text: string): string {
  return `"${escapeText(text)}"`;
}
