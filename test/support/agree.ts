// Both engines, the same run: after every step they must hold the same bytes and offer the same choices.

import { expect } from "vitest";
import type { Program } from "../../interpreter/ir/program.js";
import type { ObjectOp, Rule } from "../../interpreter/machine/host.js";
import { type Entry, Machine } from "../../interpreter/machine/machine.js";
import type { MachineConfig } from "../../interpreter/machine/state.js";
import type { WasmPort } from "../../interpreter/wasm/port.js";

const wasm = (globalThis as unknown as { WebAssembly: WasmPort }).WebAssembly;

export interface Agreement {
  steps: number;
  end: string | null;
  findings: number;
}

/** What a machine says of itself apart from its memory. */
function told(m: Machine, printed: string[]): unknown {
  return {
    end: m.end,
    // Engines count jumps differently, so they are cut at different places.
    text: m.end === "cut" ? "" : m.endText,
    findings: m.findings,
    facts: m.facts,
    observed: m.end === null ? [] : m.observed(),
    exit: m.exitValue(0),
    failed: m.failed(),
    printed,
  };
}

function sameMemory(vm: Machine, other: Machine, where: string): void {
  const { total } = vm.map;
  if (Buffer.compare(vm.memory.u8.subarray(0, total), other.memory.u8.subarray(0, total)) === 0) return;
  const a = vm.memory.i32;
  const b = other.memory.i32;
  const differences: string[] = [];
  for (let i = 0; i < total >> 2 && differences.length < 8; i++) {
    if (a[i] !== b[i]) differences.push(`${(i * 4).toString(16)}: ${a[i]} (vm) ${b[i]} (wasm)`);
  }
  throw new Error(
    `${where}: memory differs at ${differences.join(", ")}; stack of task 0 at ${vm.map.stackBase(0).toString(16)}`,
  );
}

/**
 * Runs the program on both, choosing by `pick`. With `detour`, a step that is taken back again goes before some of
 * the steps, as a search does it.
 */
export function agree(
  program: Program,
  kernel: { objects: readonly ObjectOp[]; rules: readonly Rule[] },
  config: MachineConfig,
  pick: (count: number) => number,
  options: { detour?: boolean; maxSteps?: number; entry?: Entry; patience?: number } = {},
): Agreement {
  const machines = [
    new Machine(program, kernel.objects, kernel.rules, { ...config, engine: "vm" }),
    new Machine(program, kernel.objects, kernel.rules, {
      ...config,
      engine: "wasm",
      wasm,
      patience: options.patience ?? 0,
    }),
  ] as const;
  const [vm, other] = machines;
  const printed: [string[], string[]] = [[], []];
  machines.forEach((m, i) => {
    m.onPrint = (text) => printed[i].push(text);
  });
  const compare = (where: string) => {
    expect(told(other, printed[1]), where).toEqual(told(vm, printed[0]));
    // A run that was ended in the middle has no future: what its frames hold means nothing.
    if (vm.end === null || vm.end === "finished") sameMemory(vm, other, where);
  };
  for (const m of machines) m.begin(options.entry ?? { function: "main", args: [] });
  compare("begin");
  const hashes = [new Int32Array(4), new Int32Array(4)];
  const choices = [new Int32Array(64), new Int32Array(64)];
  let steps = 0;
  let findings = vm.findings.length;
  for (; steps < (options.maxSteps ?? 400); steps++) {
    const count = vm.choices(choices[0]);
    expect(other.choices(choices[1])).toBe(count);
    expect([...choices[1].subarray(0, count)]).toEqual([...choices[0].subarray(0, count)]);
    if (count === 0) break;
    const take = (choice: number, where: string) => {
      for (const m of machines) m.step(choice);
      findings += vm.findings.length;
      compare(where);
    };
    if (options.detour === true) {
      const choice = choices[0][pick(count)];
      const ends = machines.map((m) => [m.end, m.endText] as const);
      for (const m of machines) m.memory.mark();
      take(choice, `detour in front of step ${steps}`);
      machines.forEach((m, i) => {
        m.memory.hash(hashes[i]);
      });
      if (vm.end === null) expect(hashes[1]).toEqual(hashes[0]);
      machines.forEach((m, i) => {
        m.memory.rollback();
        m.memory.dropMark();
        [m.end, m.endText] = ends[i];
      });
      sameMemory(vm, other, `behind the detour in front of step ${steps}`);
    }
    take(choices[0][pick(count)], `step ${steps}`);
  }
  return { steps, end: vm.end, findings };
}
