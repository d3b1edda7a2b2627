// smplab apply and smplab series as a user meets them: what is printed where, exit codes, the disk.
import { spawnSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, sep } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Io } from "../../src/cli/io.js";
import { main } from "../../src/cli/program.js";
import { isInterrupted, recoverTree, STAGING, writeTree } from "../../src/front/write-tree.js";
import {
  applyAll,
  CHANGED,
  DIFF,
  type Files,
  fixture,
  fixtureTree,
  HUNK,
  mailOf,
  mangle,
  TWENTY,
} from "./support.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "smplab-apply-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(files: Files, top = folder): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(top, path)), { recursive: true });
    writeFileSync(join(top, path), content);
  }
}

function onDisk(top: string): Files {
  const files: Files = {};
  for (const entry of readdirSync(top, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) files[relative(top, path).split(sep).join("/")] = readFileSync(path, "utf8");
  }
  return files;
}

/** Runs a command line in the scratch folder. */
async function smplab(
  args: readonly string[],
  stdin = "",
): Promise<{ out: string; err: string; code: number }> {
  let out = "";
  let err = "";
  const io: Io = {
    out: (data) => {
      out += typeof data === "string" ? data : Buffer.from(data).toString("utf8");
    },
    err: (text) => {
      err += text;
    },
    readStdin: async () => new TextEncoder().encode(stdin),
    stdinIsTty: false,
    outIsTty: false,
    errIsTty: false,
    columns: 0,
    cwd: folder,
    exitCode: 0,
  };
  await main([...args, "--no-color"], io);
  return { out, err, code: io.exitCode };
}

const tree = () => join(folder, "tree");

describe("smplab apply", () => {
  beforeEach(() => write({ "tree/f.c": TWENTY, "tree/sub/g.c": TWENTY, "fix.patch": mailOf(DIFF) }));

  test("prints the diff and leaves the tree alone", async () => {
    const { out, err, code } = await smplab(["apply", "fix.patch", "--tree", "tree"]);
    expect(code).toBe(0);
    expect(out).toContain(`--- a/f.c\n+++ b/f.c\n${HUNK}`);
    expect(err).toMatch(
      /^demo: change a line\nAda Example <ada@example\.org>, .*\nf\.c\n {2}hunk 1\/1 {2}line 7 .*\+1 -1/,
    );
    expect(onDisk(tree())).toEqual({ "f.c": TWENTY, "sub/g.c": TWENTY });
  });

  test("says of a folder without mails that it has none", async () => {
    const { out, err, code } = await smplab(["apply", "tree/sub", "--tree", "tree"]);
    expect({ out, code }).toEqual({ out: "", code: 2 });
    expect(err).toMatch(/tree\/sub is a directory with no mails in it/);
  });

  // Where a tool is missing there is nothing to ask it.
  for (const [tool, ...args] of [
    ["git", "apply", "--check"],
    ["patch", "-p1", "--dry-run", "--fuzz=0"],
  ] as const) {
    const missing = spawnSync(tool, ["--version"]).status !== 0;
    test.skipIf(missing)(`reads standard input; ${tool} takes what it prints`, async () => {
      const { out } = await smplab(["apply", "-", "--tree", "tree"], mangle(mailOf(DIFF)));
      const done = spawnSync(tool, args, { cwd: tree(), input: out, encoding: "utf8" });
      expect(done.stderr + done.stdout).not.toMatch(/fuzz|offset|error/);
      expect(done.status).toBe(0);
    });
  }

  test("applies to the shipped tree when no other is named", async () => {
    const sample = join(import.meta.dirname, "../../patches/samples/2010-09-13-memcg-file-mapped.txt");
    const { out, err, code } = await smplab(["apply", sample]);
    expect(code).toBe(0);
    expect(out).toMatch(/^diff --git a\/mm\/memcontrol\.c b\/mm\/memcontrol\.c\n/);
    expect(err.match(/hunk \d\/7/g)).toHaveLength(7);
  });

  test("says with --check whether it applies", async () => {
    expect(await smplab(["apply", "fix.patch", "--tree", "tree", "--check"])).toMatchObject({
      out: "applies\n",
      code: 0,
    });
    write({ "tree/f.c": "x\n" });
    const refused = await smplab(["apply", "fix.patch", "--tree", "tree", "--check"]);
    expect(refused).toMatchObject({ code: 3, out: "" });
    expect(refused.err).toMatch(/Nothing was changed/);
  });

  test("writes with --write, takes back with -R, keeps modes", async () => {
    chmodSync(join(tree(), "f.c"), 0o755);
    expect((await smplab(["apply", "fix.patch", "--tree", "tree", "--write"])).code).toBe(0);
    expect(onDisk(tree())).toEqual({ "f.c": CHANGED, "sub/g.c": TWENTY });
    expect(statSync(join(tree(), "f.c")).mode & 0o777).toBe(0o755);
    expect((await smplab(["apply", "fix.patch", "--tree", "tree", "--write", "-R"])).code).toBe(0);
    expect(onDisk(tree())).toEqual({ "f.c": TWENTY, "sub/g.c": TWENTY });
  });

  test("refuses with the line, the way out, and exit code 3", async () => {
    write({ "tree/f.c": TWENTY.replace("l9", "Q9") });
    const { out, err, code } = await smplab(["apply", "fix.patch", "--tree", "tree", "--write"]);
    expect([out, code]).toEqual(["", 3]);
    expect(err).toMatch(
      /fix\.patch:\d+: error: f\.c:9: hunk 1 does not fit.*\n {4}wanted: l9\n {4}found: {2}Q9\n {4}\S.*\.\n/,
    );
    expect(onDisk(tree())["f.c"]).toBe(TWENTY.replace("l9", "Q9"));
  });

  test("writes rejects only when asked to", async () => {
    write({ "two.patch": `${DIFF}@@ -16,5 +16,5 @@\n l16\n l17\n-zzz\n+L18\n l19\n l20\n` });
    expect((await smplab(["apply", "two.patch", "--tree", "tree", "--reject"])).code).toBe(2);
    expect((await smplab(["apply", "two.patch", "--tree", "tree", "--write"])).code).toBe(3);
    expect(onDisk(tree())["f.c"]).toBe(TWENTY);
    expect((await smplab(["apply", "two.patch", "--tree", "tree", "--write", "--reject"])).code).toBe(3);
    expect(onDisk(tree())).toMatchObject({ "f.c": CHANGED, "f.c.rej": expect.stringMatching(/^-zzz$/m) });
  });

  test("takes --fuzz, -p, --3way, --only and --version", async () => {
    write({ "tree/f.c": TWENTY.replace("l7", "Q7") });
    expect((await smplab(["apply", "fix.patch", "--tree", "tree"])).code).toBe(3);
    expect((await smplab(["apply", "fix.patch", "--tree", "tree", "--fuzz", "1"])).code).toBe(0);
    const merged = await smplab(["apply", "fix.patch", "--tree", "tree", "--3way"]);
    expect(merged.code).toBe(0);
    expect(merged.err).toMatch(/merged three-way/);
    expect((await smplab(["apply", "fix.patch", "--tree", "tree", "--fuzz", "1", "-p", "2"])).code).toBe(3);
    write({ "all.mbox": fixture("widget/series.mbox"), ...prefixed("w/", fixtureTree("widget/before")) });
    const one = await smplab([
      "apply",
      "all.mbox",
      "--tree",
      "w",
      "--version",
      "2",
      "--only",
      "1",
      "--check",
    ]);
    expect(one).toMatchObject({ out: "applies\n", code: 0 });
    expect((await smplab(["apply", "all.mbox", "--tree", "w", "--version", "1"])).code).toBe(2);
  });

  test("marks conflicts only with --3way, and does not call that a success", async () => {
    write({ "tree/f.c": TWENTY.replace("l10", "Q10") });
    const { out, err, code } = await smplab(["apply", "fix.patch", "--tree", "tree", "--3way"]);
    expect(out).toMatch(/^\+<<<<<<< the tree$/m);
    expect(err).toMatch(/1 conflict/);
    expect(code).toBe(1);
  });

  test("reads maildirs, quilt directories and directories of patches", async () => {
    const second = DIFF.replace("-l10", "-L10").replace("+L10", "+M10");
    write({ "md/cur/1.a:2,S": mailOf(DIFF), "md/new/2.b": mailOf(second).replace("change a", "change the") });
    write({ "q/series": "# order\nb.patch -p1\na.patch\n", "q/b.patch": DIFF, "q/a.patch": second });
    write({ "d/0001-x.patch": DIFF, "d/0002-y.patch": second, "d/README": "no" });
    for (const input of ["md", "q", "d"]) {
      write({ "tree/f.c": TWENTY });
      expect((await smplab(["apply", input, "--tree", "tree", "--write"])).code).toBe(0);
      expect(onDisk(tree())["f.c"]).toBe(TWENTY.replace("l10", "M10"));
    }
  });

  test("a folder's cover letter needs no diff; files without any do", async () => {
    const folder = {
      "m/0.patch": "From: A <a@b.c>\nSubject: [PATCH 0/1] cover\n\nWords.\n",
      "m/1.patch": DIFF,
    };
    write({ ...folder, "tree/f.c": TWENTY });
    expect(await smplab(["apply", "m", "--tree", "tree", "--check"])).toMatchObject({ code: 0 });
    const refused = await smplab(["apply", "m/0.patch", "--tree", "tree"]);
    expect(refused).toMatchObject({ code: 3, out: "" });
    expect(refused.err).toMatch(/^m\/0\.patch:1: error: no diff was found/);
    write({ "tree/f.c": TWENTY.replace("l9\n", "L9\n") });
    const differs = await smplab(["apply", "m", "--tree", "tree"]);
    expect(differs.err).toMatch(/^m\/1\.patch:3: error: f\.c:9: hunk 1 does not fit/m);
  });

  test.each([
    [["apply"], 2],
    [["apply", "nothing.patch"], 2],
    [["apply", "fix.patch", "--tree", "nowhere"], 2],
    [["apply", "fix.patch", "--fuzz", "x"], 2],
    [["apply", "fix.patch", "--only", "x"], 2],
    [["apply", "tree/f.c", "--tree", "tree"], 3],
  ])("%j ends with %i and one paragraph", async (args, code) => {
    const result = await smplab(args);
    expect(result.code).toBe(code);
    expect(result.out).toBe("");
    expect(result.err).not.toMatch(/\n\s+at /);
    expect(result.err.trim().split("\n").length).toBeLessThan(6);
  });

  test("does not follow links, in the tree or on the way to it", async () => {
    write({
      "outside.c": TWENTY,
      "link.patch": DIFF.replaceAll("f.c", "l.c"),
      "deep.patch": DIFF.replaceAll("f.c", "d/g.c"),
    });
    symlinkSync(join(folder, "outside.c"), join(tree(), "l.c"));
    symlinkSync(join(folder, "tree/sub"), join(tree(), "d"));
    for (const patch of ["link.patch", "deep.patch"]) {
      const { err, code } = await smplab(["apply", patch, "--tree", "tree", "--write"]);
      expect(code).toBe(3);
      expect(err).toMatch(/symbolic link/);
    }
    expect(readFileSync(join(folder, "outside.c"), "utf8")).toBe(TWENTY);
    expect(onDisk(join(tree(), "sub"))).toEqual({ "g.c": TWENTY });
  });
});

function prefixed(prefix: string, files: Files): Files {
  return Object.fromEntries(Object.entries(files).map(([path, content]) => [prefix + path, content]));
}

describe("smplab series", () => {
  test("lists what an mbox holds", async () => {
    write({ "all.mbox": fixture("widget/series.mbox") });
    const { out, code } = await smplab(["series", "all.mbox"]);
    expect(code).toBe(0);
    expect(out).toBe(
      [
        "widget: locking and recovery v2, 3 of 3 patches",
        "   0  cover letter  Ada Example",
        "   1  widget: take a lock when adding  Ada Example, 1 file, +17 -4",
        "   2  widget: give up on stuck slots  Ada Example, 3 files, +34 -1",
        "   3  widget: rename the statistics, drop an old file  Ada Example, 3 files, +2 -4",
        "      base-commit: fc2b31aea96fa2ef38d0369272ecde07e475052b",
        "",
      ].join("\n"),
    );
  });

  test("refuses what is no mbox", async () => {
    write({ "junk.bin": "\0\0\0" });
    expect((await smplab(["series", "junk.bin"])).code).toBe(3);
    expect((await smplab(["series", "nothing"])).code).toBe(2);
  });
});

describe("writing a tree", () => {
  const before = fixtureTree("widget/before");
  const after = fixtureTree("widget/after");
  const changes = applyAll(fixture("widget/series.mbox"), before).changes;

  class Crash extends Error {}

  /** A checkpoint that crashes the n-th time. */
  function crashAt(n: number): () => void {
    let left = n;
    return () => {
      if (left-- === 0) throw new Crash();
    };
  }

  /** The tree as a reader finds it, what is staged left out. */
  function visible(): Files {
    return Object.fromEntries(Object.entries(onDisk(tree())).filter(([path]) => !path.startsWith(STAGING)));
  }

  test("a crash at any point leaves, once recovered, the old or the new tree", () => {
    let crashes = 0;
    const seen = new Set<string>();
    for (let n = 0; ; n++) {
      rmSync(tree(), { recursive: true, force: true });
      write(before, tree());
      try {
        writeTree(tree(), changes, [], crashAt(n));
        break;
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
        crashes++;
      }
      const promised =
        existsSync(join(tree(), STAGING, "journal")) ||
        Object.keys(visible()).join() === Object.keys(after).join();
      // Recovering may crash as well.
      for (let again = 0; isInterrupted(tree()); again++) {
        try {
          recoverTree(tree(), crashAt(again));
        } catch (error) {
          if (!(error instanceof Crash)) throw error;
        }
      }
      expect(onDisk(tree())).toEqual(promised ? after : before);
      seen.add(promised ? "new" : "old");
    }
    expect(onDisk(tree())).toEqual(after);
    expect(crashes).toBeGreaterThan(8);
    expect([...seen].sort()).toEqual(["new", "old"]);
  });

  test("an error of the disk before the first change leaves no trace", () => {
    write(before, tree());
    symlinkSync(folder, join(tree(), "link"));
    const through = { ...changes[0]!, path: "link/x.c" };
    expect(() => writeTree(tree(), [...changes, through])).toThrow(/symbolic link/);
    rmSync(join(tree(), "link"));
    expect(onDisk(tree())).toEqual(before);
  });

  test("a journal that a tree brought along is not obeyed", () => {
    write(
      { ...before, [`${STAGING}/journal`]: '[{"path":"../victim","staged":"0"}]', [`${STAGING}/0`]: "x" },
      tree(),
    );
    expect(() => recoverTree(tree())).toThrow(/not one of ours/);
    expect(existsSync(join(folder, "victim"))).toBe(false);
  });

  test("folders that become empty go, new ones come", () => {
    write({ "old/deep/f.c": TWENTY }, tree());
    const rename =
      "diff --git a/old/deep/f.c b/new/deep/f.c\nsimilarity index 100%\nrename from old/deep/f.c\nrename to new/deep/f.c\n";
    writeTree(tree(), applyAll(rename, { "old/deep/f.c": TWENTY }).changes);
    expect(readdirSync(tree())).toEqual(["new"]);
    expect(onDisk(tree())).toEqual({ "new/deep/f.c": TWENTY });
  });
});
