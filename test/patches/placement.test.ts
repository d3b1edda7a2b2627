// Where hunks go: exactly, moved, with fuzz, merged; and what is refused because nothing tells two places apart.
import { describe, expect, test } from "vitest";
import { bytesOf, utf8 } from "../../patches/api.js";
import { blobId } from "../../patches/blob.js";
import {
  apply,
  applyAll,
  CHANGED,
  DIFF,
  type Files,
  HUNK,
  patched,
  problemsOf,
  refusal,
  TWENTY,
  warningsOf,
} from "./support.js";

const above = Array.from({ length: 30 }, (_, i) => `x${i}\n`).join("");
const f = (content: string): Files => ({ "f.c": content });

/** Two functions with the same lines in them, and a hunk for one of them. */
const twins = (gap: number) =>
  `${"int one(void)\n{\n\ta();\n\tb();\n\tc();\n}\n"}${"\n".repeat(gap)}${"int two(void)\n{\n\ta();\n\tb();\n\tc();\n}\n"}`;
const inTwin = (line: number, heading: string) =>
  `--- a/f.c\n+++ b/f.c\n@@ -${line},3 +${line},3 @@ ${heading}\n \ta();\n-\tb();\n+\tB();\n \tc();\n`;

describe("places", () => {
  test("the stated one", () => {
    expect(apply(DIFF, f(TWENTY)).report[0]).toMatchObject({ line: 7, offset: 0, fuzz: 0 });
  });

  test("the nearest one, with its offset", () => {
    expect(apply(DIFF, f(above + TWENTY)).report[0]).toMatchObject({ wantedLine: 7, line: 37, offset: 30 });
    expect(patched(DIFF, f(above + TWENTY))).toEqual(f(above + CHANGED));
  });

  test("later hunks follow the offset of earlier ones", () => {
    const two = `${DIFF}@@ -16,5 +16,5 @@\n l16\n l17\n-l18\n+L18\n l19\n l20\n`;
    const report = apply(two, f(above + TWENTY)).report;
    expect(report.map((hunk) => [hunk.line, hunk.offset])).toEqual([
      [37, 30],
      [46, 0],
    ]);
  });

  test("of two the one that the heading names", () => {
    const after = applyAll(inTwin(12, "int two(void)"), f(twins(0)));
    expect(utf8(after.after.read("f.c")!)).toBe(twins(0).replace(/b\(\);(?![\s\S]*b\(\);)/, "B();"));
  });

  test("two equally near are refused, both are named", () => {
    const result = applyAll(inTwin(6, ""), f(twins(0)));
    expect(result.ok).toBe(false);
    const [step] = result.steps;
    if (step!.result.ok) return;
    expect(step!.result.problems[0]).toMatchObject({
      code: "ambiguous-place",
      candidates: [
        { path: "f.c", line: 3 },
        { path: "f.c", line: 9 },
      ],
    });
  });

  test("one that is clearly the nearest is taken, though the lines stand elsewhere, too", () => {
    const far = twins(100);
    expect(apply(inTwin(5, ""), f(far)).report[0]).toMatchObject({ line: 3, offset: -2 });
  });

  test("the heading speaks for another place than the nearest: refused", () => {
    expect(refusal(inTwin(5, "int two(void)"), f(twins(100)))).toEqual(["ambiguous-place"]);
  });

  test("the only place lies in another function than the heading says: warned about, both are named", () => {
    const result = applyAll(inTwin(3, "int three(void)"), f(twins(0).slice(0, 40)));
    expect(warningsOf(result)).toEqual(["heading-differs"]);
    const [warning] = result.steps[0]!.result.warnings;
    expect(warning!.message).toMatch(/"int three\(void\)".*"int one\(void\)"/);
  });

  test("hunks that would change places are refused", () => {
    const swapped = `${"int two(void)\n{\n\ta2();\n\tb2();\n\tc2();\n}\n"}${"int one(void)\n{\n\ta1();\n\tb1();\n\tc1();\n}\n"}`;
    const text =
      "--- a/f.c\n+++ b/f.c\n@@ -3,3 +3,3 @@ int one(void)\n \ta1();\n-\tb1();\n+\tB1();\n \tc1();\n@@ -9,3 +9,3 @@ int two(void)\n \ta2();\n-\tb2();\n+\tB2();\n \tc2();\n";
    expect(refusal(text, f(swapped))).toEqual(["hunks-crossed"]);
  });

  test("a hunk for the start of a file stays there", () => {
    const text = "--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,4 @@\n+l0\n l1\n l2\n l3\n";
    expect(patched(text, f(TWENTY))).toEqual(f(`l0\n${TWENTY}`));
    expect(refusal(text, f(`x\n${TWENTY}`))).toEqual(["not-at-edge"]);
  });

  test("two hunks do not share lines", () => {
    expect(refusal(`${DIFF}${HUNK}`, f(TWENTY))).toEqual(["overlap"]);
  });
});

describe("what stands in the way", () => {
  test("already applied is recognised, also when it moved", () => {
    expect(refusal(DIFF, f(CHANGED))).toEqual(["already-applied"]);
    expect(refusal(DIFF, f(above + CHANGED))).toEqual(["already-applied"]);
  });

  test("the first line that differs is shown from both sides, with the place where the hunk nearly fits", () => {
    const result = apply(DIFF, f(above + TWENTY.replace("l9\n", "Q9\n")));
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(result.problems).toMatchObject([
      {
        code: "context-differs",
        hunk: 1,
        mail: { line: 3 },
        source: { path: "f.c", line: 39 },
        wanted: "l9",
        found: "Q9",
        nearest: { line: 37, matching: 6, of: 7 },
      },
    ]);
    expect(result.problems[0]!.message).toBe(
      'f.c:39: hunk 1 does not fit: its line 6 of the mail wants "l9", the file has "Q9" (6 of its 7 old lines fit from line 37)',
    );
  });

  test("nothing like the hunk in the file", () => {
    expect(refusal(DIFF, f("a\nb\n"))).toEqual(["hunk-not-found"]);
  });

  test("one bad file refuses them all", () => {
    const both = `${DIFF}${DIFF.replaceAll("f.c", "g.c")}`;
    const result = applyAll(both, { ...f(TWENTY), "g.c": "x\n" });
    expect(result.ok).toBe(false);
    expect(result.changes).toEqual([]);
    expect(problemsOf(result)).toEqual([expect.stringMatching(/^g\.c/)]);
  });

  test("with reject what fits is kept, and the rest comes back as a .rej file", () => {
    const both = `${DIFF}@@ -16,5 +16,5 @@\n l16\n l17\n-zzz\n+L18\n l19\n l20\n`;
    const result = apply(both, f(TWENTY), { reject: true });
    expect(result.ok).toBe(false);
    if (result.ok) return;
    expect(utf8(result.changes[0]!.after!)).toBe(CHANGED);
    expect(result.rejects.map((reject) => [reject.path, utf8(reject.text)])).toEqual([
      ["f.c.rej", "--- a/f.c\n+++ b/f.c\n@@ -16,5 +16,5 @@\n l16\n l17\n-zzz\n+L18\n l19\n l20\n"],
    ]);
  });
});

describe("fuzz", () => {
  const outer = TWENTY.replace("l7\n", "Q7\n").replace("l13\n", "Q13\n");

  test("is off", () => {
    expect(refusal(DIFF, f(outer))).toEqual(["context-differs"]);
  });

  test("leaves out as many lines at the ends as was asked for, and keeps the file's", () => {
    expect(patched(DIFF, f(outer), { fuzz: 1 })).toEqual(f(outer.replace("l10\n", "L10\n")));
    expect(apply(DIFF, f(outer), { fuzz: 3 }).report[0]).toMatchObject({ fuzz: 1, line: 8, offset: 0 });
    const inner = TWENTY.replace("l8\n", "Q8\n");
    expect(refusal(DIFF, f(inner), { fuzz: 1 })).toEqual(["context-differs"]);
    expect(apply(DIFF, f(inner), { fuzz: 2 }).report[0]).toMatchObject({ fuzz: 2 });
  });

  test("never leaves out a line beside the change", () => {
    const adjacent = TWENTY.replace("l9\n", "Q9\n");
    expect(refusal(DIFF, f(adjacent), { fuzz: 2 })).toEqual(["context-differs"]);
  });
});

describe("three-way merge", () => {
  const changedNear = TWENTY.replace("l8\n", "Q8\n");

  test("is not made unless asked for", () => {
    expect(refusal(DIFF, f(changedNear))).toEqual(["context-differs"]);
  });

  test("joins changes that do not touch, and says so", () => {
    const result = applyAll(DIFF, f(changedNear), { threeWay: true });
    expect(utf8(result.after.read("f.c")!)).toBe(changedNear.replace("l10\n", "L10\n"));
    expect(warningsOf(result)).toEqual(["merged"]);
  });

  test("marks a conflict", () => {
    const other = TWENTY.replace("l10\n", "Q10\n");
    const result = applyAll(DIFF, f(other), { threeWay: true });
    expect(utf8(result.after.read("f.c")!)).toBe(
      TWENTY.replace(
        "l10\n",
        "<<<<<<< the tree\nQ10\n||||||| before the patch\nl10\n=======\nL10\n>>>>>>> after the patch\n",
      ),
    );
    expect(warningsOf(result)).toEqual(["conflict"]);
    expect(result.changes[0]!.conflicts).toBe(1);
  });

  test("starts from the very base when that can be found", () => {
    const base = TWENTY.replace("l3\n", "base3\n");
    const id = blobId(bytesOf(base));
    const text = `diff --git a/f.c b/f.c\nindex ${id.slice(0, 12)}..${"1".repeat(12)} 100644\n--- a/f.c\n+++ b/f.c\n@@ -1,13 +1,13 @@\n l1\n l2\n base3\n l4\n l5\n l6\n l7\n l8\n l9\n-l10\n+L10\n l11\n l12\n l13\n`;
    const result = applyAll(text, f(TWENTY), {
      threeWay: true,
      blob: (wanted) => (id.startsWith(wanted) ? bytesOf(base) : null),
    });
    expect(utf8(result.after.read("f.c")!)).toBe(CHANGED);
    expect(warningsOf(result)).toEqual(["merged"]);
  });
});

describe("blob ids", () => {
  test("are git's", () => {
    expect(blobId(bytesOf(""))).toBe("e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
    expect(blobId(bytesOf("hello\n"))).toBe("ce013625030ba8dba906f756967f9e9ca394464a");
    expect(blobId(bytesOf(TWENTY))).toBe("86bba901de6526d849fcca3181beda8cdd68551e");
    expect(blobId(bytesOf("a".repeat(55 - 8)))).toHaveLength(40);
  });

  const withIds = (old: string, fresh: string) =>
    `diff --git a/f.c b/f.c\nindex ${old}..${fresh} 100644\n${DIFF}`;

  test("prove base and result", () => {
    const text = withIds(blobId(bytesOf(TWENTY)).slice(0, 12), blobId(bytesOf(CHANGED)));
    expect(apply(text, f(TWENTY)).changes[0]).toMatchObject({ base: "proven", result: "proven" });
  });

  test("that do not fit are told", () => {
    const other = apply(withIds("1".repeat(12), "2".repeat(12)), f(TWENTY));
    expect(other.changes[0]).toMatchObject({ base: "differs", result: "unknown" });
    const edited = apply(withIds(blobId(bytesOf(TWENTY)), "2".repeat(12)), f(TWENTY));
    expect(edited.changes[0]).toMatchObject({ base: "proven", result: "differs" });
    expect(warningsOf(edited)).toEqual(["result-differs"]);
  });

  test("too short to prove anything say nothing", () => {
    expect(apply(withIds("1", "2"), f(TWENTY)).changes[0]).toMatchObject({
      base: "unknown",
      result: "unknown",
    });
  });

  test("of a patch whose other hunks were left out both line numbers must mean the same place", () => {
    // Five blocks that are alike; the hunk's new line is two blocks below its old one.
    const block = "a {\n\tx\n}\n";
    const hunk = (old: number, fresh: number) =>
      `--- a/f.c\n+++ b/f.c\n@@ -${old},2 +${fresh},3 @@\n a {\n+\ty\n \tx\n`;
    const file = { "f.c": block.repeat(5) };
    expect(refusal(hunk(4, 10), file)).toEqual(["ambiguous-place"]);
    expect(patched(hunk(4, 4), file)["f.c"]).toBe(`${block}a {\n\ty\n\tx\n}\n${block.repeat(3)}`);
    const once = { "f.c": `${"b\n".repeat(9)}${block}${"c\n".repeat(9)}` };
    expect(patched(hunk(4, 10), once)["f.c"]).toBe(`${"b\n".repeat(9)}a {\n\ty\n\tx\n}\n${"c\n".repeat(9)}`);
  });
});
