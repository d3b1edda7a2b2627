// The set of states seen: open addressing over 128-bit hashes, one sleep mask and one length with each.
//
// Full states are not kept; two states are taken for the same when all 128 bits agree (the risk is figured in
// interpreter/machine/memory.ts). 24 bytes a state at most half full: 48 bytes of memory per state.

export const WORDS = 6;

/**
 * What a search keeps of the states it has met. Shared by the threads of one search, it is another table (see
 * shared-states.ts) with the same two questions.
 */
export interface SleepingStates {
  /**
   * Enters a state, whose contexts in `sleep` need not be moved this time. Was it there before? Then `slept` tells who
   * slept at every visit so far, this one not counted; from now on it is counted.
   */
  visit(hash: Int32Array, sleep: number, length: number): boolean;
  slept: number;
  /** The run that led there now has as many steps as the one that led there first. */
  sameLength: boolean;
}

/** States that there is room for at first. */
const FEW = 1 << 12;
/** Tables of that size which nobody uses, all zero. A new one takes as long as a hundred steps: most of it to be freed. */
const spare: Int32Array[] = [];
const MAX_SPARE = 4;

export class VisitedStates implements SleepingStates {
  private table: Int32Array;
  private mask: number;
  /** Word index of the entry found by has() or lookup(), or made by the latter. */
  private at = 0;
  size = 0;
  slept = 0;
  sameLength = true;

  constructor() {
    this.table = spare.pop() ?? new Int32Array(FEW * WORDS);
    this.mask = FEW - 1;
  }

  /** Nobody is going to ask any more. */
  release(): void {
    if (this.mask !== FEW - 1 || spare.length === MAX_SPARE) return;
    this.table.fill(0);
    spare.push(this.table);
    this.table = new Int32Array(0);
  }

  /** Was the state there before? If not it is there now, with sleep mask 0. */
  lookup(hash: Int32Array): boolean {
    if (this.size * 2 > this.mask) this.grow();
    // Not zero: see board.ts.
    const h0 = hash[0] || 1;
    const h1 = hash[1];
    const h2 = hash[2];
    // An entry of all zeros means free.
    const h3 = hash[3] | 1;
    const table = this.table;
    let slot = (h0 ^ (h1 << 7)) & this.mask;
    for (;;) {
      const w = slot * WORDS;
      if (table[w + 3] === 0) {
        table[w] = h0;
        table[w + 1] = h1;
        table[w + 2] = h2;
        table[w + 3] = h3;
        this.at = w;
        this.size++;
        return false;
      }
      if (table[w] === h0 && table[w + 1] === h1 && table[w + 2] === h2 && table[w + 3] === h3) {
        this.at = w;
        return true;
      }
      slot = (slot + 1) & this.mask;
    }
  }

  visit(hash: Int32Array, sleep: number, length: number): boolean {
    const known = this.lookup(hash);
    const { table, at } = this;
    if (known) {
      this.slept = table[at + 4];
      this.sameLength = table[at + 5] === length;
      table[at + 4] = this.slept & sleep;
    } else {
      table[at + 4] = sleep;
      table[at + 5] = length;
    }
    return known;
  }

  /** As lookup(), but what is not there is not put there: then `value` means nothing. */
  has(hash: Int32Array): boolean {
    const h3 = hash[3] | 1;
    const table = this.table;
    for (let slot = (hash[0] ^ (hash[1] << 7)) & this.mask; ; slot = (slot + 1) & this.mask) {
      const w = slot * WORDS;
      if (table[w + 3] === 0) return false;
      if (table[w] !== hash[0] || table[w + 1] !== hash[1] || table[w + 2] !== hash[2] || table[w + 3] !== h3)
        continue;
      this.at = w;
      return true;
    }
  }

  /** The word stored with the entry of the latest lookup(). */
  get value(): number {
    return this.table[this.at + 4];
  }

  set value(word: number) {
    this.table[this.at + 4] = word;
  }

  /** All entries, free ones among them. */
  entries(): Int32Array {
    return this.table;
  }

  bytes(): number {
    return this.table.byteLength;
  }

  private grow(): void {
    const old = this.table;
    const capacity = (this.mask + 1) * 2;
    const table = new Int32Array(capacity * WORDS);
    const mask = capacity - 1;
    for (let w = 0; w < old.length; w += WORDS) {
      if (old[w + 3] === 0) continue;
      let slot = (old[w] ^ (old[w + 1] << 7)) & mask;
      while (table[slot * WORDS + 3] !== 0) slot = (slot + 1) & mask;
      for (let i = 0; i < WORDS; i++) table[slot * WORDS + i] = old[w + i];
    }
    this.table = table;
    this.mask = mask;
  }
}
