// Whatever comes in: messages or a tree, never an exception, and never a tree deeper than promised.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preprocess } from "../../../interpreter/cpp/preprocess.js";
import { MAX_DEPTH } from "../../../interpreter/syntax/ast.js";
import { parse } from "../../../interpreter/syntax/parse.js";
import type { SyntaxTree } from "../../../interpreter/syntax/port.js";
import { loadWasmParser } from "../../../src/parser/load.js";
import { printUnit } from "./print-ast.js";
import { unitToC } from "./print-c.js";
import { parseText, port } from "./support.js";

const PROGRAM = `
typedef unsigned long size_t;
typedef struct node { struct node *next; int key:3, :2; union { long l; char c[8]; }; } node_t;
enum color { RED = 1, GREEN, BLUE = RED << 4 } __attribute__((packed));
static inline __attribute__((always_inline)) int max(int a, int b) { return a > b ? a : b; }
extern int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
static node_t table[] = { [0] = { .key = 1, .l = 2 }, [1 ... 3] = { 0 }, { key: 4 } };
int (*handlers[2])(struct node *, size_t) = { 0, (int (*)(struct node *, size_t))max };
int old(a, b) int a; char *b; { return a + *b; }
size_t walk(node_t *head, int (*each)(node_t *n))
{
	__label__ out;
	size_t count = 0;
	for (node_t *n = head; n && n->next != head; n = n->next, count++) {
		if (each(n) < 0) goto out; else if (!n->key) continue;
		switch (n->key & 3) { case 0 ... 1: count += sizeof(*n); break; default: count -= (size_t)-1; }
		do { typeof(*n) *p = n; p->l ^= ({ long t = p->l; t * 2; }); } while (0);
	}
	asm volatile("" : "+m" (*head) : "r" (count) : "memory");
	*(char *)head = 'x'; printf("%d" "\\n", max(1, 2) ?: 3);
	_Static_assert(__builtin_offsetof(node_t, c[2]) > 0, "offset");
	return __builtin_types_compatible_p(int, typeof(count)) ? count : (size_t)(head)->l;
out:
	return (struct node){ .next = head }.key, count ? count : ~0UL;
}
`;

function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  const inner = Math.max(0, ...Object.values(value).map(depthOf));
  return inner + (Array.isArray(value) ? 0 : 1);
}

describe("damaged programs", () => {
  const words = PROGRAM.match(/[A-Za-z_]\w*|\d\w*|"[^"]*"|'[^']*'|\.\.\.|[-+&|<>=!*/^%]{1,2}|\S/g)!;

  let accepted = 0;

  function check(damaged: readonly string[]): void {
    const { unit, messages } = parseText(damaged.join(" "));
    expect(messages.filter((one) => one.includes("internal"))).toEqual([]);
    if (messages.some((one) => one.includes(" error: "))) return;
    // What we accept, we have understood: it prints as a program that we read the same way.
    accepted++;
    const printed = unitToC(unit);
    const again = parseText(printed);
    expect(again.messages.filter((one) => one.includes(" error: "))).toEqual([]);
    expect(unitToC(again.unit)).toBe(printed);
  }

  it("takes the program as it is", () => {
    expect(parseText(PROGRAM).messages).toEqual([]);
    check(words);
    expect(accepted).toBe(1);
  });

  const place = fc.nat(words.length - 1);
  it.each([
    ["deletions", fc.tuple(place, fc.nat(3)), (at: number, count: number) => words.toSpliced(at, count + 1)],
    ["swaps", fc.tuple(place, place), (a: number, b: number) => words.with(a, words[b]!).with(b, words[a]!)],
    [
      "insertions",
      fc.tuple(place, place),
      (at: number, from: number) => words.toSpliced(at, 0, words[from]!),
    ],
    ["truncations", fc.tuple(place, place), (end: number, start: number) => words.slice(start % 40, end)],
  ] as const)("survives %s", (_, arbitrary, damage) => {
    fc.assert(
      fc.property(arbitrary, ([a, b]) => check(damage(a, b))),
      { numRuns: 400, seed: 20260101 },
    );
  });

  it("survives words in any order", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (text) => check(text)),
      { numRuns: 500, seed: 20260102 },
    );
  });

  it("survives text that is no C", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        parseText(text);
      }),
      { numRuns: 300, seed: 20260103 },
    );
  });
});

describe("nesting", () => {
  const N = 10_000;
  const too = /nested too deeply/;
  const inFunction = (body: string) => `int x, *p; int f(void) { ${body} }`;
  it.each([
    ["parentheses", inFunction(`return ${"(".repeat(N)}1${")".repeat(N)};`), too],
    ["prefix operators", inFunction(`return ${"- ".repeat(N)}x;`), too],
    ["casts", inFunction(`return ${"(int)".repeat(N)}x;`), too],
    ["left-hand chains", inFunction(`return x${" + x".repeat(N)};`), too],
    ["assignments", inFunction(`${"x = ".repeat(N)}1;`), too],
    ["conditionals", inFunction(`return ${"x ? 1 : ".repeat(N)}1;`), too],
    ["conditionals in the middle", inFunction(`return ${"x ? ".repeat(N)}1${" : 2".repeat(N)};`), too],
    ["commas", inFunction(`x${", x".repeat(N)};`), too],
    ["indices", inFunction(`return ${"p[".repeat(N)}0${"]".repeat(N)};`), too],
    ["calls of calls", inFunction(`return f${"()".repeat(N)};`), too],
    ["blocks", inFunction("{".repeat(N) + "}".repeat(N)), too],
    ["else-ifs", inFunction(`${"if (x) ; else ".repeat(N)};`), too],
    ["loops", inFunction(`${"while (x) ".repeat(N)};`), too],
    ["labels", inFunction(`${Array.from({ length: N }, (_, i) => `l${i}: `).join("")};`), null],
    ["statement expressions", inFunction(`return ${"({ ".repeat(N)}1${"; })".repeat(N)};`), too],
    ["initialisers", `int a = ${"{".repeat(N)}1${"}".repeat(N)};`, too],
    ["struct bodies", `${"struct { ".repeat(N)}int x;${" };".repeat(N)}`, too],
    ["declarators", `int ${"(*".repeat(N)}x${")".repeat(N)};`, too],
    ["pointers", `int ${"*".repeat(N)}x;`, null],
    ["array bounds", `int x${"[1]".repeat(N)};`, null],
    ["parameters", `int f${"(int g".repeat(N)}${")".repeat(N)};`, too],
    ["typeof", `${"typeof(".repeat(N)}int${")".repeat(N)} x;`, too],
    ["attributes", `int x ${"__attribute__((a(".repeat(N)}${")))".repeat(N)};`, null],
    ["many items", `int a[] = { ${"1, ".repeat(N)} };`, null],
    ["many statements", inFunction("x++;".repeat(N)), null],
    [
      "many cases",
      inFunction(`switch (x) { ${Array.from({ length: N }, (_, i) => `case ${i}:`).join("")} }`),
      null,
    ],
  ])("%s by the ten thousand", (_, text, expected) => {
    const { unit, messages } = parseText(text);
    if (expected !== null) expect(messages[0]).toMatch(expected);
    else expect(messages.filter((one) => one.includes("deeply"))).toEqual([]);
    expect(depthOf(unit)).toBeLessThan(3 * MAX_DEPTH);
  });

  it("accepts what is just allowed", () => {
    const accepted = inFunction(`return ${"- ".repeat(MAX_DEPTH - 10)}x;`);
    expect(parseText(accepted).messages).toEqual([]);
    expect(parseText(inFunction(`return ${"(".repeat(250)}1${")".repeat(250)};`)).messages).toEqual([]);
  });

  it("drops only the function that is too deep", () => {
    const { unit, messages } = parseText(
      `int a = 1 + 1; ${inFunction(`return ${"- ".repeat(N)}x;`)} int b = 2 + 2;`,
    );
    expect(messages).toHaveLength(1);
    expect(printUnit(unit)).toBe(
      "(decl a int = (+ 1 1))\n(decl x int) (decl p (ptr int))\n(decl b int = (+ 2 2))",
    );
  });
});

describe("the parser behind the port", () => {
  it("may be native or WebAssembly: the trees are equal", async () => {
    const wasm = await loadWasmParser();
    expect(printUnit(parseText(PROGRAM, wasm).unit)).toBe(printUnit(parseText(PROGRAM, port).unit));
    // Memory outside of the JavaScript heap is given back: many rounds must not run out of it.
    for (let i = 0; i < 50; i++) parseText(PROGRAM, wasm);
  });

  it("is given nothing but ASCII, and no names of the program", () => {
    const seen: string[] = [];
    const spy = {
      parse(text: string): SyntaxTree {
        seen.push(text);
        return port.parse(text);
      },
    };
    const text = 'int été = 1; char *s = "\u20ac" + 1; int f(void) { return été + noreturn; }';
    const source = preprocess({ path: "t.c", text }, { readFile: () => null }, { predefined: "none" });
    parse(source.tokens, spy);
    expect(seen.join()).toMatch(/^[ -~]*$/);
    expect(seen.join()).not.toMatch(/noreturn/);
  });

  it("is reported, not believed, when its tree is not that of the text", () => {
    const broken = { parse: () => port.parse("1 ( 1 ? ) ;") };
    const source = preprocess(
      { path: "t.c", text: "int a = 1 + 1; int b;" },
      { readFile: () => null },
      {
        predefined: "none",
      },
    );
    const { unit, diagnostics } = parse(source.tokens, broken, source.diagnostics);
    expect(diagnostics.all.map((one) => one.text)).toEqual([expect.stringContaining("internal error")]);
    expect(printUnit(unit)).toBe("(decl b int)");
  });
});
