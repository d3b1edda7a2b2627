// The oracle for every search: all interleavings, one after the other, nothing remembered, nothing reduced.

import { race, StepFootprint } from "../../interpreter/machine/footprint.js";
import type { Machine } from "../../interpreter/machine/machine.js";
import { Collector } from "../../src/explore/collect.js";
import type { Exploration } from "../../src/explore/result.js";

export interface NaiveResult {
  outcomes: string[];
  findings: string[];
  /** Complete interleavings. */
  runs: number;
  /** Steps performed. */
  steps: number;
  /** False when `maxSteps` was not enough: the result is then no oracle. */
  complete: boolean;
}

export function naive(
  machine: Machine,
  title: (f: { kind: string }) => string,
  maxSteps: number,
): NaiveResult {
  const collector = new Collector({ title });
  let runs = 0;
  let steps = 0;
  let complete = true;
  const none = () => [];
  const prints = [new StepFootprint(), new StepFootprint()];

  const ended = () => {
    runs++;
    for (const f of machine.findings) collector.finding(f, machine, none);
    collector.outcome(machine, none);
  };
  const visit = (depth: number): void => {
    const choices = new Int32Array(64);
    machine.findings.length = 0;
    const n = machine.choices(choices);
    if (n === 0) {
      ended();
      return;
    }
    const all = n + machine.spinners(choices.subarray(n));
    for (let i = 0; i < n; i++) {
      for (let j = i + 1; j < all; j++) {
        machine.footprint(choices[i], prints[0]);
        machine.footprint(choices[j], prints[1]);
        const finding = race(prints[0], prints[1]) < 0 ? null : machine.raceFinding(choices[i], choices[j]);
        if (finding !== null) collector.finding(finding, machine, none);
      }
    }
    machine.memory.mark();
    for (let i = 0; i < n && complete; i++) {
      if (++steps > maxSteps || depth > 400) {
        complete = false;
        break;
      }
      machine.step(choices[i]);
      if (machine.end !== null) ended();
      else {
        for (const f of machine.findings) collector.finding(f, machine, none);
        visit(depth + 1);
      }
      machine.memory.rollback();
      machine.end = null;
    }
    machine.memory.dropMark();
  };
  if (machine.end !== null) ended();
  else {
    for (const f of machine.findings) collector.finding(f, machine, none);
    visit(0);
  }
  const found = collector.result();
  return {
    outcomes: found.outcomes.map((o) => `${o.key}${o.failed ? " (failed)" : ""}`),
    findings: found.findings.map((f) => f.title),
    runs,
    steps,
    complete,
  };
}

/** The same view of a search's result. */
export function viewOf(result: Exploration): { outcomes: string[]; findings: string[] } {
  return {
    outcomes: result.outcomes.map((o) => `${o.key}${o.failed ? " (failed)" : ""}`),
    findings: result.findings.map((f) => f.title),
  };
}

/** All words of the run that are not zero, in four independent sums of 32 bits. */
function wholeMemory({ memory, map }: Machine): string {
  const words = memory.i32.subarray(0, map.memoryEnd >> 2);
  let [p, q, r, s] = [1, 2, 3, 4];
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (word === 0) continue;
    p = Math.imul(p ^ word ^ (i << 1), 0x9e3779b1) + (p >>> 15);
    q = Math.imul((q + word) ^ i, 0x85ebca6b) ^ (q >>> 13);
    r = Math.imul((r << 5) ^ (r >>> 27) ^ word, 0xc2b2ae35) + i;
    s = Math.imul(s + (word ^ (i << 16)), 0x27d4eb2f) ^ (s >>> 16);
  }
  return `${p | 0},${q},${r | 0},${s}`;
}

/**
 * The oracle for programs that may go round: every state once, told apart by all its memory, every step from it; then,
 * from the ends back over all steps, the states from which an end can be reached.
 */
export function plain(
  machine: Machine,
  title: (f: { kind: string }) => string,
  maxStates: number,
): NaiveResult & { endless: boolean } {
  const collector = new Collector({ title });
  const numbers = new Map<string, number>();
  /** By state: the states in front of it. */
  const before: number[][] = [];
  const ends: number[] = [];
  const none = () => [];
  let steps = 0;
  let complete = true;
  /** The present state's number; below 0: it is new, and the number is the other one. */
  const numberOf = (): number => {
    const text = `${machine.end ?? ""}${wholeMemory(machine)}`;
    const known = numbers.get(text);
    if (known !== undefined) return known;
    numbers.set(text, before.length);
    return ~(before.push([]) - 1);
  };
  /** Gives the state's number. */
  const visit = (): number => {
    const number = numberOf();
    if (number >= 0) return number;
    const own = ~number;
    if (own > maxStates) {
      complete = false;
      return own;
    }
    const choices = new Int32Array(64);
    machine.findings.length = 0;
    const n = machine.choices(choices);
    if (n === 0) {
      for (const f of machine.findings) collector.finding(f, machine, none);
      collector.outcome(machine, none);
      ends.push(own);
      return own;
    }
    machine.memory.mark();
    for (let i = 0; i < n && complete; i++) {
      steps++;
      machine.step(choices[i]);
      for (const f of machine.findings) collector.finding(f, machine, none);
      if (machine.end !== null) {
        const end = numberOf();
        if (end < 0) collector.outcome(machine, none);
        ends.push(own);
      } else before[visit()].push(own);
      machine.memory.rollback();
      machine.end = null;
    }
    machine.memory.dropMark();
    return own;
  };
  for (const f of machine.findings) collector.finding(f, machine, none);
  visit();
  const found = collector.result();
  const reached = new Set(ends);
  const todo = [...reached];
  for (let state = todo.pop(); state !== undefined; state = todo.pop()) {
    for (const one of before[state]) {
      if (reached.has(one)) continue;
      reached.add(one);
      todo.push(one);
    }
  }
  return {
    outcomes: found.outcomes.map((o) => `${o.key}${o.failed ? " (failed)" : ""}`),
    findings: found.findings.map((f) => f.title),
    runs: numbers.size,
    steps,
    complete,
    // The states of ends that a step made are no states to go on from.
    endless:
      complete &&
      numbers.size - [...numbers.keys()].filter((text) => /^[a-z]/.test(text)).length > reached.size,
  };
}
