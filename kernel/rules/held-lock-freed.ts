// Freeing memory in which somebody holds a lock. https://docs.kernel.org/locking/lockdep-design.html ("held lock freed")

import type { Host, Rule } from "../../interpreter/api.js";
import { heldLocks } from "../objects/held.js";
import { lockName } from "../objects/locks.js";

function check(h: Host, arg: number): void {
  const start = h.pointer(arg);
  const size = start === 0 ? -1 : h.objectSize(start);
  for (let t = 0; t < h.taskCount(); t++) {
    for (const lock of heldLocks(h, t)) {
      if (lock.address < start || lock.address >= start + size) continue;
      h.report(
        "held-lock-freed",
        `${lockName(h, lock)} is held while its memory is freed`,
        lock.address,
        0,
        t,
        lock.site,
      );
    }
  }
}

export const heldLockFreed: Rule = {
  name: "held-lock-freed",
  before: { kfree: (h) => check(h, 0), kmem_cache_free: (h) => check(h, 1) },
};
