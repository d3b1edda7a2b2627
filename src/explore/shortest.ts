// The shortest witness of everything that was found: fewest preemptions first, then fewest steps.
//
// Comes in: a machine at its first choice and the keys wanted. Goes out: a schedule for each key, marked as proved
// when the levels below were searched completely. A preemption here is a switch away from a context that could
// have gone on (Musuvathi and Qadeer, "Iterative Context Bounding", PLDI 2007). The search is its own and unreduced:
// level k = 0, 1, 2 … takes every run with at most k preemptions, remembers for each (state, context that moved last,
// preemptions used) the fewest steps it was reached with, and goes on from there again when fewer are found. What one
// preemption does not show is looked for in the graph of all runs (graph.ts), which is the same search on paper.

import type { Finding, Machine } from "../../interpreter/api.js";
import { RunGraph } from "./graph.js";
import type { Schedule } from "./result.js";
import { VisitedStates } from "./visited.js";

export interface Witness {
  schedule: Schedule;
  preemptions: number;
  /** The levels below were searched completely and so was this one. */
  proved: boolean;
}

export interface ShortestLimits {
  /** Steps of all levels together. */
  transitions: number;
  preemptions: number;
  /** The level from which on the graph of all runs is looked at; GRAPH_LEVEL if nothing is said. */
  graphFrom?: number;
  stop: () => string | null;
}

/** Keys of what the present step or state shows. Called often: must not allocate when there is nothing. */
export interface Targets {
  /** Keys of findings of this step. */
  ofFinding(finding: Finding, machine: Machine): string;
  ofEnd(machine: Machine): string;
  /** Key of what is settled in the state of this hash, or null. */
  ofState(hash: Int32Array, machine: Machine): string | null;
  /** Calls back for each pair of contexts whose parked accesses race, while such keys are wanted. */
  wantsRaces: boolean;
  races(machine: Machine, contexts: Int32Array, n: number, found: (key: string) => void): void;
}

const MAX = 32;
/**
 * From this level on the graph of all runs is made, once for all levels: a run with one preemption is one of few, with
 * two it may pass most states.
 */
const GRAPH_LEVEL = 2;

export function findShortest(
  machine: Machine,
  wanted: Iterable<string>,
  targets: Targets,
  limits: ShortestLimits,
): Map<string, Witness> {
  const open = new Set(wanted);
  const best = new Map<string, Witness>();
  const { graphFrom = GRAPH_LEVEL } = limits;
  let transitions = 0;
  const { memory } = machine;
  // What was there before anybody moved.
  for (const f of machine.findings) {
    const key = targets.ofFinding(f, machine);
    if (open.delete(key)) best.set(key, { schedule: [], preemptions: 0, proved: true });
  }
  if (machine.end !== null || open.size === 0) return best;
  memory.base();

  for (let level = 0; level <= limits.preemptions && open.size > 0; level++) {
    if (level === graphFrom && open.size < 32) {
      const spend = (): boolean =>
        (++transitions & 1023) !== 0 || (transitions <= limits.transitions && limits.stop() === null);
      throughGraph(machine, open, targets, limits.preemptions, spend, best);
      return best;
    }
    const visited = new VisitedStates();
    const found = new Map<string, number[]>();
    /** Every step, those taken without stopping too; `ends[d]` is where those of depth d end, `moved[d]` who moved. */
    const path: number[] = [];
    const ends: number[] = [];
    const moved: number[] = [];
    const used: number[] = [0];
    const todo: number[] = [];
    const hash = new Int32Array(4);
    const choices = new Int32Array(2 * MAX);
    let cut = false;
    let deadlocked = false;

    const see = (key: string) => {
      if (!open.has(key)) return;
      const known = found.get(key);
      if (known === undefined || path.length < known.length) found.set(key, [...path]);
    };
    /** Enters the present state; true when it is new or was reached with fewer steps. */
    const enter = (): boolean => {
      const last = moved.length > 0 ? moved[moved.length - 1] : MAX;
      memory.hash(hash);
      const settled = targets.ofState(hash, machine);
      if (settled !== null) see(settled);
      hash[0] ^= Math.imul(last + 1, 0x9e3779b1);
      hash[1] ^= Math.imul(used[used.length - 1] + 1, 0x85ebca6b);
      if (visited.lookup(hash) && visited.value <= path.length + 1) return false;
      visited.value = path.length + 1;
      const n = machine.choices(choices);
      if (n === 0) {
        see(targets.ofEnd(machine));
        for (const f of machine.findings) see(targets.ofFinding(f, machine));
        deadlocked = true;
        return false;
      }
      if (targets.wantsRaces) targets.races(machine, choices, n + machine.spinners(choices.subarray(n)), see);
      let mask = 0;
      for (let i = 0; i < n; i++) mask |= 1 << choices[i];
      const spent = used[used.length - 1];
      // With the budget spent, only the context that moved last may go on while it can.
      if (spent === level && last < MAX && (mask & (1 << last)) !== 0) mask = 1 << last;
      todo.push(mask);
      return true;
    };

    const back = () => {
      moved.pop();
      ends.pop();
      path.length = ends.length > 0 ? ends[ends.length - 1] : 0;
      used.pop();
      memory.rollback();
      machine.end = null;
    };

    if (enter()) memory.mark();
    const root = todo[0];
    while (todo.length > 0) {
      const depth = todo.length - 1;
      const mask = todo[depth];
      if (mask === 0 || cut) {
        todo.pop();
        memory.dropMark();
        if (depth === 0) break;
        back();
        continue;
      }
      const last = depth > 0 ? moved[depth - 1] : -1;
      const canGoOn = last >= 0 && machine.enabled(last);
      const t = last >= 0 && (mask & (1 << last)) !== 0 ? last : 31 - Math.clz32(mask & -mask);
      todo[depth] = mask & ~(1 << t);
      const spent = used[depth] + (last >= 0 && t !== last && canGoOn ? 1 : 0);
      if (spent > level) continue;
      machine.step(t);
      path.push(t, ...machine.unstopped);
      ends.push(path.length);
      moved.push(t);
      used.push(spent);
      if ((++transitions & 1023) === 0 && (transitions > limits.transitions || limits.stop() !== null))
        cut = true;
      for (const f of machine.findings) see(targets.ofFinding(f, machine));
      machine.findings.length = 0;
      deadlocked = false;
      if (machine.end === null && path.length < 50_000 && enter()) {
        memory.mark();
        continue;
      }
      if (machine.end !== null && !deadlocked) see(targets.ofEnd(machine));
      back();
    }
    if (root === undefined) break;
    for (const [key, schedule] of found) {
      // A guess that does not hold hides runs: they are real, but others may be shorter.
      const whole = !cut && (machine.confinement === null || machine.confinement.breaches === 0);
      best.set(key, { schedule, preemptions: level, proved: whole });
      open.delete(key);
    }
    if (cut) break;
  }
  return best;
}

/** Looks for what few preemptions do not show, in the graph of all runs. */
function throughGraph(
  machine: Machine,
  open: ReadonlySet<string>,
  targets: Targets,
  most: number,
  spend: () => boolean,
  best: Map<string, Witness>,
): void {
  const keys = [...open];
  const bits = new Map(keys.map((key, i) => [key, 1 << i]));
  const bitOf = (key: string): number => bits.get(key) ?? 0;
  const hash = new Int32Array(4);
  let seen = 0;
  const note = (key: string): void => {
    seen |= bitOf(key);
  };
  const ofFindings = (): number => {
    let found = 0;
    for (const f of machine.findings) found |= bitOf(targets.ofFinding(f, machine));
    return found;
  };
  const graph = new RunGraph(
    machine,
    {
      ofState(_, choices, n) {
        if (n === 0) return bitOf(targets.ofEnd(machine)) | ofFindings();
        machine.memory.hash(hash);
        const settled = targets.ofState(hash, machine);
        seen = settled === null ? 0 : bitOf(settled);
        if (targets.wantsRaces)
          targets.races(machine, choices, n + machine.spinners(choices.subarray(n)), note);
        return seen;
      },
      ofStep: () => ofFindings() | (machine.end === null ? 0 : bitOf(targets.ofEnd(machine))),
    },
    spend,
  );
  // A guess that does not hold hides runs: they are real, but others may be shorter.
  const whole = graph.isComplete && (machine.confinement?.breaches ?? 0) === 0;
  keys.forEach((key, bit) => {
    const found = graph.shortest(bit, most);
    if (found !== null) best.set(key, { ...found, proved: whole });
  });
}
