// Conditions over outcomes, in the language of herd's litmus tests: `exists (x=1 /\ 1:r0=0)`, `~exists`, `forall`.
//
// In: the text of a condition. Out: a tree, or the column where it stops making sense and what would go on
// from there. The grammar is herd's (herdtools7, lib/stateParser.mly and stateLexer.mll) as far as values are
// integers: `=` and `==`, `!=` and `<>`, `~` and `not`, `/\`, `\/`, `=>`, true, false, `[x]` for `x`, `0:r1`
// for a register. The one surprising thing is the precedence: herd binds `=>` tighter than `/\`, that
// tighter than `\/`. Extensions, since our values carry C names: paths (`q.head->next`, `count[1]`) and
// any text in double quotes.

import * as ohm from "ohm-js";
import { CONDITION_RECIPE } from "./condition-recipe.js";
import { type Prop, plainCondition, type Quantifier } from "./plain-condition.js";

export type { Prop };

export interface Condition {
  quantifier: Quantifier;
  prop: Prop;
  /** As written, white space folded. */
  text: string;
}

export type ParsedCondition =
  | { ok: true; condition: Condition }
  /** `column` counts from 1 in the text that was handed in. */
  | { ok: false; column: number; message: string };

function quantified(quantifier: Quantifier, prop: ohm.Node): Condition {
  return { quantifier, prop: prop.prop(), text: "" };
}

const CONDITION: ohm.ActionDict<Condition> = {
  Whole: (condition, _end) => condition.condition(),
  Quantified_exists: (_word, prop) => quantified("exists", prop),
  Quantified_notExists: (_not, _word, prop) => quantified("not-exists", prop),
  Quantified_forall: (_word, prop) => quantified("forall", prop),
  Quantified_bare: (_open, prop, _close) => quantified("exists", prop),
};

const binary =
  (kind: "and" | "or" | "implies") =>
  (left: ohm.Node, _op: ohm.Node, right: ohm.Node): Prop => ({
    kind,
    left: left.prop(),
    right: right.prop(),
  });

const PROP: ohm.ActionDict<Prop> = {
  Or_or: binary("or"),
  And_and: binary("and"),
  Implies_implies: binary("implies"),
  Unary_not: (_not, of) => ({ kind: "not", of: of.prop() }),
  Unary_paren: (_open, prop, _close) => prop.prop(),
  Atom_true: (_word) => ({ kind: "const", value: true }),
  Atom_false: (_word) => ({ kind: "const", value: false }),
  Atom_equal: (left, _op, right) => ({ kind: "equal", left: left.term(), right: right.term() }),
  Atom_differs: (left, _op, right) => ({
    kind: "not",
    of: { kind: "equal", left: left.term(), right: right.term() },
  }),
};

const TERM: ohm.ActionDict<bigint | string> = {
  number: (sign, digits) => {
    const magnitude = BigInt(digits.sourceString);
    return sign.sourceString === "-" ? -magnitude : magnitude;
  },
  Location_bracketed: (_open, name, _close) => name.term(),
  quoted: (_open, text, _close) => text.sourceString,
  register(_cpu, _colon, _name) {
    return this.sourceString;
  },
  path(_first, _steps) {
    return this.sourceString;
  },
};

/** The grammar and what it means. */
interface Language {
  readonly grammar: ohm.Grammar;
  readonly semantics: ohm.Semantics;
}

function makeLanguage(): Language {
  // Read from its recipe: to read the grammar's text takes longer than all conditions together.
  const grammar = (ohm as unknown as { makeRecipe(recipe: string): ohm.Grammar }).makeRecipe(
    CONDITION_RECIPE,
  );
  const semantics = grammar.createSemantics();
  semantics.addOperation<Condition>("condition", CONDITION);
  semantics.addOperation<Prop>("prop", PROP);
  semantics.addOperation<bigint | string>("term", TERM);
  return { grammar, semantics };
}

/** Made when a condition first needs it. */
const made: { language: Language | null } = { language: null };

export function parseCondition(text: string): ParsedCondition {
  const plain = plainCondition(text);
  return plain === null ? parseByGrammar(text) : { ok: true, condition: withText(plain, text) };
}

function withText({ quantifier, prop }: Omit<Condition, "text">, text: string): Condition {
  return { quantifier, prop, text: text.trim().replace(/\s+/g, " ").replace(/;$/, "") };
}

/** What the grammar says. */
export function parseByGrammar(text: string): ParsedCondition {
  made.language ??= makeLanguage();
  const { grammar, semantics } = made.language;
  const match = grammar.match(text, "Whole");
  if (match.failed()) {
    const column = match.getRightmostFailurePosition() + 1;
    const found =
      text.slice(column - 1).trim() === "" ? "the end" : `"${text.slice(column - 1, column + 11)}"`;
    const expected = match.shortMessage?.replace(/^Line \d+, col \d+: /, "") ?? "expected a condition";
    return { ok: false, column, message: `${expected}, found ${found}` };
  }
  return { ok: true, condition: withText(semantics(match).condition() as Condition, text) };
}

/** Does it hold for these values? A name that has no value is equal to nothing. */
export function holds(prop: Prop, values: ReadonlyMap<string, bigint>): boolean {
  switch (prop.kind) {
    case "const":
      return prop.value;
    case "equal": {
      const left = values.get(prop.left);
      const right = typeof prop.right === "string" ? values.get(prop.right) : prop.right;
      return left !== undefined && left === right;
    }
    case "not":
      return !holds(prop.of, values);
    case "and":
      return holds(prop.left, values) && holds(prop.right, values);
    case "or":
      return holds(prop.left, values) || holds(prop.right, values);
    case "implies":
      return !holds(prop.left, values) || holds(prop.right, values);
  }
}

/** The names that a condition looks at, each once. */
export function namesIn(prop: Prop): string[] {
  const names = new Set<string>();
  const walk = (p: Prop): void => {
    if (p.kind === "equal") {
      names.add(p.left);
      if (typeof p.right === "string") names.add(p.right);
    } else if (p.kind === "not") walk(p.of);
    else if (p.kind !== "const") {
      walk(p.left);
      walk(p.right);
    }
  };
  walk(prop);
  return [...names];
}
