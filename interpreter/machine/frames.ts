// Frames at rest, and what local code asks of the machine while it runs (the interface VmHost in vm.ts).
//
// Local code runs until it stands in front of a visible operation. The context is then parked: the operation and its
// operands lie in the context's record, the frame holds exactly its live registers (dead ones are zero), so that equal
// situations are equal bytes.

import { CALL_UNPROTOTYPED, Check, Trap } from "../ir/ops.js";
import { AddressSpace, Flag, type Instr } from "../ir/program.js";
import { UNTRANSLATED } from "./code.js";
import { CONFINED_ROUNDS, CONFINED_RUN } from "./confine.js";
import { StepFootprint, WRITE } from "./footprint.js";
import { regOffset } from "./fuse.js";
import { CPU_STRIDE, CPU_TABLE, Kind, Pending, Task } from "./layout.js";
import { SWITCHED } from "./loop.js";
import { Spinning } from "./spinning.js";
import { AT_REST, FAULT, GO_ON, PARKED, STOPPED, type VmHost } from "./step.js";

const NO_FUNCTION = -1;
/** How local code faults, besides the reasons of traps (ir/ops.ts). */
const DIVIDE = 0;
const CALL = -1;
/** Longest block operation that is looked at for confinement, in bytes. */
const MAX_BLOCK = 4096;

export abstract class Frames extends Spinning implements VmHost {
  /** The budget of the loop is a slice: when it is used up, the loop returns SWITCHED and may be gone on with. */
  slicing = false;

  protected rest(pc: number, fpw: number): void {
    const site = this.code.code[pc + 6];
    this.setTaskField(this.task, Task.Fp, fpw << 2);
    this.H[fpw + 2] = site + 1;
    this.zeroDead(site, fpw);
  }

  protected zeroDead(site: number, fpw: number): void {
    const { dead, deadStart } = this.code;
    const H = this.H;
    const end = deadStart[site + 1];
    for (let i = deadStart[site]; i < end; i++) {
      H[fpw + dead[i]] = 0;
      H[fpw + dead[i] + 1] = 0;
    }
  }

  slowAddress(pc: number, fpw: number, size: number, write: boolean): number {
    const c = this.code.code;
    const flags = c[pc + 5];
    const rl = this.H[fpw + c[pc + 2]];
    const imm = c[pc + 4];
    const lo = (rl + imm) | 0;
    const carry = (lo >>> 0 < rl >>> 0 ? 1 : 0) + (imm < 0 ? -1 : 0);
    const hi = (this.H[fpw + c[pc + 2] + 1] + carry) | 0;
    const readOnly = !write && hi === 0 && lo >>> 0 >= this.map.imageBase && lo >>> 0 < this.rodataEnd;
    this.site = c[pc + 6];
    this.runningFp = fpw << 2;
    if (!this.solo && (flags & Flag.Private) === 0 && !readOnly) {
      const own =
        hi === 0 &&
        this.confinement !== null &&
        this.faults.check(lo, hi, size, write, this.task, fpw << 2) === null &&
        this.unobserved(pc, lo >>> 0, size, write);
      if (!own) {
        this.parkAt(pc, fpw, lo, hi);
        return AT_REST;
      }
    }
    const fault = this.faults.check(lo, hi, size, write, this.task, fpw << 2);
    if (fault === null) {
      if (write) this.unset.settle(lo >>> 0, size);
      else this.loadBits(fpw + c[pc + 1], lo >>> 0, size, this.code.accessSigned[c[pc]] !== 0);
      if ((lo & (size - 1)) !== 0) this.misaligned(lo >>> 0, size, write, flags);
      return lo >>> 0;
    }
    this.H[fpw + 2] = this.site + 1;
    this.fault(fault, lo, hi, size, write);
    return FAULT;
  }

  /** Would the load at pc bring unset bits into a register, if it were performed now? */
  meetsUnset(pc: number, fpw: number): boolean {
    const c = this.code.code;
    const rl = this.H[fpw + c[pc + 2]];
    const address = (rl >>> 0) + c[pc + 4];
    if (this.code.accessStore[c[pc]] !== 0 || this.H[fpw + c[pc + 2] + 1] !== 0) return false;
    const size = this.code.accessSize[c[pc]];
    return (
      address >= this.map.imageBase && address + size <= this.memoryEnd && this.unset.some(address, size)
    );
  }

  usedUnset(pc: number, fpw: number): void {
    const choice = this.code.choiceOfPc[pc >> 3];
    this.site = choice >= 0 ? choice : this.code.code[pc + 6];
    this.runningFp = fpw << 2;
    this.usedUnsetAt(this.taskField(this.task, Task.Origin) >>> 0, 1);
  }

  looksOn(kernelOp: number): boolean {
    return this.ops[kernelOp]?.looksOn === true;
  }

  forgetBits(): void {
    const { H, map } = this;
    const base = map.stackBase(this.task);
    for (let fp = this.runningFp; fp !== 0; fp = H[fp >> 2] === 0 ? 0 : base + H[fp >> 2] - 1) {
      const end = fp + this.code.localStart[H[(fp >> 2) + 1]];
      for (let w = (fp >> 2) + 4; w << 2 < end; w += 2) this.setBits(w, 0, 0);
    }
  }

  /** May the plain access at pc be taken without stopping? Then it counts as taken. */
  unobserved(pc: number, address: number, size: number, write: boolean): boolean {
    const guess = this.confinement;
    if (guess === null) return false;
    const site = this.code.code[pc + 6];
    if (!guess.access(this, this.task, address, address + size, write)) return false;
    if (this.confinedLeft === 0 || guess.exposed[site] !== 0) return false;
    if (this.code.mayspin[site] !== 0 && (this.isToBeSeen() || !this.ownsCpu())) return false;
    this.takeUnstopped(site);
    return true;
  }

  /**
   * The running context is about to perform its operation at p. If it stopped there only to be seen to spin, it stops at
   * all such places, until something else stops it: a round may have several, and not each shows that it spins.
   */
  protected countRounds(p: number, fpw: number): void {
    const seen = this.confinement !== null && this.code.mayspin[this.site] !== 0 && this.isConfined(p, fpw);
    this.rounds = seen ? 0 : CONFINED_ROUNDS;
  }

  /** Has the context gone so far without stopping that it has to stop at what may be a spin loop, to be seen to spin? */
  private isToBeSeen(): boolean {
    return this.confinedLeft <= CONFINED_RUN - this.rounds;
  }

  private takeUnstopped(site: number): void {
    this.confinedLeft--;
    this.lastUnstopped = site;
    this.unstopped.push(this.task);
  }

  /** Does the pending operation of the running context (at p) touch only what is confined to it, without a fault? */
  private staysConfined(p: number, fpw: number): boolean {
    const guess = this.confinement;
    if (guess === null || this.confinedLeft === 0) return false;
    if (guess.exposed[this.H[p + Pending.Site / 4]] !== 0) return false;
    if (this.maySpin(this.task) && (this.isToBeSeen() || !this.ownsCpu())) return false;
    return this.isConfined(p, fpw);
  }

  /** Can nobody take the CPU away from the running context? Who may be spinning might be kept from it there for ever. */
  private ownsCpu(): boolean {
    const at = CPU_TABLE + this.cpu * CPU_STRIDE;
    return this.confinement!.access(this, this.task, at, at + 4, true);
  }

  private isConfined(p: number, fpw: number): boolean {
    const guess = this.confinement!;
    const { H, task } = this;
    const kind = H[p];
    const touched = this.touched;
    touched.clear();
    if (kind === Kind.Kop) {
      const op = this.kopOf(task);
      // One that may still be moved to another CPU can be moved in front of it, and not behind.
      // What one that makes or ends contexts does to them is known only when they have been looked at.
      if (op?.touches === undefined || op.makes === true || this.migratable(task)) return false;
      op.touches(this, touched);
    } else if (kind === Kind.Copy || kind === Kind.Fill) {
      const { block } = this.prepared(p, fpw).info;
      const to = H[p + Pending.Args / 4];
      const from = H[p + Pending.Args / 4 + 2];
      const size = H[p + Pending.Args / 4 + 4];
      const high = H[p + Pending.Args / 4 + 1] | H[p + Pending.Args / 4 + 5];
      if (high !== 0 || size <= 0 || size > MAX_BLOCK || !this.accessible(to >>> 0, size, true)) return false;
      touched.access(to, size, true, false);
      if (block !== "fill") {
        if (H[p + Pending.Args / 4 + 3] !== 0 || !this.accessible(from >>> 0, size, false)) return false;
        touched.access(from, size, false, false);
      }
    } else {
      const address = H[p + Pending.AddrLo / 4];
      const size = H[p + Pending.Size / 4];
      const write = kind !== Kind.Load;
      if (H[p + Pending.AddrHi / 4] !== 0 || !this.accessible(address >>> 0, size, write)) return false;
      touched.access(address, size, write, true);
    }
    let confined = true;
    for (let i = 0; i < touched.count; i++) {
      const write = (touched.bits[i] & WRITE) !== 0;
      if (!guess.access(this, task, touched.start[i], touched.end[i], write)) confined = false;
    }
    return confined;
  }

  private readonly touched = new StepFootprint();

  stackBottom(): number {
    return this.map.stackBase(this.task);
  }

  stackTop(): number {
    return this.map.stackEnd(this.task);
  }

  parkAccess(pc: number, fpw: number, address: number): number {
    return this.parkAt(pc, fpw, address | 0, 0);
  }

  protected parkAt(pc: number, fpw: number, lo: number, hi: number): number {
    const c = this.code.code;
    const op = c[pc];
    const H = this.H;
    const pb = this.pendingBase(this.task);
    this.memory.touch(pb);
    const p = pb >> 2;
    const size = this.code.accessSize[op];
    const store = this.code.accessStore[op] !== 0;
    H[p] = store ? Kind.Store : Kind.Load;
    H[p + Pending.Site / 4] = c[pc + 6];
    H[p + Pending.Flags / 4] = c[pc + 5];
    H[p + Pending.AddrLo / 4] = lo;
    H[p + Pending.AddrHi / 4] = hi;
    H[p + Pending.Size / 4] = size;
    if (store) {
      const value = H[fpw + c[pc + 3]];
      H[p + Pending.Dst / 4] = 0;
      H[p + Pending.ValLo / 4] = size === 1 ? value & 0xff : size === 2 ? value & 0xffff : value;
      H[p + Pending.ValHi / 4] = size === 8 ? H[fpw + c[pc + 3] + 1] : 0;
      if (this.unsetCount() !== 0) {
        H[p + Pending.Val2Lo / 4] = H[fpw + c[pc + 3] + this.bitsAhead];
        H[p + Pending.Val2Hi / 4] = size === 8 ? H[fpw + c[pc + 3] + this.bitsAhead + 1] : 0;
      }
    } else {
      H[p + Pending.Dst / 4] = c[pc + 1];
      H[p + Pending.ValLo / 4] = 0;
      H[p + Pending.ValHi / 4] = 0;
    }
    this.rest(pc, fpw);
    return PARKED;
  }

  park(pc: number, fpw: number): number {
    const c = this.code.code;
    const info = this.code.parks[c[pc + 7]];
    if (info.fence) return GO_ON;
    if (info.local !== "") {
      const at = this.H[fpw + c[pc + 2]];
      if (info.local === "begin") this.unset.begin(at, info.localSize);
      else this.unset.end(at, (at + info.localSize + 7) & ~7);
      return GO_ON;
    }
    const H = this.H;
    const pb = this.pendingBase(this.task);
    this.memory.touch(pb);
    const p = pb >> 2;
    H[p] = info.kind;
    H[p + Pending.Site / 4] = c[pc + 6];
    H[p + Pending.Flags / 4] = c[pc + 5];
    H[p + Pending.Dst / 4] = c[pc + 1];
    let immediate = this.solo || (c[pc + 5] & Flag.Private) !== 0;
    if (info.kind === Kind.Kop) {
      for (let i = 0; i < info.args.length; i++) {
        H[p + Pending.Args / 4 + 2 * i] = H[fpw + info.args[i]];
        H[p + Pending.Args / 4 + 2 * i + 1] =
          info.argWide[i] !== 0 ? H[fpw + info.args[i] + 1] : H[fpw + info.args[i]] >> 31;
      }
      const op = this.ops[info.kop];
      this.focus(this.task);
      if (op !== null && op.local !== undefined) {
        if (op.local === true || (typeof op.local === "function" && op.local(this))) immediate = true;
      }
    } else if (info.block !== "") {
      for (let i = 0; i < 3; i++) {
        H[p + Pending.Args / 4 + 2 * i] = H[fpw + c[pc + 2 + i]];
        H[p + Pending.Args / 4 + 2 * i + 1] =
          i === 1 && info.block === "fill" ? 0 : H[fpw + c[pc + 2 + i] + 1];
      }
      if ((H[p + Pending.Args / 4 + 4] | H[p + Pending.Args / 4 + 5]) === 0) {
        this.clearPending(p);
        return GO_ON;
      }
    } else {
      const wide = info.wide;
      H[p + Pending.AddrLo / 4] = H[fpw + c[pc + 2]];
      H[p + Pending.AddrHi / 4] = H[fpw + c[pc + 2] + 1];
      H[p + Pending.Size / 4] = info.size;
      H[p + Pending.ValLo / 4] = H[fpw + c[pc + 3]];
      H[p + Pending.ValHi / 4] = wide ? H[fpw + c[pc + 3] + 1] : 0;
      if (info.kind === Kind.CmpXchg) {
        H[p + Pending.Val2Lo / 4] = H[fpw + c[pc + 4]];
        H[p + Pending.Val2Hi / 4] = wide ? H[fpw + c[pc + 4] + 1] : 0;
      }
    }
    this.rest(pc, fpw);
    this.runningFp = fpw << 2;
    this.focus(this.task);
    for (;;) {
      const confined = !immediate && this.staysConfined(p, fpw);
      if (!immediate && !confined) return PARKED;
      if (!this.isReady(this.task)) return PARKED;
      if (confined) this.takeUnstopped(this.site);
      const done = this.commit(this.task, p, fpw);
      if (this.end !== null) return STOPPED;
      if (done) break;
      // Others were started by this step: from now on they have a say.
      if (this.live() > 0 && this.solo) return PARKED;
    }
    this.clearPending(p);
    if (this.solo && this.live() > 0) this.solo = false;
    return GO_ON;
  }

  enter(fn: number, pc: number, fpw: number, n: number): number {
    const c = this.code.code;
    const H = this.H;
    const top = (fpw << 2) + this.code.frameBytes[H[fpw + 1]] + H[fpw + 3];
    const bytes = this.code.frameBytes[fn];
    const base = this.map.stackBase(this.task);
    this.site = c[pc + 6];
    if (top + bytes > this.map.stackEnd(this.task)) {
      H[fpw + 2] = this.site + 1;
      this.stackOverflow(fn, fpw);
      return -1;
    }
    this.memory.touchRange(top, top + bytes);
    const w = top >> 2;
    H[w] = (fpw << 2) - base + 1;
    H[w + 1] = fn;
    const args = this.code.callArgs;
    const start = c[pc + 3];
    for (let i = 0; i < n; i++) {
      H[w + 4 + 2 * i] = H[fpw + args[start + i]];
      H[w + 5 + 2 * i] = H[fpw + args[start + i] + 1];
    }
    H[fpw + 2] = this.site + 1;
    this.zeroDead(this.site, fpw);
    this.runningFp = top;
    return top;
  }

  /** No room for a frame of function fn, called by the frame at fpw, whose point says where. */
  stackOverflow(fn: number, fpw: number): void {
    this.site = this.H[fpw + 2] - 1;
    this.runningFp = fpw << 2;
    this.fatal("stack-overflow", this.program.functions[fn].name, 0, 0);
  }

  leaveFrame(pc: number, fpw: number): number {
    const { H, code, memory } = this;
    if (memory.observer !== null) memory.observer.dropped(fpw << 2, (fpw << 2) + code.frameBytes[H[fpw + 1]]);
    const a = code.code[pc + 2];
    const lo = a === 0 ? 0 : H[fpw + a];
    const hi = a === 0 ? 0 : H[fpw + a + 1];
    const link = H[fpw];
    const end = fpw + ((code.frameBytes[H[fpw + 1]] + H[fpw + 3]) >> 2);
    if (H[fpw + 3] !== 0) {
      memory.touchRange(fpw << 2, end << 2);
      this.unset.end((end << 2) - H[fpw + 3], end << 2);
    }
    if (end - fpw < 48) for (let i = fpw; i < end; i++) H[i] = 0;
    else H.fill(0, fpw, end);
    return this.returned(link, lo, hi);
  }

  /** A function whose frame had this link has returned (lo, hi): the caller's frame, or 0 for the bottom one. */
  returned(link: number, lo: number, hi: number): number {
    const { H, code, memory } = this;
    if (link === 0) {
      this.setTaskField(this.task, Task.ExitLo, lo);
      this.setTaskField(this.task, Task.ExitHi, hi);
      this.setTaskField(this.task, Task.Fp, 0);
      return 0;
    }
    const caller = this.map.stackBase(this.task) + link - 1;
    const w = caller >> 2;
    memory.touchRange(caller, caller + code.frameBytes[H[w + 1]]);
    const callPc = code.pcOfSite[H[w + 2] - 1];
    const dst = code.code[callPc + 1];
    if (dst !== 0) {
      H[w + dst] = lo;
      H[w + dst + 1] = hi;
    }
    this.nextPc = callPc + 8;
    this.runningFp = caller;
    return caller;
  }

  resolveFunction(pc: number, fpw: number): number {
    const c = this.code.code;
    const lo = this.H[fpw + c[pc + 2]] >>> 0;
    const hi = this.H[fpw + c[pc + 2] + 1];
    const fn = (lo - AddressSpace.Function) / 16;
    this.site = c[pc + 6];
    const callee = hi === 0 && Number.isInteger(fn) ? this.program.functions[fn] : undefined;
    if (callee !== undefined && callee.params.length === c[pc + 5]) return fn;
    // Without a prototype a call may give more than is taken: a callee that is not variadic never looks.
    const surplus = callee !== undefined && callee.params.length < c[pc + 5] && !callee.variadic;
    if (surplus && c[pc + 4] === CALL_UNPROTOTYPED) return fn;
    this.localFault(pc, fpw, CALL, lo, hi);
    return NO_FUNCTION;
  }

  /** What the running context stands at calls what is at (lo, hi), and that is no function that it may call. */
  private badCall(lo: number, hi: number): void {
    const callee = hi === 0 ? this.program.functions[(lo - AddressSpace.Function) / 16] : undefined;
    if (callee !== undefined) {
      const given = this.code.code[this.code.pcOfSite[this.site] + 5];
      this.fatal(
        "bad-function-pointer",
        `${callee.name}() takes ${callee.params.length} arguments, not ${given}`,
      );
    } else if (hi === 0 && lo < 4096) this.fatal("kasan:null-ptr-deref", "call", lo, 0);
    else this.fatal("bad-function-pointer", "the pointer called is not a function's address", lo, 0);
  }

  arity(fn: number): number {
    return this.program.functions[fn].params.length;
  }

  stackAlloc(pc: number, fpw: number): boolean {
    const c = this.code.code;
    const H = this.H;
    const size = (H[fpw + c[pc + 2]] + 15) & ~15;
    const top = (fpw << 2) + this.code.frameBytes[H[fpw + 1]] + H[fpw + 3];
    this.site = c[pc + 6];
    if (H[fpw + c[pc + 2] + 1] !== 0 || size < 0 || top + size > this.map.stackEnd(this.task)) {
      H[fpw + 2] = this.site + 1;
      this.runningFp = fpw << 2;
      this.fatal("stack-overflow", "alloca or variable-length array");
      return false;
    }
    H[fpw + 3] += size;
    this.unset.begin(top, size);
    H[fpw + c[pc + 1]] = top;
    H[fpw + c[pc + 1] + 1] = 0;
    return true;
  }

  stackRestore(fpw: number, mark: number): void {
    const H = this.H;
    const fixed = (fpw << 2) + this.code.frameBytes[H[fpw + 1]];
    this.memory.touchRange(fixed + mark, fixed + H[fpw + 3]);
    this.unset.end(fixed + mark, fixed + H[fpw + 3]);
    H.fill(0, (fixed + mark) >> 2, (fixed + H[fpw + 3]) >> 2);
    H[fpw + 3] = mark;
  }

  setjmp(pc: number, fpw: number): boolean {
    const c = this.code.code;
    const lo = this.H[fpw + c[pc + 2]];
    this.site = c[pc + 6];
    this.H[fpw + 2] = this.site + 1;
    this.runningFp = fpw << 2;
    if (!this.mayAccess(lo, this.H[fpw + c[pc + 2] + 1], 8, true)) return false;
    this.memory.touchRange(lo >>> 0, (lo >>> 0) + 8);
    this.H[lo >>> 2] = (fpw << 2) - this.map.stackBase(this.task) + 1;
    this.H[(lo >>> 2) + 1] = this.site + 1;
    this.H[fpw + c[pc + 1]] = 0;
    return true;
  }

  longjmp(pc: number, fpw: number): number {
    const c = this.code.code;
    const H = this.H;
    const lo = H[fpw + c[pc + 2]];
    const value = H[fpw + c[pc + 3]];
    this.site = c[pc + 6];
    H[fpw + 2] = this.site + 1;
    this.runningFp = fpw << 2;
    if (!this.mayAccess(lo, H[fpw + c[pc + 2] + 1], 8, false)) return -1;
    const target = this.map.stackBase(this.task) + H[lo >>> 2] - 1;
    const site = H[(lo >>> 2) + 1] - 1;
    let fp = fpw << 2;
    while (fp !== target && fp !== 0)
      fp = H[fp >> 2] === 0 ? 0 : this.map.stackBase(this.task) + H[fp >> 2] - 1;
    if (fp === 0 || site < 0 || this.program.sites[site]?.fn !== H[(fp >> 2) + 1]) {
      this.fatal("bad-longjmp", "the function that called setjmp has returned", lo >>> 0, 8);
      return -1;
    }
    const end = (fpw << 2) + this.code.frameBytes[H[fpw + 1]] + H[fpw + 3];
    const keep = target + this.code.frameBytes[H[(target >> 2) + 1]] + H[(target >> 2) + 3];
    this.memory.touchRange(target, end);
    H.fill(0, keep >> 2, end >> 2);
    this.unset.end(keep, end);
    const setPc = this.code.pcOfSite[site];
    H[(target >> 2) + this.code.code[setPc + 1]] = value === 0 ? 1 : value;
    this.nextPc = setPc + 8;
    this.runningFp = target;
    return target;
  }

  labelTarget(pc: number, lo: number, hi: number): number {
    const blocks = this.code.blockPc[this.code.functionOfPc[pc >> 3]];
    if (hi === 0 && lo >= 1 && lo <= blocks.length) return blocks[lo - 1];
    this.fatal("bad-computed-goto", "the value is not a label of this function");
    return -1;
  }

  protected atPc(pc: number, fpw: number): void {
    this.site = this.code.code[pc + 6];
    this.H[fpw + 2] = this.site + 1;
    this.runningFp = fpw << 2;
  }

  divideByZero(pc: number, fpw: number): number {
    return this.localFault(pc, fpw, DIVIDE, 0, 0);
  }

  /**
   * Local code faults at pc. It was decided by steps before, but the end of the run takes others' steps away, and what
   * they do between the step in front of it and the end belongs to the runs: with others there it is a step of its own.
   * A stack that overflows, longjmp() and goto to what is no label are not: they end the run with the step in front of
   * them.
   */
  private localFault(pc: number, fpw: number, reason: number, lo: number, hi: number): number {
    this.atPc(pc, fpw);
    if (this.solo) {
      this.tellFault(reason, lo, hi);
      return STOPPED;
    }
    const { H } = this;
    const pb = this.pendingBase(this.task);
    this.memory.touch(pb);
    const p = pb >> 2;
    this.clearPending(p);
    H[p] = Kind.Fault;
    H[p + Pending.Site / 4] = this.site;
    H[p + Pending.ValLo / 4] = reason;
    H[p + Pending.Val2Lo / 4] = lo;
    H[p + Pending.Val2Hi / 4] = hi;
    this.rest(pc, fpw);
    return PARKED;
  }

  /** The fault at which the running context stands ends the run. */
  protected tellFault(reason: number, lo: number, hi: number): void {
    if (reason === CALL) this.badCall(lo >>> 0, hi);
    else if (reason === DIVIDE) this.fatal("divide", "");
    else if (reason === Trap.Unreachable) this.fatal("unreachable", "");
    else if (reason === Trap.Abort) this.fatal("abort", "");
    else if (reason === Trap.BadVla) this.fatal("ubsan:vla-bound-not-positive", "");
    else this.fatal("ubsan:missing-return", "");
  }

  badShift(site: number, amount: number): void {
    this.site = site;
    this.report("ubsan:shift-out-of-bounds", `shift exponent ${amount}`);
  }

  check(site: number, fpw: number): void {
    const { H } = this;
    const { op, a, b, imm, immHi } = this.checkOf(site);
    const at = fpw + regOffset(a);
    if (op === "check.stored32" || op === "check.stored64") {
      const to = fpw + regOffset(b);
      const x = (H[to] + imm) | 0;
      const isWide = op === "check.stored64";
      // The store may have been made by a function that is no more: what it stored to may be gone.
      if (H[to + 1] === 0 && this.accessible(x >>> 0, immHi, true))
        this.storedUnset(x >>> 0, immHi, H[at], isWide ? H[at + 1] : 0);
      return;
    }
    const value = op === "check.i32" ? BigInt(H[at] >>> 0) : wide(H[at], H[at + 1]);
    if (value >= 0n && value < imm) return;
    const element = fpw + regOffset(b);
    this.badCheck(site, fpw, value, H[element], H[element + 1]);
  }

  checkIndex(site: number, fpw: number, index: number, lo: number, hi: number): void {
    if (index >= 0 && index < this.checkOf(site).imm) return;
    this.badCheck(site, fpw, BigInt(index), lo, hi);
  }

  private checkOf(site: number): Instr {
    const { fn, block, index } = this.program.sites[site];
    return this.program.functions[fn].blocks[block][index];
  }

  /** (lo, hi): the address of the element, where that is an operand. */
  private badCheck(site: number, fpw: number, value: bigint, lo: number, hi: number): void {
    const { op, immHi } = this.checkOf(site);
    this.site = site;
    if (op !== "check.index") this.reportCheck(immHi, value);
    else if (this.faults.check(lo, hi, immHi, false, this.task, fpw << 2) === null)
      this.reportCheck(Check.Bounds, value);
  }

  private reportCheck(kind: number, value: bigint): void {
    const { what } = this.program.sites[this.site];
    switch (kind) {
      case Check.Bounds:
        this.report("ubsan:array-index-out-of-bounds", `index ${value} is out of range for type '${what}'`);
        return;
      case Check.Bool:
        this.report("ubsan:invalid-load", `load of value ${value} is not a valid value for type '_Bool'`);
        return;
      case Check.Builtin:
        this.report("ubsan:invalid-builtin-use", `passing zero to ${what}(), which is not a valid argument`);
        return;
      case Check.VlaBound:
        this.report(
          "ubsan:vla-bound-not-positive",
          "variable length array bound evaluates to non-positive value 0",
        );
        return;
      default:
        this.report("kmsan:uninit-value", what === null ? "" : `'${what}' is used uninitialized`);
    }
  }

  outOfFuel(pc: number, fpw: number): number {
    this.runningFp = fpw << 2;
    if (this.slicing) {
      this.nextPc = pc;
      return SWITCHED;
    }
    if (this.code.code[pc] === UNTRANSLATED) this.code.translate(this.code.code[pc + 4]);
    const loc = this.program.locs[this.code.locOfPc[pc >> 3]];
    const where = loc ? `${this.program.files[loc.file]}:${loc.line}:${loc.column}` : "?";
    const fn = this.program.functions[this.H[fpw + 1]].name;
    this.end = "cut";
    this.endText = this.solo
      ? `${fn}() at ${where} did not end within ${this.soloSteps} jumps and calls`
      : `${fn}() at ${where} ran ${this.localSteps} jumps and calls without touching anything that others could see`;
    return STOPPED;
  }

  trap(pc: number, fpw: number): number {
    return this.localFault(pc, fpw, this.code.code[pc + 4], 0, 0);
  }
}

function wide(lo: number, hi: number): bigint {
  return (BigInt(hi) << 32n) | BigInt(lo >>> 0);
}
