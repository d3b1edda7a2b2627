// What registers hold, as far as one block shows, as sums: the place of an object, a constant, registers times factors.
//
// Sums are exact modulo 2^64, as addresses are. A form holds only while its registers keep their values: when one is
// written, whatever was computed from it is known no more.

import { constantOf } from "../ir/fold.js";
import type { Instr, IrFunction, Program } from "../ir/program.js";

/** An object whose place is known: of static storage, or (start counted from the frame) of this frame. */
export interface FixedObject {
  readonly start: number;
  readonly size: number;
  readonly local: boolean;
}

/** A register's value times a factor. Registers of 32 bits are extended with or without their sign. */
export interface Term {
  readonly reg: number;
  readonly factor: number;
  readonly kind: "signed" | "unsigned" | "wide";
}

/** start of the object + constant + sum of the terms; the value of a register. */
export interface Form {
  readonly object: FixedObject | null;
  readonly constant: number;
  readonly terms: readonly Term[];
}

const MAX_TERMS = 4;
/** Forms with larger numbers are not followed. */
const LARGE = 2 ** 40;

export class Forms {
  private readonly known = new Map<number, Form>();
  private readonly constants = new Map<number, number>();
  /** By register: which others have been computed from it. */
  private readonly from = new Map<number, number[]>();

  constructor(
    private readonly program: Program,
    private readonly fn: IrFunction,
    private readonly startOfSlot: (slot: number) => number,
  ) {}

  step(instr: Instr): void {
    const { dst } = instr;
    if (dst < 0) return;
    const form = this.result(instr);
    const value = constantOf(instr);
    const computed = this.from.get(dst);
    if (computed !== undefined) {
      for (const reg of computed)
        if (this.known.get(reg)?.terms.some((term) => term.reg === dst)) this.known.delete(reg);
      this.from.delete(dst);
    }
    this.known.delete(dst);
    this.constants.delete(dst);
    if (typeof value === "bigint" && value > -LARGE && value < LARGE) this.constants.set(dst, Number(value));
    const holds =
      form !== null &&
      Math.abs(form.constant) < LARGE &&
      form.terms.length <= MAX_TERMS &&
      form.terms.every(({ reg, factor }) => reg !== dst && Math.abs(factor) < 2 ** 31);
    if (!holds) return;
    this.known.set(dst, form);
    for (const { reg } of form.terms) {
      const list = this.from.get(reg);
      if (list === undefined) this.from.set(reg, [dst]);
      else list.push(dst);
    }
  }

  /** Any register of 64 bits has a form: at least itself. */
  of(reg: number): Form {
    const constant = this.constants.get(reg);
    if (constant !== undefined) return { object: null, constant, terms: [] };
    return this.known.get(reg) ?? { object: null, constant: 0, terms: [{ reg, factor: 1, kind: "wide" }] };
  }

  private result({ op, a, b, imm, immHi }: Instr): Form | null {
    switch (op) {
      case "addr.global": {
        const { section, address, size } = this.program.globals[immHi];
        if (section === "percpu") return null;
        return { object: { start: address, size, local: false }, constant: imm, terms: [] };
      }
      case "addr.local": {
        // Of a watched local the guards know more than its bounds.
        if (this.fn.slots[immHi].watched === true) return null;
        const object = { start: this.startOfSlot(immHi), size: this.fn.slots[immHi].size, local: true };
        return { object, constant: imm, terms: [] };
      }
      case "mov":
        return this.fn.regs[a] === "i64" ? this.of(a) : null;
      case "i64.extend_s":
      case "i64.extend_u": {
        const constant = this.constants.get(a);
        if (constant !== undefined)
          return { object: null, constant: op === "i64.extend_s" ? constant : constant >>> 0, terms: [] };
        const kind = op === "i64.extend_s" ? "signed" : "unsigned";
        return { object: null, constant: 0, terms: [{ reg: a, factor: 1, kind }] };
      }
      case "i64.add":
        return sum(this.of(a), this.of(b));
      case "i64.sub": {
        const right = this.of(b);
        return right.object === null ? sum(this.of(a), scaled(right, -1)) : null;
      }
      case "i64.mul": {
        const [x, y] = [this.of(a), this.of(b)];
        const [factor, other] = isConstant(x) ? [x, y] : [y, x];
        return isConstant(factor) && other.object === null ? scaled(other, factor.constant) : null;
      }
      case "i64.shl": {
        const by = this.constants.get(b);
        const left = this.of(a);
        return by !== undefined && by >= 0 && by < 31 && left.object === null ? scaled(left, 2 ** by) : null;
      }
      default:
        return null;
    }
  }
}

function isConstant(form: Form): boolean {
  return form.object === null && form.terms.length === 0;
}

function scaled({ constant, terms }: Form, by: number): Form {
  return {
    object: null,
    constant: constant * by,
    terms: by === 0 ? [] : terms.map((term) => ({ ...term, factor: term.factor * by })),
  };
}

function sum(x: Form, y: Form): Form | null {
  if (x.object !== null && y.object !== null) return null;
  const terms = [...x.terms];
  for (const term of y.terms) {
    const i = terms.findIndex(({ reg, kind }) => reg === term.reg && kind === term.kind);
    if (i < 0) terms.push(term);
    else terms[i] = { ...term, factor: terms[i].factor + term.factor };
  }
  return {
    object: x.object ?? y.object,
    constant: x.constant + y.constant,
    terms: terms.filter(({ factor }) => factor !== 0),
  };
}
