// The forms a patch arrives in: mails of every encoding, mboxes, pages, quotes, attachments.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { bytesOf, readMail, unpack } from "../../patches/api.js";
import {
  applyAll,
  base64,
  CHANGED,
  DIFF,
  fixture,
  HUNK,
  mailOf,
  mangle,
  patched,
  quotedPrintable,
  read,
  TWENTY,
  warningsOf,
} from "./support.js";

const f = { "f.c": TWENTY };
const done = { "f.c": CHANGED };
const lines = (text: string, change: (line: string) => string) => text.split("\n").map(change).join("\n");

describe("a mail", () => {
  test("is read for its headers, its message and its notes", () => {
    const [mail] = read(
      mailOf(
        DIFF,
        [],
        "why\n\nSigned-off-by: A <a@b.c>\n---\nnot for the log\n\n f.c | 2 +-\n 1 file changed\n\n",
      ),
    );
    expect(mail).toMatchObject({
      form: "mail",
      subject: "demo: change a line",
      author: { name: "Ada Example", email: "ada@example.org" },
      date: "Mon, 1 Jan 2024 00:00:00 +0000",
      messageId: "one@example.org",
      message: "why\n\nSigned-off-by: A <a@b.c>",
      notes: "not for the log",
      diffstat: [{ path: "f.c", changed: 2 }],
      trailers: [{ key: "Signed-off-by", value: "A <a@b.c>" }],
    });
  });

  test.each([
    ["7bit", mailOf(DIFF)],
    ["a signature straight after the last hunk", mailOf(DIFF).replace("\n2.39.5\n", "\n")],
    ["a signature that lost its blank", mailOf(DIFF).replace("-- \n", "--\n")],
    [
      "a list's footer of underscores",
      `${DIFF}_______________________________________________\nlist mailing list\n`,
    ],
    ["a footer after a blank line", `${DIFF}\n--\nTo unsubscribe from this list: send the line\n`],
    ["the footer that begins with one dash", `${DIFF}-\nTo unsubscribe from this list: send the line\n`],
    ["CR LF throughout", mailOf(DIFF).replace(/\n/g, "\r\n")],
    ["a byte order mark", `\ufeff${mailOf(DIFF)}`],
    ["headers without a blank behind the colon", mailOf(DIFF, ["ARC-Seal:i=1; a=rsa-sha256", "X-Odd:"])],
    ["folded headers", mailOf(DIFF, ["To: a@b.c,", "\td@e.f"])],
  ])("is applied: %s", (_, text) => {
    expect(patched(text, f)).toEqual(done);
  });

  test.each(["utf-8", "iso-8859-1"])("in quoted-printable, charset %s", (charset) => {
    const coded = quotedPrintable(`w\u00f6rds = more, ${"long ".repeat(30)}\n---\n\n${DIFF}-- \n2.39\n`);
    const text = mailOf(
      "",
      ["Content-Transfer-Encoding: quoted-printable", `Content-Type: text/plain; charset=${charset}`],
      coded,
    );
    expect(patched(text, f)).toEqual(done);
  });

  test.each([
    ["LF", (text: string) => text],
    ["CR LF", (text: string) => text.replace(/\n/g, "\r\n")],
  ])("in base64 with %s inside", (_, change) => {
    const coded = base64(change(`words\n---\n\n${DIFF}-- \n2.39\n`));
    const headers = [
      "MIME-Version: 1.0",
      "Content-Transfer-Encoding: base64",
      "Content-Type: text/plain; charset=UTF-8",
    ];
    expect(patched(mailOf("", headers, coded), f)).toEqual(done);
  });

  test("in base64 with a list's footer in the clear behind it", () => {
    const coded = `${base64(`words\n---\n\n${DIFF}-- \n2.39\n`)}\n\n_____\nlist mailing list\n`;
    expect(patched(mailOf("", ["Content-Transfer-Encoding: base64"], coded), f)).toEqual(done);
  });

  test("as format=flowed: stuffed blanks come off", () => {
    const stuffed = lines(DIFF, (line) => (line.startsWith(" ") ? ` ${line}` : line));
    expect(patched(mailOf(stuffed, ["Content-Type: text/plain; format=flowed"]), f)).toEqual(done);
  });

  test("as format=flowed: a blank context line is no soft break", () => {
    const source = TWENTY.replace("l9\n", "\n");
    const stuffed = lines(DIFF.replace(" l9\n", " \n"), (line) => (line.startsWith(" ") ? ` ${line}` : line));
    const text = mailOf(stuffed, ["Content-Type: text/plain; charset=utf-8; format=flowed"]);
    expect(patched(text, { "f.c": source })).toEqual({ "f.c": source.replace("l10\n", "L10\n") });
  });

  test("keeps bytes that its charset does not explain", () => {
    const latin = new Uint8Array(Buffer.from(mailOf(DIFF.replace("+L10", "+caf\xe9")), "latin1"));
    const result = applyAll(latin, f);
    const after = result.after.read("f.c")!;
    expect(Buffer.from(after).toString("latin1")).toBe(TWENTY.replace("l10\n", "caf\xe9\n"));
  });

  test("gives subject and author decoded", () => {
    const text = mailOf(DIFF)
      .replace("Subject: [PATCH] demo: change a line", "Subject: =?UTF-8?q?=5BPATCH=5D_demo=3A_=C3=A4ndern?=")
      .replace("Ada Example", "=?ISO-8859-1?Q?J=F6rg?= Example");
    expect(read(text)[0]).toMatchObject({
      subject: "demo: \u00e4ndern",
      author: { name: "J\u00f6rg Example" },
    });
  });

  test("whose author is in the body", () => {
    const [mail] = read(mailOf(DIFF, [], "From: Bob Builder <bob@example.org>\n\nwords\n---\n"));
    expect(mail).toMatchObject({
      author: { name: "Bob Builder" },
      sender: { name: "Ada Example" },
      message: "words",
    });
  });

  test("with scissors: what stands above them is dropped", () => {
    const [mail] = read(
      mailOf(DIFF, [], "Hi, try this:\n\n-- >8 --\nSubject: [PATCH] new subject\n\nwords\n---\n"),
    );
    expect(mail).toMatchObject({ subject: "new subject", message: "words" });
  });

  test("names its base and what it needs first", () => {
    const [mail] = read(
      `${mailOf(DIFF)}\nbase-commit: ${"0123456789".repeat(4)}\nprerequisite-patch-id: ${"ab".repeat(20)}\n`,
    );
    expect(mail).toMatchObject({ baseCommit: "0123456789".repeat(4), prerequisites: ["ab".repeat(20)] });
  });
});

describe("MIME parts", () => {
  const multipart = (type: string, parts: string[]) =>
    mailOf(
      "",
      [`Content-Type: multipart/${type}; boundary="=_x"`],
      `${parts.map((part) => `--=_x\n${part}\n`).join("")}--=_x--\n`,
    );

  test("a patch attached under its name", () => {
    const text = multipart("mixed", [
      "Content-Type: text/plain\n\nplease find attached\n",
      `Content-Type: text/x-patch; name="fix.patch"\nContent-Disposition: attachment; filename=fix.patch\nContent-Transfer-Encoding: base64\n\n${base64(DIFF)}`,
    ]);
    expect(patched(text, f)).toEqual(done);
  });

  test("of two alternatives the plain one", () => {
    const text = multipart("alternative", [
      `Content-Type: text/plain\n\n${DIFF}`,
      `Content-Type: text/html\n\n<pre>${DIFF}</pre>`,
    ]);
    expect(patched(text, f)).toEqual(done);
  });

  test("HTML alone: tags off, entities decoded", () => {
    const html = DIFF.replace("+L10", "+a &lt;b&gt; &amp;c").replace(/\n/g, "<br>\n");
    const text = mailOf("", ["Content-Type: text/html"], `<html><body><pre>${html}</pre></body></html>\n`);
    expect(patched(text, f)).toEqual({ "f.c": TWENTY.replace("l10", "a <b> &c") });
  });

  test("nested deeper than anybody nests are left out", () => {
    let inner = `Content-Type: text/plain\n\n${DIFF}`;
    for (let i = 0; i < 40; i++)
      inner = `Content-Type: multipart/mixed; boundary="b${i}"\n\n--b${i}\n${inner}\n--b${i}--\n`;
    const { mails, problems } = readMail(bytesOf(mailOf("").replace(/\n\nwords[\s\S]*/, `\n${inner}`)));
    expect(mails.flatMap((mail) => mail.files)).toEqual([]);
    expect(problems.map((problem) => problem.code)).toEqual(["too-deep"]);
  });
});

describe("an mbox", () => {
  const second = `--- a/f.c\n+++ b/f.c\n@@ -1,3 +1,3 @@\n l1\n-l2\n+L2\n l3\n`;

  test("of git's holds several mails", () => {
    const text = `From ${"a".repeat(40)} Mon Sep 17 00:00:00 2001\n${mailOf(DIFF)}\nFrom ${"b".repeat(40)} Mon Sep 17 00:00:00 2001\n${mailOf(second).replace("one@", "two@")}`;
    expect(patched(text, f)).toEqual({ "f.c": CHANGED.replace("l2\n", "L2\n") });
  });

  test("of b4's is unquoted", () => {
    const mail = mailOf(DIFF, [], "words\n\n>From here on all is new\n---\n\n");
    const [first] = read(`From mboxrd@z Thu Jan  1 00:00:00 1970\n${mail}`);
    expect(first!.message).toBe("words\n\nFrom here on all is new");
  });

  test("is not torn by a line that begins with From", () => {
    const text = `From ${"a".repeat(40)} Mon Sep 17 00:00:00 2001\n${mailOf(DIFF, [], "From there 10:00:00 to here in 2001\nit went well\n---\n")}`;
    expect(read(text)).toHaveLength(1);
  });

  test("may be gzipped", async () => {
    const packed = new Uint8Array(gzipSync(mailOf(DIFF)));
    const bytes = await unpack(packed);
    expect(bytes).toBeInstanceOf(Uint8Array);
    expect(patched(bytes as Uint8Array, f)).toEqual(done);
  });
});

describe("what people paste", () => {
  test.each([
    ["quoted", lines(DIFF, (line) => `> ${line}`)],
    ["quoted without trailing blanks", lines(DIFF, (line) => `> ${line}`.trimEnd())],
    ["quoted twice", lines(DIFF, (line) => `> > ${line}`)],
    [
      "quoted with remarks between",
      lines(DIFF, (line) => `> ${line}`).replace("> -l10", "\nWhy this?\n\n> -l10"),
    ],
    ["indented by four", lines(DIFF, (line) => `    ${line}`)],
    ["indented by a tab", lines(DIFF, (line) => (line === "" ? "" : `\t${line}`))],
    ["with entities in every line", DIFF.replace("l9\n", "l9\n").replace("+L10", "+L10")],
    ["behind words that look like headers", `msg\n--- not a header\ntext\n${DIFF}`],
    ["behind a quoted diff --git", `msg:\n    diff --git a/x b/x\n\n${DIFF}`],
    ["behind an Only in line", `Only in b: q.c\n${DIFF}`],
  ])("%s", (_, text) => {
    expect(patched(text, f)).toEqual(done);
  });

  test("says that it took quotes off", () => {
    const [mail] = read(lines(DIFF, (line) => `> ${line}`));
    expect(mail!.repairs).toMatchObject([{ kind: "quoted" }]);
  });

  test("a header line broken in two is joined", () => {
    const text = DIFF.replace("@@ -7,7 +7,7 @@", "@@ -7,7\n+7,7 @@ static int f(void)");
    expect(patched(text, f)).toEqual(done);
    const long = "drivers/with/a/very/long/name";
    const git = `diff --git a/${long}/f.c\nb/${long}/f.c\n--- a/${long}/f.c\n+++ b/${long}/f.c\n${HUNK}`;
    expect(patched(git, { [`${long}/f.c`]: TWENTY })).toEqual({ [`${long}/f.c`]: CHANGED });
  });
});

describe("a page of an archive", () => {
  test("with the fields one a line", () => {
    const page = `[PATCH v2 3/4] demo: change\nFrom: Ada Example\nDate: Mon Jan 01 2024 - 00:00:00 EST\n\n\nwords\n---\n\n${mangle(DIFF)}\n`;
    const [mail] = read(page);
    expect(mail).toMatchObject({
      form: "page",
      subject: "demo: change",
      version: 2,
      index: 3,
      total: 4,
      message: "words",
    });
    expect(mail!.author.name).toBe("Ada Example");
  });

  test("with the fields in columns, as lkml.org shows them", () => {
    const page = `Date\tMon, 1 Jan 2024 00:00:00 +0000\nFrom\tAda Example <>\nSubject\t[PATCH] demo: change\n\nwords\n---\n${DIFF}`;
    expect(read(page)[0]).toMatchObject({
      form: "page",
      subject: "demo: change",
      author: { name: "Ada Example" },
    });
    expect(patched(page, f)).toEqual(done);
  });
});

describe("the shipped series", () => {
  const text = fixture("widget/series.mbox");

  test("is read with its cover letter", () => {
    expect(read(text).map((mail) => [mail.version, mail.index, mail.total, mail.files.length])).toEqual([
      [2, 0, 3, 0],
      [2, 1, 3, 1],
      [2, 2, 3, 3],
      [2, 3, 3, 3],
    ]);
  });

  test("proves itself by its blob ids", () => {
    const tree = Object.fromEntries(
      ["Makefile", "widget.c", "old.txt"].map((name) => [
        `drivers/demo/${name}`,
        fixture(`widget/before/drivers/demo/${name}`),
      ]),
    );
    const result = applyAll(text, tree);
    expect(result.ok).toBe(true);
    expect(warningsOf(result)).toEqual([]);
    for (const step of result.steps) {
      for (const change of step.result.changes)
        expect([change.path, change.base, change.result]).toEqual([change.path, "proven", "proven"]);
    }
  });
});
