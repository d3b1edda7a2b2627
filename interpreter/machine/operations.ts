// Pending operations: what a parked context's next step is, whether it may be taken, what it touches, taking it.
//
// The hard idea is waiting. A kernel operation says itself when it is ready; a loop in C that only looks at one place
// says nothing, and is recognised by what it does (see "Spinning" below).

import { Flag } from "../ir/program.js";
import { chunkOf, commitBlock, commitRmw, type Prepared } from "./commit.js";
import type { Finding } from "./finding.js";
import { ACCESS, ASSERT, FOOTPRINT_MAX, race, StepFootprint, WRITE } from "./footprint.js";
import { DONE, type Footprint, type ObjectOp } from "./host.js";
import { Kind, MAX_TASKS, Pending, TASK_STRIDE, TASK_TABLE, Task, TaskState } from "./layout.js";
import { Port } from "./port.js";

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
    return {
      kind,
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
      ready: this.isReady(t),
    };
  }

  /** The object behind context t's pending kernel operation, or null. */
  pendingObject(t: number): ObjectOp | null {
    if (t >= this.taskCount()) return null;
    return this.H[this.pendingBase(t) >> 2] === Kind.Kop ? this.kopOf(t) : null;
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
   * is the other party, and where one of them claims exclusiveness that one reports, as KCSAN has it.
   */
  raceFinding(t: number, u: number): Finding {
    const [a, b] = [new StepFootprint(), new StepFootprint()];
    this.footprint(t, a);
    this.footprint(u, b);
    const pair = race(a, b);
    const [i, j] = pair < 0 ? [0, 0] : [Math.floor(pair / FOOTPRINT_MAX), pair % FOOTPRINT_MAX];
    const claimed = ((a.bits[i] | b.bits[j]) & ASSERT) !== 0;
    const swap = claimed
      ? (b.bits[j] & ASSERT) !== 0
      : (a.bits[i] & WRITE) !== 0 && (b.bits[j] & WRITE) === 0;
    const [own, other, print, at] = swap ? [u, t, b, j] : [t, u, a, i];
    this.focus(own);
    const size = print.end[at] - print.start[at];
    const kind = claimed ? "kcsan:assert" : "kcsan:data-race";
    return this.finding(kind, "", false, print.start[at] >>> 0, size, other, this.siteOf(other));
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
    if (kind === Kind.Await) return this.awaitedHasChanged(t);
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
      case Kind.Await:
      case Kind.Store:
      case Kind.Rmw:
      case Kind.CmpXchg:
        if (H[p + Pending.AddrHi / 4] === 0) {
          const kind = H[p + Pending.Kind / 4];
          const flags = H[p + Pending.Flags / 4];
          // A compare-exchange that would fail here only reads.
          const write =
            kind !== Kind.Load && kind !== Kind.Await && (kind !== Kind.CmpXchg || this.wouldSwap(p));
          const marked = (flags & Flag.Marked) !== 0 || kind === Kind.Rmw || kind === Kind.CmpXchg;
          if (kind === Kind.Rmw && H[p + Pending.Dst / 4] === 0)
            f.add(address, H[p + Pending.Size / 4], ACCESS | WRITE | this.commuting(p));
          else if ((flags & Flag.DataRace) !== 0) f.quiet(address, H[p + Pending.Size / 4], write);
          else f.access(address, H[p + Pending.Size / 4], write, marked);
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
    // Where an unbound context is decides what its step does.
    if (this.migrations > 0 && this.taskField(t, Task.Bound) === 0)
      f.read(TASK_TABLE + t * TASK_STRIDE + Task.Cpu, 4);
    // Any step may be the one with which it ends.
    if (this.makesContexts) f.writeContext(t);
    if (this.config.preempt === "none" || this.keepsCpu(t) || this.taskField(t, Task.OffCpu) !== 0) f.cpu(c);
    else f.needsCpu(c);
    this.enterTouched(t, f);
  }

  private enterTouched(t: number, f: StepFootprint): void {
    const guess = this.confinement;
    if (guess === null) return;
    for (let i = 0; i < f.count; i++) guess.access(t, f.start[i], f.end[i], (f.bits[i] & WRITE) !== 0);
  }

  /** The kind of read-modify-write pending at p, as a bit that two which commute have in common. */
  private commuting(p: number): number {
    const site = this.H[p + Pending.Site / 4];
    return this.code.parks[this.code.code[this.code.pcOfSite[site] + 7]].commutes;
  }

  /** Is context t's next step a compare-exchange, whose footprint depends on the value it finds? */
  mayOnlyRead(t: number): boolean {
    return t < this.taskCount() && this.H[this.pendingBase(t) >> 2] === Kind.CmpXchg;
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
    else f.access(start, chunk.size, write, (flags & Flag.Marked) !== 0);
  }

  /** Performs the pending operation; true when it is complete (or the run ended). */
  protected commit(t: number, p: number, fpw: number): boolean {
    const { H } = this;
    const kind = H[p];
    const lo = H[p + Pending.AddrLo / 4];
    const size = H[p + Pending.Size / 4];
    if (kind === Kind.Kop) return this.commitKop(t, p);
    if (kind === Kind.Copy || kind === Kind.Fill) return commitBlock(this.prepared(p, fpw));
    const write = kind !== Kind.Load;
    if (!this.mayAccess(lo, H[p + Pending.AddrHi / 4], size, write)) return true;
    const address = lo >>> 0;
    const dst = H[p + Pending.Dst / 4];
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
    for (const rule of this.before[info.kop]) rule(this);
    if (this.end !== null) return true;
    const next = op.commit(this);
    if (this.end !== null) return true;
    if (next === DONE) return true;
    this.H[p + Pending.Phase / 4] = next;
    this.focus(t);
    return false;
  }

  /**
   * Spinning. A context that loads, goes round and stands in front of the same load with nothing changed but what
   * it read will do so until another value is there. It then waits for that, which is the same run without the
   * idle rounds, however its condition is written. `spin` holds the context's state from before the load.
   */
  protected readonly spin = new Int32Array(1024);
  protected spinWords = 0;

  protected rememberForSpin(t: number, fp: number): void {
    const H = this.H;
    const words = (this.code.frameBytes[H[(fp >> 2) + 1]] + H[(fp >> 2) + 3]) >> 2;
    const record = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    this.spinWords = 0;
    if (words + TASK_STRIDE / 4 > this.spin.length) return;
    for (let i = 0; i < TASK_STRIDE / 4; i++) this.spin[i] = H[record + i];
    for (let i = 0; i < words; i++) this.spin[TASK_STRIDE / 4 + i] = H[(fp >> 2) + i];
    this.spinWords = words + TASK_STRIDE / 4;
  }

  /** After the step: if all is as before the load, the context waits for another value than (lo, hi). */
  protected awaitIfSpinning(t: number, lo: number, hi: number): void {
    const H = this.H;
    const record = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    const fpw = H[record + Task.Fp / 4] >> 2;
    if (this.spin[Task.Fp / 4] !== fpw << 2 || H[fpw + 2] !== this.spin[TASK_STRIDE / 4 + 2]) return;
    // A repeated await keeps its kind and value: compare with the plain load it stands for.
    for (let i = 0; i < TASK_STRIDE / 4; i++) if (H[record + i] !== this.spin[i]) return;
    for (let i = TASK_STRIDE / 4; i < this.spinWords; i++)
      if (H[fpw + i - TASK_STRIDE / 4] !== this.spin[i]) return;
    const p = record + Task.Pending / 4;
    H[p] = Kind.Await;
    H[p + Pending.ValLo / 4] = lo;
    H[p + Pending.ValHi / 4] = hi;
  }

  protected awaitedHasChanged(t: number): boolean {
    const H = this.H;
    const p = this.pendingBase(t) >> 2;
    const address = H[p + Pending.AddrLo / 4] >>> 0;
    const size = H[p + Pending.Size / 4];
    if (!this.accessible(address, size, false)) return true;
    const view = this.memory.view;
    if (size === 8) {
      return (
        view.getInt32(address, true) !== H[p + Pending.ValLo / 4] ||
        view.getInt32(address + 4, true) !== H[p + Pending.ValHi / 4]
      );
    }
    const lo =
      size === 4
        ? view.getInt32(address, true)
        : size === 2
          ? view.getUint16(address, true)
          : view.getUint8(address);
    return lo !== H[p + Pending.ValLo / 4];
  }
}
