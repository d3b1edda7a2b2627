// Which low bits of a register are zero for certain, as far as one block shows: an address made from them need not
// be tested for its alignment.

import type { Instr, Program } from "../ir/program.js";

/** Objects of static storage and of frames begin at multiples of 8. */
const OBJECT = 3;
const ALL = 31;

export class LowZeros {
  private readonly known = new Map<number, number>();

  constructor(private readonly program: Program) {}

  /** How many low bits of r[reg] + imm are zero. */
  of(reg: number, imm: number): number {
    return Math.min(this.known.get(reg) ?? 0, zerosOf(imm));
  }

  /** `shift`: the constant in the second operand, if it is one. */
  step(instr: Instr, shift: number | undefined): void {
    const zeros = this.result(instr, shift);
    if (zeros === 0) this.known.delete(instr.dst);
    else this.known.set(instr.dst, zeros);
  }

  private result({ op, a, b, imm, immHi }: Instr, shift: number | undefined): number {
    const of = (reg: number) => this.known.get(reg) ?? 0;
    switch (op) {
      case "addr.global":
        return this.program.globals[immHi].section === "percpu" ? 0 : Math.min(OBJECT, zerosOf(imm));
      case "addr.local":
        return Math.min(OBJECT, zerosOf(imm));
      case "const.i32":
      case "const.i64":
        return zerosOf(imm);
      case "mov":
      case "i64.extend_s":
      case "i64.extend_u":
        return of(a);
      case "i64.add":
      case "i64.sub":
        return Math.min(of(a), of(b));
      case "i64.mul":
        return Math.min(ALL, of(a) + of(b));
      case "i64.shl":
        return shift !== undefined && shift >= 0 && shift <= ALL ? shift : 0;
      default:
        return 0;
    }
  }
}

function zerosOf(value: number): number {
  return value === 0 ? ALL : ALL - Math.clz32(value & -value);
}
