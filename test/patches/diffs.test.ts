// What a diff may say: git's extended headers, quilt, plain diffs, names, counts, levels, the other way round.
import { describe, expect, test } from "vitest";
import { applyPatch, memoryTree, overlay, printDiffText, readText } from "../../patches/api.js";
import { apply, CHANGED, DIFF, HUNK, patched, read, refusal, TWENTY, warningsOf } from "./support.js";

const f = { "f.c": TWENTY };
const done = { "f.c": CHANGED };

describe("headers", () => {
  test.each([
    ["plain", DIFF],
    ["git's with index", `diff --git a/f.c b/f.c\nindex 1..2 100644\n${DIFF}`],
    ["quilt's", `Index: x/f.c\n${"=".repeat(67)}\n--- x.orig/f.c\n+++ x/f.c\n${HUNK}`],
    [
      "time stamps after a tab",
      `--- a/f.c\t2024-01-01 00:00:00.000000000 +0000\n+++ b/f.c\t2024-01-02 00:00:00.000000000 +0000\n${HUNK}`,
    ],
    [
      "time stamps after a blank",
      `--- a/f.c 2024-01-01 00:00:00.000000000 +0000\n+++ b/f.c 2024-01-02 00:00:00.000000000 +0000\n${HUNK}`,
    ],
    [
      "time stamps of old diffs",
      `--- a/f.c\tMon Jan  1 00:00:00 2024\n+++ b/f.c\tMon Jan  1 00:00:01 2024\n${HUNK}`,
    ],
    [
      "time stamps of CVS",
      `--- a/f.c 1 Jan 2024 00:00:00 -0000 1.3\n+++ b/f.c 2 Jan 2024 00:00:00 -0000\n${HUNK}`,
    ],
    [
      "Subversion's revisions",
      `Index: a/f.c\n${"=".repeat(67)}\n--- a/f.c\t(revision 12)\n+++ b/f.c\t(working copy)\n${HUNK}`,
    ],
    ["no prefix", `--- f.c\n+++ f.c\n${HUNK}`],
    ["git without prefix", `diff --git f.c f.c\nindex 1..2 100644\n--- f.c\n+++ f.c\n${HUNK}`],
    ["a deeper level", `--- old/tree/src/f.c\n+++ new/tree/src/f.c\n${HUNK}`],
    ["file.orig against file", `--- a/f.c.orig\n+++ b/f.c\n${HUNK}`],
  ])("%s", (_, text) => {
    expect(patched(text, f)).toEqual(done);
  });

  test("a level given is taken as it is", () => {
    expect(patched(`--- x/y/f.c\n+++ x/y/f.c\n${HUNK}`, f, { strip: 2 })).toEqual(done);
    expect(refusal(`--- x/y/f.c\n+++ x/y/f.c\n${HUNK}`, f, { strip: 1 })).toEqual(["no-such-file"]);
    expect(refusal(DIFF, f, { strip: 3 })).toEqual(["strip"]);
  });

  test("a new folder is not a prefix, whatever the tree has of the same name", () => {
    const file = (path: string) => `--- /dev/null\n+++ b/${path}\n@@ -0,0 +1 @@\n+x\n`;
    const done = patched(file("add-on/sub/new.c") + file("add-on/Makefile"), {
      Makefile: "m\n",
      "sub/g.c": "g\n",
    });
    expect(done).toMatchObject({ "add-on/sub/new.c": "x\n", "add-on/Makefile": "x\n", Makefile: "m\n" });
  });

  test("names quoted by git", () => {
    const name = String.raw`"a/sp\303\244ce.c"`;
    const text = `diff --git ${name} ${name.replace("a/", "b/")}\n--- ${name}\n+++ ${name.replace("a/", "b/")}\n@@ -1,2 +1,2 @@\n-l1\n+L1\n l2\n`;
    expect(patched(text, { "sp\u00e4ce.c": TWENTY })).toEqual({
      "sp\u00e4ce.c": TWENTY.replace("l1\n", "L1\n"),
    });
  });

  test("names with blanks", () => {
    const text = `diff --git a/a b.c b/a b.c\n--- a/a b.c\t\n+++ b/a b.c\t\n${HUNK}`;
    expect(patched(text, { "a b.c": TWENTY })).toEqual({ "a b.c": CHANGED });
  });

  test("several files, and several parts to one file", () => {
    const both = `${DIFF}${DIFF.replaceAll("f.c", "g.c")}`;
    expect(patched(both, { ...f, "g.c": TWENTY })).toEqual({ ...done, "g.c": CHANGED });
    const twice = `${DIFF}--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,3 @@\n l1\n-l2\n+L2\n l3\n`;
    expect(patched(twice, f)).toEqual({ "f.c": CHANGED.replace("l2\n", "L2\n") });
    const stacked = `${DIFF}${DIFF.replace("-l10", "-L10").replace("+L10", "+M10")}`;
    expect(patched(stacked, f)).toEqual({ "f.c": TWENTY.replace("l10", "M10") });
  });
});

describe("new, deleted, renamed, copied", () => {
  const create =
    "diff --git a/n.c b/n.c\nnew file mode 100755\nindex 0000000..1\n--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+a\n+b\n";

  test("a new file, with its mode", () => {
    expect(patched(create, f)).toEqual({ ...f, "n.c": "a\nb\n" });
    const result = apply(create, f);
    expect(result.changes[0]).toMatchObject({ kind: "create", path: "n.c", before: null, newMode: 0o100755 });
  });

  test.each([
    [
      "epoch",
      "--- a/n.c\t1970-01-01 00:00:00.000000000 +0000\n+++ b/n.c\t2024-01-01 00:00:00.000000000 +0000\n",
    ],
    [
      "epoch in another zone",
      "--- a/n.c\t1969-12-31 19:00:00.000000000 -0500\n+++ b/n.c\t2024-01-01 00:00:00 +0000\n",
    ],
    ["no old lines in a missing file", "--- a/n.c\n+++ b/n.c\n"],
    ["/dev/null", "--- /dev/null\n+++ b/n.c\n"],
  ])("a new file, told by %s", (_, header) => {
    expect(patched(`${header}@@ -0,0 +1,2 @@\n+a\n+b\n`, {})).toEqual({ "n.c": "a\nb\n" });
  });

  test("an empty new file", () => {
    expect(patched("diff --git a/e.c b/e.c\nnew file mode 100644\nindex 0000000..e69de29\n", {})).toEqual({
      "e.c": "",
    });
  });

  test("a new file that is there already", () => {
    expect(refusal(create, { "n.c": "x\n" })).toEqual(["exists"]);
    expect(refusal(create, { "n.c": "a\nb\n" })).toEqual(["already-applied"]);
  });

  const remove =
    "diff --git a/d.c b/d.c\ndeleted file mode 100644\nindex 1..0\n--- a/d.c\n+++ /dev/null\n@@ -1,2 +0,0 @@\n-a\n-b\n";

  test("a deleted file", () => {
    expect(patched(remove, { "d.c": "a\nb\n", ...f })).toEqual(f);
  });

  test("a deleted file with lines that the patch does not delete", () => {
    expect(refusal(remove, { "d.c": "a\nb\nc\n" })).toEqual(["not-empty"]);
  });

  const rename = "diff --git a/f.c b/g.c\nsimilarity index 90%\nrename from f.c\nrename to g.c\n";

  test("a rename, with and without a change", () => {
    expect(patched(rename, f)).toEqual({ "g.c": TWENTY });
    expect(patched(`${rename}index 1..2 100644\n--- a/f.c\n+++ b/g.c\n${HUNK}`, f)).toEqual({
      "g.c": CHANGED,
    });
  });

  test("a copy", () => {
    const copy = rename.replaceAll("rename", "copy");
    expect(patched(`${copy}index 1..2 100644\n--- a/f.c\n+++ b/g.c\n${HUNK}`, f)).toEqual({
      ...f,
      "g.c": CHANGED,
    });
  });

  test("two files that change places", () => {
    const swap =
      "diff --git a/x b/y\nrename from x\nrename to y\ndiff --git a/y b/x\nrename from y\nrename to x\n";
    expect(patched(swap, { x: "1\n", y: "2\n" })).toEqual({ x: "2\n", y: "1\n" });
  });

  test("a rename onto a file that stays", () => {
    expect(refusal(rename, { ...f, "g.c": "x\n" })).toEqual(["exists"]);
  });

  test("a mode alone", () => {
    const result = apply("diff --git a/f.c b/f.c\nold mode 100644\nnew mode 100755\n", f);
    expect(result.changes[0]).toMatchObject({ path: "f.c", newMode: 0o100755 });
    expect(printDiffText(result.changes)).toBe("diff --git a/f.c b/f.c\nold mode 100644\nnew mode 100755\n");
  });

  test("binary data is refused by name", () => {
    const binary =
      "diff --git a/b.bin b/b.bin\nnew file mode 100644\nindex 0..1\nGIT binary patch\nliteral 1\nIcmZPo000310RR91\n\nliteral 0\nHcmV?d00001\n\n";
    const result = apply(`${binary}${DIFF}`, f);
    expect(result.ok).toBe(false);
    if (!result.ok)
      expect(result.problems.map((problem) => problem.message)).toEqual([
        expect.stringMatching(/^b\.bin: .*binary/),
      ]);
    expect(refusal("Binary files a/x.o and b/x.o differ\n", { "x.o": "1" })).toEqual(["binary"]);
  });
});

describe("the end of a file", () => {
  const bare = TWENTY.slice(0, -1);
  const mark = "\\ No newline at end of file\n";

  test("loses and gains its newline", () => {
    const lose = `--- a/f.c\n+++ b/f.c\n@@ -18,3 +18,3 @@\n l18\n l19\n-l20\n+l20\n${mark}`;
    expect(patched(lose, f)).toEqual({ "f.c": bare });
    const gain = `--- a/f.c\n+++ b/f.c\n@@ -18,3 +18,3 @@\n l18\n l19\n-l20\n${mark}+l20\n`;
    expect(patched(gain, { "f.c": bare })).toEqual(f);
  });

  test("stays without one", () => {
    const text = `--- a/f.c\n+++ b/f.c\n@@ -18,3 +18,3 @@\n l18\n-l19\n+L19\n l20\n${mark}`;
    expect(patched(text, { "f.c": bare })).toEqual({ "f.c": bare.replace("l19", "L19") });
    expect(patched(DIFF, { "f.c": bare })).toEqual({ "f.c": bare.replace("l10", "L10") });
  });

  test("without one where the patch wants one is refused", () => {
    const text = "--- a/f.c\n+++ b/f.c\n@@ -18,3 +18,3 @@\n l18\n-l19\n+L19\n l20\n";
    expect(refusal(text, { "f.c": bare })).toEqual(["context-differs"]);
  });

  test("a line put behind a last one without a newline does not run into it", () => {
    expect(patched("--- a/f.c\n+++ b/f.c\n@@ -20,0 +21 @@\n+l21\n", { "f.c": bare })).toEqual({
      "f.c": `${TWENTY}l21\n`,
    });
  });
});

describe("line endings", () => {
  const crlf = (text: string) => text.replace(/\n/g, "\r\n");

  test("of the patch give way to those of the file", () => {
    expect(patched(crlf(DIFF), f)).toEqual(done);
    expect(patched(DIFF, { "f.c": crlf(TWENTY) })).toEqual({ "f.c": crlf(CHANGED) });
    expect(patched(crlf(DIFF), { "f.c": crlf(TWENTY) })).toEqual({ "f.c": crlf(CHANGED) });
  });

  test("that are mixed outside the hunk do not matter", () => {
    const mixed = TWENTY.replace("l3\n", "l3\r\n");
    expect(patched(DIFF, { "f.c": mixed })).toEqual({ "f.c": mixed.replace("l10", "L10") });
  });

  test("of a new file from a CR LF mail are LF, and it says so", () => {
    const text = crlf("--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+a\n+b\n");
    expect(patched(text, {})).toEqual({ "n.c": "a\nb\n" });
    expect(warningsOf(apply(text, {}))).toEqual(["line-ending"]);
    const kept = "--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+a\r\n+b\r\n";
    expect(patched(kept, {})).toEqual({ "n.c": "a\r\nb\r\n" });
  });
});

describe("hunks", () => {
  test("without counts, and without context", () => {
    expect(patched("--- a/f.c\n+++ b/f.c\n@@ -1 +1 @@\n-l1\n+L1\n", f)).toEqual({
      "f.c": TWENTY.replace("l1\n", "L1\n"),
    });
    expect(patched("--- a/f.c\n+++ b/f.c\n@@ -10,0 +11 @@\n+new\n", f)).toEqual({
      "f.c": TWENTY.replace("l10\n", "l10\nnew\n"),
    });
    expect(refusal("--- a/f.c\n+++ b/f.c\n@@ -9 +9 @@\n-l10\n+L10\n", f)).toEqual(["no-context"]);
  });

  test("whose lines look like headers", () => {
    expect(
      patched("--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,2 @@\n l1\n--- x y\n l3\n", { "f.c": "l1\n-- x y\nl3\n" }),
    ).toEqual({ "f.c": "l1\nl3\n" });
    expect(patched("--- a/f.c\n+++ b/f.c\n@@ -1,2 +1,3 @@\n l1\n+++ x y\n l2\n", f)).toEqual({
      "f.c": TWENTY.replace("l1\n", "l1\n++ x y\n"),
    });
  });

  test("with counts edited by hand, too high or too low", () => {
    expect(patched(DIFF.replace("-7,7 +7,7", "-7,9 +7,9"), f)).toEqual(done);
    expect(patched(DIFF.replace("-7,7 +7,7", "-7,5 +7,6"), f)).toEqual(done);
    expect(refusal(DIFF.replace("-7,7 +7,7", "-7,3 +7,3"), f)).toEqual(["counts-short"]);
  });

  test("in any order", () => {
    const text = `${DIFF}@@ -1,3 +1,3 @@\n l1\n-l2\n+L2\n l3\n`;
    expect(patched(text, f)).toEqual({ "f.c": CHANGED.replace("l2\n", "L2\n") });
  });

  test("as a context diff", () => {
    const text =
      "*** a/f.c\n--- b/f.c\n***************\n*** 7,13 ****\n  l7\n  l8\n  l9\n! l10\n  l11\n  l12\n  l13\n--- 7,13 ----\n  l7\n  l8\n  l9\n! L10\n  l11\n  l12\n  l13\n";
    expect(patched(text, f)).toEqual(done);
  });

  test("with no file above them", () => {
    expect(refusal(HUNK, f)).toEqual(["hunk-without-file"]);
  });
});

describe("the other way round", () => {
  test.each([
    ["a change", DIFF],
    ["a new file", "--- /dev/null\n+++ b/n.c\n@@ -0,0 +1,2 @@\n+a\n+b\n"],
    ["a deletion", `--- a/f.c\n+++ /dev/null\n@@ -1,20 +0,0 @@\n${TWENTY.replace(/^/gm, "-").slice(0, -1)}`],
    ["a rename", `diff --git a/f.c b/g.c\nrename from f.c\nrename to g.c\n--- a/f.c\n+++ b/g.c\n${HUNK}`],
    ["two parts to one file", `${DIFF}${DIFF.replace("-l10", "-L10").replace("+L10", "+M10")}`],
  ])("%s", (_, text) => {
    const tree = memoryTree(f);
    const forth = applyPatch(read(text)[0]!, tree);
    expect(forth.ok).toBe(true);
    const there = overlay(tree, forth.changes);
    const back = applyPatch(read(text)[0]!, there, { reverse: true });
    expect(back.ok).toBe(true);
    const again = overlay(there, back.changes);
    expect(again.list()).toEqual(["f.c"]);
    expect(readText(again, "f.c")).toBe(TWENTY);
  });
});
