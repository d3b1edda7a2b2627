// Each detector sees the line that it is about: programs in pairs, with and without a bug, that differ in one line.
// The program with the bug names its findings in its first comment and shows exactly these; the other shows none.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ALL_RULES } from "../../kernel/rules/index.js";
import { findingsOf, PROGRAMS, without } from "./support.js";

const FIXED = ".fixed.c";
const files = readdirSync(PROGRAMS).sort();
const pairs = files.filter((name) => !name.endsWith(FIXED)).map((name) => name.replace(/\.c$/, ""));

function linesOf(name: string): string[] {
  return readFileSync(join(PROGRAMS, name), "utf8").split("\n");
}

function expected(name: string): string[] {
  return linesOf(name)
    .map((line) => /^ \* finding: (.*)$/.exec(line)?.[1])
    .filter((title) => title !== undefined)
    .sort();
}

test("every program has its counterpart", () => {
  expect(files.filter((name) => name.endsWith(FIXED))).toEqual(pairs.map((name) => name + FIXED));
});

describe.each(pairs)("%s", (name) => {
  test("the pair differs in exactly one line", () => {
    const bug = linesOf(`${name}.c`);
    const fixed = linesOf(name + FIXED);
    expect(fixed.length).toBe(bug.length);
    expect(bug.filter((line, i) => line !== fixed[i])).toHaveLength(1);
  });

  test("the bug is found, and nothing else", () => {
    const wanted = expected(`${name}.c`);
    expect(wanted).not.toEqual([]);
    const { exploration } = findingsOf(`${name}.c`);
    expect(exploration.complete).toBe(true);
    expect(exploration.findings.map(({ title }) => title).sort()).toEqual(wanted);
  });

  test("without it nothing is found", () => {
    const { exploration } = findingsOf(name + FIXED);
    expect(exploration.complete).toBe(true);
    expect(exploration.findings.map(({ title }) => title)).toEqual([]);
  });
});

describe("the pairs notice when a rule is missing", () => {
  const NEEDED: Readonly<Record<string, string>> = {
    "atomic-sleep": "atomic-sleep-allocation",
    "bad-unlock": "lockdep-bad-unlock",
    claims: "kcsan-assert-writer-scoped",
    "held-lock-freed": "lockdep-held-lock-freed",
    leaks: "kmemleak",
    "lock-order": "lockdep-order",
    "lock-use": "lockdep-irq-safety",
    preemptible: "preemptible-this-cpu",
    rcu: "rcu-synchronize-in-reader",
    recursion: "lockdep-recursion-spin",
    unbalanced: "preempt-unbalanced",
    "wait-context": "lockdep-wait-context",
    waiting: "deadlock-beside-a-spinner",
  };

  // One that only tells which locks are held finds nothing; what it is for, test/explore/locks.test.ts shows.
  const finding = ALL_RULES.filter((rule) =>
    Object.keys(rule).some((key) => key !== "name" && key !== "locks"),
  );
  test.each(finding.map(({ name }) => name))("%s", (rule) => {
    const name = NEEDED[rule];
    expect(name, "no pair is named for this rule").toBeDefined();
    const { exploration } = findingsOf(`${name}.c`, {}, "vm", without(rule));
    expect(exploration.findings.map(({ title }) => title).sort()).not.toEqual(expected(`${name}.c`));
  });
});
