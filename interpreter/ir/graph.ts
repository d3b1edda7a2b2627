// What an instruction reads, writes and where it goes: the little that every pass over the control-flow graph
// needs. Unused operand fields are -1 by the program's definition, so these need no knowledge of single operations.

import { OPS, type OpInfo } from "./ops.js";
import type { Instr, IrFunction } from "./program.js";

/** The table entry of an operation, with the optional fields that the literal type of OPS hides. */
export function opInfo(instr: Instr): OpInfo {
  return OPS[instr.op];
}

/** Calls `visit` for every operand register, in the order a, b, c, args. */
export function forEachUse(instr: Instr, visit: (reg: number) => void): void {
  if (instr.a >= 0) visit(instr.a);
  if (instr.b >= 0) visit(instr.b);
  if (instr.c >= 0) visit(instr.c);
  if (instr.args !== null) for (const reg of instr.args) visit(reg);
}

const NOWHERE: readonly number[] = [];

/** The blocks that can follow a block; empty after ret, trap and longjmp. */
export function successors(block: readonly Instr[]): readonly number[] {
  return block[block.length - 1]?.targets ?? NOWHERE;
}

/** Predecessors of every block; a block appears once for each edge. */
export function predecessors(fn: IrFunction): number[][] {
  const result: number[][] = fn.blocks.map(() => []);
  for (let b = 0; b < fn.blocks.length; b++) for (const to of successors(fn.blocks[b]!)) result[to]!.push(b);
  return result;
}

/** Blocks in reverse postorder from the entry; unreachable ones are missing. Iterative: graphs get deep. */
export function reversePostorder(fn: IrFunction): number[] {
  const seen = new Uint8Array(fn.blocks.length);
  const order: number[] = [];
  const stack: { block: number; next: number }[] = [{ block: 0, next: 0 }];
  seen[0] = 1;
  while (stack.length > 0) {
    const top = stack[stack.length - 1]!;
    const to = successors(fn.blocks[top.block]!);
    if (top.next < to.length) {
      const block = to[top.next++]!;
      if (seen[block] === 0) {
        seen[block] = 1;
        stack.push({ block, next: 0 });
      }
    } else {
      order.push(top.block);
      stack.pop();
    }
  }
  return order.reverse();
}

/** An instruction; fields that are not given have their neutral values. */
export function makeInstr(op: Instr["op"], fields: Partial<Instr> = {}): Instr {
  // Spelt out, so that all instructions have one hidden class; there are many.
  return {
    op,
    dst: fields.dst ?? -1,
    a: fields.a ?? -1,
    b: fields.b ?? -1,
    c: fields.c ?? -1,
    imm: fields.imm ?? 0,
    immHi: fields.immHi ?? 0,
    args: fields.args ?? null,
    targets: fields.targets ?? null,
    cases: fields.cases ?? null,
    flags: fields.flags ?? 0,
    loc: fields.loc ?? -1,
    site: fields.site ?? -1,
  };
}

/** Sorts the operations by their names, the first pattern that fits; found out once, as there are few names and many operations. */
export function kindsOf<Kind extends string>(
  patterns: Readonly<Record<Kind, RegExp>>,
): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();
  for (const op of Object.keys(OPS)) {
    for (const kind in patterns) {
      if (!patterns[kind].test(op)) continue;
      kinds.set(op, kind);
      break;
    }
  }
  return kinds;
}
