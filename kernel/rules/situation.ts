// What a report says of a context beside its stack: the locks that it holds as lockdep prints them, and how deep it is
// in readers of RCU. https://docs.kernel.org/locking/lockdep-design.html

import type { Fact, Host, ObjectOp } from "../../interpreter/api.js";
import { Role, roleOf } from "../objects/contexts.js";
import { type HeldLock, heldLocks } from "../objects/held.js";
import { isLockOp, type LockType, lockId, lockName, waitTypeOf } from "../objects/locks.js";
import { HARDIRQ_MASK, SOFTIRQ_OFFSET } from "../objects/preempt.js";
import { Word } from "../objects/words.js";
import { LOCK_USE, READ_SHIFT, Use, usesOf } from "./lock-use.js";

interface LockSeen {
  what: string;
  address: number;
  site: number;
}

/** Contexts that come as interrupts or in their wake. */
const INTERRUPTS: ReadonlySet<Role> = new Set([
  Role.RcuCallback,
  Role.Timer,
  Role.Tasklet,
  Role.Irq,
  Role.Ipi,
]);

export interface Situation {
  /** Oldest first. */
  held: LockSeen[];
  /** The lock that its operation takes or releases, or null. */
  lock: LockSeen | null;
  rcuDepth: number;
  /** In softirq or hardirq context. */
  interrupt: boolean;
}

/**
 * `facts` are those of the run so far: they say in which contexts a lock is used. `op` is the operation that the port
 * stands at, or null.
 */
export function situation(h: Host, task: number, facts: readonly Fact[], op: ObjectOp | null): Situation {
  const held = heldLocks(h, task).map((lock) => ({
    what: lockText(h, lock, lockId(h, lock), facts),
    address: lock.address,
    site: lock.site,
  }));
  // Also one that is about to enter: what it does first is done there.
  const interrupt =
    (h.preemptCount(task) & (HARDIRQ_MASK | SOFTIRQ_OFFSET)) !== 0 || INTERRUPTS.has(roleOf(h, task));
  const lock = op !== null && isLockOp(op) ? lockAt(h, op.lock.type, facts) : null;
  return { held, lock, rcuDepth: h.word(task, Word.RcuNesting), interrupt };
}

function lockAt(h: Host, type: LockType, facts: readonly Fact[]): LockSeen {
  const lock = { address: type.address(h), kind: type.kind, bit: type.bit(h), site: h.site };
  return { what: lockText(h, lock, lockId(h, lock), facts), address: lock.address, site: lock.site };
}

/** Of "spin_lock_irqsave(&p->lock, flags)" the lock. */
const FIRST_ARGUMENT = /^\w*\(([^,]*)(,.*)?\)$/;

/** "(&a->lock){+.+.}-{3:3}": name, use in hardirq and softirq context (writing, reading), outer and inner wait type. */
export function lockText(
  h: Pick<Host, "nameOf" | "whatAt">,
  lock: Pick<HeldLock, "address" | "kind" | "bit" | "site">,
  id: number,
  facts: readonly Fact[],
): string {
  let uses = 0;
  for (const fact of facts) if (fact.kind === LOCK_USE && fact.a === id) uses |= usesOf(fact.flags);
  const mark = (inside: number, on: number): string => {
    const isIn = (uses & inside) !== 0;
    const isOn = (uses & on) !== 0;
    return isIn ? (isOn ? "?" : "-") : isOn ? "+" : ".";
  };
  const reading = (use: number): number => use << READ_SHIFT;
  const usage =
    mark(Use.InHardirq, Use.HardirqOn) +
    mark(reading(Use.InHardirq), reading(Use.HardirqOn)) +
    mark(Use.InSoftirq, Use.SoftirqOn) +
    mark(reading(Use.InSoftirq), reading(Use.SoftirqOn));
  const type = waitTypeOf(lock.kind);
  // A lock without a name of its own is called as the C calls it that takes it, as lockdep calls it after its initialiser.
  const name = h.nameOf(lock.address) === "" ? h.whatAt(lock.site).replace(FIRST_ARGUMENT, "$1") : "";
  return `(${name === "" ? lockName(h, lock) : name}){${usage}}-{${type}:${type}}`;
}
