// One case on both sides: explore, compare, and show what differs by running a witness again.

import { namesIn } from "../compile/kernel.js";
import type { Prepared } from "../compile/prepare.js";
import { replayConfig } from "../explore/engine.js";
import { type Explanation, orderOf, preventionOf } from "../explore/explain.js";
import { isOfOneRun, type Kernel, takeOver } from "../explore/explore.js";
import type { DecisiveOrder, Prevention } from "../explore/order.js";
import { replay } from "../explore/replay.js";
import {
  type Exploration,
  type FoundFinding,
  findingId,
  type Outcome,
  type Schedule,
  type Trace,
} from "../explore/result.js";
import type { Explorer, Job } from "../jobs/explorer.js";
import type { SearchWish } from "../jobs/search.js";
import { type Judgement, judge } from "../outcome/judge.js";
import type { CaseReview, CaseSide, Shown, ShownRow, Side } from "../report/model.js";
import { compare, type Row, rowId, type Sources, verdictOf } from "./compare.js";

/** What a case is explored and shown with; the same for all cases of a command. */
export interface CaseTools {
  kernel: Kernel;
  explorer: Explorer;
  /** Wall-clock seconds for one search. */
  seconds: number;
  /** False: only the runs behind differences are shown, and of findings that several cases have the first case's. */
  showsAll?: boolean;
  /** How to search; nothing said leaves that to the search. */
  search?: SearchWish;
  /** The word that shows this run again. */
  tokenOf: (prepared: Prepared, side: Side, schedule: Schedule) => string;
}

/** Which rows have their runs shown, case by case. */
export type IsShown = (row: Row<Outcome | FoundFinding>) => boolean;

/** Where only differences are shown: those of the outcomes, and each finding in the first case that has it. */
export class FirstShown {
  readonly #firsts = new Map<string, number>();

  /** For case number `index`. While earlier cases are not compared yet, a row may be taken for shown that will not be. */
  of(index: number): IsShown {
    return (row) => {
      if (!isFinding(row)) return row.change !== "same";
      const id = rowId(row);
      const first = this.#firsts.get(id) ?? index;
      this.#firsts.set(id, Math.min(first, index));
      return index <= first;
    };
  }
}

/** The first half of a review of a case: it can begin when the other side is not prepared yet. */
export function exploreBefore(before: Prepared, tools: CaseTools): Promise<Exploration> {
  return exploreCase(before, `${before.name}, before`, tools, true);
}

export async function reviewCase(
  before: Prepared,
  after: Prepared,
  sources: Sources,
  tools: CaseTools,
  isShown: IsShown = () => true,
  begun = exploreBefore(before, tools),
): Promise<CaseReview> {
  const [explored, exploredAfter] = await Promise.all([
    begun,
    exploreCase(after, `${after.name}, after`, tools, true),
  ]);
  const comparison = compare(explored, exploredAfter, sources);
  // A schedule is only made short where somebody is going to see it.
  const rows: Row<Outcome | FoundFinding>[] = [...comparison.outcomes, ...comparison.findings];
  const shown = rows.filter(isShown);
  await Promise.all([
    shortenCase(
      before,
      explored,
      shown.filter((row) => row.after === null).map((row) => row.before!),
      tools,
    ),
    shortenCase(
      after,
      exploredAfter,
      shown.flatMap((row) => (row.after === null ? [] : [row.after])),
      tools,
    ),
  ]);
  const prepared = { before, after };
  const told = await explainRows(shown.filter(isTold(comparison.findings)), prepared, tools);
  const show = <T extends Outcome | FoundFinding>(row: Row<T>): ShownRow<T> => {
    const side = sideShown(row);
    const shown = showRun(prepared[side], side, (row.after ?? row.before)!, tools, told.get(row));
    return { ...row, shown };
  };
  return {
    name: before.name,
    file: before.file,
    config: before.config,
    before: sideOf(explored, before),
    after: sideOf(exploredAfter, after),
    outcomes: comparison.outcomes.map(show),
    findings: comparison.findings.map(show),
    verdict: verdictOf(comparison, explored, exploredAfter),
  };
}

/** The side whose run shows a row. */
function sideShown(row: Row<unknown>): Side {
  return row.after === null ? "before" : "after";
}

function isFinding(row: Row<Outcome | FoundFinding>): row is Row<FoundFinding> {
  return "title" in (row.after ?? row.before)!;
}

/** Rows that a report explains: what differs, and outcomes only where no finding of the same side tells the story. */
function isTold(findings: readonly Row<FoundFinding>[]): IsShown {
  return (row) =>
    row.change !== "same" &&
    (isFinding(row) ||
      !findings.some((one) => one.change === row.change && sideShown(one) === sideShown(row)));
}

/** Where all is shown, most of it is never looked at: then a run is explained when somebody does. */
async function explainRows(
  rows: readonly Row<Outcome | FoundFinding>[],
  prepared: Readonly<Record<Side, Prepared>>,
  { explorer, showsAll, seconds, search }: CaseTools,
): Promise<Map<Row<unknown>, Explanation>> {
  const explained = new Map<Row<unknown>, Explanation>();
  if (showsAll !== false) return explained;
  const sides = (["before", "after"] as const).map(async (side) => {
    const own = rows.filter((row) => sideShown(row) === side);
    if (own.length === 0) return;
    const explain = own.map((row) => (row.after ?? row.before)!);
    const one = prepared[side];
    const found = await explorer.explain(jobOn(one, one.name, seconds, search, { explain }));
    found.forEach((one, i) => {
      explained.set(own[i]!, one);
    });
  });
  await Promise.all(sides);
  return explained;
}

/** Gives what is shown of an exploration its shortest schedules. */
async function shortenCase(
  prepared: Prepared,
  { search: kind, complete, stats, shortestLater: sharing }: Exploration,
  shown: readonly (Outcome | FoundFinding)[],
  { seconds, search, explorer }: CaseTools,
): Promise<void> {
  const outcomes = shown.flatMap((one) => ("title" in one ? [] : [one]));
  const findings = shown.flatMap((one) => ("title" in one && isOfOneRun(one) ? [one] : []));
  if (sharing === undefined || stats.transitions === 0 || outcomes.length + findings.length === 0) return;
  const wanted = {
    outcomes: outcomes.map(({ key }) => key),
    findings: findings.map(({ title, place, finding }) => ({ title, place, finding })),
    states: kind === "states" && complete ? stats.states : null,
  };
  const shorten = { sharing, wanted, seconds: Math.max(0, seconds - stats.seconds) };
  const best = await explorer.shorten(jobOn(prepared, prepared.name, seconds, search, { shorten }));
  for (const outcome of outcomes) takeOver(best.get(`o:${outcome.key}`), outcome);
  for (const found of findings) takeOver(best.get(`f:${findingId(found)}`), found);
}

export function exploreCase(
  prepared: Prepared,
  label: string,
  tools: CaseTools,
  shortestLater = false,
): Promise<Exploration> {
  const { seconds, search, explorer } = tools;
  return explorer.explore(jobOn(prepared, label, seconds, search, { shortestLater }));
}

/** A job on a case. Its program is compiled when somebody has to do it. */
export function jobOn<T extends Partial<Job>>(
  prepared: Prepared,
  label: string,
  seconds: number,
  search: SearchWish | undefined,
  task: T,
): Job & T {
  const { entry, config, source } = prepared;
  return {
    get program() {
      return prepared.program;
    },
    entry,
    config,
    seconds,
    label,
    ...(source === null ? {} : { source }),
    ...(search === undefined ? {} : { search }),
    ...task,
  };
}

export function showRun(
  prepared: Prepared,
  side: Side,
  entry: Outcome | FoundFinding,
  tools: CaseTools,
  explanation?: Explanation,
): Shown {
  const { config } = prepared;
  const { witness, shortest } = entry;
  let trace: Trace | null = null;
  const run = (): Trace => {
    const like = replayConfig(config, tools.search?.engine);
    trace ??= replay(prepared.program, prepared.entry, tools.kernel, like, witness);
    return trace;
  };
  let order: DecisiveOrder | null | undefined = explanation?.order;
  let prevented: Prevention[] | undefined = explanation?.prevented;
  const decisive = (): DecisiveOrder | null => {
    if (order === undefined) order = orderOf(prepared, entry, run, tools.kernel);
    return order;
  };
  return {
    side,
    trace: run,
    order: decisive,
    prevented: () => {
      const order = decisive();
      prevented ??= order === null ? [] : preventionOf(prepared, entry, run(), order, tools.kernel);
      return prevented;
    },
    get replay() {
      return tools.tokenOf(prepared, side, witness);
    },
    get names() {
      return namesIn(prepared.program);
    },
    length: witness.length,
    shortest,
  };
}

function sideOf(exploration: Exploration, prepared: Prepared): CaseSide {
  return {
    exploration,
    judgement: judgementOf(exploration, prepared),
    unbound: prepared.unbound,
  };
}

export function judgementOf(exploration: Exploration, { condition }: Prepared): Judgement | null {
  return condition === null ? null : judge(condition, exploration.outcomes, exploration.complete);
}
