import fc from "fast-check";
import * as ohm from "ohm-js";
import { describe, expect, test } from "vitest";
import { holds, namesIn, type Prop, parseByGrammar, parseCondition } from "../../../src/outcome/condition.js";
import { CONDITION_GRAMMAR } from "../../../src/outcome/condition-grammar.js";
import { CONDITION_RECIPE } from "../../../src/outcome/condition-recipe.js";
import { plainCondition } from "../../../src/outcome/plain-condition.js";

/** The tree in a fully bracketed form, so that precedence shows. */
function bracketed(prop: Prop): string {
  switch (prop.kind) {
    case "const":
      return String(prop.value);
    case "equal":
      return `${prop.left}=${prop.right}`;
    case "not":
      return `~${bracketed(prop.of)}`;
    case "and":
      return `(${bracketed(prop.left)} /\\ ${bracketed(prop.right)})`;
    case "or":
      return `(${bracketed(prop.left)} \\/ ${bracketed(prop.right)})`;
    case "implies":
      return `(${bracketed(prop.left)} => ${bracketed(prop.right)})`;
  }
}

function expectReads(text: string, quantifier: string, tree: string): void {
  const parsed = parseCondition(text);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  expect(parsed.condition.quantifier).toBe(quantifier);
  expect(bracketed(parsed.condition.prop)).toBe(tree);
}

function expectHolds(text: string, values: Record<string, number>, answer: boolean): void {
  const parsed = parseCondition(`exists (${text})`);
  if (!parsed.ok) throw new Error(`${text}: ${parsed.message}`);
  const map = new Map(Object.entries(values).map(([name, value]) => [name, BigInt(value)]));
  expect([text, holds(parsed.condition.prop, map)]).toEqual([text, answer]);
}

describe("conditions", () => {
  test("the three quantifiers, and a bare condition as exists", () => {
    expectReads("exists (x=1)", "exists", "x=1");
    expectReads("~exists (x=1)", "not-exists", "x=1");
    expectReads("~ exists (x=1)", "not-exists", "x=1");
    expectReads("not exists (x=1);", "not-exists", "x=1");
    expectReads("forall (x=1)", "forall", "x=1");
    expectReads("(x=1)", "exists", "x=1");
    expectReads("exists x=1", "exists", "x=1");
  });

  test("precedence is herd's: ~, then =>, then /\\, then \\/", () => {
    expectReads("exists (a=1 \\/ b=1 /\\ c=1)", "exists", "(a=1 \\/ (b=1 /\\ c=1))");
    expectReads("exists (a=1 /\\ b=1 => c=1)", "exists", "(a=1 /\\ (b=1 => c=1))");
    expectReads("exists (a=1 => b=1 => c=1)", "exists", "(a=1 => (b=1 => c=1))");
    expectReads("exists (~a=1 /\\ b=1)", "exists", "(~a=1 /\\ b=1)");
    expectReads("exists (~(a=1 /\\ b=1))", "exists", "~(a=1 /\\ b=1)");
    expectReads("exists (a=1 /\\ b=2 /\\ c=3)", "exists", "((a=1 /\\ b=2) /\\ c=3)");
    expectReads("exists ((((a=1))))", "exists", "a=1");
  });

  test("names: registers, brackets, paths, quotes, words that begin like keywords", () => {
    expectReads("exists (0:r1=1 /\\ [x]=2)", "exists", "(0:r1=1 /\\ x=2)");
    expectReads("exists (q.head->next=0 /\\ count[12]=1)", "exists", "(q.head->next=0 /\\ count[12]=1)");
    expectReads('exists ("mapped in A"=1)', "exists", "mapped in A=1");
    expectReads(
      "exists (trueish=1 /\\ nothing=0 /\\ existsx=2)",
      "exists",
      "((trueish=1 /\\ nothing=0) /\\ existsx=2)",
    );
    expectReads("forall (not true \\/ false)", "forall", "(~true \\/ false)");
  });

  test("numbers: decimal, negative, hexadecimal, both spellings of equality", () => {
    expectReads("exists (a=-1)", "exists", "a=-1");
    expectReads("exists (a==0x10)", "exists", "a=16");
    expectReads("exists (a=18446744073709551615)", "exists", "a=18446744073709551615");
    expectReads("exists (a!=1)", "exists", "~a=1");
    expectReads("exists (a<>1)", "exists", "~a=1");
    expectReads("exists (a=b)", "exists", "a=b");
  });

  test("what does not parse says the column and what would go on from there", () => {
    const cases: [string, number, string][] = [
      ["exists (x=1", 12, "the end"],
      ["exists (x=)", 11, '")"'],
      ["exist (x=1)", 1, '"exist (x=1)"'],
      ["exists (x=1) and", 14, '"and"'],
      ["exists (x=1y)", 11, "1y"],
      ["", 1, "the end"],
    ];
    for (const [text, column, found] of cases) {
      const parsed = parseCondition(text);
      expect([text, parsed.ok ? -1 : parsed.column]).toEqual([text, column]);
      if (!parsed.ok) {
        expect(parsed.message).toMatch(/^expected /i);
        expect(parsed.message).toContain(found);
      }
    }
  });

  test("truth over values; a name without a value equals nothing", () => {
    expectHolds("x=1 /\\ y=0", { x: 1, y: 0 }, true);
    expectHolds("x=1 /\\ y=0", { x: 1, y: 1 }, false);
    expectHolds("x=1 \\/ y=0", { x: 2, y: 0 }, true);
    expectHolds("x=1 => y=1", { x: 0, y: 0 }, true);
    expectHolds("x=1 => y=1", { x: 1, y: 0 }, false);
    expectHolds("x=y", { x: 3, y: 3 }, true);
    expectHolds("z=0", { x: 0 }, false);
    expectHolds("z!=0", { x: 0 }, true);
    expectHolds("z=w", {}, false);
  });

  test("every name is listed once", () => {
    const parsed = parseCondition("exists (x=1 /\\ (y=x \\/ ~z=2))");
    expect(parsed.ok && namesIn(parsed.condition.prop)).toEqual(["x", "y", "z"]);
  });
});

test("the recipe that is loaded is what ohm makes of the grammar", () => {
  const grammar = ohm.grammar(CONDITION_GRAMMAR) as ohm.Grammar & { toRecipe(): string };
  expect(CONDITION_RECIPE).toBe(grammar.toRecipe());
});

describe("conditions that are read without the grammar", () => {
  const word = fc.constantFrom(
    ...[
      "exists",
      "forall",
      "not",
      "true",
      "false",
      "x",
      "y2",
      "_z",
      "é",
      "q.head->next",
      "count[1]",
      "a.",
      "0:r1",
    ],
    ...[
      "1",
      "-2",
      "0x1F",
      "- 3",
      "7_",
      "08",
      "1:",
      "[x]",
      '"a b"',
      "(",
      ")",
      "~",
      "=",
      "==",
      "!=",
      "<>",
      "=>",
    ],
    ...["/\\", "\\/", ";", "\n", "\u00a0", "/", "-", "->"],
  );
  const anything = fc.array(word, { maxLength: 14 }).map((words) => words.join(" "));
  const run = fc.array(word, { maxLength: 10 }).map((words) => words.join(""));
  const { prop } = fc.letrec<{ prop: string }>((tie) => ({
    prop: fc.oneof(
      { maxDepth: 5 },
      fc
        .tuple(
          fc.constantFrom("x", "1:r0", "q.head->next", "count[1]", "exist"),
          fc.constantFrom("=", "==", "!=", "<>"),
          fc.constantFrom("1", "-2", "0xff", "y", "p->q"),
          fc.constantFrom("", " "),
        )
        .map(([left, op, right, space]) => left + space + op + space + right),
      tie("prop").map((one) => `(${one})`),
      tie("prop").map((one) => `~${one}`),
      fc
        .tuple(tie("prop"), fc.constantFrom("/\\", " \\/ ", " => "), tie("prop"))
        .map(([left, op, right]) => left + op + right),
    ),
  }));
  const whole = fc
    .tuple(
      fc.constantFrom("exists", "~exists", "~ exists", "not exists", "forall"),
      prop,
      fc.constantFrom("", ";"),
    )
    .map(([quantifier, one, end]) => `${quantifier} ${one}${end}`);

  test("mean what the grammar says", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          anything,
          run,
          whole,
          whole.map((text) => text.slice(0, -2)),
        ),
        (text) => {
          expect(parseCondition(text)).toEqual(parseByGrammar(text));
        },
      ),
      { numRuns: 1500 },
    );
  });

  test("are nearly all", () => {
    fc.assert(
      fc.property(whole, (text) => plainCondition(text) !== null),
      { numRuns: 300 },
    );
  });
});
