// Git's name for a file's content: SHA-1 over "blob <length>\0" and the bytes. An `index a..b` line that
// agrees proves base and result byte for byte, with no other tool. FIPS 180-4, section 6.1.
//
// Written for speed, since whole files are hashed: the bytes are read where they are, 64 at a time; each of the four
// kinds of round has its own loop, of five rounds a turn, after which the five variables have their old names again.
import type { Proof, Sha1 } from "./patch.js";

/** Full SHA-1 blob id in hex. */
export function blobId(content: Uint8Array): string {
  const head = `blob ${content.length}\0`;
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  const w = new Int32Array(80);
  // The first block holds the header, the last ones the padding; what lies between is read in place.
  const first = new Uint8Array(64);
  for (let i = 0; i < head.length; i++) first[i] = head.charCodeAt(i);
  const length = head.length + content.length;
  const done = 64 - head.length;
  let tail: Uint8Array;
  if (length < 64) {
    first.set(content, head.length);
    tail = first.subarray(0, length);
  } else {
    first.set(content.subarray(0, done), head.length);
    compress(state, first, 0, 64, w);
    const whole = done + Math.floor((content.length - done) / 64) * 64;
    compress(state, content, done, whole, w);
    tail = content.subarray(whole);
  }
  const last = new Uint8Array(tail.length < 56 ? 64 : 128);
  last.set(tail);
  last[tail.length] = 0x80;
  for (let i = 0, bits = length * 8; i < 8; i++, bits = Math.floor(bits / 256))
    last[last.length - 1 - i] = bits % 256;
  compress(state, last, 0, last.length, w);
  let hex = "";
  for (const word of state) hex += (word >>> 0).toString(16).padStart(8, "0");
  return hex;
}

/** All blocks of 64 bytes from `start` to `end`. One call for a whole file: it is compiled once, with its loop. */
function compress(state: Int32Array, bytes: Uint8Array, start: number, end: number, w: Int32Array): void {
  for (let at = start; at < end; at += 64) block(state, bytes, at, w);
}

function block(state: Int32Array, bytes: Uint8Array, at: number, w: Int32Array): void {
  for (let i = 0, b = at; i < 16; i++, b += 4) {
    w[i] = (bytes[b]! << 24) | (bytes[b + 1]! << 16) | (bytes[b + 2]! << 8) | bytes[b + 3]!;
  }
  for (let i = 16; i < 80; i++) {
    const mixed = w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!;
    w[i] = (mixed << 1) | (mixed >>> 31);
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let i = 0;
  for (; i < 20; i += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + ((b & c) | (~b & d)) + 0x5a827999 + w[i]!) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + ((a & b) | (~a & c)) + 0x5a827999 + w[i + 1]!) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + ((e & a) | (~e & b)) + 0x5a827999 + w[i + 2]!) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + ((d & e) | (~d & a)) + 0x5a827999 + w[i + 3]!) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + ((c & d) | (~c & e)) + 0x5a827999 + w[i + 4]!) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (; i < 40; i += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + (b ^ c ^ d) + 0x6ed9eba1 + w[i]!) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + (a ^ b ^ c) + 0x6ed9eba1 + w[i + 1]!) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + (e ^ a ^ b) + 0x6ed9eba1 + w[i + 2]!) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + (d ^ e ^ a) + 0x6ed9eba1 + w[i + 3]!) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + (c ^ d ^ e) + 0x6ed9eba1 + w[i + 4]!) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (; i < 60; i += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + ((b & c) | (b & d) | (c & d)) - 0x70e44324 + w[i]!) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + ((a & b) | (a & c) | (b & c)) - 0x70e44324 + w[i + 1]!) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + ((e & a) | (e & b) | (a & b)) - 0x70e44324 + w[i + 2]!) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + ((d & e) | (d & a) | (e & a)) - 0x70e44324 + w[i + 3]!) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + ((c & d) | (c & e) | (d & e)) - 0x70e44324 + w[i + 4]!) | 0;
    c = (c << 30) | (c >>> 2);
  }
  for (; i < 80; i += 5) {
    e = (e + ((a << 5) | (a >>> 27)) + (b ^ c ^ d) - 0x359d3e2a + w[i]!) | 0;
    b = (b << 30) | (b >>> 2);
    d = (d + ((e << 5) | (e >>> 27)) + (a ^ b ^ c) - 0x359d3e2a + w[i + 1]!) | 0;
    a = (a << 30) | (a >>> 2);
    c = (c + ((d << 5) | (d >>> 27)) + (e ^ a ^ b) - 0x359d3e2a + w[i + 2]!) | 0;
    e = (e << 30) | (e >>> 2);
    b = (b + ((c << 5) | (c >>> 27)) + (d ^ e ^ a) - 0x359d3e2a + w[i + 3]!) | 0;
    d = (d << 30) | (d >>> 2);
    a = (a + ((b << 5) | (b >>> 27)) + (c ^ d ^ e) - 0x359d3e2a + w[i + 4]!) | 0;
    c = (c << 30) | (c >>> 2);
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
}

/** Whether the content is the blob with this (abbreviated) id. Short and SHA-256 ids say nothing. */
export function provesBlob(id: string | undefined, content: Uint8Array | null, sha1?: Sha1): Proof {
  if (id === undefined || id.length < 7 || id.length > 40) return "unknown";
  if (/^0+$/.test(id)) return content === null ? "proven" : "differs";
  if (content === null) return "differs";
  const found = sha1 ? sha1(`blob ${content.length}\0`, content) : blobId(content);
  return found.startsWith(id) ? "proven" : "differs";
}
