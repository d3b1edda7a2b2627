// Data races in front of a state: two contexts parked at conflicting accesses, one of them plain. A pair of places is
// looked into once a search; its first state is the witness.

import { type Machine, race, type StepFootprint } from "../../interpreter/api.js";
import type { Collector } from "./collect.js";
import type { Schedule } from "./result.js";

export class RaceWatch {
  private readonly seen = new Set<number>();

  constructor(
    private readonly machine: Machine,
    private readonly collector: Collector,
  ) {}

  /** Looks at contexts t and u, whose next steps have these footprints; `path` leads to the present state. */
  check(t: number, u: number, ofT: StepFootprint, ofU: StepFootprint, path: () => Schedule): void {
    if (race(ofT, ofU) < 0) return;
    const { machine } = this;
    const a = machine.siteOf(t);
    const b = machine.siteOf(u);
    const key = Math.min(a, b) * (machine.program.sites.length + 1) + Math.max(a, b);
    if (this.seen.has(key)) return;
    const finding = machine.raceFinding(t, u);
    if (finding === null) return;
    this.seen.add(key);
    this.collector.finding(finding, machine, path);
  }
}
