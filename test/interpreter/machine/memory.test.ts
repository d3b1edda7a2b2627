// Marks, rollbacks and hashes against whole copies, of both ways to do them.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AddressSpace } from "../../../interpreter/ir/program.js";
import { DEFAULT_SIZES, mapMemory } from "../../../interpreter/machine/layout.js";
import { ENTRY_WORDS, Memory } from "../../../interpreter/machine/memory.js";
import { mapEngine } from "../../../interpreter/wasm/layout.js";
import { pageCore, pageFunctions } from "../../../interpreter/wasm/pages.js";
import type { WasmPort } from "../../../interpreter/wasm/port.js";
import { handProgram } from "../../support/hand-ir.js";

const port = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;
/** The part of memory that is written to here, in words. */
const WORDS = 256;
const FROM = AddressSpace.First >> 2;

type Action =
  | { kind: "store"; word: number; value: number }
  | { kind: "mark" | "rollback" | "drop" | "hash" };

const store = fc.record({
  kind: fc.constant("store" as const),
  word: fc.nat(WORDS - 1),
  value: fc.constantFrom(0, 0, 1, 2, -1, 0x12345678),
});
const other = fc.record({ kind: fc.constantFrom("mark", "rollback", "drop", "hash") });
const actions: fc.Arbitrary<Action[]> = fc.array(
  fc.oneof({ arbitrary: store, weight: 4 }, { arbitrary: other as fc.Arbitrary<Action>, weight: 1 }),
  { minLength: 20, maxLength: 80 },
);

/** A memory in TypeScript, and one in WebAssembly whose part of the undo log holds `entries`. */
function memories(entries: number): [Memory, Memory] {
  const program = handProgram({ variables: [], observe: [], tasks: [] });
  const map = mapMemory(program, 1, { ...DEFAULT_SIZES, mainHeap: 4096, heap: 256, stack: 1024 });
  const engine = { ...mapEngine(map, 1), undoBytes: entries * ENTRY_WORDS * 4 };
  const pages = engine.total >>> 16;
  const memory = new port.Memory({ initial: pages, maximum: pages });
  const core = pageCore(pageFunctions(port, memory), engine, map.total >>> 7);
  return [new Memory(new ArrayBuffer(map.total)), new Memory(memory.buffer, map.total, core)];
}

/** Carries the actions out and gives the hash of every content that a hash was asked of. */
function carryOut(memory: Memory, list: readonly Action[]): Map<string, string> {
  const hashes = new Map<string, string>();
  const hash = new Int32Array(4);
  const model: string[] = [];
  const content = () => memory.i32.subarray(FROM, FROM + WORDS).join();
  memory.clear();
  memory.i32[FROM] = 7;
  memory.base();
  memory.mark();
  model.push(content());
  for (const action of list) {
    if (action.kind === "store") {
      const at = FROM + action.word;
      memory.touch(at << 2);
      memory.i32[at] = action.value;
      continue;
    }
    if (action.kind === "rollback") {
      memory.rollback();
      expect(content()).toBe(model.at(-1));
    } else if (action.kind === "drop" && model.length > 1) {
      memory.dropMark();
      model.pop();
    }
    const now = content();
    if (action.kind !== "mark") {
      memory.hash(hash);
      const known = hashes.get(now);
      if (known !== undefined) expect(hash.join()).toBe(known);
      hashes.set(now, hash.join());
    }
    // What is touched behind a hash begins with a mark.
    memory.mark();
    model.push(now);
  }
  // What was there at each mark can be read without going back.
  model.forEach((then, mark) => {
    const words = then.split(",");
    for (let word = 0; word < WORDS; word += 2) {
      memory.contentAt(mark + 1, (FROM + word) << 2, 8, hash);
      expect([hash[0], hash[1]].join()).toBe(words.slice(word, word + 2).join());
    }
    memory.contentAt(mark + 1, (FROM << 2) + 2, 2, hash);
    expect(hash[0]).toBe((Number(words[0]) >>> 16) & 0xffff);
  });
  for (; model.length > 0; model.pop()) {
    memory.rollback();
    expect(content()).toBe(model.at(-1));
    memory.dropMark();
  }
  return hashes;
}

describe("memory", () => {
  for (const [name, entries] of [
    ["with all of the undo log in WebAssembly", 1000],
    ["with an undo log that outgrows it", 5],
  ] as const) {
    it(`comes back and hashes alike ${name}`, () => {
      let contents = 0;
      fc.assert(
        fc.property(actions, (list) => {
          const [typescript, wasm] = memories(entries);
          const hashes = carryOut(typescript, list);
          // Different contents have different hashes, and both ways have the same ones.
          expect(new Set(hashes.values()).size).toBe(hashes.size);
          expect(carryOut(wasm, list)).toEqual(hashes);
          contents += hashes.size;
        }),
        { numRuns: 150, seed: 11 },
      );
      expect(contents).toBeGreaterThan(300);
    });
  }
});
