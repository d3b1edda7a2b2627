// Generated kernel programs: the search by states, the search by traces and naive enumeration see the same, and so do
// the search for livelocks and a walk over all edges. `npm run conformance:search` compares more of them.

import fc from "fast-check";
import { expect, test } from "vitest";
import { compareSearches, kernelProgram } from "../support/kernel-programs.js";

/** More programs: SEARCH_RUNS=600 SEARCH_SEED=7 npx vitest run test/explore/kernel-programs.test.ts */
const PROGRAMS = Number(process.env.SEARCH_RUNS ?? 300);
const SEED = Number(process.env.SEARCH_SEED ?? 20101123);
/** What is too long to enumerate in this many steps is passed over; the script has more patience. */
const STEPS = 5000;

test("all searches agree on generated kernel programs", { timeout: 600_000 }, () => {
  let compared = 0;
  let looked = 0;
  let livelocks = 0;
  fc.assert(
    fc.property(kernelProgram, (source) => {
      const agreement = compareSearches(source, STEPS);
      fc.pre(agreement !== null);
      expect(agreement, source.text).not.toBeTypeOf("string");
      if (agreement === null || typeof agreement === "string") return;
      compared++;
      looked += agreement.looked;
      livelocks += agreement.livelocks;
    }),
    { numRuns: PROGRAMS, seed: SEED, maxSkipsPerRun: 1000 },
  );
  console.log(`${compared} programs, ${looked} interleavings, ${livelocks} livelocks`);
  expect(compared).toBe(PROGRAMS);
  expect(livelocks).toBeGreaterThan(0);
});
