// The founding case: what the explorations of the C find on each side must be exactly what the hand model of the
// protocol says, scenario by scenario, and the promises must break where the model says they do and nowhere else.

import { describe, expect, it } from "vitest";
import type { Outcome, PatchReview } from "../../src/api.js";
import { type End, endsOf, keepsPromises, type Side } from "./protocol.js";
import { reviewFounding, titlesOf, valuesOf } from "./support.js";

const STARTS = ["page_mapped_by_none", "page_mapped_by_one", "page_mapped_by_two"];

const text = ({ mapped, flag, owner, from, to, moving }: End): string =>
  `mapped=${mapped} flag=${flag} owner=${owner} from=${from} to=${to}${moving < 0 ? "" : ` moving=${moving}`}`;

interface Modelled {
  scenario: string;
  /** Programs of the tasks in the model, by the number of processes that map the page at the start. */
  programs(mappedBefore: number): string[];
  /** From what the scenario observes to what the model ends with. */
  end(values: Record<string, number>): End;
}

const unmapper = (mappedBefore: number): string => (mappedBefore === 0 ? "MU" : "U");

const rmdirEnd = (v: Record<string, number>): End => ({
  mapped: v.mapped!,
  flag: v.flag!,
  owner: v.owner === 2 ? 0 : 1,
  from: v.child!,
  to: v.parent!,
  moving: -1,
});
const moveEnd = (v: Record<string, number>): End => ({
  mapped: v.mapped!,
  flag: v.flag!,
  owner: v.owner === 1 ? 0 : 1,
  from: v.from!,
  to: v.to!,
  moving: v.moving ?? -1,
});

const MODELLED: Modelled[] = [
  {
    scenario: "map_unmap",
    programs: (n) => ["M", unmapper(n)],
    end: (v) => ({ mapped: v.mapped!, flag: v.flag!, owner: 0, from: v.group!, to: 0, moving: -1 }),
  },
  { scenario: "map_rmdir", programs: () => ["M", "R"], end: rmdirEnd },
  { scenario: "unmap_rmdir", programs: (n) => [unmapper(n), "R"], end: rmdirEnd },
  { scenario: "two_maps_rmdir", programs: () => ["M", "M", "R"], end: rmdirEnd },
  { scenario: "map_unmap_rmdir", programs: (n) => ["M", unmapper(n), "R"], end: rmdirEnd },
  { scenario: "map_task_move", programs: () => ["ML", "R"], end: moveEnd },
  { scenario: "unmap_task_move", programs: (n) => [unmapper(n), "R"], end: moveEnd },
  { scenario: "reader_preempted", programs: (n) => [unmapper(n), "R"], end: rmdirEnd },
];

/** Scenarios in which every promise is kept on both sides. */
const KEPT = [
  "two_mappers_two_cpus",
  "two_mappers_one_cpu",
  "two_mappers_preempted",
  "reader_not_preempted",
  "two_rmdirs",
  "rmdir_task_move",
  "rmdir_force_empty",
  "map_uncharged",
];

const outcomesOf = (review: PatchReview, start: number, side: Side): Outcome[] => {
  const found = review.cases.find((c) => c.name.endsWith(`.${STARTS[start]}`))!;
  return found[side === "before" ? "before" : "after"].exploration.outcomes;
};

describe.each(MODELLED)("$scenario ends as the model says", ({ scenario, programs, end }) => {
  it("on both sides, from a page mapped by none, one and two", async () => {
    const review = await reviewFounding(scenario);
    expect(review.cases.map((c) => c.name)).toEqual(STARTS.map((start) => `${scenario}.${start}`));
    for (const start of [0, 1, 2]) {
      for (const side of ["before", "after"] as const) {
        const modelled = endsOf(side, programs(start), start);
        const outcomes = outcomesOf(review, start, side);
        expect(review.cases[start]![side].exploration.cut).toBe(null);
        expect(outcomes.map((o) => o.end)).toEqual(outcomes.map(() => "finished"));
        const observed = outcomes.map((o) => text(end(valuesOf(o)))).sort();
        expect({ start, side, observed }).toEqual({ start, side, observed: modelled.map(text).sort() });
        // The expectations in C and the promises in the model fail for the same ends.
        const failed = outcomes.filter((o) => o.failed).map((o) => text(end(valuesOf(o))));
        const broken = modelled.filter((e) => !keepsPromises(e)).map(text);
        expect({ start, side, failed: failed.sort() }).toEqual({ start, side, failed: broken.sort() });
      }
    }
    for (const c of review.cases) {
      for (const o of [...c.before.exploration.outcomes, ...c.after.exploration.outcomes]) {
        const { on_move, rmdir = 0, attach = 0 } = valuesOf(o);
        expect({ on_move, rmdir, attach }).toEqual({ on_move: 0, rmdir: 0, attach: 0 });
      }
    }
  });
});

describe.each(KEPT)("%s", (scenario) => {
  it("keeps every promise on both sides", async () => {
    const review = await reviewFounding(scenario);
    expect(review.cases).toHaveLength(3);
    for (const c of review.cases) {
      for (const { exploration } of [c.before, c.after]) {
        expect(exploration.cut).toBe(null);
        expect(exploration.outcomes.length).toBeGreaterThan(0);
        expect(
          exploration.outcomes.filter((o) => o.failed || o.end !== "finished").map((o) => o.key),
        ).toEqual([]);
      }
    }
  });
});

describe("costs", () => {
  it("of mapping and unmapping with nobody in the way: the page_cgroup lock is not taken any more", async () => {
    const review = await reviewFounding("costs");
    const { rows } = review.costs.find((table) => table.name === "costs.map_unmap_loop")!;
    const row = (name: string) => rows.find((r) => r.function === name)!;
    // Sixteen rounds of one mapping and one unmapping.
    const update = row("mem_cgroup_update_file_mapped");
    expect([update.before!.calls, update.after!.calls]).toEqual([32, 32]);
    expect(row("lock_page_cgroup").before!.locks).toBe(32);
    expect(row("lock_page_cgroup").after).toBe(null);
    const total = (side: "before" | "after", what: "locks" | "atomics") =>
      rows.reduce((sum, r) => sum + (r[side]?.[what] ?? 0), 0);
    // What is left are the page table locks, _mapcount and the flag.
    expect([total("before", "locks"), total("after", "locks")]).toEqual([64, 32]);
    expect([total("before", "atomics"), total("after", "atomics")]).toEqual([160, 96]);
  });
});

describe("races", () => {
  it("the patch reads pc->mem_cgroup without the lock under which it is written", async () => {
    const review = await reviewFounding("map_rmdir");
    expect(
      titlesOf(review, "new").some((title) => /data-race.*mem_cgroup_update_file_mapped/.test(title)),
    ).toBe(true);
  });
});
