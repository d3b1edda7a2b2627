/* long double: 16 bytes wide; values that a double holds are the same. */
#include <float.h>
#include <stdio.h>
static long double half(long double x) { return x / 2; }
int main(void)
{
	long double x = 3.0L;
	x = half(x) * half(8);
	printf("%zu %zu %Lg %.3Lf %d %d\n", sizeof(x), _Alignof(long double), x, x, (int)x, x > 5.9);
	return 0;
}
