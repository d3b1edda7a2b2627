// What a scenario says may happen from outside while its tasks run: interrupts, CPUs that go and come. Each line of it is
// a context that stands in front of its next arrival, with the number of those that are left. Arrivals need not happen:
// smplab_join_all() starts them with the tasks, and forgets what is left when these have ended. One that has begun is
// waited for.

import type { Footprint, Host } from "../../interpreter/api.js";
import { eachOf, hasBegun, type Level, markRole, Role, retireContext, touchRetire } from "./contexts.js";
import { Word } from "./words.js";

/** Global word: 1 while arrivals may come. (0 is percpu.ts's.) */
const ARRIVALS = 1;

function eachArrival(h: Host, visit: (task: number) => void): void {
  eachOf(h, Role.Irq, visit);
  eachOf(h, Role.Hotplug, visit);
}

/** Registers a line of up to n arrivals on a CPU: its context runs the C function of argument `fn` on `subject`. */
export function registerArrivals(
  h: Host,
  line: { role: Role; level: Level; cpu: number; n: number; fn: number; subject: number },
): void {
  if (line.n <= 0) return;
  const made = h.spawn(line.cpu, h.arg(line.fn), h.argHi(line.fn), line.subject, 0, line.level);
  if (made < 0) return;
  markRole(h, made, line.role, line.subject);
  h.setWord(made, Word.Queue, line.n);
  h.setGlobal(ARRIVALS, 1);
}

export function touchRegister(h: Host, f: Footprint, cpu: number): void {
  const made = h.touchSpawn(cpu, f);
  if (made >= 0) f.writeWord(made, Word.Made);
}

/** Of the context of this operation: are there any left? */
export const hasLeft = (h: Host): boolean => h.word(h.task, Word.Queue) > 0;

export function takeOne(h: Host): void {
  h.setWord(h.task, Word.Queue, h.word(h.task, Word.Queue) - 1);
}

/** An arrival comes only while arrivals may. */
export const touchMayArrive = (f: Footprint): void => f.readGlobal(ARRIVALS);

export function startArrivals(h: Host): void {
  eachArrival(h, (t) => h.start(t));
}

export const hasArrivals = (h: Host): boolean => h.global(ARRIVALS) !== 0;

/** Those that have begun and are not over. */
export function arriving(h: Host): number[] {
  const begun: number[] = [];
  eachArrival(h, (t) => {
    if (hasBegun(h, t)) begun.push(t);
  });
  return begun;
}

export const isArriving = (h: Host): boolean => arriving(h).length > 0;

export function forgetArrivals(h: Host): void {
  // One that has arrived as often as it may could not have taken another step anyway.
  eachArrival(h, (t) => retireContext(h, t, h.word(t, Word.Queue) > 0));
  h.setGlobal(ARRIVALS, 0);
}

export function touchArrivals(h: Host, f: Footprint): void {
  eachArrival(h, (t) => touchRetire(h, f, t));
  f.writeGlobal(ARRIVALS);
}
