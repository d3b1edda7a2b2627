// Data races in front of a state: two contexts parked at conflicting accesses, one of them plain. A pair of places is
// looked into once a search; its first state is the witness.

import {
  type Finding,
  type Machine,
  type Parked,
  race,
  raceBetween,
  type StepFootprint,
} from "../../interpreter/api.js";
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
    this.note(machine.siteOf(t), machine.siteOf(u), () => machine.raceFinding(t, u), path);
  }

  /** The same of two contexts that are parked like that in some other state, to which `path` leads. */
  checkBetween(one: Parked, two: Parked, path: () => Schedule): void {
    if (race(one.print, two.print) >= 0) this.note(one.site, two.site, () => raceBetween(one, two), path);
  }

  private note(a: number, b: number, find: () => Finding | null, path: () => Schedule): void {
    const key = Math.min(a, b) * (this.machine.program.sites.length + 1) + Math.max(a, b);
    if (this.seen.has(key)) return;
    const finding = find();
    if (finding === null) return;
    this.seen.add(key);
    this.collector.finding(finding, this.machine, path);
  }
}
