// CPUs that go and come. https://docs.kernel.org/core-api/cpu_hotplug.html
//
// Which CPUs are online is a word of the run (a bit for each that is not). Only programs that take CPUs down can see it
// change, so only there is looking at it a step. A CPU goes in one step, as under stop_machine(): when nobody on any CPU
// keeps it, so that preempt_disable() anywhere keeps all CPUs from going. What was there (tasks, pending timers, callbacks, work) goes on on the lowest CPU that is left.
// A scenario says how often a CPU may go or come back by itself: smplab_cpu_hotplug(cpu, n), see arrivals.ts. That is done
// by a context of task level on another CPU.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { hasLeft, registerArrivals, takeOne, touchMayArrive, touchRegister } from "./arrivals.js";
import { begin, Level, Role, roleOf, touchBegin } from "./contexts.js";
import { DONE } from "./op.js";

/** Global word: bit c = CPU c is offline. */
const OFFLINE = 3;

const all = (h: Host): number => ((1 << h.config.cpus) - 1) >>> 0;
export const onlineMask = (h: Host): number => (all(h) & ~h.global(OFFLINE)) >>> 0;
const isChanging = (h: Host): boolean => h.programHas("__smplab_cpu_offline");

export function touchOnline(f: Footprint): void {
  f.readGlobal(OFFLINE);
}

/** An operation that asks which CPUs are online. */
export function onlineOp(name: string, answer: (h: Host) => void): ObjectOp {
  return {
    name,
    waits: "never",
    local: (h) => !isChanging(h),
    commit(h) {
      answer(h);
      return DONE;
    },
    touches: (_, f) => touchOnline(f),
  };
}

/** Contexts on a CPU that are not over. */
function eachOn(h: Host, cpu: number, visit: (task: number) => void): void {
  for (let t = 1; t < h.taskCount(); t++) {
    const state = h.taskState(t);
    if (h.cpuOf(t) === cpu && (state === 1 || state === 2)) visit(t);
  }
}

/** Is a call from another CPU under way there? It is answered before the CPU goes. */
function isCalled(h: Host, cpu: number): boolean {
  let called = false;
  eachOn(h, cpu, (t) => {
    if (roleOf(h, t) === Role.Ipi) called = true;
  });
  return called;
}

/** The lowest CPU that stays. */
function refuge(h: Host, cpu: number): number {
  const left = onlineMask(h) & ~(1 << cpu);
  return 31 - Math.clz32(left & -left);
}

/** Where the context stands that takes a CPU down: on the lowest other one. */
const watcherOf = (cpu: number): number => (cpu === 0 ? 1 : 0);

export const hotplugOps: ObjectOp[] = [
  {
    // Before the tasks are started: CPU, how often, the context's C function.
    name: "__smplab_hotplug_budget",
    waits: "never",
    makes: true,
    commit(h) {
      const cpu = h.arg(0);
      const { cpus } = h.config;
      if (h.task !== 0) h.unsupported("smplab_cpu_hotplug() from a task: the test case says what may happen");
      else if (cpu < 0 || cpu >= cpus || cpus < 2)
        h.unsupported(`smplab_cpu_hotplug(): no CPU ${cpu} can go in a run with ${cpus} CPUs`);
      else
        registerArrivals(h, {
          role: Role.Hotplug,
          level: Level.Task,
          cpu: watcherOf(cpu),
          n: h.arg(1),
          fn: 2,
          subject: cpu,
        });
      return DONE;
    },
    touches: (h, f) => touchRegister(h, f, watcherOf(h.arg(0))),
  },
  {
    // In the context, in front of each change.
    name: "__smplab_hotplug_begin",
    waits: "sleeps",
    phases: ["a CPU is going to change"],
    ready: hasLeft,
    idle: () => true,
    commit(h) {
      takeOne(h);
      begin(h, Level.Task);
      return DONE;
    },
    touches(h, f) {
      touchMayArrive(f);
      touchBegin(h, f, Level.Task);
    },
  },
  {
    name: "__smplab_cpu_offline",
    waits: "sleeps",
    makes: true,
    several: true,
    phases: ["the CPU is offline"],
    ready(h) {
      for (let c = 0; c < h.config.cpus; c++) if (c !== h.cpu && !h.isFree(c)) return false;
      return !isCalled(h, h.arg(0));
    },
    commit(h) {
      const cpu = h.arg(0);
      const to = refuge(h, cpu);
      h.setGlobal(OFFLINE, h.global(OFFLINE) | (1 << cpu));
      h.setClosed(cpu, true);
      // Arrivals of interrupts stay: they are for this CPU.
      eachOn(h, cpu, (t) => {
        if (roleOf(h, t) !== Role.Irq) h.setCpu(t, to);
      });
      return DONE;
    },
    touches(h, f) {
      const cpu = h.arg(0);
      f.writeGlobal(OFFLINE);
      for (let c = 0; c < h.config.cpus; c++) f.cpu(c);
      eachOn(h, cpu, (t) => f.writeContext(t));
    },
  },
  {
    name: "__smplab_cpu_online",
    waits: "never",
    phases: ["the CPU is online"],
    commit(h) {
      h.setGlobal(OFFLINE, h.global(OFFLINE) & ~(1 << h.arg(0)));
      h.setClosed(h.arg(0), false);
      return DONE;
    },
    touches(h, f) {
      f.writeGlobal(OFFLINE);
      f.cpu(h.arg(0));
    },
  },
  onlineOp("num_online_cpus", (h) => {
    let n = 0;
    for (let mask = onlineMask(h); mask !== 0; mask &= mask - 1) n++;
    h.setResult(n);
  }),
  onlineOp("__smplab_cpu_is_online", (h) => {
    const cpu = h.arg(0);
    h.setResult(cpu >= 0 && cpu < h.config.cpus && onlineMask(h) & (1 << cpu) ? 1 : 0);
  }),
  // The next online CPU behind argument 0; the number of CPUs when there is none.
  onlineOp("__smplab_next_online_cpu", (h) => {
    let cpu = h.arg(0) + 1;
    while (cpu < h.config.cpus && (onlineMask(h) & (1 << cpu)) === 0) cpu++;
    h.setResult(cpu);
  }),
];
