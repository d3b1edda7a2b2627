// Bytes to strings and back. Two kinds of string live in this room (see patch.ts): a ByteString has one
// char for each byte, so that any file survives the trip; text is Unicode. UTF-8 is coded here by hand because
// the room is handed nothing from outside. Invalid UTF-8 decodes to U+FFFD, one for each bad byte.
import type { ByteString } from "./patch.js";

const CHUNK = 8192;

/** One char a byte. */
export function byteString(bytes: Uint8Array): ByteString {
  if (bytes.length <= CHUNK) return String.fromCharCode.apply(null, bytes as unknown as number[]);
  let out = "";
  for (let at = 0; at < bytes.length; at += CHUNK) {
    out += String.fromCharCode.apply(null, bytes.subarray(at, at + CHUNK) as unknown as number[]);
  }
  return out;
}

/** The bytes of a ByteString; chars above 255 are our own mistake and lose their upper half. */
export function rawBytes(text: ByteString): Uint8Array {
  const out = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) out[i] = text.charCodeAt(i);
  return out;
}

/** The line without the CRs at its end. */
export function withoutCrs(text: ByteString): ByteString {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 13) end--;
  return end === text.length ? text : text.slice(0, end);
}

/** Of two that are known to be equal up to `from`, whether the rest is, too. */
export function equalBytes(a: Uint8Array, b: Uint8Array, from = 0): boolean {
  if (a.length !== b.length) return false;
  for (let i = from; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Unicode text from UTF-8 bytes. */
export function utf8(bytes: Uint8Array): string {
  return utf8FromByteString(byteString(bytes));
}

/** The UTF-8 bytes of Unicode text. */
export function bytesOf(text: string): Uint8Array {
  return rawBytes(utf8ToByteString(text));
}

/** True when every char is below 128: then ByteString and text are the same string. */
export function isAscii(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the range of ASCII begins with control characters
  return !/[^\x00-\x7f]/.test(text);
}

export function utf8ToByteString(text: string): ByteString {
  if (isAscii(text)) return text;
  let out = "";
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code < 0x80) out += char;
    else if (code < 0x800) out += String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000) {
      out += String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    } else {
      out += String.fromCharCode(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      );
    }
  }
  return out;
}

export function utf8FromByteString(bytes: ByteString): string {
  if (isAscii(bytes)) return bytes;
  let out = "";
  for (let i = 0; i < bytes.length; ) {
    const first = bytes.charCodeAt(i);
    if (first < 0x80) {
      const start = i;
      while (i < bytes.length && bytes.charCodeAt(i) < 0x80) i++;
      out += bytes.slice(start, i);
      continue;
    }
    const length = first >= 0xf0 && first < 0xf5 ? 4 : first >= 0xe0 ? 3 : first >= 0xc2 ? 2 : 0;
    const code = length > 0 && first < 0xf5 ? sequence(bytes, i, length) : -1;
    out += code < 0 ? "\ufffd" : String.fromCodePoint(code);
    i += code < 0 ? 1 : length;
  }
  return out;
}

/** Whether all of it can be decoded; nothing is made on the way. */
export function isUtf8(bytes: ByteString): boolean {
  for (let i = 0; i < bytes.length; ) {
    const first = bytes.charCodeAt(i);
    const length =
      first < 0x80 ? 1 : first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
    if (length === 0 || (length > 1 && sequence(bytes, i, length) < 0)) return false;
    i += length;
  }
  return true;
}

/** The code point of a UTF-8 sequence, or -1: cut short, overlong, a surrogate or beyond Unicode. */
function sequence(bytes: ByteString, at: number, length: number): number {
  let code = bytes.charCodeAt(at) & (0x7f >> length);
  for (let i = 1; i < length; i++) {
    const next = bytes.charCodeAt(at + i);
    if (Number.isNaN(next) || (next & 0xc0) !== 0x80) return -1;
    code = (code << 6) | (next & 0x3f);
  }
  const least = length === 2 ? 0x80 : length === 3 ? 0x800 : 0x10000;
  if (code < least || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return -1;
  return code;
}
