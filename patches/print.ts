// Prints changes as a diff that git apply and GNU patch take: git's headers, a/ and b/, names quoted as git
// quotes them, blob ids in full so that the next reader can prove base and result.
//
// Where the hunks of the patch are known they are printed as they landed; otherwise (three-way merges, two patches
// to one file) the diff is made from the two contents with jsdiff's line diff, context 3.
import { structuredPatch } from "diff/lib/patch/create.js";
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

function makeHunks(before: Uint8Array | null, after: Uint8Array | null): Hunk[] {
  const old = before ? byteString(before) : "";
  const fresh = after ? byteString(after) : "";
  const made = structuredPatch("a", "b", old, fresh, "", "", { context: 3 });
  return made.hunks.map((hunk) => ({
    oldStart: hunk.oldLines === 0 ? hunk.oldStart - 1 : hunk.oldStart,
    oldCount: hunk.oldLines,
    newStart: hunk.newLines === 0 ? hunk.newStart - 1 : hunk.newStart,
    newCount: hunk.newLines,
    heading: "",
    lines: linesOf(hunk.lines),
    raw: [],
    mailLine: 0,
  }));
}

function linesOf(printed: readonly string[]): HunkLine[] {
  const out: HunkLine[] = [];
  for (const text of printed) {
    const kind = text[0]!;
    if (kind === "\\") out[out.length - 1] = { ...out.at(-1)!, noNewline: true };
    else if (kind === "+" || kind === "-" || kind === " ") {
      out.push({ kind, text: text.slice(1), noNewline: false, mailLine: 0 });
    }
  }
  return out;
}

function octal(mode: number | undefined): string {
  return (mode ?? 0o100644).toString(8).padStart(6, "0");
}
