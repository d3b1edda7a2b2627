// Removes checks that cannot fail, so that an index which a loop keeps in bounds costs nothing.
//
// In: a simplified function. Out: the same function without the checks whose operand provably lies below the limit.
// Every integer register that a check's operand is computed from gets an interval at the start of each block; branches
// on comparisons narrow it on their way. The hard thing is to end: a loop would count its interval up one by one, so
// a bound that keeps growing on the way back is taken to the next constant that something is compared with, later to
// the end of its type (widening with thresholds: Cousot and Cousot, "Abstract interpretation", 1977; Blanchet et al.,
// 2003). A result that may wrap round may be anything.

import { constantOf } from "./fold.js";
import { forEachUse, reversePostorder, successors } from "./graph.js";
import type { Instr, IrFunction } from "./program.js";

/** Functions with more (register, block) pairs keep their checks. */
const MAX_CELLS = 400_000;
/** So often a bound grows by what the loop adds, and by constants, before it goes to the end of the type. */
const EXACT_STEPS = 1;
const THRESHOLD_STEPS = 16;

const INT_MIN = -(2 ** 31);
const INT_MAX = 2 ** 31 - 1;
/** Integers beyond this are not told apart from unknown ones. */
const SAFE = 2 ** 52;

export interface Range {
  readonly lo: number;
  readonly hi: number;
}

const ANY: Range = { lo: -Infinity, hi: Infinity };
const ANY32: Range = { lo: INT_MIN, hi: INT_MAX };
const TRUTH: Range = { lo: 0, hi: 1 };

export function removeSureChecks(fn: IrFunction): void {
  let checks = 0;
  for (const block of fn.blocks) {
    for (const instr of block) {
      if (isCheck(instr)) checks++;
      // What a longjmp brings back is not seen here.
      if (instr.op === "setjmp") return;
    }
  }
  if (checks === 0) return;
  const operands = fn.blocks.flatMap((block) => block.filter(isCheck).map(({ a }) => a));
  const ranges = analyseRanges(fn, operands);
  if (ranges === null) return;
  for (let b = 0; b < fn.blocks.length; b++) {
    const block = fn.blocks[b]!;
    if (!block.some(isCheck)) continue;
    ranges.enter(b);
    const kept: Instr[] = [];
    for (const instr of block) {
      if (!isCheck(instr) || !isBelow(ranges.of(instr.a), instr.imm)) kept.push(instr);
      ranges.step(instr);
    }
    if (kept.length < block.length) fn.blocks[b] = kept;
  }
}

/** Intervals of registers at any place of a function: `enter` a block, `step` over its instructions, ask `of`. */
export interface Intervals {
  enter(block: number): void;
  step(instr: Instr): void;
  of(reg: number): Range;
}

/** Intervals of the given registers and of all they are computed from; null where that would take too long. */
export function analyseRanges(fn: IrFunction, wanted: Iterable<number>): Intervals | null {
  const { dense, count } = relevantRegisters(fn, wanted);
  if (count * fn.blocks.length > MAX_CELLS) return null;
  const ranges = new Ranges(fn, dense, count);
  ranges.solve();
  return ranges;
}

function isCheck(instr: Instr): boolean {
  return instr.op === "check.i64" || instr.op === "check.i32" || instr.op === "check.index";
}

function isBelow({ lo, hi }: Range, limit: number): boolean {
  return lo >= 0 && hi < limit;
}

/** Numbers for the registers that the wanted ones are computed from, or that such are compared with. */
function relevantRegisters(fn: IrFunction, wanted: Iterable<number>): { dense: Int32Array; count: number } {
  const dense = new Int32Array(fn.regs.length).fill(-1);
  let count = 0;
  const want = (reg: number): void => {
    if (reg >= 0 && dense[reg] === -1 && fn.regs[reg]!.startsWith("i")) dense[reg] = count++;
  };
  for (const reg of wanted) want(reg);
  for (let before = -1; before !== count; ) {
    before = count;
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.dst >= 0 && dense[instr.dst]! >= 0 && isTracked(instr)) forEachUse(instr, want);
        else if (COMPARISON.test(instr.op) && (dense[instr.a]! >= 0 || dense[instr.b]! >= 0)) {
          want(instr.a);
          want(instr.b);
        }
      }
    }
  }
  return { dense, count };
}

const COMPARISON = /^i(32|64)\.(eq|ne|lt_[su]|le_[su]|gt_[su]|ge_[su])$/;
const TRACKED =
  /^(mov|select|i32\.wrap|i64\.extend_[su]|i(32|64)\.(add|sub|mul|and|shl|shr_[su]|rem_[su]|div_[su]))$/;

function isTracked(instr: Instr): boolean {
  return TRACKED.test(instr.op);
}

class Ranges implements Intervals {
  /** By block and register: the interval at the block's start; lo > hi where nothing has arrived. */
  private readonly lows: Float64Array;
  private readonly highs: Float64Array;
  /** The intervals at the place that has been walked to. */
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly visited: Uint8Array;
  /** By block and register: how often a way back made the interval grow. */
  private readonly growth: Uint8Array;
  private readonly place: Int32Array;
  private readonly thresholds: Float64Array;

  constructor(
    private readonly fn: IrFunction,
    private readonly dense: Int32Array,
    private readonly count: number,
  ) {
    const cells = count * fn.blocks.length;
    this.lows = new Float64Array(cells).fill(Infinity);
    this.highs = new Float64Array(cells).fill(-Infinity);
    this.low = new Float64Array(count);
    this.high = new Float64Array(count);
    this.visited = new Uint8Array(fn.blocks.length);
    this.growth = new Uint8Array(cells);
    this.place = new Int32Array(fn.blocks.length);
    const values = new Set<number>([0]);
    const note = (value: number): void => {
      for (const near of [value - 1, value, value + 1]) values.add(near);
    };
    const compared = new Uint8Array(fn.regs.length);
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (isCheck(instr)) note(instr.imm);
        if (!COMPARISON.test(instr.op)) continue;
        compared[instr.a] = 1;
        compared[instr.b] = 1;
      }
    }
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.dst < 0 || compared[instr.dst] === 0) continue;
        const value = constantOf(instr);
        if (typeof value === "bigint" && value > -SAFE && value < SAFE) note(Number(value));
      }
    }
    this.thresholds = Float64Array.from(values).sort();
  }

  /** Intervals at the start of every block, to a fixed point. */
  solve(): void {
    const { fn, dense, place } = this;
    const order = reversePostorder(fn);
    order.forEach((b, i) => {
      place[b] = i;
    });
    // At the entry parameters may be anything; so may the rest, which nobody has set.
    for (let reg = 0; reg < fn.regs.length; reg++) {
      if (dense[reg]! < 0) continue;
      const { lo, hi } = this.typeRange(reg);
      this.lows[dense[reg]!] = lo;
      this.highs[dense[reg]!] = hi;
    }
    const waiting = new Uint8Array(order.length);
    waiting[0] = 1;
    for (let i = 0; i < order.length; ) {
      if (waiting[i] === 0) {
        i++;
        continue;
      }
      waiting[i] = 0;
      const b = order[i]!;
      this.visited[b] = 1;
      const block = fn.blocks[b]!;
      this.enter(b);
      for (const instr of block) this.step(instr);
      let next = i + 1;
      const to = successors(block);
      for (let edge = 0; edge < to.length; edge++) {
        const target = to[edge]!;
        if (!this.flow(b, edge, target)) continue;
        waiting[place[target]!] = 1;
        next = Math.min(next, place[target]!);
      }
      i = next;
    }
  }

  enter(b: number): void {
    this.low.set(this.lows.subarray(b * this.count, (b + 1) * this.count));
    this.high.set(this.highs.subarray(b * this.count, (b + 1) * this.count));
  }

  of(reg: number): Range {
    const d = this.dense[reg]!;
    return d < 0 ? this.typeRange(reg) : { lo: this.low[d]!, hi: this.high[d]! };
  }

  private typeRange(reg: number): Range {
    return this.fn.regs[reg] === "i32" ? ANY32 : ANY;
  }

  step(instr: Instr): void {
    const d = instr.dst >= 0 ? this.dense[instr.dst]! : -1;
    if (d < 0) return;
    const { lo, hi } = this.result(instr);
    this.low[d] = lo;
    this.high[d] = hi;
  }

  private result(instr: Instr): Range {
    const any = this.typeRange(instr.dst);
    const value = constantOf(instr);
    if (value !== null) {
      const known = Number(value);
      return typeof value === "bigint" && Math.abs(known) <= SAFE ? { lo: known, hi: known } : any;
    }
    const { op } = instr;
    if (COMPARISON.test(op) || op.endsWith(".eqz")) return TRUTH;
    if (op === "load.i8_u") return { lo: 0, hi: 255 };
    if (op === "load.i8_s") return { lo: -128, hi: 127 };
    if (op === "load.i16_u") return { lo: 0, hi: 65535 };
    if (op === "load.i16_s") return { lo: -32768, hi: 32767 };
    if (!isTracked(instr)) return any;
    const a = this.of(instr.a);
    if (op === "mov" || op === "i64.extend_s") return a;
    if (op === "i64.extend_u") return a.lo >= 0 ? a : { lo: 0, hi: 2 ** 32 - 1 };
    if (op === "i32.wrap") return within(a.lo, a.hi, any);
    const b = this.of(instr.b);
    if (op === "select") {
      const c = this.of(instr.c);
      return { lo: Math.min(b.lo, c.lo), hi: Math.max(b.hi, c.hi) };
    }
    return arithmetic(op.slice(op.indexOf(".") + 1), a, b, any);
  }

  /** Joins what leaves a block over one edge into what is known of its target; true if that is new there. */
  private flow(from: number, edge: number, target: number): boolean {
    const { count, lows, highs, low, high } = this;
    const narrowed = this.narrowed(this.fn.blocks[from]!, edge);
    if (narrowed === null) return false;
    const back = this.place[target]! <= this.place[from]!;
    const base = target * count;
    let changed = this.visited[target] === 0;
    for (let d = 0; d < count; d++) {
      const fact = narrowed.get(d);
      const lo = fact?.lo ?? low[d]!;
      const hi = fact?.hi ?? high[d]!;
      if (lo < lows[base + d]!) {
        lows[base + d] = back ? -this.widened(-lo, base + d, -1) : lo;
        changed = true;
      }
      if (hi > highs[base + d]!) {
        highs[base + d] = back ? this.widened(hi, base + d, 1) : hi;
        changed = true;
      }
    }
    return changed;
  }

  /** A bound that is to grow to `value` times `sign`, and how far it goes, times `sign`. */
  private widened(value: number, cell: number, sign: -1 | 1): number {
    const steps = this.growth[cell]!;
    if (steps > THRESHOLD_STEPS) return Infinity;
    this.growth[cell] = steps + 1;
    if (steps < EXACT_STEPS) return value;
    let best = Infinity;
    for (const threshold of this.thresholds) {
      const bound = sign * threshold;
      if (bound >= value && bound < best) best = bound;
    }
    return best;
  }

  /** What the branch at the end of a block says on one of its edges, by dense number; null if nobody goes there. */
  private narrowed(block: readonly Instr[], edge: number): Map<number, Range> | null {
    const facts = new Map<number, Range>();
    const last = block[block.length - 1]!;
    if (last.op !== "br" || last.targets![0] === last.targets![1]) return facts;
    const taken = edge === 0;
    const put = (reg: number, range: Range): boolean => {
      const d = this.dense[reg]!;
      if (d >= 0) facts.set(d, range);
      return range.lo <= range.hi;
    };
    const test = this.of(last.a);
    if (!taken && !put(last.a, meet(test, { lo: 0, hi: 0 }))) return null;
    const compare = comparisonOf(block, last.a);
    if (compare === null) return facts;
    const { instr, a, b } = compare;
    const name = instr.op.slice(4);
    const before = (reg: number, constant: Instr | null): Range =>
      constant === null ? this.of(reg) : this.result(constant);
    const [x, y] = narrow(taken ? name : OPPOSITE[name]!, before(instr.a, a), before(instr.b, b));
    return (a === null ? put(instr.a, x) : x.lo <= x.hi) && (b === null ? put(instr.b, y) : y.lo <= y.hi)
      ? facts
      : null;
  }
}

/**
 * The comparison that made a register. Its operands are at the end of the block what they were then, where `a` and `b`
 * are null; else the constants that they were.
 */
function comparisonOf(
  block: readonly Instr[],
  reg: number,
): { instr: Instr; a: Instr | null; b: Instr | null } | null {
  const written = new Set<number>();
  for (let i = block.length - 2; i >= 0; i--) {
    const instr = block[i]!;
    if (instr.dst >= 0) written.add(instr.dst);
    if (instr.dst !== reg) continue;
    if (!COMPARISON.test(instr.op)) return null;
    const constants: (Instr | null)[] = [];
    for (const operand of [instr.a, instr.b]) {
      const constant = written.has(operand) ? constantBefore(block, i, operand) : null;
      if (written.has(operand) && constant === null) return null;
      constants.push(constant);
    }
    return { instr, a: constants[0]!, b: constants[1]! };
  }
  return null;
}

/** What gave a register its value in front of place `i` of a block, if that is a constant. */
function constantBefore(block: readonly Instr[], i: number, reg: number): Instr | null {
  for (let j = i - 1; j >= 0; j--) {
    const instr = block[j]!;
    if (instr.dst === reg) return constantOf(instr) === null ? null : instr;
  }
  return null;
}

const OPPOSITE: Readonly<Record<string, string>> = {
  eq: "ne",
  ne: "eq",
  lt_s: "ge_s",
  ge_s: "lt_s",
  le_s: "gt_s",
  gt_s: "le_s",
  lt_u: "ge_u",
  ge_u: "lt_u",
  le_u: "gt_u",
  gt_u: "le_u",
};

/** Both operands of a comparison that holds. */
function narrow(name: string, a: Range, b: Range): [Range, Range] {
  const below = (range: Range, limit: number): Range => ({ lo: range.lo, hi: Math.min(range.hi, limit) });
  const above = (range: Range, limit: number): Range => ({ lo: Math.max(range.lo, limit), hi: range.hi });
  switch (name) {
    case "eq": {
      const both = meet(a, b);
      return [both, both];
    }
    case "lt_s":
      return [below(a, b.hi - 1), above(b, a.lo + 1)];
    case "le_s":
      return [below(a, b.hi), above(b, a.lo)];
    case "gt_s":
      return [above(a, b.lo + 1), below(b, a.hi - 1)];
    case "ge_s":
      return [above(a, b.lo), below(b, a.hi)];
    // Without sign, what lies below something that is not negative is not negative either.
    case "lt_u":
      return b.lo >= 0 ? [meet(a, { lo: 0, hi: b.hi - 1 }), b] : [a, b];
    case "le_u":
      return b.lo >= 0 ? [meet(a, { lo: 0, hi: b.hi }), b] : [a, b];
    case "gt_u":
      return a.lo >= 0 ? [a, meet(b, { lo: 0, hi: a.hi - 1 })] : [a, b];
    case "ge_u":
      return a.lo >= 0 ? [a, meet(b, { lo: 0, hi: a.hi })] : [a, b];
    default:
      return [a, b];
  }
}

function meet(a: Range, b: Range): Range {
  return { lo: Math.max(a.lo, b.lo), hi: Math.min(a.hi, b.hi) };
}

/** The interval, or all of the type where it does not fit. */
function within(lo: number, hi: number, any: Range): Range {
  const fits = lo >= Math.max(any.lo, -SAFE) && hi <= Math.min(any.hi, SAFE);
  return fits ? { lo, hi } : any;
}

function arithmetic(name: string, a: Range, b: Range, any: Range): Range {
  const known = b.lo === b.hi ? b.lo : null;
  switch (name) {
    case "add":
      return within(a.lo + b.lo, a.hi + b.hi, any);
    case "sub":
      return within(a.lo - b.hi, a.hi - b.lo, any);
    case "mul": {
      const corners = [a.lo * b.lo, a.lo * b.hi, a.hi * b.lo, a.hi * b.hi];
      if (corners.some(Number.isNaN)) return any;
      return within(Math.min(...corners), Math.max(...corners), any);
    }
    case "and":
      if (a.lo >= 0 && b.lo >= 0) return { lo: 0, hi: Math.min(a.hi, b.hi) };
      if (a.lo >= 0) return { lo: 0, hi: a.hi };
      return b.lo >= 0 ? { lo: 0, hi: b.hi } : any;
    case "shl":
      if (known === null || known < 0 || known > 31) return any;
      return within(a.lo * 2 ** known, a.hi * 2 ** known, any);
    case "shr_s":
    case "shr_u":
      if (known === null || known < 0 || known > 31) return any;
      if (name === "shr_s" || a.lo >= 0)
        return within(Math.floor(a.lo / 2 ** known), Math.floor(a.hi / 2 ** known), any);
      return any === ANY32 && known > 0 ? { lo: 0, hi: Math.floor((2 ** 32 - 1) / 2 ** known) } : any;
    case "rem_s":
    case "rem_u":
      if (known === null || known <= 0) return any;
      if (a.lo >= 0) return { lo: 0, hi: Math.min(a.hi, known - 1) };
      // Without sign a negative number is a huge one, and the rest is below the divisor all the same.
      return name === "rem_s" ? { lo: 1 - known, hi: known - 1 } : { lo: 0, hi: known - 1 };
    case "div_s":
    case "div_u":
      if (known === null || known <= 0) return any;
      if (name === "div_u" && a.lo < 0) return any;
      return within(Math.trunc(a.lo / known), Math.trunc(a.hi / known), any);
    default:
      return any;
  }
}
