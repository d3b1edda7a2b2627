// Sampling: many single runs, for programs that no exhaustive search finishes. Never complete, and says so.
//
// "random" lets any context that may move go next, each as likely. "pct" gives contexts random priorities, runs the
// highest that may move and lowers it at d - 1 random steps: a bug of depth d is found with probability at least
// 1 / (n * k^(d-1)) per run of n contexts and k steps (Burckhardt, Kothari, Musuvathi and Nagarakatte, "A Randomized
// Scheduler with Probabilistic Guarantees of Finding Bugs", ASPLOS 2010). The seed is the caller's: same seed, same runs.

import { type Machine, race, StepFootprint } from "../../interpreter/api.js";
import type { Collector } from "./collect.js";
import { generator } from "./random.js";
import type { SearchLimits, SearchTally } from "./states.js";

export interface SampleOptions {
  mode: "random" | "pct";
  runs: number;
  seed: number;
  /** PCT's d: the number of steps whose order a bug needs. */
  bugDepth: number;
}

const MAX = 32;

export function sample(
  machine: Machine,
  collector: Collector,
  options: SampleOptions,
  limits: SearchLimits,
  onTick: (tally: SearchTally, depth: number) => void,
): SearchTally {
  const tally: SearchTally = { states: 0, transitions: 0, ends: 0, maxDepth: 0, cut: null };
  const random = generator(options.seed);
  const below = (n: number) => Math.floor((random() / 4294967296) * n);
  const choices = new Int32Array(2 * MAX);
  const prints = Array.from({ length: MAX }, () => new StepFootprint());
  const path: number[] = [];
  const priority = new Float64Array(MAX);
  let drops: number[] = [];
  /** Length of the longest run so far: PCT's k. */
  let longest = 64;

  const pick = (n: number): number => {
    if (options.mode === "random") return choices[below(n)];
    let best = 0;
    for (let i = 1; i < n; i++) if (priority[choices[i]] > priority[choices[best]]) best = i;
    const t = choices[best];
    const drop = drops.indexOf(path.length);
    if (drop >= 0) priority[t] = -drop;
    return t;
  };
  const end = () => {
    tally.ends++;
    tally.states++;
    for (const f of machine.findings) collector.finding(f, machine, () => [...path]);
    collector.outcome(machine, () => [...path]);
  };

  if (machine.end !== null) {
    collector.statedBy(machine, () => []);
    end();
    return tally;
  }
  for (const f of machine.findings) collector.finding(f, machine, () => []);
  collector.statedBy(machine, () => []);
  machine.memory.mark();
  for (let run = 0; run < options.runs; run++) {
    path.length = 0;
    for (let t = 0; t < MAX; t++) priority[t] = 1 + random() / 4294967296;
    drops = Array.from({ length: options.bugDepth - 1 }, () => below(longest));
    while (machine.end === null) {
      const n = machine.choices(choices);
      if (n === 0) break;
      for (let i = 0; i < n; i++) machine.footprint(choices[i], prints[i]);
      const all = n + machine.spinners(choices.subarray(n));
      for (let i = n; i < all; i++) machine.footprint(choices[i], prints[i]);
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < all; j++) {
          const finding = race(prints[i], prints[j]) < 0 ? null : machine.raceFinding(choices[i], choices[j]);
          if (finding !== null) collector.finding(finding, machine, () => [...path]);
        }
      }
      const t = pick(n);
      machine.step(t);
      path.push(t);
      tally.transitions++;
      if (machine.facts.length > 0) collector.statedBy(machine, () => [...path]);
      if (machine.end === null)
        for (const f of machine.findings) collector.finding(f, machine, () => [...path]);
      if (path.length >= limits.depth) {
        machine.end = "cut";
        machine.endText = `a run of ${limits.depth} steps`;
      }
    }
    end();
    longest = Math.max(longest, path.length);
    if (path.length > tally.maxDepth) tally.maxDepth = path.length;
    machine.memory.rollback();
    machine.end = null;
    if ((run & 63) === 63) {
      tally.cut = limits.stop();
      tally.findings = collector.count;
      tally.share = (run + 1) / options.runs;
      onTick(tally, path.length);
      if (tally.cut !== null) break;
    }
  }
  machine.memory.dropMark();
  tally.cut ??= `${options.runs} ${options.mode === "pct" ? `PCT runs of depth ${options.bugDepth}` : "random runs"} from seed ${options.seed}: a sample`;
  return tally;
}
