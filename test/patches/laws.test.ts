// Laws that hold for any patch: generated files, generated changes, the diff made by git's own algorithm's cousin
// (jsdiff), so that none of our code is on both sides of a comparison.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTwoFilesPatch } from "diff";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  bytesOf,
  type FilePatch,
  memoryTree,
  overlay,
  printDiff,
  printDiffText,
  readMail,
  readText,
  utf8,
} from "../../patches/api.js";
import { type Files, patched } from "./support.js";

/** Lines as C has them, few kinds, so that places repeat, with everything that a reader could trip over. */
const line = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom(
      "\treturn 0;",
      "}",
      "{",
      "",
      "\tif (x)",
      "\t\ty();",
      "int f(void)",
      " * words",
    ),
  },
  { weight: 3, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => `\tcall(${n});`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "-- ",
      "--- a/x",
      "+++ b/x",
      "@@ -1,2 +3,4 @@",
      "\\ No newline",
      "diff --git a/x b/x",
      "-x",
      "+y",
      "From me",
      "l\r",
      "\u00e4\u00f6",
      "a b\u00a0c",
      "&lt;",
    ),
  },
);
const content = fc
  .tuple(fc.array(line, { maxLength: 60 }), fc.boolean())
  .map(([lines, newline]) => lines.join("\n") + (newline && lines.length > 0 ? "\n" : ""));

/** A file and what became of it: some lines cut out, some put in. */
const change = fc
  .tuple(
    content,
    fc.array(fc.tuple(fc.nat(), fc.nat(4), fc.array(line, { maxLength: 4 })), { minLength: 1, maxLength: 5 }),
    fc.boolean(),
  )
  .map(([before, edits, newline]) => {
    const lines = before.split("\n");
    if (lines.at(-1) === "") lines.pop();
    for (const [at, cut, put] of edits) lines.splice(at % (lines.length + 1), cut, ...put);
    return { before, after: lines.join("\n") + (newline && lines.length > 0 ? "\n" : "") };
  })
  .filter(({ before, after }) => before !== after && before !== "" && after !== "");

function diffOf(path: string, before: string, after: string, context = 3): string {
  const text = createTwoFilesPatch(`a/${path}`, `b/${path}`, before, after, "", "", { context });
  return text.replace(/^=+\n/, "").replace(/^(---|\+\+\+) (\S+)\t?$/gm, "$1 $2");
}

const tree = (files: Files) => memoryTree(files);
const only = (text: string) => readMail(bytesOf(text)).mails[0]!;

describe("for any change", () => {
  test("applying its diff gives the new file", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const result = applyPatch(only(diffOf("f.c", before, after)), tree({ "f.c": before }));
        expect(result.ok).toBe(true);
        expect(readText(overlay(tree({ "f.c": before }), result.changes), "f.c")).toBe(after);
      }),
      { numRuns: 400 },
    );
  });

  test("applying and taking back gives the old file", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const mail = only(diffOf("f.c", before, after));
        const there = overlay(tree({ "f.c": before }), applyPatch(mail, tree({ "f.c": before })).changes);
        const back = applyPatch(mail, there, { reverse: true });
        expect(back.ok).toBe(true);
        expect(readText(overlay(there, back.changes), "f.c")).toBe(before);
      }),
      { numRuns: 300 },
    );
  });

  test("reading what was printed is the identity", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const first = applyPatch(only(diffOf("f.c", before, after)), tree({ "f.c": before }));
        const printed = printDiff(first.changes);
        const again = applyPatch(readMail(printed).mails[0]!, tree({ "f.c": before }));
        expect(again.ok).toBe(true);
        expect(printDiff(again.changes)).toEqual(printed);
        expect(again.changes[0]).toMatchObject({ base: "proven", result: "proven" });
        expect(hunksOf(readMail(printed).mails[0]!.files)).toEqual(
          hunksOf([{ hunks: first.changes[0]!.hunks } as unknown as FilePatch]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("healing leaves an intact patch alone", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const result = applyPatch(only(diffOf("f.c", before, after)), tree({ "f.c": before }));
        expect(result.report.flatMap((hunk) => hunk.repairs)).toEqual([]);
        expect(result.report.map((hunk) => [hunk.offset, hunk.fuzz])).toEqual(
          result.report.map(() => [0, 0]),
        );
      }),
      { numRuns: 300 },
    );
  });

  test("a patch that is applied already is refused", () => {
    fc.assert(
      fc.property(change, ({ before, after }) => {
        const again = applyPatch(only(diffOf("f.c", before, after)), tree({ "f.c": after }));
        // A change that repeats itself (a line added beside its like) fits a second time; that is not refused.
        if (again.ok) expect(utf8(again.changes[0]!.after!)).not.toBe(after);
        else expect(again.changes).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});

function hunksOf(files: readonly FilePatch[]) {
  return files.flatMap((file) =>
    file.hunks.map((hunk) => ({
      at: [hunk.oldStart, hunk.oldCount, hunk.newStart, hunk.newCount],
      lines: hunk.lines!.map((one) => [one.kind, one.text, one.noNewline]),
    })),
  );
}

describe("for several files", () => {
  const names = ["a.c", "b/c.c", "b/d.h", "e.txt"];

  test("their order makes no difference", () => {
    fc.assert(
      fc.property(fc.array(change, { minLength: 2, maxLength: 4 }), fc.integer(), (changes, seed) => {
        const files: Files = {};
        const parts = changes.map(({ before, after }, i) => {
          files[names[i]!] = before;
          return diffOf(names[i]!, before, after);
        });
        const shuffled = parts
          .map((part, i) => ({ part, key: Math.imul(seed + i, 2654435761) }))
          .sort((a, b) => a.key - b.key);
        const result = (text: string) => {
          const after = overlay(tree(files), applyPatch(only(text), tree(files)).changes);
          return Object.fromEntries(
            names.slice(0, changes.length).map((name) => [name, readText(after, name)]),
          );
        };
        const expected = Object.fromEntries(changes.map(({ after }, i) => [names[i]!, after]));
        expect(result(parts.join(""))).toEqual(expected);
        expect(result(shuffled.map(({ part }) => part).join(""))).toEqual(expected);
      }),
      { numRuns: 150 },
    );
  });
});

describe("for bytes", () => {
  test("any bytes survive reading, applying and printing", () => {
    const byteLine = fc.uint8Array({ maxLength: 12 }).map((bytes) =>
      Buffer.from(bytes)
        .toString("latin1")
        .replace(/[\0\r\n]/g, "."),
    );
    fc.assert(
      fc.property(
        fc.array(byteLine, { minLength: 2, maxLength: 12 }),
        byteLine,
        fc.nat(),
        (lines, fresh, where) => {
          const at = where % lines.length;
          const old = lines.map((text) => `${text}\n`).join("");
          const body = lines.map((text, i) => (i === at ? `-${text}\n+${fresh}x\n` : ` ${text}\n`)).join("");
          const text = `--- a/f\n+++ b/f\n@@ -1,${lines.length} +1,${lines.length} @@\n${body}`;
          const raw = (binary: string) => new Uint8Array(Buffer.from(binary, "latin1"));
          const result = applyPatch(readMail(raw(text)).mails[0]!, memoryTree({ f: raw(old) }));
          expect(result.ok).toBe(true);
          const wanted = lines.map((one, i) => (i === at ? `${fresh}x\n` : `${one}\n`)).join("");
          expect(Buffer.from(result.changes[0]!.after!).toString("latin1")).toBe(wanted);
          expect(Buffer.from(printDiff(result.changes)).toString("latin1")).toContain(`\n+${fresh}x\n`);
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe("a diff made of two contents", () => {
  const made = (before: string, after: string) =>
    printDiffText([
      {
        ...{ kind: "modify", path: "f.c", before: bytesOf(before), after: bytesOf(after), hunks: [] },
        ...{ base: "unknown", result: "unknown", conflicts: 0 },
      },
    ]);

  test("makes the one of the other", () => {
    fc.assert(
      fc.property(content, content, (before, after) => {
        fc.pre(before !== after && before !== "");
        expect(patched(made(before, after), { "f.c": before })["f.c"]).toBe(after);
      }),
      { numRuns: 500 },
    );
  });

  test.skipIf(spawnSync("git", ["--version"]).status !== 0)("as git apply sees it", () => {
    const folder = mkdtempSync(join(tmpdir(), "smplab-laws-"));
    const path = join(folder, "f.c");
    try {
      fc.assert(
        fc.property(content, content, (before, after) => {
          fc.pre(before !== after && before !== "");
          writeFileSync(path, before);
          const done = spawnSync("git", ["apply", "--whitespace=nowarn", "-"], {
            ...{ cwd: folder, input: made(before, after), encoding: "utf8" },
            env: { ...process.env, GIT_DIR: join(folder, "none") },
          });
          expect(done.stderr).toBe("");
          expect(readFileSync(path, "utf8")).toBe(after);
        }),
        { numRuns: 60 },
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
