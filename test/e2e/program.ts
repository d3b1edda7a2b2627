// Runs the built program as its users do: in a process of its own.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "vitest";
import { packageRoot } from "../../src/front/shipped.js";

export const ROOT = packageRoot();
export const MAIN = join(ROOT, "dist", "src", "cli", "main.js");
export const HERE = join(ROOT, "test", "e2e");
export const FOUNDING = "patches/samples/2010-09-13-memcg-file-mapped.txt";

export interface Said {
  code: number | null;
  out: string;
  err: string;
}

export function smplab(
  args: readonly string[],
  more: { cwd?: string; stdin?: string | Uint8Array; env?: Record<string, string>; seconds?: number } = {},
): Said {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
  const done = spawnSync(process.execPath, [MAIN, ...args], {
    cwd: more.cwd ?? ROOT,
    input: more.stdin ?? "",
    env: { ...env, COLUMNS: "100", ...more.env },
    encoding: "utf8",
    timeout: (more.seconds ?? 60) * 1000,
    maxBuffer: 256 << 20,
  });
  const said = { code: done.status, out: done.stdout, err: done.stderr };
  expect(said.err, "no stack trace is ever shown").not.toMatch(/^\s+at .*[(:]\d/m);
  expect(said.err).not.toContain("internal error");
  return said;
}

/** Refused: the exit code, one paragraph that says each of `words`, nothing on standard output. */
export function expectRefused(said: Said, code: number, ...words: string[]): void {
  expect({ code: said.code, err: said.err }).toMatchObject({ code });
  for (const word of words) expect(said.err).toContain(word);
  expect(said.out).toBe("");
  expect(said.err.trim()).not.toBe("");
  expect(said.err.trim().split(/\n\s*\n/)).toHaveLength(1);
}

/** The lines of each block of a Markdown file that is marked so: ```LABEL … ``` */
export function blocks(markdown: string, label: string): string[][] {
  const pattern = new RegExp(`^\`\`\`${label}\\n([\\s\\S]*?)^\`\`\``, "gm");
  return [...markdown.matchAll(pattern)].map((match) => match[1]!.trimEnd().split("\n"));
}

/** Each line stands in the text, one behind the other; there may be others between them. */
export function expectInOrder(text: string, wanted: readonly string[]): void {
  const lines = text.split("\n").map((line) => line.trimEnd());
  let at = 0;
  for (const line of wanted) {
    const found = lines.indexOf(line, at);
    expect(found, line).toBeGreaterThanOrEqual(0);
    at = found + 1;
  }
}
