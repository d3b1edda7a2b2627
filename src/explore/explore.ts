// One exploration: a program, who runs in it, and every interleaving of them.

import {
  type Entry,
  Machine,
  type MachineConfig,
  type ObjectOp,
  type Program,
  type Rule,
} from "../../interpreter/api.js";
import { Collector, type TitleOf } from "./collect.js";
import type { Exploration } from "./result.js";
import { type Sabotage, type SearchTally, searchStates } from "./states.js";

/** The kernel that a program runs on: its operations, the rules that watch them, how findings are called. */
export interface Kernel {
  objects: readonly ObjectOp[];
  rules: readonly Rule[];
  title: TitleOf;
}

export interface ExploreOptions {
  machine: MachineConfig;
  limits?: { states?: number; memory?: number; depth?: number; seconds?: number };
  /** Seconds on any clock; the core has none of its own. */
  now?: () => number;
  /** A text stops the search: it becomes the reason of the cut. */
  interrupted?: () => string | null;
  onProgress?: (tally: SearchTally, depth: number, seconds: number) => void;
  sabotage?: Sabotage;
}

export function explore(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  options: ExploreOptions,
): Exploration {
  const now = options.now ?? (() => 0);
  const started = now();
  const seconds = options.limits?.seconds ?? Number.POSITIVE_INFINITY;
  const machine = new Machine(program, kernel.objects, kernel.rules, options.machine);
  const collector = new Collector(kernel.title);
  machine.begin(entry);
  const tally = searchStates(
    machine,
    collector,
    {
      states: options.limits?.states ?? 50_000_000,
      memory: options.limits?.memory ?? 2 ** 31,
      depth: options.limits?.depth ?? 100_000,
      stop: () => {
        if (now() - started > seconds) return `the time allowed (${seconds} s) is used up`;
        return options.interrupted?.() ?? null;
      },
    },
    (t, depth) => options.onProgress?.(t, depth, now() - started),
    options.sabotage,
  );
  return {
    complete: tally.cut === null,
    cut: tally.cut,
    ...collector.result(),
    stats: {
      states: tally.states,
      transitions: tally.transitions,
      ends: tally.ends,
      maxDepth: tally.maxDepth,
      seconds: now() - started,
    },
    config: { cpus: options.machine.cpus, preempt: options.machine.preempt, rcu: options.machine.rcu },
  };
}
