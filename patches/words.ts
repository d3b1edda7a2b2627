// What header fields hold in words of their own: encoded words (RFC 2047) and the first address of a list (RFC 5322,
// 3.4), and bytes of a charset to text.
//
// The hard thing is order. A sender's name may hold a comma once it is decoded, so the address is cut out first and
// its name decoded then; and a character may be split between two encoded words, so that words of one charset are put
// together as bytes before they are decoded.
import { rawBytes, utf8FromByteString } from "./bytes.js";
import type { ByteString, Decode, Person } from "./patch.js";

const WORD = /=\?([\w.:-]{1,40})(?:\*[\w-]{0,20})?\?([BQ])\?([^?\r\n]{0,1000})\?=/gi;

/** Text with its encoded words decoded; blanks between two of them are not part of the text. */
export function decodeWords(text: string, decode?: Decode): string {
  let out = "";
  let end = 0;
  let charset = "";
  let pending: ByteString = "";
  const flush = () => {
    out += charsetText(pending, charset, decode);
    pending = "";
  };
  for (const { 0: whole, 1: name, 2: encoding, 3: body, index } of text.matchAll(WORD)) {
    const between = text.slice(end, index);
    const follows = end > 0 && between.trim() === "";
    if (!follows || name!.toLowerCase() !== charset) flush();
    if (!follows) out += between;
    charset = name!.toLowerCase();
    pending += encoding === "B" || encoding === "b" ? base64Bytes(body!) : quotedBytes(body!);
    end = index + whole.length;
  }
  flush();
  return out + text.slice(end);
}

function quotedBytes(text: string): ByteString {
  return text
    .replace(/_/g, " ")
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64Bytes(text: string): ByteString {
  let out = "";
  let held = 0;
  let bits = 0;
  for (let i = 0; i < text.length; i++) {
    const value = ALPHABET.indexOf(text[i]!);
    if (value < 0) continue;
    held = ((held << 6) | value) & 0xffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    out += String.fromCharCode((held >> bits) & 0xff);
  }
  return out;
}

/** 0x80 to 0x9f; the rest of Windows-1252 is Latin-1. */
const WINDOWS_1252 =
  "\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f" +
  "\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178";

const LATIN = /^(?:iso-?8859-?1|latin-?1|windows-?1252|cp-?1252)$/;
const UNICODE = /^(?:|utf-?8|us-ascii|ascii)$/;

/** Bytes of a charset as text. What nobody knows, or what is not what it says, is read as Windows-1252. */
export function charsetText(bytes: ByteString, charset: string, decode?: Decode): string {
  if (UNICODE.test(charset)) {
    const text = utf8FromByteString(bytes);
    if (!text.includes("\ufffd")) return text;
  } else if (!LATIN.test(charset)) {
    const text = decode?.(rawBytes(bytes), charset) ?? null;
    if (text !== null) return text;
  }
  return bytes.replace(/[\x80-\x9f]/g, (char) => WINDOWS_1252[char.charCodeAt(0) - 0x80]!);
}

/** `Jane Q. Doe <jane@example.org>` */
const PLAIN_PERSON = /^([\w'-][\w .'-]{0,100}[\w.'-]) <([\w.+-]{1,100}@[\w.-]{1,100})>$/;

/** The first of the addresses. */
export function readPerson(value: ByteString, text: (value: ByteString) => string): Person {
  const plain = PLAIN_PERSON.exec(value);
  if (plain) return { name: plain[1]!, email: plain[2]! };
  const found = firstAddress(value.slice(0, 2048));
  const name = text(found.name).replace(/\s+/g, " ").trim();
  return { name: name || found.email, email: found.email };
}

function firstAddress(value: ByteString): { name: ByteString; email: ByteString } {
  let name = "";
  let comment = "";
  let email = "";
  for (let at = 0; at < value.length; at++) {
    const char = value[at]!;
    if (char === '"') {
      const quoted = /^"((?:[^"\\]|\\.)*)"?/.exec(value.slice(at))!;
      name += quoted[1]!.replace(/\\(.)/g, "$1");
      at += quoted[0].length - 1;
    } else if (char === "(") {
      const end = closing(value, at);
      comment ||= value.slice(at + 1, end);
      at = end;
    } else if (char === "<") {
      const end = value.indexOf(">", at);
      email = value.slice(at + 1, end < 0 ? value.length : end).trim();
      break;
    } else if (char === "," || char === ";") {
      if (name.includes("@")) break;
      name = "";
    } else if (char === ":" && !name.includes("=?")) name = "";
    else name += char;
  }
  if (email !== "") return { name: name.trim() || comment, email };
  const bare = /\S+@\S+/.exec(name);
  if (!bare) return { name: name.trim() || comment, email: "" };
  return { name: name.replace(bare[0], "").trim() || comment, email: bare[0] };
}

/** The parenthesis that closes the one at `at`, or the end. */
function closing(value: ByteString, at: number): number {
  let depth = 0;
  for (let i = at; i < value.length; i++) {
    if (value[i] === "\\") i++;
    else if (value[i] === "(") depth++;
    else if (value[i] === ")" && --depth === 0) return i;
  }
  return value.length;
}
