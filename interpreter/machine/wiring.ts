// What a program's kernel operations mean to the machine: the objects behind them, and the rules that watch them.
//
// Comes in: the program, all objects, all rules. Goes out: tables by the program's own numbers of operations, without
// what the program does not use. They are the same for every run of the program, so they are made once.
//
// Objects and rules come as literals with whatever members they need, hence of many hidden classes, and the machine
// asks each of them a few things in every step. So each object is copied into one with all members, in one order: then
// the platform knows where to find them.

import type { Program } from "../ir/program.js";
import type { Host, ObjectOp, Rule } from "./host.js";

type Watch = (h: Host) => void;

export interface Wiring {
  /** By number of the operation; null: nobody models it. */
  readonly ops: readonly (ObjectOp | null)[];
  /** By number of the operation: what looks at it in front of each of its steps. */
  readonly before: readonly (readonly Watch[])[];
  readonly waits: readonly Watch[];
  readonly claims: readonly NonNullable<Rule["claims"]>[];
  readonly locks: readonly NonNullable<Rule["locks"]>[];
  readonly stuck: readonly NonNullable<Rule["stuck"]>[];
  readonly finish: readonly Watch[];
  readonly end: readonly Watch[];
  /** The program makes contexts while others run: when one ends may matter to somebody. */
  readonly makesContexts: boolean;
}

interface Known {
  readonly objects: readonly ObjectOp[];
  readonly rules: readonly Rule[];
  readonly wiring: Wiring;
}

const known = new WeakMap<Program, Known>();

export function wire(program: Program, objects: readonly ObjectOp[], rules: readonly Rule[]): Wiring {
  const latest = known.get(program);
  if (latest !== undefined && latest.objects === objects && latest.rules === rules) return latest.wiring;
  const byName = new Map(objects.map((op) => [op.name, op]));
  const ops = program.kernelOps.map((name) => {
    const op = byName.get(name);
    return op === undefined ? null : uniform(op);
  });
  const used = new Set(program.kernelOps);
  const claiming = rules.filter((rule) => rule.claimsBehind?.some((name) => used.has(name)) ?? true);
  const wiring: Wiring = {
    ops,
    before: program.kernelOps.map((name) =>
      rules.flatMap((rule) => (rule.before && Object.hasOwn(rule.before, name) ? [rule.before[name]] : [])),
    ),
    waits: rules.flatMap((rule) => rule.waits ?? []),
    claims: claiming.flatMap((rule) => rule.claims ?? []),
    locks: rules.flatMap((rule) => rule.locks ?? []),
    stuck: rules.flatMap((rule) => rule.stuck ?? []),
    finish: rules.flatMap((rule) => rule.finish ?? []),
    end: rules.flatMap((rule) => rule.end ?? []),
    makesContexts: ops.some((op) => op?.makes === true),
  };
  known.set(program, { objects, rules, wiring });
  return wiring;
}

/** Every member of ObjectOp, whether the object has it or not. */
type Whole = { readonly [Member in keyof Required<ObjectOp>]: ObjectOp[Member] };

function uniform(op: ObjectOp): ObjectOp {
  const whole: Whole = {
    name: op.name,
    waits: op.waits,
    local: op.local,
    waitsFrom: op.waitsFrom,
    several: op.several,
    releases: op.releases,
    makes: op.makes,
    anonymous: op.anonymous,
    tries: op.tries,
    marksNext: op.marksNext,
    idle: op.idle,
    bound: op.bound,
    looksOn: op.looksOn,
    heap: op.heap,
    cost: op.cost,
    phases: op.phases,
    ready: op.ready,
    commit: op.commit,
    touches: op.touches,
  };
  // An absent member and an undefined one mean the same.
  return whole as ObjectOp;
}
