// Macro definitions: from the tokens of a #define line to a Macro, with the constraints of C17 6.10.3 checked.
//
// A body is kept as tokens of which some are parameters. The operators # and ## are gone from it: they are flags
// on their operand and left operand (TokFlag), the form in which substitution wants them.

import type { OriginId, Pos } from "../source/span.js";
import { Id, type Interner } from "./intern.js";
import type { LexedFile } from "./lexer.js";
import { Tok, TokFlag, TokKind } from "./tok.js";

export type BuiltinName =
  | "__LINE__"
  | "__FILE__"
  | "__BASE_FILE__"
  | "__FILE_NAME__"
  | "__INCLUDE_LEVEL__"
  | "__DATE__"
  | "__TIME__"
  | "__TIMESTAMP__"
  | "__COUNTER__"
  | "_Pragma"
  | "__has_include"
  | "__has_include_next"
  | "__has_attribute"
  | "__has_cpp_attribute"
  | "__has_c_attribute"
  | "__has_builtin";

export class Macro {
  /** Set while its expansion is being scanned, so that it does not expand in itself. */
  disabled = false;
  /** Its number in the OriginTable; -1 until it is expanded for the first time. */
  origin = -1;

  constructor(
    readonly id: number,
    /** Where its name stands in the #define; 0 for built-in ones. */
    readonly definedAt: Pos,
    /** Parameter names; null for an object-like macro. */
    readonly params: readonly number[] | null,
    /** The last parameter takes all further arguments. */
    readonly isVariadic: boolean,
    /** Body tokens; a Param token has the index of its parameter as its origin. */
    readonly body: readonly Tok[],
    readonly builtin: BuiltinName | null = null,
  ) {}
}

export function builtinMacro(interner: Interner, name: BuiltinName): Macro {
  return new Macro(interner.intern(name), 0, null, false, [], name);
}

/** What is wrong with a definition, and at which token of the line. */
export interface DefinitionProblem {
  readonly at: number;
  readonly text: string;
  /** A mistake that leaves the macro usable. */
  readonly isWarning?: boolean;
}

interface Parameters {
  readonly ids: number[];
  readonly isVariadic: boolean;
  /** The index of the token after the closing parenthesis. */
  readonly next: number;
}

const PASTE_AT_END = "'##' cannot appear at either end of a macro expansion";

/**
 * Read the definition whose name is the token `nameAt` of `file` and whose line ends before the token `end`.
 * Null if it is no definition; what was wrong is in `problems`.
 */
export function parseDefinition(
  file: LexedFile,
  base: Pos,
  nameAt: number,
  end: number,
  interner: Interner,
  problems: DefinitionProblem[],
): Macro | null {
  const name = file.id[nameAt]!;
  const definedAt = base + file.offset[nameAt]!;
  let at = nameAt + 1;
  let parameters: Parameters | null = null;
  const hasBlank = at < end && (file.flags[at]! & TokFlag.SpaceBefore) !== 0;
  if (at < end && !hasBlank) {
    if (file.id[at] === Id.LParen) {
      parameters = parseParameters(file, at + 1, end, interner, problems);
      if (parameters === null) return null;
      at = parameters.next;
    } else {
      problems.push({ at, text: "ISO C99 requires whitespace after the macro name", isWarning: true });
    }
  }
  const body = parseBody(file, base, at, end, parameters, problems);
  if (body === null) return null;
  return new Macro(name, definedAt, parameters?.ids ?? null, parameters?.isVariadic ?? false, body);
}

function parseParameters(
  file: LexedFile,
  from: number,
  end: number,
  interner: Interner,
  problems: DefinitionProblem[],
): Parameters | null {
  const ids: number[] = [];
  let isVariadic = false;
  let afterName = false;
  for (let at = from; at < end; at++) {
    const id = file.id[at]!;
    if (id === Id.RParen && (afterName || ids.length === 0 || isVariadic))
      return { ids, isVariadic, next: at + 1 };
    let accepted = false;
    if (isVariadic) {
      problems.push({ at, text: "expected ')' after \"...\"" });
      return null;
    }
    if (file.kind[at] === TokKind.Identifier && !afterName) {
      if (ids.includes(id)) {
        problems.push({ at, text: `duplicate macro parameter "${interner.texts[id]!}"` });
        return null;
      }
      if (id === Id.VaArgs) problems.push(vaArgsMisplaced(at));
      ids.push(id);
      afterName = accepted = true;
    } else if (id === Id.Comma && afterName) {
      afterName = false;
      accepted = true;
    } else if (id === Id.Ellipsis) {
      if (!afterName) ids.push(Id.VaArgs);
      isVariadic = accepted = true;
    }
    if (!accepted) {
      const found = interner.texts[id]!;
      const expected = afterName ? "expected ',' or ')'" : "expected parameter name";
      problems.push({ at, text: `${expected}, found "${found}"` });
      return null;
    }
  }
  const text =
    afterName || isVariadic
      ? "expected ')' before end of line"
      : "expected parameter name before end of line";
  problems.push({ at: end - 1, text });
  return null;
}

function vaArgsMisplaced(at: number): DefinitionProblem {
  return {
    at,
    text: "__VA_ARGS__ can only appear in the expansion of a C99 variadic macro",
    isWarning: true,
  };
}

function parseBody(
  file: LexedFile,
  base: Pos,
  from: number,
  end: number,
  parameters: Parameters | null,
  problems: DefinitionProblem[],
): readonly Tok[] | null {
  const body: Tok[] = [];
  const vaOpt = new VaOptChecker(parameters?.isVariadic ?? false, problems);
  // White space before the # that makes the next token a string.
  let hashFlags = -1;
  let afterPaste = false;
  for (let at = from; at < end; at++) {
    const kind = file.kind[at]!;
    const id = file.id[at]!;
    let flags = file.flags[at]! & TokFlag.SpaceBefore;
    const param = parameters !== null && kind === TokKind.Identifier ? parameters.ids.indexOf(id) : -1;
    if (hashFlags >= 0) {
      if (param < 0 && !(id === Id.VaOpt && parameters!.isVariadic)) {
        problems.push({ at, text: "'#' is not followed by a macro parameter" });
        return null;
      }
      flags = hashFlags | TokFlag.Stringify;
      hashFlags = -1;
    }
    if (id === Id.HashHash || id === Id.HashHashDigraph) {
      if (body.length === 0) {
        problems.push({ at, text: PASTE_AT_END });
        return null;
      }
      if (!vaOpt.see(id, at)) return null;
      const left = body.length - 1;
      body[left] = body[left]!.withFlags(body[left]!.flags | TokFlag.PasteLeft);
      afterPaste = true;
      continue;
    }
    afterPaste = false;
    if ((id === Id.Hash || id === Id.HashDigraph) && kind === TokKind.Punct && parameters !== null) {
      hashFlags = flags;
      continue;
    }
    if (id === Id.VaArgs && param < 0) problems.push(vaArgsMisplaced(at));
    if (!vaOpt.see(id, at)) return null;
    if (body.length === 0) flags &= ~TokFlag.SpaceBefore;
    const pos = base + file.offset[at]!;
    if (param >= 0) body.push(new Tok(TokKind.Param, flags, id, pos, param));
    else body.push(new Tok(kind, flags, id, pos, 0));
  }
  if (hashFlags >= 0) {
    problems.push({ at: end - 1, text: "'#' is not followed by a macro parameter" });
    return null;
  }
  if (afterPaste) {
    problems.push({ at: end - 1, text: PASTE_AT_END });
    return null;
  }
  return vaOpt.finish(end - 1) ? body : null;
}

/** The constraints on __VA_OPT__ ( ... ) in a definition. */
class VaOptChecker {
  // 0 outside, 1 after the name, 2 after "(", 3 and more inside: the depth of parentheses.
  #state = 0;
  #afterPaste = false;

  constructor(
    readonly isVariadic: boolean,
    readonly problems: DefinitionProblem[],
  ) {}

  see(id: number, at: number): boolean {
    if (!this.isVariadic) return true;
    if (id === Id.VaOpt) {
      if (this.#state > 0) return this.#fail(at, "__VA_OPT__ may not appear in a __VA_OPT__");
      this.#state = 1;
    } else if (this.#state === 1) {
      if (id !== Id.LParen) return this.#fail(at, "__VA_OPT__ must be followed by an open parenthesis");
      this.#state = 2;
    } else if (this.#state >= 2) {
      const isPaste = id === Id.HashHash || id === Id.HashHashDigraph;
      if (this.#state === 2 && isPaste)
        return this.#fail(at, "'##' cannot appear at either end of __VA_OPT__");
      if (this.#state === 2) this.#state = 3;
      const wasPaste = this.#afterPaste;
      this.#afterPaste = isPaste;
      if (id === Id.LParen) this.#state++;
      else if (id === Id.RParen && --this.#state === 2) {
        this.#state = 0;
        if (wasPaste) return this.#fail(at, "'##' cannot appear at either end of __VA_OPT__");
      }
    }
    return true;
  }

  finish(at: number): boolean {
    return this.#state === 0 || this.#fail(at, "unterminated __VA_OPT__");
  }

  #fail(at: number, text: string): boolean {
    this.problems.push({ at, text });
    return false;
  }
}

/** Whether a second definition says the same as the first (C17 6.10.3p2). */
export function sameDefinition(a: Macro, b: Macro): boolean {
  if (a.builtin !== b.builtin || a.isVariadic !== b.isVariadic || a.body.length !== b.body.length)
    return false;
  if ((a.params === null) !== (b.params === null)) return false;
  if (a.params !== null) {
    if (a.params.length !== b.params!.length || a.params.some((id, i) => id !== b.params![i])) return false;
  }
  return a.body.every((token, i) => {
    const other = b.body[i]!;
    return token.kind === other.kind && token.id === other.id && token.flags === other.flags;
  });
}

/** The body as text, for MacroInfo and for reports. */
export function spellBody(macro: Macro, texts: readonly string[]): string {
  let out = "";
  for (let i = 0; i < macro.body.length; i++) {
    const token = macro.body[i]!;
    if (i > 0 && (token.flags & TokFlag.SpaceBefore) !== 0) out += " ";
    if ((token.flags & TokFlag.Stringify) !== 0) out += "#";
    out += texts[token.id]!;
    if ((token.flags & TokFlag.PasteLeft) !== 0) out += " ##";
  }
  return out;
}

/** A body token as it appears in one expansion. */
export function instantiate(token: Tok, origin: OriginId): Tok {
  return new Tok(token.kind, token.flags, token.id, token.pos, origin);
}
