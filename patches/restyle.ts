// Gives the added lines of a damaged mail back what they lost: entities decoded, odd blanks made plain, indents and
// tabs. What is done follows from what the whole mail shows (damage.ts), and each line that changes is listed.
import type { Damage } from "./damage.js";
import { blanksMadePlain, entitiesDecoded, quotesMadePlain } from "./disguise.js";
import type { HunkLine, Repair } from "./patch.js";
import { reindent } from "./reindent.js";
import type { SourceFile } from "./source.js";

/** What the mail lost, given back to the added lines; each one that changes is listed. */
export function restyle(
  lines: readonly HunkLine[],
  source: SourceFile,
  at: number,
  path: string,
  damage: Damage,
  lost = false,
): { lines: readonly HunkLine[]; repairs: Repair[] } {
  const repairs: Repair[] = [];
  const change = (made: readonly HunkLine[], before: readonly HunkLine[], kind: Repair["kind"]) => {
    for (const [i, line] of made.entries()) {
      if (line.text !== before[i]!.text) repairs.push({ kind, mailLine: line.mailLine, text: line.text });
    }
    return made;
  };
  const added = (from: readonly HunkLine[], make: (text: string) => string) =>
    from.map((line) => (line.kind === "+" ? { ...line, text: make(line.text) } : line));
  let made = lines;
  if (damage.decode) made = change(added(made, entitiesDecoded), made, "entities");
  if (damage.plain)
    made = change(
      added(made, (text) => quotesMadePlain(blanksMadePlain(text))),
      made,
      "charset",
    );
  if (damage.certain || lost) {
    const remains = { marginKnown: damage.marginKnown, blanks: null };
    made = change(reindent(path, made, source, at, remains), made, "indent");
  } else if (damage.blanks !== null && hasTabs(path, source)) {
    const remains = { marginKnown: false, blanks: damage.blanks };
    made = change(reindent(path, made, source, at, remains), made, "indent");
  }
  return { lines: made, repairs };
}

/** Whether blanks in a mail can have been tabs: a file that has none gets none. */
function hasTabs(path: string, source: SourceFile): boolean {
  if (source.count === 0) return /(?:\.[chS]|\.dtsi?|\.ld|Makefile|Kconfig|Kbuild)$/.test(path);
  for (let i = 0; i < source.count; i++) if (source.line(i).includes("\t")) return true;
  return false;
}
