/* Static locals keep their values; those of different functions and scopes are different. */
#include <stdio.h>
static int next(void) { static int n = 10; { static int n = 5; n++; if (n > 7) return -n; } return n++; }
static int other(void) { static int n; return ++n; }
int main(void)
{
	int a = next(), b = next(), c = next(), d = other(), e = other();
	printf("%d %d %d %d %d\n", a, b, c, d, e);
	return 0;
}
