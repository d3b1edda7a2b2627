// Mails that lost white space and more on their way, healed against the source. The truth is known in each test:
// the patch is damaged by the test itself.
import { describe, expect, test } from "vitest";
import {
  apply,
  CHANGED,
  DIFF,
  type Files,
  fixture,
  fixtureTree,
  mangle,
  patched,
  read,
  refusal,
  TWENTY,
  warningsOf,
} from "./support.js";

const widget = "drivers/demo/widget.c";
const before = fixture(`widget/before/${widget}`);
const mails = fixture("widget/series.mbox").split(/^(?=From [0-9a-f]{40} )/m);
const [, locking, recovery] = mails as [string, string, string, string];

/** The locking patch without its mail headers. */
const diff = locking.slice(locking.indexOf("diff --git"), locking.indexOf("\n-- \n") + 1);
const after = patched(diff, { [widget]: before });

describe("healed against the source, byte for byte", () => {
  const inHunks = (change: (line: string) => string) =>
    diff
      .split("\n")
      .map((line, i) => (i < 5 ? line : change(line)))
      .join("\n");

  test.each([
    ["collapsed and trimmed, as a web archive does", mangle(diff)],
    ["all tabs turned into eight blanks", inHunks((line) => line.replaceAll("\t", "        "))],
    ["all tabs turned into one blank", inHunks((line) => line.replaceAll("\t", " "))],
    [
      "the blank in front of context lines lost",
      inHunks((line) => (line.startsWith(" ") ? line.slice(1) : line)),
    ],
    ["blank context lines empty", inHunks((line) => (line === " " ? "" : line))],
    [
      "entities",
      inHunks((line) => line.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")),
    ],
    ["tabs turned into no-break spaces", inHunks((line) => line.replaceAll("\t", "\u00a0".repeat(8)))],
    ["tabs turned into both kinds of blank", inHunks((line) => line.replaceAll("\t", "\u00a0 ".repeat(4)))],
    ["no-break spaces for blanks", inHunks((line) => line.replaceAll(" ", "\u00a0"))],
    ["double-encoded no-break spaces behind the prefix", inHunks((line) => line.replace(/^ /, "\u00a0"))],
    [
      "quoted and collapsed",
      mangle(diff)
        .split("\n")
        .map((line) => `> ${line}`)
        .join("\n"),
    ],
  ])("%s", (_, text) => {
    expect(patched(text, { [widget]: before })).toEqual(after);
  });

  test("all indents lost, also the bit that is left in `+ x`", () => {
    const text = inHunks((line) => (/^[-+ ]/.test(line) ? line[0] + line.slice(1).trimStart() : line));
    expect(patched(text, { [widget]: before })).toEqual(after);
  });

  test("trailing blanks of context lines lost", () => {
    const source = TWENTY.replace("l12\n", "l12  \n");
    expect(patched(DIFF, { "f.c": source })).toEqual({ "f.c": source.replace("l10\n", "L10\n") });
  });

  test("smart quotes", () => {
    const source = TWENTY.replace("l9\n", 'say("it\'s");\n');
    const text = DIFF.replace(" l9\n", " say(\u201cit\u2019s\u201d);\n");
    expect(patched(text, { "f.c": source })).toEqual({ "f.c": source.replace("l10\n", "L10\n") });
  });

  test("long lines wrapped: context, deleted and added", () => {
    const wide =
      "static int demo_function_with_a_long_name(struct demo *demo, unsigned long flags, int value);";
    const source = `a\nb\n${wide}\n${wide.replace("demo_f", "other_f")}\nc\nd\n`;
    const fold = (line: string) => line.replace(/^(.{40,70}) /, "$1\n");
    const added = wide.replace("demo_f", "new_f");
    const body = [" a", " b", ` ${wide}`, `-${wide.replace("demo_f", "other_f")}`, `+${added}`, " c", " d"];
    const text = `--- a/w.h\n+++ b/w.h\n@@ -1,6 +1,6 @@\n${body.map(fold).join("\n")}\n`;
    expect(patched(text, { "w.h": source })).toEqual({ "w.h": `a\nb\n${wide}\n${added}\nc\nd\n` });
  });

  test("every repair is listed with its line in the mail", () => {
    const result = apply(mangle(diff), { [widget]: before });
    const repairs = result.report.flatMap((hunk) => hunk.repairs);
    expect(new Set(repairs.map((repair) => repair.kind))).toEqual(
      new Set(["prefix", "whitespace", "indent"]),
    );
    const text = mangle(diff).split("\n");
    for (const repair of repairs) {
      expect(repair.text.replace(/\s+/g, "")).toBe(
        text[repair.mailLine - 1]!.replace(/^[-+]/, "").replace(/\s+/g, ""),
      );
    }
    expect(warningsOf(result)).toEqual([]);
  });
});

describe("context that begins with a sign once it is trimmed", () => {
  const yaml =
    "properties:\n  reg:\n    items:\n      - const: a\n      - const: b\n    +x: 1\n  -EINVAL\nend:\n";
  const damage = (body: string) => mangle(`--- a/x.yaml\n+++ b/x.yaml\n@@ -1,8 +1,8 @@\n${body}`);

  test("is context", () => {
    const body =
      " properties:\n   reg:\n     items:\n       - const: a\n       - const: b\n     +x: 1\n   -EINVAL\n-end:\n+fin:\n";
    expect(patched(damage(body), { "x.yaml": yaml })).toEqual({ "x.yaml": yaml.replace("end:", "fin:") });
  });

  test("unless the source has it without the sign", () => {
    const body =
      " properties:\n   reg:\n     items:\n-      - const: a\n       - const: b\n     +x: 1\n   -EINVAL\n end:\n";
    const text = damage(body).replace("-1,8 +1,8", "-1,8 +1,7");
    expect(patched(text, { "x.yaml": yaml })).toEqual({ "x.yaml": yaml.replace("      - const: a\n", "") });
  });

  test("is refused when both readings fit, and both are shown", () => {
    // `- a` once deletes "a" and once is the context "- a"; either way the counts come out.
    const source = "top\na\n- a\n- - a\nend\n";
    const text = "--- a/t\n+++ b/t\n@@ -1,4 +1,4 @@\ntop\n- a\n- - a\n+ a\n+ - a\nend\n";
    const result = apply(text, { t: source });
    expect(result.ok).toBe(false);
  });
});

describe("what is refused although it nearly fits", () => {
  test("a context line that differs in white space, in a mail that kept its own", () => {
    const source = before.replace("\tif (!slot)\n\t\treturn -ENOSPC;", "\tif (!slot)\n\t    return -ENOSPC;");
    const refused = apply(diff, { [widget]: source });
    expect(refused.ok).toBe(false);
    if (!refused.ok) expect(refused.problems[0]!.message).toMatch(/white space only/);
  });

  test("a damaged hunk with one word that differs", () => {
    const source = before.replace("strscpy(slot", "strcpy(slot");
    expect(refusal(mangle(diff), { [widget]: source })).toEqual(["context-differs"]);
  });

  test("a damaged hunk that is cut off", () => {
    const lines = mangle(diff).split("\n");
    expect(refusal(lines.slice(0, 30).join("\n"), { [widget]: before })).toEqual(["cut-off"]);
  });

  test("a damaged hunk that fits in two places", () => {
    const block = "\tif (x)\n\t\treturn 1;\n\tfoo();\n";
    const text = mangle(
      "--- a/t.c\n+++ b/t.c\n@@ -20,3 +20,3 @@\n \tif (x)\n-\t\treturn 1;\n+\t\treturn 2;\n \tfoo();\n",
    );
    const filler = "\tbar();\n".repeat(10);
    expect(
      refusal(text, {
        "t.c": `a\n${"\tbar();\n".repeat(14)}${block}${"\tbar();\n".repeat(5)}${block}${filler}`,
      }),
    ).toEqual(["ambiguous-place"]);
  });
});

describe("added lines", () => {
  /** What becomes of added lines in a C file, given the context around them. */
  function indented(body: string, path = "x.c"): string {
    const lines = body.split("\n").filter((line) => line !== "");
    const old = lines.filter((line) => !line.startsWith("+")).map((line) => line.slice(1));
    const fresh = lines.filter((line) => !line.startsWith("-")).map((line) => line.slice(1));
    const text = mangle(
      `--- a/${path}\n+++ b/${path}\n@@ -1,${old.length} +1,${fresh.length} @@\n${lines.join("\n")}\n`,
    );
    const result = patched(text, { [path]: `${old.join("\n")}\n` })[path]!;
    expect(result.split("\n").map((line) => line.replace(/\s+/g, ""))).toEqual(
      [...fresh, ""].map((line) => line.replace(/\s+/g, "")),
    );
    return result === `${fresh.join("\n")}\n` ? "as written" : result;
  }

  test.each([
    [
      "a nested control without braces",
      " void f(void)\n {\n+\tfor (i = 0; i < n; i++)\n+\t\tif (a[i])\n+\t\t\tg(i);\n+\t\telse\n+\t\t\th(i);\n+\tj();\n \treturn;\n }\n",
    ],
    [
      "arguments under their parenthesis",
      " void f(void)\n {\n+\tret = some_function(first_argument, second,\n+\t\t\t    third);\n+\tif (a &&\n+\t    b)\n+\t\tc();\n \treturn;\n }\n",
    ],
    [
      "a switch",
      " void f(void)\n {\n+\tswitch (x) {\n+\tcase A:\n+\t\ta();\n+\t\tbreak;\n+\tcase B: {\n+\t\tb();\n+\t}\n+\tdefault:\n+\t\tbreak;\n+\t}\n \treturn;\n }\n",
    ],
    ["labels at the left", " void f(void)\n {\n \tg();\n+out:\n+\th();\n \treturn;\n }\n"],
    ["a comment over lines", " void f(void)\n {\n+\t/*\n+\t * one\n+\t * two\n+\t */\n \tg();\n }\n"],
    [
      "behind a closing brace",
      " void f(void)\n {\n \t\tif (x) {\n \t\t\ty();\n \t\t}\n+\t\tz();\n \t\tw();\n }\n",
    ],
    [
      "an initialiser in the columns of its neighbours",
      " struct s t = {\n \t.add\t\t= f,\n+\t.remove\t\t= g,\n \t.work\t\t= h,\n };\n",
    ],
    [
      "an enum with comments in a column",
      " enum e {\n \tA_LONG_NAME,\t\t/* one */\n+\tB,\t\t\t/* two */\n \tC,\t\t\t/* three */\n };\n",
    ],
    [
      "defines in the columns of their neighbours",
      " #define FIRST\t\t\t1\n+#define SECOND_ONE\t\t2\n #define THIRD\t\t\t3\n int x;\n\tint z;\n",
    ],
    [
      "a changed line keeps the gaps of the one it replaces",
      " struct s {\n \tint a;\n-\tint\t\tcount;\t/* how many */\n+\tunsigned int\tcount;\t/* how many */\n \tint b;\n };\n",
    ],
    [
      "a replaced word behind a wide gap",
      ' int a;\n-#define PATH_OF_IT\t\t"/var/db"\n+#define PATH_OF_IT\t\t"/var/cache"\n \tint b;\n',
    ],
    [
      "the body of a macro, as the line above it",
      " #define F(x) \\\n \tdo { \\\n \t\tg(x); \\\n+\t\th(x); \\\n \t} while (0)\n int a;\n",
    ],
    [
      "a list whose brace stands on its own line",
      ' static const char *const names[] =\n {\n   "one",\n+  "two",\n   "three",\n   "four",\n   "five",\n   "six",\n   "seven",\n };\n',
    ],
    [
      "blanks where the lines around have blanks, in a file with tabs",
      " void f(void)\n {\n \ta();\n \tb();\n \tc();\n \td();\n \te();\n }\n \n void g(void)\n {\n         x();\n+        y();\n         z();\n }\n",
    ],
    ["a define over lines", " int a;\n+#define F(x) \\\n+\tg(x)\n \tint b;\n"],
  ])("%s", (_, body) => {
    expect(indented(body)).toBe("as written");
  });

  test("in GNU style, measured from the file", () => {
    const body = ` int
 f (int a)
 {
   if (a)
     {
       g ();
       h ();
     }
+  if (b)
+    {
+      i ();
+    }
+  else
+    j ();
   return 0;
 }
`;
    expect(indented(body)).toBe("as written");
  });

  test("in Kconfig, Makefile and device trees", () => {
    expect(
      indented(
        " config A\n \tbool\n \thelp\n \t  Text.\n \n+config B\n+\tbool\n+\thelp\n+\t  More text.\n+\n config C\n \tbool\n",
        "Kconfig",
      ),
    ).toBe("as written");
    expect(
      indented(" obj-$(CONFIG_A)\t+= a.o\n+obj-$(CONFIG_B)\t+= b.o\n obj-$(CONFIG_C)\t+= c.o\n", "Makefile"),
    ).toBe("as written");
    expect(
      indented(
        " / {\n \tnode@0 {\n+\t\t#address-cells = <1>;\n+\t\tchild {\n+\t\t\treg = <0>;\n+\t\t};\n \t\treg = <1>;\n \t};\n };\n",
        "x.dts",
      ),
    ).toBe("as written");
  });

  test("of a new file, by its structure", () => {
    const files: Files = fixtureTree("widget/before");
    const first = patched(locking, files);
    const healed = patched(mangle(recovery.slice(recovery.indexOf("\n---\n"))), first);
    expect(healed).toEqual(patched(recovery, first));
  });

  test("that were guessed without proof are warned about", () => {
    const noIds = mangle(diff).replace(/^index .*\n/m, "");
    expect(warningsOf(apply(noIds, { [widget]: before }))).toEqual(["indent-guessed"]);
  });
});

describe("an intact patch", () => {
  test("is not touched", () => {
    const result = apply(diff, { [widget]: before });
    expect(result.report.flatMap((hunk) => hunk.repairs)).toEqual([]);
    expect(read(locking)[0]!.repairs).toEqual([]);
  });

  test("keeps entities, quotes and no-break spaces that it adds", () => {
    const line = "<a>&lt;\u00a0\u201cx\u201d  \t ";
    expect(patched(DIFF.replace("+L10", `+${line}`), { "f.c": TWENTY })).toEqual({
      "f.c": CHANGED.replace("L10", line),
    });
  });
});
