// 2,000 damaged programs, the same ones every time: what gcc's parser rejects is rejected, and nothing crashes or
// hangs. gcc's verdicts are recorded (npm run fuzz:c -- --record); `npm run fuzz:c` makes 20,000 others.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { packageRoot } from "../../../src/front/shipped.js";
import { loadParser } from "../../../src/parser/load.js";
import { askGcc, findGcc } from "./gcc.js";
import { askUs, HANG_MS, isOurLimit } from "./ours.js";
import { checksum, damagedPrograms, readVerdicts } from "./verdicts.js";

const recorded = readVerdicts(packageRoot());
const programs = [...damagedPrograms()];

test("2,000 damaged programs are answered, and rejected where gcc's parser rejects them", async () => {
  const { port } = await loadParser();
  const wrong: string[] = [];
  const counts = { syntax: 0, meaning: 0, fine: 0, unknown: 0 };
  for (const { name, text } of programs) {
    const { errors, crash, ms } = askUs(text, port);
    const verdict = recorded.get(checksum(text)) ?? "unknown";
    counts[verdict]++;
    const say = (what: string): number => wrong.push(`${name}: ${what}\n${text}`);
    if (crash !== null) say(crash);
    else if (ms > HANG_MS) say(`takes ${ms} ms`);
    else if (verdict === "syntax" && errors.length === 0) say("accepted, but gcc's parser rejects it");
    else if (verdict === "fine" && errors.length > 0 && !errors.some(isOurLimit))
      say(`gcc accepts it, we say ${errors[0]}`);
  }
  expect(wrong).toEqual([]);
  // An edited program has no verdicts until they are recorded again; most must have one for this test to say anything.
  const wayOut = "programs were added or edited: npm run fuzz:c -- --record";
  expect(counts.unknown, wayOut).toBeLessThan(programs.length / 3);
  expect(counts.syntax).toBeGreaterThan(programs.length / 2);
  expect(counts.fine).toBeGreaterThan(10);
});

const cc1 = findGcc();

// Without gcc there is nobody to compare the record with.
test.skipIf(cc1 === null)("the record is what gcc says", () => {
  const directory = mkdtempSync(join(tmpdir(), "smplab-fuzz-"));
  try {
    for (const { text } of programs.filter((_, i) => i % 40 === 0)) {
      const verdict = recorded.get(checksum(text));
      if (verdict !== undefined) expect(askGcc(cc1!, directory, text).verdict).toBe(verdict);
    }
  } finally {
    rmSync(directory, { recursive: true });
  }
});
