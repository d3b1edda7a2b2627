// Which steps of a run decide what it shows: the fewest whose order, kept, always leads there.
//
// Comes in: a schedule that shows something and the steps of it that might matter. Goes out: those that do, with the
// proof: every run in which these steps come in this order, whatever the other steps do, shows the same.
//
// The hard idea is what "keep the order" means in a run that is another one. A step is known by its context, its
// place in the program and how often the context was there; a kept step may be made only when all kept ones before it
// have been made, every other step at any time. What the contexts were about to do when the finding showed comes
// after all of them. A run that ends without having made the kept steps, or cannot go on for waiting for one, counts
// as one that does not show it: so the kept steps are a cause and not a symptom. The search is complete
// (depth first, every state once) or it proves nothing; steps are then given up one after the other as long as the
// proof succeeds, as in delta debugging (Zeller and Hildebrandt, "Simplifying and Isolating Failure-Inducing Input",
// IEEE TSE 28(2), 2002).

import {
  type Entry,
  type Finding,
  Machine,
  type MachineConfig,
  type Program,
  TaskState,
} from "../../interpreter/api.js";
import { endKey } from "./collect.js";
import type { Kernel } from "./explore.js";
import type { Schedule } from "./result.js";
import { VisitedStates } from "./visited.js";

/** What the run shows: a finding by its title, or an outcome by its key. */
export type Goal = { finding: string } | { outcome: string };

export interface DecisiveOrder {
  /** Indices of the kept steps in the schedule, ascending. */
  steps: number[];
  /** Choices that come only behind all kept steps: the next steps of these contexts, and moves to another CPU. */
  later: number[];
  /** Different states of all runs that keep the order: each of these runs shows it. */
  states: number;
  /** No kept step can be given up; false: the search for that was cut. */
  minimal: boolean;
}

export interface OrderLimits {
  /** Steps of all searches together. */
  transitions: number;
}

const MAX = 32;
const LATER = Number.MAX_SAFE_INTEGER;

/** Null where the order of the candidates alone does not decide, or the search would be too long. */
export function decisiveOrder(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  config: MachineConfig,
  schedule: Schedule,
  /** In the order in which they are given up. */
  candidates: readonly number[],
  goal: Goal,
  limits: OrderLimits,
): DecisiveOrder | null {
  const machine = new Machine(program, kernel.objects, kernel.rules, config);
  machine.begin(entry);
  if (machine.end !== null) return null;
  const seen = goalIn(goal, kernel, machine);
  const names = namesOf(machine, schedule, seen);
  if (names === null) return null;
  const search = new KeptOrder(machine, seen, limits);
  // What shows the finding, and what was still to come.
  let last = candidates.filter((i) => i < names.steps.length).sort((a, b) => a - b);
  let later = names.later;
  let states = search.prove(
    last.map((i) => names.steps[i]!),
    later,
  );
  if (states === null) return null;
  for (const step of candidates) {
    if (search.spent) break;
    const fewer = last.filter((kept) => kept !== step);
    const proved = search.prove(
      fewer.map((i) => names.steps[i]!),
      later,
    );
    if (proved === null) continue;
    last = fewer;
    states = proved;
  }
  for (const step of later) {
    if (search.spent) break;
    const fewer = later.filter((kept) => kept !== step);
    const proved = search.prove(
      last.map((i) => names.steps[i]!),
      fewer,
    );
    if (proved === null) continue;
    later = fewer;
    states = proved;
  }
  return { steps: last, later: later.map(({ place }) => place % MAX), states, minimal: !search.spent };
}

/** Does the machine show it now? Asked after each step, and at the end. */
type Seen = (atEnd: boolean) => boolean;

function goalIn(goal: Goal, kernel: Kernel, machine: Machine): Seen {
  if ("outcome" in goal) return (atEnd) => atEnd && endKey(machine) === goal.outcome;
  const titles = new Map<string, string>();
  const titleOf = (finding: Finding): string => {
    const key = `${finding.kind}|${finding.site}|${finding.otherSite}|${finding.text}`;
    let title = titles.get(key);
    if (title === undefined) {
      title = kernel.title(finding, machine);
      titles.set(key, title);
    }
    return title;
  };
  return () => machine.findings.some((finding) => titleOf(finding) === goal.finding);
}

/** A step by name: its context, its place, and how often the context was there before. */
interface StepName {
  place: number;
  time: number;
}

/** Place of a context's next step; a migration has its choice for one. */
function placeOf(machine: Machine, t: number): number {
  return t >= machine.taskCount() ? t : t + (machine.pending(t).site + 1) * MAX;
}

/** The steps of the schedule up to where it is shown; null if it is not shown. */
function namesOf(
  machine: Machine,
  schedule: Schedule,
  seen: Seen,
): { steps: StepName[]; later: StepName[] } | null {
  const choices = new Int32Array(MAX);
  const times = new Map<number, number>();
  const name = (t: number): StepName => {
    const place = placeOf(machine, t);
    return { place, time: times.get(place) ?? 0 };
  };
  const steps: StepName[] = [];
  let shown = false;
  machine.memory.mark();
  while (!shown && machine.end === null) {
    if (machine.choices(choices) === 0) {
      shown = seen(true);
      break;
    }
    const t = schedule[steps.length];
    if (t === undefined || !machine.enabled(t)) break;
    const made = name(t);
    times.set(made.place, made.time + 1);
    machine.step(t);
    steps.push(made);
    shown = seen(machine.end !== null);
  }
  const later: StepName[] = [];
  if (machine.end === null || machine.end === "deadlock" || machine.end === "fatal") {
    const moved = machine.end === "fatal" ? (schedule[steps.length - 1] ?? -1) : -1;
    for (let t = 1; t < machine.taskCount(); t++)
      if (t !== moved && machine.taskState(t) === TaskState.Parked) later.push(name(t));
  }
  // So does a move of an unbound context that this run did without.
  for (let t = machine.taskCount(); t < MAX; t++)
    if (machine.migration(t) !== null && !times.has(t)) later.push({ place: t, time: 0 });
  machine.memory.rollback();
  machine.memory.dropMark();
  machine.end = null;
  return shown ? { steps, later } : null;
}

class KeptOrder {
  spent = false;
  #transitions = 0;

  constructor(
    readonly machine: Machine,
    readonly seen: Seen,
    readonly limits: OrderLimits,
  ) {}

  /** The number of states if every run that keeps the order shows it, else null. */
  prove(kept: readonly StepName[], later: readonly StepName[]): number | null {
    const { machine, seen } = this;
    const { memory } = machine;
    // For each place with a kept step: its positions in the order, by how often the context was there.
    const places = new Map<number, { index: number; positions: Map<number, number> }>();
    const at = (place: number) => {
      let known = places.get(place);
      if (known === undefined) {
        known = { index: places.size, positions: new Map() };
        places.set(place, known);
      }
      return known.positions;
    };
    for (const [position, { place, time }] of kept.entries()) at(place).set(time, position);
    for (const { place, time } of later) at(place).set(time, LATER);

    const visited = new VisitedStates();
    const hash = new Int32Array(4);
    const choices = new Int32Array(MAX);
    const times = new Int32Array(places.size);
    let position = 0;
    let states = 0;
    const todo: number[] = [];
    const moved: number[] = [];

    const orderOf = (t: number): number | undefined => {
      const place = places.get(placeOf(machine, t));
      return place?.positions.get(times[place.index]!);
    };
    const allowed = (t: number): boolean => {
      const order = orderOf(t);
      return order === undefined || order === position || (order === LATER && position === kept.length);
    };
    /** True: there is something to do here. Null: a run ends or is stuck here without showing it. */
    const enter = (): boolean | null => {
      memory.hash(hash);
      hash[0] = hash[0]! ^ Math.imul(position + 1, 0x9e3779b1);
      for (let i = 0; i < times.length; i++)
        hash[1] = Math.imul(hash[1]! ^ (times[i]! + i * 64 + 1), 0x01000193);
      if (visited.lookup(hash)) return false;
      states++;
      const n = machine.choices(choices);
      if (n === 0) {
        const shown = seen(true);
        machine.end = null;
        return shown ? false : null;
      }
      let mask = 0;
      for (let i = 0; i < n; i++) if (allowed(choices[i]!)) mask |= 1 << choices[i]!;
      if (mask === 0) return null;
      todo.push(mask);
      return true;
    };
    const back = (): void => {
      const code = moved.pop()!;
      if (code & 1) position--;
      const place = code >> 1;
      if (place > 0) times[place - 1]!--;
      memory.rollback();
      machine.end = null;
    };

    memory.mark();
    const depth = memory.depth();
    const first = enter();
    let proved = first !== null;
    if (first) memory.mark();
    while (todo.length > 0) {
      const top = todo.length - 1;
      const mask = todo[top]!;
      if (mask === 0) {
        todo.pop();
        memory.dropMark();
        if (todo.length > 0) back();
        continue;
      }
      if (++this.#transitions > this.limits.transitions) {
        this.spent = true;
        proved = false;
        break;
      }
      const t = 31 - Math.clz32(mask & -mask);
      todo[top] = mask & ~(1 << t);
      const place = places.get(placeOf(machine, t));
      const keeps = orderOf(t) === position;
      moved.push(((place === undefined ? 0 : place.index + 1) << 1) | (keeps ? 1 : 0));
      if (place !== undefined) times[place.index]!++;
      if (keeps) position++;
      machine.step(t);
      const ended = machine.end !== null;
      if (seen(ended)) {
        // Whatever follows, this run shows it.
        back();
        continue;
      }
      const entered = ended ? null : enter();
      if (entered === null) {
        proved = false;
        break;
      }
      if (entered) memory.mark();
      else back();
    }
    memory.rollbackTo(depth);
    memory.dropMark();
    machine.end = null;
    machine.findings.length = 0;
    return proved ? states : null;
  }
}
