// Gunzips an input, with a bound: a small gz can hold more bytes than there is memory. The library is loaded when
// the first gz comes, which for most runs is never.
import type { Problem } from "./patch.js";

/** Larger than any patch series on a kernel list. */
export const LARGEST_INPUT = 64 * 1024 * 1024;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** The bytes themselves, gunzipped if they are gzipped; or why they cannot be. */
export async function unpack(bytes: Uint8Array): Promise<Uint8Array | Problem> {
  if (!isGzip(bytes)) return bytes;
  const { Gunzip } = await import("fflate/browser");
  const chunks: Uint8Array[] = [];
  let total = 0;
  const stream = new Gunzip((chunk) => {
    total += chunk.length;
    if (total <= LARGEST_INPUT) chunks.push(chunk);
  });
  try {
    // In small steps, so that a bomb is noticed before it has gone off.
    const step = 4 * 1024;
    for (let at = 0; at < bytes.length && total <= LARGEST_INPUT; at += step) {
      stream.push(bytes.subarray(at, at + step), at + step >= bytes.length);
    }
  } catch (error) {
    return refused(error instanceof Error ? error.message : "it is damaged");
  }
  if (total > LARGEST_INPUT) return refused(`it unpacks to more than ${LARGEST_INPUT} bytes`);
  const out = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return isGzip(out) ? refused("what is in it is gzipped again") : out;
}

function refused(reason: string): Problem {
  return {
    severity: "error",
    code: "bad-gzip",
    message: `the gzip data cannot be used: ${reason}`,
    help: "Unpack it yourself and give the part that is the mail.",
  };
}
