// The founding mail as it stands in the archive, against the shipped tree.
import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  applyPatch,
  memoryTree,
  overlay,
  printDiff,
  printDiffText,
  readMail,
  readText,
} from "../../patches/api.js";

const root = join(import.meta.dirname, "..", "..");
const path = "mm/memcontrol.c";
const sample = new Uint8Array(readFileSync(join(root, "patches/samples/2010-09-13-memcg-file-mapped.txt")));
const before = readFileSync(join(root, "kernel/tree", path), "utf8");
const tree = memoryTree({ [path]: before });
const mail = readMail(sample).mails[0]!;

function applied(content: string) {
  return applyPatch(mail, memoryTree({ [path]: content }), { file: "page.txt" });
}

describe("reading the archive's page", () => {
  test("finds subject, author, date and the trailers", () => {
    expect(readMail(sample).problems).toEqual([]);
    expect(mail.form).toBe("page");
    expect(mail.subject).toBe("memcg: fix race in file_mapped accouting flag management");
    expect(mail.tags).toEqual(["PATCH"]);
    expect(mail.author).toEqual({ name: "KAMEZAWA Hiroyuki", email: "kamezawa.hiroyu@xxxxxxxxxxxxxx" });
    expect(mail.date).toBe("Mon Sep 13 2010 - 03:18:20 EST");
    expect(mail.trailers.map((trailer) => trailer.key)).toEqual(["Reviewed-by", "Signed-off-by"]);
    expect(mail.diffstat).toEqual([{ path, changed: 99 }]);
  });

  test("keeps the message and leaves diff, diffstat and footer out of it", () => {
    expect(mail.message).toMatch(/^Based on mmtom/);
    expect(mail.message).toMatch(/Signed-off-by: KAMEZAWA Hiroyuki <[^>]*>$/);
    expect(mail.message).not.toMatch(/\|\s+99|unsubscribe|^\+\+\+/m);
  });

  test("finds all seven hunks with the counts they were made with", () => {
    expect(mail.files).toHaveLength(1);
    expect(mail.files[0]!.hunks.map((hunk) => [hunk.oldCount, hunk.newCount])).toEqual([
      [6, 7],
      [7, 46],
      [35, 62],
      [6, 7],
      [6, 7],
      [6, 7],
      [6, 7],
    ]);
  });
});

describe("applying it to the shipped tree", () => {
  const result = applyPatch(mail, tree);

  test("places every hunk with full context in the function its heading names", () => {
    expect(result.ok).toBe(true);
    expect(result.warnings.filter((warning) => warning.code !== "indent-guessed")).toEqual([]);
    expect(result.report).toHaveLength(7);
    const lines = before.split("\n");
    for (const hunk of result.report) {
      expect(hunk.fuzz).toBe(0);
      expect(hunk.heading.verdict).toBe("same");
      expect(lines[hunk.heading.line - 1]).toContain(hunk.heading.found.split("(")[0]!.trim());
    }
    expect(result.report.map((hunk) => [hunk.added, hunk.removed])).toEqual([
      [1, 0],
      [40, 1],
      [40, 13],
      [1, 0],
      [1, 0],
      [1, 0],
      [1, 0],
    ]);
  });

  test("adds the 85 lines and takes the 14 away, as the mail's diffstat says", () => {
    const printed = printDiffText(result.changes).split("\n");
    expect(printed.filter((line) => /^\+(?!\+\+)/.test(line))).toHaveLength(85);
    expect(printed.filter((line) => /^-(?!--)/.test(line))).toHaveLength(14);
  });

  test("indents added lines with tabs as their neighbours are", () => {
    const after = readText(overlay(tree, result.changes), path)!;
    expect(after).toContain("\tMEM_CGROUP_ON_MOVE,\t/* someone is moving account between groups */\n");
    expect(after).toContain(
      "\tfor_each_possible_cpu(cpu)\n\t\tper_cpu(mem->stat->count[MEM_CGROUP_ON_MOVE], cpu) += 1;\n",
    );
    expect(after).toContain("\t\tif (!mem || !PageCgroupUsed(pc))\n\t\t\tgoto out;\n\t}\n");
    expect(after).toContain(
      "\nout:\n\tif (unlikely(need_unlock))\n\t\tunlock_page_cgroup(pc);\n\trcu_read_unlock();\n",
    );
    expect(after).toContain("\t\t}\n\t\tmem_cgroup_end_move(mem);\n");
    expect(after).toContain("\t\t\tmem_cgroup_start_move(from);\n");
  });

  test("leaves the tree alone", () => {
    expect(readText(tree, path)).toBe(before);
  });

  test("takes itself back", () => {
    const after = overlay(tree, result.changes);
    const undone = applyPatch(mail, after, { reverse: true });
    expect(undone.ok).toBe(true);
    expect(readText(overlay(after, undone.changes), path)).toBe(before);
  });

  // Where a tool is missing there is nothing to ask it.
  for (const [tool, ...args] of [
    ["git", "apply", "--whitespace=error-all", "../out.diff"],
    ["patch", "-p1", "--fuzz=0", "-i", "../out.diff"],
  ] as const) {
    const missing = spawnSync(tool, ["--version"]).status !== 0;
    test.skipIf(missing)(`prints a diff that ${tool} takes, with the same result`, () => {
      const folder = mkdtempSync(join(tmpdir(), "smplab-"));
      try {
        writeFileSync(join(folder, "out.diff"), printDiff(result.changes));
        const after = readText(overlay(tree, result.changes), path)!;
        const copy = join(folder, "tree");
        cpSync(join(root, "kernel/tree/mm"), join(copy, "mm"), { recursive: true });
        const done = spawnSync(tool, args, { cwd: copy, encoding: "utf8" });
        expect(done.stderr + done.stdout).not.toMatch(/error|offset|fuzz|FAILED/);
        expect(done.status).toBe(0);
        expect(readFileSync(join(copy, path), "utf8")).toBe(after);
      } finally {
        rmSync(folder, { recursive: true });
      }
    });
  }
});

describe("refusing it", () => {
  test("where it is applied already, with the line", () => {
    const after = readText(overlay(tree, applyPatch(mail, tree).changes), path)!;
    const again = applied(after);
    expect(again.ok).toBe(false);
    if (again.ok) return;
    expect(again.problems.map((problem) => problem.code)).toEqual(Array(7).fill("already-applied"));
    expect(again.changes).toEqual([]);
    expect(again.problems[0]!.message).toMatch(/^mm\/memcontrol\.c:\d+: hunk 1 is already applied/);
  });

  // The patch says what it sits on; as that one was posted, this condition was the other way round.
  test("where one context line differs, with that line on both sides", () => {
    const line = before.split("\n").findIndex((text) => text.includes("if (!page_mapped(page)) /*")) + 1;
    const refused = applied(before.replace("if (!page_mapped(page)) /*", "if (page_mapped(page)) /*"));
    expect(refused.ok).toBe(false);
    if (refused.ok) return;
    expect(refused.problems).toHaveLength(1);
    const problem = refused.problems[0]!;
    expect(problem.code).toBe("context-differs");
    expect(problem.hunk).toBe(3);
    expect(problem.source).toEqual({ path, line });
    expect(problem.wanted).toBe("if (!page_mapped(page)) /* for race between dec->inc counter */");
    expect(problem.found).toBe("\t\tif (page_mapped(page)) /* for race between dec->inc counter */");
    expect(problem.nearest).toMatchObject({ matching: 34, of: 35 });
  });
});
