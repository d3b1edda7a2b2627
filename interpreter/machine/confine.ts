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

/** A granule's record: who touched it (context + 1, or SEVERAL readers), was it written, is it shared for good. */
const OWNER = 63;
const SEVERAL = 63;
const WRITTEN = 64;
const SHARED = 128;
/** A stretch has this many granules, as a power of two. */
const STRETCH = 8;

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
  /** One record per 4 bytes of memory: neighbours in a struct are often ints. */
  private readonly granules: Uint8Array;
  /** Which stretches of granules have records: few, and the others need not be looked at. */
  private readonly stretches: Uint8Array;
  /** Sites whose operation always stops. */
  readonly exposed: Uint8Array;
  /** What turned out to be shared, or was exposed, since restart(). */
  breaches = 0;
  restarts = 0;
  /** Memory turned out to be shared since restart(). */
  private widened = false;

  constructor(bytes: number, sites: number) {
    this.granules = new Uint8Array((bytes + 3) >>> 2);
    this.stretches = new Uint8Array((this.granules.length >>> STRETCH) + 1);
    this.exposed = new Uint8Array(sites);
  }

  /** What has turned out to be shared or was exposed: enough to go on with the guess elsewhere. */
  known(): KnownSharing {
    const shared: number[] = [];
    const exposed: number[] = [];
    const { granules, stretches, breaches } = this;
    for (let i = 0; i < stretches.length; i++) {
      if (stretches[i] === 0) continue;
      const end = Math.min(granules.length, (i + 1) << STRETCH);
      for (let g = i << STRETCH; g < end; g++) if ((granules[g] & SHARED) !== 0) shared.push(g);
    }
    for (let site = 0; site < this.exposed.length; site++) if (this.exposed[site] !== 0) exposed.push(site);
    return { shared, exposed, breaches };
  }

  /** Takes over what another search of the same program has found out. */
  assume({ shared, exposed, breaches }: KnownSharing): void {
    this.breaches = breaches;
    for (const g of shared) {
      this.granules[g] = SHARED;
      this.stretches[g >>> STRETCH] = 1;
    }
    for (const site of exposed) this.exposed[site] = 1;
  }

  /** Context `task` touches [start, end). True: confined, as far as is known. */
  access(task: number, start: number, end: number, write: boolean): boolean {
    const { granules } = this;
    let confined = true;
    const last = (end - 1) >>> 2;
    for (let g = start >>> 2; g <= last; g++) {
      const record = granules[g];
      if (record === 0) {
        granules[g] = write ? WRITTEN | (task + 1) : task + 1;
        this.stretches[g >>> STRETCH] = 1;
      } else if ((record & SHARED) !== 0) confined = false;
      else if ((record & OWNER) === task + 1) {
        if (write) granules[g] = record | WRITTEN;
      } else if (!write && (record & WRITTEN) === 0) granules[g] = SEVERAL;
      else {
        granules[g] = SHARED;
        this.widened = true;
        this.breaches++;
        confined = false;
      }
    }
    return confined;
  }

  /** The operation at this site must stop from now on. */
  expose(site: number): void {
    if (this.exposed[site] !== 0) return;
    this.exposed[site] = 1;
    this.breaches++;
  }

  /** Bytes that meet() needs. */
  get bytes(): number {
    return this.granules.length + this.stretches.length + this.exposed.length;
  }

  /**
   * Puts together what several searches of one guess know: into `common`, zero at first, and here. What two of them
   * contradict each other in is a breach.
   */
  meet(common: Uint8Array): void {
    const { granules, stretches, exposed } = this;
    const theirStretches = granules.length;
    const theirExposed = theirStretches + stretches.length;
    for (let i = 0; i < stretches.length; i++) {
      if ((stretches[i] | common[theirStretches + i]) === 0) continue;
      stretches[i] = common[theirStretches + i] = 1;
      const end = Math.min(granules.length, (i + 1) << STRETCH);
      for (let g = i << STRETCH; g < end; g++) {
        const mine = granules[g];
        const both = together(mine, common[g]);
        common[g] = both;
        if (both === mine) continue;
        granules[g] = both;
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
    const { granules, stretches } = this;
    for (let i = 0; i < stretches.length; i++) {
      if (stretches[i] === 0) continue;
      const end = Math.min(granules.length, (i + 1) << STRETCH);
      for (let g = i << STRETCH; g < end; g++) granules[g] &= SHARED;
    }
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
