// Search by states: depth first over the machine's choices, never the same state twice, with sleep sets.
//
// Comes in: a machine that stands at its first choice. Goes out: everything that any interleaving can end in.
// Steps are undone with the memory's marks, so a node costs what its step touched.
//
// The hard idea is how sleep sets and stored states live together (Godefroid, "Partial-Order Methods for the
// Verification of Concurrent Systems", 1996, 5.3): a sleeping context need not be moved here because a sibling
// that was explored before covers it; but what slept at the first visit of a state may be awake at the next. So
// the sleep set is stored with the state, and a later visit explores what slept then and does not now, with nobody
// asleep but those who slept both times. That last point makes the argument local: whatever of a set of independent
// steps is awake in some visit is taken first in some visit without the others asleep. So every state is reached in
// whatever order the steps are tried, and their number says nothing about the order: threads that share the work
// (share.ts) count the same. Sleep sets alone prune steps, never states, so predicates on states (data races) stay
// complete.

import { conflict, type Machine, StepFootprint } from "../../interpreter/api.js";
import type { Board } from "./board.js";
import { CircleWatch, mayComeBack } from "./circles.js";
import type { Collector } from "./collect.js";
import { measure, ones } from "./measure.js";
import { RaceWatch } from "./races.js";
import { Symmetry } from "./symmetry.js";
import { GuessWatch, UnstoppedSteps } from "./unstopped.js";
import { type SleepingStates, VisitedStates } from "./visited.js";

export interface SearchLimits {
  states: number;
  /** Bytes for the set of states. */
  memory: number;
  depth: number;
  /** Asked now and then; a text stops the search and says why. */
  stop: () => string | null;
}

export interface SearchTally {
  states: number;
  transitions: number;
  ends: number;
  maxDepth: number;
  cut: string | null;
  /** The cut is for want of memory. */
  outOfMemory?: boolean;
  /** The cut is for something that a run did, so it depends on which runs were looked at. */
  cutByRun?: boolean;
  /** Several threads began it, and only a thread by itself can make this search. */
  alone?: boolean;
  /** Different findings so far. */
  findings?: number;
  /** Choices on the present way that are still to be taken. */
  frontier?: number;
  /** Part of the tree of choices that is behind us, each choice of a state weighed the same: no measure of time. */
  share?: number;
  /**
   * Some run may go round without a way to an end. False: certainly none does. A search that goes all ways alone knows
   * it from its edges; where others take parts of them, it is known only from `uneven`.
   */
  circle?: boolean;
  /** Some state was reached by runs of different lengths. Otherwise there is no circle, whoever looked at which state. */
  uneven?: boolean;
  /** Tasks that are alike; states and ends are counted up to their order. */
  alike?: number;
  /** Tasks that were taken to be alike can be told apart by what one of them has left behind. */
  unlike?: boolean;
  /** Cut because of a run without end in sight. */
  endlessRun?: boolean;
}

/** A run that ended for a reason of ours leaves the search incomplete. */
export function noteCut(machine: Machine, tally: SearchTally): void {
  if (machine.end !== "cut" && machine.end !== "unsupported") return;
  tally.cut ??= machine.end === "cut" ? machine.endText : `not supported: ${machine.endText}`;
  tally.cutByRun = true;
}

/** Ways to break the search on purpose: the tests show that each is noticed, but for the first, which breaks nothing. */
export interface Sabotage {
  /** Which of these contexts to move first. */
  order?: (todo: number) => number;
  /** Pretend that nothing ever conflicts. */
  independence?: (a: StepFootprint, b: StepFootprint) => boolean;
  /** Do not store sleep sets with states. */
  forgetSleep?: boolean;
  /** Changes the hash before it is looked up. */
  hash?: (machine: Machine, hash: Int32Array) => void;
}

/** How other threads come into a search. */
export interface Company {
  /** Helper: the board of the search, which is open. */
  board: Board | null;
  /** Owner: asked now and then while alone. A board: somebody has come, and the states are there from now on. */
  invite(states: VisitedStates, tally: SearchTally): Board | null;
}

const MAX = 32;
const CHECK_EVERY = 1024;
/** Between two comparisons of what the threads know of the guess. */
const MEET_EVERY = 16 * CHECK_EVERY;

/** Per depth: the contexts to move, the sleepers, who conflicts with whom. */
class Levels {
  todo = new Int32Array(64);
  sleep = new Int32Array(64);
  /** Context moved at this depth. */
  moved = new Int32Array(64);
  /** Contexts that there were to move. */
  width = new Int32Array(64);
  conflicts = new Int32Array(64 * MAX);

  grow(): void {
    for (const name of ["todo", "sleep", "moved", "width", "conflicts"] as const) {
      const larger = new Int32Array(this[name].length * 2);
      larger.set(this[name]);
      this[name] = larger;
    }
  }
}

export function searchStates(
  machine: Machine,
  collector: Collector,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
  sabotage: Sabotage = {},
  company: Company | null = null,
  folds = true,
): SearchTally {
  const tally: SearchTally = { states: 0, transitions: 0, ends: 0, maxDepth: 0, cut: null };
  let board = company?.board ?? null;
  const alone = new VisitedStates();
  let visited: SleepingStates = board ?? alone;
  const levels = new Levels();
  const hash = new Int32Array(4);
  const choices = new Int32Array(MAX);
  const spinners = new Int32Array(MAX);
  const prints: StepFootprint[] = [];
  const dependent = sabotage.independence
    ? (a: StepFootprint, b: StepFootprint) => !sabotage.independence!(a, b)
    : conflict;
  const { memory } = machine;
  const unstopped = new UnstoppedSteps();
  const guess = new GuessWatch(machine.confinement);
  const circles = mayComeBack(machine) ? new CircleWatch() : null;
  tally.circle = false;
  const symmetry = folds && machine.end === null ? Symmetry.of(machine) : null;
  if (symmetry !== null) tally.alike = symmetry.count;
  if (machine.confinement !== null) machine.confinement.alike = symmetry?.mask ?? 0;
  let depth = 0;
  /** Where the work in hand begins; only the owner's first begins at 0. */
  let base = 0;
  const root = memory.depth();

  /** The way to the present state. */
  const here = () => {
    const steps: number[] = [];
    for (let d = 0; d < depth; d++) {
      steps.push(levels.moved[d]);
      unstopped.appendTo(steps, d);
    }
    return steps;
  };
  /** The same behind the step that has just been taken and is not counted in `depth` yet. */
  const behind = () => [...here(), levels.moved[depth], ...machine.unstopped];

  /** Enters the present state at `depth`. True if it has something to explore. */
  const enter = (sleep: number): boolean => {
    memory.hash(hash);
    symmetry?.fold(hash, sleep, depth, depth > 0 ? levels.moved[depth - 1] : -1);
    sabotage.hash?.(machine, hash);
    const places = symmetry === null ? sleep : symmetry.toPlaces(sleep);
    const known = visited.visit(hash, sabotage.forgetSleep ? 0 : places, unstopped.length(depth));
    if (board === null) circles?.visit(hash, depth);
    let todo = ~sleep;
    let asleep = sleep;
    if (known) {
      if (!visited.sameLength) tally.uneven = true;
      const slept = symmetry === null ? visited.slept : symmetry.fromPlaces(visited.slept);
      todo &= slept;
      if (todo === 0) return false;
      asleep &= slept;
    } else tally.states++;
    const n = machine.choices(choices);
    if (n === 0) {
      if (board === null) circles?.end(depth);
      if (!known) ended();
      return false;
    }
    let enabled = 0;
    for (let i = 0; i < n; i++) enabled |= 1 << choices[i];
    todo &= enabled;
    if (todo === 0 && known) return false;
    look(n, known);
    levels.todo[depth] = todo;
    levels.width[depth] = ones(todo);
    // A sleeper that cannot move now was disabled by a conflicting step, which woke it: none is lost here.
    levels.sleep[depth] = asleep & enabled;
    return todo !== 0;
  };

  /** Makes prints[t] that of the next step of choice t. */
  const printOf = (t: number) => {
    while (prints.length <= t) prints.push(new StepFootprint());
    machine.footprint(t, prints[t]);
  };

  /** Who conflicts with whom among the n choices of the present state; and races, where it is new. */
  const look = (n: number, known: boolean) => {
    const at = depth * MAX;
    const contexts = machine.taskCount();
    const { conflicts } = levels;
    for (let i = 0; i < n; i++) {
      const t = choices[i];
      printOf(t);
      conflicts[at + t] = 0;
    }
    for (let i = 0; i < n; i++) {
      const t = choices[i];
      for (let j = i + 1; j < n; j++) {
        const u = choices[j];
        if (!known) checkRace(t, u);
        // Where nothing but migrations is left none is a choice any more: any step may take them away.
        if (u < contexts && !dependent(prints[t], prints[u])) continue;
        conflicts[at + t] |= 1 << u;
        conflicts[at + u] |= 1 << t;
      }
    }
    if (!known) {
      const spinning = machine.spinners(spinners);
      for (let j = 0; j < spinning; j++) {
        printOf(spinners[j]);
        for (let i = 0; i < n; i++) checkRace(choices[i], spinners[j]);
      }
    }
  };

  /** Gives away what is left nearest to the first choice, if that is not all there is. */
  const share = (others: Board) => {
    for (let d = base; d < depth; d++) {
      if (levels.todo[d] === 0) continue;
      if (others.give(levels.moved, d, levels.todo[d], levels.sleep[d])) levels.todo[d] = 0;
      return;
    }
  };

  /** Goes on with what somebody gave away. False: the search is over. */
  const resume = (others: Board): boolean => {
    const work = others.take(() => {
      tally.cut ??= limits.stop();
      if (tally.cut !== null) others.end(true);
    });
    if (work === null) return false;
    memory.rollbackTo(root);
    machine.end = null;
    for (depth = 0; depth < work.path.length; depth++) {
      if (depth + 2 >= levels.todo.length) levels.grow();
      // As in front of every step: what the machine knows of a state holds until the next mark.
      memory.mark();
      machine.step(work.path[depth]);
      levels.moved[depth] = work.path[depth];
      levels.todo[depth] = 0;
      levels.width[depth] = 0;
      unstopped.set(depth, machine.unstopped);
    }
    machine.findings.length = 0;
    base = depth;
    // Pages are looked at by their hashes.
    memory.hash(hash);
    symmetry?.begin(depth);
    look(machine.choices(choices), true);
    levels.todo[depth] = work.todo;
    levels.width[depth] = ones(work.todo);
    levels.sleep[depth] = work.sleep;
    memory.mark();
    return true;
  };

  const races = new RaceWatch(machine, collector);
  const checkRace = (t: number, u: number) => races.check(t, u, prints[t], prints[u], here);

  const ended = (way = here) => {
    tally.ends++;
    if (symmetry !== null && machine.end === "deadlock")
      for (const t of symmetry.firsts((u) => machine.isStuck(u), machine.taskCount())) machine.tellStuck(t);
    for (const f of machine.findings) collector.finding(f, machine, way);
    noteCut(machine, tally);
    collector.outcome(machine, way);
  };

  if (machine.end !== null) {
    collector.statedBy(machine, here);
    tally.states = 1;
    ended();
    return tally;
  }
  if (board !== null) {
    if (!resume(board)) return tally;
  } else {
    for (const f of machine.findings) collector.finding(f, machine, here);
    collector.statedBy(machine, here);
    if (!enter(0)) return tally;
    memory.mark();
  }
  for (;;) {
    const todo = levels.todo[depth];
    if (todo === 0) {
      memory.dropMark();
      if (depth > base) {
        depth--;
        memory.rollback();
        continue;
      }
      if (board === null || !resume(board)) break;
      continue;
    }
    if (board?.hungry && !guess.hasBroken()) share(board);
    // Going on with the context that moved last makes witnesses easier to read.
    const previous = depth > 0 ? levels.moved[depth - 1] : -1;
    const t =
      sabotage.order?.(todo) ??
      (previous >= 0 && (todo & (1 << previous)) !== 0 ? previous : 31 - Math.clz32(todo & -todo));
    levels.todo[depth] = todo & ~(1 << t);
    levels.moved[depth] = t;
    const childSleep = levels.sleep[depth] & ~levels.conflicts[depth * MAX + t];
    levels.sleep[depth] |= 1 << t;
    machine.step(t);
    tally.transitions++;
    if ((tally.transitions & (CHECK_EVERY - 1)) === 0) {
      if (board === null ? alone.bytes() + (circles?.bytes() ?? 0) > limits.memory : board.full) {
        tally.outOfMemory = true;
        tally.cut ??= `memory for states (${Math.round(limits.memory / 2 ** 20)} MB) used up`;
      } else tally.cut ??= limits.stop();
      measure(
        tally,
        depth,
        (d) => ones(levels.todo[d]),
        (d) => levels.width[d],
      );
      tally.findings = collector.count;
      onTick(board === null ? tally : { ...tally, states: board.states }, depth);
      if (tally.cut !== null) break;
      if (board === null) {
        board = company?.invite(alone, tally) ?? null;
        if (board !== null) visited = board;
      } else {
        if (board.over) break;
        if ((tally.transitions & (MEET_EVERY - 1)) === 0) board.meet();
        if (board.states >= limits.states) {
          tally.cut = `the states allowed (${limits.states}) are used up`;
          break;
        }
      }
    }
    if (guess.broken()) break;
    if (symmetry !== null && machine.findings.length > 0 && symmetry.isBrokenBy(machine.findings)) {
      tally.unlike = true;
      break;
    }
    if (machine.facts.length > 0) collector.statedBy(machine, behind);
    if (machine.findings.length > 0 && machine.end === null) {
      for (const f of machine.findings) collector.finding(f, machine, behind);
    }
    if (machine.end !== null) {
      if (board === null) circles?.end(depth);
      memory.hash(hash);
      symmetry?.fold(hash, 0, depth + 1, t);
      sabotage.hash?.(machine, hash);
      // A fault ends the run without changing anything: its end must not be taken for the state before.
      if (!finished(machine)) {
        const who = symmetry === null ? t : 31 - Math.clz32(symmetry.toPlaces(1 << t));
        hash[0] ^= Math.imul((machine.site + 2) * 64 + who, 0x9e3779b1);
      }
      if (!visited.visit(hash, 0, 0)) {
        tally.states++;
        ended(behind);
      }
      // It takes everybody's next step away, so it commutes with nothing: tried again wherever it is possible.
      if (!finished(machine)) levels.sleep[depth] &= ~(1 << t);
      memory.rollback();
      machine.end = null;
      continue;
    }
    if (machine.findings.length > 0) machine.findings.length = 0;
    unstopped.set(depth, machine.unstopped);
    depth++;
    if (depth > tally.maxDepth) tally.maxDepth = depth;
    if (depth + 1 >= levels.todo.length) levels.grow();
    if (depth >= limits.depth || tally.states >= limits.states) {
      tally.cut ??=
        depth >= limits.depth
          ? `a run of ${limits.depth} steps`
          : `the states allowed (${limits.states}) are used up`;
      if (depth >= limits.depth) tally.cutByRun = true;
      break;
    }
    if (enter(childSleep)) {
      memory.mark();
    } else {
      depth--;
      memory.rollback();
      machine.end = null;
    }
  }
  // Of a search that starts again nobody asks.
  if (!guess.hasBroken())
    tally.circle = board === null ? circles?.hasCircle() === true : tally.uneven === true;
  circles?.release();
  alone.release();
  return tally;
}

function finished(machine: Machine): boolean {
  return machine.end === "finished";
}
