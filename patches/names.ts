// File names as diffs write them. A name ends at a tab, at a time stamp, or at the end of the line; git quotes
// names with odd bytes as C strings. The hard thing is a time stamp after a blank (tabs are lost in mails):
// only the forms that diff, quilt, CVS and Subversion write are taken off, so that "a b.c" stays a name.
import { withoutCrs } from "./bytes.js";
import type { ByteString, FilePatch } from "./patch.js";

export interface NamedSide {
  /** null: /dev/null. */
  readonly name: ByteString | null;
  /** The time stamp is the epoch: the file is missing on this side. */
  readonly epoch: boolean;
}

const MONTH = "(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
const CLOCK = "\\d{1,2}:\\d{2}(?::\\d{2}(?:\\.\\d+)?)?";
const ZONE = "(?:[+-]\\d{2}:?\\d{2}|[A-Z]{3,4})";
const STAMP = new RegExp(
  "\\s+(?:" +
    [
      `\\d{4}-\\d{2}-\\d{2}[ T]${CLOCK}(?: ?${ZONE})?`,
      `(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? ${MONTH} +\\d{1,2} ${CLOCK}(?: ${ZONE})? \\d{4}(?: ${ZONE})?`,
      `(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\\d{1,2} ${MONTH} \\d{4} ${CLOCK}(?: ${ZONE})?(?: [\\d.]+)?`,
      `\\d{4}/\\d{2}/\\d{2} ${CLOCK}(?: ${ZONE})?`,
      "\\((?:revision \\d+|working copy|nonexistent|\\.\\.\\.[^)]*)\\)",
    ].join("|") +
    ")$",
);

/** The name in a `--- ` or `+++ ` line, given without that prefix. */
export function readSide(text: ByteString): NamedSide {
  const line = withoutCrs(text);
  if (line.startsWith('"')) {
    const quoted = unquote(line);
    if (quoted)
      return { name: quoted.name === "/dev/null" ? null : quoted.name, epoch: isEpoch(quoted.rest) };
  }
  const tab = line.indexOf("\t");
  let name = tab >= 0 ? line.slice(0, tab) : line;
  let stamp = tab >= 0 ? line.slice(tab + 1) : "";
  if (tab < 0 && /\s/.test(name)) {
    const found = STAMP.exec(name);
    if (found && found.index > 0) {
      stamp = found[0];
      name = name.slice(0, found.index);
    }
  }
  name = name.trimEnd();
  return { name: name === "/dev/null" ? null : name, epoch: isEpoch(stamp.trim()) };
}

/** The epoch in any zone; diff writes it for a missing file when it is told to (-N). */
function isEpoch(stamp: string): boolean {
  if (stamp === "") return false;
  const match = /^(\d{4}-\d{2}-\d{2})[ T](\d{2}):(\d{2}):00(?:\.0+)?(?: ?([+-])(\d{2}):?(\d{2}))?$/.exec(
    stamp.trim(),
  );
  if (!match) {
    return (
      /^Thu,? Jan +1 00:00:00(?: (?:UTC|GMT))? 1970(?: [+]0000)?$/.test(stamp) || stamp === "(nonexistent)"
    );
  }
  const day = match[1] === "1970-01-01" ? 0 : match[1] === "1969-12-31" ? -1440 : null;
  if (day === null) return false;
  const local = day + Number(match[2]) * 60 + Number(match[3]);
  const zone = (Number(match[5] ?? 0) * 60 + Number(match[6] ?? 0)) * (match[4] === "-" ? -1 : 1);
  return local === zone;
}

/** Reads a C-quoted name at the start of the text; null when the quotes do not close. */
export function unquote(text: ByteString): { name: ByteString; rest: ByteString } | null {
  const escapes: Record<string, string> = { n: "\n", t: "\t", r: "\r", a: "\x07", b: "\b", f: "\f", v: "\v" };
  let name = "";
  for (let i = 1; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') return { name, rest: text.slice(i + 1) };
    if (char !== "\\") {
      name += char;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(i + 1, i + 4));
    if (octal) {
      name += String.fromCharCode(Number.parseInt(octal[0], 8));
      i += 3;
    } else {
      i++;
      name += escapes[text[i] ?? ""] ?? text[i] ?? "";
    }
  }
  return null;
}

/** A name as git prints it: quoted when a control character, a quote, a backslash or a high byte is in it. */
export function quoteName(name: ByteString): ByteString {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must be quoted
  if (!/["\\\x00-\x1f\x7f-\xff]/.test(name)) return name;
  const short: Record<string, string> = {
    "\n": "\\n",
    "\t": "\\t",
    "\r": "\\r",
    "\x07": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\v": "\\v",
    '"': '\\"',
    "\\": "\\\\",
  };
  let out = '"';
  for (const char of name) {
    const code = char.charCodeAt(0);
    out += short[char] ?? (code < 0x20 || code >= 0x7f ? `\\${code.toString(8).padStart(3, "0")}` : char);
  }
  return `${out}"`;
}

/** The two names of `diff --git A B`. Unquoted names may hold blanks: then A and B must agree past the prefix. */
export function gitHeaderNames(text: ByteString): readonly [ByteString, ByteString] | null {
  const line = withoutCrs(text).trimEnd();
  if (line.startsWith('"')) {
    const first = unquote(line);
    if (!first) return null;
    const rest = first.rest.trimStart();
    const second = rest.startsWith('"') ? unquote(rest)?.name : rest;
    return second ? [first.name, second] : null;
  }
  const quotedSecond = line.indexOf(' "');
  if (quotedSecond > 0) {
    const second = unquote(line.slice(quotedSecond + 1));
    if (second) return [line.slice(0, quotedSecond), second.name];
  }
  const words = line.split(" ");
  if (words.length === 2) return [words[0]!, words[1]!];
  const half = (line.length - 1) / 2;
  for (let cut = line.indexOf(" "); cut > 0; cut = line.indexOf(" ", cut + 1)) {
    const first = line.slice(0, cut);
    const second = line.slice(cut + 1);
    if (cut === half && first === second) return [first, second];
    if (first.slice(first.indexOf("/") + 1) === second.slice(second.indexOf("/") + 1)) return [first, second];
  }
  return null;
}

/** A name without its first `count` components; null when it has no more than that. */
export function stripName(name: string, count: number): string | null {
  const plain = name.includes("//") ? name.replace(/\/+/g, "/") : name;
  let from = 0;
  for (let i = 0; i < count; i++) {
    from = plain.indexOf("/", from) + 1;
    if (from === 0) return null;
  }
  return plain.slice(from);
}

/** Why a path must not be written, or null when it is a plain path inside the tree. */
export function unsafePath(name: string): string | null {
  // Nearly every name: letters and digits, no part that begins with a dot.
  if (name.length < 1024 && /^(?:[\w+-][\w.+-]*\/)*[\w+-][\w.+-]*$/.test(name)) return null;
  if (name === "") return "it is empty";
  if (name.includes("\0")) return "it has a NUL byte in it";
  if (/^[/\\]/.test(name)) return "it is absolute";
  if (/[/\\]{2}/.test(name)) return "it has an empty part";
  if (/^[A-Za-z]:/.test(name)) return "it begins with a drive letter";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(name)) return "it has a control character in it";
  for (const part of name.split(/[/\\]/)) {
    if (part === "..") return "it leaves the tree with `..`";
    if (/^\.git[ .]*$/i.test(part) || /^git~\d+$/i.test(part)) return "it is inside git's own directory";
  }
  if (name.length > 4096) return "it is longer than 4096 bytes";
  return null;
}

/**
 * The `-p` level: the one at which the most of the patch's files are in the tree. Of equals the usual one: 0 when
 * git's headers have the same name twice (diff.noprefix), else 1; then the least.
 */
export function findStrip(files: readonly FilePatch[], exists: (path: string) => boolean): number {
  const named = files.filter((file) => !file.bareNames);
  const bare = named.length > 0 && named.every((file) => file.git && file.oldName === file.newName);
  let deepest = 1;
  for (const file of named) {
    deepest = Math.max(deepest, (file.newName ?? file.oldName ?? "").split("/").length - 1);
  }
  let best = 1;
  let most = -1;
  for (let i = 0; i <= Math.min(16, deepest); i++) {
    const level = i > 1 || bare ? i : 1 - i;
    const hits = hitsAt(level, named, exists);
    if (hits > most) {
      best = level;
      most = hits;
    }
    // No level can do better.
    if (most === named.length * 2) break;
  }
  return best;
}

/** How many of the files are in the tree at this level, twice; a new one's folder counts half. -1: names too short. */
function hitsAt(level: number, files: readonly FilePatch[], exists: (path: string) => boolean): number {
  let hits = 0;
  for (const file of files) {
    const old = file.oldName === null ? null : stripName(file.oldName, level);
    const fresh = file.newName === null ? null : stripName(file.newName, level);
    if ((old === null && file.oldName !== null) || (fresh === null && file.newName !== null)) return -1;
    const isThere = (path: string | null, there: (path: string) => boolean) =>
      path !== null && unsafePath(path) === null && there(path);
    // A new folder may bear any name: without its first part it is found by chance.
    if (file.kind === "create") {
      hits += level <= 1 && isThere(fresh, (path) => parentExists(path, exists)) ? 1 : 0;
    } else hits += isThere(fresh, exists) || isThere(old, exists) ? 2 : 0;
  }
  return hits;
}

function parentExists(path: string, exists: (path: string) => boolean): boolean {
  const slash = path.lastIndexOf("/");
  return slash > 0 && exists(path.slice(0, slash));
}
