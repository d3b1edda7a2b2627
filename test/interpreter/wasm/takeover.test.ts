// When compiled code takes over: in the middle of any loop that runs on for long, and in searches where stretches
// between visible operations are long; not where they are short.

import { describe, expect, it } from "vitest";
import { Machine } from "../../../interpreter/machine/machine.js";
import type { WasmPort } from "../../../interpreter/wasm/port.js";
import { ALL_OBJECTS } from "../../../kernel/objects/index.js";
import { explore } from "../../../src/explore/explore.js";
import { compileOrThrow } from "../../support/compile-c.js";

const wasm = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;
const kernel = { objects: ALL_OBJECTS, rules: [], title: () => "" };
const kernelOps = ALL_OBJECTS.map((o) => o.name);

/** The platform's WebAssembly, counting how often compiled functions are entered. */
function counting(): { port: WasmPort; entered: () => number } {
  let entered = 0;
  class Instance {
    readonly exports: Record<string, unknown>;
    constructor(module: object, imports: Record<string, Record<string, unknown>>) {
      const { exports } = new wasm.Instance(module, imports);
      const enter = exports.enter as undefined | ((...args: number[]) => number);
      this.exports =
        enter === undefined
          ? exports
          : {
              enter: (...args: number[]) => {
                entered++;
                return enter(...args);
              },
            };
    }
  }
  return { port: { Memory: wasm.Memory, Module: wasm.Module, Instance }, entered: () => entered };
}

describe("compiled code takes over in the middle of", () => {
  const loops: Record<string, string> = {
    "a loop with its condition in front": "while (i < 30000) { s = s * 3 + i; i++; }",
    "a loop with two conditions": "while (i < 30000 && s != 7) { s = s * 3 + i; i++; }",
    "a loop that counts": "for (i = 0; i < 30000; i++) s = s * 3 + i;",
    "a loop with its condition behind": "do { s = s * 3 + i; i++; } while (i < 30000);",
    "a loop in a loop": "for (; i < 300; i++) for (int k = 0; k < 100; k++) s = s * 3 + k;",
    "a loop with a way out": "for (;;) { s = s * 3 + i; if (++i == 30000) break; if (s == 1) s = 2; }",
    "a loop of jumps": "again: s = s * 3 + i; if (s & 1) s += 5; if (++i < 30000) goto again;",
  };
  for (const [name, loop] of Object.entries(loops)) {
    it(name, () => {
      const program = compileOrThrow(`int main(void) { unsigned s = 3, i = 0; ${loop} return s; }`, {
        kernelOps,
      });
      const run = (engine: "vm" | "wasm", port: WasmPort) => {
        const config = {
          cpus: 1,
          preempt: "full",
          rcu: "preempt",
          engine,
          wasm: port,
          patience: 1000,
        } as const;
        const machine = new Machine(program, ALL_OBJECTS, [], config);
        machine.begin({ function: "main", args: [] });
        expect(machine.end).toBe("finished");
        return machine.exitValue(0);
      };
      const { port, entered } = counting();
      expect(run("wasm", port)).toBe(run("vm", port));
      expect(entered()).toBeGreaterThan(0);
    });
  }
});

describe("in a search compiled code", () => {
  const program = (rounds: number) =>
    compileOrThrow(
      `void smplab_run_on(int cpu, void (*fn)(void *), void *arg); void smplab_join_all(void);
      static volatile unsigned long a;
      static unsigned long mixed(unsigned long v) { unsigned long s = v; for (int i = 0; i < ${rounds}; i++) s = s * 31 + (s >> 7 ^ i); return s; }
      static void task(void *x) { for (int i = 0; i < 3; i++) a = mixed(a + (unsigned long)x); }
      int main(void) { smplab_run_on(0, task, (void *)1); smplab_run_on(1, task, (void *)2); smplab_join_all(); return 0; }`,
      { kernelOps },
    );
  const entries = (rounds: number, patience: number) => {
    const { port, entered } = counting();
    explore(program(rounds), { function: "main", args: [] }, kernel, {
      machine: { cpus: 2, preempt: "full", rcu: "preempt", engine: "wasm", wasm: port, patience },
    });
    return entered();
  };

  it("takes over stretches that are long, after some of them", () => {
    expect(entries(2_000, 20_000)).toBeGreaterThan(50);
  });

  it("leaves stretches alone that are short, and those that are long until there were enough", () => {
    expect(entries(20, 20_000)).toBe(0);
    expect(entries(2_000, 1e9)).toBe(0);
  });
});
