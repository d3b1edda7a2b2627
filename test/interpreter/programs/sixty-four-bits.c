/* 64-bit multiplication, division, shifts, comparisons. */
#include <stdio.h>
int main(void)
{
	unsigned long x = 88172645463325252ul, product = 1, quotients = 0;
	long s = -9223372036854775807l - 1, mix = 0;
	for (int i = 0; i < 200; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		product *= x | 1;
		quotients += x / ((x >> 40) + 1) + x % 1000000007;
		mix += (long)x / ((long)(x << 20 >> 50) - 8000 | 1) + ((long)x >> 3) % 97;
		s = s < (long)x ? (long)x : s;
	}
	printf("%lx %lx %lx %lx %ld\n", x, product, quotients, mix, s);
	return 0;
}
