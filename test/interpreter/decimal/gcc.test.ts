// Decimal arithmetic against gcc and libgcc: random values bit by bit, and random expressions of C through both engines.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHosted } from "../programs/support.js";
import { expressionProgram, isForgiven, programOf, randomCases, resultOf } from "./cases.js";

let work = "";
beforeAll(() => {
  work = mkdtempSync(join(tmpdir(), "smplab-decimal-"));
});
afterAll(() => rmSync(work, { recursive: true, force: true }));

function printedByGcc(text: string, name: string): string[] {
  const [source, binary] = [join(work, `${name}.c`), join(work, name)];
  writeFileSync(source, text);
  execFileSync("gcc", ["-w", "-O0", "-fwrapv", "-o", binary, source]);
  return execFileSync(binary, { encoding: "utf8", timeout: 10_000 }).trimEnd().split("\n");
}

/** gcc for x86-64 with decimal types encodes them as BID. */
function hasDecimalGcc(): boolean {
  const source = "int x = sizeof(_Decimal128) / __DEC_EVAL_METHOD__ / (__x86_64__ == 1);";
  return spawnSync("gcc", ["-x", "c", "-c", "-o", "/dev/null", "-"], { input: source }).status === 0;
}

// Without a gcc that knows decimal types there is nothing to compare with; bid.test.ts holds fixed bits.
describe.skipIf(!hasDecimalGcc())("what gcc computes", () => {
  test.each([1, 2, 3])("of random values, bit by bit (seed %i)", (seed) => {
    const cases = randomCases(seed, 20);
    const gcc = printedByGcc(programOf(cases), `values-${seed}`);
    expect(gcc.length).toBe(cases.length);
    const differ = cases.flatMap((one, i) => {
      const ours = resultOf(one);
      const words = one.words.map((word) => word.toString(16)).join();
      return ours === gcc[i] || isForgiven(one, ours, gcc[i]!)
        ? []
        : [`${one.name} ${words}: ${ours}, gcc ${gcc[i]}`];
    });
    expect(differ).toEqual([]);
  });

  test.each(["vm", "wasm"] as const)("of random expressions, constant and not (%s)", (engine) => {
    const text = expressionProgram(engine === "vm" ? 11 : 12, 40);
    const gcc = printedByGcc(text, `expressions-${engine}`);
    const run = runHosted(join(work, `expressions-${engine}.c`), engine);
    expect(run.end).toBe("finished");
    expect(run.printed.trimEnd().split("\n")).toEqual(gcc);
  });
});
