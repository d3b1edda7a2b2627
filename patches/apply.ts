// Applies a patch to a tree in memory: all of it or nothing. Names are resolved and checked, each file's hunks
// placed (hunks.ts), results put together, blob ids compared. The tree itself is only read.
//
// The one hard thing is that what one hunk needs to be healed tells how the whole mail was damaged, and that the
// added lines of all hunks were damaged likewise. So a patch with a healed hunk is applied once more, knowing that.
import type { PlaceContext } from "./attempts.js";
import { blankModel } from "./blanks.js";
import { provesBlob } from "./blob.js";
import { equalBytes } from "./bytes.js";
import { assess, type Damage, isSound, learned } from "./damage.js";
import { changedLines } from "./explain.js";
import { type Placed, type PlacedFile, placeHunks } from "./hunks.js";
import { mergeFiles } from "./merge.js";
import { findStrip } from "./names.js";
import type {
  ApplyOptions,
  ApplyResult,
  FileChange,
  FilePatch,
  Hunk,
  HunkReport,
  PatchMail,
  Problem,
  SourceTree,
} from "./patch.js";
import { printRejects } from "./print.js";
import { assembly, type SourceFile, sourceFile } from "./source.js";
import {
  checkEnds,
  leavingPaths,
  type Names,
  problemAt,
  readNow,
  refuseByKind,
  resolve,
  type Working,
} from "./targets.js";
import { entryOf } from "./tree.js";

/** Steps of the healer for one patch: about half a second of searching. */
const STEPS = 2_000_000;

/** A hunk without its context is a guess. */
const MOST_FUZZ = 3;

export function applyPatch(
  patch: Pick<PatchMail, "files"> & Partial<Pick<PatchMail, "trimmed" | "file">>,
  tree: SourceTree,
  wishes: ApplyOptions = {},
): ApplyResult {
  const options = patch.file === undefined ? wishes : { file: patch.file, ...wishes };
  const files = options.reverse ? [...patch.files].reverse().map(reversed) : patch.files;
  let damage = assess(patch.files, patch.trimmed ?? false);
  const sources = new WeakMap<Uint8Array, SourceFile>();
  let work = applyFiles(files, tree, options, damage, sources);
  // What was healed in one hunk tells how the mail was damaged, and that goes for its added lines in all hunks.
  for (let more = whatWasLearned(damage, work); more; more = whatWasLearned(damage, work)) {
    const known = more;
    damage = () => known;
    work = applyFiles(files, tree, options, damage, sources);
  }
  const { report, warnings, problems } = work;
  if (problems.length > 0) {
    const kept = options.reject ? [...work.changes.values()] : [];
    return { ok: false, problems, report, warnings, changes: kept, rejects: work.rejects };
  }
  return { ok: true, changes: [...work.changes.values()], report, warnings };
}

function whatWasLearned(damage: () => Damage, work: Working): Damage | null {
  const repairs = work.report.flatMap((hunk) => hunk.repairs);
  return repairs.length === 0 ? null : learned(damage(), repairs, blankModel(work.pairs));
}

function applyFiles(
  files: readonly FilePatch[],
  tree: SourceTree,
  options: ApplyOptions,
  damage: () => Damage,
  sources: WeakMap<Uint8Array, SourceFile>,
): Working {
  const strip = options.strip ?? findStrip(files, (path) => entryOf(tree, path) !== null);
  const work: Working = {
    ...{ tree, options, damage, strip },
    sound: isSound(files),
    sources,
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
  if (file.kind === "create" && file.hunks.length === 0 && !emptyOnPurpose(file, path, work)) return;
  const before = names.from === null ? null : readNow(names.from, names.kind, work);
  if (!checkEnds(file, names, before, work)) return;
  const bytes = before?.bytes ?? null;
  const base = provesBlob(file.oldBlob, bytes, work.options.sha1);
  const source = sourceOf(bytes, work);
  const context = placeContext(path, work);
  let placed = placeHunks(file, source, { ...context, threeWay: false });
  if (placed.failed.length > 0 && context.threeWay) {
    // The very base tells more than the lines of a hunk do.
    const merged = mergeFromBase(file, names, path, source, work);
    if (merged) {
      record(file, names, before, merged.content, [], base, work, merged.conflicts);
      return;
    }
    placed = placeHunks(file, source, context);
  }
  for (const one of placed.placed) work.report.push(reportOf(path, one, file.hunks.length));
  // The very file the patch was made from: then no place can be the wrong one.
  work.warnings.push(...placed.warnings.filter((one) => base !== "proven" || one.code !== "heading-differs"));
  if (placed.failed.length > 0) {
    refuse(file, path, placed.failed, base === "differs", placed.alreadyApplied, work);
    if (!work.options.reject || (placed.placed.length === 0 && names.kind === "modify")) return;
  }
  const after = endings(file, names, assemble(source, placed.placed, work.options), work);
  if (file.hunks.length > 0 && placed.placed.length > 0 && placed.placed.every(isContext)) {
    work.problems.push(
      problemAt(
        file,
        work,
        "no-change",
        `${path}: the hunks for this file have context lines only and change nothing`,
        "The lines with + and - were lost; take the mail from another archive.",
      ),
    );
    return;
  }
  if (changesNothing(names, before, after, placed, file, source)) {
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

/** A new file without lines is what the patch means when its blob id says so; else the mail may end too early. */
function emptyOnPurpose(file: FilePatch, path: string, work: Working): boolean {
  const proof = provesBlob(file.newBlob, new Uint8Array(0), work.options.sha1);
  if (proof === "proven") return true;
  const cut = proof === "differs";
  const said = problemAt(
    file,
    work,
    cut ? "cut-off" : "empty-file",
    cut
      ? `${path}: the new file has no lines in the mail, but its index line says that it is not empty`
      : `${path}: the new file has no lines in the mail, and nothing says that it is meant to be empty`,
    "The mail was probably cut off here; take it from another archive.",
  );
  if (cut) work.problems.push(said);
  else work.warnings.push({ ...said, severity: "warning" });
  return !cut;
}

/** The lines of a file, found once also if the patch is applied twice. */
function sourceOf(bytes: Uint8Array | null, work: Working): SourceFile {
  if (bytes === null) return sourceFile(null);
  const known = work.sources.get(bytes);
  if (known) return known;
  const made = sourceFile(bytes, work.options.byteString);
  work.sources.set(bytes, made);
  return made;
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
  if (bytes === null || provesBlob(file.oldBlob, bytes, work.options.sha1) !== "proven") return null;
  const base = sourceFile(bytes, work.options.byteString);
  const there = placeHunks(file, base, placeContext(path, work));
  if (there.failed.length > 0) return null;
  const merged = mergeFiles(source, base, sourceFile(assemble(base, there.placed, work.options)));
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

function isContext(one: Placed): boolean {
  return one.lines.every((line) => line.kind === " ");
}

/** A patch that only gives the last line its newline fits a file that has it. */
function changesNothing(
  names: Names,
  before: { bytes: Uint8Array } | null,
  after: Uint8Array,
  placed: PlacedFile,
  file: FilePatch,
  source: SourceFile,
): boolean {
  if (names.kind !== "modify" || before === null || placed.placed.length === 0 || placed.failed.length > 0)
    return false;
  const changed = file.hunks.some((hunk) => !hunk.lines || hunk.lines.some((line) => line.kind !== " "));
  const first = Math.min(...placed.placed.map((one) => one.at));
  return changed && equalBytes(before.bytes, after, source.bytes(0, first).length);
}

function placeContext(path: string, work: Working): PlaceContext {
  return {
    path,
    sound: work.sound,
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

/** The file with its placed hunks in it. */
function assemble(source: SourceFile, placed: readonly Placed[], options: ApplyOptions): Uint8Array {
  const order = [...placed].sort((a, b) => a.at - b.at || a.number - b.number);
  const out = assembly(options.rawBytes);
  let next = 0;
  for (const one of order) {
    out.bytes(source.bytes(next, one.at));
    const behindLast = !source.finalNewline && source.count > 0 && one.at === source.count;
    if (behindLast && one.lines.some((line) => line.kind === "+")) out.line("", true);
    next = one.at + one.lines.filter((line) => line.kind !== "+").length;
    const fresh = one.lines.filter((line) => line.kind !== "-");
    if (fresh.length === 0) continue;
    const text = fresh.map((line) => line.text).join("\n");
    out.line(text, !(fresh.at(-1)!.noNewline && next >= source.count));
  }
  out.bytes(source.rest(next));
  return out.done();
}

/** A new file from a mail that came with CR LF throughout has LF, unless its blob id says otherwise. */
function endings(file: FilePatch, names: Names, after: Uint8Array, work: Working): Uint8Array {
  if (names.kind !== "create" || !file.crlf || after.length === 0) return after;
  const source = sourceFile(after, work.options.byteString);
  for (let i = 0; i < source.count; i++) if (!source.line(i).endsWith("\r")) return after;
  if (provesBlob(file.newBlob, after, work.options.sha1) === "proven") return after;
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
  const result = base === "proven" ? provesBlob(file.newBlob, after, work.options.sha1) : "unknown";
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
  const guessed = whiteSpaceGuessed(placed, work);
  if (guessed > 0 && result !== "proven") {
    work.warnings.push({
      ...problemAt(
        file,
        work,
        "indent-guessed",
        `${path}: the mail lost the white space of its added lines; ${guessed === 1 ? "one was" : `${guessed} were`} indented by the style around them`,
        "Read their indents and columns before you commit the result.",
      ),
      severity: "warning",
    });
  }
  work.warnings.push(...oddCharacters(file, path, placed, result, work));
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

const ODD_BLANK = /\xc2\xa0|\xe2\x80[\x80-\x8d\xaf]/;
const ODD_QUOTE = /\xe2\x80[\x98-\x9f]/;
const ENTITY = /&(?:lt|gt|amp|quot|#\d{2,3});/i;

/** Characters that stand for others: what was made of them is a guess, and so is leaving them. */
function oddCharacters(
  file: FilePatch,
  path: string,
  placed: readonly Placed[],
  result: FileChange["result"],
  work: Working,
): Problem[] {
  if (work.sound || result === "proven") return [];
  const added = placed.flatMap((one) => one.lines).filter((line) => line.kind === "+");
  const isC = /\.(?:[chS]|dts[io]?)$/.test(path);
  const left = added.filter(
    ({ text }) =>
      ODD_BLANK.test(text) ||
      (isC && ODD_QUOTE.test(text)) ||
      (work.damage().encoded && !work.damage().decode && ENTITY.test(text)),
  ).length;
  const lines = new Set(added.map((line) => line.mailLine));
  const changed = placed
    .flatMap((one) => one.repairs)
    .filter((one) => (one.kind === "charset" || one.kind === "entities") && lines.has(one.mailLine)).length;
  const what = "no-break spaces, typographic quotes or HTML entities";
  const warning = (message: string): Problem => ({
    ...problemAt(file, work, "odd-characters", message, "Read these lines before you commit the result."),
    severity: "warning",
  });
  const some = (count: number) => (count === 1 ? "one added line" : `${count} added lines`);
  if (changed > 0)
    return [warning(`${path}: ${some(changed)} had ${what}, which were made plain characters`)];
  return left > 0 ? [warning(`${path}: ${some(left)} with ${what}, left as they came`)] : [];
}

/** Added lines that have no white space but what was given to them, also where that is what they came with. */
function whiteSpaceGuessed(placed: readonly Placed[], work: Working): number {
  const lost = !work.sound && (work.damage().certain || work.damage().blanks !== null);
  const given = (one: Placed) =>
    lost
      ? one.lines.filter((line) => line.kind === "+" && line.text.trim() !== "").length
      : one.repairs.filter((repair) => repair.kind === "indent").length;
  return placed.reduce((sum, one) => sum + given(one), 0);
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
