// Contexts that wait for each other in a circle while others still run: no run comes to a stop there, and yet these
// will never go on. A circle is closed by the context that begins to wait, so it is looked for where that one stands.
// https://docs.kernel.org/locking/rt-mutex-design.html ("priority inheritance chain": who waits for whom)
// When nobody can move any more the machine itself says so.

import type { Host, Rule } from "../../interpreter/api.js";
import { describeWait } from "../objects/waits.js";

/** What a context waits for, and who would have to move first. */
interface Waiting {
  what: string;
  holders: readonly number[];
}

function waitOf(h: Host, task: number): Waiting {
  const op = h.waitingIn(task);
  if (op !== "") {
    h.focus(task);
    return describeWait(h, op);
  }
  // Ready, but without a CPU: an interrupt or a spinner keeps it.
  const keeper = h.taskState(task) === 2 ? h.keptFrom(task) : -1;
  return { what: `CPU ${h.cpuOf(task)}`, holders: keeper < 0 ? [] : [keeper] };
}

/** Who waits for whom from `start` back to `start`, or null. */
function circle(h: Host, start: number): number[] | null {
  const seen = new Set<number>();
  const path: number[] = [];
  const visit = (task: number): boolean => {
    path.push(task);
    for (const next of waitOf(h, task).holders) {
      if (next === start) return true;
      if (seen.has(next) || h.taskState(next) !== 2) continue;
      seen.add(next);
      if (visit(next)) return true;
    }
    path.pop();
    return false;
  };
  return visit(start) ? path : null;
}

/** Can anybody outside of the circle still do something? */
function othersRun(h: Host, stuck: readonly number[]): boolean {
  for (let t = 1; t < h.taskCount(); t++) {
    if (h.taskState(t) !== 2 || stuck.includes(t)) continue;
    if (h.waitingIn(t) === "" && h.keptFrom(t) < 0) return true;
  }
  return false;
}

export const waiting: Rule = {
  name: "waiting",
  waits(h) {
    const found = circle(h, h.task);
    if (found === null || !othersRun(h, found)) return;
    // Told at the same context whichever of them closed the circle.
    const at = found.indexOf(Math.min(...found));
    const order = [...found.slice(at), ...found.slice(0, at)];
    const text = order.map((task) => waitOf(h, task).what).join(", then ");
    const [first, second = first] = order;
    const holder = h.siteOf(second!);
    h.focus(first!);
    h.report("deadlock", `a circle of waiting: ${text}`, 0, 0, second!, holder);
  },
};
