// Interrupts of the own CPU. https://docs.kernel.org/kernel-hacking/locking.html
// A flags word has bit 9 set while interrupts are on, as on x86. Turning off what is off is local.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { DONE, localOp } from "./op.js";
import { setCounts, touchCounts } from "./preempt.js";

export const IRQ_FLAG = 0x200;

/** local_save_flags(). */
export function irqFlags(h: Host): number {
  return h.irqOff(h.task) ? 0 : IRQ_FLAG;
}

function irqOp(name: string, off: (h: Host) => number, result: boolean): ObjectOp {
  return {
    name,
    waits: "never",
    local: (h) => off(h) === h.irqOff(h.task),
    commit(h) {
      if (result) h.setResult(irqFlags(h));
      setCounts(h, h.preemptCount(h.task), off(h));
      return DONE;
    },
    touches(h, f) {
      touchCounts(h, f, h.preemptCount(h.task), off(h));
    },
  };
}

export const irqOps: ObjectOp[] = [
  irqOp("local_irq_disable", () => 1, false),
  irqOp("local_irq_enable", () => 0, false),
  irqOp("local_irq_save", () => 1, true),
  irqOp("local_irq_restore", (h) => (h.arg(0) & IRQ_FLAG ? 0 : 1), false),
  localOp("__smplab_irq_flags", (h) => h.setResult(irqFlags(h))),
];
