// C text to a verified program, through the whole front end, without a machine.

import type { PreprocessOptions } from "../../interpreter/cpp/options.js";
import { preprocess } from "../../interpreter/cpp/preprocess.js";
import type { Program } from "../../interpreter/ir/program.js";
import { assertVerified } from "../../interpreter/ir/verify.js";
import { lower } from "../../interpreter/lower/lower.js";
import { check } from "../../interpreter/sema/check.js";
import { parse } from "../../interpreter/syntax/parse.js";
import { loadParser } from "../../src/parser/load.js";

export const { port } = await loadParser();

export interface CompiledText {
  /** null where an error was reported. */
  readonly program: Program | null;
  /** "path:line:column: severity: text" */
  readonly messages: string[];
}

export interface CompileOptions extends PreprocessOptions {
  readonly path?: string;
  readonly kernelOps?: readonly string[];
  /** Other files, by path; default none. */
  readonly readFile?: (path: string) => string | null;
}

export function compileText(text: string, options: CompileOptions = {}): CompiledText {
  const readFile = options.readFile ?? (() => null);
  const source = preprocess({ path: options.path ?? "t.c", text }, { readFile }, options);
  const sink = source.diagnostics;
  const messages = () =>
    sink.all.map((one) => `${source.files.describe(one.span.pos)}: ${one.severity}: ${one.text}`);
  if (sink.hasErrors) return { program: null, messages: messages() };
  const { unit } = parse(source.tokens, port, sink);
  if (sink.hasErrors) return { program: null, messages: messages() };
  const checked = check(unit, { tokens: source.tokens, sink });
  if (sink.hasErrors) return { program: null, messages: messages() };
  const { program } = lower(checked.program, {
    kernelOps: options.kernelOps ?? [],
    files: source.files,
    sink,
  });
  if (sink.hasErrors) return { program: null, messages: messages() };
  assertVerified(program);
  return { program, messages: messages() };
}

/** The program, or an exception with what the front end said. */
export function compileOrThrow(text: string, options: CompileOptions = {}): Program {
  const { program, messages } = compileText(text, options);
  if (program === null) throw new Error(messages.join("\n"));
  return program;
}
