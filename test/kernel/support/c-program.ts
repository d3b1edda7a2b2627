// A C program through the whole pipeline: front end, machine, search; and the same program in every order without any
// reduction. What a test says of a primitive holds for all schedules, and the searches agree about it.

import { expect } from "vitest";
import { Machine } from "../../../interpreter/api.js";
import { compiler } from "../../../src/compile/compile.js";
import { SourceFiles } from "../../../src/compile/files.js";
import { shippedKernel } from "../../../src/compile/kernel.js";
import { type Prepared, prepareFile } from "../../../src/compile/prepare.js";
import { explore } from "../../../src/explore/explore.js";
import { packageRoot } from "../../../src/front/shipped.js";
import { port } from "../../support/compile-c.js";
import { naive, plain, viewOf } from "../../support/naive.js";

const root = packageRoot();
const toProgram = compiler(port);
const kernel = shippedKernel();

export interface Wish {
  cpus?: number;
  preempt?: "none" | "full";
  rcu?: "preempt" | "sched";
}

export interface Seen {
  outcomes: string[];
  findings: string[];
}

/** C text as `smplab run` takes it: cpu0(), cpu1() …, main(), or a suite with one case. */
export function prepareText(text: string, wish: Wish = {}): Prepared {
  const header = `/* smplab: preempt=${wish.preempt ?? "full"} rcu=${wish.rcu ?? "preempt"} */ `;
  const tree = { read: (path: string) => (path === "t.c" ? new TextEncoder().encode(header + text) : null) };
  const files = new SourceFiles(tree as never, root, root);
  const prepared = prepareFile("t.c", files, toProgram, wish.cpus === undefined ? {} : { cpus: wish.cpus });
  if (!prepared.ok) throw new Error(prepared.text);
  expect(prepared.cases).toHaveLength(1);
  return prepared.cases[0]!;
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
