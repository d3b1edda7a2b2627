// Input of every kind that is not what it should be: one paragraph, the place, the way out, no stack trace.

import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { expectRefused, FOUNDING, ROOT, smplab } from "./program.js";

const mail = readFileSync(join(ROOT, FOUNDING));
const junk = Buffer.from(Array.from({ length: 4000 }, (_, i) => (i * 7919) & 0xff));

describe("patches that are none", () => {
  test.each(["review", "apply"])("%s: a mail that was cut off", (command) => {
    // In the message, in the hunk headers, in the middle of the third hunk.
    expectRefused(
      smplab([command, "-"], { stdin: mail.subarray(0, 700) }),
      3,
      "no diff was found",
      "whole mail",
    );
    const within = smplab([command, "-"], { stdin: mail.subarray(0, 7000) });
    expect(within.code).toBe(3);
    expect(within.out).toBe("");
    expect(within.err).toContain("standard input:149: error: mm/memcontrol.c:410: hunk 3 cannot be read");
    expect(within.err).toContain("The mail was cut off; take it from another archive, or copy all of it.");
  });

  test.each(["review", "apply"])("%s: a mail without a diff, and nothing at all", (command) => {
    expectRefused(
      smplab([command, "-"], { stdin: "Subject: hello\n\nNo patch here.\n" }),
      3,
      "no diff was found",
    );
    expectRefused(smplab([command, "-"], { stdin: "" }), 3);
  });

  test.each(["review", "apply", "series"])("%s: bytes that are no text", (command) => {
    expectRefused(smplab([command, "-"], { stdin: junk }), 3, "binary data, not a mail or a diff", "as text");
  });

  test("the wrong tree", () => {
    expectRefused(
      smplab(["review", FOUNDING, "--tree", "test/e2e/tree"]),
      3,
      `${FOUNDING}:89: error: mm/memcontrol.c is not in the tree`,
      "--tree",
    );
  });

  test("a tree in which the patch stands already", () => {
    const tree = mkdtempSync(join(tmpdir(), "smplab-"));
    try {
      cpSync(join(ROOT, "test/e2e/tree"), tree, { recursive: true });
      expect(smplab(["apply", "test/e2e/fix.diff", "--tree", tree, "--write"]).code).toBe(0);
      expectRefused(smplab(["review", "test/e2e/fix.diff", "--tree", tree]), 3, "mm/demo.c", "already");
    } finally {
      rmSync(tree, { recursive: true });
    }
  });
});

describe("standard input", () => {
  test("review, apply and run read it", () => {
    const diff = readFileSync(join(ROOT, "test/e2e/fix.diff"));
    const args = ["--tree", "test/e2e/tree"];
    expect(smplab(["apply", "-", ...args], { stdin: diff }).out).toContain("+++ b/mm/demo.c");
    const scenario = ["--scenario", "test/e2e/demo_test.c"];
    for (const given of [[], ["-"]]) {
      const said = smplab(["review", ...given, ...args, ...scenario], { stdin: diff });
      expect(said.out).toContain("verdict   behaviour changed");
      expect(said.code).toBe(1);
    }
    const said = smplab(["run", "-"], {
      stdin: "int x; void cpu0(void) { x = 1; } void cpu1(void) { x = 2; }",
    });
    expect(said.out).toContain("Test <stdin>\nStates 2\nx=1;\nx=2;");
    expect(said.out).toContain("cpu0() <stdin>");
  });

  test("a token of what came from there asks for the file", () => {
    const file = "test/e2e/programs/lost-update.c";
    const text = readFileSync(join(ROOT, file));
    const word = /smplab replay (v1:[\w-]+)/.exec(smplab(["run", "-"], { stdin: text }).out)![1]!;
    expectRefused(smplab(["replay", word]), 2, "came from standard input", "--file FILE.c");
    expectRefused(smplab(["replay", "--file", "no.c", word]), 2, "no.c, and there is no such file");
    const said = smplab(["replay", "--file", file, word]);
    expect(said.out).toContain("hits++;");
    expect(said.out).not.toContain("warning");
    expect(said.code).toBe(0);
  });

  test("is no C", () => {
    expectRefused(smplab(["run", "-"], { stdin: junk }), 3, "standard input holds binary data, not C");
    expectRefused(smplab(["run", "-"], { stdin: "" }), 3, "standard input is empty", "Pipe a file of C in");
    expectRefused(smplab(["run", "-"], { stdin: "what?" }), 3, "<stdin>:1:", "does not compile");
  });
});
