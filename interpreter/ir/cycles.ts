// Which blocks lie on a cycle: strongly connected components with more than one block, or an edge to itself.
// Tarjan's algorithm ("Depth-first search and linear graph algorithms", 1972) with an explicit stack.

import { successors } from "./graph.js";
import type { IrFunction } from "./program.js";

/** 1 for every block from which the block itself can be reached; `allowed`: through blocks marked 1 only. */
export function blocksOnCycles(fn: IrFunction, allowed?: Uint8Array): Uint8Array {
  const count = fn.blocks.length;
  if (!goesBack(fn)) return new Uint8Array(count);
  const next = fn.blocks.map((block, b) =>
    allowed === undefined
      ? successors(block)
      : allowed[b] === 0
        ? []
        : successors(block).filter((to) => allowed[to]),
  );
  const index = new Int32Array(count).fill(-1);
  const low = new Int32Array(count);
  const onStack = new Uint8Array(count);
  const result = new Uint8Array(count);
  const stack: number[] = [];
  const work: { block: number; edge: number }[] = [];
  let counter = 0;
  const open = (block: number) => {
    index[block] = counter;
    low[block] = counter++;
    onStack[block] = 1;
    stack.push(block);
    work.push({ block, edge: 0 });
  };
  for (let root = 0; root < count; root++) {
    if (index[root] >= 0) continue;
    open(root);
    while (work.length > 0) {
      const top = work[work.length - 1];
      const { block } = top;
      if (top.edge < next[block].length) {
        const to = next[block][top.edge++];
        if (index[to] < 0) open(to);
        else if (onStack[to] !== 0) low[block] = Math.min(low[block], index[to]);
        continue;
      }
      work.pop();
      if (work.length > 0) {
        const parent = work[work.length - 1].block;
        low[parent] = Math.min(low[parent], low[block]);
      }
      if (low[block] !== index[block]) continue;
      const members: number[] = [];
      let member: number;
      do {
        member = stack.pop()!;
        onStack[member] = 0;
        members.push(member);
      } while (member !== block);
      if (members.length > 1 || next[block].includes(block)) for (const m of members) result[m] = 1;
    }
  }
  return result;
}

/** Does some edge lead to its own block or an earlier one? Every cycle has such an edge, and most functions have none. */
export function goesBack({ blocks }: IrFunction): boolean {
  for (let b = 0; b < blocks.length; b++) {
    const next = successors(blocks[b]);
    for (let i = 0; i < next.length; i++) if (next[i] <= b) return true;
  }
  return false;
}
