/* Shifts of every width by variable amounts. */
#include <stdio.h>
int main(void)
{
	unsigned long sum = 0;
	for (int n = 0; n < 64; n++) {
		sum = sum * 5 + (0x123456789abcdef0ul >> n) + (0xfedcba9876543210ul << n) + (unsigned long)(-0x123456789abcdefl >> n);
		if (n < 32)
			sum += (0x89abcdefu >> n) ^ (0x89abcdefu << n) ^ (unsigned)(-123456789 >> n);
		if (n < 8)
			sum ^= (unsigned char)(0xa5 << n) + (signed char)((signed char)0xa5 >> n);
	}
	printf("%lx\n", sum);
	return 0;
}
