// What a search has found so far: outcomes by key, findings by title, each with the schedule that shows it.

import type { Finding, Machine } from "../../interpreter/api.js";
import type { FoundFinding, Outcome, Schedule } from "./result.js";

export type TitleOf = (finding: Finding, machine: Machine) => string;

/** Canonical text of observed values in herd's form, names sorted. */
export function outcomeKey(
  values: readonly { name: string; value: bigint }[],
  end: string,
  endText: string,
): string {
  const shown = values.map((v) => `${v.name}=${v.value};`).join(" ");
  if (end === "finished") return shown === "" ? "(nothing observed)" : shown;
  return `${shown === "" ? "" : `${shown} `}[${end}${endText === "" ? "" : `: ${endText}`}]`;
}

/** Outcome key of a machine whose run has ended. */
export function endKey(machine: Machine): string {
  const end = machine.end ?? "internal";
  // Values seen before a fatal end depend on how far the others were: only the end itself is the outcome.
  return outcomeKey(
    end === "finished" ? sortedValues(machine) : [],
    end,
    end === "finished" || end === "deadlock" ? "" : machine.endText,
  );
}

function sortedValues(machine: Machine): { name: string; value: bigint }[] {
  return machine.observed().sort((p, q) => (p.name < q.name ? -1 : p.name > q.name ? 1 : 0));
}

export class Collector {
  private readonly outcomes = new Map<string, Outcome>();
  private readonly findings = new Map<string, FoundFinding>();
  /** Findings by a cheap key first: a title is only made for what is new. */
  private readonly byKey = new Map<string, FoundFinding>();

  constructor(private readonly titleOf: TitleOf) {}

  /** Notes how the run ended. The schedule is asked for only when it is kept. */
  outcome(machine: Machine, schedule: () => Schedule): Outcome {
    const end = machine.end ?? "internal";
    const key = endKey(machine);
    const known = this.outcomes.get(key);
    if (known) {
      known.states++;
      if (machine.failed()) known.failed = true;
      return known;
    }
    const made: Outcome = {
      key,
      values: end === "finished" ? sortedValues(machine) : [],
      end,
      failed: machine.failed(),
      states: 1,
      witness: schedule(),
      shortest: false,
    };
    this.outcomes.set(key, made);
    return made;
  }

  finding(finding: Finding, machine: Machine, schedule: () => Schedule): FoundFinding {
    const key = `${finding.kind}|${finding.site}|${finding.otherSite}|${finding.text}`;
    let found = this.byKey.get(key);
    if (found) {
      found.seen++;
      return found;
    }
    const title = this.titleOf(finding, machine);
    found = this.findings.get(title);
    if (found) {
      found.seen++;
    } else {
      found = { title, finding: { ...finding }, seen: 1, witness: schedule(), shortest: false };
      this.findings.set(title, found);
    }
    this.byKey.set(key, found);
    return found;
  }

  /** Everything, in an order that does not depend on the order of the search. */
  result(): { outcomes: Outcome[]; findings: FoundFinding[] } {
    const byKey =
      <T>(key: (t: T) => string) =>
      (p: T, q: T) =>
        key(p) < key(q) ? -1 : key(p) > key(q) ? 1 : 0;
    return {
      outcomes: [...this.outcomes.values()].sort(byKey((o) => o.key)),
      findings: [...this.findings.values()].sort(byKey((f) => f.title)),
    };
  }
}
