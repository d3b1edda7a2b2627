// Which memory is confined to one context, as a guess: a search may then run accesses to it without stopping.
//
// A step on memory that no other context touches (or that nobody writes) commutes with every step of the others,
// so it may be taken together with the step before it: fewer choices, fewer states, the same ends. Nobody can know
// beforehand what is confined. So it is guessed: whoever touches a granule first has it, and every access of every
// context is entered here, the visible ones too. An access that conflicts with an earlier one is a breach: the granule
// is shared from then on, and the search that relied on the guess starts again. A search without a breach is a proof
// of its own guess: in the shortest run that would break it, everything before the breaking access keeps to the
// guess, so an equivalent run was explored, with that access pending in it.
//
// What ends a run cannot be taken early, since others might have had something to say before: then the last access
// that was taken without stopping is exposed, and the search starts again.
//
// The idea is that of escape analysis at run time with restart (as for thread-local objects in model checking of
// programs: Dwyer, Hatcliff, Robby and Prasad, "Exploiting object escape and locking information in partial-order
// reductions for concurrent object-oriented programs", FMSD 25, 2004), on bytes rather than objects.

import { AddressSpace } from "../ir/program.js";

/** A granule's record: who touched it (context + 1, or SEVERAL readers), was it written, is it shared for good. */
const OWNER = 63;
const SEVERAL = 63;
const WRITTEN = 64;
const SHARED = 128;
/** A stretch has this many granules, as a power of two. */
const STRETCH = 8;
const STRETCH_GRANULES = 1 << STRETCH;
const FEW_STRETCHES = 32;

/** Steps that one context may take without stopping; then it stops anyway, so that its loops become cycles of states. */
export const CONFINED_RUN = 2000;

/** A guess as plain data: granules that are shared, sites whose operation always stops. */
export interface KnownSharing {
  shared: number[];
  exposed: number[];
  /** Above 0: it has not held. */
  breaches: number;
}

export class Confinement {
  /**
   * Records of granules of 4 bytes (neighbours in a struct are often ints), a stretch of them after the other in the
   * order of their first use: most of memory is never touched.
   */
  private records = new Uint8Array(FEW_STRETCHES * STRETCH_GRANULES);
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

  constructor(bytes: number, sites: number) {
    this.places = new Int32Array((((bytes + 3) >>> 2) >>> STRETCH) + 1);
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
    }
    this.places[stretch] = at;
    return at;
  }

  /** What has turned out to be shared or was exposed: enough to go on with the guess elsewhere. */
  known(): KnownSharing {
    const shared: number[] = [];
    const exposed: number[] = [];
    const { records, places, breaches } = this;
    for (let i = 0; i < places.length; i++) {
      if (places[i] === 0) continue;
      for (let k = 0; k < STRETCH_GRANULES; k++)
        if ((records[places[i] + k] & SHARED) !== 0) shared.push((i << STRETCH) + k);
    }
    for (let site = 0; site < this.exposed.length; site++) if (this.exposed[site] !== 0) exposed.push(site);
    return { shared, exposed, breaches };
  }

  /** Takes over what another search of the same program has found out. */
  assume({ shared, exposed, breaches }: KnownSharing): void {
    this.breaches = breaches;
    for (const g of shared) {
      const at = this.places[g >>> STRETCH] || this.open(g >>> STRETCH);
      this.records[at + (g & (STRETCH_GRANULES - 1))] = SHARED;
    }
    for (const site of exposed) this.exposed[site] = 1;
  }

  /** Context `task` touches [start, end). True: confined, as far as is known. */
  access(task: number, start: number, end: number, write: boolean): boolean {
    let confined = true;
    const last = (end - 1) >>> 2;
    // Outside of memory nothing can be confined: whoever goes there faults.
    if (last >>> STRETCH >= this.places.length) return false;
    const isAnyOfThem = ((this.alike >>> task) & 1) !== 0 && start >= AddressSpace.First;
    for (let g = start >>> 2; g <= last; g++) {
      const at = (this.places[g >>> STRETCH] || this.open(g >>> STRETCH)) + (g & (STRETCH_GRANULES - 1));
      const { records } = this;
      const record = records[at];
      if ((record & SHARED) !== 0) confined = false;
      else if (isAnyOfThem && !write && (record & WRITTEN) === 0) records[at] = SEVERAL;
      else if (isAnyOfThem) {
        this.share(at);
        confined = false;
      } else if (record === 0) records[at] = write ? WRITTEN | (task + 1) : task + 1;
      else if ((record & OWNER) === task + 1) {
        if (write && (record & WRITTEN) === 0) records[at] = record | WRITTEN;
      } else if (!write && (record & WRITTEN) === 0) records[at] = SEVERAL;
      else {
        this.share(at);
        confined = false;
      }
    }
    return confined;
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

  /** Bytes that meet() needs: a record for each granule there is, a byte for each stretch and site. */
  get bytes(): number {
    return (this.places.length << STRETCH) + this.places.length + this.exposed.length;
  }

  /**
   * Puts together what several searches of one guess know: into `common`, zero at first, and here. What two of them
   * contradict each other in is a breach.
   */
  meet(common: Uint8Array): void {
    const { places, exposed } = this;
    const theirStretches = places.length << STRETCH;
    const theirExposed = theirStretches + places.length;
    for (let i = 0; i < places.length; i++) {
      if (places[i] === 0 && common[theirStretches + i] === 0) continue;
      common[theirStretches + i] = 1;
      const at = places[i] || this.open(i);
      const { records } = this;
      for (let k = 0; k < STRETCH_GRANULES; k++) {
        const mine = records[at + k];
        const both = together(mine, common[(i << STRETCH) + k]);
        common[(i << STRETCH) + k] = both;
        if (both === mine) continue;
        records[at + k] = both;
        if ((both & SHARED) === 0) continue;
        this.widened = true;
        this.breaches++;
      }
    }
    for (let site = 0; site < exposed.length; site++) {
      if (common[theirExposed + site] !== 0) this.expose(site);
      common[theirExposed + site] = exposed[site];
    }
  }

  /**
   * Forgets who touched what, and keeps what is shared. Where memory turned out to be shared, sites are exposed afresh:
   * with less shared an access may have been the last in front of an end that others stop at now. So the guess that
   * holds in the end is the same whatever the order of the search.
   */
  restart(): void {
    const { records, used } = this;
    for (let i = STRETCH_GRANULES; i < used; i++) records[i] &= SHARED;
    if (this.widened) this.exposed.fill(0);
    this.widened = false;
    this.breaches = 0;
    this.restarts++;
  }
}

/** The record of a granule that was accessed as both records say. */
function together(p: number, q: number): number {
  if (p === q || q === 0) return p;
  if (p === 0) return q;
  if (((p | q) & SHARED) !== 0) return SHARED;
  const written = (p | q) & WRITTEN;
  if ((p & OWNER) === (q & OWNER)) return p | written;
  return written === 0 ? SEVERAL : SHARED;
}
