// Random numbers that are the same for the same seed.

/** xorshift128 (Marsaglia, "Xorshift RNGs", 2003): 32 random bits a call. */
export function generator(seed: number): () => number {
  let x = (seed | 0) ^ 0x1234567;
  let y = 0x159a55e5;
  let z = 0x1f123bb5;
  let w = 0x05491333;
  const next = () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w >>> 0;
  };
  for (let i = 0; i < 16; i++) next();
  return next;
}
