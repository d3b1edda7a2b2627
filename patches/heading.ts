// The function a place lies in, as the `@@` heading of a diff names it: the nearest line above that starts a
// function. A patch that fits its context in the wrong function is the one mistake that exact matching cannot
// see, and the heading is all that tells.
//
// The hard thing is that tools disagree which line that is: diff -p and old git take any line that starts with a
// letter, `_` or `$` (labels too), git's C driver leaves labels out, and all cut the line off (diff -p at 40
// chars, git at 80). So a heading counts as found when any of these rules gives it, and a label proves nothing.
import type { ByteString, HeadingCheck } from "./patch.js";
import { collapse, type SourceFile } from "./source.js";

const LABEL = /^[ \t]*[A-Za-z_][A-Za-z_0-9]*:[ \t]*(?:$|\/[/*])/;

/** What diff -p takes: a line that begins with a letter, `_` or `$`. */
const PLAIN = /^[A-Za-z_$]/;

/** A line that a driver of git's userdiff.c takes for a heading, by file name; the plain rule otherwise. */
function headingRule(path: string): RegExp {
  if (/\.py$/.test(path)) return /^[ \t]*(?:class|(?:async[ \t]+)?def)[ \t]/;
  if (/\.dtsi?$/.test(path)) return /^[ \t]*(?:\/[ \t]*\{|&?[A-Za-z_])(?!.*[;=])/;
  if (/\.rs$/.test(path))
    return /^[ \t]*(?:pub(?:\([^)]*\))?[ \t]+)?(?:async |const |unsafe |extern )*(?:struct|enum|union|mod|trait|fn|impl|macro_rules!)\b/;
  return PLAIN;
}

/** Compares the heading with the function around `at` (an index into the file's lines). */
export function checkHeading(
  path: string,
  heading: ByteString,
  source: SourceFile,
  at: number,
): HeadingCheck {
  const wanted = collapse(heading);
  const rules = headingRule(path) === PLAIN ? [PLAIN] : [headingRule(path), PLAIN];
  let nearest: { text: string; line: number } | null = null;
  for (const rule of rules) {
    for (let line = lineAbove(source, at, rule); line >= 0; line = lineAbove(source, line, rule)) {
      const text = collapse(source.line(line));
      if (wanted !== "" && sameHeading(wanted, text)) {
        return { verdict: "same", wanted, found: text, line: line + 1 };
      }
      // Above a label the function is still to come; nothing stands above a function.
      if (LABEL.test(source.line(line))) continue;
      nearest ??= { text, line: line + 1 };
      break;
    }
  }
  const found = nearest?.text ?? "";
  const line = nearest?.line ?? 0;
  if (wanted === "" || LABEL.test(wanted)) return { verdict: "none", wanted, found, line };
  // A heading that could not stand at the start of a line of this kind of file was made by another driver.
  if (!rules.some((rule) => rule.test(wanted))) return { verdict: "none", wanted, found, line };
  return { verdict: nearest ? "differs" : "none", wanted, found, line };
}

function lineAbove(source: SourceFile, at: number, rule: RegExp): number {
  if (rule === PLAIN) return source.letterAbove(at);
  for (let i = Math.min(at, source.count) - 1; i >= 0; i--) if (rule.test(source.line(i))) return i;
  return -1;
}

/** Equal as far as the shorter goes (both may be cut off), or of the same function with other arguments. */
function sameHeading(wanted: string, found: string): boolean {
  const length = Math.min(wanted.length, found.length);
  if (length >= 8 && wanted.slice(0, length) === found.slice(0, length)) return true;
  if (wanted === found) return true;
  const name = functionName(wanted);
  return name !== null && name === functionName(found);
}

export function functionName(heading: string): string | null {
  return /([A-Za-z_][A-Za-z_0-9]*)\s*\(/.exec(heading)?.[1] ?? null;
}
