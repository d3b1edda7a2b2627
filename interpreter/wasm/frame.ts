// Locals, registers and frames of a compiled function: where a register is while the function runs, where when it
// rests, and how a frame is made, cleared and opened to accesses.
//
// Invariant: while a function runs, the register slots of its frame in memory are zero; they hold the live registers
// only where the context rests, or while the machine performs an operation for it.

import { Frame, type IrFunction, type RegType } from "../ir/program.js";
import { type Body, ValType, Wasm } from "./encoder.js";
import { Control } from "./layout.js";
import type { FunctionPlan } from "./plan.js";
import type { Import, Unit } from "./unit.js";

export const VAL_TYPE: Readonly<Record<RegType, ValType>> = {
  i32: ValType.I32,
  i64: ValType.I64,
  f32: ValType.F32,
  f64: ValType.F64,
};
const LOAD: Readonly<Record<RegType, Wasm>> = {
  i32: Wasm.I32Load,
  i64: Wasm.I64Load,
  f32: Wasm.F32Load,
  f64: Wasm.F64Load,
};
const STORE: Readonly<Record<RegType, Wasm>> = {
  i32: Wasm.I32Store,
  i64: Wasm.I64Store,
  f32: Wasm.F32Store,
  f64: Wasm.F64Store,
};

/** Parameters in front of the registers: the frame, and the link or the state to go on from. */
export const FP = 0;
export const SECOND = 1;
const FIRST_REG = 2;

/** Up to so many bytes or granules are cleared by single stores. */
const UNROLLED = 128;
/** From so many registers on all of a frame's are cleared at once. */
const MANY = 12;

export abstract class FrameEmitter {
  protected fn: IrFunction;
  /** Local of register 0. */
  protected firstReg = FIRST_REG;

  /** Wasm blocks opened inside an instruction. */
  protected nesting = 0;

  protected address: number;
  protected pointer: number;
  protected loadLimit: number;
  protected storeLimit: number;
  protected fuel: number;
  protected status: number;
  protected ownLink: number;
  protected float: number;
  protected single: number;
  protected readonly extra: number;
  protected readonly mask: number;

  constructor(
    protected readonly unit: Unit,
    protected plan: FunctionPlan,
    protected readonly body: Body,
  ) {
    this.fn = plan.fn;
    let next = FIRST_REG + plan.fn.regs.length;
    this.address = next++;
    this.pointer = next++;
    this.loadLimit = next++;
    this.storeLimit = next++;
    this.fuel = next++;
    this.status = next++;
    this.ownLink = next++;
    this.float = next++;
    this.single = next++;
    this.extra = next++;
    this.mask = next++;
  }

  /** Declares the locals behind the given number of parameters; behind them so many more of 32 bits. */
  protected declareLocals(registersAsParameters: number, more = 0): void {
    const types: ValType[] = this.fn.regs.slice(registersAsParameters).map((type) => VAL_TYPE[type]);
    const I32 = ValType.I32;
    const I64 = ValType.I64;
    const F32 = ValType.F32;
    const F64 = ValType.F64;
    types.push(I64, I32, I64, I64, I32, I32, I32, F64, F32, I32, I32);
    for (let i = 0; i < more; i++) types.push(I32);
    const runs: [number, ValType][] = [];
    for (const type of types) {
      const last = runs[runs.length - 1];
      if (last !== undefined && last[1] === type) last[0]++;
      else runs.push([1, type]);
    }
    this.body.u32(runs.length);
    for (const [count, type] of runs) {
      this.body.u32(count);
      this.body.u8(type);
    }
  }

  // ------------------------------------------------------------------ registers and frames

  protected reg(r: number): number {
    return this.firstReg + r;
  }

  protected getReg(r: number): void {
    this.body.get(this.firstReg + r);
  }

  protected setReg(r: number): void {
    this.body.set(this.firstReg + r);
  }

  protected slotOf(r: number): number {
    return Frame.Header + 8 * r;
  }

  protected spill(regs: readonly number[]): void {
    const { body, fn } = this;
    for (const r of regs) {
      body.get(FP);
      this.getReg(r);
      body.memory(STORE[fn.regs[r]], this.slotOf(r));
    }
  }

  protected fill(r: number): void {
    this.body.get(FP);
    this.body.memory(LOAD[this.fn.regs[r]], this.slotOf(r));
    this.setReg(r);
  }

  protected zeroSlots(regs: Iterable<number>): void {
    const { body } = this;
    const all = [...regs];
    if (all.length > MANY) {
      // All of them, then.
      body.get(FP);
      body.i32(Frame.Header);
      body.op(Wasm.I32Add);
      body.i32(0);
      body.i32(8 * this.fn.regs.length);
      body.fill();
      return;
    }
    for (const r of all) {
      body.get(FP);
      body.i64(0, 0);
      body.memory(Wasm.I64Store, this.slotOf(r));
    }
  }

  /** Reads a control word. */
  protected control(opcode: Wasm, offset: number): void {
    this.body.i32(0);
    this.body.memory(opcode, this.unit.engine.control + offset);
  }

  protected flushFuel(): void {
    if (!this.plan.hasLoop) return;
    this.body.i32(0);
    this.body.get(this.fuel);
    this.body.memory(Wasm.I32Store, this.unit.engine.control + Control.Fuel);
  }

  /** Control words that calls and the machine may have changed. */
  protected readFuel(): void {
    if (!this.plan.hasLoop) return;
    this.control(Wasm.I32Load, Control.Fuel);
    this.body.set(this.fuel);
  }

  protected readLink(): void {
    const { body } = this;
    body.get(FP);
    this.control(Wasm.I32Load, Control.StackBase);
    body.op(Wasm.I32Sub);
    body.i32(1);
    body.op(Wasm.I32Add);
    body.set(this.ownLink);
  }

  /** Header: link and function. The link is on hand in the fast form only. */
  protected writeHeader(): void {
    const { body } = this;
    body.get(FP);
    body.get(SECOND);
    body.op(Wasm.I64ExtendU);
    body.i64(0, this.plan.index);
    body.op(Wasm.I64Or);
    body.memory(Wasm.I64Store, 0);
  }

  /** Makes the frame what lies above the top of a stack: zero, and unknown to the guards. Registers are zero already. */
  protected clearFrame(header: boolean, point: boolean, guards: boolean): void {
    const { body, fn, plan } = this;
    if (header) {
      body.get(FP);
      body.i64(0, 0);
      body.memory(Wasm.I64Store, 0);
    }
    if (point) {
      body.get(FP);
      body.i64(0, 0);
      body.memory(Wasm.I64Store, Frame.Point);
    }
    if (fn.localSize > 0) {
      if (fn.localSize <= UNROLLED) {
        for (let at = 0; at < fn.localSize; at += 8) {
          body.get(FP);
          body.i64(0, 0);
          body.memory(Wasm.I64Store, plan.localStart + at);
        }
      } else {
        body.get(FP);
        body.i32(plan.localStart);
        body.op(Wasm.I32Add);
        body.i32(0);
        body.i32(fn.localSize);
        body.fill();
      }
    }
    if (guards) this.clearGuards();
  }

  /** Nobody may reach the frame's objects without asking. */
  protected clearGuards(): void {
    const { fn, plan, unit } = this;
    if (fn.slots.length === 0) return;
    this.setGuards(unit.engine.loadGuard, plan.localStart, fn.localSize >>> 3, 8);
    this.setGuards(unit.engine.storeGuard, plan.localStart, fn.localSize >>> 3, 8);
  }

  /** Loads, and stores of the fast form, may reach the frame's objects; the rest of the frame they may not. */
  protected openSlots(): void {
    const { fn, plan, unit } = this;
    for (const slot of fn.slots) {
      const at = plan.localStart + slot.offset;
      this.setGuards(unit.engine.loadGuard, at, slot.size >>> 3, 0);
      const rest = slot.size & 7;
      if (rest !== 0) this.setGuards(unit.engine.loadGuard, at + (slot.size & ~7), 1, 8 - rest);
    }
  }

  /** Guards of `count` granules from the frame's byte `at` on. */
  private setGuards(table: number, at: number, count: number, value: number): void {
    const { body } = this;
    // Frames are 16-aligned and `at` is a multiple of 8.
    const granule = () => {
      body.get(FP);
      body.i32(3);
      body.op(Wasm.I32ShrU);
    };
    this.fillFrom(granule, table + (at >>> 3), count, value);
  }

  /** Sets `count` bytes from `base` plus what `index` puts on the stack on. */
  protected fillFrom(index: () => void, base: number, count: number, value: number): void {
    const { body } = this;
    if (count > UNROLLED) {
      index();
      body.i32(base);
      body.op(Wasm.I32Add);
      body.i32(value);
      body.i32(count);
      body.fill();
      return;
    }
    let i = 0;
    const word = Math.imul(value, 0x01010101);
    for (; i + 8 <= count; i += 8) {
      index();
      body.i64(word, word);
      body.memory(Wasm.I64Store, base + i);
    }
    for (; i + 4 <= count; i += 4) {
      index();
      body.i32(word);
      body.memory(Wasm.I32Store, base + i);
    }
    for (; i < count; i++) {
      index();
      body.i32(value);
      body.memory(Wasm.I32Store8, base + i);
    }
  }

  // ------------------------------------------------------------------ results

  protected zeroOf(type: RegType): void {
    const { body } = this;
    if (type === "i32") body.i32(0);
    else if (type === "i64") body.i64(0, 0);
    else if (type === "f32") {
      body.op(Wasm.F32Const);
      body.word(0);
    } else {
      body.op(Wasm.F64Const);
      body.word(0);
      body.word(0);
    }
  }

  /** Loads the result that the resumable form left in its control word. */
  protected loadResult(type: RegType): void {
    this.control(LOAD[type], Control.Result);
  }

  /** A local for a result in passing. */
  protected resultLocal(type: RegType): number {
    return { i32: this.pointer, i64: this.address, f32: this.single, f64: this.float }[type];
  }

  protected storeResult(type: RegType, value: () => void): void {
    const { body } = this;
    body.i32(0);
    // All eight bytes are written, since the driver copies them.
    if (type === "i32" || type === "f32") {
      body.i64(0, 0);
      body.memory(Wasm.I64Store, this.unit.engine.control + Control.Result);
      body.i32(0);
    }
    value();
    body.memory(STORE[type], this.unit.engine.control + Control.Result);
  }

  protected callImport(which: Import): void {
    this.body.call(which);
  }
}
