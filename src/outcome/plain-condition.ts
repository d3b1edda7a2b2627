// Conditions as nearly all of them are written, read at once: for those the machinery of the grammar takes longer than
// the compiler takes for a scenario.
//
// The grammar (condition-grammar.ts) decides what is a condition and what it means. What is read here means what the
// grammar says; everything that needs a thought, and everything wrong, gives null and is left to the grammar. Tests
// hold both against each other.

export type Prop =
  | { kind: "const"; value: boolean }
  /** `right` is a number, or the name of another value. */
  | { kind: "equal"; left: string; right: bigint | string }
  | { kind: "not"; of: Prop }
  | { kind: "and" | "or" | "implies"; left: Prop; right: Prop };

export type Quantifier = "exists" | "not-exists" | "forall";

const SPACE = "[ \\t\\r\\n]*";
const SIGN = new RegExp(`${SPACE}(\\\\/|/\\\\|=>|==|=|!=|<>|~|[();])`, "y");
/** A register, or a path. */
const NAME = new RegExp(
  `${SPACE}([0-9]+:[A-Za-z_][A-Za-z0-9_]*|[A-Za-z_][A-Za-z0-9_]*(?:(?:\\.|->)[A-Za-z_][A-Za-z0-9_]*|\\[[0-9]+\\])*)`,
  "y",
);
const NUMBER = new RegExp(`${SPACE}(-?)(0[xX][0-9a-fA-F]+|[0-9]+)(?![A-Za-z0-9_:])`, "y");
const END = new RegExp(`${SPACE}$`, "y");
/** As a name these would be read in more than one way. */
const WORDS = new Set(["exists", "forall", "not", "true", "false"]);

/** Thrown where the grammar has to be asked. */
const UNCLEAR = new Error("unclear");

class Reader {
  #at = 0;

  constructor(readonly text: string) {}

  #take(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match;
  }

  /** Goes on behind the sign if it comes next. */
  #has(sign: string): boolean {
    const from = this.#at;
    if (this.#take(SIGN)?.[1] === sign) return true;
    this.#at = from;
    return false;
  }

  #expect(sign: string): void {
    if (!this.#has(sign)) throw UNCLEAR;
  }

  #hasWord(word: string): boolean {
    const from = this.#at;
    if (this.#take(NAME)?.[1] === word) return true;
    this.#at = from;
    return false;
  }

  whole(): { quantifier: Quantifier; prop: Prop } {
    const isNot = this.#has("~") || this.#hasWord("not");
    let quantifier: Quantifier = isNot ? "not-exists" : "exists";
    if (!isNot && this.#hasWord("forall")) quantifier = "forall";
    else if (!this.#hasWord("exists")) throw UNCLEAR;
    const prop = this.#or();
    this.#has(";");
    if (this.#take(END) === null) throw UNCLEAR;
    return { quantifier, prop };
  }

  #or(): Prop {
    let left = this.#and();
    while (this.#has("\\/")) left = { kind: "or", left, right: this.#and() };
    return left;
  }

  #and(): Prop {
    let left = this.#implies();
    while (this.#has("/\\")) left = { kind: "and", left, right: this.#implies() };
    return left;
  }

  #implies(): Prop {
    const left = this.#unary();
    return this.#has("=>") ? { kind: "implies", left, right: this.#implies() } : left;
  }

  #unary(): Prop {
    if (this.#has("~")) return { kind: "not", of: this.#unary() };
    if (!this.#has("(")) return this.#atom();
    const prop = this.#or();
    this.#expect(")");
    return prop;
  }

  #atom(): Prop {
    const left = this.#name();
    const differs = this.#has("!=") || this.#has("<>");
    if (!differs && !this.#has("==")) this.#expect("=");
    const right = this.#number() ?? this.#name();
    // To the grammar a digit begins a number there.
    if (typeof right === "string" && /^[0-9]/.test(right)) throw UNCLEAR;
    const equal: Prop = { kind: "equal", left, right };
    return differs ? { kind: "not", of: equal } : equal;
  }

  #name(): string {
    const name = this.#take(NAME)?.[1];
    if (name === undefined || WORDS.has(name)) throw UNCLEAR;
    return name;
  }

  #number(): bigint | null {
    const match = this.#take(NUMBER);
    if (match === null) return null;
    const magnitude = BigInt(match[2]!);
    return match[1] === "-" ? -magnitude : magnitude;
  }
}

/** Null: the grammar has to be asked. */
export function plainCondition(text: string): { quantifier: Quantifier; prop: Prop } | null {
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (error !== UNCLEAR) throw error;
    return null;
  }
}
