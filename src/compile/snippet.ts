// Turns a plain file of C into a program that can be explored: `main` alone, or the functions cpu0(), cpu1() …
// at the same time, after an optional setup().
//
// The outcome of such a program is the final value of its globals. Instead of teaching the machine about that, a
// few lines of C are put behind the file: an entry function that starts the tasks, waits for them, and observes
// each global by name. The types of the globals are known only once the file has been compiled, so it is
// compiled twice: once to see what is there, once with the entry.

import type { Program, Shape } from "../../interpreter/api.js";
import { globalsOf } from "./image.js";

/** What a file asks for: KUnit cases, functions of CPUs, main alone, or nothing that could be run. */
export type Form =
  | { kind: "functions"; cpus: number[]; setup: boolean }
  | { kind: "main" }
  | { kind: "nothing" };

export const ENTRY = "__smplab_entry";

export function formOf(program: Program): Form {
  const has = (name: string): boolean => Object.hasOwn(program.functionIndex, name);
  const cpus: number[] = [];
  for (let cpu = 0; cpu < 8; cpu++) if (has(`cpu${cpu}`)) cpus.push(cpu);
  if (cpus.length > 0) return { kind: "functions", cpus, setup: has("setup") };
  return has("main") ? { kind: "main" } : { kind: "nothing" };
}

/** A value of the outcome: its name, and the C that computes it. */
export interface Observed {
  name: string;
  value: string;
}

/** Most globals of an outcome: the machine keeps 64 values, and one is main()'s. */
const MAX_OBSERVED = 63;

/** The C to put behind the file; `program` is the file compiled without it. */
export function entryText(form: Form, observed: readonly Observed[], program: Program): string {
  const lines = ["", '#line 1 "<entry>"', "extern void smplab_run_on(int, void (*)(void *), void *);"];
  lines.push(
    "extern void smplab_settle(void);",
    "extern void smplab_join_all(void);",
    "extern void (smplab_observe)(const char *, long long);",
  );
  lines.push(`__attribute__((no_instrument_function)) void ${ENTRY}(void)`, "{");
  if (form.kind === "functions") {
    lines.push(...constructorCalls(program));
    if (form.setup) lines.push("\tsetup();");
    for (const cpu of form.cpus) lines.push(`\tsmplab_run_on(${cpu}, (void (*)(void *))cpu${cpu}, 0);`);
    // Callbacks and work belong to the program: what they leave behind is part of the final values.
    lines.push("\tsmplab_join_all();", "\tsmplab_settle();");
    for (const fn of program.destructors) lines.push(`\t(${nameOf(program, fn)})();`);
  } else {
    lines.push(...callOfMain(program));
  }
  for (const { name, value } of observed) lines.push(`\t(smplab_observe)("${name}", (long long)(${value}));`);
  lines.push("}", "");
  return lines.join("\n");
}

/**
 * main() as libc/src/start.c wants it called: exit() jumps back here, once more from each function of atexit().
 * A program that fails says so by its exit value; one that does not has nothing to add to its outcome.
 */
function callOfMain(program: Program): string[] {
  const main = program.functions[program.functionIndex.main!]!;
  const given = ["1", "(void *)__smplab_arguments", "(void *)(__smplab_arguments + 1)"];
  const call = `main(${given.slice(0, main.params.length).join(", ")})`;
  return [
    "\textern long __smplab_start[];",
    "\textern int __smplab_status;",
    "\textern char *__smplab_arguments[];",
    "\textern void __smplab_finish(void);",
    ...(program.destructors.length > 0 ? ["\textern int atexit(void (*)(void));"] : []),
    "\tif (!__builtin_setjmp(__smplab_start)) {",
    // atexit() is asked first, so that what ends the program comes behind all that the program asks for.
    ...[...program.destructors].reverse().map((fn) => `\tatexit(${nameOf(program, fn)});`),
    ...constructorCalls(program),
    `\t${main.result === null ? "" : "__smplab_status = "}${call};`,
    "\t}",
    "\t__builtin_setjmp(__smplab_start);",
    "\t__smplab_finish();",
    // Threads, callbacks and work that main() has left behind, as above.
    "\tsmplab_settle();",
    '\tif (__smplab_status) (smplab_observe)("main", __smplab_status);',
  ];
}

function constructorCalls(program: Program): string[] {
  return program.constructors.map((fn) => `\t(${nameOf(program, fn)})();`);
}

function nameOf(program: Program, fn: number): string {
  return program.functions[fn]!.name;
}

/** The globals of a file as C expressions of integer type: members and elements one by one. */
export function observedGlobals(program: Program, file: string, source: string): Observed[] {
  const paths: Observed[] = [];
  for (const global of globalsOf(program, file)) {
    // Per-CPU variables have no value of their own; a static local is not a global of the reader's.
    if (global.section !== "data" || global.name.includes("::")) continue;
    flatten(global.name, global.shape, source, paths);
  }
  return paths.slice(0, MAX_OBSERVED);
}

function flatten(path: string, shape: Shape, source: string, into: Observed[]): void {
  if (into.length >= MAX_OBSERVED) return;
  switch (shape.kind) {
    case "int":
    case "bool":
    case "enum":
      into.push({ name: path, value: path });
      break;
    case "array":
      for (let i = 0; i < shape.count && into.length < MAX_OBSERVED; i++) {
        flatten(`${path}[${i}]`, shape.element, source, into);
      }
      break;
    case "struct":
      // Of the kernel's own types only what is a number by nature: the insides of a lock are nobody's outcome.
      if (isOwn(shape.name, source)) {
        for (const f of shape.fields) if (f.name !== "") flatten(`${path}.${f.name}`, f.shape, source, into);
      } else if (shape.fields.length === 1 && shape.fields[0]!.name === "counter") {
        into.push({ name: path, value: `${path}.counter` });
      }
      break;
    // Addresses differ from run to run of the C, and a float is not a state that is counted.
    case "pointer":
    case "float":
    case "opaque":
      break;
  }
}

/** Is the struct defined in this very file? */
function isOwn(name: string, source: string): boolean {
  const tag = name.replace(/^(struct|union)\s+/, "");
  return tag === "" || tag === "<anonymous>" || new RegExp(`\\b(struct|union)\\s+${tag}\\s*\\{`).test(source);
}
