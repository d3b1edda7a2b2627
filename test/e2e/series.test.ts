// A series, reviewed and applied as a whole: each patch on top of the one before it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { expectRefused, HERE, smplab } from "./program.js";

const folder = mkdtempSync(join(tmpdir(), "smplab-series-"));
afterAll(() => rmSync(folder, { recursive: true }));

const fix = readFileSync(join(HERE, "fix.diff"), "utf8");
/** Fits only where the fix is. */
const words = `--- a/mm/demo.c
+++ b/mm/demo.c
@@ -4,10 +4,10 @@
 
 static atomic_long_t stat;
 
-/* Counts an event. */
+/* Counts an event, on any CPU. */
 void stat_update(void)
 {
 	atomic_long_inc(&stat);
 }
 
 unsigned long stat_read(void)
`;
const mail = (tag: string, subject: string, diff: string) =>
  `From ${"0".repeat(40)} Mon Sep 17 00:00:00 2001\nFrom: A <a@b.c>\nSubject: [PATCH ${tag}] ${subject}\n\nWhy.\n---\n\n${diff}-- \n2.39.5\n\n`;
const cover = mail("v2 0/2", "mm: count better", "");
const first = mail("v2 1/2", "mm: count atomically", fix);
const second = mail("v2 2/2", "mm: say what is counted", words);

function mbox(name: string, ...mails: string[]): string {
  const path = join(folder, name);
  writeFileSync(path, mails.join(""));
  return path;
}

const where = ["--tree", "test/e2e/tree"];
const review = (path: string, ...more: string[]) =>
  smplab(["review", path, ...where, "--scenario", "test/e2e/demo_test.c", ...more]);

describe("a series", () => {
  // Out of order in the mbox; the numbers tell.
  const both = mbox("both.mbox", second, cover, first);

  test("review takes each patch on top of the one before it", () => {
    const said = review(both);
    const fixed = said.out.indexOf("mm: count atomically");
    const said2 = said.out.indexOf("mm: say what is counted");
    expect(fixed).toBeGreaterThanOrEqual(0);
    expect(said2).toBeGreaterThan(fixed);
    expect(said.out.slice(fixed, said2)).toContain("verdict   behaviour changed");
    expect(said.out.slice(said2)).not.toContain("verdict   behaviour changed");
    expect(said.code).toBe(1);
  });

  test("the second patch alone has nothing to stand on", () => {
    const said = review(both, "--only", "2");
    expect(said.code).toBe(3);
    expect(said.err).toContain(
      'wants "static atomic_long_t stat;", the file has "static unsigned long stat;"',
    );
  });

  test("--only takes one of them", () => {
    const said = review(both, "--only", "1");
    expect(said.code).toBe(1);
    expect(said.out).not.toContain("mm: say what is counted");
  });

  test("a missing part is named", () => {
    const gap = mbox("gap.mbox", cover, second, mail("v2 3/3", "mm: more", words).replace("2/2", "3/3"));
    expectRefused(review(gap), 3, "number 1", "missing", "--only");
  });

  test("exit codes: what was not asked for right is usage", () => {
    expect(review(both, "--version", "7").code).toBe(2);
    expect(review(both, "--only", "9").code).toBe(2);
    expect(review(both, "--only", "one").code).toBe(2);
    for (const more of [
      ["--version", "7"],
      ["--only", "9"],
      ["--only", "one"],
      ["--fuzz", "x"],
    ]) {
      expect(smplab(["apply", both, ...where, ...more]).code).toBe(2);
    }
    expect(smplab(["apply", join(folder, "none"), ...where]).code).toBe(2);
    expect(smplab(["series", join(folder, "none")]).code).toBe(2);
  });

  test("apply prints the whole as one diff; series lists it", () => {
    const said = smplab(["apply", both, ...where]);
    expect(said.code).toBe(0);
    expect(said.out.match(/^diff --git/gm)).toHaveLength(1);
    expect(said.out).toContain("+/* Counts an event, on any CPU. */");
    expect(said.out).toContain("+static atomic_long_t stat;");
    const listed = smplab(["series", both]);
    expect(listed.code).toBe(0);
    expect(listed.out).toMatch(/mm: count better v2, 2 of 2 patches\n +0 +cover letter.*\n +1 .*\n +2 /);
  });
});
