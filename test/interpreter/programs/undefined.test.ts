// Undefined behaviour at run time, in pairs that differ in one line: the program with the wrong line has exactly the
// finding that its first line names, on the line that it names; with the right line (behind "right:") it has none.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { runHosted } from "./support.js";

const folder = join(import.meta.dirname, "undefined");
const work = mkdtempSync(join(tmpdir(), "smplab-undefined-"));
afterAll(() => rmSync(work, { recursive: true, force: true }));

const programs = readdirSync(folder).filter((name) => name.endsWith(".c"));

describe.each(programs)("%s", (name) => {
  const text = readFileSync(join(folder, name), "utf8");
  const [, title, line] = /^\/\/ (.*), line (\d+)$/m.exec(text)!;

  test("the wrong program is found out", () => {
    const run = runHosted(join(folder, name));
    expect(run.titles).toEqual([title]);
    expect(run.lineOf(run.findings[0]!)).toBe(Number(line));
  });

  test("the right one is not", () => {
    const right = text.replace(/^(\t*).* \/\/ right: (.*)$/m, "$1$2");
    expect(right).not.toBe(text);
    const path = join(work, name);
    writeFileSync(path, right);
    const run = runHosted(path);
    expect(run.titles).toEqual([]);
    expect(run.end).toBe("finished");
  });
});
