// docs/applying.md shows commands with what they print; they are run here, in its order, and must print just that.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { blocks, HERE, MAIN, ROOT } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "smplab-applying-"));
cpSync(join(HERE, "applying"), folder, { recursive: true });
afterAll(() => rmSync(folder, { recursive: true }));

/** A command as a shell runs it; both outputs as a terminal shows them. */
function terminal(command: string): string {
  const { NO_COLOR: _no, FORCE_COLOR: _force, ...env } = process.env;
  const script = `smplab() { '${process.execPath}' '${MAIN}' "$@"; }\nexec 2>&1\n${command}`;
  const done = spawnSync("bash", ["-c", script], {
    cwd: folder,
    env: { ...env, COLUMNS: "100" },
    encoding: "utf8",
    timeout: 60_000,
  });
  expect(done.error).toBeUndefined();
  return done.stdout.trimEnd();
}

/** The commands of a block, each with the lines that follow it. */
function commands(block: readonly string[]): { command: string; printed: string }[] {
  const found: { command: string; printed: string }[] = [];
  for (const line of block) {
    if (line.startsWith("$ ")) found.push({ command: line.slice(2), printed: "" });
    else found.at(-1)!.printed += `${line}\n`;
  }
  return found.map(({ command, printed }) => ({ command, printed: printed.trimEnd() }));
}

const shown = blocks(readFileSync(join(ROOT, "docs", "applying.md"), "utf8"), "console").flatMap(commands);

describe("docs/applying.md", () => {
  it("has examples", () => expect(shown.length).toBeGreaterThan(8));

  it.each(shown)("$command", ({ command, printed }) => expect(terminal(command)).toBe(printed));
});
