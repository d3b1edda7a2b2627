// One file of C to a program: preprocess, parse, check, lower. Each stage hands a whole value to the next; what is
// wrong with the C is collected on the way and printed as gcc prints it.

import { posix } from "node:path";
import {
  type Beginning,
  beginningsOf,
  CheckedHead,
  check,
  type Instr,
  LexCache,
  LoweredHead,
  lower,
  type ParserPort,
  PreprocessedHead,
  type PreprocessOptions,
  type PreprocessResult,
  type Program,
  parse,
  preprocess,
  printDiagnostics,
  type ReadSoFar,
  Warnings,
} from "../../interpreter/api.js";
import { kernelOpNames } from "../../kernel/api.js";
import { type Dialect, dialectOf } from "./dialect.js";
import { INCLUDE_PATHS, LIBRARY_PATHS, type SourceFiles } from "./files.js";
import { Library } from "./library.js";
import type { Warned } from "./warnings.js";

/** What the kernel is built with, besides gcc's defaults. */
const KERNEL_WARNINGS = ["-Wall", "-Wimplicit-fallthrough=5", "-Wno-pointer-sign"];

interface MainFile {
  readonly path: string;
  readonly text: string;
}

/** A file to compile: the name by which `files` knows it, and C to put behind its text. */
export interface Unit {
  path: string;
  behind?: string;
  /** It may be an ordinary program: the headers and functions of the C library are there too. */
  hosted?: boolean;
  /** Others that begin with the same #include lines are compiled with the same files. */
  isOneOfMany?: boolean;
}

export type Compiled =
  | {
      ok: true;
      program: Program;
      warnings: Warned;
      /** Not only the text of the files that it is made of decided, also which others there are. */
      asksForFiles: boolean;
    }
  /** `errors` is ready to print: place, line of C, caret, macro notes. */
  | { ok: false; errors: string; count: number };

export interface Compiler {
  compile(unit: Unit, files: SourceFiles): Compiled;
}

/** `options`: what is asked for besides, as gcc's command line has it: "-Wextra", "-Wno-parentheses", "-w". */
export function compiler(port: ParserPort, options: readonly string[] = []): Compiler {
  const warnings = new Warnings([...KERNEL_WARNINGS, ...options]);
  const kernelOps = kernelOpNames();
  // Both sides of a review read the same hundred headers.
  const cache = new LexCache();
  const library = new Library(port, cache);
  const heads = new Heads(port, cache, warnings);
  return {
    compile(unit, files) {
      const text = files.readFile(unit.path);
      if (text === null) throw new Error(`${unit.path} was there and is gone`);
      const dialect = dialectOf(text);
      const { instrument } = dialect;
      const main = { path: unit.path, text: text + (unit.behind ?? "") };
      if (unit.isOneOfMany === true && unit.hosted !== true) {
        const compiled = heads.compile(main, dialect, files, kernelOps);
        if (compiled !== null) return compiled;
      }
      const pre = preprocess(main, files, preprocessOptions(cache, dialect, unit.hosted === true, warnings));
      const { diagnostics } = pre;
      // As gcc does, go on after an error as long as what comes next still makes sense: one run reports all.
      if (diagnostics.hasFatal) return failed(pre);
      const { unit: tree } = parse(pre.tokens, port, diagnostics);
      const { program: checked } = check(tree, checkOptions(pre, dialect));
      if (diagnostics.hasErrors) return failed(pre);
      const linked =
        unit.hosted === true ? library.link(checked, pre.files, files, kernelOps) : { kernelOps };
      const { program } = lower(checked, { ...linked, files: pre.files, sink: diagnostics, instrument });
      if (diagnostics.hasErrors) return failed(pre);
      return succeeded(program, pre);
    },
  };
}

function preprocessOptions(
  cache: LexCache,
  { defines, undefines }: Dialect,
  hosted: boolean,
  warnings: Warnings,
): PreprocessOptions {
  return {
    includePaths: hosted ? [...INCLUDE_PATHS, ...LIBRARY_PATHS] : INCLUDE_PATHS,
    forceIncludes: ["linux/kconfig.h"],
    defines,
    undefines,
    cache,
    warnings,
  };
}

function checkOptions({ tokens, pragmas, macros, diagnostics }: PreprocessResult, { gnu89Inline }: Dialect) {
  return { tokens, pragmas, sink: diagnostics, macroNames: macros.names(), gnu89Inline };
}

function succeeded(program: Program, { diagnostics, files, asksForFiles }: PreprocessResult): Compiled {
  return { ok: true, program, warnings: { all: diagnostics.all, files }, asksForFiles };
}

function failed({ diagnostics, files }: PreprocessResult): Compiled {
  return {
    ok: false,
    errors: printDiagnostics(diagnostics.all, files),
    count: diagnostics.errorCount,
  };
}

/** What the #include lines at the beginning of some files lead to, in each stage. */
interface Head {
  readonly pre: PreprocessedHead;
  readonly read: ReadSoFar;
  readonly checked: CheckedHead;
  readonly lowered: LoweredHead;
}

/**
 * Files that begin with the same #include lines: the scenarios of a review, each of which compiles the kernel into
 * itself. What these lines lead to is compiled once for each tree.
 */
class Heads {
  readonly #known = new WeakMap<SourceFiles, Map<string, Head | null>>();

  constructor(
    readonly port: ParserPort,
    readonly cache: LexCache,
    readonly warnings: Warnings,
  ) {}

  /** Null where the file has to be compiled on its own: it begins with something else, or there is much to be said of it. */
  compile(
    main: MainFile,
    dialect: Dialect,
    files: SourceFiles,
    kernelOps: readonly string[],
  ): Compiled | null {
    const beginnings = beginningsOf(main, this.cache);
    const longest = beginnings.at(-1);
    if (longest === undefined) return null;
    let heads = this.#known.get(files);
    if (heads === undefined) {
      heads = new Map();
      this.#known.set(files, heads);
    }
    const keyOf = ({ text }: Beginning): string =>
      `${posix.dirname(main.path)}\n${JSON.stringify(dialect)}\n${text}`;
    // One that begins as others do, and goes on with a further #include line, brings less that is new than it shares.
    const begin = beginnings.findLast((one) => heads.has(keyOf(one))) ?? longest;
    let head = heads.get(keyOf(begin));
    if (head === undefined) {
      head = this.#make({ path: main.path, text: begin.text }, dialect, files);
      heads.set(keyOf(begin), head);
    }
    return head === null ? null : this.#behind(head, main, begin, dialect, kernelOps);
  }

  #make(main: MainFile, dialect: Dialect, files: SourceFiles): Head | null {
    const pre = new PreprocessedHead(
      main,
      files,
      preprocessOptions(this.cache, dialect, false, this.warnings),
    );
    if (!pre.isCommon) return null;
    const { result } = pre;
    const { unit, read } = parse(result.tokens, this.port, result.diagnostics);
    if (result.diagnostics.hasErrors) return null;
    const checked = new CheckedHead(unit, checkOptions(result, dialect));
    return result.diagnostics.hasErrors
      ? null
      : { pre, read, checked, lowered: new LoweredHead(result.tokens.length) };
  }

  #behind(
    head: Head,
    main: MainFile,
    begin: Beginning,
    dialect: Dialect,
    kernelOps: readonly string[],
  ): Compiled | null {
    const before = head.pre.result.diagnostics.all.length;
    const pre = head.pre.goOn(main, begin);
    const { diagnostics } = pre;
    if (diagnostics.hasErrors) return null;
    const { unit } = parse(pre.tokens, this.port, diagnostics, head.read);
    if (diagnostics.hasErrors) return null;
    const { program: checked } = head.checked.check(unit, checkOptions(pre, dialect));
    // Messages come stage by stage for the whole file.
    if (diagnostics.hasErrors || (before > 0 && diagnostics.all.length > before)) return null;
    const common = head.checked.isAmended ? {} : { common: head.lowered };
    const { instrument } = dialect;
    const { program } = lower(checked, {
      kernelOps,
      files: pre.files,
      sink: diagnostics,
      instrument,
      ...common,
    });
    if (diagnostics.hasErrors || (before > 0 && diagnostics.all.length > before)) return null;
    return succeeded(program, pre);
  }
}

/**
 * 32 bits that change when the operations or the initial data of a program do, and not when only lines move:
 * what a replay token is checked against.
 */
export function programHash(program: Program): number {
  const { functions, image } = program;
  // Names of fields, not a function that leaves some out: that would be called for each of them.
  const text = JSON.stringify(
    functions.map(({ symbol, blocks }) => [symbol, blocks]),
    Object.keys(HASHED),
  );
  // FNV-1a.
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  for (const bytes of [image.bytes, image.percpu])
    for (let i = 0; i < bytes.length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  return hash >>> 0;
}

/** All of an instruction but where it stands, in the order of the hash. */
const HASHED: Record<Exclude<keyof Instr, "loc" | "site">, true> = {
  op: true,
  dst: true,
  a: true,
  b: true,
  c: true,
  imm: true,
  immHi: true,
  args: true,
  targets: true,
  cases: true,
  flags: true,
};
