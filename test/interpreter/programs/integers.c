/* Promotions, conversions, signed and unsigned arithmetic at the edges. */
#include <limits.h>
#include <stdio.h>
int main(void)
{
	unsigned char uc = 200;
	signed char sc = -56;
	unsigned short us = 65535;
	int big = INT_MAX;
	printf("%d %d %d %d ", uc + uc, sc == (signed char)uc, us * us < 0, -1 < 1u);
	printf("%d %u %d %ld\n", (unsigned char)(uc << 1), ~0u >> 4, -7 / 2, -7 % 2l);
	printf("%d %ld %lu ", big + 1, LONG_MIN - 1, 0ul - 1);
	printf("%d %d %ld %d\n", -8 >> 1, 1 << 31, 1l << 63, (short)70000);
	printf("%lu %ld %d\n", (unsigned long)-1, (long)(unsigned)-1, (char)200);
	return 0;
}
