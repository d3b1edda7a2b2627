// What the code of one function must know of the whole program: numbers of functions and types, addresses, tables.

import { AddressSpace, Flag, type Instr, type Program, type RegType } from "../ir/program.js";
import type { CompiledCode } from "../machine/code.js";
import type { HeapUse } from "../machine/host.js";
import type { MemoryMap } from "../machine/layout.js";
import { Writer } from "./encoder.js";
import type { EngineMap } from "./layout.js";
import type { FunctionPlan } from "./plan.js";

/** Imported functions, by number. */
export const enum Import {
  /** (pc, frame): performs one operation: 0 = go on behind it, 1 = unwind. */
  Slow,
  /** (pc, frame): the driver is to perform the call at pc. */
  Outside,
  /**
   * (function, frame, link): the fast form cannot begin. 1 = the run is over; else the frame is made: 2 = go on with it
   * in the resumable form, 0 = unwind, the driver will.
   */
  Deep,
  /** (frame, block, or -1 for the begin): the countdown is at its end. The context rests: the driver goes on if it may. */
  OutOfFuel,
  Count,
}

/** Functions that every module has. */
export const enum Runtime {
  Allocate,
  AllocateRaw,
  Release,
  Enter,
  Count,
}

export interface Signature {
  /** Number in the table of signatures; 0 is none. */
  readonly signature: number;
  /** Type of its fast form. */
  readonly type: number;
  readonly params: readonly RegType[];
  readonly result: RegType | null;
}

const VAL: Readonly<Record<RegType, number>> = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c };

export class Unit {
  private readonly types = new Map<string, number>();
  readonly typeSection = new Writer(1024);
  private readonly signatureOf = new Map<string, Signature>();
  /** Place among the compiled functions, or -1. */
  private readonly place: Int32Array;
  private readonly compiledCount: number;
  private readonly plans = new Map<number, FunctionPlan>();
  /** Place among the plain functions, or -1. */
  private readonly plainPlace: Int32Array;
  private readonly objects: { start: number; end: number }[];

  constructor(
    readonly program: Program,
    readonly code: CompiledCode,
    readonly map: MemoryMap,
    readonly engine: EngineMap,
    compiled: readonly number[],
    /** By kernel operation. */
    readonly heapUses: readonly (HeapUse | null)[],
  ) {
    this.place = new Int32Array(program.functions.length).fill(-1);
    compiled.forEach((f, i) => {
      this.place[f] = i;
    });
    this.plainPlace = new Int32Array(program.functions.length).fill(-1);
    this.compiledCount = compiled.length;
    this.objects = program.globals
      .filter((g) => g.section !== "percpu" && g.size > 0)
      .map((g) => ({ start: g.address, end: g.address + g.size }))
      .sort((x, y) => x.start - y.start);
    for (const f of compiled) this.signature(f);
  }

  /** What the functions are like, and which have a plain form. */
  setPlans(plans: readonly FunctionPlan[], plain: readonly number[]): void {
    for (const plan of plans) this.plans.set(plan.index, plan);
    plain.forEach((f, i) => {
      this.plainPlace[f] = i;
    });
  }

  planOf(f: number): FunctionPlan {
    return this.plans.get(f)!;
  }

  isPlain(f: number): boolean {
    return this.plainPlace[f] >= 0;
  }

  plainIndex(f: number): number {
    return this.runtimeIndex(Runtime.Count) + this.plainPlace[f];
  }

  /** Number of a function type given as value types. */
  type(params: readonly number[], results: readonly number[]): number {
    const key = `${params.join()}:${results.join()}`;
    let type = this.types.get(key);
    if (type === undefined) {
      type = this.types.size;
      this.types.set(key, type);
      this.typeSection.u8(0x60);
      this.typeSection.u32(params.length);
      for (const t of params) this.typeSection.u8(t);
      this.typeSection.u32(results.length);
      for (const t of results) this.typeSection.u8(t);
    }
    return type;
  }

  typeCount(): number {
    return this.types.size;
  }

  signature(f: number): Signature {
    const { params, result } = this.program.functions[f];
    const key = `${params.join()}:${result}`;
    let found = this.signatureOf.get(key);
    if (found === undefined) {
      const results = result === null ? [VAL.i32] : [VAL[result], VAL.i32];
      const type = this.type([VAL.i32, VAL.i32, ...params.map((t) => VAL[t])], results);
      found = { signature: this.signatureOf.size + 1, type, params, result };
      this.signatureOf.set(key, found);
    }
    return found;
  }

  /** Signatures that a call through a pointer can meet; `result` undefined: any. */
  candidates(params: readonly RegType[], result: RegType | undefined): Signature[] {
    const key = params.join();
    return [...this.signatureOf.values()].filter(
      (s) => s.params.join() === key && (result === undefined || s.result === result),
    );
  }

  isCompiled(f: number): boolean {
    return this.place[f] >= 0;
  }

  fastIndex(f: number): number {
    return Import.Count + this.place[f];
  }

  resumableIndex(f: number): number {
    return Import.Count + this.compiledCount + this.place[f];
  }

  /** Functions of runtime.ts; `enter` is the last of them. */
  runtimeIndex(which: Runtime): number {
    return Import.Count + 2 * this.compiledCount + which;
  }

  pcOfSite(site: number): number {
    return this.code.pcOfSite[site];
  }

  /** Where the mask of granule 0 would lie that says which bytes of an object nothing has been stored to. */
  maskTable(): number {
    return this.map.uninitialisedBase - (this.map.imageBase >>> 3);
  }

  globalAddress(index: number): number {
    const g = this.program.globals[index];
    return g.section === "percpu" ? AddressSpace.PerCpuCookie + g.address : g.address;
  }

  isPrivate(instr: Instr): boolean {
    return (instr.flags & Flag.Private) !== 0;
  }

  /** Do all bytes lie in one object of static storage? */
  insideGlobal(address: number, size: number): boolean {
    let low = 0;
    let high = this.objects.length - 1;
    while (low <= high) {
      const middle = (low + high) >> 1;
      const { start, end } = this.objects[middle];
      if (address < start) high = middle - 1;
      else if (address >= end) low = middle + 1;
      else return address + size <= end;
    }
    return false;
  }
}
