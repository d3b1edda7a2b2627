// What a report is going to show of some cases, made before all of them are known: runs are run again and programs
// hashed while other threads still search. Nothing is said here. What is made without need, or not made, costs time and
// nothing else.

import { rowId } from "../compare/compare.js";
import type { CaseReview, Shown } from "./model.js";

export class Ahead {
  readonly #told = new Set<string>();

  /** The next case, in the order of the report. */
  take({ findings, outcomes }: CaseReview): void {
    // A report shows a finding once, and an outcome only where no finding tells its story.
    const told = new Set<string>();
    for (const row of findings) {
      const { change, shown } = row;
      if (shown !== null) told.add(`${change} ${shown.side}`);
      const id = rowId(row);
      if (this.#told.has(id)) continue;
      this.#told.add(id);
      make(shown, change !== "same");
    }
    for (const { change, shown } of outcomes) {
      if (change !== "same") make(shown, shown !== null && !told.has(`${change} ${shown.side}`));
    }
  }
}

function make(shown: Shown | null, withRun: boolean): void {
  if (withRun) shown?.trace();
  // Its program's hash is in it.
  void shown?.replay;
}
