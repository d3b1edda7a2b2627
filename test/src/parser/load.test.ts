// Two parsers, one tree: the native one, and the WebAssembly one that takes over by itself.

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { type ParserPort, parse, preprocess } from "../../../interpreter/api.js";
import { packageRoot } from "../../../src/front/shipped.js";
import { loadParser, loadWasmParser } from "../../../src/parser/load.js";
import { repositoryPrograms } from "../../interpreter/fuzz/programs.js";

function treeOf(text: string, port: ParserPort): unknown {
  const source = preprocess({ path: "t.c", text }, { readFile: () => null }, { predefined: "none" });
  const { unit, diagnostics } = parse(source.tokens, port, source.diagnostics);
  return { unit, messages: diagnostics.all };
}

test("where the native parser cannot be made, the WebAssembly one is loaded", async () => {
  const none = (): never => {
    throw new Error("no binary for this platform");
  };
  const { kind, port } = await loadParser(none);
  expect(kind).toBe("wasm");
  expect(treeOf("int x = 1 + 2;", port)).toEqual(treeOf("int x = 1 + 2;", (await loadParser()).port));
});

test("without the package tree-sitter the program runs as ever", () => {
  const root = packageRoot();
  const run = (...before: string[]) => {
    const argv = [...before, join(root, "dist/src/cli/main.js"), "run", "test/e2e/programs/lost-update.c"];
    return spawnSync(process.execPath, argv, { cwd: root, encoding: "utf8" });
  };
  const withNative = run();
  const without = run("--require", join(root, "test/src/parser/without-native.cjs"));
  expect(without.stderr).toContain("refused: tree-sitter\n");
  expect(without.status).toBe(withNative.status);
  // Times differ, and nothing else does.
  const timeless = (text: string) => text.replace(/^explored.*$/m, "");
  expect(timeless(without.stdout)).toBe(timeless(withNative.stdout));
  expect(without.stdout).toContain("lost-update");
});

test("both give equal trees for every program of the repository", async () => {
  const { kind, port } = await loadParser();
  const wasm = await loadWasmParser();
  const programs = repositoryPrograms(Number.POSITIVE_INFINITY);
  expect(programs.length).toBeGreaterThan(40);
  for (const { name, text } of programs) {
    expect(isDeepStrictEqual(treeOf(text, wasm), treeOf(text, port)), `${name}, wasm against ${kind}`).toBe(
      true,
    );
  }
});
