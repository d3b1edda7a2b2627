// __this_cpu_* and smp_processor_id() where the context may be moved or interrupted by others on its CPU: DEBUG_PREEMPT.
// https://docs.kernel.org/core-api/this_cpu_ops.html
// Stricter: in the kernel a task that is pinned to one CPU passes. Here tasks are pinned by the scenario only to place
// them, so being pinned is no excuse. this_cpu_* and raw_cpu_* never complain.

import type { Host, Rule } from "../../interpreter/api.js";
import { ALL_OBJECTS } from "../objects/index.js";
import { atomicNow } from "../objects/preempt.js";

function check(h: Host, what: string): void {
  if (h.config.preempt === "full" && h.phase === 0 && !atomicNow(h)) h.report("preemptible", what);
}

export const preemptible: Rule = {
  name: "preemptible",
  before: {
    ...Object.fromEntries(
      ALL_OBJECTS.filter((op) => op.name.startsWith("__this_cpu_")).map((op) => [
        op.name,
        (h: Host) => check(h, `${op.name}()`),
      ]),
    ),
    smp_processor_id: (h) => check(h, "smp_processor_id()"),
    this_cpu_ptr: (h) => check(h, "smp_processor_id()"),
  },
};
