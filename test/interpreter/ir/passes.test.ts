import { describe, expect, it } from "vitest";
import { compactRegisters } from "../../../interpreter/ir/allocate.js";
import { finishFunction } from "../../../interpreter/ir/finish.js";
import { forEachDeadSet } from "../../../interpreter/ir/liveness.js";
import { printFunction } from "../../../interpreter/ir/print.js";
import { markPrivate } from "../../../interpreter/ir/private.js";
import type { Instr, Program } from "../../../interpreter/ir/program.js";
import { simplify } from "../../../interpreter/ir/simplify.js";
import { verifyProgram } from "../../../interpreter/ir/verify.js";
import { parseIr } from "../../support/parse-ir.js";

/** Text of the first function after a pass, without its heading and list of registers. */
function after(text: string, pass: (program: Program) => void): string[] {
  const program = parseIr(text);
  pass(program);
  return printFunction(program, program.functions[0]!, { comments: false })
    .split("\n")
    .slice(1)
    .map((line) => line.trim())
    .filter((line) => !line.startsWith("regs"));
}

const simplified = (text: string) => after(text, (program) => simplify(program.functions[0]!));
const body = (lines: string[]) => lines.filter((line) => !/^b\d+:$/.test(line));

/** "instruction: dead registers" for each site, in order. */
function deadSets(text: string): Record<string, number[]> {
  const program = parseIr(text);
  const found: [number, string, number[]][] = [];
  forEachDeadSet(program.functions[0]!, (instr, block, index, dead) => {
    found.push([block * 1000 + index, `b${block}[${index}] ${instr.op}`, dead]);
  });
  return Object.fromEntries(found.sort((x, y) => x[0] - y[0]).map(([, key, dead]) => [key, dead]));
}

describe("simplify", () => {
  it("folds constants and drops what nobody reads", () => {
    expect(
      body(
        simplified(`fn f() -> i32
          regs i32 r0, i32 r1, i32 r2, i32 r3
        b0:
          r0 = const.i32 6
          r1 = const.i32 7
          r3 = i32.add r0 r1
          r2 = i32.mul r0 r1
          ret r2`),
      ),
    ).toEqual(["r2 = const.i32 42", "ret r2"]);
  });

  it("drops a counter that only counts itself, and keeps one that somebody reads or that may report", () => {
    const loop = (count: string, end: string) =>
      body(
        simplified(`fn f(i64 r0, i32 r1) -> i32
          regs i32 r2, i32 r3, i32 r4
        b0:
          r2 = const.i32 0
          r4 = const.i32 1
          jmp b1
        b1:
          r3 = load.i32 [r0]
          br r3 b2 b3
        b2:
          r2 = ${count}
          jmp b1
        b3:
          ret ${end}`),
      );
    expect(loop("i32.add r2 r4", "r1").some((line) => line.startsWith("r2 ="))).toBe(false);
    expect(loop("i32.add r2 r4", "r2").some((line) => line.startsWith("r2 = i32.add"))).toBe(true);
    expect(loop("i32.div_s r4 r1", "r1").some((line) => line.includes("i32.div_s"))).toBe(true);
  });

  it("keeps every access, call and kernel operation, also where the result is dead", () => {
    const lines = simplified(`fn f(i64 r0) -> void
        regs i32 r1, i32 r2, i64 r3
      b0:
        r1 = load.i32 [r0]
        r1 = load.i32 [r0]
        store.i32 [r0] r1
        store.i32 [r0] r1
        r2 = rmw.add32 [r0] r1
        r2 = kop f(r0)
        r2 = call g()
        ret
      fn g() -> i32
        regs i32 r0
      b0:
        r0 = const.i32 0
        ret r0`);
    expect(body(lines)).toEqual([
      "r1 = load.i32 [r0]",
      "r1 = load.i32 [r0]",
      "store.i32 [r0] r1",
      "store.i32 [r0] r1",
      "rmw.add32 [r0] r1",
      "kop f(r0)",
      "call g()",
      "ret",
    ]);
  });

  it("keeps shifts and divisions that may have something to report", () => {
    const lines = body(
      simplified(`fn f(i32 r0, i32 r1) -> void
        regs i32 r2, i32 r3, i32 r4
      b0:
        r2 = i32.shl r0 r1
        r2 = i32.div_s r0 r1
        r3 = const.i32 3
        r2 = i32.shl r0 r3
        r2 = i32.div_s r0 r3
        r4 = const.i32 0
        r2 = i32.rem_u r0 r4
        r4 = const.i32 32
        r2 = i32.shr_u r0 r4
        ret`),
    );
    expect(lines).toEqual([
      "r2 = i32.shl r0 r1",
      "r2 = i32.div_s r0 r1",
      "r4 = const.i32 0",
      "r2 = i32.rem_u r0 r4",
      "r4 = const.i32 32",
      "r2 = i32.shr_u r0 r4",
      "ret",
    ]);
  });

  it("does not use a copy after its source has changed", () => {
    expect(
      body(
        simplified(`fn f(i32 r0) -> i32
          regs i32 r1, i32 r2
        b0:
          r1 = mov r0
          r2 = const.i32 1
          r0 = i32.add r0 r2
          r0 = i32.xor r0 r1
          ret r0`),
      ),
    ).toEqual(["r1 = mov r0", "r2 = const.i32 1", "r0 = i32.add r0 r2", "r0 = i32.xor r0 r1", "ret r0"]);
  });

  it("moves constant parts of addresses into the access", () => {
    expect(
      body(
        simplified(`fn f(i64 r0) -> i32
          regs i64 r1, i64 r2, i32 r3
        b0:
          r1 = const.i64 8
          r2 = i64.add r0 r1
          r2 = i64.add r2 r1
          r3 = load.i32 [r2+4]
          ret r3`),
      ),
    ).toEqual(["r3 = load.i32 [r0+20]", "ret r3"]);
  });

  it("decides branches on constants and joins what is left", () => {
    expect(
      simplified(`fn f(i32 r0) -> i32
        regs i32 r1
      b0:
        r1 = const.i32 0
        br r1 b1 b2
      b1:
        kop never()
        jmp b3
      b2:
        jmp b4
      b3:
        ret r0
      b4:
        br r0 b3 b3`),
    ).toEqual(["b0:", "ret r0"]);
  });

  it("turns a branch on a negation round", () => {
    expect(
      body(
        simplified(`fn f(i32 r0) -> void
          regs i32 r1
        b0:
          r1 = i32.eqz r0
          br r1 b1 b2
        b1:
          kop a()
          ret
        b2:
          kop b()
          ret`),
      )[0],
    ).toBe("br r0 b2 b1");
  });

  it("survives blocks that only jump to each other", () => {
    expect(simplified("fn f() -> void\nb0:\n  jmp b1\nb1:\n  jmp b2\nb2:\n  jmp b1")).toEqual([
      "b0:",
      "jmp b1",
      "b1:",
      "jmp b1",
    ]);
  });

  it("follows labels to their new blocks", () => {
    const program = parseIr(`fn f(i64 r0) -> void
      b0:
        jmp b2
      b1:
        trap Abort
      b2:
        jmp.label r0 b3 b4
      b3:
        ret
      b4:
        kop k()
        ret`);
    const labels = [3, 4, 1];
    simplify(program.functions[0]!, labels);
    expect(labels).toEqual([1, 2, -1]);
  });
});

describe("dead sets", () => {
  it("list operands read for the last time and the result", () => {
    expect(
      deadSets(`fn f(i64 r0, i32 r1) -> i32
        regs i32 r2
      b0:
        r2 = load.i32 [r0]
        store.i32 [r0] r1
        ret r2`),
    ).toEqual({ "b0[0] load.i32": [], "b0[1] store.i32": [0, 1] });
  });

  it("leave out registers that nothing has written yet", () => {
    expect(
      deadSets(`fn f(i64 r0) -> void
        regs i32 r1, i32 r2
      b0:
        r1 = load.i32 [r0]
        r2 = load.i32 [r0]
        kop k(r1, r2)
        ret`),
    ).toEqual({ "b0[0] load.i32": [], "b0[1] load.i32": [0], "b0[2] kop": [0, 1, 2] });
  });

  it("count a result register as dead even when it is read behind", () => {
    expect(
      deadSets(`fn f(i64 r0) -> i32
        regs i32 r1
      b0:
        r1 = load.i32 [r0]
        br r1 b0 b1
      b1:
        ret r1`),
    ).toEqual({ "b0[0] load.i32": [1] });
  });

  it("keep what a loop needs", () => {
    expect(
      deadSets(`fn f(i64 r0, i32 r1) -> void
        regs i32 r2
      b0:
        jmp b1
      b1:
        r2 = load.i32 [r0]
        r1 = i32.sub r1 r2
        br r1 b1 b2
      b2:
        kop k()
        ret`),
    ).toEqual({ "b1[0] load.i32": [2], "b2[0] kop": [0, 1, 2] });
  });

  it("keep what longjmp can bring back", () => {
    const text = (op: string) => `fn f(i64 r0, i32 r1) -> void
        regs i32 r2
      b0:
        r2 = ${op}
        br r2 b1 b2
      b1:
        kop k(r1)
        ret
      b2:
        kop k()
        ret`;
    expect(deadSets(text("setjmp r0"))).toEqual({
      "b0[0] setjmp": [0],
      "b1[0] kop": [0, 2],
      "b2[0] kop": [0, 2],
    });
    expect(deadSets(text("load.i32 [r0]"))["b2[0] kop"]).toEqual([0, 1, 2]);
  });
});

describe("compactRegisters", () => {
  const compacted = (text: string) => after(text, (program) => compactRegisters(program.functions[0]!));

  it("lets temporaries share, parameters in front", () => {
    expect(
      compacted(`fn f(i64 r0:p) -> i32
        regs i32 r1, i32 r2, i32 r3, i32 r4
      b0:
        r1 = load.i32 [r0]
        r2 = i32.ext8_s r1
        r3 = load.i32 [r0]
        r4 = i32.add r2 r3
        ret r4`),
    ).toEqual([
      "b0:",
      "r1 = load.i32 [r0]",
      "r1 = i32.ext8_s r1",
      "r2 = load.i32 [r0]",
      "r1 = i32.add r1 r2",
      "ret r1",
    ]);
  });

  it("keeps types and the names of variables apart", () => {
    const program = parseIr(`fn f(i64 r0:p) -> i32
        regs i32 r1:a, i32 r2:b, i64 r3, i32 r4, i32 r5:a
      b0:
        r1 = load.i32 [r0]
        store.i32 [r0] r1
        r2 = load.i32 [r0]
        store.i32 [r0] r2
        r3 = load.i64 [r0]
        store.i64 [r0] r3
        r4 = load.i32 [r0]
        store.i32 [r0] r4
        r5 = load.i32 [r0]
        ret r5`);
    const fn = program.functions[0]!;
    compactRegisters(fn);
    expect(fn.regs.map((type, i) => `${type} ${fn.regNames[i]}`)).toEqual([
      "i64 p",
      "i32 a",
      "i32 b",
      "i64 null",
      "i32 null",
    ]);
  });

  it("makes both sides of a move one register where it can, and takes over the name", () => {
    const program = parseIr(`fn f(i64 r0) -> i32
        regs i32 r1, i32 r2:x
      b0:
        r1 = load.i32 [r0]
        r2 = mov r1
        kop k(r2)
        ret r2`);
    const fn = program.functions[0]!;
    compactRegisters(fn);
    expect(fn.regNames).toEqual([null, "x"]);
    expect(fn.blocks[0]!.map((instr) => instr.op)).toEqual(["load.i32", "kop", "ret"]);
  });

  it("gives a variable that is read uninitialised no stranger's value", () => {
    const lines = compacted(`fn f(i32 r0) -> i32
        regs i32 r1, i32 r2
      b0:
        r1 = const.i32 5
        kop k(r1)
        br r0 b1 b2
      b1:
        r2 = const.i32 1
        jmp b2
      b2:
        ret r2`);
    expect(lines[1]).not.toBe(lines.find((line) => line.endsWith("const.i32 1"))!.replace("1", "5"));
  });
});

describe("private accesses", () => {
  const marked = (text: string) =>
    after(text, (program) => markPrivate(program.functions[0]!, { owned: [], lent: new Map() })).filter(
      (line) => /load|store|mem/.test(line),
    );

  it("are those to slots whose address stays in the function", () => {
    expect(
      marked(`fn f(i64 r0) -> i32
        regs i64 r1, i64 r2, i64 r3, i32 r4
        slot 0 mine +8 size 16 align 8
        slot 1 lent +32 size 8 align 8
      b0:
        r1 = addr.local s0
        r2 = i64.add r1 r0
        r3 = addr.local s1
        store.i64 [r1] r0
        r4 = load.i32 [r2+4]
        store.i32 [r3] r4
        store.i32 [r0] r4
        memcpy r1 r2 r0
        memcpy r1 r3 r0
        kop publish(r3)
        ret r4`),
    ).toEqual([
      "store.i64 [r1] r0 !private",
      "r4 = load.i32 [r2+4] !private",
      "store.i32 [r3] r4",
      "store.i32 [r0] r4",
      "memcpy r1 r2 r0 !private",
      "memcpy r1 r3 r0",
    ]);
  });

  it("end where the address is stored, merged with another or turned into a number", () => {
    const with_ = (line: string) =>
      marked(`fn f(i64 r0) -> void
        regs i64 r1, i64 r2, i32 r3
        slot 0 x +8 size 8 align 8
      b0:
        r1 = addr.local s0
        r2 = mov r0
        ${line}
        r3 = load.i32 [r1]
        ret`).at(-1);
    expect(with_("r2 = mov r1")).toContain("private");
    expect(with_("r3 = i64.eq r1 r0")).toContain("private");
    expect(with_("store.i64 [r0] r1")).not.toContain("private");
    expect(with_("store.i64 [r1] r1")).not.toContain("private");
    expect(with_("r3 = i32.wrap r1")).not.toContain("private");
    expect(with_("r1 = mov r0")).not.toContain("private");
  });
});

describe("finishFunction", () => {
  it("places slots aligned, apart, and drops unused ones", () => {
    const program = parseIr(`fn f(i32 r0) -> void
        regs i64 r1, i64 r2
        slot 0 a +0 size 3 align 1
        slot 1 unused +0 size 100 align 16
        slot 2 b +0 size 24 align 16
      b0:
        r1 = addr.local s0
        r2 = addr.local s2
        kop k(r1, r2)
        ret`);
    const fn = program.functions[0]!;
    const draft = {
      fn,
      whats: ["k()"],
      labels: [],
      pointers: new Set<number>(),
      owned: [],
      lent: new Map(),
      handedOver: new Set<Instr>(),
    };
    program.sites = finishFunction(draft, 0, 0);
    expect(fn.slots.map(({ name, offset }) => [name, offset])).toEqual([
      ["a", 8],
      ["b", 24],
    ]);
    expect(fn.localSize).toBe(64);
    expect(verifyProgram(program)).toEqual([]);
    expect(program.sites).toEqual([
      { fn: 0, block: 0, index: 2, loc: -1, what: "k()", isPointer: false, dead: [0, 1, 2] },
      { fn: 0, block: 0, index: 3, loc: -1, what: null, isPointer: false, dead: [] },
    ]);
  });
});
