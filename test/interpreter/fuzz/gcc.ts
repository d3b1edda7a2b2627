// What gcc says about a program, and whether it says so as a parser.

import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** "syntax": rejected by its parser; "meaning": rejected for another reason; "fine": accepted. */
export type Verdict = "syntax" | "meaning" | "fine";

export interface GccAnswer {
  readonly verdict: Verdict;
  /** The error that decided, as "line:column: text". */
  readonly first: string;
}

/** What gcc's parser says; its other messages are about meaning. */
const IS_SYNTAX =
  /^(expected |stray |missing terminating|two or more|both '|'long long long'|'else' without|empty enum|ISO C requires a named|unknown type name|braced-group|multiple storage|duplicate '|attributes should)|at end of input| before /;

/** The path of gcc's own compiler, without the driver's two processes around it; null without gcc. */
export function findGcc(): string | null {
  const { status, stdout } = spawnSync("gcc", ["-print-prog-name=cc1"], { encoding: "utf8" });
  const path = status === 0 ? stdout.trim() : "";
  return path.startsWith("/") ? path : null;
}

export function askGcc(cc1: string, directory: string, text: string): GccAnswer {
  const file = join(directory, "fuzz.c");
  writeFileSync(file, text);
  const flags = ["-quiet", "-std=gnu11", "-fwrapv", "-w", "-fsyntax-only", "-fno-diagnostics-show-caret"];
  const { stderr } = spawnSync(cc1, [...flags, "fuzz.c"], {
    cwd: directory,
    encoding: "utf8",
    env: { ...process.env, LC_ALL: "C" },
    timeout: 20_000,
    maxBuffer: 64 << 20,
  });
  const errors = [...stderr.matchAll(/^fuzz\.c:(\d+)(?::(\d+))?: error: (.*)$/gm)].map((match) => ({
    place: `${match[1]}:${match[2] ?? "0"}`,
    text: match[3]!,
  }));
  const syntax = errors.find((one) => IS_SYNTAX.test(one.text));
  const decided = syntax ?? errors[0];
  if (decided === undefined) return { verdict: "fine", first: "" };
  return { verdict: syntax === undefined ? "meaning" : "syntax", first: `${decided.place}: ${decided.text}` };
}
