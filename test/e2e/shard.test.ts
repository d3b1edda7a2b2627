// A command in shards, merged, prints what it prints in one piece, byte for byte; and what is no shard is refused.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { expectRefused, HERE, smplab } from "./program.js";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "smplab-shards-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A shard read back, to be damaged. */
// biome-ignore lint/suspicious/noExplicitAny: of no shape that could be relied on
type Spoilt = any;

const TREE = ["--tree", "tree", "--scenario", "demo_test.c"];

/** Writes the shards of a command; their files. */
function shards(args: readonly string[], of: number, more: { stdin?: string } = {}): string[] {
  return Array.from({ length: of }, (_, i) => {
    const said = smplab([...args, "--shard", `${i + 1}/${of}`], { cwd: HERE, ...more });
    expect(said).toMatchObject({ code: 0 });
    const file = join(folder, `${args[0]}-${i + 1}-of-${of}-${Math.random()}.json`);
    writeFileSync(file, said.out);
    return file;
  });
}

const whole = (args: readonly string[], more: { stdin?: string } = {}) => {
  const { code, out } = smplab(args, { cwd: HERE, ...more });
  return { code, out };
};
const merged = (files: readonly string[], ...args: string[]) => whole(["merge", ...files, ...args]);

const PROGRAM = `#include <linux/compiler.h>
int x, y, r0, r1;
void cpu0(void) { WRITE_ONCE(x, 1); r0 = READ_ONCE(y); }
void cpu1(void) { WRITE_ONCE(y, 1); r1 = READ_ONCE(x); }
`;

describe("merged shards print what one run prints", () => {
  test.each([1, 2, 3])("a review in %i", { timeout: 120_000 }, (of) => {
    const args = ["review", "fix.diff", ...TREE];
    const files = shards(args, of);
    expect(merged(files.toReversed())).toEqual(whole(args));
    expect(merged(files, "--json")).toEqual(whole([...args, "--json"]));
    expect(merged(files, "-v", "--exit-zero")).toEqual(whole([...args, "-v", "--exit-zero"]));
  });

  test("a file of C from standard input, with more shards than searches", { timeout: 120_000 }, () => {
    const args = ["run", "-", "--condition", "exists (r0=1 /\\ r1=1)"];
    const files = shards(args, 3, { stdin: PROGRAM });
    expect(merged(files)).toEqual(whole(args, { stdin: PROGRAM }));
    expect(merged(files, "--json")).toEqual(whole([...args, "--json"], { stdin: PROGRAM }));
  });

  test("other searches, and options of the output that the shards were given", { timeout: 120_000 }, () => {
    for (const more of [
      ["--search", "traces"],
      ["--search", "bounded", "--json"],
      ["--search", "pct", "-v"],
    ]) {
      const args = ["run", "-", ...more];
      const files = shards(args, 2, { stdin: PROGRAM });
      expect(merged(files)).toEqual(whole(args, { stdin: PROGRAM }));
    }
  });
});

describe("refused in one sentence", () => {
  let files: string[] = [];
  beforeAll(() => {
    files = shards(["run", "-"], 2, { stdin: PROGRAM });
  }, 120_000);
  const spoilt = (change: (shard: Spoilt) => unknown): string => {
    const shard = JSON.parse(readFileSync(files[0]!, "utf8"));
    change(shard);
    const file = join(folder, `spoilt-${Math.random()}.json`);
    writeFileSync(file, JSON.stringify(shard));
    return file;
  };
  const refused = (paths: readonly string[], ...words: string[]) =>
    expectRefused(smplab(["merge", ...paths], { cwd: HERE }), 3, ...words);

  test("a shard is missing, or there twice", () => {
    refused([files[0]!], "missing: shard 2/2");
    refused([files[0]!, files[0]!], "both shard 1/2");
  });

  test("shards of different commands, options, contents or smplabs", () => {
    const other = shards(["run", "-", "--cpus", "3"], 2, { stdin: PROGRAM });
    refused([files[0]!, other[1]!], "different options", "--cpus");
    const contents = shards(["run", "-"], 2, { stdin: `${PROGRAM}int z;\n` });
    refused([files[0]!, contents[1]!], "different contents");
    refused([spoilt((s) => Object.assign(s, { interrupted: true })), files[1]!], "was interrupted");
    refused([spoilt((s) => Object.assign(s, { version: "0.0.0" })), files[1]!], "made by smplab 0.0.0");
    refused([spoilt((s) => Object.assign(s.searches[0], { program: 1 })), files[1]!], "different programs");
  });

  test("what is no shard", () => {
    const text = join(folder, "text.json");
    writeFileSync(text, "verdict: fine");
    refused([text, files[1]!], "is not a shard of smplab", "not JSON");
    refused([spoilt((s) => delete s.format), files[1]!], "is not a shard of smplab", "does not say");
    writeFileSync(text, "[1]");
    refused([text, files[1]!], "is not a shard of smplab");
    expectRefused(smplab(["merge", "nowhere.json"], { cwd: HERE }), 2, "there is no such file");
  });

  test("values that make no sense, wherever they are", () => {
    const damages: Record<string, (s: Spoilt) => void> = {
      of: (s) => Object.assign(s, { of: 1e9 }),
      index: (s) => Object.assign(s, { index: 3 }),
      "flags.engine": (s) => delete s.flags.engine,
      "flags.evil": (s) => Object.assign(s.flags, { evil: 1 }),
      explorations: (s) => Object.assign(s, { explorations: {} }),
      key: (s) => Object.assign(s.explorations[0].outcomes[0], { key: "\x1b[2J" }),
      value: (s) => Object.assign(s.explorations[0].outcomes[0].values[0], { value: "1e9" }),
      witness: (s) => s.explorations[0].outcomes[0].witness.push(99),
      cut: (s) => Object.assign(s.explorations[0], { complete: false }),
      end: (s) => Object.assign(s.explorations[0].outcomes[0], { end: "fine" }),
    };
    for (const [name, damage] of Object.entries(damages))
      refused([spoilt(damage), files[1]!], "is not a shard", `"${name}"`);
    refused([spoilt((s) => Object.assign(s, { explorations: [] })), files[1]!], "holds 0 of its 1 searches");
  });

  test("a schedule that the program does not have shows no other run as if it were this one", () => {
    const file = spoilt((s) => Object.assign(s.explorations[0].outcomes[0], { witness: [31, 31, 31] }));
    const { code, err } = smplab(["merge", file, files[1]!], { cwd: HERE });
    expect({ code, err }).toMatchObject({ err: "" });
  });

  test("--shard that makes no sense", () => {
    for (const shard of ["0/2", "3/2", "1", "1/0", "a/b"])
      expectRefused(smplab(["run", "-", "--shard", shard], { stdin: PROGRAM }), 2, "--shard");
  });

  test("the file has changed since", () => {
    const file = join(folder, "changing.c");
    writeFileSync(file, PROGRAM);
    const made = shards(["run", file], 2);
    writeFileSync(file, PROGRAM.replace("y, 1", "y, 2"));
    refused(made, "has changed since");
  });
});
