// What the checker says about wrong C: cases and gcc 12's messages are recorded in diagnostics.txt (how:
// record-diagnostics.mjs), so that the test needs no gcc.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkText } from "./support.js";

const text = readFileSync(new URL("diagnostics.txt", import.meta.url), "utf8");

describe("diagnostics are those of gcc", () => {
  for (const one of text.split(/^=== /m).slice(1)) {
    const [title, ...lines] = one.split("\n");
    const source = lines.filter((line) => !line.startsWith("> "));
    const expected = lines.filter((line) => line.startsWith("> ")).map((line) => line.slice(2));
    // Some of gcc's columns are those of a whole declaration, or of nothing at all; ours are the culprit's.
    const place = title!.endsWith("(columns)") ? (line: string) => line.replace(/^(\d+):\d+/, "$1") : String;
    test(title!, () => {
      expect(checkText(source.join("\n")).messages.map(place)).toEqual(expected.map(place));
    });
  }
});
