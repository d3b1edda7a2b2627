// What the platform does faster than the core, which is handed these.
import { createHash } from "node:crypto";

/** SHA-1 in hex over ASCII text and the bytes behind it. */
export function sha1(text: string, bytes: Uint8Array): string {
  return createHash("sha1").update(text, "latin1").update(bytes).digest("hex");
}

/** A string with one char for each byte. */
export function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** The bytes of a string with one char for each. */
export function rawBytes(text: string): Uint8Array {
  return Buffer.from(text, "latin1");
}

/** Text in any charset of the Encoding Standard; null for others. */
export function decode(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return null;
  }
}
