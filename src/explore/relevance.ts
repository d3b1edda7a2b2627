// Which steps of a run could matter to others: those whose order between contexts decided something.
//
// In: a replayed run. Out: a mark for each step. Two steps of different contexts that touch the same bytes, one of
// them writing, with nothing in between; and with such a write what its own context had read there before. What a
// context reads again decides nothing. src/explore/order.ts finds out which of them do matter.

import type { Way } from "./order.js";
import type { StepEvent, Touch, Trace } from "./result.js";

/** One granule of 8 bytes as the run goes by: indices of steps. */
interface Use {
  task: number;
  index: number;
  /** For a write: the read of the same context that it may come of, as in x++. */
  from: number | null;
}

/** Steps that say something, and those whose order between contexts decided what happened. */
export function relevantSteps(trace: Trace): boolean[] {
  const relevant = telling(trace);
  const writers = new Map<number, Use>();
  // Since the last write; of each context the last one.
  const readers = new Map<number, Use[]>();
  const mark = ({ index, from }: Use): void => {
    if (index < relevant.length) relevant[index] = true;
    if (from !== null) relevant[from] = true;
  };
  // What waits for ever has touched nothing yet, but shows who stands in its way; what a fatal end kept from coming,
  // who was before it.
  const never = trace.end === "fatal" ? trace.parked : trace.waiting;
  [...trace.steps, ...never].forEach(({ task, touches }, index) => {
    for (const { touch, granule } of granules(touches)) {
      const writer = writers.get(granule);
      const before = readers.get(granule) ?? [];
      const own = touch.written ? before.find((reader) => reader.task === task) : undefined;
      const use: Use = { task, index, from: own?.index ?? null };
      if (writer !== undefined && writer.task !== task) {
        mark(writer);
        mark(use);
      }
      if (touch.written) {
        for (const reader of before) {
          if (reader.task === task) continue;
          mark(reader);
          mark(use);
        }
        writers.set(granule, use);
        readers.set(granule, []);
      } else readers.set(granule, [...before.filter((reader) => reader.task !== task), use]);
    }
  });
  return relevant;
}

/** The kept steps, with the reads of the same line that their writes come of, and the steps that say something. */
export function keptSteps(trace: Trace, kept: readonly number[]): boolean[] {
  const shown = telling(trace);
  for (const index of kept) {
    shown[index] = true;
    const step = trace.steps[index]!;
    if (step.op !== "store") continue;
    const read = trace.steps.findLast(
      (s) => s.index < index && s.task === step.task && s.address === step.address && s.read !== null,
    );
    const [at, from] = [step.stack[0], read?.stack[0]];
    if (read !== undefined && at?.line === from?.line && at?.file === from?.file) shown[read.index] = true;
  }
  return shown;
}

function telling({ steps }: Trace): boolean[] {
  return steps.map((step) => step.findings.length > 0 || step.printed.length > 0 || step.op === "migrate");
}

/** Large copies are looked at by their first bytes: a figure need not be exact there. */
const MAX_GRANULES = 64;

function* granules(touches: readonly Touch[]): Generator<{ touch: Touch; granule: number }> {
  for (const touch of touches) {
    const last = Math.min((touch.end - 1) >>> 3, (touch.start >>> 3) + MAX_GRANULES);
    for (let granule = touch.start >>> 3; granule <= last; granule++) yield { touch, granule };
  }
}

/** Do the steps touch the same bytes, one of them writing? */
export function conflicting(a: readonly Touch[], b: readonly Touch[]): boolean {
  const done = (touch: Touch): boolean => touch.claim !== true;
  return a.some((x) =>
    b.some((y) => (x.written || y.written) && x.start < y.end && y.start < x.end && done(x) && done(y)),
  );
}

type Pair = readonly [first: number, second: number];

/** The kept steps, each with the latest kept one of another context that it conflicts with and comes after. */
export function pairsOf(trace: Trace, kept: readonly number[]): Pair[] {
  const { steps } = trace;
  return kept.flatMap((second, position): Pair[] => {
    const first = kept
      .slice(0, position)
      .findLast(
        (i) =>
          steps[i]!.task !== steps[second]!.task && conflicting(steps[i]!.touches, steps[second]!.touches),
      );
    return first === undefined ? [] : [[first, second]];
  });
}

/**
 * Ways between two accesses of one context into which another came, to be tried undivided: each alone, then together
 * with the way of the other from there to its next access of the same memory.
 */
export function waysOf(trace: Trace, kept: readonly number[]): Way[][] {
  const { steps } = trace;
  const way = (from: number, to: number): Way => ({
    task: steps[from]!.task,
    from: steps[from]!.site,
    to: steps[to]!.site,
    steps: [from, to],
  });
  const isAccess = (i: number): boolean => steps[i]!.read !== null || steps[i]!.written !== null;
  const alone: Way[][] = [];
  const both: Way[][] = [];
  kept.forEach((from, position) => {
    const to = kept.slice(position + 1).find((i) => steps[i]!.task === steps[from]!.task);
    if (to === undefined || !isAccess(from) || !isAccess(to)) return;
    const between = kept.filter((i) => i > from && i < to && isAccess(i));
    if (between.length === 0) return;
    alone.push([way(from, to)]);
    for (const i of between) {
      const next = steps.find(
        (s) =>
          s.index > i &&
          s.task === steps[i]!.task &&
          [from, to].some((own) => conflicting(s.touches, steps[own]!.touches)),
      );
      if (next !== undefined) both.push([way(from, to), way(i, next.index)]);
    }
  });
  return [...alone, ...both];
}

/** What says most about a cause is given up last: readers and grace periods, then memory, then locks. */
export function givingUp(trace: Trace, candidates: readonly number[]): number[] {
  const rank = ({ op, address }: StepEvent): number => (/rcu/.test(op) ? 2 : address === 0 ? 0 : 1);
  return [...candidates].sort((a, b) => rank(trace.steps[a]!) - rank(trace.steps[b]!) || b - a);
}
