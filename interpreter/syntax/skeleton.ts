// The text that tree-sitter gets to see, and the way back from its tree to our tokens.
//
// tree-sitter-c knows no scopes, so a name may be a type to it or not, and it misreads some fifty constructs of
// GNU C for that and other reasons. Therefore it gets a skeleton in which nothing is left to guess: every
// operand is the number 1 (a name v where it is assigned to), every type is `int`, and everything that the
// readers of declarations have understood by themselves (a declaration, `goto`, `sizeof(type)`, an asm
// statement) is one operand or one `;`. What remains for tree-sitter to say is what expressions and statements
// are made of. For
//
//     for (struct s *p = f(x); p->n & 1; p++) if (q) g(sizeof(*p)); else *q = (long)p;
//
// it reads
//
//     for ( 1 ( 1 ( 1 ) ) ; 1 . v & 1 ; 1 . v ) if ( 1 ) 1 ( ~ ( * 1 ) ) ; else * 1 = ( int ) 1 ;
//
// Each word of the skeleton carries a number: the index of the token that it stands for, or, if negative, the
// complement of an index into `built`, the nodes that were understood before.
//
// A built node may have expressions inside that only tree-sitter can read (an initialiser, a typeof operand).
// They are given to it as arguments of a marker call, `1 ( e , e )`, in the place of the node; the walk hands
// each argument to the setter that waits for it. A node without such parts is a plain `1` or `;`.

import type { Compound, Expr, InitializerList, Node } from "./ast.js";

/** What can stand in a slot. */
export type SlotValue = Expr | InitializerList | Compound;

/** A node with parts that are still to be read by tree-sitter, in the order in which they stand. */
export class Marker {
  node: Node | null = null;
  readonly slots: ((value: SlotValue) => void)[] = [];
  /** What stands for it in the skeleton, once it has a slot. */
  value = 0;

  /** "[": the call stands in an array bound, `int [ 1 ( e ) ]`, because its node is the type of a cast. */
  constructor(readonly prefix: "" | "[") {}
}

/** Stands for the type in `( int ) { … }` where the braces are an initialiser and not a compound literal. */
export const BARE_BRACES: Node = { first: 0, last: 0 };

export class Skeleton {
  readonly #words: string[] = [];
  #values = new Int32Array(4096);
  readonly built: (Node | Marker)[] = [];

  get length(): number {
    return this.#words.length;
  }

  /** A word that stands for a token (value >= 0) or for a built node (value from `add`). */
  emit(word: string, value: number): void {
    const at = this.#words.push(word) - 1;
    if (at === this.#values.length) {
      const grown = new Int32Array(at * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[at] = value;
  }

  setValue(at: number, value: number): void {
    this.#values[at] = value;
  }

  /** What stands for a built node. */
  add(node: Node | Marker): number {
    return ~(this.built.push(node) - 1);
  }

  /** Forget the words from `length` on. */
  rollback(length: number): void {
    this.#words.length = length;
  }

  finish(): SkeletonText {
    const words = this.#words;
    const text = words.join(" ");
    const values = new Int32Array(text.length + 1);
    let offset = 0;
    for (let i = 0; i < words.length; i++) {
      const width = words[i]!.length;
      values[offset] = this.#values[i]!;
      values[offset + width - 1] = this.#values[i]!;
      offset += width + 1;
    }
    return { text, values, built: this.built };
  }
}

export interface SkeletonText {
  readonly text: string;
  /** For the offset of the first and the last character of a word: what the word stands for. */
  readonly values: Int32Array;
  readonly built: readonly (Node | Marker)[];
}
