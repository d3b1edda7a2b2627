// What a verdict does not cover, and what to do about a verdict that is open. Every report ends with these sentences.
// They are facts of how we search, not apologies: a reader decides by them how far to trust "same".

import type { HostConfig } from "../../interpreter/api.js";
import type { Exploration } from "../explore/result.js";
import { count, plural, seconds } from "./layout.js";
import type { CaseReview } from "./model.js";

/** One case that was explored, on one side. */
export interface Covered {
  config: HostConfig;
  exploration: Exploration;
  /** It starts tasks that are bound to no CPU. */
  unbound: boolean;
}

/** Both sides of each case. */
export function coveredBy(cases: readonly CaseReview[]): Covered[] {
  return cases.flatMap(({ config, before, after }) => [before, after].map((side) => ({ config, ...side })));
}

/** Was it a sample of runs, of which what was not seen may still be there? */
export function isSampled({ search }: Exploration): boolean {
  return search === "random" || search === "pct";
}

/** What explorations count: states, traces, or runs of a sample. */
export function unitOf(explorations: readonly Exploration[]): string {
  if (explorations.some(isSampled)) return "run";
  return explorations.length > 0 && explorations.every(({ search }) => search === "traces")
    ? "trace"
    : "state";
}

/** "1,000 states", "1,000 runs (a sample)" */
export function counted(explorations: readonly Exploration[], number: number): string {
  return `${plural(number, unitOf(explorations))}${explorations.some(isSampled) ? " (a sample)" : ""}`;
}

/** What states were counted up to, behind "exhaustive". */
export function upTo(explorations: readonly Exploration[]): string {
  return explorations.some(({ stats }) => (stats.alike ?? 0) > 0)
    ? ", up to the order of tasks that are alike"
    : "";
}

/** "   0.4 s   1,380 states/s": of everything, and of the searches alone. */
export function timeOf(
  all: number,
  number: number,
  searching: number,
  explorations: readonly Exploration[],
): string {
  const rate = searching > 0 ? `   ${count(number / searching)} ${unitOf(explorations)}s/s` : "";
  return `   ${seconds(all)}${rate}`;
}

/** How the searches chose or went on, one line each: why traces, and what each number of preemptions added. */
export function searchLines(cases: readonly { name: string; exploration: Exploration }[]): string[] {
  const lines: string[] = [];
  for (const { name, exploration } of cases) {
    const { why, levels = [] } = exploration;
    if (why !== undefined) lines.push(`${name} searched ${why}`);
    if (levels.length === 0) continue;
    const parts = levels.map(
      ({ preemptions, states, outcomes, findings }) =>
        `${plural(preemptions, "preemption")}: ${plural(states, "state")}, ${plural(outcomes, "outcome")}, ` +
        plural(findings, "finding"),
    );
    const rest = exploration.complete ? "; no run needs more" : "";
    lines.push(`${name} with at most ${parts.join("; ")}${rest}`);
  }
  return lines;
}

/** One sentence for each thing that lies outside. */
export function limitsOf(covered: readonly Covered[]): string[] {
  if (covered.length === 0) return ["no scenario ran, so nothing is known about behaviour"];
  const cuts = new Set(
    covered
      .filter(({ exploration }) => !exploration.complete)
      .map(({ exploration }) => exploration.cut ?? "a bound was hit"),
  );
  return [
    "sequential consistency only: reordering by CPU or compiler is not modelled",
    `only the scenarios above on ${machines(covered.map(({ config }) => config))}`,
    covered.some(({ unbound }) => unbound)
      ? "tasks bound to a CPU stay there, each other task is moved at most once"
      : "tasks stay on their CPUs",
    "interrupts, timers and CPU hotplug only where a scenario has them",
    ...(cuts.size === 0 ? ["no bound was hit"] : [...cuts].map((cut) => `search cut: ${cut}`)),
  ];
}

/** "1 to 3 CPUs, preempt=full or none, rcu=preempt" */
function machines(configs: readonly HostConfig[]): string {
  const cpus = configs.map((c) => c.cpus);
  const least = Math.min(...cpus);
  const most = Math.max(...cpus);
  const range = least === most ? `${most} CPU${most === 1 ? "" : "s"}` : `${least} to ${most} CPUs`;
  const list = (values: readonly string[]): string => [...new Set(values)].sort().join(" or ");
  return `${range}, preempt=${list(configs.map((c) => c.preempt))}, rcu=${list(configs.map((c) => c.rcu))}`;
}

/** What may close an open verdict: one sentence, the first that applies. */
export function wayOut(explorations: readonly Exploration[]): string | null {
  const ends = new Set(explorations.flatMap((e) => e.outcomes.map(({ end }) => end)));
  if (ends.has("internal"))
    return "This is a failure of smplab, not of the C: please report it with the file.";
  if (ends.has("unsupported"))
    return "This says nothing about the C: smplab does not model it. docs/limits.md lists what lies outside.";
  if (ends.has("cut"))
    return (
      "A loop that waits for another task must read what that task writes; one that only computes needs fewer " +
      "rounds, or more with --time."
    );
  if (explorations.every(({ complete }) => complete)) return null;
  if (explorations.some(({ search, complete }) => search === "bounded" && !complete))
    return "Runs with more preemptions may show more: --preemptions, or --search states for all of them.";
  if (explorations.some(isSampled))
    return "A sample proves nothing: --search states or traces explores everything; more --samples may find more.";
  const endless = explorations.filter(({ cut }) => cut !== null && /^a run of \d+ steps/.test(cut));
  if (endless.some(({ search }) => search === "traces"))
    return (
      "A run goes round in a loop, and a search by traces has to follow it. --search states is done where a round comes " +
      "back to a state that was there before."
    );
  if (endless.length > 0)
    return (
      "A run goes on and on, through ever new states: something counts or moves in each round of a loop. Where the loop only " +
      "waits, let it read what another task writes and change nothing."
    );
  return "Allow more with --time, --memory and --states, or make the scenario smaller: fewer tasks, shorter ones.";
}
