// A search by traces of which branches are given away and taken up again, early and often, in any order: it explores the
// same traces as one that keeps all to itself, each of them once. Threads that share a search rely on it.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Confinement } from "../../interpreter/machine/confine.js";
import { Machine } from "../../interpreter/machine/machine.js";
import { ALL_OBJECTS } from "../../kernel/objects/index.js";
import { exclusion } from "../../kernel/rules/exclusion.js";
import { Collector } from "../../src/explore/collect.js";
import { NOTHING } from "../../src/explore/footprints.js";
import { type Leaf, makeTraceBoard, TraceBoard } from "../../src/explore/trace-board.js";
import { searchTraces, type TraceTally } from "../../src/explore/traces.js";
import { arbitraryProgram, cyclicProgram, interestingProgram } from "../support/generate.js";
import { type HandProgram, handProgram, harness, type Step } from "../support/hand-ir.js";

const opNames = ALL_OBJECTS.map((o) => o.name);
const LIMITS = { states: 2_000, memory: 0, depth: 10_000, stop: () => null };

type Source = HandProgram & { preempt: "none" | "full"; rcu: "preempt" | "sched" };

/** A thread that gives away and takes up again, alone: leaves lie about and are taken in an order of their own. */
class Restless extends TraceBoard {
  given = 0;
  private readonly leaves: Leaf[] = [];
  private state: number;

  constructor(
    guess: Confinement,
    seed: number,
    /** Of so many times that it could give something away it does so once. */
    private readonly every: number,
  ) {
    super(makeTraceBoard(guess, 1 << 22), guess);
    this.state = seed;
    this.open();
  }

  private random(below: number): number {
    this.state = (Math.imul(this.state, 1103515245) + 12345) >>> 0;
    return (this.state >>> 8) % below;
  }

  /** The first choice of the whole search. */
  seed(task: number): void {
    this.whileAlone(() => {
      const node = this.node(0);
      this.branch(node, 0, task, NOTHING, 0);
      this.leaves.push({ way: [task, 0, node], fresh: 0 });
    });
  }

  override get hungry(): boolean {
    return this.random(this.every) === 0;
  }

  override give(leaf: Leaf): boolean {
    this.given++;
    this.leaves.push(leaf);
    return true;
  }

  override take(): Leaf | null {
    if (this.leaves.length === 0) return null;
    return this.leaves.splice(this.random(this.leaves.length), 1)[0]!;
  }
}

function begun(source: Source): { machine: Machine; guess: Confinement } {
  const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };
  const config = { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes };
  const machine = new Machine(
    handProgram(source, opNames),
    [...harness, ...ALL_OBJECTS],
    [exclusion],
    config,
  );
  machine.begin({ function: "main", args: [] });
  machine.memory.mark();
  return { machine, guess: new Confinement(machine.map, machine.program.sites.length) };
}

function search(source: Source, apart?: { seed: number; every: number }) {
  const { machine, guess } = begun(source);
  const collector = new Collector({ title: (f) => `${f.kind} ${f.text}` });
  let board: Restless | null = null;
  const choices = new Int32Array(64);
  // Asking may end the run.
  if (apart !== undefined && begun(source).machine.choices(choices) > 0) {
    for (const f of machine.findings) collector.finding(f, machine, () => []);
    board = new Restless(guess, apart.seed, apart.every);
    board.seed(choices[0]!);
  }
  const company = board === null ? null : { board, invite: () => null };
  const tally = searchTraces(machine, collector, LIMITS, () => {}, undefined, company);
  return { tally, facts: factsOf(tally, collector), given: board?.given ?? 0 };
}

/** Everything but the schedules. */
function factsOf({ executions, ends, blocked, cut }: TraceTally, collector: Collector) {
  const { outcomes, findings } = collector.result();
  return {
    executions,
    ends,
    blocked,
    cut,
    outcomes: outcomes.map(({ key, failed, states }) => ({ key, failed, states })),
    findings: findings.map(({ title, seen }) => ({ title, seen })),
  };
}

describe("a search by traces in parts", () => {
  it.each([
    ["straight programs", arbitraryProgram, 300],
    ["programs with loops", cyclicProgram, 25],
    ["programs full of conflicts", interestingProgram, 150],
  ] as [string, fc.Arbitrary<Source>, number][])(
    "explores each trace once: %s",
    { timeout: 120_000 },
    (_, programs, runs) => {
      let compared = 0;
      let given = 0;
      fc.assert(
        fc.property(programs, (source) => {
          const whole = search(source);
          fc.pre(whole.tally.cut === null);
          for (const [seed, every] of [
            [1, 1],
            [2, 3],
            [3, 20],
          ] as const) {
            const parts = search(source, { seed, every });
            // A thread by itself does it then.
            if (parts.tally.alone === true) continue;
            expect(parts.facts).toEqual(whole.facts);
            compared++;
            given += parts.given;
          }
        }),
        { numRuns: runs, seed: 20260101 },
      );
      console.log(`${compared} searches in parts, ${given} leaves given away`);
      expect(compared).toBeGreaterThan(runs);
      expect(given).toBeGreaterThan(5 * runs);
    },
  );

  it("takes up what lies far apart: two counters", () => {
    const count = (variable: string): Step[] => [
      { do: "load", variable, into: "v0" },
      { do: "store", variable, value: { of: "v0", plus: 1 } },
    ];
    const tasks = [[...count("x")], [...count("x")], [...count("y")], [...count("y")], [...count("x")]];
    const source: Source = {
      tasks: tasks.map((steps, cpu) => ({ cpu: cpu % 3, steps })),
      variables: ["x", "y"],
      observe: ["x", "y"],
      preempt: "full",
      rcu: "preempt",
    };
    const whole = search(source);
    expect(whole.tally.executions).toBe(36 * 4);
    for (let seed = 1; seed <= 20; seed++)
      expect(search(source, { seed, every: 2 }).facts).toEqual(whole.facts);
  });
});
