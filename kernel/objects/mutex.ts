// struct mutex: one u32, 0 or the owner's number + 1. https://docs.kernel.org/locking/mutex-design.html
// A waiter sleeps: it gives its CPU up. Any waiter may be next; no API promises an order.
//
// A context that must not sleep, or that holds the mutex already, takes its step even while the mutex is held: so
// the rules see it in every schedule, not only in those where the mutex happens to be free. Then it waits.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { LockKind, popHeld, pushHeld } from "./held.js";
import type { LockOp, LockType } from "./locks.js";
import { DONE } from "./op.js";
import { inAtomic } from "./preempt.js";

const SIZE = 4;
const owner = (h: Host) => h.load32(h.pointer(0)) >>> 0;

const mutex: LockType = {
  kind: LockKind.Mutex,
  reading: false,
  address: (h) => h.pointer(0),
  bit: () => 0,
};

export const mutexOps: (ObjectOp | LockOp)[] = [
  {
    name: "mutex_lock",
    waits: "sleeps",
    lock: { role: "lock", type: mutex, attempts: (h) => h.phase === 0 },
    cost: { atomics: 1, locks: 1 },
    ready(h) {
      if (!h.accessible(h.pointer(0), SIZE, true) || owner(h) === 0) return true;
      return h.phase === 0 && (inAtomic(h) || owner(h) === h.task + 1);
    },
    commit(h) {
      const address = h.pointer(0);
      if (!h.access(address, SIZE, true)) return DONE;
      if (owner(h) !== 0) return 1;
      h.store32(address, h.task + 1);
      pushHeld(h, address, LockKind.Mutex, 0);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
    },
  },
  {
    name: "mutex_trylock",
    waits: "never",
    lock: { role: "trylock", type: mutex, attempts: () => true },
    cost: { atomics: 1, locks: 1 },
    commit(h) {
      const address = h.pointer(0);
      if (!h.access(address, SIZE, true)) return DONE;
      const free = owner(h) === 0;
      if (free) {
        h.store32(address, h.task + 1);
        pushHeld(h, address, LockKind.Mutex, 0);
      }
      h.setResult(free ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      if (h.accessible(h.pointer(0), SIZE, true) && owner(h) !== 0) f.read(h.pointer(0), SIZE);
      else f.write(h.pointer(0), SIZE);
    },
  },
  {
    name: "mutex_unlock",
    waits: "never",
    lock: { role: "unlock", type: mutex, attempts: () => false },
    releases: true,
    cost: { atomics: 1 },
    commit(h) {
      const address = h.pointer(0);
      if (!h.access(address, SIZE, true)) return DONE;
      h.store32(address, 0);
      popHeld(h, address, LockKind.Mutex, 0);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
    },
  },
  {
    name: "mutex_is_locked",
    waits: "never",
    commit(h) {
      if (h.access(h.pointer(0), SIZE, false)) h.setResult(owner(h) === 0 ? 0 : 1);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0), SIZE);
    },
  },
  {
    name: "mutex_destroy",
    waits: "never",
    commit(h) {
      if (!h.access(h.pointer(0), SIZE, true)) return DONE;
      if (owner(h) !== 0)
        h.report("held-lock-freed", "mutex_destroy() of a mutex that is held", h.pointer(0), SIZE);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0), SIZE);
    },
  },
];
