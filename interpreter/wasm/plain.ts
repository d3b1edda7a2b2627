// The plain form of a function that touches nothing: no memory, no kernel operation, only arithmetic and calls of
// functions that are plain too. It has no frame, and small ones are expanded where they are called, recursion
// included, a few levels deep.
//
// The hard thing is what goes wrong inside: no room on the stack, a division by zero, no budget left. Then nothing has
// happened yet that anybody could notice, so the plain form gives up without a trace, and the fast form does the
// same work again with frames, up to the very instruction that has something to report. Giving up is told by the
// budget that it returns: 0 when it is used up, negative for all other reasons.

import type { Instr, Program } from "../ir/program.js";
import { Body, Wasm } from "./encoder.js";
import { FP, VAL_TYPE } from "./frame.js";
import { Control } from "./layout.js";
import { CHECKED, SIMPLE } from "./operations.js";
import type { FunctionPlan, SitePlan } from "./plan.js";
import { StructuredEmitter } from "./structured.js";
import type { Unit } from "./unit.js";

const FUEL = 1;
const GAVE_UP = -2147483648;
/** Functions of at most so many instructions are expanded, so deep, into at most so many instructions. */
const SMALL = 40;
const MAX_DEPTH = 4;
const MAX_EXPANDED = 800;

const OTHERS: ReadonlySet<string> = new Set(
  "check.i32 check.i64 check.index const.i32 const.i64 const.f32 const.f64 mov select addr.global addr.func addr.label jmp br ret switch.i32 switch.i64".split(
    " ",
  ),
);

/** 1 for functions that can have a plain form. Those without calls are as good in the fast form. */
export function plainFunctions(program: Program, plans: readonly FunctionPlan[]): Uint8Array {
  const plain = new Uint8Array(program.functions.length);
  for (const { index, fn, structured } of plans) {
    const fits = (instr: Instr): boolean =>
      instr.op === "call" ||
      OTHERS.has(instr.op) ||
      SIMPLE[instr.op] !== undefined ||
      CHECKED[instr.op] !== undefined ||
      instr.op.includes(".trunc_");
    plain[index] = structured && fn.slots.length === 0 && fn.blocks.every((b) => b.every(fits)) ? 1 : 0;
  }
  for (let changed = true; changed; ) {
    changed = false;
    for (const { index, fn } of plans) {
      if (plain[index] === 0) continue;
      if (fn.blocks.every((b) => b.every(({ op, imm }) => op !== "call" || plain[imm] === 1))) continue;
      plain[index] = 0;
      changed = true;
    }
  }
  for (const { index, hasCalls } of plans) if (!hasCalls && plain[index] === 1) plain[index] = 2;
  return plain;
}

/** (frame, budget, parameters) -> (result, budget left). */
export function emitPlain(unit: Unit, plan: FunctionPlan, body: Body): void {
  const code = new Body(1 << 10);
  const locals = new PlainEmitter(unit, plan, code).emit();
  body.u32(locals.length);
  for (const type of locals) {
    body.u32(1);
    body.u8(type);
  }
  body.append(code);
}

class PlainEmitter extends StructuredEmitter {
  private readonly locals: number[] = [];
  private readonly outermost: FunctionPlan;
  /** Functions being expanded at this place, with what their returns need. */
  private readonly expanding: { label: number; result: number }[] = [];
  private expanded = 0;
  private labels = 0;
  /** Where the frame of the function being expanded would lie. */
  private offset = 0;
  private deepest = 0;

  constructor(unit: Unit, plan: FunctionPlan, body: Body) {
    super(unit, plan, body);
    this.outermost = plan;
    // Parameters are locals already.
    for (const type of plan.fn.regs.slice(plan.fn.params.length)) this.locals.push(VAL_TYPE[type]);
    this.address = this.newLocal("i64");
    this.pointer = this.newLocal("i32");
    this.float = this.newLocal("f64");
    this.single = this.newLocal("f32");
    this.fuel = FUEL;
  }

  private newLocal(type: "i32" | "i64" | "f32" | "f64"): number {
    this.locals.push(VAL_TYPE[type]);
    return 2 + this.outermost.fn.params.length + this.locals.length - 1;
  }

  emit(): number[] {
    const { body, fn } = this;
    this.deepest = this.depthInBytes(this.plan, 0);
    body.block(Wasm.Block);
    body.block(Wasm.Block);
    // Room for all frames that this code stands for?
    body.get(FP);
    body.i32(this.deepest);
    body.op(Wasm.I32Add);
    this.control(Wasm.I32Load, Control.PlainLimit);
    body.op(Wasm.I32GtU);
    body.brIf(this.error());
    this.burn();
    this.tree(0);
    body.op(Wasm.Unreachable);
    body.end();
    body.i32(GAVE_UP);
    body.set(FUEL);
    body.end();
    if (fn.result !== null) this.zeroOf(fn.result);
    body.get(FUEL);
    body.end();
    return this.locals;
  }

  /** A bound on the frames of what is expanded into a function. */
  private depthInBytes(plan: FunctionPlan, depth: number): number {
    let deepest = 0;
    if (depth < MAX_DEPTH) {
      for (const { instr } of plan.list) {
        if (instr.op !== "call") continue;
        const callee = this.unit.planOf(instr.imm);
        if (isSmall(callee)) deepest = Math.max(deepest, this.depthInBytes(callee, depth + 1));
      }
    }
    return plan.frameBytes + deepest;
  }

  private error(): number {
    return this.enclosing.length + this.nesting;
  }

  private outOfBudget(): number {
    return this.enclosing.length + this.nesting + 1;
  }

  private burn(): void {
    const { body } = this;
    body.get(FUEL);
    body.i32(1);
    body.op(Wasm.I32Sub);
    body.tee(FUEL);
    body.i32(0);
    body.op(Wasm.I32LeS);
    body.brIf(this.outOfBudget());
  }

  protected loopBegins(): void {
    this.burn();
  }

  protected override direct(instr: Instr): void {
    const { body, unit } = this;
    const callee = unit.planOf(instr.imm);
    const size = sizeOf(callee);
    if (isSmall(callee) && this.expanding.length < MAX_DEPTH && this.expanded + size <= MAX_EXPANDED) {
      this.expanded += size;
      this.expand(instr, callee);
      return;
    }
    body.get(FP);
    body.i32(this.offset + this.plan.frameBytes);
    body.op(Wasm.I32Add);
    body.get(FUEL);
    for (const reg of instr.args!) this.getReg(reg);
    body.call(unit.plainIndex(instr.imm));
    body.set(FUEL);
    if (callee.fn.result !== null) {
      if (instr.dst >= 0) this.setReg(instr.dst);
      else body.op(Wasm.Drop);
    }
    body.get(FUEL);
    body.i32(0);
    body.op(Wasm.I32LeS);
    body.brIf(this.outOfBudget());
  }

  /** The callee's code in place of the call. */
  private expand(instr: Instr, callee: FunctionPlan): void {
    const { body, plan, fn, firstReg, offset, constants, slots, objects } = this;
    for (const reg of instr.args!) this.getReg(reg);
    const result = instr.dst >= 0 ? this.reg(instr.dst) : -1;
    const first = 2 + this.outermost.fn.params.length + this.locals.length;
    for (const type of callee.fn.regs) this.locals.push(VAL_TYPE[type]);
    this.firstReg = first;
    for (let r = callee.fn.params.length - 1; r >= 0; r--) this.setReg(r);
    this.plan = callee;
    this.fn = callee.fn;
    this.offset = offset + plan.frameBytes;
    for (const r of callee.unwritten) {
      this.zeroOf(callee.fn.regs[r]);
      this.setReg(r);
    }
    // Labels of returns are below those of blocks.
    const label = -2 - this.labels++;
    this.expanding.push({ label, result });
    body.block(Wasm.Block);
    this.enclosing.push({ block: label });
    this.tree(0);
    this.enclosing.pop();
    body.end();
    this.expanding.pop();
    this.plan = plan;
    this.fn = fn;
    this.firstReg = firstReg;
    this.offset = offset;
    this.constants = constants;
    this.slots = slots;
    this.objects = objects;
  }

  protected ret(instr: Instr): void {
    const { body } = this;
    const inside = this.expanding[this.expanding.length - 1];
    if (instr.a >= 0) this.getReg(instr.a);
    if (inside === undefined) {
      body.get(FUEL);
      body.op(Wasm.Return);
      return;
    }
    if (instr.a >= 0) {
      if (inside.result >= 0) body.set(inside.result);
      else body.op(Wasm.Drop);
    }
    body.br(this.depthOf(inside.label));
  }

  protected slowIf(): void {
    this.body.brIf(this.error());
  }

  protected afterChecked(): void {}

  // Nothing of this happens in a plain function.
  private never(what: string): never {
    throw new Error(`wasm: ${what} in a plain function`);
  }

  protected access(instr: Instr): void {
    this.never(instr.op);
  }

  protected park(site: SitePlan): void {
    this.never(site.instr.op);
  }

  protected afterReturn(): void {
    this.never("return to a frame");
  }

  protected afterCall(): void {
    this.never("call with a frame");
  }

  protected callOutside(): void {
    this.never("call outside");
  }

  protected callOutsideIf(): void {
    this.never("call through a pointer");
  }

  protected callOutsideElse(): void {
    this.never("call through a pointer");
  }

  protected trap(instr: Instr): void {
    this.never(instr.op);
  }
}

function sizeOf(plan: FunctionPlan): number {
  return plan.fn.blocks.reduce((sum, block) => sum + block.length, 0);
}

function isSmall(plan: FunctionPlan): boolean {
  return sizeOf(plan) <= SMALL;
}
