// struct rw_semaphore, see shared-state.ts. https://docs.kernel.org/locking/locktypes.html ("rw_semaphore")
// Simpler: no fairness; a waiting writer keeps no reader out, so that the deadlock of a reader that reads again with a
// writer in between does not happen; kernel/rules/recursion.ts reports such a reader instead.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { findHeld, LockKind, popHeld, pushHeld } from "./held.js";
import { DONE } from "./op.js";
import { free, ownedForWriting, release, state, take } from "./shared-state.js";
import { type SleepLockType, sleepLockOp, sleepTryLockOp, sleepUnlockOp } from "./sleeping.js";

const SIZE = 4;
const common = { address: (h: Host) => h.pointer(0), bit: () => 0 };

const reading: SleepLockType = {
  ...common,
  kind: LockKind.RwsemRead,
  reading: true,
  free: free.forReading,
  own: ownedForWriting,
  take: take.forReading,
  release: release.forReading,
};

const writing: SleepLockType = {
  ...common,
  kind: LockKind.RwsemWrite,
  reading: false,
  free: free.forWriting,
  own: (h, address) => findHeld(h, h.task, address, 0, 0) >= 0,
  take: take.forWriting,
  release: release.forWriting,
};

export const rwsemOps: ObjectOp[] = [
  sleepLockOp("down_read", reading),
  sleepTryLockOp("down_read_trylock", reading),
  sleepUnlockOp("up_read", reading),
  sleepLockOp("down_write", writing),
  sleepTryLockOp("down_write_trylock", writing),
  sleepUnlockOp("up_write", writing),
  {
    // From writer to reader without a moment in between.
    name: "downgrade_write",
    waits: "never",
    releases: true,
    commit(h) {
      const address = h.pointer(0);
      if (!h.access(address, SIZE, true)) return DONE;
      release.forWriting(h, address);
      take.forReading(h, address);
      popHeld(h, address, LockKind.RwsemWrite, 0);
      pushHeld(h, address, LockKind.RwsemRead, 0);
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), SIZE);
    },
  },
  {
    name: "rwsem_is_locked",
    waits: "never",
    commit(h) {
      const address = h.pointer(0);
      if (h.access(address, SIZE, false)) h.setResult(state(h, address) === 0 ? 0 : 1);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0), SIZE);
    },
  },
];
