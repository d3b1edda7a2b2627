// Writes changes into a directory so that a crash leaves either the old or the new tree.
//
// The hard thing is that rename makes one file atomic, not several. So there are two phases. First every new
// content is written beside its place under a temporary name and flushed; a crash here leaves the old tree (and
// stray temporary files). Then one journal naming every step is renamed into place: from that moment the new tree
// is promised. Then the steps are done, and the journal is removed. recoverTree() finishes a journal that it finds;
// every step can be done twice.
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

const JOURNAL = ".smplab-journal";

interface Step {
  readonly path: string;
  /** Temporary name to rename from; null: remove the path. */
  readonly temporary: string | null;
}

/** Writes the changes (and rejects beside their files). Throws before the first visible change, or not at all. */
export function writeTree(
  root: string,
  changes: readonly FileChange[],
  rejects: readonly Reject[] = [],
): void {
  const top = realpathSync(root);
  recoverTree(top);
  const steps: Step[] = [];
  const created: string[] = [];
  const stage = (path: string, bytes: Uint8Array, mode: number): void => {
    const temporary = `${path}.smplab-${process.pid}-${steps.length}`;
    refuseLinks(top, path);
    makeFolders(top, dirname(path), created);
    writeFlushed(join(top, temporary), bytes, mode);
    steps.push({ path, temporary });
  };
  try {
    for (const change of changes) {
      if (change.kind === "rename" && change.from !== undefined) {
        refuseLinks(top, change.from);
        steps.push({ path: change.from, temporary: null });
      }
    }
    for (const change of changes) {
      if (change.after === null) {
        refuseLinks(top, change.path);
        steps.push({ path: change.path, temporary: null });
      } else stage(change.path, change.after, modeFor(join(top, change.path), change));
    }
    for (const reject of rejects) stage(reject.path, reject.text, 0o644);
  } catch (error) {
    for (const step of steps) if (step.temporary) rmSync(join(top, step.temporary), { force: true });
    for (const folder of created.reverse()) rmdirSync(join(top, folder));
    throw error;
  }
  const journal = join(top, JOURNAL);
  writeFlushed(`${journal}.new`, new TextEncoder().encode(JSON.stringify(withoutUndone(steps))), 0o644);
  renameSync(`${journal}.new`, journal);
  flushFolder(top);
  finish(top, withoutUndone(steps));
}

/** Removing a path and then writing it (files that change places) is just writing it. */
function withoutUndone(steps: readonly Step[]): Step[] {
  return steps.filter(
    (step, i) => step.temporary !== null || !steps.some((other, j) => j > i && other.path === step.path),
  );
}

/** Finishes what an interrupted write began; true when there was something to finish. */
export function recoverTree(root: string): boolean {
  const journal = join(root, JOURNAL);
  if (!existsSync(journal)) return false;
  finish(root, JSON.parse(readFileSync(journal, "utf8")) as Step[]);
  return true;
}

function finish(top: string, steps: readonly Step[]): void {
  const folders = new Set<string>();
  for (const step of steps) {
    const path = join(top, step.path);
    folders.add(dirname(path));
    if (step.temporary === null) rmSync(path, { force: true });
    else if (existsSync(join(top, step.temporary))) renameSync(join(top, step.temporary), path);
  }
  for (const step of steps) if (step.temporary === null) removeEmpty(top, dirname(step.path));
  for (const folder of folders) if (existsSync(folder)) flushFolder(folder);
  rmSync(join(top, JOURNAL), { force: true });
  flushFolder(top);
}

function modeFor(path: string, change: FileChange): number {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  const executable =
    change.newMode !== undefined ? (change.newMode & 0o100) !== 0 : ((stat?.mode ?? 0) & 0o100) !== 0;
  const base = (stat?.mode ?? 0o644) & 0o666;
  return executable ? base | ((base & 0o444) >> 2) : base;
}

/** Nothing is written through a link, also if it was made after the patch was checked. */
function refuseLinks(top: string, path: string): void {
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const here = join(top, ...parts.slice(0, i));
    if (lstatSync(here, { throwIfNoEntry: false })?.isSymbolicLink()) {
      throw new Error(`${parts.slice(0, i).join("/")} is a symbolic link; links are not followed`);
    }
  }
}

function makeFolders(top: string, folder: string, created: string[]): void {
  const parts = folder === "." ? [] : folder.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const here = parts.slice(0, i).join("/");
    if (existsSync(join(top, here))) continue;
    mkdirSync(join(top, here));
    created.push(here);
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
  if (process.platform === "win32") return;
  const fd = openSync(path, "r");
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
