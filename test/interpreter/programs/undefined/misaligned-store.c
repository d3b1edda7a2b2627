// UBSAN: misaligned-access in main, line 8
#include <stdlib.h>
struct packed { char kind; short size; } __attribute__((packed));
int main(void)
{
	struct packed *p = malloc(sizeof(*p));
	short *size = (short *)((char *)p + 1);
	*size = 5; // right: p->size = 5;
	free(p);
	return 0;
}
