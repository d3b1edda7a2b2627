// The words of a scenario: smplab_run_on(), smplab_join_all(), smplab_observe(). Registration starts nothing; the join
// starts all at once and waits until all are gone, so that the creation of tasks adds no interleavings.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { DONE } from "./op.js";

function runOp(name: string, cpu: (h: Host) => number, fn: number): ObjectOp {
  return {
    name,
    waits: "never",
    local: true,
    commit(h) {
      if (h.task !== 0) h.unsupported(`${name}() from a task: only the test case itself may register tasks`);
      else if (cpu(h) >= h.config.cpus)
        h.unsupported(`${name}(): there is no CPU ${cpu(h)} in a run with ${h.config.cpus} CPUs`);
      else h.spawn(cpu(h), h.arg(fn), h.argHi(fn), h.arg(fn + 1), h.argHi(fn + 1));
      return DONE;
    },
  };
}

export const smplabOps: ObjectOp[] = [
  runOp("smplab_run_on", (h) => Math.max(0, h.arg(0)), 1),
  runOp("smplab_run", () => -1, 0),
  {
    name: "smplab_join_all",
    waits: "sleeps",
    ready: (h) => h.phase === 0 || h.live() === 0,
    commit(h) {
      if (h.task !== 0) {
        h.unsupported("smplab_join_all() from a task: only the test case itself may wait for all");
        return DONE;
      }
      if (h.phase !== 0) return DONE;
      h.startAll();
      return 1;
    },
    // The last task's last step enables it, but then nobody is left to be swapped with.
    touches() {},
  },
  {
    name: "smplab_observe",
    waits: "never",
    // While tasks run, the last value under a name counts: the order of two observers of one name matters.
    local: (h) => h.task === 0 && h.live() === 0,
    commit(h) {
      h.observe(h.pointer(0), h.arg(1), h.argHi(1));
      return DONE;
    },
    touches(h, f) {
      f.write(h.pointer(0), 1);
    },
  },
];
