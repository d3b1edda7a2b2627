// Prints changes as a diff that git apply and GNU patch take: git's headers, a/ and b/, names quoted as git
// quotes them, blob ids in full so that the next reader can prove base and result.
//
// Where the hunks of the patch are known they are printed as they landed; otherwise (three-way merges, two patches
// to one file) the diff is made from the two contents by node-diff3's longest common subsequence, context 3.
import { diffIndices } from "node-diff3";
import { blobId } from "./blob.js";
import { byteString, equalBytes, rawBytes, utf8, utf8ToByteString } from "./bytes.js";
import { quoteName } from "./names.js";
import type { ByteString, FileChange, Hunk, HunkLine } from "./patch.js";

/** The changes as one git-style diff, in bytes. */
export function printDiff(changes: readonly FileChange[]): Uint8Array {
  return rawBytes(changes.map(printChange).join(""));
}

/** The same for people: bytes that are not UTF-8 show as U+FFFD. */
export function printDiffText(changes: readonly FileChange[]): string {
  return utf8(printDiff(changes));
}

function printChange(change: FileChange): ByteString {
  const oldPath = utf8ToByteString(change.from ?? change.path);
  const newPath = utf8ToByteString(change.path);
  const { before, after } = change;
  const same = before !== null && after !== null && equalBytes(before, after);
  const oldMode = octal(change.oldMode);
  const newMode = octal(change.newMode ?? change.oldMode);
  let out = `diff --git ${quoteName(`a/${oldPath}`)} ${quoteName(`b/${newPath}`)}\n`;
  if (change.kind === "create" || before === null) out += `new file mode ${newMode}\n`;
  else if (after === null) out += `deleted file mode ${oldMode}\n`;
  else if (oldMode !== newMode) out += `old mode ${oldMode}\nnew mode ${newMode}\n`;
  if (change.kind === "rename" || change.kind === "copy") {
    out += `${change.kind} from ${quoteName(oldPath)}\n${change.kind} to ${quoteName(newPath)}\n`;
  }
  if (same) return out;
  const ids = `${before ? blobId(before) : "0".repeat(40)}..${after ? blobId(after) : "0".repeat(40)}`;
  const mode = before && after && oldMode === newMode ? ` ${oldMode}` : "";
  out += `index ${ids}${mode}\n`;
  const hunks = change.hunks.length > 0 ? change.hunks : makeHunks(before, after);
  if (hunks.length === 0) return out;
  out += `--- ${before ? headerName(`a/${oldPath}`) : "/dev/null"}\n`;
  out += `+++ ${after ? headerName(`b/${newPath}`) : "/dev/null"}\n`;
  for (const hunk of hunks) out += printHunk(hunk);
  return out;
}

/** A name with a blank in it ends in a tab, so that no reader takes the rest for a time stamp. */
function headerName(name: ByteString): ByteString {
  const quoted = quoteName(name);
  return quoted === name && name.includes(" ") ? `${name}\t` : quoted;
}

export function printHunk(hunk: Hunk): ByteString {
  const count = (start: number, lines: number) => (lines === 1 ? `${start}` : `${start},${lines}`);
  const heading = hunk.heading === "" ? "" : ` ${hunk.heading.trimEnd()}`;
  let out = `@@ -${count(hunk.oldStart, hunk.oldCount)} +${count(hunk.newStart, hunk.newCount)} @@${heading}\n`;
  for (const line of hunk.lines ?? []) out += printLine(line);
  return out;
}

function printLine(line: HunkLine): ByteString {
  return `${line.kind}${line.text}\n${line.noNewline ? "\\ No newline at end of file\n" : ""}`;
}

/** Hunks that could not be applied, as `.rej` files have them: with the raw body where it could not be read. */
export function printRejects(path: string, hunks: readonly Hunk[]): Uint8Array {
  const name = utf8ToByteString(path);
  let out = `--- a/${name}\n+++ b/${name}\n`;
  for (const hunk of hunks) {
    out += printHunk(hunk);
    if (!hunk.lines) for (const line of hunk.raw) out += `${line.text}\n`;
  }
  return rawBytes(out);
}

const CONTEXT = 3;

interface Change {
  /** The lines old.from..old.to become fresh.from..fresh.to. */
  readonly old: { readonly from: number; readonly to: number };
  readonly fresh: { readonly from: number; readonly to: number };
}

function makeHunks(before: Uint8Array | null, after: Uint8Array | null): Hunk[] {
  const old = linesOf(before);
  const fresh = linesOf(after);
  const hunks: Hunk[] = [];
  let group: Change[] = [];
  for (const change of changesOf(old, fresh)) {
    const last = group.at(-1);
    if (last && change.old.from - last.old.to > 2 * CONTEXT) {
      hunks.push(hunkOf(group, old, fresh));
      group = [];
    }
    group.push(change);
  }
  if (group.length > 0) hunks.push(hunkOf(group, old, fresh));
  return hunks;
}

/** The differences, in order. Both ends are mostly equal and need no search. */
function changesOf(old: readonly HunkLine[], fresh: readonly HunkLine[]): Change[] {
  const same = (a: HunkLine, b: HunkLine) => a.text === b.text && a.noNewline === b.noNewline;
  let head = 0;
  while (head < old.length && head < fresh.length && same(old[head]!, fresh[head]!)) head++;
  let tail = 0;
  const most = Math.min(old.length, fresh.length) - head;
  while (tail < most && same(old[old.length - 1 - tail]!, fresh[fresh.length - 1 - tail]!)) tail++;
  const key = (line: HunkLine) => (line.noNewline ? `${line.text}\n` : line.text);
  const left = old.slice(head, old.length - tail).map(key);
  const right = fresh.slice(head, fresh.length - tail).map(key);
  if (left.length === 0 && right.length === 0) return [];
  return diffIndices(left, right).map(({ buffer1: [from, count], buffer2: [start, length] }) => ({
    old: { from: head + from, to: head + from + count },
    fresh: { from: head + start, to: head + start + length },
  }));
}

function hunkOf(group: readonly Change[], old: readonly HunkLine[], fresh: readonly HunkLine[]): Hunk {
  const first = group[0]!;
  const lead = Math.min(CONTEXT, first.old.from);
  const from = first.old.from - lead;
  const end = Math.min(old.length, group.at(-1)!.old.to + CONTEXT);
  const lines: HunkLine[] = [];
  let at = from;
  for (const change of group) {
    lines.push(...old.slice(at, change.old.from));
    for (const line of old.slice(change.old.from, change.old.to)) lines.push({ ...line, kind: "-" });
    for (const line of fresh.slice(change.fresh.from, change.fresh.to)) lines.push({ ...line, kind: "+" });
    at = change.old.to;
  }
  lines.push(...old.slice(at, end));
  const oldCount = end - from;
  const newCount = lines.filter((line) => line.kind !== "-").length;
  const start = first.fresh.from - lead;
  return {
    oldStart: oldCount === 0 ? from : from + 1,
    oldCount,
    newStart: newCount === 0 ? start : start + 1,
    newCount,
    heading: "",
    lines,
    raw: [],
    mailLine: 0,
  };
}

function linesOf(bytes: Uint8Array | null): HunkLine[] {
  const texts = (bytes ? byteString(bytes) : "").split("\n");
  const newline = texts.at(-1) === "";
  if (newline) texts.pop();
  return texts.map((text, i) => ({
    kind: " ",
    text,
    noNewline: !newline && i === texts.length - 1,
    mailLine: 0,
  }));
}

function octal(mode: number | undefined): string {
  return (mode ?? 0o100644).toString(8).padStart(6, "0");
}
