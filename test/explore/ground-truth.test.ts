// The state counts and final values of small programs, known from brute force by others.

import { describe, expect, it } from "vitest";
import { explore } from "../../src/explore/explore.js";
import { handProgram, harness, type Step } from "../support/hand-ir.js";

const kernel = { objects: harness, rules: [], title: (f: { kind: string }) => f.kind };
const machine = { cpus: 8, preempt: "full", rcu: "preempt" } as const;

function racy(threads: number, times: number) {
  const steps: Step[] = [];
  for (let i = 0; i < times; i++) {
    steps.push(
      { do: "load", variable: "c", into: `v${i}` },
      { do: "store", variable: "c", value: { of: `v${i}`, plus: 1 } },
    );
  }
  return handProgram({
    variables: ["c"],
    tasks: Array.from({ length: threads }, (_, cpu) => ({ cpu, steps })),
    observe: ["c"],
  });
}

describe("counter with separate load and store", () => {
  // threads, increments each, states, final values
  const table = [
    [2, 2, 57, 3],
    [2, 3, 195, 5],
    [2, 4, 541, 7],
    [2, 5, 1277, 9],
    [3, 1, 59, 3],
    [3, 2, 904, 5],
    [4, 1, 330, 4],
    [3, 3, 7646, 8],
  ] as const;
  it.each(table)("%i threads x %i: at most %i states, %i final values", (threads, times, states, values) => {
    const result = explore(racy(threads, times), { function: "main", args: [] }, kernel, { machine });
    expect(result.complete).toBe(true);
    const lowest = times >= 2 ? 2n : 1n;
    const highest = times >= 2 ? BigInt(threads * times) : BigInt(threads);
    const expected = [];
    for (let v = lowest; v <= highest; v++) expected.push(v);
    expect(result.outcomes.map((o) => o.values[0].value).sort((p, q) => Number(p - q))).toEqual(expected);
    expect(result.outcomes).toHaveLength(values);
    expect(result.stats.states).toBeLessThanOrEqual(states);
  });
});
