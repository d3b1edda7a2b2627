// Bytes as they came (a mail, an mbox, a page copied from an archive, a bare diff, any of them gzipped) to one
// PatchMail for each message in them.
//
// The one hard thing is to know what was pasted, since nothing says so. The first lines decide: `From ` with a
// date is an mbox, a block of header lines that holds From, Subject or MIME fields is a mail, a few loose
// `From:`/`Date:` lines above a diff are an archive's page, anything else is a bare diff with words before it.
// Envelopes follow git's mailsplit, body structure (in-body headers, scissors, `---`) git's mailinfo.
import { Gunzip } from "fflate";
import { byteString, utf8FromByteString } from "./bytes.js";
import { entitiesDecoded, undress } from "./disguise.js";
import { readMessage, readSubject, type Subject } from "./message.js";
import {
  decodeText,
  type Header,
  headerText,
  headerValue,
  isHeaderLine,
  numberLines,
  readHeaders,
  readPerson,
  stripCr,
  type TextPart,
  textParts,
  unflow,
} from "./mime.js";
import type {
  ByteString,
  MailForm,
  PatchMail,
  Person,
  Problem,
  RawLine,
  ReadOptions,
  ReadResult,
  Repair,
} from "./patch.js";
import type { SplitText } from "./split.js";

/** Larger than any patch series on a kernel list; a gz that unpacks to more is refused. */
export const LARGEST_INPUT = 64 * 1024 * 1024;
const MOST_MAILS = 10_000;

export function readMail(bytes: Uint8Array, options: ReadOptions = {}): ReadResult {
  const problems: Problem[] = [];
  const fail = (code: string, message: string, help: string): ReadResult => {
    const file = options.file === undefined ? {} : { file: options.file };
    problems.push({ severity: "error", code, message, help, mail: { ...file, line: 1, column: 1 } });
    return { mails: [], problems };
  };
  let input = bytes;
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    const unpacked = gunzip(bytes);
    if (typeof unpacked === "string") {
      return fail(
        "bad-gzip",
        `the gzip data cannot be used: ${unpacked}`,
        "Unpack it yourself and give the part that is the mail.",
      );
    }
    input = unpacked;
  }
  if (input.length > LARGEST_INPUT) {
    return fail(
      "too-large",
      `the input has ${input.length} bytes; ${LARGEST_INPUT} is the most that is read`,
      "Give one series at a time.",
    );
  }
  if (input.length === 0) return fail("empty", "the input is empty", "Give a mail, an mbox or a diff.");
  if (looksBinary(input)) {
    return fail(
      "binary-input",
      "the input is binary data, not a mail or a diff",
      "Give the mail as text (or gzipped).",
    );
  }
  const lines = numberLines(byteString(stripMark(input)));
  const mails: PatchMail[] = [];
  for (const message of splitMbox(lines)) {
    if (mails.length >= MOST_MAILS) {
      fail("too-many-mails", `the mbox holds more than ${MOST_MAILS} mails`, "Give one series at a time.");
      break;
    }
    const mail = readOne(message, options, problems);
    if (mail) mails.push(mail);
  }
  if (problems.length === 0 && !mails.some((mail) => mail.files.length > 0)) {
    fail(
      "no-diff",
      "no diff was found: no line `diff --git a/... b/...`, and no `--- a/...`, `+++ b/...`, `@@ -1,2 +1,2 @@` in a row",
      "Give the whole mail; a page that shows the message without its patch cannot be applied.",
    );
  }
  return { mails, problems };
}

/** The unpacked bytes, or why not. Stops as soon as the limit is passed, so that a bomb costs nothing. */
function gunzip(bytes: Uint8Array): Uint8Array | string {
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Gunzip((chunk) => {
    total += chunk.length;
    if (total <= LARGEST_INPUT) chunks.push(chunk);
  });
  try {
    const step = 16 * 1024;
    for (let at = 0; at < bytes.length && total <= LARGEST_INPUT; at += step) {
      stream.push(bytes.subarray(at, at + step), at + step >= bytes.length);
    }
  } catch (error) {
    return error instanceof Error ? error.message : "it is damaged";
  }
  if (total > LARGEST_INPUT) return `it unpacks to more than ${LARGEST_INPUT} bytes`;
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

/** NUL bytes early on, or mostly control characters. */
function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 4096);
  let control = 0;
  for (const byte of sample) {
    if (byte === 0) return true;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control++;
  }
  return control * 10 > sample.length;
}

function stripMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

const ENVELOPE = /^From \S+.* \d{1,2}:\d{2}(?::\d{2})?.* \d{4}/;

/** The messages of an mbox, envelope lines taken off; anything else is one message. */
function splitMbox(lines: readonly RawLine[]): RawLine[][] {
  const isEnvelope = (at: number) =>
    lines[at]!.text.startsWith("From ") && ENVELOPE.test(lines[at]!.text) && opensHeaders(lines, at + 1);
  let at = 0;
  while (at < lines.length && lines[at]!.text.trim() === "") at++;
  if (at >= lines.length || !isEnvelope(at)) return [[...lines]];
  const messages: RawLine[][] = [];
  // Quoted `>From ` is undone except in git's own mboxes, which do not quote.
  const quoted = !lines[at]!.text.includes("Mon Sep 17 00:00:00 2001");
  let current: RawLine[] = [];
  for (at++; at < lines.length; at++) {
    const line = lines[at]!;
    if (line.text.startsWith("From ") && isEnvelope(at)) {
      messages.push(current);
      current = [];
    } else if (quoted && /^>+From /.test(line.text)) {
      current.push({ text: line.text.slice(1), mailLine: line.mailLine });
    } else current.push(line);
  }
  messages.push(current);
  return messages;
}

function opensHeaders(lines: readonly RawLine[], at: number): boolean {
  const text = lines[at]?.text;
  return text !== undefined && (isHeaderLine(text) || text.startsWith(">From "));
}

const MAIL_FIELDS = new Set([
  "from",
  "subject",
  "date",
  "message-id",
  "mime-version",
  "received",
  "return-path",
]);

function readOne(lines: RawLine[], options: ReadOptions, problems: Problem[]): PatchMail | null {
  let start = 0;
  while (start < lines.length && stripCr(lines[start]!.text) === "") start++;
  if (start === lines.length) return null;
  const { headers, body } = readHeaders(lines, start, lines.length);
  const known = headers.filter((header) => MAIL_FIELDS.has(header.name)).length;
  const add = (found: readonly Problem[]) => {
    for (const problem of found) {
      const file = options.file === undefined ? {} : { file: options.file };
      problems.push(problem.mail ? { ...problem, mail: { ...file, ...problem.mail } } : problem);
    }
  };
  if (known >= 2 || (known === 1 && headers.length >= 2)) {
    const read = readBody(headers, lines.slice(body));
    add(read.split.problems);
    return fromHeaders("mail", headers, read, lines[start]!.mailLine);
  }
  const { split, repairs } = undress(lines.slice(start));
  add(split.problems);
  const page = readPage(split.head);
  if (page) return fromHeaders("page", page.headers, { ...page, split, repairs }, lines[start]!.mailLine);
  return fromHeaders("diff", [], { split, repairs, head: split.head, charset: "" }, lines[start]!.mailLine);
}

interface ReadBody {
  readonly split: SplitText;
  readonly repairs: readonly Repair[];
  /** Message lines, without the fields of a page's top. */
  readonly head: readonly RawLine[];
  readonly charset: string;
}

/** The message and diff of a MIME body: the text parts in order, or a part that alone holds the diff. */
function readBody(headers: readonly Header[], lines: readonly RawLine[]): ReadBody {
  const parts = textParts(headers, lines);
  const shown = parts.filter((part) => !part.html);
  const usable = shown.length > 0 ? shown : parts;
  const joined: RawLine[] = [];
  let flowed = false;
  for (const part of usable) {
    flowed ||= part.flowed;
    for (const line of partLines(part, true)) joined.push(line);
  }
  const charset = usable[0]?.charset ?? "";
  const read = undress(joined);
  const complete = read.split.files.every((file) => file.hunks.every((hunk) => hunk.lines));
  if (flowed && (!complete || read.split.files.length === 0)) {
    // A patch sent as flowed text has context lines that end in a blank: joined, they are lost. Read it unjoined.
    const again = undress(usable.flatMap((part) => partLines(part, false)));
    if (again.split.files.length > 0) return { ...again, head: again.split.head, charset };
  }
  return { ...read, head: read.split.head, charset };
}

function partLines(part: TextPart, join: boolean): readonly RawLine[] {
  if (part.html) return htmlText(part.lines);
  return part.flowed ? unflow(part.lines, part.delSp, join) : part.lines;
}

/** A mail that is only HTML: tags off, entities decoded; `<br>` and block ends are line ends. */
function htmlText(lines: readonly RawLine[]): RawLine[] {
  const out: RawLine[] = [];
  for (const line of lines) {
    const text = line.text.replace(/<br\s*\/?>\s*$/i, "");
    for (const piece of text.split(/<br\s*\/?>|<\/(?:p|div|pre|tr)>/i)) {
      out.push({ text: entitiesDecoded(piece.replace(/<[^<>]{0,1000}>/g, "")), mailLine: line.mailLine });
    }
  }
  return out;
}

const PAGE_FIELD = /^\s*(Subject|From|Date|Message-ID|Author|Sender)(?::[ \t]*|\t+)(\S.*?)\s*$/i;

/** The fields at the top of a page copied from a web archive, or null when there are none. */
function readPage(
  head: readonly RawLine[],
): { headers: Header[]; head: readonly RawLine[]; charset: string } | null {
  const headers: Header[] = [];
  let title = "";
  let end = 0;
  let blanks = 0;
  for (let at = 0; at < Math.min(head.length, 40); at++) {
    const text = stripCr(head[at]!.text);
    const field = PAGE_FIELD.exec(text);
    if (field) {
      const name = field[1]!.toLowerCase();
      if (headers.some((header) => header.name === name)) break;
      headers.push({ name, value: entitiesDecoded(field[2]!) });
      end = at + 1;
      blanks = 0;
    } else if (text.trim() === "") {
      // The block of fields is over at the second blank line behind it.
      if (headers.length >= 2 && ++blanks >= 2) break;
    } else if (headers.length >= 2 && blanks > 0) break;
    else if (title === "" && headers.length === 0) {
      title = entitiesDecoded(text.trim());
      end = at + 1;
    }
  }
  if (!headers.some((header) => header.name === "from" || header.name === "author")) return null;
  if (title === "" && !headers.some((header) => header.name === "subject")) return null;
  if (!headers.some((header) => header.name === "date" || header.name === "subject")) return null;
  if (title !== "" && !headers.some((header) => header.name === "subject")) {
    headers.push({ name: "subject", value: title });
  }
  return { headers, head: head.slice(end), charset: "" };
}

function fromHeaders(
  form: MailForm,
  headers: readonly Header[],
  body: ReadBody,
  mailLine: number,
): PatchMail {
  const text = decodeText(body.head.map((line) => stripCr(line.text)).join("\n"), body.charset);
  const tail = body.split.tail.map((line) => utf8FromByteString(stripCr(line.text))).join("\n");
  const message = readMessage(text, tail, form);
  const fallback = form === "diff" ? message.title : "";
  const subject: Subject = readSubject(
    message.subject || headerText(headerValue(headers, "subject")) || fallback,
  );
  const sender = readPerson(headerValue(headers, "from") || headerValue(headers, "author"));
  const author: Person = message.from ? readPerson(message.from) : sender;
  return {
    form,
    ...subject,
    author: author.email === "" && author.name === sender.name ? sender : author,
    sender,
    date: message.date || headerText(headerValue(headers, "date")),
    messageId: identifier(headerValue(headers, "message-id")),
    inReplyTo: identifier(headerValue(headers, "in-reply-to")),
    references: [...headerValue(headers, "references").matchAll(/<([^<>]+)>/g)].map((match) => match[1]!),
    message: message.message,
    notes: message.notes,
    trailers: message.trailers,
    diffstat: message.diffstat,
    trimmed: message.trimmed,
    ...(message.baseCommit === undefined ? {} : { baseCommit: message.baseCommit }),
    ...(message.changeId === undefined ? {} : { changeId: message.changeId }),
    prerequisites: message.prerequisites,
    files: body.split.files,
    repairs: body.repairs,
    mailLine,
  };
}

function identifier(value: ByteString): string {
  return /<([^<>]+)>/.exec(value)?.[1] ?? value.trim();
}
