/* Compound literals: a fresh object in each round, address taken, of file scope. */
#include <stdio.h>
struct pair { int a, b; };
static struct pair *global = &(struct pair){ 1, 2 };
static int sum(const struct pair *p) { return p->a + p->b; }
int main(void)
{
	for (int i = 0; i < 3; i++) {
		struct pair *p = &(struct pair){ .b = i };
		p->a += 5;
		printf("%d ", sum(p));
	}
	printf("%d %d %zu\n", sum(global), sum(&(struct pair){ 3, 4 }), sizeof((int[]){ 1, 2, 3 }));
	return 0;
}
