// Do runs go round? The steps of a search, as edges between numbered states, tell when it is over: a graph has no circle
// if its states can be taken away one after the other, always one that nothing leads to any more (Kahn, "Topological
// sorting of large networks", CACM 5(11), 1962).
//
// What sleep sets leave out does not matter: an endless run is the same as some run that the search would follow for
// ever (livelock.ts). What is taken only at a later visit of a state is an edge like any other.

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

  bytes(): number {
    return this.#numbers.bytes() + this.#edges.byteLength;
  }

  /** Is there a circle among all that has been visited? */
  hasCircle(): boolean {
    const states = this.#numbers.size;
    const edges = this.#edges;
    const length = this.#length;
    /** By state: edges that lead to it from states still there; where the edges out of it begin in `to`. */
    const into = new Int32Array(states);
    const first = new Int32Array(states + 1);
    for (let i = 0; i < length; i += 2) {
      first[edges[i]! + 1]!++;
      into[edges[i + 1]!]!++;
    }
    for (let s = 0; s < states; s++) first[s + 1]! += first[s]!;
    const to = new Int32Array(length >> 1);
    const next = first.slice();
    for (let i = 0; i < length; i += 2) to[next[edges[i]!]!++] = edges[i + 1]!;
    const free: number[] = [];
    for (let s = 0; s < states; s++) if (into[s] === 0) free.push(s);
    let left = states;
    for (let s = free.pop(); s !== undefined; s = free.pop()) {
      left--;
      for (let i = first[s]!; i < first[s + 1]!; i++) if (--into[to[i]!]! === 0) free.push(to[i]!);
    }
    return left > 0;
  }
}
