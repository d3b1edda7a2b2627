import { expect, test } from "vitest";
import { Progress } from "../../../src/report/progress.js";

function run(terminal: boolean, times: readonly [time: number, label: string, states: number][]): string {
  let now = 0;
  const written: string[] = [];
  const progress = new Progress(
    (text) => written.push(text),
    terminal,
    80,
    () => now,
  );
  for (const [time, label, states] of times) {
    now = time;
    progress.update({ label, states, depth: 5, ends: 2 });
  }
  progress.clear();
  return written.join("");
}

test("nothing is said about what takes less than a second", () => {
  expect(
    run(true, [
      [100, "a", 1],
      [900, "a", 2],
    ]),
  ).toBe("");
  expect(
    run(false, [
      [100, "a", 1],
      [999, "a", 2],
    ]),
  ).toBe("");
});

test("a terminal gets one line that is written over and taken away", () => {
  const written = run(true, [
    [500, "a", 500],
    [1000, "a", 2000],
    [1100, "a", 2500],
    [2000, "a", 4000],
  ]);
  expect(written).toBe(
    "\r\x1b[Ka: 2,000 states, 2,000 states/s, depth 5, 2 ends, 1.0 s" +
      "\r\x1b[Ka: 4,000 states, 2,000 states/s, depth 5, 2 ends, 2.0 s\r\x1b[K",
  );
});

test("what is left is a guess between the fastest and the slowest of the last looks, and says so", () => {
  let now = 0;
  const written: string[] = [];
  const progress = new Progress(
    (text) => written.push(text),
    true,
    120,
    () => now,
  );
  // Twice as fast in the second half of each second.
  let share = 0;
  for (let look = 0; look < 8; look++) {
    now = 500 * (look + 1);
    share += look % 2 === 0 ? 0.01 : 0.02;
    progress.update({ label: "a", states: now, depth: 5, ends: 2, findings: 1, frontier: 7, share });
  }
  // 0.12 are behind, 0.88 left, at 0.02 to 0.04 a second.
  expect(written.at(-1)).toBe(
    "\r\x1b[Ka: 4,000 states, 1,000 states/s, depth 5, frontier 7, 1 finding, 4.0 s, 22 s to 44 s left (guess)",
  );
  expect(written[0]).not.toContain("left");
});

test("of traces the share of the known branches is told as a guess, and more than is guessed may be left", () => {
  let now = 0;
  const written: string[] = [];
  const progress = new Progress(
    (text) => written.push(text),
    true,
    160,
    () => now,
  );
  for (const share of [0.0001, 0.01, 0.02, 0.03, 0.05, 0.04]) {
    now += 1000;
    progress.update({
      label: "a",
      states: now,
      traces: true,
      depth: 5,
      ends: 2,
      findings: 0,
      frontier: 7,
      share,
    });
  }
  expect(written.map((text) => text.replace(/^[\s\S]* s, /, ""))).toEqual([
    "less than 0.1% behind (guess)",
    "about 1.0% behind (guess)",
    "about 2.0% behind, 98 s to 99 s or more left (guess)",
    "about 3.0% behind, 97 s to 98 s or more left (guess)",
    "about 5.0% behind, 47 s to 96 s or more left (guess)",
    // Branches turned up that were not known: what was measured before says nothing.
    "about 4.0% behind (guess)",
  ]);
});

test("a log gets a line after a second and every ten seconds; searches under way are added up", () => {
  const written = run(false, [
    [500, "a", 1000],
    [2000, "b", 3000],
    [11_000, "a", 2000],
    [12_000, "b", 4000],
  ]);
  expect(written).toBe(
    "smplab: b: 4,000 states, 2,000 states/s, depth 5, 2 ends, 2.0 s\n" +
      "smplab: b: 6,000 states, 200 states/s, depth 5, 2 ends, 12 s\n",
  );
});

test("what comes behind the search has a name of its own, and its steps where it counts no states", () => {
  let now = 0;
  const written: string[] = [];
  const progress = new Progress(
    (text) => written.push(text),
    false,
    80,
    () => now,
  );
  const tell = (time: number, more: { phase?: string; steps?: number }, states: number): void => {
    now = time;
    progress.update({ label: "a", states, depth: 5, ends: 2, ...more });
  };
  tell(2000, {}, 4000);
  tell(12_000, { phase: "livelocks" }, 1000);
  tell(22_000, { phase: "shortest schedules", steps: 30_000 }, 0);
  expect(written).toEqual([
    "smplab: a: 4,000 states, 2,000 states/s, depth 5, 2 ends, 2.0 s\n",
    "smplab: a, livelocks: 5,000 states, 100 states/s, depth 5, 2 ends, 12 s\n",
    "smplab: a, shortest schedules: 30,000 steps, 22 s\n",
  ]);
});
