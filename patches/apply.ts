// Applies a patch to a tree in memory: all of it or nothing. Names are resolved and checked, each file's hunks
// placed (hunks.ts), results put together, blob ids compared. The tree itself is only read.
//
// The one hard thing is the order of things within one patch. Several parts may speak of one file, and then each
// starts from what the one before left; but in git's format the old side of a rename or copy is always the tree
// before the patch, so that two files can change places. Follows check_patch and previous_patch of git's apply.c.

import type { PlaceContext } from "./attempts.js";
import { blankModel, type Pair } from "./blanks.js";
import { provesBlob } from "./blob.js";
import { assess, type Damage, learned } from "./damage.js";
import { changedLines } from "./explain.js";
import { type Placed, type PlacedFile, placeHunks } from "./hunks.js";
import { mergeFiles } from "./merge.js";
import { findStrip, stripName, unsafePath } from "./names.js";
import type {
  ApplyOptions,
  ApplyResult,
  FileChange,
  FilePatch,
  Hunk,
  HunkReport,
  PatchMail,
  Problem,
  Reject,
  SourceTree,
} from "./patch.js";
import { printRejects } from "./print.js";
import { assembly, type SourceFile, sourceFile } from "./source.js";
import { entryOf } from "./tree.js";

/** Steps of the healer for one patch: about half a second of searching. */
const STEPS = 2_000_000;
/** A hunk without its context is a guess. */
const MOST_FUZZ = 3;

interface Working {
  readonly tree: SourceTree;
  readonly options: ApplyOptions;
  readonly damage: Damage;
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
}

export function applyPatch(
  patch: Pick<PatchMail, "files"> & Partial<Pick<PatchMail, "trimmed">>,
  tree: SourceTree,
  options: ApplyOptions = {},
): ApplyResult {
  const files = options.reverse ? [...patch.files].reverse().map(reversed) : patch.files;
  let damage = assess(patch.files, patch.trimmed ?? false);
  let work = applyFiles(files, tree, options, damage);
  // What was healed in one hunk tells how the mail was damaged, and that goes for its added lines in all hunks.
  for (let more = whatWasLearned(damage, work); more; more = whatWasLearned(damage, work)) {
    damage = more;
    work = applyFiles(files, tree, options, damage);
  }
  const { report, warnings, problems } = work;
  if (problems.length > 0) {
    const kept = options.reject ? [...work.changes.values()] : [];
    return { ok: false, problems, report, warnings, changes: kept, rejects: work.rejects };
  }
  return { ok: true, changes: [...work.changes.values()], report, warnings };
}

function whatWasLearned(damage: Damage, work: Working): Damage | null {
  const repairs = work.report.flatMap((hunk) => hunk.repairs);
  return repairs.length === 0 ? null : learned(damage, repairs, blankModel(work.pairs));
}

function applyFiles(
  files: readonly FilePatch[],
  tree: SourceTree,
  options: ApplyOptions,
  damage: Damage,
): Working {
  const strip = options.strip ?? findStrip(files, (path) => entryOf(tree, path) !== null);
  const work: Working = {
    ...{ tree, options, damage, strip },
    leaving: leavingPaths(files, strip),
    now: new Map(),
    changes: new Map(),
    report: [],
    problems: [],
    warnings: [],
    rejects: [],
    pairs: [],
    budget: { steps: STEPS },
  };
  if (files.length === 0) {
    work.problems.push({ severity: "error", code: "no-diff", message: "the mail holds no diff" });
  }
  for (const file of files) applyFile(file, work);
  return work;
}

function leavingPaths(files: readonly FilePatch[], strip: number): Set<string> {
  const leaving = new Set<string>();
  for (const file of files) {
    if (file.oldName === null || (file.kind !== "rename" && file.kind !== "delete")) continue;
    leaving.add(stripName(file.oldName, file.bareNames ? 0 : strip) ?? file.oldName);
  }
  return leaving;
}

/** The same part of a patch the other way round. */
function reversed(file: FilePatch): FilePatch {
  const kind = file.kind === "create" ? "delete" : file.kind === "delete" ? "create" : file.kind;
  const { oldMode, newMode, oldBlob, newBlob, ...rest } = file;
  return {
    ...rest,
    kind,
    oldName: file.newName,
    newName: file.oldName,
    ...(newMode === undefined ? {} : { oldMode: newMode }),
    ...(oldMode === undefined ? {} : { newMode: oldMode }),
    ...(newBlob === undefined ? {} : { oldBlob: newBlob }),
    ...(oldBlob === undefined ? {} : { newBlob: oldBlob }),
    hunks: file.hunks.map((hunk) => ({
      ...hunk,
      oldStart: hunk.newStart,
      oldCount: hunk.newCount,
      newStart: hunk.oldStart,
      newCount: hunk.oldCount,
      lines:
        hunk.lines?.map((line) => ({
          ...line,
          kind: line.kind === "+" ? "-" : line.kind === "-" ? "+" : " ",
        })) ?? null,
    })),
  };
}

interface Names {
  /** Where the old content is read; null for a new file. */
  readonly from: string | null;
  /** Where the result goes; null for a deletion. */
  readonly to: string | null;
  readonly kind: FilePatch["kind"];
}

function applyFile(file: FilePatch, work: Working): void {
  const names = resolve(file, work);
  if (!names) return;
  const path = names.to ?? names.from!;
  if (refuseByKind(file, path, work)) return;
  if (saysNothing(file)) {
    work.problems.push(
      problemAt(
        file,
        work,
        "no-change",
        `${path}: there is a header for this file, but no hunk and no other change below it`,
        "The mail was probably cut off here.",
      ),
    );
    return;
  }
  const before = names.from === null ? null : readNow(names.from, names.kind, work);
  if (!checkEnds(file, names, before, work)) return;
  const bytes = before?.bytes ?? null;
  const base = provesBlob(file.oldBlob, bytes);
  const source = sourceFile(bytes);
  const placed = placeHunks(file, source, placeContext(path, work));
  const merged = placed.failed.length > 0 ? mergeFromBase(file, names, path, source, work) : null;
  if (merged) {
    record(file, names, before, merged.content, [], base, work, merged.conflicts);
    return;
  }
  for (const one of placed.placed) work.report.push(reportOf(path, one, file.hunks.length));
  // The very file the patch was made from: then no place can be the wrong one.
  work.warnings.push(...placed.warnings.filter((one) => base !== "proven" || one.code !== "heading-differs"));
  if (placed.failed.length > 0) {
    refuse(file, path, placed.failed, base === "differs", placed.alreadyApplied, work);
    if (!work.options.reject) return;
  }
  const after = endings(file, names, assemble(source, placed.placed), work);
  if (changesNothing(names, before, after, placed, file)) {
    work.problems.push(
      problemAt(
        file,
        work,
        "already-applied",
        `${path}: the patch fits, but its result is what the file is already`,
        "Nothing is left to do; use -R to take the patch back.",
      ),
    );
    return;
  }
  if (names.kind === "delete") {
    if (after.length > 0 && placed.failed.length === 0) {
      work.problems.push(
        problemAt(
          file,
          work,
          "not-empty",
          `${path} is to be deleted, but it has lines that the patch does not delete`,
          "The file changed since; look at what was added to it.",
        ),
      );
      return;
    }
    record(file, names, before, null, placed.placed, base, work);
    return;
  }
  record(file, names, before, after, placed.placed, base, work);
}

/** With --3way and the very file at hand that the patch was made from: applied there, then merged as a whole. */
function mergeFromBase(
  file: FilePatch,
  names: Names,
  path: string,
  source: SourceFile,
  work: Working,
): { content: Uint8Array; conflicts: number } | null {
  const { threeWay, blob } = work.options;
  if (!threeWay || !blob || !file.oldBlob || names.from === null || names.to === null) return null;
  const bytes = blob(file.oldBlob);
  if (bytes === null || provesBlob(file.oldBlob, bytes) !== "proven") return null;
  const base = sourceFile(bytes);
  const there = placeHunks(file, base, placeContext(path, work));
  if (there.failed.length > 0) return null;
  const merged = mergeFiles(source, base, sourceFile(assemble(base, there.placed)));
  work.warnings.push({
    ...problemAt(
      file,
      work,
      merged.conflicts > 0 ? "conflict" : "merged",
      merged.conflicts > 0
        ? `${path} was merged from the base ${file.oldBlob} with ${merged.conflicts} conflicts, marked with <<<<<<< and >>>>>>>`
        : `${path} did not fit and was merged from the base ${file.oldBlob} without conflict`,
      merged.conflicts > 0 ? "Edit the marked places before you use the result." : "Read the result.",
    ),
    severity: "warning",
  });
  return merged;
}

function saysNothing(file: FilePatch): boolean {
  return file.kind === "modify" && file.hunks.length === 0 && (file.newMode ?? file.oldMode) === file.oldMode;
}

/** A patch that only gives the last line its newline fits a file that has it. */
function changesNothing(
  names: Names,
  before: { bytes: Uint8Array } | null,
  after: Uint8Array,
  placed: PlacedFile,
  file: FilePatch,
): boolean {
  if (names.kind !== "modify" || before === null || placed.placed.length === 0 || placed.failed.length > 0)
    return false;
  const changed = file.hunks.some((hunk) => !hunk.lines || hunk.lines.some((line) => line.kind !== " "));
  return (
    changed && before.bytes.length === after.length && before.bytes.every((byte, i) => byte === after[i])
  );
}

function placeContext(path: string, work: Working): PlaceContext {
  return {
    path,
    damage: work.damage,
    fuzz: Math.min(work.options.fuzz ?? 0, MOST_FUZZ),
    threeWay: work.options.threeWay ?? false,
    reverse: work.options.reverse ?? false,
    budget: work.budget,
    pairs: work.pairs,
    file: work.options.file,
  };
}

function reportOf(path: string, one: Placed, of: number): HunkReport {
  return {
    path,
    hunk: one.number,
    of,
    mailLine: one.hunk.mailLine,
    wantedLine: one.hunk.oldStart,
    line: one.at + (one.lines.some((line) => line.kind !== "+") ? 1 : 0),
    offset: one.offset,
    fuzz: one.fuzz,
    ...changedLines(one.lines),
    heading: one.heading,
    repairs: one.repairs,
  };
}

/** Checks both names and takes the prefix off. */
function resolve(file: FilePatch, work: Working): Names | null {
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
function refuseByKind(file: FilePatch, path: string, work: Working): boolean {
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

function readNow(
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
function checkEnds(
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
    return fail(
      "no-such-file",
      `${names.from} is not in the tree`,
      "Give the right tree with --tree, or the right level with -p.",
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

/** The file with its placed hunks in it. */
function assemble(source: SourceFile, placed: readonly Placed[]): Uint8Array {
  const order = [...placed].sort((a, b) => a.at - b.at || a.number - b.number);
  const out = assembly();
  let next = 0;
  for (const one of order) {
    out.bytes(source.bytes(next, one.at));
    const behindLast = one.at === source.count && !source.finalNewline && source.count > 0;
    if (behindLast && one.lines.some((line) => line.kind === "+")) out.line("", true);
    next = one.at + one.lines.filter((line) => line.kind !== "+").length;
    const atEnd = next >= source.count;
    const fresh = one.lines.filter((line) => line.kind !== "-");
    for (const [i, line] of fresh.entries()) {
      out.line(line.text, !(atEnd && i === fresh.length - 1 && line.noNewline));
    }
  }
  out.bytes(source.bytes(next, source.count));
  return out.done();
}

/** A new file from a mail that came with CR LF throughout has LF, unless its blob id says otherwise. */
function endings(file: FilePatch, names: Names, after: Uint8Array, work: Working): Uint8Array {
  if (names.kind !== "create" || !file.crlf || after.length === 0) return after;
  const source = sourceFile(after);
  for (let i = 0; i < source.count; i++) if (!source.line(i).endsWith("\r")) return after;
  if (provesBlob(file.newBlob, after) === "proven") return after;
  work.warnings.push({
    ...problemAt(
      file,
      work,
      "line-ending",
      `${names.to}: the mail has CR LF at the end of every line; the new file is written with LF`,
      "If the file is meant to have CR LF, convert it afterwards.",
    ),
    severity: "warning",
  });
  const out = assembly();
  for (let i = 0; i < source.count; i++) {
    out.line(source.line(i).slice(0, -1), i < source.count - 1 || source.finalNewline);
  }
  return out.done();
}

function record(
  file: FilePatch,
  names: Names,
  before: { bytes: Uint8Array; mode: number | undefined } | null,
  after: Uint8Array | null,
  placed: readonly Placed[],
  base: FileChange["base"],
  work: Working,
  conflicts?: number,
): void {
  const path = names.to ?? names.from!;
  const mode =
    (file.newMode !== undefined && names.kind !== "delete" ? file.newMode : undefined) ?? before?.mode;
  const earlier = work.changes.get(path);
  // From another base the result is another, too: only the very base can prove it.
  const result = base === "proven" ? provesBlob(file.newBlob, after) : "unknown";
  if (base === "proven" && result === "differs") {
    work.warnings.push({
      ...problemAt(
        file,
        work,
        "result-differs",
        `${path}: the base is the very file the patch was made from, but the result is not the one its index line names (${file.newBlob})`,
        "The mail was edited or damaged after it was made; read the result.",
      ),
      severity: "warning",
    });
  }
  const guessed = placed.flatMap((one) => one.repairs).filter((repair) => repair.kind === "indent").length;
  if (guessed > 0 && result !== "proven") {
    work.warnings.push({
      ...problemAt(
        file,
        work,
        "indent-guessed",
        `${path}: the mail lost the white space of its added lines; ${guessed} were indented by the style around them`,
        "Read their indents and columns before you commit the result.",
      ),
      severity: "warning",
    });
  }
  const change: FileChange = {
    kind: earlier ? merged(earlier.kind, names.kind) : names.kind,
    path,
    ...(names.from !== null && names.from !== path
      ? { from: names.from }
      : earlier?.from === undefined
        ? {}
        : { from: earlier.from }),
    before: earlier ? earlier.before : (before?.bytes ?? null),
    after,
    ...(earlier
      ? earlier.oldMode === undefined
        ? {}
        : { oldMode: earlier.oldMode }
      : before?.mode === undefined
        ? {}
        : { oldMode: before.mode }),
    ...(mode === undefined || after === null ? {} : { newMode: mode }),
    // Hunks of two parts speak of different versions of the file: the printer makes new ones.
    hunks:
      earlier || conflicts !== undefined || placed.some((one) => one.conflicts !== undefined)
        ? []
        : landed(placed),
    base,
    result,
    conflicts: placed.reduce(
      (sum, one) => sum + (one.conflicts ?? 0),
      (earlier?.conflicts ?? 0) + (conflicts ?? 0),
    ),
  };
  work.changes.set(path, change);
  work.now.set(path, after === null ? null : { bytes: after, mode });
  // Of files that change places the second one's old name is the first one's new name, and stays.
  if (names.kind === "rename" && names.from !== null && !work.changes.has(names.from)) {
    work.now.set(names.from, null);
  }
}

function merged(first: FilePatch["kind"], second: FilePatch["kind"]): FilePatch["kind"] {
  if (second === "delete") return "delete";
  return first === "delete" ? "modify" : first;
}

/** The hunks with the line numbers where they landed, in the order of the file. */
function landed(placed: readonly Placed[]): Hunk[] {
  let shift = 0;
  return [...placed]
    .sort((a, b) => a.at - b.at || a.number - b.number)
    .map((one) => {
      const { added, removed } = changedLines(one.lines);
      const context = one.lines.length - added - removed;
      const oldCount = context + removed;
      const newCount = context + added;
      const hunk: Hunk = {
        oldStart: oldCount === 0 ? one.at : one.at + 1,
        oldCount,
        newStart: newCount === 0 ? one.at + shift : one.at + shift + 1,
        newCount,
        heading: one.hunk.heading,
        lines: one.lines,
        raw: [],
        mailLine: one.hunk.mailLine,
      };
      shift += added - removed;
      return hunk;
    });
}

function refuse(
  file: FilePatch,
  path: string,
  failed: readonly { readonly hunk: Hunk; readonly problem: Problem }[],
  otherBase: boolean,
  alreadyApplied: boolean,
  work: Working,
): void {
  for (const { problem } of failed) {
    const note =
      otherBase && !alreadyApplied
        ? ` The file is not the version the patch was made from (${file.oldBlob}).`
        : "";
    work.problems.push(note === "" ? problem : { ...problem, help: `${problem.help ?? ""}${note}`.trim() });
  }
  if (work.options.reject) {
    work.rejects.push({
      path: `${path}.rej`,
      text: printRejects(
        path,
        failed.map((one) => one.hunk),
      ),
    });
  }
}

function problemAt(file: FilePatch, work: Working, code: string, message: string, help: string): Problem {
  const mail = {
    ...(work.options.file === undefined ? {} : { file: work.options.file }),
    line: file.mailLine,
    column: 1,
  };
  return { severity: "error", code, message, help, mail };
}
