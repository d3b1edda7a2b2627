// May a context of this program ever come back into a state of its own in which it was before, by steps that somebody
// could notice? A program of which that is certain not to be so has no endless run, and nobody needs to look for one.
// (The first context only waits while others run, in programs that make no contexts on the way.)
//
// Comes in: a program and which kernel operations are steps. Goes out: no, or perhaps. Whoever goes round runs through a
// cycle of a function's blocks (or calls itself). Cycles that only load, and carry nothing from one round to the next, are
// left out: nothing changes by them, and rounds that come back are not taken (interpreter/machine/spin.ts). (Who walks along
// a list does carry something: where it is.) So are cycles that count: where each round adds a constant to one register and
// nothing else on the cycle writes to it, that register lives and is another one each time.

import { blocksOnCycles } from "./cycles.js";
import { kindsOf } from "./graph.js";
import type { Instr, IrFunction, Program } from "./program.js";
import { AddressSpace, Flag } from "./program.js";

export function mayGoRound(program: Program, isStep: (kernelOp: string) => boolean): boolean {
  const { functions, kernelOps } = program;
  const steps = kernelOps.map(isStep);
  const acts = actingFunctions(functions, steps);
  const run = runByOthers(program);
  if (callsItself(functions, acts, run)) return true;
  return functions.some((fn, f) => run[f] !== 0 && cyclesWithout(program, fn, acts, steps));
}

/** Functions that contexts other than the first may run: those whose address is taken, and whatever they call. */
function runByOthers({ functions, image }: Program): Uint8Array {
  const run = new Uint8Array(functions.length);
  const work: number[] = [];
  const add = (f: number): void => {
    if (functions[f] === undefined || run[f] !== 0) return;
    run[f] = 1;
    work.push(f);
  };
  const calls = (fn: IrFunction, wanted: string): void => {
    for (const block of fn.blocks) for (const { op, imm } of block) if (op === wanted) add(imm);
  };
  for (const fn of functions) calls(fn, "addr.func");
  for (const { buffer, byteOffset, byteLength } of [image.bytes, image.percpu]) {
    const view = new DataView(buffer, byteOffset, byteLength);
    for (let at = 0; at + 8 <= byteLength; at += 8) {
      const low = view.getUint32(at, true);
      if (low < AddressSpace.Function || view.getUint32(at + 4, true) !== 0) continue;
      if ((low & 15) === 0) add((low - AddressSpace.Function) / 16);
    }
  }
  for (let f = work.pop(); f !== undefined; f = work.pop()) calls(functions[f]!, "call");
  return run;
}

const KINDS = kindsOf({
  call: /^call$/,
  kop: /^kop$/,
  store: /^store\./,
  more: /^(rmw\.|cmpxchg|mem|calli$|longjmp$|setjmp$)/,
});

/** Does the instruction change something that others could see? */
function isActing({ op, imm, flags }: Instr, acts: Uint8Array, steps: readonly boolean[]): boolean {
  switch (KINDS.get(op)) {
    case "call":
      return acts[imm] !== 0;
    case "kop":
      return steps[imm]!;
    case "store":
      return (flags & Flag.Private) === 0;
    case "more":
      return true;
    default:
      return false;
  }
}

/** Functions that act, or call one that does. */
function actingFunctions(functions: readonly IrFunction[], steps: readonly boolean[]): Uint8Array {
  const acts = new Uint8Array(functions.length);
  for (let changed = true; changed; ) {
    changed = false;
    functions.forEach((fn, f) => {
      if (acts[f] !== 0 || !fn.blocks.some((block) => block.some((i) => isActing(i, acts, steps)))) return;
      acts[f] = 1;
      changed = true;
    });
  }
  return acts;
}

/** Is there a cycle of direct calls among functions that act? (Calls through pointers on a cycle of blocks act anyway.) */
function callsItself(functions: readonly IrFunction[], acts: Uint8Array, run: Uint8Array): boolean {
  const state = new Uint8Array(functions.length);
  const visit = (f: number): boolean => {
    state[f] = 1;
    for (const block of functions[f]!.blocks) {
      for (const { op, imm } of block) {
        if (op === "calli" || op === "longjmp") return true;
        if (op !== "call" || acts[imm] === 0) continue;
        if (state[imm] === 1 || (state[imm] === 0 && visit(imm))) return true;
      }
    }
    state[f] = 2;
    return false;
  };
  return functions.some((_, f) => run[f] !== 0 && acts[f] !== 0 && state[f] === 0 && visit(f));
}

/** Does something that these blocks write, register or memory of the frame, live where they stop? */
function carries({ sites }: Program, blocks: readonly (readonly Instr[])[]): boolean {
  const written = new Set<number>();
  for (const block of blocks) for (const { dst } of block) if (dst >= 0) written.add(dst);
  return blocks.some((block) =>
    block.some(({ op, site }) => {
      if (op.startsWith("store.")) return true;
      if (site < 0) return false;
      const dead = new Set(sites[site]!.dead);
      return [...written].some((register) => !dead.has(register));
    }),
  );
}

/** Has the function a cycle of blocks that acts, or carries something round, and does not count? */
function cyclesWithout(
  program: Program,
  fn: IrFunction,
  acts: Uint8Array,
  steps: readonly boolean[],
): boolean {
  const allowed = new Uint8Array(fn.blocks.length).fill(1);
  for (;;) {
    const onCycle = blocksOnCycles(fn, allowed);
    const blocks = fn.blocks.filter((_, b) => onCycle[b] !== 0);
    const isActive = blocks.some((block) => block.some((i) => isActing(i, acts, steps)));
    if (!isActive && !carries(program, blocks)) return false;
    const counting = countingRegisters(blocks);
    let left = false;
    fn.blocks.forEach((block, b) => {
      if (onCycle[b] === 0 || !block.some((i) => counting.has(i.dst) && i.dst === i.a)) return;
      // Whoever comes through here is not where it was before.
      allowed[b] = 0;
      left = true;
    });
    if (!left) return true;
  }
}

/** Registers that these blocks write only by adding a constant, always of the same sign. */
function countingRegisters(blocks: readonly (readonly Instr[])[]): Set<number> {
  const signs = new Map<number, number>();
  for (const block of blocks) {
    const constants = new Map<number, number>();
    for (const { op, dst, a, b, imm, immHi } of block) {
      if (dst < 0) continue;
      const by = constants.get(b) ?? 0;
      if (/^i(32|64)\.(add|sub)$/.test(op) && dst === a && by !== 0) {
        const sign = op.endsWith("sub") ? -by : by;
        signs.set(dst, (signs.get(dst) ?? sign) === sign ? sign : 0);
      } else signs.set(dst, 0);
      if (op === "const.i32") constants.set(dst, Math.sign(imm));
      else if (op === "const.i64") constants.set(dst, Math.sign(immHi) || (imm === 0 ? 0 : 1));
      else constants.delete(dst);
    }
  }
  return new Set([...signs].filter(([, sign]) => sign !== 0).map(([register]) => register));
}
