// RFC 5322 and MIME: one message's lines to its headers and the text parts in it, decoded.
//
// The one hard thing is that a patch's bytes must survive: general MIME libraries hand text out as Unicode (a
// byte that the charset does not explain is lost) and asynchronously. So transfer encodings and the part structure are
// read byte for byte, each line with its line in the input. RFC 2045 (encodings), 2046 (multipart), 3676
// (format=flowed).
import { isAscii, utf8FromByteString } from "./bytes.js";
import type { ByteString, Decode, RawLine } from "./patch.js";
import { charsetText, decodeWords } from "./words.js";

export interface Header {
  /** Lower case. */
  readonly name: string;
  readonly value: ByteString;
}

export interface TextPart {
  readonly lines: readonly RawLine[];
  readonly charset: string;
  readonly html: boolean;
  /** A named attachment that may be a patch of its own. */
  readonly attachment: boolean;
  /** format=flowed; lines are not yet unfolded. */
  readonly flowed: boolean;
  readonly delSp: boolean;
  /** Base64: a CR before LF came from the sender's file, not from the transport. */
  readonly binarySafe: boolean;
}

/** Deeper nesting than any mailer writes; what is below is left out. */
const DEEPEST = 16;
const MOST_PARTS = 256;

// Any printable field name (RFC 5322 2.2); a blank behind the colon is usual, not required.
const HEADER = /^([!-9;-~]{1,200}):[ \t]*(.*)$/;

/** Headers at the start of a message, continuation lines unfolded, and the index of the first body line. */
export function readHeaders(
  lines: readonly RawLine[],
  from: number,
  to: number,
): { headers: Header[]; body: number } {
  const headers: { name: string; value: ByteString }[] = [];
  let at = from;
  for (; at < to; at++) {
    const text = stripCr(lines[at]!.text);
    if (text === "") {
      at++;
      break;
    }
    if ((text[0] === " " || text[0] === "\t") && headers.length > 0) {
      const last = headers[headers.length - 1]!;
      if (last.value.length < 65536) last.value += ` ${text.trim()}`;
      continue;
    }
    const match = HEADER.exec(text);
    if (!match) {
      if (at === from && text.startsWith(">From ")) continue;
      break;
    }
    headers.push({ name: match[1]!.toLowerCase(), value: (match[2] ?? "").trim() });
  }
  return { headers, body: at };
}

export function isHeaderLine(text: ByteString): boolean {
  return HEADER.test(stripCr(text));
}

export function headerValue(headers: readonly Header[], name: string): ByteString {
  return headers.find((header) => header.name === name)?.value ?? "";
}

/** A header's value as text: encoded words decoded; raw 8-bit is read as UTF-8. */
export function headerText(value: ByteString, decode?: Decode): string {
  const text = utf8FromByteString(value.slice(0, 16384));
  return text.includes("=?") ? decodeWords(text, decode).replace(/[\r\n]+/g, " ") : text;
}

/** `type/subtype; name=value` in lower-case names; quotes are taken off values. */
export function readContentType(value: ByteString): { type: string; params: Map<string, string> } {
  const params = new Map<string, string>();
  const semicolon = value.indexOf(";");
  const type = (semicolon < 0 ? value : value.slice(0, semicolon)).trim().toLowerCase();
  if (semicolon >= 0) {
    const pattern = /([A-Za-z0-9_*-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/g;
    for (const [, name, quoted, bare] of value.slice(semicolon + 1, 4096).matchAll(pattern)) {
      params.set(name!.toLowerCase().replace(/\*\d*\*?$/, ""), quoted?.replace(/\\(.)/g, "$1") ?? bare ?? "");
    }
  }
  return { type, params };
}

export interface PartBudget {
  parts: number;
  /** Set when parts were left out. */
  left: boolean;
}

export function partBudget(): PartBudget {
  return { parts: MOST_PARTS, left: false };
}

/** The text parts of a message body (or of one part), in order. */
export function textParts(
  headers: readonly Header[],
  lines: readonly RawLine[],
  depth = 0,
  budget = partBudget(),
): TextPart[] {
  if (depth > DEEPEST || budget.parts-- <= 0) {
    budget.left = true;
    return [];
  }
  const { type, params } = readContentType(headerValue(headers, "content-type") || "text/plain");
  const encoding = headerValue(headers, "content-transfer-encoding").trim().toLowerCase();
  const disposition = readContentType(headerValue(headers, "content-disposition"));
  if (type.startsWith("multipart/")) {
    const boundary = params.get("boundary");
    if (boundary) {
      const parts: TextPart[] = [];
      for (const part of multipart(lines, boundary)) {
        const inner = readHeaders(part, 0, part.length);
        parts.push(...textParts(inner.headers, part.slice(inner.body), depth + 1, budget));
      }
      if (type === "multipart/alternative" && parts.some((part) => !part.html)) {
        return parts.filter((part) => !part.html);
      }
      return parts;
    }
  }
  if (type === "message/rfc822") {
    const inner = readHeaders(lines, 0, lines.length);
    return textParts(inner.headers, lines.slice(inner.body), depth + 1, budget);
  }
  const name = (disposition.params.get("filename") ?? params.get("name") ?? "").toLowerCase();
  const isText = type.startsWith("text/") || type === "";
  const isPatch = /\.(?:patch|diff|mbox|eml|txt)$/.test(name) || /x-(?:patch|diff)$/.test(type);
  if (!isText && !isPatch) return [];
  return [
    {
      lines: decodeTransfer(lines, encoding),
      charset: (params.get("charset") ?? "").toLowerCase(),
      html: type === "text/html" && !isPatch,
      attachment: disposition.type === "attachment" || (isPatch && !isText),
      flowed: params.get("format")?.toLowerCase() === "flowed",
      delSp: params.get("delsp")?.toLowerCase() === "yes",
      binarySafe: encoding === "base64",
    },
  ];
}

/** The lines of each part between `--boundary` lines; a missing end boundary ends with the message. */
function multipart(lines: readonly RawLine[], boundary: string): RawLine[][] {
  const parts: RawLine[][] = [];
  let start = -1;
  for (let at = 0; at <= lines.length; at++) {
    const text = at < lines.length ? lines[at]!.text.trimEnd() : null;
    const open = text === `--${boundary}`;
    const close = text === `--${boundary}--` || text === null;
    if (!open && !close) continue;
    if (start >= 0) parts.push(lines.slice(start, at));
    start = open ? at + 1 : -1;
    if (close && text !== null) break;
  }
  return parts;
}

function decodeTransfer(lines: readonly RawLine[], encoding: string): readonly RawLine[] {
  if (encoding === "quoted-printable") return decodeQuotedPrintable(lines);
  if (encoding === "base64") return decodeBase64(lines);
  return lines;
}

function decodeQuotedPrintable(lines: readonly RawLine[]): RawLine[] {
  const out: RawLine[] = [];
  let pending = "";
  let mailLine = 0;
  for (const line of lines) {
    if (pending === "") mailLine = line.mailLine;
    const cr = line.text.endsWith("\r");
    const text = stripCr(line.text).trimEnd();
    const soft = text.endsWith("=");
    const decoded = (soft ? text.slice(0, -1) : text).replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    if (soft) {
      pending += decoded;
      continue;
    }
    // An encoded LF inside a line is a line end like any other.
    const whole = (pending + decoded).split("\n");
    for (const [i, piece] of whole.entries()) {
      out.push({ text: i === whole.length - 1 && cr ? `${piece}\r` : piece, mailLine });
    }
    pending = "";
  }
  if (pending !== "") out.push({ text: pending, mailLine });
  return out;
}

const BASE64 = new Int8Array(128).fill(-1);
for (const [value, char] of [
  ..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
].entries()) {
  BASE64[char.charCodeAt(0)] = value;
}

function decodeBase64(lines: readonly RawLine[]): RawLine[] {
  const out: RawLine[] = [];
  let bits = 0;
  let held = 0;
  let current = "";
  let mailLine = lines[0]?.mailLine ?? 0;
  for (const line of lines) {
    // A line that is not base64 (a list's footer in the clear) ends the encoded text; mailing lists append such.
    if (/[^A-Za-z0-9+/=\s]/.test(line.text)) {
      if (current !== "") out.push({ text: current, mailLine });
      current = "";
      out.push(line);
      bits = 0;
      continue;
    }
    for (let i = 0; i < line.text.length; i++) {
      const value = BASE64[line.text.charCodeAt(i)] ?? -1;
      if (value < 0) continue;
      held = ((held << 6) | value) & 0xffffff;
      bits += 6;
      if (bits < 8) continue;
      bits -= 8;
      const byte = (held >> bits) & 0xff;
      if (current === "") mailLine = line.mailLine;
      if (byte !== 10) {
        current += String.fromCharCode(byte);
        continue;
      }
      out.push({ text: current, mailLine: current === "" ? line.mailLine : mailLine });
      current = "";
    }
  }
  if (current !== "") out.push({ text: current, mailLine });
  return out;
}

/** Undoes format=flowed: space stuffing always, soft line breaks when asked to. */
export function unflow(lines: readonly RawLine[], delSp: boolean, join: boolean): RawLine[] {
  const out: RawLine[] = [];
  let pending: RawLine | null = null;
  for (const line of lines) {
    const cr = line.text.endsWith("\r") ? "\r" : "";
    let text = stripCr(line.text);
    if (text === "-- ") {
      if (pending) out.push(pending);
      pending = null;
      out.push(line);
      continue;
    }
    if (text.startsWith(" ")) text = text.slice(1);
    const soft = join && text.endsWith(" ");
    if (soft && delSp) text = text.slice(0, -1);
    const joined: RawLine = pending
      ? { text: pending.text + text, mailLine: pending.mailLine }
      : { text, mailLine: line.mailLine };
    if (soft) pending = joined;
    else {
      out.push(cr ? { ...joined, text: joined.text + cr } : joined);
      pending = null;
    }
  }
  if (pending) out.push(pending);
  return out;
}

/** Text for people from bytes in a charset. */
export function decodeText(bytes: ByteString, charset: string, decode?: Decode): string {
  // Charsets that write other letters with ASCII's bytes.
  if (isAscii(bytes) && !/^iso-2022|^hz|^utf-?(?:7|16)/.test(charset)) return bytes;
  return charsetText(bytes, charset, decode);
}

export function stripCr(text: ByteString): ByteString {
  return text.endsWith("\r") ? text.slice(0, -1) : text;
}

/** The lines of an input, numbered from `first`. A last line without a newline is a line. */
export function numberLines(text: ByteString, first = 1): RawLine[] {
  const lines: RawLine[] = [];
  let start = 0;
  for (let end = text.indexOf("\n"); end >= 0; end = text.indexOf("\n", start)) {
    lines.push({ text: text.slice(start, end), mailLine: first + lines.length });
    start = end + 1;
  }
  if (start < text.length) lines.push({ text: text.slice(start), mailLine: first + lines.length });
  return lines;
}
