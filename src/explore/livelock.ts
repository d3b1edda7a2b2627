// Livelock: a state from which no end can be reached any more, whatever the scheduler does.
//
// Comes in: a machine at its first choice, and a search by states that was exhaustive and met a circle from which none of
// its steps leads to an end. Goes out: what goes round for ever where, and all states from which there is no way to an end.
//
// The hard idea is that this is a question about edges. The search by states gives all states, but its sleep sets leave
// out steps that lead to known states, so that in its graph a state may have no way on although it has one: s -t-> and
// s -u-> of two steps that commute meet again behind them, and the second way stops one step short. So the question is
// asked of the graph with every edge. Two things remain of the reductions. Steps on memory that no other context touches
// are taken without stopping: they commute with whatever the others do, so any way to an end can be reordered to take
// them at once, and no way to an end is lost or gained. Rounds of loops that only look are not taken: such a context waits,
// and what waits for ever in the end is an end, told by the machine. A program whose reduced graph has no circle has
// none at all (an endless run is the same as some run that the reduced search would follow for ever), and one that gets
// out of each of its circles by steps of that graph gets to an end. So most searches need no second look (circles.ts).
//
// The graph's strongly connected components are found on the fly (Tarjan, "Depth-First Search and Linear Graph
// Algorithms", SIAM J. Comput. 1(2), 1972). A component is complete when all that can be reached from it is known: it
// reaches an end, or a component that does, or it is a livelock. What two contexts could do for ever only if a third one
// was never given the CPU is none: the third one's step leads out.

import type { Finding, Machine } from "../../interpreter/api.js";
import type { Schedule } from "./result.js";
import type { SearchLimits, SearchTally } from "./states.js";
import { GuessWatch, UnstoppedSteps } from "./unstopped.js";
import { VisitedStates } from "./visited.js";

const MAX = 32;
const CHECK_EVERY = 1024;

/** A set of states that the run never leaves and in which nothing ends. */
export interface Livelock {
  finding: Finding;
  /** Leads into it. */
  witness: Schedule;
}

export interface LivelockSearch {
  livelocks: Livelock[];
  /** Why nothing is known; null: all livelocks are there. */
  undecided: string | null;
  /** Which of them no run can avoid any more from the state of this hash; -1: none, or one of several. */
  doomedTo(hash: Int32Array): number;
}

/** What is known of a state, by the number of its visit. */
const OPEN = 0;
const REACHES_END = 1;
const DOOMED = 2;

/** States of a livelock that are looked at to say what goes round in it. */
const ROUND_STATES = 20_000;

export function searchLivelocks(
  machine: Machine,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
): LivelockSearch {
  const { memory } = machine;
  const visited = new VisitedStates();
  /** States from which no end can be reached, with the number of their livelock + 1; 0: they only lead to some. */
  const doomed = new VisitedStates();
  const livelocks: Livelock[] = [];
  const known = new Map<string, number>();
  const result: LivelockSearch = {
    livelocks,
    undecided: null,
    doomedTo: (hash) => {
      // Asking must not add to the set.
      if (!doomed.has(hash)) return -1;
      return livelocks.length === 1 ? 0 : doomed.value - 1;
    },
  };
  const tally: SearchTally = { states: 0, transitions: 0, ends: 0, maxDepth: 0, cut: null };
  const hash = new Int32Array(4);
  const choices = new Int32Array(MAX);
  const unstopped = new UnstoppedSteps();
  const guess = new GuessWatch(machine.confinement);
  /** By number of the state: 0 while its component is open. */
  let fate = new Uint8Array(1 << 12);
  /** Numbers and hashes of the states whose components are open, in the order of their visits. */
  const open: number[] = [];
  const openHash: number[] = [];
  /** By depth: the state's number, the earliest open one that it reaches, what is left to do, who moved. */
  const number: number[] = [];
  const low: number[] = [];
  const todo: number[] = [];
  const reaches: boolean[] = [];
  /** A step leads on into another component that reaches no end. */
  const onward: boolean[] = [];
  const moved: number[] = [];

  const path = (depth: number): number[] => {
    const steps: number[] = [];
    for (let d = 0; d < depth; d++) {
      steps.push(moved[d]!);
      unstopped.appendTo(steps, d);
    }
    return steps;
  };

  /** Goes into the present state. False: it was known, or it is an end; the state above has been told. */
  const enter = (): boolean => {
    memory.hash(hash);
    const above = number.length - 1;
    if (visited.lookup(hash)) {
      const n = visited.value;
      if (fate[n] === OPEN) low[above] = Math.min(low[above]!, n);
      else if (fate[n] === REACHES_END) reaches[above] = true;
      else onward[above] = true;
      return false;
    }
    const n = tally.states++;
    visited.value = n;
    if (n >= fate.length) {
      const larger = new Uint8Array(fate.length * 2);
      larger.set(fate);
      fate = larger;
    }
    const width = machine.choices(choices);
    if (width === 0) {
      fate[n] = REACHES_END;
      if (above >= 0) reaches[above] = true;
      return false;
    }
    let mask = 0;
    for (let i = 0; i < width; i++) mask |= 1 << choices[i]!;
    open.push(n);
    openHash.push(hash[0]!, hash[1]!, hash[2]!, hash[3]!);
    number.push(n);
    low.push(n);
    todo.push(mask);
    reaches.push(false);
    onward.push(false);
    return true;
  };

  /** The machine stands at the first state of a component that is complete. */
  const complete = (depth: number): void => {
    const root = number[depth]!;
    const ends = reaches[depth]!;
    let which = -1;
    // States that only lead into a livelock are no livelock themselves.
    if (!ends && !onward[depth]) {
      const finding = whoGoesRound(machine);
      const key = `${finding.site}|${finding.task}`;
      which = known.get(key) ?? livelocks.length;
      if (which === livelocks.length) livelocks.push({ finding, witness: path(depth) });
      known.set(key, which);
    }
    for (;;) {
      const n = open.pop()!;
      const at = openHash.length - 4;
      fate[n] = ends ? REACHES_END : DOOMED;
      if (!ends) {
        for (let i = 0; i < 4; i++) hash[i] = openHash[at + i]!;
        doomed.lookup(hash);
        doomed.value = which + 1;
      }
      openHash.length = at;
      if (n === root) return;
    }
  };

  if (machine.end !== null || !enter()) return result;
  memory.mark();
  for (;;) {
    const depth = number.length - 1;
    const left = todo[depth]!;
    if (left === 0) {
      const whole = low[depth] === number[depth];
      if (whole) complete(depth);
      memory.dropMark();
      number.pop();
      todo.pop();
      const lowest = low.pop()!;
      const ends = reaches.pop()!;
      const leads = onward.pop()!;
      if (depth === 0) break;
      low[depth - 1] = Math.min(low[depth - 1]!, lowest);
      if (ends) reaches[depth - 1] = true;
      else if (whole || leads) onward[depth - 1] = true;
      memory.rollback();
      machine.end = null;
      continue;
    }
    const last = depth > 0 ? moved[depth - 1]! : -1;
    const t = last >= 0 && (left & (1 << last)) !== 0 ? last : 31 - Math.clz32(left & -left);
    todo[depth] = left & ~(1 << t);
    moved[depth] = t;
    machine.step(t);
    tally.transitions++;
    if ((tally.transitions & (CHECK_EVERY - 1)) === 0) {
      if (visited.bytes() + doomed.bytes() + fate.length + 40 * open.length > limits.memory)
        result.undecided = `memory for states (${Math.round(limits.memory / 2 ** 20)} MB) used up`;
      result.undecided ??= limits.stop();
      onTick(tally, depth);
    }
    if (guess.hasBroken()) break;
    if (tally.states >= limits.states) result.undecided ??= `${limits.states} states`;
    if (depth >= limits.depth) result.undecided ??= `a run of ${limits.depth} steps`;
    if (result.undecided !== null) break;
    if (machine.end !== null) {
      reaches[depth] = true;
      memory.rollback();
      machine.end = null;
      continue;
    }
    unstopped.set(depth, machine.unstopped);
    if (enter()) memory.mark();
    else {
      memory.rollback();
      machine.end = null;
    }
  }
  if (result.undecided !== null) livelocks.length = 0;
  return result;
}

/**
 * The machine stands in a set of states that it never leaves. Walks through it: the contexts that move in it, and for the
 * first of them the function that it never returns from, which is the innermost one on all of its stacks.
 */
function whoGoesRound(machine: Machine): Finding {
  const { memory } = machine;
  const seen = new VisitedStates();
  const hash = new Int32Array(4);
  const choices = new Int32Array(MAX);
  const todo: number[] = [];
  const rounds = new Map<number, Round>();
  const enter = (): boolean => {
    memory.hash(hash);
    if (seen.lookup(hash) || seen.size > ROUND_STATES) return false;
    const width = machine.choices(choices);
    let mask = 0;
    for (let i = 0; i < width; i++) {
      const t = choices[i]!;
      mask |= 1 << t;
      if (t >= machine.taskCount()) continue;
      const round = rounds.get(t);
      if (round === undefined) rounds.set(t, new Round(machine, t));
      else round.meet(machine, t);
    }
    todo.push(mask);
    memory.mark();
    return true;
  };
  const { length } = machine.findings;
  enter();
  while (todo.length > 0) {
    const depth = todo.length - 1;
    const left = todo[depth]!;
    if (left === 0) {
      todo.pop();
      memory.rollback();
      memory.dropMark();
      if (depth > 0) memory.rollback();
      continue;
    }
    const t = 31 - Math.clz32(left & -left);
    todo[depth] = left & ~(1 << t);
    machine.step(t);
    if (!enter()) memory.rollback();
  }
  machine.findings.length = Math.min(length, machine.findings.length);
  const tasks = [...rounds.keys()].sort((p, q) => p - q);
  const first = tasks[0]!;
  const others = tasks.slice(1);
  machine.focus(first);
  return {
    kind: "livelock",
    fatal: false,
    task: first,
    cpu: machine.cpuOf(first),
    site: rounds.get(first)!.site(),
    otherTask: others[0] ?? -1,
    otherSite: others.length === 0 ? -1 : rounds.get(others[0]!)!.site(),
    address: 0,
    size: 0,
    text: "",
  };
}

/** What the stacks of a context have in common, outermost first, and where it stands in the innermost of these functions. */
class Round {
  private functions: number[];
  private sites: Set<number>[];

  constructor(machine: Machine, t: number) {
    const frames = machine.frames(t).reverse();
    this.functions = frames.map((frame) => frame.function);
    this.sites = frames.map((frame) => new Set([frame.site]));
  }

  meet(machine: Machine, t: number): void {
    const frames = machine.frames(t).reverse();
    let common = 0;
    while (common < this.functions.length && this.functions[common] === frames[common]?.function) {
      this.sites[common]!.add(frames[common]!.site);
      // Called from elsewhere it is another call of the same function.
      if (this.sites[common]!.size > 1) {
        common++;
        break;
      }
      common++;
    }
    this.functions.length = common;
    this.sites.length = common;
  }

  site(): number {
    return Math.min(...this.sites.at(-1)!);
  }
}
