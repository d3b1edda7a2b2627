// The list of gcc's execute tests that conformance:torture leaves out: only reasons that were agreed on, each program
// once, and as many as the documentation says.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

interface Exclusions {
  readonly exclusions: readonly { readonly reason: string; readonly programs: readonly string[] }[];
}

const { exclusions } = JSON.parse(
  readFileSync(join(import.meta.dirname, "torture-exclusions.json"), "utf8"),
) as Exclusions;

test("each excluded program stands once, in order, with a reason", () => {
  const all = exclusions.flatMap(({ programs }) => programs);
  expect(new Set(all).size).toBe(all.length);
  for (const { reason, programs } of exclusions) {
    expect(reason.length).toBeGreaterThan(5);
    expect([...programs].sort()).toEqual(programs);
    expect(programs.length).toBeGreaterThan(0);
  }
});

test("few programs are left out, most of them for types or nesting that kernels do not use", () => {
  const count = (pattern: RegExp) =>
    exclusions
      .filter(({ reason }) => pattern.test(reason))
      .reduce((sum, { programs }) => sum + programs.length, 0);
  const all = count(/./);
  expect(all).toBe(84);
  expect(count(/nested functions|vector|complex|__int128|inline assembly|__builtin_apply/)).toBe(84);
});
