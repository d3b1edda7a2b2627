// Generated programs for comparing searches: loads, stores, atomics, locks, RCU, preemption, per-CPU data.
//
// Two or three tasks on up to three CPUs, short enough for naive enumeration. Sections (lock … unlock, reader …)
// are generated as wholes most of the time, so that programs do more than deadlock at once.

import fc from "fast-check";
import type { HandProgram, Step } from "./hand-ir.js";

export type Generated = HandProgram & { preempt: "none" | "full"; rcu: "preempt" | "sched" };

const variable = fc.constantFrom("x", "y");
const lock = fc.constantFrom("l", "m");

/** Every task numbers its own locals: `v0`, `v1` … */
const simple: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 3, arbitrary: variable.map((v): Step[] => [{ do: "load", variable: v, into: "v" }]) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(variable, fc.integer({ min: 1, max: 3 }))
      .map(([v, n]): Step[] => [{ do: "store", variable: v, value: n }]),
  },
  {
    weight: 3,
    arbitrary: fc.tuple(variable, variable).map(([v, w]): Step[] => [
      { do: "load", variable: v, into: "v" },
      { do: "store", variable: w, value: { of: "v", plus: 1 } },
    ]),
  },
  { weight: 2, arbitrary: variable.map((v): Step[] => [{ do: "add", variable: v, amount: 1 }]) },
  { weight: 2, arbitrary: fc.constantFrom(1, 2).map((n): Step[] => [percpu("this_cpu_add", n)]) },
  { weight: 2, arbitrary: fc.constant<Step[]>([percpu("__this_cpu_add", 1)]) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(0, 1), fc.constantFrom(0, 1))
      .map(([cpu, plus]): Step[] => [{ do: "remote", variable: "p", cpu, plus }]),
  },
);

function percpu(name: string, amount: number): Step {
  return { do: "op", name, args: [{ address: "p" }, 8, amount] };
}

const op = (name: string, ...args: (number | { address: string })[]): Step => ({ do: "op", name, args });

function wrap(inner: fc.Arbitrary<Step[]>): fc.Arbitrary<Step[]> {
  return fc.oneof(
    {
      weight: 4,
      arbitrary: fc
        .tuple(lock, inner)
        .map(([l, s]) => [op("spin_lock", { address: l }), ...s, op("spin_unlock", { address: l })]),
    },
    { weight: 3, arbitrary: inner.map((s) => [op("rcu_read_lock"), ...s, op("rcu_read_unlock")]) },
    { weight: 3, arbitrary: inner.map((s) => [op("preempt_disable"), ...s, op("preempt_enable")]) },
    {
      weight: 1,
      arbitrary: inner.map((s) => [op("local_irq_disable"), ...s, op("local_irq_enable")]),
    },
    { weight: 3, arbitrary: inner.map((s) => [...s, op("synchronize_rcu")]) },
  );
}

const piece: fc.Arbitrary<Step[]> = fc.oneof(
  { weight: 3, arbitrary: simple },
  { weight: 4, arbitrary: wrap(simple) },
  { weight: 1, arbitrary: wrap(wrap(simple)) },
);

function number(steps: Step[]): Step[] {
  let n = 0;
  let last = "";
  const out: Step[] = [];
  for (const step of steps) {
    if (step.do === "load") {
      last = `v${n++}`;
      out.push({ ...step, into: last });
    } else if (step.do === "store" && typeof step.value !== "number") {
      out.push({ ...step, value: { of: last, plus: step.value.plus } });
    } else out.push(step);
  }
  return out;
}

function program(
  pieces: { min: number; max: number },
  tasks: { min: number; max: number },
): fc.Arbitrary<Generated> {
  const task = fc.record({
    // -1: unbound, the scheduler may move it.
    cpu: fc.constantFrom(0, 0, 0, 1, 1, 1, 2, -1),
    steps: fc.array(piece, { minLength: pieces.min, maxLength: pieces.max }).map((p) => number(p.flat())),
  });
  return fc
    .record({
      tasks: fc.array(task, { minLength: tasks.min, maxLength: tasks.max }),
      preempt: fc.constantFrom("full" as const, "full" as const, "none" as const),
      rcu: fc.constantFrom("preempt" as const, "sched" as const),
    })
    .map((g) => ({
      ...g,
      // What the first load of each task saw is part of the outcome too.
      tasks: g.tasks.map((t, i) => ({
        ...t,
        steps: t.steps.some((s) => s.do === "load" && s.into === "v0")
          ? [...t.steps, { do: "observe" as const, name: `r${i}`, value: "v0" }]
          : t.steps,
      })),
      variables: ["x", "y", "l", "m"],
      percpu: ["p"],
      observe: ["x", "y", "p@0", "p@1"],
    }));
}

export const arbitraryProgram = program({ min: 1, max: 2 }, { min: 2, max: 3 });
/** More steps per task: for showing that a broken search is noticed. */
export const interestingProgram = program({ min: 2, max: 3 }, { min: 2, max: 2 });

const move: fc.Arbitrary<Step[]> = fc.oneof(
  variable.map((v): Step[] => [{ do: "load", variable: v, into: "v" }]),
  fc
    .tuple(variable, fc.integer({ min: 0, max: 2 }))
    .map(([v, n]): Step[] => [{ do: "store", variable: v, value: n }]),
);

/** Tasks that go round: states are met again on cycles, with other contexts asleep. */
export const cyclicProgram: fc.Arbitrary<Generated> = fc
  .array(
    fc.array(
      fc.oneof(
        { weight: 2, arbitrary: move },
        {
          weight: 3,
          arbitrary: fc
            .tuple(variable, fc.integer({ min: 0, max: 2 }), fc.array(move, { minLength: 1, maxLength: 2 }))
            .map(([v, value, body]): Step[] => [
              { do: "until", variable: v, value, body: number(body.flat()) },
            ]),
        },
      ),
      { minLength: 1, maxLength: 2 },
    ),
    { minLength: 3, maxLength: 3 },
  )
  .map((tasks) => ({
    tasks: tasks.map((steps, cpu) => ({ cpu, steps: steps.flat() })),
    variables: ["x", "y", "l", "m"],
    percpu: ["p"],
    observe: ["x", "y"],
    preempt: "full",
    rcu: "preempt",
  }));
