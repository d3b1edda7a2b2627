// The graph of all runs: every state once, every step that leads out of it, nothing reduced. Shortest schedules within a
// number of preemptions are then found by arithmetic, without running anything again.
//
// The hard idea is what a node is. Whether a step is a preemption depends on who moved last, so a way is made of pairs
// (state, context that moves) and not of states: ways[r][e] is the fewest steps from taking edge e to what is looked for,
// when r preemptions are left behind it. It follows from the edges out of e's end: going on with the same context is
// free, another one costs a preemption if the same could have gone on. States are visited from the last to the first
// (post-order of the depth-first search), so one sweep settles a graph without cycles; sweeps go on until nothing
// changes, as in Bellman and Ford's algorithm.

import type { Machine } from "../../interpreter/api.js";
import type { Schedule } from "./result.js";
import { VisitedStates } from "./visited.js";

/** What is to be seen, as bits: at most 31 of them. */
export interface GraphTargets {
  /** What the present state shows: `n` choices, 0 where the run has ended. */
  ofState(machine: Machine, choices: Int32Array, n: number): number;
  /** What the step that was just made shows; when it ended the run, its end too. */
  ofStep(machine: Machine): number;
}

const MAX = 32;
const NEVER = 0x3fffffff;
/** Where an edge leads that ends the run. */
const NOWHERE = -1;

/** Numbers, as many as come. */
class Numbers {
  array = new Int32Array(1024);
  length = 0;

  push(value: number): number {
    if (this.length === this.array.length) {
      const larger = new Int32Array(this.length * 2);
      larger.set(this.array);
      this.array = larger;
    }
    this.array[this.length] = value;
    return this.length++;
  }
}

export class RunGraph {
  /** By state: its first edge, the contexts that may move as a mask, what it shows. */
  private readonly first = new Numbers();
  private readonly enabled = new Numbers();
  private readonly shows = new Numbers();
  /** By edge: who moves, how many steps that is, where it leads, what it shows, where its further steps are listed. */
  private readonly task = new Numbers();
  private readonly weight = new Numbers();
  private readonly end = new Numbers();
  private readonly hits = new Numbers();
  private readonly steps = new Numbers();
  private readonly unstopped = new Numbers();
  /** States, each behind those that it leads to. */
  private readonly order = new Numbers();
  /** Fewest steps from each edge, by preemptions left; of the target looked for. */
  private ways: Int32Array[] = [];

  /** False: the budget was used up, and there are runs that the graph does not have. */
  readonly isComplete: boolean;

  /** From the machine's first choice, where it comes back to. Each step is asked for by `spend`. */
  constructor(machine: Machine, targets: GraphTargets, spend: () => boolean) {
    this.isComplete = this.explore(machine, targets, spend);
  }

  private explore(machine: Machine, targets: GraphTargets, spend: () => boolean): boolean {
    const { memory } = machine;
    const visited = new VisitedStates();
    const hash = new Int32Array(4);
    // Behind the choices the callee may put others.
    const choices = new Int32Array(2 * MAX);
    /** States on the present way, and what is left to be taken from each. */
    const path: number[] = [];
    const todo: number[] = [];

    /** Number of the present state; a new one is put on the way. */
    const enter = (): number => {
      memory.hash(hash);
      if (visited.lookup(hash)) return visited.value - 1;
      const n = machine.choices(choices);
      const state = this.shows.push(targets.ofState(machine, choices, n));
      visited.value = state + 1;
      let mask = 0;
      for (let i = 0; i < n; i++) mask |= 1 << choices[i];
      this.enabled.push(mask);
      this.first.push(this.task.length);
      for (let i = 0; i < n; i++) {
        this.task.push(choices[i]);
        this.weight.push(0);
        this.end.push(NOWHERE);
        this.hits.push(0);
        this.steps.push(0);
      }
      if (n === 0) {
        this.order.push(state);
        machine.end = null;
        return state;
      }
      path.push(state);
      todo.push(this.first.array[state]);
      memory.mark();
      return state;
    };

    enter();
    while (path.length > 0) {
      const top = path.length - 1;
      const edge = todo[top]++;
      const state = path[top];
      if (edge === this.first.array[state] + ones(this.enabled.array[state])) {
        this.order.push(state);
        path.pop();
        todo.pop();
        memory.dropMark();
        if (path.length > 0) memory.rollback();
        continue;
      }
      if (!spend()) {
        while (path.length > 0) this.order.push(path.pop()!);
        memory.rollbackTo(memory.depth() - top);
        memory.dropMark();
        return false;
      }
      machine.step(this.task.array[edge]);
      this.hits.array[edge] = targets.ofStep(machine);
      machine.findings.length = 0;
      this.weight.array[edge] = 1 + machine.unstopped.length;
      this.steps.array[edge] = this.unstopped.length;
      for (const t of machine.unstopped) this.unstopped.push(t);
      if (machine.end !== null) {
        machine.end = null;
        memory.rollback();
        continue;
      }
      const before = path.length;
      const end = enter();
      this.end.array[edge] = end;
      if (path.length === before) memory.rollback();
    }
    return true;
  }

  /**
   * The fewest preemptions, up to `most`, with which target number `bit` is seen, and the shortest schedule with them: of
   * several the one that goes on with the same context for longest, and then takes the lowest. Null if there is none.
   */
  shortest(bit: number, most: number): { preemptions: number; schedule: Schedule } | null {
    const target = 1 << bit;
    this.ways = [];
    for (let left = 0; left <= most; left++) {
      this.measure(left, target);
      if (this.from(0, -1, left, target) < NEVER)
        return { preemptions: left, schedule: this.schedule(left, target) };
    }
    return null;
  }

  /** Fills ways[left]; those with fewer preemptions left are there. */
  private measure(left: number, target: number): void {
    const { hits, weight, order, first, enabled } = this;
    const ways = new Int32Array(this.task.length).fill(NEVER);
    this.ways.push(ways);
    for (let changed = true; changed; ) {
      changed = false;
      for (let i = 0; i < order.length; i++) {
        const from = first.array[order.array[i]];
        const to = from + ones(enabled.array[order.array[i]]);
        for (let edge = from; edge < to; edge++) {
          const behind = (hits.array[edge] & target) !== 0 ? 0 : this.behind(edge, left, target);
          const way = weight.array[edge] + behind;
          if (way >= ways[edge]) continue;
          ways[edge] = way;
          changed = true;
        }
      }
    }
  }

  /** Fewest steps from the end of an edge to the target. */
  private behind(edge: number, left: number, target: number): number {
    const state = this.end.array[edge];
    return state === NOWHERE ? NEVER : this.from(state, this.task.array[edge], left, target);
  }

  /** Fewest steps from a state in which context `last` has moved, with so many preemptions left. */
  private from(state: number, last: number, left: number, target: number): number {
    if ((this.shows.array[state] & target) !== 0) return 0;
    const enabled = this.enabled.array[state];
    const mayGoOn = last >= 0 && (enabled & (1 << last)) !== 0;
    const from = this.first.array[state];
    const to = from + ones(enabled);
    const free = this.ways[left];
    const paid = left > 0 ? this.ways[left - 1] : null;
    let best = NEVER;
    for (let edge = from; edge < to; edge++) {
      const ways = mayGoOn && this.task.array[edge] !== last ? paid : free;
      if (ways !== null && ways[edge] < best) best = ways[edge];
    }
    return best;
  }

  private schedule(preemptions: number, target: number): Schedule {
    let state = 0;
    let last = -1;
    let left = preemptions;
    const schedule: number[] = [];
    while ((this.shows.array[state] & target) === 0) {
      const edge = this.next(state, last, left, this.from(state, last, left, target));
      const t = this.task.array[edge];
      if (last >= 0 && t !== last && (this.enabled.array[state] & (1 << last)) !== 0) left--;
      schedule.push(t);
      const from = this.steps.array[edge];
      for (let i = 0; i < this.weight.array[edge] - 1; i++) schedule.push(this.unstopped.array[from + i]);
      if ((this.hits.array[edge] & target) !== 0) break;
      state = this.end.array[edge];
      last = t;
    }
    return schedule;
  }

  /** The edge to take first of those with which it is `fewest` steps: that of the same context, else the lowest. */
  private next(state: number, last: number, left: number, fewest: number): number {
    const enabled = this.enabled.array[state];
    const from = this.first.array[state];
    const to = from + ones(enabled);
    const mayGoOn = last >= 0 && (enabled & (1 << last)) !== 0;
    if (mayGoOn) {
      const own = from + ones(enabled & ((1 << last) - 1));
      if (this.ways[left][own] === fewest) return own;
    }
    const ways = mayGoOn ? this.ways[left - 1] : this.ways[left];
    for (let edge = from; edge < to; edge++)
      if (ways[edge] === fewest && !(mayGoOn && this.task.array[edge] === last)) return edge;
    throw new Error("the graph has no edge of the length it gives");
  }
}

function ones(mask: number): number {
  let n = 0;
  for (let m = mask; m !== 0; m &= m - 1) n++;
  return n;
}
