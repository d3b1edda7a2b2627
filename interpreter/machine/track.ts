// Local code that holds bits which nobody has set: follows them until somebody uses them, or nobody has any more.
//
// Comes in: a context one of whose frames has a register with such bits (a load brought them there, see unset.ts). Goes
// out: the same context, further on. Each instruction is first asked what it does to the bits of its operands, then done
// by those who do it otherwise: so what is computed is the same. Slow, and rarely needed for more than a few
// instructions. Copying and computing are fine; a branch, an address, an argument, a result is a use, and reported.
// Bits are followed one by one through masks and shifts, sums to the bits that may differ (Seward and Nethercote, "Using
// Valgrind to detect undefined value errors with bit-precision", 2005), as in ir/uninitialised.ts for what never
// lies in memory.

import { Check } from "../ir/ops.js";
import { Flag } from "../ir/program.js";
import { type CompiledCode, UNTRANSLATED } from "./code.js";
import { ASK, loop } from "./loop.js";
import { OPERATION } from "./opcodes.js";
import { CALLED, FINISHED, GO_ON, JUMPED, PARKED, STOPPED, step, type VmHost } from "./step.js";

/** What following bits needs of the machine beside what running does. */
export interface TrackHost extends VmHost {
  /** Registers with unset bits in the running context's frames. */
  unsetCount(): number;
  /** Sets the unset bits of the register at word w. */
  setBits(w: number, lo: number, hi: number): void;
  /** Words from a register to its bits. */
  readonly bitsAhead: number;
  /** Something with unset bits decides something at pc. */
  usedUnset(pc: number, fpw: number): void;
  /** The value of the store that has just been made to x has unset bits. */
  storedUnset(x: number, size: number, lo: number, hi: number): void;
  /** Is this kernel operation no part of what the program does? */
  looksOn(kernelOp: number): boolean;
  /** No frame of the running context holds unset bits any more. */
  forgetBits(): void;
}

const enum Kind {
  /** The result depends on all bits of the operands. */
  Any,
  /** The same, and the result is a truth value. */
  Truth,
  /** All its arguments are used. */
  Decimal,
  Const,
  Move,
  Select,
  Add,
  Subtract,
  Multiply,
  MulAdd,
  And,
  Or,
  Xor,
  Shift,
  Equal,
  SignExtend,
  Widen,
  Address,
  /** An access in one piece; its parts follow. */
  Ahead,
  Load,
  Store,
  Branch,
  Jump,
  Call,
  Return,
  Park,
  /** Operand a is used. */
  Use,
  Longjmp,
}

interface Form {
  readonly kind: Kind;
  readonly wide: boolean;
  /** The right operand is a constant: words 4 and 5. */
  readonly constant: boolean;
  readonly name: string;
  /** Bytes that are kept, for SignExtend. */
  readonly bytes: number;
  /** The operands are 64 bits wide. */
  readonly wideOperands: boolean;
}

const FORMS: readonly Form[] = Object.keys(OPERATION).map(formOf);

function formOf(name: string): Form {
  const wide = /^[if]64|64$/.test(name);
  const wideOperands = name.startsWith("i64.trunc_f32")
    ? false
    : /^[if]64\.(?!.*_(f32|i32))|64$|_[if]64|demote/.test(name);
  const constant = name.endsWith(".c");
  const plain = name.replace(/\.c$/, "");
  const op = plain.slice(plain.indexOf(".") + 1);
  const make = (kind: Kind, bytes = 0): Form => ({ kind, wide, constant, name: op, bytes, wideOperands });
  if (/^(const|addr\.local)/.test(name)) return make(Kind.Const);
  if (name.startsWith("mov")) return make(Kind.Move);
  if (name.startsWith("select")) return make(Kind.Select);
  if (/\.index$/.test(name) && /^(load|store)/.test(name)) return make(Kind.Ahead);
  if (name.startsWith("i64.index")) return make(Kind.Address);
  if (name.startsWith("load")) return make(Kind.Load);
  if (name.startsWith("store")) return make(Kind.Store);
  if (/^(add\.)?br/.test(name)) return make(Kind.Branch);
  if (name === "jmp") return make(Kind.Jump);
  if (name === "call" || name === "calli") return make(Kind.Call);
  if (name === "ret") return make(Kind.Return);
  if (name === "park") return make(Kind.Park);
  if (name === "longjmp") return make(Kind.Longjmp);
  if (/^(switch|jmp\.label|check|setjmp|stack|trap)/.test(name)) return make(Kind.Use);
  if (name === "decimal") return make(Kind.Decimal);
  if (name === "i32.mul.add") return make(Kind.MulAdd);
  if (name.startsWith("i")) {
    if (op === "add") return make(Kind.Add);
    if (op === "sub") return make(Kind.Subtract);
    if (op === "mul") return make(Kind.Multiply);
    if (op === "and") return make(Kind.And);
    if (op === "or") return make(Kind.Or);
    if (op === "xor") return make(Kind.Xor);
    if (/^sh/.test(op)) return make(Kind.Shift);
    if (/^(eqz?|ne)$/.test(op)) return make(Kind.Equal);
    if (op === "ext8_s") return make(Kind.SignExtend, 1);
    if (op === "ext16_s") return make(Kind.SignExtend, 2);
    if (op === "ext32_s") return make(Kind.SignExtend, 4);
    if (op === "extend_u") return make(Kind.Widen);
  }
  if (/^(eq|ne|lt|le)(_[su])?$/.test(op)) return make(Kind.Truth);
  return make(Kind.Any);
}

/** An instruction by itself, for the loop, and one behind it that the loop does not know. */
const INSTRUCTION = 8;
const BEHIND = OPERATION.trap;

/** Follows unset bits from (nextPc, runningFp) on; GO_ON when there are none left. `counts` as in vm.ts. */
export function track(
  m: TrackHost,
  image: CompiledCode,
  startFuel: number,
  counts: Float64Array | null,
): number {
  const tracker = new Tracker(m, image);
  let fuel = startFuel;
  while (m.unsetCount() !== 0) {
    if (counts !== null) counts[m.nextPc >> 3]++;
    const result = tracker.one(m.nextPc, m.runningFp >> 2);
    if (result === PARKED || result === STOPPED || result === FINISHED) return result;
    if (result === JUMPED || result === CALLED) {
      if (--fuel <= 0) return m.outOfFuel(m.nextPc, m.runningFp >> 2);
    }
  }
  m.fuelLeft = fuel;
  return GO_ON;
}

class Tracker {
  private scratch: CompiledCode;
  private readonly H: Int32Array;
  private readonly ahead: number;
  private pc = 0;
  private fpw = 0;
  /** Bits of the operands a and b. */
  private al = 0;
  private ah = 0;
  private bl = 0;
  private bh = 0;

  constructor(
    private readonly m: TrackHost,
    private readonly image: CompiledCode,
  ) {
    this.H = m.memory.i32;
    this.ahead = m.bitsAhead;
    const code = new Int32Array(2 * INSTRUCTION);
    code[INSTRUCTION] = BEHIND;
    this.scratch = { ...image, code };
  }

  /** One instruction: its result as step() gives it. */
  one(pc: number, fpw: number): number {
    const { m, image, H } = this;
    const { code } = image;
    if (code[pc] === UNTRANSLATED) {
      image.translate(code[pc + 4]);
      this.scratch = { ...image, code: this.scratch.code };
    }
    this.pc = pc;
    this.fpw = fpw;
    const form = FORMS[code[pc]];
    this.load(form, pc);
    const d = code[pc + 1];
    switch (form.kind) {
      case Kind.Ahead:
        m.nextPc = pc + INSTRUCTION;
        return GO_ON;
      case Kind.Load: {
        this.useOf(2);
        this.die();
        // What it loads may have unset bits, too: they are put there with the value.
        if (d !== 0) m.setBits(fpw + d, 0, 0);
        return this.byStep();
      }
      case Kind.Store: {
        this.useOf(2);
        if ((code[pc + 5] & Flag.HandedOver) !== 0) this.useOf(3);
        const { lo, hi } = this.bitsOf(3);
        const size = image.accessSize[code[pc]];
        const x = H[fpw + code[pc + 2]] + code[pc + 4];
        this.die();
        // While it is pending the bits are part of it.
        if ((lo | hi) !== 0) m.setBits(fpw + code[pc + 3], lo, hi);
        const result = this.byStep();
        if (result === GO_ON) m.storedUnset(x >>> 0, size, lo, hi);
        this.dieAgain();
        return result;
      }
      case Kind.Call:
        if (code[pc + 2] !== 0) this.useOf(2);
        for (let i = 0; i < code[pc + 5]; i++) this.useAt(image.callArgs[code[pc + 3] + i]);
        this.die();
        return this.byStep();
      case Kind.Return: {
        if (code[pc + 2] !== 0) this.useOf(2);
        const end = (fpw << 2) + image.localStart[H[fpw + 1]];
        for (let w = fpw + 4; w << 2 < end; w += 2) m.setBits(w, 0, 0);
        return this.byStep();
      }
      case Kind.Park: {
        const info = image.parks[code[pc + 7]];
        if (info.local === "") {
          for (const word of [2, 3, 4]) if (code[pc + word] !== 0) this.useOf(word);
          if (info.kop < 0 || !m.looksOn(info.kop)) for (const arg of info.args) this.useAt(arg);
        }
        this.die();
        return this.byStep();
      }
      case Kind.Longjmp:
        this.useOf(2);
        this.useOf(3);
        m.forgetBits();
        return this.byStep();
      case Kind.Use:
        if (code[pc + 2] !== 0 && this.decides(form)) this.useOf(2);
        if (code[pc + 6] >= 0) this.die();
        if (d !== 0) m.setBits(fpw + d, 0, 0);
        return this.byLoop();
      case Kind.Decimal:
        for (let i = 0; i < code[pc + 5]; i++) this.useAt(image.callArgs[code[pc + 3] + i]);
        this.die();
        m.setBits(fpw + d, 0, 0);
        return this.byStep();
      case Kind.Branch:
        this.branch(form);
        return this.byLoop();
      case Kind.Jump:
        return this.byLoop();
      default: {
        this.result(form);
        const lo = this.lo;
        const hi = form.wide || form.kind === Kind.Address ? this.hi : 0;
        if (code[pc + 6] >= 0 && !FUSED_CHECK.has(code[pc])) this.die();
        const result = this.byLoop();
        if (d !== 0 && (result === GO_ON || result === JUMPED)) m.setBits(fpw + d, lo, hi);
        return result;
      }
    }
  }

  // ------------------------------------------------------------------------------------------------- operands

  private load(form: Form, pc: number): void {
    const { code } = this.image;
    const a = this.bitsOf(2);
    this.al = a.lo;
    this.ah = a.hi;
    if (form.constant) {
      this.bl = 0;
      this.bh = 0;
      return;
    }
    const b = code[pc + 3] !== 0 && HAS_B.has(form.kind) ? this.bitsOf(3) : NONE;
    this.bl = b.lo;
    this.bh = b.hi;
  }

  private bitsOf(word: number): { lo: number; hi: number } {
    const offset = this.image.code[this.pc + word];
    if (offset === 0) return NONE;
    const w = this.fpw + offset + this.ahead;
    return { lo: this.H[w], hi: this.H[w + 1] };
  }

  private useOf(word: number): void {
    this.useAt(this.image.code[this.pc + word]);
  }

  /** The register at this offset is used: with any unset bit that is reported, once. */
  private useAt(offset: number): void {
    if (offset === 0) return;
    const w = this.fpw + offset;
    if ((this.H[w + this.ahead] | this.H[w + this.ahead + 1]) === 0) return;
    this.m.usedUnset(this.pc, this.fpw);
    this.m.setBits(w, 0, 0);
  }

  /** Registers that nobody reads any more behind a site hold no bits either. */
  private die(): void {
    const { dead, deadStart, code } = this.image;
    const site = code[this.pc + 6];
    for (let i = deadStart[site]; i < deadStart[site + 1]; i++) this.m.setBits(this.fpw + dead[i], 0, 0);
  }

  private dieAgain(): void {
    if (this.m.unsetCount() !== 0) this.die();
  }

  // ------------------------------------------------------------------------------------------------- results

  private lo = 0;
  private hi = 0;

  private give(lo: number, hi: number): void {
    this.lo = lo;
    this.hi = hi;
  }

  /** All bits of the result, or none. */
  private all(any: boolean): void {
    this.give(any ? -1 : 0, any ? -1 : 0);
  }

  private get any(): boolean {
    return (this.al | this.ah | this.bl | this.bh) !== 0;
  }

  private result(form: Form): void {
    const { H, fpw } = this;
    const { code } = this.image;
    const { pc, al, ah, bl, bh } = this;
    const A = fpw + code[pc + 2];
    const B = fpw + code[pc + 3];
    switch (form.kind) {
      case Kind.Const:
        this.give(0, 0);
        return;
      case Kind.Move:
        this.give(al, ah);
        return;
      case Kind.Select: {
        const chosen = this.bitsOf(H[A] !== 0 ? 3 : 4);
        if (al !== 0) this.all(true);
        else this.give(chosen.lo, chosen.hi);
        return;
      }
      case Kind.Add:
      case Kind.Subtract:
        this.sum(form, A, form.constant ? pc + 4 : B);
        return;
      case Kind.Multiply:
        this.leftwards(al | bl, ah | bh);
        return;
      case Kind.MulAdd:
        this.leftwards(al | bl | this.bitsOf(4).lo, 0);
        return;
      case Kind.And:
      case Kind.Or: {
        // A bit of a & b is set where both are, or where one is and is 0; of a | b, where one is and is 1.
        const flip = form.kind === Kind.Or ? -1 : 0;
        const right = form.constant ? pc + 4 : B;
        const values = form.constant ? code : H;
        const lo = (al & (values[right] ^ flip)) | (bl & (H[A] ^ flip)) | (al & bl);
        const hi = (ah & (values[right + 1] ^ flip)) | (bh & (H[A + 1] ^ flip)) | (ah & bh);
        this.give(lo, hi);
        return;
      }
      case Kind.Xor:
        this.give(al | bl, ah | bh);
        return;
      case Kind.Shift: {
        if ((bl | bh) !== 0) this.all(true);
        else this.shift(form, form.constant ? code[pc + 4] : H[B]);
        return;
      }
      case Kind.Equal:
        this.give(this.differsSurely(form.wideOperands, form.name === "eqz", A, B) ? 0 : this.any ? 1 : 0, 0);
        return;
      case Kind.SignExtend: {
        const top = 32 - 8 * form.bytes;
        const low = (al << top) >> top;
        this.give(low, form.wide ? low >> 31 : 0);
        return;
      }
      case Kind.Widen:
        this.give(al, 0);
        return;
      case Kind.Truth:
        this.give(this.any ? 1 : 0, 0);
        return;
      default:
        this.all(this.any);
    }
  }

  /** From the lowest bit on upwards. */
  private leftwards(lo: number, hi: number): void {
    if (lo === 0) this.give(0, hi | -hi);
    else this.give(lo | -lo, -1);
  }

  /** The bits in which the least and the largest sum differ, and those of the operands. */
  private sum(form: Form, A: number, B: number): void {
    const { H, al, ah, bl, bh } = this;
    const values = form.constant ? this.image.code : H;
    if (!this.any) {
      this.give(0, 0);
      return;
    }
    const adds = form.kind === Kind.Add;
    if (!form.wide) {
      const [least, most] = [H[A] & ~al, H[A] | al];
      const [small, large] = [values[B] & ~bl, values[B] | bl];
      const differ = adds ? (least + small) ^ (most + large) : (least - large) ^ (most - small);
      this.give(differ | al | bl, 0);
      return;
    }
    const [least, most] = [join(H[A] & ~al, H[A + 1] & ~ah), join(H[A] | al, H[A + 1] | ah)];
    const [small, large] = [
      join(values[B] & ~bl, values[B + 1] & ~bh),
      join(values[B] | bl, values[B + 1] | bh),
    ];
    const differ = adds ? (least + small) ^ (most + large) : (least - large) ^ (most - small);
    this.give(
      Number(BigInt.asIntN(32, differ)) | al | bl,
      Number(BigInt.asIntN(32, differ >> 32n)) | ah | bh,
    );
  }

  private shift(form: Form, amount: number): void {
    const { al, ah } = this;
    const by = amount & (form.wide ? 63 : 31);
    if (!form.wide) {
      this.give(form.name === "shl" ? al << by : form.name === "shr_s" ? al >> by : al >>> by, 0);
      return;
    }
    let bits = BigInt.asIntN(64, join(al, ah));
    if (form.name === "shl") bits <<= BigInt(by);
    else if (form.name === "shr_s") bits >>= BigInt(by);
    else bits = BigInt.asUintN(64, bits) >> BigInt(by);
    this.give(Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
  }

  /** Does a bit that is set on both sides differ? Then so do the values, whatever the others are. */
  private differsSurely(wide: boolean, withZero: boolean, A: number, B: number): boolean {
    const { H, al, ah, bl, bh } = this;
    const low = (H[A] ^ (withZero ? 0 : H[B])) & ~(al | bl);
    const high = wide ? (H[A + 1] ^ (withZero ? 0 : H[B + 1])) & ~(ah | bh) : 0;
    return (low | high) !== 0;
  }

  // ------------------------------------------------------------------------------------------------- branches

  private branch(form: Form): void {
    const { H, fpw, pc } = this;
    const { code } = this.image;
    const { name } = form;
    const counts = code[pc] === OPERATION["add.br.lt_s"] || code[pc] === OPERATION["add.br.lt_s.c"];
    if (counts) {
      // The counter is added to first, and may be what is compared.
      const w = fpw + code[pc + 1] + this.ahead;
      this.leftwards(H[w], 0);
      this.m.setBits(fpw + code[pc + 1], this.lo, 0);
      this.useAt(form.constant ? code[pc + 1] : code[pc + 2]);
      if (!form.constant) this.useAt(code[pc + 3]);
      return;
    }
    const wide = form.wideOperands;
    if (!wide) {
      this.ah = 0;
      this.bh = 0;
    }
    if (!this.any) return;
    const A = fpw + code[pc + 2];
    const zero = code[pc] === OPERATION.br || code[pc] === OPERATION["br.eqz64"];
    if (zero || name === "eq" || name === "eq64") {
      const constant = form.constant ? code[pc + 3] : 0;
      const low =
        (H[A] ^ (zero ? 0 : form.constant ? constant : H[fpw + code[pc + 3]])) & ~(this.al | this.bl);
      const high = wide ? (H[A + 1] ^ (zero ? 0 : H[fpw + code[pc + 3] + 1])) & ~(this.ah | this.bh) : 0;
      if ((low | high) !== 0) return;
    }
    this.useOf(2);
    if (!form.constant && !zero) this.useOf(3);
  }

  /** Do the unset bits of operand a decide anything? */
  private decides(form: Form): boolean {
    const { H, fpw, pc, al, ah } = this;
    const { code, switches } = this.image;
    // That a byte is no truth value is reported of copies, too.
    if (code[pc] === OPERATION["check.i32"]) return code[pc + 5] !== Check.Bool;
    if (!form.name.startsWith("switch") && form.name !== "dense") return true;
    const { lo, hi } = switches[code[pc + 7]];
    const A = fpw + code[pc + 2];
    const wide = code[pc] === OPERATION.switch && code[pc + 5] !== 0;
    // Only if it may be one of the cases.
    return lo.some((low, i) => ((low ^ H[A]) & ~al) === 0 && (!wide || ((hi[i] ^ H[A + 1]) & ~ah) === 0));
  }

  // ------------------------------------------------------------------------------------------------- doing it

  private byStep(): number {
    this.m.nextPc = this.pc;
    this.m.runningFp = this.fpw << 2;
    return step(this.m, this.image);
  }

  /** By the loop, which does nothing but this one instruction; by step() where that asks. */
  private byLoop(): number {
    const { m, scratch, pc } = this;
    const { code } = this.image;
    for (let i = 0; i < INSTRUCTION; i++) scratch.code[i] = code[pc + i];
    m.nextPc = 0;
    m.runningFp = this.fpw << 2;
    if (loop(m, scratch, 1, null, false) !== ASK) return JUMPED;
    if (m.nextPc !== INSTRUCTION) return this.byStep();
    m.nextPc = pc + INSTRUCTION;
    return GO_ON;
  }
}

function join(lo: number, hi: number): bigint {
  return BigInt.asUintN(64, (BigInt(hi) << 32n) | BigInt(lo >>> 0));
}

const NONE = { lo: 0, hi: 0 } as const;
/** Kinds whose word 3 is a register, if it is not 0. */
const HAS_B: ReadonlySet<Kind> = new Set([
  Kind.Any,
  Kind.Truth,
  Kind.Add,
  Kind.Subtract,
  Kind.Multiply,
  Kind.MulAdd,
  Kind.And,
  Kind.Or,
  Kind.Xor,
  Kind.Shift,
  Kind.Equal,
  Kind.Address,
  Kind.Branch,
]);
/** The site of these is that of a check which they stand for. */
const FUSED_CHECK: ReadonlySet<number> = new Set(["i64.index", "i64.index.u"].map((name) => OPERATION[name]));
