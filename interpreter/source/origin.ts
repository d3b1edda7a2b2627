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

export class OriginTable {
  readonly #macro: string[] = [""];
  readonly #definedAt: number[] = [0];
  readonly #callPos: number[] = [0];
  readonly #callOrigin: number[] = [0];
  // For arguments the place of the parameter; -1 marks a body origin.
  readonly #paramPos: number[] = [-1];
  readonly #paramLength: number[] = [0];
  readonly #inner: number[] = [0];

  get size(): number {
    return this.#macro.length;
  }

  /** Register the expansion of a macro whose name was read at (callPos, callOrigin). */
  addExpansion(macro: string, definedAt: Pos, callPos: Pos, callOrigin: OriginId): OriginId {
    return this.#add(macro, definedAt, callPos, callOrigin, -1, 1, 0);
  }

  /** Register tokens of origin `inner` that replace the parameter at `paramPos` in the expansion `expansion`. */
  addArgument(expansion: OriginId, paramPos: Pos, paramLength: number, inner: OriginId): OriginId {
    return this.#add(
      this.#macro[expansion]!,
      this.#definedAt[expansion]!,
      this.#callPos[expansion]!,
      this.#callOrigin[expansion]!,
      paramPos,
      paramLength,
      inner,
    );
  }

  #add(
    macro: string,
    definedAt: Pos,
    callPos: Pos,
    callOrigin: OriginId,
    paramPos: number,
    paramLength: number,
    inner: OriginId,
  ): OriginId {
    this.#macro.push(macro);
    this.#definedAt.push(definedAt);
    this.#callPos.push(callPos);
    this.#callOrigin.push(callOrigin);
    this.#paramPos.push(paramPos);
    this.#paramLength.push(paramLength);
    return this.#inner.push(inner) - 1;
  }

  /**
   * Where a token stands in the code as written, outside of all definitions: a token passed as an argument
   * stands where it was written, any other where the outermost macro was called. This is the line to show a
   * reader as "the source line of this operation".
   */
  site(pos: Pos, origin: OriginId): Pos {
    while (origin !== 0) {
      if (this.#paramPos[origin]! >= 0) {
        origin = this.#inner[origin]!;
      } else {
        pos = this.#callPos[origin]!;
        origin = this.#callOrigin[origin]!;
      }
    }
    return pos;
  }

  /** Where the outermost macro call begins that a token belongs to; the token's own place if there is none. */
  outermostCall(pos: Pos, origin: OriginId): Pos {
    while (origin !== 0) {
      pos = this.#callPos[origin]!;
      origin = this.#callOrigin[origin]!;
    }
    return pos;
  }

  /**
   * The expansions of a token, innermost first. An argument that came out of other macros is unwound through
   * those first, as gcc does.
   */
  chain(pos: Pos, origin: OriginId): ExpansionFrame[] {
    const frames: ExpansionFrame[] = [];
    while (origin !== 0) {
      const paramPos = this.#paramPos[origin]!;
      const callOrigin = this.#callOrigin[origin]!;
      const callPos = this.#callPos[origin]!;
      const callParam = this.#paramPos[callOrigin]!;
      frames.push({
        macro: this.#macro[origin]!,
        definedAt: this.#definedAt[origin]!,
        inDefinition: paramPos >= 0 ? paramPos : pos,
        paramLength: this.#paramLength[origin]!,
        calledAt: callParam >= 0 ? callParam : callPos,
        calledLength: callParam >= 0 ? this.#paramLength[callOrigin]! : this.#macro[origin]!.length,
      });
      const inner = this.#inner[origin]!;
      if (paramPos >= 0 && inner !== 0) {
        origin = inner;
      } else {
        pos = callPos;
        origin = callOrigin;
      }
    }
    return frames;
  }
}
