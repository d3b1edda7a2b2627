// Branches around next to nothing, which compiled code does without branching: both values are made and one is taken.
//
// In: a function and its live registers. Out: by block, which of its two ways computes one register from a few operations
// without any effect and joins the other way. What else that way writes nobody reads later, so doing it for nothing
// does no harm. A branch that is often guessed wrong costs more than several such operations.

import { forEachMember, type Liveness } from "../ir/liveness.js";
import type { IrFunction } from "../ir/program.js";
import { SIMPLE } from "./operations.js";

export interface Hammock {
  /** The block that is done in any case. */
  readonly arm: number;
  /** Where both ways go on. */
  readonly join: number;
  /** The register that keeps its value where the arm is not taken. */
  readonly reg: number;
  /** The arm is taken where the condition is not zero. */
  readonly ifTrue: boolean;
}

/** Operations besides constants and copies. */
const MAX_OPERATIONS = 2;

export function findHammocks(
  fn: IrFunction,
  liveness: Liveness,
  order: readonly number[],
): Map<number, Hammock> {
  const edges = new Int32Array(fn.blocks.length);
  for (const b of order) for (const to of fn.blocks[b].at(-1)!.targets ?? []) edges[to]++;
  const found = new Map<number, Hammock>();
  for (const b of order) {
    const last = fn.blocks[b].at(-1)!;
    if (last.op !== "br") continue;
    for (const way of [0, 1]) {
      const arm = last.targets![way];
      const join = last.targets![1 - way];
      if (edges[arm] !== 1 || arm === join) continue;
      const reg = onlyResult(fn, liveness, arm, join);
      if (reg < 0) continue;
      found.set(b, { arm, join, reg, ifTrue: way === 0 });
      break;
    }
  }
  return found;
}

/** The one register that a block computes for `join`, or -1 where it does more or less than that. */
function onlyResult(fn: IrFunction, liveness: Liveness, arm: number, join: number): number {
  const block = fn.blocks[arm];
  const end = block.length - 1;
  if (end === 0 || block[end].op !== "jmp" || block[end].targets![0] !== join) return -1;
  const reg = block[end - 1].dst;
  let operations = 0;
  const written = new Set<number>();
  for (let i = 0; i < end; i++) {
    const { op, dst } = block[i];
    if (SIMPLE[op] !== undefined) operations++;
    else if (op !== "mov" && op !== "const.i32" && op !== "const.i64") return -1;
    if (dst === reg && i < end - 1) return -1;
    written.add(dst);
  }
  // The platform makes a choice between floats by branching.
  if (operations > MAX_OPERATIONS || !fn.regs[reg].startsWith("i")) return -1;
  let live = 0;
  let wanted = false;
  forEachMember(liveness, liveness.liveIn, join, (r) => {
    if (written.has(r)) live++;
    if (r === reg) wanted = true;
  });
  return live === 1 && wanted ? reg : -1;
}
