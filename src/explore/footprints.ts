// Footprints of steps, each of them once: what a search by traces keeps of steps that are still to come is then a
// reference, as long as a context does not move its footprint is the same object in state after state, and whether two
// conflict is looked up.

import { type Machine, StepFootprint } from "../../interpreter/api.js";

const MAX = 32;
/** Different footprints that are kept for finding them again. */
const MOST = 1 << 16;
/** Of so many it is remembered which conflict. */
const NUMBERED = 1 << 10;
/** What is remembered of a pair; 0: nothing. */
const YES = 1;
const NO = 2;

/** A footprint that nobody may change. */
export class Footprint extends StepFootprint {
  /** Counted from 0; -1 has none. */
  number = -1;
}

export const NOTHING = new Footprint();

export class Footprints {
  /** By context: its latest one as the machine made it, and the one that is kept for it. */
  private readonly latest: StepFootprint[] = [];
  private readonly kept: Footprint[] = [];
  /** Open addressing by a hash of the content, at most half full. */
  private table: (Footprint | null)[] = new Array(64).fill(null);
  private used = 0;

  private numbers = 0;
  /** By the numbers of two footprints. */
  private pairs = new Uint8Array(64 * 64);
  private stride = 64;

  constructor(
    private readonly machine: Machine,
    private readonly decide: (a: StepFootprint, b: StepFootprint) => boolean,
  ) {
    for (let t = 0; t < MAX; t++) {
      this.latest.push(new StepFootprint());
      this.kept.push(new Footprint());
    }
  }

  /** That of the next step of context or choice t. */
  of(t: number): Footprint {
    const made = this.latest[t];
    const kept = this.kept[t];
    this.machine.footprint(t, made);
    if (isSame(made, kept)) return kept;
    const found = this.same(made);
    this.kept[t] = found;
    return found;
  }

  /** The one with this content. */
  same(f: StepFootprint): Footprint {
    const mask = this.table.length - 1;
    let slot = hash(f) & mask;
    for (;;) {
      const known = this.table[slot];
      if (known === null) break;
      if (isSame(known, f)) return known;
      slot = (slot + 1) & mask;
    }
    const made = new Footprint();
    made.copy(f);
    if (this.numbers < NUMBERED) {
      made.number = this.numbers++;
      if (this.numbers > this.stride) this.growPairs();
    }
    this.table[slot] = made;
    if (++this.used * 2 > mask) this.grow();
    return made;
  }

  /** May the two steps not be swapped? */
  conflict(a: Footprint, b: Footprint): boolean {
    if ((a.number | b.number) < 0) return this.decide(a, b);
    const known = this.pairs[a.number * this.stride + b.number];
    return known !== 0 ? known === YES : this.find(a, b);
  }

  private find(a: Footprint, b: Footprint): boolean {
    const conflicts = this.decide(a, b);
    this.pairs[a.number * this.stride + b.number] = conflicts ? YES : NO;
    return conflicts;
  }

  private growPairs(): void {
    this.stride *= 2;
    // What was known is soon found again.
    this.pairs = new Uint8Array(this.stride * this.stride);
  }

  private grow(): void {
    const old = this.table;
    // Those that are in use stay what they are; later ones with the same content are others.
    const isFull = this.used > MOST;
    this.table = new Array(isFull ? 64 : old.length * 2).fill(null);
    if (isFull) {
      this.used = 0;
      return;
    }
    const mask = this.table.length - 1;
    for (const one of old) {
      if (one === null) continue;
      let slot = hash(one) & mask;
      while (this.table[slot] !== null) slot = (slot + 1) & mask;
      this.table[slot] = one;
    }
  }
}

function hash({ start, end, bits, count }: StepFootprint): number {
  let h = count;
  for (let i = 0; i < count; i++) {
    h = Math.imul(h ^ start[i], 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 15) ^ end[i] ^ (bits[i] << 20), 0x85ebca6b);
  }
  return h ^ (h >>> 13);
}

function isSame(a: StepFootprint, b: StepFootprint): boolean {
  if (a.count !== b.count || a.where !== b.where) return false;
  if (a.maskLo !== b.maskLo || a.maskHi !== b.maskHi) return false;
  for (let i = 0; i < a.count; i++)
    if (a.start[i] !== b.start[i] || a.end[i] !== b.end[i] || a.bits[i] !== b.bits[i]) return false;
  return true;
}
