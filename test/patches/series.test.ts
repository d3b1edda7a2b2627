// What belongs together in an mbox: versions, numbers, covers, replies; and applying one patch on top of another.
import { describe, expect, test } from "vitest";
import { groupSeries, pickPatches, printDiff, readSelection } from "../../patches/api.js";
import { applyAll, fixture, fixtureTree, mailOf, patched, read, TWENTY } from "./support.js";

/** A mail of a series that changes one line of f.c. */
function part(line: number, subject: string, extra: readonly string[] = []): string {
  const context = (n: number) => (n >= 1 && n <= 20 ? ` l${n}\n` : "");
  const from = Math.max(1, line - 1);
  const count = 2 + (line > 1 ? 1 : 0);
  const hunk = `@@ -${from},${count} +${from},${count} @@\n${context(line - 1)}-l${line}\n+${subject.replace(/\W/g, "_")}\n${context(line + 1)}`;
  const mail = mailOf(`--- a/f.c\n+++ b/f.c\n${hunk}`, extra).replace("[PATCH] demo: change a line", subject);
  return `From mboxrd@z Thu Jan  1 00:00:00 1970\n${mail.replace("one@example.org", `${subject.replace(/\W/g, "")}@example.org`)}\n`;
}

const summary = (text: string) =>
  groupSeries(read(text)).map(
    (one) =>
      `v${one.version} ${one.patches.map((mail) => mail.index).join(",")}/${one.total} missing ${one.missing.join(",")}`,
  );
const picked = (text: string, want: Parameters<typeof pickPatches>[1] = {}) => {
  const { patches, problems } = pickPatches(read(text), want);
  return {
    subjects: patches.map((mail) => mail.subject),
    problems: problems.map((problem) => `${problem.severity} ${problem.code}`),
  };
};

describe("grouping", () => {
  test("a reply's trailers below the patch that it quotes are its own; quoted ones are not", () => {
    const first = part(4, "[PATCH 1/1] a");
    const id = /Message-Id: <([^>]+)>/.exec(first)![1]!;
    const quoted = first
      .slice(first.indexOf("words"))
      .replace("words", "words\n\nSigned-off-by: Ada <ada@example.org>")
      .replace(/^/gm, "> ");
    const reply = `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Bob <bob@example.org>\nSubject: Re: [PATCH 1/1] a\nMessage-Id: <r@example.org>\nIn-Reply-To: <${id}>\n\nAda wrote:\n${quoted}\n\nGood.\n\nReviewed-by: Bob <bob@example.org>\n`;
    const [series] = groupSeries(read(`${first}${reply}`));
    expect(
      series!.replyTrailers.map(({ index, trailer }) => `${index} ${trailer.key}: ${trailer.value}`),
    ).toEqual(["1 Reviewed-by: Bob <bob@example.org>"]);
  });

  test("puts parts in order, whatever order they came in", () => {
    expect(picked(part(7, "[PATCH 2/3] b") + part(11, "[PATCH 3/3] c") + part(3, "[PATCH 1/3] a"))).toEqual({
      subjects: ["a", "b", "c"],
      problems: [],
    });
  });

  test("names missing parts and refuses to go on without them", () => {
    const text = part(3, "[PATCH 1/4] a") + part(7, "[PATCH 3/4] c");
    expect(summary(text)).toEqual(["v1 1,3/4 missing 2,4"]);
    expect(picked(text).problems).toEqual(["error missing-parts"]);
    expect(picked(text, { only: "1,3" })).toEqual({ subjects: ["a", "c"], problems: [] });
  });

  test("takes one mail of a series for what it is", () => {
    expect(picked(part(3, "[PATCH 2/4] b"))).toEqual({
      subjects: ["b"],
      problems: ["warning missing-parts"],
    });
    // With its cover letter it is a thread with a hole.
    const cover =
      "From x@y Mon Jan  1 00:00:00 2024\nFrom: Ada Example <ada@example.org>\nSubject: [PATCH 0/4] all\nMessage-Id: <c@example.org>\n\nwords\n\n";
    expect(picked(cover + part(3, "[PATCH 2/4] b")).problems).toEqual(["error missing-parts"]);
  });

  test("takes the newest version, or the one asked for", () => {
    const text = [1, 2, 3]
      .flatMap((v) => [part(3, `[PATCH v${v} 1/2] a${v}`), part(7, `[PATCH v${v} 2/2] b${v}`)])
      .join("");
    expect(picked(text)).toEqual({ subjects: ["a3", "b3"], problems: ["warning other-series"] });
    expect(picked(text, { version: 2 })).toEqual({ subjects: ["a2", "b2"], problems: [] });
    expect(picked(text, { version: 9 }).problems).toEqual(["error no-such-version"]);
  });

  test.each([
    ["[PATCH v3 2/7] s", { version: 3, index: 2, total: 7, tags: ["PATCH"] }],
    [
      "[RFC PATCH net-next v2 02/10] s",
      { version: 2, index: 2, total: 10, tags: ["RFC", "PATCH", "net-next"] },
    ],
    ["[PATCHv4 1/2] s", { version: 4, index: 1, total: 2, tags: ["PATCH"] }],
    ["[PATCH V23 15/16] s", { version: 23, index: 15, total: 16, tags: ["PATCH"] }],
    ["[RESEND][PATCH v2] s", { version: 2, index: 1, total: 1, tags: ["RESEND", "PATCH"] }],
    ["Re: [PATCH] s", { isReply: true, tags: ["PATCH"] }],
    ["s", { version: 1, index: 1, total: 1, tags: [], isReply: false }],
  ])("reads %s", (subject, wanted) => {
    expect(read(part(3, subject))[0]).toMatchObject({ subject: "s", ...wanted });
  });

  test("applies single mails one after the other, without those that a later version replaces", () => {
    const text = part(3, "[PATCH] a") + part(7, "[PATCH] b") + part(11, "[PATCH v2] a");
    expect(picked(text).subjects).toEqual(["b", "a"]);
  });

  test("does not take a quoted patch in a reply for a patch", () => {
    const quoted = part(3, "Re: [PATCH 1/2] a").replace(/^(---|\+\+\+|@@| l|-l|\+)/gm, "> $1");
    const text = part(3, "[PATCH 1/2] a") + part(7, "[PATCH 2/2] b") + quoted;
    expect(picked(text)).toEqual({ subjects: ["a", "b"], problems: [] });
  });

  test("reports trailers that people replied with, and what the series needs", () => {
    const cover = `From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Ada Example <ada@example.org>\nSubject: [PATCH 0/1] all\nMessage-Id: <cover@example.org>\n\nwords\n\nbase-commit: ${"1234567890".repeat(4)}\n`;
    const reply =
      "From mboxrd@z Thu Jan  1 00:00:00 1970\nFrom: Rob Reviewer <rob@example.org>\nSubject: Re: [PATCH 1/1] a\nMessage-Id: <r@example.org>\nIn-Reply-To: <PATCH11a@example.org>\n\n> words\n> Signed-off-by: Not Me <not@example.org>\n\nFine.\n\nReviewed-by: Rob Reviewer <rob@example.org>\n";
    const [series] = groupSeries(read(cover + part(3, "[PATCH 1/1] a") + reply));
    expect(series).toMatchObject({
      subject: "all",
      baseCommit: "1234567890".repeat(4),
      replyTrailers: [
        {
          index: 1,
          trailer: { key: "Reviewed-by", value: "Rob Reviewer <rob@example.org>" },
          from: { name: "Rob Reviewer" },
        },
      ],
    });
  });

  test.each([
    ["1-3,5", [1, 2, 3, 5]],
    ["-2", [0, 1, 2]],
    ["6-", [6, 7]],
    ["4", [4]],
    ["x", null],
    ["", null],
  ])("reads the selection %j", (text, numbers) => {
    const wanted = readSelection(text);
    expect(wanted && [0, 1, 2, 3, 4, 5, 6, 7].filter(wanted)).toEqual(numbers);
  });
});

describe("applying in order", () => {
  test("each patch sees what the ones before it did", () => {
    expect(patched(fixture("widget/series.mbox"), fixtureTree("widget/before"))).toEqual(
      fixtureTree("widget/after"),
    );
  });

  test("all of them or none", () => {
    const text = part(3, "[PATCH 1/2] a") + part(3, "[PATCH 2/2] b");
    const result = applyAll(text, { "f.c": TWENTY });
    expect(result.ok).toBe(false);
    expect(result.steps.map((step) => step.result.ok)).toEqual([true, false]);
  });

  test("the changes together make one diff against the start", () => {
    const before = fixtureTree("widget/before");
    const together = applyAll(fixture("widget/series.mbox"), before);
    expect(together.changes.map((change) => [change.kind, change.path])).toEqual([
      ["modify", "drivers/demo/widget.c"],
      ["modify", "drivers/demo/Makefile"],
      ["create", "drivers/demo/counters.c"],
      ["delete", "drivers/demo/old.txt"],
    ]);
    expect(patched(printDiff(together.changes), before)).toEqual(fixtureTree("widget/after"));
  });
});
