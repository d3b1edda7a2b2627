// Several IR operations as one instruction of the register machine.
//
// Comes in: a block and a place in it. Goes out: the longest run of instructions from there that one instruction can
// stand for, or null. What costs most in a machine of small steps is getting from one to the next, so worth it are the
// sequences that C makes everywhere: an operand that is a constant, a comparison that only feeds the branch behind it,
// base + index * scale and the access there, the end of a counting loop.
//
// The run is evaluated symbolically, in terms of what registers hold in front of it; whatever it writes besides its
// last result must be dead behind it. An access keeps its own instruction, at which contexts rest: the fused form
// stands in front of it and jumps over it where nothing stands in the way (see `Fused.ahead`).

import { forEachUse } from "../ir/graph.js";
import { Frame, type Instr, type IrFunction } from "../ir/program.js";

export const regOffset = (reg: number): number => (reg < 0 ? 0 : Frame.Header / 4 + reg * 2);

export interface Fused {
  readonly name: string;
  /** Instructions of the block that it stands for. */
  readonly length: number;
  /** Operations that it counts for. */
  readonly weight: number;
  /** Words 1, 2, 3, 4, 5 and 7. */
  readonly words: readonly number[];
  /** Blocks that words 4 and 5 lead to, or null. */
  readonly targets: readonly [number, number] | null;
  /** The check of the index that it stands for as well: one out of bounds is left to step.ts. */
  readonly check: Instr | null;
  /** Block that a test at the end of another one was taken from, or -1: where to go on when it is stopped here. */
  readonly test: number;
  /** What stands behind it, for when it cannot do the access by itself; null: it is complete. */
  readonly ahead: { readonly address: Fused; readonly value: Instr | null; readonly access: Instr } | null;
}

type Relation = "eq" | "lt_s" | "lt_u";
type Value =
  | { kind: "reg"; reg: number }
  | { kind: "const"; lo: number; hi: number; by: Instr }
  /** reg + by, in 32 bits. */
  | { kind: "sum"; reg: number; by: number }
  | { kind: "product"; a: number; b: number }
  /** base + offset + reg * scale; base -1 is zero. */
  | { kind: "index"; base: number; offset: number; reg: number; scale: number; signed: boolean }
  | { kind: "test"; wide: boolean; relation: Relation; a: number; b: Value; negated: boolean };

/** Longest run, in instructions. */
const LONGEST = 9;
const MAX_SCALE = 1 << 20;
/** Products of index and scale up to here are below every sum's overflow. */
const MAX_PRODUCT = 2 ** 30;
const MAX_OFFSET = 1 << 20;

const STARTS = /^(const\.i|addr\.global|i64\.extend_|i32\.mul$|jmp$|i(32|64)\.(eqz?|ne|[lg][te]_[su])$)/;
const COMMUTES = /^i(32|64)\.(add|mul|and|or|xor)$/;
const WITH_CONSTANT = /^i(32|64)\.(add|mul|and|or|xor|shl|shr_s|shr_u)$/;

/** Finds fused forms in one function. */
export class Fuser {
  private readonly exposed: Uint8Array;
  private readonly tests = new Map<number, Fused | null>();
  private readonly known = new Map<number, Value>();
  /** The check of an index that the run contains. */
  private check: Instr | null = null;

  /** `addressOf`: the value of an addr.global. */
  constructor(
    private readonly fn: IrFunction,
    private readonly addressOf: (instr: Instr) => number,
  ) {
    this.exposed = readBeforeWritten(fn);
  }

  at(block: readonly Instr[], start: number): Fused | null {
    const { known } = this;
    let best: Fused | null = null;
    if (!STARTS.test(block[start].op)) return null;
    // A block with a jump back to itself asks for its own test while it is looked at: no nesting of the table.
    const test = this.rotated(block, start);
    known.clear();
    this.check = null;
    const end = Math.min(block.length, start + LONGEST);
    for (let i = start; i < end; i++) {
      const instr = block[i];
      const fused = this.form(instr, i - start + 1, test);
      if (fused !== null && this.isChecked(fused) && this.nothingElseLives(block, i, fused)) best = fused;
      if (this.checksIndex(instr)) {
        this.check = instr;
        continue;
      }
      const value = instr.dst < 0 ? null : this.evaluate(instr);
      if (value === null) break;
      known.set(instr.dst, value);
    }
    return best;
  }

  /** The test that the jump at the end of the run leads to. */
  private rotated(block: readonly Instr[], start: number): Fused | null {
    const last = block[block.length - 1];
    if (last.op !== "jmp" || block.length - start > LONGEST) return null;
    const test = this.testOf(last.targets![0]);
    return test === null ? null : { ...test, test: last.targets![0] };
  }

  /** The branch that all of block b is, or null. */
  private testOf(b: number): Fused | null {
    let test = this.tests.get(b);
    if (test === undefined) {
      this.tests.set(b, null);
      const block = this.fn.blocks[b];
      const last = block[block.length - 1];
      const fused = last.op === "br" && block.length <= LONGEST ? this.at(block, 0) : null;
      test = fused !== null && fused.length === block.length ? fused : null;
      this.tests.set(b, test);
    }
    return test;
  }

  private nothingElseLives(block: readonly Instr[], at: number, fused: Fused): boolean {
    const { op, dst: result, b } = block[at];
    const dst = op === "check.index" ? b : result;
    const counter = fused.name.startsWith("add.br") ? fused.words[0] : -1;
    for (const reg of this.known.keys()) {
      if (reg !== dst && regOffset(reg) !== counter && !diesBehind(block, at, reg, this.exposed))
        return false;
    }
    return true;
  }

  /** Does it stand for the run's check, too? */
  private isChecked(fused: Fused): boolean {
    return this.check === null || (fused.ahead?.address ?? fused).check === this.check;
  }

  /** Is it the first check of the run, and of an index that the run has made wide? */
  private checksIndex(instr: Instr): boolean {
    if (this.check !== null || (instr.op !== "check.i64" && instr.op !== "check.index")) return false;
    const index = this.known.get(instr.a);
    return index?.kind === "index" && index.base < 0 && index.offset === 0 && index.scale === 1;
  }

  /** An address as one instruction, if the run's check is of the very index in it. */
  private indexed(value: Value & { kind: "index" }, dst: number, length: number): Fused | null {
    const { check } = this;
    if (check === null) return indexed(value, dst, length, null);
    const index = this.known.get(check.a);
    return index?.kind === "index" && index.reg === value.reg && index.signed === value.signed
      ? indexed(value, dst, length, check)
      : null;
  }

  private value(reg: number): Value {
    return this.known.get(reg) ?? { kind: "reg", reg };
  }

  // -------------------------------------------------------------------------------- what instructions compute

  private evaluate(instr: Instr): Value | null {
    const { op } = instr;
    if (op === "const.i32" || op === "const.i64")
      return {
        kind: "const",
        lo: instr.imm,
        hi: op === "const.i32" ? instr.imm >> 31 : instr.immHi,
        by: instr,
      };
    if (op === "addr.global") {
      const address = this.addressOf(instr);
      return { kind: "const", lo: address | 0, hi: Math.floor(address / 4294967296), by: instr };
    }
    if (instr.a < 0) return null;
    const a = this.value(instr.a);
    if (op === "i64.extend_s" || op === "i64.extend_u") {
      if (a.kind !== "reg") return null;
      return { kind: "index", base: -1, offset: 0, reg: a.reg, scale: 1, signed: op === "i64.extend_s" };
    }
    if (/^i(32|64)\.eqz$/.test(op)) {
      if (a.kind === "test") return { ...a, negated: !a.negated };
      return test(op, a, { kind: "const", lo: 0, hi: 0, by: instr });
    }
    if (instr.b < 0) return null;
    const b = this.value(instr.b);
    switch (op) {
      case "i32.add":
        if (a.kind === "reg" && b.kind === "const") return { kind: "sum", reg: a.reg, by: b.lo };
        if (a.kind === "const" && b.kind === "reg") return { kind: "sum", reg: b.reg, by: a.lo };
        return null;
      case "i32.mul":
        return a.kind === "reg" && b.kind === "reg" ? { kind: "product", a: a.reg, b: b.reg } : null;
      case "i64.mul":
        return a.kind === "const" ? scaled(b, a) : scaled(a, b);
      case "i64.shl":
        return b.kind === "const" && b.lo >= 0 && b.lo <= 20
          ? scaled(a, { kind: "const", lo: 1 << b.lo, hi: 0, by: instr })
          : null;
      case "i64.add":
        return sum(a, b) ?? sum(b, a);
      default:
        return test(op, a, b);
    }
  }

  // --------------------------------------------------------------------------------------- what stands for it

  private form(instr: Instr, length: number, rotated: Fused | null): Fused | null {
    const { op } = instr;
    if (op === "jmp") return rotated === null ? null : this.jumpToTest(rotated, length);
    if (length === 1) return null;
    if (op === "check.index" && this.checksIndex(instr)) {
      const value = this.known.get(instr.b);
      return value?.kind === "index" ? indexed(value, regOffset(instr.b), length, instr) : null;
    }
    if (op === "br") return this.branch(instr, length);
    if (op.startsWith("load.") || op.startsWith("store.")) return this.access(instr, length);
    if (instr.a < 0 || instr.b < 0 || instr.dst < 0) return null;
    const make = (name: string, ...words: number[]) =>
      complete(name, length, [regOffset(instr.dst), ...words]);
    let a = this.value(instr.a);
    let b = this.value(instr.b);
    if (op === "i32.add") {
      if (b.kind !== "product") [a, b] = [b, a];
      if (a.kind === "reg" && b.kind === "product")
        return make("i32.mul.add", regOffset(b.a), regOffset(b.b), regOffset(a.reg));
      [a, b] = [this.value(instr.a), this.value(instr.b)];
    }
    if (op === "i64.add" || op === "i64.mul" || op === "i64.shl") {
      const value = this.evaluate(instr);
      if (value?.kind === "index") return this.indexed(value, regOffset(instr.dst), length);
    }
    if (a.kind === "const" && COMMUTES.test(op)) [a, b] = [b, a];
    if (a.kind !== "reg" || b.kind !== "const") return null;
    if (op === "i32.sub") return make("i32.add.c", regOffset(a.reg), 0, -b.lo | 0);
    if (op === "i64.sub") {
      const high = (~b.hi + (b.lo === 0 ? 1 : 0)) | 0;
      return make("i64.add.c", regOffset(a.reg), 0, -b.lo | 0, high);
    }
    if (!WITH_CONSTANT.test(op)) return null;
    // Amounts out of range must be reported.
    if (op.includes(".sh") && b.lo >>> 0 >= (op.startsWith("i32") ? 32 : 64)) return null;
    return make(`${op}.c`, regOffset(a.reg), 0, b.lo, b.hi);
  }

  private branch(instr: Instr, length: number): Fused | null {
    const condition = this.value(instr.a);
    if (condition.kind !== "test") return null;
    const { wide, relation, a, b, negated } = condition;
    const [yes, no] = instr.targets!;
    const targets: [number, number] = negated ? [no, yes] : [yes, no];
    const words = [0, regOffset(a), b.kind === "reg" ? regOffset(b.reg) : 0, 0, 0, 0];
    if (b.kind === "reg") return { ...complete(`br.${relation}${wide ? "64" : ""}`, length, words), targets };
    if (b.kind !== "const") return null;
    if (wide)
      return relation === "eq" && (b.lo | b.hi) === 0
        ? { ...complete("br.eqz64", length, words), targets }
        : null;
    words[2] = b.lo;
    return { ...complete(`br.${relation}.c`, length, words), targets };
  }

  /** A jump to a test is the test; and with the counting in front of it the end of a loop. */
  private jumpToTest(test: Fused, length: number): Fused | null {
    const weight = length + test.weight;
    if (length === 1) return { ...test, length, weight };
    if (test.name !== "br.lt_s" && test.name !== "br.lt_s.c") return null;
    for (const [reg, value] of this.known) {
      if (value.kind !== "sum" || value.reg !== reg) continue;
      const counter = regOffset(reg);
      const [, a, b] = test.words;
      // With a constant the counter is what is compared.
      if (a !== counter && (test.name !== "br.lt_s" || b !== counter)) continue;
      const words = [counter, a, b, 0, 0, value.by];
      return { ...test, name: `add.${test.name}`, length, weight, words };
    }
    return null;
  }

  private access(instr: Instr, length: number): Fused | null {
    const address = this.value(instr.a);
    const kind = instr.op.replace("f32", "i32").replace("f64", "i64");
    if (address.kind !== "index" || kind.includes("i16")) return null;
    const offset = address.offset + instr.imm;
    if (offset < (address.base < 0 ? 0 : -MAX_OFFSET)) return null;
    if (offset > (address.base < 0 ? 0x7fffffff : MAX_OFFSET)) return null;
    const { base, reg, scale } = address;
    let value: Instr | null = null;
    const words = [regOffset(instr.dst), regOffset(base), regOffset(reg), offset, scale, 0];
    if (kind.startsWith("store")) {
      const stored = this.value(instr.b);
      if (stored.kind === "const" && stored.by.op.startsWith("const")) value = stored.by;
      else if (stored.kind !== "reg") return null;
      words[0] = regOffset(reg);
      words[2] = value === null ? regOffset(instr.b) : 0;
    }
    const before = length - (value === null ? 1 : 2);
    const whole = this.indexed(address, regOffset(instr.a), before);
    if (whole === null) return null;
    words[5] = whole.words[5];
    const ahead = { address: whole, value, access: instr };
    return { name: `${kind}.index`, length, weight: 0, words, targets: null, test: -1, check: null, ahead };
  }
}

function complete(name: string, length: number, words: number[]): Fused {
  while (words.length < 6) words.push(0);
  return { name, length, weight: length, words, targets: null, test: -1, check: null, ahead: null };
}

function indexed(value: Value & { kind: "index" }, dst: number, length: number, check: Instr | null): Fused {
  const { base, offset, reg, scale, signed } = value;
  const limit = Math.min(Math.floor(MAX_PRODUCT / scale), (check?.imm ?? Infinity) - 1);
  const words = [dst, regOffset(base), regOffset(reg), offset, scale, limit];
  return { ...complete(signed ? "i64.index" : "i64.index.u", length, words), check };
}

function scaled(a: Value, b: Value): Value | null {
  if (a.kind !== "index" || a.base >= 0 || a.offset !== 0 || b.kind !== "const") return null;
  const scale = a.scale * b.lo;
  return b.hi === 0 && b.lo > 0 && scale <= MAX_SCALE ? { ...a, scale } : null;
}

function sum(a: Value, b: Value): Value | null {
  if (a.kind !== "index") return null;
  if (b.kind === "reg" && a.base < 0 && a.offset <= MAX_OFFSET) return { ...a, base: b.reg };
  if (b.kind !== "const" || b.hi !== b.lo >> 31) return null;
  const offset = a.offset + b.lo;
  return offset >= 0 && offset <= (a.base < 0 ? 0x7fffffff : MAX_OFFSET) ? { ...a, offset } : null;
}

/** A comparison with the register on the left, as eq or less-than. */
function test(op: string, a: Value, b: Value): Value | null {
  const match = /^i(32|64)\.(eqz?|ne|[lg][te])(_[su])?$/.exec(op);
  if (match === null) return null;
  const wide = match[1] === "64";
  const kind = match[2];
  const sign = match[3] ?? "";
  if (kind === "eq" || kind === "ne" || kind === "eqz") {
    const [left, right] = a.kind === "const" ? [b, a] : [a, b];
    const negated = kind === "ne";
    // A truth value against zero is itself, or the opposite.
    if (left.kind === "test" && right.kind === "const" && (right.lo | right.hi) === 0)
      return { ...left, negated: left.negated !== !negated };
    return ordered(wide, "eq", left, right, negated);
  }
  const less: Relation = sign === "_s" ? "lt_s" : "lt_u";
  // a > b is b < a; a <= b is not b < a.
  const [left, right] = kind === "gt" || kind === "le" ? [b, a] : [a, b];
  const negated = kind === "le" || kind === "ge";
  if (left.kind !== "const") return ordered(wide, less, left, right, negated);
  // c < x is not x < c + 1.
  if (wide || left.lo === (less === "lt_s" ? 0x7fffffff : -1)) return null;
  return ordered(wide, less, right, { ...left, lo: (left.lo + 1) | 0 }, !negated);
}

function ordered(wide: boolean, relation: Relation, a: Value, b: Value, negated: boolean): Value | null {
  if (a.kind !== "reg" || (b.kind !== "reg" && b.kind !== "const")) return null;
  return { kind: "test", wide, relation, a: a.reg, b, negated };
}

/** 1 for registers that some block reads before it writes them: only these live from block to block. */
function readBeforeWritten(fn: IrFunction): Uint8Array {
  const exposed = new Uint8Array(fn.regs.length);
  const writtenIn = new Int32Array(fn.regs.length).fill(-1);
  for (let b = 0; b < fn.blocks.length; b++) {
    for (const instr of fn.blocks[b]) {
      forEachUse(instr, (reg) => {
        if (writtenIn[reg] !== b) exposed[reg] = 1;
      });
      if (instr.dst >= 0) writtenIn[instr.dst] = b;
    }
  }
  return exposed;
}

/** Is the register's content of no use to anybody behind instruction `at` of the block? */
function diesBehind(block: readonly Instr[], at: number, reg: number, exposed: Uint8Array): boolean {
  if (block[at].dst === reg) return true;
  for (let i = at + 1; i < block.length; i++) {
    const { a, b, c, args, dst } = block[i];
    if (a === reg || b === reg || c === reg || args?.includes(reg)) return false;
    if (dst === reg) return true;
  }
  return exposed[reg] === 0;
}
