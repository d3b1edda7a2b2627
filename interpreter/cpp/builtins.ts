// Macros without a body: __LINE__, __FILE__, __COUNTER__, the __has_ questions, _Pragma.
//
// __DATE__ and __TIME__ are constants: the same text gives the same program on every day.

import type { BuiltinResult } from "./expand.js";
import { hasAttribute, hasBuiltin, hasStandardAttribute } from "./features.js";
import { Id } from "./intern.js";
import { type BuiltinName, builtinMacro, type Macro } from "./macro.js";
import type { Reader } from "./reader.js";
import { quote } from "./stringify.js";
import { type Tok, TokFlag, TokKind } from "./tok.js";

const NAMES: readonly BuiltinName[] = [
  ...(["__LINE__", "__FILE__", "__BASE_FILE__", "__FILE_NAME__", "__INCLUDE_LEVEL__", "__DATE__"] as const),
  ...([
    "__TIME__",
    "__TIMESTAMP__",
    "__COUNTER__",
    "_Pragma",
    "__has_include",
    "__has_include_next",
  ] as const),
  ...(["__has_attribute", "__has_cpp_attribute", "__has_c_attribute", "__has_builtin"] as const),
];

const DATE = '"Jan  1 1970"';
const TIME = '"00:00:00"';
const TIMESTAMP = '"Thu Jan  1 00:00:00 1970"';

export interface Header {
  readonly name: string;
  readonly isAngled: boolean;
}

export class Builtins {
  #counter = 0;

  constructor(readonly reader: Reader) {
    const { interner, macros } = reader.expander;
    const ids = NAMES.map((name) => interner.intern(name));
    reader.expander.reserveMacros();
    for (const [i, name] of NAMES.entries()) macros[ids[i]!] = builtinMacro(interner, name);
  }

  /** Counts on from where `other` is. */
  follow(other: Builtins): void {
    this.#counter = other.#counter;
  }

  /** What the macro call beginning with `name` stands for; null if it stays as it is. */
  expand(name: Tok, macro: Macro): BuiltinResult | null {
    const { reader } = this;
    const { files, expander } = reader;
    switch (macro.builtin) {
      case "__LINE__": {
        // Inside of a macro the line of the call counts, not that of the definition.
        const pos = expander.origins.outermostCall(name.pos, name.origin);
        return this.#number(name, files.place(pos).line);
      }
      case "__FILE__":
        return this.#string(name, quote(files.place(reader.currentPos).path));
      case "__FILE_NAME__":
        return this.#string(name, quote(files.place(reader.currentPos).path.replace(/^.*\//, "")));
      case "__BASE_FILE__":
        reader.namesMain = true;
        return this.#string(name, quote(reader.mainPath));
      case "__INCLUDE_LEVEL__":
        return this.#number(name, reader.depth - 1);
      case "__DATE__":
        return this.#string(name, DATE);
      case "__TIME__":
        return this.#string(name, TIME);
      case "__TIMESTAMP__":
        return this.#string(name, TIMESTAMP);
      case "__COUNTER__":
        return this.#number(name, this.#counter++);
      case "_Pragma":
        if (expander.inDirective || expander.ignorePragma > 0) return null;
        return reader.pragmas.operator(name) ? { token: null } : null;
      case "__has_include":
      case "__has_include_next":
        return this.#hasInclude(name, macro.builtin);
      default:
        return this.#hasName(name, macro.builtin!);
    }
  }

  #number(name: Tok, value: number): BuiltinResult {
    const { expander } = this.reader;
    return { token: expander.makeToken(TokKind.Number, 0, String(value), name.pos, name.origin) };
  }

  #string(name: Tok, text: string): BuiltinResult {
    const { expander } = this.reader;
    return { token: expander.makeToken(TokKind.String, 0, text, name.pos, name.origin) };
  }

  #fail(name: Tok, text: string): BuiltinResult {
    const { expander } = this.reader;
    expander.sink.error(expander.spanOf(name), text);
    return this.#number(name, 0);
  }

  #isPunct(token: Tok, id: number): boolean {
    return token.kind === TokKind.Punct && token.id === id;
  }

  #hasInclude(name: Tok, operator: string): BuiltinResult {
    const { expander } = this.reader;
    if (!expander.inDirective) {
      expander.sink.error(expander.spanOf(name), `"${operator}" used outside of preprocessing directive`);
    }
    const open = expander.nextNoPadding();
    if (!this.#isPunct(open, Id.LParen)) return this.#fail(name, `missing '(' before "${operator}" operand`);
    const header = this.readHeader();
    if (header === null) return this.#fail(name, `operator "${operator}" requires a header-name`);
    const close = expander.nextNoPadding();
    if (!this.#isPunct(close, Id.RParen)) return this.#fail(name, `missing ')' after "${operator}" operand`);
    this.reader.asksForFiles = true;
    const found = this.reader.find(header.name, header.isAngled, operator === "__has_include_next");
    return this.#number(name, found === null ? 0 : 1);
  }

  /** __has_attribute(x) and the like; also (scope::x), where only the scopes of gcc count. */
  #hasName(name: Tok, operator: BuiltinName): BuiltinResult {
    const { expander } = this.reader;
    const { texts } = expander.interner;
    if (!this.#isPunct(expander.nextNoPadding(), Id.LParen)) {
      return this.#fail(name, `missing '(' after "${operator}"`);
    }
    let subject = expander.nextNoPadding();
    if (subject.kind !== TokKind.Identifier) {
      return this.#fail(
        name,
        operator === "__has_builtin"
          ? 'macro "__has_builtin" requires an identifier'
          : "attribute identifier required after '('",
      );
    }
    let scope = "";
    let close = expander.nextNoPadding();
    if (this.#isPunct(close, Id.Colon) && operator !== "__has_builtin") {
      expander.nextNoPadding();
      scope = texts[subject.id]!.replaceAll("_", "");
      subject = expander.nextNoPadding();
      close = expander.nextNoPadding();
    }
    if (!this.#isPunct(close, Id.RParen)) return this.#fail(name, `missing ')' after "${operator}" operand`);
    const text = texts[subject.id]!;
    if (operator === "__has_builtin") return this.#number(name, hasBuiltin(text));
    if (scope !== "") return this.#number(name, scope === "gnu" ? hasAttribute(text) : 0);
    const standard = hasStandardAttribute(text);
    const isStandardOnly = operator === "__has_c_attribute";
    return this.#number(name, standard !== 0 || isStandardOnly ? standard : hasAttribute(text));
  }

  /**
   * "name" or <name>, as the lexer found it or put together from expanded tokens. Null if there is none. Blanks
   * between tokens that stand for <name> count, as in gcc.
   */
  readHeader(): Header | null {
    const { expander } = this.reader;
    const { texts } = expander.interner;
    const first = expander.nextNoPadding();
    const text = texts[first.id]!;
    if (first.kind === TokKind.HeaderName) return { name: text.slice(1, -1), isAngled: text.startsWith("<") };
    if (first.kind === TokKind.String && text.startsWith('"'))
      return { name: text.slice(1, -1), isAngled: false };
    if (!this.#isPunct(first, Id.Less)) return null;
    let name = "";
    for (;;) {
      const token = expander.nextNoPadding();
      if (token.kind === TokKind.EndOfInput) return null;
      if (this.#isPunct(token, Id.Greater)) return { name, isAngled: true };
      if ((token.flags & TokFlag.SpaceBefore) !== 0 && name !== "") name += " ";
      name += texts[token.id]!;
    }
  }
}
