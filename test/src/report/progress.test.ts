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
