// Compiles a program of bench/search with definitions.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { check, lower, parse, preprocess } from "../dist/interpreter/api.js";
import { kernelOpNames } from "../dist/kernel/api.js";
import { loadParser } from "../dist/src/parser/load.js";

const here = fileURLToPath(new URL(".", import.meta.url));
const KERNEL = `${here}../kernel`;
const { port } = await loadParser();

export function compile(file, defines) {
  const path = `${here}search/${file}.c`;
  const files = {
    readFile(name) {
      try {
        return readFileSync(name, "utf8");
      } catch {
        return null;
      }
    },
  };
  const pre = preprocess({ path, text: readFileSync(path, "utf8") }, files, {
    includePaths: [`${KERNEL}/tree/include`, `${KERNEL}/include`],
    forceIncludes: ["linux/kconfig.h"],
    defines: Object.fromEntries(Object.entries(defines).map(([name, value]) => [name, String(value)])),
  });
  const { unit } = parse(pre.tokens, port, pre.diagnostics);
  const checked = check(unit, { tokens: pre.tokens, sink: pre.diagnostics });
  const lowered = lower(checked.program, {
    kernelOps: kernelOpNames(),
    files: pre.files,
    sink: pre.diagnostics,
  });
  if (pre.diagnostics.hasErrors) throw new Error(`${file}.c does not compile`);
  return lowered.program;
}
