// Findings as the kernel prints them, so that a kernel developer reads them without a legend and the scripts that
// parse logs (syzkaller's patterns, decode_stacktrace.sh) take them. The first line says what they are: an
// emulation. Forms follow kernel v6.19; offsets count instructions of the function, which is stable and tells
// the operation inside the line.
//
// A form is found by the kind of the finding, or by the family in front of its colon. A kind without a form gets the
// general one (title, text, stack), so that a new rule prints sensibly before it has one. What a finding needs beyond
// the C was noted by the replay at the moment when it was made (Evidence), or, where it takes two contexts or several
// runs, is what stands parked when the schedule has been run through.

import type { Finding } from "../../interpreter/api.js";
import { type FoundFinding, findingId, isRace, type StepEvent, type Trace } from "../explore/result.js";
import { farPointer, kernelAddress } from "./address.js";
import type { Names } from "./model.js";
import {
  accessLines,
  at,
  backtrace,
  bareName,
  type Context,
  callTrace,
  changeLines,
  type Form,
  frames,
  frameText,
  heldLines,
  identity,
  inFunction,
  lockdepHead,
  lockLabel,
  lockLine,
  objectLines,
  parkedOf,
  pidOf,
  pseudoFrame,
  ruled,
  type SplatOptions,
  shadowLines,
  shownOperation,
  taskName,
  textLines,
  trace as traceLines,
  variableLines,
} from "./splat-parts.js";

export { type SplatOptions, taskName } from "./splat-parts.js";

export function splat(title: string, finding: Finding, trace: Trace, options: SplatOptions): string[] {
  const evidence = trace.evidence.find((one) => same(one.finding, finding)) ?? null;
  const step = stepOf(finding, trace, options.length);
  const parked = parkedOf(trace, finding.task);
  const place = options.names.frameOf(finding.site);
  const stacks = [evidence?.stack, isRace(finding) ? parked?.stack : undefined, step?.stack];
  const stack = stacks.find((one) => one !== undefined && one.length > 0) ?? (place === null ? [] : [place]);
  const name = evidence?.taskName ?? taskName(trace, finding.task);
  const who = `${name}/${pidOf(finding.task)}`;
  const c: Context = { ...options, title, finding, trace, step, evidence, stack, who };
  const form = FORMS[finding.kind] ?? FORMS[finding.kind.split(":")[0]!] ?? general;
  return [`# emulated by smplab ${options.version}, not a running kernel`, ...form(c)];
}

/**
 * The finding that the run shows for this one. It may stand for several places (two reads of a variable in a race): the
 * search keeps the one that it met first, and the shortest run may show another.
 */
export function findingShown(found: FoundFinding, trace: Trace, names: Names): Finding {
  const { finding } = found;
  const id = findingId(found);
  const { findingsBefore, findingsAtEnd, racing } = trace;
  const inSteps = trace.steps.flatMap((step) => step.findings);
  const shown = [...findingsBefore, ...inSteps, ...findingsAtEnd, ...racing];
  return shown.find((one) => same(one, finding)) ?? shown.find((one) => names.idOf(one) === id) ?? finding;
}

/** The step at which a finding shows, or -1. */
export function stepOfFinding(finding: Finding, trace: Trace, length: number): number {
  return stepOf(finding, trace, length)?.index ?? -1;
}

const same = (p: Finding, q: Finding): boolean =>
  p.kind === q.kind && p.site === q.site && p.otherSite === q.otherSite && p.text === q.text;

function stepOf(finding: Finding, trace: Trace, length: number): StepEvent | null {
  const reporting = trace.steps.find((step) => step.findings.some((f) => same(f, finding)));
  if (reporting !== undefined) return reporting;
  // The two accesses of a race are both still to be made where it is found.
  if (isRace(finding)) return trace.steps.slice(length).find((s) => s.task === finding.task) ?? null;
  // What was concluded from facts shows where the schedule ends: at the step that states the last of them.
  if (finding.links === undefined) return null;
  return (
    trace.steps.slice(0, length).findLast((s) => s.task === finding.task && s.site === finding.site) ?? null
  );
}

const general: Form = (c) => [c.title, ...textLines(c), ...callTrace(c)];

/** A lockdep report about one operation on one lock: what it says of it, what else is held, the stack. */
function lockdep(title: string, says: (c: Context) => string[]): Form {
  return (c) => [
    ...lockdepHead(c, title),
    ...says(c),
    "",
    "other info that might help us debug this:",
    ...heldLines(c),
    "",
    ...backtrace(c),
  ];
}

/** "comm/pid is trying to acquire lock:", the lock, and where. */
function acquiring(c: Context, verb: string): string[] {
  const lock = c.evidence?.lock;
  return lock ? [`${c.who} is ${verb}:`, lockLine(c, lock)] : [];
}

/** Two columns of what two CPUs do, as lockdep draws them. */
function scenario(rows: readonly (readonly [cpu: 0 | 1, text: string])[]): string[] {
  return [
    " Possible unsafe locking scenario:",
    "",
    "       CPU0                    CPU1",
    "       ----                    ----",
    ...rows.map(([cpu, text]) => `${" ".repeat(cpu === 0 ? 2 : 31)}${text}`),
    "",
    " *** DEADLOCK ***",
    "",
  ];
}

const CIRCULAR = "WARNING: possible circular locking dependency detected";

const circular: Form = (c) => {
  const { finding, names } = c;
  const [taken, held, ...chain] = finding.links ?? [];
  if (taken === undefined || held === undefined) return general(c);
  const lock = (what: string): string => `lock(${bareName(what)});`;
  const path = chain.flatMap((link, i) => {
    const frame = names.frameOf(link.site);
    const number = chain.length - 1 - i;
    return [`-> #${number} ${link.what}:`, `       ${frame === null ? "?" : frameText(frame)}`, ""];
  });
  const through = chain.length > 2 ? [...chain].reverse().map((link) => bareName(link.what)) : [];
  return [
    ...lockdepHead(c, CIRCULAR),
    `${c.who} is trying to acquire lock:`,
    lockLine(c, taken),
    "",
    "but task is already holding lock:",
    lockLine(c, held),
    "",
    "which lock already depends on the new lock.",
    "",
    "",
    "the existing dependency chain (in reverse order) is:",
    "",
    ...path,
    "other info that might help us debug this:",
    "",
    ...(through.length === 0 ? [] : ["Chain exists of:", `  ${through.join(" --> ")}`, ""]),
    ...scenario([
      [0, lock(held.what)],
      [1, lock(chain[1]?.what ?? taken.what)],
      [1, lock(held.what)],
      [0, lock(taken.what)],
    ]),
    `1 lock held by ${c.who}:`,
    ` #0: ${lockLine(c, held)}`,
    "",
    ...backtrace(c),
  ];
};

const inconsistent: Form = (c) => {
  const [taken, held] = c.finding.links ?? [];
  if (taken === undefined || held === undefined) return general(c);
  const state = /\{([A-Z]+-ON-[RW])\}/.exec(c.finding.text)?.[1] ?? "";
  const frame = c.names.frameOf(held.site);
  return [
    ...lockdepHead(c, "WARNING: inconsistent lock state"),
    ...textLines(c),
    `${c.who} ${irqState(c.finding.text)} takes:`,
    lockLine(c, taken),
    `{${state}} state was registered at:`,
    `  ${frame === null ? "?" : frameText(frame)}`,
    "",
    "other info that might help us debug this:",
    " Possible unsafe locking scenario:",
    "",
    "       CPU0",
    "       ----",
    `  lock(${bareName(taken.what)});`,
    "  <Interrupt>",
    `    lock(${bareName(taken.what)});`,
    "",
    " *** DEADLOCK ***",
    "",
    ...backtrace(c),
  ];
};

/** Whether it is in hardirq and softirq context, and whether these are on, as the usage that it brings says. */
function irqState(text: string): string {
  const now = /-> \{([A-Z]+)-([A-Z]+)/.exec(text);
  if (now?.[1] !== "IN") return "[HC0[0]:SC0[0]:HE1:SE1]";
  return now[2] === "HARDIRQ" ? "[HC1[1]:SC0[0]:HE0:SE1]" : "[HC0[0]:SC1[1]:HE1:SE0]";
}

const inversion: Form = (c) => {
  const [taken, held, safe, unsafe] = c.finding.links ?? [];
  if (taken === undefined || held === undefined || safe === undefined || unsafe === undefined)
    return general(c);
  const context = c.finding.text.startsWith("HARDIRQ") ? "HARDIRQ" : "SOFTIRQ";
  const place = (site: number): string => {
    const frame = c.names.frameOf(site);
    return `  ${frame === null ? "?" : frameText(frame)}`;
  };
  return [
    ...lockdepHead(c, `WARNING: ${context}-safe -> ${context}-unsafe lock order detected`),
    `${c.who} is trying to acquire:`,
    lockLine(c, taken),
    "",
    "and this task is already holding:",
    lockLine(c, held),
    "which would create a new lock dependency:",
    ` ${held.what} -> ${taken.what}`,
    "",
    `but this new dependency connects a ${context}-irq-safe lock:`,
    ` ${safe.what}`,
    "",
    `... which became ${context}-irq-safe at:`,
    place(safe.site),
    "",
    `to a ${context}-irq-unsafe lock:`,
    ` ${unsafe.what}`,
    "",
    `... which became ${context}-irq-unsafe at:`,
    place(unsafe.site),
    "",
    "other info that might help us debug this:",
    "",
    ...scenario([
      [0, `lock(${bareName(unsafe.what)});`],
      [1, "local_irq_disable();"],
      [1, `lock(${bareName(safe.what)});`],
      [1, `lock(${bareName(unsafe.what)});`],
      [0, "<Interrupt>"],
      [0, `  lock(${bareName(safe.what)});`],
    ]),
    ...backtrace(c),
  ];
};

const kcsan: Form = (c) => {
  const { finding, trace } = c;
  const other = parkedOf(trace, finding.otherTask);
  const own = parkedOf(trace, finding.task);
  return ruled([
    `BUG: ${c.title}`,
    "",
    ...accessLines(other, finding.otherTask, finding),
    "",
    ...accessLines(own, finding.task, finding),
    ...changeLines(other, own),
    "",
    "Reported by smplab on:",
    identity(c),
  ]);
};

const kasan: Form = (c) => {
  const { finding } = c;
  const kind = finding.kind.slice("kasan:".length);
  const isFree = /^(double|invalid)-free$/.test(kind);
  const far = /(?:: |, )at ([0-9a-f]{16})$/.exec(finding.text)?.[1];
  const address = far ?? kernelAddress(finding.address);
  const what = isFree
    ? `Free of addr ${address} by task ${c.who}`
    : `${finding.text.startsWith("write") ? "Write" : "Read"} of size ${finding.size} at addr ${address} by task ${c.who}`;
  // "read" and "write" are said already.
  const text = isFree
    ? []
    : textLines(c).map((line) => line.replace(/^(read|write)(: )?/, "").replace(/(, )?at [0-9a-f]{16}$/, ""));
  if (far !== undefined) text.push(farPointer(BigInt(`0x${far}`)));
  const more = text.filter((line) => line !== "");
  const object = kind.startsWith("stack") || kind.startsWith("global") ? [] : objectLines(c);
  return ruled([
    `BUG: KASAN: ${kind} in ${inFunction(c)}`,
    what,
    "",
    ...callTrace(c, ...(isFree ? [...shownOperation(c.evidence), "kfree"].slice(0, 1) : [])),
    ...object,
    ...(kind.startsWith("global") ? variableLines(c) : []),
    ...(more.length === 0 ? [] : ["", ...more]),
    ...shadowLines(c),
  ]);
};

function warn(place: (c: Context) => string, ...inner: string[]): Form {
  return (c) => [
    "------------[ cut here ]------------",
    ...textLines(c),
    `WARNING: ${place(c)}, CPU#${c.finding.cpu}: ${c.who}`,
    "Modules linked in:",
    ...callTrace(c, ...inner),
    "---[ end trace 0000000000000000 ]---",
  ];
}

/** The lines of lib/refcount.c that say each of it. */
const REFCOUNT_LINES: readonly [RegExp, number][] = [
  [/addition on 0/, 25],
  [/underflow/, 28],
  [/decrement hit 0/, 31],
  [/saturated/, 22],
];

function rip({ stack: [top] }: Context): string[] {
  return top === undefined ? [] : [`RIP: 0010:${frameText(top)}`];
}

function oops(c: Context, what: string): string[] {
  return [what, identity(c), ...rip(c), ...traceLines(c.stack)];
}

/** The first sentence that names a function: "mutex_lock() with preempt_count 1, interrupts on, …". */
function sleepingIn({ finding }: Context): string[] {
  const name = /^(\w+)\(\)/.exec(finding.text)?.[1];
  return name === undefined || name === "might_sleep" ? ["__might_resched"] : ["__might_resched", name];
}

function atomicState(c: Context): string[] {
  const { evidence, finding, who } = c;
  if (evidence === null) return textLines(c);
  const [comm] = who.split("/");
  const atomic = evidence.preemptCount !== 0 ? 1 : 0;
  return [
    `in_atomic(): ${atomic}, irqs_disabled(): ${evidence.irqsOff ? 1 : 0}, non_block: 0, pid: ${pidOf(finding.task)}, name: ${comm}`,
    `preempt_count: ${evidence.preemptCount.toString(16)}, expected: 0`,
    `RCU nest depth: ${evidence.rcuDepth}, expected: 0`,
    ...heldLines(c),
    ...preemptedBy(c),
  ];
}

/** The place that made the context atomic, where a held lock shows it. */
function preemptedBy({ evidence, names }: Context): string[] {
  const spinning = evidence?.held.find(({ what }) => /-\{[23]:/.test(what));
  const frame = spinning === undefined ? null : names.frameOf(spinning.site);
  if (frame === null || evidence?.preemptCount === 0) return [];
  return ["Preemption disabled at:", `[<0000000000000000>] ${frameText(frame)}`];
}

function task(name: string, id: number, state: string): string {
  const pid = pidOf(id);
  return `task:${name.padEnd(15)} state:${state} stack:0     pid:${pid}   tgid:${pid}   ppid:2      flags:0x00000000`;
}

/** Tasks that hang: those of a run that came to a stop, or those that wait for each other while others run. */
function hanging({ trace, finding }: Context): Hanging[] {
  if (finding.otherTask < 0) return blocked(trace);
  // One that waits for itself has no other holder. The case itself mostly waits for its tasks only.
  const stuck = trace.parked.filter(
    (one) => (one.waits || one.kept) && (one.holder >= 0 || one.task === finding.task),
  );
  const tasks = stuck.filter(({ task }) => task !== 0);
  return tasks.length > 0 ? tasks : stuck;
}

type Hanging = Pick<
  Trace["waiting"][number],
  "task" | "taskName" | "op" | "what" | "holder" | "kept" | "spins" | "stack"
>;

const FORMS: Record<string, Form> = {
  kcsan,
  kasan,

  "kasan:null-ptr-deref": (c) => [
    `BUG: kernel NULL pointer dereference, address: ${kernelAddress(c.finding.address)}`,
    `#PF: supervisor ${c.finding.text.startsWith("write") ? "write" : "read"} access in kernel mode`,
    "#PF: error_code(0x0000) - not-present page",
    ...oops(c, "Oops: 0000 [#1] SMP"),
  ],

  "kmsan:uninit-value": (c) => {
    const made = c.evidence?.object?.allocated;
    const ruler = "=".repeat(53);
    return [
      ruler,
      `BUG: KMSAN: uninit-value in ${inFunction(c)}`,
      ...frames(c.stack),
      ...(made === undefined
        ? []
        : ["", "Uninit was created at:", ...shownOperation(made).map(pseudoFrame), ...frames(made.stack)]),
      "",
      identity(c),
      ruler,
    ];
  },

  ubsan: (c) => [
    "------------[ cut here ]------------",
    `UBSAN: ${c.finding.kind.slice("ubsan:".length)} in ${at(c)}`,
    ...textLines(c),
    identity(c),
    ...traceLines(c.stack),
    "---[ end trace ]---",
  ],

  warning: warn((c) => `${at(c)} at ${inFunction(c)}`),
  refcount: warn((c) => {
    const line = REFCOUNT_LINES.find(([text]) => text.test(c.finding.text))?.[1] ?? 0;
    return `lib/refcount.c:${line} at refcount_warn_saturate+0x0/0x1`;
  }, "refcount_warn_saturate"),
  odebug: warn(() => "lib/debugobjects.c:615 at debug_print_object+0x0/0x1", "debug_print_object"),

  bug: (c) => [
    "------------[ cut here ]------------",
    ...textLines(c),
    `kernel BUG at ${at(c)}!`,
    ...oops(c, "Oops: invalid opcode: 0000 [#1] SMP"),
    "---[ end trace 0000000000000000 ]---",
  ],

  rcu: (c) => [
    ...lockdepHead(c, "WARNING: suspicious RCU usage"),
    `${at(c)} ${c.finding.text === "" ? "suspicious RCU usage!" : c.finding.text}`,
    "",
    "other info that might help us debug this:",
    "",
    "",
    "rcu_scheduler_active = 2, debug_locks = 1",
    ...heldLines(c),
    "",
    ...backtrace(c),
  ],

  "rcu-stall": (c) => {
    const { finding, trace } = c;
    const waiter = finding.otherTask;
    return [
      "rcu: INFO: rcu_preempt detected stalls on CPUs/tasks:",
      `rcu: \tTasks blocked on level-0 rcu_node (CPUs 0-${c.config.cpus - 1}): P${pidOf(finding.task)}/${c.evidence?.rcuDepth ?? 1}:b..l`,
      `rcu: \t(detected by ${finding.cpu}: the grace period that ${taskName(trace, waiter)}/${pidOf(waiter)} waits for can never end)`,
      task(c.who.split("/")[0]!, finding.task, "R  running task    "),
      ...traceLines(c.stack),
    ];
  },

  "atomic-sleep": (c) => [
    `BUG: sleeping function called from invalid context at ${at(c)}`,
    ...atomicState(c),
    ...callTrace(c, ...sleepingIn(c)),
  ],

  "scheduling-while-atomic": (c) => {
    // schedule() has disabled preemption once more.
    const count = ((c.evidence?.preemptCount ?? 0) + 1).toString(16).padStart(8, "0");
    return [
      `BUG: scheduling while atomic: ${c.who}/0x${count}`,
      ...heldLines(c),
      "Modules linked in:",
      ...preemptedBy(c),
      ...callTrace(c, "__schedule_bug", "schedule"),
    ];
  },

  preemptible: (c) => [
    `BUG: using ${c.finding.text} in preemptible [00000000] code: ${c.who}`,
    `caller is ${inFunction(c)}`,
    ...callTrace(c, "check_preemption_disabled"),
  ],

  unbalanced: (c) => {
    const count = c.evidence?.preemptCount ?? 0;
    const note =
      count === 0 || c.finding.site >= 0
        ? []
        : [`note: ${c.who.replace("/", "[")}] exited with preempt_count ${count}`];
    return [c.title, ...note, ...textLines(c), ...heldLines(c), ...callTrace(c)];
  },

  "memory-leak": (c) => {
    const { finding, evidence } = c;
    const life = evidence?.object;
    const place = c.names.frameOf(finding.otherSite);
    const stack = life?.allocated.stack ?? (place === null ? [] : [place]);
    const owner = life?.allocated.task ?? finding.otherTask;
    return [
      "BUG: memory leak",
      `unreferenced object 0x${kernelAddress(finding.address)} (size ${finding.size}):`,
      `  comm "${life?.allocated.taskName ?? taskName(c.trace, owner)}", pid ${pidOf(owner)}, jiffies 0`,
      "  backtrace:",
      ...frames(stack).map((line) => `   ${line}`),
    ];
  },

  "lock-order": circular,
  "irq-safety": inconsistent,
  "irq-inversion": inversion,
  "recursive-locking": lockdep("WARNING: possible recursive locking detected", (c) => [
    ...acquiring(c, "trying to acquire lock"),
    "",
    "but task is already holding lock:",
    ...(c.evidence?.held ?? [])
      .filter(({ address }) => address === c.finding.address)
      .map((lock) => lockLine(c, lock)),
    "",
    " May be due to missing lock nesting notation",
  ]),
  "spinlock-recursion": (c) => [
    `BUG: spinlock recursion on CPU#${c.finding.cpu}, ${c.who}`,
    ` lock: ${lockLabel(c)}, .owner: ${c.who}, .owner_cpu: ${c.finding.cpu}`,
    ...callTrace(c, "do_raw_spin_lock"),
  ],
  "bad-unlock": (c) => [
    ...lockdepHead(c, "WARNING: bad unlock balance detected!"),
    `${c.who} is trying to release lock (${lockLabel(c)}) at:`,
    `[<0000000000000000>] ${inFunction(c)}`,
    (c.evidence?.held ?? []).length === 0 ? "but there are no more locks to release!" : "but it is not held!",
    "",
    "other info that might help us debug this:",
    ...heldLines(c),
    "",
    ...backtrace(c),
  ],
  "held-lock-freed": lockdep("WARNING: held lock freed!", (c) => {
    const { finding, evidence } = c;
    const life = evidence?.object;
    const [start, end] = life
      ? [life.address, life.address + life.size - 1]
      : [finding.address, finding.address];
    const held = (evidence?.held ?? []).filter(({ address }) => address === finding.address);
    return [
      `${c.who} is freeing memory ${kernelAddress(start)}-${kernelAddress(end)}, with a lock still held there!`,
      ...held.map((lock) => lockLine(c, lock)),
    ];
  }),
  "wait-context": lockdep("[ BUG: Invalid wait context ]", (c) => [
    ...acquiring(c, "trying to lock"),
    ...textLines(c),
  ]),
  "lock-held-at-exit": (c) => [
    ...lockdepHead(c, `WARNING: ${c.who} still has locks held!`),
    ...heldLines(c),
    "",
    ...backtrace(c),
  ],

  expectation: (c) => [`    # EXPECTATION FAILED at ${at(c)}`, ...textLines(c).map((line) => `    ${line}`)],
  assertion: (c) => [`    # ASSERTION FAILED at ${at(c)}`, ...textLines(c).map((line) => `    ${line}`)],

  deadlock(c) {
    const lines: string[] = [];
    for (const { task: id, op, what, holder, kept, spins, stack, taskName: name } of hanging(c)) {
      const pid = pidOf(id);
      lines.push(
        `INFO: task ${name}:${pid} blocked for more than 120 seconds, in fact for ever.`,
        `      Not tainted smplab-${c.version} #0`,
        task(name, id, kept || spins ? "R  running task    " : "D"),
        "Call Trace:",
        " <TASK>",
        ...(kept || op === "load" || isOurs(op) ? [] : [pseudoFrame(op)]),
        ...frames(stack),
        " </TASK>",
        kept
          ? `INFO: task ${name}:${pid} is kept from its CPU by task ${taskName(c.trace, holder)}:${pidOf(holder)}.`
          : `INFO: task ${name}:${pid} is blocked in ${waitCall({ op, what, stack })}` +
              `${holder < 0 ? "" : ` likely owned by task ${taskName(c.trace, holder)}:${pidOf(holder)}`}.`,
      );
    }
    return lines.length === 0 ? general(c) : lines;
  },

  livelock(c) {
    const lines: string[] = [];
    const { round } = c.trace;
    const spinning = round.length === 0 ? blocked(c.trace) : goingRound(c.trace);
    for (const { task: id, cpu, stack, taskName: name } of spinning) {
      lines.push(
        `watchdog: BUG: soft lockup - CPU#${cpu} stuck for 22s, in fact for ever! [${name}:${pidOf(id)}]`,
        ...traceLines(stack),
      );
    }
    return lines.length === 0 ? general(c) : lines;
  },
};

/** Contexts that move when a run goes round for ever. */
export function goingRound({ round }: Trace): Trace["round"] {
  return round.filter(({ waits, kept }) => !waits && !kept);
}

/** Who is stuck for a reason of its own: the case itself only waits for its tasks. */
export function blocked(trace: Trace): Trace["waiting"] {
  const others = trace.waiting.filter(({ task }) => task !== 0);
  return others.length > 0 ? others : trace.waiting;
}

/** Operations with names of ours stand in functions that have the kernel's. */
const isOurs = (op: string): boolean => op.startsWith("__smplab_");

/** What a context waits in, by the name that C has for it. */
export function waitCall({
  op,
  what,
  stack,
}: Pick<Trace["waiting"][number], "op" | "what" | "stack">): string {
  return isOurs(op) && stack[0] !== undefined ? `${stack[0].function}()` : call(op, what);
}

/** "mutex_lock(&a->lock)", whether `what` is an argument list, an expression or nothing. */
export function call(op: string, what: string): string {
  return what.startsWith("(") || what.startsWith(op) ? what : `${op}(${what})`;
}
