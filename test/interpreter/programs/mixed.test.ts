// A file that mixes the kernel's headers with the library's: no warning, and each name means one thing.
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHosted } from "./support.js";

test("kernel headers and library headers go together", () => {
  const run = runHosted(join(import.meta.dirname, "mixed/kernel-and-library.c"));
  expect(run.warnings).toBe(0);
  expect({ end: run.end, printed: run.printed, status: run.status, titles: run.titles }).toEqual({
    end: "finished",
    printed: "2 2\n1 2\n0 2\n",
    status: 0,
    titles: [],
  });
});
