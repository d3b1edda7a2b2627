// What decisiveOrder() and whatPrevents() claim, held against naive enumeration on generated programs: every complete
// run that keeps the order ends as the claim says, and none that is changed as they say.

import fc from "fast-check";
import { expect, it } from "vitest";
import { Machine } from "../../interpreter/machine/machine.js";
import { ALL_OBJECTS } from "../../kernel/objects/index.js";
import { endKey } from "../../src/explore/collect.js";
import { explore } from "../../src/explore/explore.js";
import { decisiveOrder, whatPrevents } from "../../src/explore/order.js";
import { arbitraryProgram } from "../support/generate.js";
import { handProgram, harness } from "../support/hand-ir.js";

const title = (f: { kind: string; text?: string }) => `${f.kind} ${f.text ?? ""}`;
const kernel = { objects: [...harness, ...ALL_OBJECTS], rules: [], title };
const opNames = ALL_OBJECTS.map((o) => o.name);
const entry = { function: "main", args: [] };
const sizes = { mainStack: 4096, stack: 1024, mainHeap: 1024, heap: 256, percpuDynamic: 256 };

/** The steps of a run by context, place and time. */
type Run = { names: string[]; end: string };

/** All complete runs, or null if there are too many. */
function allRuns(machine: Machine, most: number): Run[] | null {
  const runs: Run[] = [];
  const names: string[] = [];
  const times = new Map<string, number>();
  const visit = (): boolean => {
    const choices = new Int32Array(32);
    const n = machine.choices(choices);
    // A program that may go round has no end of runs.
    if (names.length > 400) return false;
    if (n === 0) {
      runs.push({ names: [...names], end: endKey(machine) });
      return runs.length <= most;
    }
    machine.memory.mark();
    let go = true;
    for (let i = 0; i < n && go; i++) {
      const t = choices[i]!;
      const place = nameOf(machine, t);
      const time = times.get(place) ?? 0;
      names.push(`${place}#${time}`);
      times.set(place, time + 1);
      machine.step(t);
      if (machine.end === null) go = visit();
      else {
        runs.push({ names: [...names], end: endKey(machine) });
        go = runs.length <= most;
      }
      names.pop();
      times.set(place, time);
      machine.memory.rollback();
      machine.end = null;
    }
    machine.memory.dropMark();
    return go;
  };
  return visit() ? runs : null;
}

const nameOf = (machine: Machine, t: number): string =>
  t >= machine.taskCount() ? `move ${t}` : `${t}@${machine.pending(t).site}`;

/** Does the run make the kept steps in their order, as far as it makes them, and the later ones behind all? */
function keeps(run: Run, kept: readonly string[], later: ReadonlySet<string>): boolean {
  let position = 0;
  for (const name of run.names) {
    if (kept.includes(name)) {
      if (name !== kept[position]) return false;
      position++;
    } else if (later.has(name) && position < kept.length) return false;
  }
  return true;
}

function comesBefore(run: Run, a: string, b: string): boolean {
  const [first, second] = [run.names.indexOf(a), run.names.indexOf(b)];
  return first >= 0 && (second < 0 || first < second);
}

/** Every way of the context from the one place to the other is gone without others in between, and to its end. */
function isUndivided(run: Run, from: string, to: string): boolean {
  const [start, end] = [from, to].map((name) => name.split("#")[0]!);
  const task = from.split("@")[0];
  let inside = false;
  for (const name of run.names) {
    const [place] = name.split("#");
    if (inside && name.split("@")[0] !== task) return false;
    if (!inside && place === start) inside = true;
    else if (inside && place === end) inside = false;
  }
  return !inside;
}

it("every run that keeps the order shows it, and what prevents it does", () => {
  let claims = 0;
  let given = 0;
  let preventions = 0;
  fc.assert(
    fc.property(arbitraryProgram, (source) => {
      const program = handProgram(source, opNames);
      const config = { cpus: 3, preempt: source.preempt, rcu: source.rcu, sizes };
      const begin = (): Machine => {
        const machine = new Machine(program, kernel.objects, kernel.rules, config);
        machine.begin(entry);
        return machine;
      };
      const runs = allRuns(begin(), 2000);
      if (runs === null) return;
      const { outcomes } = explore(program, entry, kernel, { machine: config, confine: false });
      for (const { key, witness } of outcomes) {
        const all = witness.map((_, i) => i).reverse();
        const order = decisiveOrder(
          program,
          entry,
          kernel,
          config,
          witness,
          all,
          { outcome: key },
          {
            transitions: 20_000,
          },
        );
        // Kept whole, a schedule is the one run that it is.
        expect(order).not.toBeNull();
        const machine = begin();
        const times = new Map<string, number>();
        const next = (t: number): string => {
          const place = nameOf(machine, t);
          return `${place}#${times.get(place) ?? 0}`;
        };
        const names = witness.map((t) => {
          const name = next(t);
          times.set(nameOf(machine, t), (times.get(nameOf(machine, t)) ?? 0) + 1);
          machine.step(t);
          return name;
        });
        const later = new Set(order!.later.map(next));
        const kept = order!.steps.map((i) => names[i]!);
        const keeping = runs.filter((run) => keeps(run, kept, later));
        expect(keeping.length).toBeGreaterThan(0);
        expect(keeping.filter(({ end }) => end !== key)).toEqual([]);
        // Any two steps of different contexts turned round, any two of one context undivided.
        const pairs = order!.steps.flatMap((first) =>
          order!.steps
            .filter((second) => second > first && witness[second] !== witness[first])
            .map((second) => [first, second] as const),
        );
        const siteOf = (i: number): number => Number.parseInt(names[i]!.split("@")[1]!, 10);
        const ways = order!.steps.flatMap((from) =>
          order!.steps
            .filter((to) => to > from && witness[to] === witness[from])
            .map((to) => [
              { task: witness[from]!, from: siteOf(from), to: siteOf(to), steps: [from, to] as const },
            ]),
        );
        const limits = { transitions: 20_000 };
        const outcomeOf = { outcome: key };
        for (const change of whatPrevents(
          program,
          entry,
          kernel,
          config,
          witness,
          pairs,
          ways,
          outcomeOf,
          limits,
        )) {
          const changed = runs.filter((run) =>
            change.kind === "order"
              ? comesBefore(run, names[change.second]!, names[change.first]!)
              : change.spans.every(([from, to]) => isUndivided(run, names[from]!, names[to]!)),
          );
          const wrong = changed.filter(({ end }) => end === key).slice(0, 1);
          expect(wrong.map((run) => JSON.stringify({ change, key, names, kept: order!.steps, run }))).toEqual(
            [],
          );
          preventions++;
        }
        given += witness.length - kept.length;
        claims++;
      }
    }),
    { numRuns: 80, seed: 20101004 },
  );
  expect(claims).toBeGreaterThan(40);
  expect(given).toBeGreaterThan(claims);
  expect(preventions).toBeGreaterThan(20);
}, 120_000);
