// What searches say of how far they are, while they are under way.

import { expect, test } from "vitest";
import { shippedKernel } from "../../src/compile/kernel.js";
import { explore } from "../../src/explore/explore.js";
import type { SearchKind } from "../../src/explore/result.js";
import type { SearchTally } from "../../src/explore/states.js";
import { prepareText } from "../support/prepare-text.js";

const TEXT = `#include <linux/compiler.h>
int x, y, z;
#define STEPS(a, b) WRITE_ONCE(a, READ_ONCE(b) + 1); WRITE_ONCE(b, READ_ONCE(a) + 1); WRITE_ONCE(a, 3); WRITE_ONCE(b, READ_ONCE(a) + 2);
void cpu0(void) { STEPS(x, y) }
void cpu1(void) { STEPS(y, z) }
void cpu2(void) { STEPS(z, x) }`;

type Tick = Pick<SearchTally, "states" | "findings" | "frontier" | "share">;

async function ticks(search: SearchKind): Promise<{ ticks: Tick[]; states: number; complete: boolean }> {
  const { program, entry, config } = await prepareText(TEXT);
  const seen: Tick[] = [];
  const { stats, complete } = explore(program, entry, shippedKernel(), {
    machine: config,
    search,
    onProgress: (tally) => seen.push({ ...tally }),
  });
  return { ticks: seen, states: stats.states, complete };
}

test.each<SearchKind>(["traces", "states"])(
  "a search by %s says which part of its tree is behind it",
  async (kind) => {
    const { ticks: seen, complete } = await ticks(kind);
    expect(complete).toBe(true);
    expect(seen.length).toBeGreaterThan(2);
    for (const { share, frontier, findings } of seen) {
      expect(share).toBeGreaterThanOrEqual(0);
      expect(share).toBeLessThan(1);
      expect(frontier).toBeGreaterThanOrEqual(0);
      expect(findings).toBe(0);
    }
    expect(seen.at(-1)!.share).toBeGreaterThan(seen[0]!.share!);
  },
);

test("from the share that traces know the number of all of them is guessed within a factor of ten", async () => {
  const { ticks: seen, states } = await ticks("traces");
  const guesses = seen.filter(({ share }) => share! > 0).map((tick) => tick.states / tick.share!);
  for (const guess of guesses.slice(guesses.length >> 1)) {
    expect(guess).toBeGreaterThan(states / 10);
    expect(guess).toBeLessThan(states * 10);
  }
});

test("a sample is so many runs, and says how many of them are behind", async () => {
  const { ticks: seen } = await ticks("random");
  expect(seen.length).toBeGreaterThan(2);
  for (const { share, states } of seen) expect(share).toBeCloseTo(states / 10_000, 10);
});

test("a search by preemptions says what it has met, and what is open on its present way", async () => {
  const { ticks: seen } = await ticks("bounded");
  expect(seen.length).toBeGreaterThan(2);
  for (const { frontier, findings } of seen) {
    expect(frontier).toBeGreaterThanOrEqual(0);
    expect(findings).toBe(0);
  }
});
