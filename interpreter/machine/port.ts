// The port that kernel operations see (host.ts), on the state of one run.

import { AddressSpace } from "../ir/program.js";
import type { Confinement } from "./confine.js";
import { LockQuestion, LockSet } from "./held-locks.js";
import type { Footprint, Host } from "./host.js";
import {
  CPU_STRIDE,
  CPU_TABLE,
  Cpu,
  GLOBAL_WORDS,
  MAX_OBSERVED,
  MAX_TASKS,
  OBSERVED,
  OBSERVED_STRIDE,
  Pending,
  Run,
  TASK_STRIDE,
  TASK_TABLE,
  TASK_WORD_COUNT,
  Task,
  TaskState,
} from "./layout.js";
import { unreferenced } from "./reachable.js";
import { RunState } from "./state.js";

export abstract class Port extends RunState implements Host {
  abstract waitingIn(task: number): string;
  abstract keepersOf(task: number): number;
  abstract isIdle(task: number): boolean;

  private readonly lockSet = new LockSet();
  private readonly lockQuestion = new LockQuestion();

  locksOf(task: number, write: boolean, guess: Confinement): number {
    return this.lockSet.of(this, this.wiring, task, write, guess);
  }

  tookLock(address: number, bit: number): void {
    if (this.confinement === null) return;
    for (let t = 0; t < this.taskCount(); t++)
      if (t !== this.task && this.lockQuestion.isHeld(this, this.wiring, t, address | 0, bit))
        this.confinement.distrust();
  }

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

  allocate(size: number, site = this.site, uninitialised = false, tag = 0): number {
    const address = this.heap.allocate(this.task, size, site, uninitialised, tag);
    if (address !== 0) this.onObject?.("allocated", address, size);
    return address;
  }

  objectSize(address: number): number {
    return this.heap.objectSize(address);
  }

  tagOf(address: number): number {
    return this.heap.tagOf(address);
  }

  eachTagged(tag: number, visit: (address: number, size: number) => void): void {
    this.heap.each((address, size) => {
      if (this.heap.tagOf(address) === tag) visit(address, size);
    });
  }

  release(address: number): void {
    this.onObject?.("freed", address, this.heap.objectSize(address));
    this.heap.release(address);
  }

  madeAt(address: number): number {
    return this.heap.madeAt(address);
  }

  operationAt(site: number): string {
    const at = this.program.sites[site];
    const instr = at === undefined ? undefined : this.program.functions[at.fn].blocks[at.block][at.index];
    return instr?.op === "kop" ? this.program.kernelOps[instr.imm] : "";
  }

  whatAt(site: number): string {
    return this.program.sites[site]?.what ?? "";
  }

  siteOutside(functions: ReadonlySet<string>): number {
    if (!functions.has(this.functionName(this.site))) return this.site;
    const isOutside = (fn: number): boolean => !functions.has(this.program.functions[fn].name);
    return this.frames(this.task).find((frame) => isOutside(frame.function))?.site ?? this.site;
  }

  queuedWork(address: number): void {
    this.onObject?.("queued", address, 0);
  }

  eachUnreferenced(visit: (address: number, size: number, site: number, task: number) => void): void {
    const lost = unreferenced(this.memory, this.map, this.config.cpus, this.heap);
    for (const { address, size, site, task } of lost) visit(address, size, site, task);
  }

  allocatePerCpu(size: number, align: number, site = this.site): number {
    const cookie = this.heap.allocatePerCpu(size, align, this.config.cpus, site, this.task);
    if (cookie !== 0) this.onObject?.("allocated", cookie, size);
    return cookie;
  }

  releasePerCpu(cookie: number): void {
    this.onObject?.("freed", cookie, 0);
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

  migratable(task: number): boolean {
    return this.taskField(task, Task.Bound) === 0 && this.taskField(task, Task.Migrations) < this.migrations;
  }

  preemptCount(task: number): number {
    return this.taskField(task, Task.Preempt);
  }

  setPreemptCount(task: number, value: number): void {
    this.setTaskField(task, Task.Preempt, value);
  }

  marking(task: number): number {
    return this.taskField(task, Task.Marking);
  }

  setMarking(task: number, value: number): void {
    this.setTaskField(task, Task.Marking, value);
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

  protected clearCurrent(t: number, c: number): void {
    const at = CPU_TABLE + c * CPU_STRIDE + Cpu.Current;
    if (this.H[at >> 2] === t + 1) {
      this.memory.touch(at);
      this.H[at >> 2] = 0;
    }
  }

  preemptible(task: number): boolean {
    return this.config.preempt === "full" && !this.keepsCpu(task);
  }

  cpuShared(c: number): boolean {
    const count = this.taskCount();
    for (let u = this.makesContexts ? 0 : 1; u < count; u++) {
      if (u === this.task || this.taskState(u) < TaskState.Parked) continue;
      if (this.cpuOf(u) === c || this.migratable(u)) return true;
    }
    return false;
  }

  /** Finished contexts count: their end is nobody's step, so it must not change what others can do. */
  protected sharesCpu(t: number, c: number): boolean {
    const count = this.taskCount();
    // Where contexts are made while others run, context 0 need not be alone when it runs.
    for (let u = this.makesContexts ? 0 : 1; u < count; u++) {
      if (u !== t && this.cpuOf(u) === c && this.taskState(u) >= TaskState.Parked) return true;
    }
    return false;
  }

  /**
   * The place of the context that the present one would make next, or -1; `visit` sees each place looked at.
   *
   * Before the first start places are given out in order. From then on each context looks through a stretch of its
   * own first: what others make at the same time then gets the same place whoever comes first, and the states are the
   * same. A place whose context has ended is used again.
   */
  protected placeForNew(visit?: (t: number) => void): number {
    const first = this.H[Run.FirstMade >> 2];
    if (first === 0) return this.taskCount() < MAX_TASKS ? this.taskCount() : -1;
    const places = this.H[Run.EndMade >> 2] - first;
    const from =
      this.task < first ? this.task * Math.max(1, Math.floor(places / first)) : this.task + 1 - first;
    for (let i = 0; i < places; i++) {
      const t = first + ((from + i) % places);
      visit?.(t);
      const state = this.taskState(t);
      if (state === TaskState.Unused || state === TaskState.Finished) return t;
    }
    return -1;
  }

  touchSpawn(c: number, f: Footprint): number {
    const t = this.placeForNew((looked) => f.readContext(looked));
    f.cpu(c);
    if (t < 0) return t;
    f.writeContext(t);
    if (this.taskState(t) === TaskState.Finished) f.cpu(this.cpuOf(t));
    return t;
  }

  spawn(c: number, fnLo: number, fnHi: number, argLo: number, argHi: number, level = 0): number {
    const fn = ((fnLo >>> 0) - AddressSpace.Function) / 16;
    const callee = fnHi === 0 && Number.isInteger(fn) ? this.program.functions[fn] : undefined;
    if (callee === undefined) {
      this.fatal("bad-function-pointer", "a task needs a function", fnLo >>> 0);
      return -1;
    }
    const t = this.placeForNew();
    if (t < 0) {
      this.unsupported(
        `more than ${MAX_TASKS - 1} tasks, threads, handlers and callbacks at the same time in one run`,
      );
      return -1;
    }
    if (c < 0 && this.H[Run.FirstMade >> 2] !== 0) {
      this.unsupported("a task that is not bound to a CPU, made while others run: register it before");
      return -1;
    }
    if (c >= this.config.cpus) {
      this.fatal("percpu-bad-cpu", `there is no CPU ${c}: the scenario runs with ${this.config.cpus}`);
      return -1;
    }
    if (t >= this.taskCount()) {
      this.memory.touch(Run.TaskCount);
      this.H[Run.TaskCount >> 2] = t + 1;
    }
    this.setTaskField(t, Task.State, TaskState.New);
    this.setTaskField(t, Task.Cpu, c < 0 ? (t - 1) % this.config.cpus : c);
    this.setTaskField(t, Task.Bound, c < 0 ? 0 : 1);
    this.setTaskField(t, Task.Entry, fn);
    this.setTaskField(t, Task.ArgLo, argLo);
    this.setTaskField(t, Task.ArgHi, argHi);
    this.setTaskField(t, Task.ExitLo, 0);
    this.setTaskField(t, Task.ExitHi, 0);
    this.setTaskField(t, Task.Level, level);
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
    if (this.H[Run.FirstMade >> 2] !== 0) return;
    // The numbers at the top mean migrations.
    this.memory.touch(Run.FirstMade);
    this.memory.touch(Run.EndMade);
    const count = this.taskCount();
    let unbound = 0;
    for (let u = 1; u < count; u++) if (this.isUnbound(u)) unbound++;
    this.H[Run.FirstMade >> 2] = count;
    this.H[Run.EndMade >> 2] = MAX_TASKS - (this.migrations > 0 ? unbound * this.config.cpus : 0);
  }

  retire(t: number, chance: boolean): void {
    const fp = this.taskField(t, Task.Fp);
    const from = this.map.stackBase(t);
    const end = fp + this.code.frameBytes[this.H[(fp >> 2) + 1]] + this.H[(fp >> 2) + 3];
    this.memory.touchRange(from, end);
    this.H.fill(0, from >> 2, end >> 2);
    this.unset.end(from, end);
    if (chance) this.retired |= 1 << t;
    this.dissolve(t);
  }

  setCpu(t: number, c: number): void {
    this.clearCurrent(t, this.cpuOf(t));
    this.setTaskField(t, Task.Cpu, c);
  }

  setClosed(c: number, closed: boolean): void {
    this.memory.touch(CPU_TABLE + c * CPU_STRIDE);
    this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Closed) >> 2] = closed ? 1 : 0;
  }

  isFree(c: number): boolean {
    if (this.config.preempt === "none" && this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Current) >> 2] !== 0)
      return false;
    for (let t = 0; t < this.taskCount(); t++) if (this.cpuOf(t) === c && this.keepsCpu(t)) return false;
    return true;
  }

  programHas(op: string): boolean {
    return this.program.kernelOps.includes(op);
  }

  /** Makes a context a finished one. */
  protected dissolve(t: number): void {
    const tb = TASK_TABLE + t * TASK_STRIDE;
    this.memory.touchRange(tb, tb + TASK_STRIDE);
    const H = this.H;
    const exitLo = H[(tb + Task.ExitLo) >> 2];
    const exitHi = H[(tb + Task.ExitHi) >> 2];
    const c = H[(tb + Task.Cpu) >> 2];
    // Kept, because the numbers of migration choices count unbound contexts, finished ones too.
    const bound = H[(tb + Task.Bound) >> 2];
    const top = H[(tb + Task.ArenaTop) >> 2];
    H.fill(0, tb >> 2, (tb + TASK_STRIDE) >> 2);
    H[(tb + Task.State) >> 2] = TaskState.Finished;
    H[(tb + Task.ExitLo) >> 2] = exitLo;
    H[(tb + Task.ExitHi) >> 2] = exitHi;
    H[(tb + Task.Cpu) >> 2] = c;
    H[(tb + Task.Bound) >> 2] = bound;
    // Its place may be used again, what it allocated may live on.
    if (this.makesContexts) H[(tb + Task.ArenaTop) >> 2] = top;
    this.clearCurrent(t, c);
    if (t === 0) return;
    this.memory.touch(Run.Live);
    H[Run.Live >> 2]--;
  }

  protected bottomFrame(t: number, fn: number, args: readonly bigint[]): void {
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

  startAll(): void {
    const count = this.taskCount();
    for (let t = 1; t < count; t++) this.start(t);
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
