// Tasks that are alike: states that differ only in which of them stands where are one state.
//
// Comes in: a machine at its first choice. Goes out: which of its contexts are interchangeable, and a hash that is the
// same for all arrangements of them, with the place of each in an order that is the same too, for the sleep sets that are
// stored with states. The search itself goes on in the arrangement that it came upon first (Ip and Dill, "Better
// Verification Through Symmetry", FMSD 9, 1996).
//
// The hard thing is what a permutation does to a state. Swapping two contexts swaps their records and stacks, whose
// contents must then mean the same at the other place, and may change nothing else but numbers that say who holds a
// lock. So contexts count as alike only where that is certain:
//   they begin with the same function and the same argument, as tasks bound to CPUs that they share with nobody, under
//   full preemption, and no context is made later;
//   whatever any context may run, found by following its calls, has no calls through pointers and no jumps out of
//   functions, copies no blocks, names no lock's insides, and does only kernel operations that are anonymous
//   (ObjectOp): none allocates, knows the CPU or the task, or uses per-CPU data;
//   what contexts that are alike run has no locals in memory, whose addresses would tell them apart, and does not call
//   itself.
// Then all that tells such contexts apart is the CPU and the frame's address in their records, and the number in the words
// of the locks that they hold. The hash has the sum over the contexts of a hash of each one's record and stack as it
// would be anywhere, and for such a lock that one of them holds it, in place of its number.
//
// One that ends while it holds a lock (kernel/rules/unbalanced.ts reports it) leaves its number there for good: then the
// search starts again and tells them apart.
//
// Sleep sets go along because the permutations map steps to steps and conflicts to conflicts: what was explored from a
// state was explored, permuted, from all of its arrangements.

import {
  type Finding,
  type Instr,
  type IrFunction,
  type Machine,
  mixWord,
  PAGE_SHIFT,
  TASK_STRIDE,
  TASK_TABLE,
  Task,
  TaskState,
} from "../../interpreter/api.js";
import { heldCount, ownerWordOf } from "../../kernel/api.js";

const RECORD_WORDS = TASK_STRIDE / 4;
/** In a lock's word: one of those who are alike has it. */
const SOMEBODY = 0x5a17_ab1e | 0;

/** A context in some state: what its pages add to the memory's hash, and the hash of it as it would be anywhere. */
interface Look {
  readonly own: Int32Array;
  readonly local: Int32Array;
}

/** One of those who are alike. */
class Member {
  /** Pages of its record and of all of its stack that it may use. */
  readonly pages: number[] = [];
  /** By page: what it added to the hash when the search began. */
  readonly base: Int32Array;
  readonly #own = new Int32Array(4);
  /** By what its pages add to the hash: that, and the hash of its record and stack as they would be anywhere. */
  readonly #known = new Map<number, Look>();
  readonly #stackWord: number;
  /** Among all that are alike to some other. */
  index = 0;

  constructor(
    readonly machine: Machine,
    readonly task: number,
    readonly stackBytes: number,
  ) {
    const record = TASK_TABLE + task * TASK_STRIDE;
    const stack = machine.map.stackBase(task);
    this.#stackWord = stack >> 2;
    for (const [from, to] of [
      [record, record + TASK_STRIDE],
      [stack, stack + stackBytes],
    ] as const)
      for (let page = from >>> PAGE_SHIFT; page << PAGE_SHIFT < to; page++) this.pages.push(page);
    this.base = new Int32Array(this.pages.length * 4);
    const { i32 } = machine.memory;
    const words = 1 << (PAGE_SHIFT - 2);
    this.pages.forEach((page, p) => {
      for (let i = page * words; i < (page + 1) * words; i++)
        if (i32[i] !== 0) mixWord(i32[i]!, i, 1, this.base, p * 4);
    });
  }

  look(): Look {
    const { pages, base } = this;
    const own = this.#own;
    const { memory } = this.machine;
    own.fill(0);
    for (let p = 0; p < pages.length; p++) memory.addPage(pages[p]!, base, p * 4, own);
    const key = (own[0]! >>> 0) * 2097152 + (own[1]! & 0x1fffff);
    const known = this.#known.get(key);
    if (known !== undefined && isSame(known.own, own)) return known;
    const look = { own: own.slice(), local: this.#hash() };
    this.#known.set(key, look);
    return look;
  }

  #hash(): Int32Array {
    const { i32 } = this.machine.memory;
    const sums = new Int32Array(4);
    const record = (TASK_TABLE + this.task * TASK_STRIDE) >> 2;
    for (let i = 0; i < RECORD_WORDS; i++) {
      let word = i32[record + i]!;
      if (i === Task.Cpu / 4) word = 0;
      if (i === Task.Fp / 4 && word !== 0) word -= this.#stackWord * 4 - 1;
      if (word !== 0) mixWord(word, i, 1, sums);
    }
    const stackWords = this.stackBytes >> 2;
    for (let i = 0; i < stackWords; i++) {
      const word = i32[this.#stackWord + i]!;
      if (word !== 0) mixWord(word, RECORD_WORDS + i, 1, sums);
    }
    // Sums of words must not add up across contexts: each lane is mixed with the others.
    const local = new Int32Array(4);
    for (let i = 0; i < 4; i++) {
      let x =
        sums[i]! ^ Math.imul(sums[(i + 1) & 3]!, 0x9e3779b1) ^ Math.imul(sums[(i + 2) & 3]!, 0x85ebca6b);
      x = Math.imul(x ^ (x >>> 16) ^ Math.imul(sums[(i + 3) & 3]!, 0x27d4eb2f), 0x7feb352d);
      x = Math.imul(x ^ (x >>> 15), 0x846ca68b);
      local[i] = x ^ (x >>> 16);
    }
    return local;
  }
}

function isSame(p: Int32Array, q: Int32Array): boolean {
  return p[0] === q[0] && p[1] === q[1] && p[2] === q[2] && p[3] === q[3];
}

export class Symmetry {
  /** By class, the contexts in ascending order of their numbers. */
  readonly #classes: readonly (readonly Member[])[];
  /** The same in the order of the present state. */
  readonly #order: Member[][];
  readonly #members: readonly Member[];
  /** All of them at each depth of the way, one depth after the other. */
  readonly #looks: Look[] = [];
  /** All of them. */
  readonly mask: number;

  private constructor(classes: readonly (readonly Member[])[]) {
    this.#classes = classes;
    this.#order = classes.map((members) => [...members]);
    this.#members = classes.flat();
    this.#members.forEach((member, m) => {
      member.index = m;
    });
    this.mask = classes.flat().reduce((mask, { task }) => mask | (1 << task), 0);
  }

  /** Null: no two contexts are alike. */
  static of(machine: Machine): Symmetry | null {
    const classes = alike(machine);
    return classes.length === 0 ? null : new Symmetry(classes);
  }

  /** Has one of them ended with a lock, whose word names it for ever? Then they cannot be folded. */
  isBrokenBy(findings: readonly Finding[]): boolean {
    return findings.some(({ kind, task }) => kind === "lock-held-at-exit" && (this.mask & (1 << task)) !== 0);
  }

  /** How many contexts are alike to some other. */
  get count(): number {
    return this.#members.length;
  }

  /** The contexts that are alike, class by class. */
  get classes(): number[][] {
    return this.#classes.map((members) => members.map(({ task }) => task));
  }

  /** The state at this depth of the way has been reached by other means than a step from the one above. */
  begin(depth: number): void {
    for (let m = 0; m < this.#members.length; m++) this.#set(depth, m, this.#members[m]!.look());
  }

  /**
   * Makes the hash of the present state, at this depth of the way, that of all its arrangements. `mover` made the step that
   * led here; it has changed no other's record. `sleep`: see toPlaces().
   */
  fold(hash: Int32Array, sleep: number, depth: number, mover: number): void {
    const count = this.#members.length;
    if (depth === 0) this.begin(0);
    else
      for (let m = 0; m < count; m++) {
        const member = this.#members[m]!;
        this.#set(depth, m, member.task === mover ? member.look() : this.#looks[(depth - 1) * count + m]!);
      }
    for (let m = 0; m < count; m++) {
      const { own, local } = this.#looks[depth * count + m]!;
      for (let i = 0; i < 4; i++) hash[i] = (hash[i]! - own[i]! + local[i]!) | 0;
      this.#nameNobody(hash, this.#members[m]!);
    }
    for (let c = 0; c < this.#order.length; c++) {
      const order = this.#order[c]!;
      // Those who stand alike may be named in any order: sleepers first, so that the same ones sleep at every visit.
      for (let m = 1; m < order.length; m++) {
        const member = order[m]!;
        let to = m;
        while (to > 0 && this.#isBehind(order[to - 1]!, member, sleep, depth)) {
          order[to] = order[to - 1]!;
          to--;
        }
        order[to] = member;
      }
    }
  }

  #set(depth: number, m: number, look: Look): void {
    this.#looks[depth * this.#members.length + m] = look;
  }

  /** Does p, which comes first, belong behind q? */
  #isBehind(p: Member, q: Member, sleep: number, depth: number): boolean {
    const at = depth * this.#members.length;
    const of = this.#looks[at + p.index]!.local;
    const other = this.#looks[at + q.index]!.local;
    for (let i = 0; i < 4; i++) if (of[i] !== other[i]) return of[i]! > other[i]!;
    return ((sleep >>> p.task) & 1) < ((sleep >>> q.task) & 1);
  }

  /** Locks that the context holds. */
  #nameNobody(hash: Int32Array, { machine, task }: Member): void {
    const count = heldCount(machine, task);
    for (let i = 0; i < count; i++) {
      const word = ownerWordOf(machine, task, i) >> 2;
      if (word === 0 || machine.memory.i32[word] !== task + 1) continue;
      mixWord(task + 1, word, -1, hash);
      mixWord(SOMEBODY, word, 1, hash);
    }
  }

  /**
   * Where nobody can move any more, the machine tells it at the first context that waits. Contexts that come first in some
   * arrangement of the present state; `waits` says who waits.
   */
  firsts(waits: (task: number) => boolean, count: number): number[] {
    const tasks = Array.from({ length: count - 1 }, (_, i) => i + 1);
    const other = tasks.find((t) => (this.mask & (1 << t)) === 0 && waits(t)) ?? count;
    /** By class: who waits, the lowest number that one of them may have, and the highest that all may be kept above. */
    const classes = this.#classes.map((members) => {
      const waiting = members.filter(({ task }) => waits(task)).map(({ task }) => task);
      const latest = members[members.length - waiting.length]?.task ?? count;
      return { waiting, lowest: members[0]!.task, latest };
    });
    const found = classes
      .filter((one) => classes.every((c) => c === one || one.lowest < c.latest) && one.lowest < other)
      .flatMap(({ waiting }) => waiting);
    if (other < count && classes.every(({ latest }) => other < latest)) found.push(other);
    return found;
  }

  /** A mask of contexts, as places in the order of the state that fold() was asked about last. */
  toPlaces(mask: number): number {
    let places = mask & ~this.mask;
    for (let c = 0; c < this.#classes.length; c++) {
      const members = this.#classes[c]!;
      const order = this.#order[c]!;
      for (let m = 0; m < members.length; m++)
        if ((mask & (1 << order[m]!.task)) !== 0) places |= 1 << members[m]!.task;
    }
    return places;
  }

  fromPlaces(places: number): number {
    let mask = places & ~this.mask;
    for (let c = 0; c < this.#classes.length; c++) {
      const members = this.#classes[c]!;
      const order = this.#order[c]!;
      for (let m = 0; m < members.length; m++)
        if ((places & (1 << members[m]!.task)) !== 0) mask |= 1 << order[m]!.task;
    }
    return mask;
  }
}

/** Classes of two or more. */
function alike(machine: Machine): Member[][] {
  const { config } = machine;
  const count = machine.taskCount();
  if (config.preempt !== "full" || machine.makesContexts || count < 3) return [];
  const field = (t: number, at: number): number =>
    machine.memory.i32[(TASK_TABLE + t * TASK_STRIDE + at) >> 2]!;
  const reach = new Reach(machine);
  const classes = new Map<string, number[]>();
  for (let t = 1; t < count; t++) {
    const entry = field(t, Task.Entry);
    if (field(t, Task.Bound) === 0 || !reach.isAnonymous(entry)) return [];
    const isAlone = Array.from({ length: count - 1 }, (_, i) => i + 1).every(
      (u) => u === t || machine.cpuOf(u) !== machine.cpuOf(t),
    );
    if (!isAlone || machine.taskState(t) !== TaskState.Parked || machine.isInterrupt(t)) continue;
    if (field(t, Task.ArenaTop) !== 0 || !reach.isBare(entry)) continue;
    const key = `${entry} ${field(t, Task.ArgLo)} ${field(t, Task.ArgHi)}`;
    const members = classes.get(key);
    if (members === undefined) classes.set(key, [t]);
    else members.push(t);
  }
  return [...classes.values()]
    .filter((members) => members.length > 1)
    .map((members) => members.map((t) => new Member(machine, t, reach.stackBytes(field(t, Task.Entry)))));
}

/** What a context that begins in a function may run. */
class Reach {
  readonly #functions = new Map<number, ReadonlySet<number>>();

  constructor(readonly machine: Machine) {}

  /** The function and all that it calls. */
  #of(entry: number): ReadonlySet<number> {
    let seen = this.#functions.get(entry);
    if (seen !== undefined) return seen;
    const found = new Set([entry]);
    for (const f of found) for (const { op, imm } of this.#code(f)) if (op === "call") found.add(imm);
    seen = found;
    this.#functions.set(entry, seen);
    return seen;
  }

  *#code(f: number): Iterable<Instr> {
    for (const block of this.machine.program.functions[f]!.blocks) yield* block;
  }

  /** Nothing that it runs depends on who runs it, or tells. */
  isAnonymous(entry: number): boolean {
    const { machine } = this;
    const { sites, kernelOps } = machine.program;
    const locks = kernelOps.some((_, i) => {
      const op = machine.objectOf(i);
      return op?.anonymous === true && op.waits !== "never";
    });
    return [...this.#of(entry)].every((f) => {
      for (const { op, imm, site } of this.#code(f)) {
        if (/^(calli|setjmp|longjmp|mem(cpy|move|set))$/.test(op)) return false;
        if (op === "kop" && machine.objectOf(imm)?.anonymous !== true) return false;
        if (locks && site >= 0 && /\b(owner|rlock)$/.test(sites[site]!.what ?? "")) return false;
      }
      return true;
    });
  }

  /** Nothing that it runs has locals in memory, or calls itself. */
  isBare(entry: number): boolean {
    const has = (fn: IrFunction, f: number): boolean =>
      fn.localSize > 0 || fn.variadic || [...this.#code(f)].some(({ op }) => op.startsWith("stack."));
    const { functions } = this.machine.program;
    if ([...this.#of(entry)].some((f) => has(functions[f]!, f))) return false;
    return this.stackBytes(entry) >= 0;
  }

  /** The most of its stack that it may use; below 0: it may call itself. */
  stackBytes(entry: number): number {
    const open = new Set<number>();
    const most = new Map<number, number>();
    const visit = (f: number): number => {
      const known = most.get(f);
      if (known !== undefined) return known;
      if (open.has(f)) return Number.NEGATIVE_INFINITY;
      open.add(f);
      let below = 0;
      for (const { op, imm } of this.#code(f)) {
        if (op !== "call") continue;
        const bytes = visit(imm);
        below = bytes < 0 || below < 0 ? Number.NEGATIVE_INFINITY : Math.max(below, bytes);
      }
      open.delete(f);
      const bytes = this.machine.code.frameBytes[f]! + below;
      most.set(f, bytes);
      return bytes;
    };
    return visit(entry);
  }
}
