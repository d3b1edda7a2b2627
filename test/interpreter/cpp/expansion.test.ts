import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { EXPANSIONS } from "./expansions.js";
import { expectPrinted, expectTokens, spellings } from "./support.js";

describe("macro expansion", () => {
  it.each(EXPANSIONS)("%s", (_name, text, tokens) => expectTokens(text, tokens));
});

const hasGcc = spawnSync("gcc", ["--version"]).status === 0;

// The table above is right only if gcc agrees; where there is no gcc the table stands on its own.
describe.runIf(hasGcc)("the table against gcc -E -P", () => {
  const directory = mkdtempSync(join(tmpdir(), "smplab-cpp-"));
  const path = join(directory, "main.c");

  it.each(EXPANSIONS)("%s", (_name, text, tokens) => {
    writeFileSync(path, `${text}\n`);
    const gcc = spawnSync("gcc", ["-E", "-P", "main.c"], { cwd: directory, encoding: "utf8" });
    const printed = gcc.stdout.replace(/^#pragma.*\n/gm, "");
    expect(spellings(printed).join(" ")).toBe(spellings(tokens).join(" "));
    rmSync(path);
  });
});

describe("white space of the result", () => {
  it.each([
    ["tokens that would run together are kept apart", "#define m -\n-m-", "- - -"],
    ["so are a name and a number", "#define A x\nA 1 A\nA", "x 1 x\nx"],
    ["and what an empty macro separates", "#define E\n+E+ a E b -E>", "+ + a b - >"],
    ["neighbours stay neighbours", "a+b(c)[d]->e", "a+b(c)[d]->e"],
    ["the blank before a macro's name is that of its expansion", "#define A 1\nx=A;x= A ;", "x=1;x= 1 ;"],
    ["a parameter's blank counts, not its argument's", "#define F(a) (a, a)\nF( 1 )", "(1, 1)"],
    ["an empty argument leaves its blank", "#define F(a) [a a]\nF()", "[ ]"],
    ["lines are kept", "a\n\n  b\nc", "a\nb\nc"],
    ["a call over lines is one line", "#define F(a) a\nF(x\ny) z\nw", "x y z\nw"],
    ["the first token of a line may come from a macro", "#define A x\n#define E\nA\nE y", "x\ny"],
  ])("%s", (_name, text, printed) => expectPrinted(text, printed));
});
