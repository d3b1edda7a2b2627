// Compares the searches on generated kernel programs: by states, by traces, and naive enumeration give the same
// outcomes and findings.
//
//   npm run conformance:search                           2,000 programs
//   npm run conformance:search -- --count 300 --seed 7
//
// Where they differ the program is made as small as it still differs, and printed. Exit 0: all agree.
import { parseArgs } from "node:util";
import fc from "fast-check";
import { compareSearches, kernelProgram } from "../dist/test/support/kernel-programs.js";

const { values: options } = parseArgs({
  options: {
    count: { type: "string", default: "2000" },
    seed: { type: "string", default: "20100913" },
  },
});
const count = Number(options.count);
const seed = Number(options.seed);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(seed)) {
  console.error("conformance:search takes --count N and --seed N.");
  process.exit(2);
}

const tally = { compared: 0, skipped: 0, looked: 0, round: 0, livelocks: 0 };
const started = performance.now();
const result = fc.check(
  fc.property(kernelProgram, (source) => {
    const agreement = compareSearches(source);
    if (agreement === null) {
      tally.skipped++;
      fc.pre(false);
    }
    if (typeof agreement === "string") throw new Error(agreement);
    tally.compared++;
    tally.looked += agreement.looked;
    if (source.goesRound) tally.round++;
    tally.livelocks += agreement.livelocks;
    if (tally.compared % 200 === 0) console.log(`${tally.compared} programs agree`);
  }),
  { numRuns: count, seed, maxSkipsPerRun: 1000 },
);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
if (result.failed) {
  const [source] = result.counterexample ?? [];
  console.log(source === undefined ? "no program could be compared" : source.text);
  if (source !== undefined) console.log(`\npreempt=${source.preempt} rcu=${source.rcu}`);
  console.log(
    `${result.errorInstance?.message ?? ""}\nseed ${result.seed}, path ${result.counterexamplePath}`,
  );
  process.exit(1);
}
console.log(
  `${tally.compared} programs agree (${tally.round} with rounds that are steps, ${tally.livelocks} livelocks): ` +
    `${tally.looked.toLocaleString("en")} interleavings, ${tally.skipped} programs too long to enumerate, ${seconds} s`,
);
