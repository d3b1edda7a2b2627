// Reading programs.txt, and what we print about a program.

import { check, parse, preprocess, printDiagnostics, Warnings } from "../../../interpreter/api.js";
import { loadParser } from "../../../src/parser/load.js";

export interface Case {
  readonly title: string;
  readonly mark: "" | "(first line)" | "(ours)";
  readonly source: string;
  readonly expected: string;
}

export function readCases(text: string): { head: string; cases: Case[] } {
  const [head, ...parts] = text.split(/^=== /m);
  const cases = parts.map((part): Case => {
    const [whole, ...lines] = part.trimEnd().split("\n");
    const [, title, mark] = /^(.*?) ?(\(first line\)|\(ours\)|)$/.exec(whole!)!;
    const source = lines.filter((line) => !line.startsWith(">"));
    const expected = lines.filter((line) => line.startsWith(">")).map((line) => line.slice(2));
    return {
      title: title!,
      mark: mark as Case["mark"],
      source: `${source.join("\n").trimEnd()}\n`,
      expected: expected.join("\n"),
    };
  });
  return { head: `${head!.trimEnd()}\n`, cases };
}

/** Without the lines that only name a function or the compiler, and without blanks at the ends of lines. */
export function comparable(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^(t\.c: (In function|At top level)|cc1: )/.test(line))
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}

export function firstLine(output: string): string {
  return output.split("\n", 1)[0]!;
}

/** What the cases of warnings.txt are asked for. */
export const WARNINGS = ["-Wall", "-Wextra", "-Wno-maybe-uninitialized"];

/** The messages of an output, each with its lines of C and notes, in the order of places: who says something first differs. */
export function messagesOf(output: string): string[] {
  const messages = output.split(/^(?=t\.c:\d+(?::\d+)?: (?:warning|error|fatal error): )/m);
  const place = (one: string): number => {
    const [, line, column] = /^t\.c:(\d+):(\d+)/.exec(one) ?? ["", "0", "0"];
    return Number(line) * 1000 + Number(column);
  };
  return messages
    .map((one) => one.trimEnd())
    .filter((one) => one !== "")
    .sort((a, b) => place(a) - place(b) || (a < b ? -1 : 1));
}

/** `options`: such as "-Wall"; none: gcc's defaults. */
export async function ourOutput(text: string, options: readonly string[] = []): Promise<string> {
  const { port } = await loadParser();
  const warnings = new Warnings(options);
  const source = preprocess({ path: "t.c", text }, { readFile: () => null }, { warnings });
  const { tokens, pragmas, diagnostics: sink } = source;
  const { unit } = parse(tokens, port, sink);
  check(unit, { tokens, pragmas, sink, macroNames: source.macros.names() });
  return printDiagnostics(sink.all, source.files);
}
