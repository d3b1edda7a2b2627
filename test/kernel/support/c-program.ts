// A C program through the whole pipeline: front end, machine, search; and the same program in every order without any
// reduction. What a test says of a primitive holds for all schedules, and the searches agree about it.

import { expect } from "vitest";
import { Machine } from "../../../interpreter/api.js";
import { shippedKernel } from "../../../src/compile/kernel.js";
import { explore } from "../../../src/explore/explore.js";
import { naive, plain, viewOf } from "../../support/naive.js";
import { prepareText, type Wish } from "./prepare-text.js";

export { prepareText, type Wish } from "./prepare-text.js";

const kernel = shippedKernel();

export interface Seen {
  outcomes: string[];
  findings: string[];
}

const title = (f: { kind: string }, machine: Machine): string => kernel.title(f as never, machine);

/** Outcomes and titles of findings, from the search by states. */
export function run(text: string, wish: Wish = {}): Seen {
  const { program, entry, config } = prepareText(text, wish);
  const result = explore(program, entry, kernel, { machine: config });
  expect(result.cut).toBeNull();
  return viewOf(result);
}

/** As run(), and naive enumeration and the search by traces must see the same. */
export function runAllWays(text: string, wish: Wish & { steps?: number; goesRound?: boolean } = {}): Seen {
  const { program, entry, config } = prepareText(text, wish);
  const machine = new Machine(program, kernel.objects, kernel.rules, config);
  machine.begin(entry);
  const titleHere = (f: { kind: string }): string => title(f, machine);
  const oracle = wish.goesRound
    ? plain(machine, titleHere, wish.steps ?? 20_000)
    : naive(machine, titleHere, wish.steps ?? 300_000);
  expect(oracle.complete, "naive enumeration was given too few steps").toBe(true);
  const seen = run(text, wish);
  expect(seen.outcomes).toEqual(oracle.outcomes);
  // What follows from the facts of all runs together (lock order, use in interrupts) is no finding of any single run.
  const ofRuns = seen.findings.filter(
    (title) => !/^(possible deadlock|inconsistent lock state) in/.test(title),
  );
  // The plain oracle does not look for data races.
  if (!wish.goesRound) {
    expect(ofRuns).toEqual(oracle.findings);
    const traces = explore(program, entry, kernel, { machine: config, search: "traces" });
    expect(traces.cut).toBeNull();
    expect(viewOf(traces).outcomes).toEqual(oracle.outcomes);
  }
  return seen;
}
