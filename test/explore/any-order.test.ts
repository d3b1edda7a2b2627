// What the search by states counts and finds is a fact of the program: in whatever order the steps are tried, it is
// the same. Threads that share a search rely on it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_OBJECTS } from "../../kernel/objects/index.js";
import { exclusion } from "../../kernel/rules/exclusion.js";
import { explore } from "../../src/explore/explore.js";
import type { Exploration } from "../../src/explore/result.js";
import type { Sabotage } from "../../src/explore/states.js";
import { arbitraryProgram, cyclicProgram, interestingProgram } from "../support/generate.js";
import { type HandProgram, handProgram, harness } from "../support/hand-ir.js";

const title = (f: { kind: string; text?: string }) => `${f.kind} ${f.text ?? ""}`;
const kernel = { objects: [...harness, ...ALL_OBJECTS], rules: [exclusion], title };
const opNames = ALL_OBJECTS.map((o) => o.name);

/** Everything but the schedules, and how long it took. */
function facts({ complete, outcomes, findings, stats }: Exploration) {
  return {
    complete,
    states: stats.states,
    ends: stats.ends,
    outcomes: outcomes.map(({ key, failed, states }) => ({ key, failed, states })),
    findings: findings.map(({ title, seen }) => ({ title, seen })),
  };
}

/** Tries the steps in an order of its own. */
function shuffled(seed: number): Sabotage {
  let state = seed;
  return {
    order: (todo) => {
      let last = 0;
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      let skip = (state >>> 16) % 4;
      for (let m = todo; m !== 0 && skip >= 0; m &= m - 1, skip--) last = 31 - Math.clz32(m & -m);
      return last;
    },
  };
}

type Source = HandProgram & { preempt: "none" | "full"; rcu: "preempt" | "sched" };

describe("the search by states", () => {
  it.each([
    ["straight programs", arbitraryProgram, 150],
    ["programs with loops", cyclicProgram, 80],
    ["programs full of conflicts", interestingProgram, 80],
  ] as [string, fc.Arbitrary<Source>, number][])("counts the same in any order: %s", (_, programs, runs) => {
    fc.assert(
      fc.property(programs, (source) => {
        const program = handProgram(source, opNames);
        const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };
        const search = (sabotage?: Sabotage) =>
          explore(program, { function: "main", args: [] }, kernel, {
            machine: { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes },
            limits: { states: 20_000 },
            ...(sabotage ? { sabotage } : {}),
          });
        const first = search();
        fc.pre(first.complete);
        for (const seed of [1, 2, 3]) expect(facts(search(shuffled(seed)))).toEqual(facts(first));
      }),
      { numRuns: runs, seed: 20260101 },
    );
  });
});
