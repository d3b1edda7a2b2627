// Blobs of the repository that a tree lies in, by (abbreviated) id: what a three-way merge starts from.
import { spawnSync } from "node:child_process";

const LARGEST = 64 * 1024 * 1024;

/** Looks blobs up with git; without git, or outside a repository, there are none. */
export function gitBlob(root: string): (id: string) => Uint8Array | null {
  return (id) => {
    // An id is all that may reach the command line.
    if (!/^[0-9a-f]{7,64}$/.test(id)) return null;
    const done = spawnSync("git", ["-C", root, "cat-file", "blob", id], { maxBuffer: LARGEST });
    return done.status === 0 ? new Uint8Array(done.stdout) : null;
  };
}
