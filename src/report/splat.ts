// Findings as the kernel prints them, so that a kernel developer reads them without a legend and the scripts that
// parse logs (syzkaller's patterns, decode_stacktrace.sh) take them. The first line says what they are: an
// emulation. Forms follow kernel v6.19; offsets count instructions of the function, which is stable and tells
// the operation inside the line.
//
// A family of findings is the part of the kind in front of its colon; a kind of no family that is known here
// gets the general form (title, text, stacks), so that a new rule prints sensibly before it has a form.

import type { Finding, HostConfig } from "../../interpreter/api.js";
import type { FrameInfo, StepEvent, Trace } from "../explore/result.js";
import { kernelAddress } from "./address.js";

export interface SplatOptions {
  version: string;
  config: HostConfig;
}

/** Task ids of a small kernel: the scenario's own task is 100, what it starts follows. */
export function pidOf(task: number): number {
  return 100 + task;
}

export function frameText(frame: FrameInfo): string {
  return `${frame.function}+0x${frame.offset.toString(16)}/0x${frame.size.toString(16)} ${frame.file}:${frame.line}`;
}

interface Context extends SplatOptions {
  title: string;
  finding: Finding;
  /** The step that reported it, null if it was reported at the end of the run. */
  step: StepEvent | null;
  trace: Trace;
  comm: string;
  stack: readonly FrameInfo[];
}

const RULE = "=".repeat(66);

export function splat(title: string, finding: Finding, trace: Trace, options: SplatOptions): string[] {
  const step = trace.steps.find((s) => s.findings.some((f) => sameFinding(f, finding))) ?? null;
  const c: Context = {
    ...options,
    title,
    finding,
    step,
    trace,
    comm: nameOf(trace, finding.task),
    stack: step?.stack ?? [],
  };
  const family = finding.kind.split(":")[0]!;
  const form = FORMS[family] ?? general;
  return [`# emulated by smplab ${options.version}, not a running kernel`, ...form(c)];
}

function sameFinding(a: Finding, b: Finding): boolean {
  return a.kind === b.kind && a.site === b.site && a.otherSite === b.otherSite && a.text === b.text;
}

function nameOf(trace: Trace, task: number): string {
  for (const entry of [...trace.steps, ...trace.waiting]) if (entry.task === task) return entry.taskName;
  return task === 0 ? "kunit" : `task${task}`;
}

function identity({ finding, config, comm }: Context): string {
  const model = config.preempt === "full" ? " PREEMPT(full)" : "";
  return `CPU: ${finding.cpu} UID: 0 PID: ${pidOf(finding.task)} Comm: ${comm} Not tainted smplab #0${model}`;
}

function stackLines(stack: readonly FrameInfo[]): string[] {
  return stack.map((frame) => ` ${frameText(frame)}`);
}

function callTrace(c: Context): string[] {
  return [
    identity(c),
    ...(c.stack.length === 0 ? [] : ["Call Trace:", " <TASK>", ...stackLines(c.stack), " </TASK>"]),
  ];
}

function general(c: Context): string[] {
  return [c.title, ...(c.finding.text === "" ? [] : [c.finding.text]), ...callTrace(c)];
}

/** The last step before the report in which another context touched the same bytes. */
function otherAccess({ finding, step, trace }: Context): StepEvent | null {
  if (step === null) return null;
  const end = finding.address + Math.max(finding.size, 1);
  for (const s of [...trace.steps.slice(step.index + 1), ...trace.steps.slice(0, step.index).reverse()]) {
    if (s.task !== finding.otherTask) continue;
    if (s.address < end && finding.address < s.address + s.size) return s;
  }
  return null;
}

const FORMS: Record<string, (c: Context) => string[]> = {
  kcsan(c) {
    const { finding, step } = c;
    const access = (s: StepEvent | null, task: number): string[] => {
      if (s === null) return [`access by task ${pidOf(task)}`];
      const word = s.op === "load" ? "read" : "write";
      return [
        `${word}${s.marked ? " (marked)" : ""} to 0x${kernelAddress(s.address)} of ${s.size} bytes by task ${pidOf(s.task)} on cpu ${s.cpu}:`,
        ...stackLines(s.stack),
      ];
    };
    return [
      RULE,
      `BUG: ${c.title}`,
      "",
      ...access(otherAccess(c), finding.otherTask),
      "",
      ...access(step, finding.task),
      "",
      "Reported by smplab on:",
      identity(c),
      RULE,
    ];
  },

  kasan(c) {
    const { finding, step } = c;
    const where = c.stack[0] === undefined ? "" : ` in ${frameText(c.stack[0])}`;
    const word = step === null || step.op === "load" ? "Read" : "Write";
    const kind = finding.kind.split(":")[1] ?? "";
    return [
      RULE,
      `BUG: KASAN: ${kind}${where}`,
      `${word} of size ${finding.size} at addr ${kernelAddress(finding.address)} by task ${c.comm}/${pidOf(finding.task)}`,
      "",
      ...callTrace(c),
      ...(finding.text === "" ? [] : ["", finding.text]),
      RULE,
    ];
  },

  expectation(c) {
    return [...c.finding.text.split("\n"), ...callTrace(c)];
  },

  deadlock(c) {
    const lines: string[] = [];
    for (const { task, taskName, op, what, holder, stack } of c.trace.waiting) {
      lines.push(
        `INFO: task ${taskName}:${pidOf(task)} blocked for ever.`,
        `      Not tainted smplab #0`,
        "Call Trace:",
        " <TASK>",
        ...stackLines(stack),
        " </TASK>",
        `INFO: task ${taskName}:${pidOf(task)} is blocked in ${op}(${what})` +
          `${holder < 0 ? "" : ` likely owned by task ${nameOf(c.trace, holder)}:${pidOf(holder)}`}.`,
      );
    }
    return lines.length === 0 ? general(c) : lines;
  },
};
