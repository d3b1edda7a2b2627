// What follows from the facts about locks of a whole search, whichever runs they come from: circles of lock order, and
// locks that an interrupt takes while it may interrupt their holder. So a deadlock is found although no explored run
// hangs. https://docs.kernel.org/locking/lockdep-design.html
//
// A circle is a deadlock only if at each of its locks the way in and the way out exclude each other: readers of a
// rwlock keep no reader out. So the search for circles walks over (lock, how it is held).
// Each circle is told once, at the step that comes last in it for a reader: the fact found last.

import type { Fact, Finding, FindingLink } from "../../interpreter/api.js";
import { LockKind } from "../objects/held.js";
import { addressOfId, bitOfId, lockName } from "../objects/locks.js";
import { heldKind, LOCK_ORDER, takenKind } from "./lock-order.js";
import { LOCK_USE, READ_SHIFT, Use, useKind, usesOf } from "./lock-use.js";
import { lockText } from "./situation.js";

/** A finding that no single step shows, and the fact whose step comes nearest: that step's run is shown. */
export interface Conclusion {
  finding: Finding;
  fact: Fact;
}

export interface NameView {
  nameOf(address: number): string;
  whatAt(site: number): string;
}

/** Everything that the facts of a search, in the order in which it found them, say together. */
export function conclude(facts: readonly Fact[], view: NameView): Conclusion[] {
  const edges = facts.filter((fact) => fact.kind === LOCK_ORDER);
  const uses = facts.filter((fact) => fact.kind === LOCK_USE);
  const named: View = {
    nameOf: (address) => view.nameOf(address),
    whatAt: (site) => view.whatAt(site),
    uses,
  };
  return [...circles(edges, named), ...irqUnsafe(uses, named), ...irqInversions(edges, uses, named)];
}

/** What texts are made from: names, and the uses of locks. */
interface View extends NameView {
  readonly uses: readonly Fact[];
}

const lockOf = (id: number, kind: number) => ({
  address: addressOfId(id),
  kind: kind as LockKind,
  bit: bitOfId(id),
});

/** Does holding the lock of one edge's end keep the next edge's beginning out? Only readers of a rwlock do not. */
function excludes(into: Fact, outOf: Fact): boolean {
  return takenKind(into.flags) !== LockKind.Read || heldKind(outOf.flags) !== LockKind.Read;
}

/** The fewest edges that lead from the end of `first` to its beginning, every meeting excluding; null if none do. */
function wayBack(first: Fact, edges: readonly Fact[]): Fact[] | null {
  const before = new Map<Fact, Fact | null>([[first, null]]);
  const queue: Fact[] = [first];
  for (let i = 0; i < queue.length; i++) {
    const here = queue[i]!;
    for (const next of edges) {
      if (next.a !== here.b || before.has(next) || !excludes(here, next)) continue;
      before.set(next, here);
      if (next.b === first.a && excludes(next, first)) {
        const way: Fact[] = [];
        for (let at: Fact | null = next; at !== null && at !== first; at = before.get(at)!) way.unshift(at);
        return way;
      }
      queue.push(next);
    }
  }
  return null;
}

function circles(edges: readonly Fact[], view: View): Conclusion[] {
  const found: Conclusion[] = [];
  const told = new Set<string>();
  edges.forEach((last, i) => {
    // Only with what was known before: then the circle is told at the fact that closed it.
    const way = wayBack(last, edges.slice(0, i));
    if (way === null) return;
    const key = [last, ...way]
      .map((edge) => edge.a)
      .sort((p, q) => p - q)
      .join();
    if (told.has(key)) return;
    told.add(key);
    const text = [last, ...way]
      .map((edge) => lockName(view, lockOf(edge.a, heldKind(edge.flags))))
      .join(" --> ");
    found.push({ finding: atFact("lock-order", last, text, circleLinks(last, way, view)), fact: last });
  });
  return found;
}

/** The lock that is taken, the one that is held, then the chain from the newest dependency to the oldest. */
function circleLinks(last: Fact, way: readonly Fact[], view: View): FindingLink[] {
  const taken = linkOf(last.b, takenKind(last.flags), last.siteB, view);
  const held = linkOf(last.a, heldKind(last.flags), last.siteA, view);
  const chain = [...way].reverse().map((edge) => linkOf(edge.b, takenKind(edge.flags), edge.siteB, view));
  return [taken, held, ...chain, taken];
}

function linkOf(id: number, kind: number, site: number, view: View): FindingLink {
  return {
    what: lockText(view, { ...lockOf(id, kind), site }, id, view.uses),
    address: addressOfId(id),
    site,
  };
}

const CONTEXTS = [
  { name: "HARDIRQ", inside: Use.InHardirq, on: Use.HardirqOn },
  { name: "SOFTIRQ", inside: Use.InSoftirq, on: Use.SoftirqOn },
] as const;

/** A use, for writing or for reading: the kernel's name of it is "HARDIRQ-ON-W", "IN-SOFTIRQ-R". */
const usedFor = (fact: Fact, use: number, reading: boolean): boolean =>
  (usesOf(fact.flags) & (reading ? use << READ_SHIFT : use)) !== 0;

/** Was the lock used so, and in a way that excludes its being held (or wanted) as `kind`? Readers exclude no reader. */
const meets = (fact: Fact, use: number, kind: number): boolean =>
  usedFor(fact, use, false) || (usedFor(fact, use, true) && kind !== LockKind.Read);

/** One lock that an interrupt takes and that is elsewhere held with this interrupt enabled. */
function irqUnsafe(uses: readonly Fact[], view: View): Conclusion[] {
  const found: Conclusion[] = [];
  for (const { name, inside, on } of CONTEXTS) {
    for (const [insideReads, onReads] of [
      [false, false],
      [false, true],
      [true, false],
    ] as const) {
      const told = new Set<number>();
      for (const taken of uses) {
        if (!usedFor(taken, inside, insideReads) || told.has(taken.a)) continue;
        const held = uses.find((use) => use.a === taken.a && usedFor(use, on, onReads));
        if (held === undefined) continue;
        told.add(taken.a);
        const text = `inconsistent {${name}-ON-${onReads ? "R" : "W"}} -> {IN-${name}-${insideReads ? "R" : "W"}} usage.`;
        const links = [
          linkOf(taken.a, useKind(taken.flags), taken.siteB, view),
          linkOf(held.a, useKind(held.flags), held.siteB, view),
        ];
        found.push({ finding: atFact("irq-safety", taken, text, links), fact: taken });
      }
    }
  }
  return found;
}

/** A lock that an interrupt takes is held while one is taken whose holders may be interrupted, at once or through others. */
function irqInversions(edges: readonly Fact[], uses: readonly Fact[], view: View): Conclusion[] {
  const found: Conclusion[] = [];
  for (const { name, inside, on } of CONTEXTS) {
    const told = new Set<string>();
    for (const edge of edges) {
      const safe = uses.find((use) => use.a === edge.a && meets(use, inside, heldKind(edge.flags)));
      if (safe === undefined) continue;
      for (const { lock, last } of reachableFrom(edge, edges)) {
        const unsafe = uses.find((use) => use.a === lock && meets(use, on, takenKind(last.flags)));
        // The lock itself being both is irqUnsafe()'s.
        if (unsafe === undefined || lock === edge.a || told.has(`${edge.a} ${lock}`)) continue;
        told.add(`${edge.a} ${lock}`);
        const links = [
          linkOf(last.b, takenKind(last.flags), last.siteB, view),
          linkOf(edge.a, heldKind(edge.flags), edge.siteA, view),
          linkOf(safe.a, useKind(safe.flags), safe.siteB, view),
          linkOf(unsafe.a, useKind(unsafe.flags), unsafe.siteB, view),
        ];
        const text = `${name}-safe -> ${name}-unsafe lock order`;
        found.push({ finding: atFact("irq-inversion", last, text, links), fact: last });
      }
    }
  }
  return found;
}

/** Locks taken, directly or over others, while the edge's first one is held, each with the edge that takes it. */
function reachableFrom(first: Fact, edges: readonly Fact[]): { lock: number; last: Fact }[] {
  const reached = new Map<number, Fact>([[first.b, first]]);
  for (const [lock] of reached) {
    for (const next of edges) if (next.a === lock && !reached.has(next.b)) reached.set(next.b, next);
  }
  return [...reached].map(([lock, last]) => ({ lock, last }));
}

function atFact(kind: string, fact: Fact, text: string, links: FindingLink[]): Finding {
  return {
    kind,
    fatal: false,
    task: fact.task,
    cpu: fact.cpu,
    site: fact.siteB,
    otherTask: -1,
    otherSite: fact.siteA,
    address: addressOfId(fact.kind === LOCK_USE ? fact.a : fact.b),
    size: 0,
    text,
    links,
  };
}
