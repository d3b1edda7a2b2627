// The small kernel: what must be true of its text whatever happens to the rest. The places of the founding
// patch's hunks are found here by a search of its own, without the patch room.
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const mail = readFileSync(join(root, "patches/samples/2010-09-13-memcg-file-mapped.txt"), "utf8");
const memcontrol = readFileSync(join(root, "kernel/tree/mm/memcontrol.c"), "utf8").split("\n");

function filesUnder(directory: string): string[] {
  return readdirSync(join(root, directory), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}

/** White space as the archive left it: runs are one blank, none at the ends. */
const collapse = (line: string): string => line.replace(/\s+/g, " ").trim();

interface OldSide {
  heading: string;
  /** Context and deleted lines, collapsed. */
  lines: string[];
}

/** The old sides of the mail's hunks. A line without a mark is context: its leading blank was lost. */
function oldSides(text: string): OldSide[] {
  const sides: OldSide[] = [];
  const lines = text.split("\n");
  for (let i = 0; i < lines.length; i++) {
    const header = /^@@ -\d+,(\d+) \+\d+,(\d+) @@ ?(.*)$/.exec(lines[i]!);
    if (header === null) continue;
    let [old, added] = [Number(header[1]), Number(header[2])];
    const side: OldSide = { heading: header[3]!, lines: [] };
    while (old > 0 || added > 0) {
      const line = lines[++i]!;
      if (line.startsWith("+")) {
        added--;
        continue;
      }
      side.lines.push(collapse(line.startsWith("-") ? line.slice(1) : line));
      old--;
      if (!line.startsWith("-")) added--;
    }
    sides.push(side);
  }
  return sides;
}

/** Indices at which `lines` stand in `text`. */
function placesOf(lines: readonly string[], text: readonly string[]): number[] {
  return text.flatMap((_, at) => (lines.every((line, k) => text[at + k] === line) ? [at] : []));
}

/** What git writes behind the @@ of a hunk that starts at `at`: the last line before it that begins a name. */
function headingAt(at: number, text: readonly string[]): string {
  return text.slice(0, at).findLast((line) => /^[A-Za-z_$]/.test(line)) ?? "";
}

const sources = [...filesUnder("kernel/tree"), ...filesUnder("kernel/scenarios")];

describe("the text of the small kernel and its scenarios", () => {
  it.each(sources)("%s says its licence, is indented with tabs and ends its lines cleanly", (file) => {
    const text = readFileSync(join(root, file), "utf8");
    const lines = text.split("\n");
    expect(lines[0]).toBe(
      file.endsWith(".h")
        ? "/* SPDX-License-Identifier: GPL-2.0-only */"
        : "// SPDX-License-Identifier: GPL-2.0-only",
    );
    expect(text.endsWith("\n") && !text.endsWith("\n\n")).toBe(true);
    expect(lines.filter((line) => /[ \t]$|\r/.test(line))).toEqual([]);
    // A line begins with tabs, then at most the blanks that bring it under something above.
    expect(lines.filter((line) => /^\t* {8}|^\t* +\t/.test(line) || /^ +[^ *]/.test(line))).toEqual([]);
    expect(lines.filter((line) => /[^\t -~]/.test(line))).toEqual([]);
    expect(lines.filter((line) => line.replaceAll("\t", "        ").length > 110)).toEqual([]);
  });

  it.each(filesUnder("patches/samples/variants"))("%s says its licence", (file) => {
    expect(readFileSync(join(root, file), "utf8")).toMatch(/^SPDX-License-Identifier: GPL-2\.0-only$/m);
  });
});

describe("the founding patch fits mm/memcontrol.c", () => {
  const sides = oldSides(mail);
  const collapsed = memcontrol.map(collapse);

  it("has seven hunks", () => {
    expect(sides.map((side) => side.lines.length)).toEqual([6, 7, 35, 6, 6, 6, 6]);
  });

  it.each(sides.map((side, i) => [i + 1, side.heading, side] as const))(
    "hunk %i stands exactly once, in the place that its heading %j names",
    (_number, heading, side) => {
      const places = placesOf(side.lines, collapsed);
      expect(places).toHaveLength(1);
      expect(headingAt(places[0]!, memcontrol).startsWith(heading)).toBe(true);
    },
  );

  it("in the order of the mail", () => {
    const places = sides.map((side) => placesOf(side.lines, collapsed)[0]!);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it("is not applied yet", () => {
    expect(memcontrol.join("\n")).not.toContain("MEM_CGROUP_ON_MOVE");
  });
});
