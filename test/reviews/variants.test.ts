// The variants on top of the founding patch: each takes back one step of its changelog, and the review must say
// what that step was for.

import { describe, expect, it } from "vitest";
import { applyPatch } from "../../patches/api.js";
import type { PatchReview } from "../../src/api.js";
import { foundingTree, mailOf, reviewVariant, titlesOf, valuesOf } from "./support.js";

/** The outcomes that only the variant has, by the values named. */
function newOutcomes(review: PatchReview, ...names: string[]): string[] {
  const found = review.cases.flatMap((c) =>
    c.outcomes
      .filter((row) => row.change === "new")
      .map((row) => {
        const values = valuesOf(row.after!);
        const shown = names.map((name) => `${name}=${values[name]}`).join(" ");
        return row.after!.end === "finished" ? shown : `${shown} ${row.after!.end}`;
      }),
  );
  return [...new Set(found)].sort();
}

const VARIANTS = [
  "this-cpu-without-lock",
  "no-synchronize-rcu",
  "check-outside-rcu",
  "no-mc-lock",
  "return-without-unlock",
];

describe("variants", () => {
  it.each(VARIANTS)("%s fits the healed founding patch line by line", (variant) => {
    const applied = applyPatch(mailOf(`patches/samples/variants/${variant}.patch`), foundingTree());
    if (!applied.ok) throw new Error(applied.problems.map((p) => p.message).join("\n"));
    for (const hunk of applied.report) {
      expect(hunk).toMatchObject({ offset: 0, fuzz: 0, repairs: [], heading: { verdict: "same" } });
    }
  });

  it("this-cpu-without-lock: counts are lost where a counting task can be preempted", async () => {
    const review = await reviewVariant("this-cpu-without-lock", "two_mappers_preempted");
    expect(review.verdict).toBe("changed");
    expect(newOutcomes(review, "flag_a", "flag_b", "group")).toEqual(["flag_a=1 flag_b=1 group=1"]);
    expect(titlesOf(review, "new")).toContainEqual(
      expect.stringMatching(/__this_cpu_add\(\) in preemptible/),
    );
  });

  it("this-cpu-without-lock: nothing where the page table lock keeps preemption off", async () => {
    const review = await reviewVariant("this-cpu-without-lock", "two_mappers_one_cpu");
    expect(review.verdict).toBe("same");
  });

  it("no-synchronize-rcu: a mapping is counted wrong while the move is still on its way", async () => {
    const review = await reviewVariant("no-synchronize-rcu", "map_task_move");
    expect(review.verdict).toBe("changed");
    expect(newOutcomes(review, "moving", "owner", "from", "to")).toEqual(["moving=1 owner=2 from=1 to=0"]);
  });

  it("check-outside-rcu: the VM_BUG_ON fires at the first mapping", async () => {
    const review = await reviewVariant("check-outside-rcu", "two_mappers_two_cpus");
    expect(review.verdict).toBe("changed");
    const none = review.cases.find((c) => c.name.endsWith("by_none"))!;
    expect([...new Set(none.after.exploration.outcomes.map((o) => o.end))]).toEqual(["fatal"]);
    expect(titlesOf(review, "new")).toContainEqual(expect.stringMatching(/BUG/));
    const texts = none.after.exploration.findings.map((f) => f.finding.text);
    expect(texts).toContainEqual(expect.stringContaining("!rcu_read_lock_held()"));
  });

  it("no-mc-lock: two movers of one group lose a mark", async () => {
    const review = await reviewVariant("no-mc-lock", "rmdir_force_empty");
    expect(review.verdict).toBe("changed");
    expect(newOutcomes(review, "on_move").filter((o) => o !== "on_move=0").length).toBeGreaterThan(0);
    expect(titlesOf(review, "new").some((t) => /data-race.*mem_cgroup_(start|end)_move/.test(t))).toBe(true);
  });

  it("return-without-unlock: RCU's read lock is kept, and the mover waits for ever", async () => {
    const review = await reviewVariant("return-without-unlock", "map_uncharged");
    expect(review.verdict).toBe("changed");
    const ends = review.cases.flatMap((c) => c.after.exploration.outcomes.map((o) => o.end));
    expect(ends).toContain("deadlock");
    expect(titlesOf(review, "new").length).toBeGreaterThan(0);
  });
});
