// From a scenario's file to the cases that are explored: what to run, on which machine, and how it is called.

import type { Entry, HostConfig, Program } from "../../interpreter/api.js";
import type { Condition } from "../outcome/condition.js";
import { type Header, readHeader } from "../outcome/header.js";
import { type Compiler, programHash } from "./compile.js";
import type { SourceFiles } from "./files.js";
import { RUN_CASE, readSuites, unregisteredSuite } from "./image.js";
import { ENTRY, entryText, type Form, formOf, observedGlobals } from "./snippet.js";
import { type CompilerWarning, newWarnings, type Warned } from "./warnings.js";

/** One thing to explore. */
export interface Prepared {
  /** "suite.case", or the file's name for a snippet. */
  name: string;
  /** The scenario's file as reports show it. */
  file: string;
  program: Program;
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
): PreparedFile {
  return prepare(path, files, compiler, wish, false);
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
): PreparedPairs {
  const right = prepareScenario(scenario, after, compiler, wish);
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
  return prepare(path, files, compiler, wish, true);
}

function prepare(
  path: string,
  files: SourceFiles,
  compiler: Compiler,
  wish: MachineWish,
  snippets: boolean,
): PreparedFile {
  const source = files.sourceOf(path);
  const file = files.shownName(path);
  const header = readHeader(source);
  const [problem] = header.problems;
  if (problem !== undefined) {
    const { line, column, message, help } = problem;
    return { ok: false, text: `${file}:${line}:${column}: ${message}`, help };
  }
  const compiled = compiler.compile({ path, hosted: snippets, isOneOfMany: !snippets }, files);
  if (!compiled.ok) return doesNotCompile(file, compiled);
  const { program, warnings } = compiled;
  const suites = readSuites(program);
  if (suites.length > 0) {
    let hash: number | undefined;
    const hashOf = (): number => {
      hash ??= programHash(program);
      return hash;
    };
    const cases = suites.flatMap((suite) =>
      suite.cases.map(
        ({ name, index }): Prepared => ({
          name: `${suite.name}.${name}`,
          file,
          program,
          get hash() {
            return hashOf();
          },
          entry: { function: RUN_CASE, args: [BigInt(suite.address), BigInt(index)] },
          config: machineFor(wish, header, 1),
          condition: wish.condition ?? header.condition,
          isTest: true,
          cost: header.cost.includes(name),
        }),
      ),
    );
    return cases.length > 0 ? { ok: true, cases, warnings } : noCases(file, suites[0]!.symbol);
  }
  const form = formOf(program);
  if (!snippets || form.kind === "nothing") return nothingToRun(file, program, snippets);
  return prepareSnippet(path, file, source, program, form, header, files, compiler, wish);
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
