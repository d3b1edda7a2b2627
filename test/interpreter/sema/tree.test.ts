// The checked tree of small functions: conversions explicit, places apart from values, names resolved. The cases
// are in tree.txt: "=== title", the function's parameters and body, and behind "> " the tree (print-tree.ts).
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { printFunction } from "./print-tree.js";
import { accept, functionNamed } from "./support.js";

const [declarations, ...cases] = readFileSync(new URL("tree.txt", import.meta.url), "utf8").split(/^=== /m);

describe("the checked tree", () => {
  for (const one of cases) {
    const [title, head, tree] = one.trimEnd().split("\n");
    test(title!, () => {
      const unit = accept(`${declarations}\nvoid f${head}`);
      const printed = printFunction(functionNamed(unit, "f").definition!);
      expect(`> ${printed.replace(/^\{ | \}$/g, "")}`).toBe(tree);
    });
  }
});
