// What a run consists of: contexts, CPUs and memory, and what the current step has to say about them.
//
// Everything that can influence the future lies in linear memory (see layout.ts): the other fields here are caches,
// configuration, or what the current step reported. So mark() and rollback() on the memory move the run.
// The machine is made of layers, each of which only looks down: this state, the port for kernel operations (port.ts),
// pending operations (operations.ts), frames of local code (frames.ts), contexts and CPUs (machine.ts).

import { Flag, type Loc, type Program } from "../ir/program.js";
import { type Allocated, allocateMemory } from "../wasm/engine.js";
import type { WasmPort } from "../wasm/port.js";
import { type CompiledCode, compileCode } from "./code.js";
import type { Confinement } from "./confine.js";
import { type Fault, FaultFinder } from "./faults.js";
import type { Finding, RunEnd } from "./finding.js";
import { Heap } from "./heap.js";
import type { HeapUse, HostConfig, ObjectOp, Rule } from "./host.js";
import {
  DEFAULT_SIZES,
  Level,
  type MemoryMap,
  type MemorySizes,
  mapMemory,
  OBSERVED,
  OBSERVED_STRIDE,
  Pending,
  PREEMPT_BITS,
  Run,
  TASK_STRIDE,
  TASK_TABLE,
  Task,
  TaskState,
} from "./layout.js";
import { Memory } from "./memory.js";
import { pathAt } from "./shape-path.js";
import { Unset } from "./unset.js";
import { type Wiring, wire } from "./wiring.js";

export interface MachineConfig extends HostConfig {
  sizes?: Partial<MemorySizes>;
  /** How often the scheduler may move each unbound context to another CPU; 1 by default. */
  migrations?: number;
  /** Jumps and calls one context may make between two visible operations before the run is cut. */
  localSteps?: number;
  /** The same for the first context while it is alone: a whole program runs in one go. */
  soloSteps?: number;
  /** False: rounds of spin loops are steps like others; for tests. */
  awaits?: boolean;
  /** What runs local code: the register machine (default), or WebAssembly made from the program. */
  engine?: "vm" | "wasm";
  /** The platform's WebAssembly; needed by the engine of that name. */
  wasm?: WasmPort;
  /** Jumps and calls that the register machine makes in long stretches before that engine compiles; 0: at once. */
  patience?: number;
  /** Jumps and calls that compiled code counts at a time, at most and by default as many as 31 bits can hold. */
  countdown?: number;
}

export interface Fact {
  kind: string;
  a: number;
  b: number;
  siteA: number;
  siteB: number;
  /** What else tells facts of a kind apart. */
  flags: number;
  /** Who stated it first; not a part of the fact. */
  task: number;
  cpu: number;
}

/** What happened to a heap object, for reports. "queued": work that will use it was handed to somebody else. */
export type ObjectEvent = "allocated" | "freed" | "queued";

export interface StackFrame {
  function: number;
  /** Site at which the frame rests. */
  site: number;
}

export abstract class RunState {
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
  fuelLeft = 0;
  /** The operation has asked for the next access of its context to count as marked. */
  marksNext = false;

  /** What memory is taken as confined to one context; null: every visible operation is a step of its own. */
  confinement: Confinement | null = null;
  /**
   * Contexts whose operations the current step took without stopping, in order: each is a step of its own where
   * nothing is confined.
   */
  readonly unstopped: number[] = [];
  /** Contexts that the current step ended before they took theirs, as a mask. */
  retired = 0;
  /** Site of the last of them. */
  protected lastUnstopped = -1;
  /** How many more the running context may take before it stops. */
  protected confinedLeft = 0;
  /** So many of them need not stop where they may be spinning. */
  protected rounds = 0;

  /** Receives printk text when somebody listens. */
  onPrint: ((text: string) => void) | null = null;
  /** Told of heap objects as things happen to them: frames() says where. */
  onObject: ((event: ObjectEvent, address: number, size: number) => void) | null = null;
  /** Told of each finding as it is made, while everything is as it was. */
  onFinding: ((finding: Finding) => void) | null = null;
  /** Executions per instruction by contexts other than 0 (or by all, `profileAll`), for cost tables. */
  profile: Float64Array | null = null;
  profileAll = false;

  /** Where memory lies when the engine is WebAssembly. */
  protected wasmMemory: Allocated | null;
  /** If there was a run in the memory before, it had the same map. */
  protected hasLikeBefore = true;
  protected readonly H: Int32Array;
  protected readonly wiring: Wiring;
  protected readonly ops: readonly (ObjectOp | null)[];
  protected readonly faults: FaultFinder;
  protected readonly heap: Heap;
  readonly unset: Unset;
  protected readonly localSteps: number;
  protected readonly awaits: boolean;
  protected readonly migrations: number;
  protected readonly soloSteps: number;
  /** See Wiring. */
  readonly makesContexts: boolean;
  protected readonly queue: number[] = [];
  /** Frame of the running context while the loop is inside it, else 0. */
  runningFp = 0;

  readonly config: MachineConfig;

  constructor(
    readonly program: Program,
    objects: readonly ObjectOp[],
    rules: readonly Rule[],
    config: MachineConfig,
  ) {
    this.config = uniform(config);
    this.map = mapMemory(program, config.cpus, { ...DEFAULT_SIZES, ...config.sizes });
    this.wasmMemory = null;
    if (config.engine === "wasm") {
      if (config.wasm === undefined) throw new Error("the wasm engine needs the platform's WebAssembly");
      this.wasmMemory = allocateMemory(config.wasm, program, this.map);
      const { memory, core, used, same } = this.wasmMemory;
      this.hasLikeBefore = same;
      this.memory = new Memory(memory.buffer, this.map.total, core, !used);
    } else this.memory = new Memory(new ArrayBuffer(this.map.total), this.map.total);
    this.H = this.memory.i32;
    this.bitsAhead = (this.map.bitsBase - this.map.imageBase) >> 2;
    this.shadow = this.memory.u8.subarray(this.map.shadowBase);
    this.memoryEnd = this.map.memoryEnd;
    this.rodataEnd = this.map.rodataEnd;
    this.code = compileCode(program);
    this.wiring = wire(program, objects, rules);
    this.ops = this.wiring.ops;
    this.makesContexts = this.wiring.makesContexts;
    this.faults = new FaultFinder(program, this.code, this.memory, this.shadow, this.map);
    this.unset = new Unset(this.memory, this.map, (granule) =>
      this.faults.watched(granule, this.task, this.runningFp),
    );
    this.heap = new Heap(this.memory, this.map, this.unset);
    this.migrations = config.cpus > 1 ? (config.migrations ?? 1) : 0;
    this.awaits = config.awaits ?? true;
    this.localSteps = config.localSteps ?? 2_000_000;
    this.soloSteps = config.soloSteps ?? 50_000_000;
  }

  /** What kernel operation i of the program is to the heap, if it is nothing else and nobody watches it. */
  heapUse(i: number): HeapUse | null {
    return this.wiring.before[i].length > 0 ? null : (this.ops[i]?.heap ?? null);
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

  /** Copies all that observed() depends on: how many words; -1: on more, since a name can be written to. */
  observedWords(out: Int32Array): number {
    const { H } = this;
    const words = (H[Run.ObservedCount >> 2] * OBSERVED_STRIDE) >> 2;
    for (let i = 0; i < words; i += OBSERVED_STRIDE >> 2)
      if (H[(OBSERVED >> 2) + i] >>> 0 >= this.rodataEnd) return -1;
    for (let i = 0; i < words; i++) out[i] = H[(OBSERVED >> 2) + i];
    return words;
  }

  failed(): boolean {
    return (this.H[Run.Failed >> 2] & 1) !== 0;
  }

  exitValue(t: number): bigint {
    return (BigInt(this.taskField(t, Task.ExitHi)) << 32n) | BigInt(this.taskField(t, Task.ExitLo) >>> 0);
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

  live(): number {
    return this.H[Run.Live >> 2];
  }

  /** Site of context t's pending operation. */
  siteOf(t: number): number {
    return this.H[(this.pendingBase(t) + Pending.Site) >> 2];
  }

  /** Points the port at context t's pending operation (for `ready`, `touches` and explanations). */
  focus(t: number): void {
    this.task = t;
    this.cpu = this.cpuOf(t);
    const p = this.pendingBase(t) >> 2;
    this.site = this.H[p + Pending.Site / 4];
    this.phase = this.H[p + Pending.Phase / 4];
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

  locOfSite(site: number): Loc | null {
    const loc = site >= 0 ? this.program.sites[site].loc : -1;
    return loc >= 0 ? this.program.locs[loc] : null;
  }

  protected taskField(t: number, field: number): number {
    return this.H[(TASK_TABLE + t * TASK_STRIDE + field) >> 2];
  }

  protected setTaskField(t: number, field: number, value: number): void {
    const at = TASK_TABLE + t * TASK_STRIDE + field;
    if (this.H[at >> 2] === value) return;
    this.memory.touch(at);
    this.H[at >> 2] = value;
  }

  protected pendingBase(t: number): number {
    return TASK_TABLE + t * TASK_STRIDE + Task.Pending;
  }

  /** Places that no context has had yet are neither bound nor unbound. */
  protected isUnbound(t: number): boolean {
    return this.taskState(t) !== TaskState.Unused && this.taskField(t, Task.Bound) === 0;
  }

  protected keepsCpu(t: number): boolean {
    const w = (TASK_TABLE + t * TASK_STRIDE) >> 2;
    const H = this.H;
    return (
      H[w] === TaskState.Parked &&
      (H[w + Task.Preempt / 4] | H[w + Task.IrqOff / 4] | H[w + Task.Holding / 4]) !== 0 &&
      H[w + Task.OffCpu / 4] === 0
    );
  }

  /** Does any of the first `count` contexts keep its CPU from the others on it? Most of the time none does. */
  protected someKeepsCpu(count: number): boolean {
    for (let t = 0; t < count; t++) if (this.keepsCpu(t)) return true;
    return false;
  }

  /** May context t, which is of a higher level than a task, go on although u, on the same CPU, keeps it? */
  protected interrupts(t: number, u: number): boolean {
    const level = this.taskField(t, Task.Level);
    if (this.taskField(u, Task.Level) >= level) return false;
    // Once inside, it is on top of all that it interrupted.
    if (this.keepsCpu(t)) return true;
    if ((this.taskField(u, Task.IrqOff) | this.taskField(u, Task.Holding)) !== 0) return false;
    return level === Level.Hardirq || this.taskField(u, Task.Preempt) <= PREEMPT_BITS;
  }

  /** Do shadow bytes speak of this address? Of stacks they do not: the frames do. */
  hasShadow(address: number): boolean {
    const { map } = this;
    return (
      address >= map.imageBase &&
      address < map.memoryEnd &&
      (address < map.stacksStart || address >= map.arenasStart)
    );
  }

  protected unpoison(address: number, size: number): void {
    this.shadow.fill(0, address >>> 3, (address + size) >>> 3);
    if ((size & 7) !== 0) this.shadow[(address + size) >>> 3] = size & 7;
  }

  /** Checks an access and ends the run if it is bad. */
  mayAccess(lo: number, hi: number, size: number, write: boolean): boolean {
    if (this.plainlyFine(lo >>> 0, hi, size, write)) return true;
    const fault = this.faults.check(lo, hi, size, write, this.task, this.runningFp);
    if (fault === null) {
      if (write) this.unset.settle(lo >>> 0, size);
      return true;
    }
    this.fault(fault, lo, hi, size, write);
    return false;
  }

  readonly bitsAhead: number;

  unsetCount(): number {
    return this.H[(TASK_TABLE + this.task * TASK_STRIDE + Task.Unset) >> 2];
  }

  /** Do globals or per-CPU variables hold bits that nobody has set? */
  globalsUnset(): boolean {
    return this.H[Run.UnsetGlobals >> 2] !== 0;
  }

  isGlobal(address: number): boolean {
    return address < this.map.stacksStart;
  }

  setBits(w: number, lo: number, hi: number): void {
    const { H, memory } = this;
    const at = w + this.bitsAhead;
    const before = H[at] | H[at + 1];
    const now = lo | hi;
    if ((before | now) === 0) return;
    this.unset.writesBits();
    memory.touch(at << 2);
    H[at] = lo;
    H[at + 1] = hi;
    if ((before !== 0) === (now !== 0)) return;
    const count = this.unsetCount() + (now !== 0 ? 1 : -1);
    this.setTaskField(this.task, Task.Unset, count);
    if (count === 0) this.setTaskField(this.task, Task.Origin, 0);
  }

  /** A register gets what lies at an address: its unset bits, too. */
  protected loadBits(w: number, address: number, size: number, signed: boolean): void {
    const { unset } = this;
    if (!unset.look(address, size)) return;
    const top = size < 4 && signed ? 32 - 8 * size : 0;
    this.setBits(w, (unset.lo << top) >> top, unset.hi);
    this.setTaskField(this.task, Task.Origin, address);
  }

  storedUnset(x: number, size: number, lo: number, hi: number): void {
    if ((lo | hi) !== 0) this.unset.store(x, size, lo, hi);
  }

  /** Reports that what lies at an address is used although some of its bits have not been set. */
  protected usedUnsetAt(address: number, size: number): void {
    this.report("kmsan:uninit-value", this.localAt(address), address, size);
  }

  /** In words, if the address is that of a named local. */
  private localAt(address: number): string {
    const { map } = this;
    if (address < map.stacksStart || address >= map.arenasStart) return "";
    const name = this.faults.localAt(address, this.task, this.runningFp)?.slot.name ?? "";
    return name === "" ? "" : `'${name}' is used uninitialized`;
  }

  /** Reports an access whose address is less aligned than the C promised. */
  protected misaligned(address: number, size: number, write: boolean, flags: number): void {
    if ((flags & (Flag.Unaligned | Flag.BitField)) !== 0) return;
    const text = `${write ? "store to" : "load of"} misaligned address for an access of ${size} bytes, which requires ${size} byte alignment`;
    this.report("ubsan:misaligned-access", text, address, size);
  }

  /** One granule, all of it addressable: the common case, without the reasons of the others. */
  protected plainlyFine(address: number, hi: number, size: number, write: boolean): boolean {
    return (
      hi === 0 &&
      address >= (write ? this.rodataEnd : this.map.imageBase) &&
      address + size <= this.memoryEnd &&
      (address & 7) + size <= 8 &&
      this.shadow[address >>> 3] === 0
    );
  }

  accessible(address: number, size: number, write: boolean): boolean {
    const hi = Math.floor(address / 4294967296) | 0;
    if (this.plainlyFine(address, hi, size, write)) return true;
    return this.faults.check(address | 0, hi, size, write, this.task, this.runningFp) === null;
  }

  protected fault(fault: Fault, lo: number, hi: number, size: number, write: boolean): void {
    // A number cannot hold 64 bits: what lies beyond the machine's memory is told in the text.
    const far = hi === 0 ? "" : `at ${farAddress(lo, hi)}`;
    const told = [fault.text, far].filter((one) => one !== "").join(", ");
    const text = `${write ? "write" : "read"}${told === "" ? "" : `: ${told}`}`;
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

  protected finding(
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
    this.found(this.finding(kind, text, false, address, size, otherTask, otherSite));
  }

  private found(finding: Finding): void {
    this.findings.push(finding);
    this.onFinding?.(finding);
  }

  fatal(kind: string, text: string, address = 0, size = 0): void {
    if (this.end !== null) return;
    this.found(this.finding(kind, text, true, address, size, -1, -1));
    this.end = "fatal";
    this.endText = text === "" ? kind : `${kind}: ${text}`;
  }

  fact(kind: string, a: number, b: number, siteA: number, siteB: number, flags = 0): void {
    this.facts.push({ kind, a, b, siteA, siteB, flags, task: this.task, cpu: this.cpu });
  }

  unsupported(text: string): void {
    if (this.end !== null) return;
    this.end = "unsupported";
    this.endText = text;
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
}

/** Every member of MachineConfig, whether somebody has set it or not: one hidden class for what each step asks. */
type Whole = { readonly [Member in keyof Required<MachineConfig>]: MachineConfig[Member] };

function uniform(config: MachineConfig): MachineConfig {
  const whole: Whole = {
    cpus: config.cpus,
    preempt: config.preempt,
    rcu: config.rcu,
    sizes: config.sizes,
    migrations: config.migrations,
    localSteps: config.localSteps,
    soloSteps: config.soloSteps,
    awaits: config.awaits,
    engine: config.engine,
    wasm: config.wasm,
    patience: config.patience,
    countdown: config.countdown,
  };
  // An absent member and an undefined one mean the same.
  return whole as MachineConfig;
}

function latin(bytes: number[]): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

function farAddress(lo: number, hi: number): string {
  return [hi, lo].map((half) => (half >>> 0).toString(16).padStart(8, "0")).join("");
}
