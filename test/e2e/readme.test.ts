// What the README says the program prints is what it prints.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { blocks, expectInOrder, FOUNDING, ROOT, smplab } from "./program.js";

const readme = readFileSync(join(ROOT, "README.md"), "utf8");

describe("README", () => {
  it("quotes the founding review line by line, in order", () => {
    const [block] = blocks(readme, "text founding");
    const said = smplab(["review", FOUNDING, "--exit-zero"], { seconds: 280 });
    expect(said.code).toBe(0);
    expectInOrder(said.out, block!);
    expect(block!.length).toBeGreaterThan(15);
  }, 300_000);

  it("links only to files that are there", () => {
    for (const [, target] of readme.matchAll(/\]\(([^)#]+)\)/g)) {
      expect(
        () => readFileSync(join(ROOT, target.endsWith("/") ? `${target}limits.md` : target)),
        target,
      ).not.toThrow();
    }
  });
});
