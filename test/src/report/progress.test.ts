import { expect, test } from "vitest";
import { Progress } from "../../../src/report/progress.js";

function run(terminal: boolean, times: number[]): string {
  let now = 0;
  let written = "";
  const progress = new Progress(
    (text) => void (written += text),
    terminal,
    80,
    () => now,
  );
  times.forEach((time, i) => {
    now = time;
    progress.update({ label: "case 1/2", states: (i + 1) * 1000, depth: 5, findings: 0 });
  });
  progress.clear();
  return written;
}

test("nothing is said about what takes less than a second", () => {
  expect(run(true, [100, 500, 900])).toBe("");
  expect(run(false, [100, 5000, 9000])).toBe("");
});

test("a terminal gets one line that is written over and taken away", () => {
  expect(run(true, [500, 1000, 1100, 2000])).toBe(
    "\r\x1b[Kcase 1/2: 2,000 states, 2,000 states/s, depth 5, 0 findings, 1.0 s" +
      "\r\x1b[Kcase 1/2: 4,000 states, 2,000 states/s, depth 5, 0 findings, 2.0 s\r\x1b[K",
  );
});

test("a log gets a line every ten seconds", () => {
  expect(run(false, [5000, 10_000, 15_000, 20_000])).toBe(
    "smplab: case 1/2: 2,000 states, 200 states/s, depth 5, 0 findings, 10 s\n" +
      "smplab: case 1/2: 4,000 states, 200 states/s, depth 5, 0 findings, 20 s\n",
  );
});
