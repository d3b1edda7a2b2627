// The same reports as one JSON object. Field names are stable within a schemaVersion; values of the C program
// are numbers where JSON holds them exactly, else decimal strings.

import type { ExploreStats, FoundFinding, Outcome, StepEvent, Trace } from "../explore/result.js";
import type { Judgement } from "../outcome/judge.js";
import { because, prevention } from "./because.js";
import { coveredBy, isSampled, limitsOf } from "./limits.js";
import {
  type CaseSide,
  type FileRun,
  type PatchReview,
  type Replay,
  SCHEMA_VERSION,
  type Shown,
  type ShownRow,
  type SourceLines,
} from "./model.js";
import { findingShown } from "./splat.js";

export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_key, v) => (typeof v === "bigint" ? plainNumber(v) : v), 2)}\n`;
}

function plainNumber(value: bigint): number | string {
  const n = Number(value);
  return Number.isSafeInteger(n) ? n : value.toString();
}

const head = (version: string) => ({ schemaVersion: SCHEMA_VERSION, tool: { name: "smplab", version } });

/** `timing`: with what differs from run to run: how long it took, and what a search did that others do differently. */
export function reviewJson(reviews: readonly PatchReview[], version: string, timing: boolean): unknown {
  const room = { steps: OUTCOME_STEPS };
  return { ...head(version), reviews: reviews.map((review) => oneReview(review, timing, room)) };
}

/**
 * Steps of all runs behind outcomes that a report spells out; further runs are only named by their tokens. Thousands of
 * outcomes would make an object that no program holds in one piece.
 */
const OUTCOME_STEPS = 20_000;

interface Room {
  steps: number;
}

function oneReview(review: PatchReview, timing: boolean, room: Room): unknown {
  const { patch } = review;
  return {
    verdict: review.verdict,
    interrupted: review.interrupted,
    ...(timing ? { seconds: review.seconds } : {}),
    tree: review.tree,
    patch: {
      subject: patch.subject,
      author: patch.author,
      date: patch.date,
      paths: patch.paths,
      hunks: patch.hunks,
      warnings: patch.warnings,
    },
    cases: review.cases.map((c) => ({
      name: c.name,
      file: c.file,
      config: c.config,
      verdict: c.verdict,
      before: sideJson(c.before, timing),
      after: sideJson(c.after, timing),
      outcomes: c.outcomes.map((row) => rowJson(row, outcomeJson, room)),
      findings: c.findings.map((row) => ({
        ...(rowJson(row, findingJson, null) as object),
        ...(row.shown === null || row.change === "same"
          ? {}
          : explainedJson(row.shown, (row.after ?? row.before)!, review.source[row.shown.side])),
      })),
    })),
    warnings: review.warnings,
    costs: review.costs,
    limits: limitsOf(coveredBy(review.cases)),
  };
}

function sideJson({ exploration, judgement }: CaseSide, timing: boolean): unknown {
  const { search, why, levels, complete, cut, stats } = exploration;
  return {
    search,
    ...(why === undefined ? {} : { why }),
    ...(levels === undefined ? {} : { levels }),
    sampled: isSampled(exploration),
    complete,
    cut,
    stats: statsJson(stats, timing),
    condition: judgementJson(judgement),
  };
}

function statsJson(stats: ExploreStats, timing: boolean): unknown {
  const { states, ends, alike } = stats;
  return timing ? stats : { states, ends, ...(alike === undefined ? {} : { alike }) };
}

function judgementJson(judgement: Judgement | null): unknown {
  if (judgement === null) return null;
  const { condition, observation, positive, negative, validated, decided } = judgement;
  return { text: condition.text, observation, positive, negative, validated, decided };
}

function rowJson<T>(row: ShownRow<T>, print: (entry: T) => unknown, room: Room | null): unknown {
  return {
    key: row.key,
    change: row.change,
    proven: row.proven,
    before: row.before === null ? null : print(row.before),
    after: row.after === null ? null : print(row.after),
    shown: shownJson(row.shown, room),
  };
}

function outcomeJson(o: Outcome): unknown {
  return { values: valuesJson(o.values), end: o.end, failed: o.failed, states: o.states };
}

function findingJson(f: FoundFinding): unknown {
  return { title: f.title, place: f.place, seen: f.seen, ...f.finding };
}

function valuesJson(values: Outcome["values"]): Record<string, bigint> {
  return Object.fromEntries(values.map(({ name, value }) => [name, value]));
}

/** Why the run shows it: sentences, and the steps whose order decides with what that proof covers. */
function explainedJson(shown: Shown, found: FoundFinding, source: SourceLines): object {
  const order = shown.order();
  const { names, length } = shown;
  const finding = findingShown(found, shown.trace(), names);
  const options = { source, order, found: { ...found, finding }, names, length };
  const prevented = prevention(shown.trace(), shown.prevented(), source);
  return { because: because(shown.trace(), options), order, prevented };
}

/** Without `room` the run is spelt out however long it is. */
function shownJson(shown: Shown | null, room: Room | null): unknown {
  if (shown === null) return null;
  const trace = room === null || room.steps > 0 ? shown.trace() : null;
  if (room !== null) room.steps -= trace?.steps.length ?? 0;
  return {
    side: shown.side,
    replay: shown.replay,
    shortest: shown.shortest || shown.length === 0,
    trace: trace === null ? null : traceJson(trace),
  };
}

function traceJson(trace: Trace): unknown {
  return {
    steps: trace.steps.map(stepJson),
    end: trace.end,
    endText: trace.endText,
    values: valuesJson(trace.values),
    failed: trace.failed,
    waiting: trace.waiting,
    findingsBefore: trace.findingsBefore,
    findingsAtEnd: trace.findingsAtEnd,
    printed: [...trace.printedBefore, ...trace.steps.flatMap((s) => s.printed), ...trace.printedAfter].join(
      "",
    ),
  };
}

function stepJson(step: StepEvent): unknown {
  const { index: _index, printed: _printed, ...rest } = step;
  return rest;
}

export function runJson(run: FileRun, version: string, timing: boolean): unknown {
  const room = { steps: OUTCOME_STEPS };
  return {
    ...head(version),
    file: run.file,
    verdict: run.verdict,
    interrupted: run.interrupted,
    ...(timing ? { seconds: run.seconds } : {}),
    cases: run.cases.map((c) => ({
      name: c.name,
      verdict: c.verdict,
      config: c.config,
      search: c.exploration.search,
      ...(c.exploration.why === undefined ? {} : { why: c.exploration.why }),
      ...(c.exploration.levels === undefined ? {} : { levels: c.exploration.levels }),
      sampled: isSampled(c.exploration),
      complete: c.exploration.complete,
      cut: c.exploration.cut,
      stats: statsJson(c.exploration.stats, timing),
      condition: judgementJson(c.judgement),
      printed: c.printed,
      outcomes: c.outcomes.map(({ outcome, shown }) => ({
        key: outcome.key,
        ...(outcomeJson(outcome) as object),
        shown: shownJson(shown, room),
      })),
      findings: c.findings.map(({ found, shown }) => ({
        ...(findingJson(found) as object),
        shown: shownJson(shown, null),
        ...(shown === null ? {} : explainedJson(shown, found, run.source)),
      })),
    })),
    limits: limitsOf(run.cases),
  };
}

export function replayJson(replay: Replay, version: string): unknown {
  const { title, side, config, programChanged, trace } = replay;
  return { ...head(version), title, side, config, programChanged, trace: traceJson(trace) };
}
