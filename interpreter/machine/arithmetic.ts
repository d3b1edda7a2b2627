// Exact 64-bit and floating-point arithmetic on int32 halves, for the register machine.
//
// Common cases stay in numbers; what does not fit goes through BigInt, which is exact by construction.
// Out-of-range conversions of floats give what x86-64 gives (see OPS in ir/ops.ts).

const TWO63 = 2 ** 63;
const TWO64 = 2 ** 64;

export function popcount(x: number): number {
  let v = x - ((x >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

export function toBig(lo: number, hi: number, signed: boolean): bigint {
  return (BigInt(signed ? hi : hi >>> 0) << 32n) | BigInt(lo >>> 0);
}

function put(H: Int32Array, d: number, value: bigint): void {
  H[d] = Number(BigInt.asIntN(32, value));
  H[d + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

export function divS(H: Int32Array, d: number, a: number, b: number): void {
  put(H, d, toBig(H[a], H[a + 1], true) / toBig(H[b], H[b + 1], true));
}

export function divU(H: Int32Array, d: number, a: number, b: number): void {
  put(H, d, toBig(H[a], H[a + 1], false) / toBig(H[b], H[b + 1], false));
}

export function remS(H: Int32Array, d: number, a: number, b: number): void {
  put(H, d, toBig(H[a], H[a + 1], true) % toBig(H[b], H[b + 1], true));
}

export function remU(H: Int32Array, d: number, a: number, b: number): void {
  put(H, d, toBig(H[a], H[a + 1], false) % toBig(H[b], H[b + 1], false));
}

/** H[d] = H[a] shifted by 0 … 63, 64 bits wide. */
export function shift64(H: Int32Array, d: number, a: number, by: number, kind: string): void {
  const value = toBig(H[a], H[a + 1], kind !== "shr_u");
  put(H, d, kind === "shl" ? value << BigInt(by) : value >> BigInt(by));
}

/** (int32_t)x; 0x80000000 when it does not fit or is a NaN. */
export function truncS32(x: number): number {
  const t = Math.trunc(x);
  return t >= -2147483648 && t <= 2147483647 ? t | 0 : -2147483648;
}

/** Low half of the signed 64-bit conversion, which is how gcc converts to unsigned int on x86-64. */
export function truncLow(x: number): number {
  const t = Math.trunc(x);
  if (!(t >= -TWO63 && t < TWO63)) return 0;
  return Number(BigInt.asIntN(32, BigInt(t)));
}

/** (int64_t)x or (uint64_t)x into H[d], H[d+1]. Out of range as gcc on x86-64. */
export function trunc64(H: Int32Array, d: number, x: number, signed: boolean): void {
  const t = Math.trunc(x);
  if (t >= -2147483648 && t <= 2147483647) {
    H[d] = t | 0;
    H[d + 1] = t < 0 ? -1 : 0;
    return;
  }
  if (t >= -TWO63 && t < TWO63) {
    put(H, d, BigInt(t));
  } else if (!signed && t >= TWO63 && t < TWO64) {
    put(H, d, BigInt(t));
  } else if (!signed && t >= TWO64) {
    put(H, d, 0n);
  } else {
    put(H, d, -9223372036854775808n);
  }
}

export function toF64(lo: number, hi: number, signed: boolean): number {
  // Both halves are exact; one rounding happens in the addition.
  return (signed ? hi : hi >>> 0) * 4294967296 + (lo >>> 0);
}

/** One rounding only: a 64-bit integer through double to float would round twice. */
export function toF32(lo: number, hi: number, signed: boolean): number {
  const direct = toF64(lo, hi, signed);
  if (Math.abs(direct) < 9007199254740992) return Math.fround(direct);
  const value = toBig(lo, hi, signed);
  const magnitude = value < 0n ? -value : value;
  // Keep 53 - 11 bits and a sticky bit: enough for the 24 of a float.
  const sticky = (magnitude & 0x7ffn) !== 0n ? 1n : 0n;
  const rounded = Math.fround(Number((magnitude >> 11n) | sticky)) * 2048;
  return value < 0n ? -rounded : rounded;
}

/** To the nearest integer, ties to even; keeps the sign of zero. */
export function roundEven(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 4503599627370496) return x;
  const magic = x < 0 || Object.is(x, -0) ? -4503599627370496 : 4503599627370496;
  const r = x + magic - magic;
  return r === 0 && (x < 0 || Object.is(x, -0)) ? -0 : r;
}
