// What random functions do with memory that is set in part is reported where valgrind reports it, line by line, on both
// engines: arrays, structures, unions, bit-fields, variable-length arrays, heap, copies of all kinds.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runHosted } from "./support.js";
import { unsetProgram } from "./unset-memory.js";

const work = mkdtempSync(join(tmpdir(), "smplab-unset-memory-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const FUNCTIONS = 60;
const SEEDS = Array.from({ length: Number(process.env.UNSET_SEEDS ?? 4) }, (_, i) => i + 1);

function write(seed: number): { path: string; lines: string[] } {
  const path = join(work, `unset${seed}.c`);
  const text = unsetProgram(seed, FUNCTIONS);
  writeFileSync(path, text);
  return { path, lines: text.split("\n") };
}

/** Lines of the file at which valgrind says that an unset value decides something. */
function theirs(path: string): Set<number> {
  const binary = path.slice(0, -2);
  execFileSync("gcc", ["-w", "-g", "-O0", "-fno-builtin", "-o", binary, path]);
  const options = ["-q", "--error-limit=no", "--expensive-definedness-checks=yes"];
  const { stderr } = spawnSync("valgrind", [...options, binary], { encoding: "utf8", maxBuffer: 1 << 28 });
  const lines = new Set<number>();
  for (const report of stderr.split(/^==\d+== *$/m)) {
    const line = /uninitialised[\s\S]*?unset\d+\.c:(\d+)/.exec(report)?.[1];
    if (line !== undefined) lines.add(Number(line));
  }
  return lines;
}

function ours(path: string, engine: "vm" | "wasm"): Set<number> {
  const run = runHosted(path, engine);
  expect(run.end).toBe("finished");
  expect(new Set(run.findings.map(({ kind }) => kind))).toEqual(new Set(["kmsan:uninit-value"]));
  return new Set(run.findings.map(run.lineOf));
}

const hasBoth = ["gcc", "valgrind"].every((name) => spawnSync(name, ["--version"]).status === 0);

// Only valgrind knows what valgrind says.
describe.skipIf(!hasBoth)("unset memory is found where valgrind finds it", () => {
  test.each(SEEDS)("seed %i", (seed) => {
    const { path, lines } = write(seed);
    const expected = theirs(path);
    expect(expected.size).toBeGreaterThan(FUNCTIONS / 2);
    const shown = (found: Set<number>) =>
      [...found].sort((a, b) => a - b).map((line) => `${line}: ${lines[line - 1]!.trim()}`);
    for (const engine of ["vm", "wasm"] as const) expect(shown(ours(path, engine))).toEqual(shown(expected));
  });
});

test("both engines report the same", () => {
  const { path } = write(1001);
  expect(ours(path, "wasm")).toEqual(ours(path, "vm"));
});
