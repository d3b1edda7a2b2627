// One chosen run, step by step, with everything that the search never keeps: stacks, values, printed text.
//
// Comes in: a program and a schedule. Goes out: a Trace. Recorders live here, outside the run's state, so that
// the search pays nothing for them.

import {
  type Entry,
  type Finding,
  Flag,
  Kind,
  Machine,
  type MachineConfig,
  type Program,
  StepFootprint,
  TaskState,
  WRITE,
} from "../../interpreter/api.js";
import { costsOf } from "./costs.js";
import type { Kernel } from "./explore.js";
import type { FrameInfo, Schedule, StepEvent, Touch, Trace } from "./result.js";

const KIND_NAMES: Readonly<Record<number, string>> = {
  [Kind.Load]: "load",
  [Kind.Store]: "store",
  [Kind.Await]: "load",
  [Kind.CmpXchg]: "cmpxchg",
  [Kind.Copy]: "copy",
  [Kind.Fill]: "fill",
};

/** Runs `schedule`, then goes on with the lowest context that may move until the run ends. */
export function replay(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  config: MachineConfig,
  schedule: Schedule,
): Trace & {
  /** The schedule's first choice that was not possible, or -1: the program is not the one it was made for. */ stray: number;
} {
  return runWith(program, entry, kernel, config, schedule, false);
}

/** Each context to its completion, in order: the run that costs are taken from. */
export function straight(program: Program, entry: Entry, kernel: Kernel, config: MachineConfig): Trace {
  return runWith(program, entry, kernel, config, [], true);
}

function runWith(
  program: Program,
  entry: Entry,
  kernel: Kernel,
  config: MachineConfig,
  schedule: Schedule,
  withCosts: boolean,
): Trace & { stray: number } {
  const machine = new Machine(program, kernel.objects, kernel.rules, config);
  const names = new TaskNames(machine);
  const steps: StepEvent[] = [];
  const printedBefore: string[] = [];
  const printedAfter: string[] = [];
  let sink = printedBefore;
  machine.onPrint = (text) => sink.push(text);
  if (withCosts) machine.profile = new Float64Array(machine.code.code.length / 8);
  machine.begin(entry);
  if (withCosts && machine.end !== null) {
    // Nothing runs beside context 0: its own work is what there is to cost.
    machine.profile = new Float64Array(machine.code.code.length / 8);
    machine.profileAll = true;
    printedBefore.length = 0;
    machine.begin(entry);
  }
  const choices = new Int32Array(32);
  let findingsAtEnd: Finding[] = machine.end === null ? [] : [...machine.findings];
  let stray = -1;
  let last = -1;
  // A straight run that never ends (a user's spin loop) must not hang the report.
  const bound = Math.max(200_000, schedule.length + 200_000);
  while (machine.end === null) {
    const n = machine.choices(choices);
    if (n === 0) {
      findingsAtEnd = [...machine.findings];
      break;
    }
    const possible = Array.from(choices.subarray(0, n));
    let t = possible[0];
    if (stray < 0 && steps.length < schedule.length) {
      const wanted = schedule[steps.length];
      if (possible.includes(wanted)) t = wanted;
      else stray = steps.length;
    } else if (possible.includes(last)) {
      t = last;
    }
    const event = describe(machine, names, t, steps.length);
    const previous = last;
    event.preemption =
      previous >= 0 &&
      previous !== t &&
      machine.migration(previous) === null &&
      machine.migration(t) === null &&
      possible.includes(previous) &&
      machine.cpuOf(previous) === machine.cpuOf(t);
    sink = event.printed;
    const liveBefore = machine.live();
    machine.step(t);
    // The last context's last step lets context 0 go on: what that prints and finds belongs to the end.
    if (liveBefore > 0 && machine.live() === 0) {
      findingsAtEnd = machine.findings.filter((f) => f.task === 0);
      event.findings = machine.findings.filter((f) => f.task !== 0);
    } else {
      event.findings = [...machine.findings];
    }
    sink = printedAfter;
    finishEvent(machine, event, t);
    steps.push(event);
    last = t;
    if (steps.length > bound) {
      machine.end = "cut";
      machine.endText = `the run did not end within ${bound} steps`;
    }
  }
  const values = machine.observed().sort((p, q) => (p.name < q.name ? -1 : 1));
  return {
    steps,
    printedBefore,
    printedAfter,
    findingsAtEnd,
    end: machine.end ?? "internal",
    endText: machine.endText,
    values,
    failed: machine.failed(),
    waiting: machine.end === "deadlock" ? waitingContexts(machine, names, steps) : [],
    costs: withCosts ? costsOf(machine) : [],
    stray,
  };
}

/** Contexts are called after the function they run; the first one after the case. */
class TaskNames {
  private readonly known = new Map<number, string>();

  constructor(private readonly machine: Machine) {}

  of(t: number): string {
    let name = this.known.get(t);
    if (name === undefined) {
      const frames = this.machine.frames(t);
      const bottom = frames.at(-1);
      name = bottom === undefined ? `task${t}` : this.machine.program.functions[bottom.function].name;
      this.known.set(t, name);
    }
    return name;
  }
}

function describe(machine: Machine, names: TaskNames, t: number, index: number): StepEvent {
  const moved = machine.migration(t);
  if (moved !== null) {
    return {
      index,
      task: moved.task,
      taskName: names.of(moved.task),
      cpu: machine.cpuOf(moved.task),
      op: "migrate",
      what: `${names.of(moved.task)} to CPU ${moved.cpu}`,
      address: 0,
      size: 0,
      read: null,
      written: null,
      marked: true,
      note: "",
      stack: stackOf(machine, moved.task),
      findings: [],
      printed: [],
      preemption: false,
      touches: [],
    };
  }
  const pending = machine.pending(t);
  const site = machine.program.sites[pending.site];
  const address = pending.addressHi === 0 ? pending.addressLo >>> 0 : 0;
  const object = machine.pendingObject(t);
  const readable =
    pending.kind !== Kind.Kop &&
    pending.addressHi === 0 &&
    pending.size > 0 &&
    machine.accessible(address, pending.size, false);
  const old = readable ? machine.valueAt(address, pending.size) : null;
  const reads =
    pending.kind === Kind.Load ||
    pending.kind === Kind.Await ||
    pending.kind === Kind.Rmw ||
    pending.kind === Kind.CmpXchg;
  return {
    index,
    task: t,
    taskName: names.of(t),
    cpu: machine.cpuOf(t),
    op:
      pending.kind === Kind.Kop || pending.kind === Kind.Rmw
        ? pending.op
        : (KIND_NAMES[pending.kind] ?? "step"),
    what: site?.what ?? "",
    address,
    size: pending.size,
    read: reads ? old : null,
    written: pending.kind === Kind.Store ? BigInt.asIntN(pending.size * 8, pending.value) : null,
    marked: pending.kind === Kind.Kop || (pending.flags & Flag.Marked) !== 0,
    touches: touchesOf(machine, t),
    note: pending.kind === Kind.Await ? "spins until it changes" : (object?.phases?.[pending.phase] ?? ""),
    stack: stackOf(machine, t),
    findings: [],
    printed: [],
    preemption: false,
  };
}

/** What the search takes the step to touch; that it needs its CPU, which every step does, is left out. */
function touchesOf(machine: Machine, t: number): Touch[] {
  const cpus = new StepFootprint();
  for (let c = 0; c < machine.config.cpus; c++) cpus.cpu(c);
  const cpuWords = new Set(cpus.start.subarray(0, cpus.count));
  const footprint = new StepFootprint();
  machine.footprint(t, footprint);
  const touches: Touch[] = [];
  for (let i = 0; i < footprint.count; i++) {
    const written = (footprint.bits[i] & WRITE) !== 0;
    if (!written && cpuWords.has(footprint.start[i])) continue;
    touches.push({ start: footprint.start[i] >>> 0, end: footprint.end[i] >>> 0, written });
  }
  return touches;
}

function finishEvent(machine: Machine, event: StepEvent, _t: number): void {
  const atomic = event.read !== null && event.op !== "load";
  if (atomic && machine.end !== "fatal") event.written = machine.valueAt(event.address, event.size);
}

function stackOf(machine: Machine, t: number): FrameInfo[] {
  const { program } = machine;
  return machine.frames(t).map((frame) => {
    const fn = program.functions[frame.function];
    const site = frame.site >= 0 ? program.sites[frame.site] : undefined;
    const loc =
      site && site.loc >= 0 ? program.locs[site.loc] : fn.loc >= 0 ? program.locs[fn.loc] : undefined;
    let offset = 0;
    let size = 0;
    fn.blocks.forEach((block, b) => {
      if (site && site.block === b) offset = size + site.index;
      size += block.length;
    });
    return {
      function: fn.name,
      offset,
      size,
      file: loc ? program.files[loc.file] : "?",
      line: loc?.line ?? 0,
      column: loc?.column ?? 0,
    };
  });
}

function waitingContexts(machine: Machine, names: TaskNames, steps: readonly StepEvent[]): Trace["waiting"] {
  const waiting: Trace["waiting"] = [];
  for (let t = 0; t < machine.taskCount(); t++) {
    if (machine.taskState(t) !== TaskState.Parked) continue;
    const pending = machine.pending(t);
    const touches = touchesOf(machine, t);
    waiting.push({
      task: t,
      taskName: names.of(t),
      cpu: machine.cpuOf(t),
      op: pending.op === "" ? (KIND_NAMES[pending.kind] ?? "step") : pending.op,
      what: machine.program.sites[pending.site]?.what ?? "",
      holder: lastToWrite(touches, t, steps),
      touches,
      stack: stackOf(machine, t),
    });
  }
  return waiting;
}

/** The other context that last wrote something of what a waiting one looks at. */
function lastToWrite(touches: readonly Touch[], task: number, steps: readonly StepEvent[]): number {
  const overlaps = (a: Touch): boolean => touches.some((b) => a.start < b.end && b.start < a.end);
  const step = steps.findLast((s) => s.task !== task && s.touches.some((a) => a.written && overlaps(a)));
  return step?.task ?? -1;
}
