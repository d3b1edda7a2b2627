// Values that nobody has set, in variables that live in registers.
//
// In: the draft of a function, where `undef` marks the places at which a variable without initialiser begins its life.
// Out: the same function without `undef`. A variable that every path sets before it is read costs nothing: that is
// found by data flow. Any other one, and what is computed from it, gets a shadow register with a one for every bit
// that nobody has set; a check stands in front of whatever such a bit would decide: a branch, an address, what leaves
// the function as argument or result. Copying and computing are no use in this sense. The hard thing is to be exact
// enough to blame nobody: bits are followed one by one through masks and shifts (Seward and Nethercote, "Using Valgrind
// to detect undefined value errors with bit-precision", 2005), sums spread to all higher bits.
//
// What is stored to memory is followed there by others (machine/unset.ts): a `check.stored` behind the store hands it on.

import { type Constant, constantOf } from "./fold.js";
import { forEachUse, makeInstr, successors } from "./graph.js";
import { Check, type Opcode } from "./ops.js";
import type { Instr, IrFunction, RegType } from "./program.js";

/** The parts of a draft that this pass reads and adds to. */
export interface Undefined {
  readonly fn: IrFunction;
  /** Texts of sites; new ones are added. */
  readonly whats: (string | null)[];
  /** Stores whose value leaves the function: arguments of variadic ones. */
  readonly handedOver: ReadonlySet<Instr>;
}

export function checkUninitialised(draft: Undefined): void {
  const { fn } = draft;
  const variables = new Set<number>();
  let jumpsBack = false;
  for (const block of fn.blocks) {
    for (const instr of block) {
      if (instr.op === "undef") variables.add(instr.dst);
      else if (instr.op === "setjmp") jumpsBack = true;
    }
  }
  if (variables.size === 0) return;
  // What a longjmp brings back is not seen here.
  const read = jumpsBack ? new Set<number>() : readUnset(fn, [...variables]);
  if (read.size > 0) new Shadows(draft, read).insert();
  for (let b = 0; b < fn.blocks.length; b++) {
    const block = fn.blocks[b]!;
    if (block.some(({ op }) => op === "undef")) fn.blocks[b] = block.filter(({ op }) => op !== "undef");
  }
}

/** The variables that some path reads before it sets them. */
function readUnset(fn: IrFunction, variables: readonly number[]): Set<number> {
  const dense = new Int32Array(fn.regs.length).fill(-1);
  variables.forEach((reg, i) => {
    dense[reg] = i;
  });
  const words = Math.ceil(variables.length / 32);
  const unset = fn.blocks.map(() => new Uint32Array(words));
  const here = new Uint32Array(words);
  const read = new Set<number>();
  const walk = (b: number): void => {
    here.set(unset[b]!);
    for (const instr of fn.blocks[b]!) {
      forEachUse(instr, (reg) => {
        const d = dense[reg]!;
        if (d >= 0 && (here[d >> 5]! & (1 << (d & 31))) !== 0) read.add(reg);
      });
      const d = instr.dst >= 0 ? dense[instr.dst]! : -1;
      if (d < 0) continue;
      if (instr.op === "undef") here[d >> 5]! |= 1 << (d & 31);
      else here[d >> 5]! &= ~(1 << (d & 31));
    }
  };
  const work = fn.blocks.map((_, b) => b).reverse();
  const queued = new Uint8Array(fn.blocks.length).fill(1);
  while (work.length > 0) {
    const b = work.pop()!;
    queued[b] = 0;
    walk(b);
    for (const to of successors(fn.blocks[b]!)) {
      const target = unset[to]!;
      let grew = false;
      for (let w = 0; w < words; w++) {
        const joined = (target[w]! | here[w]!) >>> 0;
        if (joined === target[w]) continue;
        target[w] = joined;
        grew = true;
      }
      if (grew && queued[to] === 0) {
        queued[to] = 1;
        work.push(to);
      }
    }
  }
  return read;
}

/** Operations whose result is computed from their operands alone. */
const FOLLOWED = /^(mov$|select$|[if](32|64)\.)/;

/** Operand registers whose unset bits decide something. */
function deciding(instr: Instr, handedOver: boolean): readonly number[] {
  const { op, a, b, c, args } = instr;
  if (/^(br$|switch\.|check\.|load\.|rmw\.|cmpxchg|jmp\.label|stack\.alloc|setjmp)/.test(op)) return [a];
  if (op.startsWith("store.")) return handedOver ? [a, b] : [a];
  if (op === "memcpy" || op === "memmove") return [a, b, c];
  if (op === "memset") return [a, c];
  if (op === "longjmp") return [a, b];
  if (op === "ret") return a >= 0 ? [a] : [];
  if (args !== null) return op === "calli" ? [a, ...args] : args;
  return [];
}

const BYTES: Readonly<Record<string, number>> = { i8: 1, i16: 2, i32: 4, f32: 4, i64: 8, f64: 8 };

/** Of a switch with more cases any unset bit counts. */
const MOST_CASES = 16;

class Shadows {
  private readonly shadow = new Map<number, number>();
  /** The variable that something was computed from, one of them if there are several. */
  private readonly root = new Map<number, number>();
  private readonly constants = new Map<number, Constant>();
  private out: Instr[] = [];
  private loc = -1;

  constructor(
    private readonly draft: Undefined,
    private readonly variables: ReadonlySet<number>,
  ) {}

  insert(): void {
    const { fn, handedOver } = this.draft;
    this.findConstants();
    for (const reg of this.reached()) this.shadow.set(reg, this.newReg(this.shadowType(reg)));
    fn.blocks.forEach((block, b) => {
      this.out = [];
      if (b === 0) {
        this.loc = fn.loc;
        for (const reg of this.shadow.values()) this.put(reg, this.zero(fn.regs[reg]!));
      }
      const asked = new Set<number>();
      for (const instr of block) {
        this.loc = instr.loc;
        for (const reg of deciding(instr, handedOver.has(instr))) {
          if (!this.shadow.has(reg) || asked.has(reg)) continue;
          asked.add(reg);
          this.check(reg, instr);
        }
        if (instr.dst >= 0 && this.shadow.has(instr.dst)) {
          asked.delete(instr.dst);
          this.set(instr);
        }
        if (instr.op === "undef") continue;
        this.out.push(instr);
        if (instr.op.startsWith("store.") && !handedOver.has(instr)) this.stored(instr);
      }
      fn.blocks[b] = this.out;
    });
  }

  /** The variables and all that is computed from them. */
  private reached(): Set<number> {
    const { fn } = this.draft;
    const reached = new Set(this.variables);
    for (const reg of reached) this.root.set(reg, reg);
    for (let before = -1; before !== reached.size; ) {
      before = reached.size;
      for (const block of fn.blocks) {
        for (const instr of block) {
          if (instr.dst < 0 || reached.has(instr.dst) || !FOLLOWED.test(instr.op)) continue;
          forEachUse(instr, (reg) => {
            if (!reached.has(reg) || reached.has(instr.dst)) return;
            reached.add(instr.dst);
            this.root.set(instr.dst, this.root.get(reg)!);
          });
        }
      }
    }
    return reached;
  }

  /** Registers with one value in the whole function. */
  private findConstants(): void {
    const writes = new Int32Array(this.draft.fn.regs.length);
    for (const block of this.draft.fn.blocks) {
      for (const instr of block) {
        if (instr.dst < 0) continue;
        const value = constantOf(instr);
        if (++writes[instr.dst]! === 1 && value !== null) this.constants.set(instr.dst, value);
        else this.constants.delete(instr.dst);
      }
    }
  }

  // ---------------------------------------------------------------------------------------------- instructions

  private shadowType(reg: number): "i32" | "i64" {
    const type = this.draft.fn.regs[reg]!;
    return type === "i32" || type === "f32" ? "i32" : "i64";
  }

  private newReg(type: RegType): number {
    this.draft.fn.regNames.push(null);
    return this.draft.fn.regs.push(type) - 1;
  }

  private make(op: Opcode, type: RegType, a = -1, b = -1, c = -1): number {
    const dst = this.newReg(type);
    this.out.push(makeInstr(op, { dst, a, b, c, loc: this.loc }));
    return dst;
  }

  private put(dst: number, a: number): void {
    this.out.push(makeInstr("mov", { dst, a, loc: this.loc }));
  }

  private constant(type: RegType, value: 0 | -1): number {
    const dst = this.newReg(type);
    const wide = type === "i64";
    this.out.push(
      makeInstr(wide ? "const.i64" : "const.i32", {
        dst,
        imm: value,
        immHi: wide ? value : 0,
        loc: this.loc,
      }),
    );
    return dst;
  }

  private zero(type: RegType): number {
    return this.constant(type, 0);
  }

  /** Asks about a register in front of its use. */
  private check(reg: number, use: Instr): void {
    const { whats, fn } = this.draft;
    const shadow = this.shadow.get(reg)!;
    let a = shadow;
    // Of a branch only whether it is zero matters.
    if (use.op === "br") a = this.unlessSet(shadow, reg);
    else if (use.op.startsWith("switch.") && use.cases!.length <= 2 * MOST_CASES)
      a = this.mayBeCase(reg, use);
    const site = whats.push(fn.regNames[this.root.get(reg)!] ?? null) - 1;
    const op = fn.regs[a] === "i32" ? "check.i32" : "check.i64";
    this.out.push(makeInstr(op, { a, imm: 1, immHi: Check.Uninitialised, loc: this.loc, site }));
  }

  /** Tells the memory's shadow what of a stored value nobody has set. */
  private stored(store: Instr): void {
    const shadow = this.shadow.get(store.b);
    if (shadow === undefined) return;
    const op = this.draft.fn.regs[shadow] === "i32" ? "check.stored32" : "check.stored64";
    const site = this.draft.whats.push(null) - 1;
    const immHi = BYTES[store.op.slice("store.".length)]!;
    this.out.push(makeInstr(op, { a: shadow, b: store.a, imm: store.imm, immHi, loc: this.loc, site }));
  }

  /** What of the result of an instruction nobody has set, worked out in front of it. */
  private set(instr: Instr): void {
    const to = this.shadow.get(instr.dst)!;
    const type = this.draft.fn.regs[to] as "i32" | "i64";
    this.put(to, this.ofResult(instr, type) ?? this.zero(type));
  }

  /** The shadow of the result; null where all of it is set. */
  private ofResult(instr: Instr, type: "i32" | "i64"): number | null {
    const { op, a, b, c } = instr;
    if (op === "undef") return this.constant(type, -1);
    if (!FOLLOWED.test(op)) return null;
    const x = this.shadow.get(a);
    const y = b < 0 ? undefined : this.shadow.get(b);
    const or = (p: number, q: number) => this.make(`${type}.or`, type, p, q);
    if (op === "select") {
      const z = this.shadow.get(c);
      const zero = this.zero(type);
      const chosen = this.make("select", type, a, y ?? zero, z ?? zero);
      return x === undefined ? chosen : or(chosen, this.spread(this.any(x), type));
    }
    if (x === undefined && y === undefined) return null;
    if (op === "mov" || /\.(wrap|extend_[su]|ext(8|16|32)_s)$/.test(op)) {
      return op === "mov" ? x! : this.make(op, type, x!);
    }
    if (/\.reinterpret_/.test(op)) return x!;
    const name = op.slice(op.indexOf(".") + 1);
    const isInteger = op.startsWith("i") && !/_f(32|64)/.test(op);
    if (isInteger && (name === "and" || name === "or")) return this.masked(name, type, a, b, x, y);
    if (isInteger && name === "xor") return x === undefined ? y! : y === undefined ? x : or(x, y);
    if (isInteger && /^(add|sub|mul)$/.test(name)) {
      const both = x === undefined ? y! : y === undefined ? x : or(x, y);
      return or(both, this.make(`${type}.sub`, type, this.zero(type), both));
    }
    if (/^sh[lr]/.test(name) && y === undefined && this.isAmount(b, type)) {
      const site = this.draft.whats.push(null) - 1;
      const shifted = this.make(op, type, x!, b);
      this.out[this.out.length - 1]!.site = site;
      return shifted;
    }
    if (isInteger && /^(eqz?|ne)$/.test(name)) return this.compared(a, b, x, y);
    const anything = this.anyOf(x, y);
    // A truth value has one bit.
    return /^(eqz?|ne|[lg][te](_[su])?)$/.test(name) ? anything : this.spread(anything, type);
  }

  /** A bit of `p & q` is set where both are, or where one is and is 0; of `p | q`, where one is and is 1. */
  private masked(
    name: "and" | "or",
    type: "i32" | "i64",
    a: number,
    b: number,
    x: number | undefined,
    y: number | undefined,
  ): number {
    const make = (op: "and" | "or" | "xor", p: number, q: number) => this.make(`${type}.${op}`, type, p, q);
    const lets = (reg: number) => (name === "and" ? reg : make("xor", reg, this.constant(type, -1)));
    const parts: number[] = [];
    if (x !== undefined) parts.push(make("and", x, lets(b)));
    if (y !== undefined) parts.push(make("and", y, lets(a)));
    if (x !== undefined && y !== undefined) parts.push(make("and", x, y));
    return parts.reduce((sum, part) => make("or", sum, part));
  }

  /** 1 where the difference of two values is open: some bit is not set, and no bit that is set differs. */
  private compared(a: number, b: number, x: number | undefined, y: number | undefined): number {
    const type = this.shadowType(a);
    const shadow = x === undefined ? y! : y === undefined ? x : this.make(`${type}.or`, type, x, y);
    return this.unlessSet(shadow, b < 0 ? a : this.make(`${type}.xor`, type, a, b));
  }

  /** 1 where some bit of a value is not set, and none of those that are is a one. */
  private unlessSet(shadow: number, value: number): number {
    const type = this.draft.fn.regs[shadow] as "i32" | "i64";
    const set = this.make(`${type}.xor`, type, shadow, this.constant(type, -1));
    const known = this.make(`${type}.and`, type, value, set);
    return this.make("i32.and", "i32", this.any(shadow), this.make(`${type}.eqz`, "i32", known));
  }

  /** 1 where some bit of a value is not set and it may be one of the cases of a switch. */
  private mayBeCase(reg: number, { op, cases }: Instr): number {
    const type = op === "switch.i64" ? "i64" : "i32";
    const shadow = this.shadow.get(reg)!;
    const set = this.make(`${type}.xor`, type, shadow, this.constant(type, -1));
    let some = this.zero("i32");
    for (let i = 0; i < cases!.length; i += 2) {
      const value = this.newReg(type);
      const fields = {
        dst: value,
        imm: cases![i]!,
        immHi: type === "i64" ? cases![i + 1]! : 0,
        loc: this.loc,
      };
      this.out.push(makeInstr(type === "i64" ? "const.i64" : "const.i32", fields));
      const known = this.make(`${type}.and`, type, this.make(`${type}.xor`, type, reg, value), set);
      some = this.make("i32.or", "i32", some, this.make(`${type}.eqz`, "i32", known));
    }
    return this.make("i32.and", "i32", this.any(shadow), some);
  }

  private isAmount(reg: number, type: "i32" | "i64"): boolean {
    const value = this.constants.get(reg);
    return typeof value === "bigint" && value >= 0n && value < (type === "i32" ? 32n : 64n);
  }

  /** 1 where any bit of a shadow is one. */
  private any(reg: number): number {
    const type = this.draft.fn.regs[reg]!;
    return this.make(`${type as "i32"}.ne`, "i32", reg, this.zero(type));
  }

  private anyOf(x: number | undefined, y: number | undefined): number {
    if (x === undefined) return this.any(y!);
    return y === undefined ? this.any(x) : this.make("i32.or", "i32", this.any(x), this.any(y));
  }

  /** All bits of a truth value's kind: 0 or -1. */
  private spread(truth: number, type: "i32" | "i64"): number {
    const narrow = this.make("i32.sub", "i32", this.zero("i32"), truth);
    return type === "i32" ? narrow : this.make("i64.extend_s", "i64", narrow);
  }
}
