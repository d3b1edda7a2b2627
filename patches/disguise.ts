// Takes off what stands between the reader and a diff that is all there: `> ` quotes, a common indent, HTML
// entities, no-break spaces, header lines that a mailer wrapped. Each is tried only when the plain text holds no
// complete diff, and taken only when more of the diff can be read with it than without.
//
// The hard thing is to leave an intact patch alone: a patch may well add lines that begin with `>` or hold
// `&lt;`. So the text as it came always wins when all of its hunks read by their counts.
import { isUtf8 } from "./bytes.js";
import { gitHeaderNames } from "./names.js";
import type { ByteString, RawLine, Repair, RepairKind } from "./patch.js";
import { isHunkHeader, type SplitText, splitDiff } from "./split.js";

export interface Undressed {
  readonly split: SplitText;
  readonly repairs: readonly Repair[];
}

interface Candidate {
  readonly lines: readonly RawLine[];
  readonly repairs: readonly Repair[];
}

type Step = (from: Candidate) => Candidate | null;

/** Cuts the text into message and diff, in whichever dress the most of the diff can be read. */
export function undress(lines: readonly RawLine[]): Undressed {
  const plain: Candidate = { lines: withoutArmor(lines), repairs: [] };
  let best = { ...split(plain), candidate: plain };
  if (best.score.files > 0 && best.score.complete === best.score.hunks) return result(best);
  const seen = [plain];
  // Each step is tried on top of every dress tried before it, so that a quoted, wrapped page is found as well.
  for (const step of [unquote, unindent, decodeEntities, plainBlanks, rejoinHeaders] satisfies Step[]) {
    for (const from of [...seen]) {
      const candidate = step(from);
      if (!candidate || seen.length > 24) continue;
      seen.push(candidate);
      const tried = { ...split(candidate), candidate };
      if (better(tried.score, best.score)) best = tried;
    }
  }
  return result(best);
}

/** A text signed inline (RFC 4880, 7): the armour's lines off, and the `- ` that stands before lines with a dash. */
function withoutArmor(lines: readonly RawLine[]): readonly RawLine[] {
  const begin = lines.findIndex(
    ({ text }) => text.startsWith("-----BEGIN") && text.trimEnd() === "-----BEGIN PGP SIGNED MESSAGE-----",
  );
  if (begin < 0) return lines;
  const end = lines.findIndex((line) => line.text.trimEnd() === "-----BEGIN PGP SIGNATURE-----");
  let from = begin + 1;
  while (/^[A-Z]\w*: /.test(lines[from]?.text ?? "")) from++;
  const signed = lines.slice(from, end < from ? lines.length : end);
  const bare = signed.map((line) =>
    line.text.startsWith("- -") ? { ...line, text: line.text.slice(2) } : line,
  );
  return [...lines.slice(0, begin), ...bare];
}

interface Score {
  readonly files: number;
  readonly hunks: number;
  readonly complete: number;
}

function split(candidate: Candidate): { split: SplitText; score: Score } {
  const cut = splitDiff(candidate.lines);
  let hunks = 0;
  let complete = 0;
  for (const file of cut.files) {
    for (const hunk of file.hunks) {
      hunks++;
      if (hunk.lines) complete++;
    }
  }
  return { split: cut, score: { files: cut.files.length, hunks, complete } };
}

function better(a: Score, b: Score): boolean {
  if (a.complete !== b.complete) return a.complete > b.complete;
  if (a.hunks !== b.hunks) return a.hunks > b.hunks;
  return a.files > b.files;
}

function result(best: { split: SplitText; candidate: Candidate }): Undressed {
  return { split: best.split, repairs: best.candidate.repairs };
}

function repaired(from: Candidate, lines: RawLine[], kind: RepairKind, text: string): Candidate {
  const mailLine = lines[0]?.mailLine ?? from.lines[0]?.mailLine ?? 1;
  return { lines, repairs: [...from.repairs, { kind, mailLine, text }] };
}

/** One level of `> `; lines without it are a reviewer's remarks and are left out of the diff. */
function unquote(from: Candidate): Candidate | null {
  const first = from.lines.findIndex((line) => /^(?:> ?)+(?:diff --git |--- |Index: |@@ -)/.test(line.text));
  if (first < 0) return null;
  const level = /^(?:> ?)+/.exec(from.lines[first]!.text)![0].replace(/[^>]/g, "").length;
  const prefix = new RegExp(`^(?:> ?){${level}}`);
  const lines: RawLine[] = [];
  let dropped = 0;
  for (const [i, line] of from.lines.entries()) {
    const match = prefix.exec(line.text);
    if (match) lines.push({ text: line.text.slice(match[0].length), mailLine: line.mailLine });
    else if (i < first) lines.push(line);
    else if (line.text.trim() !== "") dropped++;
  }
  const remarks = dropped > 0 ? `; ${dropped} unquoted lines between them left out` : "";
  return repaired(from, lines, "quoted", `quotes ("${">".repeat(level)} ") taken off${remarks}`);
}

/** The indent of the first header, off every line that has it. */
function unindent(from: Candidate): Candidate | null {
  const first = from.lines.find((line) => /^[ \t]+(?:diff --git |--- [^ ]|Index: )/.test(line.text));
  if (!first) return null;
  const indent = /^[ \t]+/.exec(first.text)![0];
  const lines = from.lines.map((line) => ({
    text: line.text.startsWith(indent)
      ? line.text.slice(indent.length)
      : line.text.trim() === ""
        ? ""
        : line.text,
    mailLine: line.mailLine,
  }));
  return repaired(from, lines, "indented", `an indent of ${indent.length} taken off every line`);
}

const ENTITIES: Record<string, ByteString> = {
  lt: "<",
  gt: ">",
  amp: "&",
  quot: '"',
  apos: "'",
  nbsp: " ",
  tab: "\t",
};

export function entitiesDecoded(text: ByteString): ByteString {
  if (!text.includes("&")) return text;
  return text.replace(/&(?:([a-z]{2,4})|#(\d{1,5})|#x([0-9a-f]{1,4}));/gi, (whole, name, dec, hex) => {
    if (name) return ENTITIES[name.toLowerCase()] ?? whole;
    const code = dec ? Number(dec) : Number.parseInt(hex, 16);
    if (code === 0xa0) return " ";
    return code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : whole;
  });
}

function decodeEntities(from: Candidate): Candidate | null {
  if (!from.lines.some((line) => entitiesDecoded(line.text) !== line.text)) return null;
  const lines = from.lines.map((line) => ({ text: entitiesDecoded(line.text), mailLine: line.mailLine }));
  return repaired(from, lines, "entities", "HTML entities decoded");
}

/** No-break and zero-width blanks, in UTF-8 or as Latin-1, to plain blanks. */
export function blanksMadePlain(text: ByteString): ByteString {
  if (!/[\x80-\xff]/.test(text)) return text;
  const plain = text
    .replace(/\xc2\xa0|\xe2\x80[\x80-\x8a\xaf]|\xe3\x80\x80/g, " ")
    .replace(/\xe2\x80[\x8b-\x8d]|\xef\xbb\xbf/g, "");
  // A lone A0 byte is a Latin-1 no-break space unless the line is UTF-8.
  return plain.includes("\xa0") && !isUtf8(plain) ? plain.replace(/\xa0/g, " ") : plain;
}

/** Typographic quotes and dashes, in UTF-8 or Windows-1252, to the ASCII that was typed. */
export function quotesMadePlain(text: ByteString): ByteString {
  if (!/[\x80-\xff]/.test(text)) return text;
  const plain = text
    .replace(/\xe2\x80[\x98\x99\x9a\x9b]/g, "'")
    .replace(/\xe2\x80[\x9c\x9d\x9e\x9f]/g, '"')
    .replace(/\xe2\x80[\x90-\x93]/g, "-")
    .replace(/\xe2\x80\x94/g, "--")
    .replace(/\xe2\x80\xa6/g, "...");
  if (!/[\x91-\x97]/.test(plain) || isUtf8(plain)) return plain;
  return plain
    .replace(/[\x91\x92]/g, "'")
    .replace(/[\x93\x94]/g, '"')
    .replace(/\x96/g, "-")
    .replace(/\x97/g, "--");
}

function plainBlanks(from: Candidate): Candidate | null {
  if (!from.lines.some((line) => blanksMadePlain(line.text) !== line.text)) return null;
  const lines = from.lines.map((line) => ({ text: blanksMadePlain(line.text), mailLine: line.mailLine }));
  return repaired(from, lines, "charset", "no-break spaces made plain");
}

/** `diff --git`, `---`, `+++` and `@@` lines that were broken in two. */
function rejoinHeaders(from: Candidate): Candidate | null {
  const lines: RawLine[] = [];
  const repairs: Repair[] = [...from.repairs];
  const source = from.lines;
  for (let at = 0; at < source.length; at++) {
    const line = source[at]!;
    const next = source[at + 1];
    const joined = next
      ? { text: `${line.text.trimEnd()} ${next.text.trim()}`, mailLine: line.mailLine }
      : null;
    if (joined && next && isBrokenHeader(source, at, joined)) {
      repairs.push({ kind: "wrapped", mailLine: line.mailLine, text: joined.text });
      lines.push(joined);
      at++;
    } else lines.push(line);
  }
  return repairs.length > from.repairs.length ? { lines, repairs } : null;
}

function isBrokenHeader(lines: readonly RawLine[], at: number, joined: RawLine): boolean {
  const text = lines[at]!.text;
  if (text.startsWith("@@ -") && !isHunkHeader(lines, at)) return isHunkHeader([joined], 0);
  if (text.startsWith("diff --git ")) {
    return gitHeaderNames(text.slice(11)) === null && gitHeaderNames(joined.text.slice(11)) !== null;
  }
  if (text.startsWith("--- ")) {
    return !lines[at + 1]!.text.startsWith("+++ ") && (lines[at + 2]?.text.startsWith("+++ ") ?? false);
  }
  if (text.startsWith("+++ ") && lines[at - 1]?.text.startsWith("--- ")) {
    return !lines[at + 1]!.text.startsWith("@@ -") && (lines[at + 2]?.text.startsWith("@@ -") ?? false);
  }
  return false;
}
