// What the threads of one search by states have in common beside what meeting.ts says: the states met.
//
// The states are a table by open addressing, as in visited.ts. An entry is claimed by a compare-exchange of one word of
// its hash and published by another, and its sleep mask is updated by one atomic `and` whose old value says what is
// left to explore. So each visit of a state, on whatever thread, sees the masks of the visits in front of it, which is
// all that the argument in states.ts asks for. (One table for all threads, as in Laarman, van de Pol and Weber,
// "Boosting Multi-Core Reachability Performance with Shared Hash Tables", FMCAD 2010.)
//
// The hard part is growing it. Who sees that it is half full waits until everybody else is idle or stands still in front
// of the table, moves all entries, and lets them go on.
//
// Work is handed over as the schedule of a state with choices that are still to be taken there: whoever is searching gives
// away what lies nearest to the first choice when somebody is idle.

import type { Confinement } from "../../interpreter/api.js";
import { type BoardBuffers, commonBuffers, Meeting, NAP, W } from "./meeting.js";
import { type SleepingStates, type VisitedStates, WORDS } from "./visited.js";

/** New states that a thread counts for itself before it tells. */
const HANDFUL = 64;
/** A state, by the choices that lead there, and what is to be explored from it. */
export interface Work {
  path: number[];
  todo: number;
  sleep: number;
}

/** Shared memory that can grow: in all engines that smplab runs on, not yet in the types in use. */
type Growing = SharedArrayBuffer & { grow(bytes: number): void };

/** The name is looked up only here: pages that are not isolated do not have it, and search with one thread. */
function growingBuffer(bytes: number, maxByteLength: number): Growing {
  const Made = SharedArrayBuffer as unknown as new (
    bytes: number,
    options: { maxByteLength: number },
  ) => Growing;
  return new Made(bytes, { maxByteLength });
}

export function makeBoard(guess: Confinement, memory: number): BoardBuffers {
  return {
    by: "states",
    ...commonBuffers(guess),
    table: growingBuffer(WORDS * 4, Math.max(memory, WORDS * 4)),
  };
}

export class Board extends Meeting implements SleepingStates {
  slept = 0;
  sameLength = true;
  private table: Int32Array;
  private mask = 0;
  /** The growth that `table` belongs to. */
  private generation = -1;
  private fresh = 0;

  constructor(
    private readonly buffers: BoardBuffers,
    guess: Confinement,
    /** Bytes for the states. */
    private readonly memory: number,
  ) {
    super(buffers, guess);
    this.table = new Int32Array(0);
  }

  // --- coming and going ---

  /** Owner: from here on the states are shared. */
  open(states: VisitedStates): void {
    const { words } = this;
    const entries = states.entries();
    (this.buffers.table as Growing).grow(entries.byteLength);
    this.table = new Int32Array(this.buffers.table, 0, entries.length);
    this.table.set(entries);
    this.mask = entries.length / WORDS - 1;
    words[W.slots] = this.mask + 1;
    words[W.states] = states.size;
    this.generation = 0;
    this.begin();
  }

  // --- work ---

  /** The way to a state (the first `depth` entries of `moved`), and what is to be explored there. False: no room. */
  give(moved: Int32Array, depth: number, todo: number, sleep: number): boolean {
    const piece = new Int32Array(depth + 2);
    piece.set(moved.subarray(0, depth), 2);
    piece[0] = todo;
    piece[1] = sleep;
    return this.giveWords(piece, piece.length);
  }

  /** Work, or null when the search is over: everybody is idle. `look` is asked now and then and may end it. */
  take(look: () => void): Work | null {
    const piece = this.takeWords(look);
    return piece === null ? null : { todo: piece[0], sleep: piece[1], path: Array.from(piece.subarray(2)) };
  }

  // --- states ---

  /** States met by all threads, up to a handful for each. */
  get states(): number {
    return Atomics.load(this.words, W.states);
  }

  /** There is no memory for more. */
  get full(): boolean {
    return Atomics.load(this.words, W.full) !== 0;
  }

  visit(hash: Int32Array, sleep: number, length: number): boolean {
    if (Atomics.load(this.words, W.growth) !== this.generation) this.catchUp();
    const { table, mask } = this;
    // Zero in the last word: free. Zero in the first one: not published yet.
    const h0 = hash[0] || 1;
    const h1 = hash[1];
    const h2 = hash[2];
    const h3 = hash[3] | 1;
    let slot = (h0 ^ (h1 << 7)) & mask;
    for (;;) {
      const w = slot * WORDS;
      let claimed = Atomics.load(table, w + 3);
      if (claimed === 0) {
        claimed = Atomics.compareExchange(table, w + 3, 0, h3);
        if (claimed === 0) {
          table[w + 1] = h1;
          table[w + 2] = h2;
          table[w + 4] = sleep;
          table[w + 5] = length;
          Atomics.store(table, w, h0);
          this.slept = 0;
          if (++this.fresh === HANDFUL) this.count();
          return false;
        }
      }
      if (claimed === h3) {
        let first = Atomics.load(table, w);
        while (first === 0) {
          this.expectAll();
          first = Atomics.load(table, w);
        }
        if (first === h0 && table[w + 1] === h1 && table[w + 2] === h2) {
          this.slept = Atomics.and(table, w + 4, sleep);
          this.sameLength = table[w + 5] === length;
          return true;
        }
      }
      slot = (slot + 1) & mask;
    }
  }

  private count(): void {
    const states = Atomics.add(this.words, W.states, this.fresh) + this.fresh;
    this.fresh = 0;
    if (states * 2 <= this.mask) return;
    if ((this.mask + 1) * 2 * WORDS * 4 > this.memory) Atomics.store(this.words, W.full, 1);
    else this.grow();
  }

  private grow(): void {
    const { words } = this;
    const growth = this.generation;
    if (Atomics.compareExchange(words, W.growth, growth, growth + 1) !== growth) {
      this.catchUp();
      return;
    }
    for (;;) {
      // In this order: who goes from idle to paused meanwhile is not counted twice.
      const paused = Atomics.load(words, W.paused);
      const idle = Atomics.load(words, W.idle);
      if (paused + idle >= Atomics.load(words, W.members) - 1 || this.over) break;
      Atomics.wait(words, W.paused, paused, 1);
    }
    if (!this.over) {
      const old = this.table.slice();
      const slots = (this.mask + 1) * 2;
      (this.buffers.table as Growing).grow(slots * WORDS * 4);
      this.table.fill(0);
      const table = new Int32Array(this.buffers.table, 0, slots * WORDS);
      const mask = slots - 1;
      for (let w = 0; w < old.length; w += WORDS) {
        if (old[w + 3] === 0) continue;
        let slot = (old[w] ^ (old[w + 1] << 7)) & mask;
        while (table[slot * WORDS + 3] !== 0) slot = (slot + 1) & mask;
        for (let i = 0; i < WORDS; i++) table[slot * WORDS + i] = old[w + i];
      }
      Atomics.store(words, W.slots, slots);
    }
    Atomics.store(words, W.growth, growth + 2);
    Atomics.notify(words, W.growth);
    this.catchUp();
  }

  /** Stands still while the table grows; then looks at the larger one. */
  private catchUp(): void {
    const { words } = this;
    for (;;) {
      const growth = Atomics.load(words, W.growth);
      if ((growth & 1) === 0) {
        const slots = Atomics.load(words, W.slots);
        this.generation = growth;
        this.mask = slots - 1;
        this.table = new Int32Array(this.buffers.table, 0, slots * WORDS);
        return;
      }
      this.expectAll();
      Atomics.add(words, W.paused, 1);
      Atomics.notify(words, W.paused);
      Atomics.wait(words, W.growth, growth, NAP);
      Atomics.sub(words, W.paused, 1);
    }
  }
}
