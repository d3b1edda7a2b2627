// What a search does about steps that were taken without stopping (see interpreter/machine/confine.ts): it keeps them
// for schedules, which name every step, and gives up soon after the guess behind them has turned out wrong.

import type { Confinement } from "../../interpreter/api.js";

/** The unstopped steps behind each step of the present run, by depth. */
export class UnstoppedSteps {
  private readonly steps: number[] = [];
  /** End in `steps` of the entries of each depth. */
  private readonly ends: number[] = [];

  set(depth: number, contexts: readonly number[]): void {
    const start = depth === 0 ? 0 : this.ends[depth - 1];
    if (this.steps.length !== start) this.steps.length = start;
    for (let i = 0; i < contexts.length; i++) this.steps.push(contexts[i]);
    this.ends[depth] = this.steps.length;
  }

  /** Steps of the run up to this depth, all of them. */
  length(depth: number): number {
    return depth === 0 ? 0 : depth + this.ends[depth - 1];
  }

  appendTo(schedule: number[], depth: number): void {
    for (let i = depth === 0 ? 0 : this.ends[depth - 1]; i < this.ends[depth]; i++)
      schedule.push(this.steps[i]);
  }
}

/**
 * Steps that a search goes on for behind a breach, and at most behind the first one: more breaches show up near it. Both
 * grow with the search, whose beginning is not worth being made again for each of them.
 */
const QUIET = 32;
const GRACE = 200;

export class GuessWatch {
  private steps = 0;
  /** Breaches so far, and the number of steps at which to give up for good, or for want of more breaches. */
  private breaches = 0;
  private last = 0;
  private next = 0;

  constructor(private readonly guess: Confinement | null) {}

  hasBroken(): boolean {
    return this.guess !== null && this.guess.breaches > 0;
  }

  /** Asked once a step. True: what this search finds is not complete, start again. */
  broken(): boolean {
    if (this.guess === null) return false;
    const { breaches } = this.guess;
    this.steps++;
    if (breaches === 0) return false;
    if (this.breaches === 0) this.last = this.steps + Math.max(GRACE, this.steps >> 3);
    if (this.breaches !== breaches) this.next = this.steps + Math.max(QUIET, this.steps >> 4);
    this.breaches = breaches;
    return this.steps >= this.last || this.steps >= this.next;
  }
}
