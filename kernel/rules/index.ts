// All rules. A new rule is a new file and a line here.

import type { Rule } from "../../interpreter/api.js";
import { atomicSleep } from "./atomic-sleep.js";
import { badUnlock } from "./bad-unlock.js";
import { claims } from "./claims.js";
import { exclusion } from "./exclusion.js";
import { heldLockFreed } from "./held-lock-freed.js";
import { leaks } from "./leaks.js";
import { lockOrder } from "./lock-order.js";
import { lockUse } from "./lock-use.js";
import { preemptible } from "./preemptible.js";
import { rcu } from "./rcu.js";
import { recursion } from "./recursion.js";
import { unbalanced } from "./unbalanced.js";
import { waitContext } from "./wait-context.js";
import { waiting } from "./waiting.js";

export const ALL_RULES: readonly Rule[] = [
  atomicSleep,
  badUnlock,
  claims,
  exclusion,
  heldLockFreed,
  leaks,
  lockOrder,
  lockUse,
  preemptible,
  rcu,
  recursion,
  unbalanced,
  waitContext,
  waiting,
];
