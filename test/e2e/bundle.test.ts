// The few files that users run do what the modules do that they are made of.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { HERE, MAIN, ROOT } from "./program.js";

const BUNDLE = join(ROOT, "dist", "bundle");

beforeAll(() => {
  const done = spawnSync(process.execPath, ["scripts/bundle.mjs"], { cwd: ROOT, encoding: "utf8" });
  expect(done.stderr).toBe("");
}, 60_000);

/** What a program says, without what depends on the clock. */
function said(program: string, args: readonly string[]) {
  const done = spawnSync(process.execPath, [program, ...args], {
    cwd: HERE,
    encoding: "utf8",
    env: { ...process.env, COLUMNS: "100" },
    timeout: 60_000,
  });
  const timeless = (text: string) => text.replace(/[\d,.]+ (?:states\/s|s\b)/g, "T").replace(/ +/g, " ");
  return { code: done.status, out: timeless(done.stdout), err: timeless(done.stderr) };
}

describe("dist/bundle/", () => {
  it.each([
    ["--version"],
    ["--help"],
    ["apply applying/mail.txt --tree applying/tree"],
    ["series applying/thread.mbox"],
    ["run programs/lost-update.c"],
    ["run programs/lost-update.c --jobs 2"],
    ["review fix.diff --tree tree --scenario demo_test.c"],
  ])("smplab %s", (line) => {
    const bundled = said(join(BUNDLE, "smplab.js"), line.split(" "));
    expect(bundled).toEqual(said(MAIN, line.split(" ")));
    expect(bundled.out).not.toBe("");
  });

  it.each([
    ["patches", "applyPatch"],
    ["interpreter", "Machine"],
    ["index", "reviewPatch"],
  ])("the door %s opens", (door, name) => {
    const target = door === "index" ? "smplab" : `smplab/${door}`;
    const code = `import(${JSON.stringify(target)}).then((room) => console.log(typeof room.${name}))`;
    const done = spawnSync(process.execPath, ["-e", code], { cwd: ROOT, encoding: "utf8" });
    expect(done).toMatchObject({ stdout: "function\n", stderr: "" });
  });

  it.each(["patches", "interpreter"])("%s and what it loads have nothing of Node", (door) => {
    const seen = new Set<string>();
    const load = (file: string) => {
      if (seen.has(file)) return;
      seen.add(file);
      const text = readFileSync(join(BUNDLE, file), "utf8");
      expect(text, file).not.toMatch(/from "node:|import\("node:/);
      for (const [, next] of text.matchAll(/from "\.\/([^"]+)"/g)) load(next!);
    };
    load(`${door}.js`);
    expect(seen.size).toBeGreaterThan(0);
  });
});
