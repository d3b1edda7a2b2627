// Releasing what one does not hold. https://docs.kernel.org/locking/lockdep-design.html ("bad unlock balance")

import type { Host, Rule } from "../../interpreter/api.js";
import { findHeld } from "../objects/held.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { isLockOp, type LockUse, lockName } from "../objects/locks.js";
import { Word } from "../objects/words.js";

function check(h: Host, use: LockUse): void {
  const { kind } = use.type;
  const address = use.type.address(h);
  const bit = use.type.bit(h);
  if (!h.accessible(address, 1, true) || findHeld(h, h.task, address, kind, bit) >= 0) return;
  h.report(
    "bad-unlock",
    `${lockName(h, { address, kind, bit })} is not held by the context that releases it`,
    address,
  );
}

function checkRcu(h: Host, word: number, name: string): void {
  if (h.word(h.task, word) === 0)
    h.report("bad-unlock", `${name} is not held by the context that releases it`);
}

export const badUnlock: Rule = {
  name: "bad-unlock",
  before: {
    ...Object.fromEntries(
      ALL_OBJECTS.filter(isLockOp)
        .filter((op) => op.lock.role === "unlock")
        .map((op) => [op.name, (h: Host) => check(h, op.lock)]),
    ),
    rcu_read_unlock: (h) => checkRcu(h, Word.RcuNesting, "rcu_read_lock"),
    rcu_read_unlock_bh: (h) => checkRcu(h, Word.RcuBhNesting, "rcu_read_lock_bh"),
  },
};
