// A cheap optimiser: constants and copies inside blocks, dead code, unreachable and trivial blocks.
//
// In: a function as lowering made it. Out: the same function, smaller. It is there to keep frames and step counts
// small, not to compete with a compiler. One law stands above it: a memory access, call or kernel operation is
// never removed, doubled, merged or moved across another one, because each is a step that other CPUs can see.
// What an engine may report (a shift out of range, a division by zero) counts as such too, unless its operand is
// a known harmless constant.
//
// A label's address is still abstract here: `addr.label` names an entry of `labels`, which follows the blocks.

import { type Constant, constantOf, foldOp, loadConstant } from "./fold.js";
import { forEachUse, opInfo, reversePostorder, successors } from "./graph.js";
import { analyseLiveness, forEachMember } from "./liveness.js";
import type { Instr, IrFunction } from "./program.js";

const MAX_ROUNDS = 4;
/** No block is made longer than this, so that a resting point can name each instruction. */
const MERGE_LIMIT = 20_000;

/** `labels[i]` is the block of label i; on return its number in the new numbering, or -1 where it is gone. */
export function simplify(fn: IrFunction, labels: number[] = []): void {
  cleanGraph(fn, labels);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const propagated = propagate(fn);
    const removed = removeDead(fn);
    if (!propagated && !removed) break;
    cleanGraph(fn, labels);
  }
  removeFaint(fn);
}

// ------------------------------------------------------------------------------------------------------ blocks

/** Threads jumps, joins blocks and drops those that nothing leads to. `labels` as in simplify. */
export function cleanGraph(fn: IrFunction, labels: number[]): void {
  threadJumps(fn);
  // Before merging: a block that nobody reaches must not take its successor away from one that somebody does.
  dropUnreachable(fn, labels);
  mergeChains(fn, labels);
  dropUnreachable(fn, labels);
}

/** A jump to a block that only jumps goes to that one's target. Labels keep their own block. */
function threadJumps(fn: IrFunction): void {
  const final = fn.blocks.map((_, b) => {
    let at = b;
    // Blocks that only jump can form an endless loop: one round over all blocks ends it.
    for (let steps = 0; steps <= fn.blocks.length; steps++) {
      const first = fn.blocks[at]![0]!;
      if (first.op !== "jmp" || first.targets![0] === at) break;
      at = first.targets![0]!;
    }
    return at;
  });
  for (const block of fn.blocks) {
    const last = block[block.length - 1]!;
    if (last.targets === null || last.op === "jmp.label") continue;
    last.targets = last.targets.map((to) => final[to]!);
    if (last.op === "br" && last.targets[0] === last.targets[1]) toJump(last, last.targets[0]!);
  }
}

function toJump(instr: Instr, target: number): void {
  instr.op = "jmp";
  instr.a = -1;
  instr.targets = [target];
  instr.cases = null;
}

function mergeChains(fn: IrFunction, labels: number[]): void {
  const edges = new Int32Array(fn.blocks.length);
  edges[0] = 1;
  for (const block of fn.blocks) for (const to of successors(block)) edges[to]!++;
  const gone = new Uint8Array(fn.blocks.length);
  for (let b = 0; b < fn.blocks.length; b++) {
    if (gone[b] === 1) continue;
    const block = fn.blocks[b]!;
    for (;;) {
      const last = block[block.length - 1]!;
      if (last.op !== "jmp") break;
      const to = last.targets![0]!;
      const next = fn.blocks[to]!;
      if (edges[to] !== 1 || to === b || to === 0 || gone[to] === 1) break;
      if (block.length + next.length > MERGE_LIMIT) break;
      block.pop();
      for (const instr of next) block.push(instr);
      // The old block is unreachable now; what it holds must not be shared.
      fn.blocks[to] = [{ ...last, targets: [to] }];
      gone[to] = 1;
      // Only computed goto could still want the address, and it would have been a second edge.
      labels.forEach((label, i) => {
        if (label === to) labels[i] = -1;
      });
    }
  }
}

function dropUnreachable(fn: IrFunction, labels: number[]): void {
  const reachable = new Uint8Array(fn.blocks.length);
  for (const b of reversePostorder(fn)) reachable[b] = 1;
  const number = new Int32Array(fn.blocks.length).fill(-1);
  let next = 0;
  for (let b = 0; b < fn.blocks.length; b++) if (reachable[b] === 1) number[b] = next++;
  if (next === fn.blocks.length) return;
  fn.blocks = fn.blocks.filter((_, b) => reachable[b] === 1);
  for (const block of fn.blocks) {
    const last = block[block.length - 1]!;
    if (last.targets !== null) last.targets = last.targets.map((to) => number[to]!);
  }
  labels.forEach((label, i) => {
    if (label >= 0) labels[i] = number[label]!;
  });
}

// ------------------------------------------------------------------------------------- constants and copies

/** What is known about the content of a register at one point of a block. */
interface Fact {
  constant: Constant | null;
  /** The content equals register `base` (at its version) plus `offset`; -1 for none. */
  base: number;
  version: number;
  offset: number;
  /** 1 where the content is (base == 0), a truth value turned round. */
  inverted: boolean;
}

function propagate(fn: IrFunction): boolean {
  const always = constantsOfSingleWrites(fn);
  const version = new Int32Array(fn.regs.length);
  const facts = new Map<number, Fact>();
  let changed = false;

  const known = (reg: number): Fact | undefined => {
    const fact = facts.get(reg);
    return fact !== undefined && (fact.base < 0 || version[fact.base] === fact.version) ? fact : undefined;
  };
  const constant = (reg: number): Constant | null => {
    const fact = known(reg);
    return fact?.constant ?? always.get(reg) ?? null;
  };
  const original = (reg: number): number => {
    const fact = known(reg);
    if (fact === undefined || fact.base < 0 || fact.offset !== 0 || fact.inverted) return reg;
    changed = true;
    return fact.base;
  };

  for (const block of fn.blocks) {
    facts.clear();
    for (const instr of block) {
      if (instr.a >= 0) instr.a = original(instr.a);
      if (instr.b >= 0) instr.b = original(instr.b);
      if (instr.c >= 0) instr.c = original(instr.c);
      if (instr.args !== null)
        for (let i = 0; i < instr.args.length; i++) instr.args[i] = original(instr.args[i]!);
      if (rewrite(fn, instr, constant, known)) changed = true;
      if (instr.dst < 0) continue;
      const fact = factAbout(instr, constant, known, version);
      version[instr.dst]!++;
      if (fact === null) facts.delete(instr.dst);
      else facts.set(instr.dst, fact);
    }
  }
  return changed;
}

/** Registers written by one constant in the whole function: elsewhere they can only be read uninitialised. */
function constantsOfSingleWrites(fn: IrFunction): Map<number, Constant> {
  const writes = new Int32Array(fn.regs.length);
  writes.fill(1, 0, fn.params.length);
  const constants = new Map<number, Constant>();
  for (const block of fn.blocks) {
    for (const instr of block) {
      if (instr.dst < 0 || ++writes[instr.dst]! > 1) continue;
      const value = constantOf(instr);
      if (value !== null) constants.set(instr.dst, value);
    }
  }
  for (const reg of [...constants.keys()]) if (writes[reg]! > 1) constants.delete(reg);
  return constants;
}

type ConstantAt = (reg: number) => Constant | null;
type FactAt = (reg: number) => Fact | undefined;

function factAbout(instr: Instr, constant: ConstantAt, known: FactAt, version: Int32Array): Fact | null {
  const value = constantOf(instr);
  if (value !== null) return { constant: value, base: -1, version: 0, offset: 0, inverted: false };
  const about = (base: number, offset: number, inverted = false): Fact | null =>
    base === instr.dst ? null : { constant: null, base, version: version[base]!, offset, inverted };
  switch (instr.op) {
    case "mov":
      return about(instr.a, 0);
    case "i32.eqz":
      return about(instr.a, 0, true);
    case "i64.add": {
      const offset = constant(instr.b);
      if (typeof offset !== "bigint" || !fitsImm(offset)) return null;
      const inner = known(instr.a);
      if (inner === undefined || inner.base < 0 || inner.inverted) return about(instr.a, Number(offset));
      const sum = inner.offset + Number(offset);
      return fitsImm(BigInt(sum)) ? about(inner.base, sum) : about(instr.a, Number(offset));
    }
    default:
      return null;
  }
}

function fitsImm(value: bigint): boolean {
  return BigInt.asIntN(32, value) === value;
}

/** Replaces an instruction by a simpler one where operands are known. True if it did. */
function rewrite(fn: IrFunction, instr: Instr, constant: ConstantAt, known: FactAt): boolean {
  switch (instr.op) {
    case "mov": {
      const value = constant(instr.a);
      return value !== null && becomeConstant(fn, instr, value);
    }
    case "br": {
      const value = constant(instr.a);
      if (value !== null) {
        toJump(instr, instr.targets![value === 0n ? 1 : 0]!);
        return true;
      }
      const fact = known(instr.a);
      if (fact === undefined || !fact.inverted) return false;
      instr.a = fact.base;
      instr.targets = [instr.targets![1]!, instr.targets![0]!];
      return true;
    }
    case "switch.i32":
    case "switch.i64": {
      const value = constant(instr.a);
      if (typeof value !== "bigint") return false;
      const cases = instr.cases!;
      let to = instr.targets![0]!;
      for (let i = 0; i < cases.length; i += 2) {
        if (value === ((BigInt(cases[i + 1]!) << 32n) | BigInt(cases[i]! >>> 0)))
          to = instr.targets![i / 2 + 1]!;
      }
      toJump(instr, to);
      return true;
    }
    case "select": {
      const value = constant(instr.a);
      if (value === null) return false;
      instr.op = "mov";
      instr.a = value === 0n ? instr.c : instr.b;
      instr.b = -1;
      instr.c = -1;
      return true;
    }
    default:
  }
  if (/^(load|store)\./.test(instr.op)) {
    const fact = known(instr.a);
    if (fact === undefined || fact.base < 0 || fact.inverted || fact.offset === 0) return false;
    const sum = instr.imm + fact.offset;
    if (!fitsImm(BigInt(sum))) return false;
    instr.a = fact.base;
    instr.imm = sum;
    return true;
  }
  if (instr.dst < 0 || instr.c >= 0 || instr.a < 0 || instr.args !== null) return false;
  const a = constant(instr.a);
  if (a !== null) {
    const b = instr.b < 0 ? undefined : constant(instr.b);
    if (b === null) return false;
    const value = foldOp(instr.op, a, b);
    return value !== null && becomeConstant(fn, instr, value);
  }
  return false;
}

function becomeConstant(fn: IrFunction, instr: Instr, value: Constant): true {
  const { op, imm, immHi } = loadConstant(fn.regs[instr.dst]!, value);
  instr.op = op;
  instr.imm = imm;
  instr.immHi = immHi;
  instr.a = -1;
  instr.b = -1;
  instr.site = -1;
  return true;
}

// --------------------------------------------------------------------------------------------------- dead code

/** Drops instructions whose result nobody reads, and results of calls that nobody reads. True if it did. */
function removeDead(fn: IrFunction): boolean {
  const liveness = analyseLiveness(fn);
  let changed = false;
  for (let b = 0; b < fn.blocks.length; b++) {
    const block = fn.blocks[b]!;
    const harmless = harmlessInstructions(block);
    const live = new Set<number>();
    forEachMember(liveness, liveness.liveOut, b, (reg) => live.add(reg));
    const kept: Instr[] = [];
    for (let i = block.length - 1; i >= 0; i--) {
      const instr = block[i]!;
      const dead = instr.dst >= 0 && !live.has(instr.dst) && !liveness.pinned.has(instr.dst);
      if ((dead && harmless[i] === 1) || (instr.op === "mov" && instr.dst === instr.a)) {
        changed = true;
        continue;
      }
      if (dead && /^(call|calli|kop|rmw\..*)$/.test(instr.op)) {
        instr.dst = -1;
        changed = true;
      }
      if (instr.dst >= 0 && !liveness.pinned.has(instr.dst)) live.delete(instr.dst);
      forEachUse(instr, (reg) => live.add(reg));
      kept.push(instr);
    }
    if (kept.length < block.length) fn.blocks[b] = kept.reverse();
  }
  return changed;
}

/**
 * Drops registers that only serve to compute themselves (faint variables: Giegerich, Möncke and Wilhelm, 1981): a counter
 * of the rounds of a loop that nobody asks for. Liveness cannot see it, as each round reads what the last one wrote, and
 * it would make every round of a loop that waits a state of its own.
 */
function removeFaint(fn: IrFunction): void {
  const writers = new Map<number, Instr[]>();
  const needed = new Uint8Array(fn.regs.length);
  const work: number[] = [];
  const need = (reg: number): void => {
    if (needed[reg] === 1) return;
    needed[reg] = 1;
    work.push(reg);
  };
  const faint = new Set<Instr>();
  for (const block of fn.blocks) {
    // longjmp may bring back any register.
    if (block.some((instr) => instr.op === "setjmp")) return;
    const harmless = harmlessInstructions(block);
    block.forEach((instr, i) => {
      if (harmless[i] === 0 || instr.dst < 0) {
        forEachUse(instr, need);
        return;
      }
      faint.add(instr);
      const others = writers.get(instr.dst);
      if (others === undefined) writers.set(instr.dst, [instr]);
      else others.push(instr);
    });
  }
  for (let reg = work.pop(); reg !== undefined; reg = work.pop()) {
    for (const instr of writers.get(reg) ?? []) {
      faint.delete(instr);
      forEachUse(instr, need);
    }
  }
  if (faint.size === 0) return;
  fn.blocks = fn.blocks.map((block) => block.filter((instr) => !faint.has(instr)));
}

/** 1 for instructions without any effect but their result. */
function harmlessInstructions(block: readonly Instr[]): Uint8Array {
  const harmless = new Uint8Array(block.length);
  const constants = new Map<number, Constant>();
  block.forEach((instr, i) => {
    const info = opInfo(instr);
    const right = constants.get(instr.b);
    if (info.terminator !== true && info.site !== true && instr.op !== "stack.restore") harmless[i] = 1;
    else if (/^i(32|64)\.(div|rem)_[su]$/.test(instr.op))
      harmless[i] = right !== undefined && right !== 0n ? 1 : 0;
    else if (/^i(32|64)\.sh/.test(instr.op)) {
      const width = instr.op.startsWith("i32") ? 32n : 64n;
      harmless[i] = typeof right === "bigint" && right >= 0n && right < width ? 1 : 0;
    }
    if (instr.dst < 0) return;
    const value = constantOf(instr);
    if (value === null) constants.delete(instr.dst);
    else constants.set(instr.dst, value);
  });
  return harmless;
}
