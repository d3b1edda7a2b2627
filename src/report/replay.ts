// One run shown step by step: the figure with nothing left out, then the splats of what was reported on the way.

import type { StepEvent } from "../explore/result.js";
import { figure, shownFrame, valueText } from "./figure.js";
import { clip, field } from "./layout.js";
import type { Replay } from "./model.js";
import type { TextOptions } from "./shown.js";
import { splat } from "./splat.js";
import { stateLines } from "./state.js";

/** The run to its end, or its first `until` steps and where everybody stands behind them. */
export function replayText(replay: Replay, options: TextOptions, until?: number): string {
  const { trace, config, names } = replay;
  const lines = [...headLines(replay, options), ""];
  const stops = until !== undefined && until < trace.steps.length;
  for (const text of trace.printedBefore) lines.push(...printed(text, options));
  lines.push(
    ...figure(trace, {
      cpus: config.cpus,
      width: options.width,
      source: replay.source,
      style: options.style,
      detail: "full",
      names: replay.names,
      notes: racesIn(replay),
      ...(stops ? { until: until - 1 } : {}),
    }),
  );
  if (stops)
    return `${[...lines, "", ...stateLines(trace, until, replay.source, options.width)].join("\n")}\n`;
  for (const text of trace.printedAfter) lines.push(...printed(text, options));
  lines.push("", ...closing(replay));
  for (const finding of allFindings(replay)) {
    lines.push(
      "",
      ...splat(names.titleOf(finding), finding, trace, {
        version: options.version,
        config,
        names,
        length: replay.length,
      }),
    );
  }
  return `${lines.join("\n")}\n`;
}

export function headLines(replay: Replay, { style, width }: TextOptions): string[] {
  const { config, trace } = replay;
  const lines = [
    style.bold(`replay    ${replay.title}${replay.side === null ? "" : `, ${replay.side} the patch`}`),
    `          ${config.cpus} CPUs, preempt=${config.preempt}, rcu=${config.rcu}, ${trace.steps.length} steps`,
  ];
  if (replay.programChanged) {
    const text =
      "the program is not the one that this token was made with (smplab, the tree or the patch " +
      "has changed), so this run may not show what it was meant to show";
    lines.push(style.yellow(field("warning", text, width)));
  }
  return lines;
}

/** One step in one paragraph, with the state behind it. */
export function stepText(replay: Replay, index: number, { style, width }: TextOptions): string {
  const { trace } = replay;
  const step = trace.steps[index]!;
  const frame = shownFrame(step.stack);
  const source = frame === null ? "" : replay.source(frame.file, frame.line).trim();
  const where = frame === null ? "" : `${frame.function}() ${frame.file}:${frame.line}`;
  const value = valueText([step]);
  const lines = [
    `${style.bold(`step ${index + 1}/${trace.steps.length}`)}  CPU${step.cpu} ${step.taskName}${step.preemption ? " (preempts)" : ""}  ${where}`,
    `  ${clip(source, width - 2)}`,
    `  ${step.op} ${step.what}${value === "" ? "" : ` ${value}`}`,
  ];
  for (const finding of step.findings) lines.push(style.red(`  *** ${replay.names.titleOf(finding)} ***`));
  for (const text of step.printed) lines.push(...printed(text, { style }));
  for (const line of stateLines(trace, index + 1, replay.source, width - 2)) {
    lines.push(...line.split("\n").map((part) => style.dim(`  ${part}`)));
  }
  return `${lines.join("\n")}\n`;
}

/** How the run ended and what it was. */
export function endText(replay: Replay): string {
  return `${closing(replay).join("\n")}\n`;
}

function printed(text: string, { style }: Pick<TextOptions, "style">): string[] {
  return text
    .replace(/\n$/, "")
    .split("\n")
    .map((line) => style.cyan(`        printk: ${line}`));
}

function closing({ trace }: Replay): string[] {
  const values = trace.values.map(({ name, value }) => `${name}=${value};`).join(" ");
  const end =
    trace.end === "finished" ? "finished" : `${trace.end}${trace.endText === "" ? "" : `: ${trace.endText}`}`;
  return [`end       ${end}`, `outcome   ${values === "" ? "(nothing observed)" : values}`];
}

function allFindings({ trace, names }: Replay): StepEvent["findings"] {
  const seen = new Set<string>();
  // Several pairs of contexts may race for the same thing in the same two functions.
  const racing = trace.racing.filter((finding) => {
    const id = names.idOf(finding);
    const known = seen.has(id);
    seen.add(id);
    return !known;
  });
  const shown = trace.steps.flatMap((step) => step.findings);
  return [...trace.findingsBefore, ...shown, ...trace.findingsAtEnd, ...racing];
}

/** Data races stand between steps: where the token ends, their accesses are still to be made. */
function racesIn({ trace, names, length }: Replay): { before: number; text: string }[] {
  const titles = new Set(trace.racing.map((finding) => names.titleOf(finding)));
  return [...titles].map((text) => ({ before: length, text }));
}
