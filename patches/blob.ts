// Git's name for a file's content: SHA-1 over "blob <length>\0" and the bytes. An `index a..b` line that
// agrees proves base and result byte for byte, with no other tool. FIPS 180-4, section 6.1.
import type { Proof } from "./patch.js";

/** Full SHA-1 blob id in hex. */
export function blobId(content: Uint8Array): string {
  const head = `blob ${content.length}\0`;
  const length = head.length + content.length;
  const words = new Uint32Array(((length + 8) >> 6) * 16 + 16);
  let at = 0;
  for (; at < head.length; at++) words[at >> 2]! |= head.charCodeAt(at) << (24 - (at & 3) * 8);
  for (let i = 0; i < content.length; i++, at++) words[at >> 2]! |= content[i]! << (24 - (at & 3) * 8);
  words[at >> 2]! |= 0x80 << (24 - (at & 3) * 8);
  words[words.length - 1] = (length << 3) >>> 0;
  words[words.length - 2] = Math.floor(length / 2 ** 29);
  const state = new Uint32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const w = new Int32Array(80);
  for (let block = 0; block < words.length; block += 16) compress(state, words, block, w);
  let hex = "";
  for (const word of state) hex += word.toString(16).padStart(8, "0");
  return hex;
}

function compress(state: Uint32Array, words: Uint32Array, block: number, w: Int32Array): void {
  for (let i = 0; i < 16; i++) w[i] = words[block + i]!;
  for (let i = 16; i < 80; i++) {
    const mixed = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]! | 0;
  let b = state[1]! | 0;
  let c = state[2]! | 0;
  let d = state[3]! | 0;
  let e = state[4]! | 0;
  for (let i = 0; i < 80; i++) {
    const mix = i < 20 ? (b & c) | (~b & d) : i < 40 || i >= 60 ? b ^ c ^ d : (b & c) | (b & d) | (c & d);
    const add = i < 20 ? 0x5a827999 : i < 40 ? 0x6ed9eba1 : i < 60 ? 0x8f1bbcdc : 0xca62c1d6;
    const next = (((a << 5) | (a >>> 27)) + mix + e + add + w[i]!) | 0;
    e = d;
    d = c;
    c = (b << 30) | (b >>> 2);
    b = a;
    a = next;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
}

/** Whether the content is the blob with this (abbreviated) id. Short and SHA-256 ids say nothing. */
export function provesBlob(id: string | undefined, content: Uint8Array | null): Proof {
  if (id === undefined || id.length < 7 || id.length > 40) return "unknown";
  if (/^0+$/.test(id)) return content === null ? "proven" : "differs";
  if (content === null) return "differs";
  return blobId(content).startsWith(id) ? "proven" : "differs";
}
