// What threads that share one search have in common, whichever search it is: who has come, work that waits for somebody,
// what is known of the guess, and when it is over. All of it lies in shared memory, because threads that search hear no
// messages.
//
// It is over when everybody is idle and no work waits. A thread is idle only while it looks for work, which it takes under
// the lock that says so; what it still holds itself it does first.

import type { Confinement } from "../../interpreter/api.js";

/** To be handed to another thread. */
export interface BoardBuffers {
  /** Which search it is. */
  by: "states" | "traces";
  words: SharedArrayBuffer;
  table: SharedArrayBuffer;
  work: SharedArrayBuffer;
  guess: SharedArrayBuffer;
}

/** Words that all threads know. */
export const W = {
  /** 0: going on; 1: everything has been explored; 2: stopped. */
  over: 0,
  /** 1: what is searched is here, members may begin. */
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
  /** Of a search by traces. */
  treeLock: 9,
  paused: 10,
  slots: 11,
  /** Of a search by states, counted in handfuls; of one by traces, words of what is shared. */
  states: 12,
  full: 13,
  /** Helpers whose part is there for the owner to read. */
  left: 14,
  failed: 15,
} as const;

const WORK_WORDS = 1 << 20;
/** Milliseconds: how long an idle thread sleeps before it looks whether it should stop. */
export const NAP = 20;

/** Says that it is no fault of the program that is searched. */
export const LOST = "a thread that helped with the search was lost";

export abstract class Meeting {
  protected readonly words: Int32Array;
  private readonly work: Int32Array;
  private readonly common: Uint8Array;

  constructor(
    buffers: BoardBuffers,
    protected readonly guess: Confinement,
  ) {
    this.words = new Int32Array(buffers.words);
    this.work = new Int32Array(buffers.work);
    this.common = new Uint8Array(buffers.guess);
  }

  // --- coming and going ---

  /** Owner: has a helper come? */
  get awaited(): boolean {
    return Atomics.load(this.words, W.ready) > 0;
  }

  /** Owner: what is searched is there; members may begin. */
  protected begin(): void {
    const { words } = this;
    words[W.members] = 1;
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

  protected lock(word: number): void {
    while (Atomics.compareExchange(this.words, word, 0, 1) !== 0) {
      this.expectAll();
      Atomics.wait(this.words, word, 1, 1);
    }
  }

  private get hasLost(): boolean {
    return Atomics.load(this.words, W.failed) !== 0;
  }

  /** Whoever waits for another thread to finish something asks this: that thread may be gone. */
  protected expectAll(): void {
    if (this.hasLost) throw new Error(LOST);
  }

  protected unlock(word: number): void {
    Atomics.store(this.words, word, 0);
    Atomics.notify(this.words, word, 1);
  }

  // --- work ---

  /** Is somebody idle, with no work waiting? */
  get hungry(): boolean {
    return Atomics.load(this.words, W.idle) > Atomics.load(this.words, W.queued);
  }

  /** So many words of `piece`, for somebody else. False: no room. */
  protected giveWords(piece: Int32Array, length: number): boolean {
    const { words, work } = this;
    this.lock(W.workLock);
    const top = words[W.workTop];
    const fits = top + length + 1 <= work.length;
    if (fits) {
      work.set(length === piece.length ? piece : piece.subarray(0, length), top);
      work[top + length] = length;
      words[W.workTop] = top + length + 1;
      Atomics.add(words, W.queued, 1);
    }
    this.unlock(W.workLock);
    if (fits) Atomics.notify(words, W.queued, 1);
    return fits;
  }

  /** What somebody gave, or null when the search is over: everybody is idle. `look` is asked now and then and may end it. */
  protected takeWords(look: () => void): Int32Array | null {
    const { words, work } = this;
    Atomics.add(words, W.idle, 1);
    for (;;) {
      this.lock(W.workLock);
      let taken: Int32Array | null = null;
      let over = this.over;
      if (!over && words[W.queued] > 0) {
        const end = words[W.workTop] - 1;
        const from = end - work[end];
        taken = work.slice(from, end);
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
}

/** The parts that all searches need. */
export function commonBuffers(guess: Confinement): Pick<BoardBuffers, "words" | "work" | "guess"> {
  return {
    words: new SharedArrayBuffer(64),
    work: new SharedArrayBuffer(WORK_WORDS * 4),
    guess: new SharedArrayBuffer(guess.bytes),
  };
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
