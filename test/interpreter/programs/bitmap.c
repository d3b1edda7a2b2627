/* Bitmaps, masks and bit counting. */
#include <stdio.h>
#include <string.h>
#include <limits.h>
#define BITS_PER_LONG (sizeof(long) * CHAR_BIT)
#define BIT(n) (1UL << (n))
#define GENMASK(h, l) (((~0UL) - (1UL << (l)) + 1) & (~0UL >> (BITS_PER_LONG - 1 - (h))))
#define BITS_TO_LONGS(n) (((n) + BITS_PER_LONG - 1) / BITS_PER_LONG)
#define DECLARE_BITMAP(name, bits) unsigned long name[BITS_TO_LONGS(bits)]
#define FIRST_MASK(start) (~0UL << ((start) & (BITS_PER_LONG - 1)))
#define LAST_MASK(n) (~0UL >> (-(n) & (BITS_PER_LONG - 1)))
#define __bf_shf(x) (__builtin_ffsll(x) - 1)
#define FIELD_PREP(m, v) (((typeof(m))(v) << __bf_shf(m)) & (m))
#define FIELD_GET(m, r) ((typeof(m))(((r) & (m)) >> __bf_shf(m)))
static void set_range(unsigned long *map, unsigned start, int len)
{
	unsigned long *p = map + start / BITS_PER_LONG;
	const unsigned size = start + len;
	int n = BITS_PER_LONG - start % BITS_PER_LONG;
	unsigned long mask = FIRST_MASK(start);
	while (len - n >= 0) { *p |= mask; len -= n; n = BITS_PER_LONG; mask = ~0UL; p++; }
	if (len) { mask &= LAST_MASK(size); *p |= mask; }
}
static unsigned long find_next(const unsigned long *a, unsigned long n, unsigned long start, unsigned long
	inv)
{
	unsigned long t;
	if (start >= n) return n;
	t = (a[start / BITS_PER_LONG] ^ inv) & FIRST_MASK(start); start &= ~(BITS_PER_LONG - 1);
	while (!t) { start += BITS_PER_LONG; if (start >= n) return n; t = a[start / BITS_PER_LONG] ^ inv; }
	unsigned long r = start + __builtin_ctzl(t); return r < n ? r : n;
}
static unsigned weight(const unsigned long *m, unsigned n) {
	unsigned w = 0, k;
	for (k = 0; k < n / BITS_PER_LONG; k++) w += __builtin_popcountl(m[k]);
	if (n % BITS_PER_LONG) w += __builtin_popcountl(m[k] & LAST_MASK(n));
	return w;
}
static unsigned hweight32(unsigned w) {
	w -= (w >> 1) & 0x55555555;
	w = (w & 0x33333333) + ((w >> 2) & 0x33333333);
	w = (w + (w >> 4)) & 0x0f0f0f0f;
	return (w * 0x01010101) >> 24;
}
int main(void)
{
	DECLARE_BITMAP(m, 200) = { 0 };
	set_range(m, 3, 70); set_range(m, 130, 1); set_range(m, 190, 10);
	for (int i = 0; i < 4; i++) printf("%016lx ", m[i]);
	printf("\n%u\n", weight(m, 200));
	for (unsigned long b = find_next(m, 200, 0, 0); b < 200; b = find_next(m, 200, find_next(m, 200, b,
		~0UL), 0)) printf("%lu-%lu ", b, find_next(m, 200, b, ~0UL));
	printf("\n%lx %lx %lx\n", GENMASK(39, 21), GENMASK(63, 0), GENMASK(0, 0));
	unsigned r = 0;
	r |= FIELD_PREP(0xff00u, 0x12);
	r |= FIELD_PREP(0xfu, 9);
	printf("%x %x\n", r, FIELD_GET(0xff00u, r));
	unsigned bad = 0;
	for (unsigned i = 0; i < 100000; i += 7) if (hweight32(i * 2654435761u) !=
		(unsigned)__builtin_popcount(i * 2654435761u)) bad++;
	printf("%u %d %d %d %d\n", bad, __builtin_clz(1), __builtin_clzl(1), __builtin_parity(7),
		__builtin_clrsb(-1));
	return 0;
}
