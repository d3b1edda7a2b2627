// One chosen run, step by step, with everything that the search never keeps: stacks, values, printed text.
//
// Comes in: a program and a schedule. Goes out: a Trace. Recorders live here, outside the run's state, so that
// the search pays nothing for them.

import {
  AddressSpace,
  ASSERT,
  type Entry,
  type Fact,
  type Finding,
  Flag,
  Kind,
  MASKED,
  Machine,
  type MachineConfig,
  type ObjectEvent,
  PLAIN,
  type Program,
  race,
  SCOPED,
  StepFootprint,
  TaskState,
  WRITE,
} from "../../interpreter/api.js";
import { heldLocks, kindName, shownFunction, Word } from "../../kernel/api.js";
import { costsOf } from "./costs.js";
import type { Kernel } from "./explore.js";
import type {
  Doing,
  Evidence,
  FrameInfo,
  Held,
  ObjectLife,
  ParkedStep,
  Schedule,
  StepEvent,
  Touch,
  Trace,
} from "./result.js";

const KIND_NAMES: Readonly<Record<number, string>> = {
  [Kind.Load]: "load",
  [Kind.Store]: "store",
  [Kind.Await]: "load",
  [Kind.CmpXchg]: "cmpxchg",
  [Kind.Copy]: "copy",
  [Kind.Fill]: "fill",
  [Kind.Fault]: "fault",
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
  try {
    return runOn(machine, entry, kernel, schedule, withCosts);
  } finally {
    machine.discard();
  }
}

function runOn(
  machine: Machine,
  entry: Entry,
  kernel: Kernel,
  schedule: Schedule,
  withCosts: boolean,
): Trace & { stray: number } {
  const names = new TaskNames(machine, kernel);
  const contexts = new Contexts(machine);
  const steps: StepEvent[] = [];
  const printedBefore: string[] = [];
  const printedAfter: string[] = [];
  let sink = printedBefore;
  machine.onPrint = (text) => sink.push(text);
  const recorder = new Recorder(machine, names, kernel);
  if (withCosts) machine.profile = new Float64Array(machine.code.code.length / 8);
  machine.begin(entry);
  if (withCosts && machine.end !== null) {
    // Nothing runs beside context 0: its own work is what there is to cost.
    machine.profile = new Float64Array(machine.code.code.length / 8);
    machine.profileAll = true;
    printedBefore.length = 0;
    machine.begin(entry);
  }
  recorder.keepFacts();
  const choices = new Int32Array(32);
  let parked: ParkedStep[] = [];
  const atBeginning: Finding[] = [...machine.findings];
  const findingsBefore = machine.end === null ? atBeginning : [];
  let findingsAtEnd = machine.end === null ? [] : atBeginning;
  let stray = -1;
  let last = -1;
  const beyond = new Beyond(machine);
  let round: Trace["round"] = [];
  let racing: Finding[] = [];
  // A straight run that never ends (a user's spin loop) must not hang the report.
  const bound = schedule.length + (withCosts || schedule.length === 0 ? 200_000 : 20_000);
  while (machine.end === null) {
    if (steps.length === schedule.length) parked = parkedContexts(machine, names, kernel);
    const n = machine.choices(choices);
    if (n === 0) {
      // Those of the last step stand there already.
      const told = steps.at(-1)?.findings ?? findingsBefore;
      findingsAtEnd = machine.findings.filter((f) => !told.includes(f));
      break;
    }
    const possible = Array.from(choices.subarray(0, n));
    if (steps.length === schedule.length && !withCosts) racing = racesAmong(machine, possible);
    let t = possible[0];
    if (stray < 0 && steps.length < schedule.length) {
      const wanted = schedule[steps.length];
      if (possible.includes(wanted)) t = wanted;
      else stray = steps.length;
    } else {
      t = beyond.next(possible, last);
      if (t < 0) {
        machine.end = "cut";
        machine.endText = "the run goes round for ever: it came back to this state, whoever moved next";
        round = parkedContexts(machine, names, kernel, contexts);
        break;
      }
    }
    const event = describe(machine, names, t, steps.length);
    contexts.describe(event);
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
    recorder.keepFacts();
    // The last context's last step lets context 0 go on: what that prints and finds belongs to the end.
    if (liveBefore > 0 && machine.live() === 0) {
      findingsAtEnd = machine.findings.filter((f) => f.task === 0);
      event.findings = machine.findings.filter((f) => f.task !== 0);
    } else {
      event.findings = [...machine.findings];
    }
    sink = printedAfter;
    finishEvent(machine, event, t);
    contexts.after(event);
    steps.push(event);
    last = t;
    if (steps.length > bound) {
      machine.end = "cut";
      machine.endText = `the run did not end within ${bound} steps`;
    }
  }
  if (machine.end === "fatal" && steps.length === schedule.length)
    parked = parkedContexts(machine, names, kernel).filter(({ task }) => task !== last);
  const values = machine.observed().sort((p, q) => (p.name < q.name ? -1 : 1));
  return {
    steps,
    printedBefore,
    printedAfter,
    findingsBefore,
    findingsAtEnd,
    evidence: recorder.evidence,
    parked,
    end: machine.end ?? "internal",
    endText: machine.endText,
    values,
    failed: machine.failed(),
    waiting: machine.end === "deadlock" ? waitingContexts(machine, names, contexts, kernel, steps) : [],
    round,
    racing,
    costs: withCosts ? costsOf(machine) : [],
    stray,
  };
}

/** Data races among contexts that may move, and those that spin: their accesses are still to be made. */
function racesAmong(machine: Machine, possible: readonly number[]): Finding[] {
  const spinning = new Int32Array(32);
  const n = machine.spinners(spinning);
  const contexts = [...possible, ...spinning.subarray(0, n)];
  const prints = contexts.map((t) => {
    const print = new StepFootprint();
    machine.footprint(t, print);
    return print;
  });
  const found: Finding[] = [];
  for (let i = 0; i < possible.length; i++) {
    for (let j = i + 1; j < contexts.length; j++) {
      const finding =
        race(prints[i]!, prints[j]!) < 0 ? null : machine.raceFinding(contexts[i]!, contexts[j]!);
      if (finding !== null) found.push(finding);
    }
  }
  return found;
}

/**
 * Goes on where no schedule says how: with the context that moved last, until the run is where it was before; then with
 * one that has not moved from there. So a run is left only when it comes to its end or when all ways have been tried.
 */
class Beyond {
  readonly #tried = new Map<string, number>();
  readonly #hash = new Int32Array(4);

  constructor(private readonly machine: Machine) {}

  /** Who of these moves; -1: nobody gets any further. */
  next(possible: readonly number[], last: number): number {
    const { memory } = this.machine;
    // A new epoch: what is written from here on changes the hash again.
    memory.mark();
    memory.hash(this.#hash);
    memory.dropMark();
    const here = this.#hash.join();
    const tried = this.#tried.get(here) ?? 0;
    const left = possible.filter((t) => (tried & (1 << t)) === 0);
    const t = left.includes(last) ? last : (left[0] ?? -1);
    if (t >= 0) this.#tried.set(here, tried | (1 << t));
    return t;
  }
}

/** Shadow bytes shown in front of and behind the one of interest, in rows of 16 as KASAN prints them. */
const SHADOW_ROWS = 2;
const SHADOW_ROW = 16;

/** Notes what nobody needs until something has gone wrong: the lives of heap objects, the circumstances of findings. */
class Recorder {
  readonly evidence: Evidence[] = [];
  private readonly objects: ObjectLife[] = [];
  /** The last object that began at each address: what is freed is nearly always named by its beginning. */
  private readonly byStart = new Map<number, ObjectLife>();
  private readonly facts: Fact[] = [];

  constructor(
    private readonly machine: Machine,
    private readonly names: TaskNames,
    private readonly kernel: Kernel,
  ) {
    machine.onFinding = (finding) => this.evidence.push(this.#circumstances(finding));
    machine.onObject = (event, address, size) => this.#object(event, address, size);
  }

  /** After each step: facts belong to the run so far. */
  keepFacts(): void {
    for (const fact of this.machine.facts) {
      const known = this.facts.some(
        (one) => one.kind === fact.kind && one.a === fact.a && one.b === fact.b && one.flags === fact.flags,
      );
      if (!known) this.facts.push(fact);
    }
  }

  #doing(): Doing {
    const { machine } = this;
    const { task, cpu } = machine;
    const operation = machine.operationAt(machine.site);
    return { task, taskName: this.names.of(task), cpu, operation, stack: stackOf(machine, task) };
  }

  #object(event: ObjectEvent, address: number, size: number): void {
    if (event === "allocated") {
      const life: ObjectLife = { address, size, allocated: this.#doing(), freed: null, queued: null };
      this.objects.push(life);
      this.byStart.set(address, life);
      return;
    }
    const life =
      this.byStart.get(address) ??
      this.objects.findLast((one) => address >= one.address && address < one.address + one.size);
    if (life === undefined) return;
    if (event === "freed") life.freed = this.#doing();
    else life.queued = this.#doing();
  }

  #circumstances(finding: Finding): Evidence {
    const { machine, kernel } = this;
    const facts = [...this.facts, ...machine.facts];
    const nothing = { held: [], lock: null, rcuDepth: 0, interrupt: false };
    const situation = kernel.situation?.(machine, machine.task, facts) ?? nothing;
    const near = this.#nearest(finding.address);
    return {
      ...this.#doing(),
      stack: stackOf(machine, machine.task, finding.site),
      finding: { ...finding },
      ...situation,
      preemptCount: machine.preemptCount(machine.task),
      irqsOff: machine.irqOff(machine.task) !== 0,
      variable: this.#variable(finding.address),
      object: near === null ? null : { ...near },
      shadow: this.#shadow(finding),
    };
  }

  /** The object that the address lies in, or the last one that begins in front of it. */
  #nearest(address: number): ObjectLife | null {
    let nearest: ObjectLife | null = null;
    for (const life of this.objects) {
      if (life.address <= address && (nearest === null || life.address > nearest.address)) nearest = life;
    }
    // Red zones are narrow: what is farther away is no neighbour.
    const isNear = nearest !== null && address < nearest.address + nearest.size + 64;
    return isNear ? nearest : null;
  }

  /** The last global that begins in front of the address, if the address lies in it or in the red zone behind it. */
  #variable(address: number): Evidence["variable"] {
    let nearest: Evidence["variable"] = null;
    for (const { name, section, address: start, size } of this.machine.program.globals) {
      if (section === "percpu" || start > address || address >= start + size + 64) continue;
      if (nearest === null || start > nearest.address) nearest = { name, address: start, size };
    }
    return nearest;
  }

  #shadow({ kind, address }: Finding): Evidence["shadow"] {
    const { machine } = this;
    const none = { start: 0, bytes: [] };
    if (!kind.startsWith("kasan:") || !machine.hasShadow(address)) return none;
    const row = SHADOW_ROW * 8;
    const first = Math.max(Math.floor(address / row) * row - SHADOW_ROWS * row, machine.map.imageBase);
    const bytes: number[] = [];
    for (let i = 0; i < (2 * SHADOW_ROWS + 1) * SHADOW_ROW; i++) {
      const at = first + i * 8;
      bytes.push(machine.hasShadow(at) ? machine.shadow[at >>> 3]! : 0xff);
    }
    return { start: first, bytes };
  }
}

/** Contexts are called after the function they run; the first one after the case. */
class TaskNames {
  private readonly known = new Map<number, string>();

  constructor(
    private readonly machine: Machine,
    private readonly kernel: Kernel,
  ) {}

  of(t: number): string {
    let name = this.known.get(t) ?? (t === 0 ? null : this.kernel.nameOf?.(this.machine, t)) ?? undefined;
    if (name !== undefined) this.known.set(t, name);
    if (name === undefined) {
      const frames = this.machine.frames(t);
      const { functions } = this.machine.program;
      const called = frames.map((frame) => functions[frame.function].name);
      // Below the test case, or main(), are only functions of ours.
      const bottom = t === 0 ? called.findLast((one) => !one.startsWith("__smplab")) : called.at(-1);
      if (bottom === undefined) return t === 0 ? "kunit" : `task${t}`;
      name = bottom.replace(/^__smplab_/, "");
      this.known.set(t, name);
    }
    return name;
  }
}

/** What each context holds and is inside of, and since which step. */
class Contexts {
  readonly #held = new Map<number, readonly Held[]>();
  readonly #section = new Map<number, number>();

  constructor(private readonly machine: Machine) {}

  heldBy(task: number): readonly Held[] {
    return this.#held.get(task) ?? [];
  }

  /** The step of its outermost rcu_read_lock(), or -1. */
  sectionOf(task: number): number {
    return this.#section.get(task) ?? -1;
  }

  /** Notes what the context has before its step. */
  describe(event: StepEvent): void {
    const { task } = event;
    // What the set-up took, or a context before its first step.
    if (!this.#held.has(task)) this.#look(task, -1);
    event.held = this.heldBy(task);
    event.section = this.#section.get(task)!;
  }

  after({ task, index }: StepEvent): void {
    this.#look(task, index);
  }

  #look(task: number, index: number): void {
    const { machine } = this;
    const finished = machine.taskState(task) !== TaskState.Parked;
    const before = this.heldBy(task);
    const locks = finished ? [] : heldLocks(machine, task);
    this.#held.set(
      task,
      locks.map(({ address, bit, kind }) => {
        const lock = `${address}.${bit}`;
        const name = kindName(kind);
        const by = before.findLast((held) => held.lock === lock)?.by ?? index;
        return { lock, kind: name, shared: name.includes("for reading"), by };
      }),
    );
    const inside = !finished && machine.word(task, Word.RcuNesting) !== 0;
    const section = this.#section.get(task) ?? -1;
    this.#section.set(task, inside ? (section < 0 ? index : section) : -1);
  }
}

/** Operations on one per-CPU variable, whose value is worth showing; of a lock's word it is not. */
const PER_CPU = /^_*(this|raw)_cpu_/;

/** The one place in memory that the operation is about. */
function placeOf(op: string, touches: readonly Touch[]): Touch | null {
  const places = touches.filter(({ start }) => start >= AddressSpace.First);
  const [only] = places;
  return PER_CPU.test(op) && places.length === 1 && only!.end - only!.start <= 8 ? only! : null;
}

function describe(machine: Machine, names: TaskNames, t: number, index: number): StepEvent {
  const moved = machine.migration(t);
  if (moved !== null) {
    return {
      index,
      site: -1,
      task: moved.task,
      taskName: names.of(moved.task),
      cpu: machine.cpuOf(moved.task),
      op: "migrate",
      what: `${names.of(moved.task)} to CPU ${moved.cpu}`,
      address: 0,
      size: 0,
      read: null,
      written: null,
      before: null,
      marked: true,
      isPointer: false,
      held: [],
      section: -1,
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
  const object = machine.pendingObject(t);
  const touches = touchesOf(machine, t);
  const place = pending.kind === Kind.Kop ? placeOf(pending.op, touches) : null;
  const address = place?.start ?? (pending.addressHi === 0 ? pending.addressLo >>> 0 : 0);
  const size = place === null ? pending.size : place.end - place.start;
  const readable =
    (pending.kind !== Kind.Kop || place !== null) &&
    pending.addressHi === 0 &&
    size > 0 &&
    machine.accessible(address, size, false);
  const old = readable ? machine.valueAt(address, size) : null;
  const reads =
    place !== null ||
    pending.kind === Kind.Load ||
    pending.kind === Kind.Await ||
    pending.kind === Kind.Rmw ||
    pending.kind === Kind.CmpXchg;
  return {
    index,
    site: pending.site,
    task: t,
    taskName: names.of(t),
    cpu: machine.cpuOf(t),
    op:
      pending.kind === Kind.Kop || pending.kind === Kind.Rmw
        ? pending.op
        : (KIND_NAMES[pending.kind] ?? "step"),
    what: site?.what ?? "",
    address,
    size,
    read: reads ? old : null,
    before: old,
    written: pending.kind === Kind.Store ? BigInt.asIntN(pending.size * 8, pending.value) : null,
    marked: pending.kind === Kind.Kop || (pending.flags & Flag.Marked) !== 0,
    isPointer: site?.isPointer === true,
    touches,
    held: [],
    section: -1,
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
    const bits = footprint.bits[i]!;
    touches.push({
      start: footprint.start[i] >>> 0,
      end: footprint.end[i] >>> 0,
      written,
      plain: (bits & PLAIN) !== 0,
      ...((bits & ASSERT) !== 0 ? { claim: true } : {}),
      ...((bits & SCOPED) !== 0 ? { scoped: true } : {}),
      ...((bits & MASKED) !== 0 ? { mask: maskOf(footprint) } : {}),
    });
  }
  return touches;
}

function maskOf({ maskLo: lo, maskHi: hi }: StepFootprint): bigint {
  return (BigInt(hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

function finishEvent(machine: Machine, event: StepEvent, _t: number): void {
  const atomic = event.read !== null && event.op !== "load" && !/_read(_\d)?$/.test(event.op);
  if (atomic && machine.end !== "fatal") event.written = machine.valueAt(event.address, event.size);
  // What it writes does not come of what was there.
  if (/_write(_\d)?$/.test(event.op)) event.read = null;
}

/** A frame knows where it last rested; `at` is the site where the innermost one really is, if known. */
function stackOf(machine: Machine, t: number, at = -1): FrameInfo[] {
  const { program } = machine;
  return machine.frames(t).map((frame, i) => {
    const fn = program.functions[frame.function];
    const isAt = i === 0 && at >= 0 && program.sites[at]?.fn === frame.function;
    const site = isAt ? program.sites[at] : frame.site >= 0 ? program.sites[frame.site] : undefined;
    const loc =
      site && site.loc >= 0 ? program.locs[site.loc] : fn.loc >= 0 ? program.locs[fn.loc] : undefined;
    let offset = 0;
    let size = 0;
    fn.blocks.forEach((block, b) => {
      if (site && site.block === b) offset = size + site.index;
      size += block.length;
    });
    return {
      function: shownFunction(fn.name),
      offset,
      size,
      file: loc ? program.files[loc.file] : "?",
      line: loc?.line ?? 0,
      column: loc?.column ?? 0,
    };
  });
}

/** What every context that has not ended is about to do. */
function parkedContexts(
  machine: Machine,
  names: TaskNames,
  kernel: Kernel,
  contexts?: Contexts,
): ParkedStep[] {
  const parked: ParkedStep[] = [];
  for (let t = 0; t < machine.taskCount(); t++) {
    if (machine.taskState(t) !== TaskState.Parked) continue;
    const op = machine.waitingIn(t);
    const pending = machine.pending(t);
    parked.push({
      ...describe(machine, names, t, -1),
      ...(contexts === undefined ? {} : { held: contexts.heldBy(t) }),
      spins: pending.kind === Kind.Await || machine.pendingObject(t)?.waits === "spins",
      waits: op !== "" || (pending.kind === Kind.Await && !pending.ready),
      kept: pending.ready && machine.keptFrom(t) >= 0,
      holder: pending.ready ? machine.keptFrom(t) : (holderOf(machine, kernel, t, op) ?? -1),
      interrupt: kernel.situation?.(machine, t, []).interrupt ?? false,
    });
  }
  return parked;
}

function waitingContexts(
  machine: Machine,
  names: TaskNames,
  contexts: Contexts,
  kernel: Kernel,
  steps: readonly StepEvent[],
): Trace["waiting"] {
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
      kept: pending.ready && machine.keptFrom(t) >= 0,
      spins: pending.kind === Kind.Await || machine.pendingObject(t)?.waits === "spins",
      holder: pending.ready
        ? machine.keptFrom(t)
        : (holderOf(machine, kernel, t, pending.op) ?? lastToWrite(machine, touches, t, steps)),
      held: contexts.heldBy(t),
      section: contexts.sectionOf(t),
      touches,
      stack: stackOf(machine, t),
    });
  }
  return waiting;
}

/** The first of those who keep context t waiting, as the kernel's objects know it; null where they do not. */
function holderOf(machine: Machine, kernel: Kernel, t: number, op: string): number | null {
  if (op === "" || kernel.waitsFor === undefined) return null;
  machine.focus(t);
  return kernel.waitsFor(machine, op).holders.find((holder) => holder !== t) ?? null;
}

/**
 * The other context that last wrote something of what a waiting one looks at; -1 where that one has ended: who is gone
 * holds nothing back.
 */
function lastToWrite(
  machine: Machine,
  touches: readonly Touch[],
  task: number,
  steps: readonly StepEvent[],
): number {
  const overlaps = (a: Touch): boolean => touches.some((b) => a.start < b.end && b.start < a.end);
  const step = steps.findLast((s) => s.task !== task && s.touches.some((a) => a.written && overlaps(a)));
  return step !== undefined && machine.taskState(step.task) === TaskState.Parked ? step.task : -1;
}
