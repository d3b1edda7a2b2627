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
  Confinement,
  type Entry,
  Machine,
  type MachineConfig,
  type Program,
  StepFootprint,
  TaskState,
} from "../../interpreter/api.js";
import { endKey, idsOf } from "./collect.js";
import type { Kernel } from "./explore.js";
import type { Schedule } from "./result.js";
import { VisitedStates } from "./visited.js";

/** What the run shows: a finding by what findingId() says, or an outcome by its key. */
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
  return withMachine(program, entry, kernel, config, (machine) =>
    orderOn(machine, kernel, schedule, candidates, goal, limits),
  );
}

/** What `use` says of a machine at its first choice; null if the run is over by then. */
function withMachine<T>(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  config: MachineConfig,
  use: (machine: Machine) => T,
): T | null {
  const machine = new Machine(program, kernel.objects, kernel.rules, config);
  try {
    machine.begin(entry);
    return machine.end === null ? use(machine) : null;
  } finally {
    machine.discard();
  }
}

function orderOn(
  machine: Machine,
  kernel: Kernel,
  schedule: Schedule,
  candidates: readonly number[],
  goal: Goal,
  limits: OrderLimits,
): DecisiveOrder | null {
  const seen = goalIn(goal, kernel, machine);
  const names = namesOf(machine, schedule, seen);
  if (names === null) return null;
  const search = new ConstrainedSearch(machine, seen, limits);
  const prove = (kept: readonly number[], behind: readonly StepName[]): number | null =>
    search.always(
      new KeptOrder(
        machine,
        kept.map((i) => names.steps[i]!),
        behind,
      ),
    );
  // What shows the finding, and what was still to come.
  let last = candidates.filter((i) => i < names.steps.length).sort((a, b) => a - b);
  let later = names.later;
  let states = prove(last, later);
  if (states === null) return null;
  for (const step of candidates) {
    if (search.spent) break;
    const fewer = last.filter((kept) => kept !== step);
    const proved = prove(fewer, later);
    if (proved === null) continue;
    last = fewer;
    states = proved;
  }
  for (const step of later) {
    if (search.spent) break;
    const fewer = later.filter((kept) => kept !== step);
    const proved = prove(last, fewer);
    if (proved === null) continue;
    later = fewer;
    states = proved;
  }
  return { steps: last, later: later.map(({ place }) => place % MAX), states, minimal: !search.spent };
}

/** A change of the runs with which none of them shows it any more. */
export type Prevention =
  /** The second step comes before the first. */
  | { kind: "order"; first: number; second: number; states: number }
  /** Each of these ways of a context, from a step to another, is gone without others in between. */
  | { kind: "undivided"; spans: readonly (readonly [number, number])[]; states: number };

/** The way of a context from one of its steps to a later one, which may lie behind where the finding shows. */
export interface Way {
  task: number;
  /** Sites of the program. */
  from: number;
  to: number;
  steps: readonly [number, number];
}

/**
 * Which of the changes prevent it: tried one by one on all runs. `pairs` are turned round; `ways` are sets of which all
 * are made undivided, the first set that helps is enough. Where a search would be too long nothing is said.
 */
export function whatPrevents(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  config: MachineConfig,
  schedule: Schedule,
  pairs: readonly (readonly [number, number])[],
  ways: readonly (readonly Way[])[],
  goal: Goal,
  limits: OrderLimits,
): Prevention[] {
  return (
    withMachine(program, entry, kernel, config, (machine) =>
      preventionsOn(machine, kernel, schedule, pairs, ways, goal, limits),
    ) ?? []
  );
}

function preventionsOn(
  machine: Machine,
  kernel: Kernel,
  schedule: Schedule,
  pairs: readonly (readonly [number, number])[],
  ways: readonly (readonly Way[])[],
  goal: Goal,
  limits: OrderLimits,
): Prevention[] {
  const seen = goalIn(goal, kernel, machine);
  const names = namesOf(machine, schedule, seen);
  if (names === null) return [];
  const search = new ConstrainedSearch(machine, seen, limits);
  const name = (i: number): StepName => names.steps[i]!;
  const found: Prevention[] = [];
  for (const [first, second] of pairs) {
    const states = search.never(new KeptOrder(machine, [name(second), name(first)], []), false);
    if (states !== null) found.push({ kind: "order", first, second, states });
  }
  for (const set of ways) {
    if (set.some(({ from, to }) => from === to)) continue;
    const place = ({ task }: Way, site: number): number => task + (site + 1) * MAX;
    const spans = set.map((way) => ({ task: way.task, from: place(way, way.from), to: place(way, way.to) }));
    const states = search.never(new Undivided(machine, spans), true);
    if (states === null) continue;
    found.push({ kind: "undivided", spans: set.map(({ steps }) => steps), states });
    break;
  }
  return found;
}

/** Does the machine show it now? Asked after each step, and at the end. */
type Seen = (atEnd: boolean) => boolean;

function goalIn(goal: Goal, kernel: Kernel, machine: Machine): Seen {
  if ("outcome" in goal) return (atEnd) => atEnd && endKey(machine) === goal.outcome;
  const idIn = idsOf(kernel);
  return () => machine.findings.some((finding) => idIn(finding, machine) === goal.finding);
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

/** What a search of constrained runs may do, and how its state is told from that of the machine. */
interface Constraint {
  /** Sites at which every context must stop. */
  sites: number[];
  allowed(t: number): boolean;
  /** Notes the step that t is about to make; the answer takes it back. */
  step(t: number): number;
  undo(code: number): void;
  mix(hash: Int32Array): void;
}

/** Kept steps in their order, later ones behind them, all others at any time. */
class KeptOrder implements Constraint {
  readonly sites: number[] = [];
  /** For each place with a named step: its positions in the order, by how often the context was there. */
  readonly #places = new Map<number, { index: number; positions: Map<number, number> }>();
  readonly #times: Int32Array;
  readonly #length: number;
  #position = 0;

  constructor(
    readonly machine: Machine,
    kept: readonly StepName[],
    later: readonly StepName[],
  ) {
    for (const [position, { place, time }] of kept.entries()) this.#at(place).set(time, position);
    for (const { place, time } of later) this.#at(place).set(time, LATER);
    this.#times = new Int32Array(this.#places.size);
    this.#length = kept.length;
  }

  #at(place: number): Map<number, number> {
    let known = this.#places.get(place);
    if (known === undefined) {
      known = { index: this.#places.size, positions: new Map() };
      this.#places.set(place, known);
      if (place >= MAX) this.sites.push(Math.floor(place / MAX) - 1);
    }
    return known.positions;
  }

  #orderOf(t: number): number | undefined {
    const place = this.#places.get(placeOf(this.machine, t));
    return place?.positions.get(this.#times[place.index]!);
  }

  allowed(t: number): boolean {
    const order = this.#orderOf(t);
    return (
      order === undefined || order === this.#position || (order === LATER && this.#position === this.#length)
    );
  }

  step(t: number): number {
    const place = this.#places.get(placeOf(this.machine, t));
    if (place === undefined) return 0;
    const keeps = this.#orderOf(t) === this.#position ? 1 : 0;
    this.#times[place.index]!++;
    this.#position += keeps;
    return ((place.index + 1) << 1) | keeps;
  }

  undo(code: number): void {
    if (code === 0) return;
    this.#times[(code >> 1) - 1]!--;
    this.#position -= code & 1;
  }

  mix(hash: Int32Array): void {
    hash[0] = hash[0]! ^ Math.imul(this.#position + 1, 0x9e3779b1);
    for (let i = 0; i < this.#times.length; i++)
      hash[1] = Math.imul(hash[1]! ^ (this.#times[i]! + i * 64 + 1), 0x01000193);
  }
}

/** A part of a context's way, from one place to another, into which nobody else comes. */
interface Span {
  task: number;
  from: number;
  to: number;
}

class Undivided implements Constraint {
  readonly sites: number[];
  /** The span that a context is in, or -1. */
  #inside = -1;

  constructor(
    readonly machine: Machine,
    readonly spans: readonly Span[],
  ) {
    this.sites = spans.flatMap(({ from, to }) => [from, to].map((place) => Math.floor(place / MAX) - 1));
  }

  allowed(t: number): boolean {
    return this.#inside < 0 || this.spans[this.#inside]!.task === t;
  }

  step(t: number): number {
    const before = this.#inside;
    const place = placeOf(this.machine, t);
    if (before >= 0) {
      if (this.spans[before]!.to === place) this.#inside = -1;
    } else this.#inside = this.spans.findIndex(({ task, from }) => task === t && from === place);
    return before;
  }

  undo(code: number): void {
    this.#inside = code;
  }

  mix(hash: Int32Array): void {
    hash[0] = hash[0]! ^ Math.imul(this.#inside + 2, 0x85ebca6b);
  }
}

/** Steps that a search goes on for after its guess has turned out wrong: more of it shows near the first place. */
const GRACE = 200;

class ConstrainedSearch {
  spent = false;
  #transitions = 0;
  readonly #guess: Confinement;

  constructor(
    readonly machine: Machine,
    readonly seen: Seen,
    readonly limits: OrderLimits,
  ) {
    this.#guess = new Confinement(machine.map, machine.program.sites.length);
  }

  /** The number of states if every run that keeps to the constraint shows it, else null. */
  always(constraint: Constraint): number | null {
    return this.#run(constraint, true)?.states ?? null;
  }

  /**
   * The number of states if no run that keeps to the constraint shows it and some run comes to its end, else null.
   * Runs that cannot go on for the constraint are none, unless `whole`.
   */
  never(constraint: Constraint, whole: boolean): number | null {
    const result = this.#run(constraint, false);
    return result === null || result.ends === 0 || (whole && result.stuck > 0) ? null : result.states;
  }

  /** Null: the answer is no, or there is none within the limits. */
  #run(constraint: Constraint, shown: boolean): { states: number; ends: number; stuck: number } | null {
    const { machine } = this;
    // As in any search (src/explore/explore.ts): steps on memory that nobody else touches are taken without stopping,
    // on a guess that the search itself proves or breaks. Named steps always stop, so constraints see them all.
    machine.confinement = this.#guess;
    machine.memory.mark();
    const depth = machine.memory.depth();
    let result: ReturnType<ConstrainedSearch["search"]>;
    do {
      this.#guess.restart();
      for (const site of constraint.sites) this.#guess.exposed[site] = 1;
      result = this.search(constraint, shown);
      machine.memory.rollbackTo(depth);
      machine.end = null;
      machine.findings.length = 0;
      // A run that was found is a run, whatever was guessed.
    } while (result !== null && this.#guess.breaches > 0 && !this.spent);
    machine.memory.dropMark();
    machine.confinement = null;
    return this.spent ? null : result;
  }

  search(constraint: Constraint, shown: boolean): { states: number; ends: number; stuck: number } | null {
    const { machine, seen } = this;
    const { memory } = machine;
    const visited = new VisitedStates();
    const hash = new Int32Array(4);
    const choices = new Int32Array(MAX);
    const print = new StepFootprint();
    const todo: number[] = [];
    const moved: number[] = [];
    const result = { states: 0, ends: 0, stuck: 0 };
    let grace = GRACE;

    /** True: there is something to do here. Null: the answer is no. */
    const enter = (): boolean | null => {
      memory.hash(hash);
      constraint.mix(hash);
      if (visited.lookup(hash)) return false;
      result.states++;
      const n = machine.choices(choices);
      if (n === 0) {
        const here = seen(true);
        result.ends++;
        machine.end = null;
        return here === shown ? false : null;
      }
      // What is about to be touched counts for the guess, whether it may come yet or not.
      for (let i = 0; i < n; i++) machine.footprint(choices[i]!, print);
      let mask = 0;
      for (let i = 0; i < n; i++) if (constraint.allowed(choices[i]!)) mask |= 1 << choices[i]!;
      if (mask === 0) {
        result.stuck++;
        return shown ? null : false;
      }
      todo.push(mask);
      return true;
    };
    const back = (): void => {
      constraint.undo(moved.pop()!);
      memory.rollback();
      machine.end = null;
    };

    const first = enter();
    if (first === null) return null;
    if (first) memory.mark();
    let answer = true;
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
        break;
      }
      if (this.#guess.breaches > 0 && --grace <= 0) break;
      const t = 31 - Math.clz32(mask & -mask);
      todo[top] = mask & ~(1 << t);
      moved.push(constraint.step(t));
      machine.step(t);
      const ended = machine.end !== null;
      if (seen(ended)) {
        // Whatever follows, this run shows it.
        if (!shown) {
          answer = false;
          break;
        }
        back();
        continue;
      }
      if (ended) result.ends++;
      const entered = ended ? (shown ? null : false) : enter();
      if (entered === null) {
        answer = false;
        break;
      }
      if (entered) memory.mark();
      else back();
    }
    while (moved.length > 0) constraint.undo(moved.pop()!);
    return answer ? result : null;
  }
}
