// One file of C to a program: preprocess, parse, check, lower. Each stage hands a whole value to the next; what is
// wrong with the C is collected on the way and printed as gcc prints it.

import {
  check,
  LexCache,
  lower,
  type ParserPort,
  type Program,
  parse,
  preprocess,
  printDiagnostics,
} from "../../interpreter/api.js";
import { kernelOpNames } from "../../kernel/api.js";
import { dialectOf } from "./dialect.js";
import { INCLUDE_PATHS, LIBRARY_PATHS, type SourceFiles } from "./files.js";
import { Library } from "./library.js";
import type { Warned } from "./warnings.js";

/** A file to compile: the name by which `files` knows it, and C to put behind its text. */
export interface Unit {
  path: string;
  behind?: string;
  /** It may be an ordinary program: the headers and functions of the C library are there too. */
  hosted?: boolean;
}

export type Compiled =
  | { ok: true; program: Program; warnings: Warned }
  /** `errors` is ready to print: place, line of C, caret, macro notes. */
  | { ok: false; errors: string; count: number };

export interface Compiler {
  compile(unit: Unit, files: SourceFiles): Compiled;
}

export function compiler(port: ParserPort): Compiler {
  const kernelOps = kernelOpNames();
  // Both sides of a review read the same hundred headers.
  const cache = new LexCache();
  const library = new Library(port, cache);
  return {
    compile(unit, files) {
      const text = files.readFile(unit.path);
      if (text === null) throw new Error(`${unit.path} was there and is gone`);
      const { defines, undefines, instrument, gnu89Inline } = dialectOf(text);
      const main = { path: unit.path, text: text + (unit.behind ?? "") };
      const pre = preprocess(main, files, {
        includePaths: unit.hosted === true ? [...INCLUDE_PATHS, ...LIBRARY_PATHS] : INCLUDE_PATHS,
        forceIncludes: ["linux/kconfig.h"],
        defines,
        undefines,
        cache,
      });
      const { diagnostics } = pre;
      const failed = (): Compiled => ({
        ok: false,
        errors: printDiagnostics(diagnostics.all, pre.files),
        count: diagnostics.errorCount,
      });
      // As gcc does, go on after an error as long as what comes next still makes sense: one run reports all.
      if (diagnostics.hasFatal) return failed();
      const { unit: tree } = parse(pre.tokens, port, diagnostics);
      const { tokens, pragmas } = pre;
      // The kernel is built with -Wall.
      const options = {
        tokens,
        pragmas,
        sink: diagnostics,
        macroNames: pre.macros.names(),
        wall: true,
        gnu89Inline,
      };
      const { program: checked } = check(tree, options);
      if (diagnostics.hasErrors) return failed();
      const linked =
        unit.hosted === true ? library.link(checked, pre.files, files, kernelOps) : { kernelOps };
      const { program } = lower(checked, { ...linked, files: pre.files, sink: diagnostics, instrument });
      if (diagnostics.hasErrors) return failed();
      return { ok: true, program, warnings: { all: diagnostics.all, files: pre.files } };
    },
  };
}

/**
 * 32 bits that change when the operations or the initial data of a program do, and not when only lines move:
 * what a replay token is checked against.
 */
export function programHash(program: Program): number {
  const { functions, image } = program;
  const text = JSON.stringify(
    functions.map(({ symbol, blocks }) => [symbol, blocks]),
    (key, value) => (key === "loc" || key === "site" ? undefined : value),
  );
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (const byte of image.bytes) hash = Math.imul(hash ^ byte, 0x01000193);
  for (const byte of image.percpu) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}
