// Writes changes into a directory so that a crash leaves either the old or the new tree.
//
// The hard thing is that rename makes one file atomic, not several. So there are two phases. First every new content
// is written into one folder beside the tree's own (`.smplab-write`) and flushed; a crash here leaves the old tree.
// Then a journal that names every step is renamed into that folder: from that moment the new tree is promised. Then
// the steps are done and the folder is removed. recoverTree() finishes a journal that it finds, and throws away a
// folder without one; every step can be done twice.
import {
  closeSync,
  existsSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from "node:fs";
import { dirname, join } from "node:path";
import type { FileChange, Reject } from "../../patches/api.js";

/** The folder at the root of a tree that is being written to. */
export const STAGING = ".smplab-write";

interface Step {
  readonly path: string;
  /** Name in the staging folder to rename from; null: remove the path. */
  readonly staged: string | null;
}

/**
 * Writes the changes, and rejects beside their files. Throws before the first visible change, or not at all.
 * `checkpoint` is called before everything that changes the disk; tests crash there.
 */
export function writeTree(
  root: string,
  changes: readonly FileChange[],
  rejects: readonly Reject[] = [],
  checkpoint: () => void = () => {},
): void {
  const top = realpathSync(root);
  recoverTree(top, checkpoint);
  const staging = join(top, STAGING);
  checkpoint();
  mkdirSync(staging);
  const steps: Step[] = [];
  const stage = (path: string, bytes: Uint8Array, mode: number): void => {
    refuseLinks(top, path);
    const staged = String(steps.length);
    checkpoint();
    writeFlushed(join(staging, staged), bytes, mode);
    steps.push({ path, staged });
  };
  const remove = (path: string): void => {
    refuseLinks(top, path);
    steps.push({ path, staged: null });
  };
  try {
    for (const change of changes)
      if (change.kind === "rename" && change.from !== undefined) remove(change.from);
    for (const change of changes) {
      if (change.after === null) remove(change.path);
      else stage(change.path, change.after, modeFor(join(top, change.path), change));
    }
    for (const reject of rejects) stage(reject.path, reject.text, 0o644);
    // Removing a path and then writing it (files that change places) is just writing it.
    const needed = steps.filter(
      (step, i) => step.staged !== null || !steps.some((other, j) => j > i && other.path === step.path),
    );
    checkpoint();
    writeFlushed(join(staging, "journal.new"), new TextEncoder().encode(JSON.stringify(needed)), 0o644);
  } catch (error) {
    // A full disk or a missing right: as if nothing had been.
    if ((error as NodeJS.ErrnoException).code !== undefined || error instanceof LinkError) {
      rmSync(staging, { recursive: true, force: true });
    }
    throw error;
  }
  checkpoint();
  renameSync(join(staging, "journal.new"), join(staging, "journal"));
  flushFolder(staging);
  finish(top, checkpoint);
}

/** Whether a write to this tree was interrupted. */
export function isInterrupted(root: string): boolean {
  return existsSync(join(root, STAGING));
}

/** Brings a tree to one side: the new one if that was promised, else the old one. */
export function recoverTree(root: string, checkpoint: () => void = () => {}): void {
  const staging = join(root, STAGING);
  if (!existsSync(staging)) return;
  if (existsSync(join(staging, "journal"))) finish(root, checkpoint);
  else {
    checkpoint();
    rmSync(staging, { recursive: true });
  }
}

function finish(top: string, checkpoint: () => void): void {
  const staging = join(top, STAGING);
  const steps = readJournal(top, staging);
  const folders = new Set<string>();
  for (const step of steps) {
    const path = join(top, step.path);
    checkpoint();
    if (step.staged === null) rmSync(path, { force: true });
    else if (existsSync(join(staging, step.staged))) {
      mkdirSync(dirname(path), { recursive: true });
      renameSync(join(staging, step.staged), path);
    }
    folders.add(dirname(path));
  }
  for (const step of steps) if (step.staged === null) removeEmpty(top, dirname(step.path));
  for (const folder of folders) if (existsSync(folder)) flushFolder(folder);
  checkpoint();
  // The journal goes last of all: while it is there, this can be done again.
  rmSync(join(staging, "journal"));
  checkpoint();
  rmSync(staging, { recursive: true });
  flushFolder(top);
}

/** The steps; whatever is not one that we write is not done. A tree from elsewhere may bring a journal of its own. */
function readJournal(top: string, staging: string): Step[] {
  if (!lstatSync(staging).isDirectory()) throw new LinkError(`${STAGING} is not a folder of ours; remove it`);
  const steps = JSON.parse(readFileSync(join(staging, "journal"), "utf8")) as Step[];
  for (const step of steps) {
    const parts = step.path.split("/");
    const plain = parts.every((part) => part !== "" && part !== "." && part !== ".." && part !== ".git");
    if (!plain || (step.staged !== null && !/^\d+$/.test(step.staged))) {
      throw new LinkError(`${STAGING}/journal is not one of ours; remove that folder`);
    }
    refuseLinks(top, step.path);
  }
  return steps;
}

function modeFor(path: string, change: FileChange): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const executable =
    change.newMode !== undefined ? (change.newMode & 0o100) !== 0 : ((stat?.mode ?? 0) & 0o100) !== 0;
  const base = (stat?.mode ?? 0o644) & 0o666;
  return executable ? base | ((base & 0o444) >> 2) : base;
}

class LinkError extends Error {}

/** Nothing is written through a link, also if it was made after the patch was checked. */
function refuseLinks(top: string, path: string): void {
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const here = parts.slice(0, i).join("/");
    if (lstatSync(join(top, here), { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new LinkError(`${here} is a symbolic link; links are not followed`);
    }
  }
}

function removeEmpty(top: string, folder: string): void {
  for (let here = folder; here !== "." && here !== ""; here = dirname(here)) {
    try {
      rmdirSync(join(top, here));
    } catch {
      // Not empty, or gone already: the folders above it stay too.
      return;
    }
  }
}

function writeFlushed(path: string, bytes: Uint8Array, mode: number): void {
  const fd = openSync(path, "wx", mode);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function flushFolder(path: string): void {
  // Windows cannot open a folder; its renames are journaled by the file system.
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
