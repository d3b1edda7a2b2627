/* Counting and swapping bits. */
#include <stdio.h>
int main(void)
{
	unsigned v[] = { 1, 0x80000000u, 0xf0f0u, 12345, ~0u };
	for (int i = 0; i < 5; i++) {
		unsigned long w = (unsigned long)v[i] << 20;
		printf("%d %d %d %d %d %d ", __builtin_clz(v[i]), __builtin_ctz(v[i]), __builtin_popcount(v[i]), __builtin_ffs(v[i]), __builtin_parity(v[i]), __builtin_clrsb(v[i]));
		printf("%d %d %d %d ", __builtin_clzl(w), __builtin_ctzl(w), __builtin_popcountl(w), __builtin_ffsl(w));
		printf("%x %lx %x\n", __builtin_bswap32(v[i]), __builtin_bswap64(w), __builtin_bswap16(v[i]));
	}
	return 0;
}
