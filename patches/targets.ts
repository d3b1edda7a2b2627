import type { Pair } from "./blanks.js";
import { provesBlob } from "./blob.js";
import type { Damage } from "./damage.js";
import { stripName, unsafePath } from "./names.js";
import type {
  ApplyOptions,
  FileChange,
  FilePatch,
  HunkReport,
  Problem,
  Reject,
  SourceTree,
} from "./patch.js";
import { type SourceFile, sourceFile } from "./source.js";
import { entryOf } from "./tree.js";

export interface Working {
  readonly tree: SourceTree;
  readonly options: ApplyOptions;
  readonly damage: () => Damage;
  readonly sound: boolean;
  readonly strip: number;
  /** What the files touched so far look like now; null: gone. */
  /** Paths that the patch renames away or deletes: others may take their place. */
  readonly leaving: ReadonlySet<string>;
  readonly now: Map<string, { bytes: Uint8Array; mode: number | undefined } | null>;
  readonly changes: Map<string, FileChange>;
  readonly report: HunkReport[];
  readonly problems: Problem[];
  readonly warnings: Problem[];
  readonly rejects: Reject[];
  readonly budget: { steps: number };
  readonly pairs: Pair[];
  readonly sources: WeakMap<Uint8Array, SourceFile>;
}

export interface Names {
  /** Where the old content is read; null for a new file. */
  readonly from: string | null;
  /** Where the result goes; null for a deletion. */
  readonly to: string | null;
  readonly kind: FilePatch["kind"];
}

export function leavingPaths(files: readonly FilePatch[], strip: number): Set<string> {
  const leaving = new Set<string>();
  for (const file of files) {
    if (file.oldName === null || (file.kind !== "rename" && file.kind !== "delete")) continue;
    leaving.add(stripName(file.oldName, file.bareNames ? 0 : strip) ?? file.oldName);
  }
  return leaving;
}

/** Checks both names and takes the prefix off. */
export function resolve(file: FilePatch, work: Working): Names | null {
  const strip = file.bareNames ? 0 : work.strip;
  for (const name of [file.oldName, file.newName]) {
    const reason = name === null ? null : unsafePath(name);
    if (reason !== null) {
      const shown = JSON.stringify(name!.slice(0, 200));
      work.problems.push(
        problemAt(
          file,
          work,
          "unsafe-path",
          `the file name ${shown} is refused: ${reason}`,
          "Only plain paths inside the tree are written.",
        ),
      );
      return null;
    }
  }
  const take = (name: string | null) => (name === null ? null : stripName(name, strip));
  const oldPath = take(file.oldName);
  const newPath = take(file.newName);
  if ((file.oldName !== null && oldPath === null) || (file.newName !== null && newPath === null)) {
    const name = file.newName ?? file.oldName;
    work.problems.push(
      problemAt(
        file,
        work,
        "strip",
        `the file name "${name}" has nothing left when ${strip} leading parts are taken off`,
        "Give another level with -p.",
      ),
    );
    return null;
  }
  const unsafe = [oldPath, newPath]
    .map((path) => (path === null ? null : unsafePath(path)))
    .find((reason) => reason !== null);
  if (unsafe) {
    work.problems.push(
      problemAt(
        file,
        work,
        "unsafe-path",
        `the file name "${newPath ?? oldPath}" is refused: ${unsafe}`,
        "Only plain paths inside the tree are written.",
      ),
    );
    return null;
  }
  if (oldPath === null && newPath === null) {
    work.problems.push(
      problemAt(file, work, "no-name", "both names of this part are /dev/null", "The header is damaged."),
    );
    return null;
  }
  if (file.kind === "rename" || file.kind === "copy" || file.kind === "create" || file.kind === "delete") {
    return { from: oldPath, to: newPath, kind: file.kind };
  }
  // `x.c.orig` against `x.c`: a plain diff may name the file on either side. A missing file with an empty old
  // side is a new file.
  const path = [newPath!, oldPath!].find((name) => exists(name, work)) ?? newPath!;
  if (
    !exists(path, work) &&
    file.hunks.length === 1 &&
    file.hunks[0]!.oldCount === 0 &&
    file.hunks[0]!.oldStart === 0
  ) {
    return { from: null, to: path, kind: "create" };
  }
  return { from: path, to: path, kind: "modify" };
}

function exists(path: string, work: Working): boolean {
  const now = work.now.get(path);
  return now === undefined ? entryOf(work.tree, path) !== null : now !== null;
}

/** What a mode makes of a file, when that is not a regular one. */
function oddKind(mode: number): string | null {
  switch (mode & 0o170000) {
    case 0o120000:
      return "a symbolic link";
    case 0o160000:
      return "a submodule";
    case 0o040000:
      return "a directory";
    default:
      return null;
  }
}

/** What no patch of ours may do: binary data, links, submodules. */
export function refuseByKind(file: FilePatch, path: string, work: Working): boolean {
  if (file.binary) {
    work.problems.push(
      problemAt(
        file,
        work,
        "binary",
        `${path}: the patch has binary data for this file, which is not applied`,
        "Apply that part with git apply, or leave the file out.",
      ),
    );
    return true;
  }
  for (const mode of [file.oldMode, file.newMode]) {
    const kind = mode === undefined ? null : oddKind(mode);
    if (kind) {
      work.problems.push(
        problemAt(
          file,
          work,
          "file-type",
          `${path}: the patch makes or changes ${kind}, which is refused`,
          "Only regular files are patched.",
        ),
      );
      return true;
    }
  }
  return false;
}

export function readNow(
  path: string,
  kind: FilePatch["kind"],
  work: Working,
): { bytes: Uint8Array; mode: number | undefined } | null {
  // The old side of a rename or copy is the tree before the patch.
  if (kind !== "rename" && kind !== "copy") {
    const now = work.now.get(path);
    if (now !== undefined) return now;
  }
  const bytes = work.tree.read(path);
  if (bytes === null) return null;
  const entry = entryOf(work.tree, path);
  return { bytes, mode: entry ? (entry.executable ? 0o100755 : 0o100644) : undefined };
}

/** The old file must be there, a regular one reached without links; the new one must not be there yet. */
export function checkEnds(
  file: FilePatch,
  names: Names,
  before: { bytes: Uint8Array } | null,
  work: Working,
): boolean {
  const fail = (code: string, message: string, help: string) => {
    work.problems.push(problemAt(file, work, code, message, help));
    return false;
  };
  for (const path of [names.from, names.to]) {
    const link = path === null ? null : linkOnTheWay(path, work.tree);
    if (link !== null) {
      return fail(
        "symlink",
        `${path}: ${link} is a symbolic link, and links are not followed`,
        "Apply the patch in the tree that the link points to.",
      );
    }
  }
  if (names.from !== null && before === null) {
    const entry = entryOf(work.tree, names.from);
    if (entry?.kind === "directory")
      return fail("not-a-file", `${names.from} is a directory`, "The patch is for another tree.");
    const result = names.kind === "rename" && names.to !== null ? readNow(names.to, "modify", work) : null;
    if (result && provesBlob(file.newBlob, result.bytes, work.options.sha1) === "proven") {
      return fail(
        "already-applied",
        `${names.from} is ${names.to} already, and that is what the patch makes of it`,
        "Nothing is left to do; use -R to take the patch back.",
      );
    }
    const gone = names.kind === "delete" ? "It may be deleted already; else give" : "Give";
    return fail(
      "no-such-file",
      `${names.from} is not in the tree`,
      `${gone} the right tree with --tree, or the right level with -p.`,
    );
  }
  if (names.to !== null && names.to !== names.from && exists(names.to, work) && !work.leaving.has(names.to)) {
    const makes = names.kind === "create" ? "creates" : names.kind === "copy" ? "copies to" : "renames to";
    if (names.kind === "create" && isCreated(file, names.to, work)) {
      return fail(
        "already-applied",
        `${names.to} is there already, with just the lines that the patch gives it`,
        "Nothing is left to do; use -R to take the patch back.",
      );
    }
    return fail(
      "exists",
      `the patch ${makes} ${names.to}, but that is in the tree already`,
      "The patch may be applied already, or the tree is a newer one.",
    );
  }
  return true;
}

function isCreated(file: FilePatch, path: string, work: Working): boolean {
  const lines = file.hunks[0]?.lines;
  const bytes = work.now.get(path)?.bytes ?? work.tree.read(path);
  if (!lines || !bytes || file.hunks.length !== 1) return false;
  const there = sourceFile(bytes);
  return there.count === lines.length && lines.every((line, i) => there.is(i, line.text));
}

function linkOnTheWay(path: string, tree: SourceTree): string | null {
  if (!tree.entry) return null;
  const parts = path.split("/");
  for (let i = 1; i <= parts.length; i++) {
    const here = parts.slice(0, i).join("/");
    if (tree.entry(here)?.kind === "symlink") return here;
  }
  return null;
}

export function problemAt(
  file: FilePatch,
  work: Working,
  code: string,
  message: string,
  help: string,
): Problem {
  const mail = {
    ...(work.options.file === undefined ? {} : { file: work.options.file }),
    line: file.mailLine,
    column: 1,
  };
  return { severity: "error", code, message, help, mail };
}
