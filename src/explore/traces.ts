// Search by traces: one run for each way in which conflicting steps can be ordered, and nothing remembered.
//
// Comes in: a machine at its first choice. Goes out: the same ends as the search by states, in time proportional to
// the number of Mazurkiewicz traces and memory proportional to the depth. Optimal DPOR with wakeup trees
// (Abdulla, Aronis, Jonsson and Sagonas, "Source Sets: A Foundation for Optimal Dynamic Partial Order Reduction",
// JACM 64(4), 2017, algorithm 2), over marks instead of re-execution.
//
// The hard idea is the race reversal. When a run has ended, each pair of steps (e, e') that conflict with nothing
// ordered in between is a race; v = what did not depend on e, then e', leads from the state in front of e to a run in
// which e' comes first. v is inserted into the wakeup tree of e's node unless a sleeper or a branch already covers it.
//
// Waiting is not in that paper's core algorithm. Here a step may be disabled: by a lock's holder, by a context that
// keeps the CPU, by what a loop looks at. Then the step that enables it does not race with it (it cannot be reversed), and
// it must not hide the earlier step that took the lock, which does. Where a context stood in front of its step it is known
// whether it could move; what a loop would have found is read from the undo log. Else the reversal is tried and hides
// nothing. If it turns out that the step has to wait after all, the branch is given up there, and all that it was to cover
// is explored from that node in every way (`lost`). A context that still waits when the run ends counts as if its step
// came last. Without preemption a context that waits may have a step all the same, with which it takes its CPU to spin; as
// all steps on one CPU conflict then, that one is reversed with them like any other.
//
// Other threads may help: trace-board.ts says what they share. Nodes in front of `cut` are shared then, those behind it are
// this thread's own and nobody else's.

import { conflict, type Machine, StepFootprint, WRITE } from "../../interpreter/api.js";
import type { Collector } from "./collect.js";
import { type Footprint, Footprints } from "./footprints.js";
import { measureTraces } from "./measure.js";
import { RaceWatch } from "./races.js";
import { noteCut, type SearchLimits, type SearchTally } from "./states.js";
import { FULL, inCommon, KeptLeaves, STEP, type TraceBoard, type Way } from "./trace-board.js";
import { Event, MAX, Node } from "./trace-run.js";
import { GuessWatch, UnstoppedSteps } from "./unstopped.js";
import { Wakeup } from "./wakeup.js";

const ZEROS = new Int32Array(MAX);

export interface TraceTally extends SearchTally {
  /** Complete runs. */
  executions: number;
  /** Runs given up because everything that could move was asleep: redundant work. */
  blocked: number;
}

/** How other threads come into a search. */
export interface TraceCompany {
  /** Helper: the board of the search, which is open. */
  board: TraceBoard | null;
  /** Owner: asked now and then while alone. A board: somebody has come. */
  invite(tally: SearchTally): TraceBoard | null;
}

/** Steps between two times that a search asks whether it should stop, and that threads compare what they know of the guess. */
const CHECK_EVERY = 1024;
const MEET_EVERY = 16 * CHECK_EVERY;

/**
 * Where most leaves of the trees are single runs, sharing them costs more than it brings: so many leaves that a thread adds
 * show it, with less than so many runs for each.
 */
const MANY_LEAVES = 4096;
const WORTH_SHARING = 2;

export function searchTraces(
  machine: Machine,
  collector: Collector,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
  independence?: (a: StepFootprint, b: StepFootprint) => boolean,
  company: TraceCompany | null = null,
): TraceTally {
  const tally: TraceTally = {
    states: 0,
    transitions: 0,
    ends: 0,
    maxDepth: 0,
    cut: null,
    executions: 0,
    blocked: 0,
  };
  const { memory } = machine;
  memory.withoutHash();
  const events: Event[] = [];
  const nodes: Node[] = [];
  const choices = new Int32Array(MAX);
  const spinners = new Int32Array(MAX);
  const footprints = new Footprints(
    machine,
    independence === undefined ? conflict : (a, b) => !independence(a, b),
  );
  const dependent = (a: Footprint, b: Footprint) => footprints.conflict(a, b);
  const virtual = new Event();
  const unstopped = new UnstoppedSteps();
  const guess = new GuessWatch(machine.confinement);
  let depth = 0;
  /** By task: its steps in the present run, and the depth of the latest one or -1. */
  const steps = new Int32Array(MAX);
  const latest = new Int32Array(MAX).fill(-1);
  /** Contexts and choices that there have been: no more entries of a clock are used. */
  let width = machine.taskCount();
  /** The first depth at which the present run differs from the run that ended last. */
  let fresh = 0;
  /** There have been migrations to choose, or steps that ended a whole run; steps that ended other contexts. */
  let mayMiss = false;
  let mayRetire = false;

  let board = company?.board ?? null;
  if (board !== null) board.footprints = footprints;
  /** Nodes in front of this depth are shared, others add branches to them as well. As steps of a way, see trace-board.ts. */
  let cut = 0;
  const shared: Way = [];
  /** What this thread has in hand is explored when it comes back to this depth. */
  let floor = 0;
  /** Leaves that this thread has added; those of them that are its own to explore, unless somebody takes them. */
  let added = 0;
  const kept = new KeptLeaves();

  const path = () => {
    const way: number[] = [];
    for (let i = 0; i < depth; i++) {
      way.push(events[i].task);
      unstopped.appendTo(way, i);
    }
    return way;
  };

  /** Undoes the latest step. */
  const back = () => {
    depth--;
    const { task, previous } = events[depth];
    steps[task]--;
    latest[task] = previous;
    memory.rollback();
    machine.end = null;
    retire(nodes[depth]);
  };

  const addLevel = () => {
    nodes.push(new Node());
    events.push(new Event());
    while (v.length <= nodes.length) v.push(virtual);
  };

  /** Fills nodes[depth] from the machine. The number of contexts that may move. */
  const enter = (sleep: number): number => {
    if (depth >= nodes.length) addLevel();
    const node = nodes[depth];
    const n = machine.choices(choices);
    node.enabled = 0;
    for (let i = 0; i < n; i++) node.enabled |= 1 << choices[i];
    node.sleep = sleep;
    node.slept = sleep;
    node.ending = 0;
    node.lost = false;
    const above = depth > 0 ? nodes[depth - 1] : null;
    const mover = depth > 0 ? events[depth - 1].task : -1;
    // Those that stay in front of what they stood in front of.
    const same = above === null ? 0 : node.enabled & above.enabled & above.stays & ~(1 << mover);
    node.stays = same;
    let changed = 0;
    let only = -1;
    for (let i = 0; i < n; i++) {
      const t = choices[i];
      if (t >= width) {
        width = t + 1;
        if (t >= machine.taskCount()) mayMiss = true;
      }
      if ((same & (1 << t)) !== 0) node.prints[t] = above!.prints[t];
      else {
        printInto(node, t);
        if (machine.staysAsItIs(t)) node.stays |= 1 << t;
        changed++;
        only = t;
      }
    }
    const spinning = machine.spinners(spinners);
    for (let i = 0; i < spinning; i++) printInto(node, spinners[i]);
    // Two that stood side by side before have been looked at.
    for (let i = 0; i < n && changed > 0; i++) {
      const t = choices[i];
      if (changed > 1) {
        for (let j = i + 1; j < n; j++)
          if (((same >> t) & (same >> choices[j]) & 1) === 0) checkRace(node, t, choices[j]);
      } else if (t !== only) checkRace(node, Math.min(t, only), Math.max(t, only));
    }
    for (let i = 0; i < n && spinning > 0; i++)
      for (let j = 0; j < spinning; j++) checkRace(node, choices[i], spinners[j]);
    return n;
  };

  const printInto = (node: Node, t: number) => {
    node.prints[t] = footprints.of(t);
  };

  const races = new RaceWatch(machine, collector);
  const checkRace = ({ prints }: Node, t: number, u: number) => {
    const p = prints[t];
    const q = prints[u];
    if ((p.where & q.where) !== 0) races.check(t, u, p, q, path);
  };

  /** Fills event `e` for context t about to move at `node`. */
  const prepare = (e: Event, t: number, node: Node) => {
    e.task = t;
    e.print = node.prints[t];
    e.where = e.print.where;
    const object = machine.pendingObject(t);
    e.awaits = machine.maySpin(t);
    e.blocking = machine.mayWait(t) || e.awaits;
    e.releases = object?.releases === true;
    e.several = object?.several === true || machine.isInterrupt(t);
    e.cpu = t < machine.taskCount() ? machine.cpuOf(t) : -1;
    e.site = t < machine.taskCount() ? machine.siteOf(t) : -1;
    e.swaps = machine.mayOnlyRead(t);
    e.own = steps[t] + 1;
    const own = latest[t];
    e.previous = own;
    const { clock, where, print } = e;
    const from = own >= 0 ? events[own].clock : ZEROS;
    for (let i = 0; i < width; i++) clock[i] = from[i];
    clock[t] = e.own;
    // Task by task, and no further back than to what happens before it anyway: runs may be long, and most of their steps
    // one task's.
    for (let q = 0; q < width; q++) {
      if (q === t) continue;
      for (let i = latest[q]; i >= 0; ) {
        const other = events[i];
        if (clock[q] >= other.own) break;
        if ((other.where & where) !== 0 && dependent(other.print, print)) {
          join(clock, other.clock, width);
          break;
        }
        i = other.previous;
      }
    }
    if (e.awaits) lookBack(e, t, own);
  };

  /**
   * The context stands in front of a load that it leaves its loop with, or does not. Would it have left before the steps
   * of others that wrote there, up to depth `own`, behind which it came? What it would have found is in the undo log: no
   * step that does not come after such a one writes there.
   */
  const lookBack = (e: Event, t: number, own: number) => {
    e.stays.length = 0;
    const places = machine.awaited(t);
    // Of several places it is not known what the others held.
    if (places.length > 2) return;
    for (let q = 0; q < width; q++) {
      if (q === t) continue;
      for (let i = latest[q]; i >= 0; i = events[i].previous) {
        const d = events[i];
        if (i > own || (d.where & e.where) === 0 || !writes(d.print, places[0], places[1])) continue;
        memory.contentAt(root + i, places[0], places[1], found);
        if (!machine.leavesWith(t, found)) e.stays.push(i);
      }
    }
  };
  const writes = ({ count, start, end, bits }: StepFootprint, address: number, size: number): boolean => {
    for (let w = 0; w < count; w++) {
      if ((bits[w] & WRITE) !== 0 && start[w] < address + size && address < end[w]) return true;
    }
    return false;
  };
  const found = new Int32Array(2);
  /** Mark of the first node. */
  const root = memory.depth() + 1;

  /**
   * The races with earlier steps of the step at depth `at`, which is `first`, and of those behind it up to depth `end`.
   * Or of one that a context waits for when the run is over, which is at its end. Each is reversed by an insertion into
   * the earlier step's node. One function: V8 makes code of it once, not as a part of each of its callers again.
   */
  const reverseRaces = (first: Event, from: number, end: number) => {
    for (let e = first, at = from; at < end; at++, e = events[at]) {
      const t = e.task;
      const bit = 1 << t;
      const own = e.previous;
      // Clock of what e depends on so far through steps that hide their past.
      const clock = own >= 0 ? events[own].clock : ZEROS;
      for (let i = 0; i < width; i++) hidden[i] = clock[i];
      for (let i = at - 1; i >= 0; i--) {
        const d = events[i];
        if ((d.where & e.where) === 0 || d.task === t || hidden[d.task] >= d.own) continue;
        if (!dependent(d.print, e.print)) continue;
        // What lies before d in the order is hidden by it, if e could certainly have come before d: its context stood ready
        // in front of d, or its step never waits. Else d may turn out to be what let e go on.
        let hides = i > own || !e.blocking;
        if (i > own) {
          // From its previous step on the context has stood in front of this one: it is known whether it could move.
          if ((nodes[i].enabled & bit) === 0) {
            // A step that it could not precede hides none that it could.
            hides = false;
            // It may have waited for something else when that step took its CPU.
            const several = e.several || (d.takesCpu && e.blocking && d.cpu === e.cpu);
            const couldAtLast = several && !d.releases && (nodes[i + 1].enabled & bit) === 0;
            // What let it go on in the end does that without d too.
            if (!couldAtLast && !(at < depth && events[letGo(t, at)].clock[d.task] < d.own)) continue;
          }
        } else if (e.blocking) {
          // Where it stood ready in front of the release, it did not wait for that.
          if (d.releases) continue;
          // Without what d wrote its context would have gone on waiting: d hides none that it waited for.
          if (e.awaits && e.stays.includes(i)) {
            checkBetween(d, e, i);
            continue;
          }
        }
        reverse(i, e, at);
        if (hides) join(hidden, d.clock, width);
      }
    }
  };
  const hidden = new Int32Array(MAX);
  /** A function of its own: one that made another within the loop above would be slow there. */
  const checkBetween = (d: Event, e: Event, i: number) =>
    races.checkBetween(d, e, () => waysTo(i, e.previous));

  /**
   * To a state in which the step at depth i is still to come, and the one at depth `own`, which does not depend on it,
   * has just been taken: its context then waits in its loop, looking. No run of its own leads there.
   */
  const waysTo = (i: number, own: number): number[] => {
    const { task, own: count } = events[i];
    const way: number[] = [];
    for (let k = 0; k <= own; k++) {
      if (k >= i && events[k].clock[task] >= count) continue;
      way.push(events[k].task);
      unstopped.appendTo(way, k);
    }
    return way;
  };

  /** Depth of the step behind which context t, which moves at depth `at` and had to wait, could move at last. */
  const letGo = (t: number, at: number): number => {
    let k = at - 1;
    while ((nodes[k].enabled & (1 << t)) !== 0) k--;
    return k;
  };

  const reverseBehind = (i: number, e: Event, at: number, atOnce: boolean) => {
    const node = nodes[i];
    const first = events[i];
    // v = steps behind i that do not happen after it, then e's.
    let n = 0;
    for (let k = i + 1; k < depth && !atOnce; k++) {
      const event = events[k];
      if (k !== at && event.clock[first.task] < first.own) v[n++] = event;
    }
    v[n++] = reversed(i, e);
    // A sleeper that may come first, or that nothing in v depends on, covers it.
    for (let mask = node.sleep & ~node.ending; mask !== 0; mask &= mask - 1) {
      const t = 31 - Math.clz32(mask & -mask);
      if (weakInitial(t, node.prints[t], n)) return;
    }
    if (i < cut) {
      insertShared(i, n);
      return;
    }
    // What is left of it is inserted.
    let left = n;
    let parent = node.todo;
    for (;;) {
      const ending = parent === node.todo ? node.ending : 0;
      let next = parent.first;
      while (
        next !== null &&
        ((ending & (1 << next.task)) !== 0 || !weakInitial(next.task, next.print, left))
      )
        next = next.next;
      if (next === null) break;
      for (let k = 0; k < left; k++) {
        if (v[k].task !== next.task) continue;
        left--;
        for (; k < left; k++) v[k] = v[k + 1];
      }
      // What is a leaf here will be explored in all ways; nothing left to insert is covered too.
      if (next.first === null || left === 0) return;
      parent = next;
    }
    for (let k = 0; k < left; k++) {
      parent = append(parent, v[k].task, v[k].print);
    }
  };
  /** Inserts the first n steps of v into a node that others insert into as well. */
  const insertShared = (i: number, n: number) => {
    const way = shared.slice(0, i * STEP);
    const leaf = board!.insert(v, n, shared[i * STEP + 2], shared[i * STEP], weakInitial, way);
    // A thread by itself needs no room.
    if (leaf === FULL) tally.alone = true;
    if (leaf === FULL || leaf === null) return;
    kept.push(leaf);
    added++;
    if (added > MANY_LEAVES && added * WORTH_SHARING > tally.states) tally.alone = true;
  };

  /** Gives the leaf away that is nearest to the first choice, or makes some that can be given. */
  const share = (others: TraceBoard) => {
    if (kept.isEmpty) shareNodes(others);
    else kept.giveTo(others);
  };

  /** Shares the nodes down to the first one of which a branch is left, and on to where this thread goes freely. */
  const shareNodes = (others: TraceBoard) => {
    let d = cut;
    while (d < depth && nodes[d].todo.first!.next === null) d++;
    while (d < depth && nodes[d + 1].follows) d++;
    if (d >= depth || !others.hasRoom) return;
    const fits = others.whileAlone(() => {
      let behind = 0;
      for (let k = cut; k <= d; k++) shared[k * STEP + 2] = others.node(nodes[k].sleep & ~nodes[k].slept);
      for (let k = d; k >= cut; k--) {
        const node = shared[k * STEP + 2];
        const present = nodes[k].todo.first!;
        const elder = nodes[k].sleep & ~nodes[k].slept;
        shared[k * STEP] = present.task;
        shared[k * STEP + 1] = elder;
        const branch =
          node === 0 ? 0 : others.branch(node, 0, present.task, nodes[k].prints[present.task], behind);
        if (branch === 0) return false;
        behind = nodes[k].follows ? node : 0;
      }
      for (let k = cut; k <= d; k++) {
        const present = nodes[k].todo.first!;
        const elder = shared[k * STEP + 1] | (1 << present.task);
        const way = shared.slice(0, k * STEP);
        const node = shared[k * STEP + 2];
        if (
          !others.grow(node, others.firstOf(node), elder, present.next, way, (to) =>
            kept.push({ way: to, fresh: k }),
          )
        )
          return false;
        // What this thread is about stays with it.
        present.next = null;
      }
      return true;
    });
    if (!fits) tally.alone = true;
    cut = d + 1;
    floor = d;
  };

  /** Goes on with a leaf that is left. False: the search is over, or can only be made by a thread alone. */
  const resume = (others: TraceBoard): boolean => {
    const leaf =
      kept.nearest(shared, depth) ??
      others.take(() => {
        tally.cut ??= limits.stop();
        if (tally.cut !== null) others.end(true);
      });
    if (leaf === null) return false;
    const { way } = leaf;
    machine.end = null;
    // As far as the two ways are the same nothing has to be taken back.
    const common = inCommon(shared, way, depth);
    goBackTo(common / STEP);
    shared.length = 0;
    shared.push(...way);
    for (let at = common; ; at += STEP) {
      const node = nodes[depth];
      node.sleep = node.slept | way[at + 1];
      // Reversing made it wait; or what is known of memory is not any more what it was when the way was found.
      if ((node.enabled & (1 << way[at])) === 0) {
        tally.alone = true;
        return false;
      }
      if (at + STEP === way.length) break;
      move(events[depth], way[at], node);
      const sleep = sleepBehind(node, events[depth - 1]);
      enter(sleep);
      keepPrints(sleep, node, nodes[depth]);
      memory.mark();
    }
    machine.findings.length = 0;
    const node = nodes[depth];
    node.todo = node.root;
    node.root.first = null;
    const t = way[way.length - STEP];
    append(node.root, t, node.prints[t]);
    cut = depth + 1;
    floor = depth;
    fresh = leaf.fresh;
    return true;
  };

  /** To the node at this depth, whose mark is made if it has none. */
  const goBackTo = (to: number) => {
    if (depth === 0) {
      // Where the search of a helper begins, and where the first node has been left.
      memory.rollbackTo(root - 1);
      if (nodes.length === 0) enter(0);
      memory.mark();
      return;
    }
    while (depth > to) {
      depth--;
      const { task, previous } = events[depth];
      steps[task]--;
      latest[task] = previous;
    }
    // The mark of the node that has just been left is gone.
    if (memory.depth() < root + to) memory.mark();
    else memory.rollbackTo(root + to);
  };

  const reverse = (i: number, e: Event, at: number) => {
    // One that never came about and could have at once: others in front of it might keep it waiting, or let it come to
    // something else.
    let atOnce = at === depth && e.awaits && e.previous < i && (nodes[i].enabled & (1 << e.task)) !== 0;
    for (;;) {
      reverseBehind(i, e, at, atOnce);
      if (!atOnce) return;
      atOnce = false;
    }
  };
  /** What is to be inserted; reused. It has room for the longest run. */
  const v: Event[] = [];

  /**
   * Event e as it will be when it comes before the step at depth i. What it touches may differ then: a failing
   * compare-exchange only reads. Where its context already stood in front of it at i, that is known. Else the same is
   * assumed as in this run, writing where it may write.
   */
  const reversed = (i: number, e: Event): Event => {
    early.task = e.task;
    if (e.previous < i && (nodes[i].enabled & (1 << e.task)) !== 0) early.print = nodes[i].prints[e.task];
    else if (e.swaps) {
      swapping.copy(e.print);
      swapping.bits[0] |= WRITE;
      early.print = footprints.same(swapping);
    } else early.print = e.print;
    early.where = early.print.where;
    return early;
  };
  const early = new Event();
  const swapping = new StepFootprint();

  /** May context t, whose next step has this footprint, be the first of something that begins with v's first n steps? */
  const weakInitial = (t: number, print: Footprint, n: number): boolean => {
    const { where } = print;
    for (let k = 0; k < n; k++) {
      const event = v[k];
      if (event.task === t) return true;
      if ((event.where & where) !== 0 && dependent(print, event.print)) return false;
    }
    return true;
  };

  /** Wakeups that have been taken, one behind the other. */
  let spare: Wakeup | null = null;
  /** A new last child, without children of its own. */
  const append = (parent: Wakeup, task: number, print: Footprint): Wakeup => {
    const made = spare ?? new Wakeup();
    spare = made.next;
    made.task = task;
    made.print = print;
    made.first = null;
    made.next = null;
    if (parent.first === null) parent.first = made;
    else {
      let last = parent.first;
      while (last.next !== null) last = last.next;
      last.next = made;
    }
    return made;
  };
  /** A context that was ended before it took its step could have taken it in front of the step that ended it. */
  const reverseRetired = (from: number) => {
    for (let i = from; i < depth; i++) {
      for (let mask = events[i].retired; mask !== 0; mask &= mask - 1) {
        const t = 31 - Math.clz32(mask & -mask);
        virtual.task = t;
        virtual.previous = latest[t];
        virtual.awaits = false;
        // If it could not move there, nobody knows what it would have touched: what its end touched.
        virtual.print = (nodes[i].enabled & (1 << t)) !== 0 ? nodes[i].prints[t] : events[i].print;
        reverse(i, virtual, depth);
      }
    }
  };

  /**
   * A migration need not happen: a run may end in which somebody took the chance away, or a fault everybody's. That step
   * and the one that was missed conflict, though the latter is no event of this run: it is tried in front of it.
   */
  const reverseMissed = (from: number) => {
    const contexts = machine.taskCount();
    for (let i = from; i < depth; i++) {
      const after = i + 1 < depth || machine.end === "deadlock" ? nodes[i + 1].enabled : 0;
      let missed = nodes[i].enabled & ~after;
      for (; missed !== 0; missed &= missed - 1) {
        const choice = 31 - Math.clz32(missed & -missed);
        if (events[i].task === choice) continue;
        const ended = (nodes[i].ending & (1 << events[i].task)) !== 0;
        if (choice < contexts && !ended) continue;
        virtual.task = choice;
        virtual.previous = latest[choice];
        virtual.awaits = false;
        virtual.print = nodes[i].prints[choice];
        reverse(i, virtual, depth);
      }
    }
  };

  const ended = () => {
    tally.ends++;
    tally.executions++;
    tally.states++;
    for (const f of machine.findings) collector.finding(f, machine, path);
    noteCut(machine, tally);
    collector.outcome(machine, path);
    // Races among the steps shared with the run before were reversed at its end.
    const changed = Math.max(1, fresh);
    if (changed < depth) reverseRaces(events[changed], changed, depth);
    if (mayMiss) reverseMissed(Math.max(0, fresh - 1));
    if (mayRetire) reverseRetired(fresh);
    fresh = depth;
    // Those who still wait; when the run has finished, as idle threads do.
    if (machine.end === "deadlock" || machine.end === "finished") {
      for (let t = 0; t < machine.taskCount(); t++) {
        if (machine.taskState(t) !== PARKED) continue;
        const node = nodes[depth];
        printInto(node, t);
        prepare(virtual, t, node);
        reverseRaces(virtual, depth, depth + 1);
      }
    }
  };

  if (machine.end !== null) {
    collector.statedBy(machine, path);
    ended();
    return tally;
  }
  if (board !== null) {
    if (!resume(board)) return tally;
  } else {
    for (const f of machine.findings) collector.finding(f, machine, path);
    collector.statedBy(machine, path);
    if (enter(0) === 0) {
      ended();
      return tally;
    }
    freely(nodes[0]);
    memory.mark();
  }
  for (;;) {
    if (board?.hungry && !guess.hasBroken()) share(board);
    const node = nodes[depth];
    const wakeup = node.todo.first;
    // What the steps that were impossible were to cover has to be explored all the same.
    if (wakeup === null && node.lost && freely(node)) continue;
    if (wakeup === null) {
      memory.dropMark();
      if (depth > floor) {
        back();
        continue;
      }
      if (board === null || !resume(board)) break;
      continue;
    }
    const t = wakeup.task;
    if ((node.enabled & (1 << t)) === 0) {
      // Reversing made it wait for something that the run no longer does.
      node.todo.first = wakeup.next;
      tally.blocked++;
      node.lost = true;
      continue;
    }
    const event = events[depth];
    if (depth < fresh) fresh = depth;
    move(event, t, node);
    const sleep = sleepBehind(node, event);
    tally.transitions++;
    if (depth > tally.maxDepth) tally.maxDepth = depth;
    if ((tally.transitions & (CHECK_EVERY - 1)) === 0) {
      tally.cut ??= limits.stop();
      tally.findings = collector.count;
      // Several threads have parts of the tree, and none knows what is left of the others'.
      if (board === null) measureTraces(tally, nodes, depth - 1);
      else delete tally.share;
      onTick(tally, depth);
      if (board !== null) {
        if (board.over) break;
        if ((tally.transitions & (MEET_EVERY - 1)) === 0) board.meet();
      } else if (company !== null && isOrderly()) {
        board = company.invite(tally);
        if (board !== null) board.footprints = footprints;
      }
    }
    if (board !== null && !isOrderly()) {
      tally.alone = true;
      break;
    }
    if (guess.broken()) break;
    if (depth >= limits.depth && tally.cut === null) {
      tally.cut = `a run of ${limits.depth} steps`;
      tally.endlessRun = true;
      tally.cutByRun = true;
    }
    if (tally.states >= limits.states) tally.cut ??= `the traces allowed (${limits.states}) are used up`;
    if (tally.cut !== null && machine.end === null) break;
    if (machine.facts.length > 0) collector.statedBy(machine, path);
    if (machine.end === null && machine.findings.length > 0) {
      for (const f of machine.findings) collector.finding(f, machine, path);
      machine.findings.length = 0;
    }
    const over = machine.end !== null;
    if (over) {
      if (machine.end !== "finished") {
        node.ending |= 1 << t;
        mayMiss = true;
      }
      if (depth >= nodes.length) addLevel();
    }
    if (over || enter(sleep) === 0) {
      ended();
      back();
      continue;
    }
    const next = nodes[depth];
    keepPrints(sleep, node, next);
    next.todo = next.root;
    next.root.first = null;
    next.follows = wakeup.first !== null;
    if (next.follows) next.todo = wakeup;
    else if (!freely(next)) {
      tally.blocked++;
      back();
      continue;
    }
    memory.mark();
  }
  return tally;

  /**
   * Can several threads share the search? Only where each trace is explored once whatever the order. What a step covers
   * that ends the whole run is known only when it has been taken; what was to be covered by a branch that turns out to be
   * impossible is explored in every way; and so is what migrations and contexts that are ended have missed.
   */
  function isOrderly(): boolean {
    return !mayMiss && !mayRetire && tally.blocked === 0 && tally.alone !== true;
  }

  /** Who sleeps behind this step, as a mask. */
  function sleepBehind(node: Node, event: Event): number {
    let sleep = 0;
    for (let mask = node.sleep; mask !== 0; mask &= mask - 1) {
      const q = 31 - Math.clz32(mask & -mask);
      if ((node.ending & (1 << q)) === 0 && !dependent(node.prints[q], event.print)) sleep |= 1 << q;
    }
    return sleep;
  }

  /** Those who sleep stand in front of the same steps in the next node. */
  function keepPrints(sleep: number, { prints }: Node, next: Node): void {
    for (let mask = sleep; mask !== 0; mask &= mask - 1) {
      const q = 31 - Math.clz32(mask & -mask);
      next.prints[q] = prints[q];
    }
  }

  /** Lets context t take its step from the present node. */
  function move(event: Event, t: number, node: Node): void {
    prepare(event, t, node);
    if (machine.findings.length > 0) machine.findings.length = 0;
    const had = machine.holdsCpu(t);
    machine.step(t);
    event.takesCpu = !had && machine.holdsCpu(t);
    unstopped.set(depth, machine.unstopped);
    event.retired = machine.retired;
    if (event.retired !== 0) mayRetire = true;
    steps[t]++;
    latest[t] = depth;
    depth++;
  }

  /** Adds any context that may move and is not asleep, preferably the one that moved last. False: there is none. */
  function freely(node: Node): boolean {
    const awake = node.enabled & ~node.sleep;
    if (awake === 0) return false;
    const last = depth > 0 ? events[depth - 1].task : -1;
    const t = last >= 0 && (awake & (1 << last)) !== 0 ? last : 31 - Math.clz32(awake & -awake);
    append(node.todo, t, node.prints[t]);
    return true;
  }

  /** The node's first branch has been explored: its context sleeps from now on. */
  function retire(node: Node): void {
    const done = node.todo.first;
    if (done === null) return;
    node.todo.first = done.next;
    node.sleep |= 1 << done.task;
    done.next = spare;
    spare = done;
  }
}

const PARKED = 2;

function join(into: Int32Array, from: Int32Array, width: number): void {
  for (let i = 0; i < width; i++) if (from[i] > into[i]) into[i] = from[i];
}
