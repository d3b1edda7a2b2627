// Several threads on one search print what one prints, byte for byte.

import { expect, test } from "vitest";
import { smplab } from "./program.js";

/** Four contexts that each count up three times without a lock, behind what `more` adds. */
const racy = (more: string): string => `
#include <linux/compiler.h>
int c;
${more}
static void work(void)
{
	for (int i = 0; i < 3; i++)
		WRITE_ONCE(c, READ_ONCE(c) + 1);
}
void cpu0(void) { work(); }
void cpu1(void) { work(); }
void cpu2(void) { work(); last(); }
void cpu3(void) { work(); }
`;

const PROGRAMS: [string, string, string][] = [
  [
    "a fault in few of the runs",
    "2",
    racy("static void last(void) { if (READ_ONCE(c) == 2) *(int *)0 = 1; }"),
  ],
  ["data races", "3", racy("int d;\nstatic void last(void) { d = c; c = d; }")],
];

test.each(PROGRAMS)("%s, with %s threads", { timeout: 240_000 }, (_, jobs, text) => {
  const run = (...args: string[]) => {
    const { code, out } = smplab(["run", "-", ...args], { stdin: text, seconds: 120 });
    return { code, out };
  };
  const one = run("--jobs", "1", "--json");
  // Otherwise nobody has had the time to help.
  expect(JSON.parse(one.out).cases[0].stats.states).toBeGreaterThan(150_000);
  expect(run("--jobs", jobs, "--json")).toEqual(one);
});
