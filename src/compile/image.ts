// Reading a program's initial data by the names of the C: which suites and cases a file registers.
//
// kunit_test_suite(s) leaves `s` in the image as any other global; the shapes of globals say where its fields lie.
// Nothing is run for that.

import { AddressSpace, type GlobalVar, type Program, type Shape } from "../../interpreter/api.js";

export interface Suite {
  /** C name of the struct kunit_suite. */
  symbol: string;
  name: string;
  address: number;
  cases: Case[];
}

export interface Case {
  /** Name of the case: of its function, as KUNIT_CASE() gives it. */
  name: string;
  /** Index into test_cases. */
  index: number;
}

type StructShape = Extract<Shape, { kind: "struct" }>;

/** Without "struct ": shapes of one program are consistent, but both spellings are read. */
function tag(shape: Shape): string {
  return shape.kind === "struct" ? shape.name.replace(/^struct\s+/, "") : "";
}

/** The array that kunit_test_suites() of <kunit/test.h> leaves behind: pointers to suites, a NULL at the end. */
const SUITES = "__smplab_kunit_suites_";

/** The function of <kunit/test.h> that performs one case: suite, index. */
export const RUN_CASE = "__smplab_run_case";

export function readSuites(program: Program): Suite[] {
  const suites: Suite[] = [];
  for (const list of program.globals) {
    if (!list.name.includes(SUITES) || list.shape.kind !== "array") continue;
    for (let i = 0; i < list.shape.count; i++) {
      const address = readPointer(program, list.address + i * list.shape.stride);
      const suite = program.globals.find((g) => g.address === address && tag(g.shape) === "kunit_suite");
      if (suite !== undefined) suites.push(readSuite(program, suite));
    }
  }
  return suites;
}

/** A suite that is defined but not registered: a mistake worth naming. */
export function unregisteredSuite(program: Program): string | null {
  return program.globals.find((g) => tag(g.shape) === "kunit_suite")?.name ?? null;
}

function readSuite(program: Program, suite: GlobalVar): Suite {
  const shape = suite.shape as StructShape;
  return {
    symbol: suite.name,
    name: text(program, shape, suite.address, "name") || suite.name,
    address: suite.address,
    cases: readCases(program, pointer(program, shape, suite.address, "test_cases")),
  };
}

function readCases(program: Program, address: number): Case[] {
  const table = program.globals.find((g) => g.section !== "percpu" && g.address === address);
  if (table === undefined || table.shape.kind !== "array") return [];
  const { element, count, stride } = table.shape;
  if (tag(element) !== "kunit_case") return [];
  const cases: Case[] = [];
  for (let index = 0; index < count; index++) {
    const at = address + index * stride;
    if (pointer(program, element as StructShape, at, "run_case") === 0) break;
    cases.push({ name: text(program, element as StructShape, at, "name") || `case ${index}`, index });
  }
  return cases;
}

function field(shape: StructShape, name: string): { offset: number; shape: Shape } | null {
  return shape.fields.find((f) => f.name === name) ?? null;
}

function pointer(program: Program, shape: StructShape, address: number, name: string): number {
  const f = field(shape, name);
  return f === null ? 0 : readPointer(program, address + f.offset);
}

/** A `const char *name` or a `char name[N]`. */
function text(program: Program, shape: StructShape, address: number, name: string): string {
  const f = field(shape, name);
  if (f === null) return "";
  return cstring(
    program,
    f.shape.kind === "array" ? address + f.offset : pointer(program, shape, address, name),
  );
}

function cstring(program: Program, address: number): string {
  let end = address;
  while (byte(program, end) !== 0) end++;
  const { base, bytes } = program.image;
  return new TextDecoder().decode(bytes.subarray(address - base, end - base));
}

/** Little-endian; what has upper bits set is no address of this memory and reads as 0. */
function readPointer(program: Program, address: number): number {
  let value = 0;
  for (let i = 7; i >= 0; i--) value = value * 256 + byte(program, address + i);
  return value <= 0xffff_ffff ? value : 0;
}

function byte(program: Program, address: number): number {
  const { base, bytes } = program.image;
  return address < Math.max(base, AddressSpace.First) ? 0 : (bytes[address - base] ?? 0);
}

/** The globals that a file itself declares, in the order of their declaration. */
export function globalsOf(program: Program, file: string): GlobalVar[] {
  return program.globals.filter((g) => {
    if (!g.named || g.section === "rodata" || g.loc < 0) return false;
    return program.files[program.locs[g.loc]!.file] === file;
  });
}
