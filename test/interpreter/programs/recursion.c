/* Deep and mutual recursion, many arguments. */
#include <stdio.h>
static int odd(int n);
static int even(int n) { return n == 0 ? 1 : odd(n - 1); }
static int odd(int n) { return n == 0 ? 0 : even(n - 1); }
static int ackermann(int m, int n) { return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1)); }
static long many(char a, short b, int c, long d, float e, double f, char *g, long h, int i, double j) { return a + b + c + d + (long)e + (long)f + g[0] + h + i + (long)j; }
int main(void)
{
	printf("%d %d %ld\n", even(5000), ackermann(2, 6), many(1, 2, 3, 4, 5, 6, "A", 8, 9, 10));
	return 0;
}
