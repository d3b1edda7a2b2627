// Every file of ours says under which licence it is, and the texts of all that are named are there.

import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageRoot } from "../../src/front/shipped.js";

const root = packageRoot();

function filesBelow(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

/** The licence that a file names, in itself or in a .license file beside it. */
function licenceOf(path: string): string | null {
  const beside = join(root, `${path}.license`);
  const text = existsSync(beside) ? readFileSync(beside, "utf8") : readFileSync(join(root, path), "latin1");
  return /SPDX-License-Identifier: ([\w.-]+(?: (?:AND|OR|WITH) [\w.-]+)*)/.exec(text)?.[1] ?? null;
}

describe("licences", () => {
  it.each(["kernel/tree", "patches/samples"])("every file of %s is GPL-2.0 and says so", (folder) => {
    const files = filesBelow(folder);
    expect(files.length).toBeGreaterThan(5);
    const wrong = files.filter((path) => !/^GPL-2\.0(-only)?$/.test(licenceOf(path) ?? ""));
    expect(wrong).toEqual([]);
  });

  it("scenarios are GPL-2.0, headers of our own name a licence", () => {
    expect(filesBelow("kernel/scenarios").filter((path) => !licenceOf(path)?.startsWith("GPL-2.0"))).toEqual(
      [],
    );
    expect(filesBelow("kernel/include").filter((path) => licenceOf(path) === null)).toEqual([]);
  });

  it("the mail that ships is the one that came: its licence stands beside it", () => {
    const mail = "patches/samples/2010-09-13-memcg-file-mapped.txt";
    expect(existsSync(join(root, `${mail}.license`))).toBe(true);
    expect(readFileSync(join(root, mail), "latin1")).not.toContain("SPDX");
  });

  it("the texts are those of the licences", () => {
    expect(readdirSync(join(root, "LICENSES")).sort()).toEqual(["GPL-2.0-only.txt", "MIT.txt"]);
    const text = (name: string): string => readFileSync(join(root, "LICENSES", name), "utf8");
    expect(text("GPL-2.0-only.txt")).toMatch(/GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991/);
    expect(text("GPL-2.0-only.txt")).toContain("END OF TERMS AND CONDITIONS");
    expect(text("MIT.txt")).toContain("Permission is hereby granted, free of charge");
    const { license } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
    expect(license).toBe("MIT AND GPL-2.0-only");
  });

  it("what a package would hold has them all", () => {
    const packed = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const files = new Set((JSON.parse(packed)[0].files as { path: string }[]).map(({ path }) => path));
    for (const path of [...filesBelow("kernel/tree"), ...filesBelow("LICENSES"), "README.md"])
      expect(files.has(path), path).toBe(true);
  }, 60_000);
});
