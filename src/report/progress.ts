// Progress on standard error for whatever takes longer than a second: one line that is written over on a
// terminal, a line every ten seconds where there is none. The clock is handed in.

import { clip, count, seconds } from "./layout.js";

export interface ProgressState {
  /** "case 3/14 memcg.map_against_move, after" */
  label: string;
  states: number;
  depth: number;
  findings: number;
}

export class Progress {
  #started: number;
  #lastPrint: number;
  #lastStates = 0;
  #lastStatesAt: number;
  #shown = false;

  constructor(
    readonly write: (text: string) => void,
    readonly terminal: boolean,
    readonly width: number,
    readonly now: () => number,
  ) {
    this.#started = now();
    this.#lastPrint = this.#started;
    this.#lastStatesAt = this.#started;
  }

  update(state: ProgressState): void {
    const now = this.now();
    const first = this.terminal ? 1000 : 10_000;
    const every = this.terminal ? 200 : 10_000;
    if (now - this.#started < first || now - this.#lastPrint < every) return;
    const since = (now - this.#lastStatesAt) / 1000;
    // A new search starts counting at 0 again.
    const grown = state.states >= this.#lastStates ? state.states - this.#lastStates : state.states;
    const rate = since > 0 ? grown / since : 0;
    this.#lastPrint = now;
    this.#lastStates = state.states;
    this.#lastStatesAt = now;
    const text =
      `${state.label}: ${count(state.states)} states, ${count(rate)} states/s, depth ${count(state.depth)}, ` +
      `${count(state.findings)} findings, ${seconds((now - this.#started) / 1000)}`;
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
