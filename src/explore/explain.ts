// Why a run shows what it shows: the steps whose order decides, and what would have kept it from happening. Both are
// searches of their own (order.ts), so they belong where searches are made.

import type { Entry, MachineConfig, Program } from "../../interpreter/api.js";
import type { Kernel } from "./explore.js";
import { type DecisiveOrder, decisiveOrder, type Goal, type Prevention, whatPrevents } from "./order.js";
import { givingUp, pairsOf, relevantSteps, waysOf } from "./relevance.js";
import { replay } from "./replay.js";
import { type FoundFinding, findingId, isRace, type Outcome, type Trace } from "./result.js";

export interface Explanation {
  /** Null where it could not be proved. */
  order: DecisiveOrder | null;
  prevented: Prevention[];
}

/** A program, and who runs it on which machine. */
export interface Explained {
  program: Program;
  entry: Entry;
  config: MachineConfig;
}

/** Spent on finding out which steps decide: a few tenths of a second for each run that is shown. */
const ORDER_STEPS = 100_000;

/** `like` is the machine that comes as far as the search came, for the run itself. */
export function explain(
  of: Explained,
  like: MachineConfig,
  kernel: Kernel,
  shows: Outcome | FoundFinding,
): Explanation {
  let trace: Trace | null = null;
  const run = (): Trace => {
    trace ??= replay(of.program, of.entry, kernel, like, shows.witness);
    return trace;
  };
  const order = orderOf(of, shows, run, kernel);
  return { order, prevented: order === null ? [] : preventionOf(of, shows, run(), order, kernel) };
}

export function orderOf(
  { program, entry, config }: Explained,
  shows: Outcome | FoundFinding,
  run: () => Trace,
  kernel: Kernel,
): DecisiveOrder | null {
  // A race is in a state that runs pass through, not in where they end: its two accesses say all there is.
  if ("title" in shows && isRace(shows.finding)) return null;
  const trace = run();
  const candidates = givingUp(
    trace,
    relevantSteps(trace).flatMap((relevant, i) => (relevant ? [i] : [])),
  );
  const limits = { transitions: ORDER_STEPS };
  return decisiveOrder(program, entry, kernel, config, shows.witness, candidates, goalOf(shows), limits);
}

/** What would have kept it from happening is asked of findings: an outcome is nobody's mistake. */
export function preventionOf(
  { program, entry, config }: Explained,
  shows: Outcome | FoundFinding,
  trace: Trace,
  { steps }: DecisiveOrder,
  kernel: Kernel,
): Prevention[] {
  if (!("title" in shows)) return [];
  const pairs = pairsOf(trace, steps);
  const ways = waysOf(trace, steps);
  const limits = { transitions: ORDER_STEPS };
  return whatPrevents(program, entry, kernel, config, shows.witness, pairs, ways, goalOf(shows), limits);
}

function goalOf(shows: Outcome | FoundFinding): Goal {
  return "title" in shows ? { finding: findingId(shows) } : { outcome: shows.key };
}
