// What reports call functions and contexts of the emulated kernel itself. The headers must use names that no program has;
// a reader knows the kernel's: a work item runs under process_one_work() in a kworker.

import type { Host } from "../../interpreter/api.js";
import { Role, roleOf } from "../objects/contexts.js";
import { Word } from "../objects/words.js";

/** By the name in kernel/include: that of the kernel's function with the same task. */
const KERNEL_NAMES: Readonly<Record<string, string>> = {
  __smplab_run_work: "process_one_work",
  __smplab_run_timer: "call_timer_fn",
  __smplab_run_hrtimer: "__hrtimer_run_queues",
  __smplab_run_hrtimer_soft: "hrtimer_run_softirq",
  __smplab_run_tasklet: "tasklet_action_common",
  __smplab_softirq: "handle_softirqs",
  __smplab_rcu_callback: "rcu_do_batch",
  __smplab_irq: "__handle_irq_event_percpu",
  __smplab_irq_thread: "irq_thread_fn",
  __smplab_ipi: "__flush_smp_call_function_queue",
  __smplab_kthread: "kthread",
};

/** The function's name for a reader. */
export function shownFunction(name: string): string {
  return Object.hasOwn(KERNEL_NAMES, name) ? KERNEL_NAMES[name]! : name;
}

const CONTEXT_NAMES: ReadonlyMap<Role, string> = new Map([
  [Role.RcuCallback, "rcu_callback"],
  [Role.Work, "kworker"],
  [Role.Timer, "timer"],
  [Role.Tasklet, "tasklet"],
  [Role.Irq, "irq"],
  [Role.Ipi, "ipi"],
  [Role.IrqThread, "irq_thread"],
]);

/** Where the name of a task_struct begins (sched.ts), and what it may be made of. */
const COMM = 8;
const PRINTABLE = /^[\x21-\x7e]+$/;

/** What a context that the kernel made is called; null for a task of the scenario, which is called after its function. */
export function contextName(h: Pick<Host, "word" | "cstring">, task: number): string | null {
  const role = roleOf(h as Host, task);
  if (role !== Role.Kthread) return CONTEXT_NAMES.get(role) ?? null;
  const address = h.word(task, Word.TaskStruct) >>> 0;
  const name = address === 0 ? "" : h.cstring(address + COMM);
  return PRINTABLE.test(name) ? name : null;
}
