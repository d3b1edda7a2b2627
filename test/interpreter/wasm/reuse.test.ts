// A run begins with the same bytes in new memory and in memory where other runs were: of the same program, which is
// cleared only where it was used, and of programs with other addresses.

import { describe, expect, it } from "vitest";
import { Machine } from "../../../interpreter/machine/machine.js";
import type { WasmPort } from "../../../interpreter/wasm/port.js";
import { ALL_OBJECTS } from "../../../kernel/objects/index.js";
import { compileOrThrow } from "../../support/compile-c.js";

const wasm = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;
const kernelOps = ALL_OBJECTS.map((o) => o.name);
const HEAD = "void *kmalloc(unsigned long, unsigned); void kfree(const void *);";

const PROGRAMS: Record<string, string> = {
  "objects that stay":
    "int main(void) { for (long i = 1; i < 40; i++) { char *p = kmalloc(i * 7, 0); p[0] = i; } return 3; }",
  "objects that go, a large variable":
    "static long a[5000]; int main(void) { for (int i = 0; i < 30; i++) { long *p = kmalloc(64, 0); *p = a[i] = ~i; kfree(p); } return 4; }",
  "deep frames":
    "static int f(int n, long x) { long y[8]; y[n & 7] = x + n; return n == 0 ? (int)y[0] : f(n - 1, y[n & 7]); } int main(void) { return f(60, 77); }",
  "one object of all kinds of bytes, larger than all there was":
    "int main(void) { unsigned char *p = kmalloc(100000, 0); for (int i = 0; i < 100000; i += 3) p[i] = 0xa5; kfree(kmalloc(9, 0)); return 5; }",
};

describe("memory is as new behind", () => {
  const compiled = Object.entries(PROGRAMS).map(
    ([name, text]) => [name, compileOrThrow(HEAD + text, { kernelOps })] as const,
  );
  const config = { cpus: 2, preempt: "full", rcu: "preempt" } as const;
  for (const [before, first] of compiled) {
    for (const [after, second] of compiled) {
      it(`${before}, for ${after}`, () => {
        const one = new Machine(first, ALL_OBJECTS, [], { ...config, engine: "wasm", wasm });
        one.begin({ function: "main", args: [] });
        expect(one.end).toBe("finished");
        // A machine may begin again, as a search for livelocks does.
        one.begin({ function: "main", args: [] });
        one.discard();
        const two = new Machine(second, ALL_OBJECTS, [], { ...config, engine: "wasm", wasm });
        two.begin({ function: "main", args: [] });
        const fresh = new Machine(second, ALL_OBJECTS, [], config);
        fresh.begin({ function: "main", args: [] });
        const { total } = fresh.map;
        const differs = two.memory.u8
          .subarray(0, total)
          .findIndex((byte, at) => byte !== fresh.memory.u8[at]);
        expect(differs).toBe(-1);
        two.discard();
      });
    }
  }
});
