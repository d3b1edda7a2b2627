// One run's linear memory: saving, restoring and hashing by pages.
//
// Comes in: an ArrayBuffer. Goes out: typed views for the engines, and three things for the search: mark()
// remembers the present content, rollback() returns to the latest mark, hash() gives 128 bits of the whole
// content. All three cost only what changed. The hard idea: `stamp[page]` holds the epoch in which the page
// was last saved; a writer calls touch() in front of its store, and the first touch of a page in an epoch
// copies the page to the undo log together with its hash. A mark starts a new epoch.
//
// The hash is the sum, per lane, of a mix of (address, word) over all words that are not zero, less the same sum over
// the content at base(): pages add up in any order, and those that nobody touched since need no work. (Comparing a page
// with its copy and mixing only the words that differ was measured: no faster, since most words are zero.)
// Four 32-bit lanes; the first two mix every word bijectively, the others mix their combination. The chance that two
// different ones of n states share all 128 bits is below n*n / 2^129 for a hash that behaves randomly: 10^-25 for a
// hundred million states.

import { PAGE_SHIFT, PAGE_SIZE } from "./layout.js";

const PAGE_WORDS = PAGE_SIZE / 4;
/** Words of an undo entry: page number, three unused, four hash lanes, content. */
export const ENTRY_HASH = 4;
export const ENTRY_CONTENT = 8;
export const ENTRY_WORDS = ENTRY_CONTENT + PAGE_WORDS;
/**
 * Adds (or, `sign` -1, takes away) what a word that is not zero, at this index, adds to a hash: four words of `out`, from
 * `at` on. Memory's own loop over a page says the same again, and so does the engine's.
 */
export function mixWord(w: number, index: number, sign: number, out: Int32Array, at = 0): void {
  let x = Math.imul(w ^ Math.imul(index, 0x9e3779b1), 0x85ebca6b);
  x ^= x >>> 15;
  x = Math.imul(x, 0xc2b2ae35);
  x ^= x >>> 13;
  let y = Math.imul((w + Math.imul(index, 0x27d4eb2f)) | 0, 0x165667b1);
  y ^= y >>> 14;
  y = Math.imul(y, 0x2545f491);
  y ^= y >>> 16;
  const z = Math.imul(x ^ ((y << 11) | (y >>> 21)), 0x7feb352d);
  const v = Math.imul((y + ((x << 7) | (x >>> 25))) | 0, 0x68e31da5);
  out[at] = (out[at] + sign * x) | 0;
  out[at + 1] = (out[at + 1] + sign * y) | 0;
  out[at + 2] = (out[at + 2] + sign * (z ^ (z >>> 15))) | 0;
  out[at + 3] = (out[at + 3] + sign * (v ^ (v >>> 16))) | 0;
}

/** Words of a mark: undo length, four totals. */
const MARK_WORDS = 5;

/** Somebody who keeps a cache of what may be touched; told of everything that changes it. */
export interface PageObserver {
  cleared(): void;
  pageSaved(page: number): void;
  pageRestored(page: number): void;
  epochBegun(): void;
  shadowChanged(start: number, end: number): void;
  /** All of an object's bytes in this granule of a stack have been set, and it may be accessed so far. */
  stackSet(granule: number, bytes: number): void;
  /** Frames between these addresses of a stack are gone. */
  dropped(start: number, end: number): void;
}

/**
 * Tables of pages and the undo log in the run's own buffer, with faster ways to do what Memory does with them: copy and
 * restore take addresses in bytes.
 */
export interface PageCore {
  readonly stamp: Int32Array;
  readonly version: Int32Array;
  readonly pageHash: Int32Array;
  readonly isHashed: Uint8Array;
  readonly isDirty: Uint8Array;
  readonly dirty: Int32Array;
  readonly total: Int32Array;
  readonly undo: Int32Array;
  copy(page: number, at: number): void;
  restore(from: number, to: number): void;
  rehash(count: number): void;
  hashPage(page: number): void;
}

export class Memory {
  readonly u8: Uint8Array;
  readonly u16: Uint16Array;
  readonly i32: Int32Array;
  readonly f32: Float32Array;
  readonly f64: Float64Array;
  readonly view: DataView;
  readonly bytes: number;
  /** Written by touch(): the epoch a page was saved in. Engines compare it inline. */
  readonly stamp: Int32Array;
  epoch = 1;
  /** By page: how often it was saved or restored. What was read behind a mark holds while this stays as it is. */
  readonly version: Int32Array;
  observer: PageObserver | null = null;

  /** False until base(), and where nobody asks for a hash. */
  private hashing = false;
  private readonly pageHash: Int32Array;
  /** Pages whose hash has been needed since base(). */
  private readonly isHashed: Uint8Array;
  private readonly total: Int32Array;
  private readonly isDirty: Uint8Array;
  private readonly dirty: Int32Array;
  private dirtyCount = 0;
  private undo: Int32Array;
  private undoTop = 0;
  private marks: Int32Array;
  private marksTop = 0;
  /** The undo log is the core's, and where that begins in bytes. */
  private copies: PageCore | null;
  private readonly undoAt: number;

  /** `bytes`: how many of the buffer belong to the run; what lies behind is neither saved nor hashed. */
  constructor(
    buffer: ArrayBuffer,
    bytes = buffer.byteLength,
    private readonly core: PageCore | null = null,
    /** Nothing has been written to the buffer yet. */
    private isNew = true,
  ) {
    this.bytes = bytes;
    this.u8 = new Uint8Array(buffer);
    this.u16 = new Uint16Array(buffer);
    this.i32 = new Int32Array(buffer);
    this.f32 = new Float32Array(buffer);
    this.f64 = new Float64Array(buffer);
    this.view = new DataView(buffer);
    const pages = Math.ceil(this.bytes / PAGE_SIZE);
    this.stamp = core?.stamp ?? new Int32Array(pages);
    this.version = core?.version ?? new Int32Array(pages);
    this.pageHash = core?.pageHash ?? new Int32Array(pages * 4);
    this.isHashed = core?.isHashed ?? new Uint8Array(pages);
    this.isDirty = core?.isDirty ?? new Uint8Array(pages);
    this.dirty = core?.dirty ?? new Int32Array(pages);
    this.total = core?.total ?? new Int32Array(4);
    this.undo = core?.undo ?? new Int32Array(ENTRY_WORDS * 256);
    this.undoAt = this.undo.byteOffset;
    this.copies = core;
    this.marks = new Int32Array(MARK_WORDS * 256);
  }

  /** Must be called before a store to `address`; a store never crosses the page when it is aligned. */
  touch(address: number): void {
    const page = address >>> PAGE_SHIFT;
    if (this.stamp[page] !== this.epoch) this.save(page);
  }

  /** Before stores anywhere in [start, end). */
  touchRange(start: number, end: number): void {
    if (end <= start) return;
    const last = (end - 1) >>> PAGE_SHIFT;
    for (let page = start >>> PAGE_SHIFT; page <= last; page++) {
      if (this.stamp[page] !== this.epoch) this.save(page);
    }
  }

  /** Has all of [start, end) been touched since the latest mark? */
  isTouched(start: number, end: number): boolean {
    const { stamp, epoch } = this;
    const last = (end - 1) >>> PAGE_SHIFT;
    for (let page = start >>> PAGE_SHIFT; page <= last; page++) if (stamp[page] !== epoch) return false;
    return true;
  }

  /** The slow half of touch(). */
  save(page: number): void {
    this.stamp[page] = this.epoch;
    this.version[page]++;
    if (this.observer !== null) this.observer.pageSaved(page);
    if (this.hashing && this.isDirty[page] === 0) {
      this.isDirty[page] = 1;
      this.dirty[this.dirtyCount++] = page;
      if (this.isHashed[page] === 0) {
        this.isHashed[page] = 1;
        if (this.core !== null) this.core.hashPage(page);
        else this.hashPage(page);
      }
    }
    // Without a mark there is nothing to go back to.
    if (this.marksTop === 0) return;
    if (this.undoTop + ENTRY_WORDS > this.undo.length) {
      const larger = new Int32Array(this.undo.length * 2);
      larger.set(this.undo);
      this.undo = larger;
      this.copies = null;
    }
    const at = this.undoTop;
    this.undoTop = at + ENTRY_WORDS;
    if (this.copies !== null) {
      this.copies.copy(page, this.undoAt + (at << 2));
      return;
    }
    const { undo, pageHash, i32 } = this;
    const hash = page << 2;
    undo[at] = page;
    for (let i = 0; i < 4; i++) undo[at + ENTRY_HASH + i] = pageHash[hash + i];
    const to = at + ENTRY_CONTENT;
    const from = page << (PAGE_SHIFT - 2);
    for (let i = 0; i < PAGE_WORDS; i++) undo[to + i] = i32[from + i];
  }

  /** Remembers the present content. Marks nest. */
  mark(): void {
    if (this.dirtyCount > 0) this.rehash();
    if (this.marksTop + MARK_WORDS > this.marks.length) {
      const larger = new Int32Array(this.marks.length * 2);
      larger.set(this.marks);
      this.marks = larger;
    }
    const m = this.marksTop;
    this.marks[m] = this.undoTop;
    this.marks[m + 1] = this.total[0];
    this.marks[m + 2] = this.total[1];
    this.marks[m + 3] = this.total[2];
    this.marks[m + 4] = this.total[3];
    this.marksTop = m + MARK_WORDS;
    this.nextEpoch();
  }

  private nextEpoch(): void {
    this.epoch++;
    if (this.observer !== null) this.observer.epochBegun();
  }

  /** Back to the latest mark, which stays. */
  rollback(): void {
    const m = this.marksTop - MARK_WORDS;
    const bottom = this.marks[m];
    this.restore(bottom);
    // mark() left no page dirty, so every dirty page has just been restored.
    for (let i = 0; i < this.dirtyCount; i++) this.isDirty[this.dirty[i]] = 0;
    this.dirtyCount = 0;
    this.total[0] = this.marks[m + 1];
    this.total[1] = this.marks[m + 2];
    this.total[2] = this.marks[m + 3];
    this.total[3] = this.marks[m + 4];
    this.nextEpoch();
  }

  /** Undoes the log down to `bottom`. */
  private restore(bottom: number): void {
    const { undo, i32, pageHash, observer, copies } = this;
    const top = this.undoTop;
    this.undoTop = bottom;
    if (copies !== null) copies.restore(this.undoAt + (top << 2), this.undoAt + (bottom << 2));
    else {
      for (let at = top - ENTRY_WORDS; at >= bottom; at -= ENTRY_WORDS) {
        const page = undo[at];
        this.version[page]++;
        const hash = page << 2;
        for (let i = 0; i < 4; i++) pageHash[hash + i] = undo[at + ENTRY_HASH + i];
        const to = page << (PAGE_SHIFT - 2);
        const from = at + ENTRY_CONTENT;
        for (let i = 0; i < PAGE_WORDS; i++) i32[to + i] = undo[from + i];
      }
    }
    if (observer === null) return;
    for (let at = top - ENTRY_WORDS; at >= bottom; at -= ENTRY_WORDS) observer.pageRestored(undo[at]);
  }

  /** How many marks there are. */
  depth(): number {
    return this.marksTop / MARK_WORDS;
  }

  /**
   * What 1, 2, 4 or 8 bytes were at mark number `depth` (counted from 1): low and high word into out. The place must lie
   * within one page.
   */
  contentAt(depth: number, address: number, size: number, out: Int32Array): void {
    const { undo } = this;
    const page = address >> PAGE_SHIFT;
    let words = this.i32;
    let from = page << (PAGE_SHIFT - 2);
    for (let at = this.marks[(depth - 1) * MARK_WORDS]; at < this.undoTop; at += ENTRY_WORDS) {
      if (undo[at] !== page) continue;
      words = undo;
      from = at + ENTRY_CONTENT;
      break;
    }
    const word = from + ((address & (PAGE_SIZE - 1)) >> 2);
    const shift = (address & 3) << 3;
    out[0] = size >= 4 ? words[word] : (words[word] >>> shift) & (size === 2 ? 0xffff : 0xff);
    out[1] = size === 8 ? words[word + 1] : 0;
  }

  /** Back to mark number `depth` (counted from 1), which stays; later ones are forgotten. */
  rollbackTo(depth: number): void {
    while (this.depth() > depth) this.dropMark();
    this.rollback();
  }

  /** Forgets the latest mark; the content stays as it is. */
  dropMark(): void {
    // The entries stay for the mark below: it may need them. Restoring runs from the top down, so the
    // oldest copy of a page, which is the right one, is written last.
    this.marksTop -= MARK_WORDS;
    if (this.marksTop === 0) this.undoTop = 0;
    this.nextEpoch();
  }

  /** From here on hashes can be asked for. They say how the content differs from the present one. */
  base(): void {
    this.hashing = true;
    this.total.fill(0);
    this.isHashed.fill(0);
    this.nextEpoch();
  }

  /** Nobody is going to ask for a hash any more. */
  withoutHash(): void {
    this.hashing = false;
    for (let d = 0; d < this.dirtyCount; d++) this.isDirty[this.dirty[d]] = 0;
    this.dirtyCount = 0;
  }

  /** Adds to `out` what one page adds to hash(). `base`: by page, from `at` on, the sums of mixWord() at base(). */
  addPage(page: number, base: Int32Array, at: number, out: Int32Array): void {
    if (this.isHashed[page] === 0) return;
    const p = page << 2;
    for (let i = 0; i < 4; i++) out[i] = (out[i] + this.pageHash[p + i] - base[at + i]) | 0;
  }

  /** 128 bits that tell the present content from others since base(). What is touched next must begin with a mark. */
  hash(out: Int32Array): void {
    if (!this.hashing) throw new Error("memory: no hash without a base");
    if (this.dirtyCount > 0) this.rehash();
    out[0] = this.total[0];
    out[1] = this.total[1];
    out[2] = this.total[2];
    out[3] = this.total[3];
  }

  private rehash(): void {
    if (this.core !== null) {
      this.core.rehash(this.dirtyCount);
      this.dirtyCount = 0;
      return;
    }
    const { pageHash, total, dirty, isDirty } = this;
    for (let d = 0; d < this.dirtyCount; d++) {
      const page = dirty[d];
      isDirty[page] = 0;
      const p = page << 2;
      total[0] -= pageHash[p];
      total[1] -= pageHash[p + 1];
      total[2] -= pageHash[p + 2];
      total[3] -= pageHash[p + 3];
      this.hashPage(page);
      total[0] += pageHash[p];
      total[1] += pageHash[p + 1];
      total[2] += pageHash[p + 2];
      total[3] += pageHash[p + 3];
    }
    this.dirtyCount = 0;
  }

  private hashPage(page: number): void {
    const { i32, pageHash } = this;
    let h0 = 0;
    let h1 = 0;
    let h2 = 0;
    let h3 = 0;
    const from = page << (PAGE_SHIFT - 2);
    const end = from + PAGE_WORDS;
    for (let i = from; i < end; i++) {
      const w = i32[i];
      if (w === 0) continue;
      let x = Math.imul(w ^ Math.imul(i, 0x9e3779b1), 0x85ebca6b);
      x ^= x >>> 15;
      x = Math.imul(x, 0xc2b2ae35);
      x ^= x >>> 13;
      let y = Math.imul((w + Math.imul(i, 0x27d4eb2f)) | 0, 0x165667b1);
      y ^= y >>> 14;
      y = Math.imul(y, 0x2545f491);
      y ^= y >>> 16;
      h0 = (h0 + x) | 0;
      h1 = (h1 + y) | 0;
      const z = Math.imul(x ^ ((y << 11) | (y >>> 21)), 0x7feb352d);
      h2 = (h2 + (z ^ (z >>> 15))) | 0;
      const v = Math.imul((y + ((x << 7) | (x >>> 25))) | 0, 0x68e31da5);
      h3 = (h3 + (v ^ (v >>> 16))) | 0;
    }
    const p = page << 2;
    pageHash[p] = h0;
    pageHash[p + 1] = h1;
    pageHash[p + 2] = h2;
    pageHash[p + 3] = h3;
  }

  /**
   * All zero, no marks, nothing to hash: as if new. All pages count as touched. What lies in these places need not be
   * made zero: begin and end of each, ascending.
   */
  clear(without: readonly number[] = []): void {
    if (this.observer !== null) this.observer.cleared();
    if (!this.isNew) {
      let from = 0;
      for (let i = 0; i < without.length; i += 2) {
        this.u8.fill(0, from, without[i]);
        from = without[i + 1];
      }
      this.u8.fill(0, from, this.bytes);
    }
    this.isNew = false;
    this.hashing = false;
    this.isDirty.fill(0);
    this.dirtyCount = 0;
    this.undoTop = 0;
    this.marksTop = 0;
    this.epoch++;
    this.stamp.fill(this.epoch);
  }
}
