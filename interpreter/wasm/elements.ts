// Addresses of elements in loops: which accesses cannot leave their object, and how their addresses are made with as
// few operations as possible.
//
// In: a function with loops. Out: for accesses to an object whose place is known, the address as a sum, a constant and
// registers times factors; what of that sum a loop does not change, to be made once in front of it; and what is left to
// test. Nothing, where the intervals of the registers say so; one comparison of 32 bits, where the sum has one
// register. Accesses without a plan are the caller's.
//
// The hard thing is that 32 bits are enough. The sum is exact modulo 2^64, and so modulo 2^32. Where the access is in
// its object (by proof, or since the test says so) the address is below 2^32, and so nothing is lost.

import { Flag, type Instr, type IrFunction, type Program } from "../ir/program.js";
import { analyseRanges, type Intervals, type Range } from "../ir/ranges.js";
import type { FlowShape } from "./dominators.js";
import { type FixedObject, type Form, Forms, type Term } from "./forms.js";
import { ACCESS } from "./operations.js";

export interface ElementPlan {
  readonly object: FixedObject;
  /** Constant part: start of the object and offset in it. */
  readonly constant: number;
  /** The constant may be the access's offset: the rest of the sum is not negative. */
  readonly asOffset: boolean;
  /** What is computed at the access. */
  readonly terms: readonly Term[];
  /** Number of the sum that is made in front of the loop, or -1. */
  readonly invariant: number;
  /** In the object only if the register, in 32 bits, minus `low` is at most `span`; null if it always is. */
  readonly test: { readonly reg: number; readonly low: number; readonly span: number } | null;
}

export interface ElementPlans {
  readonly of: ReadonlyMap<Instr, ElementPlan>;
  /** By begin of a loop: sums to be made in front of it, with their numbers. */
  readonly before: ReadonlyMap<
    number,
    readonly { readonly number: number; readonly terms: readonly Term[] }[]
  >;
  /** Sums that are made in front of loops. */
  readonly count: number;
}

export const NO_PLANS: ElementPlans = { of: new Map(), before: new Map(), count: 0 };

/** Sums of numbers up to here are exact in JavaScript. */
const EXACT = 2 ** 50;
const UNKNOWN: Range = { lo: -Infinity, hi: Infinity };
/** Factors that the platform's addressing does for nothing. */
const CHEAP: ReadonlySet<number> = new Set([1, 2, 4, 8]);

/** `startOf` places the objects of the frame. */
export function planElements(
  program: Program,
  fn: IrFunction,
  flow: FlowShape,
  startOfSlot: (slot: number) => number,
  rodataEnd: number,
): ElementPlans {
  const found: { block: number; instr: Instr; form: Form }[] = [];
  const loops = innermostLoops(fn, flow);
  for (const b of flow.order) {
    if (loops.of[b] < 0) continue;
    const forms = new Forms(program, fn, startOfSlot);
    for (const instr of fn.blocks[b]) {
      const access = ACCESS[instr.op];
      if (access !== undefined && (instr.flags & (Flag.Unaligned | Flag.BitField)) === 0) {
        const form = forms.of(instr.a);
        if (
          form.object !== null &&
          form.terms.length > 0 &&
          !(access.store && !form.object.local && form.object.start < rodataEnd)
        )
          found.push({ block: b, instr, form });
      }
      forms.step(instr);
    }
  }
  if (found.length === 0) return NO_PLANS;
  const ranges = analyseRanges(fn, new Set(found.flatMap(({ form }) => form.terms.map(({ reg }) => reg))));
  const plans = new Map<Instr, ElementPlan>();
  const before = new Map<number, { number: number; terms: readonly Term[] }[]>();
  const numbers = new Map<string, number>();
  const at = new Places(fn, ranges);
  for (const { block, instr, form } of found) {
    const loop = loops.of[block];
    const object = form.object!;
    const offset = form.constant + instr.imm;
    const end = object.size - ACCESS[instr.op].size;
    const range = at.sum(block, instr, form.terms);
    const sure = offset + range.lo >= 0 && offset + range.hi <= end;
    const test = sure ? null : testOf(form.terms, offset, end);
    if (!sure && test === null) continue;
    const written = loops.written.get(loop)!;
    const fixed = form.terms.filter(({ reg }) => written[reg] === 0);
    const hoisted = fixed.length > 1 || (fixed.length === 1 && !CHEAP.has(fixed[0].factor)) ? fixed : [];
    let invariant = -1;
    if (hoisted.length > 0) {
      const key = `${loop}: ${hoisted.map(({ reg, factor, kind }) => `${reg} ${factor} ${kind}`).join()}`;
      invariant = numbers.get(key) ?? numbers.size;
      if (!numbers.has(key)) {
        numbers.set(key, invariant);
        const list = before.get(loop) ?? [];
        list.push({ number: invariant, terms: hoisted });
        before.set(loop, list);
      }
    }
    plans.set(instr, {
      object,
      constant: object.start + offset,
      asOffset: object.start + offset >= 0 && (sure ? range.lo >= 0 : test!.low >= 0),
      terms: form.terms.filter((term) => !hoisted.includes(term)),
      invariant,
      test,
    });
  }
  return { of: plans, before, count: numbers.size };
}

/** One register only, of 32 bits, whose value decides. */
function testOf(terms: readonly Term[], offset: number, end: number): ElementPlan["test"] {
  const [{ reg, factor, kind }] = terms;
  if (terms.length > 1 || kind === "wide" || factor < 1) return null;
  const low = Math.ceil(-offset / factor);
  const high = Math.floor((end - offset) / factor);
  const least = kind === "signed" ? -(2 ** 31) : 0;
  const most = kind === "signed" ? 2 ** 31 - 1 : 2 ** 32 - 1;
  const from = Math.max(low, least);
  const to = Math.min(high, most);
  return from <= to ? { reg, low: from, span: to - from } : null;
}

// ------------------------------------------------------------------------------------------------------ intervals

/** Intervals of sums in front of accesses, asked in the order of the code. */
class Places {
  private block = -1;
  private next = 0;

  constructor(
    private readonly fn: IrFunction,
    private readonly ranges: Intervals | null,
  ) {}

  sum(block: number, instr: Instr, terms: readonly Term[]): Range {
    const { fn, ranges } = this;
    if (ranges === null) return UNKNOWN;
    if (block !== this.block) {
      this.block = block;
      this.next = 0;
      ranges.enter(block);
    }
    for (; fn.blocks[block][this.next] !== instr; this.next++) ranges.step(fn.blocks[block][this.next]);
    let lo = 0;
    let hi = 0;
    for (const { reg, factor, kind } of terms) {
      const range = ranges.of(reg);
      const unknown = kind === "unsigned" && range.lo < 0;
      const low = (unknown ? 0 : range.lo) * factor;
      const high = (unknown ? 2 ** 32 - 1 : range.hi) * factor;
      if (Math.abs(low) > EXACT || Math.abs(high) > EXACT) return UNKNOWN;
      lo += Math.min(low, high);
      hi += Math.max(low, high);
    }
    return { lo, hi };
  }
}

// ---------------------------------------------------------------------------------------------------------- loops

interface Loops {
  /** By block: the begin of the innermost loop around it, or -1. */
  readonly of: Int32Array;
  /** By begin of a loop: 1 for registers that something in it writes. */
  readonly written: ReadonlyMap<number, Uint8Array>;
}

/** Natural loops of a reducible graph. */
function innermostLoops(fn: IrFunction, flow: FlowShape): Loops {
  const of = new Int32Array(fn.blocks.length).fill(-1);
  const written = new Map<number, Uint8Array>();
  const preds: number[][] = fn.blocks.map(() => []);
  for (const b of flow.order) for (const to of fn.blocks[b].at(-1)!.targets ?? []) preds[to].push(b);
  // Inner loops begin behind the begins of outer ones.
  for (const begin of flow.order) {
    if (flow.isLoop[begin] === 0) continue;
    const writes = new Uint8Array(fn.regs.length);
    const inside = new Set([begin]);
    const waiting = preds[begin].filter((from) => flow.place[from] >= flow.place[begin]);
    for (let b = waiting.pop(); b !== undefined; b = waiting.pop()) {
      if (inside.has(b)) continue;
      inside.add(b);
      for (const from of preds[b]) waiting.push(from);
    }
    for (const b of inside) {
      of[b] = begin;
      for (const { dst } of fn.blocks[b]) if (dst >= 0) writes[dst] = 1;
    }
    written.set(begin, writes);
  }
  return { of, written };
}
