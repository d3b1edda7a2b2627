// The CPUs of the run. https://docs.kernel.org/core-api/cpu_hotplug.html
// All of them are possible and present; which are online is in hotplug.ts. A context that wants them as a mask gets two
// of its own: the possible ones, and those that are online when it asks.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { onlineMask, onlineOp } from "./hotplug.js";
import { localOp } from "./op.js";
import { Word } from "./words.js";

/** The mask of possible CPUs and that of online ones. */
const POSSIBLE = 0;
const ONLINE = 8;
const MASKS_SIZE = 16;

function ownMasks(h: Host): number {
  const known = h.word(h.task, Word.CpuMask) >>> 0;
  if (known !== 0) return known;
  const address = h.allocate(MASKS_SIZE, -1);
  if (address === 0) return 0;
  h.store32(address + POSSIBLE, (1 << h.config.cpus) - 1);
  h.setWord(h.task, Word.CpuMask, address);
  return address;
}

export const cpumaskOps: ObjectOp[] = [
  localOp("num_possible_cpus", (h) => h.setResult(h.config.cpus)),
  localOp("__smplab_cpu_mask", (h) => h.setResult(ownMasks(h) + POSSIBLE)),
  onlineOp("__smplab_online_mask", (h) => {
    const masks = ownMasks(h);
    if (masks === 0) return;
    h.store32(masks + ONLINE, onlineMask(h));
    h.setResult(masks + ONLINE);
  }),
];
