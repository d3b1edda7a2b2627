// struct mutex: one u32, 0 or the owner's number + 1. https://docs.kernel.org/locking/mutex-design.html

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { LockKind } from "./held.js";
import { DONE } from "./op.js";
import { type SleepLockType, sleepLockOp, sleepTryLockOp, sleepUnlockOp } from "./sleeping.js";

const SIZE = 4;
const owner = (h: Host) => h.load32(h.pointer(0)) >>> 0;

const mutex: SleepLockType = {
  kind: LockKind.Mutex,
  reading: false,
  anonymous: true,
  address: (h) => h.pointer(0),
  bit: () => 0,
  free: (h) => owner(h) === 0,
  own: (h) => owner(h) === h.task + 1,
  take: (h, address) => h.store32(address, h.task + 1),
  release: (h, address) => h.store32(address, 0),
};

export const mutexOps: ObjectOp[] = [
  sleepLockOp("mutex_lock", mutex),
  sleepTryLockOp("mutex_trylock", mutex),
  sleepUnlockOp("mutex_unlock", mutex),
  {
    name: "mutex_is_locked",
    waits: "never",
    anonymous: true,
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
