// Helpers of the preprocessor's tests: text in, text out, so that only this file knows the API.

import { expect } from "vitest";
import { Interner } from "../../../interpreter/cpp/intern.js";
import { lexText } from "../../../interpreter/cpp/lexer.js";
import type { PreprocessOptions, PreprocessResult } from "../../../interpreter/cpp/options.js";
import { preprocess } from "../../../interpreter/cpp/preprocess.js";
import { printTokens } from "../../../interpreter/cpp/print.js";
import { printDiagnostics } from "../../../interpreter/source/print.js";

export type Files = Readonly<Record<string, string>>;

export function run(text: string, files: Files = {}, options: PreprocessOptions = {}): PreprocessResult {
  const host = { readFile: (path: string) => (Object.hasOwn(files, path) ? files[path]! : null) };
  return preprocess({ path: "main.c", text }, host, options);
}

/** The spellings of the tokens of a text, macros left alone. */
export function spellings(text: string): string[] {
  const interner = new Interner();
  const file = lexText(text, interner);
  return Array.from(file.id.subarray(0, file.count), (id) => interner.texts[id]!);
}

/** "main.c:1:2: error: text", one a line, without source lines; notes indented. */
export function messages(result: PreprocessResult): string[] {
  const { diagnostics, files } = result;
  return diagnostics.all.flatMap(({ severity, code, text, span, notes }) => [
    `${files.describe(span.pos)}: ${severity}: ${text}${code === null ? "" : ` [${code}]`}`,
    ...notes.map((note) => `  ${files.describe(note.span.pos)}: note: ${note.text}`),
  ]);
}

/** The tokens are those of `expected`, and there is nothing to complain about. */
export function expectTokens(
  text: string,
  expected: string,
  files: Files = {},
  options: PreprocessOptions = {},
): void {
  const result = run(text, files, options);
  expect(messages(result)).toEqual([]);
  expect(result.tokens.text.join(" ")).toEqual(spellings(expected).join(" "));
}

/** The text that reads as the same tokens, white space included. */
export function expectPrinted(text: string, expected: string, files: Files = {}): void {
  const result = run(text, files);
  expect(messages(result)).toEqual([]);
  expect(printTokens(result.tokens)).toEqual(expected);
}

/** What is said about a text, and which tokens are left. */
export function expectMessages(
  text: string,
  expected: readonly string[],
  tokens?: string,
  files: Files = {},
): void {
  const result = run(text, files);
  expect(messages(result)).toEqual(expected);
  if (tokens !== undefined) expect(result.tokens.text.join(" ")).toEqual(spellings(tokens).join(" "));
}

/** The whole printed report. */
export function report(result: PreprocessResult): string {
  return printDiagnostics(result.diagnostics.all, result.files);
}
