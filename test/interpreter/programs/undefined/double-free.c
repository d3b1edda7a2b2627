// KASAN: double-free in main, line 7
#include <stdlib.h>
int main(void)
{
	int *p = malloc(4);
	free(p);
	free(p); // right: ;
	return 0;
}
