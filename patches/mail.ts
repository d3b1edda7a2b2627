// Bytes as they came (a mail, an mbox, a page copied from an archive, a bare diff) to one
// PatchMail for each message in them.
//
// The one hard thing is to know what was pasted, since nothing says so. The first lines decide: `From ` with a
// date is an mbox, a block of header lines that holds From, Subject or MIME fields is a mail, a few loose
// `From:`/`Date:` lines above a diff are an archive's page, anything else is a bare diff with words before it.
// Envelopes follow git's mailsplit, body structure (in-body headers, scissors, `---`) git's mailinfo.
import { byteString, utf8FromByteString } from "./bytes.js";
import { entitiesDecoded, undress } from "./disguise.js";
import { isGzip, LARGEST_INPUT } from "./gzip.js";
import { readMessage, readSubject, readTrailers, type Subject } from "./message.js";
import {
  decodeText,
  type Header,
  headerText,
  headerValue,
  isHeaderLine,
  numberLines,
  partBudget,
  readHeaders,
  stripCr,
  type TextPart,
  textParts,
  unflow,
} from "./mime.js";
import type {
  ByteString,
  Decode,
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
import { decodeWords, readPerson } from "./words.js";

const MOST_MAILS = 10_000;

export function readMail(bytes: Uint8Array, options: ReadOptions = {}): ReadResult {
  const problems: Problem[] = [];
  const fail = (code: string, message: string, help: string): ReadResult => {
    const file = options.file === undefined ? {} : { file: options.file };
    problems.push({ severity: "error", code, message, help, mail: { ...file, line: 1, column: 1 } });
    return { mails: [], problems };
  };
  if (isGzip(bytes)) {
    return fail(
      "gzipped",
      "the input is gzipped",
      "Unpack it first: unpack() of this room does, within bounds.",
    );
  }
  if (bytes.length > LARGEST_INPUT) {
    return fail(
      "too-large",
      `the input has ${bytes.length} bytes; ${LARGEST_INPUT} is the most that is read`,
      "Give one series at a time.",
    );
  }
  if (bytes.length === 0) return fail("empty", "the input is empty", "Give a mail, an mbox or a diff.");
  const lines = numberLines((options.byteString ?? byteString)(stripMark(bytes)));
  const mails: PatchMail[] = [];
  for (const message of splitMbox(lines)) {
    if (mails.length >= MOST_MAILS) {
      fail("too-many-mails", `the mbox holds more than ${MOST_MAILS} mails`, "Give one series at a time.");
      break;
    }
    const mail = readOne(message, options, problems);
    if (mail) mails.push(options.file === undefined ? mail : { ...mail, file: options.file });
  }
  const found = mails.some((mail) => mail.files.length > 0);
  if (problems.length === 0 && !found && looksBinary(bytes)) {
    return fail(
      "binary-input",
      "the input is binary data, not a mail or a diff",
      "Give the mail as text (or gzipped).",
    );
  }
  if (problems.length === 0 && !found) {
    fail(
      "no-diff",
      "no diff was found: no line `diff --git a/... b/...`, and no `--- a/...`, `+++ b/...`, `@@ -1,2 +1,2 @@` in a row",
      "Give the whole mail; a page that shows the message without its patch cannot be applied.",
    );
  }
  return { mails, problems };
}

/** NUL bytes early on, or mostly control characters. */
function looksBinary(bytes: Uint8Array): boolean {
  const sample = bytes.subarray(0, 512);
  if (bytes.subarray(0, 8192).includes(0)) return true;
  let control = 0;
  for (const byte of sample) {
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 13 && byte !== 12 && byte !== 27) control++;
  }
  return control * 10 > sample.length;
}

function stripMark(bytes: Uint8Array): Uint8Array {
  return bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
}

const ENVELOPE = /^From \S+.* \d{1,2}:\d{2}(?::\d{2})?.* \d{4}/;

/** The messages of an mbox, envelope lines taken off; anything else is one message. */
function splitMbox(lines: RawLine[]): RawLine[][] {
  const isEnvelope = (at: number) =>
    lines[at]!.text.startsWith("From ") && ENVELOPE.test(lines[at]!.text) && opensHeaders(lines, at + 1);
  let at = 0;
  while (at < lines.length && lines[at]!.text.trim() === "") at++;
  if (at >= lines.length || !isEnvelope(at)) return [lines];
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
    const read = readBody(headers, transported(lines, start, body));
    if (read.tooDeep) {
      add([
        {
          severity: "error",
          code: "too-deep",
          message:
            "the mail has more parts, or parts nested deeper, than any mailer writes; not all of it was read",
          help: "Save the part with the patch and give that.",
          mail: { line: lines[start]!.mailLine, column: 1 },
        },
      ]);
    }
    add(read.split.problems);
    return fromHeaders("mail", headers, read, lines[start]!.mailLine, options.decode);
  }
  const { split, repairs } = undress(lines.slice(start));
  add(split.problems);
  const page = readPage(split.head);
  if (page) return fromHeaders("page", page.headers, { ...page, split, repairs }, lines[start]!.mailLine);
  return fromHeaders("diff", [], { split, repairs, head: split.head, charset: "" }, lines[start]!.mailLine);
}

/** The body; a mail kept with CR LF on its header lines has one CR too many on every other line as well. */
function transported(lines: readonly RawLine[], start: number, body: number): readonly RawLine[] {
  const rest = lines.slice(body);
  if (!lines[start]!.text.endsWith("\r")) return rest;
  return rest.map((line) => ({ text: stripCr(line.text), mailLine: line.mailLine }));
}

interface ReadBody {
  readonly split: SplitText;
  readonly repairs: readonly Repair[];
  /** Message lines, without the fields of a page's top. */
  readonly head: readonly RawLine[];
  /** The whole text. */
  readonly text: readonly RawLine[];
  readonly charset: string;
  /** Parts of the mail were left out. */
  readonly tooDeep: boolean;
}

/** The message and diff of a MIME body: the text parts in order, or a part that alone holds the diff. */
function readBody(headers: readonly Header[], lines: readonly RawLine[]): ReadBody {
  const budget = partBudget();
  const parts = textParts(headers, lines, 0, budget);
  const shown = parts.filter((part) => !part.html);
  const usable = shown.length > 0 ? shown : parts;
  const charset = usable[0]?.charset ?? "";
  const flowed = usable.some((part) => part.flowed);
  const text =
    usable.length === 1 ? partLines(usable[0]!, false) : usable.flatMap((part) => partLines(part, false));
  const read = undress(text);
  const tooDeep = budget.left;
  if (!flowed) return { ...read, text, head: read.split.head, charset, tooDeep };
  // In flowed text a line that ends in a blank goes on in the next. A context line that is blank ends so as well,
  // so the diff is joined only when it cannot be read without; the message always is.
  const joined = undress(usable.flatMap((part) => partLines(part, true)));
  const whole = read.split.files.every((file) => file.hunks.every((hunk) => hunk.lines));
  return { ...(whole ? read : joined), text, head: joined.split.head, charset, tooDeep };
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
  body: Omit<ReadBody, "tooDeep" | "text"> & Partial<Pick<ReadBody, "text">>,
  mailLine: number,
  decode?: Decode,
): PatchMail {
  const textOf = (value: ByteString) => headerText(value, decode);
  const text = decodeText(body.head.map((line) => stripCr(line.text)).join("\n"), body.charset, decode);
  const tail = body.split.tail.map((line) => utf8FromByteString(stripCr(line.text))).join("\n");
  const message = readMessage(text, tail, form);
  const fallback = form === "diff" ? message.title : "";
  const subject: Subject = readSubject(
    message.subject || textOf(headerValue(headers, "subject")) || fallback,
  );
  const sender = readPerson(headerValue(headers, "from") || headerValue(headers, "author"), textOf);
  const author: Person = message.from
    ? readPerson(message.from, (name) => decodeWords(name, decode))
    : sender;
  return {
    form,
    ...subject,
    author: author.email === "" && author.name === sender.name ? sender : author,
    sender,
    date: message.date || textOf(headerValue(headers, "date")),
    messageId: identifier(headerValue(headers, "message-id")),
    inReplyTo: identifier(headerValue(headers, "in-reply-to")),
    references: [...headerValue(headers, "references").matchAll(/<([^<>]+)>/g)].map((match) => match[1]!),
    message: message.message,
    notes: message.notes,
    // What stands below a quoted patch is a reply's own, too.
    trailers: subject.isReply && body.text ? readTrailers(ownLines(body.text)) : message.trailers,
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

/** What the sender wrote, quoted lines left out. */
function ownLines(lines: readonly RawLine[]): string[] {
  return lines.flatMap(({ text }) => (text.startsWith(">") ? [] : utf8FromByteString(stripCr(text))));
}

function identifier(value: ByteString): string {
  const end = value.indexOf(">");
  const start = value.lastIndexOf("<", end);
  return start >= 0 && end > start + 1 ? value.slice(start + 1, end) : value.trim();
}
