// Liveness of virtual registers, and from it the dead sets of sites.
//
// In: a function. Out: which registers are live at the end of each block; for each site the registers that an
// engine must zero while a context rests there. The classic backward data-flow problem over bit sets
// (Aho, Lam, Sethi, Ullman, 9.2.5). Most registers are temporaries that never leave their block, so the sets hold
// only registers read in some block before they are written there (the semi-pruned idea of Briggs et al., 1998).
//
// The hard thing is setjmp: longjmp goes on behind it from any call. What is live behind some setjmp is
// therefore live in the whole function.

import { forEachUse, predecessors, reversePostorder, successors } from "./graph.js";
import type { Instr, IrFunction } from "./program.js";

export interface Liveness {
  /** Cross-block registers by dense number. */
  readonly shared: readonly number[];
  /** Words of a set. */
  readonly words: number;
  /** Set of block b: words [b * words, (b + 1) * words). */
  readonly liveIn: Uint32Array;
  readonly liveOut: Uint32Array;
  /** Registers that a longjmp may bring back: live in the whole function, writes do not end their life. */
  readonly pinned: ReadonlySet<number>;
}

const NONE: ReadonlySet<number> = new Set();

/** Calls `visit` for every register in the set of one block. */
export function forEachMember(
  liveness: Liveness,
  sets: Uint32Array,
  block: number,
  visit: (reg: number) => void,
): void {
  const { shared, words } = liveness;
  for (let w = 0; w < words; w++) {
    let bits = sets[block * words + w]!;
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits);
      bits &= ~(1 << bit);
      visit(shared[w * 32 + bit]!);
    }
  }
}

export function analyseLiveness(fn: IrFunction): Liveness {
  const setjmp = fn.blocks.some((block) => block.some((instr) => instr.op === "setjmp"));
  const shared = crossBlockRegisters(fn, setjmp);
  const dense = new Int32Array(fn.regs.length).fill(-1);
  shared.forEach((reg, i) => {
    dense[reg] = i;
  });
  const words = Math.ceil(shared.length / 32);
  const count = fn.blocks.length;
  const use = new Uint32Array(count * words);
  const def = new Uint32Array(count * words);
  for (let b = 0; b < count; b++) {
    const block = fn.blocks[b]!;
    const base = b * words;
    for (let i = block.length - 1; i >= 0; i--) {
      const instr = block[i]!;
      const d = instr.dst >= 0 ? dense[instr.dst]! : -1;
      if (d >= 0) {
        def[base + (d >> 5)]! |= 1 << (d & 31);
        use[base + (d >> 5)]! &= ~(1 << (d & 31));
      }
      forEachUse(instr, (reg) => {
        const u = dense[reg]!;
        if (u >= 0) use[base + (u >> 5)]! |= 1 << (u & 31);
      });
    }
  }
  const liveIn = new Uint32Array(count * words);
  const liveOut = new Uint32Array(count * words);
  const preds = predecessors(fn);
  // Postorder first, so that most sets are final when their predecessors are reached.
  const work = reversePostorder(fn);
  const queued = new Uint8Array(count);
  for (const b of work) queued[b] = 1;
  while (work.length > 0) {
    const b = work.pop()!;
    queued[b] = 0;
    const base = b * words;
    for (const to of successors(fn.blocks[b]!)) {
      for (let w = 0; w < words; w++) liveOut[base + w]! |= liveIn[to * words + w]!;
    }
    let changed = false;
    for (let w = 0; w < words; w++) {
      const next = use[base + w]! | (liveOut[base + w]! & ~def[base + w]!);
      // Typed-array words read as unsigned, operators give signed numbers.
      if (next >>> 0 !== liveIn[base + w]!) {
        liveIn[base + w] = next;
        changed = true;
      }
    }
    if (!changed) continue;
    for (const from of preds[b]!) {
      if (queued[from] === 0) {
        queued[from] = 1;
        work.push(from);
      }
    }
  }
  const liveness: Liveness = { shared, words, liveIn, liveOut, pinned: NONE };
  return setjmp ? { ...liveness, pinned: spreadOverSetjmp(fn, liveness, dense) } : liveness;
}

/** Registers read in some block before that block writes them; in a function with setjmp all of them. */
function crossBlockRegisters(fn: IrFunction, everything: boolean): number[] {
  const shared = new Uint8Array(fn.regs.length);
  const writtenIn = new Int32Array(fn.regs.length).fill(-1);
  for (let b = 0; b < fn.blocks.length; b++) {
    for (const instr of fn.blocks[b]!) {
      forEachUse(instr, (reg) => {
        if (writtenIn[reg] !== b) shared[reg] = 1;
      });
      if (instr.dst >= 0) writtenIn[instr.dst] = b;
    }
  }
  const result: number[] = [];
  for (let reg = 0; reg < fn.regs.length; reg++) if (everything || shared[reg] === 1) result.push(reg);
  return result;
}

/** Makes what is live behind some setjmp live everywhere, and says what that is. */
function spreadOverSetjmp(fn: IrFunction, liveness: Liveness, dense: Int32Array): Set<number> {
  const pinned = new Set<number>();
  const live = new Uint8Array(fn.regs.length);
  fn.blocks.forEach((block, b) => {
    if (!block.some((instr) => instr.op === "setjmp")) return;
    walkBack(fn, liveness, b, live, (instr) => {
      if (instr.op !== "setjmp") return;
      for (let reg = 0; reg < live.length; reg++) if (live[reg] === 1 && reg !== instr.dst) pinned.add(reg);
    });
  });
  for (const reg of pinned) {
    const d = dense[reg]!;
    for (let b = 0; b < fn.blocks.length; b++) {
      liveness.liveIn[b * liveness.words + (d >> 5)]! |= 1 << (d & 31);
      liveness.liveOut[b * liveness.words + (d >> 5)]! |= 1 << (d & 31);
    }
  }
  return pinned;
}

/**
 * Visits the instructions of a block from last to first. `live`, as long as there are registers, holds a 1 for
 * each that is live behind the instruction visited; when all is done, for those live at the block's start.
 */
export function walkBack(
  fn: IrFunction,
  liveness: Liveness,
  b: number,
  live: Uint8Array,
  visit: (instr: Instr, index: number) => void,
): void {
  const block = fn.blocks[b]!;
  live.fill(0);
  forEachMember(liveness, liveness.liveOut, b, (reg) => {
    live[reg] = 1;
  });
  for (let i = block.length - 1; i >= 0; i--) {
    const instr = block[i]!;
    visit(instr, i);
    if (instr.dst >= 0 && !liveness.pinned.has(instr.dst)) live[instr.dst] = 0;
    forEachUse(instr, (reg) => {
      live[reg] = 1;
    });
  }
}

/**
 * For every instruction with a site the registers to zero while a context rests there: written on some path to
 * it, and not read later (its own operands are in the pending record by then). `visit` gets them ascending.
 */
export function forEachDeadSet(
  fn: IrFunction,
  visit: (instr: Instr, block: number, index: number, dead: number[]) => void,
): void {
  const liveness = analyseLiveness(fn);
  const written = writtenAtStart(fn);
  const live = new Uint8Array(fn.regs.length);
  const may = new Uint8Array(fn.regs.length);
  for (let b = 0; b < fn.blocks.length; b++) {
    const block = fn.blocks[b]!;
    // Backward for what is live; what may have been written grows forward, so it is undone on the way back.
    may.set(written[b]!);
    const fresh = new Uint8Array(block.length);
    block.forEach((instr, i) => {
      if (instr.dst < 0 || may[instr.dst] === 1) return;
      may[instr.dst] = 1;
      fresh[i] = 1;
    });
    walkBack(fn, liveness, b, live, (instr, i) => {
      if (fresh[i] === 1) may[instr.dst] = 0;
      if (instr.site < 0) return;
      const dead: number[] = [];
      for (let reg = 0; reg < live.length; reg++) {
        if (may[reg] === 1 && (live[reg] === 0 || (reg === instr.dst && !liveness.pinned.has(reg))))
          dead.push(reg);
      }
      visit(instr, b, i, dead);
    });
  }
}

/** Bytes by register: 1 for those that some path to the start of the block has written. Parameters are written. */
function writtenAtStart(fn: IrFunction): Uint8Array[] {
  const count = fn.regs.length;
  const start = fn.blocks.map(() => new Uint8Array(count));
  const seen = new Uint8Array(fn.blocks.length);
  start[0]!.fill(1, 0, fn.params.length);
  seen[0] = 1;
  const work = [0];
  const out = new Uint8Array(count);
  while (work.length > 0) {
    const b = work.pop()!;
    out.set(start[b]!);
    for (const instr of fn.blocks[b]!) if (instr.dst >= 0) out[instr.dst] = 1;
    for (const to of successors(fn.blocks[b]!)) {
      const target = start[to]!;
      let changed = seen[to] === 0;
      seen[to] = 1;
      for (let reg = 0; reg < count; reg++) {
        if (out[reg] === 1 && target[reg] === 0) {
          target[reg] = 1;
          changed = true;
        }
      }
      if (changed) work.push(to);
    }
  }
  return start;
}
