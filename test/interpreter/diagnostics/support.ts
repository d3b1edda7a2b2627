// Reading programs.txt, and what we print about a program.

import { check, parse, preprocess, printDiagnostics } from "../../../interpreter/api.js";
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

/** Without the lines that only name a function, and without blanks at the ends of lines. */
export function comparable(output: string): string {
  return output
    .split("\n")
    .filter((line) => !/^t\.c: (In function|At top level)/.test(line))
    .map((line) => line.trimEnd())
    .join("\n")
    .trimEnd();
}

export function firstLine(output: string): string {
  return output.split("\n", 1)[0]!;
}

export async function ourOutput(text: string): Promise<string> {
  const { port } = await loadParser();
  const source = preprocess({ path: "t.c", text }, { readFile: () => null });
  const { tokens, pragmas, diagnostics: sink } = source;
  const { unit } = parse(tokens, port, sink);
  check(unit, { tokens, pragmas, sink, macroNames: source.macros.names() });
  return printDiagnostics(sink.all, source.files);
}
