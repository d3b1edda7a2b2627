// Struct layout against gcc: generated structs are compiled by the gcc of this machine, which prints sizes,
// alignments and the bytes that each member occupies. Where there is no gcc only the recorded table runs.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { FieldSpec, RecordAttributes } from "../../../interpreter/sema/layout.js";
import { alignOf, layoutRecord, sizeOf } from "../../../interpreter/sema/layout.js";
import { TypeTable } from "../../../interpreter/sema/type-table.js";
import type { CType, RecordType } from "../../../interpreter/sema/types.js";

interface FieldPlan {
  readonly base: keyof typeof BASES;
  /** -1: no bit-field. */
  readonly width: number;
  readonly named: boolean;
  readonly array: number;
  readonly align: number;
  readonly packed: boolean;
}

interface RecordPlan {
  readonly union: boolean;
  readonly packed: boolean;
  readonly align: number;
  readonly fields: readonly FieldPlan[];
}

const BASES = {
  _Bool: 1,
  char: 8,
  "unsigned char": 8,
  short: 16,
  int: 32,
  "unsigned int": 32,
  long: 64,
  "unsigned long long": 64,
  double: 0,
  "void *": 0,
  "long double": 0,
} as const;

const base = fc.constantFrom(...(Object.keys(BASES) as (keyof typeof BASES)[]));
const bitBase = fc.constantFrom(
  ...(Object.keys(BASES) as (keyof typeof BASES)[]).filter((name) => BASES[name] > 0),
);
const align = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 4, 8, 16));
const rarely = fc.integer({ min: 0, max: 7 }).map((n) => n === 0);
const plainField: fc.Arbitrary<FieldPlan> = fc.record({
  base,
  width: fc.constant(-1),
  named: fc.constant(true),
  array: fc.constantFrom(0, 0, 0, 1, 3),
  align,
  packed: rarely,
});
const bitField: fc.Arbitrary<FieldPlan> = bitBase
  .chain((name) =>
    fc.record({
      base: fc.constant(name),
      width: fc.integer({ min: 0, max: BASES[name] }),
      named: fc.integer({ min: 0, max: 4 }).map((n) => n > 0),
      array: fc.constant(0),
      align: fc.oneof({ weight: 12, arbitrary: fc.constant(0) }, fc.constantFrom(1, 2, 4, 8)),
      packed: rarely,
    }),
  )
  .map((field) => (field.width === 0 ? { ...field, named: false } : field));
const record: fc.Arbitrary<RecordPlan> = fc.record({
  union: rarely,
  packed: fc.integer({ min: 0, max: 3 }).map((n) => n === 0),
  align,
  fields: fc.array(fc.oneof(plainField, bitField, bitField), { minLength: 1, maxLength: 8 }),
});

function toC(plan: RecordPlan, index: number): string {
  const fields = plan.fields.map((field, i) => {
    const attributes: string[] = [];
    if (field.packed) attributes.push("packed");
    if (field.align) attributes.push(`aligned(${field.align})`);
    const suffix = attributes.length ? ` __attribute__((${attributes.join(", ")}))` : "";
    const name = field.named ? `f${i}` : "";
    const size = field.array ? `[${field.array}]` : "";
    const width = field.width >= 0 ? ` : ${field.width}` : "";
    return `  ${field.base} ${name}${size}${width}${suffix};`;
  });
  const attributes: string[] = [];
  if (plan.packed) attributes.push("packed");
  if (plan.align) attributes.push(`aligned(${plan.align})`);
  const suffix = attributes.length ? ` __attribute__((${attributes.join(", ")}))` : "";
  return `${plan.union ? "union" : "struct"} s${index} {\n${fields.join("\n")}\n}${suffix};\n`;
}

/** What the program prints for a record: size, alignment, and per named member its bytes when all its bits are set. */
function printer(plan: RecordPlan, index: number): string {
  const lines = [`printf("%d:%zu,%zu", ${index}, sizeof(x${index}), _Alignof(__typeof__(x${index})));`];
  plan.fields.forEach((field, i) => {
    if (!field.named) return;
    if (field.width >= 0) {
      lines.push(
        `memset(&x${index}, 0, sizeof x${index}); x${index}.f${i} = -1; show(&x${index}, sizeof x${index});`,
      );
    } else {
      lines.push(`printf(" @%zu", __builtin_offsetof(__typeof__(x${index}), f${i}));`);
    }
  });
  lines.push('printf("\\n");');
  return `  { ${plan.union ? "union" : "struct"} s${index} x${index}; ${lines.join(" ")} }\n`;
}

function gccLines(plans: readonly RecordPlan[]): string[] {
  const directory = mkdtempSync(join(tmpdir(), "layout-"));
  try {
    const source = [
      "#include <stdio.h>\n#include <string.h>\n",
      'static void show(void *p, size_t n) { unsigned char *b = p; printf(" "); for (size_t i = 0; i < n; i++) printf("%02x", b[i]); }\n',
      ...plans.map(toC),
      "int main(void) {\n",
      ...plans.map(printer),
      "}\n",
    ].join("");
    writeFileSync(join(directory, "t.c"), source);
    execFileSync("gcc", ["-w", "-O0", "-o", join(directory, "t"), join(directory, "t.c")], {
      stdio: "ignore",
    });
    return execFileSync(join(directory, "t"), { encoding: "utf8", maxBuffer: 1 << 26 })
      .trimEnd()
      .split("\n");
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function typeOf(types: TypeTable, name: keyof typeof BASES): CType {
  if (name === "void *") return types.voidPointer;
  if (name === "double") return types.double;
  if (name === "long double") return types.longDouble;
  return types.integer(name);
}

function layOut(types: TypeTable, plan: RecordPlan): RecordType {
  const type = types.newRecord(plan.union, "s", -1);
  const specs = plan.fields.map((field, i): FieldSpec => {
    const element = typeOf(types, field.base);
    return {
      name: field.named ? `f${i}` : null,
      type: field.array ? types.arrayOf(element, field.array) : element,
      width: field.width,
      align: field.align,
      packed: field.packed,
      at: -1,
    };
  });
  const attributes: RecordAttributes = { packed: plan.packed, align: plan.align, pack: 0 };
  layoutRecord(type.decl, specs, attributes);
  return type;
}

function ourLine(types: TypeTable, plan: RecordPlan, index: number): string {
  const type = layOut(types, plan);
  let line = `${index}:${sizeOf(type)},${alignOf(type)}`;
  for (const field of type.decl.fields) {
    if (field.name === null) continue;
    line += field.bits === null ? ` @${field.offset}` : ` ${bytesOf(type, field.index)}`;
  }
  return line;
}

/** The bytes of the record after all bits of a bit-field were set through its access parts. */
function bytesOf(type: RecordType, index: number): string {
  const bytes = new Uint8Array(type.decl.size);
  for (const part of type.decl.fields[index]!.bits!.parts) {
    for (let bit = 0; bit < part.width; bit++) {
      const at = part.offset * 8 + part.shift + bit;
      expect(at).toBeLessThan((part.offset + part.size) * 8);
      bytes[at >> 3]! |= 1 << (at & 7);
    }
  }
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

describe("layout of records", () => {
  // Without gcc there is nothing to compare with; the recorded table below still runs.
  test.skipIf(!hasGcc)(
    "sizes, alignments, offsets and bits are those of gcc",
    () => {
      fc.assert(
        fc.property(fc.array(record, { minLength: 300, maxLength: 300 }), (plans) => {
          const types = new TypeTable();
          const expected = gccLines(plans);
          plans.forEach((plan, index) => {
            expect(`${toC(plan, index)}${ourLine(types, plan, index)}`).toBe(
              `${toC(plan, index)}${expected[index]}`,
            );
          });
        }),
        { numRuns: 3, endOnFailure: true },
      );
    },
    60_000,
  );
});
