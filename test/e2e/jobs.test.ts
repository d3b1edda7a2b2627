// Several threads on one search print what one prints, byte for byte.

import { expect, test } from "vitest";
import { smplab } from "./program.js";

/** Four contexts that each count up so many times without a lock, behind what `more` adds. */
const racy = (more: string, times = 3): string => `
#include <linux/compiler.h>
int c;
${more}
static void work(void)
{
	for (int i = 0; i < ${times}; i++)
		WRITE_ONCE(c, READ_ONCE(c) + 1);
}
void cpu0(void) { work(); }
void cpu1(void) { work(); }
void cpu2(void) { work(); last(); }
void cpu3(void) { work(); }
`;

/** For contexts that count up once: one that does it four times more. */
const longer = (first: string): string =>
  `static void work(void);\nstatic void last(void) { ${first} work(); work(); work(); work(); }`;

/** What it is, threads, how it is searched, the program. */
const PROGRAMS: [string, string, string, string][] = [
  [
    "a fault in few of the runs",
    "2",
    "auto",
    racy("static void last(void) { if (READ_ONCE(c) == 2) *(int *)0 = 1; }"),
  ],
  ["data races", "3", "auto", racy("int d;\nstatic void last(void) { d = c; c = d; }")],
  ["data races", "2", "traces", racy(`int d;\n${longer("d = c; c = d;")}`, 1)],
  [
    "a fault in few of the runs",
    "3",
    "traces",
    racy(longer("if (READ_ONCE(c) == 1) if (READ_ONCE(c) == 4) *(int *)0 = 1;"), 1),
  ],
];

test.each(PROGRAMS)("%s, with %s threads, by %s", { timeout: 240_000 }, (_, jobs, mode, text) => {
  const run = (...args: string[]) => {
    const { code, out } = smplab(["run", "-", "--search", mode, ...args], { stdin: text, seconds: 120 });
    return { code, out };
  };
  const one = run("--jobs", "1", "--json");
  // Otherwise nobody has had the time to help.
  expect(JSON.parse(one.out).cases[0].stats.states).toBeGreaterThan(150_000);
  expect(run("--jobs", jobs, "--json")).toEqual(one);
});
