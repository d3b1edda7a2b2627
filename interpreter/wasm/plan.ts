// What is decided about a function before its code is written: is it compiled at all, what lives at its sites, which
// of its objects need guards.
//
// The hard thing is what a frame must hold when the context rests in it. In front of an operation that is performed
// elsewhere (`before`) these are the operands and all that is read later; while a callee runs, and when the operation
// has been performed, only what is read later without the operation's result (`across`). Everything else is zero:
// that is the form which the register machine leaves behind too.

import { forEachUse } from "../ir/graph.js";
import { analyseLiveness, forEachMember, walkBack } from "../ir/liveness.js";
import { Frame, type Instr, type IrFunction } from "../ir/program.js";
import { analyseFlow, type FlowShape } from "./dominators.js";
import { findHammocks, type Hammock } from "./hammocks.js";
import { ACCESS } from "./operations.js";

/** How an instruction with a site is compiled. */
export const enum SiteKind {
  /** Inline, with a way out when something is not plain: loads, stores, divisions, shifts. */
  Checked,
  /** Performed by the machine: kernel operations, atomics, blocks of memory. */
  Parked,
  Call,
  /** Ends the run, or does nothing. */
  Other,
}

export interface SitePlan {
  readonly site: number;
  readonly kind: SiteKind;
  /** Number among the function's sites in block order. */
  readonly ordinal: number;
  readonly instr: Instr;
  readonly before: readonly number[];
  readonly across: readonly number[];
}

export interface FunctionPlan {
  readonly index: number;
  readonly fn: IrFunction;
  readonly flow: FlowShape;
  /** By site number of the program. */
  readonly sites: ReadonlyMap<number, SitePlan>;
  readonly list: readonly SitePlan[];
  readonly hasLoop: boolean;
  readonly hasCalls: boolean;
  /** Calls or parks: its frame's header must be in memory while it runs. */
  readonly eager: boolean;
  /** Some object of the frame is reached in ways that only the guards can check. */
  readonly guarded: boolean;
  readonly frameBytes: number;
  /** Byte offset of the local area. */
  readonly localStart: number;
  /** By block at which compiled code can take a loop over: what is read later. */
  readonly liveAtLoop: ReadonlyMap<number, readonly number[]>;
  /** Registers that may be read before they are written; they are zero then. */
  readonly unwritten: readonly number[];
  /** By block that ends in a branch: around next to nothing. */
  readonly hammocks: ReadonlyMap<number, Hammock>;
  /** Structured code is possible; else all goes through the dispatch loop. */
  readonly structured: boolean;
}

/** Operations that only the register machine knows: functions that use them are left to it. */
const MACHINE_ONLY: ReadonlySet<string> = new Set([
  "setjmp",
  "longjmp",
  "stack.alloc",
  "stack.save",
  "stack.restore",
  "jmp.label",
  "decimal",
]);
/** Structured code nests; deeper graphs go through the dispatch loop. */
const MAX_STRUCTURED = 1500;

export function canCompile(fn: IrFunction): boolean {
  return !fn.blocks.some((block) => block.some((instr) => MACHINE_ONLY.has(instr.op)));
}

export function siteKind(instr: Instr): SiteKind {
  const { op } = instr;
  if (op === "call" || op === "calli") return SiteKind.Call;
  if (op === "trap" || op === "fence") return SiteKind.Other;
  if (ACCESS[op] !== undefined || /^(i(32|64)\.(div|rem|sh)|check\.)/.test(op)) return SiteKind.Checked;
  return SiteKind.Parked;
}

export function planFunction(fn: IrFunction, index: number): FunctionPlan {
  const flow = analyseFlow(fn);
  const liveness = analyseLiveness(fn);
  const live = new Uint8Array(fn.regs.length);
  const sites = new Map<number, SitePlan>();
  const list: SitePlan[] = [];
  let hasCalls = false;
  let eager = false;
  for (const b of flow.order) {
    const found: SitePlan[] = [];
    walkBack(fn, liveness, b, live, (instr) => {
      if (instr.site < 0) return;
      const kind = siteKind(instr);
      if (kind === SiteKind.Other) return;
      const across: number[] = [];
      for (let reg = 0; reg < live.length; reg++) if (live[reg] === 1 && reg !== instr.dst) across.push(reg);
      const before = [...across];
      forEachUse(instr, (reg) => {
        if (!before.includes(reg)) before.push(reg);
      });
      found.push({ site: instr.site, kind, ordinal: 0, instr, before, across });
      if (kind === SiteKind.Call) hasCalls = true;
      if (kind !== SiteKind.Checked) eager = true;
    });
    for (const plan of found.reverse()) {
      const numbered = { ...plan, ordinal: list.length };
      list.push(numbered);
      sites.set(plan.site, numbered);
    }
  }
  const liveAtLoop = new Map<number, readonly number[]>();
  for (const b of takeOvers(fn, flow)) {
    const members: number[] = [];
    forEachMember(liveness, liveness.liveIn, b, (reg) => members.push(reg));
    liveAtLoop.set(b, members);
  }
  const unwritten: number[] = [];
  forEachMember(liveness, liveness.liveIn, 0, (reg) => {
    if (reg >= fn.params.length) unwritten.push(reg);
  });
  const localStart = Frame.Header + 8 * fn.regs.length;
  return {
    index,
    fn,
    flow,
    sites,
    list,
    hasLoop: flow.order.some((b) => flow.isLoop[b] === 1),
    hasCalls,
    eager,
    guarded: fn.slots.length > 0 && !onlyDirectAccesses(fn),
    frameBytes: (localStart + fn.localSize + 15) & ~15,
    localStart,
    liveAtLoop,
    unwritten,
    hammocks: findHammocks(fn, liveness, flow.order),
    structured: flow.reducible && flow.order.length <= MAX_STRUCTURED,
  };
}

/**
 * Where the register machine jumps to again and again in a loop: to its begin, or, where that only asks for a condition
 * and the machine does so at the end of each round, to what follows.
 */
function takeOvers(fn: IrFunction, flow: FunctionPlan["flow"]): Set<number> {
  const blocks = new Set<number>();
  for (const b of flow.order) {
    if (flow.isLoop[b] === 0) continue;
    blocks.add(b);
    for (const next of fn.blocks[b][fn.blocks[b].length - 1].targets ?? []) blocks.add(next);
  }
  return blocks;
}

/** Is every use of an object's address an access in the same block, at a known offset inside the object? */
function onlyDirectAccesses(fn: IrFunction): boolean {
  const holders = new Set<number>();
  for (const block of fn.blocks) for (const i of block) if (i.op === "addr.local") holders.add(i.dst);
  for (const block of fn.blocks) {
    const known = new SlotTracker(fn);
    for (const instr of block) {
      const access = ACCESS[instr.op];
      let direct = false;
      if (access !== undefined && holders.has(instr.a)) {
        if (known.inBounds(instr.a, instr.imm, access.size) === null) return false;
        direct = true;
      }
      let escapes = false;
      let uses = 0;
      forEachUse(instr, (reg) => {
        if (!holders.has(reg)) return;
        uses++;
        if (!direct || uses > 1) escapes = true;
      });
      if (escapes) return false;
      known.step(instr);
    }
  }
  return true;
}

/** Registers that hold the address of a frame's object, as far as one block shows. */
export class SlotTracker {
  private readonly known = new Map<number, number>();

  constructor(private readonly fn: IrFunction) {}

  step(instr: Instr): void {
    if (instr.dst < 0) return;
    if (instr.op === "addr.local") {
      const slot = this.fn.slots[instr.immHi];
      // Outside its object the address says nothing; the guards will.
      if (instr.imm >= 0 && instr.imm <= slot.size) {
        this.known.set(instr.dst, slot.offset + instr.imm);
        return;
      }
    }
    this.known.delete(instr.dst);
  }

  /** Offset in the local area of an access of `size` bytes at r[reg] + imm, if it lies within one object. */
  inBounds(reg: number, imm: number, size: number): number | null {
    const base = this.known.get(reg);
    if (base === undefined) return null;
    const at = base + imm;
    for (const slot of this.fn.slots)
      if (
        slot.watched !== true &&
        base >= slot.offset &&
        base <= slot.offset + slot.size &&
        at >= slot.offset &&
        at + size <= slot.offset + slot.size
      )
        return at;
    return null;
  }
}
