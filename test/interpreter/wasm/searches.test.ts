// Searches interrupt contexts after every step, take steps back and go on elsewhere. With either engine they must find
// the same: outcomes, findings, schedules that show them, and how much there was to search.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Program } from "../../../interpreter/ir/program.js";
import type { MachineConfig } from "../../../interpreter/machine/state.js";
import type { WasmPort } from "../../../interpreter/wasm/port.js";
import { ALL_OBJECTS } from "../../../kernel/objects/index.js";
import { explore } from "../../../src/explore/explore.js";
import type { SearchKind } from "../../../src/explore/result.js";
import { compileOrThrow } from "../../support/compile-c.js";
import { arbitraryProgram, cyclicProgram, interestingProgram } from "../../support/generate.js";
import { handProgram, harness } from "../../support/hand-ir.js";

const wasm = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;
const title = (f: { kind: string; site: number; text: string }) => `${f.kind} ${f.site} ${f.text}`;
const kernel = { objects: [...harness, ...ALL_OBJECTS], rules: [], title };
const opNames = ALL_OBJECTS.map((o) => o.name);
const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };
const searches: SearchKind[] = ["states", "traces", "bounded"];

/** All that a search says but its time, with the engines that compile nothing, at once, and after some jumps. */
function found(program: Program, config: MachineConfig, search: SearchKind): object[] {
  const engines: Partial<MachineConfig>[] = [
    { engine: "vm" },
    { engine: "wasm", wasm, patience: 0 },
    { engine: "wasm", wasm, patience: 3, countdown: 5 },
    { engine: "wasm", wasm },
  ];
  return engines.map((engine) => {
    const machine = { ...config, ...engine };
    let asked = 0;
    const result = explore(program, { function: "main", args: [] }, kernel, {
      machine,
      search,
      witnessSteps: 2_000,
      // Asked every 1,024 steps: where there are too many, all stop at the same one.
      interrupted: () => (++asked > 3 ? "enough" : null),
    });
    return { ...result, stats: { ...result.stats, seconds: 0 } };
  });
}

function sameWithEither(program: Program, config: MachineConfig, search: SearchKind): number {
  const [vm, ...others] = found(program, config, search);
  for (const other of others) expect(other, search).toEqual(vm);
  return (vm as { stats: { transitions: number } }).stats.transitions;
}

describe("searches find the same with either engine", () => {
  for (const [name, arbitrary, runs] of [
    ["in short programs", arbitraryProgram, 40],
    ["in longer programs", interestingProgram, 20],
    ["in programs that go round", cyclicProgram, 15],
  ] as const) {
    it(name, () => {
      let steps = 0;
      fc.assert(
        fc.property(arbitrary, fc.constantFrom(...searches), (source, search) => {
          const program = handProgram(source, opNames);
          steps += sameWithEither(
            program,
            { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes },
            search,
          );
        }),
        { numRuns: runs, seed: 21 },
      );
      expect(steps).toBeGreaterThan(runs * 10);
    });
  }

  const declarations = `
    void smplab_run_on(int cpu, void (*fn)(void *), void *arg); void smplab_join_all(void);
    void smplab_observe(const char *name, long value);
    #define READ(x) (*(volatile long *)&(x))
    #define WRITE(x, v) (*(volatile long *)&(x) = (v))
    static long a, b, c;`;
  const main = (tasks: readonly string[]) =>
    `int main(void) { ${tasks.map((task, i) => `smplab_run_on(${i}, ${task}, (void *)${i + 3}L);`).join(" ")}
      smplab_join_all(); smplab_observe("a", a); smplab_observe("b", b); smplab_observe("c", c); return 0; }`;
  const programs: Record<string, string> = {
    "loops between the accesses": `${declarations}
      static void task(void *x) { long n = (long)x; for (int i = 0; i < 2; i++) { long v = READ(a); for (int k = 0; k < 30; k++) v = v * 3 + (v >> 5) + n; WRITE(a, v % 97); } }
      ${main(["task", "task"])}`,
    "accesses in the middle of nested calls": `${declarations}
      static long leaf(long *p, long n) { long v = READ(*p); return v * 5 + n; }
      static long inner(long *p, long n) { long s = leaf(p, n); s += leaf(&b, s & 3); WRITE(c, s % 11); return s; }
      static void task(void *x) { long v = inner(&a, (long)x); WRITE(a, v % 13); }
      static void other(void *x) { WRITE(b, inner(&c, (long)x) % 7); }
      ${main(["task", "other"])}`,
    "arrays of frames that rest": `${declarations}
      static long fold(int *p, int n) { long s = 0; for (int i = 0; i < n; i++) { s = s * 7 + p[i]; if (i == 3) s += READ(b); } return s; }
      static void task(void *x) { int local[8]; for (int i = 0; i < 8; i++) local[i] = i * (int)(long)x; long v = READ(a); local[2] += (int)v; WRITE(a, fold(local, 8) % 31); }
      static void other(void *x) { WRITE(b, READ(a) + (long)x); }
      ${main(["task", "other"])}`,
    "a bug that ends some runs": `${declarations}
      static void task(void *x) { long d = READ(a); WRITE(b, 100 / (d - 3)); }
      static void other(void *x) { for (int i = 0; i < 2; i++) WRITE(a, READ(a) + 3); }
      ${main(["task", "other"])}`,
  };
  for (const [name, text] of Object.entries(programs)) {
    it(`in a program with ${name}`, () => {
      const program = compileOrThrow(text, { kernelOps: opNames });
      for (const search of searches) {
        const steps = sameWithEither(program, { cpus: 2, preempt: "full", rcu: "preempt" }, search);
        expect(steps).toBeGreaterThan(10);
      }
    });
  }
});
