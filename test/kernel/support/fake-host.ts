// The port of kernel objects without a machine: bytes in an array, words in arrays, contexts as records. It keeps the
// rules that the real machine keeps (who may have a CPU, what a step touches), in the most obvious way, so that an
// object's test says what the object does and nothing else.

import type { Finding } from "../../../interpreter/api.js";
import { StepFootprint } from "../../../interpreter/machine/footprint.js";
import type { Footprint, Host, HostConfig, ObjectOp, Rule } from "../../../interpreter/machine/host.js";
import { objects, rules } from "../../../kernel/api.js";

export const FIRST = 0x10000;
const GLOBALS_END = FIRST + 0x200;
const PERCPU = GLOBALS_END;
const PERCPU_STRIDE = 0x100;
export const HEAP = FIRST + 0x600;
export const HEAP_PER_TASK = 0x200;
/** Contexts at most. */
const PLACES = 12;
const MEMORY_END = HEAP + PLACES * HEAP_PER_TASK;
export const COOKIE = 0xc0000000;
/** Functions that contexts can be made of: FUNCTION + 16 * i is the program functions[i]. */
export const FUNCTION = 0xf0000000;

export type Call = readonly [name: string, ...args: (number | bigint)[]];

interface Context {
  state: number;
  cpu: number;
  level: number;
  preempt: number;
  irqOff: number;
  holding: number;
  migratable: boolean;
  words: number[];
  /** What is left to do; the first entry is pending. */
  program: Call[];
  phase: number;
  temps: number[];
  results: bigint[];
  heapTop: number;
}

const OPS = new Map<string, ObjectOp>(objects().map((op) => [op.name, op]));

/** Text in memory: an address that cstring() understands without laying bytes out. */
const TEXTS = 0x8000;

export class FakeHost implements Host {
  readonly config: HostConfig;
  task = 0;
  cpu = 0;
  site = 0;
  phase = 0;
  findings: Finding[] = [];
  facts: string[] = [];
  printed: string[] = [];
  ended: string | null = null;
  failed = false;
  readonly observed = new Map<string, bigint>();
  /** From FIRST on. */
  private bytes = new Uint8Array(MEMORY_END - FIRST);
  /** 0 unmapped, 1 usable, 2 freed; from FIRST on. */
  private shadow = new Uint8Array(MEMORY_END - FIRST);
  private objectsAt = new Map<number, number>();
  private globals = new Array<number>(64).fill(0);
  private contexts: Context[] = [];
  private percpuTop = 64;
  private result = 0n;
  private texts: string[] = [];
  /** What a context made of a function does. */
  functions: Call[][] = [];
  /** First place for contexts that are made while others run; 0: nobody runs yet. */
  firstMade = 0;
  ops: Map<string, ObjectOp> = OPS;
  private readonly rules: readonly Rule[];

  constructor(config: Partial<HostConfig> = {}, watched: readonly Rule[] = rules()) {
    this.config = { cpus: 2, preempt: "full", rcu: "preempt", ...config };
    this.rules = watched;
    this.map(FIRST, GLOBALS_END - FIRST);
    for (let c = 0; c < this.config.cpus; c++) this.map(PERCPU + c * PERCPU_STRIDE, 32);
    this.addTask(0);
  }

  // --- for tests ---

  map(address: number, size: number): void {
    this.shadow.fill(1, address - FIRST, address - FIRST + size);
  }

  addTask(cpu: number, program: Call[] = [], migratable = false): number {
    this.contexts.push({
      state: 2,
      cpu,
      level: 0,
      preempt: 0,
      irqOff: 0,
      holding: 0,
      migratable,
      words: new Array<number>(64).fill(0),
      program: [...program],
      phase: 0,
      temps: [0, 0, 0, 0],
      results: [],
      heapTop: 0,
    });
    return this.contexts.length - 1;
  }

  /** An address whose cstring() is this text. */
  text(s: string): number {
    const at = this.texts.indexOf(s);
    if (at >= 0) return TEXTS + at;
    this.texts.push(s);
    return TEXTS + this.texts.length - 1;
  }

  /** Performs a whole operation; "waits" if it could not go on. Otherwise its result. */
  call(task: number, name: string, ...args: (number | bigint)[]): bigint | "waits" {
    const c = this.contexts[task];
    c.program = [[name, ...args]];
    c.phase = 0;
    c.temps = [0, 0, 0, 0];
    while (c.program.length > 0 && this.ended === null) {
      if (!this.isReady(task)) return "waits";
      this.perform(task);
    }
    return c.results[c.results.length - 1] ?? 0n;
  }

  /** Goes on with what call() left waiting. */
  resume(task: number): bigint | "waits" {
    const c = this.contexts[task];
    while (c.program.length > 0) {
      if (!this.isReady(task)) return "waits";
      this.perform(task);
    }
    return c.results[c.results.length - 1];
  }

  /** Begins an operation without a step. */
  park(task: number, name: string, ...args: (number | bigint)[]): void {
    const c = this.contexts[task];
    c.program = [[name, ...args]];
    c.phase = 0;
    c.temps = [0, 0, 0, 0];
  }

  /** One step; true when the operation is complete. */
  step(task: number): boolean {
    const before = this.contexts[task].program.length;
    this.perform(task);
    return this.contexts[task].program.length < before;
  }

  context(task: number): Readonly<Context> {
    return this.contexts[task];
  }

  kinds(): string[] {
    return this.findings.map((f) => f.kind);
  }

  finishTask(task: number): void {
    this.focus(task);
    this.site = -1;
    for (const rule of this.rules) (task === 0 ? rule.end : rule.finish)?.(this);
    this.contexts[task].state = 3;
  }

  focus(task: number): void {
    this.task = task;
    this.cpu = this.contexts[task].cpu;
    this.phase = this.contexts[task].phase;
    this.site = 100 * task + this.contexts[task].results.length;
  }

  private op(task: number): ObjectOp {
    const [name] = this.contexts[task].program[0];
    const op = this.ops.get(name);
    if (!op) throw new Error(`no object ${name}`);
    return op;
  }

  isReady(task: number): boolean {
    if (this.contexts[task].state !== 2 || this.contexts[task].program.length === 0) return false;
    this.focus(task);
    return this.op(task).ready?.(this) ?? true;
  }

  /**
   * Has it given its CPU up? One that went to sleep gets the CPU back by its next step, not by being woken: otherwise
   * a wake-up of one that slept with preemption off would take the CPU from others.
   */
  private asleep(task: number): boolean {
    const c = this.contexts[task];
    if (c.state !== 2 || c.program.length === 0) return true;
    return this.op(task).waits === "sleeps" && (c.phase > 0 || !this.isReady(task));
  }

  private keepsCpu(task: number): boolean {
    const c = this.contexts[task];
    return c.state === 2 && (c.preempt | c.irqOff | c.holding) !== 0;
  }

  /** Does context u, which keeps its CPU, keep it from context t too? */
  private keepsFrom(u: number, t: number): boolean {
    const [by, who] = [this.contexts[u], this.contexts[t]];
    if (who.level <= by.level) return true;
    if (this.keepsCpu(t)) return false;
    return by.irqOff !== 0 || by.holding !== 0 || (who.level === 1 && by.preempt > 0xff);
  }

  enabled(task: number): boolean {
    if (!this.isReady(task)) return false;
    const { cpu } = this.contexts[task];
    return !this.contexts.some(
      (c, u) => u !== task && c.cpu === cpu && this.keepsCpu(u) && !this.asleep(u) && this.keepsFrom(u, task),
    );
  }

  isLocal(task: number): boolean {
    this.focus(task);
    const { local } = this.op(task);
    return typeof local === "function" ? local(this) : local === true;
  }

  private perform(task: number): void {
    this.focus(task);
    const c = this.contexts[task];
    const [name] = c.program[0];
    for (const rule of this.rules) rule.before?.[name]?.(this);
    if (this.ended !== null) return;
    this.result = 0n;
    const next = this.op(task).commit(this);
    if (this.ended !== null) return;
    if (next !== 0) {
      c.phase = next;
      return;
    }
    c.results.push(this.result);
    c.program.shift();
    c.phase = 0;
    c.temps = [0, 0, 0, 0];
  }

  /** A step as the machine makes it: the operation, then everything local behind it. */
  machineStep(task: number): void {
    this.perform(task);
    this.settle(task);
  }

  /** Local operations up to the next visible one; a context without more to do is finished. */
  settle(task: number): void {
    while (this.ended === null && this.contexts[task].phase === 0 && this.contexts[task].program.length > 0) {
      if (!this.isLocal(task)) return;
      this.perform(task);
    }
    if (this.contexts[task].program.length === 0) this.contexts[task].state = 3;
  }

  /** What the next step of a context touches, with the CPU as the machine adds it. */
  touched(task: number): StepFootprint {
    const f = new StepFootprint();
    this.focus(task);
    this.op(task).touches?.(this, f);
    f.writeContext(task);
    if (this.keepsCpu(task)) f.cpu(this.contexts[task].cpu);
    else f.needsCpu(this.contexts[task].cpu);
    return f;
  }

  clone(): FakeHost {
    const copy = new FakeHost(this.config, this.rules);
    copy.bytes = this.bytes.slice();
    copy.shadow = this.shadow.slice();
    copy.objectsAt = new Map(this.objectsAt);
    copy.globals = [...this.globals];
    copy.contexts = structuredClone(this.contexts);
    copy.percpuTop = this.percpuTop;
    copy.texts = [...this.texts];
    copy.ended = this.ended;
    copy.failed = this.failed;
    copy.ops = this.ops;
    copy.functions = this.functions;
    copy.firstMade = this.firstMade;
    for (const [name, value] of this.observed) copy.observed.set(name, value);
    return copy;
  }

  /** Everything that decides the future or the outcome, as text. */
  state(): string {
    const json = (value: unknown) =>
      JSON.stringify(value, (_, v: unknown) => (typeof v === "bigint" ? `${v}n` : v));
    return [
      Buffer.from(this.bytes).toString("base64"),
      Buffer.from(this.shadow).toString("base64"),
      json(this.contexts),
      json(this.globals),
      json([...this.observed].sort()),
      json([this.percpuTop, this.failed, this.ended]),
    ].join("\n");
  }

  // --- the port ---

  private argument(i: number): bigint {
    const value = this.contexts[this.task].program[0][i + 1] ?? 0;
    return BigInt.asIntN(64, BigInt(value));
  }
  arg(i: number): number {
    return Number(BigInt.asIntN(32, this.argument(i)));
  }
  argHi(i: number): number {
    return Number(BigInt.asIntN(32, this.argument(i) >> 32n));
  }
  pointer(i: number): number {
    return this.argHi(i) === 0 ? this.arg(i) >>> 0 : 0;
  }
  setResult(lo: number, hi = 0): void {
    this.result = (BigInt(hi) << 32n) | BigInt(lo >>> 0);
  }
  temp(i: number): number {
    return this.contexts[this.task].temps[i];
  }
  setTemp(i: number, value: number): void {
    this.contexts[this.task].temps[i] = value | 0;
  }
  access(address: number, size: number, write: boolean): boolean {
    if (this.accessible(address, size, write)) return true;
    this.fatal(
      address < FIRST ? "kasan:null-ptr-deref" : "kasan:use-after-free",
      write ? "write" : "read",
      address,
      size,
    );
    return false;
  }
  accessible(address: number, size: number, _write: boolean): boolean {
    if (address >= TEXTS && address + size <= TEXTS + this.texts.length) return true;
    if (address < FIRST || address + size > MEMORY_END) return false;
    for (let i = 0; i < size; i++) if (this.shadow[address - FIRST + i] !== 1) return false;
    return true;
  }
  load8(address: number): number {
    return this.bytes[address - FIRST];
  }
  load16(address: number): number {
    return this.load8(address) | (this.load8(address + 1) << 8);
  }
  load32(address: number): number {
    return this.load16(address) | (this.load16(address + 2) << 16);
  }
  store8(address: number, value: number): void {
    this.bytes[address - FIRST] = value;
  }
  store16(address: number, value: number): void {
    this.store8(address, value);
    this.store8(address + 1, value >> 8);
  }
  store32(address: number, value: number): void {
    this.store16(address, value);
    this.store16(address + 2, value >> 16);
  }
  cstring(address: number): string {
    if (address === 0) return "(null)";
    return this.texts[address - TEXTS] ?? "(bad address)";
  }
  allocate(size: number): number {
    const c = this.contexts[this.task];
    const address = HEAP + this.task * HEAP_PER_TASK + c.heapTop + 16;
    if (c.heapTop + 32 + size > HEAP_PER_TASK) return 0;
    c.heapTop += 16 + ((size + 15) & ~15);
    this.map(address, size);
    this.objectsAt.set(address, size);
    return address;
  }
  objectSize(address: number): number {
    const size = this.objectsAt.get(address);
    if (size === undefined) return -2;
    return this.shadow[address - FIRST] === 1 ? size : -1;
  }
  /** No caches here. */
  tagOf(): number {
    return 0;
  }
  eachTagged(): void {}
  release(address: number): void {
    const size = this.objectsAt.get(address)!;
    this.bytes.fill(0, address - FIRST, address - FIRST + size);
    this.shadow.fill(2, address - FIRST, address - FIRST + size);
  }
  /** Nothing here refers to anything: every live object is lost. */
  eachUnreferenced(visit: (address: number, size: number, site: number, task: number) => void): void {
    for (const [address, size] of this.objectsAt)
      if (this.shadow[address - FIRST] === 1) visit(address, size, 0, 0);
  }
  tookLock(): void {}

  queuedWork(): void {}
  madeAt(): number {
    return -1;
  }
  operationAt(): string {
    return "";
  }
  whatAt(): string {
    return "";
  }
  siteOutside(): number {
    return this.site;
  }
  siteOf(): number {
    return 0;
  }
  waitingIn(task: number): string {
    const c = this.contexts[task];
    if (c.state !== 2 || c.program.length === 0) return "";
    const { task: focused } = this;
    const ready = this.isReady(task);
    this.focus(focused);
    return ready ? "" : c.program[0][0];
  }
  isIdle(task: number): boolean {
    if (this.contexts[task].program.length === 0 || !this.op(task).idle) return false;
    const { task: focused } = this;
    const waits = this.contexts[task].state === 2 && !this.isReady(task);
    this.focus(task);
    const idle = waits && this.op(task).idle!(this);
    this.focus(focused);
    return idle;
  }
  keepersOf(task: number): number {
    const { cpu } = this.contexts[task];
    let mask = 0;
    for (const [u, c] of this.contexts.entries())
      if (u !== task && c.cpu === cpu && this.keepsCpu(u)) mask |= 1 << u;
    return mask;
  }
  allocatePerCpu(size: number): number {
    const cookie = COOKIE + this.percpuTop;
    for (let c = 0; c < this.config.cpus; c++) this.map(PERCPU + c * PERCPU_STRIDE + this.percpuTop, size);
    this.percpuTop += ((size + 7) & ~7) + 8;
    return cookie;
  }
  perCpuSize(lo: number, hi: number): number {
    const start = this.resolvePerCpu(lo, hi, 0) - FIRST;
    if (start < 0 || this.shadow[start] === 0 || this.shadow[start - 1] === 1) return -2;
    if (this.shadow[start] === 2) return -1;
    let size = 0;
    while (this.shadow[start + size] === 1) size++;
    return size;
  }
  releasePerCpu(cookie: number): void {
    for (let c = 0; c < this.config.cpus; c++) {
      for (let at = this.resolvePerCpu(cookie, 0, c) - FIRST; this.shadow[at] === 1; at++) {
        this.bytes[at] = 0;
        this.shadow[at] = 2;
      }
    }
  }
  perCpuAddress(lo: number, hi: number, c: number): number {
    const address = this.resolvePerCpu(lo, hi, c);
    if (address === 0) this.fatal("percpu-not-a-cookie", "");
    return address;
  }
  resolvePerCpu(lo: number, hi: number, c: number): number {
    const offset = (lo >>> 0) - COOKIE;
    return hi !== 0 || offset < 0 || offset >= PERCPU_STRIDE ? 0 : PERCPU + c * PERCPU_STRIDE + offset;
  }
  word(task: number, index: number): number {
    return this.contexts[task].words[index];
  }
  setWord(task: number, index: number, value: number): void {
    this.contexts[task].words[index] = value | 0;
  }
  global(index: number): number {
    return this.globals[index];
  }
  setGlobal(index: number, value: number): void {
    this.globals[index] = value | 0;
  }
  taskCount(): number {
    return this.contexts.length;
  }
  taskState(task: number): number {
    return this.contexts[task].state;
  }
  cpuOf(task: number): number {
    return this.contexts[task].cpu;
  }
  migratable(task: number): boolean {
    return this.contexts[task].migratable;
  }
  marking(): number {
    return 0;
  }

  setMarking(): void {}

  preemptCount(task: number): number {
    return this.contexts[task].preempt;
  }
  setPreemptCount(task: number, value: number): void {
    this.contexts[task].preempt = value;
  }
  irqOff(task: number): number {
    return this.contexts[task].irqOff;
  }
  setIrqOff(task: number, value: number): void {
    this.contexts[task].irqOff = value;
  }
  hold(): void {
    this.contexts[this.task].holding = 1;
  }
  unhold(): void {
    this.contexts[this.task].holding = 0;
  }
  yieldCpu(): void {}
  preemptible(task: number): boolean {
    return this.config.preempt === "full" && !this.keepsCpu(task);
  }
  cpuShared(c: number): boolean {
    return this.contexts.some(
      (other, t) => t !== this.task && other.state >= 2 && (other.cpu === c || other.migratable),
    );
  }
  /** As in the machine: each context looks in a stretch of its own first. */
  private place(visit?: (t: number) => void): number {
    if (this.firstMade === 0) return this.contexts.length;
    const places = PLACES - this.firstMade;
    const from =
      this.task < this.firstMade
        ? this.task * Math.max(1, Math.floor(places / this.firstMade))
        : this.task + 1 - this.firstMade;
    for (let i = 0; i < places; i++) {
      const t = this.firstMade + ((from + i) % places);
      visit?.(t);
      if ((this.contexts[t]?.state ?? 0) === 0 || this.contexts[t].state === 3) return t;
    }
    return -1;
  }
  touchSpawn(c: number, f: Footprint): number {
    const t = this.place((looked) => f.readContext(looked));
    f.cpu(c);
    if (t < 0) return t;
    f.writeContext(t);
    if (this.contexts[t]?.state === 3) f.cpu(this.contexts[t].cpu);
    return t;
  }
  spawn(c: number, fnLo: number, _fnHi = 0, argLo = 0, _argHi = 0, level = 0): number {
    if (fnLo >>> 0 < FUNCTION) {
      this.fatal("bad-function-pointer", "");
      return -1;
    }
    const t = this.place();
    if (t < 0) {
      this.unsupported("no place for a context");
      return -1;
    }
    while (this.contexts.length <= t) {
      this.addTask(0);
      this.contexts[this.contexts.length - 1].state = 0;
    }
    const program = this.functions[((fnLo >>> 0) - FUNCTION) / 16] ?? [];
    this.contexts[t] = {
      ...this.contexts[t],
      state: 1,
      cpu: Math.max(0, c),
      level,
      words: new Array<number>(64).fill(0),
      // The first argument of each call is what the context is about, unless it names another.
      program: program.map((call) => (call.length > 1 ? call : [call[0], argLo >>> 0])),
      phase: 0,
      temps: [0, 0, 0, 0],
      results: [],
    };
    return t;
  }
  isFree(c: number): boolean {
    return !this.contexts.some((other, t) => other.cpu === c && this.keepsCpu(t));
  }
  programHas(): boolean {
    return true;
  }
  /** Bit c: no context may be moved to CPU c. */
  closed = 0;
  setClosed(c: number, closed: boolean): void {
    this.closed = closed ? this.closed | (1 << c) : this.closed & ~(1 << c);
  }
  setCpu(task: number, c: number): void {
    this.contexts[task].cpu = c;
  }
  retire(task: number): void {
    const c = this.contexts[task];
    Object.assign(c, { state: 3, preempt: 0, irqOff: 0, holding: 0, program: [], phase: 0 });
    c.words = new Array<number>(64).fill(0);
    c.temps = [0, 0, 0, 0];
  }
  start(task: number): void {
    if (this.contexts[task].state !== 1) return;
    this.contexts[task].state = 2;
    if (this.firstMade === 0) this.firstMade = this.contexts.length;
  }
  startAll(): void {
    for (let t = 1; t < this.contexts.length; t++) this.start(t);
  }
  live(): number {
    return this.contexts.filter((c, t) => t > 0 && c.state === 2).length;
  }
  functionName(site: number): string {
    return `f${site}`;
  }
  nameOf(address: number): string {
    return address >= FIRST && address < GLOBALS_END ? `g_${(address - FIRST).toString(16)}` : "";
  }
  report(kind: string, text: string, address = 0, size = 0, otherTask = -1, otherSite = -1): void {
    const { task, cpu, site } = this;
    this.findings.push({ kind, fatal: false, task, cpu, site, otherTask, otherSite, address, size, text });
  }
  fatal(kind: string, text: string, address = 0, size = 0): void {
    this.report(kind, text, address, size);
    this.findings[this.findings.length - 1].fatal = true;
    this.ended = kind;
  }
  fact(kind: string, a: number, b: number, _siteA: number, _siteB: number, flags = 0): void {
    this.facts.push(`${kind} ${this.nameOf(a)} ${this.nameOf(b)} ${flags}`);
  }
  unsupported(text: string): void {
    this.ended = `unsupported: ${text}`;
  }
  abortCase(): void {
    this.ended = "aborted";
  }
  setFailed(): void {
    this.failed = true;
  }
  print(text: string): void {
    this.printed.push(text);
  }
  recording(): boolean {
    return true;
  }
  observe(nameAddress: number, lo: number, hi: number): void {
    this.observed.set(this.cstring(nameAddress), (BigInt(hi) << 32n) | BigInt(lo >>> 0));
  }
}
