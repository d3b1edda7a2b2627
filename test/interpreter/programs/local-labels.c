/* __label__: each copy of a macro's block has its own. */
#include <stdio.h>
#define FIND(a, n, v) ({ __label__ done; int at; for (at = 0; at < n; at++) if (a[at] == v) goto done; at = -1; done: at; })
int main(void)
{
	int a[] = { 3, 1, 4, 1, 5 };
	printf("%d %d %d\n", FIND(a, 5, 4), FIND(a, 5, 9), FIND(a, 5, 1));
	return 0;
}
