// A fault ends the run for everybody. The search by traces must not take that for the end of all runs.

import { expect, test } from "vitest";
import { runAllWays } from "../kernel/support/c-program.js";

test("what others could have done before a fault is explored too", () => {
  const text = (first: string) => `
#include <linux/kernel.h>
int x, y;
void cpu0(void) { ${first} BUG_ON(!READ_ONCE(x)); WRITE_ONCE(y, READ_ONCE(y) + 1); }
void cpu1(void) { WRITE_ONCE(y, 5); WRITE_ONCE(x, 1); }`;
  expect(runAllWays(text(""))).toEqual({
    outcomes: ["[fatal: bug: !READ_ONCE(x)]", "x=1; y=6;"],
    findings: ["kernel BUG in cpu0"],
  });
  expect(runAllWays(text("WRITE_ONCE(y, 1);")).outcomes).toEqual([
    "[fatal: bug: !READ_ONCE(x)]",
    "x=1; y=2;",
    "x=1; y=6;",
  ]);
});

test("what others do between the last step and a BUG belongs to the runs", () => {
  const text = (first: string) => `
#include <linux/kernel.h>
int x, seen;
void cpu0(void) { ${first} BUG_ON(1); }
void cpu1(void) { seen = READ_ONCE(x); WARN_ON(seen == 1); }
void cpu2(void) { WARN_ON(READ_ONCE(seen) == 0); }`;
  expect(runAllWays(text("WRITE_ONCE(x, 1);"))).toEqual({
    outcomes: ["[fatal: bug: 1]"],
    findings: ["KCSAN: data-race in cpu1 / cpu2", "WARNING in cpu1", "WARNING in cpu2", "kernel BUG in cpu0"],
  });
  expect(runAllWays(text("")).findings).toEqual([
    "KCSAN: data-race in cpu1 / cpu2",
    "WARNING in cpu2",
    "kernel BUG in cpu0",
  ]);
});

test.each([
  ["a division", "int zero = READ_ONCE(nothing);", "return 1 / zero;", "divide"],
  ["a remainder", "int zero = READ_ONCE(nothing);", "return 1 % zero;", "divide"],
  [
    "a call of a null pointer",
    "int (*call)(void) = READ_ONCE(pointer);",
    "return call();",
    "kasan:null-ptr-deref: call",
  ],
  [
    "a call with other arguments",
    "int (*call)(void) = (void *)other;",
    "return call();",
    "bad-function-pointer: other() takes 1 arguments, not 0",
  ],
  ["abort()", "", "__builtin_trap();", "abort"],
  ["__builtin_unreachable()", "", "__builtin_unreachable();", "unreachable"],
])("what others do between the last step and %s belongs to the runs", (_, first, fault, end) => {
  const text = `
#include <linux/kernel.h>
int x, nothing;
int (*pointer)(void);
int other(int n) { return n; }
int faults(void) { ${first} WRITE_ONCE(x, 1); ${fault} }
void cpu0(void) { faults(); }
void cpu1(void) { WARN_ON(READ_ONCE(x) == 1); }`;
  const { outcomes, findings } = runAllWays(text);
  expect(outcomes).toEqual([`[fatal: ${end}]`]);
  // Without a step of its own the fault would end the run before anybody else could see x == 1.
  expect(findings).toContain("WARNING in cpu1");
  expect(findings).toHaveLength(2);
});
