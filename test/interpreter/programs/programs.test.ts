// Ordinary programs, each about one thing of the language or the library, run as `smplab run` runs them. What they print
// and return is recorded in expected.json; where gcc is installed the record itself is compared with gcc's.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHosted } from "./support.js";

const folder = import.meta.dirname;
const names = readdirSync(folder)
  .filter((name) => name.endsWith(".c"))
  .map((name) => name.slice(0, -2))
  .sort();

interface Outcome {
  readonly printed: string;
  readonly status: number;
}
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, Outcome>;

describe("programs do what the record says", () => {
  test("there is one record for each program", () => {
    expect(Object.keys(expected).sort()).toEqual(names);
    expect(names.length).toBeGreaterThanOrEqual(60);
  });

  test.each(names)("%s", (name) => {
    const run = runHosted(join(folder, `${name}.c`));
    expect(run.end).toBe("finished");
    expect({ printed: run.printed, status: run.status }).toEqual(expected[name]);
    expect(run.titles).toEqual([]);
  });
});

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

// Without gcc there is nothing to hold the record against.
describe.skipIf(!hasGcc)("the record is what gcc's code does", () => {
  let work = "";
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "smplab-programs-"));
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test.each(names)("%s", (name) => {
    const binary = join(work, name);
    const flags = ["-w", "-O0", "-fwrapv", "-fno-strict-aliasing"];
    execFileSync("gcc", [...flags, "-o", binary, join(folder, `${name}.c`), "-lm", "-latomic"]);
    const { stdout, status } = spawnSync(binary, [], { encoding: "utf8", timeout: 10_000 });
    expect({ printed: stdout, status }).toEqual(expected[name]);
  });
});
