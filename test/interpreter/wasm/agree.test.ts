// The register machine and WebAssembly agree after every visible operation, on memory and on pending operations.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ALL_OBJECTS } from "../../../kernel/objects/index.js";
import { agree } from "../../support/agree.js";
import { arbitraryProgram, cyclicProgram, interestingProgram } from "../../support/generate.js";
import { handProgram, harness } from "../../support/hand-ir.js";

const kernel = { objects: [...harness, ...ALL_OBJECTS], rules: [] };
const opNames = ALL_OBJECTS.map((o) => o.name);
const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };

/** Choices from a list of numbers, round and round. */
function picker(numbers: readonly number[]): (count: number) => number {
  let next = 0;
  return (count) => numbers[next++ % numbers.length] % count;
}

describe("engines agree step by step", () => {
  for (const [name, arbitrary, runs] of [
    ["short programs", arbitraryProgram, 150],
    ["longer programs", interestingProgram, 100],
    ["programs that go round", cyclicProgram, 60],
  ] as const) {
    it(name, () => {
      let steps = 0;
      fc.assert(
        fc.property(
          arbitrary,
          fc.array(fc.nat(20), { minLength: 1, maxLength: 30 }),
          fc.boolean(),
          (source, numbers, detour) => {
            const program = handProgram(source, opNames);
            const config = { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes };
            steps += agree(program, kernel, config, picker(numbers), { detour, maxSteps: 60 }).steps;
          },
        ),
        { numRuns: runs, seed: 4 },
      );
      expect(steps).toBeGreaterThan(runs * 3);
    });
  }
});
