import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { renderOpReference } from "../../../interpreter/ir/docs.js";
import { OPS } from "../../../interpreter/ir/ops.js";
import { printProgram } from "../../../interpreter/ir/print.js";
import { parseIr } from "../../support/parse-ir.js";

describe("the text form of programs", () => {
  it("is read back as it was written", () => {
    const text = `global 0 counter data 0x10080 size 8 align 8
global 1 local percpu +0x0 size 4 align 8
image 0x10000 rodata..0x10080 data..0x10100 percpu 128

static inline fn add(i32 r0:x, f64 r1) -> i32
  regs i64 r2, i32 r3:sum, f64 r4, i64 r5
  slot 0 buffer +8 size 16 align 8
b0:
  r2 = addr.global counter+4
  r5 = addr.local s0-8
  r3 = load.i32 [r2+16] !marked !datarace
  r3 = i32.add r3 r0
  store.i32 [r2-4] r3 !private !bitfield
  r5 = const.i64 -5000000000
  r4 = const.f64 0xbff8000000000000 (-1.5)
  r3 = rmw.add32 [r2] r3
  rmw.xchg32 [r2] r3
  r3 = cmpxchg32 [r2] r3 r0
  br r3 b1 b2
b1:
  switch.i32 r3 -1:b2 7:b1 else:b3
b2:
  switch.i64 r5 -5000000000:b2 else:b3
b3:
  kop spin_lock(r2, r3)
  r3 = call add(r3, r4)
  r3 = calli r2(r3)
  r5 = decimal d64.add(r5, r2)
  r5 = decimal d128.convert_d32.high(r3)
  r2 = addr.label b1
  jmp.label r2 b1 b2
b4:
  trap Unreachable

noreturn fn stop(i64 r0, ...) -> void
b0:
  memcpy r0 r0 r0
  ret
`;
    expect(printProgram(parseIr(text), { comments: false })).toBe(text);
  });

  it("shows places, macros, what a site touches and its dead registers", () => {
    const program = parseIr("fn f(i64 r0) -> void\nb0:\n  r0 = load.i64 [r0]\n  ret");
    program.files[0] = "mm/memcontrol.c";
    program.locs.push({ file: 0, line: 12, column: 3, macro: "READ_ONCE" });
    program.functions[0]!.blocks[0]![0]!.loc = 0;
    program.sites[0] = { ...program.sites[0]!, loc: 0, what: "pc->flags", dead: [0] };
    expect(printProgram(program)).toContain(
      'r0 = load.i64 [r0]                      ; mm/memcontrol.c:12:3 READ_ONCE  "pc->flags"  dead r0',
    );
  });
});

describe("docs/ir.md", () => {
  it("is what the table of operations says", () => {
    const written = readFileSync(new URL("../../../docs/ir.md", import.meta.url), "utf8");
    expect(written).toBe(renderOpReference());
  });

  it("has every operation once", () => {
    const rows = renderOpReference()
      .split("\n")
      .flatMap((line) => /^\| `([\w.]+)` \|/.exec(line)?.[1] ?? []);
    expect(rows.sort()).toEqual(Object.keys(OPS).sort());
  });
});
