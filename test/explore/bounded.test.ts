import { describe, expect, it } from "vitest";

import { type ExploreOptions, explore } from "../../src/explore/explore.js";
import { handProgram, harness, type Step } from "../support/hand-ir.js";

const kernel = { objects: harness, rules: [], title: (f: { kind: string }) => f.kind };

/** N contexts, M times `v = c; c = v + 1`. */
function racy(n: number, m: number) {
  const steps: Step[] = [];
  for (let i = 0; i < m; i++) {
    steps.push(
      { do: "load", variable: "c", into: `v${i}` },
      { do: "store", variable: "c", value: { of: `v${i}`, plus: 1 } },
    );
  }
  return handProgram({
    variables: ["c"],
    tasks: Array.from({ length: n }, (_, cpu) => ({ cpu, steps })),
    observe: ["c"],
  });
}

function search(n: number, m: number, options: Partial<ExploreOptions>) {
  return explore(racy(n, m), { function: "main", args: [] }, kernel, {
    machine: { cpus: 4, preempt: "full", rcu: "preempt" },
    ...options,
  });
}

describe("search by preemption bound", () => {
  // Least preemptions for each final value of racy 2x3, found by brute force: 2 needs 4, 3 needs 1, 4 and 5 need 2, 6 none.
  it.each([
    [0, ["c=6;"]],
    [1, ["c=3;", "c=6;"]],
    [2, ["c=3;", "c=4;", "c=5;", "c=6;"]],
    [3, ["c=3;", "c=4;", "c=5;", "c=6;"]],
    [4, ["c=2;", "c=3;", "c=4;", "c=5;", "c=6;"]],
  ])("with at most %i preemptions ends in those values that need no more", (preemptions, values) => {
    const { outcomes, cut, levels, complete } = search(2, 3, { search: "bounded", preemptions });
    expect(outcomes.map(({ key }) => key)).toEqual(values);
    expect(levels?.map((level) => level.preemptions)).toEqual([...Array(preemptions + 1).keys()]);
    expect(complete).toBe(false);
    expect(cut).toMatch(/preemptions? were left out; searched whole: up to/);
  });

  it("is complete once a level leaves nothing out, and then knows what the search by states knows", () => {
    const bounded = search(2, 2, { search: "bounded", preemptions: 30 });
    expect(bounded.complete).toBe(true);
    expect(bounded.levels!.length).toBeLessThan(10);
    expect(bounded.outcomes.map(({ key }) => key)).toEqual(
      search(2, 2, { search: "states" }).outcomes.map(({ key }) => key),
    );
  });
});

describe("the search that is taken when none is asked for", () => {
  it("is by states", () => {
    const { search: kind, why, complete } = search(2, 2, {});
    expect({ kind, why, complete }).toEqual({ kind: "states", why: undefined, complete: true });
  });

  it("is by traces where the memory for states does not suffice, and says so", () => {
    const whole = search(3, 2, {});
    const small = search(3, 2, { limits: { memory: 1000 } });
    expect(small.search).toBe("traces");
    expect(small.why).toBe("by traces, because memory for states (0 MB) used up");
    expect(small.complete).toBe(true);
    expect(small.outcomes.map(({ key }) => key)).toEqual(whole.outcomes.map(({ key }) => key));
  });

  it("stays by states, cut, where that was asked for", () => {
    const { search: kind, cut } = search(3, 2, { search: "states", limits: { memory: 1000 } });
    expect({ kind, cut }).toEqual({ kind: "states", cut: "memory for states (0 MB) used up" });
  });
});
