/* Structs as arguments, results and assignments, of many sizes; unions likewise. */
#include <stdio.h>
#define T(n) struct s##n { unsigned char b[n]; }; static struct s##n f##n(struct s##n x, int by) { for (int i = 0; i < n; i++) x.b[i] += by; return x; }
T(1) T(3) T(8) T(9) T(33)
union u { double d; int i[2]; };
static union u g(union u x) { x.i[0] ^= 1; return x; }
#define TEST(n) ({ struct s##n a = { { 1, 2 > n ? 0 : 2 } }, b = f##n(f##n(a, 3), 4); int sum = 0; for (int i = 0; i < n; i++) sum += b.b[i] * (i + 1) - a.b[i]; sum; })
int main(void)
{
	union u x = { 1.5 };
	x = g(g(x));
	printf("%d %d %d %d %d %g\n", TEST(1), TEST(3), TEST(8), TEST(9), TEST(33), x.d);
	return 0;
}
