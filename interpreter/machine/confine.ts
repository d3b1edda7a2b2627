// Which accesses nobody else can object to, as a guess: a search may then take them without stopping.
//
// A step on memory that no other context touches (or that nobody writes, or that everybody touches with one lock held)
// commutes with every step that others can take meanwhile, so it may be taken together with the step before it: fewer
// choices, fewer states, the same ends. Nobody can know beforehand what is confined. So it is guessed: whoever touches a
// granule first has it, and the locks held at each access of it are remembered; every access of every context is entered
// here, the visible ones too. An access that conflicts with an earlier one, without a lock that has been held at all of
// them, is a breach: the granule is shared from then on, and the search that relied on the guess starts again. A search
// without a breach is a proof of its own guess: in the shortest run that would break it, everything before the breaking
// access keeps to the guess, so an equivalent run was explored, with that access pending in it. The locks that all
// accesses have in common are the same in whatever order they are met, so what a granule is in the end is, too.
//
// That a lock keeps others away is part of the guess: where two contexts hold one for themselves (somebody made it new,
// or wrote into it) no lock is trusted any more.
//
// What ends a run cannot be taken early, since others might have had something to say before: then the last access
// that was taken without stopping is exposed, and the search starts again.
//
// The idea is that of escape analysis and locking discipline at run time with restart (Dwyer, Hatcliff, Robby and Prasad,
// "Exploiting object escape and locking information in partial-order reductions for concurrent object-oriented
// programs", FMSD 25, 2004; sets of locks as in Savage et al., "Eraser", TOCS 15, 1997), on bytes rather than objects.

import { AddressSpace } from "../ir/program.js";
import { MAX_TASKS, type MemoryMap } from "./layout.js";

/**
 * A granule's record: who touched it (context + 1, or SEVERAL), was it written, is it shared for good. What several have
 * touched and somebody has written has a lock that all of them held.
 */
const OWNER = 63;
const SEVERAL = 63;
const WRITTEN = 64;
const SHARED = 128;
/** Words in front of the locks that searches of one guess know together: see meetLocks(). */
const HEAD_WORDS = 4;
/** A stretch has this many granules, as a power of two. */
const STRETCH = 8;
const STRETCH_GRANULES = 1 << STRETCH;
const FEW_STRETCHES = 32;
/** Different locks that a guess tells apart: the bits of a set. */
const MAX_LOCKS = 32;

/** Steps that one context may take without stopping; then it stops anyway, so that its loops become cycles of states. */
export const CONFINED_RUN = 2000;
/** So many of them at most in front of a stop where it may be spinning. */
export const CONFINED_ROUNDS = 256;

/** A guess as plain data: granules that are shared, sites whose operation always stops. */
export interface KnownSharing {
  shared: number[];
  exposed: number[];
  /** Above 0: it has not held. */
  breaches: number;
  /** Nobody held a lock that another one held for himself. */
  locksHold: boolean;
  /** Contexts whose stack others touch, and those that move while there are others, as masks. */
  foreign: number;
  moving: number;
}

/** Whoever knows which locks a context holds. */
export interface LockHolders {
  /**
   * The locks that keep others from what the context touches now: for a write those it has for itself, for a read also
   * those that it shares with readers. As a set of the bits that `guess` gives them.
   */
  locksOf(task: number, write: boolean, guess: Confinement): number;
}

export class Confinement {
  /**
   * Records of granules of 4 bytes (neighbours in a struct are often ints), a stretch of them after the other in the
   * order of their first use: most of memory is never touched.
   */
  private records = new Uint8Array(FEW_STRETCHES * STRETCH_GRANULES);
  /** Of each record: the locks that have been held at all accesses. */
  private locks = new Int32Array(FEW_STRETCHES * STRETCH_GRANULES);
  /** What the bits of such a set mean: address and bit of each lock. */
  private readonly lockTable = new Int32Array(2 * MAX_LOCKS);
  private lockCount = 0;
  private locksHold = true;
  /** The latest access() has to be entered again if it is made with other locks held. */
  depends = false;
  /** Where the records of each stretch begin; 0: there are none, the first place is never given away. */
  private readonly places: Int32Array;
  private used = STRETCH_GRANULES;
  /** Sites whose operation always stops. */
  readonly exposed: Uint8Array;
  /** What turned out to be shared, or was exposed, since restart(). */
  breaches = 0;
  restarts = 0;
  /** Memory turned out to be shared since restart(). */
  private widened = false;
  /**
   * Contexts that are alike, as a mask: what one of them touches another one touches in a run that the search does not
   * make. Their own records are another matter.
   */
  alike = 0;

  /** Contexts whose stack others touch, those that move while there are others, and those that do both. */
  private foreign = 0;
  private moving = 0;
  private lent = 0;

  constructor(
    private readonly map: MemoryMap,
    sites: number,
  ) {
    this.places = new Int32Array((((map.total + 3) >>> 2) >>> STRETCH) + 1);
    this.exposed = new Uint8Array(sites);
  }

  /** Makes room for the records of a stretch that has none. */
  private open(stretch: number): number {
    const at = this.used;
    this.used = at + STRETCH_GRANULES;
    if (this.used > this.records.length) {
      const larger = new Uint8Array(this.records.length * 2);
      larger.set(this.records);
      this.records = larger;
      const more = new Int32Array(larger.length);
      more.set(this.locks);
      this.locks = more;
    }
    this.places[stretch] = at;
    return at;
  }

  /** Where the record of a granule is. */
  private recordOf(granule: number): number {
    const at = this.places[granule >>> STRETCH] || this.open(granule >>> STRETCH);
    return at + (granule & (STRETCH_GRANULES - 1));
  }

  /** What has turned out to be shared or was exposed: enough to go on with the guess elsewhere. */
  known(): KnownSharing {
    const shared: number[] = [];
    const exposed: number[] = [];
    const { records, places, breaches, locksHold, foreign, moving } = this;
    for (let i = 0; i < places.length; i++) {
      if (places[i] === 0) continue;
      for (let k = 0; k < STRETCH_GRANULES; k++)
        if ((records[places[i] + k] & SHARED) !== 0) shared.push((i << STRETCH) + k);
    }
    for (let site = 0; site < this.exposed.length; site++) if (this.exposed[site] !== 0) exposed.push(site);
    return { shared, exposed, breaches, locksHold, foreign, moving };
  }

  /** Takes over what another search of the same program has found out. */
  assume({ shared, exposed, breaches, locksHold, foreign, moving }: KnownSharing): void {
    this.breaches = breaches;
    this.locksHold = locksHold;
    this.foreign = foreign;
    this.moving = moving;
    this.lent = foreign & moving;
    for (const g of shared) this.records[this.recordOf(g)] = SHARED;
    for (const site of exposed) this.exposed[site] = 1;
  }

  /** Context `task` touches [start, end). True: nobody can object, as far as is known. */
  access(machine: LockHolders, task: number, start: number, end: number, write: boolean): boolean {
    let confined = true;
    this.depends = false;
    const last = (end - 1) >>> 2;
    // Outside of memory nothing can be confined: whoever goes there faults.
    if (last >>> STRETCH >= this.places.length) return false;
    if (start >= this.map.stacksStart && start < this.map.arenasStart && !this.ownsStack(task, start)) {
      const owner = this.stackOwner(start);
      this.foreign |= 1 << owner;
      this.lend();
      if (this.isLent(owner)) {
        for (let g = start >>> 2; g <= last; g++) {
          const at = this.recordOf(g);
          if ((this.records[at] & SHARED) === 0) this.share(at);
        }
        return false;
      }
    }
    const isMemory = start >= AddressSpace.First;
    const isAnyOfThem = ((this.alike >>> task) & 1) !== 0 && isMemory;
    const hasLocks = isMemory && this.locksHold;
    const written = write ? WRITTEN : 0;
    let held = 0;
    let isKnown = false;
    for (let g = start >>> 2; g <= last; g++) {
      const at = this.recordOf(g);
      const { records, locks } = this;
      const record = records[at];
      if ((record & SHARED) !== 0) {
        confined = false;
        continue;
      }
      let common = 0;
      if (hasLocks && (record === 0 || locks[at] !== 0)) {
        if (!isKnown) {
          isKnown = true;
          held = machine.locksOf(task, write, this);
        }
        common = record === 0 ? held : locks[at] & held;
        locks[at] = common;
        if (common !== 0) this.depends = true;
      }
      const isOwn = !isAnyOfThem && (record === 0 || (record & OWNER) === task + 1);
      if (isOwn) records[at] = record | written | (task + 1);
      else if (((record | written) & WRITTEN) === 0) records[at] = SEVERAL;
      else if (common !== 0) records[at] = SEVERAL | WRITTEN;
      else {
        this.share(at);
        confined = false;
      }
    }
    return confined;
  }

  private ownsStack(task: number, address: number): boolean {
    return address >= this.map.stackBase(task) && address < this.map.stackEnd(task);
  }

  private stackOwner(address: number): number {
    let owner = 0;
    while (owner < MAX_TASKS - 1 && !this.ownsStack(owner, address)) owner++;
    return owner;
  }

  private lend(): void {
    const lent = this.foreign & this.moving;
    if ((lent & ~this.lent) === 0) return;
    this.lent = lent;
    this.widened = true;
    this.breaches++;
  }

  /** Context `task` is about to move, and may leave functions. */
  moves(task: number): void {
    if (((this.moving >>> task) & 1) !== 0) return;
    this.moving |= 1 << task;
    this.lend();
  }

  /** Do others touch the stack of a context that moves? Then each of its steps may take away what they touch. */
  isLent(task: number): boolean {
    return ((this.lent >>> task) & 1) !== 0;
  }

  /** The bit of a lock in sets of locks: 0 if there are more locks than bits, and then none counts. */
  lockBit(address: number, bit: number): number {
    const { lockTable } = this;
    for (let i = 0; i < this.lockCount; i++)
      if (lockTable[2 * i] === (address | 0) && lockTable[2 * i + 1] === bit) return 1 << i;
    if (this.lockCount === MAX_LOCKS) {
      this.distrust();
      return 0;
    }
    lockTable[2 * this.lockCount] = address;
    lockTable[2 * this.lockCount + 1] = bit;
    return 1 << this.lockCount++;
  }

  /** Locks do not keep others away here: two contexts hold one, or there are too many. */
  distrust(): void {
    if (!this.locksHold) return;
    this.locksHold = false;
    this.widened = true;
    this.breaches++;
  }

  private share(at: number): void {
    this.records[at] = SHARED;
    this.widened = true;
    this.breaches++;
  }

  /** The operation at this site must stop from now on. */
  expose(site: number): void {
    if (this.exposed[site] !== 0) return;
    this.exposed[site] = 1;
    this.breaches++;
  }

  /** Bytes that meet() needs: what there is to know of all granules, stretches, sites and locks. */
  get bytes(): number {
    const granules = this.places.length << STRETCH;
    return 4 * (granules + HEAD_WORDS + 2 * MAX_LOCKS) + granules + this.places.length + this.exposed.length;
  }

  /**
   * Puts together what several searches of one guess know: into `common`, zero at first, and here. What two of them
   * contradict each other in is a breach.
   */
  meet(common: Uint8Array): void {
    const { places, exposed } = this;
    const granules = places.length << STRETCH;
    const theirLocks = new Int32Array(common.buffer, common.byteOffset, granules);
    const table = new Int32Array(common.buffer, common.byteOffset + 4 * granules, HEAD_WORDS + 2 * MAX_LOCKS);
    const theirRecords = common.subarray(4 * (granules + HEAD_WORDS + 2 * MAX_LOCKS));
    const theirStretches = theirRecords.subarray(granules);
    const theirExposed = theirStretches.subarray(places.length);
    const theirBits = this.meetLocks(table);
    for (let i = 0; i < places.length; i++) {
      if (places[i] === 0 && theirStretches[i] === 0) continue;
      theirStretches[i] = 1;
      const at = places[i] || this.open(i);
      const { records, locks } = this;
      for (let k = 0; k < STRETCH_GRANULES; k++) {
        const there = (i << STRETCH) + k;
        const mine = records[at + k];
        const theirs = theirRecords[there];
        // Nothing is known of a granule that nobody here has touched, so all locks may be held at its accesses.
        const held = locks[at + k] === 0 ? 0 : translated(locks[at + k], theirBits);
        const atAll = theirs === 0 ? held : mine === 0 ? theirLocks[there] : theirLocks[there] & held;
        const both = together(mine, theirs, atAll);
        theirRecords[there] = both;
        theirLocks[there] = atAll;
        locks[at + k] = atAll === 0 ? 0 : translatedBack(atAll, theirBits);
        if (both === mine) continue;
        records[at + k] = both;
        if ((both & SHARED) === 0) continue;
        this.widened = true;
        this.breaches++;
      }
    }
    for (let site = 0; site < exposed.length; site++) {
      if (theirExposed[site] !== 0) this.expose(site);
      theirExposed[site] = exposed[site];
    }
  }

  /**
   * Makes the locks known here known in `table` and the other way round. Its first words say whether locks hold no more,
   * how many there are, whose stacks others touch, and who moves. Gives the bit there of each bit here.
   */
  private meetLocks(table: Int32Array): Int32Array {
    const bits = new Int32Array(MAX_LOCKS);
    for (let i = 0; i < table[1]; i++) this.lockBit(table[HEAD_WORDS + 2 * i], table[HEAD_WORDS + 1 + 2 * i]);
    for (let i = 0; i < this.lockCount; i++) {
      const address = this.lockTable[2 * i];
      const bit = this.lockTable[2 * i + 1];
      let there = 0;
      while (
        there < table[1] &&
        (table[HEAD_WORDS + 2 * there] !== address || table[HEAD_WORDS + 1 + 2 * there] !== bit)
      )
        there++;
      // No bit is left for it there: then its bit here stands for no lock (and this guess is distrusted, as at least
      // one of the locks there has found no room here).
      if (there === MAX_LOCKS) continue;
      if (there === table[1]) {
        table[HEAD_WORDS + 2 * there] = address;
        table[HEAD_WORDS + 1 + 2 * there] = bit;
        table[1]++;
      }
      bits[i] = 1 << there;
    }
    if (table[0] !== 0) this.distrust();
    if (!this.locksHold) table[0] = 1;
    this.foreign = table[2] |= this.foreign;
    this.moving = table[3] |= this.moving;
    this.lend();
    return bits;
  }

  /**
   * Forgets who touched what, and keeps what is shared. Where memory turned out to be shared, sites are exposed afresh:
   * with less shared an access may have been the last in front of an end that others stop at now. So the guess that
   * holds in the end is the same whatever the order of the search.
   */
  restart(): void {
    const { records, used } = this;
    for (let i = STRETCH_GRANULES; i < used; i++) records[i] &= SHARED;
    this.locks.fill(0);
    this.lockCount = 0;
    if (this.widened) this.exposed.fill(0);
    this.widened = false;
    this.breaches = 0;
    this.restarts++;
  }
}

/** The record of a granule that was accessed as both records say, with these locks held at all accesses. */
function together(p: number, q: number, locks: number): number {
  if (q === 0) return p;
  if (p === 0) return q;
  if (((p | q) & SHARED) !== 0) return SHARED;
  const written = (p | q) & WRITTEN;
  if ((p & OWNER) === (q & OWNER) && (p & OWNER) !== SEVERAL) return p | written;
  return written === 0 ? SEVERAL : locks !== 0 ? SEVERAL | WRITTEN : SHARED;
}

/** A set of locks, each bit of it as `bits` says. */
function translated(locks: number, bits: Int32Array): number {
  let out = 0;
  for (let left = locks; left !== 0; left &= left - 1) out |= bits[31 - Math.clz32(left & -left)];
  return out;
}

function translatedBack(locks: number, bits: Int32Array): number {
  let out = 0;
  for (let i = 0; i < MAX_LOCKS; i++) if ((locks & bits[i]) !== 0) out |= 1 << i;
  return out;
}
