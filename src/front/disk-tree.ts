// A directory as a SourceTree: files are read when they are asked for, links are reported and never followed.
import { closeSync, constants, lstatSync, openSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { SourceTree, TreeEntry } from "../../patches/api.js";
import { STAGING } from "./write-tree.js";

/** Files larger than this are not source. */
const LARGEST_FILE = 64 * 1024 * 1024;

/** The tree below `root`. `root` itself may be a link; it must be a directory. */
export function diskTree(root: string): SourceTree {
  const top = realpathSync(root);
  const known = new Map<string, Uint8Array | null>();

  function entry(path: string): TreeEntry | null {
    if (path === "" || path.split("/").some((part) => part === "" || part === "." || part === ".."))
      return null;
    // A link anywhere on the way is what stands there.
    const parts = path.split("/");
    for (let i = 1; i <= parts.length; i++) {
      const stat = lstatSync(join(top, ...parts.slice(0, i)), { throwIfNoEntry: false });
      if (!stat) return null;
      if (stat.isSymbolicLink()) return { kind: "symlink", executable: false };
      if (i < parts.length && !stat.isDirectory()) return null;
      if (i === parts.length) {
        const kind = stat.isFile() ? "file" : stat.isDirectory() ? "directory" : "other";
        return { kind, executable: (stat.mode & 0o100) !== 0 };
      }
    }
    return null;
  }

  function read(path: string): Uint8Array | null {
    const before = known.get(path);
    if (before !== undefined) return before;
    const bytes = entry(path)?.kind === "file" ? readRegular(join(top, path)) : null;
    known.set(path, bytes);
    return bytes;
  }

  function list(): string[] {
    const out: string[] = [];
    const walk = (folder: string): void => {
      for (const item of readdirSync(join(top, folder), { withFileTypes: true })) {
        const path = folder === "" ? item.name : `${folder}/${item.name}`;
        if (item.isFile()) out.push(path);
        else if (item.isDirectory() && item.name !== ".git" && item.name !== STAGING) walk(path);
      }
    };
    walk("");
    return out.sort();
  }

  return { read, list, entry };
}

function readRegular(path: string): Uint8Array | null {
  const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const stat = lstatSync(path);
    return stat.size > LARGEST_FILE ? null : new Uint8Array(readFileSync(fd));
  } finally {
    closeSync(fd);
  }
}
