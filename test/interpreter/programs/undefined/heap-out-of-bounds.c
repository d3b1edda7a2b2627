// KASAN: slab-out-of-bounds Write in main, line 7
#include <stdlib.h>
int main(void)
{
	int n = 5;
	char *p = malloc(n);
	p[n] = 1; // right: p[n - 1] = 1;
	free(p);
	return 0;
}
