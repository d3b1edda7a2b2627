// Which accesses need no test of their own: what they touch has been found to be good since anything could change that.
//
// In: a function. Out: accesses whose bytes an access in front of them has touched already, on every way that leads
// there (available expressions: Kildall, 1973), and groups of loads from one pointer in one block that can be tested
// together.
//
// For the fast form: the run is straight, so only calls and what the machine performs make memory good or bad. Where
// a test fails the fast form is left for good. That is what makes both harmless: a load may be tested too early,
// since where a test says no nothing is decided yet, the machine does all again from the first load of the group on.

import { successors } from "../ir/graph.js";
import { Flag, type Instr, type IrFunction, type Program } from "../ir/program.js";
import { Forms } from "./forms.js";
import { ACCESS } from "./operations.js";
import { type FunctionPlan, SiteKind } from "./plan.js";

/** What is known of an access in front of it. */
export const enum Cover {
  /** Its bytes have been tested. */
  All,
  /** Tested for loads; this is a store. */
  Loads,
}

/** Loads that are tested together, in front of the first one. */
export interface LoadGroup {
  /** From the first load's address to the lowest byte of all, at most 0. */
  readonly lowest: number;
  /** From the lowest byte to the end of the highest. */
  readonly span: number;
  /** The lowest byte's place in its granule of 8 bytes; in good programs, for one of the loads is of 8 bytes. */
  readonly place: number;
  /** From the lowest byte to each load, its size. */
  readonly loads: readonly { readonly at: number; readonly size: number }[];
}

export interface Validated {
  readonly covers: ReadonlyMap<Instr, Cover>;
  /** By first load. */
  readonly groups: ReadonlyMap<Instr, LoadGroup>;
}

export const NOTHING_VALIDATED: Validated = { covers: new Map(), groups: new Map() };

/** An access at a known distance from a sum of registers. */
interface Fact {
  readonly key: string;
  /** Nothing but the registers says which object it is in. */
  readonly free: boolean;
  /** An element of an object that may be stored to: whoever may load it may store to it. */
  readonly writable: boolean;
  readonly regs: readonly number[];
  readonly from: number;
  readonly size: number;
  readonly store: boolean;
  /** Tested low bits of the address. */
  readonly aligned: number;
}

/** Functions with more (access, block) pairs are looked at block by block. */
const MAX_CELLS = 200_000;
/** Groups touch at most so many granules. */
const MAX_GRANULES = 8;

export function findValidated(
  program: Program,
  plan: FunctionPlan,
  startOfSlot: (slot: number) => number,
  rodataEnd: number,
): Validated {
  const { fn, flow } = plan;
  const all: { instr: Instr; fact: Fact }[] = [];
  const accesses = new Map<string, number>();
  for (const b of flow.order) {
    const forms = new Forms(program, fn, startOfSlot);
    for (const instr of fn.blocks[b]) {
      if (ACCESS[instr.op] !== undefined) {
        const fact = factAbout(forms, instr, rodataEnd);
        all.push({ instr, fact });
        accesses.set(fact.key, (accesses.get(fact.key) ?? 0) + 1);
      }
      forms.step(instr);
    }
  }
  const covers = new Map<Instr, Cover>();
  const groups = new Map<Instr, LoadGroup>();
  const facts: Fact[] = [];
  const factOf = new Map<Instr, number>();
  const numbers = new Map<string, number>();
  for (const { instr, fact } of all) {
    // What is alone has nothing to say of others.
    if (accesses.get(fact.key) === 1) continue;
    const id = `${fact.key} ${fact.from} ${fact.size} ${fact.store} ${fact.aligned}`;
    let number = numbers.get(id);
    if (number === undefined) {
      number = facts.push(fact) - 1;
      numbers.set(id, number);
    }
    factOf.set(instr, number);
  }
  if (facts.length === 0) return NOTHING_VALIDATED;
  const walk = new Walk(plan, facts, factOf);
  const wide = facts.length * fn.blocks.length <= MAX_CELLS;
  const starts = wide ? availableAtStarts(fn, flow.order, facts.length, walk) : null;
  for (const b of flow.order) {
    walk.enter(starts?.get(b) ?? null);
    const block = fn.blocks[b];
    block.forEach((instr, i) => {
      const number = factOf.get(instr);
      if (number !== undefined && !covers.has(instr)) {
        const cover = walk.cover(facts[number]);
        if (cover !== null) covers.set(instr, cover);
        else if (!facts[number].store) {
          const group = groupAt(block, i, plan, facts, factOf, covers);
          if (group !== null) groups.set(instr, group);
        }
      }
      walk.step(instr);
    });
  }
  return { covers, groups };
}

function factAbout(forms: Forms, instr: Instr, rodataEnd: number): Fact {
  const { object, constant, terms } = forms.of(instr.a);
  const { size, store } = ACCESS[instr.op];
  const place = object === null ? "" : `${object.local ? "frame" : ""} ${object.start}`;
  const sums = terms.map(({ reg, factor, kind }) => `${reg} ${factor} ${kind}`).sort();
  const loose = (instr.flags & (Flag.Unaligned | Flag.BitField)) !== 0;
  return {
    key: `${place}: ${sums.join()}`,
    free: object === null && terms.length > 0,
    writable:
      object !== null &&
      terms.length > 0 &&
      object.size >= size &&
      (object.local || object.start >= rodataEnd),
    regs: terms.map(({ reg }) => reg),
    from: constant + instr.imm,
    size,
    store,
    aligned: loose ? 1 : size,
  };
}

/** What has been tested, at a place of the code. */
class Walk {
  private known: Uint8Array;
  /** By register: facts about sums with it. */
  private readonly about = new Map<number, number[]>();
  private readonly byKey = new Map<string, number[]>();

  constructor(
    private readonly plan: FunctionPlan,
    private readonly facts: readonly Fact[],
    private readonly factOf: ReadonlyMap<Instr, number>,
  ) {
    this.known = new Uint8Array(facts.length);
    const add = <K>(map: Map<K, number[]>, key: K, i: number): void => {
      const list = map.get(key);
      if (list === undefined) map.set(key, [i]);
      else list.push(i);
    };
    facts.forEach(({ key, regs }, i) => {
      add(this.byKey, key, i);
      for (const reg of regs) add(this.about, reg, i);
    });
  }

  enter(start: Uint8Array | null): void {
    if (start === null) this.known.fill(0);
    else this.known.set(start);
  }

  end(): Uint8Array {
    return this.known.slice();
  }

  step(instr: Instr): void {
    const number = this.factOf.get(instr);
    if (number !== undefined) this.known[number] = 1;
    else if (instr.site >= 0 && endsAll(this.plan, instr)) this.known.fill(0);
    if (instr.dst >= 0) for (const i of this.about.get(instr.dst) ?? []) this.known[i] = 0;
  }

  cover(wanted: Fact): Cover | null {
    let loads = false;
    for (const i of this.byKey.get(wanted.key)!) {
      if (this.known[i] === 0) continue;
      const fact = this.facts[i];
      const at = wanted.from - fact.from;
      if (at < 0 || at + wanted.size > fact.size) continue;
      if (wanted.aligned > fact.aligned || at % wanted.aligned !== 0) continue;
      if (fact.store || !wanted.store || wanted.writable) return Cover.All;
      loads = true;
    }
    return loads ? Cover.Loads : null;
  }
}

/** Calls and what the machine performs: others run, objects come and go. */
function endsAll(plan: FunctionPlan, instr: Instr): boolean {
  const kind = plan.sites.get(instr.site)?.kind;
  return kind === SiteKind.Call || kind === SiteKind.Parked;
}

/** Facts that hold at the start of each block, whichever way led there. */
function availableAtStarts(
  fn: IrFunction,
  order: readonly number[],
  count: number,
  walk: Walk,
): ReadonlyMap<number, Uint8Array> {
  const starts = new Map<number, Uint8Array>();
  for (const b of order) starts.set(b, new Uint8Array(count).fill(b === order[0] ? 0 : 1));
  for (let changed = true; changed; ) {
    changed = false;
    for (const b of order) {
      walk.enter(starts.get(b)!);
      for (const instr of fn.blocks[b]) walk.step(instr);
      const end = walk.end();
      for (const to of successors(fn.blocks[b])) {
        const start = starts.get(to)!;
        for (let i = 0; i < count; i++) {
          if (start[i] === 0 || end[i] === 1) continue;
          start[i] = 0;
          changed = true;
        }
      }
    }
  }
  return starts;
}

/** The loads that can be tested with load i of a block; those behind it are covered by it from then on. */
function groupAt(
  block: readonly Instr[],
  i: number,
  plan: FunctionPlan,
  facts: readonly Fact[],
  factOf: ReadonlyMap<Instr, number>,
  covers: Map<Instr, Cover>,
): LoadGroup | null {
  const first = facts[factOf.get(block[i])!];
  if (!first.free || first.aligned < first.size) return null;
  const members: { fact: Fact; instr: Instr }[] = [{ fact: first, instr: block[i] }];
  const written = new Set<number>([block[i].dst]);
  for (let j = i + 1; j < block.length && !first.regs.some((reg) => written.has(reg)); j++) {
    const instr = block[j];
    const number = factOf.get(instr);
    if (number === undefined) {
      if (endsAll(plan, instr)) break;
    } else {
      const fact = facts[number];
      const inside = fact.from >= first.from && fact.from + fact.size <= first.from + first.size;
      const fits = fact.key === first.key && !fact.store && fact.aligned === fact.size;
      if (fits && !inside && !covers.has(instr)) members.push({ fact, instr });
    }
    if (instr.dst >= 0) written.add(instr.dst);
  }
  const wide = members.find(({ fact }) => fact.size === 8);
  if (members.length === 1 || wide === undefined) return null;
  const place = (from: number): number => (((from - wide.fact.from) % 8) + 8) % 8;
  let lowest = first.from;
  let end = first.from + first.size;
  const kept = members.filter(({ fact: { from, size } }) => {
    const low = Math.min(lowest, from);
    const high = Math.max(end, from + size);
    if (place(from) % size !== 0 || place(low) + high - low > 8 * MAX_GRANULES) return false;
    lowest = low;
    end = high;
    return true;
  });
  // The alignment is known of a load that is there.
  if (kept.length === 1 || kept[0].instr !== block[i] || !kept.includes(wide)) return null;
  for (const { instr } of kept.slice(1)) covers.set(instr, Cover.All);
  return {
    lowest: lowest - first.from,
    span: end - lowest,
    place: place(lowest),
    loads: kept.map(({ fact }) => ({ at: fact.from - lowest, size: fact.size })),
  };
}
