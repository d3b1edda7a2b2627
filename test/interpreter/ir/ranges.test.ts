// Which checks are left out: exactly those whose operand stays below the limit on every way.

import { expect, test } from "vitest";
import { removeSureChecks } from "../../../interpreter/ir/ranges.js";
import { parseIr } from "../../support/parse-ir.js";

function checksLeft(text: string): number {
  const fn = parseIr(text).functions[0]!;
  removeSureChecks(fn);
  return fn.blocks.flat().filter(({ op }) => op.startsWith("check.")).length;
}

/** for (i = first; i <relation> bound; i += step) a[i], with an array of 10. */
function loop(first: number, relation: string, bound: number, step: number): string {
  return `fn f(i32 r0) -> void
    regs i32 r1, i32 r2, i64 r3, i32 r4
    b0:
      r1 = const.i32 ${first}
      jmp b2
    b1:
      r3 = i64.extend_s r1
      check.i64 r3 10 Bounds
      r2 = const.i32 ${step}
      r1 = i32.add r1 r2
      jmp b2
    b2:
      r2 = const.i32 ${bound}
      r4 = i32.${relation} r1 r2
      br r4 b1 b3
    b3:
      ret`;
}

test.each([
  [0, "lt_s", 10, 1, 0],
  [0, "lt_s", 11, 1, 1],
  [0, "le_s", 9, 1, 0],
  [0, "le_s", 10, 1, 1],
  [0, "lt_s", 10, 3, 0],
  [-1, "lt_s", 10, 1, 1],
  [9, "ge_s", 0, -1, 0],
  [10, "ge_s", 0, -1, 1],
  [9, "ge_s", -1, -1, 1],
  [0, "lt_u", 10, 1, 0],
  [-1, "lt_u", 10, 1, 0],
  // Nothing says that it meets the bound.
  [0, "ne", 10, 1, 1],
])("from %i while %s %i by %i", (first, relation, bound, step, left) => {
  expect(checksLeft(loop(first, relation, bound, step))).toBe(left);
});

test("a mask, a remainder and a byte are below what they are cut to", () => {
  const cut = (op: string, by: number) => `fn f(i32 r0) -> void
    regs i32 r1, i32 r2
    b0:
      r1 = const.i32 ${by}
      r2 = i32.${op} r0 r1
      check.i32 r2 8 Bounds
      ret`;
  expect(checksLeft(cut("and", 7))).toBe(0);
  expect(checksLeft(cut("and", 15))).toBe(1);
  expect(checksLeft(cut("rem_u", 8))).toBe(0);
  expect(checksLeft(cut("rem_s", 8))).toBe(1);
  expect(checksLeft(cut("shr_u", 29))).toBe(0);
  expect(checksLeft(cut("shr_s", 29))).toBe(1);
});

test("a sum that may wrap round may be anything", () => {
  const text = `fn f(i32 r0) -> void
    regs i32 r1, i32 r2
    b0:
      r1 = const.i32 2147483640
      r2 = i32.gt_s r0 r1
      br r2 b1 b2
    b1:
      r1 = const.i32 8
      r2 = i32.add r0 r1
      r1 = const.i32 0
      r2 = i32.sub r2 r1
      check.i32 r2 2147483647 Bounds
      ret
    b2:
      ret`;
  expect(checksLeft(text)).toBe(1);
});

test("what a loop inside does not change keeps its bounds", () => {
  const text = `fn f(i32 r0) -> void
    regs i32 r1, i32 r2, i32 r3, i32 r4
    b0:
      r1 = const.i32 0
      jmp b5
    b1:
      r2 = const.i32 0
      jmp b3
    b2:
      check.i32 r1 120 Bounds
      check.i32 r2 30 Bounds
      r3 = const.i32 1
      r2 = i32.add r2 r3
      jmp b3
    b3:
      r3 = const.i32 30
      r4 = i32.lt_s r2 r3
      br r4 b2 b4
    b4:
      r3 = const.i32 1
      r1 = i32.add r1 r3
      jmp b5
    b5:
      r3 = const.i32 120
      r4 = i32.lt_s r1 r3
      br r4 b1 b6
    b6:
      ret`;
  expect(checksLeft(text)).toBe(0);
});
