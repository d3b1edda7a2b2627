// KASAN: invalid-free in main, line 6
#include <stdlib.h>
int main(void)
{
	int *p = malloc(16);
	free(p + 1); // right: free(p);
	return 0;
}
