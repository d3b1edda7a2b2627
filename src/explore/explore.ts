// One exploration: a program, who runs in it, and every interleaving of them.

import {
  Confinement,
  type Entry,
  type Fact,
  type Finding,
  Machine,
  type MachineConfig,
  mayGoRound,
  type ObjectOp,
  type Program,
  type Rule,
  race,
  StepFootprint,
} from "../../interpreter/api.js";
import { type BoundedTally, searchBounded } from "./bounded.js";
import { Collector, type Conclude, endKey, type TitleOf } from "./collect.js";
import { type LivelockSearch, searchLivelocks } from "./livelock.js";
import type { Exploration, FoundFinding, LockShown, SearchKind } from "./result.js";
import { sample } from "./sample.js";
import { findShortest, type Targets } from "./shortest.js";
import { type Sabotage, type SearchLimits, type SearchTally, searchStates } from "./states.js";
import { searchTraces } from "./traces.js";

/** The kernel that a program runs on: its operations, the rules that watch them, how findings are called. */
export interface Kernel {
  objects: readonly ObjectOp[];
  rules: readonly Rule[];
  title: TitleOf;
  /** What the facts of a whole search say together. */
  conclude?: Conclude;
  /** What a report says of a context beside its stack: the locks that it holds, its depth in readers of RCU. */
  situation?: (
    machine: Machine,
    task: number,
    facts: readonly Fact[],
  ) => { held: LockShown[]; lock: LockShown | null; rcuDepth: number; interrupt: boolean };
  /** Who keeps a context waiting in this operation, at which the machine's port must stand. */
  waitsFor?: (machine: Machine, op: string) => { what: string; holders: readonly number[] };
}

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
  /** Seconds on any clock; the core has none of its own. */
  now?: () => number;
  /** A text stops the search: it becomes the reason of the cut. */
  interrupted?: () => string | null;
  onProgress?: (tally: SearchTally, depth: number, seconds: number) => void;
  sabotage?: Sabotage;
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
  const limits: SearchLimits = {
    states: options.limits?.states ?? 50_000_000,
    memory: options.limits?.memory ?? 2 ** 31,
    depth: options.limits?.depth ?? 100_000,
    stop: () => {
      if (now() - started > seconds) return `the time allowed (${seconds} s) is used up`;
      return options.interrupted?.() ?? null;
    },
  };
  const onTick = (t: SearchTally, depth: number) => options.onProgress?.(t, depth, now() - started);
  const { tally, result, machine, kind, why } = chosenSearch(begin, kernel, options, limits, onTick);
  let endless: LivelockSearch | null = null;
  const first = machine ?? begin();
  if (mayLivelock(first.program, kernel, kind, tally)) {
    endless = livelocksOf(begin, machine?.confinement ?? null, limits, onTick);
    if (endless.undecided !== null)
      tally.cut ??= `livelocks were looked for and not decided: ${endless.undecided}`;
    addLivelocks(result.findings, endless, kernel, first);
  }
  const searchSeconds = now() - started;
  if ((options.witnessSteps ?? 0) > 0 && tally.transitions > 0) {
    shorten(first, kernel, options, result, endless, () =>
      now() - started > seconds ? "time" : (options.interrupted?.() ?? null),
    );
  }
  return {
    search: kind,
    ...(why === null ? {} : { why }),
    ...(kind === "bounded" ? { levels: (tally as BoundedTally).levels } : {}),
    complete: tally.cut === null,
    cut: tally.cut,
    ...result,
    stats: {
      states: tally.states,
      transitions: tally.transitions,
      ends: tally.ends,
      maxDepth: tally.maxDepth,
      seconds: searchSeconds,
    },
    config: { cpus: options.machine.cpus, preempt: options.machine.preempt, rcu: options.machine.rcu },
  };
}

/**
 * Has the question whether every state still leads to an end to be asked? Not where runs cannot go round: each of them
 * ends then. A search by traces that was complete has followed all runs to their ends. One that was cut because a run
 * did not end may have met a livelock, so there the states are asked too.
 */
function mayLivelock(program: Program, kernel: Kernel, kind: SearchKind, tally: SearchTally): boolean {
  if (tally.transitions === 0 || tally.circle === false) return false;
  if (kind === "traces" ? tally.endlessRun !== true : tally.cut !== null) return false;
  const objects = new Map(kernel.objects.map((op) => [op.name, op]));
  // Contexts that are made while others run may stand where others stood before.
  const makes = program.kernelOps.map((name) => objects.get(name)?.makes === true);
  const made = ({ op, imm }: { op: string; imm: number }): boolean => op === "kop" && makes[imm]!;
  if (program.functions.some(({ blocks }) => blocks.some((block) => block.some(made)))) return true;
  return mayGoRound(program, (name) => objects.get(name)?.local !== true);
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
    if (findings.some((known) => known.title === title)) continue;
    findings.push({ title, finding, seen: 1, witness, shortest: false });
  }
  findings.sort((p, q) => (p.title < q.title ? -1 : p.title > q.title ? 1 : 0));
}

type Searched = {
  tally: SearchTally;
  result: ReturnType<Collector["result"]>;
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
  const first = searchOnGuesses(begin(), kernel, options, limits, onTick);
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
    const collector = new Collector(kernel.title, kernel.conclude);
    const tally = search(machine, collector, options, limits, onTick);
    return { tally, result: collector.result(), machine: null };
  }
  const guess = new Confinement(machine.map.total, machine.program.sites.length);
  const first = [...machine.findings];
  const stated = [...machine.facts];
  const { memory } = machine;
  memory.mark();
  const root = memory.depth();
  machine.confinement = guess;
  for (;;) {
    const collector = new Collector(kernel.title, kernel.conclude);
    const tally = search(machine, collector, options, limits, onTick);
    const result = tally.cut !== null || guess.breaches === 0 ? collector.result() : null;
    memory.rollbackTo(root);
    machine.end = null;
    machine.findings.length = 0;
    machine.findings.push(...first);
    machine.facts.length = 0;
    machine.facts.push(...stated);
    if (result !== null) return { tally, result, machine };
    guess.restart();
  }
}

function search(
  machine: Machine,
  collector: Collector,
  options: ExploreOptions,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
): SearchTally {
  const mode = options.search ?? "states";
  switch (mode) {
    case "states":
      return searchStates(machine, collector, limits, onTick, options.sabotage);
    case "bounded":
      return searchBounded(machine, collector, limits, options.preemptions ?? 8, onTick);
    case "traces":
      return searchTraces(machine, collector, limits, onTick, options.sabotage?.independence);
    default: {
      const { runs = 10_000, seed = 1, bugDepth = 3 } = options.sample ?? {};
      return sample(machine, collector, { mode, runs, seed, bugDepth }, limits, onTick);
    }
  }
}

/** Replaces the witnesses that the search happened on by the shortest ones, where these can be found. */
function shorten(
  machine: Machine,
  kernel: Kernel,
  options: ExploreOptions,
  result: ReturnType<Collector["result"]>,
  endless: LivelockSearch | null,
  stop: () => string | null,
): void {
  const titles = new Map<string, string>();
  const titleKey = (finding: Finding, machine: Machine): string => {
    const cheap = `${finding.kind}|${finding.site}|${finding.otherSite}|${finding.text}`;
    let title = titles.get(cheap);
    if (title === undefined) {
      title = `f:${kernel.title(finding, machine)}`;
      titles.set(cheap, title);
    }
    return title;
  };
  const prints = Array.from({ length: 64 }, () => new StepFootprint());
  const targets: Targets = {
    ofFinding: titleKey,
    ofEnd: (machine) => `o:${endKey(machine)}`,
    ofState(hash, machine) {
      const which = endless?.doomedTo(hash) ?? -1;
      return which < 0 ? null : titleKey(endless!.livelocks[which]!.finding, machine);
    },
    wantsRaces: result.findings.some((f) => f.finding.kind === "kcsan:data-race"),
    races(machine, contexts, n, found) {
      for (let i = 0; i < n; i++) machine.footprint(contexts[i], prints[i]);
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++) {
          if (race(prints[i], prints[j]) >= 0)
            found(titleKey(machine.raceFinding(contexts[i], contexts[j]), machine));
        }
      }
    },
  };
  // What was concluded from facts of several runs is shown by no single state.
  const shown = result.findings.filter((f) => f.finding.links === undefined);
  const wanted = [...result.outcomes.map((o) => `o:${o.key}`), ...shown.map((f) => `f:${f.title}`)];
  const best = findShortest(machine, wanted, targets, {
    transitions: options.witnessSteps ?? 0,
    preemptions: 8,
    stop,
  });
  for (const outcome of result.outcomes) {
    const witness = best.get(`o:${outcome.key}`);
    if (witness) {
      outcome.witness = witness.schedule;
      outcome.shortest = witness.proved;
    }
  }
  for (const found of result.findings) {
    const witness = best.get(`f:${found.title}`);
    if (witness) {
      found.witness = witness.schedule;
      found.shortest = witness.proved;
    }
  }
}
