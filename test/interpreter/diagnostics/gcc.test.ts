// What we print about wrong programs is what gcc 12 prints: lines of C, carets, notes of macros, offers. Programs and
// gcc's output are recorded in programs.txt (how: record.mjs), so that the test needs no gcc.

import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { comparable, firstLine, ourOutput, readCases } from "./support.js";

const { cases } = readCases(readFileSync(new URL("programs.txt", import.meta.url), "utf8"));

describe("output is gcc's", () => {
  for (const { title, mark, source, expected } of cases) {
    test(`${title} ${mark}`.trimEnd(), async () => {
      const ours = comparable(await ourOutput(source));
      if (mark === "(first line)") expect(firstLine(ours)).toBe(firstLine(expected));
      else expect(ours).toBe(expected);
    });
  }
});

test("most of it in full, little of it only by us", () => {
  const marked = (mark: string): number => cases.filter((one) => one.mark === mark).length;
  expect(cases.length).toBeGreaterThan(150);
  expect(marked("")).toBeGreaterThan(120);
  expect(marked("(ours)")).toBeLessThan(cases.length / 7);
});
