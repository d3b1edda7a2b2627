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
// short form a row stays only if its order is known to decide what is shown (src/explore/order.ts), else if it
// could (src/explore/relevance.ts), or if something was reported there. The form is the kernel's own, from
// lockdep's "Possible unsafe locking scenario".

import { relevantSteps } from "../explore/relevance.js";
import type { FrameInfo, StepEvent, Trace } from "../explore/result.js";
import { cValue } from "./address.js";
import { clip } from "./layout.js";
import type { Names, SourceLines } from "./model.js";
import { blocked, taskName, waitCall } from "./splat.js";
import { pidOf } from "./splat-parts.js";
import type { Style } from "./style.js";

export interface FigureOptions {
  cpus: number;
  /** Columns of the terminal. */
  width: number;
  source: SourceLines;
  style: Style;
  /** "short" leaves out what nobody else can notice; "full" shows every step in a row of its own. */
  detail: "short" | "full";
  /** What the short form shows, by step; else what others could notice. */
  steps?: readonly boolean[];
  names: Names;
  /** Rows between steps: a data race stands where neither of its accesses has been made. */
  notes?: readonly { before: number; text: string }[];
  /** The last step to show; the rest is counted. */
  until?: number;
  /** What is left out goes round for ever. */
  endless?: boolean;
}

const GUTTER = 8;

export function figure(trace: Trace, options: FigureOptions): string[] {
  return new Drawing(trace, options).lines;
}

class Drawing {
  readonly lines: string[] = [];
  readonly #column: number;
  readonly #style: Style;
  /** For each CPU its tasks as the figure calls them. */
  readonly #names: Map<number, string>[];
  /** Task that a CPU's column shows at the moment. */
  readonly #onCpu: number[];
  /** Function that a task's column shows at the moment. */
  readonly #functionOf = new Map<number, string>();
  #hidden = 0;
  #hiddenCpu = -1;
  /** Findings that stand in the figure, by context, place and title. */
  readonly #told = new Set<string>();

  constructor(
    readonly trace: Trace,
    readonly options: FigureOptions,
  ) {
    const { cpus, width, style, notes = [], until = trace.steps.length - 1, names } = options;
    this.#style = style;
    this.#column = Math.max(20, Math.floor((width - GUTTER) / Math.max(cpus, 1)) - 2);
    this.#names = tasksByCpu(trace, cpus);
    this.#onCpu = new Array(cpus).fill(-1);
    this.#heads();
    const steps = trace.steps.slice(0, until + 1);
    const relevant =
      options.detail === "full" ? trace.steps.map(() => true) : (options.steps ?? relevantSteps(trace));
    const before = new Set(trace.findingsBefore.map((finding) => names.titleOf(finding)));
    for (const title of before) this.#across(style.red(`*** ${title} ***`));
    const told = new Set<string>();
    const tellNotes = (upTo: number): void => {
      for (const note of notes) {
        if (note.before > upTo || told.has(note.text)) continue;
        told.add(note.text);
        this.#flushHidden();
        this.#across(style.red(`*** ${note.text} ***`));
      }
    };
    for (const group of groups(steps, options.detail, new Set(notes.map((note) => note.before)))) {
      tellNotes(group[0]!.index);
      if (group.some((step) => relevant[step.index])) this.#group(group, relevant);
      else this.#hide(group);
    }
    this.#flushHidden();
    tellNotes(Number.POSITIVE_INFINITY);
    const left = trace.steps.length - steps.length;
    if (left > 0) {
      const rest = `... ${left === 1 ? "1 more step" : `${left} more steps`} to the end of the run`;
      this.#across(style.dim(options.endless === true ? "... and so on, for ever" : rest));
      return;
    }
    // What was found while others still could move is found again when nobody can.
    const last = new Set(trace.steps.at(-1)?.findings.map((finding) => names.titleOf(finding)));
    const titles = new Set(trace.findingsAtEnd.map((finding) => names.titleOf(finding)));
    for (const title of last) titles.delete(title);
    for (const title of titles) this.#across(style.red(`*** ${title} ***`));
    this.lines.push(...ending(trace, style));
  }

  #heads(): void {
    const heads = this.#names.map(
      (tasks, cpu) => `CPU${cpu}${tasks.size > 0 ? ` (${[...tasks.values()].join(", ")})` : ""}`,
    );
    const rules = heads.map((head) => "-".repeat(Math.min(head.length, this.#column)));
    this.lines.push(columns(heads, this.#column), columns(rules, this.#column));
  }

  /** A row of one CPU's column. */
  #row(label: string, cpu: number, text: string): string {
    const indent = " ".repeat(cpu * (this.#column + 2));
    return `${label.padStart(GUTTER - 2)}  ${indent}${clip(text, this.#column)}`.trimEnd();
  }

  /** A line across all columns. */
  #across(text: string): void {
    this.lines.push(`${" ".repeat(GUTTER)}${text}`);
  }

  #hide(group: readonly StepEvent[]): void {
    const { cpu } = group[0]!;
    if (this.#hiddenCpu !== cpu) this.#flushHidden();
    this.#hiddenCpu = cpu;
    this.#hidden += group.length;
  }

  #flushHidden(): void {
    if (this.#hidden > 0) {
      const text = `... ${this.#hidden === 1 ? "1 step" : `${this.#hidden} steps`}`;
      this.lines.push(this.#style.dim(this.#row("", this.#hiddenCpu, text)));
    }
    this.#hidden = 0;
  }

  #group(group: readonly StepEvent[], relevant: readonly boolean[]): void {
    this.#flushHidden();
    const style = this.#style;
    const first = group[0]!;
    const { cpu, task } = first;
    const names = this.#names[cpu]!;
    if (this.#onCpu[cpu] !== task && names.size > 1) {
      this.lines.push(
        style.dim(this.#row("", cpu, `-- ${names.get(task)}${first.preemption ? " preempts" : ""} --`)),
      );
    }
    this.#onCpu[cpu] = task;
    const frame = shownFrame(first.stack);
    if (frame !== null) {
      const name = `${frame.function}() ${frame.file.slice(frame.file.lastIndexOf("/") + 1)}`;
      if (this.#functionOf.get(task) !== name) this.lines.push(style.dim(this.#row("", cpu, name)));
      this.#functionOf.set(task, name);
    }
    const text = cell(group, relevant, frame, this.options.source, this.#column);
    this.lines.push(this.#row(frame === null ? "" : String(frame.line), cpu, text));
    for (const step of group) {
      for (const finding of step.findings) {
        const title = this.options.names.titleOf(finding);
        // An operation of several steps may report it at each of them.
        const key = `${step.task} ${step.site} ${title}`;
        if (!this.#told.has(key)) this.#across(style.red(`*** ${title} ***`));
        this.#told.add(key);
      }
      for (const line of printedLines(step.printed)) this.#across(style.cyan(`printk: ${line}`));
    }
  }
}

/** What steps printed, line by line. */
export function printedLines(printed: readonly string[]): string[] {
  const text = printed.join("");
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}

function columns(cells: readonly string[], column: number): string {
  return `${" ".repeat(GUTTER)}${cells.map((text) => clip(text, column).padEnd(column + 2)).join("")}`.trimEnd();
}

/** Names of the tasks that a CPU has had; with their numbers where it had two of one name. */
function tasksByCpu(trace: Trace, cpus: number): Map<number, string>[] {
  const names = Array.from({ length: cpus }, () => new Map<number, string>());
  for (const { cpu, task, taskName } of [...trace.steps, ...blocked(trace)]) names[cpu]?.set(task, taskName);
  for (const tasks of names) {
    const all = [...tasks.values()];
    const isShared = (name: string): boolean => all.indexOf(name) !== all.lastIndexOf(name);
    for (const [task, name] of tasks) if (isShared(name)) tasks.set(task, `${name}/${pidOf(task)}`);
  }
  return names;
}

/** Consecutive steps of one context that stand on one line of C. */
function* groups(
  steps: readonly StepEvent[],
  detail: "short" | "full",
  apart: ReadonlySet<number>,
): Generator<StepEvent[]> {
  let group: StepEvent[] = [];
  for (const step of steps) {
    const last = group[group.length - 1];
    const joins =
      last !== undefined &&
      detail === "short" &&
      !apart.has(step.index) &&
      last.task === step.task &&
      last.cpu === step.cpu &&
      last.op !== "migrate" &&
      step.op !== "migrate" &&
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
  return stack.find((frame) => !isHeader(frame.file)) ?? stack[0] ?? null;
}

/** Headers shared by scenarios are part of the scenario. */
export function isHeader(file: string): boolean {
  return file.endsWith(".h") && !file.includes("scenarios/");
}

function cell(
  group: readonly StepEvent[],
  relevant: readonly boolean[],
  frame: FrameInfo | null,
  source: SourceLines,
  column: number,
): string {
  const told = group.filter((step) => relevant[step.index]);
  // Its line of C is the one that it goes on with.
  if (group[0]!.op === "migrate") return clip(movement(group[0]!), column);
  const text = frame === null ? "" : source(frame.file, frame.line).trim().replace(/\s+/g, " ");
  const last = told[told.length - 1] ?? group[group.length - 1]!;
  // What an emulated interrupt or callback begins with is no code of the reader's: what happens says more.
  if (last.note !== "" && frame !== null && isHeader(frame.file)) return clip(last.note, column);
  const code = text === "" ? `${last.op} ${last.what}`.trim() : text;
  const value = valueText(told.length > 0 ? told : group);
  if (value === "") return clip(code, column);
  return `${clip(code, Math.max(12, column - value.length - 2))}  ${value}`;
}

/** "moves to CPU 1", of a step that takes its context there. */
function movement({ taskName, what }: StepEvent): string {
  return `moves${what.slice(taskName.length)}`;
}

/** "(= 0)" read or written, "(0 -> 1)" changed, "(stays 0)" where a try has failed, or the note of a kernel operation: "(waits)". */
export function valueText(group: readonly StepEvent[]): string {
  const last = group[group.length - 1]!;
  if (last.note !== "") return `(${last.note})`;
  let read = last.read;
  // x++ is a load and a store of one place: one change for the reader.
  if (read === null && last.written !== null) {
    const load = group.find((step) => step.address === last.address && step.read !== null);
    read = load?.read ?? null;
  }
  if (last.written !== null) {
    const written = cValue(last.written, last);
    if (last.read === last.written) return `(stays ${written})`;
    return read === null ? `(= ${written})` : `(${cValue(read, last)} -> ${written})`;
  }
  return read === null ? "" : `(= ${cValue(read, last)})`;
}

function ending(trace: Trace, style: Style): string[] {
  const pad = " ".repeat(GUTTER);
  if (trace.end === "deadlock") {
    const lines = ["", `${pad}${style.red("*** DEADLOCK ***")}`];
    for (const { taskName: name, cpu, op, what, holder, kept, stack } of blocked(trace)) {
      const at = shownFrame(stack);
      const holderName = holder < 0 ? "" : taskName(trace, holder);
      lines.push(
        `${pad}CPU${cpu} ${name} ${kept ? "stands" : "waits"} in ${waitCall({ op, what, stack })}` +
          `${at === null ? "" : ` at ${at.file}:${at.line}`}` +
          (holderName === "" ? "" : `, ${kept ? "its CPU kept" : "held"} by ${holderName}`),
      );
    }
    return lines;
  }
  // A fatal finding stands at its step already.
  if (trace.end === "fatal" && trace.steps.at(-1)?.findings.some(({ fatal }) => fatal)) return [];
  if (trace.endText !== "")
    return [`${pad}${trace.end === "fatal" ? style.red(trace.endText) : trace.endText}`];
  return [];
}
