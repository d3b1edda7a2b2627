// Input that means harm, or is just broken: refused or bounded, with a sentence that says where and why.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { applyPatch, bytesOf, memoryTree, readMail, type SourceTree, unpack } from "../../patches/api.js";
import { apply, cpuTime, DIFF, HUNK, mailOf, read, refusal, TWENTY } from "./support.js";

const f = { "f.c": TWENTY };
const diffOf = (name: string) => `--- a/${name}\n+++ b/${name}\n${HUNK}`;

/** Runs it, and fails when it takes longer than a second. */
function quickly<T>(run: () => T): T {
  const start = cpuTime();
  const result = run();
  expect(cpuTime() - start).toBeLessThan(1000);
  return result;
}

describe("file names", () => {
  test.each([
    ["leaving the tree", diffOf("../evil.c")],
    ["leaving the tree further down", diffOf("x/../../evil.c")],
    ["absolute", `--- /etc/passwd\n+++ /etc/passwd\n${HUNK}`],
    ["absolute behind the prefix", diffOf("/etc/passwd")],
    ["with a drive letter", diffOf("C:/windows/x.c")],
    ["with backslashes that leave the tree", diffOf("x\\..\\..\\y.c")],
    ["with a NUL", diffOf('"x\\000y.c"').replace('a/"', '"a/').replace('b/"', '"b/')],
    ["with a newline", `--- "a/x\\ny.c"\n+++ "b/x\\ny.c"\n${HUNK}`],
    ["in git's own directory", diffOf(".git/hooks/post-checkout")],
    ["in git's own directory, in capitals", diffOf("sub/.GIT/config")],
    ["in git's own directory, by its short name", diffOf("git~1/config")],
    [
      "renamed out of the tree",
      "diff --git a/f.c b/f.c\nsimilarity index 100%\nrename from f.c\nrename to ../f.c\n",
    ],
    [
      "copied from outside the tree",
      "diff --git a/f.c b/f.c\nsimilarity index 100%\ncopy from /etc/passwd\ncopy to f2.c\n",
    ],
  ])("%s", (_, text) => {
    expect(refusal(text, { ...f, "../evil.c": TWENTY, "/etc/passwd": TWENTY })).toEqual(["unsafe-path"]);
  });

  test("are shown as they are, without control characters", () => {
    const result = apply(diffOf("../\x1b[31mevil.c"), f);
    expect(result.ok).toBe(false);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a control character is what must not be there
    if (!result.ok) expect(result.problems[0]!.message).not.toMatch(/\x1b/);
  });
});

describe("links and odd files", () => {
  const linked = (link: string): SourceTree => ({
    ...memoryTree({ "dir/f.c": TWENTY, "f.c": TWENTY }),
    entry: (path) =>
      path === link
        ? { kind: "symlink", executable: false }
        : { kind: path.includes(".") ? "file" : "directory", executable: false },
  });

  test.each([
    ["the file", "f.c", "f.c"],
    ["a directory on the way", "dir", "dir/f.c"],
  ])("%s is a symbolic link", (_, link, name) => {
    const result = applyPatch(read(diffOf(name))[0]!, linked(link));
    expect(result.ok).toBe(false);
    if (!result.ok) expect(result.problems.map((problem) => problem.code)).toEqual(["symlink"]);
  });

  test("a patch that makes a link or a submodule", () => {
    const make = (mode: string) =>
      `diff --git a/l b/l\nnew file mode ${mode}\nindex 0000000..1\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n`;
    expect(refusal(make("120000"), f)).toEqual(["file-type"]);
    expect(refusal(make("160000"), f)).toEqual(["file-type"]);
  });

  test("a link made and then written through in one patch", () => {
    const text = `diff --git a/l b/l\nnew file mode 120000\nindex 0000000..1\n--- /dev/null\n+++ b/l\n@@ -0,0 +1 @@\n+/etc\n${diffOf("l/f.c")}`;
    expect(refusal(text, f)).toContain("file-type");
  });
});

describe("numbers", () => {
  test.each([
    ["a start line far beyond the file", DIFF.replace("-7,7 +7,7", "-100000000,7 +100000000,7")],
    ["a start line beyond all numbers", DIFF.replace("-7,7 +7,7", "-99999999999999999999,7 +7,7")],
    ["counts far beyond the body", DIFF.replace("-7,7 +7,7", "-7,99999999 +7,99999999")],
    ["a start line of zero", DIFF.replace("-7,7 +7,7", "-0,7 +0,7")],
    ["negative ones", DIFF.replace("-7,7 +7,7", "--7,7 +-7,7")],
  ])("%s", (_, text) => {
    quickly(() => {
      const { mails } = readMail(bytesOf(text));
      for (const mail of mails) applyPatch(mail, memoryTree(f));
    });
  });

  test("a start line far beyond the file still finds the one place", () => {
    expect(apply(DIFF.replace("-7,7 +7,7", "-100000000,7 +7,7"), f).report[0]).toMatchObject({ line: 7 });
  });
});

describe("size", () => {
  test("megabytes on one line", () => {
    const long = "x".repeat(4_000_000);
    quickly(() => readMail(bytesOf(long)));
    quickly(() => readMail(bytesOf(`Subject: ${long}\nFrom: a@b.c\n\n${DIFF}`)));
    quickly(() => readMail(bytesOf(mailOf(DIFF, [`X-Long: ${" ".repeat(1_000_000)}x`]))));
    const added = quickly(() => apply(DIFF.replace("+L10", `+${long}`), f));
    expect(added.ok).toBe(true);
    quickly(() => apply(DIFF.replace(" l9", ` ${long}`), f));
  });

  test("megabytes of blanks, quotes, boundaries and encoded words", () => {
    quickly(() => readMail(bytesOf(`> ${"> ".repeat(500_000)}\n${DIFF}`)));
    quickly(() => readMail(bytesOf(`${" ".repeat(1_000_000)}--- a\n${DIFF}`)));
    quickly(() => readMail(bytesOf(mailOf(DIFF).replace("demo:", "=?utf-8?q?a?= ".repeat(20_000)))));
    quickly(() => readMail(bytesOf(mailOf(DIFF).replace("Ada Example", "(".repeat(50_000)))));
    quickly(() =>
      readMail(bytesOf(mailOf(DIFF, [`Content-Type: multipart/mixed; boundary=${"-".repeat(10_000)}`]))),
    );
    quickly(() => readMail(bytesOf(`${"--- a\n+++ b\n".repeat(50_000)}${DIFF}`)));
    quickly(() => readMail(bytesOf(`${"@@ -1 +1 @@\n".repeat(50_000)}`)));
  });

  test("a damaged hunk that could be read in a great many ways", () => {
    const source = Array.from({ length: 400 }, () => "- x\n").join("");
    const body = Array.from({ length: 200 }, (_, i) => (i % 2 ? "- - x" : "+ - x")).join("\n");
    quickly(() => apply(`--- a/t\n+++ b/t\n@@ -1,120 +1,130 @@\n${body}\n`, { t: source }));
  });

  test.each([
    ["long contexts", [[5, 3000]]],
    ["many hunks", Array.from({ length: 300 }, (_, i) => [i * 100 + 5, 1])],
  ])("%s that fit nowhere, in a file of equal lines", (_, hunks) => {
    const context = (count: number) => " same line\n".repeat(count);
    const diff = hunks.map(
      ([at, count], i) =>
        `@@ -${at},${2 * count! + 1} +${at! + i},${2 * count! + 2} @@\n${context(count!)}+x\n y\n${context(count!)}`,
    );
    const started = performance.now();
    const codes = refusal(`--- a/f.c\n+++ b/f.c\n${diff.join("")}`, { "f.c": "same line\n".repeat(200_000) });
    expect(codes).toEqual(["too-many-readings"]);
    expect(performance.now() - started).toBeLessThan(5000);
  });

  test("a large file of equal lines", () => {
    const source = "\tx();\n".repeat(200_000);
    quickly(() =>
      apply(
        "--- a/t.c\n+++ b/t.c\n@@ -9,7 +9,7 @@\n x();\n x();\n x();\n-y();\n+z();\n x();\n x();\n x();\n",
        { "t.c": source },
      ),
    );
    quickly(() =>
      apply(
        "--- a/t.c\n+++ b/t.c\n@@ -999999,7 +9,7 @@\n \tx();\n \tx();\n \tx();\n-\tx();\n+z();\n \tx();\n \tx();\n \tx();\n",
        { "t.c": source },
      ),
    );
  });

  test("a gz that unpacks to more than is read", async () => {
    const bomb = new Uint8Array(gzipSync(Buffer.alloc(80 * 1024 * 1024)));
    expect(bomb.length).toBeLessThan(200_000);
    const start = cpuTime();
    expect(await unpack(bomb)).toMatchObject({
      code: "bad-gzip",
      message: expect.stringMatching(/more than 67108864/),
    });
    expect(cpuTime() - start).toBeLessThan(2000);
  });

  test("a gz that is cut off", async () => {
    const cut = new Uint8Array(gzipSync(mailOf(DIFF))).subarray(0, 60);
    const bytes = await unpack(cut);
    if (bytes instanceof Uint8Array)
      expect(readMail(bytes).mails.flatMap((mail) => mail.files.flatMap((file) => file.hunks))).toEqual([]);
    else expect(bytes.code).toBe("bad-gzip");
  });
});

describe("what is no patch", () => {
  test.each([
    ["nothing", "", "empty"],
    ["a mail without a diff", mailOf(""), "no-diff"],
    ["words", "hello\nworld\n", "no-diff"],
    ["a header without a body", "--- a/f.c\n+++ b/f.c\n", "no-diff"],
    ["an ed script", "--- a/f.c\n+++ b/f.c\n10c\nL10\n.\nw\n!touch /tmp/x\n", "no-diff"],
  ])("%s", (_, text, code) => {
    const { problems } = readMail(bytesOf(text));
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]!.help).toMatch(/\.$/);
  });

  test("binary junk", () => {
    const junk = Uint8Array.from({ length: 5000 }, (_, i) => (i * 7919) % 251);
    expect(readMail(junk).problems.map((problem) => problem.code)).toEqual(["binary-input"]);
  });

  test("a mail cut off in the middle of a hunk", () => {
    const cut = DIFF.slice(0, DIFF.indexOf(" l12"));
    expect(refusal(cut, { "f.c": TWENTY.replace("l11", "x") })).toEqual(["context-differs"]);
    // What is there fits, but the header promises more: that is not a whole hunk.
    expect(refusal(DIFF.slice(0, DIFF.indexOf("+L10")), f)).toEqual(["cut-off"]);
  });
});
