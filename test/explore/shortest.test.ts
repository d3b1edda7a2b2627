// Least preemptions for each final value of small programs, known from brute force by others.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { race, StepFootprint } from "../../interpreter/machine/footprint.js";
import { Machine } from "../../interpreter/machine/machine.js";
import { ALL_OBJECTS } from "../../kernel/objects/index.js";
import { endKey } from "../../src/explore/collect.js";
import { explore } from "../../src/explore/explore.js";
import { replay } from "../../src/explore/replay.js";
import { findingId } from "../../src/explore/result.js";
import { findShortest, type Targets } from "../../src/explore/shortest.js";
import { arbitraryProgram, type Generated, interestingProgram } from "../support/generate.js";
import { type HandProgram, handProgram, harness, type Step } from "../support/hand-ir.js";

const kernel = { objects: harness, rules: [], title: (f: { kind: string }) => f.kind };
const title = (f: { kind: string; text?: string }) => `${f.kind} ${f.text ?? ""}`;
const all = { objects: [...harness, ...ALL_OBJECTS], rules: [], title };
const opNames = ALL_OBJECTS.map((o) => o.name);
const machine = { cpus: 8, preempt: "full", rcu: "preempt" } as const;

/** The shortest schedules to all that generated programs show, the graph of all runs used from level `graphFrom` on. */
function schedules(source: Generated, graphFrom: number) {
  const program = handProgram(source, opNames);
  const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };
  const config = { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes };
  const begun = new Machine(program, all.objects, all.rules, config);
  begun.begin({ function: "main", args: [] });
  const found = explore(program, { function: "main", args: [] }, all, { machine: config });
  const wanted = [
    ...found.outcomes.map((o) => `o:${o.key}`),
    ...found.findings.map((f) => `f:${findingId(f)}`),
  ];
  const prints = [new StepFootprint(), new StepFootprint()] as const;
  const targets: Targets = {
    ofFinding: (finding) => `f:${title(finding)}`,
    ofEnd: (one) => `o:${endKey(one)}`,
    ofState: () => null,
    wantsRaces: true,
    races(one, contexts, n, see) {
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++) {
          one.footprint(contexts[i], prints[0]);
          one.footprint(contexts[j], prints[1]);
          const finding = race(prints[0], prints[1]) < 0 ? null : one.raceFinding(contexts[i], contexts[j]);
          if (finding !== null) see(`f:${title(finding)}`);
        }
      }
    },
  };
  const limits = { transitions: 200_000, preemptions: 8, graphFrom, stop: () => null };
  return findShortest(begun, wanted, targets, limits);
}

/** Each thread adds one to a counter, in two steps, so many times. */
function counter(threads: number, times: number): HandProgram {
  const steps: Step[] = [];
  for (let i = 0; i < times; i++) {
    steps.push(
      { do: "load", variable: "c", into: `v${i}` },
      { do: "store", variable: "c", value: { of: `v${i}`, plus: 1 } },
    );
  }
  return {
    variables: ["c"],
    tasks: Array.from({ length: threads }, (_, cpu) => ({ cpu, steps })),
    observe: ["c"],
  };
}

describe("shortest witness", () => {
  it("is the same whether levels are searched or the graph of all runs", () => {
    let deep = 0;
    const expectSame = (source: Generated): void => {
      const byLevels = schedules(source, 99);
      expect([...schedules(source, 0)].sort()).toEqual([...byLevels].sort());
      for (const { preemptions } of byLevels.values()) if (preemptions > 0) deep++;
    };
    fc.assert(fc.property(arbitraryProgram, expectSame), { numRuns: 100, seed: 20100913 });
    fc.assert(fc.property(interestingProgram, expectSame), { numRuns: 100, seed: 20100913 });
    expect(deep).toBeGreaterThan(20);
    // Here up to four preemptions are needed.
    for (const times of [3, 4]) expectSame({ ...counter(2, times), preempt: "full", rcu: "preempt" });
  }, 120_000);

  it.each([
    [2, 3, { 2: 4, 3: 1, 4: 2, 5: 2, 6: 0 }],
    [2, 5, { 2: 4, 3: 4, 4: 4, 5: 1, 6: 2, 7: 2, 8: 2, 9: 2, 10: 0 }],
  ])("of a counter, %i threads x %i, has the fewest preemptions", (threads, times, expected) => {
    const program = handProgram(counter(threads, times));
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
