// What tells findings of one title apart.

import { expect, test } from "vitest";
import type { Finding } from "../../interpreter/machine/finding.js";
import { place, type SitePlace } from "../../kernel/rules/places.js";
import { finding } from "../src/fixtures/exploration.js";

const SITES: readonly SitePlace[] = [
  { function: "g", what: "q->count", file: "g.c", line: 9 },
  { function: "f", what: "p->count", file: "f.c", line: 5 },
  { function: "f", what: '__smplab_warn("p->count < 0")', file: "f.c", line: 6 },
  { function: "f", what: "__smplab_kunit_binary(0)", file: "f.c", line: 7 },
  { function: "f", what: "mutex_unlock(__UNIQUE_ID_guard12)", file: "f.c", line: 8 },
];

function told(kind: string, more: Partial<Finding>) {
  const { what, file, line } = place(finding(kind, more), (site) => SITES[site] ?? null);
  return line === 0 ? what : `${what} ${file}:${line}`;
}

test("an access is its C words and its line", () => {
  expect(told("kasan:slab-use-after-free", { site: 1 })).toBe("p->count f.c:5");
});

test("a warning is its condition as written", () => {
  expect(told("warning", { site: 2 })).toBe("p->count < 0 f.c:6");
  expect(told("expectation", { site: 3 })).toBe(" f.c:7");
});

test("a race is the two things that meet, in the order of the title, at whatever lines", () => {
  expect(told("kcsan:data-race", { site: 0, otherSite: 1 })).toBe("p->count / q->count");
  expect(told("kcsan:data-race", { site: 1, otherSite: 0 })).toBe("p->count / q->count");
  expect(told("kcsan:data-race", { site: 1, otherSite: 1 })).toBe("p->count");
});

test("of a claim only who breaks it counts: the claimer may stand anywhere", () => {
  expect(told("kcsan:assert", { site: 3, otherSite: 0 })).toBe("q->count");
});

test("names that the preprocessor numbers have no number", () => {
  expect(told("bad-unlock", { site: 4 })).toBe("mutex_unlock(__UNIQUE_ID_guard) f.c:8");
});

test("who stands nowhere, and what is said of a whole function, is known by the title", () => {
  expect(told("unbalanced", { site: -1 })).toBe("");
  expect(told("livelock", { site: 1 })).toBe("");
});
