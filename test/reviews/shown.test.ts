// A text shows the runs behind differences only. What it shows is the same as where all runs are wanted.

import { expect, it } from "vitest";
import type { PatchReview } from "../../src/api.js";
import { reviewText } from "../../src/report/review.js";
import { plain } from "../../src/report/style.js";
import { reviewScenarios } from "./support.js";

const SCENARIOS = ["map_unmap", "map_rmdir", "unmap_rmdir"];

function textOf(review: PatchReview, verbose: boolean): string {
  const text = reviewText(review, { style: plain, width: 100, version: "0", verbose, timing: false });
  return text.replace(/exhaustive .*/g, "exhaustive");
}

/** The schedules of a review that are shortest. */
function shortest(review: PatchReview): number {
  const rows = review.cases.flatMap((c) => [...c.outcomes, ...c.findings]);
  return rows.filter(({ shown }) => shown?.shortest).length;
}

it("looks for the shortest schedules of what is shown, and a text does not tell the difference", async () => {
  const all = await reviewScenarios(SCENARIOS, true);
  const some = await reviewScenarios(SCENARIOS, false);
  expect(textOf(some, false)).toBe(textOf(all, false));
  expect(textOf(all, false)).toContain("shortest schedule");
  const rows = all.cases.reduce((sum, c) => sum + c.outcomes.length + c.findings.length, 0);
  expect(shortest(all)).toBe(rows);
  expect(shortest(some)).toBeLessThan(rows);
  expect(shortest(some)).toBeGreaterThan(0);
}, 120_000);
