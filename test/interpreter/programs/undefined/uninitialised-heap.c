// KMSAN: uninit-value in main, line 9
#include <stdlib.h>
int main(void)
{
	int *p = malloc(8), value;
	p[0] = 1; // right: p[1] = 1;
	value = p[1];
	free(p);
	return value == 99;
}
