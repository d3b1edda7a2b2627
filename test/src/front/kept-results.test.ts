// Results on disk: told again by any process, and never anything that is not what was written.

import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DiskStore, trim } from "../../../src/front/kept-results.js";

const NAME = "ab".padEnd(64, "c");
const VALUE = {
  outcomes: [{ key: "x=1;", values: [{ name: "x", value: 1n }] }],
  runs: new Map([["a", [1, 2]]]),
};

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "smplab-kept-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const store = () => new DiskStore(join(folder, "build"));
const file = () => join(folder, "build", NAME.slice(0, 2), NAME.slice(2));

describe("a store on disk", () => {
  it("tells another process what it was given, and each asker a copy", () => {
    const first = store();
    first.keep(NAME, VALUE);
    for (const one of [first, store()]) {
      const told = one.find(NAME) as typeof VALUE;
      expect(told).toEqual(VALUE);
      told.outcomes.pop();
      expect(one.find(NAME)).toEqual(VALUE);
    }
    expect(store().find("ff".padEnd(64, "c"))).toBeUndefined();
  });

  it("knows nothing of another build", () => {
    store().keep(NAME, VALUE);
    expect(new DiskStore(join(folder, "other")).find(NAME)).toBeUndefined();
  });

  it("takes no file that is not what was written", () => {
    store().keep(NAME, VALUE);
    const written = readFileSync(file());
    for (let at = 0; at < written.length; at += 7) {
      const changed = Buffer.from(written);
      changed[at]! ^= 1;
      writeFileSync(file(), changed);
      expect(store().find(NAME), `byte ${at}`).toBeUndefined();
    }
    for (const length of [0, 10, 32, written.length - 1]) {
      writeFileSync(file(), written.subarray(0, length));
      expect(store().find(NAME), `${length} bytes`).toBeUndefined();
    }
    writeFileSync(file(), written);
    expect(store().find(NAME)).toEqual(VALUE);
  });

  it("takes no file that was written under another name", () => {
    store().keep(NAME, VALUE);
    const other = "ab".padEnd(64, "d");
    writeFileSync(join(folder, "build", other.slice(0, 2), other.slice(2)), readFileSync(file()));
    expect(store().find(other)).toBeUndefined();
  });

  it("goes on in memory where nothing can be written", () => {
    writeFileSync(join(folder, "build"), "a file where the folder would be");
    const one = store();
    one.keep(NAME, VALUE);
    expect(one.find(NAME)).toEqual(VALUE);
    expect(store().find(NAME)).toBeUndefined();
  });

  it("is for its user alone", () => {
    store().keep(NAME, VALUE);
    expect(statSync(file()).mode & 0o077).toBe(0);
    expect(statSync(join(folder, "build", NAME.slice(0, 2))).mode & 0o077).toBe(0);
  });
});

describe("trimming", () => {
  const DAY = 24 * 60 * 60 * 1000;
  const now = Date.now();
  const put = (path: string, bytes: number, days: number): string => {
    const full = join(folder, path);
    mkdirSync(join(full, ".."), { recursive: true });
    writeFileSync(full, Buffer.alloc(bytes));
    const when = new Date(now - days * DAY);
    utimesSync(full, when, when);
    return full;
  };

  it("removes what nobody has asked for in a month, of all builds, and leaves what is no result", () => {
    const mark = put("trimmed", 0, 90);
    const old = put("build/ab/old", 10, 31);
    const older = put("other/ab/older", 10, 90);
    const young = put("build/ab/young", 10, 29);
    trim(folder, now);
    expect([mark, old, older, young].map((path) => existsSync(path))).toEqual([true, false, false, true]);
  });

  it("removes the oldest where all take too much", () => {
    const files = [1, 2, 3, 4].map((days) => put(`build/ab/${days}`, 100, days));
    trim(folder, now, 250);
    expect(files.map((path) => existsSync(path))).toEqual([true, true, false, false]);
  });

  it("happens with the first result of a day", () => {
    const old = put("other/ab/old", 10, 40);
    store().keep(NAME, VALUE);
    expect(existsSync(old)).toBe(false);
    const next = put("other/ab/next", 10, 40);
    store().keep(NAME, VALUE);
    expect(existsSync(next)).toBe(true);
    expect(readdirSync(folder)).toContain("trimmed");
  });
});
