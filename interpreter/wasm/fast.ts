// The fast form of a function: structured control flow, registers in locals, and no way back in.
//
// Everything rare lies outside, behind the end of blocks around the whole body, and never comes back: it spills what
// lives and goes on in the resumable form. So loops contain nothing but their own code.
//
// This form is for straight runs: nobody else could notice anything, and every page counts as saved. Where that ends
// (another context was started, the search set a mark) the fast form is left, and entered no more.

import { AddressSpace, Flag, type Instr, type IrFunction } from "../ir/program.js";
import { type ElementPlan, type ElementPlans, NO_PLANS, planElements } from "./elements.js";
import { isAligned } from "./emit.js";
import { type Body, Wasm } from "./encoder.js";
import type { Term } from "./forms.js";
import { FP, SECOND } from "./frame.js";
import { GuardedEmitter } from "./guarded.js";
import { Control, Status } from "./layout.js";
import { ACCESS } from "./operations.js";
import type { FunctionPlan, SitePlan } from "./plan.js";
import { entryState, reloadState, slowState } from "./resumable.js";
import { Import, Runtime, type Unit } from "./unit.js";
import { Cover, findValidated, NOTHING_VALIDATED, type Validated } from "./validated.js";

/** In place of a block: where the function begins, in front of the first one. */
const BEGIN = -1;

export function emitFast(unit: Unit, plan: FunctionPlan, body: Body): void {
  new FastEmitter(unit, plan, body).emit();
}

class FastEmitter extends GuardedEmitter {
  /** Code behind the body, in the order of the ends of the blocks around it. */
  private readonly exits: (() => void)[] = [];
  private readonly exitOf = new Map<string, number>();
  /** Accesses whose own test covers the check of the index in front of them: the check's site. */
  private readonly covering = new Map<Instr, SitePlan>();
  private elements: ElementPlans = NO_PLANS;
  private validated: Validated = NOTHING_VALIDATED;
  /** Local of the first sum that is made in front of a loop. */
  private readonly firstSum = this.mask + 1;

  emit(): void {
    const { body, plan, unit } = this;
    if (plan.structured) {
      const startOfSlot = (slot: number) => plan.localStart + plan.fn.slots[slot].offset;
      const { rodataEnd } = unit.map;
      this.validated = findValidated(unit.program, plan, startOfSlot, rodataEnd);
      if (plan.hasLoop)
        this.elements = planElements(unit.program, plan.fn, plan.flow, startOfSlot, rodataEnd);
    }
    this.declareLocals(plan.fn.params.length, this.elements.count);
    // One way out a site at most for what is slow, one for calls that unwind, the entry's two and one a loop.
    const loops = plan.flow.order.filter((b) => plan.flow.isLoop[b] === 1).length;
    const bound = plan.structured ? 2 * plan.list.length + loops + 2 : 2;
    for (let i = 0; i < bound; i++) body.block(Wasm.Block);
    this.prologue();
    if (plan.structured) this.tree(0);
    else this.intoResumable(entryState(), plan.fn.params.keys());
    body.op(Wasm.Unreachable);
    // Exits may add exits.
    for (let i = 0; i < bound; i++) {
      body.end();
      this.exits[i]?.();
      body.op(Wasm.Unreachable);
    }
    body.end();
  }

  /** Depth of a way out. What has the same key goes the same way. */
  private exit(key: string, code: () => void): number {
    let index = this.exitOf.get(key);
    if (index === undefined) {
      index = this.exits.push(code) - 1;
      this.exitOf.set(key, index);
    }
    return this.enclosing.length + this.nesting + index;
  }

  private prologue(): void {
    const { body, plan, unit, fn } = this;
    if (plan.hasCalls && unit.isPlain(plan.index)) this.tryPlain();
    // Room for the frame, and a straight run?
    body.get(FP);
    body.i32(plan.frameBytes);
    body.op(Wasm.I32Add);
    this.control(Wasm.I32Load, Control.StackLimit);
    body.op(Wasm.I32GtU);
    body.brIf(
      this.exit("deep", () => {
        const params = [...fn.params.keys()];
        body.i32(plan.index);
        body.get(FP);
        body.get(SECOND);
        this.callImport(Import.Deep);
        body.tee(this.status);
        body.i32(Status.Unwind);
        body.op(Wasm.I32Eq);
        body.block(Wasm.If);
        this.leaveUnwinding();
        body.end();
        // The frame stands; its arguments are missing.
        this.spill(params);
        body.get(this.status);
        body.block(Wasm.If);
        this.goOnResumable(entryState());
        body.end();
        // The driver goes on with it when the others are out of the way.
        this.leaveUnwinding();
      }),
    );
    if (plan.eager) this.writeHeader();
    if (plan.guarded) this.openSlots();
    if (plan.hasCalls) this.readLink();
    this.readFuel();
    if (plan.hasLoop) {
      this.burn(BEGIN);
    } else if (plan.hasCalls) {
      body.i32(0);
      this.control(Wasm.I32Load, Control.Fuel);
      body.i32(1);
      body.op(Wasm.I32Sub);
      body.tee(this.fuel);
      body.memory(Wasm.I32Store, unit.engine.control + Control.Fuel);
      body.get(this.fuel);
      body.i32(0);
      body.op(Wasm.I32LeS);
      body.brIf(this.outOfFuel(BEGIN));
    }
  }

  /** The plain form first. Where it gives up, it gives up for good, and all is done once more with frames. */
  private tryPlain(): void {
    const { body, plan, unit, fn } = this;
    const limit = () => this.control(Wasm.I32Load, Control.PlainLimit);
    const store = (offset: number, value: () => void) => {
      body.i32(0);
      value();
      body.memory(Wasm.I32Store, unit.engine.control + offset);
    };
    limit();
    body.block(Wasm.If);
    body.get(FP);
    this.control(Wasm.I32Load, Control.Fuel);
    for (let r = 0; r < fn.params.length; r++) this.getReg(r);
    body.call(unit.plainIndex(plan.index));
    body.tee(this.fuel);
    body.i32(0);
    body.op(Wasm.I32GtS);
    body.set(this.status);
    const kept = fn.result === null ? -1 : this.resultLocal(fn.result);
    if (kept >= 0) body.set(kept);
    body.get(this.status);
    body.block(Wasm.If);
    store(Control.Fuel, () => body.get(this.fuel));
    if (kept >= 0) body.get(kept);
    body.i32(Status.Done);
    body.op(Wasm.Return);
    body.end();
    store(Control.PlainLimit, () => body.i32(0));
    body.get(this.fuel);
    body.op(Wasm.I32Eqz);
    body.block(Wasm.If);
    store(Control.Fuel, () => body.i32(0));
    body.end();
    body.end();
  }

  protected override beforeLoop(block: number): void {
    for (const { number, terms } of this.elements.before.get(block) ?? []) {
      this.sum(terms);
      this.body.set(this.firstSum + number);
    }
  }

  protected loopBegins(block: number): void {
    this.burn(block);
  }

  /** The sum of terms in 32 bits. */
  private sum(terms: readonly Term[]): void {
    const { body } = this;
    terms.forEach(({ reg, factor, kind }, i) => {
      this.getReg(reg);
      if (kind === "wide") body.op(Wasm.I32Wrap);
      const shift = 31 - Math.clz32(factor);
      if (factor > 0 && factor === 2 ** shift) {
        if (shift > 0) {
          body.i32(shift);
          body.op(Wasm.I32Shl);
        }
      } else {
        body.i32(factor);
        body.op(Wasm.I32Mul);
      }
      if (i > 0) body.op(Wasm.I32Add);
    });
  }

  /** One jump back, or the call: stops the run when the budget is used up. */
  private burn(block: number): void {
    const { body } = this;
    body.get(this.fuel);
    body.i32(1);
    body.op(Wasm.I32Sub);
    body.tee(this.fuel);
    body.i32(0);
    body.op(Wasm.I32LeS);
    body.brIf(this.outOfFuel(block));
  }

  private outOfFuel(block: number): number {
    const { body, plan, fn } = this;
    return this.exit(`fuel ${block}`, () => {
      this.standInMemory();
      this.spill(block === BEGIN ? [...fn.params.keys()] : plan.liveAtLoop.get(block)!);
      body.get(FP);
      body.i32(block);
      this.callImport(Import.OutOfFuel);
      this.clearGuards();
      this.leaveUnwinding();
    });
  }

  private standInMemory(): void {
    if (!this.plan.eager) this.writeHeader();
  }

  private leaveUnwinding(): void {
    if (this.fn.result !== null) this.zeroOf(this.fn.result);
    this.body.i32(1);
    this.body.op(Wasm.Return);
  }

  private intoResumable(state: number, spilled: Iterable<number>): void {
    this.standInMemory();
    this.spill([...spilled]);
    this.flushFuel();
    this.goOnResumable(state);
  }

  private goOnResumable(state: number): void {
    const { body, unit, plan, fn } = this;
    body.get(FP);
    body.i32(state);
    body.call(unit.resumableIndex(plan.index));
    body.set(this.status);
    if (fn.result !== null) this.loadResult(fn.result);
    body.get(this.status);
    body.op(Wasm.Return);
  }

  // ------------------------------------------------------------------ ways out

  protected slowIf(site: SitePlan): void {
    this.body.brIf(this.exit(`slow ${site.site}`, () => this.intoResumable(slowState(site), site.before)));
  }

  protected afterChecked(): void {}

  /**
   * An index into a whole object is in bounds exactly if the element lies in the object, which the access itself asks.
   * Where it does not, both are done again.
   */
  protected override check(instr: Instr): void {
    const access = instr.op === "check.index" ? elementAccess(this.fn, instr) : null;
    const object = this.objects.get(instr.b);
    if (
      access !== null &&
      this.validated.covers.get(access) === undefined &&
      this.validated.groups.get(access) === undefined &&
      object?.size === instr.imm * instr.immHi &&
      !(ACCESS[access.op].store && !object.local && object.start < this.unit.map.rodataEnd) &&
      !this.constants.has(instr.b) &&
      this.slots.inBounds(instr.b, 0, 0) === null
    ) {
      this.covering.set(access, this.plan.sites.get(instr.site)!);
    } else super.check(instr);
  }

  /** The run is straight and stays so while this form runs: only validity is to be tested. */
  protected access(instr: Instr, site: SitePlan): void {
    const { body, unit, fn, plan } = this;
    const { opcode, size, store } = ACCESS[instr.op];
    const { map } = unit;
    const finish = (offset: number) => {
      if (store) this.getReg(instr.b);
      body.memory(opcode, offset);
      if (!store) this.setReg(instr.dst);
    };
    /** The address is good: only 32 bits of it matter. */
    const plain = () => {
      const offset = instr.imm >= 0 && instr.imm < AddressSpace.First ? instr.imm : 0;
      this.getReg(instr.a);
      body.op(Wasm.I32Wrap);
      if (offset !== instr.imm) {
        body.i32(instr.imm);
        body.op(Wasm.I32Add);
      }
      finish(offset);
    };
    const group = this.validated.groups.get(instr);
    if (group !== undefined) {
      this.getReg(instr.a);
      const lowest = instr.imm + group.lowest;
      if (lowest !== 0) {
        body.i64(lowest | 0, Math.floor(lowest / 4294967296));
        body.op(Wasm.I64Add);
      }
      body.tee(this.address);
      body.i64Number(map.memoryEnd - group.span);
      body.op(Wasm.I64GtU);
      this.slowIf(site);
      body.get(this.address);
      body.op(Wasm.I32Wrap);
      body.set(this.pointer);
      this.guardedGroup(site, group);
      plain();
      return;
    }
    const shift = this.alignment(instr, size);
    const local = fn.slots.length > 0 ? this.slots.inBounds(instr.a, instr.imm, size) : null;
    // What is certain to be misaligned goes the way of all accesses.
    if (local !== null && isAligned(local, shift)) {
      body.get(FP);
      finish(plan.localStart + local);
      return;
    }
    const known = this.constants.get(instr.a);
    if (known !== undefined && known.hi === 0) {
      const address = (known.lo >>> 0) + instr.imm;
      const readOnly = store && address < map.rodataEnd;
      if (unit.insideGlobal(address, size) && !readOnly && isAligned(address, shift)) {
        body.i32(0);
        finish(address);
        return;
      }
    }
    const cover = this.validated.covers.get(instr);
    if (cover === Cover.Loads) {
      // May it be stored to?
      this.getReg(instr.a);
      body.op(Wasm.I32Wrap);
      if (instr.imm !== 0) {
        body.i32(instr.imm);
        body.op(Wasm.I32Add);
      }
      body.i32(map.rodataEnd);
      body.op(Wasm.I32LtU);
      this.slowIf(site);
    }
    const element = this.elements.of.get(instr);
    if (element !== undefined && shift === 0) {
      if (element.test !== null && cover === undefined) {
        const { reg, low, span } = element.test;
        this.getReg(reg);
        if (low !== 0) {
          body.i32(low | 0);
          body.op(Wasm.I32Sub);
        }
        body.i32(span | 0);
        body.op(Wasm.I32GtU);
        this.slowIf(this.covering.get(instr) ?? site);
      }
      finish(this.elementAddress(element));
      return;
    }
    if (cover !== undefined) {
      plain();
      return;
    }
    const object = this.objects.get(instr.a);
    if (
      object !== undefined &&
      object.size >= size &&
      !(store && !object.local && object.start < map.rodataEnd)
    ) {
      // Inside the object that the address was made from? Then it is good: objects of this kind stay.
      this.getReg(instr.a);
      const start = object.start - instr.imm;
      if (object.local) {
        body.get(FP);
        body.op(Wasm.I64ExtendU);
        body.op(Wasm.I64Sub);
      }
      body.i64(start | 0, Math.floor(start / 4294967296));
      body.op(Wasm.I64Sub);
      if (shift > 0) {
        // Objects begin aligned; what is misaligned inside becomes huge.
        body.i64(shift, 0);
        body.op(Wasm.I64Rotr);
      }
      body.i64Number((object.size - size) >>> shift);
      body.op(Wasm.I64GtU);
      this.slowIf(this.covering.get(instr) ?? site);
      plain();
      return;
    }
    this.getReg(instr.a);
    if (instr.imm !== 0) {
      body.i64(instr.imm, instr.imm >> 31);
      body.op(Wasm.I64Add);
    }
    body.tee(this.address);
    if (store) {
      body.i64Number(map.rodataEnd);
      body.op(Wasm.I64Sub);
    }
    body.i64Number(store ? map.memoryEnd - map.rodataEnd : map.memoryEnd);
    body.op(Wasm.I64GeU);
    this.slowIf(site);
    body.get(this.address);
    body.op(Wasm.I32Wrap);
    body.set(this.pointer);
    this.guarded(site, size, store, shift);
    body.get(this.pointer);
    finish(0);
  }

  /** Puts the address of an element on the stack, without what is returned: that is the access's offset. */
  private elementAddress({ object, constant, asOffset, terms, invariant }: ElementPlan): number {
    const { body } = this;
    this.sum(terms);
    if (invariant >= 0) {
      body.get(this.firstSum + invariant);
      if (terms.length > 0) body.op(Wasm.I32Add);
    }
    if (object.local) {
      body.get(FP);
      body.op(Wasm.I32Add);
    }
    if (asOffset) return constant;
    body.i32(constant | 0);
    body.op(Wasm.I32Add);
    return 0;
  }

  protected park(site: SitePlan): void {
    const { body, unit } = this;
    const { instr } = site;
    if (instr.op.startsWith("local.")) {
      this.watch(instr);
      return;
    }
    const use = instr.op === "kop" ? unit.heapUses[instr.imm] : null;
    const isWide = (reg: number | undefined) => reg !== undefined && this.fn.regs[reg] === "i64";
    if (use === null || !isWide(instr.args![0]) || (instr.dst >= 0 && !isWide(instr.dst))) {
      this.byMachine(site);
      return;
    }
    // The heap's own operations stay inside where they are plain.
    body.block(Wasm.Block);
    this.nesting++;
    this.getReg(instr.args![0]);
    if (use !== "frees") {
      body.i32(instr.site + 1);
      body.call(unit.runtimeIndex(use === "allocates" ? Runtime.Allocate : Runtime.AllocateRaw));
      body.tee(this.pointer);
      if (instr.dst >= 0) {
        body.get(this.pointer);
        body.op(Wasm.I64ExtendU);
        this.setReg(instr.dst);
      }
    } else body.call(unit.runtimeIndex(Runtime.Release));
    body.brIf(0);
    this.byMachine(site);
    this.nesting--;
    body.end();
  }

  private byMachine(site: SitePlan): void {
    const { body } = this;
    this.spill(site.before);
    this.flushFuel();
    body.i32(this.unit.pcOfSite(site.site));
    body.get(FP);
    this.callImport(Import.Slow);
    body.tee(this.status);
    body.brIf(
      this.exit(`parked ${site.site}`, () => {
        this.ifUnwinding();
        this.goOnResumable(reloadState(site));
      }),
    );
    this.readFuel();
    const { dst } = site.instr;
    if (dst >= 0) this.fill(dst);
    this.zeroSlots(new Set(dst >= 0 ? [...site.before, dst] : site.before));
  }

  private ifUnwinding(): void {
    const { body } = this;
    body.get(this.status);
    body.i32(Status.Unwind);
    body.op(Wasm.I32Eq);
    body.block(Wasm.If);
    this.clearGuards();
    this.leaveUnwinding();
    body.end();
  }

  protected afterReturn(): void {
    this.readFuel();
  }

  protected afterCall(site: SitePlan): void {
    this.body.get(this.status);
    this.body.brIf(
      this.exit(`unwind ${site.site}`, () => {
        this.spill(site.across);
        this.ifUnwinding();
        if (site.instr.dst >= 0) this.spill([site.instr.dst]);
        this.goOnResumable(reloadState(site));
      }),
    );
  }

  private outside(site: SitePlan): void {
    this.spill(site.before);
    this.flushFuel();
    this.body.i32(this.unit.pcOfSite(site.site));
    this.body.get(FP);
    this.callImport(Import.Outside);
    this.clearGuards();
    this.leaveUnwinding();
  }

  protected callOutside(site: SitePlan): void {
    this.outside(site);
  }

  private outsideExit(site: SitePlan): number {
    return this.exit(`outside ${site.site}`, () => this.outside(site));
  }

  protected callOutsideIf(site: SitePlan): void {
    this.body.brIf(this.outsideExit(site));
  }

  protected callOutsideElse(site: SitePlan): void {
    this.body.br(this.outsideExit(site));
  }

  protected trap(instr: Instr): void {
    this.standInMemory();
    this.body.i32(this.unit.pcOfSite(instr.site));
    this.body.get(FP);
    this.callImport(Import.Slow);
    this.body.op(Wasm.Drop);
    this.leaveUnwinding();
  }

  protected ret(instr: Instr): void {
    const { plan, body } = this;
    this.flushFuel();
    if (instr.a >= 0) this.getReg(instr.a);
    this.clearFrame(plan.eager, plan.eager, plan.guarded);
    body.i32(0);
    body.op(Wasm.Return);
  }
}

/** The access to the element whose index is checked, if only constants are made in between. */
function elementAccess(fn: IrFunction, check: Instr): Instr | null {
  const block = fn.blocks.find((instrs) => instrs.includes(check))!;
  for (let i = block.indexOf(check) + 1; i < block.length; i++) {
    const instr = block[i];
    if (instr.op.startsWith("const.") && instr.dst !== check.a && instr.dst !== check.b) continue;
    const fits = ACCESS[instr.op]?.size === check.immHi && instr.a === check.b && instr.imm === 0;
    return fits && (instr.flags & (Flag.Unaligned | Flag.BitField)) === 0 ? instr : null;
  }
  return null;
}
