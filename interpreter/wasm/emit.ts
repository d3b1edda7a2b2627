// What both forms of a compiled function have in common: every instruction that is no jump.
//
// A function exists twice. The *fast* form (fast.ts) begins at its start, keeps registers in wasm locals and follows
// structured control flow; it has no way back in. The *resumable* form (resumable.ts) can be entered behind every
// site. Whatever is not plain in the fast form spills its live registers into the frame in memory and goes on in the
// resumable one. So the frame in memory is exactly what the register machine would have left there, and either
// engine can take over at any site.

import { AddressSpace, Flag, Frame, type Instr, type RegType } from "../ir/program.js";
import { Shadow } from "../machine/layout.js";
import { type Body, Misc, Wasm } from "./encoder.js";
import type { FixedObject } from "./forms.js";
import { FP, FrameEmitter } from "./frame.js";
import { LowZeros } from "./low-zeros.js";
import { ACCESS, CHECKED, SIMPLE } from "./operations.js";
import { type FunctionPlan, type SitePlan, SlotTracker } from "./plan.js";
import type { Unit } from "./unit.js";

/** Guard of a granule that nobody may touch without asking. */
const CLOSED = 8;

interface Known {
  lo: number;
  hi: number;
}

export function isAligned(address: number, shift: number): boolean {
  return (address & ((1 << shift) - 1)) === 0;
}

export abstract class Emitter extends FrameEmitter {
  /** Constants and addresses of objects that registers hold, as far as this block shows. */
  protected constants = new Map<number, Known>();
  protected slots: SlotTracker;
  protected objects = new Map<number, FixedObject>();
  private zeros: LowZeros;

  constructor(unit: Unit, plan: FunctionPlan, body: Body) {
    super(unit, plan, body);
    this.slots = new SlotTracker(plan.fn);
    this.zeros = new LowZeros(unit.program);
  }

  // ------------------------------------------------------------------ what the two forms do differently

  /** Takes the condition from the stack: not plain, let the machine do the operation at this site. */
  protected abstract slowIf(site: SitePlan): void;
  /** Everything of a checked operation is done. */
  protected abstract afterChecked(site: SitePlan): void;
  protected abstract access(instr: Instr, site: SitePlan): void;
  protected abstract park(site: SitePlan): void;
  /** Right behind a call: control words may have changed. */
  protected abstract afterReturn(): void;
  /** Behind a call; the status is in its local. */
  protected abstract afterCall(site: SitePlan): void;
  /** The call at this site is the machine's: its function is not compiled. */
  protected abstract callOutside(site: SitePlan): void;
  /** The same where a condition on the stack says so, and for all that got so far. */
  protected abstract callOutsideIf(site: SitePlan): void;
  protected abstract callOutsideElse(site: SitePlan): void;
  protected abstract trap(instr: Instr): void;
  protected abstract ret(instr: Instr): void;

  // ------------------------------------------------------------------ instructions

  protected startBlock(): void {
    this.constants = new Map();
    this.slots = new SlotTracker(this.fn);
    this.objects = new Map();
    this.zeros = new LowZeros(this.unit.program);
  }

  /** Emits an instruction that is no jump; false if it ends the block's code. */
  protected instruction(instr: Instr): void {
    this.translate(instr);
    if (instr.dst >= 0) {
      this.zeros.step(instr, this.constants.get(instr.b)?.lo);
      const known = this.constantOf(instr);
      if (known === null) this.constants.delete(instr.dst);
      else this.constants.set(instr.dst, known);
      this.slots.step(instr);
      const object = this.objectOf(instr);
      if (object === null) this.objects.delete(instr.dst);
      else this.objects.set(instr.dst, object);
    }
  }

  /** Which object the result points into, if the C keeps to its rules. Only a guess: accesses test it. */
  private objectOf(instr: Instr): FixedObject | null {
    switch (instr.op) {
      case "addr.global": {
        const g = this.unit.program.globals[instr.immHi];
        return g.section === "percpu" ? null : { start: g.address, size: g.size, local: false };
      }
      case "addr.local": {
        const slot = this.fn.slots[instr.immHi];
        if (slot.watched === true) return null;
        return { start: this.plan.localStart + slot.offset, size: slot.size, local: true };
      }
      case "mov":
        return this.objects.get(instr.a) ?? null;
      case "i64.add": {
        const left = this.objects.get(instr.a);
        const right = this.objects.get(instr.b);
        return left === undefined ? (right ?? null) : right === undefined ? left : null;
      }
      case "i64.sub":
        return this.objects.has(instr.b) ? null : (this.objects.get(instr.a) ?? null);
      default:
        return null;
    }
  }

  private constantOf(instr: Instr): Known | null {
    if (instr.op === "const.i32") return { lo: instr.imm, hi: instr.imm >> 31 };
    if (instr.op === "const.i64") return { lo: instr.imm, hi: instr.immHi };
    if (instr.op === "addr.global") {
      const value = this.unit.globalAddress(instr.immHi) + instr.imm;
      return { lo: value | 0, hi: Math.floor(value / 4294967296) };
    }
    return null;
  }

  private translate(instr: Instr): void {
    const { body } = this;
    const { op } = instr;
    const simple = SIMPLE[op];
    if (simple !== undefined) {
      this.getReg(instr.a);
      if (instr.b >= 0) this.getReg(instr.b);
      body.op(simple);
      this.setReg(instr.dst);
      return;
    }
    switch (op) {
      case "const.i32":
        body.i32(instr.imm);
        break;
      case "const.i64":
        body.i64(instr.imm, instr.immHi);
        break;
      case "const.f32":
        body.op(Wasm.F32Const);
        body.word(instr.imm);
        break;
      case "const.f64":
        body.op(Wasm.F64Const);
        body.word(instr.imm);
        body.word(instr.immHi);
        break;
      case "mov":
        this.getReg(instr.a);
        break;
      case "select":
        this.getReg(instr.b);
        this.getReg(instr.c);
        this.getReg(instr.a);
        body.op(Wasm.Select);
        break;
      case "addr.global":
        body.i64Number(this.unit.globalAddress(instr.immHi) + instr.imm);
        break;
      case "addr.func":
        body.i64Number(AddressSpace.Function + 16 * instr.imm);
        break;
      case "addr.label":
        body.i64(instr.imm + 1, 0);
        break;
      case "addr.local":
        body.get(FP);
        body.op(Wasm.I64ExtendU);
        body.i64Number(this.plan.localStart + this.fn.slots[instr.immHi].offset + instr.imm);
        body.op(Wasm.I64Add);
        break;
      case "fence":
        return;
      case "call":
        this.direct(instr);
        return;
      case "calli":
        this.indirect(instr);
        return;
      case "trap":
        this.trap(instr);
        return;
      case "ret":
        this.ret(instr);
        return;
      default:
        if (ACCESS[op] !== undefined) this.access(instr, this.plan.sites.get(instr.site)!);
        else if (CHECKED[op] !== undefined) this.checked(instr);
        else if (op.startsWith("check.")) this.check(instr);
        else if (op.includes(".trunc_")) this.truncate(instr);
        else if (instr.site >= 0) this.park(this.plan.sites.get(instr.site)!);
        else throw new Error(`wasm: no translation for ${op}`);
        return;
    }
    this.setReg(instr.dst);
  }

  /** Floats to integers, out of range as on x86-64 (see arithmetic.ts of the machine). */
  private truncate(instr: Instr): void {
    const { body, float } = this;
    const { op } = instr;
    const limit = (value: number) => {
      body.op(Wasm.F64Const);
      const bits = new DataView(new ArrayBuffer(8));
      bits.setFloat64(0, value, true);
      body.word(bits.getInt32(0, true));
      body.word(bits.getInt32(4, true));
    };
    const TWO63 = 2 ** 63;
    this.getReg(instr.a);
    if (op.includes("f32")) body.op(Wasm.F64Promote);
    body.set(float);
    if (op.startsWith("i32") && op.endsWith("_s")) {
      body.get(float);
      body.misc(Misc.I32TruncSatF64S);
      body.i32(-2147483648);
      body.get(float);
      limit(-2147483649);
      body.op(Wasm.F64Gt);
      body.get(float);
      limit(2147483648);
      body.op(Wasm.F64Lt);
      body.op(Wasm.I32And);
      body.op(Wasm.Select);
    } else if (op.startsWith("i32")) {
      body.get(float);
      body.misc(Misc.I64TruncSatF64S);
      body.op(Wasm.I32Wrap);
      body.i32(0);
      body.get(float);
      limit(TWO63);
      body.op(Wasm.F64Lt);
      body.op(Wasm.Select);
    } else {
      // Signed where it fits.
      body.get(float);
      body.misc(Misc.I64TruncSatF64S);
      body.i64(0, -2147483648);
      body.get(float);
      limit(-TWO63);
      body.op(Wasm.F64Ge);
      body.get(float);
      limit(TWO63);
      body.op(Wasm.F64Lt);
      body.op(Wasm.I32And);
      body.op(Wasm.Select);
      if (op.endsWith("_u")) {
        // From 2^63 on unsigned, from 2^64 on zero.
        body.set(this.address);
        body.get(float);
        body.misc(Misc.I64TruncSatF64U);
        body.i64(0, 0);
        body.get(float);
        limit(2 * TWO63);
        body.op(Wasm.F64Lt);
        body.op(Wasm.Select);
        body.get(this.address);
        body.get(float);
        limit(TWO63);
        body.op(Wasm.F64Ge);
        body.op(Wasm.Select);
      }
    }
    this.setReg(instr.dst);
  }

  /** How many low bits of the address of an access of `size` bytes must be tested for being zero. */
  protected alignment(instr: Instr, size: number): number {
    if ((instr.flags & (Flag.Unaligned | Flag.BitField)) !== 0) return 0;
    const bits = 31 - Math.clz32(size);
    return this.zeros.of(instr.a, instr.imm) >= bits ? 0 : bits;
  }

  /** Not zero where one of them is not, of the address in `pointer`. */
  protected misalignedBits(shift: number): void {
    this.body.get(this.pointer);
    this.body.i32(32 - shift);
    this.body.op(Wasm.I32Shl);
  }

  protected orMisaligned(shift: number): void {
    if (shift === 0) return;
    this.misalignedBits(shift);
    this.body.op(Wasm.I32Or);
  }

  protected check(instr: Instr): void {
    const { body } = this;
    const site = this.plan.sites.get(instr.site)!;
    this.getReg(instr.a);
    if (instr.op === "check.stored32" || instr.op === "check.stored64") {
      // Nothing to do for most values.
      if (instr.op === "check.stored64") {
        body.op(Wasm.I64Eqz);
        body.op(Wasm.I32Eqz);
      }
    } else if (instr.op !== "check.i32") {
      body.i64(instr.imm, 0);
      body.op(Wasm.I64GeU);
    } else if (instr.imm !== 1) {
      body.i32(instr.imm);
      body.op(Wasm.I32GeU);
    }
    this.slowIf(site);
    this.afterChecked(site);
  }

  /** Divisions and shifts. */
  private checked(instr: Instr): void {
    const { body } = this;
    const { op, a, b } = instr;
    const site = this.plan.sites.get(instr.site)!;
    const wide = op.startsWith("i64");
    const known = this.constants.get(b);
    if (op.includes(".sh")) {
      const width = wide ? 64 : 32;
      if (known === undefined || known.lo < 0 || known.lo >= width) {
        this.getReg(b);
        body.i32(width - 1);
        body.op(Wasm.I32GtU);
        this.slowIf(site);
      }
      this.getReg(a);
      this.getReg(b);
      if (wide) body.op(Wasm.I64ExtendU);
      body.op(CHECKED[op]);
    } else {
      const isZero = known === undefined || (known.lo === 0 && (!wide || known.hi === 0));
      const isMinusOne = known === undefined || (known.lo === -1 && (!wide || known.hi === -1));
      if (isZero) {
        this.getReg(b);
        body.op(wide ? Wasm.I64Eqz : Wasm.I32Eqz);
        this.slowIf(site);
      }
      if (op.endsWith("div_s") && isMinusOne) {
        // The one overflow wraps: divide by 1 instead and take the negative.
        const constant = (value: number) => (wide ? body.i64(value, value >> 31) : body.i32(value));
        const isMinus = () => {
          this.getReg(b);
          constant(-1);
          body.op(wide ? Wasm.I64Eq : Wasm.I32Eq);
        };
        constant(0);
        this.getReg(a);
        body.op(wide ? Wasm.I64Sub : Wasm.I32Sub);
        this.getReg(a);
        constant(1);
        this.getReg(b);
        isMinus();
        body.op(Wasm.Select);
        body.op(CHECKED[op]);
        isMinus();
        body.op(Wasm.Select);
      } else {
        this.getReg(a);
        this.getReg(b);
        body.op(CHECKED[op]);
      }
    }
    this.setReg(instr.dst);
    this.afterChecked(site);
  }

  /** A local begins its life unset, or is watched no more: as Unset does it, on the same bytes. In straight runs only. */
  protected watch(instr: Instr): void {
    const { body, unit, pointer } = this;
    const { map, engine } = unit;
    const begins = instr.op === "local.begin";
    const size = instr.immHi;
    const granules = (size + 7) >>> 3;
    const rest = size & 7;
    this.getReg(instr.a);
    body.op(Wasm.I32Wrap);
    body.set(pointer);
    const shift = () => {
      body.get(pointer);
      body.i32(3);
      body.op(Wasm.I32ShrU);
    };
    const last = (value: number, table: number) => {
      if (rest === 0 || !begins) return;
      shift();
      body.i32(value);
      body.memory(Wasm.I32Store8, table + granules - 1);
    };
    this.fillFrom(shift, map.shadowBase, granules, begins ? Shadow.UnsetStack : Shadow.Stack);
    last(Shadow.UnsetStack | rest, map.shadowBase);
    this.fillFrom(shift, unit.maskTable(), granules, begins ? 0xff : 0);
    last((1 << rest) - 1, unit.maskTable());
    this.fillFrom(() => body.get(pointer), map.bitsBase - map.imageBase, 8 * granules, 0);
    if (!begins) return;
    this.fillFrom(shift, engine.loadGuard, granules, CLOSED);
    this.fillFrom(shift, engine.storeGuard, granules, CLOSED);
  }

  // ------------------------------------------------------------------ calls

  /** Everything a callee gets; its frame begins behind this one. */
  private pushCall(instr: Instr): void {
    const { body } = this;
    body.get(FP);
    body.i32(instr.site + 1);
    body.memory(Wasm.I32Store, Frame.Point);
    this.flushFuel();
    body.get(FP);
    body.i32(this.plan.frameBytes);
    body.op(Wasm.I32Add);
    body.get(this.ownLink);
    for (const reg of instr.args!) this.getReg(reg);
  }

  /** Takes status and result from the stack. */
  private popCall(instr: Instr, result: RegType | null): void {
    const { body } = this;
    body.set(this.status);
    if (result !== null) {
      if (instr.dst >= 0) this.setReg(instr.dst);
      else body.op(Wasm.Drop);
    }
    this.afterReturn();
  }

  protected direct(instr: Instr): void {
    const site = this.plan.sites.get(instr.site)!;
    const callee = instr.imm;
    if (!this.unit.isCompiled(callee)) {
      this.callOutside(site);
      return;
    }
    this.pushCall(instr);
    this.body.call(this.unit.fastIndex(callee));
    this.popCall(instr, this.unit.program.functions[callee].result);
    this.afterCall(site);
  }

  private indirect(instr: Instr): void {
    const { body, unit, fn } = this;
    const site = this.plan.sites.get(instr.site)!;
    const params = instr.args!.map((reg) => fn.regs[reg]);
    const candidates = unit.candidates(params, instr.dst < 0 ? undefined : fn.regs[instr.dst]);
    // The function's number, if it is one.
    this.getReg(instr.a);
    body.i64Number(AddressSpace.Function);
    body.op(Wasm.I64Sub);
    body.tee(this.address);
    body.i64Number(16 * unit.program.functions.length);
    body.op(Wasm.I64GeU);
    this.callOutsideIf(site);
    body.get(this.address);
    body.op(Wasm.I32Wrap);
    body.tee(this.pointer);
    body.i32(15);
    body.op(Wasm.I32And);
    this.callOutsideIf(site);
    body.block(Wasm.Block);
    this.nesting += 1;
    for (const { signature, type, result } of candidates) {
      // Only what has exactly this signature may be called this way.
      body.get(this.pointer);
      body.i32(2);
      body.op(Wasm.I32ShrU);
      body.memory(Wasm.I32Load, unit.engine.signatures);
      body.i32(signature);
      body.op(Wasm.I32Eq);
      body.block(Wasm.If);
      this.pushCall(instr);
      body.get(this.pointer);
      body.i32(4);
      body.op(Wasm.I32ShrU);
      body.op(Wasm.CallIndirect);
      body.u32(type);
      body.u8(0);
      this.popCall(instr, result);
      body.br(1);
      body.end();
    }
    this.callOutsideElse(site);
    this.nesting -= 1;
    body.end();
    this.afterCall(site);
  }

  /** A switch; `depth` says how far out the code of a target begins. */
  protected switchJump(instr: Instr, depth: (block: number) => number): void {
    const { body } = this;
    const targets = instr.targets!;
    const cases = instr.cases!;
    const wide = instr.op === "switch.i64";
    const narrow = cases.every((value, i) => (i & 1) === 0 || value === cases[i - 1] >> 31);
    const values = targets.slice(1).map((_, i) => cases[2 * i]);
    const low = Math.min(...values);
    const range = Math.max(...values) - low + 1;
    if (narrow && values.length >= 4 && range <= 4 * values.length) {
      this.getReg(instr.a);
      if (wide) {
        body.i64(low, low >> 31);
        body.op(Wasm.I64Sub);
        body.tee(this.address);
        body.i64(range, 0);
        body.op(Wasm.I64GeU);
        body.brIf(depth(targets[0]));
        body.get(this.address);
        body.op(Wasm.I32Wrap);
      } else {
        body.i32(low);
        body.op(Wasm.I32Sub);
      }
      const table: number[] = new Array(range).fill(targets[0]);
      values.forEach((value, i) => {
        table[value - low] = targets[i + 1];
      });
      body.op(Wasm.BrTable);
      body.u32(range);
      for (const block of table) body.u32(depth(block));
      body.u32(depth(targets[0]));
      return;
    }
    values.forEach((value, i) => {
      this.getReg(instr.a);
      if (wide) body.i64(value, cases[2 * i + 1]);
      else body.i32(value);
      body.op(wide ? Wasm.I64Eq : Wasm.I32Eq);
      body.brIf(depth(targets[i + 1]));
    });
    body.br(depth(targets[0]));
  }
}
