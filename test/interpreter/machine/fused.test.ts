// The register machine's fused forms say the same as the operations they stand for: WebAssembly, which knows nothing of
// them, leaves the same memory, and counting executions, for which accesses are taken apart again, changes nothing.

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Program } from "../../../interpreter/ir/program.js";
import { compileCode } from "../../../interpreter/machine/code.js";
import { Machine } from "../../../interpreter/machine/machine.js";
import { OPERATION } from "../../../interpreter/machine/opcodes.js";
import type { WasmPort } from "../../../interpreter/wasm/port.js";
import { agree } from "../../support/agree.js";
import { compileOrThrow } from "../../support/compile-c.js";

const kernel = { objects: [], rules: [] };
const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };
const config = { cpus: 1, preempt: "full", rcu: "preempt", soloSteps: 100_000, sizes } as const;
const compile = (text: string) => compileOrThrow(text, { path: "t.c", kernelOps: [] });
const NAMES = Object.keys(OPERATION);

/** Names of a function's instructions in the register machine. */
function instructions(program: Program, name: string): string[] {
  const { code, functionOfPc, translateAll } = compileCode(program);
  translateAll();
  const f = program.functionIndex[name];
  return [...functionOfPc].flatMap((fn, i) => (fn === f ? [NAMES[code[i * 8]]] : []));
}

describe("the loop", () => {
  it("knows each operation by its number in the list", () => {
    const path = new URL("../../../interpreter/machine/loop.ts", import.meta.url);
    const cases = [...readFileSync(path, "utf8").matchAll(/case (\d+):\s*\{?\s*\/\/ (\S+)/g)];
    expect(cases.length).toBeGreaterThan(130);
    for (const [, number, name] of cases) expect([name, OPERATION[name]]).toEqual([name, Number(number)]);
  });
});

describe("what is fused", () => {
  it("a counting loop over an array is three instructions a round", () => {
    const program = compile(
      "int a[100]; int sum(int n) { int s = 0; for (int i = 0; i < n; i++) s += a[i]; return s; } int main(void) { return sum(100); }",
    );
    const list = instructions(program, "sum");
    const begin = list.indexOf("load.i32.index");
    // Behind the fused access stand the two that it stands for.
    expect(list.slice(begin, begin + 5)).toEqual([
      "load.i32.index",
      "i64.index",
      "load.i32",
      "i32.add",
      "add.br.lt_s",
    ]);
  });

  it("a loop that compiled code can take over at its next round", () => {
    const program = compile(
      "int a[9]; int main(void) { int s = 0; for (int i = 0; i < 50000; i++) s += a[i % 9] + i; return s; }",
    );
    const wasm = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;
    const m = new Machine(program, [], [], { ...config, engine: "wasm", wasm, patience: 20 });
    let slices = 0;
    const outOfFuel = m.outOfFuel.bind(m);
    m.outOfFuel = (pc, fpw) => {
      slices++;
      return outOfFuel(pc, fpw);
    };
    m.begin({ function: "main", args: [] });
    expect(m.end).toBe("finished");
    expect(slices).toBeGreaterThan(0);
    expect(slices).toBeLessThan(5);
  });

  it("nothing whose parts are needed later", () => {
    const program = compile(
      "int a[100]; int *last; int get(int i) { int *p = &a[i]; int v = *p; last = p; return v; } int main(void) { return get(3); }",
    );
    const list = instructions(program, "get");
    expect(list).toContain("i64.index");
    expect(list).not.toContain("load.i32.index");
  });
});

const CONSTANTS = ["0", "1", "2", "3", "7", "8", "31", "100", "255", "4095", "65536", "-1", "-2", "-128"];
const EDGES = [
  "2147483647",
  "(-2147483647 - 1)",
  "2147483648u",
  "4294967295u",
  "0x123456789L",
  "-0x700000000L",
];
const LONG_EDGES = ["9223372036854775807L", "(-9223372036854775807L - 1)", "0xffffffff00000000UL"];

/** A program from a list of numbers: loops, conditions and accesses of all types, every index inside its array. */
function programText(numbers: readonly number[]): string {
  let at = 0;
  const pick = <T>(list: readonly T[]): T => list[numbers[at++ % numbers.length] % list.length];
  const int = () => pick(["i", "j", "u", "k"]);
  const constant = () => pick([...CONSTANTS, ...CONSTANTS, ...EDGES, ...LONG_EDGES]);
  const element = (): string =>
    pick([
      `a[${index(32)}]`,
      `a[(${int()} & 15) + ${pick(["0", "1", "9"])}]`,
      `p[(${int()} & 7) - 5]`,
      `l[${index(16)}]`,
      `c[${index(64)}]`,
      `h[${index(16)}]`,
      `m[${index(8)}][${index(4)}]`,
      `t[${index(8)}].${pick(["x", "y", "z"])}`,
      `q[(int)(w & 3) - 2]`,
      `own[${index(8)}]`,
      `bytes[${index(4)} + 1]`,
      `pair[${index(2)}].${pick(["x", "y"])}`,
    ]);
  const index = (count: number): string => pick([`${int()} & ${count - 1}`, `(int)(w & ${count - 1})`]);
  const value = (depth: number): string => {
    const kind = depth === 0 ? 0 : numbers[at++ % numbers.length] % 6;
    if (kind < 2)
      return pick([int(), "w", "v", constant(), constant(), element(), element(), `(long)d[${index(8)}]`]);
    if (kind === 2) return `(${value(depth - 1)} ${pick(["<<", ">>"])} ${pick(["0", "1", "5", "16", "31"])})`;
    if (kind === 3) return `(${int()} * ${int()} + ${value(depth - 1)})`;
    return `(${value(depth - 1)} ${pick(["+", "-", "*", "&", "|", "^"])} ${value(depth - 1)})`;
  };
  const whole = (depth: number) => `(long)(${value(depth)})`;
  const condition = (): string => {
    const relation = pick(["<", "<=", ">", ">=", "==", "!="]);
    const [x, y] = pick([
      [int(), constant()],
      [constant(), int()],
      [int(), int()],
      ["w", constant()],
      ["w", "v"],
      [int(), pick(EDGES)],
      [`(unsigned)${int()}`, constant()],
    ]);
    const test = `${x} ${relation} ${y}`;
    return pick([test, test, `!(${test})`, "w", int(), "p", `(${test}) == 0`, `${test} && ${int()}`]);
  };
  const statement = (depth: number): string => {
    const kind = numbers[at++ % numbers.length] % (depth === 0 ? 4 : 9);
    switch (kind) {
      case 0:
      case 1:
        return `${pick([element(), element(), element(), `d[${index(8)}]`])} = ${whole(2)};`;
      case 2:
        return `${pick(["i", "j", "u", "w", "v"])} ${pick(["=", "+=", "^="])} ${whole(2)};`;
      case 3:
        return `${element()} = ${pick(CONSTANTS)};`;
      case 4:
        return `if (${condition()}) { ${statement(depth - 1)} } else { ${statement(depth - 1)} }`;
      case 5:
        return `for (k = ${pick(["0", "-3", "5"])}; k ${pick(["<", "<=", "!="])} ${pick(["9", "12", "last"])}; k${pick(["++", " += 1"])}) { ${statement(depth - 1)} }`;
      case 6:
        return `n = 6; while (n-- > 0) { ${statement(depth - 1)} }`;
      case 7:
        return `switch (${int()}${pick(["", " & 7", " & 3"])}) { case 1: ${statement(0)} break; case 3: ${statement(0)} case 4: ${statement(0)} break; case -1: ${statement(0)} default: ${statement(0)} }`;
      default:
        return `{ ${statement(depth - 1)} ${statement(depth - 1)} }`;
    }
  };
  const statements = Array.from({ length: 4 }, () => statement(2)).join("\n      ");
  return `int a[32], m[8][4]; long l[16]; unsigned char c[64]; short h[16]; double d[8];
    struct { int x; char z; long y; } t[8];
    int g(int i, int j, unsigned u, long w, unsigned long v, int k) {
      int n, last = (i & 7) + 5, *p = a + 8; long *q = l + 4; k = 0;
      int own[8]; unsigned char bytes[5]; struct { short x; long y; } pair[3];
      for (n = 0; n < 8; n++) own[n] = n * i; for (n = 0; n < 5; n++) bytes[n] = n + j; for (n = 0; n < 3; n++) { pair[n].x = n; pair[n].y = -n; }
      ${statements}
      return own[3] + bytes[4] + pair[1].x + i + j * 3 + (int)w + (int)(v >> 9) + (int)u;
    }
    int main(void) { int s = 0; for (int r = -2; r < 4; r++) s = s * 31 + g(r, 7 - r, r * 77u, r * 0x123456789L, -r, 5); return s; }`;
}

describe("fused forms", () => {
  it("leave the memory that WebAssembly leaves, counted or not", () => {
    const seen = new Set<string>();
    let finished = 0;
    fc.assert(
      fc.property(fc.array(fc.nat(1000), { minLength: 40, maxLength: 120 }), (numbers) => {
        const program = compile(programText(numbers));
        const ended = agree(program, kernel, config, () => 0);
        if (ended.end === "finished") finished++;
        const [plain, counted] = [0, 1].map((counting) => {
          const m = new Machine(program, [], [], { ...config, engine: "vm" });
          if (counting === 1) {
            m.profile = new Float64Array(m.code.code.length / 8);
            m.profileAll = true;
          }
          m.begin({ function: "main", args: [] });
          return m;
        });
        expect(counted.end).toBe(plain.end);
        if (plain.end === "finished")
          expect(Buffer.compare(counted.memory.u8.subarray(0, plain.map.total), plain.memory.u8)).toBe(0);
        for (let i = 0; i < program.functions.length; i++)
          for (const name of instructions(program, program.functions[i].name)) seen.add(name);
      }),
      { numRuns: 140, seed: 11 },
    );
    expect(finished).toBeGreaterThan(80);
    // The programs have every fused form.
    const forms = NAMES.filter((name) =>
      /\.c$|^(load|store|i64)\S*\.index|^add\.br|^br\.|mul\.add|switch\.dense/.test(name),
    );
    expect(forms.filter((name) => !seen.has(name))).toEqual([]);
  });
});
