// #pragma STDC FLOAT_CONST_DECIMAL64: which constants it makes decimal is held against gcc in programs/decimal-pragma.c.
// Their values are not: gcc 12 takes the last two characters of such a constant for a suffix.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { runHosted } from "../programs/support.js";

test("a constant without suffix has all of its digits", () => {
  const work = mkdtempSync(join(tmpdir(), "smplab-pragma-"));
  const path = join(work, "constants.c");
  writeFileSync(
    path,
    [
      "#pragma STDC FLOAT_CONST_DECIMAL64 ON",
      "union { _Decimal64 value; unsigned long bits; } all[] = { { 1.50 }, { 2. }, { .25e-3 }, { 0.1 } };",
      "int main(void)",
      "{",
      '\tfor (int i = 0; i < 4; i++) __builtin_printf("%lx\\n", all[i].bits);',
      "}",
    ].join("\n"),
  );
  const run = runHosted(path);
  rmSync(work, { recursive: true, force: true });
  expect(run.printed).toBe("3180000000000096\n31c0000000000002\n3120000000000019\n31a0000000000001\n");
});
