/* jhash, crc32, siphash: rotations and unaligned words. */
#include <stdio.h>
#include <string.h>
#include <stdint.h>
typedef uint32_t u32; typedef uint64_t u64; typedef uint8_t u8;
static inline u32 rol32(u32 w, unsigned s) { return (w << (s & 31)) | (w >> ((-s) & 31)); }
static inline u64 rol64(u64 w, unsigned s) { return (w << (s & 63)) | (w >> ((-s) & 63)); }
#define __jhash_mix(a, b, c) { a -= c; a ^= rol32(c, 4); c += b; b -= a; b ^= rol32(a, 6); a += c; c -= \
	b; c ^= rol32(b, 8); b += a; a -= c; a ^= rol32(c, 16); c += b; b -= a; b ^= rol32(a, 19); a += \
	c; c -= b; c ^= rol32(b, 4); b += a; }
#define __jhash_final(a, b, c) { c ^= b; c -= rol32(b, 14); a ^= c; a -= rol32(c, 11); b ^= a; b -= \
	rol32(a, 25); c ^= b; c -= rol32(b, 16); a ^= c; a -= rol32(c, 4); b ^= a; b -= rol32(a, 14); c \
	^= b; c -= rol32(b, 24); }
struct unaligned { u32 x; } __attribute__((packed));
static u32 get32(const void *p) { return ((const struct unaligned *)p)->x; }
static u32 jhash(const void *key, u32 length, u32 initval)
{
	u32 a, b, c; const u8 *k = key;
	a = b = c = 0xdeadbeef + length + initval;
	while (length > 12) {
		a += get32(k);
		b += get32(k + 4);
		c += get32(k + 8);
		__jhash_mix(a, b, c);
		length -= 12;
		k += 12;
	}
	switch (length) {
	case 12: c += (u32)k[11] << 24; __attribute__((fallthrough));
	case 11: c += (u32)k[10] << 16; __attribute__((fallthrough));
	case 10: c += (u32)k[9] << 8; __attribute__((fallthrough));
	case 9: c += k[8]; __attribute__((fallthrough));
	case 8: b += (u32)k[7] << 24; __attribute__((fallthrough));
	case 7: b += (u32)k[6] << 16; __attribute__((fallthrough));
	case 6: b += (u32)k[5] << 8; __attribute__((fallthrough));
	case 5: b += k[4]; __attribute__((fallthrough));
	case 4: a += (u32)k[3] << 24; __attribute__((fallthrough));
	case 3: a += (u32)k[2] << 16; __attribute__((fallthrough));
	case 2: a += (u32)k[1] << 8; __attribute__((fallthrough));
	case 1: a += k[0]; __jhash_final(a, b, c); break;
	case 0: break;
	}
	return c;
}
static u32 crc32(u32 crc, const u8 *p, size_t len) {
	while (len--) {
		crc ^= *p++;
		for (int i = 0; i < 8; i++) crc = (crc >> 1) ^ ((crc & 1) ? 0xedb88320 : 0);
	}
	return crc;
}
#define SIPROUND do { v0 += v1; v1 = rol64(v1, 13); v1 ^= v0; v0 = rol64(v0, 32); v2 += v3; v3 = \
	rol64(v3, 16); v3 ^= v2; v0 += v3; v3 = rol64(v3, 21); v3 ^= v0; v2 += v1; v1 = rol64(v1, 17); \
	v1 ^= v2; v2 = rol64(v2, 32); } while (0)
static u64 siphash(const u8 *d, size_t len, u64 k0, u64 k1)
{
	u64 v0 = 0x736f6d6570736575ULL ^ k0, v1 = 0x646f72616e646f6dULL ^ k1, v2 = 0x6c7967656e657261ULL ^
		k0, v3 = 0x7465646279746573ULL ^ k1, b = (u64)len << 56, m;
	size_t i;
	for (i = 0; i + 8 <= len; i += 8) { memcpy(&m, d + i, 8); v3 ^= m; SIPROUND; SIPROUND; v0 ^= m; }
	for (size_t j = 0; i + j < len; j++) b |= (u64)d[i + j] << (8 * j);
	v3 ^= b; SIPROUND; SIPROUND; v0 ^= b; v2 ^= 0xff; SIPROUND; SIPROUND; SIPROUND; SIPROUND;
	return (v0 ^ v1) ^ (v2 ^ v3);
}
static u32 md5ish(const char *s) {
	u32 h[4] = { 0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476 };
	while (*s) {
		h[0] = rol32(h[0] + (h[1] & h[2] | ~h[1] & h[3]) + *s++, 7) + h[1];
		u32 t = h[3];
		h[3] = h[2];
		h[2] = h[1];
		h[1] = h[0];
		h[0] = t;
	}
	return h[0] ^ h[1] ^ h[2] ^ h[3];
}
int main(void)
{
	u8 buf[64]; for (int i = 0; i < 64; i++) buf[i] = i;
	for (int n = 0; n < 40; n += 3) printf("%08x %08x %016llx\n", jhash(buf, n, 7), ~crc32(~0u, buf, n),
		(unsigned long long)siphash(buf, n, 0x0706050403020100ULL, 0x0f0e0d0c0b0a0908ULL));
	printf("%08x\n", md5ish("the quick brown fox"));
	u64 h = 5381;
	for (const char *p = "hello"; *p; p++) h = h * 33 + *p;
	printf("%lu %u\n", (unsigned long)h, (u32)(h * 0x9e3779b97f4a7c15ULL >> 59));
	return 0;
}
