// -Wformat: the arguments of printf-like calls against the literal that they are printed by.
//
// In: a call whose function has a format attribute, or is one of the C library's. The directives are found in the
// spelling of the literal's tokens, not in its value, so that a message can point at the directive itself, also
// where a macro such as PRId64 spells half of it. Signedness is not looked at, as in gcc without -Wformat-signedness;
// what the kernel makes of %p and the letters behind it is the kernel's business.

import type { Span } from "../source/span.js";
import type * as ast from "../syntax/ast.js";
import type { Context } from "./context.js";
import type { Expr, FunctionSymbol } from "./tree.js";
import { quoteType } from "./type-names.js";
import type { CType, IntName } from "./types.js";
import { wholeOf } from "./where.js";

const LIBRARY: ReadonlyMap<string, { format: number; first: number }> = new Map([
  ["printf", { format: 1, first: 2 }],
  ["fprintf", { format: 2, first: 3 }],
  ["sprintf", { format: 2, first: 3 }],
  ["snprintf", { format: 3, first: 4 }],
]);

/** A character of the literal: as written, and where; escape sequences are one character that is no '%'. */
interface Letter {
  readonly text: string;
  readonly token: number;
  readonly offset: number;
}

export function warnFormat(
  cx: Context,
  fn: FunctionSymbol,
  nodes: readonly ast.Expr[],
  args: readonly Expr[],
): void {
  const known = cx.functionAttributes.get(fn)?.format ?? LIBRARY.get(fn.name);
  if (known === undefined || known.first === 0) return;
  for (const literal of literalsOf(nodes[known.format - 1])) {
    new FormatCheck(cx, literal, nodes, args, known.first - 1).run();
  }
}

/** The literals that a format may be: one, or one for each side of a condition. */
function literalsOf(node: ast.Expr | undefined): ast.StringLiteral[] {
  if (node?.kind === "Conditional" && node.consequent !== null) {
    return [...literalsOf(node.consequent), ...literalsOf(node.alternate)];
  }
  return node?.kind === "StringLiteral" && node.encoding === "" ? [node] : [];
}

class FormatCheck {
  readonly #letters: Letter[];
  #at = 0;
  #next: number;

  constructor(
    readonly cx: Context,
    readonly literal: ast.StringLiteral,
    readonly nodes: readonly ast.Expr[],
    readonly args: readonly Expr[],
    first: number,
  ) {
    this.#letters = lettersOf(cx, literal);
    this.#next = first;
  }

  run(): void {
    const letters = this.#letters;
    while (this.#at < letters.length) {
      if (letters[this.#at++]!.text === "%" && !this.#directive()) return;
    }
    const { cx, literal, args } = this;
    if (this.#next < args.length)
      cx.warning("-Wformat-extra-args", literal.first, "too many arguments for format");
  }

  #peek(): string {
    return this.#letters[this.#at]?.text ?? "";
  }

  #take(letters: string): string {
    let taken = "";
    while (this.#peek() !== "" && letters.includes(this.#peek())) taken += this.#letters[this.#at++]!.text;
    return taken;
  }

  /** Behind a '%'; false where the rest cannot be understood. */
  #directive(): boolean {
    const start = this.#at;
    this.#take("-+ #0'");
    if (!this.#number(start - 1, "field width specifier '*'")) return false;
    if (this.#peek() === ".") {
      this.#at++;
      if (!this.#number(start - 1, "field precision specifier '.*'")) return false;
    }
    const stays = this.#at;
    const length = this.#take("hlLqjzt");
    const conversion = this.#peek();
    const where = Math.min(this.#at, this.#letters.length - 1);
    if (conversion === "") {
      this.#warn(where, where, "spurious trailing '%' in format");
      return false;
    }
    this.#at++;
    if (conversion === "%" || conversion === "m") return true;
    const wanted = wantedBy(conversion, length);
    if (wanted === null) {
      // Nobody knows what it would take, so it takes nothing.
      this.#warn(where, where, `unknown conversion type character '${printable(conversion)}' in format`);
      return true;
    }
    return this.#argument(start - 1, where, `format '%${this.#spell(start, this.#at)}'`, wanted, stays);
  }

  /** Digits, or a '*' with its argument. */
  #number(from: number, what: string): boolean {
    if (this.#peek() !== "*") {
      this.#take("0123456789");
      return true;
    }
    const where = this.#at++;
    return this.#argument(from, where, what, INT, null);
  }

  /** `from` and `where`: first and last letter of the directive; `written`: how far it stays with another conversion. */
  #argument(from: number, where: number, what: string, wanted: Wanted, stays: number | null): boolean {
    const index = this.#next++;
    const arg = this.args[index];
    if (arg === undefined) {
      this.#warn(from, where, `${what} expects a matching '${wanted.name}' argument`, { wanted });
      return false;
    }
    if (arg.kind !== "invalid" && arg.type.kind !== "poison" && !wanted.takes(arg.type)) {
      const has = `argument ${index + 1} has type ${quoteType(arg.type)}`;
      const better = stays === null ? null : directiveFor(arg.type, this.#letters[where]!.text);
      const instead = better === null ? null : `${this.#spell(from, stays!)}${better}`;
      const text = `${what} expects argument of type '${wanted.name}', but ${has}`;
      this.#warn(from, where, text, { wanted, arg: this.nodes[index], type: arg.type, instead });
    }
    return true;
  }

  #spell(from: number, end: number): string {
    let text = "";
    for (let i = from; i < end; i++) text += this.#letters[i]!.text;
    return text;
  }

  /** The last letter of the directive that `at` belongs to. */
  #endOf(at: number): number {
    const letters = this.#letters;
    if (letters[at]!.text !== "*") return at;
    let end = at + 1;
    while (end < letters.length - 1 && "*.0123456789hlLqjzt".includes(letters[end]!.text)) end++;
    return Math.min(end, letters.length - 1);
  }

  #letter(at: number): Span {
    const { token, offset, text } = this.#letters[at]!;
    const { pos, origin } = this.cx.tokens.span(token);
    return { pos: pos + offset, length: text.length, origin };
  }

  #warn(from: number, at: number, text: string, drawn: DrawnDirective = {}): void {
    const { cx, literal } = this;
    const { wanted, arg, type, instead } = drawn;
    const span = this.#letter(at);
    const start = this.#letter(from);
    const end = this.#letter(this.#endOf(at));
    const code = "-Wformat=";
    const directive = {
      range: { first: start, last: end },
      ...(wanted === undefined ? {} : { label: wanted.label ?? wanted.name }),
      ...(instead === undefined || instead === null
        ? {}
        : { changes: [{ ...start, length: span.pos + span.length - start.pos, text: instead }] }),
    };
    const { first } = literal;
    const where = arg === undefined ? null : wholeOf(cx.tokens, arg, arg.first - 1, arg.last + 1);
    const label = type === undefined ? {} : { label: labelOf(type) };
    const also =
      where === null
        ? {}
        : {
            also: [
              {
                ...cx.span(where.at),
                range: { first: cx.span(arg!.first), last: cx.span(arg!.last) },
                ...label,
              },
            ],
          };
    const isHere = this.#letters[at]!.token === first && this.#letters[from]!.token === first;
    if (isHere) {
      cx.sink.warning(code, span, text, { token: first, ...directive, ...also });
      return;
    }
    const notes = [{ text: "format string is defined here", span, ...directive }];
    cx.sink.warning(code, cx.span(first), text, { notes, token: first, ...also });
  }
}

interface DrawnDirective {
  readonly wanted?: Wanted;
  readonly arg?: ast.Expr | undefined;
  readonly type?: CType;
  /** The directive that would fit. */
  readonly instead?: string | null;
}

/** A type as it stands below an argument: without quotes. */
function labelOf(type: CType): string {
  return quoteType(type).replaceAll("'", "");
}

function lettersOf(cx: Context, { first, last }: ast.StringLiteral): Letter[] {
  const letters: Letter[] = [];
  for (let token = first; token <= last; token++) {
    const text = cx.tokens.text[token]!;
    const end = text.length - 1;
    for (let offset = text.indexOf('"') + 1; offset < end; ) {
      const sequence = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]+|.)/.exec(text.slice(offset, offset + 12));
      const letter = sequence === null ? text[offset]! : sequence[0];
      letters.push({ text: letter, token, offset });
      offset += letter.length;
    }
  }
  return letters;
}

const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13, e: 27 };

/** A letter as messages show it: those that cannot be seen by their number. */
function printable(letter: string): string {
  if (letter[0] !== "\\") return letter;
  const code =
    ESCAPES[letter[1]!] ?? Number.parseInt(letter.slice(1).replace("x", "0x"), letter[1] === "x" ? 16 : 8);
  return Number.isNaN(code) ? letter.slice(1) : `\\x${code.toString(16).padStart(2, "0")}`;
}

// ---------------------------------------------------------------------------------------------------------- types

interface Wanted {
  /** As messages call it. */
  readonly name: string;
  /** As it is called below the directive. */
  readonly label?: string;
  takes(type: CType): boolean;
}

/** What messages call by its library name stands below a directive as the type that it is. */
const TYPEDEFS: Readonly<Record<string, string>> = {
  size_t: "long unsigned int",
  "signed size_t": "long int",
  intmax_t: "long int",
  uintmax_t: "long unsigned int",
  ptrdiff_t: "long int",
  "unsigned ptrdiff_t": "long unsigned int",
};

/** Signed and unsigned alike; an enumeration is the integer that represents it. */
function integer(name: string, ...names: IntName[]): Wanted {
  const label = TYPEDEFS[name];
  return {
    name,
    ...(label === undefined ? {} : { label }),
    takes(type) {
      const int = type.kind === "enum" ? type.decl.underlying : type;
      return int.kind === "int" && names.includes(int.name);
    },
  };
}

function floating(name: "double" | "long double"): Wanted {
  return { name, takes: (type) => type.kind === "float" && type.name === name };
}

const INT = integer("int", "int", "unsigned int");

const SIGNED: Readonly<Record<string, Wanted>> = {
  "": INT,
  h: INT,
  hh: INT,
  l: integer("long int", "long", "unsigned long"),
  ll: integer("long long int", "long long", "unsigned long long"),
  L: integer("long long int", "long long", "unsigned long long"),
  q: integer("long long int", "long long", "unsigned long long"),
  j: integer("intmax_t", "long", "unsigned long"),
  z: integer("signed size_t", "long", "unsigned long"),
  t: integer("ptrdiff_t", "long", "unsigned long"),
};

const UNSIGNED: Readonly<Record<string, Wanted>> = {
  "": integer("unsigned int", "int", "unsigned int"),
  h: INT,
  hh: INT,
  l: integer("long unsigned int", "long", "unsigned long"),
  ll: integer("long long unsigned int", "long long", "unsigned long long"),
  L: integer("long long unsigned int", "long long", "unsigned long long"),
  q: integer("long long unsigned int", "long long", "unsigned long long"),
  j: integer("uintmax_t", "long", "unsigned long"),
  z: integer("size_t", "long", "unsigned long"),
  t: integer("unsigned ptrdiff_t", "long", "unsigned long"),
};

const CHARS: readonly string[] = ["char", "signed char", "unsigned char"];

const STRING: Wanted = {
  name: "char *",
  takes: (type) => type.kind === "pointer" && type.target.kind === "int" && CHARS.includes(type.target.name),
};

const WIDE: Wanted = {
  name: "wchar_t *",
  takes: (type) => type.kind === "pointer" && type.target.kind === "int" && type.target.size === 4,
};

const POINTER: Wanted = { name: "void *", takes: (type) => type.kind === "pointer" };

const COUNT: Wanted = {
  name: "int *",
  takes: (type) => type.kind === "pointer" && type.target.kind === "int",
};

function wantedBy(conversion: string, length: string): Wanted | null {
  switch (conversion) {
    case "d":
    case "i":
      return SIGNED[length] ?? null;
    case "u":
    case "x":
    case "X":
    case "o":
      return UNSIGNED[length] ?? null;
    case "c":
      return length === "l" ? UNSIGNED[""]! : INT;
    case "s":
      return length === "l" ? WIDE : STRING;
    case "p":
      return POINTER;
    case "n":
      return COUNT;
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G":
    case "a":
    case "A":
      return floating(length === "L" ? "long double" : "double");
    default:
      return null;
  }
}

/** Length and conversion that a type wants: one that prints it as `conversion` does, else the first that takes it. */
function directiveFor(type: CType, conversion: string): string | null {
  const plain = type.kind === "enum" ? type.decl.underlying : type;
  if (plain.kind === "float") {
    const letter = "eEfFgGaA".includes(conversion) ? conversion : "f";
    return plain.name === "long double" ? `L${letter}` : plain.name === "double" ? letter : null;
  }
  if (plain.kind === "int") {
    const length = LENGTHS[plain.name];
    if (length === undefined) return null;
    return length + ("diouxX".includes(conversion) ? conversion : plain.signed ? "d" : "u");
  }
  if (plain.kind !== "pointer") return null;
  const { target } = plain;
  if (target.kind === "void") return "p";
  if (target.kind !== "int") return null;
  if (CHARS.includes(target.name)) return "s";
  if (target.name === "int") return "ls";
  const length = LENGTHS[target.name];
  return length === undefined || !target.signed ? null : `${length}n`;
}

const LENGTHS: Readonly<Partial<Record<IntName, string>>> = {
  "signed char": "hh",
  "unsigned char": "hh",
  short: "h",
  "unsigned short": "h",
  int: "",
  "unsigned int": "",
  long: "l",
  "unsigned long": "l",
  "long long": "ll",
  "unsigned long long": "ll",
};
