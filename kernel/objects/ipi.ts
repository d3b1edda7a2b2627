// Calls of a function on other CPUs. https://docs.kernel.org/core-api/kernel-api.html (smp_call_function)
//
// Each call is a context of hardirq level on the other CPU: it comes in there as soon as interrupts are on, and
// holds that CPU until the function has returned. Sending is one step a CPU, in ascending order; a sender that waits
// spins, with preemption off as its callers have it, until all are done. Two senders that wait for each other with
// interrupts off wait for ever.

import type { Host, ObjectOp } from "../../interpreter/api.js";
import { begin, Level, markRole, Role, touchBegin, touchMake } from "./contexts.js";
import { DONE } from "./op.js";
import { Word } from "./words.js";

/** Arguments of __smplab_call_cpus(): CPUs as a mask, the context's C function, function, info, wait. */
const CPUS = 0;
const CONTEXT = 1;
const FUNCTION = 2;
const INFO = 3;
const WAIT = 4;

const Phase = { Begin: 0, Send: 1, Wait: 2 } as const;

/** CPUs that are still to be called. */
function left(h: Host): number {
  if (h.phase === Phase.Send) return h.temp(0) >>> 0;
  return (h.arg(CPUS) & ~(1 << h.cpu) & ((1 << h.config.cpus) - 1)) >>> 0;
}

const lowest = (mask: number) => 31 - Math.clz32(mask & -mask);

export const ipiOps: ObjectOp[] = [
  {
    name: "__smplab_call_cpus",
    waits: "spins",
    makes: true,
    cost: { atomics: 1 },
    phases: ["calls another CPU", "calls another CPU", "they have returned"],
    waitsFrom: Phase.Wait,
    ready: (h) => h.phase !== Phase.Wait || h.word(h.task, Word.AwaitDone) === 0,
    commit(h) {
      if (h.phase === Phase.Wait) return DONE;
      const cpus = left(h);
      if (cpus === 0) return DONE;
      const made = h.spawn(
        lowest(cpus),
        h.arg(CONTEXT),
        h.argHi(CONTEXT),
        h.arg(INFO),
        h.argHi(INFO),
        Level.Hardirq,
      );
      if (made < 0) return DONE;
      markRole(h, made, Role.Ipi, 0);
      h.setWord(made, Word.Function, h.pointer(FUNCTION));
      h.start(made);
      if (h.arg(WAIT) !== 0) h.setWord(h.task, Word.AwaitDone, h.word(h.task, Word.AwaitDone) | (1 << made));
      const rest = cpus & (cpus - 1);
      h.setTemp(0, rest);
      if (rest !== 0) return Phase.Send;
      return h.arg(WAIT) !== 0 ? Phase.Wait : DONE;
    },
    touches(h, f) {
      f.writeWord(h.task, Word.AwaitDone);
      const cpus = h.phase === Phase.Wait ? 0 : left(h);
      if (cpus !== 0) touchMake(h, f, lowest(cpus));
    },
  },
  {
    // In the context: gives the function.
    name: "__smplab_ipi_begin",
    waits: "never",
    phases: ["called from another CPU"],
    commit(h) {
      begin(h, Level.Hardirq);
      h.setResult(h.word(h.task, Word.Function));
      return DONE;
    },
    touches(h, f) {
      touchBegin(h, f, Level.Hardirq);
    },
  },
];
