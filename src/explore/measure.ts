// How far a search is on its way through a tree of choices: what is still to be taken on the present way, and which part of
// the tree is behind it, where each choice of a state weighs the same.
// D. E. Knuth, "Estimating the Efficiency of Backtrack Programs", Mathematics of Computation 29 (1975), with the way that
// the search is on for the random one: so it is a guess, as subtrees differ.

import type { SearchTally } from "./states.js";
import type { Node } from "./trace-run.js";

export function ones(mask: number): number {
  let n = 0;
  for (let m = mask; m !== 0; m &= m - 1) n++;
  return n;
}

/** `left` and `width`: at each depth the choices that are still to be taken, and those that there were. */
export function measure(
  tally: SearchTally,
  depth: number,
  left: (depth: number) => number,
  width: (depth: number) => number,
): void {
  let frontier = 0;
  let share = 0;
  let weight = 1;
  for (let d = 0; d <= depth; d++) {
    const open = left(d);
    const all = Math.max(1, width(d));
    frontier += open;
    // The choice that the way goes through is neither behind nor left.
    share += (weight * Math.max(0, all - open - 1)) / all;
    weight /= all;
  }
  tally.frontier = frontier;
  tally.share = share;
}

/**
 * The same of a search by traces. Which branches a node has turns out only as their runs are looked at, so the share is
 * of what is known.
 */
export function measureTraces(tally: SearchTally, nodes: readonly Node[], depth: number): void {
  const left = (d: number): number => {
    let n = 0;
    for (let one = nodes[d]!.todo.first?.next ?? null; one !== null; one = one.next) n++;
    return n;
  };
  measure(tally, depth, left, (d) => ones(nodes[d]!.sleep & ~nodes[d]!.slept) + 1 + left(d));
}
