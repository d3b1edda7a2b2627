// Encoded words and addresses of mail headers: by hand, against what was encoded, and against postal-mime.
import fc from "fast-check";
import { addressParser, decodeWords as decodeByPostalMime } from "postal-mime";
import { describe, expect, test } from "vitest";
import { readMail } from "../../patches/api.js";
import { utf8ToByteString } from "../../patches/bytes.js";
import { decodeText, headerText } from "../../patches/mime.js";
import { decodeWords, readPerson } from "../../patches/words.js";
import { decode } from "../../src/front/host.js";

describe("encoded words", () => {
  test.each([
    ["=?utf-8?q?J=C3=A9r=C3=B4me?=", "Jérôme"],
    ["=?UTF-8?B?SsOpcsO0bWU=?= Roe", "Jérôme Roe"],
    ["=?iso-8859-1?Q?Andr=E9?=", "André"],
    ["=?windows-1252?Q?=80?=", "€"],
    ["=?koi8-r?B?8NLJ18XU?=", "Привет"],
    ["=?gb2312?B?xOO6ww==?=", "你好"],
    ["=?ISO-2022-JP?B?GyRCJDMbKEI=?=", "こ"],
    // Blanks between two words go, those beside plain text stay.
    ["a =?utf-8?q?b?= =?utf-8?q?c?= d", "a bc d"],
    ["a =?utf-8?q?b_?= =?utf-8?q?c?=", "a b c"],
    // A character that is split between two words.
    ["=?utf-8?b?w6nD?= =?utf-8?b?qQ==?=", "éé"],
    ["=?utf-8?q?=C3?= =?utf-8?q?=A9?=", "é"],
    // RFC 2231's language.
    ["=?utf-8*en?q?a?=", "a"],
    // Not an encoded word.
    ["a =?utf-8?x?b?= c", "a =?utf-8?x?b?= c"],
    ["=?utf-8?q?unclosed", "=?utf-8?q?unclosed"],
  ])("%s", (text, wanted) => {
    expect(decodeWords(text, decode)).toBe(wanted);
    // Node 20's TextDecoder, which postal-mime asks, takes Windows-1252 for Latin-1.
    if (!text.includes("1252")) expect(decodeByPostalMime(text)).toBe(wanted);
  });

  test("gives back what was encoded, cut anywhere", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 40 }),
        fc.nat(40),
        fc.boolean(),
        (text, cut, base64) => {
          const bytes = Buffer.from(text, "utf8");
          const word = (part: Buffer) =>
            base64
              ? `=?utf-8?B?${part.toString("base64")}?=`
              : `=?utf-8?Q?${[...part].map((byte) => `=${byte.toString(16).padStart(2, "0")}`).join("")}?=`;
          const words = `${word(bytes.subarray(0, cut))} ${word(bytes.subarray(cut))}`;
          expect(decodeWords(words)).toBe(bytes.toString("utf8"));
        },
      ),
    );
  });

  test("what a charset does not explain is read as Windows-1252", () => {
    expect(decodeWords("=?utf-8?q?=E9=80?=")).toBe("é€");
    expect(decodeWords("=?no-such-charset?q?=E9?=", decode)).toBe("é");
    expect(decodeText("\xcf", "koi8-r", decode)).toBe("о");
    expect(decodeText("\xcf", "koi8-r")).toBe("Ï");
  });

  test("in the message of a mail", () => {
    const head =
      "From: =?koi8-r?B?8NLJ18XU?= <a@example.org>\nSubject: [PATCH] =?koi8-r?B?8NLJ18XU?=\n" +
      "Content-Type: text/plain; charset=koi8-r\n\n";
    const mail = Buffer.concat([
      Buffer.from(head),
      Buffer.from([0xf0, 0xd2, 0xc9]),
      Buffer.from("\n---\ndiff --git a/f b/f\n--- a/f\n+++ b/f\n@@ -1 +1 @@\n-a\n+b\n"),
    ]);
    const read = readMail(mail, { decode }).mails[0]!;
    expect([read.author.name, read.subject, read.message]).toEqual(["Привет", "Привет", "При"]);
  });
});

describe("the first address", () => {
  const person = (text: string) => readPerson(utf8ToByteString(text), (value) => headerText(value, decode));
  test.each([
    ["Jane Doe <jane@example.org>", "Jane Doe", "jane@example.org"],
    ['"Doe, Jane" <jane@example.org>', "Doe, Jane", "jane@example.org"],
    ['"Jane \\"JD\\" Doe" <jane@example.org>', 'Jane "JD" Doe', "jane@example.org"],
    ["jane@example.org (Jane Doe)", "Jane Doe", "jane@example.org"],
    ["<jane@example.org>", "jane@example.org", "jane@example.org"],
    ["jane@example.org", "jane@example.org", "jane@example.org"],
    ["Jane <jane@example.org>, Max <max@example.org>", "Jane", "jane@example.org"],
    ["=?utf-8?q?J=C3=A9r=C3=B4me_Roe?= <j@example.org>", "Jérôme Roe", "j@example.org"],
    ["Jérôme Roe <j@example.org>", "Jérôme Roe", "j@example.org"],
    // A comma that is there once it is decoded does not end the name.
    ["=?utf-8?q?Doe=2C_Jane?= <jane@example.org>", "Doe, Jane", "jane@example.org"],
    ["undisclosed-recipients:;", "", ""],
    ["team: Jane <jane@example.org>, Max <max@example.org>;", "Jane", "jane@example.org"],
    ["", "", ""],
    ["Jane Doe", "Jane Doe", ""],
    ["'Jane Doe' via linux-mm <list@example.org>", "'Jane Doe' via linux-mm", "list@example.org"],
  ])("%s", (text, name, email) => expect(person(text)).toEqual({ name, email }));

  test("as postal-mime has it", () => {
    const word = fc.stringMatching(/^[A-Za-z][A-Za-z.'-]{0,8}$/);
    const address = fc.stringMatching(/^[a-z][a-z0-9.+_-]{0,8}@[a-z]{1,6}\.[a-z]{2,3}$/);
    const names = fc.array(word, { minLength: 1, maxLength: 3 }).map((words) => words.join(" "));
    const one = fc.oneof(
      fc.tuple(names, address).map(([name, at]) => `${name} <${at}>`),
      fc.tuple(names, address).map(([name, at]) => `"${name}, x" <${at}>`),
      fc.tuple(names, address).map(([name, at]) => `${at} (${name})`),
      address,
    );
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 3 }), (list) => {
        const text = list.join(", ");
        const [first] = addressParser(text);
        const wanted = { name: first!.name || first!.address!, email: first!.address };
        expect(person(text)).toEqual(wanted);
      }),
    );
  });

  test("of text that is no address", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const { name, email } = readPerson(text, (value) => value);
        expect(typeof name === "string" && typeof email === "string").toBe(true);
      }),
    );
  });
});
