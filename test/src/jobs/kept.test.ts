// What is kept of an explorer's answers, and what each answer depends on.

import { describe, expect, it } from "vitest";
import type { Program } from "../../../interpreter/api.js";
import { MemoryStore } from "../../../src/front/kept-results.js";
import type { Explorer, Job, JobResult } from "../../../src/jobs/explorer.js";
import { keptExplorer } from "../../../src/jobs/kept.js";
import { exploration, found, outcome } from "../fixtures/exploration.js";

const PROGRAM = {} as Program;

function job(more: Partial<Job> = {}): Job {
  return {
    program: PROGRAM,
    source: "the C",
    entry: { function: "main", args: [1n, 2n] },
    config: { cpus: 2, preempt: "full", rcu: "preempt" },
    seconds: 60,
    label: "a case",
    search: { mode: "auto" },
    ...more,
  };
}

/** Says what it was told to say, and counts how often. */
function telling(result: JobResult) {
  let asked = 0;
  const say = async (): Promise<never> => {
    asked++;
    return structuredClone(result) as never;
  };
  const inner: Explorer = {
    explore: say,
    shorten: say,
    explain: say,
    costs: say,
    interrupt: () => {},
    interrupted: false,
    close: async () => {},
  };
  return { inner, asked: () => asked };
}

const COMPLETE = exploration([outcome({ x: 1 })], [found("a race")]);

describe("a kept exploration", () => {
  it("is made once and then told again, as it was", async () => {
    const { inner, asked } = telling(COMPLETE);
    const { explorer, tally } = keptExplorer(inner, new MemoryStore());
    const first = await explorer.explore(job());
    // Whoever has it may change it: schedules are made short later.
    first.outcomes[0]!.witness = [9];
    first.outcomes.pop();
    expect(await explorer.explore(job())).toEqual(COMPLETE);
    expect(await explorer.explore(job({ label: "called otherwise", seconds: 1 }))).toEqual(COMPLETE);
    expect(asked()).toBe(1);
    expect(tally).toEqual({ asked: 3, known: 2 });
  });

  it.each<[string, Partial<Job>]>([
    ["other C", { source: "other C" }],
    ["another entry", { entry: { function: "main", args: [1n, 3n] } }],
    ["another machine", { config: { cpus: 3, preempt: "full", rcu: "preempt" } }],
    ["another preemption model", { config: { cpus: 2, preempt: "none", rcu: "preempt" } }],
    ["another search", { search: { mode: "traces" } }],
    ["another bound", { search: { mode: "auto", states: 10 } }],
    ["another engine", { search: { mode: "auto", engine: "vm" } }],
    ["schedules that are made short later", { shortestLater: true }],
  ])("is no answer for %s", async (_, more) => {
    const { inner, asked } = telling(COMPLETE);
    const { explorer } = keptExplorer(inner, new MemoryStore());
    await explorer.explore(job());
    await explorer.explore(job(more));
    expect(asked()).toBe(2);
    await explorer.explore(job(more));
    expect(asked()).toBe(2);
  });

  it("is none that was cut", async () => {
    const { inner, asked } = telling(exploration([], [], { complete: false, cut: "60 s are over" }));
    const { explorer, tally } = keptExplorer(inner, new MemoryStore());
    await explorer.explore(job());
    await explorer.explore(job());
    expect(asked()).toBe(2);
    expect(tally.known).toBe(0);
  });

  it("is none of C that nobody can tell from other C", async () => {
    const { inner, asked } = telling(COMPLETE);
    const { explorer, tally } = keptExplorer(inner, new MemoryStore());
    const { source: _, ...unknown } = job();
    await explorer.explore(unknown);
    await explorer.explore(unknown);
    expect(asked()).toBe(2);
    expect(tally.asked).toBe(0);
  });
});

describe("kept schedules", () => {
  const wanted = { outcomes: ["x=1;"], findings: [found("a race")], states: 3 };
  const shorten = job({ shorten: { sharing: null, wanted, seconds: 60 } }) as Job &
    Required<Pick<Job, "shorten">>;
  const proved = { schedule: [1, 2], proved: true };

  it.each<[string, Map<string, { schedule: number[]; proved: boolean }>, number]>([
    [
      "kept when all are proved",
      new Map([
        ["o:x=1;", proved],
        ["f:a race", proved],
      ]),
      1,
    ],
    [
      "made again when one is not proved",
      new Map([
        ["o:x=1;", proved],
        ["f:a race", { ...proved, proved: false }],
      ]),
      2,
    ],
    ["made again when one was not found", new Map([["o:x=1;", proved]]), 2],
  ])("are %s", async (_, runs, times) => {
    const { inner, asked } = telling(runs);
    const { explorer } = keptExplorer(inner, new MemoryStore());
    await explorer.shorten(shorten);
    expect(await explorer.shorten(shorten)).toEqual(runs);
    expect(asked()).toBe(times);
  });

  it("are no answer where others are wanted", async () => {
    const { inner, asked } = telling(
      new Map([
        ["o:x=1;", proved],
        ["f:a race", proved],
      ]),
    );
    const { explorer } = keptExplorer(inner, new MemoryStore());
    await explorer.shorten(shorten);
    await explorer.shorten({
      ...shorten,
      shorten: { sharing: null, wanted: { ...wanted, states: 4 }, seconds: 60 },
    });
    expect(asked()).toBe(2);
  });
});
