// Undefined behaviour is where gcc's -fsanitize=undefined finds it, and nowhere else: programs of ours and programs made
// at random, on both engines. (With -fwrapv, as the kernel is compiled: signed overflow is no finding.)

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { indexingProgram } from "./sanitized-programs.js";
import { runHosted } from "./support.js";

const folder = join(import.meta.dirname, "sanitized");
const work = mkdtempSync(join(tmpdir(), "smplab-sanitized-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const KINDS: readonly (readonly [RegExp, string])[] = [
  [/index .* out of bounds for type/, "index"],
  [/misaligned address/, "alignment"],
  [/not a valid value for type '_Bool'/, "bool"],
  [/shift exponent/, "shift"],
  [/passing zero to/, "zero bits"],
  [/variable length array bound/, "array bound"],
];
const OURS: Readonly<Record<string, string>> = {
  "ubsan:array-index-out-of-bounds": "index",
  "ubsan:misaligned-access": "alignment",
  "ubsan:invalid-load": "bool",
  "ubsan:shift-out-of-bounds": "shift",
  "ubsan:invalid-builtin-use": "zero bits",
  "ubsan:vla-bound-not-positive": "array bound",
};

const canSanitize = (() => {
  const source = join(work, "probe.c");
  writeFileSync(source, "int main(void) { return 0; }\n");
  return spawnSync("gcc", ["-fsanitize=undefined", "-o", join(work, "probe"), source]).status === 0;
})();

/** "line kind" for everything that gcc's sanitizer says, each once. */
function theirs(path: string): string[] {
  const binary = join(work, "program");
  const options = ["-std=gnu11", "-w", "-fwrapv", "-O0", "-fsanitize=undefined", "-fno-sanitize=object-size"];
  execFileSync("gcc", [...options, "-o", binary, path]);
  const { stderr } = spawnSync(binary, [], { encoding: "utf8", timeout: 20_000 });
  return eachOnce(
    [...stderr.matchAll(/^\S+?:(\d+):\d+: runtime error: (.*)$/gm)].map(([, line, text]) => {
      const kind = KINDS.find(([pattern]) => pattern.test(text!))?.[1];
      return `${line} ${kind ?? text}`;
    }),
  );
}

function ours(path: string, engine: "vm" | "wasm"): string[] {
  const run = runHosted(path, engine);
  expect([run.end, run.endText]).toEqual(["finished", ""]);
  return eachOnce(
    run.findings.map((finding) => `${run.lineOf(finding)} ${OURS[finding.kind] ?? finding.kind}`),
  );
}

function eachOnce(lines: string[]): string[] {
  return [...new Set(lines)].sort(
    (a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10) || (a < b ? -1 : 1),
  );
}

// Only gcc knows what gcc's sanitizer says.
describe.skipIf(!canSanitize)("findings are those of -fsanitize=undefined", () => {
  const check = (path: string): string[] => {
    const expected = theirs(path);
    expect(ours(path, "vm")).toEqual(expected);
    expect(ours(path, "wasm")).toEqual(expected);
    return expected;
  };

  test.each(readdirSync(folder))("%s", (name) => {
    expect(check(join(folder, name)).length).toBeGreaterThan(3);
  });

  test.each([1, 2, 3, 4, 5, 6])("indices made at random, %i", (seed) => {
    const path = join(work, `indices-${seed}.c`);
    writeFileSync(path, indexingProgram(seed));
    expect(check(path).length).toBeGreaterThan(3);
  });
});
