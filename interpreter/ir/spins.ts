// Which loads a context may be spinning on: those on a cycle that changes nothing.
//
// Comes in: a program. Goes out: one mark per site. A round of such a cycle reads, computes and comes back; whether it
// really comes back unchanged is seen only when it runs (interpreter/machine/spin.ts), so marking too much costs time
// and marking too little costs states. The condition may be spelt in functions of its own: a load in a function that
// changes nothing and is called on such a cycle counts.

import { blocksOnCycles } from "./cycles.js";
import type { Instr, IrFunction, Program } from "./program.js";
import { Flag } from "./program.js";

/** Kernel operations count as changing nothing here: most that do are visible steps, which end a round anyway. */
function changes(instr: Instr, pure: Uint8Array): boolean {
  const { op } = instr;
  if (op === "call") return pure[instr.imm] === 0;
  if (op.startsWith("store.")) return (instr.flags & Flag.Private) === 0;
  return /^(rmw\.|cmpxchg|mem|calli$|stack\.|longjmp$|setjmp$)/.test(op);
}

/** 1 for every load (by site) that may be a spin loop's. */
export function spinningLoads(program: Program): Uint8Array {
  const { functions } = program;
  const pure = pureFunctions(functions);
  const spun = new Uint8Array(functions.length);
  const marks = new Uint8Array(program.sites.length);
  const work: number[] = [];
  const visit = (fn: IrFunction, block: number, pureBlocks: Uint8Array): void => {
    if (pureBlocks[block] === 0) return;
    for (const instr of fn.blocks[block]!) {
      if (instr.op.startsWith("load.") && instr.site >= 0) marks[instr.site] = 1;
      else if (instr.op === "call" && spun[instr.imm] === 0) {
        spun[instr.imm] = 1;
        work.push(instr.imm);
      }
    }
  };
  for (const fn of functions) {
    const pureBlocks = pureBlocksOf(fn, pure);
    const onCycle = blocksOnCycles(fn, pureBlocks);
    for (let b = 0; b < fn.blocks.length; b++) if (onCycle[b] !== 0) visit(fn, b, pureBlocks);
  }
  while (work.length > 0) {
    const fn = functions[work.pop()!]!;
    const pureBlocks = pureBlocksOf(fn, pure);
    for (let b = 0; b < fn.blocks.length; b++) visit(fn, b, pureBlocks);
  }
  return marks;
}

function pureBlocksOf(fn: IrFunction, pure: Uint8Array): Uint8Array {
  return Uint8Array.from(fn.blocks, (block) => (block.some((instr) => changes(instr, pure)) ? 0 : 1));
}

/** Largest set of functions that change nothing themselves and call only each other. */
function pureFunctions(functions: readonly IrFunction[]): Uint8Array {
  const pure = new Uint8Array(functions.length).fill(1);
  for (let changed = true; changed; ) {
    changed = false;
    functions.forEach((fn, f) => {
      if (pure[f] !== 0 && fn.blocks.some((block) => block.some((instr) => changes(instr, pure)))) {
        pure[f] = 0;
        changed = true;
      }
    });
  }
  return pure;
}
