// What we say about a program: everything up to the finished program, as far as its errors let it come.

import { check, lower, type ParserPort, parse, preprocess } from "../../../interpreter/api.js";

export interface OurAnswer {
  /** Errors as "line:column: text". */
  readonly errors: readonly string[];
  /** An exception or a message about ourselves: never right. */
  readonly crash: string | null;
  /** CPU time: a busy machine is no hang. */
  readonly ms: number;
}

/** Longer than this for one program is a hang. */
export const HANG_MS = 2000;

export function askUs(text: string, port: ParserPort): OurAnswer {
  const started = process.cpuUsage();
  const errors: string[] = [];
  let crash: string | null = null;
  try {
    compile(text, port, errors);
    crash = errors.find((one) => one.includes("internal")) ?? null;
  } catch (error) {
    crash = (error as Error).stack ?? String(error);
  }
  const { user, system } = process.cpuUsage(started);
  return { errors, crash, ms: (user + system) / 1000 };
}

function compile(text: string, port: ParserPort, errors: string[]): void {
  const source = preprocess({ path: "fuzz.c", text }, { readFile: () => null }, { predefined: "none" });
  const { tokens, pragmas, files, diagnostics: sink } = source;
  const { unit } = parse(tokens, port, sink);
  // Errors of the syntax do not keep the checker from looking at what is left.
  const { program } = check(unit, { tokens, pragmas, sink, macroNames: [] });
  if (!sink.hasErrors) lower(program, { kernelOps: [], files, sink });
  for (const { severity, span, text: what } of sink.all) {
    if (severity !== "error") continue;
    const { line, column } = files.place(span.pos);
    errors.push(`${line}:${column}: ${what}`);
  }
}

/** An error that says what we do not do, or speaks of a builtin that only we have: not what is wrong with the C. */
export function isOurLimit(error: string): boolean {
  return /not supported|nested too deeply|is too large|undefined reference|variably modified|'__builtin_smplab_/.test(
    error,
  );
}
