// Which search looks makes no difference to what is found: states with and without steps taken together, traces. Nor
// does the engine, to the last word of a report.

import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import type { ExploreOptions } from "../../src/explore/explore.js";
import { findingId } from "../../src/explore/result.js";
import { findingsOf, PROGRAMS } from "./support.js";

// A task that tries for ever makes runs without end: a search by traces has no use for the states in which it is back.
const ENDLESS = ["deadlock-beside-a-spinner"].flatMap((name) => [`${name}.c`, `${name}.fixed.c`]);
const programs = readdirSync(PROGRAMS).filter((name) => !ENDLESS.includes(name));

function found(name: string, options: Partial<ExploreOptions>): string[] {
  const { exploration } = findingsOf(name, { limits: { depth: 5000, states: 50_000 }, ...options });
  expect(exploration.complete).toBe(true);
  return exploration.findings.map(findingId);
}

test.each(programs)("%s", (name) => {
  const ids = found(name, {});
  expect(found(name, { confine: false })).toEqual(ids);
  expect(found(name, { search: "traces" })).toEqual(ids);
});

test.each(programs.filter((name) => !name.endsWith(".fixed.c")))("%s, compiled to WebAssembly", (name) => {
  const options = { limits: { depth: 5000, states: 50_000 } };
  expect(findingsOf(name, options, "wasm").splats).toEqual(findingsOf(name, options).splats);
});
