// What the threads of one search by traces have in common beside what meeting.ts says: the upper part of the wakeup trees.
//
// A race found at the end of a run adds a branch to a node far above, wherever that run was searched, and the branch goes
// where it is not covered: into the tree below a younger one, perhaps. So whoever gives branches away shares all nodes
// above them, and all nodes of the wakeup trees there. A leaf of such a tree is what one thread explores. Nobody sleeps
// behind it, because all who slept in front conflict with a step on the way to it; so what begins like the way to a leaf is
// explored there in every way, whoever has it and however far it is. What lies in front of a leaf is fixed when the leaf is
// inserted: its sleepers are the elder branches at each node. So the runs are those that a thread alone explores, each of
// them once, and their number does not tell who did what when.
//
// Entries are only ever added, behind the last one of a node. So threads read without a lock what they hold a lock to add.

import { type Confinement, StepFootprint } from "../../interpreter/api.js";
import type { Footprint, Footprints } from "./footprints.js";
import { type BoardBuffers, commonBuffers, Meeting, W } from "./meeting.js";
import type { Wakeup } from "./wakeup.js";

/** Bytes for nodes, branches and footprints, of which only those are there that have been written to. */
const MOST_BYTES = 1 << 28;

/** A node: contexts explored before it was shared, as a mask; the first of its branches, in order. */
const NODE = { done: 0, first: 1, words: 2 } as const;
/** A branch: whose step, its footprint, the node behind it or 0 for a leaf, the next one. */
const BRANCH = { task: 0, print: 1, node: 2, next: 3, words: 4 } as const;
/** A footprint: entries, maskLo, maskHi; start, end and bits of each. */
const PRINT_HEAD = 3;

/** The way to a leaf: for each step its context, the elder branches of its node as a mask, and the node. */
export type Way = number[];
/** Words of a step of a way. */
export const STEP = 3;

/** A leaf to be explored. */
export interface Leaf {
  way: Way;
  /** The first step of the way that has been taken by nobody when the leaf was added: its races are still to be reversed. */
  fresh: number;
}

/** There was no room for what was to be inserted. */
export const FULL = "full";
/** What chain() returns where there was. */
const ADDED = 0;
const NO_ROOM = 1;

export function makeTraceBoard(guess: Confinement, memory: number): BoardBuffers {
  const table = new SharedArrayBuffer(Math.min(memory, MOST_BYTES) & ~3);
  return { by: "traces", ...commonBuffers(guess), table };
}

export class TraceBoard extends Meeting {
  private readonly tree: Int32Array;
  private readonly scratch = new StepFootprint();
  /** Footprints by where they are, and the other way round. */
  private readonly prints = new Map<number, Footprint>();
  private readonly places = new Map<Footprint, number>();
  /** Those of the search: set by it. */
  footprints: Footprints | null = null;

  constructor(buffers: BoardBuffers, guess: Confinement) {
    super(buffers, guess);
    this.tree = new Int32Array(buffers.table);
  }

  /** Owner: from here on branches may be given away. */
  open(): void {
    // Zero is no place.
    this.words[W.states] = 1;
    this.begin();
  }

  /** May more nodes be shared? Not when half of the room is used: what is shared will need some. */
  get hasRoom(): boolean {
    return Atomics.load(this.words, W.states) < this.tree.length >> 1;
  }

  give({ way, fresh }: Leaf): boolean {
    const piece = new Int32Array(way.length + 1);
    piece.set(way);
    piece[way.length] = fresh;
    return this.giveWords(piece, piece.length);
  }

  /** A leaf, or null when the search is over: everybody is idle. `look` is asked now and then and may end it. */
  take(look: () => void): Leaf | null {
    const words = this.takeWords(look);
    if (words === null) return null;
    const length = words.length - 1;
    return { way: Array.from(words.subarray(0, length)), fresh: words[length] };
  }

  /** Nodes and branches are made by one thread at a time. */
  whileAlone<T>(make: () => T): T {
    this.lock(W.treeLock);
    try {
      return make();
    } finally {
      this.unlock(W.treeLock);
    }
  }

  // --- what is called within whileAlone() ---

  private reserve(words: number): number {
    const at = this.words[W.states];
    if (at + words > this.tree.length) return 0;
    Atomics.store(this.words, W.states, at + words);
    return at;
  }

  /** A node that nobody can find yet. 0: there is no room. */
  node(done: number): number {
    const at = this.reserve(NODE.words);
    this.tree[at + NODE.done] = done;
    return at;
  }

  /** A branch behind `last`, or the first one of the node if that is 0; for all to see. 0: there is no room. */
  branch(node: number, last: number, task: number, print: Footprint, behind: number): number {
    const { tree } = this;
    const where = this.placeOf(print);
    const at = where === 0 ? 0 : this.reserve(BRANCH.words);
    if (at === 0) return 0;
    tree[at + BRANCH.task] = task;
    tree[at + BRANCH.print] = where;
    tree[at + BRANCH.node] = behind;
    Atomics.store(tree, last === 0 ? node + NODE.first : last + BRANCH.next, at);
    return at;
  }

  /** Branches for these wakeups, as the next ones of `node`, to which `way` leads. False: there is no room. */
  grow(
    node: number,
    before: number,
    elder: number,
    first: Wakeup | null,
    way: Way,
    leaf: (way: Way) => void,
  ): boolean {
    let last = before;
    let mask = elder;
    for (let one = first; one !== null; one = one.next) {
      const behind = one.first === null ? 0 : this.node(0);
      if (one.first !== null && behind === 0) return false;
      last = this.branch(node, last, one.task, one.print, behind);
      if (last === 0) return false;
      const further = [...way, one.task, mask, node];
      if (one.first === null) leaf(further);
      else if (!this.grow(behind, 0, 0, one.first, further, leaf)) return false;
      mask |= 1 << one.task;
    }
    return true;
  }

  private placeOf(print: Footprint): number {
    const known = this.places.get(print);
    if (known !== undefined) return known;
    const { tree } = this;
    const at = this.reserve(PRINT_HEAD + 3 * print.count);
    if (at === 0) return 0;
    tree[at] = print.count;
    tree[at + 1] = print.maskLo;
    tree[at + 2] = print.maskHi;
    for (let i = 0, to = at + PRINT_HEAD; i < print.count; i++, to += 3) {
      tree[to] = print.start[i];
      tree[to + 1] = print.end[i];
      tree[to + 2] = print.bits[i];
    }
    this.places.set(print, at);
    this.prints.set(at, print);
    return at;
  }

  firstOf(node: number): number {
    return this.tree[node + NODE.first];
  }

  // --- what is not ---

  /**
   * Inserts the first n steps of v below a node, behind the branch that begins with a step of context `own`: elder ones have
   * been looked at. The leaf that was added, or null: it is covered. `way` leads to the node, and is made longer. `covers`:
   * may this context be the first of something that begins with so many steps of v?
   */
  insert(
    v: { readonly task: number; readonly print: Footprint }[],
    n: number,
    start: number,
    own: number,
    covers: (task: number, print: Footprint, left: number) => boolean,
    way: Way,
  ): Leaf | null | typeof FULL {
    const { tree } = this;
    let left = n;
    let node = start;
    let elder = tree[node + NODE.done];
    let last = 0;
    let at = Atomics.load(tree, node + NODE.first);
    for (let isBehind = false; !isBehind; at = Atomics.load(tree, at + BRANCH.next)) {
      const task = tree[at + BRANCH.task];
      isBehind = task === own;
      elder |= 1 << task;
      last = at;
    }
    for (;;) {
      if (at === 0) {
        const added = this.whileAlone(() => {
          const behind = Atomics.load(tree, last === 0 ? node + NODE.first : last + BRANCH.next);
          if (behind !== 0) return -behind;
          return this.chain(v, left, node, last, elder, way) ? ADDED : NO_ROOM;
        });
        if (added === NO_ROOM) return FULL;
        if (added === ADDED) return { way, fresh: way.length / STEP - left };
        at = -added;
      }
      const task = tree[at + BRANCH.task];
      if (!covers(task, this.printAt(tree[at + BRANCH.print]), left)) {
        elder |= 1 << task;
        last = at;
        at = Atomics.load(tree, at + BRANCH.next);
        continue;
      }
      for (let k = 0; k < left; k++) {
        if (v[k].task !== task) continue;
        left--;
        for (; k < left; k++) v[k] = v[k + 1];
      }
      const behind = tree[at + BRANCH.node];
      if (behind === 0 || left === 0) return null;
      way.push(task, elder, node);
      node = behind;
      elder = tree[node + NODE.done];
      last = 0;
      at = Atomics.load(tree, node + NODE.first);
    }
  }

  /** One branch behind the other; the first one is shown last. */
  private chain(
    v: readonly { readonly task: number; readonly print: Footprint }[],
    n: number,
    node: number,
    last: number,
    elder: number,
    way: Way,
  ): boolean {
    way.push(v[0].task, elder, node);
    let first = 0;
    let from = 0;
    for (let k = 1; k < n; k++) {
      const to = this.node(0);
      if (to === 0) return false;
      if (k === 1) first = to;
      else if (this.branch(from, 0, v[k - 1].task, v[k - 1].print, to) === 0) return false;
      way.push(v[k].task, 0, to);
      from = to;
    }
    if (n > 1 && this.branch(from, 0, v[n - 1].task, v[n - 1].print, 0) === 0) return false;
    return this.branch(node, last, v[0].task, v[0].print, first) !== 0;
  }

  private printAt(at: number): Footprint {
    const known = this.prints.get(at);
    if (known !== undefined) return known;
    const { tree, scratch } = this;
    scratch.clear();
    scratch.maskLo = tree[at + 1];
    scratch.maskHi = tree[at + 2];
    for (let i = 0, from = at + PRINT_HEAD; i < tree[at]; i++, from += 3)
      scratch.add(tree[from], tree[from + 1] - tree[from], tree[from + 2]);
    const print = this.footprints!.same(scratch);
    this.prints.set(at, print);
    return print;
  }
}

/** How far these are the same ways, the first one as far as a depth: entries. */
export function inCommon(one: Way, other: Way, depth: number): number {
  // The last step is a leaf's own.
  const most = Math.min(one.length, other.length - 1, depth * STEP);
  let common = 0;
  while (common < most && one[common] === other[common] && one[common + 2] === other[common + 2])
    common += STEP;
  return common;
}

/** Leaves among which the one is looked for that is explored next. */
const LOOKED_AT = 64;

/** Leaves that a thread has added and nobody else has got. */
export class KeptLeaves {
  private readonly leaves: Leaf[] = [];

  get isEmpty(): boolean {
    return this.leaves.length === 0;
  }

  push(leaf: Leaf): void {
    this.leaves.push(leaf);
  }

  /** Gives away the one that is nearest to the first choice. */
  giveTo(board: TraceBoard): void {
    const { leaves } = this;
    let at = 0;
    for (let k = 1; k < leaves.length; k++) if (leaves[k].way.length < leaves[at].way.length) at = k;
    if (board.give(leaves[at])) this.take(at);
  }

  /** Of those that came last the one with most of its way in common with the present one, as far as this depth. */
  nearest(present: Way, depth: number): Leaf | null {
    const { leaves } = this;
    if (leaves.length === 0) return null;
    let at = leaves.length - 1;
    let most = -1;
    for (let k = at; k >= 0 && k >= leaves.length - LOOKED_AT; k--) {
      const common = inCommon(present, leaves[k].way, depth);
      if (common <= most) continue;
      most = common;
      at = k;
    }
    return this.take(at);
  }

  private take(at: number): Leaf {
    const { leaves } = this;
    const leaf = leaves[at];
    const last = leaves.pop()!;
    if (at < leaves.length) leaves[at] = last;
    return leaf;
  }
}
