// Pending operations: what a parked context's next step is, whether it may be taken, what it touches, taking it.
//
// The hard idea is waiting. A kernel operation says itself when it is ready; a loop in C that only looks at one place
// says nothing, and is recognised by what it does (spinning.ts).

import { Flag } from "../ir/program.js";
import { chunkOf, commitBlock, commitRmw, type Prepared } from "./commit.js";
import type { Finding } from "./finding.js";
import { ACCESS, ASSERT, FOOTPRINT_MAX, MASKED, OWN_STACK, race, StepFootprint, WRITE } from "./footprint.js";
import { DONE, type Footprint, type ObjectOp } from "./host.js";
import {
  CPU_STRIDE,
  CPU_TABLE,
  Cpu,
  Kind,
  MAX_TASKS,
  PENDING_WORDS,
  Pending,
  TASK_STRIDE,
  TASK_TABLE,
  Task,
  TaskState,
} from "./layout.js";
import { Port } from "./port.js";

/** A context in front of its next step. */
export interface Parked {
  readonly task: number;
  readonly cpu: number;
  readonly site: number;
  readonly print: StepFootprint;
}

/**
 * The finding that two contexts make together which are parked at conflicting accesses, in whatever state; null: they
 * make none. Claims of single bits are left out: whether they are broken depends on the state.
 */
export function raceBetween(one: Parked, two: Parked): Finding | null {
  const pair = race(one.print, two.print, MASKED);
  return pair < 0 ? null : racing(one, two, pair);
}

function racing(one: Parked, two: Parked, pair: number): Finding {
  const [i, j] = [Math.floor(pair / FOOTPRINT_MAX), pair % FOOTPRINT_MAX];
  const [a, b] = [one.print, two.print];
  const claimed = ((a.bits[i] | b.bits[j]) & ASSERT) !== 0;
  const swap = claimed ? (b.bits[j] & ASSERT) !== 0 : (a.bits[i] & WRITE) !== 0 && (b.bits[j] & WRITE) === 0;
  const [own, other, at] = swap ? [two, one, j] : [one, two, i];
  return {
    kind: claimed ? "kcsan:assert" : "kcsan:data-race",
    fatal: false,
    task: own.task,
    cpu: own.cpu,
    site: own.site,
    otherTask: other.task,
    otherSite: other.site,
    address: own.print.start[at] >>> 0,
    size: own.print.end[at] - own.print.start[at],
    text: "",
  };
}

export abstract class Operations extends Port {
  /** The pending operation of a context, for replays. */
  pending(t: number): {
    kind: number;
    site: number;
    flags: number;
    addressLo: number;
    addressHi: number;
    size: number;
    phase: number;
    value: bigint;
    value2: bigint;
    op: string;
    args: bigint[];
    ready: boolean;
  } {
    const p = this.pendingBase(t) >> 2;
    const H = this.H;
    const kind = H[p];
    const site = H[p + Pending.Site / 4];
    const info =
      kind >= Kind.Rmw && site >= 0 ? this.code.parks[this.code.code[this.code.pcOfSite[site] + 7]] : null;
    const at = (byte: number) =>
      BigInt.asUintN(64, (BigInt(H[p + byte / 4 + 1]) << 32n) | BigInt(H[p + byte / 4] >>> 0));
    const ready = this.isReady(t);
    return {
      kind: kind === Kind.Load && !ready ? Kind.Await : kind,
      site,
      flags: H[p + Pending.Flags / 4],
      addressLo: H[p + Pending.AddrLo / 4],
      addressHi: H[p + Pending.AddrHi / 4],
      size: H[p + Pending.Size / 4],
      phase: H[p + Pending.Phase / 4],
      value: at(Pending.ValLo),
      value2: at(Pending.Val2Lo),
      op: kind === Kind.Kop ? this.program.kernelOps[info!.kop] : info && kind === Kind.Rmw ? info.rmw : "",
      args: kind === Kind.Kop ? Array.from(info!.args, (_, i) => at(Pending.Args + i * 8)) : [],
      ready,
    };
  }

  /** The object behind context t's pending kernel operation, or null. */
  pendingObject(t: number): ObjectOp | null {
    if (t >= this.taskCount()) return null;
    return this.H[this.pendingBase(t) >> 2] === Kind.Kop ? this.kopOf(t) : null;
  }

  /** May the next step of context t have to wait? */
  mayWait(t: number): boolean {
    const op = this.pendingObject(t);
    if (op?.ready === undefined) return false;
    return this.H[(this.pendingBase(t) + Pending.Phase) >> 2] >= (op.waitsFrom ?? 0);
  }

  /** Does context t keep other tasks from its CPU now? */
  holdsCpu(t: number): boolean {
    if (t >= this.taskCount() || this.taskState(t) !== TaskState.Parked) return false;
    if (this.keepsCpu(t)) return true;
    const current = this.H[(CPU_TABLE + this.cpuOf(t) * CPU_STRIDE + Cpu.Current) >> 2];
    return this.config.preempt === "none" && current === t + 1;
  }

  /** Does the context come in between the steps of others on its CPU? */
  isInterrupt(t: number): boolean {
    return t < this.taskCount() && this.taskField(t, Task.Level) > 0;
  }

  /** The object behind kernel operation i of the program, or null if nobody models it. */
  objectOf(i: number): ObjectOp | null {
    return this.ops[i];
  }

  protected kopOf(t: number): ObjectOp | null {
    const site = this.H[(this.pendingBase(t) + Pending.Site) >> 2];
    return this.ops[this.code.parks[this.code.code[this.code.pcOfSite[site] + 7]].kop];
  }

  /**
   * The finding that contexts t and u, parked at conflicting accesses, make together. Where only one of them writes it
   * is the other party, and where one of them claims exclusiveness that one reports, as KCSAN has it. Null: what is
   * written changes none of the bits that are claimed.
   */
  raceFinding(t: number, u: number): Finding | null {
    const [a, b] = [new StepFootprint(), new StepFootprint()];
    this.footprint(t, a);
    this.footprint(u, b);
    let pair = race(a, b);
    if (pair >= 0 && !this.breaksClaim(t, u, a, b, pair)) pair = race(a, b, MASKED);
    if (pair < 0) return null;
    const parked = (task: number, print: StepFootprint): Parked => ({
      task,
      cpu: this.cpuOf(task),
      site: this.siteOf(task),
      print,
    });
    return racing(parked(t, a), parked(u, b), pair);
  }

  /** False: one of the two claims bits that the other's write leaves as they are. */
  private breaksClaim(t: number, u: number, a: StepFootprint, b: StepFootprint, pair: number): boolean {
    const [i, j] = [Math.floor(pair / FOOTPRINT_MAX), pair % FOOTPRINT_MAX];
    if (((a.bits[i] | b.bits[j]) & MASKED) === 0) return true;
    const [claim, at, writer] = (a.bits[i] & MASKED) !== 0 ? [a, i, u] : [b, j, t];
    return this.changesBits(writer, claim.start[at] >>> 0, claim.end[at] - claim.start[at], claim);
  }

  /** Would the next step of context t change these bits? Found by making it and undoing it. */
  private changesBits(t: number, address: number, size: number, claim: StepFootprint): boolean {
    const p = this.pendingBase(t) >> 2;
    // What makes contexts leaves more behind than memory.
    if (this.pendingObject(t)?.makes === true || !this.accessible(address, size, false)) return true;
    const mask = (BigInt(claim.maskHi) << 32n) | BigInt(claim.maskLo >>> 0);
    const kept = this.keep();
    this.memory.mark();
    const before = this.valueAt(address, size);
    this.focus(t);
    const fp = this.taskField(t, Task.Fp);
    this.memory.touchRange(fp, fp + this.code.frameBytes[this.H[(fp >> 2) + 1]]);
    this.memory.touch(p << 2);
    this.commit(t, p, fp >> 2);
    const changed = (before ^ this.valueAt(address, size)) & mask;
    this.memory.rollback();
    this.memory.dropMark();
    this.restore(kept);
    return BigInt.asUintN(size * 8, changed) !== 0n;
  }

  waitingIn(t: number): string {
    if (this.taskState(t) !== TaskState.Parked) return "";
    const op = this.pendingObject(t);
    if (op === null) return "";
    // Looking must not move the port.
    const { task } = this;
    const ready = this.isReady(t);
    this.focus(task);
    return ready ? "" : op.name;
  }

  protected isReady(t: number): boolean {
    const kind = this.H[this.pendingBase(t) >> 2];
    if (this.code.mayspin[this.siteOf(t)] !== 0 && this.maySpin(t)) return this.leavesLoop(t);
    if (kind !== Kind.Kop) return true;
    const op = this.kopOf(t);
    if (!op?.ready) return true;
    this.focus(t);
    return op.ready(this);
  }

  /**
   * Migrations are choices with numbers from the top: MAX_TASKS - 1 is the last unbound context to the last CPU. A
   * number means the same in every state of a run, since contexts are never forgotten.
   */
  protected migrationChoices(): number {
    if (this.migrations === 0) return 0;
    const count = this.taskCount();
    let unbound = 0;
    for (let t = 1; t < count; t++) if (this.isUnbound(t)) unbound++;
    const choices = unbound * this.config.cpus;
    if (count + choices > MAX_TASKS) {
      this.unsupported(
        `${unbound} unbound tasks on ${this.config.cpus} CPUs: more migrations than can be told apart`,
      );
      return 0;
    }
    return choices;
  }

  /** What a migration choice means: the context and the CPU it goes to. */
  migration(choice: number): { task: number; cpu: number } | null {
    if (choice < this.taskCount()) return null;
    const { cpus } = this.config;
    let index = choice - (MAX_TASKS - this.migrationChoices());
    for (let t = 1; t < this.taskCount(); t++) {
      if (!this.isUnbound(t)) continue;
      if (index < cpus) return { task: t, cpu: index };
      index -= cpus;
    }
    return null;
  }

  /** What context t's next step touches. */
  footprint(t: number, f: StepFootprint): void {
    const key = this.footprintKey(t);
    if (key >= 0) {
      const p = this.pendingBase(t) >> 2;
      const site = this.H[p + Pending.Site / 4];
      const address = this.H[p + Pending.AddrLo / 4];
      // Contexts that do not move stand in front of the same access in state after state.
      if (f.site === site && f.address === address && f.by === key) {
        if (f.dependsOnLocks) this.enterTouched(t, f);
        return;
      }
      this.makeFootprint(t, f);
      f.site = site;
      f.address = address;
      f.by = key;
    } else this.makeFootprint(t, f);
  }

  /** What the footprint of context t's next step depends on besides site and address; -1: on more than a number holds. */
  private footprintKey(t: number): number {
    if (this.wiring.claims.length > 0 || t >= this.taskCount() || !this.staysAsItIs(t)) return -1;
    const p = this.pendingBase(t) >> 2;
    if (this.H[p + Pending.AddrHi / 4] !== 0) return -1;
    // Each round of guessing has to see every access again.
    const round = (this.confinement?.restarts ?? 0) & 0x7ffff;
    const kept = this.keepsItsCpu(t) ? 1 : 0;
    const marking = this.taskField(t, Task.Marking) !== 0 ? 1 : 0;
    return (round << 12) | (marking << 11) | (kept << 10) | (this.cpuOf(t) << 5) | t;
  }

  /** Does the step of context t make its CPU more or less available to others? */
  private keepsItsCpu(t: number): boolean {
    return this.config.preempt === "none" || this.keepsCpu(t) || this.taskField(t, Task.OffCpu) !== 0;
  }

  private makeFootprint(t: number, f: StepFootprint): void {
    f.clear();
    if (t >= this.taskCount()) {
      const to = this.migration(t)!;
      f.write(TASK_TABLE + to.task * TASK_STRIDE + Task.Cpu, 4);
      f.cpu(this.cpuOf(to.task));
      f.cpu(to.cpu);
      this.enterTouched(t, f);
      return;
    }
    const p = this.pendingBase(t) >> 2;
    const H = this.H;
    const address = H[p + Pending.AddrLo / 4];
    const c = this.cpuOf(t);
    switch (H[p + Pending.Kind / 4]) {
      case Kind.Load:
      case Kind.Store:
      case Kind.Rmw:
      case Kind.CmpXchg:
        if (H[p + Pending.AddrHi / 4] === 0) {
          const kind = H[p + Pending.Kind / 4];
          const flags = H[p + Pending.Flags / 4];
          const spins = this.maySpin(t);
          // A compare-exchange that would fail here only reads, and so does what only comes back.
          const write =
            kind !== Kind.Load &&
            (kind !== Kind.CmpXchg || this.wouldSwap(p)) &&
            (kind !== Kind.Rmw || !spins || this.leavesLoop(t));
          const marked =
            (flags & Flag.Marked) !== 0 ||
            kind === Kind.Rmw ||
            kind === Kind.CmpXchg ||
            this.taskField(t, Task.Marking) !== 0;
          if (kind === Kind.Rmw && H[p + Pending.Dst / 4] === 0)
            f.add(address, H[p + Pending.Size / 4], ACCESS | WRITE | this.commuting(p));
          else if ((flags & Flag.DataRace) !== 0) f.quiet(address, H[p + Pending.Size / 4], write);
          else f.access(address, H[p + Pending.Size / 4], write, marked);
          if (spins) this.addLooks(t, f);
        }
        break;
      case Kind.Copy:
      case Kind.Fill:
        this.blockFootprint(t, f);
        break;
      case Kind.Kop: {
        const op = this.kopOf(t);
        if (op?.touches) {
          this.focus(t);
          op.touches(this, f as Footprint);
        }
        break;
      }
    }
    for (const claims of this.wiring.claims) claims(this, t, f);
    // Where an unbound context is decides what its step does.
    if (this.migrations > 0 && this.taskField(t, Task.Bound) === 0)
      f.read(TASK_TABLE + t * TASK_STRIDE + Task.Cpu, 4);
    // Any step may be the one with which it ends.
    if (this.makesContexts) f.writeContext(t);
    if (this.keepsItsCpu(t)) f.cpu(c);
    else f.needsCpu(c);
    this.confinement?.moves(t);
    if (this.confinement?.isLent(t) === true) {
      const { map } = this;
      f.add(map.stackBase(t), map.stackEnd(t) - map.stackBase(t), WRITE | OWN_STACK);
    }
    this.enterTouched(t, f);
  }

  /** Whether a context in a spin loop can go on depends on all the places that a round looks at. */
  private addLooks(t: number, f: StepFootprint): void {
    this.leavesLoop(t);
    const places = this.furtherLooks(t);
    for (let i = 0; i < places.length; i += 2) f.quiet(places[i], places[i + 1], false);
  }

  private enterTouched(t: number, f: StepFootprint): void {
    const guess = this.confinement;
    if (guess === null) return;
    f.dependsOnLocks = false;
    for (let i = 0; i < f.count; i++) {
      const bits = f.bits[i];
      if ((bits & OWN_STACK) !== 0) continue;
      guess.access(this, t, f.start[i], f.end[i], (bits & WRITE) !== 0);
      if (guess.depends) f.dependsOnLocks = true;
    }
  }

  /** Does the footprint of context t's next step stay as it is until t moves? */
  staysAsItIs(t: number): boolean {
    if (t >= this.taskCount() || (this.migrations > 0 && this.isUnbound(t))) return false;
    const p = this.pendingBase(t) >> 2;
    const kind = this.H[p];
    if (kind === Kind.Store) return true;
    return (kind === Kind.Load || kind === Kind.Rmw) && this.code.mayspin[this.H[p + Pending.Site / 4]] === 0;
  }

  /** The kind of read-modify-write pending at p, as a bit that two which commute have in common. */
  private commuting(p: number): number {
    const site = this.H[p + Pending.Site / 4];
    return this.code.parks[this.code.code[this.code.pcOfSite[site] + 7]].commutes;
  }

  /** Does context t's next step write or only read, depending on the value it finds: a compare-exchange, a try? */
  mayOnlyRead(t: number): boolean {
    if (t >= this.taskCount()) return false;
    const p = this.pendingBase(t) >> 2;
    const kind = this.H[p];
    if (kind === Kind.Kop) return this.kopOf(t)?.tries !== undefined;
    return kind === Kind.CmpXchg || (kind === Kind.Rmw && this.code.mayspin[this.siteOf(t)] !== 0);
  }

  /** Would the compare-exchange pending at p succeed now? */
  protected wouldSwap(p: number): boolean {
    const H = this.H;
    const address = H[p + Pending.AddrLo / 4] >>> 0;
    const size = H[p + Pending.Size / 4];
    if (!this.accessible(address, size, true)) return true;
    const view = this.memory.view;
    const lo = H[p + Pending.ValLo / 4];
    if (size === 8) {
      return (
        view.getInt32(address, true) === lo && view.getInt32(address + 4, true) === H[p + Pending.ValHi / 4]
      );
    }
    if (size === 4) return view.getInt32(address, true) === lo;
    return size === 2
      ? view.getUint16(address, true) === (lo & 0xffff)
      : view.getUint8(address) === (lo & 0xff);
  }

  protected blockFootprint(t: number, f: StepFootprint): void {
    const p = this.pendingBase(t) >> 2;
    this.focus(t);
    const o = this.prepared(p, this.taskField(t, Task.Fp) >> 2);
    const flags = this.H[p + Pending.Flags / 4];
    const a = this.H[p + Pending.Args / 4];
    const b = this.H[p + Pending.Args / 4 + 2];
    const total = this.H[p + Pending.Args / 4 + 4];
    // Only the bytes of the next chunk: where they are depends on how far the operation is.
    const chunk = chunkOf(a, b, total, this.phase, o.info.block);
    const write = o.info.block === "fill" || (this.phase & 1) !== 0;
    const start = (write ? a : b) + chunk.offset;
    if ((flags & Flag.DataRace) !== 0) f.quiet(start, chunk.size, write);
    else {
      const marked = (flags & Flag.Marked) !== 0 || this.taskField(t, Task.Marking) !== 0;
      f.access(start, chunk.size, write, marked);
    }
  }

  /** The fault at which the running context stands ends the run. */
  protected abstract tellFault(reason: number, lo: number, hi: number): void;

  /** Performs the pending operation; true when it is complete (or the run ended). */
  protected commit(t: number, p: number, fpw: number): boolean {
    const { H } = this;
    const kind = H[p];
    const lo = H[p + Pending.AddrLo / 4];
    const size = H[p + Pending.Size / 4];
    if (kind === Kind.Kop) return this.commitKop(t, p);
    if (kind === Kind.Fault) {
      this.tellFault(H[p + Pending.ValLo / 4], H[p + Pending.Val2Lo / 4], H[p + Pending.Val2Hi / 4]);
      return true;
    }
    if (kind === Kind.Copy || kind === Kind.Fill) return commitBlock(this.prepared(p, fpw));
    const write = kind !== Kind.Load;
    const address = lo >>> 0;
    const plain = this.plainlyFine(address, H[p + Pending.AddrHi / 4], size, write);
    // An atomic operation does not only copy what it finds.
    if (!plain && kind >= Kind.Rmw && H[p + Pending.AddrHi / 4] === 0 && this.mayBeUnset(address, size))
      this.usedUnsetAt(address, size);
    if (!plain && !this.mayAccess(lo, H[p + Pending.AddrHi / 4], size, write)) return true;
    const dst = H[p + Pending.Dst / 4];
    if (!plain && kind === Kind.Load)
      this.loadBits(
        fpw + dst,
        address,
        size,
        this.code.accessSigned[this.code.code[this.code.pcOfSite[this.site]]] !== 0,
      );
    if (kind === Kind.Store && (H[p + Pending.Val2Lo / 4] | H[p + Pending.Val2Hi / 4]) !== 0)
      this.storedUnset(address, size, H[p + Pending.Val2Lo / 4], H[p + Pending.Val2Hi / 4]);
    if (size >= 4 && (address & (size - 1)) === 0 && kind <= Kind.Store) {
      const w = address >>> 2;
      if (kind === Kind.Load) {
        H[fpw + dst] = H[w];
        if (size === 8) H[fpw + dst + 1] = H[w + 1];
        return true;
      }
      this.memory.touch(address);
      H[w] = H[p + Pending.ValLo / 4];
      if (size === 8) H[w + 1] = H[p + Pending.ValHi / 4];
      return true;
    }
    if ((lo & (size - 1)) !== 0) this.misaligned(address, size, write, H[p + Pending.Flags / 4]);
    if (kind === Kind.Load) {
      const signed = this.code.accessSigned[this.code.code[this.code.pcOfSite[this.site]]] !== 0;
      const view = this.memory.view;
      if (size === 8) {
        H[fpw + dst] = view.getInt32(address, true);
        H[fpw + dst + 1] = view.getInt32(address + 4, true);
      } else if (size === 4) H[fpw + dst] = view.getInt32(address, true);
      else if (size === 2)
        H[fpw + dst] = signed ? view.getInt16(address, true) : view.getUint16(address, true);
      else H[fpw + dst] = signed ? view.getInt8(address) : view.getUint8(address);
    } else if (kind === Kind.Store) {
      this.storeSized(address, size, H[p + Pending.ValLo / 4], H[p + Pending.ValHi / 4]);
    } else {
      commitRmw(this.prepared(p, fpw));
    }
    return true;
  }

  /** Are there bits at an address that nobody has set, if it is one? */
  private mayBeUnset(address: number, size: number): boolean {
    return (
      address >= this.map.imageBase && address + size <= this.map.memoryEnd && this.unset.some(address, size)
    );
  }

  /** The operation at p (a word index) is complete: its record becomes zeros. */
  protected clearPending(p: number): void {
    const { H } = this;
    const kind = H[p];
    // What is only a load, a store or an atomic has used the words in front of Temp.
    if (kind > Kind.CmpXchg) {
      H.fill(0, p, p + PENDING_WORDS);
      return;
    }
    for (let i = p; i < p + Pending.Temp / 4; i++) H[i] = 0;
  }

  protected readonly preparedOp: Prepared = { machine: this, p: 0, fpw: 0, info: null as never };

  protected prepared(p: number, fpw: number): Prepared {
    const o = this.preparedOp;
    o.p = p;
    o.fpw = fpw;
    o.info = this.code.parks[this.code.code[this.code.pcOfSite[this.site] + 7]];
    return o;
  }

  protected commitKop(t: number, p: number): boolean {
    const info = this.code.parks[this.code.code[this.code.pcOfSite[this.site] + 7]];
    const op = this.ops[info.kop];
    if (op === null) {
      this.unsupported(`the operation ${this.program.kernelOps[info.kop]}() is declared but not modelled`);
      return true;
    }
    for (const rule of this.wiring.before[info.kop]) rule(this);
    if (this.end !== null) return true;
    const next = op.commit(this);
    if (this.end !== null) return true;
    if (next === DONE) {
      this.marksNext = op.marksNext === true;
      return true;
    }
    this.H[p + Pending.Phase / 4] = next;
    this.focus(t);
    return false;
  }

  // ------------------------------------------------------------------ what spinning.ts adds

  /**
   * Could context t be spinning: is it parked at a load on a cycle that changes nothing, or at what a cycle tries and
   * nothing else?
   */
  maySpin(t: number): boolean {
    const p = this.pendingBase(t) >> 2;
    const { H } = this;
    if (this.code.mayspin[H[p + Pending.Site / 4]] === 0 || !this.awaits) return false;
    const kind = H[p];
    if (kind !== Kind.Kop) return kind === Kind.Load || kind === Kind.Rmw || kind === Kind.CmpXchg;
    return this.kopOf(t)?.tries !== undefined;
  }

  /** Does such a context leave its loop now? */
  protected abstract leavesLoop(t: number): boolean;

  /** Where the latest leavesLoop() looked behind the load itself: address and size, one pair after the other. */
  protected abstract furtherLooks(t: number): readonly number[];

  /** What a step leaves outside memory. */
  protected keep() {
    const { task, cpu, site, phase, solo, end, endText, confinement, profile, runningFp, marksNext } = this;
    const { confinedLeft, rounds } = this;
    const { onPrint, onObject, onFinding } = this;
    const kept = {
      ...{ task, cpu, site, phase, solo, end, endText, confinement, profile, runningFp, marksNext },
      ...{ onPrint, onObject, onFinding, confinedLeft, rounds },
    };
    const findings = [...this.findings];
    const facts = [...this.facts];
    const unstopped = [...this.unstopped];
    this.findings.length = 0;
    this.end = null;
    this.confinement = null;
    this.onPrint = null;
    this.onObject = null;
    this.onFinding = null;
    this.profile = null;
    return { kept, findings, facts, unstopped };
  }

  protected restore({ kept, findings, facts, unstopped }: ReturnType<Operations["keep"]>): void {
    Object.assign(this, kept);
    for (const [list, old] of [
      [this.findings, findings],
      [this.facts, facts],
      [this.unstopped, unstopped],
    ] as const) {
      list.length = 0;
      (list as unknown[]).push(...old);
    }
  }

  abstract cpuFree(t: number): boolean;

  protected abstract runLocal(t: number, pc: number, fpw: number): void;
}
