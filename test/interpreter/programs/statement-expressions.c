/* ({ }) with locals, loops, a value of struct type, and inside of conditions. */
#include <stdio.h>
struct pair { int a, b; };
#define pair_of(x, y) ({ struct pair p = { x, y }; p.a += p.b; p; })
int main(void)
{
	int total = 0;
	for (int i = 0; ({ int limit = 5; i < limit; }); i += ({ int step = i % 2 + 1; step; }))
		total += ({ int k = 0, s = 0; while (k < i) s += k++; s; });
	printf("%d %d %d\n", total, pair_of(3, 4).a, ({ ; 7; }));
	return 0;
}
