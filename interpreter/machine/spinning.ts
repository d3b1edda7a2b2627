// Spinning: contexts that go round in a loop of C until another value is there.
//
// A context that loads, goes round and stands in front of the same load with nothing changed would do so again until
// another value is there. It waits for that: the same run without the idle rounds, however the condition is written.
// Whether a round would come back is found by taking it and undoing it, and known from then on (spin.ts). So does a loop
// that does nothing but try.
//
// A search asks about every waiting context in every state, and the answer depends on little: the context's own record
// and stack, and what lies where the round looks. The hard thing is to know cheaply that none of it has changed. Memory
// counts for each page how often it was saved or restored (Memory.version): as long as the sum over these pages is the
// same, so is the answer. That misses only a page that was saved before the answer was found and written to later without
// a new mark. So nothing is kept from within a step, and a second step behind the same mark voids all that was known.

import { Kind, PAGE_SHIFT, Pending, TASK_STRIDE, TASK_TABLE, Task, TaskState } from "./layout.js";
import { Operations } from "./operations.js";
import { MAX_LOOKS, SPIN_WORDS, Spin, SpinMemo } from "./spin.js";

const NO_LOOKS: readonly number[] = [];
const RECORD_WORDS = TASK_STRIDE / 4;

/** What is known of a context that may spin. */
class Look {
  /** Does it leave the loop? Means something while the rest holds. */
  leaves = false;
  /** Found in this epoch, behind this many steps: holds without looking further. */
  epoch = -1;
  step = -1;
  /** Found with this sum of versions over the context's own pages, and over these and those of the places; -1: unknown. */
  own = -1;
  sum = -1;
  era = -1;
  /** Words of its stack. */
  words = 0;
  /** Where a round looks: address and size, one pair after the other. */
  readonly places: number[] = [];
  further: readonly number[] = NO_LOOKS;
}

export abstract class Spinning extends Operations {
  abstract canBeginToSpin(t: number): boolean;

  private readonly memo = new SpinMemo();
  private readonly before0 = new Int32Array(this.code.spins ? SPIN_WORDS : 0);
  /** Places that the latest look at a spinning context read, in pairs, and how many numbers that are. */
  private readonly looked = new Int32Array(2 * MAX_LOOKS);
  private lookedCount = 0;

  private readonly looks: Look[] = [];
  /** False within a step, while memory changes without a new mark. */
  protected looksHold = true;
  /** The latest look met a place that may not be accessed. */
  private lookFails = false;
  private lookAt = 0;
  private lookSize = 0;
  private steps = 0;
  private steppedIn = -1;
  private era = 0;

  /** A step begins. */
  protected forgetLooks(): void {
    this.steps++;
    const { epoch } = this.memory;
    if (this.steppedIn === epoch) this.era++;
    this.steppedIn = epoch;
  }

  /** Another run begins. */
  protected forgetAllLooks(): void {
    this.steps++;
    this.era++;
  }

  /** Where context t, which may spin, looks next: `lookAt` and `lookSize`. False: at no place that it may access. */
  private findLook(t: number): boolean {
    const p = this.pendingBase(t) >> 2;
    const { H } = this;
    if (H[p] === Kind.Kop) {
      this.focus(t);
      const { address, size } = this.kopOf(t)!.tries!(this);
      this.lookAt = address;
      this.lookSize = size;
    } else {
      if (H[p + Pending.AddrHi / 4] !== 0) return false;
      this.lookAt = H[p + Pending.AddrLo / 4] >>> 0;
      this.lookSize = H[p + Pending.Size / 4];
    }
    return this.accessible(this.lookAt, this.lookSize, H[p] !== Kind.Load);
  }

  /** Where a context that may spin looks before it goes round or leaves: address and size, one pair after the other. */
  awaited(t: number): readonly number[] {
    this.leavesLoop(t);
    return this.looks[t].places;
  }

  protected furtherLooks(t: number): readonly number[] {
    return this.looks[t].further;
  }

  /** Would the context leave its loop if it found this value at the one place where it looks? */
  leavesWith(t: number, value: Int32Array): boolean {
    if (!this.findLook(t)) return true;
    const { lookAt: address, lookSize: size } = this;
    const lo = size >= 4 ? value[0] : value[0] & (size === 2 ? 0xffff : 0xff);
    const hi = size === 8 ? value[1] : 0;
    if (this.looksHold && this.startChain(t)) {
      const known = this.memo.nextWith(lo, hi, address, size);
      if (known === Spin.Leaves || known === Spin.ComesBack) return known === Spin.Leaves;
    }
    this.memory.mark();
    this.storeSized(address, size, lo, hi);
    const leaves = this.look(t);
    this.memory.rollback();
    this.memory.dropMark();
    return leaves;
  }

  /**
   * Fills `out` with the contexts that are no choices and yet stand in an access that takes part in data races. Some spin
   * and have their CPU: no step of theirs would lead anywhere, but the load happens all the time. Others are interrupted:
   * what came in between comes in the middle of their access.
   */
  spinners(out: Int32Array): number {
    if (!this.code.spins && !this.makesContexts) return 0;
    let n = 0;
    const count = this.taskCount();
    for (let t = 0; t < count; t++) {
      if (this.taskState(t) !== TaskState.Parked) continue;
      if (this.maySpin(t) && !this.isReady(t) && this.cpuFree(t) && !this.canBeginToSpin(t)) out[n++] = t;
      else if (this.makesContexts && this.isInterrupted(t)) out[n++] = t;
    }
    return n;
  }

  /** Is an interrupt the only reason why context t does not have its CPU? */
  private isInterrupted(t: number): boolean {
    const c = this.cpuOf(t);
    const level = this.taskField(t, Task.Level);
    let interrupted = false;
    for (let u = 0; u < this.taskCount(); u++) {
      if (u === t || this.cpuOf(u) !== c || !this.keepsCpu(u)) continue;
      if (this.taskField(u, Task.Level) <= level) return false;
      interrupted = true;
    }
    return interrupted && this.isReady(t);
  }

  protected leavesLoop(t: number): boolean {
    if (!this.looksHold) return this.look(t);
    while (this.looks.length <= t) this.looks.push(new Look());
    const known = this.looks[t];
    const { epoch } = this.memory;
    if (known.step === this.steps && known.epoch === epoch) return known.leaves;
    if (known.sum < 0 || known.era !== this.era || known.sum !== this.versionsOf(t, known)) {
      known.leaves = this.look(t);
      const { places } = known;
      if (places.length > this.lookedCount) places.length = this.lookedCount;
      for (let i = 0; i < this.lookedCount; i++) places[i] = this.looked[i];
      known.further = places.length > 2 ? places.slice(2) : NO_LOOKS;
      known.era = this.era;
      known.sum = known.own < 0 || this.lookFails ? -1 : this.versionsOf(t, known);
    }
    known.step = this.steps;
    known.epoch = epoch;
    return known.leaves;
  }

  /** How often the pages were saved or restored that hold the context and what it looks at; -1: that is not all. */
  private versionsOf(t: number, { places, words }: Look): number {
    const { version } = this.memory;
    let sum = this.ownVersions(t, words);
    for (let i = 0; i < places.length; i += 2) {
      const address = places[i];
      // Whether the bytes of a stack may be read, the frames of its context say.
      if (!this.hasShadow(address)) return -1;
      sum +=
        version[address >>> PAGE_SHIFT] + version[(this.map.shadowBase + (address >>> 3)) >>> PAGE_SHIFT];
      const last = address + places[i + 1] - 1;
      if (address >>> PAGE_SHIFT !== last >>> PAGE_SHIFT) return -1;
    }
    return sum;
  }

  private ownVersions(t: number, words: number): number {
    const { version } = this.memory;
    let sum = 0;
    const record = TASK_TABLE + t * TASK_STRIDE;
    for (let page = record >>> PAGE_SHIFT; page < (record + TASK_STRIDE) >>> PAGE_SHIFT; page++)
      sum += version[page];
    const base = this.map.stackBase(t);
    const last = (base + words * 4 - 1) >>> PAGE_SHIFT;
    for (let page = base >>> PAGE_SHIFT; page <= last; page++) sum += version[page];
    return sum;
  }

  /** Begins a chain at context t's own state, which is compared only where it may have changed. False: it is too long. */
  private startChain(t: number): boolean {
    const { H } = this;
    while (this.looks.length <= t) this.looks.push(new Look());
    const known = this.looks[t];
    const record = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    if (
      known.own >= 0 &&
      this.looksHold &&
      known.era === this.era &&
      known.own === this.ownVersions(t, known.words)
    ) {
      this.memo.again(t);
      return true;
    }
    const fp = this.taskField(t, Task.Fp);
    const base = this.map.stackBase(t);
    const words = (fp + this.code.frameBytes[H[(fp >> 2) + 1]] + H[(fp >> 2) + 3] - base) >> 2;
    // What was known for other words of the stack must not be taken for this.
    known.own = -1;
    known.sum = -1;
    if (words > SPIN_WORDS - RECORD_WORDS) return false;
    this.memo.start(t, H, record, RECORD_WORDS, base >> 2, words);
    known.words = words;
    if (!this.looksHold) return true;
    known.own = this.ownVersions(t, words);
    known.era = this.era;
    return true;
  }

  private look(t: number): boolean {
    const { looked, memo } = this;
    this.lookedCount = 0;
    // Who may not look there faults: that ends when the shadow says so, of which nothing is noted here.
    this.lookFails = true;
    if (!this.findLook(t)) return true;
    let { lookAt: address, lookSize: size } = this;
    if (!this.startChain(t)) return true;
    for (;;) {
      if (!this.accessible(address, size, false)) return true;
      looked[this.lookedCount++] = address;
      looked[this.lookedCount++] = size;
      const known = memo.next(this.memory.view, address, size);
      if (known === Spin.Unknown) break;
      if (known !== Spin.LooksAt) {
        this.lookFails = false;
        return known === Spin.Leaves;
      }
      address = memo.address;
      size = memo.size;
    }
    this.lookFails = false;
    return this.takeRound(t);
  }

  /** Takes one round of the loop that context t may spin in, notes where it leads, and undoes everything. */
  private takeRound(t: number): boolean {
    const { H, memory, memo, looked, before0 } = this;
    const record = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    const basew = this.map.stackBase(t) >> 2;
    const { words } = this.looks[t];
    for (let i = 0; i < RECORD_WORDS; i++) before0[i] = H[record + i];
    for (let i = 0; i < words; i++) before0[RECORD_WORDS + i] = H[basew + i];
    const kept = this.keep();
    const { looksHold } = this;
    this.looksHold = false;
    memory.mark();
    memo.again(t);
    let leaves = true;
    const p = record + Task.Pending / 4;
    const site = this.siteOf(t);
    this.lookedCount = 0;
    for (let round = 0; round < MAX_LOOKS; round++) {
      if (!this.findLook(t)) break;
      const { lookAt: address, lookSize: size } = this;
      looked[this.lookedCount++] = address;
      looked[this.lookedCount++] = size;
      memo.next(memory.view, address, size);
      const lo = this.wordOf(address, size);
      const hi = size === 8 ? this.wordOf(address + 4, 4) : 0;
      this.takeLook(t, p);
      // What it tried it has done.
      if (this.wordOf(address, size) !== lo || (size === 8 && this.wordOf(address + 4, 4) !== hi)) break;
      if (this.end !== null || this.findings.length > 0 || this.taskState(t) !== TaskState.Parked) break;
      if (this.sameAsBefore(record, basew, words, before0)) {
        leaves = false;
        break;
      }
      // Back at the same load and not the same: the loop gets on, as one that walks a list does.
      if (!this.maySpin(t) || this.siteOf(t) === site || !this.findLook(t)) break;
      memo.note(Spin.LooksAt, this.lookAt, this.lookSize);
    }
    memo.note(leaves ? Spin.Leaves : Spin.ComesBack, 0, 0);
    memory.rollback();
    memory.dropMark();
    this.looksHold = looksHold;
    this.restore(kept);
    // Undoing the round counts as a change of the context's pages, though it is none.
    const known = this.looks[t];
    if (known.own >= 0) known.own = this.ownVersions(t, words);
    return leaves;
  }

  private wordOf(address: number, size: number): number {
    const { view } = this.memory;
    if (size >= 4) return view.getInt32(address, true);
    return size === 2 ? view.getUint16(address, true) : view.getUint8(address);
  }

  private takeLook(t: number, p: number): void {
    this.focus(t);
    const fp = this.taskField(t, Task.Fp);
    this.memory.touchRange(fp, fp + this.code.frameBytes[this.H[(fp >> 2) + 1]]);
    this.memory.touch(p << 2);
    if (!this.commit(t, p, fp >> 2) || this.end !== null) return;
    const pc = this.code.pcOfSite[this.site] + 8;
    this.clearPending(p);
    this.runLocal(t, pc, fp >> 2);
  }

  private sameAsBefore(record: number, basew: number, words: number, before: Int32Array): boolean {
    const { H } = this;
    for (let i = 0; i < RECORD_WORDS; i++) if (H[record + i] !== before[i]) return false;
    for (let i = 0; i < words; i++) if (H[basew + i] !== before[RECORD_WORDS + i]) return false;
    return true;
  }
}
