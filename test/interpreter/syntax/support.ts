// C text in, a printed tree or the messages out.
import { expect } from "vitest";
import { preprocess } from "../../../interpreter/cpp/preprocess.js";
import type { TranslationUnit } from "../../../interpreter/syntax/ast.js";
import { parse } from "../../../interpreter/syntax/parse.js";
import type { ParserPort } from "../../../interpreter/syntax/port.js";
import { loadParser } from "../../../src/parser/load.js";
import { printItem, printUnit } from "./print-ast.js";

export const { port } = await loadParser();

export interface Parsed {
  readonly unit: TranslationUnit;
  /** "line:column: severity: text" */
  readonly messages: string[];
}

export function parseText(text: string, parser: ParserPort = port): Parsed {
  const source = preprocess({ path: "t.c", text }, { readFile: () => null }, { predefined: "none" });
  const { unit, diagnostics } = parse(source.tokens, parser, source.diagnostics);
  const messages = diagnostics.all.map((one) => {
    const { line, column } = source.files.place(one.span.pos);
    return `${line}:${column}: ${one.severity}: ${one.text}`;
  });
  return { unit, messages };
}

/** The whole translation unit. */
export function expectAst(text: string, tree: string): void {
  const { unit, messages } = parseText(text);
  expect({ messages, tree: printUnit(unit) }).toEqual({ messages: [], tree });
}

/** Declarations come first and are not compared; the last item is. */
export function expectLast(text: string, tree: string): void {
  const { unit, messages } = parseText(text);
  expect({ messages, tree: printItem(unit.items.at(-1)!) }).toEqual({ messages: [], tree });
}

/** Statements of a function, after declarations at file scope. */
export function expectBody(declarations: string, body: string, tree: string): void {
  const { unit, messages } = parseText(`${declarations}\nvoid f(void) { ${body} }`);
  const last = unit.items.at(-1)!;
  const items = last.kind === "FunctionDefinition" ? last.body.items : [];
  expect({ messages, tree: items.map(printItem).join(" ") }).toEqual({ messages: [], tree });
}

/** One expression; `T` and `U` are types, everything else is a variable. */
export function expectExpr(text: string, tree: string): void {
  expectBody("typedef int T; typedef struct { int i; } U;", `${text};`, tree);
}

export function expectErrors(text: string, ...messages: string[]): void {
  const errors = parseText(text).messages.filter((message) => !message.includes(" warning: "));
  expect(errors).toEqual(messages.map((message) => message.replace(/^(\d+:\d+): /, "$1: error: ")));
}
