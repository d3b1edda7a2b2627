// A few programs of csmith (https://github.com/csmith-project/csmith) against gcc -O0: the checksum of all globals must be
// the same. Many more are run by npm run conformance:csmith.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runHosted } from "./support.js";

const HEADERS = "/usr/include/csmith";
// csmith leaves a file where it runs, whatever it is asked.
const works = (command: string) => spawnSync(command, ["--version"], { cwd: tmpdir() }).status === 0;
const hasTools = existsSync(join(HEADERS, "csmith.h")) && works("csmith") && works("gcc");

/** Small programs, so that the test is short; those of other seeds may not end. */
const SIZE = ["--no-argc", "--max-funcs", "4"];
const SEEDS = [1, 2, 3, 4, 5, 6];

// Both tools come with Debian, not with the sources.
describe.skipIf(!hasTools)("csmith's programs give gcc's checksum", () => {
  let work = "";
  beforeAll(() => {
    work = mkdtempSync(join(tmpdir(), "smplab-csmith-"));
    cpSync(HEADERS, work, { recursive: true });
  });
  afterAll(() => rmSync(work, { recursive: true, force: true }));

  test.each(SEEDS)("seed %i", { timeout: 60_000 }, (seed) => {
    const path = join(work, `seed-${seed}.c`);
    const binary = join(work, `seed-${seed}`);
    writeFileSync(
      path,
      execFileSync("csmith", [...SIZE, "--seed", String(seed)], { maxBuffer: 1 << 26, cwd: work }),
    );
    execFileSync("gcc", ["-O0", "-w", "-fwrapv", "-fno-strict-aliasing", `-I${work}`, "-o", binary, path]);
    const native = execFileSync(binary, [], { encoding: "utf8", timeout: 20_000 });
    expect(native).toMatch(/^checksum = /);
    expect(runHosted(path).printed).toBe(native);
  });
});
