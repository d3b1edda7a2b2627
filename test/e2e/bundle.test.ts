// The few files that users run do what the modules do that they are made of.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { HERE, MAIN, ROOT } from "./program.js";

const BUNDLE = join(ROOT, "dist", "bundle");

beforeAll(() => {
  const done = spawnSync(process.execPath, ["scripts/bundle.mjs"], { cwd: ROOT, encoding: "utf8" });
  expect(done.stderr).toBe("");
}, 120_000);

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
      const text = readFileSync(join(BUNDLE, "esm", file), "utf8");
      expect(text, file).not.toMatch(/from "node:|import\("node:/);
      for (const [, next] of text.matchAll(/from "\.\/([^"]+)"/g)) load(next!);
    };
    load(`${door}.mjs`);
    expect(seen.size).toBeGreaterThan(0);
  });

  // Whether V8 takes it cannot be seen from what a program says, only from how long it takes.
  it.each([
    ["as the program does", 'load("tiering.js"); load("program.js"); console.log(compiled());'],
    ["as another program does", 'load("index.js"); load("patches.js"); console.log(compiled());'],
    ["in a thread of the program", 'load("tiering.js"); inThread();'],
    ["in a thread of another program", "inThread();"],
  ])("has the code that V8 made of it: %s", (_, code) => {
    const loader = `const { load, compiled } = require(${JSON.stringify(join(BUNDLE, "load.cjs"))});`;
    // Of thread.js itself, which does not run anywhere else, nobody kept any: it is only the way to the others.
    const thread = `${loader} load("thread.js"); console.log(compiled().filter((file) => file !== "thread.js")); process.exit();`;
    const options = "{ eval: true, workerData: { flag: new SharedArrayBuffer(4) } }";
    const inThread = `const inThread = () => new (require("worker_threads").Worker)(${JSON.stringify(thread)}, ${options});`;
    const done = spawnSync(process.execPath, ["-e", `${loader} ${inThread} ${code}`], {
      cwd: ROOT,
      encoding: "utf8",
    });
    expect(done).toMatchObject({ stdout: "[]\n", stderr: "" });
  });

  it("runs without that code, and with some of another version", () => {
    const broken = mkdtempSync(join(tmpdir(), "smplab-bundle-"));
    const folder = join(broken, "dist", "bundle");
    try {
      cpSync(BUNDLE, folder, { recursive: true });
      for (const file of ["package.json", "kernel", "patches", "libc", "node_modules"]) {
        symlinkSync(join(ROOT, file), join(broken, file));
      }
      for (const file of readdirSync(folder)) {
        if (file.startsWith("part-api") && file.endsWith(".tuned"))
          writeFileSync(join(folder, file), "other");
        else if (file.endsWith(".tuned")) rmSync(join(folder, file));
      }
      const line = ["run", "programs/lost-update.c"];
      expect(said(join(folder, "smplab.js"), line)).toEqual(said(MAIN, line));
    } finally {
      rmSync(broken, { recursive: true });
    }
  });

  it("has the licences of the packages in it", () => {
    const text = readFileSync(join(BUNDLE, "LICENSES.txt"), "utf8");
    for (const name of ["diff", "node-diff3", "commander"])
      expect(text).toMatch(new RegExp(`^${name}$`, "m"));
  });
});

describe("what an earlier review has found out", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "smplab-again-"));
    return () => rmSync(folder, { recursive: true, force: true });
  });

  /** A review of a case with a scenario of its own, results kept in `folder`. */
  const review = (...more: string[]) => {
    const args = ["review", "fix.diff", "--tree", "tree", "--scenario", join(folder, "demo_test.c"), ...more];
    const done = spawnSync(process.execPath, [join(BUNDLE, "smplab.js"), ...args], {
      cwd: HERE,
      encoding: "utf8",
      env: { ...process.env, COLUMNS: "100", SMPLAB_CACHE: join(folder, "kept") },
      timeout: 60_000,
    });
    return {
      code: done.status,
      out: done.stdout,
      note: /\d+ of \d+ results are known/.exec(done.stderr)?.[0],
    };
  };
  const demo = readFileSync(join(HERE, "demo_test.c"), "utf8");
  const scenario = (text: string) => writeFileSync(join(folder, "demo_test.c"), text);
  const results = () =>
    readdirSync(join(folder, "kept"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== "trimmed")
      .map((entry) => join(entry.parentPath, entry.name));

  it("is told again in the same bytes, until something is different or it is asked for afresh", () => {
    scenario(demo);
    const first = review();
    expect(first).toMatchObject({ code: 1, note: undefined });
    expect(first.out).toContain("2 gone");
    const [, known, asked] = /(\d+) of (\d+)/.exec(review().note ?? "") ?? [];
    expect(Number(known)).toBeGreaterThan(4);
    expect(known).toBe(asked);
    expect(review()).toEqual({ ...first, note: `${asked} of ${asked} results are known` });
    expect(review("--fresh")).toEqual(first);
    for (const form of ["--json", "--verbose"]) {
      const again = review(form);
      expect(again.note).toBeDefined();
      expect(again.out).toBe(review(form, "--fresh").out);
    }
    // Another scenario, another machine, another search.
    scenario(demo.replace("stat_read());", "stat_read() + 1);"));
    const other = review();
    expect(other.note).toBeUndefined();
    expect(other.out).toContain("sum=3;");
    scenario(demo);
    expect(review("--preempt", "none").note).toBeUndefined();
    // What the functions cost is no question to the search.
    expect(review("--search", "traces").note).toBe(`2 of ${asked} results are known`);
    expect(review().note).toBe(`${asked} of ${asked} results are known`);
  });

  it("is looked for again where it is damaged", () => {
    scenario(demo);
    const first = review();
    expect(results().length).toBeGreaterThan(4);
    for (const path of results()) writeFileSync(path, readFileSync(path).subarray(0, 40));
    expect(review()).toEqual({ ...first, note: undefined });
    expect(review().note).toBeDefined();
  });
});
