// What the command line says about the machine, with the condition read.

import type { MachineWish } from "../compile/prepare.js";
import { parseCondition } from "../outcome/condition.js";
import { type Answer, strangeNames } from "../outcome/judge.js";
import { Exit, type Io, refuse } from "./io.js";
import type { MachineFlags } from "./options.js";

/** Null when the condition makes no sense, which has been said. */
export function readWish({ cpus, preempt, condition }: MachineFlags, io: Io): MachineWish | null {
  const wish: MachineWish = {
    ...(cpus === undefined ? {} : { cpus }),
    ...(preempt === undefined ? {} : { preempt }),
  };
  if (condition === undefined) return wish;
  const parsed = parseCondition(condition);
  if (parsed.ok) return { ...wish, condition: parsed.condition };
  refuse(
    io,
    Exit.Usage,
    `the condition makes no sense:\n  ${condition}\n  ${" ".repeat(parsed.column - 1)}^ ${parsed.message}`,
    "Conditions are written as in litmus tests: exists (x=1 /\\ y=0), ~exists (...), forall (...).",
  );
  return null;
}

/** True, and said, when a condition asks for what nothing observes. */
export function refuseStrangeNames(answers: readonly Answer[], io: Io): boolean {
  const names = strangeNames(answers);
  if (names === null) return false;
  const { name, strange, known } = names;
  refuse(
    io,
    Exit.Usage,
    `the condition asks for ${strange.join(", ")}, which ${name} does not observe.`,
    `Observed ${known.length === 1 ? "is" : "are"} ${known.join(", ")}.`,
  );
  return true;
}
