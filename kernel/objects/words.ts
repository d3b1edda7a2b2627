// Who owns which word. The machine gives every context 64 words and the run 64 more; they are hashed and saved with
// everything else, and an unused one is 0, so that equal situations are equal bytes. Only the file named may write
// a word; others may read it.

/** Words of a context. */
export const Word = {
  /** rcu.ts: depth of rcu_read_lock(). */
  RcuNesting: 0,
  /** rcu.ts: depth of rcu_read_lock_bh(). */
  RcuBhNesting: 1,
  /** rcu.ts: while in synchronize_rcu(): bit t = context t was inside when it began and has not left since. */
  RcuWait: 2,
  /** rcu.ts: the same for synchronize_rcu_bh(). */
  RcuBhWait: 3,
  /** preempt.ts clears, rcu.ts sets: the same for synchronize_sched(). */
  RcuSchedWait: 4,
  /** sched.ts: address of the task_struct, 0 before somebody asked for it. */
  TaskStruct: 5,
  /** cpumask.ts: address of the mask of CPUs, 0 before it was asked for. */
  CpuMask: 6,
  /** sched.ts: TASK_RUNNING (0) or what the context sleeps as. */
  State: 7,
  /** kthread.ts: whether it was asked to stop. */
  Kthread: 8,
  /** srcu.ts: while in synchronize_srcu(): the structure, and bit t = context t was inside and has not left since. */
  SrcuDomain: 9,
  SrcuWait: 63,
  /** contexts.ts: role of a context that kernel code made, and whether it has begun; 0 for a task of the scenario. */
  Made: 11,
  /** contexts.ts: address of what such a context is about. */
  Subject: 12,
  /** contexts.ts: while it waits for such contexts: bit t = context t is not done. */
  AwaitDone: 13,
  /** contexts.ts: the C function that such a context is to call, where no structure of the program says. */
  Function: 14,
  /** workqueue.ts: address of the queue that a work item is on; interrupt.ts: how often an interrupt may still arrive. */
  Queue: 15,
  /** held.ts: number of locks held. */
  HeldCount: 10,
  /** held.ts: HELD_MAX pairs. */
  Held: 16,
  /** kcsan.ts, behind them: address of the innermost struct kcsan_scoped_access whose scope the context is in. */
  Claims: 62,
} as const;

export const HELD_MAX = 23;
