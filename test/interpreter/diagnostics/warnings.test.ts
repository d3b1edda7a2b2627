// -Wall -Wextra: all that gcc 12 prints about odd programs is what we print, carets, underlined expressions, offers and
// notes included. Which of gcc's passes says something first decides about its order, so that messages are compared
// by place. Programs and outputs are recorded in warnings.txt (how: record.mjs); where gcc 12 is at hand, the record is
// compared with it.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { comparable, messagesOf, ourOutput, readCases, WARNINGS } from "./support.js";

const { cases } = readCases(readFileSync(new URL("warnings.txt", import.meta.url), "utf8"));

describe("output is gcc's", () => {
  for (const { title, source, expected } of cases) {
    test(title, async () => {
      const ours = comparable(await ourOutput(source, WARNINGS));
      expect(messagesOf(ours)).toEqual(messagesOf(expected));
    });
  }
});

test("nothing of it is said where nobody asks", async () => {
  const { source } = cases.find(({ title }) => title === "signs")!;
  expect(await ourOutput(source)).toBe("");
  expect(await ourOutput(source, ["-Wall", "-Wextra", "-w"])).toBe("");
});

describe("options", () => {
  const source = "int f(int x) { int y; return 1; }\n";
  const options = async (...asked: string[]): Promise<string[]> => {
    const lines = comparable(await ourOutput(source, asked)).split("\n");
    return lines.flatMap((line) => /(?:warning|error): .*\[(.*)\]/.exec(line)?.[1] ?? []);
  };
  test("groups and names", async () => {
    expect(await options("-Wall")).toEqual(["-Wunused-variable"]);
    expect(await options("-Wextra")).toEqual([]);
    expect(await options("-Wall", "-Wextra")).toEqual(["-Wunused-variable", "-Wunused-parameter"]);
    expect(await options("-Wunused-parameter")).toEqual(["-Wunused-parameter"]);
  });
  test("a name beats a group wherever it stands", async () => {
    expect(await options("-Wno-unused-variable", "-Wall")).toEqual([]);
    expect(await options("-Wall", "-Wno-unused")).toEqual([]);
    expect(await options("-Wno-unused", "-Wunused-variable")).toEqual(["-Wunused-variable"]);
  });
  test("warnings as errors", async () => {
    expect(await options("-Wall", "-Werror")).toEqual(["-Werror=unused-variable"]);
    expect(await options("-Werror=unused-variable")).toEqual(["-Werror=unused-variable"]);
    expect(await options("-Wall", "-Werror", "-Wno-error=unused-variable")).toEqual(["-Wunused-variable"]);
    expect(await options("-Wall", "-Werror", "-w")).toEqual([]);
  });
});

const hasGcc = /^12\b/.test(spawnSync("gcc", ["-dumpversion"], { encoding: "utf8" }).stdout ?? "");

// Without gcc 12 there is nobody to compare the record with.
test.skipIf(!hasGcc)(
  "the record is what gcc says",
  () => {
    const directory = mkdtempSync(join(tmpdir(), "smplab-warnings-"));
    try {
      for (const { title, source, expected } of cases) {
        writeFileSync(join(directory, "t.c"), source);
        const args = ["-std=gnu11", "-fwrapv", ...WARNINGS, "-c", "-o", "/dev/null", "t.c"];
        const env = { ...process.env, LC_ALL: "C" };
        const { stderr } = spawnSync("gcc", args, { cwd: directory, encoding: "utf8", env, timeout: 20_000 });
        expect(messagesOf(comparable(stderr)), title).toEqual(messagesOf(expected));
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
  60_000,
);
