// Least preemptions for each final value of small programs, known from brute force by others.

import { describe, expect, it } from "vitest";
import { explore } from "../../src/explore/explore.js";
import { replay } from "../../src/explore/replay.js";
import { handProgram, harness, type Step } from "../support/hand-ir.js";

const kernel = { objects: harness, rules: [], title: (f: { kind: string }) => f.kind };
const machine = { cpus: 8, preempt: "full", rcu: "preempt" } as const;

describe("shortest witness", () => {
  it.each([
    [2, 3, { 2: 4, 3: 1, 4: 2, 5: 2, 6: 0 }],
    [2, 5, { 2: 4, 3: 4, 4: 4, 5: 1, 6: 2, 7: 2, 8: 2, 9: 2, 10: 0 }],
  ])("of a counter, %i threads x %i, has the fewest preemptions", (threads, times, expected) => {
    const steps: Step[] = [];
    for (let i = 0; i < times; i++) {
      steps.push(
        { do: "load", variable: "c", into: `v${i}` },
        { do: "store", variable: "c", value: { of: `v${i}`, plus: 1 } },
      );
    }
    const program = handProgram({
      variables: ["c"],
      tasks: Array.from({ length: threads }, (_, cpu) => ({ cpu, steps })),
      observe: ["c"],
    });
    const entry = { function: "main", args: [] };
    const result = explore(program, entry, kernel, { machine, witnessSteps: 1_000_000 });
    const switches: Record<string, number> = {};
    for (const outcome of result.outcomes) {
      const trace = replay(program, entry, kernel, machine, outcome.witness);
      expect(trace.stray).toBe(-1);
      expect(trace.values).toEqual(outcome.values);
      expect(outcome.shortest).toBe(true);
      let n = 0;
      outcome.witness.forEach((t, i) => {
        const previous = i > 0 ? outcome.witness[i - 1] : t;
        // A context of this program can go on until it has made all its steps.
        if (t !== previous && outcome.witness.slice(i).includes(previous)) n++;
      });
      switches[String(outcome.values[0].value)] = n;
    }
    expect(switches).toEqual(expected);
  });
});
