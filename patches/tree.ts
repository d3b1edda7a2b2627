// Trees in memory: one made from a table of files, and one laid over another. Applying never changes a tree;
// what it would change is a list of FileChange, and overlay() shows the tree with these made.
import { bytesOf, utf8 } from "./bytes.js";
import type { FileChange, SourceTree, TreeEntry } from "./patch.js";

/** A tree of plain files; strings are stored as UTF-8. */
export function memoryTree(files: Readonly<Record<string, string | Uint8Array>>): SourceTree {
  const table = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(files)) {
    table.set(path, typeof content === "string" ? bytesOf(content) : content);
  }
  return { read: (path) => table.get(path) ?? null, list: () => [...table.keys()] };
}

/** The tree with the changes made; the tree itself stays as it is. */
export function overlay(tree: SourceTree, changes: readonly FileChange[]): SourceTree {
  const changed = new Map<string, FileChange | null>();
  for (const change of changes) {
    if (change.kind === "rename" && change.from !== undefined && !changed.has(change.from)) {
      changed.set(change.from, null);
    }
    changed.set(change.path, change.after === null ? null : change);
  }
  return {
    read: (path) => (changed.has(path) ? (changed.get(path)?.after ?? null) : tree.read(path)),
    list: () => {
      const rest = tree.list().filter((path) => !changed.has(path));
      for (const [path, change] of changed) if (change) rest.push(path);
      return rest;
    },
    entry: (path) => {
      if (!changed.has(path)) return entryOf(tree, path);
      const change = changed.get(path);
      return change ? { kind: "file", executable: ((change.newMode ?? 0) & 0o100) !== 0 } : null;
    },
  };
}

/** What stands at a path; in a tree that does not say, a file that can be read is a plain file. */
export function entryOf(tree: SourceTree, path: string): TreeEntry | null {
  if (tree.entry) return tree.entry(path);
  return tree.read(path) === null ? null : { kind: "file", executable: false };
}

/** A file of the tree as text. */
export function readText(tree: SourceTree, path: string): string | null {
  const bytes = tree.read(path);
  return bytes === null ? null : utf8(bytes);
}
