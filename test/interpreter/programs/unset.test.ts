// A local that nobody has set is reported where valgrind reports it, on both engines. We report more in one case, as the
// kernel's KMSAN does: a value handed to a function or returned from one, whatever becomes of it there.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runHosted } from "./support.js";

const path = join(import.meta.dirname, "unset/locals.c");
const work = mkdtempSync(join(tmpdir(), "smplab-unset-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

/** Lines of the file at which valgrind says that an unset value decides something. */
function theirs(): number[] {
  const binary = join(work, "locals");
  execFileSync("gcc", ["-w", "-g", "-O0", "-o", binary, path]);
  const { stderr } = spawnSync("valgrind", ["-q", binary], { encoding: "utf8" });
  const lines = new Set<number>();
  // The innermost frame of each report that lies in the file.
  for (const report of stderr.split(/^==\d+== *$/m)) {
    const line = /locals\.c:(\d+)/.exec(report)?.[1];
    if (line !== undefined) lines.add(Number(line));
  }
  return [...lines].sort((a, b) => a - b);
}

function ours(engine: "vm" | "wasm"): number[] {
  const run = runHosted(path, engine);
  expect(new Set(run.findings.map(({ kind }) => kind))).toEqual(new Set(["kmsan:uninit-value"]));
  return [...new Set(run.findings.map(run.lineOf))].sort((a, b) => a - b);
}

const hasValgrind = spawnSync("valgrind", ["--version"]).status === 0;

// Only valgrind knows what valgrind says.
describe.skipIf(!hasValgrind)("unset locals are found where valgrind finds them", () => {
  test.each(["vm", "wasm"] as const)("%s", (engine) => {
    const expected = theirs();
    expect(expected.length).toBeGreaterThan(8);
    expect(ours(engine)).toEqual(expected);
  });
});

test("both engines report the same", () => {
  expect(ours("wasm")).toEqual(ours("vm"));
});
