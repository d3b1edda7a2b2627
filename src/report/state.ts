// Where everybody stands between two steps of a replayed run: what each context does next, what it holds, and the
// values of the places that were touched so far. All of it is read off the run; nothing is run again.

import type { StepEvent, Trace } from "../explore/result.js";
import { cValue } from "./address.js";
import { shownFrame } from "./figure.js";
import { field } from "./layout.js";
import type { SourceLines } from "./model.js";
import { call } from "./splat.js";

/** The state in front of step `at` (counted from 0); at the number of steps it is the end. */
export function stateLines(trace: Trace, at: number, source: SourceLines, width: number): string[] {
  const lines = contexts(trace, at, source).map((text, i) => field(i === 0 ? "state" : "", text, width));
  const values = valuesAt(trace, at);
  if (values.length > 0) lines.push(field("values", `${values.join("; ")};`, width));
  return lines;
}

/** A line for each context that the run has, in the order of their first steps. */
function contexts(trace: Trace, at: number, source: SourceLines): string[] {
  const tasks = new Map<number, string>();
  for (const { task, taskName } of [...trace.steps, ...trace.waiting]) tasks.set(task, taskName);
  const lines: string[] = [];
  for (const [task, name] of [...tasks].sort(([a], [b]) => a - b)) {
    const next = trace.steps.find((s) => s.task === task && s.index >= at && s.op !== "migrate");
    const stuck = trace.waiting.find((w) => w.task === task);
    if (next !== undefined) lines.push(`CPU${next.cpu} ${name}: next ${whereabouts(trace, next, source)}`);
    else if (stuck !== undefined) {
      const frame = shownFrame(stuck.stack);
      const place = frame === null ? "" : ` at ${frame.file}:${frame.line}`;
      lines.push(`CPU${stuck.cpu} ${name}: waits for ever in ${call(stuck.op, stuck.what)}${place}`);
    } else lines.push(`${name}: ${trace.end === "finished" ? "has ended" : "makes no further step"}`);
  }
  return lines;
}

/** "'stat++' (mm/demo.c:10), holds 'spin_lock(&l)' (mm/demo.c:9), inside rcu_read_lock() (mm/demo.c:8)" */
function whereabouts(trace: Trace, step: StepEvent, source: SourceLines): string {
  const at = ({ stack }: StepEvent): string => {
    const frame = shownFrame(stack);
    if (frame === null) return "?";
    const code = source(frame.file, frame.line).trim().replace(/\s+/g, " ").replace(/;$/, "");
    return `${code === "" ? "" : `'${code}' `}(${frame.file}:${frame.line})`;
  };
  const parts = [at(step)];
  for (const { by, kind } of step.held) {
    const taken = trace.steps[by];
    parts.push(`holds ${taken === undefined ? `a ${kind}` : at(taken)}`);
  }
  const section = trace.steps[step.section];
  if (section !== undefined) parts.push(`inside ${section.op}() ${at(section)}`);
  return parts.join(", ");
}

/** "hits = 11": of each place that has a name in C, the value it has at that point, by the last step that saw it. */
function valuesAt(trace: Trace, at: number): string[] {
  // By address: one name may mean several places (p->next of two objects), and one place may have several names, of which
  // that of the variable itself says more than a way through a pointer.
  const places = new Map<number, { name: string; value: string }>();
  for (const step of trace.steps.slice(0, at)) {
    const value = step.written ?? step.read;
    const direct = step.stack[0] !== undefined && step.stack[0] === shownFrame(step.stack);
    if (value === null) continue;
    const known = places.get(step.address)?.name;
    // What a header's code calls it is no name of the reader's, but the place may have one.
    const own = direct && step.what !== "" && !/\.\.\.|\(/.test(step.what) ? step.what : undefined;
    const name = known !== undefined && !known.includes("->") ? known : (own ?? known);
    if (name === undefined) continue;
    places.delete(step.address);
    places.set(step.address, { name, value: cValue(value, step) });
  }
  return [...places.values()].map(({ name, value }) => `${name} = ${value}`);
}
