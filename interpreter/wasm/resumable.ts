// The resumable form of a function: takes a frame in memory and a state, goes on from there, and rests anywhere.
//
// A state is the function's entry, a site whose operation the machine is still to perform, the place behind a site
// (everything live is in the frame), or the begin of a block. The code is one loop around one br_table; blocks follow
// each other in reverse postorder and jump forward directly, so only jumps back go through the table. That needs
// nothing of the graph, so irreducible graphs have this form only.

import type { Instr } from "../ir/program.js";
import { Emitter, isAligned } from "./emit.js";
import { type Body, Wasm } from "./encoder.js";
import { FP, SECOND } from "./frame.js";
import { Control, Status } from "./layout.js";
import { ACCESS } from "./operations.js";
import { type FunctionPlan, SiteKind, type SitePlan } from "./plan.js";
import { Import, type Unit } from "./unit.js";

export const entryState = (): number => 0;
/** Parameters are spilled; the frame stands: begin with block 0. */
export const slowState = (site: SitePlan): number => 1 + 2 * site.ordinal;
export const reloadState = (site: SitePlan): number => 2 + 2 * site.ordinal;

/** The begin of a loop, or of what it does first, when the register machine has come so far: all of its registers are in the frame. */
export const loopState = (plan: FunctionPlan, block: number): number =>
  1 + 2 * plan.list.length + plan.fn.blocks.length + block;

type Role = "block" | "loop" | "spill" | "slow" | "reload" | "cont" | "fuel" | "unwind";
interface Label {
  readonly role: Role;
  /** Block or site. */
  readonly id: number;
}

export function emitResumable(unit: Unit, plan: FunctionPlan, body: Body): void {
  new ResumableEmitter(unit, plan, body).emit();
}

class ResumableEmitter extends Emitter {
  private readonly labels: Label[] = [];
  private readonly labelOf = new Map<string, number>();
  private closed = 0;

  emit(): void {
    const { plan, body } = this;
    this.declareLocals(0);
    for (const b of plan.flow.order) {
      if (plan.liveAtLoop.has(b)) this.addLabel("loop", b);
      this.addLabel("block", b);
      for (const instr of this.fn.blocks[b]) {
        const site = plan.sites.get(instr.site);
        if (site === undefined) continue;
        if (site.kind !== SiteKind.Parked) this.addLabel("spill", site.site);
        if (site.kind !== SiteKind.Call) this.addLabel("slow", site.site);
        this.addLabel("reload", site.site);
        this.addLabel("cont", site.site);
      }
    }
    for (const b of plan.flow.order) if (plan.flow.isLoop[b] === 1) this.addLabel("fuel", b);
    this.addLabel("unwind", 0);
    if (plan.hasCalls) this.readLink();
    this.afterReturn();
    body.block(Wasm.Loop);
    for (let i = 0; i < this.labels.length; i++) body.block(Wasm.Block);
    body.block(Wasm.Block);
    this.dispatch();
    body.end();
    this.entry();
    for (const b of plan.flow.order) {
      if (plan.liveAtLoop.has(b)) this.takeOver(b);
      this.open("block", b);
      this.startBlock();
      const instrs = this.fn.blocks[b];
      for (let i = 0; i < instrs.length - 1; i++) this.instruction(instrs[i]);
      this.terminator(b, instrs[instrs.length - 1]);
    }
    for (const b of plan.flow.order) if (plan.flow.isLoop[b] === 1) this.outOfFuel(b);
    this.open("unwind", 0);
    this.flushFuel();
    this.clearGuards();
    body.i32(1);
    body.op(Wasm.Return);
    body.end();
    body.op(Wasm.Unreachable);
    body.end();
  }

  private addLabel(role: Role, id: number): void {
    this.labelOf.set(`${role} ${id}`, this.labels.length);
    this.labels.push({ role, id });
  }

  private blockState(b: number): number {
    return 1 + 2 * this.plan.list.length + b;
  }

  /** How far out the code of a label begins; only for those still ahead. */
  private ahead(role: Role, id: number): number {
    const index = this.labelOf.get(`${role} ${id}`)!;
    if (index < this.closed) throw new Error(`wasm: label ${role} ${id} lies behind`);
    return index - this.closed + this.nesting;
  }

  private open(role: Role, id: number): void {
    const index = this.labelOf.get(`${role} ${id}`)!;
    while (this.closed <= index) {
      this.body.end();
      this.closed++;
    }
  }

  /** The br_table: labels are counted from inside, one block further in. */
  private dispatch(): void {
    const { body, plan } = this;
    const table: number[] = [0];
    const at = (role: Role, id: number) => this.labelOf.get(`${role} ${id}`);
    const nowhere = this.labels.length - 1;
    for (const site of plan.list) {
      table.push(1 + (at("slow", site.site) ?? nowhere), 1 + (at("reload", site.site) ?? nowhere));
    }
    for (let b = 0; b < this.fn.blocks.length; b++) table.push(1 + (at("block", b) ?? nowhere));
    if (plan.hasLoop)
      for (let b = 0; b < this.fn.blocks.length; b++) table.push(1 + (at("loop", b) ?? nowhere));
    body.get(SECOND);
    body.op(Wasm.BrTable);
    body.u32(table.length);
    for (const depth of table) body.u32(depth);
    body.u32(1 + nowhere);
  }

  /** A fresh frame with its arguments. */
  private entry(): void {
    const { body, plan, fn, unit } = this;
    const params = [...fn.params.keys()];
    for (const r of params) this.fill(r);
    this.zeroSlots(params);
    if (!plan.structured) return;
    this.control(Wasm.I32Load, Control.Status);
    body.op(Wasm.I32Eqz);
    body.block(Wasm.If);
    body.get(FP);
    body.memory(Wasm.I32Load, 0);
    body.set(this.status);
    // The fast form writes a header only if it has to, and counts on there being none.
    body.get(FP);
    body.i64(0, 0);
    body.memory(Wasm.I64Store, 0);
    body.get(FP);
    body.get(this.status);
    for (const r of params) this.getReg(r);
    body.call(unit.fastIndex(plan.index));
    body.set(this.status);
    if (fn.result !== null) this.keepResult();
    body.get(this.status);
    body.op(Wasm.Return);
    body.end();
  }

  /**
   * The countdown ends in front of loop b. If there is more, the driver comes back to it: the platform may have better
   * code by now, and changes to it only where a function begins.
   */
  private outOfFuel(b: number): void {
    const { body, plan } = this;
    this.open("fuel", b);
    this.spill(plan.liveAtLoop.get(b)!);
    body.get(FP);
    body.i32(b);
    this.callImport(Import.OutOfFuel);
    body.br(this.ahead("unwind", 0));
  }

  /** The register machine leaves dead registers as they are while it runs. */
  private takeOver(b: number): void {
    this.open("loop", b);
    for (const r of this.plan.liveAtLoop.get(b)!) this.fill(r);
    this.zeroSlots(this.fn.regs.keys());
    this.afterReturn();
  }

  /** Result of the fast form from the stack into the control word. */
  private keepResult(): void {
    const type = this.fn.result!;
    const r = this.resultLocal(type);
    this.body.set(r);
    this.storeResult(type, () => this.body.get(r));
  }

  // ------------------------------------------------------------------ control flow

  private jump(from: number, to: number): void {
    const { body, plan } = this;
    if (plan.flow.place[to] > plan.flow.place[from]) {
      body.br(this.ahead("block", to));
      return;
    }
    body.i32(this.blockState(to));
    body.set(SECOND);
    body.get(this.fuel);
    body.i32(1);
    body.op(Wasm.I32Sub);
    body.tee(this.fuel);
    body.i32(0);
    body.op(Wasm.I32LeS);
    body.brIf(this.ahead("fuel", to));
    body.br(this.labels.length - this.closed + this.nesting);
  }

  private terminator(block: number, instr: Instr): void {
    const { body, plan } = this;
    const to = instr.targets ?? [];
    const isAhead = (b: number) => plan.flow.place[b] > plan.flow.place[block];
    switch (instr.op) {
      case "jmp":
        this.jump(block, to[0]);
        return;
      case "br":
        this.getReg(instr.a);
        if (isAhead(to[0])) body.brIf(this.ahead("block", to[0]));
        else {
          body.block(Wasm.If);
          this.nesting++;
          this.jump(block, to[0]);
          this.nesting--;
          body.end();
        }
        this.jump(block, to[1]);
        return;
      case "switch.i32":
      case "switch.i64": {
        // Jumps back get a place of their own in front of the jump.
        const back = [...new Set(to.filter((b) => !isAhead(b)))];
        for (let i = 0; i < back.length; i++) body.block(Wasm.Block);
        this.nesting += back.length;
        this.switchJump(instr, (b) => (isAhead(b) ? this.ahead("block", b) : back.indexOf(b)));
        for (const b of back) {
          body.end();
          this.nesting--;
          this.jump(block, b);
        }
        return;
      }
      default:
        this.instruction(instr);
    }
  }

  // ------------------------------------------------------------------ sites

  /** Goes on inline only where nobody else could notice, the guards are open and the page is saved. */
  protected access(instr: Instr, site: SitePlan): void {
    const { body, unit, fn } = this;
    const { opcode, size, store } = ACCESS[instr.op];
    const isPrivate = unit.isPrivate(instr);
    const value = () => {
      if (store) this.getReg(instr.b);
      body.memory(opcode, 0);
      if (!store) this.setReg(instr.dst);
    };
    const limit = () => {
      if (isPrivate) body.i64Number(unit.map.memoryEnd);
      else body.get(store ? this.storeLimit : this.loadLimit);
      body.op(Wasm.I64GeU);
      this.slowIf(site);
    };
    const shift = this.alignment(instr, size);
    const local = fn.slots.length > 0 ? this.slots.inBounds(instr.a, instr.imm, size) : null;
    if (local !== null && isAligned(local, shift)) {
      // Inside an object of this very frame, whose pages are saved: only others could have something to say.
      const at = this.plan.localStart + local;
      if (!isPrivate) {
        body.get(FP);
        body.op(Wasm.I64ExtendU);
        limit();
      }
      body.get(FP);
      if (store) this.getReg(instr.b);
      body.memory(opcode, at);
      if (!store) this.setReg(instr.dst);
      this.afterChecked(site);
      return;
    }
    const known = this.constants.get(instr.a);
    if (known !== undefined && known.hi === 0) {
      const address = (known.lo >>> 0) + instr.imm;
      const oneGranule = (address & 7) + size <= 8;
      const fits = !store || (address >= unit.map.rodataEnd && oneGranule);
      if (unit.insideGlobal(address, size) && fits && isAligned(address, shift)) {
        if (store || (address >= unit.map.rodataEnd && !isPrivate)) {
          body.i64Number(address);
          limit();
        }
        if (store) {
          body.i32(0);
          body.memory(Wasm.I32Load8U, unit.engine.storeGuard + (address >>> 3));
          body.i32(8 - size - (address & 7));
          body.op(Wasm.I32GtU);
          this.slowIf(site);
        }
        body.i32(0);
        if (store) this.getReg(instr.b);
        body.memory(opcode, address);
        if (!store) this.setReg(instr.dst);
        this.afterChecked(site);
        return;
      }
    }
    this.getReg(instr.a);
    if (instr.imm !== 0) {
      body.i64(instr.imm, instr.imm >> 31);
      body.op(Wasm.I64Add);
    }
    body.tee(this.address);
    limit();
    body.get(this.address);
    body.op(Wasm.I32Wrap);
    body.tee(this.pointer);
    body.i32(3);
    body.op(Wasm.I32ShrU);
    body.memory(Wasm.I32Load8U, store ? unit.engine.storeGuard : unit.engine.loadGuard);
    body.get(this.pointer);
    body.i32(7);
    body.op(Wasm.I32And);
    body.op(Wasm.I32Add);
    if (size < 8) {
      body.i32(8 - size);
      body.op(Wasm.I32GtU);
      this.orMisaligned(shift);
    }
    this.slowIf(site);
    body.get(this.pointer);
    value();
    this.afterChecked(site);
  }

  protected slowIf(site: SitePlan): void {
    this.body.brIf(this.ahead("spill", site.site));
  }

  protected afterChecked(site: SitePlan): void {
    this.body.br(this.ahead("cont", site.site));
    this.open("spill", site.site);
    this.spill(site.before);
    this.perform(site);
    this.open("cont", site.site);
  }

  protected park(site: SitePlan): void {
    const { body } = this;
    if (site.instr.op.startsWith("local.")) {
      // No business of the machine where no page needs saving.
      this.control(Wasm.I32Load, Control.Status);
      body.op(Wasm.I32Eqz);
      body.block(Wasm.If);
      this.nesting++;
      this.watch(site.instr);
      body.br(this.ahead("cont", site.site));
      this.nesting--;
      body.end();
    }
    this.spill(site.before);
    this.perform(site);
    this.open("cont", site.site);
  }

  protected afterReturn(): void {
    const { body } = this;
    this.readFuel();
    this.control(Wasm.I64Load, Control.LoadLimit);
    body.set(this.loadLimit);
    this.control(Wasm.I64Load, Control.StoreLimit);
    body.set(this.storeLimit);
  }

  private perform(site: SitePlan): void {
    const { body } = this;
    this.open("slow", site.site);
    body.i32(this.unit.pcOfSite(site.site));
    body.get(FP);
    this.flushFuel();
    this.callImport(Import.Slow);
    body.i32(Status.Unwind);
    body.op(Wasm.I32Eq);
    body.brIf(this.ahead("unwind", 0));
    this.reload(site);
  }

  private reload(site: SitePlan): void {
    this.open("reload", site.site);
    const live = site.instr.dst >= 0 ? [...site.across, site.instr.dst] : site.across;
    for (const r of new Set(live)) this.fill(r);
    this.zeroSlots(new Set([...site.before, ...live]));
    this.afterReturn();
  }

  protected afterCall(site: SitePlan): void {
    const { body } = this;
    body.get(this.status);
    body.i32(Status.Unwind);
    body.op(Wasm.I32Ne);
    body.brIf(this.ahead("cont", site.site));
    this.spill(site.across);
    body.br(this.ahead("unwind", 0));
    this.open("spill", site.site);
    this.outside(site);
    this.reload(site);
    this.open("cont", site.site);
  }

  private outside(site: SitePlan): void {
    this.spill(site.before);
    this.flushFuel();
    this.body.i32(this.unit.pcOfSite(site.site));
    this.body.get(FP);
    this.callImport(Import.Outside);
    this.body.br(this.ahead("unwind", 0));
  }

  protected callOutside(site: SitePlan): void {
    this.open("spill", site.site);
    this.outside(site);
    this.reload(site);
    this.open("cont", site.site);
  }

  protected callOutsideIf(site: SitePlan): void {
    this.body.brIf(this.ahead("spill", site.site));
  }

  protected callOutsideElse(site: SitePlan): void {
    this.body.br(this.ahead("spill", site.site));
  }

  protected trap(instr: Instr): void {
    this.body.i32(this.unit.pcOfSite(instr.site));
    this.body.get(FP);
    this.callImport(Import.Slow);
    this.body.op(Wasm.Drop);
    this.body.br(this.ahead("unwind", 0));
  }

  protected ret(instr: Instr): void {
    this.flushFuel();
    if (instr.a >= 0) this.storeResult(this.fn.result!, () => this.getReg(instr.a));
    this.clearFrame(true, true, this.fn.slots.length > 0);
    this.control(Wasm.I32Load, Control.Status);
    this.body.op(Wasm.Return);
  }
}
