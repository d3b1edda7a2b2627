// What an exploration and a replay give, as data: the seam between the search and everything that prints.

import type { Finding, HostConfig, KnownSharing, RunEnd } from "../../interpreter/api.js";
import type { Level } from "./bounded.js";

/** The choices of one run from the first choice on: the context that moves at each step. */
export type Schedule = readonly number[];

/** How a run ended together with what the scenario observed: two runs with the same key are the same outcome. */
export interface Outcome {
  /** Canonical text, herd's form: `mapped=1; flag=0;` — the end is appended unless it is "finished". */
  key: string;
  /** Observed values in the order of their names; for snippets the named globals that changed or were asked for. */
  values: { name: string; value: bigint }[];
  end: RunEnd;
  /** An expectation failed on the way. */
  failed: boolean;
  /** Distinct end states of the search that gave this outcome (not executions). */
  states: number;
  witness: Schedule;
  /** True only if a separate, unreduced search proved the witness to have the fewest preemptions, then steps. */
  shortest: boolean;
}

/**
 * What tells findings of one title apart, one program for itself: what was touched or called, in C words, and the line.
 * A race is between two things and at no one line: what touches them in the two functions is one finding.
 */
export interface FindingPlace {
  what: string;
  /** "", 0: the title and what was touched say all. */
  file: string;
  line: number;
}

/** Where the title says all. */
export const NOWHERE: FindingPlace = { what: "", file: "", line: 0 };

export interface FoundFinding {
  /** One-line title in syzbot's style. */
  title: string;
  place: FindingPlace;
  finding: Finding;
  /** Different places of the program (pairs where two parties meet) and texts that are this finding. */
  seen: number;
  witness: Schedule;
  shortest: boolean;
}

/** Who has the same is the same finding: of one program, or of several that are made of the same tree. */
export function findingId({
  title,
  place: { what, file, line },
}: Pick<FoundFinding, "title" | "place">): string {
  return `${title}${what === "" ? "" : ` | ${what}`}${line === 0 ? "" : ` | ${file}:${line}`}`;
}

/** By title, then by what is touched, then by place in the tree. */
export function compareFound(
  p: Pick<FoundFinding, "title" | "place">,
  q: Pick<FoundFinding, "title" | "place">,
): number {
  const text = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  return (
    text(p.title, q.title) ||
    text(p.place.what, q.place.what) ||
    text(p.place.file, q.place.file) ||
    p.place.line - q.place.line
  );
}

export interface ExploreStats {
  /** Different states of the run that were stored, the end states among them. */
  states: number;
  /** Steps performed. */
  transitions: number;
  /** Tasks that are alike: states and ends that differ only in the order of such tasks are counted once. */
  alike?: number;
  /** Ends reached. */
  ends: number;
  maxDepth: number;
  seconds: number;
}

/** How it was searched. "bounded" goes up by preemptions; the last two take samples. */
export type SearchKind = "states" | "traces" | "bounded" | "random" | "pct";

export interface Exploration {
  search: SearchKind;
  /** Why this search was taken, where it was not asked for. */
  why?: string;
  /** Of a search by preemption bound: what each level had shown at its end. */
  levels?: Level[];
  /** True: every interleaving within the printed budgets was covered. */
  complete: boolean;
  /** Why it is not complete, one line, else null. */
  cut: string | null;
  outcomes: Outcome[];
  findings: FoundFinding[];
  stats: ExploreStats;
  config: HostConfig;
  /** The shortest schedules are still to be looked for, with this guess of confined memory; null: without. */
  shortestLater?: KnownSharing | null;
}

/** One frame of a context's stack, innermost first. */
export interface FrameInfo {
  function: string;
  /** Index of the instruction inside the function and the function's instruction count, for `func+0x3/0x9`. */
  offset: number;
  size: number;
  file: string;
  line: number;
  column: number;
}

/** Bytes that a step read or wrote: [start, end). Below the first mapped address lie words of the kernel objects. */
export interface Touch {
  start: number;
  end: number;
  written: boolean;
  /** A plain access of the C program; marked ones and words of kernel objects are not. */
  plain: boolean;
  /** Touches nothing, but claims that nobody else does: ASSERT_EXCLUSIVE_*. */
  claim?: boolean;
  /** A claim that holds for a whole scope. */
  scoped?: boolean;
  /** A claim of these bits only. */
  mask?: bigint;
}

/** A lock that a context holds: "(&a->lock){+.+.}-{3:3}", taken at a site of the program. */
export interface LockShown {
  what: string;
  address: number;
  site: number;
}

/** Where something was done, and by whom. */
export interface Doing {
  task: number;
  taskName: string;
  cpu: number;
  /** The kernel operation that does it, "kmalloc"; "" where it is an instruction of the program's own. */
  operation: string;
  stack: FrameInfo[];
}

/** The life of a heap object in this run, up to the moment at which it is shown. */
export interface ObjectLife {
  address: number;
  size: number;
  allocated: Doing;
  freed: Doing | null;
  /** The latest hand-over of work that will use it: call_rcu(). */
  queued: Doing | null;
}

/** What was the case when a finding was made; recorded in the replay, at the very moment. */
export interface Evidence extends Doing {
  finding: Finding;
  held: LockShown[];
  /** The lock that the operation takes or releases, or null. */
  lock: LockShown | null;
  preemptCount: number;
  irqsOff: boolean;
  rcuDepth: number;
  /** In softirq or hardirq context. */
  interrupt: boolean;
  /** The global variable around the finding's address, or right in front of it. */
  variable: { name: string; address: number; size: number } | null;
  /** The heap object nearest to the finding's address. */
  object: ObjectLife | null;
  /** Shadow bytes around the finding's address, from the address of the first; empty where there are none. */
  shadow: { start: number; bytes: number[] };
}

/** A lock that a context holds. */
export interface Held {
  /** Tells locks apart. */
  lock: string;
  /** "mutex", "bit spinlock" … */
  kind: string;
  /** For reading: does not keep other readers out. */
  shared: boolean;
  /** The step that took it, or -1: it was taken before the first step. */
  by: number;
}

/** One step of a replayed run. */
export interface StepEvent {
  index: number;
  /** Site of the program that the context stood at. */
  site: number;
  task: number;
  taskName: string;
  cpu: number;
  /** "load" | "store" | "rmw" | "cmpxchg" | "copy" | "fill" or the kernel operation's C name. */
  op: string;
  /** What it touched, in C words ("pc->mem_cgroup"), or the operation's arguments. */
  what: string;
  address: number;
  size: number;
  /** Value read (old value for read-modify-writes), or null. */
  read: bigint | null;
  /** Value written, or null. */
  written: bigint | null;
  /** Value of the bytes in front of the step, or null where they cannot be read. */
  before: bigint | null;
  marked: boolean;
  /** The value is a pointer, as the C has it. */
  isPointer: boolean;
  /** Everything that the step touched, words of kernel objects included: what another context could notice. */
  touches: Touch[];
  /** Locks that the context holds before the step, oldest first. */
  held: readonly Held[];
  /** The step of its outermost rcu_read_lock(), if the context is inside before the step, else -1. */
  section: number;
  /** Text for kernel operations: "waits", "acquired", "grace period starts" … or "". */
  note: string;
  stack: FrameInfo[];
  /** Findings reported by this step. */
  findings: Finding[];
  /** printk text of this step. */
  printed: string[];
  /** This step took the CPU from a context that could have gone on. */
  preemption: boolean;
}

/** Does the finding stand between steps: two contexts are about to make accesses that must not meet? */
export function isRace({ kind }: Finding): boolean {
  return kind.startsWith("kcsan:");
}

/** A step that is still to be made. */
export interface ParkedStep extends StepEvent {
  /** It cannot be made now: its operation waits. */
  waits: boolean;
  /** It could be made, but another context keeps the CPU. */
  kept: boolean;
  /** It keeps its CPU while it waits. */
  spins: boolean;
  /** The first of those who keep it waiting, or -1. */
  holder: number;
  /** In softirq or hardirq context. */
  interrupt: boolean;
}

export interface Trace {
  steps: StepEvent[];
  /** printk text of the set-up and of the checks at the end. */
  printedBefore: string[];
  printedAfter: string[];
  /** What the set-up shows, and contexts on their way to their first step. */
  findingsBefore: Finding[];
  findingsAtEnd: Finding[];
  /** What was the case at each finding of the run, in order. */
  evidence: Evidence[];
  /** What each context was about to do when the schedule had been run through: no step of the run. */
  parked: ParkedStep[];
  /** Data races where the schedule had been run through: they show in what is still to be done. */
  racing: Finding[];
  /** Where the contexts stand when the run was found to go round for ever; else empty. */
  round: ParkedStep[];
  end: RunEnd;
  /** One sentence: what ended the run, "" for finished. */
  endText: string;
  values: { name: string; value: bigint }[];
  failed: boolean;
  /** For a deadlock: who waits where, for what, held by whom. */
  waiting: {
    task: number;
    taskName: string;
    cpu: number;
    op: string;
    what: string;
    /** It could go on, but another context keeps the CPU. */
    kept: boolean;
    /** It keeps its CPU while it waits. */
    spins: boolean;
    /** Who keeps it waiting, or -1: the owner of a lock, a reader inside, who has the CPU. */
    holder: number;
    held: readonly Held[];
    /** The step of its outermost rcu_read_lock(), if it is inside, else -1. */
    section: number;
    touches: Touch[];
    stack: FrameInfo[];
  }[];
  /** Per function, for cost tables: filled on straight runs. */
  costs: FunctionCost[];
}

export interface FunctionCost {
  function: string;
  calls: number;
  /** IR operations executed in the function itself. */
  operations: number;
  loads: number;
  stores: number;
  /** Atomic read-modify-writes. */
  atomics: number;
  locks: number;
  barriers: number;
}
