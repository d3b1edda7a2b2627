// Locks nested so that a waiter would have to sleep where it must not, on some configuration of the kernel:
// PROVE_RAW_LOCK_NESTING. https://docs.kernel.org/locking/locktypes.html ("lock type nesting rules")
// A spinlock_t sleeps on PREEMPT_RT, so it must not be taken inside a raw one; a mutex sleeps everywhere. A trylock never
// waits. Bit spinlocks and semaphores have no wait type, as in lockdep.

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { isLockOp, type LockUse, lockName, WaitType, waitTypeOf } from "../objects/locks.js";
import { Word } from "../objects/words.js";

/** The strictest of what is held, and what it is called. */
function strictest(h: Host): { type: number; name: string } {
  let type: number = WaitType.Any;
  let name = "";
  const note = (one: number, called: string): void => {
    if (one === WaitType.None || one >= type) return;
    type = one;
    name = called;
  };
  for (const lock of heldLocks(h, h.task)) note(waitTypeOf(lock.kind), lockName(h, lock));
  if (h.word(h.task, Word.RcuNesting) !== 0) note(WaitType.Config, "rcu_read_lock");
  if (h.word(h.task, Word.RcuBhNesting) !== 0) note(WaitType.Config, "rcu_read_lock_bh");
  return { type, name };
}

function check(h: Host, use: LockUse): void {
  if (!use.attempts(h)) return;
  const { kind } = use.type;
  const wanted = waitTypeOf(kind);
  if (wanted === WaitType.None) return;
  const { type, name } = strictest(h);
  if (wanted <= type) return;
  const address = use.type.address(h);
  const lock = lockName(h, { address, kind, bit: use.type.bit(h) });
  h.report("wait-context", `${lock} is taken inside ${name}, which allows no such waiting`, address);
}

export const waitContext: Rule = {
  name: "wait-context",
  before: Object.fromEntries(
    ALL_OBJECTS.filter(isLockOp)
      .filter((op) => op.lock.role === "lock")
      .map((op) => [op.name, (h: Host) => check(h, op.lock)]),
  ),
};
