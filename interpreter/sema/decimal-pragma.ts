// #pragma STDC FLOAT_CONST_DECIMAL64: floating constants without suffix are of type _Decimal64. It holds to the end of the
// block that it begins, and outside of functions to the end of the file.

import type { PragmaNote } from "../cpp/options.js";
import type { TokenList } from "../cpp/token.js";

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly on: boolean;
}

export class DecimalPragma {
  readonly #stretches: Stretch[] = [];

  constructor(tokens: TokenList, pragmas: readonly PragmaNote[]) {
    for (const { text, before } of pragmas) {
      const match = /^\s*STDC\s+FLOAT_CONST_DECIMAL64\s+(ON|OFF|DEFAULT)\s*$/.exec(text);
      // It stands outside of functions or first in a block; elsewhere gcc ignores it, or reports an error.
      if (match === null || !/^[{};]$/.test(before > 0 ? tokens.text[before - 1]! : ";")) continue;
      this.#stretches.push({ from: before, to: endOfBlock(tokens, before), on: match[1] === "ON" });
    }
  }

  /** Whether it is on at a token: the last one that holds there says so. */
  at(token: number): boolean {
    return this.#stretches.findLast(({ from, to }) => from <= token && token < to)?.on ?? false;
  }
}

function endOfBlock(tokens: TokenList, start: number): number {
  let depth = 0;
  for (let at = start; at < tokens.length; at++) {
    if (tokens.text[at] === "{") depth++;
    else if (tokens.text[at] === "}" && --depth < 0) return at;
  }
  return tokens.length;
}
