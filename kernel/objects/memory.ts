// Values of 1, 2, 4 or 8 bytes as two halves of 32 bits, for operations that are told a size.

import type { Host } from "../../interpreter/api.js";

/** Low half of the value at address, zero-extended. */
export function loadLo(h: Host, address: number, size: number): number {
  if (size === 1) return h.load8(address);
  if (size === 2) return h.load16(address);
  return h.load32(address);
}

export function loadHi(h: Host, address: number, size: number): number {
  return size === 8 ? h.load32(address + 4) : 0;
}

export function store(h: Host, address: number, size: number, lo: number, hi: number): void {
  if (size === 1) h.store8(address, lo);
  else if (size === 2) h.store16(address, lo);
  else h.store32(address, lo);
  if (size === 8) h.store32(address + 4, hi);
}

/** High half of a 64-bit sum. */
export function addHi(aLo: number, aHi: number, bLo: number, bHi: number): number {
  return (aHi + bHi + ((aLo >>> 0) + (bLo >>> 0) > 0xffffffff ? 1 : 0)) | 0;
}
