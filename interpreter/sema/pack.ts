// #pragma pack: how densely the members of the structs that follow lie. The preprocessor hands pragmas over with
// the token that they stand before; here they become a list of places from which on a value holds.

import type { PragmaNote } from "../cpp/options.js";
import type { Context } from "./context.js";

interface Mark {
  readonly before: number;
  readonly pack: number;
}

/** The value of #pragma pack, in bytes, at each token; 0 is none. */
export class PackTable {
  readonly #marks: Mark[] = [];

  constructor(cx: Context, pragmas: readonly PragmaNote[]) {
    const stack: number[] = [];
    let pack = 0;
    for (const pragma of pragmas) {
      const match = /^\s*pack\s*\((.*)\)\s*$/.exec(pragma.text);
      if (match === null) continue;
      // push or pop, a name that only documentation reads, a number: each may be left out.
      for (const word of match[1]!.split(",").map((part) => part.trim())) {
        if (word === "push") stack.push(pack);
        else if (word === "pop") pack = stack.pop() ?? 0;
        else if (word === "") pack = 0;
        else if (/^(1|2|4|8|16)$/.test(word)) pack = Number(word);
        else if (/^\d/.test(word)) {
          const text = `alignment must be a small power of two, not ${word}`;
          cx.sink.warning("-Wpragmas", pragma.span, text);
        }
      }
      this.#marks.push({ before: pragma.before, pack });
    }
  }

  at(token: number): number {
    const marks = this.#marks;
    let low = 0;
    let high = marks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (marks[middle]!.before <= token) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? 0 : marks[low - 1]!.pack;
  }
}
