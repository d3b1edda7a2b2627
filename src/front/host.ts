// What the platform does faster than the core, which is handed these.
import { createHash } from "node:crypto";

/** SHA-1 in hex over the pieces one behind the other. */
export function sha1(...pieces: readonly Uint8Array[]): string {
  const hash = createHash("sha1");
  for (const piece of pieces) hash.update(piece);
  return hash.digest("hex");
}

/** A string with one char for each byte. */
export function byteString(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}

/** Text in any charset of the Encoding Standard; null for others. */
export function decode(bytes: Uint8Array, charset: string): string | null {
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return null;
  }
}
