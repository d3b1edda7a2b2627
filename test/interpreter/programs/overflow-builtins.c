/* __builtin_*_overflow with all sorts of types. */
#include <limits.h>
#include <stdio.h>
int main(void)
{
	int i;
	unsigned u;
	long l;
	unsigned long ul;
	signed char c;
	printf("%d ", __builtin_add_overflow(INT_MAX, 1, &i)), printf("%d ", i);
	printf("%d ", __builtin_sub_overflow(3u, 5u, &u)), printf("%u ", u);
	printf("%d ", __builtin_sub_overflow(3u, 5u, &i)), printf("%d ", i);
	printf("%d ", __builtin_mul_overflow(LONG_MAX, 2l, &l)), printf("%ld\n", l);
	printf("%d ", __builtin_mul_overflow(-1, ULONG_MAX, &l)), printf("%ld ", l);
	printf("%d ", __builtin_mul_overflow(1ul << 32, 1ul << 32, &ul)), printf("%lu ", ul);
	printf("%d ", __builtin_add_overflow(100, 28, &c)), printf("%d ", c);
	printf("%d ", __builtin_add_overflow(-1, 1ul, &ul)), printf("%lu ", ul);
	printf("%d %d\n", __builtin_add_overflow_p(INT_MAX, 1, 0), __builtin_add_overflow_p(INT_MAX, 1, 0l));
	return 0;
}
