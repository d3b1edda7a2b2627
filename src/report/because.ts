// Why a run shows what it shows, in sentences: who read whose value, what came before what, which lock was not held,
// which grace period did not cover the reader.
//
// In: a replayed run and, where it could be proved, the few steps whose order decides. Out: sentences. Each says what
// the run itself proves and nothing else: order and values are those of its steps, a lock is "not held" because it is
// not in the list of those that the context holds, a grace period "had ended" because its last step stands before the
// reader's lock. Where nothing is proved, nothing is said.

import type { DecisiveOrder, Prevention } from "../explore/order.js";
import { conflicting } from "../explore/relevance.js";
import { type FoundFinding, type Held, isRace, type StepEvent, type Trace } from "../explore/result.js";
import { cValue } from "./address.js";
import { isHeader, shownFrame } from "./figure.js";
import { plural } from "./layout.js";
import type { Names, SourceLines } from "./model.js";
import { blocked, goingRound, waitCall } from "./splat.js";
import { bareName } from "./splat-parts.js";

export interface BecauseOptions {
  source: SourceLines;
  /** The steps whose order decides; null where that is not known. */
  order: DecisiveOrder | null;
  /** What the run shows; null for an outcome. */
  found: FoundFinding | null;
  names: Names;
  /** Steps of the run before a data race shows. */
  length: number;
}

export function because(trace: Trace, options: BecauseOptions): string[] {
  const teller = new Teller(trace, options.source);
  const { found, order, length } = options;
  const kind = found?.finding.kind ?? "";
  if (found !== null && isRace(found.finding)) teller.race(length, found);
  else if (trace.end === "deadlock" && kind !== "" && found!.finding.kind === "deadlock") teller.deadlock();
  else if (kind === "lock-order") teller.lockOrder(found!, options.names);
  else if (kind === "livelock" && trace.round.length > 0) teller.livelock();
  else {
    if (order !== null) teller.order(order.steps, order.later);
    if (kind.startsWith("kasan:")) teller.freed(found!);
  }
  return teller.sentences;
}

/** What would have kept the run from showing it: a sentence for each change that was tried on all runs and helps. */
export function prevention(trace: Trace, prevented: readonly Prevention[], source: SourceLines): string[] {
  const teller = new Teller(trace, source);
  for (const change of prevented) teller.prevented(change);
  return teller.sentences;
}

/** A code line in a sentence is cut here. */
const MAX_CODE = 56;

class Teller {
  readonly sentences: string[] = [];
  readonly #alone: ReadonlySet<number>;
  readonly #said = new Set<string>();
  #file = "";

  constructor(
    readonly trace: Trace,
    readonly source: SourceLines,
  ) {
    this.#alone = tasksAlone(trace);
  }

  #say(text: string): void {
    if (text !== "" && !this.sentences.includes(text)) this.sentences.push(text);
    this.#file = "";
  }

  /** Has this fact been told before? Once is enough. */
  #isSaid(fact: string): boolean {
    const before = this.#said.has(fact);
    this.#said.add(fact);
    return before;
  }

  /** "CPU0", or the task's name where a CPU has several or a task moves. */
  #who({ task, cpu, taskName }: { task: number; cpu: number; taskName: string }): string {
    return this.#alone.has(task) ? `CPU${cpu}` : `${taskName}/${100 + task}`;
  }

  /** "memcontrol.c:483", and ":678" for the same file again in a sentence. */
  #at({ stack }: { stack: StepEvent["stack"] }): string {
    const frame = shownFrame(stack);
    if (frame === null) return "?";
    const file = frame.file.slice(frame.file.lastIndexOf("/") + 1);
    const text = file === this.#file ? `:${frame.line}` : `${file}:${frame.line}`;
    this.#file = file;
    return text;
  }

  /** The line of C, as code in a sentence. */
  #code({ stack }: { stack: StepEvent["stack"] }): string {
    const frame = shownFrame(stack);
    const line = frame === null ? "" : this.source(frame.file, frame.line);
    const text = line.trim().replace(/\s+/g, " ").replace(/;$/, "");
    return `'${text.length > MAX_CODE ? `${text.slice(0, MAX_CODE - 1)}…` : text}'`;
  }

  /** What it accessed, if that stands in the line itself and can be said as C; else null. */
  #place(step: StepEvent): string | null {
    const direct = step.stack[0] !== undefined && step.stack[0] === shownFrame(step.stack);
    return direct && isMemory(step) && step.what !== "" && !/\.\.\.|^[*&(]|\(|\b__smplab_/.test(step.what)
      ? step.what
      : null;
  }

  /** "CPU0 read pc->mem_cgroup at memcontrol.c:483"; `it` where the place was named just before. */
  #clause(step: StepEvent, before: StepEvent | null = null, bare = false): string {
    const who = this.#who(step);
    if (step.op === "migrate") return `${who} moved${step.what.slice(step.taskName.length)}`;
    if (!isMemory(step)) {
      if (step.note.startsWith("grace period ")) {
        const verb = step.note === "grace period begins" ? "began" : "ended";
        return `the grace period of ${who}'s ${this.#call(step)} (${this.#at(step)}) ${verb}`;
      }
      const frame = shownFrame(step.stack);
      if (step.note !== "" && frame !== null && isHeader(frame.file)) return `${step.note} (${who})`;
      return `${who} did ${this.#code(step)} at ${this.#at(step)}`;
    }
    const place = this.#place(step);
    const same = before !== null && place !== null && this.#place(before) === place;
    // In another run it may be another value.
    const value = bare ? "" : this.#value(step);
    // A read-modify-write that gave back what it found: a compare-exchange that failed, as a rule.
    const idle = step.read !== null && step.read === step.written;
    if (place !== null) {
      if (idle && !bare) {
        const old = value === "" ? "" : `, ${cValue(step.read!, step)},`;
        return `${who} left ${same ? "it" : place}${old} as it was at ${this.#at(step)}`;
      }
      const changed = idle ? "tried to change" : "changed";
      const verb = step.written === null ? "read" : step.read === null ? "wrote" : changed;
      return `${who} ${verb} ${same ? "it" : place}${value === "" ? "" : ` (${value})`} at ${this.#at(step)}`;
    }
    const verb = idle ? "left" : step.written === null ? "read" : step.read === null ? "wrote" : "changed";
    const small = bare ? "" : idle ? `${cValue(step.read!, step)} as it was` : value.replace(/^= /, "");
    const code = this.#code(step);
    if (small === "") return `${who} ran ${code} at ${this.#at(step)}`;
    return `${who} ${verb} ${small} in ${code} at ${this.#at(step)}`;
  }

  /** The operation by the name that the C has for it. */
  #call(step: StepEvent): string {
    return step.op.startsWith("__smplab_") ? this.#code(step) : `${step.op}()`;
  }

  /** "= 1" or "0 -> 1"; nothing for addresses, which tell a reader nothing. */
  #value(step: StepEvent): string {
    const { read, written } = step;
    const text = (v: bigint): string => cValue(v, step);
    const values = [read, written].filter((v) => v !== null).map(text);
    if (values.some((v) => v.startsWith("0x"))) return "";
    return values.length === 2 ? values.join(" -> ") : `= ${values[0]}`;
  }

  /** The kept steps, each with the one of another context that it came after. */
  order(order: readonly number[], later: readonly number[]): void {
    const kept = order.map((index) => this.trace.steps[index]!);
    const told = new Set<number>();
    kept.forEach((step, position) => {
      const earlier = kept.slice(0, position).filter((s) => s.task !== step.task);
      const other = earlier.findLast((s) => conflicting(s.touches, step.touches)) ?? null;
      if (other !== null) {
        told.add(other.index).add(step.index);
        this.#pair(other, step);
      } else {
        const before = kept[position - 1];
        if (before === undefined || before.task === step.task || !told.has(before.index)) return;
        told.add(step.index);
        this.#say(`${this.#clause(step)} only after that`);
      }
    });
    // What is only known by its place in the order.
    for (const [position, step] of kept.entries()) {
      const before = kept[position - 1];
      if (told.has(step.index) || kept.length === 1) continue;
      const next = kept[position + 1];
      const other = next !== undefined && next.task !== step.task ? next : before;
      // Two reads decide nothing against each other: what they come before is told with the writes.
      if (other === undefined || other.task === step.task || (isRead(step) && isRead(other))) continue;
      this.#say(other === next ? this.#before(step, other) : this.#before(other, step));
      told.add(step.index);
    }
    for (const task of later) this.#behind(kept, task);
  }

  /** A context that was about to do something when all of this had happened. */
  #behind(kept: readonly StepEvent[], task: number): void {
    const parked = this.trace.parked.find((p) => p.task === task);
    if (parked === undefined) return;
    const first = kept.findLast((s) => s.task !== task && conflicting(s.touches, parked.touches));
    if (first === undefined) return;
    this.#say(
      `${this.#clause(first)} before ${this.#who(parked)} came to ${this.#code(parked)} at ${this.#at(parked)}`,
    );
  }

  #before(first: StepEvent, second: StepEvent): string {
    return `${this.#clause(first)} before ${this.#clause(second, first)}`;
  }

  prevented(change: Prevention): void {
    const step = (index: number): StepEvent => this.trace.steps[index]!;
    const searched = `(${plural(change.states, "state")} searched)`;
    if (change.kind === "order") {
      const [first, second] = [step(change.first), step(change.second)];
      const text = `${this.#clause(second, null, true)} before ${this.#clause(first, second, true)}`;
      this.#say(`no run in which ${text} shows it ${searched}`);
      return;
    }
    const ways = change.spans.map(([from, to]) => {
      const [a, b] = [step(from), step(to)];
      const start = `${this.#who(a)} goes from ${this.#code(a)} (${this.#at(a)})`;
      return this.#code(a) === this.#code(b) && shownFrame(a.stack)?.line === shownFrame(b.stack)?.line
        ? `${this.#who(a)} does ${this.#code(a)} (${this.#at(a)}) in one go`
        : `${start} to ${this.#code(b)} (${this.#at(b)}) in one go`;
    });
    this.#say(`no run in which ${ways.join(" and ")} shows it ${searched}`);
  }

  /** Two conflicting steps in the order in which they came. */
  #pair(first: StepEvent, second: StepEvent): void {
    if (!isMemory(first) && !isMemory(second)) {
      this.#say(this.#synchronisation(first, second));
      return;
    }
    const reads = first.written === null && isMemory(first);
    const text = reads
      ? this.#before(first, second)
      : `${this.#clause(second)} after ${this.#clause(first, second)}`;
    const facts = [this.#locks(first, second), this.#gracePeriod(first, second), this.#lost(first, second)];
    this.#say([text, ...facts.filter((fact) => fact !== "")].join("; "));
  }

  /** Operations of kernel objects: RCU in its own words, the rest as it stands in the source. */
  #synchronisation(first: StepEvent, second: StepEvent): string {
    const lock = /^rcu_read_lock/;
    if (first.note === "grace period begins" && lock.test(second.op)) {
      return (
        `the grace period of ${this.#who(first)}'s ${this.#call(first)} (${this.#at(first)}) began before ` +
        `${this.#who(second)}'s ${second.op}() (${this.#at(second)}), so it did not wait for this reader`
      );
    }
    if (lock.test(first.op) && second.note === "grace period begins") {
      return (
        `${this.#who(first)} was inside ${first.op}() (${this.#at(first)}) when the grace period of ` +
        `${this.#who(second)}'s ${this.#call(second)} (${this.#at(second)}) began, so it waited for this reader`
      );
    }
    return this.#before(first, second);
  }

  /** Which locks are held at both. */
  #locks(a: StepEvent, b: StepEvent): string {
    const common = a.held.find((x) => b.held.some((y) => x.lock === y.lock && !(x.shared && y.shared)));
    if (common !== undefined) return `both under the lock of ${this.#taken(common)}`;
    // Accesses that are meant to meet need no lock.
    if (a.marked && b.marked) return "";
    if (this.#isSaid(`locks ${Math.min(a.task, b.task)} ${Math.max(a.task, b.task)}`)) return "";
    const holders = [a, b].filter((step) => step.held.length > 0);
    if (holders.length === 0) return "neither holds a lock there";
    const list = holders.map(
      (s) => `${this.#who(s)} holds that of ${s.held.map((h) => this.#taken(h)).join(" and ")}`,
    );
    const other = holders.length === 1 ? `, ${this.#who(holders[0] === a ? b : a)} none` : "";
    const texts = new Set(holders.map((s) => s.held.map((h) => this.#codeOf(h)).join()));
    const twins = holders.length === 2 && texts.size === 1 ? ", which is another one" : "";
    return `no lock is held at both: ${list.join(", ")}${other}${twins}`;
  }

  #codeOf({ by, kind }: Held): string {
    const step = this.trace.steps[by];
    return step === undefined ? kind : this.#code(step);
  }

  #taken({ by, kind }: Held): string {
    const step = this.trace.steps[by];
    return step === undefined ? `a ${kind} taken before` : `${this.#code(step)} (${this.#at(step)})`;
  }

  /** A reader and a writer that waited for a grace period which does not cover the reader. */
  #gracePeriod(a: StepEvent, b: StepEvent): string {
    const [reader, writer] = a.section >= 0 && b.section < 0 ? [a, b] : [b, a];
    const lock = this.trace.steps[reader.section];
    if (lock === undefined || writer.section >= 0 || writer.written === null) return "";
    const own = this.trace.steps.filter((s) => s.task === writer.task && s.index < writer.index);
    const end = own.findLast((s) => s.note === "grace period ends");
    const begin = own.findLast((s) => s.note === "grace period begins" && s.index < (end?.index ?? 0));
    if (begin === undefined || end === undefined || begin.index > lock.index) return "";
    if (this.#isSaid(`grace ${begin.index} ${lock.index}`)) return "";
    const when = end.index < lock.index ? "had ended" : "had begun";
    const what = `the grace period of ${this.#call(begin)} (${this.#at(begin)}) ${when} before ${this.#who(reader)}'s ${lock.op}()`;
    return `${what} (${this.#at(lock)})`;
  }

  /** A value that was overwritten by one that was made from an older one. */
  #lost(first: StepEvent, second: StepEvent): string {
    if (first.written === null || second.written === null || second.read !== null) return "";
    if (first.address !== second.address || first.size !== second.size) return "";
    const { steps } = this.trace;
    const touched = steps
      .slice(first.index + 1, second.index)
      .some((s) => conflicting(s.touches, first.touches));
    const from = steps.findLast(
      (s) =>
        s.index < first.index && s.task === second.task && s.address === second.address && s.read !== null,
    );
    if (touched || from === undefined) return "";
    return `${this.#who(second)} had read it before that (${this.#at(from)}), so what ${this.#who(first)} wrote is lost`;
  }

  /** Both accesses are still to be made: whoever is first, nothing orders them. */
  race(length: number, { finding }: FoundFinding): void {
    const next = (task: number): StepEvent | undefined =>
      this.trace.steps.slice(length).find((s) => s.task === task);
    const a = next(finding.otherTask);
    const b = next(finding.task);
    const asserted = finding.kind === "kcsan:assert";
    if (a === undefined || b === undefined || !(asserted || conflicting(a.touches, b.touches))) return;
    const access = (s: StepEvent, before: StepEvent | null): string => {
      const verb = isMemory(s) ? (s.written === null ? "read" : "write") : "access";
      const place = this.#place(s);
      const same = before !== null && place !== null && this.#place(before) === place;
      const what = place === null ? `in ${this.#code(s)}` : `of ${same ? "it" : place}`;
      const { address, size } = finding;
      const plain = s.touches.some((t) => t.plain && t.start < address + size && address < t.end);
      return `${this.#who(s)}'s ${plain ? "plain" : "marked"} ${verb} ${what} (${this.#at(s)})`;
    };
    this.#say(
      asserted
        ? `${access(a, null)} can come while ${this.#who(b)} is at ${this.#code(b)} (${this.#at(b)}), where an ` +
            "assertion forbids it"
        : `${access(a, null)} and ${access(b, a)} can both come next: nothing orders them`,
    );
    const facts = [this.#locks(a, b), this.#gracePeriod(a, b)].filter((fact) => fact !== "");
    if (facts.length > 0) this.#say(facts.join("; "));
  }

  /** Who holds what and waits for what. */
  deadlock(): void {
    const waiting = blocked(this.trace);
    for (const context of waiting) {
      const holder = waiting.find(({ task }) => task === context.holder);
      const spins = context.op === "load";
      const doing = context.kept
        ? "cannot go on"
        : spins
          ? `waits for ${context.what} to change`
          : `waits in ${waitCall(context)}`;
      const waits = `${this.#who(context)} ${doing} at ${this.#at(context)}`;
      const holds = context.held.map((held) => this.#taken(held)).join(" and ");
      // Nobody can move any more, so nobody will.
      const alone =
        holder === undefined && context.op === "schedule" ? ", and nobody is left to wake it" : "";
      const whom = context.kept ? ", as its CPU is kept by" : " for";
      this.#say(
        `${waits}${alone}${holder === undefined ? "" : `${whom} ${this.#who(holder)}`}` +
          `${holds === "" ? "" : `${context.kept ? "," : ""} and holds the lock of ${holds}`}`,
      );
      const reader = this.trace.steps[context.section];
      if (reader !== undefined && context.op.startsWith("synchronize_"))
        this.#say(
          `a grace period ends when the readers of its beginning have left, and ${this.#who(context)} is one of them, ` +
            `since ${this.#code(reader)} at ${this.#at(reader)}`,
        );
    }
    const ring = cycle(waiting);
    if (ring.length > 1)
      this.#say(
        `${ring.map((context) => this.#who(context)).join(" waits for ")} waits for ${this.#who(ring[0]!)}`,
      );
  }

  /** Which lock is taken inside which, all the way round: each link of the chain inside the one that it came from. */
  lockOrder({ finding }: FoundFinding, names: Names): void {
    const [, , ...chain] = finding.links ?? [];
    chain.forEach((link, i) => {
      const outer = chain[(i + 1) % chain.length]!;
      const frame = names.frameOf(link.site);
      const where = frame === null ? "" : ` in ${frame.function}() at ${this.#at({ stack: [frame] })}`;
      this.#say(`${bareName(link.what)} is taken${where} while ${bareName(outer.what)} is held`);
    });
    if (chain.length > 1) this.#say("so the order goes in a circle, whether or not a run hangs");
  }

  /** Who goes round for ever, who waits beside it, and with what in their hands. */
  livelock(): void {
    const { round } = this.trace;
    const spinning = goingRound(this.trace);
    for (const context of spinning) {
      const doing = isMemory(context) || context.what === "" ? this.#code(context) : context.what;
      const holds = context.held.map((held) => this.#taken(held)).join(" and ");
      this.#say(
        `${this.#who(context)} goes round with ${doing} at ${this.#at(context)}` +
          `${holds === "" ? "" : ` and holds the lock of ${holds}`}`,
      );
    }
    for (const context of round) {
      if (context.task === 0 || spinning.includes(context)) continue;
      const holder = round.find(({ task }) => task === context.holder);
      const waits = context.kept ? "cannot have its CPU" : `waits in ${waitCall(context)}`;
      const holds = context.held.map((held) => this.#taken(held)).join(" and ");
      this.#say(
        `${this.#who(context)} ${waits} at ${this.#at(context)}` +
          `${holder === undefined ? "" : ` for ${this.#who(holder)}`}` +
          `${holds === "" ? "" : ` and holds the lock of ${holds}`}`,
      );
    }
    this.#say("from here no schedule leads to an end of the run");
  }

  /** Where freed memory was freed, and where the context had the pointer from. */
  freed({ finding }: FoundFinding): void {
    const { steps } = this.trace;
    const at = finding.address;
    const access = steps.findLast(
      (s) => s.task === finding.task && s.findings.some((f) => f.kind === finding.kind),
    );
    const before = access === undefined ? steps : steps.slice(0, access.index);
    const free = before.findLast(
      (s) => /free/.test(s.op) && s.touches.some((t) => t.written && t.start <= at && at < t.end),
    );
    if (free === undefined) return;
    const object = free.touches.find((t) => t.written && t.start <= at && at < t.end)!;
    const pointer = before.findLast(
      (s) =>
        s.task === finding.task &&
        s.op === "load" &&
        s.read !== null &&
        s.read >= BigInt(object.start) &&
        s.read < BigInt(object.end),
    );
    const freed = `${this.#who(free)} freed the memory in ${this.#code(free)} at ${this.#at(free)}`;
    if (pointer === undefined) {
      this.#say(freed);
      return;
    }
    const order = pointer.index < free.index ? "after" : "before";
    this.#say(`${freed}, ${order} ${this.#clause(pointer)} and got the pointer`);
    const lock = steps[pointer.section];
    if (order === "before" || access === undefined) return;
    const who = this.#who(pointer);
    if (lock === undefined) {
      this.#say(`${who} was in no rcu_read_lock() section when it read the pointer`);
    } else if (access.section === pointer.section) {
      this.#say(
        `${who} was inside rcu_read_lock() (${this.#at(lock)}) from its read of the pointer to its use of it, so no grace ` +
          "period that began in between can have ended before the free",
      );
    } else {
      const left = steps.findLast(
        (s) => s.task === pointer.task && s.index < access.index && s.section === pointer.section,
      );
      this.#say(
        `${who} had left the rcu_read_lock() section (${this.#at(lock)}) in which it read the pointer` +
          `${left === undefined ? "" : `, with ${this.#code(left)} at ${this.#at(left)},`} before it used it`,
      );
    }
  }
}

/** An access that C makes to memory, rather than an operation of a kernel object. */
function isMemory({ read, written }: StepEvent): boolean {
  return read !== null || written !== null;
}

function isRead(step: StepEvent): boolean {
  return isMemory(step) && step.written === null;
}

/** Tasks that have a CPU to themselves from their first step to their last. */
function tasksAlone(trace: Trace): Set<number> {
  const tasks = new Map<number, Set<number>>();
  const cpus = new Map<number, Set<number>>();
  const add = (map: Map<number, Set<number>>, key: number, value: number): void => {
    const set = map.get(key) ?? new Set();
    map.set(key, set.add(value));
  };
  for (const { task, cpu } of [...trace.steps, ...trace.parked, ...blocked(trace)]) {
    if (task === 0) continue;
    add(tasks, cpu, task);
    add(cpus, task, cpu);
  }
  return new Set(
    [...cpus]
      .filter(([, own]) => own.size === 1 && tasks.get([...own][0]!)!.size === 1)
      .map(([task]) => task),
  );
}

/** Contexts of which each waits for the next and the last for the first; empty if there is no such ring. */
function cycle(waiting: Trace["waiting"]): Trace["waiting"] {
  for (const start of waiting) {
    const ring = [start];
    for (;;) {
      const next = waiting.find(({ task }) => task === ring.at(-1)!.holder);
      if (next === undefined) break;
      if (next === start) return ring;
      if (ring.includes(next)) break;
      ring.push(next);
    }
  }
  return [];
}
