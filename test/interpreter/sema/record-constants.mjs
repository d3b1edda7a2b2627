// Records what gcc computes for the constant expressions of constants.txt: run by hand after one was added.
//   node test/interpreter/sema/record-constants.mjs
// The head of the file is declarations; then a line "expression = value" each, the value as a signed 64-bit number.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const file = fileURLToPath(new URL("constants.txt", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "constants-"));
const [head, list] = readFileSync(file, "utf8").split("\n---\n");
const expressions = list
  .trimEnd()
  .split("\n")
  .map((line) => line.replace(/ => .*$/, ""));
const source = [
  head,
  "int printf(const char *, ...);",
  "int main(void) {",
  ...expressions.map((text) => `  { static long v = ${text}; printf("%ld\\n", v); }`),
  "}",
].join("\n");
writeFileSync(join(directory, "t.c"), source);
execFileSync("gcc", ["-std=gnu11", "-w", "-fwrapv", "-o", join(directory, "t"), join(directory, "t.c")], {
  stdio: "inherit",
});
const values = execFileSync(join(directory, "t"), { encoding: "utf8" }).trimEnd().split("\n");
rmSync(directory, { recursive: true });
writeFileSync(file, `${head}\n---\n${expressions.map((text, i) => `${text} => ${values[i]}`).join("\n")}\n`);
