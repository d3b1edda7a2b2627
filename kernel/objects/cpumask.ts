// The CPUs of the run. https://docs.kernel.org/core-api/cpu_hotplug.html
// All of them are possible, present and online. A context that wants them as a mask gets one of its own.

import type { ObjectOp } from "../../interpreter/api.js";
import { localOp } from "./op.js";
import { Word } from "./words.js";

const MASK_SIZE = 8;

export const cpumaskOps: ObjectOp[] = [
  localOp("num_possible_cpus", (h) => h.setResult(h.config.cpus)),
  localOp("__smplab_cpu_mask", (h) => {
    let address = h.word(h.task, Word.CpuMask);
    if (address === 0) {
      address = h.allocate(MASK_SIZE, -1);
      if (address !== 0) h.store32(address, (1 << h.config.cpus) - 1);
      h.setWord(h.task, Word.CpuMask, address);
    }
    h.setResult(address);
  }),
];
