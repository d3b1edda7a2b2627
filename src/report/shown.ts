// A run that shows something, as lines: the splat of the finding, the figure of the schedule, the token.

import type { Finding, HostConfig } from "../../interpreter/api.js";
import type { DecisiveOrder } from "../explore/order.js";
import { keptSteps } from "../explore/relevance.js";
import { type FoundFinding, isRace, type Trace } from "../explore/result.js";
import { because, prevention } from "./because.js";
import { type FigureOptions, figure } from "./figure.js";
import { count, field, plural } from "./layout.js";
import type { Shown, SourceLines } from "./model.js";
import { findingShown, splat, stepOfFinding } from "./splat.js";
import type { Style } from "./style.js";

/** How text is printed; the same for all of a report. */
export interface TextOptions {
  style: Style;
  width: number;
  /** Version of smplab, for the first line of splats. */
  version: string;
  /** Show every outcome, every function's cost and a figure also for what is the same on both sides. */
  verbose: boolean;
  /** Say how long it took: the rest is the same in every run. */
  timing: boolean;
}

export function replayLine({ replay }: Shown): string {
  return `        replay: smplab replay ${replay}`;
}

/** What the figure is: "short schedule, before the patch:" */
function caption({ shortest, length }: Shown, where: string, { style }: TextOptions): string {
  return style.dim(`        ${shortest || length === 0 ? "shortest" : "short"} schedule${where}:`);
}

/** Sentences under a figure: why it shows what it shows, and how that is known. */
function becauseLines(
  shown: Shown,
  found: FoundFinding | null,
  source: SourceLines,
  { style, width }: TextOptions,
): string[] {
  const order = shown.order();
  const sentences = because(shown.trace(), {
    source,
    order,
    found,
    names: shown.names,
    length: shown.length,
  });
  const indented = (name: string, text: string): string[] =>
    field(name, text, width - INDENT - 2)
      .split("\n")
      .map((line) => " ".repeat(INDENT) + line);
  const list = (name: string, items: readonly string[]): string[] =>
    items.flatMap((text, i) =>
      indented(i === 0 ? name : "", `- ${text}`).map((line, row) =>
        row === 0 ? line : line.replace(/^ {18}/, " ".repeat(20)),
      ),
    );
  const lines = list("because", sentences);
  const proof = proofOf(order, shown.trace());
  if (proof !== null) lines.push(...indented("proof", proof).map(style.dim));
  lines.push(...list("prevented", prevention(shown.trace(), shown.prevented(), source)));
  return lines;
}

const INDENT = 8;

/** What the search for the decisive steps proved. */
export function proofOf(order: DecisiveOrder | null, { end, parked }: Trace): string | null {
  if (order === null) return null;
  // Who waits for ever makes no further step anyway.
  const later = end === "deadlock" ? [] : order.later;
  const names = later.map((t) => parked.find(({ task }) => task === t)?.taskName ?? "a move to another CPU");
  const behind =
    names.length === 0
      ? ""
      : `, with ${[...new Set(names)].join(", ")} going on behind ${order.steps.length === 1 ? "it" : "them"},`;
  const searched = `(${plural(order.states, "state")} searched)${order.minimal ? "" : "; fewer may do"}`;
  if (order.steps.length === 0 && later.length === 0) return `every run shows the same ${searched}`;
  const number = order.steps.length;
  const steps = number === 1 ? "this step" : `these ${count(number)} steps`;
  return (
    `every run that ${number === 0 ? "goes on" : `keeps ${steps}${number === 1 ? "" : " in this order"}`}${behind} shows ` +
    `the same, whatever the other steps do ${searched}`
  );
}

/** The schedule of an outcome, to its end. */
export function scheduleLines(
  shown: Shown,
  where: string,
  config: HostConfig,
  source: SourceLines,
  options: TextOptions,
): string[] {
  const { style, width } = options;
  const { names } = shown;
  const trace = shown.trace();
  const kept = stepsShown(shown);
  return [
    caption(shown, where, options),
    ...figure(trace, { cpus: config.cpus, width, source, style, detail: "short", names, ...kept }),
    ...becauseLines(shown, null, source, options),
    replayLine(shown),
  ];
}

/** The rows that a figure keeps, where it is known which matter. */
function stepsShown(shown: Shown): { steps?: readonly boolean[] } {
  const order = shown.order();
  return order === null ? {} : { steps: keptSteps(shown.trace(), order.steps) };
}

/** What a developer does about it, where the kernel's documents name the cures (Documentation/RCU/lockdep-splat.rst). */
function hintLines({ kind, text }: Finding, width: number): string[] {
  if (kind !== "rcu" || !text.startsWith("suspicious rcu_dereference_check()")) return [];
  const cures = [
    "rcu_read_lock() in front of it, rcu_read_unlock() behind the last use of what it gives",
    "rcu_dereference_protected(p, lockdep_is_held(&lock)), if that lock keeps others from changing it",
    "rcu_access_pointer(p), if the pointer is only looked at and never followed",
  ];
  return cures.flatMap((cure, i) =>
    field(i === 0 ? "cures" : "", `- ${cure}`, width - INDENT - 2)
      .split("\n")
      .map((line, row) => " ".repeat(row === 0 ? INDENT : INDENT + 2) + line),
  );
}

/** What several runs say together has no step of its own: shown are those of this run that take the locks. */
function lockSteps(
  trace: Trace,
  { links }: Finding,
  title: string,
  at: number,
): Pick<FigureOptions, "steps" | "notes"> {
  if (links === undefined || at < 0) return {};
  const sites = new Set(links.map(({ site }) => site));
  return {
    steps: trace.steps.map(({ site }) => sites.has(site)),
    notes: [{ before: at + 1, text: title }],
  };
}

/** Steps of an endless run that a figure shows. */
const ROUND_STEPS = 4;

/** A finding: its splat, then the schedule up to where it shows. */
export function findingLines(
  found: FoundFinding,
  shown: Shown,
  where: string,
  config: HostConfig,
  source: SourceLines,
  options: TextOptions,
): string[] {
  const { title } = found;
  const { names, length } = shown;
  const trace = shown.trace();
  const finding = findingShown(found, trace, names);
  const { style, width, version } = options;
  const report = ["", ...splat(title, finding, trace, { version, config, names, length }), ""];
  // One context alone, start to end: there is no schedule to show.
  if (trace.steps.length === 0) return [...report, replayLine(shown)];
  const at = stepOfFinding(finding, trace, length);
  const races = isRace(finding);
  // No step shows a livelock; it is settled when the schedule has been run through, and some of the spinning is shown.
  const isEndless = finding.kind === "livelock" && trace.round.length > 0;
  return [
    ...report,
    caption(shown, where, options),
    ...figure(trace, {
      cpus: config.cpus,
      width,
      source,
      style,
      detail: "short",
      names,
      ...stepsShown(shown),
      ...(races || isEndless ? { notes: [{ before: length, text: title }] } : {}),
      ...lockSteps(trace, finding, title, at),
      ...(isEndless ? { until: length + ROUND_STEPS - 1, endless: true } : {}),
      ...(trace.findingsBefore.includes(finding) ? { until: -1 } : {}),
      ...(at < 0 ? {} : { until: races ? Math.max(at, length + 1) : at }),
    }),
    ...becauseLines(shown, { ...found, finding }, source, options),
    ...hintLines(finding, width),
    replayLine(shown),
  ];
}
