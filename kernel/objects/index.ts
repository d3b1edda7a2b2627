// All kernel primitives by name. A new object is a new file and a line here.

import type { ObjectOp } from "../../interpreter/api.js";
import { atomicOps } from "./atomic.js";
import { bitSpinlockOps } from "./bit-spinlock.js";
import { bugOps } from "./bug.js";
import { contextOps } from "./contexts.js";
import { countingOps } from "./counting.js";
import { cpumaskOps } from "./cpumask.js";
import { hotplugOps } from "./hotplug.js";
import { interruptOps } from "./interrupt.js";
import { ipiOps } from "./ipi.js";
import { irqOps } from "./irq.js";
import { kcsanOps } from "./kcsan.js";
import { kthreadOps } from "./kthread.js";
import { kunitOps } from "./kunit.js";
import { lockdepOps } from "./lockdep.js";
import { mutexOps } from "./mutex.js";
import { percpuOps } from "./percpu.js";
import { preemptOps } from "./preempt.js";
import { printkOps } from "./printk.js";
import { programOps } from "./program.js";
import { rcuOps } from "./rcu.js";
import { rcuCallbackOps } from "./rcu-callback.js";
import { refcountOps } from "./refcount.js";
import { rwlockOps } from "./rwlock.js";
import { rwsemOps } from "./rwsem.js";
import { schedOps } from "./sched.js";
import { slabOps } from "./slab.js";
import { smplabOps } from "./smplab.js";
import { spinlockOps } from "./spinlock.js";
import { srcuOps } from "./srcu.js";
import { taskletOps } from "./tasklet.js";
import { timerOps } from "./timer.js";
import { waitOps } from "./wait.js";
import { workqueueOps } from "./workqueue.js";

export const ALL_OBJECTS: readonly ObjectOp[] = [
  ...atomicOps,
  ...bitSpinlockOps,
  ...bugOps,
  ...contextOps,
  ...countingOps,
  ...cpumaskOps,
  ...hotplugOps,
  ...interruptOps,
  ...ipiOps,
  ...irqOps,
  ...kcsanOps,
  ...kthreadOps,
  ...kunitOps,
  ...lockdepOps,
  ...mutexOps,
  ...percpuOps,
  ...preemptOps,
  ...printkOps,
  ...programOps,
  ...rcuOps,
  ...rcuCallbackOps,
  ...refcountOps,
  ...rwlockOps,
  ...rwsemOps,
  ...schedOps,
  ...slabOps,
  ...smplabOps,
  ...spinlockOps,
  ...srcuOps,
  ...taskletOps,
  ...timerOps,
  ...waitOps,
  ...workqueueOps,
];
