// Progress on standard error for whatever takes longer than a second: one line that is written over on a
// terminal, else one line and then one every ten seconds. Several searches may be under way; the numbers are
// those of all of them together. The clock is handed in.

import { clip, count, plural, seconds } from "./layout.js";

export interface ProgressState {
  /** Names the search: "memcg.map_against_move, after". */
  label: string;
  /** What comes behind the search itself: "livelocks". */
  phase?: string;
  /** Instead of states, where a search does not count them. */
  steps?: number;
  /** States of this search so far. */
  states: number;
  /** They are runs, one for each order that matters. */
  traces?: true;
  depth: number;
  ends: number;
  findings?: number;
  /** Choices on the present way that are still to be taken. */
  frontier?: number;
  /** Part of the tree of choices that is behind the search; of traces: of the branches that are known so far. */
  share?: number;
}

/** Milliseconds between two looks at a share, how many are kept, and the seconds beyond which a guess is none. */
const LOOK = 500;
const LOOKS = 12;
const FOREVER = 36_000;

/** What takes less than a second needs no progress. */
const FIRST = 1000;

export class Progress {
  readonly #started: number;
  readonly #searches = new Map<string, number>();
  readonly #looks = new Map<string, { at: number; share: number }[]>();
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

  update(state: ProgressState): void {
    const { states, depth, ends, findings, frontier, share, phase, steps } = state;
    const unit = state.traces === true ? "traces" : "states";
    const behind = phase === undefined ? "" : `, ${phase}`;
    const label = `${state.label}${behind}`;
    this.#searches.set(label, states);
    const now = this.now();
    const left = share === undefined ? "" : this.#left(label, now, share, state.traces === true);
    const every = this.terminal ? 200 : 10_000;
    if (now - this.#started < FIRST || (this.#printed && now - this.#lastPrint < every)) return;
    this.#printed = true;
    let total = 0;
    for (const n of this.#searches.values()) total += n;
    const rate = (total - this.#lastStates) / ((now - this.#lastPrint) / 1000);
    this.#lastPrint = now;
    this.#lastStates = total;
    // On a terminal the numbers matter more than the whole name.
    const name = this.terminal ? `${clip(state.label, Math.max(16, this.width - 100))}${behind}` : label;
    const past = `${seconds((now - this.#started) / 1000)}${left}`;
    const text =
      steps !== undefined
        ? `${name}: ${count(steps)} steps, ${past}`
        : `${name}: ${count(total)} ${unit}, ${count(rate)} ${unit}/s, depth ${count(depth)}, ` +
          `${frontier === undefined ? "" : `frontier ${count(frontier)}, `}` +
          `${findings === undefined ? `${count(ends)} ends` : plural(findings, "finding")}, ${past}`;
    if (this.terminal) this.write(`\r\x1b[K${clip(text, Math.max(this.width, 40) - 1)}`);
    else this.write(`smplab: ${text}\n`);
    this.#shown = true;
  }

  /**
   * What is left of a search, by how fast its share of the tree has grown: between the fastest and the slowest of the
   * last looks, because subtrees differ and states that are known already cost nothing. Nothing is said before there
   * are enough looks, nor while the share stands still. `mayGrow`: more branches may turn up, so more may be left;
   * then the share itself is told, too.
   */
  #left(label: string, now: number, share: number, mayGrow: boolean): string {
    const part = share < 0.001 ? "less than 0.1%" : `about ${(100 * share).toFixed(1)}%`;
    const behind = mayGrow ? `, ${part} behind` : "";
    const looks = this.#looks.get(label) ?? [];
    this.#looks.set(label, looks);
    const last = looks.at(-1);
    if (last !== undefined && share < last.share) looks.length = 0;
    if (looks.length === 0 || now - looks.at(-1)!.at >= LOOK) looks.push({ at: now, share });
    if (looks.length > LOOKS) looks.shift();
    if (looks.length < 3) return behind === "" ? "" : `${behind} (guess)`;
    const rates = looks.slice(1).map((look, i) => (look.share - looks[i]!.share) / (look.at - looks[i]!.at));
    const slowest = Math.min(...rates.filter((rate) => rate > 0));
    const fastest = Math.max(...rates);
    if (!(fastest > 0)) return behind === "" ? "" : `${behind} (guess)`;
    const [least, most] = [fastest, slowest].map((rate) => (1 - share) / rate / 1000);
    if (least! > FOREVER) return `${behind}, more than ${seconds(FOREVER)} left (guess)`;
    const upTo = most! > FOREVER ? "much more" : `${seconds(most!)}${mayGrow ? " or more" : ""}`;
    return `${behind}, ${seconds(least!)} to ${upTo} left (guess)`;
  }

  /** Takes the line away. */
  clear(): void {
    if (this.#shown && this.terminal) this.write("\r\x1b[K");
    this.#shown = false;
  }
}
