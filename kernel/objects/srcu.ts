// Sleepable RCU. https://docs.kernel.org/RCU/whatisRCU.html ("SRCU")
//
// As in rcu.ts, a grace period is a mask of the readers that are inside when it begins; a reader's outermost unlock clears
// its bit in the masks of those who wait for the same structure. How deep a context is inside is a byte of the
// structure, which only that context writes: so domains are told apart, and copies and frees of them behave by themselves.

import type { Footprint, Host, ObjectOp } from "../../interpreter/api.js";
import { DONE } from "./op.js";
import { Word } from "./words.js";

/** struct srcu_struct (linux/srcu.h): a byte for each context. */
const SIZE = 32;

const depthAt = (h: Host, domain: number, task: number): number => h.load8(domain + task);

export function srcuNesting(h: Host, domain: number): number {
  return h.accessible(domain, SIZE, false) ? depthAt(h, domain, h.task) : 0;
}

/** Does context t wait for this one to leave the domain? */
function waitsForMe(h: Host, domain: number, t: number): boolean {
  return h.word(t, Word.SrcuDomain) >>> 0 === domain && (h.word(t, Word.SrcuWait) & (1 << h.task)) !== 0;
}

const touchOwn = (h: Host, f: Footprint): void => {
  f.write(h.pointer(0) + h.task, 1);
};

export const srcuOps: ObjectOp[] = [
  {
    name: "srcu_read_lock",
    waits: "never",
    cost: { barriers: 1 },
    commit(h) {
      const domain = h.pointer(0);
      if (!h.access(domain, SIZE, true)) return DONE;
      h.store8(domain + h.task, depthAt(h, domain, h.task) + 1);
      h.setResult(0);
      return DONE;
    },
    touches: touchOwn,
  },
  {
    name: "srcu_read_unlock",
    waits: "never",
    cost: { barriers: 1 },
    commit(h) {
      const domain = h.pointer(0);
      if (!h.access(domain, SIZE, true)) return DONE;
      const depth = depthAt(h, domain, h.task);
      if (depth === 0) return DONE;
      h.store8(domain + h.task, depth - 1);
      if (depth > 1) return DONE;
      for (let t = 0; t < h.taskCount(); t++)
        if (waitsForMe(h, domain, t))
          h.setWord(t, Word.SrcuWait, (h.word(t, Word.SrcuWait) & ~(1 << h.task)) >>> 0);
      return DONE;
    },
    touches(h, f) {
      touchOwn(h, f);
      for (let t = 0; t < h.taskCount(); t++)
        if (waitsForMe(h, h.pointer(0), t)) f.writeWord(t, Word.SrcuWait);
    },
  },
  {
    name: "srcu_read_lock_held",
    waits: "never",
    commit(h) {
      const domain = h.pointer(0);
      if (h.access(domain, SIZE, false)) h.setResult(depthAt(h, domain, h.task) !== 0 ? 1 : 0);
      return DONE;
    },
    touches(h, f) {
      f.read(h.pointer(0) + h.task, 1);
    },
  },
  {
    name: "synchronize_srcu",
    waits: "sleeps",
    cost: { barriers: 2 },
    phases: ["grace period begins", "grace period ends"],
    waitsFrom: 1,
    ready: (h) => h.phase === 0 || h.word(h.task, Word.SrcuWait) === 0,
    commit(h) {
      if (h.phase !== 0) {
        h.setWord(h.task, Word.SrcuDomain, 0);
        return DONE;
      }
      const domain = h.pointer(0);
      if (!h.access(domain, SIZE, false)) return DONE;
      let mask = 0;
      for (let t = 0; t < h.taskCount(); t++) if (depthAt(h, domain, t) !== 0) mask |= 1 << t;
      h.setWord(h.task, Word.SrcuDomain, domain);
      h.setWord(h.task, Word.SrcuWait, mask >>> 0);
      return 1;
    },
    touches(h, f) {
      f.writeWord(h.task, Word.SrcuWait);
      if (h.phase === 0) f.read(h.pointer(0), SIZE);
    },
  },
];
