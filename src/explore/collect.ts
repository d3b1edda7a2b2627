// What a search has found so far: outcomes by key, findings by title and place, each with the schedule that shows it.
//
// Facts are merged over all explored steps and judged in the end: each is determined by a state and an operation, so
// the set does not depend on the order of the search, and what follows from several runs together is found.

import { type Fact, type Finding, type Machine, OBSERVED_WORDS } from "../../interpreter/api.js";
import {
  compareFound,
  type FindingPlace,
  type FoundFinding,
  findingId,
  NOWHERE,
  type Outcome,
  type Schedule,
} from "./result.js";

/** How findings are called, and what follows from facts: the kernel's part of a search. */
export interface Naming {
  /** The line by which a reader knows it. */
  title(finding: Finding, machine: Machine): string;
  /** What tells findings of one title apart; nothing does where this is missing. */
  place?(finding: Finding, machine: Machine): FindingPlace;
  /** What the facts of a whole search say together. */
  conclude?: Conclude;
}

/** The finding's title and place together: who has the same is the same finding. */
export function idOf(naming: Naming, finding: Finding, machine: Machine): string {
  return findingId({
    title: naming.title(finding, machine),
    place: naming.place?.(finding, machine) ?? NOWHERE,
  });
}

/** The same for many findings: what is said of a place and a text is said once. */
export function idsOf(naming: Naming): (finding: Finding, machine: Machine) => string {
  const ids = new Map<string, string>();
  return (finding, machine) => {
    const key = placeKey(finding);
    let id = ids.get(key);
    if (id === undefined) {
      id = idOf(naming, finding, machine);
      ids.set(key, id);
    }
    return id;
  };
}

/** What facts say together: findings, each with the fact whose step shows it best. */
export type Conclude = (facts: readonly Fact[], machine: Machine) => { finding: Finding; fact: Fact }[];

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

function sameFact(p: Fact, q: Fact): boolean {
  return p.a === q.a && p.b === q.b && p.siteA === q.siteA && p.flags === q.flags && p.kind === q.kind;
}

/** What was found, and where: the two parties of a data race in any order. */
function placeKey({ kind, site, otherSite, text }: Finding): string {
  const swapped = kind === "kcsan:data-race" && otherSite < site;
  return swapped ? `${kind}|${otherSite}|${site}|${text}` : `${kind}|${site}|${otherSite}|${text}`;
}

/** What another thread of the same search has found: to be merged. */
export interface Collected {
  outcomes: Outcome[];
  findings: { found: FoundFinding; keys: string[] }[];
  facts: { fact: Fact; witness: Schedule }[];
}

/** What was found while several threads searched: which schedule showed it first is then an accident. */
export class Unsettled {
  readonly outcomes = new Set<string>();
  /** Findings by what findingId() says, as below. */
  readonly findings = new Set<string>();
  /** The fact behind a finding that was concluded. */
  readonly facts = new Map<string, Fact>();
  /** Those whose schedule is settled; what they say of the parties is not. */
  readonly scheduled = new Set<string>();

  get size(): number {
    return this.outcomes.size + this.findings.size + this.facts.size;
  }

  /** These have got another schedule; keys as findShortest() has them. */
  proved(best: ReadonlyMap<string, unknown>): void {
    for (const key of this.outcomes) if (best.has(`o:${key}`)) this.outcomes.delete(key);
    for (const id of this.findings) if (best.has(`f:${id}`)) this.scheduled.add(id);
  }
}

/** An order of facts that does not depend on when they were found. */
function compareFacts(p: Fact, q: Fact): number {
  return (
    p.siteB - q.siteB ||
    p.siteA - q.siteA ||
    p.a - q.a ||
    p.b - q.b ||
    p.flags - q.flags ||
    (p.kind < q.kind ? -1 : 1)
  );
}

/** A run has ended as one did before. */
function again(outcome: Outcome, machine: Machine): Outcome {
  outcome.states++;
  if (machine.failed()) outcome.failed = true;
  return outcome;
}

function isSame(words: Int32Array, others: Int32Array, length: number): boolean {
  if (words.length !== length) return false;
  for (let i = 0; i < length; i++) if (words[i] !== others[i]) return false;
  return true;
}

export class Collector {
  private readonly outcomes = new Map<string, Outcome>();
  /** Outcomes of finished runs by a hash of what was observed: the same words give the same key. */
  private readonly finished = new Map<number, { words: Int32Array; outcome: Outcome }[]>();
  private readonly words = new Int32Array(OBSERVED_WORDS);
  /** By what findingId() says. */
  private readonly findings = new Map<string, FoundFinding>();
  /** Findings by a cheap key first: titles and places are only put into words for what is new. */
  private readonly byKey = new Map<string, FoundFinding>();

  /** Facts by the site that states them; a site states few different ones. */
  private readonly bySite = new Map<number, Fact[]>();
  private readonly facts: { fact: Fact; witness: Schedule }[] = [];
  private machine: Machine | null = null;
  /** The fact that showed a concluded finding. */
  private readonly concluded = new Map<string, Fact>();
  /** What was there when others began to help; null: nobody did. */
  private settled: { outcomes: Set<string>; findings: Set<string>; facts: number } | null = null;

  constructor(private readonly naming: Naming) {}

  /** Notes the facts that the latest step stated. */
  statedBy(machine: Machine, schedule: () => Schedule): void {
    this.machine = machine;
    for (const fact of machine.facts) {
      let known = this.bySite.get(fact.siteB);
      if (known === undefined) {
        known = [];
        this.bySite.set(fact.siteB, known);
      }
      if (known.some((one) => sameFact(one, fact))) continue;
      known.push(fact);
      this.facts.push({ fact, witness: schedule() });
    }
  }

  /** From here on several threads search. */
  settle(): void {
    this.settled = {
      outcomes: new Set(this.outcomes.keys()),
      findings: new Set(this.findings.keys()),
      facts: this.facts.length,
    };
  }

  /** For another thread to merge. */
  collected(): Collected {
    const keys = new Map<FoundFinding, string[]>();
    for (const found of this.findings.values()) keys.set(found, []);
    for (const [key, found] of this.byKey) keys.get(found)!.push(key);
    return {
      outcomes: [...this.outcomes.values()],
      findings: [...keys].map(([found, all]) => ({ found, keys: all })),
      facts: this.facts,
    };
  }

  merge({ outcomes, findings, facts }: Collected): void {
    for (const one of outcomes) {
      const known = this.outcomes.get(one.key);
      if (known === undefined) this.outcomes.set(one.key, { ...one });
      else {
        known.states += one.states;
        known.failed ||= one.failed;
      }
    }
    for (const { found, keys } of findings) {
      const id = findingId(found);
      let known = this.findings.get(id);
      if (known === undefined) {
        known = { ...found, seen: 0 };
        this.findings.set(id, known);
      }
      for (const key of keys) {
        if (this.byKey.has(key)) continue;
        this.byKey.set(key, known);
        known.seen++;
      }
    }
    for (const { fact, witness } of facts) {
      const known = this.bySite.get(fact.siteB) ?? [];
      if (known.some((one) => sameFact(one, fact))) continue;
      this.bySite.set(fact.siteB, [...known, fact]);
      this.facts.push({ fact, witness });
    }
  }

  /** What result() holds whose schedules are accidents; null: nothing. */
  unsettled(): Unsettled | null {
    const { settled } = this;
    if (settled === null) return null;
    const late = new Unsettled();
    for (const key of this.outcomes.keys()) if (!settled.outcomes.has(key)) late.outcomes.add(key);
    const early = new Set(this.facts.slice(0, settled.facts).map(({ fact }) => fact));
    for (const id of this.findings.keys()) {
      const fact = this.concluded.get(id);
      if (fact !== undefined) {
        if (!early.has(fact)) late.facts.set(id, fact);
      } else if (!settled.findings.has(id)) late.findings.add(id);
    }
    return late.size > 0 ? late : null;
  }

  /** Takes out of `late` what this search has found, and gives its schedules to `result`. */
  settleInto({ outcomes, findings }: ReturnType<Collector["result"]>, late: Unsettled): void {
    for (const outcome of outcomes) {
      const own = late.outcomes.has(outcome.key) ? this.outcomes.get(outcome.key) : undefined;
      if (own === undefined) continue;
      outcome.witness = own.witness;
      late.outcomes.delete(outcome.key);
    }
    for (const found of findings) {
      const id = findingId(found);
      const fact = late.facts.get(id);
      if (fact !== undefined) {
        const own = this.facts.find((one) => one.fact.siteB === fact.siteB && sameFact(one.fact, fact));
        if (own === undefined) continue;
        found.witness = own.witness;
        late.facts.delete(id);
      }
      const own = late.findings.has(id) ? this.findings.get(id) : undefined;
      if (own === undefined) continue;
      if (!late.scheduled.has(id)) found.witness = own.witness;
      found.finding = own.finding;
      late.findings.delete(id);
    }
  }

  /** Notes how the run ended. The schedule is asked for only when it is kept. */
  outcome(machine: Machine, schedule: () => Schedule): Outcome {
    const length = machine.end === "finished" ? machine.observedWords(this.words) : -1;
    if (length < 0) return this.ended(machine, schedule);
    // Most runs end as another one did: then nothing has to be put into words.
    let hash = length;
    for (let i = 0; i < length; i++) hash = Math.imul(hash ^ this.words[i]!, 0x01000193) ^ (hash >>> 15);
    const alike = this.finished.get(hash);
    const same = alike?.find(({ words }) => isSame(words, this.words, length));
    if (same !== undefined) return again(same.outcome, machine);
    const outcome = this.ended(machine, schedule);
    const made = { words: this.words.slice(0, length), outcome };
    if (alike === undefined) this.finished.set(hash, [made]);
    else alike.push(made);
    return outcome;
  }

  private ended(machine: Machine, schedule: () => Schedule): Outcome {
    const end = machine.end ?? "internal";
    const key = endKey(machine);
    const known = this.outcomes.get(key);
    if (known) return again(known, machine);
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
    const key = placeKey(finding);
    let found = this.byKey.get(key);
    if (found) return found;
    const title = this.naming.title(finding, machine);
    const place = this.naming.place?.(finding, machine) ?? NOWHERE;
    const id = findingId({ title, place });
    found = this.findings.get(id);
    if (found) {
      found.seen++;
    } else {
      found = { title, place, finding: { ...finding }, seen: 1, witness: schedule(), shortest: false };
      this.findings.set(id, found);
    }
    this.byKey.set(key, found);
    return found;
  }

  /** Adds what follows from the facts. */
  private judge(): void {
    const { machine, naming } = this;
    if (machine === null || naming.conclude === undefined) return;
    const facts = [...this.facts].sort((p, q) => compareFacts(p.fact, q.fact));
    const witnesses = new Map(facts.map(({ fact, witness }) => [fact, witness]));
    for (const { finding, fact } of naming.conclude([...witnesses.keys()], machine)) {
      const id = findingId(this.finding(finding, machine, () => witnesses.get(fact)!));
      if (!this.concluded.has(id)) this.concluded.set(id, fact);
    }
  }

  /** Different findings so far. */
  get count(): number {
    return this.findings.size;
  }

  /** How many different ends and findings there are so far. */
  counts(): { outcomes: number; findings: number } {
    return { outcomes: this.outcomes.size, findings: this.findings.size };
  }

  /** Everything, in an order that does not depend on the order of the search. */
  result(): { outcomes: Outcome[]; findings: FoundFinding[] } {
    this.judge();
    const byKey =
      <T>(key: (t: T) => string) =>
      (p: T, q: T) =>
        key(p) < key(q) ? -1 : key(p) > key(q) ? 1 : 0;
    return {
      outcomes: [...this.outcomes.values()].sort(byKey((o) => o.key)),
      findings: [...this.findings.values()].sort(compareFound),
    };
  }
}
