// Struct layout against gcc: generated structs are compiled by the gcc of this machine, which prints sizes,
// alignments and the bytes that each member occupies. Where there is no gcc only the recorded table runs.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { alignOf, sizeOf } from "../../../interpreter/sema/layout.js";
import type { CheckedUnit } from "../../../interpreter/sema/tree.js";
import type { RecordType } from "../../../interpreter/sema/types.js";
import { accept, globalValue, objectNamed } from "./support.js";

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
  /** #pragma pack, or 0. */
  readonly pack: number;
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
  pack: fc.constantFrom(0, 0, 0, 0, 0, 1, 2, 4),
  fields: fc.array(fc.oneof(plainField, bitField, bitField), { minLength: 1, maxLength: 8 }),
});

function kindOf(plan: RecordPlan): string {
  return plan.union ? "union" : "struct";
}

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
  const text = `${kindOf(plan)} s${index} {\n${fields.join("\n")}\n}${suffix};\n`;
  return plan.pack === 0 ? text : `#pragma pack(${plan.pack})\n${text}#pragma pack()\n`;
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
  return `  { ${kindOf(plan)} s${index} x${index}; ${lines.join(" ")} }\n`;
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

function ourLine(unit: CheckedUnit, index: number): string {
  const { type } = objectNamed(unit, `x${index}`);
  if (type.kind !== "record") throw new Error(`x${index} is no record`);
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
      // Not a property: gcc is asked once for all, and the text of a record that differs says everything.
      const plans = fc.sample(record, 900);
      const expected = gccLines(plans);
      const texts = plans.map(toC);
      const unit = accept(texts.map((text, i) => `${text}${kindOf(plans[i]!)} s${i} x${i};\n`).join(""));
      texts.forEach((text, i) => {
        expect(`${text}${ourLine(unit, i)}`).toBe(`${text}${expected[i]}`);
      });
    },
    60_000,
  );

  // What gcc 12 prints for a few records: size, alignment, and the place of the member `m`.
  const RECORDED: readonly (readonly [text: string, size: number, align: number, offset: number])[] = [
    ["struct { char c; long m; }", 16, 8, 8],
    ["struct { char c; long m; } __attribute__((packed))", 9, 1, 1],
    ["struct { char c; long m __attribute__((packed)); }", 9, 1, 1],
    ["struct { char c; struct { short s; } m; }", 4, 2, 2],
    ["struct { int a:5; int b:28; char m; }", 12, 4, 8],
    ["struct { char c; int :0; char m; }", 5, 1, 4],
    ["struct { long double d; char m; }", 32, 16, 16],
    ["struct { int n; char m[]; }", 4, 4, 4],
    ["struct { int n; struct { } m; }", 4, 4, 4],
    ["union { char c[5]; short m; }", 6, 2, 0],
    ["struct { char c; int m; } __attribute__((aligned(64)))", 64, 64, 4],
    ["struct { char c; _Alignas(16) char m; }", 32, 16, 16],
    ["struct { char c; union { int i; char m; }; }", 8, 4, 4],
    ["struct { _Bool b:1; unsigned long l:40; short m; }", 8, 8, 6],
  ];
  test.each(RECORDED)("%s", (text, size, align, offset) => {
    const unit = accept(`__typeof__(${text}) x; long m = __builtin_offsetof(__typeof__(x), m);`);
    const { type } = objectNamed(unit, "x");
    expect([sizeOf(type), alignOf(type), Number(globalValue(unit, "m"))]).toEqual([size, align, offset]);
  });
});
