// Runs a context's local code as WebAssembly, from a frame at rest to the next one.
//
// Comes in: what the register machine's loop takes, at the same seam. Goes out: the same answer, and the same bytes
// in memory. Compiled functions call each other on the native stack; when one has to stop, all of them spill their
// live registers into their frames and return. The driver here starts the innermost frame again, hands its result to
// the caller's frame, and so on outwards. Functions that are not compiled, and calls that are not plain, are run by
// the register machine, frame by frame.

import type { Program } from "../ir/program.js";
import type { CompiledCode } from "../machine/code.js";
import type { HeapUse } from "../machine/host.js";
import { type MemoryMap, PAGE_SIZE, TASK_STRIDE, TASK_TABLE, Task } from "../machine/layout.js";
import { SWITCHED } from "../machine/loop.js";
import type { PageCore } from "../machine/memory.js";
import { OPERATION } from "../machine/opcodes.js";
import { AT_REST, access, FINISHED, GO_ON, PARKED, STOPPED, shift } from "../machine/step.js";
import type { TrackHost } from "../machine/track.js";
import { run } from "../machine/vm.js";
import { Guard } from "./guard.js";
import { Control, type EngineMap, mapEngine, Status } from "./layout.js";
import { buildModule, type WasmCode } from "./module.js";
import { type PageFunctions, pageCore, pageFunctions } from "./pages.js";
import type { WasmMemory, WasmPort } from "./port.js";
import { HEAP_LIMIT } from "./runtime.js";

/** What the engine needs of the machine beyond what the register machine's loop does. */
export interface EngineHost extends TrackHost {
  readonly program: Program;
  readonly map: MemoryMap;
  readonly code: CompiledCode;
  readonly task: number;
  /** Frame of the running context. */
  runningFp: number;
  /** run() returns SWITCHED when its budget is used up, instead of ending the run. */
  slicing: boolean;
  accessible(address: number, size: number, write: boolean): boolean;
  /** Would the load at pc bring bits into a register that nobody has set? */
  meetsUnset(pc: number, fpw: number): boolean;
  /** Do globals hold such bits? */
  globalsUnset(): boolean;
  /** A function whose frame had this link has returned (lo, hi): the caller's frame, or 0 for the bottom one. */
  returned(link: number, lo: number, hi: number): number;
  /** No room for a frame of function fn, called by the frame at fpw. */
  stackOverflow(fn: number, fpw: number): void;
  heapUse(kernelOp: number): HeapUse | null;
  /** Somebody wants to hear of every object that is made or freed. */
  readonly onObject: unknown;
}

/** Why compiled code came back before it was done, besides PARKED and STOPPED. */
const GO_ON_ELSEWHERE = 10;
/** Bytes of frames that may be on the native stack at a time; native frames are a few times larger. */
const NATIVE_STACK = 64 << 10;

/** A stretch of so many jumps and calls is over before compiled code would have begun. */
const SHORT = 200;
const TRIES = 100;
/** The same for what only the register machine does, until that is looked at again. */
const WATCHED = 100_000;
/** So many jumps take the platform about as long as making good code of what it runs. */
const WARM_UP = 2_000_000;
const MAX_COUNTDOWN = 2 ** 31 - 1;

type Enter = (fn: number, frame: number, state: number) => number;

interface Compiled {
  readonly wasm: WasmCode;
  readonly enter: Enter;
  readonly guard: Guard;
}

/** What all machines with this program and map share. */
interface Prepared {
  readonly code: WasmCode;
  readonly module: object;
}

/** Memory for a run, with the engine's words behind it, and what saves its pages. */
export interface Allocated {
  readonly functions: PageFunctions;
  readonly memory: WasmMemory;
  readonly core: PageCore;
  /** Runs of the same key have the same addresses. */
  readonly key: string;
  /** There was a run in it before; of the same key? */
  readonly used: boolean;
  readonly same: boolean;
}

/** Memories that no run uses any more, the latest last. To make one takes as long as a search of hundreds of states. */
const spare = new WeakMap<WasmPort, Allocated[]>();
const MAX_SPARE = 4;
/** Enough for most programs, so that one memory does for all, in units of 64 KiB: what nobody touches costs nothing. */
const USUAL_SIZE = 256;

export function allocateMemory(port: WasmPort, program: Program, map: MemoryMap): Allocated {
  const engine = mapEngine(map, program.functions.length);
  const { total, stacksStart, arenasStart, mainHeap, heap } = map;
  const key = [total, stacksStart, arenasStart, mainHeap, heap, engine.pageHash, engine.total].join();
  const size = engine.total >>> 16;
  const list = spare.get(port) ?? [];
  let i = list.findIndex((one) => one.key === key);
  if (i < 0) i = list.findLastIndex(({ memory }) => memory.buffer.byteLength >= engine.total);
  if (i < 0) {
    const pages = Math.max(size, USUAL_SIZE);
    const memory = new port.Memory({ initial: pages, maximum: pages });
    const functions = pageFunctions(port, memory);
    return { functions, memory, core: coreOf(functions, engine, map), key, used: false, same: true };
  }
  const [one] = list.splice(i, 1);
  const { functions, memory } = one;
  new Uint8Array(memory.buffer, engine.control, engine.saved - engine.control).fill(0);
  if (one.key === key) return { ...one, used: true, same: true };
  return { functions, memory, core: coreOf(functions, engine, map), key, used: true, same: false };
}

function coreOf(functions: PageFunctions, engine: EngineMap, map: MemoryMap): PageCore {
  return pageCore(functions, engine, Math.ceil(map.total / PAGE_SIZE));
}

/** Its run will not be looked at again. */
export function releaseMemory(port: WasmPort, one: Allocated): void {
  let list = spare.get(port);
  if (list === undefined) {
    list = [];
    spare.set(port, list);
  }
  if (list.length === MAX_SPARE) list.shift();
  list.push(one);
}

export class WasmEngine {
  private readonly H: Int32Array;
  private readonly control: number;
  /** Made when it is first needed. */
  private compiled: Compiled | null = null;
  /** Jumps and calls made in the register machine by what did not end soon. */
  private heat = 0;
  /** By instruction: such a stretch has begun there. */
  private readonly hot: Uint8Array;
  /** Why the latest unwinding happened, and where to go on. */
  private reason = 0;
  private nextPc = 0;
  private nextFpw = 0;
  /** Nobody else could notice anything, and no page needs saving: compiled code may use its fast form. */
  private straight = false;
  /** Plain forms have been allowed since the limits were written last; one has given up in this run. */
  private plainUsed = false;
  private plainGaveUp = false;
  /** Jumps and calls that the context may make beyond those that compiled code is counting down. */
  private fuelBehind = 0;
  /** The first countdown has come to its end. */
  private warm = false;
  /** Frames below may be on the native stack. */
  private nativeEnd = 0;

  /** `patience`: jumps and calls that long stretches make in the register machine before compiled code takes over. */
  constructor(
    private readonly m: EngineHost,
    private readonly port: WasmPort,
    private readonly memory: WasmMemory,
    private readonly patience: number,
    /** Compiled code counts in 32 bits: what it counts down from at a time. */
    private readonly countdown = MAX_COUNTDOWN,
  ) {
    this.H = m.memory.i32;
    this.control = mapEngine(m.map, m.program.functions.length).control >> 2;
    this.hot = new Uint8Array((m.code.code.length >> 3) + 1);
  }

  /** The run's memory has just been made. */
  loaded(): void {
    this.plainUsed = false;
    this.plainGaveUp = false;
    this.readGuards();
  }

  private readGuards(): void {
    const { stamp, epoch } = this.m.memory;
    this.compiled?.guard.loaded((page) => stamp[page] === epoch);
  }

  private compile(): Compiled {
    const { m } = this;
    const cache = m.code.modules;
    const uses = m.program.kernelOps.map((_, i) => m.heapUse(i));
    const key = JSON.stringify([m.map, uses]);
    let prepared = cache.get(key) as Prepared | undefined;
    if (prepared === undefined) {
      m.code.translateAll();
      const built = buildModule(m.program, m.code, m.map, uses);
      prepared = { code: built, module: new this.port.Module(built.bytes) };
      cache.set(key, prepared);
    }
    const { code, module } = prepared;
    this.H.set(code.signatures, code.engine.signatures >> 2);
    const instance = new this.port.Instance(module, {
      m: {
        memory: this.memory,
        slow: (pc: number, fp: number) => this.slow(pc, fp),
        outside: (pc: number, fp: number) => this.outside(pc, fp),
        deep: (fn: number, fp: number, link: number) => this.deep(fn, fp, link),
        outOfFuel: (fp: number, block: number) => this.outOfFuel(fp, block),
      },
    });
    const guard = new Guard(m.memory.u8, m.map, code.engine);
    this.compiled = { wasm: code, enter: instance.exports.enter as Enter, guard };
    this.readGuards();
    m.memory.observer = guard;
    return this.compiled;
  }

  /** As the register machine's run(). */
  run(startPc: number, startFpw: number, startFuel: number): number {
    const { m } = this;
    let pc = startPc;
    let fpw = startFpw;
    let fuel = startFuel;
    if (this.compiled === null || !(m.solo && this.compiled.guard.everything) || this.mustWatch()) {
      // Steps of a search are short, and so are most programs: compiled code is for what runs on.
      // Where a context ran on for long before, it will again.
      let slice =
        this.compiled !== null && this.hot[pc >> 3] !== 0 && !this.mustWatch()
          ? 0
          : Math.min(SHORT, this.patience, fuel);
      let tries = 0;
      for (;;) {
        m.slicing = true;
        const result = slice > 0 ? run(m, m.code, pc, fpw, slice, null) : SWITCHED;
        m.slicing = false;
        if (result !== SWITCHED) return result;
        if (slice > 0) {
          pc = m.nextPc;
          fpw = m.runningFp >> 2;
        }
        fuel -= slice;
        if (fuel <= 0) return m.outOfFuel(pc, fpw);
        if (this.mustWatch()) {
          // Only the register machine follows bits that nobody has set.
          slice = Math.min(WATCHED, fuel);
          continue;
        }
        this.hot[startPc >> 3] = 1;
        if (this.compiled === null) {
          this.heat += slice;
          const cold = this.patience - this.heat;
          if (cold > 0) {
            slice = Math.min(2 * slice, cold, fuel);
            continue;
          }
        }
        const { wasm } = this.compiled ?? this.compile();
        const fn = this.H[fpw + 1];
        if (wasm.compiled[fn] === 0 || this.stateAt(pc, fn, wasm) >= 0) break;
        // To the next jump: only there compiled code can take over. Where it cannot for long, not all jumps are tried.
        slice = Math.min(fuel, ++tries <= TRIES ? 1 : 2 * slice);
      }
    }
    return this.runCompiled(this.compiled!, pc, fpw, fuel);
  }

  /** Are there bits that nobody has set where compiled code does not look? */
  private mustWatch(): boolean {
    return this.m.unsetCount() !== 0 || this.m.globalsUnset();
  }

  private runCompiled({ wasm, enter }: Compiled, startPc: number, startFpw: number, fuel: number): number {
    const { m, H, control } = this;
    const stackEnd = m.map.stackEnd(m.task);
    H[control + Control.StackBase / 4] = m.map.stackBase(m.task);
    this.give(fuel);
    H[control + Control.ArenaBase / 4] = m.map.arenaBase(m.task);
    H[control + Control.ArenaEnd / 4] = m.map.arenaEnd(m.task);
    H[control + Control.ArenaTopAt / 4] = TASK_TABLE + m.task * TASK_STRIDE + Task.ArenaTop;
    let pc = startPc;
    let fpw = startFpw;
    let inMachine = false;
    for (;;) {
      const fn = H[fpw + 1];
      const state = inMachine || wasm.compiled[fn] === 0 ? -1 : this.stateAt(pc, fn, wasm);
      inMachine = false;
      if (state < 0) {
        const left = H[control + Control.Fuel / 4] + this.fuelBehind;
        const result = run(m, m.code, pc, fpw, left, null, true);
        if (result !== SWITCHED) return result;
        if (m.globalsUnset()) return this.run(m.nextPc, m.runningFp >> 2, m.fuelLeft);
        this.give(m.fuelLeft);
        pc = m.nextPc;
        fpw = m.runningFp >> 2;
        continue;
      }
      const fp = fpw << 2;
      const link = H[fpw];
      this.nativeEnd = Math.min(stackEnd, fp + NATIVE_STACK);
      this.writeLimits();
      if (enter(fn, fp, state) !== Status.Unwind) {
        const hasResult = m.program.functions[fn].result !== null;
        const lo = hasResult ? H[control + Control.Result / 4] : 0;
        const hi = hasResult ? H[control + Control.Result / 4 + 1] : 0;
        const caller = m.returned(link, lo, hi);
        if (caller === 0) return FINISHED;
        pc = m.nextPc;
        fpw = caller >> 2;
        continue;
      }
      if (this.reason === PARKED || this.reason === STOPPED) return this.reason;
      if (H[control + Control.Fuel / 4] <= 0) this.give(this.fuelBehind);
      pc = this.nextPc;
      fpw = this.nextFpw;
      inMachine = this.reason === GO_ON_ELSEWHERE;
    }
  }

  /** Where compiled code can go on at pc of function fn: behind a site, at its begin, or at that of a loop. */
  private stateAt(pc: number, fn: number, wasm: WasmCode): number {
    const { code, entries, blockPc, pcOfSite } = this.m.code;
    if (pc === entries[fn]) return 0;
    const loops = wasm.stateOfLoop[fn];
    if (loops !== null) {
      const block = blockPc[fn].indexOf(pc);
      if (block >= 0 && loops[block] >= 0) return loops[block];
    }
    const site = code[pc - 8 + 6];
    return site < 0 || pcOfSite[site] !== pc - 8 ? -1 : wasm.stateOfSite[site];
  }

  /** What compiled code may touch without asking depends on whether anybody else could notice. */
  private writeLimits(): void {
    const { H, control, m } = this;
    H[control + Control.LoadLimit / 4] = m.solo ? m.memoryEnd : m.rodataEnd;
    H[control + Control.StoreLimit / 4] = m.solo ? m.memoryEnd : 0;
    this.straight = m.solo && this.compiled!.guard.everything;
    H[control + Control.StackLimit / 4] = this.straight ? this.nativeEnd : 0;
    if (this.plainUsed && H[control + Control.PlainLimit / 4] === 0) this.plainGaveUp = true;
    this.plainUsed = this.straight && !this.plainGaveUp;
    H[control + Control.PlainLimit / 4] = this.plainUsed ? this.nativeEnd : 0;
    H[control + Control.HeapLimit / 4] = this.straight && m.onObject === null ? HEAP_LIMIT : 0;
    H[control + Control.Status / 4] = this.straight ? Status.Done : Status.NotStraight;
  }

  private unwind(reason: number): number {
    this.reason = reason;
    return Status.Unwind;
  }

  // ------------------------------------------------------------------ imported by the module

  /** Performs the operation at pc, whose operands are in the frame: 0 = done, its result is in the frame too. */
  private slow(pc: number, fp: number): number {
    const { m } = this;
    const { code } = m.code;
    const op = code[pc];
    const fpw = fp >> 2;
    m.runningFp = fp;
    if (m.code.accessSize[op] !== 0) return this.access(pc, fpw);
    if (op === OPERATION.park) {
      const result = m.park(pc, fpw);
      if (result !== GO_ON) return this.unwind(result);
      this.writeLimits();
      return this.straight ? Status.Done : Status.NotStraight;
    }
    if (op === OPERATION.trap) return this.unwind(m.trap(pc, fpw));
    if (SHIFTS.has(op)) {
      shift(m, m.code, pc, fpw);
      return 0;
    }
    if (CHECKS.has(op)) {
      m.check(code[pc + 6], fpw);
      return 0;
    }
    return this.unwind(m.divideByZero(pc, fpw));
  }

  private access(pc: number, fpw: number): number {
    const { m } = this;
    if (m.meetsUnset(pc, fpw)) {
      this.nextPc = pc;
      this.nextFpw = fpw;
      return this.unwind(GO_ON_ELSEWHERE);
    }
    const address = access(m, m.code, pc, fpw);
    if (address < 0) return this.unwind(address === AT_REST ? PARKED : STOPPED);
    this.compiled!.guard.found(address, m.code.accessSize[m.code.code[pc]], this.valid);
    return 0;
  }

  private readonly valid = (address: number, size: number): boolean =>
    this.m.accessible(address, size, false);

  private outside(pc: number, fp: number): void {
    this.reason = GO_ON_ELSEWHERE;
    this.nextPc = pc;
    this.nextFpw = fp >> 2;
  }

  private deep(fn: number, fp: number, link: number): number {
    const { m, H } = this;
    const bytes = m.code.frameBytes[fn];
    if (fp + bytes > m.map.stackEnd(m.task)) {
      m.stackOverflow(fn, (m.map.stackBase(m.task) + link - 1) >> 2);
      return this.unwind(STOPPED);
    }
    m.memory.touchRange(fp, fp + bytes);
    H[fp >> 2] = link;
    H[(fp >> 2) + 1] = fn;
    if (!this.straight && fp + bytes <= this.nativeEnd) return Status.NotStraight;
    this.reason = GO_ON;
    this.nextPc = m.code.entries[fn];
    this.nextFpw = fp >> 2;
    return 0;
  }

  /** Lets compiled code count down from `fuel`, or from as much of it as it can. */
  private give(fuel: number): void {
    const counted = Math.min(fuel, this.countdown, this.warm ? fuel : WARM_UP);
    this.H[this.control + Control.Fuel / 4] = counted;
    this.fuelBehind = fuel - counted;
  }

  private outOfFuel(fp: number, block: number): void {
    const { m, H } = this;
    const fn = H[(fp >> 2) + 1];
    const pc = block < 0 ? m.code.entries[fn] : m.code.blockPc[fn][block];
    if (this.fuelBehind === 0) {
      this.reason = m.outOfFuel(pc, fp >> 2);
      return;
    }
    this.reason = GO_ON;
    this.nextPc = pc;
    this.nextFpw = fp >> 2;
    // If the plain form has given up it was for this: with more to count it may be tried once more.
    if (!this.warm) this.plainUsed = false;
    this.warm = true;
    H[this.control + Control.Fuel / 4] = 0;
  }
}

const SHIFTS: ReadonlySet<number> = new Set(
  ["i32.shl", "i32.shr_s", "i32.shr_u", "i64.shl", "i64.shr_s", "i64.shr_u"].map((name) => OPERATION[name]),
);

/** Of these only checks have a site. */
const CHECKS: ReadonlySet<number> = new Set(
  [
    "check.i32",
    "check.i64",
    "check.index",
    "check.stored32",
    "check.stored64",
    "i64.index",
    "i64.index.u",
  ].map((name) => OPERATION[name]),
);
