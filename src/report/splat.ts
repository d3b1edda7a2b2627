// Findings as the kernel prints them, so that a kernel developer reads them without a legend and the scripts that
// parse logs (syzkaller's patterns, decode_stacktrace.sh) take them. The first line says what they are: an
// emulation. Forms follow kernel v6.19; offsets count instructions of the function, which is stable and tells
// the operation inside the line.
//
// A form is found by the kind of the finding, or by the family in front of its colon. A kind without a form gets the
// general one (title, text, stack), so that a new rule prints sensibly before it has one.

import type { Finding, HostConfig } from "../../interpreter/api.js";
import type { FrameInfo, StepEvent, Trace } from "../explore/result.js";
import { kernelAddress } from "./address.js";
import type { Names } from "./model.js";

export interface SplatOptions {
  version: string;
  config: HostConfig;
  names: Names;
  /** Steps of the trace before the finding shows, for findings that no step reports (data races). */
  length: number;
}

/** Task ids of a small kernel: the scenario's own task is 100, what it starts follows. */
function pidOf(task: number): number {
  return 100 + task;
}

export function frameText(frame: FrameInfo): string {
  return `${frame.function}+0x${frame.offset.toString(16)}/0x${frame.size.toString(16)} ${frame.file}:${frame.line}`;
}

interface Context extends SplatOptions {
  title: string;
  finding: Finding;
  trace: Trace;
  /** The step that the finding shows at; null for one of the end of the run. */
  step: StepEvent | null;
  stack: readonly FrameInfo[];
  /** "mapper/101" */
  who: string;
}

type Form = (c: Context) => string[];

export function splat(title: string, finding: Finding, trace: Trace, options: SplatOptions): string[] {
  const step = stepOf(finding, trace, options.length);
  const place = options.names.frameOf(finding.site);
  const stack = step?.stack ?? (place === null ? [] : [place]);
  const who = `${taskName(trace, finding.task)}/${pidOf(finding.task)}`;
  const c: Context = { ...options, title, finding, trace, step, stack, who };
  const form = FORMS[finding.kind] ?? FORMS[finding.kind.split(":")[0]!] ?? general;
  return [`# emulated by smplab ${options.version}, not a running kernel`, ...form(c)];
}

/** The step at which a finding shows, or -1. */
export function stepOfFinding(finding: Finding, trace: Trace, length: number): number {
  return stepOf(finding, trace, length)?.index ?? -1;
}

function stepOf(finding: Finding, trace: Trace, length: number): StepEvent | null {
  const same = (f: Finding): boolean =>
    f.kind === finding.kind &&
    f.site === finding.site &&
    f.otherSite === finding.otherSite &&
    f.text === finding.text;
  const reporting = trace.steps.find((step) => step.findings.some(same));
  if (reporting !== undefined) return reporting;
  // The two accesses of a race are both still to be made where it is found.
  return finding.kind.startsWith("kcsan") ? access(trace, length, finding.task, finding) : null;
}

/** The next access of a task to the finding's bytes. */
function access(trace: Trace, from: number, task: number, { address, size }: Finding): StepEvent | null {
  const end = address + Math.max(size, 1);
  const overlaps = (s: StepEvent): boolean => s.address < end && address < s.address + s.size;
  return trace.steps.slice(from).find((s) => s.task === task && overlaps(s)) ?? null;
}

export function taskName(trace: Trace, task: number): string {
  for (const entry of [...trace.waiting, ...trace.steps]) if (entry.task === task) return entry.taskName;
  return task === 0 ? "kunit" : `task${task}`;
}

function identity({ finding, config, who, version }: Context): string {
  const [comm] = who.split("/");
  const model = config.preempt === "full" ? " PREEMPT(full)" : "";
  return `CPU: ${finding.cpu} UID: 0 PID: ${pidOf(finding.task)} Comm: ${comm} Not tainted smplab-${version} #0${model}`;
}

function frames(stack: readonly FrameInfo[]): string[] {
  return stack.map((frame) => ` ${frameText(frame)}`);
}

function callTrace(c: Context): string[] {
  if (c.stack.length === 0) return [identity(c)];
  return [identity(c), "Call Trace:", " <TASK>", ...frames(c.stack), " </TASK>"];
}

function at({ stack }: Context): string {
  return stack[0] === undefined ? "?" : `${stack[0].file}:${stack[0].line}`;
}

function inFunction({ stack }: Context): string {
  return stack[0] === undefined ? "?" : frameText(stack[0]);
}

function textLines({ finding }: Context): string[] {
  return finding.text === "" ? [] : finding.text.split("\n");
}

/** Reports between two rulers, as lockdep and KASAN print them. */
function ruled(ruler: string, lines: readonly string[]): string[] {
  return [ruler, ...lines, ruler];
}

const general: Form = (c) => [c.title, ...textLines(c), ...callTrace(c)];

/** lockdep's head: title between two rulers, then who did it, then the stack. */
const lockdep: Form = (c) => [
  "=".repeat(c.title.length),
  c.title,
  `smplab-${c.version} #0 Not tainted`,
  "-".repeat(c.title.length),
  `${c.who} at ${inFunction(c)}`,
  ...textLines(c),
  "",
  "stack backtrace:",
  ...callTrace(c),
];

const FORMS: Record<string, Form> = {
  kcsan(c) {
    const { finding, step, trace } = c;
    const block = (task: number, s: StepEvent | null): string[] => {
      if (s === null) return [`access by task ${pidOf(task)}`];
      const word = `${s.op === "load" ? "read" : "write"}${s.marked ? " (marked)" : ""}`;
      return [
        `${word} to 0x${kernelAddress(s.address)} of ${s.size} bytes by task ${pidOf(s.task)} on cpu ${s.cpu}:`,
        ...frames(s.stack),
      ];
    };
    return ruled("=".repeat(66), [
      `BUG: ${c.title}`,
      "",
      ...block(finding.otherTask, access(trace, c.length, finding.otherTask, finding)),
      "",
      ...block(finding.task, step),
      "",
      "Reported by smplab on:",
      identity(c),
    ]);
  },

  kasan(c) {
    const { finding, step } = c;
    const kind = finding.kind.slice("kasan:".length);
    const word = step === null || step.op === "load" ? "Read" : "Write";
    const head = `BUG: KASAN: ${kind} in ${inFunction(c)}`;
    const where = `at addr ${kernelAddress(finding.address)} by task ${c.who}`;
    const what = /^(double|invalid)-free$/.test(kind)
      ? `Free of addr ${kernelAddress(finding.address)} by task ${c.who}`
      : `${word} of size ${finding.size} ${where}`;
    const text = textLines(c);
    return ruled("=".repeat(66), [
      head,
      what,
      "",
      ...callTrace(c),
      ...(text.length === 0 ? [] : ["", ...text]),
    ]);
  },

  "kasan:null-ptr-deref"(c) {
    const [top] = c.stack;
    return [
      `BUG: kernel NULL pointer dereference, address: ${kernelAddress(c.finding.address)}`,
      ...textLines(c),
      ...callTrace(c),
      ...(top === undefined ? [] : [`RIP: 0010:${frameText(top)}`]),
    ];
  },

  warning(c) {
    return [
      "------------[ cut here ]------------",
      ...textLines(c),
      `WARNING: ${at(c)} at ${inFunction(c)}, CPU#${c.finding.cpu}: ${c.who}`,
      ...callTrace(c),
      "---[ end trace 0000000000000000 ]---",
    ];
  },

  bug(c) {
    return [
      "------------[ cut here ]------------",
      ...textLines(c),
      `kernel BUG at ${at(c)}!`,
      ...callTrace(c),
      "---[ end trace 0000000000000000 ]---",
    ];
  },

  rcu(c) {
    const title = "WARNING: suspicious RCU usage";
    return [
      "=".repeat(title.length),
      title,
      `smplab-${c.version} #0 Not tainted`,
      "-".repeat(title.length),
      `${at(c)} ${c.finding.text === "" ? "suspicious RCU usage!" : c.finding.text}`,
      "",
      "stack backtrace:",
      ...callTrace(c),
    ];
  },

  "atomic-sleep"(c) {
    return [
      `BUG: sleeping function called from invalid context at ${at(c)}`,
      ...textLines(c),
      ...callTrace(c),
    ];
  },

  preemptible(c) {
    return [
      `BUG: using ${c.finding.text} in preemptible [00000000] code: ${c.who}`,
      `caller is ${inFunction(c)}`,
      ...callTrace(c),
    ];
  },

  "lock-order": lockdep,
  "recursive-locking": lockdep,
  "bad-unlock": lockdep,
  "held-lock-freed": lockdep,
  "irq-safety": lockdep,
  "lock-held-at-exit": lockdep,

  expectation: (c) => [`    # EXPECTATION FAILED at ${at(c)}`, ...textLines(c).map((line) => `    ${line}`)],
  assertion: (c) => [`    # ASSERTION FAILED at ${at(c)}`, ...textLines(c).map((line) => `    ${line}`)],

  deadlock(c) {
    const lines: string[] = [];
    for (const { task, op, what, holder, stack, taskName: name } of blocked(c.trace)) {
      lines.push(
        `INFO: task ${name}:${pidOf(task)} blocked for ever.`,
        `      Not tainted smplab-${c.version} #0`,
        "Call Trace:",
        " <TASK>",
        ...frames(stack),
        " </TASK>",
        `INFO: task ${name}:${pidOf(task)} is blocked in ${call(op, what)}` +
          `${holder < 0 ? "" : ` likely owned by task ${taskName(c.trace, holder)}:${pidOf(holder)}`}.`,
      );
    }
    return lines.length === 0 ? general(c) : lines;
  },
};

/** Who is stuck for a reason of its own: the case itself only waits for its tasks. */
export function blocked(trace: Trace): Trace["waiting"] {
  const others = trace.waiting.filter(({ task }) => task !== 0);
  return others.length > 0 ? others : trace.waiting;
}

/** "mutex_lock(&a->lock)", whether `what` is an argument list, an expression or nothing. */
export function call(op: string, what: string): string {
  return what.startsWith("(") || what.startsWith(op) ? what : `${op}(${what})`;
}
