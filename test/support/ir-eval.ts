// A reference evaluator for programs: one context, run to the end, as simple as can be.
//
// It is the oracle for the engines, so it shares no code with them or with the optimiser: registers are bigints
// (integers, without sign) or numbers (floats), memory is a DataView, every operation is spelt out once. It knows
// nothing of sites, shadows or schedules. Frames lie on a stack as `Frame` says, so that addresses of locals are
// plausible; all frames start out zero.

import { performDecimal } from "../../interpreter/decimal/operations.js";
import { OPS, Trap } from "../../interpreter/ir/ops.js";
import {
  AddressSpace,
  Frame,
  type Instr,
  type IrFunction,
  type Program,
} from "../../interpreter/ir/program.js";

type Register = bigint | number;

export interface EvalOptions {
  /** Bytes of memory in all. Default 16 MiB; the upper half is heap and stack. */
  memory?: number;
  /** Instructions after which the run is given up. Default 50 million. */
  steps?: number;
  /** Kernel operations by name. Arguments are unsigned; the result is cut to its register. */
  kernelOps?: Record<string, (args: bigint[], machine: Evaluator) => bigint | number | undefined>;
}

/** What the C did wrong, or asked for, in one word and a sentence. */
export class EvalFault extends Error {
  constructor(
    readonly kind: string,
    detail: string,
  ) {
    super(`${kind}: ${detail}`);
  }
}

/** Thrown by kernel operations that end the run. */
export class EvalExit extends Error {
  constructor(readonly status: number) {
    super(`exit ${status}`);
  }
}

interface Activation {
  index: number;
  fn: IrFunction;
  regs: Register[];
  base: number;
  block: number;
  at: number;
  /** Bytes that stack.alloc added. */
  dynamic: number;
}

const STACK_LIMIT = 4 << 20;

export class Evaluator {
  readonly memory: DataView;
  readonly bytes: Uint8Array;
  output = "";
  /** Next free heap byte. */
  heap: number;
  steps = 0;
  readonly #frames: Activation[] = [];
  readonly #stackBase: number;

  constructor(
    readonly program: Program,
    readonly options: EvalOptions = {},
  ) {
    this.memory = new DataView(new ArrayBuffer(options.memory ?? 16 << 20));
    this.bytes = new Uint8Array(this.memory.buffer);
    const { image } = program;
    this.bytes.set(image.bytes, image.base);
    this.bytes.set(image.percpu, this.#percpuBase);
    this.#stackBase = this.#percpuBase + ((image.percpuSize + 127) & ~127);
    this.heap = this.#stackBase + STACK_LIMIT;
  }

  get #percpuBase(): number {
    return this.program.image.dataEnd;
  }

  /** Calls a function by name; arguments as bigints or numbers, in register order. */
  call(name: string, ...args: Register[]): Register | null {
    const index = this.program.functionIndex[name];
    if (index === undefined) throw new Error(`no function ${name}`);
    const bottom = this.#frames.length;
    this.#enter(index, args);
    return this.#run(bottom);
  }

  // ------------------------------------------------------------------------------------------------- memory

  /** The place in memory behind an address, checked. */
  place(address: bigint, size: number, write: boolean): number {
    const at = Number(address);
    if (address < BigInt(AddressSpace.First)) throw new EvalFault("null", `access at ${at}`);
    if (at >= AddressSpace.PerCpuCookie && at < AddressSpace.PerCpuCookieEnd) {
      throw new EvalFault("cookie", `access through a per-CPU cookie at 0x${address.toString(16)}`);
    }
    if (at + size > this.bytes.length) throw new EvalFault("wild", `access at 0x${address.toString(16)}`);
    if (write && at < this.program.image.rodataEnd)
      throw new EvalFault("rodata", `write at 0x${at.toString(16)}`);
    return at;
  }

  load(address: bigint, size: number): bigint {
    const at = this.place(address, size, false);
    let value = 0n;
    for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(this.bytes[at + i]!);
    return value;
  }

  store(address: bigint, size: number, value: bigint): void {
    const at = this.place(address, size, true);
    for (let i = 0; i < size; i++) this.bytes[at + i] = Number((value >> BigInt(8 * i)) & 0xffn);
  }

  cstring(address: bigint): string {
    let text = "";
    for (let at = address; ; at++) {
      const byte = Number(this.load(at, 1));
      if (byte === 0) return text;
      text += String.fromCharCode(byte);
    }
  }

  /** Fresh zeroed memory, 16-aligned. */
  allocate(size: number): bigint {
    const at = (this.heap + 15) & ~15;
    this.heap = at + size + 16;
    if (this.heap > this.bytes.length) throw new EvalFault("memory", "the heap is full");
    return BigInt(at);
  }

  // -------------------------------------------------------------------------------------------------- frames

  #enter(index: number, args: Register[]): void {
    const fn = this.program.functions[index]!;
    const top = this.#frames[this.#frames.length - 1];
    const base = top === undefined ? this.#stackBase : this.#frameEnd(top);
    const frame: Activation = { index, fn, regs: [], base, block: 0, at: 0, dynamic: 0 };
    frame.regs = fn.regs.map((type) => (type.startsWith("i") ? 0n : 0));
    args.forEach((value, i) => {
      frame.regs[i] = value;
    });
    if (args.length !== fn.params.length)
      throw new EvalFault("bad-call", `${fn.name} with ${args.length} arguments`);
    if (this.#frameEnd(frame) > this.#stackBase + STACK_LIMIT) throw new EvalFault("stack", "overflow");
    this.bytes.fill(0, base, this.#frameEnd(frame));
    this.#frames.push(frame);
  }

  #locals(frame: Activation): number {
    return frame.base + Frame.Header + 8 * frame.fn.regs.length;
  }

  #frameEnd(frame: Activation): number {
    return ((this.#locals(frame) + frame.fn.localSize + 15) & ~15) + frame.dynamic;
  }

  #run(bottom: number): Register | null {
    const limit = this.options.steps ?? 50_000_000;
    for (;;) {
      const frame = this.#frames[this.#frames.length - 1]!;
      const instr = frame.fn.blocks[frame.block]![frame.at]!;
      if (++this.steps > limit) throw new EvalFault("steps", "the run takes too long");
      if (instr.op === "ret") {
        const value = instr.a < 0 ? null : frame.regs[instr.a]!;
        this.#frames.pop();
        if (this.#frames.length === bottom) return value;
        const caller = this.#frames[this.#frames.length - 1]!;
        const call = caller.fn.blocks[caller.block]![caller.at]!;
        if (call.dst >= 0) {
          if (value === null) throw new EvalFault("bad-call", `${frame.fn.name} gives no value`);
          caller.regs[call.dst] = value;
        }
        caller.at++;
      } else {
        this.#step(frame, instr);
      }
    }
  }

  // --------------------------------------------------------------------------------------------- instructions

  #step(frame: Activation, instr: Instr): void {
    const { op, dst, a, b, c, imm, immHi } = instr;
    const { regs } = frame;
    const int = (reg: number): bigint => regs[reg] as bigint;
    const jump = (block: number): void => {
      frame.block = block;
      frame.at = 0;
    };
    const define = (value: Register): void => {
      if (dst >= 0) regs[dst] = toRegister(frame.fn.regs[dst]!, value);
      frame.at++;
    };
    const wide = (): bigint => BigInt.asUintN(64, (BigInt(immHi) << 32n) | BigInt(imm >>> 0));
    switch (op) {
      case "const.i32":
        define(BigInt(imm));
        return;
      case "const.i64":
        define(wide());
        return;
      case "const.f32":
        define(floatOf(BigInt(imm >>> 0), 4));
        return;
      case "const.f64":
        define(floatOf(wide(), 8));
        return;
      case "mov":
        define(regs[a]!);
        return;
      case "select":
        define(int(a) !== 0n ? regs[b]! : regs[c]!);
        return;
      case "addr.global": {
        const g = this.program.globals[immHi]!;
        define(BigInt((g.section === "percpu" ? AddressSpace.PerCpuCookie : 0) + g.address + imm));
        return;
      }
      case "addr.local":
        define(BigInt(this.#locals(frame) + frame.fn.slots[immHi]!.offset + imm));
        return;
      case "addr.func":
        define(BigInt(AddressSpace.Function + 16 * imm));
        return;
      case "addr.label":
        define(BigInt(imm + 1));
        return;
      case "fence":
      case "check.i32":
      case "check.i64":
      case "check.index":
        // Reports change nothing.
        frame.at++;
        return;
      case "memcpy":
      case "memmove":
        if (int(c) > 0n) {
          const to = this.place(int(a), Number(int(c)), true);
          const from = this.place(int(b), Number(int(c)), false);
          this.bytes.copyWithin(to, from, from + Number(int(c)));
        }
        frame.at++;
        return;
      case "memset":
        if (int(c) > 0n) {
          const to = this.place(int(a), Number(int(c)), true);
          this.bytes.fill(Number(int(b) & 0xffn), to, to + Number(int(c)));
        }
        frame.at++;
        return;
      case "stack.alloc": {
        const address = this.#frameEnd(frame);
        const size = Number((int(a) + 15n) & ~15n);
        if (address + size > this.#stackBase + STACK_LIMIT) throw new EvalFault("stack", "overflow");
        this.bytes.fill(0, address, address + size);
        frame.dynamic += size;
        define(BigInt(address));
        return;
      }
      case "stack.save":
        define(BigInt(frame.dynamic));
        return;
      case "stack.restore":
        frame.dynamic = Number(int(a));
        frame.at++;
        return;
      case "call":
        this.#enter(
          imm,
          instr.args!.map((reg) => regs[reg]!),
        );
        return;
      case "calli":
        this.#callIndirect(frame, instr);
        return;
      case "kop": {
        const name = this.program.kernelOps[imm]!;
        const operation = this.options.kernelOps?.[name];
        if (operation === undefined) throw new EvalFault("unsupported", name);
        const result = operation(
          instr.args!.map((reg) =>
            typeof regs[reg] === "bigint" ? regs[reg] : BigInt(Math.trunc(regs[reg]!)),
          ),
          this,
        );
        define(result ?? 0n);
        return;
      }
      case "decimal":
        define(performDecimal(
          imm,
          immHi,
          instr.args!.map((reg) => BigInt.asUintN(64, regs[reg] as bigint)),
        ));
        return;
      case "setjmp": {
        // Frame number and point behind the setjmp.
        this.store(int(a), 4, BigInt(this.#frames.length));
        this.store(int(a) + 4n, 4, BigInt((frame.block << 16) | frame.at));
        define(0n);
        return;
      }
      case "longjmp": {
        const depth = Number(this.load(int(a), 4));
        const point = Number(this.load(int(a) + 4n, 4));
        const value = int(b) === 0n ? 1n : int(b);
        if (depth === 0 || depth > this.#frames.length) throw new EvalFault("bad-longjmp", "no such frame");
        this.#frames.length = depth;
        const target = this.#frames[depth - 1]!;
        target.block = point >>> 16;
        target.at = (point & 0xffff) + 1;
        const set = target.fn.blocks[target.block]![target.at - 1]!;
        if (set.op !== "setjmp") throw new EvalFault("bad-longjmp", "no setjmp there");
        target.regs[set.dst] = value;
        return;
      }
      case "jmp":
        jump(instr.targets![0]!);
        return;
      case "br":
        jump(instr.targets![int(a) !== 0n ? 0 : 1]!);
        return;
      case "switch.i32":
      case "switch.i64": {
        const width = op === "switch.i32" ? 32 : 64;
        for (let i = 0; i < instr.cases!.length; i += 2) {
          const value = (BigInt(instr.cases![i + 1]!) << 32n) | BigInt(instr.cases![i]! >>> 0);
          if (BigInt.asUintN(width, value) === int(a)) {
            jump(instr.targets![i / 2 + 1]!);
            return;
          }
        }
        jump(instr.targets![0]!);
        return;
      }
      case "jmp.label": {
        const block = Number(int(a)) - 1;
        if (!instr.targets!.includes(block)) throw new EvalFault("bad-goto", `label ${int(a)}`);
        jump(block);
        return;
      }
      case "trap":
        throw new EvalFault("trap", Object.entries(Trap).find(([, value]) => value === imm)?.[0] ?? `${imm}`);
      default:
        this.#general(frame, instr, define);
        return;
    }
  }

  #callIndirect(frame: Activation, instr: Instr): void {
    const address = Number(frame.regs[instr.a]);
    const index = (address - AddressSpace.Function) / 16;
    const callee = Number.isInteger(index) ? this.program.functions[index] : undefined;
    if (callee === undefined) throw new EvalFault("bad-call", `0x${address.toString(16)} is no function`);
    const given = instr.args!.map((reg) => frame.fn.regs[reg]).join();
    const result = instr.dst < 0 ? callee.result : frame.fn.regs[instr.dst];
    if (given !== callee.params.join() || result !== callee.result) {
      throw new EvalFault("bad-call", `${callee.name}(${callee.params}) called as (${given})`);
    }
    this.#enter(
      index,
      instr.args!.map((reg) => frame.regs[reg]!),
    );
  }

  /** Operations named by a family and a word: arithmetic, conversions, accesses. */
  #general(frame: Activation, instr: Instr, define: (value: Register) => void): void {
    const { op, a, b, c, imm } = instr;
    const { regs } = frame;
    const dot = op.indexOf(".");
    const family = op.slice(0, dot);
    const name = op.slice(dot + 1);
    const left = regs[a]!;
    const right = regs[b]!;
    if (family === "load") {
      const raw = this.load(BigInt.asUintN(64, (left as bigint) + BigInt(imm)), sizeIn(name));
      if (name.startsWith("f")) {
        define(floatOf(raw, sizeIn(name)));
        return;
      }
      define(name.endsWith("_s") ? BigInt.asIntN(8 * sizeIn(name), raw) : raw);
      return;
    }
    if (family === "store") {
      const bits = typeof right === "number" ? bitsOf(right, sizeIn(name)) : right;
      this.store(BigInt.asUintN(64, (left as bigint) + BigInt(imm)), sizeIn(name), bits);
      frame.at++;
      return;
    }
    if (family === "rmw") {
      const width = Number(/\d+$/.exec(name)![0]);
      const old = this.load(left as bigint, width / 8);
      const operand = right as bigint;
      const next = { add: old + operand, sub: old - operand, and: old & operand, or: old | operand }[
        name.replace(/\d+$/, "") as string
      ];
      const others = { xor: old ^ operand, nand: ~(old & operand), xchg: operand }[
        name.replace(/\d+$/, "") as string
      ];
      this.store(left as bigint, width / 8, BigInt.asUintN(width, (next ?? others)!));
      define(old);
      return;
    }
    if (op.startsWith("cmpxchg")) {
      const width = Number(op.slice(7));
      const old = this.load(left as bigint, width / 8);
      if (old === BigInt.asUintN(width, right as bigint)) {
        this.store(left as bigint, width / 8, BigInt.asUintN(width, regs[c] as bigint));
      }
      define(old);
      return;
    }
    const result =
      family.startsWith("f") && typeof left === "number" && OPS[op].in[1] !== undefined
        ? floatBinary(name, left, right as number)
        : typeof left === "number"
          ? floatUnary(op, left)
          : b >= 0
            ? intBinary(name, family === "i64" ? 64 : 32, left, right as bigint)
            : intUnary(op, left);
    if (result === null) throw new Error(`the evaluator does not know ${op}`);
    define(result);
  }
}

function toRegister(type: string, value: Register): Register {
  if (type === "i32") return BigInt.asUintN(32, BigInt(value));
  if (type === "i64") return BigInt.asUintN(64, BigInt(value));
  return type === "f32" ? Math.fround(Number(value)) : Number(value);
}

function sizeIn(name: string): number {
  return Number(/\d+/.exec(name)![0]) / 8;
}

function floatOf(bits: bigint, size: number): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, bits, true);
  return size === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
}

function bitsOf(value: number, size: number): bigint {
  const view = new DataView(new ArrayBuffer(8));
  if (size === 4) view.setFloat32(0, value, true);
  else view.setFloat64(0, value, true);
  return view.getBigUint64(0, true);
}

function intBinary(name: string, width: number, a: bigint, b: bigint): bigint | null {
  const sa = BigInt.asIntN(width, a);
  const sb = BigInt.asIntN(width, b);
  const truth = (value: boolean) => (value ? 1n : 0n);
  const amount = b & BigInt(width - 1);
  const shifting = name.startsWith("sh");
  if (shifting && BigInt.asUintN(32, b) >= BigInt(width))
    throw new EvalFault("shift", `by ${BigInt.asIntN(32, b)}`);
  if (/^(div|rem)/.test(name) && b === 0n) throw new EvalFault("division", "by zero");
  switch (name) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div_s":
      return sa / sb;
    case "div_u":
      return a / b;
    case "rem_s":
      return sa % sb;
    case "rem_u":
      return a % b;
    case "and":
      return a & b;
    case "or":
      return a | b;
    case "xor":
      return a ^ b;
    case "shl":
      return a << amount;
    case "shr_s":
      return sa >> amount;
    case "shr_u":
      return a >> amount;
    case "eq":
      return truth(a === b);
    case "ne":
      return truth(a !== b);
    case "lt_s":
      return truth(sa < sb);
    case "lt_u":
      return truth(a < b);
    case "le_s":
      return truth(sa <= sb);
    case "le_u":
      return truth(a <= b);
    case "gt_s":
      return truth(sa > sb);
    case "gt_u":
      return truth(a > b);
    case "ge_s":
      return truth(sa >= sb);
    case "ge_u":
      return truth(a >= b);
    default:
      return null;
  }
}

function intUnary(op: string, a: bigint): Register | null {
  const width = op.startsWith("i64") ? 64 : 32;
  const count = (test: (bit: bigint) => boolean, order: number[]): bigint => {
    let n = 0n;
    for (const i of order) {
      if (!test((a >> BigInt(i)) & 1n)) break;
      n++;
    }
    return n;
  };
  const up = Array.from({ length: width }, (_, i) => i);
  switch (op.slice(op.indexOf(".") + 1)) {
    case "eqz":
      return a === 0n ? 1n : 0n;
    case "clz":
      return count((bit) => bit === 0n, [...up].reverse());
    case "ctz":
      return count((bit) => bit === 0n, up);
    case "popcnt":
      return BigInt(up.filter((i) => ((a >> BigInt(i)) & 1n) === 1n).length);
    case "ext8_s":
      return BigInt.asIntN(8, a);
    case "ext16_s":
      return BigInt.asIntN(16, a);
    case "ext32_s":
      return BigInt.asIntN(32, a);
    case "wrap":
      return BigInt.asUintN(32, a);
    case "extend_s":
      return BigInt.asIntN(32, a);
    case "extend_u":
      return a;
    case "convert_i32_s":
      return Number(BigInt.asIntN(32, a));
    case "convert_i32_u":
      return Number(a);
    case "convert_i64_s":
      return op.startsWith("f32") ? nearestFloat(BigInt.asIntN(64, a)) : Number(BigInt.asIntN(64, a));
    case "convert_i64_u":
      return op.startsWith("f32") ? nearestFloat(a) : Number(a);
    case "reinterpret_i32":
      return floatOf(a, 4);
    case "reinterpret_i64":
      return floatOf(a, 8);
    default:
      return null;
  }
}

/** A 64-bit integer rounded once to 24 bits, ties to even. */
function nearestFloat(value: bigint): number {
  const magnitude = value < 0n ? -value : value;
  const extra = magnitude.toString(2).length - 24;
  if (extra <= 0) return Number(value);
  const unit = 1n << BigInt(extra);
  let quotient = magnitude / unit;
  const rest = magnitude % unit;
  if (2n * rest > unit || (2n * rest === unit && (quotient & 1n) === 1n)) quotient++;
  const rounded = Number(quotient * unit);
  return value < 0n ? -rounded : rounded;
}

function floatBinary(name: string, a: number, b: number): Register | null {
  const truth = (value: boolean) => (value ? 1n : 0n);
  switch (name) {
    case "add":
      return a + b;
    case "sub":
      return a - b;
    case "mul":
      return a * b;
    case "div":
      return a / b;
    case "eq":
      return truth(a === b);
    case "ne":
      return truth(a !== b);
    case "lt":
      return truth(a < b);
    case "le":
      return truth(a <= b);
    case "gt":
      return truth(a > b);
    case "ge":
      return truth(a >= b);
    case "copysign": {
      const negative = b < 0 || Object.is(b, -0);
      return negative ? -Math.abs(a) : Math.abs(a);
    }
    default:
      return null;
  }
}

function floatUnary(op: string, a: number): Register | null {
  const name = op.slice(op.indexOf(".") + 1);
  if (name.startsWith("trunc_f")) return truncate(op, a);
  switch (name) {
    case "neg":
      return -a;
    case "abs":
      return Math.abs(a);
    case "sqrt":
      return Math.sqrt(a);
    case "floor":
      return Math.floor(a);
    case "ceil":
      return Math.ceil(a);
    case "trunc":
      return Math.trunc(a);
    case "nearest": {
      const down = Math.floor(a);
      if (a - down !== 0.5) return Math.round(a);
      return down % 2 === 0 ? down : down + 1;
    }
    case "demote":
    case "promote":
      return a;
    case "reinterpret_f32":
      return bitsOf(a, 4);
    case "reinterpret_f64":
      return bitsOf(a, 8);
    default:
      return null;
  }
}

/** Float to integer as gcc on x86-64 does it, also out of range. */
function truncate(op: string, a: number): bigint {
  const whole = Number.isFinite(a) ? BigInt(Math.trunc(a)) : null;
  const within = (low: bigint, high: bigint) => whole !== null && whole >= low && whole < high;
  const signed64 = within(-(1n << 63n), 1n << 63n) ? whole! : -(1n << 63n);
  if (op.startsWith("i32") && op.endsWith("_s"))
    return within(-(1n << 31n), 1n << 31n) ? whole! : -(1n << 31n);
  if (op.startsWith("i32")) return BigInt.asUintN(32, signed64);
  if (op.endsWith("_s")) return signed64;
  // cvttsd2si, with 2^63 taken off first where the value is that large.
  if (a < 2 ** 63) return signed64;
  const rest = BigInt(Math.trunc(a - 2 ** 63));
  return rest < 1n << 63n ? rest ^ (1n << 63n) : 0n;
}
