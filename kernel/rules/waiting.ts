// Contexts that wait for each other in a circle. They will never go on, whatever others do: a finding, even where others
// run for ever and the run never comes to a stop.
//
// Comes in: who would have to move before whom. Goes out: a finding for each place that is the lowest of some circle.
// A context waits for all those who hold what its operation needs and for all those who keep its CPU; as long as
// these do not move, it cannot. So a circle once closed stays, and with it everything that is said here.
//
// The hard thing is that what is said must not depend on the order of steps which do not touch each other: a search may
// take any one order for all. So it is a property of the state, which no step undoes. "There is a circle through this
// context in which no one stands at a lower site" is one; the first circle found, or whether others could still move when
// it was closed, is none. Whoever closes a circle is in it and waits (what others do, waking or releasing, only takes
// reasons to wait away; being moved to another CPU is looked at, too), so it is looked for where a context begins to
// wait; where nobody can move any more, it is said again in the same words, for all circles that are left.
// https://docs.kernel.org/locking/rt-mutex-design.html ("priority inheritance chain": who waits for whom)
//
// Simpler: a lock that somebody else than its holder releases is not foreseen.

import type { Host, Rule } from "../../interpreter/api.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { describeWait, holdersOf } from "../objects/waits.js";

/** TaskState of a context that has not returned. */
const PARKED = 2;

/** A loop that tries waits, too, but the lock need not be the only way out of it. */
const TRIES = new Set(ALL_OBJECTS.filter((op) => op.tries !== undefined).map((op) => op.name));

/** Who would have to move before this context can, as a mask: whom its operation waits for, and who keeps its CPU. */
function awaited(h: Host, task: number): number {
  if (h.taskState(task) !== PARKED) return 0;
  let mask = h.keepersOf(task);
  const op = h.waitingIn(task);
  if (op === "" || TRIES.has(op)) return mask;
  h.focus(task);
  for (const holder of holdersOf(h, op)) mask |= 1 << holder;
  return mask;
}

/** Looks at each context at most once. */
class Graph {
  readonly #awaited = new Map<number, number>();

  constructor(private readonly h: Host) {}

  from(task: number): number {
    let mask = this.#awaited.get(task);
    if (mask === undefined) {
      mask = awaited(this.h, task);
      this.#awaited.set(task, mask);
    }
    return mask;
  }

  /** All that `task` waits for, directly or not, through contexts of the mask `within` only. */
  reach(task: number, within: number): number {
    let reached = 0;
    for (let todo = this.from(task) & within; todo !== 0; ) {
      const next = todo & -todo;
      reached |= next;
      todo = (todo | (this.from(bitOf(next)) & within)) & ~reached;
    }
    return reached;
  }

  /** The shortest way from `start` back to it within these, by lowest numbers; there is one. */
  circle(start: number, within: number): number[] {
    /** By context: the one in front of it on the way. */
    const before = new Map<number, number>();
    const todo = [start];
    for (const task of todo) {
      for (const next of bits(this.from(task) & within)) {
        if (next === start) {
          const way = [task];
          while (way[0] !== start) way.unshift(before.get(way[0]!)!);
          return way;
        }
        if (before.has(next)) continue;
        before.set(next, task);
        todo.push(next);
      }
    }
    throw new Error("there is no such circle");
  }
}

const bitOf = (mask: number): number => 31 - Math.clz32(mask);

function bits(mask: number): number[] {
  const set: number[] = [];
  for (let left = mask; left !== 0; left &= left - 1) set.push(bitOf(left & -left));
  return set;
}

/** Tells the circles through `through`, or all. */
function tell(h: Host, graph: Graph, through: number | null): void {
  for (let t = 0; t < h.taskCount(); t++) {
    if (h.taskState(t) !== PARKED) continue;
    const site = h.siteOf(t);
    let within = 0;
    for (let u = 0; u < h.taskCount(); u++) {
      if (h.taskState(u) !== PARKED) continue;
      const other = h.siteOf(u);
      // Of several at one place one will do.
      if (other > site || (other === site && u >= t)) within |= 1 << u;
    }
    const reached = graph.reach(t, within);
    if ((reached & (1 << t)) === 0) continue;
    const passes = (reached & (1 << (through ?? t))) !== 0;
    if (passes && (graph.reach(through ?? t, within) & (1 << t)) !== 0) report(h, graph.circle(t, within));
  }
}

function report(h: Host, circle: readonly number[]): void {
  const text = circle.map((task) => waitText(h, task)).join(", then ");
  const [first, second = first] = circle;
  h.focus(first!);
  h.report("deadlock", `a circle of waiting: ${text}`, 0, 0, second!, h.siteOf(second!));
}

function waitText(h: Host, task: number): string {
  const op = h.waitingIn(task);
  if (op === "" || TRIES.has(op)) return `CPU ${h.cpuOf(task)}`;
  h.focus(task);
  return describeWait(h, op).what;
}

export const waiting: Rule = {
  name: "waiting",
  waits(h) {
    const { task } = h;
    const graph = new Graph(h);
    if ((graph.reach(task, -1) & (1 << task)) !== 0) tell(h, graph, task);
  },
  stuck(h) {
    const graph = new Graph(h);
    tell(h, graph, null);
    // Whoever waits for one that is in a circle waits for that reason.
    let circling = 0;
    for (let t = 0; t < h.taskCount(); t++) if ((graph.reach(t, -1) & (1 << t)) !== 0) circling |= 1 << t;
    let explained = circling;
    for (let t = 0; t < h.taskCount(); t++) if ((graph.reach(t, -1) & circling) !== 0) explained |= 1 << t;
    return explained;
  },
};
