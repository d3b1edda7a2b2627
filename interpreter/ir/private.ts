// Which accesses can nobody else see? Those to a frame's own memory whose address never leaves the function.
//
// In: a function before its registers are compacted. Out: the flag Private on its accesses. Two questions are
// asked of every register, without regard to the order of instructions:
//   may   which of the frame's objects could the content be derived from?
//   only  is the content derived from them on every write?
// An object escapes if a register that may hold its address is used for anything but accesses, checks,
// comparisons and address arithmetic. An access is private if its address is derived only from objects that do not escape.
// Arithmetic on an address is taken to stay within its object, as C demands.

import { forEachUse } from "./graph.js";
import { Flag, type Instr, type IrFunction } from "./program.js";

export interface Ownership {
  /** Registers that hold, all the time, the address of a copy made for this call alone: records by value. */
  readonly owned: readonly number[];
  /** Per call, the arguments that lend such a copy to the callee: that is no escape. */
  readonly lent: ReadonlyMap<Instr, readonly number[]>;
}

export function markPrivate(fn: IrFunction, ownership: Ownership): void {
  if (fn.slots.length === 0 && ownership.owned.length === 0) return;
  const may = mayHold(fn, ownership.owned);
  const only = onlyHold(fn, ownership.owned, may);
  let escaped = 0n;
  for (const block of fn.blocks) {
    for (const instr of block) escaped |= escaping(instr, may, ownership.lent.get(instr));
  }
  const isPrivate = (reg: number): boolean => only[reg] === 1 && (may[reg]! & escaped) === 0n;
  for (const block of fn.blocks) {
    for (const instr of block) {
      const addresses = addressOperands(instr);
      if (addresses.length === 0 || instr.op.startsWith("local.")) continue;
      if (addresses.every(isPrivate)) instr.flags |= Flag.Private;
    }
  }
}

/** Operand registers that are addresses of what the instruction accesses. */
function addressOperands(instr: Instr): number[] {
  if (/^(load\.|store\.|rmw\.|cmpxchg|memset|local\.)/.test(instr.op)) return [instr.a];
  return instr.op === "memcpy" || instr.op === "memmove" ? [instr.a, instr.b] : [];
}

/** Operand registers whose address, changed or not, the result may hold; null if the op is no address arithmetic. */
function carried(instr: Instr, may: readonly bigint[]): number[] | null {
  switch (instr.op) {
    case "mov":
      return [instr.a];
    case "select":
      return [instr.b, instr.c];
    case "i64.add":
    case "i64.and":
      return [instr.a, instr.b];
    case "i64.sub":
      // The distance of two addresses is a number.
      return may[instr.b] === 0n ? [instr.a] : [];
    default:
      return null;
  }
}

function mayHold(fn: IrFunction, owned: readonly number[]): bigint[] {
  const may: bigint[] = fn.regs.map(() => 0n);
  owned.forEach((reg, i) => {
    may[reg] = 1n << BigInt(fn.slots.length + i);
  });
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.dst < 0) continue;
        let roots = may[instr.dst]!;
        if (instr.op === "addr.local") roots |= 1n << BigInt(instr.immHi);
        // A difference counts as carrying until its right side is known to be an address; may only grows.
        else for (const reg of carried(instr, may) ?? []) roots |= may[reg]!;
        if (roots === may[instr.dst]) continue;
        may[instr.dst] = roots;
        changed = true;
      }
    }
  }
  return may;
}

function onlyHold(fn: IrFunction, owned: readonly number[], may: readonly bigint[]): Uint8Array {
  const only = Uint8Array.from(may, (roots) => (roots === 0n ? 0 : 1));
  for (let reg = 0; reg < fn.params.length; reg++) if (!owned.includes(reg)) only[reg] = 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (const block of fn.blocks) {
      for (const instr of block) {
        if (instr.dst < 0 || only[instr.dst] === 0 || derives(instr, may, only)) continue;
        only[instr.dst] = 0;
        changed = true;
      }
    }
  }
  return only;
}

/** Is the result for certain an address in one of the frame's objects? */
function derives(instr: Instr, may: readonly bigint[], only: Uint8Array): boolean {
  if (instr.op === "addr.local") return true;
  const from = carried(instr, may);
  if (from === null || from.length === 0) return false;
  if (instr.op === "mov" || instr.op === "select") return from.every((reg) => only[reg] === 1);
  // Address plus number: exactly one of the two is an address.
  const bases = from.filter((reg) => may[reg] !== 0n);
  return bases.length === 1 && only[bases[0]!] === 1;
}

/** The objects that an instruction lets out of the function's sight. */
function escaping(instr: Instr, may: readonly bigint[], lent: readonly number[] | undefined): bigint {
  if (/^(i64\.(eqz?|ne|[lg][te]_[su]|sub)|check\..*)$/.test(instr.op) || carried(instr, may) !== null)
    return 0n;
  let out = 0n;
  const allowed = addressOperands(instr);
  if (instr.args !== null) {
    instr.args.forEach((reg, i) => {
      if (!lent?.includes(i)) out |= may[reg]!;
    });
    return out;
  }
  // An address stored at itself appears twice: as address and as value.
  let skipped = 0;
  forEachUse(instr, (reg) => {
    if (skipped < allowed.length && reg === allowed[skipped]) skipped++;
    else out |= may[reg]!;
  });
  return out;
}
