// The emitter: builds the blocks of one function, instruction by instruction, and simplifies on the way.
//
// Temporaries are written once, so what was known when one was made (its constant operands, how many bits it can
// have) stays true for as long as it is used; that is what the peephole rules here rely on. A variable's register
// may be written at any time: who holds on to one across other code must `pin` it.
//
// Code behind a terminator is unreachable until a block is started: it is not emitted at all.

import { type Constant, constantOf, foldOp, loadConstant } from "../ir/fold.js";
import { makeInstr } from "../ir/graph.js";
import { OPS, type Opcode, type OpInfo, Trap } from "../ir/ops.js";
import type { Instr, IrFunction, RegType, Slot } from "../ir/program.js";
import type { CType } from "../sema/types.js";
import {
  type AddressValue,
  address,
  bitsOf,
  constant,
  type RegValue,
  register,
  type Value,
  ZERO32,
  ZERO64,
} from "./values.js";

/** Blocks are cut here, so that a resting point can name every instruction. */
const MAX_BLOCK = 16_000;

const COMMUTATIVE = /^i(32|64)\.(add|mul|and|or|xor|eq|ne)$/;

export class Emitter {
  readonly blocks: Instr[][] = [];
  readonly regs: RegType[] = [];
  readonly regNames: (string | null)[] = [];
  readonly slots: Slot[] = [];
  readonly whats: (string | null)[] = [];
  /** Those of them at which pointers are read or written. */
  readonly pointers = new Set<number>();
  /** Block of each label of the function. */
  readonly labels: number[] = [];
  /** See Ownership in ir/private.ts. */
  readonly lent = new Map<Instr, number[]>();
  readonly owned: number[] = [];
  /** See Undefined in ir/uninitialised.ts. */
  readonly handedOver = new Set<Instr>();
  /** Place of the instructions to come: index into Program.locs. */
  loc = -1;

  #block: Instr[] | null = null;
  /** Blocks that some emitted instruction jumps to. */
  readonly #targeted = new Set<number>();
  /** The instruction that wrote a temporary. */
  readonly #writers: (Instr | undefined)[] = [];
  /** Temporary slots that are free, by size and alignment; and those in use, in order of allocation. */
  readonly #freeSlots = new Map<string, number[]>();
  readonly #usedSlots: { key: string; slot: number }[] = [];

  // ------------------------------------------------------------------------------------- blocks and registers

  newReg(type: RegType, name: string | null = null): number {
    this.regs.push(type);
    this.regNames.push(name);
    return this.regs.length - 1;
  }

  newBlock(): number {
    return this.blocks.push([]) - 1;
  }

  /**
   * Goes on in `block`; whoever got here before falls into it. A block that nothing leads to stays unreachable: the
   * kernel relies on `if (0) never_defined();`. What only later code jumps back to must be forced.
   */
  startBlock(block: number): void {
    if (this.#block !== null) this.jump(block);
    this.#block = this.#targeted.has(block) ? this.blocks[block]! : null;
  }

  forceBlock(block: number): void {
    this.#targeted.add(block);
    this.startBlock(block);
  }

  get reachable(): boolean {
    return this.#block !== null;
  }

  #push(instr: Instr): void {
    if (this.#block === null) return;
    if (this.#block.length >= MAX_BLOCK) {
      const next = this.newBlock();
      this.#targeted.add(next);
      this.#block.push(makeInstr("jmp", { targets: [next], loc: instr.loc }));
      this.#block = this.blocks[next]!;
    }
    this.#block.push(instr);
    if (instr.targets !== null) for (const to of instr.targets) this.#targeted.add(to);
  }

  /** Appends an instruction; `what` says in C what a visible one touches. */
  emit(op: Opcode, fields: Partial<Instr> = {}, what: string | null = null): Instr {
    const instr = makeInstr(op, fields);
    instr.loc = this.loc;
    if ((OPS[op] as OpInfo).site === true) instr.site = this.whats.push(what) - 1;
    this.#push(instr);
    if ((OPS[op] as OpInfo).terminator === true) this.#block = null;
    return instr;
  }

  /** Emits an operation with a fresh result register. */
  /** The latest of them is an access to something of this type. */
  accessed(type: CType): void {
    if (type.kind === "pointer") this.pointers.add(this.whats.length - 1);
  }

  define(op: Opcode, type: RegType, fields: Partial<Instr>, what: string | null = null): RegValue {
    const reg = this.newReg(type);
    const instr = this.emit(op, fields, what);
    instr.dst = reg;
    this.own(instr);
    return register(type, reg, true);
  }

  /** Declares the result of an instruction a temporary: nothing else writes that register. */
  own(instr: Instr): void {
    this.#writers[instr.dst] = instr;
  }

  // ----------------------------------------------------------------------------------------------------- slots

  newSlot(name: string, size: number, align: number): number {
    return this.slots.push({ name, offset: 0, size, align: Math.min(align, 16), loc: this.loc }) - 1;
  }

  /** A slot until the end of the full expression: see releaseTemporaries. */
  temporarySlot(size: number, align: number): AddressValue {
    const key = `${size}:${align}`;
    const slot = this.#freeSlots.get(key)?.pop() ?? this.newSlot("", size, align);
    this.#usedSlots.push({ key, slot });
    return address("local", slot);
  }

  get temporaries(): number {
    return this.#usedSlots.length;
  }

  /** Gives back the temporary slots taken since there were `mark` of them. */
  releaseTemporaries(mark: number): void {
    while (this.#usedSlots.length > mark) {
      const { key, slot } = this.#usedSlots.pop()!;
      const list = this.#freeSlots.get(key);
      if (list === undefined) this.#freeSlots.set(key, [slot]);
      else list.push(slot);
    }
  }

  // ---------------------------------------------------------------------------------------------------- values

  /** The register that holds a value; loads constants and addresses. */
  reg(value: Value): number {
    switch (value.kind) {
      case "reg":
        return value.reg;
      case "const":
        return this.define(...this.#constantFields(value.type, value.value)).reg;
      case "addr":
        return this.#address(value);
    }
  }

  #constantFields(type: RegType, value: Constant): [Opcode, RegType, Partial<Instr>] {
    const { op, imm, immHi } = loadConstant(type, value);
    return [op, type, { imm, immHi }];
  }

  #address(value: AddressValue): number {
    const { base, index, offset } = value;
    switch (base) {
      case "global":
      case "local":
        return this.define(`addr.${base}`, "i64", { imm: offset, immHi: index }).reg;
      case "func":
      case "label": {
        const plain = this.define(`addr.${base}`, "i64", { imm: index });
        return offset === 0 ? plain.reg : this.#plusConstant(plain.reg, offset);
      }
      case "reg":
        return offset === 0 ? index : this.#plusConstant(index, offset);
    }
  }

  #plusConstant(reg: number, offset: number): number {
    const b = this.reg(constant("i64", BigInt(offset)));
    return this.define("i64.add", "i64", { a: reg, b }).reg;
  }

  /** The register and offset through which a memory operation reaches an address. */
  base(value: Value): { a: number; imm: number } {
    if (value.kind === "addr" && value.base === "reg") return { a: value.index, imm: value.offset };
    return { a: this.reg(value), imm: 0 };
  }

  /** The same value, safe from later changes of variables. */
  pin(value: Value): Value {
    if (value.kind === "reg" && !value.temp) {
      const copy = this.define("mov", value.type, { a: value.reg });
      return register(value.type, copy.reg, true, value.ubits, value.sbits);
    }
    if (value.kind === "addr" && value.base === "reg" && !value.temp) {
      const copy = this.define("mov", "i64", { a: value.index });
      return address("reg", copy.reg, value.offset);
    }
    return value;
  }

  /** Writes a variable's register. */
  assign(reg: number, value: Value): void {
    const type = this.regs[reg]!;
    if (value.kind === "const") {
      const [op, , fields] = this.#constantFields(type, value.value);
      this.emit(op, { ...fields, dst: reg });
      return;
    }
    const source = this.reg(value);
    const last = this.#block?.[this.#block.length - 1];
    if (last !== undefined && last.dst === source && this.#writers[source] === last) {
      // Nobody has seen the temporary yet: let the variable take its place.
      this.#writers[source] = undefined;
      last.dst = reg;
    } else if (source !== reg) {
      this.emit("mov", { dst: reg, a: source });
    }
  }

  /** A pointer plus a constant. */
  offset(value: Value, by: number): Value {
    if (by === 0) return value;
    if (value.kind === "const") return constant("i64", (value.value as bigint) + BigInt(by));
    const from: AddressValue = value.kind === "addr" ? value : address("reg", value.reg, 0, value.temp);
    const sum = from.offset + by;
    if (Math.abs(sum) < 2 ** 31) return { ...from, offset: sum };
    return register("i64", this.#plusConstant(this.reg(value), by), true);
  }

  // ------------------------------------------------------------------------------------------------ operations

  unary(op: Opcode, a: Value): Value {
    const type = OPS[op].dst as RegType;
    if (a.kind === "const") {
      const folded = foldOp(op, a.value);
      if (folded !== null) return constant(type, folded);
    }
    const writer = a.kind === "reg" ? this.#writers[a.reg] : undefined;
    if (op === "i32.wrap" && (writer?.op === "i64.extend_s" || writer?.op === "i64.extend_u")) {
      // Only through a temporary: a variable may have changed since it was extended.
      if (this.#writers[writer.a] !== undefined) return register("i32", writer.a, true);
    }
    const result = this.define(op, type, { a: this.reg(a) });
    const { ubits, sbits } = bitsOf(a);
    switch (op) {
      case "i32.eqz":
      case "i64.eqz":
        return register(type, result.reg, true, 1);
      case "i64.extend_u":
        return register(type, result.reg, true, ubits);
      case "i64.extend_s":
        return register(type, result.reg, true, ubits < 32 ? ubits : 64, sbits);
      case "i32.wrap":
        return register(type, result.reg, true, Math.min(32, ubits), Math.min(32, sbits));
      case "i32.ext8_s":
      case "i64.ext8_s":
        return register(type, result.reg, true, undefined, 8);
      case "i32.ext16_s":
      case "i64.ext16_s":
        return register(type, result.reg, true, undefined, 16);
      case "i64.ext32_s":
        return register(type, result.reg, true, undefined, 32);
      case "i32.popcnt":
      case "i64.popcnt":
      case "i32.clz":
      case "i64.clz":
      case "i32.ctz":
      case "i64.ctz":
        return register(type, result.reg, true, 7);
      default:
        return result;
    }
  }

  binary(op: Opcode, a: Value, b: Value): Value {
    const type = OPS[op].dst as RegType;
    if (a.kind === "const" && b.kind === "const") {
      const folded = foldOp(op, a.value, b.value);
      if (folded !== null) return constant(type, folded);
    }
    if (a.kind === "const" && b.kind !== "const" && COMMUTATIVE.test(op)) return this.binary(op, b, a);
    if (b.kind === "const" && typeof b.value === "bigint") {
      const simple = this.#withConstant(op, a, b.value);
      if (simple !== null) return simple;
    }
    // In this order, so that a constant operand stands right in front of its reader.
    const fields = { a: this.reg(a), b: this.reg(b) };
    const result = this.define(op, type, fields);
    const bits = resultBits(op, a, b);
    return bits === null ? result : register(type, result.reg, true, bits);
  }

  /** x + 0 and its kin; null if there is nothing to gain. */
  #withConstant(op: Opcode, a: Value, b: bigint): Value | null {
    const name = op.slice(op.indexOf(".") + 1);
    switch (name) {
      case "add":
      case "sub":
        if (a.kind === "addr" && b > -(2n ** 31n) && b < 2n ** 31n) {
          return this.offset(a, name === "add" ? Number(b) : -Number(b));
        }
        return b === 0n ? a : null;
      case "or":
      case "xor":
      case "shl":
      case "shr_s":
      case "shr_u":
        return b === 0n ? a : null;
      case "mul":
        if (b === 0n) return op === "i32.mul" ? ZERO32 : ZERO64;
        return b === 1n ? a : null;
      case "div_s":
      case "div_u":
        return b === 1n ? a : null;
      case "and": {
        if (b === 0n) return op === "i32.and" ? ZERO32 : ZERO64;
        if (b === -1n) return a;
        // A mask of ones that keeps all the value can have.
        const mask = b > 0n && (b & (b + 1n)) === 0n ? b.toString(2).length : -1;
        return mask >= bitsOf(a).ubits ? a : null;
      }
      case "eq":
        return b === 0n ? this.unary(op === "i32.eq" ? "i32.eqz" : "i64.eqz", a) : null;
      default:
        return null;
    }
  }

  /** 1 if the value is not zero, else 0. */
  truth(value: Value): Value {
    if (value.kind === "addr" && value.base !== "reg") return constant("i32", 1n);
    switch (value.type) {
      case "i32":
        return bitsOf(value).ubits <= 1 ? value : this.binary("i32.ne", value, ZERO32);
      case "i64":
        return this.binary("i64.ne", value, ZERO64);
      default:
        return this.binary(`${value.type}.ne`, value, constant(value.type, 0));
    }
  }

  // --------------------------------------------------------------------------------------------------- control

  jump(target: number): void {
    this.emit("jmp", { targets: [target] });
  }

  /** Goes to `yes` if the value is not zero, else to `no`. */
  branch(value: Value, yes: number, no: number): void {
    if (value.kind === "const" || (value.kind === "addr" && value.base !== "reg")) {
      this.jump(value.kind === "const" && isZero(value.value) ? no : yes);
      return;
    }
    const test = value.type === "i32" ? value : this.truth(value);
    const writer = test.kind === "reg" ? this.#writers[test.reg] : undefined;
    const last = this.#block?.[this.#block.length - 1];
    if (writer !== undefined && writer === last && writer.op === "i32.eqz") {
      this.#block!.pop();
      this.emit("br", { a: writer.a, targets: [no, yes] });
      return;
    }
    if (writer !== undefined && writer === last && writer.op === "i32.ne") {
      const right = this.#writers[writer.b];
      if (right !== undefined && constantOf(right) === 0n) {
        this.#block!.pop();
        this.emit("br", { a: writer.a, targets: [yes, no] });
        return;
      }
    }
    this.emit("br", { a: this.reg(test), targets: [yes, no] });
  }

  select(test: Value, yes: Value, no: Value): Value {
    if (test.kind === "const") return isZero(test.value) ? no : yes;
    const a = this.reg(this.truth(test));
    const result = this.define("select", yes.type, { a, b: this.reg(yes), c: this.reg(no) });
    const [y, n] = [bitsOf(yes), bitsOf(no)];
    return register(yes.type, result.reg, true, Math.max(y.ubits, n.ubits), Math.max(y.sbits, n.sbits));
  }

  trap(reason: keyof typeof Trap): void {
    this.emit("trap", { imm: Trap[reason] });
  }

  /** The function as built; blocks nobody reaches may be empty, so they get a trap. */
  draft(fields: Omit<IrFunction, "regs" | "regNames" | "slots" | "localSize" | "blocks">): IrFunction {
    for (const block of this.blocks) {
      if (block.length === 0) {
        const site = this.whats.push(null) - 1;
        block.push(makeInstr("trap", { imm: Trap.Unreachable, loc: fields.loc, site }));
      }
    }
    const { regs, regNames, slots, blocks } = this;
    return { ...fields, regs, regNames, slots, localSize: 0, blocks };
  }
}

function isZero(value: Constant): boolean {
  return typeof value === "bigint" ? value === 0n : value === 0;
}

/** Unsigned bits of a result where they are known to be fewer than the register's. */
function resultBits(op: Opcode, a: Value, b: Value): number | null {
  const name = op.slice(op.indexOf(".") + 1);
  const width = op.startsWith("i32") ? 32 : 64;
  if (/^(eq|ne|[lg][te](_[su])?)$/.test(name)) return 1;
  if (!op.startsWith("i")) return null;
  const [x, y] = [bitsOf(a).ubits, bitsOf(b).ubits];
  switch (name) {
    case "and":
      return Math.min(x, y);
    case "or":
    case "xor":
      return Math.max(x, y);
    case "add":
      return Math.max(x, y) + 1 <= width ? Math.max(x, y) + 1 : null;
    case "mul":
      return x + y <= width ? x + y : null;
    case "shr_u":
      return b.kind === "const" ? Math.max(0, x - Number(b.value)) : x;
    case "rem_u":
      return Math.min(x, y);
    case "div_u":
      return x;
    default:
      return null;
  }
}
