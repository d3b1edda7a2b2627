// Cuts a text into what stands before the diff and the diff's files and hunks. Works on lines; goes by the
// counts in `@@ -a,b +c,d @@`, never by how the next line looks, because a signature `-- ` and a deleted line
// `- ` look the same (jsdiff's parser, which looks, throws on nearly every mail).
//
// The one hard thing: a hunk whose body cannot be read by its counts (damaged mail, numbers edited by hand) must
// not take its neighbours with it. Such a hunk keeps its raw lines up to the next line that is certainly a header
// and is left to the healer, which knows the source. The header grammar follows git's apply.c
// (find_header, parse_git_diff_header, parse_fragment).
import { utf8FromByteString, withoutCrs } from "./bytes.js";
import { isContextHeader, readContextDiff } from "./context-diff.js";
import { gitHeaderNames, type NamedSide, readSide, unquote } from "./names.js";
import type { ByteString, ChangeKind, FilePatch, Hunk, HunkLine, Problem, RawLine } from "./patch.js";

export interface SplitText {
  /** Everything before the first header of a diff. */
  readonly head: readonly RawLine[];
  readonly files: readonly FilePatch[];
  /** What follows the last hunk or header. */
  readonly tail: readonly RawLine[];
  readonly problems: readonly Problem[];
}

const HUNK = /^@@ -(\d{1,18})(?:,(\d{1,18}))? \+(\d{1,18})(?:,(\d{1,18}))? @@ ?(.*?)\r*$/;
const LARGEST = 2 ** 31 - 1;

/** Header of one file while its lines are being read. */
interface Header {
  oldName: ByteString | null;
  newName: ByteString | null;
  bareNames: boolean;
  git: boolean;
  kind: ChangeKind;
  oldMode?: number;
  newMode?: number;
  oldBlob?: string;
  newBlob?: string;
  binary: boolean;
  crlf: boolean;
  mailLine: number;
}

export function splitDiff(lines: readonly RawLine[]): SplitText {
  const files: FilePatch[] = [];
  const problems: Problem[] = [];
  let head: readonly RawLine[] | null = null;
  let end = 0;
  let at = 0;
  while (at < lines.length) {
    const start = at;
    if (!OPENS.has(lines[at]!.text.charCodeAt(0))) {
      at++;
      continue;
    }
    const found = readFileHeader(lines, at);
    if (!found) {
      if (isHunkHeader(lines, at)) {
        problems.push({
          severity: "error",
          code: "hunk-without-file",
          message: "a hunk stands here with no file header (`--- a/...`, `+++ b/...`) above it",
          help: "Put the two header lines back, or cut the hunk out.",
          mail: { line: lines[at]!.mailLine, column: 1 },
        });
        head ??= lines.slice(0, start);
        at = skipToHeader(lines, at + 1);
        end = at;
        continue;
      }
      at++;
      continue;
    }
    head ??= lines.slice(0, start);
    at = found.next;
    if (found.disagree) {
      problems.push({
        severity: "error",
        code: "names-disagree",
        message: "the file names in `diff --git`, `---` and `+++` are not the same",
        help: "The header was edited or damaged; correct it.",
        mail: { line: found.header.mailLine, column: 1 },
      });
    }
    const hunks: Hunk[] = [...found.hunks];
    while (found.takesHunks && at < lines.length && isHunkHeader(lines, at)) {
      const hunk = readHunk(lines, at);
      hunks.push(hunk.hunk);
      at = hunk.next;
    }
    if (found.header.binary) at = skipBinary(lines, at);
    end = at;
    files.push(finish(found.header, hunks));
  }
  return { head: head ?? lines, files, tail: head ? lines.slice(end) : [], problems };
}

/** What the lines that begin a file or a hunk begin with: @@, ---, ***, diff, Index, Binary files, Files. */
const OPENS = new Set([0x40, 0x2d, 0x2a, 0x64, 0x49, 0x42, 0x46]);

/** Names were compared as bytes; paths of a tree are text. */
function finish(header: Header, hunks: Hunk[]): FilePatch {
  const text = (name: ByteString | null) => (name === null ? null : utf8FromByteString(name));
  return { ...header, oldName: text(header.oldName), newName: text(header.newName), hunks };
}

export function isHunkHeader(lines: readonly RawLine[], at: number): boolean {
  const text = lines[at]?.text;
  return text?.startsWith("@@ -") === true && HUNK.test(text);
}

/** A line that begins a file or a hunk whatever stands around it. */
export function isCertainHeader(lines: readonly RawLine[], at: number): boolean {
  const text = lines[at]!.text;
  const first = text.charCodeAt(0);
  if (first === 0x40 /* @ */) return isHunkHeader(lines, at);
  if (first === 0x64 /* d */)
    return text.startsWith("diff --git ") && gitHeaderNames(text.slice(11)) !== null;
  if (first === 0x49 /* I */)
    return text.startsWith("Index: ") && /^={20,}\r*$/.test(lines[at + 1]?.text ?? "");
  if (first === 0x2d /* - */) return isPlainHeader(lines, at);
  if (first === 0x2a /* * */) return isContextHeader(lines, at);
  return false;
}

function isPlainHeader(lines: readonly RawLine[], at: number): boolean {
  return (
    lines[at]!.text.startsWith("--- ") &&
    (lines[at + 1]?.text.startsWith("+++ ") ?? false) &&
    isHunkHeader(lines, at + 2)
  );
}

function skipToHeader(lines: readonly RawLine[], from: number): number {
  let at = from;
  while (at < lines.length && !isCertainHeader(lines, at)) at++;
  return at;
}

interface FoundHeader {
  readonly header: Header;
  /** Of a context diff, which is read whole. */
  readonly hunks: readonly Hunk[];
  /** Its `---` and `+++` lines were there: hunks may follow. */
  readonly takesHunks: boolean;
  /** `diff --git` names other files than `---` and `+++` do. */
  readonly disagree?: true;
  readonly next: number;
}

/** The header that begins at this line, or null. */
function readFileHeader(lines: readonly RawLine[], at: number): FoundHeader | null {
  const text = lines[at]!.text;
  if (text.startsWith("diff --git ")) return readGitHeader(lines, at);
  if (isPlainHeader(lines, at)) return readPlainHeader(lines, at, null);
  if (text.startsWith("Index: ") && /^={20,}\r*$/.test(lines[at + 1]?.text ?? "")) {
    // Quilt and Subversion: the name again, then the plain header (none for an empty or binary file).
    if (lines[at + 2] && isPlainHeader(lines, at + 2)) return readPlainHeader(lines, at + 2, at);
  }
  if (text.startsWith("*** ") && isContextHeader(lines, at)) {
    const context = readContextDiff(lines, at);
    if (!context) return null;
    const header = plainHeader(context.old, context.fresh, lines[at]!, lines[at]!.mailLine);
    return { header, hunks: context.hunks, takesHunks: false, next: context.next };
  }
  const binary = /^[BF]/.test(text) ? /^(?:Binary files|Files) (.+) and (.+) differ\r*$/.exec(text) : null;
  if (binary) {
    const header: Header = {
      oldName: readSide(binary[1]!).name,
      newName: readSide(binary[2]!).name,
      bareNames: false,
      git: false,
      kind: "modify",
      binary: true,
      crlf: text.endsWith("\r"),
      mailLine: lines[at]!.mailLine,
    };
    return { header, hunks: [], takesHunks: false, next: at + 1 };
  }
  return null;
}

function readPlainHeader(lines: readonly RawLine[], at: number, index: number | null): FoundHeader {
  const old = readSide(lines[at]!.text.slice(4));
  const fresh = readSide(lines[at + 1]!.text.slice(4));
  const header = plainHeader(old, fresh, lines[at]!, lines[index ?? at]!.mailLine);
  return { header, hunks: [], takesHunks: true, next: at + 2 };
}

function plainHeader(old: NamedSide, fresh: NamedSide, line: RawLine, mailLine: number): Header {
  const creates = old.name === null || old.epoch;
  const deletes = fresh.name === null || fresh.epoch;
  return {
    oldName: creates && !deletes ? null : old.name,
    newName: deletes && !creates ? null : fresh.name,
    bareNames: false,
    git: false,
    kind: creates && !deletes ? "create" : deletes && !creates ? "delete" : "modify",
    binary: false,
    crlf: line.text.endsWith("\r"),
    mailLine,
  };
}

/** Git's extended header lines; the usual one first. */
const FIELDS = [
  ...["index ", "new file mode ", "deleted file mode ", "old mode ", "new mode ", "similarity index "],
  ...[
    "dissimilarity index ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
    "rename old ",
    "rename new ",
  ],
];

function readGitHeader(lines: readonly RawLine[], at: number): FoundHeader | null {
  const names = gitHeaderNames(lines[at]!.text.slice(11));
  const header: Header = {
    oldName: names?.[0] ?? null,
    newName: names?.[1] ?? null,
    bareNames: false,
    git: true,
    kind: "modify",
    binary: false,
    crlf: lines[at]!.text.endsWith("\r"),
    mailLine: lines[at]!.mailLine,
  };
  let next = at + 1;
  let named = names !== null;
  let sides = false;
  let agree = true;
  for (; next < lines.length; next++) {
    const text = withoutCrs(lines[next]!.text);
    if (text.startsWith("--- ") && lines[next + 1]?.text.startsWith("+++ ")) {
      const old = readSide(text.slice(4));
      const fresh = readSide(lines[next + 1]!.text.slice(4));
      if (!header.bareNames) {
        header.oldName = old.name;
        header.newName = fresh.name;
        if (old.name === null) header.kind = "create";
        else if (fresh.name === null) header.kind = "delete";
      }
      named = sides = true;
      const [first, second] = names ?? [old.name, fresh.name];
      agree = (old.name === null || old.name === first) && (fresh.name === null || fresh.name === second);
      next += 2;
      break;
    }
    const field = FIELDS.find((name) => text.startsWith(name));
    if (field) {
      if (readField(header, field.trimEnd(), text.slice(field.length))) named = true;
      continue;
    }
    if (text === "GIT binary patch" || /^Binary files .* differ$/.test(text)) {
      header.binary = true;
      next++;
    }
    break;
  }
  if (!named) return null;
  if (header.kind === "create") header.oldName = null;
  if (header.kind === "delete") header.newName = null;
  return { header, hunks: [], takesHunks: sides, next, ...(agree ? {} : { disagree: true }) };
}

/** One extended header line; true when it gave a name. */
function readField(header: Header, field: string, value: string): boolean {
  const name = value.startsWith('"') ? (unquote(value)?.name ?? value) : value;
  switch (field) {
    case "old mode":
      header.oldMode = Number.parseInt(value, 8);
      return false;
    case "new mode":
      header.newMode = Number.parseInt(value, 8);
      return false;
    case "new file mode":
      header.kind = "create";
      header.newMode = Number.parseInt(value, 8);
      return false;
    case "deleted file mode":
      header.kind = "delete";
      header.oldMode = Number.parseInt(value, 8);
      return false;
    case "index": {
      const blobs = /^([0-9a-f]+)\.\.([0-9a-f]+)(?: ([0-7]+))?/.exec(value);
      if (!blobs) return false;
      header.oldBlob = blobs[1]!;
      header.newBlob = blobs[2]!;
      if (blobs[3]) {
        header.oldMode ??= Number.parseInt(blobs[3], 8);
        header.newMode ??= header.oldMode;
      }
      return false;
    }
    case "rename from":
    case "rename old":
    case "copy from":
      header.kind = field === "copy from" ? "copy" : "rename";
      header.oldName = name;
      header.bareNames = true;
      return true;
    case "rename to":
    case "rename new":
    case "copy to":
      header.newName = name;
      header.bareNames = true;
      return true;
    default:
      return false;
  }
}

function skipBinary(lines: readonly RawLine[], from: number): number {
  let at = from;
  while (at < lines.length && /^(?:literal|delta) \d+\r*$/.test(lines[at]!.text)) {
    at++;
    while (at < lines.length && withoutCrs(lines[at]!.text) !== "") at++;
    while (at < lines.length && withoutCrs(lines[at]!.text) === "") at++;
  }
  return at;
}

function readHunk(lines: readonly RawLine[], at: number): { hunk: Hunk; next: number } {
  const match = HUNK.exec(lines[at]!.text)!;
  const number = (text: string | undefined) => (text === undefined ? 1 : Math.min(Number(text), LARGEST));
  const oldCount = number(match[2]);
  const newCount = number(match[4]);
  const counted = readByCounts(lines, at + 1, oldCount, newCount);
  const limit = skipToHeader(lines, counted ? counted.next : at + 1);
  // What stands between two hunks of a file is the end of a wrapped line, or nobody knows what.
  const full = counted !== null && isHunkHeader(lines, limit) && hasText(lines, counted.next, limit);
  const strict = full ? null : counted;
  return {
    hunk: {
      oldStart: number(match[1]),
      oldCount,
      newStart: number(match[3]),
      newCount,
      heading: match[5]!,
      lines: strict?.lines ?? null,
      raw: lines.slice(at + 1, limit),
      ...(full ? { full: true as const } : {}),
      ...(!strict && limit === lines.length ? { open: true as const } : {}),
      mailLine: lines[at]!.mailLine,
    },
    next: strict ? strict.next : limit,
  };
}

function hasText(lines: readonly RawLine[], from: number, to: number): boolean {
  for (let at = from; at < to; at++) if (lines[at]!.text.trim() !== "") return true;
  return false;
}

/** Reads a body as git does: each line has its prefix (or is empty: blank context) until both counts are used up. */
export function readByCounts(
  lines: readonly RawLine[],
  from: number,
  oldCount: number,
  newCount: number,
): { lines: HunkLine[]; next: number } | null {
  const body: HunkLine[] = [];
  let old = oldCount;
  let fresh = newCount;
  let at = from;
  let marked = false;
  for (; old > 0 || fresh > 0; at++) {
    const line = lines[at];
    if (!line) return null;
    const prefix = line.text[0] ?? "";
    if (prefix === "\\") {
      if (!markNoNewline(body, line.text)) return null;
      marked = true;
    } else if (prefix === "+") {
      if (fresh-- <= 0) return null;
      body.push({ kind: "+", text: line.text.slice(1), noNewline: false, mailLine: line.mailLine });
    } else if (prefix === "-") {
      if (old-- <= 0) return null;
      body.push({ kind: "-", text: line.text.slice(1), noNewline: false, mailLine: line.mailLine });
    } else if (prefix === " " || line.text === "" || line.text === "\r") {
      if (old-- <= 0 || fresh-- <= 0) return null;
      const text = prefix === " " ? line.text.slice(1) : line.text;
      body.push({ kind: " ", text, noNewline: false, mailLine: line.mailLine });
    } else {
      return null;
    }
  }
  const marker = lines[at];
  if (marker?.text.startsWith("\\ ") && body.length > 0 && markNoNewline(body, marker.text)) {
    at++;
    marked = true;
  }
  return !marked || marksInPlace(body) ? { lines: body, next: at } : null;
}

/** Only the last old and the last new line can be the end of a file. */
export function marksInPlace(lines: readonly HunkLine[]): boolean {
  const lastOld = lines.findLastIndex((line) => line.kind !== "+");
  const lastNew = lines.findLastIndex((line) => line.kind !== "-");
  return lines.every((line, i) => !line.noNewline || i === lastOld || i === lastNew);
}

/** `\ No newline at end of file` (in any language) speaks of the line above it. */
function markNoNewline(body: HunkLine[], text: ByteString): boolean {
  const last = body.at(-1);
  if (!last || !text.startsWith("\\ ") || text.length < 12) return false;
  body[body.length - 1] = { ...last, noNewline: true };
  return true;
}
