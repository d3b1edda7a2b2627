import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { memoryTree } from "../../../patches/api.js";
import { displayName, SourceFiles, virtualName } from "../../../src/compile/files.js";
import { scenariosFor, shippedScenarios } from "../../../src/compile/scenarios.js";
import { packageRoot } from "../../../src/front/shipped.js";

const folder = mkdtempSync(join(tmpdir(), "smplab-files-"));
afterAll(() => rmSync(folder, { recursive: true }));
writeFileSync(join(folder, "demo.c"), '#include "helper.h"\nint x;\n');
writeFileSync(join(folder, "helper.h"), "int helper;\n");

const tree = memoryTree({
  "mm/demo.c": "int in_tree;\n",
  "helper.h": "int of_the_tree;\n",
  "include/linux/spinlock.h": "/* the tree's own */\n",
});
const files = new SourceFiles(tree, packageRoot(), folder);

test("the user's files are read by their absolute path and shown by the name the user gave", () => {
  const name = virtualName(join(folder, "demo.c"), packageRoot());
  expect(name).toBe(`@${folder}/demo.c`);
  expect(files.readFile(name)).toBe('#line 1 "demo.c"\n#include "helper.h"\nint x;\n');
  expect(files.shownName(name)).toBe("demo.c");
  expect(files.sourceOf(name)).toBe('#include "helper.h"\nint x;\n');
  expect(files.line("demo.c", 2)).toBe("int x;");
  expect(files.line("demo.c", 99)).toBe("");
});

test("a file beside the user's and one of the tree with the same name stay apart", () => {
  expect(files.readFile(`@${folder}/helper.h`)).toContain("int helper;");
  expect(files.readFile("helper.h")).toBe("int of_the_tree;\n");
});

test("headers of smplab and of the tree stay apart", () => {
  expect(files.readFile("include/linux/spinlock.h")).toBe("/* the tree's own */\n");
  expect(files.readFile("kernel/include/linux/spinlock.h")).toContain("_LINUX_SPINLOCK_H");
  expect(files.readFile("kernel/include/linux/no-such-file.h")).toBeNull();
});

test("what is not there is null, a directory too", () => {
  expect(files.readFile("mm/none.c")).toBeNull();
  expect(files.readFile("mm")).toBeNull();
  expect(files.readFile(`@${folder}`)).toBeNull();
});

test("paths are shown relative below the working directory, else whole", () => {
  expect(displayName("/a/b/c.c", "/a")).toBe("b/c.c");
  expect(displayName("/a/c.c", "/a/b")).toBe("/a/c.c");
});

test("shipped scenarios are those that include what is patched, directly or not", () => {
  const all = shippedScenarios(packageRoot());
  expect(all.length).toBeGreaterThan(5);
  expect(all.every((name) => /^kernel\/scenarios\/(?!include\/).*\.c$/.test(name))).toBe(true);
  const memory = memoryTree({
    "mm/a.c": '#include "a.h"\n# include <linux/b.h>\n',
    "mm/a.h": "",
    "include/linux/b.h": "",
    "kernel/scenarios/one.c": '#include "mm/a.c"\n',
    "kernel/scenarios/two.c": "#include <linux/b.h>\n",
    "kernel/scenarios/three.c": "int x;\n",
  });
  const host = { readFile: (path: string) => new SourceFiles(memory, "/nowhere", "/").readFile(path) };
  const names = ["kernel/scenarios/one.c", "kernel/scenarios/two.c", "kernel/scenarios/three.c"];
  const chosen = (path: string) => scenariosFor(names, [path], host).map((name) => name.slice(17, -2));
  expect(chosen("mm/a.c")).toEqual(["one"]);
  expect(chosen("mm/a.h")).toEqual(["one"]);
  expect(chosen("include/linux/b.h")).toEqual(["one", "two"]);
  expect(chosen("mm/other.c")).toEqual([]);
});
