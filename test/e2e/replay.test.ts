// Replay: the same run again, part of it, step by step, and after the program has changed.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { cli } from "../src/fixtures/io.js";
import { expectRefused, ROOT, smplab } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "smplab-"));
afterAll(() => rmSync(folder, { recursive: true }));

const LOST_UPDATE = "test/e2e/programs/lost-update.c";

/** The token of the outcome, from the report of the file. */
function tokenOf(file: string, outcome: string): string {
  const json = JSON.parse(smplab(["run", file, "--json"]).out);
  return json.cases[0].outcomes.find((o: { key: string }) => o.key === outcome).shown.replay;
}

const lost = tokenOf(LOST_UPDATE, "hits=11;");

describe("the same run", () => {
  test("comes out the same, byte for byte, as often as it is asked for", () => {
    const first = smplab(["replay", lost]);
    expect(first.out).toContain("outcome   hits=11;");
    expect(smplab(["replay", lost]).out).toBe(first.out);
    expect(smplab(["replay", lost, "--json"]).out).toBe(smplab(["replay", lost, "--json"]).out);
  });

  test("shows a data race where its token ends, with both accesses", () => {
    const json = JSON.parse(smplab(["run", LOST_UPDATE, "--json"]).out);
    const race = json.cases[0].findings.find(({ title }: { title: string }) => title.startsWith("KCSAN"));
    const { out } = smplab(["replay", race.shown.replay]);
    expect(out).toMatch(/^ +\*\*\* KCSAN: data-race in cpu0 \/ cpu1 \*\*\*$/m);
    expect(out).toContain("BUG: KCSAN: data-race in cpu0 / cpu1");
    expect(out).toMatch(/^(read|write) to .* by task 101 on cpu 0:$/m);
    expect(out).toMatch(/^(read|write) to .* by task 102 on cpu 1:$/m);
  });

  test("--until shows the first steps and where everybody stands behind them", () => {
    const { out, code } = smplab(["replay", lost, "--until", "2"]);
    expect(code).toBe(0);
    expect(out).toContain("... 2 more steps to the end of the run");
    expect(out).toMatch(/^state {5}CPU0 cpu0: next 'hits\+\+' \(test\/e2e\/programs\/lost-update\.c:11\)$/m);
    expect(out).toMatch(/^ {10}CPU1 cpu1: next 'hits\+\+' \(test\/e2e\/programs\/lost-update\.c:16\)$/m);
    expect(out).toMatch(/^values {4}hits = 10;$/m);
    expect(out).not.toContain("outcome");
    // All of them is the whole run.
    expect(smplab(["replay", lost, "--until", "4"]).out).toBe(smplab(["replay", lost]).out);
    expectRefused(smplab(["replay", lost, "--until", "none"]), 2, "--until", "whole number");
  });

  test("--step prints all steps where there is no terminal", () => {
    const { out } = smplab(["replay", lost, "--step"]);
    expect(out.match(/^step \d\/4 /gm)).toEqual(["step 1/4 ", "step 2/4 ", "step 3/4 ", "step 4/4 "]);
    expect(out).toContain("outcome   hits=11;");
  });

  test("keys go forward, back, to the ends and out", async () => {
    const steps = async (...keys: string[]): Promise<string[]> => {
      const { out } = await cli(["replay", lost, "--step"], { cwd: ROOT, keys });
      return [...out.matchAll(/^step (\d)\/4 /gm)].map(([, number]) => number!);
    };
    expect(await steps("n", "n", "p", "q")).toEqual(["1", "2", "3", "2"]);
    // In front of the first step is nothing; behind the last one the end.
    expect(await steps("p", "G", "g", "x", "q")).toEqual(["1", "4", "1"]);
    expect(await steps("G", "n", "p")).toEqual(["1", "4"]);
  });
});

describe("a program that has changed", () => {
  const file = join(folder, "counter.c");
  const text = readFileSync(join(ROOT, LOST_UPDATE), "utf8");

  test("in comments and lines only: the token is as good as before", () => {
    writeFileSync(file, text);
    const token = tokenOf(file, "hits=11;");
    writeFileSync(file, `/* something about it */\n\n${text}`);
    const { out } = smplab(["replay", token]);
    expect(out).not.toContain("warning");
    expect(out).toContain("outcome   hits=11;");
  });

  test("in what it does: the replay says so and shows what comes of it", () => {
    writeFileSync(file, text);
    const token = tokenOf(file, "hits=11;");
    writeFileSync(file, text.replaceAll("hits++", "hits += 2"));
    const { out, code } = smplab(["replay", token]);
    expect(out.replace(/\s+/g, " ")).toContain(
      "warning the program is not the one that this token was made with",
    );
    expect(out).toContain("outcome   hits=12;");
    expect(code).toBe(0);
    expect(JSON.parse(smplab(["replay", token, "--json"]).out)).toMatchObject({ programChanged: true });
  });

  test("in its cases: refused, with the names of those that are there", () => {
    writeFileSync(file, text);
    const token = tokenOf(file, "hits=11;");
    rmSync(file);
    expectRefused(smplab(["replay", token]), 3, file, "there is no such file", "--file");
    const other = join(folder, "moved.c");
    writeFileSync(other, text);
    expect(smplab(["replay", "--file", other, token]).out).toContain("outcome   hits=11;");
  });
});
