// Does a depth-first search come back to a state that it is just going through? Then runs go round.
//
// The way is a stack of hashes. Looking through all of it at each known state would be slow, so states of the way are
// counted by some bits of their hash, and the way is looked through only where the count says that it may be there.

const BITS = 12;

export class CircleWatch {
  readonly #counts = new Int32Array(1 << BITS);
  #way = new Int32Array(2 * 256);

  /** The state is at this depth of the way. Told again for a depth, the state before is forgotten by leave() only. */
  goThrough(hash: Int32Array, depth: number): void {
    if (2 * depth + 1 >= this.#way.length) {
      const larger = new Int32Array(this.#way.length * 2);
      larger.set(this.#way);
      this.#way = larger;
    }
    this.#way[2 * depth] = hash[0]!;
    this.#way[2 * depth + 1] = hash[1]!;
    this.#counts[hash[0]! & ((1 << BITS) - 1)]!++;
  }

  leave(depth: number): void {
    this.#counts[this.#way[2 * depth]! & ((1 << BITS) - 1)]!--;
  }

  /** Is it one of the first `depth` states of the way? */
  isOnWay(hash: Int32Array, depth: number): boolean {
    if (this.#counts[hash[0]! & ((1 << BITS) - 1)] === 0) return false;
    for (let d = depth - 1; d >= 0; d--)
      if (this.#way[2 * d] === hash[0] && this.#way[2 * d + 1] === hash[1]) return true;
    return false;
  }
}
