// Tokens as text, so that reading the text again gives the same tokens: what gcc -E -P prints, up to line breaks.

import { type Tok, TokFlag } from "./tok.js";
import { TokenFlag, type TokenList } from "./token.js";

/** The tokens [from, to) in source lines; blanks where they stood, and where tokens would run together. */
export function printTokens(tokens: TokenList, from = 0, to: number = tokens.length): string {
  const parts: string[] = [];
  for (let i = from; i < to; i++) {
    const flags = tokens.flags[i]!;
    if (i > from) {
      if ((flags & TokenFlag.LineStart) !== 0) parts.push("\n");
      else if ((flags & TokenFlag.SpaceBefore) !== 0) parts.push(" ");
    }
    parts.push(tokens.text[i]!);
  }
  return parts.join("");
}

/** Tokens of one line. */
export function spellToks(toks: readonly Tok[], texts: readonly string[]): string {
  let out = "";
  for (let i = 0; i < toks.length; i++) {
    const token = toks[i]!;
    const text = texts[token.id]!;
    if (i > 0 && ((token.flags & TokFlag.SpaceBefore) !== 0 || runTogether(texts[toks[i - 1]!.id]!, text)))
      out += " ";
    out += text;
  }
  return out;
}

const PAIRS = new Set(
  "++ += -- -= -> *= /= // /* %= %> %: && &= || |= ^= != == << <= <: <% >> >= ## :> :: #%".split(" "),
);

/** Whether two tokens without white space between them would read as something else. */
export function runTogether(left: string, right: string): boolean {
  if (left === "" || right === "") return false;
  const last = left.charCodeAt(left.length - 1);
  const first = right.charCodeAt(0);
  const first0 = left.charCodeAt(0);
  const isNumber = isDigit(first0) || (first0 === 46 && left.length > 1 && isDigit(left.charCodeAt(1)));
  if (isNamePart(last)) {
    if (isNamePart(first) || first === 92) return true;
    if (isNumber) return first === 46 || first === 43 || first === 45;
    // A name before a quote could become an encoding prefix.
    return (first === 34 || first === 39) && left.length <= 3;
  }
  if (isNumber) return isNamePart(first) || first === 46 || first === 43 || first === 45;
  if (last === 46) return first === 46 || isDigit(first);
  if (last === 34 || last === 39) return false;
  if (last === 92) return true;
  return PAIRS.has(left[left.length - 1]! + right[0]!);
}

function isDigit(unit: number): boolean {
  return unit >= 48 && unit <= 57;
}

function isNamePart(unit: number): boolean {
  return (
    isDigit(unit) ||
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    unit === 95 ||
    unit === 36 ||
    unit >= 128
  );
}
