// Contexts that kernel code makes while it runs: callbacks, kernel threads, work, timers, interrupts. What they have
// in common: a role, a subject (the rcu_head, timer or work that they are about), whether they have begun, and others
// who wait until they are done.
//
// A context of these runs a C function of the headers: an operation that begins (waits until it may, enters softirq or
// hardirq context), the user's function, and an operation that is done. Whoever waits for some of them (rcu_barrier(),
// flush_work(), timer_delete_sync()) notes in its own word who they are when it begins, as a grace period does, and a
// context that is done clears its bit there.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { DONE } from "./op.js";
import { HARDIRQ_OFFSET, SOFTIRQ_OFFSET, setCounts, touchCounts } from "./preempt.js";
import { Word } from "./words.js";

/** What kind of context it is; 0 is a task of the scenario. */
export const Role = {
  Task: 0,
  RcuCallback: 1,
  Kthread: 2,
  Work: 3,
  Timer: 4,
  Tasklet: 5,
  Irq: 6,
  Ipi: 7,
  IrqThread: 8,
  Hotplug: 9,
} as const;
export type Role = (typeof Role)[keyof typeof Role];

/** Levels of Host.spawn(). */
export const Level = { Task: 0, Softirq: 1, Hardirq: 2 } as const;
export type Level = (typeof Level)[keyof typeof Level];

/** Added to the role once the user's function has begun. */
const BEGUN = 0x100;
const ROLE_MASK = 0xff;
const MAX_TASKS = 32;

export const roleOf = (h: Host, task: number): Role => (h.word(task, Word.Made) & ROLE_MASK) as Role;
export const hasBegun = (h: Host, task: number): boolean => (h.word(task, Word.Made) & BEGUN) !== 0;
export const subjectOf = (h: Host, task: number): number => h.word(task, Word.Subject) >>> 0;

/** Makes and starts a context that runs the C function of argument `fn` on `subject`: its number, or -1. */
export function makeContext(
  h: Host,
  role: Role,
  level: Level,
  cpu: number,
  fn: number,
  subject: number,
): number {
  const made = h.spawn(cpu, h.arg(fn), h.argHi(fn), subject, 0, level);
  if (made < 0) return -1;
  markRole(h, made, role, subject);
  h.start(made);
  return made;
}

export function markRole(h: Host, task: number, role: Role, subject: number): void {
  h.setWord(task, Word.Made, role);
  h.setWord(task, Word.Subject, subject);
}

/** What makeContext() touches; the number is the one that it would give. */
export function touchMake(h: Host, f: Footprint, cpu: number): number {
  const made = h.touchSpawn(cpu, f);
  if (made >= 0) f.writeWord(made, Word.Made);
  return made;
}

/** Calls visit for each context of a role, finished ones left out. */
export function eachOf(h: Host, role: Role, visit: (task: number) => void): void {
  for (let t = 1; t < h.taskCount(); t++) if (roleOf(h, t) === role) visit(t);
}

/** Looking for contexts of some role: whoever makes one, lets one begin or is done changes the answer. */
export function touchLook(f: Footprint): void {
  for (let t = 1; t < MAX_TASKS; t++) f.readWord(t, Word.Made);
}

/** The context of this operation enters its user's function. */
export function begin(h: Host, level: Level): void {
  h.setWord(h.task, Word.Made, h.word(h.task, Word.Made) | BEGUN);
  const count = h.preemptCount(h.task);
  if (level === Level.Softirq) setCounts(h, count + SOFTIRQ_OFFSET, h.irqOff(h.task));
  else if (level === Level.Hardirq) setCounts(h, count + HARDIRQ_OFFSET, 1);
}

export function touchBegin(h: Host, f: Footprint, level: Level): void {
  f.writeWord(h.task, Word.Made);
  const count = h.preemptCount(h.task);
  if (level === Level.Softirq) touchCounts(h, f, count + SOFTIRQ_OFFSET, h.irqOff(h.task));
  else if (level === Level.Hardirq) touchCounts(h, f, count + HARDIRQ_OFFSET, 1);
}

/** Counts after the user's function has returned; what it left behind of its own stays to be reported. */
function countsAfter(h: Host): { count: number; irqOff: number } {
  const count = h.preemptCount(h.task);
  if (count >= HARDIRQ_OFFSET) return { count: count - HARDIRQ_OFFSET, irqOff: 0 };
  if (count & SOFTIRQ_OFFSET) return { count: count - SOFTIRQ_OFFSET, irqOff: h.irqOff(h.task) };
  return { count, irqOff: h.irqOff(h.task) };
}

/** Nobody waits for the context of this operation any longer. */
export function release(h: Host): void {
  const bit = 1 << h.task;
  for (let t = 0; t < h.taskCount(); t++) {
    const mask = h.word(t, Word.AwaitDone);
    if (mask & bit) h.setWord(t, Word.AwaitDone, (mask & ~bit) >>> 0);
  }
}

export function touchRelease(h: Host, f: Footprint): void {
  for (let t = 0; t < h.taskCount(); t++) {
    if (h.word(t, Word.AwaitDone) & (1 << h.task)) f.writeWord(t, Word.AwaitDone);
  }
}

/** Ends a context that has not begun (and could have: `chance`); nobody waits for it any longer. */
export function retireContext(h: Host, task: number, chance = true): void {
  const bit = 1 << task;
  for (let t = 0; t < h.taskCount(); t++) {
    const mask = h.word(t, Word.AwaitDone);
    if (mask & bit) h.setWord(t, Word.AwaitDone, (mask & ~bit) >>> 0);
  }
  h.retire(task, chance);
}

export function touchRetire(h: Host, f: Footprint, task: number): void {
  f.writeContext(task);
  f.writeWord(task, Word.Made);
  f.cpu(h.cpuOf(task));
  for (let t = 0; t < h.taskCount(); t++) {
    if (h.word(t, Word.AwaitDone) & (1 << task)) f.writeWord(t, Word.AwaitDone);
  }
}

/**
 * The context of this role that structure `address` names as the one that is pending for it (number + 1 at `field`), or
 * -1. What the program itself left there is not believed.
 */
export function pendingOf(h: Host, role: Role, address: number, field: number): number {
  const t = h.load32(address + field) - 1;
  if (t < 1 || t >= h.taskCount() || roleOf(h, t) !== role) return -1;
  return subjectOf(h, t) === address && !hasBegun(h, t) ? t : -1;
}

/** Contexts of a role about this subject that have begun, as a mask. */
export function begunOf(h: Host, role: Role, subject: number): number {
  let mask = 0;
  eachOf(h, role, (t) => {
    if (subjectOf(h, t) === subject && hasBegun(h, t)) mask |= 1 << t;
  });
  return mask >>> 0;
}

/** Has the test case returned? From then on nothing that repeats itself starts another round. */
export const isOver = (h: Host): boolean => h.taskState(0) === FINISHED;
const FINISHED = 3;

/**
 * May a wait of this context run out of time? Time is a choice of the scheduler, so it may at any moment. A kernel thread
 * waits until it is woken: else one that looks for work now and then would go round for ever, where nobody misses it.
 */
export const mayTimeOut = (h: Host): boolean => roleOf(h, h.task) !== Role.Kthread;

/** An operation that waits for the contexts that `whom` names (as a mask) when it begins. */
export function awaitOp(
  name: string,
  whom: (h: Host) => number,
  more: { waits?: "sleeps" | "spins"; result?: (h: Host) => number } = {},
): ObjectOp {
  return {
    name,
    waits: more.waits ?? "sleeps",
    phases: ["notes whom it waits for", "they are done"],
    waitsFrom: 1,
    ready: (h) => h.phase === 0 || h.word(h.task, Word.AwaitDone) === 0,
    commit(h) {
      if (h.phase === 0) {
        if (more.result) h.setTemp(0, more.result(h));
        const mask = whom(h);
        if (mask !== 0) {
          h.setWord(h.task, Word.AwaitDone, mask);
          return 1;
        }
      }
      if (more.result) h.setResult(h.temp(0));
      return DONE;
    },
    touches(h, f) {
      if (h.phase === 0) {
        touchLook(f);
        f.writeWord(h.task, Word.AwaitDone);
      } else f.readWord(h.task, Word.AwaitDone);
    },
  };
}

/**
 * An operation that takes back what is pending for the structure of argument 0 and, where `waitsToo`, then waits until
 * whoever has begun on it has returned; that one may start it again, so it is then taken back once more. Gives 1 if
 * something was pending. `extra` is done with it every time.
 */
export function takeBackOp(
  name: string,
  what: { role: Role; size: number; pending: number; waits: "sleeps" | "spins" },
  waitsToo: (h: Host) => boolean,
  extra: {
    commit(h: Host, address: number): void;
    touches(h: Host, f: Footprint, address: number): void;
  } | null,
): ObjectOp {
  const { role, size, pending } = what;
  return {
    name,
    waits: what.waits,
    makes: true,
    phases: ["takes it back", "it has returned"],
    waitsFrom: 1,
    ready: (h) => h.phase === 0 || h.word(h.task, Word.AwaitDone) === 0,
    commit(h) {
      const address = h.pointer(0);
      if (!h.access(address, size, true)) return DONE;
      const waiting = pendingOf(h, role, address, pending);
      if (waiting >= 0) {
        retireContext(h, waiting);
        h.store32(address + pending, 0);
        h.setTemp(0, 1);
      }
      extra?.commit(h, address);
      const running = waitsToo(h) ? begunOf(h, role, address) : 0;
      if (running !== 0) {
        h.setWord(h.task, Word.AwaitDone, running);
        return 1;
      }
      h.setResult(h.temp(0));
      return DONE;
    },
    touches(h, f) {
      const address = h.pointer(0);
      f.write(address + pending, size - pending);
      f.writeWord(h.task, Word.AwaitDone);
      if (waitsToo(h)) touchLook(f);
      if (!h.accessible(address, size, true)) return;
      extra?.touches(h, f, address);
      const waiting = pendingOf(h, role, address, pending);
      if (waiting >= 0) touchRetire(h, f, waiting);
    },
  };
}

/** All contexts of a role (that are about this subject), as a mask. */
export function maskOf(h: Host, role: Role, subject = -1): number {
  let mask = 0;
  eachOf(h, role, (t) => {
    if (subject < 0 || subjectOf(h, t) === subject) mask |= 1 << t;
  });
  return mask >>> 0;
}

/** `again`: the context goes back to where it waits to begin. */
function doneOp(name: string, again: boolean): ObjectOp {
  return {
    name,
    waits: "never",
    // Not `releases`: whoever begins to wait now must still be able to come first.
    commit(h) {
      const { count, irqOff } = countsAfter(h);
      setCounts(h, count, irqOff);
      release(h);
      h.setWord(h.task, Word.Made, again ? roleOf(h, h.task) : 0);
      return DONE;
    },
    touches(h, f) {
      const { count, irqOff } = countsAfter(h);
      touchCounts(h, f, count, irqOff);
      touchRelease(h, f);
      f.writeWord(h.task, Word.Made);
    },
  };
}

export const contextOps: ObjectOp[] = [
  doneOp("__smplab_context_done", false),
  doneOp("__smplab_arrival_done", true),
];
