// One exploration: a program, who runs in it, and every interleaving of them.

import {
  Confinement,
  type Entry,
  type Fact,
  type Finding,
  type KnownSharing,
  Machine,
  type MachineConfig,
  type ObjectOp,
  type Program,
  type Rule,
  race,
  StepFootprint,
} from "../../interpreter/api.js";
import { type BoundedTally, searchBounded } from "./bounded.js";
import { mayComeBack } from "./circles.js";
import { Collector, endKey, idsOf, type Naming, type Unsettled } from "./collect.js";
import { type LivelockSearch, searchLivelocks } from "./livelock.js";
import { probe } from "./probe.js";
import {
  compareFound,
  type Exploration,
  type FoundFinding,
  findingId,
  isRace,
  type LockShown,
  NOWHERE,
  type Outcome,
  type SearchKind,
} from "./result.js";
import { sample } from "./sample.js";
import { findShortest, type Targets, type Witness } from "./shortest.js";
import { type Company, type Sabotage, type SearchLimits, type SearchTally, searchStates } from "./states.js";
import { type Helpers, StatesOwner, TracesOwner } from "./team.js";
import { searchTraces, type TraceCompany } from "./traces.js";

/** The kernel that a program runs on: its operations, the rules that watch them, how findings are called. */
export interface Kernel extends Naming {
  objects: readonly ObjectOp[];
  rules: readonly Rule[];
  /** What a report says of a context beside its stack: the locks that it holds, its depth in readers of RCU. */
  situation?: (
    machine: Machine,
    task: number,
    facts: readonly Fact[],
  ) => { held: LockShown[]; lock: LockShown | null; rcuDepth: number; interrupt: boolean };
  /** What a context that the kernel made is called; null for one of the scenario. */
  nameOf?: (machine: Machine, task: number) => string | null;
  /** Who keeps a context waiting in this operation, at which the machine's port must stand. */
  waitsFor?: (machine: Machine, op: string) => { what: string; holders: readonly number[] };
}

/** What comes behind the search itself: two more searches, each with numbers of its own. */
export type SearchPhase = "livelocks" | "shortest schedules";

export interface ExploreOptions {
  machine: MachineConfig;
  /**
   * How to search. Nothing said: by states, and by traces if the memory for states does not suffice. The last two kinds
   * take samples and never call themselves complete.
   */
  search?: SearchKind;
  /** For the search by preemption bound: the last level; 8 by default. */
  preemptions?: number;
  /** For samples: how many runs, from which seed, PCT's bug depth. */
  sample?: { runs?: number; seed?: number; bugDepth?: number };
  limits?: { states?: number; memory?: number; depth?: number; seconds?: number };
  /** Steps to spend on proving witnesses shortest; 0 keeps the ones the search happened on. */
  witnessSteps?: number;
  /** The shortest schedules are looked for by shortestRuns(), unless only this search can. */
  shortestLater?: boolean;
  /** Seconds on any clock; the core has none of its own. */
  now?: () => number;
  /** A text stops the search: it becomes the reason of the cut. */
  interrupted?: () => string | null;
  onProgress?: (tally: SearchTally, depth: number, seconds: number, phase?: SearchPhase) => void;
  sabotage?: Sabotage;
  /** Other threads that may help with a search by states or by traces. What it says is the same with and without them. */
  helpers?: Helpers;
  /** Steps that a search takes before others may help. */
  alone?: number;
  /** False: tasks that are alike are told apart in the search by states. */
  symmetry?: boolean;
  /** False: every visible operation is a step of its own, also on memory that only one context touches. */
  confine?: boolean;
}

export function explore(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  options: ExploreOptions,
): Exploration {
  const machines: Machine[] = [];
  /** A machine at its first choice. */
  const begin = (): Machine => {
    const machine = new Machine(program, kernel.objects, kernel.rules, options.machine);
    machines.push(machine);
    machine.begin(entry);
    return machine;
  };
  try {
    return exploreFrom(begin, kernel, options);
  } finally {
    for (const machine of machines) machine.discard();
  }
}

function exploreFrom(begin: () => Machine, kernel: Kernel, options: ExploreOptions): Exploration {
  const now = options.now ?? (() => 0);
  const started = now();
  const seconds = options.limits?.seconds ?? Number.POSITIVE_INFINITY;
  const limits = limitsOf(options, started);
  const onTick = (t: SearchTally, depth: number) => options.onProgress?.(t, depth, now() - started);
  const { tally, result, late, machine, kind, why } = chosenSearch(begin, kernel, options, limits, onTick);
  let endless: LivelockSearch | null = null;
  const first = machine ?? begin();
  if (mayLivelock(first, kind, tally)) {
    endless = livelocksOf(begin, machine?.confinement ?? null, limits, (t, depth) =>
      options.onProgress?.(t, depth, now() - started, "livelocks"),
    );
    if (endless.undecided !== null)
      tally.cut ??= `livelocks were looked for and not decided: ${endless.undecided}`;
    addLivelocks(result.findings, endless, kernel, first);
  }
  const searchSeconds = now() - started;
  // Which states a livelock is in, only this search knows.
  const isDeferred = options.shortestLater === true && (endless === null || endless.livelocks.length === 0);
  if ((options.witnessSteps ?? 0) > 0 && tally.transitions > 0 && !isDeferred) {
    const stop = stopShortening(options, seconds, started);
    const wanted: ShortenWish = {
      outcomes: result.outcomes.map(({ key }) => key),
      findings: result.findings.filter(isOfOneRun),
      states: kind === "states" && tally.cut === null ? tally.states : null,
    };
    const best = shorten(first, kernel, options.witnessSteps!, wanted, endless, stop);
    for (const outcome of result.outcomes) takeOver(best.get(`o:${outcome.key}`), outcome);
    for (const found of result.findings) takeOver(best.get(`f:${findingId(found)}`), found);
    late?.proved(best);
  }
  if (late !== null) settle(begin(), machine, kernel, kind, limits, result, late);
  return {
    search: kind,
    ...(why === null ? {} : { why }),
    ...(kind === "bounded" ? { levels: (tally as BoundedTally).levels } : {}),
    complete: tally.cut === null,
    cut: tally.cut,
    ...result,
    stats: {
      states: tally.states,
      ...(tally.alike === undefined ? {} : { alike: tally.alike }),
      transitions: tally.transitions,
      ends: tally.ends,
      maxDepth: tally.maxDepth,
      seconds: searchSeconds,
    },
    config: { cpus: options.machine.cpus, preempt: options.machine.preempt, rcu: options.machine.rcu },
    ...(isDeferred ? { shortestLater: machine?.confinement?.known() ?? null } : {}),
  };
}

/**
 * Has the question whether every state still leads to an end to be asked? Not where runs cannot go round: each of them
 * ends then. A search by traces that was complete has followed all runs to their ends. One that was cut because a run
 * did not end may have met a livelock, so there the states are asked too.
 */
function mayLivelock(machine: Machine, kind: SearchKind, tally: SearchTally): boolean {
  if (tally.transitions === 0 || tally.circle === false) return false;
  if (kind === "traces" ? tally.endlessRun !== true : tally.cut !== null) return false;
  return mayComeBack(machine);
}

function livelocksOf(
  begin: () => Machine,
  guess: Confinement | null,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
): LivelockSearch {
  for (;;) {
    const machine = begin();
    machine.confinement = guess;
    const found = searchLivelocks(machine, limits, onTick);
    if (found.undecided !== null || guess === null || guess.breaches === 0) return found;
    guess.restart();
  }
}

/** `machine` is any machine of the program: titles need its names. */
function addLivelocks(
  findings: FoundFinding[],
  { livelocks }: LivelockSearch,
  kernel: Kernel,
  machine: Machine,
): void {
  for (const { finding, witness } of livelocks) {
    const title = kernel.title(finding, machine);
    const place = kernel.place?.(finding, machine) ?? NOWHERE;
    const id = findingId({ title, place });
    if (findings.some((known) => findingId(known) === id)) continue;
    findings.push({ title, place, finding, seen: 1, witness, shortest: false });
  }
  findings.sort(compareFound);
}

/** What the shortest schedules are wanted for. */
export interface ShortenWish {
  /** Keys of outcomes. */
  outcomes: readonly string[];
  findings: readonly Pick<FoundFinding, "title" | "place" | "finding">[];
  /** How many states there are; null where nobody has seen all of them. */
  states: number | null;
}

/** With so few states the graph of all runs is made at once: it takes no longer than to look through runs by themselves. */
const FEW_STATES = 4000;

/** Keys as findShortest() has them: an outcome's behind "o:", what findingId() says behind "f:". */
export type ShortestRuns = Map<string, Pick<Witness, "schedule" | "proved">>;

/** The shortest schedules after a search that left them for later, with the guess of confined memory that it gave. */
export function shortestRuns(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  options: Pick<ExploreOptions, "machine" | "witnessSteps" | "now" | "interrupted" | "onProgress"> & {
    seconds: number;
  },
  sharing: KnownSharing | null,
  wanted: ShortenWish,
): ShortestRuns {
  const now = options.now ?? (() => 0);
  const started = now();
  const machine = new Machine(program, kernel.objects, kernel.rules, options.machine);
  try {
    machine.begin(entry);
    if (sharing !== null) {
      machine.confinement = new Confinement(machine.map, machine.program.sites.length);
      machine.confinement.assume(sharing);
    }
    const stop = stopShortening(options, options.seconds, started);
    return shorten(machine, kernel, options.witnessSteps ?? 0, wanted, null, stop);
  } finally {
    machine.discard();
  }
}

/** Steps between two times that the search for shortest schedules asks whether it should stop. */
const SHORTEN_STEPS = 1024;

/** Why that search should stop; whoever asks is getting on. */
function stopShortening(
  options: Pick<ExploreOptions, "now" | "interrupted" | "onProgress">,
  seconds: number,
  started: number,
): () => string | null {
  const now = options.now ?? (() => 0);
  const tally: SearchTally = { states: 0, transitions: 0, ends: 0, maxDepth: 0, cut: null };
  return () => {
    const past = now() - started;
    tally.transitions += SHORTEN_STEPS;
    options.onProgress?.(tally, 0, past, "shortest schedules");
    return past > seconds ? "time" : (options.interrupted?.() ?? null);
  };
}

/** What was concluded from facts of several runs is shown by no single state. */
export function isOfOneRun({ finding }: Pick<FoundFinding, "finding">): boolean {
  return finding.links === undefined;
}

/** The witness that the search happened on gives way to a shortest one, where that was found. */
export function takeOver(
  witness: Pick<Witness, "schedule" | "proved"> | undefined,
  shown: Outcome | FoundFinding,
): void {
  if (witness === undefined) return;
  shown.witness = witness.schedule;
  shown.shortest = witness.proved;
}

/** Steps of a search from which on it is worth to find out sooner what is wrong with its guess. */
const PROBED_FROM = 1000;

/** What a search may spend, from `started` on. */
export function limitsOf(options: ExploreOptions, started: number): SearchLimits {
  const now = options.now ?? (() => 0);
  const seconds = options.limits?.seconds ?? Number.POSITIVE_INFINITY;
  return {
    states: options.limits?.states ?? 50_000_000,
    memory: options.limits?.memory ?? 2 ** 31,
    depth: options.limits?.depth ?? 100_000,
    stop: () => {
      if (now() - started > seconds) return `the time allowed (${seconds} s) is used up`;
      return options.interrupted?.() ?? null;
    },
  };
}

type Searched = {
  tally: SearchTally;
  result: ReturnType<Collector["result"]>;
  /** What others found first. */
  late: Unsettled | null;
  /** The machine back at its first choice, with the guess that has held; null: it has gone on from there. */
  machine: Machine | null;
};

/** The search that was asked for; else by states, which meets nothing twice, and by traces where that is too much. */
function chosenSearch(
  begin: () => Machine,
  kernel: Kernel,
  options: ExploreOptions,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
): Searched & { kind: SearchKind; why: string | null } {
  const kind = options.search ?? "states";
  let first = searchOnGuesses(begin(), kernel, options, limits, onTick);
  if (first.tally.unlike === true)
    first = searchOnGuesses(begin(), kernel, { ...options, symmetry: false }, limits, onTick);
  if (options.search !== undefined || first.tally.outOfMemory !== true) return { ...first, kind, why: null };
  const why = `by traces, because ${first.tally.cut}`;
  const byTraces: ExploreOptions = { ...options, search: "traces" };
  return { ...searchOnGuesses(begin(), kernel, byTraces, limits, onTick), kind: "traces", why };
}

/**
 * Searches with memory taken as confined to one context, again and again until the guess holds for the whole search
 * (see interpreter/machine/confine.ts). What was shared stays shared, so there are few rounds.
 */
function searchOnGuesses(
  machine: Machine,
  kernel: Kernel,
  options: ExploreOptions,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
): Searched {
  const exhaustive = options.search !== "random" && options.search !== "pct";
  if (!exhaustive || options.confine === false || machine.end !== null) {
    const collector = new Collector(kernel);
    const tally = search(machine, collector, options, limits, onTick);
    return { tally, result: collector.result(), late: null, machine: null };
  }
  const guess = new Confinement(machine.map, machine.program.sites.length);
  const first = [...machine.findings];
  const stated = [...machine.facts];
  const { memory } = machine;
  memory.mark();
  const root = memory.depth();
  machine.confinement = guess;
  let folds = options.symmetry ?? true;
  const byTraces = options.search === "traces";
  let { helpers } = options.search === undefined || options.search === "states" || byTraces ? options : {};
  for (;;) {
    const collector = new Collector(kernel);
    const owners = ownersOf(helpers, byTraces, guess, limits, collector, options.alone);
    const owner = owners.states ?? owners.traces;
    let tally: SearchTally;
    let helped = false;
    try {
      tally = search(machine, collector, { ...options, symmetry: folds }, limits, onTick, owners);
      helped = owner?.finish(tally) === true;
    } finally {
      owner?.dismiss();
    }
    // Which run was cut first is an accident where several threads looked for it.
    const unlike = tally.unlike === true;
    if (unlike) folds = false;
    const counted = byTraces && tally.states >= limits.states;
    const again = unlike || (helped && (tally.cutByRun === true || tally.alone === true || counted));
    const done = !again && (tally.cut !== null || guess.breaches === 0);
    const result = done ? collector.result() : null;
    const late = done ? collector.unsettled() : null;
    goBack(machine, root, first, stated);
    if (result !== null) return { tally, result, late, machine };
    // Helpers would fold.
    if (again) helpers = undefined;
    guess.restart();
    // A search that failed soon is cheaper made again than probed.
    if (tally.transitions > PROBED_FROM) probe(machine, guess);
    goBack(machine, root, first, stated);
  }
}

/** How others come into the search, whichever it is. */
interface Companies<States = Company, Traces = TraceCompany> {
  states: States | null;
  traces: Traces | null;
}
const NOBODY: Companies = { states: null, traces: null };

function ownersOf(
  helpers: Helpers | undefined,
  byTraces: boolean,
  guess: Confinement,
  limits: SearchLimits,
  collector: Collector,
  alone: number | undefined,
): Companies<StatesOwner, TracesOwner> {
  if (helpers === undefined) return { states: null, traces: null };
  const states = byTraces ? null : new StatesOwner(helpers, guess, limits.memory, collector, alone);
  const traces = byTraces ? new TracesOwner(helpers, guess, limits.memory, collector, alone) : null;
  return { states, traces };
}

/** To the first choice. */
function goBack(machine: Machine, root: number, findings: readonly Finding[], facts: readonly Fact[]): void {
  machine.memory.rollbackTo(root);
  machine.end = null;
  machine.findings.length = 0;
  machine.findings.push(...findings);
  machine.facts.length = 0;
  machine.facts.push(...facts);
}

/**
 * What others met first, and no schedule was proved the shortest for, gets the schedule that a search alone comes upon
 * first: another search, alone, until all of it has been met.
 */
function settle(
  machine: Machine,
  searched: Machine | null,
  kernel: Kernel,
  kind: SearchKind,
  limits: SearchLimits,
  result: ReturnType<Collector["result"]>,
  late: Unsettled,
): void {
  const collector = new Collector(kernel);
  const left = () => {
    collector.settleInto(result, late);
    return late.size;
  };
  if (left() === 0) return;
  machine.confinement = searched?.confinement ?? null;
  const stop = () => (left() === 0 ? "all has been met" : limits.stop());
  if (kind === "traces") searchTraces(machine, collector, { ...limits, stop }, () => {});
  else searchStates(machine, collector, { ...limits, stop }, () => {});
  left();
}

function search(
  machine: Machine,
  collector: Collector,
  options: ExploreOptions,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
  company: Companies = NOBODY,
): SearchTally {
  const mode = options.search ?? "states";
  switch (mode) {
    case "states":
      return searchStates(
        machine,
        collector,
        limits,
        onTick,
        options.sabotage,
        company.states,
        options.symmetry ?? true,
      );
    case "bounded":
      return searchBounded(machine, collector, limits, options.preemptions ?? 8, onTick);
    case "traces":
      return searchTraces(machine, collector, limits, onTick, options.sabotage?.independence, company.traces);
    default: {
      const { runs = 10_000, seed = 1, bugDepth = 3 } = options.sample ?? {};
      return sample(machine, collector, { mode, runs, seed, bugDepth }, limits, onTick);
    }
  }
}

/** The shortest schedules to what is wanted, where these can be found. */
function shorten(
  machine: Machine,
  kernel: Kernel,
  transitions: number,
  { outcomes, findings, states }: ShortenWish,
  endless: LivelockSearch | null,
  stop: () => string | null,
): Map<string, Witness> {
  const idIn = idsOf(kernel);
  const keyOf = (finding: Finding, machine: Machine): string => `f:${idIn(finding, machine)}`;
  const prints = Array.from({ length: 64 }, () => new StepFootprint());
  const targets: Targets = {
    ofFinding: keyOf,
    ofEnd: (machine) => `o:${endKey(machine)}`,
    ofState(hash, machine) {
      const which = endless?.doomedTo(hash) ?? -1;
      return which < 0 ? null : keyOf(endless!.livelocks[which]!.finding, machine);
    },
    wantsRaces: findings.some(({ finding }) => isRace(finding)),
    races(machine, contexts, n, found) {
      for (let i = 0; i < n; i++) machine.footprint(contexts[i], prints[i]);
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++) {
          const finding =
            race(prints[i], prints[j]) < 0 ? null : machine.raceFinding(contexts[i], contexts[j]);
          if (finding !== null) found(keyOf(finding, machine));
        }
      }
    },
  };
  const wanted = [...outcomes.map((key) => `o:${key}`), ...findings.map((found) => `f:${findingId(found)}`)];
  const graph = states !== null && states <= FEW_STATES ? { graphFrom: 0 } : {};
  return findShortest(machine, wanted, targets, { transitions, preemptions: 8, stop, ...graph });
}
