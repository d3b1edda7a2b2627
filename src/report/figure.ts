// A schedule as a figure: one column per CPU, time downwards, the C on the line where it runs.
//
//            CPU0 (mapper)                   CPU1 (mover)
//            -------------                   ------------
//            mem_cgroup_update_file_mapped() mm/memcontrol.c
//   1483     mem = pc->mem_cgroup;   (= 0x…)
//                                            mem_cgroup_move_account() mm/memcontrol.c
//   2215                                     pc->mem_cgroup = to;   (= 0x…)
//
// In: a replayed run. Out: lines. The one hard thing is leaving out: a run of a hundred steps must fit on a
// screen without hiding why it went wrong. Steps of one context on one source line become one row; in the
// short form a row stays only if another context touches the same memory and one of the two writes, if it is
// an operation on a kernel object, if something was reported there, or if it begins a context's turn. The form
// is the kernel's own, from lockdep's "Possible unsafe locking scenario".

import type { FrameInfo, StepEvent, Trace } from "../explore/result.js";
import { cValue } from "./address.js";
import { clip } from "./layout.js";
import type { SourceLines } from "./model.js";
import type { Style } from "./style.js";

export interface FigureOptions {
  cpus: number;
  /** Columns of the terminal. */
  width: number;
  source: SourceLines;
  style: Style;
  /** "short" leaves out what nobody else can notice; "full" shows every step in a row of its own. */
  detail: "short" | "full";
  /** Title of a finding, for the row below the step that reports it. */
  titleOf: (finding: StepEvent["findings"][number]) => string;
}

const GUTTER = 8;
const MEMORY_OPS = new Set(["load", "store", "rmw", "cmpxchg", "copy", "fill"]);

export function figure(trace: Trace, options: FigureOptions): string[] {
  const { cpus, style } = options;
  const column = Math.max(20, Math.floor((options.width - GUTTER) / Math.max(cpus, 1)) - 2);
  const place = (cpu: number, text: string): string =>
    `${" ".repeat(cpu * (column + 2))}${clip(text, column)}`;
  const row = (label: string, cpu: number, text: string): string =>
    `${label.padStart(GUTTER - 2)}  ${place(cpu, text)}`.trimEnd();

  const names = tasksByCpu(trace, cpus);
  const heads = names.map((list, cpu) => `CPU${cpu}${list.length > 0 ? ` (${list.join(", ")})` : ""}`);
  const lines = [
    columns(heads, column),
    columns(
      heads.map((head) => "-".repeat(Math.min(head.length, column))),
      column,
    ),
  ];

  const relevant = options.detail === "short" ? relevantSteps(trace) : trace.steps.map(() => true);
  const onCpu: number[] = new Array(cpus).fill(-1);
  const functionOf = new Map<number, string>();
  let hidden = 0;
  let hiddenCpu = -1;
  const flushHidden = (): void => {
    if (hidden > 0)
      lines.push(style.dim(row("", hiddenCpu, `... ${hidden === 1 ? "1 step" : `${hidden} steps`}`)));
    hidden = 0;
  };
  for (const group of groups(trace.steps, options.detail)) {
    const first = group[0]!;
    const { cpu, task } = first;
    if (!group.some((step) => relevant[step.index])) {
      if (hiddenCpu !== cpu) flushHidden();
      hiddenCpu = cpu;
      hidden += group.length;
      continue;
    }
    flushHidden();
    if (onCpu[cpu] !== task) {
      if (names[cpu]!.length > 1) {
        lines.push(style.dim(row("", cpu, `-- ${first.taskName}${first.preemption ? " preempts" : ""} --`)));
      }
      onCpu[cpu] = task;
    }
    const frame = shownFrame(first.stack);
    if (frame !== null) {
      const name = `${frame.function}() ${frame.file}`;
      if (functionOf.get(task) !== name) {
        functionOf.set(task, name);
        lines.push(style.dim(row("", cpu, clip(name, column))));
      }
    }
    const label = frame === null ? "" : String(frame.line);
    lines.push(row(label, cpu, cell(group, relevant, frame, options.source, column)));
    for (const step of group) {
      for (const finding of step.findings)
        lines.push(style.red(`${" ".repeat(GUTTER)}*** ${options.titleOf(finding)} ***`));
      for (const text of step.printed) {
        for (const printed of text.replace(/\n$/, "").split("\n")) {
          lines.push(style.cyan(`${" ".repeat(GUTTER)}printk: ${printed}`));
        }
      }
    }
  }
  flushHidden();
  for (const finding of trace.findingsAtEnd) {
    lines.push(style.red(`${" ".repeat(GUTTER)}*** ${options.titleOf(finding)} ***`));
  }
  lines.push(...ending(trace, style));
  return lines;
}

function columns(cells: readonly string[], column: number): string {
  return `${" ".repeat(GUTTER)}${cells.map((text) => clip(text, column).padEnd(column + 2)).join("")}`.trimEnd();
}

function tasksByCpu(trace: Trace, cpus: number): string[][] {
  const names: string[][] = Array.from({ length: cpus }, () => []);
  for (const { cpu, taskName } of [...trace.steps, ...trace.waiting]) {
    const list = names[cpu];
    if (list !== undefined && !list.includes(taskName)) list.push(taskName);
  }
  return names;
}

/** Consecutive steps of one context that stand on one line of C. */
function* groups(steps: readonly StepEvent[], detail: "short" | "full"): Generator<StepEvent[]> {
  let group: StepEvent[] = [];
  for (const step of steps) {
    const last = group[group.length - 1];
    const joins =
      last !== undefined &&
      detail === "short" &&
      last.task === step.task &&
      last.cpu === step.cpu &&
      last.findings.length === 0 &&
      sameLine(shownFrame(last.stack), shownFrame(step.stack));
    if (joins) group.push(step);
    else {
      if (group.length > 0) yield group;
      group = [step];
    }
  }
  if (group.length > 0) yield group;
}

function sameLine(a: FrameInfo | null, b: FrameInfo | null): boolean {
  return a !== null && b !== null && a.file === b.file && a.line === b.line && a.function === b.function;
}

/** The innermost frame outside of headers: what the developer wrote, not the inline function it calls. */
export function shownFrame(stack: readonly FrameInfo[]): FrameInfo | null {
  return stack.find((frame) => !/\.h$/.test(frame.file)) ?? stack[0] ?? null;
}

/** Steps that another context could notice, or that say something. */
export function relevantSteps(trace: Trace): boolean[] {
  const users = new Map<number, { tasks: Set<number>; written: boolean }>();
  const granules = function* (step: StepEvent): Generator<number> {
    for (let at = step.address >>> 3; at <= (step.address + Math.max(step.size, 1) - 1) >>> 3; at++) yield at;
  };
  const touches = (step: StepEvent): boolean => step.address > 0 && step.size > 0;
  for (const step of trace.steps) {
    if (!touches(step)) continue;
    for (const at of granules(step)) {
      const use = users.get(at) ?? { tasks: new Set<number>(), written: false };
      use.tasks.add(step.task);
      use.written ||= step.op !== "load";
      users.set(at, use);
    }
  }
  let previousTask = -1;
  return trace.steps.map((step, index) => {
    const turn = step.task !== previousTask || step.preemption;
    previousTask = step.task;
    if (turn || index === trace.steps.length - 1) return true;
    if (step.findings.length > 0 || step.printed.length > 0 || step.note !== "") return true;
    if (!MEMORY_OPS.has(step.op) && !touches(step)) return true;
    if (!touches(step)) return false;
    for (const at of granules(step)) {
      const use = users.get(at)!;
      if (use.tasks.size > 1 && use.written) return true;
    }
    return false;
  });
}

function cell(
  group: readonly StepEvent[],
  relevant: readonly boolean[],
  frame: FrameInfo | null,
  source: SourceLines,
  column: number,
): string {
  const told = group.filter((step) => relevant[step.index]);
  const text = frame === null ? "" : source(frame.file, frame.line).trim().replace(/\s+/g, " ");
  const last = told[told.length - 1] ?? group[group.length - 1]!;
  const code = text === "" ? `${last.op} ${last.what}`.trim() : text;
  const value = valueText(told.length > 0 ? told : group);
  if (value === "") return clip(code, column);
  return `${clip(code, Math.max(12, column - value.length - 2))}  ${value}`;
}

/** "(= 0)" read or written, "(0 -> 1)" changed, or the note of a kernel operation: "(waits)". */
export function valueText(group: readonly StepEvent[]): string {
  const last = group[group.length - 1]!;
  if (last.note !== "") return `(${last.note})`;
  let read = last.read;
  // x++ is a load and a store of one place: one change for the reader.
  if (read === null && last.written !== null) {
    const load = group.find((step) => step.address === last.address && step.read !== null);
    read = load?.read ?? null;
  }
  const size = last.size || 8;
  if (last.written !== null) {
    const written = cValue(last.written, size);
    return read === null ? `(= ${written})` : `(${cValue(read, size)} -> ${written})`;
  }
  return read === null ? "" : `(= ${cValue(read, size)})`;
}

function ending(trace: Trace, style: Style): string[] {
  const pad = " ".repeat(GUTTER);
  if (trace.end === "deadlock") {
    const lines = ["", `${pad}${style.red("*** DEADLOCK ***")}`];
    for (const { taskName, cpu, op, what, holder, stack } of trace.waiting) {
      const at = shownFrame(stack);
      const holderName = nameOfTask(trace, holder);
      lines.push(
        `${pad}CPU${cpu} ${taskName} waits in ${op}(${what})` +
          `${at === null ? "" : ` at ${at.file}:${at.line}`}${holderName === "" ? "" : `, held by ${holderName}`}`,
      );
    }
    return lines;
  }
  if (trace.endText !== "")
    return [`${pad}${trace.end === "fatal" ? style.red(trace.endText) : trace.endText}`];
  return [];
}

function nameOfTask(trace: Trace, task: number): string {
  if (task < 0) return "";
  for (const entry of [...trace.waiting, ...trace.steps]) if (entry.task === task) return entry.taskName;
  return `task ${task}`;
}
