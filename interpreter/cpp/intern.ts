// Spellings as numbers. Every text that a token can have is kept once and named by a small integer, so that
// comparing tokens, finding macros and recognising directives are array accesses.
//
// In: a stretch of source text with its hash, which the lexer computes while it looks for the token's end. Out:
// the id. The table is open addressing with linear probing; a string is made only for a spelling not seen before.
// The first ids are fixed, so that code can name them: punctuators, then directives, then other special names.

const PUNCTUATORS = [
  ..."()[]{},;:?.+-*/%&|^~!=<>#",
  ...[
    "->",
    "++",
    "--",
    "<<",
    ">>",
    "<=",
    ">=",
    "==",
    "!=",
    "&&",
    "||",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "&=",
    "|=",
  ],
  ...["^=", "<<=", ">>=", "...", "##", "<:", ":>", "<%", "%>", "%:", "%:%:"],
];

const DIRECTIVES = [
  ...["define", "undef", "include", "include_next", "import", "if", "ifdef", "ifndef", "elif", "elifdef"],
  ...[
    "elifndef",
    "else",
    "endif",
    "line",
    "error",
    "warning",
    "pragma",
    "ident",
    "sccs",
    "assert",
    "unassert",
  ],
];

const SPECIAL_NAMES = [
  ...[
    "defined",
    "__VA_ARGS__",
    "__VA_OPT__",
    "__has_include",
    "__has_include_next",
    "_Pragma",
    "true",
    "false",
  ],
];

const FIXED = [...PUNCTUATORS, ...DIRECTIVES, ...SPECIAL_NAMES];

/** The id of a punctuator, directive name or special name; the same in every interner. */
export function fixedId(text: string): number {
  const index = FIXED.indexOf(text);
  if (index < 0) throw new Error(`no fixed id for "${text}"`);
  return index + 1;
}

const FIRST_DIRECTIVE = fixedId(DIRECTIVES[0]!);
const LAST_DIRECTIVE = fixedId(DIRECTIVES.at(-1)!);

export function isDirectiveId(id: number): boolean {
  return id >= FIRST_DIRECTIVE && id <= LAST_DIRECTIVE;
}

export const DIRECTIVE_NAMES: readonly string[] = DIRECTIVES;

export const Id = {
  LParen: fixedId("("),
  RParen: fixedId(")"),
  Comma: fixedId(","),
  Colon: fixedId(":"),
  Question: fixedId("?"),
  Slash: fixedId("/"),
  Equal: fixedId("="),
  Less: fixedId("<"),
  Greater: fixedId(">"),
  Not: fixedId("!"),
  Hash: fixedId("#"),
  HashHash: fixedId("##"),
  HashDigraph: fixedId("%:"),
  HashHashDigraph: fixedId("%:%:"),
  Ellipsis: fixedId("..."),
  Define: fixedId("define"),
  Undef: fixedId("undef"),
  Include: fixedId("include"),
  IncludeNext: fixedId("include_next"),
  Import: fixedId("import"),
  If: fixedId("if"),
  Ifdef: fixedId("ifdef"),
  Ifndef: fixedId("ifndef"),
  Elif: fixedId("elif"),
  Elifdef: fixedId("elifdef"),
  Elifndef: fixedId("elifndef"),
  Else: fixedId("else"),
  Endif: fixedId("endif"),
  Line: fixedId("line"),
  Error: fixedId("error"),
  Warning: fixedId("warning"),
  Pragma: fixedId("pragma"),
  Ident: fixedId("ident"),
  Sccs: fixedId("sccs"),
  Assert: fixedId("assert"),
  Unassert: fixedId("unassert"),
  Defined: fixedId("defined"),
  VaArgs: fixedId("__VA_ARGS__"),
  VaOpt: fixedId("__VA_OPT__"),
  HasInclude: fixedId("__has_include"),
  HasIncludeNext: fixedId("__has_include_next"),
} as const;

const HASH_MULTIPLIER = 31;

/** One step of the hash: the lexer applies it to each character of a token. */
export function hashStep(hash: number, unit: number): number {
  return (Math.imul(hash, HASH_MULTIPLIER) + unit) | 0;
}

export class Interner {
  /** id -> spelling. Entry 0 is the empty text. */
  readonly texts: string[] = [""];
  #hashes = new Int32Array(4096);
  #table = new Int32Array(8192);
  #mask = 8191;

  constructor() {
    for (const text of FIXED) this.intern(text);
  }

  intern(text: string): number {
    let hash = 0;
    for (let i = 0; i < text.length; i++) hash = hashStep(hash, text.charCodeAt(i));
    return this.internRange(text, 0, text.length, hash);
  }

  /** The id of text.slice(start, end), whose characters hash to `hash`. */
  internRange(text: string, start: number, end: number, hash: number): number {
    const length = end - start;
    if (length === 0) return 0;
    const table = this.#table;
    let slot = spread(hash) & this.#mask;
    for (let id = table[slot]!; id !== 0; id = table[slot]!) {
      if (this.#hashes[id] === hash) {
        const known = this.texts[id]!;
        if (known.length === length && text.startsWith(known, start)) return id;
      }
      slot = (slot + 1) & this.#mask;
    }
    const id = this.texts.push(text.slice(start, end)) - 1;
    if (id === this.#hashes.length) {
      const wider = new Int32Array(id * 2);
      wider.set(this.#hashes);
      this.#hashes = wider;
    }
    this.#hashes[id] = hash;
    table[slot] = id;
    if (id * 2 > this.#mask) this.#rehash();
    return id;
  }

  #rehash(): void {
    const size = (this.#mask + 1) * 2;
    const table = new Int32Array(size);
    const mask = size - 1;
    for (let id = 1; id < this.texts.length; id++) {
      let slot = spread(this.#hashes[id]!) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.#table = table;
    this.#mask = mask;
  }
}

// Names of one file often differ only in their last characters; fold the high bits into the low ones.
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}
