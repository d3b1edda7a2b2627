// The soundness of the independence relation: two steps whose footprints have nothing in common may be taken in either
// order with the same result, and neither lets the other go on nor stops it. Random programs over a few locks, words
// and per-CPU variables; every pair of contexts at every state of a random walk.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { conflict } from "../../interpreter/machine/footprint.js";
import type { ObjectOp } from "../../interpreter/machine/host.js";
import { type Call, COOKIE, FakeHost, FIRST, FUNCTION, HEAP, HEAP_PER_TASK } from "./support/fake-host.js";

const LOCK_A = FIRST;
const LOCK_B = FIRST + 8;
const MUTEX = FIRST + 16;
const RWLOCK = FIRST + 24;
const RWSEM = FIRST + 32;
const WORD = FIRST + 40;
const COMPLETION = FIRST + 48;
const QUEUE = FIRST + 64;
const COUNTER = FIRST + 96;
const RCU_HEADS = [FIRST + 112, FIRST + 128];
const TIMERS = [FIRST + 144, FIRST + 168];
const LINE = FIRST + 192;
const ACTION = LINE + 8;
const WORKS = [FIRST + 336, FIRST + 352];
/** One that is ordered, see begin(), and one that is not. */
const QUEUES = [FIRST + 368, FIRST + 384];
const TASKLETS = [FIRST + 400, FIRST + 432];
const VARIABLES = [COOKIE, COOKIE + 8];
const NORMAL = 3;

/** What the contexts that operations make do: the operations of the headers' functions for them. */
const FUNCTIONS: Call[][] = [
  [["__smplab_rcu_invoke"], ["this_cpu_add", COOKIE, 8, 1], ["__smplab_context_done"]],
  [["__smplab_kthread_begin"], ["kthread_should_stop"], ["__smplab_kthread_exit", 3]],
  [["__smplab_timer_fire"], ["this_cpu_add", COOKIE, 8, 1], ["__smplab_context_done"]],
  [
    ["__smplab_irq_arrive"],
    ["__smplab_irq_handler", LINE, 0],
    ["this_cpu_add", COOKIE, 8, 1],
    ["__smplab_irq_wake_thread", ACTION, FUNCTION + 112],
    ["__smplab_arrival_done"],
    ["__smplab_irq_arrive"],
    ["__smplab_irq_wake_thread", ACTION, FUNCTION + 112],
    ["__smplab_arrival_done"],
  ],
  [["__smplab_work_begin"], ["this_cpu_add", COOKIE, 8, 1], ["__smplab_context_done"]],
  [["__smplab_tasklet_begin"], ["this_cpu_add", COOKIE, 8, 1], ["__smplab_context_done"]],
  [["__smplab_ipi_begin"], ["this_cpu_add", COOKIE, 8, 1], ["__smplab_context_done"]],
  [
    ["__smplab_irq_thread_begin", ACTION],
    ["this_cpu_add", COOKIE, 8, 1],
    ["__smplab_irq_thread_done", ACTION, LINE],
  ],
];
const RCU_CALLBACK = FUNCTION;
const KTHREAD = FUNCTION + 16;
const TIMER = FUNCTION + 32;
const IRQ = FUNCTION + 48;
const WORK = FUNCTION + 64;
const TASKLET = FUNCTION + 80;
const IPI = FUNCTION + 96;
/** Where the first thread that context 1 or 2 makes has its task_struct. */
const THREADS = [HEAP + HEAP_PER_TASK + 16, HEAP + 2 * HEAP_PER_TASK + 16];

const small = fc.integer({ min: 0, max: 3 });
const of = (...names: string[]) => fc.constantFrom(...names);
const at = (...values: number[]) => fc.constantFrom(...values);

/** A theme is a few operations that meet on the same few things; a scenario mixes two of them. */
const THEMES: Record<string, fc.Arbitrary<(string | number)[]>[]> = {
  spinlock: [
    fc.tuple(of("spin_lock", "spin_unlock", "spin_trylock", "spin_is_locked"), at(LOCK_A, LOCK_B)),
    fc.tuple(of("raw_spin_lock", "raw_spin_unlock", "raw_spin_trylock"), at(LOCK_A)),
  ],
  irqlock: [
    fc.tuple(of("spin_lock_irq", "spin_lock_bh", "spin_lock_irqsave", "spin_trylock_bh"), at(LOCK_A)),
    fc.tuple(of("spin_unlock_irq", "spin_unlock_bh", "spin_trylock_irq"), at(LOCK_A)),
    fc.tuple(of("spin_unlock_irqrestore"), at(LOCK_A), at(0, 0x200)),
  ],
  bitlock: [
    fc.tuple(of("bit_spin_lock", "bit_spin_unlock"), at(0, 1, 9), at(WORD)),
    fc.tuple(of("bit_spin_trylock", "bit_spin_is_locked", "__bit_spin_unlock"), at(0, 9), at(WORD)),
  ],
  mutex: [fc.tuple(of("mutex_lock", "mutex_trylock", "mutex_unlock", "mutex_is_locked"), at(MUTEX))],
  rwlock: [
    fc.tuple(of("read_lock", "read_unlock", "write_lock", "write_unlock", "write_trylock"), at(RWLOCK)),
  ],
  rwsem: [
    fc.tuple(of("down_read", "up_read", "down_write", "up_write"), at(RWSEM)),
    fc.tuple(of("down_write_trylock", "downgrade_write", "rwsem_is_locked"), at(RWSEM)),
  ],
  counting: [
    fc.tuple(
      of("wait_for_completion", "complete", "complete_all", "try_wait_for_completion"),
      at(COMPLETION),
    ),
    fc.tuple(of("down", "up", "down_trylock", "completion_done"), at(COMPLETION)),
  ],
  waitqueue: [
    fc.tuple(of("prepare_to_wait", "prepare_to_wait_exclusive"), at(QUEUE), at(0), at(1, 2)),
    fc.tuple(of("finish_wait", "add_wait_queue", "remove_wait_queue", "waitqueue_active"), at(QUEUE)),
    fc.tuple(of("__wake_up"), at(QUEUE), at(NORMAL), at(0, 1)),
    fc.tuple(of("schedule")),
    fc.tuple(of("set_current_state"), at(0, 1)),
  ],
  preempt: [
    fc.tuple(of("preempt_disable", "preempt_enable", "local_bh_disable", "local_bh_enable")),
    fc.tuple(of("local_irq_disable", "local_irq_enable", "local_irq_save")),
    fc.tuple(of("local_irq_restore"), at(0, 0x200)),
  ],
  rcu: [fc.tuple(of("rcu_read_lock", "rcu_read_unlock")), fc.tuple(of("synchronize_rcu"))],
  "rcu-bh": [fc.tuple(of("rcu_read_lock_bh", "rcu_read_unlock_bh")), fc.tuple(of("synchronize_rcu_bh"))],
  "rcu-sched": [
    fc.tuple(of("rcu_read_lock_sched", "rcu_read_unlock_sched")),
    fc.tuple(of("synchronize_sched")),
  ],
  "rcu-callback": [
    fc.tuple(of("__smplab_call_rcu"), at(...RCU_HEADS), at(5), at(RCU_CALLBACK)),
    fc.tuple(
      of("__smplab_call_rcu_bh", "__smplab_call_rcu_sched"),
      at(...RCU_HEADS),
      at(5),
      at(RCU_CALLBACK),
    ),
    fc.tuple(of("rcu_read_lock", "rcu_read_unlock", "rcu_read_lock_bh", "rcu_read_unlock_bh")),
    fc.tuple(of("__smplab_rcu_barrier", "synchronize_rcu")),
  ],
  timer: [
    fc.tuple(of("__smplab_mod_timer"), at(...TIMERS), at(1), at(TIMER), at(0, 0, 1, 2)),
    fc.tuple(of("timer_delete", "timer_delete_sync", "timer_pending", "timer_shutdown_sync"), at(...TIMERS)),
    fc.tuple(of("local_bh_disable", "local_bh_enable", "local_irq_disable", "local_irq_enable")),
  ],
  interrupt: [
    fc.tuple(of("__smplab_request_irq"), at(LINE), at(7), at(0x80, 0x2000), at(1, 2), at(0, 9)),
    fc.tuple(of("__smplab_free_irq"), at(LINE), at(1, 2)),
    fc.tuple(of("__smplab_irq_disable", "__smplab_irq_enable", "__smplab_irq_sync"), at(LINE)),
    fc.tuple(of("__smplab_irq_sync_hard"), at(LINE)),
    fc.tuple(of("local_irq_disable", "local_irq_enable", "preempt_disable", "preempt_enable")),
    fc.tuple(of("this_cpu_add", "__this_cpu_add"), at(...VARIABLES), at(8), small),
  ],
  workqueue: [
    fc.tuple(
      of("__smplab_queue_work"),
      at(...WORKS),
      at(...QUEUES),
      at(-1, 0, 1),
      at(WORK),
      at(0, 1),
      at(0, 0, 1),
    ),
    fc.tuple(of("__smplab_cancel_work"), at(...WORKS), at(0, 1)),
    fc.tuple(of("__smplab_flush_work", "work_pending", "__smplab_work_busy"), at(...WORKS)),
    fc.tuple(of("__smplab_flush_workqueue", "__smplab_drain_workqueue"), at(...QUEUES)),
  ],
  tasklet: [
    fc.tuple(of("__smplab_tasklet_schedule"), at(...TASKLETS), at(TASKLET)),
    fc.tuple(of("__smplab_tasklet_kill", "__smplab_tasklet_unlock_wait"), at(...TASKLETS)),
    fc.tuple(of("local_bh_disable", "local_bh_enable")),
  ],
  ipi: [
    fc.tuple(of("__smplab_call_cpus"), at(1, 2, 3), at(IPI), at(7), at(0), at(0, 1)),
    fc.tuple(of("local_irq_disable", "local_irq_enable", "preempt_disable", "preempt_enable")),
  ],
  hotplug: [
    fc.tuple(of("__smplab_cpu_offline"), at(1)),
    fc.tuple(of("__smplab_cpu_online"), at(1)),
    fc.tuple(of("num_online_cpus")),
    fc.tuple(of("__smplab_cpu_is_online", "__smplab_next_online_cpu"), at(0, 1)),
    fc.tuple(of("preempt_disable", "preempt_enable", "smp_processor_id")),
    fc.tuple(of("this_cpu_add"), at(...VARIABLES), at(8), small),
  ],
  references: [
    fc.tuple(of("get_current"), at(40)),
    fc.tuple(of("get_task_struct", "put_task_struct", "wake_up_process"), at(...THREADS)),
  ],
  kthread: [
    fc.tuple(of("__smplab_kthread_create"), at(KTHREAD), at(0), at(0), at(40), at(0), at(-1, 0, 1)),
    fc.tuple(of("__smplab_kthread_stop", "wake_up_process"), at(...THREADS)),
    fc.tuple(of("kthread_bind"), at(...THREADS), at(0, 1)),
  ],
  percpu: [
    fc.tuple(of("this_cpu_read", "__this_cpu_read", "raw_cpu_read"), at(...VARIABLES), at(4, 8)),
    fc.tuple(of("this_cpu_write", "__this_cpu_write"), at(...VARIABLES), at(1, 4, 8), small),
    fc.tuple(
      of("this_cpu_add", "__this_cpu_add", "raw_cpu_xor", "this_cpu_xchg"),
      at(...VARIABLES),
      at(8),
      small,
    ),
    fc.tuple(of("this_cpu_cmpxchg", "__this_cpu_cmpxchg"), at(...VARIABLES), at(8), small, small),
  ],
  memory: [
    fc.tuple(of("__smplab_fetch_add_unless"), at(COUNTER), at(4), small, small),
    fc.tuple(of("kmalloc"), at(8, 32), at(0)),
    fc.tuple(of("kfree", "ksize"), at(HEAP + HEAP_PER_TASK + 16, HEAP + 2 * HEAP_PER_TASK + 16)),
    fc.tuple(of("spin_lock"), at(HEAP + HEAP_PER_TASK + 16)),
    fc.tuple(of("__alloc_percpu"), at(8), at(8)),
  ],
};

const theme = fc.constantFrom(...Object.keys(THEMES));
const scenario = fc.tuple(theme, theme).chain((names) =>
  fc.record({
    interrupts: fc.constant(names.includes("interrupt")),
    rcu: fc.constantFrom("preempt" as const, "sched" as const),
    tasks: fc.array(
      fc.record({
        cpu: fc.constantFrom(0, 1),
        program: fc.array(fc.oneof(...names.flatMap((name) => THEMES[name])), { minLength: 2, maxLength: 6 }),
        moves: fc.boolean(),
      }),
      { minLength: 2, maxLength: 4 },
    ),
    choices: fc.array(fc.nat({ max: 11 }), { minLength: 1, maxLength: 20 }),
  }),
);
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never;

function begin(s: Scenario, ops: Map<string, ObjectOp> | null): FakeHost {
  const host = new FakeHost({ rcu: s.rcu });
  if (ops) host.ops = ops;
  for (const task of s.tasks) host.addTask(task.cpu, task.program as unknown as Call[], task.moves);
  host.functions = FUNCTIONS;
  host.store32(QUEUES[0], 1);
  // A timer without a function is one that was shut down.
  for (const timer of TIMERS) host.store32(timer, 1);
  if (s.interrupts) {
    host.call(0, "__smplab_request_irq", LINE, 7, 0x2080, 1, 9);
    for (const cpu of [0, 1]) {
      host.call(0, "__smplab_irq_arrivals", LINE, cpu, 2, IRQ);
      host.start(host.taskCount() - 1);
    }
    host.firstMade = 0;
  }
  host.firstMade = host.taskCount();
  for (let t = 1; t < host.taskCount(); t++) host.settle(t);
  return host;
}

function after(host: FakeHost, ...steps: number[]): FakeHost {
  const copy = host.clone();
  for (const t of steps) copy.machineStep(t);
  return copy;
}

const what = (host: FakeHost, t: number) =>
  `${JSON.stringify(host.context(t).program[0], (_, v: unknown) => (typeof v === "bigint" ? `${v}` : v))} phase ${host.context(t).phase} of task ${t}`;
const said = (host: FakeHost) =>
  host.findings
    .map((f) => `${f.task} ${f.kind} ${f.text}`)
    .concat(host.facts)
    .sort()
    .join("\n");

/** The first pair that footprints call independent and that is not, or null. Counts the independent pairs. */
function violation(s: Scenario, ops: Map<string, ObjectOp> | null, count: { pairs: number }): string | null {
  let host = begin(s, ops);
  for (const choice of s.choices) {
    const parked: number[] = [];
    for (let t = 1; t < host.taskCount(); t++) if (host.context(t).state === 2) parked.push(t);
    for (const t of parked) {
      if (!host.enabled(t)) continue;
      for (const u of parked) {
        if (t === u || conflict(host.touched(t), host.touched(u))) continue;
        count.pairs++;
        const was = host.enabled(u);
        const one = after(host, t);
        if (one.ended !== null) continue;
        if (one.enabled(u) !== was) return `${what(host, t)} ${was ? "stops" : "enables"} ${what(host, u)}`;
        if (!was || t > u) continue;
        const two = after(host, u);
        const tu = after(host, t, u);
        const ut = after(host, u, t);
        if (two.ended === null && (tu.state() !== ut.state() || said(tu) !== said(ut)))
          return `${what(host, t)} and ${what(host, u)} do not commute`;
      }
    }
    const enabled = parked.filter((t) => host.enabled(t));
    if (enabled.length === 0 || host.ended !== null) break;
    host = after(host, enabled[choice % enabled.length]);
  }
  return null;
}

describe("steps that touch nothing in common commute", () => {
  test("on random small programs over all kinds of objects", () => {
    const count = { pairs: 0 };
    fc.assert(
      fc.property(scenario, (s) => {
        expect(violation(s, null, count)).toBeNull();
      }),
      { numRuns: 800, seed: 1 },
    );
    expect(count.pairs).toBeGreaterThan(2000);
  });

  // The check itself is checked: a footprint that leaves something out must be found.
  const FALSIFIED = [
    ...["spin_lock", "spin_unlock", "spin_lock_irqsave", "bit_spin_lock", "bit_spin_unlock", "mutex_lock"],
    ...["mutex_trylock", "read_unlock", "write_lock", "down_read", "complete", "up", "__wake_up", "schedule"],
    ...["rcu_read_lock", "rcu_read_unlock", "synchronize_rcu", "synchronize_sched", "preempt_disable"],
    ...["__smplab_mod_timer", "__smplab_timer_fire", "timer_delete", "timer_delete_sync"],
    ...["__smplab_irq_arrive", "__smplab_arrival_done", "__smplab_free_irq", "__smplab_irq_disable"],
    ...[
      "__smplab_irq_wake_thread",
      "__smplab_irq_thread_begin",
      "__smplab_irq_thread_done",
      "__smplab_irq_sync",
    ],
    ...["__smplab_queue_work", "__smplab_work_begin", "__smplab_cancel_work", "__smplab_call_cpus"],
    ...["__smplab_tasklet_schedule", "__smplab_tasklet_begin", "__smplab_flush_workqueue"],
    ...["__smplab_cpu_offline", "num_online_cpus"],
    ...["__smplab_kthread_create", "__smplab_kthread_exit", "__smplab_kthread_stop"],
    ...["__smplab_call_rcu", "__smplab_rcu_invoke", "__smplab_rcu_barrier", "__smplab_context_done"],
    ...["local_irq_disable", "this_cpu_read", "this_cpu_add", "__this_cpu_add", "__smplab_fetch_add_unless"],
  ];
  test.each(FALSIFIED)("an empty footprint of %s() is found", (name) => {
    const ops = new Map(new FakeHost().ops);
    ops.set(name, { ...ops.get(name)!, touches() {} });
    const result = fc.check(
      fc.property(scenario, (s) => violation(s, ops, { pairs: 0 }) === null),
      { numRuns: 3000, seed: 2, endOnFailure: true },
    );
    expect(result.failed).toBe(true);
  });
});
