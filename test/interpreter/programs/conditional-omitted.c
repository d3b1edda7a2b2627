/* a ?: b evaluates a once; types of conditionals; comma; short circuits. */
#include <stdio.h>
static int calls;
static int f(int v) { calls++; return v; }
int main(void)
{
	int x = f(0) ?: f(5) ?: f(6);
	long l = (f(1), 2) ? -1 : 5u;
	int y = f(0) && f(1) || f(2) && !f(0);
	printf("%d %ld %d %d %zu\n", x, l, y, calls, sizeof(1 ? (char)1 : (short)2));
	return 0;
}
