// Could runs go round without a way to an end? The steps of a search, as edges between numbered states, tell when it is
// over: first all states are taken away from which one of these steps leads on to an end. What is left has no circle if
// its states can be taken away one after the other, always one that nothing leads to any more (Kahn, "Topological
// sorting of large networks", CACM 5(11), 1962).
//
// What sleep sets leave out does not matter: an endless run is the same as some run that the search would follow for
// ever (livelock.ts), so whoever never gets to an end goes round among states from which no step of the search leads to
// one. That a state has no step at all says nothing: everybody may have been asleep there. What is taken only at a later
// visit of a state is an edge like any other.

import { type Machine, mayGoRound, type Program } from "../../interpreter/api.js";
import { VisitedStates } from "./visited.js";

const answers = new WeakMap<Program, boolean>();

/** May a run of the program come back to a state in which it was? False: certainly not, and nobody needs to look. */
export function mayComeBack(machine: Machine): boolean {
  const { program } = machine;
  let answer = answers.get(program);
  if (answer === undefined) {
    const local = program.kernelOps.map((_, i) => machine.objectOf(i)?.local === true);
    // Contexts that are made while others run may stand where others stood before.
    const makes = program.kernelOps.map((_, i) => machine.objectOf(i)?.makes === true);
    const made = ({ op, imm }: { op: string; imm: number }): boolean => op === "kop" && makes[imm]!;
    answer =
      program.functions.some(({ blocks }) => blocks.some((block) => block.some(made))) ||
      mayGoRound(program, (name) => !local[program.kernelOps.indexOf(name)]);
    answers.set(program, answer);
  }
  return answer;
}

export class CircleWatch {
  /** Numbers of states, by their hashes. */
  readonly #numbers = new VisitedStates();
  /** The states on the present way, by depth. */
  readonly #way: number[] = [];
  /** Pairs: from, to. */
  #edges = new Int32Array(2048);
  #length = 0;
  /** By state: the run ends there, or with a step from there. */
  #ends = new Uint8Array(1024);

  /** The state has been reached at this depth of the way. */
  visit(hash: Int32Array, depth: number): void {
    const numbers = this.#numbers;
    if (!numbers.lookup(hash)) numbers.value = numbers.size - 1;
    const state = numbers.value;
    this.#way[depth] = state;
    if (depth === 0) return;
    if (this.#length === this.#edges.length) {
      const larger = new Int32Array(this.#length * 2);
      larger.set(this.#edges);
      this.#edges = larger;
    }
    this.#edges[this.#length++] = this.#way[depth - 1]!;
    this.#edges[this.#length++] = state;
  }

  /** The run ends in the state at this depth of the way, or with a step from there. */
  end(depth: number): void {
    const state = this.#way[depth]!;
    if (state >= this.#ends.length) {
      const larger = new Uint8Array(Math.max(state + 1, this.#ends.length * 2));
      larger.set(this.#ends);
      this.#ends = larger;
    }
    this.#ends[state] = 1;
  }

  /** Nobody is going to ask any more. */
  release(): void {
    this.#numbers.release();
  }

  bytes(): number {
    return this.#numbers.bytes() + this.#edges.byteLength + this.#ends.byteLength;
  }

  /** Is there a circle, among all that has been visited, from which nothing that was visited leads to an end? */
  hasCircle(): boolean {
    const left = this.#withoutEnd();
    if (!left.includes(1)) return false;
    const edges = this.#edges;
    /** By state: edges that lead to it from states still there. None of them comes from a state with a way to an end. */
    const into = new Int32Array(left.length);
    const out = new Lists(left.length, edges, this.#length, 0);
    for (let i = 0; i < this.#length; i += 2) if (left[edges[i]!] === 1) into[edges[i + 1]!]!++;
    const free: number[] = [];
    let count = 0;
    for (let s = 0; s < left.length; s++) {
      if (left[s] === 0) continue;
      count++;
      if (into[s] === 0) free.push(s);
    }
    for (let s = free.pop(); s !== undefined; s = free.pop()) {
      count--;
      for (let i = out.first[s]!; i < out.first[s + 1]!; i++)
        if (--into[out.others[i]!]! === 0) free.push(out.others[i]!);
    }
    return count > 0;
  }

  /** By state: 1 if no step leads on to an end. */
  #withoutEnd(): Uint8Array {
    const states = this.#numbers.size;
    const left = new Uint8Array(states).fill(1);
    const reached: number[] = [];
    for (let s = 0; s < states; s++) {
      if (this.#ends[s] !== 1) continue;
      left[s] = 0;
      reached.push(s);
    }
    const into = new Lists(states, this.#edges, this.#length, 1);
    for (let s = reached.pop(); s !== undefined; s = reached.pop()) {
      for (let i = into.first[s]!; i < into.first[s + 1]!; i++) {
        const from = into.others[i]!;
        if (left[from] === 0) continue;
        left[from] = 0;
        reached.push(from);
      }
    }
    return left;
  }
}

/** The states at the other ends of each state's edges. */
class Lists {
  /** By state: where its own begin in `others`. */
  readonly first: Int32Array;
  readonly others: Int32Array;

  /** `own` is 0 for the edges out of a state, 1 for those into it. */
  constructor(states: number, edges: Int32Array, length: number, own: 0 | 1) {
    this.first = new Int32Array(states + 1);
    this.others = new Int32Array(length >> 1);
    for (let i = own; i < length; i += 2) this.first[edges[i]! + 1]!++;
    for (let s = 0; s < states; s++) this.first[s + 1]! += this.first[s]!;
    const next = this.first.slice();
    for (let i = own; i < length; i += 2) this.others[next[edges[i]!]!++] = edges[own === 0 ? i + 1 : i - 1]!;
  }
}
