// One SMP machine: contexts, CPUs, memory. It runs one run; who decides which run lives elsewhere.
//
// Comes in: a program, the kernel's operations and rules by name, a configuration. After begin() every context
// stands parked in front of its next visible operation; choices() names those that may move; step(c) lets one
// perform its operation and then run its local code up to the next one. The hard idea is that everything that
// can influence the future lies in linear memory (see layout.ts): this object's other fields are caches,
// configuration, or what the current step reported. So mark() and rollback() on the memory move the run.
//
// While no other context is started ("solo") nothing is visible and the first context runs straight through:
// set-up before the first task and checks after the last one cost no states.

import { Trap } from "../ir/ops.js";
import { AddressSpace, Flag, type Loc, type Program } from "../ir/program.js";
import { type CompiledCode, compileCode } from "./code.js";
import { chunkOf, commitBlock, commitRmw, type Prepared } from "./commit.js";
import { type Fault, FaultFinder, SHADOW_STACK } from "./faults.js";
import type { Finding, RunEnd } from "./finding.js";
import type { StepFootprint } from "./footprint.js";
import { Heap } from "./heap.js";
import { DONE, type Footprint, type Host, type HostConfig, type ObjectOp, type Rule } from "./host.js";
import {
  CPU_STRIDE,
  CPU_TABLE,
  Cpu,
  DEFAULT_SIZES,
  GLOBAL_WORDS,
  Kind,
  MAX_OBSERVED,
  MAX_TASKS,
  type MemoryMap,
  type MemorySizes,
  mapMemory,
  OBSERVED,
  OBSERVED_STRIDE,
  Pending,
  Run,
  Shadow,
  TASK_STRIDE,
  TASK_TABLE,
  TASK_WORD_COUNT,
  Task,
  TaskState,
} from "./layout.js";
import { Memory } from "./memory.js";
import { pathAt } from "./shape-path.js";
import { FINISHED, GO_ON, PARKED, run, STOPPED, type VmHost } from "./vm.js";

export interface MachineConfig extends HostConfig {
  sizes?: Partial<MemorySizes>;
  /** How often the scheduler may move each unbound context to another CPU; 1 by default. */
  migrations?: number;
  /** Jumps and calls one context may make between two visible operations before the run is cut. */
  localSteps?: number;
  /** The same for the first context while it is alone: a whole program runs in one go. */
  soloSteps?: number;
}

export interface Entry {
  /** Symbol of the C function that context 0 runs. */
  function: string;
  /** Its arguments, as 64-bit values. */
  args: readonly bigint[];
}

export interface Fact {
  kind: string;
  a: number;
  b: number;
  siteA: number;
  siteB: number;
}

export interface StackFrame {
  function: number;
  /** Site at which the frame rests. */
  site: number;
}

const NO_FAULT = -1;

export class Machine implements Host, VmHost {
  readonly map: MemoryMap;
  readonly memory: Memory;
  readonly shadow: Uint8Array;
  readonly memoryEnd: number;
  readonly rodataEnd: number;
  readonly code: CompiledCode;

  // --- what the current step says; cleared by step() ---
  readonly findings: Finding[] = [];
  readonly facts: Fact[] = [];
  /** How the run ended, or null while it goes on. Not in memory: an ended run has no future. */
  end: RunEnd | null = null;
  endText = "";

  // --- the operation being performed ---
  task = 0;
  cpu = 0;
  site = -1;
  phase = 0;
  solo = true;
  nextPc = 0;

  /** Receives printk text when somebody listens. */
  onPrint: ((text: string) => void) | null = null;
  /** Executions per instruction by contexts other than 0 (or by all, `profileAll`), for cost tables. */
  profile: Float64Array | null = null;
  profileAll = false;

  private readonly H: Int32Array;
  private readonly ops: (ObjectOp | null)[];
  private readonly before: ((h: Host) => void)[][];
  private readonly faults: FaultFinder;
  private readonly heap: Heap;
  private readonly localSteps: number;
  private readonly migrations: number;
  private readonly soloSteps: number;
  private readonly queue: number[] = [];
  /** Bits that the latest load saw, zero-extended. */
  private seenLo = 0;
  private seenHi = 0;
  /** Frame of the running context while the loop is inside it, else 0. */
  private runningFp = 0;

  constructor(
    readonly program: Program,
    objects: readonly ObjectOp[],
    private readonly rules: readonly Rule[],
    readonly config: MachineConfig,
    compiled?: CompiledCode,
  ) {
    this.map = mapMemory(program, config.cpus, { ...DEFAULT_SIZES, ...config.sizes });
    this.memory = new Memory(new ArrayBuffer(this.map.total));
    this.H = this.memory.i32;
    this.shadow = this.memory.u8.subarray(this.map.shadowBase);
    this.memoryEnd = this.map.memoryEnd;
    this.rodataEnd = this.map.rodataEnd;
    this.code = compiled ?? compileCode(program);
    const byName = new Map(objects.map((op) => [op.name, op]));
    this.ops = program.kernelOps.map((name) => byName.get(name) ?? null);
    this.before = program.kernelOps.map((name) =>
      rules.flatMap((rule) => (rule.before && Object.hasOwn(rule.before, name) ? [rule.before[name]] : [])),
    );
    this.faults = new FaultFinder(program, this.code, this.memory, this.shadow, this.map);
    this.heap = new Heap(this.memory, this.map);
    this.migrations = config.cpus > 1 ? (config.migrations ?? 1) : 0;
    this.localSteps = config.localSteps ?? 2_000_000;
    this.soloSteps = config.soloSteps ?? 50_000_000;
  }

  // ------------------------------------------------------------------ the run

  /** Loads the image and runs context 0 until others are started or it ends. */
  begin(entry: Entry): void {
    this.load();
    const fn = this.program.functionIndex[entry.function];
    if (fn === undefined) throw new Error(`no function ${entry.function}`);
    const tb = TASK_TABLE;
    this.memory.touchRange(tb, tb + TASK_STRIDE);
    this.H[(tb + Task.Bound) >> 2] = 1;
    this.H[(tb + Task.Entry) >> 2] = fn;
    this.H[Run.TaskCount >> 2] = 1;
    this.task = 0;
    this.cpu = 0;
    this.bottomFrame(0, fn, entry.args);
    this.H[(tb + Task.State) >> 2] = TaskState.Parked;
    this.findings.length = 0;
    this.facts.length = 0;
    this.end = null;
    this.endText = "";
    this.runFresh(0);
    this.settle();
  }

  /**
   * Fills `out` with the contexts that may move, ascending. 0 means the run is over; when it did not end by
   * itself, nobody can ever move again: a deadlock.
   */
  choices(out: Int32Array): number {
    if (this.end !== null) return 0;
    let n = 0;
    const count = this.taskCount();
    for (let t = 0; t < count; t++) {
      if (this.enabled(t)) out[n++] = t;
    }
    const lowest = MAX_TASKS - this.migrationChoices();
    for (let choice = lowest; choice < MAX_TASKS; choice++) if (this.canMigrate(choice)) out[n++] = choice;
    // Moving to another CPU alone gets nobody any further.
    if (n === 0 || out[0] >= lowest) {
      n = 0;
      this.end = "deadlock";
      this.endText = "no context can ever move again";
      let spinning = true;
      for (let t = 1; t < count; t++) {
        if (this.taskState(t) === TaskState.Parked && this.H[this.pendingBase(t) >> 2] !== Kind.Await)
          spinning = false;
      }
      this.findings.push(this.finding(spinning ? "livelock" : "deadlock", "", false, 0, 0, -1, -1));
    }
    return n;
  }

  /** Lets context t, one of choices(), perform its operation; or moves a context to another CPU. */
  step(t: number): void {
    this.findings.length = 0;
    this.facts.length = 0;
    if (t >= this.taskCount()) {
      this.migrate(t);
      return;
    }
    this.perform(t);
    this.settle();
  }

  /**
   * Migrations are choices with numbers from the top: MAX_TASKS - 1 is the last unbound context to the last CPU. A
   * number means the same in every state of a run, since contexts are never forgotten.
   */
  private migrationChoices(): number {
    if (this.migrations === 0) return 0;
    const count = this.taskCount();
    let unbound = 0;
    for (let t = 1; t < count; t++) if (this.taskField(t, Task.Bound) === 0) unbound++;
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
      if (this.taskField(t, Task.Bound) !== 0) continue;
      if (index < cpus) return { task: t, cpu: index };
      index -= cpus;
    }
    return null;
  }

  private canMigrate(choice: number): boolean {
    const to = this.migration(choice);
    if (to === null || this.taskState(to.task) !== TaskState.Parked) return false;
    const from = this.cpuOf(to.task);
    if (to.cpu === from || !this.migratable(to.task) || this.keepsCpu(to.task)) return false;
    // Without preemption a context is only moved while another one has its CPU or it sleeps.
    return (
      this.config.preempt === "full" ||
      this.H[(CPU_TABLE + from * CPU_STRIDE + Cpu.Current) >> 2] !== to.task + 1
    );
  }

  private migrate(choice: number): void {
    const to = this.migration(choice)!;
    this.setTaskField(to.task, Task.Cpu, to.cpu);
    this.setTaskField(to.task, Task.Migrations, this.taskField(to.task, Task.Migrations) + 1);
  }

  /** Could context t move now (or migration choice t be made)? */
  enabled(t: number): boolean {
    if (t >= this.taskCount()) return this.canMigrate(t);
    return (
      this.taskState(t) === TaskState.Parked && (this.isReady(t) || this.canGoToSleep(t)) && this.cpuFree(t)
    );
  }

  /** May context t have its CPU now? */
  cpuFree(t: number): boolean {
    const c = this.cpuOf(t);
    if (this.config.preempt === "none") {
      const current = this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Current) >> 2] - 1;
      if (current >= 0 && current !== t) return false;
    }
    const count = this.taskCount();
    for (let u = 0; u < count; u++) {
      if (u !== t && this.cpuOf(u) === c && this.keepsCpu(u)) return false;
    }
    return true;
  }

  /**
   * A context that has to sleep but still has its CPU for itself gives it up in a step of its own: otherwise whoever
   * wakes it would, by waking it, take the CPU from those that got it. Where nobody shares the CPU the step is spared.
   */
  private canGoToSleep(t: number): boolean {
    if (this.H[this.pendingBase(t) >> 2] !== Kind.Kop || this.kopOf(t)?.waits !== "sleeps") return false;
    const c = this.cpuOf(t);
    const has =
      this.config.preempt === "none"
        ? this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Current) >> 2] === t + 1
        : this.keepsCpu(t);
    return has && this.sharesCpu(t, c);
  }

  /** Finished contexts count: their end is nobody's step, so it must not change what others can do. */
  private sharesCpu(t: number, c: number): boolean {
    const count = this.taskCount();
    for (let u = 1; u < count; u++) {
      if (u !== t && this.cpuOf(u) === c && this.taskState(u) >= TaskState.Parked) return true;
    }
    return false;
  }

  /** What context t's next step touches. */
  footprint(t: number, f: StepFootprint): void {
    f.clear();
    if (t >= this.taskCount()) {
      const to = this.migration(t)!;
      f.write(TASK_TABLE + to.task * TASK_STRIDE + Task.Cpu, 4);
      f.cpu(this.cpuOf(to.task));
      f.cpu(to.cpu);
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
          const marked = (H[p + Pending.Flags / 4] & (Flag.Marked | Flag.DataRace)) !== 0;
          // A compare-exchange that would fail here only reads.
          const write =
            kind !== Kind.Load && kind !== Kind.Await && (kind !== Kind.CmpXchg || this.wouldSwap(p));
          f.access(
            address,
            H[p + Pending.Size / 4],
            write,
            marked || kind === Kind.Rmw || kind === Kind.CmpXchg,
          );
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
    if (this.config.preempt === "none" || this.keepsCpu(t)) f.cpu(c);
    else f.needsCpu(c);
  }

  /** Would the compare-exchange pending at p succeed now? */
  private wouldSwap(p: number): boolean {
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

  /** The stack of a context, innermost first. */
  frames(t: number): StackFrame[] {
    const frames: StackFrame[] = [];
    const base = this.map.stackBase(t);
    let fp = t === this.task && this.runningFp !== 0 ? this.runningFp : this.taskField(t, Task.Fp);
    while (fp !== 0) {
      const w = fp >> 2;
      frames.push({ function: this.H[w + 1], site: this.H[w + 2] - 1 });
      fp = this.H[w] === 0 ? 0 : base + this.H[w] - 1;
    }
    return frames;
  }

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

  /** Signed value of 1, 2, 4 or 8 readable bytes. */
  valueAt(address: number, size: number): bigint {
    const view = this.memory.view;
    if (size === 8) return view.getBigInt64(address, true);
    return BigInt(
      size === 4
        ? view.getInt32(address, true)
        : size === 2
          ? view.getInt16(address, true)
          : view.getInt8(address),
    );
  }

  /** The finding that contexts t and u, parked at conflicting accesses, make together. */
  raceFinding(t: number, u: number): Finding {
    const a = this.pending(t);
    const b = this.pending(u);
    this.focus(t);
    return this.finding("kcsan:data-race", "", false, a.addressLo >>> 0, a.size, u, b.site);
  }

  /** Site of context t's pending operation. */
  siteOf(t: number): number {
    return this.H[(this.pendingBase(t) + Pending.Site) >> 2];
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

  /** Points the port at context t's pending operation (for `ready`, `touches` and explanations). */
  focus(t: number): void {
    this.task = t;
    this.cpu = this.cpuOf(t);
    const p = this.pendingBase(t) >> 2;
    this.site = this.H[p + Pending.Site / 4];
    this.phase = this.H[p + Pending.Phase / 4];
  }

  /** Observed values in no particular order. */
  observed(): { name: string; value: bigint }[] {
    const out: { name: string; value: bigint }[] = [];
    const count = this.H[Run.ObservedCount >> 2];
    for (let i = 0; i < count; i++) {
      const w = (OBSERVED + i * OBSERVED_STRIDE) >> 2;
      out.push({
        name: this.cstring(this.H[w] >>> 0),
        value: (BigInt(this.H[w + 3]) << 32n) | BigInt(this.H[w + 2] >>> 0),
      });
    }
    return out;
  }

  failed(): boolean {
    return (this.H[Run.Failed >> 2] & 1) !== 0;
  }

  exitValue(t: number): bigint {
    return (BigInt(this.taskField(t, Task.ExitHi)) << 32n) | BigInt(this.taskField(t, Task.ExitLo) >>> 0);
  }

  locOfSite(site: number): Loc | null {
    const loc = site >= 0 ? this.program.sites[site].loc : -1;
    return loc >= 0 ? this.program.locs[loc] : null;
  }

  // ------------------------------------------------------------------ contexts

  private load(): void {
    const { memory, map, program } = this;
    memory.clear();
    this.queue.length = 0;
    this.runningFp = 0;
    memory.touchRange(0, memory.bytes);
    const { image } = program;
    memory.u8.set(image.bytes, image.base);
    this.shadow.fill(Shadow.Unmapped, 0, map.memoryEnd >>> 3);
    this.shadow.fill(Shadow.GlobalRedzone, image.base >>> 3, map.dataEnd >>> 3);
    for (let c = 0; c < this.config.cpus; c++) {
      const base = map.percpuBase + c * map.percpuStride;
      memory.u8.set(image.percpu, base);
      this.shadow.fill(Shadow.PerCpuRedzone, base >>> 3, (base + map.percpuStride) >>> 3);
      this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Online) >> 2] = 1;
    }
    for (const g of program.globals) {
      if (g.section !== "percpu") this.unpoison(g.address, g.size);
      else
        for (let c = 0; c < this.config.cpus; c++)
          this.unpoison(map.percpuBase + c * map.percpuStride + g.address, g.size);
    }
    this.shadow.fill(SHADOW_STACK, map.stacksStart >>> 3, map.arenasStart >>> 3);
    this.H[Run.PerCpuTop >> 2] = (image.percpuSize + 15) & ~15;
    for (let t = 0; t < MAX_TASKS; t++) this.H[(TASK_TABLE + t * TASK_STRIDE + Task.ArenaTop) >> 2] = 0;
  }

  private unpoison(address: number, size: number): void {
    this.shadow.fill(0, address >>> 3, (address + size) >>> 3);
    if ((size & 7) !== 0) this.shadow[(address + size) >>> 3] = size & 7;
  }

  private taskField(t: number, field: number): number {
    return this.H[(TASK_TABLE + t * TASK_STRIDE + field) >> 2];
  }

  private setTaskField(t: number, field: number, value: number): void {
    const at = TASK_TABLE + t * TASK_STRIDE + field;
    this.memory.touch(at);
    this.H[at >> 2] = value;
  }

  private pendingBase(t: number): number {
    return TASK_TABLE + t * TASK_STRIDE + Task.Pending;
  }

  private keepsCpu(t: number): boolean {
    const w = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    const H = this.H;
    return (
      H[w] === TaskState.Parked &&
      (H[w + Task.Preempt / 4] | H[w + Task.IrqOff / 4] | H[w + Task.Holding / 4]) !== 0
    );
  }

  private kopOf(t: number): ObjectOp | null {
    const site = this.H[(this.pendingBase(t) + Pending.Site) >> 2];
    return this.ops[this.code.parks[this.code.code[this.code.pcOfSite[site] + 7]].kop];
  }

  private isReady(t: number): boolean {
    const kind = this.H[this.pendingBase(t) >> 2];
    if (kind === Kind.Await) return this.awaitedHasChanged(t);
    if (kind !== Kind.Kop) return true;
    const op = this.kopOf(t);
    if (!op?.ready) return true;
    this.focus(t);
    return op.ready(this);
  }

  /**
   * Spinning. A context that loads, goes round and stands in front of the same load with nothing changed but what
   * it read will do so until another value is there. It then waits for that, which is the same run without the
   * idle rounds, however its condition is written. `spin` holds the context's state from before the load.
   */
  private readonly spin = new Int32Array(1024);
  private spinWords = 0;

  private rememberForSpin(t: number, fp: number): void {
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
  private awaitIfSpinning(t: number, lo: number, hi: number): void {
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

  private awaitedHasChanged(t: number): boolean {
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

  private bottomFrame(t: number, fn: number, args: readonly bigint[]): void {
    const fp = this.map.stackBase(t);
    this.memory.touchRange(fp, fp + this.code.frameBytes[fn]);
    const w = fp >> 2;
    this.H[w + 1] = fn;
    const { params } = this.program.functions[fn];
    for (let i = 0; i < params.length && i < args.length; i++) {
      this.H[w + 4 + 2 * i] = Number(BigInt.asIntN(32, args[i]));
      if (params[i] === "i64") this.H[w + 5 + 2 * i] = Number(BigInt.asIntN(32, args[i] >> 32n));
    }
    this.setTaskField(t, Task.Fp, fp);
  }

  private runFresh(t: number): void {
    const fp = this.taskField(t, Task.Fp);
    this.runLocal(t, this.code.entries[this.H[(fp >> 2) + 1]], fp >> 2);
  }

  private runLocal(t: number, pc: number, fpw: number): void {
    this.task = t;
    this.cpu = this.cpuOf(t);
    this.solo = this.live() === 0;
    this.runningFp = fpw << 2;
    const fuel = this.solo ? this.soloSteps : this.localSteps;
    const result = run(this, this.code, pc, fpw, fuel, t !== 0 || this.profileAll ? this.profile : null);
    this.runningFp = 0;
    if (result === FINISHED) this.finish(t);
  }

  private finish(t: number): void {
    this.focus(t);
    this.site = -1;
    if (t === 0) {
      for (const rule of this.rules) rule.end?.(this);
    } else {
      for (const rule of this.rules) rule.finish?.(this);
    }
    const tb = TASK_TABLE + t * TASK_STRIDE;
    this.memory.touchRange(tb, tb + TASK_STRIDE);
    const H = this.H;
    const exitLo = H[(tb + Task.ExitLo) >> 2];
    const exitHi = H[(tb + Task.ExitHi) >> 2];
    const c = H[(tb + Task.Cpu) >> 2];
    // Kept, because the numbers of migration choices count unbound contexts, finished ones too.
    const bound = H[(tb + Task.Bound) >> 2];
    H.fill(0, tb >> 2, (tb + TASK_STRIDE) >> 2);
    H[(tb + Task.State) >> 2] = TaskState.Finished;
    H[(tb + Task.ExitLo) >> 2] = exitLo;
    H[(tb + Task.ExitHi) >> 2] = exitHi;
    H[(tb + Task.Cpu) >> 2] = c;
    H[(tb + Task.Bound) >> 2] = bound;
    this.clearCurrent(t, c);
    if (t === 0) {
      if (this.end === null) this.end = "finished";
    } else {
      this.memory.touch(Run.Live);
      H[Run.Live >> 2]--;
    }
  }

  private clearCurrent(t: number, c: number): void {
    const at = CPU_TABLE + c * CPU_STRIDE + Cpu.Current;
    if (this.H[at >> 2] === t + 1) {
      this.memory.touch(at);
      this.H[at >> 2] = 0;
    }
  }

  /** After a step: start what was registered, and let context 0 go on while it is alone. */
  private settle(): void {
    for (;;) {
      while (this.queue.length > 0 && this.end === null) {
        const t = this.queue.shift()!;
        this.runFresh(t);
      }
      if (this.end !== null || this.live() > 0 || this.taskState(0) !== TaskState.Parked) return;
      if (!this.isReady(0)) return;
      this.perform(0);
    }
  }

  private perform(t: number): void {
    this.focus(t);
    const { H, memory } = this;
    const fp = this.taskField(t, Task.Fp);
    memory.touchRange(fp, fp + this.code.frameBytes[H[(fp >> 2) + 1]]);
    const pb = this.pendingBase(t);
    memory.touch(pb);
    if (this.config.preempt === "none" && this.live() > 0) {
      const at = CPU_TABLE + this.cpu * CPU_STRIDE + Cpu.Current;
      memory.touch(at);
      H[at >> 2] = t + 1;
    }
    if (this.taskField(t, Task.OffCpu) !== 0) this.setTaskField(t, Task.OffCpu, 0);
    if (!this.isReady(t)) {
      if (this.config.preempt === "none") this.clearCurrent(t, this.cpuOf(t));
      else this.setTaskField(t, Task.OffCpu, 1);
      return;
    }
    const p = pb >> 2;
    const spinning = H[p] === Kind.Await || (H[p] === Kind.Load && this.code.mayspin[this.site] !== 0);
    let seenLo = 0;
    let seenHi = 0;
    if (spinning) {
      H[p] = Kind.Load;
      H[p + Pending.ValLo / 4] = 0;
      H[p + Pending.ValHi / 4] = 0;
      this.rememberForSpin(t, fp);
    }
    if (this.commit(t, p, fp >> 2)) {
      if (this.end !== null) return;
      if (spinning) {
        seenLo = this.seenLo;
        seenHi = this.seenHi;
      }
      const pc = this.code.pcOfSite[this.site] + 8;
      H.fill(0, (pb + Pending.Kind) >> 2, (pb + 128) >> 2);
      this.runLocal(t, pc, fp >> 2);
      if (spinning && this.spinWords > 0 && this.end === null && H[p] === Kind.Load)
        this.awaitIfSpinning(t, seenLo, seenHi);
    }
  }

  /** Performs the pending operation; true when it is complete (or the run ended). */
  private commit(t: number, p: number, fpw: number): boolean {
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

  private readonly preparedOp: Prepared = { machine: this, p: 0, fpw: 0, info: null as never };

  private prepared(p: number, fpw: number): Prepared {
    const o = this.preparedOp;
    o.p = p;
    o.fpw = fpw;
    o.info = this.code.parks[this.code.code[this.code.pcOfSite[this.site] + 7]];
    return o;
  }

  private commitKop(t: number, p: number): boolean {
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

  /** Checks an access and ends the run if it is bad. */
  mayAccess(lo: number, hi: number, size: number, write: boolean): boolean {
    if (this.plainlyFine(lo >>> 0, hi, size, write)) return true;
    const fault = this.faults.check(lo, hi, size, write, this.task, this.runningFp);
    if (fault === null) return true;
    this.fault(fault, lo, hi, size, write);
    return false;
  }

  /** One granule, all of it addressable: the common case, without the reasons of the others. */
  private plainlyFine(address: number, hi: number, size: number, write: boolean): boolean {
    return (
      hi === 0 &&
      address >= (write ? this.rodataEnd : this.map.imageBase) &&
      address + size <= this.memoryEnd &&
      (address & 7) + size <= 8 &&
      this.shadow[address >>> 3] === 0
    );
  }

  private fault(fault: Fault, lo: number, hi: number, size: number, write: boolean): void {
    const text = `${write ? "write" : "read"}${fault.text === "" ? "" : `: ${fault.text}`}`;
    this.fatal(fault.kind, text, hi === 0 ? lo >>> 0 : (hi >>> 0) * 4294967296 + (lo >>> 0), size);
  }

  storeSized(address: number, size: number, lo: number, hi: number): void {
    this.memory.touchRange(address, address + size);
    const view = this.memory.view;
    if (size === 8) {
      view.setInt32(address, lo, true);
      view.setInt32(address + 4, hi, true);
    } else if (size === 4) view.setInt32(address, lo, true);
    else if (size === 2) view.setInt16(address, lo, true);
    else view.setInt8(address, lo);
  }

  private blockFootprint(t: number, f: StepFootprint): void {
    const p = this.pendingBase(t) >> 2;
    this.focus(t);
    const o = this.prepared(p, this.taskField(t, Task.Fp) >> 2);
    const marked = (this.H[p + Pending.Flags / 4] & (Flag.Marked | Flag.DataRace)) !== 0;
    const a = this.H[p + Pending.Args / 4];
    const b = this.H[p + Pending.Args / 4 + 2];
    const total = this.H[p + Pending.Args / 4 + 4];
    // Only the bytes of the next chunk: where they are depends on how far the operation is.
    const chunk = chunkOf(a, b, total, this.phase, o.info.block);
    if (o.info.block !== "fill" && (this.phase & 1) === 0)
      f.access(b + chunk.offset, chunk.size, false, marked);
    else f.access(a + chunk.offset, chunk.size, true, marked);
  }

  // ------------------------------------------------------------------ called by the loop

  private rest(pc: number, fpw: number): void {
    const site = this.code.code[pc + 6];
    this.setTaskField(this.task, Task.Fp, fpw << 2);
    this.H[fpw + 2] = site + 1;
    this.zeroDead(site, fpw);
  }

  private zeroDead(site: number, fpw: number): void {
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
    if (!this.solo && (flags & Flag.Private) === 0 && !readOnly) {
      this.parkAt(pc, fpw, lo, hi);
      return -1;
    }
    this.site = c[pc + 6];
    this.runningFp = fpw << 2;
    const fault = this.faults.check(lo, hi, size, write, this.task, fpw << 2);
    if (fault === null) return lo >>> 0;
    this.H[fpw + 2] = this.site + 1;
    this.fault(fault, lo, hi, size, write);
    return -2;
  }

  leave(reason: number): number {
    return reason === -1 ? PARKED : STOPPED;
  }

  parkAccess(pc: number, fpw: number, address: number): number {
    return this.parkAt(pc, fpw, address | 0, 0);
  }

  private parkAt(pc: number, fpw: number, lo: number, hi: number): number {
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
        H.fill(0, p, p + 32);
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
    if (!immediate) return PARKED;
    this.runningFp = fpw << 2;
    this.focus(this.task);
    for (;;) {
      if (!this.isReady(this.task)) return PARKED;
      const done = this.commit(this.task, p, fpw);
      if (this.end !== null) return STOPPED;
      if (done) break;
      // Others were started by this step: from now on they have a say.
      if (this.live() > 0 && this.solo) return PARKED;
    }
    H.fill(0, p, p + 32);
    if (this.solo && this.live() > 0) this.solo = false;
    return GO_ON;
  }

  enter(fn: number, pc: number, fpw: number): number {
    const c = this.code.code;
    const H = this.H;
    const top = (fpw << 2) + this.code.frameBytes[H[fpw + 1]] + H[fpw + 3];
    const bytes = this.code.frameBytes[fn];
    const base = this.map.stackBase(this.task);
    this.site = c[pc + 6];
    if (top + bytes > this.map.stackEnd(this.task)) {
      H[fpw + 2] = this.site + 1;
      this.runningFp = fpw << 2;
      this.fatal("stack-overflow", this.program.functions[fn].name, 0, 0);
      return -1;
    }
    this.memory.touchRange(top, top + bytes);
    const w = top >> 2;
    H[w] = (fpw << 2) - base + 1;
    H[w + 1] = fn;
    const args = this.code.callArgs;
    const start = c[pc + 3];
    const n = c[pc + 5];
    for (let i = 0; i < n; i++) {
      H[w + 4 + 2 * i] = H[fpw + args[start + i]];
      H[w + 5 + 2 * i] = H[fpw + args[start + i] + 1];
    }
    H[fpw + 2] = this.site + 1;
    this.zeroDead(this.site, fpw);
    this.runningFp = top;
    return top;
  }

  leaveFrame(pc: number, fpw: number): number {
    const { H, code, memory } = this;
    const a = code.code[pc + 2];
    const lo = a === 0 ? 0 : H[fpw + a];
    const hi = a === 0 ? 0 : H[fpw + a + 1];
    const link = H[fpw];
    const end = fpw + ((code.frameBytes[H[fpw + 1]] + H[fpw + 3]) >> 2);
    if (H[fpw + 3] !== 0) memory.touchRange(fpw << 2, end << 2);
    if (end - fpw < 48) for (let i = fpw; i < end; i++) H[i] = 0;
    else H.fill(0, fpw, end);
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
    this.H[fpw + 2] = this.site + 1;
    this.runningFp = fpw << 2;
    if (callee !== undefined) {
      this.fatal(
        "bad-function-pointer",
        `${callee.name}() takes ${callee.params.length} arguments, not ${c[pc + 5]}`,
      );
    } else if (hi === 0 && lo < 4096) this.fatal("kasan:null-ptr-deref", "call", lo, 0);
    else this.fatal("bad-function-pointer", "the pointer called is not a function's address", lo, 0);
    return NO_FAULT;
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
    H[fpw + c[pc + 1]] = top;
    H[fpw + c[pc + 1] + 1] = 0;
    return true;
  }

  stackRestore(fpw: number, mark: number): void {
    const H = this.H;
    const fixed = (fpw << 2) + this.code.frameBytes[H[fpw + 1]];
    this.memory.touchRange(fixed + mark, fixed + H[fpw + 3]);
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

  private atPc(pc: number, fpw: number): void {
    this.site = this.code.code[pc + 6];
    this.H[fpw + 2] = this.site + 1;
    this.runningFp = fpw << 2;
  }

  divideByZero(pc: number, fpw: number): number {
    this.atPc(pc, fpw);
    this.fatal("divide", "");
    return STOPPED;
  }

  badShift(site: number, amount: number): void {
    this.site = site;
    this.report("ubsan:shift-out-of-bounds", `shift exponent ${amount}`);
  }

  outOfFuel(pc: number, fpw: number): number {
    this.runningFp = fpw << 2;
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
    this.atPc(pc, fpw);
    const reason = this.code.code[pc + 4];
    if (reason === Trap.Unreachable) this.fatal("unreachable", "");
    else if (reason === Trap.Abort) this.fatal("abort", "");
    else if (reason === Trap.BadVla) this.fatal("ubsan:vla-bound-not-positive", "");
    else this.fatal("ubsan:missing-return", "");
    return STOPPED;
  }

  // ------------------------------------------------------------------ the port for kernel operations

  arg(i: number): number {
    return this.H[(this.pendingBase(this.task) + Pending.Args + i * 8) >> 2];
  }

  argHi(i: number): number {
    return this.H[(this.pendingBase(this.task) + Pending.Args + i * 8 + 4) >> 2];
  }

  pointer(i: number): number {
    return this.argHi(i) === 0 ? this.arg(i) >>> 0 : 0;
  }

  setResult(lo: number, hi = 0): void {
    const p = this.pendingBase(this.task) >> 2;
    const dst = this.H[p + Pending.Dst / 4];
    if (dst === 0) return;
    const fp = this.runningFp !== 0 ? this.runningFp : this.taskField(this.task, Task.Fp);
    const w = (fp >> 2) + dst;
    this.memory.touchRange(w << 2, (w << 2) + 8);
    this.H[w] = lo;
    const info = this.code.parks[this.code.code[this.code.pcOfSite[this.site] + 7]];
    this.H[w + 1] = info.wide ? hi : 0;
  }

  temp(i: number): number {
    return this.H[((this.pendingBase(this.task) + Pending.Temp) >> 2) + i];
  }

  setTemp(i: number, value: number): void {
    const at = this.pendingBase(this.task) + Pending.Temp + i * 4;
    this.memory.touch(at);
    this.H[at >> 2] = value;
  }

  access(address: number, size: number, write: boolean): boolean {
    return this.mayAccess(address | 0, Math.floor(address / 4294967296) | 0, size, write);
  }

  accessible(address: number, size: number, write: boolean): boolean {
    const hi = Math.floor(address / 4294967296) | 0;
    if (this.plainlyFine(address, hi, size, write)) return true;
    return this.faults.check(address | 0, hi, size, write, this.task, this.runningFp) === null;
  }

  load8(address: number): number {
    return this.memory.u8[address];
  }

  load16(address: number): number {
    return this.memory.view.getUint16(address, true);
  }

  load32(address: number): number {
    return this.memory.view.getInt32(address, true);
  }

  store8(address: number, value: number): void {
    this.storeSized(address, 1, value, 0);
  }

  store16(address: number, value: number): void {
    this.storeSized(address, 2, value, 0);
  }

  store32(address: number, value: number): void {
    this.storeSized(address, 4, value, 0);
  }

  cstring(address: number): string {
    if (address === 0) return "(null)";
    const bytes: number[] = [];
    for (let i = 0; i < 4096; i++) {
      if (!this.accessible(address + i, 1, false)) return i === 0 ? "(bad address)" : latin(bytes);
      const byte = this.memory.u8[address + i];
      if (byte === 0) break;
      bytes.push(byte);
    }
    return latin(bytes);
  }

  allocate(size: number): number {
    return this.heap.allocate(this.task, size);
  }

  objectSize(address: number): number {
    return this.heap.objectSize(address);
  }

  release(address: number): void {
    this.heap.release(address);
  }

  eachObject(visit: (address: number, size: number) => void): void {
    this.heap.each(visit);
  }

  allocatePerCpu(size: number, align: number): number {
    return this.heap.allocatePerCpu(size, align, this.config.cpus);
  }

  releasePerCpu(cookie: number): void {
    this.heap.releasePerCpu(cookie, this.config.cpus);
  }

  perCpuSize(cookieLo: number, cookieHi: number): number {
    return cookieHi === 0 ? this.heap.perCpuSize(cookieLo >>> 0) : -2;
  }

  resolvePerCpu(cookieLo: number, cookieHi: number, c: number): number {
    const offset = (cookieLo >>> 0) - AddressSpace.PerCpuCookie;
    if (cookieHi !== 0 || offset < 0 || offset >= this.map.percpuStride || c < 0 || c >= this.config.cpus)
      return 0;
    return this.map.percpuBase + c * this.map.percpuStride + offset;
  }

  perCpuAddress(cookieLo: number, cookieHi: number, c: number): number {
    const address = this.resolvePerCpu(cookieLo, cookieHi, c);
    if (address !== 0) return address;
    if (c < 0 || c >= this.config.cpus) this.fatal("percpu-bad-cpu", `there is no CPU ${c}`);
    else if (cookieHi === 0 && cookieLo >>> 0 < 4096)
      this.fatal("kasan:null-ptr-deref", "per-CPU pointer", cookieLo >>> 0);
    else this.fatal("percpu-not-a-cookie", "an ordinary pointer was used as a per-CPU one", cookieLo >>> 0);
    return 0;
  }

  word(task: number, index: number): number {
    return this.H[((TASK_TABLE + task * TASK_STRIDE + Task.Words) >> 2) + index];
  }

  setWord(task: number, index: number, value: number): void {
    if (index >= TASK_WORD_COUNT) throw new Error(`word ${index} of ${TASK_WORD_COUNT}`);
    this.setTaskField(task, Task.Words + index * 4, value);
  }

  global(index: number): number {
    return this.H[(GLOBAL_WORDS >> 2) + index];
  }

  setGlobal(index: number, value: number): void {
    this.memory.touch(GLOBAL_WORDS + index * 4);
    this.H[(GLOBAL_WORDS >> 2) + index] = value;
  }

  taskCount(): number {
    return this.H[Run.TaskCount >> 2];
  }

  taskState(task: number): number {
    return this.H[(TASK_TABLE + task * TASK_STRIDE) >> 2];
  }

  cpuOf(task: number): number {
    return this.H[(TASK_TABLE + task * TASK_STRIDE + Task.Cpu) >> 2];
  }

  migratable(task: number): boolean {
    return this.taskField(task, Task.Bound) === 0 && this.taskField(task, Task.Migrations) < this.migrations;
  }

  preemptCount(task: number): number {
    return this.taskField(task, Task.Preempt);
  }

  setPreemptCount(task: number, value: number): void {
    this.setTaskField(task, Task.Preempt, value);
  }

  irqOff(task: number): number {
    return this.taskField(task, Task.IrqOff);
  }

  setIrqOff(task: number, value: number): void {
    this.setTaskField(task, Task.IrqOff, value);
  }

  hold(): void {
    this.setTaskField(this.task, Task.Holding, 1);
  }

  unhold(): void {
    this.setTaskField(this.task, Task.Holding, 0);
  }

  yieldCpu(): void {
    this.clearCurrent(this.task, this.cpu);
  }

  preemptible(task: number): boolean {
    return this.config.preempt === "full" && !this.keepsCpu(task);
  }

  cpuShared(c: number): boolean {
    return this.sharesCpu(this.task, c);
  }

  spawn(c: number, fnLo: number, fnHi: number, argLo: number, argHi: number): number {
    const fn = ((fnLo >>> 0) - AddressSpace.Function) / 16;
    const callee = fnHi === 0 && Number.isInteger(fn) ? this.program.functions[fn] : undefined;
    if (callee === undefined) {
      this.fatal("bad-function-pointer", "a task needs a function", fnLo >>> 0);
      return -1;
    }
    const t = this.taskCount();
    if (t >= MAX_TASKS) {
      this.unsupported(`more than ${MAX_TASKS - 1} tasks in one run`);
      return -1;
    }
    if (c >= this.config.cpus) {
      this.fatal("percpu-bad-cpu", `there is no CPU ${c}: the scenario runs with ${this.config.cpus}`);
      return -1;
    }
    this.memory.touch(Run.TaskCount);
    this.H[Run.TaskCount >> 2] = t + 1;
    this.setTaskField(t, Task.State, TaskState.New);
    this.setTaskField(t, Task.Cpu, c < 0 ? (t - 1) % this.config.cpus : c);
    this.setTaskField(t, Task.Bound, c < 0 ? 0 : 1);
    this.setTaskField(t, Task.Entry, fn);
    this.setTaskField(t, Task.ArgLo, argLo);
    this.setTaskField(t, Task.ArgHi, argHi);
    return t;
  }

  start(t: number): void {
    if (this.taskState(t) !== TaskState.New) return;
    const fn = this.taskField(t, Task.Entry);
    const arg = (BigInt(this.taskField(t, Task.ArgHi)) << 32n) | BigInt(this.taskField(t, Task.ArgLo) >>> 0);
    this.bottomFrame(t, fn, [arg]);
    this.setTaskField(t, Task.State, TaskState.Parked);
    this.memory.touch(Run.Live);
    this.H[Run.Live >> 2]++;
    this.queue.push(t);
  }

  startAll(): void {
    const count = this.taskCount();
    for (let t = 1; t < count; t++) this.start(t);
  }

  live(): number {
    return this.H[Run.Live >> 2];
  }

  functionName(site: number): string {
    return site < 0 ? "?" : this.program.functions[this.program.sites[site].fn].name;
  }

  nameOf(address: number): string {
    for (const g of this.program.globals) {
      if (!g.named) continue;
      const base = g.section === "percpu" ? this.map.percpuBase + g.address : g.address;
      const offset = address - base;
      if (g.section !== "percpu" && offset >= 0 && offset < g.size) return pathAt(g.name, g.shape, offset);
      if (g.section === "percpu") {
        const within = offset % this.map.percpuStride;
        const c = Math.floor(offset / this.map.percpuStride);
        if (offset >= 0 && c < this.config.cpus && within < g.size)
          return `${pathAt(g.name, g.shape, within)} of CPU ${c}`;
      }
    }
    return "";
  }

  private finding(
    kind: string,
    text: string,
    fatal: boolean,
    address: number,
    size: number,
    otherTask: number,
    otherSite: number,
  ): Finding {
    return {
      kind,
      fatal,
      task: this.task,
      cpu: this.cpu,
      site: this.site,
      otherTask,
      otherSite,
      address,
      size,
      text,
    };
  }

  report(kind: string, text: string, address = 0, size = 0, otherTask = -1, otherSite = -1): void {
    this.findings.push(this.finding(kind, text, false, address, size, otherTask, otherSite));
  }

  fatal(kind: string, text: string, address = 0, size = 0): void {
    if (this.end !== null) return;
    this.findings.push(this.finding(kind, text, true, address, size, -1, -1));
    this.end = "fatal";
    this.endText = text === "" ? kind : `${kind}: ${text}`;
  }

  fact(kind: string, a: number, b: number, siteA: number, siteB: number): void {
    this.facts.push({ kind, a, b, siteA, siteB });
  }

  unsupported(text: string): void {
    if (this.end !== null) return;
    this.end = "unsupported";
    this.endText = text;
  }

  abortCase(): void {
    if (this.end === null) {
      this.end = "fatal";
      this.endText = "a failed assertion ended the case";
    }
  }

  setFailed(): void {
    this.memory.touch(Run.Failed);
    this.H[Run.Failed >> 2] |= 1;
  }

  print(text: string): void {
    this.onPrint?.(text);
  }

  recording(): boolean {
    return this.onPrint !== null;
  }

  observe(nameAddress: number, lo: number, hi: number): void {
    const H = this.H;
    const count = H[Run.ObservedCount >> 2];
    let i = 0;
    while (i < count && H[(OBSERVED + i * OBSERVED_STRIDE) >> 2] >>> 0 < nameAddress) i++;
    const known = i < count && H[(OBSERVED + i * OBSERVED_STRIDE) >> 2] >>> 0 === nameAddress;
    if (!known && count === MAX_OBSERVED) {
      this.unsupported(`more than ${MAX_OBSERVED} observed values`);
      return;
    }
    this.memory.touchRange(OBSERVED, OBSERVED + (count + 1) * OBSERVED_STRIDE);
    const w = (OBSERVED + i * OBSERVED_STRIDE) >> 2;
    if (!known) {
      // Kept in the order of the names' addresses, so that the order of the calls is not part of the state.
      H.copyWithin(w + 4, w, (OBSERVED + count * OBSERVED_STRIDE) >> 2);
      this.memory.touch(Run.ObservedCount);
      H[Run.ObservedCount >> 2] = count + 1;
    }
    H[w] = nameAddress;
    H[w + 1] = 0;
    H[w + 2] = lo;
    H[w + 3] = hi;
  }
}

function latin(bytes: number[]): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
