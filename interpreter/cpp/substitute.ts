// Substitution: a function-like macro's body with its parameters replaced by the arguments of one call.
//
// In: body and arguments. Out: the tokens to rescan, with ## still to be done (PasteLeft marks its left operands)
// and padding where # could see white space. An argument beside # or ## goes in as it was written, any other one
// with its macros expanded. Two GNU matters make this long: `, ## args` swallows its comma when args was left out,
// and __VA_OPT__(x), which is x if there are variable arguments and otherwise a placemarker, and may itself be an
// operand of # and ##. Order and corner cases follow libcpp's replace_args.

import type { OriginId } from "../source/span.js";
import type { Argument, Expander } from "./expand.js";
import { Id } from "./intern.js";
import { instantiate, type Macro } from "./macro.js";
import { PADDING_SEPARATOR, paddingFor, Tok, TokFlag, TokKind } from "./tok.js";

export function substitute(
  expander: Expander,
  macro: Macro,
  args: readonly Argument[],
  origin: OriginId,
): readonly Tok[] {
  return new Substitution(expander, macro, args, origin).run();
}

class Substitution {
  readonly #out: Tok[] = [];
  readonly #vaOpt: VaOpt;
  // Index of the last token before the open __VA_OPT__; -1 when it was the first, -2 when none is open.
  #vaOptStart = NO_VA_OPT;

  // Tokens of one argument mostly share their inner origin, so one entry is memory enough.
  #argumentInner: OriginId = -1;
  #argumentParam = -1;
  #argumentOrigin: OriginId = 0;

  constructor(
    readonly expander: Expander,
    readonly macro: Macro,
    readonly args: readonly Argument[],
    readonly origin: OriginId,
  ) {
    const last = args[args.length - 1]!;
    this.#vaOpt = new VaOpt(macro.isVariadic, () => expander.expandArgument(last).some(isReal));
  }

  run(): readonly Tok[] {
    const { body } = this.macro;
    if (this.macro.isVariadic) this.#expandAll(body);
    for (let i = 0; i < body.length; i++) {
      const token = body[i]!;
      const afterPaste = i > 0 && (body[i - 1]!.flags & TokFlag.PasteLeft) !== 0;
      const step = this.#vaOpt.see(token);
      if (step === Step.Begin) this.#beginVaOpt(token, i, afterPaste);
      else if (step === Step.End) this.#endVaOpt(token);
      else if (step === Step.Keep) {
        if (token.kind === TokKind.Param) this.#parameter(token, i, afterPaste);
        else this.#out.push(instantiate(token, this.origin));
      }
    }
    return this.#out;
  }

  // Also what a __VA_OPT__ will drop is expanded, and before all else: __COUNTER__ can tell.
  #expandAll(body: readonly Tok[]): void {
    for (let i = 0; i < body.length; i++) {
      const token = body[i]!;
      const isRaw = (token.flags & (TokFlag.Stringify | TokFlag.PasteLeft)) !== 0;
      const afterPaste = i > 0 && (body[i - 1]!.flags & TokFlag.PasteLeft) !== 0;
      if (token.kind === TokKind.Param && !isRaw && !afterPaste)
        this.expander.expandArgument(this.args[token.origin]!);
    }
  }

  #parameter(token: Tok, index: number, afterPaste: boolean): void {
    const out = this.#out;
    const argument = this.args[token.origin]!;
    const beforePaste = (token.flags & TokFlag.PasteLeft) !== 0;
    const isString = (token.flags & TokFlag.Stringify) !== 0;
    let toks: readonly Tok[] = argument.toks;
    let from = 0;
    // The token that gets, or loses, its PasteLeft according to this parameter's.
    let pasteFlagOf = -1;
    if (isString) {
      const text = this.expander.stringify(argument, this.#here(token));
      toks = [this.expander.makeToken(TokKind.String, 0, text, token.pos, this.origin)];
    } else if (beforePaste) {
      // As written.
    } else if (afterPaste) {
      const last = out.length - 1;
      if (last >= 0) {
        const isVariadic = this.macro.isVariadic && token.origin === this.args.length - 1;
        if (isVariadic && out[last]!.kind === TokKind.Punct && out[last]!.id === Id.Comma) {
          // GNU: ", ## args" is a comma and the arguments unpasted, or nothing.
          if (argument.isMissing) out.pop();
          else pasteFlagOf = last;
        } else if (toks.length === 0) {
          pasteFlagOf = last;
        }
      }
    } else {
      toks = this.expander.expandArgument(argument);
      if (this.#isVaOptStart()) while (from < toks.length && !isReal(toks[from]!)) from++;
    }
    const { inDirective, directiveWantsPadding } = this.expander;
    if ((!inDirective || directiveWantsPadding) && index > 0 && !afterPaste && !this.#isVaOptStart()) {
      out.push(paddingFor(token.flags));
    }
    if (from < toks.length) {
      if (isString) out.push(toks[0]!);
      else for (let i = from; i < toks.length; i++) out.push(this.#passed(toks[i]!, token));
      if (beforePaste) pasteFlagOf = out.length - 1;
    }
    if (!inDirective && !beforePaste) out.push(PADDING_SEPARATOR);
    if (pasteFlagOf >= 0) this.#copyPasteFlag(pasteFlagOf, token);
  }

  /** An argument's token in the place of a parameter. */
  #passed(token: Tok, param: Tok): Tok {
    if (token.kind === TokKind.Padding) return token;
    if (token.origin !== this.#argumentInner || param.pos !== this.#argumentParam) {
      this.#argumentInner = token.origin;
      this.#argumentParam = param.pos;
      this.#argumentOrigin = this.expander.origins.addArgument(
        this.origin,
        param.pos,
        this.expander.interner.texts[param.id]!.length,
        token.origin,
      );
    }
    return new Tok(token.kind, token.flags, token.id, token.pos, this.#argumentOrigin);
  }

  #here(token: Tok): Tok {
    return instantiate(token, this.origin);
  }

  #copyPasteFlag(at: number, from: Tok): void {
    const token = this.#out[at]!;
    const others = token.flags & ~TokFlag.PasteLeft;
    this.#out[at] = token.withFlags(others | (from.flags & TokFlag.PasteLeft));
  }

  #isVaOptStart(): boolean {
    return this.#vaOptStart >= 0 && this.#vaOptStart === this.#out.length - 1;
  }

  #beginVaOpt(token: Tok, index: number, afterPaste: boolean): void {
    if (index > 0 && !afterPaste) this.#out.push(paddingFor(token.flags));
    this.#vaOptStart = this.#out.length - 1;
  }

  #endVaOpt(token: Tok): void {
    const out = this.#out;
    const start = this.#vaOptStart;
    this.#vaOptStart = NO_VA_OPT;
    if (this.#vaOpt.isStringified) {
      const inside = this.#pasteNow(out.splice(start + 1));
      const text = this.expander.stringifyAt(inside, this.#here(token));
      const flags = token.flags & TokFlag.PasteLeft;
      out.push(this.expander.makeToken(TokKind.String, flags, text, token.pos, this.origin));
      return;
    }
    const before = out[start];
    if (before !== undefined && out.length - 1 === start && (before.flags & TokFlag.PasteLeft) !== 0) {
      // It came to nothing: what stands before is pasted to nothing.
      out[start] = before.withFlags(before.flags & ~TokFlag.PasteLeft);
    }
    if ((token.flags & TokFlag.PasteLeft) === 0) {
      out.push(PADDING_SEPARATOR);
      return;
    }
    while (out.length - 1 > start && out[out.length - 1] === PADDING_SEPARATOR) out.pop();
    const last = out.length - 1;
    if (last >= 0 && isReal(out[last]!)) this.#copyPasteFlag(last, token);
  }

  /** The ## inside of a stringified __VA_OPT__, which nobody will rescan. */
  #pasteNow(toks: readonly Tok[]): Tok[] {
    const result: Tok[] = [];
    for (let i = 0; i < toks.length; i++) {
      let token = toks[i]!;
      while ((token.flags & TokFlag.PasteLeft) !== 0 && i + 1 < toks.length) {
        const right = toks[i + 1]!;
        const pasted = this.expander.paste(token, right);
        if (pasted === null) {
          token = token.withFlags(token.flags & ~TokFlag.PasteLeft);
          break;
        }
        i++;
        token = pasted.withFlags(pasted.flags | (right.flags & TokFlag.PasteLeft));
      }
      result.push(token);
    }
    return result;
  }
}

const NO_VA_OPT = -2;

function isReal(token: Tok): boolean {
  return token.kind !== TokKind.Padding;
}

const Step = { Keep: 0, Drop: 1, Begin: 2, End: 3 } as const;

/** Follows __VA_OPT__ ( ... ) through a body that is known to be well-formed. */
class VaOpt {
  isStringified = false;
  // 0 outside, 1 after the name, 2 and more inside: the depth of parentheses plus 1.
  #state = 0;
  #keeps: boolean | null = null;

  constructor(
    readonly isVariadic: boolean,
    readonly hasArguments: () => boolean,
  ) {}

  see(token: Tok): number {
    if (!this.isVariadic) return Step.Keep;
    if (token.id === Id.VaOpt && token.kind === TokKind.Identifier) {
      this.#state = 1;
      this.isStringified = (token.flags & TokFlag.Stringify) !== 0;
      return Step.Begin;
    }
    if (this.#state === 0) return Step.Keep;
    if (this.#state === 1) {
      this.#state = 2;
      this.#keeps ??= this.hasArguments();
      return Step.Drop;
    }
    if (token.id === Id.LParen && token.kind === TokKind.Punct) this.#state++;
    else if (token.id === Id.RParen && token.kind === TokKind.Punct && --this.#state === 1) {
      this.#state = 0;
      return Step.End;
    }
    return this.#keeps ? Step.Keep : Step.Drop;
  }
}
