/* __auto_type and typeof in macros that evaluate once. */
#include <stdio.h>
#define max(a, b) ({ __auto_type _a = (a); __auto_type _b = (b); _a > _b ? _a : _b; })
#define swap(a, b) do { typeof(a) _t = (a); (a) = (b); (b) = _t; } while (0)
static int calls;
static int next(void) { return ++calls; }
int main(void)
{
	long x = 7;
	long y = max(x, (long)next());
	double d = max(1.5, 2.5);
	swap(x, y);
	printf("%ld %ld %.1f %d %zu\n", x, y, d, calls, sizeof(max((char)1, (char)2)));
	return 0;
}
