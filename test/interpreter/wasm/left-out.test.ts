// Which tests of accesses compiled code leaves out, access by access.

import { expect, test } from "vitest";
import { planElements } from "../../../interpreter/wasm/elements.js";
import { ACCESS } from "../../../interpreter/wasm/operations.js";
import { planFunction } from "../../../interpreter/wasm/plan.js";
import { Cover, findValidated } from "../../../interpreter/wasm/validated.js";
import { compileOrThrow } from "../../support/compile-c.js";

/**
 * The accesses of function f in the order of the code: "sure", "test" (one comparison), "as before" (its bytes have been
 * tested), "as before, loads" (for loads only), "group" (first of loads that are tested together) or "own".
 */
function accesses(text: string): string[] {
  const program = compileOrThrow(text);
  const index = program.functionIndex.f;
  const plan = planFunction(program.functions[index], index);
  const start = (slot: number) => plan.localStart + plan.fn.slots[slot].offset;
  const { rodataEnd } = program.image;
  const elements = planElements(program, plan.fn, plan.flow, start, rodataEnd).of;
  const { covers, groups } = findValidated(program, plan, start, rodataEnd);
  return plan.fn.blocks
    .flat()
    .filter(({ op }) => ACCESS[op] !== undefined)
    .map((instr) => {
      const element = elements.get(instr);
      if (element !== undefined && element.test === null) return "sure";
      const cover = covers.get(instr);
      if (cover !== undefined) return cover === Cover.All ? "as before" : "as before, loads";
      if (element !== undefined) return "test";
      return groups.has(instr) ? "group" : "own";
    });
}

const LOOP = "for (int i = 0; i < 8; i++)";

test.each([
  ["an index in its bounds", `int a[8]; void f(void) { ${LOOP} a[i] = i; }`, ["sure"]],
  ["one that may leave them", "int a[8]; void f(int n) { for (int i = 0; i < n; i++) a[i] = i; }", ["test"]],
  ["one too many", "int a[7]; void f(void) { for (int i = 0; i < 8; i++) a[i] = i; }", ["test"]],
  [
    "rows and columns",
    `int g[8][9]; void f(void) { ${LOOP} for (int j = 8; j >= 0; j--) g[i][j] = j; }`,
    ["sure"],
  ],
  ["rows and columns, unknown", "int g[8][9]; void f(int n, int m) { while (n--) g[n][m++] = n; }", ["own"]],
  ["what may not be written", `const int a[8] = { 1 }; void f(void) { ${LOOP} ((int *)a)[i] = i; }`, ["own"]],
])("elements: %s", (_, text, expected) => expect(accesses(text)).toEqual(expected));

const R = "struct r { struct r *next; int a; int b; } __attribute__((aligned(8)));\nvoid g(void) {}\n";

test.each([
  ["again", "int f(int *p) { return *p + *p; }", ["own", "as before"]],
  ["behind a store", "int f(int *p) { *p = 1; return *p; }", ["own", "as before"]],
  ["a store behind a load", "void f(int *p) { *p += 1; }", ["own", "as before, loads"]],
  [
    "a store behind a load, of a known object",
    "int a[8]; void f(int i) { a[i] += 1; }",
    ["own", "as before"],
  ],
  ["a part", "int f(long *p) { return (int)*p + *(char *)p; }", ["own", "as before"]],
  ["more", "int f(char *p) { return *p + *(int *)p; }", ["own", "own"]],
  ["behind a call", `${R}int f(int *p) { int s = *p; g(); return s + *p; }`, ["own", "own"]],
  ["of another pointer", "int f(int *p) { int s = *p; p++; return s + *p; }", ["own", "own"]],
  [
    "on both ways",
    "int f(int *p, int n) { int s; if (n) s = *p; else s = *p + 1; return s + *p; }",
    ["own", "own", "as before"],
  ],
  ["on one way", "int f(int *p, int n) { int s = 0; if (n) s = *p; return s + *p; }", ["own", "own"]],
  [
    "fields with a pointer",
    `${R}int f(struct r *p) { return p->a + p->b + (p->next == 0); }`,
    ["group", "as before", "as before"],
  ],
  ["fields of 32 bits alone", `${R}int f(struct r *p) { return p->a + p->b; }`, ["own", "own"]],
  [
    "fields around a call",
    `${R}int f(struct r *p) { int s = p->next == 0; g(); return s + p->a; }`,
    ["own", "own"],
  ],
])("tested before: %s", (_, text, expected) => expect(accesses(text).sort()).toEqual([...expected].sort()));
