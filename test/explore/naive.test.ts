// The search by states against naive enumeration, on generated programs; and proof that the comparison can fail.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Run, TASK_TABLE, Task } from "../../interpreter/machine/layout.js";
import { Machine } from "../../interpreter/machine/machine.js";
import { ALL_OBJECTS } from "../../kernel/objects/index.js";
import { exclusion } from "../../kernel/rules/exclusion.js";
import { explore } from "../../src/explore/explore.js";
import type { Sabotage } from "../../src/explore/states.js";
import { arbitraryProgram, cyclicProgram, interestingProgram } from "../support/generate.js";
import { type HandProgram, handProgram, harness, type Step } from "../support/hand-ir.js";
import { naive, plain, viewOf } from "../support/naive.js";

const title = (f: { kind: string; site?: number; text?: string }) => `${f.kind} ${f.text ?? ""}`;
const kernel = { objects: [...harness, ...ALL_OBJECTS], rules: [exclusion], title };
const opNames = ALL_OBJECTS.map((o) => o.name);

function agree(
  source: HandProgram & { preempt: "none" | "full"; rcu: "preempt" | "sched" },
  sabotage?: Sabotage,
) {
  const program = handProgram(source, opNames);
  const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };
  const config = { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes };
  const machine = new Machine(program, kernel.objects, kernel.rules, config);
  machine.begin({ function: "main", args: [] });
  const goesRound = JSON.stringify(source).includes('"until"');
  const oracle = goesRound ? plain(machine, title, 3_000) : naive(machine, title, 8_000);
  if (!oracle.complete) return null;
  const result = explore(program, { function: "main", args: [] }, kernel, {
    machine: config,
    ...(sabotage ? { sabotage } : {}),
  });
  const byTraces = () =>
    viewOf(explore(program, { function: "main", args: [] }, kernel, { machine: config, search: "traces" }));
  return { oracle, view: viewOf(result), result, byTraces };
}

describe("search by states", () => {
  it("gives the outcomes and findings of naive enumeration", { timeout: 300_000 }, () => {
    let programs = 0;
    let runs = 0;
    const hit = new Map<string, number>();
    fc.assert(
      fc.property(arbitraryProgram, (source) => {
        const pair = agree(source);
        fc.pre(pair !== null);
        expect(pair!.view.outcomes).toEqual(pair!.oracle.outcomes);
        expect(pair!.view.findings).toEqual(pair!.oracle.findings);
        expect(pair!.byTraces().outcomes).toEqual(pair!.oracle.outcomes);
        programs++;
        runs += pair!.oracle.runs;
        for (const task of source.tasks) {
          for (const step of task.steps) {
            const name = step.do === "op" ? step.name : step.do;
            hit.set(name, (hit.get(name) ?? 0) + 1);
          }
        }
      }),
      { numRuns: 400, seed: 20100913 },
    );
    console.log(
      `${programs} programs, ${runs} interleavings; ${[...hit].map(([k, n]) => `${k} ${n}`).join(", ")}`,
    );
    expect(programs).toBeGreaterThanOrEqual(300);
    for (const name of [
      "spin_lock",
      "synchronize_rcu",
      "rcu_read_lock",
      "preempt_disable",
      "this_cpu_add",
      "__this_cpu_add",
    ]) {
      expect(hit.get(name) ?? 0, name).toBeGreaterThan(20);
    }
  });

  it("gives the outcomes of a search without any reduction for programs with loops", () => {
    let programs = 0;
    fc.assert(
      fc.property(cyclicProgram, (source) => {
        const pair = agree(source);
        fc.pre(pair !== null);
        expect(pair!.view.outcomes).toEqual(pair!.oracle.outcomes);
        programs++;
      }),
      { numRuns: 100, seed: 20100913 },
    );
    expect(programs).toBeGreaterThanOrEqual(80);
  });

  // Storing sleep sets matters only where states are met again on cycles, and then rarely: this program loses states.
  const until = (variable: string, value: number, ...body: Step[]): Step => ({
    do: "until",
    variable,
    value,
    body,
  });
  const store = (variable: string, value: number): Step => ({ do: "store", variable, value });
  const load = (variable: string): Step => ({ do: "load", variable, into: "v0" });
  const round: Step[][][] = [
    [
      [until("y", 0, store("x", 1), load("x"))],
      [store("y", 0), until("x", 0, store("x", 1), store("y", 1))],
      [store("z", 0), until("x", 2, load("x"), store("z", 1)), load("x")],
      [until("x", 1, load("z"), store("y", 0))],
    ],
  ];
  it.each(round.map((tasks, i) => [i, tasks] as const))(
    "keeps every state of program %i, and loses some when sleep sets are not stored",
    (_, tasks) => {
      const program = handProgram({
        variables: ["x", "y", "z"],
        tasks: tasks.map((steps, cpu) => ({ cpu, steps })),
        observe: ["x", "y", "z"],
      });
      // Registers keep what nobody reads any more: then there are more states on the cycles.
      for (const site of program.sites) site.dead = [];
      const states = (sabotage: Sabotage) =>
        explore(program, { function: "main", args: [] }, kernel, {
          machine: { cpus: 4, preempt: "full", rcu: "preempt" },
          sabotage,
          confine: false,
        }).stats.states;
      const all = states({ independence: () => false });
      expect(states({})).toBe(all);
      expect(states({ forgetSleep: true })).toBeLessThan(all);
    },
  );

  // Each way of breaking the search must be noticed by the comparison above.
  const broken: [string, typeof interestingProgram, Sabotage][] = [
    ["an entry of the independence relation is falsified", interestingProgram, { independence: () => true }],
    [
      "observed values and registers leave the hash",
      interestingProgram,
      {
        hash: (machine, hash) => {
          // Only where contexts stand, nothing of what they have seen.
          const H = machine.memory.i32;
          hash.fill(0);
          for (let t = 0; t < H[Run.TaskCount >> 2]; t++) {
            const w = (TASK_TABLE + t * 512) >> 2;
            hash[t & 3] = Math.imul(hash[t & 3] ^ H[w + Task.Pending / 4 + 1], 0x9e3779b1) + H[w] + t;
          }
        },
      },
    ],
  ];
  it.each(broken)("is noticed to be wrong when %s", { timeout: 300_000 }, (_, programs, sabotage) => {
    let noticed = 0;
    fc.assert(
      fc.property(programs, (source) => {
        const pair = agree(source, sabotage);
        if (
          pair &&
          JSON.stringify(pair.view) !==
            JSON.stringify({ outcomes: pair.oracle.outcomes, findings: pair.oracle.findings })
        ) {
          noticed++;
        }
      }),
      { numRuns: 200, seed: 7 },
    );
    expect(noticed).toBeGreaterThan(0);
  });
});
