import { expect, test } from "vitest";
import { readHeader } from "../../../src/outcome/header.js";

test("settings and condition of a leading comment", () => {
  const header = readHeader(`// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two mappers of one page.
 *
 * smplab: cpus=3 preempt=none rcu=sched cost=map_loop,other
 * ~exists (mapped=0
 *          /\\ flag=1)
 */
#include <linux/mm.h>
/* smplab: cpus=8 comes too late */
`);
  expect(header).toMatchObject({
    cpus: 3,
    preempt: "none",
    rcu: "sched",
    cost: ["map_loop", "other"],
    problems: [],
  });
  expect(header.condition?.text).toBe("~exists (mapped=0 /\\ flag=1)");
});

test("no comment, no settings", () => {
  expect(readHeader("int main(void) { return 0; }\n")).toEqual({ cost: [], condition: null, problems: [] });
  expect(readHeader("")).toEqual({ cost: [], condition: null, problems: [] });
  expect(readHeader("/* never closed smplab")).toEqual({ cost: [], condition: null, problems: [] });
});

test("prose that mentions exists is not a condition", () => {
  const header = readHeader("/* exists since 2010, forall practical purposes */\n");
  expect(header.condition).toBeNull();
  expect(header.problems).toEqual([]);
});

test("a wrong setting is placed under its first letter", () => {
  const header = readHeader("/* Title\n *\n * smplab: cpus=2 prempt=full cpus=9 rcu=tiny\n */\n");
  expect(header.problems.map(({ line, column, message }) => `${line}:${column}: ${message}`)).toEqual([
    '3:19: "prempt=full" is no setting of a scenario',
    "3:31: cpus=9 is not a number of CPUs",
    "3:38: rcu=tiny is no flavour of RCU",
  ]);
  expect(header.cpus).toBe(2);
});

test("a wrong condition is placed where it stops making sense", () => {
  const header = readHeader("// first\n// exists (x=)\nint x;\n");
  expect(header.problems).toHaveLength(1);
  expect(header.problems[0]).toMatchObject({ line: 2, column: 14 });
});
