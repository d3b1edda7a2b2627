// Contexts that wait for each other in a circle while others still run: no run comes to a stop there, and yet these
// will never go on. A circle is closed by the context that begins to wait, so it is looked for where that one stands.
// https://docs.kernel.org/locking/rt-mutex-design.html ("priority inheritance chain": who waits for whom)
// When nobody can move any more the machine itself says so.

import type { Host, Rule } from "../../interpreter/api.js";
import { describeWait, holdersOf } from "../objects/waits.js";

/** TaskState of a context that has not returned. */
const PARKED = 2;

/** Who would have to move before the context can: whom its operation waits for, or who keeps its CPU. */
function holders(h: Host, task: number): readonly number[] {
  const op = h.waitingIn(task);
  if (op !== "") {
    h.focus(task);
    return holdersOf(h, op);
  }
  const keeper = h.taskState(task) === PARKED ? h.keptFrom(task) : -1;
  return keeper < 0 ? [] : [keeper];
}

function waitText(h: Host, task: number): string {
  const op = h.waitingIn(task);
  if (op === "") return `CPU ${h.cpuOf(task)}`;
  h.focus(task);
  return describeWait(h, op).what;
}

/** Who waits for whom from `start` back to `start`, or null. */
function circle(h: Host, start: number): number[] | null {
  const path: number[] = [];
  let seen = 1 << start;
  const visit = (task: number): boolean => {
    path.push(task);
    for (const next of holders(h, task)) {
      if (next === start) return true;
      if ((seen & (1 << next)) !== 0 || h.taskState(next) !== PARKED) continue;
      seen |= 1 << next;
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
    if (h.taskState(t) !== PARKED || stuck.includes(t)) continue;
    if (h.waitingIn(t) === "" && h.keptFrom(t) < 0) return true;
  }
  return false;
}

export const waiting: Rule = {
  name: "waiting",
  waits(h) {
    const found = circle(h, h.task);
    if (found === null || !othersRun(h, found)) return;
    // Told at the same place whichever of them closed the circle, and whichever of tasks that are alike stands there.
    const at = found.reduce((least, task, i) => (h.siteOf(task) < h.siteOf(found[least]!) ? i : least), 0);
    const order = [...found.slice(at), ...found.slice(0, at)];
    const text = order.map((task) => waitText(h, task)).join(", then ");
    const [first, second = first] = order;
    const holder = h.siteOf(second!);
    h.focus(first!);
    h.report("deadlock", `a circle of waiting: ${text}`, 0, 0, second!, holder);
  },
};
