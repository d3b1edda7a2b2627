// Register compaction: gives many virtual registers few numbers, so that frames are small.
//
// In: a function whose every value has a register of its own. Out: the same function over as few registers as
// greedy colouring finds, parameters still in front. A register's life is a list of disjoint stretches of the
// instructions in block order (live ranges with holes: Wimmer and Moessenboeck, "Optimized interval splitting in
// a linear scan register allocator", 2005); two registers may share a number if no stretch of one meets one of the
// other. That is exact for a given liveness, because a stretch is a set of program points, not a path.
//
// The hard thing is what *not* to share. Reports show variables by name, so a variable of the user keeps a
// register of its own name unless there are very many; temporaries and the variables inside macros share freely.

import { forEachUse } from "./graph.js";
import { analyseLiveness, forEachMember } from "./liveness.js";
import type { Instr, IrFunction, RegType } from "./program.js";

/** Above so many named variables a function's names are given up for a smaller frame. */
const NAMED_LIMIT = 64;

/** Stretches as flat pairs start0, end0, start1, end1 …, ascending, end exclusive. */
type Ranges = number[];

interface Colour {
  type: RegType;
  /** All occupied stretches. */
  ranges: Ranges;
  /** The name all registers of this colour have; null for those without. */
  name: string | null;
}

/** Renumbers the registers of `fn` in place. Moves between registers that got the same number are dropped. */
export function compactRegisters(fn: IrFunction): void {
  const ranges = liveRanges(fn);
  const names = [...fn.regNames];
  const keepNames = new Set(names.filter((name) => name !== null)).size <= NAMED_LIMIT;
  const leader = coalesceMoves(fn, ranges, names);
  const colours: Colour[] = [];
  const colourOf = new Int32Array(fn.regs.length).fill(-1);
  const order: number[] = [];
  for (let reg = 0; reg < fn.regs.length; reg++) {
    if (leader[reg] !== reg || (ranges[reg]!.length === 0 && reg >= fn.params.length)) continue;
    order.push(reg);
  }
  // Parameters come first, in order; they never share with each other, since all are live on entry.
  order.sort((x, y) => {
    const params = Number(y < fn.params.length) - Number(x < fn.params.length);
    return params !== 0 ? params : x < fn.params.length ? x - y : ranges[x]![0]! - ranges[y]![0]! || x - y;
  });
  for (const reg of order) {
    const type = fn.regs[reg]!;
    const name = names[reg]!;
    let found = -1;
    for (let c = 0; found < 0 && c < colours.length; c++) {
      const colour = colours[c]!;
      if (colour.type !== type || (keepNames && colour.name !== name)) continue;
      if (!meet(colour.ranges, ranges[reg]!)) found = c;
    }
    if (found < 0) found = colours.push({ type, ranges: [], name }) - 1;
    const colour = colours[found]!;
    colour.ranges = merge(colour.ranges, ranges[reg]!);
    if (colour.name !== name) colour.name = null;
    colourOf[reg] = found;
  }
  for (let reg = 0; reg < fn.regs.length; reg++) colourOf[reg] = colourOf[leader[reg]!]!;
  rename(fn, colourOf);
  fn.regs = colours.map((colour) => colour.type);
  fn.regNames = colours.map((colour) => colour.name);
}

/**
 * Makes both sides of a move one register where they are never live at once and at most one has a name (Chaitin's
 * coalescing). Returns for every register the one that stands for it, whose ranges and name speak for all.
 */
function coalesceMoves(fn: IrFunction, ranges: Ranges[], names: (string | null)[]): Int32Array {
  const leader = Int32Array.from(fn.regs, (_, reg) => reg);
  const find = (reg: number): number => {
    let at = reg;
    while (leader[at] !== at) {
      leader[at] = leader[leader[at]!]!;
      at = leader[at]!;
    }
    return at;
  };
  for (const block of fn.blocks) {
    for (const instr of block) {
      if (instr.op !== "mov") continue;
      const x = find(instr.dst);
      const y = find(instr.a);
      if (x === y || (names[x] !== null && names[y] !== null && names[x] !== names[y])) continue;
      if (meet(ranges[x]!, ranges[y]!)) continue;
      // The lower number stands for both, so that parameters stay what they are; two of them always meet.
      const [kept, gone] = x < y ? [x, y] : [y, x];
      leader[gone] = kept;
      ranges[kept] = merge(ranges[kept]!, ranges[gone]!);
      names[kept] ??= names[gone]!;
    }
  }
  for (let reg = 0; reg < leader.length; reg++) leader[reg] = find(reg);
  return leader;
}

function rename(fn: IrFunction, colourOf: Int32Array): void {
  const to = (reg: number): number => (reg < 0 ? reg : colourOf[reg]!);
  fn.blocks = fn.blocks.map((block) => {
    const kept: Instr[] = [];
    for (const instr of block) {
      instr.dst = to(instr.dst);
      instr.a = to(instr.a);
      instr.b = to(instr.b);
      instr.c = to(instr.c);
      if (instr.args !== null) instr.args = instr.args.map(to);
      if (instr.op !== "mov" || instr.dst !== instr.a) kept.push(instr);
    }
    return kept;
  });
}

/** Instruction number k of the function reads at point 2k and writes at 2k + 1; entry writes at -1. */
function liveRanges(fn: IrFunction): Ranges[] {
  const liveness = analyseLiveness(fn);
  const ranges: Ranges[] = fn.regs.map(() => []);
  // Backward, so the stretches of a register are found last to first; they are stored reversed and turned round.
  const end = new Int32Array(fn.regs.length);
  const close = (reg: number, start: number, stop: number): void => {
    const list = ranges[reg]!;
    // Stretches that touch become one: list ends with [..., end, start] of the following one.
    if (list.length > 0 && list[list.length - 1] === stop) list[list.length - 1] = start;
    else list.push(stop, start);
  };
  let after = 0;
  for (const block of fn.blocks) after += block.length;
  for (let b = fn.blocks.length - 1; b >= 0; b--) {
    const block = fn.blocks[b]!;
    const first = after - block.length;
    const alive = new Set<number>();
    forEachMember(liveness, liveness.liveOut, b, (reg) => {
      alive.add(reg);
      end[reg] = 2 * after;
    });
    for (let i = block.length - 1; i >= 0; i--) {
      const instr = block[i]!;
      const point = 2 * (first + i);
      const dst = instr.dst;
      if (dst >= 0 && !liveness.pinned.has(dst)) {
        if (alive.delete(dst)) close(dst, point + 1, end[dst]!);
        else close(dst, point + 1, point + 2);
      }
      forEachUse(instr, (reg) => {
        if (alive.has(reg)) return;
        alive.add(reg);
        end[reg] = point + 1;
      });
    }
    for (const reg of alive) close(reg, 2 * first, end[reg]!);
    after = first;
  }
  for (let reg = 0; reg < ranges.length; reg++) {
    const list = ranges[reg]!.reverse();
    // A parameter is written on entry even if nobody reads it; so is, with zero, a variable read uninitialised.
    if (reg < fn.params.length && list[0] !== 0) list.unshift(-1, 0);
    else if (list[0] === 0) list[0] = -1;
  }
  return ranges;
}

/** True when some point lies in both. Walks the shorter list and searches in the longer one. */
function meet(x: Ranges, y: Ranges): boolean {
  if (x.length < y.length) return meet(y, x);
  for (let i = 0; i < y.length; i += 2) {
    const at = firstEndingAfter(x, y[i]!);
    if (at < x.length && x[at]! < y[i + 1]!) return true;
  }
  return false;
}

/** Index of the first stretch whose end lies behind `point`, or the length. */
function firstEndingAfter(ranges: Ranges, point: number): number {
  let low = 0;
  let high = ranges.length / 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ranges[2 * middle + 1]! > point) high = middle;
    else low = middle + 1;
  }
  return 2 * low;
}

/** Both lists in one; they do not meet. */
function merge(x: Ranges, y: Ranges): Ranges {
  if (y.length === 2) {
    // The common case: one stretch, mostly behind all others.
    if (x.length === 0 || x[x.length - 1]! <= y[0]!) x.push(y[0]!, y[1]!);
    else x.splice(firstEndingAfter(x, y[0]!), 0, y[0]!, y[1]!);
    return x;
  }
  const result: Ranges = [];
  let i = 0;
  let j = 0;
  while (i < x.length || j < y.length) {
    if (j >= y.length || (i < x.length && x[i]! < y[j]!)) {
      result.push(x[i]!, x[i + 1]!);
      i += 2;
    } else {
      result.push(y[j]!, y[j + 1]!);
      j += 2;
    }
  }
  return result;
}
