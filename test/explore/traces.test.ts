// Trace counts known from other checkers: one execution per Mazurkiewicz trace, none redundant.

import { describe, expect, it } from "vitest";
import { Machine } from "../../interpreter/machine/machine.js";
import { Collector } from "../../src/explore/collect.js";
import { searchTraces } from "../../src/explore/traces.js";
import { handProgram, harness, type Step } from "../support/hand-ir.js";

function traces(tasks: Step[][], variables: string[]) {
  const program = handProgram({
    variables,
    tasks: tasks.map((steps, cpu) => ({ cpu, steps })),
    observe: variables,
  });
  const machine = new Machine(program, harness, [], { cpus: 8, preempt: "full", rcu: "preempt" });
  machine.begin({ function: "main", args: [] });
  const collector = new Collector({ title: (f) => f.kind });
  const tally = searchTraces(
    machine,
    collector,
    { states: Number.POSITIVE_INFINITY, memory: 0, depth: 10_000, stop: () => null },
    () => {},
  );
  return { tally, outcomes: collector.result().outcomes };
}

function racy(threads: number, times: number): Step[][] {
  const steps: Step[] = [];
  for (let i = 0; i < times; i++) {
    steps.push(
      { do: "load", variable: "c", into: `v${i}` },
      { do: "store", variable: "c", value: { of: `v${i}`, plus: 1 } },
    );
  }
  return Array.from({ length: threads }, () => steps);
}

describe("search by traces", () => {
  it.each([
    [2, 2, 34, 3],
    [2, 3, 328, 5],
    [2, 4, 3334, 7],
    [3, 1, 36, 3],
    [3, 2, 7134, 5],
    [4, 1, 576, 4],
  ])("counter, %i threads x %i: %i executions", (threads, times, executions, values) => {
    const { tally, outcomes } = traces(racy(threads, times), ["c"]);
    expect(tally.executions).toBe(executions);
    expect(tally.blocked).toBe(0);
    expect(outcomes).toHaveLength(values);
  });

  it.each([
    [3, 7],
    [7, 127],
  ])("ring of %i: %i executions", (n, executions) => {
    const names = Array.from({ length: n }, (_, i) => `x${i}`);
    const { tally } = traces(
      names.map((name, i) => [
        { do: "store", variable: name, value: 1 },
        { do: "load", variable: names[(i + 1) % n], into: "v0" },
      ]),
      names,
    );
    expect(tally.executions).toBe(executions);
    expect(tally.blocked).toBe(0);
  });
});
