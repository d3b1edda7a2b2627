// KASAN: slab-use-after-free Read in main, line 9
#include <stdlib.h>
int main(void)
{
	int *p = malloc(4), other, value;
	*p = other = 7;
	free(p);
	p += 0; // right: p = &other;
	value = *p;
	return value == 99;
}
