// The register machine: runs one context's local code until it must stop.
//
// Comes in: where the context stands, whether anybody else could run. Goes out: why it stopped. What runs often is done
// in one loop without calls (loop.ts), everything else instruction by instruction (step.ts), and while a register holds bits
// that nobody has set each instruction is looked at (track.ts); here they take turns.

import { type CompiledCode, UNTRANSLATED } from "./code.js";
import { ASK, loop, SWITCHED } from "./loop.js";
import { CALLED, GO_ON, JUMPED, RETURNED, step } from "./step.js";
import { type TrackHost, track } from "./track.js";

/**
 * Jumps and calls that the loop makes at a stretch. V8 has two optimised forms of a loop: one entered from the front,
 * and one that replaces the running loop in its middle, where it knows nothing of the variables. So the loop comes back
 * now and then to be entered again.
 */
const STRETCH = 20_000;
/** What the loop can count. */
const LONGEST = 2 ** 30;

/**
 * Runs from (pc, frame word fpw) on. `startFuel` bounds jumps and calls; `counts` counts executions per instruction
 * (pc / 8) when it is not null; `switching`: stop wherever a frame was pushed or popped.
 */
export function run(
  m: TrackHost,
  image: CompiledCode,
  startPc: number,
  startFpw: number,
  startFuel: number,
  counts: Float64Array | null,
  switching = false,
): number {
  let fuel = startFuel;
  m.nextPc = startPc;
  m.runningFp = startFpw << 2;
  for (;;) {
    if (m.unsetCount() !== 0) {
      const result = track(m, image, fuel, counts);
      if (result !== GO_ON) return result;
      fuel = m.fuelLeft;
    }
    const budget = Math.min(fuel, switching ? LONGEST : STRETCH);
    let result = loop(m, image, budget, counts, switching);
    fuel -= budget - m.fuelLeft;
    if (result === ASK) {
      if (image.code[m.nextPc] === UNTRANSLATED) {
        if (counts !== null) counts[m.nextPc >> 3]--;
        image.translate(image.code[m.nextPc + 4]);
        continue;
      }
      result = step(m, image);
      if (result === GO_ON) continue;
      if (result === JUMPED || result === CALLED) {
        if (--fuel <= 0) return m.outOfFuel(m.nextPc, m.runningFp >> 2);
      } else if (result !== RETURNED) return result;
      if (result === JUMPED || !switching) continue;
      result = SWITCHED;
    }
    if (result === SWITCHED) {
      m.fuelLeft = fuel;
      return SWITCHED;
    }
    if (fuel <= 0) return m.outOfFuel(m.nextPc, m.runningFp >> 2);
  }
}
