/* Comparison, difference, casts between integers and pointers, void * arithmetic, restrict. */
#include <stdint.h>
#include <stdio.h>
static void add(int *restrict a, const int *restrict b, int n) { while (n--) *a++ += *b++; }
int main(void)
{
	int v[5] = { 1, 2, 3, 4, 5 }, w[5] = { 10, 20, 30, 40, 50 };
	void *raw = v;
	uintptr_t number = (uintptr_t)&v[3];
	add(v, w, 5);
	printf("%d %d %td %d %d\n", *(int *)(raw + 8), *(int *)number, (int *)number - v, &v[1] < &v[2], !!raw);
	return 0;
}
