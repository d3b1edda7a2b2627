// What structured control flow needs to know of a graph: order, dominator tree, loops, joins, and whether it is
// reducible at all.
//
// In: a function. Out: for every reachable block its place in reverse postorder, its immediate dominator, whether an
// edge leads back to it and whether several edges lead forward to it. The graph is irreducible if some edge goes
// back to a block that does not dominate its source (Hecht and Ullman, 1974). Dominators: Cooper, Harvey and
// Kennedy, "A simple, fast dominance algorithm", 2001.

import { reversePostorder, successors } from "../ir/graph.js";
import type { IrFunction } from "../ir/program.js";

export interface FlowShape {
  /** Reachable blocks in reverse postorder; the entry first. */
  readonly order: readonly number[];
  /** Place of a block in `order`, or -1. */
  readonly place: Int32Array;
  readonly reducible: boolean;
  /** Blocks that an edge leads back to. */
  readonly isLoop: Uint8Array;
  /** Blocks that two or more edges lead forward to, or one from a switch. */
  readonly isJoin: Uint8Array;
  /** Blocks whose immediate dominator is the index, in reverse postorder. */
  readonly children: readonly (readonly number[])[];
}

export function analyseFlow(fn: IrFunction): FlowShape {
  const order = reversePostorder(fn);
  const count = fn.blocks.length;
  const place = new Int32Array(count).fill(-1);
  order.forEach((block, i) => {
    place[block] = i;
  });
  const preds: number[][] = fn.blocks.map(() => []);
  for (const block of order) for (const to of successors(fn.blocks[block])) preds[to].push(block);

  const idom = new Int32Array(count).fill(-1);
  idom[0] = 0;
  const meet = (x: number, y: number): number => {
    let a = x;
    let b = y;
    while (a !== b) {
      while (place[a] > place[b]) a = idom[a];
      while (place[b] > place[a]) b = idom[b];
    }
    return a;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < order.length; i++) {
      const block = order[i];
      let dom = -1;
      for (const p of preds[block]) if (idom[p] >= 0) dom = dom < 0 ? p : meet(dom, p);
      if (idom[block] === dom) continue;
      idom[block] = dom;
      changed = true;
    }
  }

  const isLoop = new Uint8Array(count);
  const isJoin = new Uint8Array(count);
  const forward = new Int32Array(count);
  let reducible = true;
  for (const block of order) {
    const isSwitch = fn.blocks[block].at(-1)!.op.startsWith("switch");
    for (const to of successors(fn.blocks[block])) {
      if (place[to] > place[block]) {
        // Ways out of a switch are jumps, never code that follows.
        if (++forward[to] === 2 || isSwitch) isJoin[to] = 1;
        continue;
      }
      isLoop[to] = 1;
      let above = block;
      while (place[above] > place[to]) above = idom[above];
      if (above !== to) reducible = false;
    }
  }
  const children: number[][] = fn.blocks.map(() => []);
  for (let i = 1; i < order.length; i++) children[idom[order[i]]].push(order[i]);
  return { order, place, reducible, isLoop, isJoin, children };
}
