// Where a token came from, beyond where it is spelt: the macro expansions that it went through.
//
// A token is (pos, origin): pos is where its characters stand, in a file or in a macro's definition. Origin 0
// says that it stands in the code as written. Any other origin is an entry here, of one of two forms:
//
//   body      the token stands in the definition of a macro that was called at (callPos, callOrigin)
//   argument  the token was passed to such a call: it had the origin `inner` before, and took the place of a
//             parameter at `paramPos` in the macro's definition
//
// So origins form a graph without cycles, shared by all tokens of one expansion. The form is that of gcc's
// macro line maps, which lets us print the same "in expansion of macro" notes.

import type { OriginId, Pos } from "./span.js";

/** One step of the way from a token's spelling out to the code as written, as the notes below a message show it. */
export interface ExpansionFrame {
  readonly macro: string;
  /** Where the macro's name stands in its #define; 0 for a built-in macro. */
  readonly definedAt: Pos;
  /** Where in the macro's definition the token, or the parameter that it was passed for, stands. */
  readonly inDefinition: Pos;
  /** The length of that parameter's name; 1 when the token was not passed. */
  readonly paramLength: number;
  /**
   * Where the macro was called: where its name stands, possibly inside another definition; when the name itself was
   * passed to a macro, where the parameter stands that it was passed for.
   */
  readonly calledAt: Pos;
  readonly calledLength: number;
}

// An entry is four numbers. Body: macro (>= 0), callPos, callOrigin, unused. Argument: ~(body entry of the call),
// paramPos, paramLength, inner.
const STRIDE = 4;

export class OriginTable {
  #entries: Int32Array = new Int32Array(1024 * STRIDE);
  // Entry 0 is "as written".
  #size = 1;
  readonly #names: string[] = [];
  readonly #definedAt: Pos[] = [];

  get size(): number {
    return this.#size;
  }

  /** Make a macro known; what addExpansion() wants. */
  addMacro(name: string, definedAt: Pos): number {
    this.#definedAt.push(definedAt);
    return this.#names.push(name) - 1;
  }

  /** Register the expansion of a macro whose name was read at (callPos, callOrigin). */
  addExpansion(macro: number, callPos: Pos, callOrigin: OriginId): OriginId {
    return this.#add(macro, callPos, callOrigin, 0);
  }

  /** Register tokens of origin `inner` that replace the parameter at `paramPos` in the expansion `expansion`. */
  addArgument(expansion: OriginId, paramPos: Pos, paramLength: number, inner: OriginId): OriginId {
    return this.#add(~expansion, paramPos, paramLength, inner);
  }

  #add(first: number, second: number, third: number, fourth: number): OriginId {
    const id = this.#size++;
    const at = id * STRIDE;
    if (at === this.#entries.length) {
      const wider = new Int32Array(at * 2);
      wider.set(this.#entries);
      this.#entries = wider;
    }
    const entries = this.#entries;
    entries[at] = first;
    entries[at + 1] = second;
    entries[at + 2] = third;
    entries[at + 3] = fourth;
    return id;
  }

  #isArgument(origin: OriginId): boolean {
    return this.#entries[origin * STRIDE]! < 0;
  }

  /** The body entry of the call that an entry belongs to. */
  #callOf(origin: OriginId): OriginId {
    const first = this.#entries[origin * STRIDE]!;
    return first < 0 ? ~first : origin;
  }

  #callPos(call: OriginId): Pos {
    return this.#entries[call * STRIDE + 1]!;
  }

  #callOrigin(call: OriginId): OriginId {
    return this.#entries[call * STRIDE + 2]!;
  }

  /**
   * Where a token stands in the code as written, outside of all definitions: a token passed as an argument
   * stands where it was written, any other where the outermost macro was called. This is the line to show a
   * reader as "the source line of this operation".
   */
  site(pos: Pos, origin: OriginId): Pos {
    while (origin !== 0) {
      if (this.#isArgument(origin)) {
        origin = this.#entries[origin * STRIDE + 3]!;
      } else {
        pos = this.#callPos(origin);
        origin = this.#callOrigin(origin);
      }
    }
    return pos;
  }

  /** Where the outermost macro call begins that a token belongs to; the token's own place if there is none. */
  outermostCall(pos: Pos, origin: OriginId): Pos {
    while (origin !== 0) {
      const call = this.#callOf(origin);
      pos = this.#callPos(call);
      origin = this.#callOrigin(call);
    }
    return pos;
  }

  /**
   * May two tokens be drawn as parts of one range? Both must stand in the code as written, or in one definition, or
   * have been passed to one call, together.
   */
  areTogether(a: OriginId, b: OriginId): boolean {
    while (a !== b) {
      if (a === 0 || b === 0 || this.#callOf(a) !== this.#callOf(b)) return false;
      if (!this.#isArgument(a) || !this.#isArgument(b)) return false;
      a = this.#entries[a * STRIDE + 3]!;
      b = this.#entries[b * STRIDE + 3]!;
    }
    return true;
  }

  /** Do two tokens come out of the same expansion, and a third one not out of that or of one that it lies in? */
  sharesBody(a: OriginId, b: OriginId, apart: OriginId): boolean {
    if (a === 0 || b === 0 || this.#callOf(a) !== this.#callOf(b)) return false;
    const call = this.#callOf(a);
    for (let at = apart; at !== 0; at = this.#callOrigin(this.#callOf(at))) {
      if (this.#callOf(at) === call) return false;
    }
    return true;
  }

  /**
   * The expansions of a token, innermost first. An argument that came out of other macros is unwound through
   * those first, as gcc does.
   */
  chain(pos: Pos, origin: OriginId): ExpansionFrame[] {
    const frames: ExpansionFrame[] = [];
    const entries = this.#entries;
    while (origin !== 0) {
      const isArgument = this.#isArgument(origin);
      const call = this.#callOf(origin);
      const macro = entries[call * STRIDE]!;
      const callPos = this.#callPos(call);
      const callOrigin = this.#callOrigin(call);
      // The name of the macro may itself have been passed to another one.
      const wasPassed = callOrigin !== 0 && this.#isArgument(callOrigin);
      frames.push({
        macro: this.#names[macro]!,
        definedAt: this.#definedAt[macro]!,
        inDefinition: isArgument ? entries[origin * STRIDE + 1]! : pos,
        paramLength: isArgument ? entries[origin * STRIDE + 2]! : 1,
        calledAt: wasPassed ? entries[callOrigin * STRIDE + 1]! : callPos,
        calledLength: wasPassed ? entries[callOrigin * STRIDE + 2]! : this.#names[macro]!.length,
      });
      const inner = isArgument ? entries[origin * STRIDE + 3]! : 0;
      if (inner !== 0) {
        origin = inner;
      } else {
        pos = callPos;
        origin = callOrigin;
      }
    }
    return frames;
  }
}
