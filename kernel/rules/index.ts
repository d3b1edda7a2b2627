// All rules. A new rule is a new file and a line here.

import type { Rule } from "../../interpreter/api.js";
import { atomicSleep } from "./atomic-sleep.js";
import { badUnlock } from "./bad-unlock.js";
import { heldLockFreed } from "./held-lock-freed.js";
import { lockOrder } from "./lock-order.js";
import { preemptible } from "./preemptible.js";
import { rcu } from "./rcu.js";
import { recursion } from "./recursion.js";
import { unbalanced } from "./unbalanced.js";

export const ALL_RULES: readonly Rule[] = [
  atomicSleep,
  badUnlock,
  heldLockFreed,
  lockOrder,
  preemptible,
  rcu,
  recursion,
  unbalanced,
];
