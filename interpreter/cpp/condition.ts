// The expressions of #if and #elif (C17 6.10.1): 64-bit integers, signed or unsigned, `defined`, and every name
// that is left after expansion is 0.
//
// In: the directive's tokens, pulled through the expander one by one, because `defined X` must see X unexpanded.
// Out: true or false; a malformed expression is reported once and is false. Precedence climbing; the operand that
// && || ?: do not choose is parsed but not evaluated, so that it may divide by zero.

import type { DiagnosticSink } from "../source/diagnostic.js";
import type { Span } from "../source/span.js";
import type { Assertions } from "./assertion.js";
import type { Expander } from "./expand.js";
import { Id } from "./intern.js";
import {
  type IfNumber,
  makeNumber,
  ONE,
  type ParsedConstant,
  parseCharacter,
  parseInteger,
  ZERO,
} from "./number.js";
import { END_OF_INPUT, type Tok, TokKind } from "./tok.js";

const BINARY: Readonly<Record<string, number>> = {
  ...{ ",": 1, "||": 3, "&&": 4, "|": 5, "^": 6, "&": 7, "==": 8, "!=": 8, "<": 9, ">": 9, "<=": 9, ">=": 9 },
  ...{ "<<": 10, ">>": 10, "+": 11, "-": 11, "*": 12, "/": 12, "%": 12 },
};
const TERNARY = 2;
const LOWEST = 1;
/** Operators and parentheses inside each other: each level needs the JavaScript stack. */
const MAX_DEPTH = 500;

/** What a condition needs to know of its surroundings. */
export interface ConditionHost {
  readonly expander: Expander;
  readonly sink: DiagnosticSink;
  readonly assertions: Assertions;
  readonly options: { readonly warnUndefined?: boolean };
  /** A warning, unless it is none of the user's business. */
  warn(code: string | null, span: Span, text: string): void;
}

export class Condition {
  #token: Tok = END_OF_INPUT;
  #failed = false;
  #unevaluated = 0;
  #depth = 0;
  readonly #errorsBefore: number;
  readonly expander: Expander;
  readonly sink: DiagnosticSink;

  constructor(
    readonly host: ConditionHost,
    /** "#if" or "#elif", for messages. */
    readonly directive: string,
    /** Behind the directive: where what is missing is reported. */
    readonly end: Span,
  ) {
    this.expander = host.expander;
    this.sink = host.sink;
    this.#errorsBefore = host.sink.errorCount;
  }

  evaluate(): boolean {
    this.#advance();
    if (this.#token.kind === TokKind.EndOfInput) {
      this.#fail(this.#token, `${this.directive} with no expression`);
      return false;
    }
    const result = this.#expression(LOWEST, "");
    if (!this.#failed && this.#token.kind !== TokKind.EndOfInput) this.#unexpected();
    return !this.#failed && this.sink.errorCount === this.#errorsBefore && result.value !== 0n;
  }

  /** What stands behind a complete operand and is no binary operator. */
  #unexpected(): IfNumber {
    const text = this.#text();
    if (text === ")") return this.#fail(this.#token, "missing '(' in expression");
    if (text === ":") return this.#fail(this.#token, "':' without preceding '?'");
    const { kind } = this.#token;
    const isOperand = kind === TokKind.Number || kind === TokKind.Identifier || kind === TokKind.Char;
    if (isOperand || text === "(" || text === "!" || text === "~") {
      return this.#fail(this.#token, `missing binary operator before token "${text}"`);
    }
    return this.#fail(this.#token, `token "${text}" is not valid in preprocessor expressions`);
  }

  #advance(): void {
    this.#token = this.#failed ? END_OF_INPUT : this.expander.nextNoPadding();
  }

  #text(): string {
    return this.expander.interner.texts[this.#token.id]!;
  }

  #fail(at: Tok, text: string): IfNumber {
    // One report is enough, also when the expander has made it.
    if (!this.#failed && this.sink.errorCount === this.#errorsBefore) {
      const span = at.kind === TokKind.EndOfInput ? this.end : this.expander.spanOf(at);
      this.sink.error(span, text);
    }
    this.#failed = true;
    this.#token = END_OF_INPUT;
    return ZERO;
  }

  #expression(least: number, after: string): IfNumber {
    if (++this.#depth > MAX_DEPTH)
      return this.#fail(this.#token, `${this.directive} nested more than ${MAX_DEPTH} deep`);
    let left = this.#operand(after);
    for (;;) {
      if (this.#token.kind !== TokKind.Punct) break;
      const operator = this.#text();
      if (operator === "?") {
        if (TERNARY < least) break;
        left = this.#ternary(left);
        continue;
      }
      const precedence = BINARY[operator] ?? 0;
      if (precedence === 0 || precedence < least) break;
      const at = this.#token;
      this.#advance();
      const decided = (operator === "||" && left.value !== 0n) || (operator === "&&" && left.value === 0n);
      if (decided) this.#unevaluated++;
      const right = this.#expression(precedence + 1, operator);
      if (decided) this.#unevaluated--;
      left = this.#binary(operator, left, right, at);
    }
    this.#depth--;
    return left;
  }

  #ternary(condition: IfNumber): IfNumber {
    const question = this.#token;
    this.#advance();
    const chosen = condition.value !== 0n;
    if (!chosen) this.#unevaluated++;
    const yes = this.#expression(LOWEST, "?");
    if (!chosen) this.#unevaluated--;
    if (this.#token.id !== Id.Colon || this.#token.kind !== TokKind.Punct) {
      return this.#fail(question, "'?' without following ':'");
    }
    this.#advance();
    if (chosen) this.#unevaluated++;
    const no = this.#expression(TERNARY, ":");
    if (chosen) this.#unevaluated--;
    return makeNumber(chosen ? yes.value : no.value, yes.isUnsigned || no.isUnsigned);
  }

  /** An operand with its unary operators; `after` is the operator that wants it. */
  #operand(after: string): IfNumber {
    const token = this.#token;
    const text = this.#text();
    switch (token.kind) {
      case TokKind.EndOfInput:
        return this.#fail(
          token,
          after === "" ? "missing expression" : `operator '${after}' has no right operand`,
        );
      case TokKind.Number:
        return this.#constant(parseInteger(text));
      case TokKind.Char:
        return this.#constant(parseCharacter(text));
      case TokKind.Identifier:
        return this.#name();
      case TokKind.Punct:
        break;
      default:
        return this.#fail(token, `token "${text}" is not valid in preprocessor expressions`);
    }
    if (text === "(") return this.#parenthesis();
    if (text === "#") {
      const holds = this.host.assertions.holds(token);
      this.#advance();
      return holds === true ? ONE : ZERO;
    }
    if (text === "+" || text === "-" || text === "~" || text === "!") return this.#unary(text);
    if (text === ")") {
      const message =
        after === "(" ? "missing expression between '(' and ')'" : `operator '${after}' has no right operand`;
      return this.#fail(token, after === "" ? "missing '(' in expression" : message);
    }
    if (text === ":") return this.#fail(token, "':' without preceding '?'");
    if (text === "?" || BINARY[text] !== undefined)
      return this.#fail(token, `operator '${text}' has no left operand`);
    return this.#fail(token, `token "${text}" is not valid in preprocessor expressions`);
  }

  #constant(parsed: ParsedConstant): IfNumber {
    if (parsed.error !== undefined) return this.#fail(this.#token, parsed.error);
    if (parsed.warning !== undefined) this.host.warn(null, this.expander.spanOf(this.#token), parsed.warning);
    this.#advance();
    return parsed.number;
  }

  #name(): IfNumber {
    const token = this.#token;
    if (token.id === Id.Defined) return this.#defined();
    if (this.host.options.warnUndefined === true && this.#unevaluated === 0) {
      const text = `"${this.#text()}" is not defined, evaluates to 0`;
      this.host.warn("-Wundef", this.expander.spanOf(token), text);
    }
    this.#advance();
    return ZERO;
  }

  #defined(): IfNumber {
    const { expander } = this;
    const operator = this.#token;
    expander.preventExpansion++;
    this.#advance();
    const hasParen = this.#token.kind === TokKind.Punct && this.#token.id === Id.LParen;
    if (hasParen) this.#advance();
    const name = this.#token;
    if (name.kind !== TokKind.Identifier) {
      expander.preventExpansion--;
      return this.#fail(
        name.kind === TokKind.EndOfInput ? operator : name,
        'operator "defined" requires an identifier',
      );
    }
    if (hasParen) {
      this.#advance();
      if (this.#token.kind !== TokKind.Punct || this.#token.id !== Id.RParen) {
        expander.preventExpansion--;
        return this.#fail(operator, "missing ')' after \"defined\"");
      }
    }
    expander.preventExpansion--;
    this.#advance();
    return expander.macros[name.id] === undefined ? ZERO : ONE;
  }

  #parenthesis(): IfNumber {
    const open = this.#token;
    this.#advance();
    const value = this.#expression(LOWEST, "(");
    if (this.#token.kind !== TokKind.Punct || this.#token.id !== Id.RParen) {
      if (this.#token.kind === TokKind.EndOfInput) return this.#fail(open, "missing ')' in expression");
      return this.#unexpected();
    }
    this.#advance();
    return value;
  }

  #unary(operator: string): IfNumber {
    if (++this.#depth > MAX_DEPTH)
      return this.#fail(this.#token, `${this.directive} nested more than ${MAX_DEPTH} deep`);
    this.#advance();
    const { value, isUnsigned } = this.#operand(operator);
    this.#depth--;
    if (operator === "!") return value === 0n ? ONE : ZERO;
    return makeNumber(operator === "-" ? -value : operator === "~" ? ~value : value, isUnsigned);
  }

  #binary(operator: string, left: IfNumber, right: IfNumber, at: Tok): IfNumber {
    const isUnsigned = left.isUnsigned || right.isUnsigned;
    const a = isUnsigned ? BigInt.asUintN(64, left.value) : left.value;
    const b = isUnsigned ? BigInt.asUintN(64, right.value) : right.value;
    switch (operator) {
      case ",":
        return right;
      case "||":
        return left.value !== 0n || right.value !== 0n ? ONE : ZERO;
      case "&&":
        return left.value !== 0n && right.value !== 0n ? ONE : ZERO;
      case "==":
        return a === b ? ONE : ZERO;
      case "!=":
        return a !== b ? ONE : ZERO;
      case "<":
        return a < b ? ONE : ZERO;
      case ">":
        return a > b ? ONE : ZERO;
      case "<=":
        return a <= b ? ONE : ZERO;
      case ">=":
        return a >= b ? ONE : ZERO;
      case "<<":
        return shift(left, right.value);
      case ">>":
        return shift(left, -right.value);
      case "|":
        return makeNumber(a | b, isUnsigned);
      case "^":
        return makeNumber(a ^ b, isUnsigned);
      case "&":
        return makeNumber(a & b, isUnsigned);
      case "+":
        return this.#arithmetic(a + b, isUnsigned, at);
      case "-":
        return this.#arithmetic(a - b, isUnsigned, at);
      case "*":
        return this.#arithmetic(a * b, isUnsigned, at);
    }
    if (b === 0n) {
      if (this.#unevaluated === 0) this.#fail(at, `division by zero in ${this.directive}`);
      return ZERO;
    }
    return this.#arithmetic(operator === "/" ? a / b : a % b, isUnsigned, at);
  }

  #arithmetic(value: bigint, isUnsigned: boolean, at: Tok): IfNumber {
    const result = makeNumber(value, isUnsigned);
    if (!isUnsigned && result.value !== value && this.#unevaluated === 0) {
      this.host.warn("-Woverflow", this.expander.spanOf(at), "integer overflow in preprocessor expression");
    }
    return result;
  }
}

/** `by` bits to the left; to the right if negative. Shifting everything out gives 0 or all signs. */
function shift(number: IfNumber, by: bigint): IfNumber {
  const { value, isUnsigned } = number;
  if (by >= 64n) return makeNumber(0n, isUnsigned);
  if (by <= -64n) return makeNumber(value < 0n ? -1n : 0n, isUnsigned);
  return makeNumber(by >= 0n ? value << by : value >> -by, isUnsigned);
}
