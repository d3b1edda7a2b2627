// What is known about rounds of spin loops: from this state of a context, with these values where it looks, does it
// come back to the same state? The answer is a function of what the round reads, so it is asked of the machine once
// (by taking the round and undoing it) and looked up ever after.
//
// A chain: the context's own state and the value at its first place lead to an entry, which is an answer or the next
// place that the round looks at. States are compared by 96 bits of hash; two that differ and agree in all of them
// would be taken for one.

/** What an entry says. */
export const Spin = { Unknown: 0, Leaves: 1, ComesBack: 2, LooksAt: 3 } as const;

/** Places that one round may look at; a loop that looks at more is stepped through. */
export const MAX_LOOKS = 8;
/** Longest state of a context (its record and its stack) that is compared, in words. */
export const SPIN_WORDS = 2048;

/** Words of an entry: three of the hash, what it says (0: free), address and size of the next place. */
const ENTRY = 6;

/** A state of a context, and the hash that a chain begins with there. */
interface Beginning {
  words: Int32Array;
  length: number;
  v: number;
  a: number;
  b: number;
  c: number;
}

function isSame(H: Int32Array, words: Int32Array, w: number, n: number, v: number, m: number): boolean {
  // The stack changes before the record does.
  for (let i = m - 1; i >= 0; i--) if (H[v + i] !== words[n + i]) return false;
  for (let i = 0; i < n; i++) if (H[w + i] !== words[i]) return false;
  return true;
}

export class SpinMemo {
  /** Set by next() when it says LooksAt. */
  address = 0;
  size = 0;

  /** Open addressing, at most half full. */
  private entries = new Int32Array(ENTRY * 16);
  private mask = 15;
  private used = 0;
  /** The state that a chain was begun at last, by context. */
  private readonly latest: Beginning[] = [];
  private a = 0;
  private b = 0;
  private c = 0;

  /** Begins a chain at the state of context t, in words [w, w + n) and [v, v + m). */
  start(t: number, H: Int32Array, w: number, n: number, v: number, m: number): void {
    while (this.latest.length <= t)
      this.latest.push({ words: new Int32Array(SPIN_WORDS), length: -1, v: -1, a: 0, b: 0, c: 0 });
    const latest = this.latest[t];
    // A context that waits is asked about again and again while others move.
    if (latest.length !== n + m || latest.v !== v || !isSame(H, latest.words, w, n, v, m)) {
      this.a = 0x9e3779b9;
      this.b = 0x7f4a7c15;
      this.c = 0x165667b1;
      // Zero words say nothing but where they are, and that is in the index.
      for (let i = 0; i < n; i++) if (H[w + i] !== 0) this.mix(H[w + i], i);
      for (let i = 0; i < m; i++) if (H[v + i] !== 0) this.mix(H[v + i], n + i);
      // Places in memory tell contexts apart that are otherwise alike.
      this.mix(w, n + m);
      for (let i = 0; i < n; i++) latest.words[i] = H[w + i];
      for (let i = 0; i < m; i++) latest.words[n + i] = H[v + i];
      latest.length = n + m;
      latest.v = v;
      latest.a = this.a;
      latest.b = this.b;
      latest.c = this.c;
    }
    this.again(t);
  }

  /** Begins a chain at the state at which the latest one of context t began. */
  again(t: number): void {
    const { a, b, c } = this.latest[t];
    this.a = a;
    this.b = b;
    this.c = c;
  }

  /** What is known with the present value of `size` bytes at `address`. */
  next(view: DataView, address: number, size: number): number {
    const lo =
      size >= 4
        ? view.getInt32(address, true)
        : size === 2
          ? view.getUint16(address, true)
          : view.getUint8(address);
    return this.nextWith(lo, size === 8 ? view.getInt32(address + 4, true) : 0, address, size);
  }

  /** The same with another value there. */
  nextWith(lo: number, hi: number, address: number, size: number): number {
    this.mix(lo, address);
    this.mix(hi, size);
    const at = this.find();
    const { entries } = this;
    this.address = entries[at + 4];
    this.size = entries[at + 5];
    return entries[at + 3];
  }

  /** Notes what the latest next() asked for. */
  note(says: number, address: number, size: number): void {
    let at = this.find();
    if (this.entries[at + 3] === Spin.Unknown && ++this.used * 2 > this.mask) {
      this.grow();
      at = this.find();
    }
    const { entries } = this;
    entries[at] = this.a;
    entries[at + 1] = this.b;
    entries[at + 2] = this.c;
    entries[at + 3] = says;
    entries[at + 4] = address;
    entries[at + 5] = size;
  }

  /** Where the entry of the present hash is, or would be. */
  private find(): number {
    const { entries, mask, a, b, c } = this;
    for (let slot = (a ^ (b >>> 7)) & mask; ; slot = (slot + 1) & mask) {
      const at = slot * ENTRY;
      if (entries[at + 3] === Spin.Unknown) return at;
      if (entries[at] === a && entries[at + 1] === b && entries[at + 2] === c) return at;
    }
  }

  private grow(): void {
    const old = this.entries;
    const { a, b, c } = this;
    this.mask = this.mask * 2 + 1;
    this.entries = new Int32Array(ENTRY * (this.mask + 1));
    for (let at = 0; at < old.length; at += ENTRY) {
      if (old[at + 3] === Spin.Unknown) continue;
      this.a = old[at];
      this.b = old[at + 1];
      this.c = old[at + 2];
      const to = this.find();
      for (let i = 0; i < ENTRY; i++) this.entries[to + i] = old[at + i];
    }
    this.a = a;
    this.b = b;
    this.c = c;
  }

  private mix(value: number, index: number): void {
    const x = Math.imul(value ^ Math.imul(index + 1, 0x85ebca6b), 0xc2b2ae35);
    this.a = Math.imul((this.a ^ x) + ((this.a << 13) | (this.a >>> 19)), 0x2c1b3c6d);
    this.b = Math.imul((this.b + x) ^ (this.b >>> 15), 0x297a2d39);
    this.c = Math.imul(this.c ^ (x >>> 7) ^ (x << 9), 0x27d4eb2f) + (this.c >>> 16);
    this.c |= 0;
  }
}
