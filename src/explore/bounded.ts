// Search by preemption bound: every run without a preemption first, then with at most one, two, and so on.
//
// Comes in: a machine at its first choice. Goes out: what the levels that were finished have shown. A preemption is a
// switch away from a context that could have gone on (Musuvathi and Qadeer, "Iterative Context Bounding for Systematic
// Testing of Multithreaded Programs", PLDI 2007): most bugs need one or two. A level is a search of its own over states
// together with who moved last and how many preemptions are left, without sleep sets, which do not go with a bound. When
// a level leaves nothing out, everything has been searched and the bound is none.

import { type Machine, StepFootprint } from "../../interpreter/api.js";
import type { Collector } from "./collect.js";
import { ones } from "./measure.js";
import { RaceWatch } from "./races.js";
import { noteCut, type SearchLimits, type SearchTally } from "./states.js";
import { GuessWatch, UnstoppedSteps } from "./unstopped.js";
import { VisitedStates } from "./visited.js";

/** What was known when a level had been searched to its end. */
export interface Level {
  preemptions: number;
  /** States, counted once for each context that moved last and number of preemptions. */
  states: number;
  /** Different ends and findings so far. */
  outcomes: number;
  findings: number;
}

export interface BoundedTally extends SearchTally {
  levels: Level[];
}

const MAX = 32;

export function searchBounded(
  machine: Machine,
  collector: Collector,
  limits: SearchLimits,
  mostPreemptions: number,
  onTick: (tally: SearchTally, depth: number) => void,
): BoundedTally {
  const tally: BoundedTally = {
    states: 0,
    transitions: 0,
    ends: 0,
    maxDepth: 0,
    cut: null,
    levels: [],
  };
  const { memory } = machine;
  const guess = new GuessWatch(machine.confinement);
  const choices = new Int32Array(2 * MAX);
  const prints = Array.from({ length: 2 * MAX }, () => new StepFootprint());
  const hash = new Int32Array(4);
  const watch = new RaceWatch(machine, collector);

  if (machine.end !== null) {
    noteCut(machine, tally);
    collector.outcome(machine, () => []);
    for (const f of machine.findings) collector.finding(f, machine, () => []);
    tally.states = 1;
    tally.ends = 1;
    return tally;
  }
  for (const f of machine.findings) collector.finding(f, machine, () => []);
  collector.statedBy(machine, () => []);
  for (let bound = 0; ; bound++) {
    const left = level(bound);
    if (tally.cut !== null || guess.hasBroken()) break;
    const { outcomes, findings } = collector.counts();
    tally.levels.push({ preemptions: bound, states: tally.states, outcomes, findings });
    if (!left) break;
    if (bound === mostPreemptions) {
      tally.cut = `runs with more than ${bound} preemption${bound === 1 ? "" : "s"} were left out`;
      break;
    }
  }
  if (tally.cut !== null && tally.levels.length > 0) {
    const whole = tally.levels[tally.levels.length - 1].preemptions;
    tally.cut += `; searched whole: up to ${whole} preemption${whole === 1 ? "" : "s"}`;
  }
  return tally;

  /** Every run with at most `bound` preemptions. True if there are others. */
  function level(bound: number): boolean {
    const visited = new VisitedStates();
    const unstopped = new UnstoppedSteps();
    const moved: number[] = [];
    const used: number[] = [0];
    const todo: number[] = [];
    let leftOut = false;
    tally.states = 0;

    const path = (): number[] => {
      const steps: number[] = [];
      for (let d = 0; d < moved.length; d++) {
        steps.push(moved[d]);
        unstopped.appendTo(steps, d);
      }
      return steps;
    };
    const ended = () => {
      tally.ends++;
      for (const f of machine.findings) collector.finding(f, machine, path);
      noteCut(machine, tally);
      collector.outcome(machine, path);
    };
    const races = (n: number) => {
      const all = n + machine.spinners(choices.subarray(n));
      for (let i = 0; i < all; i++) machine.footprint(choices[i], prints[i]);
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < all; j++) {
          watch.check(choices[i], choices[j], prints[i], prints[j], path);
        }
      }
    };
    const enter = (): boolean => {
      const last = moved.length > 0 ? moved[moved.length - 1] : MAX;
      const spent = used[used.length - 1];
      memory.hash(hash);
      hash[0] ^= Math.imul(last + 1, 0x9e3779b1);
      hash[1] ^= Math.imul(spent + 1, 0x85ebca6b);
      if (visited.lookup(hash)) return false;
      visited.value = 1;
      tally.states++;
      const n = machine.choices(choices);
      if (n === 0) {
        ended();
        return false;
      }
      let mask = 0;
      for (let i = 0; i < n; i++) mask |= 1 << choices[i];
      if (spent === bound && last < MAX && (mask & (1 << last)) !== 0) {
        if (mask !== 1 << last) leftOut = true;
        mask = 1 << last;
      }
      races(n);
      todo.push(mask);
      return true;
    };
    const back = () => {
      moved.pop();
      used.pop();
      memory.rollback();
      machine.end = null;
    };

    if (!enter()) return leftOut;
    memory.mark();
    const root = memory.depth();
    while (todo.length > 0) {
      const depth = todo.length - 1;
      const mask = todo[depth];
      if (mask === 0) {
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
      machine.step(t);
      collector.statedBy(machine, path);
      moved.push(t);
      unstopped.set(depth, machine.unstopped);
      used.push(used[depth] + (last >= 0 && t !== last && canGoOn ? 1 : 0));
      tally.transitions++;
      if (depth + 1 > tally.maxDepth) tally.maxDepth = depth + 1;
      if ((tally.transitions & 1023) === 0) {
        tally.cut ??=
          visited.bytes() > limits.memory
            ? `memory for states (${Math.round(limits.memory / 2 ** 20)} MB) used up`
            : limits.stop();
        tally.findings = collector.count;
        // Of this level; what further levels take is not known.
        tally.frontier = todo.reduce((all, mask) => all + ones(mask), 0);
        onTick(tally, depth);
      }
      if (tally.states >= limits.states) tally.cut ??= `the states allowed (${limits.states}) are used up`;
      if (depth >= limits.depth) tally.cut ??= `a run of ${limits.depth} steps`;
      if (guess.broken() || (tally.cut !== null && machine.end === null)) {
        memory.rollbackTo(root);
        memory.dropMark();
        machine.end = null;
        return true;
      }
      if (machine.end === null) {
        for (const f of machine.findings) collector.finding(f, machine, path);
        machine.findings.length = 0;
        if (enter()) {
          memory.mark();
          continue;
        }
      } else ended();
      machine.findings.length = 0;
      back();
    }
    return leftOut;
  }
}
