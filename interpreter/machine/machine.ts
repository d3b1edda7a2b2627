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

import { Flag, type Program } from "../ir/program.js";
import { releaseMemory, WasmEngine } from "../wasm/engine.js";
import { CONFINED_RUN } from "./confine.js";
import { Frames } from "./frames.js";
import type { ObjectOp, Rule } from "./host.js";
import {
  CPU_STRIDE,
  CPU_TABLE,
  Cpu,
  Kind,
  MAX_TASKS,
  Pending,
  Run,
  Shadow,
  TASK_STRIDE,
  TASK_TABLE,
  Task,
  TaskState,
} from "./layout.js";
import type { MachineConfig } from "./state.js";
import { FINISHED } from "./step.js";
import { run } from "./vm.js";

/**
 * Jumps and calls in long stretches before compiled code takes over, unless the configuration says otherwise. The register
 * machine makes as many in about the time that compiling a file takes.
 */
const PATIENCE = 100_000;

export interface Entry {
  /** Symbol of the C function that context 0 runs. */
  function: string;
  /** Its arguments, as 64-bit values. */
  args: readonly bigint[];
}

export class Machine extends Frames {
  /** Null: the register machine. */
  private readonly engine: WasmEngine | null;
  /** Contexts whose local code the present step runs, as a mask. */
  private resting = 0;
  /** Where nobody can ever move again: contexts of which it has been said why, as a mask. */
  private explained = 0;

  constructor(program: Program, objects: readonly ObjectOp[], rules: readonly Rule[], config: MachineConfig) {
    super(program, objects, rules, config);
    this.engine =
      this.wasmMemory === null
        ? null
        : new WasmEngine(
            this,
            config.wasm!,
            this.wasmMemory.memory,
            config.patience ?? PATIENCE,
            config.countdown,
          );
  }

  /** Nobody will use this machine any more: its memory may be another's. */
  discard(): void {
    if (this.wasmMemory === null) return;
    releaseMemory(this.config.wasm!, this.wasmMemory);
    this.wasmMemory = null;
    this.end = "internal";
    this.endText = "the machine has been discarded";
  }

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
    this.resting = 1;
    this.runFresh(0);
    this.settle();
    this.lookAtResting();
    this.memory.base();
  }

  /**
   * Fills `out` with the contexts that may move, ascending. 0 means the run is over; when it did not end by
   * itself, nobody can ever move again: a deadlock.
   */
  choices(out: Int32Array): number {
    if (this.end !== null) return 0;
    let n = 0;
    const count = this.taskCount();
    if (this.config.preempt === "none" || this.someKeepsCpu(count)) {
      for (let t = 0; t < count; t++) if (this.enabled(t)) out[n++] = t;
    } else {
      for (let t = 0; t < count; t++)
        if (this.taskState(t) === TaskState.Parked && this.isReady(t)) out[n++] = t;
    }
    const lowest = MAX_TASKS - this.migrationChoices();
    for (let choice = lowest; choice < MAX_TASKS; choice++) if (this.canMigrate(choice)) out[n++] = choice;
    if (n === 0 || (out[0] >= lowest && !this.migrationHelps(out, n))) {
      n = 0;
      if (this.taskState(0) === TaskState.Finished && this.allIdle()) {
        this.conclude();
        return 0;
      }
      const bound = this.boundUsedUp();
      if (bound !== "") {
        this.end = "cut";
        this.endText = bound;
        return 0;
      }
      this.end = "deadlock";
      this.endText = "no context can ever move again";
      this.reportStuck();
    }
    return n;
  }

  /** The end of everything, told at the first context that waits for a reason of its own that nobody has told yet. */
  private reportStuck(): void {
    this.explained = 0;
    for (const tell of this.wiring.stuck) this.explained |= tell(this);
    let first = 1;
    while (first < this.taskCount() && !this.isStuck(first)) first++;
    if (first < this.taskCount()) this.tellStuck(first);
    else if (this.explained === 0) this.tellStuck(0);
  }

  /** Does context t wait for a reason of its own that nobody has told yet, where somebody misses it? */
  isStuck(t: number): boolean {
    if (this.taskState(t) !== TaskState.Parked || (this.explained & (1 << t)) !== 0 || this.isIdle(t))
      return false;
    return this.maySpin(t) || this.waitingIn(t) !== "";
  }

  /** Nobody can ever move again: reports that at context t. */
  tellStuck(t: number): void {
    let spinning = true;
    for (let u = 1; u < this.taskCount(); u++)
      if (this.taskState(u) === TaskState.Parked && !this.isIdle(u) && !this.maySpin(u)) spinning = false;
    this.focus(t);
    this.report(spinning ? "livelock" : "deadlock", "");
  }

  /** Lets context t, one of choices(), perform its operation; or moves a context to another CPU. */
  step(t: number): void {
    // Setting the length of an array takes its time even where nothing changes.
    if (this.findings.length > 0) this.findings.length = 0;
    if (this.facts.length > 0) this.facts.length = 0;
    if (this.unstopped.length > 0) this.unstopped.length = 0;
    this.retired = 0;
    this.resting = 0;
    // Asked while nothing has changed since the search asked.
    const ready = t < this.taskCount() && this.maySpin(t) ? this.isReady(t) : null;
    this.forgetLooks();
    if (t >= this.taskCount()) {
      const { task } = this.migration(t)!;
      this.migrate(t);
      this.lookAtWaiting(task);
      return;
    }
    this.resting = 1 << t;
    this.looksHold = false;
    this.perform(t, ready);
    this.settle();
    this.looksHold = true;
    this.lookAtResting();
    // The end of a run takes others' steps away: it must not come early.
    if (this.end !== null && this.unstopped.length > 0 && (this.end !== "finished" || this.live() > 0))
      this.confinement?.expose(this.lastUnstopped);
  }

  /** Whoever came to rest in this step may wait now. */
  private lookAtResting(): void {
    if (this.wiring.waits.length === 0 || this.end !== null) return;
    for (let mask = this.resting; mask !== 0; mask &= mask - 1) {
      const t = 31 - Math.clz32(mask & -mask);
      if (this.waitingIn(t) !== "") this.lookAtWaiting(t);
    }
  }

  private lookAtWaiting(t: number): void {
    this.focus(t);
    for (const look of this.wiring.waits) look(this);
  }

  protected canMigrate(choice: number): boolean {
    const to = this.migration(choice);
    if (to === null || this.taskState(to.task) !== TaskState.Parked) return false;
    const isClosed = this.H[(CPU_TABLE + to.cpu * CPU_STRIDE + Cpu.Closed) >> 2] !== 0;
    return to.cpu !== this.cpuOf(to.task) && !isClosed && this.mayLeaveCpu(to.task);
  }

  private mayLeaveCpu(t: number): boolean {
    if (!this.migratable(t) || this.keepsCpu(t)) return false;
    // Without preemption a context is only moved while another one has its CPU or it sleeps.
    return this.config.preempt === "full" || this.current(this.cpuOf(t)) !== t;
  }

  /** Without preemption: the context that has CPU c, or -1. */
  private current(c: number): number {
    return this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Current) >> 2] - 1;
  }

  protected migrate(choice: number): void {
    const to = this.migration(choice)!;
    this.setTaskField(to.task, Task.Cpu, to.cpu);
    this.setTaskField(to.task, Task.Migrations, this.taskField(to.task, Task.Migrations) + 1);
  }

  /** Does nobody miss those who are left? */
  protected allIdle(): boolean {
    const count = this.taskCount();
    for (let t = 1; t < count; t++) {
      if (this.taskState(t) === TaskState.Parked && !this.isIdle(t)) return false;
    }
    return true;
  }

  isIdle(t: number): boolean {
    const op = this.pendingObject(t);
    if (!op?.idle) return false;
    // Looking must not move the port.
    const { task } = this;
    const ready = this.isReady(t);
    this.focus(t);
    const idle = !ready && op.idle(this);
    this.focus(task);
    return idle;
  }

  /** A bound that keeps somebody from going on, or "". */
  private boundUsedUp(): string {
    for (let t = 1; t < this.taskCount(); t++) {
      const op = this.taskState(t) === TaskState.Parked ? this.pendingObject(t) : null;
      if (!op?.bound || this.isReady(t)) continue;
      this.focus(t);
      const bound = op.bound(this);
      if (bound !== "") return bound;
    }
    return "";
  }

  /** The run is over: a last look at what is left. */
  protected conclude(): void {
    this.task = 0;
    this.cpu = 0;
    this.site = -1;
    for (const look of this.wiring.end) look(this);
    if (this.end === null) this.end = "finished";
  }

  /** Could context t move now (or migration choice t be made)? */
  enabled(t: number): boolean {
    if (t >= this.taskCount()) return this.canMigrate(t);
    return (
      this.taskState(t) === TaskState.Parked &&
      (this.isReady(t) || this.canGoToSleep(t) || this.canBeginToSpin(t)) &&
      this.cpuFree(t)
    );
  }

  /** Could one of these moves to another CPU let the one that is moved go on? Else they get nobody any further. */
  private migrationHelps(choices: Int32Array, n: number): boolean {
    for (let i = 0; i < n; i++) {
      const { task, cpu } = this.migration(choices[i])!;
      if (this.isReady(task) && this.isFreeFor(task, cpu)) return true;
    }
    return false;
  }

  /** May context t have its CPU now? */
  cpuFree(t: number): boolean {
    return this.isFreeFor(t, this.cpuOf(t));
  }

  private isFreeFor(t: number, c: number): boolean {
    const interrupt = this.taskField(t, Task.Level) > 0;
    if (this.config.preempt === "none" && !interrupt) {
      const current = this.current(c);
      if (current >= 0 && current !== t) return false;
    }
    const count = this.taskCount();
    for (let u = 0; u < count; u++) {
      if (u === t || this.cpuOf(u) !== c || !this.keepsCpu(u)) continue;
      if (!interrupt || !this.interrupts(t, u)) return false;
    }
    return true;
  }

  /** The first context that keeps context t from its CPU now, or -1. */
  keptFrom(t: number): number {
    for (let u = 0; u < this.taskCount(); u++) if (this.keepsFrom(u, t)) return u;
    return -1;
  }

  keepersOf(t: number): number {
    if (this.end === null && this.mayLeaveCpu(t)) return 0;
    let mask = 0;
    for (let u = 0; u < this.taskCount(); u++)
      if (this.keepsFrom(u, t) && !(this.canGoToSleep(u) && this.waitingIn(u) !== "")) mask |= 1 << u;
    return mask;
  }

  /** Is context u one of those because of which cpuFree(t) is false? */
  private keepsFrom(u: number, t: number): boolean {
    const c = this.cpuOf(t);
    if (u === t || this.cpuOf(u) !== c) return false;
    const interrupt = this.taskField(t, Task.Level) > 0;
    if (this.config.preempt === "none" && !interrupt && this.current(c) === u) return true;
    return this.keepsCpu(u) && !(interrupt && this.interrupts(t, u));
  }

  /**
   * A context that has to sleep but still has its CPU for itself gives it up in a step of its own: otherwise whoever
   * wakes it would, by waking it, take the CPU from those that got it. Where nobody shares the CPU the step is spared.
   */
  protected canGoToSleep(t: number): boolean {
    if (this.H[this.pendingBase(t) >> 2] !== Kind.Kop || this.kopOf(t)?.waits !== "sleeps") return false;
    const c = this.cpuOf(t);
    const has = this.keepsCpu(t) || (this.config.preempt === "none" && this.current(c) === t);
    return has && this.sharesCpu(t, c);
  }

  /**
   * Without preemption a context that spins has its CPU until it may go on. One that waits to spin and has no CPU takes
   * it in a step of its own, if it is free: from then on nobody else gets it, perhaps not the one that it waits for.
   * Where nobody shares the CPU the step is spared.
   */
  canBeginToSpin(t: number): boolean {
    if (this.config.preempt !== "none" || this.taskField(t, Task.Level) > 0) return false;
    const c = this.cpuOf(t);
    return this.current(c) < 0 && this.spinsWhereItWaits(t) && this.sharesCpu(t, c);
  }

  private spinsWhereItWaits(t: number): boolean {
    if (this.maySpin(t)) return true;
    return this.H[this.pendingBase(t) >> 2] === Kind.Kop && this.kopOf(t)?.waits === "spins";
  }

  protected load(): void {
    const { memory, map, program } = this;
    // Shadow is written below.
    const shadow = [map.shadowBase, map.shadowBase + (map.memoryEnd >>> 3)];
    memory.clear(this.hasLikeBefore ? [...this.heap.blank(), ...shadow, ...this.unset.blank()] : shadow);
    this.hasLikeBefore = true;
    this.forgetAllLooks();
    this.queue.length = 0;
    this.runningFp = 0;
    const { image } = program;
    memory.u8.set(image.bytes, image.base);
    this.shadow.fill(Shadow.Unmapped, 0, map.memoryEnd >>> 3);
    this.shadow.fill(Shadow.GlobalRedzone, image.base >>> 3, map.dataEnd >>> 3);
    for (let c = 0; c < this.config.cpus; c++) {
      const base = map.percpuBase + c * map.percpuStride;
      memory.u8.set(image.percpu, base);
      this.shadow.fill(Shadow.PerCpuRedzone, base >>> 3, (base + map.percpuStride) >>> 3);
    }
    for (const g of program.globals) {
      if (g.section !== "percpu") this.unpoison(g.address, g.size);
      else
        for (let c = 0; c < this.config.cpus; c++)
          this.unpoison(map.percpuBase + c * map.percpuStride + g.address, g.size);
    }
    this.shadow.fill(Shadow.Stack, map.stacksStart >>> 3, map.arenasStart >>> 3);
    this.H[Run.PerCpuTop >> 2] = (image.percpuSize + 15) & ~15;
    for (let t = 0; t < MAX_TASKS; t++) this.H[(TASK_TABLE + t * TASK_STRIDE + Task.ArenaTop) >> 2] = 0;
    this.engine?.loaded();
  }

  protected runFresh(t: number): void {
    const fp = this.taskField(t, Task.Fp);
    this.runLocal(t, this.code.entries[this.H[(fp >> 2) + 1]], fp >> 2, true);
  }

  /**
   * Steps taken without stopping belong right behind a step of the same context, where it certainly has its CPU. A new
   * context has had none yet; without preemption one that gave its CPU up would have to take it again.
   */
  private mayGoUnstopped(t: number, fresh: boolean): boolean {
    if (this.confinement === null || this.solo || this.queue.length > 0) return false;
    const c = this.cpuOf(t);
    if (!fresh && this.config.preempt === "full") return true;
    if (!fresh && this.H[(CPU_TABLE + c * CPU_STRIDE + Cpu.Current) >> 2] === t + 1) return true;
    return !this.sharesCpu(t, c);
  }

  protected runLocal(t: number, pc: number, fpw: number, fresh = false): void {
    this.task = t;
    this.cpu = this.cpuOf(t);
    this.solo = this.live() === 0;
    this.runningFp = fpw << 2;
    const fuel = this.solo ? this.soloSteps : this.localSteps;
    this.confinedLeft = this.mayGoUnstopped(t, fresh) ? CONFINED_RUN : 0;
    const profile = t !== 0 || this.profileAll ? this.profile : null;
    // Executions are counted by the register machine only.
    const result =
      this.engine !== null && profile === null
        ? this.engine.run(pc, fpw, fuel)
        : run(this, this.code, pc, fpw, fuel, profile);
    this.runningFp = 0;
    if (result === FINISHED) this.finish(t);
  }

  protected finish(t: number): void {
    this.focus(t);
    this.site = -1;
    // The test case has returned; callbacks and work that it left behind are still done before the run is over.
    const last = t === 0 && this.live() === 0;
    for (const look of last ? this.wiring.end : this.wiring.finish) look(this);
    this.dissolve(t);
    if (last && this.end === null) this.end = "finished";
  }

  /** After a step: start what was registered, and let context 0 go on while it is alone. */
  protected settle(): void {
    for (;;) {
      while (this.queue.length > 0 && this.end === null) {
        const t = this.queue.shift()!;
        this.resting |= 1 << t;
        this.runFresh(t);
      }
      if (this.end !== null || this.live() > 0) return;
      if (this.taskState(0) === TaskState.Finished) this.conclude();
      if (this.taskState(0) !== TaskState.Parked || !this.isReady(0)) return;
      this.resting |= 1;
      this.perform(0);
    }
  }

  /** `ready`: whether it is, if that is known. */
  protected perform(t: number, ready: boolean | null = null): void {
    this.focus(t);
    const { H, memory } = this;
    const fp = this.taskField(t, Task.Fp);
    memory.touchRange(fp, fp + this.code.frameBytes[H[(fp >> 2) + 1]]);
    const pb = this.pendingBase(t);
    memory.touch(pb);
    if (this.config.preempt === "none" && this.live() > 0 && this.taskField(t, Task.Level) === 0) {
      const at = CPU_TABLE + this.cpu * CPU_STRIDE + Cpu.Current;
      memory.touch(at);
      H[at >> 2] = t + 1;
    }
    if (this.taskField(t, Task.OffCpu) !== 0) this.setTaskField(t, Task.OffCpu, 0);
    if (!(ready ?? this.isReady(t))) {
      if (this.spinsWhereItWaits(t)) return;
      if (this.config.preempt === "none") this.clearCurrent(t, this.cpuOf(t));
      // With preemption or interrupts off it should not sleep; when it does, others have the CPU all the same.
      if (this.keepsCpu(t)) this.setTaskField(t, Task.OffCpu, 1);
      return;
    }
    const p = pb >> 2;
    this.marksNext = false;
    this.countRounds(p, fp >> 2);
    if (this.commit(t, p, fp >> 2)) {
      if (this.end !== null) return;
      const pc = this.code.pcOfSite[this.site] + 8;
      this.clearPending(p);
      this.runLocal(t, pc, fp >> 2);
      if (this.marksNext) this.markNext(p);
    }
  }

  /** The access at p counts as marked, if it is the next one: others may have been made without stopping. */
  private markNext(p: number): void {
    this.marksNext = false;
    const kind = this.H[p];
    if (this.unstopped.length === 0 && (kind === Kind.Load || kind === Kind.Store))
      this.H[p + Pending.Flags / 4] |= Flag.Marked;
  }
}
