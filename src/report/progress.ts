// Progress on standard error for whatever takes longer than a second: one line that is written over on a
// terminal, else one line and then one every ten seconds. Several searches may be under way; the numbers are
// those of all of them together. The clock is handed in.

import { clip, count, seconds } from "./layout.js";

export interface ProgressState {
  /** Names the search: "memcg.map_against_move, after". */
  label: string;
  /** States of this search so far. */
  states: number;
  depth: number;
  ends: number;
}

/** What takes less than a second needs no progress. */
const FIRST = 1000;

export class Progress {
  readonly #started: number;
  readonly #searches = new Map<string, number>();
  #lastPrint: number;
  #lastStates = 0;
  #shown = false;
  #printed = false;

  /** `now` is in milliseconds. */
  constructor(
    readonly write: (text: string) => void,
    readonly terminal: boolean,
    readonly width: number,
    readonly now: () => number,
  ) {
    this.#started = now();
    this.#lastPrint = this.#started;
  }

  update({ label, states, depth, ends }: ProgressState): void {
    this.#searches.set(label, states);
    const now = this.now();
    const every = this.terminal ? 200 : 10_000;
    if (now - this.#started < FIRST || (this.#printed && now - this.#lastPrint < every)) return;
    this.#printed = true;
    let total = 0;
    for (const n of this.#searches.values()) total += n;
    const rate = (total - this.#lastStates) / ((now - this.#lastPrint) / 1000);
    this.#lastPrint = now;
    this.#lastStates = total;
    const text =
      `${label}: ${count(total)} states, ${count(rate)} states/s, depth ${count(depth)}, ` +
      `${count(ends)} ends, ${seconds((now - this.#started) / 1000)}`;
    if (this.terminal) this.write(`\r\x1b[K${clip(text, Math.max(this.width, 40) - 1)}`);
    else this.write(`smplab: ${text}\n`);
    this.#shown = true;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown && this.terminal) this.write("\r\x1b[K");
    this.#shown = false;
  }
}
