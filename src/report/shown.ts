// A run that shows something, as lines: the splat of the finding, the figure of the schedule, the token.

import type { HostConfig } from "../../interpreter/api.js";
import type { FoundFinding } from "../explore/result.js";
import { figure } from "./figure.js";
import type { Shown, SourceLines } from "./model.js";
import { splat, stepOfFinding } from "./splat.js";
import type { Style } from "./style.js";

/** How text is printed; the same for all of a report. */
export interface TextOptions {
  style: Style;
  width: number;
  /** Version of smplab, for the first line of splats. */
  version: string;
  /** Show every outcome, every function's cost and a figure also for what is the same on both sides. */
  verbose: boolean;
}

export function replayLine({ replay }: Shown): string {
  return `        replay: smplab replay ${replay}`;
}

/** What the figure is: "short schedule, before the patch:" */
function caption({ shortest }: Shown, where: string, { style }: TextOptions): string {
  return style.dim(`        ${shortest ? "shortest" : "short"} schedule${where}:`);
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
  return [
    caption(shown, where, options),
    ...figure(shown.trace(), { cpus: config.cpus, width, source, style, detail: "short", names }),
    replayLine(shown),
  ];
}

/** A finding: its splat, then the schedule up to where it shows. */
export function findingLines(
  { title, finding }: FoundFinding,
  shown: Shown,
  where: string,
  config: HostConfig,
  source: SourceLines,
  options: TextOptions,
): string[] {
  const { names, length } = shown;
  const trace = shown.trace();
  const { style, width, version } = options;
  const report = ["", ...splat(title, finding, trace, { version, config, names, length }), ""];
  // One context alone, start to end: there is no schedule to show.
  if (trace.steps.length === 0) return [...report, replayLine(shown)];
  const at = stepOfFinding(finding, trace, length);
  const isRace = finding.kind === "kcsan:data-race";
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
      ...(isRace ? { notes: [{ before: length, text: title }] } : {}),
      ...(at < 0 ? {} : { until: isRace ? Math.max(at, length + 1) : at }),
    }),
    replayLine(shown),
  ];
}
