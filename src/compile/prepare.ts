// From a scenario's file to the cases that are explored: what to run, on which machine, and how it is called.

import type { Entry, HostConfig, Program } from "../../interpreter/api.js";
import type { Condition } from "../outcome/condition.js";
import { type Header, readHeader } from "../outcome/header.js";
import { type Compiler, programHash } from "./compile.js";
import type { SourceFiles } from "./files.js";
import { RUN_CASE, readSuites, unregisteredSuite } from "./image.js";
import { filesOf, type KnownCases, type KnownFile, sourceOf } from "./known-cases.js";
import { ENTRY, entryText, type Form, formOf, observedGlobals } from "./snippet.js";
import { type CompilerWarning, NO_WARNINGS, newWarnings, type Warned } from "./warnings.js";

/** One thing to explore. */
export interface Prepared {
  /** "suite.case", or the file's name for a snippet. */
  name: string;
  /** The scenario's file as reports show it. */
  file: string;
  /** Compiled when somebody asks for it, where the cases of its file are known. */
  readonly program: Program;
  /** Tells the C that it is made of, headers included, from all other C; null where that is not known. */
  readonly source: string | null;
  /** It may start a task that the scheduler moves between CPUs. */
  readonly unbound: boolean;
  /** What programHash() says; it is only figured out where it is asked for. */
  readonly hash: number;
  entry: Entry;
  config: HostConfig;
  condition: Condition | null;
  /** A case of a KUnit suite. */
  isTest: boolean;
  /** Its straight run is compared for cost. */
  cost: boolean;
}

/** Why nothing could be prepared; `text` is ready to print. */
export interface Refusal {
  ok: false;
  text: string;
  help: string;
}

export type PreparedFile = { ok: true; cases: Prepared[]; warnings: Warned } | Refusal;

/** What the command line says about the machine; it goes before what the file asks for. */
export interface MachineWish {
  cpus?: number;
  preempt?: HostConfig["preempt"];
  condition?: Condition;
}

/** KUnit cases only: what a review runs. */
export function prepareScenario(
  path: string,
  files: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
  known: KnownCases | null = null,
): PreparedFile {
  return prepare(path, files, compiler, wish, false, known);
}

/** The cases of a scenario, each with its program before and after, and the warnings that only the side after has. */
export type PreparedPairs =
  | { ok: true; pairs: { before: Prepared; after: Prepared }[]; warnings: CompilerWarning[] }
  | Refusal;

export function prepareBoth(
  scenario: string,
  before: SourceFiles,
  after: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
): PreparedPairs {
  const left = prepareScenario(scenario, before, compiler, wish);
  return left.ok ? prepareAfter(left, scenario, after, compiler, wish) : left;
}

/** The same where the side before has been prepared. */
export function prepareAfter(
  left: PreparedFile & { ok: true },
  scenario: string,
  after: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
  known: KnownCases | null = null,
): PreparedPairs {
  const right = prepareScenario(scenario, after, compiler, wish, known);
  if (!right.ok) return { ...right, text: `with the patch applied, ${right.text}` };
  // One text on both sides, so the cases are the same unless the patch itself changes what the text says.
  const pairs = left.cases.flatMap((one) => {
    const other = right.cases.find(({ name }) => name === one.name);
    return other === undefined ? [] : [{ before: one, after: other }];
  });
  return { ok: true, pairs, warnings: newWarnings(left.warnings, right.warnings) };
}

/** KUnit cases, or main(), or cpu0(), cpu1() …: what `smplab run` runs. */
export function prepareFile(
  path: string,
  files: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
): PreparedFile {
  return prepare(path, files, compiler, wish, true, null);
}

function prepare(
  path: string,
  files: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
  snippets: boolean,
  known: KnownCases | null,
): PreparedFile {
  const source = files.sourceOf(path);
  const file = files.shownName(path);
  const header = readHeader(source);
  const [problem] = header.problems;
  if (problem !== undefined) {
    const { line, column, message, help } = problem;
    return { ok: false, text: `${file}:${line}:${column}: ${message}`, help };
  }
  const compile = () => compiler.compile({ path, hosted: snippets, isOneOfMany: !snippets }, files);
  const before = known?.find(path, files) ?? null;
  if (before !== null) {
    const again = (): Program => {
      const compiled = compile();
      if (compiled.ok) return compiled.program;
      throw new Error(`${file} compiled before from the same text, and now it does not:\n${compiled.errors}`);
    };
    return {
      ok: true,
      cases: casesOf(before, file, later(again), wish, header, known),
      warnings: NO_WARNINGS,
    };
  }
  const compiled = compile();
  if (!compiled.ok) return doesNotCompile(file, compiled);
  const { program, warnings, asksForFiles } = compiled;
  const suites = readSuites(program);
  if (suites.length > 0) {
    const read = known === null || asksForFiles ? null : filesOf(path, warnings.files, files);
    const found = {
      source: read === null ? null : sourceOf(read),
      unbound: startsUnbound(program),
      cases: suites.flatMap((suite) =>
        suite.cases.map(({ name, index }) => ({
          name: `${suite.name}.${name}`,
          own: name,
          suite: suite.address,
          index,
        })),
      ),
    };
    const { source } = found;
    if (read !== null && source !== null && warnings.all.length === 0)
      known?.keep(path, files, read, { ...found, source });
    const cases = casesOf(found, file, () => program, wish, header, known);
    return cases.length > 0 ? { ok: true, cases, warnings } : noCases(file, suites[0]!.symbol);
  }
  const form = formOf(program);
  if (!snippets || form.kind === "nothing") return nothingToRun(file, program, snippets);
  return prepareSnippet(path, file, source, program, form, header, files, compiler, wish);
}

/** What is made when somebody asks, and then kept. */
function later<T>(make: () => T): () => T {
  let made: { value: T } | null = null;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function casesOf(
  { source, cases, unbound }: Omit<KnownFile, "source"> & { source: string | null },
  file: string,
  program: () => Program,
  wish: MachineWish,
  header: Header,
  known: KnownCases | null,
): Prepared[] {
  const hashed = (): number => programHash(program());
  const hash = later(() => (known === null || source === null ? hashed() : known.hash(source, hashed)));
  return cases.map(({ name, own, suite, index }) => ({
    name,
    file,
    get program() {
      return program();
    },
    source,
    unbound,
    get hash() {
      return hash();
    },
    entry: { function: RUN_CASE, args: [BigInt(suite), BigInt(index)] },
    config: machineFor(wish, header, 1),
    condition: wish.condition ?? header.condition,
    isTest: true,
    cost: header.cost.includes(own),
  }));
}

/** Operations that start a task which is bound to no CPU. */
const UNBOUND = new Set(["smplab_run"]);

/** May the program start a task that the scheduler moves between CPUs? */
function startsUnbound({ kernelOps }: Program): boolean {
  return kernelOps.some((name) => UNBOUND.has(name));
}

function prepareSnippet(
  path: string,
  file: string,
  source: string,
  first: Program,
  form: Form,
  header: Header,
  files: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
): PreparedFile {
  const observed = observedGlobals(first, file, source);
  const compiled = compiler.compile({ path, behind: entryText(form, observed, first), hosted: true }, files);
  if (!compiled.ok) return doesNotCompile(file, compiled);
  const { program, warnings } = compiled;
  const needed = form.kind === "functions" ? Math.max(...form.cpus) + 1 : 1;
  const only: Prepared = {
    name: file.split("/").pop()!.replace(/\.c$/, ""),
    file,
    program,
    source: null,
    unbound: startsUnbound(program),
    hash: programHash(program),
    entry: { function: ENTRY, args: [] },
    config: machineFor(wish, header, needed),
    condition: wish.condition ?? header.condition,
    isTest: false,
    cost: false,
  };
  return { ok: true, cases: [only], warnings };
}

/** The machine: the command line first, then the file's comment, then the defaults. */
export function machineFor(wish: MachineWish, header: Header, needed: number): HostConfig {
  return {
    cpus: Math.max(wish.cpus ?? header.cpus ?? 2, needed),
    preempt: wish.preempt ?? header.preempt ?? "full",
    rcu: header.rcu ?? "preempt",
  };
}

function doesNotCompile(file: string, { errors, count }: { errors: string; count: number }): Refusal {
  return {
    ok: false,
    text: `${file} does not compile:\n${errors.trimEnd()}`,
    help: count === 1 ? "1 error." : `${count} errors.`,
  };
}

function noCases(file: string, suite: string): Refusal {
  return {
    ok: false,
    text: `${file}: the suite ${suite} has no cases`,
    help: "List them in its .test_cases: static struct kunit_case cases[] = { KUNIT_CASE(f), {} };",
  };
}

function nothingToRun(file: string, program: Program, snippets: boolean): Refusal {
  const suite = unregisteredSuite(program);
  if (suite !== null) {
    return {
      ok: false,
      text: `${file}: the suite ${suite} is defined, but not registered`,
      help: `Add kunit_test_suite(${suite}); at the end of the file.`,
    };
  }
  return {
    ok: false,
    text: `${file} holds nothing to run: no KUnit suite${snippets ? ", no cpu0(), cpu1() …, no main()" : ""}`,
    help: "docs/scenarios.md shows how a scenario is written; smplab run also takes files with main() or cpu0(), cpu1() ….",
  };
}
