// -Wall: cases and gcc 12's messages are recorded in wall.txt (how: record-diagnostics.mjs). Which of gcc's passes says
// something first decides about its order, so that messages are compared by place.
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { checkText } from "./support.js";

const text = readFileSync(new URL("wall.txt", import.meta.url), "utf8");

const byPlace = (a: string, b: string): number => {
  const [[line, column], [otherLine, otherColumn]] = [a, b].map((one) => one.split(":").map(Number)) as [
    [number, number],
    [number, number],
  ];
  return line - otherLine || column - otherColumn || (a < b ? -1 : 1);
};

describe("warnings of -Wall are those of gcc", () => {
  for (const one of text.split(/^=== /m).slice(1)) {
    const [title, ...lines] = one.split("\n");
    const source = lines.filter((line) => !line.startsWith("> ")).join("\n");
    const expected = lines.filter((line) => line.startsWith("> ")).map((line) => line.slice(2));
    test(title!, () => {
      expect(
        checkText(source, { asked: ["-Wall", "-Wimplicit-fallthrough=5"] }).messages.sort(byPlace),
      ).toEqual(expected.sort(byPlace));
    });
  }
});

test("they are said only where they are asked for", () => {
  expect(checkText("static int f(int a) { int b; if (a = 1) return 2; }").messages).toEqual([]);
});
