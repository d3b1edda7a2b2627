// What the threads of one search have in common: the states met, work that waits for somebody, what is known of the
// guess, and when it is over. All of it lies in shared memory, because threads that search hear no messages.
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
import { type SleepingStates, type VisitedStates, WORDS } from "./visited.js";

/** To be handed to another thread. */
export interface BoardBuffers {
  words: SharedArrayBuffer;
  table: SharedArrayBuffer;
  work: SharedArrayBuffer;
  guess: SharedArrayBuffer;
}

/** Words that all threads know. */
const W = {
  /** 0: going on; 1: everything has been explored; 2: stopped. */
  over: 0,
  /** 1: the states are here, members may search. */
  open: 1,
  /** Helpers that are ready. */
  ready: 2,
  members: 3,
  idle: 4,
  /** Pieces of work waiting, and the words that they take. */
  queued: 5,
  workTop: 6,
  workLock: 7,
  guessLock: 8,
  /** Odd while the table grows. */
  growth: 9,
  paused: 10,
  slots: 11,
  /** Counted in handfuls. */
  states: 12,
  full: 13,
  /** Helpers whose part is there for the owner to read. */
  left: 14,
  failed: 15,
} as const;

const WORK_WORDS = 1 << 20;
/** New states that a thread counts for itself before it tells. */
const HANDFUL = 64;
/** Milliseconds: how long an idle thread sleeps before it looks whether it should stop. */
const NAP = 20;

/** Says that it is no fault of the program that is searched. */
export const LOST = "a thread that helped with the search was lost";

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
    words: new SharedArrayBuffer(64),
    table: growingBuffer(WORDS * 4, Math.max(memory, WORDS * 4)),
    work: new SharedArrayBuffer(WORK_WORDS * 4),
    guess: new SharedArrayBuffer(guess.bytes),
  };
}

export class Board implements SleepingStates {
  slept = 0;
  sameLength = true;
  private readonly words: Int32Array;
  private readonly work: Int32Array;
  private readonly common: Uint8Array;
  private table: Int32Array;
  private mask = 0;
  /** The growth that `table` belongs to. */
  private generation = -1;
  private fresh = 0;

  constructor(
    private readonly buffers: BoardBuffers,
    private readonly guess: Confinement,
    /** Bytes for the states. */
    private readonly memory: number,
  ) {
    this.words = new Int32Array(buffers.words);
    this.work = new Int32Array(buffers.work);
    this.common = new Uint8Array(buffers.guess);
    this.table = new Int32Array(0);
  }

  // --- coming and going ---

  /** Owner: has a helper come? */
  get awaited(): boolean {
    return Atomics.load(this.words, W.ready) > 0;
  }

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
    words[W.members] = 1;
    this.generation = 0;
    this.guess.meet(this.common);
    Atomics.store(words, W.open, 1);
    Atomics.notify(words, W.open);
  }

  /** Helper: waits until the board is open. False: the search is over, nothing to help with. */
  join(): boolean {
    const { words } = this;
    Atomics.add(words, W.ready, 1);
    for (;;) {
      if (this.over) return false;
      if (Atomics.load(words, W.open) !== 0) break;
      Atomics.wait(words, W.open, 0, NAP);
    }
    this.lock(W.workLock);
    const late = this.over;
    if (!late) Atomics.add(words, W.members, 1);
    this.unlock(W.workLock);
    if (late) return false;
    this.meet();
    // What others know of the guess was known when it was made.
    this.guess.breaches = 0;
    return true;
  }

  /** Nobody need go on. `stopped`: not everything has been explored. */
  end(stopped: boolean): void {
    if (this.hasLost) return;
    this.lock(W.workLock);
    if (!this.over) Atomics.store(this.words, W.over, stopped ? 2 : 1);
    this.unlock(W.workLock);
    for (const word of [W.over, W.open, W.queued]) Atomics.notify(this.words, word);
  }

  get over(): boolean {
    return Atomics.load(this.words, W.over) !== 0;
  }

  /** Helper: its part has been handed over. */
  leave(): void {
    Atomics.add(this.words, W.left, 1);
    Atomics.notify(this.words, W.left);
  }

  /** Owner: waits until every helper has left. How many there were. */
  awaitHelpers(): number {
    const { words } = this;
    for (;;) {
      const helpers = Math.max(0, Atomics.load(words, W.members) - 1);
      const left = Atomics.load(words, W.left);
      if (left >= helpers) return helpers;
      Atomics.wait(words, W.left, left, NAP);
    }
  }

  /** The guess as all of them know it by now. Called with pauses: it looks at all records. */
  meet(): void {
    this.lock(W.guessLock);
    this.guess.meet(this.common);
    this.unlock(W.guessLock);
  }

  private lock(word: number): void {
    while (Atomics.compareExchange(this.words, word, 0, 1) !== 0) {
      this.expectAll();
      Atomics.wait(this.words, word, 1, 1);
    }
  }

  private get hasLost(): boolean {
    return Atomics.load(this.words, W.failed) !== 0;
  }

  /** Whoever waits for another thread to finish something asks this: that thread may be gone. */
  private expectAll(): void {
    if (this.hasLost) throw new Error(LOST);
  }

  private unlock(word: number): void {
    Atomics.store(this.words, word, 0);
    Atomics.notify(this.words, word, 1);
  }

  // --- work ---

  /** Is somebody idle, with no work waiting? */
  get hungry(): boolean {
    return Atomics.load(this.words, W.idle) > Atomics.load(this.words, W.queued);
  }

  /** The way to a state (the first `depth` entries of `moved`), and what is to be explored there. False: no room. */
  give(moved: Int32Array, depth: number, todo: number, sleep: number): boolean {
    const { words, work } = this;
    this.lock(W.workLock);
    const top = words[W.workTop];
    const fits = top + depth + 3 <= work.length;
    if (fits) {
      for (let d = 0; d < depth; d++) work[top + d] = moved[d];
      work[top + depth] = todo;
      work[top + depth + 1] = sleep;
      work[top + depth + 2] = depth;
      words[W.workTop] = top + depth + 3;
      Atomics.add(words, W.queued, 1);
    }
    this.unlock(W.workLock);
    if (fits) Atomics.notify(words, W.queued, 1);
    return fits;
  }

  /** Work, or null when the search is over: everybody is idle. `look` is asked now and then and may end it. */
  take(look: () => void): Work | null {
    const { words, work } = this;
    Atomics.add(words, W.idle, 1);
    for (;;) {
      this.lock(W.workLock);
      let taken: Work | null = null;
      let over = this.over;
      if (!over && words[W.queued] > 0) {
        const top = words[W.workTop];
        const depth = work[top - 1];
        const from = top - 3 - depth;
        taken = {
          path: Array.from(work.subarray(from, from + depth)),
          todo: work[top - 3],
          sleep: work[top - 2],
        };
        words[W.workTop] = from;
        Atomics.sub(words, W.queued, 1);
        Atomics.sub(words, W.idle, 1);
      } else if (!over && Atomics.load(words, W.idle) === Atomics.load(words, W.members)) {
        Atomics.store(words, W.over, 1);
        over = true;
      }
      this.unlock(W.workLock);
      if (taken !== null) return taken;
      if (over) {
        for (const word of [W.over, W.open, W.queued]) Atomics.notify(words, word);
        return null;
      }
      Atomics.wait(words, W.queued, 0, NAP);
      look();
    }
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

/** A thread that helped is gone and will hand over nothing: the search cannot be completed. */
export function giveUpOn({ words: buffer }: BoardBuffers): void {
  const words = new Int32Array(buffer);
  Atomics.store(words, W.failed, 1);
  Atomics.store(words, W.over, 2);
  Atomics.add(words, W.left, 1);
  for (const word of [W.over, W.open, W.queued, W.left, W.growth]) Atomics.notify(words, word);
}

export function hasFailed({ words }: BoardBuffers): boolean {
  return Atomics.load(new Int32Array(words), W.failed) !== 0;
}
