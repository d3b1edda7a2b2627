// Runs at random, made when the guess of a search has turned out wrong (interpreter/machine/confine.ts), to find out
// sooner what else is wrong with it: the search itself comes upon that late where other runs lie in front.
//
// What a run shows is so whatever else is run: memory that two contexts touch in it is shared. Every search would come
// to know it, so the guess that holds in the end, and all that is counted under it, is the same with and without probes.
//
// Runs that switch seldom are tried. Where each step is anybody's, nobody ever gets far while the others stand still, and
// that is how most surprises come about: one comes too late, or finds done what it was about to do.

import { type Confinement, type Machine, StepFootprint } from "../../interpreter/api.js";
import { generator } from "./random.js";

const MAX = 32;
/** Steps between two switches, on average: of one run after the other. */
const STRETCHES = [20, 80, 320];
/** Probing is over when none of these runs has shown anything new, or after so many steps. */
const STEPS = 3000;

/** The machine stands at its first choice, where it comes back to, with the findings and facts of other steps. */
export function probe(machine: Machine, guess: Confinement): void {
  const { memory } = machine;
  const random = generator(1);
  const choices = new Int32Array(MAX);
  const print = new StepFootprint();
  const root = memory.depth();
  let steps = 0;
  for (let quiet = 0; quiet < STRETCHES.length && steps < STEPS; quiet++) {
    let last = -1;
    const stretch = STRETCHES[quiet];
    while (machine.end === null && steps < STEPS) {
      const n = machine.choices(choices);
      if (n === 0) break;
      // What is only about to be done counts as well.
      for (let i = 0; i < n; i++) machine.footprint(choices[i], print);
      if (random() % stretch === 0 || !choices.subarray(0, n).includes(last)) last = choices[random() % n];
      memory.mark();
      machine.step(last);
      steps++;
    }
    memory.rollbackTo(root);
    machine.end = null;
    if (guess.breaches === 0) continue;
    guess.restart();
    quiet = -1;
  }
}
