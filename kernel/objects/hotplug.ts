// CPUs that go and come. https://docs.kernel.org/core-api/cpu_hotplug.html
//
// Which CPUs are online is a word of the run (a bit for each that is not). Only programs that take CPUs down can see it
// change, so only there is looking at it a step. A CPU goes in one step, when nothing on it forbids that: as under
// stop_machine(). What was there (tasks, pending timers, callbacks, work) goes on on the lowest CPU that is left.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { Role, roleOf } from "./contexts.js";
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

export const hotplugOps: ObjectOp[] = [
  {
    name: "__smplab_cpu_offline",
    waits: "sleeps",
    makes: true,
    several: true,
    phases: ["the CPU is offline"],
    ready: (h) => h.cpu === h.arg(0) || (h.isFree(h.arg(0)) && !isCalled(h, h.arg(0))),
    commit(h) {
      const cpu = h.arg(0);
      const to = refuge(h, cpu);
      h.setGlobal(OFFLINE, h.global(OFFLINE) | (1 << cpu));
      // Arrivals of interrupts stay: they are for this CPU.
      eachOn(h, cpu, (t) => {
        if (roleOf(h, t) !== Role.Irq) h.setCpu(t, to);
      });
      return DONE;
    },
    touches(h, f) {
      const cpu = h.arg(0);
      f.writeGlobal(OFFLINE);
      f.cpu(cpu);
      f.cpu(refuge(h, cpu));
      eachOn(h, cpu, (t) => f.writeContext(t));
    },
  },
  {
    name: "__smplab_cpu_online",
    waits: "never",
    phases: ["the CPU is online"],
    commit(h) {
      h.setGlobal(OFFLINE, h.global(OFFLINE) & ~(1 << h.arg(0)));
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
