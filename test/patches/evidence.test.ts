// What a mail shows of its damage, and what is concluded from it: healed where the mail can have lost just that,
// refused where a difference may be a difference, warned about where a guess was made.
import { describe, expect, test } from "vitest";
import { readMail } from "../../patches/api.js";
import {
  apply,
  applyAll,
  CHANGED,
  DIFF,
  type Files,
  mailOf,
  patched,
  problemsOf,
  refusal,
  TWENTY,
  warningsOf,
} from "./support.js";

const f = (content: string): Files => ({ "f.c": content });

describe("blanks at the ends of lines", () => {
  const source = "a;\n\nb;\nint x; \nold;\nc;\nd; \n\ne;\n";
  const hunk = (blank: string, inner: string, outer: string) =>
    `--- a/f.c\n+++ b/f.c\n@@ -2,7 +2,7 @@\n${blank}\n b;\n${inner}\n-old;\n+new;\n c;\n${outer}\n${blank}\n`;

  test("are put back where blank context lines lost theirs", () => {
    expect(patched(hunk("", " int x;", " d;"), f(source))).toEqual(f(source.replace("old", "new")));
  });

  test("are a difference where the mail has such blanks", () => {
    expect(refusal(hunk(" ", " int x;", " d; "), f(source))).toEqual(["context-differs"]);
    expect(refusal(hunk(" ", " int x; ", " d;"), f(source))).toEqual(["context-differs"]);
  });

  test("where nothing tells, only the outer lines may lack them, as GNU patch would have it", () => {
    const at = (line: string) => TWENTY.replace(`${line}\n`, `${line}  \n`);
    expect(patched(DIFF, f(at("l12")))).toEqual(f(at("l12").replace("l10", "L10")));
    expect(refusal(DIFF, f(at("l11")))).toEqual(["context-differs"]);
  });
});

describe("code of the tree that was indented anew", () => {
  const diff = "--- a/f.c\n+++ b/f.c\n@@ -1,5 +1,5 @@\n {\n   one();\n   two();\n-  old();\n+  new();\n }\n";

  test("is another version, also where the mail has no tabs", () => {
    expect(refusal(diff, f("{\n    one();\n    two();\n    old();\n}\n"))).toEqual(["context-differs"]);
    expect(refusal(diff, f("{\n  one();\n  two( );\n  old();\n}\n"))).toEqual(["context-differs"]);
  });

  test("unless its tabs are what the blanks were", () => {
    expect(patched(diff.replaceAll("  ", "        "), f("{\n\tone();\n\ttwo();\n\told();\n}\n"))).toEqual(
      f("{\n\tone();\n\ttwo();\n\tnew();\n}\n"),
    );
  });

  test("tabs between words come back, too", () => {
    const table = "#define ONE\t\t1\n#define TWO\t\t2\n#define FOUR\t\t4\n";
    const text =
      "--- a/f.h\n+++ b/f.h\n@@ -1,3 +1,4 @@\n #define ONE             1\n #define TWO             2\n+#define THREE           3\n #define FOUR            4\n";
    expect(patched(text, { "f.h": table })).toEqual({
      "f.h": table.replace("#define FOUR", "#define THREE\t\t3\n#define FOUR"),
    });
  });
});

describe("wrapped", () => {
  const long = "static int a_function_with_a_long_name(struct first *one, struct second *two,";
  const source = `${long}\n\t\tint three)\n{\n\ta();\n\tb();\n\tc();\n\told();\n\td();\n\te();\n\tf();\n}\n`;
  const head = "@@ -4,7 +4,7 @@ static int a_function_with_a_long_name(struct first *one, struct";
  const diff = `--- a/f.c\n+++ b/f.c\n${head}\nsecond *two,\n \ta();\n \tb();\n \tc();\n-\told();\n+\tnew();\n \td();\n \te();\n \tf();\n`;

  test("the heading behind @@", () => {
    expect(patched(diff, f(source))).toEqual(f(source.replace("old", "new")));
  });

  test("the last context line of a hunk, with another hunk to come", () => {
    const two = `x();\n${long}\n${TWENTY}y();\n`;
    const text = `--- a/f.c\n+++ b/f.c\n@@ -1,2 +1,2 @@\n-x();\n+X();\n ${long.replace(/ struct second.*/, "")}\nstruct second *two,\n@@ -21,3 +21,3 @@\n l19\n l20\n-y();\n+Y();\n`;
    expect(patched(text, f(two))).toEqual(f(two.replace("x();", "X();").replace("y();", "Y();")));
  });

  test("words between two hunks that are no end of a line", () => {
    const text = `${DIFF}And here I am not sure:\n@@ -17,3 +17,3 @@\n l17\n-l18\n+L18\n l19\n`;
    expect(refusal(text, f(TWENTY))).toEqual(["hunk-malformed"]);
  });

  test("what may be the end of the last added line is named", () => {
    const added = `int ${"x".repeat(60)} =`;
    const text = `--- a/f.c\n+++ b/f.c\n@@ -19,2 +19,3 @@\n l19\n l20\n+${added}\n1234;\n`;
    expect(warningsOf(apply(text, f(TWENTY)))).toEqual(["left-behind"]);
    expect(warningsOf(apply(text.replace("1234;", "-- "), f(TWENTY)))).toEqual([]);
  });
});

describe("the end of the text", () => {
  test("within a hunk: cut off", () => {
    for (const end of [4, 5, 6, 7]) {
      const lines = DIFF.split("\n").slice(0, end);
      expect(refusal(`${lines.join("\n")}\n`, f(TWENTY))).toEqual(["cut-off"]);
    }
  });

  test("up to two context lines too few are a wrong number, and said", () => {
    const text = DIFF.split("\n").slice(0, 9).join("\n");
    const result = apply(`${text}\n`, f(TWENTY));
    expect(warningsOf(result)).toEqual(["counts-wrong"]);
    expect(patched(`${text}\n`, f(TWENTY))).toEqual(f(CHANGED));
  });

  test("hunks without a change changed something once", () => {
    expect(refusal("--- a/f.c\n+++ b/f.c\n@@ -7,3 +7,3 @@\n l7\n l8\n l9\n", f(TWENTY))).toEqual([
      "no-change",
    ]);
  });

  test("a new file without lines is one when its blob id says so", () => {
    const head = "diff --git a/n.c b/n.c\nnew file mode 100644\n";
    expect(warningsOf(apply(`${head}index 0000000..e69de29\n`, {}))).toEqual([]);
    expect(warningsOf(apply(head, {}))).toEqual(["empty-file"]);
    expect(refusal(`${head}index 0000000..7898192\n`, {})).toEqual(["cut-off"]);
  });

  test("a deleted blank line is no signature", () => {
    const blanks = "a\n\nb\n\nc\n";
    const text = `--- a/f.c\n+++ /dev/null\n@@ -1,5 +0,0 @@\n-a\n-\n-b\n-\n-c\n`;
    expect(patched(text, f(blanks))).toEqual({});
    expect(refusal(text.replace("-c\n", ""), f(blanks))).toEqual(["cut-off"]);
  });
});

describe("characters that stand for others, in added lines only", () => {
  const adding = (path: string, line: string) =>
    `--- a/${path}\n+++ b/${path}\n@@ -19,2 +19,3 @@\n l19\n l20\n+${line}\n`;
  const result = (path: string, line: string) => {
    const done = applyAll(adding(path, line), { [path]: TWENTY });
    const after = done.after.read(path)!;
    return [Buffer.from(after).toString("utf8").slice(TWENTY.length, -1), ...warningsOf(done)];
  };

  test.each([
    ["entities in C", "f.c", "\tp-&gt;x &amp;&amp; q;", "\tp->x && q;"],
    ["no-break spaces in an indent", "f.c", "\u00a0\u00a0x();", "  x();"],
    ["typographic quotes where a string is meant", "f.c", "\tputs(\u201cone\u201d);", '\tputs("one");'],
  ])("%s: made plain, with a warning", (_, path, line, plain) => {
    expect(result(path, line)).toEqual([plain, "odd-characters"]);
  });

  test.each([
    ["entities in a page", "f.html", "a &lt; b"],
    ["a no-break space between words", "f.c", "/* 5\u00a0km */"],
  ])("%s: left, with a warning", (_, path, line) => {
    expect(result(path, line)).toEqual([line, "odd-characters"]);
  });

  test("quotes in a text that is not C are nobody's business", () => {
    expect(result("f.rst", "the \u201cone\u201d")).toEqual(["the \u201cone\u201d"]);
  });
});

describe("mails", () => {
  test("signed inline, with their dashes escaped", () => {
    const signed = `-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nwords\n- ---\n\n${DIFF.replace(/^-/gm, "- -")}-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n`;
    expect(patched(mailOf(signed, [], ""), f(TWENTY))).toEqual(f(CHANGED));
  });

  test("are named in what is said about them", () => {
    const { mails } = readMail(Buffer.from(DIFF), { file: "one.patch" });
    expect(mails[0]!.file).toBe("one.patch");
    const result = applyAll(DIFF, f(TWENTY.replace("l9\n", "L9\n")));
    expect(problemsOf(result)[0]).toContain('f.c:9: hunk 1 does not fit: its line 6 of the mail wants "l9"');
  });
});

describe("already applied", () => {
  test("a rename whose result stands under the new name", () => {
    const text =
      "diff --git a/f.c b/g.c\nsimilarity index 90%\nrename from f.c\nrename to g.c\nindex 0000001..71ac1b5 100644\n";
    expect(refusal(text, { "g.c": "a\n" })).toEqual(["no-such-file"]);
    expect(refusal(text.replace("71ac1b5", "7898192"), { "g.c": "a\n" })).toEqual(["already-applied"]);
  });
});
