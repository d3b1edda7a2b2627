// Lines looked up in a file, against the plainest way to do it.
import fc from "fast-check";
import { expect, test } from "vitest";
import { bytesOf } from "../../patches/api.js";
import { hashOf, longestWord, sourceFile } from "../../patches/source.js";

const line = fc.constantFrom(
  "",
  "a",
  "b",
  "aa",
  "aaaa aaaa",
  "\tlong word;",
  "long\tword;",
  "&lt;word",
  "<word",
  "\u00e4 long",
);
const file = fc
  .tuple(fc.array(line, { maxLength: 30 }), fc.boolean())
  .map(([lines, newline]) => lines.join("\n") + (newline && lines.length > 0 ? "\n" : ""));

function linesOf(text: string): string[] {
  const lines = Buffer.from(text, "utf8").toString("latin1").split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

test("rows of lines stand where they stand", () => {
  fc.assert(
    fc.property(file, fc.nat(), fc.integer({ min: 1, max: 4 }), fc.boolean(), (text, from, count, long) => {
      // Long texts are searched for in another way.
      const grown = long ? text.replaceAll("a", "a".repeat(7000)) : text;
      const lines = linesOf(grown);
      fc.pre(lines.length > 0);
      const at = from % lines.length;
      const rows = lines.slice(at, at + count);
      const places = lines.flatMap((_, i) => (rows.every((row, j) => lines[i + j] === row) ? [i] : []));
      const source = sourceFile(bytesOf(grown));
      expect(source.rowsLike(rows.join("\n"))).toEqual(places);
      expect(source.count).toBe(lines.length);
      for (const [i, row] of lines.entries()) {
        expect(source.line(i)).toBe(row);
        const stands = source.standsAt(i, rows.join("\n"));
        expect(stands === "no").toBe(!places.includes(i));
        if (stands !== "no") expect(stands === "at the end").toBe(i + rows.length === lines.length);
      }
    }),
  );
});

test("lines alike up to blanks are those with the same hash", () => {
  fc.assert(
    fc.property(file, line, fc.nat(30), fc.nat(30), (text, wanted, from, length) => {
      const sought = Buffer.from(wanted, "utf8").toString("latin1");
      const lines = linesOf(text);
      const places = lines.flatMap((one, i) => (hashOf(one) === hashOf(sought) ? [i] : []));
      expect(sourceFile(bytesOf(text)).alike(sought, longestWord(sought))).toEqual(places);
      expect(sourceFile(bytesOf(text)).places(hashOf(sought))).toEqual(places);
      // Within a part of the file: those that have the word as it is.
      fc.pre(/\w{4}/.test(sought) && !/[&\x80-\xff]/.test(sought));
      const within = sourceFile(bytesOf(text)).alikeWithin(sought, longestWord(sought), from, from + length);
      for (const i of within) expect(places.includes(i) && i >= from && i < from + length).toBe(true);
      for (const i of places)
        if (lines[i] === sought && i >= from && i < from + length) expect(within).toContain(i);
    }),
  );
});
